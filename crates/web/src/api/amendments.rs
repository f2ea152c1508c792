//! Amendments of a motion: filed against paragraphs, taken in, put to the council, decided.

use axum::{Json, extract::State, http::StatusCode};
use deliberation::{
    lifecycle::{Verb, tables::AmendmentState},
    store::{AmendmentView, MotionView, NewAmendment},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting,
    motions::find,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{AmendmentStateWord, VerbWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        motions as pages,
    },
    problem::{Body, Path, Problem},
};

/// The amendments of a motion, in the order of filing.
#[derive(Serialize, ToSchema)]
pub(super) struct Amendments {
    /// All of them.
    items: Vec<Amendment>,
}

/// An amendment. Whoever filed it is not named.
#[derive(Serialize, ToSchema)]
pub(super) struct Amendment {
    /// From 1, within the motion.
    number: u64,
    /// The version that it amends.
    version: u64,
    /// The first paragraph that it amends, from 1.
    from: usize,
    /// The last paragraph that it amends.
    to: usize,
    /// What takes their place, in Markdown; nothing strikes them.
    text: String,
    /// Why.
    reason: String,
    /// Where it stands.
    #[schema(value_type = AmendmentStateWord)]
    state: AmendmentState,
    /// Whether whoever asks filed it.
    is_own: bool,
    /// Why it was rejected.
    rejected: Option<String>,
    /// The version that it became.
    became: Option<u64>,
    /// When it was filed, in Unix seconds.
    at: u64,
    /// The steps that whoever asks could make now.
    #[schema(value_type = Vec<VerbWord>)]
    steps: Vec<Verb>,
}

/// An amendment to file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToAmend {
    /// The number of the version that it amends: the last one.
    #[schema(minimum = 1)]
    version: u64,
    /// The first paragraph that it amends, from 1.
    #[schema(minimum = 1)]
    from: usize,
    /// The last one; the first, if nothing is said.
    to: Option<usize>,
    /// What takes their place, in Markdown; nothing strikes them.
    #[serde(default)]
    text: String,
    /// 1 to 1000 characters.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 1000)]
    reason: String,
}

/// An amendment that was filed.
#[derive(Serialize, ToSchema)]
pub(super) struct Amended {
    /// Its number, within the motion.
    number: u64,
}

/// A step of an amendment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmendmentStep {
    /// Which.
    step: Which,
    /// Why it is rejected: 1 to 1000 characters.
    #[serde(default)]
    reason: String,
}

/// The steps.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Whoever proposed the motion takes it in.
    AdoptAsProposer,
    /// It goes to the council.
    PutToCouncil,
    /// The council is for it.
    Adopt,
    /// The council is against it.
    Reject,
    /// Whoever filed it takes it back.
    Withdraw,
}

impl From<Which> for Verb {
    fn from(which: Which) -> Self {
        match which {
            Which::AdoptAsProposer => Self::AdoptAsProposer,
            Which::PutToCouncil => Self::PutToCouncil,
            Which::Adopt => Self::Adopt,
            Which::Reject => Self::Reject,
            Which::Withdraw => Self::Withdraw,
        }
    }
}

/// Amendments of a motion
///
/// Each with what became of it.
#[utoipa::path(
    get,
    operation_id = "list_amendments",
    path = "/api/v1/motions/{motion}/amendments",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id")),
    responses((status = 200, body = Amendments, description = "The amendments"), Missing),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Amendments>, Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let mut items = Vec::new();
    for view in &motion.amendments {
        items.push(shown(&app, &looking, &motion, view).await?);
    }
    Ok(Json(Amendments { items }))
}

async fn shown(app: &App, looking: &Looking, motion: &MotionView, view: &AmendmentView) -> Result<Amendment, Problem> {
    let steps = match &looking.by {
        Some(by) => life(app).amendment_offers(by, &motion.row.id, view, app.now()).await?,
        None => Vec::new(),
    };
    Ok(Amendment {
        number: view.number,
        version: view.base,
        from: view.from + 1,
        to: view.to,
        text: view.replacement.clone(),
        reason: view.reason.clone(),
        state: view.state,
        is_own: looking.by.as_ref().is_some_and(|by| by.subject == view.author),
        rejected: Some(view.decision.clone()).filter(|_| view.state == AmendmentState::Rejected),
        became: view.result,
        at: view.at,
        steps,
    })
}

/// File an amendment
///
/// While the motion is open to them.
#[utoipa::path(
    post,
    operation_id = "file_amendment",
    path = "/api/v1/motions/{motion}/amendments",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
    request_body = ToAmend,
    responses(
        (status = 201, body = Amended, description = "It was filed"),
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
    Body(ToAmend { version, from, to, text, reason }): Body<ToAmend>,
) -> Result<(StatusCode, Json<Amended>), Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let to = to.unwrap_or(from);
    let new = NewAmendment { base: version, from: from.saturating_sub(1), to, replacement: text, reason };
    let number = life(&app).file_amendment(&by, &motion.row.id, &new, app.now()).await;
    let number = number.map_err(|error| Refusal::of(error, pages::refusal))?;
    Ok((StatusCode::CREATED, Json(Amended { number })))
}

/// Make a step in an amendment
///
/// Taken in, it becomes the next version of the motion. Whoever chairs says what the council decided.
#[utoipa::path(
    post,
    operation_id = "step_amendment",
    path = "/api/v1/motions/{motion}/amendments/{number}/steps",
    tag = "motions",
    security(("session" = [])),
    params(
        ("motion" = String, Path, description = "The motion's id"),
        ("number" = u64, Path, description = "The amendment's number"),
    ),
    request_body = AmendmentStep,
    responses(
        (status = 200, body = Amendment, description = "As it stands now"),
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
    Body(AmendmentStep { step, reason }): Body<AmendmentStep>,
) -> Result<Json<Amendment>, Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let done = pages::decide_amendment(&app, &by, (&motion.row.id, number), step.into(), &reason).await;
    done.map_err(|error| Refusal::of(error, pages::refusal))?;
    let motion = find(&app, &looking, &id).await?;
    let view = motion.amendments.iter().find(|view| view.number == number).ok_or(Problem::NOT_FOUND)?;
    Ok(Json(shown(&app, &looking, &motion, view).await?))
}
