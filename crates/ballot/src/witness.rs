//! A witness: it cosigns checkpoints of logs it knows, each only if it extends the one it cosigned before.
//!
//! Here stand the words of the protocol and the decision, without a disk, a clock or a network. Whoever asks writes and
//! reads [`Request`]; whoever is asked calls [`Request::decide`] with what it cosigned last, keeps what comes out, and
//! only then gives its signature away.
//!
//! Source: C2SP tlog-witness, tlog-policy.

mod policy;

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

pub use policy::{NamedWitness, Policy, PolicyError};

use crate::{
    hash::Hash,
    key::VerifierKey,
    log::{Checkpoint, CheckpointError, verify_consistency},
    note::Note,
};

/// The most hashes that a proof may have.
const MOST: usize = 63;

/// What a log asks of a witness: to cosign this checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The size that the log believes the witness cosigned last; 0 if it never did.
    pub old: u64,
    /// That the tree of `old` entries is a prefix of the checkpoint's.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not written as a request.
    #[error("a request is a line `old` with a size, up to 63 hashes in base64, a blank line and a signed checkpoint")]
    Format,
    /// A log that the witness does not know.
    #[error("this witness does not know the log")]
    UnknownLog,
    /// The log key's signature is missing or does not hold.
    #[error("the checkpoint has no valid signature of the log's key")]
    Signature,
    /// The old size is above the checkpoint's.
    #[error("the old size is above the size of the checkpoint")]
    OldSize,
    /// The witness cosigned another size last: this one.
    #[error("the checkpoint that was cosigned last has {0} entries")]
    Conflict(u64),
    /// The checkpoint is not shown to extend the one cosigned last.
    #[error("the checkpoint does not extend the one cosigned last")]
    Proof,
}

impl Refusal {
    /// The status of the answer, by the specification.
    pub fn status(self) -> u16 {
        match self {
            Self::Format | Self::OldSize => 400,
            Self::Signature => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) => 409,
            Self::Proof => 422,
        }
    }
}

/// What a refused checkpoint, though the log signed it, may be evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misconduct {
    /// The size that was cosigned, with another root: two histories.
    Fork,
    /// A smaller size than was cosigned: an older copy, or somebody who is late.
    Older,
    /// A larger size that nobody showed to extend what was cosigned.
    Unproven,
}

impl Misconduct {
    /// The word that it is kept under.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Older => "older",
            Self::Unproven => "unproven",
        }
    }
}

/// What becomes of a request whose log is known and signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What the checkpoint says.
    pub checkpoint: Checkpoint,
    /// Nothing, and it may be cosigned once it is kept; or why not.
    pub refusal: Option<Refusal>,
    /// What to remember it for.
    pub misconduct: Option<Misconduct>,
}

