//! What officers sign together: the list, one act with exactly what is signed, and the signature.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    acts::{Act, ActKind, ActState, EndActError, SignError},
    ids::{ActId, StaffId},
    staff::StaffMember,
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{
    form::{Fault, Signature, ToSign},
    show, summary as act_summary,
};
use crate::{
    app::App,
    problem::{Body, Form, Path, Problem},
    session::Officer,
    text::{Lang, Sentence, console as text, privacy, when},
    view::{Page, Reader, Tone, empty, notice, summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/acts", get(list))
        .route("/c/acts/{act}", get(detail))
        .route("/c/acts/{act}/sign", post(sign))
        .route("/c/acts/{act}/refuse", get(confirm_refuse).post(refuse))
        .route("/c/acts/{act}/withdraw", get(confirm_withdraw).post(withdraw))
}

/// How many past acts are listed.
const PAST: u64 = 50;

/// Who signs and proposes, by name.
type Names = BTreeMap<StaffId, String>;

async fn names(app: &App, staff: &StaffMember) -> Result<Names, Problem> {
    let members = app.estate().staff(&staff.compound).await?;
    Ok(members.into_iter().map(|member| (member.id, member.name)).collect())
}

fn name<'a>(names: &'a Names, id: &StaffId) -> &'a str {
    names.get(id).map_or("", String::as_str)
}

async fn list(State(app): State<App>, reader: Reader, Officer { staff, .. }: Officer) -> Result<Response, Problem> {
    let lang = reader.lang;
    let names = names(&app, &staff).await?;
    let open = app.estate().open_acts(&staff.compound).await?;
    let ended = app.estate().ended_acts(&staff.compound, PAST).await?;
    let (others, mine): (Vec<_>, Vec<_>) = open.iter().partition(|act| act.signed_by.contains(&staff.id));
    let ended: Vec<_> = ended.iter().collect();
    let body = html! {
        h1 { (text::acts_title(lang)) }
        p { (text::acts_lead(lang)) }
        @for (title, acts) in [(text::acts_mine(lang), mine), (text::acts_others(lang), others), (text::acts_ended(lang), ended)] {
            h2 { (title) }
            @if acts.is_empty() { (empty(text::acts_none(lang))) }
            ul .links { @for act in acts { li { (line(lang, act, &names)) } } }
        }
    };
    Ok(show(Page::new(&reader, text::acts_title(lang)), lang, &body))
}

fn line(lang: Lang, act: &Act, names: &Names) -> Markup {
    let by = name(names, &act.proposed_by);
    html! {
        a href=(path(&act.id)) { (text::act_line(lang, kind(lang, act.kind), by, &when(lang, act.proposed_at))) }
        " " (state(lang, act))
    }
}

pub(super) fn path(id: &ActId) -> String {
    format!("/c/acts/{id}")
}

fn kind(lang: Lang, kind: ActKind) -> &'static str {
    match kind {
        ActKind::ApplyRegister => text::kind_apply_register(lang),
        ActKind::UndoRegister => text::kind_undo_register(lang),
        ActKind::CorrectRegister => text::kind_correct_register(lang),
        ActKind::Appoint => text::kind_appoint(lang),
        ActKind::EndRole => text::kind_end_role(lang),
        ActKind::RenewKey => text::kind_renew_key(lang),
        ActKind::PublishPoll => text::kind_publish_poll(lang),
        ActKind::Amend => text::kind_amend(lang),
        ActKind::Strike => text::kind_strike(lang),
        ActKind::Bar => text::kind_bar(lang),
        ActKind::Result => text::kind_result(lang),
        ActKind::Lot => crate::text::law::kind_lot(lang),
        ActKind::Official => crate::text::law::kind_official(lang),
        ActKind::Erase => privacy::kind_erase(lang),
    }
}

