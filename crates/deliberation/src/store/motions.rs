//! Motions: versions that are never changed, support on the frozen roll, amendments, and the way to a vote.

mod amendments;
pub(super) mod view;

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    id::PollId,
    store::{
        events::Actor,
        fresh::Fresh,
        ids::{CompoundId, PersonId, Subject},
        place::Matter as LegalMatter,
        register::current,
    },
};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value, json};

pub use amendments::{AmendmentView, NewAmendment};
pub use view::{MotionRow, MotionView, VersionView};

use super::{
    By, Deliberation, Field, MotionId, UseError, check_text,
    decisions::{self, DecisionSource},
    electorate,
    matters::end_child,
    people::Standing as Member,
    record::{self, Change},
    rules::{Timeline, rules},
    search,
    steps::{self, Said},
    tables::{int, motion, motion_version, objection, support, task, uint, word},
};
use crate::{
    action, lifecycle,
    lifecycle::{
        Actor as Doer, Facts, Given, Kind, Lifecycle as _, Need, Part, Record, Refused, Step, Verb, Window,
        tables::{MotionState, ObjectionState, TaskState, VersionState},
    },
    motion::{Cost, Support, Version},
    objection::{Effect, Objection, sums as objection_sums},
    rights::{Action, Bearing, Role, Site, may},
    settings::DAY,
};

/// A motion, or a new version of one, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMotion {
    /// What the law calls it; it settles the rule.
    pub kind: LegalMatter,
    /// 1 to 100 characters.
    pub title: String,
    /// Markdown in paragraphs.
    pub text: String,
    /// What it costs.
    pub cost: Cost,
    /// Stored documents by their hashes.
    pub attachments: BTreeSet<Hash>,
}

/// What somebody brings to a step; what the step does not want is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MotionAct {
    /// Formal defects, or a reason.
    pub reason: String,
    /// The window of the discussion or of the amendments.
    pub window: Option<Window>,
    /// The poll that asks its question.
    pub poll: Option<PollId>,
}

/// What the rule made of the vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Carried.
    Carried,
    /// Lost.
    Lost,
    /// Too few took part.
    NoQuorum,
}

impl Deliberation {
    /// Writes down a motion as a draft, with its first version.
    ///
    /// # Errors
    /// No right, or a text that is none.
    pub async fn draft_motion(
        &self,
        by: &By,
        new: &NewMotion,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<MotionId, UseError> {
        let version = Version::new(1, &new.title, &new.text, new.cost, new.attachments.clone())?;
        let (tx, who) = self.begin(by, now).await?;
        let result = draft(&tx, &who, new.kind, &version, now, fresh).await;
        self.end(tx, by, "motion_create", now, result).await
    }

    /// Puts a new version in the place of the current one. Support starts anew, and whoever supported is told.
    ///
    /// # Errors
    /// Neither proposer nor committee, a vote is about the text, or the text is none.
    pub async fn revise_motion(
        &self,
        by: &By,
        id: &MotionId,
        new: &NewMotion,
        reason: &str,
        now: u64,
    ) -> Result<u64, UseError> {
        let reason = check_text(reason, 1000, Field::Reason)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = revise(&tx, &who, id, new, &reason, now).await;
        self.end(tx, by, &format!("version_create {id}"), now, result).await
    }

    /// Does one step of a motion's table.
    ///
    /// # Errors
    /// No such motion, or the table refuses.
    pub async fn motion_step(
        &self,
        by: &By,
        id: &MotionId,
        verb: Verb,
        act: &MotionAct,
        now: u64,
    ) -> Result<MotionState, UseError> {
        // A poll's draft is read outside: what counts is the hash of its text, which does not change once it is signed.
        let asked = match &act.poll {
            None => None,
            Some(poll) => self.estate.draft(&by.compound, poll).await?,
        };
        let asked = asked.map(|draft| {
            let texts = draft.motions.iter().map(|motion| Hash::of(motion.text.as_bytes())).collect();
            (Window { from: draft.opens, until: draft.closes }, texts)
        });
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, id, (verb, act, asked), now).await;
        self.end(tx, by, &format!("motion_{verb} {id}"), now, result).await
    }

