//! The bundle: everything that an auditor needs of a poll, as a folder or as one deterministic tar.
//!
//! Nothing in a bundle is trusted, lengths least of all: files are read one at a time, each up to a
//! limit that its place gives. Source: docs/formats.md §5.

mod tar;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
pub use tar::TarWriter;

use crate::{
    hash::Hash,
    id::RuleName,
    log::{TILE_WIDTH, TileId, TileKind, tiles_of},
    statement::MAX_ENTRY,
};

/// The most bytes of a checkpoint: room for hundreds of cosignatures.
pub const MAX_CHECKPOINT: u64 = 1 << 16;

/// The most bytes of a rule's file.
pub const MAX_RULE: u64 = 1 << 20;

/// The most bytes of a roll: a million units and more.
pub const MAX_ROLL: u64 = 1 << 30;

/// The most bytes of a full entry bundle: every entry at its limit, each after its length.
pub const MAX_ENTRIES: u64 = TILE_WIDTH * (2 + MAX_ENTRY as u64);

/// Why a bundle cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The system failed.
    #[error("could not read {0}: {1}")]
    Io(String, #[source] io::Error),
    /// Not a tar as docs/formats.md §5 fixes it.
    #[error("not a bundle's tar: {0}")]
    Tar(#[from] TarError),
    /// A link or a device in a folder.
    #[error("{0} is no regular file; a bundle has no links")]
    Link(String),
}

/// What about a tar is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum TarError {
    #[error("it ends in the middle of a block or before its two closing blocks")]
    Cut,
    #[error("something follows the two closing blocks")]
    Trailing,
    #[error("the header at byte {0} is not a plain ustar header of a regular file")]
    Header(u64),
    #[error("the path at byte {0} is not of A-Z, a-z, 0-9, dot, hyphen, underscore and slash, or too long")]
    Path(u64),
    #[error("{0} does not come after the path before it")]
    Order(String),
    #[error("{0} is not padded with zeros")]
    Padding(String),
}

/// A bundle whose files have been listed and not yet read.
#[derive(Debug)]
pub struct Bundle {
    source: Source,
    files: BTreeMap<String, Place>,
}

#[derive(Debug)]
enum Source {
    Folder(PathBuf),
    Tar(File),
    Memory(Vec<u8>),
}

/// Where a file's bytes stand.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    len: u64,
}

impl Bundle {
    /// Lists the files of a folder or tar.
    ///
    /// # Errors
    /// It is neither, or the tar is not exactly of the form of docs/formats.md §5.
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let failed = |err| BundleError::Io(path.display().to_string(), err);
        if fs::metadata(path).map_err(failed)?.is_dir() {
            let mut files = BTreeMap::new();
            list_folder(path, "", &mut files)?;
            return Ok(Self { source: Source::Folder(path.to_owned()), files });
        }
        let mut file = File::open(path).map_err(failed)?;
        let files = tar::list(&mut file).map_err(|err| err.within(path))?;
        Ok(Self { source: Source::Tar(file), files })
    }

    /// Lists the files of a tar in memory.
    ///
    /// # Errors
    /// It is not exactly of the form of docs/formats.md §5.
    pub fn from_tar(bytes: Vec<u8>) -> Result<Self, BundleError> {
        let files = tar::list(&mut io::Cursor::new(&bytes)).map_err(|err| err.within(Path::new("the tar")))?;
        Ok(Self { source: Source::Memory(bytes), files })
    }

    /// The paths of all files, in ascending byte order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file's bytes; `None` if there is no such file or it has more than `limit` bytes.
    ///
    /// # Errors
    /// The system failed, or the file is not what it was when it was listed.
    pub fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, BundleError> {
        let Some(place) = self.files.get(path).filter(|place| place.len <= limit) else { return Ok(None) };
        let mut bytes = Vec::new();
        self.copy(path, *place, &mut bytes).map_err(|err| BundleError::Io(path.to_owned(), err))?;
        Ok(Some(bytes))
    }

    /// SHA-256 of a file, however long; `None` if there is no such file.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub fn hash(&self, path: &str) -> Result<Option<Hash>, BundleError> {
        let Some(place) = self.files.get(path) else { return Ok(None) };
        let mut digest = Digesting(Sha256::new());
        self.copy(path, *place, &mut digest).map_err(|err| BundleError::Io(path.to_owned(), err))?;
        Ok(Some(Hash(digest.0.finalize().into())))
    }

    /// Writes the bundle as its one tar.
    ///
    /// # Errors
    /// The system failed, or a folder holds a file whose path no tar of a bundle has.
    pub fn write_tar(&self, out: impl Write) -> io::Result<()> {
        let mut tar = TarWriter::new(out);
        for (path, place) in &self.files {
            tar.begin(path, place.len)?;
            self.copy(path, *place, &mut tar)?;
        }
        tar.finish()?.flush()
    }

    fn copy(&self, path: &str, place: Place, out: &mut impl Write) -> io::Result<()> {
        let copied = match &self.source {
            Source::Folder(root) => io::copy(&mut File::open(root.join(path))?.take(place.len + 1), out)?,
            Source::Tar(file) => io::copy(&mut tar::At { file, offset: place.offset }.take(place.len), out)?,
            Source::Memory(bytes) => {
                let start = usize::try_from(place.offset).map_err(io::Error::other)?;
                let slice = bytes.get(start..).unwrap_or_default();
                io::copy(&mut slice.take(place.len), out)?
            }
        };
        if copied == place.len { Ok(()) } else { Err(io::Error::other("the file changed while it was read")) }
    }
}

