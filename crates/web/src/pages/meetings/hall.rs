//! Checking in: the code that hangs in the hall, the page it leads to, and the sheet for who has no phone.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use maud::html;
use serde::Deserialize;

use super::{Names, words};
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{meeting as text, when},
    view::{Page, Reader, code, error_summary, qr},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/meetings/{number}/hall", get(hall))
        .route("/meetings/{number}/sheet", get(sheet))
        .route("/meetings/{number}/here", get(ask).post(come))
}

async fn hall(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find_run(&app, &looking, number).await?;
    let address = format!("{}{}/here?code={}", app.config().origin, super::path(number), meeting.code);
    let body = html! {
        article .sheet {
            h1 { (meeting.row.title) }
            p { (when(lang, meeting.row.window.from)) " · " (meeting.row.place) }
            h2 { (text::hall_how(lang)) }
            (qr(&address, text::hall_how(lang)))
            p { (text::hall_code(lang)) }
            (code(&meeting.code))
            p { (app.config().origin) (super::path(number)) "/here" }
            p { (text::hall_paper(lang)) }
        }
    };
    Ok(Page::new(&reader, text::hall(lang)).secret().show(body))
}

async fn sheet(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find_run(&app, &looking, number).await?;
    let names = Names::of_meeting(&app, &looking, &meeting).await?;
    let body = html! {
        article .sheet {
            h1 { (meeting.row.title) }
            p { (reader.estate) " · " (text::number(lang, number)) " · " (meeting.body.name) }
            p { (when(lang, meeting.row.window.from)) " · " (meeting.row.place) }
            table .stacks {
                caption { (text::check_in(lang)) }
                thead {
                    tr {
                        @for head in [text::sheet_group(lang), text::sheet_name(lang), text::sheet_time(lang), text::sheet_sign(lang)] {
                            th scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for seat in &meeting.body.seats {
                        tr {
                            td data-label=(text::sheet_group(lang)) { (seat.group) (super::bodies::part(lang, seat)) }
                            td data-label=(text::sheet_name(lang)) { (names.say(lang, &seat.subject)) }
                            td data-label=(text::sheet_time(lang)) { "　" }
                            td data-label=(text::sheet_sign(lang)) { "　" }
                        }
                    }
                    @for _ in 0..8 {
                        tr {
                            td data-label=(text::sheet_group(lang)) { (text::guest(lang)) }
                            td data-label=(text::sheet_name(lang)) { "　" }
                            td data-label=(text::sheet_time(lang)) { "　" }
                            td data-label=(text::sheet_sign(lang)) { "　" }
                        }
                    }
                }
            }
        }
    };
    Ok(Page::new(&reader, text::sheet(lang)).show(body))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Here {
    code: String,
}

async fn ask(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
    Query(typed): Query<Here>,
) -> Result<Response, Problem> {
    let Some(someone) = someone else {
        // Whoever scans signs in first and comes back with the code.
        let back = format!("{}/here%3Fcode%3D{}", super::path(number), crate::pages::escape(&typed.code));
        return Ok(Redirect::to(&format!("/login?next={back}")).into_response());
    };
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find(&app, &looking, number).await?;
    let is_there = looking.by.as_ref().is_some_and(|by| meeting.line_of(&by.subject).is_some());
    Ok(page(&reader, number, &meeting.row.title, is_there, &typed.code, None))
}

fn page(reader: &Reader, number: u64, title: &str, is_there: bool, typed: &str, tried: Option<Problem>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = tried.iter().map(|problem| ("code", (problem.say)(lang))).collect();
    let path = super::path(number);
    let body = html! {
        h1 { (text::here_title(lang)) }
        (error_summary(lang, &errors))
        @if is_there { p { (text::here_done(lang)) } } @else {
            p { (text::here_lead(lang, title)) }
            form method="post" action={ (path) "/here" } {
                div .field {
                    label for="code" { (text::hall_code(lang)) }
                    input #code name="code" type="text" autocomplete="off" maxlength="40" value=(typed);
                }
                button .btn { (text::here_yes(lang)) }
            }
        }
        p { a .btn.second href=(path) { (text::back_one(lang)) } }
    };
    let page = Page::new(reader, text::here_title(lang)).secret().show(body);
    match tried {
        Some(problem) => problem.on(page),
        None => page,
    }
}

async fn come(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Here>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find(&app, &looking, number).await?;
    match life(&app).check_in_by_code(&by(&someone.0), &meeting.row.id, &typed.code, app.now()).await {
        Ok(()) => Ok(Redirect::to(&super::path(number)).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            Ok(page(&reader, number, &meeting.row.title, false, &typed.code, Some(problem)))
        }
    }
}
