//! Statements below a matter, what people think of each, and the map of it all.
//!
//! Statements go through their table, with an event for every step. Reactions do not: they are opinions, which nothing
//! is decided by, and no chain says who has which.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use ballot::{
    hash::Hash,
    store::ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _,
    FromQueryResult, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::OnConflict,
};
use serde_json::json;

use super::{
    By, Deliberation, MatterId, StatementError, UseError,
    matters::{find, read_row, subject},
    people::{Standing as Member, settings},
    record::{self, Change},
    tables::{int, opinion, reaction, statement, tie, uint, word},
};
use crate::{
    discussion::HideReason,
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, tables::StatementState},
    opinion::{self as mathematics, Grouping, Id, Map, Moderation, Reactions, Standing, Tie, Voices, Vote},
    people::TieKind,
    rights::{Action, Bearing, Site, may},
};

/// A statement has at most so many characters: it is to be read at a glance.
const STATEMENT_MAX: usize = 140;
/// A matter has at most so many statements, those that nobody is shown included.
const STATEMENTS_MOST: u64 = 500;

/// A statement as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatement {
    /// 1 to 140 characters in one line.
    pub text: String,
}

/// What a step of a statement needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatementAct {
    /// Why it is rejected, hidden or shown again.
    pub reason: Option<HideReason>,
    /// The number of the statement that says the same.
    pub original: Option<u64>,
}

/// A statement. Its author is for themselves and the moderators' chain: pages show nobody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StatementView {
    /// From 1, in the order of writing.
    pub number: u64,
    pub text: String,
    pub author: Subject,
    /// Written by a moderator, to begin with.
    pub is_seed: bool,
    pub state: StatementState,
    pub reason: Option<HideReason>,
    pub original: Option<u64>,
}

/// Everything that the reactions to a matter's statements say.
#[derive(Debug, Clone, PartialEq)]
pub struct OpinionView {
    /// Of [`Id::Number`]s of statements; people are there by their ids, which no page shows.
    pub map: Map,
    /// What owners and tenants say, where there are enough of both.
    pub voices: Vec<Voices>,
}

/// A map that was computed, and how often the matter's opinions had changed then.
type Kept = (MatterId, u64, Arc<OpinionView>);

/// A map is computed when something has changed. The last few are kept with what they leave to the next computation,
/// so that groups do not jump.
static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
const KEPT_MOST: usize = 32;

