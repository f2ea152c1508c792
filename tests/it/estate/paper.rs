//! Voting on paper: what two clerks enter is counted, what one enters is not, and nobody sees it in between.

use std::{collections::BTreeMap, fmt::Write as _, num::NonZeroUsize};

use ballot::{
    audit::audit,
    bundle::Bundle,
    hash::Hash,
    id::{FormNo, PersonNo, PollId},
    statement::{Answer, Choice, InvalidAnswer, InvalidPaper, PaperAnswer, StrikeReason},
    store::{
        paper::{Entered, FormState, PaperEntry, PaperError, PrintedForm, Reading, Says, Signed},
        staff::{Role, StaffMember},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestEstate, TestPerson, fresh, motion, register},
};

use crate::log::on_both;

/// A poll with three clerks, and a form for everybody.
struct Desk {
    estate: TestEstate,
    clerks: Vec<TestPerson>,
    poll: PollId,
    forms: Vec<PrintedForm>,
}

fn says(choice: Choice) -> Reading {
    let answers = BTreeMap::from([(motion(), PaperAnswer::Answer(Answer::Choice(choice)))]);
    Reading { agent: None, channel: None, person: PersonNo::FIRST, says: Says::Answers(answers) }
}

fn invalid(reason: InvalidPaper) -> Reading {
    Reading { agent: None, channel: None, person: PersonNo::FIRST, says: Says::Invalid(reason) }
}

impl Desk {
    async fn new(database: &TestDatabase) -> Self {
        let estate = TestEstate::new(database).await;
        estate.apply(register()).await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902", "10000000903"] {
            clerks.push(estate.appoint(Role::Clerk, phone).await);
        }
        let poll = estate.publish().await;
        let mut desk = Self { estate, clerks, poll, forms: Vec::new() };
        desk.sign_in().await;
        let by = desk.estate.officer(0).await;
        let buildings = ["1".to_owned(), "2".to_owned()].into();
        let (now, poll) = (desk.estate.now(), desk.poll.clone());
        desk.forms = desk.estate.estate.issue_forms(&by, &poll, &buildings, now, &mut fresh()).await.unwrap();
        desk
    }

    async fn sign_in(&mut self) {
        self.estate.sign_officers_in().await;
        for clerk in &mut self.clerks {
            self.estate.sign_in(clerk).await;
        }
    }

    async fn clerk(&self, place: usize) -> StaffMember {
        let viewer = self.estate.viewer(&self.clerks[place].token, self.estate.now()).await.expect("signed in");
        viewer.staff(Role::Clerk).expect("a clerk").clone()
    }

    fn form(&self, place: usize) -> FormNo {
        self.forms[place].number
    }

    async fn enter(&self, clerk: usize, form: FormNo, reading: Reading) -> Result<Entered, PaperError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let entry = PaperEntry { reading, received: Some(now), scan: Some(form.get().to_string().into_bytes()) };
        self.estate.estate.enter_paper(&by, &self.poll, form, &entry, now).await
    }

    /// Signs everything that waits for a clerk.
    async fn sign(&self, clerk: usize) -> Vec<Signed> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let mut signed = Vec::new();
        for one in self.estate.estate.papers_to_sign(&by, &self.poll, now).await.unwrap() {
            let signature = self.clerks[clerk].device.sign(&one.text);
            signed.push(self.estate.estate.sign_paper(&by, &self.poll, one.form, &signature, now).await.unwrap());
        }
        signed
    }

    async fn state(&self, form: FormNo) -> FormState {
        self.estate.estate.form(&self.clerk(0).await, &self.poll, form).await.unwrap().state
    }

    async fn papers(&self) -> usize {
        self.estate.estate.counted_papers(&self.poll).await.unwrap().len()
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, PaperError>) -> &'static str {
    result.expect_err("it is refused").code()
}

