//! What everybody may know, the rooms of whoever looks, and the cases that wait for a mediator.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::ids::Subject;
use deliberation::{
    mediation::Line,
    rights::Action,
    store::{By, RoomRow, WaitingRow},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{path, words};
use crate::{
    app::App,
    pages::{
        matters::{self, Looking, by, life},
        older::{next_page, to_older},
    },
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, last_day, mediation as text, site},
    view::{Page, Reader, Tone, empty, error_summary, notice, radio_card, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/mediations", get(list))
        .route("/mediations/{number}/take", post(take))
        .route("/mediations/{number}/offer", post(offer))
}

/// How many rooms a page shows.
const PAGE: u64 = 50;

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
struct Asked {
    before: Option<u64>,
    /// Whether a request for somebody else was just handed in.
    asked: Option<u8>,
}

/// What was refused about a case that waits.
struct Tried {
    id: String,
    problem: Problem,
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    page(&app, &reader, &looking, asked, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    asked: Asked,
    tried: Option<Tried>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.id.as_str(), (tried.problem.say)(lang))).collect();
    let figures = life(app).mediation_figures(&looking.compound, app.now()).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        (error_summary(lang, &errors))
        @if asked.asked.is_some() { (notice(Tone::Ok, &html! { p { strong { (text::asked(lang)) } } })) }
        p { (text::lead(lang)) }
        p { (text::sealed(lang)) }
        @match &looking.by {
            None => {
                p { (text::sign_in_to_ask(lang)) }
                p { a .btn href="/login?next=/mediations/new" { (site::sign_in(lang)) } }
            }
            Some(by) => {
                @if may_ask(app, by).await? { p { a .btn href="/mediations/new" { (text::ask(lang)) } } }
                (own(app, lang, by, asked.before).await?)
                (waiting(app, lang, by).await?)
            }
        }
        (public(lang, &figures))
        (rights(lang))
    };
    let page = Page::new(reader, text::title(lang)).show(body);
    Ok(match tried {
        Some(tried) => tried.problem.on(page),
        None => page,
    })
}

/// Whether somebody may ask: for themselves, or for others.
pub(super) async fn may_ask(app: &App, by: &By) -> Result<bool, Problem> {
    let now = app.now();
    Ok(life(app).may(by, Action::AskMediation, now).await? || life(app).may(by, Action::Mediate, now).await?)
}

async fn own(app: &App, lang: Lang, by: &By, before: Option<u64>) -> Result<Markup, Problem> {
    let rows = life(app).mediations(by, before, PAGE, app.now()).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    Ok(html! {
        h2 { (text::mine(lang)) }
        @if rows.is_empty() { (empty(text::mine_none(lang))) }
        ul .links { @for row in &rows { (line(lang, row)) } }
        (to_older("/mediations?", next, text::older(lang)))
    })
}

fn line(lang: Lang, row: &RoomRow) -> Markup {
    html! {
        li {
            a href=(path(row.number)) { (text::number(lang, row.number)) " · " (words::category(lang, row.category)) }
            " " (words::state(lang, row.state))
        }
    }
}

async fn waiting(app: &App, lang: Lang, by: &By) -> Result<Markup, Problem> {
    let rows = life(app).waiting_mediations(by, app.now()).await?;
    if rows.is_empty() {
        return Ok(html! {});
    }
    let assigns = life(app).may_assign_mediators(by, app.now()).await?;
    let offered: BTreeSet<Subject> = rows.iter().filter_map(|row| row.offered.clone()).collect();
    let names = life(app).names(&by.compound, &offered, app.now()).await?;
    let mediators = if assigns { life(app).mediators(&by.compound, app.now()).await? } else { Vec::new() };
    let mediators: Vec<_> =
        mediators.iter().map(|named| (named.subject.to_string(), matters::words::name(lang, named))).collect();
    Ok(html! {
        h2 #waiting { (text::waiting(lang)) }
        p { (text::waiting_lead(lang)) }
        @for row in &rows {
            section .panel id={ "w" (row.number) } {
                h3 { (text::number(lang, row.number)) " · " (words::category(lang, row.category)) }
                p .muted { (text::waiting_since(lang, &last_day(lang, row.opened + 1))) }
                @if let Some(named) = row.offered.as_ref().and_then(|subject| names.get(subject)) {
                    p { (text::offered_to(lang, &named.name)) }
                }
                @if row.may_take { (take_form(lang, row)) }
                @if assigns { (offer_form(lang, row, &mediators)) }
            }
        }
    })
}

