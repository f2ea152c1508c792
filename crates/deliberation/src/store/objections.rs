//! Objections to what a vote decided: filed with a ground and evidence, answered, decided by another.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{
        fresh::Fresh,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, MotionId, ObjectionId, UseError, attachments, check_text,
    motions::follow,
    notices::target,
    people::{Standing as Member, standing},
    record::{self, Change},
    tables::{int, motion, objection, uint, word},
};
use crate::{
    lifecycle::{
        self, Facts, Given, Kind, Part, Record, Verb, Window,
        tables::{MotionState, ObjectionState},
    },
    objection::{Effect, Ground},
    rights::{Bearing, Role, Site},
};

/// An objection as it is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObjection {
    /// The motion whose result is objected to.
    pub motion: MotionId,
    /// Against whom, if against one person; the committee otherwise.
    pub against: Option<Subject>,
    /// What is objected to.
    pub ground: Ground,
    /// 1 to 4000 characters.
    pub text: String,
    /// Stored files by their hashes.
    pub evidence: Vec<Hash>,
}

/// What somebody brings to a step of an objection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectionAct {
    /// The answer.
    pub text: String,
    /// Why it is decided so.
    pub reason: String,
    /// What an upheld one brings about.
    pub effect: Option<Effect>,
}

/// An objection as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ObjectionView {
    pub id: ObjectionId,
    pub number: u64,
    pub ground: Ground,
    pub text: String,
    pub author: Subject,
    /// None is the committee.
    pub against: Option<Subject>,
    pub state: ObjectionState,
    pub answer: String,
    pub decision: String,
    pub effect: Option<Effect>,
    pub is_settled: bool,
    pub evidence: Vec<Hash>,
}

