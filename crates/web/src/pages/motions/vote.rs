//! From a final text to a vote: the draft of a poll that asks exactly it.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use ballot::{
    hash::Hash,
    id::PollId,
    statement::Answers,
    store::polls::{Draft, DraftMotion, PollState},
};
use deliberation::{lifecycle::tables::MotionState, store::MotionView};

use crate::{
    app::App,
    pages::matters::Looking,
    problem::{Path, Problem},
    session::{Officer, Someone},
    view::Reader,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/motions/{id}/poll", post(prepare))
}

/// Polls that were published or wait for signatures and ask this motion's final text, each with its title.
pub(crate) async fn asking(
    app: &App,
    looking: &Looking,
    motion: &MotionView,
) -> Result<Vec<(PollId, String)>, Problem> {
    let Some(text) = motion.versions.last().map(|version| version.hash) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for row in app.estate().polls(&looking.compound).await? {
        // What is being written may still change.
        if row.state == PollState::Draft {
            continue;
        }
        let draft = app.estate().draft(&looking.compound, &row.id).await?;
        if draft.is_some_and(|draft| draft.motions.iter().any(|asked| Hash::of(asked.text.as_bytes()) == text)) {
            found.push((row.id, row.title));
        }
    }
    Ok(found)
}

/// Puts title and text as they are into the draft of a poll, and leads to its pages.
async fn prepare(
    State(app): State<App>,
    reader: Reader,
    Officer { viewer, staff }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let someone = Someone(viewer);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    let is_ready = matches!(motion.row.state, MotionState::Finalised | MotionState::Inquorate | MotionState::Suspended);
    let current = motion.versions.last().filter(|_| is_ready).ok_or(Problem::NOT_FOUND)?;
    let draft = Draft {
        title: current.version.title().to_owned(),
        motions: vec![DraftMotion {
            id: format!("motion_{}", motion.row.number).parse().map_err(|_| Problem::NOT_FOUND)?,
            matter: motion.row.kind,
            title: current.version.title().to_owned(),
            text: current.version.question(),
            attachments: BTreeSet::new(),
            has_abstain: true,
            seats: None,
            candidates: Vec::new(),
            rule: None,
        }],
        scope: BTreeSet::new(),
        posted: 0,
        opens: 0,
        closes: 0,
        answers: Answers::Owners,
        special: false,
        left_out: String::new(),
        test: false,
    };
    let made = app.estate().create_draft(&staff, &draft, app.now(), &mut app.fresh()?).await?;
    Ok(Redirect::to(&format!("/c/polls/{made}")).into_response())
}
