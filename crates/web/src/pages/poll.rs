//! A poll for everybody: what is asked, what it takes, when, and how many have voted so far.

use std::{collections::BTreeSet, convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use ballot::{
    alternatives,
    hash::Hash,
    id::PollId,
    rule::{Condition, Rule, RuleBook, explain},
    state::{Attending, BuildingTurnout, Phase},
    statement::{Answers, Motion},
    store::{Log, SubmitError, polls::PollRow},
};
use futures_util::stream::{self, Stream, StreamExt as _};
use maud::{Markup, html};
use tokio::sync::watch;

use super::{log::Entries, vote::elsewhere};
use crate::{
    app::App,
    markdown,
    problem::{Path, Problem},
    session::Someone,
    text::{Lang, area, hall, number, poll as text, when},
    view::{Page, Reader, Tone, attachment, notice, summary, table, tag, timeline},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/polls/{poll}", get(show))
        .route("/polls/{poll}/texts/{sha256}", get(document))
        .route("/polls/{poll}/turnout", get(turnout_events))
}

/// A poll whose log has begun. Whoever looks after its time closes it.
pub(crate) struct Live {
    pub row: PollRow,
    pub log: Log,
    pub phase: Phase,
}

impl Live {
    pub(crate) async fn find(app: &App, poll: &PollId) -> Result<Self, Problem> {
        let row = app.estate().live_poll(poll).await?.ok_or(Problem::NOT_FOUND)?;
        let log = app.estate().logs().log(poll).await?;
        let now = app.now();
        match log.ensure_closed(now).await {
            Ok(_) | Err(SubmitError::Refused(_)) => {}
            Err(err) => tracing::warn!(error = &err as &dyn std::error::Error, "a poll is not closed yet"),
        }
        let phase = log.read(|state, _| state.phase(now));
        Ok(Self { row, log, phase })
    }

    /// Whether this reader may have the entries: nobody before the close.
    pub(crate) async fn entries_for(&self, app: &App, someone: Option<&Someone>) -> Result<Entries, Problem> {
        let (is_closed, answers) =
            self.log.read(|state, _| (state.closed().is_some(), state.manifest().policy.answers));
        if !is_closed {
            return Ok(Entries::Barred);
        }
        if answers == Answers::Public {
            return Ok(Entries::Public);
        }
        let viewer = someone.map(|Someone(viewer)| viewer);
        let may = app.estate().may_read_entries(viewer, &self.row.id).await?;
        Ok(if may { Entries::Allowed } else { Entries::Barred })
    }

    fn motions(&self) -> Vec<Motion> {
        self.log.read(|state, _| state.manifest().motions.clone())
    }
}

/// The state of a poll in a word.
pub(crate) fn phase_tag(lang: Lang, phase: Phase) -> Markup {
    match phase {
        Phase::Before => tag(Tone::Plain, text::before(lang)),
        Phase::Open => tag(Tone::Ok, text::open(lang)),
        Phase::Ended | Phase::Closed => tag(Tone::Plain, text::closed(lang)),
    }
}

async fn show(State(app): State<App>, reader: Reader, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(&app, &poll).await?;
    let (manifest, has_result) = live.log.read(|state, _| (state.manifest().clone(), state.result().is_some()));
    let mut motions = Vec::new();
    for motion in &manifest.motions {
        let body = live.log.text(&motion.text_sha256).await?;
        motions.push((motion, markdown::show_below(&motion.title, &String::from_utf8_lossy(&body)).await?));
    }
    let rules = live.log.rule_book().await?;
    let official = app.estate().official_place(&poll).await?;
    let proposed = super::matters::life(&app).motions_of_poll(&poll).await?;
    let body = html! {
        p { (phase_tag(lang, live.phase)) @if manifest.test { " " (tag(Tone::Warn, text::rehearsal(lang))) } }
        h1 { (manifest.title) }
        @if let Some(place) = official { (elsewhere(lang, place)) }
        @match live.phase {
            Phase::Open if official.is_some() => {}
            Phase::Open => { p { a .btn href={ "/polls/" (poll) "/vote" } { (text::vote(lang)) } } }
            Phase::Ended | Phase::Closed => { p { a .btn href={ "/polls/" (poll) "/result" } { (text::to_result(lang)) } } }
            Phase::Before => {}
        }
        @if official.is_none() && matches!(live.phase, Phase::Before | Phase::Open) {
            p { a .btn.second href={ "/polls/" (poll) "/proxy" } { (crate::text::proxy::link(lang)) } }
        }
        (dates(lang, &live, has_result))
        (who_sees(lang, manifest.policy.answers))
        @for group in alternatives::groups(&manifest.motions) { (super::beside::about_group(lang, &manifest.motions, &group)) }
        @for (motion, body) in &motions {
            section .motion id={ "motion-" (motion.id) } {
                h2 { (motion.title) }
                (read_aloud(lang, &format!("motion-{}", motion.id)))
                (body)
                (candidates(lang, motion))
                (documents(lang, &poll, motion))
                (thresholds(lang, &rules, motion))
                @if let Some((id, number)) = proposed.get(&motion.text_sha256.to_string()) {
                    p { a .btn.second href={ "/motions/" (id) } { (crate::text::motion::behind(lang, *number)) } }
                }
            }
        }
        (turnout(lang, &live))
        h2 { (text::more(lang)) }
        ul .links {
            li { a href={ "/polls/" (poll) "/notice" } { (text::to_notice(lang)) } }
            li { a href={ "/audit/" (poll) } { (text::to_audit(lang)) } }
            li { a href={ "/polls/" (poll) "/papers" } { (crate::text::desk::list_title(lang)) } }
        }
        p .muted { (text::no_phone(lang)) }
    };
    let page = Page::new(&reader, &manifest.title).public().script("pages/speak.js");
    Ok(if live.phase == Phase::Open { page.script("pages/turnout.js") } else { page }.show(body))
}

/// A button that reads a part of the page aloud: a script shows it where the browser can.
fn read_aloud(lang: Lang, part: &str) -> Markup {
    html! {
        p .no-print hidden {
            button type="button" .btn.second data-speak=(part) data-read=(text::read_aloud(lang)) data-stop=(text::stop_reading(lang)) {
                (text::read_aloud(lang))
            }
        }
    }
}

fn dates(lang: Lang, live: &Live, has_result: bool) -> Markup {
    let (opens, closes) = (live.row.opens, live.row.closes);
    let is_past = |phases: &[Phase]| phases.contains(&live.phase);
    timeline(&[
        (when(lang, opens), text::opens(lang), !is_past(&[Phase::Before])),
        (when(lang, closes), text::closes(lang), is_past(&[Phase::Ended, Phase::Closed])),
        (text::after_close(lang).to_owned(), text::result_signed(lang), has_result),
    ])
}

/// Said before anybody votes: who will see what they chose.
pub(crate) fn who_sees(lang: Lang, answers: Answers) -> Markup {
    let sentence = match answers {
        Answers::Public => text::answers_public(lang),
        Answers::Owners => text::answers_owners(lang),
        Answers::Inspectors => text::answers_inspectors(lang),
    };
    notice(Tone::Plain, &html! { p { (sentence) } })
}

fn candidates(lang: Lang, motion: &Motion) -> Markup {
    html! {
        @if let Some(candidates) = &motion.candidates {
            p { (text::seats(lang, motion.seats.unwrap_or(1))) }
            ul { @for candidate in candidates { li { (candidate.name) } } }
        }
    }
}

fn documents(lang: Lang, poll: &PollId, motion: &Motion) -> Markup {
    html! {
        @for (number, hash) in (1u64..).zip(motion.attachments.iter().flatten()) {
            (attachment(&format!("/polls/{poll}/texts/{hash}"), &text::document(lang, number), &text::fingerprint(lang, short(hash))))
        }
    }
}

fn short(hash: &Hash) -> String {
    hash.to_string()[..12].to_owned()
}

/// What the law asks for, in words.
fn thresholds(lang: Lang, rules: &RuleBook, motion: &Motion) -> Markup {
    let Ok(rule) = rules.resolve(&motion.rule) else { return html! {} };
    let language = language(lang);
    html! {
        details {
            summary { (text::thresholds(lang)) }
            @for line in explain::head(&rule, language) { p { (line) } }
            (conditions(lang, text::to_take_part(lang), &rule, &rule.quorum.list))
            @if rule.election.is_none() { (conditions(lang, text::to_agree(lang), &rule, &rule.pass)) }
        }
    }
}

fn conditions(lang: Lang, heading: &str, rule: &Rule, conditions: &[Condition]) -> Markup {
    let language = language(lang);
    html! {
        @if !conditions.is_empty() {
            p { strong { (heading) } }
            ul {
                @for condition in conditions {
                    @let measure = &rule.measures[condition.measure];
                    li { (explain::measure_name(measure, language)) " " (explain::need(measure, &condition.need, language)) }
                }
            }
        }
    }
}

/// What the rules of a poll want taking part; what several want alike is said once.
pub(crate) fn quorum(lang: Lang, heading: &str, rules: &RuleBook, log: &Log) -> Markup {
    let names: BTreeSet<_> =
        log.read(|state, _| state.manifest().motions.iter().map(|motion| motion.rule.clone()).collect());
    let mut wanted: Vec<Markup> = Vec::new();
    for rule in names.iter().filter_map(|name| rules.resolve(name).ok()) {
        let conditions = conditions(lang, heading, &rule, &rule.quorum.list);
        if wanted.iter().all(|other| other.0 != conditions.0) {
            wanted.push(conditions);
        }
    }
    html! { @for conditions in &wanted { (conditions) } }
}

/// The engine's name of a language.
pub(crate) fn language(lang: Lang) -> explain::Language {
    lang.pick(explain::Language::Zh, explain::Language::En)
}

/// Who has voted so far, and nothing of how.
pub(crate) struct TurnoutNow {
    pub all: BuildingTurnout,
    /// Who has voted, of all on the roll.
    pub holders: (u64, u64),
    pub buildings: Vec<(String, BuildingTurnout)>,
    /// Who is at an assembly, as the record says: present, represented, and the area of both.
    hall: (u64, u64, u64),
}

impl TurnoutNow {
    pub(crate) fn of(log: &Log) -> Self {
        log.read(|state, turnout| {
            let buildings: Vec<_> =
                turnout.by_building(state).into_iter().map(|(name, figures)| (name.to_owned(), figures)).collect();
            let all = buildings.iter().fold(BuildingTurnout::default(), |sum, (_, one)| BuildingTurnout {
                units: sum.units + one.units,
                units_voted: sum.units_voted + one.units_voted,
                area: sum.area + one.area,
                area_voted: sum.area_voted + one.area_voted,
            });
            let holders = state.roll().map_or(0, |roll| roll.holders().count() as u64);
            Self { all, holders: (turnout.holders() as u64, holders), buildings, hall: in_hall(state, turnout) }
        })
    }

    fn heads(&self, lang: Lang) -> String {
        text::heads_voted(lang, number(self.holders.0), number(self.holders.1))
    }

    fn area(&self, lang: Lang) -> String {
        text::area_voted(lang, area(lang, self.all.area_voted), area(lang, self.all.area))
    }

    /// Who is at an assembly, if there is one.
    pub(crate) fn hall(&self, lang: Lang) -> Option<String> {
        let (present, represented, sum) = self.hall;
        let sentence = || hall::in_hall(lang, &number(present), &number(represented), &area(lang, sum));
        (0 < present + represented).then(sentence)
    }

    fn building(lang: Lang, figures: &BuildingTurnout) -> String {
        text::units_voted(lang, number(figures.units_voted), number(figures.units))
    }

    /// As the browser puts it into the page: ready sentences by the place they belong to.
    fn event(&self, lang: Lang) -> Event {
        let mut texts = serde_json::Map::new();
        texts.insert("heads".to_owned(), self.heads(lang).into());
        texts.insert("area".to_owned(), self.area(lang).into());
        for (name, figures) in &self.buildings {
            texts.insert(format!("building-{name}"), Self::building(lang, figures).into());
        }
        Event::default().event("turnout").data(serde_json::Value::Object(texts).to_string())
    }
}

/// How many holders are present and represented, and the area of their units.
fn in_hall(state: &ballot::state::State, turnout: &ballot::state::Turnout) -> (u64, u64, u64) {
    let hall = turnout.hall();
    let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
    let area = lines.filter(|line| hall.contains_key(&line.holder)).map(|line| line.area).sum();
    let present = hall.values().filter(|how| **how == Attending::Present).count() as u64;
    (present, hall.len() as u64 - present, area)
}

fn turnout(lang: Lang, live: &Live) -> Markup {
    if live.phase == Phase::Before {
        return html! {};
    }
    let now = TurnoutNow::of(&live.log);
    let buildings: Vec<_> = by_number(now.buildings.iter().map(|(name, figures)| (name.as_str(), figures)));
    let rows: Vec<_> = buildings
        .into_iter()
        .map(|(name, figures)| {
            let place = format!("building-{name}");
            vec![
                html! { (text::building(lang, name)) },
                html! { span data-turnout=(place) { (TurnoutNow::building(lang, figures)) } },
            ]
        })
        .collect();
    html! {
        section #turnout data-events={ "/polls/" (live.row.id) "/turnout?lang=" (lang.as_str()) } {
            h2 { (text::turnout(lang)) }
            p { output aria-live="polite" data-turnout="heads" { (now.heads(lang)) } }
            p { output aria-live="polite" data-turnout="area" { (now.area(lang)) } }
            @if let Some(hall) = now.hall(lang) { p { (hall) } }
            @if live.phase == Phase::Open { p .muted { (text::nothing_else_yet(lang)) } }
            details {
                summary { (text::by_building(lang)) }
                (table(text::by_building(lang), &[text::building_head(lang), text::voted_head(lang)], &rows))
            }
        }
    }
}

