//! Decisions, and what is done about each: given out, reported on, verified by another.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State, http::StatusCode};
use ballot::{hash::Hash, store::ids::Subject};
use deliberation::{
    lifecycle::{
        Verb,
        tables::{MotionState, TaskState},
    },
    store::{DecisionSource, DecisionView, Named, NewTask, TaskInput, TaskView, Verdict},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Acting, List, PAGE,
    matters::{Name, name},
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{MotionStateWord, TaskStateWord, VerbWord},
};
use crate::{
    app::App,
    pages::{
        decisions::{self as pages, Show},
        matters::{Looking, life},
    },
    problem::{Body, Path, Problem, Query},
};

/// A decision with what is done about it.
#[derive(Serialize, ToSchema)]
pub(super) struct Decision {
    /// Its number in the register.
    number: u64,
    /// What was decided on.
    title: String,
    /// When, in Unix seconds; of a vote that was repeated, the last time.
    at: u64,
    /// The motion that was voted on.
    motion: Option<String>,
    /// Where that motion stands.
    #[schema(value_type = Option<MotionStateWord>)]
    state: Option<MotionState>,
    /// The number of the item of an agenda that a meeting decided.
    item: Option<u64>,
    /// Whether that item was carried.
    carried: Option<bool>,
    /// Whether something can be given out because of it: nothing stands against it any more.
    takes_tasks: bool,
    /// What is to be done, in the order in which it was given out.
    tasks: Vec<Task>,
}

/// Something that is to be done.
#[derive(Serialize, ToSchema)]
pub(super) struct Task {
    /// Its number in the estate.
    number: u64,
    /// What it is.
    title: String,
    /// Where it stands.
    #[schema(value_type = TaskStateWord)]
    state: TaskState,
    /// Who has to do it, where the page says it.
    responsible: Option<Name>,
    /// By when, in Unix seconds.
    due: u64,
    /// Whether it is late.
    is_overdue: bool,
    /// How far it is.
    #[schema(maximum = 100)]
    percent: u64,
    /// What was said of it last.
    note: Option<String>,
    /// SHA-256 of each file that shows that it is done, in hexadecimal digits; `/files/{sha256}` has them.
    evidence: Vec<String>,
    /// Who found it done, where the page says it.
    verified_by: Option<Name>,
    /// The steps that whoever asks could make now; nothing in a list.
    #[schema(value_type = Option<Vec<VerbWord>>)]
    steps: Option<Vec<Verb>>,
}

/// Somebody who may be given something to do.
#[derive(Serialize, ToSchema)]
pub(super) struct Doer {
    /// What `responsible` is for them.
    id: String,
    /// Who they are.
    #[serde(flatten)]
    name: Name,
}

/// Everybody who may be given something to do.
#[derive(Serialize, ToSchema)]
pub(super) struct Doers {
    /// Offices and whoever holds a post.
    items: Vec<Doer>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Which: `all` if nothing is said.
    #[serde(default)]
    #[param(inline, value_type = Option<WhichDecisions>)]
    show: Show,
    /// The number below which the list goes on: `next` of the page before.
    #[serde(default, deserialize_with = "super::number")]
    before: Option<u64>,
}

/// Which decisions a list shows.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)] // describes the pages' own enum
enum WhichDecisions {
    All,
    Open,
    Overdue,
    Done,
}

/// Something to be done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToGive {
    /// 1 to 100 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 100)]
    title: String,
    /// The `id` of who has to do it.
    #[serde(default)]
    #[schema(required = true)]
    responsible: String,
    /// By when, in Unix seconds.
    due: u64,
}

/// What was given out.
#[derive(Serialize, ToSchema)]
pub(super) struct Given {
    /// Its number in the estate.
    number: u64,
}

/// A step of something that is to be done. What a step does not want is ignored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskStep {
    /// Which.
    step: Which,
    /// Why, of `block`, `send_back` and `cancel`: 1 to 1000 characters.
    #[serde(default)]
    reason: String,
    /// A new day of `block`, in Unix seconds.
    due: Option<u64>,
    /// How far it is, of `progress`.
    #[serde(default)]
    #[schema(maximum = 100)]
    percent: u64,
    /// What shows that it is done, of `done`: SHA-256 of one to four files that whoever asks has stored.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    evidence: Vec<Hash>,
}

