//! Looking up what everybody may see.

use std::collections::BTreeSet;

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::ids::CompoundId;
use deliberation::store::{Found, Target};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    escape,
    matters::{Looking, life, remarks},
    older::to_older,
};
use crate::{
    app::App,
    problem::{Problem, Query},
    text::{Lang, search as text},
    view::{Page, Reader, empty},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/search", get(show))
}

/// How much a page shows.
const PAGE: u64 = 30;
/// How much of a question is read, in characters.
const ASKED_MOST: usize = 200;

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    before: Option<u64>,
}

/// Something that was found, as a line shows it.
pub(crate) struct Line {
    pub(crate) href: String,
    /// What it is, in a word for programs.
    pub(crate) code: &'static str,
    pub(crate) kind: String,
    pub(crate) title: String,
}

/// What was found of what everybody may see, and where the next page goes on.
pub(crate) async fn found(
    app: &App,
    lang: Lang,
    compound: &CompoundId,
    (asked, before): (&str, Option<u64>),
) -> Result<(Vec<Line>, Option<u64>), Problem> {
    let page = life(app).search(compound, asked, before, PAGE).await?;
    Ok((lines(app, lang, compound, &page.found).await?, page.next))
}

/// A question as it is looked for: without blanks at its ends, and no longer than is read.
pub(crate) fn question(typed: &str) -> String {
    typed.trim().chars().take(ASKED_MOST).collect()
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Query(Asked { q, before }): Query<Asked>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, None)?;
    let asked = question(&q);
    let (lines, next) = found(&app, lang, &looking.compound, (&asked, before)).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        (form(lang, &asked))
        @if lines.is_empty() && !asked.is_empty() { div role="status" { (empty(&text::none(lang, &asked))) } }
        ul .links {
            @for line in &lines { li { a href=(line.href) { (line.title) } " " span .muted { (line.kind) } } }
        }
        (to_older(&format!("/search?q={}&", escape(&asked)), next, text::more(lang)))
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

/// The line to type in, on any page.
pub(crate) fn form(lang: Lang, asked: &str) -> Markup {
    html! {
        form method="get" action="/search" role="search" {
            div .field {
                label for="q" { (text::label(lang)) }
                p .hint #q-hint { (text::hint(lang)) }
                input #q name="q" type="search" value=(asked) maxlength=(ASKED_MOST) aria-describedby="q-hint";
            }
            button .btn.second { (text::go(lang)) }
        }
    }
}

/// What was found with its titles, in the same order.
async fn lines(app: &App, lang: Lang, compound: &CompoundId, found: &[Found]) -> Result<Vec<Line>, Problem> {
    let ids = |pick: fn(&Found) -> Option<String>| found.iter().filter_map(pick).collect::<BTreeSet<_>>();
    let matters = ids(|found| match found {
        Found::Matter(id) | Found::Remark(Target::Matter(id), _) => Some(id.to_string()),
        _ => None,
    });
    let motions = ids(|found| match found {
        Found::Motion(id) | Found::Remark(Target::Motion(id), _) => Some(id.to_string()),
        _ => None,
    });
    let meetings = ids(|found| if let Found::Meeting(id) = found { Some(id.to_string()) } else { None });
    let surveys = ids(|found| if let Found::Survey(id) = found { Some(id.to_string()) } else { None });
    let places: Vec<_> = found
        .iter()
        .filter_map(|found| if let Found::Remark(target, at) = found { Some((target.clone(), *at)) } else { None })
        .collect();
    let said = life(app).remarks_at(compound, &places).await?;
    let notices = ids(|found| if let Found::Notice(id) = found { Some(id.to_string()) } else { None });
    let matters = life(app).matter_titles(compound, &matters).await?;
    let motions = life(app).motion_titles(compound, &motions).await?;
    let notices = life(app).notice_titles(compound, &notices).await?;
    let meetings = life(app).meeting_titles(compound, &meetings).await?;
    let surveys = life(app).survey_titles(compound, &surveys).await?;
    let lines = found.iter().filter_map(|found| {
        type Say = fn(Lang, u64) -> String;
        let (title, base, kind): (_, _, Say) = match found {
            Found::Matter(id) => (matters.get(id.as_str()), format!("/matters/{id}"), text::matter),
            Found::Motion(id) => (motions.get(id.as_str()), format!("/motions/{id}"), text::motion),
            Found::Notice(id) => (notices.get(id.as_str()), format!("/notices/{id}"), text::notice),
            Found::Meeting(id) => (meetings.get(id.as_str()), "/meetings".to_owned(), text::meeting),
            Found::Survey(id) => (surveys.get(id.as_str()), "/surveys".to_owned(), text::survey),
            Found::Remark(target, at) => {
                let (_, remark) = said.iter().find(|(of, remark)| of == target && remark.comment.number == *at)?;
                let (path, title) = match target {
                    Target::Matter(id) => (format!("/matters/{id}"), matters.get(id.as_str())),
                    Target::Motion(id) => (format!("/motions/{id}"), motions.get(id.as_str())),
                };
                let (_, below) = title?;
                let href = remarks::address(&path, *at);
                return Some(Line {
                    href,
                    code: code(found),
                    kind: text::remark(lang, below),
                    title: remarks::first_line(&remark.comment.text),
                });
            }
        };
        let (number, title) = title?;
        // Meetings and surveys are called by their numbers.
        let is_numbered = matches!(found, Found::Meeting(_) | Found::Survey(_));
        let href = if is_numbered { format!("{base}/{number}") } else { base };
        Some(Line { href, code: code(found), kind: kind(lang, *number), title: title.clone() })
    });
    Ok(lines.collect())
}

fn code(found: &Found) -> &'static str {
    match found {
        Found::Matter(_) => "matter",
        Found::Motion(_) => "motion",
        Found::Notice(_) => "notice",
        Found::Meeting(_) => "meeting",
        Found::Survey(_) => "survey",
        Found::Remark(..) => "remark",
    }
}
