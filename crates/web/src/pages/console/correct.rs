//! Corrections of a published poll, each a statement in its record: one line of the roll, one ballot.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::{
    id::{HolderNo, PersonNo},
    statement::{AmendmentReason, StrikeReason},
    store::{
        polls::{AfterError, PollState},
        register::{UnitFilter, UnitRow},
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    acts,
    draft::{Editing, refused},
    show, words,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, Sentence, area, console as common, console_poll as text, console_roll as roll},
    view::{Field, Page, Reader, empty, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/polls/{id}/amend", get(find_unit).post(amend))
        .route("/c/polls/{id}/strike", get(strike_form).post(strike))
        .route("/c/polls/{id}/bar", get(bar_form).post(bar))
}

/// The published poll; a draft is edited instead.
async fn live(app: &App, officer: &Officer, id: &str) -> Result<Editing, Problem> {
    let editing = Editing::find(app, &officer.staff, id).await?;
    if editing.row.state == PollState::Live { Ok(editing) } else { Err(Problem::NOT_FOUND) }
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    text: String,
}

async fn find_unit(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Query(Search { text: wanted }): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = live(&app, &officer, &id).await?;
    let found = if wanted.trim().is_empty() {
        Vec::new()
    } else {
        let filter = UnitFilter { building: None, text: wanted.clone() };
        app.estate().units(&officer.staff, &filter, 0).await?.units
    };
    let body = html! {
        h1 { (text::amend_title(lang)) }
        p { strong { (editing.row.title) } }
        p { (text::amend_lead(lang)) }
        form method="get" role="search" {
            div .field {
                label for="text" { (roll::search(lang)) }
                input #text name="text" type="search" value=(wanted);
            }
            button .btn.second { (roll::search_go(lang)) }
        }
        @if found.is_empty() && !wanted.is_empty() { (empty(roll::nothing_found(lang))) }
        @for unit in &found { (amend_form(lang, unit)) }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::amend_title(lang)), lang, &body))
}

/// A unit as the register has it now, and the button that puts this into the poll.
fn amend_form(lang: Lang, unit: &UnitRow) -> Markup {
    let label = &unit.label;
    let owners: Vec<&str> = unit.owners.iter().map(|owner| owner.name.as_str()).collect();
    html! {
        form .panel method="post" {
            h2 { (words::unit(lang, [&label.phase, &label.building, &label.entrance, &label.number])) }
            p { (owners.join("、")) " · " (area(lang, unit.area)) " · " (words::status(lang, &unit.status)) }
            input type="hidden" name="label" value=(label.key());
            fieldset {
                legend { (common::reason_label(lang)) }
                (radio_card("reason", "correction", text::amend_correction(lang), None, true))
                (radio_card("reason", "objection_upheld", text::upheld(lang), None, false))
            }
            button .btn { (text::s_sign(lang)) }
        }
    }
}

#[derive(Deserialize)]
struct Amending {
    label: String,
    reason: AmendmentReason,
}

async fn amend(
    State(app): State<App>,
    officer: Officer,
    Path(id): Path<String>,
    Form(form): Form<Amending>,
) -> Result<Redirect, Problem> {
    let editing = live(&app, &officer, &id).await?;
    let (staff, now) = (&officer.staff, app.now());
    let act = app
        .estate()
        .propose_amendment(staff, &editing.row.id, &form.label, form.reason, now, &mut app.fresh()?)
        .await?;
    app.notify();
    Ok(Redirect::to(&acts::path(&act)))
}

#[derive(Deserialize)]
struct Striking {
    index: String,
    reason: Option<StrikeReason>,
    ground: String,
}

async fn strike_form(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    let typed = Striking { index: String::new(), reason: None, ground: String::new() };
    Ok(strike_page(&reader, &editing, &typed, None))
}

fn strike_page(
    reader: &Reader,
    editing: &Editing,
    typed: &Striking,
    error: Option<(&'static str, &'static str)>,
) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.into_iter().collect();
    let error_of = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let reasons = [
        ("forged", StrikeReason::Forged, text::strike_forged(lang)),
        ("wrong_signer", StrikeReason::WrongSigner, text::strike_wrong_signer(lang)),
        ("late", StrikeReason::Late, text::strike_late(lang)),
        ("objection_upheld", StrikeReason::ObjectionUpheld, text::upheld(lang)),
    ];
    let body = html! {
        h1 { (text::strike_title(lang)) }
        (error_summary(lang, &errors))
        p { strong { (editing.row.title) } }
        p { (text::strike_lead(lang)) }
        form method="post" {
            (field(&Field {
                name: "index", label: text::strike_index(lang), hint: Some(text::strike_index_hint(lang)), value: &typed.index,
                error: error_of("index"), kind: ("text", "numeric", "off"),
            }))
            fieldset #reason {
                legend { (common::reason_label(lang)) }
                @for (word, reason, label) in reasons { (radio_card("reason", word, label, None, typed.reason == Some(reason))) }
            }
            (ground(lang, &typed.ground, error_of("ground")))
            button .btn { (text::s_sign(lang)) }
        }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::strike_title(lang)), lang, &body)
}

