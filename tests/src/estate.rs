//! An estate to work in: officers and owners with their devices, who do what their browsers would.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU64, Ordering},
};

use ballot::{
    hash::Hash,
    id::{HolderNo, Id, PollId, Seq},
    key::{KeyKind, SignerKey},
    note,
    register::{AreaSource, Register, RegisterPerson, RegisterUnit, UnitLabel},
    roll::{UnitKind, UnitStatus},
    statement::{Answer, Answers, Ballot, Choice, Proxy, ProxyState, Statement},
    store::{
        Database, Logs, Stored, Submission, SubmitError,
        acts::ActState,
        devices::{DeviceKeys, EnrolError, Enrolled},
        estate::{Estate, NewCompound},
        fresh::Fresh,
        ids::{ActId, ChallengeId, CompoundId},
        letters::LettersFor,
        outbox::Notice,
        place::{Matter, Place},
        polls::{Draft, DraftMotion, MyHolder},
        register::NewRegister,
        session::{CodeAnswer, Token, Viewer, token_hash},
        staff::{NewStaff, Role, StaffMember},
    },
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    databases::TestDatabase,
    poll::{TestClock, open_logs},
};

/// The host of every test.
pub const HOST: &str = "vote.example";

/// When tests begin: 2026-11-01 00:00 in Beijing.
pub const NOW: u64 = 1_793_462_400;

/// A day in seconds.
pub const DAY: u64 = 86_400;

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// Randomness that no other call gets.
pub fn fresh() -> Fresh {
    Fresh::new(seed())
}

fn seed() -> [u8; 32] {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    // Tests run at the same time, in one process each.
    seed[8..12].copy_from_slice(&std::process::id().to_be_bytes());
    seed
}

fn public(seed: &[u8; 32]) -> String {
    base64(&key("device", seed).public().public())
}

/// A phone or computer with its keys.
pub struct TestDevice {
    sign_in: SignerKey,
    office: SignerKey,
    /// Seeds: a voting key gets its name with its credential.
    voting: Vec<[u8; 32]>,
}

impl Default for TestDevice {
    fn default() -> Self {
        Self::new()
    }
}

impl TestDevice {
    /// A device that is new.
    pub fn new() -> Self {
        let (sign_in, office) = (key("device", &seed()), key("device", &seed()));
        Self { sign_in, office, voting: (0..4).map(|_| seed()).collect() }
    }

    /// What an owner's browser registers.
    pub fn owner_keys(&self) -> DeviceKeys {
        DeviceKeys {
            sign_in: base64(&self.sign_in.public().public()),
            office: None,
            voting: self.voting.iter().map(public).collect(),
        }
    }

    /// What an officer's or clerk's browser registers.
    pub fn office_keys(&self) -> DeviceKeys {
        let office = Some(base64(&self.office.public().public()));
        DeviceKeys { office, voting: Vec::new(), ..self.owner_keys() }
    }

    /// The public key it signs in with.
    pub fn public_key(&self) -> String {
        base64(&self.sign_in.public().public())
    }

    /// The answer to a challenge.
    pub fn answer(&self, text: &str) -> String {
        base64(&self.sign_in.sign(text.as_bytes()))
    }

    /// The office key's signature over an act.
    pub fn sign(&self, text: &str) -> String {
        base64(&self.office.sign(text.as_bytes()))
    }

    /// Makes more voting keys, and gives the public halves of all.
    pub fn more_keys(&mut self, count: usize) -> Vec<String> {
        self.voting.extend((0..count).map(|_| seed()));
        self.owner_keys().voting
    }

    /// The key of a credential, under its name.
    fn voting_key(&self, public_key: &str, name: &str) -> SignerKey {
        let found = self.voting.iter().find(|seed| public(seed) == public_key);
        key(name, found.expect("the credential is for a key of this device"))
    }
}

/// Somebody with a device who is signed in.
pub struct TestPerson {
    /// The device.
    pub device: TestDevice,
    /// The session's secret.
    pub token: Token,
}

/// A compound with two officers at work, on a database of the test's.
pub struct TestEstate {
    /// The use cases.
    pub estate: Estate,
    /// The database below.
    pub database: Database,
    /// The clock of the logs.
    pub clock: TestClock,
    /// The compound.
    pub compound: CompoundId,
    /// Two officers.
    pub officers: Vec<TestPerson>,
}

