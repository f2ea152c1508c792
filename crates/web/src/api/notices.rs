//! Notices: what hangs on the boards and online.

use axum::{Json, extract::State};
use deliberation::{
    lifecycle::tables::NoticeState,
    notice::{Board, NoticeKind},
    store::NoticeView,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Before, List, PAGE,
    refusal::{Misread, Missing, Refusal},
    words::{NoticeKindWord, NoticeStateWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        notices as pages,
    },
    problem::{Path, Query},
};

/// A notice in short.
#[derive(Serialize, ToSchema)]
pub(super) struct NoticeHead {
    /// Its id.
    id: String,
    /// Its number.
    number: u64,
    /// What it is about.
    #[schema(value_type = NoticeKindWord)]
    kind: NoticeKind,
    /// Its title.
    title: String,
    /// Where it stands.
    #[schema(value_type = NoticeStateWord)]
    state: NoticeState,
    /// Since when it is online, in Unix seconds.
    online: Option<u64>,
    /// Until when it hangs, in Unix seconds.
    until: u64,
}

/// A notice.
#[derive(Serialize, ToSchema)]
pub(super) struct Notice {
    #[serde(flatten)]
    head: NoticeHead,
    /// Its text in Markdown.
    text: String,
    /// The motion that it announces.
    motion: Option<String>,
    /// Where it hangs.
    boards: Vec<OnBoard>,
}

/// A building's board.
#[derive(Serialize, ToSchema)]
struct OnBoard {
    /// The building as a roll names it.
    building: String,
    /// When it was hung there, in Unix seconds.
    posted_at: Option<u64>,
    /// SHA-256 of the photo that shows it, in hexadecimal digits; `/files/{sha256}` has it.
    photo: Option<String>,
}

/// Notices
///
/// The newest first: those that were posted, and for whoever writes them the others too.
#[utoipa::path(
    get,
    operation_id = "list_notices",
    path = "/api/v1/notices",
    tag = "notices",
    params(Before),
    responses((status = 200, body = List<NoticeHead>, description = "A page of notices"), Misread),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Before { before }): Query<Before>,
) -> Result<Json<List<NoticeHead>>, Refusal> {
    let writes = pages::writes(&app, looking.by.as_ref()).await?;
    let rows = life(&app).notices(&looking.compound, before, PAGE, app.now()).await?;
    let shown = |row: NoticeView| (writes || pages::is_public(row.state)).then(|| head(&row));
    Ok(Json(List::of(rows, |row| row.number, shown)))
}

fn head(row: &NoticeView) -> NoticeHead {
    NoticeHead {
        id: row.id.to_string(),
        number: row.number,
        kind: row.kind,
        title: row.title.clone(),
        state: row.state,
        online: row.online,
        until: row.until,
    }
}

/// A notice
///
/// With its text and the boards on which it hangs.
#[utoipa::path(
    get,
    operation_id = "get_notice",
    path = "/api/v1/notices/{notice}",
    tag = "notices",
    params(("notice" = String, Path, description = "Its id")),
    responses((status = 200, body = Notice, description = "The notice"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(id): Path<String>,
) -> Result<Json<Notice>, Refusal> {
    let notice = pages::find(&app, &looking, &id).await?;
    let board = |board: &Board| OnBoard {
        building: board.building.clone(),
        posted_at: board.posted.as_ref().map(|(at, _)| *at),
        photo: board.posted.as_ref().map(|(_, photo)| photo.to_string()),
    };
    Ok(Json(Notice {
        head: head(&notice),
        boards: notice.boards.iter().map(board).collect(),
        motion: notice.motion.as_ref().map(ToString::to_string),
        text: notice.text,
    }))
}
