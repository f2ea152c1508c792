//! Checking a ballot by its code; receipts on this phone.

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use ballot::{
    id::PollId,
    log::{CheckCode, Checkpoint},
    store::{ReadError, polls::PollState},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::{
    app::App,
    assets,
    problem::{Path, Problem, Query},
    text::{check as text, number},
    view::{Field, Page, Reader, Tone, code, empty, error_summary, field, notice},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/check", get(check))
        .route("/receipt", get(receipts))
        .route("/polls/{poll}/consistency/{size}", get(consistency))
}

#[derive(Deserialize)]
struct Asked {
    c: Option<String>,
}

/// A ballot's place, and what a phone needs to check it.
struct Found {
    index: u64,
    title: String,
    poll: PollId,
    log_key: String,
    witnesses: Vec<String>,
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
            let (title, witnesses) = log.read(|state, _| {
                let manifest = state.manifest();
                (manifest.title.clone(), manifest.keys.witnesses.iter().map(|key| key.0.clone()).collect())
            });
            return Ok(Some(Found { index, title, poll: poll.id, log_key: log.key().to_string(), witnesses }));
        }
    }
    Ok(None)
}

fn answer(reader: &Reader, code_text: &str, found: &Found) -> Markup {
    let lang = reader.lang;
    let data = json!({
        "code": code_text, "poll": found.poll.as_str(), "logKey": found.log_key, "witnesses": found.witnesses,
        "index": found.index,
    });
    let index = number(found.index);
    html! {
        h1 { (text::found_title(lang)) }
        (code(code_text))
        (notice(Tone::Ok, &html! {
            p { strong { (text::found(lang, &index)) } }
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
    let note = log.checkpoint();
    // The proof is for what this checkpoint says; the log may have grown since.
    let newest = Checkpoint::open(note.as_bytes(), log.key()).map_err(|err| Problem::internal(&err))?.checkpoint.size;
    let proof = log.consistency_proof(size, newest).ok_or(Problem::NOT_FOUND)?;
    let proof: Vec<_> = proof.iter().map(|hash| BASE64.encode(hash.0)).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({ "checkpoint": &*note, "proof": proof }))).into_response())
}