fn ground(lang: Lang, typed: &str, error: Option<&str>) -> Markup {
    html! {
        div .field {
            label for="ground" { (text::strike_ground(lang)) }
            p .hint #ground-hint { (text::strike_ground_hint(lang)) }
            @if let Some(error) = error { p .error #ground-error { (error) } }
            textarea #ground name="ground" rows="4" maxlength="2000" aria-describedby="ground-hint" { "\n" (typed) }
        }
    }
}

async fn strike(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Form(mut form): Form<Striking>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    // The record has line feeds alone.
    form.ground = String::from(form.ground.replace("\r\n", "\n").trim());
    let lang = reader.lang;
    let Ok(index) = form.index.trim().parse::<u64>() else {
        let page = strike_page(&reader, &editing, &form, Some(("index", text::strike_bad_index(lang))));
        return Ok(refused("bad_index", text::strike_bad_index, page));
    };
    let Some(reason) = form.reason else {
        let page = strike_page(&reader, &editing, &form, Some(("reason", text::no_answers(lang))));
        return Ok(refused("bad_reason", text::no_answers, page));
    };
    let (staff, now, ground) = (&officer.staff, app.now(), (reason, form.ground.as_str()));
    let put_up = app.estate().propose_strike(staff, &editing.row.id, index, ground, now, &mut app.fresh()?).await;
    match put_up {
        Ok(act) => {
            app.notify();
            Ok(Redirect::to(&acts::path(&act)).into_response())
        }
        Err(AfterError::Reason) => {
            let page = strike_page(&reader, &editing, &form, Some(("ground", text::strike_bad_ground(lang))));
            Ok(refused("bad_ground", text::strike_bad_ground, page))
        }
        Err(AfterError::NotAllowed) => {
            let page = strike_page(&reader, &editing, &form, Some(("index", text::strike_bad_index(lang))));
            Ok(refused("bad_index", text::strike_bad_index, page))
        }
        Err(err) => Err(err.into()),
    }
}

#[derive(Deserialize, Default)]
struct Barring {
    holder: String,
    person: String,
    ground: String,
}

async fn bar_form(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    Ok(bar_page(&reader, &editing, &Barring::default(), None))
}

fn bar_page(
    reader: &Reader,
    editing: &Editing,
    typed: &Barring,
    error: Option<(&'static str, &'static str)>,
) -> Response {
    let lang = reader.lang;
    let errors: Vec<_> = error.into_iter().collect();
    let error_of = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name: &str, label: &str, value: &str| {
        field(&Field { name, label, hint: None, value, error: error_of(name), kind: ("text", "numeric", "off") })
    };
    let body = html! {
        h1 { (text::bar_title(lang)) }
        (error_summary(lang, &errors))
        p { strong { (editing.row.title) } }
        p { (text::bar_lead(lang)) }
        form method="post" {
            (line("holder", common::f_holder(lang), &typed.holder))
            (line("person", common::f_person(lang), &typed.person))
            (ground(lang, &typed.ground, error_of("ground")))
            button .btn { (text::s_sign(lang)) }
        }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::bar_title(lang)), lang, &body)
}

async fn bar(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Form(mut form): Form<Barring>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    form.ground = String::from(form.ground.replace("\r\n", "\n").trim());
    let lang = reader.lang;
    let again = |field, say: Sentence| {
        let page = bar_page(&reader, &editing, &form, Some((field, say(lang))));
        Ok(refused("bad_bar", say, page))
    };
    let number = |typed: &str| typed.trim().parse::<u64>().ok();
    let holder = number(&form.holder).and_then(|number| HolderNo::try_from(number).ok());
    let person = number(&form.person).and_then(|number| PersonNo::try_from(number).ok());
    let (Some(holder), Some(person)) = (holder, person) else { return again("holder", text::bar_not_on_roll) };
    let (staff, poll, now) = (&officer.staff, &editing.row.id, app.now());
    let put_up = app.estate().propose_bar(staff, poll, (holder, person), &form.ground, now, &mut app.fresh()?).await;
    match put_up {
        Ok(act) => {
            app.notify();
            Ok(Redirect::to(&acts::path(&act)).into_response())
        }
        Err(AfterError::NoSuchPerson) => again("holder", text::bar_not_on_roll),
        Err(AfterError::Reason) => again("ground", text::strike_bad_ground),
        Err(err) => Err(err.into()),
    }
}
