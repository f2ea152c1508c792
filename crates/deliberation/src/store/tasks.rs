//! Action items: given, reported on with evidence, verified by another.

use std::collections::BTreeMap;

use ballot::{
    hash::Hash,
    store::{
        fresh::Fresh,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, TaskId, UseError, attachments, check_text,
    decisions::{self, DecisionSource, Verdict},
    motions::follow,
    people::{Standing as Member, posts_of, standing},
    record::{self, Change},
    rules::rules,
    tables::{int, task, uint, word},
};
use crate::{
    action::{Task, TaskAct},
    lifecycle::{self, Facts, Given, Kind, Lifecycle as _, Need, Part, Record, Verb, tables::TaskState},
    rights::{Action, Bearing, Role, Site, granted},
    settings::DAY,
};

/// An action item to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// The decision that it follows from.
    pub source: DecisionSource,
    /// 1 to 100 characters.
    pub title: String,
    /// Who has to do it.
    pub responsible: Subject,
    /// By when, in Unix seconds.
    pub due: u64,
}

/// What somebody brings to a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskInput {
    /// A reason, or a note.
    pub reason: String,
    /// A new due date.
    pub due: Option<u64>,
    /// How far it is, in percent.
    pub percent: u64,
    /// Stored files by their hashes.
    pub evidence: Vec<Hash>,
}

/// An action item as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TaskView {
    pub id: TaskId,
    pub number: u64,
    pub title: String,
    pub task: Task<Subject>,
    pub note: String,
    pub is_overdue: bool,
    /// When its last step was made, in Unix seconds.
    pub since: u64,
}

impl Deliberation {
    /// Gives somebody something to do.
    ///
    /// # Errors
    /// No right, no decision that holds, nobody who may do it, or a due date that does not lie ahead.
    pub async fn give_task(&self, by: &By, new: &NewTask, now: u64, fresh: &mut Fresh) -> Result<TaskId, UseError> {
        let title = check_text(&new.title, 100, Field::Title)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = give(&tx, &who, new, title, now, fresh).await;
        self.end(tx, by, "task_create", now, result).await
    }

    /// Does one step of an action item's table.
    ///
    /// # Errors
    /// No such action item, or the table refuses.
    pub async fn task_step(
        &self,
        by: &By,
        id: &TaskId,
        verb: Verb,
        input: &TaskInput,
        now: u64,
    ) -> Result<TaskState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, id, verb, input, now).await;
        self.end(tx, by, &format!("task_{verb} {id}"), now, result).await
    }

    /// Whether somebody gives out action items.
    pub async fn may_give_tasks(&self, by: &By, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let gives = |role: Role| matches!(role, Role::Committee | Role::Community | Role::Street);
        Ok(who.posts.iter().any(|post| gives(post.role) && post.is_held_at(now)))
    }

    /// The steps that somebody could make in an action item now.
    pub async fn task_offers(&self, by: &By, view: &TaskView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let db = self.estate.reader();
        let who = standing(db, by, now).await?;
        let act = TaskAct { by: by.subject.clone(), due: None, percent: 100, evidence: Vec::new() };
        let mut facts = view.task.facts(&act, &rules(db, &by.compound).await?.at(view.since), now);
        // What is brought with a step is asked by its form.
        facts.given.extend([Given::Evidence, Given::Reason, Given::Decision]);
        facts.new_due = Some(now + DAY);
        let parts = facts.is_responsible.then_some(Part::Responsible).into_iter().collect();
        let bearing = Bearing { is_own: facts.is_responsible, ..Bearing::default() };
        let site = Site::default();
        let rows = lifecycle::offers(view.task.state, who.doer(&parts, &site, bearing), &facts);
        let is_open = |need: &Need| matches!(need, Need::Percent | Need::Due) || need.is_met(&facts);
        Ok(rows.into_iter().filter(|row| row.needs.iter().all(is_open)).map(|row| row.verb).collect())
    }

    /// The action items that follow from a decision, in order.
    pub async fn tasks_of(
        &self,
        compound: &CompoundId,
        source: &DecisionSource,
        now: u64,
    ) -> Result<Vec<TaskView>, DbErr> {
        let mut found = of_sources(self.estate.reader(), compound, vec![source.key()], now).await?;
        Ok(found.remove(&source.key()).unwrap_or_default())
    }
}

/// The action items that follow from each of these, in order.
pub(super) async fn of_sources(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    keys: Vec<String>,
    now: u64,
) -> Result<BTreeMap<String, Vec<TaskView>>, DbErr> {
    let rows = task::Entity::find()
        .filter(task::COLUMN.source.is_in(keys))
        .filter(task::COLUMN.compound.eq(compound.as_str()))
        .order_by_asc(task::COLUMN.number)
        .all(db)
        .await?;
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        found.entry(row.source.clone()).or_default().push(view(row, now)?);
    }
    Ok(found)
}

fn read(row: &task::Model) -> Result<Task<Subject>, DbErr> {
    let subject = |text: &str| text.parse().map_err(|_| DbErr::Type(format!("subject {text}")));
    Ok(Task {
        state: word(&row.state)?,
        responsible: subject(&row.responsible)?,
        due: uint(row.due),
        due_changes: uint(row.due_changes),
        percent: uint(row.percent),
        evidence: serde_json::from_str(&row.evidence).map_err(|err| DbErr::Json(err.to_string()))?,
        verified_by: row.verified_by.as_deref().map(subject).transpose()?,
    })
}

