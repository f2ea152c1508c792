//! Owners who vote for others: who may, for how many, until when, and what of it counts.

use std::num::NonZeroUsize;

use ballot::{
    audit::audit,
    bundle::Bundle,
    id::{HolderNo, PollId},
    register::{Register, RegisterPerson},
    statement::{Choice, Figures, MotionResult, ProxyState, StrikeReason},
    store::{
        Stored, SubmitError,
        polls::{Draft, MyHolder},
        proxies::FindAgentError,
        session::Viewer,
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, TestPerson, fresh, unit},
};

use crate::log::on_both;
use ProxyState::{Granted, Revoked};

/// Six owners with a home each, in a city where one may vote for three others.
struct Neighbours {
    estate: TestEstate,
    poll: PollId,
    people: Vec<TestPerson>,
}

const NAMES: [&str; 6] = ["赵一", "钱二", "孙三", "李四", "周五", "吴六"];

fn neighbours() -> Register {
    let person = |(place, name): (usize, &&str)| RegisterPerson {
        identity: format!("p:{name}"),
        name: (*name).to_owned(),
        tail: "0017".to_owned(),
        phones: vec![format!("1000000030{place}")],
        emails: Vec::new(),
        is_organisation: false,
    };
    Register {
        units: (0..NAMES.len()).map(|place| unit("1", &format!("10{}", place + 1), &[place])).collect(),
        persons: NAMES.iter().enumerate().map(person).collect(),
        representatives: Vec::new(),
    }
}

impl Neighbours {
    async fn on(database: &TestDatabase, place: &str) -> Self {
        let mut estate = TestEstate::new_in(database, place.parse().expect("a place")).await;
        estate.apply(neighbours()).await;
        let letters = estate.letters().await;
        let mut people = Vec::new();
        for name in NAMES {
            people.push(estate.enrol(&letters[name], TestDevice::new()).await.expect("enrolled").0);
        }
        // Where the city's own system takes the votes, a rehearsal is held here.
        let poll = estate.publish_draft(&Draft { test: place == "weifang", ..estate.draft() }).await;
        estate.sign_officers_in().await;
        for person in &mut people {
            estate.sign_in(person).await;
        }
        Self { estate, poll, people }
    }

    async fn viewer(&self, place: usize) -> Viewer {
        self.estate.viewer(&self.people[place].token, self.estate.now()).await.expect("signed in")
    }

    async fn holder(&self, place: usize) -> MyHolder {
        let viewer = self.viewer(place).await;
        self.estate.estate.my_poll(&viewer, &self.poll).await.expect("on the roll").remove(0)
    }

    /// Signs a proxy with the number that is next.
    async fn signed(&self, from: usize, to: usize, state: ProxyState) -> Vec<u8> {
        let (own, to) = (self.holder(from).await, self.holder(to).await.holder);
        let seq =
            self.estate.estate.my_proxies(&self.poll, std::slice::from_ref(&own)).await.expect("read")[0].next_seq;
        self.estate.proxy(&self.poll, (&self.people[from], &own), to, (state, seq)).await
    }

    async fn put(&self, from: usize, to: usize, state: ProxyState) -> Result<Stored, SubmitError> {
        let bytes = self.signed(from, to, state).await;
        self.estate.estate.give_proxy(&self.poll, bytes).await
    }

    async fn cast_for(&self, agent: usize, principal: usize, choice: Choice) -> Result<Stored, SubmitError> {
        let (by, of) = (self.holder(agent).await, self.holder(principal).await.holder);
        self.estate.cast_for(&self.poll, (&self.people[agent], &by), of, choice).await
    }

    async fn cast(&self, place: usize, choice: Choice) -> Stored {
        let own = self.holder(place).await;
        self.estate.cast(&self.poll, &self.people[place], &own, choice).await.expect("it is taken")
    }

    async fn principals(&self, agent: usize) -> Vec<(String, bool)> {
        let own = [self.holder(agent).await];
        let principals = self.estate.estate.my_principals(&self.poll, &own).await.expect("read");
        principals.into_iter().map(|one| (one.of.names.concat(), one.has_ballot)).collect()
    }

    async fn agent_of(&self, place: usize) -> Option<HolderNo> {
        let own = [self.holder(place).await];
        let proxies = self.estate.estate.my_proxies(&self.poll, &own).await.expect("read");
        proxies[0].agent.as_ref().and_then(|agent| agent.owner.as_ref()).map(|owner| owner.holder)
    }

