//! One sheet: what it says to whoever may see it, the second reading, the signatures.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::PollId,
    statement::ProxyState,
    store::{
        paper::{AgentAsRead, PaperError, SecondReading, Signed, WrittenNow, WrittenSays, WrittenStage},
        staff::StaffMember,
    },
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{Desk, Fault, Signature, jpeg, sentence_of, show, sign_form},
    barred, place, stage, why_not,
};
use crate::{
    app::App,
    pages::vote::{homes, names_of},
    problem::{Body, Form, Path, Problem},
    session::Clerk,
    text::{Lang, console as common, number, when, written as text},
    view::{Page, Reader, Tone, notice, radio_card, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/proxies/{proxy}", get(one).post(confirm))
        .route("/desk/{poll}/proxies/{proxy}/scan", get(scan))
        .route("/desk/{poll}/proxies/{proxy}/sign", post(sign))
        .route("/desk/{poll}/proxies/{proxy}/discard", post(discard))
}

/// What the second clerk types.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    home: String,
    name: String,
    state: String,
    agent: String,
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Desk(staff): Desk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let sheet = app.estate().written_proxy(&staff, &poll, &id).await?;
    one_page(&app, &reader, &staff, &poll, &sheet, (&Typed::default(), Fault::NONE)).await
}

async fn one_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    sheet: &WrittenNow,
    (typed, fault): (&Typed, Fault),
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let here = format!("{}/{}", place(poll), sheet.id);
    let is_waiting = matches!(sheet.stage, WrittenStage::Entered | WrittenStage::Agreed);
    let barred = if is_waiting { barred(app, staff, poll).await? } else { None };
    let at_work = is_waiting && barred.is_none();
    let body = html! {
        h1 { (text::one_title(lang)) }
        (fault.summary(lang))
        p { (stage(lang, staff, sheet)) }
        @match sheet.stage {
            WrittenStage::Recorded(index) => {
                (notice(Tone::Ok, &html! { p role="status" { (text::done(lang, &number(index))) } }))
            }
            WrittenStage::Refused => { (notice(Tone::Bad, &html! { p { (why(lang, &sheet.refused)) } })) }
            WrittenStage::Entered | WrittenStage::Agreed => {}
        }
        @if let Some(says) = &sheet.says { (shown(lang, says, sheet.at)) }
        @if let Some(why) = &barred { (why_not(lang, staff, why)) }
        @if at_work { img .photo loading="lazy" src={ (here) "/scan" } alt=(text::scan_of(lang)); }
        @if at_work && sheet.stage == WrittenStage::Entered {
            @if sheet.by == staff.id { (notice(Tone::Plain, &html! { p { (text::mine(lang)) } })) }
            @else { (second(lang, &here, typed, fault)) }
        }
        @if sheet.stage == WrittenStage::Agreed { (signing(lang, staff, sheet, &here, app.estate().host())) }
        @if at_work {
            form method="post" action={ (here) "/discard" } { button .btn.second { (text::discard(lang)) } }
        }
        p { a .btn.second href=(place(poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, text::one_title(lang)).script("pages/console_sign.js"), lang, &body))
}

/// Why the log did not take it, in words where it is one of those that people bring about.
fn why(lang: Lang, code: &str) -> String {
    let known = [PaperError::NewerStands, PaperError::NoneStands, PaperError::OverLimit];
    let say = known.iter().find(|err| err.code() == code).map(|err| sentence_of(err)(lang));
    let say = say.unwrap_or_else(|| if code == "seq" { text::e_newer(lang) } else { text::refused_other(lang) });
    text::refused(lang, say)
}

fn shown(lang: Lang, says: &WrittenSays, at: u64) -> Markup {
    let principal = format!("{} · {}", homes(lang, &says.principal.units), names_of(lang, &says.principal));
    let agent = match (&says.owner, &says.outsider) {
        (Some(owner), _) => format!("{} · {}", homes(lang, &owner.units), names_of(lang, owner)),
        (None, Some(one)) => text::outsider(lang, &one.name, &one.note),
        (None, None) => String::new(),
    };
    let what = match says.state {
        ProxyState::Granted => text::grants(lang),
        ProxyState::Revoked => text::takes_back(lang),
    };
    summary(&[
        (text::says(lang), html! { (what) }),
        (text::who_gives(lang), html! { (principal) }),
        (text::who_acts(lang), html! { (agent) }),
        (text::entered_at(lang), html! { (when(lang, at)) }),
    ])
}

