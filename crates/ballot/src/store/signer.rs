//! Who signs for a log: this process with the key's file, or a signer in a process of its own.

pub mod server;

use std::{io, path::PathBuf, time::Duration};

use sea_orm::{ConnectionTrait, DbErr, Statement as Sql, Value};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    time::timeout,
};

use super::log::{committed::Committed, view::View};
use crate::{
    hash::Hash,
    id::PollId,
    key::{SignerKey, VerifierKey},
    log::{Checkpoint, OutOfTree, Tree, consistency_proof, node_hash},
    note::{self, Note},
    signer::{Answer, Extension, First, Question, Refusal},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A signer by its socket.
#[derive(Debug, Clone)]
pub struct Signer(PathBuf);

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It does not answer, or with what is no answer.
    #[error("the signer does not answer: {0}")]
    Silent(#[from] io::Error),
    /// It refuses.
    #[error("the signer refuses: {0}")]
    Refused(#[from] Refusal),
}

/// A log's key as this process has it.
pub(in crate::store) enum LogKey {
    /// The key itself.
    Here(SignerKey),
    /// A signer has it.
    Apart {
        /// Its public half.
        key: VerifierKey,
        /// Who has it.
        signer: Signer,
    },
}

impl Signer {
    /// The signer that listens at this socket.
    pub fn at(socket: PathBuf) -> Self {
        Self(socket)
    }

    /// The public key of a poll's log, made if there is none, and the checkpoint that was signed last.
    pub(in crate::store) async fn key(&self, host: &str, poll: &PollId) -> Result<(VerifierKey, String), SignError> {
        match self.ask(&Question::Key { host: host.to_owned(), poll: poll.clone() }).await? {
            Answer::Key { key, last } => Ok((key.parse().map_err(|_| nonsense())?, last)),
            Answer::Note(_) => Err(nonsense()),
            Answer::Refused(refusal) => Err(refusal.into()),
        }
    }

    async fn note(&self, question: &Question) -> Result<String, SignError> {
        match self.ask(question).await? {
            Answer::Note(note) => Ok(note),
            Answer::Key { .. } => Err(nonsense()),
            Answer::Refused(refusal) => Err(refusal.into()),
        }
    }

    async fn ask(&self, question: &Question) -> Result<Answer, SignError> {
        let conversation = async {
            let mut stream = UnixStream::connect(&self.0).await?;
            let mut line = serde_json::to_string(question).map_err(io::Error::other)?;
            line.push('\n');
            stream.write_all(line.as_bytes()).await?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).await?;
            serde_json::from_str(&answer).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
        };
        let answered = timeout(PATIENCE, conversation).await;
        Ok(answered.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??)
    }
}

fn nonsense() -> SignError {
    SignError::Silent(io::ErrorKind::InvalidData.into())
}

/// The tree as far as it is published, with the leaves that follow.
pub(in crate::store) struct Grown<'a> {
    /// What is published.
    pub(in crate::store) tree: &'a Tree,
    /// The leaves after it.
    pub(in crate::store) leaves: &'a [Hash],
}

impl Grown<'_> {
    fn node(&self, level: u32, index: u64) -> Result<Hash, OutOfTree> {
        if let Ok(node) = self.tree.node(level, index) {
            return Ok(node);
        }
        if level == 0 {
            let place = index.checked_sub(self.tree.size()).and_then(|place| usize::try_from(place).ok());
            return place.and_then(|place| self.leaves.get(place)).copied().ok_or(OutOfTree);
        }
        let left = index.checked_mul(2).ok_or(OutOfTree)?;
        Ok(node_hash(&self.node(level - 1, left)?, &self.node(level - 1, left + 1)?))
    }

    /// That the tree of the first `from` entries is a prefix of that of the first `to`.
    pub(in crate::store) fn proof(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        if to < from {
            return None;
        }
        consistency_proof(from, to, &mut |level, index| self.node(level, index)).ok()
    }
}

impl LogKey {
    /// The public half.
    pub(in crate::store) fn public(&self) -> &VerifierKey {
        match self {
            Self::Here(key) => key.public(),
            Self::Apart { key, .. } => key,
        }
    }

