//! Bodies: setting one up, who sits in it, and its inbox.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::Part,
    meeting::{Body, BodyKind},
    rights::Action,
    store::{BodyView, Field as Wrong, ItemView, MeetingError, NewBody, Seat, UseError},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Names, one,
    run::{self, Tried},
    words,
};
use crate::{
    app::App,
    pages::matters::{Looking, by, life, words::building},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, meeting as text},
    view::{Field, Page, Reader, Tone, empty, error_summary, field, radio_card, summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/bodies/new", get(form).post(create))
        .route("/bodies/{number}", get(show))
        .route("/bodies/{number}/seats", post(seats))
}

/// Whether whoever looks sets up bodies, for the estate or for a building of theirs.
pub(super) async fn may_add(app: &App, looking: &Looking) -> Result<bool, Problem> {
    let Some(by) = &looking.by else { return Ok(false) };
    if life(app).may_add_body(by, None, app.now()).await? {
        return Ok(true);
    }
    Ok(!own_buildings(app, looking).await?.is_empty())
}

/// The buildings for which whoever looks may set up a body.
async fn own_buildings(app: &App, looking: &Looking) -> Result<Vec<String>, Problem> {
    let Some(by) = &looking.by else { return Ok(Vec::new()) };
    let mut own = Vec::new();
    for row in app.estate().buildings(&looking.compound).await? {
        if life(app).may_add_body(by, Some(&row.building), app.now()).await? {
            own.push(row.building);
        }
    }
    Ok(own)
}

/// Whoever alone has this name.
pub(super) async fn named(app: &App, looking: &Looking, name: &str) -> Result<Option<Subject>, Problem> {
    let found = life(app).named(&looking.compound, name).await?;
    Ok(<[Subject; 1]>::try_from(found).ok().map(|[one]| one))
}

/// The chair or the secretary, after a name.
pub(super) fn part(lang: Lang, seat: &Seat) -> Markup {
    html! {
        @match seat.part {
            Some(Part::Chair) => { " · " (text::chair(lang)) }
            Some(Part::Secretary) => { " · " (text::secretary(lang)) }
            Some(_) | None => {}
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    kind: String,
    name: String,
    building: String,
    groups: String,
    notice_days: String,
    quorum_percent: String,
    decides: String,
}

/// Name and seats from each line; none if a line is no such pair or a group is named twice.
pub(in crate::pages) fn read_groups(text: &str) -> Option<BTreeMap<String, u64>> {
    let mut groups = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, seats) = line.rsplit_once(|c: char| c.is_whitespace() || matches!(c, '：' | ':'))?;
        let is_new = groups.insert(name.trim().to_owned(), seats.trim().parse().ok()?).is_none();
        if !is_new {
            return None;
        }
    }
    Some(groups)
}

/// The same as it is typed.
pub(in crate::pages) fn written_groups(groups: &BTreeMap<String, u64>) -> String {
    groups.iter().map(|(name, seats)| format!("{name} {seats}")).collect::<Vec<_>>().join("\n")
}

async fn form(State(app): State<App>, reader: Reader, someone: Someone) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    if !may_add(&app, &looking).await? {
        return Err(Problem::NOT_FOUND);
    }
    let settings = life(&app).settings(&looking.compound).await?;
    let typed = Typed {
        notice_days: "3".to_owned(),
        quorum_percent: settings.meeting_quorum_percent.to_string(),
        ..Typed::default()
    };
    new_page(&app, &reader, &looking, &typed, None).await
}

