//! Statements below a matter, a motion or a survey's needs, and what people think of each.
//!
//! Statements go through their table, with an event for every step. Reactions do not: they are opinions, which nothing
//! is decided by, and no chain says who has which.

mod conversation;
mod map;
mod needs;

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};
use serde_json::json;

pub use conversation::{Conversation, weighs_needs};
pub use map::OpinionView;

use super::{
    By, Deliberation, StatementError, UseError, matters,
    people::Standing as Member,
    record::{self, Change},
    tables::{int, reaction, statement, uint, word},
};
use crate::{
    discussion::HideReason,
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, tables::StatementState},
    opinion::Vote,
    rights::{Action, Bearing, Site, may},
};

/// A statement has at most so many characters: it is to be read at a glance.
const STATEMENT_MAX: usize = 140;
/// There are at most so many below one thing, those that nobody is shown included.
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

impl Deliberation {
    /// Hands a statement in; a moderator looks at it before others see it.
    ///
    /// # Errors
    /// No right, nothing of this id, nothing that is talked over, a text that is none, or too many statements.
    pub async fn state(&self, by: &By, target: &Conversation, new: &NewStatement, now: u64) -> Result<u64, UseError> {
        let text = read_statement(&new.text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = state(&tx, &who, target, text, now).await;
        self.end(tx, by, "statement_create", now, result).await
    }

    /// Words a statement anew, as long as nobody has reacted to it.
    ///
    /// # Errors
    /// No such statement, not its author, a text that is none, or the table refuses.
    pub async fn restate(
        &self,
        by: &By,
        (target, number): (&Conversation, u64),
        new: &NewStatement,
        now: u64,
    ) -> Result<(), UseError> {
        let text = read_statement(&new.text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = restate(&tx, &who, (target, number), text, now).await;
        self.end(tx, by, "statement_edit", now, result).await
    }

    /// Below what statements wait for a moderator, and how many.
    pub async fn waiting_statements(&self, compound: &CompoundId) -> Result<Vec<(Conversation, u64)>, DbErr> {
        let waiting: Vec<String> = statement::Entity::find()
            .select_only()
            .column(statement::Column::Target)
            .filter(statement::COLUMN.compound.eq(compound.as_str()))
            .filter(statement::COLUMN.state.eq(StatementState::Pending.code()))
            .into_tuple()
            .all(self.estate.reader())
            .await?;
        let mut counts = BTreeMap::<_, u64>::new();
        for key in waiting {
            *counts.entry(key).or_default() += 1;
        }
        Ok(counts.into_iter().filter_map(|(key, count)| Some((Conversation::from_key(&key)?, count))).collect())
    }

    /// Does one step of a statement's table: a moderator accepts, rejects, or hides it, and its author is told.
    ///
    /// # Errors
    /// No such statement, or the table refuses.
    pub async fn statement_step(
        &self,
        by: &By,
        (target, number): (&Conversation, u64),
        verb: Verb,
        act: &StatementAct,
        now: u64,
    ) -> Result<StatementState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = step(&tx, &who, (target, number), verb, act, now).await;
        self.end(tx, by, &format!("statement_{verb}"), now, result).await
    }

    /// Reacts to a statement that is shown, or thinks again: the last reaction counts.
    ///
    /// # Errors
    /// No right, an office rather than a person, nothing that is talked over, or a statement that is not shown.
    pub async fn react(
        &self,
        by: &By,
        (target, number): (&Conversation, u64),
        vote: Vote,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = react(&tx, &who, (target, number), vote, now).await;
        self.end(tx, by, "react", now, result).await
    }

    /// Every statement below something, in the order of writing. Which of them are shown is the page's to say.
    pub async fn statements(&self, target: &Conversation) -> Result<Vec<StatementView>, DbErr> {
        let rows = statement::Entity::find()
            .filter(statement::COLUMN.target.eq(target.key()))
            .order_by_asc(statement::COLUMN.number)
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// What somebody has said of each statement below something.
    pub async fn own_reactions(&self, target: &Conversation, who: &Subject) -> Result<BTreeMap<u64, Vote>, DbErr> {
        let Subject::Person(person) = who else { return Ok(BTreeMap::new()) };
        let rows = reaction::Entity::find()
            .filter(reaction::COLUMN.target.eq(target.key()))
            .filter(reaction::COLUMN.person.eq(person.as_str()))
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(|row| Ok((uint(row.number), vote_of(row.value)?))).collect()
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
        author: matters::subject(&row.author)?,
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

fn event_id(target: &Conversation, number: u64) -> String {
    format!("{}/{number}", target.key())
}

async fn state(
    tx: &DatabaseTransaction,
    who: &Member,
    target: &Conversation,
    text: String,
    now: u64,
) -> Result<u64, UseError> {
    let building = target.building(tx, &who.by.compound, now).await?;
    let site = who.site(building.as_deref(), now);
    let parts = BTreeSet::from([Part::Author]);
    let facts = Facts { now, given: BTreeSet::from([Given::Text]), ..Facts::default() };
    let step =
        lifecycle::step(None::<StatementState>, Verb::Create, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let last = statement::Entity::find()
        .filter(statement::COLUMN.target.eq(target.key()))
        .order_by_desc(statement::COLUMN.number)
        .one(tx)
        .await?;
    let number = last.map_or(0, |row| uint(row.number)) + 1;
    if STATEMENTS_MOST < number {
        return Err(UseError::Statement(StatementError::Full));
    }
    let row = statement::Model {
        target: target.key(),
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
        id: &event_id(target, number),
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
    (target, number): (&Conversation, u64),
    text: String,
    now: u64,
) -> Result<(), UseError> {
    let compound = &who.by.compound;
    let row = find_statement(tx, compound, target, number).await?.ok_or(UseError::NoSuch(Kind::Statement))?;
    target.building(tx, compound, now).await?;
    let mut parts = BTreeSet::new();
    parts.extend((row.author == who.by.subject.to_string()).then_some(Part::Author));
    let reactions = reaction::Entity::find()
        .filter(reaction::COLUMN.target.eq(target.key()))
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
        id: &event_id(target, number),
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
    target: &Conversation,
    number: u64,
) -> Result<Option<statement::Model>, DbErr> {
    let query = statement::Entity::find_by_id((target.key(), int(number)));
    query.filter(statement::COLUMN.compound.eq(compound.as_str())).one(tx).await
}

async fn step(
    tx: &DatabaseTransaction,
    who: &Member,
    (target, number): (&Conversation, u64),
    verb: Verb,
    act: &StatementAct,
    now: u64,
) -> Result<StatementState, UseError> {
    let compound = &who.by.compound;
    let row = find_statement(tx, compound, target, number).await?.ok_or(UseError::NoSuch(Kind::Statement))?;
    let original = match act.original.filter(|original| *original != number) {
        Some(original) => find_statement(tx, compound, target, original)
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
    map::count_change(tx, target).await?;
    let id = event_id(target, number);
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
    (target, number): (&Conversation, u64),
    vote: Vote,
    now: u64,
) -> Result<(), UseError> {
    let building = target.building(tx, &who.by.compound, now).await?;
    who.check(Action::React, &who.site(building.as_deref(), now), now)?;
    // Whoever holds an office has a voice as a resident, and not a second one.
    let Subject::Person(person) = &who.by.subject else {
        return Err(UseError::Statement(StatementError::Person));
    };
    let found = find_statement(tx, &who.by.compound, target, number).await?;
    if found.is_none_or(|row| row.state != StatementState::Accepted.code()) {
        return Err(UseError::Statement(StatementError::Gone));
    }
    let value = match vote {
        Vote::Disagree => -1,
        Vote::Pass => 0,
        Vote::Agree => 1,
    };
    let row = reaction::ActiveModel {
        target: Set(target.key()),
        person: Set(person.to_string()),
        number: Set(int(number)),
        value: Set(value),
    };
    let keys = [reaction::Column::Target, reaction::Column::Person, reaction::Column::Number];
    let upsert = OnConflict::columns(keys).update_column(reaction::Column::Value).to_owned();
    reaction::Entity::insert(row).on_conflict(upsert).exec_without_returning(tx).await?;
    Ok(map::count_change(tx, target).await?)
}
