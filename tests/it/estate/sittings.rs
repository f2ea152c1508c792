//! Assisted voting: one ballot of one person before two witnesses, and nothing of the tablet afterwards.

use std::num::NonZeroUsize;

use ballot::{
    audit::audit,
    bundle::Bundle,
    hash::Hash,
    id::PollId,
    statement::{Choice, Entry, Method, Statement},
    store::{
        Refusal, SubmitError,
        outbox::Notice,
        polls::{MyHolder, RollPerson},
        session::token_hash,
        sitting::{Identity, NewSitting, OpenedSitting, SITTING_SECONDS, SittingError, SittingState},
        staff::{Role, StaffMember},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, register},
    tablet::TestTablet,
};

use crate::log::on_both;

const WITNESSES: [&str; 2] = ["见证人甲乙", "见证人丙丁"];

/// A poll with a clerk at the desk, and 王芳 who has a phone.
struct Desk {
    estate: TestEstate,
    clerk: TestPerson,
    owner: TestPerson,
    poll: PollId,
}

impl Desk {
    async fn new(database: &TestDatabase) -> Self {
        let estate = TestEstate::new(database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let clerk = estate.appoint(Role::Clerk, "10000000901").await;
        let (owner, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.expect("enrolled");
        let poll = estate.publish().await;
        let mut desk = Self { estate, clerk, owner, poll };
        desk.sign_in().await;
        desk
    }

    async fn sign_in(&mut self) {
        self.estate.sign_officers_in().await;
        self.estate.sign_in(&mut self.clerk).await;
        self.estate.sign_in(&mut self.owner).await;
    }

    async fn by(&self) -> StaffMember {
        let viewer = self.estate.viewer(&self.clerk.token, self.estate.now()).await.expect("signed in");
        viewer.staff(Role::Clerk).expect("a clerk").clone()
    }

    async fn voter(&self) -> RollPerson {
        let mut people = self.estate.estate.people_at(&self.by().await, &self.poll, "1-201").await.expect("a home");
        assert_eq!(people.len(), 1);
        people.remove(0)
    }

    async fn open_before(&self, witnesses: [&str; 2]) -> Result<OpenedSitting, SittingError> {
        let voter = self.voter().await;
        self.open_for(&voter, witnesses).await
    }

    async fn open_for(&self, voter: &RollPerson, witnesses: [&str; 2]) -> Result<OpenedSitting, SittingError> {
        let new = NewSitting {
            holder: voter.holder,
            person: voter.person,
            witnesses: witnesses.map(str::to_owned),
            identity: Identity::Document,
        };
        let (by, now) = (self.by().await, self.estate.now());
        self.estate.estate.open_sitting(&by, &self.poll, &new, now, &mut fresh()).await
    }

    /// The hash of the secret that the tablet gets.
    async fn sit(&self, code: &str) -> Result<Hash, SittingError> {
        let token = self.estate.estate.enter_sitting(code, self.estate.now(), &mut fresh()).await?;
        Ok(token_hash(&token.reveal()).expect("a token"))
    }

    async fn state(&self, opened: &OpenedSitting) -> SittingState {
        let (by, now) = (self.by().await, self.estate.now());
        self.estate.estate.sitting(&by, &self.poll, &opened.id, now).await.expect("a sitting").state
    }

    /// What her phone votes with.
    async fn phone(&self) -> MyHolder {
        let viewer = self.estate.viewer(&self.owner.token, self.estate.now()).await.expect("signed in");
        self.estate.estate.my_poll(&viewer, &self.poll).await.expect("on the roll").remove(0)
    }

    /// The statements of the closed log.
    async fn statements(&self) -> Vec<Statement> {
        let log = self.estate.estate.logs().log(&self.poll).await.expect("the log opens");
        let entries = log.entries(0, log.head().size).await.expect("closed");
        entries.iter().map(|bytes| Entry::parse(bytes).expect("an entry").statement).collect()
    }

    /// Closes the poll and counts it; the bundle's bytes.
    async fn finish(&mut self) -> Vec<u8> {
        self.estate.clock.set(NOW + 30 * DAY + 60);
        self.sign_in().await;
        let (estate, now) = (self.estate.estate.clone(), self.estate.now());
        let log = estate.logs().log(&self.poll).await.expect("the log opens");
        assert!(log.ensure_closed(now).await.expect("it closes"));
        let officer = self.estate.officer(0).await;
        let act = estate.propose_result(&officer, &self.poll, now, &mut fresh()).await.expect("it is put up");
        self.estate.carry(&act).await;
        let bytes = log.export(Vec::new()).await.expect("a bundle");
        let report = audit(&Bundle::from_tar(bytes.clone()).expect("a bundle"), log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "{:?}", report.checks);
        bytes
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, SittingError>) -> &'static str {
    result.expect_err("it is refused").code()
}

fn refused<T: std::fmt::Debug>(result: Result<T, SubmitError>) -> &'static str {
    match result.expect_err("it is refused") {
        SubmitError::Refused(refusal @ (Refusal::Declined(_) | Refusal::Fault(_))) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn who_sits_at_the_tablet_votes_once_and_the_record_holds_without_a_name(database) {
        let mut desk = Desk::new(&database).await;
        let (estate, poll) = (desk.estate.estate.clone(), desk.poll.clone());
        let phone = desk.phone().await;
        let before = phone.credential.as_ref().expect("her phone may vote").number;
        desk.estate.cast(&poll, &desk.owner, &phone, Choice::Against).await.expect("stored");

        let opened = desk.open_before(WITNESSES).await.expect("opened");
        assert_eq!(desk.state(&opened).await, SittingState::Waiting);
        let token = desk.sit(&opened.code).await.expect("seated");
        assert_eq!(code(desk.sit(&opened.code).await), "sitting_over", "a code opens once");
        let seat = estate.seat(&token, desk.estate.now()).await.unwrap().expect("seated");
        assert_eq!((seat.holder.holder, seat.has_credential), (phone.holder, true));
        assert!(desk.phone().await.credential.is_some(), "until the ballot is cast nothing is taken from her phone");

        let tablet = TestTablet::new(91);
        let now = desk.estate.now();
        let key = tablet.public_key();
        let number = estate.take_seat_key(&token, &key, now, &mut fresh()).await.expect("a credential");
        assert_eq!(estate.take_seat_key(&token, &key, now, &mut fresh()).await.unwrap(), number, "asked again");
        let other = TestTablet::new(92).public_key();
        assert_eq!(code(estate.take_seat_key(&token, &other, now, &mut fresh()).await), "sitting_over", "one key");
        let log = estate.logs().log(&poll).await.unwrap();
        assert!(log.read(|state, _| state.credential(before).unwrap().is_revoked), "the phone's is revoked first");

        // The key is of this holder: it votes for nobody else.
        let someone_else = (1..=4).map(|n| n.try_into().unwrap()).find(|holder| *holder != phone.holder).unwrap();
        let wrong = tablet.ballot(&desk.estate, &poll, (someone_else, number), Choice::For).await;
        assert_eq!(refused(estate.cast_at_seat(&token, wrong, now, &mut fresh()).await), "not_eligible");
        let ballot = tablet.ballot(&desk.estate, &poll, (phone.holder, number), Choice::For).await;
        let stored = estate.cast_at_seat(&token, ballot.clone(), now, &mut fresh()).await.expect("stored");
        let again = estate.cast_at_seat(&token, ballot, now, &mut fresh()).await.expect("the same");
        assert_eq!(again, stored, "an answer that got lost is given again");
        assert_eq!(desk.state(&opened).await, SittingState::Voted);
        assert!(estate.seat(&token, now).await.unwrap().is_none(), "nothing more is shown");
        assert!(log.read(|state, _| state.credential(number).unwrap().is_revoked), "nobody votes with that key again");

        // Her phone stays out of this poll until she enrols anew.
        estate.tend(now, &mut fresh()).await.unwrap();
        assert!(desk.phone().await.credential.is_none());
        let letters = desk.estate.letters().await;
        estate.tell_of_entries(now, &mut fresh()).await.unwrap();
        let told = estate.queued_messages(&desk.estate.compound, 1000).await.unwrap();
        let seated = told.iter().filter(|message| matches!(&message.notice, Notice::Seated { name, .. } if name == "王芳"));
        assert_eq!(seated.count(), 1, "whoever owns the home is told");
        let (owner, _) = desk.estate.enrol(&letters["王芳"], TestDevice::new()).await.expect("enrolled again");
        desk.owner = owner;
        assert!(desk.phone().await.credential.is_some(), "as after a phone was lost");

        let bytes = desk.finish().await;
        let text = String::from_utf8_lossy(&bytes);
        for secret in WITNESSES.into_iter().chain(["王芳", "document"]) {
            assert!(!text.contains(secret), "{secret} stands in the bundle");
        }
        let statements = desk.statements().await;
        let issued = statements.iter().find_map(|one| match one {
            Statement::Credential(one) if one.method == Method::InPerson => Some(one.evidence),
            _ => None,
        });
        let officer = desk.estate.officer(0).await;
        let shown = estate.inspect_evidence(&officer, &poll, &issued.unwrap(), desk.estate.now()).await.unwrap();
        assert!(shown.is_sound && WITNESSES.iter().all(|name| shown.record.contains(name)), "{}", shown.record);
        estate.verify_events(&desk.estate.compound).await.expect("the events' chain is whole");
    }

    async fn a_sitting_that_ends_without_a_ballot_leaves_everything_as_it_was(database) {
        let desk = Desk::new(&database).await;
        let estate = desk.estate.estate.clone();
        let size = async || estate.logs().log(&desk.poll).await.unwrap().head().size;
        let before = size().await;
        let (by, poll) = (desk.by().await, desk.poll.clone());
        for how in ["the clerk", "who sits there", "time"] {
            let opened = desk.open_before(WITNESSES).await.expect("opened");
            assert_eq!(code(desk.open_before(WITNESSES).await), "sitting_runs", "{how}");
            let token = desk.sit(&opened.code).await.expect("seated");
            let now = desk.estate.now();
            match how {
                "the clerk" => estate.end_sitting(&by, &poll, &opened.id, now, &mut fresh()).await.unwrap(),
                "who sits there" => estate.leave_sitting(&token, now, &mut fresh()).await.unwrap(),
                _ => desk.estate.clock.set(now + SITTING_SECONDS),
            }
            let now = desk.estate.now();
            let key = TestTablet::new(93).public_key();
            assert_eq!(code(estate.take_seat_key(&token, &key, now, &mut fresh()).await), "sitting_over", "{how}");
            assert!(estate.seat(&token, now).await.unwrap().is_none(), "{how}");
            assert_eq!(desk.state(&opened).await, SittingState::Over, "{how}");
            estate.tend(now, &mut fresh()).await.unwrap();
        }
        assert_eq!(size().await, before, "nothing stands in the log");
        assert!(desk.phone().await.credential.is_some());
    }

    async fn a_key_that_has_not_voted_is_revoked_and_the_phone_votes_again(database) {
        let desk = Desk::new(&database).await;
        let estate = desk.estate.estate.clone();
        let opened = desk.open_before(WITNESSES).await.expect("opened");
        let token = desk.sit(&opened.code).await.expect("seated");
        let (now, tablet) = (desk.estate.now(), TestTablet::new(94));
        let number = estate.take_seat_key(&token, &tablet.public_key(), now, &mut fresh()).await.expect("a credential");
        estate.tend(now, &mut fresh()).await.unwrap();
        assert!(desk.phone().await.credential.is_none(), "while she sits there her phone does not vote");
        desk.estate.clock.set(now + SITTING_SECONDS);
        estate.tend(desk.estate.now(), &mut fresh()).await.unwrap();
        let log = estate.logs().log(&desk.poll).await.unwrap();
        assert!(log.read(|state, _| state.credential(number).unwrap().is_revoked));
        let holder = desk.phone().await;
        assert!(holder.credential.is_some(), "she has not voted, and may with her phone");
        let late = tablet.ballot(&desk.estate, &desk.poll, (holder.holder, number), Choice::For).await;
        let now = desk.estate.now();
        assert_eq!(refused(estate.cast_at_seat(&token, late, now, &mut fresh()).await), "sitting_over");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_sitting_is_said_and_none_is_opened() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut desk = Desk::new(&database).await;
    let estate = desk.estate.estate.clone();
    let (by, officer, poll) = (desk.by().await, desk.estate.officer(0).await, desk.poll.clone());
    for witnesses in [["见证人甲", "见证人甲"], ["见证人甲", "王芳"], ["", "见证人甲"]] {
        assert_eq!(code(desk.open_before(witnesses).await), "bad_witnesses", "{witnesses:?}");
    }
    assert_eq!(code(estate.people_at(&by, &poll, "9-999").await), "not_on_roll");
    assert_eq!(code(estate.people_at(&officer, &poll, "1-201").await), "not_clerk");
    let voter = desk.voter().await;
    let nobody = RollPerson { person: 9.try_into().unwrap(), ..voter.clone() };
    assert_eq!(code(desk.open_for(&nobody, WITNESSES).await), "not_on_roll");
    let whom = (voter.holder, voter.person);
    let act = estate.propose_bar(&officer, &poll, whom, "不是业主", desk.estate.now(), &mut fresh()).await;
    desk.estate.carry(&act.unwrap()).await;
    assert_eq!(code(desk.open_before(WITNESSES).await), "barred");
    let sittings = estate.sittings(&by, &poll, desk.estate.now()).await.unwrap();
    assert_eq!(sittings, [], "nothing is half done");
    desk.estate.clock.set(NOW + 30 * DAY + 60);
    desk.sign_in().await;
    assert_eq!(code(desk.open_for(&voter, WITNESSES).await), "closed");
}
