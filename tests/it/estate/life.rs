//! Deliberation on both databases: what the two say differently in SQL is looked up, stored and forgotten alike.

use std::collections::BTreeSet;

use ballot::store::{ids::Subject, place::Matter, staff::Role as Office};
use deliberation::{
    lifecycle::{Verb, Window},
    matter::{AnswerKind, Source},
    motion::Cost,
    opinion::{Id, Vote},
    rights::{Post, Role, Scope},
    settings::{DAY, Settings},
    store::{
        By, Conversation, Deliberation, File, FileKind, Found, MatterAct, MotionAct, NewMatter, NewMotion,
        NewStatement, Rules, RulesOf, Ruling, StatementAct, StatementError, Target, UseError,
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{TestDevice, TestEstate, fresh, register},
};

use crate::log::on_both;

struct World {
    estate: TestEstate,
    life: Deliberation,
    owner: By,
    clerk: By,
    officer: By,
    _database: TestDatabase,
}

impl World {
    async fn on(database: TestDatabase) -> Self {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let (person, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.expect("enrolled");
        let clerk = estate.appoint(Office::Clerk, "10000000201").await;
        let mut subjects = Vec::new();
        for token in [&person.token, &clerk.token, &estate.officers[0].token] {
            subjects.push(estate.viewer(token, estate.now()).await.expect("signed in").subject());
        }
        let by = |subject: &Subject| By { compound: estate.compound.clone(), subject: subject.clone() };
        let (owner, clerk, officer) = (by(&subjects[0]), by(&subjects[1]), by(&subjects[2]));
        let life = Deliberation::new(estate.estate.clone());
        Self { life, owner, clerk, officer, estate, _database: database }
    }

    async fn find(&self, question: &str) -> Vec<Found> {
        let found = self.life.search(&self.estate.compound, question, None, 10).await;
        found.expect("it is looked up").found
    }
}

on_both! {
    async fn what_is_looked_up_is_found(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let mut matters = Vec::new();
        for (title, text) in [("更换三号楼电梯", "停了六次"), ("Lamps at the gate", "LED 灯不亮"), ("电灯", "换 LED")]
        {
            let new = NewMatter {
                source: Source::Wish,
                title: title.to_owned(),
                text: text.to_owned(),
                building: None,
                is_emergency: false,
                on_behalf_of: None,
            };
            let (id, _) = world.life.post_matter(&world.owner, &new, now, &mut fresh()).await.expect("it is posted");
            matters.push(id);
        }
        assert_eq!(world.find("电梯").await, [], "nobody has acknowledged it");
        for id in &matters {
            let act = MatterAct::default();
            world.life.matter_step(&world.clerk, id, Verb::Acknowledge, &act, now).await.expect("acknowledged");
        }
        for (question, expected) in [
            ("电梯", &[0][..]),
            ("梯", &[0]),
            ("led", &[2, 1]),
            ("LED 换", &[2]),
            ("lamp", &[1]),
            ("amp", &[]),
            ("换电", &[]),
            ("停了六次", &[0]),
            ("' & !'x' | \"*", &[]),
        ] {
            let expected: Vec<_> = expected.iter().map(|place| Found::Matter(matters[*place].clone())).collect();
            assert_eq!(world.find(question).await, expected, "{question}");
        }
        let page = world.life.search(&world.estate.compound, "led", None, 1).await.expect("it is looked up");
        let rest = world.life.search(&world.estate.compound, "led", page.next, 1).await.expect("it is looked up");
        assert_eq!((page.found.len(), rest.found), (1, vec![Found::Matter(matters[1].clone())]), "page by page");
        assert_eq!(world.life.reindex(&world.estate.compound).await.expect("made anew"), 3);
        assert_eq!(world.find("led").await.len(), 2);
    }

    async fn the_last_reaction_of_each_counts_until_the_matter_is_closed(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let (life, owner) = (&world.life, &world.owner);
        let post = Post { role: Role::Moderator, scope: Scope::Estate, from: now, until: now + 90 * DAY };
        life.appoint(&world.officer, &owner.subject, &post, now, &mut fresh()).await.expect("appointed");
        let new = NewMatter {
            source: Source::Wish,
            title: "Lamps".to_owned(),
            text: "at the gate".to_owned(),
            building: None,
            is_emergency: false,
            on_behalf_of: None,
        };
        let (matter, _) = life.post_matter(owner, &new, now, &mut fresh()).await.expect("it is posted");
        let id = Conversation::from(Target::Matter(matter.clone()));
        let lamps = NewStatement { text: "More lamps".to_owned() };
        let early = life.state(owner, &id, &lamps, now).await;
        assert!(matches!(early, Err(UseError::Statement(StatementError::Over))), "nobody has acknowledged it");
        life.matter_step(&world.clerk, &matter, Verb::Acknowledge, &MatterAct::default(), now).await.expect("acknowledged");
        for text in ["More lamps", "Fewer lamps"] {
            life.state(owner, &id, &NewStatement { text: text.to_owned() }, now).await.expect("written");
        }
        let act = StatementAct::default();
        life.statement_step(owner, (&id, 1), Verb::Accept, &act, now).await.expect("accepted");
        let same = StatementAct { original: Some(1), ..act.clone() };
        life.statement_step(owner, (&id, 2), Verb::MarkDuplicate, &same, now).await.expect("a duplicate");

        let tally = async || {
            let view = life.opinion(&world.estate.compound, &id, now).await.expect("computed");
            view.map.statements.iter().map(|one| (one.statement.clone(), one.agree, one.disagree)).collect::<Vec<_>>()
        };
        assert_eq!(tally().await, [(Id::Number(1), 0, 0)], "a duplicate is not reacted to");
        for (vote, agree, disagree) in [(Vote::Agree, 1, 0), (Vote::Disagree, 0, 1), (Vote::Disagree, 0, 1)] {
            life.react(owner, (&id, 1), vote, now).await.expect("a reaction");
            assert_eq!(tally().await, [(Id::Number(1), agree, disagree)]);
        }
        let own = life.own_reactions(&id, &owner.subject).await.expect("read");
        assert_eq!(own.into_iter().collect::<Vec<_>>(), [(1, Vote::Disagree)]);
        assert_eq!(life.own_reactions(&id, &world.officer.subject).await.expect("read").len(), 0);
        for (by, number) in [(owner, 2), (owner, 3), (&world.officer, 1), (&world.clerk, 1)] {
            life.react(by, (&id, number), Vote::Agree, now).await.expect_err("no such statement, or an office");
        }
        // It is closed by its author.
        let to = MatterAct { responsible: Some(world.officer.subject.clone()), due: Some(now + 9 * DAY), ..MatterAct::default() };
        let answer = MatterAct { text: "Done".to_owned(), answer_kind: Some(AnswerKind::Done), ..MatterAct::default() };
        let rated = MatterAct { rating: Some(5), ..MatterAct::default() };
        for (by, verb, act) in [
            (&world.clerk, Verb::Assign, &to),
            (&world.officer, Verb::Start, &MatterAct::default()),
            (&world.officer, Verb::Answer, &answer),
            (owner, Verb::Close, &rated),
        ] {
            life.matter_step(by, &matter, verb, act, now).await.expect("stepped");
        }
        let late = life.react(owner, (&id, 1), Vote::Agree, now).await;
        assert!(matches!(late, Err(UseError::Statement(StatementError::Over))));
        assert_eq!(tally().await, [(Id::Number(1), 0, 1)], "and what was said stays");
    }

    async fn statements_of_a_motion_are_kept_apart_from_those_of_matters(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let (life, owner, officer) = (&world.life, &world.owner, &world.officer);
        let post = Post { role: Role::Moderator, scope: Scope::Estate, from: now, until: now + 90 * DAY };
        life.appoint(officer, &owner.subject, &post, now, &mut fresh()).await.expect("appointed");
        let new = NewMotion {
            kind: Matter::UseFund,
            title: "Lift".to_owned(),
            text: "Two lifts.".to_owned(),
            cost: Cost::Nothing,
            attachments: BTreeSet::new(),
        };
        let id = life.draft_motion(officer, &new, now, &mut fresh()).await.expect("drafted");
        let motion = Conversation::from(Target::Motion(id.clone()));
        let said = NewStatement { text: "One will do".to_owned() };
        life.motion_step(officer, &id, Verb::Submit, &MotionAct::default(), now).await.expect("handed in");
        life.support(owner, &id, 1, now).await.expect("supported, and admitted by it");
        let early = life.state(owner, &motion, &said, now).await;
        assert!(matches!(early, Err(UseError::Statement(StatementError::Over))), "nobody talks it over yet");
        let window = Some(Window { from: now, until: now + 8 * DAY });
        let talk = MotionAct { window, ..MotionAct::default() };
        life.motion_step(officer, &id, Verb::Deliberate, &talk, now).await.expect("it is talked over");
        assert_eq!(life.state(owner, &motion, &said, now).await.expect("written"), 1);
        let waiting = life.waiting_statements(&world.estate.compound).await.expect("read");
        assert_eq!(waiting, [(motion.clone(), 1)]);
        life.statement_step(owner, (&motion, 1), Verb::Accept, &StatementAct::default(), now).await.expect("accepted");
        life.react(owner, (&motion, 1), Vote::Agree, now).await.expect("a reaction");
        let view = life.opinion(&world.estate.compound, &motion, now).await.expect("computed");
        assert_eq!((view.map.statements.len(), view.map.statements[0].agree), (1, 1));
        let same_id = Conversation::from(Target::Matter(id.as_str().parse().expect("an id")));
        assert_eq!(life.statements(&same_id).await.expect("read"), [], "a matter of the same id has none");
    }

    async fn rules_hold_from_when_a_second_person_agreed(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let (life, compound) = (&world.life, &world.estate.compound);
        let second = world.estate.viewer(&world.estate.officers[1].token, now).await.expect("signed in").subject();
        let second = By { compound: compound.clone(), subject: second };
        for (number, days) in [(1, 12), (2, 20)] {
            let new = Settings { admit_days: days, ..Settings::default() };
            let proposed = life.propose_rules(&world.officer, &Rules::Estate(new.clone()), now + number).await;
            assert_eq!(proposed.expect("proposed"), number);
            let of = (&RulesOf::Estate, number);
            assert_ne!(life.settings(compound).await.expect("read"), new, "not yet");
            life.decide_rules(&world.officer, of, Ruling::Adopt, now + number).await.expect_err("by another");
            life.decide_rules(&second, of, Ruling::Adopt, now + number).await.expect("adopted");
            assert_eq!(life.settings(compound).await.expect("read"), new);
        }
        let changes = life.rule_changes(compound, &RulesOf::Estate, 9).await.expect("read");
        assert_eq!(changes.iter().map(|change| change.number).collect::<Vec<_>>(), [2, 1], "the newest first");
        assert!(world.estate.estate.verify_events(compound).await.is_ok());
    }

    async fn files_that_nothing_names_are_forgotten(database) {
        let world = World::on(database).await;
        let now = world.estate.now();
        let post = Post { role: Role::Property, scope: Scope::Estate, from: now, until: now + 9 * DAY };
        let owner = &world.owner;
        world.life.appoint(&world.officer, &owner.subject, &post, now, &mut fresh()).await.expect("appointed");
        for content in [&b"one"[..], b"two", b"one"] {
            let file = File { kind: FileKind::Pdf, content: content.to_vec() };
            world.life.attach(owner, &file, now).await.expect("it is stored");
        }
        let forget = async |at| world.life.forget_files(&world.estate.compound, at).await.expect("forgotten");
        assert_eq!((forget(now + DAY).await, forget(now + DAY + 1).await), (0, 2), "the same is stored once");
    }
}