impl Deliberation {
    /// Hands a statement in; a moderator looks at it before others see it.
    ///
    /// # Errors
    /// No right, no such matter, a matter that is not open, a text that is none, or too many statements.
    pub async fn state(&self, by: &By, matter: &MatterId, new: &NewStatement, now: u64) -> Result<u64, UseError> {
        let text = read_statement(&new.text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = state(&tx, &who, matter, text, now).await;
        self.end(tx, by, "statement_create", now, result).await
    }

    /// Words a statement anew, as long as nobody has reacted to it.
    ///
    /// # Errors
    /// No such statement, not its author, a text that is none, or the table refuses.
    pub async fn restate(
        &self,
        by: &By,
        (matter, number): (&MatterId, u64),
        new: &NewStatement,
        now: u64,
    ) -> Result<(), UseError> {
        let text = read_statement(&new.text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = restate(&tx, &who, (matter, number), text, now).await;
        self.end(tx, by, "statement_edit", now, result).await
    }

    /// The matters with statements that wait for a moderator, and how many wait below each.
    pub async fn waiting_statements(&self, compound: &CompoundId) -> Result<BTreeMap<String, u64>, DbErr> {
        let waiting: Vec<String> = statement::Entity::find()
            .select_only()
            .column(statement::Column::Matter)
            .filter(statement::COLUMN.compound.eq(compound.as_str()))
            .filter(statement::COLUMN.state.eq(StatementState::Pending.code()))
            .into_tuple()
            .all(self.estate.reader())
            .await?;
        let mut counts = BTreeMap::new();
        for matter in waiting {
            *counts.entry(matter).or_default() += 1;
        }
        Ok(counts)
    }

    /// Does one step of a statement's table: a moderator accepts, rejects, or hides it, and its author is told.
    ///
    /// # Errors
    /// No such statement, or the table refuses.
    pub async fn statement_step(
        &self,
        by: &By,
        (matter, number): (&MatterId, u64),
        verb: Verb,
        act: &StatementAct,
        now: u64,
    ) -> Result<StatementState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = step(&tx, &who, (matter, number), verb, act, now).await;
        self.end(tx, by, &format!("statement_{verb}"), now, result).await
    }

    /// Reacts to a statement that is shown, or thinks again: the last reaction counts.
    ///
    /// # Errors
    /// No right, an office rather than a person, a matter that is not open, or a statement that is not shown.
    pub async fn react(
        &self,
        by: &By,
        (matter, number): (&MatterId, u64),
        vote: Vote,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = react(&tx, &who, (matter, number), vote, now).await;
        self.end(tx, by, "react", now, result).await
    }

    /// Every statement of a matter, in the order of writing. Which of them are shown is the page's to say.
    pub async fn statements(&self, matter: &MatterId) -> Result<Vec<StatementView>, DbErr> {
        let rows = statement::Entity::find()
            .filter(statement::COLUMN.matter.eq(matter.as_str()))
            .order_by_asc(statement::COLUMN.number)
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// What somebody has said of each statement of a matter.
    pub async fn own_reactions(&self, matter: &MatterId, who: &Subject) -> Result<BTreeMap<u64, Vote>, DbErr> {
        let Subject::Person(person) = who else { return Ok(BTreeMap::new()) };
        let rows = reaction::Entity::find()
            .filter(reaction::COLUMN.matter.eq(matter.as_str()))
            .filter(reaction::COLUMN.person.eq(person.as_str()))
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(|row| Ok((uint(row.number), vote_of(row.value)?))).collect()
    }

    /// The map of a matter as things stand.
    pub async fn opinion(&self, compound: &CompoundId, matter: &MatterId, now: u64) -> Result<Arc<OpinionView>, DbErr> {
        let db = self.estate.reader();
        let row = opinion::Entity::find_by_id(matter.to_string()).one(db).await?;
        let changes = row.map_or(0, |row| uint(row.changes));
        let last = KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(of, ..)| of == matter).cloned();
        let last = match last {
            Some((_, then, view)) if then == changes => return Ok(view),
            last => last.map(|(_, _, view)| view.map.standing.clone()).unwrap_or_default(),
        };
        let reactions = reactions(db, matter).await?;
        let ties = ties(db, compound, now).await?;
        let view = tokio::task::spawn_blocking(move || Arc::new(compute(&reactions, &last, &ties)))
            .await
            .map_err(|err| DbErr::Custom(format!("the map was not computed: {err}")))?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, ..)| of != matter);
        if KEPT_MOST <= kept.len() {
            kept.remove(0);
        }
        kept.push((matter.clone(), changes, Arc::clone(&view)));
        Ok(view)
    }
}

/// A statement as it is stored: trimmed, in one line.
fn read_statement(text: &str) -> Result<String, UseError> {
    let text = text.trim();
    let is_statement = (1..=STATEMENT_MAX).contains(&text.chars().count()) && ballot::json::is_record_text(text);
    if is_statement { Ok(text.to_owned()) } else { Err(UseError::Statement(StatementError::Length)) }
}

fn read(row: statement::Model) -> Result<StatementView, DbErr> {
    Ok(StatementView {
        number: uint(row.number),
        text: row.body,
        author: subject(&row.author)?,
        is_seed: row.is_seed,
        state: word(&row.state)?,
        reason: if row.reason.is_empty() { None } else { Some(word(&row.reason)?) },
        original: row.original.map(uint),
    })
}

fn vote_of(value: i64) -> Result<Vote, DbErr> {
    match value {
        -1 => Ok(Vote::Disagree),
        0 => Ok(Vote::Pass),
        1 => Ok(Vote::Agree),
        other => Err(DbErr::Type(format!("a reaction of {other}"))),
    }
}

/// The building of a matter that takes statements and reactions: acknowledged, and not closed.
///
/// # Errors
/// There is none, or it is not open.
async fn building_of(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    matter: &MatterId,
    now: u64,
) -> Result<Option<String>, UseError> {
    let row = find(tx, compound, matter).await?.ok_or(UseError::NoSuch(Kind::Matter))?;
    let row = read_row(row, &settings(tx, compound).await?, now)?;
    if row.is_acknowledged && row.standing.is_open() {
        Ok(row.building)
    } else {
        Err(UseError::Statement(StatementError::Over))
    }
}

fn event_id(matter: &MatterId, number: u64) -> String {
    format!("{}:{matter}/{number}", Kind::Matter)
}

