//! The board: the three promises, and the matters from the newest on.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::session::Viewer;
use deliberation::{
    matter::Promise,
    rights::Action,
    store::{Conversation, MatterFilter, MatterRow, Promises, Target},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Looking, by, life, words};
use crate::{
    app::App,
    pages::older::{Older, Part, next_page, to_older},
    problem::{Problem, Query},
    session::Someone,
    text::{Lang, matter as text, statement},
    view::{Page, Reader, empty, meter},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters", get(board)).route("/wishes", get(wall))
}

/// How many matters a page shows.
const PAGE: u64 = 50;

/// Which matters are asked for.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Show {
    All,
    Open,
    Mine,
    ToMe,
    Acknowledged,
    Placed,
    Answered,
}

impl Show {
    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Mine => "mine",
            Self::ToMe => "to_me",
            Self::Acknowledged => "acknowledged",
            Self::Placed => "placed",
            Self::Answered => "answered",
        }
    }
}

async fn board(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Part { show, before }): Query<Part<Option<Show>>>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let promises = life(&app).promises(&looking.compound).await?;
    let filter = filter(show, &looking)?;
    let rows = life(&app).matters(&looking.compound, &filter, before, PAGE, app.now()).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let show = show.unwrap_or(Show::All);
    let is_mine = matches!(show, Show::Mine | Show::ToMe);
    let sees_all = is_mine || looking.handles(&app, None).await?;
    let body = html! {
        h1 { (text::board(lang)) }
        p { (text::board_lead(lang)) }
        (to_post(lang, &looking, "/matters/new", text::post(lang)))
        p { a .btn.second href="/wishes" { (text::wish_wall(lang)) } }
        p { a .btn.second href="/meetings" { (crate::text::meeting::title(lang)) } }
        p { a .btn.second href="/decisions" { (crate::text::decision::title(lang)) } }
        p { a .btn.second href="/mediations" { (crate::text::mediation::title(lang)) } }
        p { a .btn.second href="/places" { (crate::text::place::title(lang)) } }
        p { a .btn.second href="/rules" { (crate::text::rule::title(lang)) } }
        (waiting(&app, lang, &looking).await?)
        h2 { (text::promises(lang)) }
        (promises_list(lang, promises))
        h2 { (heading(lang, show)) }
        (chooser(lang, show, looking.by.is_some()))
        (lines(lang, &rows, sees_all, app.now()))
        (to_older(&format!("/matters?show={}&", show.code()), next, text::older(lang)))
    };
    Ok(Page::new(&reader, text::board(lang)).show(body))
}

/// For moderators: where statements wait for them.
async fn waiting(app: &App, lang: Lang, looking: &Looking) -> Result<Markup, Problem> {
    let may_judge = match &looking.by {
        Some(by) => life(app).may(by, Action::Hide, app.now()).await?,
        None => false,
    };
    if !may_judge {
        return Ok(html! {});
    }
    let counts = life(app).waiting_statements(&looking.compound).await?;
    let ids = |pick: fn(&Conversation) -> Option<String>| counts.iter().filter_map(|(below, _)| pick(below)).collect();
    let matters = |below: &Conversation| match below {
        Conversation::Of(Target::Matter(id)) => Some(id.to_string()),
        _ => None,
    };
    let motions = |below: &Conversation| match below {
        Conversation::Of(Target::Motion(id)) => Some(id.to_string()),
        _ => None,
    };
    let surveys = |below: &Conversation| match below {
        Conversation::Needs(id) => Some(id.to_string()),
        Conversation::Of(_) => None,
    };
    let matters = life(app).matter_titles(&looking.compound, &ids(matters)).await?;
    let motions = life(app).motion_titles(&looking.compound, &ids(motions)).await?;
    let surveys = life(app).survey_titles(&looking.compound, &ids(surveys)).await?;
    let line = |below: &Conversation| match below {
        Conversation::Of(Target::Matter(id)) => Some((format!("/matters/{id}"), &matters.get(id.as_str())?.1)),
        Conversation::Of(Target::Motion(id)) => Some((format!("/motions/{id}"), &motions.get(id.as_str())?.1)),
        Conversation::Needs(id) => {
            surveys.get(id.as_str()).map(|(number, title)| (format!("/surveys/{number}"), title))
        }
    };
    Ok(html! {
        @if !counts.is_empty() {
            h2 { (statement::waiting(lang)) }
            ul .links {
                @for (below, count) in &counts {
                    @if let Some((home, title)) = line(below) {
                        li { a href={ (home) "/opinion#pending" } { (statement::waiting_at(lang, title, *count)) } }
                    }
                }
            }
        }
    })
}

