//! The logs of all polls in this process.

pub(super) mod committed;
pub(super) mod cosigned;
pub(super) mod create;
mod export;
pub(super) mod load;
mod news;
pub(super) mod rows;
mod thread;
pub(super) mod view;
pub(super) mod watermark;

use std::{
    collections::{BTreeMap, HashMap},
    fmt, fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub use cosigned::{Contradiction, CosignatureError, Uncosigned};
pub use create::NewPoll;
pub use load::{Inspected, StartError};
pub(crate) use news::{News, NewsOf};
use sea_orm::{ConnectionTrait, DbErr};
use tokio::{
    sync::{
        OnceCell,
        mpsc::{self, error::TrySendError},
        oneshot, watch,
    },
    task::JoinHandle,
};
pub use watermark::WatermarkError;

use self::{
    cosigned::Lines,
    load::{key_path, load},
    thread::Thread,
    view::{Read, View},
};
use super::{
    Database, KeyFile, Made, Outage, Refusal, Stored, Submission, SubmitError, Writes,
    sequencer::{Job, Pending, Placed, QUEUE, Sequencer, Source, Waiting},
    signer::{LogKey, SignError, Signer},
};
use crate::{
    hash::Hash,
    id::PollId,
    key::VerifierKey,
    log::{CheckCode, EntryBundle, TILE_WIDTH, TileId, TileKind, leaf_hash},
    rule::{RuleBook, RuleError},
    state::{Check, Fault, Phase, Reason, State, Turnout},
    statement::{Close, Entry, Statement},
};

/// How often what other processes appended is looked for.
const FOLLOW: Duration = Duration::from_secs(1);

/// How often a close is signed anew because something came in between: after the end little does.
const CLOSINGS: usize = 8;

/// Why a close that was signed over a smaller tree is not put in.
const GROWN: &str = "grown";

/// Every poll's log, as far as this process has opened it. Cheap to clone.
#[derive(Clone)]
pub struct Logs(Arc<Shared>);

struct Shared {
    database: Database,
    folder: PathBuf,
    signer: Option<Signer>,
    clock: Clock,
    open: Mutex<HashMap<PollId, Arc<OnceCell<Log>>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    stop: watch::Sender<bool>,
    thread: Thread,
}

/// One poll's log: where statements are put, and what may be read of it. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
    queue: mpsc::Sender<Job>,
}

/// What a log's handles share with its task.
pub(super) struct Inner {
    pub(super) poll: PollId,
    pub(super) key: LogKey,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) head: watch::Sender<Head>,
    view: RwLock<View>,
    /// Read once: the files never change.
    rule_book: OnceCell<Arc<RuleBook>>,
}

/// Whose time decides.
#[derive(Clone, Default)]
pub enum Clock {
    /// PostgreSQL's; on SQLite this process's.
    #[default]
    Database,
    /// A given one, in Unix seconds: for tests, and for showing polls of another day.
    Given(Arc<dyn Fn() -> u64 + Send + Sync>),
}

/// The size and root of a published checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A tile's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// As C2SP tlog-tiles has them.
    pub bytes: Vec<u8>,
    /// A full tile never changes and never goes; a partial one does not change, but gives way to the full one.
    pub is_full: bool,
}

