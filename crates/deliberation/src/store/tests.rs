//! The use cases on a database: one story from a wish to an executed decision, and what must never happen.
//!
//! On SQLite; and on PostgreSQL where `HEYI_TEST_POSTGRES` names a server on which databases can be made, such as
//! `postgres://heyi@127.0.0.1:5432`.

mod decisions;
mod mediations;
mod promises;
mod rules;
mod surveys;

use std::collections::BTreeSet;

use ballot::{
    hash::Hash,
    key::{KeyKind, SignerKey},
    log::Checkpoint,
    register::{AreaSource, Register, RegisterPerson, RegisterUnit, UnitLabel},
    roll::{UnitKind, UnitStatus},
    statement::Answers,
    store::{
        Clock, Database, Logs,
        estate::{Estate, NewCompound},
        events::{ChainError, Event},
        fresh::Fresh,
        ids::{CompoundId, Subject},
        place::{Matter as LegalMatter, Place},
        polls::{Draft, DraftMotion},
        staff::{NewStaff, Role as OfficeRole},
    },
};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, DbBackend, EntityTrait, QueryTrait as _, Select, Statement};
use tempfile::TempDir;

use super::*;
use crate::{
    discussion::{HideReason, Shown, Side},
    lifecycle::{
        Need, Verb, Window,
        tables::{AmendmentState, CommentState, MatterState, MotionState, NoticeState, TaskState},
    },
    matter::{AnswerKind, Level, Source},
    motion::{Cost, Support},
    notice::NoticeKind,
    objection::{Effect, Ground},
    people::TieKind,
    rights::{Post, Role, Scope},
    settings::DAY,
};

/// 2026-11-01 00:00 in Beijing.
pub(super) const NOW: u64 = 1_793_462_400;

pub(super) struct World {
    pub(super) life: Deliberation,
    pub(super) estate: Estate,
    database: Database,
    pub(super) compound: CompoundId,
    pub(super) fresh: Fresh,
    /// Two officers, who are the committee.
    pub(super) officers: [By; 2],
    /// Ten owners of one home each.
    pub(super) owners: Vec<By>,
    _folder: TempDir,
}

fn label(number: usize) -> UnitLabel {
    UnitLabel {
        phase: String::new(),
        building: "3".to_owned(),
        entrance: "1".to_owned(),
        number: format!("{number}01"),
    }
}

impl World {
    /// On the server that is named, or else on SQLite.
    pub(super) async fn new() -> Self {
        let Ok(server) = std::env::var("HEYI_TEST_POSTGRES") else { return Self::on_sqlite().await };
        let admin = sea_orm::Database::connect(format!("{server}/postgres")).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        // The folder's name is nobody else's.
        let name = folder.path().file_name().unwrap().to_str().unwrap().replace('.', "t").to_lowercase();
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        Self::on(folder, &format!("{server}/{name}")).await
    }

    async fn find(&self, question: &str) -> Vec<Found> {
        self.life.search(&self.compound, question, None, 10).await.unwrap().found
    }

