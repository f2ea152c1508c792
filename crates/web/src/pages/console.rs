//! The officers' console: what needs them now, and the pages behind it.

mod acts;
mod beside;
mod correct;
pub(crate) mod desk;
mod draft;
mod erase;
mod figures;
mod files;
mod form;
mod letters;
mod motion;
mod notice;
mod people;
pub(crate) mod place;
mod poll;
mod posts;
mod preview;
mod register;
mod remind;
mod roll;
pub(crate) mod rule;
mod search;
mod summary;
mod upload;
mod words;

use axum::{Router, extract::FromRequestParts, extract::State, http::request::Parts, response::Response, routing::get};
use ballot::{
    id::{Id, PollId},
    rule::Outcome,
    state::BuildingTurnout,
    store::{
        acts::Act,
        polls::{PollRow, PollState},
        staff::{Role, StaffMember},
    },
};
use deliberation::store::By;
use maud::{Markup, html};

use crate::{
    app::App,
    problem::Problem,
    session::{Officer, Someone},
    text::{Lang, area, console as text, last_day, number, privacy, rule as rules, when},
    view::{Page, Reader, Tone, empty, meter, notice},
};

pub(crate) use motion::text_area;
pub(crate) use words::matter;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/c", get(home))
        .merge(acts::routes())
        .merge(roll::routes())
        .merge(register::routes())
        .merge(remind::routes())
        .merge(upload::routes())
        .merge(people::routes())
        .merge(posts::routes())
        .merge(letters::routes())
        .merge(poll::routes())
        .merge(correct::routes())
        .merge(desk::routes())
        .merge(draft::routes())
        .merge(erase::routes())
        .merge(motion::routes())
        .merge(files::routes())
        .merge(preview::routes())
        .merge(notice::routes())
        .merge(place::routes())
        .merge(rule::routes())
        .merge(beside::routes())
}

/// An officer, or somebody at the service point: who prints letters and looks units up.
pub(super) struct Desk(StaffMember);

impl FromRequestParts<App> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Someone(viewer) = <Someone as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let staff = viewer.staff(Role::Officer).or_else(|| viewer.staff(Role::Clerk));
        staff.cloned().map(Self).ok_or(Problem::NOT_FOUND)
    }
}

/// A page of the console, below the links to its others.
pub(super) fn show(page: Page<'_>, lang: Lang, body: &Markup) -> Response {
    page.show(html! { (nav(lang)) (body) })
}

fn nav(lang: Lang) -> Markup {
    let links = [
        ("/c", text::nav_home(lang)),
        ("/c/acts", text::nav_acts(lang)),
        ("/c/polls", text::nav_polls(lang)),
        ("/c/roll", text::nav_roll(lang)),
        ("/c/people", text::nav_people(lang)),
        ("/c/posts", crate::text::post::title(lang)),
        ("/c/letters", text::nav_letters(lang)),
        ("/c/privacy", privacy::c_nav(lang)),
        ("/desk", crate::text::desk::title(lang)),
        ("/matters?show=open", crate::text::matter::board(lang)),
        ("/notices", crate::text::notice::title(lang)),
        ("/matters/poster", crate::text::matter::poster(lang)),
        ("/c/place", crate::text::law::place_title(lang)),
        ("/rules", rules::title(lang)),
    ];
    html! {
        nav .console aria-label=(text::nav(lang)) {
            @for (href, label) in links { a href=(href) { (label) } }
        }
    }
}

/// A term that ends so soon is said on the first page.
const TERM_NOTICE: u64 = 60 * 86_400;

/// What the first page shows.
struct Now<'a> {
    me: &'a StaffMember,
    now: u64,
    acts: Vec<Act>,
    polls: Vec<PollNow>,
    has_roll: bool,
    /// How many people ask something of their own data.
    asking: usize,
    /// Whether a change of the rules waits for this officer.
    is_rule_waiting: bool,
}

/// A poll with what is known of it at this moment.
pub(super) struct PollNow {
    pub row: PollRow,
    /// Of a live poll.
    pub turnout: Vec<(String, BuildingTurnout)>,
    pub is_closed: bool,
    /// Whether it has a result that stands: none, once something was put right after it was signed.
    pub has_result: bool,
    /// Elections that a lot decides, by the signed result.
    pub ties: Vec<Id>,
}

impl PollNow {
    pub(super) async fn find(app: &App, row: PollRow) -> Result<Self, Problem> {
        let (mut turnout, mut is_closed, mut has_result, mut ties) = (Vec::new(), false, false, Vec::new());
        if row.state == PollState::Live {
            let log = app.estate().logs().log(&row.id).await.map_err(|err| Problem::internal(&err))?;
            (turnout, is_closed, has_result, ties) = log.read(|state, turnout| {
                let buildings =
                    turnout.by_building(state).into_iter().map(|(name, figures)| (name.to_owned(), figures));
                let results = state.result().map(|(_, sheet)| &sheet.results);
                let open = results.into_iter().flatten().filter(|result| result.outcome == Outcome::TieLot.name());
                let by_lot = open.map(|result| result.motion.clone()).collect();
                let has_result = state.result().is_some() && !state.awaits_result();
                (buildings.collect(), state.closed().is_some(), has_result, by_lot)
            });
            is_closed |= row.closes <= app.now();
        }
        turnout.sort_by(|(one, _), (other, _)| words::by_number(one, other));
        Ok(Self { row, turnout, is_closed, has_result, ties })
    }
}

