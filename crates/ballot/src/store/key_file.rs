//! Secret keys of the server, each in a file that nobody else can read.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use zeroize::Zeroizing;

use crate::{
    id::PollId,
    key::{KeyKind, SignerKey},
};

/// Longest file that can be a key's.
const MOST: u64 = 1024;

const PREFIX: &str = "PRIVATE+KEY+";

/// A key in a file, as Go's `golang.org/x/mod/sumdb/note` writes it:
/// `PRIVATE+KEY+<name>+<key id>+<base64(type ‖ seed)>`; the type is 0x01, or 0x04 of a witness's key.
#[derive(Debug)]
pub struct KeyFile;

/// Why a key file is refused. Messages name the file and never its content.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It could not be read or written.
    #[error("key file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Others can read it.
    #[error("key file {}: its mode is {mode:04o}, and must be 0600: run chmod 600 on it, and consider the key known to others", path.display())]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It holds no key.
    #[error("key file {}: it does not hold a key; restore it from a copy", path.display())]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// It holds another key.
    #[error("key file {}: it holds the key of {found}, and {wanted} is wanted", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// Whose key it is.
        found: String,
        /// Whose is wanted.
        wanted: String,
    },
}

impl KeyFile {
    /// Reads the key called `name`.
    ///
    /// # Errors
    /// The file is missing, can be read by others, holds no key, or another one.
    pub fn read(path: &Path, name: &str) -> Result<SignerKey, KeyFileError> {
        let key = read_any(path, KeyKind::Ed25519)?;
        if key.public().name() == name {
            return Ok(key);
        }
        let (found, wanted) = (key.public().name().to_owned(), name.to_owned());
        Err(KeyFileError::Name { path: path.to_owned(), found, wanted })
    }

    /// Reads the key of a poll's log, whatever the host in its name.
    ///
    /// # Errors
    /// The file is missing, can be read by others, holds no key, or another one.
    pub(super) fn read_of_poll(path: &Path, poll: &PollId) -> Result<SignerKey, KeyFileError> {
        let key = read_any(path, KeyKind::Ed25519)?;
        let wanted = format!("/poll/{poll}");
        if key.public().name().ends_with(&wanted) {
            return Ok(key);
        }
        Err(KeyFileError::Name { path: path.to_owned(), found: key.public().name().to_owned(), wanted })
    }

    /// Reads a witness's key.
    ///
    /// # Errors
    /// The file is missing, can be read by others, or holds no witness's key.
    pub fn read_witness(path: &Path) -> Result<SignerKey, KeyFileError> {
        read_any(path, KeyKind::Cosignature)
    }

