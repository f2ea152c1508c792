//! Importing a roll: upload, preview, and putting it up for signing.
//!
//! What a file gave is kept in memory between the pages, for who uploaded it: the file is read once,
//! and what is signed is what was looked at.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    hash::Hash,
    register::Register,
    store::{ids::StaffId, place::Place, register::NewRegister},
};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::{form::to_act, roll, show, words};
use crate::{
    app::App,
    import::{self, Changed, Diff, Figures, Issue, MAX_FILE, Preview, ReaderProgram, Refusal, Severity, UnitFacts},
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Lang, area, console as acts_text, console_roll as text, home_label},
    view::{Page, Reader, Tone, error_summary, notice, summary},
};

/// Of a request with a file: the file and the form around it.
const UPLOAD: usize = MAX_FILE + 64 * 1024;
/// How many previews are kept, and for how many seconds.
const KEPT: usize = 16;
const KEPT_SECONDS: u64 = 2 * 3600;
/// How many changes stand in an act's summary.
const CHANGES: usize = 400;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/roll/upload", get(form).post(upload).layer(DefaultBodyLimit::max(UPLOAD)))
        .route("/c/roll/preview/{id}", get(preview))
        .route("/c/roll/preview/{id}/propose", post(propose))
        .route("/c/roll/preview/{id}/discard", post(discard))
        .layer(Extension(Previews::default()))
}

/// Previews between upload and proposal.
#[derive(Clone, Default)]
struct Previews(Arc<Mutex<Vec<Kept>>>);

#[derive(Clone)]
struct Kept {
    id: String,
    by: StaffId,
    at: u64,
    file_sha256: Hash,
    preview: Arc<Preview>,
}

impl Previews {
    /// Keeps one and gives its random id. The oldest make room.
    fn keep(&self, by: &StaffId, file_sha256: Hash, preview: Preview, now: u64) -> Result<String, Problem> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|err| Problem::internal(&err))?;
        let id = Hash(random).to_string();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| now < one.at + KEPT_SECONDS);
        if KEPT <= kept.len() {
            kept.remove(0);
        }
        kept.push(Kept { id: id.clone(), by: by.clone(), at: now, file_sha256, preview: Arc::new(preview) });
        Ok(id)
    }

    /// One's own preview.
    fn find(&self, by: &StaffId, id: &str, now: u64) -> Result<Kept, Problem> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|one| one.id == id && one.by == *by && now < one.at + KEPT_SECONDS).cloned();
        found.ok_or(Problem::new(StatusCode::NOT_FOUND, "preview_gone", text::preview_gone))
    }

    fn drop(&self, by: &StaffId, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one.id != id || one.by != *by);
    }
}

async fn form(reader: Reader, _: Officer) -> Response {
    form_page(&reader, None)
}

fn form_page(reader: &Reader, error: Option<&str>) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("file", error)).into_iter().collect();
    let body = html! {
        h1 { (text::upload_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::upload_lead(lang)) }
        form method="post" enctype="multipart/form-data" {
            div .field {
                label for="file" { (text::upload_file(lang)) }
                p .hint #file-hint { (text::upload_hint(lang)) }
                @if let Some(error) = error { p .error #file-error { (error) } }
                input #file name="file" type="file" aria-describedby="file-hint" aria-invalid=[error.map(|_| "true")]
                    accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            }
            button .btn { (text::upload_go(lang)) }
        }
        h2 { (text::upload_columns(lang)) }
        p { (text::upload_columns_need(lang)) }
        p { (text::upload_columns_may(lang)) }
    };
    show(Page::new(reader, text::upload_title(lang)), lang, &body)
}

