//! What has happened in the demo's estate: officers appointed, a roll applied, owners enrolled, polls held.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use anyhow::Context as _;
use ballot::{
    hash::Hash,
    id::PollId,
    register::{Register, RegisterUnit},
    roll::UnitKind,
    statement::{Answer, Answers, Ballot, Candidate, Choice, Mark},
    store::{
        Submission,
        acts::ActState,
        estate::{Estate, NewCompound},
        ids::{ActId, CompoundId, PersonId, Subject},
        letters::{Letter, LettersFor},
        outbox::Notice,
        place::{Matter, Place},
        polls::{Draft, DraftMotion},
        register::NewRegister,
        session::{Viewer, token_hash},
        staff::{NewStaff, Role, StaffMember},
    },
};

use deliberation::store::{Deliberation, MotionId};

use super::{
    Time,
    device::Device,
    estate, fresh,
    matters::{self, Players},
    mediations, meetings,
    motions::{LIFT, Motions, RUNNING},
    notices, papers, places, surveys,
};

const DAY: u64 = 86_400;
/// The estate is always the same one.
const SEED: u64 = 2026;
/// The building whose lift was voted on.
const LIFT_BUILDING: &str = "3";
/// Of the lift's owners, those who do not vote.
const SILENT_OF_TEN: usize = 2;

/// Officers, clerk and auditor. The first two are played by this program, the others wait for a visitor.
const STAFF: [(Role, &str, &str, &str); 7] = [
    (Role::Officer, "梁启文", "业主委员会主任", "10099990001"),
    (Role::Officer, "苏映红", "业主委员会副主任", "10099990002"),
    (Role::Officer, "何建国", "业主委员会委员", "10099990003"),
    (Role::Officer, "叶美玲", "业主委员会委员", "10099990004"),
    (Role::Clerk, "郑晓东", "服务点工作人员", "10099990005"),
    (Role::Clerk, "林秀珍", "社区工作人员", "10099990009"),
    (Role::Auditor, "傅清泉", "街道监督员", "10099990006"),
];

/// Two clerks whom this program plays: they have entered the papers that are there.
const AT_DESK: [(Role, &str, &str, &str); 2] =
    [(Role::Clerk, "卫东来", "社区工作人员", "10099990007"), (Role::Clerk, "尤小曼", "网格员", "10099990008")];

struct Person {
    device: Device,
    viewer: Viewer,
}

struct Teller<'a> {
    estate: &'a Estate,
    time: &'a Time,
    compound: CompoundId,
    officers: Vec<Person>,
}

