//! The wizard's page about the rule of a motion: the law's, or a by-law that builds on it. What is said here
//! is why a rule is the usual one, and what another would change.

use std::collections::BTreeSet;

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    id::RuleName,
    rule::{Rule, RuleBook, Silent, explain::certainty, guard, place::PlaceRules},
    store::{place::Place, polls::DraftMotion},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    super::poll::language,
    draft::{Asking, Then, refused},
    motion::Motion,
    words,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Lang, console_poll, law as text},
    view::{Reader, Tone, notice},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/c/polls/{id}/motions/{motion}/rule", get(rule).post(save))
}

/// The rule that a motion is decided under, by its title.
pub(super) fn title(motion: &DraftMotion, place: Place) -> String {
    let name = motion.rule(place);
    RuleBook::of_site().resolve(&name).map_or_else(|_| name.to_string(), |rule| rule.title)
}

/// The by-laws that build on the rule of the law and leave its thresholds alone. The law of another place is none, and
/// what elects is none for a motion that does not.
fn variants(usual: &RuleName) -> Vec<Rule> {
    let book = RuleBook::of_site();
    let Ok(own) = book.resolve(usual) else { return Vec::new() };
    let of_places: BTreeSet<&RuleName> = Place::all().flat_map(|place| rules_of(&place.asks().rules)).collect();
    let fits = |name: &&RuleName| !of_places.contains(name) && guard::is_variant(usual, name, book).unwrap_or(false);
    let same = |rule: &Rule| rule.election.is_some() == own.election.is_some() && rule.measures == own.measures;
    book.votable().filter(fits).filter_map(|name| book.resolve(name).ok()).filter(same).collect()
}

fn rules_of(rules: &PlaceRules) -> [&RuleName; 5] {
    [&rules.ordinary, &rules.special, &rules.election, &rules.small_election, &rules.change_of_use]
}

/// What by-laws change, in words.
fn changes(lang: Lang, own: &Rule, other: &Rule) -> Vec<&'static str> {
    let silent = (own.treat.silent_delivered != other.treat.silent_delivered).then(|| silent(lang, other)).flatten();
    let tie = |rule: &Rule| rule.election.as_ref().map(|election| election.tie);
    [
        silent,
        (own.treat.invalid != other.treat.invalid).then(|| text::changes_invalid(lang)),
        (own.ballot.revote != other.ballot.revote).then(|| text::changes_revote(lang)),
        (own.ballot.channels != other.ballot.channels).then(|| text::changes_channels(lang)),
        (own.proxy != other.proxy).then(|| text::changes_proxy(lang)),
        (tie(own) != tie(other)).then(|| text::changes_tie(lang)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What becomes of owners who got a ballot and cast none, where a rule counts them.
pub(crate) fn silent(lang: Lang, rule: &Rule) -> Option<&'static str> {
    match rule.treat.silent_delivered {
        Silent::Absent => None,
        Silent::Participates => Some(text::silent_participates(lang)),
        Silent::Majority => Some(text::silent_majority(lang)),
    }
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    rule: String,
    then: Option<Then>,
}

async fn rule(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    let chosen = motion.get().rule.as_ref().map_or("", RuleName::as_str).to_owned();
    Ok(page(&reader, &motion, &chosen, None))
}

fn page(reader: &Reader, motion: &Motion, chosen: &str, error: Option<&str>) -> Response {
    let (lang, place) = (reader.lang, motion.editing.place);
    let errors: Vec<_> = error.map(|error| ("rule", error.to_owned())).into_iter().collect();
    let usual = place.rule(motion.get().matter, motion.get().seats);
    let (own, others) = (RuleBook::of_site().resolve(&usual).ok(), variants(&usual));
    let form = html! {
        p { (text::rule_lead(lang)) }
        fieldset #rule {
            legend { (text::rule_title(lang)) }
            @if let Some(own) = &own {
                (card(lang, ("", own), chosen.is_empty() || chosen == usual.as_str(), &reasons(lang, motion, own)))
                @for other in &others {
                    (card(lang, (other.name.as_str(), other), chosen == other.name.as_str(), &html! {
                        ul { @for change in changes(lang, own, other) { li { (change) } } }
                    }))
                }
            }
        }
        @if others.is_empty() { p .muted { (text::rule_only(lang)) } }
        @else { (notice(Tone::Warn, &html! { p { (text::rule_bylaws(lang)) } })) }
    };
    Asking { at: 1, title: text::rule_title(lang), errors: &errors, back: &motion.path("matter") }.page(reader, &form)
}

/// Why the usual rule is the one: the item of the law that the matter falls under, and what it takes.
fn reasons(lang: Lang, motion: &Motion, own: &Rule) -> Markup {
    html! {
        span .muted { (motion.get().matter.law().text(language(lang))) }
        ul { @for line in words::thresholds(lang, own) { li { (line) } } }
    }
}

fn card(lang: Lang, (value, rule): (&str, &Rule), is_chosen: bool, body: &Markup) -> Markup {
    let marks: Vec<_> = rule.certainty.split('+').map(|mark| certainty(mark, language(lang))).collect();
    html! {
        label .card {
            input type="radio" name="rule" value=(value) checked[is_chosen];
            span {
                strong { (rule.title) }
                (body)
                span .muted { (console_poll::rule_from(lang)) " " (rule.cite.join("、")) br; (marks.join("；")) }
            }
        }
    }
}

async fn save(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    Form(form): Form<Chosen>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let usual = motion.editing.place.rule(motion.get().matter, motion.get().seats);
    let chosen = if form.rule.is_empty() {
        None
    } else {
        let Some(rule) = variants(&usual).into_iter().find(|rule| rule.name.as_str() == form.rule) else {
            let page = page(&reader, &motion, &form.rule, Some(text::rule_unknown(reader.lang)));
            return Ok(refused("unknown_rule", text::rule_unknown, page));
        };
        Some(rule.name)
    };
    motion.get_mut().rule = chosen;
    motion.save(&app, &staff, form.then, "title").await
}
