//! An assembly in the hall: whom two clerks have signed for is there, and a ballot counts as cast there only then.

use std::{collections::BTreeMap, num::NonZeroUsize};

use ballot::{
    audit::audit,
    bundle::Bundle,
    id::{HolderNo, PersonNo, PollId},
    rule::Channel,
    state::{Attending, State},
    statement::{Answer, Choice, Entry, PaperAnswer, Place, ProxyState, StrikeReason},
    store::{
        Submission,
        hall::{HallError, HallFigures},
        paper::{PaperEntry, Reading, Says, Signed},
        polls::MyHolder,
        session::token_hash,
        sitting::{Identity, NewSitting},
        staff::{Role, StaffMember},
    },
    tally::Count,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, motion, register},
    tablet::TestTablet,
};

use crate::log::on_both;

/// A poll with two clerks at the door, and two owners with phones.
struct Hall {
    estate: TestEstate,
    clerks: Vec<TestPerson>,
    owners: Vec<TestPerson>,
    poll: PollId,
}

impl Hall {
    async fn new(database: &TestDatabase) -> Self {
        let estate = TestEstate::new(database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902"] {
            clerks.push(estate.appoint(Role::Clerk, phone).await);
        }
        let mut owners = Vec::new();
        for name in ["王芳", "李秀英"] {
            owners.push(estate.enrol(&letters[name], TestDevice::new()).await.expect("enrolled").0);
        }
        let poll = estate.publish().await;
        let mut hall = Self { estate, clerks, owners, poll };
        hall.sign_in().await;
        hall
    }

    async fn sign_in(&mut self) {
        self.estate.sign_officers_in().await;
        for person in self.clerks.iter_mut().chain(&mut self.owners) {
            self.estate.sign_in(person).await;
        }
    }

    async fn clerk(&self, place: usize) -> StaffMember {
        let viewer = self.estate.viewer(&self.clerks[place].token, self.estate.now()).await.expect("signed in");
        viewer.staff(Role::Clerk).expect("a clerk").clone()
    }

    async fn own(&self, owner: usize) -> MyHolder {
        let viewer = self.estate.viewer(&self.owners[owner].token, self.estate.now()).await.expect("signed in");
        self.estate.estate.my_poll(&viewer, &self.poll).await.expect("on the roll").remove(0)
    }

    async fn tick(&self, typed: &str, how: Attending) -> Result<HolderNo, HallError> {
        let (by, now) = (self.clerk(0).await, self.estate.now());
        self.estate.estate.arrive(&by, &self.poll, typed, how, now).await
    }

    async fn prepare(&self, scan: &[u8]) -> Result<String, HallError> {
        let (by, now) = (self.clerk(0).await, self.estate.now());
        self.estate.estate.prepare_hall_list(&by, &self.poll, scan, now, &mut fresh()).await
    }

    async fn sign(&self, clerk: usize, id: &str) -> Result<Signed, HallError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let text = self.estate.estate.hall_list(&by, &self.poll, id).await?.text;
        let signature = self.clerks[clerk].device.sign(&text);
        self.estate.estate.sign_hall_list(&by, &self.poll, id, &signature, now).await
    }

    /// A list of whoever is new, signed by both.
    async fn list(&self, scan: &[u8]) {
        let id = self.prepare(scan).await.expect("a list");
        assert_eq!(self.sign(0, &id).await.unwrap(), Signed::Waits);
        assert_eq!(self.sign(1, &id).await.unwrap(), Signed::Counted);
    }

    async fn figures(&self) -> HallFigures {
        self.estate.estate.hall_figures(&self.clerk(0).await, &self.poll).await.expect("figures")
    }

    /// The ballots of the closed log, by holder and channel.
    async fn channels(&self) -> Vec<(HolderNo, Channel)> {
        let log = self.estate.estate.logs().log(&self.poll).await.expect("the log opens");
        let entries = log.entries(0, log.head().size).await.expect("closed");
        let first = Entry::parse(&entries[0]).expect("a manifest");
        let roll = ballot::roll::Roll::parse(&log.roll().await.expect("a roll")).expect("a roll");
        let mut state = State::open(&first, Some(roll), log.key()).expect("a manifest");
        let mut count = Count::new(log.read(|state, _| state.struck().clone()));
        for bytes in &entries[1..] {
            let entry = Entry::parse(bytes).expect("an entry");
            count.see(&state, &entry);
            state.apply(&entry);
        }
        let counted = count.finish(&state).expect("a roll");
        let mut channels: Vec<_> = counted.casts().iter().map(|cast| (cast.holder, cast.channel)).collect();
        channels.sort();
        channels
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, HallError>) -> &'static str {
    result.expect_err("it is refused").code()
}