/// Tells the whole story and gives the guide for visitors.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(estate: &Estate, time: &Time, voters: usize, origin: &str) -> anyhow::Result<String> {
    let today = time.now();
    time.set(today - 90 * DAY);
    let mut teller = Teller::begin(estate, time).await?;
    let register = estate::estate(SEED);
    teller.apply(&register).await?;
    teller.motions(&[]).appoint().await?;
    let of_lift = teller.motions(&[]).finalise(&LIFT).await?;

    time.set(today - 60 * DAY);
    teller.sign_in_officers().await?;
    let staff = teller.appoint().await?;
    let clerks = teller.clerks().await?;
    let letters = teller.letters().await?;
    let cast = Cast::choose(&register, &letters);

    time.set(today - 58 * DAY);
    let lift = teller.put_to_vote(&[("lift", &of_lift)], lift_draft).await?;
    let mut owners = teller.enrol(voters_of(&letters, &cast, Some(LIFT_BUILDING), usize::MAX)).await?;
    let mut of_running = Vec::new();
    for agenda in &RUNNING {
        time.set(today - 57 * DAY);
        of_running.push(teller.motions(&[]).finalise(agenda).await?);
    }
    time.set(today - 20 * DAY);
    teller.vote(&lift, &mut owners, |place| place % 10 >= SILENT_OF_TEN, lift_choice).await?;
    let desk = papers::AtDesk { estate, time, clerks: &clerks };
    desk.enter_all(&lift, LIFT_BUILDING, 4).await?;
    time.set(today - 12 * DAY);
    desk.end(&lift).await?;
    teller.result(&lift).await?;

    time.set(today - 21 * DAY);
    teller.sign_in_officers().await?;
    let asked = [("charging", &of_running[0]), ("gate", &of_running[1])];
    let running = teller.put_to_vote(&asked, |asked, now| running_draft(asked, now, today)).await?;
    let mut more = teller.enrol(voters_of(&letters, &cast, None, voters)).await?;
    time.set(today - 2 * DAY);
    let neighbours: Vec<_> = owners.iter().take(30).map(|person| person.viewer.subject()).collect();
    owners.truncate(voters / 3);
    teller.vote(&running, &mut owners, |_| true, running_choice).await?;
    teller.vote(&running, &mut more, |_| true, running_choice).await?;
    desk.enter_some(&running, "2", 9).await?;
    desk.take_sheets(&running, "4", estate::DEVELOPER).await?;
    teller.matters(today, &neighbours).await?;
    teller.motions(&neighbours).after_lift(&of_lift, today).await?;
    teller.motions(&neighbours).others(today).await?;
    teller.surveys(today, &neighbours).await?;
    teller.notices(today).await?;
    teller.meetings(today, &neighbours).await?;
    teller.places(today, &neighbours, &register).await?;
    let rooms = teller.mediations(today, &cast, &letters, &neighbours).await?;
    time.set(today - 1);
    teller.sign_in_officers().await?;
    teller.draft(&election_draft(today)).await?;
    teller.clear_outbox().await?;
    Ok(guide(origin, &cast, &staff, &lift, &teller.log_key(&lift).await?) + &rooms)
}

impl<'a> Teller<'a> {
    /// The compound with its first two officers at work.
    async fn begin(estate: &'a Estate, time: &'a Time) -> anyhow::Result<Self> {
        let officers = STAFF[..2].iter().map(|member| new_staff(*member, time.now())).collect();
        let new = NewCompound {
            name: estate::NAME.to_owned(),
            phone: "010-12345678".to_owned(),
            service_point: "1 号楼大堂".to_owned(),
            place: Place::china(),
            officers,
        };
        let (compound, letters) = estate.init(&new, time.now(), &mut fresh()?).await?;
        let mut teller = Self { estate, time, compound, officers: Vec::new() };
        for letter in letters {
            let person = teller.enrol_one(&letter.code, true).await?;
            teller.officers.push(person);
        }
        Ok(teller)
    }

    /// Enrols a device by a letter's code and the one-time code that is sent.
    async fn enrol_one(&self, letter: &str, is_staff: bool) -> anyhow::Result<Person> {
        let now = self.time.tick();
        let device = Device::new()?;
        let challenge = self.estate.start_enrolment(&self.compound, letter, 0, "zh", now, &mut fresh()?).await?;
        let mut code = None;
        for message in self.estate.queued_messages(&self.compound, 50).await? {
            if let Notice::Code { code: sent, .. } = &message.notice {
                code = Some(sent.clone());
            }
            self.estate.message_sent(&message.id).await?;
        }
        let code = code.context("no code was sent")?;
        let keys = device.keys(is_staff)?;
        let enrolled = self.estate.finish_enrolment(&challenge, &code, &keys, now, &mut fresh()?).await?;
        let viewer = self.viewer(&enrolled.signed_in.token.reveal()).await?;
        Ok(Person { device, viewer })
    }

    async fn viewer(&self, token: &str) -> anyhow::Result<Viewer> {
        let hash = token_hash(token).context("a session's token")?;
        self.estate.session_of(&hash, self.time.now()).await?.context("the session has just begun")
    }

    /// Signs somebody in anew by their device: weeks have passed.
    async fn sign_in(&self, person: &mut Person) -> anyhow::Result<()> {
        let now = self.time.tick();
        let purpose = ballot::store::session::ChallengeFor::SignIn;
        let challenge = self.estate.challenge(purpose, now, &mut fresh()?).await?;
        let (key, answer) = (person.device.sign_in_key(), person.device.answer(&challenge.text));
        let signed_in = self.estate.sign_in_by_device(&challenge.id, &key, &answer, now, &mut fresh()?).await?;
        person.viewer = self.viewer(&signed_in.token.reveal()).await?;
        Ok(())
    }

