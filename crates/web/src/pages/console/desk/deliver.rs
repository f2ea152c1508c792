//! Deliveries: who has the papers of a vote by building, one clerk's signed note of it, and the list for the doors.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::{HolderNo, PollId},
    statement::DeliveryMethod,
    store::{
        paper::{AtDoor, DeliveryNow, NewDelivery, PROOF_MOST, PaperError, Signed},
        staff::{Role, StaffMember},
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{Desk, Fault, Signature, encoded, jpeg, path, sentence_of, show, sign_form};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{console::words, poll::Live},
    problem::{Body, Path, Problem, Query},
    session::Clerk,
    text::{Lang, console as common, delivery as text, home_label, number, when},
    view::{Page, Reader, Tone, empty, notice, radio_card, summary, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/deliveries", get(all).post(prepare).layer(DefaultBodyLimit::max(FORM_MOST)))
        .route("/desk/{poll}/deliveries/to", get(building))
        .route("/desk/{poll}/deliveries/doors", get(doors))
        .route("/desk/{poll}/deliveries/{delivery}", get(one))
        .route("/desk/{poll}/deliveries/{delivery}/photo", get(photo))
        .route("/desk/{poll}/deliveries/{delivery}/sign", post(sign))
        .route("/desk/{poll}/deliveries/{delivery}/discard", post(discard))
}

fn place(poll: &PollId) -> String {
    format!("{}/deliveries", path(poll))
}

async fn all(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let progress = app.estate().delivery_progress(&staff, &poll).await?;
    let live = Live::find(&app, &poll).await?;
    let (noted, waiting): (Vec<_>, Vec<_>) =
        app.estate().deliveries(&staff, &poll).await?.into_iter().partition(|one| one.index.is_some());
    let mut buildings: Vec<_> = progress.iter().collect();
    buildings.sort_by(|(one, _), (other, _)| words::by_number(one, other));
    let rows: Vec<_> = buildings
        .into_iter()
        .map(|(name, at)| {
            let to =
                html! { a href={ (place(&poll)) "/to?building=" (encoded(name)) } { (words::building(lang, name)) } };
            let figures = [at.holders, at.delivered, at.holders - at.delivered];
            std::iter::once(to).chain(figures.map(|figure| html! { (number(figure)) })).collect()
        })
        .collect();
    let heads = [text::building(lang), text::to_all(lang), text::done(lang), text::missing(lang)];
    let body = html! {
        h1 { (text::title(lang)) }
        p { strong { (live.row.title) } }
        p { (text::lead(lang)) }
        @if !waiting.is_empty() { h2 { (text::waiting(lang)) } (list(lang, &poll, &waiting)) }
        (table(text::by_building(lang), &heads, &rows))
        p .muted { (text::open(lang)) " · " (text::holders_note(lang)) }
        h2 { (text::recorded(lang)) }
        @if noted.is_empty() { (empty(text::none_yet(lang))) } @else { (list(lang, &poll, &noted)) }
        p { a .btn.second href=(path(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

fn list(lang: Lang, poll: &PollId, deliveries: &[DeliveryNow]) -> Markup {
    html! {
        ul .links {
            @for one in deliveries {
                li { a href={ (place(poll)) "/" (one.id) } {
                    (when(lang, one.at)) " · " (method(lang, one.method)) " · " (text::homes_of(lang, &number(one.homes.len() as u64)))
                } }
            }
        }
    }
}

fn method(lang: Lang, method: DeliveryMethod) -> &'static str {
    match method {
        DeliveryMethod::App => text::app(lang),
        DeliveryMethod::Hand => text::hand(lang),
        DeliveryMethod::Mail => text::mail(lang),
        DeliveryMethod::Posted => text::posted(lang),
    }
}

#[derive(Deserialize)]
struct Where {
    #[serde(default)]
    building: String,
}

async fn building(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Query(Where { building }): Query<Where>,
) -> Result<Response, Problem> {
    building_page(&app, &reader, &staff, &poll, &building, &Sheet::default(), Fault::NONE).await
}

async fn building_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    building: &str,
    typed: &Sheet,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut doors = app.estate().doors(staff, poll, building).await?;
    if doors.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    doors.retain(|door| !door.is_delivered);
    let barred = match app.estate().may_deliver(staff, poll, app.now()).await {
        Err(PaperError::Database(err)) => return Err(err.into()),
        may => may.err(),
    };
    let title = text::at(lang, &words::building(lang, building));
    let body = html! {
        h1 { (title) }
        (fault.summary(lang))
        p { a .btn.second href={ (place(poll)) "/doors?building=" (encoded(building)) } { (text::doors(lang)) } }
        @if doors.is_empty() { (notice(Tone::Ok, &html! { p { (text::all_done(lang)) } })) }
        @else if let Some(why) = &barred {
            @if staff.role == Role::Clerk { (notice(Tone::Warn, &html! { p { (sentence_of(why)(lang)) } })) }
            ul { @for door in &doors { li { (who(lang, door)) } } }
        } @else { (note_form(lang, poll, building, &doors, typed, fault)) }
        p { a .btn.second href=(place(poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, &title).script("pages/photos.js"), lang, &body))
}

/// Whom a door belongs to, in one line.
fn who(lang: Lang, door: &AtDoor) -> Markup {
    html! { @for home in &door.homes { (home_label(lang, home)) " " } "· " (door.names.join("、")) }
}

fn note_form(lang: Lang, poll: &PollId, building: &str, doors: &[AtDoor], typed: &Sheet, fault: Fault) -> Markup {
    // The usual one first.
    let methods = [DeliveryMethod::Hand, DeliveryMethod::Mail, DeliveryMethod::Posted, DeliveryMethod::App];
    let chosen = DeliveryMethod::read(typed.get("method")).unwrap_or(DeliveryMethod::Hand);
    html! {
        form method="post" action=(place(poll)) enctype="multipart/form-data" {
            input type="hidden" name="building" value=(building);
            fieldset #holders {
                legend { (text::choose(lang)) }
                @if let Some(error) = fault.of("holders") { p .error id="holders-error" { (error) } }
                @for door in doors {
                    @let name = format!("to.{}", door.holder);
                    label .card {
                        input type="checkbox" name=(name) value="1" checked[typed.get(&name) == "1"];
                        span { (who(lang, door)) }
                    }
                }
            }
            fieldset #method {
                legend { (text::method(lang)) }
                @for one in methods { (radio_card("method", one.as_str(), method(lang, one), None, one == chosen)) }
            }
            (fault.line("proof", text::proof(lang), Some(text::proof_hint(lang)), typed.get("proof"), ("text", "text", "off")))
            div .field {
                label for="photo" { (text::photo(lang)) }
                p .hint id="photo-hint" { (text::photo_hint(lang)) }
                @if let Some(error) = fault.of("photo") { p .error id="photo-error" { (error) } }
                input #photo name="photo" type="file" data-photos accept="image/jpeg,image/png" capture="environment"
                    aria-describedby="photo-hint";
            }
            button .btn { (text::prepare(lang)) }
        }
    }
}

async fn prepare(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sheet = Sheet::read(form).await?;
    app.estate().delivery_progress(&staff, &poll).await?;
    let (fault, problem) = match take(&app, &staff, &poll, &sheet).await {
        Ok(id) => return Ok(Redirect::to(&format!("{}/{id}", place(&poll))).into_response()),
        Err(Refused::Picture(problem)) => (Fault::at("photo", text::e_photo(reader.lang)), problem),
        Err(Refused::Paper(err @ (PaperError::Database(_) | PaperError::NoSuchPoll))) => return Err(err.into()),
        Err(Refused::Paper(PaperError::Scan)) => {
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_scan", text::e_photo);
            (Fault::at("photo", text::e_photo(reader.lang)), problem)
        }
        Err(Refused::Paper(err)) => {
            let is_proof = sheet.get("proof").trim().is_empty() || PROOF_MOST < sheet.get("proof").chars().count();
            let field = if is_proof { "proof" } else { "holders" };
            (Fault::at(field, sentence_of(&err)(reader.lang)), err.into())
        }
    };
    let page = building_page(&app, &reader, &staff, &poll, sheet.get("building"), &sheet, fault).await;
    Ok(page.map_or_else(|_| problem.into_response(), |page| problem.on(page)))
}

/// Why a delivery is not taken.
enum Refused {
    Paper(PaperError),
    Picture(Problem),
}

async fn take(app: &App, staff: &StaffMember, poll: &PollId, sheet: &Sheet) -> Result<String, Refused> {
    let holders: BTreeSet<HolderNo> = sheet
        .fields()
        .keys()
        .filter_map(|name| name.strip_prefix("to.")?.parse::<u64>().ok()?.try_into().ok())
        .collect();
    let method = DeliveryMethod::read(sheet.get("method")).ok_or(Refused::Paper(PaperError::NotDelivered))?;
    let photo = sheet.picture().await.map_err(Refused::Picture)?;
    let new = NewDelivery { holders, method, proof: sheet.get("proof").to_owned(), photo };
    let mut fresh = app.fresh().map_err(Refused::Picture)?;
    app.estate().prepare_delivery(staff, poll, &new, app.now(), &mut fresh).await.map_err(Refused::Paper)
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let delivery = app.estate().delivery(&staff, &poll, &id).await?;
    let here = format!("{}/{}", place(&poll), delivery.id);
    let rows = [
        (text::method(lang), html! { (method(lang, delivery.method)) }),
        (text::homes(lang), html! { @for home in &delivery.homes { (home_label(lang, home)) " " } }),
        (text::proof(lang), html! { (delivery.proof) }),
        (text::noted_at(lang), html! { (when(lang, delivery.at)) }),
    ];
    let body = html! {
        h1 { (text::review(lang)) }
        @if let Some(index) = delivery.index {
            (notice(Tone::Ok, &html! { p role="status" { (text::signed_now(lang, &number(index))) } }))
        }
        (summary(&rows))
        @if delivery.has_photo { img .photo loading="lazy" src={ (here) "/photo" } alt=(text::photo_of(lang)); }
        h2 { (text::text_title(lang)) }
        pre #act-text { (delivery.text) }
        @if delivery.index.is_none() && delivery.by == staff.id { (to_sign(lang, &here, &staff.key_name(app.estate().host()))) }
        @else if delivery.index.is_none() { (notice(Tone::Plain, &html! { p { (text::not_yours(lang)) } })) }
        p { a .btn.second href=(place(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::review(lang)).script("pages/console_sign.js"), lang, &body))
}

fn to_sign(lang: Lang, here: &str, name: &str) -> Markup {
    html! {
        p { (text::text_lead(lang)) }
        (sign_form(lang, here, name, text::sign(lang)))
        form method="post" action={ (here) "/discard" } { button .btn.second { (text::discard(lang)) } }
    }
}

async fn photo(
    State(app): State<App>,
    Desk(staff): Desk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    Ok(jpeg(app.estate().delivery_photo(&staff, &poll, &id).await?))
}

async fn sign(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
    Body(Signature { signature }): Body<Signature>,
) -> Result<Response, Problem> {
    match app.estate().sign_delivery(&staff, &poll, &id, &signature, app.now()).await? {
        Signed::Counted => Ok(Json(json!({ "next": format!("{}/{id}", place(&poll)) })).into_response()),
        Signed::Refused => Err(Problem::new(StatusCode::CONFLICT, "refused", text::log_refused)),
        Signed::Waits | Signed::Ready => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", text::must_wait)),
    }
}

async fn discard(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    app.estate().discard_delivery(&staff, &poll, &id, app.now()).await?;
    Ok(Redirect::to(&place(&poll)).into_response())
}

/// Who has not voted, to be printed for whoever goes from door to door.
async fn doors(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Query(Where { building }): Query<Where>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let doors = app.estate().doors(&staff, &poll, &building).await?;
    if doors.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    let live = Live::find(&app, &poll).await?;
    let rows: Vec<_> = doors
        .iter()
        .filter(|door| !door.has_voted)
        .map(|door| {
            vec![
                html! { @for home in &door.homes { (home_label(lang, home)) " " } },
                html! { (door.names.join("、")) },
                html! { @if door.is_delivered { (text::has_papers(lang)) } @else { (text::ticks(lang)) } },
            ]
        })
        .collect();
    let title = text::doors_title(lang, &words::building(lang, &building));
    let body = html! {
        h1 { (title) }
        p { strong { (live.row.title) } }
        p { (common::closes(lang, &when(lang, live.row.closes))) }
        p { (text::doors_lead(lang)) }
        @if rows.is_empty() { (notice(Tone::Ok, &html! { p { (text::all_voted(lang)) } })) }
        @else { (table(&title, &[text::homes(lang), text::owners(lang), text::at_door(lang)], &rows)) }
        p .no-print.muted { (text::print_hint(lang)) }
        p .no-print { a .btn.second href={ (place(&poll)) "/to?building=" (encoded(&building)) } { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, &title), lang, &body))
}
