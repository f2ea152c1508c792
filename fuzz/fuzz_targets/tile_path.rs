#![no_main]

use ballot::{bundle::BundlePath, log::TileId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Some(tile) = TileId::parse(text) {
        assert_eq!(tile.to_string(), text);
    }
    if let Some(path) = BundlePath::parse(text) {
        assert_eq!(path.to_string(), text);
    }
});
