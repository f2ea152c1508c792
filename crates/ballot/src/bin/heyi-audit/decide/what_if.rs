//! `heyi-audit decide --bundle`: a finished poll under another rule, or with an entry struck.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    num::NonZeroUsize,
    path::Path,
    process::ExitCode,
    thread,
};

use anyhow::{Context, bail};
use ballot::{
    audit::audit,
    bundle::Bundle,
    id::RuleName,
    rule::{
        Rule,
        explain::{self, Language, Names},
    },
    statement::Motion,
    tally::MotionCount,
    what_if::{Recount, WhatIfError},
};
use serde_json::json;

use super::{Arguments, book};

/// Prints, for each motion, what it came to and what it would come to. Exits 1 if one changes.
pub fn run(arguments: &Arguments, path: &Path, log_key: &str) -> anyhow::Result<ExitCode> {
    let bundle = Bundle::open(path).with_context(|| path.display().to_string())?;
    let log_key = log_key.parse().context("--log-key")?;
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    if !audit(&bundle, &log_key, threads)?.is_ok() {
        bail!("{} does not verify, so nothing can be said about it; heyi-audit verify says why", path.display());
    }
    let recorded = Recount::new(&bundle, &log_key, &BTreeSet::new())?;
    let struck = Recount::new(&bundle, &log_key, &arguments.strike.iter().copied().collect())?;
    let other = arguments.rule.as_ref().map(|name| other_rule(arguments, &recorded, name)).transpose()?;
    let is_wanted = |motion: &&Motion| arguments.motion.as_ref().is_none_or(|id| motion.id == *id);
    let motions: Vec<&Motion> = recorded.motions().iter().filter(is_wanted).collect();
    if motions.is_empty() {
        let ids: Vec<_> = recorded.motions().iter().map(|motion| motion.id.as_str()).collect();
        bail!("--motion: the poll has the motions {}", ids.join(", "));
    }
    let mut out = io::stdout().lock();
    let (mut changes, mut is_any) = (false, false);
    for motion in motions {
        let (own, was) = recorded.decide(motion)?;
        let rule = other.as_ref().unwrap_or(&own);
        let now = match struck.decide_under(motion, rule) {
            Ok(now) => now,
            // Of several motions the rule is tried on those that it can decide.
            Err(err @ WhatIfError::Unfit { .. }) if arguments.motion.is_none() => {
                eprintln!("heyi-audit: {err}");
                continue;
            }
            Err(err) => return Err(err.into()),
        };
        is_any = true;
        let is_changed = was.report.outcome() != now.report.outcome() || elected(&was) != elected(&now);
        changes |= is_changed;
        if arguments.explain {
            for &language in arguments.language.each() {
                write!(out, "{}", words(motion, rule, &was, &now, is_changed, language))?;
            }
        } else {
            let line = json!({
                "motion": motion.id, "rule": rule.name, "recorded": was.report.outcome().name(),
                "outcome": now.report.outcome().name(), "changes": is_changed, "tally": now.result.tally,
                "rounds": now.report.to_record(),
            });
            writeln!(out, "{line}")?;
        }
    }
    if !is_any {
        bail!("the rule decides no motion of this poll");
    }
    Ok(ExitCode::from(u8::from(changes)))
}

/// A rule that the bundle brings, that a site adds, or that comes with the program.
fn other_rule(arguments: &Arguments, recorded: &Recount, name: &RuleName) -> anyhow::Result<Rule> {
    match recorded.book().resolve(name) {
        Ok(rule) => Ok(rule),
        Err(_) => Ok(book(arguments.rules.as_deref())?.resolve(name)?),
    }
}

/// Who is elected, if anybody is.
fn elected(count: &MotionCount) -> Vec<&str> {
    match &count.report.last().verdict {
        ballot::rule::Verdict::Motion { .. } => Vec::new(),
        ballot::rule::Verdict::Election { candidates, elected, .. } => {
            elected.iter().map(|&place| candidates[place].candidate.as_str()).collect()
        }
    }
}

fn words(
    motion: &Motion,
    rule: &Rule,
    was: &MotionCount,
    now: &MotionCount,
    is_changed: bool,
    language: Language,
) -> String {
    let title = format!("== {} {}", motion.id, motion.title);
    let names = Names::default();
    let report = explain::report(rule, &now.report, [&names, &names], language);
    let [was, now] = [was, now].map(|count| explain::outcome(count.report.outcome(), language));
    let change = if is_changed {
        language.pick("结果会改变", "the result would change")
    } else {
        language.pick("结果不变", "the result would stay")
    };
    let line = language.pick(
        format!("记录的结果：{was}；这样计算：{now}。{change}"),
        format!("as recorded: {was}; counted like this: {now}; {change}"),
    );
    format!("{title}\n{report}{line}\n\n")
}
