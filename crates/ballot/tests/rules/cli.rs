//! `heyi-audit decide`, as a shell sees it.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

fn decide(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_heyi-audit"))
        .arg("decide")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("heyi-audit starts");
    let input = input.to_vec();
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("heyi-audit ends");
    // It may stop reading early, when it refuses its arguments.
    let _ = writer.join().expect("the writer ends");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn case() -> Value {
    json!({
        "id": "c1", "rule": "cn.278.ordinary", "roll": {"groups": [{"prefix": "A", "count": 3, "area": "90"}]},
        "ballots": [{"units": "A1..A2", "choice": "for"}], "expected": {"outcome": "carried"},
    })
}

#[test]
fn cases_that_come_out_right_exit_0_with_a_line_each() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases.jsonl");
    let cases = fs::read_to_string(path).expect("the cases are there");
    let output = decide(&[], cases.as_bytes());
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| line.parse().expect("JSON")).collect();
    assert_eq!(lines.len(), cases.lines().count());
    assert_eq!(lines[0]["id"], json!("o01"));
    assert_eq!(lines[0]["first_round"]["quorum_steps"][0]["ratio"], json!("2/3"));
}

#[test]
fn the_first_figure_that_differs_is_named_and_exits_1() {
    let mut wrong = case();
    wrong["expected"]["outcome"] = json!("lost");
    let mut figure = case();
    figure["expected"] = json!({"outcome": "lost", "first_round": {"rule": "cn.278.ordinary", "round": 1, "quorum": true,
        "quorum_steps": [{"who": "participating", "measure": "area", "have": "181", "of": "all", "total": "270", "ratio": "2/3", "need": ">= 2/3", "ok": true}]}});
    let output = decide(&[], format!("{}\n{wrong}\n{figure}\n", case()).as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("c1: outcome: expected \"lost\", got \"carried\""), "{stderr}");
    assert!(stderr.contains("c1: first_round.quorum_steps[0].have: expected \"181\", got \"180\""), "{stderr}");
    assert_eq!(text(&output.stdout).lines().count(), 3, "all are decided");
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_exits_2() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut line = case();
        change(&mut line);
        line.to_string().into_bytes()
    };
    let rows: Vec<(Vec<u8>, &str)> = vec![
        (b"{".to_vec(), "line 1: case: one JSON object per line"),
        (b"[]".to_vec(), "case: is an object"),
        (b"\xFF\xFE".to_vec(), "line 1: a case is UTF-8"),
        (with(&|case| case["rule"] = json!("cn.999")), "rule: there is no rule cn.999"),
        (with(&|case| case["rule"] = json!("cn.base")), "abstract"),
        (with(&|case| case["rule"] = json!("../x")), "1 to 64 letters"),
        (with(&|case| case["rule"] = Value::Null), "rule: is missing"),
        (with(&|case| case["id"] = json!(7)), "id: is a text"),
        (with(&|case| case["roll"] = Value::Null), "roll: is an object"),
        (
            with(&|case| case["roll"]["groups"][0]["area"] = json!(89.5)),
            "roll.groups[0].area: is an exact number in quotes",
        ),
        (with(&|case| case["roll"]["groups"][0]["area"] = json!("1,5")), "roll.groups[0].area"),
        (with(&|case| case["roll"]["groups"][0]["count"] = json!(-1)), "roll.groups[0].count: is a whole number"),
        (with(&|case| case["roll"]["groups"][0]["count"] = json!(1_000_001)), "at most 1000000 units"),
        (with(&|case| case["roll"]["groups"][0]["status"] = json!("sold")), "delivered, unsold, sold_undelivered"),
        (with(&|case| case["roll"]["groups"][0]["flags"] = json!(["Arrears!"])), "\"Arrears!\" is no flag"),
        (
            with(&|case| case["roll"]["units"] = json!([{"id": "A1", "owner": "a", "area": "1"}])),
            "unit A1 stands on it twice",
        ),
        (with(&|case| case["roll"]["units"] = json!([{"id": "B1", "area": "1"}])), "roll.units[0].owner: is missing"),
        (with(&|case| case["roll"]["groups"][0] = json!({"prefix": "A", "count": 3})), "unit A1, area: is missing"),
        (with(&|case| case["ballots"][0]["choice"] = json!("yes")), "ballots[0].choice: is one of for"),
        (with(&|case| case["ballots"][0]["via"] = json!("sms")), "ballots[0].via: is one of electronic"),
        (with(&|case| case["ballots"][0]["vai"] = json!("paper")), "ballots[0].vai: no such key; a ballot has units"),
        (with(&|case| case["ballots"][0]["at"] = json!(1.5)), "ballots[0].at: is a whole number"),
        (with(&|case| case["ballots"][0]["units"] = json!("A3..A1")), "ballots[0].units: units are"),
        (with(&|case| case["ballots"][0]["units"] = json!("A1..B3")), "ballots[0].units: units are"),
        (with(&|case| case["ballots"][0]["units"] = json!("A1..A99999999999")), "at most 1000000 units"),
        (with(&|case| case["ballots"][0]["units"] = json!(4)), "ballots[0].units: units are"),
        (with(&|case| case["ballots"][0]["forged"] = json!("no")), "ballots[0].forged: is true or false"),
        (with(&|case| case["ballots"][0] = json!({"units": "A1"})), "exactly one of choice and marks"),
        (
            with(&|case| case["ballots"][0] = json!({"units": "A1", "marks": {"x": "for"}})),
            "ballots[0].marks: belongs to an election",
        ),
        (with(&|case| case["rule"] = json!("cn.election.committee")), "motion.seats: is missing"),
        (with(&|case| case["motion"] = json!({"seats": 0, "candidates": []})), "motion.seats: is at least 1"),
        (with(&|case| case["motion"] = json!({"seats": 1})), "motion.candidates: is missing"),
        (with(&|case| case["motion"] = json!({"seats": 1, "candidates": ["x", "x"]})), "x stands there twice"),
        (
            with(&|case| {
                case["rule"] = json!("cn.election.committee");
                case["motion"] = json!({"seats": 1, "candidates": ["x"]});
                case["ballots"] = json!([{"units": "A1", "marks": {"y": "for"}}]);
            }),
            "ballots[0].marks.y: stands nowhere",
        ),
    ];
    for (line, wanted) in rows {
        let output = decide(&[], &line);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{wanted}: {stderr}");
        assert!(stderr.contains(wanted) && stderr.starts_with("line 1: "), "{wanted}: {stderr}");
    }
    let output = decide(&[], format!("\n{}\nnonsense\n{}\n", case(), case()).as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("line 3: "), "blank lines are counted and passed over");
    assert_eq!(text(&output.stdout).lines().count(), 2, "the others are decided");
}

