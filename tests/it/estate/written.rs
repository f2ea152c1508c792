//! Proxies on paper: two clerks read a sheet alike and sign it, agents vote on paper, and companies send delegates.

use std::{collections::BTreeMap, num::NonZeroUsize};

use ballot::{
    audit::audit,
    bundle::Bundle,
    id::{PersonNo, PollId},
    register::{Register, RegisterPerson},
    statement::{Answer, Choice, Figures, PaperAnswer, Party, ProxyState, StrikeReason},
    store::{
        paper::{
            AgentAsRead, Entered, NewDelegate, NewWritten, PaperEntry, PaperError, Reading, Says, SecondReading,
            Signed, WrittenAgent, WrittenNow, WrittenStage, WrittenWish,
        },
        polls::{CastBy, Draft, MyHolder},
        session::Viewer,
        staff::{Role, StaffMember},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, motion, unit},
};

use crate::log::on_both;

const OWNERS: [&str; 6] = ["赵一", "钱二", "孙三", "李四", "周五", "富枫置业有限公司"];
/// Somebody who owns nothing here, and how the desk knows her.
const AUNT: (&str, &str) = ("郑小姨", "手机尾号 4321");

fn register() -> Register {
    let person = |(place, name): (usize, &&str)| RegisterPerson {
        identity: format!("p:{name}"),
        name: (*name).to_owned(),
        tail: "0017".to_owned(),
        phones: vec![format!("1000000040{place}")],
        emails: Vec::new(),
        is_organisation: name.ends_with("公司"),
    };
    Register {
        units: (0..OWNERS.len()).map(|place| unit("1", &format!("10{}", place + 1), &[place])).collect(),
        persons: OWNERS.iter().enumerate().map(person).collect(),
        representatives: Vec::new(),
    }
}

struct Desk {
    estate: TestEstate,
    clerks: Vec<TestPerson>,
    owners: Vec<TestPerson>,
    poll: PollId,
}

fn give(agent: WrittenAgent) -> WrittenWish {
    WrittenWish::Give(agent)
}

fn aunt() -> WrittenAgent {
    WrittenAgent::Outside { name: AUNT.0.to_owned(), note: AUNT.1.to_owned(), is_another: false }
}

fn owner(place: usize) -> WrittenAgent {
    WrittenAgent::Owner { home: home(place), name: OWNERS[place].to_owned() }
}

fn home(place: usize) -> String {
    format!("1-10{}", place + 1)
}

impl Desk {
    /// Where one may vote for three others.
    async fn new(database: &TestDatabase) -> Self {
        let mut estate = TestEstate::new_in(database, "weifang".parse().expect("a place")).await;
        estate.apply(register()).await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902", "10000000903"] {
            clerks.push(estate.appoint(Role::Clerk, phone).await);
        }
        let letters = estate.letters().await;
        let mut owners = Vec::new();
        for name in OWNERS {
            owners.push(estate.enrol(&letters[name], TestDevice::new()).await.expect("enrolled").0);
        }
        let poll = estate.publish_draft(&Draft { test: true, ..estate.draft() }).await;
        estate.sign_officers_in().await;
        let mut desk = Self { estate, clerks, owners, poll };
        desk.sign_in().await;
        desk
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

    async fn viewer(&self, place: usize) -> Viewer {
        self.estate.viewer(&self.owners[place].token, self.estate.now()).await.expect("signed in")
    }

    async fn holder(&self, place: usize) -> MyHolder {
        self.estate.estate.my_poll(&self.viewer(place).await, &self.poll).await.expect("on the roll").remove(0)
    }

