//! Every check fails where it should, and alone.

mod common;

use std::num::NonZeroUsize;

use ballot::{
    audit::{Report, Verdict, audit},
    bundle::Bundle,
    state::Check,
};
use serde_json::{Value, json};

use common::poll::*;

fn report(files: &Files) -> Report {
    let bundle = Bundle::from_tar(tar(files)).expect("a bundle");
    audit(&bundle, &log_key(), NonZeroUsize::new(2).expect("two")).expect("it runs")
}

/// The checks that fail, and after a stroke those that are not checked.
fn outcome(report: &Report) -> String {
    let of = |is_wanted: fn(&Verdict) -> bool| {
        let checks = report.checks.iter().filter(|check| is_wanted(&check.verdict));
        checks.map(|check| check.check.code()).collect::<Vec<_>>().join(" ")
    };
    let failed = of(|verdict| matches!(verdict, Verdict::Fails(_)));
    let unchecked = of(|verdict| *verdict == Verdict::NotChecked);
    if unchecked.is_empty() { failed } else { format!("{failed} / {unchecked}") }
}

/// After these failures nothing is counted.
const UNCOUNTED: &str = " / A14 A15";
/// Without leaf 0 nothing else is looked at.
const NO_MANIFEST: &str = " / A03 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15";
/// Without a roll.
const NO_ROLL: &str = " / A08 A10 A11 A12 A14 A15";

fn expect(why: &str, files: &Files, failed: &str, unchecked: &str) {
    let report = report(files);
    assert_eq!(outcome(&report), format!("{failed}{unchecked}"), "{why}: {:#?}", report.checks);
    assert!(!report.is_ok());
}

type Change = fn(&mut Script);

/// Checks rows of: why, the one check that fails, what is changed. Others hold, or are not checked as
/// docs/formats.md §6 says.
fn each_fails_alone(rows: &[(&str, Check, Change)]) {
    for (why, check, change) in rows {
        let mut script = script();
        change(&mut script);
        let unchecked = match check {
            Check::A03 | Check::A15 => "",
            Check::A14 => " / A15",
            _ => UNCOUNTED,
        };
        expect(why, &script.build(), check.code(), unchecked);
    }
}

fn flip(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}

fn policy(script: &mut Script) -> &mut Value {
    &mut script.manifest["policy"]
}

fn keys(script: &mut Script) -> &mut Value {
    &mut script.manifest["keys"]
}

fn motion(script: &mut Script, place: usize) -> &mut Value {
    &mut script.manifest["motions"][place]
}

#[test]
fn the_script_as_it_is_holds() {
    let report = report(&script().build());
    assert!(report.is_ok(), "{:#?}", report.checks);
    assert_eq!(report.listed.struck, [17]);
    assert_eq!(report.listed.unanchored, [0; 0]);
    assert_eq!(report.listed.late_credentials, [0; 0]);
}

#[test]
fn a01_the_checkpoint_is_the_logs() {
    let rest = " / A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15";
    let files = script().build();
    let of = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        files
    };
    let checkpoint = String::from_utf8(files["checkpoint"].clone()).expect("text");
    let with = |text: String| of(&|files| drop(files.insert("checkpoint".to_owned(), text.clone().into_bytes())));
    expect("missing", &of(&|files| drop(files.remove("checkpoint"))), "A01", rest);
    expect("another origin", &with(checkpoint.replacen(POLL, "3b241101-e2bb-4255-8caf-4136c566a963", 1)), "A01", rest);
    let (text, below) = checkpoint.split_once("\n\n").expect("a note");
    let line = below.lines().next().expect("a line");
    expect("signed twice by the log", &with(format!("{text}\n\n{line}\n{below}")), "A01", rest);
    let unsigned = below.strip_prefix(line).expect("its first line").trim_start();
    expect("signed by a witness alone", &with(format!("{text}\n\n{unsigned}")), "A01", rest);
    expect("an extension line", &with(format!("{text}\nmore\n\n{below}")), "A01", rest);
    expect("nonsense", &with("checkpoint".to_owned()), "A01", rest);
}

