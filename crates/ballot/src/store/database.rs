//! The database: SQLite in one file, or PostgreSQL; the same code after opening.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as Connector, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
    sqlx::{
        self, Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{Outage, SubmitError, fault::Faults};

/// How long a statement waits for another writer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a request waits for a connection, and the start of the program for a server that does not answer.
const CONNECT: Duration = Duration::from_secs(4);

/// How many connections serve readers.
const READERS: u32 = 8;

/// How many connections write to PostgreSQL; to SQLite there is one.
const WRITERS: u32 = 8;

/// The oldest PostgreSQL that is known to do.
const OLDEST_POSTGRES: i64 = 150_000;

/// An open database whose settings are known to be durable. Cheap to clone.
///
/// Readers and writers have connections of their own, so that pages that read never keep the sequencer waiting. On
/// SQLite there is one writing connection, which queues writers fairly.
#[derive(Debug, Clone)]
pub struct Database {
    readers: DatabaseConnection,
    writers: DatabaseConnection,
    faults: Faults,
}

/// Why a database is not used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is of neither kind.
    #[error("a database's address is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")]
    Address,
    /// It could not be opened, or not be asked.
    #[error("the database cannot be used: {0}")]
    Database(#[from] DbErr),
    /// A setting under which acknowledged ballots could be lost.
    #[error("the database's setting {name} is {found}, and must be {wanted}: ballots could be lost otherwise")]
    Setting {
        /// The setting's name.
        name: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The schema has a change that this program does not know.
    #[error("the database's schema has the change {0}, which this version does not know: start the newer version")]
    NewerSchema(String),
}

/// Why a write was not made.
///
/// Before the commit is asked for, nothing is stored; after that it may be, whatever the error says.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Surely nothing was stored.
    #[error("nothing was stored: {0}")]
    Nothing(#[source] DbErr),
    /// Whether it was stored is not known.
    #[error("whether it was stored is not known: {0}")]
    Unknown(#[source] DbErr),
}

impl Database {
    /// Opens the database at `sqlite:FILE` (made if missing) or `postgres://…`.
    ///
    /// # Errors
    /// The address, the connection, or a setting that is not durable: the message says what to change.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let options = |connections| {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(connections)
                .min_connections(1)
                .acquire_timeout(CONNECT)
                .connect_timeout(CONNECT)
                .sqlx_logging(false)
                // Statements hold personal data.
                .record_stmt_in_spans(false);
            options
        };
        if url.starts_with("sqlite:") {
            Self::open_sqlite(options(READERS), options(1)).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(options(READERS), options(WRITERS)).await
        } else {
            Err(OpenError::Address)
        }
    }

    /// Lets `hear` know of every statement that connections cloned from this one run, with its values. For tests: statements
    /// hold personal data.
    #[cfg(feature = "faults")]
    pub fn listen(&mut self, hear: impl Fn(&Statement) + Clone + Send + Sync + 'static) {
        for connection in [&mut self.readers, &mut self.writers] {
            let hear = hear.clone();
            connection.set_metric_callback(move |info| hear(info.statement));
        }
    }

    async fn open_sqlite(mut readers: ConnectOptions, mut writers: ConnectOptions) -> Result<Self, OpenError> {
        let tune = |options: &mut ConnectOptions, cache: &'static str| {
            options.test_before_acquire(false).idle_timeout(None).max_lifetime(None).map_sqlx_sqlite_opts(
                move |options| {
                    options
                        .create_if_missing(true)
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .foreign_keys(true)
                        .busy_timeout(PATIENCE)
                        // In KiB if negative. The writer's holds the right edge of every index it appends to.
                        .pragma("cache_size", cache)
                        // What is deleted or overwritten is zeroed in the file, so that an erased person is not left there.
                        .pragma("secure_delete", "ON")
                        .pragma("wal_autocheckpoint", "8000")
                },
            );
        };
        tune(&mut writers, "-65536");
        tune(&mut readers, "-8192");
        // When SQLite has rolled back by itself, as on a full disk, the driver still counts a transaction.
        writers.map_sqlx_sqlite_before_acquire(|connection, _| {
            let is_clean = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_clean) })
        });
        // The writer comes first: it is what makes the file, and what turns WAL on.
        let writers = Connector::connect(writers).await?;
        let readers = Connector::connect(readers).await?;
        let database = Self { readers, writers, faults: Faults::default() };
        for connection in [&database.writers, &database.readers] {
            for (name, wanted, value) in
                [("journal_mode", "WAL", "wal"), ("synchronous", "FULL", "2"), ("foreign_keys", "ON", "1")]
            {
                let row = connection.query_one_raw(sql(DbBackend::Sqlite, &format!("PRAGMA {name}"))).await?;
                let found = row
                    .map(|row| {
                        row.try_get_by_index::<String>(0)
                            .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
                    })
                    .transpose()?
                    .unwrap_or_default();
                if found != value {
                    return Err(OpenError::Setting { name, found, wanted });
                }
            }
        }
        Ok(database)
    }

    async fn open_postgres(mut readers: ConnectOptions, mut writers: ConnectOptions) -> Result<Self, OpenError> {
        for options in [&mut readers, &mut writers] {
            options.test_before_acquire_if_idle_for(Duration::from_secs(10)).map_sqlx_postgres_opts(|options| {
                options.application_name("heyi").options([
                    ("lock_timeout", "5s"),
                    // A process that hangs inside a transaction would hold a log's head for ever.
                    ("idle_in_transaction_session_timeout", "10s"),
                ])
            });
        }
        let (writers, readers) = (Connector::connect(writers).await?, Connector::connect(readers).await?);
        let database = Self { readers, writers, faults: Faults::default() };
        for (name, wanted, is_sound) in [
            ("synchronous_commit", "on", (|found| matches!(found, "on" | "remote_apply")) as fn(&str) -> bool),
            ("fsync", "on", |found| found == "on"),
            ("full_page_writes", "on", |found| found == "on"),
            ("server_version_num", "150000 or later", |found| {
                found.parse::<i64>().is_ok_and(|version| OLDEST_POSTGRES <= version)
            }),
        ] {
            let row = database.writers.query_one_raw(sql(DbBackend::Postgres, &format!("SHOW {name}"))).await?;
            let found: String = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
            if !is_sound(&found) {
                return Err(OpenError::Setting { name, found, wanted });
            }
        }
        Ok(database)
    }

    /// Refuses a schema that has changes other than the `known` ones.
    ///
    /// # Errors
    /// The first unknown change.
    pub async fn check_schema(&self, known: &[String]) -> Result<(), OpenError> {
        match self.schema().await?.into_iter().find(|change| !known.contains(change)) {
            Some(newer) => Err(OpenError::NewerSchema(newer)),
            None => Ok(()),
        }
    }

    /// The changes of the schema that were made, oldest first; none in an empty database.
    pub async fn schema(&self) -> Result<Vec<String>, DbErr> {
        let there = match self.backend() {
            DbBackend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'",
            _ => {
                "SELECT count(*) FROM pg_tables WHERE tablename = 'seaql_migrations' AND schemaname = current_schema()"
            }
        };
        let row = self.readers.query_one_raw(sql(self.backend(), there)).await?;
        if row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? != Some(1) {
            return Ok(Vec::new());
        }
        let made = sql(self.backend(), "SELECT version FROM seaql_migrations ORDER BY version");
        self.readers.query_all_raw(made).await?.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// Which kind it is.
    pub fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// Whether it is one file of this machine, and not a server.
    pub fn is_sqlite(&self) -> bool {
        self.backend() == DbBackend::Sqlite
    }

    /// The connections that readers use.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// The connections that write, for migrations. Everything else writes in [`Database::begin`] or
    /// [`Database::write`].
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writers
    }

    /// The fail points of this database's users.
    #[cfg(feature = "faults")]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    #[cfg(not(feature = "faults"))]
    pub(super) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Begins a transaction that writes (on SQLite at once, so that it cannot fail halfway).
    ///
    /// Whoever holds one must not wait for another, nor for a submission to a log: on SQLite there is one at a time.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let immediate = (self.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        self.writers
            .begin_with_options(TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() })
            .await
    }

    /// Runs `work` in a transaction that writes, and commits it if that succeeds.
    ///
    /// # Errors
    /// What `work` fails with, after a rollback; or that the transaction could not be begun or committed.
    pub async fn write<T, E: From<WriteError>>(
        &self,
        work: impl AsyncFnOnce(&DatabaseTransaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.begin().await.map_err(WriteError::Nothing)?;
        match work(&transaction).await {
            Ok(value) => {
                transaction.commit().await.map_err(WriteError::Unknown)?;
                Ok(value)
            }
            Err(error) => {
                // If this fails too, dropping the transaction rolls it back all the same.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(self) -> Result<(), DbErr> {
        self.readers.close().await?;
        self.writers.close().await
    }
}

/// What a failure before the commit means to whoever submitted: nothing is stored.
pub(super) fn outage(error: &DbErr) -> SubmitError {
    match code(error).as_deref() {
        // SQLite: read-only, input or output error, full, cannot open; the low byte is the kind.
        Some(code)
            if code.parse::<u32>().is_ok_and(|code| matches!(code & 0xFF, 8 | 10 | 13 | 14)) && code.len() < 5 =>
        {
            SubmitError::Unavailable(Outage::Storage)
        }
        // SQLite: busy, locked. PostgreSQL: lock not available.
        Some("5" | "6" | "55P03") => SubmitError::Busy { retry_after: 1 },
        // PostgreSQL: insufficient resources, system errors.
        Some(code) if code.len() == 5 && (code.starts_with("53") || code.starts_with("58")) => {
            SubmitError::Unavailable(Outage::Storage)
        }
        _ => match error {
            DbErr::ConnectionAcquire(_) => SubmitError::Busy { retry_after: 1 },
            _ => SubmitError::Unavailable(Outage::Database),
        },
    }
}

/// Whether SQLite says that the disk is full.
pub(super) fn is_full(error: &DbErr) -> bool {
    code(error).as_deref() == Some("13")
}

fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner))) = error else {
        return None;
    };
    match &**inner {
        sqlx::Error::Database(inner) => inner.code().map(Into::into),
        _ => None,
    }
}

fn sql(backend: DbBackend, text: &str) -> Statement {
    Statement::from_string(backend, text)
}
