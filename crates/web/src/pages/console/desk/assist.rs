//! Assisted voting from the clerk's side: who votes, before which witnesses, the code for the tablet, and the slip.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{
    id::PollId,
    store::{
        ids::SittingId,
        polls::RollPerson,
        sitting::{Identity, NewSitting, OpenedSitting, SittingError, SittingNow, SittingState},
        staff::StaffMember,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Fault, path, show};
use crate::{
    app::App,
    pages::{poll::Live, sitting::sentence_of},
    problem::{Form, Path, Problem, Query},
    session::Clerk,
    text::{Lang, console as common, home_label, sitting as text, when},
    view::{Page, Reader, Tone, code, empty, notice, qr, radio_card, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/desk/{poll}/assist", get(all).post(open))
        .route("/desk/{poll}/assist/{sitting}", get(one))
        .route("/desk/{poll}/assist/{sitting}/end", post(end))
}

pub(super) fn place(poll: &PollId) -> String {
    format!("{}/assist", path(poll))
}

/// What is typed of a sitting.
#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    home: String,
    /// `holder.person`.
    #[serde(default)]
    who: String,
    #[serde(default)]
    identity: String,
    #[serde(default)]
    witness_1: String,
    #[serde(default)]
    witness_2: String,
}

async fn all(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    form_page(&app, &reader, &staff, &poll, &typed, Fault::NONE).await
}

/// The sittings so far, and the form for the next: first the home, then whoever may vote for it.
async fn form_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    typed: &Typed,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let sittings = app.estate().sittings(staff, poll, app.now()).await?;
    let live = Live::find(app, poll).await?;
    let (people, problem) = match typed.home.trim() {
        "" => (Vec::new(), None),
        home => match app.estate().people_at(staff, poll, home).await {
            Ok(people) => (people, None),
            Err(SittingError::Database(err)) => return Err(err.into()),
            Err(err) => (Vec::new(), Some(err)),
        },
    };
    let fault = problem.as_ref().map_or(fault, |err| Fault::at("home", sentence_of(err)(lang)));
    let body = html! {
        h1 { (text::title(lang)) }
        (fault.summary(lang))
        p { strong { (live.row.title) } }
        p { (text::lead(lang)) }
        form method="get" {
            (fault.line("home", text::home(lang), Some(text::home_hint(lang)), &typed.home, ("text", "text", "off")))
            button .btn.(if people.is_empty() { "" } else { "second" }) { (text::find(lang)) }
        }
        @if !people.is_empty() { (open_form(lang, poll, &people, typed, fault)) }
        h2 { (text::list(lang)) }
        @if sittings.is_empty() { (empty(text::none(lang))) } @else { (list(lang, poll, &sittings)) }
        p { a .btn.second href=(path(poll)) { (common::back(lang)) } }
    };
    let page = show(Page::new(reader, text::title(lang)), lang, &body);
    Ok(match problem {
        Some(problem) => Problem::from(problem).on(page),
        None => page,
    })
}

fn list(lang: Lang, poll: &PollId, sittings: &[SittingNow]) -> Markup {
    html! {
        ul .links {
            @for one in sittings {
                li { a href={ (place(poll)) "/" (one.id) } {
                    (when(lang, one.opened_at)) " · " (one.voter.name) " · " (state(lang, one.state))
                } }
            }
        }
    }
}

fn state(lang: Lang, state: SittingState) -> &'static str {
    match state {
        SittingState::Waiting => text::waiting(lang),
        SittingState::Open => text::on_tablet(lang),
        SittingState::Voted => text::voted(lang),
        SittingState::Over => text::over(lang),
    }
}

fn identity(lang: Lang, identity: Identity) -> &'static str {
    match identity {
        Identity::Document => text::document(lang),
        Identity::Letter => text::letter(lang),
        Identity::Known => text::known(lang),
    }
}

fn who(person: &RollPerson) -> String {
    format!("{}.{}", person.holder, person.person)
}

fn homes(lang: Lang, person: &RollPerson) -> Markup {
    html! { @for unit in &person.units { (home_label(lang, unit)) " " } }
}

fn open_form(lang: Lang, poll: &PollId, people: &[RollPerson], typed: &Typed, fault: Fault) -> Markup {
    html! {
        form method="post" action=(place(poll)) {
            input type="hidden" name="home" value=(typed.home);
            fieldset #who {
                legend { (text::who(lang)) }
                @if let Some(error) = fault.of("who") { p .error id="who-error" { (error) } }
                @for person in people {
                    @let value = who(person);
                    label .card {
                        input type="radio" name="who" value=(value) checked[people.len() == 1 || typed.who == value];
                        span {
                            strong { (person.name) } @if person.is_barred { (text::has_left(lang)) }
                            span .muted { (homes(lang, person)) }
                        }
                    }
                }
            }
            fieldset #identity {
                legend { (text::identity(lang)) }
                @if let Some(error) = fault.of("identity") { p .error id="identity-error" { (error) } }
                @for one in Identity::ALL {
                    (radio_card("identity", one.as_str(), identity(lang, one), None, typed.identity == one.as_str()))
                }
            }
            (fault.line("witness_1", text::witness_1(lang), Some(text::witness_hint(lang)), &typed.witness_1, ("text", "text", "off")))
            (fault.line("witness_2", text::witness_2(lang), None, &typed.witness_2, ("text", "text", "off")))
            (notice(Tone::Warn, &html! {
                p { strong { (text::before(lang)) } }
                ul { li { (text::before_phone(lang)) } li { (text::before_again(lang)) } li { (text::before_told(lang)) } }
            }))
            button .btn { (text::open(lang)) }
        }
    }
}

