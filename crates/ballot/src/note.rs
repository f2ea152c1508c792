//! C2SP signed notes: a text and the lines of those who signed it.
//!
//! Source: C2SP signed-note; docs/formats.md §1.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::key::{KeyKind, SignerKey, VerifierKey};

/// Why bytes are not a signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not UTF-8.
    #[error("a note is UTF-8 text")]
    Utf8,
    /// No blank line, or nothing signed below it.
    #[error("a note is a text, a blank line, and at least one signature line")]
    Parts,
    /// A control character other than the line feed.
    #[error("a note has no control characters but line feeds")]
    Control,
    /// A line below the text is no signature.
    #[error("a signature line is an em dash, a name, and base64 of key id and signature")]
    Line,
}

/// A note as it was read: borrowed text and signature lines, nothing verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    /// What is signed; ends with a line feed.
    pub text: &'a str,
    /// The signature lines in the order they stand.
    pub lines: Vec<SignatureLine<'a>>,
}

/// One line below the text: who claims to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine<'a> {
    /// The key's name.
    pub name: &'a str,
    /// The key's id, to tell apart keys of one name.
    pub id: [u8; 4],
    /// What follows the id: 64 bytes of Ed25519, or time and signature of a cosignature.
    pub signature: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Reads a note; unknown keys are kept, nothing is verified.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NoteError> {
        let whole = str::from_utf8(bytes).map_err(|_| NoteError::Utf8)?;
        if whole.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::Control);
        }
        let cut = whole.rfind("\n\n").ok_or(NoteError::Parts)?;
        let (text, below) = (&whole[..=cut], &whole[cut + 2..]);
        let below = below.strip_suffix('\n').ok_or(NoteError::Parts)?;
        let lines = below.split('\n').map(SignatureLine::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, lines })
    }
}

impl<'a> SignatureLine<'a> {
    fn parse(line: &'a str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix("\u{2014} ").ok_or(NoteError::Line)?;
        let (name, encoded) = rest.split_once(' ').ok_or(NoteError::Line)?;
        if !crate::key::is_key_name(name) {
            return Err(NoteError::Line);
        }
        let bytes = BASE64.decode(encoded).map_err(|_| NoteError::Line)?;
        match bytes.split_first_chunk::<4>() {
            Some((id, signature)) if !signature.is_empty() => Ok(Self { name, id: *id, signature: signature.to_vec() }),
            _ => Err(NoteError::Line),
        }
    }

    /// Whether the line names this key (it may still be forged).
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    /// Whether the line names this Ed25519 key and its signature of the text holds.
    pub fn is_signed(&self, key: &VerifierKey, text: &str) -> bool {
        let signature = self.signature.as_slice().try_into();
        self.is_by(key)
            && key.kind() == KeyKind::Ed25519
            && signature.is_ok_and(|signature| key.is_signed(text.as_bytes(), signature))
    }

    /// The time of a valid cosignature of this key over the text, in Unix seconds.
    ///
    /// Source: C2SP tlog-cosignature, Ed25519 cosignatures.
    pub fn cosigned_at(&self, key: &VerifierKey, text: &str) -> Option<u64> {
        if !self.is_by(key) || key.kind() != KeyKind::Cosignature {
            return None;
        }
        let (time, signature) = self.signature.split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        key.is_signed(cosigned_message(time, text).as_bytes(), signature.try_into().ok()?).then_some(time)
    }
}

/// Writes a note: the text, a blank line, and the given lines.
///
/// The lines stand in ascending byte order of name, as the record wants it.
pub fn compose(text: &str, lines: &[SignatureLine<'_>]) -> String {
    let mut sorted: Vec<_> = lines.iter().collect();
    sorted.sort_by_key(|line| line.name);
    let mut note = format!("{text}\n");
    for line in sorted {
        note.push_str(&signature_line(line.name, line.id, &line.signature));
    }
    note
}

/// Signs a text with the given Ed25519 keys and writes the note.
pub fn sign(text: &str, keys: &[&SignerKey]) -> String {
    let lines: Vec<_> = keys
        .iter()
        .map(|key| SignatureLine {
            name: key.public().name(),
            id: key.public().id(),
            signature: key.sign(text.as_bytes()).to_vec(),
        })
        .collect();
    compose(text, &lines)
}

/// A witness's line over a checkpoint's text at a time in Unix seconds.
pub fn cosign(text: &str, key: &SignerKey, time: u64) -> String {
    let mut signature = time.to_be_bytes().to_vec();
    signature.extend_from_slice(&key.sign(cosigned_message(time, text).as_bytes()));
    signature_line(key.public().name(), key.public().id(), &signature)
}

fn cosigned_message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn signature_line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    let mut bytes = id.to_vec();
    bytes.extend_from_slice(signature);
    let mut line = String::new();
    writeln!(line, "\u{2014} {name} {}", BASE64.encode(bytes)).expect("a String takes any text");
    line
}
