//! The auditor's tool from outside: what it prints and how it exits.

mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use ballot::{
    beside::{Beside, Official, OfficialFile, OwnCount, compare},
    bundle::Bundle,
    hash::Hash,
    json,
    log::{Checkpoint, EntryBundle, Receipt, Tree, leaf_hash},
    note,
    register::{AreaSource, PrivateRecord, commit},
    roll::{RollProof, RollProofs},
    statement::Statement,
    what_if::Recount,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::Value;

use common::{poll, vectors, vectors_path};

fn tool(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heyi-audit")).args(arguments).env("LANG", "C").output().expect("it runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn sample() -> (String, String, Value) {
    let sample = vectors("samples.json")["samples"][0].clone();
    let text = |name: &str| sample[name].as_str().expect("text").to_owned();
    let path = vectors_path(&text("file")).display().to_string();
    (path, text("log_key"), sample["expected"].clone())
}

fn written(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("written");
    path.display().to_string()
}

#[test]
fn verify_prints_each_check_and_exits_by_them() {
    let (path, key, mut expected) = sample();
    let plain = tool(&["verify", &path, "--log-key", &key]);
    assert_eq!(code(&plain), 0);
    let text = out(&plain);
    let lines: Vec<_> = text.lines().collect();
    let place = |wanted: &str| lines.iter().position(|line| line.starts_with(wanted)).expect(wanted);
    assert!(place("test ") < place("A01 ok"), "that it is a rehearsal comes first");
    assert!(place("A15 ok") < place("struck: 23"), "lists come last");
    let json = tool(&["verify", "--json", &path, "--log-key", &key]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let exit = expected.as_object_mut().expect("an object").remove("exit");
    assert_eq!(Some(Value::from(code(&json))), exit);
    assert_eq!(report, expected);
}

#[test]
fn a_folder_is_verified_like_its_tar() {
    let (path, key, _) = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = Bundle::open(Path::new(&path)).expect("a bundle");
    for file in bundle.paths() {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
        fs::write(to, bundle.read(file, u64::MAX).expect("read").expect("there")).expect("written");
    }
    let shown = folder.path().display().to_string();
    assert_eq!(tool(&["verify", &shown, "--log-key", &key]).stdout, tool(&["verify", &path, "--log-key", &key]).stdout);
    written(folder.path(), "more", "");
    let more = tool(&["verify", &shown, "--log-key", &key]);
    assert_eq!(code(&more), 1);
    assert!(out(&more).contains("A07 FAIL"), "{}", out(&more));
}

#[test]
fn what_fails_exits_with_1_and_what_cannot_run_with_2() {
    let (path, key, _) = sample();
    let other = vectors("samples.json")["samples"][1]["log_key"].as_str().expect("a key").to_owned();
    let refused = tool(&["verify", &path, "--log-key", &other]);
    assert_eq!(code(&refused), 1, "another log's key");
    assert!(out(&refused).contains("A01 FAIL"));
    assert!(out(&refused).contains("A02 FAIL not checked"));
    let folder = tempfile::tempdir().expect("a folder");
    let cut = &fs::read(&path).expect("the sample")[..5000];
    for arguments in [
        ["verify", "nowhere.tar", "--log-key", &key],
        ["verify", &path, "--log-key", "key"],
        ["verify", &path, "--log-key", &poll::vkey(&poll::witness(1))],
        ["verify", &written(folder.path(), "cut.tar", cut), "--log-key", &key],
        ["verify", &path, "--other", &key],
    ] {
        let output = tool(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

/// A receipt of the sample's first ballot at a size.
fn receipt_at(size: u64, checkpoint: Option<&str>) -> String {
    let (path, ..) = sample();
    let bundle = Bundle::open(Path::new(&path)).expect("a bundle");
    let tile = bundle.paths().find(|path| path.starts_with("tile/entries/")).expect("entries").to_owned();
    let bytes = bundle.read(&tile, u64::MAX).expect("read").expect("there");
    let entries: Vec<_> = EntryBundle::new(&bytes).map(|entry| entry.expect("whole").to_vec()).collect();
    let index = entries.iter().position(|entry| entry.starts_with(b"heyi/ballot/")).expect("a ballot");
    let mut tree = Tree::default();
    for entry in &entries {
        tree.append(leaf_hash(entry));
    }
    let proof = tree.inclusion_proof(index as u64, size).expect("within the tree");
    let origin = vectors("samples.json")["samples"][0]["log_key"].as_str().expect("a key").to_owned();
    let origin = origin.split('+').next().expect("a name").to_owned();
    let root = tree.root(size).expect("a root");
    let signed = Checkpoint { origin: origin.clone(), size, root }.sign(&poll::key(&origin));
    let checkpoint = checkpoint.map_or(signed, str::to_owned);
    Receipt { entry: entries[index].clone(), index: index as u64, proof, checkpoint }.to_string()
}

#[test]
fn a_receipt_fits_its_bundle_or_convicts_the_log() {
    let (path, key, _) = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let run = |name: &str, text: &str| {
        let file = written(folder.path(), name, text);
        tool(&["receipt", &file, &path, "--log-key", &key])
    };
    for size in [20, 39, 42] {
        let fits = run("fits", &receipt_at(size, None));
        assert_eq!(code(&fits), 0, "{size}: {}", out(&fits));
    }
    assert_eq!(code(&run("forged", &receipt_at(42, None).replace("\nindex ", "\nindex 1"))), 1);
    assert_eq!(code(&run("nonsense", "receipt")), 1);
    assert_eq!(code(&tool(&["receipt", "nowhere", &path, "--log-key", &key])), 2);
    let receipts = vectors("tlog_proof.json");
    for row in receipts["invalid"].as_array().expect("rows") {
        assert_eq!(code(&run("invalid", row["receipt"].as_str().expect("text"))), 1, "{}", row["why"]);
    }
}

#[test]
fn a_receipt_of_another_or_a_larger_tree_is_told_apart() {
    let (path, key, _) = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let text = receipt_at(42, None);
    let entry = Receipt::parse(&text).expect("a receipt").entry;
    let name = key.split('+').next().expect("a name");
    // A tree in which the ballot stands alone, then followed by as many others as make it larger.
    for (size, wanted) in [(1, 1), (42, 1), (43, 2)] {
        let mut tree = Tree::default();
        tree.append(leaf_hash(&entry));
        for other in 1..size {
            tree.append(leaf_hash(&other.to_string().into_bytes()));
        }
        let root = tree.root(size).expect("a root");
        let receipt = Receipt {
            entry: entry.clone(),
            index: 0,
            proof: tree.inclusion_proof(0, size).expect("a proof"),
            checkpoint: Checkpoint { origin: name.to_owned(), size, root }.sign(&poll::key(name)),
        };
        let file = written(folder.path(), "other", receipt.to_string());
        let output = tool(&["receipt", &file, &path, "--log-key", &key]);
        assert_eq!(code(&output), wanted, "{size}: {}", out(&output));
    }
}

#[test]
fn compare_agrees_with_the_vectors() {
    let vectors = vectors("compare.json");
    let key = vectors["log_key"].as_str().expect("a key");
    let folder = tempfile::tempdir().expect("a folder");
    for row in vectors["rows"].as_array().expect("rows") {
        let file = |name: &str| written(folder.path(), name, row[name].as_str().expect("text"));
        let bundle = row["bundle"].as_str().map(|name| vectors_path(name).display().to_string());
        let (a, b) = (file("a"), file("b"));
        let mut arguments = vec!["compare", &a, &b];
        arguments.extend(bundle.as_deref());
        arguments.extend(["--log-key", key]);
        let output = tool(&arguments);
        let is_contradiction = row["contradiction"] == true;
        assert_eq!(code(&output), i32::from(is_contradiction), "{}: {}", row["why"], out(&output));
        assert_eq!(out(&output).contains("two roots"), is_contradiction);
    }
}

#[test]
fn show_puts_every_kind_of_file_into_words() {
    let (path, ..) = sample();
    let folder = tempfile::tempdir().expect("a folder");
    let receipt = receipt_at(42, None);
    let parsed = Receipt::parse(&receipt).expect("a receipt");
    let files: [PathBuf; 4] = [
        path.into(),
        written(folder.path(), "receipt", &receipt).into(),
        written(folder.path(), "checkpoint", &parsed.checkpoint).into(),
        written(folder.path(), "ballot", &parsed.entry).into(),
    ];
    for file in &files {
        let shown = file.display().to_string();
        for (language, note) in [("zh", "未经核对"), ("en", "nothing here has been checked")] {
            let output = tool(&["show", &shown, "--lang", language]);
            assert_eq!(code(&output), 0, "{shown}");
            assert!(out(&output).contains(note), "{shown}");
        }
    }
    assert_eq!(code(&tool(&["show", &written(folder.path(), "other", BASE64.encode("x"))])), 2);
}

/// Changes one thing of an owner's file.
type Change = fn(&mut RollProofs);

/// An owner's file and the bundle that it fits, with the log's key.
fn roll_proof(folder: &Path) -> (RollProofs, String, String) {
    let owner =
        PrivateRecord {
            label: "|1|1|101".to_owned(), owners: vec!["张伟明".to_owned()], source: AreaSource::Register
        };
    let (salt, record) = (Hash([9; 32]), json::write(&owner));
    let mut script = poll::script();
    script.roll[0]["commit"] = commit(&salt.0, &record).to_string().into();
    let files = script.build();
    let roll = String::from_utf8(files["roll.jsonl"].clone()).expect("UTF-8");
    let lines: Vec<_> = roll.lines().collect();
    let mut tree = Tree::default();
    for line in &lines {
        tree.append(leaf_hash(line.as_bytes()));
    }
    let size = lines.len() as u64;
    let proof = RollProof {
        amended: None,
        line: lines[0].to_owned(),
        proof: tree.inclusion_proof(0, size).expect("in the tree"),
        record,
        root: tree.root(size).expect("a root"),
        salt,
        size,
        unit: 1.try_into().expect("from 1"),
    };
    let proofs = RollProofs::new(poll::POLL.parse().expect("an id"), vec![proof]);
    (proofs, written(folder, "poll.tar", poll::tar(&files)), poll::log_key().to_string())
}

#[test]
fn an_owners_proof_of_the_roll_holds_alone_and_fits_its_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let (proofs, bundle, key) = roll_proof(folder.path());
    let write = |proofs: &RollProofs| written(folder.path(), "roll.json", json::write(proofs));
    let alone = tool(&["roll", &write(&proofs)]);
    assert_eq!(code(&alone), 0);
    assert!(out(&alone).contains("张伟明") && out(&alone).contains("compare it with the notice"), "{}", out(&alone));
    let both = tool(&["roll", &write(&proofs), &bundle, "--log-key", &key]);
    assert_eq!(code(&both), 0, "{}", out(&both));
    let changes: [(&str, Change); 3] = [
        ("another poll", |proofs| proofs.poll = "00000000-0000-4000-8000-000000000000".parse().expect("an id")),
        ("an amendment that is not in the log", |proofs| {
            proofs.proofs[0].amended = Some(proofs.proofs[0].line.replace("\"1\"", "\"9\""));
        }),
        ("another record", |proofs| proofs.proofs[0].record = proofs.proofs[0].record.replace("张", "李")),
    ];
    for (what, change) in changes {
        let mut bent = proofs.clone();
        change(&mut bent);
        let refused = tool(&["roll", &write(&bent), &bundle, "--log-key", &key]);
        assert_eq!(code(&refused), 1, "{what}: {}", out(&refused));
        assert!(out(&refused).starts_with("FAIL"), "{what}");
    }
    assert_eq!(code(&tool(&["roll", &write(&proofs), &bundle])), 2, "a bundle without its key");
    assert_eq!(code(&tool(&["roll", "nowhere.json"])), 2);
}

/// A poll, its key, and the official result that officers would sign: equal but for what `change` does to the file.
fn official(folder: &Path, change: fn(String) -> String) -> (String, String, Official) {
    let bytes = poll::tar(&poll::script().build());
    let bundle = Bundle::from_tar(bytes.clone()).expect("a bundle");
    let recount = Recount::new(&bundle, &poll::log_key(), &BTreeSet::new()).expect("it counts");
    let own = OwnCount::of(&recount).expect("counts");
    let motion = &recount.motions()[0];
    let heads = own[0].count.report.last().sums.iter().find(|sums| sums.measure_name == "heads").expect("heads");
    let passed = if own[0].count.report.outcome().is_passed() { "passed" } else { "not_passed" };
    let file =
        format!("motion,building,class,heads,units,area\n{0},,{passed},,,\n{0},,for,{1},,\n", motion.id, heads.for_);
    let file = change(file);
    let official = OfficialFile::parse(file.as_bytes(), recount.motions()).expect("a file");
    let manifest = recount.manifest();
    let checkpoint = bundle.read("checkpoint", 10_000).expect("read").expect("a checkpoint");
    let head = Checkpoint::open(&checkpoint, &poll::log_key()).expect("signed").checkpoint;
    let report = Official {
        at: poll::CLOSES + 1000,
        differences: compare(&official, &own),
        figures: official.figures,
        file_sha256: Hash::of(file.as_bytes()),
        manifest: Hash::of(Statement::Manifest(manifest.clone()).text().as_bytes()),
        outcomes: official.outcomes,
        poll: manifest.poll.clone(),
        root: head.root,
        size: head.size,
        system: "city".to_owned(),
    };
    (written(folder, "poll.tar", bytes), poll::log_key().to_string(), report)
}

fn signed(report: &Official, officers: &[u64]) -> Vec<u8> {
    let keys: Vec<_> = officers.iter().map(|number| poll::key(&poll::officer(*number))).collect();
    note::sign(&Beside::Official(report.clone()).text(), &keys.iter().collect::<Vec<_>>()).into_bytes()
}

#[test]
fn a_report_beside_the_record_is_checked_against_officers_and_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let (bundle, key, equal) = official(folder.path(), |file| file);
    let (_, _, differs) =
        official(folder.path(), |file| file.replace(",passed,", ",not_passed,").replace(",for,", ",for,1"));
    let run = |bytes: &[u8]| {
        let file = written(folder.path(), "report", bytes);
        let output = tool(&["report", &file, &bundle, "--log-key", &key]);
        (code(&output), out(&output))
    };
    let (exit, said) = run(&signed(&equal, &[1, 2]));
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("differs: none") && said.ends_with("ok\n"), "{said}");
    assert!(!differs.differences.is_empty());
    let (exit, said) = run(&signed(&differs, &[1, 2]));
    assert_eq!(exit, 0, "{said}");
    assert_eq!(said.matches("differs ").count(), differs.differences.len(), "each difference has its line: {said}");
    let hidden = Official { differences: Vec::new(), ..differs.clone() };
    for (why, bytes, wanted) in [
        ("a difference is left out", signed(&hidden, &[1, 2]), "others than the report lists"),
        ("one officer is not enough", signed(&equal, &[1]), "1 of 2 officers"),
        ("nothing", b"x".to_vec(), "FAIL"),
    ] {
        let (exit, said) = run(&bytes);
        assert_eq!(exit, 1, "{why}: {said}");
        assert!(said.starts_with("FAIL ") && said.contains(wanted), "{why}: {said}");
    }
    let file = written(folder.path(), "report", signed(&equal, &[1, 2]));
    let other = tool(&["report", &file, &bundle, "--log-key", &poll::vkey(&poll::witness(1))]);
    assert_eq!(code(&other), 2, "a bundle that does not verify proves nothing");
    assert_eq!(code(&tool(&["report", "/nowhere", &bundle, "--log-key", &key])), 2);
}
