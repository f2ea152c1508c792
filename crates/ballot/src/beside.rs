//! What officers say beside the record: reports that are signed like statements and are in no log.
//!
//! - `heyi/lot/v1`: a tie was decided by drawing lots, before witnesses.
//! - `heyi/official/v1`: what the city's own system says a poll came to, and where it differs from the count
//!   of the record.
//!
//! A report is a signed note of the form of a statement (docs/formats.md §1), signed by `policy.officers`
//! of the officers that the manifest names. It changes nothing in the record; whoever has the bundle can
//! check it. Source: docs/rules.md §8.

mod official;

pub use official::*;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    hash::Hash,
    id::{Id, PollId},
    json::{self, JsonError},
    key::VerifierKey,
    note::{Note, NoteError},
    rule::{Outcome, Report, Verdict},
    statement::Manifest,
    tally::MotionCount,
    what_if::{Recount, WhatIfError},
};

/// The most bytes of a report.
pub const MAX_REPORT: usize = 1 << 20;

/// Somebody who saw the lot drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// The name, as it is made known.
    pub name: String,
    /// As what they were there: an owner, the neighbourhood committee.
    pub role: String,
}

/// That a tie was decided by lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lot {
    /// When it was written down, Unix seconds.
    pub at: u64,
    /// Who was drawn, in that order: as many as seats were left.
    pub drawn: Vec<Id>,
    /// When it was drawn, Unix seconds.
    pub drawn_at: u64,
    /// SHA-256 of the manifest's text.
    pub manifest: Hash,
    /// How: slips in a box, say.
    pub method: String,
    /// Which election.
    pub motion: Id,
    /// Of which poll.
    pub poll: PollId,
    /// Who was equal at the last seat, as the count says.
    pub tied: Vec<Id>,
    /// Two at least.
    pub witnesses: Vec<Witness>,
}

/// One of the reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// `heyi/lot/v1`
    Lot(Lot),
    /// `heyi/official/v1`
    Official(Official),
}

/// Why a report proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum BesideError {
    /// Too many bytes.
    #[error("a report has at most 1 MiB")]
    Length,
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not two lines, or of no known type.
    #[error("a report's text is a line heyi/lot/v1 or heyi/official/v1 and a line of JSON")]
    Text,
    /// Not canonical, or of other fields.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Of another poll.
    #[error("the report is of another poll, or of another manifest")]
    OtherPoll,
    /// Lines out of order, of a key that is no officer's, or that do not verify.
    #[error("signature lines ascend by key name, and each is of an officer that the manifest names, and verifies")]
    Signature,
    /// Too few of them.
    #[error("{signed} of {needed} officers signed")]
    TooFew {
        /// Who did.
        signed: u64,
        /// Who must.
        needed: u64,
    },
    /// What it says is not so.
    #[error("{0}")]
    Untrue(String),
    /// The bundle cannot be counted.
    #[error(transparent)]
    Count(#[from] WhatIfError),
}

fn untrue<T>(reason: impl Into<String>) -> Result<T, BesideError> {
    Err(BesideError::Untrue(reason.into()))
}

impl Beside {
    /// The text that is signed.
    pub fn text(&self) -> String {
        match self {
            Self::Lot(lot) => format!("heyi/lot/v1\n{}\n", json::write(lot)),
            Self::Official(official) => format!("heyi/official/v1\n{}\n", json::write(official)),
        }
    }

    /// Reads the signed text, strictly.
    ///
    /// # Errors
    /// Not two lines, of another type, or not canonical.
    pub fn parse_text(text: &str) -> Result<Self, BesideError> {
        let mut lines = text.split('\n');
        let (Some(head), Some(body), Some(""), None) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
            return Err(BesideError::Text);
        };
        match head {
            "heyi/lot/v1" => Ok(Self::Lot(json::read(body)?)),
            "heyi/official/v1" => Ok(Self::Official(json::read(body)?)),
            _ => Err(BesideError::Text),
        }
    }

    /// The poll and the manifest it is of.
    pub fn poll(&self) -> (&PollId, &Hash) {
        match self {
            Self::Lot(lot) => (&lot.poll, &lot.manifest),
            Self::Official(official) => (&official.poll, &official.manifest),
        }
    }

    /// Reads a signed report and verifies who signed it.
    ///
    /// # Errors
    /// It is none, is of another poll, or too few officers signed.
    pub fn open(bytes: &[u8], manifest: &Manifest, manifest_hash: &Hash) -> Result<Self, BesideError> {
        if MAX_REPORT < bytes.len() {
            return Err(BesideError::Length);
        }
        let note = Note::parse(bytes)?;
        let report = Self::parse_text(note.text)?;
        if report.poll() != (&manifest.poll, manifest_hash) {
            return Err(BesideError::OtherPoll);
        }
        let keys: Vec<VerifierKey> = manifest.keys.officers.iter().filter_map(|key| key.0.parse().ok()).collect();
        let is_signed = |line: &crate::note::SignatureLine<'_>| keys.iter().any(|key| line.is_signed(key, note.text));
        if !note.lines.is_sorted_by(|one, other| one.name < other.name) || !note.lines.iter().all(is_signed) {
            return Err(BesideError::Signature);
        }
        let (signed, needed) = (note.lines.len() as u64, manifest.policy.officers);
        if signed < needed { Err(BesideError::TooFew { signed, needed }) } else { Ok(report) }
    }

    /// Checks what the report says against the count of the record.
    ///
    /// # Errors
    /// It says of the record what is not so.
    pub fn check(&self, recount: &Recount) -> Result<(), BesideError> {
        match self {
            Self::Lot(lot) => lot.check(recount),
            Self::Official(official) => official.check(recount),
        }
    }
}

