//! One batch: what is taken of what waits, in one transaction.

use std::collections::BTreeMap;

use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait as _};
use tokio::sync::oneshot;

use super::submission::{Made, Make, Moment, Placed, Refusal, SubmitError, Wanted, Writes};
use crate::{
    hash::Hash,
    state::{KeyRef, State},
    statement::Entry,
    store::log::view::Read,
};

/// Where a statement stands, or why it is not in the log.
pub(in crate::store) type Answer = Result<Placed, SubmitError>;

type Sender = oneshot::Sender<Answer>;

/// A statement that waits for its place.
pub(in crate::store) struct Pending {
    pub(in crate::store) source: Waiting,
    pub(in crate::store) answer: Sender,
}

/// What is to be put into the log.
pub(in crate::store) enum Waiting {
    /// Read, and its signatures verified where their keys were known.
    Read { read: Box<Read>, is_verified: bool, wanted: Option<Wanted>, writes: Option<Writes> },
    /// To be made for its place.
    Made(Make),
}

/// What other processes committed since this one published.
#[derive(Default)]
pub(super) struct CaughtUp {
    /// The entries.
    pub(super) entries: Vec<Read>,
    /// The sizes that they published, smallest first.
    pub(super) sizes: Vec<u64>,
}

/// What a batch has taken so far, beyond what is published.
pub(super) struct Batch {
    /// What others committed since, then what this batch adds.
    pub(super) entries: Vec<Read>,
    /// The sizes that others published since.
    pub(super) sizes: Vec<u64>,
    /// How many of the entries others committed.
    caught_up: usize,
    /// Where the batch begins in the log.
    pub(super) first: u64,
    places: BTreeMap<Hash, u64>,
    /// Who is told what once the batch is published. A refusal waits too: it may rest on what the batch adds.
    pub(super) waiting: Vec<(Answer, Sender)>,
}

impl Batch {
    /// A batch after what others committed.
    pub(super) fn new(published: u64, caught_up: CaughtUp) -> Self {
        let CaughtUp { entries, sizes } = caught_up;
        let places = entries.iter().map(|read| read.leaf).zip(published..).collect();
        let caught_up = entries.len();
        let first = published + caught_up as u64;
        Self { entries, sizes, caught_up, first, places, waiting: Vec::new() }
    }

    /// The entries that the batch adds.
    pub(super) fn added(&self) -> &[Read] {
        &self.entries[self.caught_up..]
    }

    /// Takes a statement, unless it is refused or stands in the log already.
    ///
    /// # Errors
    /// The transaction is of no use any more.
    pub(super) async fn admit(
        &mut self,
        pending: Pending,
        view: impl Fn(&Hash) -> Option<u64>,
        state: &mut State,
        transaction: &DatabaseTransaction,
        now: u64,
    ) -> Result<(), DbErr> {
        let Pending { source, answer } = pending;
        let (read, is_verified, wanted, writes) = match source {
            Waiting::Read { read, is_verified, wanted, writes } => (*read, is_verified, wanted, writes),
            Waiting::Made(make) => match made(make, state, now) {
                Ok((read, writes)) => (read, false, None, writes),
                Err(refusal) => {
                    self.waiting.push((Err(refusal.into()), answer));
                    return Ok(());
                }
            },
        };
        // The bytes come first, before the time or the number is judged: what is in the log is not refused.
        if let Some(index) = view(&read.leaf).or_else(|| self.places.get(&read.leaf).copied()) {
            self.waiting.push((Ok(Placed::known(read.bytes, index)), answer));
            return Ok(());
        }
        let index = state.size();
        let (read, verdict) = read.open(|entry| judge(entry, state, now, is_verified));
        let verdict = verdict.and_then(|()| wanted.map_or(Ok(()), |wanted| wanted(state)));
        let verdict = match (verdict, writes) {
            (Ok(()), Some(writes)) => write(transaction, writes, index).await?,
            (Ok(()), None) => Ok(()),
            (Err(refusal), _) => Err(refusal.into()),
        };
        if let Err(error) = verdict {
            self.waiting.push((Err(error), answer));
            return Ok(());
        }
        let (read, ()) = read.open(|entry| state.apply(entry));
        self.places.insert(read.leaf, index);
        self.waiting.push((Ok(Placed::known(read.bytes.clone(), index)), answer));
        self.entries.push(read);
        Ok(())
    }
}

fn made(make: Make, state: &State, now: u64) -> Result<(Read, Option<Writes>), Refusal> {
    let moment = Moment { now, size: state.size(), root: state.tree().root(), state };
    let Made { bytes, writes } = make(&moment)?;
    Ok((Read::parse(bytes)?, writes))
}

fn judge(entry: &Entry<'_>, state: &State, now: u64, is_verified: bool) -> Result<(), Refusal> {
    state.accept(entry, now)?;
    if is_verified { Ok(()) } else { verify(entry, state) }
}

/// Checks every signature line under the keys that the state knows.
///
/// # Errors
/// A line does not hold, or is of no key that is known.
pub(in crate::store) fn verify(entry: &Entry<'_>, state: &State) -> Result<(), Refusal> {
    let keys = state.lines(entry)?;
    for (line, key) in entry.lines.iter().zip(keys) {
        let key = key.and_then(|key: KeyRef| state.key(key)).ok_or(Refusal::Signature)?;
        if !line.is_signed(key, entry.text) {
            return Err(Refusal::Signature);
        }
    }
    Ok(())
}

/// Runs the further SQL of a submission in a savepoint, so that the batch goes on if it fails.
async fn write(
    transaction: &DatabaseTransaction,
    writes: Writes,
    index: u64,
) -> Result<Result<(), SubmitError>, DbErr> {
    let savepoint = transaction.begin().await?;
    match writes(&savepoint, index).await {
        Ok(()) => savepoint.commit().await.map(Ok),
        Err(error) => savepoint.rollback().await.map(|()| Err(error)),
    }
}
