//! What people ask of their own data: correcting something, and erasing a person, with what goes and what stays.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::{
    acts::Act,
    asking::{AnswerError, Asked, TEXT_MOST, Wish},
    erasure::{Erasable, EraseError, KnownPerson},
    ids::PersonId,
    staff::StaffMember,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    form::{Fault, to_act, typed_lines},
    show,
};
use crate::{
    app::App,
    pages::privacy::hindrances,
    problem::{Form, Path, Problem, Query},
    session::Officer,
    text::{Lang, console as common, home_label, privacy as text, when},
    view::{Page, Reader, Tone, empty, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/c/privacy", get(list))
        .route("/c/privacy/{person}", get(one).post(propose))
        .route("/c/privacy/{person}/answer/{wish}", post(answer))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    text: String,
}

async fn list(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Query(search): Query<Search>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let mut waiting = Vec::new();
    for asked in app.estate().asked(&staff.compound).await? {
        let found = app.deliberation().erasable(&staff.compound, &asked.person, app.now()).await?;
        waiting.extend(found.map(|found| (asked, found)));
    }
    let found = app.estate().find_people(&staff.compound, &search.text).await?;
    let body = html! {
        h1 { (text::c_title(lang)) }
        p { (text::c_lead(lang)) }
        h2 { (text::c_requests(lang)) }
        @if waiting.is_empty() { (empty(text::c_no_requests(lang))) }
        @for (asked, erasable) in &waiting {
            section .panel {
                (link(lang, &erasable.person))
                @match asked.wish {
                    Wish::Correct => {
                        p { (tag(Tone::Plain, text::c_correct(lang))) " " (text::c_said(lang, &when(lang, asked.at))) }
                        p { (asked.body) }
                    }
                    Wish::Erase => {
                        p { (tag(Tone::Plain, text::c_erase(lang))) " " (text::c_asked(lang, &when(lang, asked.at))) }
                        (hindrances(lang, &erasable.hindrances))
                    }
                }
            }
        }
        h2 { (text::c_person(lang)) }
        form method="get" role="search" {
            div .field {
                label for="text" { (text::c_find(lang)) }
                input #text name="text" type="search" value=(search.text);
            }
            button .btn.second { (text::c_go(lang)) }
        }
        @if found.is_empty() && !search.text.trim().is_empty() { (empty(text::c_nothing(lang))) }
        @for person in &found { section .panel { (link(lang, person)) } }
    };
    Ok(show(Page::new(&reader, text::c_title(lang)), lang, &body))
}

fn path_of(person: &PersonId) -> String {
    format!("/c/privacy/{person}")
}

fn link(lang: Lang, person: &KnownPerson) -> Markup {
    html! {
        p { a .btn.second href=(path_of(&person.id)) { (person.name) } }
        (known_by(lang, person))
    }
}

fn known_by(lang: Lang, person: &KnownPerson) -> Markup {
    let tail = (!person.tail.is_empty()).then(|| text::c_tail(lang, &person.tail));
    let known: Vec<_> = tail.into_iter().chain(person.phones.iter().cloned()).collect();
    html! { @if !known.is_empty() { p .muted { (known.join(" · ")) } } }
}

/// Somebody with what would go, and what they have asked and wait for.
struct Case {
    found: Erasable,
    asked: Vec<Asked>,
}

impl Case {
    async fn find(app: &App, by: &StaffMember, id: &str) -> Result<Self, Problem> {
        let id: PersonId = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let found = app.deliberation().erasable(&by.compound, &id, app.now()).await?.ok_or(Problem::NOT_FOUND)?;
        let mut asked = app.estate().asked_by(&id).await?;
        asked.retain(|one| one.answer.is_none());
        Ok(Self { found, asked })
    }

    fn person(&self) -> &PersonId {
        &self.found.person.id
    }

    /// - `typed`: an answer that was not taken, and to what.
    fn page(&self, reader: &Reader, typed: Option<(Wish, &str)>, fault: Fault) -> Response {
        let (lang, path) = (reader.lang, path_of(self.person()));
        let body = html! {
            h1 { (text::c_person(lang)) }
            (fault.summary(lang))
            @for asked in &self.asked {
                @let typed = typed.filter(|(wish, _)| *wish == asked.wish);
                (answering(lang, &path, asked, typed.map_or("", |(_, typed)| typed), typed.map_or(Fault::NONE, |_| fault)))
            }
            (what(lang, &self.found))
            (hindrances(lang, &self.found.hindrances))
            @if self.found.hindrances.is_empty() {
                form method="post" action=(path) { button .btn.danger { (text::c_propose(lang)) } }
            }
            p { a .btn.second href="/c/privacy" { (common::back(lang)) } }
        };
        show(Page::new(reader, text::c_person(lang)), lang, &body)
    }
}

/// What was asked, with the form to answer it.
fn answering(lang: Lang, path: &str, asked: &Asked, typed: &str, fault: Fault) -> Markup {
    let (title, label, hint) = match asked.wish {
        Wish::Correct => (text::c_correct(lang), text::c_answer_label(lang), text::c_answer_hint(lang)),
        Wish::Erase => (text::c_decline(lang), common::reason_label(lang), text::c_reason_hint(lang)),
    };
    // A page may have two such forms, and each field a name of its own.
    let field = asked.wish.as_str();
    html! {
        section .panel {
            h2 { (title) }
            @match asked.wish {
                Wish::Correct => {
                    p { (text::c_said(lang, &when(lang, asked.at))) }
                    p { (asked.body) }
                    p { a .btn.second href={ "/c/roll/correct/contacts/" (asked.person) } { (text::c_to_contacts(lang)) } }
                }
                Wish::Erase => p { (text::c_asked(lang, &when(lang, asked.at))) }
            }
            form method="post" action={ (path) "/answer/" (field) } {
                (fault.lines(field, label, hint, typed, TEXT_MOST))
                button .btn.second { (text::c_send(lang)) }
            }
        }
    }
}

async fn one(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(Case::find(&app, &staff, &id).await?.page(&reader, None, Fault::NONE))
}

/// Who it is, what goes, and what stays.
fn what(lang: Lang, found: &Erasable) -> Markup {
    let shared: Vec<_> = found.shared.iter().map(|label| home_label(lang, label)).collect();
    html! {
        p { strong { (found.person.name) } }
        (known_by(lang, &found.person))
        h2 { (text::c_goes(lang)) }
        ul {
            li { (text::c_goes_who(lang)) }
            @if found.versions != 0 { li { (text::c_goes_versions(lang, found.versions)) } }
            @for title in &found.polls { li { (text::c_goes_poll(lang, title)) } }
            @if !shared.is_empty() { li { (text::c_goes_shared(lang, &shared.join(lang.pick("、", "; ")))) } }
        }
        h2 { (text::c_stays(lang)) }
        ul {
            @for sentence in [
                text::c_stays_record(lang), text::c_stays_said(lang), text::c_stays_text(lang), text::c_stays_agreement(lang),
            ] { li { (sentence) } }
        }
    }
}

/// What an act erases, as long as there is something to erase: nothing of it names anybody afterwards.
pub(super) async fn of_act(app: &App, lang: Lang, act: &Act) -> Result<Markup, Problem> {
    let person: PersonId = act.object.parse().map_err(|_| Problem::NOT_FOUND)?;
    let found = app.deliberation().erasable(&act.compound, &person, app.now()).await?;
    Ok(found.map_or_else(|| empty(text::c_gone(lang)), |found| what(lang, &found)))
}

async fn propose(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let case = Case::find(&app, &staff, &id).await?;
    match app.deliberation().propose_erasure(&staff, case.person(), app.now(), &mut app.fresh()?).await {
        Ok(act) => Ok(to_act(&app, &act)),
        Err(err @ EraseError::Hindered) => {
            let page = case.page(&reader, None, Fault::NONE);
            Ok(Problem::new(StatusCode::CONFLICT, err.code(), text::c_hindered).on(page))
        }
        Err(EraseError::NoSuchPerson) => Err(Problem::NOT_FOUND),
        Err(err @ EraseError::NotOfficer) => Err(Problem::new(StatusCode::FORBIDDEN, err.code(), common::not_officer)),
        Err(EraseError::Database(err)) => Err(err.into()),
    }
}

/// An answer, in a field named by what it answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(alias = "correct", alias = "erase")]
    text: String,
}

async fn answer(
    State(app): State<App>,
    reader: Reader,
    Officer { staff, .. }: Officer,
    Path((id, wish)): Path<(String, String)>,
    Form(Answer { text: typed }): Form<Answer>,
) -> Result<Response, Problem> {
    let wish = Wish::read(&wish).ok_or(Problem::NOT_FOUND)?;
    let case = Case::find(&app, &staff, &id).await?;
    let typed = typed_lines(&typed);
    match app.estate().answer(&staff, (case.person(), wish), &typed, app.now()).await {
        Ok(()) => Ok(Redirect::to("/c/privacy").into_response()),
        Err(err @ AnswerError::Text) => {
            let fault = Fault::at(wish.as_str(), text::bad_text(reader.lang));
            let page = case.page(&reader, Some((wish, &typed)), fault);
            Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, err.code(), text::bad_text).on(page))
        }
        Err(err @ AnswerError::NoSuchRequest) => {
            Err(Problem::new(StatusCode::CONFLICT, err.code(), text::c_no_request))
        }
        Err(err @ AnswerError::NotOfficer) => Err(Problem::new(StatusCode::FORBIDDEN, err.code(), common::not_officer)),
        Err(AnswerError::Database(err)) => Err(err.into()),
    }
}