impl Lot {
    /// Checks the draw against the tie that the count reports.
    ///
    /// # Errors
    /// There is no such tie, somebody was drawn who was not tied, or too few witnesses are named.
    pub fn check(&self, recount: &Recount) -> Result<(), BesideError> {
        let Some(motion) = recount.motions().iter().find(|motion| motion.id == self.motion) else {
            return untrue(format!("the poll has no motion {}", self.motion));
        };
        let (_, count) = recount.decide(motion)?;
        let Some(tie) = Tie::of(&count) else {
            return untrue(format!("motion {} is not tied so that a lot decides", self.motion));
        };
        self.check_against(&tie)
    }

    /// The same, with the tie at hand.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_against(&self, tie: &Tie) -> Result<(), BesideError> {
        if self.tied != tie.tied {
            return untrue("other people are tied than the report says");
        }
        let drawn: BTreeSet<_> = self.drawn.iter().collect();
        if drawn.len() != self.drawn.len() || !drawn.iter().all(|id| tie.tied.contains(id)) {
            return untrue("each who was drawn was tied, and is drawn once");
        }
        if self.drawn.len() as u64 != tie.left {
            return untrue(format!("{} seats were left, and {} people were drawn", tie.left, self.drawn.len()));
        }
        if self.witnesses.len() < 2 {
            return untrue("a draw has two witnesses at least");
        }
        Ok(())
    }
}

/// A tie that a lot decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Who is equal at the last seat, in the motion's order.
    pub tied: Vec<Id>,
    /// How many seats are left for them.
    pub left: u64,
}

impl Tie {
    /// The tie of a motion, if it ends in one that a lot decides.
    pub fn of(count: &MotionCount) -> Option<Self> {
        let report: &Report = &count.report;
        if report.outcome() != Outcome::TieLot {
            return None;
        }
        match &report.last().verdict {
            Verdict::Motion { .. } => None,
            Verdict::Election { candidates, elected, tied, seats } => Some(Self {
                tied: tied.iter().filter_map(|&at| candidates[at].candidate.parse().ok()).collect(),
                left: seats.saturating_sub(elected.len() as u64),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<Id> {
        names.iter().map(|name| name.parse().expect("an id")).collect()
    }

    fn lot() -> Lot {
        let witness = |name: &str| Witness { name: name.to_owned(), role: "业主".to_owned() };
        Lot {
            at: 2,
            drawn: ids(&["c2"]),
            drawn_at: 1,
            manifest: Hash([1; 32]),
            method: "抽签".to_owned(),
            motion: "m1".parse().expect("an id"),
            poll: "00000000-0000-4000-8000-000000000000".parse().expect("an id"),
            tied: ids(&["c1", "c2"]),
            witnesses: vec![witness("甲"), witness("乙")],
        }
    }

    #[test]
    fn a_lot_names_whom_the_count_left_open() {
        type Change = fn(&mut Lot);
        let tie = Tie { tied: ids(&["c1", "c2"]), left: 1 };
        assert!(lot().check_against(&tie).is_ok());
        let changes: [(&str, Change); 6] = [
            ("somebody else", |lot| lot.drawn = ids(&["c3"])),
            ("too many", |lot| lot.drawn = ids(&["c1", "c2"])),
            ("nobody", |lot| lot.drawn.clear()),
            ("one twice", |lot| lot.drawn = ids(&["c1", "c1"])),
            ("another tie", |lot| lot.tied = ids(&["c1", "c3"])),
            ("one witness", |lot| _ = lot.witnesses.pop()),
        ];
        for (why, change) in changes {
            let mut lot = lot();
            change(&mut lot);
            assert!(lot.check_against(&tie).is_err(), "{why}");
        }
    }

    #[test]
    fn a_report_is_read_as_it_is_written() {
        let text = Beside::Lot(lot()).text();
        assert!(matches!(Beside::parse_text(&text), Ok(Beside::Lot(read)) if read == lot()));
        for wrong in ["", "heyi/lot/v1\n{}\n", "heyi/poll/v1\n{}\n", &text.replace("lot/v1", "lot/v2"), text.trim_end()]
        {
            assert!(Beside::parse_text(wrong).is_err(), "{wrong}");
        }
    }
}