#[test]
fn a02_entries_tiles_and_root_agree() {
    let rest = " / A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 A13 A14 A15";
    let script = script();
    let size = script.said.len() as u64 + 1;
    let files = script.build();
    let (entries, hashes) = (entries_path(size), format!("tile/0/000.p/{size}"));
    for (why, change) in [
        (
            "a byte of an entry",
            &(|files: &mut Files| {
                let path = entries_path(24);
                let bytes = files.remove(&path).expect("entries");
                files.insert(path, flip(bytes, 300));
            }) as &dyn Fn(&mut Files),
        ),
        ("a byte of a hash", &|files| {
            let bytes = files.remove(&hashes).expect("hashes");
            files.insert(hashes.clone(), flip(bytes, 40));
        }),
        ("no hashes", &|files| drop(files.remove(&hashes))),
        ("no entries", &|files| drop(files.remove(&entries))),
        ("a tile of another size", &|files| drop(files.insert("tile/0/000.p/3".to_owned(), vec![0; 96]))),
        ("no path of a tile", &|files| drop(files.insert("tile/0/0".to_owned(), vec![0; 96]))),
        ("an entry cut off", &|files| _ = files.get_mut(&entries).expect("entries").pop()),
        ("an entry too many", &|files| files.get_mut(&entries).expect("entries").extend([0, 1, 65])),
        ("an entry too few", &|files| {
            let all = files.remove(&entries).expect("entries");
            let first = 2 + usize::from(u16::from_be_bytes([all[0], all[1]]));
            files.insert(entries.clone(), all[first..].to_vec());
        }),
    ] {
        let mut files = files.clone();
        change(&mut files);
        expect(why, &files, "A02", rest);
    }
    assert_eq!(size, 24, "as above");
}

#[test]
fn a03_witnesses_and_anchors() {
    each_fails_alone(&[
        ("no cosignature", Check::A03, |script| script.cosigners.clear()),
        ("one witness twice is one", Check::A03, |script| {
            policy(script)["witnesses"] = json!(2);
            script.cosigners = vec![(witness(1), CLOSES), (witness(1), CLOSES + 1)];
            script.at("anchor").anchor.2 = vec![witness(1), witness(2)];
        }),
        ("a cosignature of a stranger", Check::A03, |script| script.cosigners = vec![(witness(3), CLOSES)]),
        ("an anchor without cosignature", Check::A03, |script| script.at("anchor").anchor.2.clear()),
        ("an anchor of nothing", Check::A03, |script| script.at("anchor").anchor.0 = Some(0)),
        ("an anchor of itself", Check::A03, |script| script.at("anchor").anchor.0 = Some(22)),
        ("an anchor that is no base64", Check::A03, |script| {
            script.body("anchor").insert("checkpoint".to_owned(), json!("*"));
        }),
        ("an anchor too late for what it covers", Check::A03, |script| {
            script.at("anchor").anchor.1 = CLOSES + 3601;
        }),
        ("an anchor in time for ballots and too late for papers", Check::A03, |script| {
            script.at("anchor").anchor.1 = OPENS + 200 + 3601;
        }),
        ("no anchor where the policy wants one", Check::A03, |script| {
            script.remove("anchor");
            script.at("close").label = "close";
        }),
        ("anchors without witnesses", Check::A03, |script| {
            policy(script)["witnesses"] = json!(0);
            policy(script).as_object_mut().expect("an object").remove("anchor_seconds");
        }),
    ]);
    let mut files = script().build();
    let checkpoint = String::from_utf8(files["checkpoint"].clone()).expect("text");
    let broken = checkpoint.trim_end().len() - 10;
    let broken: String = checkpoint
        .char_indices()
        .map(|(at, c)| if at == broken { if c == 'A' { 'B' } else { 'A' } } else { c })
        .collect();
    files.insert("checkpoint".to_owned(), broken.into_bytes());
    expect("a cosignature that does not hold", &files, "A03", "");
}

