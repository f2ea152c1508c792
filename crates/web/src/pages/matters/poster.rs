//! The poster of the wish wall, one for the lobby of each building.

use axum::{Router, extract::State, response::Response, routing::get};
use maud::html;
use serde::Deserialize;

use super::{by, life, words};
use crate::{
    app::App,
    pages::escape,
    problem::{Problem, Query},
    session::Someone,
    text::{matter as text, site},
    view::{Page, Reader, qr},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/poster", get(show))
}

#[derive(Deserialize)]
struct Asked {
    building: Option<String>,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Someone(viewer): Someone,
    Query(Asked { building }): Query<Asked>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    if !life(&app).may_handle(&by(&viewer), None, app.now()).await? {
        return Err(Problem::NOT_FOUND);
    }
    let buildings = app.estate().buildings(&viewer.compound).await?;
    let chosen = match &building {
        None => None,
        Some(name) => Some(buildings.iter().find(|totals| totals.building == *name).ok_or(Problem::NOT_FOUND)?),
    };
    let body = html! {
        @match chosen {
            None => {
                h1 { (text::poster(lang)) }
                p { (text::poster_lead(lang)) }
                ul .links {
                    @for totals in &buildings {
                        li { a href={ "/matters/poster?building=" (escape(&totals.building)) } { (words::building(lang, &totals.building)) } }
                    }
                }
                p { a .btn.second href="/matters" { (text::back(lang)) } }
            }
            Some(totals) => {
                @let address = format!("{}/matters/new?building={}", app.config().origin, escape(&totals.building));
                article .sheet {
                    h1 { (text::poster_title(lang, &words::building(lang, &totals.building))) }
                    p { strong { (text::poster_how(lang)) } }
                    (qr(&address, text::poster_qr(lang)))
                    p { (address) }
                    p { (text::poster_promise(lang)) }
                    p { (text::poster_paper(lang)) }
                    @if !reader.phone.is_empty() { p { (site::call(lang)) " " strong { (reader.phone) } } }
                    @if !reader.service_point.is_empty() { p { (site::come(lang)) " " strong { (reader.service_point) } } }
                }
            }
        }
    };
    Ok(Page::new(&reader, text::poster(lang)).show(body))
}
