//! `heyi admin`: what is done at the machine, without the web.

pub mod backup;
pub mod doctor;
pub mod events;
pub mod keys;
mod opinion;
mod rules;
mod set_up;

pub use opinion::parse_votes;

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use ballot::store::signer::Signer;
use clap::{Subcommand, ValueEnum};
use tokio::runtime;

use crate::{
    config::{Config, Flags},
    import::{self, Diff, Issue, Preview, Refusal, Report, Severity, UnitFacts},
    text::{Lang, roll as text},
};

/// What an administrator can ask for.
#[derive(Subcommand)]
pub enum Command {
    /// Sets an estate up: its name, and the first two officers, whose letters are printed.
    ///
    /// Exits with 0 if it is set up, and with 2 if not: then nothing is written.
    Init(set_up::Init),
    /// Prints a new letter for a member of staff who has lost the device, where too few are left to sign for one.
    ///
    /// What was enrolled before is revoked, and the events say so. Exits with 2 if there is no such person.
    Recover(set_up::Recover),
    /// Copies the database, and with `--keys-to` the keys, while the server works. Prints the copy's folder.
    ///
    /// Exits with 2 if there is no whole copy.
    Backup(backup::Backup),
    /// Puts a copy where no database is, if it holds all that was published.
    ///
    /// Exits with 0 if the server can be started on it, and with 2 if not: then nothing is changed.
    Restore(backup::Restore),
    /// Looks at settings, keys, database, logs, events and messages, and says what to do. Changes nothing.
    ///
    /// Exits with 0 if nothing is an error, with 1 if something is, and with 2 if it could not look.
    Doctor(doctor::Doctor),
    /// Recomputes the chain of every estate's events and names the first that is not what was written. Changes nothing.
    ///
    /// Exits with 0 if every chain is whole, with 1 if one is not, and with 2 if it could not look.
    VerifyEvents(events::Verify),
    /// Retires the registrar's key and makes a new one. Stop the server first; no poll may be running.
    ///
    /// Exits with 2 if the key was not changed.
    RotateKey(keys::Rotate),
    /// Decision rules of one's own.
    #[command(subcommand)]
    Rules(rules::Command),
    /// Rolls: the files that estates are imported from.
    #[command(subcommand)]
    Roll(RollCommand),
    /// Prints the opinion map of VOTES as one JSON object; docs/opinion.md says what is in it.
    ///
    /// Exits with 0, also if the map would not be shown, and with 2 if a file could not be read.
    Opinion {
        /// A CSV file: participant,statement,vote (1 agree, -1 disagree, 0 pass); the last of a pair counts.
        votes: PathBuf,
        /// What is known of the statements: `statement,moderated,is_meta` (moderated -1 is out).
        #[arg(long, value_name = "META")]
        statements: Option<PathBuf>,
        /// Takes the groups as given: participant,group.
        #[arg(long, value_name = "FILE")]
        groups: Option<PathBuf>,
        /// The language of what people read.
        #[arg(long, value_enum, default_value_t = Language::Zh)]
        lang: Language,
    },
}

/// What can be asked of a roll.
#[derive(Subcommand)]
pub enum RollCommand {
    /// Shows what an import of FILE would give; writes nothing and needs no database.
    ///
    /// Exits with 0 if the file may be applied, 1 if it has errors, 2 if it could not be read.
    Check {
        /// A CSV or XLSX file.
        file: PathBuf,
        /// An earlier file of the same estate to compare with.
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        /// Prints the result as JSON (`roll-expected/1`).
        #[arg(long)]
        json: bool,
        /// The language of what people read.
        #[arg(long, value_enum, default_value_t = Language::Zh)]
        lang: Language,
    },
}

/// The languages of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 简体中文
    #[value(name = "zh-CN", alias = "zh")]
    Zh,
    /// English
    En,
}

/// Runs one command; the exit code says how it went.
pub fn run(command: &Command) -> ExitCode {
    match command {
        Command::Init(init) => set_up::init(init),
        Command::Recover(recover) => set_up::recover(recover),
        Command::Backup(backup) => backup::backup(backup),
        Command::Restore(restore) => backup::restore(restore),
        Command::Doctor(doctor) => doctor::run(doctor),
        Command::VerifyEvents(verify) => events::verify(verify),
        Command::RotateKey(rotate) => keys::rotate(rotate),
        Command::Rules(command) => rules::run(command),
        Command::Roll(RollCommand::Check { file, against, json, lang }) => {
            check(file, against.as_deref(), *json, (*lang).into())
        }
        Command::Opinion { votes, statements, groups, lang } => {
            opinion::run(votes, statements.as_deref(), groups.as_deref(), (*lang).into())
        }
    }
}

/// Who has the logs' keys, if a signer does. It is not asked.
fn signer(config: &Config) -> Option<Signer> {
    config.signer.clone().map(Signer::at)
}