    /// Supports the current version, once. With enough support by heads and area the motion is admitted.
    ///
    /// # Errors
    /// No right, or another version is current, or the motion is past it.
    pub async fn support(&self, by: &By, id: &MotionId, number: u64, now: u64) -> Result<Support, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = take_support(&tx, &who, id, number, now).await;
        self.end(tx, by, &format!("motion_support {id}"), now, result).await
    }

    /// Records what the rule made of the vote, once it is over: `result` is the index of the result in the poll's log
    /// and the hash of what it says.
    ///
    /// Whoever calls this has counted the poll's record; nobody's word is taken for it.
    ///
    /// # Errors
    /// No such motion, the vote is not over, or it was recorded already.
    pub async fn conclude_motion(
        &self,
        compound: &CompoundId,
        id: &MotionId,
        outcome: Outcome,
        (index, evaluation): (u64, &Hash),
        now: u64,
    ) -> Result<MotionState, UseError> {
        let verb = match outcome {
            Outcome::Carried => Verb::Carry,
            Outcome::Lost => Verb::Lose,
            Outcome::NoQuorum => Verb::MissQuorum,
        };
        let tx = self.estate.begin(compound).await?;
        let rules = rules(&tx, compound).await?;
        let row = find(&tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
        let row = catch_up(&tx, compound, row, &rules, now).await?;
        let mut facts = facts(&tx, &row, &rules, now).await?;
        facts.given.insert(Given::Outcome);
        let objections = objections(&tx, &row).await?;
        let has_effect = objections.iter().any(|objection| objection.effect.is_some_and(Effect::asks_for_count));
        facts.given.extend(has_effect.then_some(Given::Effect));
        let step = lifecycle::step(Some(state_of(&row)?), verb, Doer::Clock, &facts)?;
        let mut changed = row.clone();
        // The result hangs for its days from now on.
        let window = Window { from: now, until: now + rules.at(now).objection_days * DAY };
        set_state(&mut changed, &step, now);
        (changed.window_from, changed.window_until) = (int(window.from), int(window.until));
        objection::Entity::update_many()
            .col_expr(objection::Column::IsSettled, Expr::value(true))
            .filter(objection::COLUMN.target.eq(target(&row)))
            .filter(objection::COLUMN.state.eq(ObjectionState::Upheld.code()))
            .exec(&tx)
            .await?;
        let records =
            BTreeMap::from([(Record::Outcome, json!(evaluation.to_string())), (Record::Effect, json!(has_effect))]);
        let other = format!("{}{index}", steps::RESULT);
        let said = Said { text: "", other: &other };
        store(&tx, compound, (&row, changed, &rules), Actor::Server, (verb, &step, records), (said, now)).await?;
        decisions::register(&tx, compound, &DecisionSource::Motion(id.clone()), now).await?;
        tx.commit().await?;
        Ok(step.to)
    }

    /// Writes what time has brought to motions: listed, opened to votes, decided.
    ///
    /// # Errors
    /// The database's; what was not written is written the next time.
    pub async fn tend_motions(&self, compound: &CompoundId, now: u64) -> Result<u64, DbErr> {
        let due = view::due_query(compound, now).all(self.estate.reader()).await?;
        let mut written = 0;
        for row in due {
            let tx = self.estate.begin(compound).await?;
            let rules = rules(&tx, compound).await?;
            if let Some(row) = find(&tx, compound, &MotionId(row.id)).await? {
                let before = row.state.clone();
                let row = catch_up(&tx, compound, row, &rules, now).await?;
                written += u64::from(row.state != before);
            }
            tx.commit().await?;
        }
        Ok(written)
    }
}

/// Lets a motion go on after one of its action items has changed.
pub(super) async fn follow(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    source: &str,
    now: u64,
) -> Result<(), DbErr> {
    let Some(id) = source.strip_prefix("motion:") else { return Ok(()) };
    let rules = rules(tx, compound).await?;
    if let Some(row) = find(tx, compound, &MotionId(id.to_owned())).await? {
        catch_up(tx, compound, row, &rules, now).await?;
    }
    Ok(())
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &MotionId,
) -> Result<Option<motion::Model>, DbErr> {
    motion::Entity::find_by_id(id.0.clone()).filter(motion::COLUMN.compound.eq(compound.as_str())).one(db).await
}

