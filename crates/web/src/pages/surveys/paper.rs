//! A survey on paper: the sheet in large type to fill in, and the poster with the way to the one online.

use axum::{Router, extract::State, response::Response, routing::get};
use deliberation::survey::Question;
use maud::{Markup, html};

use super::{path, words};
use crate::{
    app::App,
    pages::matters::Looking,
    problem::{Path, Problem},
    session::Someone,
    text::{last_day, site, survey as text},
    view::{Page, Reader, qr},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/surveys/{number}/paper", get(sheet)).route("/surveys/{number}/poster", get(poster))
}

async fn sheet(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let survey = super::find(&app, &looking, number).await?;
    let address = format!("{}{}/answer", app.config().origin, path(number));
    let body = html! {
        article .sheet.large {
            p { (reader.estate) " · " (text::number(lang, number)) }
            h1 { (survey.row.title) }
            @for line in survey.text.lines().filter(|line| !line.is_empty()) { p { (line) } }
            p { strong { (text::paper_how(lang)) " " (text::paper_until(lang, &last_day(lang, survey.row.closes))) } }
            @for asked in &survey.questions {
                section .asked {
                    h2 { (asked.number) ". " (asked.prompt) }
                    p .muted { (words::how(lang, &asked.question)) }
                    (blank(&asked.question))
                }
            }
            (qr(&address, text::paper_scan(lang)))
            p { (text::paper_scan(lang)) " " (address) }
            (help(&reader))
            p { (text::paper_staff(lang)) " ________" }
        }
    };
    Ok(Page::new(&reader, text::print(lang)).show(body))
}

/// Where on paper the answer goes.
fn blank(question: &Question) -> Markup {
    match question {
        Question::Single { options } | Question::Several { options, .. } => html! {
            @for option in options { p { "□ " (option) } }
        },
        Question::Scale { steps } => html! { p { @for step in 1..=*steps { "□ " (step) "　" } } },
        Question::Number { .. } => html! { p { "__________" } },
        Question::Open => html! { @for _ in 0..4 { p .line { "____________________________" } } },
    }
}

fn help(reader: &Reader) -> Markup {
    html! {
        @if !reader.phone.is_empty() { p { (site::call(reader.lang)) " " strong { (reader.phone) } } }
        @if !reader.service_point.is_empty() { p { (site::come(reader.lang)) " " strong { (reader.service_point) } } }
    }
}

async fn poster(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let survey = super::find(&app, &looking, number).await?;
    let address = format!("{}{}/answer", app.config().origin, path(number));
    let body = html! {
        article .sheet {
            p { (reader.estate) " · " (text::number(lang, number)) }
            h1 { (survey.row.title) }
            p { strong { (text::poster_how(lang)) } }
            (qr(&address, text::poster_how(lang)))
            p { (address) }
            p { strong { (text::closes(lang)) " " (last_day(lang, survey.row.closes)) } }
            p { (text::sign_in_to_answer(lang)) }
            (help(&reader))
        }
    };
    Ok(Page::new(&reader, text::poster(lang)).show(body))
}
