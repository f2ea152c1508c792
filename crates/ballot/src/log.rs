//! The append-only log: RFC 6962 Merkle tree, C2SP tiles, checkpoint and receipt.
//!
//! Nothing here stores anything: proofs are made from a function that gives node hashes, so that a
//! tree in memory, tiles on disk and a bundle serve alike. Source: docs/formats.md §4.

mod checkpoint;
mod proof;
mod receipt;
mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, OpenCheckpoint};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use receipt::{CheckCode, CheckCodeError, Receipt, ReceiptError};
pub use tile::{EntryBundle, EntryBundleError, TILE_WIDTH, TileId, TileKind, tiles_of};
pub use tree::{Frontier, OutOfTree, Tree, consistency_proof, inclusion_proof, leaf_hash, node_hash, root};
