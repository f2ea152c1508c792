//! Check A02: entries, hash tiles and checkpoint agree. On the way, anchors and strikes are noted.

use std::{cell::RefCell, collections::BTreeSet};

use super::{anchors, entry_tile};
use crate::{
    bundle::{Bundle, BundleError, MAX_ENTRIES, has_tile, tile_count},
    hash::Hash,
    key::VerifierKey,
    log::{self, Checkpoint, EntryBundle, Frontier, TILE_WIDTH, TileId, TileKind, leaf_hash, node_hash},
    state::Keyring,
    statement::{Entry, Manifest, Statement},
};

/// Why the tree is not the checkpoint's.
#[derive(Debug, thiserror::Error)]
pub enum TreeFault {
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Something does not agree.
    #[error("{0}")]
    Fault(String),
}

/// What the first walk over the entries has found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Valid anchors in the order of the log.
    pub anchors: Vec<anchors::Anchored>,
    /// What is wrong with the others.
    pub anchor_faults: Vec<(u64, String)>,
    /// What any strike names.
    pub struck: BTreeSet<u64>,
}

/// Checks that a bundle's tiles are the checkpoint's tree, all of it and nothing more.
///
/// # Errors
/// They are not, or cannot be read.
pub fn check_tree(bundle: &Bundle, checkpoint: &Checkpoint) -> Result<(), TreeFault> {
    walk_entries(bundle, checkpoint, |_, _| ())
}

/// The same, noting anchors and strikes.
pub(super) fn walk(
    bundle: &Bundle,
    checkpoint: &Checkpoint,
    manifest: Option<&Manifest>,
    log_key: &VerifierKey,
) -> Result<Walked, TreeFault> {
    let keys = manifest.map(|manifest| Keyring::new(manifest, log_key));
    let mut walked = Walked::default();
    let mut found = Vec::new();
    walk_entries(bundle, checkpoint, |index, bytes| {
        // Looking at the first bytes is enough for all but a few.
        let is_wanted = bytes.starts_with(b"heyi/anchor/") || bytes.starts_with(b"heyi/strike/");
        let Some(Ok(entry)) = is_wanted.then(|| Entry::parse(bytes)) else { return };
        match &entry.statement {
            Statement::Strike(strike) if strike.index < index => {
                walked.struck.insert(strike.index);
            }
            Statement::Anchor(anchor) => {
                let Some((manifest, keys)) = manifest.zip(keys.as_ref()) else { return };
                match anchors::read(anchor, index, manifest, keys) {
                    Ok(anchored) => found.push(anchored),
                    Err(reason) => walked.anchor_faults.push((index, reason)),
                }
            }
            _ => {}
        }
    })?;
    let tiles = HashTiles::new(bundle, checkpoint.size);
    for anchored in found {
        if tiles.root(anchored.size)? == anchored.root {
            walked.anchors.push(anchored);
        } else {
            let reason = format!("its root is not that of the first {} entries", anchored.size);
            walked.anchor_faults.push((anchored.index, reason));
        }
    }
    Ok(walked)
}

fn fault(reason: impl Into<String>) -> TreeFault {
    TreeFault::Fault(reason.into())
}

fn walk_entries(bundle: &Bundle, checkpoint: &Checkpoint, mut see: impl FnMut(u64, &[u8])) -> Result<(), TreeFault> {
    let size = checkpoint.size;
    check_names(bundle, size)?;
    let mut tree = Frontier::default();
    let mut levels: [Level; 8] = Default::default();
    for number in 0..size.div_ceil(TILE_WIDTH) {
        let Some(tile) = entry_tile(size, number) else { break };
        let path = tile.to_string();
        let bytes = bundle.read(&path, MAX_ENTRIES)?.ok_or_else(|| fault(format!("{path} is too long")))?;
        let mut width = 0;
        for entry in EntryBundle::new(&bytes) {
            let entry = entry.map_err(|err| fault(format!("{path}: {err}")))?;
            width += 1;
            if tile.width < width {
                break;
            }
            see(tree.size(), entry);
            let mut is_full = false;
            tree.append(leaf_hash(entry), |level, _, hash| {
                if let Some(level) = levels.get_mut(level as usize / 8).filter(|_| level % 8 == 0) {
                    is_full |= level.push(hash);
                }
            });
            if is_full {
                for (level, hashes) in (0..).zip(&mut levels) {
                    hashes.compare(bundle, level, TILE_WIDTH)?;
                }
            }
        }
        if width != tile.width {
            return Err(fault(format!("{path} must hold {} entries", tile.width)));
        }
    }
    for (level, hashes) in (0..).zip(&mut levels) {
        hashes.compare(bundle, level, 1)?;
    }
    if tree.root() == checkpoint.root { Ok(()) } else { Err(fault("the entries give another root")) }
}

