//! What people think of: a matter, a motion or the needs of a survey, whichever an address names.

use axum::{extract::FromRequestParts, http::request::Parts};
use deliberation::{
    motion::takes_statements,
    store::{Conversation, Target, weighs_needs},
};
use serde::Deserialize;

use crate::{
    app::App,
    pages::{matters::Looking, motions, surveys},
    problem::{Path, Problem},
};

/// What people think of, if whoever looks may see it: once a matter or a motion is there to be talked over, and a survey's
/// needs are sorted.
pub(crate) struct Topic {
    pub(crate) looking: Looking,
    pub(crate) conversation: Conversation,
    pub(super) title: String,
    /// The address of its own page.
    pub(super) home: String,
    /// Whether statements and reactions are taken now.
    pub(super) is_open: bool,
}

impl Topic {
    /// # Errors
    /// There is no such matter, or it is nobody's to talk over before it is acknowledged.
    pub(crate) async fn of_matter(app: &App, looking: Looking, id: &str) -> Result<Self, Problem> {
        let matter = looking.matter(app, id).await?;
        if !matter.row.is_acknowledged {
            return Err(Problem::NOT_FOUND);
        }
        Ok(Self {
            home: format!("/matters/{}", matter.row.id),
            is_open: matter.row.standing.is_open(),
            conversation: Target::Matter(matter.row.id).into(),
            title: matter.row.title,
            looking,
        })
    }

    /// # Errors
    /// There is no such motion, or it has not come to be talked over.
    pub(crate) async fn of_motion(app: &App, looking: Looking, id: &str) -> Result<Self, Problem> {
        let motion = motions::find(app, &looking, id).await?;
        if !motions::was_talked_over(&motion) {
            return Err(Problem::NOT_FOUND);
        }
        Ok(Self {
            home: format!("/motions/{}", motion.row.id),
            is_open: takes_statements(motion.row.state),
            conversation: Target::Motion(motion.row.id).into(),
            title: motion.row.title,
            looking,
        })
    }

    async fn of_needs(app: &App, looking: Looking, number: u64) -> Result<Self, Problem> {
        let survey = surveys::find(app, &looking, number).await?;
        if !surveys::has_needs(survey.row.state) {
            return Err(Problem::NOT_FOUND);
        }
        Ok(Self {
            home: format!("/surveys/{number}"),
            is_open: weighs_needs(survey.row.state),
            conversation: Conversation::Needs(survey.row.id),
            title: survey.row.title,
            looking,
        })
    }

    /// The address of the page of what people think of it.
    pub(super) fn path(&self) -> String {
        format!("{}/opinion", self.home)
    }
}

impl FromRequestParts<App> for Topic {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        #[derive(Deserialize)]
        struct Of {
            #[serde(default)]
            id: String,
            number: Option<u64>,
        }
        let Path(Of { id, number }) = Path::from_request_parts(parts, app).await?;
        let looking = Looking::from_request_parts(parts, app).await?;
        match number {
            Some(number) => Self::of_needs(app, looking, number).await,
            None if parts.uri.path().starts_with("/motions/") => Self::of_motion(app, looking, &id).await,
            None => Self::of_matter(app, looking, &id).await,
        }
    }
}
