//! Matters: the board, one with its steps and its answer, and raising one.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Kind, Verb, tables::MatterState},
    matter::{AnswerKind, Promise, Source},
    store::{MatterRow, MatterView, Named, NewMatter, StepView, Target},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Acting, List, PAGE, public,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    remarks::{self, Remarks, SaidAs, ToSay},
    words::{AnswerWord, MatterStateWord, SourceWord, VerbWord},
};
use crate::{
    app::App,
    pages::matters::{self as pages, Looking, Names, Show, life},
    problem::{Body, Path, Query},
};

/// A line of the board.
#[derive(Serialize, ToSchema)]
pub(super) struct MatterLine {
    /// Its number, which everybody may know.
    number: u64,
    /// The matter; nothing before it is acknowledged, but for whoever raised or handles it.
    matter: Option<MatterHead>,
}

/// A matter in short.
#[derive(Serialize, ToSchema)]
pub(super) struct MatterHead {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// Where it comes from.
    #[schema(value_type = SourceWord)]
    source: Source,
    /// The building as a roll names it; nothing for the whole estate.
    building: Option<String>,
    /// Where it stands now.
    #[schema(value_type = MatterStateWord)]
    state: MatterState,
    /// From 1, the grid, to 4, the street.
    #[schema(minimum = 1, maximum = 4)]
    level: u8,
    /// When what it waits for is due, in Unix seconds.
    due: Option<u64>,
    /// Whether that time has passed.
    is_overdue: bool,
    /// Whether somebody must come at once.
    is_emergency: bool,
    /// Whether everybody may read it.
    is_acknowledged: bool,
}

/// A matter with all that its page says of it.
#[derive(Serialize, ToSchema)]
pub(super) struct Matter {
    #[serde(flatten)]
    head: MatterHead,
    /// Its number.
    number: u64,
    /// What was raised.
    text: String,
    /// When, in Unix seconds.
    raised_at: u64,
    /// How many people raised it. They are not named.
    submitters: u64,
    /// Who answers for it.
    responsible: Option<Name>,
    /// What it was answered with.
    answer: Option<Answer>,
    /// What whoever raised it thinks of the answer, from 1 to 5.
    rating: Option<u64>,
    /// The matter that it was merged into.
    merged_into: Option<String>,
    /// The motions that it gave rise to.
    motions: Vec<String>,
    /// What happened, the first first.
    steps: Vec<Step>,
}

/// Somebody who acts for the estate.
#[derive(Serialize, ToSchema)]
pub(super) struct Name {
    /// Their name.
    name: String,
    /// Their office's.
    organisation: Option<String>,
    /// The code of their post, if they are of the register and hold one.
    post: Option<&'static str>,
}

/// An answer.
#[derive(Serialize, ToSchema)]
struct Answer {
    /// What it comes to.
    #[schema(value_type = AnswerWord)]
    kind: AnswerKind,
    /// In words.
    text: String,
}

/// Something that happened to a matter.
#[derive(Serialize, ToSchema)]
struct Step {
    /// In Unix seconds.
    at: u64,
    /// What was done.
    #[schema(value_type = VerbWord)]
    verb: Verb,
    /// By whom.
    by: Actor,
    /// Their name, where the page says it.
    name: Option<Name>,
    /// Until when it was given to somebody, in Unix seconds.
    due: Option<u64>,
    /// The reason or the answer.
    text: Option<String>,
}

/// Who did something.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Actor {
    /// Time has passed.
    Clock,
    /// Whoever raised it.
    Submitter,
    /// An office.
    Office,
    /// Somebody else of the estate.
    Neighbour,
}

/// The three promises.
#[derive(Serialize, ToSchema)]
struct Promises {
    /// Of the matters that were submitted, those acknowledged (件件有回音).
    acknowledged: Kept,
    /// Of the matters that were submitted, those with somebody responsible and a day, or ended (事事有着落).
    placed: Kept,
    /// Of whoever submitted them, those who have an answer (人人有答复).
    answered: Kept,
}

/// How far a promise is kept.
#[derive(Serialize, ToSchema)]
struct Kept {
    /// How many it is kept for.
    kept: u64,
    /// Of how many.
    of: u64,
    /// Whole percent, rounded down: 100 only if nothing is missing.
    #[schema(maximum = 100)]
    percent: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Which: `all` (if nothing is said), `open`, `mine` and `to_me` for who is signed in, or those that a promise
    /// lacks: `acknowledged`, `placed`, `answered`.
    #[param(inline, value_type = Option<Which>)]
    show: Option<Show>,
    /// The number below which the list goes on: `next` of the page before.
    #[serde(default, deserialize_with = "super::number")]
    before: Option<u64>,
}

