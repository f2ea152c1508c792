//! Opening a log: everything is derived anew from its entries, and compared with what is stored and what was published.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sea_orm::{ConnectionTrait, DbErr};

use super::{
    Head,
    committed::Committed,
    cosigned::{self, Cosignatures},
    rows,
    view::{Read, View},
    watermark::{Watermark, WatermarkError},
};
use crate::{
    id::PollId,
    key::VerifierKey,
    log::Checkpoint,
    roll::Roll,
    signer::First,
    state::State,
    statement::{Entry, Statement},
    store::{
        Database,
        key_file::{KeyFile, KeyFileError},
        signer::{self, LogKey, SignError, Signer},
    },
};

/// How many entries are read at a time.
const PAGE: u64 = 512;

/// Why a log is not opened: what an operator must do before ballots are taken again.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database failed.
    #[error("the database cannot be read: {0}")]
    Database(#[from] DbErr),
    /// The folder of keys and watermarks cannot be used.
    #[error("the folder {} cannot be used: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// The system gives no thread to append with.
    #[error("no thread for the logs can be started: {0}")]
    Thread(#[source] std::io::Error),
    /// The log's key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The log's watermark.
    #[error(transparent)]
    Watermark(#[from] WatermarkError),
    /// The manifest names another log key than the one in the file.
    #[error("key file {}: the manifest of poll {poll} names another log key; restore the right file", path.display())]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The poll.
        poll: PollId,
    },
    /// The database is older than what was published.
    #[error(
        "the database is an older copy: of the log of poll {poll} it holds {stored} entries, and {published} were \
         published. Stop, and restore the newest copy of the database, which must hold them all. Do not remove the \
         watermark {}: receipts that owners hold would be broken. If no such copy is left, the poll must be begun anew",
        path.display()
    )]
    Behind {
        /// The poll.
        poll: PollId,
        /// Entries in the database.
        stored: u64,
        /// Entries published.
        published: u64,
        /// The watermark.
        path: PathBuf,
    },
    /// The database holds another tree than the one published.
    #[error(
        "the database holds another log of poll {poll} than the one published: the roots of the first {size} entries \
         differ. It is the wrong database, or was changed. Stop, and restore the one that belongs to the watermark {}",
        path.display()
    )]
    Forked {
        /// The poll.
        poll: PollId,
        /// The published size.
        size: u64,
        /// The watermark.
        path: PathBuf,
    },
    /// What is stored of a log contradicts its entries.
    #[error("the log of poll {poll} is damaged in the database: {what}. Stop, and restore a sound copy")]
    Damaged {
        /// The poll.
        poll: PollId,
        /// What does not fit.
        what: String,
    },
    /// The signer that has the log's key.
    #[error("the log of poll {poll}: {source}. Start the signer, and look at its own log")]
    Signer {
        /// The poll.
        poll: PollId,
        /// What it said, if anything.
        source: SignError,
    },
    /// The signer has signed, and this server has no watermark of it.
    #[error(
        "the signer has signed {size} entries of the log of poll {poll}, and the watermark {} is gone: restore it",
        path.display()
    )]
    MarkGone {
        /// The poll.
        poll: PollId,
        /// How many entries.
        size: u64,
        /// The watermark.
        path: PathBuf,
    },
    /// There is no such log.
    #[error("there is no log of poll {0}")]
    NoLog(PollId),
}

/// An opened log.
pub(in crate::store) struct Opened {
    pub(in crate::store) view: View,
    pub(in crate::store) key: LogKey,
    pub(in crate::store) mark: Watermark,
    pub(in crate::store) epoch: i64,
}

/// The file of a poll's log key.
pub(in crate::store) fn key_path(folder: &Path, poll: &PollId) -> PathBuf {
    folder.join(format!("{poll}.key"))
}

/// The file of a poll's watermark.
pub(in crate::store) fn mark_path(folder: &Path, poll: &PollId) -> PathBuf {
    folder.join(format!("{poll}.mark"))
}

