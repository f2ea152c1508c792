//! Corrections of a published poll, each a statement in its record: one line of the roll, one ballot.

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::{
    id::{HolderNo, PersonNo},
    statement::{AmendmentReason, StrikeReason},
    store::{
        polls::{AfterError, PollState, RollPerson},
        register::UnitRow,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    draft::{Editing, refused},
    form::{Fault, to_act, typed_lines},
    search::Search,
    show, words,
};
use crate::{
    app::App,
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, Sentence, area, console as common, console_poll as text, home_label},
    view::{Page, Reader, Tone, radio_card, summary, tag},
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

async fn find_unit(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let editing = live(&app, &officer, &id).await?;
    let found = search.find(&app, &officer.staff).await?;
    let body = html! {
        h1 { (text::amend_title(lang)) }
        p { strong { (editing.row.title) } }
        p { (text::amend_lead(lang)) }
        (search.form(lang, &found))
        @for unit in &found.units { (amend_form(lang, unit)) }
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
            h2 { (home_label(lang, &label.key())) }
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
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    let (staff, now) = (&officer.staff, app.now());
    let act = app
        .estate()
        .propose_amendment(staff, &editing.row.id, &form.label, form.reason, now, &mut app.fresh()?)
        .await?;
    Ok(to_act(&app, &act))
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
    Ok(strike_page(&reader, &editing, &typed, Fault::NONE))
}

fn strike_page(reader: &Reader, editing: &Editing, typed: &Striking, fault: Fault) -> Response {
    let lang = reader.lang;
    let reasons = [
        ("forged", StrikeReason::Forged, text::strike_forged(lang)),
        ("wrong_signer", StrikeReason::WrongSigner, text::strike_wrong_signer(lang)),
        ("late", StrikeReason::Late, text::strike_late(lang)),
        ("objection_upheld", StrikeReason::ObjectionUpheld, text::upheld(lang)),
    ];
    let body = html! {
        h1 { (text::strike_title(lang)) }
        (fault.summary(lang))
        p { strong { (editing.row.title) } }
        p { (text::strike_lead(lang)) }
        form method="post" {
            (fault.line("index", text::strike_index(lang), Some(text::strike_index_hint(lang)), &typed.index, ("text", "numeric", "off")))
            fieldset #reason {
                legend { (common::reason_label(lang)) }
                @for (word, reason, label) in reasons { (radio_card("reason", word, label, None, typed.reason == Some(reason))) }
            }
            (ground(lang, &typed.ground, fault))
            button .btn { (text::s_sign(lang)) }
        }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    show(Page::new(reader, text::strike_title(lang)), lang, &body)
}

fn ground(lang: Lang, typed: &str, fault: Fault) -> Markup {
    fault.lines("ground", text::strike_ground(lang), text::strike_ground_hint(lang), typed, 2000)
}

async fn strike(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Form(mut form): Form<Striking>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    form.ground = typed_lines(&form.ground);
    let again = |field, code, say: Sentence| {
        let page = strike_page(&reader, &editing, &form, Fault::at(field, say(reader.lang)));
        Ok(refused(code, say, page))
    };
    let Ok(index) = form.index.trim().parse::<u64>() else {
        return again("index", "bad_index", text::strike_bad_index);
    };
    let Some(reason) = form.reason else { return again("reason", "bad_reason", text::no_answers) };
    let (staff, now, ground) = (&officer.staff, app.now(), (reason, form.ground.as_str()));
    match app.estate().propose_strike(staff, &editing.row.id, index, ground, now, &mut app.fresh()?).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(AfterError::Reason) => again("ground", "bad_ground", text::strike_bad_ground),
        Err(AfterError::NotAllowed) => again("index", "bad_index", text::strike_bad_index),
        Err(err) => Err(err.into()),
    }
}

/// Whom a page is about, by the numbers of the roll: what a link of the search says.
#[derive(Deserialize, Default)]
struct Whom {
    #[serde(default)]
    text: String,
    holder: Option<u64>,
    person: Option<u64>,
}

#[derive(Deserialize)]
struct Barring {
    holder: u64,
    person: u64,
    ground: String,
}

/// Finds somebody on the poll's roll, or asks for the ground once they are found.
async fn bar_form(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Query(whom): Query<Whom>,
) -> Result<Response, Problem> {
    let (lang, editing) = (reader.lang, live(&app, &officer, &id).await?);
    if let (Some(holder), Some(person)) = (whom.holder, whom.person) {
        let found = on_roll(&app, &officer, &editing, holder, person).await?.ok_or(Problem::NOT_FOUND)?;
        return Ok(bar_page(&reader, &editing, &found, "", Fault::NONE));
    }
    let found = app.estate().find_on_roll(&officer.staff, &editing.row.id, &whom.text).await?;
    let search = Search { text: whom.text };
    let path = format!("{}/bar", editing.path());
    let body = html! {
        h1 { (text::bar_title(lang)) }
        p { strong { (editing.row.title) } }
        p { (text::bar_lead(lang)) }
        (search.line(lang))
        @if found.is_empty() { (search.nothing(lang)) }
        @for one in &found {
            section .panel {
                h2 { (one.name) }
                p { (homes(lang, one)) }
                @if one.is_barred { p { (tag(Tone::Warn, text::bar_already(lang))) } }
                @else {
                    p { a .btn.second href={ (path) "?holder=" (one.holder) "&person=" (one.person) } { (text::bar_choose(lang, &one.name)) } }
                }
            }
        }
        p { a .btn.second href=(editing.path()) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::bar_title(lang)), lang, &body))
}

