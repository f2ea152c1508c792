//! Decisions and what is done about them (决定与督办): the register, and a page for each with its action items.

mod chain;
mod one;
mod tasks;

use std::collections::{BTreeMap, BTreeSet};

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::ids::Subject;
use deliberation::store::{DecisionFilter, DecisionSource, DecisionView, Named, TaskView, Verdict};
use maud::{Markup, html};
use serde::Deserialize;

pub(crate) use tasks::{nobody, refusal};

use super::{
    matters::{self, Looking, life},
    meetings, motions,
    older::{Part, next_page, to_older},
};
use crate::{
    app::App,
    problem::{Problem, Query},
    session::Someone,
    text::{Lang, after, decision as text, last_day, when},
    view::{Page, Reader, empty},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/decisions", get(list)).merge(one::routes()).merge(tasks::routes())
}

/// How many decisions a page shows: each comes with its action items.
const PAGE: u64 = 20;

fn path(number: u64) -> String {
    format!("/decisions/{number}")
}

/// The decision of a number, with what its vote has come to by now.
///
/// # Errors
/// There is none.
pub(crate) async fn find_now(app: &App, looking: &Looking, number: u64) -> Result<DecisionView, Problem> {
    motions::conclude(life(app), app.estate(), &looking.compound, app.now()).await?;
    find(app, looking, number).await
}

/// The decision of a number.
///
/// # Errors
/// There is none.
async fn find(app: &App, looking: &Looking, number: u64) -> Result<DecisionView, Problem> {
    let now = app.now();
    life(app).decision_numbered(&looking.compound, number, now).await?.ok_or(Problem::NOT_FOUND)
}

/// Names of offices and of whoever holds a post; a neighbour's is not said.
pub(super) struct Offices(BTreeMap<Subject, Named>);

impl Offices {
    pub(super) async fn of(app: &App, looking: &Looking, subjects: BTreeSet<Subject>) -> Result<Self, Problem> {
        Ok(Self(life(app).in_office(&looking.compound, &subjects, app.now()).await?))
    }

    /// Those of whoever does or has verified something.
    async fn of_tasks(app: &App, looking: &Looking, tasks: impl Iterator<Item = &TaskView>) -> Result<Self, Problem> {
        let people = tasks.flat_map(|view| [Some(&view.task.responsible), view.task.verified_by.as_ref()]);
        Self::of(app, looking, people.flatten().cloned().collect()).await
    }

    pub(super) fn say(&self, lang: Lang, subject: &Subject) -> String {
        let unnamed = match subject {
            Subject::Person(_) => crate::text::motion::an_owner(lang),
            Subject::Staff(_) => crate::text::matter::voice_office(lang),
        };
        self.0.get(subject).map_or_else(|| unnamed.to_owned(), |named| matters::words::name(lang, named))
    }
}

/// Which decisions are asked for.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Show {
    #[default]
    All,
    Open,
    Overdue,
    Done,
}

impl Show {
    const EVERY: [Self; 4] = [Self::All, Self::Open, Self::Overdue, Self::Done];

    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Done => "done",
        }
    }

    fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::All => text::all(lang),
            Self::Open => text::open(lang),
            Self::Overdue => text::late(lang),
            Self::Done => text::done(lang),
        }
    }

    fn filter(self) -> DecisionFilter {
        match self {
            Self::All => DecisionFilter::All,
            Self::Open => DecisionFilter::Open,
            Self::Overdue => DecisionFilter::Overdue,
            Self::Done => DecisionFilter::Done,
        }
    }
}

/// A page of decisions, each as it stands now.
pub(crate) async fn page_of(
    app: &App,
    looking: &Looking,
    show: Show,
    before: Option<u64>,
    limit: u64,
) -> Result<Vec<DecisionView>, Problem> {
    let now = app.now();
    motions::conclude(life(app), app.estate(), &looking.compound, now).await?;
    Ok(life(app).decisions(&looking.compound, show.filter(), before, limit, now).await?)
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Query(Part { show, before }): Query<Part<Show>>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let rows = page_of(&app, &looking, show, before, PAGE).await?;
    let next = next_page(&rows, PAGE, |row| row.number);
    let names = Offices::of_tasks(&app, &looking, rows.iter().flat_map(|row| &row.tasks)).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        nav .console aria-label=(text::shown(lang)) {
            @for to in Show::EVERY {
                a href={ "/decisions?show=" (to.code()) } aria-current=[(to == show).then_some("page")] { (to.label(lang)) }
            }
        }
        @if rows.is_empty() { (empty(text::none(lang))) }
        @for row in &rows { (panel(lang, row, &names)) }
        (to_older(&format!("/decisions?show={}&", show.code()), next, text::older(lang)))
        p { a .btn.second href="/matters" { (crate::text::matter::back(lang)) } }
    };
    Ok(Page::new(&reader, text::title(lang)).show(body))
}