fn state(lang: Lang, act: &Act) -> Markup {
    match act.state {
        ActState::Open => tag(Tone::Warn, &text::state_open(lang, act.signed_by.len(), act.needed)),
        ActState::Ready => tag(Tone::Warn, text::state_ready(lang)),
        ActState::Done => tag(Tone::Ok, text::state_done(lang)),
        ActState::Refused => tag(Tone::Bad, text::state_refused(lang)),
        ActState::Withdrawn => tag(Tone::Plain, text::state_withdrawn(lang)),
        ActState::Failed => tag(Tone::Bad, text::state_failed(lang)),
    }
}

async fn find(app: &App, staff: &StaffMember, id: &str) -> Result<Act, Problem> {
    let id: ActId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    app.estate().act(&staff.compound, &id).await?.ok_or(Problem::NOT_FOUND)
}

async fn detail(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let act = find(&app, &staff, &id).await?;
    let names = names(&app, &staff).await?;
    let title = kind(lang, act.kind);
    let what = act_summary::of(&app, lang, &act).await?;
    let digest_is_in = matches!(
        act.kind,
        ActKind::ApplyRegister
            | ActKind::UndoRegister
            | ActKind::CorrectRegister
            | ActKind::Appoint
            | ActKind::EndRole
            | ActKind::RenewKey
            | ActKind::Bar
            | ActKind::Erase
    );
    let body = html! {
        h1 { (title) }
        p { (state(lang, &act)) }
        (ending(lang, &act))
        h2 { (text::what_title(lang)) }
        (what)
        (who(lang, &act, &names))
        h2 { (text::text_title(lang)) }
        p { (text::text_lead(lang)) }
        pre #act-text { (act.text) }
        @if digest_is_in { p .muted { (text::digest_note(lang)) } }
        @if act.state == ActState::Open { (to_sign(lang, &act, &staff, &app)) }
    };
    Ok(show(Page::new(&reader, title).script("pages/console_sign.js"), lang, &body))
}

fn who(lang: Lang, act: &Act, names: &Names) -> Markup {
    let signed: Vec<&str> = act.signed_by.iter().map(|id| name(names, id)).collect();
    let signed = if signed.is_empty() { text::nobody_yet(lang).to_owned() } else { signed.join("、") };
    let mut rows = vec![
        (text::proposed_by(lang), html! { (name(names, &act.proposed_by)) }),
        (text::proposed_at(lang), html! { (when(lang, act.proposed_at)) }),
        (text::signed_by(lang), html! { (signed) }),
    ];
    if let Some(ended) = act.ended_at {
        rows.push((text::ended_at(lang), html! { (when(lang, ended)) }));
    }
    summary(&rows)
}

/// What became of an act, and where to go on.
fn ending(lang: Lang, act: &Act) -> Markup {
    let on = |sentence: &str, href: String, label: &str| {
        notice(Tone::Ok, &html! { p { (sentence) } p { a .btn href=(href) { (label) } } })
    };
    let given = |tone| notice(tone, &html! { p { (text::reason(lang)) " " (act.reason) } });
    match act.state {
        ActState::Open | ActState::Ready => html! {},
        ActState::Refused => given(Tone::Bad),
        ActState::Withdrawn => given(Tone::Plain),
        ActState::Failed => notice(Tone::Bad, &html! { p { (failure(lang, &act.reason)) } }),
        ActState::Done => match act.kind {
            ActKind::ApplyRegister | ActKind::UndoRegister | ActKind::CorrectRegister => {
                on(text::done_register(lang), "/c/roll".to_owned(), text::to_roll(lang))
            }
            ActKind::Appoint | ActKind::EndRole | ActKind::RenewKey => {
                on(text::done_people(lang), "/c/people".to_owned(), text::to_people(lang))
            }
            ActKind::PublishPoll | ActKind::Amend | ActKind::Strike | ActKind::Bar => {
                on(text::done_poll(lang), format!("/c/polls/{}", act.object), text::to_poll(lang))
            }
            ActKind::Result | ActKind::Lot | ActKind::Official => {
                on(text::done_result(lang), format!("/polls/{}/result", act.object), text::to_result(lang))
            }
            ActKind::Erase => on(privacy::done_erase(lang), "/c/privacy".to_owned(), privacy::to_console(lang)),
        },
    }
}