#[test]
fn an_anchor_of_another_tree_fails_a03() {
    let other = {
        let mut other = script();
        other.body("delivery").insert("at".to_owned(), json!(1));
        let files = other.build();
        let report = report(&files);
        (files["checkpoint"].clone(), report)
    };
    assert!(other.1.is_ok());
    let mut script = script();
    // The checkpoint of the other log has 24 entries; an anchor at 24 or later may name it.
    script.after("result", said("late", "anchor", json!({ "checkpoint": base64(&other.0) }), &[log_name()]));
    expect("signed by the log, of another tree", &script.build(), "A03", "");
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn a04_every_statement_is_signed_and_of_this_poll() {
    each_fails_alone(&[
        ("another poll", Check::A04, |script| {
            script.body("b1").insert("poll".to_owned(), json!("3b241101-e2bb-4255-8caf-4136c566a963"));
        }),
        ("another manifest", Check::A04, |script| {
            script.body("b1").insert("manifest".to_owned(), json!(hash("another")));
        }),
        ("a signature that does not hold", Check::A04, |script| {
            script.at("b1").spoil = Some(|note| note.replacen("\"m1\":\"for\"", "\"m1\":\"against\"", 1));
        }),
        ("a ballot signed by another credential", Check::A04, |script| {
            script.at("b1").signers = vec![credential_key(2)];
        }),
        ("a ballot signed by the registrar", Check::A04, |script| script.at("b1").signers = vec![registrar()]),
        ("a ballot signed by two credentials", Check::A04, |script| {
            script.at("b1").signers = vec![credential_key(1), credential_key(2)];
        }),
        ("a credential signed by an officer", Check::A04, |script| script.at("k5").signers = vec![officer(1)]),
        ("a delivery signed by two clerks", Check::A04, |script| {
            script.at("delivery").signers = vec![clerk(1), clerk(2)];
        }),
        ("a strike signed by a stranger", Check::A04, |script| {
            script.at("s1").signers = vec![officer(1), officer(4)];
        }),
        ("a paper signed by a clerk and an officer", Check::A04, |script| {
            script.at("p1").signers = vec![clerk(1), officer(1)];
        }),
        ("a close signed by officers and the log", Check::A04, |script| {
            script.at("close").signers = vec![officer(1), officer(2), log_name()];
        }),
        ("an anchor signed by an officer", Check::A04, |script| script.at("anchor").signers = vec![officer(1)]),
        ("the manifest signed by a stranger, too", Check::A04, |script| {
            script.manifest_signers.push(officer(4));
        }),
        ("an unknown field", Check::A04, |script| {
            script.body("delivery").insert("more".to_owned(), json!(1));
            script.remove("revoke");
            script.at("s1").body["index"] = json!(17);
        }),
        ("results of an unknown field", Check::A04, |script| {
            let results = json!([{ "motion": "m1", "more": 1 }]);
            script.after("close", said("first", "result", json!({ "results": results }), &[officer(1), officer(2)]));
        }),
    ]);
}

#[test]
fn a_log_without_a_manifest_goes_no_further() {
    let mut other = script();
    other.manifest.as_object_mut().expect("an object").remove("title");
    other.manifest["roll"] = json!({ "area": 1, "holders": 1, "root": hash(""), "units": 1 });
    expect("a missing field", &other.build(), "A04 A05", NO_MANIFEST);
    let mut other = script();
    other.manifest["motions"][0]["seats"] = json!(5);
    expect("seats without candidates", &other.build(), "A04 A05", NO_MANIFEST);
}

#[test]
fn a05_the_manifest() {
    each_fails_alone(&[
        ("too few officers", Check::A05, |script| drop(script.manifest_signers.pop())),
        ("two manifests", Check::A05, |script| {
            let again = script.manifest.clone();
            let mut again = again;
            again["roll"] = json!({ "area": 1, "holders": 1, "root": hash(""), "units": 1 });
            for motion in again["motions"].as_array_mut().expect("motions") {
                motion["rule_sha256"] = json!(hash(""));
            }
            script.before("close", said("again", "poll", again, &[officer(1), officer(2)]));
        }),
        ("it closes in the year 10000", Check::A05, |script| {
            script.manifest["closes"] = json!(253_402_300_800_u64);
            script.body("close").insert("at".to_owned(), json!(253_402_300_800_u64));
        }),
        ("no officer is needed", Check::A05, |script| policy(script)["officers"] = json!(0)),
        ("anchors in no time", Check::A05, |script| {
            policy(script)["anchor_seconds"] = json!(0);
            script.at("anchor").anchor.1 = OPENS;
        }),
        ("a key twice", Check::A05, |script| {
            let third = keys(script)["clerks"][2].clone();
            keys(script)["clerks"] = json!([keys(script)["clerks"][0], keys(script)["clerks"][1], third, third]);
        }),
        ("keys out of order", Check::A05, |script| {
            let officers = keys(script)["officers"].as_array_mut().expect("keys");
            officers.reverse();
        }),
        ("a registrar of another host", Check::A05, |script| {
            keys(script)["registrar"] = json!(vkey("other.example.org/registrar"));
            for label in ["k1", "k2", "k3", "k4", "k5", "revoke"] {
                script.at(label).signers = vec!["other.example.org/registrar".to_owned()];
            }
        }),
        ("an officer without a number", Check::A05, |script| {
            keys(script)["officers"][2] = json!(vkey(&format!("{HOST}/officer/x")));
        }),
        ("a weak key", Check::A05, |script| {
            keys(script)["officers"][2] =
                json!(format!("{HOST}/officer/3+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        }),
        ("a witness's key of a signer's type", Check::A05, |script| {
            keys(script)["witnesses"][1] = json!(vkey("x.example/w"));
        }),
        ("keys.log is another", Check::A05, |script| {
            keys(script)["log"] = json!(vkey(&format!("{HOST}/poll/x")));
        }),
        ("a motion's id twice", Check::A05, |script| {
            motion(script, 1)["id"] = json!("m1");
            *motion(script, 1) = motion(script, 0).clone();
            for said in &mut script.said {
                if let Some(answers) = said.body.get_mut("answers").and_then(Value::as_object_mut) {
                    answers.remove("m2");
                }
            }
            script.rules.insert("cn.278.ordinary".to_owned(), rule_text("cn.278.ordinary"));
            script.texts.remove(1);
        }),
        ("a candidate's id twice", Check::A05, |script| motion(script, 1)["candidates"][5]["id"] = json!("c1")),
        ("a candidate's id in upper case", Check::A05, |script| {
            motion(script, 1)["candidates"][5]["id"] = json!("C6");
        }),
        ("an election with abstention", Check::A05, |script| {
            motion(script, 1)["choices"] = json!(["for", "against", "abstain"]);
        }),
        ("choices in another order", Check::A05, |script| {
            motion(script, 0)["choices"] = json!(["against", "for", "abstain"]);
        }),
        ("choices of other words", Check::A05, |script| {
            motion(script, 0)["choices"] = json!(["for", "against", "abstain", "perhaps"]);
        }),
        ("attachments out of order", Check::A05, |script| {
            let text = script.texts[0].clone();
            let mut both = [hash(&text), hash(&script.texts[2])];
            both.sort();
            both.reverse();
            motion(script, 0)["attachments"] = json!(both);
        }),
    ]);
}

#[test]
fn witnesses_who_are_not_there_fail_a05_and_cannot_cosign() {
    let mut many = script();
    policy(&mut many)["witnesses"] = json!(3);
    expect("more witnesses than there are", &many.build(), "A03 A05", UNCOUNTED);
    let mut none = script();
    policy(&mut none)["witnesses"] = json!(0);
    expect("anchors without witnesses", &none.build(), "A03 A05", UNCOUNTED);
    let mut officers = script();
    policy(&mut officers)["officers"] = json!(4);
    let result = report(&officers.build());
    assert_eq!(outcome(&result), "A05 A12 A13 / A14 A15", "nobody can sign anything");
}

fn rule_text(name: &str) -> String {
    let name = name.parse().expect("a name");
    ballot::rule::RuleBook::embedded().text(&name).expect("a rule").to_owned()
}

#[test]
fn a06_the_roll() {
    each_fails_alone(&[
        ("another area", Check::A06, |script| {
            script.manifest["roll"] = totals(script);
            script.roll[7]["area"] = json!(1);
        }),
        ("another total", Check::A06, |script| {
            script.manifest["roll"] = totals(script);
            script.manifest["roll"]["area"] = json!(1);
        }),
        ("a delivery to nobody", Check::A06, |script| {
            script.body("delivery").insert("holders".to_owned(), json!([1, 2, 3, 4, 5, 6, 8]));
        }),
    ]);
    for (why, change) in [
        ("an unknown field", (|script: &mut Script| script.roll[0]["more"] = json!(1)) as Change),
        ("other measures", |script| script.roll[3]["votes"] = json!(1)),
        ("a holder left out", |script| script.roll[7]["holder"] = json!(9)),
        ("co-owners who are not as many", |script| script.roll[1]["persons"] = json!(2)),
        ("a representative who is none of them", |script| script.roll[0]["representative"] = json!(3)),
        ("units out of order", |script| script.roll.swap(0, 1)),
    ] {
        let mut script = script();
        script.manifest["roll"] = totals(&mut script);
        change(&mut script);
        expect(why, &script.build(), "A06", NO_ROLL);
    }
    let mut files = script().build();
    files.remove("roll.jsonl");
    expect("no roll", &files, "A06", NO_ROLL);
}

fn totals(script: &mut Script) -> Value {
    let text = script.roll.iter().fold(String::new(), |text, line| text + &canonical(line) + "\n");
    serde_json::to_value(ballot::roll::Roll::parse(text.as_bytes()).expect("a roll").totals()).expect("JSON")
}

#[test]
fn a07_texts_and_rules() {
    each_fails_alone(&[
        ("a text missing", Check::A07, |script| drop(script.texts.remove(0))),
        ("an attachment missing", Check::A07, |script| drop(script.texts.pop())),
        ("a text too many", Check::A07, |script| script.texts.push("more".to_owned())),
        ("a rule too many", Check::A07, |script| {
            script.rules.insert("cn.278.special".to_owned(), rule_text("cn.278.special"));
        }),
        ("another rule under the name", Check::A07, |script| {
            script.rules.insert("cn.278.ordinary".to_owned(), rule_text("cn.278.ordinary").replace("1/2", "1/3"));
        }),
        ("too few seats", Check::A07, |script| motion(script, 1)["seats"] = json!(3)),
        ("an even number of seats", Check::A07, |script| motion(script, 1)["seats"] = json!(6)),
        ("a rule without seats for an election", Check::A07, |script| {
            motion(script, 1)["rule"] = json!("cn.278.ordinary");
        }),
        ("a measure that the roll does not have", Check::A07, |script| {
            motion(script, 0)["rule"] = json!("hk.344.ordinary");
        }),
        ("an abstract rule", Check::A07, |script| motion(script, 0)["rule"] = json!("cn.base")),
    ]);
    let mut early = script();
    early.manifest["opens"] = json!(1_500_000_000);
    expect("a rule not yet in force", &early.build(), "A07", UNCOUNTED);
    for (path, bytes) in [("more.txt", "x"), ("texts/x", "x"), ("rules/x.txt", "x"), ("tile", "x")] {
        let mut files = script().build();
        files.insert(path.to_owned(), bytes.as_bytes().to_vec());
        expect(path, &files, "A07", UNCOUNTED);
    }
    let mut files = script().build();
    files.remove("README.txt");
    assert!(report(&files).is_ok(), "nothing covers the readme");
    files.insert(format!("texts/{}", hash("报价单")), b"another".to_vec());
    expect("a text of another hash", &files, "A07", UNCOUNTED);
}

#[test]
fn a08_credentials() {
    each_fails_alone(&[
        ("a number left out", Check::A08, |script| {
            script.before("s1", issued("k7", 7, 7, 1));
            script.body("s1").insert("index".to_owned(), json!(17));
        }),
        ("an agent's number left out", Check::A08, |script| {
            let mut late = issued("k6", 6, 1, 1);
            late.body.as_object_mut().expect("an object").retain(|name, _| name != "holder" && name != "person");
            late.body["agent"] = json!(3);
            script.before("s1", late);
        }),
        ("a holder who is not on the roll", Check::A08, |script| script.before("s1", issued("k6", 6, 8, 1))),
        ("a person too many", Check::A08, |script| script.before("s1", issued("k6", 6, 7, 2))),
        ("a second live credential", Check::A08, |script| script.before("s1", issued("k6", 6, 3, 1))),
        ("a key of another name", Check::A08, |script| {
            let mut late = issued("k6", 6, 7, 1);
            late.body["key"] = json!(vkey(&credential_key(7)));
            script.before("s1", late);
        }),
        ("a key that is in use", Check::A08, |script| {
            let mut late = issued("k6", 6, 7, 1);
            let used = key(&credential_key(1)).public().public();
            let name = credential_key(6);
            let again = ballot::key::VerifierKey::new(&name, ballot::key::KeyKind::Ed25519, &used).expect("a key");
            late.body["key"] = json!(again.to_string());
            script.before("s1", late);
        }),
        ("a weak key", Check::A08, |script| {
            let mut late = issued("k6", 6, 7, 1);
            late.body["key"] =
                json!(format!("{}+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", credential_key(6)));
            script.before("s1", late);
        }),
        ("revoked twice", Check::A08, |script| {
            let again = script.at("revoke").clone();
            script.after("revoke", again);
        }),
        ("revoked before it is issued", Check::A08, |script| {
            script.body("revoke").insert("credential".to_owned(), json!(6));
        }),
    ]);
}

#[test]
fn a09_ballots() {
    each_fails_alone(&[
        ("no such credential", Check::A09, |script| {
            script.at("b6").signers = vec![credential_key(9)];
            script.body("b6").insert("credential".to_owned(), json!(9));
        }),
        ("a revoked credential", Check::A09, |script| script.after("revoke", cast("b7", 2, 1, 2, "for"))),
        ("another holder's", Check::A09, |script| drop(script.body("b1").insert("holder".to_owned(), json!(2)))),
        ("a seq left out", Check::A09, |script| drop(script.body("b6").insert("seq".to_owned(), json!(2)))),
        ("a seq again", Check::A09, |script| script.after("b6", cast("b7", 5, 4, 1, "against"))),
        ("a motion left out", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "for" }));
        }),
        ("a motion too many", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "for", "m2": {}, "m3": "for" }));
        }),
        ("a word that is no choice", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "perhaps", "m2": {} }));
        }),
        ("a choice that the motion does not offer", Check::A09, |script| {
            motion(script, 0)["choices"] = json!(["for", "against"]);
        }),
        ("no such candidate", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "for", "m2": { "c7": "for" } }));
        }),
        ("abstention on a candidate", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "for", "m2": { "c1": "abstain" } }));
        }),
        ("a choice in an election", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "for", "m2": "for" }));
        }),
        ("the word invalid", Check::A09, |script| {
            script.body("b1").insert("answers".to_owned(), json!({ "m1": "invalid", "m2": {} }));
        }),
    ]);
}

