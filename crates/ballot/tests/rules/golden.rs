use std::{fs, path::Path};

use ballot::rule::{RuleBook, case::check_lines};

#[test]
fn every_case_comes_to_what_it_must_in_every_figure() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases.jsonl");
    let text = fs::read_to_string(path).expect("the cases are there");
    assert!(50 <= text.lines().count());
    let faults = check_lines(&text, RuleBook::embedded());
    assert!(faults.is_empty(), "{faults:#?}");
}
