//! The tablet of the service point: one ballot for the person who sits there, opened by a code, and nothing else.
//!
//! The code stands behind `#` in its address, as a letter's does. Whoever was signed in on the tablet no longer is once
//! somebody sits down: the cookie of a sitting opens these pages alone.

use axum::{
    Json, Router,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    hash::Hash,
    store::{
        session::token_hash,
        sitting::{Seat, SittingError},
    },
};
use maud::html;
use serde::Deserialize;
use serde_json::json;

use super::vote;
use crate::{
    app::App,
    limit,
    problem::{Body, Form, Problem, Query, Raw},
    session::{self, Someone},
    text::{Sentence, sitting as text},
    view::{Field, Page, Reader, Tone, error_summary, field, from_cookie, notice},
};

pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/sitting", get(show).post(enter))
        .route("/sitting/vote", get(ballot))
        .route("/sitting/key", post(key))
        .route("/sitting/ballot", post(cast))
        .route("/sitting/end", post(end))
        .layer(from_fn_with_state(app.clone(), limit::guesses))
}

/// The tablet's secret, whatever has become of its sitting.
struct Tablet(Hash);

impl FromRequestParts<App> for Tablet {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = from_cookie(&parts.headers, session::sitting_cookie(app)).and_then(token_hash);
        token.map(Self).ok_or(OVER)
    }
}

/// Nobody sits here any more.
const OVER: Problem = Problem::new(StatusCode::GONE, "sitting_over", text::refused_over);

#[derive(Deserialize)]
struct Left {
    #[serde(default)]
    left: bool,
}

async fn show(reader: Reader, Query(Left { left }): Query<Left>) -> Response {
    code_page(reader, "", None, left)
}

fn code_page(reader: Reader, typed: &str, error: Option<&str>, has_left: bool) -> Response {
    let reader = reader.elder();
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("letter", error)).into_iter().collect();
    let body = html! {
        h1 { (text::tablet(lang)) }
        (error_summary(lang, &errors))
        @if has_left { (notice(Tone::Ok, &html! { p role="status" { (text::left(lang)) } })) }
        p { (text::tablet_lead(lang)) }
        (super::enrol::old_browser(lang))
        form method="post" action="/sitting" {
            (field(&Field {
                name: "letter", label: text::tablet_code(lang), hint: Some(text::tablet_hint(lang)), value: typed, error,
                kind: ("text", "text", "off"),
            }))
            button .btn { (text::tablet_open(lang)) }
        }
    };
    Page::new(&reader, text::tablet(lang)).script("pages/enrol.js").show(body)
}

#[derive(Deserialize)]
struct Code {
    letter: String,
}

/// Sits somebody down. Whoever was signed in on this tablet is signed out.
async fn enter(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Form(Code { letter }): Form<Code>,
) -> Result<Response, Problem> {
    match app.estate().enter_sitting(&letter, app.now(), &mut app.fresh()?).await {
        Ok(token) => {
            if let Some(Someone(viewer)) = someone {
                app.estate().sign_out(&viewer, app.now()).await?;
            }
            Ok(session::sit_down(&app, &token, "/sitting/vote"))
        }
        Err(err @ SittingError::Over) => {
            let say = text::e_over(reader.lang);
            Ok(Problem::from(err).on(code_page(reader, &letter, Some(say), false)))
        }
        Err(err) => Err(err.into()),
    }
}

async fn ballot(State(app): State<App>, reader: Reader, Tablet(token): Tablet) -> Result<Response, Problem> {
    let seat: Seat = app.estate().seat(&token, app.now()).await?.ok_or(OVER)?;
    let reader = reader.elder();
    vote::at_seat(&app, &reader, &seat).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    key: String,
}

/// Gives the key that the tablet has made its credential.
async fn key(State(app): State<App>, Tablet(token): Tablet, Body(Key { key }): Body<Key>) -> Result<Response, Problem> {
    let credential = app.estate().take_seat_key(&token, &key, app.now(), &mut app.fresh()?).await?;
    Ok(Json(json!({ "credential": credential.get() })).into_response())
}

/// Takes the one ballot of a sitting, as [`vote::routes`] takes any other.
async fn cast(
    State(app): State<App>,
    headers: HeaderMap,
    Tablet(token): Tablet,
    Raw(bytes): Raw,
) -> Result<Response, Problem> {
    vote::is_statement(&headers)?;
    let answer = app.estate().cast_at_seat(&token, bytes.to_vec(), app.now(), &mut app.fresh()?).await;
    app.metrics().cast(answer.as_ref().map_or_else(ballot::store::SubmitError::code, |_| "stored"));
    app.notify();
    Ok(vote::receipt(&answer?))
}

/// Whoever sits there gets up; the tablet is ready for the next one.
async fn end(State(app): State<App>, tablet: Result<Tablet, Problem>) -> Result<Response, Problem> {
    if let Ok(Tablet(token)) = tablet {
        app.estate().leave_sitting(&token, app.now(), &mut app.fresh()?).await?;
        app.notify();
    }
    Ok(session::get_up(&app, Redirect::to("/sitting?left=true").into_response()))
}

/// What would have been right, in the reader's language.
pub(super) fn sentence_of(err: &SittingError) -> Sentence {
    match err {
        SittingError::NotClerk => text::e_not_clerk,
        SittingError::NoSuchPoll | SittingError::NoSuchSitting => text::e_none,
        SittingError::NotOpen => text::e_not_open,
        SittingError::Closed => text::e_closed,
        SittingError::Elsewhere => text::e_elsewhere,
        SittingError::NotOnRoll => text::e_home,
        SittingError::Barred => text::e_barred,
        SittingError::Witnesses => text::e_witnesses,
        SittingError::Running => text::e_running,
        SittingError::Over => text::e_over,
        SittingError::WeakKey => text::e_key,
        SittingError::Busy => text::e_busy,
        SittingError::Database(_) => crate::text::problem::internal,
    }
}

impl From<SittingError> for Problem {
    fn from(err: SittingError) -> Self {
        let status = match &err {
            SittingError::NoSuchPoll | SittingError::NoSuchSitting => StatusCode::NOT_FOUND,
            SittingError::NotClerk => StatusCode::FORBIDDEN,
            SittingError::NotOpen | SittingError::Closed | SittingError::Elsewhere | SittingError::Running => {
                StatusCode::CONFLICT
            }
            SittingError::Over => StatusCode::GONE,
            SittingError::NotOnRoll | SittingError::Barred | SittingError::Witnesses | SittingError::WeakKey => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            SittingError::Busy => StatusCode::SERVICE_UNAVAILABLE,
            SittingError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match err {
            SittingError::Database(err) => err.into(),
            err => Self::new(status, err.code(), sentence_of(&err)),
        }
    }
}
