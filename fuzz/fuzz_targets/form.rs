#![no_main]

use heyi_tests::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| parsers::form(bytes));
