//! What several test programs share.
#![allow(dead_code)] // each uses some of it

pub mod poll;

use std::{fs, path::PathBuf};

use serde_json::Value;

pub fn vectors_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name)
}

pub fn vectors(name: &str) -> Value {
    let path = vectors_path(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    serde_json::from_str(&text).expect("vectors are JSON")
}
