//! What a decision has somebody do: given out, reported on with photos, verified by another.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Need, Refused, Verb, tables::TaskState},
    store::{DecisionView, Field, NewTask, TaskInput, TaskView, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Offices, one};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        files,
        matters::{self, Looking, by, end_of, life},
        motions::Tried,
    },
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, Sentence, after as text, last_day},
    view::{Reader, Tone, empty, radio_card, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/decisions/{number}/tasks", post(give))
        .route("/decisions/{number}/tasks/{task}/{verb}", post(step).layer(DefaultBodyLimit::max(FORM_MOST)))
}

pub(super) fn state(lang: Lang, view: &TaskView) -> Markup {
    let (tone, word) = match view.task.state {
        TaskState::Open => (Tone::Warn, text::t_open(lang)),
        TaskState::Accepted => (Tone::Plain, text::t_accepted(lang)),
        TaskState::InProgress => (Tone::Plain, text::t_in_progress(lang)),
        TaskState::Blocked => (Tone::Bad, text::t_blocked(lang)),
        TaskState::Done => (Tone::Warn, text::t_done(lang)),
        TaskState::Verified => (Tone::Ok, text::t_verified(lang)),
        TaskState::Cancelled => (Tone::Plain, text::t_cancelled(lang)),
    };
    html! { (tag(tone, word)) @if view.is_overdue { " " (tag(Tone::Bad, text::overdue(lang))) } }
}

/// A step that has a form.
fn todo(lang: Lang, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Accept => text::do_task_accept(lang),
        Verb::Progress => text::do_progress(lang),
        Verb::Done => text::do_done(lang),
        Verb::Verify => text::do_verify(lang),
        Verb::SendBack => text::do_send_back(lang),
        Verb::Block => text::do_block(lang),
        Verb::Resume => text::do_resume(lang),
        Verb::Cancel => text::do_cancel(lang),
        _ => return None,
    })
}

/// Everything that is to be done, with what the reader may do about it, and the form that gives out more.
pub(super) async fn section(
    app: &App,
    lang: Lang,
    looking: &Looking,
    decision: &DecisionView,
    tried: &Tried,
) -> Result<Markup, Problem> {
    let is_held = decision.verdict.takes_tasks();
    if decision.tasks.is_empty() && !is_held {
        return Ok(html! {});
    }
    let names = Offices::of_tasks(app, looking, decision.tasks.iter()).await?;
    let path = super::path(decision.number);
    let mut panels = Vec::new();
    for view in &decision.tasks {
        let verbs = match &looking.by {
            Some(by) => life(app).task_offers(by, view, app.now()).await?,
            None => Vec::new(),
        };
        panels.push(panel(lang, &path, view, (&names, &verbs), tried));
    }
    let gives = match &looking.by {
        Some(by) if is_held => life(app).may_give_tasks(by, app.now()).await?,
        Some(_) | None => false,
    };
    let form = if gives {
        form(app, lang, looking, &path, tried).await?
    } else {
        html! {}
    };
    Ok(html! {
        h2 #tasks { (text::tasks(lang)) }
        @if decision.tasks.is_empty() { (empty(text::tasks_none(lang))) }
        @for panel in &panels { (panel) }
        (form)
    })
}

fn panel(lang: Lang, path: &str, view: &TaskView, (names, verbs): (&Offices, &[Verb]), tried: &Tried) -> Markup {
    let task = &view.task;
    html! {
        article .panel id={ "task-" (view.number) } {
            h3 { (text::task_number(lang, view.number)) " · " (view.title) " " (state(lang, view)) }
            p {
                (text::in_charge(lang, &names.say(lang, &task.responsible))) " · "
                (text::due(lang, &last_day(lang, task.due)))
                @if 0 < task.percent && task.percent < 100 { " · " (text::percent(lang, task.percent)) }
            }
            @if !view.note.is_empty() { p { (text::note(lang, &view.note)) } }
            (files::links(lang, &task.evidence))
            @if let Some(verifier) = &task.verified_by { p { (text::verified_by(lang, &names.say(lang, verifier))) } }
            @for (verb, label) in verbs.iter().filter_map(|verb| Some((*verb, todo(lang, *verb)?))) {
                (step_form(lang, path, view, (verb, label), tried))
            }
        }
    }
}

fn step_form(lang: Lang, path: &str, view: &TaskView, (verb, label): (Verb, &str), tried: &Tried) -> Markup {
    let action = format!("{path}/tasks/{}/{verb}", view.number);
    let id = format!("t{}-{verb}", view.number);
    let typed = |name: &str| tried.typed("tasks", &format!("{id}-{name}")).to_owned();
    let reason = |label: &str| {
        html! {
            div .field {
                label for=(id) { (label) }
                textarea id=(id) name="reason" rows="3" maxlength="1000" { "\n" (typed("reason")) }
            }
        }
    };
    let fields = match verb {
        Verb::Progress => html! {
            div .field {
                label for=(id) { (text::percent_field(lang)) }
                p .hint id={ (id) "-hint" } { (text::percent_hint(lang)) }
                input id=(id) name="percent" type="text" inputmode="numeric" value=(typed("percent")) aria-describedby={ (id) "-hint" };
            }
        },
        Verb::Done => files::field(lang, &id, None),
        Verb::Block => html! {
            (reason(text::why(lang)))
            div .field {
                label for={ (id) "-due" } { (text::new_due(lang)) }
                input id={ (id) "-due" } name="due" type="date" value=(typed("due"));
            }
        },
        Verb::SendBack => reason(text::why(lang)),
        Verb::Cancel => reason(text::cancel_why(lang)),
        _ => html! {},
    };
    let is_plain = matches!(verb, Verb::Accept | Verb::Verify | Verb::Resume);
    let is_refused = !tried.typed("tasks", &id).is_empty();
    html! {
        @if is_plain {
            form method="post" enctype="multipart/form-data" action=(action) { button .btn.second { (label) } }
        } @else {
            details open[is_refused] {
                summary { (label) }
                form method="post" enctype="multipart/form-data" action=(action) { (fields) button .btn { (label) } }
            }
        }
    }
}

