//! The one binary: `heyi serve | demo | admin | witness | signer`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use heyi::{admin, config::Flags, demo, import, serve, signer, witness};

/// Heyi 合议: an estate's owners decide, and anyone can check the count.
#[derive(Parser)]
#[command(name = "heyi", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves people over HTTP until it is told to stop.
    Serve(Flags),
    /// Shows an invented estate with its polls on this machine.
    Demo(demo::Options),
    /// Administration from the command line.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Holds the logs' keys in a process of its own, and signs only what extends what it signed before.
    Signer(signer::Options),
    /// Cosigns the checkpoints of logs that somebody else keeps.
    #[command(subcommand)]
    Witness(witness::Command),
    /// Reads one file of a roll from standard input; started by the importer, with its limits.
    #[command(name = import::CHILD, hide = true)]
    ReadRoll,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(flags) => serve::run(&flags),
        Command::Demo(options) => demo::run(&options),
        Command::Admin(command) => admin::run(&command),
        Command::Signer(options) => signer::run(&options),
        Command::Witness(command) => witness::run(&command),
        Command::ReadRoll => import::child(),
    }
}