    async fn sign_in_officers(&mut self) -> anyhow::Result<()> {
        let mut officers = std::mem::take(&mut self.officers);
        for officer in &mut officers {
            self.sign_in(officer).await?;
        }
        self.officers = officers;
        Ok(())
    }

    fn officer(&self) -> anyhow::Result<&StaffMember> {
        self.officers[0].viewer.staff(Role::Officer).context("an officer")
    }

    /// Both officers sign an act, which is then done.
    async fn carry(&self, act: &ActId) -> anyhow::Result<()> {
        let text = self.estate.act(&self.compound, act).await?.context("the act was put up")?.text;
        let mut state = ActState::Open;
        for officer in &self.officers {
            let by = officer.viewer.staff(Role::Officer).context("an officer")?;
            let signature = officer.device.sign(&text);
            state = self.estate.sign_act(by, act, &signature, self.time.tick(), &mut fresh()?).await?;
        }
        anyhow::ensure!(state == ActState::Done, "two signatures did not carry an act: {state:?}");
        Ok(())
    }

    async fn apply(&self, register: &Register) -> anyhow::Result<()> {
        let new = NewRegister {
            register: register.clone(),
            file_name: "富枫新苑业主名册.xlsx".to_owned(),
            file_sha256: Hash::of(format!("{register:?}").as_bytes()),
            summary: serde_json::json!({ "added": register.units.len() }),
        };
        let act = self.estate.propose_register(self.officer()?, new, self.time.tick(), &mut fresh()?).await?;
        self.carry(&act).await
    }

    /// The other members of staff, each with the code of the letter that waits for a visitor.
    async fn appoint(&self) -> anyhow::Result<Vec<(StaffMember, String)>> {
        let by = self.officer()?;
        for member in &STAFF[2..] {
            let new = new_staff(*member, self.time.now());
            let act = self.estate.propose_appointment(by, &new, self.time.tick(), &mut fresh()?).await?;
            self.carry(&act).await?;
        }
        let mut waiting = Vec::new();
        for member in self.estate.staff(&self.compound).await? {
            if STAFF[2..].iter().any(|(.., phone)| *phone == member.phone) {
                let letter = self.estate.staff_letter(by, &member.id, self.time.tick(), &mut fresh()?).await?;
                waiting.push((member, letter.code));
            }
        }
        Ok(waiting)
    }

    /// The clerks at the desk, with their devices.
    async fn clerks(&self) -> anyhow::Result<Vec<papers::Clerk>> {
        let by = self.officer()?;
        for member in &AT_DESK {
            let new = new_staff(*member, self.time.now());
            let act = self.estate.propose_appointment(by, &new, self.time.tick(), &mut fresh()?).await?;
            self.carry(&act).await?;
        }
        let mut clerks = Vec::new();
        for member in self.estate.staff(&self.compound).await? {
            if AT_DESK.iter().any(|(.., phone)| *phone == member.phone) {
                let letter = self.estate.staff_letter(by, &member.id, self.time.tick(), &mut fresh()?).await?;
                let Person { device, viewer } = self.enrol_one(&letter.code, true).await?;
                let staff = viewer.staff(Role::Clerk).context("a clerk")?.clone();
                clerks.push(papers::Clerk { staff, device });
            }
        }
        Ok(clerks)
    }

    async fn letters(&self) -> anyhow::Result<Vec<Letter>> {
        let everybody = LettersFor::Everybody(BTreeSet::new());
        Ok(self.estate.print_letters(self.officer()?, &everybody, self.time.tick(), &mut fresh()?).await?)
    }

    async fn enrol(&self, letters: Vec<&Letter>) -> anyhow::Result<Vec<Person>> {
        let mut people = Vec::with_capacity(letters.len());
        for letter in letters {
            people.push(self.enrol_one(&letter.code, false).await?);
        }
        Ok(people)
    }