pub(crate) fn filter(show: Option<Show>, looking: &Looking) -> Result<MatterFilter, Problem> {
    let own = || looking.by.as_ref().map(|by| by.subject.clone()).ok_or(Problem::SIGNED_OUT);
    Ok(match show {
        None | Some(Show::All) => MatterFilter::All,
        Some(Show::Open) => MatterFilter::Open,
        Some(Show::Mine) => MatterFilter::By(own()?),
        Some(Show::ToMe) => MatterFilter::Of(own()?),
        Some(Show::Acknowledged) => MatterFilter::Silent,
        Some(Show::Placed) => MatterFilter::Loose,
        Some(Show::Answered) => MatterFilter::Unanswered,
    })
}

fn heading(lang: Lang, show: Show) -> String {
    let lacks = |what| text::missing_title(lang, what);
    match show {
        Show::All => text::all(lang).to_owned(),
        Show::Open => text::open(lang).to_owned(),
        Show::Mine => text::mine(lang).to_owned(),
        Show::ToMe => text::to_me(lang).to_owned(),
        Show::Acknowledged => lacks(text::p_acknowledged(lang)),
        Show::Placed => lacks(text::p_placed(lang)),
        Show::Answered => lacks(text::p_answered(lang)),
    }
}

fn chooser(lang: Lang, show: Show, is_known: bool) -> Markup {
    let own = [(Show::Mine, text::mine(lang)), (Show::ToMe, text::to_me(lang))];
    let all = [(Show::All, text::all(lang)), (Show::Open, text::open(lang))];
    html! {
        nav .console aria-label=(text::shown(lang)) {
            @for (to, label) in all.into_iter().chain(own.into_iter().filter(|_| is_known)) {
                a href={ "/matters?show=" (to.code()) } aria-current=[(to == show).then_some("page")] { (label) }
            }
        }
    }
}

/// The button that raises a matter; whoever is not known signs in first.
pub(super) fn to_post(lang: Lang, looking: &Looking, href: &str, label: &str) -> Markup {
    html! {
        @if looking.by.is_some() {
            p { a .btn href=(href) { (label) } }
        } @else {
            p { (text::sign_in_to_post(lang)) }
            p { a .btn href={ "/login?next=" (href) } { (crate::text::site::sign_in(lang)) } }
        }
    }
}

fn promises_list(lang: Lang, promises: Promises) -> Markup {
    let Promises { acknowledged, placed, answered } = promises;
    let share = |promise: Promise| {
        let share = (promise.kept * 10_000).checked_div(promise.of).unwrap_or(10_000);
        u32::try_from(share).unwrap_or(10_000)
    };
    let rows = [
        (Show::Acknowledged, text::acknowledged(lang, acknowledged.kept, acknowledged.of), acknowledged),
        (Show::Placed, text::placed(lang, placed.kept, placed.of), placed),
        (Show::Answered, text::answered(lang, answered.kept, answered.of), answered),
    ];
    html! {
        @for (show, sentence, promise) in rows {
            (meter(&sentence, if promise.kept == promise.of { text::whole(lang) } else { "" }, share(promise), None))
            @if promise.kept < promise.of {
                p { a .inline href={ "/matters?show=" (show.code()) } { (text::missing(lang, promise.of - promise.kept)) } }
            }
        }
    }
}