impl TestEstate {
    /// Sets up a compound with two officers who have enrolled.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn new(test: &TestDatabase) -> Self {
        Self::new_in(test, Place::china()).await
    }

    /// The same in a place with rules of its own.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn new_in(test: &TestDatabase, place: Place) -> Self {
        Self::set_up(test, test.open().await, place).await
    }

    /// The same over a database that is open already.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn over(test: &TestDatabase, database: Database) -> Self {
        Self::set_up(test, database, Place::china()).await
    }

    async fn set_up(test: &TestDatabase, database: Database, place: Place) -> Self {
        let clock = TestClock::at(NOW);
        let estate = open_over(test, &database, &clock).await;
        let (compound, officers) = Self::compound_in(&estate, place, "扶风小区", "1000000000").await;
        Self { estate, database, clock, compound, officers }
    }

    /// Sets up one more compound in the same service; `phones` is all but the last digit of its officers' numbers.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn compound(estate: &Estate, name: &str, phones: &str) -> (CompoundId, Vec<TestPerson>) {
        Self::compound_in(estate, Place::china(), name, phones).await
    }

    async fn compound_in(estate: &Estate, place: Place, name: &str, phones: &str) -> (CompoundId, Vec<TestPerson>) {
        let officers = [1, 2].map(|number| new_staff(Role::Officer, &format!("{phones}{number}")));
        let new = NewCompound {
            name: name.to_owned(),
            phone: "010-12345678".to_owned(),
            service_point: "1 号楼".to_owned(),
            place,
            officers: officers.to_vec(),
        };
        let (compound, letters) = estate.init(&new, NOW, &mut fresh()).await.expect("the compound is set up");
        let mut people = Vec::new();
        for letter in letters {
            people.push(enrol_staff(estate, &compound, &letter.code, &letter.staff.phone).await);
        }
        (compound, people)
    }

    /// Who an officer is now.
    ///
    /// # Panics
    /// If the session has ended.
    pub async fn officer(&self, place: usize) -> StaffMember {
        let viewer = self.viewer(&self.officers[place].token, self.now()).await.expect("signed in");
        viewer.staff(Role::Officer).expect("an officer").clone()
    }

    /// The time.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Who a session is of.
    ///
    /// # Panics
    /// If the database fails, or what is asked for many sessions at once is not answered as for one.
    pub async fn viewer(&self, token: &Token, now: u64) -> Option<Viewer> {
        let hash = token_hash(&token.reveal()).expect("a token");
        let live = self.estate.live_sessions(&[hash, Hash::of(b"none")], now).await.expect("sessions are read");
        let viewer = self.estate.session_of(&hash, now).await.expect("the session is read");
        assert_eq!(live.into_iter().collect::<Vec<_>>(), viewer.iter().map(|_| hash).collect::<Vec<_>>());
        viewer
    }

    /// An officer's signature on an act.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn sign(&self, officer: usize, act: &ActId) -> ActState {
        let by = self.officer(officer).await;
        let text = self.act_text(act).await;
        let signature = self.officers[officer].device.sign(&text);
        let signed = self.estate.sign_act(&by, act, &signature, self.now(), &mut fresh()).await;
        signed.expect("the signature is taken")
    }

    /// The text of an act.
    ///
    /// # Panics
    /// If there is no such act.
    pub async fn act_text(&self, act: &ActId) -> String {
        self.estate.act(&self.compound, act).await.expect("it is read").expect("there is one").text
    }

    /// Both officers' signatures on an act.
    ///
    /// # Panics
    /// If one is refused or the act is not done then.
    pub async fn carry(&self, act: &ActId) {
        assert_eq!(self.sign(0, act).await, ActState::Open);
        assert_eq!(self.sign(1, act).await, ActState::Done, "the act is done");
    }

    /// Applies a register.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn apply(&self, register: Register) {
        let new = new_register(register);
        let by = self.officer(0).await;
        let act = self.estate.propose_register(&by, new, self.now(), &mut fresh()).await.expect("it is put up");
        self.carry(&act).await;
    }

    /// Appoints somebody who then enrols.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn appoint(&self, role: Role, phone: &str) -> TestPerson {
        let by = self.officer(0).await;
        let new = new_staff(role, phone);
        let act = self.estate.propose_appointment(&by, &new, self.now(), &mut fresh()).await.expect("it is put up");
        self.carry(&act).await;
        let staff = self.estate.staff(&self.compound).await.expect("they are read");
        let member = staff.iter().find(|member| member.phone == phone).expect("appointed");
        let letter = self.estate.staff_letter(&by, &member.id, self.now(), &mut fresh()).await.expect("a letter");
        enrol_staff(&self.estate, &self.compound, &letter.code, phone).await
    }

    /// The letters of all owners by the owner's name; the last unit's where there are several.
    ///
    /// # Panics
    /// If none are printed.
    pub async fn letters(&self) -> BTreeMap<String, String> {
        let by = self.officer(0).await;
        let everybody = LettersFor::Everybody(BTreeSet::new());
        let letters = self.estate.print_letters(&by, &everybody, self.now(), &mut fresh()).await;
        letters.expect("letters").into_iter().map(|letter| (letter.name, letter.code)).collect()
    }

    /// Enrols an owner's device by letter and code.
    ///
    /// # Panics
    /// If the letter is refused.
    pub async fn enrol(&self, letter: &str, device: TestDevice) -> Result<(TestPerson, Enrolled), EnrolError> {
        let start = self.estate.start_enrolment(&self.compound, letter, 0, "zh", self.now(), &mut fresh()).await;
        let challenge = start.expect("the letter is good");
        let code = last_code(&self.estate, &self.compound, None).await;
        let keys = device.owner_keys();
        let enrolled = self.estate.finish_enrolment(&challenge, &code, &keys, self.now(), &mut fresh()).await?;
        let token = enrolled.signed_in.token.clone();
        Ok((TestPerson { device, token }, enrolled))
    }

    /// A draft that may be put up: one motion, voting from day 16 to day 30.
    pub fn draft(&self) -> Draft {
        Draft {
            title: "更换 3 号楼电梯".to_owned(),
            motions: vec![DraftMotion {
                id: motion(),
                matter: Matter::UseFund,
                title: "是否同意使用维修资金更换 3 号楼电梯？".to_owned(),
                text: "# 更换电梯\n\n两部电梯。\n".to_owned(),
                attachments: BTreeSet::new(),
                has_abstain: true,
                seats: None,
                candidates: Vec::new(),
                rule: None,
            }],
            scope: BTreeSet::new(),
            posted: self.now(),
            opens: self.now() + 17 * DAY,
            closes: self.now() + 30 * DAY,
            answers: Answers::Inspectors,
            special: false,
            left_out: String::new(),
            test: false,
        }
    }

    /// Publishes a poll of the whole estate and goes to its opening.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn publish(&self) -> PollId {
        self.publish_draft(&self.draft()).await
    }

    /// Publishes a draft and goes to its opening.
    ///
    /// # Panics
    /// If any step is refused.
    pub async fn publish_draft(&self, draft: &Draft) -> PollId {
        let by = self.officer(0).await;
        let poll = self.estate.create_draft(&by, draft, self.now(), &mut fresh()).await.expect("a draft");
        let act = self.estate.propose_poll(&by, &poll, self.now(), &mut fresh()).await.expect("it is put up");
        self.carry(&act).await;
        self.clock.set(draft.opens);
        poll
    }

    /// Signs a person in anew by the device's key, whatever time has passed.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn sign_in(&self, person: &mut TestPerson) -> Viewer {
        person.token = sign_in(&self.estate, &person.device, self.now()).await;
        self.viewer(&person.token, self.now()).await.expect("signed in")
    }

    /// Signs both officers in anew.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn sign_officers_in(&mut self) {
        for place in 0..self.officers.len() {
            self.officers[place].token = sign_in(&self.estate, &self.officers[place].device, self.now()).await;
        }
    }

    /// Casts a ballot for a holder as its person's browser would.
    ///
    /// # Errors
    /// As the log refuses it.
    ///
    /// # Panics
    /// If the holder has no credential for this device.
    pub async fn cast(
        &self,
        poll: &PollId,
        person: &TestPerson,
        holder: &MyHolder,
        choice: Choice,
    ) -> Result<Stored, SubmitError> {
        self.cast_answers(poll, person, holder, BTreeMap::from([(motion(), Answer::Choice(choice))])).await
    }

    /// The same with an answer for each motion of the poll.
    ///
    /// # Errors
    /// As the log refuses it.
    ///
    /// # Panics
    /// If the holder has no credential for this device.
    pub async fn cast_answers(
        &self,
        poll: &PollId,
        person: &TestPerson,
        holder: &MyHolder,
        answers: BTreeMap<Id, Answer>,
    ) -> Result<Stored, SubmitError> {
        self.cast_ballot(poll, person, holder, None, answers).await
    }

    /// Casts a ballot for another holder, as its agent's browser would.
    ///
    /// # Errors
    /// As the log refuses it.
    ///
    /// # Panics
    /// If the agent has no credential for this device.
    pub async fn cast_for(
        &self,
        poll: &PollId,
        (person, by): (&TestPerson, &MyHolder),
        principal: HolderNo,
        choice: Choice,
    ) -> Result<Stored, SubmitError> {
        let answers = BTreeMap::from([(motion(), Answer::Choice(choice))]);
        self.cast_ballot(poll, person, by, Some(principal), answers).await
    }

    async fn cast_ballot(
        &self,
        poll: &PollId,
        person: &TestPerson,
        holder: &MyHolder,
        for_holder: Option<HolderNo>,
        answers: BTreeMap<Id, Answer>,
    ) -> Result<Stored, SubmitError> {
        let credential = holder.credential.as_ref().expect("a credential");
        let log = self.estate.logs().log(poll).await.expect("the log opens");
        let ballot = Ballot {
            agent: None,
            answers,
            channel: None,
            credential: credential.number,
            for_holder,
            holder: Some(holder.holder),
            manifest: log.read(|state, _| state.manifest_hash()),
            poll: poll.clone(),
            seq: Seq::try_from(credential.last_seq + 1).expect("a number from 1 on"),
        };
        log.submit(Submission::ready(signed(poll, person, holder, &Statement::Ballot(ballot)))).await
    }

    /// A holder's proxy to another, or that it is taken back, as its person's browser signs it.
    ///
    /// # Panics
    /// If the holder has no credential for this device.
    pub async fn proxy(
        &self,
        poll: &PollId,
        (person, own): (&TestPerson, &MyHolder),
        to: HolderNo,
        (state, seq): (ProxyState, u64),
    ) -> Vec<u8> {
        let log = self.estate.logs().log(poll).await.expect("the log opens");
        let proxy = Proxy {
            agent: None,
            manifest: log.read(|state, _| state.manifest_hash()),
            poll: poll.clone(),
            principal: own.holder,
            scan_sha256: None,
            seq: Seq::try_from(seq).expect("a number from 1 on"),
            state,
            to_holder: Some(to),
        };
        signed(poll, person, own, &Statement::Proxy(proxy))
    }
}

