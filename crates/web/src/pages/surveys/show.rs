//! One survey: what it asks, who took part, what was said, and what becomes of it.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    lifecycle::{Verb, tables::SurveyState},
    rights::Action,
    store::{By, CoverageRow, Earlier, QuestionResult, SurveyAct, SurveyRow, SurveyView},
    survey::{
        Question,
        figures::{Cell, Tally},
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{may, needs, path, words};
use crate::{
    app::App,
    markdown,
    pages::matters::{Looking, by, life, words::building},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, last_day, matter, site, survey as text},
    view::{Page, Reader, error_summary, meter, summary, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/surveys/{number}", get(show)).route("/surveys/{number}/step/{verb}", post(step))
}

/// What was typed for a step.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    text: String,
    reason: String,
}

/// A step that was refused, with what was typed for it.
struct Tried {
    verb: Verb,
    typed: Typed,
    problem: Problem,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let survey = super::find(&app, &looking, number).await?;
    page(&app, &reader, &looking, &survey, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    survey: &SurveyView,
    tried: Option<Tried>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.verb.code(), (tried.problem.say)(lang))).collect();
    let refused = tried.as_ref().map(|tried| tried.problem);
    let (is_over, has_needs) = (super::is_over(survey.row.state), super::has_needs(survey.row.state));
    let earlier = life(app).earlier_survey(&looking.compound, &survey.row.id, app.now()).await?;
    let body = html! {
        h1 { (survey.row.title) }
        (error_summary(lang, &errors))
        p { (text::number(lang, survey.row.number)) " " (words::state(lang, survey.row.state)) }
        div .text { (markdown::show(&survey.text).await?) }
        (to_answer(app, lang, looking, survey).await?)
        @if !survey.report.is_empty() { h2 { (text::report(lang)) } div .text { (markdown::show(&survey.report).await?) } }
        @if has_needs { (needs::section(app, lang, survey, earlier.as_ref()).await?) }
        (offers(app, lang, looking, survey, tried).await?)
        h2 { (text::about(lang)) }
        (summary(&about(app, lang, looking, survey, earlier.as_ref()).await?))
        @if survey.row.is_public() { (coverage(app, lang, looking, survey).await?) }
        @if survey.row.is_public() && is_over { (results(app, lang, looking, survey, earlier.as_ref()).await?) }
        @if !is_over { (asks(lang, survey)) }
        p { a .btn.second href={ (path(survey.row.number)) "/paper" } { (text::print(lang)) } }
        p { a .btn.second href="/surveys" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &survey.row.title).show(body);
    Ok(match refused {
        Some(problem) => problem.on(page),
        None => page,
    })
}

/// The button that leads to the form, or what stands in its place.
async fn to_answer(app: &App, lang: Lang, looking: &Looking, survey: &SurveyView) -> Result<Markup, Problem> {
    let href = format!("{}/answer", path(survey.row.number));
    let is_open = survey.row.state == SurveyState::Open;
    let Some(by) = &looking.by else {
        return Ok(html! {
            @if is_open {
                p { (text::sign_in_to_answer(lang)) }
                p { a .btn href={ "/login?next=" (href) } { (site::sign_in(lang)) } }
            }
        });
    };
    let has_answered = life(app).has_answered(by, &survey.row.id).await?;
    let is_person = matches!(by.subject, ballot::store::ids::Subject::Person(_));
    let answers = is_open && is_person && may(app, Some(by), Action::AnswerSurvey).await?;
    Ok(html! {
        @if has_answered { p { (if is_open { text::answered(lang) } else { text::answered_over(lang) }) } }
        @if answers && has_answered { p { a .btn.second href=(href) { (text::answer_again(lang)) } } }
        @if answers && !has_answered { p { a .btn href=(href) { (text::answer(lang)) } } }
    })
}

async fn about(
    app: &App,
    lang: Lang,
    looking: &Looking,
    survey: &SurveyView,
    earlier: Option<&Earlier>,
) -> Result<Vec<(&'static str, Markup)>, Problem> {
    let mut rows = vec![
        (text::closes(lang), html! { (last_day(lang, survey.row.closes)) }),
        (text::promised(lang), html! { (last_day(lang, survey.promised)) }),
    ];
    if let Some(id) = &survey.matter {
        let titles = life(app).matter_titles(&looking.compound, &[id.to_string()].into()).await?;
        if let Some((number, title)) = titles.get(id.as_str()) {
            let link = html! { a .inline href={ "/matters/" (id) } { (matter::number(lang, *number)) " " (title) } };
            rows.push((text::from_matter(lang), link));
        }
    }
    rows.extend(earlier.map(|earlier| (text::earlier(lang), other(lang, &earlier.row))));
    let later = life(app).later_surveys(&looking.compound, &survey.row.id, app.now()).await?;
    rows.extend(later.iter().filter(|row| row.is_public()).map(|row| (text::later(lang), other(lang, row))));
    Ok(rows)
}

