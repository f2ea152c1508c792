//! One meeting: when and where, its agenda, who is there, what was decided.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Verb, tables::MeetingState},
    store::{DecisionSource, ItemView, MeetingView, Target},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Names, words};
use crate::{
    app::App,
    markdown,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, meeting as text, when},
    view::{Page, Reader, empty, error_summary, meter, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/meetings/{number}", get(show)).route("/meetings/{number}/step", post(step))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let meeting = super::find(&app, &looking, number).await?;
    page(&app, &reader, &looking, &meeting, None).await
}

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    meeting: &MeetingView,
    tried: Option<(Problem, &str)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let runs = super::runs(app, looking, meeting).await?;
    let names = Names::of_meeting(app, looking, meeting).await?;
    let errors: Vec<_> = tried.iter().map(|(problem, _)| ("next", (problem.say)(lang))).collect();
    let path = super::path(meeting.row.number);
    let sources = meeting.items.iter().map(|item| DecisionSource::Item(item.id.clone())).collect();
    let decisions = life(app).decision_numbers(&looking.compound, &sources).await?;
    let mut items = Vec::new();
    for item in &meeting.items {
        let decision = decisions.get(&DecisionSource::Item(item.id.clone())).copied();
        items.push(one_item(lang, item, decision).await?);
    }
    let offers = match &looking.by {
        Some(by) => life(app).meeting_offers(by, meeting, app.now()).await?,
        None => Vec::new(),
    };
    let body = html! {
        h1 { (meeting.row.title) }
        (error_summary(lang, &errors))
        p { (text::number(lang, meeting.row.number)) " " (words::state(lang, meeting.row.state)) }
        @if !meeting.reason.is_empty() { p { (text::cancelled_why(lang, &meeting.reason)) } }
        (summary(&about(lang, meeting)))
        @if runs {
            p { a .btn href={ (path) "/run" } { (text::run(lang)) } }
            p { a .btn.second href={ (path) "/hall" } { (text::hall(lang)) } }
            p { a .btn.second href={ (path) "/sheet" } { (text::sheet(lang)) } }
        }
        (forms(app, lang, meeting, &offers, tried.as_ref().map(|(_, reason)| *reason)))
        h2 { (text::agenda(lang)) }
        @if items.is_empty() { (empty(text::agenda_none(lang))) }
        @for item in &items { (item) }
        @if super::is_coming(meeting.row.state) {
            p { a .btn.second href={ "/meetings/propose?body=" (meeting.body.number) } { (text::propose(lang)) } }
        }
        (presence(app, lang, meeting, &names))
        (own(lang, looking, meeting))
        @if !meeting.minutes.is_empty() {
            h2 { (text::minutes(lang)) }
            @if meeting.published().is_none() { p { (text::minutes_none(lang)) } }
            p { a .btn.second href={ (path) "/minutes" } { (text::see_minutes(lang)) } }
        }
        p { a .btn.second href="/meetings" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &meeting.row.title).show(body);
    Ok(match tried {
        Some((problem, _)) => problem.on(page),
        None => page,
    })
}

fn about(lang: Lang, meeting: &MeetingView) -> Vec<(&'static str, Markup)> {
    let body = &meeting.body;
    let weight = if body.rules.decides { text::binds(lang) } else { text::advises(lang) };
    let window = meeting.row.window;
    vec![
        (
            text::body_field(lang),
            html! {
                (body.name) br; span .muted { (weight) } br;
                a .inline href={ "/bodies/" (body.number) } { (text::members(lang)) }
            },
        ),
        (text::when_field(lang), html! { (text::times(lang, &when(lang, window.from), &when(lang, window.until))) }),
        (text::place_field(lang), html! { (meeting.row.place) }),
        (text::who_may(lang), html! { (text::everybody(lang)) }),
    ]
}

