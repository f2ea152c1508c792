//! A notice as it hangs on a board: one sheet of A4 with the way to the same one online.

use axum::{Router, extract::State, response::Response, routing::get};
use maud::html;

use super::words;
use crate::{
    app::App,
    markdown,
    pages::matters::Looking,
    problem::{Path, Problem},
    session::Someone,
    text::{last_day, notice as text, site},
    view::{Page, Reader, qr},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/notices/{id}/paper", get(show))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let notice = super::find(&app, &looking, &id).await?;
    let address = format!("{}{}", app.config().origin, super::path(&notice.id));
    let body = html! {
        article .sheet {
            p { (reader.estate) " · " (text::number(lang, notice.number)) " · " (words::kind(lang, notice.kind)) }
            h1 { (notice.title) }
            div .text { (markdown::show(&notice.text).await?) }
            p { strong { (text::until(lang)) " " (last_day(lang, notice.until)) } }
            (qr(&address, text::scan(lang)))
            p { (address) }
            @if !reader.phone.is_empty() { p { (site::call(lang)) " " strong { (reader.phone) } } }
            @if !reader.service_point.is_empty() { p { (site::come(lang)) " " strong { (reader.service_point) } } }
        }
    };
    Ok(Page::new(&reader, text::print_title(lang)).show(body))
}
