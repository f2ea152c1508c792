//! Statements of what people think of a matter or a motion: reading them, writing one, reacting to one.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use deliberation::{
    discussion::HideReason,
    lifecycle::tables::StatementState,
    opinion::{Id, Vote},
    store::{By, NewStatement, StatementView},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{HideWord, Reaction, StatementStateWord},
};
use crate::{
    app::App,
    pages::{
        matters::{self as pages, Looking, life},
        opinion::Topic,
    },
    problem::{Body, Path},
};

/// What people think of a matter or a motion.
#[derive(Serialize, ToSchema)]
pub(super) struct Statements {
    /// Everything that was ever shown, in the order of writing; at most 500.
    items: Vec<Statement>,
}

/// A statement with what people think of it. Nobody is named.
#[derive(Serialize, ToSchema)]
struct Statement {
    /// From 1, in the order of writing.
    number: u64,
    /// What it says; nothing where it is hidden.
    text: Option<String>,
    /// What became of it: `accepted` or `hidden`.
    #[schema(value_type = StatementStateWord)]
    state: StatementState,
    /// Why it is hidden.
    #[schema(value_type = Option<HideWord>)]
    hidden: Option<HideReason>,
    /// Written by a moderator, to begin with.
    is_seed: bool,
    /// Whether whoever asks wrote it.
    is_own: bool,
    /// People who agree.
    agree: u32,
    /// People who disagree.
    disagree: u32,
    /// People who pass.
    pass: u32,
    /// What whoever asks thinks of it.
    own: Option<Reaction>,
}

/// What somebody thinks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Thought {
    /// What they think of the statement.
    reaction: Reaction,
}

/// A statement to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToState {
    /// 1 to 140 characters in one line, which say one thing and name nobody.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 140)]
    text: String,
}

/// A statement that was written.
#[derive(Serialize, ToSchema)]
pub(super) struct Stated {
    /// Its number. Others see it when a moderator has looked at it.
    number: u64,
}

impl From<Vote> for Reaction {
    fn from(vote: Vote) -> Self {
        match vote {
            Vote::Agree => Self::Agree,
            Vote::Disagree => Self::Disagree,
            Vote::Pass => Self::Pass,
        }
    }
}

impl From<Reaction> for Vote {
    fn from(reaction: Reaction) -> Self {
        match reaction {
            Reaction::Agree => Self::Agree,
            Reaction::Disagree => Self::Disagree,
            Reaction::Pass => Self::Pass,
        }
    }
}

/// What whoever asks may see of what people think of something.
async fn seen(app: &App, topic: &Topic) -> Result<Json<Statements>, Refusal> {
    let view = life(app).opinion(&topic.looking.compound, &topic.conversation, app.now()).await?;
    let own = match &topic.looking.by {
        Some(by) => life(app).own_reactions(&topic.conversation, &by.subject).await?,
        None => BTreeMap::new(),
    };
    let rows = life(app).statements(&topic.conversation).await?;
    let shown = |row: &&StatementView| matches!(row.state, StatementState::Accepted | StatementState::Hidden);
    let statement = |row: &StatementView| {
        let figures = view.map.statements.iter().find(|figures| figures.statement == Id::Number(row.number));
        let is_hidden = row.state == StatementState::Hidden;
        Statement {
            number: row.number,
            text: (!is_hidden).then(|| row.text.clone()),
            state: row.state,
            hidden: row.reason.filter(|_| is_hidden),
            is_seed: row.is_seed,
            is_own: topic.looking.by.as_ref().is_some_and(|by| by.subject == row.author),
            agree: figures.map_or(0, |figures| figures.agree),
            disagree: figures.map_or(0, |figures| figures.disagree),
            pass: figures.map_or(0, |figures| figures.pass),
            own: own.get(&row.number).map(|vote| (*vote).into()),
        }
    };
    Ok(Json(Statements { items: rows.iter().filter(shown).map(statement).collect() }))
}

async fn write(app: &App, by: &By, topic: &Topic, new: ToState) -> Result<(StatusCode, Json<Stated>), Refusal> {
    let number = life(app).state(by, &topic.conversation, &NewStatement { text: new.text }, app.now()).await;
    let number = number.map_err(|error| Refusal::of(error, pages::refusal))?;
    Ok((StatusCode::CREATED, Json(Stated { number })))
}

