//! Minutes: every version to read and print, and what chair, secretary and attendants do with the latest.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Verb, tables::ItemState},
    meeting::MinutesItem,
    store::{MeetingView, MinutesAct, MinutesView},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Names, words};
use crate::{
    app::App,
    markdown,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, meeting as text, when},
    view::{Page, Reader, code, empty, error_summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/meetings/{number}/minutes", get(show).post(step))
}

#[derive(Deserialize)]
struct Asked {
    version: Option<u64>,
}

/// The versions that whoever looks may read: what is not published is for who sits in the body, attended, or runs it.
pub(crate) async fn shown<'a>(
    app: &App,
    looking: &Looking,
    meeting: &'a MeetingView,
) -> Result<Vec<&'a MinutesView>, Problem> {
    let reads_all = reads_all(app, looking, meeting).await?;
    Ok(meeting.minutes.iter().filter(|one| one.is_published() || reads_all).collect())
}

/// Whether whoever looks may read what is not published: who sits in the body, attended, or runs the meeting.
async fn reads_all(app: &App, looking: &Looking, meeting: &MeetingView) -> Result<bool, Problem> {
    let Some(by) = &looking.by else { return Ok(false) };
    let is_of_it = meeting.body.seat_of(&by.subject).is_some() || meeting.attended(&by.subject);
    Ok(is_of_it || super::runs(app, looking, meeting).await?)
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
    Query(Asked { version }): Query<Asked>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let meeting = super::find(&app, &looking, number).await?;
    page(&app, &reader, &looking, &meeting, version, None).await
}

/// What was refused, with what was typed.
type Tried = Option<(Problem, Typed)>;

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    meeting: &MeetingView,
    version: Option<u64>,
    tried: Tried,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let shown = shown(app, looking, meeting).await?;
    let chosen = match version {
        Some(version) => Some(*shown.iter().find(|one| one.minutes.number == version).ok_or(Problem::NOT_FOUND)?),
        None => shown.last().copied(),
    };
    let names = Names::of_meeting(app, looking, meeting).await?;
    let errors: Vec<_> = tried.iter().map(|(problem, _)| ("next", (problem.say)(lang))).collect();
    let is_latest = chosen.is_some_and(|chosen| chosen.minutes.number == meeting.minutes.len() as u64);
    let verbs = match &looking.by {
        Some(by) if is_latest => life(app).minutes_offers(by, meeting, app.now()).await?,
        Some(_) | None => Vec::new(),
    };
    let path = super::path(meeting.row.number);
    let whole = match chosen {
        Some(chosen) => whole(lang, reader, meeting, chosen, &names).await?,
        None => empty(text::minutes_none(lang)),
    };
    let typed = tried.as_ref().map(|(_, typed)| typed);
    let body = html! {
        (error_summary(lang, &errors))
        (whole)
        @if let Some(chosen) = chosen { (forms(lang, &path, chosen, &verbs, typed)) }
        @if 1 < shown.len() {
            h2 { (text::versions(lang)) }
            ul .links {
                @for one in &shown {
                    li {
                        a href={ (path) "/minutes?version=" (one.minutes.number) } { (text::version(lang, one.minutes.number)) }
                        " " (words::minutes_state(lang, one.state))
                    }
                }
            }
        }
        p { a .btn.second href=(path) { (text::back_one(lang)) } }
    };
    let page = Page::new(reader, text::minutes(lang)).show(body);
    Ok(match tried {
        Some((problem, _)) => problem.on(page),
        None => page,
    })
}

/// The minutes that hold, with who signed them; nothing before any are published.
pub(in crate::pages) async fn published(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    meeting: &MeetingView,
) -> Result<Option<Markup>, Problem> {
    let Some(chosen) = meeting.published() else { return Ok(None) };
    let names = Names::of_meeting(app, looking, meeting).await?;
    whole(reader.lang, reader, meeting, chosen, &names).await.map(Some)
}

/// What a version says, with who signed it.
async fn whole(
    lang: Lang,
    reader: &Reader,
    meeting: &MeetingView,
    chosen: &MinutesView,
    names: &Names,
) -> Result<Markup, Problem> {
    let minutes = &chosen.minutes;
    let skeleton = &minutes.skeleton;
    let words_of = if minutes.text.is_empty() { None } else { Some(markdown::show(&minutes.text).await?) };
    Ok(html! {
        h1 { (text::minutes(lang)) }
        p { (reader.estate) " · " (meeting.row.title) " · " (text::number(lang, meeting.row.number)) }
        p { (text::version(lang, minutes.number)) " " (words::minutes_state(lang, chosen.state)) }
        @if !minutes.correction.is_empty() { p { (text::correction(lang, &minutes.correction)) } }
        p { (text::session(lang, &when(lang, skeleton.from), &when(lang, skeleton.until))) " · " (meeting.row.place) }
        (attended(lang, chosen, names))
        h2 { (text::record(lang)) }
        @for item in &skeleton.items { (one_item(lang, item)) }
        h2 { (text::words(lang)) }
        @match words_of { Some(said) => { div .text { (said) } } None => { (empty(text::no_words(lang))) } }
        h2 { (text::signed(lang)) }
        (signatures(lang, chosen, names))
        h3 { (text::hash(lang)) }
        p { (text::hash_lead(lang)) }
        (code(&chosen.hash.to_string()))
        p .muted { (text::print_hint(lang)) }
        @if !chosen.notes.is_empty() && !chosen.is_published() {
            h2 { (text::notes(lang)) }
            @for note in &chosen.notes {
                section .panel {
                    p { strong { (names.say(lang, &note.author)) } " · " (when(lang, note.at)) }
                    @for line in note.text.lines() { p { (line) } }
                }
            }
        }
    })
}

