//! Check A03: witnesses' cosignatures, and what they say about time.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use super::Verdicts;
use crate::{
    hash::Hash,
    log::{Checkpoint, OpenCheckpoint},
    state::{Check, Keyring},
    statement::{Anchor, Manifest, Statement},
};

/// An anchor that holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchored {
    /// Where it stands in the log.
    pub index: u64,
    /// How many entries its checkpoint has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When these existed at the latest.
    pub time: u64,
}

/// The times at which witnesses of the manifest cosigned, the earliest of each, in ascending order.
///
/// # Errors
/// A line that names one of these witnesses does not hold.
pub fn cosigned(checkpoint: &OpenCheckpoint<'_>, keys: &Keyring) -> Result<Vec<u64>, String> {
    let mut times: BTreeMap<usize, u64> = BTreeMap::new();
    for line in &checkpoint.lines {
        let Some(witness) = keys.witnesses.iter().position(|key| line.is_by(key)) else { continue };
        let time = line.cosigned_at(&keys.witnesses[witness], checkpoint.text);
        let time = time.ok_or_else(|| format!("the cosignature of {} does not hold", line.name))?;
        times.entry(witness).and_modify(|earliest| *earliest = time.min(*earliest)).or_insert(time);
    }
    let mut times: Vec<_> = times.into_values().collect();
    times.sort_unstable();
    Ok(times)
}

/// Size and time of an anchor that stands at `index`, if it is cosigned as the manifest wants and not of a later size.
/// Whether its root is the log's is left to the caller.
pub fn anchored(anchor: &Anchor, index: u64, manifest: &Manifest, keys: &Keyring) -> Option<(u64, u64)> {
    read(anchor, index, manifest, keys).ok().map(|anchored| (anchored.size, anchored.time))
}

pub(super) fn check_cosignatures(
    checkpoint: &OpenCheckpoint<'_>,
    keys: &Keyring,
    manifest: &Manifest,
    verdicts: &mut Verdicts,
) {
    let wanted = manifest.policy.witnesses;
    match cosigned(checkpoint, keys) {
        Err(reason) => verdicts.fail(Check::A03, format_args!("checkpoint: {reason}")),
        Ok(times) if (times.len() as u64) < wanted => {
            verdicts.fail(Check::A03, format_args!("{wanted} cosignatures are wanted, there are {}", times.len()));
        }
        Ok(_) => {}
    }
}

/// Reads an anchor's checkpoint. Whether its root is the log's is seen from the tiles.
pub(super) fn read(anchor: &Anchor, index: u64, manifest: &Manifest, keys: &Keyring) -> Result<Anchored, String> {
    let wanted = manifest.policy.witnesses;
    let place = usize::try_from(wanted).ok().and_then(|wanted| wanted.checked_sub(1));
    let place = place.ok_or("a poll without witnesses has no anchors")?;
    let bytes = BASE64.decode(&anchor.checkpoint).map_err(|_| "its checkpoint is not base64")?;
    let opened = Checkpoint::open(&bytes, &keys.log).map_err(|err| err.to_string())?;
    let Checkpoint { size, root, .. } = opened.checkpoint;
    if size == 0 || index < size {
        return Err(format!("its size must be 1 to {index}, not {size}"));
    }
    let times = cosigned(&opened, keys)?;
    let time =
        times.get(place).ok_or_else(|| format!("{wanted} cosignatures are wanted, there are {}", times.len()))?;
    Ok(Anchored { index, size, root, time: *time })
}

/// When entries existed, by the anchors of a log.
#[derive(Debug)]
pub(super) struct Timeline<'a> {
    manifest: &'a Manifest,
    /// In the order of the log.
    anchors: &'a [Anchored],
    /// Sizes in ascending order, each with the earliest time of an anchor of this size or a larger one.
    earliest: Vec<(u64, u64)>,
    /// How many anchors have been passed, and the latest time of these.
    passed: usize,
    latest: u64,
}

/// What an entry's time means for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchoring {
    /// An anchor covers it, or none is wanted.
    Fine,
    /// No anchor covers it.
    Open,
    /// No anchor covers it in time, and the policy wants one.
    Missing,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(manifest: &'a Manifest, anchors: &'a [Anchored]) -> Self {
        let mut earliest: Vec<_> = anchors.iter().map(|anchor| (anchor.size, anchor.time)).collect();
        earliest.sort_unstable();
        let mut least = u64::MAX;
        for (_, time) in earliest.iter_mut().rev() {
            least = least.min(*time);
            *time = least;
        }
        Self { manifest, anchors, earliest, passed: 0, latest: 0 }
    }

    /// How an entry stands. Indexes must not descend from call to call.
    pub(super) fn anchoring(&self, index: u64, statement: &Statement, is_by_clerks: bool) -> Anchoring {
        let seconds = self.manifest.policy.anchor_seconds;
        let limit = |from: u64| seconds.map_or(u64::MAX, |seconds| from.saturating_add(seconds));
        let (limit, is_wanted) = match statement {
            Statement::Credential(_) => (limit(self.manifest.closes), false),
            Statement::Ballot(_) | Statement::Attendance(_) => (limit(self.manifest.closes), true),
            Statement::Proxy(_) if !is_by_clerks => (limit(self.manifest.closes), true),
            Statement::Paper(paper) => (limit(paper.at), true),
            Statement::Proxy(_)
            | Statement::Manifest(_)
            | Statement::Revocation(_)
            | Statement::Delivery(_)
            | Statement::Amendment(_)
            | Statement::Strike(_)
            | Statement::Anchor(_)
            | Statement::Close(_)
            | Statement::ResultSheet(_) => return Anchoring::Fine,
        };
        let place = self.earliest.partition_point(|(size, _)| *size <= index);
        let is_covered = self.earliest.get(place).is_some_and(|(_, time)| *time <= limit);
        match (is_covered, seconds) {
            (true, _) => Anchoring::Fine,
            (false, None) if self.anchors.is_empty() => Anchoring::Fine,
            (false, Some(_)) if is_wanted => Anchoring::Missing,
            (false, _) => Anchoring::Open,
        }
    }

    /// The latest time of an anchor before this index. Indexes must not descend from call to call.
    pub(super) fn latest_before(&mut self, index: u64) -> u64 {
        while let Some(anchor) = self.anchors.get(self.passed).filter(|anchor| anchor.index < index) {
            self.latest = self.latest.max(anchor.time);
            self.passed += 1;
        }
        self.latest
    }
}