struct Digesting(Sha256);

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn list_folder(root: &Path, below: &str, files: &mut BTreeMap<String, Place>) -> Result<(), BundleError> {
    let shown = |name: &str| if name.is_empty() { root.display().to_string() } else { name.to_owned() };
    let failed = |name: &str, err| BundleError::Io(shown(name), err);
    for item in fs::read_dir(root.join(below)).map_err(|err| failed(below, err))? {
        let item = item.map_err(|err| failed(below, err))?;
        let name = item.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        // Of the entry itself: a link is not followed.
        let metadata = item.metadata().map_err(|err| failed(&path, err))?;
        if metadata.is_dir() {
            list_folder(root, &path, files)?;
        } else if metadata.is_file() {
            files.insert(path, Place { offset: 0, len: metadata.len() });
        } else {
            return Err(BundleError::Link(path));
        }
    }
    Ok(())
}

/// Whether a tar of a bundle may have this path: at most 100 bytes of `[A-Za-z0-9._-]` and `/`, no
/// part empty or beginning with `.` or `-`.
pub fn is_bundle_path(path: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let is_part = |part: &str| !part.is_empty() && !part.starts_with(['.', '-']) && part.bytes().all(is_fit);
    path.len() <= 100 && path.split('/').all(is_part)
}

/// What a file of a bundle is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundlePath {
    /// The signed checkpoint.
    Checkpoint,
    /// A tile of hashes or entries.
    Tile(TileId),
    /// The roll.
    Roll,
    /// A motion's text or an attachment, by its hash.
    Text(Hash),
    /// A rule.
    Rule(RuleName),
    /// How to check it; nothing covers this file.
    Readme,
}

impl BundlePath {
    /// What the path says; `None` if no bundle has such a file.
    pub fn parse(path: &str) -> Option<Self> {
        let rule = |path: &str| path.strip_prefix("rules/")?.strip_suffix(".toml")?.parse().ok();
        let text = |path: &str| path.strip_prefix("texts/")?.parse().ok();
        match path {
            "checkpoint" => Some(Self::Checkpoint),
            "roll.jsonl" => Some(Self::Roll),
            "README.txt" => Some(Self::Readme),
            _ => TileId::parse(path)
                .map(Self::Tile)
                .or_else(|| text(path).map(Self::Text))
                .or_else(|| rule(path).map(Self::Rule)),
        }
    }
}

impl std::fmt::Display for BundlePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Tile(tile) => write!(f, "{tile}"),
            Self::Roll => f.write_str("roll.jsonl"),
            Self::Text(hash) => write!(f, "texts/{hash}"),
            Self::Rule(rule) => write!(f, "rules/{rule}.toml"),
            Self::Readme => f.write_str("README.txt"),
        }
    }
}

/// Whether a log of `size` entries has the tile.
pub fn has_tile(size: u64, tile: TileId) -> bool {
    let places = match tile.kind {
        TileKind::Entries => size,
        TileKind::Hashes(level) => (0..level).fold(size, |nodes, _| nodes / TILE_WIDTH),
    };
    let (full, rest) = (places / TILE_WIDTH, places % TILE_WIDTH);
    if tile.width == TILE_WIDTH { tile.number < full } else { tile.number == full && tile.width == rest }
}

/// How many tiles a log of `size` entries has, those of entries among them.
pub fn tile_count(size: u64) -> u64 {
    let levels = (0..8).scan(size, |nodes, _| {
        let here = *nodes;
        *nodes /= TILE_WIDTH;
        Some(here.div_ceil(TILE_WIDTH))
    });
    size.div_ceil(TILE_WIDTH) + levels.sum::<u64>()
}

/// The paths of every file of a bundle, in the order of its tar; `others` are those of texts and
/// rules, and the readme.
pub fn paths_of(size: u64, others: impl IntoIterator<Item = BundlePath>) -> Vec<(String, BundlePath)> {
    let tiles = tiles_of(size).into_iter().map(BundlePath::Tile);
    let all = tiles.chain(others).chain([BundlePath::Checkpoint, BundlePath::Roll]);
    let mut paths: Vec<_> = all.map(|path| (path.to_string(), path)).collect();
    paths.sort_by(|(a, _), (b, _)| a.cmp(b));
    paths.dedup_by(|(a, _), (b, _)| a == b);
    paths
}

/// The text of `README.txt`.
pub const README: &str = "\
怎样核对这份投票记录 / How to check this record

heyi-audit verify BUNDLE --log-key VKEY
VKEY 印在公告上，不要从本文件夹里取。每项检查都显示 ok 才算通过。
The VKEY is printed on the notice; do not take it from this folder. Every check must say ok.
";