/// Whoever held a seat, by name; guests are a number.
fn attended(lang: Lang, chosen: &MinutesView, names: &Names) -> Markup {
    let skeleton = &chosen.minutes.skeleton;
    let seated = skeleton.attended.iter().filter(|line| line.group.is_some());
    let seated: BTreeSet<_> = seated
        .map(|line| {
            let member = line.proxy_for.as_ref().unwrap_or(&line.person);
            (
                line.group.clone().unwrap_or_default(),
                member.clone(),
                line.proxy_for.as_ref().map(|_| line.person.clone()),
            )
        })
        .collect();
    let members: BTreeSet<_> = seated.iter().map(|(_, member, _)| member).collect();
    // Who held a seat for another came as a guest and is none.
    let holders = seated.iter().filter_map(|(_, _, holder)| holder.as_ref());
    let counted: BTreeSet<_> = members.iter().copied().chain(holders).collect();
    let guests = skeleton.attended.iter().filter(|line| line.group.is_none()).map(|line| &line.person);
    let guests: BTreeSet<_> = guests.filter(|who| !counted.contains(who)).collect();
    let name = |text: &str| match text.parse::<Subject>() {
        Ok(subject) => names.say(lang, &subject),
        Err(_) => text::no_names(lang).to_owned(),
    };
    html! {
        h2 { (text::attended(lang)) }
        p { (text::attended_count(lang, members.len() as u64, skeleton.seats)) }
        ul {
            @for (group, member, proxy) in &seated {
                li {
                    (group) " · " (name(member))
                    @if let Some(proxy) = proxy { " · " (text::proxy(lang, &name(proxy))) }
                }
            }
        }
        @if !guests.is_empty() { p { (text::guests(lang, guests.len() as u64)) } }
    }
}

fn one_item(lang: Lang, item: &MinutesItem) -> Markup {
    let state = item.state.parse::<ItemState>().ok().map(|state| words::state_word(lang, state));
    html! {
        section .panel {
            h3 { (item.number) ". " (item.title) }
            p {
                (words::item_kind(lang, item.kind)) " "
                @if let Some((tone, word)) = state { (tag(tone, word)) }
                @if let Some(carried) = item.carried { " " (words::outcome(lang, carried)) }
            }
            @if let Some(hands) = item.hands {
                p { strong { (text::hands(lang, hands.votes_for, hands.against, hands.abstained)) } }
            }
            @if let Some(there) = &item.there { p { (text::was_there(lang, there.present, there.quorum)) } }
            @if !item.note.is_empty() { p { (text::note(lang, &item.note)) } }
        }
    }
}

fn signatures(lang: Lang, chosen: &MinutesView, names: &Names) -> Markup {
    let signers = chosen.signers();
    html! {
        @if signers.is_empty() { (empty(text::signed_none(lang))) }
        ul { @for (who, signer) in &signers { li { (words::signer(lang, *signer)) " · " (names.say(lang, who)) } } }
    }
}

fn forms(lang: Lang, path: &str, chosen: &MinutesView, verbs: &[Verb], tried: Option<&Typed>) -> Markup {
    let verbs: Vec<_> = verbs.iter().filter_map(|verb| Some((*verb, words::todo_minutes(lang, *verb)?))).collect();
    let typed = |verb: Verb| tried.filter(|typed| typed.verb == verb.code());
    html! {
        @if !verbs.is_empty() { h2 #next { (text::what_next(lang)) } }
        @for (verb, label) in verbs {
            @let id = format!("w-{verb}");
            form .panel method="post" action={ (path) "/minutes" } {
                input type="hidden" name="verb" value=(verb);
                @match verb {
                    Verb::Draft | Verb::Edit => {
                        div .field {
                            label for=(id) { (text::minutes_text(lang)) }
                            textarea id=(id) name="text" rows="12" maxlength="20000" {
                                "\n" (typed(verb).map_or(chosen.minutes.text.as_str(), |typed| typed.text.as_str()))
                            }
                        }
                    }
                    Verb::Note => {
                        div .field {
                            label for=(id) { (label) }
                            textarea id=(id) name="text" rows="4" maxlength="4000" { "\n" (typed(verb).map_or("", |typed| typed.text.as_str())) }
                        }
                    }
                    Verb::Return | Verb::Create => {
                        div .field {
                            label for=(id) { (text::why(lang)) }
                            textarea id=(id) name="reason" rows="3" maxlength="1000" { "\n" (typed(verb).map_or("", |typed| typed.reason.as_str())) }
                        }
                    }
                    _ => {}
                }
                button .btn.second { (label) }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    verb: String,
    text: String,
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
    words::todo_minutes(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find(&app, &looking, number).await?;
    let act = MinutesAct { text: typed.text.clone(), reason: typed.reason.clone() };
    match life(&app).minutes_step(&by(&someone.0), &meeting.row.id, verb, &act, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}/minutes", super::path(number))).into_response()),
        Err(error) => {
            let problem = words::refusal(error)?;
            if problem.status != StatusCode::UNPROCESSABLE_ENTITY {
                return Err(problem);
            }
            page(&app, &reader, &looking, &meeting, None, Some((problem, typed))).await
        }
    }
}
