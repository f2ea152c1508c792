//! An assembly in the hall: who comes, how far the quorum is, and the lists that two clerks sign.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::{HolderNo, PollId},
    state::Attending,
    store::{
        hall::{Arrival, HallError, HallFigures, HallListNow, Weight},
        paper::{AtDoor, Signed},
        staff::{Role, StaffMember},
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{Desk, Fault, Signature, encoded, jpeg, path, show, sign_form};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        console::{figures, words},
        poll::{Live, quorum},
    },
    problem::{Body, Form, Path, Problem, Query},
    session::Clerk,
    text::{Lang, Sentence, area, console as common, hall as text, home_label, number, when},
    view::{Page, Reader, Tone, empty, notice, qr, radio_card, summary, table},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/hall", get(hall).post(tick))
        .route("/desk/{poll}/hall/untick", post(untick))
        .route("/desk/{poll}/hall/sheet", get(sheets))
        .route("/desk/{poll}/hall/lists", post(prepare).layer(DefaultBodyLimit::max(FORM_MOST)))
        .route("/desk/{poll}/hall/lists/{list}", get(one))
        .route("/desk/{poll}/hall/lists/{list}/scan", get(scan))
        .route("/desk/{poll}/hall/lists/{list}/sign", post(sign))
        .route("/desk/{poll}/hall/lists/{list}/discard", post(discard))
}

pub(super) fn place(poll: &PollId) -> String {
    format!("{}/hall", path(poll))
}

#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    who: String,
    #[serde(default)]
    how: String,
}

#[derive(Deserialize)]
struct Asked {
    /// From a printed code.
    #[serde(default)]
    holder: Option<u64>,
    #[serde(default)]
    done: Option<u64>,
}

async fn hall(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Query(Asked { holder, done }): Query<Asked>,
) -> Result<Response, Problem> {
    let who = holder.map(|holder| format!("holder={holder}")).unwrap_or_default();
    let typed = Typed { who, how: String::new() };
    hall_page(&app, &reader, &staff, &poll, &typed, Fault::NONE, done).await
}

async fn hall_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    typed: &Typed,
    fault: Fault,
    done: Option<u64>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let figures = app.estate().hall_figures(staff, poll).await?;
    let arrivals = app.estate().arrivals(staff, poll).await?;
    let lists = app.estate().hall_lists(staff, poll).await?;
    let live = Live::find(app, poll).await?;
    let rules = live.log.rule_book().await?;
    let done = arrivals.iter().find(|one| Some(one.holder.get()) == done);
    let body = html! {
        h1 { (text::title(lang)) }
        (fault.summary(lang))
        p { strong { (live.row.title) } }
        @if let Some(done) = done {
            (notice(Tone::Ok, &html! { p role="status" { (text::ticked(lang, &homes(lang, done))) } }))
        }
        p { (text::lead(lang)) }
        (so_far(lang, &figures))
        (quorum(lang, text::needed(lang), &rules, &live.log))
        p { a .btn.second href=(place(poll)) { (text::reload(lang)) } }
        @if staff.role == Role::Clerk { (tick_form(lang, typed, fault)) }
        p { a .btn.second href={ (place(poll)) "/sheet" } { (text::print(lang)) } }
        @if staff.role == Role::Clerk { (list_form(lang, poll, &arrivals, fault)) }
        h2 { (text::lists(lang)) }
        @if lists.is_empty() { (empty(text::no_lists(lang))) } @else { (list_links(lang, poll, &lists)) }
        h2 { (text::arrivals(lang)) }
        @if arrivals.is_empty() { (empty(text::none_yet(lang))) } @else { (arrived(lang, poll, staff, &arrivals)) }
        p { a .btn.second href=(path(poll)) { (common::back(lang)) } }
    };
    let page = Page::new(reader, text::title(lang)).script("pages/photos.js");
    Ok(show(page, lang, &body))
}

