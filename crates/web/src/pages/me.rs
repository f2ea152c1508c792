//! One's own page: homes, phones, ballots.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::PollId,
    state::Phase,
    store::{
        devices::{Device, RevokeError, StockError},
        ids::DeviceId,
        paper::Delegate,
        polls::ViewError,
        session::{OwnedUnit, Viewer, Who},
        staff::Role,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{help::sizes, sign_in::sign_out_form};
use crate::{
    app::App,
    problem::{Body, Path, Problem},
    session::{Owner, Someone},
    text::{Lang, area, home_label, last_day, me as text, mine, sign_in, when, written},
    view::{Page, Reader, Tone, empty, summary, tag},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/me", get(show))
        .route("/me/keys", post(add_keys))
        .route("/me/devices/{device}/revoke", get(confirm_revoke).post(revoke))
}

async fn show(State(app): State<App>, reader: Reader, Someone(viewer): Someone) -> Result<Response, Problem> {
    let lang = reader.lang;
    let devices = app.estate().devices(&viewer).await?;
    let polls = own_polls(&app, &viewer).await?;
    let acted = super::acted::section(&app, lang, &viewer).await?;
    let delegates = own_delegates(&app, lang, &viewer).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        @match &viewer.who {
            Who::Owner(owner) => {
                p { (owner.name) }
                h2 { (text::homes(lang)) }
                (homes(lang, &owner.units))
                h2 { (text::ballots(lang)) }
                (ballots(lang, &polls))
                p { a .btn.second href="/receipt" { (text::receipts(lang)) } }
                (acted)
                (delegates)
            }
            Who::Staff(staff) => { p { (text::staff(lang, role(lang, staff.role), &staff.name)) } }
        }
        (super::matters::own(&app, lang, &viewer).await?)
        h2 { (text::devices(lang)) }
        (device_list(lang, &devices, viewer.device.as_ref(), viewer.owner().is_some()))
        p { a .btn.second href="/enrol" { (text::enrol(lang)) } }
        p { a .btn.second href="/me/data" { (crate::text::own::title(lang)) } }
        h2 { (text::size(lang)) }
        (sizes(&reader))
        (sign_out_form(lang))
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

/// Whom a company sends, on its own page.
async fn own_delegates(app: &App, lang: Lang, viewer: &Viewer) -> Result<Markup, Problem> {
    let Some(company) = viewer.owner().filter(|owner| owner.is_organisation) else { return Ok(html! {}) };
    let delegates = app.estate().delegates_of(&viewer.compound, &company.id).await?;
    let say = |one: &Delegate| written::own_delegate(lang, &one.name, &last_day(lang, one.valid_until));
    let now = app.now();
    Ok(html! {
        h2 { (written::own_delegates(lang)) }
        @if delegates.is_empty() { (empty(written::own_no_delegate(lang))) }
        @for one in &delegates {
            p {
                (say(one)) " "
                @if one.holds(now) { (tag(Tone::Ok, written::confirmed(lang))) }
                @else if one.second.is_none() { (tag(Tone::Warn, written::unconfirmed(lang))) }
                @else { (tag(Tone::Bad, &written::expired(lang, &last_day(lang, one.valid_until)))) }
            }
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    voting: Vec<String>,
}

/// More voting keys of this phone, for polls to come.
async fn add_keys(
    State(app): State<App>,
    Owner { viewer }: Owner,
    Body(Keys { voting }): Body<Keys>,
) -> Result<StatusCode, Problem> {
    app.estate().add_voting_keys(&viewer, &voting, app.now(), &mut app.fresh()?).await.map_err(|err| match err {
        StockError::Database(err) => err.into(),
        StockError::NoDevice => Problem::new(StatusCode::FORBIDDEN, err.code(), sign_in::by_device_failed),
        StockError::WeakKey | StockError::KeyInUse | StockError::Full => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, err.code(), sign_in::weak_key)
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Officer => text::officer(lang),
        Role::Clerk => text::clerk(lang),
        Role::Auditor => text::auditor(lang),
    }
}

fn homes(lang: Lang, units: &[OwnedUnit]) -> Markup {
    let total = units.iter().map(|unit| unit.area).sum();
    html! {
        @if units.is_empty() { (empty(text::no_homes(lang))) }
        @for unit in units {
            div .panel {
                h3 { (home_label(lang, &unit.label)) }
                (summary(&[
                    (text::area(lang), html! { (area(lang, unit.area)) }),
                    (text::co_owners(lang), html! {
                        @if unit.co_owners.is_empty() { (text::alone(lang)) } @else { (unit.co_owners.join("、")) }
                    }),
                ]))
                @if !unit.co_owners.is_empty() {
                    @match &unit.representative {
                        Some(name) => { p { (text::represented(lang, name)) } }
                        None => { p { (text::not_represented(lang)) } }
                    }
                    p .muted { (text::how_to_represent(lang)) }
                }
            }
        }
        @if 1 < units.len() { p { (text::total(lang)) " " strong { (area(lang, total)) } } }
    }
}

/// A poll that somebody may vote in, or could have.
pub(crate) struct OwnPoll {
    pub(crate) id: PollId,
    pub(crate) title: String,
    pub(crate) phase: Phase,
    pub(crate) closes: u64,
    pub(crate) has_voted: bool,
}

/// The live polls of somebody, those that close last first; nothing for who is no owner.
pub(crate) async fn own_polls(app: &App, viewer: &Viewer) -> Result<Vec<OwnPoll>, Problem> {
    let mut own = Vec::new();
    for poll in app.estate().polls(&viewer.compound).await? {
        let holders = match app.estate().my_poll(viewer, &poll.id).await {
            Ok(holders) => holders,
            Err(ViewError::NoSuchPoll | ViewError::NotOnRoll | ViewError::NotInspector) => continue,
            Err(ViewError::Database(err)) => return Err(err.into()),
        };
        let now = app.now();
        let phase = app.estate().logs().log(&poll.id).await?.read(|state, _| state.phase(now));
        let mut people = holders.iter().flat_map(|holder| &holder.people).filter(|person| person.is_viewer);
        let has_voted = people.all(|person| person.has_voted);
        own.push(OwnPoll { id: poll.id, title: poll.title, phase, closes: poll.closes, has_voted });
    }
    Ok(own)
}

fn ballots(lang: Lang, polls: &[OwnPoll]) -> Markup {
    let mut voted = polls.iter().filter(|poll| poll.has_voted).peekable();
    html! {
        @if voted.peek().is_none() { (empty(text::no_ballots(lang))) }
        ul .links { @for poll in voted { li { a href={ "/polls/" (poll.id) } { (poll.title) } } } }
        @if !polls.is_empty() {
            h3 { (mine::title(lang)) }
            ul .links {
                @for poll in polls { li { a href={ "/polls/" (poll.id) "/roll" } { (mine::link(lang)) " · " (poll.title) } } }
            }
        }
    }
}

fn device_list(lang: Lang, devices: &[Device], own: Option<&DeviceId>, may_revoke: bool) -> Markup {
    html! {
        @if devices.is_empty() { (empty(text::no_devices(lang))) }
        @for device in devices {
            div .panel {
                p {
                    (text::enrolled(lang, &when(lang, device.enrolled_at)))
                    @if own == Some(&device.id) { " " (tag(Tone::Ok, text::this_device(lang))) }
                }
                @match device.revoked_at {
                    Some(at) => { p .muted { (text::revoked(lang, &when(lang, at))) } }
                    None if may_revoke => {
                        p { a .btn.danger href={ "/me/devices/" (device.id) "/revoke" } { (text::revoke(lang)) } }
                    }
                    None => {}
                }
            }
        }
    }
}

async fn confirm_revoke(
    State(app): State<App>,
    reader: Reader,
    Owner { viewer }: Owner,
    Path(device): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let devices = app.estate().devices(&viewer).await?;
    let is_live = |found: &&Device| found.id.as_str() == device && found.revoked_at.is_none();
    let found = devices.iter().find(is_live).ok_or(Problem::NOT_FOUND)?;
    let body = html! {
        h1 { (text::revoke_title(lang)) }
        p { strong { (text::enrolled(lang, &when(lang, found.enrolled_at))) } }
        p { (text::revoke_lead(lang)) }
        form method="post" { button .btn.danger { (text::revoke_yes(lang)) } }
        p { a .btn.second href="/me" { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, text::revoke_title(lang)).show(body))
}

async fn revoke(
    State(app): State<App>,
    Owner { viewer }: Owner,
    Path(device): Path<String>,
) -> Result<Response, Problem> {
    let id: DeviceId = device.parse().map_err(|_| Problem::NOT_FOUND)?;
    match app.estate().revoke_device(&viewer, &id, app.now(), &mut app.fresh()?).await {
        Ok(()) => {
            app.notify();
            Ok(Redirect::to("/me").into_response())
        }
        Err(RevokeError::NoSuchDevice | RevokeError::NotOfficer) => Err(Problem::NOT_FOUND),
        Err(RevokeError::Database(err)) => Err(err.into()),
    }
}
