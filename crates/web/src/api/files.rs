//! Files that show something: stored by themselves, and named by the step that brings them.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Acting,
    refusal::{Foreign, Refusal, SignedOut, Wrong},
};
use crate::{app::App, files, problem::Raw};

/// A file that was stored.
#[derive(Serialize, ToSchema)]
pub(super) struct Stored {
    /// SHA-256 of what is kept, in hexadecimal digits: a picture is made anew, without what a camera writes beside it.
    sha256: String,
}

/// Store a file
///
/// A picture (JPEG, PNG) or a PDF of at most 8 MB, as the body. Whoever stored it names it in a step within a day;
/// otherwise it is forgotten.
#[utoipa::path(
    post,
    operation_id = "store_file",
    path = "/api/v1/files",
    tag = "files",
    security(("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Stored, description = "It is stored"), SignedOut, Foreign, Wrong),
)]
pub(super) async fn store(
    State(app): State<App>,
    Acting { by, .. }: Acting,
    Raw(bytes): Raw,
) -> Result<(StatusCode, Json<Stored>), Refusal> {
    let sha256 = files::store(&app, &by, bytes.into()).await?;
    Ok((StatusCode::CREATED, Json(Stored { sha256: sha256.to_string() })))
}