fn homes(lang: Lang, arrival: &Arrival) -> String {
    arrival.homes.iter().map(|home| home_label(lang, home)).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// Who takes part so far, by heads and area, and what part of all that is.
fn so_far(lang: Lang, figures: &HallFigures) -> Markup {
    let (sum, all) = (figures.taking_part(), figures.all);
    let row = |label: &str, of: Weight| {
        vec![html! { (label) }, html! { (number(of.holders)) }, html! { (area(lang, of.area)) }]
    };
    let rows = [
        row(text::present(lang), figures.present),
        row(text::represented(lang), figures.represented),
        row(text::voted(lang), figures.voted),
        row(text::taking_part(lang), sum),
        row(text::all(lang), all),
    ];
    let share = |part, whole| figures::percent(figures::hundredths(part, whole));
    html! {
        (table(text::quorum(lang), &[text::what(lang), text::owners(lang), text::area(lang)], &rows))
        p { strong { (text::share(lang, &share(sum.holders, all.holders), &share(sum.area, all.area))) } }
    }
}

fn how(lang: Lang, how: Attending) -> &'static str {
    match how {
        Attending::Present => text::present(lang),
        Attending::Represented => text::represented(lang),
    }
}

fn how_word(how: Attending) -> &'static str {
    match how {
        Attending::Present => "present",
        Attending::Represented => "represented",
    }
}

fn tick_form(lang: Lang, typed: &Typed, fault: Fault) -> Markup {
    html! {
        h2 { (text::tick(lang)) }
        form method="post" {
            (fault.line("who", text::who(lang), Some(text::who_hint(lang)), &typed.who, ("text", "text", "off")))
            fieldset #how {
                legend { (text::how(lang)) }
                @for one in [Attending::Present, Attending::Represented] {
                    @let is_chosen = typed.how == how_word(one) || (typed.how.is_empty() && one == Attending::Present);
                    (radio_card("how", how_word(one), how(lang, one), None, is_chosen))
                }
            }
            button .btn { (text::tick(lang)) }
        }
    }
}

fn list_form(lang: Lang, poll: &PollId, arrivals: &[Arrival], fault: Fault) -> Markup {
    let new = arrivals.iter().filter(|one| !one.is_listed).count() as u64;
    html! {
        @if 0 < new {
            h2 { (text::to_list(lang)) }
            p { (text::to_list_lead(lang, new)) }
            form method="post" action={ (place(poll)) "/lists" } enctype="multipart/form-data" {
                div .field {
                    label for="scan" { (text::scan(lang)) }
                    p .hint id="scan-hint" { (text::scan_hint(lang)) }
                    @if let Some(error) = fault.of("scan") { p .error id="scan-error" { (error) } }
                    input #scan name="scan" type="file" data-photos accept="image/jpeg,image/png" capture="environment"
                        aria-describedby="scan-hint";
                }
                button .btn { (text::prepare(lang)) }
            }
        }
    }
}

fn list_links(lang: Lang, poll: &PollId, lists: &[HallListNow]) -> Markup {
    html! {
        ul .links {
            @for one in lists {
                li { a href={ (place(poll)) "/lists/" (one.id) } {
                    (when(lang, one.at)) " · " (text::list_of(lang, one.named.0, one.named.1)) " · " (list_state(lang, one))
                } }
            }
        }
    }
}

fn list_state(lang: Lang, list: &HallListNow) -> String {
    match list.index {
        Some(index) => text::recorded(lang, &number(index)),
        None => text::waits(lang, list.signed_by.len()),
    }
}

fn arrived(lang: Lang, poll: &PollId, staff: &StaffMember, arrivals: &[Arrival]) -> Markup {
    html! {
        ul .links {
            @for one in arrivals {
                li {
                    (homes(lang, one)) " · " (one.names.join("、")) " · " (how(lang, one.how)) " · " (when(lang, one.at))
                    @if one.is_listed { " · " (text::listed(lang)) }
                    @else if staff.role == Role::Clerk {
                        form method="post" action={ (place(poll)) "/untick" } {
                            input type="hidden" name="holder" value=(one.holder);
                            button .btn.second { (text::untick(lang)) }
                        }
                    }
                }
            }
        }
    }
}

