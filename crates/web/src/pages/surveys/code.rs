//! Sorting answers in people's own words into needs, one at a time.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    lifecycle::tables::SurveyState,
    rights::Action,
    store::{Agreement, By, Coding, Difference, NeedView, SurveyView},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{path, words};
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, survey as text},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/surveys/{number}/code", get(show).post(sort))
        .route("/surveys/{number}/code/settle", post(settle))
}

/// What was typed for one answer.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Typed {
    response: u64,
    question: u64,
    /// The number of a need; 0 is none, and nothing is not chosen.
    need: String,
    /// A need that was not there yet.
    fresh: String,
}

async fn find(app: &App, reader: &Reader, someone: &Someone, number: u64) -> Result<(By, SurveyView), Problem> {
    let looking = Looking::of(reader, Some(someone))?;
    let survey = super::find_for(app, &looking, number, Action::CodeSurvey).await?;
    // Before the close nobody reads what is said.
    if survey.row.state == SurveyState::Closed { Ok((by(&someone.0), survey)) } else { Err(Problem::NOT_FOUND) }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    page(&app, &reader, &by, &survey, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    by: &By,
    survey: &SurveyView,
    tried: Option<(Typed, Problem)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let coding = life(app).coding(by, &survey.row.id).await?;
    let needs = life(app).needs(&survey.row.id).await?;
    let errors: Vec<_> = tried.iter().map(|(_, problem)| ("need", (problem.say)(lang))).collect();
    let body = html! {
        h1 { (text::code_title(lang)) }
        (error_summary(lang, &errors))
        p { (survey.row.title) }
        p { (text::code_lead(lang)) }
        (work(lang, survey, &coding, &needs, tried.as_ref().map(|(typed, _)| typed)))
        p { a .btn.second href=(path(survey.row.number)) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, text::code_title(lang)).show(body);
    Ok(match tried {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

fn work(lang: Lang, survey: &SurveyView, coding: &Coding, needs: &[NeedView], typed: Option<&Typed>) -> Markup {
    let path = path(survey.row.number);
    let prompt = |number: u64| {
        survey.questions.iter().find(|asked| asked.number == number).map_or("", |asked| asked.prompt.as_str())
    };
    html! {
        @if coding.of == 0 {
            p .empty { (text::code_nothing(lang)) }
        } @else if coding.is_done {
            @if let Some(found) = &coding.agreement { (agreement(lang, found)) }
            @if coding.differences.is_empty() {
                p { (text::code_done(lang)) }
            } @else {
                h2 { (text::code_differ(lang)) }
                @for difference in &coding.differences {
                    (settle_form(lang, &path, difference, needs, prompt(difference.question)))
                }
            }
        } @else if !coding.is_coder {
            p { (text::code_others(lang)) }
        } @else {
            p { (text::code_progress(lang, coding.own, coding.of)) }
            @match &coding.next {
                None => { p { (text::code_wait(lang)) } }
                Some((response, question, said)) => {
                    (sort_form(lang, &path, (*response, *question, said, prompt(*question)), needs, typed))
                }
            }
        }
    }
}

fn hidden(response: u64, question: u64) -> Markup {
    html! {
        input type="hidden" name="response" value=(response);
        input type="hidden" name="question" value=(question);
    }
}

fn sort_form(
    lang: Lang,
    path: &str,
    (response, question, said, prompt): (u64, u64, &str, &str),
    needs: &[NeedView],
    typed: Option<&Typed>,
) -> Markup {
    let chosen = typed.map_or("", |typed| typed.need.as_str());
    html! {
        p .muted { (prompt) }
        blockquote { @for line in said.lines() { p { (line) } } }
        form method="post" action={ (path) "/code" } {
            (hidden(response, question))
            fieldset #need {
                legend { (text::code_which(lang)) }
                @for need in needs {
                    @let value = need.number.to_string();
                    (radio_card("need", &value, &need.title, None, chosen == value))
                }
                (radio_card("need", "0", text::code_none(lang), None, chosen == "0"))
            }
            (field(&Field {
                name: "fresh",
                label: text::code_new(lang),
                hint: Some(text::code_new_hint(lang)),
                value: typed.map_or("", |typed| &typed.fresh),
                error: None,
                kind: ("text", "text", "off"),
            }))
            button .btn { (text::code_next(lang)) }
        }
    }
}

fn settle_form(lang: Lang, path: &str, difference: &Difference, needs: &[NeedView], prompt: &str) -> Markup {
    let name = |number: u64| {
        needs.iter().find(|need| need.number == number).map_or(text::code_none(lang), |need| need.title.as_str())
    };
    html! {
        section .panel {
            p .muted { (prompt) }
            blockquote { @for line in difference.text.lines() { p { (line) } } }
            form method="post" action={ (path) "/code/settle" } {
                (hidden(difference.response, difference.question))
                fieldset {
                    legend { (text::code_which(lang)) }
                    @for number in [difference.needs.0, difference.needs.1] {
                        (radio_card("need", &number.to_string(), name(number), None, false))
                    }
                    @for need in needs.iter().filter(|need| ![difference.needs.0, difference.needs.1].contains(&need.number)) {
                        (radio_card("need", &need.number.to_string(), &need.title, None, false))
                    }
                }
                button .btn { (text::code_settle(lang)) }
            }
        }
    }
}

/// How far the two agree, for whoever reads it.
pub(super) fn agreement(lang: Lang, found: &Agreement) -> Markup {
    let kappa = found.kappa.map(|kappa| {
        let sign = if kappa < 0 { "−" } else { "" };
        format!("{sign}{}.{:03}", kappa.unsigned_abs() / 1000, kappa.unsigned_abs() % 1000)
    });
    html! {
        p {
            (text::agreement(lang, found.alike, found.of))
            @if let Some(kappa) = kappa { " " (text::kappa(lang, &kappa)) }
        }
    }
}

async fn sort(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let (id, key) = (&survey.row.id, (typed.response, typed.question));
    let need = if typed.fresh.trim().is_empty() {
        // What is no number of a need is refused as one that is not there.
        Ok(typed.need.parse().unwrap_or(u64::MAX))
    } else {
        life(&app).add_need(&by, id, &typed.fresh, app.now()).await
    };
    let sorted = match need {
        Ok(need) => life(&app).sort_answer(&by, id, key, need, app.now()).await,
        Err(error) => Err(error),
    };
    match sorted {
        Ok(()) => Ok(Redirect::to(&format!("{}/code", path(number))).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            page(&app, &reader, &by, &survey, Some((typed, problem))).await
        }
    }
}

async fn settle(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let need = typed.need.parse().unwrap_or(u64::MAX);
    let key = (typed.response, typed.question);
    match life(&app).settle_answer(&by, &survey.row.id, key, need, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/code", path(number))).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            page(&app, &reader, &by, &survey, Some((typed, problem))).await
        }
    }
}