/// A file of a form: its name and its bytes.
pub(super) struct Uploaded {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The file field of a form; nothing if none was chosen.
///
/// # Errors
/// The form is broken, or longer than the route takes.
pub(super) async fn file_of(form: Result<Multipart, MultipartRejection>) -> Result<Option<Uploaded>, Problem> {
    let mut form = form.map_err(|_| Problem::MALFORMED)?;
    let refuse = |err: axum::extract::multipart::MultipartError| match err.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TOO_LARGE,
        _ => Problem::MALFORMED,
    };
    while let Some(field) = form.next_field().await.map_err(refuse)? {
        if field.name() != Some("file") {
            continue;
        }
        // A name may hold anything: it is shown and kept, and never a path.
        let name: String =
            field.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(120).collect();
        let bytes = field.bytes().await.map_err(refuse)?.to_vec();
        return Ok(Some(Uploaded { name, bytes }).filter(|file| !file.bytes.is_empty()));
    }
    Ok(None)
}

async fn upload(
    State(app): State<App>,
    Extension(previews): Extension<Previews>,
    program: Option<Extension<ReaderProgram>>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let refuse =
        |status, code, say: &str| Problem::new(status, code, text::file_refused).on(form_page(&reader, Some(say)));
    let file = match file_of(form).await {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, "no_file", text::no_file(lang))),
        Err(problem) if problem.status == StatusCode::PAYLOAD_TOO_LARGE => {
            return Ok(refuse(problem.status, "too_big", text::file_too_large(lang)));
        }
        Err(problem) => return Err(problem),
    };
    match read(program, &file).await {
        Ok(preview) => {
            let id = previews.keep(&staff.id, Hash::of(&file.bytes), preview, app.now())?;
            Ok(Redirect::to(&format!("/c/roll/preview/{id}")).into_response())
        }
        Err(refusal) => Ok(refuse(StatusCode::UNPROCESSABLE_ENTITY, refusal.code(), refusal.message(lang))),
    }
}

/// Reads a foreign file in a process of its own, under limits.
async fn read(program: Option<Extension<ReaderProgram>>, file: &Uploaded) -> Result<Preview, Refusal> {
    let program = match program {
        Some(Extension(ReaderProgram(program))) => program,
        None => import::this_program().map_err(|_| Refusal::Failed)?,
    };
    import::check_in_child(&program, &file.name, &file.bytes).await
}

async fn preview(
    State(app): State<App>,
    Extension(previews): Extension<Previews>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let kept = previews.find(&staff.id, &id, app.now())?;
    let present = app.estate().register(&staff.compound).await?;
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    Ok(preview_page(&reader, &kept, &present, place, None))
}