fn target(row: &motion::Model) -> String {
    format!("{}:{}", Kind::Motion, row.id)
}

pub(super) fn state_of(row: &motion::Model) -> Result<MotionState, DbErr> {
    word(&row.state)
}

fn set_state(row: &mut motion::Model, step: &Step<MotionState>, now: u64) {
    if row.state != step.to.code() {
        step.to.code().clone_into(&mut row.state);
        row.since = int(now);
    }
    row.is_open = !step.to.is_terminal();
}

/// The first second at which the clock could do something.
fn wake_at(row: &motion::Model, rules: &Timeline) -> Result<Option<i64>, DbErr> {
    Ok(match state_of(row)? {
        MotionState::Submitted => Some(row.since + int(rules.at(uint(row.since)).admit_days * DAY)),
        MotionState::Scheduled => row.vote_from,
        MotionState::Carried => Some(row.window_until),
        _ => None,
    })
}

async fn objections(db: &impl ConnectionTrait, row: &motion::Model) -> Result<Vec<Objection>, DbErr> {
    let rows = objection::Entity::find().filter(objection::COLUMN.target.eq(target(row))).all(db).await?;
    let read = |row: objection::Model| {
        let effect = if row.effect.is_empty() { None } else { Some(word(&row.effect)?) };
        Ok(Objection { state: word(&row.state)?, effect, is_settled: row.is_settled })
    };
    rows.into_iter().map(read).collect()
}

/// The values that the table's conditions look at; what an act gives is added by whoever acts.
pub(super) async fn facts(
    db: &impl ConnectionTrait,
    row: &motion::Model,
    rules: &Timeline,
    now: u64,
) -> Result<Facts, DbErr> {
    let tasks = task::Entity::find().filter(task::COLUMN.source.eq(target(row))).all(db).await?;
    let tasks = tasks.iter().map(|row| {
        let state: TaskState = word(&row.state)?;
        Ok(action::Task { state, ..action::Task::new((), 0) })
    });
    let tasks: Vec<_> = tasks.collect::<Result<_, DbErr>>()?;
    let (tasks, objections) = (action::sums(&tasks), objection_sums(&objections(db, row).await?));
    let vote = row.vote_from.zip(row.vote_until);
    let held = rules.at(uint(row.since));
    Ok(Facts {
        now,
        given: BTreeSet::from([Given::Text, Given::MotionKind, Given::Cost]),
        since: uint(row.since),
        period: held.admit_days * DAY,
        window: Window { from: uint(row.window_from), until: uint(row.window_until) },
        wanted: rules.at(now).deliberate_days * DAY,
        amendments_open: amendments::open(db, &row.id).await?,
        vote: vote.map(|(from, until)| Window { from: uint(from), until: uint(until) }),
        objections_open: objections.objections_open,
        objections_upheld: objections.objections_upheld,
        repeats: uint(row.repeats),
        repeats_allowed: held.repeats,
        ..tasks
    })
}

/// Writes the steps that are due by the clock.
async fn catch_up(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    mut row: motion::Model,
    rules: &Timeline,
    now: u64,
) -> Result<motion::Model, DbErr> {
    while let Some(step) = lifecycle::due(state_of(&row)?, &facts(tx, &row, rules, now).await?) {
        let mut changed = row.clone();
        set_state(&mut changed, &step, now);
        let mut records = BTreeMap::from([(Record::Told, json!(0))]);
        records.extend(changed.poll.clone().map(|poll| (Record::Vote, json!(poll))));
        records.insert(Record::Reason, json!("clock"));
        row = store(
            tx,
            compound,
            (&row, changed, rules),
            Actor::Server,
            (step.verb, &step, records),
            (Said::default(), now),
        )
        .await?;
    }
    Ok(row)
}

