//! The audit: whoever has a bundle and the log's key recomputes the poll alone.
//!
//! The entries are gone over twice. The first time they are hashed against the tiles, and anchors and
//! strikes are noted, which bear on what stands before them; the second time they are read, verified
//! on all cores, folded and counted. Memory grows with the roll and with what is listed.
//!
//! Source: docs/formats.md §6.

mod anchors;
mod entries;
mod report;
mod texts;
mod tree;

use std::{collections::BTreeMap, num::NonZeroUsize};

pub use anchors::{anchored, cosigned};
pub use report::{CheckReport, Listed, OverCapLine, Report, Verdict};
pub use tree::{HashTiles, TreeFault, check_tree};

use crate::{
    bundle::{Bundle, BundleError, MAX_CHECKPOINT, MAX_ENTRIES, MAX_ROLL},
    id::RuleName,
    key::VerifierKey,
    log::{Checkpoint, EntryBundle, OpenCheckpoint, TileId, TileKind},
    roll::Roll,
    rule::Rule,
    state::{Check, State},
    statement::{Entry, Manifest, Secrecy, Statement},
    tally::{Count, Counted, MotionCount},
};

/// Why an audit could not run.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The bundle cannot be read at all.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A secret poll.
    #[error("the poll is secret, and this tool audits open polls")]
    Secret,
}

/// Runs every check over a bundle. `log_key` comes from outside, such as the notice.
///
/// # Errors
/// The audit could not run: that says nothing about the poll.
pub fn audit(bundle: &Bundle, log_key: &VerifierKey, threads: NonZeroUsize) -> Result<Report, AuditError> {
    let mut verdicts = Verdicts::default();
    let mut report = Report::new(log_key);
    let Some(checkpoint) = bundle.read("checkpoint", MAX_CHECKPOINT)? else {
        verdicts.fail(Check::A01, "there is no checkpoint, or it is far too long");
        return Ok(report.finish(verdicts));
    };
    let opened = match Checkpoint::open(&checkpoint, log_key) {
        Ok(opened) => opened,
        Err(err) => {
            verdicts.fail(Check::A01, err);
            return Ok(report.finish(verdicts));
        }
    };
    verdicts.ran(Check::A01);
    report.size = Some(opened.checkpoint.size);
    report.root = Some(opened.checkpoint.root);

    let first = read_first(bundle, opened.checkpoint.size)?;
    let first = first.as_deref().map(Entry::parse_first);
    let manifest = match &first {
        Some(Ok((Entry { statement: Statement::Manifest(manifest), .. }, _))) => Some(manifest),
        _ => None,
    };
    let walked = match tree::walk(bundle, &opened.checkpoint, manifest, log_key) {
        Ok(walked) => walked,
        Err(TreeFault::Bundle(err)) => return Err(err.into()),
        Err(TreeFault::Fault(reason)) => {
            verdicts.fail(Check::A02, reason);
            return Ok(report.finish(verdicts));
        }
    };
    verdicts.ran(Check::A02);
    let Some((manifest, Some(Ok((entry, unsound))))) = manifest.zip(Some(first.as_ref())) else {
        if let Some(first) = &first {
            let reason = first.as_ref().err().map_or_else(|| "it is no manifest".to_owned(), ToString::to_string);
            verdicts.fail(Check::A04, format_args!("entry 0: {reason}"));
        }
        verdicts.fail(Check::A05, "the first entry is no manifest");
        return Ok(report.finish(verdicts));
    };
    if manifest.secrecy == Secrecy::Secret {
        return Err(AuditError::Secret);
    }
    report.poll = Some(manifest.poll.clone());
    report.test = Some(manifest.test);
    if let Some(reason) = unsound {
        verdicts.fail(Check::A05, reason);
    }
    let opened = Opened { checkpoint: &opened, walked: &walked, manifest, first: entry };
    run(bundle, log_key, threads, &opened, &mut verdicts, &mut report)?;
    Ok(report.finish(verdicts))
}

/// What the first two checks have established.
struct Opened<'a> {
    checkpoint: &'a OpenCheckpoint<'a>,
    walked: &'a tree::Walked,
    manifest: &'a Manifest,
    first: &'a Entry<'a>,
}

/// Every check from A03 on.
fn run(
    bundle: &Bundle,
    log_key: &VerifierKey,
    threads: NonZeroUsize,
    opened: &Opened<'_>,
    verdicts: &mut Verdicts,
    report: &mut Report,
) -> Result<(), AuditError> {
    let Opened { manifest, walked, .. } = opened;
    for check in [Check::A03, Check::A04, Check::A05, Check::A06, Check::A07, Check::A09, Check::A13] {
        verdicts.ran(check);
    }
    let roll = read_roll(bundle, manifest, verdicts)?;
    if roll.is_some() {
        for check in [Check::A08, Check::A10, Check::A11, Check::A12] {
            verdicts.ran(check);
        }
    }
    let rules = texts::check(bundle, manifest, roll.as_ref(), verdicts)?;
    let Some(mut state) = State::open(opened.first, roll, log_key) else { return Ok(()) };
    for fault in state.opening_faults(opened.first) {
        verdicts.fail(fault.check, &fault.reason);
    }
    anchors::check_cosignatures(opened.checkpoint, state.keys(), manifest, verdicts);
    for (index, reason) in &walked.anchor_faults {
        verdicts.fail(Check::A03, format_args!("entry {index}: {reason}"));
    }
    let mut count = Count::new(walked.struck.clone());
    let listed = entries::fold(bundle, opened, threads, &mut state, &mut count, verdicts)?;
    report.listed.late_credentials = if verdicts.has_run(Check::A08) { listed.late_credentials } else { Vec::new() };
    report.listed.unanchored = listed.unanchored;
    report.listed.struck = state.struck().iter().copied().collect();
    for fault in state.closing_faults() {
        verdicts.fail(fault.check, &fault.reason);
    }
    let is_counted = Check::ALL[..13].iter().all(|check| *check == Check::A03 || verdicts.holds(*check));
    let Some(counted) = count.finish(&state).filter(|_| is_counted) else { return Ok(()) };
    decide(&counted, &state, &rules, verdicts, report);
    Ok(())
}