async fn state(
    tx: &DatabaseTransaction,
    who: &Member,
    matter: &MatterId,
    text: String,
    now: u64,
) -> Result<u64, UseError> {
    let building = building_of(tx, &who.by.compound, matter, now).await?;
    let site = who.site(building.as_deref(), now);
    let parts = BTreeSet::from([Part::Author]);
    let facts = Facts { now, given: BTreeSet::from([Given::Text]), ..Facts::default() };
    let step =
        lifecycle::step(None::<StatementState>, Verb::Create, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let last = statement::Entity::find()
        .filter(statement::COLUMN.matter.eq(matter.as_str()))
        .order_by_desc(statement::COLUMN.number)
        .one(tx)
        .await?;
    let number = last.map_or(0, |row| uint(row.number)) + 1;
    if STATEMENTS_MOST < number {
        return Err(UseError::Statement(StatementError::Full));
    }
    let row = statement::Model {
        matter: matter.to_string(),
        number: int(number),
        compound: who.by.compound.to_string(),
        author: who.by.subject.to_string(),
        is_seed: may(&who.posts, Action::Hide, &site, Bearing::default(), now).is_ok(),
        state: step.to.code().to_owned(),
        reason: String::new(),
        original: None,
        at: int(now),
        body: text,
    };
    let (after, text) = (row.digest(), Hash::of(row.body.as_bytes()).to_string());
    statement::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Statement,
        id: &event_id(matter, number),
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, json!(text))]),
    };
    record::write(tx, &who.by.compound, step.records, change, now).await?;
    Ok(number)
}

async fn restate(
    tx: &DatabaseTransaction,
    who: &Member,
    (matter, number): (&MatterId, u64),
    text: String,
    now: u64,
) -> Result<(), UseError> {
    let compound = &who.by.compound;
    let row = find_statement(tx, compound, matter, number).await?.ok_or(UseError::NoSuch(Kind::Statement))?;
    building_of(tx, compound, matter, now).await?;
    let mut parts = BTreeSet::new();
    parts.extend((row.author == who.by.subject.to_string()).then_some(Part::Author));
    let reactions = reaction::Entity::find()
        .filter(reaction::COLUMN.matter.eq(matter.as_str()))
        .filter(reaction::COLUMN.number.eq(row.number))
        .count(tx)
        .await?;
    let facts = Facts { now, reactions, given: BTreeSet::from([Given::Text]), ..Facts::default() };
    let state: StatementState = word(&row.state)?;
    let site = Site::default();
    let step = lifecycle::step(Some(state), Verb::Edit, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let before = row.digest();
    let changed = statement::Model { body: text, ..row };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Statement,
        id: &event_id(matter, number),
        verb: Verb::Edit,
        before: Some(before),
        after: changed.digest(),
        records: BTreeMap::from([(Record::Text, json!(Hash::of(changed.body.as_bytes()).to_string()))]),
    };
    Ok(record::write(tx, compound, step.records, change, now).await?)
}

async fn find_statement(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    matter: &MatterId,
    number: u64,
) -> Result<Option<statement::Model>, DbErr> {
    let query = statement::Entity::find_by_id((matter.to_string(), int(number)));
    query.filter(statement::COLUMN.compound.eq(compound.as_str())).one(tx).await
}

