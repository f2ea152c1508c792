//! Every statement of the record, read strictly from its signed note.
//!
//! Everything that can change a result is one of these. Fields stand in ascending order of their
//! names, so that writing a value gives its one canonical encoding. Source: docs/formats.md §1, §2.

mod fields;
mod manifest;
mod results;

pub use fields::*;
pub use manifest::*;
pub use results::*;

use crate::{
    hash::Hash,
    id::PollId,
    json::{self, JsonError},
    log,
    note::{Note, NoteError, SignatureLine},
};

/// The most bytes of a statement: the limit of a C2SP tlog-tiles entry.
pub const MAX_ENTRY: usize = 65_535;

/// Why bytes are no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// More than 65,535 bytes.
    #[error("a statement has at most 65,535 bytes")]
    Length,
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Signature lines out of order, or one name twice.
    #[error("signature lines ascend by key name, none twice")]
    Lines,
    /// Not two lines, or of no known type and version.
    #[error("a statement's text is a line heyi/<type>/v1 and a line of JSON")]
    Text,
    /// The JSON is not canonical, or not of the type's fields.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The fields do not go together.
    #[error("{0}")]
    Shape(#[from] ShapeError),
}

macro_rules! statements {
    ($($name:literal $variant:ident),+ $(,)?) => {
        /// One statement of the record.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Statement {
            $(#[doc = concat!("`heyi/", $name, "/v1`")] $variant($variant)),+
        }

        impl Statement {
            /// The type as line 1 has it.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),+ }
            }

            /// The text that is signed: two lines.
            pub fn text(&self) -> String {
                let body = match self { $(Self::$variant(body) => json::write(body)),+ };
                format!("heyi/{}/v1\n{body}\n", self.kind())
            }

            /// The poll it is of, and the manifest it names; the manifest itself names none.
            pub fn poll(&self) -> (&PollId, Option<&Hash>) {
                statements!(@poll self $($variant)+)
            }

            fn parse(kind: &str, body: &str) -> Result<Self, StatementError> {
                match kind {
                    $($name => {
                        let body: $variant = json::read(body)?;
                        body.check_shape()?;
                        Ok(Self::$variant(body))
                    })+
                    _ => Err(StatementError::Text),
                }
            }
        }
    };
    (@poll $self:ident $first:ident $($variant:ident)+) => {
        match $self {
            Self::$first(body) => (&body.poll, None),
            $(Self::$variant(body) => (&body.poll, Some(&body.manifest))),+
        }
    };
}

statements! {
    "poll" Manifest,
    "credential" Credential,
    "revocation" Revocation,
    "ballot" Ballot,
    "paper" Paper,
    "attendance" Attendance,
    "proxy" Proxy,
    "delivery" Delivery,
    "amendment" Amendment,
    "strike" Strike,
    "anchor" Anchor,
    "close" Close,
    "result" ResultSheet,
}

/// A statement with the lines below it and what its bytes hash to. Nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What is said.
    pub statement: Statement,
    /// The signed text.
    pub text: &'a str,
    /// Who claims to have signed it, in ascending order of name.
    pub lines: Vec<SignatureLine<'a>>,
    /// The leaf hash of the full bytes.
    pub leaf: Hash,
}

impl<'a> Entry<'a> {
    /// Reads the full bytes of a statement, strictly: they are the one encoding of what they say.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, StatementError> {
        if MAX_ENTRY < bytes.len() {
            return Err(StatementError::Length);
        }
        let note = Note::parse(bytes)?;
        if !note.lines.is_sorted_by(|a, b| a.name < b.name) {
            return Err(StatementError::Lines);
        }
        let mut lines = note.text.split('\n');
        let (Some(head), Some(body), Some(""), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
            return Err(StatementError::Text);
        };
        let kind = head.strip_prefix("heyi/").and_then(|rest| rest.strip_suffix("/v1")).ok_or(StatementError::Text)?;
        let statement = Statement::parse(kind, body)?;
        Ok(Self { statement, text: note.text, lines: note.lines, leaf: log::leaf_hash(bytes) })
    }
    /// Reads leaf 0. A manifest of the right fields whose ids or choices are none is read with others
    /// in their place, and what is wrong with it is told: that is a fault of its values (check A05),
    /// and the rest of the log can still be looked at.
    pub fn parse_first(bytes: &'a [u8]) -> Result<(Self, Option<&'static str>), StatementError> {
        let refused = match Self::parse(bytes) {
            Ok(entry) => return Ok((entry, None)),
            Err(StatementError::Json(JsonError::Shape(reason))) => JsonError::Shape(reason),
            Err(other) => return Err(other),
        };
        let note = Note::parse(bytes)?;
        let body = note.text.strip_prefix("heyi/poll/v1\n").ok_or(StatementError::Text)?;
        let (manifest, reason) = manifest::read_unsound(body.trim_end()).ok_or(refused)?;
        let statement = Statement::Manifest(manifest);
        Ok((Self { statement, text: note.text, lines: note.lines, leaf: log::leaf_hash(bytes) }, Some(reason)))
    }
}