async fn open(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let (field, say, problem) = match read(&typed) {
        Err((field, say)) => (field, say(lang), Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "incomplete", say)),
        Ok(new) => match app.estate().open_sitting(&staff, &poll, &new, app.now(), &mut app.fresh()?).await {
            Ok(opened) => return Ok(code_page(&app, &reader, &poll, &opened)),
            Err(err @ (SittingError::Database(_) | SittingError::NoSuchPoll)) => return Err(err.into()),
            Err(err) => {
                let field = if matches!(err, SittingError::Witnesses) { "witness_1" } else { "who" };
                (field, sentence_of(&err)(lang), err.into())
            }
        },
    };
    let page = form_page(&app, &reader, &staff, &poll, &typed, Fault::at(field, say)).await?;
    Ok(problem.on(page))
}

/// Who votes, and before whom; or the field that lacks an answer.
fn read(typed: &Typed) -> Result<NewSitting, (&'static str, crate::text::Sentence)> {
    let number = |text: &str| text.parse::<u64>().ok();
    let chosen = typed
        .who
        .split_once('.')
        .and_then(|(holder, person)| Some((number(holder)?.try_into().ok()?, number(person)?.try_into().ok()?)));
    let (holder, person) = chosen.ok_or(("who", text::e_person as crate::text::Sentence))?;
    let identity = Identity::ALL.into_iter().find(|one| one.as_str() == typed.identity);
    let identity = identity.ok_or(("identity", text::e_identity as crate::text::Sentence))?;
    Ok(NewSitting { holder, person, identity, witnesses: [typed.witness_1.clone(), typed.witness_2.clone()] })
}

/// The code, this once: it exists nowhere else.
fn code_page(app: &App, reader: &Reader, poll: &PollId, opened: &OpenedSitting) -> Response {
    let lang = reader.lang;
    let address = format!("{}/sitting", app.config().origin);
    let body = html! {
        h1 { (text::code_title(lang)) }
        p { (text::code_how(lang, &address)) }
        (qr(&format!("{address}#{}", opened.code), text::qr_label(lang)))
        (code(&opened.code))
        p { (text::code_own(lang)) }
        p { a .btn href={ (place(poll)) "/" (opened.id) } { (text::to_sitting(lang)) } }
    };
    show(Page::new(reader, text::code_title(lang)).secret(), lang, &body)
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let id: SittingId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    let now = app.estate().sitting(&staff, &poll, &id, app.now()).await?;
    let live = Live::find(&app, &poll).await?;
    let is_running = matches!(now.state, SittingState::Waiting | SittingState::Open);
    let here = format!("{}/{id}", place(&poll));
    let body = html! {
        @if let Some(found) = &now.check_code { (slip(&reader, &live.row.title, &now, found)) }
        @else {
            h1 { (text::title(lang)) }
            (summary(&[
                (text::state(lang), html! { strong role="status" { (state(lang, now.state)) } }),
                (text::voter(lang), html! { (now.voter.name) }),
                (text::homes(lang), homes(lang, &now.voter)),
                (text::opened_at(lang), html! { (when(lang, now.opened_at)) }),
                (if is_running { text::until(lang) } else { text::ended(lang) }, html! { (when(lang, now.until)) }),
            ]))
        }
        @if is_running {
            p { a .btn href=(here) { (text::reload(lang)) } }
            form method="post" action={ (here) "/end" } { button .btn.second { (text::end(lang)) } }
        }
        p .no-print { a .btn.second href=(place(&poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(&reader, text::title(lang)), lang, &body))
}

/// For the person and both witnesses to sign: when and under which code, never what.
fn slip(reader: &Reader, title: &str, now: &SittingNow, found: &str) -> Markup {
    let lang = reader.lang;
    let line = "____________________";
    html! {
        p .no-print { (text::slip_print(lang)) }
        article .sheet.a5 {
            p { (reader.estate) }
            h1 { (text::slip(lang)) }
            (summary(&[
                (text::poll(lang), html! { (title) }),
                (text::voter(lang), html! { (now.voter.name) }),
                (text::homes(lang), homes(lang, &now.voter)),
                (text::voted_at(lang), html! { (when(lang, now.until)) }),
            ]))
            p { (text::check_code(lang)) }
            (code(found))
            p { (text::slip_says(lang)) }
            p { (text::sign_voter(lang)) "：" (line) }
            @for name in &now.witnesses { p { (text::sign_witness(lang, name)) "：" (line) } }
            p { (text::sign_clerk(lang)) "：" (line) }
        }
    }
}

async fn end(
    State(app): State<App>,
    Clerk { staff, .. }: Clerk,
    Path((poll, id)): Path<(PollId, String)>,
) -> Result<Response, Problem> {
    let id: SittingId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
    app.estate().end_sitting(&staff, &poll, &id, app.now(), &mut app.fresh()?).await?;
    Ok(Redirect::to(&format!("{}/{id}", place(&poll))).into_response())
}