#[test]
fn a10_papers_and_attendance() {
    each_fails_alone(&[
        ("one clerk", Check::A10, |script| drop(script.at("p1").signers.pop())),
        ("three clerks", Check::A10, |script| script.at("p1").signers.push(clerk(3))),
        ("a form that stands", Check::A10, |script| script.before("s1", paper("p3", 7, 101))),
        ("a holder who is not on the roll", Check::A10, |script| script.before("s1", paper("p3", 8, 103))),
        ("a person too many", Check::A10, |script| drop(script.body("p2").insert("person".to_owned(), json!(2)))),
        ("received before it opened", Check::A10, |script| {
            script.body("p2").insert("received".to_owned(), json!(OPENS - 1));
        }),
        ("received after it closed", Check::A10, |script| {
            script.body("p2").insert("received".to_owned(), json!(CLOSES + 1));
            script.body("p2").insert("at".to_owned(), json!(CLOSES + 2));
        }),
        ("entered before it was received", Check::A10, |script| {
            script.body("p2").insert("received".to_owned(), json!(OPENS + 201));
        }),
        ("a motion left out", Check::A10, |script| {
            script.body("p2").insert("answers".to_owned(), json!({ "m1": "for" }));
        }),
        ("a word that is no choice", Check::A10, |script| {
            script.body("p2").insert("answers".to_owned(), json!({ "m1": "perhaps", "m2": {} }));
        }),
        ("attendance signed by one clerk", Check::A10, |script| drop(script.at("meeting").signers.pop())),
        ("attendance of nobody on the roll", Check::A10, |script| {
            script.body("meeting").insert("present".to_owned(), json!([4, 6, 8]));
        }),
        ("attendance before it opened", Check::A10, |script| {
            script.body("meeting").insert("at".to_owned(), json!(OPENS - 1));
        }),
        ("attendance after it closed", Check::A10, |script| {
            script.body("meeting").insert("at".to_owned(), json!(CLOSES + 1));
        }),
    ]);
}