/// One line for each matter; what is not acknowledged is a number alone to most.
fn lines(lang: Lang, rows: &[MatterRow], sees_all: bool, now: u64) -> Markup {
    html! {
        @if rows.is_empty() { (empty(text::none(lang))) }
        ul .links {
            @for row in rows {
                li {
                    @if row.is_acknowledged || sees_all {
                        a href={ "/matters/" (row.id) } { (text::number(lang, row.number)) " " (row.title) } " "
                        (words::tags(lang, &row.standing, now))
                        @if let Some(building) = &row.building { " " span .muted { (words::building(lang, building)) } }
                    } @else {
                        (text::number(lang, row.number)) " " span .muted { (text::not_yet(lang)) }
                    }
                }
            }
        }
    }
}

async fn wall(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Older { before }): Query<Older>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let rows = life(&app).matters(&looking.compound, &MatterFilter::Wishes, before, PAGE, app.now()).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let sees_all = looking.handles(&app, None).await?;
    let body = html! {
        h1 { (text::wish_wall(lang)) }
        p { (text::wish_lead(lang)) }
        (to_post(lang, &looking, "/matters/new", text::post_wish(lang)))
        @if rows.is_empty() { (empty(text::none(lang))) }
        @for row in rows.iter().filter(|row| row.is_acknowledged || sees_all) {
            section .panel {
                h2 { a .inline href={ "/matters/" (row.id) } { (row.title) } }
                p { (text::number(lang, row.number)) " " (words::tags(lang, &row.standing, app.now())) }
                @if let Some(building) = &row.building { p .muted { (words::building(lang, building)) } }
            }
        }
        (to_older("/wishes?", next, text::older(lang)))
        p { a .btn.second href="/matters" { (text::back(lang)) } }
    };
    Ok(Page::new(&reader, text::wish_wall(lang)).show(body))
}

/// What somebody has raised, and how many news they have, for their own page.
pub(crate) async fn own(app: &App, lang: Lang, viewer: &Viewer) -> Result<Markup, Problem> {
    let by = by(viewer);
    let unread = life(app).unread(&by.subject).await?;
    let filter = MatterFilter::By(by.subject);
    let rows = life(app).matters(&by.compound, &filter, None, 5, app.now()).await?;
    Ok(html! {
        h2 { (text::news(lang)) }
        p { a .btn.second href="/news" { @if unread == 0 { (text::news(lang)) } @else { (text::news_link(lang, unread)) } } }
        h2 { (text::board(lang)) }
        (lines(lang, &rows, true, app.now()))
        p { a .btn.second href="/matters?show=mine" { (text::mine(lang)) } }
        p { a .btn.second href="/matters/new" { (text::post(lang)) } }
        p { a .btn.second href="/mediations" { (crate::text::mediation::title(lang)) } }
    })
}

/// The three promises and the way to the board, for the first page.
pub(crate) async fn brief(app: &App, reader: &Reader, someone: Option<&Someone>) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let Ok(looking) = Looking::of(reader, someone) else { return Ok(html! {}) };
    let promises = life(app).promises(&looking.compound).await?;
    Ok(html! {
        h2 { (text::board(lang)) }
        p { (text::board_lead(lang)) }
        ul .links {
            li { a href="/matters" { (text::board(lang)) " · " (text::answered(lang, promises.answered.kept, promises.answered.of)) } }
            li { a href="/wishes" { (text::wish_wall(lang)) } }
            li { a href="/surveys" { (crate::text::survey::title(lang)) } }
            li { a href="/motions" { (crate::text::motion::title(lang)) } }
            li { a href="/meetings" { (crate::text::meeting::title(lang)) } }
            li { a href="/decisions" { (crate::text::decision::title(lang)) } }
            li { a href="/places" { (crate::text::place::title(lang)) } }
        }
        (super::super::search::form(lang, ""))
    })
}
