//! Fail points, for tests: not there in what is shipped.

#[cfg(feature = "faults")]
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// A step of the sequencer that a test can make fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Beginning the transaction.
    Begin,
    /// Reading and locking the head.
    Lock,
    /// Writing the entries.
    Insert,
    /// Moving the head.
    Move,
    /// Committing.
    Commit,
    /// Writing the watermark.
    Watermark,
    /// Showing the checkpoint.
    Publish,
    /// A witness writing what it cosigns.
    WitnessWrite,
    /// A witness giving that its name.
    WitnessRename,
    /// A witness making the name durable.
    WitnessSync,
    /// A signer keeping what it signs.
    SignerMark,
    /// A signer answering.
    SignerAnswer,
}

/// How an armed step fails.
#[cfg(feature = "faults")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not done.
    Failed,
    /// It is done, and says that it failed.
    FailedButPersisted,
}

/// The steps that are armed; each goes off once.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    #[cfg(feature = "faults")]
    armed: Arc<Mutex<BTreeMap<Point, Fault>>>,
}

#[cfg(feature = "faults")]
impl Faults {
    /// Makes the next run of a step fail.
    pub fn arm(&self, point: Point, fault: Fault) {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner).insert(point, fault);
    }

    /// Runs a step, or fails as armed with what `error` gives.
    pub(super) async fn around<T, E>(
        &self,
        point: Point,
        step: impl Future<Output = Result<T, E>>,
        error: impl FnOnce() -> E,
    ) -> Result<T, E> {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner).remove(&point);
        match armed {
            None => step.await,
            Some(Fault::Failed) => Err(error()),
            Some(Fault::FailedButPersisted) => step.await.and_then(|_| Err(error())),
        }
    }

    /// The same of a step that waits for nobody.
    pub(super) fn step<T, E>(
        &self,
        point: Point,
        step: impl FnOnce() -> Result<T, E>,
        error: impl FnOnce() -> E,
    ) -> Result<T, E> {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner).remove(&point);
        match armed {
            None => step(),
            Some(Fault::Failed) => Err(error()),
            Some(Fault::FailedButPersisted) => step().and_then(|_| Err(error())),
        }
    }
}

#[cfg(not(feature = "faults"))]
impl Faults {
    /// Runs a step.
    pub(super) async fn around<T, E>(
        &self,
        _point: Point,
        step: impl Future<Output = Result<T, E>>,
        _error: impl FnOnce() -> E,
    ) -> Result<T, E> {
        step.await
    }

    /// Runs a step that waits for nobody.
    #[allow(clippy::unused_self)] // the same call where there are fail points
    pub(super) fn step<T, E>(
        &self,
        _point: Point,
        step: impl FnOnce() -> Result<T, E>,
        _error: impl FnOnce() -> E,
    ) -> Result<T, E> {
        step()
    }
}
