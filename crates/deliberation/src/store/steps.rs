//! The steps of a matter or a motion as its page tells them: who did what when, and in what words.

use ballot::store::{
    events::Actor,
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::{
    Deliberation, MatterId, MotionId,
    matters::{find, subject},
    tables::{int, matter, step, uint, word},
};
use crate::{
    lifecycle::{Kind, Verb},
    matter::Level,
};

/// How many steps a page tells: far more than anything takes.
const MOST: u64 = 200;

/// What a step names that was read from a poll's log: before the index of its result.
pub(super) const RESULT: &str = "result:";

/// What a step says beside what the row of its matter or motion holds.
#[derive(Default)]
pub(super) struct Said<'a> {
    /// The reason or the answer.
    pub(super) text: &'a str,
    /// What it names, as `kind:id`, or as [`RESULT`] and an index.
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
    /// The level of a matter.
    pub level: Option<Level>,
    pub responsible: Option<Subject>,
    /// In Unix seconds.
    pub due: Option<u64>,
    /// The reason or the answer.
    pub text: String,
    /// What it names, as `kind:id`, or as `result:` and the index of a result in its poll's log.
    pub other: String,
}

/// Writes a step of a matter; `row` is the matter after it.
pub(super) async fn of_matter(
    tx: &DatabaseTransaction,
    row: &matter::Model,
    verb: Verb,
    actor: &Actor,
    said: Said<'_>,
    at: u64,
) -> Result<(), DbErr> {
    let object = format!("{}:{}", Kind::Matter, row.id);
    let step = step::ActiveModel {
        state: Set(row.state.clone()),
        level: Set(Some(row.level)),
        responsible: Set(row.responsible.clone()),
        due: Set(row.due),
        ..begun(verb, actor, &said, at)
    };
    write(tx, object, step).await
}

/// Writes a step of a motion that leads into a state.
pub(super) async fn of_motion(
    tx: &DatabaseTransaction,
    (motion, state): (&str, &str),
    verb: Verb,
    actor: &Actor,
    said: Said<'_>,
    at: u64,
) -> Result<(), DbErr> {
    let object = format!("{}:{motion}", Kind::Motion);
    let step = step::ActiveModel {
        state: Set(state.to_owned()),
        level: Set(None),
        responsible: Set(None),
        due: Set(None),
        ..begun(verb, actor, &said, at)
    };
    write(tx, object, step).await
}

/// Writes a step of a mediation, which only its room tells.
pub(super) async fn of_mediation(
    tx: &DatabaseTransaction,
    (mediation, state): (&str, &str),
    verb: Verb,
    by: &Subject,
    said: Said<'_>,
    at: u64,
) -> Result<(), DbErr> {
    let object = format!("{}:{mediation}", Kind::Mediation);
    let step = step::ActiveModel {
        state: Set(state.to_owned()),
        level: Set(None),
        responsible: Set(None),
        due: Set(None),
        ..begun(verb, &Actor::Subject(by.clone()), &said, at)
    };
    write(tx, object, step).await
}

fn begun(verb: Verb, actor: &Actor, said: &Said<'_>, at: u64) -> step::ActiveModel {
    step::ActiveModel {
        at: Set(int(at)),
        verb: Set(verb.code().to_owned()),
        actor: Set(actor.to_string()),
        body: Set(said.text.to_owned()),
        other: Set(said.other.to_owned()),
        ..step::ActiveModel::default()
    }
}

/// The transaction holds the head of the chain, so numbers are dense.
async fn write(tx: &DatabaseTransaction, object: String, step: step::ActiveModel) -> Result<(), DbErr> {
    let before = step::Entity::find().filter(step::COLUMN.object.eq(&object)).count(tx).await?;
    let step = step::ActiveModel { object: Set(object), number: Set(int(before + 1)), ..step };
    step::Entity::insert(step).exec_without_returning(tx).await?;
    Ok(())
}

impl Deliberation {
    /// The steps of a matter of the compound, oldest first; none if there is no such matter.
    pub async fn matter_steps(&self, compound: &CompoundId, id: &MatterId) -> Result<Vec<StepView>, DbErr> {
        if find(self.estate.reader(), compound, id).await?.is_none() {
            return Ok(Vec::new());
        }
        self.steps_of(&format!("{}:{id}", Kind::Matter)).await
    }

    /// The steps of a motion of the compound, oldest first; none if there is no such motion.
    pub async fn motion_steps(&self, compound: &CompoundId, id: &MotionId) -> Result<Vec<StepView>, DbErr> {
        if !self.has_motion(compound, id).await? {
            return Ok(Vec::new());
        }
        self.steps_of(&format!("{}:{id}", Kind::Motion)).await
    }

    /// The index of the result from which a motion's outcome was read last. Where none is known, every result is taken to
    /// be counted already: better that it waits than that nobody counts again.
    pub(super) async fn counted(&self, motion: &str) -> Result<u64, DbErr> {
        let steps = self.steps_of(&format!("{}:{motion}", Kind::Motion)).await?;
        let index = steps.iter().rev().find_map(|step| step.other.strip_prefix(RESULT)?.parse().ok());
        Ok(index.unwrap_or(u64::MAX))
    }

    /// The steps of something, for whoever has checked that it may be seen.
    pub(super) async fn steps_of(&self, object: &str) -> Result<Vec<StepView>, DbErr> {
        let query = step::Entity::find().filter(step::COLUMN.object.eq(object)).order_by_asc(step::COLUMN.number);
        query.limit(MOST).all(self.estate.reader()).await?.into_iter().map(read).collect()
    }
}

fn read(row: step::Model) -> Result<StepView, DbErr> {
    let by = if row.actor == Actor::Server.to_string() { None } else { Some(subject(&row.actor)?) };
    Ok(StepView {
        at: uint(row.at),
        verb: word(&row.verb)?,
        by,
        level: row.level.and_then(|level| Level::of(u8::try_from(level).ok()?)),
        responsible: row.responsible.as_deref().map(subject).transpose()?,
        due: row.due.map(uint),
        text: row.body,
        other: row.other,
    })
}
