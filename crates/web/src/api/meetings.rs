//! Meetings: agendas, what was decided by a show of hands, and minutes. Nobody is named: names are on the pages.

use axum::{Json, extract::State};
use deliberation::{
    lifecycle::tables::{ItemState, MeetingState, MinutesState},
    meeting::{Hands, ItemKind, MinutesItem, Signer, Snapshot},
    store::{ItemView, MeetingRow, MeetingView, MinutesView, Target},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Before, List, PAGE, Span,
    refusal::{Misread, Missing, Refusal},
    words::{ItemKindWord, ItemStateWord, MeetingStateWord, MinutesStateWord, SignerWord},
};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        meetings as pages,
    },
    problem::{Path, Problem, Query},
};

/// A meeting in short.
#[derive(Serialize, ToSchema)]
pub(super) struct MeetingHead {
    /// Its number.
    number: u64,
    /// Its title.
    title: String,
    /// Where it is held.
    place: String,
    /// When it is announced for.
    window: Span,
    /// Where it stands.
    #[schema(value_type = MeetingStateWord)]
    state: MeetingState,
}

/// A meeting with its agenda.
#[derive(Serialize, ToSchema)]
pub(super) struct Meeting {
    #[serde(flatten)]
    head: MeetingHead,
    /// The body that meets.
    body: String,
    /// Whether its decisions bind; otherwise they advise.
    decides: bool,
    /// All its seats.
    seats: u64,
    /// How many of them make a quorum.
    quorum: u64,
    /// Why it was cancelled.
    cancelled: Option<String>,
    /// When it was opened, in Unix seconds.
    opened: Option<u64>,
    /// When it was closed, in Unix seconds.
    closed: Option<u64>,
    /// The agenda.
    items: Vec<Item>,
    /// The versions of its minutes that whoever asks may read.
    minutes: Vec<MinutesHead>,
}

/// An item of an agenda.
#[derive(Serialize, ToSchema)]
struct Item {
    /// Its number in the estate.
    number: u64,
    /// What it is for.
    #[schema(value_type = ItemKindWord)]
    kind: ItemKind,
    /// Its title.
    title: String,
    /// Its text in Markdown.
    text: String,
    /// What became of it.
    #[schema(value_type = ItemStateWord)]
    state: ItemState,
    /// The matter that it is about.
    matter: Option<String>,
    /// The motion that it is about.
    motion: Option<String>,
    /// What was decided by a show of hands.
    decision: Option<Decision>,
    /// What was said of it.
    note: Option<String>,
}

/// A show of hands.
#[derive(Serialize, ToSchema)]
struct Decision {
    /// For.
    #[serde(rename = "for")]
    for_: u64,
    /// Against.
    against: u64,
    /// Abstained.
    abstained: u64,
    /// Seats that were taken at that moment.
    present: Option<u64>,
    /// How many made a quorum.
    quorum: Option<u64>,
    /// Whether it was carried: more than half of those who were there are for it.
    carried: Option<bool>,
}

/// A version of minutes in short.
#[derive(Serialize, ToSchema)]
struct MinutesHead {
    /// From 1.
    version: u64,
    /// Where it stands.
    #[schema(value_type = MinutesStateWord)]
    state: MinutesState,
}

/// A version of minutes.
#[derive(Serialize, ToSchema)]
pub(super) struct Minutes {
    #[serde(flatten)]
    head: MinutesHead,
    /// When the meeting was held.
    session: Span,
    /// All seats of the body.
    seats: u64,
    /// What was dealt with, in the order of the agenda.
    items: Vec<Dealt>,
    /// What was added in words, in Markdown.
    text: String,
    /// Why this version corrects the one before.
    correction: Option<String>,
    /// As what people have signed it.
    #[schema(value_type = Vec<SignerWord>)]
    signed: Vec<Signer>,
    /// SHA-256 of numbers and words, in hexadecimal digits: what is signed.
    sha256: String,
}

/// An item as the minutes have it.
#[derive(Serialize, ToSchema)]
struct Dealt {
    /// From 1, in the order of the agenda.
    number: u64,
    /// What it was for.
    #[schema(value_type = ItemKindWord)]
    kind: ItemKind,
    /// Its title.
    title: String,
    /// What became of it.
    #[schema(value_type = ItemStateWord)]
    state: String,
    /// What was decided by a show of hands.
    decision: Option<Decision>,
    /// What was said of it.
    note: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Which version; the latest if nothing is said.
    #[serde(default, deserialize_with = "super::number")]
    version: Option<u64>,
}

