//! Rolls as property firms hand them over, with what each must give, through the command that people use.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use heyi::import::{Refusal, check_in_child};
use serde_json::Value;

/// Remarks of the expectations' authors, which no program prints.
const REMARKS: &[&str] = &["title_zh", "title_en", "notes", "names_must_survive", "record_lines", "record_note"];

fn rolls() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/rolls")
}

/// A whole compound, and what it is three months later; only where the project stands beside its data.
fn large_rolls() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/rolls");
    let folder = folder.is_dir().then_some(folder);
    if folder.is_none() {
        println!("skipped: the rolls of a whole compound are not here");
    }
    folder
}

fn check(file: &Path, against: Option<&Path>) -> (Option<i32>, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heyi"));
    command.args(["admin", "roll", "check", "--json"]).arg(file);
    if let Some(against) = against {
        command.arg("--against").arg(against);
    }
    let output = command.output().expect("the program runs");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), json)
}

fn without(value: &Value, keys: &[&str]) -> BTreeMap<String, Value> {
    let object = value.as_object().expect("an object");
    object
        .iter()
        .filter(|(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Messages may be worded in any way, everything else agrees in order and value.
fn issues(value: &Value) -> Vec<BTreeMap<String, Value>> {
    let issues = value["issues"].as_array().expect("issues");
    issues.iter().map(|issue| without(issue, &["message_zh", "message_en"])).collect()
}

fn assert_gives_what_is_expected(folder: &Path, name: &str, against: Option<&str>) {
    let file = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == name) && path.extension().is_some_and(|e| e != "json"))
        .expect("the roll is there");
    let expected = fs::read(folder.join(format!("{name}.expected.json"))).expect("its expectation is there");
    let expected: Value = serde_json::from_slice(&expected).expect("JSON");
    let against = against.map(|against| folder.join(against));
    let (code, actual) = check(&file, against.as_deref());
    assert_eq!(code, Some(i32::from(expected["may_apply"] != true)), "{name}");
    assert_eq!(issues(&actual), issues(&expected), "{name}");
    let keys = [REMARKS, &["issues", "diff"]].concat();
    assert_eq!(without(&actual, &keys), without(&expected, &keys), "{name}");
    if expected.get("diff").is_some() {
        let remarks = ["events", "not_a_change"];
        assert_eq!(without(&actual["diff"], &remarks), without(&expected["diff"], &remarks), "{name}");
    }
}

#[test]
fn every_roll_gives_what_is_expected_of_it() {
    for name in ["clean-24", "gbk", "broken", "property-export-messy"] {
        assert_gives_what_is_expected(&rolls(), name, None);
    }
}

#[test]
fn a_whole_compound_and_its_re_import_give_what_is_expected() {
    let Some(folder) = large_rolls() else { return };
    assert_gives_what_is_expected(&folder, "fufeng-2800", None);
    assert_gives_what_is_expected(&folder, "reimport-2800", Some("fufeng-2800.xlsx"));
}

/// An archive that says nothing of its size: one sheet whose two cells are as far apart as they can be.
fn far_cells() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    for (name, content) in [
        (
            "xl/workbook.xml",
            format!(r#"<workbook xmlns:r="{office}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(r#"<Relationships><Relationship Id="r1" Type="{office}/worksheet" Target="s.xml"/></Relationships>"#),
        ),
        (
            "xl/s.xml",
            r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#.to_owned(),
        ),
    ] {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        std::io::Write::write_all(&mut writer, content.as_bytes()).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn what_cannot_be_read_ends_with_2_and_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes, expected) in [
        ("bomb.xlsx", far_cells(), "too big"),
        ("large.csv", vec![b','; heyi::import::MAX_FILE + 1], "too big"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "neither a CSV nor an XLSX"),
        ("words.csv", b"hello".to_vec(), "no header"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_heyi"));
        let output =
            command.args(["admin", "roll", "check", "--lang", "en"]).arg(&file).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.starts_with(name) && said.contains(expected), "{name}: {said}");
    }
    let (code, _) = check(&folder.path().join("nowhere.csv"), None);
    assert_eq!(code, Some(2));
}

#[tokio::test]
async fn a_child_that_does_not_answer_as_it_should_harms_nothing() {
    for (program, expected) in [
        // Answers nothing, fails, and never stops answering.
        ("/bin/true", Refusal::Failed),
        ("/bin/false", Refusal::Failed),
        ("/usr/bin/yes", Refusal::TooBig),
        ("/nowhere", Refusal::Failed),
    ] {
        let answer = check_in_child(Path::new(program), "roll.csv", &[b','; 10_000]).await;
        assert_eq!(answer, Err(expected), "{program}");
    }
    let heyi = Path::new(env!("CARGO_BIN_EXE_heyi"));
    let roll = fs::read(rolls().join("clean-24.csv")).expect("the roll is there");
    let preview = check_in_child(heyi, "clean-24.csv", &roll).await.expect("a roll");
    let here = heyi::import::read("clean-24.csv", &roll).expect("a roll");
    assert_eq!(preview, here, "the child says what the parent would");
}
