//! A voter's receipt (C2SP tlog-proof) and its check code.

use std::{fmt, fmt::Write as _, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use super::{
    checkpoint::{Checkpoint, CheckpointError},
    proof::{ProofError, verify_inclusion},
    tree::leaf_hash,
};
use crate::{
    hash::Hash,
    key::VerifierKey,
    statement::{Entry, Statement},
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// That an entry is in a log: the entry, its index, the audit path, and the signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's full bytes, from which the leaf hash is taken.
    pub entry: Vec<u8>,
    /// Its index in the log.
    pub index: u64,
    /// The audit path, from the leaf up.
    pub proof: Vec<Hash>,
    /// The signed checkpoint as it was given.
    pub checkpoint: String,
}

/// Why a receipt is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not written as a receipt.
    #[error("a receipt is a tlog-proof with an extra line, an index, hashes, a blank line and a checkpoint")]
    Format,
    /// What it holds is no ballot.
    #[error("a receipt is of a ballot")]
    Entry,
    /// Its checkpoint is refused.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Its proof does not lead from the entry to the checkpoint.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl Receipt {
    /// Reads a receipt; nothing is verified.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Format)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(ReceiptError::Format);
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(ReceiptError::Format)?;
        let entry = BASE64.decode(extra).map_err(|_| ReceiptError::Format)?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(ReceiptError::Format)?;
        let index: u64 =
            index.parse().ok().filter(|number: &u64| number.to_string() == index).ok_or(ReceiptError::Format)?;
        let proof = lines
            .map(|line| Some(Hash(BASE64.decode(line).ok()?.try_into().ok()?)))
            .collect::<Option<Vec<_>>>()
            .ok_or(ReceiptError::Format)?;
        Ok(Self { entry, index, proof, checkpoint: checkpoint.to_owned() })
    }

    /// Checks that the checkpoint is the log's and holds the entry at the index.
    pub fn verify(&self, log_key: &VerifierKey) -> Result<Checkpoint, ReceiptError> {
        let entry = Entry::parse(&self.entry).map_err(|_| ReceiptError::Entry)?;
        if !matches!(entry.statement, Statement::Ballot(_)) {
            return Err(ReceiptError::Entry);
        }
        let opened = Checkpoint::open(self.checkpoint.as_bytes(), log_key)?;
        let Checkpoint { size, root, .. } = &opened.checkpoint;
        verify_inclusion(&leaf_hash(&self.entry), self.index, *size, &self.proof, root)?;
        Ok(opened.checkpoint)
    }

    /// The code by which the voter finds the ballot again.
    pub fn check_code(&self) -> CheckCode {
        CheckCode::of(&leaf_hash(&self.entry))
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nextra {}\nindex {}", BASE64.encode(&self.entry), self.index)?;
        for hash in &self.proof {
            writeln!(f, "{}", BASE64.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// The first 60 bits of a leaf hash, as twelve characters of Crockford's base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckCode(u64);

/// A text that is no check code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a check code has twelve letters and digits, such as 7K4P-9QXM-2RTD")]
pub struct CheckCodeError;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl CheckCode {
    /// The code of a leaf hash.
    pub fn of(leaf: &Hash) -> Self {
        let first = leaf.0.iter().take(8).fold(0, |bits, &byte| bits << 8 | u64::from(byte));
        Self(first >> 4)
    }

    /// The 60 bits, for looking up.
    pub fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for CheckCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in 0..12_u32 {
            if place == 4 || place == 8 {
                f.write_char('-')?;
            }
            let digit = self.0 >> (55 - 5 * place) & 0x1F;
            let digit = usize::try_from(digit).expect("five bits");
            f.write_char(char::from(ALPHABET[digit]))?;
        }
        Ok(())
    }
}

impl FromStr for CheckCode {
    type Err = CheckCodeError;

    /// Reads a code as people type it: any case, blanks, hyphens and dashes anywhere, full-width
    /// forms, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<Self, CheckCodeError> {
        let mut bits = 0;
        let mut digits = 0;
        for typed in text.chars() {
            // Full-width forms stand at a fixed distance from ASCII.
            let plain = match typed {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(typed) - 0xFEE0).ok_or(CheckCodeError)?,
                other => other,
            };
            let is_dash =
                matches!(plain, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FE58}' | '\u{FE63}');
            if plain.is_whitespace() || is_dash {
                continue;
            }
            let letter = match plain.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|&symbol| char::from(symbol) == letter).ok_or(CheckCodeError)?;
            digits += 1;
            if 12 < digits {
                return Err(CheckCodeError);
            }
            bits = bits << 5 | value as u64;
        }
        if digits == 12 { Ok(Self(bits)) } else { Err(CheckCodeError) }
    }
}