    /// Signs a committed head.
    ///
    /// - `poll`: whose log; `old`: the size that was probably signed last; `first`: what the log begins with.
    /// - `proof`: that the tree of so many entries is a prefix of the head's; none if it has more.
    ///
    /// # Errors
    /// A signer does not answer, or refuses.
    pub(in crate::store) async fn sign(
        &self,
        committed: Committed,
        poll: &PollId,
        old: u64,
        first: Option<First>,
        proof: impl Fn(u64) -> Option<Vec<Hash>>,
    ) -> Result<(Checkpoint, String), SignError> {
        let (key, signer) = match self {
            Self::Here(key) => return Ok(committed.sign(key)),
            Self::Apart { key, signer } => (key, signer),
        };
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: committed.size(), root: committed.root() };
        let mut old = old;
        // At most once more: it says itself what it signed last.
        for is_last in [false, true] {
            let (size, root) = (checkpoint.size, checkpoint.root);
            let proof = proof(old).ok_or(Refusal::Last(old))?;
            let first = first.clone().filter(|_| old == 0);
            let asked = Extension { poll: poll.clone(), old, size, root, proof, first };
            match signer.note(&Question::Checkpoint(asked)).await {
                Err(SignError::Refused(Refusal::Last(last))) if !is_last && last != old => old = last,
                Err(error) => return Err(error),
                Ok(note) => {
                    let opened = Checkpoint::open(note.as_bytes(), key).map_err(|_| nonsense())?.checkpoint;
                    return if opened == checkpoint { Ok((checkpoint, note)) } else { Err(nonsense()) };
                }
            }
        }
        Err(nonsense())
    }

    /// The signed checkpoint of a size that was published: made again, or as it is kept.
    pub(in crate::store) fn published(&self, view: &View, size: u64) -> Option<String> {
        let committed = Committed::published(view, size)?;
        match self {
            Self::Here(key) => Some(committed.sign(key).1),
            Self::Apart { .. } if size == view.size() => Some(view.note.to_string()),
            Self::Apart { .. } => view.notes.get(&size).map(ToString::to_string),
        }
    }

    /// The log's signature below a statement.
    ///
    /// # Errors
    /// A signer does not answer, or refuses.
    pub(in crate::store) async fn statement(&self, poll: &PollId, text: String) -> Result<Vec<u8>, SignError> {
        let (key, signer) = match self {
            Self::Here(key) => return Ok(note::sign(&text, &[key]).into_bytes()),
            Self::Apart { key, signer } => (key, signer),
        };
        let note = signer.note(&Question::Statement { poll: poll.clone(), text: text.clone() }).await?;
        let is_sound = Note::parse(note.as_bytes())
            .is_ok_and(|note| note.text == text && note.lines.len() == 1 && note.lines[0].is_signed(key, &text));
        if is_sound { Ok(note.into_bytes()) } else { Err(nonsense()) }
    }

    /// Whether checkpoints must be kept, since they cannot be made again here.
    pub(in crate::store) fn is_apart(&self) -> bool {
        matches!(self, Self::Apart { .. })
    }
}

/// Keeps a signed checkpoint that cannot be made again here.
pub(in crate::store) async fn insert_note(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    size: u64,
    note: &str,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_note (poll, size, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let size = i64::try_from(size).map_err(|_| DbErr::Type("a log's size is beyond all sizes".to_owned()))?;
    let values: [Value; 3] = [poll.as_str().into(), size.into(), note.to_owned().into()];
    let sql = Sql::from_sql_and_values(connection.get_database_backend(), sql, values);
    connection.execute_raw(sql).await.map(|_| ())
}

/// The signed checkpoints that are kept of a log, by size.
pub(in crate::store) async fn notes(
    connection: &impl ConnectionTrait,
    poll: &PollId,
) -> Result<Vec<(u64, String)>, DbErr> {
    let sql = "SELECT size, note FROM log_note WHERE poll = $1 ORDER BY size";
    let sql = Sql::from_sql_and_values(connection.get_database_backend(), sql, [poll.as_str().into()]);
    let rows = connection.query_all_raw(sql).await?;
    rows.iter()
        .map(|row| {
            let size: i64 = row.try_get_by("size")?;
            let size = u64::try_from(size).map_err(|_| DbErr::Type("a log's size is negative".to_owned()))?;
            Ok((size, row.try_get_by("note")?))
        })
        .collect()
}
