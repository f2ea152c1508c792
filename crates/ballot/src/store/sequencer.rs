//! One task per log puts statements into it: what queued while the last commit ran is the next batch.
//!
//! The order is: commit, sign, write the watermark, publish, answer. Nothing is signed that is not durable, and nothing
//! is answered that is not published. Whatever fails, the task forgets what it had not published and catches up from the
//! database before the next batch: so a commit whose outcome is not known is never made a second time, and what another
//! process appended is taken in the same way.

mod batch;
mod submission;

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, DbErr};
use tokio::sync::{mpsc, oneshot, watch};

pub(in crate::store) use batch::{Pending, Waiting, verify};
pub use submission::{Made, Moment, Outage, Refusal, Stored, Submission, SubmitError, Writes};
pub(in crate::store) use submission::{Placed, Source};

use self::batch::{Batch, CaughtUp};
use super::{
    database::{is_full, outage},
    fault::Point,
    log::{
        Contradiction, Head, Inner,
        committed::{CommitError, Committed},
        load::blocking,
        rows::{self, HeadRow},
        view::Read,
        watermark::{Watermark, WatermarkError},
    },
    signer::{Grown, SignError, insert_note},
};
use crate::{log::Checkpoint, signer, state::State};

/// How many entries are read at a time.
const PAGE: u64 = 1024;

/// The most statements in one transaction.
const MOST: usize = 256;

/// How many statements wait at most; more are told to come again.
pub(super) const QUEUE: usize = 4096;

/// What a log's task is asked to do.
pub(super) enum Job {
    /// To put a statement into the log.
    Submit(Pending),
    /// To take in what other processes appended.
    CatchUp(oneshot::Sender<()>),
    /// To sign nothing more, since somebody holds another history.
    Halt(Contradiction),
}

/// The one that appends to a log in this process.
pub(super) struct Sequencer {
    log: Arc<Inner>,
    mark: Option<Watermark>,
    /// The published state, and during a batch what the batch makes of it.
    state: State,
    epoch: i64,
    is_stopped: bool,
    /// Whether something is committed that the signer has not signed: nothing more is taken before that.
    owes: bool,
}

/// Why a batch did not come to be.
enum Failure {
    /// Nothing of it is stored.
    Nothing(SubmitError),
    /// It may be stored.
    Unknown,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        let meaning = outage(&error);
        tracing::warn!(error = &error as &dyn std::error::Error, code = meaning.code(), "a batch was not stored");
        Self::Nothing(meaning)
    }
}

impl Sequencer {
    pub(super) fn new(log: Arc<Inner>, mark: Watermark, epoch: i64) -> Self {
        let state = log.view().state.clone();
        Self { log, mark: Some(mark), state, epoch, is_stopped: false, owes: false }
    }

