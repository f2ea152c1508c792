//! `heyi signer`: holds the logs' keys in a process, and under a user, of its own.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use ballot::store::{
    Faults,
    signer::server::{self, SignerFiles},
};

use crate::{app::system_clock, serve};

/// How a signer is run.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Folder of keys and of what was signed last, for this user alone; never put an older copy there.
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// Where to listen: a socket that this user, and nobody else, can use. `heyi serve --signer` is given the same.
    #[arg(long, value_name = "SOCKET")]
    socket: PathBuf,
    /// What is logged, as in `RUST_LOG`.
    #[arg(long, default_value = "info")]
    log: String,
}

/// Signs until it is told to stop. Exits with 2 if it could not start.
pub fn run(options: &Options) -> ExitCode {
    match start(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("heyi signer: {err:#}");
            ExitCode::from(2)
        }
    }
}

fn start(options: &Options) -> anyhow::Result<()> {
    serve::prepare_process(&options.log)?;
    let signer = Arc::new(SignerFiles::open(&options.keys, system_clock(), Faults::default())?);
    let listener = server::listen(&options.socket)?;
    println!("heyi signer listens on {}", options.socket.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Every question is answered once what it needs is durable, so that there is nothing to finish at the end.
    std::thread::spawn(move || server::serve(&signer, &listener));
    runtime.block_on(async {
        serve::stop_signal()?.await;
        Ok(())
    })
}
