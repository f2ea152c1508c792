//! Planning a meeting, and changing the plan.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use deliberation::{
    lifecycle::{Verb, Window},
    rights::Action,
    store::{BodyView, Field as Wrong, MeetingError, MeetingView, NewMeeting, UseError},
};
use jiff::{civil::DateTime, tz::Offset};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, meeting as text, when},
    view::{Field, Page, Reader, error_summary, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/meetings/new", get(form).post(create))
        .route("/meetings/{number}/edit", get(edit).post(change))
}

const BEIJING: Offset = Offset::constant(8);

/// A time in Beijing as a form writes it: `2026-12-06T19:00`.
pub(in crate::pages) fn time_of(text: &str) -> Option<u64> {
    let at: DateTime = text.trim().parse().ok()?;
    u64::try_from(BEIJING.to_timestamp(at).ok()?.as_second()).ok()
}

fn written(at: u64) -> String {
    let at = i64::try_from(at).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
    at.map(|at| BEIJING.to_datetime(at).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    body: String,
    title: String,
    place: String,
    from: String,
    until: String,
}

/// The bodies that whoever looks may convene.
pub(super) async fn convenable<'a>(
    app: &App,
    looking: &Looking,
    bodies: &'a [BodyView],
) -> Result<Vec<&'a BodyView>, Problem> {
    let mut own = Vec::new();
    if let Some(by) = &looking.by {
        for body in bodies.iter().filter(|body| !body.is_closed) {
            if life(app).may_in_body(by, body, Action::Convene, app.now()).await? {
                own.push(body);
            }
        }
    }
    Ok(own)
}

/// Where the form goes, and what was wrong with what came: the field and why.
struct Sent<'a> {
    action: &'a str,
    fault: Option<(&'static str, Problem)>,
}

fn page(app: &App, reader: &Reader, bodies: &[&BodyView], typed: &Typed, sent: &Sent<'_>) -> Response {
    let lang = reader.lang;
    let error = sent.fault.as_ref().map(|(field, problem)| (*field, (problem.say)(lang)));
    let is_new = sent.action == "/meetings/new";
    let title = if is_new { text::new(lang) } else { text::edit(lang) };
    let body = html! {
        h1 { (title) }
        (error_summary(lang, error.as_slice()))
        form method="post" action=(sent.action) {
            @if is_new { (choose(lang, bodies, typed, error, app.now())) }
            (fields(lang, typed, error))
            button .btn { (text::save(lang)) }
        }
        p { a .btn.second href="/meetings" { (text::back(lang)) } }
    };
    let page = Page::new(reader, title).show(body);
    match &sent.fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    }
}