on_both! {
    async fn what_two_clerks_read_alike_is_counted_and_holds_before_the_auditor(database) {
        let mut desk = Desk::new(&database).await;
        let estate = desk.estate.estate.clone();
        let log = estate.logs().log(&desk.poll).await.unwrap();
        let size = log.head().size;
        assert_eq!(desk.forms.len(), 4, "one for each holder, whatever units it has");
        assert_eq!(desk.enter(0, desk.form(0), says(Choice::For)).await.unwrap(), Entered::First);
        assert_eq!(desk.sign(0).await, [], "one clerk's reading is nothing to sign");
        assert_eq!(desk.enter(0, desk.form(0), says(Choice::For)).await.unwrap(), Entered::First, "said again");
        assert_eq!(desk.enter(1, desk.form(0), says(Choice::For)).await.unwrap(), Entered::Agreed);
        assert_eq!(desk.sign(2).await, [], "nothing of others is shown to a third");
        assert_eq!(desk.sign(1).await, [Signed::Waits]);
        assert_eq!(log.head().size, size, "one signature is not enough");
        assert_eq!(desk.sign(0).await, [Signed::Counted]);
        assert_eq!((log.head().size, desk.state(desk.form(0)).await), (size + 1, FormState::Counted));
        assert_eq!(desk.sign(0).await, []);

        // A third decides whom it agrees with, and those two sign.
        let second = desk.form(1);
        assert_eq!(desk.enter(0, second, says(Choice::For)).await.unwrap(), Entered::First);
        assert_eq!(desk.enter(1, second, says(Choice::Against)).await.unwrap(), Entered::Differs);
        assert_eq!((desk.sign(0).await.len(), desk.sign(1).await.len()), (0, 0));
        assert_eq!(desk.enter(2, second, says(Choice::Against)).await.unwrap(), Entered::Agreed);
        assert_eq!((desk.sign(0).await, desk.sign(2).await), (vec![], vec![Signed::Waits]));
        assert_eq!(desk.sign(1).await, [Signed::Counted]);

        // Invalid as a whole, and invalid for the one motion.
        let third = desk.form(2);
        desk.enter(1, third, invalid(InvalidPaper::Unclear)).await.unwrap();
        desk.enter(2, third, invalid(InvalidPaper::Unclear)).await.unwrap();
        desk.sign(1).await;
        desk.sign(2).await;
        let unreadable = BTreeMap::from([(motion(), PaperAnswer::Invalid(InvalidAnswer::Invalid))]);
        let unreadable = Reading { agent: None, channel: None, person: PersonNo::FIRST, says: Says::Answers(unreadable) };
        desk.enter(0, desk.form(3), unreadable.clone()).await.unwrap();

        // The time is over: what came in before is still entered, and the poll waits for it.
        desk.estate.clock.set(NOW + 30 * DAY + 60);
        desk.sign_in().await;
        assert!(!log.ensure_closed(desk.estate.now()).await.unwrap(), "a paper waits");
        let by = desk.clerk(0).await;
        assert_eq!(code(estate.end_desk(&by, &desk.poll, desk.estate.now()).await), "papers_wait");
        desk.enter(1, desk.form(3), unreadable).await.unwrap();
        desk.sign(0).await;
        desk.sign(1).await;
        assert_eq!(desk.papers().await, 4);
        estate.end_desk(&by, &desk.poll, desk.estate.now()).await.unwrap();
        assert!(log.ensure_closed(desk.estate.now()).await.unwrap());
        assert_eq!(code(desk.enter(2, desk.form(0), says(Choice::For)).await), "closed");

        let officer = desk.estate.officer(0).await;
        let act = estate.propose_result(&officer, &desk.poll, desk.estate.now(), &mut fresh()).await.unwrap();
        desk.estate.carry(&act).await;
        let bundle = Bundle::from_tar(log.export(Vec::new()).await.unwrap()).unwrap();
        let report = audit(&bundle, log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "{:?}", report.checks);
        // After the close the scan stands beside the entry, for those who may inspect.
        let content = desk.form(0).get().to_string().into_bytes();
        let sha256 = Hash::of(&content);
        let scan = estate.inspect_scan(&officer, &desk.poll, &sha256, desk.estate.now()).await.unwrap();
        assert_eq!(scan, content);
        let none = estate.inspect_scan(&officer, &desk.poll, &Hash::of(b"x"), desk.estate.now()).await;
        assert_eq!(code(none), "no_such_form");
        estate.verify_events(&desk.estate.compound).await.expect("the events' chain is whole");
    }

    async fn what_was_signed_is_carried_out_after_a_stop(database) {
        let desk = Desk::new(&database).await;
        desk.enter(0, desk.form(0), says(Choice::For)).await.unwrap();
        desk.enter(1, desk.form(0), says(Choice::For)).await.unwrap();
        desk.sign(0).await;
        // The log takes nothing any more, as when the server goes down.
        desk.estate.estate.logs().stop().await;
        assert_eq!(desk.sign(1).await, [Signed::Ready], "nothing is lost, and nothing is said to be in");
        assert_eq!(desk.state(desk.form(0)).await, FormState::Agreed);
        let (again, _) = heyi_tests::estate::open(&database, &desk.estate.clock).await;
        again.tend(desk.estate.now(), &mut fresh()).await.unwrap();
        assert_eq!(again.counted_papers(&desk.poll).await.unwrap().len(), 1);
        again.tend(desk.estate.now(), &mut fresh()).await.unwrap();
        assert_eq!(again.counted_papers(&desk.poll).await.unwrap().len(), 1, "once");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_and_changes_nothing() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut desk = Desk::new(&database).await;
    let estate = desk.estate.estate.clone();
    let (now, form, poll) = (desk.estate.now(), desk.form(0), desk.poll.clone());
    let by = desk.clerk(0).await;
    let entry =
        |reading, received, scan: Option<&[u8]>| PaperEntry { reading, received, scan: scan.map(<[u8]>::to_vec) };
    let opens = now;
    let nobody = Reading { person: PersonNo::try_from(9).unwrap(), ..says(Choice::For) };
    let unanswered =
        Reading { agent: None, channel: None, person: PersonNo::FIRST, says: Says::Answers(BTreeMap::new()) };
    for (why, wrong, expected) in [
        ("received before the opening", entry(says(Choice::For), Some(opens - 1), Some(b"x")), "bad_received"),
        ("received later than now", entry(says(Choice::For), Some(now + 1), Some(b"x")), "bad_received"),
        ("nobody says when it was received", entry(says(Choice::For), None, Some(b"x")), "bad_received"),
        ("no scan", entry(says(Choice::For), Some(now), None), "no_scan"),
        ("an empty scan", entry(says(Choice::For), Some(now), Some(b"")), "no_scan"),
        ("nobody of the holder's", entry(nobody, Some(now), Some(b"x")), "not_on_roll"),
        ("a motion is not answered", entry(unanswered, Some(now), Some(b"x")), "bad_answers"),
    ] {
        assert_eq!(code(estate.enter_paper(&by, &poll, form, &wrong, now).await), expected, "{why}");
        assert_eq!(desk.state(form).await, FormState::Printed, "{why}");
    }
    let good = entry(says(Choice::For), Some(now), Some(b"x"));
    let officer = desk.estate.officer(0).await;
    assert_eq!(code(estate.enter_paper(&officer, &poll, form, &good, now).await), "not_clerk");
    let unknown = FormNo::try_from(1).unwrap();
    assert_eq!(code(estate.enter_paper(&by, &poll, unknown, &good, now).await), "no_such_form");

    // One clerk enters once, and a scan before the close is for whoever enters.
    assert_eq!(code(estate.paper_scan(&by, &poll, form, now).await), "not_inspector");
    desk.enter(0, form, says(Choice::For)).await.unwrap();
    assert_eq!(code(desk.enter(0, form, says(Choice::Against)).await), "entered_by_you");
    let picture = form.get().to_string().into_bytes();
    let same_picture = PaperEntry { reading: says(Choice::For), received: Some(now), scan: Some(picture.clone()) };
    assert_eq!(code(estate.enter_paper(&by, &poll, desk.form(2), &same_picture, now).await), "scan_used");
    assert_eq!(
        code(estate.inspect_scan(&officer, &poll, &Hash::of(&picture), now).await),
        "not_inspector",
        "before the close"
    );
    assert!(estate.paper_scan(&desk.clerk(1).await, &poll, form, now).await.is_ok());
    assert_eq!(
        code(estate.paper_scan(&officer, &poll, form, now).await),
        "not_clerk",
        "nobody else looks before the close"
    );
    assert_eq!(code(estate.replace_form(&by, &poll, form, now, &mut fresh()).await), "form_begun");

    // Three who read it in three ways begin anew.
    desk.enter(1, form, says(Choice::Against)).await.unwrap();
    assert_eq!(desk.enter(2, form, says(Choice::Abstain)).await.unwrap(), Entered::AllDiffer);
    estate.restart_form(&by, &poll, form, now).await.unwrap();
    assert_eq!(desk.state(form).await, FormState::Received);
    assert_eq!(desk.enter(0, form, says(Choice::Against)).await.unwrap(), Entered::First, "what was read is forgotten");

    // A replaced number counts for nothing, and printing again gives the new one.
    let old = desk.form(1);
    let new = estate.replace_form(&officer, &poll, old, now, &mut fresh()).await.unwrap();
    assert_eq!(code(desk.enter(0, old, says(Choice::For)).await), "form_void");
    let buildings = ["1".to_owned(), "2".to_owned()].into();
    let again = estate.issue_forms(&officer, &poll, &buildings, now, &mut fresh()).await.unwrap();
    let numbers: Vec<_> = again.iter().map(|form| form.number).collect();
    assert!(numbers.contains(&new.number) && !numbers.contains(&old) && numbers.len() == 4);

    // A signature that is another's, and a number that waits for none.
    desk.enter(1, form, says(Choice::Against)).await.unwrap();
    let text = estate.papers_to_sign(&by, &poll, now).await.unwrap().remove(0).text;
    let others = desk.clerks[1].device.sign(&text);
    assert_eq!(code(estate.sign_paper(&by, &poll, form, &others, now).await), "sig");
    assert_eq!(code(estate.sign_paper(&desk.clerk(2).await, &poll, form, &others, now).await), "nothing_to_sign");
    desk.sign(0).await;
    desk.sign(1).await;
    assert_eq!(code(desk.enter(2, form, says(Choice::For)).await), "form_counted", "a number counts once");
    assert_eq!(code(estate.restart_form(&by, &poll, form, now).await), "form_counted");

    // Once it is struck its number may be entered again.
    let log = estate.logs().log(&poll).await.unwrap();
    let index = log.read(|state, _| state.paper_of(form)).unwrap();
    let ground = (StrikeReason::WrongSigner, "不是本人签名");
    let act = estate.propose_strike(&officer, &poll, index, ground, now, &mut fresh()).await.unwrap();
    desk.estate.carry(&act).await;
    estate.restart_form(&by, &poll, form, now).await.unwrap();
    desk.enter(1, form, invalid(InvalidPaper::Unsigned)).await.unwrap();
    desk.enter(2, form, invalid(InvalidPaper::Unsigned)).await.unwrap();
    desk.sign(1).await;
    desk.sign(2).await;
    assert!(log.read(|state, _| state.paper_of(form)).unwrap() > index);

    // Who took up office after the poll was signed enters nothing.
    let late = desk.estate.appoint(Role::Clerk, "10000000904").await;
    desk.clerks.push(late);
    desk.sign_in().await;
    assert_eq!(code(desk.enter(3, desk.form(2), says(Choice::For)).await), "key_not_in_poll");
    // Nobody who comes after the time is received, and the desk cannot be ended before it.
    assert_eq!(code(estate.end_desk(&by, &poll, now).await), "not_ended");
    desk.estate.clock.set(NOW + 30 * DAY + 60);
    desk.sign_in().await;
    let by = desk.clerk(0).await;
    assert_eq!(code(estate.receive_form(&by, &poll, desk.form(2), desk.estate.now()).await), "bad_received");
    assert_eq!(code(desk.enter(0, desk.form(2), says(Choice::For)).await), "bad_received");
}

#[tokio::test]
async fn nothing_that_is_read_before_the_close_says_how_a_paper_is_marked() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let desk = Desk::new(&database).await;
    let estate = &desk.estate.estate;
    desk.enter(0, desk.form(0), says(Choice::Abstain)).await.unwrap();
    desk.enter(1, desk.form(0), says(Choice::Against)).await.unwrap();
    let mut seen = String::new();
    for by in [desk.estate.officer(0).await, desk.clerk(1).await, desk.clerk(2).await] {
        write!(seen, "{:?}", estate.form(&by, &desk.poll, desk.form(0)).await).expect("a String takes any text");
        write!(seen, "{:?}", estate.desk_progress(&by, &desk.poll).await).expect("a String takes any text");
        write!(seen, "{:?}", estate.papers_to_sign(&by, &desk.poll, desk.estate.now()).await)
            .expect("a String takes any text");
    }
    write!(seen, "{:?}", estate.events(&desk.estate.compound, None, 50).await.unwrap())
        .expect("a String takes any text");
    for choice in ["abstain", "Abstain", "against", "Against"] {
        assert!(!seen.contains(choice), "{seen}");
    }
    // Once it is in the log nothing is left of what was entered.
    desk.enter(2, desk.form(0), says(Choice::Against)).await.unwrap();
    desk.sign(1).await;
    desk.sign(2).await;
    let now = estate.form(&desk.clerk(0).await, &desk.poll, desk.form(0)).await.unwrap();
    assert_eq!((now.state, now.entered_by), (FormState::Counted, vec![]));
}
