//! `heyi-audit roll`: an owner's proof of the roll.

use std::{fmt::Write as _, path::Path};

use anyhow::{Context as _, Result, bail};
use ballot::{
    bundle::MAX_ENTRIES,
    hash::Hash,
    json,
    key::VerifierKey,
    log::EntryBundle,
    roll::{RollProofs, UnitLine},
    statement::{Entry, Manifest, Statement},
};

use crate::{Answer, proofs::Tree, read_at_most};

/// A developer's file has a proof for each unit of an estate that is not sold yet.
const MOST: u64 = 64 << 20;

/// What a bundle says of the roll: its manifest, and every amended line.
struct Record {
    manifest: Manifest,
    amended: Vec<UnitLine>,
}

/// Whether an owner's lines stand in the roll, and in that of a bundle where one is given.
pub fn run(file: &Path, bundle: Option<&Path>, key: Option<&VerifierKey>) -> Result<(String, Answer)> {
    let record = match (bundle, key) {
        (Some(bundle), Some(key)) => Some(Record::open(bundle, key)?),
        (None, None) => None,
        _ => bail!("a bundle is checked with --log-key, and the key is for a bundle"),
    };
    let proofs = match RollProofs::parse(&read_at_most(file, MOST)?) {
        Ok(proofs) => proofs,
        Err(err) => return Ok((format!("FAIL {err}\n"), Answer::No)),
    };
    let mut text = String::new();
    for proof in &proofs.proofs {
        let unit = match proof.verify() {
            Ok(unit) => unit,
            Err(err) => return Ok((format!("FAIL {err}\n"), Answer::No)),
        };
        if let Some(fault) = record.as_ref().and_then(|record| record.fault(&proofs, proof.root, proof.size)) {
            return Ok((format!("FAIL {fault}\n"), Answer::No));
        }
        if let Some(fault) = record.as_ref().and_then(|record| record.unlike(unit.line.unit, unit.amended.as_ref())) {
            return Ok((format!("FAIL {fault}\n"), Answer::No));
        }
        let line = unit.amended.as_ref().unwrap_or(&unit.line);
        let _ = writeln!(
            text,
            "ok unit {} of holder {}: {} ({}), {}.{:02} m²{}",
            line.unit,
            line.holder,
            unit.record.label,
            unit.record.owners.join("、"),
            line.area / 100,
            line.area % 100,
            if unit.amended.is_some() { ", as amended" } else { "" },
        );
    }
    if let (None, Some(proof)) = (&record, proofs.proofs.first()) {
        let _ = writeln!(text, "roll {} of {} units: compare it with the notice", proof.root, proof.size);
    }
    Ok((text, Answer::Yes))
}

impl Record {
    /// Reads a bundle whose checkpoint and tiles hold.
    fn open(path: &Path, key: &VerifierKey) -> Result<Self> {
        let tree = Tree::open(path, key)?;
        let mut tiles: Vec<_> = tree.bundle().paths().filter(|path| path.starts_with("tile/entries/")).collect();
        tiles.sort_by_key(|path| ballot::log::TileId::parse(path).map(|tile| tile.number));
        let (mut manifest, mut amended) = (None, Vec::new());
        for path in tiles {
            let bytes = tree.bundle().read(path, MAX_ENTRIES)?.unwrap_or_default();
            for bytes in EntryBundle::new(&bytes) {
                let bytes = bytes.with_context(|| path.to_owned())?;
                match Entry::parse(bytes).map(|entry| entry.statement) {
                    Ok(Statement::Manifest(found)) if manifest.is_none() => manifest = Some(found),
                    Ok(Statement::Amendment(amendment)) => amended.push(amendment.unit),
                    _ => {}
                }
            }
        }
        Ok(Self { manifest: manifest.context("the bundle has no manifest")?, amended })
    }

    fn fault(&self, proofs: &RollProofs, root: Hash, size: u64) -> Option<String> {
        let roll = &self.manifest.roll;
        if proofs.poll != self.manifest.poll {
            return Some(format!("the file is of poll {}, the bundle of {}", proofs.poll, self.manifest.poll));
        }
        let is_same = roll.root == root && roll.units == size;
        (!is_same)
            .then(|| format!("the bundle's roll is {} of {} units, the file's {root} of {size}", roll.root, roll.units))
    }

    /// Whether the last amendment of a unit is not the one that the file has.
    fn unlike(&self, unit: ballot::id::UnitNo, amended: Option<&UnitLine>) -> Option<String> {
        let last = self.amended.iter().rfind(|line| line.unit == unit);
        let say = |line: Option<&UnitLine>| line.map_or_else(|| "none".to_owned(), json::write);
        (last != amended)
            .then(|| format!("unit {unit}: the bundle's last amendment is {}, the file's {}", say(last), say(amended)))
    }
}
