//! Answering a survey, on one page.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::tables::SurveyState,
    rights::Action,
    store::{By, SurveyView},
};
use maud::html;

use super::{
    fields::{self, Pairs},
    path, words,
};
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{last_day, survey as text},
    view::{Page, Reader, error_summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/surveys/{number}/answer", get(form).post(send))
}

/// What was refused: the id of the field, and why.
type Refused = Option<(String, Problem)>;

async fn find(app: &App, reader: &Reader, someone: &Someone, number: u64) -> Result<(By, SurveyView), Problem> {
    let (looking, by) = (Looking::of(reader, Some(someone))?, by(&someone.0));
    let survey = to_answer(app, &looking, &by, number).await?;
    Ok((by, survey))
}

/// A survey that this person may answer; whoever holds an office enters papers instead.
///
/// # Errors
/// There is none for them.
pub(crate) async fn to_answer(app: &App, looking: &Looking, by: &By, number: u64) -> Result<SurveyView, Problem> {
    if !matches!(by.subject, Subject::Person(_)) {
        return Err(Problem::NOT_FOUND);
    }
    let survey = super::find_for(app, looking, number, Action::AnswerSurvey).await?;
    if survey.row.is_public() { Ok(survey) } else { Err(Problem::NOT_FOUND) }
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let own = life(&app).own_answers(&by, &survey.row.id).await?.unwrap_or_default();
    Ok(page(&reader, &survey, &fields::pairs(&own), &None))
}

fn page(reader: &Reader, survey: &SurveyView, typed: &Pairs, refused: &Refused) -> Response {
    let lang = reader.lang;
    let error = refused.as_ref().map(|(field, problem)| (field.as_str(), (problem.say)(lang)));
    let is_open = survey.row.state == SurveyState::Open;
    let body = html! {
        h1 { (survey.row.title) }
        (error_summary(lang, error.as_slice()))
        @if is_open || error.is_some() {
            p { (text::answer_lead(lang)) }
            p { (text::closes(lang)) " " (last_day(lang, survey.row.closes)) }
            form method="post" action={ (path(survey.row.number)) "/answer" } {
                (fields::questions(lang, &survey.questions, typed, error))
                button .btn { (text::send(lang)) }
            }
        } @else {
            p { (text::not_open(lang)) }
        }
        p { a .btn.second href=(path(survey.row.number)) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, &survey.row.title).show(body);
    match refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

async fn send(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Pairs>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let answers = fields::read(&survey.questions, &typed);
    match life(&app).answer_survey(&by, &survey.row.id, &answers, app.now()).await {
        // The survey's own page says that it was received.
        Ok(()) => Ok(Redirect::to(&path(number)).into_response()),
        Err(error) => {
            let at = fields::place(&error);
            Ok(page(&reader, &survey, &typed, &Some((at, words::refusal(error)?))))
        }
    }
}
