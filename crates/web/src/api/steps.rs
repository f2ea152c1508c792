//! The steps of matters and motions: what may be done with one now, and doing it; and proposing a motion.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use ballot::store::place::Matter as LegalMatter;
use deliberation::{
    lifecycle::{
        Kind, Verb, Window,
        tables::{MatterState, MotionState},
    },
    matter::AnswerKind,
    motion::Cost,
    settings::DAY,
    store::{By, MatterAct, MotionAct, NewMotion},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{AnswerWord, MatterStateWord, MotionStateWord, VerbWord},
};
use crate::{
    app::App,
    pages::{
        matters::{self, Looking, life},
        motions,
    },
    problem::{Body, Path, Problem},
};

/// A due date lies at most so many seconds ahead: about ten years.
const FARTHEST: u64 = 3660 * DAY;

/// What whoever asks could do now.
#[derive(Serialize, ToSchema)]
pub(super) struct Offers {
    /// The steps.
    #[schema(value_type = Vec<VerbWord>)]
    items: Vec<Verb>,
}

/// A step of a matter. What the step does not want is ignored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatterStep {
    /// Which, of those that are offered.
    #[schema(value_type = VerbWord)]
    step: Verb,
    /// The answer, or the matter worded anew: at most 4000 characters.
    #[serde(default)]
    text: String,
    /// Why: at most 1000 characters.
    #[serde(default)]
    reason: String,
    /// What the answer comes to.
    #[schema(value_type = Option<AnswerWord>)]
    kind: Option<AnswerKind>,
    /// The `id` of who is to see to it.
    responsible: Option<String>,
    /// By when, in Unix seconds.
    due: Option<u64>,
    /// The number of the matter into which it is merged.
    into: Option<u64>,
    /// The number of the motion that it gives rise to.
    motion: Option<u64>,
    /// How well it was done.
    #[schema(minimum = 1, maximum = 5)]
    rating: Option<u64>,
}

/// Where a matter stands after a step.
#[derive(Serialize, ToSchema)]
pub(super) struct MatterStands {
    /// Its state.
    #[schema(value_type = MatterStateWord)]
    state: MatterState,
}

/// A step of a motion. What the step does not want is ignored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MotionStep {
    /// Which, of those that are offered.
    #[schema(value_type = VerbWord)]
    step: Verb,
    /// Formal defects, or why: at most 1000 characters.
    #[serde(default)]
    reason: String,
    /// Until when it is talked over or open to amendments, in Unix seconds.
    until: Option<u64>,
    /// The poll that asks its question, published and with this text.
    poll: Option<String>,
}

/// Where a motion stands after a step.
#[derive(Serialize, ToSchema)]
pub(super) struct MotionStands {
    /// Its state.
    #[schema(value_type = MotionStateWord)]
    state: MotionState,
}

/// A motion to write down.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToPropose {
    /// What the law calls it, which settles the rule: `use_fund`, `manager` and others.
    #[schema(value_type = String)]
    kind: LegalMatter,
    /// 1 to 100 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 100)]
    title: String,
    /// Its text in Markdown.
    #[serde(default)]
    #[schema(required = true, min_length = 1)]
    text: String,
    /// What it costs at least, in hundredths of a yuan.
    #[serde(default)]
    cost_least: u64,
    /// What it costs at most, in hundredths of a yuan; that much exactly, if nothing is said.
    cost_most: Option<u64>,
}

/// A motion that was written down.
#[derive(Serialize, ToSchema)]
pub(super) struct Proposed {
    /// Its id. It is its proposer's alone before it is submitted.
    id: String,
}