/// Why something cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// There is no such poll, tile or entry.
    #[error("there is no such thing in the log")]
    NotFound,
    /// Nobody reads entries before the close.
    #[error("entries are read after the close")]
    NotClosed,
    /// The database failed.
    #[error("the database cannot be read: {0}")]
    Database(#[from] DbErr),
    /// The log cannot be opened.
    #[error(transparent)]
    Start(#[from] Arc<StartError>),
    /// The bundle could not be written.
    #[error("the bundle cannot be written: {0}")]
    Write(Arc<std::io::Error>),
    /// A rule file that the log was begun with is unsound.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

impl Logs {
    /// Opens the logs kept in `database`, with keys and watermarks in `folder`, and checks each one.
    ///
    /// # Errors
    /// A log contradicts its entries or its watermark, or its key is not as it must be: the message says what to do.
    pub async fn open(database: Database, folder: &Path, clock: Clock) -> Result<Self, StartError> {
        Self::open_with(database, folder, clock, None).await
    }

    /// The same where a signer has the logs' keys: in `folder` are the watermarks alone.
    ///
    /// # Errors
    /// As of [`Logs::open`], and if the signer does not answer where something is left to sign.
    pub async fn open_with(
        database: Database,
        folder: &Path,
        clock: Clock,
        signer: Option<Signer>,
    ) -> Result<Self, StartError> {
        prepare(folder).map_err(|source| StartError::Folder { path: folder.to_owned(), source })?;
        let thread = Thread::start().map_err(StartError::Thread)?;
        let logs = Self(Arc::new(Shared {
            database,
            folder: folder.to_owned(),
            signer,
            clock,
            open: Mutex::default(),
            tasks: Mutex::default(),
            stop: watch::Sender::new(false),
            thread,
        }));
        for (poll, _, is_closed) in rows::logs(logs.0.database.reader()).await? {
            let opened = load(&logs.0.database, folder, logs.0.signer.as_ref(), &poll).await?;
            // A closed log is read again when somebody asks for it: the memory is wanted for those that are open.
            if !is_closed {
                let log = logs.0.start(poll.clone(), opened);
                lock(&logs.0.open).insert(poll, Arc::new(OnceCell::new_with(Some(log))));
            }
        }
        let follower = tokio::spawn(follow(Arc::downgrade(&logs.0)));
        lock(&logs.0.tasks).push(follower);
        Ok(logs)
    }

    /// Checks every log of `database` as [`Logs::open_with`] does, but takes none up and changes nothing, neither there nor
    /// in `folder`, and asks no signer. A server may be at work meanwhile.
    ///
    /// # Errors
    /// The list of logs cannot be read. What is wrong with one log stands in its place.
    pub async fn inspect(
        database: &Database,
        folder: &Path,
        signer: Option<&Signer>,
    ) -> Result<Vec<(PollId, Result<Inspected, StartError>)>, DbErr> {
        let mut found = Vec::new();
        for (poll, ..) in rows::logs(database.reader()).await? {
            let inspected = load::inspect(database, folder, signer, &poll).await;
            found.push((poll, inspected));
        }
        Ok(found)
    }

    /// How many entries of each log were published, as the watermarks in `folder` say: what a database must have to be
    /// gone on with.
    ///
    /// # Errors
    /// The folder or a watermark cannot be read.
    pub fn published(folder: &Path) -> Result<BTreeMap<PollId, u64>, StartError> {
        load::published(folder)
    }

    /// Makes the key of a new poll's log, named `<host>/poll/<id>`, of 32 random bytes. It signs nothing but this log,
    /// and is never made again: its file and its watermark must not exist.
    pub fn create_key(&self, host: &str, poll: &PollId, seed: &[u8; 32]) -> Result<VerifierKey, StartError> {
        create::create_key(&self.0.folder, host, poll, seed)
    }

    /// The key of a poll whose log has not begun: the one that was made when its manifest was first put up, or a new one.
    pub async fn key(&self, host: &str, poll: &PollId, seed: &[u8; 32]) -> Result<VerifierKey, StartError> {
        let is_here = key_path(&self.0.folder, poll).exists();
        if let Some(signer) = self.0.signer.as_ref().filter(|_| !is_here) {
            return create::key_apart(&self.0.folder, signer, host, poll).await;
        }
        let path = key_path(&self.0.folder, poll);
        if !path.exists() {
            return self.create_key(host, poll, seed);
        }
        Ok(KeyFile::read(&path, &format!("{host}/poll/{poll}"))?.public().clone())
    }

    /// Begins a poll's log with its manifest, and runs `writes` in the same transaction. The same manifest again gets
    /// the answer it had.
    pub async fn create(&self, poll: NewPoll, writes: Option<Writes>) -> Result<Stored, SubmitError> {
        let Shared { database, folder, clock, signer, .. } = &*self.0;
        let manifest = create::create(database, folder, signer.as_ref(), clock, poll, writes).await?;
        let log = self.log(&manifest.poll).await.map_err(|error| {
            tracing::error!(poll = %manifest.poll, error = &error as &dyn std::error::Error, "a new log does not open");
            SubmitError::Unknown
        })?;
        log.find(&manifest.bytes).ok_or(SubmitError::Refused(Refusal::LogExists))
    }

    /// The log of a poll.
    pub async fn log(&self, poll: &PollId) -> Result<Log, ReadError> {
        let slot = {
            let mut open = lock(&self.0.open);
            // A task that has died is started anew; one that was stopped stays so.
            let is_stopping = *self.0.stop.borrow();
            if !is_stopping && open.get(poll).and_then(|slot| slot.get()).is_some_and(|log| log.queue.is_closed()) {
                open.remove(poll);
            }
            Arc::clone(open.entry(poll.clone()).or_default())
        };
        let start = || async {
            let opened = load(&self.0.database, &self.0.folder, self.0.signer.as_ref(), poll).await?;
            Ok(self.0.start(poll.clone(), opened))
        };
        slot.get_or_try_init(start).await.cloned().map_err(|error| {
            // Whoever asks for what is not there leaves nothing behind.
            lock(&self.0.open).retain(|_, slot| slot.initialized());
            match error {
                StartError::NoLog(_) => ReadError::NotFound,
                StartError::Database(error) => error.into(),
                other => {
                    tracing::error!(%poll, error = &other as &dyn std::error::Error, "a log does not open");
                    Arc::new(other).into()
                }
            }
        })
    }

    /// Puts a statement into the poll's log.
    pub async fn submit(&self, poll: &PollId, submission: Submission) -> Result<Stored, SubmitError> {
        self.log(poll).await?.submit(submission).await
    }

    /// Closes the poll if its time is over by `now` and nobody has closed it: at whatever moment it is next looked at.
    /// Whether it is closed after that.
    pub async fn ensure_closed(&self, poll: &PollId, now: u64) -> Result<bool, SubmitError> {
        self.log(poll).await?.ensure_closed(now).await
    }

    /// Takes no more statements, finishes what waits, and ends every task. What is submitted from then on is refused as
    /// [`Outage::Closing`]; what was published is still read.
    pub async fn stop(&self) {
        self.0.stop.send_replace(true);
        let tasks = std::mem::take(&mut *lock(&self.0.tasks));
        for task in tasks {
            // A task that panicked has ended too.
            let _ = task.await;
        }
    }
}

impl Shared {
    fn start(&self, poll: PollId, opened: load::Opened) -> Log {
        let load::Opened { view, key, mark, epoch } = opened;
        let head = Head { size: view.size(), root: view.tree.frontier().root() };
        let inner = Arc::new(Inner {
            poll,
            key,
            database: self.database.clone(),
            clock: self.clock.clone(),
            head: watch::Sender::new(head),
            view: RwLock::new(view),
            rule_book: OnceCell::new(),
        });
        let (queue, waiting) = mpsc::channel(QUEUE);
        let sequencer = Sequencer::new(Arc::clone(&inner), mark, epoch);
        let mut tasks = lock(&self.tasks);
        // `stop` says so before it takes the tasks: nothing begins that it would not wait for. What is refused is still
        // read.
        if !*self.stop.borrow() {
            tasks.retain(|task| !task.is_finished());
            tasks.push(self.thread.spawn(sequencer.run(waiting, self.stop.subscribe())));
        }
        Log { inner, queue }
    }
}

/// How many entries each log of a database has.
pub(super) async fn sizes(connection: &impl ConnectionTrait) -> Result<BTreeMap<PollId, u64>, DbErr> {
    Ok(rows::logs(connection).await?.into_iter().map(|(poll, size, _)| (poll, size)).collect())
}

/// Looks now and then for what other processes appended.
async fn follow(logs: Weak<Shared>) {
    let Some(mut stop) = logs.upgrade().map(|shared| shared.stop.subscribe()) else { return };
    loop {
        // An error is that the sender is gone, and all logs with it.
        if tokio::time::timeout(FOLLOW, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
        let Some(shared) = logs.upgrade() else { return };
        let sizes = match rows::logs(shared.database.reader()).await {
            Ok(sizes) => sizes,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the logs' heads cannot be read");
                continue;
            }
        };
        if let Err(error) = Logs(Arc::clone(&shared)).refresh_cosignatures().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "cosignatures cannot be read");
        }
        for (poll, size, _) in sizes {
            let log = lock(&shared.open).get(&poll).and_then(|slot| slot.get()).cloned();
            if let Some(log) = log.filter(|log| log.head().size < size) {
                log.catch_up().await;
            }
        }
    }
}