/// In the order of their numbers, as people count: 2 before 10.
pub(crate) fn by_number<'a, T>(buildings: impl Iterator<Item = (&'a str, T)>) -> Vec<(&'a str, T)> {
    let mut sorted: Vec<_> = buildings.collect();
    let key = |name: &str| {
        let digits: String =
            name.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        (digits.parse::<u64>().unwrap_or(u64::MAX), name.to_owned())
    };
    sorted.sort_by_key(|(name, _)| key(name));
    sorted
}

/// Between two figures; many ballots a second are one.
const SHOWN_EVERY: Duration = Duration::from_secs(1);

async fn turnout_events(
    State(app): State<App>,
    reader: Reader,
    Path(poll): Path<PollId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let live = Live::find(&app, &poll).await?;
    if live.phase != Phase::Open {
        return Err(Problem::NOT_FOUND);
    }
    let (log, lang, heads) = (live.log, reader.lang, app.stopping());
    let changes = stream::unfold((log.watch(), true), |(mut heads, is_first)| async move {
        if !is_first {
            tokio::time::sleep(SHOWN_EVERY).await;
            heads.changed().await.ok()?;
        }
        Some(((), (heads, false)))
    });
    let events = changes.map(move |()| Ok(TurnoutNow::of(&log).event(lang))).take_until(until_stopped(heads));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

async fn until_stopped(mut stopping: watch::Receiver<bool>) {
    // A sender that is gone has stopped as well.
    let _ = stopping.wait_for(|is_stopping| *is_stopping).await;
}

/// A motion's text or attachment by its hash, as the manifest binds it.
async fn document(State(app): State<App>, Path((poll, sha256)): Path<(PollId, String)>) -> Result<Response, Problem> {
    let hash: Hash = sha256.parse().map_err(|_| Problem::NOT_FOUND)?;
    let live = Live::find(&app, &poll).await?;
    let is_named = live.motions().iter().any(|motion| {
        motion.text_sha256 == hash || motion.attachments.iter().flatten().any(|attachment| *attachment == hash)
    });
    if !is_named {
        return Err(Problem::NOT_FOUND);
    }
    let bytes = live.log.text(&hash).await?;
    let headers = [
        (header::CONTENT_TYPE, content_type(&bytes)),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_DISPOSITION, "inline"),
    ];
    Ok((headers, bytes).into_response())
}