#[test]
fn a11_proxies() {
    each_fails_alone(&[
        ("signed by one clerk", Check::A11, |script| drop(script.at("agent").signers.pop())),
        ("signed by somebody else's credential", Check::A11, |script| {
            script.at("grant").signers = vec![credential_key(3)];
        }),
        ("signed by a credential that is not issued", Check::A11, |script| {
            script.at("grant").signers = vec![credential_key(9)];
        }),
        ("signed by a revoked credential", Check::A11, |script| {
            let body = json!({ "principal": 1, "to_holder": 2, "state": "granted", "seq": 1 });
            script.after("revoke", said("g2", "proxy", body, &[credential_key(2)]));
            script.body("s1").insert("index".to_owned(), json!(17));
        }),
        ("a scan with a credential", Check::A11, |script| {
            script.body("grant").insert("scan_sha256".to_owned(), json!(hash("power")));
        }),
        ("clerks without a scan", Check::A11, |script| drop(script.body("agent").remove("scan_sha256"))),
        ("a principal who is not on the roll", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 8, "to_holder": 2, "state": "granted", "seq": 1 })));
        }),
        ("to nobody on the roll", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 7, "to_holder": 8, "state": "granted", "seq": 1 })));
        }),
        ("to oneself", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 7, "to_holder": 7, "state": "granted", "seq": 1 })));
        }),
        ("an agent's number left out", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 7, "agent": 3, "state": "granted", "seq": 1 })));
        }),
        ("a seq left out", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 7, "to_holder": 6, "state": "granted", "seq": 2 })));
        }),
        ("revoked of somebody else", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 5, "to_holder": 6, "state": "revoked", "seq": 2 })));
        }),
        ("revoked where none stands", Check::A11, |script| {
            script.before("s1", proxy("g2", json!({ "principal": 7, "to_holder": 6, "state": "revoked", "seq": 1 })));
        }),
        ("a ballot for a holder without a proxy", Check::A11, |script| {
            script.body("b5").insert("for_holder".to_owned(), json!(4));
        }),
        ("a ballot under a proxy that is revoked", Check::A11, |script| {
            let body = json!({ "principal": 3, "to_holder": 2, "state": "revoked", "seq": 2 });
            script.after("grant", said("g2", "proxy", body, &[credential_key(4)]));
            script.body("s1").insert("index".to_owned(), json!(18));
        }),
        ("a paper of somebody else's agent", Check::A11, |script| {
            script.body("p1").insert("for_holder".to_owned(), json!(3));
        }),
        ("nobody represents the holder", Check::A11, |script| {
            script.body("meeting").insert("represented".to_owned(), json!([5, 6]));
        }),
    ]);
}

