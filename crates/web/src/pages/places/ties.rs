//! One home: its owners, and the ties of others to it, written down, verified by another, ended.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    people::TieKind,
    store::{By, Field as Wrong, NewTie, TieView, TiedHome, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::homes::path;
use crate::{
    app::App,
    pages::{
        escape,
        matters::{self, Looking, by, end_of, life},
    },
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, Sentence, home_label, last_day, place as text},
    view::{Field, Page, Reader, Tone, empty, error_summary, field, radio_card, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/places/home", get(show).post(add))
        .route("/places/ties/{id}/verify", post(verify))
        .route("/places/ties/{id}/end", post(end))
}

/// How many that wait to be verified are listed.
const WAITING: u64 = 50;

/// What is written down here; owners come from the register.
const KINDS: [TieKind; 3] = [TieKind::Tenant, TieKind::Family, TieKind::Delegate];

pub(super) fn kind(lang: Lang, kind: TieKind) -> &'static str {
    match kind {
        TieKind::Owner => text::owner(lang),
        TieKind::CoOwner => text::co_owner(lang),
        TieKind::Tenant => text::tenant(lang),
        TieKind::Family => text::family(lang),
        TieKind::Delegate => text::delegate(lang),
    }
}

fn hint(lang: Lang, kind: TieKind) -> &'static str {
    match kind {
        TieKind::Tenant => text::tenant_hint(lang),
        TieKind::Family => text::family_hint(lang),
        TieKind::Delegate => text::delegate_hint(lang),
        TieKind::Owner | TieKind::CoOwner => "",
    }
}

/// Ties that wait, for whoever verifies or wrote them down; nothing for others.
pub(super) async fn waiting(app: &App, lang: Lang, looking: &Looking) -> Result<Markup, Problem> {
    let Some(by) = &looking.by else { return Ok(html! {}) };
    if !life(app).writes_ties(by, app.now()).await? {
        return Ok(html! {});
    }
    let ties = life(app).waiting_ties(by, WAITING, app.now()).await?;
    Ok(html! {
        @if !ties.is_empty() {
            h2 #waiting { (text::waiting(lang)) }
            @if ties.len() as u64 == WAITING { p { (text::waiting_only(lang, WAITING)) } }
            ul .links {
                @for tie in &ties {
                    li {
                        a href={ (path(&tie.unit)) "#tie-" (tie.id) } { (tie.name) } " "
                        span .muted { (kind(lang, tie.kind)) " · " (home_label(lang, &tie.unit)) }
                    }
                }
            }
        }
    })
}

#[derive(Deserialize)]
struct Asked {
    unit: String,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Query(Asked { unit }): Query<Asked>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    page(&app, &reader, &by, &unit, &Typed::default(), None).await
}

/// The home, for whoever writes down ties there.
///
/// # Errors
/// There is none, or it is not theirs: no difference is told.
async fn find(app: &App, by: &By, unit: &str) -> Result<TiedHome, Problem> {
    match life(app).tied_home(by, unit, app.now()).await {
        Ok(home) => Ok(home),
        Err(UseError::Database(error)) => Err(error.into()),
        Err(_) => Err(Problem::NOT_FOUND),
    }
}