/// Runs a command that needs the settings alone.
fn with_config(flags: &Flags, work: impl AsyncFnOnce(&Config) -> anyhow::Result<()>) -> ExitCode {
    let done = flags.load(|name| std::env::var_os(name)).context("configuration").and_then(|config| {
        let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(work(&config))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("heyi admin: {err:#}");
            ExitCode::from(2)
        }
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

fn check(file: &Path, against: Option<&Path>, is_json: bool, lang: Lang) -> ExitCode {
    let checked = preview(file, lang).and_then(|preview| {
        let earlier = against.map(|earlier| self::preview(earlier, lang)).transpose()?;
        let diff = earlier.map(|earlier| import::diff(&earlier.register, &preview.register, &earlier.file));
        Ok((preview, diff))
    });
    let (preview, diff) = match checked {
        Ok(checked) => checked,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let output = if is_json {
        serde_json::to_string_pretty(&Report::new(&preview, diff.as_ref())).expect("texts and numbers are JSON")
    } else {
        describe(&preview, diff.as_ref(), lang)
    };
    match writeln!(io::stdout().lock(), "{}", output.trim_end()) {
        // Whoever reads the output may have seen enough.
        Err(err) if err.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(u8::from(!preview.may_apply())),
    }
}

/// Reads one file in a child; the error is what people read.
fn preview(file: &Path, lang: Lang) -> Result<Preview, String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let say = |what: &str| format!("{name}: {what}");
    let refused = |refusal: Refusal| say(refusal.message(lang));
    // A file over the limit is not even opened.
    let size = fs::metadata(file).map_err(|err| say(&err.to_string()))?.len();
    if import::MAX_FILE as u64 <= size.saturating_sub(1) {
        return Err(refused(Refusal::TooBig));
    }
    let bytes = fs::read(file).map_err(|err| say(&err.to_string()))?;
    let failed = |_| refused(Refusal::Failed);
    let program = import::this_program().map_err(failed)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(import::check_in_child(&program, &name, &bytes)).map_err(refused)
}

fn describe(preview: &Preview, diff: Option<&Diff>, lang: Lang) -> String {
    let mut lines = vec![format!("{}: {}", preview.file, verdict(preview, lang))];
    let totals = &preview.figures.totals;
    lines.push(text::totals(
        lang,
        totals.units,
        &square_metres(totals.area_centi),
        totals.holders,
        totals.heads,
        totals.persons,
    ));
    lines.extend(preview.figures.by_building.iter().map(|building| {
        let name = [building.phase.as_str(), building.building.as_str()].join(" ");
        let share = &building.share;
        format!("  {}", text::building(lang, name.trim(), share.units, &square_metres(share.area_centi)))
    }));
    if !preview.ignored.is_empty() {
        lines.push(text::ignored(lang, preview.ignored.len()));
    }
    if !preview.unread.is_empty() {
        lines.push(text::unread(lang, &preview.unread.join(lang.pick("、", ", "))));
    }
    lines.extend(preview.issues.iter().map(|issue| describe_issue(issue, lang)));
    if let Some(diff) = diff {
        lines.push(describe_diff(diff, lang));
    }
    lines.join("\n")
}

fn verdict(preview: &Preview, lang: Lang) -> String {
    match (preview.errors(), preview.warnings()) {
        (0, 0) => text::may_apply(lang).to_owned(),
        (0, warnings) => text::needs_confirmation(lang, warnings),
        (errors, _) => text::has_errors(lang, errors),
    }
}

fn describe_issue(issue: &Issue, lang: Lang) -> String {
    let severity = match issue.severity {
        Severity::Error => text::error(lang),
        Severity::Warning => text::warning(lang),
    };
    let place = match (&issue.sheet, issue.row) {
        (Some(sheet), Some(row)) => text::at_sheet(lang, sheet, row),
        (None, Some(row)) => text::at(lang, row),
        (sheet, None) => sheet.clone().unwrap_or_default(),
    };
    let column = issue
        .column
        .as_ref()
        .map_or_else(String::new, |column| lang.pick(format!("“{column}”"), format!(", {column}")));
    let place = format!("{place}{column}");
    match lang {
        Lang::Zh => format!("{severity} {place}：{}", issue.message_zh),
        Lang::En => format!("{severity}: {place}: {}", issue.message_en),
    }
}

fn describe_diff(diff: &Diff, lang: Lang) -> String {
    let counts = &diff.counts;
    let (added, removed, changed) = (counts.added, counts.removed, counts.changed);
    let mut text = text::diff(lang, &diff.against, added, removed, changed, diff.unchanged_units);
    for unit in &diff.added {
        let _ = write!(text, "\n+ {} {}", unit.unit, facts(&unit.after));
    }
    for unit in &diff.removed {
        let _ = write!(text, "\n- {} {}", unit.unit, facts(&unit.before));
    }
    for unit in &diff.changed {
        let _ = write!(text, "\n~ {} {} -> {}", unit.unit, facts(&unit.before), facts(&unit.after));
    }
    text
}

fn facts(facts: &UnitFacts) -> String {
    let owners: Vec<String> = facts
        .owners
        .iter()
        .zip(&facts.tails)
        .map(|(owner, tail)| format!("{owner} {tail}").trim_end().to_owned())
        .collect();
    format!("[{} {} {} {}]", square_metres(facts.area_centi), owners.join("、"), facts.status, facts.kind)
}

/// Plain digits, to be read by people and by other programs.
fn square_metres(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
