//! Proxies on paper: the list of a poll's sheets, and the form of the clerk who enters one first.

mod one;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::{
    id::PollId,
    state::Phase,
    store::{
        paper::{Delegate, NewWritten, OutsideAgent, PaperError, WrittenAgent, WrittenNow, WrittenStage, WrittenWish},
        proxies::ProxyLaw,
        staff::{Role, StaffMember},
    },
};
use maud::{Markup, html};

use super::{Desk, Fault, path, sentence_of, show};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        poll::Live,
        proxy::rule_says,
        vote::{homes, names_of},
    },
    problem::{Path, Problem},
    session::Clerk,
    text::{Lang, console as common, last_day, number, when, written as text},
    view::{Page, Reader, Tone, empty, notice, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/proxies", get(all))
        .route("/desk/{poll}/proxies/new", get(fill).post(enter).layer(DefaultBodyLimit::max(FORM_MOST)))
        .merge(one::routes())
}

fn place(poll: &PollId) -> String {
    format!("{}/proxies", path(poll))
}

/// What the rules and the place say, for the clerk: before anything is typed.
fn law(lang: Lang, law: &ProxyLaw) -> Markup {
    html! {
        details open {
            summary { (text::law_title(lang)) }
            ul {
                @if law.is_instructed { li { strong { (text::instructed(lang)) } } }
                @if law.is_staff_barred { li { strong { (text::staff_barred(lang)) } } }
                (rule_says(lang, law))
            }
        }
    }
}