on_both! {
    #[allow(clippy::too_many_lines, reason = "one assembly, told once")]
    async fn whom_two_clerks_signed_for_votes_in_the_hall_and_the_record_holds(database) {
        let mut hall = Hall::new(&database).await;
        let estate = hall.estate.estate.clone();
        let poll = hall.poll.clone();
        let (wang, li) = (hall.own(0).await, hall.own(1).await);
        let letters = hall.estate.letters().await;
        assert_eq!(hall.tick("1-201", Attending::Present).await.unwrap(), wang.holder, "by the home");
        let code_of_letter = format!("https://vote.example/enrol#{}", letters["李秀英"]);
        assert_eq!(hall.tick(&code_of_letter, Attending::Present).await.unwrap(), li.holder, "by the letter");
        let before = hall.figures().await;
        assert_eq!((before.present.holders, before.all.holders), (2, 4), "what is ticked counts at once");
        let log = estate.logs().log(&poll).await.unwrap();
        let size = log.head().size;
        let id = hall.prepare(b"list 1").await.unwrap();
        assert_eq!(hall.sign(0, &id).await.unwrap(), Signed::Waits);
        assert_eq!(hall.sign(0, &id).await.unwrap(), Signed::Waits, "one clerk signs once, and another one is wanted");
        assert_eq!(log.head().size, size, "one signature is not enough");
        assert_eq!(hall.sign(1, &id).await.unwrap(), Signed::Counted);
        assert_eq!(log.head().size, size + 1);
        assert_eq!(log.read(|_, turnout| turnout.attending(wang.holder)), Some(Attending::Present));
        assert_eq!(hall.figures().await, before, "nobody is counted twice");

        // Somebody comes later, for an owner whose proxy the record has.
        let zhang = hall.tick("1-101", Attending::Represented).await;
        assert_eq!(code(zhang), "no_agent");
        let given = hall.estate.proxy(&poll, (&hall.owners[1], &li), wang.holder, (ProxyState::Granted, 1)).await;
        log.submit(Submission::ready(given)).await.expect("a proxy");
        hall.tick("2-102", Attending::Present).await.unwrap();
        hall.list(b"list 2").await;
        assert_eq!(hall.figures().await.present.holders, 3, "one more statement for whoever comes later");

        // On the tablet, by phone at home, and on paper in the hall.
        let (by, now) = (hall.clerk(0).await, hall.estate.now());
        let new = NewSitting {
            holder: wang.holder,
            person: wang.person,
            witnesses: ["见证人甲".to_owned(), "见证人乙".to_owned()],
            identity: Identity::Known,
        };
        let opened = estate.open_sitting(&by, &poll, &new, now, &mut fresh()).await.expect("opened");
        let token = estate.enter_sitting(&opened.code, now, &mut fresh()).await.expect("seated");
        let token = token_hash(&token.reveal()).unwrap();
        assert!(estate.seat(&token, now).await.unwrap().unwrap().is_in_hall);
        let mut tablet = TestTablet::new(97);
        tablet.channel = Some(Place::Meeting);
        let number = estate.take_seat_key(&token, &tablet.public_key(), now, &mut fresh()).await.expect("a credential");
        let ballot = tablet.ballot(&hall.estate, &poll, (wang.holder, number), Choice::For).await;
        estate.cast_at_seat(&token, ballot, now, &mut fresh()).await.expect("stored");
        hall.estate.cast(&poll, &hall.owners[1], &hall.own(1).await, Choice::For).await.expect("stored");
        let buildings = ["1".to_owned(), "2".to_owned()].into();
        let forms = estate.issue_forms(&by, &poll, &buildings, now, &mut fresh()).await.unwrap();
        let mut at_hall = Vec::new();
        for form in &forms {
            let known = estate.form(&by, &poll, form.number).await.unwrap();
            if known.is_in_hall && ![wang.holder, li.holder].contains(&known.holder) {
                at_hall.push((form.number, known.holder));
            }
        }
        let [(form, developer)] = at_hall[..] else { panic!("{at_hall:?}") };
        let answers = BTreeMap::from([(motion(), PaperAnswer::Answer(Answer::Choice(Choice::For)))]);
        let says = |channel| Reading { agent: None, channel, person: PersonNo::FIRST, says: Says::Answers(answers.clone()) };
        let enter = async |clerk: usize, channel| {
            let entry = PaperEntry { reading: says(channel), received: Some(now), scan: Some(b"paper".to_vec()) };
            estate.enter_paper(&hall.clerk(clerk).await, &poll, form, &entry, now).await.unwrap()
        };
        enter(0, Some(Place::Meeting)).await;
        assert_eq!(enter(1, None).await, ballot::store::paper::Entered::Differs, "both must say that it was in the hall");
        estate.restart_form(&by, &poll, form, now).await.unwrap();
        enter(0, Some(Place::Meeting)).await;
        assert_eq!(enter(1, Some(Place::Meeting)).await, ballot::store::paper::Entered::Agreed);
        for clerk in [0, 1] {
            let by = hall.clerk(clerk).await;
            let text = estate.papers_to_sign(&by, &poll, now).await.unwrap().remove(0).text;
            let signature = hall.clerks[clerk].device.sign(&text);
            estate.sign_paper(&by, &poll, form, &signature, now).await.unwrap();
        }

        hall.estate.clock.set(NOW + 30 * DAY + 60);
        hall.sign_in().await;
        let now = hall.estate.now();
        estate.end_desk(&hall.clerk(0).await, &poll, now).await.unwrap();
        assert!(log.ensure_closed(now).await.unwrap());
        let mut expected =
            vec![(wang.holder, Channel::Meeting), (li.holder, Channel::Electronic), (developer, Channel::Meeting)];
        expected.sort();
        assert_eq!(hall.channels().await, expected);
        let officer = hall.estate.officer(0).await;
        let act = estate.propose_result(&officer, &poll, now, &mut fresh()).await.unwrap();
        hall.estate.carry(&act).await;
        let bundle = Bundle::from_tar(log.export(Vec::new()).await.unwrap()).unwrap();
        let report = audit(&bundle, log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "{:?}", report.checks);
        estate.verify_events(&hall.estate.compound).await.expect("the events' chain is whole");
    }

    async fn a_list_that_two_have_signed_is_carried_out_after_a_stop(database) {
        let hall = Hall::new(&database).await;
        hall.tick("1-201", Attending::Present).await.unwrap();
        let id = hall.prepare(b"list").await.unwrap();
        hall.sign(0, &id).await.unwrap();
        hall.estate.estate.logs().stop().await;
        assert_eq!(hall.sign(1, &id).await.unwrap(), Signed::Ready);
        let (again, _) = heyi_tests::estate::open(&database, &hall.estate.clock).await;
        again.tend(hall.estate.now(), &mut fresh()).await.unwrap();
        let list = again.hall_list(&hall.clerk(0).await, &hall.poll, &id).await.unwrap();
        assert!(list.index.is_some());
    }
}