/// Meetings
///
/// The newest first.
#[utoipa::path(
    get,
    operation_id = "list_meetings",
    path = "/api/v1/meetings",
    tag = "meetings",
    params(Before),
    responses((status = 200, body = List<MeetingHead>, description = "A page of meetings"), Misread),
)]
pub(super) async fn list(
    State(app): State<App>,
    looking: Looking,
    Query(Before { before }): Query<Before>,
) -> Result<Json<List<MeetingHead>>, Refusal> {
    let rows = life(&app).meetings(&looking.compound, None, before, PAGE).await?;
    Ok(Json(List::of(rows, |row| row.number, |row| Some(head(&row)))))
}

fn head(row: &MeetingRow) -> MeetingHead {
    MeetingHead {
        number: row.number,
        title: row.title.clone(),
        place: row.place.clone(),
        window: row.window.into(),
        state: row.state,
    }
}

/// A meeting
///
/// With its agenda and what was decided.
#[utoipa::path(
    get,
    operation_id = "get_meeting",
    path = "/api/v1/meetings/{number}",
    tag = "meetings",
    params(("number" = u64, Path, description = "Its number")),
    responses((status = 200, body = Meeting, description = "The meeting"), Missing),
)]
pub(super) async fn one(
    State(app): State<App>,
    looking: Looking,
    Path(number): Path<u64>,
) -> Result<Json<Meeting>, Refusal> {
    let meeting = pages::find(&app, &looking, number).await?;
    let minutes = pages::shown_minutes(&app, &looking, &meeting).await?;
    Ok(Json(show(&meeting, &minutes)))
}

fn show(meeting: &MeetingView, minutes: &[&MinutesView]) -> Meeting {
    let rules = &meeting.body.rules;
    Meeting {
        head: head(&meeting.row),
        body: meeting.body.name.clone(),
        decides: rules.decides,
        seats: rules.size(),
        quorum: rules.quorum(),
        cancelled: said(&meeting.reason),
        opened: meeting.opened,
        closed: meeting.closed,
        items: meeting.items.iter().map(item).collect(),
        minutes: minutes.iter().map(|one| minutes_head(one)).collect(),
    }
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn item(view: &ItemView) -> Item {
    let (matter, motion) = match &view.about {
        Some(Target::Matter(id)) => (Some(id.to_string()), None),
        Some(Target::Motion(id)) => (None, Some(id.to_string())),
        None => (None, None),
    };
    Item {
        number: view.number,
        kind: view.kind,
        title: view.title.clone(),
        text: view.text.clone(),
        state: view.state,
        matter,
        motion,
        decision: view.hands.map(|hands| decision(hands, view.there.as_ref(), view.carried())),
        note: said(&view.note),
    }
}

fn decision(hands: Hands, there: Option<&Snapshot>, carried: Option<bool>) -> Decision {
    Decision {
        for_: hands.votes_for,
        against: hands.against,
        abstained: hands.abstained,
        present: there.map(|there| there.present),
        quorum: there.map(|there| there.quorum),
        carried,
    }
}

fn minutes_head(view: &MinutesView) -> MinutesHead {
    MinutesHead { version: view.minutes.number, state: view.state }
}

/// Minutes of a meeting
///
/// Before they are published they are for who sits in the body, attended, or runs the meeting.
#[utoipa::path(
    get,
    operation_id = "get_minutes",
    path = "/api/v1/meetings/{number}/minutes",
    tag = "meetings",
    params(("number" = u64, Path, description = "The meeting's number"), Asked),
    responses((status = 200, body = Minutes, description = "The minutes"), Misread, Missing),
)]
pub(super) async fn minutes(
    State(app): State<App>,
    looking: Looking,
    Path(number): Path<u64>,
    Query(Asked { version }): Query<Asked>,
) -> Result<Json<Minutes>, Refusal> {
    let meeting = pages::find(&app, &looking, number).await?;
    let shown = pages::shown_minutes(&app, &looking, &meeting).await?;
    let is_asked = |one: &&&MinutesView| version.is_none_or(|version| one.minutes.number == version);
    let chosen = shown.iter().rfind(is_asked).ok_or(Problem::NOT_FOUND)?;
    let minutes = &chosen.minutes;
    let skeleton = &minutes.skeleton;
    Ok(Json(Minutes {
        head: minutes_head(chosen),
        session: Span { from: skeleton.from, until: skeleton.until },
        seats: skeleton.seats,
        items: skeleton.items.iter().map(dealt).collect(),
        text: minutes.text.clone(),
        correction: said(&minutes.correction),
        signed: chosen.signers().into_iter().map(|(_, signer)| signer).collect(),
        sha256: chosen.hash.to_string(),
    }))
}

fn dealt(item: &MinutesItem) -> Dealt {
    Dealt {
        number: item.number,
        kind: item.kind,
        title: item.title.clone(),
        state: item.state.clone(),
        decision: item.hands.map(|hands| decision(hands, item.there.as_ref(), item.carried)),
        note: said(&item.note),
    }
}