fn preview_page(
    reader: &Reader,
    kept: &Kept,
    (number, present): &(u64, Register),
    place: Place,
    error: Option<&str>,
) -> Response {
    let lang = reader.lang;
    let preview = &*kept.preview;
    let errors: Vec<_> = error.map(|error| ("confirmed", error)).into_iter().collect();
    let diff = (*number != 0).then(|| import::diff(present, &preview.register, &number.to_string()));
    let body = html! {
        h1 { (text::preview_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::preview_of(lang, &preview.file)) }
        (issues(lang, preview, Severity::Error))
        (issues(lang, preview, Severity::Warning))
        @if !preview.ignored.is_empty() { p .muted { (text::ignored(lang, preview.ignored.len())) } }
        @if !preview.unread.is_empty() {
            p { (text::unread(lang, &preview.unread.join(lang.pick("、", ", ")))) }
        }
        h2 { (text::totals(lang)) }
        (roll::figures(lang, &preview.figures))
        h2 { (text::law_title(lang)) }
        (roll::law(lang, place, &preview.register))
        h2 { (text::diff_title(lang)) }
        @match &diff {
            None => { p { (text::diff_first(lang)) } }
            Some(diff) => { (changes(lang, diff)) }
        }
        @if preview.may_apply() {
            form method="post" action={ "/c/roll/preview/" (kept.id) "/propose" } {
                @if preview.needs_confirmation() {
                    label .card { input #confirmed type="checkbox" name="confirmed" value="yes"; span { (text::confirm(lang)) } }
                }
                p { (text::propose_lead(lang)) }
                button .btn { (text::propose(lang)) }
            }
        }
        form method="post" action={ "/c/roll/preview/" (kept.id) "/discard" } {
            button .btn.second { (text::discard(lang)) }
        }
    };
    show(Page::new(reader, text::preview_title(lang)), lang, &body)
}

fn issues(lang: Lang, preview: &Preview, severity: Severity) -> Markup {
    let found: Vec<&Issue> = preview.issues.iter().filter(|issue| issue.severity == severity).collect();
    let (tone, title) = match severity {
        Severity::Error if found.is_empty() => return html! { p { (text::no_errors(lang)) } },
        Severity::Error => (Tone::Bad, text::errors(lang, found.len())),
        Severity::Warning if found.is_empty() => return html! {},
        Severity::Warning => (Tone::Warn, text::warnings(lang, found.len())),
    };
    notice(
        tone,
        &html! {
            h2 { (title) }
            @if severity == Severity::Error { p { (text::all_or_nothing(lang)) } }
            ul { @for issue in found { li { strong { (at(lang, issue)) } " " (issue.message(lang)) } } }
        },
    )
}

fn at(lang: Lang, issue: &Issue) -> String {
    let place = match (&issue.sheet, issue.row) {
        (Some(sheet), Some(row)) => text::at_sheet(lang, sheet, row.into()),
        (None, Some(row)) => text::at_row(lang, row.into()),
        (Some(sheet), None) => text::in_sheet(lang, sheet),
        (None, None) => text::whole_file(lang).to_owned(),
    };
    match &issue.column {
        Some(column) => format!("{place} · {column}"),
        None => place,
    }
}

/// Every unit that the new roll has, lacks or has otherwise.
pub(super) fn changes(lang: Lang, diff: &Diff) -> Markup {
    let counts = &diff.counts;
    if counts.added + counts.removed + counts.changed == 0 {
        return html! { p { (text::diff_same(lang)) } };
    }
    let hidden =
        counts.added + counts.removed + counts.changed - diff.added.len() - diff.removed.len() - diff.changed.len();
    html! {
        @if counts.changed != 0 {
            h3 { (text::diff_changed(lang, counts.changed)) }
            ul {
                @for changed in &diff.changed {
                    li { strong { (unit(lang, &changed.unit)) } ul { @for line in changed_lines(lang, changed) { li { (line) } } } }
                }
            }
        }
        @if counts.added != 0 {
            h3 { (text::diff_added(lang, counts.added)) }
            ul { @for added in &diff.added { li { strong { (unit(lang, &added.unit)) } " " (facts(lang, &added.after)) } } }
        }
        @if counts.removed != 0 {
            h3 { (text::diff_removed(lang, counts.removed)) }
            ul { @for removed in &diff.removed { li { strong { (unit(lang, &removed.unit)) } " " (facts(lang, &removed.before)) } } }
        }
        @if hidden != 0 { p .muted { (text::diff_more(lang, hidden)) } }
    }
}

/// A unit as a difference names it: phase, building, entrance and number with slashes between.
fn unit(lang: Lang, path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match *parts.as_slice() {
        [_, _, _, _] => home_label(lang, &parts.join("|")),
        [_, _, _] => home_label(lang, &format!("|{}", parts.join("|"))),
        _ => path.to_owned(),
    }
}

fn facts(lang: Lang, facts: &UnitFacts) -> String {
    format!("{} · {} · {}", facts.owners.join("、"), area(lang, facts.area_centi), words::status(lang, &facts.status))
}

fn changed_lines(lang: Lang, changed: &Changed) -> Vec<String> {
    let Changed { before, after, .. } = changed;
    let source = |facts: &UnitFacts| {
        let word = facts.source.and_then(|source| serde_json::to_value(source).ok());
        words::source(lang, word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default())
    };
    let people = |facts: &UnitFacts| {
        if facts.owners.is_empty() { text::nothing_there(lang).to_owned() } else { facts.owners.join("、") }
    };
    let shares =
        |facts: &UnitFacts| facts.shares.map_or_else(|| text::nothing_there(lang).to_owned(), |n| n.to_string());
    let say = |field: &str| {
        let (name, values) = match field {
            "area" => (text::f_area(lang), [before, after].map(|facts| area(lang, facts.area_centi))),
            "owners" => (text::f_owners(lang), [before, after].map(people)),
            "status" => (text::f_status(lang), [before, after].map(|facts| words::status(lang, &facts.status))),
            "source" => (text::f_source(lang), [before, after].map(source)),
            "kind" => (text::f_kind(lang), [before, after].map(|facts| words::kind(lang, &facts.kind))),
            "shares" => (text::f_shares(lang), [before, after].map(shares)),
            other => return other.to_owned(),
        };
        text::from_to(lang, name, &values[0], &values[1])
    };
    changed.fields.iter().map(|field| say(field)).collect()
}

#[derive(Deserialize)]
struct Confirmation {
    confirmed: Option<String>,
}

async fn propose(
    State(app): State<App>,
    Extension(previews): Extension<Previews>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(Confirmation { confirmed }): Form<Confirmation>,
) -> Result<Response, Problem> {
    let kept = previews.find(&staff.id, &id, app.now())?;
    let present = app.estate().register(&staff.compound).await?;
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    let preview = &kept.preview;
    let refuse = |code, say: crate::text::Sentence| {
        let page = preview_page(&reader, &kept, &present, place, Some(say(reader.lang)));
        Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, say).on(page))
    };
    if !preview.may_apply() {
        return refuse("has_errors", text::all_or_nothing);
    }
    if preview.needs_confirmation() && confirmed.is_none() {
        return refuse("not_confirmed", text::confirm_first);
    }
    let new = NewRegister {
        register: preview.register.clone(),
        file_name: preview.file.clone(),
        file_sha256: kept.file_sha256,
        summary: RollSummary::of(&kept, &present).to_value(),
    };
    let act = app.estate().propose_register(&staff, new, app.now(), &mut app.fresh()?).await?;
    previews.drop(&staff.id, &id);
    Ok(to_act(&app, &act))
}

