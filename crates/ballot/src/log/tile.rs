//! Tiles and entry bundles as C2SP tlog-tiles lays them out.

use std::fmt;

use crate::statement::MAX_ENTRY;

/// How many hashes or entries a full tile holds.
pub const TILE_WIDTH: u64 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileKind {
    /// Node hashes of tree level `8 · level`, 32 bytes each; level 0 are the leaf hashes.
    Hashes(u8),
    /// The entries themselves, each after its length.
    Entries,
}

/// A tile's place: kind, number, and how many of its 256 places are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileId {
    /// What it holds.
    pub kind: TileKind,
    /// Its number within the kind, from 0.
    pub number: u64,
    /// Filled places, 1 to 256; below 256 the tile is partial.
    pub width: u64,
}

impl TileId {
    /// Reads the path below the log's address, `tile/<L>/<N>[.p/<W>]`; none if it is no such path.
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            // Levels above 7 would need more than 2^64 leaves.
            _ => TileKind::Hashes(decimal(kind).filter(|level| *level < 8)?.try_into().ok()?),
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, decimal(width).filter(|width| (1..TILE_WIDTH).contains(width))?),
            None => (rest, TILE_WIDTH),
        };
        let number = parse_number(number)?;
        let id = Self { kind, number, width };
        // One path per tile, so that caches hold one copy.
        (id.to_string() == path).then_some(id)
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let groups = {
            let mut groups = vec![self.number % 1000];
            let mut rest = self.number / 1000;
            while 0 < rest {
                groups.push(rest % 1000);
                rest /= 1000;
            }
            groups
        };
        for group in groups[1..].iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.width < TILE_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// Every tile that a log of `size` entries has, partial ones only at the right edge.
pub fn tiles_of(size: u64) -> Vec<TileId> {
    let mut tiles = row(TileKind::Entries, size);
    let mut nodes = size;
    for level in 0..8 {
        tiles.extend(row(TileKind::Hashes(level), nodes));
        nodes /= TILE_WIDTH;
    }
    tiles
}

fn row(kind: TileKind, places: u64) -> Vec<TileId> {
    let full = (0..places / TILE_WIDTH).map(|number| TileId { kind, number, width: TILE_WIDTH });
    let rest = places % TILE_WIDTH;
    let partial = (0 < rest).then_some(TileId { kind, number: places / TILE_WIDTH, width: rest });
    full.chain(partial).collect()
}

fn decimal(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

fn parse_number(text: &str) -> Option<u64> {
    let mut groups = text.split('/').rev();
    let mut number = group(groups.next()?)?;
    let mut unit: u64 = 1;
    for text in groups {
        unit = unit.checked_mul(1000)?;
        number = group(text.strip_prefix('x')?)?.checked_mul(unit)?.checked_add(number)?;
    }
    Some(number)
}

fn group(text: &str) -> Option<u64> {
    if text.len() == 3 { decimal(text) } else { None }
}

/// Why bytes are no entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry bundle is entries, each after its length as two bytes, none cut off")]
pub struct EntryBundleError;

/// Reads the entries of a bundle in order.
#[derive(Debug, Clone)]
pub struct EntryBundle<'a> {
    rest: &'a [u8],
}

impl<'a> EntryBundle<'a> {
    /// A reader of the bundle's bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Appends one entry to a bundle's bytes.
    ///
    /// # Panics
    /// If the entry is longer than [`MAX_ENTRY`]: no such statement can be made.
    pub fn push(bundle: &mut Vec<u8>, entry: &[u8]) {
        let length = u16::try_from(entry.len()).expect("a statement has at most 65,535 bytes");
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
}

const _: () = assert!(MAX_ENTRY == u16::MAX as usize);

impl<'a> Iterator for EntryBundle<'a> {
    type Item = Result<&'a [u8], EntryBundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let entry = self
            .rest
            .split_first_chunk::<2>()
            .and_then(|(length, rest)| rest.split_at_checked(usize::from(u16::from_be_bytes(*length))));
        let Some((entry, rest)) = entry else {
            self.rest = &[];
            return Some(Err(EntryBundleError));
        };
        self.rest = rest;
        Some(Ok(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_grouped_by_three_digits() {
        for (kind, number, width, path) in [
            (TileKind::Hashes(0), 0, 256, "tile/0/000"),
            (TileKind::Hashes(1), 67, 5, "tile/1/067.p/5"),
            (TileKind::Entries, 1_234_067, 256, "tile/entries/x001/x234/067"),
        ] {
            let id = TileId { kind, number, width };
            assert_eq!(id.to_string(), path);
            assert_eq!(TileId::parse(path), Some(id));
        }
    }

    #[test]
    fn a_tile_has_one_path() {
        for path in [
            "tile/0/0",
            "tile/00/000",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/05",
            "tile/8/000",
            "tile/0/001/000",
            "tile/entries/000/",
            "tile/0/x999999/000",
            "tile/0/+01",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(TileId::parse(path), None, "{path}");
        }
    }

    #[test]
    fn a_log_has_partial_tiles_only_at_its_right_edge() {
        let paths: Vec<_> = tiles_of(257).iter().map(ToString::to_string).collect();
        assert_eq!(
            paths,
            ["tile/entries/000", "tile/entries/001.p/1", "tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]
        );
        assert!(tiles_of(0).is_empty());
    }
}
