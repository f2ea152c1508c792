//! The steps of a matter as its page tells them: who did what when, and in what words.

use ballot::store::{
    events::Actor,
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{
    Deliberation,
    matters::{MatterId, find, subject},
    tables::{int, matter, matter_step, uint, word},
};
use crate::{
    lifecycle::{Verb, tables::MatterState},
    matter::Level,
};

/// How many steps a page tells: far more than any matter takes.
const MOST: u64 = 200;

/// What a step says beside what the matter's own row holds.
#[derive(Default)]
pub(super) struct Said<'a> {
    /// The reason or the answer.
    pub(super) text: &'a str,
    /// The matter or child that it names, as `kind:id`.
    pub(super) other: &'a str,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StepView {
    /// In Unix seconds.
    pub at: u64,
    pub verb: Verb,
    /// None is the clock.
    pub by: Option<Subject>,
    /// The state after it.
    pub state: MatterState,
    pub level: Level,
    pub responsible: Option<Subject>,
    /// In Unix seconds.
    pub due: Option<u64>,
    /// The reason or the answer.
    pub text: String,
    /// The matter or child that it names, as `kind:id`.
    pub other: String,
}

/// Writes a step; `row` is the matter after it. The transaction holds the head of the chain, so numbers are dense.
pub(super) async fn write(
    tx: &DatabaseTransaction,
    row: &matter::Model,
    verb: Verb,
    actor: &Actor,
    said: Said<'_>,
    at: u64,
) -> Result<(), DbErr> {
    let before = matter_step::Entity::find().filter(matter_step::COLUMN.matter.eq(&row.id)).count(tx).await?;
    let step = matter_step::ActiveModel {
        matter: Set(row.id.clone()),
        number: Set(int(before + 1)),
        at: Set(int(at)),
        verb: Set(verb.code().to_owned()),
        actor: Set(actor.to_string()),
        state: Set(row.state.clone()),
        level: Set(row.level),
        responsible: Set(row.responsible.clone()),
        due: Set(row.due),
        body: Set(said.text.to_owned()),
        other: Set(said.other.to_owned()),
    };
    matter_step::Entity::insert(step).exec_without_returning(tx).await?;
    Ok(())
}

impl Deliberation {
    /// The steps of a matter of the compound, oldest first; none if there is no such matter.
    pub async fn matter_steps(&self, compound: &CompoundId, id: &MatterId) -> Result<Vec<StepView>, DbErr> {
        let db = self.estate.reader();
        if find(db, compound, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = steps_of(db, id).await?;
        rows.into_iter().map(read).collect()
    }
}

async fn steps_of(db: &impl ConnectionTrait, id: &MatterId) -> Result<Vec<matter_step::Model>, DbErr> {
    matter_step::Entity::find()
        .filter(matter_step::COLUMN.matter.eq(id.as_str()))
        .order_by_asc(matter_step::COLUMN.number)
        .limit(MOST)
        .all(db)
        .await
}

fn read(row: matter_step::Model) -> Result<StepView, DbErr> {
    let level = u8::try_from(row.level).ok().and_then(Level::of);
    let by = if row.actor == Actor::Server.to_string() { None } else { Some(subject(&row.actor)?) };
    Ok(StepView {
        at: uint(row.at),
        verb: word(&row.verb)?,
        by,
        state: word(&row.state)?,
        level: level.ok_or_else(|| DbErr::Type(format!("level {}", row.level)))?,
        responsible: row.responsible.as_deref().map(subject).transpose()?,
        due: row.due.map(uint),
        text: row.body,
        other: row.other,
    })
}
