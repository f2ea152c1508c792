//! Statements of a matter's opinion map, and reacting to one.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use deliberation::{
    discussion::HideReason,
    lifecycle::tables::StatementState,
    opinion::{Id, Vote},
    store::StatementView,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Acting, matters,
    refusal::{Foreign, Misread, Missing, NotJson, Refusal, SignedOut, Wrong},
    words::{HideWord, Reaction, StatementStateWord},
};
use crate::{
    app::App,
    pages::matters::{self as pages, Looking, life},
    problem::{Body, Path},
};

/// What people think of a matter.
#[derive(Serialize, ToSchema)]
pub(super) struct Statements {
    /// Everything that was ever shown, in the order of writing; a matter has at most 500.
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

/// Statements of a matter
///
/// Those that were ever shown, each with how many agree, disagree and pass.
#[utoipa::path(
    get,
    operation_id = "list_statements",
    path = "/api/v1/matters/{matter}/statements",
    tag = "matters",
    params(("matter" = String, Path, description = "The matter's id")),
    responses((status = 200, body = Statements, description = "The statements"), Missing),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Statements>, Refusal> {
    let matter = matters::acknowledged(&app, &looking, &id).await?;
    let view = life(&app).opinion(&looking.compound, &matter.row.id, app.now()).await?;
    let own = match &looking.by {
        Some(by) => life(&app).own_reactions(&matter.row.id, &by.subject).await?,
        None => BTreeMap::new(),
    };
    let rows = life(&app).statements(&matter.row.id).await?;
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
            is_own: looking.by.as_ref().is_some_and(|by| by.subject == row.author),
            agree: figures.map_or(0, |figures| figures.agree),
            disagree: figures.map_or(0, |figures| figures.disagree),
            pass: figures.map_or(0, |figures| figures.pass),
            own: own.get(&row.number).map(|vote| (*vote).into()),
        }
    };
    Ok(Json(Statements { items: rows.iter().filter(shown).map(statement).collect() }))
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

/// React to a statement
///
/// Or think again: the last reaction counts. People react for themselves, and offices do not.
#[utoipa::path(
    put,
    operation_id = "react_to_statement",
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
pub(super) async fn react(
    State(app): State<App>,
    Acting { looking, by }: Acting,
    Path((id, number)): Path<(String, u64)>,
    Body(Thought { reaction }): Body<Thought>,
) -> Result<StatusCode, Refusal> {
    let matter = looking.matter(&app, &id).await?;
    let done = life(&app).react(&by, (&matter.row.id, number), reaction.into(), app.now()).await;
    done.map_err(|error| Refusal::of(error, pages::refusal))?;
    Ok(StatusCode::NO_CONTENT)
}
