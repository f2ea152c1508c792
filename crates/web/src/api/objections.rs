//! Objections to what the vote on a motion came to: filed, answered, decided by another.

use axum::{Json, extract::State, http::StatusCode};
use ballot::hash::Hash;
use deliberation::{
    lifecycle::{Verb, tables::ObjectionState},
    objection::{Effect, Ground},
    store::{NewObjection, ObjectionAct, ObjectionView},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting,
    motions::find,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{EffectWord, GroundWord, ObjectionStateWord, VerbWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        motions as pages,
    },
    problem::{Body, Path, Problem},
};

/// The objections to what a motion's vote came to, in the order of filing.
#[derive(Serialize, ToSchema)]
pub(super) struct Objections {
    /// All of them.
    items: Vec<Objection>,
}

/// An objection. What it says and shows is for who filed it and for those who deal with it.
#[derive(Serialize, ToSchema)]
pub(super) struct Objection {
    /// Its number in the estate.
    number: u64,
    /// What is objected to.
    #[schema(value_type = GroundWord)]
    ground: Ground,
    /// Where it stands.
    #[schema(value_type = ObjectionStateWord)]
    state: ObjectionState,
    /// Whether whoever asks filed it.
    is_own: bool,
    /// What it says.
    text: Option<String>,
    /// SHA-256 of each file that supports it, in hexadecimal digits; `/files/{sha256}` has them.
    evidence: Option<Vec<String>>,
    /// What it was answered with.
    answer: Option<String>,
    /// Why it was decided so.
    decision: Option<String>,
    /// What it brings about.
    #[schema(value_type = Option<EffectWord>)]
    effect: Option<Effect>,
    /// The steps that whoever asks could make now.
    #[schema(value_type = Vec<VerbWord>)]
    steps: Vec<Verb>,
}

/// An objection to file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToObject {
    /// What is objected to.
    #[schema(value_type = GroundWord)]
    ground: Ground,
    /// 1 to 4000 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 4000)]
    text: String,
    /// SHA-256 of at most four files that whoever asks has stored.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    evidence: Vec<Hash>,
}

/// An objection that was filed.
#[derive(Serialize, ToSchema)]
pub(super) struct Objected {
    /// Its number in the estate.
    number: u64,
}

/// A step of an objection. What a step does not want is ignored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectionStep {
    /// Which.
    step: Which,
    /// The answer: 1 to 4000 characters.
    #[serde(default)]
    text: String,
    /// Why it is decided so, of `uphold` and `dismiss`: 1 to 1000 characters.
    #[serde(default)]
    reason: String,
    /// What `take_effect` brings about.
    #[schema(value_type = Option<EffectWord>)]
    effect: Option<Effect>,
}

/// The steps.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// It is looked into.
    Accept,
    /// It is answered.
    Answer,
    /// It is right.
    Uphold,
    /// It is not, or it is none.
    Dismiss,
    /// Whoever filed it takes it back.
    Withdraw,
    /// What follows from it.
    TakeEffect,
}

impl From<Which> for Verb {
    fn from(which: Which) -> Self {
        match which {
            Which::Accept => Self::Accept,
            Which::Answer => Self::Answer,
            Which::Uphold => Self::Uphold,
            Which::Dismiss => Self::Dismiss,
            Which::Withdraw => Self::Withdraw,
            Which::TakeEffect => Self::TakeEffect,
        }
    }
}

/// Objections to a motion's result
///
/// What each is about and what became of it is for everybody; what it says is for those whom it concerns.
#[utoipa::path(
    get,
    operation_id = "list_objections",
    path = "/api/v1/motions/{motion}/objections",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id")),
    responses((status = 200, body = Objections, description = "The objections"), Missing),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Objections>, Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let mut items = Vec::new();
    for view in life(&app).objections_to(&looking.compound, &motion.row.id).await? {
        items.push(shown(&app, &looking, view).await?);
    }
    Ok(Json(Objections { items }))
}

async fn shown(app: &App, looking: &Looking, view: ObjectionView) -> Result<Objection, Problem> {
    let (sees, steps) = match &looking.by {
        Some(by) => (
            life(app).sees_objection(by, &view.id, app.now()).await?,
            life(app).objection_offers(by, &view, app.now()).await?,
        ),
        None => (false, Vec::new()),
    };
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Objection {
        number: view.number,
        ground: view.ground,
        state: view.state,
        is_own: looking.by.as_ref().is_some_and(|by| by.subject == view.author),
        text: Some(view.text).filter(|_| sees),
        evidence: sees.then(|| view.evidence.iter().map(ToString::to_string).collect()),
        answer: said(view.answer),
        decision: said(view.decision),
        effect: view.effect,
        steps,
    })
}

/// Object to a motion's result
///
/// While it hangs for objections. Whoever objects is known to those who deal with it, and to nobody else.
#[utoipa::path(
    post,
    operation_id = "object",
    path = "/api/v1/motions/{motion}/objections",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
    request_body = ToObject,
    responses(
        (status = 201, body = Objected, description = "It was filed"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn file(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(ToObject { ground, text, evidence }): Body<ToObject>,
) -> Result<(StatusCode, Json<Objected>), Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let new = NewObjection { motion: motion.row.id.clone(), against: None, ground, text, evidence };
    let made = life(&app).object(&by, &new, app.now(), &mut app.fresh()?).await;
    let id = made.map_err(|error| Refusal::of(error, pages::objection_refusal))?;
    let all = life(&app).objections_to(&looking.compound, &motion.row.id).await?;
    let made = all.iter().find(|objection| objection.id == id).ok_or(Problem::NOT_FOUND)?;
    Ok((StatusCode::CREATED, Json(Objected { number: made.number })))
}

/// Make a step in an objection
///
/// The committee answers; the street or whoever observes decides, and never who is objected to.
#[utoipa::path(
    post,
    operation_id = "step_objection",
    path = "/api/v1/motions/{motion}/objections/{number}/steps",
    tag = "motions",
    security(("session" = [])),
    params(
        ("motion" = String, Path, description = "The motion's id"),
        ("number" = u64, Path, description = "The objection's number"),
    ),
    request_body = ObjectionStep,
    responses(
        (status = 200, body = Objection, description = "As it stands now"),
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
    Path((id, number)): Path<(String, u64)>,
    Body(ObjectionStep { step, text, reason, effect }): Body<ObjectionStep>,
) -> Result<Json<Objection>, Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let find = async || -> Result<ObjectionView, Problem> {
        let all = life(&app).objections_to(&looking.compound, &motion.row.id).await?;
        all.into_iter().find(|objection| objection.number == number).ok_or(Problem::NOT_FOUND)
    };
    let act = ObjectionAct { text, reason, effect };
    let done = life(&app).objection_step(&by, &find().await?.id, step.into(), &act, app.now()).await;
    done.map_err(|error| Refusal::of(error, pages::objection_refusal))?;
    Ok(Json(shown(&app, &looking, find().await?).await?))
}
