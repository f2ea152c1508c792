//! The decision rules: golden cases, every boundary, the order of precedence, rule files, guards.

// A row's values are made where they stand.
#![allow(clippy::needless_pass_by_value)]

mod boundaries;
mod caps;
#[cfg(feature = "cli")]
mod cli;
mod elections;
mod files;
mod golden;
mod guards;
mod precedence;
mod properties;
mod rounds;
mod words;

use ballot::rule::{
    RuleBook,
    case::{Case, Decided},
};
use serde_json::{Value, json};

/// Decides a case under a rule of the program.
fn decided(rule: &str, mut case: Value) -> Decided {
    case["id"] = json!("test");
    case["rule"] = json!(rule);
    decide_in(RuleBook::embedded(), &case)
}

fn decide_in(book: &RuleBook, case: &Value) -> Decided {
    let read = Case::parse(&case.to_string()).unwrap_or_else(|err| panic!("{err} in {case}"));
    read.decide(book).unwrap_or_else(|err| panic!("{err} in {case}"))
}

/// A figure of a result, by its place.
fn figure<'a>(result: &'a Value, at: &str) -> &'a Value {
    result.pointer(at).unwrap_or(&Value::Null)
}

/// One row: why, the rule, the case, and figures by their places.
type Row<'a> = (&'a str, &'a str, Value, &'a [(&'a str, Value)]);

fn check(rows: &[Row<'_>]) {
    for (why, rule, case, figures) in rows {
        let result = decided(rule, case.clone()).to_json();
        for (at, wanted) in *figures {
            assert_eq!(figure(&result, at), wanted, "{why}: {at} in {result:#}");
        }
    }
}

/// A rule of a site's own, beside the program's.
fn site_book(name: &str, text: &str) -> RuleBook {
    let file = format!("{name}.toml");
    let files = [(file.as_str(), text.as_bytes())];
    RuleBook::embedded().with_site(files).unwrap_or_else(|err| panic!("{err}"))
}
