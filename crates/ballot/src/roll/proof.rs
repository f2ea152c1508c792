//! What an owner keeps of the roll: the own lines, the proofs that they stand in it, and what they commit to.
//!
//! Source: docs/formats.md §3, "every owner is given the inclusion proof of the own lines".

use serde::{Deserialize, Serialize};

use super::UnitLine;
use crate::{
    hash::Hash,
    id::{PollId, UnitNo},
    json::{self, JsonError},
    log::{ProofError, leaf_hash, verify_inclusion},
    register::{PrivateRecord, commit},
};

/// The file that an owner saves: canonical JSON, of the format [`ROLL_PROOF_FORMAT`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollProofs {
    /// [`ROLL_PROOF_FORMAT`].
    pub format: String,
    /// Of which poll.
    pub poll: PollId,
    /// One for each of the owner's units.
    pub proofs: Vec<RollProof>,
}

/// The format of a file of [`RollProofs`].
pub const ROLL_PROOF_FORMAT: &str = "heyi-roll-proof/1";

/// A unit's line in the roll with the proof that it is there, and what it commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollProof {
    /// The line that an amendment put in its place; salt and record are this one's then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amended: Option<String>,
    /// The line of `roll.jsonl`, without its line feed.
    pub line: String,
    /// The inclusion proof (RFC 9162 §2.1.3) of the line.
    pub proof: Vec<Hash>,
    /// The canonical JSON after the salt.
    pub record: String,
    /// The root over all lines, as the manifest states it.
    pub root: Hash,
    /// 32 bytes.
    pub salt: Hash,
    /// How many lines there are; the unit's index is its number less 1.
    pub size: u64,
    /// The unit's number in the roll.
    pub unit: UnitNo,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollProofError {
    /// It is not of this format.
    #[error("this is no file of the format {ROLL_PROOF_FORMAT}: {0}")]
    Format(String),
    /// A line is not one of a roll, or a record not one of a line.
    #[error("unit {0}: the line or its record cannot be read: {1}")]
    Line(UnitNo, JsonError),
    /// A line of another unit.
    #[error("unit {0}: the line is of another unit")]
    OtherUnit(UnitNo),
    /// The line does not stand in the roll of this root.
    #[error("unit {0}: {1}")]
    Inclusion(UnitNo, ProofError),
    /// Salt and record are not what the line commits to.
    #[error("unit {0}: salt and record are not what the line commits to")]
    Commitment(UnitNo),
}

/// What a proof that holds says of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenUnit {
    /// The line that stood in the roll.
    pub line: UnitLine,
    /// The line that an amendment put in its place: the file says so, the log proves it.
    pub amended: Option<UnitLine>,
    /// What the last of these lines commits to.
    pub record: PrivateRecord,
}

impl RollProofs {
    /// A file of these proofs.
    pub fn new(poll: PollId, proofs: Vec<RollProof>) -> Self {
        Self { format: ROLL_PROOF_FORMAT.to_owned(), poll, proofs }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is not of this format, or proves nothing at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, RollProofError> {
        let file: Self = serde_json::from_slice(bytes).map_err(|err| RollProofError::Format(err.to_string()))?;
        if file.format != ROLL_PROOF_FORMAT {
            return Err(RollProofError::Format(format!("it says {}", file.format)));
        }
        if file.proofs.is_empty() {
            return Err(RollProofError::Format("it has no unit".to_owned()));
        }
        Ok(file)
    }
}

impl RollProof {
    /// Checks that the line stands under the root, and that salt and record are what it commits to.
    ///
    /// # Errors
    /// One of these does not hold.
    pub fn verify(&self) -> Result<ProvenUnit, RollProofError> {
        let read = |text: &str| {
            let line: UnitLine = json::read(text).map_err(|err| RollProofError::Line(self.unit, err))?;
            if line.unit == self.unit { Ok(line) } else { Err(RollProofError::OtherUnit(self.unit)) }
        };
        let line = read(&self.line)?;
        let amended = self.amended.as_deref().map(read).transpose()?;
        let leaf = leaf_hash(self.line.as_bytes());
        verify_inclusion(&leaf, self.unit.get() - 1, self.size, &self.proof, &self.root)
            .map_err(|err| RollProofError::Inclusion(self.unit, err))?;
        if amended.as_ref().unwrap_or(&line).commit != commit(&self.salt.0, &self.record) {
            return Err(RollProofError::Commitment(self.unit));
        }
        let record = json::read(&self.record).map_err(|err| RollProofError::Line(self.unit, err))?;
        Ok(ProvenUnit { line, amended, record })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::HolderNo,
        log::Tree,
        register::AreaSource,
        roll::{UnitKind, UnitStatus},
    };