/// The steps.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Whoever has to do it takes it on.
    Accept,
    /// It is so far.
    Progress,
    /// It is done.
    Done,
    /// Another has found it done.
    Verify,
    /// Another has not.
    SendBack,
    /// It cannot go on.
    Block,
    /// It goes on.
    Resume,
    /// It is not done after all.
    Cancel,
}

impl From<Which> for Verb {
    fn from(which: Which) -> Self {
        match which {
            Which::Accept => Self::Accept,
            Which::Progress => Self::Progress,
            Which::Done => Self::Done,
            Which::Verify => Self::Verify,
            Which::SendBack => Self::SendBack,
            Which::Block => Self::Block,
            Which::Resume => Self::Resume,
            Which::Cancel => Self::Cancel,
        }
    }
}

/// Decisions
///
/// What was decided by votes and in meetings, the newest first, each with what is done about it.
#[utoipa::path(
    get,
    operation_id = "list_decisions",
    path = "/api/v1/decisions",
    tag = "decisions",
    params(Asked),
    responses((status = 200, body = List<Decision>, description = "A page of decisions"), Misread),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Asked { show, before }): Query<Asked>,
) -> Result<Json<List<Decision>>, Refusal> {
    let rows = pages::page_of(&app, &looking, show, before, PAGE).await?;
    let names = names(&app, &looking, rows.iter().flat_map(|row| &row.tasks)).await?;
    let show = |row: DecisionView| {
        let tasks = row.tasks.iter().map(|view| task(view, &names, None)).collect();
        Some(decision(&row, tasks))
    };
    Ok(Json(List::of(rows, |row| row.number, show)))
}

/// A decision
///
/// With what is done about it.
#[utoipa::path(
    get,
    operation_id = "get_decision",
    path = "/api/v1/decisions/{number}",
    tag = "decisions",
    params(("number" = u64, Path, description = "Its number")),
    responses((status = 200, body = Decision, description = "The decision"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(number): Path<u64>,
) -> Result<Json<Decision>, Refusal> {
    let found = pages::find_now(&app, &looking, number).await?;
    let names = names(&app, &looking, found.tasks.iter()).await?;
    let mut tasks = Vec::new();
    for view in &found.tasks {
        tasks.push(task(view, &names, Some(steps(&app, &looking, view).await?)));
    }
    Ok(Json(decision(&found, tasks)))
}

async fn names<'a>(
    app: &App,
    looking: &Looking,
    tasks: impl Iterator<Item = &'a TaskView>,
) -> Result<BTreeMap<Subject, Named>, Problem> {
    let people = tasks.flat_map(|view| [Some(&view.task.responsible), view.task.verified_by.as_ref()]);
    let people: BTreeSet<Subject> = people.flatten().cloned().collect();
    Ok(life(app).in_office(&looking.compound, &people, app.now()).await?)
}

async fn steps(app: &App, looking: &Looking, view: &TaskView) -> Result<Vec<Verb>, Problem> {
    match &looking.by {
        Some(by) => Ok(life(app).task_offers(by, view, app.now()).await?),
        None => Ok(Vec::new()),
    }
}

fn decision(view: &DecisionView, tasks: Vec<Task>) -> Decision {
    let motion = match &view.source {
        DecisionSource::Motion(id) => Some(id.to_string()),
        DecisionSource::Item(_) => None,
    };
    let (state, item) = match &view.verdict {
        Verdict::Motion(state) => (Some(*state), None),
        Verdict::Item(item) => (None, Some(item)),
    };
    Decision {
        number: view.number,
        title: view.title.clone(),
        at: view.at,
        motion,
        state,
        item: item.map(|item| item.number),
        carried: item.and_then(|item| item.carried()),
        takes_tasks: view.verdict.takes_tasks(),
        tasks,
    }
}

