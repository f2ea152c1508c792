//! The manifest: leaf 0 of every log, which binds all that a poll is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Choice, KeyText, fields::ShapeError};
use crate::{
    hash::Hash,
    id::{Id, PollId, RuleName},
};

/// Whether ballots are recorded or secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// Recorded under a pseudonym.
    Open,
    /// Encrypted; opened together by trustees.
    Secret,
}

/// Who may read the entries after the close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// Everybody.
    Public,
    /// Owners on the roll.
    Owners,
    /// Officers, clerks, auditors and the supervising office.
    Inspectors,
}

/// What a poll is: motions, roll, keys, window, policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Manifest {
    pub closes: u64,
    pub compound: String,
    pub keys: PollKeys,
    pub motions: Vec<Motion>,
    pub opens: u64,
    pub policy: Policy,
    pub poll: PollId,
    pub roll: RollTotals,
    pub secrecy: Secrecy,
    pub test: bool,
    pub title: String,
}

/// The keys that a poll names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct PollKeys {
    pub clerks: Vec<KeyText>,
    pub log: KeyText,
    pub officers: Vec<KeyText>,
    pub registrar: KeyText,
    pub witnesses: Vec<KeyText>,
}

/// A proposal put to the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Motion {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Hash>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<Candidate>>,
    pub choices: Vec<Choice>,
    pub id: Id,
    pub rule: RuleName,
    pub rule_sha256: Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
    pub text_sha256: Hash,
    pub title: String,
}

/// Somebody who stands for election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Candidate {
    pub id: Id,
    pub name: String,
}

/// How the poll is run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Policy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor_seconds: Option<u64>,
    pub answers: Answers,
    pub officers: u64,
    pub witnesses: u64,
}

/// What the roll adds up to; `area` in hundredths of a square metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct RollTotals {
    pub area: u64,
    pub holders: u64,
    pub root: Hash,
    pub units: u64,
}

impl Motion {
    /// The hashes of its text and attachments.
    pub fn hashes(&self) -> impl Iterator<Item = Hash> {
        let attachments = self.attachments.iter().flatten();
        attachments.chain([&self.text_sha256]).copied()
    }
}

impl Manifest {
    /// A motion by its id.
    pub fn motion(&self, id: &Id) -> Option<&Motion> {
        self.motions.iter().find(|motion| motion.id == *id)
    }

    /// What the fields are together; what their values must be is [`crate::state::manifest_faults`].
    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        let is_apart = |motion: &Motion| motion.seats.is_some() != motion.candidates.is_some();
        if self.motions.iter().any(is_apart) { Err(ShapeError::Together("seats", "candidates")) } else { Ok(()) }
    }
}

/// Reads a manifest whose ids, rule names or choices are not of docs/formats.md §2, putting sound ones
/// in their place; `None` if it is no manifest for another reason, too.
pub(super) fn read_unsound(body: &str) -> Option<(Manifest, &'static str)> {
    fn replace_unless<T: std::str::FromStr>(object: &mut Value, field: &str) {
        if let Some(Value::String(text)) = object.get_mut(field)
            && text.parse::<T>().is_err()
        {
            "0".clone_into(text);
        }
    }
    let mut value: Value = serde_json::from_str(body).ok()?;
    for motion in value.get_mut("motions")?.as_array_mut()? {
        replace_unless::<Id>(motion, "id");
        replace_unless::<RuleName>(motion, "rule");
        for candidate in motion.get_mut("candidates").and_then(Value::as_array_mut).into_iter().flatten() {
            replace_unless::<Id>(candidate, "id");
        }
        if let Some(choices) = motion.get_mut("choices").and_then(Value::as_array_mut) {
            choices.retain(|choice| !choice.is_string() || Choice::deserialize(choice).is_ok());
        }
    }
    let manifest = Manifest::deserialize(value).ok()?;
    manifest.check_shape().ok()?;
    Some((manifest, "ids, names of rules and choices are of the forms that the record knows"))
}