/// Writes a changed motion with its event, and tells proposer and supporters.
async fn store(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    (row, mut changed, rules): (&motion::Model, motion::Model, &Timeline),
    actor: Actor,
    (verb, step, mut records): (Verb, &Step<MotionState>, BTreeMap<Record, Value>),
    (said, now): (Said<'_>, u64),
) -> Result<motion::Model, DbErr> {
    changed.wake_at = wake_at(&changed, rules)?;
    changed.clone().into_active_model().reset_all().update(tx).await?;
    if verb == Verb::Submit {
        search::put_motion(tx, &changed).await?;
    }
    steps::of_motion(tx, (&changed.id, &changed.state), verb, &actor, said, now).await?;
    let people = supporters(tx, &row.id, uint(row.version)).await?;
    let people: Vec<_> = people.iter().map(|person| Subject::Person(person.clone()).to_string()).collect();
    let told = people.iter().map(String::as_str).chain([row.proposer.as_str()]).collect::<BTreeSet<_>>();
    let told = record::tell(tx, compound, told, (Kind::Motion, &row.id, verb), now).await?;
    records.insert(Record::Told, json!(told));
    let change = Change {
        actor,
        on_behalf_of: None,
        kind: Kind::Motion,
        id: &row.id,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    if step.to.is_terminal() {
        end_child(tx, compound, Kind::Motion, &row.id, now).await?;
    }
    Ok(changed)
}

/// What somebody is to a motion: its proposer; whoever sits in the committee chairs it.
pub(super) fn parts_of(who: &Member, row: &motion::Model, now: u64) -> BTreeSet<Part> {
    let has = |role| who.posts.iter().any(|post| post.role == role && post.is_held_at(now));
    let is_proposer = row.proposer == who.by.subject.to_string();
    let parts = [
        is_proposer.then_some(Part::Proposer),
        has(Role::Committee).then_some(Part::Chair),
        has(Role::Secretary).then_some(Part::Secretary),
    ];
    parts.into_iter().flatten().collect()
}

fn version_row(
    motion: &str,
    version: &Version,
    state: VersionState,
    author: &Subject,
    now: u64,
) -> motion_version::Model {
    motion_version::Model {
        motion: motion.to_owned(),
        number: int(version.number),
        state: state.code().to_owned(),
        title: version.title().to_owned(),
        body: version.text().to_owned(),
        cost: serde_json::to_string(&version.cost()).unwrap_or_default(),
        attachments: serde_json::to_string(version.attachments()).unwrap_or_default(),
        hash: version.hash().to_string(),
        author: author.to_string(),
        reason: String::new(),
        at: int(now),
    }
}

/// A version as it was stored; its hash is computed anew and must be the stored one.
fn read_version(row: &motion_version::Model) -> Result<Version, DbErr> {
    let broken = |what: &str| DbErr::Type(format!("the {what} of version {} of a motion", row.number));
    let cost = serde_json::from_str(&row.cost).map_err(|_| broken("cost"))?;
    let attachments = serde_json::from_str(&row.attachments).map_err(|_| broken("attachments"))?;
    let version =
        Version::new(uint(row.number), &row.title, &row.body, cost, attachments).map_err(|_| broken("text"))?;
    if version.hash().to_string() == row.hash { Ok(version) } else { Err(broken("hash")) }
}

async fn find_version(db: &impl ConnectionTrait, motion: &str, number: u64) -> Result<motion_version::Model, DbErr> {
    let row = motion_version::Entity::find_by_id((motion.to_owned(), int(number))).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("a version of a motion".to_owned()))
}

async fn draft(
    tx: &DatabaseTransaction,
    who: &Member,
    kind: LegalMatter,
    version: &Version,
    now: u64,
    fresh: &mut Fresh,
) -> Result<MotionId, UseError> {
    let compound = &who.by.compound;
    let (parts, site) = (BTreeSet::from([Part::Proposer]), Site::default());
    let doer = who.doer(&parts, &site, Bearing::default());
    let facts = Facts { now, ..Facts::default() };
    let step = lifecycle::step(None::<MotionState>, Verb::Create, doer, &facts)?;
    let kind = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let row = motion::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "motion").await?),
        kind,
        title: version.title().to_owned(),
        state: step.to.code().to_owned(),
        is_open: true,
        since: int(now),
        wake_at: None,
        proposer: who.by.subject.to_string(),
        version: 1,
        register: 0,
        window_from: 0,
        window_until: 0,
        poll: None,
        vote_from: None,
        vote_until: None,
        question: String::new(),
        repeats: 0,
        created_at: int(now),
    };
    let id = MotionId(row.id.clone());
    let text = version_row(id.as_str(), version, VersionState::Current, &who.by.subject, now);
    let after = row.digest();
    steps::of_motion(tx, (&row.id, &row.state), Verb::Create, &who.actor(), Said::default(), now).await?;
    motion::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    motion_version::Entity::insert(text.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Motion,
        id: id.as_str(),
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::TextHash, json!(version.hash().to_string()))]),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(id)
}

