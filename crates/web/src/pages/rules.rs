//! The rules that an estate and its bodies set for themselves (本小区的规定): what they are, who changed what when, and
//! changing them, which takes two people.

mod fields;
mod history;

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use deliberation::{
    settings::Number,
    store::{BodyView, MeetingError, RuleError, Rules, RulesOf, Ruling, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    matters::{Looking, by, life, refusal},
    meetings,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, Sentence, meeting, rule as text},
    view::{Page, Reader, error_summary, summary},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/rules", get(show).post(propose))
        .route("/rules/{change}/{act}", post(decide))
        .route("/bodies/{number}/rules", get(show).post(propose))
        .route("/bodies/{number}/rules/{change}/{act}", post(decide))
}

/// What was typed, by the names of the fields.
type Typed = BTreeMap<String, String>;

/// What was refused: the id of the field, why, and what was typed.
#[derive(Default)]
struct Tried {
    refused: Option<(&'static str, Problem)>,
    typed: Typed,
}

/// The rules that a page is about, as they are for whoever looks.
struct Ruled {
    looking: Looking,
    rules: Rules,
    /// Of a body's rules.
    body: Option<BodyView>,
}

impl Ruled {
    fn of(&self) -> RulesOf {
        self.rules.of()
    }

    fn path(&self) -> String {
        self.body.as_ref().map_or_else(|| "/rules".to_owned(), |body| format!("/bodies/{}/rules", body.number))
    }

    fn title(&self, lang: Lang) -> String {
        self.body.as_ref().map_or_else(|| text::title(lang).to_owned(), |body| text::of_body(lang, &body.name))
    }
}

impl FromRequestParts<App> for Ruled {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Of {
            number: Option<u64>,
        }
        let looking = Looking::from_request_parts(parts, app).await?;
        let Path(Of { number }) = Path::from_request_parts(parts, app).await?;
        let Some(number) = number else {
            let rules = Rules::Estate(life(app).settings(&looking.compound).await?);
            return Ok(Self { looking, rules, body: None });
        };
        let body = meetings::body(app, &looking, number).await?;
        Ok(Self { rules: Rules::Body(body.id.clone(), body.rules.clone()), body: Some(body), looking })
    }
}

async fn show(State(app): State<App>, reader: Reader, ruled: Ruled) -> Result<Response, Problem> {
    page(&app, &reader, &ruled, Tried::default()).await
}

