//! A signer: it holds a log's key and signs only what belongs to one history of that log.
//!
//! Here stand the questions, the answers and the decisions, without a disk, a clock or a socket. A checkpoint is signed
//! if it extends the one signed last, which the signer keeps before it answers; of statements, that log's anchors, and its
//! close once voting is over. So whoever takes the server over, but not the signer, cannot make a second history.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};

use crate::{
    hash::Hash,
    id::PollId,
    key::{SignerKey, VerifierKey},
    log::{Checkpoint, leaf_hash, verify_consistency, verify_inclusion},
    note,
    statement::{Anchor, Close, Entry, Manifest, Statement},
};

/// The most hashes that a proof may have.
const MOST: usize = 64;

/// What a server asks of its signer; a line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// The public key of a poll's log; made if there is none yet.
    Key {
        /// The first part of the key's name.
        host: String,
        /// The poll.
        poll: PollId,
    },
    /// A checkpoint's signature.
    Checkpoint(Extension),
    /// The log's signature below a statement.
    Statement {
        /// The poll.
        poll: PollId,
        /// The statement's text.
        text: String,
    },
}

/// A checkpoint that is to be signed, and that it extends the one signed last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The poll.
    pub poll: PollId,
    /// The size that the server believes was signed last; 0 before the first.
    pub old: u64,
    /// The size.
    pub size: u64,
    /// The root.
    pub root: Hash,
    /// That the tree of `old` entries is a prefix.
    pub proof: Vec<Hash>,
    /// What the log begins with, for its first checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<First>,
}

/// A log's manifest, and that it is its first entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// The signed manifest.
    pub manifest: String,
    /// The audit path of leaf 0.
    pub proof: Vec<Hash>,
}

/// What a signer answers; a line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// A public key, and the checkpoint signed last.
    Key {
        /// As a verifier key.
        key: String,
        /// The note, of size 0 before the first.
        last: String,
    },
    /// A signed note.
    Note(String),
    /// Nothing is signed.
    Refused(Refusal),
}

/// Why a signer does not sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not a question.
    #[error("not a question that a signer answers")]
    Format,
    /// It holds no key of this poll.
    #[error("the signer holds no key of this poll")]
    NoKey,
    /// Another size was signed last: this one.
    #[error("the checkpoint signed last has {0} entries")]
    Last(u64),
    /// It does not extend the checkpoint signed last.
    #[error("the checkpoint does not extend the one signed last")]
    Fork,
    /// The log does not begin with a manifest that names this key.
    #[error("the log does not begin with a manifest of this poll that names this key")]
    Manifest,
    /// Another poll's, or of a kind that the log's key does not sign.
    #[error("the log's key does not sign this statement")]
    Statement,
    /// Voting is not over by the signer's clock, or by what the statement says.
    #[error("voting ends at {0}")]
    Early(u64),
    /// The files cannot be used; nothing was signed, or nobody was told.
    #[error("the signer cannot use its files")]
    Files,
}

impl Extension {
    /// The checkpoint, if it may be signed.
    ///
    /// # Errors
    /// It is not shown to extend `last`.
    pub fn decide(&self, log: &VerifierKey, last: &Checkpoint) -> Result<Checkpoint, Refusal> {
        if self.old != last.size || self.size < last.size {
            return Err(Refusal::Last(last.size));
        }
        if MOST < self.proof.len() {
            return Err(Refusal::Format);
        }
        verify_consistency(last.size, self.size, &last.root, &self.root, &self.proof).map_err(|_| Refusal::Fork)?;
        Ok(Checkpoint { origin: log.name().to_owned(), size: self.size, root: self.root })
    }

    /// The manifest that the log begins with, for its first checkpoint.
    ///
    /// # Errors
    /// There is none, it is not leaf 0, or it is of another log.
    pub fn begins(&self, log: &VerifierKey) -> Result<Manifest, Refusal> {
        let First { manifest, proof } = self.first.as_ref().ok_or(Refusal::Manifest)?;
        let leaf = leaf_hash(manifest.as_bytes());
        verify_inclusion(&leaf, 0, self.size, proof, &self.root).map_err(|_| Refusal::Manifest)?;
        manifest_of(manifest, &self.poll, log).map(|(manifest, _)| manifest)
    }
}

/// Reads a log's manifest, with the hash of its text.
///
/// # Errors
/// It is none, or another poll's, or names another log key.
pub fn manifest_of(bytes: &str, poll: &PollId, log: &VerifierKey) -> Result<(Manifest, Hash), Refusal> {
    let entry = Entry::parse(bytes.as_bytes()).map_err(|_| Refusal::Manifest)?;
    let hash = Hash::of(entry.text.as_bytes());
    match entry.statement {
        Statement::Manifest(manifest) if manifest.poll == *poll && manifest.keys.log.0 == log.to_string() => {
            Ok((manifest, hash))
        }
        _ => Err(Refusal::Manifest),
    }
}

/// Signs a statement if it is one that the log's key may sign now.
///
/// - `last`: the checkpoint signed last; `now`: Unix seconds.
///
/// # Errors
/// It is none of this log's, or a close before its time or over another tree than the one signed last.
pub fn sign_statement(
    text: &str,
    key: &SignerKey,
    (manifest, hash): &(Manifest, Hash),
    last: &Checkpoint,
    now: u64,
) -> Result<String, Refusal> {
    // Signed in memory to be read by the record's own strict reader; given away only if it passes.
    let note = note::sign(text, &[key]);
    let entry = Entry::parse(note.as_bytes()).map_err(|_| Refusal::Statement)?;
    let (poll, names) = entry.statement.poll();
    if entry.text != text || *poll != manifest.poll || names.is_none_or(|names| names != hash) {
        return Err(Refusal::Statement);
    }
    let may_sign = match &entry.statement {
        Statement::Anchor(anchor) => may_anchor(anchor, key.public(), last),
        Statement::Close(close) => may_close(close, manifest.closes, last, now),
        Statement::Manifest(_)
        | Statement::Credential(_)
        | Statement::Revocation(_)
        | Statement::Ballot(_)
        | Statement::Paper(_)
        | Statement::Attendance(_)
        | Statement::Proxy(_)
        | Statement::Delivery(_)
        | Statement::Amendment(_)
        | Statement::Strike(_)
        | Statement::ResultSheet(_) => Err(Refusal::Statement),
    };
    may_sign?;
    Ok(note)
}

/// What this key signed before is of this history.
fn may_anchor(anchor: &Anchor, key: &VerifierKey, last: &Checkpoint) -> Result<(), Refusal> {
    let bytes = BASE64.decode(&anchor.checkpoint).map_err(|_| Refusal::Statement)?;
    let opened = Checkpoint::open(&bytes, key).map_err(|_| Refusal::Statement)?;
    if last.size < opened.checkpoint.size { Err(Refusal::Statement) } else { Ok(()) }
}

fn may_close(close: &Close, closes: u64, last: &Checkpoint, now: u64) -> Result<(), Refusal> {
    if close.at < closes || now < closes {
        return Err(Refusal::Early(closes));
    }
    let is_last = close.size == last.size && close.root == last.root;
    if is_last { Ok(()) } else { Err(Refusal::Last(last.size)) }
}