async fn discard(
    Extension(previews): Extension<Previews>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Redirect {
    previews.drop(&staff.id, &id);
    Redirect::to("/c/roll")
}

/// What the second officer sees of a roll: its figures, its doubts and what it changes.
#[derive(Serialize, Deserialize)]
pub(super) struct RollSummary {
    file: String,
    file_sha256: Hash,
    figures: Figures,
    warnings: Vec<Issue>,
    changes: Option<Diff>,
}

impl RollSummary {
    fn of(kept: &Kept, (number, present): &(u64, Register)) -> Self {
        let preview = &kept.preview;
        let changes = (*number != 0).then(|| {
            let mut diff = import::diff(present, &preview.register, &number.to_string());
            // The counts stay whole.
            diff.changed.truncate(CHANGES);
            diff.added.truncate(CHANGES);
            diff.removed.truncate(CHANGES);
            diff
        });
        let mut warnings: Vec<_> = preview.issues.clone();
        warnings.truncate(CHANGES);
        Self {
            file: preview.file.clone(),
            file_sha256: kept.file_sha256,
            figures: preview.figures.clone(),
            warnings,
            changes,
        }
    }

    fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// From an act; nothing if an earlier version wrote it otherwise.
    pub(super) fn read(summary: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(summary.clone()).ok()
    }

    pub(super) fn show(&self, lang: Lang) -> Markup {
        html! {
            (summary(&[
                (acts_text::f_file(lang), html! { (self.file) }),
                (acts_text::f_fingerprint(lang), html! { (self.file_sha256.to_string()) }),
            ]))
            (roll::figures(lang, &self.figures))
            @if !self.warnings.is_empty() {
                details {
                    summary { (text::warnings(lang, self.warnings.len())) }
                    ul { @for issue in &self.warnings { li { strong { (at(lang, issue)) } " " (issue.message(lang)) } } }
                }
            }
            h3 { (text::diff_title(lang)) }
            @match &self.changes {
                None => { p { (text::diff_first(lang)) } }
                Some(diff) => { (changes(lang, diff)) }
            }
        }
    }
}
