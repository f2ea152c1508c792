//! The paper desk: how far the papers are, what became of a form, and the ways to enter and print.

mod assist;
mod delegates;
mod deliver;
mod enter;
mod hall;
mod print;
mod proxies;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::{FormNo, PollId},
    state::Phase,
    store::{
        paper::{DeskProgress, FormNow, FormState, NumberError, PaperError, Signed, form_number},
        polls::PollState,
        staff::{Role, StaffMember},
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    Desk,
    form::{Fault, Signature, ToSign},
    words,
};
use crate::{
    app::App,
    pages::poll::Live,
    problem::{Body, Form, Path, Problem, Query},
    session::Clerk,
    text::{
        Lang, Sentence, console as common, delivery, desk as text, hall as hall_text, home_label, number, sitting,
        when, written,
    },
    view::{Page, Reader, Tone, code, empty, notice, summary, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk", get(home))
        .route("/desk/{poll}", get(one))
        .route("/desk/{poll}/receive", get(receive_page).post(receive))
        .route("/desk/{poll}/sign", get(to_sign).post(sign))
        .route("/desk/{poll}/scan/{form}", get(scan))
        .route("/desk/{poll}/restart", post(restart))
        .route("/desk/{poll}/end", post(end))
        .merge(assist::routes())
        .merge(delegates::routes())
        .merge(deliver::routes())
        .merge(enter::routes())
        .merge(hall::routes())
        .merge(print::routes())
        .merge(proxies::routes())
}

/// The button with which a clerk signs what stands on the page.
fn sign_form(lang: Lang, at: &str, key: &str, label: &str) -> Markup {
    let need = html! { p { (delivery::need_script(lang)) } };
    ToSign { at, key, need, label }.show(lang)
}

/// A building's name in an address.
fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}

pub(super) fn path(poll: &PollId) -> String {
    format!("/desk/{poll}")
}

/// A page of the desk, below the links to its others.
fn show(page: Page<'_>, lang: Lang, body: &Markup) -> Response {
    let links = [
        ("/desk", text::title(lang)),
        ("/c/letters", common::nav_letters(lang)),
        ("/c/roll/units", text::nav_units(lang)),
    ];
    page.show(html! {
        nav .console aria-label=(text::title(lang)) { @for (href, label) in links { a href=(href) { (label) } } }
        (body)
    })
}

async fn home(State(app): State<App>, reader: Reader, Desk(staff): Desk) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut panels = Vec::new();
    for row in app.estate().polls(&staff.compound).await? {
        if row.state != PollState::Live {
            continue;
        }
        let live = Live::find(&app, &row.id).await?;
        if live.phase == Phase::Closed {
            continue;
        }
        let progress = app.estate().desk_progress(&staff, &row.id).await?;
        panels.push((row, progress));
    }
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        p { a .btn.second href="/desk/delegates" { (written::delegates(lang)) } }
        @if panels.is_empty() { (empty(text::no_polls(lang))) }
        @for (row, progress) in &panels {
            section .panel {
                h2 { (row.title) }
                p { (common::closes(lang, &when(lang, row.closes))) }
                p { (sentence(lang, progress.values())) }
                p { a .btn href=(path(&row.id)) { (text::to_poll(lang)) } }
            }
        }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

