//! What has happened to what somebody has to do with.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::store::{By, News};
use maud::html;

use super::{Looking, by, life, words};
use crate::{
    app::App,
    pages::{decisions, mediations, meetings, motions, surveys},
    problem::Problem,
    session::Someone,
    text::{Lang, after, matter as text, statement, when},
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
    let lines = lines(&app, lang, &by, &news).await?;
    let has_unread = news.iter().any(|line| !line.is_read);
    let body = html! {
        h1 { (text::news(lang)) }
        @if news.is_empty() { (empty(text::news_none(lang))) }
        ul .links {
            @for (line, link) in news.iter().zip(&lines) {
                li {
                    @match link {
                        Some((href, label)) => { a href=(href) { (label) } }
                        None => { (text::news_other(lang)) }
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

/// Where each of the news leads, and what it says.
async fn lines(app: &App, lang: Lang, by: &By, news: &[News]) -> Result<Vec<Option<(String, String)>>, Problem> {
    let ids =
        |pick: fn(&News) -> Option<&str>| news.iter().filter_map(pick).map(str::to_owned).collect::<BTreeSet<_>>();
    let matters = life(app).matter_titles(&by.compound, &ids(matter_of)).await?;
    let follow = life(app).motions_behind(&by.compound, &ids(follow_of)).await?;
    let all = ids(motion_of).into_iter().chain(follow.values().cloned()).collect();
    let titles = life(app).motion_titles(&by.compound, &all).await?;
    let asked = life(app).survey_titles(&by.compound, &ids(survey_of)).await?;
    let looking = Looking { compound: by.compound.clone(), by: Some(by.clone()) };
    let given = decisions::behind(app, &looking, &ids(task_of)).await?;
    let line = |news: &News| {
        if let Some(task) = task_of(news) {
            let (href, title) = given.get(task)?;
            return Some((href.clone(), format!("{title} · {}", after::tasks(lang))));
        }
        if let Some(id) = survey_of(news) {
            let (number, title) = asked.get(id)?;
            let label = format!("{title} · {}", surveys::done(lang, news.verb));
            return Some((format!("/surveys/{number}"), label));
        }
        if let Some(id) = matter_of(news) {
            let (number, title) = matters.get(id)?;
            let remark = match news.object.split_once(':') {
                Some(("comment", _)) => text::news_remark(lang),
                Some(("statement", _)) => statement::news(lang),
                _ => "",
            };
            let says = [remark, words::done(lang, news.verb)].into_iter().filter(|part| !part.is_empty());
            let label = format!("{} {title} · {}", text::number(lang, *number), says.collect::<Vec<_>>().join(" · "));
            return Some((format!("/matters/{id}{}", page_of(news)), label));
        }
        let of_motion = motion_of(news).map(str::to_owned);
        let id = of_motion.or_else(|| follow.get(follow_of(news)?).cloned())?;
        let (number, title) = titles.get(&id)?;
        let says = match news.object.split_once(':') {
            Some(("objection", _)) => after::objections(lang),
            Some(("comment", _)) => text::news_remark(lang),
            Some(("statement", _)) => &format!("{} · {}", statement::news(lang), words::done(lang, news.verb)),
            _ => motions::done(lang, news.verb),
        };
        let label = format!("{} {title} · {says}", crate::text::motion::number(lang, *number));
        Some((format!("/motions/{id}{}", page_of(news)), label))
    };
    let mut lines = Vec::new();
    for news in news {
        let is_met = ["meeting:", "agenda_item:", "minutes:"].iter().any(|kind| news.object.starts_with(kind));
        lines.push(if news.object.starts_with("mediation:") {
            mediations::news(app, lang, by, &news.object, news.verb).await?
        } else if is_met {
            meetings::news(app, lang, &looking, &news.object, news.verb).await?
        } else {
            line(news)
        });
    }
    Ok(lines)
}

/// Statements have a page of their own.
fn page_of(news: &News) -> &'static str {
    if news.object.starts_with("statement:") { "/opinion" } else { "" }
}

/// What something was said of, or what the news are about themselves.
fn below(news: &News) -> &str {
    ["comment:", "statement:"].iter().find_map(|kind| news.object.strip_prefix(kind)).unwrap_or(&news.object)
}

/// The matter that news are about: `matter:ID`, or `comment:matter:ID/NUMBER`, or the same of a statement.
fn matter_of(news: &News) -> Option<&str> {
    let id = below(news).strip_prefix("matter:")?;
    Some(id.split_once('/').map_or(id, |(id, _)| id))
}

/// The motion that news are about: `motion:ID`, `version:ID`, `amendment:ID/NUMBER`, `comment:motion:ID/NUMBER` or the
/// same of a statement.
fn motion_of(news: &News) -> Option<&str> {
    let object = below(news);
    let id = ["motion:", "version:", "amendment:"].iter().find_map(|kind| object.strip_prefix(kind))?;
    Some(id.split_once('/').map_or(id, |(id, _)| id))
}

/// The survey that news are about.
fn survey_of(news: &News) -> Option<&str> {
    news.object.strip_prefix("survey:")
}

/// What follows a motion and has news of its own: `objection:ID`.
fn follow_of(news: &News) -> Option<&str> {
    news.object.starts_with("objection:").then_some(news.object.as_str())
}

/// The action item that news are about: `task:ID`.
fn task_of(news: &News) -> Option<&str> {
    news.object.starts_with("task:").then_some(news.object.as_str())
}

async fn read(State(app): State<App>, Someone(viewer): Someone) -> Result<Response, Problem> {
    let by = by(&viewer);
    life(&app).read_news(&by.compound, &by.subject, app.now()).await?;
    Ok(Redirect::to("/news").into_response())
}
