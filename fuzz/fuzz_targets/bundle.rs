#![no_main]

use std::{num::NonZeroUsize, sync::LazyLock};

use ballot::{
    audit::audit,
    bundle::Bundle,
    hash::Hash,
    key::{KeyKind, SignerKey, VerifierKey},
};

static LOG_KEY: LazyLock<VerifierKey> = LazyLock::new(|| {
    let name = "vote.example.org/poll/cd5481b2-8b85-4990-827e-9932c69c1260";
    let seed = Hash::of(format!("heyi test key v1\n{name}").as_bytes());
    SignerKey::from_seed(name, KeyKind::Ed25519, &seed.0).expect("a key's name").public().clone()
});
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The corpus begins with the sample bundles of tests/vectors, whose log key this is.
    let Ok(bundle) = Bundle::from_tar(bytes.to_vec()) else { return };
    let mut again = Vec::new();
    bundle.write_tar(&mut again).expect("memory takes it");
    assert_eq!(again, bytes);
    let _ = audit(&bundle, &LOG_KEY, NonZeroUsize::MIN);
});
