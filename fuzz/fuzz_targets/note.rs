#![no_main]

use ballot::note::{Note, compose};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What is read is written again as it was, its lines in order of name.
    if let Ok(note) = Note::parse(bytes)
        && note.lines.is_sorted_by(|a, b| a.name <= b.name)
    {
        assert_eq!(compose(note.text, &note.lines).as_bytes(), bytes);
    }
});