/// Whether the text may still change: until it is final.
fn is_changeable(state: MotionState) -> bool {
    matches!(
        state,
        MotionState::Draft
            | MotionState::Submitted
            | MotionState::Returned
            | MotionState::Admitted
            | MotionState::Deliberating
            | MotionState::Amending
    )
}

async fn revise(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MotionId,
    new: &NewMotion,
    reason: &str,
    now: u64,
) -> Result<u64, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
    let row = catch_up(tx, compound, row, &rules, now).await?;
    let number = uint(row.version) + 1;
    let version = Version::new(number, &new.title, &new.text, new.cost, new.attachments.clone())?;
    let (parts, site) = (parts_of(who, &row, now), Site::default());
    let doer = who.doer(&parts, &site, Bearing::default());
    let is_voted_on = !is_changeable(state_of(&row)?);
    let facts = Facts { now, given: BTreeSet::from([Given::Text]), is_voted_on, ..Facts::default() };
    let step = lifecycle::step(None::<VersionState>, Verb::Create, doer, &facts)?;
    lifecycle::step(Some(step.to), Verb::Adopt, doer, &facts)?;
    adopt(tx, &who.by.subject, (&row, &version, reason), &rules, now).await?;
    Ok(number)
}

/// Makes a version the current one, tells whoever supported the one before, and sets aside amendments whose paragraphs
/// are gone.
async fn adopt(
    tx: &DatabaseTransaction,
    author: &Subject,
    (row, version, reason): (&motion::Model, &Version, &str),
    rules: &Timeline,
    now: u64,
) -> Result<(), UseError> {
    let compound: CompoundId = row.compound.parse().map_err(|_| DbErr::Type("the compound of a motion".to_owned()))?;
    let old = find_version(tx, &row.id, uint(row.version)).await?;
    if old.hash == version.hash().to_string() {
        return Err(UseError::Amend(crate::motion::AmendError::Nothing));
    }
    let mut superseded = old.clone();
    VersionState::Superseded.code().clone_into(&mut superseded.state);
    superseded.into_active_model().reset_all().update(tx).await?;
    let mut text = version_row(&row.id, version, VersionState::Current, author, now);
    reason.clone_into(&mut text.reason);
    let after = text.digest();
    motion_version::Entity::insert(text.into_active_model()).exec_without_returning(tx).await?;
    let people = supporters(tx, &row.id, uint(row.version)).await?;
    let people: Vec<_> = people.iter().map(|person| Subject::Person(person.clone()).to_string()).collect();
    let told = people.iter().map(String::as_str).chain([row.proposer.as_str()]).collect::<BTreeSet<_>>();
    let told = record::tell(tx, &compound, told, (Kind::Version, &row.id, Verb::Adopt), now).await?;
    let mut changed = row.clone();
    changed.version = int(version.number);
    version.title().clone_into(&mut changed.title);
    changed.wake_at = wake_at(&changed, rules)?;
    let named = format!("version:{}", version.number);
    let actor = Actor::Subject(author.clone());
    let said = Said { text: reason, other: &named };
    steps::of_motion(tx, (&changed.id, &changed.state), Verb::Adopt, &actor, said, now).await?;
    search::put_motion(tx, &changed).await?;
    changed.into_active_model().reset_all().update(tx).await?;
    let records = BTreeMap::from([
        (Record::TextHash, json!(version.hash().to_string())),
        (Record::Difference, json!({"from": uint(row.version), "to": version.number})),
        (Record::Told, json!(told)),
        (Record::Reason, json!(Hash::of(reason.as_bytes()).to_string())),
    ]);
    let change = Change {
        actor: Actor::Subject(author.clone()),
        on_behalf_of: None,
        kind: Kind::Version,
        id: &format!("{}/{}", row.id, version.number),
        verb: Verb::Adopt,
        before: Some(old.digest()),
        after,
        records,
    };
    let wanted = [Record::TextHash, Record::Difference, Record::Told];
    record::write(tx, &compound, &wanted, change, now).await?;
    amendments::set_moot(tx, &compound, &row.id, version, now).await?;
    Ok(())
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MotionId,
    (verb, act, asked): (Verb, &MotionAct, Option<(Window, BTreeSet<Hash>)>),
    now: u64,
) -> Result<MotionState, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
    let row = catch_up(tx, compound, row, &rules, now).await?;
    let text = read_version(&find_version(tx, &row.id, uint(row.version)).await?)?;
    let mut facts = facts(tx, &row, &rules, now).await?;
    if !act.reason.trim().is_empty() {
        check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Defects);
    }
    if let (Verb::Deliberate, Some(window)) = (verb, act.window) {
        facts.window = window;
    }
    let asks_this = asked.as_ref().is_some_and(|(_, texts)| texts.contains(&text.hash()));
    facts.given.extend(asks_this.then_some(Given::FinalHash));
    let effect = objections(tx, &row).await?.iter().any(|objection| objection.effect == Some(Effect::Repeat));
    facts.given.extend(effect.then_some(Given::Effect));
    let (parts, site) = (parts_of(who, &row, now), Site::default());
    let step = lifecycle::step(Some(state_of(&row)?), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    set_state(&mut changed, &step, now);
    let mut records = BTreeMap::from([(Record::TextHash, json!(text.hash().to_string()))]);
    records.insert(Record::Number, json!(uint(row.number)));
    records.insert(Record::Reason, json!(Hash::of(act.reason.trim().as_bytes()).to_string()));
    match verb {
        // Support is counted on the register as it is now, whoever sells or buys meanwhile.
        Verb::Submit => changed.register = int(current(tx, compound).await?.0),
        Verb::Deliberate | Verb::OpenAmendments => {
            let days = if verb == Verb::Deliberate { rules.at(now).deliberate_days } else { rules.at(now).amend_days };
            let is_long = |window: &Window| days * DAY <= window.length() && now <= window.from;
            let Some(window) = act.window.filter(is_long) else {
                return Err(Refused::Unmet { needs: vec![Need::LongEnough] }.into());
            };
            (changed.window_from, changed.window_until) = (int(window.from), int(window.until));
            records.insert(Record::Window, json!({"from": window.from, "until": window.until}));
        }
        Verb::Schedule | Verb::Repeat => {
            let (window, _) = asked.ok_or(UseError::Field(Field::Poll))?;
            changed.poll = act.poll.as_ref().map(ToString::to_string);
            (changed.vote_from, changed.vote_until) = (Some(int(window.from)), Some(int(window.until)));
            changed.question = text.hash().to_string();
            changed.repeats += i64::from(verb == Verb::Repeat);
            records.extend(changed.poll.clone().map(|poll| (Record::Vote, json!(poll))));
            records.insert(Record::Effect, json!(effect));
            freeze_version(tx, &row, compound, now).await?;
        }
        _ => {}
    }
    let other = changed.poll.as_deref().filter(|_| matches!(verb, Verb::Schedule | Verb::Repeat));
    let other = other.map(|poll| format!("poll:{poll}")).unwrap_or_default();
    let said = Said { text: act.reason.trim(), other: &other };
    store(tx, compound, (&row, changed, &rules), who.actor(), (verb, &step, records), (said, now)).await?;
    Ok(step.to)
}