    async fn find(&self, from: usize, home: &str, name: &str) -> Result<HolderNo, FindAgentError> {
        let (viewer, own) = (self.viewer(from).await, self.holder(from).await.holder);
        let found = self.estate.estate.find_agent(&viewer, &self.poll, own, (home, name)).await;
        found.map(|agent| agent.holder)
    }

    async fn strike(&self, index: u64) {
        let by = self.estate.officer(0).await;
        let why = (StrikeReason::Forged, "委托上的签名不是本人的");
        let act = self.estate.estate.propose_strike(&by, &self.poll, index, why, self.estate.now(), &mut fresh()).await;
        self.estate.carry(&act.expect("it is put up")).await;
    }

    /// Closes the poll, signs the result, has the record audited, and gives the heads for and against.
    async fn result(&mut self) -> (u64, u64) {
        self.estate.clock.set(NOW + 31 * DAY);
        self.estate.sign_officers_in().await;
        let by = self.estate.officer(0).await;
        let act =
            self.estate.estate.propose_result(&by, &self.poll, self.estate.now(), &mut fresh()).await.expect("put up");
        self.estate.carry(&act).await;
        let log = self.estate.estate.logs().log(&self.poll).await.expect("the log opens");
        let bundle = Bundle::from_tar(log.export(Vec::new()).await.expect("exported")).expect("a bundle");
        let report = audit(&bundle, log.key(), NonZeroUsize::MIN).expect("audited");
        assert!(report.is_ok(), "{:?}", report.checks);
        assert!(report.listed.over_cap.is_empty(), "nobody was let go beyond the limit");
        heads(&report.results.expect("recounted")[0])
    }
}

fn refused<T>(answer: Result<T, SubmitError>) -> &'static str {
    answer.err().map_or("taken", |err| err.code())
}

