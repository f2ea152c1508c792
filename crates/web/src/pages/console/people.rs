//! People in office: who they are, appointing them, ending an office, a new key, and their letters.

use std::collections::BTreeSet;

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use ballot::store::{
    ids::StaffId,
    register::BuildingTotals,
    staff::{NewStaff, Role, StaffError, StaffMember, StaffState},
};
use jiff::{civil, tz::Offset};
use maud::{Markup, html};

use super::{
    draft::{Pairs, refused, values},
    form::{Fault, to_act},
    letters::{Sheet, sheets_page},
    roll::building_boxes,
    show, words,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Officer,
    text::{Lang, Sentence, console as common, console_people as text, last_day},
    view::{Page, Reader, Tone, radio_card, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/people", get(list))
        .route("/c/people/new", get(new).post(appoint))
        .route("/c/people/{staff}/end", get(confirm_end).post(end))
        .route("/c/people/{staff}/renew", get(confirm_renew).post(renew))
        .route("/c/people/{staff}/letter", get(confirm_letter).post(letter))
}

async fn list(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let lang = reader.lang;
    let members = app.estate().staff(&staff.compound).await?;
    let (past, present): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.state == StaffState::Ended);
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        @for member in present { (panel(lang, &app, member)) }
        p { a .btn href="/c/people/new" { (text::appoint(lang)) } }
        @if !past.is_empty() {
            h2 { (text::past(lang)) }
            ul { @for member in past { li { (member.name) " · " (words::role(lang, member.role)) } } }
        }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

fn panel(lang: Lang, app: &App, member: &StaffMember) -> Markup {
    let path = |page: &str| format!("/c/people/{}/{page}", member.id);
    let state = match member.state {
        StaffState::Active if member.is_active(app.now()) => tag(Tone::Ok, text::active(lang)),
        StaffState::Active => tag(Tone::Warn, text::expired(lang)),
        StaffState::Invited => tag(Tone::Warn, text::invited(lang)),
        StaffState::Ended => tag(Tone::Plain, text::ended(lang)),
    };
    let scope: Vec<String> = member.scope.iter().map(|name| words::building(lang, name)).collect();
    html! {
        section .panel {
            h2 { (member.name) }
            p { (words::role(lang, member.role)) " " (state) }
            p {
                @if !member.organisation.is_empty() { (member.organisation) " · " }
                (text::until(lang, &last_day(lang, member.term_ends)))
                @if member.role == Role::Clerk {
                    " · " @if scope.is_empty() { (text::all_buildings(lang)) } @else { (scope.join("、")) }
                }
            }
            @if member.vkey.is_some() { p .muted { (text::has_key(lang, &member.key_name(app.estate().host()))) } }
            @if member.state == StaffState::Invited { p { a .btn.second href=(path("letter")) { (text::print_letter(lang)) } } }
            @if member.state == StaffState::Active { p { a .btn.second href=(path("renew")) { (text::renew(lang)) } } }
            p { a .btn.danger href=(path("end")) { (text::end_role(lang)) } }
        }
    }
}

/// What was typed of somebody to be appointed.
#[derive(Default)]
struct Typed {
    role: Option<Role>,
    name: String,
    organisation: String,
    phone: String,
    email: String,
    scope: BTreeSet<String>,
    term: String,
}

impl Typed {
    fn of(form: &Pairs) -> Self {
        let one = |name: &str| values(form, name).next().unwrap_or_default().trim().to_owned();
        let role = match one("role").as_str() {
            "officer" => Some(Role::Officer),
            "clerk" => Some(Role::Clerk),
            "auditor" => Some(Role::Auditor),
            _ => None,
        };
        Self {
            role,
            name: one("name"),
            organisation: one("organisation"),
            phone: one("phone"),
            email: one("email"),
            scope: values(form, "building").map(str::to_owned).collect(),
            term: one("term"),
        }
    }

    /// The first second after the last day of the term, in Beijing.
    fn term_ends(&self) -> u64 {
        let day: Option<civil::Date> = self.term.parse().ok();
        let midnight = day.and_then(|day| day.tomorrow().ok()).map(|day| day.at(0, 0, 0, 0));
        let at = midnight.and_then(|midnight| Offset::constant(8).to_timestamp(midnight).ok());
        at.and_then(|at| u64::try_from(at.as_second()).ok()).unwrap_or_default()
    }
}

async fn new(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let buildings = app.estate().buildings(&staff.compound).await?;
    Ok(form_page(&reader, &buildings, &Typed::default(), Fault::NONE))
}

fn form_page(reader: &Reader, buildings: &[BuildingTotals], typed: &Typed, fault: Fault) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::appoint_title(lang)) }
        (fault.summary(lang))
        form method="post" action="/c/people/new" {
            fieldset #role {
                legend { (text::which_role(lang)) }
                @for (word, role, hint) in [
                    ("officer", Role::Officer, text::officer_hint(lang)),
                    ("clerk", Role::Clerk, text::clerk_hint(lang)),
                    ("auditor", Role::Auditor, text::auditor_hint(lang)),
                ] {
                    (radio_card("role", word, words::role(lang, role), Some(hint), typed.role == Some(role)))
                }
            }
            (fault.line("name", text::name(lang), None, &typed.name, ("text", "text", "off")))
            (fault.line("organisation", text::organisation(lang), Some(text::organisation_hint(lang)), &typed.organisation, ("text", "text", "off")))
            (fault.line("phone", text::phone(lang), Some(text::contact_hint(lang)), &typed.phone, ("tel", "tel", "off")))
            (fault.line("email", text::email(lang), None, &typed.email, ("email", "email", "off")))
            (fault.line("term", text::term(lang), Some(text::term_hint(lang)), &typed.term, ("date", "", "off")))
            fieldset {
                legend { (text::scope(lang)) }
                (building_boxes(lang, "building", buildings, |name| typed.scope.contains(name)))
            }
            button .btn { (text::propose(lang)) }
        }
        p { a .btn.second href="/c/people" { (common::back(lang)) } }
    };
    show(Page::new(reader, text::appoint_title(lang)), lang, &body)
}

