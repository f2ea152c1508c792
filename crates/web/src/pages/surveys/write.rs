//! Writing a survey: its text and window, then its questions one after the other.

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
    store::{Asked, Field as Wrong, MatterId, NewSurvey, SurveyId, SurveyView, UseError},
    survey::{Question, plain::unclear},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{path, words};
use crate::{
    app::App,
    pages::matters::{Looking, by, day_of, end_of, life},
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, Sentence, survey as text},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/surveys/new", get(form).post(draft))
        .route("/surveys/{number}/edit", get(edit).post(revise))
        .route("/surveys/{number}/questions", post(ask))
        .route("/surveys/{number}/questions/{place}/remove", post(unask))
}

/// What was typed of the survey itself.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct Typed {
    title: String,
    text: String,
    closes: String,
    promised: String,
    /// The id of the matter that it comes from.
    matter: String,
    /// The number of the survey that it asks again.
    again: String,
}

/// What was typed of a question.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct TypedQuestion {
    /// Which one it takes the place of; empty for a new one.
    place: String,
    prompt: String,
    kind: String,
    options: String,
    most: String,
    least: String,
}

/// What is wrong: the field, and why.
type Fault = Option<(&'static str, Problem)>;

fn fault(field: &'static str, say: Sentence) -> (&'static str, Problem) {
    (field, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, field, say))
}

#[derive(Deserialize)]
struct From {
    matter: Option<String>,
    again: Option<u64>,
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Query(From { matter, again }): Query<From>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    if !super::may(&app, looking.by.as_ref(), Action::DraftSurvey).await? {
        return Err(Problem::NOT_FOUND);
    }
    let mut typed = Typed { matter: matter.unwrap_or_default(), ..Typed::default() };
    if let Some(again) = again {
        let earlier = super::find(&app, &looking, again).await?;
        typed = Typed { title: earlier.row.title, text: earlier.text, again: again.to_string(), ..typed };
    }
    new_page(&app, &reader, &looking, &typed, None).await
}

