//! Writing a notice.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::{ids::CompoundId, register::BuildingTotals};
use deliberation::{
    notice::NoticeKind,
    store::{Field as Wrong, MotionId, NewNotice, UseError},
};
use maud::{Markup, html};

use super::words;
use crate::{
    app::App,
    pages::matters::{by, end_of, life, words::building},
    problem::{Form, Problem},
    session::Someone,
    text::{Lang, Sentence, notice as text},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/notices/new", get(form).post(draft))
}

/// A form whose names may come several times.
type Pairs = Vec<(String, String)>;

/// What was typed.
#[derive(Default)]
struct Typed {
    kind: String,
    title: String,
    text: String,
    until: String,
    motion: String,
    boards: BTreeSet<String>,
}

impl Typed {
    fn of(pairs: &Pairs) -> Self {
        let one = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let boards = pairs.iter().filter(|(key, _)| key == "board").map(|(_, value)| value.clone());
        Self {
            kind: one("kind").unwrap_or_default(),
            title: one("title").unwrap_or_default(),
            text: one("text").unwrap_or_default(),
            until: one("until").unwrap_or_default(),
            motion: one("motion").unwrap_or_default(),
            boards: boards.collect(),
        }
    }
}

/// What is wrong: the field, the code and the sentence.
type Fault = (&'static str, &'static str, Sentence);

async fn form(State(app): State<App>, reader: Reader, Someone(viewer): Someone) -> Result<Response, Problem> {
    if !super::writes(&app, Some(&by(&viewer))).await? {
        return Err(Problem::NOT_FOUND);
    }
    let buildings = app.estate().buildings(&viewer.compound).await?;
    // A notice for everybody is the usual one.
    let boards = buildings.iter().map(|row| row.building.clone()).collect();
    Ok(page(&reader, &buildings, &Typed { boards, ..Typed::default() }, None))
}

fn page(reader: &Reader, buildings: &[BuildingTotals], typed: &Typed, fault: Option<Fault>) -> Response {
    let lang = reader.lang;
    let error = fault.map(|(field, _, say)| (field, say(lang)));
    let body = html! {
        h1 { (text::new(lang)) }
        (error_summary(lang, error.as_slice()))
        form method="post" action="/notices/new" {
            (fields(lang, typed, error))
            (boards(lang, buildings, typed, error))
            button .btn { (text::save(lang)) }
        }
        p { a .btn.second href="/notices" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::new(lang)).show(body);
    match fault {
        Some((_, code, say)) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say).on(page),
        None => page,
    }
}

fn fields(lang: Lang, typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, hint, value, kind| {
        field(&Field { name, label, hint: Some(hint), value, error: wrong(name), kind })
    };
    html! {
        fieldset #kind {
            legend { (text::kind_field(lang)) }
            @if let Some(error) = wrong("kind") { p .error #kind-error { (error) } }
            @for kind in words::KINDS {
                (radio_card("kind", kind.code(), words::kind(lang, kind), None, typed.kind == kind.code()))
            }
        }
        (line("title", text::title_field(lang), text::title_hint(lang), &typed.title, ("text", "text", "off")))
        div .field {
            label for="text" { (text::text_field(lang)) }
            p .hint #text-hint { (text::text_hint(lang)) }
            @if let Some(error) = wrong("text") { p .error #text-error { (error) } }
            textarea #text name="text" rows="8" maxlength="4000" aria-describedby="text-hint"
                aria-invalid=[wrong("text").map(|_| "true")] { "\n" (typed.text) }
        }
        (line("until", text::until_field(lang), text::until_hint(lang), &typed.until, ("date", "", "off")))
        (line("motion", text::motion_field(lang), text::motion_hint(lang), &typed.motion, ("text", "numeric", "off")))
    }
}

fn boards(lang: Lang, buildings: &[BuildingTotals], typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    html! {
        fieldset #board {
            legend { (text::boards_field(lang)) }
            @if let Some((_, say)) = error.filter(|(field, _)| *field == "board") { p .error #board-error { (say) } }
            @for row in buildings {
                label .card {
                    input type="checkbox" name="board" value=(row.building) checked[typed.boards.contains(&row.building)];
                    span { strong { (building(lang, &row.building)) } }
                }
            }
        }
    }
}

async fn draft(
    State(app): State<App>,
    reader: Reader,
    Someone(viewer): Someone,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let by = by(&viewer);
    if !super::writes(&app, Some(&by)).await? {
        return Err(Problem::NOT_FOUND);
    }
    let typed = Typed::of(&pairs);
    let buildings = app.estate().buildings(&viewer.compound).await?;
    let again = |fault| Ok(page(&reader, &buildings, &typed, Some(fault)));
    let Ok(kind) = typed.kind.parse::<NoticeKind>() else { return again(("kind", "kind", text::e_kind)) };
    let until = end_of(&typed.until).filter(|until| app.now() < *until);
    let Some(until) = until else { return again(("until", "until", text::e_until)) };
    let Ok(motion) = numbered(&app, &by.compound, &typed.motion).await? else {
        return again(("motion", "motion", text::e_motion));
    };
    let is_there = |name: &String| buildings.iter().any(|row| row.building == *name);
    if typed.boards.is_empty() || !typed.boards.iter().all(is_there) {
        return again(("board", "board", text::e_boards));
    }
    let (title, text) = (typed.title.clone(), typed.text.replace("\r\n", "\n"));
    let new = NewNotice { kind, title, text, motion, until, boards: typed.boards.clone() };
    match life(&app).draft_notice(&by, &new, app.now(), &mut app.fresh()?).await {
        Ok(id) => Ok(Redirect::to(&super::path(&id)).into_response()),
        Err(error) => {
            let field = match &error {
                UseError::Field(Wrong::Title) => "title",
                UseError::Field(Wrong::Building) => "board",
                _ => "text",
            };
            let problem = words::refusal(error)?;
            again((field, problem.code, problem.say))
        }
    }
}

/// The motion of a number as typed; nothing typed is none.
async fn numbered(app: &App, compound: &CompoundId, typed: &str) -> Result<Result<Option<MotionId>, ()>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    let Ok(number) = typed.parse() else { return Ok(Err(())) };
    Ok(life(app).motion_numbered(compound, number).await?.map(Some).ok_or(()))
}