    async fn draft(&self, draft: &Draft) -> anyhow::Result<PollId> {
        Ok(self.estate.create_draft(self.officer()?, draft, self.time.tick(), &mut fresh()?).await?)
    }

    async fn publish(&self, draft: &Draft) -> anyhow::Result<PollId> {
        let poll = self.draft(draft).await?;
        let act = self.estate.propose_poll(self.officer()?, &poll, self.time.tick(), &mut fresh()?).await?;
        self.carry(&act).await?;
        Ok(poll)
    }

    /// Those of the people whom `does_vote` picks vote, for each holder they belong to.
    async fn vote(
        &self,
        poll: &PollId,
        people: &mut [Person],
        does_vote: impl Fn(usize) -> bool,
        choose: impl Fn(usize) -> Choice,
    ) -> anyhow::Result<()> {
        let log = self.estate.logs().log(poll).await?;
        let (manifest, motions) = log.read(|state, _| (state.manifest_hash(), state.manifest().motions.clone()));
        for (place, person) in people.iter_mut().enumerate().filter(|(place, _)| does_vote(*place)) {
            self.sign_in(person).await?;
            // Parking owners elsewhere are not on the roll of one building.
            let Ok(holders) = self.estate.my_poll(&person.viewer, poll).await else { continue };
            for holder in holders {
                let Some(credential) = holder.credential.filter(|credential| credential.is_this_device) else {
                    continue;
                };
                let choice = choose(place);
                let answers = motions.iter().map(|motion| {
                    let answer = match &motion.candidates {
                        None => Answer::Choice(choice),
                        Some(candidates) => Answer::Marks(BTreeMap::from([(candidates[0].id.clone(), Mark::For)])),
                    };
                    (motion.id.clone(), answer)
                });
                let ballot = Ballot {
                    agent: None,
                    answers: answers.collect(),
                    channel: None,
                    credential: credential.number,
                    for_holder: None,
                    holder: Some(holder.holder),
                    manifest,
                    poll: poll.clone(),
                    seq: (credential.last_seq + 1).try_into()?,
                };
                let bytes = person.device.ballot(self.estate.host(), &credential.public_key, ballot)?;
                self.time.tick();
                log.submit(Submission::ready(bytes)).await?;
            }
        }
        Ok(())
    }

    async fn result(&mut self, poll: &PollId) -> anyhow::Result<()> {
        self.sign_in_officers().await?;
        let act = self.estate.propose_result(self.officer()?, poll, self.time.tick(), &mut fresh()?).await?;
        self.carry(&act).await
    }

    /// Publishes a poll that asks final texts, and sets it as their vote.
    async fn put_to_vote(
        &self,
        motions: &[(&str, &MotionId)],
        draft: impl FnOnce(Vec<DraftMotion>, u64) -> Draft,
    ) -> anyhow::Result<PollId> {
        let mut asked = Vec::new();
        for (place, id) in motions {
            asked.push(self.motions(&[]).asked(id, place).await?);
        }
        let poll = self.publish(&draft(asked, self.time.now())).await?;
        for (_, id) in motions {
            self.motions(&[]).schedule(id, &poll).await?;
        }
        Ok(poll)
    }

    fn motions<'b>(&'b self, owners: &'b [Subject]) -> Motions<'b> {
        Motions {
            estate: self.estate,
            time: self.time,
            compound: &self.compound,
            officer: self.officers[0].viewer.subject(),
            secretary: self.officers[1].viewer.subject(),
            owners,
        }
    }

    /// What residents have raised, where enough of them take part.
    async fn matters(&self, today: u64, owners: &[Subject]) -> anyhow::Result<()> {
        let officer = self.officers[0].viewer.subject();
        let players = Players { compound: &self.compound, officer: &officer, owners };
        matters::tell(&Deliberation::new(self.estate.clone()), self.time, today, &players).await
    }