on_both! {
    async fn an_agent_votes_while_the_proxy_stands_and_no_longer(database) {
        let mut all = Neighbours::on(&database, "cn").await;
        assert_eq!(refused(all.cast_for(1, 0, Choice::For).await), "not_eligible", "nobody has asked");
        let bytes = all.signed(0, 1, Granted).await;
        let given = all.estate.estate.give_proxy(&all.poll, bytes.clone()).await.unwrap();
        assert_eq!(all.estate.estate.give_proxy(&all.poll, bytes.clone()).await.unwrap(), given, "sent again");
        assert_eq!(all.principals(1).await, [("赵一".to_owned(), false)]);
        assert_eq!(all.agent_of(0).await, Some(all.holder(1).await.holder));
        assert_eq!(refused(all.cast_for(2, 0, Choice::For).await), "not_eligible", "another was asked");

        all.cast_for(1, 0, Choice::For).await.unwrap();
        assert_eq!(all.principals(1).await, [("赵一".to_owned(), true)]);
        for place in [0, 1] {
            assert!(!all.holder(place).await.people[0].has_voted, "neither has voted for their own home");
        }
        all.cast(1, Choice::Against).await;
        assert_eq!(all.holder(1).await.credential.unwrap().last_seq, 2, "one row of numbers");

        // Taken back: what was cast stays, and no more comes.
        all.put(0, 1, Revoked).await.unwrap();
        assert_eq!(refused(all.cast_for(1, 0, Choice::Against).await), "not_eligible");
        assert_eq!((all.principals(1).await.len(), all.agent_of(0).await), (0, None));
        assert_eq!(refused(all.put(0, 1, Revoked).await), "proxy", "there is none to take back");

        // Replaced: the one before is out, and the newest stands.
        all.put(2, 3, Granted).await.unwrap();
        all.put(2, 4, Granted).await.unwrap();
        assert_eq!(refused(all.cast_for(3, 2, Choice::For).await), "not_eligible");
        all.cast_for(4, 2, Choice::For).await.unwrap();
        // The owner's own ballot is the one that counts, though it says the contrary and the agent votes after it.
        all.cast(2, Choice::Against).await;
        all.cast_for(4, 2, Choice::For).await.unwrap();

        assert_eq!(all.estate.estate.give_proxy(&all.poll, bytes).await.unwrap(), given, "also after all this");
        let late = all.signed(3, 4, Granted).await;
        assert_eq!(all.result().await, (1, 2), "the first home by its agent; the second and the third themselves");
        assert_eq!(refused(all.estate.estate.give_proxy(&all.poll, late).await), "closed");
    }

    async fn a_proxy_that_the_record_does_not_allow_is_refused(database) {
        let all = Neighbours::on(&database, "cn").await;
        let estate = &all.estate;
        let (first, second) = (all.holder(0).await, all.holder(1).await);
        let put = async |signer: usize, own: &MyHolder, to, what| {
            let bytes = estate.proxy(&all.poll, (&all.people[signer], own), to, what).await;
            refused(estate.estate.give_proxy(&all.poll, bytes).await)
        };
        let stolen = MyHolder { credential: second.credential.clone(), ..first.clone() };
        let nobody = HolderNo::try_from(99).unwrap();
        for (why, signer, own, to, what, expected) in [
            ("to oneself", 0, &first, first.holder, (Granted, 1), "proxy"),
            ("to nobody on the roll", 0, &first, nobody, (Granted, 1), "not_eligible"),
            ("a number too high", 0, &first, second.holder, (Granted, 2), "seq"),
            ("signed by another", 1, &stolen, second.holder, (Granted, 1), "not_eligible"),
            ("taken back before it was given", 0, &first, second.holder, (Revoked, 1), "proxy"),
        ] {
            assert_eq!(put(signer, own, to, what).await, expected, "{why}");
        }
        assert_eq!(refused(estate.estate.give_proxy(&all.poll, b"heyi/proxy/v1\n{}\n".to_vec()).await), "format");
        let mut bent = all.signed(0, 1, Granted).await;
        let place = bent.len() - 10;
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        assert_eq!(refused(estate.estate.give_proxy(&all.poll, bent).await), "sig");
    }

    async fn the_limit_of_the_rule_is_said_before_the_count_leaves_anything_out(database) {
        let mut all = Neighbours::on(&database, "weifang").await;
        let law = all.estate.estate.proxy_law(&all.poll).await.unwrap();
        assert_eq!((law.limits.holders, law.limits.does_own_displace), (Some(3), true));
        let mut stood = Vec::new();
        for place in 0..3 {
            stood.push(all.put(place, 5, Granted).await.unwrap());
        }
        let last = all.signed(2, 5, Granted).await;
        assert_eq!(refused(all.put(3, 5, Granted).await), "proxy_over_limit");
        let found = all.find(3, "1-106", "吴六").await;
        assert!(matches!(found, Err(FindAgentError::OverLimit)), "said before it is signed");
        assert!(all.estate.estate.give_proxy(&all.poll, last).await.is_ok(), "one who is counted already may sign anew");
        all.put(0, 5, Revoked).await.unwrap();
        all.put(3, 5, Granted).await.unwrap();
        for place in 1..4 {
            all.cast_for(5, place, Choice::For).await.unwrap();
        }
        // A forged proxy is struck: it stands no longer, and what was cast under it does not count.
        all.strike(stood[1].index).await;
        assert_eq!(refused(all.cast_for(5, 1, Choice::For).await), "not_eligible");
        assert_eq!(all.agent_of(1).await, None);
        assert_eq!(all.result().await, (2, 0));
    }

    async fn a_neighbour_is_found_by_home_and_name_and_in_no_other_way(database) {
        let all = Neighbours::on(&database, "cn").await;
        let second = all.holder(1).await.holder;
        for home in ["1 号楼 1 单元 102 室", "1-1-102", "1-102"] {
            assert_eq!(all.find(0, home, "钱二").await.unwrap(), second, "{home}");
        }
        for (why, home, name, expected) in [
            ("the name of another home", "1-102", "孙三", "no_such_owner"),
            ("half the name", "1-102", "钱", "no_such_owner"),
            ("no name", "1-102", "", "no_such_owner"),
            ("no home", "", "钱二", "no_such_owner"),
            ("oneself", "1-101", "赵一", "proxy_to_self"),
        ] {
            assert_eq!(all.find(0, home, name).await.err().map(|err| err.code()), Some(expected), "{why}");
        }
        let (viewer, other) = (all.viewer(0).await, all.holder(2).await.holder);
        let found = all.estate.estate.find_agent(&viewer, &all.poll, other, ("1-102", "钱二")).await;
        assert_eq!(found.err().map(|err| err.code()), Some("not_eligible"), "for one's own homes alone");
    }

    async fn where_a_proxy_must_say_how_to_vote_none_is_given_on_a_phone(database) {
        let all = Neighbours::on(&database, "shanghai").await;
        assert!(all.estate.estate.proxy_law(&all.poll).await.unwrap().is_instructed);
        assert!(matches!(all.find(0, "1-102", "钱二").await, Err(FindAgentError::Instructed)));
        assert_eq!(refused(all.put(0, 1, Granted).await), "proxy_instructed");
    }
}

/// The units for and against.
fn heads(motion: &MotionResult) -> (u64, u64) {
    let units = |figures: Option<Figures>| figures.map_or(0, |figures| figures.units);
    (units(motion.tally.for_), units(motion.tally.against))
}
