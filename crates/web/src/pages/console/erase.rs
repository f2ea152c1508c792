//! Erasing a person: who has asked, what will go and what stays, and putting it up for signing.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    acts::Act,
    erasure::{DeclineError, Erasable, EraseError, KnownPerson, Request},
    ids::PersonId,
    staff::StaffMember,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Fault, to_act, typed_lines},
    show,
};
use crate::{
    app::App,
    pages::privacy::hindrances,
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, Sentence, console as common, home_label, privacy as text, when},
    view::{Page, Reader, Tone, empty, notice},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/privacy", get(list))
        .route("/c/privacy/{person}", get(one).post(propose))
        .route("/c/privacy/{person}/decline", post(decline))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    text: String,
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let requests = app.estate().erasure_requests(&staff.compound).await?;
    let mut waiting = Vec::new();
    for request in &requests {
        let found = app.deliberation().erasable(&staff.compound, &request.person, app.now()).await?;
        waiting.extend(found.map(|found| (request, found)));
    }
    let found = app.estate().find_people(&staff.compound, &search.text).await?;
    let body = html! {
        h1 { (text::c_title(lang)) }
        p { (text::c_lead(lang)) }
        h2 { (text::c_requests(lang)) }
        @if waiting.is_empty() { (empty(text::c_no_requests(lang))) }
        @for (request, erasable) in &waiting {
            section .panel {
                (link(lang, &erasable.person))
                p { (text::c_asked(lang, &when(lang, request.asked_at))) }
                (hindrances(lang, &erasable.hindrances))
            }
        }
        form method="get" role="search" {
            div .field {
                label for="text" { (text::c_find(lang)) }
                input #text name="text" type="search" value=(search.text);
            }
            button .btn.second { (text::c_go(lang)) }
        }
        @if found.is_empty() && !search.text.trim().is_empty() { (empty(text::c_nothing(lang))) }
        @for person in &found { section .panel { (link(lang, person)) } }
    };
    Ok(show(Page::new(&reader, text::c_title(lang)), lang, &body))
}

fn link(lang: Lang, person: &KnownPerson) -> Markup {
    html! {
        p { a .btn.second href={ "/c/privacy/" (person.id) } { (person.name) } }
        (known_by(lang, person))
    }
}

fn known_by(lang: Lang, person: &KnownPerson) -> Markup {
    let tail = (!person.tail.is_empty()).then(|| text::c_tail(lang, &person.tail));
    let known: Vec<_> = tail.into_iter().chain(person.phones.iter().cloned()).collect();
    html! { @if !known.is_empty() { p .muted { (known.join(" · ")) } } }
}

async fn find(app: &App, by: &StaffMember, id: &str) -> Result<(PersonId, Erasable, Option<Request>), Problem> {
    let id: PersonId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    let found = app.deliberation().erasable(&by.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
    let request = app.estate().erasure_request(&id).await?.filter(|request| request.declined.is_none());
    Ok((id, found, request))
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (_, found, request) = find(&app, &staff, &id).await?;
    Ok(page(&reader, &found, request.as_ref(), "", Fault::NONE))
}

fn page(reader: &Reader, found: &Erasable, request: Option<&Request>, typed: &str, fault: Fault) -> Response {
    let lang = reader.lang;
    let path = format!("/c/privacy/{}", found.person.id);
    let body = html! {
        h1 { (text::c_title(lang)) }
        (fault.summary(lang))
        (what(lang, found))
        @if let Some(request) = request {
            (notice(Tone::Plain, &html! { p { (text::c_asked(lang, &when(lang, request.asked_at))) } }))
        }
        (hindrances(lang, &found.hindrances))
        @if found.hindrances.is_empty() {
            form method="post" action=(path) { button .btn.danger { (text::c_propose(lang)) } }
        }
        @if request.is_some() {
            h2 { (text::c_decline(lang)) }
            form method="post" action={ (path) "/decline" } {
                (fault.lines("reason", text::c_reason(lang), text::c_reason_hint(lang), typed, 500))
                button .btn.second { (text::c_declined(lang)) }
            }
        }
        p { a .btn.second href="/c/privacy" { (common::back(lang)) } }
    };
    show(Page::new(reader, text::c_title(lang)), lang, &body)
}

/// Who it is, what goes, and what stays.
fn what(lang: Lang, found: &Erasable) -> Markup {
    let shared: Vec<_> = found.shared.iter().map(|label| home_label(lang, label)).collect();
    html! {
        p { strong { (found.person.name) } }
        (known_by(lang, &found.person))
        h2 { (text::c_goes(lang)) }
        ul {
            li { (text::c_goes_who(lang)) }
            @if found.versions != 0 { li { (text::c_goes_versions(lang, found.versions)) } }
            @for title in &found.polls { li { (text::c_goes_poll(lang, title)) } }
            @if !shared.is_empty() { li { (text::c_goes_shared(lang, &shared.join(lang.pick("、", "; ")))) } }
        }
        h2 { (text::c_stays(lang)) }
        ul {
            @for sentence in [text::c_stays_record(lang), text::c_stays_said(lang), text::c_stays_text(lang)] { li { (sentence) } }
        }
    }
}

/// What an act erases, as long as there is something to erase: nothing of it names anybody afterwards.
pub(super) async fn of_act(app: &App, lang: Lang, act: &Act) -> Result<Markup, Problem> {
    let person: PersonId = act.object.parse().map_err(|_| Problem::NOT_FOUND)?;
    let found = app.deliberation().erasable(&act.compound, &person, app.now()).await?;
    Ok(found.map_or_else(|| empty(text::c_gone(lang)), |found| what(lang, &found)))
}

async fn propose(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (person, found, request) = find(&app, &staff, &id).await?;
    match app.deliberation().propose_erasure(&staff, &person, app.now(), &mut app.fresh()?).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(err @ EraseError::Hindered) => {
            let page = page(&reader, &found, request.as_ref(), "", Fault::NONE);
            Ok(Problem::new(StatusCode::CONFLICT, err.code(), text::c_hindered).on(page))
        }
        Err(EraseError::NoSuchPerson) => Err(Problem::NOT_FOUND),
        Err(err @ EraseError::NotOfficer) => Err(Problem::new(StatusCode::FORBIDDEN, err.code(), common::not_officer)),
        Err(EraseError::Database(err)) => Err(err.into()),
    }
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

async fn decline(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let (person, found, request) = find(&app, &staff, &id).await?;
    let (reason, code, say): (_, _, Sentence) =
        match app.estate().decline_erasure(&staff, &person, &typed_lines(&reason), app.now()).await {
            Ok(()) => return Ok(Redirect::to("/c/privacy").into_response()),
            Err(err @ DeclineError::Reason) => (reason, err.code(), text::c_bad_reason),
            Err(err @ DeclineError::NoSuchRequest) => {
                return Err(Problem::new(StatusCode::CONFLICT, err.code(), text::c_no_request));
            }
            Err(err @ DeclineError::NotOfficer) => {
                return Err(Problem::new(StatusCode::FORBIDDEN, err.code(), common::not_officer));
            }
            Err(DeclineError::Database(err)) => return Err(err.into()),
        };
    let page = page(&reader, &found, request.as_ref(), &reason, Fault::at("reason", say(reader.lang)));
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say).on(page))
}