async fn home(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let estate = app.estate();
    let by = By { compound: staff.compound.clone(), subject: staff.subject() };
    let mut polls = Vec::new();
    for row in estate.polls(&staff.compound).await? {
        polls.push(PollNow::find(&app, row).await?);
    }
    let now = Now {
        me: &staff,
        now: app.now(),
        acts: estate.open_acts(&staff.compound).await?,
        polls,
        has_roll: !estate.register_versions(&staff.compound).await?.is_empty(),
        asking: estate.asked(&staff.compound).await?.len(),
        is_rule_waiting: super::rules::waits_for(&app, &by).await?,
    };
    let lang = reader.lang;
    let body = html! {
        h1 { (text::title(lang)) }
        (to_do(lang, &now))
        @for poll in &now.polls { (running(lang, &now, poll)) }
        p { a .btn.second href="/c/polls/new" { (text::new_poll(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

fn to_do(lang: Lang, now: &Now<'_>) -> Markup {
    let mine = now.acts.iter().filter(|act| !act.signed_by.contains(&now.me.id)).count();
    let others = now.acts.len() - mine;
    let drafts: Vec<_> = now.polls.iter().filter(|poll| poll.row.state == PollState::Draft).collect();
    let due: Vec<_> = now.polls.iter().filter(|poll| poll.is_closed && !poll.has_result).collect();
    let ends_soon = now.me.term_ends < now.now + TERM_NOTICE;
    let has_something = mine != 0
        || !drafts.is_empty()
        || !due.is_empty()
        || ends_soon
        || !now.has_roll
        || now.asking != 0
        || now.is_rule_waiting;
    html! {
        h2 { (text::now_title(lang)) }
        @if !has_something { (empty(text::nothing(lang))) }
        @if mine != 0 { (notice(Tone::Warn, &html! { p { (text::wait_sign(lang, mine)) } p { a .btn href="/c/acts" { (text::sign_title(lang)) } } })) }
        @if now.is_rule_waiting { (notice(Tone::Warn, &html! { p { (rules::c_waits(lang)) } p { a .btn href="/rules" { (rules::title(lang)) } } })) }
        @if !now.has_roll { (notice(Tone::Warn, &html! { p { (text::no_roll(lang)) } p { a .btn href="/c/roll/upload" { (text::import_roll(lang)) } } })) }
        @for poll in due {
            (notice(Tone::Warn, &html! {
                p { strong { (poll.row.title) } }
                p { (text::result_due(lang)) }
                p { a .btn href=(poll_path(&poll.row.id)) { (text::to_poll(lang)) } }
            }))
        }
        @if ends_soon { (notice(Tone::Warn, &html! { p { (text::term_ends(lang, &last_day(lang, now.me.term_ends))) } })) }
        @if now.asking != 0 { (notice(Tone::Warn, &html! { p { (privacy::c_waiting(lang, now.asking)) } p { a .btn href="/c/privacy" { (privacy::c_nav(lang)) } } })) }
        @if others != 0 { p { a href="/c/acts" { (text::wait_others(lang, others)) } } }
        @if !drafts.is_empty() {
            h2 { (text::drafts_title(lang)) }
            ul .links {
                @for draft in drafts {
                    li { a href=(poll_path(&draft.row.id)) { (text::open_draft(lang, titled(lang, &draft.row.title))) } }
                }
            }
        }
    }
}

/// A title, or that there is none yet.
pub(super) fn titled(lang: Lang, title: &str) -> &str {
    if title.is_empty() { text::untitled(lang) } else { title }
}

pub(super) fn poll_path(id: &PollId) -> String {
    format!("/c/polls/{id}")
}

fn running(lang: Lang, now: &Now<'_>, poll: &PollNow) -> Markup {
    if poll.row.state != PollState::Live || poll.has_result {
        return html! {};
    }
    let (title, line) = match () {
        () if poll.is_closed => (text::ended_title(lang), text::closed(lang, &when(lang, poll.row.closes))),
        () if now.now < poll.row.opens => (text::announced_title(lang), text::opens(lang, &when(lang, poll.row.opens))),
        () => (text::running_title(lang), text::closes(lang, &when(lang, poll.row.closes))),
    };
    html! {
        section .panel {
            h2 { (title) }
            p { a href=(poll_path(&poll.row.id)) { (poll.row.title) } }
            p { (line) }
            @if poll.row.opens <= now.now {
                h3 { (text::turnout_title(lang)) }
                (turnout(lang, poll))
            }
        }
    }
}

/// Who has voted, building by building, and nothing of how.
pub(super) fn turnout(lang: Lang, poll: &PollNow) -> Markup {
    let buildings = &poll.turnout;
    let mut all = BuildingTurnout::default();
    for (_, building) in buildings {
        all.units += building.units;
        all.units_voted += building.units_voted;
        all.area += building.area;
        all.area_voted += building.area_voted;
    }
    let voted = format!("{} / {}", number(all.units_voted), number(all.units));
    let share = figures::hundredths(all.area_voted, all.area);
    html! {
        (meter(&text::turnout_all(lang, &voted, &area(lang, all.area_voted), &figures::percent(share)), "", share, None))
        details {
            summary { (text::turnout_by_building(lang)) }
            @for (name, building) in buildings {
                (meter(
                    &text::turnout_line(lang, &words::building(lang, name), building.units_voted, building.units),
                    "",
                    figures::hundredths(building.units_voted, building.units),
                    None,
                ))
            }
        }
        @if !poll.is_closed { p .muted { (text::turnout_only(lang)) } }
    }
}
