//! Receipts a day later: `tests/vectors/later.json`, made by `tests/pyverify/later.py`, which the browser's tests read too.

#![allow(clippy::unwrap_used)] // a test that cannot go on says so by panicking

use std::{fs, path::Path};

use ballot::{
    hash::Hash,
    key::VerifierKey,
    log::{Checkpoint, Receipt, verify_consistency},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};

struct Log {
    key: VerifierKey,
    witnesses: Vec<VerifierKey>,
    quorum: usize,
}

/// A checkpoint and who cosigned it, the earliest time of each; none if a line of a known witness does not hold.
fn open(note: &str, log: &Log) -> Option<(Checkpoint, Vec<(String, u64)>)> {
    let opened = Checkpoint::open(note.as_bytes(), &log.key).ok()?;
    let mut cosigned = Vec::new();
    for witness in &log.witnesses {
        let lines = opened.lines.iter().filter(|line| line.is_by(witness));
        let times = lines.map(|line| line.cosigned_at(witness, opened.text)).collect::<Option<Vec<_>>>()?;
        cosigned.extend(times.into_iter().min().map(|time| (witness.name().to_owned(), time)));
    }
    Some((opened.checkpoint, cosigned))
}

fn seen((_, cosigned): &(Checkpoint, Vec<(String, u64)>), quorum: usize) -> Option<Value> {
    let mut times: Vec<_> = cosigned.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    let time = times.get(quorum.checked_sub(1)?)?;
    Some(json!({ "names": cosigned.iter().map(|(name, _)| name).collect::<Vec<_>>(), "time": time }))
}

fn hashes(proof: &Value) -> Option<Vec<Hash>> {
    let hash = |one: &Value| Some(Hash(BASE64.decode(one.as_str()?).ok()?.try_into().ok()?));
    proof.as_array()?.iter().map(hash).collect()
}

/// What the browser's `openLater` does, in this crate's terms.
fn later(receipt: &str, later: &Value, log: &Log) -> Option<Value> {
    let receipt = Receipt::parse(receipt).ok()?;
    receipt.verify(&log.key).ok()?;
    let first = open(&receipt.checkpoint, log)?;
    let goes_on = |proven: &Value| {
        let opened = open(proven["checkpoint"].as_str()?, log)?;
        let (old, new) = (&first.0, &opened.0);
        verify_consistency(old.size, new.size, &old.root, &new.root, &hashes(&proven["proof"])?).ok()?;
        Some(opened)
    };
    let newest = goes_on(later)?;
    let witnessed = if later["witnessed"].is_null() { None } else { Some(goes_on(&later["witnessed"])?) };
    let who = [Some(&newest), witnessed.as_ref(), Some(&first)];
    let who = who.into_iter().flatten().find_map(|one| seen(one, log.quorum));
    Some(json!({ "from": first.0.size, "to": newest.0.size, "seen": who }))
}

fn under_witnessed(receipt: &str, proven: &Value, log: &Log) -> Option<Value> {
    let given = Receipt::parse(receipt).ok()?;
    let checkpoint = proven["checkpoint"].as_str()?.to_owned();
    let receipt = Receipt { proof: hashes(&proven["proof"])?, checkpoint, ..given };
    let size = receipt.verify(&log.key).ok()?.size;
    let who = seen(&open(&receipt.checkpoint, log)?, log.quorum)?;
    Some(json!({ "receipt": receipt.to_string(), "size": size, "seen": who }))
}

#[test]
fn a_receipt_is_checked_later_as_in_the_browser() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/later.json");
    let vectors: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let key: VerifierKey = vectors["logKey"].as_str().unwrap().parse().unwrap();
    let witnesses: Vec<VerifierKey> =
        vectors["witnesses"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().parse().unwrap()).collect();
    let log_for = |case: &Value| Log {
        key: key.clone(),
        witnesses: witnesses.clone(),
        quorum: usize::try_from(case["quorum"].as_u64().unwrap()).unwrap(),
    };
    for (list, check) in [("cases", later as fn(&str, &Value, &Log) -> _), ("upgrades", under_witnessed)] {
        for case in vectors[list].as_array().unwrap() {
            let given = if list == "cases" { &case["later"] } else { &case["proven"] };
            let found = check(case["receipt"].as_str().unwrap(), given, &log_for(case));
            assert_eq!(found.unwrap_or_else(|| json!("invalid")), case["expected"], "{list}: {}", case["name"]);
        }
    }
}
