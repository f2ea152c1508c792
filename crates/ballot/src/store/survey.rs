//! What an operator wants to know of the private tables: counts and chains, nobody's data.

use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};

use super::{
    Database,
    backup::Sizes,
    estate::Estate,
    events::{ChainError, verify},
    ids::CompoundId,
    polls::PollState,
    tables::{compound, outbox, poll, uint},
};

/// Messages that wait to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unsent {
    /// How many.
    pub waiting: u64,
    /// Seconds since the oldest was written.
    pub oldest: u64,
}

impl Estate {
    /// How many entries each log has, and what waits to be sent.
    pub async fn survey(&self, now: u64) -> Result<(Sizes, Unsent), DbErr> {
        Ok((self.database().log_sizes().await?, self.database().unsent(now).await?))
    }
}

impl Database {
    /// Every compound by name, and how many events its chain has, recomputed from the first to the last.
    ///
    /// # Errors
    /// The list cannot be read. What is wrong with one chain stands in its place.
    pub async fn survey_events(&self) -> Result<Vec<(String, Result<u64, ChainError>)>, DbErr> {
        let rows = compound::Entity::find().order_by_asc(compound::COLUMN.name).all(self.reader()).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let chain = verify(self.reader(), &CompoundId(row.id)).await;
            found.push((row.name, chain));
        }
        Ok(found)
    }

    /// Polls whose manifest names its keys already, and whose log has not begun.
    pub async fn polls_that_wait(&self) -> Result<Vec<String>, DbErr> {
        let frozen = poll::Entity::find().filter(poll::Column::State.eq(PollState::Frozen.as_str()));
        Ok(frozen.all(self.reader()).await?.into_iter().map(|row| row.id).collect())
    }

    /// Messages that wait to be sent, of every compound.
    pub async fn unsent(&self, now: u64) -> Result<Unsent, DbErr> {
        let queued = || outbox::Entity::find().filter(outbox::Column::State.eq("queued"));
        let waiting = queued().count(self.reader()).await?;
        let oldest = queued().order_by_asc(outbox::COLUMN.created_at).one(self.reader()).await?;
        Ok(Unsent { waiting, oldest: oldest.map_or(0, |row| now.saturating_sub(uint(row.created_at))) })
    }
}