async fn all(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let sheets = app.estate().written_proxies(&staff, &poll).await?;
    let live = Live::find(&app, &poll).await?;
    let is_over = matches!(live.phase, Phase::Ended | Phase::Closed);
    let barred = barred(&app, &staff, &poll).await?;
    let is_on_its_way = |one: &&WrittenNow| matches!(one.stage, WrittenStage::Entered | WrittenStage::Agreed);
    let (waiting, done): (Vec<_>, Vec<_>) = sheets.iter().partition(is_on_its_way);
    let body = html! {
        h1 { (text::title(lang)) }
        p { strong { (live.row.title) } }
        p { (text::lead(lang)) }
        (law(lang, &app.estate().proxy_law(&poll).await?))
        @if is_over { (notice(Tone::Plain, &html! { p { (text::over(lang)) } })) }
        @else if let Some(why) = barred { (why_not(lang, &staff, &why)) }
        @else { p { a .btn href={ (place(&poll)) "/new" } { (text::new(lang)) } } }
        @if !waiting.is_empty() { h2 { (text::waiting(lang)) } (list(lang, &poll, &staff, &waiting)) }
        h2 { (text::recorded(lang)) }
        @if done.is_empty() { (empty(text::none(lang))) } @else { (list(lang, &poll, &staff, &done)) }
        p { a .btn.second href=(path(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

/// Why this person does nothing with sheets of a poll now; nothing for a clerk whom it names while voting goes on.
async fn barred(app: &App, staff: &StaffMember, poll: &PollId) -> Result<Option<PaperError>, Problem> {
    match app.estate().may_deliver(staff, poll, app.now()).await {
        Err(PaperError::Database(err)) => Err(err.into()),
        may => Ok(may.err()),
    }
}

/// The same in words, for a clerk.
fn why_not(lang: Lang, staff: &StaffMember, why: &PaperError) -> Markup {
    html! {
        @if staff.role == Role::Clerk { (notice(Tone::Warn, &html! { p { (sentence_of(why)(lang)) } })) }
    }
}

/// How many sheets wait for a clerk to read or sign them, with the way there; nothing if none does.
pub(super) async fn waiting_box(lang: Lang, app: &App, staff: &StaffMember, poll: &PollId) -> Result<Markup, Problem> {
    if barred(app, staff, poll).await?.is_some() {
        return Ok(html! {});
    }
    let sheets = app.estate().written_proxies(staff, poll).await?;
    let waiting = sheets.iter().filter(|one| one.is_for(&staff.id)).count() as u64;
    Ok(html! {
        @if 0 < waiting {
            (notice(Tone::Warn, &html! {
                p { (text::waits_for_you(lang, waiting)) }
                p { a .btn.second href=(place(poll)) { (text::title(lang)) } }
            }))
        }
    })
}

fn list(lang: Lang, poll: &PollId, staff: &StaffMember, sheets: &[&WrittenNow]) -> Markup {
    html! {
        ul .links {
            @for one in sheets {
                li { a href={ (place(poll)) "/" (one.id) } {
                    (stage(lang, staff, one))
                    @if let Some(says) = &one.says { " · " (homes(lang, &says.principal.units)) " · " (names_of(lang, &says.principal)) }
                } }
            }
        }
    }
}

fn stage(lang: Lang, staff: &StaffMember, one: &WrittenNow) -> String {
    let at = when(lang, one.at);
    match one.stage {
        WrittenStage::Entered if one.by == staff.id => text::entered_by_you(lang, &at),
        WrittenStage::Entered => text::entered_by_other(lang, &at),
        WrittenStage::Agreed => text::agreed(lang, &at),
        WrittenStage::Recorded(index) => text::in_record(lang, &at, &number(index)),
        WrittenStage::Refused => text::not_taken(lang, &at),
    }
}

async fn fill(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
) -> Result<Response, Problem> {
    form_page(&app, &reader, &staff, &poll, &Sheet::default(), (Fault::NONE, None)).await
}

/// - `fault`: of a field, and what is said above it with a figure or a day.
async fn form_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    typed: &Sheet,
    (fault, figure): (Fault, Option<String>),
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let known = app.estate().outside_agents(staff, poll).await?;
    let mut delegates = app.estate().delegates(staff).await?;
    delegates.retain(|one| one.second.is_some());
    let live = Live::find(app, poll).await?;
    let body = html! {
        h1 { (text::new_title(lang)) }
        (fault.summary(lang))
        @if let Some(figure) = figure { (notice(Tone::Bad, &html! { p { (figure) } })) }
        p { strong { (live.row.title) } }
        (law(lang, &app.estate().proxy_law(poll).await?))
        (sheet_form(lang, (&known, &delegates), typed, fault))
        p { a .btn.second href=(place(poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, text::new_title(lang)).script("pages/photos.js"), lang, &body))
}

fn sheet_form(lang: Lang, (known, delegates): (&[OutsideAgent], &[Delegate]), typed: &Sheet, fault: Fault) -> Markup {
    let line = |name, label, hint| fault.line(name, label, hint, typed.get(name), ("text", "text", "off"));
    html! {
        form method="post" enctype="multipart/form-data" {
            h2 { (text::principal(lang)) }
            (line("home", text::home(lang), Some(text::home_hint(lang))))
            (line("name", text::name(lang), Some(text::name_hint(lang))))
            (wishes(lang, (known, delegates), typed.get("wish"), fault))
            (line("agent_home", text::agent_home(lang), Some(text::home_hint(lang))))
            (line("agent_name", text::agent_name(lang), None))
            (line("outside_name", text::outside_name(lang), None))
            (line("outside_note", text::outside_note(lang), Some(text::outside_note_hint(lang))))
            @for (name, label) in [("another", text::is_another(lang)), ("replaces", text::replaces(lang))] {
                @if let Some(error) = fault.of(name) { p .error id={ (name) "-error" } { (error) } }
                label .card id=(name) {
                    input type="checkbox" name=(name) value="1" checked[typed.get(name) == "1"];
                    span { (label) }
                }
            }
            div .field {
                label for="scan" { (text::scan(lang)) }
                p .hint id="scan-hint" { (text::scan_hint(lang)) }
                @if let Some(error) = fault.of("scan") { p .error id="scan-error" { (error) } }
                input #scan name="scan" type="file" data-photos accept="image/jpeg,image/png" capture="environment"
                    aria-describedby="scan-hint";
            }
            button .btn { (text::enter(lang)) }
        }
    }
}

/// What a sheet may say: the people known already among it.
fn wishes(lang: Lang, (known, delegates): (&[OutsideAgent], &[Delegate]), chosen: &str, fault: Fault) -> Markup {
    let card = |value: &str, label: &str, hint: &str| radio_card("wish", value, label, Some(hint), chosen == value);
    html! {
        fieldset #wish {
            legend { (text::wish(lang)) }
            @if let Some(error) = fault.of("wish") { p .error id="wish-error" { (error) } }
            (card("owner", text::to_owner(lang), text::to_owner_hint(lang)))
            (card("outside", text::to_outside(lang), text::to_outside_hint(lang)))
            @for one in known {
                (card(&format!("known:{}", one.id), &text::to_known(lang, &one.name), &text::known_hint(lang, &one.note)))
            }
            @for one in delegates {
                (card(&format!("delegate:{}", one.id), &text::to_delegate(lang, &one.name, &one.company_name),
                    &text::delegate_until(lang, &last_day(lang, one.valid_until))))
            }
            (card("back", text::take_back(lang), text::take_back_hint(lang)))
        }
    }
}

/// What the form wants; nothing if none of the choices is taken.
fn read_wish(sheet: &Sheet) -> Option<WrittenWish> {
    let get = |name| sheet.get(name).trim().to_owned();
    let agent = match sheet.get("wish") {
        "back" => return Some(WrittenWish::TakeBack),
        "owner" => WrittenAgent::Owner { home: get("agent_home"), name: get("agent_name") },
        "outside" => WrittenAgent::Outside {
            name: get("outside_name"),
            note: get("outside_note"),
            is_another: sheet.get("another") == "1",
        },
        other => match other.split_once(':')? {
            ("known", id) => WrittenAgent::Known(id.to_owned()),
            ("delegate", id) => WrittenAgent::Delegate(id.to_owned()),
            _ => return None,
        },
    };
    Some(WrittenWish::Give(agent))
}

async fn enter(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sheet = Sheet::read(form).await?;
    app.estate().written_proxies(&staff, &poll).await?;
    let refused = match take(&app, &staff, &poll, &sheet).await {
        Ok(id) => return Ok(Redirect::to(&format!("{}/{id}", place(&poll))).into_response()),
        Err(refused) => refused,
    };
    let (fault, problem, figure) = match refused {
        Refused::Picture(problem) => (Fault::at("scan", text::scan_hint(reader.lang)), problem, None),
        Refused::Paper(err @ (PaperError::Database(_) | PaperError::NoSuchPoll)) => return Err(err.into()),
        Refused::Paper(err) => {
            let figure = figure(&app, reader.lang, &staff, &poll, (&err, &sheet)).await?;
            (Fault::at(field_of(&err, &sheet), sentence_of(&err)(reader.lang)), err.into(), figure)
        }
    };
    Ok(problem.on(form_page(&app, &reader, &staff, &poll, &sheet, (fault, figure)).await?))
}

/// The field that a refusal is about.
fn field_of(err: &PaperError, sheet: &Sheet) -> &'static str {
    match err {
        PaperError::Scan => "scan",
        PaperError::NewerStands => "replaces",
        PaperError::KnownAgent => "another",
        PaperError::NoAgent if sheet.get("wish") == "owner" => "agent_home",
        PaperError::NoAgent if sheet.get("wish") == "outside" => "outside_name",
        PaperError::NoAgent
        | PaperError::Yourself
        | PaperError::OverLimit
        | PaperError::Expired
        | PaperError::NoneStands
        | PaperError::NoSuchDelegate => "wish",
        _ => "home",
    }
}

/// The figure of the rule or the day of the authority that a refusal rests on.
async fn figure(
    app: &App,
    lang: Lang,
    staff: &StaffMember,
    poll: &PollId,
    (err, sheet): (&PaperError, &Sheet),
) -> Result<Option<String>, Problem> {
    match err {
        PaperError::OverLimit => {
            let limits = app.estate().proxy_law(poll).await?.limits;
            let holders = limits.holders.map(|most| text::over_limit_holders(lang, most));
            Ok(holders.or_else(|| limits.units.map(|most| text::over_limit_units(lang, most))))
        }
        PaperError::Expired => {
            let delegates = app.estate().delegates(staff).await?;
            let chosen = delegates.iter().find(|one| sheet.get("wish") == format!("delegate:{}", one.id));
            Ok(chosen.map(|one| text::expired_on(lang, &one.name, &last_day(lang, one.valid_until))))
        }
        _ => Ok(None),
    }
}

/// Why a sheet is not taken.
enum Refused {
    Paper(PaperError),
    Picture(Problem),
}

async fn take(app: &App, staff: &StaffMember, poll: &PollId, sheet: &Sheet) -> Result<String, Refused> {
    let wish = read_wish(sheet).ok_or(Refused::Paper(PaperError::NoAgent))?;
    let new = NewWritten {
        home: sheet.get("home").to_owned(),
        name: sheet.get("name").to_owned(),
        wish,
        replaces: sheet.get("replaces") == "1",
        scan: sheet.picture().await.map_err(Refused::Picture)?,
    };
    let mut fresh = app.fresh().map_err(Refused::Picture)?;
    app.estate().enter_written(staff, poll, &new, app.now(), &mut fresh).await.map_err(Refused::Paper)
}
