//! The three promises, counted from indexes alone, as every look at the board asks for them.

use ballot::store::ids::CompoundId;
use sea_orm::{
    Condition, DatabaseConnection, DbErr, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
    sea_query::{Expr, SelectStatement},
};

use super::{
    Deliberation,
    tables::{int, matter, submitter, uint},
};
use crate::{lifecycle::tables::MatterState, matter::Promise};

/// How far the three promises over submitted matters are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promises {
    /// 件件有回音: of the matters, those that were acknowledged, answered or merged.
    pub acknowledged: Promise,
    /// 事事有着落: of the matters, those with somebody responsible and a due date, or ended.
    pub placed: Promise,
    /// 人人有答复: of whoever submitted them, those who have the answer; of merged matters, with that which goes on.
    pub answered: Promise,
}

impl Deliberation {
    /// The three promises of a compound.
    pub async fn promises(&self, compound: &CompoundId) -> Result<Promises, DbErr> {
        let db = self.estate.reader();
        let matters = || matter::Entity::find().filter(matter::COLUMN.compound.eq(compound.as_str()));
        let of = count(db, matters()).await?;
        let promise = |of: u64, missing: u64| Promise { kept: of.saturating_sub(missing), of };
        Ok(Promises {
            acknowledged: promise(of, count(db, matters().filter(silent())).await?),
            placed: promise(of, count(db, matters().filter(loose())).await?),
            answered: promise(count(db, people(compound)).await?, count(db, waiting(compound)).await?),
        })
    }
}

/// Matters that nobody has acknowledged.
pub(super) fn silent() -> Condition {
    Condition::all().add(matter::COLUMN.acknowledged_at.is_null())
}

/// Matters under way for which nobody is responsible, or by no day.
pub(super) fn loose() -> Condition {
    let nobody = Condition::any().add(matter::COLUMN.responsible.is_null()).add(matter::COLUMN.due.is_null());
    Condition::all()
        .add(matter::COLUMN.is_open.eq(true))
        .add(matter::COLUMN.state.ne(MatterState::Answered.code()))
        .add(nobody)
}

/// The numbers of the newest `limit` matters below `before` of which somebody still waits for the answer.
pub(super) fn unanswered(compound: &CompoundId, before: Option<u64>, limit: u64) -> SelectStatement {
    let mut lines = waiting(compound);
    if let Some(before) = before {
        lines = lines.filter(submitter::COLUMN.number.lt(int(before)));
    }
    let number = submitter::Column::Number;
    lines.select_only().column(number).distinct().order_by_desc(number).limit(limit).into_query()
}

/// Everybody who is to be answered. Whoever was carried on is answered with the matter that goes on.
fn people(compound: &CompoundId) -> Select<submitter::Entity> {
    submitter::Entity::find()
        .filter(submitter::COLUMN.compound.eq(compound.as_str()))
        .filter(submitter::COLUMN.is_carried.eq(false))
}

fn waiting(compound: &CompoundId) -> Select<submitter::Entity> {
    people(compound).filter(submitter::COLUMN.answered_at.is_null())
}

/// How many rows there are; no column is read for it.
async fn count<E: EntityTrait>(db: &DatabaseConnection, rows: Select<E>) -> Result<u64, DbErr> {
    let count: Option<i64> = rows.select_only().expr(Expr::cust("COUNT(*)")).into_tuple().one(db).await?;
    Ok(uint(count.unwrap_or_default()))
}
