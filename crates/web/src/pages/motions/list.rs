//! The list of motions.

use axum::{Router, extract::State, response::Response, routing::get};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        older::{Part, next_page, to_older},
    },
    problem::{Problem, Query},
    session::Someone,
    text::{Lang, motion as text},
    view::{Page, Reader, empty},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/motions", get(show))
}

/// How many motions a page shows.
const PAGE: u64 = 50;

/// Which motions are asked for.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Show {
    #[default]
    All,
    Open,
}

impl Show {
    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
        }
    }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Part { show, before }): Query<Part<Show>>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let whose = looking.by.as_ref().map(|by| &by.subject);
    let rows = life(&app).motions(&looking.compound, whose, show == Show::Open, before, PAGE).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if looking.by.is_some() { p { a .btn href="/motions/new" { (text::new(lang)) } } }
        (chooser(lang, show))
        @if rows.is_empty() { (empty(text::none(lang))) }
        ul .links {
            @for row in &rows {
                li {
                    a href=(super::path(&row.id)) { (text::number(lang, row.number)) " " (row.title) } " "
                    (words::state_tag(lang, row.state))
                }
            }
        }
        (to_older(&format!("/motions?show={}&", show.code()), next, text::older(lang)))
        p { a .btn.second href="/rules" { (crate::text::rule::title(lang)) } }
        p { a .btn.second href="/decisions" { (crate::text::decision::title(lang)) } }
        p { a .btn.second href="/matters" { (crate::text::matter::back(lang)) } }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn chooser(lang: Lang, show: Show) -> Markup {
    html! {
        nav .console aria-label=(crate::text::matter::shown(lang)) {
            @for (to, label) in [(Show::All, crate::text::matter::all(lang)), (Show::Open, text::open(lang))] {
                a href={ "/motions?show=" (to.code()) } aria-current=[(to == show).then_some("page")] { (label) }
            }
        }
    }
}
