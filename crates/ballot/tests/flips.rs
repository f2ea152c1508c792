//! No byte of a bundle can be changed unseen, and none makes the auditor panic.

mod common;

use std::{num::NonZeroUsize, thread};

use ballot::{audit::audit, bundle::Bundle, hash::Hash};

use common::poll::*;

/// As many as run in well under a minute without optimisation.
const FLIPS: u64 = 10_000;

/// Whether the auditor accepts a tar.
fn is_accepted(bytes: Vec<u8>) -> bool {
    let Ok(bundle) = Bundle::from_tar(bytes) else { return false };
    audit(&bundle, &log_key(), NonZeroUsize::MIN).is_ok_and(|report| report.is_ok())
}

#[test]
fn one_bit_flipped_anywhere_is_never_accepted() {
    let mut files = script().build();
    files.remove("README.txt").expect("the one file that nothing covers");
    let bytes = tar(&files);
    assert!(is_accepted(bytes.clone()));
    let flip = |number: u64| {
        let drawn = Hash::of(&number.to_be_bytes()).0;
        let (place, _) = drawn.split_first_chunk::<8>().expect("32 bytes");
        let bit = u64::from_be_bytes(*place) % (bytes.len() as u64 * 8);
        let at = usize::try_from(bit / 8).expect("small");
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (bit % 8);
        assert!(!is_accepted(flipped), "byte {at}, bit {}", bit % 8);
    };
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get) as u64;
    thread::scope(|scope| {
        for first in 0..threads {
            let flip = &flip;
            scope.spawn(move || (first..FLIPS).step_by(usize::try_from(threads).expect("few")).for_each(flip));
        }
    });
}