    /// What three parties met about, where enough owners take part.
    async fn meetings(&self, today: u64, owners: &[Subject]) -> anyhow::Result<()> {
        let (chair, secretary) = (self.officers[0].viewer.subject(), self.officers[1].viewer.subject());
        let players = meetings::Players { compound: &self.compound, chair: &chair, secretary: &secretary, owners };
        meetings::tell(&Deliberation::new(self.estate.clone()), self.time, today, &players).await
    }

    async fn surveys(&self, today: u64, owners: &[Subject]) -> anyhow::Result<()> {
        let [one, other] = [0, 1].map(|place| self.officers[place].viewer.subject());
        let buildings = self.estate.buildings(&self.compound).await?.into_iter().map(|row| row.building);
        let buildings: Vec<String> = buildings.collect();
        let players = (&self.compound, [&one, &other], owners);
        surveys::tell(&Deliberation::new(self.estate.clone()), self.time, today, players, &buildings).await
    }

    /// Two rooms of people whom a visitor plays; gives who may see which.
    async fn mediations(
        &self,
        today: u64,
        cast: &Cast,
        letters: &[Letter],
        neighbours: &[Subject],
    ) -> anyhow::Result<String> {
        let played: Vec<&Letter> = cast.owners.iter().map(|(_, letter, _)| letter).collect();
        let landlord = letters.iter().find(|letter| Some(&Subject::Person(letter.person.clone())) == neighbours.last());
        let landlord = landlord.context("a neighbour's letter")?;
        let officer = self.officers[0].viewer.subject();
        let players = mediations::Players { compound: &self.compound, officer: &officer, played: &played, landlord };
        mediations::tell(&Deliberation::new(self.estate.clone()), self.time, today, &players).await
    }

    /// Who looks after which part of the estate.
    async fn places(&self, today: u64, owners: &[Subject], register: &Register) -> anyhow::Result<()> {
        let officer = self.officers[0].viewer.subject();
        let buildings = self.estate.buildings(&self.compound).await?.into_iter().map(|row| row.building);
        let buildings: Vec<String> = buildings.collect();
        let first = register.units.iter().find(|unit| Some(&unit.label.roll_building()) == buildings.first());
        let home = first.context("a home")?.label.key();
        let owners = owners.get(20..).unwrap_or_default();
        let players =
            places::Players { compound: &self.compound, officer: &officer, owners, buildings: &buildings, home: &home };
        places::tell(&Deliberation::new(self.estate.clone()), self.time, today, &players).await
    }

    async fn notices(&self, today: u64) -> anyhow::Result<()> {
        let officer = self.officers[0].viewer.subject();
        notices::tell(&Deliberation::new(self.estate.clone()), self.time, today, (&self.compound, &officer)).await
    }

    async fn log_key(&self, poll: &PollId) -> anyhow::Result<String> {
        Ok(self.estate.logs().log(poll).await?.key().to_string())
    }

    /// What was told while the story ran is no news to a visitor.
    async fn clear_outbox(&self) -> anyhow::Result<()> {
        loop {
            let messages = self.estate.queued_messages(&self.compound, 500).await?;
            if messages.is_empty() {
                return Ok(());
            }
            for message in messages {
                self.estate.message_sent(&message.id).await?;
            }
        }
    }
}

fn new_staff((role, name, organisation, phone): (Role, &str, &str, &str), now: u64) -> NewStaff {
    NewStaff {
        role,
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        scope: BTreeSet::new(),
        term_ends: now + 3 * 365 * DAY,
    }
}

