//! What if: officers and auditors try another rule or strike a ballot, and see both outcomes side by side.
//! A strike and its effect tell how a ballot was cast, so that it is for those alone who may inspect.

use std::collections::BTreeSet;

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    id::{Id, PollId, RuleName},
    log::CheckCode,
    rule::{RuleBook, explain},
    statement::Motion,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    console::text_area,
    poll::{Live, language},
};
use crate::{
    app::App,
    problem::{Path, Problem, Query},
    record::Record,
    session::Reckoner,
    text::{Lang, law as text, result as result_text},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, table},
    what_if::{Answer, OVERLAY, Question, Side},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/audit/{poll}/what-if", get(page))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    motion: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    strike: String,
    #[serde(default)]
    overlay: String,
}

async fn page(
    State(app): State<App>,
    reader: Reader,
    Reckoner(staff): Reckoner,
    Path(poll): Path<PollId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    // Of another estate there is nothing to be seen here.
    app.estate().poll(&staff.compound, &poll).await?.ok_or(Problem::NOT_FOUND)?;
    let live = Live::find(&app, &poll).await?;
    if live.log.read(|state, _| state.result().is_none()) {
        return Err(Problem::NOT_FOUND);
    }
    let lang = reader.lang;
    let record = app.records().of(&live.log, app.now()).await?;
    let motions = live.log.read(|state, _| state.manifest().motions.clone());
    let (mut errors, mut answer) = (Vec::new(), None);
    if !asked.motion.is_empty() {
        match question(lang, &asked, &motions, &record) {
            Err(error) => errors.push(error),
            Ok(question) => match app.calculations().of(&live.log, question).await? {
                Ok(found) => answer = Some(found),
                Err(reason) => errors.push(("rule", text::what_if_bad_rule(lang, &reason))),
            },
        }
    }
    let title = text::what_if_title(lang);
    let body = html! {
        h1 { (title) }
        p { strong { (live.row.title) } }
        (notice(Tone::Warn, &html! { p { (text::what_if_changes_nothing(lang)) } }))
        (error_summary(lang, &errors))
        @if let Some(answer) = &answer { (both(lang, answer)) }
        (form(lang, &poll, &asked, &motions))
        p { a .btn.second href={ "/polls/" (poll) "/result" } { (result_text::title(lang)) } }
    };
    Ok(Page::new(&reader, title).show(body))
}

/// What is asked, or the field that is wrong.
fn question(
    lang: Lang,
    asked: &Asked,
    motions: &[Motion],
    record: &Record,
) -> Result<Question, (&'static str, String)> {
    let motion = motions.iter().find(|motion| motion.id.as_str() == asked.motion);
    let motion: Id = motion.ok_or(("motion", text::what_if_no_motion(lang).to_owned()))?.id.clone();
    let rule: Option<RuleName> = match asked.rule.as_str() {
        "" => None,
        name => Some(name.parse().map_err(|err| ("rule", text::what_if_bad_rule(lang, &format!("{err}"))))?),
    };
    if OVERLAY < asked.overlay.len() {
        return Err(("overlay", text::what_if_bad_rule(lang, "8 KB")));
    }
    let mut strike = BTreeSet::new();
    for word in asked.strike.split_whitespace().take(1000) {
        let wrong = || ("strike", text::what_if_bad_strike(lang, word));
        let code = word.parse::<CheckCode>().ok().map(|code| code.to_string());
        let of_code = record.ballots.iter().find(|row| Some(&row.code) == code.as_ref()).map(|row| row.index);
        let index = word.parse::<u64>().ok().filter(|index| record.ballots.iter().any(|row| row.index == *index));
        strike.insert(index.or(of_code).ok_or_else(wrong)?);
    }
    Ok(Question { motion, rule, overlay: asked.overlay.replace("\r\n", "\n"), strike })
}

fn form(lang: Lang, poll: &PollId, asked: &Asked, motions: &[Motion]) -> Markup {
    let chosen = motions.iter().find(|motion| motion.id.as_str() == asked.motion).or(motions.first());
    // Of the rules, those that may decide the motion: they elect if it does.
    let is_election = chosen.is_some_and(|motion| motion.seats.is_some());
    let fitting = |name: &'static RuleName| {
        let rule = RuleBook::of_site().resolve(name).ok()?;
        (rule.election.is_some() == is_election).then_some((name, rule))
    };
    html! {
        form method="get" {
            div .field {
                label for="motion" { (text::what_if_motion(lang)) }
                select #motion name="motion" {
                    @for motion in motions { option value=(motion.id) selected[motion.id.as_str() == asked.motion] { (motion.title) } }
                }
            }
            div .field {
                label for="rule" { (text::what_if_rule(lang)) }
                select #rule name="rule" {
                    option value="" { (text::what_if_own(lang)) }
                    @for (name, rule) in RuleBook::of_site().votable().filter_map(fitting) {
                        option value=(name) selected[name.as_str() == asked.rule] { (rule.title) " (" (name) ")" }
                    }
                }
            }
            (field(&Field {
                name: "strike", label: text::what_if_strike(lang), hint: Some(text::what_if_strike_hint(lang)),
                value: &asked.strike, error: None, kind: ("text", "text", "off"),
            }))
            p { a .inline href={ "/audit/" (poll) "#ballots" } { (text::what_if_list(lang)) } }
            (text_area("overlay", (text::what_if_overlay(lang), text::what_if_overlay_hint(lang)), 6, &asked.overlay, None))
            button .btn { (text::what_if_go(lang)) }
        }
    }
}

fn both(lang: Lang, answer: &Answer) -> Markup {
    let (tone, verdict) =
        if answer.changes { (Tone::Warn, text::what_if_differs(lang)) } else { (Tone::Ok, text::what_if_same(lang)) };
    let cell = |side: &Side| {
        html! {
            strong { (explain::outcome(side.outcome, language(lang))) }
            @if !side.elected.is_empty() { " " (side.elected.join(lang.pick("、", ", "))) }
            br; span .muted { (side.rule) }
        }
    };
    let steps = |title: &str, side: &Side| {
        html! {
            details {
                summary { (title) }
                @for line in lang.pick(&side.steps[0], &side.steps[1]) { p { (line) } }
            }
        }
    };
    let heads = [text::what_if_was(lang), text::what_if_now(lang)];
    html! {
        (notice(tone, &html! { p .verdict { strong { (verdict) } } }))
        (table(text::what_if(lang), &heads, &[vec![cell(&answer.was), cell(&answer.now)]]))
        (steps(text::what_if_was(lang), &answer.was))
        (steps(text::what_if_now(lang), &answer.now))
    }
}