fn panel(lang: Lang, row: &DecisionView, names: &Offices) -> Markup {
    html! {
        section .panel {
            h2 { a .inline href=(path(row.number)) { (row.title) } }
            (standing(lang, row))
            (sums(lang, row))
            (lines(lang, row, names))
        }
    }
}

/// Under which number, by whom and when it was decided, and how it stands.
fn standing(lang: Lang, row: &DecisionView) -> Markup {
    let by = match &row.verdict {
        Verdict::Motion(_) => text::by_vote(lang),
        Verdict::Item(_) => text::by_meeting(lang),
    };
    html! {
        p {
            (text::number(lang, row.number)) " "
            @match &row.verdict {
                Verdict::Motion(state) => { (motions::state_tag(lang, *state)) }
                Verdict::Item(item) => { @if let Some(carried) = item.carried() { (meetings::outcome(lang, carried)) } }
            }
            " " span .muted { (by) " · " (text::at(lang, &when(lang, row.at))) }
        }
    }
}

/// How much of what was given out is verified.
fn sums(lang: Lang, row: &DecisionView) -> Markup {
    let verified = row.tasks.iter().filter(|view| view.task.verified_by.is_some()).count();
    html! {
        @if row.tasks.is_empty() {
            @if row.verdict.takes_tasks() { p .muted { (text::nothing_given(lang)) } }
        } @else {
            p { (text::verified(lang, verified as u64, row.tasks.len() as u64)) }
        }
    }
}

/// One line for each action item.
fn lines(lang: Lang, row: &DecisionView, names: &Offices) -> Markup {
    html! {
        @if !row.tasks.is_empty() {
            ul .links {
                @for view in &row.tasks {
                    li {
                        a href={ (path(row.number)) "#task-" (view.number) } { (view.title) } " " (tasks::state(lang, view)) " "
                        span .muted {
                            (names.say(lang, &view.task.responsible)) " · " (after::due(lang, &last_day(lang, view.task.due)))
                        }
                    }
                }
            }
        }
    }
}

/// What is done about a decision, with the way to its page; for the pages of what was decided on.
pub(super) async fn brief(
    app: &App,
    lang: Lang,
    looking: &Looking,
    source: &DecisionSource,
) -> Result<Markup, Problem> {
    let numbers = life(app).decision_numbers(&looking.compound, &BTreeSet::from([source.clone()])).await?;
    let Some(number) = numbers.get(source) else { return Ok(html! {}) };
    let decision = find(app, looking, *number).await?;
    let names = Offices::of_tasks(app, looking, decision.tasks.iter()).await?;
    Ok(html! {
        h2 #tasks { (after::tasks(lang)) }
        (sums(lang, &decision))
        (lines(lang, &decision, &names))
        p { a .btn.second href=(path(*number)) { (text::carried_out(lang)) } }
    })
}

/// Where news about action items lead, and what they are called, by `task:ID`.
pub(super) async fn behind(
    app: &App,
    looking: &Looking,
    tasks: &BTreeSet<String>,
) -> Result<BTreeMap<String, (String, String)>, Problem> {
    let sources = life(app).decisions_behind(&looking.compound, tasks).await?;
    let numbers = life(app).decision_numbers(&looking.compound, &sources.values().cloned().collect()).await?;
    let mut found = BTreeMap::new();
    for (task, source) in sources {
        let Some(number) = numbers.get(&source) else { continue };
        let decision = find(app, looking, *number).await?;
        let place = decision.tasks.iter().find(|view| task.strip_prefix("task:") == Some(view.id.as_str()));
        if let Some(view) = place {
            found.insert(task, (format!("{}#task-{}", path(*number), view.number), view.title.clone()));
        }
    }
    Ok(found)
}
