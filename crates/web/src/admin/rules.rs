//! `heyi admin rules`: a site's own rule files, before polls are held under them.

use std::{path::PathBuf, process::ExitCode};

use ballot::rule::{RuleBook, case, folder_files};
use clap::Subcommand;

/// What can be asked of rule files.
#[derive(Subcommand)]
pub enum Command {
    /// Checks every `*.toml` in DIR beside the built-in rules, and decides the cases in its `*.jsonl` files.
    ///
    /// Exits with 0 if all is well, 1 if a file or a case is wrong, 2 if the folder could not be read.
    Check {
        /// A folder of rule files, and of cases if there are any.
        dir: PathBuf,
    },
}

/// Runs one command.
pub(super) fn run(Command::Check { dir }: &Command) -> ExitCode {
    match folder_files(dir, "toml").and_then(|rules| Ok((rules, folder_files(dir, "jsonl")?))) {
        Ok((rules, cases)) => check(&rules, &cases),
        Err(err) => {
            eprintln!("{err}");
            ExitCode::from(2)
        }
    }
}

fn check(rules: &[(String, Vec<u8>)], cases: &[(String, Vec<u8>)]) -> ExitCode {
    let files = rules.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let book = match RuleBook::embedded().with_site(files) {
        Ok(book) => book,
        Err(err) => {
            eprintln!("{err}");
            return ExitCode::from(1);
        }
    };
    let mut faults = 0;
    let mut lines = 0;
    for (name, bytes) in cases {
        let text = String::from_utf8_lossy(bytes);
        lines += text.lines().filter(|line| !line.trim().is_empty()).count();
        for (line, fault) in case::check_lines(&text, &book) {
            eprintln!("{name}:{line}: {fault}");
            faults += 1;
        }
    }
    println!("{} rule files, {lines} cases, {faults} wrong", rules.len());
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