    /// Stores a paper.
    async fn attach(&self, by: &By, content: &[u8]) -> Hash {
        let file = File { kind: FileKind::Pdf, content: content.to_vec() };
        self.life.attach(by, &file, NOW).await.unwrap()
    }

    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("heyi.db").display());
        Self::on(folder, &url).await
    }

    async fn on(folder: TempDir, url: &str) -> Self {
        let database = Database::open(url).await.unwrap();
        Migrator::up(database.writer(), None).await.unwrap();
        let keys = folder.path().join("keys");
        let logs = Logs::open(database.clone(), &keys, Clock::Given(std::sync::Arc::new(|| NOW))).await.unwrap();
        let registrar = SignerKey::from_seed("vote.example/registrar", KeyKind::Ed25519, &[3; 32]).unwrap();
        let estate = Estate::new(database.clone(), logs, "vote.example", registrar);
        let mut fresh = Fresh::new([9; 32]);
        let officer = |number: u64| NewStaff {
            role: OfficeRole::Officer,
            name: format!("委员{number}"),
            organisation: "业主委员会".to_owned(),
            phone: format!("1000000000{number}"),
            email: String::new(),
            scope: BTreeSet::new(),
            term_ends: NOW + 1000 * DAY,
        };
        let new = NewCompound {
            name: "富枫新苑".to_owned(),
            phone: "010-12345678".to_owned(),
            service_point: "1 号楼".to_owned(),
            place: Place::china(),
            officers: vec![officer(1), officer(2)],
        };
        let (compound, _) = estate.init(&new, NOW, &mut fresh).await.unwrap();
        let mut world = Self {
            life: Deliberation::new(estate.clone()),
            officers: std::array::from_fn(|_| By { compound: compound.clone(), subject: nobody() }),
            owners: Vec::new(),
            estate,
            database,
            compound,
            fresh,
            _folder: folder,
        };
        // Enrolling officers and applying a register take devices and signatures, which are tested where they are.
        world.sql("UPDATE staff SET state = 'active'").await;
        let staff = world.estate.staff(&world.compound).await.unwrap();
        world.officers = std::array::from_fn(|place| world.by(staff[place].subject()));
        world.settle().await;
        world
    }

    async fn sql(&self, sql: &str) {
        self.database.writer().execute_unprepared(sql).await.unwrap();
    }

    fn by(&self, subject: Subject) -> By {
        By { compound: self.compound.clone(), subject }
    }

    async fn settle(&mut self) {
        let mut register = Register::default();
        for number in 1..=10 {
            register.persons.push(RegisterPerson {
                identity: format!("p:{number}"),
                name: format!("业主{number}"),
                tail: String::new(),
                phones: Vec::new(),
                emails: Vec::new(),
                is_organisation: false,
            });
            register.units.push(RegisterUnit {
                label: label(number),
                kind: UnitKind::Home,
                area: 10_000,
                source: AreaSource::Register,
                status: UnitStatus::Delivered,
                owners: vec![number - 1],
                developer: None,
                shares: None,
            });
            let (id, key, compound) = (self.fresh.uuid(), label(number).key(), self.compound.clone());
            self.sql(&format!(
                "INSERT INTO person VALUES ('{id}', '{compound}', 'p:{number}', '业主{number}', '', '[]', false)"
            ))
            .await;
            self.sql(&format!(
                "INSERT INTO unit (compound, label, sort, phase, building, entrance, number, kind, area, source, status) \
                 VALUES ('{compound}', '{key}', '{number:02}', '', '3', '1', '{number}01', 'home', 10000, 'register', \
                 'delivered')"
            ))
            .await;
            self.sql(&format!(
                "INSERT INTO ownership (compound, label, place, person) VALUES ('{compound}', '{key}', 0, '{id}')"
            ))
            .await;
            let subject = format!("person:{id}").parse().unwrap();
            self.owners.push(self.by(subject));
        }
        let json = serde_json::to_string(&register).unwrap();
        self.sql(&format!(
            "INSERT INTO register_version (compound, number, source, file_name, file_sha256, register, act, applied_at) \
             VALUES ('{}', 1, 'import', 'a.csv', '', '{json}', '', {NOW})",
            self.compound
        ))
        .await;
    }

    /// Gives an owner a post over the estate.
    pub(super) async fn appoint(&mut self, owner: usize, role: Role) -> By {
        let by = self.owners[owner].clone();
        let post = Post { role, scope: Scope::Estate, from: NOW, until: NOW + 365 * DAY };
        let appointed = self.life.appoint(&self.officers[0], &by.subject, &post, NOW, &mut self.fresh).await;
        appointed.unwrap();
        by
    }

    /// A tenant whose tie is verified.
    async fn tenant(&mut self, community: &By) -> By {
        let new = NewTie {
            name: "租户小李".to_owned(),
            contact: "10000000777".to_owned(),
            unit: label(1).key(),
            kind: TieKind::Tenant,
            until: NOW + 365 * DAY,
            proof: "租赁合同".to_owned(),
        };
        let collector = self.appoint(9, Role::GridWorker).await;
        let (tie, person) = self.life.add_tie(&collector, &new, NOW, &mut self.fresh).await.unwrap();
        let by = self.by(Subject::Person(person));
        assert!(self.life.posts(&by, NOW).await.unwrap().is_empty(), "a tie that nobody verified gives no right");
        self.life.verify_tie(community, &tie, NOW).await.unwrap();
        by
    }

    async fn post(&mut self, by: &By, title: &str) -> MatterId {
        self.life.post_matter(by, &wish(title), NOW, &mut self.fresh).await.unwrap().0
    }

    async fn state(&self, id: &MatterId, now: u64) -> MatterState {
        self.life.matter(&self.compound, id, now).await.unwrap().unwrap().row.standing.state
    }

    pub(super) async fn step(
        &self,
        by: &By,
        id: &MatterId,
        verb: Verb,
        act: MatterAct,
        now: u64,
    ) -> Result<MatterState, UseError> {
        self.life.matter_step(by, id, verb, &act, now).await
    }

    async fn motion_step(&self, by: &By, id: &MotionId, verb: Verb, act: MotionAct, now: u64) -> MotionState {
        self.life.motion_step(by, id, verb, &act, now).await.unwrap_or_else(|err| panic!("{verb}: {err}"))
    }

    /// The whole chain, oldest first.
    async fn events(&self) -> Vec<Event> {
        let mut events = self.estate.events(&self.compound, None, 10_000).await.unwrap();
        events.reverse();
        events
    }
}

fn nobody() -> Subject {
    "person:00000000-0000-4000-8000-000000000000".parse().unwrap()
}

pub(super) fn wish(title: &str) -> NewMatter {
    NewMatter {
        source: Source::Wish,
        title: title.to_owned(),
        text: "楼下电线从窗户拉出来充电，怕着火。".to_owned(),
        building: Some("3".to_owned()),
        is_emergency: false,
        on_behalf_of: None,
    }
}

fn charging(text: &str) -> NewMotion {
    NewMotion {
        kind: LegalMatter::UseFund,
        title: "充电桩扩建".to_owned(),
        text: text.to_owned(),
        cost: Cost::Range { least: 8_000_000, most: 9_500_000 },
        attachments: BTreeSet::new(),
    }
}

fn window(from: u64, days: u64) -> MotionAct {
    MotionAct { window: Some(Window { from, until: from + days * DAY }), ..MotionAct::default() }
}

