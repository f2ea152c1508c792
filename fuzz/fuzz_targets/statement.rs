#![no_main]

use ballot::statement::Entry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // A statement has one encoding.
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.statement.text(), entry.text);
    }
    let _ = Entry::parse_first(bytes);
});