#[test]
fn other_rules_can_be_tried_and_explained() {
    let output = decide(&["--rule", "cn.278.special", "--explain", "--language", "en"], case().to_string().as_bytes());
    let stdout = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "another rule is not held to what the case expects");
    assert!(
        stdout.contains("(cn.278.special)") && stdout.contains("at least 3/4") && !stdout.contains("结果"),
        "{stdout}"
    );
    let output = decide(&["--explain"], case().to_string().as_bytes());
    assert!(text(&output.stdout).contains("结果：通过") && text(&output.stdout).contains("Result: carried"));
}

#[test]
fn for_silent_owners_both_results_are_printed() {
    let mut case = case();
    case["rule"] = json!("cn.278.ordinary.silent-majority");
    case["ballots"] = json!([{"units": "A1", "choice": "for"}]);
    let output = decide(&["--explain"], case.to_string().as_bytes());
    let stdout = text(&output.stdout);
    assert!(stdout.contains("按本条款：通过；不计沉默业主：参与不足，不成立"), "{stdout}");
    assert!(stdout.contains("under this clause: carried; without it: no quorum"), "{stdout}");
}

#[test]
fn a_sites_own_rules_stand_beside_the_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = "rule = \"site.bylaws\"\nextends = \"cn.278.ordinary\"\ntitle = \"本小区议事规则\"\n[treat]\nsilent_delivered = \"participates\"\n";
    fs::write(folder.path().join("site.bylaws.toml"), rule).expect("written");
    fs::write(folder.path().join("README.txt"), "not a rule").expect("written");
    let path = folder.path().to_str().expect("UTF-8");
    let output = decide(&["--rules", path, "--rule", "site.bylaws"], case().to_string().as_bytes());
    let result: Value = text(&output.stdout).parse().expect("JSON");
    assert_eq!(result["first_round"]["quorum_steps"][1]["have"], json!("3"));
    fs::write(folder.path().join("site.bad.toml"), "rule = \"site.bad\"\npass = 1\n").expect("written");
    let output = decide(&["--rules", path], case().to_string().as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("site.bad.toml: line 2"), "{}", text(&output.stderr));
}