async fn new_page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    typed: &Typed,
    fault: Option<(&'static str, Problem)>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let buildings = own_buildings(app, looking).await?;
    let error = fault.as_ref().map(|(field, problem)| (*field, (problem.say)(lang)));
    let wrong = |name: &str| error.filter(|(field, _)| *field == name).map(|(_, say)| say);
    let line = |name, label, value, kind| field(&Field { name, label, hint: None, value, error: wrong(name), kind });
    let digits = ("text", "numeric", "off");
    let body = html! {
        h1 { (text::new_body(lang)) }
        (error_summary(lang, error.as_slice()))
        form method="post" action="/bodies/new" {
            fieldset #kind {
                legend { (text::kind_field(lang)) }
                @if let Some(say) = wrong("kind") { p .error #kind-error { (say) } }
                @for kind in BodyKind::ALL {
                    (radio_card("kind", kind.code(), words::body_kind(lang, *kind), None, typed.kind == kind.code()))
                }
            }
            (line("name", text::name_field(lang), &typed.name, ("text", "text", "off")))
            div .field {
                label for="building" { (text::building_field(lang)) }
                select #building name="building" {
                    option value="" { (text::whole(lang)) }
                    @for name in &buildings {
                        option value=(name) selected[*name == typed.building] { (building(lang, name)) }
                    }
                }
            }
            div .field {
                label for="groups" { (text::groups_field(lang)) }
                p .hint #groups-hint { (text::groups_hint(lang)) }
                @if let Some(say) = wrong("groups") { p .error #groups-error { (say) } }
                textarea #groups name="groups" rows="4" maxlength="2000" aria-describedby="groups-hint"
                    aria-invalid=[wrong("groups").map(|_| "true")] { "\n" (typed.groups) }
            }
            (line("notice_days", text::notice_field(lang), &typed.notice_days, digits))
            (line("quorum_percent", text::quorum_field(lang), &typed.quorum_percent, digits))
            fieldset {
                legend { (text::decides_field(lang)) }
                (radio_card("decides", "", text::advises(lang), None, typed.decides.is_empty()))
                (radio_card("decides", "yes", text::binds(lang), None, !typed.decides.is_empty()))
            }
            button .btn { (text::create(lang)) }
        }
        p { a .btn.second href="/meetings" { (text::back(lang)) } }
    };
    let page = Page::new(reader, text::new_body(lang)).show(body);
    Ok(match fault {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

async fn create(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    if !may_add(&app, &looking).await? {
        return Err(Problem::NOT_FOUND);
    }
    let again = async |field, say| {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, field, say);
        new_page(&app, &reader, &looking, &typed, Some((field, problem))).await
    };
    let Ok(kind) = typed.kind.parse::<BodyKind>() else { return again("kind", text::e_kind).await };
    let Some(seats) = read_groups(&typed.groups) else { return again("groups", text::e_seats).await };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let Some(notice_days) = number(&typed.notice_days) else { return again("notice_days", text::e_rules).await };
    let Some(quorum_percent) = number(&typed.quorum_percent) else {
        return again("quorum_percent", text::e_rules).await;
    };
    let building = Some(typed.building.clone()).filter(|name| !name.is_empty());
    let rules = Body { kind, seats, notice_days, quorum_percent, decides: !typed.decides.is_empty() };
    let new = NewBody { name: typed.name.clone(), building, rules };
    match life(&app).add_body(&by(&someone.0), &new, app.now(), &mut app.fresh()?).await {
        Ok(id) => {
            let made = life(&app).body(&looking.compound, &id).await?.ok_or(Problem::NOT_FOUND)?;
            Ok(Redirect::to(&format!("/bodies/{}", made.number)).into_response())
        }
        Err(UseError::Field(Wrong::Name)) => again("name", text::e_name).await,
        Err(UseError::Meeting(MeetingError::Seats)) => again("groups", text::e_seats).await,
        Err(UseError::Meeting(MeetingError::Rules)) => again("notice_days", text::e_rules).await,
        Err(error) => {
            let problem = words::refusal(error)?;
            new_page(&app, &reader, &looking, &typed, Some(("building", problem))).await
        }
    }
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let body = super::body(&app, &looking, number).await?;
    page(&app, &reader, &looking, &body, None).await
}

pub(super) async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    body: &BodyView,
    tried: Option<Tried<'_>>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.at, (tried.problem.say)(lang))).collect();
    let sitting = if let Some(Tried { typed: run::Typed::Seat(typed), .. }) = tried { Some(typed) } else { None };
    let subjects: BTreeSet<Subject> = body.seats.iter().map(|seat| seat.subject.clone()).collect();
    let names = Names::of(app, looking, subjects).await?;
    let convenes = match &looking.by {
        Some(by) if !body.is_closed => life(app).may_in_body(by, body, Action::Convene, app.now()).await?,
        Some(_) | None => false,
    };
    let meetings = life(app).meetings(&looking.compound, Some(&body.id), None, super::PAGE).await?;
    let inbox = inbox(app, lang, looking, body, tried.as_ref()).await?;
    let rules = &body.rules;
    let about = [
        (text::kind_field(lang), html! { (words::body_kind(lang, rules.kind)) }),
        (
            text::building_field(lang),
            html! { @match &body.building { Some(name) => { (building(lang, name)) } None => { (text::whole(lang)) } } },
        ),
        (
            text::rules(lang),
            html! {
                (text::rule_notice(lang, rules.notice_days)) br;
                (text::rule_quorum(lang, rules.quorum(), rules.size())) br;
                @if rules.decides { (text::binds(lang)) } @else { (text::advises(lang)) }
            },
        ),
    ];
    let shown = html! {
        h1 { (body.name) }
        (error_summary(lang, &errors))
        @if body.is_closed { p { (tag(Tone::Plain, text::body_closed(lang))) } }
        (summary(&about))
        p { a .btn.second href={ "/bodies/" (body.number) "/rules" } { (text::rules_link(lang)) } }
        h2 #members { (text::members(lang)) }
        (members(lang, body, &names, convenes))
        @if convenes { (seat_form(lang, body, sitting)) }
        h2 #inbox { (text::inbox(lang)) }
        (inbox)
        @if !body.is_closed {
            p { a .btn.second href={ "/meetings/propose?body=" (body.number) } { (text::propose(lang)) } }
        }
        h2 { (text::all_meetings(lang)) }
        @if meetings.is_empty() { (empty(text::none(lang))) }
        (super::lines(lang, &meetings.iter().collect::<Vec<_>>()))
        @if convenes {
            p { a .btn.second href="/meetings/new" { (text::new(lang)) } }
            details {
                summary { (text::close_body(lang)) }
                form method="post" action={ "/bodies/" (body.number) "/seats" } {
                    input type="hidden" name="act" value="close";
                    button .btn.danger { (text::close_body(lang)) }
                }
            }
        }
        p { a .btn.second href="/meetings" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &body.name).show(shown);
    Ok(match tried {
        Some(tried) => tried.problem.on(page),
        None => page,
    })
}

fn members(lang: Lang, body: &BodyView, names: &Names, convenes: bool) -> Markup {
    html! {
        @for (group, seats) in &body.rules.seats {
            @let here: Vec<_> = body.seats.iter().filter(|seat| seat.group == *group).collect();
            section .panel {
                h3 { (group) }
                ul {
                    @for seat in &here {
                        li {
                            (names.say(lang, &seat.subject)) (part(lang, seat))
                            @if convenes {
                                form method="post" action={ "/bodies/" (body.number) "/seats" } {
                                    input type="hidden" name="act" value="unseat";
                                    input type="hidden" name="who" value=(seat.subject);
                                    button .btn.second { (text::unseat(lang)) }
                                }
                            }
                        }
                    }
                }
                @let free = seats.saturating_sub(here.len() as u64);
                @if 0 < free { p .muted { (text::seat_free(lang, free)) } }
            }
        }
    }
}

/// Gives out a seat, with what was typed if it was refused.
fn seat_form(lang: Lang, body: &BodyView, refused: Option<&Sitting>) -> Markup {
    let (nothing, is_refused) = (Sitting::default(), refused.is_some());
    let typed = refused.unwrap_or(&nothing);
    let parts = [("", text::part_none(lang)), ("chair", text::chair(lang)), ("secretary", text::secretary(lang))];
    html! {
        details .panel open[is_refused] {
            summary { (text::add_seat(lang)) }
            form method="post" action={ "/bodies/" (body.number) "/seats" } {
                input type="hidden" name="act" value="seat";
                div .field {
                    label for="name" { (text::seat_name(lang)) }
                    input #name name="name" type="text" maxlength="100" autocomplete="off" value=(typed.name);
                }
                div .field {
                    label for="group" { (text::seat_group(lang)) }
                    select #group name="group" {
                        @for group in body.rules.seats.keys() {
                            option value=(group) selected[*group == typed.group] { (group) }
                        }
                    }
                }
                div .field {
                    label for="part" { (text::seat_part(lang)) }
                    select #part name="part" {
                        @for (part, label) in parts { option value=(part) selected[part == typed.part] { (label) } }
                    }
                }
                button .btn { (text::add_seat(lang)) }
            }
        }
    }
}

