//! One room: who is in it, what was said and agreed, and what can be done.

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::ids::Subject;
use deliberation::{
    mediation::Side,
    store::{By, PartyView, RoomView, TextView},
};
use maud::{Markup, html};

use super::{
    list, path,
    step::{self, Tried},
    words,
};
use crate::{
    app::App,
    pages::{
        files,
        matters::{self, by, life},
    },
    problem::{Path, Problem},
    session::Someone,
    text::{Lang, last_day, matter, mediation as text, motion, when},
    view::{Page, Reader, Tone, code, empty, error_summary, notice, summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/mediations/{number}", get(show))
}

/// What everybody in the room is called in it.
type Names = BTreeMap<Subject, String>;

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let view = super::find(&app, &by, number).await?;
    page(&app, &reader, &by, &view, None).await
}

pub(super) async fn page(
    app: &App,
    reader: &Reader,
    by: &By,
    view: &RoomView,
    tried: Option<&Tried>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let names = names(app, lang, by, view).await?;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.verb.code(), (tried.problem.say)(lang))).collect();
    let title = text::number(lang, view.row.number);
    let body = html! {
        h1 { (title) " · " (words::category(lang, view.row.category)) }
        (error_summary(lang, &errors))
        p { (words::state(lang, view.row.state)) }
        @if step::has_forms(lang, view) { p { a .btn.second href="#next" { (text::what_next(lang)) } } }
        (notice(Tone::Plain, &html! { p { (text::inside(lang)) } }))
        (summary(&about(lang, view, &names)))
        h2 { (text::parties(lang)) }
        @for party in &view.parties { (party_panel(lang, view, party)) }
        h2 { (text::claim(lang)) }
        (lines(&view.text))
        (sessions(lang, view))
        (agreement(lang, view))
        (visits(lang, view))
        h2 #messages { (text::messages(lang)) }
        @if view.messages.is_empty() { (empty(text::messages_none(lang))) }
        @for message in &view.messages {
            article .panel {
                p { strong { (called(lang, by, &names, &message.author)) } " " span .muted { (when(lang, message.at)) } }
                (lines(&message.text))
                (files::links(lang, &message.files))
            }
        }
        (step::forms(app, reader, view, tried).await?)
        (links(app, lang, by, view).await?)
        h2 { (text::steps(lang)) }
        ol .timeline {
            @for step in &view.steps {
                li .past {
                    strong { (words::step(lang, step.verb)) }
                    span { (when(lang, step.at)) @if let Some(who) = &step.by { " · " (called(lang, by, &names, who)) } }
                    @if !step.text.is_empty() { span { (step.text) } }
                }
            }
        }
        (list::rights(lang))
        p { a .btn.second href="/mediations" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &title).show(body);
    Ok(match tried {
        Some(tried) => tried.problem.on(page),
        None => page,
    })
}

/// A text as it was typed, line by line.
fn lines(text: &str) -> Markup {
    html! { @for line in text.lines().filter(|line| !line.is_empty()) { p { (line) } } }
}

async fn names(app: &App, lang: Lang, by: &By, view: &RoomView) -> Result<Names, Problem> {
    let steps = view.steps.iter().filter_map(|step| step.by.clone());
    let authors = view.messages.iter().map(|message| message.author.clone());
    let subjects: BTreeSet<Subject> =
        steps.chain(authors).chain(view.mediator.clone()).chain(view.lawyer.clone()).collect();
    let found = life(app).names(&by.compound, &subjects, app.now()).await?;
    let mut names: Names =
        found.into_iter().map(|(subject, named)| (subject, matters::words::name(lang, &named))).collect();
    for party in &view.parties {
        if let Some(subject) = &party.subject {
            names.insert(subject.clone(), party.name.clone());
        }
    }
    Ok(names)
}

fn called(lang: Lang, by: &By, names: &Names, subject: &Subject) -> String {
    if *subject == by.subject {
        return text::you(lang).to_owned();
    }
    names.get(subject).cloned().unwrap_or_default()
}

fn about(lang: Lang, view: &RoomView, names: &Names) -> Vec<(&'static str, Markup)> {
    let who = |subject: &Option<Subject>, none: &'static str| {
        let found = subject.as_ref().and_then(|subject| names.get(subject)).cloned();
        html! { (found.unwrap_or_else(|| none.to_owned())) }
    };
    let mut rows = vec![
        (text::mediator(lang), who(&view.mediator, text::nobody_yet(lang))),
        (text::lawyer(lang), who(&view.lawyer, text::no_lawyer(lang))),
        (text::opened(lang), html! { (when(lang, view.opened)) }),
    ];
    if let Some(name) = &view.building {
        rows.push((text::where_field(lang), html! { (matters::words::building(lang, name)) }));
    }
    if let Some(until) = view.usual_until {
        let note = text::usual_note(lang);
        rows.push((text::usual_until(lang), html! { (last_day(lang, until)) p .muted { (note) } }));
    }
    if let Some(forum) = view.forum {
        rows.push((text::forum(lang), html! { (words::forum(lang, forum)) }));
    }
    rows
}

