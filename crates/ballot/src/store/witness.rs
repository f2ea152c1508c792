//! A witness's key and what it cosigned last, in files.
//!
//! Below the state's folder every log has one of its own, named by the SHA-256 of its origin: `checkpoint` is the one
//! cosigned last, with both signatures; `refused/` holds what the log signed and should not have. A checkpoint is
//! replaced by a new file under its name, so that a stop leaves the old one or the new one, and its cosignature is given
//! away only once that is durable.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::SystemTime,
};

use super::{
    fault::{Faults, Point},
    key_file::sync_folder,
};
use crate::{
    hash::Hash,
    key::{KeyKind, SignerKey, VerifierKey},
    log::Checkpoint,
    note::{self, Note, cosign},
    witness::{Misconduct, Refusal, Request},
};

/// How many refused checkpoints of each kind are kept of a log.
const KEPT: usize = 64;

/// A witness over its files. One process has it at a time.
#[derive(Debug)]
pub struct Witness {
    key: SignerKeyOf,
    folder: PathBuf,
    list: PathBuf,
    known: RwLock<Known>,
    faults: Faults,
    /// Held for as long as the process lives.
    _lock: File,
}

/// A secret key, which has no `Debug` of its own.
struct SignerKeyOf(SignerKey);

#[derive(Debug, Default)]
struct Known {
    /// By origin.
    logs: HashMap<String, Arc<Kept>>,
    /// When the list was written that they were read from.
    listed: Option<SystemTime>,
}

/// A log that the witness knows.
#[derive(Debug)]
struct Kept {
    key: VerifierKey,
    folder: PathBuf,
    /// Held from reading the last checkpoint until the next one is durable.
    gate: Mutex<()>,
}

/// Why a witness does not start.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// A file or folder cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The key is not a witness's.
    #[error("a witness's key has type 04; this one signs statements")]
    Kind,
    /// Another process has the folder.
    #[error("another witness works in {}", .0.display())]
    Locked(PathBuf),
    /// The list of logs is not as it must be.
    #[error("{}, line {line}: a log is listed by its verifier key of type 01, once, and its name is used once", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// What was cosigned last cannot be read.
    #[error("{}: not a checkpoint that this log signed; restore the file, or have the poll end without this witness", .0.display())]
    Damaged(PathBuf),
}

/// Why nothing is cosigned.
#[derive(Debug, thiserror::Error)]
pub enum CosignError {
    /// By the specification.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The state cannot be read or written; nothing was given away.
    #[error("the witness's state cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Witness {
    /// Opens a witness.
    ///
    /// - `folder`: its state; made if it is not there.
    /// - `list`: a file with one log's verifier key a line; lines that begin with `#` say nothing. It is read again
    ///   whenever it has changed.
    ///
    /// # Errors
    /// A file is not as it must be, or another process has the folder.
    pub fn open(folder: &Path, list: &Path, key: SignerKey, faults: Faults) -> Result<Self, WitnessError> {
        if key.public().kind() != KeyKind::Cosignature {
            return Err(WitnessError::Kind);
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| WitnessError::Io { path, source }
        };
        make_folder(folder).map_err(at(folder))?;
        let path = folder.join("lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let lock = lock.map_err(at(&path))?;
        lock.try_lock().map_err(|_| WitnessError::Locked(folder.to_owned()))?;
        let witness = Self {
            key: SignerKeyOf(key),
            folder: folder.to_owned(),
            list: list.to_owned(),
            known: RwLock::default(),
            faults,
            _lock: lock,
        };
        witness.read_list()?;
        Ok(witness)
    }

    /// The witness's public key.
    pub fn key(&self) -> &VerifierKey {
        self.key.0.public()
    }

    /// How many logs are listed.
    pub fn logs(&self) -> usize {
        self.known.read().unwrap_or_else(PoisonError::into_inner).logs.len()
    }

    /// Answers a request: the cosignature's line, which is kept before it is given.
    ///
    /// - `now`: Unix seconds, which the cosignature says.
    ///
    /// # Errors
    /// The request is refused, and remembered if the log should not have signed it; or the disk fails.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Result<String, CosignError> {
        let request = Request::parse(body)?;
        let log = self.log(request.origin()?).ok_or(Refusal::UnknownLog)?;
        let _gate = log.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let last = log.last()?;
        let decision = request.decide(&log.key, last.as_ref())?;
        if let Some(misconduct) = decision.misconduct {
            log.remember(misconduct, &request, now)?;
        }
        if let Some(refusal) = decision.refusal {
            return Err(refusal.into());
        }
        let note = Note::parse(request.checkpoint.as_bytes()).map_err(|_| Refusal::Format)?;
        let line = cosign(note.text, &self.key.0, now);
        let mut signed = note::compose(note.text, &own_lines(&note, &log.key));
        signed.push_str(&line);
        log.keep(&signed, &self.faults)?;
        Ok(line)
    }