    /// Changes one thing of a proof.
    type Change = fn(&mut RollProof);

    fn record() -> String {
        json::write(&PrivateRecord {
            label: "|1|1|101".to_owned(),
            owners: vec!["张伟明".to_owned()],
            source: AreaSource::Register,
        })
    }

    fn line(number: u64) -> UnitLine {
        UnitLine {
            area: 8953,
            building: "1".to_owned(),
            commit: commit(&[9; 32], &record()),
            entitlement: None,
            flags: None,
            holder: HolderNo::FIRST,
            kind: UnitKind::Home,
            mea: None,
            persons: 1.try_into().expect("from 1"),
            representative: None,
            share: None,
            share_value: None,
            shares: None,
            status: UnitStatus::Delivered,
            tantiemes: None,
            unit: number.try_into().expect("from 1"),
            votes: None,
        }
    }

    /// The proof of unit 3 of five.
    fn proof() -> RollProof {
        let lines: Vec<_> = (1..=5).map(|number| json::write(&line(number))).collect();
        let mut tree = Tree::default();
        for line in &lines {
            tree.append(leaf_hash(line.as_bytes()));
        }
        RollProof {
            amended: None,
            line: lines[2].clone(),
            proof: tree.inclusion_proof(2, 5).expect("in the tree"),
            record: record(),
            root: tree.root(5).expect("a root"),
            salt: Hash([9; 32]),
            size: 5,
            unit: 3.try_into().expect("from 1"),
        }
    }

    #[test]
    fn what_was_saved_is_read_and_holds() {
        let poll: PollId = "3b241101-e2bb-4255-8caf-4136c566a962".parse().expect("an id");
        let saved = json::write(&RollProofs::new(poll, vec![proof()]));
        let read = RollProofs::parse(saved.as_bytes()).expect("it is read");
        let proven = read.proofs[0].verify().expect("it holds");
        assert_eq!((proven.line.area, proven.record.owners), (8953, vec!["张伟明".to_owned()]));
    }

    #[test]
    fn a_proof_with_anything_changed_does_not_hold() {
        let amended = |area| json::write(&UnitLine { area, ..line(3) });
        let changes: [(&str, Change); 6] = [
            ("area", |proof| proof.line = proof.line.replace("8953", "9953")),
            ("record", |proof| proof.record = proof.record.replace("张伟明", "李伟明")),
            ("salt", |proof| proof.salt.0[0] ^= 1),
            ("root", |proof| proof.root.0[0] ^= 1),
            // A size of the same shape gives the same root: what it is stands in the manifest.
            ("size", |proof| proof.size = 9),
            ("unit", |proof| proof.unit = proof.unit.next()),
        ];
        for (what, change) in changes {
            let mut bent = proof();
            change(&mut bent);
            assert!(bent.verify().is_err(), "{what}");
        }
        let other = RollProof { amended: Some(amended(7000)), ..proof() };
        assert_eq!(other.verify().map(|unit| unit.amended.map(|line| line.area)), Ok(Some(7000)));
        let unsalted = UnitLine { commit: Hash([0; 32]), ..line(3) };
        let broken = RollProof { amended: Some(json::write(&unsalted)), ..proof() };
        assert_eq!(broken.verify(), Err(RollProofError::Commitment(broken.unit)), "the new line has the new record");
    }

    #[test]
    fn another_file_is_refused_with_what_it_is() {
        for (text, why) in [
            ("[", "EOF"),
            (r#"{"format":"heyi-roll-proof/2","poll":"3b241101-e2bb-4255-8caf-4136c566a962","proofs":[]}"#, "/2"),
            (r#"{"format":"heyi-roll-proof/1","poll":"3b241101-e2bb-4255-8caf-4136c566a962","proofs":[]}"#, "no unit"),
        ] {
            let refused = RollProofs::parse(text.as_bytes()).expect_err(text).to_string();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