/// A statement signed with a holder's credential.
fn signed(poll: &PollId, person: &TestPerson, holder: &MyHolder, statement: &Statement) -> Vec<u8> {
    let credential = holder.credential.as_ref().expect("a credential");
    let name = format!("{HOST}/poll/{poll}/credential/{}", credential.number);
    let key = person.device.voting_key(&credential.public_key, &name);
    note::sign(&statement.text(), &[&key]).into_bytes()
}

/// Opens the use cases as a process does at start.
///
/// # Panics
/// If the database or a log does not open.
pub async fn open(test: &TestDatabase, clock: &TestClock) -> (Estate, Database) {
    let database = test.open().await;
    (open_over(test, &database, clock).await, database)
}

async fn open_over(test: &TestDatabase, database: &Database, clock: &TestClock) -> Estate {
    let logs: Logs = open_logs(database, &test.keys(), clock).await;
    let registrar = SignerKey::from_seed(&format!("{HOST}/registrar"), KeyKind::Ed25519, &[3; 32]).expect("a key");
    Estate::new(database.clone(), logs, HOST, registrar)
}

/// Somebody to be appointed for a year.
pub fn new_staff(role: Role, phone: &str) -> NewStaff {
    NewStaff {
        role,
        name: format!("工作人员{}", &phone[phone.len() - 2..]),
        organisation: "业主委员会".to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        scope: BTreeSet::new(),
        term_ends: NOW + 365 * DAY,
    }
}