/// A14 and A15: recount, and run the rule again.
fn decide(
    counted: &Counted,
    state: &State,
    rules: &BTreeMap<RuleName, Rule>,
    verdicts: &mut Verdicts,
    report: &mut Report,
) {
    verdicts.ran(Check::A14);
    let Some((index, sheet)) = state.result() else { return };
    let motions = &state.manifest().motions;
    let counts: Vec<MotionCount> =
        motions.iter().filter_map(|motion| Some(counted.decide(motion, rules.get(&motion.rule)?))).collect();
    if sheet.results.len() != counts.len() {
        let reason = format!("entry {index}: {} motions, not {}", sheet.results.len(), counts.len());
        verdicts.fail(Check::A14, reason);
    }
    for (found, count) in sheet.results.iter().zip(&counts) {
        if let Some(reason) = report::tally_difference(&found.tally, &count.result.tally) {
            verdicts.fail(Check::A14, format_args!("entry {index}, motion {}: {reason}", count.motion));
        }
    }
    if verdicts.holds(Check::A14) {
        verdicts.ran(Check::A15);
        for (found, count) in sheet.results.iter().zip(&counts) {
            if let Some(reason) = report::outcome_difference(found, &count.result) {
                verdicts.fail(Check::A15, format_args!("entry {index}, motion {}: {reason}", count.motion));
            }
        }
    }
    report.listed.over_cap = counts
        .iter()
        .flat_map(|count| count.over_cap.iter().map(|over| OverCapLine::new(&count.motion, *over)))
        .collect();
    report.results = Some(sheet.results.clone());
    report.figures = counts.iter().map(|count| (count.motion.clone(), counted.figures(count))).collect();
}

/// The bytes of leaf 0, if the tiles have one. Nothing is known of them yet.
fn read_first(bundle: &Bundle, size: u64) -> Result<Option<Vec<u8>>, BundleError> {
    let Some(tile) = entry_tile(size, 0) else { return Ok(None) };
    let bytes = bundle.read(&tile.to_string(), MAX_ENTRIES)?;
    Ok(bytes.and_then(|bytes| EntryBundle::new(&bytes).next()?.ok().map(<[u8]>::to_vec)))
}

/// The entry bundle of this number in a log of `size` entries.
fn entry_tile(size: u64, number: u64) -> Option<TileId> {
    let before = number.checked_mul(crate::log::TILE_WIDTH)?;
    let width = size.checked_sub(before)?.min(crate::log::TILE_WIDTH);
    (0 < width).then_some(TileId { kind: TileKind::Entries, number, width })
}

fn read_roll(bundle: &Bundle, manifest: &Manifest, verdicts: &mut Verdicts) -> Result<Option<Roll>, BundleError> {
    let Some(bytes) = bundle.read("roll.jsonl", MAX_ROLL)? else {
        verdicts.fail(Check::A06, "there is no roll");
        return Ok(None);
    };
    match Roll::parse(&bytes) {
        Ok(roll) => {
            let totals = roll.totals();
            if totals != manifest.roll {
                verdicts.fail(Check::A06, report::totals_difference(&manifest.roll, &totals));
            }
            Ok(Some(roll))
        }
        Err(err) => {
            verdicts.fail(Check::A06, err);
            Ok(None)
        }
    }
}

/// What each check has come to so far. One that has not run counts as not checked.
#[derive(Debug, Default)]
struct Verdicts {
    checks: BTreeMap<Check, Findings>,
}

/// The first thing found wrong, in the order of the log, and how many more.
#[derive(Debug, Default)]
struct Findings {
    first: Option<(u64, String)>,
    count: u64,
}

impl Verdicts {
    fn ran(&mut self, check: Check) {
        self.checks.entry(check).or_default();
    }

    fn has_run(&self, check: Check) -> bool {
        self.checks.contains_key(&check)
    }

    fn holds(&self, check: Check) -> bool {
        self.checks.get(&check).is_some_and(|findings| findings.count == 0)
    }

    /// Notes a fault that is of no single entry.
    fn fail(&mut self, check: Check, reason: impl std::fmt::Display) {
        self.note(check, 0, reason);
    }

    /// Notes a fault of an entry; nothing of a check that is not run.
    fn fail_at(&mut self, check: Check, index: u64, reason: impl std::fmt::Display) {
        if self.has_run(check) {
            self.note(check, index, format_args!("entry {index}: {reason}"));
        }
    }

    fn note(&mut self, check: Check, index: u64, reason: impl std::fmt::Display) {
        let findings = self.checks.entry(check).or_default();
        findings.count += 1;
        if findings.first.as_ref().is_none_or(|(first, _)| index < *first) {
            findings.first = Some((index, reason.to_string()));
        }
    }
}
