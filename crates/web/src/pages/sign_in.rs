//! Signing in: by a one-time code, or by a key of this phone.
//!
//! A session by code may read. What votes or signs is a key of the device, never the session.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    devices::InvitationError,
    ids::{ChallengeId, CompoundId, Subject},
    session::{Candidate, ChallengeFor, CodeAnswer, CodeError, DeviceError, SignInError},
    staff::Role,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::escape;
use crate::{
    app::App,
    limit,
    problem::{Body, Form, Path, Problem, Query},
    session::{self, Someone, next_or_home},
    text::{Lang, Sentence, sign_in as text, site},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/login", get(show).post(send))
        .route("/login/{challenge}", get(show_code).post(finish))
        .route("/login/challenge", post(challenge))
        .route("/login/device", post(by_device))
        .route("/logout", post(sign_out))
        .layer(from_fn_with_state(app.clone(), limit::guesses))
        .route("/session", post(prolong))
}

/// Where to go once signed in.
#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

async fn show(State(app): State<App>, reader: Reader, Query(Next { next }): Query<Next>) -> Result<Response, Problem> {
    contact_page(&app, &reader, next_or_home(next.as_deref()), "", None).await
}

#[derive(Deserialize)]
struct Contact {
    contact: String,
    estate: Option<String>,
    next: Option<String>,
}

async fn send(State(app): State<App>, reader: Reader, Form(form): Form<Contact>) -> Result<Response, Problem> {
    let next = next_or_home(form.next.as_deref());
    let compound = which_estate(&app, &reader, form.estate.as_deref()).await?;
    let started =
        app.estate().start_sign_in(&compound, &form.contact, reader.lang.as_str(), app.now(), &mut app.fresh()?).await;
    match started {
        Ok(challenge) => {
            app.notify();
            let to = format!("/login/{challenge}?next={}", escape(next));
            Ok(session::with_estate(&app, &compound, Redirect::to(&to).into_response()))
        }
        Err(err @ SignInError::Contact) => {
            let page = contact_page(&app, &reader, next, &form.contact, Some(text::bad_contact(reader.lang))).await?;
            Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, err.code(), text::bad_contact).on(page))
        }
        Err(SignInError::NoSuchCompound) => Err(Problem::NOT_FOUND),
        Err(SignInError::Database(err)) => Err(err.into()),
    }
}

/// The estate that a form names, or the one that the reader is of.
pub(crate) async fn which_estate(app: &App, reader: &Reader, named: Option<&str>) -> Result<CompoundId, Problem> {
    match named {
        Some(id) => id.parse().map_err(|_| Problem::MALFORMED),
        None => match &reader.compound {
            Some(compound) => Ok(compound.clone()),
            None => match app.estate().compounds().await?.as_slice() {
                [only] => Ok(only.id.clone()),
                _ => Err(Problem::MALFORMED),
            },
        },
    }
}

/// The choice of an estate, where the service has several and the reader's is not known.
pub(crate) async fn estates(app: &App, reader: &Reader) -> Result<Markup, Problem> {
    if reader.compound.is_some() {
        return Ok(html! {});
    }
    let compounds = app.estate().compounds().await?;
    Ok(html! {
        @if 1 < compounds.len() {
            fieldset {
                legend { (text::which_estate(reader.lang)) }
                @for compound in &compounds { (radio_card("estate", compound.id.as_str(), &compound.name, None, false)) }
            }
        }
    })
}

async fn contact_page(
    app: &App,
    reader: &Reader,
    next: &str,
    typed: &str,
    error: Option<&str>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("contact", error)).into_iter().collect();
    let body = html! {
        h1 { (text::title(lang)) }
        (error_summary(lang, &errors))
        div #by-device hidden data-next=(next) data-failed=(text::by_device_failed(lang)) data-no-network=(text::no_network(lang)) {
            p { (text::by_device_hint(lang)) }
            p { button type="button" .btn { (text::by_device(lang)) } }
            p role="status" {}
        }
        p { (text::lead(lang)) }
        form method="post" action="/login" {
            input type="hidden" name="next" value=(next);
            (estates(app, reader).await?)
            (field(&Field {
                name: "contact", label: text::contact(lang), hint: None, value: typed, error, kind: ("text", "text", "username"),
            }))
            button .btn { (text::send(lang)) }
        }
        h2 { (text::first_time(lang)) }
        p { a .btn.second href="/enrol" { (text::to_enrol(lang)) } }
    };
    Ok(Page::new(reader, text::title(lang)).script("pages/sign_in.js").show(body))
}

/// Somebody is still there: the session lasts its time from now on. Says how many seconds that is.
async fn prolong(State(app): State<App>, Someone(viewer): Someone) -> Result<Response, Problem> {
    let now = app.now();
    let until = app.estate().keep_session(&viewer.session, now).await?.ok_or(Problem::SIGNED_OUT)?;
    Ok(Json(json!({ "left": until.saturating_sub(now) })).into_response())
}

async fn show_code(reader: Reader, Path(challenge): Path<String>, Query(Next { next }): Query<Next>) -> Response {
    code_page(&reader, &challenge, next_or_home(next.as_deref()), None)
}

#[derive(Deserialize)]
struct Code {
    code: String,
    who: Option<String>,
    next: Option<String>,
}

