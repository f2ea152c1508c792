//! The one form of tar that a bundle has.
//!
//! Source: docs/formats.md §5; POSIX.1-1988 ustar.

use std::{
    collections::BTreeMap,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{BundleError, Place, TarError, is_bundle_path};

const BLOCK: usize = 512;
const ZEROS: [u8; BLOCK] = [0; BLOCK];

/// The largest size that eleven octal digits hold.
const MAX_SIZE: u64 = (1 << 33) - 1;

/// Why a listing failed.
pub(super) enum ListError {
    Io(io::Error),
    Tar(TarError),
}

impl From<io::Error> for ListError {
    fn from(err: io::Error) -> Self {
        match err.kind() {
            io::ErrorKind::UnexpectedEof => Self::Tar(TarError::Cut),
            _ => Self::Io(err),
        }
    }
}

impl From<TarError> for ListError {
    fn from(err: TarError) -> Self {
        Self::Tar(err)
    }
}

impl ListError {
    pub(super) fn within(self, path: &Path) -> BundleError {
        match self {
            Self::Io(err) => BundleError::Io(path.display().to_string(), err),
            Self::Tar(err) => BundleError::Tar(err),
        }
    }
}

/// Lists the files of a tar, checking every byte that is not a file's.
pub(super) fn list(tar: &mut (impl Read + Seek)) -> Result<BTreeMap<String, Place>, ListError> {
    let end = tar.seek(SeekFrom::End(0))?;
    tar.seek(SeekFrom::Start(0))?;
    let mut files = BTreeMap::new();
    let mut last = String::new();
    let mut at = 0;
    let mut block = ZEROS;
    loop {
        tar.read_exact(&mut block)?;
        if block == ZEROS {
            tar.read_exact(&mut block)?;
            let is_end = block == ZEROS;
            return match (is_end, end - at == 2 * BLOCK as u64) {
                (true, true) => Ok(files),
                (true, false) => Err(TarError::Trailing.into()),
                (false, _) => Err(TarError::Header(at).into()),
            };
        }
        let path = read_path(&block).ok_or(TarError::Path(at))?;
        let len = read_size(&block).ok_or(TarError::Header(at))?;
        if block != header(path, len) {
            return Err(TarError::Header(at).into());
        }
        if path <= last.as_str() {
            return Err(TarError::Order(path.to_owned()).into());
        }
        let path = path.to_owned();
        let offset = at + BLOCK as u64;
        let padding = padding(len);
        // A size beyond the file's end would be sought past it without a complaint.
        if end - offset < len + padding {
            return Err(TarError::Cut.into());
        }
        tar.seek(SeekFrom::Start(offset + len))?;
        let mut pad = vec![0; usize::try_from(padding).unwrap_or(BLOCK)];
        tar.read_exact(&mut pad)?;
        if pad.iter().any(|byte| *byte != 0) {
            return Err(TarError::Padding(path).into());
        }
        at = offset + len + padding;
        last.clone_from(&path);
        files.insert(path, Place { offset, len });
    }
}

fn padding(len: u64) -> u64 {
    len.next_multiple_of(BLOCK as u64) - len
}

fn read_path(block: &[u8; BLOCK]) -> Option<&str> {
    let field = &block[..100];
    let len = field.iter().position(|byte| *byte == 0).unwrap_or(100);
    str::from_utf8(&field[..len]).ok().filter(|path| is_bundle_path(path))
}

fn read_size(block: &[u8; BLOCK]) -> Option<u64> {
    block[124..135].iter().try_fold(0, |size, digit| match digit {
        b'0'..=b'7' => Some(size << 3 | u64::from(digit - b'0')),
        _ => None,
    })
}

/// The one header of a file with this path and length.
fn header(path: &str, len: u64) -> [u8; BLOCK] {
    let mut block = ZEROS;
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{len:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\0");
    put(263, b"00");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Writes a bundle's tar, file by file in ascending order of path.
#[derive(Debug)]
pub struct TarWriter<W: Write> {
    out: W,
    last: String,
    /// Bytes that the file begun last still wants, and the zeros after them.
    wanted: u64,
    padding: u64,
}

impl<W: Write> TarWriter<W> {
    /// A writer of an empty tar.
    pub fn new(out: W) -> Self {
        Self { out, last: String::new(), wanted: 0, padding: 0 }
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// As [`TarWriter::begin`].
    pub fn file(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(path, bytes.len() as u64)?;
        self.write_all(bytes)
    }

    /// Begins a file, whose bytes are then written.
    ///
    /// # Errors
    /// The system failed; or the path is none of a bundle, does not ascend, the length is beyond what a
    /// tar holds, or the file before has not had all its bytes.
    pub fn begin(&mut self, path: &str, len: u64) -> io::Result<()> {
        self.end()?;
        if !is_bundle_path(path) || path <= self.last.as_str() || MAX_SIZE < len {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{path}: not a file of a bundle here")));
        }
        self.out.write_all(&header(path, len))?;
        path.clone_into(&mut self.last);
        (self.wanted, self.padding) = (len, padding(len));
        Ok(())
    }

    /// Writes the end of the tar.
    ///
    /// # Errors
    /// As [`TarWriter::begin`].
    pub fn finish(mut self) -> io::Result<W> {
        self.end()?;
        self.out.write_all(&ZEROS)?;
        self.out.write_all(&ZEROS)?;
        Ok(self.out)
    }

    #[cfg(test)]
    pub(super) fn into_inner(self) -> W {
        self.out
    }

    fn end(&mut self) -> io::Result<()> {
        if self.wanted != 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{}: bytes are missing", self.last)));
        }
        let padding = usize::try_from(std::mem::take(&mut self.padding)).map_err(io::Error::other)?;
        self.out.write_all(&ZEROS[..padding])
    }
}

impl<W: Write> Write for TarWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.wanted < bytes.len() as u64 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{}: too many bytes", self.last)));
        }
        let written = self.out.write(bytes)?;
        self.wanted -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A reader of a file from a place, which several may be at once.
pub(super) struct At<'a> {
    pub file: &'a std::fs::File,
    pub offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.read(bytes)?;
        self.offset += read as u64;
        Ok(read)
    }
}
