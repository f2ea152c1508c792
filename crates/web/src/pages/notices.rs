//! Notices (公告、公示): written, hung on the boards with photos, posted for their period, and kept.

mod one;
mod paper;
mod words;
mod write;

use axum::{Router, extract::State, response::Response, routing::get};
use deliberation::{
    lifecycle::tables::NoticeState,
    rights::Action,
    store::{By, NoticeId, NoticeView},
};
use maud::{Markup, html};

use super::{
    matters::{Looking, life},
    older::{Older, next_page, to_older},
};
use crate::{
    app::App,
    problem::{Problem, Query},
    session::Someone,
    text::notice as text,
    view::{Page, Reader, empty},
};

pub(super) use words::kind as kind_word;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/notices", get(list)).merge(write::routes()).merge(one::routes()).merge(paper::routes())
}

/// How many notices a page shows, and how many the first page of all does.
const PAGE: u64 = 50;
const BRIEF: u64 = 5;

fn path(id: &NoticeId) -> String {
    format!("/notices/{id}")
}

/// Whether somebody writes notices: who sees those that are not posted yet.
pub(crate) async fn writes(app: &App, by: Option<&By>) -> Result<bool, Problem> {
    match by {
        Some(by) => Ok(life(app).may(by, Action::PostNotice, app.now()).await?),
        None => Ok(false),
    }
}

pub(crate) fn is_public(state: NoticeState) -> bool {
    !matches!(state, NoticeState::Draft | NoticeState::Approved)
}

/// A notice that whoever looks may see: what is approved is being hung, and whoever hangs it sees it.
///
/// # Errors
/// There is none, or it is not theirs to see yet.
pub(crate) async fn find(app: &App, looking: &Looking, id: &str) -> Result<NoticeView, Problem> {
    let id = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    let notice = life(app).notice(&looking.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
    if is_public(notice.state) || writes(app, looking.by.as_ref()).await? {
        return Ok(notice);
    }
    if let (Some(by), NoticeState::Approved) = (&looking.by, notice.state) {
        for board in &notice.boards {
            if life(app).may_hang(by, &board.building, app.now()).await? {
                return Ok(notice);
            }
        }
    }
    Err(Problem::NOT_FOUND)
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Older { before }): Query<Older>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let writes = writes(&app, looking.by.as_ref()).await?;
    let rows = life(&app).notices(&looking.compound, before, PAGE, app.now()).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let shown: Vec<_> = rows.iter().filter(|row| writes || is_public(row.state)).collect();
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if writes { p { a .btn href="/notices/new" { (text::new(lang)) } } }
        @if shown.is_empty() { (empty(text::none(lang))) }
        ul .links { @for row in shown { (line(&reader, row)) } }
        (to_older("/notices?", next, text::older(lang)))
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn line(reader: &Reader, row: &NoticeView) -> Markup {
    let lang = reader.lang;
    html! {
        li {
            a href=(path(&row.id)) { (row.title) } " "
            (words::state(lang, row.state)) " "
            span .muted { (words::kind(lang, row.kind)) " · " (text::number(lang, row.number)) }
        }
    }
}

/// The notices that hang now, for the first page.
pub(crate) async fn brief(app: &App, reader: &Reader) -> Result<Markup, Problem> {
    let Some(compound) = &reader.compound else { return Ok(html! {}) };
    let rows = life(app).notices(compound, None, 4 * BRIEF, app.now()).await?;
    let hanging: Vec<_> = rows.iter().filter(|row| row.state == NoticeState::Posted).take(5).collect();
    Ok(html! {
        h2 { (text::title(reader.lang)) }
        ul .links {
            @for row in hanging { (line(reader, row)) }
            li { a href="/notices" { (text::title(reader.lang)) } }
        }
    })
}
