//! Every field of every statement, changed: what is of another type or shape is no statement, and what the auditor accepts
//! all the same is what somebody claims, and what no figure of this poll rests on.

mod common;

use std::{collections::BTreeSet, num::NonZeroUsize};

use ballot::{audit::audit, bundle::Bundle, log::EntryBundle, note, statement::Entry};
use serde_json::{Value, json};

use common::poll::*;

/// Fields that a statement of this poll may leave out: marked so in docs/formats.md §2, or measured by some rules only.
const OPTIONAL: [&str; 12] = [
    "abstain",
    "anchor_seconds",
    "attachments",
    "channel",
    "for_holder",
    "of",
    "present",
    "ratio",
    "represented",
    "scan_sha256",
    "share",
    "total",
];

/// What the record takes somebody's word for, within bounds, and by which this poll's figures do not change.
const CLAIMED: [&str; 10] =
    ["anchor_seconds", "at", "building", "compound", "form", "opens", "received", "share", "test", "title"];

/// The same at one place only: who of those present voted anyway, and whose credential ends once nobody uses it any more.
const CLAIMED_HERE: [&str; 2] = ["meeting/present/0", "revoke/credential"];

/// Every entry of the poll that has something of everything.
fn entries() -> Vec<(String, Value)> {
    let files = script().build();
    let tile = files.iter().find(|(path, _)| path.starts_with("tile/entries/")).expect("entries").1;
    let read = |entry: &[u8]| {
        let text = str::from_utf8(entry).expect("text");
        let mut lines = text.lines();
        let kind = lines.next().expect("a type").to_owned();
        (kind, serde_json::from_str(lines.next().expect("a body")).expect("JSON"))
    };
    EntryBundle::new(tile).map(|entry| read(entry.expect("an entry"))).collect()
}

/// Where every value inside stands, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(format!("{at}/{name}"));
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                found.push(format!("{at}/0"));
                places(first, &format!("{at}/0"), found);
            }
        }
        _ => {}
    }
}

/// Whether these bytes are a statement.
fn is_statement(kind: &str, body: &Value) -> bool {
    let text = format!("{kind}\n{}\n", canonical(body));
    let bytes = note::sign(&text, &[&key(&officer(1))]);
    if kind == "heyi/poll/v1" {
        Entry::parse_first(bytes.as_bytes()).is_ok()
    } else {
        Entry::parse(bytes.as_bytes()).is_ok()
    }
}

/// Values of other types than this one, and numbers that the record does not have.
fn strangers(value: &Value) -> Vec<Value> {
    let all = [json!(null), json!(true), json!(1), json!("x y"), json!([1]), json!({ "x": 1 })];
    let kind = |value: &Value| std::mem::discriminant(value);
    let mut strangers: Vec<_> = all.into_iter().filter(|other| kind(other) != kind(value)).collect();
    if value.is_u64() {
        strangers.extend([json!(-1), json!(1.5), json!(9_007_199_254_740_992_u64)]);
    }
    strangers
}

#[test]
fn a_field_of_another_type_or_name_is_no_statement() {
    let mut kinds = BTreeSet::new();
    for (kind, body) in entries() {
        assert!(is_statement(&kind, &body), "{kind}");
        kinds.insert(kind.clone());
        let mut found = Vec::new();
        places(&body, "", &mut found);
        for place in found {
            let name = place.rsplit('/').next().expect("a name");
            for stranger in strangers(body.pointer(&place).expect("there")) {
                let mut changed = body.clone();
                *changed.pointer_mut(&place).expect("there") = stranger.clone();
                // An answer in an election is an object, another a text; which it must be, the motion says.
                let is_answer = place.starts_with("/answers/") && (stranger.is_object() || stranger.is_string());
                assert!(is_answer || !is_statement(&kind, &changed), "{kind}{place} as {stranger}");
            }
            let (parent, _) = place.rsplit_once('/').expect("a parent");
            let Some(Value::Object(fields)) = body.pointer(parent) else { continue };
            // The names in answers are the motions' and the candidates'.
            if place.starts_with("/answers/") {
                continue;
            }
            let change = |fields: serde_json::Map<String, Value>| {
                let mut changed = body.clone();
                *changed.pointer_mut(parent).expect("there") = Value::Object(fields);
                is_statement(&kind, &changed)
            };
            let mut without = fields.clone();
            without.remove(name);
            assert!(OPTIONAL.contains(&name) || !change(without.clone()), "{kind}{place} left out");
            let mut misspelt = without;
            misspelt.insert(format!("{name}z"), fields[name].clone());
            assert!(!change(misspelt), "{kind}{place} misspelt");
        }
    }
    assert_eq!(kinds.len(), 13, "{kinds:?}");
}

#[test]
fn what_is_said_otherwise_and_accepted_is_only_what_no_figure_rests_on() {
    let is_accepted = |script: &Script| {
        let bundle = Bundle::from_tar(tar(&script.build())).expect("a bundle");
        audit(&bundle, &log_key(), NonZeroUsize::new(2).expect("two")).is_ok_and(|report| report.is_ok())
    };
    assert!(is_accepted(&script()));
    let said: Vec<(&str, Value)> = script().said.iter().map(|said| (said.label, said.body.clone())).collect();
    let whole = entries();
    let filled = |index: usize| whole[index].1.clone();
    let results = whole.last().expect("a result").1["results"].clone();
    let bodies = said.iter().enumerate().map(|(place, (label, _))| (Some(*label), filled(place + 1)));
    for (label, body) in std::iter::once((None, filled(0))).chain(bodies) {
        let mut found = Vec::new();
        places(&body, "", &mut found);
        for place in found {
            let other = match body.pointer(&place).expect("there") {
                Value::Number(number) => json!(number.as_u64().expect("whole") + 1),
                Value::String(text) => json!(format!("{text}1")),
                Value::Bool(truth) => json!(!truth),
                _ => continue,
            };
            let mut changed = body.clone();
            *changed.pointer_mut(&place).expect("there") = other.clone();
            let mut script = script();
            // The figures stay those that were published.
            script.body("result").insert("results".to_owned(), results.clone());
            match label {
                Some(label) => script.at(label).body = changed,
                None => script.manifest = changed,
            }
            let name = place.rsplit('/').next().expect("a name");
            let which = label.unwrap_or("manifest");
            let is_claimed = CLAIMED.contains(&name) || CLAIMED_HERE.contains(&format!("{which}{place}").as_str());
            assert!(is_claimed || !is_accepted(&script), "{which}{place} as {other} is accepted");
        }
    }
}