/// The version that a vote is about is frozen with it.
async fn freeze_version(
    tx: &DatabaseTransaction,
    row: &motion::Model,
    compound: &CompoundId,
    now: u64,
) -> Result<(), DbErr> {
    let text = find_version(tx, &row.id, uint(row.version)).await?;
    if text.state == VersionState::Voted.code() {
        return Ok(());
    }
    let before = text.digest();
    let mut frozen = text;
    VersionState::Voted.code().clone_into(&mut frozen.state);
    frozen.clone().into_active_model().reset_all().update(tx).await?;
    let change = Change {
        actor: Actor::Server,
        on_behalf_of: None,
        kind: Kind::Version,
        id: &format!("{}/{}", row.id, row.version),
        verb: Verb::Freeze,
        before: Some(before),
        after: frozen.digest(),
        records: BTreeMap::from([(Record::TextHash, json!(frozen.hash))]),
    };
    record::write(tx, compound, &[Record::TextHash], change, now).await
}

async fn supporters(db: &impl ConnectionTrait, motion: &str, version: u64) -> Result<BTreeSet<PersonId>, DbErr> {
    let rows = support::Entity::find()
        .filter(support::COLUMN.motion.eq(motion))
        .filter(support::COLUMN.version.eq(int(version)))
        .order_by_asc(support::COLUMN.person)
        .all(db)
        .await?;
    let read = |row: support::Model| row.person.parse().map_err(|_| DbErr::Type("a supporter".to_owned()));
    rows.into_iter().map(read).collect()
}

