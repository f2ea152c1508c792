//! `heyi-audit report`: a report beside the record, its signatures, and whether what it says is so.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use ballot::{
    audit::audit,
    beside::{Beside, Difference},
    bundle::Bundle,
    hash::Hash,
    key::VerifierKey,
    statement::Statement,
    what_if::Recount,
};

use crate::{Answer, cores, read};

/// Whether a report is signed by the officers of a poll, and fits its record.
pub fn run(file: &Path, path: &Path, key: &VerifierKey) -> Result<(String, Answer)> {
    let bytes = read(file)?;
    let bundle = Bundle::open(path).with_context(|| path.display().to_string())?;
    if !audit(&bundle, key, cores())?.is_ok() {
        bail!("{} does not verify, so nothing can be compared with it; heyi-audit verify says why", path.display());
    }
    let recount = Recount::new(&bundle, key, &BTreeSet::new())?;
    let manifest = recount.manifest().clone();
    let hash = Hash::of(Statement::Manifest(manifest.clone()).text().as_bytes());
    let checked = Beside::open(&bytes, &manifest, &hash).and_then(|report| report.check(&recount).map(|()| report));
    let report = match checked {
        Ok(report) => report,
        Err(err) => return Ok((format!("FAIL {err}\n"), Answer::No)),
    };
    Ok((words(&report), Answer::Yes))
}

fn words(report: &Beside) -> String {
    let mut text = String::new();
    match report {
        Beside::Lot(lot) => {
            let ids = |ids: &[ballot::id::Id]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "lot {} tied {} drawn {}", lot.motion, ids(&lot.tied), ids(&lot.drawn));
            for witness in &lot.witnesses {
                let _ = writeln!(text, "witness {} ({})", witness.name, witness.role);
            }
        }
        Beside::Official(official) => {
            let _ = writeln!(text, "official {} file {}", official.system, official.file_sha256);
            for difference in &official.differences {
                let _ = writeln!(text, "differs {}", line(difference));
            }
            if official.differences.is_empty() {
                let _ = writeln!(text, "differs: none");
            }
        }
    }
    text.push_str("ok\n");
    text
}

fn line(difference: &Difference) -> String {
    let word = |value: Option<String>| value.map_or(String::new(), |word| format!(" {word}"));
    let named = |value: serde_json::Value| value.as_str().map(str::to_owned);
    let class = word(serde_json::to_value(difference.class).ok().and_then(named));
    let measure = word(serde_json::to_value(difference.measure).ok().and_then(named));
    let building = word(difference.building.as_ref().map(|building| format!("building {building}")));
    let ours = difference.ours.as_deref().unwrap_or("none");
    format!("{}{building}{class}{measure}: official {} ours {ours}", difference.motion, difference.official)
}
