//! Needs with what becomes of each, and the plan: for everybody to read, and for those who answer.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    lifecycle::tables::SurveyState,
    rights::Action,
    store::{By, Earlier, Field as Wrong, NeedView, NewPlan, PlanView, SurveyView, UseError, weighs_needs},
    survey::{NeedAnswer, figures::Cell},
};
use maud::{Markup, html};

use super::{
    code,
    fields::{Pairs, one},
    path, words,
};
use crate::{
    app::App,
    pages::matters::{self, Looking, by, end_of, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, last_day, survey as text},
    view::{Field, Page, Reader, Tone, error_summary, field, radio_card, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/surveys/{number}/needs", get(show))
        .route("/surveys/{number}/needs/{need}", post(answer))
        .route("/surveys/{number}/plan", post(plan))
        .route("/surveys/{number}/opinion/needs", post(put_to_all))
}

fn answer_tag(lang: Lang, answer: NeedAnswer) -> Markup {
    let tone = match answer {
        NeedAnswer::Adopted => Tone::Ok,
        NeedAnswer::Partly => Tone::Warn,
        NeedAnswer::No => Tone::Plain,
    };
    tag(tone, words::need_answer(lang, answer))
}

fn head(lang: Lang, need: &NeedView) -> Markup {
    html! {
        p { strong { (need.title) } " " @match &need.answer {
            Some((answer, ..)) => { (answer_tag(lang, *answer)) }
            None => { (tag(Tone::Warn, text::need_open(lang))) }
        } }
        p .muted { @match need.found {
            Cell::Count(count) => { (text::found(lang, count)) }
            Cell::Few => { (text::found_few(lang)) }
        } }
        @if let Some((_, reason, _)) = &need.answer { @for line in reason.lines() { p { (line) } } }
    }
}

/// How often a need was named the time before.
fn before(lang: Lang, then: Option<&NeedView>) -> String {
    match then.map(|need| need.found) {
        Some(Cell::Count(count)) => text::then_found(lang, count),
        Some(Cell::Few) => text::then_few(lang).to_owned(),
        None => text::then_none(lang).to_owned(),
    }
}

/// Needs, plan and agreement, as everybody reads them.
pub(super) async fn section(
    app: &App,
    lang: Lang,
    survey: &SurveyView,
    earlier: Option<&Earlier>,
) -> Result<Markup, Problem> {
    let needs = life(app).needs(&survey.row.id).await?;
    let items = life(app).survey_plan(&survey.row.id).await?;
    let agreement = life(app).survey_agreement(&survey.row.id).await?;
    Ok(html! {
        h2 { (text::needs(lang)) }
        @if needs.is_empty() { p .empty { (text::needs_none(lang)) } }
        @for need in &needs {
            section .panel {
                (head(lang, need))
                @if let Some(earlier) = earlier { p .muted { (before(lang, earlier.need(need))) } }
            }
        }
        @if !needs.is_empty() { p { a .btn.second href={ (path(survey.row.number)) "/opinion" } { (text::weigh(lang)) } } }
        @if let Some(found) = &agreement { (code::agreement(lang, found)) }
        h2 { (text::plan(lang)) }
        (plan_list(lang, &items, &needs))
    })
}

fn plan_list(lang: Lang, items: &[PlanView], needs: &[NeedView]) -> Markup {
    let cited = |item: &PlanView| {
        let cited = needs.iter().filter(|need| item.needs.contains(&need.number)).map(|need| need.title.as_str());
        cited.collect::<Vec<_>>().join(lang.pick("、", ", "))
    };
    html! {
        @if items.is_empty() { p .empty { (text::plan_none(lang)) } }
        ul {
            @for item in items {
                li {
                    strong { (item.title) }
                    @if let Some(due) = item.due { " " span .muted { (text::plan_due(lang, &last_day(lang, due))) } }
                    br; (text::plan_for(lang, &cited(item)))
                }
            }
        }
    }
}

/// What was refused: the id of the field, what was typed, and why.
type Tried = Option<(String, Pairs, Problem)>;

async fn find(app: &App, reader: &Reader, someone: &Someone, number: u64) -> Result<(By, SurveyView), Problem> {
    let looking = Looking::of(reader, Some(someone))?;
    let survey = super::find_for(app, &looking, number, Action::DraftSurvey).await?;
    let has_needs = matches!(survey.row.state, SurveyState::Coded | SurveyState::Reported | SurveyState::Answered);
    if has_needs { Ok((by(&someone.0), survey)) } else { Err(Problem::NOT_FOUND) }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (_, survey) = find(&app, &reader, &someone, number).await?;
    page(&app, &reader, &survey, None).await
}

async fn page(app: &App, reader: &Reader, survey: &SurveyView, tried: Tried) -> Result<Response, Problem> {
    let lang = reader.lang;
    let needs = life(app).needs(&survey.row.id).await?;
    let items = life(app).survey_plan(&survey.row.id).await?;
    let errors: Vec<_> = tried.iter().map(|(at, _, problem)| (at.as_str(), (problem.say)(lang))).collect();
    let typed = |at: &str| tried.as_ref().filter(|(tried, ..)| tried == at).map(|(_, typed, _)| typed);
    let body = html! {
        h1 { (text::needs_title(lang)) }
        (error_summary(lang, &errors))
        p { (survey.row.title) " " (words::state(lang, survey.row.state)) }
        h2 { (text::needs(lang)) }
        @if needs.is_empty() { p .empty { (text::needs_none(lang)) } }
        @for need in &needs {
            @let at = format!("need-{}", need.number);
            section .panel id=(at) {
                (head(lang, need))
                @if survey.row.state != SurveyState::Answered { (answer_form(lang, survey, need, typed(&at))) }
            }
        }
        @if weighs_needs(survey.row.state) && !needs.is_empty() {
            h2 { (text::weigh(lang)) }
            p { (text::weigh_lead(lang)) }
            form method="post" action={ (path(survey.row.number)) "/opinion/needs" } { button .btn.second { (text::weigh_do(lang)) } }
        }
        h2 { (text::plan(lang)) }
        (plan_list(lang, &items, &needs))
        (plan_form(lang, survey, &needs, typed("plan-title")))
        p { a .btn.second href=(path(survey.row.number)) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, text::needs_title(lang)).show(body);
    Ok(match tried {
        Some((.., problem)) => problem.on(page),
        None => page,
    })
}

fn answer_form(lang: Lang, survey: &SurveyView, need: &NeedView, typed: Option<&Pairs>) -> Markup {
    let (answer, reason) = match (typed, &need.answer) {
        (Some(typed), _) => (one(typed, "answer"), one(typed, "reason")),
        (None, Some((answer, reason, _))) => (answer.code(), reason.as_str()),
        (None, None) => ("", ""),
    };
    let id = format!("reason-{}", need.number);
    html! {
        details open[typed.is_some()] {
            summary { (text::need_answer_field(lang)) }
            form method="post" action={ (path(survey.row.number)) "/needs/" (need.number) } {
                fieldset {
                    legend { (text::need_answer_field(lang)) }
                    @for kind in NeedAnswer::ALL {
                        (radio_card("answer", kind.code(), words::need_answer(lang, *kind), None, answer == kind.code()))
                    }
                }
                div .field {
                    label for=(id) { (text::need_reason_field(lang)) }
                    textarea id=(id) name="reason" rows="3" maxlength="1000" { "\n" (reason) }
                }
                button .btn { (text::need_save(lang)) }
            }
        }
    }
}

fn plan_form(lang: Lang, survey: &SurveyView, needs: &[NeedView], typed: Option<&Pairs>) -> Markup {
    let empty = Pairs::new();
    let pairs = typed.unwrap_or(&empty);
    let is_cited = |number: u64| pairs.iter().any(|(name, value)| name == "need" && *value == number.to_string());
    html! {
        h3 { (text::plan_add(lang)) }
        form method="post" action={ (path(survey.row.number)) "/plan" } {
            div .field {
                label for="plan-title" { (text::plan_title_field(lang)) }
                input #plan-title name="title" type="text" autocomplete="off" maxlength="100" value=(one(pairs, "title"));
            }
            fieldset #plan-needs {
                legend { (text::plan_needs_field(lang)) }
                @for need in needs {
                    label .card {
                        input type="checkbox" name="need" value=(need.number) checked[is_cited(need.number)];
                        span { strong { (need.title) } }
                    }
                }
            }
            (field(&Field {
                name: "due",
                label: text::plan_due_field(lang),
                hint: None,
                value: one(pairs, "due"),
                error: None,
                kind: ("date", "", "off"),
            }))
            button .btn { (text::plan_add(lang)) }
        }
    }
}

async fn answer(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, need)): Path<(u64, u64)>,
    Form(typed): Form<Pairs>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let at = format!("need-{need}");
    let Ok(kind) = one(&typed, "answer").parse::<NeedAnswer>() else {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "answer", text::e_need_answer);
        return page(&app, &reader, &survey, Some((at, typed, problem))).await;
    };
    match life(&app).answer_need(&by, (&survey.row.id, need), kind, one(&typed, "reason"), app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/needs#{at}", path(number))).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            page(&app, &reader, &survey, Some((at, typed, problem))).await
        }
    }
}

async fn plan(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Pairs>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    let cited = typed.iter().filter(|(name, _)| name == "need").filter_map(|(_, value)| value.parse().ok());
    let new =
        NewPlan { title: one(&typed, "title").to_owned(), needs: cited.collect(), due: end_of(one(&typed, "due")) };
    match life(&app).plan_for(&by, &survey.row.id, &new, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/needs", path(number))).into_response()),
        Err(error) => {
            let problem = match &error {
                UseError::Field(Wrong::Title) => {
                    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), text::e_title)
                }
                _ => words::refusal(error)?,
            };
            page(&app, &reader, &survey, Some(("plan-title".to_owned(), typed, problem))).await
        }
    }
}

/// Puts the needs that were named most to everybody.
async fn put_to_all(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let (by, survey) = find(&app, &reader, &someone, number).await?;
    match life(&app).state_needs(&by, &survey.row.id, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/opinion", path(number))).into_response()),
        Err(error) => {
            let problem = matters::refusal(error)?;
            page(&app, &reader, &survey, Some(("needs".to_owned(), Pairs::new(), problem))).await
        }
    }
}
