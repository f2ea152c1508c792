#![no_main]

use ballot::rule::RuleBook;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(book) = RuleBook::parse([("x.toml", bytes)]) {
        for name in book.votable() {
            book.rounds(name).expect("what is read can be resolved");
        }
    }
});
