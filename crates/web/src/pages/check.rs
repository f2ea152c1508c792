//! Checking a ballot by its code; receipts on this phone.

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    hash::Hash,
    id::PollId,
    log::{CheckCode, Checkpoint},
    store::{Log, ReadError, polls::PollState},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::App,
    assets,
    problem::{Path, Problem, Query},
    text::{Lang, check as text, number, when},
    view::{Field, Page, Reader, Tone, code, empty, error_summary, field, notice},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/check", get(check))
        .route("/receipt", get(receipts))
        .route("/polls/{poll}/consistency/{size}", get(consistency))
        .route("/polls/{poll}/inclusion/{index}", get(inclusion))
}

#[derive(Deserialize)]
struct Asked {
    c: Option<String>,
}

/// A ballot's place, and what a phone needs to check it.
struct Found {
    index: u64,
    /// When it was stored, as far as that is known.
    at: Option<u64>,
    title: String,
    poll: PollId,
    log_key: String,
    witnesses: Vec<String>,
    quorum: u64,
}

async fn check(State(app): State<App>, reader: Reader, Query(Asked { c }): Query<Asked>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let typed = c.as_deref().map(str::trim).unwrap_or_default();
    let read: Option<CheckCode> = typed.parse().ok();
    let error = (!typed.is_empty() && read.is_none()).then_some(text::bad_code(lang));
    let found = match read {
        Some(code) => Some((code, find(&app, code).await?)),
        None => None,
    };
    let errors: Vec<_> = error.map(|error| ("c", error)).into_iter().collect();
    let body = html! {
        @match &found {
            Some((read, Some(found))) => { (answer(&reader, &read.to_string(), found)) }
            Some((read, None)) => {
                h1 { (text::not_found_title(lang)) }
                (code(&read.to_string()))
                (notice(Tone::Warn, &html! { p { (text::not_found(lang)) } }))
            }
            None => { h1 { (text::title(lang)) } (error_summary(lang, &errors)) p { (text::lead(lang)) } }
        }
        form method="get" action="/check" {
            (field(&Field {
                name: "c", label: text::code(lang), hint: Some(text::code_hint(lang)),
                value: if error.is_some() { typed } else { "" }, error, kind: ("text", "text", "off"),
            }))
            button .btn { (text::look(lang)) }
        }
        (since(lang))
        (by_file(lang))
        p { a .btn.second href="/receipt" { (text::receipts_title(lang)) } }
    };
    let title = if found.as_ref().is_some_and(|(_, found)| found.is_some()) {
        text::found_title(lang)
    } else {
        text::title(lang)
    };
    Ok(Page::new(&reader, title).script("pages/check.js").show(body))
}

/// Looks through the logs: a code says nothing of its poll.
async fn find(app: &App, code: CheckCode) -> Result<Option<Found>, Problem> {
    for compound in app.estate().compounds().await? {
        for poll in app.estate().polls(&compound.id).await? {
            if poll.state != PollState::Live {
                continue;
            }
            let log = match app.estate().logs().log(&poll.id).await {
                Ok(log) => log,
                Err(ReadError::NotFound) => continue,
                Err(err) => return Err(err.into()),
            };
            let Some(index) = log.find_code(code) else { continue };
            let title = log.read(|state, _| state.manifest().title.clone());
            let (log_key, (witnesses, quorum)) = (log.key().to_string(), watching(&log));
            let at = log.stored_at(index).await?;
            return Ok(Some(Found { index, at, title, poll: poll.id, log_key, witnesses, quorum }));
        }
    }
    Ok(None)
}

/// The witnesses' keys that a poll names, and how many must cosign.
fn watching(log: &Log) -> (Vec<String>, u64) {
    log.read(|state, _| {
        let manifest = state.manifest();
        (manifest.keys.witnesses.iter().map(|key| key.0.clone()).collect(), manifest.policy.witnesses)
    })
}

/// What a phone says once it has seen that nothing was changed.
fn since(lang: Lang) -> Markup {
    html! {
        div #since .notice.ok data-lang=(lang.tag()) hidden {
            p { strong { (text::since(lang)) } }
            p data-text=(text::seen(lang, "{names}", "{when}")) hidden {}
        }
    }
}

/// Checking a receipt that was saved as a file: for phones that run scripts.
fn by_file(lang: Lang) -> Markup {
    html! {
        section #file-check hidden {
            h2 { (text::file_title(lang)) }
            p #file-lead { (text::file_lead(lang)) }
            p {
                label for="receipt-file" { (text::file(lang)) }
                br;
                input #receipt-file type="file" accept=".txt,.tlog-proof,text/plain" aria-describedby="file-lead";
            }
            p role="status" data-verifying=(text::verifying(lang)) data-kept=(text::file_kept(lang))
                data-no-receipt=(text::file_no_receipt(lang)) data-no-answer=(text::file_no_answer(lang))
                data-broken=(text::file_broken(lang)) {}
            p #file-code .code translate="no" {}
        }
    }
}

