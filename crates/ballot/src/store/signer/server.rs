//! The signer's side: keys, watermarks and manifests in files, and a socket.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read, Write as _},
    os::unix::{
        fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    hash::Hash,
    id::PollId,
    key::{SignerKey, is_key_name},
    signer::{Answer, Extension, Question, Refusal, manifest_of, sign_statement},
    statement::Manifest,
    store::{
        KeyFile,
        fault::{Faults, Point},
        key_file::sync_folder,
        log::{
            create::create_key,
            load::{key_path, mark_path},
            watermark::{Watermark, WatermarkError},
        },
    },
};

/// Bytes of a question: a manifest is at most 65,535, written with some more as JSON.
const QUESTION: u64 = 512 * 1024;
/// Of one question, from its first byte to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the time is, in Unix seconds.
pub type Now = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A signer over its folder. One process has it at a time.
pub struct SignerFiles {
    folder: PathBuf,
    logs: Mutex<HashMap<PollId, Arc<Mutex<Held>>>>,
    now: Now,
    faults: Faults,
    _lock: File,
}

/// A log's key with what it signed last.
struct Held {
    key: SignerKey,
    mark: Watermark,
    manifest: Option<(Manifest, Hash)>,
}

/// Why a signer does not start.
#[derive(Debug, thiserror::Error)]
pub enum SignerFilesError {
    /// A file, folder or socket cannot be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Others can read or write the folder.
    #[error("{}: others can look into it (mode {mode:04o}): run chmod 700 on it", path.display())]
    Mode {
        /// The folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Another process has the folder.
    #[error("another signer works in {}", .0.display())]
    Locked(PathBuf),
}

impl SignerFiles {
    /// Opens a signer; the folder is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be used, others can look into it, or another process has it.
    pub fn open(folder: &Path, now: Now, faults: Faults) -> Result<Self, SignerFilesError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| SignerFilesError::Io { path, source }
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))?;
        let mode = fs::metadata(folder).map_err(at(folder))?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(SignerFilesError::Mode { path: folder.to_owned(), mode });
        }
        let path = folder.join("lock");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let lock = lock.map_err(at(&path))?;
        lock.try_lock().map_err(|_| SignerFilesError::Locked(folder.to_owned()))?;
        Ok(Self { folder: folder.to_owned(), logs: Mutex::default(), now, faults, _lock: lock })
    }

    /// Answers a question.
    pub fn answer(&self, question: &Question) -> Answer {
        let answered = match question {
            Question::Key { host, poll } => self.key(host, poll),
            Question::Checkpoint(extension) => self.checkpoint(extension).map(Answer::Note),
            Question::Statement { poll, text } => self.statement(poll, text).map(Answer::Note),
        };
        answered.unwrap_or_else(|refusal| {
            tracing::warn!(why = %refusal, "not signed");
            Answer::Refused(refusal)
        })
    }

    fn key(&self, host: &str, poll: &PollId) -> Result<Answer, Refusal> {
        if !is_key_name(host) {
            return Err(Refusal::Format);
        }
        if !key_path(&self.folder, poll).exists() {
            let mut seed = zeroize::Zeroizing::new([0; 32]);
            getrandom::fill(&mut *seed).map_err(|_| Refusal::Files)?;
            create_key(&self.folder, host, poll, &seed).map_err(|error| files(&error))?;
        }
        let held = self.held(poll)?;
        let mut held = lock(&held);
        if held.key.public().name() != format!("{host}/poll/{poll}") {
            return Err(Refusal::NoKey);
        }
        let (_, last) = held.mark.note().map_err(|error| files(&error))?;
        Ok(Answer::Key { key: held.key.public().to_string(), last })
    }

    fn checkpoint(&self, extension: &Extension) -> Result<String, Refusal> {
        let held = self.held(&extension.poll)?;
        let mut held = lock(&held);
        let last = held.mark.read().map_err(|error| files(&error))?;
        let checkpoint = extension.decide(held.key.public(), &last)?;
        if last.size == 0 {
            extension.begins(held.key.public())?;
            let bytes = extension.first.as_ref().map(|first| first.manifest.as_str()).ok_or(Refusal::Manifest)?;
            self.keep_manifest(&extension.poll, bytes).map_err(|error| files(&error))?;
            held.manifest = Some(manifest_of(bytes, &extension.poll, held.key.public())?);
        }
        let note = checkpoint.sign(&held.key);
        // What is signed is kept before anybody has it.
        let mark = &mut held.mark;
        let armed = WatermarkError::armed;
        let kept = self.faults.step(Point::SignerMark, || mark.advance(&checkpoint, &note), armed);
        kept.map_err(|error| files(&error))?;
        self.faults.step(Point::SignerAnswer, || Ok(note), || Refusal::Files)
    }

    fn statement(&self, poll: &PollId, text: &str) -> Result<String, Refusal> {
        let held = self.held(poll)?;
        let mut held = lock(&held);
        let last = held.mark.read().map_err(|error| files(&error))?;
        let manifest = held.manifest.as_ref().ok_or(Refusal::Manifest)?;
        sign_statement(text, &held.key, manifest, &last, (self.now)())
    }

    /// The log's key, read once.
    fn held(&self, poll: &PollId) -> Result<Arc<Mutex<Held>>, Refusal> {
        let mut logs = lock(&self.logs);
        if let Some(held) = logs.get(poll) {
            return Ok(Arc::clone(held));
        }
        let path = key_path(&self.folder, poll);
        if !path.exists() {
            return Err(Refusal::NoKey);
        }
        let key = KeyFile::read_of_poll(&path, poll).map_err(|error| files(&error))?;
        let mark = Watermark::open(&mark_path(&self.folder, poll), key.public()).map_err(|error| files(&error))?;
        let manifest = match fs::read_to_string(self.manifest_path(poll)) {
            Ok(bytes) => Some(manifest_of(&bytes, poll, key.public())?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(files(&error)),
        };
        let held = Arc::new(Mutex::new(Held { key, mark, manifest }));
        logs.insert(poll.clone(), Arc::clone(&held));
        Ok(held)
    }

    fn manifest_path(&self, poll: &PollId) -> PathBuf {
        self.folder.join(format!("{poll}.manifest"))
    }

    fn keep_manifest(&self, poll: &PollId, bytes: &str) -> io::Result<()> {
        let path = self.manifest_path(poll);
        let fresh = path.with_extension("manifest.new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(bytes.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        sync_folder(&path)
    }
}

/// Opens the socket, which its owner alone can use.
///
/// # Errors
/// The path cannot be used, or a signer listens there.
pub fn listen(path: &Path) -> Result<UnixListener, SignerFilesError> {
    let io = |source| SignerFilesError::Io { path: path.to_owned(), source };
    if path.exists() {
        // One that was left behind answers nobody.
        if UnixStream::connect(path).is_ok() {
            return Err(SignerFilesError::Locked(path.to_owned()));
        }
        fs::remove_file(path).map_err(io)?;
    }
    // Bound under a name that nobody knows yet, closed to others, and only then given its own.
    let fresh = path.with_extension("new");
    if fresh.exists() {
        fs::remove_file(&fresh).map_err(io)?;
    }
    let listener = UnixListener::bind(&fresh).map_err(io)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600)).map_err(io)?;
    fs::rename(&fresh, path).map_err(io)?;
    Ok(listener)
}

/// Answers for as long as the listener lives, each connection on a thread of its own.
pub fn serve(signer: &Arc<SignerFiles>, listener: &UnixListener) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let signer = Arc::clone(signer);
        std::thread::spawn(move || {
            if let Err(error) = converse(&signer, &stream) {
                tracing::warn!(%error, "a conversation broke off");
            }
        });
    }
}

/// One question, one answer.
///
/// # Errors
/// The other side has gone.
pub fn converse(signer: &SignerFiles, stream: &UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(Read::take(stream, QUESTION)).read_line(&mut line)?;
    let answer = match serde_json::from_str(&line) {
        Ok(question) => signer.answer(&question),
        Err(_) => Answer::Refused(Refusal::Format),
    };
    let mut answer = serde_json::to_string(&answer)?;
    answer.push('\n');
    (&mut &*stream).write_all(answer.as_bytes())
}

fn files(error: &(dyn std::error::Error + 'static)) -> Refusal {
    tracing::error!(error, "the signer's files cannot be used");
    Refusal::Files
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