async fn appoint(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Form(form): Form<Pairs>,
) -> Result<Response, Problem> {
    let typed = Typed::of(&form);
    let again = async |field: &'static str, code, say: Sentence| {
        let buildings = app.estate().buildings(&staff.compound).await?;
        let page = form_page(&reader, &buildings, &typed, Fault::at(field, say(reader.lang)));
        Ok(refused(code, say, page))
    };
    let Some(role) = typed.role else { return again("role", "bad_role", text::bad_role).await };
    let new = NewStaff {
        role,
        name: typed.name.clone(),
        organisation: typed.organisation.clone(),
        phone: typed.phone.clone(),
        email: typed.email.clone(),
        scope: if role == Role::Clerk { typed.scope.clone() } else { BTreeSet::new() },
        term_ends: typed.term_ends(),
    };
    match app.estate().propose_appointment(&staff, &new, app.now(), &mut app.fresh()?).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(err @ StaffError::Name) => again("name", err.code(), text::bad_name).await,
        Err(err @ StaffError::Contact) => again("phone", err.code(), text::bad_contact).await,
        Err(err @ StaffError::Term) => again("term", err.code(), text::bad_term).await,
        Err(err) => Err(err.into()),
    }
}

async fn find(app: &App, by: &StaffMember, id: &str) -> Result<StaffMember, Problem> {
    let id: StaffId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    app.estate().staff_member(&by.compound, &id).await?.ok_or(Problem::NOT_FOUND)
}

/// A page that asks once, names whom it is about, and has one button.
fn confirm(reader: &Reader, title: &str, lead: &str, yes: &str, class: &str) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (title) }
        p { (lead) }
        form method="post" { button class=(class) { (yes) } }
        p { a .btn.second href="/c/people" { (common::back(lang)) } }
    };
    show(Page::new(reader, title), lang, &body)
}

async fn confirm_end(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (lang, member) = (reader.lang, find(&app, &staff, &id).await?);
    let title = text::end_title(lang, &member.name);
    Ok(confirm(&reader, &title, text::end_lead(lang), text::end_yes(lang), "btn danger"))
}

async fn end(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let member = find(&app, &staff, &id).await?;
    let act = app.estate().propose_end_of_role(&staff, &member.id, app.now(), &mut app.fresh()?).await?;
    Ok(to_act(&app, &act))
}

async fn confirm_renew(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (lang, member) = (reader.lang, find(&app, &staff, &id).await?);
    let title = text::renew_title(lang, &member.name);
    Ok(confirm(&reader, &title, text::renew_lead(lang), text::renew_yes(lang), "btn"))
}

async fn renew(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let member = find(&app, &staff, &id).await?;
    let act = app.estate().propose_new_key(&staff, &member.id, app.now(), &mut app.fresh()?).await?;
    Ok(to_act(&app, &act))
}

async fn confirm_letter(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (lang, member) = (reader.lang, find(&app, &staff, &id).await?);
    let title = text::letter_title(lang, &member.name);
    Ok(confirm(&reader, &title, text::letter_lead(lang), text::letter_yes(lang), "btn"))
}

/// The letter itself, shown once: only its hash is kept.
async fn letter(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let member = find(&app, &staff, &id).await?;
    let letter = app.estate().staff_letter(&staff, &member.id, app.now(), &mut app.fresh()?).await?;
    let about = text::sheet_staff(lang, words::role(lang, letter.staff.role));
    let sheet = Sheet { name: &letter.staff.name, about, code: &letter.code };
    Ok(sheets_page(&app, &reader, &[sheet], "a4"))
}

impl From<StaffError> for Problem {
    fn from(err: StaffError) -> Self {
        let (status, say): (_, Sentence) = match err {
            StaffError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
            StaffError::Name => (StatusCode::UNPROCESSABLE_ENTITY, text::bad_name),
            StaffError::Contact => (StatusCode::UNPROCESSABLE_ENTITY, text::bad_contact),
            StaffError::Term => (StatusCode::UNPROCESSABLE_ENTITY, text::bad_term),
            StaffError::NoSuchStaff => (StatusCode::NOT_FOUND, text::no_such_staff),
            StaffError::NotInvited => (StatusCode::CONFLICT, text::not_invited),
            StaffError::TooFewOfficers => (StatusCode::CONFLICT, text::too_few_officers),
            StaffError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
