//! What people think of: a matter or a motion, whichever an address names.

use axum::{extract::FromRequestParts, http::request::Parts};
use deliberation::{motion::takes_statements, store::Target};
use serde::Deserialize;

use crate::{
    app::App,
    pages::{matters::Looking, motions},
    problem::{Path, Problem},
};

/// What people think of: a matter or a motion that whoever looks may see, once it is there to be talked over.
pub(crate) struct Topic {
    pub(crate) looking: Looking,
    pub(crate) target: Target,
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
            target: Target::Matter(matter.row.id),
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
            target: Target::Motion(motion.row.id),
            title: motion.row.title,
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
            id: String,
        }
        let Path(Of { id }) = Path::from_request_parts(parts, app).await?;
        let looking = Looking::from_request_parts(parts, app).await?;
        if parts.uri.path().starts_with("/motions/") {
            Self::of_motion(app, looking, &id).await
        } else {
            Self::of_matter(app, looking, &id).await
        }
    }
}
