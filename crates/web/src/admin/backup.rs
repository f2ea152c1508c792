//! `heyi admin backup` and `restore`: a copy of the database, and its way back.
//!
//! A copy is a folder: the database in one file, and `backup.json`, which is written last and says what the file must be
//! and how many entries of each log it holds. Keys go elsewhere, and watermarks nowhere: they only grow.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use ballot::{
    hash::Hash,
    store::{
        Database, Logs,
        backup::{Sizes, check_age},
    },
};
use clap::Args;
use migrations::{Migrator, MigratorTrait as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use super::{signer, with_config};
use crate::{
    app::system_clock,
    config::{Config, Flags},
};

const FORMAT: &str = "heyi-backup/1";
/// The file that says what a copy is.
const ABOUT: &str = "backup.json";
/// Longest such file that is read: a line for each poll.
const MOST_ABOUT: u64 = 4 << 20;

/// Copies the database while the server works.
#[derive(Args)]
pub struct Backup {
    /// Folder in which the copy gets a folder of its own, named by the time.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Copies keys that are not there yet into this folder, which belongs on another disk, with other readers.
    #[arg(long, value_name = "FOLDER")]
    keys_to: Option<PathBuf>,
    #[command(flatten)]
    settings: Flags,
}

/// Puts a copy where no database is.
#[derive(Args)]
pub struct Restore {
    /// The copy: a folder that `heyi admin backup` made.
    from: PathBuf,
    #[command(flatten)]
    settings: Flags,
}

/// What `backup.json` says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    format: String,
    /// Unix seconds.
    at: u64,
    /// The version of this program that made it.
    program: String,
    /// `sqlite` or `postgres`.
    database: String,
    file: String,
    bytes: u64,
    sha256: Hash,
    /// Every change of the schema that is in it.
    changes: Vec<String>,
    /// How many entries of each log.
    logs: Sizes,
}

pub(super) fn backup(backup: &Backup) -> ExitCode {
    with_config(&backup.settings, async |config| {
        let folder = copy(config, &backup.to, system_clock()()).await?;
        println!("{}", folder.display());
        if let Some(keys) = &backup.keys_to {
            let count = copy_keys(&config.keys, keys)?;
            println!("{}: {count} new keys", keys.display());
        }
        Ok(())
    })
}

pub(super) fn restore(given: &Restore) -> ExitCode {
    with_config(&given.settings, async |config| {
        let sizes = put_back(config, &given.from).await?;
        println!("restored; {} logs hold all that was published. Start the server.", sizes.len());
        Ok(())
    })
}

/// Makes a copy in a new folder of `to`, and gives that folder.
///
/// - `now`: Unix seconds.
///
/// # Errors
/// The database or the folder: then no `backup.json` is there, and the folder is no copy.
pub async fn copy(config: &Config, to: &Path, now: u64) -> anyhow::Result<PathBuf> {
    let at = jiff::Timestamp::from_second(i64::try_from(now)?)?.strftime("%Y%m%dT%H%M%SZ");
    let folder = to.join(format!("heyi-backup-{at}"));
    private_folder(to)?;
    DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("the folder {}", folder.display()))?;
    let database = Database::open(&config.database).await?;
    let (kind, file, logs) = if database.is_sqlite() {
        let file = folder.join("heyi.db");
        database.copy_to(&file).await?;
        let copy = Database::open(&format!("sqlite:{}", file.display())).await?;
        let sizes = copy.log_sizes().await?;
        copy.close().await?;
        ("sqlite", file, sizes)
    } else {
        let file = folder.join("heyi.pgdump");
        let snapshot = database.snapshot().await?;
        let name = format!("--snapshot={}", snapshot.name);
        let arguments = ["--format=custom", "--no-owner", "--no-privileges", &name];
        run("pg_dump", &config.database, &arguments, private_file(&file)?).await?;
        ("postgres", file, snapshot.sizes)
    };
    let (bytes, sha256) = digest(&file)?;
    let about = About {
        format: FORMAT.to_owned(),
        at: now,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        database: kind.to_owned(),
        file: file.file_name().and_then(|name| name.to_str()).context("a file's name")?.to_owned(),
        bytes,
        sha256,
        changes: database.schema().await?,
        logs,
    };
    File::open(&file)?.sync_all()?;
    let mut out = private_file(&folder.join(ABOUT))?;
    out.write_all(serde_json::to_string_pretty(&about)?.as_bytes())?;
    out.sync_all()?;
    File::open(&folder)?.sync_all()?;
    Ok(folder)
}

