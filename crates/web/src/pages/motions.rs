//! Motions (议案): written, supported, amended, put to a vote; and what the vote made of them.

mod amend;
mod list;
mod objections;
mod one;
mod outcome;
mod vote;
mod words;
mod write;

use axum::Router;
use deliberation::{
    lifecycle::{Verb, tables::MotionState},
    store::{MotionId, MotionView, Target},
};

pub(crate) use amend::decide as decide_amendment;
pub(crate) use list::Show;
pub(crate) use objections::refusal as objection_refusal;
pub(super) use objections::{ground as objection_words, state as objection_state};
pub(super) use one::Tried;
pub(crate) use outcome::conclude;
pub(crate) use vote::asking;
pub(crate) use words::refusal;
pub(super) use words::state_tag;

use super::matters::{Looking, life};
use crate::{app::App, problem::Problem, text::Lang};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(list::routes())
        .merge(write::routes())
        .merge(one::routes())
        .merge(amend::routes())
        .merge(objections::routes())
        .merge(vote::routes())
}

/// What a step has made of a motion.
pub(crate) fn done(lang: Lang, verb: Verb) -> &'static str {
    words::done(lang, verb)
}

/// Whether somebody makes this step of a motion, and not the clock.
pub(crate) fn is_step(verb: Verb) -> bool {
    words::todo(Lang::Zh, verb).is_some()
}

fn path(id: &MotionId) -> String {
    format!("/motions/{id}")
}

pub(crate) fn target(id: &MotionId) -> Target {
    Target::Motion(id.clone())
}

/// Whether it has come to be talked over: from then on there is what people think of it.
pub(super) fn was_talked_over(motion: &MotionView) -> bool {
    let is_before = matches!(
        motion.row.state,
        MotionState::Draft | MotionState::Submitted | MotionState::Returned | MotionState::Admitted
    );
    motion.row.is_public && !is_before
}

/// A motion that whoever looks may see: a draft is its proposer's.
///
/// # Errors
/// There is none, or it is not theirs to see yet.
pub(crate) async fn find(app: &App, looking: &Looking, id: &str) -> Result<MotionView, Problem> {
    let id = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    let motion = life(app).motion(&looking.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
    let is_own = looking.by.as_ref().is_some_and(|by| by.subject == motion.proposer);
    if motion.row.is_public || is_own { Ok(motion) } else { Err(Problem::NOT_FOUND) }
}
