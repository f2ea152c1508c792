//! Polls from draft to result: what is prepared and who is who stands here, what counts in the log.

mod after;
mod beside;
mod cast;
mod check;
mod credentials;
mod draft;
mod find;
mod freeze;
mod inspect;
mod tell;
mod view;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};

pub use after::*;
pub use beside::*;
pub use cast::*;
pub use check::*;
pub(crate) use credentials::put_evidence;
pub(in crate::store) use credentials::{Issuing, read_signer};
pub use draft::*;
pub use find::*;
pub use freeze::*;
pub use inspect::*;
pub(in crate::store) use tell::households;
pub use view::*;

use super::{
    estate::Estate,
    ids::CompoundId,
    tables::{int, poll, poll_person, poll_unit, uint},
};
use crate::id::PollId;

/// How far a poll is in the private tables; whether a live one is open says the clock, and its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollState {
    /// Being written.
    Draft,
    /// Its roll is frozen and its manifest waits for signatures.
    Frozen,
    /// Its log has begun.
    Live,
}

impl PollState {
    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Frozen => "frozen",
            Self::Live => "live",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        [Self::Draft, Self::Frozen, Self::Live]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| DbErr::Type(format!("state {text}")))
    }
}

/// A poll in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PollRow {
    pub id: PollId,
    pub compound: CompoundId,
    pub state: PollState,
    pub title: String,
    pub opens: u64,
    pub closes: u64,
    pub created_at: u64,
}

impl PollRow {
    fn read(row: &poll::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: read_poll_id(&row.id)?,
            compound: CompoundId(row.compound.clone()),
            state: PollState::read(&row.state)?,
            title: row.title.clone(),
            opens: uint(row.opens),
            closes: uint(row.closes),
            created_at: uint(row.created_at),
        })
    }
}

fn read_poll_id(text: &str) -> Result<PollId, DbErr> {
    text.parse().map_err(|_| DbErr::Type(format!("poll {text}")))
}

impl Estate {
    /// Every poll of a compound, the one that closes last first. Only staff see those that are not live.
    pub async fn polls(&self, compound: &CompoundId) -> Result<Vec<PollRow>, DbErr> {
        let rows = poll::Entity::find()
            .filter(poll::COLUMN.compound.eq(compound.as_str()))
            .order_by_desc(poll::COLUMN.closes)
            .order_by_desc(poll::COLUMN.created_at)
            .all(self.reader())
            .await?;
        rows.iter().map(PollRow::read).collect()
    }

    /// A poll of a compound, if there is one of this id there.
    pub async fn poll(&self, compound: &CompoundId, id: &PollId) -> Result<Option<PollRow>, DbErr> {
        find(self.reader(), compound, id).await?.as_ref().map(PollRow::read).transpose()
    }

    /// A live poll of any compound, for its public pages.
    pub async fn live_poll(&self, id: &PollId) -> Result<Option<PollRow>, DbErr> {
        let row = poll::Entity::find_by_id(id.as_str().to_owned())
            .filter(poll::COLUMN.state.eq(PollState::Live.as_str()))
            .one(self.reader())
            .await?;
        row.as_ref().map(PollRow::read).transpose()
    }
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &PollId) -> Result<Option<poll::Model>, DbErr> {
    poll::Entity::find_by_id(id.as_str().to_owned()).filter(poll::COLUMN.compound.eq(compound.as_str())).one(db).await
}

async fn set_state(tx: &DatabaseTransaction, id: &PollId, from: PollState, to: PollState) -> Result<bool, DbErr> {
    let moved = poll::Entity::update_many()
        .col_expr(poll::Column::State, Expr::value(to.as_str()))
        .filter(poll::COLUMN.id.eq(id.as_str()))
        .filter(poll::COLUMN.state.eq(from.as_str()))
        .exec(tx)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// The log has begun; the roll is kept there from now on.
pub(crate) async fn go_live(tx: &DatabaseTransaction, id: &PollId) -> Result<(), DbErr> {
    set_state(tx, id, PollState::Frozen, PollState::Live).await?;
    poll::Entity::update_many()
        .col_expr(poll::Column::Roll, Expr::value(""))
        .filter(poll::COLUMN.id.eq(id.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// A poll that officers did not sign is a draft again, and its pseudonyms are forgotten.
pub(crate) async fn thaw(tx: &DatabaseTransaction, id: &PollId) -> Result<(), DbErr> {
    if !set_state(tx, id, PollState::Frozen, PollState::Draft).await? {
        return Ok(());
    }
    poll_unit::Entity::delete_many().filter(poll_unit::COLUMN.poll.eq(id.as_str())).exec(tx).await?;
    poll_person::Entity::delete_many().filter(poll_person::COLUMN.poll.eq(id.as_str())).exec(tx).await?;
    poll::Entity::update_many()
        .col_expr(poll::Column::Roll, Expr::value(""))
        .col_expr(poll::Column::Register, Expr::value(int(0)))
        .filter(poll::COLUMN.id.eq(id.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}
