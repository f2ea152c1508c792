//! Writing a statement, wording it anew, reacting to one, and a moderator's steps.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use deliberation::{
    discussion::HideReason,
    lifecycle::Verb,
    opinion::Vote,
    store::{NewStatement, StatementAct, UseError},
};
use serde::Deserialize;

use super::{Topic, Tried, page};
use crate::{
    app::App,
    pages::matters::{by, life, refusal},
    problem::{Form, Path, Problem},
    session::Someone,
    view::Reader,
};

pub(super) fn routes() -> Router<App> {
    let of = |home: &str| {
        Router::new()
            .route(&format!("{home}/opinion/say"), post(say))
            .route(&format!("{home}/opinion/{{statement}}"), post(reword))
            .route(&format!("{home}/opinion/{{statement}}/{{act}}"), post(act))
    };
    of("/matters/{id}").merge(of("/motions/{id}")).merge(of("/surveys/{number}"))
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    text: String,
}

async fn say(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    topic: Topic,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let new = NewStatement { text: said.text.clone() };
    let done = life(&app).state(&by(&someone.0), &topic.conversation, &new, app.now()).await;
    worded(&app, &reader, &topic, &said, done.map(|_| ())).await
}

#[derive(Deserialize)]
struct Which {
    statement: u64,
}

/// Words a statement anew.
async fn reword(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    topic: Topic,
    Path(Which { statement }): Path<Which>,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let new = NewStatement { text: said.text.clone() };
    let done = life(&app).restate(&by(&someone.0), (&topic.conversation, statement), &new, app.now()).await;
    worded(&app, &reader, &topic, &said, done).await
}

/// The page after a statement was worded; with what was typed where it was refused.
async fn worded(
    app: &App,
    reader: &Reader,
    topic: &Topic,
    said: &Said,
    done: Result<(), UseError>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&topic.path()).into_response()),
        Err(error) => {
            let tried = Tried { text: &said.text, refused: Some(("statement", refusal(error)?)) };
            page(app, reader, topic, (None, tried)).await
        }
    }
}

#[derive(Deserialize, Default)]
struct Given {
    #[serde(default)]
    reason: Option<HideReason>,
    #[serde(default)]
    original: String,
}

#[derive(Deserialize)]
struct Done {
    statement: u64,
    act: String,
}

/// A reaction, or a moderator's step.
async fn act(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    topic: Topic,
    Path(Done { statement, act }): Path<Done>,
    Form(given): Form<Given>,
) -> Result<Response, Problem> {
    let (by, on) = (by(&someone.0), (&topic.conversation, statement));
    let (done, place) = match act.as_str() {
        "agree" => (life(&app).react(&by, on, Vote::Agree, app.now()).await, ""),
        "disagree" => (life(&app).react(&by, on, Vote::Disagree, app.now()).await, ""),
        "pass" => (life(&app).react(&by, on, Vote::Pass, app.now()).await, ""),
        other => {
            let verb = verb_of(other)?;
            // Whoever hears an appeal has the policy for a reason.
            let reason = given.reason.or((verb == Verb::Unhide).then_some(HideReason::OffTopic));
            let step = StatementAct { reason, original: given.original.trim().parse().ok() };
            let place = if matches!(verb, Verb::Hide | Verb::Unhide) { "#all" } else { "#pending" };
            (life(&app).statement_step(&by, on, verb, &step, app.now()).await.map(|_| ()), place)
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}{place}", topic.path())).into_response()),
        Err(error) => {
            let tried = Tried { text: "", refused: Some(("all", refusal(error)?)) };
            page(&app, &reader, &topic, (None, tried)).await
        }
    }
}

fn verb_of(word: &str) -> Result<Verb, Problem> {
    let is_one =
        |verb: &Verb| matches!(verb, Verb::Accept | Verb::Reject | Verb::MarkDuplicate | Verb::Hide | Verb::Unhide);
    word.parse().ok().filter(is_one).ok_or(Problem::NOT_FOUND)
}
