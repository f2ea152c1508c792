//! The bundle of a closed poll.

use std::{io::Write, sync::Arc};

use super::{Log, ReadError, cosigned::Lines, rows};
use crate::bundle::{self, BundlePath, TarWriter};

impl Log {
    /// Writes the poll's bundle as its deterministic tar; after the close: who may have it then, the caller decides.
    ///
    /// # Errors
    /// The poll is not closed, the database cannot be read, or `out` not be written.
    pub async fn export<W: Write>(&self, out: W) -> Result<W, ReadError> {
        let write = |error| ReadError::Write(Arc::new(error));
        let (size, note) = {
            let view = self.inner.view();
            if view.state.closed().is_none() {
                return Err(ReadError::NotClosed);
            }
            // The earliest lines: the bundle of a size stays the same once enough witnesses have cosigned it.
            (view.size(), view.cosigned_note(&view.note, view.size(), Lines::Earliest))
        };
        let paths = rows::file_paths(self.inner.database.reader(), &self.inner.poll).await?;
        let others = paths.iter().filter_map(|path| BundlePath::parse(path)).chain([BundlePath::Readme]);
        let mut tar = TarWriter::new(out);
        for (path, kind) in bundle::paths_of(size, others) {
            match kind {
                BundlePath::Checkpoint => tar.file(&path, note.as_bytes()),
                BundlePath::Readme => tar.file(&path, bundle::README.as_bytes()),
                BundlePath::Tile(tile) => tar.file(&path, &self.tile(tile).await?.bytes),
                BundlePath::Roll | BundlePath::Text(_) | BundlePath::Rule(_) => {
                    tar.file(&path, &self.file(&path).await?)
                }
            }
            .map_err(write)?;
        }
        tar.finish().map_err(write)
    }
}
