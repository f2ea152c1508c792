//! Motions as pages show them.

use ballot::{
    hash::Hash,
    id::PollId,
    store::{
        ids::{CompoundId, Subject},
        place::Matter as LegalMatter,
    },
};
use sea_orm::{Condition, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{amendments, count_support, facts, find, read_version, state_of};
use crate::{
    lifecycle::{
        self, Window,
        tables::{MotionState, VersionState},
    },
    motion::{Support, Version, is_vote_open},
    store::{
        Deliberation, MotionId,
        motions::AmendmentView,
        rules::rules,
        tables::{int, motion, motion_version, uint, word},
    },
};

/// A motion in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MotionRow {
    pub id: MotionId,
    pub number: u64,
    pub title: String,
    pub kind: LegalMatter,
    pub state: MotionState,
    /// When it came into the state that was written last.
    pub since: u64,
    /// Whether it was ever handed in: before, it is its proposer's alone.
    pub is_public: bool,
}

/// One version of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct VersionView {
    pub version: Version,
    pub state: VersionState,
    pub hash: Hash,
    pub author: Subject,
    /// Why it takes the place of the one before.
    pub reason: String,
    pub at: u64,
}

/// A motion with all that its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MotionView {
    pub row: MotionRow,
    pub proposer: Subject,
    /// Oldest first; the last is the motion's text.
    pub versions: Vec<VersionView>,
    pub amendments: Vec<AmendmentView>,
    /// For the last version.
    pub support: Support,
    /// The window that runs: of the discussion, of amendments, or of objections.
    pub window: Window,
    pub poll: Option<PollId>,
    pub vote: Option<Window>,
    /// Whether votes are taken now: a function of the clock.
    pub is_vote_open: bool,
    pub repeats: u64,
}

impl Deliberation {
    /// A motion of a compound as it stands now.
    pub async fn motion(&self, compound: &CompoundId, id: &MotionId, now: u64) -> Result<Option<MotionView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(None) };
        let rules = rules(db, compound).await?;
        let texts = motion_version::Entity::find()
            .filter(motion_version::COLUMN.motion.eq(id.as_str()))
            .order_by_asc(motion_version::COLUMN.number)
            .all(db)
            .await?;
        let versions = texts.into_iter().map(read_text).collect::<Result<_, _>>()?;
        let vote =
            row.vote_from.zip(row.vote_until).map(|(from, until)| Window { from: uint(from), until: uint(until) });
        let mut state = state_of(&row)?;
        // What time has brought is shown whether or not it was written.
        if let Some(step) = lifecycle::due(state, &facts(db, &row, &rules, now).await?) {
            state = step.to;
        }
        let poll = row.poll.as_deref().map(|poll| poll.parse().map_err(|_| DbErr::Type("a poll's id".to_owned())));
        Ok(Some(MotionView {
            proposer: row.proposer.parse().map_err(|_| DbErr::Type(format!("subject {}", row.proposer)))?,
            versions,
            amendments: amendments::of(db, id).await?,
            support: count_support(db, compound, &row).await?,
            window: Window { from: uint(row.window_from), until: uint(row.window_until) },
            poll: poll.transpose()?,
            vote,
            is_vote_open: is_vote_open(state, vote, now),
            repeats: uint(row.repeats),
            row: MotionRow { state, ..read_row(row)? },
        }))
    }

    /// Motions that whoever is `looking` may see, from the newest on, below the number `before` where a page goes on.
    pub async fn motions(
        &self,
        compound: &CompoundId,
        looking: Option<&Subject>,
        only_open: bool,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<MotionRow>, DbErr> {
        let rows = list_query((compound, looking), only_open, before, limit).all(self.estate.reader()).await?;
        rows.into_iter().map(read_row).collect()
    }
}

pub(in crate::store) fn list_query(
    (compound, looking): (&CompoundId, Option<&Subject>),
    only_open: bool,
    before: Option<u64>,
    limit: u64,
) -> sea_orm::Select<motion::Entity> {
    // What was never handed in is its proposer's alone.
    let mut seen = Condition::any().add(motion::COLUMN.register.gt(0));
    if let Some(subject) = looking {
        seen = seen.add(motion::COLUMN.proposer.eq(subject.to_string()));
    }
    let mut query = motion::Entity::find().filter(motion::COLUMN.compound.eq(compound.as_str())).filter(seen);
    if only_open {
        query = query.filter(motion::COLUMN.is_open.eq(true));
    }
    if let Some(before) = before {
        query = query.filter(motion::COLUMN.number.lt(int(before)));
    }
    query.order_by_desc(motion::COLUMN.number).limit(limit)
}

pub(in crate::store) fn due_query(compound: &CompoundId, now: u64) -> sea_orm::Select<motion::Entity> {
    motion::Entity::find()
        .filter(motion::COLUMN.compound.eq(compound.as_str()))
        .filter(motion::COLUMN.wake_at.lte(int(now)))
        .order_by_asc(motion::COLUMN.wake_at)
        .limit(500)
}

fn read_row(row: motion::Model) -> Result<MotionRow, DbErr> {
    let kind = serde_json::from_value(row.kind.clone().into()).map_err(|err| DbErr::Json(err.to_string()))?;
    Ok(MotionRow {
        state: state_of(&row)?,
        kind,
        id: MotionId(row.id),
        number: uint(row.number),
        title: row.title,
        since: uint(row.since),
        is_public: row.register != 0,
    })
}

fn read_text(row: motion_version::Model) -> Result<VersionView, DbErr> {
    let version = read_version(&row)?;
    Ok(VersionView {
        hash: version.hash(),
        version,
        state: word(&row.state)?,
        author: row.author.parse().map_err(|_| DbErr::Type(format!("subject {}", row.author)))?,
        reason: row.reason,
        at: uint(row.at),
    })
}