/// All buildings in one sentence.
fn sentence<'a>(lang: Lang, progress: impl Iterator<Item = &'a DeskProgress>) -> String {
    let (mut printed, mut waiting, mut counted) = (0, 0, 0);
    for building in progress {
        printed += building.printed + building.waiting() + building.counted;
        waiting += building.waiting();
        counted += building.counted;
    }
    text::progress(lang, &number(printed), &number(waiting), &number(counted))
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let progress = app.estate().desk_progress(&staff, &poll).await?;
    let live = Live::find(&app, &poll).await?;
    let until = app.estate().papers_until(&poll, app.now()).await?;
    let signing = sign_box(lang, &app, &staff, &poll).await?;
    let sheets = proxies::waiting_box(lang, &app, &staff, &poll).await?;
    let here = path(&poll);
    let mut buildings: Vec<_> = progress.iter().collect();
    buildings.sort_by(|(one, _), (other, _)| words::by_number(one, other));
    let rows: Vec<_> = buildings
        .into_iter()
        .map(|(name, at)| {
            let figures = [at.printed, at.received, at.entered_once, at.differs, at.agreed, at.counted];
            let mut row = vec![html! { (words::building(lang, name)) }];
            row.extend(figures.map(|figure| html! { (number(figure)) }));
            row
        })
        .collect();
    let heads = [
        text::building(lang),
        text::printed(lang),
        text::received(lang),
        text::once(lang),
        text::differs(lang),
        text::agreed(lang),
        text::counted(lang),
    ];
    let body = html! {
        h1 { (text::title(lang)) }
        p { strong { (live.row.title) } }
        p { (common::closes(lang, &when(lang, live.row.closes))) }
        @if live.phase == Phase::Closed { (notice(Tone::Plain, &html! { p { (text::closed(lang)) } })) }
        @if live.phase == Phase::Ended && let Some(until) = until {
            (notice(Tone::Warn, &html! {
                p { (text::ended(lang, &when(lang, until))) }
                form method="post" action={ (here) "/end" } { button .btn.second { (text::end(lang)) } }
            }))
        }
        (signing)
        (sheets)
        (number_form(lang, &poll, Fault::NONE, ""))
        div .choices {
            @if staff.role == Role::Clerk { a .btn.second href=(assist::place(&poll)) { (sitting::title(lang)) } }
            a .btn.second href=(hall::place(&poll)) { (hall_text::title(lang)) }
            a .btn.second href={ (here) "/receive" } { (text::receive_title(lang)) }
            a .btn.second href={ (here) "/deliveries" } { (delivery::title(lang)) }
            a .btn.second href={ (here) "/proxies" } { (written::title(lang)) }
            a .btn.second href={ (here) "/forms" } { (text::print_title(lang)) }
            a .btn.second href={ "/polls/" (poll) "/papers" } { (text::list_title(lang)) }
        }
        @if rows.is_empty() { (empty(text::no_forms(lang))) } @else { (table(text::by_building(lang), &heads, &rows)) }
        p .muted { (text::never_how(lang)) }
    };
    Ok(show(Page::new(&reader, text::title(lang)).script("pages/desk.js"), lang, &body))
}

/// Where a number is typed or scanned: a scanner types it and presses Enter.
fn number_form(lang: Lang, poll: &PollId, fault: Fault, typed: &str) -> Markup {
    html! {
        form method="get" action={ (path(poll)) "/paper" } {
            (fault.line("form", text::form(lang), Some(text::form_hint(lang)), typed, ("text", "text", "off")))
            button .btn { (text::look_up(lang)) }
        }
    }
}

/// What waits for a clerk's signature, if anything does; the script signs what was entered on this device, and shows the
/// rest. Nothing for a clerk whom the poll does not name.
async fn sign_box(lang: Lang, app: &App, staff: &StaffMember, poll: &PollId) -> Result<Markup, Problem> {
    match app.estate().papers_to_sign(staff, poll, app.now()).await {
        Ok(waiting) if !waiting.is_empty() => {}
        Err(PaperError::Database(err)) => return Err(err.into()),
        Ok(_) | Err(_) => return Ok(html! {}),
    }
    Ok(html! {
        div #desk-sign .panel hidden data-at={ (path(poll)) "/sign" } data-poll=(poll)
            data-name=(staff.key_name(app.estate().host())) data-busy=(text::signing(lang))
            data-done=(text::signed(lang)) data-failed=(text::sign_failed(lang)) data-no-key=(text::no_key(lang))
            data-no-network=(text::no_network(lang)) data-review=(text::review(lang)) {
            p role="status" {}
            div #desk-review {}
            button .btn hidden { (text::sign_these(lang)) }
        }
        noscript { (notice(Tone::Warn, &html! { p { (text::need_script(lang)) } })) }
    })
}

/// A number as typed, or what would have been right.
fn read_number(lang: Lang, typed: &str) -> Result<FormNo, Fault> {
    form_number(typed).map_err(|err| {
        let say = match err {
            NumberError::Format => text::e_number(lang),
            NumberError::Slip => text::e_slip(lang),
        };
        Fault::at("form", say)
    })
}

/// What is known of a form, for the telephone too: never what is marked on it.
fn about(lang: Lang, form: &FormNow) -> Markup {
    let names: Vec<&str> = form.people.iter().map(|(_, name)| name.as_str()).collect();
    let mut rows = vec![
        (text::form(lang), html! { strong { (form.number) } }),
        (text::homes(lang), html! { @for unit in &form.units { (home_label(lang, &unit.label)) br; } }),
        (text::owners(lang), html! { (names.join("、")) }),
        (text::state(lang), html! { (state(lang, form.state)) }),
    ];
    if let Some(received) = form.received {
        rows.push((text::received_at(lang), html! { (when(lang, received)) }));
    }
    html! {
        (summary(&rows))
        @if let Some(found) = &form.code { p { (text::its_code(lang)) } (code(found)) }
        @if form.has_voted && form.code.is_none() { (notice(Tone::Warn, &html! { p { (text::also_online(lang)) } })) }
        @if !form.refused.is_empty() { (notice(Tone::Bad, &html! { p { (text::refused(lang, &form.refused)) } })) }
    }
}