/// Support for the current version, counted on the frozen register by holders and their area.
pub(super) async fn count_support(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    row: &motion::Model,
) -> Result<Support, DbErr> {
    // A draft has none; what it is counted on is settled when it is handed in.
    let supporters =
        if row.register == 0 { BTreeSet::new() } else { supporters(db, &row.id, uint(row.version)).await? };
    electorate::count(db, compound, uint(row.register), &supporters).await
}

async fn take_support(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MotionId,
    number: u64,
    now: u64,
) -> Result<Support, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
    let row = catch_up(tx, compound, row, &rules, now).await?;
    may(&who.posts, Action::SupportMotion, &Site::default(), Bearing::default(), now)?;
    let state = state_of(&row)?;
    let Subject::Person(person) = &who.by.subject else { return Err(UseError::Field(Field::Version)) };
    if uint(row.version) != number || state == MotionState::Draft || !is_changeable(state) {
        return Err(UseError::Field(Field::Version));
    }
    let line = support::ActiveModel {
        motion: Set(row.id.clone()),
        version: Set(row.version),
        person: Set(person.to_string()),
        at: Set(int(now)),
    };
    let keys = [support::Column::Motion, support::Column::Version, support::Column::Person];
    let once = OnConflict::columns(keys).do_nothing().to_owned();
    if support::Entity::insert(line).on_conflict(once).exec_without_returning(tx).await? == 0 {
        return Ok(count_support(tx, compound, &row).await?);
    }
    let support = count_support(tx, compound, &row).await?;
    let figures = json!(support);
    let doing = ballot::store::events::Doing {
        actor: &who.actor(),
        verb: "motion_supported",
        object: &row.id,
        detail: json!({"supports": figures.clone(), "version": number}),
    };
    ballot::store::events::write_event(tx, compound, now, doing).await?;
    if state == MotionState::Submitted && support.reaches(rules.at(uint(row.since)).support_percent) {
        let mut facts = facts(tx, &row, &rules, now).await?;
        facts.has_enough_support = true;
        let step = lifecycle::step(Some(state), Verb::AdmitBySupport, Doer::Clock, &facts)?;
        let mut changed = row.clone();
        set_state(&mut changed, &step, now);
        let records = BTreeMap::from([(Record::Supports, figures)]);
        let verb = Verb::AdmitBySupport;
        store(tx, compound, (&row, changed, &rules), Actor::Server, (verb, &step, records), (Said::default(), now))
            .await?;
    }
    Ok(support)
}
