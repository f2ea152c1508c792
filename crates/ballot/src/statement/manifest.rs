//! The manifest: leaf 0 of every log, which binds all that a poll is.

use serde::{Deserialize, Serialize};

use super::{
    Choice, KeyText,
    fields::{ShapeError, ascending},
};
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

impl Manifest {
    /// A motion by its id.
    pub fn motion(&self, id: &Id) -> Option<&Motion> {
        self.motions.iter().find(|motion| motion.id == *id)
    }

    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        let at_least_one = |number: u64, name| if number == 0 { Err(ShapeError::Range(name)) } else { Ok(()) };
        if self.motions.is_empty() {
            return Err(ShapeError::Empty("motions"));
        }
        for motion in &self.motions {
            if let Some(attachments) = &motion.attachments {
                ascending(attachments, "attachments")?;
            }
            if motion.seats.is_some() != motion.candidates.is_some() {
                return Err(ShapeError::Together("seats", "candidates"));
            }
            at_least_one(motion.seats.unwrap_or(1), "seats")?;
            if motion.candidates.as_ref().is_some_and(Vec::is_empty) {
                return Err(ShapeError::Empty("candidates"));
            }
        }
        at_least_one(self.roll.units, "roll.units")?;
        at_least_one(self.roll.holders, "roll.holders")?;
        at_least_one(self.policy.officers, "policy.officers")?;
        at_least_one(self.policy.anchor_seconds.unwrap_or(1), "policy.anchor_seconds")
    }
}
