//! `heyi-audit verify`.

use std::{collections::BTreeSet, fmt::Write as _, num::NonZeroUsize, path::Path};

use anyhow::{Context as _, Result};
use ballot::{
    alternatives::GroupResult,
    audit::{Report, audit},
    bundle::Bundle,
    key::VerifierKey,
    rule::Prevailing,
    statement::Party,
    what_if::Recount,
};

use crate::Answer;

/// Runs every check.
pub fn run(path: &Path, key: &VerifierKey, is_json: bool, threads: NonZeroUsize) -> Result<(String, Answer)> {
    let bundle = Bundle::open(path).with_context(|| path.display().to_string())?;
    let report = audit(&bundle, key, threads)?;
    let answer = if report.is_ok() { Answer::Yes } else { Answer::No };
    let text = if is_json {
        format!("{:#}\n", report.to_json())
    } else if answer == Answer::Yes {
        format!("{}{}", alternatives(&bundle, key)?, lines(&report))
    } else {
        lines(&report)
    };
    Ok((text, answer))
}

/// Which motion of each group of alternatives prevails, counted again.
fn alternatives(bundle: &Bundle, key: &VerifierKey) -> Result<String> {
    let recount = Recount::new(bundle, key, &BTreeSet::new())?;
    let ids = |places: &[usize]| {
        let ids: Vec<_> = places.iter().map(|&at| recount.motions()[at].id.as_str()).collect();
        ids.join(" ")
    };
    let line = |result: GroupResult| {
        let among = ids(&result.group.motions);
        match result.prevailing {
            Prevailing::None => format!("alternatives {among}: none prevails\n"),
            Prevailing::One(at) => format!("alternatives {among}: {} prevails\n", ids(&[at])),
            Prevailing::Runoff(places) => format!("alternatives {among}: run-off between {}\n", ids(&places)),
        }
    };
    Ok(recount.prevailing()?.into_iter().map(line).collect())
}

fn lines(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    if let Some(poll) = &report.poll {
        line(format!("poll {poll}"));
    }
    if let Some((size, root)) = report.size.zip(report.root) {
        line(format!("size {size} root {root}"));
    }
    if report.test == Some(true) {
        line("test 演练，不产生效力 / a rehearsal, without effect".to_owned());
    }
    for check in &report.checks {
        line(check.to_string());
    }
    for result in report.results.iter().flatten() {
        line(format!("motion {} {}", result.motion, result.outcome));
    }
    let listed = &report.listed;
    let over_cap = listed.over_cap.iter().map(|over| match over.party {
        Party::Holder(holder) => format!("{}:{}:to_holder={holder}", over.motion, over.unit),
        Party::Agent(agent) => format!("{}:{}:agent={agent}", over.motion, over.unit),
    });
    line(list("late_credentials", &listed.late_credentials));
    line(list("over_cap", &over_cap.collect::<Vec<_>>()));
    line(list("struck", &listed.struck));
    line(list("unanchored", &listed.unanchored));
    line(if report.is_ok() { "ok".to_owned() } else { "FAIL".to_owned() });
    text
}

fn list(name: &str, items: &[impl ToString]) -> String {
    let mut text = format!("{name}:");
    if items.is_empty() {
        text.push_str(" none");
    }
    for item in items {
        let _ = write!(text, " {}", item.to_string());
    }
    text
}
