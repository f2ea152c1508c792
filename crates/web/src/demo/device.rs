//! A phone or computer that this program plays: it signs what a browser would.

use anyhow::Context as _;
use ballot::{
    key::{KeyKind, SignerKey},
    note,
    statement::{Ballot, Statement},
    store::devices::DeviceKeys,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How many polls a device of the demo can vote in.
const STOCK: usize = 3;

/// The keys of a device.
pub(super) struct Device {
    office: SignerKey,
    sign_in: SignerKey,
    /// Seeds: a voting key gets its name with its credential.
    voting: Vec<[u8; 32]>,
}

impl Device {
    pub(super) fn new() -> anyhow::Result<Self> {
        let voting = (0..STOCK).map(|_| seed()).collect::<Result<_, _>>()?;
        Ok(Self { office: key("device", &seed()?)?, sign_in: key("device", &seed()?)?, voting })
    }

    /// What its browser registers; `has_office` for staff.
    pub(super) fn keys(&self, has_office: bool) -> anyhow::Result<DeviceKeys> {
        let voting = self.voting.iter().map(|seed| Ok(encode(&key("device", seed)?))).collect::<anyhow::Result<_>>();
        let office = has_office.then(|| encode(&self.office));
        let voting = if has_office { Vec::new() } else { voting? };
        Ok(DeviceKeys { sign_in: encode(&self.sign_in), office, voting })
    }

    pub(super) fn sign_in_key(&self) -> String {
        encode(&self.sign_in)
    }

    /// The answer to a challenge.
    pub(super) fn answer(&self, text: &str) -> String {
        STANDARD.encode(self.sign_in.sign(text.as_bytes()))
    }

    /// The office key's signature over an act.
    pub(super) fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.office.sign(text.as_bytes()))
    }

    /// A ballot by the voting key that the credential is for.
    pub(super) fn ballot(&self, host: &str, public_key: &str, ballot: Ballot) -> anyhow::Result<Vec<u8>> {
        let name = format!("{host}/poll/{}/credential/{}", ballot.poll, ballot.credential);
        for seed in &self.voting {
            let key = key(&name, seed)?;
            if encode(&key) == public_key {
                return Ok(note::sign(&Statement::Ballot(ballot).text(), &[&key]).into_bytes());
            }
        }
        anyhow::bail!("the credential is not for a key of this device")
    }
}

fn key(name: &str, seed: &[u8; 32]) -> anyhow::Result<SignerKey> {
    SignerKey::from_seed(name, KeyKind::Ed25519, seed).context("a key's name")
}

fn encode(key: &SignerKey) -> String {
    STANDARD.encode(key.public().public())
}

pub(super) fn seed() -> anyhow::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("no randomness")?;
    Ok(seed)
}
