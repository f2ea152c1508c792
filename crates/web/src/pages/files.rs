//! Stored photos and papers, for whoever may see what they belong to.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::hash::Hash;
use deliberation::store::FileKind;
use maud::{Markup, html};

use super::matters::{Looking, life};
use crate::{
    app::App,
    problem::{Path, Problem},
    session::Someone,
    text::{Lang, after as text},
    view::Reader,
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/files/{hash}", get(show))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(hash): Path<String>,
) -> Result<Response, Problem> {
    let hash: Hash = hash.parse().map_err(|_| Problem::NOT_FOUND)?;
    let looking = Looking::of(&reader, someone.as_ref())?;
    let file = life(&app).file(&looking.compound, &hash, looking.by.as_ref(), app.now()).await?;
    let file = file.ok_or(Problem::NOT_FOUND)?;
    let (kind, place) = match file.kind {
        FileKind::Jpeg => ("image/jpeg", "inline"),
        // A paper may hold scripts: it is saved, and never a page of ours.
        FileKind::Pdf => ("application/pdf", "attachment"),
    };
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(place));
    Ok(response)
}

/// The field that takes photos and papers.
pub(super) fn field(lang: Lang, id: &str, error: Option<&str>) -> Markup {
    html! {
        div .field {
            label for=(id) { (text::files(lang)) }
            p .hint id={ (id) "-hint" } { (text::files_hint(lang)) }
            @if let Some(error) = error { p .error id={ (id) "-error" } { (error) } }
            input id=(id) name="files" type="file" multiple data-photos accept="image/jpeg,image/png,application/pdf"
                aria-describedby={ (id) "-hint" };
        }
    }
}

/// Links to what shows something.
pub(super) fn links(lang: Lang, files: &[Hash]) -> Markup {
    html! {
        @if !files.is_empty() {
            p { @for (hash, number) in files.iter().zip(1_u64..) { a .btn.second href={ "/files/" (hash) } { (text::evidence(lang, number)) } " " } }
        }
    }
}