/// By its first bytes: what was taken is one of these or Markdown.
pub(super) fn content_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        _ => "text/plain; charset=utf-8",
    }
}

/// A poll's times and question, for lists.
pub(crate) fn in_list(lang: Lang, row: &PollRow, phase: Phase) -> Markup {
    html! {
        div .panel {
            p { (phase_tag(lang, phase)) }
            h2 { (row.title) }
            (summary(&[(text::closes(lang), html! { (when(lang, row.closes)) })]))
            p { a .btn.second href={ "/polls/" (row.id) } { (text::to_poll(lang)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buildings_stand_in_the_order_of_their_numbers() {
        let sorted = by_number(["10", "2", "1", "西区", "3A"].into_iter().map(|name| (name, ())));
        let names: Vec<_> = sorted.into_iter().map(|(name, ())| name).collect();
        assert_eq!(names, ["1", "2", "3A", "10", "西区"]);
    }

    #[test]
    fn a_document_is_what_its_first_bytes_say() {
        for (bytes, expected) in [
            (&b"%PDF-1.7"[..], "application/pdf"),
            (&[0x89, b'P', b'N', b'G', 13], "image/png"),
            (&b"<script>"[..], "text/plain; charset=utf-8"),
            (&b""[..], "text/plain; charset=utf-8"),
        ] {
            assert_eq!(content_type(bytes), expected);
        }
    }
}