async fn think(app: &App, by: &By, (topic, number): (&Topic, u64), reaction: Reaction) -> Result<StatusCode, Refusal> {
    let done = life(app).react(by, (&topic.conversation, number), reaction.into(), app.now()).await;
    done.map_err(|error| Refusal::of(error, pages::refusal))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Statements of a matter
///
/// Those that were ever shown, each with how many agree, disagree and pass.
#[utoipa::path(
    get,
    operation_id = "list_matter_statements",
    path = "/api/v1/matters/{matter}/statements",
    tag = "matters",
    params(("matter" = String, Path, description = "The matter's id")),
    responses((status = 200, body = Statements, description = "The statements"), Missing),
)]
pub(super) async fn of_matter(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Statements>, Refusal> {
    seen(&app, &Topic::of_matter(&app, looking, &id).await?).await
}

/// Write a statement of a matter
///
/// A moderator looks at it before others see it.
#[utoipa::path(
    post,
    operation_id = "state_of_matter",
    path = "/api/v1/matters/{matter}/statements",
    tag = "matters",
    security(("session" = [])),
    params(("matter" = String, Path, description = "The matter's id")),
    request_body = ToState,
    responses(
        (status = 201, body = Stated, description = "It was written"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn write_of_matter(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(new): Body<ToState>,
) -> Result<(StatusCode, Json<Stated>), Refusal> {
    write(&app, &by, &Topic::of_matter(&app, looking, &id).await?, new).await
}

/// React to a statement of a matter
///
/// Or think again: the last reaction counts. People react for themselves, and offices do not.
#[utoipa::path(
    put,
    operation_id = "react_to_matter_statement",
    path = "/api/v1/matters/{matter}/statements/{number}/reaction",
    tag = "matters",
    security(("session" = [])),
    params(
        ("matter" = String, Path, description = "The matter's id"),
        ("number" = u64, Path, description = "The statement's number"),
    ),
    request_body = Thought,
    responses((status = 204, description = "It is kept"), Misread, SignedOut, Foreign, Missing, NotJson, Wrong),
)]
pub(super) async fn react_of_matter(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path((id, number)): Path<(String, u64)>,
    Body(Thought { reaction }): Body<Thought>,
) -> Result<StatusCode, Refusal> {
    think(&app, &by, (&Topic::of_matter(&app, looking, &id).await?, number), reaction).await
}

/// Statements of a motion
///
/// Those that were ever shown, each with how many agree, disagree and pass.
#[utoipa::path(
    get,
    operation_id = "list_motion_statements",
    path = "/api/v1/motions/{motion}/statements",
    tag = "motions",
    params(("motion" = String, Path, description = "The motion's id")),
    responses((status = 200, body = Statements, description = "The statements"), Missing),
)]
pub(super) async fn of_motion(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Statements>, Refusal> {
    seen(&app, &Topic::of_motion(&app, looking, &id).await?).await
}

/// Write a statement of a motion
///
/// A moderator looks at it before others see it.
#[utoipa::path(
    post,
    operation_id = "state_of_motion",
    path = "/api/v1/motions/{motion}/statements",
    tag = "motions",
    security(("session" = [])),
    params(("motion" = String, Path, description = "The motion's id")),
    request_body = ToState,
    responses(
        (status = 201, body = Stated, description = "It was written"),
        Misread,
        SignedOut,
        Foreign,
        Missing,
        NotJson,
        Wrong,
    ),
)]
pub(super) async fn write_of_motion(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path(id): Path<String>,
    Body(new): Body<ToState>,
) -> Result<(StatusCode, Json<Stated>), Refusal> {
    write(&app, &by, &Topic::of_motion(&app, looking, &id).await?, new).await
}

/// React to a statement of a motion
///
/// Or think again: the last reaction counts. People react for themselves, and offices do not.
#[utoipa::path(
    put,
    operation_id = "react_to_motion_statement",
    path = "/api/v1/motions/{motion}/statements/{number}/reaction",
    tag = "motions",
    security(("session" = [])),
    params(
        ("motion" = String, Path, description = "The motion's id"),
        ("number" = u64, Path, description = "The statement's number"),
    ),
    request_body = Thought,
    responses((status = 204, description = "It is kept"), Misread, SignedOut, Foreign, Missing, NotJson, Wrong),
)]
pub(super) async fn react_of_motion(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path((id, number)): Path<(String, u64)>,
    Body(Thought { reaction }): Body<Thought>,
) -> Result<StatusCode, Refusal> {
    think(&app, &by, (&Topic::of_motion(&app, looking, &id).await?, number), reaction).await
}