impl Inner {
    /// What is published.
    pub(super) fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is published, to publish more.
    pub(super) fn view_mut(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Puts a statement into the log. Signatures are verified here, on the caller's task.
    pub async fn submit(&self, submission: Submission) -> Result<Stored, SubmitError> {
        let source = match submission.source {
            Source::Made(make) => Waiting::Made(make),
            Source::Ready(Made { bytes, writes }, wanted) => {
                let read = Read::parse(bytes).map_err(Refusal::from)?;
                // The bytes come first: what is in the log is never refused.
                let found = self.inner.view().find(&read.leaf);
                if let Some(index) = found {
                    return self.stored(&Placed::known(read.bytes, index));
                }
                let (read, is_verified) = read.open(|entry| self.verify(entry));
                Waiting::Read { read: Box::new(read), is_verified: is_verified?, wanted, writes }
            }
        };
        let (answer, placed) = oneshot::channel();
        self.queue.try_send(Job::Submit(Pending { source, answer })).map_err(|error| match error {
            TrySendError::Full(_) => SubmitError::Busy { retry_after: 1 },
            TrySendError::Closed(_) => SubmitError::Unavailable(Outage::Closing),
        })?;
        // The task has gone without a word: it may have stored it.
        let placed = placed.await.unwrap_or(Err(SubmitError::Unknown))?;
        self.stored(&placed)
    }

    /// Verifies what can be: `false` if a credential is not known here, as it may be in the database.
    fn verify(&self, entry: &Entry<'_>) -> Result<bool, Refusal> {
        let keys: Option<Vec<Arc<VerifierKey>>> = {
            let View { state, .. } = &*self.inner.view();
            let (poll, manifest) = entry.statement.poll();
            if *poll != self.inner.poll || manifest.is_none_or(|manifest| *manifest != state.manifest_hash()) {
                return Err(Refusal::Fault(Fault::new(Check::A04, Reason::OtherPoll)));
            }
            let keys = state.lines(entry)?;
            keys.into_iter().map(|key| key.and_then(|key| state.key(key)).cloned()).collect()
        };
        let Some(keys) = keys else { return Ok(false) };
        let holds = entry.lines.iter().zip(&keys).all(|(line, key)| line.is_signed(key, entry.text));
        if holds { Ok(true) } else { Err(Refusal::Signature) }
    }

    fn stored(&self, placed: &Placed) -> Result<Stored, SubmitError> {
        let receipt = self.inner.view().receipt(placed, &self.inner.key);
        receipt.map(|receipt| Stored { index: placed.index, receipt }).ok_or(SubmitError::Unknown)
    }

    /// Closes the poll if its time is over by `now` and nobody has closed it; whether it is closed after that.
    pub async fn ensure_closed(&self, now: u64) -> Result<bool, SubmitError> {
        match self.inner.view().state.phase(now) {
            Phase::Closed => return Ok(true),
            Phase::Before | Phase::Open => return Ok(false),
            Phase::Ended => {}
        }
        // Papers that came in before the end may still be entered.
        if crate::store::paper::is_held(self.inner.database.reader(), &self.inner.poll, now).await? {
            return Ok(false);
        }
        // It names the tree before it: signed over the published one, and again if something came in between.
        for _ in 0..CLOSINGS {
            let (close, size) = {
                let view = self.inner.view();
                let (poll, manifest) = view.state.names();
                let (size, root) = (view.size(), view.state.tree().root());
                (Close { at: now, manifest, poll: poll.clone(), root, size }, size)
            };
            let bytes = self.inner.key.statement(&self.inner.poll, Statement::Close(close).text()).await?;
            let close = Submission::made(move |moment| {
                if moment.size == size { Ok(Made::new(bytes)) } else { Err(Refusal::Declined(GROWN)) }
            });
            match self.submit(close).await {
                Ok(_) => return Ok(true),
                Err(SubmitError::Refused(Refusal::Declined(GROWN))) => self.catch_up().await,
                // Somebody else was quicker, or the database's clock is behind.
                Err(SubmitError::Refused(_)) => return Ok(self.inner.view().state.closed().is_some()),
                Err(error) => return Err(error),
            }
        }
        Ok(self.inner.view().state.closed().is_some())
    }

    /// The published checkpoint, with the latest lines of the witnesses that have cosigned it by now.
    pub fn checkpoint(&self) -> Arc<str> {
        let view = self.inner.view();
        view.cosigned_note(&view.note, view.size(), Lines::Latest).into()
    }

    /// The largest witnessed checkpoint, where the poll has witnesses and they have cosigned one.
    pub fn last_witnessed(&self) -> Option<String> {
        let view = self.inner.view();
        let (size, _) = view.last_witnessed()?;
        let bare = self.inner.key.published(&view, size)?;
        Some(view.cosigned_note(&bare, size, Lines::Earliest))
    }

    /// What the published checkpoint says.
    pub fn head(&self) -> Head {
        *self.inner.head.borrow()
    }

    /// Tells of every new published head.
    pub fn watch(&self) -> watch::Receiver<Head> {
        self.inner.head.subscribe()
    }

    /// The log's key.
    pub fn key(&self) -> &VerifierKey {
        self.inner.key.public()
    }

    /// Reads what the published entries come to, and who has voted. Nothing in it says what anybody chose.
    pub fn read<T>(&self, read: impl FnOnce(&State, &Turnout) -> T) -> T {
        let view = self.inner.view();
        read(&view.state, &view.turnout)
    }

    /// A tile of the published tree. Entry tiles are there after the close: who may have them then, the caller decides.
    ///
    /// # Errors
    /// There is no such tile, partial ones only at the sizes of checkpoints; or it holds entries of an open poll.
    pub async fn tile(&self, id: TileId) -> Result<Tile, ReadError> {
        let is_full = id.width == TILE_WIDTH;
        let first = id.number.checked_mul(TILE_WIDTH).ok_or(ReadError::NotFound)?;
        let end = first.checked_add(id.width).ok_or(ReadError::NotFound)?;
        {
            let view = self.inner.view();
            if id.kind == TileKind::Entries && view.state.closed().is_none() {
                return Err(ReadError::NotClosed);
            }
            let shift = match id.kind {
                TileKind::Hashes(level) => u32::from(level) * 8,
                TileKind::Entries => 0,
            };
            let nodes = |size: u64| size.checked_shr(shift).unwrap_or_default();
            let place = view.sizes.partition_point(|size| nodes(*size) < end);
            let is_there = view.sizes.get(place).is_some_and(|size| is_full || nodes(*size) == end);
            if !is_there {
                return Err(ReadError::NotFound);
            }
            if let TileKind::Hashes(_) = id.kind {
                let mut bytes = Vec::with_capacity(8192);
                for node in first..end {
                    bytes.extend_from_slice(&view.tree.node(shift, node).map_err(|_| ReadError::NotFound)?.0);
                }
                return Ok(Tile { bytes, is_full });
            }
        }
        let mut bytes = Vec::new();
        for entry in self.entries(first, id.width).await? {
            EntryBundle::push(&mut bytes, &entry);
        }
        Ok(Tile { bytes, is_full })
    }

    /// Published entries from `from` on, at most `count`; after the close: who may have them then, the caller decides.
    pub async fn entries(&self, from: u64, count: u64) -> Result<Vec<Vec<u8>>, ReadError> {
        let size = {
            let view = self.inner.view();
            if view.state.closed().is_none() {
                return Err(ReadError::NotClosed);
            }
            view.size()
        };
        let count = count.min(size.saturating_sub(from));
        let rows = rows::entries(self.inner.database.reader(), &self.inner.poll, from, count).await?;
        if rows.len() as u64 != count {
            return Err(DbErr::Type("entries of a log are missing".to_owned()).into());
        }
        Ok(rows.into_iter().map(|row| row.body).collect())
    }

    /// The index and receipt of these very bytes, if they are published.
    pub fn find(&self, bytes: &[u8]) -> Option<Stored> {
        let index = self.inner.view().find(&leaf_hash(bytes))?;
        self.stored(&Placed::known(bytes.into(), index)).ok()
    }

    /// The index of the published entry with this check code; what it says stays unsaid.
    pub fn find_code(&self, code: CheckCode) -> Option<u64> {
        self.inner.view().find_code(code)
    }

    /// The proof that the tree of `from` entries is a prefix of that of `to`, both at most the published size.
    pub fn consistency_proof(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        let view = self.inner.view();
        if to <= view.size() { view.tree.consistency_proof(from, to) } else { None }
    }

    /// Every checkpoint that was published, smallest first, byte for byte.
    pub fn checkpoints(&self) -> Vec<String> {
        let view = self.inner.view();
        view.sizes.iter().filter_map(|size| self.inner.key.published(&view, *size)).collect()
    }

    /// The roll as it was frozen.
    pub async fn roll(&self) -> Result<Vec<u8>, ReadError> {
        self.file("roll.jsonl").await
    }

    /// The motion or attachment with this hash.
    pub async fn text(&self, hash: &Hash) -> Result<Vec<u8>, ReadError> {
        self.file(&format!("texts/{hash}")).await
    }

    /// The rules that the log was begun with: they decide, whatever became of the site's files since.
    pub async fn rule_book(&self) -> Result<Arc<RuleBook>, ReadError> {
        let read = async || {
            let files = self.rules().await?;
            let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
            Ok(Arc::new(RuleBook::parse(files)?))
        };
        self.inner.rule_book.get_or_try_init(read).await.cloned()
    }

    /// Every rule file that the log was begun with, by name.
    pub async fn rules(&self) -> Result<Vec<(String, Vec<u8>)>, ReadError> {
        let mut files = Vec::new();
        for path in rows::file_paths(self.inner.database.reader(), &self.inner.poll).await? {
            if let Some(name) = path.strip_prefix("rules/") {
                files.push((name.to_owned(), self.file(&path).await?));
            }
        }
        Ok(files)
    }

    async fn file(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let file = rows::file(self.inner.database.reader(), &self.inner.poll, path).await?;
        file.ok_or(ReadError::NotFound)
    }

    /// Takes in and publishes what other processes appended.
    pub async fn catch_up(&self) {
        let (done, is_done) = oneshot::channel();
        if self.queue.send(Job::CatchUp(done)).await.is_ok() {
            // The task that has gone has nothing more to take in.
            let _ = is_done.await;
        }
    }
}

impl From<SignError> for SubmitError {
    /// For statements: nothing is stored before they are signed.
    fn from(error: SignError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "a statement of the log is not signed");
        Self::Unavailable(Outage::Signer)
    }
}

impl From<ReadError> for SubmitError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound => Self::Refused(Refusal::NoPoll),
            ReadError::Database(error) => error.into(),
            ReadError::NotClosed | ReadError::Start(_) | ReadError::Write(_) | ReadError::Rule(_) => {
                Self::Unavailable(Outage::Stopped)
            }
        }
    }
}

impl Clock {
    /// The time that decides; `database` is what the database's clock says, where it has one.
    pub(super) fn now(&self, database: Option<u64>) -> u64 {
        match (self, database) {
            (Self::Given(clock), _) => clock(),
            (Self::Database, Some(now)) => now,
            (Self::Database, None) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        }
    }
}

/// Makes the folder if it is not there, and refuses one that others can write to.
fn prepare(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mode = fs::metadata(folder)?.mode();
    if mode & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::other(format!("others can write to it (mode {:04o}): run chmod go-w on it", mode & 0o7777)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs").field("folder", &self.0.folder).finish_non_exhaustive()
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("poll", &self.inner.poll).field("head", &self.head()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "Clock::Database",
            Self::Given(_) => "Clock::Given",
        })
    }
}
