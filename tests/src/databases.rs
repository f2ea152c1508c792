//! Databases for tests: a SQLite file of one's own, or a database of one's own in a PostgreSQL cluster of the test's.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ballot::store::Database;
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;

/// Which kind of database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A cluster.
    Postgres,
}

/// A database with the whole schema and a folder for keys, gone when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    kind: Kind,
    folder: TempDir,
    url: String,
}

impl TestDatabase {
    /// A new database.
    ///
    /// # Panics
    /// If it cannot be made: the test cannot run then.
    pub async fn new(kind: Kind) -> Self {
        let database = Self::empty(kind).await;
        let open = database.open().await;
        Migrator::up(open.writer(), None).await.expect("the migrations run");
        open.close().await.expect("it closes");
        database
    }

    /// A place for a database, with nothing in it.
    ///
    /// # Panics
    /// If it cannot be made.
    pub async fn empty(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.path().join("heyi.db").display()),
            Kind::Postgres => Cluster::shared().create().await,
        };
        Self { kind, folder, url }
    }

    /// The same once more, with its keys: two that go different ways from here. SQLite alone.
    ///
    /// # Panics
    /// If it cannot be copied.
    pub async fn copied(&self) -> Self {
        assert_eq!(self.kind, Kind::Sqlite, "a file that can be copied");
        let copy = Self::empty(self.kind).await;
        let open = self.open().await;
        open.copy_to(&copy.file()).await.expect("it is copied");
        open.close().await.expect("it closes");
        copy_folder(&self.keys(), &copy.keys());
        copy
    }

    /// Opens it, as one process does.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub async fn open(&self) -> Database {
        Database::open(&self.url).await.expect("the database opens")
    }

    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of a SQLite database.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("heyi.db")
    }

    /// A folder for keys and watermarks.
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }
}

/// Copies a folder of files and folders, with their rights.
fn copy_folder(from: &Path, to: &Path) {
    let rights = fs::metadata(from).expect("it is there").permissions();
    fs::create_dir(to).and_then(|()| fs::set_permissions(to, rights)).expect("a folder");
    for entry in fs::read_dir(from).expect("it is read") {
        let path = entry.expect("an entry").path();
        let copy = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, &copy).expect("a file");
        }
    }
}

/// A PostgreSQL cluster on a port of its own, stopped and removed when this process ends, however it ends.
struct Cluster {
    url: String,
    /// The shell that waits for the end of this process.
    _keeper: Child,
}

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

impl Cluster {
    fn shared() -> &'static Self {
        &CLUSTER
    }

    fn start() -> Self {
        let bin = newest_postgres();
        let folder = tempfile::Builder::new().prefix("heyi-pg-").tempdir().expect("a temporary folder").keep();
        let data = folder.join("data");
        let is_root = fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
        // PostgreSQL refuses to run as root.
        let run = |program: &str, arguments: &[&str]| {
            let program = bin.join(program);
            let mut command = if is_root {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(&program);
                command
            } else {
                Command::new(&program)
            };
            let done = command.args(arguments).current_dir("/").output().expect("PostgreSQL's programs run");
            assert!(done.status.success(), "{}: {}", program.display(), String::from_utf8_lossy(&done.stderr));
        };
        if is_root {
            let owned = Command::new("chown").arg("postgres").arg(&folder).status().expect("chown runs");
            assert!(owned.success(), "the folder is given to the user postgres");
        }
        let port = free_port();
        let (data_text, folder_text) = (data.display().to_string(), folder.display().to_string());
        run(
            "initdb",
            &["-D", &data_text, "-U", "heyi", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"],
        );
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{folder_text}'\n\
             max_connections = 400\nshared_buffers = 64MB\nlog_min_messages = fatal\n"
        );
        let mut file = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf")).expect("its settings");
        file.write_all(settings.as_bytes()).expect("its settings are written");
        // The keeper reads until this process is gone, and with it the other end of the pipe.
        let keeper = Command::new("setsid")
            .args(["sh", "-c", "cat >/dev/null; $0 \"$@\" >/dev/null 2>&1; rm -rf \"$FOLDER\""])
            .args(if is_root { vec!["runuser", "-u", "postgres", "--"] } else { vec!["env"] })
            .arg(bin.join("pg_ctl"))
            .args(["-D", &data_text, "-m", "immediate", "stop"])
            .env("FOLDER", &folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell that stops the cluster");
        let log = folder.join("log").display().to_string();
        run("pg_ctl", &["-D", &data_text, "-l", &log, "-w", "-t", "60", "start"]);
        Self { url: format!("postgres://heyi@127.0.0.1:{port}"), _keeper: keeper }
    }

    async fn create(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let admin = sea_orm::Database::connect(format!("{}/postgres", self.url)).await.expect("the cluster answers");
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database is made");
        admin.close().await.expect("it closes");
        format!("{}/{name}", self.url)
    }
}

/// Runs SQL on the cluster's own database, outside any test's.
///
/// # Panics
/// If it fails.
pub async fn administer(sql: &str) {
    let admin = sea_orm::Database::connect(format!("{}/postgres", Cluster::shared().url)).await.expect("it answers");
    admin.execute_unprepared(sql).await.expect("the statement runs");
    admin.close().await.expect("it closes");
}

fn newest_postgres() -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is installed: ./tests/run install")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok());
        version.unwrap_or_default()
    });
    versions.pop().expect("PostgreSQL is installed: ./tests/run install")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Compiles a C file of `tests/survival` to a library that is loaded before others; once for each process.
///
/// # Panics
/// If there is no C compiler.
pub fn shim(name: &str) -> PathBuf {
    static BUILT: OnceLock<Mutex<Vec<(String, PathBuf)>>> = OnceLock::new();
    let mut built = BUILT.get_or_init(Mutex::default).lock().expect("no builder panicked");
    if let Some((_, path)) = built.iter().find(|(built, _)| built == name) {
        return path.clone();
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("survival").join(format!("{name}.c"));
    let folder = tempfile::tempdir().expect("a temporary folder").keep();
    let library = folder.join(format!("{name}.so"));
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .expect("a C compiler is installed: ./tests/run install");
    assert!(status.success(), "{} compiles", source.display());
    built.push((name.to_owned(), library.clone()));
    library
}

/// Waits until `is_so`, for at most ten seconds.
///
/// # Panics
/// If it does not come to be.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come to be in ten seconds");
}
