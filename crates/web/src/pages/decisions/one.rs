//! One decision: what was decided, the whole way to it, and what is done about it.

use axum::{Router, extract::State, response::Response, routing::get};
use deliberation::store::{DecisionSource, DecisionView, Verdict};
use maud::{Markup, html};

use super::{chain, tasks};
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        meetings,
        motions::Tried,
    },
    problem::{Path, Problem},
    session::Someone,
    text::{Lang, decision as text},
    view::{Page, Reader, error_summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/decisions/{number}", get(show))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let decision = super::find_now(&app, &looking, number).await?;
    page(&app, &reader, &looking, &decision, &Tried::default()).await
}

pub(super) async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    decision: &DecisionView,
    tried: &Tried,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let body = html! {
        h1 { (decision.title) }
        (error_summary(lang, &tried.errors(lang)))
        (super::standing(lang, decision))
        (what(app, lang, looking, decision).await?)
        (tasks::section(app, lang, looking, decision, tried).await?)
        (chain::section(app, lang, looking, decision).await?)
        p { a .btn.second href="/decisions" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &decision.title).script("pages/photos.js").show(body);
    Ok(match tried.problem() {
        Some(problem) => problem.on(page),
        None => page,
    })
}

/// What was decided, in short, and the way to its text.
async fn what(app: &App, lang: Lang, looking: &Looking, decision: &DecisionView) -> Result<Markup, Problem> {
    let meeting = match &decision.verdict {
        Verdict::Item(item) => match &item.meeting {
            Some(id) => life(app).meeting(&looking.compound, id).await?,
            None => None,
        },
        Verdict::Motion(_) => None,
    };
    Ok(html! {
        h2 { (text::what(lang)) }
        @if let Verdict::Item(item) = &decision.verdict { (meetings::vote(lang, item)) }
        @if let DecisionSource::Motion(id) = &decision.source {
            p { a .inline href={ "/motions/" (id) } { (text::read_motion(lang)) } }
        }
        @if let (Verdict::Item(item), Some(meeting)) = (&decision.verdict, &meeting) {
            p {
                (meeting.body.name) " · "
                a .inline href={ "/meetings/" (meeting.row.number) "#item-" (item.number) } { (text::read_meeting(lang)) }
            }
        }
    })
}
