//! Reminding whoever has not voted: how many would get it is said before it is sent.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::{id::PollId, store::remind::RemindError};
use maud::html;
use serde::Deserialize;

use super::{poll_path, show};
use crate::{
    app::App,
    problem::{Path, Problem, Query},
    session::Officer,
    text::{Sentence, console as common, remind as text},
    view::{Page, Reader, Tone, notice, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/c/polls/{id}/remind", get(ask).post(send))
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    sent: Option<u64>,
}

async fn ask(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<PollId>,
    Query(Sent { sent }): Query<Sent>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let now = app.estate().reminding(&staff, &id, app.now()).await?;
    let row = app.estate().live_poll(&id).await?.ok_or(Problem::NOT_FOUND)?;
    let rows = [
        (text::due(lang), html! { strong { (text::people(lang, now.due)) } }),
        (text::today(lang), html! { (text::people(lang, now.today)) }),
        (text::unreachable(lang), html! { (text::people(lang, now.unreachable)) }),
    ];
    let body = html! {
        h1 { (text::title(lang)) }
        p { strong { (row.title) } }
        @if let Some(sent) = sent { (notice(Tone::Ok, &html! { p role="status" { (text::sent(lang, sent)) } })) }
        p { (text::lead(lang)) }
        (summary(&rows))
        @if 0 < now.due { form method="post" { button .btn { (text::send(lang, now.due)) } } }
        @else { (notice(Tone::Plain, &html! { p { (text::e_nobody(lang)) } })) }
        p { a .btn.second href=(poll_path(&id)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

async fn send(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<PollId>,
) -> Result<Response, Problem> {
    let sent = app.estate().remind(&staff, &id, app.now(), &mut app.fresh()?).await?;
    app.notify();
    Ok(Redirect::to(&format!("{}/remind?sent={sent}", poll_path(&id))).into_response())
}

impl From<RemindError> for Problem {
    fn from(err: RemindError) -> Self {
        let (status, say): (_, Sentence) = match err {
            RemindError::NoSuchPoll => return Self::NOT_FOUND,
            RemindError::NotOfficer => (StatusCode::FORBIDDEN, text::e_not_officer),
            RemindError::NotOpen => (StatusCode::CONFLICT, text::e_not_open),
            RemindError::Nobody => (StatusCode::CONFLICT, text::e_nobody),
            RemindError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
