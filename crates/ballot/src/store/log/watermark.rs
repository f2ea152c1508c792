//! The watermark of a log: its last published checkpoint, in a file outside the database.
//!
//! A database that was restored from a copy, or that lost its tail, is behind it, and then nothing is signed: to sign
//! another tree of a size that was published would be to tell two stories.
//!
//! The file has two slots of one page each, written in turn, so that a torn write never takes the last mark with it; it
//! is locked while it is read and written, as several processes may share it. Its text is for people too.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::{
    hash::Hash,
    key::{SignerKey, VerifierKey},
    log::Checkpoint,
    store::key_file::sync_folder,
};

const SLOT: usize = 4096;

/// Why a watermark is not moved.
#[derive(Debug, thiserror::Error)]
pub enum WatermarkError {
    /// The file cannot be read or written.
    #[error("watermark {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Neither slot holds a checkpoint of this log.
    #[error("watermark {}: it holds no checkpoint of this log; restore it with the key beside it", path.display())]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// Another root was published for this size.
    #[error("watermark {}: another tree of {size} entries was published", path.display())]
    Forked {
        /// The file.
        path: PathBuf,
        /// The size.
        size: u64,
    },
}

impl WatermarkError {
    /// What a fail point gives.
    pub(in crate::store) fn armed() -> Self {
        Self::Io { path: PathBuf::new(), source: io::Error::other("a fail point") }
    }
}

/// A log's watermark file.
#[derive(Debug)]
pub(in crate::store) struct Watermark {
    path: PathBuf,
    file: File,
    key: VerifierKey,
    /// What the slots held when they were last looked at, so that signatures are checked once.
    seen: [Seen; 2],
}

#[derive(Debug, Default, Clone)]
struct Seen {
    bytes: Vec<u8>,
    mark: Option<Checkpoint>,
}

impl Watermark {
    /// Makes the watermark of a log that has no entries. The file must not exist.
    pub(in crate::store) fn create(path: &Path, key: &SignerKey) -> Result<(), WatermarkError> {
        let empty = Checkpoint { origin: key.public().name().to_owned(), size: 0, root: Hash::of(b"") };
        Self::create_of(path, &empty.sign(key))
    }

    /// Makes the watermark of a checkpoint of no entries that somebody else signed. The file must not exist.
    pub(in crate::store) fn create_of(path: &Path, empty: &str) -> Result<(), WatermarkError> {
        let io = |source| WatermarkError::Io { path: path.to_owned(), source };
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        file.write_all_at(&padded(empty), 0).map_err(io)?;
        file.write_all_at(&padded(""), SLOT as u64).map_err(io)?;
        file.sync_all().map_err(io)?;
        sync_folder(path).map_err(io)
    }

    /// Opens a watermark.
    pub(in crate::store) fn open(path: &Path, key: &VerifierKey) -> Result<Self, WatermarkError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(|source| WatermarkError::Io { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file, key: key.clone(), seen: Default::default() })
    }

    /// The size that a watermark names, without the key that tells whose it is: never less than what was published.
    pub(in crate::store) fn peek(path: &Path) -> Result<u64, WatermarkError> {
        let bytes = fs::read(path).map_err(|source| WatermarkError::Io { path: path.to_owned(), source })?;
        let size = |slot: &[u8]| {
            let mut lines = str::from_utf8(slot).ok()?.lines();
            lines.nth(1)?.parse::<u64>().ok()
        };
        bytes.chunks(SLOT).filter_map(size).max().ok_or_else(|| WatermarkError::Format { path: path.to_owned() })
    }

    /// The file.
    pub(in crate::store) fn path(&self) -> &Path {
        &self.path
    }

    /// The last published checkpoint.
    pub(in crate::store) fn read(&mut self) -> Result<Checkpoint, WatermarkError> {
        self.locked(|mark| mark.last().map(|(_, last)| last))
    }

    /// The last published checkpoint with its signed note.
    pub(in crate::store) fn note(&mut self) -> Result<(Checkpoint, String), WatermarkError> {
        self.locked(|mark| {
            let (slot, last) = mark.last()?;
            let text = String::from_utf8_lossy(&mark.seen[slot].bytes);
            Ok((last, format!("{}\n", text.trim_end_matches('\n'))))
        })
    }

    /// Moves the mark to a signed checkpoint, durably. A larger mark, of another process, stays.
    pub(in crate::store) fn advance(&mut self, to: &Checkpoint, note: &str) -> Result<(), WatermarkError> {
        self.locked(|mark| {
            let (slot, last) = mark.last()?;
            if to.size == last.size && to.root != last.root {
                return Err(WatermarkError::Forked { path: mark.path.clone(), size: to.size });
            }
            if to.size <= last.size {
                return Ok(());
            }
            let other = 1 - slot;
            let bytes = padded(note);
            let io = |source| WatermarkError::Io { path: mark.path.clone(), source };
            mark.file.write_all_at(&bytes, (other * SLOT) as u64).map_err(io)?;
            mark.file.sync_data().map_err(io)?;
            mark.seen[other] = Seen { bytes, mark: Some(to.clone()) };
            Ok(())
        })
    }

    fn locked<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, WatermarkError>) -> Result<T, WatermarkError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| WatermarkError::Io { path, source }
        };
        self.file.lock().map_err(io(&self.path))?;
        let done = work(self);
        self.file.unlock().map_err(io(&self.path))?;
        done
    }

    /// The slot of the last mark, and the mark.
    fn last(&mut self) -> Result<(usize, Checkpoint), WatermarkError> {
        for slot in 0..2 {
            let mut bytes = vec![0; SLOT];
            match self.file.read_exact_at(&mut bytes, (slot * SLOT) as u64) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => bytes.clear(),
                Err(source) => return Err(WatermarkError::Io { path: self.path.clone(), source }),
            }
            if self.seen[slot].bytes != bytes {
                let mark = opened(&bytes, &self.key);
                self.seen[slot] = Seen { bytes, mark };
            }
        }
        self.seen
            .iter()
            .enumerate()
            .filter_map(|(slot, seen)| Some((slot, seen.mark.clone()?)))
            .max_by_key(|(_, mark)| mark.size)
            .ok_or_else(|| WatermarkError::Format { path: self.path.clone() })
    }
}

