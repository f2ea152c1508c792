//! Motions: the list, one with its versions and its support, and supporting it.

use axum::{Json, extract::State, http::StatusCode};
use ballot::store::place::Matter as LegalMatter;
use deliberation::{
    lifecycle::tables::{MotionState, VersionState},
    motion::{Cost, Support},
    store::{MotionRow, MotionView, VersionView},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Acting, List, PAGE, Span,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    remarks::{self, Remarks, SaidAs, ToSay},
    words::{MotionStateWord, VersionStateWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        motions::{self as pages, Show},
    },
    problem::{Body, Path, Problem, Query},
};

/// A motion in short.
#[derive(Serialize, ToSchema)]
pub(super) struct MotionHead {
    /// Its id.
    id: String,
    /// Its number.
    number: u64,
    /// Its title.
    title: String,
    /// What the law calls it, which settles the rule: `use_fund`, `manager` and others.
    #[schema(value_type = String)]
    kind: LegalMatter,
    /// Where it stands.
    #[schema(value_type = MotionStateWord)]
    state: MotionState,
    /// Whether it was handed in; before, it is its proposer's alone.
    is_public: bool,
}

/// A motion with its versions. Whoever proposed it is not named.
#[derive(Serialize, ToSchema)]
pub(super) struct Motion {
    #[serde(flatten)]
    head: MotionHead,
    /// Oldest first; the last is the motion's text.
    versions: Vec<Version>,
    /// Support for the last version.
    support: Supporters,
    /// The window that runs: of the discussion, of amendments, or of objections.
    window: Option<Span>,
    /// The poll that asks its question.
    poll: Option<String>,
    /// When the vote runs.
    vote: Option<Span>,
    /// Whether votes are taken now.
    is_vote_open: bool,
    /// The matters that gave rise to it.
    matters: Vec<String>,
}

/// A version of a motion's text.
#[derive(Serialize, ToSchema)]
struct Version {
    /// From 1.
    number: u64,
    /// Its title.
    title: String,
    /// Its text in Markdown.
    text: String,
    /// What it costs at least, in hundredths of a yuan.
    cost_least: u64,
    /// What it costs at most, in hundredths of a yuan.
    cost_most: u64,
    /// SHA-256 of each document, in hexadecimal digits; `/files/{sha256}` has them.
    attachments: Vec<String>,
    /// What became of it.
    #[schema(value_type = VersionStateWord)]
    state: VersionState,
    /// SHA-256 of what is voted on, in hexadecimal digits.
    sha256: String,
    /// Why it takes the place of the one before.
    reason: Option<String>,
    /// When it was written, in Unix seconds.
    at: u64,
}

/// Who supports a version, on the roll of that time.
#[derive(Serialize, ToSchema)]
pub(super) struct Supporters {
    /// Holders who support it.
    heads: u64,
    /// Holders on the roll.
    heads_of: u64,
    /// Their area in hundredths of a square metre.
    area: u64,
    /// The roll's, in hundredths of a square metre.
    area_of: u64,
}

impl From<Support> for Supporters {
    fn from(Support { heads, heads_of, area, area_of }: Support) -> Self {
        Self { heads, heads_of, area, area_of }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Which: `all` if nothing is said.
    #[serde(default)]
    #[param(inline, value_type = Option<WhichMotions>)]
    show: Show,
    /// The number below which the list goes on: `next` of the page before.
    #[serde(default, deserialize_with = "super::number")]
    before: Option<u64>,
}

/// Which motions a list shows.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)] // describes the pages' own enum
enum WhichMotions {
    All,
    Open,
}

/// What is supported.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToSupport {
    /// The number of the version: the last one.
    #[schema(minimum = 1)]
    version: u64,
}

/// Motions
///
/// The newest first: those that were handed in, and one's own drafts.
#[utoipa::path(
    get,
    operation_id = "list_motions",
    path = "/api/v1/motions",
    tag = "motions",
    params(Asked),
    responses((status = 200, body = List<MotionHead>, description = "A page of motions"), Misread),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Asked { show, before }): Query<Asked>,
) -> Result<Json<List<MotionHead>>, Refusal> {
    let whose = looking.by.as_ref().map(|by| &by.subject);
    let rows = life(&app).motions(&looking.compound, whose, show == Show::Open, before, PAGE).await?;
    Ok(Json(List::of(rows, |row| row.number, |row| Some(head(&row)))))
}