    async fn enter_as(&self, clerk: usize, new: &NewWritten) -> Result<String, PaperError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        self.estate.estate.enter_written(&by, &self.poll, new, now, &mut fresh()).await
    }

    /// The first clerk enters a sheet of somebody.
    async fn enter(&self, from: usize, wish: WrittenWish, replaces: bool) -> Result<String, PaperError> {
        self.enter_as(0, &sheet(from, wish, replaces)).await
    }

    async fn confirm(&self, clerk: usize, id: &str, from: usize, agent: AgentAsRead) -> Result<(), PaperError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let reading = SecondReading { home: home(from), name: OWNERS[from].to_owned(), agent };
        self.estate.estate.confirm_written(&by, &self.poll, id, &reading, now).await
    }

    async fn sheet(&self, clerk: usize, id: &str) -> WrittenNow {
        self.estate.estate.written_proxy(&self.clerk(clerk).await, &self.poll, id).await.expect("it is there")
    }

    async fn sign(&self, clerk: usize, id: &str) -> Result<Signed, PaperError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let signature = self.clerks[clerk].device.sign(&self.sheet(clerk, id).await.text);
        self.estate.estate.sign_written(&by, &self.poll, id, &signature, now).await
    }

    /// All four steps; the index in the log.
    async fn record(&self, from: usize, wish: WrittenWish, name: Option<&str>) -> u64 {
        let id = self.enter(from, wish, true).await.expect("entered");
        let read = name.map_or(AgentAsRead::TakenBack, |name| AgentAsRead::Named(name.to_owned()));
        self.confirm(1, &id, from, read).await.expect("read alike");
        assert_eq!(self.sign(1, &id).await.expect("signed"), Signed::Waits);
        assert_eq!(self.sign(0, &id).await.expect("signed"), Signed::Counted);
        match self.sheet(0, &id).await.stage {
            WrittenStage::Recorded(index) => index,
            other => panic!("{other:?}"),
        }
    }

    async fn party(&self, from: usize) -> Option<Party> {
        let own = [self.holder(from).await];
        let proxies = self.estate.estate.my_proxies(&self.poll, &own).await.expect("read");
        proxies[0].agent.as_ref().map(|agent| agent.party)
    }

    /// Two clerks enter somebody's form, and sign.
    async fn paper(&self, of: usize, agent: Option<Party>, choice: Choice) -> Result<Signed, PaperError> {
        let (estate, now) = (&self.estate.estate, self.estate.now());
        let officer = self.estate.officer(0).await;
        let forms = estate.issue_forms(&officer, &self.poll, &["1".to_owned()].into(), now, &mut fresh()).await?;
        let form = forms.iter().find(|form| form.names == [OWNERS[of]]).expect("printed").number;
        let answers = BTreeMap::from([(motion(), PaperAnswer::Answer(Answer::Choice(choice)))]);
        let reading = Reading { agent, channel: None, person: PersonNo::FIRST, says: Says::Answers(answers) };
        let entry = PaperEntry { reading, received: Some(now), scan: Some(form.get().to_string().into_bytes()) };
        assert_eq!(estate.enter_paper(&self.clerk(0).await, &self.poll, form, &entry, now).await?, Entered::First);
        assert_eq!(estate.enter_paper(&self.clerk(1).await, &self.poll, form, &entry, now).await?, Entered::Agreed);
        let mut signed = Signed::Waits;
        for clerk in [0, 1] {
            let by = self.clerk(clerk).await;
            for one in estate.papers_to_sign(&by, &self.poll, now).await? {
                let signature = self.clerks[clerk].device.sign(&one.text);
                signed = estate.sign_paper(&by, &self.poll, one.form, &signature, now).await?;
            }
        }
        Ok(signed)
    }

    async fn strike(&self, index: u64) {
        let by = self.estate.officer(0).await;
        let why = (StrikeReason::Forged, "委托书上的签名不是本人的");
        let act = self.estate.estate.propose_strike(&by, &self.poll, index, why, self.estate.now(), &mut fresh()).await;
        self.estate.carry(&act.expect("it is put up")).await;
    }

    /// Closes the poll, has the record audited, and gives the units for and against with the whole record.
    async fn result(&mut self) -> (u64, u64, Vec<u8>) {
        self.estate.clock.set(NOW + 31 * DAY);
        self.sign_in().await;
        let by = self.estate.officer(0).await;
        let estate = self.estate.estate.clone();
        let _ = estate.end_desk(&by, &self.poll, self.estate.now()).await;
        let log = estate.logs().log(&self.poll).await.expect("the log opens");
        assert!(log.ensure_closed(self.estate.now()).await.expect("it closes"));
        let act = estate.propose_result(&by, &self.poll, self.estate.now(), &mut fresh()).await.expect("put up");
        self.estate.carry(&act).await;
        let bytes = log.export(Vec::new()).await.expect("exported");
        let report = audit(&Bundle::from_tar(bytes.clone()).expect("a bundle"), log.key(), NonZeroUsize::MIN);
        let report = report.expect("audited");
        assert!(report.is_ok(), "{:?}", report.checks);
        assert!(report.listed.over_cap.is_empty(), "nobody was let go beyond the limit");
        let tally = &report.results.expect("recounted")[0].tally;
        let units = |figures: Option<Figures>| figures.map_or(0, |figures| figures.units);
        (units(tally.for_), units(tally.against), bytes)
    }
}