/// Reads a whole log, checks it, and publishes its head, or what another process has published of it meanwhile.
pub(in crate::store) async fn load(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<Opened, StartError> {
    let Derived { mut view, key, manifest, head, epoch } = derive(database, folder, signer, poll).await?;
    let connection = database.reader();
    let (path, public) = (mark_path(folder, poll), key.public().clone());
    let (mut mark, published, kept) = blocking(move || {
        let mut mark = Watermark::open(&path, &public)?;
        let (published, kept) = mark.note()?;
        Ok::<_, StartError>((mark, published, kept))
    })
    .await?;
    follow(connection, &mut view, key.public(), &published, mark.path()).await?;
    let note = if published.size == view.tree.size() {
        // Signed before: readers are served also while a signer is away.
        kept
    } else {
        let first = || {
            Some(First {
                manifest: String::from_utf8(manifest.to_vec()).ok()?,
                proof: view.tree.inclusion_proof(0, head.size())?,
            })
        };
        let asked = key.sign(head, poll, published.size, first(), |old| view.tree.consistency_proof(old, head.size()));
        let (checkpoint, note) = asked.await.map_err(|source| StartError::Signer { poll: poll.clone(), source })?;
        let kept = note.clone();
        mark = blocking(move || mark.advance(&checkpoint, &kept).map(|()| mark)).await?;
        note
    };
    if key.is_apart() {
        signer::insert_note(database.writer(), poll, view.tree.size(), &note).await?;
        view.notes =
            signer::notes(connection, poll).await?.into_iter().map(|(size, note)| (size, note.into())).collect();
    }
    view.note = note.into();
    Ok(Opened { view, key, mark, epoch })
}

/// What a log was found to be when it was checked as at the start, and nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The poll.
    pub poll: PollId,
    /// Size and root in the database.
    pub head: Head,
    /// How many entries the watermark says were published.
    pub published: u64,
    /// Whether its close is in it.
    pub is_closed: bool,
}

/// Checks a log as [`load`] does, and publishes nothing: the watermark stays where it is, and a signer is not asked.
pub(in crate::store) async fn inspect(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<Inspected, StartError> {
    let Derived { mut view, key, .. } = derive(database, folder, signer, poll).await?;
    let (path, public) = (mark_path(folder, poll), key.public().clone());
    let (mark, published) = blocking(move || {
        let mut mark = Watermark::open(&path, &public)?;
        let published = mark.read()?;
        Ok::<_, StartError>((mark, published))
    })
    .await?;
    follow(database.reader(), &mut view, key.public(), &published, mark.path()).await?;
    let head = Head { size: view.tree.size(), root: view.tree.frontier().root() };
    let is_closed = view.state.closed().is_some();
    Ok(Inspected { poll: poll.clone(), head, published: published.size, is_closed })
}

/// How many entries of each log were published, as the watermarks in `folder` say.
pub(in crate::store) fn published(folder: &Path) -> Result<BTreeMap<PollId, u64>, StartError> {
    let refused = |source| StartError::Folder { path: folder.to_owned(), source };
    let mut published = BTreeMap::new();
    for file in fs::read_dir(folder).map_err(refused)? {
        let path = file.map_err(refused)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".mark"));
        let Some(poll) = name.and_then(|name| name.parse::<PollId>().ok()) else { continue };
        published.insert(poll, Watermark::peek(&path)?);
    }
    Ok(published)
}

/// A log as its entries make it.
struct Derived {
    view: View,
    key: LogKey,
    manifest: Arc<[u8]>,
    head: Committed,
    epoch: i64,
}