async fn finish(
    State(app): State<App>,
    reader: Reader,
    Path(challenge): Path<String>,
    Form(form): Form<Code>,
) -> Result<Response, Problem> {
    let next = next_or_home(form.next.as_deref());
    let id: ChallengeId = challenge.parse().map_err(|_| Problem::NOT_FOUND)?;
    let choice: Option<Subject> = form.who.as_deref().and_then(|who| who.parse().ok());
    let answer = app.estate().finish_sign_in(&id, &form.code, choice.as_ref(), app.now(), &mut app.fresh()?).await;
    let refuse = |status, code, say: Sentence| {
        let page = code_page(&reader, &challenge, next, Some(say(reader.lang)));
        Ok(Problem::new(status, code, say).on(page))
    };
    match answer {
        Ok(CodeAnswer::SignedIn(signed_in)) => Ok(session::begin(&app, &signed_in, next)),
        Ok(CodeAnswer::Choose(people)) => Ok(who_page(&reader, &challenge, next, &form.code, &people)),
        Err(err @ CodeError::Wrong) => refuse(StatusCode::UNPROCESSABLE_ENTITY, err.code(), text::wrong_code),
        Err(err @ CodeError::Dead) => refuse(StatusCode::UNAUTHORIZED, err.code(), text::dead_code),
        Err(CodeError::Database(err)) => Err(err.into()),
    }
}

fn code_page(reader: &Reader, challenge: &str, next: &str, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("code", error)).into_iter().collect();
    let body = html! {
        h1 { (text::code_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::code_sent(lang)) }
        form method="post" action={ "/login/" (challenge) } {
            input type="hidden" name="next" value=(next);
            (code_field(lang, error))
            button .btn { (text::go_on(lang)) }
        }
        p .muted { (text::code_hint(lang)) }
        p { a .btn.second href={ "/login?next=" (escape(next)) } { (text::again(lang)) } }
    };
    Page::new(reader, text::code_title(lang)).show(body)
}

/// The line for a one-time code; phones offer the code of the message.
pub(crate) fn code_field(lang: Lang, error: Option<&str>) -> Markup {
    field(&Field {
        name: "code",
        label: text::code(lang),
        hint: None,
        value: "",
        error,
        kind: ("text", "numeric", "one-time-code"),
    })
}

fn who_page(reader: &Reader, challenge: &str, next: &str, code: &str, people: &[Candidate]) -> Response {
    let lang = reader.lang;
    let label = |person: &Candidate| match person.role {
        None => text::as_owner(lang, &person.name),
        Some(Role::Officer) => text::as_officer(lang, &person.name),
        Some(Role::Clerk) => text::as_clerk(lang, &person.name),
        Some(Role::Auditor) => text::as_auditor(lang, &person.name),
    };
    let body = html! {
        h1 { (text::who(lang)) }
        form .choices method="post" action={ "/login/" (challenge) } {
            input type="hidden" name="next" value=(next);
            input type="hidden" name="code" value=(code);
            @for person in people {
                button .btn.second name="who" value=(person.subject.to_string()) { (label(person)) }
            }
        }
    };
    Page::new(reader, text::who(lang)).show(body)
}

/// A challenge for a device to sign: anybody may ask, and it is good for two minutes.
async fn challenge(State(app): State<App>) -> Result<Response, Problem> {
    let challenge = app.estate().challenge(ChallengeFor::SignIn, app.now(), &mut app.fresh()?).await?;
    Ok(Json(json!({ "challenge": challenge.id.as_str(), "text": challenge.text })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    challenge: String,
    public_key: String,
    signature: String,
}

async fn by_device(State(app): State<App>, Body(answer): Body<Answer>) -> Result<Response, Problem> {
    let id: ChallengeId = answer.challenge.parse().map_err(|_| Problem::MALFORMED)?;
    let signed_in = app
        .estate()
        .sign_in_by_device(&id, &answer.public_key, &answer.signature, app.now(), &mut app.fresh()?)
        .await
        .map_err(|err| match err {
            DeviceError::Database(err) => err.into(),
            DeviceError::Dead | DeviceError::Unknown | DeviceError::Signature => {
                Problem::new(StatusCode::UNAUTHORIZED, err.code(), text::by_device_failed)
            }
        })?;
    Ok(session::with_session(&app, &signed_in, StatusCode::NO_CONTENT.into_response()))
}

async fn sign_out(State(app): State<App>, someone: Option<Someone>) -> Result<Response, Problem> {
    if let Some(Someone(viewer)) = someone {
        app.estate().sign_out(&viewer, app.now()).await?;
    }
    Ok(session::end(&app, "/"))
}

/// For a button to sign out, on pages of one's own.
pub(crate) fn sign_out_form(lang: Lang) -> Markup {
    html! { form method="post" action="/logout" { button .btn.second { (site::sign_out(lang)) } } }
}

impl From<InvitationError> for Problem {
    fn from(err: InvitationError) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        match err {
            InvitationError::Unknown => Self::new(status, err.code(), text::bad_letter),
            InvitationError::NoContact => Self::new(status, err.code(), text::no_contact),
            InvitationError::Database(err) => err.into(),
        }
    }
}