async fn tick(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let ways = [Attending::Present, Attending::Represented];
    let how = ways.into_iter().find(|one| how_word(*one) == typed.how).ok_or(Problem::MALFORMED)?;
    match app.estate().arrive(&staff, &poll, &typed.who, how, app.now()).await {
        Ok(holder) => Ok(Redirect::to(&format!("{}?done={holder}", place(&poll))).into_response()),
        Err(err @ (HallError::Database(_) | HallError::NoSuchPoll)) => Err(err.into()),
        Err(err) => {
            let fault = Fault::at("who", sentence_of(&err)(reader.lang));
            let page = hall_page(&app, &reader, &staff, &poll, &typed, fault, None).await?;
            Ok(Problem::from(err).on(page))
        }
    }
}

#[derive(Deserialize)]
struct Ticked {
    holder: u64,
}

async fn untick(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Form(Ticked { holder }): Form<Ticked>,
) -> Result<Response, Problem> {
    let holder = HolderNo::try_from(holder).map_err(|_| Problem::NOT_FOUND)?;
    app.estate().not_arrived(&staff, &poll, holder, app.now()).await?;
    Ok(Redirect::to(&place(&poll)).into_response())
}

#[derive(Deserialize)]
struct Sheets {
    building: Option<String>,
}

/// The sheets to be signed at the door, one for each building.
async fn sheets(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
    Query(Sheets { building }): Query<Sheets>,
) -> Result<Response, Problem> {
    if let Some(building) = building {
        return sheet(&app, &reader, &staff, &poll, &building).await;
    }
    let lang = reader.lang;
    let mut buildings: Vec<_> = app.estate().delivery_progress(&staff, &poll).await?.into_keys().collect();
    buildings.sort_by(|one, other| words::by_number(one, other));
    let body = html! {
        h1 { (text::print(lang)) }
        p { (text::print_lead(lang)) }
        ul .links {
            @for building in &buildings {
                li { a href={ (place(&poll)) "/sheet?building=" (encoded(building)) } { (words::building(lang, building)) } }
            }
        }
        p { a .btn.second href=(place(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::print(lang)), lang, &body))
}

/// The sheet of a building, with a code for each home.
async fn sheet(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    building: &str,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let doors = app.estate().doors(staff, poll, building).await?;
    if doors.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    let live = Live::find(app, poll).await?;
    let heads = [text::homes(lang), text::names(lang), text::signature(lang), text::code(lang)];
    let row = |door: &AtDoor| {
        let home = door.homes.iter().map(|home| home_label(lang, home)).collect::<Vec<_>>().join(" ");
        let address = format!("{}{}?holder={}", app.config().origin, place(poll), door.holder);
        vec![
            html! { (home) },
            html! { (door.names.join("、")) },
            html! { "________________" },
            qr(&address, &text::qr_label(lang, &home)),
        ]
    };
    let rows: Vec<_> = doors.iter().map(row).collect();
    let title = text::sheet_title(lang, &words::building(lang, building));
    let body = html! {
        p .no-print { a .btn.second href={ (place(poll)) "/sheet" } { (common::back(lang)) } }
        article .sheet.a4 {
            h1 { (title) }
            p { strong { (live.row.title) } }
            p { (text::sheet_lead(lang)) }
            (table(&title, &heads, &rows))
        }
    };
    Ok(show(Page::new(reader, &title), lang, &body))
}

async fn prepare(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sheet = Sheet::read(form).await?;
    let problem = match sheet.picture().await {
        Err(problem) => problem,
        Ok(scan) => {
            let scan = scan.unwrap_or_default();
            match app.estate().prepare_hall_list(&staff, &poll, &scan, app.now(), &mut app.fresh()?).await {
                Ok(id) => return Ok(Redirect::to(&format!("{}/lists/{id}", place(&poll))).into_response()),
                Err(HallError::Scan) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no_scan", text::e_scan),
                Err(err) => return Err(err.into()),
            }
        }
    };
    let fault = Fault::at("scan", text::e_scan(reader.lang));
    let page = hall_page(&app, &reader, &staff, &poll, &Typed::default(), fault, None).await?;
    Ok(problem.on(page))
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let list = app.estate().hall_list(&staff, &poll, &id).await?;
    let here = format!("{}/lists/{}", place(&poll), list.id);
    let is_mine = list.signed_by.contains(&staff.id);
    let rows = [
        (text::at(lang), html! { (when(lang, list.at)) }),
        (text::named(lang), html! { (text::list_of(lang, list.named.0, list.named.1)) }),
        (text::state(lang), html! { strong role="status" { (list_state(lang, &list)) } }),
    ];
    let body = html! {
        h1 { (text::review(lang)) }
        (summary(&rows))
        img .photo loading="lazy" src={ (here) "/scan" } alt=(text::photo(lang));
        h2 { (text::text_title(lang)) }
        pre #act-text { (list.text) }
        @if list.index.is_none() && staff.role == Role::Clerk {
            @if is_mine { (notice(Tone::Plain, &html! { p { (text::you_signed(lang)) } })) }
            @else {
                p { (text::text_lead(lang)) }
                (sign_form(lang, &here, &staff.key_name(app.estate().host()), text::sign(lang)))
            }
            form method="post" action={ (here) "/discard" } { button .btn.second { (text::discard(lang)) } }
        }
        p { a .btn.second href=(place(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::review(lang)).script("pages/console_sign.js"), lang, &body))
}

async fn scan(
    State(app): State<App>,
    Desk(staff): Desk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    Ok(jpeg(app.estate().hall_scan(&staff, &poll, &id).await?))
}

async fn sign(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
    Body(Signature { signature }): Body<Signature>,
) -> Result<Response, Problem> {
    match app.estate().sign_hall_list(&staff, &poll, &id, &signature, app.now()).await? {
        Signed::Waits | Signed::Counted | Signed::Ready => {
            Ok(Json(json!({ "next": format!("{}/lists/{id}", place(&poll)) })).into_response())
        }
        Signed::Refused => Err(Problem::new(StatusCode::CONFLICT, "refused", text::refused)),
    }
}

async fn discard(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    app.estate().discard_hall_list(&staff, &poll, &id, app.now()).await?;
    Ok(Redirect::to(&place(&poll)).into_response())
}

/// What would have been right, in the reader's language.
fn sentence_of(err: &HallError) -> Sentence {
    match err {
        HallError::NotClerk => text::e_not_clerk,
        HallError::NotNamed => text::e_not_named,
        HallError::NoSuchPoll | HallError::NoSuchList => text::e_no_list,
        HallError::NotOpen => text::e_not_open,
        HallError::Closed => text::e_closed,
        HallError::NotOnRoll => text::e_who,
        HallError::Several => text::e_several,
        HallError::NoAgent => text::e_no_agent,
        HallError::Listed => text::e_listed,
        HallError::Nobody => text::e_nobody,
        HallError::Scan => text::e_scan,
        HallError::Signature => text::e_signature,
        HallError::Signed => text::e_signed,
        HallError::Database(_) => crate::text::problem::internal,
    }
}

impl From<HallError> for Problem {
    fn from(err: HallError) -> Self {
        let status = match &err {
            HallError::NoSuchPoll | HallError::NoSuchList => StatusCode::NOT_FOUND,
            HallError::NotClerk | HallError::NotNamed => StatusCode::FORBIDDEN,
            HallError::NotOpen | HallError::Closed | HallError::Listed | HallError::Nobody | HallError::Signed => {
                StatusCode::CONFLICT
            }
            HallError::NotOnRoll | HallError::Several | HallError::NoAgent | HallError::Scan | HallError::Signature => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            HallError::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match err {
            HallError::Database(err) => err.into(),
            err => Self::new(status, err.code(), sentence_of(&err)),
        }
    }
}