    /// The checkpoint cosigned last of the log whose origin has this SHA-256, in hexadecimal, with both signatures.
    ///
    /// # Errors
    /// The disk fails.
    pub fn checkpoint(&self, origin: &str) -> io::Result<Option<String>> {
        // Only what is a hash is made part of a path.
        let Ok(origin) = origin.parse::<Hash>() else { return Ok(None) };
        read(&self.folder.join(origin.to_string()).join("checkpoint"))
    }

    /// A log by its origin; the list is read again if it has changed, and one that cannot be read changes nothing.
    fn log(&self, origin: &str) -> Option<Arc<Kept>> {
        let find = || self.known.read().unwrap_or_else(PoisonError::into_inner).logs.get(origin).cloned();
        find().or_else(|| {
            let listed = self.known.read().unwrap_or_else(PoisonError::into_inner).listed;
            if written(&self.list) == listed {
                return None;
            }
            if let Err(error) = self.read_list() {
                tracing::error!(error = &error as &dyn std::error::Error, "the changed list of logs cannot be used");
            }
            find()
        })
    }

    /// Takes in the logs of the list that are new; one that was known stays so until the next start.
    fn read_list(&self) -> Result<(), WitnessError> {
        let io = |source| WitnessError::Io { path: self.list.clone(), source };
        let listed = written(&self.list);
        let text = fs::read_to_string(&self.list).map_err(io)?;
        let keys = parse_list(&text).map_err(|line| WitnessError::List { path: self.list.clone(), line })?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (origin, key) in keys {
            if known.logs.get(&origin).is_some_and(|log| log.key == key) {
                continue;
            }
            let folder = self.folder.join(Hash::of(origin.as_bytes()).to_string());
            let log = Kept { key, folder, gate: Mutex::default() };
            // A log that was given another key, or whose file is not its own, is found out here and not at its first use.
            log.last().map_err(|source| match source.kind() {
                io::ErrorKind::InvalidData => WitnessError::Damaged(log.folder.join("checkpoint")),
                _ => WitnessError::Io { path: log.folder.clone(), source },
            })?;
            known.logs.insert(origin, Arc::new(log));
        }
        known.listed = listed;
        Ok(())
    }
}

impl Kept {
    /// The checkpoint cosigned last.
    fn last(&self) -> io::Result<Option<Checkpoint>> {
        let Some(note) = read(&self.folder.join("checkpoint"))? else { return Ok(None) };
        let opened = Checkpoint::open(note.as_bytes(), &self.key);
        opened.map(|opened| Some(opened.checkpoint)).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Puts a checkpoint in the place of the last one, durably.
    fn keep(&self, signed: &str, faults: &Faults) -> io::Result<()> {
        make_folder(&self.folder)?;
        let (path, fresh) = (self.folder.join("checkpoint"), self.folder.join("checkpoint.new"));
        let armed = || io::Error::other("a fail point");
        faults.step(Point::WitnessWrite, || write_new(&fresh, signed), armed)?;
        faults.step(Point::WitnessRename, || fs::rename(&fresh, &path), armed)?;
        faults.step(Point::WitnessSync, || sync_folder(&path), armed)
    }

    /// Keeps a request that the log should not have signed, once and up to a number.
    fn remember(&self, misconduct: Misconduct, request: &Request, now: u64) -> io::Result<()> {
        let folder = self.folder.join("refused");
        make_folder(&folder)?;
        let word = misconduct.word();
        let text = Note::parse(request.checkpoint.as_bytes()).map_or(request.checkpoint.as_str(), |note| note.text);
        let path = folder.join(format!("{word}-{}", Hash::of(text.as_bytes())));
        if path.exists() {
            return Ok(());
        }
        let is_of_kind = |name: &str| name.strip_prefix(word).is_some_and(|rest| rest.starts_with('-'));
        let names = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
        let kept = names.iter().filter(|entry| entry.file_name().to_str().is_some_and(is_of_kind)).count();
        tracing::error!(
            log = self.key.name(),
            word,
            kept,
            "a log signed a checkpoint that does not follow the last one"
        );
        if KEPT <= kept {
            return Ok(());
        }
        write_new(&path, &format!("received {now}\n{request}"))?;
        sync_folder(&path)
    }
}

/// The log's own line alone: what others signed below it is not what this witness saw to.
fn own_lines<'a>(note: &Note<'a>, log: &VerifierKey) -> Vec<note::SignatureLine<'a>> {
    note.lines.iter().filter(|line| line.is_by(log)).cloned().collect()
}

/// The keys of a list by their names; else the number of the line that is wrong.
fn parse_list(text: &str) -> Result<BTreeMap<String, VerifierKey>, usize> {
    let mut keys = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key: VerifierKey = line.parse().map_err(|_| number)?;
        if key.kind() != KeyKind::Ed25519 || keys.insert(key.name().to_owned(), key).is_some() {
            return Err(number);
        }
    }
    Ok(keys)
}

fn written(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    sync_folder(path)
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a whole file, durably.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

impl std::fmt::Debug for SignerKeyOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.public())
    }
}
