//! Amendments: filed against a paragraph, taken in, put to the council, decided.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use deliberation::{
    lifecycle::{
        Verb,
        tables::{AmendmentState, MotionState},
    },
    motion::paragraphs,
    rights::Action,
    store::{By, MotionId, MotionView, NewAmendment, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    one::{self, Tried},
    words,
};
use crate::{
    app::App,
    pages::matters::{Looking, by, life, remarks::Talk},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, motion as text},
    view::Reader,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/motions/{id}/amend", post(file)).route("/motions/{id}/amendments/{number}/{verb}", post(step))
}

/// Every amendment with what may be done with it, and the form for another.
pub(super) async fn section(
    app: &App,
    lang: Lang,
    looking: &Looking,
    motion: &MotionView,
    tried: &Tried,
) -> Result<Markup, Problem> {
    let mut offers = Vec::new();
    for amendment in &motion.amendments {
        let verbs = match &looking.by {
            Some(by) => life(app).amendment_offers(by, &motion.row.id, amendment, app.now()).await?,
            None => Vec::new(),
        };
        offers.push(
            verbs.into_iter().filter_map(|verb| Some((verb, words::todo_amendment(lang, verb)?))).collect::<Vec<_>>(),
        );
    }
    let may_file = match &looking.by {
        Some(by) if motion.row.state == MotionState::Amending => {
            life(app).may(by, Action::FileAmendment, app.now()).await?
        }
        Some(_) | None => false,
    };
    let path = super::path(&motion.row.id);
    if motion.amendments.is_empty() && motion.row.state != MotionState::Amending {
        return Ok(html! {});
    }
    Ok(html! {
        h2 #amendments { (text::amendments(lang)) }
        @if motion.amendments.is_empty() { (crate::view::empty(text::no_amendments(lang))) }
        @for (amendment, verbs) in motion.amendments.iter().zip(&offers) {
            article .panel {
                h3 { (text::amendment(lang, amendment.number)) " · " (words::amendment_state(lang, amendment.state)) }
                p { (text::amends(lang, amendment.from as u64 + 1, amendment.base)) }
                @if amendment.replacement.is_empty() { p { (text::strikes(lang)) } }
                @for line in amendment.replacement.lines().filter(|line| !line.is_empty()) { p { (line) } }
                p .muted { (text::reason(lang, &amendment.reason)) }
                @if !amendment.decision.is_empty() && words::is_said(amendment.state) { p { (text::decided(lang, &amendment.decision)) } }
                @if let Some(result) = amendment.result { p { (text::became(lang, result)) } }
                @for (verb, label) in verbs {
                    form method="post" action={ (path) "/amendments/" (amendment.number) "/" (verb) } {
                        @if *verb == Verb::Reject {
                            div .field {
                                label for={ "reject-" (amendment.number) } { (text::amend_why(lang)) }
                                input id={ "reject-" (amendment.number) } name="reason" type="text" maxlength="1000";
                            }
                        }
                        button .btn.second { (label) }
                    }
                }
            }
        }
        @if may_file { (form(lang, &path, motion, tried)) }
    })
}

fn form(lang: Lang, path: &str, motion: &MotionView, tried: &Tried) -> Markup {
    let Some(current) = motion.versions.last() else { return html! {} };
    let start = |paragraph: &str| paragraph.chars().take(20).collect::<String>();
    html! {
        details .panel open[tried.is_at("amend")] {
            summary #amend { (text::amend(lang)) }
            form method="post" action={ (path) "/amend" } {
                input type="hidden" name="base" value=(current.version.number);
                div .field {
                    label for="amend-which" { (text::amend_which(lang)) }
                    select #amend-which name="which" {
                        @for (paragraph, number) in paragraphs(current.version.text()).into_iter().zip(1_u64..) {
                            option value=(number) selected[tried.typed("amend", "which") == number.to_string()] { (text::paragraph(lang, number, &start(paragraph))) }
                        }
                    }
                }
                div .field {
                    label for="amend-text" { (text::amend_text(lang)) }
                    p .hint #amend-text-hint { (text::amend_hint(lang)) }
                    textarea #amend-text name="text" rows="4" maxlength="4000" aria-describedby="amend-text-hint" { "\n" (tried.typed("amend", "text")) }
                }
                div .field {
                    label for="amend-why" { (text::amend_why(lang)) }
                    input #amend-why name="why" type="text" maxlength="1000" value=(tried.typed("amend", "why"));
                }
                button .btn { (text::amend_send(lang)) }
            }
        }
    }
}

#[derive(Deserialize)]
struct Typed {
    base: u64,
    which: usize,
    #[serde(default)]
    text: String,
    #[serde(default)]
    why: String,
}

async fn file(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    let new = NewAmendment {
        base: typed.base,
        from: typed.which.saturating_sub(1),
        to: typed.which,
        replacement: typed.text,
        reason: typed.why,
    };
    match life(&app).file_amendment(&by, &motion.row.id, &new, app.now()).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#amendments", super::path(&motion.row.id))).into_response()),
        Err(error) => {
            let typed = [("which", typed.which.to_string()), ("text", new.replacement), ("why", new.reason)];
            let typed = typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let tried = Tried::new("amend", words::refusal(error)?).with(typed);
            one::page(&app, &reader, &looking, &motion, &tried, Talk::default()).await
        }
    }
}

#[derive(Deserialize)]
struct Decided {
    #[serde(default)]
    reason: String,
}

/// Does one step of an amendment; whoever chairs says what the council decided.
///
/// # Errors
/// As [`deliberation::store::Deliberation::amendment_step`].
pub(crate) async fn decide(
    app: &App,
    by: &By,
    of: (&MotionId, u64),
    verb: Verb,
    reason: &str,
) -> Result<AmendmentState, UseError> {
    let council = match verb {
        Verb::Adopt => Some(true),
        Verb::Reject => Some(false),
        _ => None,
    };
    life(app).amendment_step(by, of, verb, council, reason, app.now()).await
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, number, verb)): Path<(String, u64, String)>,
    Form(decided): Form<Decided>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo_amendment(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    match decide(&app, &by, (&motion.row.id, number), verb, &decided.reason).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#amendments", super::path(&motion.row.id))).into_response()),
        Err(error) => {
            let tried = Tried::new("amendments", words::refusal(error)?);
            one::page(&app, &reader, &looking, &motion, &tried, Talk::default()).await
        }
    }
}