async fn step(
    tx: &DatabaseTransaction,
    who: &Member,
    (matter, number): (&MatterId, u64),
    verb: Verb,
    act: &StatementAct,
    now: u64,
) -> Result<StatementState, UseError> {
    let compound = &who.by.compound;
    let row = find_statement(tx, compound, matter, number).await?.ok_or(UseError::NoSuch(Kind::Statement))?;
    let original = match act.original.filter(|original| *original != number) {
        Some(original) => find_statement(tx, compound, matter, original)
            .await?
            .filter(|row| row.state == StatementState::Accepted.code())
            .map(|row| row.number),
        None => None,
    };
    let mut parts = BTreeSet::new();
    parts.extend((row.author == who.by.subject.to_string()).then_some(Part::Author));
    let given = [act.reason.map(|_| Given::Reason), original.map(|_| Given::Original)];
    let facts = Facts { now, given: given.into_iter().flatten().collect(), ..Facts::default() };
    let site = Site::default();
    let from: StatementState = word(&row.state)?;
    let step = lifecycle::step(Some(from), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let before = row.digest();
    let mut changed = row;
    step.to.code().clone_into(&mut changed.state);
    let reason = act.reason.filter(|_| matches!(verb, Verb::Hide | Verb::Reject));
    changed.reason = reason.map_or_else(String::new, |reason| reason.code().to_owned());
    changed.original = original.filter(|_| verb == Verb::MarkDuplicate);
    changed.clone().into_active_model().reset_all().update(tx).await?;
    count_change(tx, matter).await?;
    let id = event_id(matter, number);
    let told = record::tell(tx, compound, [changed.author.as_str()], (Kind::Statement, &id, verb), now).await?;
    let mut records = BTreeMap::from([(Record::Told, json!(told))]);
    records.extend(act.reason.map(|reason| (Record::Reason, json!(reason.code()))));
    records.extend(original.map(|original| (Record::Survivor, json!(original))));
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Statement,
        id: &id,
        verb,
        before: Some(before),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}

async fn react(
    tx: &DatabaseTransaction,
    who: &Member,
    (matter, number): (&MatterId, u64),
    vote: Vote,
    now: u64,
) -> Result<(), UseError> {
    let building = building_of(tx, &who.by.compound, matter, now).await?;
    who.check(Action::React, &who.site(building.as_deref(), now), now)?;
    // Whoever holds an office has a voice as a resident, and not a second one.
    let Subject::Person(person) = &who.by.subject else {
        return Err(UseError::Statement(StatementError::Person));
    };
    let found = find_statement(tx, &who.by.compound, matter, number).await?;
    if found.is_none_or(|row| row.state != StatementState::Accepted.code()) {
        return Err(UseError::Statement(StatementError::Gone));
    }
    let value = match vote {
        Vote::Disagree => -1,
        Vote::Pass => 0,
        Vote::Agree => 1,
    };
    let row = reaction::ActiveModel {
        matter: Set(matter.to_string()),
        person: Set(person.to_string()),
        number: Set(int(number)),
        value: Set(value),
    };
    let keys = [reaction::Column::Matter, reaction::Column::Person, reaction::Column::Number];
    let upsert = OnConflict::columns(keys).update_column(reaction::Column::Value).to_owned();
    reaction::Entity::insert(row).on_conflict(upsert).exec_without_returning(tx).await?;
    Ok(count_change(tx, matter).await?)
}

/// Says that a map that was computed is no longer right. The transaction holds the head of the chain, so that no change
/// is lost.
async fn count_change(tx: &DatabaseTransaction, matter: &MatterId) -> Result<(), DbErr> {
    let row = opinion::Entity::find_by_id(matter.to_string()).one(tx).await?;
    let changes = row.map_or(0, |row| row.changes) + 1;
    let row = opinion::ActiveModel { matter: Set(matter.to_string()), changes: Set(changes) };
    let upsert = OnConflict::column(opinion::Column::Matter).update_column(opinion::Column::Changes).to_owned();
    opinion::Entity::insert(row).on_conflict(upsert).exec_without_returning(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Line {
    person: String,
    number: i64,
    value: i64,
}

/// Who reacted how, with what moderators said of each statement since.
async fn reactions(db: &impl ConnectionTrait, matter: &MatterId) -> Result<Reactions, DbErr> {
    let lines: Vec<Line> = reaction::Entity::find()
        .select_only()
        .columns([reaction::Column::Person, reaction::Column::Number, reaction::Column::Value])
        .filter(reaction::COLUMN.matter.eq(matter.as_str()))
        .into_model()
        .all(db)
        .await?;
    let said = |line: Line| Ok((Id::Text(line.person), Id::Number(uint(line.number)), vote_of(line.value)?));
    let reactions = lines.into_iter().map(said).collect::<Result<Reactions, DbErr>>()?;
    let rows = statement::Entity::find().filter(statement::COLUMN.matter.eq(matter.as_str())).all(db).await?;
    let shown = [StatementState::Accepted, StatementState::Hidden].map(StatementState::code);
    let moderations: BTreeMap<Id, Moderation> = rows
        .into_iter()
        .filter(|row| shown.contains(&row.state.as_str()))
        .map(|row| {
            let is_out = row.state == StatementState::Hidden.code();
            (Id::Number(uint(row.number)), Moderation { is_out, is_meta: false })
        })
        .collect();
    Ok(reactions.with_statements(&moderations))
}

/// Whoever is tied to the estate by something else than owning: tenants, and all others, whom neither side counts.
async fn ties(db: &impl ConnectionTrait, compound: &CompoundId, now: u64) -> Result<BTreeMap<Id, Option<Tie>>, DbErr> {
    let rows = tie::Entity::find()
        .filter(tie::COLUMN.compound.eq(compound.as_str()))
        .filter(tie::COLUMN.until_at.gt(int(now)))
        .all(db)
        .await?;
    let read = |row: tie::Model| {
        let kind: TieKind = word(&row.kind)?;
        Ok((Id::Text(row.person), (kind == TieKind::Tenant).then_some(Tie::Tenant)))
    };
    rows.into_iter().map(read).collect()
}

fn compute(reactions: &Reactions, last: &Standing, ties: &BTreeMap<Id, Option<Tie>>) -> OpinionView {
    // Who may react and has no tie owns something.
    let tie = |person: &Id| ties.get(person).copied().unwrap_or(Some(Tie::Owner));
    OpinionView { map: mathematics::map(reactions, Grouping::Found(last)), voices: mathematics::voices(reactions, tie) }
}
