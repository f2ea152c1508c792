//! A site's own rule files: a folder beside the rules of the program.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{RuleBook, RuleError};

/// The rules of this process's site, once they are read.
static SITE: OnceLock<RuleBook> = OnceLock::new();

/// Why a folder has no rules to add.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder, or a file of it, cannot be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, io::Error),
    /// A file is no rule.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// The files of a folder that end like this, by name, in its order.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn folder_files(folder: &Path, ending: &str) -> Result<Vec<(String, Vec<u8>)>, FolderError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |err| FolderError::Unreadable(path, err)
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|found| found == ending) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read(&path).map_err(unreadable(&path))?));
        }
    }
    files.sort();
    Ok(files)
}

impl RuleBook {
    /// The rules that new polls of this site may be held under: those of the program, and the site's own.
    pub fn of_site() -> &'static Self {
        SITE.get().unwrap_or_else(|| Self::embedded())
    }

    /// Makes these the rules of the site for as long as the process runs. Where some are installed already,
    /// those stay.
    pub fn install(self) -> &'static Self {
        SITE.get_or_init(|| self)
    }

    /// These rules and every `*.toml` of a folder, as [`Self::with_site`] takes them.
    ///
    /// # Errors
    /// The folder or a file of it cannot be read, or a file is unsound.
    pub fn with_folder(&self, folder: &Path) -> Result<Self, FolderError> {
        let files = folder_files(folder, "toml")?;
        Ok(self.with_site(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))?)
    }
}
