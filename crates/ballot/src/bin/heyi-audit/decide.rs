//! `heyi-audit decide`: cases in, what they come to out; or a finished poll, and what would change it.

mod what_if;

use std::{
    io::{self, BufRead, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, anyhow};
use ballot::{
    id::{Id, RuleName},
    rule::{
        RuleBook, Silent,
        case::{Case, Decided, first_difference},
        explain::{self, Language},
    },
};
use clap::ValueEnum;

/// What `decide` is given.
#[derive(clap::Args)]
pub struct Arguments {
    /// Print the steps for people instead of JSON
    #[arg(long)]
    explain: bool,
    /// The language of --explain
    #[arg(long, value_enum, default_value = "both", requires = "explain")]
    language: Languages,
    /// Decide under this rule instead of the one that a case or motion names
    #[arg(long, value_name = "NAME")]
    rule: Option<RuleName>,
    /// Instead of cases, a finished poll: a folder or tar. It is verified first
    #[arg(long, value_name = "BUNDLE", requires = "log_key")]
    bundle: Option<PathBuf>,
    /// The log's key, from the notice
    #[arg(long, value_name = "VKEY", requires = "bundle")]
    log_key: Option<String>,
    /// Only this motion of the bundle
    #[arg(long, value_name = "ID", requires = "bundle")]
    motion: Option<Id>,
    /// Leave out this entry of the bundle as if it were struck; may be given again
    #[arg(long, value_name = "INDEX", requires = "bundle")]
    strike: Vec<u64>,
    /// A folder with a site's own rule files, beside those that come with the program
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Languages {
    Both,
    Zh,
    En,
}

impl Languages {
    fn each(self) -> &'static [Language] {
        match self {
            Self::Both => &[Language::Zh, Language::En],
            Self::Zh => &[Language::Zh],
            Self::En => &[Language::En],
        }
    }
}

/// Decides, prints, and says by its code whether all was as expected.
pub fn run(arguments: &Arguments) -> ExitCode {
    let outcome = match (&arguments.bundle, &arguments.log_key) {
        (Some(bundle), Some(log_key)) => what_if::run(arguments, bundle, log_key),
        _ => decide(arguments),
    };
    match outcome {
        Ok(code) => code,
        // Whoever reads our output has read enough.
        Err(err) if err.downcast_ref::<io::Error>().is_some_and(|err| err.kind() == io::ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(err) => {
            eprintln!("heyi-audit: {err:#}");
            ExitCode::from(2)
        }
    }
}

fn decide(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let book = book(arguments.rules.as_deref())?;
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut differs, mut is_unread) = (false, false);
    for (line, number) in io::stdin().lock().split(b'\n').zip(1_u64..) {
        let line = line.context("standard input")?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match one(&line, arguments, &book) {
            Ok((case, decided)) => {
                print(&mut out, arguments, &case, &decided)?;
                let expected = case.expected.as_ref().filter(|_| arguments.rule.is_none());
                if let Some(difference) = expected.and_then(|wanted| first_difference(wanted, &decided.to_json())) {
                    eprintln!("{}: {difference}", case.id);
                    differs = true;
                }
            }
            Err(err) => {
                eprintln!("line {number}: {err:#}");
                is_unread = true;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::from(if is_unread { 2 } else { u8::from(differs) }))
}

fn one(line: &[u8], arguments: &Arguments, book: &RuleBook) -> anyhow::Result<(Case, Decided)> {
    let line = str::from_utf8(line).map_err(|_| anyhow!("a case is UTF-8"))?;
    let mut case = Case::parse(line)?;
    if let Some(rule) = &arguments.rule {
        case.rule = rule.clone();
    }
    let decided = case.decide(book)?;
    Ok((case, decided))
}

fn print(out: &mut impl Write, arguments: &Arguments, case: &Case, decided: &Decided) -> anyhow::Result<()> {
    if !arguments.explain {
        writeln!(out, "{}", decided.to_json())?;
        return Ok(());
    }
    writeln!(out, "== {}", decided.id)?;
    for &language in arguments.language.each() {
        let names = [&decided.names, &decided.second_names];
        write!(out, "{}", explain::report(&decided.rule, &decided.report, names, language))?;
        // Whether silence counts is disputed: whoever reads the result sees both.
        let silent = decided.rule.treat.silent_delivered;
        if silent != Silent::Absent {
            let strict = case.decide_under(decided.rule.with_silent(Silent::Absent))?;
            let [with, without] =
                [decided, &strict].map(|decided| explain::outcome(decided.report.outcome(), language));
            writeln!(out, "{}", explain::silent_results(with, without, language))?;
            let lines = explain::round(&strict.rule, &strict.report.first, &strict.names, language);
            writeln!(out, "{}", lines.join("\n"))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The rules that come with the program, and a site's own.
fn book(folder: Option<&Path>) -> anyhow::Result<RuleBook> {
    let Some(folder) = folder else { return Ok(RuleBook::embedded().clone()) };
    Ok(RuleBook::embedded().with_folder(folder)?)
}