#[tokio::test]
async fn what_is_wrong_at_the_door_is_said_and_a_struck_list_names_nobody() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut hall = Hall::new(&database).await;
    let estate = hall.estate.estate.clone();
    let poll = hall.poll.clone();
    for (why, typed, expected) in [
        ("no such home", "9-999", "not_on_roll"),
        ("no such holder", "https://vote.example/desk/x/hall?holder=99", "not_on_roll"),
        ("no such letter", "https://vote.example/enrol#7K4P-9QXM-2RTD", "not_on_roll"),
        ("nothing", "", "not_on_roll"),
    ] {
        assert_eq!(code(hall.tick(typed, Attending::Present).await), expected, "{why}");
    }
    assert_eq!(code(hall.prepare(b"list").await), "nobody_new");
    let holder = hall.tick("1-201", Attending::Present).await.unwrap();
    assert_eq!(code(hall.prepare(b"").await), "no_scan");
    let by = hall.clerk(0).await;
    estate.not_arrived(&by, &poll, holder, hall.estate.now()).await.expect("a mistake is taken back");
    hall.tick("1-201", Attending::Present).await.unwrap();
    let id = hall.prepare(b"list").await.unwrap();
    assert_eq!(code(hall.tick("1-201", Attending::Present).await), "arrival_listed");
    assert_eq!(code(estate.not_arrived(&by, &poll, holder, hall.estate.now()).await), "arrival_listed");
    let text = estate.hall_list(&by, &poll, &id).await.unwrap().text;
    let others = hall.clerks[1].device.sign(&text);
    assert_eq!(code(estate.sign_hall_list(&by, &poll, &id, &others, hall.estate.now()).await), "sig");
    estate.discard_hall_list(&by, &poll, &id, hall.estate.now()).await.expect("one that nobody signed");
    hall.list(b"anew").await;
    let officer = hall.estate.officer(0).await;
    assert_eq!(code(estate.arrive(&officer, &poll, "1-101", Attending::Present, hall.estate.now()).await), "not_clerk");

    // Two clerks may be wrong: officers strike the list, and it names nobody.
    let log = estate.logs().log(&poll).await.unwrap();
    let index = log.head().size - 1;
    let ground = (StrikeReason::Forged, "名单有误");
    let act = estate.propose_strike(&officer, &poll, index, ground, hall.estate.now(), &mut fresh()).await.unwrap();
    hall.estate.carry(&act).await;
    assert_eq!(log.read(|_, turnout| turnout.attending(holder)), None);

    let mut late = hall.estate.appoint(Role::Clerk, "10000000904").await;
    let viewer = hall.estate.sign_in(&mut late).await;
    let late = viewer.staff(Role::Clerk).unwrap().clone();
    let named = estate.arrive(&late, &poll, "1-101", Attending::Present, hall.estate.now()).await;
    assert_eq!(code(named), "key_not_in_poll");
    hall.estate.clock.set(NOW + 30 * DAY + 60);
    hall.sign_in().await;
    assert_eq!(code(hall.tick("1-101", Attending::Present).await), "closed");
}