fn take_form(lang: Lang, row: &WaitingRow) -> Markup {
    html! {
        form method="post" action={ (path(row.number)) "/take" } {
            label .card {
                input type="checkbox" name="free" value="yes";
                span { strong { (text::free_from(lang)) } span .muted { (text::free_hint(lang)) } }
            }
            button .btn aria-label={ (text::take(lang)) " " (text::number(lang, row.number)) } { (text::take(lang)) }
        }
    }
}

fn offer_form(lang: Lang, row: &WaitingRow, mediators: &[(String, String)]) -> Markup {
    html! {
        @if mediators.is_empty() { (empty(text::offer_none(lang))) } @else {
            details {
                summary { (text::offer(lang)) }
                form method="post" action={ (path(row.number)) "/offer" } {
                    fieldset {
                        legend { (text::offer_who(lang)) }
                        @for (subject, name) in mediators { (radio_card("who", subject, name, None, false)) }
                    }
                    p .muted { (text::offer_hint(lang)) }
                    button .btn { (text::offer(lang)) }
                }
            }
        }
    }
}

/// What everybody may know.
fn public(lang: Lang, figures: &[Line]) -> Markup {
    let row = |line: &Line| {
        let kind = line.category.map_or_else(|| text::f_others(lang), |kind| words::category(lang, kind));
        let cells = [line.cases].into_iter().chain(line.outcomes).chain(line.took);
        let cells = cells.map(|cell| html! { (words::cell(lang, cell)) });
        std::iter::once(html! { (kind) }).chain(cells).collect::<Vec<_>>()
    };
    let heads = [
        text::f_kind(lang),
        text::f_cases(lang),
        text::f_running(lang),
        text::f_settled(lang),
        text::f_referred(lang),
        text::f_withdrawn(lang),
        text::f_quick(lang),
        text::f_slow(lang),
    ];
    html! {
        h2 { (text::figures(lang)) }
        p { (text::figures_lead(lang)) }
        @if figures.is_empty() { (empty(text::figures_none(lang))) } @else {
            (table(text::figures(lang), &heads, &figures.iter().map(row).collect::<Vec<_>>()))
        }
    }
}

/// What the law gives whoever takes part.
pub(super) fn rights(lang: Lang) -> Markup {
    html! {
        h2 { (text::rights(lang)) }
        ul {
            li { (text::rights_choose(lang)) }
            li { (text::rights_stop(lang)) }
            li { (text::rights_closed(lang)) }
            li { (text::rights_free(lang)) }
            li { (text::rights_court(lang)) }
        }
        p .muted { (text::rights_source(lang)) }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    free: String,
    who: String,
}

async fn take(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let taken = life(&app).take_mediation(&by, number, typed.free == "yes", app.now()).await;
    match taken {
        Ok(()) => Ok(Redirect::to(&path(number)).into_response()),
        Err(error) => again(&app, &reader, &someone, number, words::refusal(error)?).await,
    }
}

async fn offer(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    if !life(&app).may_assign_mediators(&by, app.now()).await? {
        return Err(Problem::NOT_FOUND);
    }
    let Ok(to) = typed.who.parse() else {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "candidate", text::e_candidate);
        return again(&app, &reader, &someone, number, problem).await;
    };
    match life(&app).offer_mediation(&by, number, &to, app.now()).await {
        Ok(()) => Ok(Redirect::to("/mediations#waiting").into_response()),
        Err(error) => again(&app, &reader, &someone, number, words::refusal(error)?).await,
    }
}

async fn again(
    app: &App,
    reader: &Reader,
    someone: &Someone,
    number: u64,
    problem: Problem,
) -> Result<Response, Problem> {
    let looking = Looking::of(reader, Some(someone))?;
    page(app, reader, &looking, Asked::default(), Some(Tried { id: format!("w{number}"), problem })).await
}

/// The way to mediation, for the first page, with the rooms of whoever looks that have not ended.
pub(crate) async fn brief(app: &App, lang: Lang, someone: Option<&Someone>) -> Result<Markup, Problem> {
    let rows = match someone {
        Some(Someone(viewer)) => life(app).mediations(&by(viewer), None, 5, app.now()).await?,
        None => Vec::new(),
    };
    let waits = match someone {
        Some(Someone(viewer)) => !life(app).waiting_mediations(&by(viewer), app.now()).await?.is_empty(),
        None => false,
    };
    Ok(html! {
        h2 { (text::title(lang)) }
        ul .links {
            @for row in &rows { (line(lang, row)) }
            @if waits { li { a href="/mediations#waiting" { (text::waiting(lang)) } } }
            li { a href="/mediations" { (text::title(lang)) } }
        }
    })
}