async fn page(app: &App, reader: &Reader, ruled: &Ruled, tried: Tried) -> Result<Response, Problem> {
    let lang = reader.lang;
    let may = may_rule(app, ruled).await?;
    let changes = history::Changes::of(app, ruled).await?;
    let errors: Vec<_> = tried.refused.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect();
    let title = ruled.title(lang);
    let body = html! {
        h1 { (title) }
        p { (if ruled.body.is_some() { text::lead_body(lang) } else { text::lead(lang) }) }
        (error_summary(lang, &errors))
        (changes.waiting(lang, may))
        (current(lang, &ruled.rules))
        p { (text::from_now(lang)) }
        @if may && !changes.is_waiting() { (form(lang, ruled, &tried)) }
        (changes.past(lang))
        @match &ruled.body {
            Some(body) => { p { a .btn.second href={ "/bodies/" (body.number) } { (text::to_body(lang)) } } }
            None => {
                p .muted { (text::law(lang)) }
                (bodies(app, lang, &ruled.looking).await?)
            }
        }
    };
    let page = Page::new(reader, &title).show(body);
    Ok(match tried.refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

async fn may_rule(app: &App, ruled: &Ruled) -> Result<bool, Problem> {
    let Some(by) = &ruled.looking.by else { return Ok(false) };
    match life(app).may_rule(by, &ruled.of(), app.now()).await {
        Ok(may) => Ok(may),
        Err(error) => Err(refusal(error).unwrap_or_else(|problem| problem)),
    }
}

/// The rules as they are, in groups.
fn current(lang: Lang, rules: &Rules) -> Markup {
    html! {
        h2 { (text::now(lang)) }
        @for (head, rows) in fields::groups(lang, rules) {
            @if let Some(head) = head { h3 { (head) } }
            (summary(&rows.iter().map(|(what, value)| (what.as_str(), html! { (value) })).collect::<Vec<_>>()))
        }
    }
}

/// The way to the rules of each body that still meets.
async fn bodies(app: &App, lang: Lang, looking: &Looking) -> Result<Markup, Problem> {
    let bodies = life(app).bodies(&looking.compound).await?;
    let bodies: Vec<_> = bodies.iter().filter(|body| !body.is_closed).collect();
    Ok(html! {
        @if !bodies.is_empty() {
            h2 { (text::bodies(lang)) }
            ul .links { @for body in bodies { li { a href={ "/bodies/" (body.number) "/rules" } { (body.name) } } } }
        }
        p { a .btn.second href="/meetings" { (meeting::back(lang)) } }
    })
}

fn form(lang: Lang, ruled: &Ruled, tried: &Tried) -> Markup {
    let is_refused = tried.refused.is_some() && !tried.typed.is_empty();
    html! {
        details .panel open[is_refused] {
            summary #change { (text::change(lang)) }
            p { (text::change_lead(lang)) }
            form method="post" action=(ruled.path()) {
                (fields::form(lang, &ruled.rules, tried))
                button .btn { (text::propose(lang)) }
            }
        }
    }
}

async fn propose(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    ruled: Ruled,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let refused = match fields::read(&ruled.rules, &typed) {
        Err((at, say)) => (at, unprocessable("bad_number", say)),
        Ok(new) => match life(&app).propose_rules(&by(&someone.0), &new, app.now()).await {
            Ok(_) => return Ok(Redirect::to(&ruled.path()).into_response()),
            Err(error) => (place(&error), refusal(error)?),
        },
    };
    page(&app, &reader, &ruled, Tried { refused: Some(refused), typed }).await
}

fn unprocessable(code: &'static str, say: Sentence) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say)
}

/// The field that a refusal is about.
fn place(error: &UseError) -> &'static str {
    match error {
        UseError::Setting(error) => error.number.code(),
        UseError::Meeting(MeetingError::Seats) | UseError::Rule(RuleError::Seated) => fields::GROUPS,
        UseError::Meeting(MeetingError::Rules) => fields::NOTICE,
        UseError::Rule(RuleError::Waits | RuleError::Own | RuleError::Gone) => "waiting",
        _ => "change",
    }
}

#[derive(Deserialize)]
struct Deciding {
    change: u64,
    act: Act,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Adopt,
    Drop,
}

async fn decide(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    ruled: Ruled,
    Path(Deciding { change, act }): Path<Deciding>,
) -> Result<Response, Problem> {
    let ruling = match act {
        Act::Adopt => Ruling::Adopt,
        Act::Drop => Ruling::Drop,
    };
    match life(&app).decide_rules(&by(&someone.0), (&ruled.of(), change), ruling, app.now()).await {
        Ok(_) => Ok(Redirect::to(&ruled.path()).into_response()),
        Err(error) => {
            let refused = Some((place(&error), refusal(error)?));
            page(&app, &reader, &ruled, Tried { refused, typed: Typed::new() }).await
        }
    }
}

/// Whether somebody else's change of the estate's numbers waits for whoever looks; for the officers' first page.
pub(super) async fn waits_for(app: &App, by: &deliberation::store::By) -> Result<bool, Problem> {
    let newest = life(app).rule_changes(&by.compound, &RulesOf::Estate, 1).await?;
    let is_others = newest.first().is_some_and(|change| change.is_waiting_for(&by.subject));
    Ok(is_others)
}

/// What a number is called.
fn label(lang: Lang, number: Number) -> &'static str {
    match number {
        Number::AcknowledgeGrid => text::n_acknowledge_grid(lang),
        Number::AcknowledgeEstate => text::n_acknowledge_estate(lang),
        Number::AcknowledgeCommunity => text::n_acknowledge_community(lang),
        Number::AcknowledgeStreet => text::n_acknowledge_street(lang),
        Number::AnswerGrid => text::n_answer_grid(lang),
        Number::AnswerEstate => text::n_answer_estate(lang),
        Number::AnswerCommunity => text::n_answer_community(lang),
        Number::AnswerStreet => text::n_answer_street(lang),
        Number::CloseDays => text::n_close_days(lang),
        Number::PauseDays => text::n_pause_days(lang),
        Number::SupportPercent => text::n_support_percent(lang),
        Number::AdmitDays => text::n_admit_days(lang),
        Number::DeliberateDays => text::n_deliberate_days(lang),
        Number::AmendDays => text::n_amend_days(lang),
        Number::Repeats => text::n_repeats(lang),
        Number::ObjectionDays => text::n_objection_days(lang),
        Number::DueChanges => text::n_due_changes(lang),
        Number::MinutesDays => text::n_minutes_days(lang),
        Number::MeetingQuorumPercent => text::n_meeting_quorum_percent(lang),
        Number::DoubleEntryPercent => text::n_double_entry_percent(lang),
    }
}
