//! What somebody who holds a bundle might try with it: rows 34 to 36 of tests/survival/README.md.

mod common;

use std::num::NonZeroUsize;

use ballot::{
    audit::{Report, Verdict, audit},
    bundle::Bundle,
    key::{KeyKind, SignerKey},
    note,
    state::Check,
};
use serde_json::json;

use common::poll::*;

fn report(files: &Files) -> Report {
    let bundle = Bundle::from_tar(tar(files)).expect("a bundle");
    audit(&bundle, &log_key(), NonZeroUsize::MIN).expect("it runs")
}

/// Why a check fails; nothing if it holds or was not looked at.
fn failure(report: &Report, check: Check) -> Option<&str> {
    let found = report.checks.iter().find(|found| found.check == check).expect("every check is there");
    match &found.verdict {
        Verdict::Fails(reason) => Some(reason),
        Verdict::Holds | Verdict::NotChecked => None,
    }
}

#[test]
fn leaves_taken_off_the_end_fail_and_are_not_called_incomplete() {
    let script = script();
    let size = script.said.len() as u64 + 1;
    let whole = script.build();
    for gone in 1..=5 {
        let left = size - gone;
        let mut files = whole.clone();
        let entries = files.remove(&entries_path(size)).expect("entries");
        let end = (0..left).fold(0, |at, _| at + 2 + usize::from(u16::from_be_bytes([entries[at], entries[at + 1]])));
        files.insert(entries_path(left), entries[..end].to_vec());
        let hashes = files.remove(&format!("tile/0/000.p/{size}")).expect("hashes");
        let kept = usize::try_from(left).expect("small") * 32;
        files.insert(format!("tile/0/000.p/{left}"), hashes[..kept].to_vec());
        let report = report(&files);
        assert!(failure(&report, Check::A02).is_some(), "{gone} gone: {:#?}", report.checks);
        assert!(!report.is_ok());
    }
}

#[test]
fn a_checkpoint_by_another_key_of_the_same_name_fails_whatever_the_bundle_says_of_keys() {
    let mut files = script().build();
    let checkpoint = String::from_utf8(files["checkpoint"].clone()).expect("text");
    let text = checkpoint.split_once("\n\n").expect("a note").0.to_owned() + "\n";
    let other = SignerKey::from_seed(&log_name(), KeyKind::Ed25519, &[9; 32]).expect("a key's name");
    files.insert("checkpoint".to_owned(), note::sign(&text, &[&other]).into_bytes());
    let report = report(&files);
    assert!(failure(&report, Check::A01).is_some(), "{:#?}", report.checks);
    assert!(!report.is_ok());
}

#[test]
fn a_result_with_one_vote_more_than_was_cast_fails_with_both_numbers() {
    let good = report(&script().build());
    let counted = good.results.expect("results")[0].tally.for_.expect("votes for").units;
    let mut script = script();
    script.results = Some(|results| {
        let units = results[0]["tally"]["for"]["units"].as_u64().expect("a number");
        results[0]["tally"]["for"]["units"] = json!(units + 1);
    });
    let report = report(&script.build());
    let reason = failure(&report, Check::A14).expect("A14 fails");
    for number in [counted, counted + 1] {
        assert!(reason.contains(&number.to_string()), "{number}: {reason}");
    }
}
