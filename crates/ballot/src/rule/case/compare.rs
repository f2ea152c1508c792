//! Whether a case came to what it must.

use std::fmt;

use serde_json::{Map, Value};

/// The first figure that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: `first_round.pass_steps[0].have`.
    pub at: String,
    /// What the case expects; `None`: nothing there.
    pub expected: Option<Value>,
    /// What it came to.
    pub got: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        write!(f, "{}: expected {}, got {}", self.at, show(&self.expected), show(&self.got))
    }
}

/// Keys in the order in which a reader wants to hear of them: causes before what follows from them.
const ORDER: [&str; 9] = [
    "first_round",
    "second_round",
    "quorum_steps",
    "candidates",
    "pass_steps",
    "confirm_steps",
    "gateway",
    "steps",
    "have",
];

/// The first figure in which a case's result differs from its `expected`. Notes are not compared. A key
/// that `expected` leaves out at its top is not compared either, but rounds are complete.
pub fn first_difference(expected: &Value, got: &Value) -> Option<Difference> {
    let (Value::Object(wanted), Value::Object(all)) = (expected, got) else {
        return values("expected", Some(expected), Some(got));
    };
    let is_compared =
        |key: &String| wanted.contains_key(key) || (key == "second_round" && wanted.contains_key("first_round"));
    let got: Map<_, _> = all.iter().filter(|(key, _)| is_compared(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    objects("", wanted, &got)
}

fn objects(at: &str, expected: &Map<String, Value>, got: &Map<String, Value>) -> Option<Difference> {
    let mut keys: Vec<&String> = expected.keys().chain(got.keys()).filter(|key| *key != "notes").collect();
    keys.sort_by_key(|key| (ORDER.iter().position(|first| *first == key.as_str()).unwrap_or(ORDER.len()), *key));
    keys.dedup();
    keys.into_iter().find_map(|key| {
        let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        values(&at, expected.get(key), got.get(key))
    })
}

fn values(at: &str, expected: Option<&Value>, got: Option<&Value>) -> Option<Difference> {
    match (expected, got) {
        (Some(Value::Object(expected)), Some(Value::Object(got))) => objects(at, expected, got),
        (Some(Value::Array(expected)), Some(Value::Array(got))) => (0..expected.len().max(got.len()))
            .find_map(|place| values(&format!("{at}[{place}]"), expected.get(place), got.get(place))),
        _ if expected == got => None,
        _ => Some(Difference { at: at.to_owned(), expected: expected.cloned(), got: got.cloned() }),
    }
}
