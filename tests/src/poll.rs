//! A poll to vote in: its people with their keys, and the statements that they sign.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ballot::{
    hash::Hash,
    id::{CredentialNo, HolderNo, Id, PersonNo, PollId, RuleName, Seq, UnitNo},
    key::{KeyKind, SignerKey, VerifierKey},
    note,
    roll::{Roll, UnitKind, UnitLine, UnitStatus},
    rule::RuleBook,
    statement::{
        Answer, Answers, Ballot, Choice, Credential, Entry, KeyText, Manifest, Method, Motion, Policy, PollKeys,
        Secrecy, Statement,
    },
    store::{Clock, Database, Logs, NewPoll, Submission},
};

/// When every test poll opens.
pub const OPENS: u64 = 1_800_000_000;

/// When every test poll closes.
pub const CLOSES: u64 = OPENS + 86_400;

const HOST: &str = "vote.example";

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// A clock that stands at a time.
    pub fn at(now: u64) -> Self {
        Self(Arc::new(AtomicU64::new(now)))
    }

    /// The time.
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sets the time.
    pub fn set(&self, now: u64) {
        self.0.store(now, Ordering::SeqCst);
    }

    /// The clock for logs.
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Clock::Given(Arc::new(move || time.load(Ordering::SeqCst)))
    }
}

/// A poll among holders 1 to n, each one person with one home and one credential of the same number.
#[derive(Clone)]
pub struct TestPoll {
    /// Its id.
    pub id: PollId,
    /// The log's public key.
    pub log_key: VerifierKey,
    manifest: String,
    manifest_hash: Hash,
    officers: Arc<[SignerKey; 2]>,
    roll: String,
    registrar: Arc<SignerKey>,
    voters: Arc<Vec<SignerKey>>,
}

impl TestPoll {
    /// Makes a poll with its log key; `number` tells polls of one test apart.
    ///
    /// # Panics
    /// If the key cannot be made.
    pub fn prepare(logs: &Logs, number: u8, voters: u64) -> Self {
        Self::prepare_between(logs, number, voters, OPENS, CLOSES)
    }

    /// Makes a poll that is open from `opens` until `closes`.
    ///
    /// # Panics
    /// If the key cannot be made.
    pub fn prepare_between(logs: &Logs, number: u8, voters: u64, opens: u64, closes: u64) -> Self {
        let id = poll_id(number);
        let log_key = logs.create_key(HOST, &id, &seed(number, 0)).expect("the log's key is made");
        Self::of(id, log_key, number, voters, opens, closes)
    }

    /// The poll of a log key that was made before, by whatever process.
    ///
    /// # Panics
    /// If there are no voters.
    pub fn of(id: PollId, log_key: VerifierKey, number: u8, voters: u64, opens: u64, closes: u64) -> Self {
        let registrar = signer(&format!("{HOST}/registrar"), number, 1);
        let officers =
            [signer(&format!("{HOST}/officer/1"), number, 2), signer(&format!("{HOST}/officer/2"), number, 3)];
        let keys = (1..=voters).map(|n| signer(&format!("{HOST}/poll/{id}/credential/{n}"), number, 100 + n)).collect();
        let roll = Roll::new((1..=voters).map(line).collect()).expect("a sound roll");
        let manifest = Statement::Manifest(Manifest {
            closes,
            compound: "扶风小区".to_owned(),
            keys: PollKeys {
                clerks: Vec::new(),
                log: KeyText::from(&log_key),
                officers: sorted(officers.iter().map(|key| KeyText::from(key.public()))),
                registrar: KeyText::from(registrar.public()),
                witnesses: Vec::new(),
            },
            motions: vec![motion()],
            opens,
            policy: Policy { anchor_seconds: None, answers: Answers::Owners, officers: 2, witnesses: 0 },
            poll: id.clone(),
            roll: roll.totals(),
            secrecy: Secrecy::Open,
            test: true,
            title: "更换电梯".to_owned(),
        });
        let text = manifest.text();
        Self {
            id,
            log_key,
            manifest_hash: Hash::of(text.as_bytes()),
            manifest: note::sign(&text, &[&officers[0], &officers[1]]),
            officers: Arc::new(officers),
            roll: roll.to_jsonl(),
            registrar: Arc::new(registrar),
            voters: Arc::new(keys),
        }
    }

    /// The same poll with witnesses, of which so many must cosign.
    ///
    /// # Panics
    /// Never: its own manifest is one.
    #[must_use]
    pub fn watched(self, witnesses: &[VerifierKey], quorum: u64) -> Self {
        let entry = Entry::parse(self.manifest.as_bytes()).expect("its own manifest");
        let Statement::Manifest(mut manifest) = entry.statement else { panic!("leaf 0 is a manifest") };
        manifest.keys.witnesses = sorted(witnesses.iter().map(KeyText::from));
        manifest.policy.witnesses = quorum;
        let text = Statement::Manifest(manifest).text();
        let signed = note::sign(&text, &[&self.officers[0], &self.officers[1]]);
        Self { manifest: signed, manifest_hash: Hash::of(text.as_bytes()), ..self }
    }

