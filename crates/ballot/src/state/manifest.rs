//! What a manifest's values must be (check A05), and the keys it names.

use std::{collections::BTreeSet, sync::Arc};

use super::{Check, Fault, Reason};
use crate::{
    id::{CredentialNo, PollId},
    key::{KeyKind, VerifierKey},
    note::SignatureLine,
    statement::{Choice, KeyText, Manifest, Motion},
};

/// The first second of the year 10000: no poll closes then or later.
const END_OF_TIME: u64 = 253_402_300_800;

/// The sound keys that a manifest names.
#[derive(Debug, Clone)]
pub struct Keyring {
    /// `<host>`, by which all names of the poll begin.
    pub host: String,
    /// The log's key, from the manifest's reader and not from the manifest.
    pub log: Arc<VerifierKey>,
    /// The registrar's key.
    pub registrar: Option<Arc<VerifierKey>>,
    /// Officers' keys, in the manifest's order.
    pub officers: Vec<Arc<VerifierKey>>,
    /// Clerks' keys, in the manifest's order.
    pub clerks: Vec<Arc<VerifierKey>>,
    /// Witnesses' keys, in the manifest's order.
    pub witnesses: Vec<Arc<VerifierKey>>,
}

/// Whose key a signature line claims to be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRef {
    /// The log's.
    Log,
    /// The registrar's.
    Registrar,
    /// An officer's, by place in the manifest.
    Officer(usize),
    /// A clerk's, by place in the manifest.
    Clerk(usize),
    /// A credential's.
    Credential(CredentialNo),
}

impl Keyring {
    /// The sound keys of a manifest, with the log's key as the reader has it.
    pub fn new(manifest: &Manifest, log: &VerifierKey) -> Self {
        let sound = |keys: &[KeyText], kind: KeyKind| -> Vec<_> {
            keys.iter().filter_map(|key| key.key().ok()).filter(|key| key.kind() == kind).map(Arc::new).collect()
        };
        let one = std::slice::from_ref;
        Self {
            host: log.name().split('/').next().unwrap_or_default().to_owned(),
            log: Arc::new(log.clone()),
            registrar: sound(one(&manifest.keys.registrar), KeyKind::Ed25519).pop(),
            officers: sound(&manifest.keys.officers, KeyKind::Ed25519),
            clerks: sound(&manifest.keys.clerks, KeyKind::Ed25519),
            witnesses: sound(&manifest.keys.witnesses, KeyKind::Cosignature),
        }
    }

    /// The key that a line names, among those of the manifest.
    pub fn find(&self, line: &SignatureLine<'_>) -> Option<KeyRef> {
        let place = |keys: &[Arc<VerifierKey>]| keys.iter().position(|key| line.is_by(key));
        let registrar = || self.registrar.as_ref().filter(|key| line.is_by(key)).map(|_| KeyRef::Registrar);
        place(&self.officers)
            .map(KeyRef::Officer)
            .or_else(|| place(&self.clerks).map(KeyRef::Clerk))
            .or_else(registrar)
            .or_else(|| line.is_by(&self.log).then_some(KeyRef::Log))
    }
}

/// The name that a credential's key must have.
pub fn credential_key_name(host: &str, poll: &PollId, credential: CredentialNo) -> String {
    format!("{host}/poll/{poll}/credential/{credential}")
}

/// Everything wrong with a manifest's values, the pinned log key among what it must name.
pub fn manifest_faults(manifest: &Manifest, log_key: &VerifierKey) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut want = |holds: bool, why: &'static str| {
        if !holds {
            faults.push(Fault::new(Check::A05, Reason::Manifest(why)));
        }
    };
    let Manifest { keys, policy, roll, .. } = manifest;
    want(manifest.opens < manifest.closes, "a poll opens before it closes");
    want(manifest.closes < END_OF_TIME, "a poll closes before the year 10000");
    want(policy.officers != 0, "policy.officers starts at 1");
    want(policy.officers <= keys.officers.len() as u64, "policy.officers is at most the number of officers");
    want(policy.witnesses <= keys.witnesses.len() as u64, "policy.witnesses is at most the number of witnesses");
    want(policy.anchor_seconds.is_none() || policy.witnesses != 0, "anchors need witnesses");
    want(policy.anchor_seconds != Some(0), "policy.anchor_seconds starts at 1");
    want(roll.units != 0 && roll.holders != 0, "a roll has units and holders");
    want(keys.log.0 == log_key.to_string(), "keys.log is not the log key");
    for (keys, why) in [
        (&keys.officers, "keys.officers ascends by byte, none twice"),
        (&keys.clerks, "keys.clerks ascends by byte, none twice"),
        (&keys.witnesses, "keys.witnesses ascends by byte, none twice"),
    ] {
        want(keys.is_sorted_by(|a, b| a < b), why);
    }
    want(!manifest.motions.is_empty(), "a poll has a motion");
    let ids: BTreeSet<_> = manifest.motions.iter().map(|motion| &motion.id).collect();
    want(ids.len() == manifest.motions.len(), "no motion's id stands twice");
    for motion in &manifest.motions {
        motion_faults(motion, &mut want);
    }
    faults.extend(key_faults(manifest));
    faults
}

