#![no_main]

use ballot::json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What is canonical is what a canonical writer writes.
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(value) = json::read::<serde_json::Value>(text) {
        assert_eq!(json::write(&value), text);
    }
});
