//! One building: who looks after it, what is open there, and its homes by entrance.

use axum::{Router, extract::State, response::Response, routing::get};
use deliberation::store::{TiedHome, UseError};
use maud::{Markup, html};
use serde::Deserialize;

use super::ties::kind;
use crate::{
    app::App,
    pages::{
        decisions::Offices,
        escape,
        matters::{self, Looking, by, life, words::building},
    },
    problem::{Problem, Query},
    session::Someone,
    text::{Lang, home_label, place as text},
    view::{Page, Reader, Tone, empty, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/places/building", get(show))
}

/// The way to a home by its label's key.
pub(super) fn path(unit: &str) -> String {
    format!("/places/home?unit={}", escape(unit))
}

#[derive(Deserialize)]
struct Asked {
    name: String,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Query(Asked { name }): Query<Asked>,
) -> Result<Response, Problem> {
    let (lang, now, by) = (reader.lang, app.now(), by(&someone.0));
    let homes = match life(&app).tied_homes(&by, &name, now).await {
        Ok(homes) => homes,
        Err(UseError::Database(error)) => return Err(error.into()),
        Err(_) => return Err(Problem::NOT_FOUND),
    };
    if homes.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    let looking = Looking::of(&reader, Some(&someone))?;
    let keepers = life(&app).keepers(&by.compound, &name, now).await?;
    let names = Offices::of(&app, &looking, keepers.iter().map(|(who, _)| who.clone()).collect()).await?;
    let matters = life(&app).open_matters(&by.compound, &name).await?;
    let title = building(lang, &name);
    let body = html! {
        h1 { (title) }
        p { a .inline href="/matters?show=open" { (text::open_matters(lang, matters)) } }
        h2 { (text::keepers(lang)) }
        @if keepers.is_empty() { (empty(text::nobody(lang))) }
        ul {
            @for (who, role) in &keepers { li { (matters::words::post(lang, *role)) " " (names.say(lang, who)) } }
        }
        h2 { (text::homes(lang)) }
        ul .links { @for home in &homes { (line(lang, home)) } }
        p { a .btn.second href="/places" { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, &title).show(body))
}

/// A home with its owners, and everybody else who belongs to it.
fn line(lang: Lang, home: &TiedHome) -> Markup {
    let key = home.label.key();
    html! {
        li {
            a href=(path(&key)) { (home_label(lang, &key)) }
            " " span .muted { (home.owners.join("、")) }
            @for tie in &home.ties {
                br; (kind(lang, tie.kind)) " " (tie.name) " "
                @if !tie.is_verified { (tag(Tone::Warn, text::waits(lang))) }
            }
        }
    }
}