async fn form(app: &App, lang: Lang, looking: &Looking, path: &str, tried: &Tried) -> Result<Markup, Problem> {
    let doers = life(app).doers(&looking.compound, app.now()).await?;
    let typed = |name: &str| tried.typed("give", name);
    Ok(html! {
        details .panel open[tried.is_at("give")] {
            summary #give { (text::give(lang)) }
            @if doers.is_empty() { (empty(text::nobody(lang))) } @else {
                form method="post" action={ (path) "/tasks" } {
                    div .field {
                        label for="give-title" { (text::give_title(lang)) }
                        p .hint #give-title-hint { (text::give_title_hint(lang)) }
                        input #give-title name="title" type="text" maxlength="100" value=(typed("title")) aria-describedby="give-title-hint";
                    }
                    fieldset {
                        legend { (text::give_who(lang)) }
                        @for doer in &doers {
                            @let subject = doer.subject.to_string();
                            (radio_card("who", &subject, &matters::words::name(lang, doer), None, typed("who") == subject))
                        }
                    }
                    div .field {
                        label for="give-due" { (text::give_due(lang)) }
                        input #give-due name="due" type="date" value=(typed("due"));
                    }
                    button .btn { (text::give_send(lang)) }
                }
            }
        }
    })
}

/// What people did wrong, in the words of action items.
pub(crate) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Title) => text::e_title,
        UseError::Field(Field::Reason) => text::e_why,
        UseError::Field(Field::Evidence) => text::e_evidence,
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::Evidence) => text::e_evidence,
            Some(Need::Reason | Need::Decision) => text::e_why,
            Some(Need::Percent) => text::e_percent,
            Some(Need::Due | Need::ChangesLeft) => text::e_due,
            Some(Need::Responsible) => text::e_who,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

/// Whoever was named is nobody who could do it.
pub(crate) fn nobody() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "who", text::e_who)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given {
    title: String,
    who: String,
    due: String,
}

async fn give(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let decision = super::find(&app, &looking, number).await?;
    let made = match given.who.parse::<Subject>() {
        Err(_) => Err(nobody()),
        Ok(responsible) => {
            let (source, due) = (decision.source.clone(), end_of(&given.due).unwrap_or(0));
            let new = NewTask { source, title: given.title.clone(), responsible, due };
            let made = life(&app).give_task(&by, &new, app.now(), &mut app.fresh()?).await;
            made.map(|_| ()).map_err(|error| refusal(error).unwrap_or_else(|problem| problem))
        }
    };
    match made {
        Ok(()) => Ok(Redirect::to(&format!("{}#tasks", super::path(number))).into_response()),
        Err(problem) if problem.status != StatusCode::UNPROCESSABLE_ENTITY => Err(problem),
        Err(problem) => {
            let typed = [("title", given.title), ("who", given.who), ("due", given.due)];
            let typed = typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let tried = Tried::new("give", problem).with(typed);
            one::page(&app, &reader, &looking, &decision, &tried).await
        }
    }
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, task, verb)): Path<(u64, u64, String)>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let decision = super::find(&app, &looking, number).await?;
    let view = decision.tasks.iter().find(|view| view.number == task).ok_or(Problem::NOT_FOUND)?;
    let again = async |problem, typed| {
        one::page(&app, &reader, &looking, &decision, &Tried::new("tasks", problem).with(typed)).await
    };
    let sheet = match Sheet::read(form).await {
        Ok(sheet) => sheet,
        Err(problem) => return again(problem, BTreeMap::new()).await,
    };
    let typed = typed(&sheet, &format!("t{task}-{verb}"));
    let mut input = TaskInput {
        reason: sheet.get("reason").to_owned(),
        due: end_of(sheet.get("due")),
        percent: sheet.get("percent").trim().parse().unwrap_or(0),
        evidence: Vec::new(),
    };
    // Only whoever may make the step has files stored for it.
    if verb == Verb::Done && life(&app).task_offers(&by, view, app.now()).await?.contains(&verb) {
        match sheet.attach(&app, &by).await {
            Ok(evidence) => input.evidence = evidence,
            Err(problem) => return again(problem, typed).await,
        }
    }
    match life(&app).task_step(&by, &view.id, verb, &input, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#task-{task}", super::path(number))).into_response()),
        Err(error) => again(refusal(error)?, typed).await,
    }
}

/// What was typed in the form of a step, by the ids of its fields; that of the form itself says that it was this one.
fn typed(sheet: &Sheet, id: &str) -> BTreeMap<String, String> {
    let fields = ["reason", "due", "percent"].map(|name| (format!("{id}-{name}"), sheet.get(name).to_owned()));
    fields.into_iter().chain([(id.to_owned(), id.to_owned())]).collect()
}
