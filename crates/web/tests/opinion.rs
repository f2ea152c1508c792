//! `heyi admin opinion` as an administrator meets it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

fn mini(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deliberation/tests/mini").join(name)
}

fn opinion(arguments: &[&Path]) -> Output {
    let heyi = Command::new(env!("CARGO_BIN_EXE_heyi")).args(["admin", "opinion"]).args(arguments).output();
    heyi.expect("the program runs")
}

fn map(arguments: &[&Path]) -> Value {
    let output = opinion(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn the_map_has_the_documented_form() {
    let map = map(&[&mini("votes.csv")]);
    let keys = |value: &Value| -> Vec<String> { value.as_object().expect("an object").keys().cloned().collect() };
    for (value, fields) in [
        (&map, "consensus groups participants silhouette statements withheld"),
        (&map["statements"][0], "agree components consensus disagree extremity mean pass priority seen statement"),
        (&map["participants"][0], "group participant seen x y"),
        (&map["groups"][0], "group representative size statements"),
        (&map["groups"][0]["statements"][0], "na nd ns pa pat pd pdt ra rat rd rdt statement"),
        (&map["groups"][0]["representative"][0], "side statement"),
        (&map["consensus"], "agree disagree"),
    ] {
        let mut keys = keys(value);
        keys.sort();
        assert_eq!(keys.join(" "), fields);
    }
    let statement = &map["statements"][0];
    assert_eq!(
        [&statement["statement"], &statement["agree"], &statement["disagree"]],
        [&json!(0), &json!(4), &json!(3)]
    );
    assert_eq!(map["consensus"], json!({"agree": [4], "disagree": []}));
    assert_eq!(map["withheld"], json!("a map takes at least 15 people; there are 8"));
    let output = opinion(&[&mini("votes.csv")]).stdout;
    assert!(String::from_utf8_lossy(&output).contains(r#""pa":0.8333333333333334,"#), "every digit of 5/6");
}

#[test]
fn groups_and_what_is_known_of_statements_can_be_given() {
    let folder = TempDir::new().expect("a folder");
    let statements = folder.path().join("statements.csv");
    fs::write(&statements, "statement_id,moderated,is_meta,is_seed\n0,1,False,True\n1,-1,False,True\n9,0,True,True\n")
        .expect("written");
    let map =
        map(&[&mini("votes.csv"), Path::new("--statements"), &statements, Path::new("--groups"), &mini("groups.csv")]);
    assert_eq!(map["statements"][1]["components"], json!([0.0, 0.0]));
    assert_eq!(map["statements"][5]["priority"], json!(49.0));
    assert_eq!(map["groups"][1]["size"], json!(4));
    assert_eq!(map["participants"][7]["group"], json!(1));
}

#[test]
fn neither_the_order_of_rows_nor_further_columns_nor_words_change_a_byte() {
    let folder = TempDir::new().expect("a folder");
    let votes = fs::read_to_string(mini("votes.csv")).expect("readable");
    let expected = opinion(&[&mini("votes.csv")]).stdout;
    let mut rows: Vec<&str> = votes.lines().skip(1).collect();
    rows.reverse();
    let other = folder.path().join("other.csv");
    let numbers = rows.iter().map(|row| format!("{row},1691740361800.0\r\n"));
    let text = "\u{feff}participant_id,statement_id,vote,modified\r\n".to_owned() + &numbers.collect::<String>();
    fs::write(&other, text).expect("written");
    assert_eq!(opinion(&[&other]).stdout, expected);
    let words = rows.iter().map(|row| row.replace(",-1", ",disagree"));
    let words = words.map(|row| match row.rsplit_once(',') {
        Some((pair, "1")) => format!("{pair},agree\n"),
        Some((pair, "0")) => format!("{pair},pass\n"),
        _ => format!("{row}\n"),
    });
    fs::write(&other, "participant,statement,reaction\n".to_owned() + &words.collect::<String>()).expect("written");
    assert_eq!(opinion(&[&other]).stdout, expected);
}

#[test]
fn a_wrong_line_is_named_with_what_would_have_been_right() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("bad.csv");
    let good = mini("votes.csv");
    for (why, option, text, line, said) in [
        ("no vote", None, "participant,statement,vote\n1,1,1\n1,2,2\n", 3, "1 (agree), -1 (disagree) or 0 (pass)"),
        ("an empty vote", None, "participant,statement,vote\n1,1,\n", 2, "\"\" is no vote"),
        ("no person", None, "participant,statement,vote\n1,1,1\n\n,2,1\n", 4, "\"participant\" is empty"),
        ("too few fields", None, "participant,statement,vote\n1,1\n", 2, "2 fields"),
        ("no such column", None, "participant,statement\n1,1\n", 1, "participant,statement,vote"),
        ("a column twice", None, "participant,participant_id,statement,vote\n1,1,1,1\n", 1, "two columns"),
        ("an empty file", None, "", 1, "participant,statement,vote"),
        ("moderated", Some("--statements"), "statement,moderated,is_meta\n1,2,False\n", 2, "-1 (out)"),
        ("meta", Some("--statements"), "statement,moderated,is_meta\n1,1,perhaps\n", 2, "true or false"),
        (
            "said twice",
            Some("--statements"),
            "statement,moderated,is_meta\n1,1,0\n1,0,0\n1,-1,0\n",
            4,
            "line 2 says otherwise of 1",
        ),
        ("a stranger", Some("--groups"), "participant,group\n0,1\n77,1\n", 3, "participant 77 has not voted"),
        ("in two groups", Some("--groups"), "participant,group\n0,1\n0,2\n", 3, "line 2 says otherwise of 0"),
    ] {
        fs::write(&file, text).expect("written");
        let english = [Path::new("--lang"), Path::new("en")];
        let output = match option {
            None => opinion(&[&file, english[0], english[1]]),
            Some(option) => opinion(&[&good, Path::new(option), &file, english[0], english[1]]),
        };
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{why}: {error}");
        assert!(output.stdout.is_empty(), "{why}");
        assert!(error.contains(&format!("bad.csv, line {line}: ")) && error.contains(said), "{why}: {error}");
    }
    fs::write(&file, b"participant,statement,vote\n1,\xff,1\n").expect("written");
    assert!(String::from_utf8_lossy(&opinion(&[&file]).stderr).contains("第 2 行"));
    let missing = opinion(&[&folder.path().join("none.csv")]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn a_file_without_votes_gives_an_empty_map() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("empty.csv");
    fs::write(&file, "participant,statement,vote\n").expect("written");
    let map = map(&[&file]);
    assert_eq!(map["statements"], json!([]));
    assert!(map["withheld"].is_string());
}