    /// What its log begins with.
    ///
    /// # Panics
    /// If the rule is gone from the program.
    pub fn new_poll(&self) -> NewPoll {
        let book = RuleBook::embedded();
        let names = book.closure(&rule()).expect("the rule is there");
        let text = |name: &RuleName| book.text(name).expect("the rule has a text").to_owned();
        NewPoll {
            manifest: self.manifest.clone().into_bytes(),
            roll: self.roll.clone().into_bytes(),
            texts: vec![motion_text()],
            rules: names.iter().map(|name| (name.clone(), text(name))).collect(),
        }
    }

    /// Begins the log and issues every credential: entries 0 to n.
    ///
    /// # Panics
    /// If the log refuses any.
    pub async fn begin(&self, logs: &Logs) {
        logs.create(self.new_poll(), None).await.expect("the log begins");
        for number in 1..=self.voters() {
            let credential = Submission::ready(self.credential(number));
            logs.submit(&self.id, credential).await.expect("the credential is issued");
        }
    }

    /// How many may vote.
    pub fn voters(&self) -> u64 {
        self.voters.len() as u64
    }

    /// The credential of a voter, 1 to n.
    pub fn credential(&self, number: u64) -> Vec<u8> {
        let statement = Statement::Credential(Credential {
            agent: None,
            at: OPENS,
            credential: no(number, CredentialNo::try_from),
            evidence: Hash::of(&number.to_be_bytes()),
            holder: Some(no(number, HolderNo::try_from)),
            key: KeyText::from(self.voter(number).public()),
            manifest: self.manifest_hash,
            method: Method::Letter,
            person: Some(PersonNo::FIRST),
            poll: self.id.clone(),
        });
        note::sign(&statement.text(), &[&self.registrar]).into_bytes()
    }

    /// A voter's ballot: the `seq`-th, odd ones for and even ones against.
    pub fn ballot(&self, number: u64, seq: u64) -> Vec<u8> {
        let statement = Statement::Ballot(self.ballot_body(number, seq));
        note::sign(&statement.text(), &[self.voter(number)]).into_bytes()
    }

    /// What such a ballot says.
    pub fn ballot_body(&self, number: u64, seq: u64) -> Ballot {
        let choice = if seq % 2 == 1 { Choice::For } else { Choice::Against };
        Ballot {
            agent: None,
            answers: BTreeMap::from([(motion().id, Answer::Choice(choice))]),
            channel: None,
            credential: no(number, CredentialNo::try_from),
            for_holder: None,
            holder: Some(no(number, HolderNo::try_from)),
            manifest: self.manifest_hash,
            poll: self.id.clone(),
            seq: no(seq, Seq::try_from),
        }
    }

    /// A voter's key.
    ///
    /// # Panics
    /// If there is no such voter.
    pub fn voter(&self, number: u64) -> &SignerKey {
        &self.voters[usize::try_from(number - 1).expect("few voters")]
    }

    /// The registrar's key.
    pub fn registrar(&self) -> &SignerKey {
        &self.registrar
    }

    /// SHA-256 of the manifest's text.
    pub fn manifest_hash(&self) -> Hash {
        self.manifest_hash
    }
}

/// The id of a test's poll.
///
/// # Panics
/// Never: every number gives an id.
pub fn poll_id(number: u8) -> PollId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().expect("a poll's id")
}

/// Opens the logs of a database with a clock.
///
/// # Panics
/// If they are refused.
pub async fn open_logs(database: &Database, keys: &std::path::Path, clock: &TestClock) -> Logs {
    Logs::open(database.clone(), keys, clock.clock()).await.expect("the logs open")
}

fn rule() -> RuleName {
    "cn.278.ordinary".parse().expect("a rule's name")
}

fn motion_text() -> Vec<u8> {
    "# 更换电梯\n\n更换 3 号楼电梯。\n".as_bytes().to_vec()
}

fn motion() -> Motion {
    Motion {
        attachments: None,
        candidates: None,
        choices: vec![Choice::For, Choice::Against, Choice::Abstain],
        id: "lift".parse::<Id>().expect("an id"),
        rule: rule(),
        rule_sha256: RuleBook::embedded().digest(&rule()).expect("the rule is there"),
        seats: None,
        text_sha256: Hash::of(&motion_text()),
        title: "更换电梯".to_owned(),
    }
}

fn line(number: u64) -> UnitLine {
    UnitLine {
        area: 8900 + number,
        building: (number % 12 + 1).to_string(),
        commit: Hash::of(&number.to_le_bytes()),
        entitlement: None,
        flags: None,
        holder: no(number, HolderNo::try_from),
        kind: UnitKind::Home,
        mea: None,
        persons: PersonNo::FIRST,
        representative: None,
        share: None,
        share_value: None,
        shares: None,
        status: UnitStatus::Delivered,
        tantiemes: None,
        unit: no(number, UnitNo::try_from),
        votes: None,
    }
}

fn no<T, E: std::fmt::Debug>(number: u64, make: impl Fn(u64) -> Result<T, E>) -> T {
    make(number).expect("numbers start at 1")
}

fn sorted(keys: impl Iterator<Item = KeyText>) -> Vec<KeyText> {
    let mut keys: Vec<_> = keys.collect();
    keys.sort();
    keys
}

fn seed(poll: u8, number: u64) -> [u8; 32] {
    let mut seed = [poll; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    seed
}

fn signer(name: &str, poll: u8, number: u64) -> SignerKey {
    SignerKey::from_seed(name, KeyKind::Ed25519, &seed(poll, number)).expect("a key name")
}