/// Which matters a list shows.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)] // describes the pages' own enum
enum Which {
    All,
    Open,
    Mine,
    ToMe,
    Acknowledged,
    Placed,
    Answered,
}

/// A matter to raise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToRaise {
    /// `wish` if nothing is said.
    kind: Option<RaisedAs>,
    /// 1 to 100 characters in one line.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 100)]
    title: String,
    /// 1 to 4000 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 4000)]
    text: String,
    /// The building as the roll names it; nothing for the whole estate.
    building: Option<String>,
    /// Whether somebody must come at once.
    #[serde(default)]
    is_emergency: bool,
}

/// As what a matter is raised.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RaisedAs {
    /// On the wish wall.
    Wish,
    /// For somebody to see to.
    Matter,
}

/// A matter that was raised.
#[derive(Serialize, ToSchema)]
pub(super) struct Raised {
    /// Its id.
    id: String,
    /// Its number.
    number: u64,
}

/// Matters
///
/// The board, the newest first. Whoever is signed in sees their own (`show=mine`) and what they answer for
/// (`show=to_me`).
#[utoipa::path(
    get,
    operation_id = "list_matters",
    path = "/api/v1/matters",
    tag = "matters",
    params(Asked),
    responses((status = 200, body = List<MatterLine>, description = "A page of matters"), Misread, SignedOut),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Asked { show, before }): Query<Asked>,
) -> Result<Json<List<MatterLine>>, Refusal> {
    let filter = pages::filter(show, &looking)?;
    let rows = life(&app).matters(&looking.compound, &filter, before, PAGE, app.now()).await?;
    let is_mine = matches!(show, Some(Show::Mine | Show::ToMe));
    let sees_all = is_mine || looking.handles(&app, None).await?;
    let line = |row: MatterRow| {
        let is_shown = row.is_acknowledged || sees_all;
        Some(MatterLine { number: row.number, matter: is_shown.then(|| head(&row, app.now())) })
    };
    Ok(Json(List::of(rows, |row| row.number, line)))
}

fn head(row: &MatterRow, now: u64) -> MatterHead {
    let standing = &row.standing;
    MatterHead {
        id: row.id.to_string(),
        title: row.title.clone(),
        source: row.source,
        building: row.building.clone(),
        state: standing.state,
        level: standing.level.number(),
        due: standing.due,
        is_overdue: standing.is_overdue(now),
        is_emergency: standing.is_emergency,
        is_acknowledged: row.is_acknowledged,
    }
}

