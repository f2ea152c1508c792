//! What has happened to what somebody has to do with.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{lifecycle::Kind, store::News};
use maud::html;

use super::{by, life, words};
use crate::{
    app::App,
    problem::Problem,
    session::Someone,
    text::{matter as text, when},
    view::{Page, Reader, Tone, empty, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/news", get(show)).route("/news/read", post(read))
}

/// How many news a page shows.
const PAGE: u64 = 50;

async fn show(State(app): State<App>, reader: Reader, Someone(viewer): Someone) -> Result<Response, Problem> {
    let lang = reader.lang;
    let by = by(&viewer);
    let news = life(&app).news(&by.subject, None, PAGE).await?;
    let ids: BTreeSet<String> = news.iter().filter_map(matter_of).map(str::to_owned).collect();
    let titles = life(&app).matter_titles(&by.compound, &ids).await?;
    let ids: BTreeSet<String> = news.iter().filter_map(motion_of).map(str::to_owned).collect();
    let motions = life(&app).motion_titles(&by.compound, &ids).await?;
    let has_unread = news.iter().any(|line| !line.is_read);
    let body = html! {
        h1 { (text::news(lang)) }
        @if news.is_empty() { (empty(text::news_none(lang))) }
        ul .links {
            @for line in &news {
                li {
                    @match matter_of(line).and_then(|id| Some((id, titles.get(id)?))) {
                        Some((id, (number, title))) => {
                            a href={ "/matters/" (id) } {
                                (text::number(lang, *number)) " " (title) " · "
                                @if line.object.starts_with(Kind::Comment.code()) { (text::news_remark(lang)) " · " }
                                (words::done(lang, line.verb))
                            }
                        }
                        None => {
                            @match motion_of(line).and_then(|id| Some((id, motions.get(id)?))) {
                                Some((id, (number, title))) => {
                                    a href={ "/motions/" (id) } { (crate::text::motion::number(lang, *number)) " " (title) }
                                }
                                None => { (text::news_other(lang)) }
                            }
                        }
                    }
                    " " span .muted { (when(lang, line.at)) }
                    @if !line.is_read { " " (tag(Tone::Warn, text::unread(lang))) }
                }
            }
        }
        @if has_unread { form method="post" action="/news/read" { button .btn.second { (text::news_read(lang)) } } }
        p { a .btn.second href="/matters" { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, text::news(lang)).show(body))
}

/// The matter that news are about: `matter:ID`, or `comment:matter:ID/NUMBER`.
fn matter_of(news: &News) -> Option<&str> {
    let object = news.object.strip_prefix("comment:").unwrap_or(&news.object);
    let id = object.strip_prefix("matter:")?;
    Some(id.split_once('/').map_or(id, |(id, _)| id))
}

/// The motion that news are about: `motion:ID`, `version:ID`, `amendment:ID/NUMBER` or `comment:motion:ID/NUMBER`.
fn motion_of(news: &News) -> Option<&str> {
    let object = news.object.strip_prefix("comment:").unwrap_or(&news.object);
    let id = ["motion:", "version:", "amendment:"].iter().find_map(|kind| object.strip_prefix(kind))?;
    Some(id.split_once('/').map_or(id, |(id, _)| id))
}

async fn read(State(app): State<App>, Someone(viewer): Someone) -> Result<Response, Problem> {
    let by = by(&viewer);
    life(&app).read_news(&by.compound, &by.subject, app.now()).await?;
    Ok(Redirect::to("/news").into_response())
}