fn choose(lang: Lang, bodies: &[&BodyView], typed: &Typed, error: Option<(&str, &'static str)>, now: u64) -> Markup {
    html! {
        fieldset #body {
            legend { (text::body_field(lang)) }
            @if let Some((_, say)) = error.filter(|(field, _)| *field == "body") { p .error #body-error { (say) } }
            @for body in bodies {
                @let earliest = when(lang, MeetingView::earliest(&body.rules, now));
                @let hint = text::earliest(lang, body.rules.notice_days, &earliest);
                @let number = body.number.to_string();
                (radio_card("body", &number, &body.name, Some(&hint), typed.body == number))
            }
        }
    }
}

fn fields(lang: Lang, typed: &Typed, error: Option<(&str, &'static str)>) -> Markup {
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, hint, value, kind| {
        field(&Field { name, label, hint: Some(hint), value, error: wrong(name), kind })
    };
    let at = ("datetime-local", "", "off");
    html! {
        (line("title", text::title_field(lang), text::title_hint(lang), &typed.title, ("text", "text", "off")))
        (line("place", text::place_field(lang), text::place_hint(lang), &typed.place, ("text", "text", "off")))
        (line("from", text::from_field(lang), text::times_hint(lang), &typed.from, at))
        (line("until", text::until_field(lang), text::times_hint(lang), &typed.until, at))
    }
}

async fn form(State(app): State<App>, reader: Reader, someone: Someone) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let bodies = life(&app).bodies(&looking.compound).await?;
    let own = convenable(&app, &looking, &bodies).await?;
    let first = own.first().ok_or(Problem::NOT_FOUND)?;
    let typed = Typed { body: first.number.to_string(), ..Typed::default() };
    Ok(page(&app, &reader, &own, &typed, &Sent { action: "/meetings/new", fault: None }))
}

fn fault(error: UseError) -> Result<(&'static str, Problem), Problem> {
    let field = match &error {
        UseError::Field(Wrong::Title) => "title",
        UseError::Meeting(MeetingError::Place) => "place",
        UseError::Meeting(MeetingError::Times) => "from",
        _ => "body",
    };
    Ok((field, words::refusal(error)?))
}

fn planned(body: &BodyView, typed: &Typed) -> NewMeeting {
    let at = |text: &str| time_of(text).unwrap_or(0);
    NewMeeting {
        body: body.id.clone(),
        title: typed.title.clone(),
        place: typed.place.clone(),
        window: Window { from: at(&typed.from), until: at(&typed.until) },
    }
}

async fn create(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let bodies = life(&app).bodies(&looking.compound).await?;
    let own = convenable(&app, &looking, &bodies).await?;
    if own.is_empty() {
        return Err(Problem::NOT_FOUND);
    }
    let again = |fault| Ok(page(&app, &reader, &own, &typed, &Sent { action: "/meetings/new", fault: Some(fault) }));
    let Some(body) = own.iter().find(|body| body.number.to_string() == typed.body) else {
        return again(("body", Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "body", text::e_body)));
    };
    match life(&app).plan_meeting(&by(&someone.0), &planned(body, &typed), app.now(), &mut app.fresh()?).await {
        Ok(id) => {
            let made = life(&app).meeting(&looking.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
            Ok(Redirect::to(&super::path(made.row.number)).into_response())
        }
        Err(error) => again(fault(error)?),
    }
}

async fn editable(app: &App, looking: &Looking, number: u64) -> Result<MeetingView, Problem> {
    let meeting = super::find(app, looking, number).await?;
    let by = looking.by.as_ref().ok_or(Problem::SIGNED_OUT)?;
    let offers = life(app).meeting_offers(by, &meeting, app.now()).await?;
    if offers.contains(&Verb::Edit) { Ok(meeting) } else { Err(Problem::NOT_FOUND) }
}

async fn edit(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = editable(&app, &looking, number).await?;
    let row = &meeting.row;
    let typed = Typed {
        body: String::new(),
        title: row.title.clone(),
        place: row.place.clone(),
        from: written(row.window.from),
        until: written(row.window.until),
    };
    let action = format!("{}/edit", super::path(number));
    Ok(page(&app, &reader, &[], &typed, &Sent { action: &action, fault: None }))
}

async fn change(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = editable(&app, &looking, number).await?;
    let new = planned(&meeting.body, &typed);
    match life(&app).change_meeting(&by(&someone.0), &meeting.row.id, &new, app.now()).await {
        Ok(()) => Ok(Redirect::to(&super::path(number)).into_response()),
        Err(error) => {
            let action = format!("{}/edit", super::path(number));
            Ok(page(&app, &reader, &[], &typed, &Sent { action: &action, fault: Some(fault(error)?) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_of_beijing_and_read_as_it_is_written() {
        assert_eq!(time_of("2026-11-01T00:00"), Some(1_793_462_400));
        assert_eq!(written(1_793_462_400), "2026-11-01T00:00");
        for wrong in ["", "tomorrow", "2026-02-30T10:00", "1960-01-01T00:00"] {
            assert_eq!(time_of(wrong), None, "{wrong}");
        }
    }
}
