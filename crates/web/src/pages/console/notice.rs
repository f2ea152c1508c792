//! The notice that hangs in the stairwells: totals, times, motions, the way to the poll, the log's key.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{id::PollId, rule::Rule, statement::Answers};
use maud::{Markup, html};

use super::words;
use crate::{
    app::App,
    pages::vote::silence_under,
    problem::{Path, Problem},
    text::{area, console_poll as text, number, site, when},
    view::{Page, Reader, Tone, qr, summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/polls/{poll}/notice", get(show))
}

/// What a notice says, of a published poll or of a draft.
pub(super) struct Notice {
    pub poll: PollId,
    pub compound: String,
    pub title: String,
    pub opens: u64,
    pub closes: u64,
    /// Question and rule of each motion; no rule where it is unknown.
    pub motions: Vec<(String, Option<Rule>)>,
    pub answers: Answers,
    pub units: u64,
    pub area: u64,
    /// Known once the roll is frozen.
    pub holders: Option<u64>,
    /// Known once the poll is published.
    pub log_key: Option<String>,
    pub is_test: bool,
}

async fn show(State(app): State<App>, reader: Reader, Path(id): Path<PollId>) -> Result<Response, Problem> {
    app.estate().live_poll(&id).await?.ok_or(Problem::NOT_FOUND)?;
    let log = app.estate().logs().log(&id).await.map_err(|err| Problem::internal(&err))?;
    let rules = log.rule_book().await?;
    let notice = log.read(|state, _| {
        let manifest = state.manifest();
        Notice {
            poll: id.clone(),
            compound: manifest.compound.clone(),
            title: manifest.title.clone(),
            opens: manifest.opens,
            closes: manifest.closes,
            motions: manifest
                .motions
                .iter()
                .map(|motion| (motion.title.clone(), rules.resolve(&motion.rule).ok()))
                .collect(),
            answers: manifest.policy.answers,
            units: manifest.roll.units,
            area: manifest.roll.area,
            holders: Some(manifest.roll.holders),
            log_key: Some(manifest.keys.log.0.clone()),
            is_test: manifest.test,
        }
    });
    let lang = reader.lang;
    let body = html! {
        p .no-print { (text::n_print(lang)) }
        (sheet(&app, &reader, &notice))
    };
    Ok(Page::new(&reader, text::n_title(lang)).public().show(body))
}

/// One A4 page.
pub(super) fn sheet(app: &App, reader: &Reader, notice: &Notice) -> Markup {
    let lang = reader.lang;
    let address = format!("{}/polls/{}", app.config().origin, notice.poll);
    let (answers, hint) = words::answers(lang, notice.answers);
    let (units, sum) = (number(notice.units), area(lang, notice.area));
    html! {
        article .sheet.a4 {
            h1 { (text::n_title(lang)) }
            h2 { (notice.title) }
            @if notice.is_test { p { (tag(Tone::Warn, text::rehearsal(lang))) } }
            (summary(&[
                (text::n_compound(lang), html! { (notice.compound) }),
                (text::n_when(lang), html! { (text::window(lang, &when(lang, notice.opens), &when(lang, notice.closes))) }),
                (text::n_roll(lang), html! {
                    @match notice.holders {
                        Some(holders) => { (text::n_roll_is(lang, &units, &sum, &number(holders))) }
                        None => { (text::scope_total(lang, notice.units, &sum)) }
                    }
                }),
                (text::s_answers(lang), html! { (answers) br; span .muted { (hint) } }),
            ]))
            h3 { (text::n_motions(lang)) }
            ol {
                @for (title, rule) in &notice.motions {
                    li {
                        strong { (title) }
                        @if let Some(rule) = rule {
                            ul { @for line in words::thresholds(lang, rule) { li { (line) } } }
                            @if let Some(silence) = silence_under(lang, rule) { p { strong { (silence) } } }
                        }
                    }
                }
            }
            h3 { (text::n_how(lang)) }
            p { (text::n_how_phone(lang)) " " strong { (address) } }
            (qr(&address, text::n_qr(lang)))
            p { (text::n_how_paper(lang)) }
            @if !reader.phone.is_empty() { p { (site::call(lang)) " " strong { (reader.phone) } } }
            @if !reader.service_point.is_empty() { p { (site::come(lang)) " " strong { (reader.service_point) } } }
            p { (text::n_change(lang)) }
            @if let Some(key) = &notice.log_key {
                h3 { (text::n_key(lang)) }
                p .key translate="no" { (key) }
                p { (text::n_key_why(lang)) }
            }
        }
    }
}