fn opened(bytes: &[u8], key: &VerifierKey) -> Option<Checkpoint> {
    let text = str::from_utf8(bytes).ok()?.trim_end_matches('\n');
    Checkpoint::open(format!("{text}\n").as_bytes(), key).ok().map(|opened| opened.checkpoint)
}

fn padded(note: &str) -> Vec<u8> {
    let mut bytes = note.as_bytes().to_vec();
    bytes.resize(SLOT.max(bytes.len()), b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyKind;

    fn key() -> SignerKey {
        SignerKey::from_seed("vote.example/poll/1", KeyKind::Ed25519, &[1; 32]).unwrap()
    }

    fn checkpoint(size: u64, fill: u8) -> Checkpoint {
        Checkpoint { origin: key().public().name().to_owned(), size, root: Hash([fill; 32]) }
    }

    fn at(path: &Path) -> Watermark {
        Watermark::open(path, key().public()).unwrap()
    }

    #[test]
    fn a_mark_moves_forward_only_and_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.mark");
        Watermark::create(&path, &key()).unwrap();
        assert_eq!(at(&path).read().unwrap().size, 0);
        let mut mark = at(&path);
        for size in [1, 5, 3, 9] {
            let to = checkpoint(size, u8::try_from(size).unwrap());
            mark.advance(&to, &to.sign(&key())).unwrap();
        }
        assert_eq!(at(&path).read().unwrap(), checkpoint(9, 9));
        assert_eq!(Watermark::peek(&path).unwrap(), 9);
    }

    #[test]
    fn two_roots_of_one_size_are_never_both_published() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.mark");
        Watermark::create(&path, &key()).unwrap();
        let (one, other) = (checkpoint(4, 1), checkpoint(4, 2));
        at(&path).advance(&one, &one.sign(&key())).unwrap();
        let refused = at(&path).advance(&other, &other.sign(&key()));
        assert!(matches!(refused, Err(WatermarkError::Forked { size: 4, .. })));
        assert_eq!(at(&path).read().unwrap(), one);
    }

    #[test]
    fn a_torn_write_leaves_the_mark_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.mark");
        Watermark::create(&path, &key()).unwrap();
        for size in 1..=4 {
            let to = checkpoint(size, 7);
            at(&path).advance(&to, &to.sign(&key())).unwrap();
        }
        let whole = std::fs::read(&path).unwrap();
        let (slot, _) = at(&path).last().unwrap();
        for cut in [0, 1, 100, 200] {
            let mut torn = whole.clone();
            torn[slot * SLOT + cut..(slot + 1) * SLOT].fill(0);
            std::fs::write(&path, torn).unwrap();
            assert_eq!(at(&path).read().unwrap(), checkpoint(3, 7), "cut at {cut}");
        }
        std::fs::write(&path, vec![0; 2 * SLOT]).unwrap();
        assert!(matches!(at(&path).read(), Err(WatermarkError::Format { .. })), "both gone");
        std::fs::write(&path, b"").unwrap();
        assert!(matches!(at(&path).read(), Err(WatermarkError::Format { .. })), "emptied");
    }

    #[test]
    fn processes_that_share_a_mark_do_not_move_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.mark");
        Watermark::create(&path, &key()).unwrap();
        let (mut one, mut other) = (at(&path), at(&path));
        for size in 1..=20 {
            let to = checkpoint(size, 1);
            let writer = if size % 3 == 0 { &mut one } else { &mut other };
            writer.advance(&to, &to.sign(&key())).unwrap();
            let late = checkpoint(size / 2, 1);
            one.advance(&late, &late.sign(&key())).ok();
        }
        assert_eq!(at(&path).read().unwrap().size, 20);
    }
}
