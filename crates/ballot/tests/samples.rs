//! The two sample bundles: made by an independent program, with the whole report that they must give.

mod common;

use std::{fs, num::NonZeroUsize};

use ballot::{audit::audit, bundle::Bundle, key::VerifierKey};
use serde_json::Value;

use common::{vectors, vectors_path};

fn samples() -> Vec<Value> {
    vectors("samples.json")["samples"].as_array().expect("samples").clone()
}

fn key(sample: &Value) -> VerifierKey {
    sample["log_key"].as_str().expect("a key").parse().expect("a key")
}

#[test]
fn both_samples_give_the_whole_report_expected() {
    for sample in samples() {
        let file = sample["file"].as_str().expect("a name");
        let bundle = Bundle::open(&vectors_path(file)).expect("a bundle");
        let report = audit(&bundle, &key(&sample), NonZeroUsize::MIN).expect("it runs");
        let mut expected = sample["expected"].clone();
        expected.as_object_mut().expect("an object").remove("exit");
        assert_eq!(report.to_json(), expected, "{file}");
    }
}

#[test]
fn both_samples_are_written_again_byte_for_byte() {
    for sample in samples() {
        let path = vectors_path(sample["file"].as_str().expect("a name"));
        let mut again = Vec::new();
        Bundle::open(&path).expect("a bundle").write_tar(&mut again).expect("written");
        assert!(again == fs::read(&path).expect("the sample"), "{}", path.display());
    }
}
