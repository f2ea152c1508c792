//! `heyi admin rules check`: a by-law beside the built-in rules, and what is wrong with it.

use std::{fs, path::Path, process::Command};

fn check(dir: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_heyi")).args(["admin", "rules", "check"]).arg(dir).output();
    let output = output.expect("heyi runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_by_law_may_change_what_the_law_leaves_to_it_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("estate.ordinary.toml");
    let head = "rule = \"estate.ordinary\"\nextends = \"cn.278.ordinary\"\ntitle = \"议事规则\"\n\
        cite = [\"议事规则 12条\"]\ncertainty = \"bylaw-example\"\n";
    for (why, body, code) in [
        ("silence, which it may", "[treat]\nsilent_delivered = \"majority\"\n", 0),
        ("what carries, which it may not", "pass = []\n", 1),
        ("a key that there is not", "foo = 1\n", 1),
    ] {
        fs::write(&file, format!("{head}{body}")).expect("written");
        let (found, said) = check(dir.path());
        assert_eq!(found, Some(code), "{why}: {said}");
        assert!(code == 0 || said.contains("estate.ordinary"), "{why}: the file is named: {said}");
    }
    assert_eq!(check(&dir.path().join("missing")).0, Some(2));
}

#[test]
fn the_cases_beside_the_rules_are_decided() {
    let dir = tempfile::tempdir().expect("a folder");
    let cases = include_str!("../../ballot/tests/cases.jsonl");
    fs::write(dir.path().join("golden.jsonl"), cases).expect("written");
    assert_eq!(check(dir.path()), (Some(0), String::new()));
    let wrong = cases.lines().next().expect("a case").replace("\"carried\"", "\"lost\"");
    fs::write(dir.path().join("golden.jsonl"), wrong).expect("written");
    let (code, said) = check(dir.path());
    assert_eq!(code, Some(1));
    assert!(said.starts_with("golden.jsonl:1: "), "{said}");
}