fn other(lang: Lang, row: &SurveyRow) -> Markup {
    html! { a .inline href=(path(row.number)) { (text::number(lang, row.number)) " " (row.title) } }
}

fn asks(lang: Lang, survey: &SurveyView) -> Markup {
    html! {
        h2 { (text::asks(lang)) }
        ol {
            @for asked in &survey.questions {
                li { (asked.prompt) " " span .muted { (words::how(lang, &asked.question)) } (options(&asked.question)) }
            }
        }
    }
}

fn options(question: &Question) -> Markup {
    html! {
        @if let Question::Single { options } | Question::Several { options, .. } = question {
            ul { @for option in options { li { (option) } } }
        }
    }
}

async fn coverage(app: &App, lang: Lang, looking: &Looking, survey: &SurveyView) -> Result<Markup, Problem> {
    let coverage = life(app).coverage(&looking.compound, &survey.row.id, app.now()).await?;
    let cells = |rows: &[CoverageRow], name: &dyn Fn(&str) -> String| -> Vec<Vec<Markup>> {
        let row = |row: &CoverageRow| {
            let of = row.of.map_or_else(|| "–".to_owned(), |of| of.to_string());
            let part = if row.part.is_empty() { text::unsaid(lang).to_owned() } else { name(&row.part) };
            vec![html! { (part) }, html! { (words::cell(lang, row.answered)) }, html! { (of) }]
        };
        rows.iter().map(row).collect()
    };
    let tenure = |code: &str| code.parse().map_or_else(|_| code.to_owned(), |it| words::tenure(lang, it).to_owned());
    let channel = |code: &str| code.parse().map_or_else(|_| code.to_owned(), |it| words::channel(lang, it).to_owned());
    let (buildings, tenures) =
        (cells(&coverage.buildings, &|name| building(lang, name)), cells(&coverage.tenures, &tenure));
    let channels = cells(&coverage.channels, &channel);
    let heads = [text::part(lang), text::sheets(lang)];
    Ok(html! {
        h2 { (text::coverage(lang)) }
        p { (text::coverage_all(lang, coverage.answered)) }
        @match coverage.are_tenants_heard {
            Some(true) => { p { (text::tenants_heard(lang)) } }
            Some(false) => { p { strong { (text::tenants_not_heard(lang)) } } }
            None => {}
        }
        (table(text::by_building(lang), &[heads[0], heads[1], text::homes(lang)], &buildings))
        (table(text::by_tenure(lang), &[heads[0], heads[1], text::people(lang)], &tenures))
        (table(text::by_channel(lang), &heads, &channels))
        p .muted { (text::few_note(lang)) }
        @if survey.row.state == SurveyState::Open { p { (text::results_wait(lang)) } }
    })
}

async fn results(
    app: &App,
    lang: Lang,
    looking: &Looking,
    survey: &SurveyView,
    earlier: Option<&Earlier>,
) -> Result<Markup, Problem> {
    let results = life(app).survey_results(&looking.compound, &survey.row.id).await?;
    Ok(html! {
        h2 { (text::results(lang)) }
        @for result in &results { (result_of(lang, result, earlier.and_then(|earlier| earlier.result(result)))) }
    })
}

fn result_of(lang: Lang, result: &QuestionResult, then: Option<&QuestionResult>) -> Markup {
    let (asked, tally) = (&result.asked, &result.tally);
    let labels: Vec<String> = match &asked.question {
        Question::Single { options } | Question::Several { options, .. } => options.clone(),
        Question::Scale { steps } => (1..=*steps).map(|step| step.to_string()).collect(),
        Question::Number { .. } | Question::Open => Vec::new(),
    };
    let all = if let Cell::Count(all) = tally.answered { all } else { 0 };
    let share = |count: u64| u32::try_from((count * 10_000).checked_div(all).unwrap_or(0)).unwrap_or(10_000);
    html! {
        section .panel {
            h3 { (asked.number) ". " (asked.prompt) }
            p .muted {
                @match tally.answered {
                    Cell::Count(count) => { (text::answered_by(lang, count)) }
                    Cell::Few => { (text::few(lang)) }
                }
                @if let Some(mean) = tally.mean { " · " (text::mean(lang, mean / 100, &format!("{:02}", mean % 100))) }
            }
            @if asked.question == Question::Open { p { (text::open_in_needs(lang)) } }
            @for ((label, cell), place) in labels.iter().zip(&tally.each).zip(0..) {
                @match cell {
                    Cell::Count(count) => { (meter(&text::result_of(lang, label, *count), "", share(*count), None)) }
                    Cell::Few => { p { (text::result_few(lang, label)) } }
                }
                @if let Some(then) = then { p .muted { (before(lang, &then.tally, place)) } }
            }
        }
    }
}