fn head(row: &MotionRow) -> MotionHead {
    MotionHead {
        id: row.id.to_string(),
        number: row.number,
        title: row.title.clone(),
        kind: row.kind,
        state: row.state,
        is_public: row.is_public,
    }
}

/// A motion that whoever looks may see, with what its vote came to.
pub(super) async fn find(app: &App, looking: &Looking, id: &str) -> Result<MotionView, Problem> {
    pages::conclude(life(app), app.estate(), &looking.compound, app.now()).await?;
    pages::find(app, looking, id).await
}

/// A motion
///
/// With every version of its text, its support and its vote. A draft is its proposer's alone.
#[utoipa::path(
    get,
    operation_id = "get_motion",
    path = "/api/v1/motions/{motion}",
    tag = "motions",
    params(("motion" = String, Path, description = "Its id")),
    responses((status = 200, body = Motion, description = "The motion"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Motion>, Refusal> {
    let motion = find(&app, &looking, &id).await?;
    let behind = life(&app).matters_behind(&motion.row.id).await?;
    let matters = life(&app).matter_titles(&looking.compound, &behind).await?;
    let has_window =
        matches!(motion.row.state, MotionState::Deliberating | MotionState::Amending | MotionState::Carried);
    Ok(Json(Motion {
        head: head(&motion.row),
        versions: motion.versions.iter().map(version).collect(),
        support: motion.support.into(),
        window: has_window.then(|| motion.window.into()),
        poll: motion.poll.as_ref().map(ToString::to_string),
        vote: motion.vote.map(Into::into),
        is_vote_open: motion.is_vote_open,
        matters: matters.into_keys().collect(),
    }))
}

fn version(view: &VersionView) -> Version {
    let text = &view.version;
    let (cost_least, cost_most) = match text.cost() {
        Cost::Nothing => (0, 0),
        Cost::Fixed { cents } => (cents, cents),
        Cost::Range { least, most } => (least, most),
    };
    Version {
        number: text.number,
        title: text.title().to_owned(),
        text: text.text().to_owned(),
        cost_least,
        cost_most,
        attachments: text.attachments().iter().map(ToString::to_string).collect(),
        state: view.state,
        sha256: view.hash.to_string(),
        reason: Some(view.reason.clone()).filter(|reason| !reason.is_empty()),
        at: view.at,
    }
}

/// Support a motion
///
/// Owners do, once for a version. With enough support by heads and by area the motion is admitted.
#[utoipa::path(
    post,
    operation_id = "support_motion",
    path = "/api/v1/motions/{motion}/support",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
    request_body = ToSupport,
    responses(
        (status = 200, body = Supporters, description = "Support with one's own"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn support(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(ToSupport { version }): Body<ToSupport>,
) -> Result<Json<Supporters>, Refusal> {
    let motion = pages::find(&app, &looking, &id).await?;
    let support = life(&app).support(&by, &motion.row.id, version, app.now()).await;
    Ok(Json(support.map_err(|error| Refusal::of(error, pages::refusal))?.into()))
}

/// What is said of a motion
///
/// In the order of writing. Nobody is named.
#[utoipa::path(
    get,
    operation_id = "list_motion_remarks",
    path = "/api/v1/motions/{motion}/remarks",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id"), remarks::After),
    responses((status = 200, body = Remarks, description = "A page of remarks"), Misread, Missing),
)]
pub(super) async fn remarks(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
    Query(after): Query<remarks::After>,
) -> Result<Json<Remarks>, Refusal> {
    let motion = pages::find(&app, &looking, &id).await?;
    Ok(Json(remarks::below(&app, &looking, &pages::target(&motion.row.id), after).await?))
}

/// Say something of a motion
///
/// Everybody reads it.
#[utoipa::path(
    post,
    operation_id = "say_of_motion",
    path = "/api/v1/motions/{motion}/remarks",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
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
    let motion = pages::find(&app, &looking, &id).await?;
    let said = remarks::say(&app, &by, &pages::target(&motion.row.id), said).await;
    Ok((StatusCode::CREATED, Json(said.map_err(|error| Refusal::of(error, pages::refusal))?)))
}