async fn page(
    app: &App,
    reader: &Reader,
    by: &By,
    unit: &str,
    typed: &Typed,
    refused: Option<(&'static str, Problem)>,
) -> Result<Response, Problem> {
    let (lang, now) = (reader.lang, app.now());
    let home = find(app, by, unit).await?;
    let verifies = life(app).verifies_ties(by, now).await?;
    let (present, past): (Vec<_>, Vec<_>) = home.ties.iter().partition(|tie| now < tie.until);
    let errors: Vec<_> = refused.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect();
    let title = home_label(lang, unit);
    let body = html! {
        h1 { (title) }
        p { (text::home_lead(lang)) }
        (error_summary(lang, &errors))
        h2 { (text::owners(lang)) }
        @if home.owners.is_empty() { (empty(text::no_owners(lang))) }
        ul { @for name in &home.owners { li { (name) } } }
        h2 { (text::ties(lang)) }
        @if present.is_empty() { (empty(text::no_ties(lang))) }
        @for tie in present { (panel(lang, tie, verifies)) }
        (form(lang, unit, typed, refused))
        @if !past.is_empty() {
            h2 { (text::past(lang)) }
            ul {
                @for tie in past {
                    li { (kind(lang, tie.kind)) " " (tie.name) " · " (dates(lang, tie)) " " (tag(Tone::Plain, text::ended(lang))) }
                }
            }
        }
        p { a .btn.second href={ "/places/building?name=" (escape(&home.label.roll_building())) } { (text::homes(lang)) } }
        p { a .btn.second href="/places" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &title).show(body);
    Ok(match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

fn dates(lang: Lang, tie: &TieView) -> String {
    text::runs(lang, &last_day(lang, tie.from + 1), &last_day(lang, tie.until))
}

fn panel(lang: Lang, tie: &TieView, verifies: bool) -> Markup {
    let act = |verb: &str| format!("/places/ties/{}/{verb}", tie.id);
    let unit = html! { input type="hidden" name="unit" value=(tie.unit); };
    html! {
        section .panel id={ "tie-" (tie.id) } {
            h3 {
                (kind(lang, tie.kind)) " " (tie.name) " "
                @if tie.is_verified { (tag(Tone::Ok, text::verified(lang))) } @else { (tag(Tone::Warn, text::waits(lang))) }
            }
            p { (dates(lang, tie)) }
            p { (text::proof(lang, &tie.proof)) }
            @if !tie.is_verified && tie.is_own { p .muted { (text::by_you(lang)) } }
            @if !tie.is_verified && !tie.is_own && verifies {
                form method="post" action=(act("verify")) { (unit) button .btn { (text::verify(lang)) } }
            }
            details {
                summary { (text::end(lang)) }
                p { (text::end_lead(lang)) }
                form method="post" action=(act("end")) { (unit) button .btn.danger { (text::end_yes(lang)) } }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    unit: String,
    name: String,
    contact: String,
    kind: String,
    proof: String,
    until: String,
}

fn form(lang: Lang, unit: &str, typed: &Typed, refused: Option<(&'static str, Problem)>) -> Markup {
    let errors: BTreeMap<_, _> = refused.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect();
    let line = |name: &'static str, label, hint, value, kind| {
        field(&Field { name, label, hint, value, error: errors.get(name).copied(), kind })
    };
    html! {
        details .panel open[refused.is_some()] {
            summary { (text::new(lang)) }
            form method="post" action="/places/home" {
                input type="hidden" name="unit" value=(unit);
                (line("name", text::name(lang), None, &typed.name, ("text", "text", "off")))
                (line("contact", text::contact(lang), Some(text::contact_hint(lang)), &typed.contact, ("text", "text", "off")))
                fieldset #kind {
                    legend { (text::kind(lang)) }
                    @if let Some(error) = errors.get("kind") { p .error #kind-error { (error) } }
                    @for one in KINDS {
                        (radio_card("kind", one.code(), kind(lang, one), Some(hint(lang, one)), typed.kind == one.code()))
                    }
                }
                (line("proof", text::what_proof(lang), Some(text::proof_hint(lang)), &typed.proof, ("text", "text", "off")))
                (line("until", text::until(lang), Some(text::until_hint(lang)), &typed.until, ("date", "", "off")))
                button .btn { (text::send(lang)) }
            }
        }
    }
}

async fn add(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    find(&app, &by, &typed.unit).await?;
    let again = async |at, code, say: Sentence| {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say);
        page(&app, &reader, &by, &typed.unit, &typed, Some((at, problem))).await
    };
    let Some(kind) = KINDS.into_iter().find(|kind| kind.code() == typed.kind) else {
        return again("kind", "bad_kind", text::e_kind).await;
    };
    let Some(until) = end_of(&typed.until).filter(|until| app.now() < *until) else {
        return again("until", "bad_until", text::e_until).await;
    };
    let new = NewTie {
        name: typed.name.clone(),
        contact: typed.contact.clone(),
        unit: typed.unit.clone(),
        kind,
        until,
        proof: typed.proof.clone(),
    };
    let Err(error) = life(&app).add_tie(&by, &new, app.now(), &mut app.fresh()?).await else {
        return Ok(Redirect::to(&path(&typed.unit)).into_response());
    };
    let (at, say): (_, Sentence) = match &error {
        UseError::Field(Wrong::Name) => ("name", text::e_name),
        UseError::Field(Wrong::Contact) => ("contact", text::e_contact),
        UseError::Field(Wrong::Proof) => ("proof", text::e_proof),
        _ => return Err(matters::refusal(error)?),
    };
    again(at, error.code(), say).await
}

async fn verify(
    State(app): State<App>,
    someone: Someone,
    Path(id): Path<String>,
    Form(Asked { unit }): Form<Asked>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    find_tie(&app, &by, &unit, &id).await?;
    match life(&app).verify_tie(&by, &id, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}#tie-{id}", path(&unit))).into_response()),
        Err(error) => Err(matters::refusal(error)?),
    }
}

async fn end(
    State(app): State<App>,
    someone: Someone,
    Path(id): Path<String>,
    Form(Asked { unit }): Form<Asked>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    find_tie(&app, &by, &unit, &id).await?;
    match life(&app).end_tie(&by, &id, app.now()).await {
        Ok(()) => Ok(Redirect::to(&path(&unit)).into_response()),
        Err(error) => Err(matters::refusal(error)?),
    }
}

/// That a tie of this id runs at a home that they may see.
async fn find_tie(app: &App, by: &By, unit: &str, id: &str) -> Result<(), Problem> {
    let home = find(app, by, unit).await?;
    let is_there = home.ties.iter().any(|tie| tie.id == id && app.now() < tie.until);
    if is_there { Ok(()) } else { Err(Problem::NOT_FOUND) }
}