fn state(lang: Lang, state: FormState) -> &'static str {
    match state {
        FormState::Printed => text::state_printed(lang),
        FormState::Received => text::state_received(lang),
        FormState::EnteredOnce => text::state_once(lang),
        FormState::Differs => text::state_differs(lang),
        FormState::AllDiffer => text::state_all_differ(lang),
        FormState::Agreed => text::state_agreed(lang),
        FormState::Counted => text::state_counted(lang),
        FormState::Void => text::state_void(lang),
    }
}

#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    done: Option<u64>,
}

async fn receive_page(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Problem> {
    app.estate().desk_progress(&staff, &poll).await?;
    Ok(receive_again(&reader, &poll, Fault::NONE, "", done))
}

fn receive_again(reader: &Reader, poll: &PollId, fault: Fault, typed: &str, done: Option<u64>) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::receive_title(lang)) }
        (fault.summary(lang))
        @if let Some(done) = done { (notice(Tone::Ok, &html! { p role="status" { (text::received_now(lang, done)) } })) }
        p { (text::receive_lead(lang)) }
        form method="post" {
            (fault.line("form", text::form(lang), Some(text::form_hint(lang)), typed, ("text", "text", "off")))
            button .btn { (text::receive(lang)) }
        }
        p { a .btn.second href=(path(poll)) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::receive_title(lang)).script("pages/desk.js"), lang, &body)
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    form: String,
}

