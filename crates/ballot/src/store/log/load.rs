//! Opening a log: everything is derived anew from its entries, and compared with what is stored and what was published.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sea_orm::DbErr;

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

/// Reads a whole log, checks it, and publishes its head.
pub(in crate::store) async fn load(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<Opened, StartError> {
    loop {
        match load_once(database, folder, signer, poll).await {
            // Another process may have published more since the head was read.
            Err(StartError::Behind { poll, stored, published, path }) => {
                let head = Committed::read(database.reader(), &poll).await?;
                if head.is_none_or(|(head, _)| head.size() < published) {
                    return Err(StartError::Behind { poll, stored, published, path });
                }
            }
            done => return done,
        }
    }
}

async fn load_once(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    poll: &PollId,
) -> Result<Opened, StartError> {
    let Derived { view, key, manifest, head, epoch } = derive(database, folder, signer, poll).await?;
    let connection = database.reader();
    let (path, public) = (mark_path(folder, poll), key.public().clone());
    let (mut view, mut mark, published, kept) = blocking(move || {
        let mut mark = Watermark::open(&path, &public)?;
        let (published, kept) = mark.note()?;
        check_mark(&view, &published, &mark)?;
        Ok::<_, StartError>((view, mark, published, kept))
    })
    .await?;
    let note = if published.size == head.size() {
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
        signer::insert_note(database.writer(), poll, head.size(), &note).await?;
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
    let Derived { view, key, head, .. } = derive(database, folder, signer, poll).await?;
    let (path, poll) = (mark_path(folder, poll), poll.clone());
    blocking(move || {
        let mut mark = Watermark::open(&path, key.public())?;
        let published = mark.read()?;
        check_mark(&view, &published, &mark)?;
        let is_closed = view.state.closed().is_some();
        let head = Head { size: head.size(), root: head.root() };
        Ok(Inspected { poll, head, published: published.size, is_closed })
    })
    .await
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
    let damaged = |what: String| StartError::Damaged { poll: poll.clone(), what };
    let (head, row) = Committed::read(connection, poll)
        .await
        .map_err(|error| match error {
            DbErr::Type(what) => damaged(what),
            other => other.into(),
        })?
        .ok_or_else(|| StartError::NoLog(poll.clone()))?;
    let roll = rows::file(connection, poll, "roll.jsonl").await?.and_then(|bytes| Roll::parse(&bytes).ok());
    let mut opened: Option<(View, LogKey, Arc<[u8]>)> = None;
    let mut from = 0;
    let mut roll = Some(roll);
    while from < head.size() {
        let page = rows::entries(connection, poll, from, PAGE.min(head.size() - from)).await?;
        if page.is_empty() {
            return Err(damaged(format!("entry {from} is missing")));
        }
        for row in page {
            let read = Read::parse(row.body).map_err(|error| damaged(format!("entry {from}: {error}")))?;
            if read.leaf != row.leaf {
                return Err(damaged(format!("entry {from} is not what its leaf hash says")));
            }
            let leaf = read.leaf;
            if let Some((view, ..)) = &mut opened {
                read.open(|entry| view.take(entry));
            } else {
                let (read, first) = read.open(|entry| begin(entry, roll.take().flatten(), folder, signer, poll));
                let (state, key) = first?;
                opened = Some((View::new(state, leaf), key, read.bytes));
            }
            from += 1;
        }
    }
    let (mut view, key, manifest) = opened.ok_or_else(|| damaged("it has no entries".to_owned()))?;
    if *view.tree.frontier() != row.frontier {
        return Err(damaged("its head is not the tree of its entries".to_owned()));
    }
    let checkpoints = rows::checkpoints(connection, poll, 0).await?;
    for (size, root) in checkpoints.into_iter().filter(|(size, _)| *size <= head.size()) {
        if view.tree.root(size) != Some(root) {
            return Err(damaged(format!("the checkpoint of {size} entries is not of this tree")));
        }
        view.sizes.push(size);
    }
    if view.sizes.last() != Some(&head.size()) {
        return Err(damaged("its head is no checkpoint".to_owned()));
    }
    view.cosigned = Cosignatures::read(cosigned::rows(connection, poll).await?, &view, key.public());
    Ok(Derived { view, key, manifest, head, epoch: row.epoch })
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

fn check_mark(view: &View, published: &Checkpoint, mark: &Watermark) -> Result<(), StartError> {
    let poll = view.state.manifest().poll.clone();
    let path = mark.path().to_owned();
    match view.tree.root(published.size) {
        None => Err(StartError::Behind { poll, stored: view.tree.size(), published: published.size, path }),
        Some(root) if root != published.root => Err(StartError::Forked { poll, size: published.size, path }),
        Some(_) => Ok(()),
    }
}

/// Runs work that waits for the disk where it keeps nobody else waiting.
pub(in crate::store) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("the work does not panic, and the runtime ends after its tasks")
}
