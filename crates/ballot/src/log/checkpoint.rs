//! The checkpoint: a log's name, size and root, signed (C2SP tlog-checkpoint).

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::{
    hash::Hash,
    key::{SignerKey, VerifierKey},
    note::{self, Note, NoteError, SignatureLine},
};

/// A log's state at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is its key's name.
    pub origin: String,
    /// How many entries the log has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Its text is not origin, size and root, one line each.
    #[error("a checkpoint has three lines: origin, size, and root in base64")]
    Text,
    /// It is another log's.
    #[error("the checkpoint is of another log")]
    Origin,
    /// The log key's signature is missing, is there twice, or does not hold.
    #[error("the checkpoint has no valid signature of the log key")]
    Signature,
}

/// A checkpoint whose log signature holds, with the lines of others that stand below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCheckpoint<'a> {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The signed text, over which witnesses cosign.
    pub text: &'a str,
    /// All signature lines.
    pub lines: Vec<SignatureLine<'a>>,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.0))
    }

    /// The signed note, without cosignatures. Ed25519 is deterministic: the same checkpoint gives
    /// the same bytes.
    pub fn sign(&self, key: &SignerKey) -> String {
        note::sign(&self.text(), &[key])
    }

    /// Reads a checkpoint's text.
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Text)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Text);
        };
        let size: u64 =
            size.parse().ok().filter(|number: &u64| number.to_string() == size).ok_or(CheckpointError::Text)?;
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok()).ok_or(CheckpointError::Text)?;
        if origin.is_empty() {
            return Err(CheckpointError::Text);
        }
        Ok(Self { origin: origin.to_owned(), size, root: Hash(root) })
    }

    /// Reads a signed checkpoint of the log with this key. Lines of other keys are not looked at.
    pub fn open<'a>(bytes: &'a [u8], log_key: &VerifierKey) -> Result<OpenCheckpoint<'a>, CheckpointError> {
        let note = Note::parse(bytes)?;
        let checkpoint = Self::parse_text(note.text)?;
        if checkpoint.origin != log_key.name() {
            return Err(CheckpointError::Origin);
        }
        let mut of_log = note.lines.iter().filter(|line| line.is_by(log_key));
        match (of_log.next(), of_log.next()) {
            (Some(line), None) if line.is_signed(log_key, note.text) => {
                Ok(OpenCheckpoint { checkpoint, text: note.text, lines: note.lines })
            }
            _ => Err(CheckpointError::Signature),
        }
    }
}