fn view(row: task::Model, now: u64) -> Result<TaskView, DbErr> {
    let task = read(&row)?;
    Ok(TaskView {
        is_overdue: task.is_overdue(now),
        since: uint(row.since),
        task,
        id: TaskId(row.id),
        number: uint(row.number),
        title: row.title,
        note: row.note,
    })
}

async fn give(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewTask,
    title: String,
    now: u64,
    fresh: &mut Fresh,
) -> Result<TaskId, UseError> {
    let compound = &who.by.compound;
    let source = new.source.key();
    // What time has brought is written first: a result is a decision once nobody can object any more.
    follow(tx, compound, &source, now).await?;
    let verdict = decisions::verdict(tx, compound, &new.source, now).await?;
    if !verdict.as_ref().is_some_and(Verdict::takes_tasks) {
        return Err(UseError::NoSuch(Kind::Decision));
    }
    let mut facts = Facts { now, new_due: Some(new.due), ..Facts::default() };
    let posts = posts_of(tx, compound, &new.responsible, now).await?;
    let site = Site::default();
    // Whoever may do it somewhere in the estate can be given it.
    let is_able = posts.iter().any(|post| post.is_held_at(now) && granted(post.role, Action::DoTask).is_some());
    facts.given.extend(is_able.then_some(Given::Responsible));
    let parts = std::collections::BTreeSet::new();
    let step = lifecycle::step(None::<TaskState>, Verb::Create, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let row = task::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "task").await?),
        source: source.clone(),
        title,
        state: step.to.code().to_owned(),
        is_open: true,
        since: int(now),
        responsible: new.responsible.to_string(),
        due: int(new.due),
        due_changes: 0,
        percent: 0,
        evidence: "[]".to_owned(),
        note: String::new(),
        verified_by: None,
    };
    let (id, after) = (TaskId(row.id.clone()), row.digest());
    record::tell(tx, compound, [row.responsible.as_str()], (Kind::Task, &row.id, Verb::Create), now).await?;
    task::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let records = [(Record::Responsible, json!(new.responsible.to_string())), (Record::Due, json!(new.due))];
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Task,
        id: &id.0,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from(records),
    };
    record::write(tx, compound, step.records, change, now).await?;
    follow(tx, compound, &source, now).await?;
    Ok(id)
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &TaskId,
    verb: Verb,
    input: &TaskInput,
    now: u64,
) -> Result<TaskState, UseError> {
    let compound = &who.by.compound;
    let row = task::Entity::find_by_id(id.0.clone())
        .filter(task::COLUMN.compound.eq(compound.as_str()))
        .one(tx)
        .await?
        .ok_or(UseError::NoSuch(Kind::Task))?;
    let settings = rules(tx, compound).await?.at(uint(row.since));
    let task = read(&row)?;
    let act = TaskAct {
        by: who.by.subject.clone(),
        due: input.due,
        percent: input.percent,
        evidence: input.evidence.clone(),
    };
    let mut facts = task.facts(&act, &settings, now);
    facts.given.extend((!input.evidence.is_empty()).then_some(Given::Evidence));
    if !input.reason.trim().is_empty() {
        check_text(&input.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
        // A task is cancelled by whoever decides, with the decision named in the reason.
        facts.given.insert(Given::Decision);
    }
    let parts = facts.is_responsible.then_some(Part::Responsible).into_iter().collect();
    let bearing = Bearing { is_own: facts.is_responsible, ..Bearing::default() };
    let site = Site::default();
    let step = lifecycle::step(Some(task.state), verb, who.doer(&parts, &site, bearing), &facts)?;
    if verb == Verb::Done {
        attachments::take(tx, &who.by, (Kind::Task, &id.0), &input.evidence).await?;
    }
    let next = task.after(&step, act);
    let before = row.digest();
    let mut changed = row;
    next.state.code().clone_into(&mut changed.state);
    changed.is_open = !next.state.is_terminal();
    changed.since = int(now);
    changed.due = int(next.due);
    changed.due_changes = int(next.due_changes);
    changed.percent = int(next.percent);
    changed.evidence = serde_json::to_string(&next.evidence).map_err(|err| DbErr::Json(err.to_string()))?;
    changed.verified_by = next.verified_by.as_ref().map(ToString::to_string);
    if !input.reason.trim().is_empty() {
        input.reason.trim().clone_into(&mut changed.note);
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let told = record::tell(tx, compound, [changed.responsible.as_str()], (Kind::Task, &changed.id, verb), now).await?;
    let hashes: Vec<_> = next.evidence.iter().map(ToString::to_string).collect();
    let records = BTreeMap::from([
        (Record::Told, json!(told)),
        (Record::Percent, json!(next.percent)),
        (Record::Evidence, json!(hashes)),
        (Record::Due, json!(next.due)),
        (Record::Reason, json!(Hash::of(input.reason.trim().as_bytes()).to_string())),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Task,
        id: &id.0,
        verb,
        before: Some(before),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    follow(tx, compound, &changed.source, now).await?;
    Ok(step.to)
}