/// The owners whom a visitor plays; nobody else votes for them.
struct Cast {
    /// Who somebody is, the home, the letter's code, the phone.
    owners: Vec<(&'static str, Letter, String)>,
    people: BTreeSet<PersonId>,
}

impl Cast {
    fn choose(register: &Register, letters: &[Letter]) -> Self {
        let homes: BTreeSet<_> =
            register.units.iter().filter(|unit| unit.kind == UnitKind::Home).map(home_of).collect();
        let is_home = |letter: &&Letter| homes.contains(&(&letter.building, &letter.entrance, &letter.number));
        let by_home: BTreeMap<(String, String, String), Vec<&Letter>> =
            letters.iter().filter(is_home).fold(BTreeMap::new(), |mut homes, letter| {
                let home = (letter.building.clone(), letter.entrance.clone(), letter.number.clone());
                homes.entry(home).or_insert_with(Vec::new).push(letter);
                homes
            });
        let letters_of: BTreeMap<&PersonId, usize> = letters.iter().fold(BTreeMap::new(), |mut counts, letter| {
            *counts.entry(&letter.person).or_default() += 1;
            counts
        });
        let has_phone = |letter: &Letter| phone_of(register, letter).is_some();
        let is_plain = |letter: &Letter| letters_of[&letter.person] == 1 && has_phone(letter);
        let homes = || by_home.iter().filter(|((building, ..), _)| building != LIFT_BUILDING);
        let alone = homes().filter_map(|(_, home)| <[&Letter; 1]>::try_from(home.clone()).ok()).map(|[letter]| letter);
        let mut plain = alone.clone().filter(|letter| is_plain(letter));
        let several = alone.filter(|letter| letters_of[&letter.person] > 1 && has_phone(letter)).take(1);
        let couple = homes().find(|(_, home)| home.len() == 2 && home.iter().all(|letter| is_plain(letter)));
        let mut owners = Vec::new();
        owners.extend(plain.next().map(|letter| ("业主 owner", letter)));
        owners.extend(plain.next().map(|letter| ("老年业主 elderly owner", letter)));
        owners.extend(couple.into_iter().flat_map(|(_, home)| home.iter().map(|letter| ("共有人 co-owner", *letter))));
        owners.extend(several.map(|letter| ("多套房业主 owner of several units", letter)));
        let people = owners.iter().map(|(_, letter)| letter.person.clone()).collect();
        let owners = owners
            .into_iter()
            .map(|(role, letter)| (role, letter.clone(), phone_of(register, letter).unwrap_or_default()))
            .collect();
        Self { owners, people }
    }
}

fn home_of(unit: &RegisterUnit) -> (&String, &String, &String) {
    (&unit.label.building, &unit.label.entrance, &unit.label.number)
}

/// The phone of the person whom a letter is for; visitors play no firms.
fn phone_of(register: &Register, letter: &Letter) -> Option<String> {
    let home = (&letter.building, &letter.entrance, &letter.number);
    let unit = register.units.iter().find(|unit| home_of(unit) == home)?;
    let owners = unit.owners.iter().map(|owner| &register.persons[*owner]).filter(|owner| !owner.is_organisation);
    owners.filter(|person| person.name == letter.name).find_map(|person| person.phones.first().cloned())
}

/// One letter of each owner who is no part of the visitor's, in one building, or of those who own nothing in the lift's:
/// who is enrolled twice loses the first device.
fn voters_of<'a>(letters: &'a [Letter], cast: &Cast, building: Option<&str>, most: usize) -> Vec<&'a Letter> {
    let of_lift = letters.iter().filter(|letter| letter.building == LIFT_BUILDING).map(|letter| &letter.person);
    let mut seen: BTreeSet<_> = if building.is_some() { BTreeSet::new() } else { of_lift.collect() };
    let is_there = |letter: &&Letter| building.is_none_or(|name| letter.building == name);
    let theirs = letters.iter().filter(is_there).filter(|letter| !cast.people.contains(&letter.person));
    // Every ninth, so that all buildings have some turnout.
    let stride = if building.is_some() { 1 } else { 9 };
    theirs.filter(|letter| seen.insert(&letter.person)).step_by(stride).take(most).collect()
}

fn lift_choice(place: usize) -> Choice {
    match place % 9 {
        0 | 5 => Choice::Against,
        7 => Choice::Abstain,
        _ => Choice::For,
    }
}

fn running_choice(place: usize) -> Choice {
    match place % 7 {
        0 | 3 => Choice::Against,
        5 => Choice::Abstain,
        _ => Choice::For,
    }
}