/// Makes a log anew from its entries and compares it with all else that is stored of it.
async fn derive(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<Derived, StartError> {
    let connection = database.reader();
    let damaged = |what: String| damaged(poll, what);
    let (head, row) = Committed::read(connection, poll)
        .await
        .map_err(|error| match error {
            DbErr::Type(what) => damaged(what),
            other => other.into(),
        })?
        .ok_or_else(|| StartError::NoLog(poll.clone()))?;
    let roll = rows::file(connection, poll, "roll.jsonl").await?.and_then(|bytes| Roll::parse(&bytes).ok());
    let first = rows::entries(connection, poll, 0, 1).await?.into_iter().next();
    let first = read_entry(poll, 0, first.ok_or_else(|| damaged("it has no entries".to_owned()))?)?;
    let leaf = first.leaf;
    let (first, begun) = first.open(|entry| begin(entry, roll, folder, signer, poll));
    let (state, key) = begun?;
    let mut view = View::new(state, leaf);
    take(connection, &mut view, head.size()).await?;
    if *view.tree.frontier() != row.frontier {
        return Err(damaged("its head is not the tree of its entries".to_owned()));
    }
    take_checkpoints(connection, &mut view, key.public()).await?;
    Ok(Derived { view, key, manifest: first.bytes, head, epoch: row.epoch })
}

fn damaged(poll: &PollId, what: String) -> StartError {
    StartError::Damaged { poll: poll.clone(), what }
}

fn read_entry(poll: &PollId, index: u64, row: rows::EntryRow) -> Result<Read, StartError> {
    let read = Read::parse(row.body).map_err(|error| damaged(poll, format!("entry {index}: {error}")))?;
    if read.leaf == row.leaf {
        Ok(read)
    } else {
        Err(damaged(poll, format!("entry {index} is not what its leaf hash says")))
    }
}

/// Takes stored entries into a view, up to a size.
async fn take(connection: &impl ConnectionTrait, view: &mut View, to: u64) -> Result<(), StartError> {
    let poll = view.state.manifest().poll.clone();
    while view.tree.size() < to {
        let from = view.tree.size();
        let page = rows::entries(connection, &poll, from, PAGE.min(to - from)).await?;
        if page.is_empty() {
            return Err(damaged(&poll, format!("entry {from} is missing")));
        }
        for row in page {
            read_entry(&poll, view.tree.size(), row)?.open(|entry| view.take(entry));
        }
    }
    Ok(())
}

/// Takes the checkpoints of a view's entries, the last of which is all of them, and their cosignatures.
async fn take_checkpoints(
    connection: &impl ConnectionTrait,
    view: &mut View,
    key: &VerifierKey,
) -> Result<(), StartError> {
    let poll = view.state.manifest().poll.clone();
    let (known, size) = (view.sizes.last().copied().unwrap_or_default(), view.tree.size());
    let checkpoints = rows::checkpoints(connection, &poll, known).await?;
    for (size, root) in checkpoints.into_iter().filter(|(at, _)| *at <= size) {
        if view.tree.root(size) != Some(root) {
            return Err(damaged(&poll, format!("the checkpoint of {size} entries is not of this tree")));
        }
        view.sizes.push(size);
    }
    if view.sizes.last() != Some(&size) {
        return Err(damaged(&poll, "its head is no checkpoint".to_owned()));
    }
    view.cosigned = Cosignatures::read(cosigned::rows(connection, &poll).await?, view, key);
    Ok(())
}

/// Takes in what another process has published since the head was read, and compares the tree with the watermark.
///
/// That process need not rest for it: it is followed up to the watermark, which is signed, and no further.
async fn follow(
    connection: &impl ConnectionTrait,
    view: &mut View,
    key: &VerifierKey,
    published: &Checkpoint,
    mark: &Path,
) -> Result<(), StartError> {
    let poll = view.state.manifest().poll.clone();
    if view.tree.size() < published.size {
        // Nothing is published that is not in the database.
        let head = Committed::read(connection, &poll).await?;
        let stored = head.map_or(0, |(head, _)| head.size());
        if stored < published.size {
            return Err(StartError::Behind { poll, stored, published: published.size, path: mark.to_owned() });
        }
        take(connection, view, published.size).await?;
        if view.tree.root(published.size) == Some(published.root) {
            take_checkpoints(connection, view, key).await?;
        }
    }
    if view.tree.root(published.size) == Some(published.root) {
        Ok(())
    } else {
        Err(StartError::Forked { poll, size: published.size, path: mark.to_owned() })
    }
}

fn begin(
    first: &Entry<'_>,
    roll: Option<Roll>,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<(State, LogKey), StartError> {
    let damaged = || StartError::Damaged { poll: poll.clone(), what: "its first entry is no manifest".to_owned() };
    let Statement::Manifest(manifest) = &first.statement else { return Err(damaged()) };
    let path = key_path(folder, poll);
    // A poll keeps the kind that it began with.
    if let Some(signer) = signer.filter(|_| !path.exists()) {
        let key = manifest.keys.log.key().map_err(|_| damaged())?;
        let state = State::open(first, roll, &key).ok_or_else(damaged)?;
        return Ok((state, LogKey::Apart { key, signer: signer.clone() }));
    }
    let name = manifest.keys.log.0.split('+').next().unwrap_or_default();
    let key = KeyFile::read(&path, name)?;
    if key.public().to_string() != manifest.keys.log.0 {
        return Err(StartError::OtherKey { path, poll: poll.clone() });
    }
    let state = State::open(first, roll, key.public()).ok_or_else(damaged)?;
    Ok((state, LogKey::Here(key)))
}

/// Runs work that waits for the disk where it keeps nobody else waiting.
pub(in crate::store) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the work does not panic, and the runtime ends after its tasks")
}
