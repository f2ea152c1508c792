//! Amendments: filed against a version, taken in, decided, or set aside when their paragraphs are gone.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{
        events::Actor,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::{adopt, catch_up, find, find_version, is_changeable, parts_of, read_version, state_of};
use crate::{
    lifecycle::{self, Actor as Doer, Facts, Given, Kind, Part, Record, Verb, Window, tables::AmendmentState},
    motion::{AmendError, Amendment, Version},
    rights::{Bearing, Site},
    store::{
        By, Deliberation, Field, MotionId, UseError, check_text,
        people::Standing as Member,
        record::{self, Change},
        rules::rules,
        tables::{amendment, int, uint, word},
    },
};

/// An amendment as it is written: against the current version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAmendment {
    /// The version it amends.
    pub base: u64,
    /// The first paragraph, from 0.
    pub from: usize,
    /// The one after the last.
    pub to: usize,
    /// What takes their place; nothing strikes them.
    pub replacement: String,
    /// Why.
    pub reason: String,
}

/// An amendment as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AmendmentView {
    pub number: u64,
    pub base: u64,
    pub from: usize,
    pub to: usize,
    pub replacement: String,
    pub author: Subject,
    pub reason: String,
    pub state: AmendmentState,
    /// Why it was rejected.
    pub decision: String,
    /// The version that it became.
    pub result: Option<u64>,
    pub at: u64,
}

impl Deliberation {
    /// Files an amendment of the current version while the window is open.
    ///
    /// # Errors
    /// No right, no window, another version, or an amendment that is none.
    pub async fn file_amendment(
        &self,
        by: &By,
        motion: &MotionId,
        new: &NewAmendment,
        now: u64,
    ) -> Result<u64, UseError> {
        let reason = check_text(&new.reason, 1000, Field::Reason)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = file(&tx, &who, motion, new, reason, now).await;
        self.end(tx, by, &format!("amendment_file {motion}"), now, result).await
    }

    /// Does one step of an amendment's table. Taken in, it becomes the next version of the motion.
    ///
    /// - `council`: what the council decided, where it did; `reason`: why it is rejected.
    ///
    /// # Errors
    /// No such amendment, or the table refuses.
    pub async fn amendment_step(
        &self,
        by: &By,
        (motion, number): (&MotionId, u64),
        verb: Verb,
        council: Option<bool>,
        reason: &str,
        now: u64,
    ) -> Result<AmendmentState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, (motion, number), (verb, council, reason), now).await;
        self.end(tx, by, &format!("amendment_{verb} {motion}"), now, result).await
    }
}

const OPEN: [AmendmentState; 2] = [AmendmentState::Filed, AmendmentState::PutToCouncil];

/// How many are not decided.
pub(super) async fn open(db: &impl ConnectionTrait, motion: &str) -> Result<u64, DbErr> {
    let query = amendment::Entity::find().filter(amendment::COLUMN.motion.eq(motion));
    query.filter(amendment::COLUMN.state.is_in(OPEN.map(AmendmentState::code))).count(db).await
}

/// All of a motion, in the order of filing.
pub(super) async fn of(db: &impl ConnectionTrait, motion: &MotionId) -> Result<Vec<AmendmentView>, DbErr> {
    let query = amendment::Entity::find().filter(amendment::COLUMN.motion.eq(motion.as_str()));
    query.order_by_asc(amendment::COLUMN.number).all(db).await?.into_iter().map(read).collect()
}

fn read(row: amendment::Model) -> Result<AmendmentView, DbErr> {
    let place = |number| usize::try_from(number).map_err(|_| DbErr::Type("a paragraph's place".to_owned()));
    Ok(AmendmentView {
        number: uint(row.number),
        base: uint(row.base),
        from: place(row.from_paragraph)?,
        to: place(row.to_paragraph)?,
        replacement: row.replacement,
        author: row.author.parse().map_err(|_| DbErr::Type(format!("subject {}", row.author)))?,
        reason: row.reason,
        state: word(&row.state)?,
        decision: row.decision,
        result: row.result.map(uint),
        at: uint(row.at),
    })
}

