//! Matters (事项): the board with its three promises, the wish wall, a matter with its steps and discussion, and news.
//!
//! What is acknowledged is for everybody to read; before that a matter is for who raised it and for whoever handles it.

mod list;
mod new;
mod news;
mod one;
mod poster;
pub(super) mod remarks;
pub(super) mod words;

use axum::{Router, http::StatusCode};
use ballot::store::{ids::CompoundId, session::Viewer};
use deliberation::{
    lifecycle::Verb,
    store::{By, Deliberation, MatterView, UseError},
};

pub(crate) use list::{Show, brief, filter, own};
pub(crate) use new::raise;
pub(crate) use one::{Names, names};
pub(super) use one::{day_of, end_of};

use crate::{app::App, problem::Problem, session::Someone, text::Lang, view::Reader};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(list::routes())
        .merge(new::routes())
        .merge(one::routes())
        .merge(remarks::routes())
        .merge(news::routes())
        .merge(poster::routes())
}

/// Whether somebody makes this step of a matter, and not the clock.
pub(crate) fn is_step(verb: Verb) -> bool {
    words::todo(Lang::Zh, verb).is_some()
}

/// Somebody as deliberation names them.
pub(crate) fn by(viewer: &Viewer) -> By {
    By { compound: viewer.compound.clone(), subject: viewer.subject() }
}

/// Who looks at a page: the estate, and who they are if they have signed in.
pub(crate) struct Looking {
    pub(crate) compound: CompoundId,
    pub(crate) by: Option<By>,
}

impl Looking {
    /// # Errors
    /// No estate is known: there is nothing to look at.
    pub(crate) fn of(reader: &Reader, someone: Option<&Someone>) -> Result<Self, Problem> {
        let by = someone.map(|Someone(viewer)| by(viewer));
        let compound = by.as_ref().map(|by| by.compound.clone()).or_else(|| reader.compound.clone());
        Ok(Self { compound: compound.ok_or(Problem::NOT_FOUND)?, by })
    }

    /// Whether they place or answer matters of a building.
    pub(crate) async fn handles(&self, app: &App, building: Option<&str>) -> Result<bool, Problem> {
        match &self.by {
            Some(by) => Ok(life(app).may_handle(by, building, app.now()).await?),
            None => Ok(false),
        }
    }

    /// A matter that they may see.
    ///
    /// # Errors
    /// There is none, or it is not theirs to see yet.
    pub(crate) async fn matter(&self, app: &App, id: &str) -> Result<MatterView, Problem> {
        let id = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let matter = life(app).matter(&self.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
        let is_theirs = self.by.as_ref().is_some_and(|by| matter.submitters.iter().any(|(who, ..)| *who == by.subject));
        let is_open = matter.row.is_acknowledged || is_theirs;
        if is_open || self.handles(app, matter.row.building.as_deref()).await? {
            Ok(matter)
        } else {
            Err(Problem::NOT_FOUND)
        }
    }
}

pub(crate) fn life(app: &App) -> &Deliberation {
    app.deliberation()
}

/// What people did wrong, for the page that is shown again.
///
/// # Errors
/// What is not theirs to mend: nothing is there, or the fault is ours.
pub(crate) fn refusal(error: UseError) -> Result<Problem, Problem> {
    match error {
        UseError::NoSuch(_) => Err(Problem::NOT_FOUND),
        UseError::Database(error) => Err(error.into()),
        error => Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), words::wrong(&error))),
    }
}
