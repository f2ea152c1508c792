#![no_main]

use ballot::{log::Checkpoint, note::Note};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes)
        && let Ok(checkpoint) = Checkpoint::parse_text(note.text)
    {
        assert_eq!(checkpoint.text(), note.text);
    }
});
