//! The auditor's tool: checks a poll's bundle, a voter's receipt, two checkpoints.
//!
//! It reads the files it is given and the log key, and nothing else: no network, no clock. Exit codes:
//! 0 it holds, 1 it does not, 2 it could not be looked at. Source: docs/formats.md §6, docs/rules.md.

mod decide;
mod proofs;
mod report;
mod roll;
mod show;
mod verify;
mod words;

use std::{
    io::{self, Write as _},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use anyhow::{Context as _, Result, bail};
use ballot::key::{KeyKind, VerifierKey};
use clap::{Parser, Subcommand};

use words::Language;

#[derive(Parser)]
#[command(name = "heyi-audit", version, about = "核对投票记录 / Check the record of a poll")]
struct Tool {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 核对整份记录 / Run every check over a bundle, a folder or a tar
    Verify {
        bundle: PathBuf,
        /// 公告上的日志公钥 / The log's key, from the notice and not from the bundle
        #[arg(long, value_name = "VKEY")]
        log_key: String,
        /// 输出 JSON / Print the report as JSON
        #[arg(long)]
        json: bool,
        /// 线程数 / How many threads verify signatures; one for each core if left out
        #[arg(long)]
        threads: Option<NonZeroUsize>,
    },
    /// 回执是否与记录相符 / Whether a receipt fits a bundle
    Receipt {
        file: PathBuf,
        bundle: PathBuf,
        /// 公告上的日志公钥 / The log's key
        #[arg(long, value_name = "VKEY")]
        log_key: String,
    },
    /// 名册凭证是否成立，与记录是否相符 / Whether an owner's proof of the roll holds, and fits a bundle
    Roll {
        file: PathBuf,
        bundle: Option<PathBuf>,
        /// 公告上的日志公钥 / The log's key; with a bundle
        #[arg(long, value_name = "VKEY")]
        log_key: Option<String>,
    },
    /// 两个检查点是否矛盾 / Whether two checkpoints of one log contradict each other
    Compare {
        a: PathBuf,
        b: PathBuf,
        bundle: Option<PathBuf>,
        /// 公告上的日志公钥 / The log's key
        #[arg(long, value_name = "VKEY")]
        log_key: String,
    },
    /// 记录之外的报告（抽签、官方结果）是否由委员签署、是否与记录相符 / Whether a report beside the record is signed and fits a bundle
    Report {
        file: PathBuf,
        bundle: PathBuf,
        /// 公告上的日志公钥 / The log's key
        #[arg(long, value_name = "VKEY")]
        log_key: String,
    },
    /// 按规则判定案例（标准输入，每行一个 JSON）/ Decide cases read from standard input, one JSON object a line (docs/rules.md)
    ///
    /// Prints one line per case: its id and the keys of `expected`. Exits 0, or 1 if a case carries an
    /// `expected` that differs (the first figure that does is named on standard error), or 2 if a line
    /// cannot be read.
    Decide(decide::Arguments),
    /// 把声明、回执、检查点或整份记录写成文字，不作核对 / Put a statement, receipt, checkpoint or bundle into words; nothing is checked
    Show {
        file: PathBuf,
        /// 语言 / Language; that of the environment if left out
        #[arg(long, value_enum)]
        lang: Option<Language>,
    },
}

fn main() -> ExitCode {
    let outcome = match Tool::parse().command {
        Command::Verify { bundle, log_key, json, threads } => {
            key(&log_key).and_then(|key| verify::run(&bundle, &key, json, threads.unwrap_or_else(cores)))
        }
        Command::Receipt { file, bundle, log_key } => {
            key(&log_key).and_then(|key| proofs::receipt(&file, &bundle, &key))
        }
        Command::Roll { file, bundle, log_key } => {
            log_key.as_deref().map(key).transpose().and_then(|key| roll::run(&file, bundle.as_deref(), key.as_ref()))
        }
        Command::Compare { a, b, bundle, log_key } => {
            key(&log_key).and_then(|key| proofs::compare([&a, &b], bundle.as_deref(), &key))
        }
        Command::Report { file, bundle, log_key } => key(&log_key).and_then(|key| report::run(&file, &bundle, &key)),
        Command::Decide(arguments) => return decide::run(&arguments),
        Command::Show { file, lang } => {
            show::run(&file, lang.unwrap_or_else(Language::of_environment)).map(|text| (text, Answer::Yes))
        }
    };
    match outcome {
        Ok((text, answer)) => {
            // Whoever stops reading half-way has still asked for the answer.
            let _ = io::stdout().lock().write_all(text.as_bytes());
            ExitCode::from(answer as u8)
        }
        Err(err) => {
            eprintln!("heyi-audit: {err:#}");
            ExitCode::from(Answer::Unknown as u8)
        }
    }
}

/// What a command answers; the number is its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It holds.
    Yes = 0,
    /// It does not.
    No = 1,
    /// That cannot be said.
    Unknown = 2,
}

fn key(text: &str) -> Result<VerifierKey> {
    let key: VerifierKey = text.trim().parse().context("--log-key")?;
    if key.kind() != KeyKind::Ed25519 {
        bail!("--log-key: this is a witness's key; the log's has type 01");
    }
    Ok(key)
}

fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Reads a small file.
fn read(path: &Path) -> Result<Vec<u8>> {
    read_at_most(path, 1 << 20)
}

fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>> {
    let shown = || path.display().to_string();
    let len = std::fs::metadata(path).with_context(shown)?.len();
    if most < len {
        bail!("{}: {len} bytes are too many for a file of this kind", shown());
    }
    std::fs::read(path).with_context(shown)
}
