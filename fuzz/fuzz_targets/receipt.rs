#![no_main]

use ballot::log::Receipt;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(receipt) = Receipt::parse(text) {
        assert_eq!(receipt.to_string(), text);
        receipt.check_code();
    }
});
