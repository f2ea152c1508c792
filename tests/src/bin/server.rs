//! `heyi serve` in a process of its own, on a clock that stands still: what starting and stopping are tried on.
//!
//! `server NOW`: serves at the Unix second NOW; settings are taken from the environment, as by `heyi serve`.

use std::{process::ExitCode, sync::Arc};

use heyi::{config::Flags, serve};

fn main() -> ExitCode {
    let Some(now) = std::env::args().nth(1).and_then(|now| now.parse().ok()) else {
        eprintln!("usage: server NOW");
        return ExitCode::FAILURE;
    };
    serve::run_by(&Flags::default(), Some(Arc::new(move || now)))
}
