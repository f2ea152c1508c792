//! Heads that are committed, and nothing else, can be signed.
//!
//! [`Committed`] is made here alone: of a head row that was read, of a transaction that was committed, or of a size that
//! was published before. Whoever holds one holds a durable tree.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{
    rows::{self, HeadRow},
    view::View,
};
use crate::{
    hash::Hash,
    id::PollId,
    key::SignerKey,
    log::{Checkpoint, Frontier},
    store::fault::{Faults, Point},
};

/// The size and root of a tree that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Committed {
    size: u64,
    root: Hash,
}

/// Why a batch was not committed.
#[derive(Debug)]
pub(in crate::store) enum CommitError {
    /// Nothing is stored.
    Nothing(DbErr),
    /// The head was not where it was said to be, though it was locked.
    Moved,
    /// Nobody knows whether it is stored.
    Unknown(DbErr),
}

impl Committed {
    /// The committed head as anybody sees it, with its row; none if there is no such log.
    pub(in crate::store) async fn read(
        connection: &impl ConnectionTrait,
        poll: &PollId,
    ) -> Result<Option<(Self, HeadRow)>, DbErr> {
        Ok(rows::read_head(connection, poll).await?.map(|row| (Self::of(&row.frontier), row)))
    }

    /// The committed head, locked until the transaction ends, with its row; none if there is no such log.
    pub(in crate::store) async fn lock(
        transaction: &DatabaseTransaction,
        poll: &PollId,
    ) -> Result<Option<(Self, HeadRow)>, DbErr> {
        Ok(rows::lock_head(transaction, poll).await?.map(|row| (Self::of(&row.frontier), row)))
    }

    /// A size that was published before.
    pub(in crate::store) fn published(view: &View, size: u64) -> Option<Self> {
        view.sizes.binary_search(&size).ok()?;
        Some(Self { size, root: view.tree.root(size)? })
    }

    /// Moves the head of a locked log and commits.
    pub(in crate::store) async fn commit(
        transaction: DatabaseTransaction,
        poll: &PollId,
        old: &HeadRow,
        new: &Frontier,
        (close_index, now): (Option<u64>, u64),
        faults: &Faults,
    ) -> Result<Self, CommitError> {
        let (size, root) = (new.size(), new.root());
        let armed = || DbErr::Custom("a fail point".to_owned());
        let moved = faults
            .around(
                Point::Move,
                async {
                    rows::insert_checkpoint(&transaction, poll, size, &root, now).await?;
                    rows::move_head(&transaction, poll, (old.frontier.size(), old.epoch), new, close_index).await
                },
                armed,
            )
            .await
            .map_err(CommitError::Nothing)?;
        if !moved {
            return Err(CommitError::Moved);
        }
        faults.around(Point::Commit, transaction.commit(), armed).await.map_err(CommitError::Unknown)?;
        Ok(Self { size, root })
    }

    fn of(frontier: &Frontier) -> Self {
        Self { size: frontier.size(), root: frontier.root() }
    }

    /// How many entries.
    pub(in crate::store) fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    pub(in crate::store) fn root(&self) -> Hash {
        self.root
    }

    /// The checkpoint, signed. Ed25519 is deterministic: after a crash it is made again byte for byte.
    pub(in crate::store) fn sign(&self, key: &SignerKey) -> (Checkpoint, String) {
        let checkpoint = Checkpoint { origin: key.public().name().to_owned(), size: self.size, root: self.root };
        let note = checkpoint.sign(key);
        (checkpoint, note)
    }
}