/// Copies every key that `to` does not have; gives their number.
fn copy_keys(from: &Path, to: &Path) -> anyhow::Result<usize> {
    private_folder(to)?;
    let mut count = 0;
    for file in fs::read_dir(from).with_context(|| format!("the folder {}", from.display()))? {
        let path = file?.path();
        let target = to.join(path.file_name().context("a file's name")?);
        if path.extension().is_none_or(|kind| kind != "key") || target.exists() {
            continue;
        }
        let mut out = private_file(&target)?;
        io::copy(&mut File::open(&path)?, &mut out)?;
        out.sync_all()?;
        count += 1;
    }
    Ok(count)
}

/// Puts a copy into the settings' database, which must be empty, once everything about it is checked.
///
/// # Errors
/// The copy is damaged, of another kind or version, or holds less than was published; or there is a database already.
/// On SQLite nothing is changed then. On PostgreSQL a copy that turns out wrong in itself stays, to be dropped.
pub async fn put_back(config: &Config, from: &Path) -> anyhow::Result<Sizes> {
    let about = read_about(from)?;
    let file = from.join(&about.file);
    let (bytes, sha256) = digest(&file)?;
    ensure!(
        (bytes, sha256) == (about.bytes, about.sha256),
        "{} is not what {ABOUT} says: it was changed or is not whole; take another copy",
        file.display()
    );
    let known = changes();
    if let Some(newer) = about.changes.iter().find(|change| !known.contains(change)) {
        bail!("the copy's schema has the change {newer}, which this version does not know: use the newer version");
    }
    check_age(&about.logs, &Logs::published(&config.keys)?)?;
    if config.database.starts_with("sqlite:") {
        ensure!(about.database == "sqlite", "the copy is of a PostgreSQL database, and the setting names SQLite");
        put_back_sqlite(config, &file).await?;
    } else {
        ensure!(about.database == "postgres", "the copy is of an SQLite database, and the setting names PostgreSQL");
        put_back_postgres(config, &file).await?;
    }
    Ok(about.logs)
}

async fn put_back_sqlite(config: &Config, file: &Path) -> anyhow::Result<()> {
    let target = sqlite_file(&config.database)?;
    for there in [&target, &beside(&target, "-wal"), &beside(&target, "-shm")] {
        ensure!(!there.exists(), "{} exists: move it away first; nothing is written over", there.display());
    }
    let trial = beside(&target, ".restoring");
    let _ = fs::remove_file(&trial);
    let mut out = private_file(&trial)?;
    io::copy(&mut File::open(file)?, &mut out)?;
    out.sync_all()?;
    let sound = check(&format!("sqlite:{}", trial.display()), config).await;
    for rest in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&trial, rest));
    }
    if let Err(error) = sound {
        let _ = fs::remove_file(&trial);
        return Err(error);
    }
    fs::rename(&trial, &target).with_context(|| target.display().to_string())?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

async fn put_back_postgres(config: &Config, file: &Path) -> anyhow::Result<()> {
    let database = Database::open(&config.database).await?;
    ensure!(database.is_empty().await?, "the database has tables already: name an empty one; nothing is written over");
    database.close().await?;
    let path = file.to_str().context("the copy's name is not UTF-8")?;
    let arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", path];
    run("pg_restore", &config.database, &arguments, Stdio::null()).await?;
    check(&config.database, config).await.context("the restored database is not fit to be used: drop it")
}

/// Everything that the server would look at when it starts.
async fn check(url: &str, config: &Config) -> anyhow::Result<()> {
    let database = Database::open(url).await?;
    database.check_schema(&changes()).await?;
    let found = Logs::inspect(&database, &config.keys, signer(config).as_ref()).await?;
    database.close().await?;
    for (_, inspected) in found {
        inspected?;
    }
    Ok(())
}