/// J1: a tenant's wish, merged with another, becomes a motion with an amendment, is voted on, carried out and answered.
#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told once")]
async fn a_wish_becomes_an_executed_decision_and_everybody_is_answered() {
    let mut world = World::new().await;
    let grid = world.appoint(1, Role::GridWorker).await;
    let moderator = world.appoint(2, Role::Moderator).await;
    let property = world.appoint(3, Role::Property).await;
    let community = world.appoint(4, Role::Community).await;
    let lead = world.appoint(5, Role::BuildingLead).await;
    let tenant = world.tenant(&community).await;
    let chair = world.officers[0].clone();

    let wish = world.post(&tenant, "充电桩").await;
    let (early_author, early) = (world.owners[6].clone(), world.owners[6].clone());
    let earlier = world.post(&early, "拉线充电").await;
    assert_eq!(world.state(&wish, NOW).await, MatterState::Submitted);
    world.step(&grid, &wish, Verb::Acknowledge, MatterAct::default(), NOW + 3600).await.unwrap();
    let into = MatterAct { survivor: Some(wish.clone()), ..MatterAct::default() };
    world.step(&moderator, &earlier, Verb::Merge, into, NOW + 7200).await.unwrap();
    let to =
        MatterAct { responsible: Some(property.subject.clone()), due: Some(NOW + 90 * DAY), ..MatterAct::default() };
    world.step(&community, &wish, Verb::Assign, to, NOW + DAY).await.unwrap();
    world.step(&property, &wish, Verb::Start, MatterAct::default(), NOW + DAY).await.unwrap();

    let owner = world.owners[7].clone();
    let motion = world
        .life
        .draft_motion(&owner, &charging("装三十个桩。\n\n由物业管理。\n\n不设夜间限制。"), NOW + DAY, &mut world.fresh)
        .await
        .unwrap();
    let child = MatterAct { child: Some((Kind::Motion, motion.to_string())), ..MatterAct::default() };
    world.step(&chair, &wish, Verb::Link, child, NOW + DAY).await.unwrap();
    let answer =
        MatterAct { text: "已装好。".to_owned(), answer_kind: Some(AnswerKind::Done), ..MatterAct::default() };
    let refused = world.step(&property, &wish, Verb::Answer, answer.clone(), NOW + DAY).await;
    let is_open = matches!(&refused, Err(UseError::Refused(Refused::Unmet { needs })) if needs == &[Need::NoOpenChild]);
    assert!(is_open, "its motion has not ended: {refused:?}");

    // One tenth of heads and area is not enough, two tenths are exactly a fifth.
    let now = NOW + 2 * DAY;
    world.motion_step(&owner, &motion, Verb::Submit, MotionAct::default(), now).await;
    let first = world.life.support(&owner, &motion, 1, now).await.unwrap();
    assert_eq!(first, Support { heads: 1, heads_of: 10, area: 10_000, area_of: 100_000 });
    assert_eq!(world.life.support(&owner, &motion, 1, now).await.unwrap(), first, "twice is once");
    assert!(world.life.support(&tenant, &motion, 1, now).await.is_err(), "tenants do not support motions");
    world.life.support(&early, &motion, 1, now).await.unwrap();
    let view = world.life.motion(&world.compound, &motion, now).await.unwrap().unwrap();
    assert_eq!(view.row.state, MotionState::Admitted);

    world.motion_step(&chair, &motion, Verb::Deliberate, window(now, 10), now).await;
    let now = now + 10 * DAY;
    world.motion_step(&chair, &motion, Verb::OpenAmendments, window(now, 5), now).await;
    let amendment = NewAmendment {
        base: 1,
        from: 2,
        to: 3,
        replacement: "卧室窗下不装。".to_owned(),
        reason: "夜里有声音".to_owned(),
    };
    let amended = world.life.file_amendment(&early, &motion, &amendment, now).await.unwrap();
    let other = NewAmendment { replacement: "二十四小时开放。".to_owned(), ..amendment };
    let conflicting = world.life.file_amendment(&lead, &motion, &other, now).await.unwrap();
    let state = world.life.amendment_step(&owner, (&motion, amended), Verb::AdoptAsProposer, None, "", now).await;
    assert_eq!(state.unwrap(), AmendmentState::AdoptedByProposer);
    let view = world.life.motion(&world.compound, &motion, now).await.unwrap().unwrap();
    assert_eq!(view.versions.len(), 2);
    assert_eq!(view.versions[1].version.text(), "装三十个桩。\n\n由物业管理。\n\n卧室窗下不装。\n");
    assert_eq!(view.versions[1].author, early_author.subject, "whoever wrote it is its author");
    assert_eq!(view.support.heads, 0, "support is for the text that was supported");
    assert_eq!((conflicting, view.amendments[1].state), (2, AmendmentState::Moot));
    let news = world.life.news(&early.subject, None, 10).await.unwrap();
    assert!(news.iter().any(|news| news.verb == Verb::Adopt && news.object == format!("version:{motion}")));

    // The poll asks exactly the final text.
    let now = now + 5 * DAY;
    world.motion_step(&chair, &motion, Verb::Finalise, MotionAct::default(), now).await;
    let staff = world.estate.staff(&world.compound).await.unwrap();
    let mut draft = Draft {
        title: "充电桩扩建".to_owned(),
        motions: vec![DraftMotion {
            id: "pile".parse().unwrap(),
            matter: LegalMatter::UseFund,
            title: "是否同意扩建充电桩？".to_owned(),
            text: view.versions[0].version.question(),
            attachments: BTreeSet::new(),
            has_abstain: true,
            seats: None,
            candidates: Vec::new(),
            rule: None,
        }],
        scope: BTreeSet::new(),
        posted: now,
        opens: now + 17 * DAY,
        closes: now + 27 * DAY,
        answers: Answers::Inspectors,
        special: false,
        left_out: String::new(),
        test: false,
    };
    let wrong = world.estate.create_draft(&staff[0], &draft, now, &mut world.fresh).await.unwrap();
    draft.motions[0].text = view.versions[1].version.question();
    let poll = world.estate.create_draft(&staff[0], &draft, now, &mut world.fresh).await.unwrap();
    let on = |poll| MotionAct { poll: Some(poll), ..MotionAct::default() };
    let refused = world.life.motion_step(&chair, &motion, Verb::Schedule, &on(wrong), now).await;
    assert!(matches!(&refused, Err(UseError::Refused(Refused::Unmet { needs })) if needs == &[Need::FinalHash]));
    world.motion_step(&chair, &motion, Verb::Schedule, on(poll), now).await;
    let refused = world.life.revise_motion(&owner, &motion, &charging("别的。"), "改", now).await;
    assert!(refused.is_err(), "no version follows once a vote is about the text");

    let evaluation = Hash::of(b"the rule's steps");
    let early_result =
        world.life.conclude_motion(&world.compound, &motion, Outcome::Carried, (9, &evaluation), now).await;
    assert!(early_result.is_err(), "the vote has not begun");
    let view = world.life.motion(&world.compound, &motion, draft.opens).await.unwrap().unwrap();
    assert!(view.is_vote_open && view.row.state == MotionState::Voting, "by the clock, and nothing was written");
    let view = world.life.motion(&world.compound, &motion, draft.closes).await.unwrap().unwrap();
    assert!(!view.is_vote_open);
    let now = draft.closes;
    let carried = world.life.conclude_motion(&world.compound, &motion, Outcome::Carried, (9, &evaluation), now).await;
    assert_eq!(carried.unwrap(), MotionState::Carried);
    assert_eq!(world.life.tend_motions(&world.compound, now + 7 * DAY - 1).await.unwrap(), 0, "objections are open");
    assert_eq!(world.life.tend_motions(&world.compound, now + 7 * DAY).await.unwrap(), 1);

    let now = now + 7 * DAY;
    let task = NewTask {
        source: DecisionSource::Motion(motion.clone()),
        title: "装三十个桩".to_owned(),
        responsible: property.subject.clone(),
        due: now + 20 * DAY,
    };
    let id = world.life.give_task(&chair, &task, now, &mut world.fresh).await.unwrap();
    let listed = async |world: &World, filter, now| {
        world.life.decisions(&world.compound, filter, None, 20, now).await.unwrap().len()
    };
    for (filter, now, expected) in [
        (DecisionFilter::All, now, 1),
        (DecisionFilter::Open, now, 1),
        (DecisionFilter::Overdue, now + 20 * DAY, 0),
        (DecisionFilter::Overdue, now + 20 * DAY + 1, 1),
        (DecisionFilter::Done, now, 0),
    ] {
        assert_eq!(listed(&world, filter, now).await, expected, "{filter:?} at {now}");
    }
    let photo = world.attach(&property, b"photo").await;
    let input = TaskInput { percent: 60, evidence: vec![photo], ..TaskInput::default() };
    for verb in [Verb::Accept, Verb::Progress, Verb::Done] {
        world.life.task_step(&property, &id, verb, &input, now).await.unwrap();
    }
    let own = world.life.task_step(&property, &id, Verb::Verify, &input, now).await;
    assert!(own.is_err(), "nobody verifies their own work");
    assert_eq!(world.life.task_step(&lead, &id, Verb::Verify, &input, now).await.unwrap(), TaskState::Verified);
    assert_eq!(listed(&world, DecisionFilter::Done, now).await, 1);
    assert_eq!(listed(&world, DecisionFilter::Overdue, now + 30 * DAY).await, 0, "what is verified is never late");
    let view = world.life.motion(&world.compound, &motion, now).await.unwrap().unwrap();
    assert_eq!(view.row.state, MotionState::Executed);

    assert_eq!(world.step(&property, &wish, Verb::Answer, answer, now).await.unwrap(), MatterState::Answered);
    let matter = world.life.matter(&world.compound, &wish, now).await.unwrap().unwrap();
    assert_eq!(matter.submitters.len(), 2, "whoever was merged is carried along");
    assert!(matter.submitters.iter().all(|(.., is_answered)| *is_answered));
    let rated = MatterAct { rating: Some(5), ..MatterAct::default() };
    assert_eq!(world.step(&tenant, &wish, Verb::Close, rated, now).await.unwrap(), MatterState::Closed);
    let promises = world.life.promises(&world.compound).await.unwrap();
    for promise in [promises.acknowledged, promises.placed, promises.answered] {
        assert_eq!(promise.percent(), 100);
    }

    // The chain holds, names nobody, and is a log.
    let number = world.estate.verify_events(&world.compound).await.unwrap();
    let events = world.events().await;
    assert_eq!(number, events.len() as u64);
    let whole = format!("{events:?}");
    for personal in ["业主7", "租户小李", "卧室窗下", "怕着火", "10000000777"] {
        assert!(!whole.contains(personal), "an event holds no name and no text: {personal}");
    }
    let checkpoint = events_checkpoint("vote.example", &events);
    let last = events.last().unwrap();
    let proof = event_proof(&events, last.number).unwrap();
    verify_event(last, &proof, &checkpoint).unwrap();
    let altered = Event { at: last.at + 1, ..last.clone() };
    assert!(verify_event(&altered, &proof, &checkpoint).is_err());
    assert_eq!(Checkpoint::parse_text(&checkpoint.text()), Ok(checkpoint), "it is a checkpoint like any other");
}

