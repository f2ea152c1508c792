//! Meetings (会议): bodies and their seats, agendas, the hall, and minutes.

mod bodies;
mod hall;
mod minutes;
mod one;
mod plan;
mod propose;
mod run;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Verb, tables::MeetingState},
    store::{BodyView, MeetingRow, MeetingView, Named, Target, UseError},
};
use maud::{Markup, html};

pub(super) use one::vote;
pub(super) use plan::time_of;
pub(super) use propose::before;

use super::{
    matters::{self, Looking, life},
    older::{Older, next_page, to_older},
};
use crate::{
    app::App,
    problem::{Problem, Query},
    session::Someone,
    text::{Lang, meeting as text, when},
    view::{Page, Reader, empty, tag},
};

pub(super) use bodies::{read_groups, written_groups};
pub(super) use minutes::published as published_minutes;
pub(crate) use minutes::shown as shown_minutes;
pub(super) use words::outcome;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/meetings", get(list))
        .merge(plan::routes())
        .merge(propose::routes())
        .merge(bodies::routes())
        .merge(one::routes())
        .merge(run::routes())
        .merge(hall::routes())
        .merge(minutes::routes())
}

/// How many meetings a page shows.
const PAGE: u64 = 50;

fn path(number: u64) -> String {
    format!("/meetings/{number}")
}

/// The meeting of a number.
///
/// # Errors
/// There is none.
pub(crate) async fn find(app: &App, looking: &Looking, number: u64) -> Result<MeetingView, Problem> {
    life(app).meeting_numbered(&looking.compound, number).await?.ok_or(Problem::NOT_FOUND)
}

/// The body of a number.
///
/// # Errors
/// There is none.
pub(super) async fn body(app: &App, looking: &Looking, number: u64) -> Result<BodyView, Problem> {
    life(app).body_numbered(&looking.compound, number).await?.ok_or(Problem::NOT_FOUND)
}

/// The meeting of a number, for whoever runs it.
///
/// # Errors
/// There is none, or somebody else runs it: no difference is told.
async fn find_run(app: &App, looking: &Looking, number: u64) -> Result<MeetingView, Problem> {
    let meeting = find(app, looking, number).await?;
    if runs(app, looking, &meeting).await? { Ok(meeting) } else { Err(Problem::NOT_FOUND) }
}

/// Whether whoever looks runs a meeting.
async fn runs(app: &App, looking: &Looking, meeting: &MeetingView) -> Result<bool, Problem> {
    match &looking.by {
        Some(by) => match life(app).runs_meeting(by, meeting, app.now()).await {
            Ok(runs) => Ok(runs),
            Err(UseError::Database(err)) => Err(err.into()),
            Err(_) => Err(Problem::NOT_FOUND),
        },
        None => Ok(false),
    }
}

/// Names as they are said here: to people of the estate those of all, to others those of offices and posts.
struct Names(BTreeMap<Subject, Named>);

impl Names {
    async fn of(app: &App, looking: &Looking, subjects: BTreeSet<Subject>) -> Result<Self, Problem> {
        let names = match looking.by {
            Some(_) => life(app).names(&looking.compound, &subjects, app.now()).await?,
            None => life(app).in_office(&looking.compound, &subjects, app.now()).await?,
        };
        Ok(Self(names))
    }

    /// Those of whoever sits in a body or came to a meeting.
    async fn of_meeting(app: &App, looking: &Looking, meeting: &MeetingView) -> Result<Self, Problem> {
        let seats = meeting.body.seats.iter().map(|seat| seat.subject.clone());
        let came = meeting.attendance.iter().flat_map(|line| [Some(line.person.clone()), line.proxy_for.clone()]);
        Self::of(app, looking, seats.chain(came.flatten()).collect()).await
    }