async fn new_page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    typed: &Typed,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let error = fault.map(|(field, problem)| (field, (problem.say)(lang)));
    let matter = match typed.matter.parse::<MatterId>() {
        Ok(id) => life(app).matter_titles(&looking.compound, &[id.to_string()].into()).await?.into_values().next(),
        Err(_) => None,
    };
    let body = html! {
        h1 { (text::new(lang)) }
        (error_summary(lang, error.as_slice()))
        @if let Some((_, title)) = &matter { p { (text::for_matter(lang, title)) } }
        form method="post" action="/surveys/new" {
            @if matter.is_some() { input type="hidden" name="matter" value=(typed.matter); }
            @if !typed.again.is_empty() {
                input type="hidden" name="again" value=(typed.again);
                p { (text::asks_again(lang)) }
            }
            (fields(lang, typed, error))
            button .btn { (text::save(lang)) }
        }
        p { a .btn.second href="/surveys" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::new(lang)).show(body);
    Ok(match fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

fn fields(lang: Lang, typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, hint, value, kind| {
        field(&Field { name, label, hint: Some(hint), value, error: wrong(name), kind })
    };
    html! {
        (line("title", text::title_field(lang), text::title_hint(lang), &typed.title, ("text", "text", "off")))
        div .field {
            label for="text" { (text::text_field(lang)) }
            p .hint #text-hint { (text::text_hint(lang)) }
            @if let Some(error) = wrong("text") { p .error #text-error { (error) } }
            textarea #text name="text" rows="6" maxlength="4000" aria-describedby="text-hint"
                aria-invalid=[wrong("text").map(|_| "true")] { "\n" (typed.text) }
        }
        (line("closes", text::closes_field(lang), text::closes_hint(lang), &typed.closes, ("date", "", "off")))
        (line("promised", text::promised_field(lang), text::promised_hint(lang), &typed.promised, ("date", "", "off")))
    }
}

/// What was typed as the store takes it. A day that is none is one that has passed, which the store refuses.
fn new_survey(typed: &Typed, again: Option<SurveyId>) -> NewSurvey {
    NewSurvey {
        title: typed.title.trim().to_owned(),
        text: typed.text.clone(),
        closes: end_of(&typed.closes).unwrap_or(0),
        promised: end_of(&typed.promised).unwrap_or(0),
        matter: typed.matter.parse().ok(),
        again,
    }
}

fn field_of(error: &UseError) -> &'static str {
    match error {
        UseError::Field(Wrong::Title) => "title",
        UseError::Survey(_) => "closes",
        _ => "text",
    }
}

async fn draft(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (by, looking) = (by(&someone.0), Looking::of(&reader, Some(&someone))?);
    if !super::may(&app, Some(&by), Action::DraftSurvey).await? {
        return Err(Problem::NOT_FOUND);
    }
    let again = match typed.again.parse() {
        Ok(number) => Some(super::find(&app, &looking, number).await?.row.id),
        Err(_) => None,
    };
    match life(&app).draft_survey(&by, &new_survey(&typed, again), app.now(), &mut app.fresh()?).await {
        Ok(id) => {
            let survey = life(&app).survey(&by.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
            Ok(Redirect::to(&format!("{}/edit", path(survey.row.number))).into_response())
        }
        Err(error) => {
            let field = field_of(&error);
            new_page(&app, &reader, &looking, &typed, Some((field, words::refusal(error)?))).await
        }
    }
}

/// A draft of whoever looks.
async fn own(app: &App, reader: &Reader, someone: &Someone, number: u64) -> Result<SurveyView, Problem> {
    let looking = Looking::of(reader, Some(someone))?;
    let survey = super::find_for(app, &looking, number, Action::DraftSurvey).await?;
    let is_own = survey.author == by(&someone.0).subject && survey.row.state == SurveyState::Draft;
    if is_own { Ok(survey) } else { Err(Problem::NOT_FOUND) }
}

#[derive(Deserialize)]
struct Which {
    /// The question that is changed.
    q: Option<u64>,
}

async fn edit(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Query(Which { q }): Query<Which>,
) -> Result<Response, Problem> {
    let survey = own(&app, &reader, &someone, number).await?;
    let asked = q.and_then(|q| survey.questions.iter().find(|asked| asked.number == q));
    let question = asked.map(|asked| typed_question(asked.number, &asked.prompt, &asked.question)).unwrap_or_default();
    Ok(edit_page(&reader, &survey, &typed_survey(&survey), &question, None))
}

fn typed_survey(survey: &SurveyView) -> Typed {
    Typed {
        title: survey.row.title.clone(),
        text: survey.text.clone(),
        closes: day_of(survey.row.closes.saturating_sub(1)),
        promised: day_of(survey.promised.saturating_sub(1)),
        ..Typed::default()
    }
}

fn typed_question(place: u64, prompt: &str, question: &Question) -> TypedQuestion {
    let typed = TypedQuestion { place: place.to_string(), prompt: prompt.to_owned(), ..TypedQuestion::default() };
    match question {
        Question::Single { options } => {
            TypedQuestion { kind: "single".to_owned(), options: options.join("\n"), ..typed }
        }
        Question::Several { options, most } => {
            TypedQuestion { kind: "several".to_owned(), options: options.join("\n"), most: most.to_string(), ..typed }
        }
        Question::Scale { steps } => TypedQuestion { kind: "scale".to_owned(), most: steps.to_string(), ..typed },
        Question::Number { least, most } => {
            TypedQuestion { kind: "number".to_owned(), least: least.to_string(), most: most.to_string(), ..typed }
        }
        Question::Open => TypedQuestion { kind: "open".to_owned(), ..typed },
    }
}

fn edit_page(reader: &Reader, survey: &SurveyView, typed: &Typed, question: &TypedQuestion, fault: Fault) -> Response {
    let lang = reader.lang;
    let error = fault.map(|(field, problem)| (field, (problem.say)(lang)));
    let path = path(survey.row.number);
    let is_of_question = error.is_some_and(|(field, _)| matches!(field, "prompt" | "kind" | "options"));
    let body = html! {
        h1 { (text::edit_title(lang)) }
        (error_summary(lang, error.as_slice()))
        @if !survey.note.is_empty() { p { (text::review_note(lang, &survey.note)) } }
        h2 { (text::questions(lang)) }
        @if survey.questions.is_empty() { p .empty { (text::questions_none(lang)) } }
        @for asked in &survey.questions {
            section .panel {
                p { strong { (asked.number) ". " (asked.prompt) } }
                p .muted { (words::how(lang, &asked.question)) }
                @if let Question::Single { options } | Question::Several { options, .. } = &asked.question {
                    ul { @for option in options { li { (option) } } }
                }
                (hints(lang, &asked.prompt))
                p { a .btn.second href={ (path) "/edit?q=" (asked.number) "#ask" } { (text::change(lang)) } }
                form method="post" action={ (path) "/questions/" (asked.number) "/remove" } {
                    button .btn.second aria-label={ (text::remove(lang)) " " (text::question(lang, asked.number)) } { (text::remove(lang)) }
                }
            }
        }
        (question_form(lang, &path, question, error.filter(|_| is_of_question)))
        details .panel open[error.is_some() && !is_of_question] {
            summary { (text::do_edit(lang)) }
            form method="post" action={ (path) "/edit" } {
                (fields(lang, typed, error.filter(|_| !is_of_question)))
                button .btn.second { (text::save(lang)) }
            }
        }
        p { a .btn.second href=(path) { (text::to_survey(lang)) } }
    };
    let page = Page::new(reader, text::edit_title(lang)).show(body);
    match fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

/// What could be plainer; nothing depends on it.
fn hints(lang: Lang, prompt: &str) -> Markup {
    let found: Vec<_> = unclear(prompt).into_iter().map(|what| words::unclear(lang, what)).collect();
    html! {
        @if !found.is_empty() { p .muted { (text::plain_hint(lang)) " " (found.join(lang.pick("；", "; "))) } }
    }
}

fn question_form(lang: Lang, path: &str, typed: &TypedQuestion, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, hint, value, mode| {
        field(&Field { name, label, hint, value, error: wrong(name), kind: ("text", mode, "off") })
    };
    let kinds = [
        ("single", text::k_single(lang)),
        ("several", text::k_several(lang)),
        ("scale", text::k_scale(lang)),
        ("number", text::k_number(lang)),
        ("open", text::k_open(lang)),
    ];
    let heading = match typed.place.parse() {
        Ok(place) => text::change_question(lang, place),
        Err(_) => text::add_question(lang).to_owned(),
    };
    html! {
        h2 #ask { (heading) }
        form method="post" action={ (path) "/questions" } {
            input type="hidden" name="place" value=(typed.place);
            (line("prompt", text::prompt_field(lang), Some(text::prompt_hint(lang)), &typed.prompt, "text"))
            fieldset #kind {
                legend { (text::kind_field(lang)) }
                @if let Some(error) = wrong("kind") { p .error #kind-error { (error) } }
                @for (code, label) in kinds { (radio_card("kind", code, label, None, typed.kind == code)) }
            }
            div .field {
                label for="options" { (text::options_field(lang)) }
                p .hint #options-hint { (text::options_hint(lang)) }
                @if let Some(error) = wrong("options") { p .error #options-error { (error) } }
                textarea #options name="options" rows="5" maxlength="1500" aria-describedby="options-hint"
                    aria-invalid=[wrong("options").map(|_| "true")] { "\n" (typed.options) }
            }
            (line("most", text::most_field(lang), None, &typed.most, "numeric"))
            (line("least", text::least_field(lang), None, &typed.least, "numeric"))
            button .btn { (text::save(lang)) }
        }
    }
}

async fn revise(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let survey = own(&app, &reader, &someone, number).await?;
    match life(&app).revise_survey(&by(&someone.0), &survey.row.id, &new_survey(&typed, None), app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/edit", path(number))).into_response()),
        Err(error) => {
            let field = field_of(&error);
            let fault = Some((field, words::refusal(error)?));
            Ok(edit_page(&reader, &survey, &typed, &TypedQuestion::default(), fault))
        }
    }
}

/// The question that was typed; none of a kind that was not chosen. A number that is none is 0.
fn read_question(typed: &TypedQuestion) -> Option<Question> {
    let options = || -> Vec<String> {
        typed.options.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    Some(match typed.kind.as_str() {
        "single" => Question::Single { options: options() },
        "several" => Question::Several { options: options(), most: typed.most.trim().parse().unwrap_or(0) },
        "scale" => Question::Scale { steps: number(&typed.most) },
        "number" => Question::Number { least: number(&typed.least), most: number(&typed.most) },
        "open" => Question::Open,
        _ => return None,
    })
}

async fn ask(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<TypedQuestion>,
) -> Result<Response, Problem> {
    let survey = own(&app, &reader, &someone, number).await?;
    let again = |fault| Ok(edit_page(&reader, &survey, &typed_survey(&survey), &typed, fault));
    let Some(question) = read_question(&typed) else { return again(Some(fault("kind", text::e_kind))) };
    let asked = Asked { prompt: typed.prompt.clone(), question };
    let place = typed.place.parse().ok();
    match life(&app).ask(&by(&someone.0), &survey.row.id, place, &asked, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/edit#ask", path(number))).into_response()),
        Err(UseError::Question(..)) => again(Some(fault("options", text::e_question))),
        Err(error) => again(Some(("prompt", words::refusal(error)?))),
    }
}

async fn unask(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, place)): Path<(u64, u64)>,
) -> Result<Response, Problem> {
    let survey = own(&app, &reader, &someone, number).await?;
    match life(&app).unask(&by(&someone.0), &survey.row.id, place, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/edit", path(number))).into_response()),
        Err(error) => Err(words::refusal(error)?),
    }
}
