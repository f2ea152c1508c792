//! The register of what was decided: results of votes on motions and decisions of meetings, each under a number.
//!
//! It says what was decided when. How the decision stands is read from the motion or the item, and what is done about it
//! from its action items.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::ids::CompoundId;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement},
};

use super::{
    Deliberation, ItemId, ItemView, MotionId,
    meetings::read_item,
    motions::{facts, state_of},
    numbers::numbered,
    record::next_number,
    rules::rules,
    tables::{agenda_item, decision, int, motion, task, uint},
    tasks::{self, TaskView},
};
use crate::lifecycle::{
    self, Kind,
    tables::{MotionState, TaskState},
};

/// What was decided on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecisionSource {
    /// A motion, by a vote.
    Motion(MotionId),
    /// An item of an agenda, by a meeting.
    Item(ItemId),
}

impl DecisionSource {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Motion(id) => format!("{}:{id}", Kind::Motion),
            Self::Item(id) => format!("{}:{id}", Kind::AgendaItem),
        }
    }

    fn from_key(key: &str) -> Result<Self, DbErr> {
        match key.split_once(':') {
            Some(("motion", id)) => Ok(Self::Motion(MotionId(id.to_owned()))),
            Some(("agenda_item", id)) => Ok(Self::Item(ItemId(id.to_owned()))),
            _ => Err(DbErr::Type(format!("the source {key} of a decision"))),
        }
    }
}

/// Which decisions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionFilter {
    /// All.
    All,
    /// Those of which something is still to be done or verified.
    Open,
    /// Those of which something should have been done by now.
    Overdue,
    /// Those of which all that was given out has ended.
    Done,
}

/// How a decision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As the motion does.
    Motion(MotionState),
    /// As the hands of the meeting decided.
    Item(Box<ItemView>),
}

impl Verdict {
    /// Whether something can follow from it: it was carried, and nothing stands against it any more.
    pub fn takes_tasks(&self) -> bool {
        match self {
            Self::Motion(state) => matches!(state, MotionState::Decided | MotionState::Executing),
            Self::Item(item) => item.carried() == Some(true),
        }
    }
}

/// A decision with what is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DecisionView {
    pub number: u64,
    /// In Unix seconds; of a vote that was repeated, the last time.
    pub at: u64,
    pub source: DecisionSource,
    pub title: String,
    pub verdict: Verdict,
    /// In the order in which they were given out.
    pub tasks: Vec<TaskView>,
}

impl Deliberation {
    /// Decisions from the newest on, below the number `before` where a page goes on.
    pub async fn decisions(
        &self,
        compound: &CompoundId,
        filter: DecisionFilter,
        before: Option<u64>,
        limit: u64,
        now: u64,
    ) -> Result<Vec<DecisionView>, DbErr> {
        let db = self.estate.reader();
        let rows = list_query(compound, filter, before, limit, now).all(db).await?;
        views(db, compound, rows, now).await
    }

    /// The decision of a number in the compound.
    pub async fn decision_numbered(
        &self,
        compound: &CompoundId,
        number: u64,
        now: u64,
    ) -> Result<Option<DecisionView>, DbErr> {
        let db = self.estate.reader();
        let columns = [decision::Column::Compound, decision::Column::Number];
        let row = numbered::<decision::Entity>(db, columns, compound, number).await?;
        Ok(views(db, compound, row.into_iter().collect(), now).await?.pop())
    }

    /// The numbers under which these were decided; whatever was not is left out.
    pub async fn decision_numbers(
        &self,
        compound: &CompoundId,
        sources: &BTreeSet<DecisionSource>,
    ) -> Result<BTreeMap<DecisionSource, u64>, DbErr> {
        let keys = sources.iter().map(DecisionSource::key);
        let rows = decision::Entity::find()
            .filter(decision::COLUMN.compound.eq(compound.as_str()))
            .filter(decision::COLUMN.source.is_in(keys))
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(|row| Ok((DecisionSource::from_key(&row.source)?, uint(row.number)))).collect()
    }

