//! Proposing an item to a body, and what meetings made of a matter or a motion.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use deliberation::{
    meeting::ItemKind,
    rights::Action,
    store::{BodyView, Field as Wrong, MeetingError, NewItem, Target, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Problem, Query},
    session::Someone,
    text::{Lang, meeting as text},
    view::{Field, Page, Reader, empty, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/meetings/propose", get(form).post(propose))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    body: String,
    kind: String,
    title: String,
    text: String,
    /// `matter:ID` or `motion:ID`.
    about: String,
}

fn target(about: &str) -> Option<Target> {
    match about.split_once(':')? {
        ("matter", id) => Some(Target::Matter(id.parse().ok()?)),
        ("motion", id) => Some(Target::Motion(id.parse().ok()?)),
        _ => None,
    }
}

/// The bodies to which whoever looks may propose something.
async fn open_to(app: &App, looking: &Looking) -> Result<Vec<BodyView>, Problem> {
    let by = looking.by.as_ref().ok_or(Problem::SIGNED_OUT)?;
    let mut open = Vec::new();
    for body in life(app).bodies(&looking.compound).await? {
        let may = async |action| life(app).may_in_body(by, &body, action, app.now()).await;
        if !body.is_closed && (may(Action::Propose).await? || may(Action::Convene).await?) {
            open.push(body);
        }
    }
    Ok(open)
}

async fn form(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Query(mut typed): Query<Typed>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let bodies = open_to(&app, &looking).await?;
    let title = match target(&typed.about) {
        Some(Target::Matter(id)) => {
            life(&app).matter_titles(&looking.compound, &[id.to_string()].into()).await?.into_values().next()
        }
        Some(Target::Motion(id)) => {
            life(&app).motion_titles(&looking.compound, &[id.to_string()].into()).await?.into_values().next()
        }
        None => None,
    };
    // Titles of what is not public are not told to whoever guesses ids: the proposer types one.
    if let (Some((_, title)), true) = (title, is_public(&app, &looking, &typed.about).await?) {
        typed.title = title;
    }
    if let [only] = bodies.as_slice() {
        typed.body = only.number.to_string();
    }
    Ok(page(&reader, &bodies, &typed, None))
}

async fn is_public(app: &App, looking: &Looking, about: &str) -> Result<bool, Problem> {
    let (compound, now) = (&looking.compound, app.now());
    Ok(match target(about) {
        Some(Target::Matter(id)) => {
            life(app).matter(compound, &id, now).await?.is_some_and(|found| found.row.is_acknowledged)
        }
        Some(Target::Motion(id)) => {
            life(app).motion(compound, &id, now).await?.is_some_and(|found| found.row.is_public)
        }
        None => false,
    })
}

