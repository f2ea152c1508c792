//! The tablet of the service point, which does what its browser would.

use std::collections::BTreeMap;

use ballot::{
    id::{CredentialNo, HolderNo, PollId, Seq},
    key::{KeyKind, SignerKey},
    note,
    statement::{Answer, Ballot, Choice, Place, Statement},
};

use crate::estate::{HOST, TestEstate, base64, motion};

/// A tablet with the key that it has made for one sitting.
pub struct TestTablet {
    seed: [u8; 32],
    /// Where its ballots say that they were cast.
    pub channel: Option<Place>,
}

impl TestTablet {
    /// A tablet with the key of this number.
    pub fn new(number: u8) -> Self {
        Self { seed: [number; 32], channel: None }
    }

    /// The public key in base64.
    ///
    /// # Panics
    /// Never: the name is a key's.
    pub fn public_key(&self) -> String {
        base64(&self.key("device").public().public())
    }

    /// The one ballot of a sitting, signed.
    ///
    /// # Panics
    /// If the poll's log does not open.
    pub async fn ballot(
        &self,
        estate: &TestEstate,
        poll: &PollId,
        (holder, credential): (HolderNo, CredentialNo),
        choice: Choice,
    ) -> Vec<u8> {
        let log = estate.estate.logs().log(poll).await.expect("the log opens");
        let ballot = Ballot {
            agent: None,
            answers: BTreeMap::from([(motion(), Answer::Choice(choice))]),
            channel: self.channel,
            credential,
            for_holder: None,
            holder: Some(holder),
            manifest: log.read(|state, _| state.manifest_hash()),
            poll: poll.clone(),
            seq: Seq::FIRST,
        };
        let key = self.key(&format!("{HOST}/poll/{poll}/credential/{credential}"));
        note::sign(&Statement::Ballot(ballot).text(), &[&key]).into_bytes()
    }

    fn key(&self, name: &str) -> SignerKey {
        SignerKey::from_seed(name, KeyKind::Ed25519, &self.seed).expect("a key name")
    }
}