/// A register as it is put up.
pub fn new_register(register: Register) -> NewRegister {
    NewRegister {
        register,
        file_name: "业主名册.xlsx".to_owned(),
        file_sha256: Hash::of(b"a file"),
        summary: serde_json::json!({"added": 6}),
    }
}

/// Six units in two buildings: 张伟明 alone and with 李秀英, 王芳 with two, and the developer's two.
pub fn register() -> Register {
    let person = |(name, phone): (&str, &str)| RegisterPerson {
        identity: format!("p:{name}"),
        name: name.to_owned(),
        tail: "0017".to_owned(),
        phones: vec![phone.to_owned()],
        emails: Vec::new(),
        is_organisation: name.ends_with("公司"),
    };
    let people = [
        ("张伟明", "10000000101"),
        ("李秀英", "10000000102"),
        ("王芳", "10000000103"),
        ("示例市富枫置业有限公司", "10000000104"),
    ];
    Register {
        units: vec![
            unit("1", "101", &[0]),
            unit("1", "102", &[0, 1]),
            unit("1", "201", &[2]),
            unit("2", "101", &[2]),
            RegisterUnit { status: UnitStatus::Unsold, developer: Some(3), ..unit("2", "102", &[3]) },
            RegisterUnit { status: UnitStatus::SoldUndelivered, developer: Some(3), ..unit("2", "201", &[2]) },
        ],
        persons: people.map(person).to_vec(),
        representatives: Vec::new(),
    }
}