/// Why an act that was signed could not be done, by the code that is kept of it.
fn failure(lang: Lang, code: &str) -> String {
    match code {
        "register_changed" => text::fail_register_changed(lang).to_owned(),
        "notice_too_short" => text::fail_notice_too_short(lang).to_owned(),
        "rule_changed" => text::fail_rule_changed(lang).to_owned(),
        "opens_in_the_past" => text::fail_opens_in_the_past(lang).to_owned(),
        "too_few_officers" => text::fail_too_few_officers(lang).to_owned(),
        "no_such_staff" => text::fail_no_such_staff(lang).to_owned(),
        "still_owner" => privacy::h_owner(lang).to_owned(),
        "poll_contestable" => privacy::cannot_poll(lang).to_owned(),
        "act_open" => privacy::h_act(lang).to_owned(),
        "holds_office" => privacy::h_office(lang).to_owned(),
        "open_task" => privacy::h_task(lang).to_owned(),
        "open_motion" => privacy::h_motion(lang).to_owned(),
        "open_objection" => privacy::h_objection(lang).to_owned(),
        "open_mediation" => privacy::h_mediation(lang).to_owned(),
        other => text::fail_other(lang, other),
    }
}

fn next(lang: Lang, kind: ActKind) -> &'static str {
    match kind {
        ActKind::ApplyRegister => text::after_apply_register(lang),
        ActKind::UndoRegister => text::after_undo_register(lang),
        ActKind::CorrectRegister => text::after_correct_register(lang),
        ActKind::Appoint => text::after_appoint(lang),
        ActKind::EndRole => text::after_end_role(lang),
        ActKind::RenewKey => text::after_renew_key(lang),
        ActKind::PublishPoll => text::after_publish_poll(lang),
        ActKind::Amend => text::after_amend(lang),
        ActKind::Strike => text::after_strike(lang),
        ActKind::Bar => text::after_bar(lang),
        ActKind::Result => text::after_result(lang),
        ActKind::Lot | ActKind::Official => crate::text::law::after_report(lang),
        ActKind::Erase => privacy::after_erase(lang),
    }
}

/// The button to sign: a script takes the notice away where the key is at hand.
fn to_sign(lang: Lang, act: &Act, me: &StaffMember, app: &App) -> Markup {
    let button = ToSign {
        at: &path(&act.id),
        key: &me.key_name(app.estate().host()),
        need: html! {
            p { (text::sign_need_script(lang)) }
            p { a .btn.second href="/enrol" { (text::to_enrol(lang)) } }
        },
        label: &text::sign_button(lang, kind(lang, act.kind)),
    };
    html! {
        h2 { (text::sign_title(lang)) }
        p { (next(lang, act.kind)) }
        @if act.signed_by.contains(&me.id) {
            (notice(Tone::Ok, &html! { p { (text::you_signed(lang)) } }))
        } @else {
            p { (text::sign_lead(lang)) }
            (button.show(lang))
        }
        p { a .btn.danger href={ (path(&act.id)) "/refuse" } { (text::refuse(lang)) } }
        @if act.proposed_by == me.id {
            p { a .btn.second href={ (path(&act.id)) "/withdraw" } { (text::withdraw(lang)) } }
        }
    }
}