/// The tiles are those of the size: as many, and each one of them.
fn check_names(bundle: &Bundle, size: u64) -> Result<(), TreeFault> {
    let mut count = 0;
    for path in bundle.paths().filter(|path| path.starts_with("tile/")) {
        let tile = TileId::parse(path).filter(|tile| has_tile(size, *tile));
        if tile.is_none() {
            return Err(fault(format!("{path} is no tile of a log of {size} entries")));
        }
        count += 1;
    }
    let wanted = tile_count(size);
    if count == wanted { Ok(()) } else { Err(fault(format!("{wanted} tiles are wanted, there are {count}"))) }
}

/// The hashes of one tile that is being filled.
#[derive(Debug, Default)]
struct Level {
    number: u64,
    hashes: Vec<u8>,
}

impl Level {
    fn width(&self) -> u64 {
        self.hashes.len() as u64 / 32
    }

    /// Appends a hash; tells whether the tile is full.
    fn push(&mut self, hash: Hash) -> bool {
        self.hashes.extend_from_slice(&hash.0);
        self.width() == TILE_WIDTH
    }

    /// Compares with the bundle's tile and begins the next, if there are at least so many hashes.
    fn compare(&mut self, bundle: &Bundle, level: u8, at_least: u64) -> Result<(), TreeFault> {
        let width = self.width();
        if width < at_least {
            return Ok(());
        }
        let path = TileId { kind: TileKind::Hashes(level), number: self.number, width }.to_string();
        if bundle.read(&path, TILE_WIDTH * 32)?.as_ref() != Some(&self.hashes) {
            return Err(fault(format!("{path} does not agree with the entries")));
        }
        self.number += 1;
        self.hashes.clear();
        Ok(())
    }
}

/// The tree behind a bundle's hash tiles: roots and nodes of any size up to its own.
#[derive(Debug)]
pub struct HashTiles<'a> {
    bundle: &'a Bundle,
    size: u64,
    last: RefCell<Option<(TileId, Vec<u8>)>>,
}

impl<'a> HashTiles<'a> {
    /// The tree of the first `size` leaves. The tiles must have been checked.
    pub fn new(bundle: &'a Bundle, size: u64) -> Self {
        Self { bundle, size, last: RefCell::new(None) }
    }

    /// The root of the first leaves.
    ///
    /// # Errors
    /// A tile cannot be read, or the tree is smaller.
    pub fn root(&self, size: u64) -> Result<Hash, TreeFault> {
        if self.size < size {
            return Err(fault("the tree is smaller"));
        }
        log::root(size, &mut |level, index| self.node(level, index))
    }

    /// The hash of a full subtree: the `index`-th of `2^level` leaves.
    ///
    /// # Errors
    /// A tile cannot be read, or the subtree is not within the tree.
    pub fn node(&self, level: u32, index: u64) -> Result<Hash, TreeFault> {
        // Between two levels of tiles a node is made of those below it.
        let below = level % 8;
        let outside = || fault("the subtree is not within the tree");
        let row = u8::try_from(level / 8).ok().filter(|row| *row < 8).ok_or_else(outside)?;
        let places = (0..row).fold(self.size, |nodes, _| nodes / TILE_WIDTH);
        let first = index.checked_mul(1 << below).ok_or_else(outside)?;
        let width = (places.saturating_sub(first / TILE_WIDTH * TILE_WIDTH)).min(TILE_WIDTH);
        let (start, many) = (first % TILE_WIDTH, 1_u64 << below);
        if width < start + many {
            return Err(outside());
        }
        let tile = TileId { kind: TileKind::Hashes(row), number: first / TILE_WIDTH, width };
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(id, _)| *id != tile) {
            let bytes = self.bundle.read(&tile.to_string(), TILE_WIDTH * 32)?.ok_or_else(outside)?;
            *last = Some((tile, bytes));
        }
        let bytes = last.as_ref().map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
        let hashes = bytes.as_chunks::<32>().0.iter().map(|bytes| Hash(*bytes));
        let start = usize::try_from(start).map_err(|_| outside())?;
        let many = usize::try_from(many).map_err(|_| outside())?;
        let mut hashes: Vec<Hash> = hashes.skip(start).take(many).collect();
        while 1 < hashes.len() {
            hashes = hashes.chunks(2).map(|pair| node_hash(&pair[0], &pair[pair.len() - 1])).collect();
        }
        hashes.first().copied().ok_or_else(outside)
    }
}
