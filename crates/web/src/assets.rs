//! Scripts and styles, embedded in the binary.
//!
//! All of them live below `/static/<release>/`, where the release is a hash of everything there: one
//! address has one content for ever, relative imports between modules stay inside one release, and
//! `/.well-known/client-manifest.json` lets an auditor compare each file with the source.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Json, Router,
    extract::Path,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::hash::Hash;
use serde::Serialize;

use crate::{app::App, problem::Problem};

static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

static RELEASE: LazyLock<Release> = LazyLock::new(|| {
    let files: BTreeMap<_, _> = FILES.iter().map(|(path, bytes)| (*path, Hash::of(bytes).to_string())).collect();
    // The same lines that sha256sum prints.
    let lines: Vec<_> = files.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
    Release { release: Hash::of(lines.concat().as_bytes()).to_string()[..16].to_owned(), files }
});

/// What `/.well-known/client-manifest.json` says: the release, and SHA-256 of every file in it.
#[derive(Serialize)]
struct Release {
    release: String,
    files: BTreeMap<&'static str, String>,
}

/// The release's name: the first 16 characters of the SHA-256 over `sha256sum`'s lines of its files.
pub(crate) fn release() -> &'static str {
    &RELEASE.release
}

/// The address of a file, such as `styles/main.css`.
pub(crate) fn url(path: &str) -> String {
    debug_assert!(find(path).is_some(), "no such file in web/: {path}");
    format!("/static/{}/{path}", release())
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/static/{release}/{*path}", get(file))
        .route("/sw.js", get(worker))
        .route("/.well-known/client-manifest.json", get(manifest))
}

/// What stands in a file.
pub(crate) fn find(path: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    Some(FILES[at].1)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

async fn file(Path((asked, path)): Path<(String, String)>) -> Result<Response, Problem> {
    // An older release's file is gone with it: half of one and half of another must not meet.
    let bytes = find(&path).filter(|_| asked == release()).ok_or(Problem::NOT_FOUND)?;
    let headers = [(CONTENT_TYPE, content_type(&path)), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, bytes).into_response())
}

/// The service worker stands at the root, since it may serve only what is below its own address.
async fn worker() -> Result<Response, Problem> {
    let bytes = find("core/sw.js").ok_or(Problem::NOT_FOUND)?;
    let headers = [(CONTENT_TYPE, content_type("sw.js")), (CACHE_CONTROL, "no-cache")];
    Ok((headers, bytes).into_response())
}

async fn manifest() -> Response {
    ([(CACHE_CONTROL, "no-cache")], Json(&*RELEASE)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_finds_what_it_imports() {
        for (path, bytes) in FILES.iter().filter(|(path, _)| content_type(path).starts_with("text/javascript")) {
            let text = str::from_utf8(bytes).expect("scripts are UTF-8");
            let folder = path.rsplit_once('/').expect("in a folder").0;
            for import in text.lines().filter_map(|line| line.split_once(" from \"")) {
                let wanted = import.1.trim_end_matches("\";");
                let wanted = match wanted.strip_prefix("../") {
                    Some(other) => other.to_owned(),
                    None => format!("{folder}/{}", wanted.trim_start_matches("./")),
                };
                assert!(find(&wanted).is_some(), "{path} imports {wanted}");
            }
        }
    }
}
