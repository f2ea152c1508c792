//! Correcting the register by hand: a representative of co-owners, phone numbers and mailboxes.

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use ballot::store::{
    ids::PersonId,
    register::{CoOwned, CorrectError, Reached, UnitRow},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    draft::refused,
    form::{Fault, to_act},
    search::Search,
    show, words,
};
use crate::{
    app::App,
    pages::escape,
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, Sentence, area, console as common, console_register as text, home_label},
    view::{Page, Reader, Tone, notice, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/roll/correct", get(find))
        .route("/c/roll/correct/representative", get(representative_form).post(representative))
        .route("/c/roll/correct/contacts/{person}", get(contacts_form).post(contacts))
}

async fn find(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let found = search.find(&app, &staff).await?;
    let body = html! {
        h1 { (text::title(lang)) }
        p { (text::lead(lang)) }
        (search.form(lang, &found))
        @for unit in &found.units { (panel(lang, unit)) }
        p { a .btn.second href="/c/roll" { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

fn panel(lang: Lang, unit: &UnitRow) -> Markup {
    let label = unit.label.key();
    html! {
        section .panel {
            h2 { (home_label(lang, &label)) }
            p { (area(lang, unit.area)) " · " (words::status(lang, &unit.status)) }
            @if let Some(name) = &unit.representative { p { (text::representative(lang)) " " strong { (name) } } }
            ul .links {
                @if 1 < unit.owners.len() {
                    li { a href={ "/c/roll/correct/representative?label=" (escape(&label)) } { (text::to_representative(lang)) } }
                }
                @for owner in &unit.owners {
                    li { a href={ "/c/roll/correct/contacts/" (owner.id) } { (text::to_contacts(lang, &owner.name)) } }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Which {
    label: String,
}

async fn representative_form(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(Which { label }): Query<Which>,
) -> Result<Response, Problem> {
    let unit = app.estate().co_owned(&staff.compound, &label).await?.ok_or(Problem::NOT_FOUND)?;
    Ok(representative_page(&reader, &label, &unit, Fault::NONE))
}

fn representative_page(reader: &Reader, label: &str, unit: &CoOwned, fault: Fault) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::r_title(lang)) }
        (fault.summary(lang))
        p { (text::r_lead(lang)) }
        p { (text::r_all_units(lang)) }
        ul { @for label in &unit.labels { li { (home_label(lang, label)) } } }
        @if unit.owners.len() < 2 { (notice(Tone::Warn, &html! { p { (text::r_alone(lang)) } })) }
        @else {
            p { (text::r_papers(lang)) }
            p .muted { (text::r_running(lang)) }
            form method="post" action="/c/roll/correct/representative" {
                input type="hidden" name="label" value=(label);
                fieldset #person {
                    legend { (text::r_who(lang)) }
                    @for (id, name) in &unit.owners {
                        @let is_present = unit.representative.as_ref() == Some(id);
                        (radio_card("person", id.as_str(), name, is_present.then(|| text::r_present(lang)), is_present))
                    }
                    (radio_card("person", "", text::r_nobody(lang), Some(text::r_nobody_hint(lang)), unit.representative.is_none()))
                }
                p { (text::propose_lead(lang)) }
                button .btn { (text::propose(lang)) }
            }
        }
        p { a .btn.second href="/c/roll/correct" { (common::back(lang)) } }
    };
    show(Page::new(reader, text::r_title(lang)), lang, &body)
}

#[derive(Deserialize)]
struct Chosen {
    label: String,
    person: Option<String>,
}

async fn representative(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Form(Chosen { label, person }): Form<Chosen>,
) -> Result<Response, Problem> {
    let unit = app.estate().co_owned(&staff.compound, &label).await?.ok_or(Problem::NOT_FOUND)?;
    let again = |say: Sentence| {
        let fault = Fault::at("person", say(reader.lang));
        Ok(refused("bad_representative", say, representative_page(&reader, &label, &unit, fault)))
    };
    let Some(typed) = person else { return again(text::r_choose) };
    let person: Option<PersonId> = match typed.as_str() {
        "" => None,
        typed => match typed.parse() {
            Ok(id) => Some(id),
            Err(_) => return again(text::r_choose),
        },
    };
    let (now, fresh) = (app.now(), &mut app.fresh()?);
    match app.estate().propose_representative(&staff, &label, person.as_ref(), now, fresh).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(CorrectError::Unchanged) => again(text::r_unchanged),
        Err(CorrectError::NotAnOwner) => again(text::r_choose),
        Err(err) => Err(err.into()),
    }
}

#[derive(Deserialize)]
struct Typed {
    phones: String,
    emails: String,
}

impl Typed {
    /// Several in one line stand apart by blanks or by what people put between them.
    fn split(line: &str) -> Vec<String> {
        let parts = line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；'));
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

async fn reached(app: &App, officer: &Officer, person: &str) -> Result<(PersonId, Reached), Problem> {
    let id: PersonId = person.parse().map_err(|_| Problem::NOT_FOUND)?;
    let found = app.estate().reached(&officer.staff.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
    Ok((id, found))
}

async fn contacts_form(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(person): Path<String>,
) -> Result<Response, Problem> {
    let (_, found) = reached(&app, &officer, &person).await?;
    let typed = Typed { phones: found.phones.join(" "), emails: found.emails.join(" ") };
    Ok(contacts_page(&reader, &found.name, &typed, Fault::NONE))
}

fn contacts_page(reader: &Reader, name: &str, typed: &Typed, fault: Fault) -> Response {
    let lang = reader.lang;
    let (title, hint) = (text::c_title(lang, name), Some(text::c_hint(lang)));
    let body = html! {
        h1 { (title) }
        (fault.summary(lang))
        p { (text::c_lead(lang)) }
        form method="post" {
            (fault.line("phones", text::c_phones(lang), hint, &typed.phones, ("text", "tel", "off")))
            (fault.line("emails", text::c_emails(lang), hint, &typed.emails, ("text", "email", "off")))
            p { (text::propose_lead(lang)) }
            button .btn { (text::propose(lang)) }
        }
        p { a .btn.second href="/c/roll/correct" { (common::back(lang)) } }
    };
    show(Page::new(reader, &title), lang, &body)
}

async fn contacts(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(person): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (id, found) = reached(&app, &officer, &person).await?;
    let again = |code, say: Sentence| {
        let fault = Fault::at("phones", say(reader.lang));
        Ok(refused(code, say, contacts_page(&reader, &found.name, &typed, fault)))
    };
    let (phones, emails) = (Typed::split(&typed.phones), Typed::split(&typed.emails));
    let (now, fresh) = (app.now(), &mut app.fresh()?);
    match app.estate().propose_contacts(&officer.staff, &id, (&phones, &emails), now, fresh).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(CorrectError::Contact) => again("bad_contact", text::c_bad),
        Err(CorrectError::Unchanged) => again("unchanged", text::c_unchanged),
        Err(err) => Err(err.into()),
    }
}

impl From<CorrectError> for Problem {
    fn from(err: CorrectError) -> Self {
        let (status, say): (_, Sentence) = match err {
            CorrectError::NotOfficer => (StatusCode::FORBIDDEN, common::not_officer),
            CorrectError::Pending => (StatusCode::CONFLICT, text::pending),
            CorrectError::NoSuchUnit | CorrectError::NoSuchPerson => (StatusCode::NOT_FOUND, text::no_such),
            CorrectError::NotCoOwned => (StatusCode::UNPROCESSABLE_ENTITY, text::r_alone),
            CorrectError::NotAnOwner => (StatusCode::UNPROCESSABLE_ENTITY, text::r_choose),
            CorrectError::Contact => (StatusCode::UNPROCESSABLE_ENTITY, text::c_bad),
            CorrectError::Unchanged => (StatusCode::CONFLICT, text::c_unchanged),
            CorrectError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
