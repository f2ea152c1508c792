//! Objections to the result of a motion's vote: filed, answered, decided by another.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{
        Need, Refused, Verb,
        tables::{MotionState, ObjectionState},
    },
    objection::{Effect, Ground},
    rights::Action,
    store::{Field, MotionView, NewObjection, ObjectionAct, ObjectionView, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::one::{self, Tried};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        files,
        matters::{self, Looking, by, life, remarks::Talk},
    },
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, Sentence, after as text, last_day},
    view::{Reader, Tone, empty, radio_card, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/motions/{id}/object", post(file).layer(DefaultBodyLimit::max(FORM_MOST)))
        .route("/motions/{id}/objections/{number}/{verb}", post(step))
}

pub(in crate::pages) fn ground(lang: Lang, ground: Ground) -> &'static str {
    match ground {
        Ground::Roll => text::ground_roll(lang),
        Ground::Counting => text::ground_counting(lang),
        Ground::Ballot => text::ground_ballot(lang),
        Ground::Notice => text::ground_notice(lang),
        Ground::Procedure => text::ground_procedure(lang),
        Ground::Other => text::ground_other(lang),
    }
}

fn effect(lang: Lang, effect: Effect) -> &'static str {
    match effect {
        Effect::None => text::e_none(lang),
        Effect::Strike => text::e_strike(lang),
        Effect::AmendRoll => text::e_amend_roll(lang),
        Effect::Recount => text::e_recount(lang),
        Effect::Repeat => text::e_repeat(lang),
    }
}

pub(in crate::pages) fn state(lang: Lang, state: ObjectionState) -> Markup {
    let (tone, word) = match state {
        ObjectionState::Filed => (Tone::Warn, text::o_filed(lang)),
        ObjectionState::Accepted => (Tone::Warn, text::o_accepted(lang)),
        ObjectionState::Inadmissible => (Tone::Plain, text::o_inadmissible(lang)),
        ObjectionState::Answered => (Tone::Warn, text::o_answered(lang)),
        ObjectionState::Upheld => (Tone::Bad, text::o_upheld(lang)),
        ObjectionState::Dismissed => (Tone::Plain, text::o_dismissed(lang)),
        ObjectionState::Withdrawn => (Tone::Plain, text::o_withdrawn(lang)),
    };
    tag(tone, word)
}

/// A step that has a form, by where the objection stands.
fn todo(lang: Lang, state: ObjectionState, verb: Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Accept => text::do_accept(lang),
        Verb::Answer => text::do_answer(lang),
        Verb::Uphold => text::do_uphold(lang),
        Verb::Dismiss if state == ObjectionState::Filed => text::do_inadmissible(lang),
        Verb::Dismiss => text::do_dismiss(lang),
        Verb::Withdraw => text::do_withdraw(lang),
        Verb::TakeEffect => text::do_effect(lang),
        _ => return None,
    })
}

/// Every objection with what the reader may see of it and do with it, and the form for another.
pub(super) async fn section(
    app: &App,
    lang: Lang,
    looking: &Looking,
    motion: &MotionView,
    tried: &Tried,
) -> Result<Markup, Problem> {
    let now = app.now();
    let objections = life(app).objections_to(&looking.compound, &motion.row.id).await?;
    let hangs = matches!(motion.row.state, MotionState::Carried | MotionState::Suspended) && motion.window.holds(now);
    let may_object = match &looking.by {
        Some(by) if hangs => life(app).may(by, Action::FileObjection, now).await?,
        Some(_) | None => false,
    };
    if objections.is_empty() && !hangs {
        return Ok(html! {});
    }
    let path = super::path(&motion.row.id);
    let mut panels = Vec::new();
    for objection in &objections {
        panels.push(panel(app, lang, looking, &path, objection).await?);
    }
    Ok(html! {
        h2 #objections { (text::objections(lang)) }
        @if hangs { p { (text::objections_until(lang, &last_day(lang, motion.window.until))) } }
        @if objections.is_empty() { (empty(text::objections_none(lang))) }
        @for panel in &panels { (panel) }
        @if may_object { (form(lang, &path, tried)) }
    })
}

/// An objection: what it is about and what became of it for everybody, its words for those whom they concern.
async fn panel(
    app: &App,
    lang: Lang,
    looking: &Looking,
    path: &str,
    objection: &ObjectionView,
) -> Result<Markup, Problem> {
    let (sees, verbs) = match &looking.by {
        Some(by) => (
            life(app).sees_objection(by, &objection.id, app.now()).await?,
            life(app).objection_offers(by, objection, app.now()).await?,
        ),
        None => (false, Vec::new()),
    };
    let author = if sees { names(app, lang, looking, &objection.author).await? } else { None };
    let verbs = verbs.into_iter().filter_map(|verb| Some((verb, todo(lang, objection.state, verb)?)));
    Ok(html! {
        article .panel id={ "objection-" (objection.number) } {
            h3 { (text::number(lang, objection.number)) " · " (ground(lang, objection.ground)) " " (state(lang, objection.state)) }
            @if let Some(author) = author { p .muted { (author) } }
            @if sees {
                @for line in objection.text.lines().filter(|line| !line.is_empty()) { p { (line) } }
                (files::links(lang, &objection.evidence))
            }
            @if !objection.answer.is_empty() { p { (text::answer(lang, &objection.answer)) } }
            @if !objection.decision.is_empty() { p { (text::decision(lang, &objection.decision)) } }
            @if let Some(what) = objection.effect { p { (text::effect(lang, effect(lang, what))) } }
            @for (verb, label) in verbs { (step_form(lang, path, objection, verb, label)) }
        }
    })
}