fn motion_faults(motion: &Motion, want: &mut impl FnMut(bool, &'static str)) {
    let is_election = motion.seats.is_some();
    want(
        match motion.choices.as_slice() {
            [Choice::For, Choice::Against] => true,
            [Choice::For, Choice::Against, Choice::Abstain] => !is_election,
            _ => false,
        },
        "choices are for and against, or for, against and abstain; in elections for and against",
    );
    want(motion.seats != Some(0), "seats start at 1");
    let attachments = motion.attachments.as_deref();
    want(
        attachments.is_none_or(|list| !list.is_empty() && list.is_sorted_by(|a, b| a < b)),
        "attachments ascend by byte, none twice, and are left out where there are none",
    );
    if let Some(candidates) = &motion.candidates {
        let ids: BTreeSet<_> = candidates.iter().map(|candidate| &candidate.id).collect();
        want(!candidates.is_empty(), "an election has a candidate");
        want(ids.len() == candidates.len(), "no candidate's id stands twice");
    }
}

/// Keys are sound, named as docs/formats.md §1 says, and none has two names.
fn key_faults(manifest: &Manifest) -> Vec<Fault> {
    let mut faults = Vec::new();
    let keys = &manifest.keys;
    let log_name = keys.log.0.split('+').next().unwrap_or_default();
    let host = log_name.strip_suffix(&format!("/poll/{}", manifest.poll)).filter(|host| is_host(host));
    if host.is_none() {
        faults.push(Fault::new(Check::A05, Reason::Manifest("the log's key is named <host>/poll/<id>")));
    }
    let is_named = |name: &str, role: &str| {
        let rest = host.and_then(|host| name.strip_prefix(host)).and_then(|rest| rest.strip_prefix(role));
        rest.is_some_and(|rest| if role == "/registrar" { rest.is_empty() } else { is_number(rest) })
    };
    let mut seen = BTreeSet::new();
    let mut names = BTreeSet::new();
    let one = std::slice::from_ref;
    for (keys, kind, role) in [
        (one(&keys.log), KeyKind::Ed25519, None),
        (one(&keys.registrar), KeyKind::Ed25519, Some("/registrar")),
        (&keys.officers, KeyKind::Ed25519, Some("/officer/")),
        (&keys.clerks, KeyKind::Ed25519, Some("/clerk/")),
        (&keys.witnesses, KeyKind::Cosignature, None),
    ] {
        for text in keys {
            let key = match text.key() {
                Ok(key) => key,
                Err(err) => {
                    faults.push(Fault::new(Check::A05, Reason::ManifestKey(text.0.clone(), err)));
                    continue;
                }
            };
            let mut want = |holds: bool, why| {
                if !holds {
                    faults.push(Fault::new(Check::A05, Reason::Manifest(why)));
                }
            };
            want(key.kind() == kind, "witnesses have keys of type 04, everybody else of type 01");
            want(
                role.is_none_or(|role| is_named(key.name(), role)),
                "keys are named <host>/<role>/<n>, one host in all",
            );
            want(seen.insert(key.public()) && names.insert(key.name().to_owned()), "no key or name stands twice");
        }
    }
    faults
}

fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    !name.is_empty() && name.bytes().all(is_name) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a decimal number from 1.
pub(super) fn is_number(text: &str) -> bool {
    !text.starts_with('0') && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
