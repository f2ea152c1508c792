//! `heyi serve`: from settings to a server that answers, and to its end.

use std::{future::Future, net::TcpListener, path::Path, process::ExitCode, time::Duration};

use anyhow::Context as _;
use ballot::{
    key::SignerKey,
    rule::RuleBook,
    store::{
        self, Database, KeyFile, Logs,
        estate::{Estate, Watching},
        signer::Signer,
    },
    witness::Policy,
};
use migrations::{Migrator, MigratorTrait as _};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::MissedTickBehavior,
};
use tracing_subscriber::EnvFilter;

use crate::{
    app::{App, Clock, system_clock},
    config::{Config, Flags},
    cosign,
    listen::{self, Deadlines},
    metrics,
    notify::{self, Outbox, Sender},
};

/// How many connections fetch figures at a time.
const SCRAPERS: usize = 16;

/// Serves until it is told to stop. Exits with 2 if it could not start.
pub fn run(flags: &Flags) -> ExitCode {
    run_by(flags, None)
}

/// The same by another clock, for the logs too: so that tests can say when it is.
pub fn run_by(flags: &Flags, clock: Option<Clock>) -> ExitCode {
    let ended = flags.load(|name| std::env::var_os(name)).context("configuration").and_then(|config| {
        prepare_process(&config.log)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let stop = stop_signal()?;
            let estate = open(&config, clock.clone()).await?;
            serve(config, estate, clock.unwrap_or_else(system_clock), Outbox::Sent, stop).await
        })
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("heyi: {err:#}");
            ExitCode::from(2)
        }
    }
}

/// Opens database, keys and logs, each checked; brings the schema up to date.
///
/// - `clock`: the time where it is not the database's.
pub async fn open(config: &Config, clock: Option<Clock>) -> anyhow::Result<Estate> {
    let registrar = registrar_key(&config.keys, &config.host)?;
    if let Some(folder) = &config.rules {
        RuleBook::embedded().with_folder(folder).context("the setting rules")?.install();
    }
    let database = Database::open(&config.database).await?;
    let known: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    database.check_schema(&known).await?;
    Migrator::up(database.writer(), None).await.context("bringing the schema up to date")?;
    let clock = clock.map_or(store::Clock::Database, store::Clock::Given);
    let signer = config.signer.clone().map(Signer::at);
    let logs = Logs::open_with(database.clone(), &config.keys, clock, signer).await?;
    let watching = Watching { policy: policy(config)?, anchor_seconds: config.anchor_seconds };
    Ok(Estate::new(database, logs, &config.host, registrar).watched(watching))
}

/// The witnesses that the settings name.
fn policy(config: &Config) -> anyhow::Result<Policy> {
    let Some(path) = &config.witness_policy else { return Ok(Policy::default()) };
    let about = || format!("the setting witness-policy: {}", path.display());
    let text = std::fs::read_to_string(path).with_context(about)?;
    Policy::parse(&text).with_context(about)
}

/// The registrar's key, made at the first start.
fn registrar_key(folder: &Path, host: &str) -> anyhow::Result<SignerKey> {
    let path = folder.join("registrar.key");
    let name = format!("{host}/registrar");
    if path.exists() {
        return Ok(KeyFile::read(&path, &name)?);
    }
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {}", folder.display()))?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(KeyFile::create(&path, &name, &seed)?)
}

/// Answers requests until `stop` is done, then finishes what is under way.
pub async fn serve(
    config: Config,
    estate: Estate,
    clock: Clock,
    outbox: Outbox,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let (address, connections, origin) = (config.listen, config.connections, config.origin.clone());
    let figures = config.metrics;
    let sender = (outbox == Outbox::Sent).then(|| Sender::new(&config)).transpose()?;
    let logs = estate.logs().clone();
    let app = App::new(config, estate, clock, outbox);
    app.estate().tend(app.now(), &mut app.fresh().map_err(|_| anyhow::anyhow!("no randomness"))?).await?;
    app.deliberation().carry_out_erasures(app.now()).await?;
    for compound in app.estate().compounds().await? {
        // A database from before there was an index has texts, and nothing to find them by.
        if !app.deliberation().is_indexed(&compound.id).await? {
            app.deliberation().reindex(&compound.id).await?;
        }
    }
    // Last, so that nothing is answered before everything is checked.
    let listener = TcpListener::bind(address).with_context(|| format!("listening on {address}"))?;
    println!("heyi listens on {} as {origin}", listener.local_addr()?);
    if let Some(address) = figures {
        let listener = TcpListener::bind(address).with_context(|| format!("figures on {address}"))?;
        let mut stopping = app.stopping();
        let stop = async move { drop(stopping.wait_for(|stop| *stop).await) };
        tokio::spawn(listen::serve(listener, metrics::routes(app.clone()), SCRAPERS, Deadlines::default(), stop));
    }
    let tending = tokio::spawn(tend(app.clone()));
    let telling = tokio::spawn(tell(app.clone()));
    let messages = sender.map(|sender| tokio::spawn(notify::run(app.clone(), sender)));
    let asking = cosign::start(&app, &app.estate().watching().policy)?;
    let streams = app.clone();
    let stop = async move {
        stop.await;
        streams.stop_streams();
    };
    listen::serve(listener, app.router(), connections, Deadlines::default(), stop).await?;
    tending.abort();
    asking.iter().for_each(tokio::task::JoinHandle::abort);
    telling.abort();
    logs.stop().await;
    if let Some(messages) = messages {
        // Cut off, a message could have been sent without our knowing, and be sent again.
        let _ = messages.await;
    }
    Ok(())
}

/// Does once a minute what a stop left undone and what time brings.
async fn tend(app: App) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is now, and was done before the first request.
    minutes.tick().await;
    loop {
        minutes.tick().await;
        let Ok(mut fresh) = app.fresh() else { continue };
        let done = async {
            app.estate().tend(app.now(), &mut fresh).await?;
            app.deliberation().carry_out_erasures(app.now()).await?;
            for compound in app.estate().compounds().await? {
                app.deliberation().tend_matters(&compound.id, app.now()).await?;
                app.deliberation().tend_motions(&compound.id, app.now()).await?;
                app.deliberation().forget_files(&compound.id, app.now()).await?;
                // A fault of ours is logged where it is found.
                let _ = crate::pages::conclude_motions(app.deliberation(), app.estate(), &compound.id, app.now()).await;
            }
            Ok::<_, sea_orm::DbErr>(())
        };
        if let Err(err) = done.await {
            tracing::warn!(error = &err as &dyn std::error::Error, "some things are left for the next minute");
        }
    }
}

/// Tells owners every few seconds what was stored for them.
async fn tell(app: App) {
    let mut pauses = tokio::time::interval(Duration::from_secs(3));
    pauses.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pauses.tick().await;
        let Ok(mut fresh) = app.fresh() else { continue };
        match app.estate().tell_of_entries(app.now(), &mut fresh).await {
            Ok(0) => {}
            Ok(_) => app.notify(),
            Err(err) => tracing::warn!(error = &err as &dyn std::error::Error, "owners are told a little later"),
        }
    }
}

/// What a process of ours does first: logs as JSON lines to standard error, chooses who computes TLS.
pub fn prepare_process(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).context("the setting log")?;
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    // Panics say where, but not what: messages may hold data.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    // Two providers are in the tree; rustls wants to be told which.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Ok(())
}

/// Done at SIGTERM or SIGINT.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