fn task(view: &TaskView, names: &BTreeMap<Subject, Named>, steps: Option<Vec<Verb>>) -> Task {
    let work = &view.task;
    Task {
        number: view.number,
        title: view.title.clone(),
        state: work.state,
        responsible: names.get(&work.responsible).map(name),
        due: work.due,
        is_overdue: view.is_overdue,
        percent: work.percent,
        note: Some(view.note.clone()).filter(|note| !note.is_empty()),
        evidence: work.evidence.iter().map(ToString::to_string).collect(),
        verified_by: work.verified_by.as_ref().and_then(|who| names.get(who)).map(name),
        steps,
    }
}

/// Whoever may be given something to do
///
/// For whoever gives it out.
#[utoipa::path(
    get,
    operation_id = "list_doers",
    path = "/api/v1/doers",
    tag = "decisions",
    security(("session" = [])),
    responses((status = 200, body = Doers, description = "Who they are"), SignedOut, Missing),
)]
pub(super) async fn doers(State(app): State<App>, Acting { looking, by }: Acting) -> Result<Json<Doers>, Refusal> {
    if !life(&app).may_give_tasks(&by, app.now()).await? {
        return Err(Problem::NOT_FOUND.into());
    }
    let found = life(&app).doers(&looking.compound, app.now()).await?;
    let items = found.iter().map(|doer| Doer { id: doer.subject.to_string(), name: name(doer) });
    Ok(Json(Doers { items: items.collect() }))
}

/// Give somebody something to do
///
/// Because of a decision that holds.
#[utoipa::path(
    post,
    operation_id = "give_task",
    path = "/api/v1/decisions/{number}/tasks",
    tag = "decisions",
    security(("session" = [])),
    params(("number" = u64, Path, description = "The decision's number")),
    request_body = ToGive,
    responses(
        (status = 201, body = Given, description = "It was given out"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn give(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(number): Path<u64>,
    Body(ToGive { title, responsible, due }): Body<ToGive>,
) -> Result<(StatusCode, Json<Given>), Refusal> {
    let decision = pages::find_now(&app, &looking, number).await?;
    let responsible = responsible.parse().map_err(|_| pages::nobody())?;
    let new = NewTask { source: decision.source, title, responsible, due };
    let made = life(&app).give_task(&by, &new, app.now(), &mut app.fresh()?).await;
    let id = made.map_err(|error| Refusal::of(error, pages::refusal))?;
    let found = pages::find_now(&app, &looking, number).await?;
    let task = found.tasks.iter().find(|view| view.id == id).ok_or(Problem::NOT_FOUND)?;
    Ok((StatusCode::CREATED, Json(Given { number: task.number })))
}

/// Make a step in something that is to be done
///
/// Taken on and reported on by who has to do it, verified by another.
#[utoipa::path(
    post,
    operation_id = "step_task",
    path = "/api/v1/decisions/{number}/tasks/{task}/steps",
    tag = "decisions",
    security(("session" = [])),
    params(
        ("number" = u64, Path, description = "The decision's number"),
        ("task" = u64, Path, description = "Its own number"),
    ),
    request_body = TaskStep,
    responses(
        (status = 200, body = Task, description = "As it stands now"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn step(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path((number, task)): Path<(u64, u64)>,
    Body(TaskStep { step, reason, due, percent, evidence }): Body<TaskStep>,
) -> Result<Json<Task>, Refusal> {
    let before = find_task(&app, &looking, (number, task)).await?;
    let input = TaskInput { reason, due, percent, evidence };
    let done = life(&app).task_step(&by, &before.id, step.into(), &input, app.now()).await;
    done.map_err(|error| Refusal::of(error, pages::refusal))?;
    let after = find_task(&app, &looking, (number, task)).await?;
    let (names, steps) = (names(&app, &looking, [&after].into_iter()).await?, steps(&app, &looking, &after).await?);
    Ok(Json(self::task(&after, &names, Some(steps))))
}

async fn find_task(app: &App, looking: &Looking, (number, task): (u64, u64)) -> Result<TaskView, Problem> {
    let decision = pages::find_now(app, looking, number).await?;
    decision.tasks.into_iter().find(|view| view.number == task).ok_or(Problem::NOT_FOUND)
}
