//! Mediations (调解室): asking for one, those that wait for a mediator, the rooms of whoever looks, and what everybody may
//! know of all.
//!
//! A room is found by those in it alone: to everybody else its address is one of nothing.

mod list;
mod new;
mod paper;
mod room;
mod step;
mod words;

use axum::Router;
use deliberation::{
    lifecycle::Verb,
    store::{By, RoomView},
};
use maud::{Markup, html};

use super::matters::{self, life};
use crate::{
    app::App,
    problem::Problem,
    text::{Lang, mediation as text},
    view::Reader,
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(list::routes())
        .merge(new::routes())
        .merge(room::routes())
        .merge(step::routes())
        .merge(paper::routes())
}

pub(crate) use list::brief;

fn path(number: u64) -> String {
    format!("/mediations/{number}")
}

/// The way to asking for a mediator, for whoever may, from what neighbours could not settle among them.
pub(super) async fn way(app: &App, lang: Lang, by: &By) -> Result<Markup, Problem> {
    let may = list::may_ask(app, by).await?;
    Ok(html! { @if may { p { a .btn.second href="/mediations/new" { (text::way(lang)) } } } })
}

/// A room that whoever looks is in.
///
/// # Errors
/// There is none, or not for them: no difference is told.
async fn find(app: &App, by: &By, number: u64) -> Result<RoomView, Problem> {
    life(app).mediation(by, number, app.now()).await?.ok_or(Problem::NOT_FOUND)
}

/// Where news of a mediation lead and what they say; to whoever is not in its room no more than that there is one.
pub(super) async fn news(
    app: &App,
    lang: Lang,
    by: &By,
    object: &str,
    verb: Verb,
) -> Result<Option<(String, String)>, Problem> {
    let Some(id) = object.strip_prefix("mediation:") else { return Ok(None) };
    let row = life(app).mediation_row(by, id, app.now()).await?;
    Ok(Some(match row {
        Some(row) => (path(row.number), format!("{} · {}", text::number(lang, row.number), words::done(lang, verb))),
        None if verb == Verb::Assign => ("/mediations".to_owned(), text::news_offered(lang).to_owned()),
        None => ("/mediations".to_owned(), text::news_other(lang).to_owned()),
    }))
}

/// Where a building is chosen, in a list of those that there are.
async fn building_field(
    app: &App,
    reader: &Reader,
    (name, label, none): (&str, &str, &str),
    chosen: &str,
    error: Option<&str>,
) -> Result<Markup, Problem> {
    let Some(compound) = &reader.compound else { return Err(Problem::NOT_FOUND) };
    let buildings = app.estate().buildings(compound).await?;
    Ok(html! {
        div .field {
            label for=(name) { (label) }
            @if let Some(error) = error { p .error id={ (name) "-error" } { (error) } }
            select id=(name) name=(name) aria-invalid=[error.map(|_| "true")] {
                option value="" { (none) }
                @for row in &buildings {
                    option value=(row.building) selected[row.building == chosen] {
                        (matters::words::building(reader.lang, &row.building))
                    }
                }
            }
        }
    })
}