async fn on_roll(
    app: &App,
    officer: &Officer,
    editing: &Editing,
    holder: u64,
    person: u64,
) -> Result<Option<RollPerson>, Problem> {
    let (Ok(holder), Ok(person)) = (HolderNo::try_from(holder), PersonNo::try_from(person)) else { return Ok(None) };
    Ok(app.estate().on_roll(&officer.staff, &editing.row.id, (holder, person)).await?)
}

fn homes(lang: Lang, one: &RollPerson) -> String {
    one.units.iter().map(|label| home_label(lang, label)).collect::<Vec<_>>().join(lang.pick("、", "; "))
}

fn bar_page(reader: &Reader, editing: &Editing, whom: &RollPerson, ground_: &str, fault: Fault) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::bar_title(lang)) }
        (fault.summary(lang))
        p { strong { (editing.row.title) } }
        p { (text::bar_lead(lang)) }
        (summary(&[
            (common::f_name(lang), html! { (whom.name) }),
            (text::bar_homes(lang), html! { (homes(lang, whom)) }),
        ]))
        form method="post" action={ (editing.path()) "/bar" } {
            input type="hidden" name="holder" value=(whom.holder);
            input type="hidden" name="person" value=(whom.person);
            (ground(lang, ground_, fault))
            button .btn { (text::s_sign(lang)) }
        }
        p { a .btn.second href={ (editing.path()) "/bar" } { (text::bar_other(lang)) } }
    };
    show(Page::new(reader, text::bar_title(lang)), lang, &body)
}

async fn bar(
    State(app): State<App>,
    reader: Reader,
    officer: Officer,
    Path(id): Path<String>,
    Form(form): Form<Barring>,
) -> Result<Response, Problem> {
    let editing = live(&app, &officer, &id).await?;
    let ground = typed_lines(&form.ground);
    let whom = on_roll(&app, &officer, &editing, form.holder, form.person).await?;
    let whom = whom.ok_or(AfterError::NoSuchPerson)?;
    let (staff, poll, now) = (&officer.staff, &editing.row.id, app.now());
    let numbers = (whom.holder, whom.person);
    match app.estate().propose_bar(staff, poll, numbers, &ground, now, &mut app.fresh()?).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(AfterError::Reason) => {
            let fault = Fault::at("ground", text::strike_bad_ground(reader.lang));
            let page = bar_page(&reader, &editing, &whom, &ground, fault);
            Ok(refused("bad_ground", text::strike_bad_ground, page))
        }
        Err(err) => Err(err.into()),
    }
}