async fn file(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MotionId,
    new: &NewAmendment,
    reason: String,
    now: u64,
) -> Result<u64, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let motion = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
    let motion = catch_up(tx, compound, motion, &rules, now).await?;
    let current = read_version(&find_version(tx, &motion.id, uint(motion.version)).await?)?;
    let amending = state_of(&motion)? == lifecycle::tables::MotionState::Amending;
    let window = Window { from: uint(motion.window_from), until: uint(motion.window_until) };
    let facts = Facts {
        now,
        given: BTreeSet::from([Given::Text]),
        window: if amending { window } else { Window::default() },
        is_base_current: new.base == current.number,
        ..Facts::default()
    };
    let (parts, site) = (BTreeSet::from([Part::Author]), Site::default());
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(Some(AmendmentState::Draft), Verb::File, doer, &facts)?;
    let made = Amendment::new(&current, new.from, new.to, &new.replacement)?;
    // What it would make of the text must be a text.
    made.apply(&current, &current)?;
    let query = amendment::Entity::find().filter(amendment::COLUMN.motion.eq(&motion.id));
    let number = query.count(tx).await? + 1;
    let row = amendment::Model {
        motion: motion.id.clone(),
        number: int(number),
        base: int(current.number),
        from_paragraph: int(new.from as u64),
        to_paragraph: int(new.to as u64),
        replacement: made.replacement,
        author: who.by.subject.to_string(),
        reason,
        state: step.to.code().to_owned(),
        decision: String::new(),
        result: None,
        at: int(now),
    };
    let (after, text) = (row.digest(), Hash::of(row.replacement.as_bytes()).to_string());
    amendment::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Amendment,
        id: &format!("{}/{number}", motion.id),
        verb: Verb::File,
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, json!(text))]),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(number)
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, number): (&MotionId, u64),
    (verb, council, reason): (Verb, Option<bool>, &str),
    now: u64,
) -> Result<AmendmentState, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let motion = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
    let row = amendment::Entity::find_by_id((motion.id.clone(), int(number))).one(tx).await?;
    let row = row.ok_or(UseError::NoSuch(Kind::Amendment))?;
    let view = read(row.clone())?;
    let base = read_version(&find_version(tx, &motion.id, view.base).await?)?;
    let current = read_version(&find_version(tx, &motion.id, uint(motion.version)).await?)?;
    let amended = applied(&view, &base, &current);
    let mut facts = Facts {
        now,
        is_base_untouched: amended.is_ok(),
        is_voted_on: !is_changeable(state_of(&motion)?),
        council,
        ..Facts::default()
    };
    if !reason.trim().is_empty() {
        check_text(reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    let mut parts = parts_of(who, &motion, now);
    parts.extend((row.author == who.by.subject.to_string()).then_some(Part::Author));
    let site = Site::default();
    let step = lifecycle::step(Some(view.state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    step.to.code().clone_into(&mut changed.state);
    reason.trim().clone_into(&mut changed.decision);
    let is_taken = matches!(step.to, AmendmentState::AdoptedByProposer | AmendmentState::Adopted);
    changed.result = is_taken.then(|| int(current.number + 1));
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let key = format!("{}/{number}", motion.id);
    let told = record::tell(tx, compound, [row.author.as_str()], (Kind::Amendment, &key, verb), now).await?;
    let records = BTreeMap::from([
        (Record::Told, json!(told)),
        (Record::Reason, json!(Hash::of(reason.trim().as_bytes()).to_string())),
        (Record::Difference, json!({"from": current.number, "to": current.number + u64::from(is_taken)})),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Amendment,
        id: &key,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    if is_taken {
        // The new version's author is whoever wrote the amendment.
        let text = format!("amendment {number}");
        adopt(tx, &view.author, (&motion, &amended?, &text), &rules, now).await?;
    }
    Ok(step.to)
}

fn applied(view: &AmendmentView, base: &Version, current: &Version) -> Result<Version, AmendError> {
    let amendment =
        Amendment { base: base.hash(), from: view.from, to: view.to, replacement: view.replacement.clone() };
    amendment.apply(base, current)
}

/// Sets aside every open amendment whose paragraphs the new version has changed.
pub(super) async fn set_moot(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    motion: &str,
    current: &Version,
    now: u64,
) -> Result<(), DbErr> {
    let query = amendment::Entity::find().filter(amendment::COLUMN.motion.eq(motion));
    let rows = query.filter(amendment::COLUMN.state.is_in(OPEN.map(AmendmentState::code))).all(tx).await?;
    for row in rows {
        let view = read(row.clone())?;
        let base = read_version(&find_version(tx, motion, view.base).await?)?;
        let Err(error) = applied(&view, &base, current) else { continue };
        let facts = Facts { now, is_base_untouched: false, ..Facts::default() };
        let Ok(step) = lifecycle::step(Some(view.state), Verb::Moot, Doer::Clock, &facts) else { continue };
        let mut changed = row.clone();
        step.to.code().clone_into(&mut changed.state);
        changed.decision = error.to_string();
        changed.clone().into_active_model().reset_all().update(tx).await?;
        let key = format!("{motion}/{}", view.number);
        let told = record::tell(tx, compound, [row.author.as_str()], (Kind::Amendment, &key, Verb::Moot), now).await?;
        let places = match error {
            AmendError::Moot(places) => places,
            AmendError::Base | AmendError::Range(_) | AmendError::Nothing | AmendError::Text(_) => Vec::new(),
        };
        let change = Change {
            actor: Actor::Server,
            on_behalf_of: None,
            kind: Kind::Amendment,
            id: &key,
            verb: Verb::Moot,
            before: Some(row.digest()),
            after: changed.digest(),
            records: BTreeMap::from([(Record::Told, json!(told)), (Record::Difference, json!(places))]),
        };
        record::write(tx, compound, step.records, change, now).await?;
    }
    Ok(())
}
