//! The Merkle tree of RFC 6962 §2: `SHA-256(0x00 ‖ leaf)`, `SHA-256(0x01 ‖ left ‖ right)`.

use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// The hash of a leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0x00]).chain_update(leaf).finalize().into())
}

/// The hash of two neighbouring subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the first `size` leaves.
///
/// `node(level, index)` gives the hash of the full subtree of `2^level` leaves that is the
/// `index`-th of its level; it is asked only for subtrees that lie within the size.
///
/// # Errors
/// Whatever `node` fails with.
pub fn root<E>(size: u64, node: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 { Ok(Hash::of(b"")) } else { range(0, size, node) }
}

/// The audit path of leaf `index` in the tree of the first `size` leaves (RFC 6962 §2.1.1).
///
/// Precondition: `index < size`.
///
/// # Errors
/// Whatever `node` fails with.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    node: &mut impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while 1 < end - start {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range(middle, end, node)?);
            end = middle;
        } else {
            path.push(range(start, middle, node)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `from` leaves is a prefix of the tree of `to` (RFC 6962 §2.1.2).
///
/// Precondition: `from <= to`. From the empty tree, and from a tree to itself, the proof is empty.
///
/// # Errors
/// Whatever `node` fails with.
pub fn consistency_proof<E>(
    from: u64,
    to: u64,
    node: &mut impl FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Vec<Hash>, E> {
    if from == 0 || from == to {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, to);
    let mut path = Vec::new();
    // Whether the subtree looked at is still the whole old tree, whose root the verifier has.
    let mut is_old_root = true;
    while from != end {
        let middle = start + split(end - start);
        if from <= middle {
            path.push(range(middle, end, node)?);
            end = middle;
        } else {
            path.push(range(start, middle, node)?);
            start = middle;
            is_old_root = false;
        }
    }
    if !is_old_root {
        path.push(range(start, end, node)?);
    }
    path.reverse();
    Ok(path)
}

/// The largest power of two below `size`. Precondition: `2 <= size`.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

fn range<E>(start: u64, end: u64, node: &mut impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = end - start;
    if size.is_power_of_two() {
        return node(size.trailing_zeros(), start / size);
    }
    let middle = start + split(size);
    Ok(node_hash(&range(start, middle, node)?, &range(middle, end, node)?))
}

/// The right edge of a tree: the roots of its full subtrees, largest first.
///
/// Enough to append and to give the root, in memory that grows with the logarithm of the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier that was stored as `size` and `peaks`; none if their numbers do not fit.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let is_fit = usize::try_from(size.count_ones()).is_ok_and(|count| count == peaks.len());
        is_fit.then_some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends a leaf's hash; tells `completed` of each full subtree that it completes, as
    /// `(level, index, hash)`, the leaf itself (level 0) first.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut(u32, u64, Hash)) {
        completed(0, self.size, leaf);
        let mut hash = leaf;
        for level in 0..self.size.trailing_ones() {
            // There is one peak for each bit of the size, so none is wanting.
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            completed(level + 1, self.size >> (level + 1), hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root hash; of the empty tree, SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else {
            return Hash::of(b"");
        };
        peaks.fold(*smallest, |right, left| node_hash(left, &right))
    }
}

/// A whole tree in memory: every full subtree's hash, about 64 bytes a leaf.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The right edge.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// Appends a leaf's hash.
    pub fn append(&mut self, leaf: Hash) {
        let levels = &mut self.levels;
        self.frontier.append(leaf, |level, _, hash| {
            let level = level as usize;
            if levels.len() == level {
                levels.push(Vec::new());
            }
            levels[level].push(hash);
        });
    }

    /// The root of the first `size` leaves; none if the tree is smaller.
    pub fn root(&self, size: u64) -> Option<Hash> {
        (size <= self.size()).then(|| root(size, &mut |level, index| self.node(level, index)).ok()).flatten()
    }

    /// The audit path of leaf `index` in the tree of the first `size` leaves.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index < size && size <= self.size() {
            inclusion_proof(index, size, &mut |level, index| self.node(level, index)).ok()
        } else {
            None
        }
    }

    /// The proof that the first `from` leaves are a prefix of the first `to`.
    pub fn consistency_proof(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        if from <= to && to <= self.size() {
            consistency_proof(from, to, &mut |level, index| self.node(level, index)).ok()
        } else {
            None
        }
    }

    /// The hash of a full subtree: the `index`-th of `2^level` leaves.
    ///
    /// # Errors
    /// The subtree does not lie within the tree.
    pub fn node(&self, level: u32, index: u64) -> Result<Hash, OutOfTree> {
        let nodes = self.levels.get(level as usize).ok_or(OutOfTree)?;
        usize::try_from(index).ok().and_then(|index| nodes.get(index)).copied().ok_or(OutOfTree)
    }
}

/// A node was asked for that the tree does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree has no such node")]
pub struct OutOfTree;
