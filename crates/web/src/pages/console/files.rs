//! Attachments of a motion: kept under their hashes, which are part of what is signed.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ballot::{
    hash::Hash,
    store::{
        polls::{DocumentError, DocumentRow},
        staff::StaffMember,
    },
};
use maud::html;

use super::{draft::STEPS, motion::Motion, show, upload::file_of};
use crate::{
    app::App,
    problem::{Path, Problem},
    session::Officer,
    text::{Sentence, console_poll as text},
    view::{Page, Reader, attachment, empty, error_summary, step},
};

/// The largest attachment, and a request with one.
const FILE_MOST: usize = 4 << 20;
const UPLOAD: usize = FILE_MOST + 64 * 1024;
const FILES_MOST: usize = 20;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/{id}/motions/{motion}/files", get(files).post(add_file).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/c/polls/{id}/motions/{motion}/files/{hash}/remove", post(remove_file))
        .route("/c/documents/{hash}", get(document))
}

async fn files(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Problem> {
    let motion = Motion::find(&app, &staff, &path).await?;
    files_page(&app, &reader, &staff, &motion, None).await
}

async fn files_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    motion: &Motion,
    error: Option<&str>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let documents = app.estate().documents(&staff.compound).await?;
    let attached: Vec<&DocumentRow> =
        documents.iter().filter(|row| motion.get().attachments.contains(&row.sha256)).collect();
    let errors: Vec<_> = error.map(|error| ("file", error)).into_iter().collect();
    let body = html! {
        (step(lang, 4, STEPS))
        h1 { (text::s_files(lang)) }
        (error_summary(lang, &errors))
        p { (text::files_lead(lang)) }
        p { (text::files_personal(lang)) }
        @if attached.is_empty() { (empty(text::files_none(lang))) }
        @for row in &attached {
            div .panel {
                (attachment(&format!("/c/documents/{}", row.sha256), &row.name, &text::file_size(lang, row.size.div_ceil(1024))))
                p .muted { "SHA-256 " (row.sha256) }
                form method="post" action=(motion.path(&format!("files/{}/remove", row.sha256))) {
                    button .btn.second { (text::file_remove(lang)) }
                }
            }
        }
        form method="post" enctype="multipart/form-data" {
            div .field {
                label for="file" { (text::file_label(lang)) }
                @if let Some(error) = error { p .error #file-error { (error) } }
                input #file name="file" type="file" accept="application/pdf,image/jpeg,image/png" aria-invalid=[error.map(|_| "true")];
            }
            button .btn.second { (text::file_add(lang)) }
        }
        p { a .btn href={ (motion.editing.path()) "/scope" } { (text::files_next(lang)) } }
        p { a .btn.second href=(motion.editing.path()) { (text::overview(lang)) } }
        p { a .btn.second href=(motion.path("text")) { (text::previous(lang)) } }
    };
    Ok(show(Page::new(reader, text::s_files(lang)), lang, &body))
}

/// What a file is, by its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    [(&b"%PDF-"[..], "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")]
        .into_iter()
        .find_map(|(magic, kind)| bytes.starts_with(magic).then_some(kind))
}

async fn add_file(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(path): Path<(String, String)>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut motion = Motion::find(&app, &staff, &path).await?;
    let (status, code, say): (_, _, Sentence) = match file_of(form).await {
        Ok(Some(file)) if FILE_MOST < file.bytes.len() => (StatusCode::PAYLOAD_TOO_LARGE, "too_big", text::file_large),
        Ok(Some(_)) if FILES_MOST <= motion.get().attachments.len() => {
            (StatusCode::CONFLICT, "too_many", text::files_most)
        }
        Ok(Some(file)) => match kind_of(&file.bytes) {
            None => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_kind", text::file_kind),
            Some(kind) => {
                let stored = app.estate().store_document(&staff, &file.name, kind, file.bytes, app.now()).await;
                match stored {
                    Ok(sha256) => {
                        motion.get_mut().attachments.insert(sha256);
                        return motion.save(&app, &staff, None, "files").await;
                    }
                    Err(DocumentError::Database(err)) => return Err(err.into()),
                    Err(DocumentError::NotOfficer) => return Err(Problem::NOT_FOUND),
                    Err(err @ DocumentError::Name) => {
                        (StatusCode::UNPROCESSABLE_ENTITY, err.code(), text::no_file as Sentence)
                    }
                    Err(err @ DocumentError::TooMany) => {
                        (StatusCode::CONFLICT, err.code(), text::file_many as Sentence)
                    }
                }
            }
        },
        Ok(None) => (StatusCode::UNPROCESSABLE_ENTITY, "no_file", text::no_file),
        Err(problem) if problem.status == StatusCode::PAYLOAD_TOO_LARGE => {
            (problem.status, "too_big", text::file_large)
        }
        Err(problem) => return Err(problem),
    };
    let page = files_page(&app, &reader, &staff, &motion, Some(say(lang))).await?;
    Ok(Problem::new(status, code, say).on(page))
}

async fn remove_file(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path((id, motion, hash)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let mut motion = Motion::find(&app, &staff, &(id, motion)).await?;
    let hash: Hash = hash.parse().map_err(|_| Problem::NOT_FOUND)?;
    motion.get_mut().attachments.remove(&hash);
    motion.save(&app, &staff, None, "files").await
}

/// An attachment of a draft, for officers; of a published poll the public pages serve it.
async fn document(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    let hash: Hash = hash.parse().map_err(|_| Problem::NOT_FOUND)?;
    let found = app.estate().document(&staff.compound, &hash).await?.ok_or(Problem::NOT_FOUND)?;
    let kind = kind_of(&found.content).ok_or(Problem::NOT_FOUND)?;
    let mut response = found.content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Foreign bytes are never a page of ours.
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Some("application/pdf")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n", Some("image/png")),
            (b"<svg onload=alert(1)>", None),
            (b"<html>", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }
}