/// What another clerk types from the scan, without seeing what the first has.
fn second(lang: Lang, here: &str, typed: &Typed, fault: Fault) -> Markup {
    let kind = ("text", "text", "off");
    html! {
        p { (text::read_scan(lang)) }
        form method="post" action=(here) {
            (fault.line("home", text::home(lang), Some(text::home_hint(lang)), &typed.home, kind))
            (fault.line("name", text::name(lang), None, &typed.name, kind))
            fieldset #state {
                legend { (text::read_state(lang)) }
                (radio_card("state", "granted", text::read_grants(lang), None, typed.state == "granted"))
                (radio_card("state", "revoked", text::take_back(lang), None, typed.state == "revoked"))
            }
            (fault.line("agent", text::read_agent(lang), Some(text::read_agent_hint(lang)), &typed.agent, kind))
            button .btn { (text::confirm(lang)) }
        }
    }
}

/// The text, and the button for whoever of the two has not signed.
fn signing(lang: Lang, staff: &StaffMember, sheet: &WrittenNow, here: &str, host: &str) -> Markup {
    html! {
        h2 { (text::text_title(lang)) }
        pre #act-text tabindex="0" { (sheet.text) }
        p { (text::text_lead(lang)) }
        @if sheet.is_to_sign(&staff.id) {
            (sign_form(lang, here, &staff.key_name(host), text::sign(lang)))
        } @else if sheet.signed_by.contains(&staff.id) {
            (notice(Tone::Ok, &html! { p role="status" { (text::signed_waits(lang)) } }))
        } @else { (notice(Tone::Plain, &html! { p { (text::not_yours(lang)) } })) }
    }
}

async fn confirm(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let agent = match typed.state.as_str() {
        "granted" => AgentAsRead::Named(typed.agent.clone()),
        "revoked" => AgentAsRead::TakenBack,
        // Neither is what the first has entered.
        _ => AgentAsRead::Named(String::new()),
    };
    let reading = SecondReading { home: typed.home.clone(), name: typed.name.clone(), agent };
    let err = match app.estate().confirm_written(&staff, &poll, &id, &reading, app.now()).await {
        Ok(()) => return Ok(Redirect::to(&format!("{}/{id}", place(&poll))).into_response()),
        Err(err @ (PaperError::Database(_) | PaperError::NoSuchPoll | PaperError::NoSuchProxy)) => {
            return Err(err.into());
        }
        Err(err) => err,
    };
    let sheet = app.estate().written_proxy(&staff, &poll, &id).await?;
    let say = match err {
        PaperError::Twice => text::e_twice,
        ref err => sentence_of(err),
    };
    let fault = Fault::at("home", say(reader.lang));
    Ok(Problem::from(err).on(one_page(&app, &reader, &staff, &poll, &sheet, (&typed, fault)).await?))
}

async fn scan(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    match app.estate().written_scan(&staff, &poll, &id, app.now()).await {
        Ok(content) => Ok(jpeg(content)),
        Err(PaperError::Database(err)) => Err(err.into()),
        Err(_) => Err(Problem::NOT_FOUND),
    }
}

async fn sign(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
    Body(Signature { signature }): Body<Signature>,
) -> Result<Response, Problem> {
    match app.estate().sign_written(&staff, &poll, &id, &signature, app.now()).await {
        Ok(Signed::Waits | Signed::Counted) => {
            Ok(Json(json!({ "next": format!("{}/{id}", place(&poll)) })).into_response())
        }
        Ok(Signed::Ready) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", text::must_wait)),
        Ok(Signed::Refused) => Err(Problem::new(StatusCode::CONFLICT, "refused", text::refused_other)),
        Err(PaperError::Stale) => Err(Problem::new(StatusCode::CONFLICT, PaperError::Stale.code(), text::e_stale)),
        Err(err) => Err(err.into()),
    }
}

async fn discard(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    app.estate().discard_written(&staff, &poll, &id, app.now()).await?;
    Ok(Redirect::to(&place(&poll)).into_response())
}