/// A delivered home.
pub fn unit(building: &str, number: &str, owners: &[usize]) -> RegisterUnit {
    RegisterUnit {
        label: UnitLabel {
            phase: String::new(),
            building: building.to_owned(),
            entrance: "1".to_owned(),
            number: number.to_owned(),
        },
        kind: UnitKind::Home,
        area: 8953,
        source: AreaSource::Register,
        status: UnitStatus::Delivered,
        owners: owners.to_vec(),
        developer: None,
        shares: None,
    }
}

/// The motion of every test's poll.
///
/// # Panics
/// Never.
pub fn motion() -> Id {
    "lift".parse().expect("an id")
}

/// The code that was just sent, to a contact or to anybody.
///
/// # Panics
/// If none was sent, or several.
pub async fn last_code(estate: &Estate, compound: &CompoundId, to: Option<&str>) -> String {
    let mut codes = codes(estate, compound, to).await;
    assert_eq!(codes.len(), 1, "one code was sent");
    codes.remove(0)
}

/// The codes that were sent since they were last looked at.
///
/// # Panics
/// If the database fails.
pub async fn codes(estate: &Estate, compound: &CompoundId, to: Option<&str>) -> Vec<String> {
    let mut codes = Vec::new();
    for message in estate.queued_messages(compound, 1000).await.expect("messages are read") {
        if let Notice::Code { code, .. } = &message.notice
            && to.is_none_or(|to| message.address == to)
        {
            codes.push(code.clone());
            estate.message_sent(&message.id).await.expect("it is marked");
        }
    }
    codes
}

/// Signs in by a code to a phone.
///
/// # Panics
/// If no code comes.
pub async fn start_by_code(estate: &Estate, compound: &CompoundId, phone: &str, now: u64) -> (ChallengeId, String) {
    let challenge = estate.start_sign_in(compound, phone, "zh", now, &mut fresh()).await.expect("a code is sent");
    let code = last_code(estate, compound, Some(phone)).await;
    (challenge, code)
}

/// The session of a right code.
///
/// # Panics
/// If several people have the phone.
pub fn signed_in(answer: CodeAnswer) -> Token {
    match answer {
        CodeAnswer::SignedIn(signed_in) => signed_in.token,
        CodeAnswer::Choose(_) => panic!("several people have this phone"),
    }
}

async fn sign_in(estate: &Estate, device: &TestDevice, now: u64) -> Token {
    let challenge =
        estate.challenge(ballot::store::session::ChallengeFor::SignIn, now, &mut fresh()).await.expect("a challenge");
    let answer = device.answer(&challenge.text);
    let signed_in = estate.sign_in_by_device(&challenge.id, &device.public_key(), &answer, now, &mut fresh()).await;
    signed_in.expect("the device is known").token
}

async fn enrol_staff(estate: &Estate, compound: &CompoundId, letter: &str, phone: &str) -> TestPerson {
    let device = TestDevice::new();
    let start = estate.start_enrolment(compound, letter, 0, "zh", NOW, &mut fresh()).await;
    let challenge = start.expect("the letter is good");
    let code = last_code(estate, compound, Some(phone)).await;
    let enrolled = estate.finish_enrolment(&challenge, &code, &device.office_keys(), NOW, &mut fresh()).await;
    TestPerson { device, token: enrolled.expect("enrolled").signed_in.token }
}

fn key(name: &str, seed: &[u8; 32]) -> SignerKey {
    SignerKey::from_seed(name, KeyKind::Ed25519, seed).expect("a key name")
}

/// Base64 as the browser writes it.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
