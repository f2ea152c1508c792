#![no_main]

use ballot::log::CheckCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(code) = text.parse::<CheckCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
});
