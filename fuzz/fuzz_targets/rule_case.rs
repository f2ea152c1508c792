#![no_main]

use ballot::rule::{RuleBook, case::Case};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(case) = Case::parse(text) {
        let _ = case.decide(RuleBook::embedded());
    }
});