#[tokio::test]
async fn what_the_tables_refuse_changes_nothing_and_stands_in_the_chain() {
    let mut world = World::new().await;
    let (owner, other) = (world.owners[0].clone(), world.owners[1].clone());
    let id = world.post(&owner, "路灯").await;
    let before = world.life.matter(&world.compound, &id, NOW).await.unwrap();
    for (by, verb, code) in [
        (&other, Verb::Acknowledge, "not_yours"),
        (&owner, Verb::Answer, "not_listed"),
        (&world.by(nobody()), Verb::Return, "not_yours"),
    ] {
        let refused = world.step(by, &id, verb, MatterAct::default(), NOW).await;
        assert_eq!(refused.err().map(|err| err.code()), Some(code), "{verb}");
        let last = world.events().await.pop().unwrap();
        assert_eq!((last.verb.as_str(), last.object), ("refused", format!("matter_{verb} {id}")));
    }
    assert_eq!(world.life.matter(&world.compound, &id, NOW).await.unwrap(), before);
    let bad = NewMatter { title: "字".repeat(101), ..wish("路灯") };
    let refused = world.life.post_matter(&owner, &bad, NOW, &mut world.fresh).await;
    assert!(matches!(refused, Err(UseError::Field(Field::Title))), "{refused:?}");
}