fn page(reader: &Reader, bodies: &[BodyView], typed: &Typed, fault: Option<(&'static str, Problem)>) -> Response {
    let lang = reader.lang;
    let error = fault.as_ref().map(|(field, problem)| (*field, (problem.say)(lang)));
    let body = html! {
        h1 { (text::propose(lang)) }
        p { (text::propose_lead(lang)) }
        (error_summary(lang, error.as_slice()))
        @if bodies.is_empty() { (empty(text::bodies_none(lang))) } @else { (fields(lang, bodies, typed, error)) }
        p { a .btn.second href="/meetings" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::propose(lang)).show(body);
    match fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

fn fields(lang: Lang, bodies: &[BodyView], typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    html! {
        form method="post" action="/meetings/propose" {
            input type="hidden" name="about" value=(typed.about);
            fieldset #body {
                legend { (text::bodies(lang)) }
                @if let Some(say) = wrong("body") { p .error #body-error { (say) } }
                @for body in bodies {
                    @let number = body.number.to_string();
                    (radio_card("body", &number, &body.name, Some(words::body_kind(lang, body.rules.kind)), typed.body == number))
                }
            }
            fieldset #kind {
                legend { (text::item_kind(lang)) }
                @if let Some(say) = wrong("kind") { p .error #kind-error { (say) } }
                @for kind in ItemKind::ALL {
                    (radio_card("kind", kind.code(), words::item_kind(lang, *kind), None, typed.kind == kind.code()))
                }
            }
            (field(&Field {
                name: "title",
                label: text::title_field(lang),
                hint: Some(text::title_hint(lang)),
                value: &typed.title,
                error: wrong("title"),
                kind: ("text", "text", "off"),
            }))
            div .field {
                label for="text" { (text::text_field(lang)) }
                p .hint #text-hint { (text::text_hint(lang)) }
                @if let Some(say) = wrong("text") { p .error #text-error { (say) } }
                textarea #text name="text" rows="6" maxlength="4000" aria-describedby="text-hint"
                    aria-invalid=[wrong("text").map(|_| "true")] { "\n" (typed.text) }
            }
            button .btn { (text::send(lang)) }
        }
    }
}

async fn propose(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let bodies = open_to(&app, &looking).await?;
    let again = |field, problem| Ok(page(&reader, &bodies, &typed, Some((field, problem))));
    let wrong = |field, say| again(field, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, field, say));
    let Some(body) = bodies.iter().find(|body| body.number.to_string() == typed.body) else {
        return wrong("body", text::e_body);
    };
    let Ok(kind) = typed.kind.parse::<ItemKind>() else { return wrong("kind", text::e_kind) };
    let about = target(&typed.about);
    if about.is_none() && !typed.about.is_empty() {
        return wrong("body", text::e_link);
    }
    let (title, text) = (typed.title.clone(), typed.text.clone());
    let new = NewItem { body: body.id.clone(), kind, title, text, about };
    match life(&app).propose_item(&by(&someone.0), &new, app.now(), &mut app.fresh()?).await {
        Ok(_) => Ok(Redirect::to(&format!("/bodies/{}#inbox", body.number)).into_response()),
        Err(error) => {
            let field = match &error {
                UseError::Field(Wrong::Title) => "title",
                UseError::Field(Wrong::Text) => "text",
                UseError::Meeting(MeetingError::Linked) => "body",
                _ => "kind",
            };
            again(field, words::refusal(error)?)
        }
    }
}

/// What came of a matter or a motion at meetings, and the way to put it before one.
pub(in crate::pages) async fn before(
    app: &App,
    lang: Lang,
    looking: &Looking,
    about: &Target,
) -> Result<Markup, Problem> {
    let items = life(app).items_about(&looking.compound, about).await?;
    let key = match about {
        Target::Matter(id) => format!("matter:{id}"),
        Target::Motion(id) => format!("motion:{id}"),
    };
    let mut rows = Vec::new();
    for item in items {
        let meeting = match &item.meeting {
            Some(id) => life(app).meeting(&looking.compound, id).await?,
            None => None,
        };
        let body = life(app).body(&looking.compound, &item.body).await?;
        rows.push((item, meeting, body));
    }
    Ok(html! {
        @if !rows.is_empty() {
            h2 #meetings { (text::before_meetings(lang)) }
            ul .links {
                @for (item, meeting, body) in &rows {
                    li {
                        @if let Some(meeting) = meeting {
                            a href={ (super::path(meeting.row.number)) "#item-" (item.number) } { (meeting.row.title) }
                        } @else if let Some(body) = body {
                            a href={ "/bodies/" (body.number) "#inbox" } { (body.name) }
                        }
                        " " (item.title) " " (words::item_state(lang, item))
                        @if !item.note.is_empty() { " " span .muted { (text::note(lang, &item.note)) } }
                    }
                }
            }
        }
        @if looking.by.is_some() {
            p { a .btn.second href={ "/meetings/propose?about=" (crate::pages::escape(&key)) } { (text::propose_about(lang)) } }
        }
    })
}