impl Request {
    /// Reads a request; the checkpoint is not looked at.
    ///
    /// # Errors
    /// It is not written as one.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let text = str::from_utf8(bytes).map_err(|_| Refusal::Format)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Refusal::Format)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(decimal).ok_or(Refusal::Format)?;
        let proof: Vec<_> = lines.map(hash).collect::<Option<_>>().ok_or(Refusal::Format)?;
        if MOST < proof.len() {
            return Err(Refusal::Format);
        }
        Ok(Self { old, proof, checkpoint: checkpoint.to_owned() })
    }

    /// The log that it is about: its origin, nothing verified.
    ///
    /// # Errors
    /// There is no checkpoint in it.
    pub fn origin(&self) -> Result<&str, Refusal> {
        let note = Note::parse(self.checkpoint.as_bytes()).map_err(|_| Refusal::Format)?;
        Checkpoint::parse_text(note.text).map_err(|_| Refusal::Format)?;
        note.text.split('\n').next().ok_or(Refusal::Format)
    }

    /// Decides about it.
    ///
    /// - `log`: the key of the log that it is about.
    /// - `last`: the checkpoint of this log that was cosigned last.
    ///
    /// # Errors
    /// It is no checkpoint that the log signed: there is nothing to remember.
    pub fn decide(&self, log: &VerifierKey, last: Option<&Checkpoint>) -> Result<Decision, Refusal> {
        let opened = Checkpoint::open(self.checkpoint.as_bytes(), log).map_err(|error| match error {
            CheckpointError::Note(_) | CheckpointError::Text => Refusal::Format,
            CheckpointError::Origin => Refusal::UnknownLog,
            CheckpointError::Signature => Refusal::Signature,
        })?;
        let checkpoint = opened.checkpoint;
        let size = last.map_or(0, |last| last.size);
        let root = last.map_or(Hash::of(b""), |last| last.root);
        let refusal = if checkpoint.size < self.old {
            Some(Refusal::OldSize)
        } else if self.old != size {
            Some(Refusal::Conflict(size))
        } else {
            // That every tree extends the empty one is said there too, and what the empty one's root is.
            let proven = verify_consistency(size, checkpoint.size, &root, &checkpoint.root, &self.proof);
            proven.is_err().then_some(Refusal::Proof)
        };
        let misconduct = if checkpoint.size < size {
            Some(Misconduct::Older)
        } else if checkpoint.size == size && checkpoint.root != root {
            Some(Misconduct::Fork)
        } else {
            (refusal == Some(Refusal::Proof)).then_some(Misconduct::Unproven)
        };
        Ok(Decision { checkpoint, refusal, misconduct })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", BASE64.encode(hash.0))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Where a witness serves the checkpoint of a log that it cosigned last, below its monitoring prefix.
pub fn monitoring_path(origin: &str) -> String {
    format!("{}/checkpoint", Hash::of(origin.as_bytes()))
}

fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn hash(line: &str) -> Option<Hash> {
    Some(Hash(BASE64.decode(line).ok()?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        key::{KeyKind, SignerKey},
        log::{Tree, leaf_hash},
        note,
    };

    const NAME: &str = "vote.example/poll/1";

    fn key(name: &str, seed: u8) -> SignerKey {
        SignerKey::from_seed(name, KeyKind::Ed25519, &[seed; 32]).unwrap()
    }

    fn tree(entries: u64, flavour: u8) -> Tree {
        let mut tree = Tree::default();
        (0..entries).for_each(|entry| tree.append(leaf_hash(&[flavour, u8::try_from(entry).unwrap()])));
        tree
    }

    fn checkpoint(tree: &Tree, size: u64) -> Checkpoint {
        Checkpoint { origin: NAME.to_owned(), size, root: tree.root(size).unwrap() }
    }

    fn request(tree: &Tree, old: u64, size: u64) -> Request {
        let proof = if old == 0 { Vec::new() } else { tree.consistency_proof(old, size).unwrap_or_default() };
        Request { old, proof, checkpoint: checkpoint(tree, size).sign(&key(NAME, 1)) }
    }

    #[test]
    fn a_request_is_written_as_the_specification_has_it_and_read_back() {
        let request = request(&tree(9, 1), 5, 9);
        let text = request.to_string();
        assert!(text.starts_with("old 5\n"), "{text}");
        assert_eq!(Request::parse(text.as_bytes()), Ok(request.clone()));
        assert_eq!(request.origin(), Ok(NAME));
        let head = text.split("\n\n").next().unwrap();
        for (why, bad) in [
            ("no old line", text.replacen("old 5\n", "", 1)),
            ("a sign", text.replacen("old 5", "old +5", 1)),
            ("a leading zero", text.replacen("old 5", "old 05", 1)),
            ("two blanks", text.replacen("old 5", "old  5", 1)),
            ("a short hash", text.replacen("old 5\n", "old 5\nAAAA\n", 1)),
            (
                "64 hashes",
                format!("old 5\n{}\n{}", format!("{}\n", BASE64.encode([7; 32])).repeat(64), request.checkpoint),
            ),
            ("no checkpoint", format!("{head}\n")),
            ("nothing", String::new()),
        ] {
            assert_eq!(Request::parse(bad.as_bytes()), Err(Refusal::Format), "{why}");
        }
        assert_eq!(Request::parse(&[0xFF]), Err(Refusal::Format), "not text");
        let no_note = Request { checkpoint: "hello\n".to_owned(), ..request };
        assert_eq!(no_note.origin(), Err(Refusal::Format));
    }

    #[test]
    fn every_answer_is_the_specifications() {
        let (ours, other) = (tree(9, 1), tree(9, 2));
        let last = checkpoint(&ours, 5);
        let log = key(NAME, 1);
        let decide = |request: &Request, last: Option<&Checkpoint>| request.decide(log.public(), last);
        for (why, request, last, status, misconduct) in [
            ("the first", request(&ours, 0, 5), None, 200, None),
            ("it grows", request(&ours, 5, 9), Some(&last), 200, None),
            ("the same again", request(&ours, 5, 5), Some(&last), 200, None),
            ("nobody knows what was last", request(&ours, 0, 9), Some(&last), 409, None),
            ("the witness is told more than it cosigned", request(&ours, 6, 9), Some(&last), 409, None),
            ("a first one with an old size", request(&ours, 5, 9), None, 409, None),
            ("an older size", request(&ours, 3, 4), Some(&last), 409, Some(Misconduct::Older)),
            ("an older size under the right old one", request(&ours, 5, 4), Some(&last), 400, Some(Misconduct::Older)),
            ("another root of one size", request(&other, 5, 5), Some(&last), 422, Some(Misconduct::Fork)),
            ("the same without saying so", request(&other, 0, 5), Some(&last), 409, Some(Misconduct::Fork)),
            ("another tree that grows", request(&other, 5, 9), Some(&last), 422, Some(Misconduct::Unproven)),
        ] {
            let decision = decide(&request, last).unwrap();
            assert_eq!(decision.refusal.map_or(200, Refusal::status), status, "{why}");
            assert_eq!(decision.misconduct, misconduct, "{why}");
        }
        let mut padded = request(&ours, 5, 9);
        padded.proof.push(Hash([0; 32]));
        assert_eq!(decide(&padded, Some(&last)).unwrap().refusal, Some(Refusal::Proof), "a hash too many");
        let proven = Request { proof: vec![Hash([0; 32])], ..request(&ours, 0, 5) };
        assert_eq!(decide(&proven, None).unwrap().refusal, Some(Refusal::Proof), "of the empty tree there is no proof");
    }

    #[test]
    fn the_empty_tree_has_one_root() {
        let log = key(NAME, 1);
        let empty = |root| Request {
            old: 0,
            proof: Vec::new(),
            checkpoint: Checkpoint { origin: NAME.to_owned(), size: 0, root }.sign(&log),
        };
        assert_eq!(empty(Hash::of(b"")).decide(log.public(), None).unwrap().refusal, None);
        assert_eq!(empty(Hash([1; 32])).decide(log.public(), None).unwrap().refusal, Some(Refusal::Proof));
    }

    #[test]
    fn what_the_log_did_not_sign_is_refused_before_anything_is_remembered() {
        let log = key(NAME, 1);
        let sound = request(&tree(9, 1), 0, 9);
        let text = Note::parse(sound.checkpoint.as_bytes()).unwrap().text;
        let with = |checkpoint: String| Request { checkpoint, ..sound.clone() };
        let judged = |request: Request| request.decide(log.public(), None).map(|_| ());
        assert_eq!(judged(with(note::sign(text, &[&key(NAME, 2)]))), Err(Refusal::Signature), "another key");
        assert_eq!(judged(with(sound.checkpoint.replace("\n9\n", "\n8\n"))), Err(Refusal::Signature), "changed");
        let foreign = Checkpoint { origin: "other.example/log".to_owned(), size: 0, root: Hash::of(b"") };
        assert_eq!(judged(with(foreign.sign(&key("other.example/log", 1)))), Err(Refusal::UnknownLog));
        let four = format!("{text}more\n");
        assert_eq!(judged(with(note::sign(&four, &[&log]))), Err(Refusal::Format), "a fourth line");
    }
}