fn party_panel(lang: Lang, view: &RoomView, party: &PartyView) -> Markup {
    let side = match party.side {
        Side::Applicant => text::applicant(lang),
        Side::Other => text::respondent(lang),
    };
    let is_own = Some(party.number) == view.own;
    html! {
        section .panel {
            h3 { (party.name) " " span .muted { (side) @if is_own { " · " (text::you(lang)) } } }
            @if !party.home.is_empty() { p { (matters::words::building(lang, &party.building)) " " (party.home) } }
            p {
                @if party.consented.is_some() { (tag(Tone::Ok, text::consents(lang))) } @else { (tag(Tone::Warn, text::consents_not(lang))) }
                @if view.mediator.is_some() && party.subject.is_none() { " " (tag(Tone::Warn, text::not_found(lang))) }
            }
            @if let Some(at) = party.signed { p { (text::signed_on(lang, &when(lang, at))) } }
            @for (scan, label) in [(party.consent_scan, text::paper_consent(lang)), (party.signed_scan, text::paper_signed(lang))] {
                @if let Some(scan) = scan { p { a .btn.second href={ "/files/" (scan) } { (label) } } }
            }
        }
    }
}

fn sessions(lang: Lang, view: &RoomView) -> Markup {
    html! {
        h2 { (text::sessions(lang)) }
        @if view.sessions.is_empty() { (empty(text::sessions_none(lang))) }
        @for session in &view.sessions {
            section .panel {
                h3 {
                    (text::session_n(lang, session.number)) " "
                    @if session.met.is_some() { (tag(Tone::Ok, text::session_met(lang))) } @else { (tag(Tone::Warn, text::session_coming(lang))) }
                }
                p { (when(lang, session.at)) @if !session.place.is_empty() { " · " (session.place) } }
                @if !session.present.is_empty() { p { (text::present(lang, &session.present)) } }
                (lines(&session.note))
            }
        }
    }
}

fn agreement(lang: Lang, view: &RoomView) -> Markup {
    let Some((current, older)) = view.texts.split_last() else { return html! {} };
    html! {
        h2 #agreement { (text::agreement(lang)) }
        section .panel {
            h3 { (text::version(lang, current.version)) }
            (lines(&current.text))
            p { (text::hash(lang)) }
            (code(&current.hash.to_string()))
            @if let Some(at) = current.signed {
                p { (text::mediator_signed(lang, &when(lang, at))) }
                p { (text::law_paper(lang)) }
                @if current.scans.is_empty() { p { (tag(Tone::Warn, text::scan_wanted(lang))) } }
            }
            @if !current.scans.is_empty() { p { (text::scans(lang)) } (files::links(lang, &current.scans)) }
            @if let Some(until) = view.confirm_until { p { (text::confirm_until(lang, &last_day(lang, until))) } }
            p { a .btn.second href={ (path(view.row.number)) "/agreement" } { (text::print(lang)) } }
        }
        @for text in older { (older_text(lang, text)) }
    }
}

fn older_text(lang: Lang, text: &TextView) -> Markup {
    html! {
        details .panel {
            summary { (text::version(lang, text.version)) " · " (text::older_version(lang)) }
            (lines(&text.text))
            (files::links(lang, &text.scans))
        }
    }
}

fn visits(lang: Lang, view: &RoomView) -> Markup {
    if view.visits.is_empty() && view.visit_due.is_none() {
        return html! {};
    }
    html! {
        h2 { (text::visits(lang)) }
        @if let Some(due) = view.visit_due { p { (text::visit_due(lang, &last_day(lang, due))) } }
        @for visit in &view.visits {
            section .panel {
                p { strong { (words::kept(lang, visit.kept)) } " " span .muted { (last_day(lang, visit.at + 1)) } }
                (lines(&visit.note))
            }
        }
    }
}

/// What came of it in public, and where that is written from nothing.
async fn links(app: &App, lang: Lang, by: &By, view: &RoomView) -> Result<Markup, Problem> {
    let ids = |kind: &str| -> BTreeSet<String> {
        view.links.iter().filter_map(|link| link.strip_prefix(kind)).map(str::to_owned).collect()
    };
    let matters = life(app).matter_titles(&by.compound, &ids("matter:")).await?;
    let motions = life(app).motion_titles(&by.compound, &ids("motion:")).await?;
    Ok(html! {
        h2 { (text::links(lang)) }
        p { (text::links_lead(lang)) }
        ul .links {
            @for (id, (number, title)) in &matters {
                li { a href={ "/matters/" (id) } { (matter::number(lang, *number)) " " (title) } }
            }
            @for (id, (number, title)) in &motions {
                li { a href={ "/motions/" (id) } { (motion::number(lang, *number)) " " (title) } }
            }
        }
        p { a .btn.second href="/matters/new" { (text::links_post(lang)) } }
        p { a .btn.second href="/motions/new" { (text::links_motion(lang)) } }
    })
}
