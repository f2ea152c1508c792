#![no_main]

use ballot::roll::Roll;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(roll) = Roll::parse(bytes) {
        assert_eq!(roll.to_jsonl().as_bytes(), bytes);
        roll.totals();
    }
});
