//! Surveys (问卷): what is asked, answered online and on paper, sorted into needs, and answered.

mod answer;
mod code;
mod enter;
mod fields;
mod needs;
mod paper;
mod show;
mod words;
mod write;

use axum::{Router, extract::State, response::Response, routing::get};
use deliberation::{
    lifecycle::{Kind, tables::SurveyState},
    rights::Action,
    store::{By, MatterView, SurveyRow, SurveyView},
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
    text::{last_day, survey as text},
    view::{Page, Reader, empty},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/surveys", get(list))
        .merge(write::routes())
        .merge(show::routes())
        .merge(answer::routes())
        .merge(enter::routes())
        .merge(code::routes())
        .merge(needs::routes())
        .merge(paper::routes())
}

/// The surveys that a matter gave rise to, as far as whoever looks may see them: numbers and titles.
pub(super) async fn below(app: &App, looking: &Looking, matter: &MatterView) -> Result<Vec<(u64, String)>, Problem> {
    let mut found = Vec::new();
    for (_, id, _) in matter.children.iter().filter(|(kind, ..)| *kind == Kind::Survey) {
        let id = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let survey = life(app).survey(&looking.compound, &id, app.now()).await?;
        let Some(survey) = survey else { continue };
        if survey.row.is_public() || may(app, looking.by.as_ref(), Action::DraftSurvey).await? {
            found.push((survey.row.number, survey.row.title));
        }
    }
    Ok(found)
}

pub(crate) use answer::to_answer;
/// What a step has made of a survey, for the news.
pub(crate) use words::done;
pub(crate) use words::refusal;

/// How many surveys a page shows.
const PAGE: u64 = 50;

fn path(number: u64) -> String {
    format!("/surveys/{number}")
}

async fn may(app: &App, by: Option<&By>, action: Action) -> Result<bool, Problem> {
    match by {
        Some(by) => Ok(life(app).may(by, action, app.now()).await?),
        None => Ok(false),
    }
}

/// A survey that whoever looks may see: before it is opened it is for those who write surveys.
///
/// # Errors
/// There is none, or it is not theirs to see yet.
pub(crate) async fn find(app: &App, looking: &Looking, number: u64) -> Result<SurveyView, Problem> {
    let id = life(app).survey_numbered(&looking.compound, number).await?.ok_or(Problem::NOT_FOUND)?;
    let survey = life(app).survey(&looking.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
    if survey.row.is_public() || may(app, looking.by.as_ref(), Action::DraftSurvey).await? {
        Ok(survey)
    } else {
        Err(Problem::NOT_FOUND)
    }
}

/// The same, once it was opened.
///
/// # Errors
/// There is none, or it was not.
pub(crate) async fn find_public(app: &App, looking: &Looking, number: u64) -> Result<SurveyView, Problem> {
    let survey = find(app, looking, number).await?;
    if survey.row.is_public() { Ok(survey) } else { Err(Problem::NOT_FOUND) }
}

/// Whether whoever looks writes surveys.
pub(crate) async fn writes(app: &App, looking: &Looking) -> Result<bool, Problem> {
    may(app, looking.by.as_ref(), Action::DraftSurvey).await
}

/// Whether its answers are all there.
pub(crate) fn is_over(state: SurveyState) -> bool {
    !matches!(state, SurveyState::Draft | SurveyState::Review | SurveyState::Open)
}

/// Whether what people need was made of them.
pub(crate) fn has_needs(state: SurveyState) -> bool {
    matches!(state, SurveyState::Coded | SurveyState::Reported | SurveyState::Answered)
}

/// The same for somebody who has a right to work on it.
///
/// # Errors
/// There is none, or they have not.
async fn find_for(app: &App, looking: &Looking, number: u64, action: Action) -> Result<SurveyView, Problem> {
    if may(app, looking.by.as_ref(), action).await? {
        find(app, looking, number).await
    } else {
        Err(Problem::NOT_FOUND)
    }
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Older { before }): Query<Older>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let writes = writes(&app, &looking).await?;
    let rows = life(&app).surveys(&looking.compound, before, PAGE, app.now()).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let shown: Vec<_> = rows.iter().filter(|row| writes || row.is_public()).collect();
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if writes { p { a .btn href="/surveys/new" { (text::new(lang)) } } }
        @if shown.is_empty() { (empty(text::none(lang))) }
        ul .links { @for row in shown { (line(&reader, row)) } }
        (to_older("/surveys?", next, text::older(lang)))
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn line(reader: &Reader, row: &SurveyRow) -> Markup {
    let lang = reader.lang;
    html! {
        li {
            a href=(path(row.number)) { (row.title) } " "
            (words::state(lang, row.state)) " "
            span .muted { (text::number(lang, row.number)) " · " (text::closes(lang)) " " (last_day(lang, row.closes)) }
        }
    }
}

/// The surveys that are open, and the way to all, for the first page.
pub(crate) async fn brief(app: &App, reader: &Reader) -> Result<Markup, Problem> {
    let Some(compound) = &reader.compound else { return Ok(html! {}) };
    let rows = life(app).surveys(compound, None, 20, app.now()).await?;
    let open: Vec<_> = rows.iter().filter(|row| row.state == SurveyState::Open).collect();
    Ok(html! {
        h2 { (if open.is_empty() { text::title(reader.lang) } else { text::open_now(reader.lang) }) }
        ul .links {
            @for row in open { (line(reader, row)) }
            li { a href="/surveys" { (text::title(reader.lang)) } }
        }
    })
}
