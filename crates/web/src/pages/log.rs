//! The log as C2SP tlog-tiles serves it, and the poll's bundle.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    id::PollId,
    log::{TileId, TileKind},
};

use super::poll::Live;
use crate::{
    app::App,
    problem::{Path, Problem},
    session::Someone,
};

/// What never changes may be kept for ever, what everybody may read by anybody.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A checkpoint is old after seconds.
const SHORTLY: &str = "public, max-age=2";
/// Only this reader may have it.
const PRIVATE: &str = "private, no-cache";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/log/{poll}/checkpoint", get(checkpoint))
        .route("/log/{poll}/bundle.tar", get(bundle))
        .route("/log/{poll}/tile/{*path}", get(tile))
}

async fn checkpoint(State(app): State<App>, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    let live = Live::find(&app, &poll).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, SHORTLY)];
    Ok((headers, live.log.checkpoint().to_string()).into_response())
}

async fn tile(
    State(app): State<App>,
    someone: Option<Someone>,
    Path((poll, path)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let id = TileId::parse(&format!("tile/{path}")).ok_or(Problem::NOT_FOUND)?;
    let live = Live::find(&app, &poll).await?;
    let cache = match id.kind {
        TileKind::Hashes(_) => FOR_EVER,
        TileKind::Entries => live.entries_for(&app, someone.as_ref()).await?.cache(FOR_EVER)?,
    };
    let tile = live.log.tile(id).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, cache)], tile.bytes)
        .into_response())
}

async fn bundle(
    State(app): State<App>,
    someone: Option<Someone>,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let live = Live::find(&app, &poll).await?;
    // The bundle grows with what follows the close.
    let cache = live.entries_for(&app, someone.as_ref()).await?.cache("public, no-cache")?;
    let tar = live.log.export(Vec::new()).await?;
    let mut response =
        ([(header::CONTENT_TYPE, "application/x-tar"), (header::CACHE_CONTROL, cache)], tar).into_response();
    let name = format!("attachment; filename=\"{poll}.tar\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Who may read a closed poll's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entries {
    /// Everybody.
    Public,
    /// Not everybody, but this reader.
    Allowed,
    /// Not this reader.
    Barred,
}

impl Entries {
    pub(crate) fn are_for_reader(self) -> bool {
        matches!(self, Self::Public | Self::Allowed)
    }

    fn cache(self, public: &'static str) -> Result<&'static str, Problem> {
        match self {
            Self::Public => Ok(public),
            Self::Allowed => Ok(PRIVATE),
            Self::Barred => Err(Problem::NOT_FOUND),
        }
    }
}
