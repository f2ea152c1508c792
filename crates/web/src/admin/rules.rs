//! `heyi admin rules`: a site's own rule files, before polls are held under them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use ballot::rule::{RuleBook, case};
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
    match read(dir, "toml").and_then(|rules| Ok((rules, read(dir, "jsonl")?))) {
        Ok((rules, cases)) => check(&rules, &cases),
        Err(err) => {
            eprintln!("{}: {err}", dir.display());
            ExitCode::from(2)
        }
    }
}

/// The files with this ending by name, in its order.
fn read(dir: &Path, ending: &str) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read(&path)?));
        }
    }
    files.sort();
    Ok(files)
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