/// A matter
///
/// With its steps and its answer. Before it is acknowledged it is for whoever raised it and for whoever handles it.
#[utoipa::path(
    get,
    operation_id = "get_matter",
    path = "/api/v1/matters/{matter}",
    tag = "matters",
    params(("matter" = String, Path, description = "Its id")),
    responses((status = 200, body = Matter, description = "The matter"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Matter>, Refusal> {
    let matter = looking.matter(&app, &id).await?;
    let handles = looking.handles(&app, matter.row.building.as_deref()).await?;
    let steps = life(&app).matter_steps(&looking.compound, &matter.row.id).await?;
    let names = pages::names(&app, &looking, &matter, &steps, handles).await?;
    let children = matter.children.iter().filter(|(kind, ..)| *kind == Kind::Motion).map(|(_, id, _)| id.clone());
    let motions = life(&app).motion_titles(&looking.compound, &children.collect()).await?;
    let raised: BTreeSet<&Subject> = matter.submitters.iter().map(|(subject, ..)| subject).collect();
    Ok(Json(Matter {
        head: head(&matter.row, app.now()),
        number: matter.row.number,
        text: matter.text.clone(),
        raised_at: matter.created_at,
        submitters: raised.len() as u64,
        responsible: matter.row.responsible.as_ref().and_then(|subject| names.get(subject)).map(name),
        answer: matter.answer.as_ref().map(|(kind, text)| Answer { kind: *kind, text: text.clone() }),
        rating: matter.rating,
        merged_into: matter.merged_into.as_ref().map(ToString::to_string),
        motions: motions.into_keys().collect(),
        steps: steps.iter().map(|step| one_step(step, &raised, &names)).collect(),
    }))
}

pub(super) fn name(named: &Named) -> Name {
    Name {
        name: named.name.clone(),
        organisation: Some(named.organisation.clone()).filter(|name| !name.is_empty()),
        post: named.post.map(deliberation::rights::Role::code),
    }
}

/// As the page's timeline: whoever raised the matter is never named in it.
fn one_step(step: &StepView, raised: &BTreeSet<&Subject>, names: &Names) -> Step {
    let (actor, who) = match &step.by {
        None => (Actor::Clock, None),
        Some(subject) if raised.contains(subject) => (Actor::Submitter, None),
        Some(subject @ Subject::Staff(_)) => (Actor::Office, names.get(subject)),
        Some(subject @ Subject::Person(_)) => (Actor::Neighbour, names.get(subject)),
    };
    let is_said = step.verb != Verb::Submit && !step.text.is_empty();
    Step {
        at: step.at,
        verb: step.verb,
        by: actor,
        name: who.map(name),
        due: step.due.filter(|_| matches!(step.verb, Verb::Assign | Verb::Dispatch)),
        text: is_said.then(|| step.text.clone()),
    }
}

/// Raise a matter
///
/// It has its number and the day of its answer at once.
#[utoipa::path(
    post,
    operation_id = "raise_matter",
    path = "/api/v1/matters",
    tag = "matters",
    security(("session" = [])),
    request_body = ToRaise,
    responses(
        (
            status = 201,
            body = Raised,
            description = "It was raised",
            headers(("location" = String, description = "Where it is read")),
        ),
        Misread,
        SignedOut,
        Foreign,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn raise(
    State(app): State<App>,
    Acting { by, .. }: Acting,
    Body(new): Body<ToRaise>,
) -> Result<Response, Refusal> {
    let new = NewMatter {
        source: if matches!(new.kind, Some(RaisedAs::Matter)) { Source::Visit } else { Source::Wish },
        title: new.title.trim().to_owned(),
        text: new.text,
        building: new.building.filter(|name| !name.is_empty()),
        is_emergency: new.is_emergency,
        on_behalf_of: None,
    };
    let raised = pages::raise(&app, &by, &new, &mut app.fresh()?).await;
    let (id, number) = raised.map_err(|error| Refusal::of(error, pages::refusal))?;
    let at = [(header::LOCATION, format!("/api/v1/matters/{id}"))];
    Ok((StatusCode::CREATED, at, Json(Raised { id: id.to_string(), number })).into_response())
}

fn target(matter: &MatterView) -> Target {
    Target::Matter(matter.row.id.clone())
}

/// What is said of a matter
///
/// In the order of writing. Nobody is named.
#[utoipa::path(
    get,
    operation_id = "list_matter_remarks",
    path = "/api/v1/matters/{matter}/remarks",
    tag = "matters",
    params(("matter" = String, Path, description = "The matter's id"), remarks::After),
    responses((status = 200, body = Remarks, description = "A page of remarks"), Misread, Missing),
)]
pub(super) async fn remarks(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
    Query(after): Query<remarks::After>,
) -> Result<Json<Remarks>, Refusal> {
    let matter = looking.matter(&app, &id).await?;
    Ok(Json(remarks::below(&app, &looking, &target(&matter), after).await?))
}

/// Say something of a matter
///
/// Everybody who may see the matter reads it.
#[utoipa::path(
    post,
    operation_id = "say_of_matter",
    path = "/api/v1/matters/{matter}/remarks",
    tag = "matters",
    security(("session" = [])),
    params(("matter" = String, Path, description = "The matter's id")),
    request_body = ToSay,
    responses(
        (status = 201, body = SaidAs, description = "It was said"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn say(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(said): Body<ToSay>,
) -> Result<(StatusCode, Json<SaidAs>), Refusal> {
    let matter = looking.matter(&app, &id).await?;
    let said = remarks::say(&app, &by, &target(&matter), said).await;
    Ok((StatusCode::CREATED, Json(said.map_err(|error| Refusal::of(error, pages::refusal))?)))
}

/// The three promises
///
/// How far the estate keeps them, as its board says to everybody.
#[utoipa::path(
    get,
    operation_id = "get_promises",
    path = "/api/v1/promises",
    tag = "matters",
    responses((status = 200, body = Promises, description = "How far they are kept")),
)]
pub(super) async fn promises(State(app): State<App>, looking: Looking) -> Result<Response, Refusal> {
    // Which matters are missing is the board's to list.
    let promises = life(&app).promises(&looking.compound).await?;
    let kept = |promise: Promise| Kept { kept: promise.kept, of: promise.of, percent: promise.percent() };
    Ok(public(Promises {
        acknowledged: kept(promises.acknowledged),
        placed: kept(promises.placed),
        answered: kept(promises.answered),
    }))
}
