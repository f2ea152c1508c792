//! The agreement on paper, to be signed by hand: large, with the code that the screen shows.

use axum::{Router, extract::State, response::Response, routing::get};
use maud::html;

use crate::{
    app::App,
    pages::matters::by,
    problem::{Path, Problem},
    session::Someone,
    text::mediation as text,
    view::{Page, Reader, code},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/mediations/{number}/agreement", get(sheet))
}

async fn sheet(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let view = super::find(&app, &by(&someone.0), number).await?;
    let current = view.texts.last().ok_or(Problem::NOT_FOUND)?;
    let body = html! {
        article .sheet.large {
            p { (reader.estate) " · " (text::number(lang, number)) " · " (text::version(lang, current.version)) }
            h1 { (text::p_title(lang)) }
            h2 { (text::p_text(lang)) }
            @for line in current.text.lines().filter(|line| !line.is_empty()) { p { (line) } }
            h2 { (text::p_parties(lang)) }
            @for party in &view.parties { p .line { (party.name) " ____________________ " (text::p_date(lang)) " __________" } }
            h2 { (text::p_mediator(lang)) }
            p .line { "____________________ " (text::p_date(lang)) " __________" }
            p { (text::p_copies(lang)) }
            p { (text::hash(lang)) }
            (code(&current.hash.to_string()))
        }
    };
    Ok(Page::new(&reader, text::p_title(lang)).show(body))
}