fn sheet(from: usize, wish: WrittenWish, replaces: bool) -> NewWritten {
    let scan = Some(format!("a sheet of {from}").into_bytes());
    NewWritten { home: home(from), name: OWNERS[from].to_owned(), wish, replaces, scan }
}

fn code<T: std::fmt::Debug>(result: Result<T, PaperError>) -> &'static str {
    result.expect_err("it is refused").code()
}

fn named(name: &str) -> AgentAsRead {
    AgentAsRead::Named(name.to_owned())
}

on_both! {
    async fn two_clerks_read_a_sheet_alike_and_the_agent_votes_on_paper(database) {
        let mut desk = Desk::new(&database).await;
        let log = desk.estate.estate.logs().log(&desk.poll).await.unwrap();
        let size = log.head().size;
        let id = desk.enter(0, give(aunt()), false).await.unwrap();
        assert!(desk.sheet(1, &id).await.says.is_none(), "who is to read it is not told what the first has entered");
        let known = desk.estate.estate.outside_agents(&desk.clerk(1).await, &desk.poll).await.unwrap();
        assert!(known.is_empty(), "nor whom the sheet names");
        assert_eq!(code(desk.confirm(0, &id, 0, named(AUNT.0)).await), "entered_by_you", "one clerk is not two");
        assert_eq!(code(desk.confirm(1, &id, 0, named("郑小")).await), "read_otherwise");
        assert_eq!(code(desk.confirm(1, &id, 1, named(AUNT.0)).await), "read_otherwise", "another's sheet");
        assert_eq!(code(desk.confirm(1, &id, 0, AgentAsRead::TakenBack).await), "read_otherwise");
        assert_eq!(code(desk.sign(0, &id).await), "nothing_to_sign", "nobody has read it a second time");
        desk.confirm(1, &id, 0, named(AUNT.0)).await.unwrap();
        assert_eq!(code(desk.sign(2, &id).await), "nothing_to_sign", "a third is neither of the two");
        assert_eq!(desk.sign(0, &id).await.unwrap(), Signed::Waits);
        assert_eq!((log.head().size, desk.party(0).await), (size, None), "one signature is not enough");
        assert_eq!(desk.sign(0, &id).await.unwrap(), Signed::Waits, "nor the same one twice");
        assert_eq!(desk.sign(1, &id).await.unwrap(), Signed::Counted);
        let first = Party::Agent(1.try_into().unwrap());
        assert_eq!((log.head().size, desk.party(0).await), (size + 1, Some(first)));
        let proxies = desk.estate.estate.my_proxies(&desk.poll, &[desk.holder(0).await]).await.unwrap();
        let agent = proxies[0].agent.clone().unwrap();
        assert_eq!((agent.outsider.as_deref(), agent.is_written), (Some(AUNT.0), true), "the owner sees who it is");

        // She votes for another too, under the same number; a namesake gets the next one.
        let known = desk.estate.estate.outside_agents(&desk.clerk(0).await, &desk.poll).await.unwrap().remove(0);
        assert_eq!(code(desk.enter(1, give(aunt()), false).await), "known_agent");
        desk.record(1, give(WrittenAgent::Known(known.id)), Some(AUNT.0)).await;
        assert_eq!(desk.party(1).await, Some(first));
        let namesake = WrittenAgent::Outside { name: AUNT.0.to_owned(), note: "业主的同事".to_owned(), is_another: true };
        desk.record(2, give(namesake), Some(AUNT.0)).await;
        assert_eq!(desk.party(2).await, Some(Party::Agent(2.try_into().unwrap())));
        desk.record(3, give(owner(4)), Some(OWNERS[4])).await;

        desk.estate.clock.set(NOW + 18 * DAY);
        desk.sign_in().await;
        assert_eq!(code(desk.paper(2, Some(first), Choice::For).await), "not_the_agent", "another is");
        assert_eq!(code(desk.paper(5, Some(first), Choice::For).await), "not_the_agent", "nobody is");
        assert_eq!(desk.paper(0, Some(first), Choice::For).await.unwrap(), Signed::Counted);
        assert_eq!(desk.paper(1, Some(first), Choice::Against).await.unwrap(), Signed::Counted);
        let neighbour = Party::Holder(desk.holder(4).await.holder);
        assert_eq!(desk.paper(3, Some(neighbour), Choice::For).await.unwrap(), Signed::Counted);
        let own = desk.holder(0).await;
        let cast = desk.estate.estate.votes_cast(&desk.poll, &own).await.unwrap();
        assert_eq!(cast.len(), 1, "the owner sees that the agent has voted");
        assert!(cast[0].is_paper && cast[0].by == CastBy::Agent { name: Some(AUNT.0.to_owned()) }, "{cast:?}");

        let (votes_for, against, record) = desk.result().await;
        assert_eq!((votes_for, against), (2, 1), "one unit each, as the three papers say");
        let text = String::from_utf8_lossy(&record);
        for secret in [AUNT.0, AUNT.1, OWNERS[0], "手机尾号"] {
            assert!(!text.contains(secret), "{secret} is in the record");
        }
        desk.estate.estate.verify_events(&desk.estate.compound).await.expect("the events' chain is whole");
    }

    async fn what_stands_against_a_sheet_is_said_before_anybody_signs(database) {
        let desk = Desk::new(&database).await;
        for (why, from, wish, expected) in [
            ("oneself", 0, give(owner(0)), "proxy_to_self"),
            ("oneself under a name", 0, give(WrittenAgent::Outside { name: OWNERS[0].to_owned(), note: "本人".to_owned(), is_another: false }), "proxy_to_self"),
            ("no owner of this name", 0, give(WrittenAgent::Owner { home: home(1), name: OWNERS[2].to_owned() }), "bad_agent"),
            ("a name alone", 0, give(WrittenAgent::Outside { name: AUNT.0.to_owned(), note: " ".to_owned(), is_another: false }), "bad_agent"),
            ("nobody known", 0, give(WrittenAgent::Known("x".to_owned())), "bad_agent"),
            ("no delegate", 5, give(WrittenAgent::Delegate("x".to_owned())), "no_such_delegate"),
            ("nothing to take back", 0, WrittenWish::TakeBack, "no_proxy"),
        ] {
            assert_eq!(code(desk.enter(from, wish, false).await), expected, "{why}");
        }
        let stranger = NewWritten { name: "郑七".to_owned(), ..sheet(0, give(aunt()), false) };
        assert_eq!(code(desk.enter_as(0, &stranger).await), "no_such_owner", "not on the roll");
        let bare = NewWritten { scan: None, ..sheet(0, give(aunt()), false) };
        assert_eq!(code(desk.enter_as(0, &bare).await), "no_scan");
        let waiting = desk.enter(0, give(aunt()), false).await.unwrap();
        assert_eq!(code(desk.enter(0, give(owner(1)), false).await), "proxy_underway");
        desk.estate.estate.discard_written(&desk.clerk(1).await, &desk.poll, &waiting, desk.estate.now()).await.unwrap();
        let left = desk.estate.estate.outside_agents(&desk.clerk(0).await, &desk.poll).await.unwrap();
        assert!(left.is_empty(), "somebody whom no sheet names is forgotten");

        desk.record(0, give(owner(1)), Some(OWNERS[1])).await;
        assert_eq!(code(desk.enter(0, give(owner(2)), false).await), "newer_proxy", "unless the sheet is newer");
        desk.record(0, give(owner(2)), Some(OWNERS[2])).await;
        assert_eq!(desk.party(0).await, Some(Party::Holder(desk.holder(2).await.holder)));
        desk.record(0, WrittenWish::TakeBack, None).await;
        assert_eq!(desk.party(0).await, None);
        desk.estate.clock.set(NOW + 30 * DAY + 1);
        let mut late = desk;
        late.sign_in().await;
        assert_eq!(code(late.enter(0, give(owner(1)), false).await), "closed");
    }

    async fn the_limit_of_the_rule_holds_at_the_desk_and_in_the_log(database) {
        let desk = Desk::new(&database).await;
        for from in [0, 1] {
            desk.record(from, give(owner(4)), Some(OWNERS[4])).await;
        }
        // Two more are entered while there is room for one.
        let third = desk.enter(2, give(owner(4)), false).await.unwrap();
        let fourth = desk.enter(3, give(owner(4)), false).await.unwrap();
        for (id, from) in [(&third, 2), (&fourth, 3)] {
            desk.confirm(1, id, from, named(OWNERS[4])).await.unwrap();
            assert_eq!(desk.sign(1, id).await.unwrap(), Signed::Waits);
        }
        assert_eq!(desk.sign(0, &third).await.unwrap(), Signed::Counted, "the third is within it");
        assert_eq!(code(desk.sign(0, &fourth).await), "proxy_over_limit");
        assert_eq!(desk.sheet(0, &fourth).await.stage, WrittenStage::Refused);
        assert_eq!(code(desk.enter(3, give(owner(4)), false).await), "proxy_over_limit", "before anything is signed");
        desk.record(0, WrittenWish::TakeBack, None).await;
        desk.record(3, give(owner(4)), Some(OWNERS[4])).await;
    }

    async fn what_an_owner_says_on_the_phone_in_between_is_not_undone(database) {
        let desk = Desk::new(&database).await;
        let id = desk.enter(0, give(aunt()), false).await.unwrap();
        desk.confirm(1, &id, 0, named(AUNT.0)).await.unwrap();
        assert_eq!(desk.sign(1, &id).await.unwrap(), Signed::Waits);
        let (own, other) = (desk.holder(0).await, desk.holder(3).await.holder);
        let newer = desk.estate.proxy(&desk.poll, (&desk.owners[0], &own), other, (ProxyState::Granted, 1)).await;
        desk.estate.estate.give_proxy(&desk.poll, newer).await.unwrap();
        assert_eq!(code(desk.sign(0, &id).await), "newer_proxy");
        assert_eq!(desk.sheet(0, &id).await.stage, WrittenStage::Refused);
        assert_eq!(desk.party(0).await, Some(Party::Holder(other)));

        // Two sheets name somebody new each: whoever is second gets another number, and both clerks sign that.
        let one = desk.enter(1, give(WrittenAgent::Outside { name: "甲".to_owned(), note: "邻居".to_owned(), is_another: false }), false).await.unwrap();
        let two = desk.enter(2, give(WrittenAgent::Outside { name: "乙".to_owned(), note: "邻居".to_owned(), is_another: false }), false).await.unwrap();
        desk.confirm(1, &one, 1, named("甲")).await.unwrap();
        desk.confirm(1, &two, 2, named("乙")).await.unwrap();
        assert_eq!(desk.sign(1, &two).await.unwrap(), Signed::Waits);
        for clerk in [0, 1] {
            desk.sign(clerk, &one).await.unwrap();
        }
        assert_eq!(code(desk.sign(0, &two).await), "stale", "the number has gone to the other");
        assert_eq!(desk.sign(0, &two).await.unwrap(), Signed::Waits);
        assert_eq!(desk.sign(1, &two).await.unwrap(), Signed::Counted);
        let parties = [desk.party(1).await, desk.party(2).await];
        assert_eq!(parties, [1, 2].map(|number: u64| Some(Party::Agent(number.try_into().unwrap()))));
    }

    async fn what_was_cast_under_a_struck_sheet_does_not_count_and_under_one_taken_back_does(database) {
        let mut desk = Desk::new(&database).await;
        let struck = desk.record(0, give(aunt()), Some(AUNT.0)).await;
        desk.record(1, give(owner(4)), Some(OWNERS[4])).await;
        desk.estate.clock.set(NOW + 18 * DAY);
        desk.sign_in().await;
        desk.paper(0, desk.party(0).await, Choice::For).await.unwrap();
        desk.paper(1, desk.party(1).await, Choice::For).await.unwrap();
        desk.strike(struck).await;
        assert_eq!(desk.party(0).await, None);
        desk.record(1, WrittenWish::TakeBack, None).await;
        let (votes_for, against, _) = desk.result().await;
        assert_eq!((votes_for, against), (1, 0));
    }

    async fn a_company_sends_whom_two_have_confirmed_until_the_authority_ends(database) {
        let desk = Desk::new(&database).await;
        let estate = &desk.estate.estate;
        let now = desk.estate.now();
        let new = |valid_until| NewDelegate {
            company: OWNERS[5].to_owned(),
            name: "何代表".to_owned(),
            note: "工号 17".to_owned(),
            valid_until: Some(valid_until),
            scan: Some(b"authority".to_vec()),
        };
        let clerk = desk.clerk(0).await;
        let enter = async |new: NewDelegate| estate.enter_delegate(&clerk, &new, now, &mut fresh()).await;
        for (why, wrong, expected) in [
            ("a person is no company", NewDelegate { company: OWNERS[0].to_owned(), ..new(now + DAY) }, "no_such_company"),
            ("over already", new(now), "bad_valid_until"),
            ("no scan", NewDelegate { scan: None, ..new(now + DAY) }, "no_scan"),
            ("nobody", NewDelegate { name: String::new(), ..new(now + DAY) }, "bad_agent"),
        ] {
            assert_eq!(code(enter(wrong).await), expected, "{why}");
        }
        let short = enter(new(NOW + 20 * DAY)).await.unwrap();
        assert_eq!(code(estate.confirm_delegate(&clerk, &short, now).await), "entered_by_you");
        let sends = |id: &str| NewWritten { scan: None, ..sheet(5, give(WrittenAgent::Delegate(id.to_owned())), false) };
        assert_eq!(code(desk.enter_as(0, &sends(&short)).await), "no_such_delegate", "nobody has confirmed it");
        estate.confirm_delegate(&desk.estate.officer(0).await, &short, now).await.unwrap();
        assert_eq!(code(desk.enter_as(0, &sends(&short)).await), "delegate_expired", "it ends before the vote does");
        let long = enter(new(NOW + 200 * DAY)).await.unwrap();
        estate.confirm_delegate(&desk.clerk(1).await, &long, now).await.unwrap();
        let of_another = sheet(0, give(WrittenAgent::Delegate(long.clone())), false);
        assert_eq!(code(desk.enter_as(0, &of_another).await), "no_such_delegate", "for the company's own homes alone");
        let id = desk.enter_as(0, &sends(&long)).await.unwrap();
        desk.confirm(1, &id, 5, named("何代表")).await.unwrap();
        desk.sign(0, &id).await.unwrap();
        assert_eq!(desk.sign(1, &id).await.unwrap(), Signed::Counted);
        assert!(matches!(desk.party(5).await, Some(Party::Agent(_))));
        let viewer = desk.viewer(5).await;
        let own = estate.delegates_of(&desk.estate.compound, &viewer.owner().unwrap().id).await.unwrap();
        assert_eq!(own.len(), 2, "the company sees both");
        assert!(own.iter().any(|one| one.holds(NOW + 100 * DAY)) && own.iter().any(|one| !one.holds(NOW + 100 * DAY)));
        estate.end_delegate(&desk.clerk(1).await, &long, now).await.unwrap();
        assert_eq!(estate.delegates(&clerk).await.unwrap().len(), 1);
    }

    async fn who_votes_for_owners_is_forgotten_once_nothing_can_be_contested(database) {
        let mut desk = Desk::new(&database).await;
        desk.record(0, give(aunt()), Some(AUNT.0)).await;
        let own = [desk.holder(0).await];
        desk.result().await;
        let estate = desk.estate.estate.clone();
        let name = async || {
            let proxies = estate.my_proxies(&desk.poll, &own).await.unwrap();
            proxies[0].agent.as_ref().and_then(|agent| agent.outsider.clone())
        };
        estate.sweep(NOW + (30 + 365) * DAY).await.unwrap();
        assert_eq!(name().await.as_deref(), Some(AUNT.0), "a year for who contests it");
        estate.sweep(NOW + (30 + 367) * DAY).await.unwrap();
        assert_eq!(name().await, None, "a number and no name");
    }
}