fn proxy(label: &'static str, mut body: Value) -> Said {
    body["scan_sha256"] = json!(hash("power"));
    said(label, "proxy", body, &[clerk(1), clerk(2)])
}

#[test]
fn a12_strikes_and_amendments() {
    each_fails_alone(&[
        ("one officer strikes", Check::A12, |script| drop(script.at("s1").signers.pop())),
        ("one officer amends", Check::A12, |script| drop(script.at("amend").signers.pop())),
        ("a credential is struck", Check::A12, |script| {
            script.body("s1").insert("index".to_owned(), json!(2));
        }),
        ("something after it is struck", Check::A12, |script| {
            script.body("s1").insert("index".to_owned(), json!(22));
        }),
        ("it strikes itself", Check::A12, |script| drop(script.body("s1").insert("index".to_owned(), json!(19)))),
        ("struck twice", Check::A12, |script| script.after("s1", strike("s2", 17))),
        ("no such unit", Check::A12, |script| script.body("amend")["unit"]["unit"] = json!(9)),
        ("other measures", Check::A12, |script| script.body("amend")["unit"]["votes"] = json!(1)),
        ("co-owners who are not as many", Check::A12, |script| script.body("amend")["unit"]["persons"] = json!(2)),
        ("a representative who is none of them", Check::A12, |script| {
            script.body("amend")["unit"]["representative"] = json!(2);
        }),
        ("an area beyond all measure", Check::A12, |script| {
            script.body("amend")["unit"]["area"] = json!(ballot::json::MAX_INT);
        }),
    ]);
}