async fn sign(
    State(app): State<App>,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Body(Signature { signature }): Body<Signature>,
) -> Result<Response, Problem> {
    let id: ActId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    let state = app.estate().sign_act(&staff, &id, &signature, app.now(), &mut app.fresh()?).await?;
    if state == ActState::Ready
        && let Err(err) = app.deliberation().carry_out_erasures(app.now()).await
    {
        // The signature is stored, and within a minute it is tried again.
        tracing::warn!(error = &err as &dyn std::error::Error, "an erasure is left for the next minute");
    }
    app.notify();
    Ok(Json(json!({ "next": path(&id) })).into_response())
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

/// The two ways of ending an act without doing it.
#[derive(Clone, Copy)]
enum Ending {
    Refuse,
    Withdraw,
}

async fn confirm_refuse(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let act = find(&app, &staff, &id).await?;
    let what = act_summary::of(&app, reader.lang, &act).await?;
    Ok(confirm(&reader, &act, &what, Ending::Refuse, "", Fault::NONE))
}

async fn confirm_withdraw(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let act = find(&app, &staff, &id).await?;
    let what = act_summary::of(&app, reader.lang, &act).await?;
    Ok(confirm(&reader, &act, &what, Ending::Withdraw, "", Fault::NONE))
}

/// Asks once more, with what was typed and what is wrong with it, if something is.
fn confirm(reader: &Reader, act: &Act, what: &Markup, ending: Ending, typed: &str, fault: Fault) -> Response {
    let lang = reader.lang;
    let kind = kind(lang, act.kind);
    let (title, lead, yes) = match ending {
        Ending::Refuse => (text::refuse_title(lang, kind), text::refuse_lead(lang), text::refuse_yes(lang)),
        Ending::Withdraw => (text::withdraw_title(lang, kind), text::withdraw_lead(lang), text::withdraw_yes(lang)),
    };
    let body = html! {
        h1 { (title) }
        (fault.summary(lang))
        p { (lead) }
        (what)
        form method="post" {
            (fault.lines("reason", text::reason_label(lang), text::reason_hint(lang), typed, 500))
            button .btn.danger { (yes) }
        }
        p { a .btn.second href=(path(&act.id)) { (text::back(lang)) } }
    };
    show(Page::new(reader, &title), lang, &body)
}

async fn refuse(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let act = find(&app, &staff, &id).await?;
    let ended = app.estate().refuse_act(&staff, &act.id, reason.trim(), app.now()).await;
    ended_page(&app, &reader, &act, (Ending::Refuse, &reason), ended).await
}

async fn withdraw(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
    Form(Reason { reason }): Form<Reason>,
) -> Result<Response, Problem> {
    let act = find(&app, &staff, &id).await?;
    let ended = app.estate().withdraw_act(&staff, &act.id, reason.trim(), app.now()).await;
    ended_page(&app, &reader, &act, (Ending::Withdraw, &reason), ended).await
}

async fn ended_page(
    app: &App,
    reader: &Reader,
    act: &Act,
    (ending, typed): (Ending, &str),
    ended: Result<(), EndActError>,
) -> Result<Response, Problem> {
    match ended {
        Ok(()) => Ok(Redirect::to(&path(&act.id)).into_response()),
        Err(err @ EndActError::Reason) => {
            let what = act_summary::of(app, reader.lang, act).await?;
            let fault = Fault::at("reason", text::bad_reason(reader.lang));
            let page = confirm(reader, act, &what, ending, typed, fault);
            Ok(Problem::from(err).on(page))
        }
        Err(err) => Err(err.into()),
    }
}

impl From<SignError> for Problem {
    fn from(err: SignError) -> Self {
        let (status, say): (_, Sentence) = match err {
            SignError::NotOfficer => (StatusCode::FORBIDDEN, text::not_officer),
            SignError::NoSuchAct => (StatusCode::NOT_FOUND, text::no_such_act),
            SignError::Ended => (StatusCode::CONFLICT, text::act_ended),
            SignError::AlreadySigned => (StatusCode::CONFLICT, text::already_signed),
            SignError::KeyNotInPoll => (StatusCode::FORBIDDEN, text::key_not_in_poll),
            SignError::Signature => (StatusCode::UNPROCESSABLE_ENTITY, text::bad_signature),
            SignError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}

impl From<EndActError> for Problem {
    fn from(err: EndActError) -> Self {
        let (status, say): (_, Sentence) = match err {
            EndActError::NotOfficer => (StatusCode::FORBIDDEN, text::not_officer),
            EndActError::NoSuchAct => (StatusCode::NOT_FOUND, text::no_such_act),
            EndActError::NotYours => (StatusCode::FORBIDDEN, text::not_yours),
            EndActError::Ended => (StatusCode::CONFLICT, text::act_ended),
            EndActError::Reason => (StatusCode::UNPROCESSABLE_ENTITY, text::bad_reason),
            EndActError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