impl Deliberation {
    /// Files an objection to a result while it is open to them.
    ///
    /// # Errors
    /// No right, nobody whose identity is known, no open window, or no ground.
    pub async fn object(
        &self,
        by: &By,
        new: &NewObjection,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ObjectionId, UseError> {
        let text = check_text(&new.text, 4000, Field::Text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = object(&tx, &who, new, text, now, fresh).await;
        self.end(tx, by, "objection_create", now, result).await
    }

    /// Does one step of an objection's table. An upheld one suspends the motion at once.
    ///
    /// # Errors
    /// No such objection, or the table refuses.
    pub async fn objection_step(
        &self,
        by: &By,
        id: &ObjectionId,
        verb: Verb,
        act: &ObjectionAct,
        now: u64,
    ) -> Result<ObjectionState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = objection_step(&tx, &who, id, verb, act, now).await;
        self.end(tx, by, &format!("objection_{verb} {id}"), now, result).await
    }

    /// The steps that somebody could make in an objection now.
    pub async fn objection_offers(&self, by: &By, view: &ObjectionView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let is_target = view.against.as_ref() == Some(&by.subject) || sits_in_committee(&who, now);
        // What is brought with a step is asked by its form.
        let given = BTreeSet::from([Given::Text, Given::Reason, Given::Effect]);
        let facts = Facts { now, given, is_target, ..Facts::default() };
        let parts = (view.author == by.subject).then_some(Part::Author).into_iter().collect();
        let site = Site::default();
        let rows = lifecycle::offers(view.state, who.doer(&parts, &site, Bearing::default()), &facts);
        let is_done = |verb: Verb| verb == Verb::TakeEffect && view.effect.is_some();
        let is_open = |row: &&lifecycle::Transition<ObjectionState>| {
            row.needs.iter().all(|need| need.is_met(&facts)) && !is_done(row.verb)
        };
        Ok(rows.into_iter().filter(is_open).map(|row| row.verb).collect())
    }

    /// Whether somebody may read an objection's evidence and who filed it.
    pub async fn sees_objection(&self, by: &By, id: &ObjectionId, now: u64) -> Result<bool, DbErr> {
        attachments::may_see_objection(self.estate.reader(), by, id.as_str(), now).await
    }

    /// The objections to a motion's result, in the order of filing.
    pub async fn objections_to(&self, compound: &CompoundId, motion: &MotionId) -> Result<Vec<ObjectionView>, DbErr> {
        let rows = objection::Entity::find()
            .filter(objection::COLUMN.target.eq(target(motion)))
            .filter(objection::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(objection::COLUMN.number)
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(read_objection).collect()
    }
}

/// An objection is against the committee unless it names somebody.
fn sits_in_committee(who: &Member, now: u64) -> bool {
    who.posts.iter().any(|post| post.role == Role::Committee && post.is_held_at(now))
}

fn read_objection(row: objection::Model) -> Result<ObjectionView, DbErr> {
    Ok(ObjectionView {
        ground: word(&row.ground)?,
        against: Some(&row.against)
            .filter(|text| !text.is_empty())
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| DbErr::Type(format!("subject {}", row.against)))?,
        author: row.author.parse().map_err(|_| DbErr::Type(format!("subject {}", row.author)))?,
        state: word(&row.state)?,
        effect: if row.effect.is_empty() { None } else { Some(word(&row.effect)?) },
        id: ObjectionId(row.id),
        number: uint(row.number),
        evidence: serde_json::from_str(&row.evidence).map_err(|err| DbErr::Json(err.to_string()))?,
        text: row.body,
        answer: row.answer,
        decision: row.decision,
        is_settled: row.is_settled,
    })
}

async fn object(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewObjection,
    text: String,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ObjectionId, UseError> {
    let compound = &who.by.compound;
    let query = motion::Entity::find_by_id(new.motion.to_string());
    let found = query.filter(motion::COLUMN.compound.eq(compound.as_str())).one(tx).await?;
    let found = found.ok_or(UseError::NoSuch(Kind::Motion))?;
    // The result hangs for its days, in which it is open to objections; before and after it is not.
    let hangs = found.state == MotionState::Carried.code() || found.state == MotionState::Suspended.code();
    let window = Window { from: uint(found.window_from), until: uint(found.window_until) };
    let facts = Facts {
        now,
        given: BTreeSet::from([Given::Ground, Given::Text]),
        window: if hangs { window } else { Window::default() },
        // Posts come from the register, from verified ties and from appointments, and from nothing else.
        is_identified: !who.posts.is_empty(),
        ..Facts::default()
    };
    let (parts, site) = (BTreeSet::from([Part::Author]), Site::default());
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(None::<ObjectionState>, Verb::Create, doer, &facts)?;
    let number = record::next_number(tx, compound, "objection").await?;
    let evidence: Vec<_> = new.evidence.iter().map(ToString::to_string).collect();
    let row = objection::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(number),
        target: target(&new.motion),
        against: new.against.as_ref().map(ToString::to_string).unwrap_or_default(),
        ground: new.ground.code().to_owned(),
        body: text,
        evidence: json!(evidence).to_string(),
        author: who.by.subject.to_string(),
        state: step.to.code().to_owned(),
        since: int(now),
        answer: String::new(),
        decision: String::new(),
        effect: String::new(),
        is_settled: false,
    };
    let (id, after) = (ObjectionId(row.id.clone()), row.digest());
    let text = Hash::of(row.body.as_bytes()).to_string();
    attachments::take(tx, &who.by, (Kind::Objection, &id.0), &new.evidence).await?;
    objection::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let records = [(Record::Number, json!(number)), (Record::Text, json!(text)), (Record::Evidence, json!(evidence))];
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Objection,
        id: &id.0,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from(records),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(id)
}

async fn objection_step(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &ObjectionId,
    verb: Verb,
    act: &ObjectionAct,
    now: u64,
) -> Result<ObjectionState, UseError> {
    let compound = &who.by.compound;
    let row = objection::Entity::find_by_id(id.0.clone())
        .filter(objection::COLUMN.compound.eq(compound.as_str()))
        .one(tx)
        .await?
        .ok_or(UseError::NoSuch(Kind::Objection))?;
    let me = who.by.subject.to_string();
    let is_target = row.against == me || sits_in_committee(who, now);
    let mut facts = Facts { now, is_target, ..Facts::default() };
    for (text, most, given, field) in
        [(&act.text, 4000, Given::Text, Field::Text), (&act.reason, 1000, Given::Reason, Field::Reason)]
    {
        if !text.trim().is_empty() {
            check_text(text, most, field)?;
            facts.given.insert(given);
        }
    }
    facts.given.extend(act.effect.map(|_| Given::Effect));
    let mut parts = BTreeSet::new();
    parts.extend((row.author == me).then_some(Part::Author));
    let site = Site::default();
    let state: ObjectionState = word(&row.state)?;
    let step = lifecycle::step(Some(state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    step.to.code().clone_into(&mut changed.state);
    changed.since = int(now);
    match verb {
        Verb::Answer => act.text.trim().clone_into(&mut changed.answer),
        Verb::Uphold | Verb::Dismiss => act.reason.trim().clone_into(&mut changed.decision),
        Verb::TakeEffect => act.effect.map(Effect::code).unwrap_or_default().clone_into(&mut changed.effect),
        _ => {}
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let told = record::tell(tx, compound, [row.author.as_str()], (Kind::Objection, &row.id, verb), now).await?;
    let hashed = |text: &str| json!(Hash::of(text.trim().as_bytes()).to_string());
    let records = BTreeMap::from([
        (Record::Told, json!(told)),
        (Record::Text, hashed(&act.text)),
        (Record::Reason, hashed(&act.reason)),
        (Record::Effect, json!(changed.effect)),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Objection,
        id: &row.id,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    follow(tx, compound, &row.target, now).await?;
    Ok(step.to)
}