#[test]
fn a13_the_close() {
    each_fails_alone(&[
        ("no close", Check::A13, |script| {
            script.body("result").insert("close_index".to_owned(), json!(22));
            script.remove("close");
        }),
        ("two closes", Check::A13, |script| {
            let mut again = script.at("close").clone();
            again.label = "again";
            script.after("close", again);
        }),
        ("one officer closes", Check::A13, |script| script.at("close").signers = vec![officer(1)]),
        ("it closes early", Check::A13, |script| {
            script.body("close").insert("at".to_owned(), json!(CLOSES - 1));
        }),
        ("another size", Check::A13, |script| drop(script.body("close").insert("size".to_owned(), json!(21)))),
        ("another root", Check::A13, |script| {
            script.body("close").insert("root".to_owned(), json!(hash("")));
        }),
        ("a credential after it", Check::A13, |script| script.after("close", issued("k6", 6, 7, 1))),
        ("a correction after it", Check::A13, |script| {
            let mut again = script.at("amend").clone();
            again.label = "again";
            script.after("close", again);
        }),
        ("no result", Check::A13, |script| script.remove("result")),
        ("a strike after the result", Check::A13, |script| script.after("result", strike("s2", 7))),
        ("an early result", Check::A13, |script| {
            let body = json!({ "close_index": 22 });
            script.before("close", said("first", "result", body, &[officer(1), officer(2)]));
        }),
        ("one officer signs the result", Check::A13, |script| drop(script.at("result").signers.pop())),
        ("the result names another close", Check::A13, |script| {
            script.body("result").insert("close_index".to_owned(), json!(21));
        }),
    ]);
    let mut late = script();
    late.before("result", strike("s2", 7));
    let mut upheld = late.at("amend").clone();
    upheld.label = "again";
    upheld.body["reason"] = json!("objection_upheld");
    late.before("result", upheld);
    assert!(report(&late.build()).is_ok(), "strikes and upheld objections may follow, a result follows them");
}