    /// Writes a new key, made of 32 random bytes, to a file that must not exist yet.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    ///
    /// # Panics
    /// If `name` is no key name: names are made by the program.
    pub fn create(path: &Path, name: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyFileError> {
        let key = SignerKey::from_seed(name, KeyKind::Ed25519, seed).expect("a key name that the program made");
        write_any(path, &key, 0x01, seed)?;
        Ok(key)
    }

    /// Writes a witness's new key, made of 32 random bytes, to a file that must not exist yet.
    ///
    /// # Errors
    /// The name is none of a key, or the file exists or cannot be written.
    pub fn create_witness(path: &Path, name: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyFileError> {
        let key = SignerKey::from_seed(name, KeyKind::Cosignature, seed)
            .map_err(|_| KeyFileError::Io { path: path.to_owned(), source: io::ErrorKind::InvalidInput.into() })?;
        write_any(path, &key, 0x04, seed)?;
        Ok(key)
    }
}

fn read_any(path: &Path, kind: KeyKind) -> Result<SignerKey, KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let file = File::open(path).map_err(io)?;
    let about = file.metadata().map_err(io)?;
    let mode = about.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Mode { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    let format = || KeyFileError::Format { path: path.to_owned() };
    file.take(MOST).read_to_string(&mut text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => format(),
        _ => io(error),
    })?;
    parse(text.trim_end()).filter(|key| key.public().kind() == kind).ok_or_else(format)
}

fn write_any(path: &Path, key: &SignerKey, kind: u8, seed: &[u8; 32]) -> Result<(), KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    let mut typed = Zeroizing::new(vec![kind]);
    typed.extend_from_slice(seed);
    let (name, id) = (key.public().name(), u32::from_be_bytes(key.public().id()));
    let text = Zeroizing::new(format!("{PREFIX}{name}+{id:08x}+{}\n", BASE64.encode(&*typed)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
    file.write_all(text.as_bytes()).map_err(io)?;
    file.sync_all().map_err(io)?;
    sync_folder(path).map_err(io)
}

/// Makes the entry of a new file in its folder durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

fn parse(text: &str) -> Option<SignerKey> {
    let mut parts = text.strip_prefix(PREFIX)?.splitn(3, '+');
    let (name, id, typed) = (parts.next()?, parts.next()?, parts.next()?);
    let typed = Zeroizing::new(BASE64.decode(typed).ok()?);
    let (kind, seed) = match typed.split_first()? {
        (0x01, seed) => (KeyKind::Ed25519, seed),
        (0x04, seed) => (KeyKind::Cosignature, seed),
        _ => return None,
    };
    let seed = Zeroizing::new(<[u8; 32]>::try_from(seed).ok()?);
    let key = SignerKey::from_seed(name, kind, &seed).ok()?;
    (format!("{:08x}", u32::from_be_bytes(key.public().id())) == id).then_some(key)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    const NAME: &str = "vote.example/registrar";

    #[test]
    fn a_key_is_written_so_that_only_its_owner_reads_it_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registrar.key");
        let written = KeyFile::create(&path, NAME, &[7; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(KeyFile::read(&path, NAME).unwrap().public(), written.public());
        assert!(matches!(KeyFile::create(&path, NAME, &[8; 32]), Err(KeyFileError::Io { .. })), "never written over");
    }

    #[test]
    fn a_witness_has_a_key_of_another_kind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("witness.key");
        let written = KeyFile::create_witness(&path, "witness.example/1", &[7; 32]).unwrap();
        assert_eq!(KeyFile::read_witness(&path).unwrap().public(), written.public());
        assert!(KeyFile::read(&path, "witness.example/1").is_err(), "it signs no statements");
        assert!(KeyFile::create_witness(&folder.path().join("other.key"), "two words", &[7; 32]).is_err());
        let other = folder.path().join("log.key");
        KeyFile::create(&other, NAME, &[7; 32]).unwrap();
        assert!(KeyFile::read_witness(&other).is_err(), "and a log's key cosigns nothing");
    }

    #[test]
    fn a_bad_key_file_is_refused_by_its_name_and_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        KeyFile::create(&path, NAME, &[7; 32]).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        let refuse = |why: &str, name: &str| {
            let error = KeyFile::read(&path, name).err().unwrap_or_else(|| panic!("{why}")).to_string();
            assert!(error.contains("log.key"), "{why}: {error}");
            let secret = good.trim().splitn(5, '+').nth(4).unwrap();
            assert!(!error.contains(secret), "{why}: {error}");
            error
        };
        assert!(refuse("another name", "vote.example/other").contains(NAME));
        for mode in [0o644, 0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(refuse("readable by others", NAME).contains(&format!("{mode:04o}")));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for (why, text) in [
            ("empty", String::new()),
            ("short", good[..good.len() - 8].to_owned()),
            ("garbage", "\u{0}\u{1}garbage".to_owned()),
            ("another id", good.replace('+', "+0")),
        ] {
            fs::write(&path, text).unwrap();
            refuse(why, NAME);
        }
        fs::write(&path, [0xFF, 0xFE]).unwrap();
        refuse("not text", NAME);
        fs::remove_file(&path).unwrap();
        refuse("missing", NAME);
    }
}
