//! Copies of a database: how one is made while the server works, and what tells whether it may be gone on with.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, Statement, TransactionOptions,
    TransactionTrait as _,
};

use super::{Database, log};
use crate::id::PollId;

/// How many entries each log has.
pub type Sizes = BTreeMap<PollId, u64>;

/// Why no copy was made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file exists, or cannot be written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The database failed.
    #[error("the database cannot be copied: {0}")]
    Database(#[from] DbErr),
}

/// Why a copy is not gone on with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// More was published than it holds.
    #[error(
        "the copy is too old: of the log of poll {poll} it holds {stored} entries, and {published} were published. \
         Receipts that owners hold would be broken. Restore a newer copy, which must hold them all"
    )]
    Behind {
        /// The poll.
        poll: PollId,
        /// Entries in the copy.
        stored: u64,
        /// Entries published.
        published: u64,
    },
    /// A whole log is missing.
    #[error(
        "the copy is too old: the log of poll {poll} was begun after it, and {published} entries of it were published. \
         Restore a newer copy, which must hold it"
    )]
    Missing {
        /// The poll.
        poll: PollId,
        /// Entries published.
        published: u64,
    },
}

/// Whether a copy whose logs have these `sizes` holds all that was `published`, as the watermarks say.
///
/// # Errors
/// The first log of which it does not.
pub fn check_age(sizes: &Sizes, published: &Sizes) -> Result<(), Stale> {
    for (poll, &published) in published {
        match sizes.get(poll) {
            Some(&stored) if published <= stored => {}
            Some(&stored) => return Err(Stale::Behind { poll: poll.clone(), stored, published }),
            // The key of a poll whose manifest waits for signatures.
            None if published == 0 => {}
            None => return Err(Stale::Missing { poll: poll.clone(), published }),
        }
    }
    Ok(())
}

impl Database {
    /// Writes a consistent copy of an SQLite database to a file that must not exist, which nobody else can read. What was
    /// deleted is not in it. Writers go on meanwhile.
    ///
    /// # Errors
    /// The file exists or cannot be written, or the database cannot be read.
    ///
    /// # Panics
    /// On PostgreSQL: there, [`Database::snapshot`] is for its own tools.
    pub async fn copy_to(&self, path: &Path) -> Result<(), CopyError> {
        assert_eq!(self.backend(), DbBackend::Sqlite, "PostgreSQL has tools of its own");
        let file = |source| CopyError::File { path: path.to_owned(), source };
        let unwritable = || file(io::Error::other("its name is not UTF-8"));
        // SQLite takes an empty file, and so it never stands there for others to read.
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(file)?;
        let name = path.to_str().ok_or_else(unwritable)?;
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [name.into()]);
        self.reader().execute_raw(copy).await?;
        let written = File::open(path).and_then(|file| file.sync_all());
        written.and_then(|()| super::key_file::sync_folder(path)).map_err(file)
    }

    /// Writes what stands in an SQLite database's write-ahead file into the database and empties it. PostgreSQL sees to
    /// its own.
    pub(crate) async fn scrub(&self) -> Result<(), DbErr> {
        if self.is_sqlite() {
            // One that reads meanwhile keeps it from being emptied, and the answer says so: there is a next time.
            self.writer()
                .query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)"))
                .await?;
        }
        Ok(())
    }

    /// What every log holds.
    pub async fn log_sizes(&self) -> Result<Sizes, DbErr> {
        sizes(self.reader()).await
    }

    /// Whether it has no tables yet.
    pub async fn is_empty(&self) -> Result<bool, DbErr> {
        let sql = match self.backend() {
            DbBackend::Sqlite => "SELECT count(*) FROM sqlite_master",
            _ => "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()",
        };
        let row = self.reader().query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        Ok(row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? == Some(0))
    }

    /// A moment of a PostgreSQL database that `pg_dump --snapshot` copies, held until the answer is dropped.
    ///
    /// # Errors
    /// The database's; also on SQLite, which has no such thing.
    pub async fn snapshot(&self) -> Result<Snapshot, DbErr> {
        let options =
            TransactionOptions { isolation_level: Some(IsolationLevel::RepeatableRead), ..Default::default() };
        let transaction = self.reader().begin_with_options(options).await?;
        // It waits for another program, which takes as long as it takes.
        transaction.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
        let export = Statement::from_string(DbBackend::Postgres, "SELECT pg_export_snapshot()");
        let row = transaction.query_one_raw(export).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("a snapshot's name".to_owned()))?;
        Ok(Snapshot { name: row.try_get_by_index(0)?, sizes: sizes(&transaction).await?, _transaction: transaction })
    }
}

async fn sizes(connection: &impl ConnectionTrait) -> Result<Sizes, DbErr> {
    log::sizes(connection).await
}

/// A moment of a database that other connections can look at.
#[derive(Debug)]
pub struct Snapshot {
    /// What `pg_dump` calls it by.
    pub name: String,
    /// What every log holds then.
    pub sizes: Sizes,
    _transaction: DatabaseTransaction,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(of: &[(u8, u64)]) -> Sizes {
        let poll = |number| format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().unwrap();
        of.iter().map(|(number, size)| (poll(*number), *size)).collect()
    }

    #[test]
    fn a_copy_holds_all_that_was_published_or_is_refused() {
        for (why, copy, published, is_sound) in [
            ("as much", &[(1, 5), (2, 9)][..], &[(1, 5), (2, 9)][..], true),
            ("more than was published", &[(1, 6)], &[(1, 5)], true),
            ("a log of which nothing was published", &[(1, 6)], &[(1, 6), (2, 0)], true),
            ("one entry less", &[(1, 5), (2, 8)], &[(1, 5), (2, 9)], false),
            ("a log less", &[(1, 5)], &[(1, 5), (2, 1)], false),
            ("another site's", &[(3, 5)], &[(1, 5)], false),
        ] {
            assert_eq!(check_age(&sizes(copy), &sizes(published)).is_ok(), is_sound, "{why}");
        }
        let refused = check_age(&sizes(&[(1, 4)]), &sizes(&[(1, 5)])).unwrap_err().to_string();
        assert!(refused.contains("too old") && refused.contains("4 entries, and 5 were published"), "{refused}");
    }
}