/// What can be done next; `typed` is the reason that was given with what was refused.
fn forms(app: &App, lang: Lang, meeting: &MeetingView, offers: &[Verb], typed: Option<&str>) -> Markup {
    let path = super::path(meeting.row.number);
    let verbs: Vec<_> = offers.iter().filter_map(|verb| Some((*verb, words::todo(lang, *verb)?))).collect();
    let earliest = when(lang, MeetingView::earliest(&meeting.body.rules, app.now()));
    html! {
        @if !verbs.is_empty() { h2 #next { (text::what_next(lang)) } }
        @if offers.contains(&Verb::Edit) { p { a .btn.second href={ (path) "/edit" } { (text::edit(lang)) } } }
        @for (verb, label) in verbs {
            @if verb == Verb::Convene { p { (text::earliest(lang, meeting.body.rules.notice_days, &earliest)) } }
            @if verb == Verb::Cancel {
                details .panel open[typed.is_some_and(|reason| !reason.is_empty())] {
                    summary { (label) }
                    form method="post" action={ (path) "/step" } {
                        input type="hidden" name="verb" value=(verb);
                        div .field {
                            label for="why" { (text::why(lang)) }
                            textarea #why name="reason" rows="3" maxlength="1000" { "\n" (typed.unwrap_or_default()) }
                        }
                        button .btn { (label) }
                    }
                }
            } @else {
                @if verb == Verb::Close { p { (text::close_lead(lang)) } }
                form method="post" action={ (path) "/step" } {
                    input type="hidden" name="verb" value=(verb);
                    button .btn.second { (label) }
                }
            }
        }
    }
}

/// An item, with the number of its decision where it was decided.
async fn one_item(lang: Lang, item: &ItemView, decision: Option<u64>) -> Result<Markup, Problem> {
    let text = markdown::show(&item.text).await?;
    Ok(html! {
        section .panel id={ "item-" (item.number) } {
            h3 { (item.title) }
            p { (words::item_kind(lang, item.kind)) " " (words::item_state(lang, item)) }
            div .text { (text) }
            (vote(lang, item))
            (link(lang, item))
            @if let Some(number) = decision {
                p { a .inline href={ "/decisions/" (number) } { (crate::text::decision::carried_out(lang)) } }
            }
        }
    })
}

/// What became of an item: the hands, who was there, and what was said of it.
pub(in crate::pages) fn vote(lang: Lang, item: &ItemView) -> Markup {
    html! {
        @if let Some(hands) = item.hands {
            p { strong { (text::hands(lang, hands.votes_for, hands.against, hands.abstained)) } }
        }
        @if let Some(there) = &item.there { p { (text::was_there(lang, there.present, there.quorum)) } }
        @if !item.note.is_empty() { p { (text::note(lang, &item.note)) } }
    }
}

pub(super) fn link(lang: Lang, item: &ItemView) -> Markup {
    html! {
        @match &item.about {
            Some(Target::Matter(id)) => { p { a .inline href={ "/matters/" (id) } { (text::see_matter(lang)) } } }
            Some(Target::Motion(id)) => { p { a .inline href={ "/motions/" (id) } { (text::see_motion(lang)) } } }
            None => {}
        }
    }
}

/// Whether there is a quorum at this moment, in a sentence and a bar.
pub(super) fn quorum(lang: Lang, meeting: &MeetingView, now: u64) -> Markup {
    let there = meeting.snapshot(now);
    let sentence = if there.is_quorate() {
        text::quorum_met(lang, there.present, there.quorum)
    } else {
        text::quorum_missing(lang, there.present, there.quorum)
    };
    let size = meeting.body.rules.size().max(1);
    let share = |part: u64| u32::try_from(part * 10_000 / size).unwrap_or(10_000);
    meter(&sentence, "", share(there.present), Some(share(there.quorum)))
}

fn presence(app: &App, lang: Lang, meeting: &MeetingView, names: &Names) -> Markup {
    let is_running = matches!(meeting.row.state, MeetingState::Convened | MeetingState::Open | MeetingState::Suspended);
    if !is_running {
        return html! {};
    }
    let there = meeting.snapshot(app.now());
    let guests = meeting.attendance.iter().filter(|line| line.until.is_none() && line.group.is_none()).count();
    html! {
        h2 { (text::there(lang)) }
        (quorum(lang, meeting, app.now()))
        ul {
            @for (group, seats) in &meeting.body.rules.seats {
                li { (text::group_there(lang, group, there.groups.get(group).copied().unwrap_or(0), *seats)) }
            }
        }
        ul {
            @for line in meeting.attendance.iter().filter(|line| line.until.is_none() && line.group.is_some()) {
                li {
                    (names.say(lang, line.proxy_for.as_ref().unwrap_or(&line.person)))
                    @if line.proxy_for.is_some() { " · " (text::proxy(lang, &names.say(lang, &line.person))) }
                }
            }
        }
        @if 0 < guests { p { (text::guests(lang, guests as u64)) } }
    }
}

/// What whoever is there can do for themselves: ask to speak, and leave.
fn own(lang: Lang, looking: &Looking, meeting: &MeetingView) -> Markup {
    let Some(by) = &looking.by else { return html! {} };
    let me: &Subject = &by.subject;
    if meeting.line_of(me).is_none() {
        return html! {};
    }
    let path = super::path(meeting.row.number);
    let waits = meeting.speeches.iter().any(|speech| speech.until.is_none() && speech.subject == *me);
    let form = |act: &str, label: &str| {
        html! {
            form method="post" action={ (path) "/people" } {
                input type="hidden" name="act" value=(act);
                input type="hidden" name="who" value=(me);
                input type="hidden" name="from" value="page";
                button .btn.second { (label) }
            }
        }
    };
    html! {
        p { (text::here_done(lang)) }
        @if meeting.row.state == MeetingState::Open {
            @if waits { (form("spoken", text::withdraw_ask(lang))) } @else { (form("ask", text::ask(lang))) }
        }
        (form("leave", text::here_leave(lang)))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    verb: String,
    reason: String,
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let verb: Verb = typed.verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find(&app, &looking, number).await?;
    let result = life(&app).meeting_step(&by(&someone.0), &meeting.row.id, verb, &typed.reason, app.now()).await;
    let path = super::path(number);
    match result {
        Ok(MeetingState::Open | MeetingState::Suspended) => Ok(Redirect::to(&format!("{path}/run")).into_response()),
        Ok(_) => Ok(Redirect::to(&path).into_response()),
        Err(error) => page(&app, &reader, &looking, &meeting, Some((words::refusal(error)?, &typed.reason))).await,
    }
}
