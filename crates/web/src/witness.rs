//! `heyi witness`: cosigns the checkpoints of logs that somebody else keeps.
//!
//! Two routes, by C2SP tlog-witness: `POST /add-checkpoint`, and `GET /<SHA-256 of the origin>/checkpoint`. There are no
//! pages, no sessions and no database; what was cosigned last lies in files.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path as FilePath, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ballot::{
    store::{
        Faults, KeyFile,
        witness::{CosignError, Witness},
    },
    witness::Refusal,
};
use clap::Subcommand;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::{
    app::{Clock, system_clock},
    listen::{self, Deadlines},
    serve,
};

/// Bytes of a request: 63 hashes and a checkpoint with many signatures are far below.
const BODY: usize = 32 * 1024;
/// Of a whole answer, and between two parts of a body.
const PATIENCE: Duration = Duration::from_secs(5);

/// What can be asked of a witness's program.
#[derive(Subcommand)]
pub enum Command {
    /// Makes the witness's key in a new file, and prints the verifier key to give to those who run logs.
    Init {
        /// The file, which must not exist; only its owner may read it.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Name of the key, such as witness.example.org/heyi: a host of yours and what you like, without blanks or `+`.
        #[arg(long)]
        name: String,
    },
    /// Prints the verifier key again.
    Key {
        /// The file.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Cosigns until it is told to stop. Exits with 2 if it could not start.
    Serve(Options),
}

/// How a witness is run.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The witness's key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// One log's verifier key a line, as the notice of the vote prints it; read again when it changes.
    #[arg(long, value_name = "FILE")]
    logs: PathBuf,
    /// Folder of what was cosigned last; never put an older copy there.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// Address to listen on; a proxy that does TLS stands in front.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Connections held open at a time.
    #[arg(long, default_value_t = 256)]
    connections: usize,
    /// What is logged, as in `RUST_LOG`.
    #[arg(long, default_value = "info")]
    log: String,
}

/// Runs one command; the exit code says how it went.
pub fn run(command: &Command) -> ExitCode {
    let done = match command {
        Command::Init { key, name } => init(key, name),
        Command::Key { key } => print_key(key),
        Command::Serve(options) => start(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("heyi witness: {err:#}");
            ExitCode::from(2)
        }
    }
}

fn init(path: &FilePath, name: &str) -> anyhow::Result<()> {
    let is_fit = !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+');
    anyhow::ensure!(is_fit, "a name has no blanks and no plus sign, such as witness.example.org/heyi");
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    println!("{}", KeyFile::create_witness(path, name, &seed)?.public());
    Ok(())
}

fn print_key(path: &FilePath) -> anyhow::Result<()> {
    println!("{}", KeyFile::read_witness(path)?.public());
    Ok(())
}

fn start(options: &Options) -> anyhow::Result<()> {
    serve::prepare_process(&options.log)?;
    let key = KeyFile::read_witness(&options.key)?;
    let witness = Witness::open(&options.state, &options.logs, key, Faults::default())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = serve::stop_signal()?;
        let listener = TcpListener::bind(options.listen).with_context(|| format!("listening on {}", options.listen))?;
        println!("{} listens on {}, for {} logs", witness.key(), listener.local_addr()?, witness.logs());
        let router = router(Arc::new(witness), system_clock());
        listen::serve(listener, router, options.connections, Deadlines::default(), stop).await?;
        Ok(())
    })
}

/// What the routes work with.
#[derive(Clone)]
struct Shared {
    witness: Arc<Witness>,
    clock: Clock,
}

/// The routes of a witness with their limits.
///
/// - `clock`: Unix seconds, which cosignatures say.
pub fn router(witness: Arc<Witness>, clock: Clock) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyTimeoutLayer::new(PATIENCE))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .with_state(Shared { witness, clock })
}

async fn add_checkpoint(State(Shared { witness, clock }): State<Shared>, body: Bytes) -> Response {
    let now = clock();
    // It waits for the disk.
    let answered = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, now)).await;
    match answered {
        Ok(Ok(line)) => plain(StatusCode::OK, line),
        Ok(Err(CosignError::Refused(refusal))) => refused(refusal),
        Ok(Err(CosignError::Io(err))) => failed(&err),
        Err(err) => failed(&err),
    }
}

fn refused(refusal: Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    tracing::info!(status = status.as_u16(), why = %refusal, "not cosigned");
    match refusal {
        Refusal::Conflict(size) => {
            (status, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
        }
        Refusal::Format | Refusal::UnknownLog | Refusal::Signature | Refusal::OldSize | Refusal::Proof => {
            plain(status, format!("{refusal}\n"))
        }
    }
}

async fn checkpoint(State(Shared { witness, .. }): State<Shared>, Path(origin): Path<String>) -> Response {
    match tokio::task::spawn_blocking(move || witness.checkpoint(&origin)).await {
        Ok(Ok(Some(note))) => plain(StatusCode::OK, note),
        Ok(Ok(None)) => plain(StatusCode::NOT_FOUND, "no checkpoint of this log was cosigned here\n".to_owned()),
        Ok(Err(err)) => failed(&err),
        Err(err) => failed(&err),
    }
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, text).into_response()
}

fn failed(err: &dyn std::error::Error) -> Response {
    tracing::error!(error = %err, "the witness's state cannot be used");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the witness cannot answer now\n".to_owned())
}