    /// Works until the queue is closed, or until `stop` says so; then finishes what waits.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Job>, mut stop: watch::Receiver<bool>) {
        let mut jobs = Vec::with_capacity(MOST);
        let mut is_open = true;
        loop {
            tokio::select! {
                biased;
                () = async { drop(stop.wait_for(|stop| *stop).await) }, if is_open => {
                    is_open = false;
                    queue.close();
                }
                count = queue.recv_many(&mut jobs, MOST) => {
                    if count == 0 {
                        return;
                    }
                    self.work(std::mem::take(&mut jobs)).await;
                }
            }
        }
    }

    async fn work(&mut self, jobs: Vec<Job>) {
        let mut submitted = Vec::with_capacity(jobs.len());
        let mut watching = Vec::new();
        for job in jobs {
            match job {
                Job::Submit(pending) => submitted.push(pending),
                Job::CatchUp(done) => watching.push(done),
                Job::Halt(why) => {
                    tracing::error!(poll = %self.log.poll, %why, "the log has stopped; see docs/operations.md");
                    self.is_stopped = true;
                }
            }
        }
        if self.is_stopped {
            answer_all(submitted, &SubmitError::Unavailable(Outage::Stopped));
        } else {
            self.sequence(submitted).await;
        }
        for done in watching {
            let _ = done.send(());
        }
    }

    /// Puts a batch into the log. Everybody gets an answer: who is dropped without one reads it as unknown.
    async fn sequence(&mut self, mut submitted: Vec<Pending>) {
        let mut batch = None;
        let done = self.attempt(&mut submitted, &mut batch).await;
        let waiting = batch.map(|batch| batch.waiting).unwrap_or_default();
        let failure = match done {
            Ok(note) => {
                let size = self.log.view().size();
                for (placed, answer) in waiting {
                    // Whoever has gone away needs no answer.
                    let _ = answer.send(placed.map(|placed| placed.under(size, &note)));
                }
                return;
            }
            Err(Failure::Nothing(error)) => error,
            Err(Failure::Unknown) => SubmitError::Unknown,
        };
        self.state = self.log.view().state.clone();
        answer_all(submitted, &failure);
        for (_, answer) in waiting {
            let _ = answer.send(Err(failure.clone()));
        }
    }

    /// Tries a batch; what it took is left in `batch`, what it did not come to in `submitted`.
    async fn attempt(&mut self, submitted: &mut Vec<Pending>, taken: &mut Option<Batch>) -> Result<Arc<str>, Failure> {
        self.settle().await?;
        let log = Arc::clone(&self.log);
        let faults = log.database.faults();
        let armed = || DbErr::Custom("a fail point".to_owned());
        let transaction = faults.around(Point::Begin, log.database.begin(), armed).await?;
        let locked = faults.around(Point::Lock, Committed::lock(&transaction, &log.poll), armed).await?;
        let (head, row) = locked.ok_or_else(|| self.stop("the log is gone from the database"))?;
        let caught_up = self.catch_up(&transaction, head, &row).await?;
        let batch = taken.insert(Batch::new(log.view().size(), caught_up));
        let now = log.clock.now(row.now);
        for pending in submitted.drain(..) {
            let find = |leaf: &_| log.view().find(leaf);
            batch.admit(pending, find, &mut self.state, &transaction, now).await?;
        }
        let committed = if batch.added().is_empty() {
            // Nothing was written, so nothing can be lost by it.
            let _ = transaction.rollback().await;
            head
        } else {
            let rows: Vec<_> = batch.added().iter().map(|read| (read.leaf, &*read.bytes)).collect();
            let insert = rows::insert_entries(&transaction, &log.poll, batch.first, &rows);
            faults.around(Point::Insert, insert, armed).await?;
            let close = self.state.closed().map(|closed| closed.index);
            let new = self.state.tree();
            match Committed::commit(transaction, &log.poll, &row, new, (close, now), faults).await {
                Ok(committed) => committed,
                Err(CommitError::Nothing(error)) => return Err(error.into()),
                Err(CommitError::Moved) => return Err(self.stop("the head moved though it was locked")),
                // The disk is full, and SQLite could not write the mark of a commit, which comes last.
                Err(CommitError::Unknown(error)) if is_full(&error) => return Err(error.into()),
                Err(CommitError::Unknown(error)) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "whether a batch is stored is not known");
                    return Err(Failure::Unknown);
                }
            }
        };
        self.publish(committed, batch).await
    }

    /// Signs what is committed and was not signed: before that whoever comes is told to come again, and surely not stored.
    async fn settle(&mut self) -> Result<(), Failure> {
        if !self.owes {
            return Ok(());
        }
        let log = Arc::clone(&self.log);
        let transaction = log.database.begin().await?;
        let locked = Committed::lock(&transaction, &log.poll).await?;
        let (head, row) = locked.ok_or_else(|| self.stop("the log is gone from the database"))?;
        let caught_up = self.catch_up(&transaction, head, &row).await?;
        let _ = transaction.rollback().await;
        let mut batch = Batch::new(log.view().size(), caught_up);
        match self.publish(head, &mut batch).await {
            Err(Failure::Unknown) if self.owes => Err(Failure::Nothing(SubmitError::Unavailable(Outage::Signer))),
            done => done.map(|_| ()),
        }
    }

    /// Reads what others appended since this process published, and takes it into the state.
    async fn catch_up(
        &mut self,
        transaction: &DatabaseTransaction,
        head: Committed,
        row: &HeadRow,
    ) -> Result<CaughtUp, Failure> {
        let published = self.log.view().size();
        if row.epoch != self.epoch {
            return Err(self.stop("another process has taken the log over; start this one again"));
        }
        if head.size() < published {
            return Err(self.stop("the database holds fewer entries than were published: is it an older copy?"));
        }
        let mut caught_up = CaughtUp::default();
        while self.state.size() < head.size() {
            let from = self.state.size();
            let page = rows::entries(transaction, &self.log.poll, from, (head.size() - from).min(PAGE)).await?;
            if page.is_empty() {
                return Err(self.stop("entries are missing from the database"));
            }
            for row in page {
                let read = Read::parse(row.body).map_err(|_| self.stop("the database holds an entry that is none"))?;
                caught_up.entries.push(read.open(|entry| self.state.apply(entry)).0);
            }
        }
        if self.state.tree().root() != head.root() {
            return Err(self.stop("the database holds another tree than the one published"));
        }
        if published < head.size() {
            let checkpoints = rows::checkpoints(transaction, &self.log.poll, published).await?;
            caught_up.sizes = checkpoints.into_iter().map(|(size, _)| size).collect();
        }
        Ok(caught_up)
    }

    /// Signs a committed head, writes the watermark, and shows it; answers with the signed checkpoint.
    async fn publish(&mut self, committed: Committed, batch: &mut Batch) -> Result<Arc<str>, Failure> {
        let log = Arc::clone(&self.log);
        let first = log.view().size();
        if committed.size() == first {
            self.owes = false;
            return Ok(Arc::clone(&log.view().note));
        }
        let (checkpoint, note) = self.sign(committed, batch).await?;
        let faults = log.database.faults();
        let armed = || WatermarkError::armed();
        faults.around(Point::Watermark, self.advance(checkpoint, Arc::clone(&note)), armed).await.map_err(|error| {
            match error {
                WatermarkError::Forked { .. } => return self.stop("another tree of this size was published"),
                WatermarkError::Io { .. } | WatermarkError::Format { .. } => {}
            }
            tracing::error!(error = &error as &dyn std::error::Error, "the watermark cannot be written");
            Failure::Unknown
        })?;
        faults.around(Point::Publish, async { Ok(()) }, || Failure::Unknown).await?;
        let head = Head { size: committed.size(), root: committed.root() };
        {
            let mut view = log.view_mut();
            for read in std::mem::take(&mut batch.entries) {
                read.open(|entry| view.take(entry));
            }
            view.sizes.append(&mut batch.sizes);
            if view.size() < head.size {
                view.sizes.push(head.size);
            }
            view.note = Arc::clone(&note);
            if log.key.is_apart() {
                view.notes.insert(head.size, Arc::clone(&note));
            }
            if !view.proves(first, head.size, &head.root) {
                drop(view);
                return Err(self.stop("the published tree does not prove its own entries"));
            }
        }
        log.head.send_replace(head);
        Ok(note)
    }

    /// Signs a committed head; one that cannot be made again here is kept.
    async fn sign(&mut self, committed: Committed, batch: &Batch) -> Result<(Checkpoint, Arc<str>), Failure> {
        let log = Arc::clone(&self.log);
        let leaves: Vec<_> = batch.entries.iter().map(|read| read.leaf).collect();
        let (old, size) = (log.view().size(), committed.size());
        let proof = |old| Grown { tree: &log.view().tree, leaves: &leaves }.proof(old, size);
        self.owes = true;
        let signed = log.key.sign(committed, &log.poll, old, None, proof).await;
        let (checkpoint, note) = match signed {
            Ok(signed) => signed,
            Err(SignError::Refused(signer::Refusal::Last(last))) if size < last => {
                let head = Committed::read(log.database.reader(), &log.poll).await.map_err(|_| Failure::Unknown)?;
                // Another process was quicker, and is caught up with next.
                if head.is_some_and(|(head, _)| last <= head.size()) {
                    return Err(Failure::Unknown);
                }
                return Err(self.stop("the signer has signed more than the database holds: is it an older copy?"));
            }
            Err(SignError::Refused(signer::Refusal::Fork)) => {
                return Err(self.stop("the signer has signed another history: is the database an older copy?"));
            }
            Err(error) => {
                tracing::error!(poll = %log.poll, error = &error as &dyn std::error::Error, "a checkpoint is not signed");
                return Err(Failure::Unknown);
            }
        };
        if log.key.is_apart() {
            let kept = insert_note(log.database.writer(), &log.poll, size, &note).await;
            kept.map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "a signed checkpoint cannot be kept");
                Failure::Unknown
            })?;
        }
        self.owes = false;
        Ok((checkpoint, note.into()))
    }

    /// Moves the watermark where it keeps nobody else waiting.
    async fn advance(&mut self, checkpoint: Checkpoint, note: Arc<str>) -> Result<(), WatermarkError> {
        let mut mark = self.mark.take().expect("it is put back after every use");
        let (mark, done) = blocking(move || {
            let done = mark.advance(&checkpoint, &note);
            (mark, done)
        })
        .await;
        self.mark = Some(mark);
        done
    }

    /// Stops for a person to look at: nothing more is signed.
    fn stop(&mut self, why: &'static str) -> Failure {
        tracing::error!(poll = %self.log.poll, why, "the log has stopped; see docs/operations.md");
        self.is_stopped = true;
        Failure::Nothing(SubmitError::Unavailable(Outage::Stopped))
    }
}

fn answer_all(submitted: Vec<Pending>, error: &SubmitError) {
    for pending in submitted {
        let _ = pending.answer.send(Err(error.clone()));
    }
}