fn lift_draft(motions: Vec<DraftMotion>, now: u64) -> Draft {
    Draft {
        title: "更换 3 号楼电梯".to_owned(),
        motions,
        scope: BTreeSet::from([LIFT_BUILDING.to_owned()]),
        posted: now,
        opens: now + 17 * DAY,
        closes: now + 45 * DAY,
        answers: Answers::Public,
        special: false,
        left_out: String::new(),
        test: false,
    }
}

fn running_draft(motions: Vec<DraftMotion>, now: u64, today: u64) -> Draft {
    Draft {
        title: "充电桩与大门改造".to_owned(),
        motions,
        scope: BTreeSet::new(),
        posted: now,
        opens: now + 17 * DAY,
        closes: today + 12 * DAY,
        answers: Answers::Inspectors,
        special: false,
        left_out: String::new(),
        test: false,
    }
}

fn election_draft(today: u64) -> Draft {
    let names = ["梁启文", "苏映红", "何建国", "叶美玲", "曹国强", "袁淑芬"];
    let candidate = |(number, name): (usize, &&str)| Candidate {
        id: format!("c{}", number + 1).parse().expect("an id of ours"),
        name: (*name).to_owned(),
    };
    let election = DraftMotion {
        id: "committee".parse().expect("an id of ours"),
        matter: Matter::Election,
        title: "选举第三届业主委员会委员".to_owned(),
        text: ELECTION_TEXT.to_owned(),
        attachments: BTreeSet::new(),
        rule: None,
        has_abstain: false,
        seats: Some(5),
        candidates: names.iter().enumerate().map(candidate).collect(),
    };
    Draft {
        title: "选举第三届业主委员会".to_owned(),
        motions: vec![election],
        scope: BTreeSet::new(),
        posted: today + DAY,
        opens: today + 18 * DAY,
        closes: today + 38 * DAY,
        answers: Answers::Inspectors,
        special: false,
        left_out: String::new(),
        test: false,
    }
}

/// Who can sign in and how, and how to check the finished poll.
fn guide(origin: &str, cast: &Cast, staff: &[(StaffMember, String)], lift: &PollId, log_key: &str) -> String {
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| {
        text.write_fmt(words).expect("a String takes any text");
        text.push('\n');
    };
    line(format_args!("\n合议演示 Heyi demo: {origin}"));
    line(format_args!("短信验证码都显示在 one-time codes are shown at {origin}/outbox"));
    line(format_args!("每个人用一个单独的浏览器窗口 give every person a browser profile of their own\n"));
    for (role, letter, phone) in &cast.owners {
        line(format_args!(
            "{role}: {}，{} 号楼 {} 单元 {}\n    手机 phone {phone}  邀请信 letter {}\n    {origin}/enrol#{}",
            letter.name, letter.building, letter.entrance, letter.number, letter.code, letter.code
        ));
    }
    for (member, code) in staff {
        let role = match member.role {
            Role::Officer => "业委会委员 officer",
            Role::Clerk => "工作人员 clerk",
            Role::Auditor => "监督员 auditor",
        };
        line(format_args!(
            "{role}: {}\n    手机 phone {}  邀请信 letter {code}\n    {origin}/enrol#{code}",
            member.name, member.phone
        ));
    }
    line(format_args!("\n想试纸质票：两位工作人员先认证，再由两位委员公布一次演练；演练里他们的钥匙才在名单上"));
    line(format_args!(
        "to try the paper desk: enrol both clerks, then let two officers publish a rehearsal, which names their keys"
    ));
    line(format_args!("\n自己核对已结束的表决 check the finished poll yourself:"));
    line(format_args!("  curl -o lift.tar {origin}/log/{lift}/bundle.tar"));
    line(format_args!(
        "  cargo run --release -p ballot --features cli --bin heyi-audit -- verify lift.tar --log-key '{log_key}'"
    ));
    line(format_args!("结果 the result: {origin}/polls/{lift}/result\n停止 stop: Ctrl-C"));
    text
}

const ELECTION_TEXT: &str = "## 说明\n\n本届任期五年，设委员 5 名。候选人 6 名，由业主推荐、筹备组核对资格后公布。\n\n\
每位业主最多可以对 5 名候选人投同意票。\n";