async fn names(app: &App, lang: Lang, looking: &Looking, subject: &Subject) -> Result<Option<String>, Problem> {
    let names = life(app).names(&looking.compound, &[subject.clone()].into(), app.now()).await?;
    Ok(names.get(subject).map(|found| matters::words::name(lang, found)))
}

fn step_form(lang: Lang, path: &str, objection: &ObjectionView, verb: Verb, label: &str) -> Markup {
    let action = format!("{path}/objections/{}/{verb}", objection.number);
    let id = format!("o{}-{verb}", objection.number);
    let line = |name: &str, label: &str, most: u32| {
        html! {
            div .field {
                label for=(id) { (label) }
                textarea id=(id) name=(name) rows="3" maxlength=(most) {}
            }
        }
    };
    html! {
        @match verb {
            Verb::Accept => { form method="post" action=(action) { button .btn.second { (label) } } }
            Verb::Withdraw => { form method="post" action=(action) { button .btn.danger { (label) } } }
            Verb::TakeEffect => {
                details {
                    summary { (label) }
                    form method="post" action=(action) {
                        fieldset {
                            legend { (text::effect_which(lang)) }
                            @for what in [Effect::None, Effect::Strike, Effect::AmendRoll, Effect::Recount, Effect::Repeat] {
                                (radio_card("effect", what.code(), effect(lang, what), None, false))
                            }
                        }
                        button .btn { (label) }
                    }
                }
            }
            Verb::Answer => {
                details {
                    summary { (label) }
                    form method="post" action=(action) { (line("text", text::answer_text(lang), 4000)) button .btn { (label) } }
                }
            }
            _ => {
                details {
                    summary { (label) }
                    form method="post" action=(action) { (line("reason", text::why(lang), 1000)) button .btn { (label) } }
                }
            }
        }
    }
}

fn form(lang: Lang, path: &str, tried: &Tried) -> Markup {
    let typed = |name: &str| tried.typed("object", name);
    html! {
        details .panel open[tried.is_at("object")] {
            summary #object { (text::object(lang)) }
            p { (text::object_lead(lang)) }
            form method="post" enctype="multipart/form-data" action={ (path) "/object" } {
                fieldset {
                    legend { (text::ground(lang)) }
                    @for which in [Ground::Roll, Ground::Counting, Ground::Ballot, Ground::Notice, Ground::Procedure, Ground::Other] {
                        (radio_card("ground", which.code(), ground(lang, which), None, typed("ground") == which.code()))
                    }
                }
                div .field {
                    label for="object-text" { (text::object_text(lang)) }
                    p .hint #object-text-hint { (text::object_text_hint(lang)) }
                    textarea #object-text name="text" rows="5" maxlength="4000" aria-describedby="object-text-hint" { "\n" (typed("text")) }
                }
                (files::field(lang, "object-files", None))
                button .btn { (text::object_send(lang)) }
            }
        }
    }
}

/// What people did wrong, in the words of objections.
pub(crate) fn refusal(error: UseError) -> Result<Problem, Problem> {
    let say: Sentence = match &error {
        UseError::Field(Field::Text) => text::e_object_text,
        UseError::Field(Field::Reason) => text::e_why,
        UseError::Refused(Refused::Unmet { needs }) => match needs.first() {
            Some(Need::WindowOpen) => text::e_window,
            Some(Need::Text) => text::e_answer,
            Some(Need::Reason) => text::e_why,
            Some(Need::Effect) => text::e_effect,
            _ => return matters::refusal(error),
        },
        _ => return matters::refusal(error),
    };
    Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), say))
}

async fn file(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    let again = async |problem, typed| {
        let tried = Tried::new("object", problem).with(typed);
        one::page(&app, &reader, &looking, &motion, &tried, Talk::default()).await
    };
    let sheet = match Sheet::read(form).await {
        Ok(sheet) => sheet,
        Err(problem) => return again(problem, std::collections::BTreeMap::new()).await,
    };
    let fields = sheet.fields().clone();
    let Ok(ground) = sheet.get("ground").parse::<Ground>() else {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "ground", text::e_ground);
        return again(problem, fields).await;
    };
    let text = sheet.get("text").to_owned();
    let evidence = match sheet.attach(&app, &by).await {
        Ok(evidence) => evidence,
        Err(problem) => return again(problem, fields).await,
    };
    let new = NewObjection { motion: motion.row.id.clone(), against: None, ground, text, evidence };
    match life(&app).object(&by, &new, app.now(), &mut app.fresh()?).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#objections", super::path(&motion.row.id))).into_response()),
        Err(error) => again(refusal(error)?, fields).await,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    text: String,
    reason: String,
    effect: String,
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, number, verb)): Path<(String, u64, String)>,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    let objections = life(&app).objections_to(&looking.compound, &motion.row.id).await?;
    let objection = objections.iter().find(|objection| objection.number == number).ok_or(Problem::NOT_FOUND)?;
    todo(reader.lang, objection.state, verb).ok_or(Problem::NOT_FOUND)?;
    let act = ObjectionAct { text: said.text, reason: said.reason, effect: said.effect.parse().ok() };
    match life(&app).objection_step(&by, &objection.id, verb, &act, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#objection-{number}", super::path(&motion.row.id))).into_response()),
        Err(error) => {
            let tried = Tried::new("objections", refusal(error)?);
            one::page(&app, &reader, &looking, &motion, &tried, Talk::default()).await
        }
    }
}
