//! Enrolling a phone: the letter's code and a one-time code together, then keys that the phone makes.
//!
//! The letter's QR code is `/enrol#7K4P-9QXM-2RTD`: what stands behind `#` is never sent by itself,
//! so that the code gets into no log and no history but the phone's.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::store::{
    devices::{DeviceKeys, EnrolError, InvitationError, Invited},
    ids::{ChallengeId, CompoundId},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::sign_in::{code_field, estates, which_estate};
use crate::{
    app::App,
    limit,
    problem::{Body, Form, Path, Problem, Query},
    session,
    text::{Lang, Sentence, sign_in as text, vote},
    view::{Field, Page, Reader, Tone, error_summary, field, notice, radio_card},
};

/// How many voting keys a phone brings: one per poll until it brings more.
const STOCK: usize = 16;

pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/enrol", get(show).post(read_letter))
        .route("/enrol/send", axum::routing::post(send))
        .route("/enrol/{challenge}", get(show_code).post(finish))
        .route("/enrol/done", get(done))
        .layer(from_fn_with_state(app.clone(), limit::guesses))
}

async fn show(State(app): State<App>, reader: Reader) -> Result<Response, Problem> {
    letter_page(&app, &reader, "", None).await
}

async fn letter_page(app: &App, reader: &Reader, typed: &str, error: Option<&str>) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = error.map(|error| ("letter", error)).into_iter().collect();
    let body = html! {
        h1 { (text::enrol_title(lang)) }
        (error_summary(lang, &errors))
        p { (text::enrol_lead(lang)) }
        (not_ready(lang))
        form #letter-form method="post" action="/enrol" {
            (estates(app, reader).await?)
            (field(&Field {
                name: "letter", label: text::letter(lang), hint: Some(text::letter_hint(lang)), value: typed, error,
                kind: ("text", "text", "off"),
            }))
            button .btn { (text::go_on(lang)) }
        }
    };
    Ok(Page::new(reader, text::enrol_title(lang)).script("pages/enrol.js").show(body))
}

/// For browsers in which no script runs, or not well enough: a script takes it away where all is well,
/// and says the reason where it knows it.
fn not_ready(lang: Lang) -> Markup {
    way_out(lang, text::need_script(lang), [text::other_browser(lang), text::call_us(lang), text::on_paper(lang)])
}

/// The same on the page for voting.
pub(crate) fn old_browser(lang: Lang) -> Markup {
    let ways = [vote::old_browser_own(lang), vote::old_browser_call(lang), vote::old_browser_paper(lang)];
    way_out(lang, vote::old_browser(lang), ways)
}

fn way_out(lang: Lang, why: &str, ways: [&str; 3]) -> Markup {
    html! {
        div #not-ready .notice.warn data-no-secure-context=(text::no_secure_context(lang))
            data-no-ed25519=(vote::old_browser(lang)) data-no-storage=(text::no_storage(lang)) {
            p { (why) }
            ol { @for way in ways { li { (way) } } }
        }
    }
}

#[derive(Deserialize)]
struct Letter {
    letter: String,
    estate: Option<String>,
}

/// Looks the letter up. It changes nothing, but is a POST lest the code stand in an address.
async fn read_letter(State(app): State<App>, reader: Reader, Form(form): Form<Letter>) -> Result<Response, Problem> {
    let compound = which_estate(&app, &reader, form.estate.as_deref()).await?;
    match app.estate().read_letter(&compound, &form.letter).await {
        Ok(invited) => Ok(contact_page(&reader, compound.as_str(), &form.letter, &invited)),
        Err(err @ InvitationError::Unknown) => {
            let page = letter_page(&app, &reader, &form.letter, Some(text::bad_letter(reader.lang))).await?;
            Ok(Problem::from(err).on(page))
        }
        Err(err) => Err(err.into()),
    }
}

fn contact_page(reader: &Reader, estate: &str, letter: &str, invited: &Invited) -> Response {
    let lang = reader.lang;
    let office = invited.role.is_some_and(ballot::store::staff::Role::has_key);
    let body = html! {
        h1 { (text::enrol_title(lang)) }
        p { (text::letter_of(lang, &invited.name)) }
        form method="post" action="/enrol/send" {
            input type="hidden" name="letter" value=(letter);
            input type="hidden" name="estate" value=(estate);
            input type="hidden" name="keys" value=(if invited.role.is_none() { "voting" } else if office { "office" } else { "none" });
            fieldset {
                legend { (text::send_where(lang)) }
                @for (place, contact) in invited.contacts.iter().enumerate() {
                    (radio_card("contact", &place.to_string(), contact, None, place == 0))
                }
            }
            button .btn { (text::send(lang)) }
        }
        p { a .btn.second href="/enrol" { (text::not_me(lang)) } }
    };
    Page::new(reader, text::enrol_title(lang)).show(body)
}