#[test]
fn a14_and_a15_the_result() {
    each_fails_alone(&[
        ("one unit more", Check::A14, |script| {
            script.results = Some(|results| results[0]["tally"]["for"]["units"] = json!(99));
        }),
        ("a candidate's area", Check::A14, |script| {
            script.results = Some(|results| results[1]["tally"]["candidates"][0]["for"]["area"] = json!(1));
        }),
        ("a motion left out", Check::A14, |script| {
            script.results = Some(|results| drop(results.as_array_mut().expect("a list").pop()));
        }),
        ("motions in another order", Check::A14, |script| {
            script.results = Some(|results| results.as_array_mut().expect("a list").reverse());
        }),
        ("no results", Check::A14, |script| script.results = Some(|results| *results = json!([]))),
        ("another outcome", Check::A15, |script| {
            script.results = Some(|results| results[0]["outcome"] = json!("lost"));
        }),
        ("passed", Check::A15, |script| {
            script.results = Some(|results| results[0]["passed"] = json!(false));
        }),
        ("quorum", Check::A15, |script| script.results = Some(|results| results[0]["quorum"] = json!(false))),
        ("a step's figure", Check::A15, |script| {
            script.results = Some(|results| results[0]["rounds"][0]["pass_steps"][0]["have"] = json!("1"));
        }),
        ("another motion's name", Check::A15, |script| {
            script.results = Some(|results| results[0]["motion"] = json!("m3"));
        }),
        ("no rounds", Check::A15, |script| script.results = Some(|results| results[0]["rounds"] = json!([]))),
    ]);
    let mut script = script();
    let mut wrong = script.at("result").clone();
    wrong.label = "wrong";
    wrong.body["results"] = json!([]);
    script.before("result", wrong);
    assert!(report(&script.build()).is_ok(), "figures of an earlier result are not checked");
}

#[test]
fn lists_name_what_no_check_forbids() {
    let mut script = script();
    script.before("s1", issued("k6", 6, 7, 1));
    script.body("k6").insert("at".to_owned(), json!(CLOSES - 86_400 + 1));
    script.after("anchor", issued("k7", 7, 6, 1));
    script.at("anchor").anchor.1 = OPENS + 500;
    let report = report(&script.build());
    assert!(report.is_ok(), "{:#?}", report.checks);
    assert_eq!(report.listed.late_credentials, [6], "a second more than a day before the close is in time");
    assert_eq!(report.listed.unanchored, [script.index("k7")]);
}

#[test]
fn proxies_beyond_a_limit_are_listed() {
    let mut script = script();
    motion(&mut script, 0)["rule"] = json!("cn.weifang.ordinary");
    for (principal, of_principal, seq) in [(5, 2, 4), (6, 1, 5), (7, 1, 6)] {
        let body = json!({ "principal": principal, "to_holder": 2, "state": "granted", "seq": of_principal });
        script.before("s1", proxy("more", body));
        let mut cast = cast("more", 3, 2, seq, "for");
        cast.body["for_holder"] = json!(principal);
        script.before("s1", cast);
    }
    script.body("s1").insert("index".to_owned(), json!(17));
    let report = report(&script.build());
    assert!(report.is_ok(), "{:#?}", report.checks);
    let listed = &report.to_json()["listed"]["over_cap"];
    assert_eq!(*listed, json!([{ "motion": "m1", "unit": 8, "to_holder": 2 }]), "at most three principals");
}

#[test]
fn a_secret_poll_is_none_of_this_tools() {
    let mut script = script();
    script.manifest["secrecy"] = json!("secret");
    let bundle = Bundle::from_tar(tar(&script.build())).expect("a bundle");
    let refused = audit(&bundle, &log_key(), NonZeroUsize::MIN);
    assert!(matches!(refused, Err(ballot::audit::AuditError::Secret)));
}