#[tokio::test]
async fn any_altered_field_of_an_event_is_found() {
    let mut world = World::on_sqlite().await;
    let owner = world.owners[0].clone();
    let _ = world.post(&owner, "路灯").await;
    let number = world.estate.verify_events(&world.compound).await.unwrap();
    let victim = number - 1;
    for (column, altered) in [
        ("actor", "actor || 'x'"),
        ("at", "at + 1"),
        ("verb", "verb || 'x'"),
        ("object", "object || 'x'"),
        ("detail", "'{}'"),
        ("previous", "replace(previous, substr(previous, 1, 1), 'f')"),
        ("hash", "replace(hash, substr(hash, 1, 1), 'e')"),
    ] {
        let only = format!("WHERE number = {victim}");
        world.sql(&format!("CREATE TABLE kept AS SELECT * FROM event {only}")).await;
        // What would be no change is made one.
        let other = format!("CASE WHEN {altered} = {column} THEN {column} || '0' ELSE {altered} END");
        world.sql(&format!("UPDATE event SET {column} = {other} {only}")).await;
        let found = world.estate.verify_events(&world.compound).await;
        assert!(matches!(found, Err(ChainError::Broken(at)) if at == victim), "{column}: {found:?}");
        world.sql(&format!("UPDATE event SET {column} = (SELECT {column} FROM kept) {only}")).await;
        world.sql("DROP TABLE kept").await;
        assert_eq!(world.estate.verify_events(&world.compound).await.unwrap(), number);
    }
}

#[tokio::test]
async fn the_clock_escalates_whether_or_not_a_job_ran() {
    let mut world = World::new().await;
    let owner = world.owners[0].clone();
    let id = world.post(&owner, "路灯").await;
    let late = NOW + DAY + 1;
    let seen = world.life.matter(&world.compound, &id, late).await.unwrap().unwrap().row.standing;
    assert_eq!((seen.state, seen.level), (MatterState::Escalated, Level::Estate));
    assert_eq!(world.life.tend_matters(&world.compound, NOW + DAY).await.unwrap(), 0, "on the last second");
    assert_eq!(world.life.tend_matters(&world.compound, NOW + 3 * DAY).await.unwrap(), 1);
    let written = world.life.matter(&world.compound, &id, NOW + 3 * DAY).await.unwrap().unwrap().row.standing;
    assert_eq!(written, seen, "what is written is what was seen, with the time at which it happened");
    assert_eq!(world.life.tend_matters(&world.compound, NOW + 3 * DAY).await.unwrap(), 0);
    let news = world.life.news(&owner.subject, None, 10).await.unwrap();
    assert_eq!(news.iter().map(|news| news.verb).collect::<Vec<_>>(), [Verb::Overrun], "told once");
}

