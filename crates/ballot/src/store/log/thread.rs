//! A thread of its own for the tasks that append to logs.
//!
//! Where hundreds of requests want a processor, a task among them waits for its turn after each step of a batch, and all
//! of them wait for it. The system gives a thread that mostly waits for the disk its turn at once.

use std::{io, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    task::JoinHandle,
};

/// The thread; it ends, with what runs on it, when this is dropped.
#[derive(Debug)]
pub(super) struct Thread {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl Thread {
    /// Starts it.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        thread::Builder::new().name("heyi-log".to_owned()).spawn(move || {
            // The sender says nothing; it goes.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { handle, _end: end })
    }

    /// Runs a task on it.
    pub(super) fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.handle.spawn(task)
    }
}
