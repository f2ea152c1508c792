//! The events of a compound as a log of the kind that `ballot` has: each event's canonical JSON is a leaf, and the tree
//! over them has checkpoints that witnesses can cosign and proofs that anybody can verify.
//!
//! The hash chain tells that nothing was altered to whoever reads all of it; the tree tells it to whoever holds one
//! event and one checkpoint.

use ballot::{
    hash::Hash,
    json,
    log::{Checkpoint, ProofError, Tree, leaf_hash, verify_inclusion},
    store::events::Event,
};

/// That an event is in the log of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProof {
    /// Its place, from 0: one less than its number.
    pub index: u64,
    /// The size of the tree.
    pub size: u64,
    /// The hashes on the way to the root.
    pub path: Vec<Hash>,
}

/// The leaf of an event.
fn leaf(event: &Event) -> Vec<u8> {
    json::write(event).into_bytes()
}

fn tree(events: &[Event]) -> Tree {
    let mut tree = Tree::default();
    for event in events {
        tree.append(leaf_hash(&leaf(event)));
    }
    tree
}

/// The checkpoint over a compound's events, oldest first and complete. It is signed like a poll's.
pub fn events_checkpoint(host: &str, events: &[Event]) -> Checkpoint {
    let compound = events.first().map_or("", |event| event.compound.as_str());
    let tree = tree(events);
    let root = tree.frontier().root();
    Checkpoint { origin: format!("{host}/compound/{compound}/events"), size: tree.size(), root }
}

/// The proof that the event of a number is among these; none if there is no such event.
pub fn event_proof(events: &[Event], number: u64) -> Option<EventProof> {
    let (index, size) = (number.checked_sub(1)?, events.len() as u64);
    let path = tree(events).inclusion_proof(index, size)?;
    Some(EventProof { index, size, path })
}

/// Whether an event stands in the log of a checkpoint.
///
/// # Errors
/// The proof does not lead from the event to the root.
pub fn verify_event(event: &Event, proof: &EventProof, checkpoint: &Checkpoint) -> Result<(), ProofError> {
    verify_inclusion(&leaf_hash(&leaf(event)), proof.index, checkpoint.size, &proof.path, &checkpoint.root)
}