fn read_about(from: &Path) -> anyhow::Result<About> {
    let path = from.join(ABOUT);
    let mut text = String::new();
    let file = File::open(&path).with_context(|| format!("{}: is this a copy that was finished?", path.display()))?;
    file.take(MOST_ABOUT).read_to_string(&mut text).with_context(|| path.display().to_string())?;
    let about: About = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    ensure!(about.format == FORMAT, "{}: its format is {}, and must be {FORMAT}", path.display(), about.format);
    let is_plain = Path::new(&about.file).file_name().is_some_and(|name| name == about.file.as_str());
    ensure!(is_plain, "{}: its file must lie beside it", path.display());
    Ok(about)
}

/// Every change of the schema that this version knows.
fn changes() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The file of an address `sqlite:FILE` or `sqlite://FILE`, with or without options.
pub(super) fn sqlite_file(url: &str) -> anyhow::Result<PathBuf> {
    let path = url.strip_prefix("sqlite:").context("an address of SQLite")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    ensure!(!path.is_empty() && path != ":memory:", "the database must be a file");
    Ok(path.into())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Runs one of PostgreSQL's programs. The password goes through the environment, where `ps` does not show it.
async fn run(program: &str, url: &str, arguments: &[&str], output: impl Into<Stdio>) -> anyhow::Result<()> {
    let mut address = reqwest::Url::parse(url).context("the database's address")?;
    let password = address.password().map(|given| percent_encoding::percent_decode_str(given).decode_utf8_lossy());
    let password = password.map(std::borrow::Cow::into_owned);
    let _ = address.set_password(None);
    let mut command = Command::new(program);
    command.arg(format!("--dbname={address}")).args(arguments).stdin(Stdio::null()).stdout(output);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let done = command.kill_on_drop(true).stderr(Stdio::inherit()).status().await;
    let status = done.with_context(|| format!("{program}: install the client programs of the server's version"))?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

/// A new file that nobody else can read.
fn private_file(path: &Path) -> anyhow::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(|| path.display().to_string())
}

fn private_folder(path: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("the folder {}", path.display()))
}

/// Length and SHA-256 of a file.
fn digest(path: &Path) -> anyhow::Result<(u64, Hash)> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).with_context(|| path.display().to_string())?;
        if read == 0 {
            return Ok((bytes, Hash(hash.finalize().into())));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_an_address() {
        for (url, path) in [
            ("sqlite:heyi.db", "heyi.db"),
            ("sqlite:/srv/heyi.db", "/srv/heyi.db"),
            ("sqlite:///srv/heyi.db?mode=rwc", "/srv/heyi.db"),
        ] {
            assert_eq!(sqlite_file(url).expect("a file"), Path::new(path), "{url}");
        }
        for url in ["sqlite:", "sqlite::memory:", "postgres://host/name"] {
            assert!(sqlite_file(url).is_err(), "{url}");
        }
    }

    #[test]
    fn what_says_what_a_copy_is_is_read_strictly() {
        let folder = tempfile::tempdir().expect("a folder");
        let about = |format: &str, file: &str, more: &str| {
            let hash = "0".repeat(64);
            let text = format!(
                r#"{{"format":"{format}","at":1,"program":"0.1.0","database":"sqlite","file":"{file}","bytes":1,
                "sha256":"{hash}","changes":[],"logs":{{}}{more}}}"#
            );
            fs::write(folder.path().join(ABOUT), text).expect("written");
            read_about(folder.path())
        };
        assert!(about(FORMAT, "heyi.db", "").is_ok());
        assert!(about("heyi-backup/2", "heyi.db", "").is_err(), "another format");
        assert!(about(FORMAT, "../heyi.db", "").is_err(), "a file elsewhere");
        assert!(about(FORMAT, "/etc/passwd", "").is_err(), "a file elsewhere");
        assert!(about(FORMAT, "heyi.db", r#","more":1"#).is_err(), "something unknown");
        assert!(read_about(&folder.path().join("none")).is_err(), "nothing there");
    }
}
