//! `heyi demo`: an invented estate with its matters, its motions, and a finished, a running and a drafted poll, on a machine of one's own.
//!
//! Everything is done by the use cases of the real service, with devices that this program plays. The times are real:
//! the finished poll ended some days ago, the running one is open now.

mod device;
pub mod estate;
mod matters;
mod mediations;
mod meetings;
mod motions;
mod notices;
mod opinion;
mod papers;
mod places;
mod story;
mod surveys;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use ballot::store::fresh::Fresh;

use crate::{
    app::{Clock, system_clock},
    config::{Config, Flags},
    notify::Outbox,
    serve,
};

/// What `heyi demo` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Address to listen on; keep it on this machine, since everybody can see the one-time codes.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder to keep the demo in; without it the demo is gone when it ends.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Homes that have voted in the running poll.
    #[arg(long, default_value_t = 240)]
    voters: usize,
    /// What is logged, as in `RUST_LOG`.
    #[arg(long, default_value = "warn")]
    log: String,
}

/// The guide's file in a kept demo's folder.
const GUIDE: &str = "who-can-sign-in.txt";

/// Sets the demo up and serves it until it is told to stop. Exits with 2 if it could not start.
pub fn run(options: &Options) -> ExitCode {
    let ended = serve::prepare_process(&options.log).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(show(options))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("heyi demo: {err:#}");
            ExitCode::from(2)
        }
    }
}

async fn show(options: &Options) -> anyhow::Result<()> {
    let stop = serve::stop_signal()?;
    // Dropped, and with it deleted, when the demo ends.
    let temporary = options.data.is_none().then(tempfile::tempdir).transpose().context("a temporary folder")?;
    let folder = match (&options.data, &temporary) {
        (Some(folder), _) => folder.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => anyhow::bail!("no folder"),
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("the folder {}", folder.display()))?;
    let config = settings(options, &folder)?;
    let guide = folder.join(GUIDE);
    let time = Time::default();
    let estate = serve::open(&config, Some(time.clock())).await?;
    if !guide.exists() {
        anyhow::ensure!(
            estate.compounds().await?.is_empty(),
            "{} holds a demo that was not finished: name another folder, or delete it",
            folder.display()
        );
        eprintln!("正在搭建演示小区…… setting up the demo estate…");
        let told = story::tell(&estate, &time, options.voters, &config.origin).await?;
        std::fs::write(&guide, told).with_context(|| guide.display().to_string())?;
    }
    time.run();
    println!("{}", std::fs::read_to_string(&guide).with_context(|| guide.display().to_string())?);
    serve::serve(config, estate, system_clock(), Outbox::Shown, stop).await
}

fn settings(options: &Options, folder: &Path) -> anyhow::Result<Config> {
    let port = options.listen.port();
    let database = format!("sqlite:{}", folder.join("heyi.db").display());
    let flags = Flags::given([
        ("listen", options.listen.to_string()),
        ("public-url", format!("http://localhost:{port}")),
        ("database", database),
        ("keys", folder.join("keys").display().to_string()),
        ("estate", estate::NAME.to_owned()),
        ("phone", "010-12345678".to_owned()),
        ("service-point", "1 号楼大堂，每天 9:00–18:00".to_owned()),
        ("service-point-en", "Lobby of building 1, daily 9:00–18:00".to_owned()),
        ("log", options.log.clone()),
    ]);
    Ok(flags.load(|_| None)?)
}

/// Randomness for one use case.
///
/// # Errors
/// The machine has none.
fn fresh() -> anyhow::Result<Fresh> {
    Ok(Fresh::new(device::seed()?))
}

/// The time while the story is told: set by hand, and the machine's own once it runs.
#[derive(Clone, Default)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    fn clock(&self) -> Clock {
        let (set, system) = (Arc::clone(&self.0), system_clock());
        Arc::new(move || match set.load(Ordering::Relaxed) {
            0 => system(),
            now => now,
        })
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> u64 {
        (self.clock())()
    }

    pub(crate) fn set(&self, now: u64) {
        self.0.store(now, Ordering::Relaxed);
    }

    /// A second later: what happens one after the other has different times.
    pub(crate) fn tick(&self) -> u64 {
        self.set(self.now() + 1);
        self.now()
    }

    fn run(&self) {
        self.set(0);
    }
}