/// What was said of one option the time before. Shares are compared, as not the same number took part.
fn before(lang: Lang, then: &Tally, place: usize) -> String {
    match (then.answered, then.each.get(place)) {
        (Cell::Count(all), Some(Cell::Count(count))) => {
            text::then(lang, *count, (count * 100).checked_div(all).unwrap_or(0))
        }
        _ => text::then_few(lang).to_owned(),
    }
}

/// What whoever looks can do: the pages where work is done, and the steps.
async fn offers(
    app: &App,
    lang: Lang,
    looking: &Looking,
    survey: &SurveyView,
    tried: Option<Tried>,
) -> Result<Markup, Problem> {
    let Some(by) = &looking.by else { return Ok(html! {}) };
    let verbs = life(app).survey_offers(by, survey, app.now()).await?;
    let mut links = links(lang, survey, &verbs);
    if survey.is_repeatable() && may(app, Some(by), Action::DraftSurvey).await? {
        links.push((format!("/surveys/new?again={}", survey.row.number), text::ask_again(lang)));
    }
    let steps: Vec<_> = verbs.iter().filter_map(|verb| Some((*verb, words::todo(lang, *verb)?))).collect();
    Ok(html! {
        @if !links.is_empty() || !steps.is_empty() { h2 #next { (text::what_next(lang)) } }
        @if !survey.note.is_empty() && survey.row.state == SurveyState::Draft { p { (text::review_note(lang, &survey.note)) } }
        @for (href, label) in links { p { a .btn.second href=(href) { (label) } } }
        @for (verb, label) in steps { (step_form(lang, survey, (verb, label), tried.as_ref())) }
    })
}

fn links(lang: Lang, survey: &SurveyView, verbs: &[Verb]) -> Vec<(String, &'static str)> {
    let path = path(survey.row.number);
    let rows = [
        (Verb::Edit, "/edit", text::do_edit(lang)),
        (Verb::EnterPaper, "/enter", text::do_enter(lang)),
        (Verb::EnterPaper, "/visits", text::do_visits(lang)),
        (Verb::EnterPaper, "/poster", text::poster(lang)),
        (Verb::Verify, "/twice", text::do_twice(lang)),
        (Verb::Sort, "/code", text::do_code(lang)),
        (Verb::Decide, "/needs", text::do_needs(lang)),
    ];
    let can = |verb: &Verb| verbs.contains(verb) || (*verb == Verb::Decide && verbs.contains(&Verb::Plan));
    rows.into_iter().filter(|(verb, ..)| can(verb)).map(|(_, end, label)| (format!("{path}{end}"), label)).collect()
}

fn step_form(lang: Lang, survey: &SurveyView, (verb, label): (Verb, &str), tried: Option<&Tried>) -> Markup {
    let action = format!("{}/step/{verb}", path(survey.row.number));
    let typed = tried.filter(|tried| tried.verb == verb).map(|tried| &tried.typed);
    let (name, field, hint, most, value) = match verb {
        Verb::Return => ("reason", text::why(lang), "", 1000, typed.map_or("", |typed| &typed.reason)),
        Verb::Report => {
            ("text", text::report_field(lang), text::report_hint(lang), 4000, typed.map_or("", |typed| &typed.text))
        }
        _ => {
            return html! {
                form method="post" action=(action) { button .btn.second[verb == Verb::Withdraw] #(verb.code()) { (label) } }
            };
        }
    };
    html! {
        details .panel open[typed.is_some()] {
            summary #(verb.code()) { (label) }
            form method="post" action=(action) {
                div .field {
                    label for={ (verb) "-" (name) } { (field) }
                    @if !hint.is_empty() { p .hint { (hint) } }
                    textarea id={ (verb) "-" (name) } name=(name) rows="4" maxlength=(most) { "\n" (value) }
                }
                button .btn { (label) }
            }
        }
    }
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, verb)): Path<(u64, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let by: By = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let survey = super::find(&app, &looking, number).await?;
    let act = SurveyAct { text: typed.text.clone(), reason: typed.reason.clone() };
    match life(&app).survey_step(&by, &survey.row.id, verb, &act, app.now()).await {
        Ok(_) => Ok(Redirect::to(&path(number)).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            page(&app, &reader, &looking, &survey, Some(Tried { verb, typed, problem })).await
        }
    }
}