/// What can be done with a matter
///
/// By whoever asks, as it stands now: nothing by whoever is not signed in.
#[utoipa::path(
    get,
    operation_id = "list_matter_offers",
    path = "/api/v1/matters/{matter}/steps",
    tag = "matters",
    params(("matter" = String, Path, description = "The matter's id")),
    responses((status = 200, body = Offers, description = "The steps"), Missing),
)]
pub(super) async fn of_matter(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Offers>, Refusal> {
    let matter = looking.matter(&app, &id).await?;
    let items = match &looking.by {
        Some(by) => life(&app).matter_offers(by, &matter, app.now()).await?,
        None => Vec::new(),
    };
    Ok(Json(Offers { items: items.into_iter().filter(|verb| matters::is_step(*verb)).collect() }))
}

/// Make a step in a matter
///
/// What is refused says what it would have taken.
#[utoipa::path(
    post,
    operation_id = "step_matter",
    path = "/api/v1/matters/{matter}/steps",
    tag = "matters",
    security(("session" = [])),
    params(("matter" = String, Path, description = "The matter's id")),
    request_body = MatterStep,
    responses(
        (status = 200, body = MatterStands, description = "Where it stands now"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn step_matter(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(step): Body<MatterStep>,
) -> Result<Json<MatterStands>, Refusal> {
    let matter = looking.matter(&app, &id).await?;
    let verb = Some(step.step).filter(|verb| matters::is_step(*verb)).ok_or(Problem::NOT_FOUND)?;
    let act = matter_act(&app, &by, step).await?;
    let done = life(&app).matter_step(&by, &matter.row.id, verb, &act, app.now()).await;
    Ok(Json(MatterStands { state: done.map_err(|error| Refusal::of(error, matters::refusal))? }))
}

async fn matter_act(app: &App, by: &By, step: MatterStep) -> Result<MatterAct, Problem> {
    let survivor = match step.into {
        Some(number) => life(app).matter_numbered(&by.compound, number).await?,
        None => None,
    };
    let motion = match step.motion {
        Some(number) => life(app).motion_numbered(&by.compound, number).await?,
        None => None,
    };
    Ok(MatterAct {
        text: step.text,
        reason: step.reason,
        answer_kind: step.kind,
        responsible: step.responsible.and_then(|who| who.parse().ok()),
        due: step.due.filter(|due| *due < app.now() + FARTHEST),
        survivor,
        child: motion.map(|motion| (Kind::Motion, motion.to_string())),
        rating: step.rating,
    })
}

/// Propose a motion
///
/// It is written down as a draft, which its proposer alone sees and submits by a step.
#[utoipa::path(
    post,
    operation_id = "propose_motion",
    path = "/api/v1/motions",
    tag = "motions",
    security(("session" = [])),
    request_body = ToPropose,
    responses(
        (
            status = 201,
            body = Proposed,
            description = "It was written down",
            headers(("location" = String, description = "Where it is read")),
        ),
        Misread,
        SignedOut,
        Foreign,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn propose(
    State(app): State<App>,
    Acting { by, .. }: Acting,
    Body(new): Body<ToPropose>,
) -> Result<Response, Refusal> {
    let most = new.cost_most.unwrap_or(new.cost_least);
    let cost = match (new.cost_least, most) {
        (0, 0) => Cost::Nothing,
        (least, most) if least == most => Cost::Fixed { cents: least },
        (least, most) => Cost::Range { least, most },
    };
    let title = new.title.trim().to_owned();
    let new = NewMotion { kind: new.kind, title, text: new.text, cost, attachments: BTreeSet::new() };
    let id = life(&app).draft_motion(&by, &new, app.now(), &mut app.fresh()?).await;
    let id = id.map_err(|error| Refusal::of(error, motions::refusal))?.to_string();
    let at = [(header::LOCATION, format!("/api/v1/motions/{id}"))];
    Ok((StatusCode::CREATED, at, Json(Proposed { id })).into_response())
}

/// What can be done with a motion
///
/// By whoever asks, as it stands now: nothing by whoever is not signed in.
#[utoipa::path(
    get,
    operation_id = "list_motion_offers",
    path = "/api/v1/motions/{motion}/steps",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id")),
    responses((status = 200, body = Offers, description = "The steps"), Missing),
)]
pub(super) async fn of_motion(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Offers>, Refusal> {
    let motion = super::motions::find(&app, &looking, &id).await?;
    let items = match &looking.by {
        Some(by) => life(&app).motion_offers(by, &motion.row.id, app.now()).await?,
        None => Vec::new(),
    };
    Ok(Json(Offers { items: items.into_iter().filter(|verb| motions::is_step(*verb)).collect() }))
}

/// Make a step in a motion
///
/// What is refused says what it would have taken.
#[utoipa::path(
    post,
    operation_id = "step_motion",
    path = "/api/v1/motions/{motion}/steps",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
    request_body = MotionStep,
    responses(
        (status = 200, body = MotionStands, description = "Where it stands now"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn step_motion(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(MotionStep { step, reason, until, poll }): Body<MotionStep>,
) -> Result<Json<MotionStands>, Refusal> {
    let motion = super::motions::find(&app, &looking, &id).await?;
    let (verb, now) = (Some(step).filter(|verb| motions::is_step(*verb)).ok_or(Problem::NOT_FOUND)?, app.now());
    let until = until.filter(|until| now < *until && *until < now + FARTHEST);
    // One that is still written could be changed after this.
    let polls = if poll.is_some() { motions::asking(&app, &looking, &motion).await? } else { Vec::new() };
    let poll = polls.into_iter().map(|(found, _)| found).find(|found| Some(found.as_str()) == poll.as_deref());
    let act = MotionAct { reason, window: until.map(|until| Window { from: now, until }), poll };
    let done = life(&app).motion_step(&by, &motion.row.id, verb, &act, now).await;
    Ok(Json(MotionStands { state: done.map_err(|error| Refusal::of(error, motions::refusal))? }))
}
