//! The first page: what waits for the reader, then what there is for everybody.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    state::Phase,
    store::{polls::PollState, session::Who, staff::Role},
};
use maud::{Markup, html};

use super::me::{OwnPoll, own_polls};
use crate::{
    app::App,
    problem::Problem,
    session::Someone,
    text::{Lang, home as text, site, when},
    view::{Page, Reader, Tone, empty, tag},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

async fn show(State(app): State<App>, reader: Reader, someone: Option<Someone>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let own = match &someone {
        Some(Someone(viewer)) => own_polls(&app, viewer).await?,
        None => Vec::new(),
    };
    let body = html! {
        h1 { (text::title(lang)) }
        @match someone.as_ref().map(|Someone(viewer)| &viewer.who) {
            None => {
                p { (text::lead(lang)) }
                p { a .btn href="/login" { (site::sign_in(lang)) } }
            }
            Some(Who::Owner(_)) => { (waiting(lang, &own)) }
            Some(Who::Staff(staff)) => {
                p { a .btn href=(desk(staff.role)) { (text::staff_desk(lang)) } }
            }
        }
        h2 { (text::all_votes(lang)) }
        (all(&app, &reader).await?)
        (super::notices::brief(&app, &reader).await?)
        (super::surveys::brief(&app, &reader).await?)
        (super::matters::brief(&app, &reader, someone.as_ref()).await?)
        (super::mediations::brief(&app, lang, someone.as_ref()).await?)
        h2 { (text::without_phone(lang)) }
        p { (text::paper(lang)) }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

/// Where the work of an office begins.
fn desk(role: Role) -> &'static str {
    match role {
        Role::Officer => "/c",
        Role::Clerk => "/desk",
        Role::Auditor => "/audit",
    }
}

/// Open votes of one's own, each with one button until it is cast.
fn waiting(lang: Lang, own: &[OwnPoll]) -> Markup {
    let mut open = own.iter().filter(|poll| poll.phase == Phase::Open).peekable();
    html! {
        @if open.peek().is_none() { (empty(text::nothing_open(lang))) }
        @for poll in open {
            div .panel {
                h2 { (poll.title) }
                p {
                    @if poll.has_voted { (tag(Tone::Ok, text::cast(lang))) } @else { (tag(Tone::Warn, text::not_yet_cast(lang))) }
                }
                p { (text::closes(lang, &when(lang, poll.closes))) }
                p {
                    @if poll.has_voted {
                        a .btn.second href={ "/polls/" (poll.id) "/vote" } { (crate::text::vote::changed_mind(lang)) }
                    } @else {
                        a .btn href={ "/polls/" (poll.id) "/vote" } { (text::vote(lang)) }
                    }
                }
            }
        }
    }
}

/// The live polls of the reader's estate.
async fn all(app: &App, reader: &Reader) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let mut rows = Vec::new();
    if let Some(compound) = &reader.compound {
        let now = app.now();
        for poll in app.estate().polls(compound).await? {
            if poll.state != PollState::Live {
                continue;
            }
            let phase = app.estate().logs().log(&poll.id).await?.read(|state, _| state.phase(now));
            rows.push((poll, phase));
        }
    }
    Ok(html! {
        @if rows.is_empty() { (empty(text::no_votes(lang))) }
        ul .links {
            @for (poll, phase) in &rows {
                li {
                    a href={ "/polls/" (poll.id) } { (poll.title) } " "
                    @match phase {
                        Phase::Before => { (tag(Tone::Plain, text::coming(lang))) }
                        Phase::Open => { (tag(Tone::Ok, text::going_on(lang))) }
                        Phase::Ended | Phase::Closed => { (tag(Tone::Plain, text::ended(lang))) }
                    }
                }
            }
        }
    })
}