    /// The decisions that action items follow from, by `task:ID`.
    pub async fn decisions_behind(
        &self,
        compound: &CompoundId,
        tasks: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, DecisionSource>, DbErr> {
        let ids = tasks.iter().filter_map(|key| key.strip_prefix("task:"));
        let rows = task::Entity::find()
            .filter(task::COLUMN.compound.eq(compound.as_str()))
            .filter(task::COLUMN.id.is_in(ids))
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(|row| Ok((format!("task:{}", row.id), DecisionSource::from_key(&row.source)?))).collect()
    }
}

pub(super) fn list_query(
    compound: &CompoundId,
    filter: DecisionFilter,
    before: Option<u64>,
    limit: u64,
    now: u64,
) -> Select<decision::Entity> {
    let ended = || [TaskState::Done, TaskState::Verified, TaskState::Cancelled].map(TaskState::code);
    let open = || its_tasks().and_where(Expr::col((task::Entity, task::Column::IsOpen)).eq(true)).to_owned();
    let mut query = decision::Entity::find().filter(decision::COLUMN.compound.eq(compound.as_str()));
    query = match filter {
        DecisionFilter::All => query,
        DecisionFilter::Open => query.filter(Expr::exists(open())),
        DecisionFilter::Overdue => {
            let late = open()
                .and_where(Expr::col((task::Entity, task::Column::State)).is_not_in(ended()))
                .and_where(Expr::col((task::Entity, task::Column::Due)).lt(int(now)))
                .to_owned();
            query.filter(Expr::exists(late))
        }
        DecisionFilter::Done => query.filter(Expr::exists(its_tasks())).filter(Expr::exists(open()).not()),
    };
    if let Some(before) = before.and_then(|before| i64::try_from(before).ok()) {
        query = query.filter(decision::COLUMN.number.lt(before));
    }
    query.order_by_desc(decision::COLUMN.number).limit(limit)
}

/// The action items of the decision that a row is.
fn its_tasks() -> SelectStatement {
    let of = |column| Expr::col((task::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(task::Entity)
        .and_where(of(task::Column::Source).equals((decision::Entity, decision::Column::Source)))
        .and_where(of(task::Column::Compound).equals((decision::Entity, decision::Column::Compound)))
        .to_owned()
}

async fn views(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    rows: Vec<decision::Model>,
    now: u64,
) -> Result<Vec<DecisionView>, DbErr> {
    let keys: Vec<_> = rows.iter().map(|row| row.source.clone()).collect();
    let mut tasks = tasks::of_sources(db, compound, keys, now).await?;
    let mut found = verdicts(db, compound, &rows, now).await?;
    let view = |row: decision::Model| {
        let source = DecisionSource::from_key(&row.source)?;
        let (title, verdict) =
            found.remove(&source).ok_or_else(|| DbErr::RecordNotFound(format!("{} of a decision", row.source)))?;
        let tasks = tasks.remove(&row.source).unwrap_or_default();
        Ok(DecisionView { number: uint(row.number), at: uint(row.at), source, title, verdict, tasks })
    };
    rows.into_iter().map(view).collect()
}

/// What the motions and items of decisions are called, and how they stand.
async fn verdicts(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    rows: &[decision::Model],
    now: u64,
) -> Result<BTreeMap<DecisionSource, (String, Verdict)>, DbErr> {
    let ids = |kind: &str| rows.iter().filter_map(|row| row.source.strip_prefix(kind)).collect::<Vec<_>>();
    let motions = motion::Entity::find()
        .filter(motion::COLUMN.compound.eq(compound.as_str()))
        .filter(motion::COLUMN.id.is_in(ids("motion:")))
        .all(db)
        .await?;
    let items = agenda_item::Entity::find()
        .filter(agenda_item::COLUMN.compound.eq(compound.as_str()))
        .filter(agenda_item::COLUMN.id.is_in(ids("agenda_item:")))
        .all(db)
        .await?;
    let mut found = BTreeMap::new();
    let rules = rules(db, compound).await?;
    for row in motions {
        let mut state = state_of(&row)?;
        // What time has brought is shown whether or not it was written.
        if row.wake_at.is_some_and(|at| at <= int(now)) {
            state = lifecycle::due(state, &facts(db, &row, &rules, now).await?).map_or(state, |step| step.to);
        }
        let verdict = Verdict::Motion(state);
        found.insert(DecisionSource::Motion(MotionId(row.id)), (row.title, verdict));
    }
    for row in items {
        let item = read_item(row)?;
        found.insert(DecisionSource::Item(item.id.clone()), (item.title.clone(), Verdict::Item(Box::new(item))));
    }
    Ok(found)
}

/// Enters what was decided, or when it was decided anew.
pub(super) async fn register(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    source: &DecisionSource,
    now: u64,
) -> Result<(), DbErr> {
    let key = source.key();
    let before = decision::Entity::find()
        .filter(decision::COLUMN.compound.eq(compound.as_str()))
        .filter(decision::COLUMN.source.eq(&key))
        .one(tx)
        .await?;
    let number = match before {
        Some(row) => row.number,
        None => int(next_number(tx, compound, Kind::Decision.code()).await?),
    };
    let row = decision::ActiveModel {
        compound: Set(compound.to_string()),
        number: Set(number),
        source: Set(key),
        at: Set(int(now)),
    };
    let keys = [decision::Column::Compound, decision::Column::Number];
    let anew = OnConflict::columns(keys).update_column(decision::Column::At).to_owned();
    decision::Entity::insert(row).on_conflict(anew).exec_without_returning(tx).await?;
    Ok(())
}

/// How something stands that was decided on in the compound; none if it was not.
pub(super) async fn verdict(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    source: &DecisionSource,
    now: u64,
) -> Result<Option<Verdict>, DbErr> {
    let row = decision::Entity::find()
        .filter(decision::COLUMN.compound.eq(compound.as_str()))
        .filter(decision::COLUMN.source.eq(source.key()))
        .one(tx)
        .await?;
    let found = verdicts(tx, compound, row.as_slice(), now).await?;
    Ok(found.into_values().next().map(|(_, verdict)| verdict))
}