/// A sample bundle with its log key.
fn sample(place: usize) -> [String; 2] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let samples = fs::read_to_string(folder.join("samples.json")).expect("the samples are there");
    let samples: Value = samples.parse().expect("JSON");
    let sample = &samples["samples"][place];
    let file = folder.join(sample["file"].as_str().expect("a name"));
    [file.display().to_string(), sample["log_key"].as_str().expect("a key").to_owned()]
}

#[test]
fn a_finished_poll_can_be_tried_under_another_rule() {
    let [path, key] = sample(1);
    let what_if = |arguments: &[&str]| {
        let output = decide(&[&["--bundle", &path, "--log-key", &key], arguments].concat(), b"");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, stdout, _) = what_if(&[]);
    let lines: Vec<Value> = stdout.lines().map(|line| line.parse().expect("JSON")).collect();
    assert_eq!(code, Some(0), "as recorded");
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().expect("an outcome")).collect();
    assert_eq!(outcomes, ["carried", "carried", "elected"]);
    let (code, stdout, stderr) = what_if(&["--rule", "cn.278.special"]);
    assert_eq!(code, Some(1), "m1 would be lost");
    assert!(stdout.contains("\"recorded\":\"carried\"") && stdout.contains("\"outcome\":\"lost\""), "{stdout}");
    assert!(stderr.contains("motion m3 cannot be decided under cn.278.special: the motion elects"), "{stderr}");
    let (code, stdout, _) = what_if(&["--rule", "cn.278.special", "--motion", "m1", "--explain"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("结果会改变") && stdout.contains("the result would change"), "{stdout}");
    for (arguments, wanted) in [
        (["--rule", "hk.344.ordinary", "--motion", "m1"], "the roll has no shares"),
        (["--rule", "cn.278.special", "--motion", "m3"], "the motion elects"),
        (["--rule", "cn.election.committee", "--motion", "m1"], "no candidates"),
        (["--rule", "cn.278.special", "--motion", "m9"], "m1, m2, m3"),
        (["--rule", "cn.gone", "--motion", "m1"], "there is no rule cn.gone"),
        (["--strike", "0", "--motion", "m1"], "entry 0 is no ballot"),
    ] {
        let (code, _, stderr) = what_if(&arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(stderr.contains(wanted), "{arguments:?}: {stderr}");
    }
    let other = sample(0);
    let output = decide(&["--bundle", &path, "--log-key", &other[1]], b"");
    assert_eq!(output.status.code(), Some(2), "another log's key");
}

#[test]
fn striking_every_ballot_for_changes_the_outcome() {
    let [path, key] = sample(0);
    let area = |strike: &[String]| {
        let mut arguments = vec!["--bundle", &path, "--log-key", &key];
        arguments.extend(strike.iter().flat_map(|index| ["--strike", index]));
        let output = decide(&arguments, b"");
        let line: Value = text(&output.stdout).parse().unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        (output.status.code(), line["tally"]["for"]["area"].as_u64().expect("an area"))
    };
    let (code, all) = area(&[]);
    assert_eq!((code, all), (Some(0), 69_580));
    let strikable: Vec<String> = (0..42)
        .map(|index: u64| index.to_string())
        .filter(|index| {
            let output = decide(&["--bundle", &path, "--log-key", &key, "--strike", index], b"");
            output.status.code() != Some(2)
        })
        .collect();
    assert!(5 < strikable.len() && strikable.len() < 30, "{strikable:?}");
    assert_eq!(area(&strikable), (Some(1), 0));
}