async fn receive(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Form(Typed { form }): Form<Typed>,
) -> Result<Response, Problem> {
    let again = |fault, problem: Problem| Ok(problem.on(receive_again(&reader, &poll, fault, &form, None)));
    let number = match read_number(reader.lang, &form) {
        Ok(number) => number,
        Err(fault) => {
            return again(fault, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_number", text::e_number));
        }
    };
    match app.estate().receive_form(&staff, &poll, number, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/receive?done={number}", path(&poll))).into_response()),
        Err(err @ (PaperError::NoSuchPoll | PaperError::Database(_))) => Err(err.into()),
        Err(err) => {
            let say = sentence_of(&err)(reader.lang);
            again(Fault::at("form", say), err.into())
        }
    }
}

async fn to_sign(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let texts = app.estate().papers_to_sign(&staff, &poll, app.now()).await?;
    let texts: Vec<_> = texts.into_iter().map(|one| json!({"form": one.form.get(), "text": one.text})).collect();
    Ok(Json(json!({ "papers": texts })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedForm {
    form: u64,
    signature: String,
}

async fn sign(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Body(SignedForm { form, signature }): Body<SignedForm>,
) -> Result<Response, Problem> {
    let form = FormNo::try_from(form).map_err(|_| Problem::MALFORMED)?;
    let signed = app.estate().sign_paper(&staff, &poll, form, &signature, app.now()).await?;
    if signed == Signed::Counted {
        app.notify();
    }
    let word = match signed {
        Signed::Waits => "waits",
        Signed::Counted => "counted",
        Signed::Ready => "ready",
        Signed::Refused => "refused",
    };
    Ok(Json(json!({ "state": word })).into_response())
}

async fn scan(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, form)): Path<(PollId, u64)>,
) -> Result<Response, Problem> {
    let form = FormNo::try_from(form).map_err(|_| Problem::NOT_FOUND)?;
    let content = match app.estate().paper_scan(&staff, &poll, form, app.now()).await {
        Err(PaperError::Database(err)) => return Err(err.into()),
        found => found.map_err(|_| Problem::NOT_FOUND)?,
    };
    Ok(jpeg(content))
}

/// A picture as it was made anew.
pub(crate) fn jpeg(content: Vec<u8>) -> Response {
    let mut response = content.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    response
}

async fn restart(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Form(Typed { form }): Form<Typed>,
) -> Result<Response, Problem> {
    let number = read_number(reader.lang, &form).map_err(|_| Problem::NOT_FOUND)?;
    app.estate().restart_form(&staff, &poll, number, app.now()).await?;
    Ok(Redirect::to(&format!("{}/paper?form={number}", path(&poll))).into_response())
}

async fn end(State(app): State<App>, Desk(staff): Desk, Path(poll): Path<PollId>) -> Result<Response, Problem> {
    app.estate().end_desk(&staff, &poll, app.now()).await?;
    Ok(Redirect::to(&path(&poll)).into_response())
}

/// What would have been right, in the reader's language.
fn sentence_of(err: &PaperError) -> Sentence {
    match err {
        PaperError::NotClerk => text::e_not_clerk,
        PaperError::NotNamed => text::e_not_named,
        PaperError::NoSuchPoll | PaperError::NoSuchForm => text::e_no_form,
        PaperError::NoClerks => text::e_no_clerks,
        PaperError::TooManyForms => text::e_too_many,
        PaperError::Void => text::e_void,
        PaperError::Counted => text::e_counted,
        PaperError::Twice => text::e_twice,
        PaperError::Agreed => text::e_agreed,
        PaperError::AllDiffer => text::e_all_differ,
        PaperError::Busy => text::e_busy,
        PaperError::NotOpen => text::e_not_open,
        PaperError::Closed => text::e_closed,
        PaperError::Received => text::e_received,
        PaperError::Answers => text::e_answers,
        PaperError::Person => text::e_person,
        PaperError::Scan => text::e_scan,
        PaperError::ScanUsed => text::e_scan_used,
        PaperError::NothingToSign => text::e_nothing_to_sign,
        PaperError::NotDelivered => delivery::e_not_delivered,
        PaperError::NoSuchDelivery => delivery::e_no_delivery,
        PaperError::NoSuchOwner => written::e_no_owner,
        PaperError::Yourself => written::e_yourself,
        PaperError::OverLimit => written::e_over_limit,
        PaperError::NewerStands => written::e_newer,
        PaperError::NoneStands => written::e_none_stands,
        PaperError::Underway => written::e_underway,
        PaperError::NoAgent => written::e_agent,
        PaperError::KnownAgent => written::e_known,
        PaperError::ReadOtherwise => written::e_read_otherwise,
        PaperError::NoSuchProxy => written::e_no_proxy,
        PaperError::NotAgent => written::e_not_agent,
        PaperError::NoCompany => written::e_company,
        PaperError::NoSuchDelegate => written::e_no_delegate,
        PaperError::Expired => written::e_expired,
        PaperError::ValidUntil => written::e_valid_until,
        PaperError::Signature => text::e_signature,
        PaperError::Stale => text::e_stale,
        PaperError::Waiting => text::e_waiting,
        PaperError::NotEnded => text::e_not_ended,
        PaperError::NotInspector => text::e_not_inspector,
        PaperError::Database(_) => crate::text::problem::internal,
    }
}

impl From<PaperError> for Problem {
    fn from(err: PaperError) -> Self {
        let status = match &err {
            PaperError::NoSuchPoll
            | PaperError::NoSuchForm
            | PaperError::NoSuchDelivery
            | PaperError::NoSuchProxy
            | PaperError::NotInspector => StatusCode::NOT_FOUND,
            PaperError::NotClerk | PaperError::NotNamed => StatusCode::FORBIDDEN,
            PaperError::Void
            | PaperError::Counted
            | PaperError::Twice
            | PaperError::Agreed
            | PaperError::AllDiffer
            | PaperError::Busy
            | PaperError::NotOpen
            | PaperError::Closed
            | PaperError::NothingToSign
            | PaperError::NewerStands
            | PaperError::NoneStands
            | PaperError::Underway
            | PaperError::NotAgent
            | PaperError::Stale
            | PaperError::Waiting
            | PaperError::NotEnded => StatusCode::CONFLICT,
            PaperError::NoClerks
            | PaperError::TooManyForms
            | PaperError::Received
            | PaperError::Answers
            | PaperError::Person
            | PaperError::Scan
            | PaperError::ScanUsed
            | PaperError::NotDelivered
            | PaperError::NoSuchOwner
            | PaperError::Yourself
            | PaperError::OverLimit
            | PaperError::NoAgent
            | PaperError::KnownAgent
            | PaperError::ReadOtherwise
            | PaperError::NoCompany
            | PaperError::NoSuchDelegate
            | PaperError::Expired
            | PaperError::ValidUntil
            | PaperError::Signature => StatusCode::UNPROCESSABLE_ENTITY,
            PaperError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match err {
            PaperError::Database(err) => err.into(),
            err => Self::new(status, err.code(), sentence_of(&err)),
        }
    }
}
