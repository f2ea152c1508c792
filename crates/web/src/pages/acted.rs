//! Who has voted for one's homes: each owner sees that a co-owner or agent did, when and how, and never what.

use ballot::{
    id::PollId,
    state::Phase,
    store::{
        polls::{CastBy, CastVote, MyHolder, PollRow, PollState, ViewError},
        proxies::MyProxy,
        session::Viewer,
    },
};
use maud::{Markup, html};

use super::{matters::life, proxy::stands, vote::homes};
use crate::{
    app::App,
    problem::Problem,
    text::{Lang, acted as text, when},
    view::empty,
};

/// Of how many polls it is told, the last first.
const POLLS_MOST: usize = 5;

/// A poll, with what was cast for each of somebody's holders and who may.
struct Acted {
    poll: PollRow,
    phase: Phase,
    holders: Vec<(MyHolder, Vec<CastVote>, Option<MyProxy>)>,
    /// The pages of the motions that it asks.
    motions: Vec<String>,
}

/// The last polls of somebody, each with who has voted for their homes; nothing for who is no owner.
pub(super) async fn section(app: &App, lang: Lang, viewer: &Viewer) -> Result<Markup, Problem> {
    let mut all = Vec::new();
    for poll in app.estate().polls(&viewer.compound).await? {
        if POLLS_MOST <= all.len() {
            break;
        }
        if poll.state == PollState::Live {
            all.extend(find(app, viewer, poll).await?);
        }
    }
    Ok(html! {
        h2 #acted { (text::title(lang)) }
        p { (text::lead(lang)) }
        @if all.is_empty() { (empty(text::none(lang))) }
        @for one in &all { (panel(lang, one)) }
    })
}

/// Nothing for a poll on whose roll they are not.
async fn find(app: &App, viewer: &Viewer, poll: PollRow) -> Result<Option<Acted>, Problem> {
    let own = match app.estate().my_poll(viewer, &poll.id).await {
        Ok(own) => own,
        Err(ViewError::NoSuchPoll | ViewError::NotOnRoll | ViewError::NotInspector) => return Ok(None),
        Err(ViewError::Database(err)) => return Err(err.into()),
    };
    let mut proxies = app.estate().my_proxies(&poll.id, &own).await?.into_iter();
    let mut holders = Vec::with_capacity(own.len());
    for own in own {
        let votes = app.estate().votes_cast(&poll.id, &own).await?;
        holders.push((own, votes, proxies.next()));
    }
    let now = app.now();
    let phase = app.estate().logs().log(&poll.id).await?.read(|state, _| state.phase(now));
    let motions = life(app).motions_of_poll(&poll.id).await?.into_values().map(|(id, _)| format!("/motions/{id}"));
    Ok(Some(Acted { phase, holders, motions: motions.collect(), poll }))
}

fn panel(lang: Lang, acted: &Acted) -> Markup {
    let has_votes = acted.holders.iter().any(|(_, votes, _)| !votes.is_empty());
    html! {
        section .panel {
            h3 { (acted.poll.title) }
            @for (own, votes, proxy) in &acted.holders {
                p { strong { (homes(lang, &own.units)) } }
                @if let Some(agent) = proxy.as_ref().and_then(|proxy| proxy.agent.as_ref()) { p { (stands(lang, own, agent)) } }
                @if votes.is_empty() { p .muted { (text::nobody(lang)) } }
                ul { @for vote in votes { li { (sentence(lang, vote)) } } }
            }
            @if has_votes { (objecting(lang, acted, &acted.poll.id)) }
        }
    }
}

fn sentence(lang: Lang, vote: &CastVote) -> String {
    let how = if vote.is_paper { text::on_paper(lang) } else { text::by_phone(lang) };
    let who = match &vote.by {
        CastBy::Person { name, is_viewer: true } => text::you(lang, name),
        CastBy::Person { name, is_viewer: false } => text::co_owner(lang, name),
        CastBy::Agent { name: Some(name) } => text::agent(lang, name),
        CastBy::Agent { name: None } => text::some_agent(lang).to_owned(),
    };
    let at = vote.at.map_or_else(String::new, |at| when(lang, at));
    [who, at, how.to_owned()].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// What somebody does who did not want it: at once while it runs, by an objection once there is a result.
fn objecting(lang: Lang, acted: &Acted, poll: &PollId) -> Markup {
    html! {
        @match acted.phase {
            Phase::Before | Phase::Open | Phase::Ended => { p .muted { (text::object_now(lang)) } }
            Phase::Closed => {
                p .muted { (text::object_later(lang)) }
                @for motion in &acted.motions {
                    p { a .btn.second href={ (motion) "?ground=ballot#objections" } { (text::object(lang)) } }
                }
                @if acted.motions.is_empty() { p { a .btn.second href={ "/polls/" (poll) "/result" } { (text::to_result(lang)) } } }
            }
        }
    }
}
