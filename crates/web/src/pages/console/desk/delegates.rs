//! Whom companies send: entered by one clerk with the authority, confirmed by somebody else, ended with its last day.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    paper::{Delegate, NewDelegate, PaperError},
    staff::{Role, StaffMember},
};
use maud::{Markup, html};

use super::{Desk, Fault, jpeg, sentence_of, show};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::matters::end_of,
    problem::{Path, Problem},
    session::Clerk,
    text::{Lang, console as common, last_day, when, written as text},
    view::{Page, Reader, Tone, empty, notice, summary, tag},
};

const PLACE: &str = "/desk/delegates";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/delegates", get(all).post(enter).layer(DefaultBodyLimit::max(FORM_MOST)))
        .route("/desk/delegates/{delegate}", get(one))
        .route("/desk/delegates/{delegate}/scan", get(scan))
        .route("/desk/delegates/{delegate}/confirm", post(confirm))
        .route("/desk/delegates/{delegate}/end", post(end))
}

async fn all(State(app): State<App>, reader: Reader, Desk(staff): Desk) -> Result<Response, Problem> {
    list_page(&app, &reader, &staff, &Sheet::default(), Fault::NONE).await
}

async fn list_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    typed: &Sheet,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let delegates = app.estate().delegates(staff).await?;
    let body = html! {
        h1 { (text::delegates(lang)) }
        (fault.summary(lang))
        p { (text::delegates_lead(lang)) }
        @if delegates.is_empty() { (empty(text::delegates_none(lang))) }
        ul .links {
            @for one in &delegates {
                li { a href={ (PLACE) "/" (one.id) } {
                    (one.company_name) " · " (one.name) " " (state(lang, one, app.now()))
                } }
            }
        }
        @if staff.role == Role::Clerk { h2 { (text::delegate_new(lang)) } (form(lang, typed, fault)) }
        p { a .btn.second href="/desk" { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, text::delegates(lang)).script("pages/photos.js"), lang, &body))
}

fn state(lang: Lang, one: &Delegate, now: u64) -> Markup {
    match () {
        () if one.valid_until <= now => tag(Tone::Bad, &text::expired(lang, &last_day(lang, one.valid_until))),
        () if one.second.is_none() => tag(Tone::Warn, text::unconfirmed(lang)),
        () => tag(Tone::Ok, text::confirmed(lang)),
    }
}

fn form(lang: Lang, typed: &Sheet, fault: Fault) -> Markup {
    let line = |name, label, hint, kind| fault.line(name, label, Some(hint), typed.get(name), (kind, "text", "off"));
    html! {
        form method="post" enctype="multipart/form-data" {
            (line("company", text::company(lang), text::company_hint(lang), "text"))
            (fault.line("name", text::delegate_name(lang), None, typed.get("name"), ("text", "text", "off")))
            (line("note", text::outside_note(lang), text::outside_note_hint(lang), "text"))
            (line("until", text::valid_until(lang), text::valid_until_hint(lang), "date"))
            div .field {
                label for="scan" { (text::authority(lang)) }
                p .hint id="scan-hint" { (text::authority_hint(lang)) }
                @if let Some(error) = fault.of("scan") { p .error id="scan-error" { (error) } }
                input #scan name="scan" type="file" data-photos accept="image/jpeg,image/png" capture="environment"
                    aria-describedby="scan-hint";
            }
            button .btn { (text::delegate_enter(lang)) }
        }
    }
}

async fn enter(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sheet = Sheet::read(form).await?;
    let scan = match sheet.picture().await {
        Ok(scan) => scan,
        Err(problem) => {
            let fault = Fault::at("scan", text::authority_hint(reader.lang));
            return Ok(problem.on(list_page(&app, &reader, &staff, &sheet, fault).await?));
        }
    };
    let new = NewDelegate {
        company: sheet.get("company").to_owned(),
        name: sheet.get("name").to_owned(),
        note: sheet.get("note").to_owned(),
        valid_until: end_of(sheet.get("until")),
        scan,
    };
    let err = match app.estate().enter_delegate(&staff, &new, app.now(), &mut app.fresh()?).await {
        Ok(id) => return Ok(Redirect::to(&format!("{PLACE}/{id}")).into_response()),
        Err(PaperError::Database(err)) => return Err(err.into()),
        Err(err) => err,
    };
    let (field, say) = match &err {
        PaperError::NoAgent => ("name", text::e_agent_name(reader.lang)),
        PaperError::ValidUntil => ("until", sentence_of(&err)(reader.lang)),
        PaperError::Scan => ("scan", text::authority_hint(reader.lang)),
        other => ("company", sentence_of(other)(reader.lang)),
    };
    let page = list_page(&app, &reader, &staff, &sheet, Fault::at(field, say)).await?;
    Ok(Problem::from(err).on(page))
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let delegates = app.estate().delegates(&staff).await?;
    let one = delegates.iter().find(|one| one.id == id).ok_or(Problem::NOT_FOUND)?;
    let here = format!("{PLACE}/{}", one.id);
    let body = html! {
        h1 { (text::delegate_title(lang)) }
        p { (state(lang, one, app.now())) }
        (summary(&[
            (text::company(lang), html! { (one.company_name) }),
            (text::delegate_name(lang), html! { (one.name) }),
            (text::outside_note(lang), html! { (one.note) }),
            (text::until(lang), html! { (last_day(lang, one.valid_until)) }),
            (text::entered_at(lang), html! { (when(lang, one.at)) }),
        ]))
        img .photo loading="lazy" src={ (here) "/scan" } alt=(text::authority_of(lang));
        @if one.second.is_none() && one.by == staff.id { (notice(Tone::Plain, &html! { p { (text::delegate_yours(lang)) } })) }
        @else if one.second.is_none() {
            form method="post" action={ (here) "/confirm" } { button .btn { (text::delegate_confirm(lang)) } }
        }
        form method="post" action={ (here) "/end" } { button .btn.danger { (text::delegate_end(lang)) } }
        p { a .btn.second href=(PLACE) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::delegate_title(lang)), lang, &body))
}

async fn scan(State(app): State<App>, Desk(staff): Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(jpeg(app.estate().delegate_scan(&staff, &id, app.now()).await?))
}

async fn confirm(State(app): State<App>, Desk(staff): Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    match app.estate().confirm_delegate(&staff, &id, app.now()).await {
        Ok(()) => Ok(Redirect::to(&format!("{PLACE}/{id}")).into_response()),
        Err(PaperError::NoSuchDelegate) => Err(Problem::NOT_FOUND),
        Err(err) => Err(err.into()),
    }
}

async fn end(State(app): State<App>, Desk(staff): Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    match app.estate().end_delegate(&staff, &id, app.now()).await {
        Ok(()) => Ok(Redirect::to(PLACE).into_response()),
        Err(PaperError::NoSuchDelegate) => Err(Problem::NOT_FOUND),
        Err(err) => Err(err.into()),
    }
}