    fn say(&self, lang: Lang, subject: &Subject) -> String {
        self.0.get(subject).map_or_else(|| text::no_names(lang).to_owned(), |named| matters::words::name(lang, named))
    }
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Older { before }): Query<Older>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let rows = life(&app).meetings(&looking.compound, None, before, PAGE).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let bodies = life(&app).bodies(&looking.compound).await?;
    let plans = plan::convenable(&app, &looking, &bodies).await?;
    let adds = bodies::may_add(&app, &looking).await?;
    let (mut coming, past): (Vec<_>, Vec<_>) = rows.iter().partition(|row| is_coming(row.state));
    coming.sort_by_key(|row| row.window.from);
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if !plans.is_empty() { p { a .btn href="/meetings/new" { (text::new(lang)) } } }
        p { a .btn.second href="/meetings/propose" { (text::propose(lang)) } }
        h2 { (text::coming(lang)) }
        @if coming.is_empty() { (empty(text::none(lang))) }
        (lines(lang, &coming))
        h2 { (text::past(lang)) }
        @if past.is_empty() { (empty(text::none(lang))) }
        (lines(lang, &past))
        (to_older("/meetings?", next, text::older(lang)))
        h2 { (text::bodies(lang)) }
        @if bodies.is_empty() { (empty(text::bodies_none(lang))) }
        ul .links {
            @for body in &bodies {
                li {
                    a href={ "/bodies/" (body.number) } { (body.name) } " "
                    span .muted { (words::body_kind(lang, body.rules.kind)) }
                    @if body.is_closed { " " (tag(crate::view::Tone::Plain, text::body_closed(lang))) }
                }
            }
        }
        p { a .btn.second href="/rules" { (crate::text::rule::title(lang)) } }
        @if adds { p { a .btn.second href="/bodies/new" { (text::new_body(lang)) } } }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn is_coming(state: MeetingState) -> bool {
    match state {
        MeetingState::Planned | MeetingState::Convened | MeetingState::Open | MeetingState::Suspended => true,
        MeetingState::Closed | MeetingState::Minuted | MeetingState::Archived | MeetingState::Cancelled => false,
    }
}

fn lines(lang: Lang, rows: &[&MeetingRow]) -> Markup {
    html! {
        ul .links {
            @for row in rows {
                li {
                    a href=(path(row.number)) { (row.title) } " " (words::state(lang, row.state)) " "
                    span .muted { (when(lang, row.window.from)) " · " (row.place) }
                }
            }
        }
    }
}

/// Where news about a meeting, an item or minutes lead, and what they say: from `kind:id`.
pub(super) async fn news(
    app: &App,
    lang: Lang,
    looking: &Looking,
    object: &str,
    verb: Verb,
) -> Result<Option<(String, String)>, Problem> {
    let (kind, id) = object.split_once(':').unwrap_or((object, ""));
    let says = words::told(lang, kind, verb);
    if kind == "agenda_item" {
        let Some(item) = life(app).item(&looking.compound, id).await? else { return Ok(None) };
        let body = life(app).body(&looking.compound, &item.body).await?;
        let meeting = match &item.meeting {
            Some(id) => life(app).meeting(&looking.compound, id).await?,
            None => None,
        };
        let href = match (&meeting, &body, &item.about) {
            (Some(meeting), ..) => format!("{}#item-{}", path(meeting.row.number), item.number),
            // What was declined is told where it is answered.
            (None, _, Some(Target::Matter(id))) => format!("/matters/{id}"),
            (None, _, Some(Target::Motion(id))) => format!("/motions/{id}"),
            (None, Some(body), None) => format!("/bodies/{}", body.number),
            (None, None, None) => "/meetings".to_owned(),
        };
        let why = if item.note.is_empty() { String::new() } else { format!(" · {}", text::note(lang, &item.note)) };
        return Ok(Some((href, format!("{} · {says}{why}", item.title))));
    }
    let Ok(id) = id.parse() else { return Ok(None) };
    let Some(meeting) = life(app).meeting(&looking.compound, &id).await? else { return Ok(None) };
    let page = if kind == "minutes" { "/minutes" } else { "" };
    Ok(Some((format!("{}{page}", path(meeting.row.number)), format!("{} · {says}", meeting.row.title))))
}
