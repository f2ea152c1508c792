//! Looking up what everybody may see.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    List,
    refusal::{Misread, Refusal},
};
use crate::{
    app::App,
    pages::{matters::Looking, search as pages},
    problem::Query,
    view::Reader,
};

/// Something that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct Found {
    /// `matter`, `motion`, `notice`, `meeting`, `survey`, or `remark` for what was said below a matter or a motion.
    kind: &'static str,
    /// Its title, or the beginning of what was said.
    title: String,
    /// What it is, in the language of the request.
    label: String,
    /// The address of its page.
    page: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// A few words, of which all must be there. The first 200 characters are read.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// Where the list goes on: `next` of the page before.
    #[serde(default, deserialize_with = "super::number")]
    before: Option<u64>,
}

/// Search
///
/// Matters that were acknowledged, motions that were handed in, what is said below them, notices that were posted,
/// meetings with their published minutes, surveys that were opened; the latest first.
#[utoipa::path(
    get,
    operation_id = "search",
    path = "/api/v1/search",
    tag = "search",
    params(Asked),
    responses((status = 200, body = List<Found>, description = "A page of what was found"), Misread),
)]
pub(super) async fn find(
    State(app): State<App>,
    reader: Reader,
    looking: Looking,
    Query(Asked { q, before }): Query<Asked>,
) -> Result<Json<List<Found>>, Refusal> {
    let asked = pages::question(&q);
    let (lines, next) = pages::found(&app, reader.lang, &looking.compound, (&asked, before)).await?;
    let found = |line: pages::Line| Found { kind: line.code, title: line.title, label: line.kind, page: line.href };
    Ok(Json(List { items: lines.into_iter().map(found).collect(), next }))
}