async fn inbox(
    app: &App,
    lang: Lang,
    looking: &Looking,
    body: &BodyView,
    tried: Option<&Tried<'_>>,
) -> Result<Markup, Problem> {
    let items = life(app).inbox(&looking.compound, &body.id).await?;
    let choices = run::Choices::of(app, looking, body).await?;
    let mut panels = Vec::new();
    for item in &items {
        panels.push(inbox_panel(app, lang, looking, body, item, (&choices, tried)).await?);
    }
    Ok(html! { @if panels.is_empty() { (empty(text::inbox_none(lang))) } @for panel in &panels { (panel) } })
}

async fn inbox_panel(
    app: &App,
    lang: Lang,
    looking: &Looking,
    body: &BodyView,
    item: &ItemView,
    (choices, tried): (&run::Choices, Option<&Tried<'_>>),
) -> Result<Markup, Problem> {
    let verbs = match &looking.by {
        Some(by) => life(app).item_offers(by, body, item, None, app.now()).await?,
        None => Vec::new(),
    };
    let text = crate::markdown::show(&item.text).await?;
    Ok(html! {
        section .panel {
            h3 { (item.title) }
            p { (words::item_kind(lang, item.kind)) " · " (text::item_number(lang, item.number)) }
            @if item.meeting.is_some() { p { (text::wants_meeting(lang)) } }
            div .text { (text) }
            (one::link(lang, item))
            @for verb in verbs {
                (run::item_form(lang, item, verb, choices, run::typed_for(tried, item.number, verb)))
            }
        }
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Sitting {
    act: String,
    who: String,
    name: String,
    group: String,
    part: String,
}

async fn seats(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Sitting>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let body = super::body(&app, &looking, number).await?;
    let (by, now) = (by(&someone.0), app.now());
    // Whether a name is in the register is told to those alone who give out seats.
    if !life(&app).may_in_body(&by, &body, Action::Convene, now).await? {
        return Err(Problem::NOT_FOUND);
    }
    let result = match typed.act.as_str() {
        "close" => life(&app).close_body(&by, &body.id, now).await,
        "unseat" => {
            let who: Subject = typed.who.parse().map_err(|_| Problem::NOT_FOUND)?;
            life(&app).unseat(&by, &body.id, &who, now).await
        }
        "seat" => match named(&app, &looking, &typed.name).await? {
            None => Err(UseError::Field(Wrong::Name)),
            Some(subject) => {
                let part = match typed.part.as_str() {
                    "chair" => Some(Part::Chair),
                    "secretary" => Some(Part::Secretary),
                    _ => None,
                };
                let new = Seat { subject, group: typed.group.clone(), part };
                life(&app).seat(&by, &body.id, &new, now).await
            }
        },
        _ => return Err(Problem::NOT_FOUND),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/bodies/{number}#members")).into_response()),
        Err(error) => {
            let typed = if typed.act == "seat" { run::Typed::Seat(&typed) } else { run::Typed::Nothing };
            let tried = Tried { at: "members", problem: words::refusal(error)?, typed };
            page(&app, &reader, &looking, &body, Some(tried)).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_a_line_each() {
        let read = read_groups;
        let groups = read("业委会 3\n\n居委会：2\n物业 服务 1\n").expect("groups");
        assert_eq!(
            groups,
            [("业委会", 3), ("居委会", 2), ("物业 服务", 1)].map(|(name, n)| (name.to_owned(), n)).into()
        );
        for wrong in ["业委会", "业委会 三", "a 1\na 2", "a -1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