#[tokio::test]
async fn pages_go_on_where_the_last_ended() {
    let mut world = World::new().await;
    let owner = world.owners[0].clone();
    for number in 0..25 {
        let _ = world.post(&owner, &format!("事项{number}")).await;
    }
    let (mut before, mut numbers) = (None, Vec::new());
    loop {
        let page = world.life.matters(&world.compound, &MatterFilter::Open, before, 10, NOW).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        numbers.extend(page.iter().map(|row| row.number));
    }
    assert_eq!(numbers, (1..=25).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn every_list_walks_an_index() {
    async fn plan<E: EntityTrait>(world: &World, query: Select<E>) -> String {
        let list = query.build(DbBackend::Sqlite);
        let sql = format!("EXPLAIN QUERY PLAN {}", list.sql);
        let explain = match list.values {
            Some(values) => Statement::from_sql_and_values(DbBackend::Sqlite, sql, values),
            None => Statement::from_string(DbBackend::Sqlite, sql),
        };
        let rows = world.database.reader().query_all_raw(explain).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap()).collect::<Vec<_>>().join("; ")
    }
    let world = World::on_sqlite().await;
    let (compound, somebody) = (&world.compound, nobody());
    let plans = [
        plan(&world, matters::list_query(compound, &MatterFilter::All, Some(9), 20)).await,
        plan(&world, matters::list_query(compound, &MatterFilter::Open, Some(9), 20)).await,
        plan(&world, matters::list_query(compound, &MatterFilter::Of(somebody.clone()), None, 20)).await,
        plan(&world, matters::list_query(compound, &MatterFilter::Silent, Some(9), 20)).await,
        plan(&world, matters::list_query(compound, &MatterFilter::Loose, Some(9), 20)).await,
        plan(&world, matters::due_query(compound, NOW)).await,
        plan(&world, motions::view::list_query((compound, Some(&somebody)), true, Some(9), 20)).await,
        plan(&world, motions::view::list_query((compound, None), false, None, 20)).await,
        plan(&world, motions::view::due_query(compound, NOW)).await,
        plan(&world, remarks::list_query(compound, "matter:x", 9, 50)).await,
        plan(&world, super::decisions::list_query(compound, DecisionFilter::All, Some(9), 20, NOW)).await,
        plan(&world, super::decisions::list_query(compound, DecisionFilter::Overdue, None, 20, NOW)).await,
        plan(&world, super::decisions::list_query(compound, DecisionFilter::Done, None, 20, NOW)).await,
        plan(&world, notices::list_query(compound, Some(9), 20)).await,
        plan(&world, meetings::list_query(compound, Some(9), 20)).await,
        plan(&world, super::mediations::waiting_query(compound)).await,
        plan(&world, super::mediations::held_query(compound, tables::mediation::COLUMN.mediator.eq("x"))).await,
        plan(&world, super::mediations::held_query(compound, tables::mediation::COLUMN.lawyer.eq("x"))).await,
        plan(&world, record::news_query(&somebody, Some(NOW), 20)).await,
        plan(&world, super::rules::of_query(compound, &RulesOf::Estate)).await,
    ];
    for plan in plans {
        let is_walk = plan.contains("USING INDEX") && !plan.contains("SCAN") && !plan.contains("TEMP B-TREE");
        assert!(is_walk, "{plan}");
    }
}

#[tokio::test]
async fn comments_are_hidden_with_a_reason_and_never_gone() {
    let mut world = World::new().await;
    let moderator = world.appoint(2, Role::Moderator).await;
    let community = world.appoint(4, Role::Community).await;
    let owner = world.owners[0].clone();
    let target = Target::Matter(world.post(&owner, "路灯").await);
    let new = |text: &str, parent| NewRemark { side: Side::Question, text: text.to_owned(), parent };
    let first = world.life.say(&owner, &target, &new("什么时候修？", None), NOW).await.unwrap();
    let second = world.life.say(&community, &target, &new("下周。", Some(first)), NOW).await.unwrap();
    let shut = world.life.moderate(&moderator, &target, first, Verb::Hide, None, NOW).await;
    assert!(matches!(shut, Err(UseError::Refused(Refused::Unmet { .. }))), "not without a reason");
    let by_owner = world.life.moderate(&owner, &target, second, Verb::Hide, Some(HideReason::Insult), NOW).await;
    assert!(by_owner.is_err());
    let hidden = world.life.moderate(&moderator, &target, first, Verb::Hide, Some(HideReason::OffTopic), NOW).await;
    assert_eq!(hidden.unwrap(), CommentState::Hidden);
    let remarks = world.life.remarks(&world.compound, &target, 0, 10).await.unwrap();
    assert_eq!(remarks[0].comment.shown(None, false), Shown::Hidden(HideReason::OffTopic));
    assert!(remarks[1].comment.is_official && !remarks[0].comment.is_official);
    let news = world.life.news(&owner.subject, None, 10).await.unwrap();
    assert_eq!(news[0].verb, Verb::Hide, "the author is told");
    world.life.moderate(&community, &target, first, Verb::Unhide, Some(HideReason::OffTopic), NOW).await.unwrap();
    let elsewhere = By { compound: world.fresh.uuid().parse().unwrap(), ..owner };
    let refused = world.life.remarks(&elsewhere.compound, &target, 0, 10).await.unwrap();
    assert!(refused.is_empty(), "another compound finds nothing");
}

#[tokio::test]
async fn offices_that_must_be_apart_are_not_given_to_one_person() {
    let mut world = World::new().await;
    let by = world.appoint(0, Role::Moderator).await;
    let post = Post { role: Role::Committee, scope: Scope::Estate, from: NOW, until: NOW + DAY };
    let refused = world.life.appoint(&world.officers[0], &by.subject, &post, NOW, &mut world.fresh).await;
    assert_eq!(refused.err().map(|err| err.code()), Some("moderator_in_committee"));
    let refused = world.life.appoint(&by, &by.subject, &post, NOW, &mut world.fresh).await;
    assert_eq!(refused.err().map(|err| err.code()), Some("denied"), "nobody appoints themselves");
    let id = world.life.all_posts(&world.compound).await.unwrap()[0].id.clone();
    world.life.end_post(&world.officers[1], &id, NOW + DAY).await.unwrap();
    let left: Vec<_> = world.life.posts(&by, NOW + DAY).await.unwrap();
    assert!(!left.iter().any(|post| post.role == Role::Moderator && post.is_held_at(NOW + DAY)));
}

#[tokio::test]
async fn a_building_that_moves_keeps_its_history() {
    let mut world = World::new().await;
    let officer = world.officers[0].clone();
    let first = world.life.add_grid(&officer, "一网格", None, NOW, &mut world.fresh).await.unwrap();
    let second = world.life.add_grid(&officer, "二网格", None, NOW, &mut world.fresh).await.unwrap();
    world.life.assign_building(&officer, "3", &first, NOW).await.unwrap();
    world.life.assign_building(&officer, "3", &second, NOW + DAY).await.unwrap();
    let at = async |at| world.life.grid_of(&world.compound, "3", at).await.unwrap();
    assert_eq!(at(NOW + DAY - 1).await, Some(first));
    assert_eq!(at(NOW + DAY).await, Some(second));
}

#[tokio::test]
async fn a_notice_hangs_long_enough_and_everywhere_before_it_counts() {
    let mut world = World::new().await;
    let lead = world.appoint(5, Role::BuildingLead).await;
    let chair = world.officers[0].clone();
    let boards: BTreeSet<_> = ["3", "4"].map(str::to_owned).into();
    let new = |days| NewNotice {
        kind: NoticeKind::Meeting,
        title: "业主大会表决公告".to_owned(),
        text: "议题：充电桩扩建。".to_owned(),
        motion: None,
        // 1 November is not counted: fifteen whole days end with the 16th.
        until: NOW + days * DAY,
        boards: boards.clone(),
    };
    let short = world.life.draft_notice(&chair, &new(15), NOW, &mut world.fresh).await.unwrap();
    let act = NoticeAct::default();
    let refused = world.life.notice_step(&chair, &short, Verb::Approve, &act, NOW).await;
    assert!(matches!(refused, Err(UseError::Refused(Refused::Unmet { needs })) if needs == [Need::PeriodLong]));
    let id = world.life.draft_notice(&chair, &new(16), NOW, &mut world.fresh).await.unwrap();
    world.life.notice_step(&chair, &id, Verb::Approve, &act, NOW).await.unwrap();
    let photo = world.attach(&lead, b"photo").await;
    world.life.hang(&lead, &id, "3", &photo, NOW + 60).await.unwrap();
    let refused = world.life.notice_step(&chair, &id, Verb::Post, &act, NOW + 120).await;
    assert!(matches!(refused, Err(UseError::Refused(Refused::Unmet { needs })) if needs == [Need::AllBoards]));
    world.life.hang(&lead, &id, "4", &photo, NOW + 180).await.unwrap();
    world.life.notice_step(&chair, &id, Verb::Post, &act, NOW + 240).await.unwrap();
    let shorter = NoticeAct { until: Some(NOW + 15 * DAY), ..NoticeAct::default() };
    assert!(world.life.notice_step(&chair, &id, Verb::Extend, &shorter, NOW + DAY).await.is_err(), "never shorter");
    let list = world.life.notices(&world.compound, None, 10, NOW + 16 * DAY).await.unwrap();
    assert_eq!(list[0].state, NoticeState::Expired, "by the clock, and nothing was written");
}

#[tokio::test]
async fn an_upheld_objection_suspends_the_result_until_it_is_counted_again() {
    let mut world = World::new().await;
    let (owner, chair) = (world.owners[0].clone(), world.officers[0].clone());
    let street = world.appoint(9, Role::Street).await;
    let id = world.life.draft_motion(&owner, &charging("一"), NOW, &mut world.fresh).await.unwrap();
    let new = NewObjection {
        motion: id.clone(),
        against: None,
        ground: Ground::Roll,
        text: "302 的面积错了。".to_owned(),
        evidence: vec![world.attach(&owner, b"deed").await],
    };
    let early = world.life.object(&owner, &new, NOW, &mut world.fresh).await;
    assert!(matches!(early, Err(UseError::Refused(Refused::Unmet { needs })) if needs == [Need::WindowOpen]));
    // The way to a result is walked above.
    world.sql(&format!("UPDATE motion SET state = 'voting', vote_from = {NOW}, vote_until = {NOW}")).await;
    let evaluation = Hash::of(b"steps");
    world.life.conclude_motion(&world.compound, &id, Outcome::Carried, (9, &evaluation), NOW).await.unwrap();
    let objection = world.life.object(&owner, &new, NOW + DAY, &mut world.fresh).await.unwrap();
    assert_eq!(world.life.tend_motions(&world.compound, NOW + 8 * DAY).await.unwrap(), 0, "it waits for the answer");
    let act = ObjectionAct {
        text: "已核对。".to_owned(),
        reason: "面积确有错误".to_owned(),
        effect: Some(Effect::AmendRoll),
    };
    let by_chair = world.life.objection_step(&chair, &objection, Verb::Accept, &act, NOW + DAY).await;
    assert!(by_chair.is_err(), "never by whom it is directed against");
    world.life.objection_step(&street, &objection, Verb::Accept, &act, NOW + DAY).await.unwrap();
    world.life.objection_step(&chair, &objection, Verb::Answer, &act, NOW + DAY).await.unwrap();
    for verb in [Verb::Uphold, Verb::TakeEffect] {
        world.life.objection_step(&street, &objection, verb, &act, NOW + DAY).await.unwrap();
    }
    let state = async |now| world.life.motion(&world.compound, &id, now).await.unwrap().unwrap().row.state;
    assert_eq!(state(NOW + 30 * DAY).await, MotionState::Suspended);
    let again = world.life.motions_in_vote(&world.compound).await.unwrap();
    assert_eq!(again.len(), 0, "its way to a vote was not walked here");
    let again =
        world.life.conclude_motion(&world.compound, &id, Outcome::Carried, (12, &evaluation), NOW + 2 * DAY).await;
    assert_eq!(again.unwrap(), MotionState::Carried, "counted again with the same outcome");
    assert!(world.life.objections_to(&world.compound, &id).await.unwrap()[0].is_settled);
    assert_eq!(state(NOW + 9 * DAY - 1).await, MotionState::Carried, "the corrected result hangs its days anew");
    assert_eq!(state(NOW + 9 * DAY).await, MotionState::Decided);
    world.estate.verify_events(&world.compound).await.unwrap();
}

#[tokio::test]
async fn what_an_objection_is_founded_on_is_for_its_author_and_those_who_deal_with_it() {
    let mut world = World::new().await;
    let (owner, other, chair) = (world.owners[0].clone(), world.owners[1].clone(), world.officers[0].clone());
    let street = world.appoint(9, Role::Street).await;
    let id = world.life.draft_motion(&owner, &charging("一"), NOW, &mut world.fresh).await.unwrap();
    world.sql(&format!("UPDATE motion SET state = 'voting', vote_from = {NOW}, vote_until = {NOW}")).await;
    world
        .life
        .conclude_motion(&world.compound, &id, Outcome::Lost, (9, &Hash::of(b"steps")), NOW)
        .await
        .unwrap_or(MotionState::Lost);
    world.sql(&format!("UPDATE motion SET state = 'carried', window_from = {NOW}, window_until = {}", NOW + DAY)).await;
    let deed = world.attach(&owner, b"deed").await;
    let new = |evidence| NewObjection {
        motion: id.clone(),
        against: None,
        ground: Ground::Roll,
        text: "302 的面积错了。".to_owned(),
        evidence,
    };
    for (why, evidence) in [
        ("nobody stored it", vec![Hash::of(b"none")]),
        ("somebody else stored it", vec![world.attach(&other, b"theirs").await]),
    ] {
        let refused = world.life.object(&owner, &new(evidence), NOW, &mut world.fresh).await;
        assert!(matches!(refused, Err(UseError::Field(Field::Evidence))), "{why}: {refused:?}");
    }
    let see = async |by: Option<&By>| world.life.file(&world.compound, &deed, by, NOW).await.unwrap().is_some();
    assert!(!see(Some(&owner)).await, "it belongs to nothing yet");
    world.life.object(&owner, &new(vec![deed]), NOW, &mut world.fresh).await.unwrap();
    for (by, expected) in
        [(None, false), (Some(&owner), true), (Some(&other), false), (Some(&chair), true), (Some(&street), true)]
    {
        let found = world.life.file(&world.compound, &deed, by, NOW).await.unwrap();
        assert_eq!(found.is_some(), expected, "{by:?}");
    }
    assert_eq!(world.life.forget_files(&world.compound, NOW + DAY).await.unwrap(), 0, "a day has not passed");
    assert_eq!(world.life.forget_files(&world.compound, NOW + DAY + 1).await.unwrap(), 1, "what belongs to nothing");
    assert!(world.life.file(&world.compound, &deed, Some(&owner), NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_is_neither_empty_nor_too_large_and_nobody_adds_too_many() {
    let world = World::new().await;
    let owner = &world.owners[0];
    let file = |size| File { kind: FileKind::Jpeg, content: vec![7; size] };
    for (size, expected) in [(0, false), (1, true), (FILE_MOST, true), (FILE_MOST + 1, false)] {
        assert_eq!(world.life.attach(owner, &file(size), NOW).await.is_ok(), expected, "{size}");
    }
    for size in 2..=59 {
        world.life.attach(owner, &file(size), NOW).await.unwrap();
    }
    assert!(world.life.attach(owner, &file(60), NOW).await.is_err(), "sixty a day");
    assert!(world.life.attach(owner, &file(60), NOW + DAY).await.is_ok(), "and again the next day");
}

#[tokio::test]
async fn what_is_public_is_found_by_what_stands_in_it_and_nothing_else_is() {
    let mut world = World::new().await;
    let owner = world.owners[0].clone();
    let grid = world.appoint(3, Role::GridWorker).await;
    let wish = world.post(&owner, "更换三号楼电梯").await;
    assert_eq!(world.find("电梯").await, [], "it is not acknowledged");
    world.step(&grid, &wish, Verb::Acknowledge, MatterAct::default(), NOW).await.unwrap();
    for (question, expected) in
        [("电梯", true), ("梯", true), ("换电", false), ("三号楼 更换", true), ("' OR 1=1 \" *", false)]
    {
        assert_eq!(world.find(question).await == [Found::Matter(wish.clone())], expected, "{question}");
    }
    let motion =
        world.life.draft_motion(&owner, &charging("Fast chargers below ground"), NOW, &mut world.fresh).await.unwrap();
    assert_eq!(world.find("charger").await, [], "a draft is its proposer's alone");
    world.life.motion_step(&owner, &motion, Verb::Submit, &MotionAct::default(), NOW).await.unwrap();
    assert_eq!(world.find("charger").await, [Found::Motion(motion.clone())]);
    world.life.revise_motion(&owner, &motion, &charging("Slow ones"), "改", NOW).await.unwrap();
    assert_eq!(world.find("charger").await, [], "what it said before is not what it says");
    assert_eq!(world.find("slow").await, [Found::Motion(motion.clone())]);
    assert!(!world.life.is_indexed(&world.compound).await.unwrap());
    let counted = world.life.reindex(&world.compound).await.unwrap();
    assert_eq!(counted, 2, "made anew it holds the same");
    assert_eq!(world.find("slow").await, [Found::Motion(motion)]);
    assert!(world.life.is_indexed(&world.compound).await.unwrap());
    let elsewhere = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    assert_eq!(world.life.search(&elsewhere, "slow", None, 10).await.unwrap().found, [], "in this estate alone");
}

#[tokio::test]
async fn what_was_said_is_found_while_everybody_may_read_it() {
    let mut world = World::new().await;
    let (owner, other) = (world.owners[0].clone(), world.owners[1].clone());
    let grid = world.appoint(3, Role::GridWorker).await;
    let moderator = world.appoint(4, Role::Moderator).await;
    let wish = world.post(&owner, "更换三号楼电梯").await;
    let target = Target::Matter(wish.clone());
    let remark = NewRemark { side: Side::Remark, text: "维修基金够不够用？".to_owned(), parent: None };
    let number = world.life.say(&other, &target, &remark, NOW).await.unwrap();
    let places = [(target.clone(), number)];
    let found = [Found::Remark(target.clone(), number)];
    let read = |world: &World| {
        let (life, compound) = (world.life.clone(), world.compound.clone());
        let places = places.clone();
        async move { life.remarks_at(&compound, &places).await.unwrap().len() }
    };
    assert_eq!(
        (world.find("维修基金").await.as_slice(), read(&world).await),
        (&found[..], 0),
        "the matter is not public"
    );
    world.step(&grid, &wish, Verb::Acknowledge, MatterAct::default(), NOW).await.unwrap();
    assert_eq!((world.find("维修基金").await.as_slice(), read(&world).await), (&found[..], 1));
    world.life.moderate(&moderator, &target, number, Verb::Hide, Some(HideReason::Insult), NOW).await.unwrap();
    assert_eq!((world.find("维修基金").await.as_slice(), read(&world).await), (&[][..], 0), "hidden");
    assert_eq!(world.life.reindex(&world.compound).await.unwrap(), 1, "and stays so when it is made anew");
    assert_eq!(world.find("维修基金").await, []);
}