fn answer(reader: &Reader, code_text: &str, found: &Found) -> Markup {
    let lang = reader.lang;
    let data = json!({
        "code": code_text, "poll": found.poll.as_str(), "logKey": found.log_key, "witnesses": found.witnesses,
        "quorum": found.quorum, "index": found.index,
    });
    let index = number(found.index);
    html! {
        h1 { (text::found_title(lang)) }
        (code(code_text))
        (notice(Tone::Ok, &html! {
            p {
                strong {
                    @match found.at {
                        Some(at) => { (text::found_at(lang, &index, &when(lang, at))) }
                        None => { (text::found(lang, &index)) }
                    }
                }
            }
            p { (text::in_poll(lang, &found.title)) }
        }))
        div #verify data-found=(data) {
            p role="status" data-verified=(text::verified(lang)) data-verifying=(text::verifying(lang)) data-unverified=(text::unverified(lang)) {}
            p #replaced hidden { strong { (text::replaced(lang)) } }
            div #broken .notice.bad role="alert" hidden { p { (text::broken(lang)) } }
            details #how hidden {
                summary { (text::more(lang)) }
                p { (text::verified_how(lang)) }
            }
        }
        details {
            summary { (text::same(lang)) }
            p { (text::thanks(lang)) }
        }
        details {
            summary { (text::different(lang)) }
            p { strong { (text::what_now(lang)) } }
            ol {
                li {
                    (text::call_number(lang)) " " strong { (index) }
                    @if !reader.phone.is_empty() { p { a href={ "tel:" (reader.phone) } { strong { (reader.phone) } } } }
                }
                li { (text::revote(lang)) }
            }
            p #evidence hidden { a .btn.second href="/receipt" { (text::evidence(lang)) } }
        }
    }
}

/// The receipts that this phone keeps: no name on the page, so that it can be kept for when there is no network.
async fn receipts(reader: Reader) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::receipts_title(lang)) }
        p { (text::receipts_lead(lang)) }
        div #receipts data-release=(assets::release()) data-lang=(lang.tag()) { (empty(text::receipts_need_script(lang))) }
        template #none-template { p { (text::no_receipts(lang)) } }
        template #receipt-template {
            div .panel.sheet {
                h2 data-part="title" {}
                p { (text::code(lang)) }
                p .code data-part="code" translate="no" {}
                dl .summary {
                    div { dt { (text::number(lang)) } dd data-part="index" {} }
                    div { dt { (text::voted(lang)) } dd data-part="saved" {} }
                }
                p data-part="verified" data-verified=(text::verified(lang)) data-broken=(text::broken(lang)) {}
                p data-part="replaced" hidden { (text::replaced(lang)) }
                p .no-print { a .btn data-part="check" href="/check" { (text::check_again(lang)) } }
                p .no-print { a .btn.second data-part="save" href="/receipt" { (text::save(lang)) } }
            }
        }
        p .no-print { button type="button" #print .btn.second hidden { (text::print(lang)) } }
    };
    Page::new(&reader, text::receipts_title(lang)).script("pages/receipt.js").public().show(body)
}

/// The newest checkpoint, and the proof that a tree of this size is its beginning.
async fn consistency(State(app): State<App>, Path((poll, size)): Path<(String, u64)>) -> Result<Response, Problem> {
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let log = app.estate().logs().log(&poll).await?;
    let newest = proven(&log, size, &log.checkpoint())?.ok_or(Problem::NOT_FOUND)?;
    let seen = log.last_witnessed().map(|note| proven(&log, size, &note)).transpose()?.flatten();
    let (witnesses, quorum) = watching(&log);
    let answer = json!({
        "checkpoint": newest["checkpoint"], "proof": newest["proof"], "witnessed": seen,
        "logKey": log.key().to_string(), "witnesses": witnesses, "quorum": quorum,
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// A checkpoint with the proof that a tree of `size` is its beginning, if it is that large.
fn proven(log: &Log, size: u64, note: &str) -> Result<Option<serde_json::Value>, Problem> {
    // The proof is for what this checkpoint says; the log may have grown since.
    let to = Checkpoint::open(note.as_bytes(), log.key()).map_err(|err| Problem::internal(&err))?.checkpoint.size;
    Ok(log.consistency_proof(size, to).map(|proof| with_proof(note, &proof)))
}

fn with_proof(note: &str, proof: &[Hash]) -> serde_json::Value {
    let proof: Vec<_> = proof.iter().map(|hash| BASE64.encode(hash.0)).collect();
    json!({ "checkpoint": note, "proof": proof })
}

/// The first witnessed checkpoint that holds the entry of this index, and the entry's proof: a receipt without the ballot,
/// which only its voter has.
async fn inclusion(State(app): State<App>, Path((poll, index)): Path<(String, u64)>) -> Result<Response, Problem> {
    let poll: PollId = poll.parse().map_err(|_| Problem::NOT_FOUND)?;
    let log = app.estate().logs().log(&poll).await?;
    let (note, proof) = log.witnessed(index).ok_or(Problem::NOT_FOUND)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(with_proof(&note, &proof))).into_response())
}