/// Which keys the phone is to make; the server checks what it gets.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Keys {
    Voting,
    Office,
    None,
}

impl Keys {
    fn as_str(self) -> &'static str {
        match self {
            Self::Voting => "voting",
            Self::Office => "office",
            Self::None => "none",
        }
    }
}

#[derive(Deserialize)]
struct Send {
    letter: String,
    estate: String,
    contact: usize,
    keys: Keys,
}

async fn send(State(app): State<App>, reader: Reader, Form(form): Form<Send>) -> Result<Response, Problem> {
    let compound: CompoundId = form.estate.parse().map_err(|_| Problem::MALFORMED)?;
    let challenge = app
        .estate()
        .start_enrolment(&compound, &form.letter, form.contact, reader.lang.as_str(), app.now(), &mut app.fresh()?)
        .await?;
    app.notify();
    let to = format!("/enrol/{challenge}?keys={}", form.keys.as_str());
    Ok(session::with_estate(&app, &compound, Redirect::to(&to).into_response()))
}

#[derive(Deserialize)]
struct Wanted {
    keys: Keys,
}

async fn show_code(reader: Reader, Path(challenge): Path<String>, Query(Wanted { keys }): Query<Wanted>) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::code_title(lang)) }
        p { (text::code_sent(lang)) }
        (not_ready(lang))
        form #enrol-form method="post" action={ "/enrol/" (challenge) } data-keys=(keys.as_str()) data-stock=(STOCK) {
            div #enrol-error .notice.bad role="alert" hidden {}
            (code_field(lang, None))
            button .btn data-busy=(text::enrolling(lang)) data-no-network=(text::no_network(lang)) { (text::enrol_now(lang)) }
            p role="status" {}
        }
        p { a .btn.second href="/enrol" { (text::again(lang)) } }
    };
    Page::new(&reader, text::code_title(lang)).script("pages/enrol.js").show(body)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enrolment {
    code: String,
    sign_in: String,
    office: Option<String>,
    voting: Vec<String>,
}

async fn finish(
    State(app): State<App>,
    Path(challenge): Path<String>,
    Body(enrolment): Body<Enrolment>,
) -> Result<Response, Problem> {
    let id: ChallengeId = challenge.parse().map_err(|_| Problem::NOT_FOUND)?;
    let Enrolment { code, sign_in, office, voting } = enrolment;
    let is_owner = !voting.is_empty();
    let keys = DeviceKeys { sign_in, office, voting };
    let enrolled = app.estate().finish_enrolment(&id, &code, &keys, app.now(), &mut app.fresh()?).await?;
    app.notify();
    let next = match (enrolled.is_again, is_owner) {
        (false, true) => "/enrol/done",
        (true, true) => "/enrol/done?again=true",
        (_, false) => "/enrol/done?office=true",
    };
    Ok(session::with_session(&app, &enrolled.signed_in, Json(json!({ "next": next })).into_response()))
}

#[derive(Deserialize)]
struct Again {
    #[serde(default)]
    again: bool,
    #[serde(default)]
    office: bool,
}

async fn done(reader: Reader, Query(Again { again, office }): Query<Again>) -> Response {
    let lang = reader.lang;
    let body = html! {
        h1 { (text::enrolled_title(lang)) }
        (notice(Tone::Ok, &html! {
            p { @if office { (text::enrolled_office(lang)) } @else { (text::enrolled(lang)) } }
            @if again { p { (text::enrolled_again(lang)) } }
        }))
        p { a .btn href="/" { (text::to_home(lang)) } }
    };
    Page::new(&reader, text::enrolled_title(lang)).show(body)
}

impl From<EnrolError> for Problem {
    fn from(err: EnrolError) -> Self {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let (status, say): (_, Sentence) = match err {
            EnrolError::Wrong => (unprocessable, text::wrong_code),
            EnrolError::Dead => (StatusCode::UNAUTHORIZED, text::dead_code),
            EnrolError::Letter => (unprocessable, text::old_letter),
            EnrolError::WeakKey => (unprocessable, text::weak_key),
            EnrolError::KeyInUse => (StatusCode::CONFLICT, text::key_in_use),
            EnrolError::Stock => (unprocessable, crate::text::problem::malformed),
            EnrolError::Database(err) => return err.into(),
        };
        Self::new(status, err.code(), say)
    }
}
