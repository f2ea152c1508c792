//! The results of a poll as its last statement has them. Source: docs/formats.md §7.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{ShapeError, one_of};
use crate::{hash::Hash, id::Id, id::PollId};

/// What the count came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct ResultSheet {
    pub close_index: u64,
    pub manifest: Hash,
    pub poll: PollId,
    pub results: Vec<MotionResult>,
}

/// What a motion came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct MotionResult {
    pub motion: Id,
    pub outcome: String,
    pub passed: bool,
    pub quorum: bool,
    pub rounds: Vec<RoundSheet>,
    pub tally: TallySheet,
}

/// Units and their area, in hundredths of a square metre.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Their area.
    pub area: u64,
    /// How many.
    pub units: u64,
}

/// Every unit of the roll in one class. A motion has its choices, an election marks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct TallySheet {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CandidateTally>>,
    #[serde(skip_serializing_if = "Option::is_none", rename = "for")]
    pub for_: Option<Figures>,
    pub invalid: Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marks: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overvoted: Option<Figures>,
    pub present_only: Figures,
    pub silent_delivered: Figures,
    pub silent_undelivered: Figures,
}

/// What the units with valid marks say of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct CandidateTally {
    pub against: Figures,
    pub candidate: Id,
    #[serde(rename = "for")]
    pub for_: Figures,
}

/// One round of a decision. Figures are reduced fractions, as texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct RoundSheet {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<CandidateSheet>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_steps: Option<Vec<StepSheet>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elected: Option<Vec<Id>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<GatewaySheet>,
    pub outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_steps: Option<Vec<StepSheet>>,
    pub passed: bool,
    pub quorum: bool,
    pub quorum_steps: Vec<StepSheet>,
    pub round: u64,
    pub rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tied: Option<Vec<Id>>,
}

/// A condition and whether it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct StepSheet {
    pub have: String,
    pub measure: String,
    pub need: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    pub ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    pub who: String,
}

/// How a candidate did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct CandidateSheet {
    pub candidate: Id,
    #[serde(rename = "for")]
    pub for_: BTreeMap<String, String>,
    pub reaches: bool,
    pub steps: Vec<StepSheet>,
}

/// A way to a second round that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §7's
pub struct GatewaySheet {
    pub cite: String,
    pub open: bool,
    pub steps: Vec<StepSheet>,
    pub then: String,
}

impl ResultSheet {
    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        self.results.iter().try_for_each(MotionResult::check_shape)
    }
}

impl MotionResult {
    /// What belongs to a motion, and what to an election, stands together.
    fn check_shape(&self) -> Result<(), ShapeError> {
        let tally = &self.tally;
        one_of(tally.for_.as_ref(), tally.marks.as_ref(), ("for", "marks"))?;
        let is_election = tally.marks.is_some();
        let parts = [
            (tally.against.is_some() != is_election, "against"),
            (tally.overvoted.is_some() == is_election, "overvoted"),
            (tally.candidates.is_some() == is_election, "candidates"),
            (tally.abstain.is_none() || !is_election, "abstain"),
        ];
        let fit = |parts: &[(bool, &'static str)], with| {
            let apart = parts.iter().find(|(is_fit, _)| !is_fit);
            apart.map_or(Ok(()), |(_, name)| Err(ShapeError::Together(name, with)))
        };
        fit(&parts, if is_election { "marks" } else { "for" })?;
        self.rounds.iter().try_for_each(|round| {
            one_of(round.pass_steps.as_ref(), round.candidates.as_ref(), ("pass_steps", "candidates"))?;
            let is_election = round.candidates.is_some();
            let parts = [
                (round.elected.is_some() == is_election, "elected"),
                (round.tied.is_some() == is_election, "tied"),
                (round.seats.is_some() == is_election, "seats"),
                (round.confirm_steps.is_none() || !is_election, "confirm_steps"),
            ];
            fit(&parts, if is_election { "candidates" } else { "pass_steps" })
        })
    }
}
