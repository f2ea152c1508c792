//! The page of whoever runs a meeting: who is there, what is being dealt with, who speaks, what was decided.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{
        Verb,
        tables::{ItemState, MeetingState},
    },
    meeting::Hands,
    store::{BodyView, ItemAct, ItemView, Line, MeetingRow, MeetingView},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Names, bodies, one, words};
use crate::{
    app::App,
    pages::matters::{Looking, by, life},
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, meeting as text, when},
    view::{Page, Reader, empty, error_summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/meetings/{number}/run", get(show))
        .route("/meetings/{number}/people", post(people))
        .route("/meetings/items/{item}", post(item_step))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find_run(&app, &looking, number).await?;
    page(&app, &reader, &looking, &meeting, None).await
}

/// What was refused, where on the page, with what was typed.
pub(super) struct Tried<'a> {
    pub(super) at: &'static str,
    pub(super) problem: Problem,
    pub(super) typed: Typed<'a>,
}

/// What was typed into one of the page's forms.
pub(super) enum Typed<'a> {
    /// Nothing that is not chosen again at once.
    Nothing,
    /// Who has come.
    Name(&'a str),
    /// A step of an item, by its number.
    Item(u64, Verb, &'a Step),
    /// A seat that is given out.
    Seat(&'a bodies::Sitting),
}

/// What was typed into the form of one step of an item.
pub(super) fn typed_for<'a>(tried: Option<&Tried<'a>>, item: u64, verb: Verb) -> Option<&'a Step> {
    match tried?.typed {
        Typed::Item(number, step, typed) if (number, step) == (item, verb) => Some(typed),
        _ => None,
    }
}

async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    meeting: &MeetingView,
    tried: Option<Tried<'_>>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let names = Names::of_meeting(app, looking, meeting).await?;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.at, (tried.problem.say)(lang))).collect();
    let name = if let Some(Tried { typed: Typed::Name(name), .. }) = tried { name } else { "" };
    let choices = Choices::of(app, looking, &meeting.body).await?;
    let mut items = Vec::new();
    for item in &meeting.items {
        items.push(item_panel(app, lang, looking, meeting, item, (&choices, tried.as_ref())).await?);
    }
    let path = super::path(meeting.row.number);
    let body = html! {
        h1 { (text::run(lang)) }
        (error_summary(lang, &errors))
        p { (meeting.row.title) " " (words::state(lang, meeting.row.state)) }
        (one::quorum(lang, meeting, app.now()))
        p { a .btn.second href={ (path) "#next" } { (text::what_next(lang)) } }
        h2 #agenda { (text::agenda(lang)) }
        @if items.is_empty() { (empty(text::agenda_none(lang))) }
        @for item in &items { (item) }
        @if meeting.row.state == MeetingState::Open { (speaking(lang, meeting, &names)) }
        (list(lang, meeting, &names, name))
        p { a .btn.second href=(path) { (text::back_one(lang)) } }
    };
    let page = Page::new(reader, text::run(lang)).show(body);
    Ok(match tried {
        Some(tried) => tried.problem.on(page),
        None => page,
    })
}

fn act(meeting: &MeetingView, act: &str, who: Option<&Subject>, label: &str) -> Markup {
    html! {
        form method="post" action={ (super::path(meeting.row.number)) "/people" } {
            input type="hidden" name="act" value=(act);
            @if let Some(who) = who { input type="hidden" name="who" value=(who); }
            button .btn.second { (label) }
        }
    }
}

fn speaking(lang: Lang, meeting: &MeetingView, names: &Names) -> Markup {
    let (queue, spoken) = (meeting.queue(), meeting.spoken());
    html! {
        h2 #speaking { (text::speaking(lang)) }
        @match meeting.speaker() {
            Some(turn) => {
                p { strong { (text::speaks(lang, &names.say(lang, &turn.subject))) } }
                (act(meeting, "spoken", Some(&turn.subject), text::spoken_end(lang)))
            }
            None => { p { (text::nobody_speaks(lang)) } }
        }
        h3 { (text::queue(lang)) }
        @if queue.is_empty() { (empty(text::queue_none(lang))) } @else {
            ol {
                @for turn in &queue {
                    li {
                        (names.say(lang, &turn.subject))
                        @if let Some(seconds) = spoken.get(&turn.subject) { " · " (text::seconds(lang, *seconds)) }
                    }
                }
            }
            (act(meeting, "next", None, text::next(lang)))
        }
    }
}

/// The members one below the other, each with what can be recorded of them, then the guests. `typed` is a name that was
/// refused.
fn list(lang: Lang, meeting: &MeetingView, names: &Names, typed: &str) -> Markup {
    let guests: Vec<&Line> =
        meeting.attendance.iter().filter(|line| line.until.is_none() && line.group.is_none()).collect();
    let is_open = meeting.row.state == MeetingState::Open;
    html! {
        h2 #people { (text::check_in(lang)) }
        @for seat in &meeting.body.seats {
            @let name = names.say(lang, &seat.subject);
            section .panel {
                h3 { (name) " · " (seat.group) (bodies::part(lang, seat)) }
                @match (meeting.line_of(&seat.subject), meeting.proxy_of(&seat.subject)) {
                    (Some(line), _) => {
                        p { (text::here_since(lang, &when(lang, line.from))) " · " (words::how(lang, line.how)) }
                        (act(meeting, "leave", Some(&seat.subject), text::left(lang)))
                        @if is_open { (act(meeting, "ask", Some(&seat.subject), text::ask_for(lang))) }
                    }
                    (None, Some(line)) => {
                        p { (text::proxy(lang, &names.say(lang, &line.person))) }
                        (act(meeting, "leave", Some(&line.person), text::left(lang)))
                        (act(meeting, "come", Some(&seat.subject), text::came(lang)))
                        @if is_open { (act(meeting, "ask", Some(&line.person), text::ask_for(lang))) }
                    }
                    (None, None) => {
                        p { (text::absent(lang)) }
                        (act(meeting, "come", Some(&seat.subject), text::came(lang)))
                    }
                }
            }
        }
        h3 { (text::guests_here(lang)) " (" (guests.len()) ")" }
        @for line in guests { (guest(lang, meeting, names, line, is_open)) }
        form method="post" action={ (super::path(meeting.row.number)) "/people" } {
            input type="hidden" name="act" value="come";
            div .field {
                label for="name" { (text::by_name(lang)) }
                input #name name="name" type="text" maxlength="100" autocomplete="off" value=(typed);
            }
            button .btn.second { (text::came(lang)) }
        }
    }
}

fn guest(lang: Lang, meeting: &MeetingView, names: &Names, line: &Line, is_open: bool) -> Markup {
    let is_free = |subject: &Subject| meeting.line_of(subject).is_none() && meeting.proxy_of(subject).is_none();
    let absent: Vec<_> = meeting.body.seats.iter().filter(|seat| is_free(&seat.subject)).collect();
    html! {
        section .panel {
            p { (names.say(lang, &line.person)) " · " (text::here_since(lang, &when(lang, line.from))) }
            (act(meeting, "leave", Some(&line.person), text::left(lang)))
            @if is_open { (act(meeting, "ask", Some(&line.person), text::ask_for(lang))) }
            @if !absent.is_empty() {
                details {
                    summary { (text::hold(lang)) }
                    form method="post" action={ (super::path(meeting.row.number)) "/people" } {
                        input type="hidden" name="act" value="hold";
                        input type="hidden" name="who" value=(line.person);
                        div .field {
                            label for={ "for-" (line.from) } { (text::hold_who(lang)) }
                            select id={ "for-" (line.from) } name="for" {
                                @for seat in absent { option value=(seat.subject) { (names.say(lang, &seat.subject)) } }
                            }
                        }
                        button .btn.second { (text::send(lang)) }
                    }
                }
            }
        }
    }
}

/// Where items can go.
pub(super) struct Choices {
    meetings: Vec<MeetingRow>,
    bodies: Vec<BodyView>,
}

impl Choices {
    pub(super) async fn of(app: &App, looking: &Looking, body: &BodyView) -> Result<Self, Problem> {
        let mut meetings = life(app).meetings(&looking.compound, Some(&body.id), None, super::PAGE).await?;
        meetings.retain(|row| super::is_coming(row.state));
        let mut bodies = life(app).bodies(&looking.compound).await?;
        bodies.retain(|other| other.id != body.id && !other.is_closed);
        Ok(Self { meetings, bodies })
    }
}

async fn item_panel(
    app: &App,
    lang: Lang,
    looking: &Looking,
    meeting: &MeetingView,
    item: &ItemView,
    (choices, tried): (&Choices, Option<&Tried<'_>>),
) -> Result<Markup, Problem> {
    let verbs = match &looking.by {
        Some(by) => life(app).item_offers(by, &meeting.body, item, Some(meeting), app.now()).await?,
        None => Vec::new(),
    };
    Ok(html! {
        section .panel id={ "item-" (item.number) } {
            h3 { (item.title) }
            p { (words::item_kind(lang, item.kind)) " " (words::item_state(lang, item)) }
            (one::vote(lang, item))
            (one::link(lang, item))
            @for verb in &verbs { (item_form(lang, item, *verb, choices, typed_for(tried, item.number, *verb))) }
        }
    })
}

/// The form of one step of an item, with what was typed if it was refused.
pub(super) fn item_form(lang: Lang, item: &ItemView, verb: Verb, choices: &Choices, refused: Option<&Step>) -> Markup {
    let Some(label) = words::todo_item(lang, verb) else { return html! {} };
    let (nothing, is_refused) = (Step::default(), refused.is_some());
    let typed = refused.unwrap_or(&nothing);
    let id = |what: &str| format!("{what}-{}-{verb}", item.number);
    let words = |label: &str| {
        html! {
            div .field {
                label for=(id("why")) { (label) }
                textarea id=(id("why")) name="reason" rows="3" maxlength="1000" { "\n" (typed.reason) }
            }
        }
    };
    let hand = |name: &str, label: &str, typed: &str| {
        html! {
            div .field {
                label for=(id(name)) { (label) }
                input id=(id(name)) name=(name) type="text" inputmode="numeric" autocomplete="off" value=(typed);
            }
        }
    };
    let meetings = choices.meetings.iter().filter(|row| verb == Verb::Accept || item.meeting.as_ref() != Some(&row.id));
    let meetings: Vec<_> = meetings.map(|row| (row.number, row.title.as_str())).collect();
    let bodies: Vec<_> = choices.bodies.iter().map(|body| (body.number, body.name.as_str())).collect();
    let choose = |label: &str, name: &str, of: &[(u64, &str)], typed: &str| {
        html! {
            @if of.is_empty() { (empty(text::no_meeting(lang))) } @else {
                div .field {
                    label for=(id(name)) { (label) }
                    select id=(id(name)) name=(name) {
                        @for (number, title) in of { option value=(number) selected[number.to_string() == typed] { (title) } }
                    }
                }
            }
        }
    };
    let fields = match verb {
        Verb::Decide => html! {
            p .hint { (text::hands_hint(lang)) }
            (hand("votes_for", text::hands_for(lang), &typed.votes_for))
            (hand("against", text::hands_against(lang), &typed.against))
            (hand("abstained", text::hands_abstained(lang), &typed.abstained))
            (words(text::decision_note(lang)))
        },
        Verb::Note => words(text::decision_note(lang)),
        Verb::Accept => choose(text::to_agenda(lang), "meeting", &meetings, &typed.meeting),
        Verb::Defer => {
            html! { (choose(text::to_meeting(lang), "meeting", &meetings, &typed.meeting)) (words(text::why(lang))) }
        }
        Verb::Refer => html! { (choose(text::to_body(lang), "body", &bodies, &typed.body)) (words(text::why(lang))) },
        Verb::Decline => words(text::why(lang)),
        _ => html! {},
    };
    let form = html! {
        form method="post" action={ "/meetings/items/" (item.number) } {
            input type="hidden" name="verb" value=(verb);
            (fields)
            button .btn.second { (label) }
        }
    };
    // What is most used while people wait is unfolded.
    let is_plain = matches!(verb, Verb::Open | Verb::Decide | Verb::Accept);
    html! { @if is_plain { (form) } @else { details open[is_refused] { summary { (label) } (form) } } }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Person {
    act: String,
    who: String,
    name: String,
    r#for: String,
    from: String,
}

async fn people(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Person>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, Some(&someone))?;
    let meeting = super::find(&app, &looking, number).await?;
    let (by, id, now) = (by(&someone.0), &meeting.row.id, app.now());
    let who: Option<Subject> = match typed.who.parse() {
        Ok(who) => Some(who),
        Err(_) if typed.name.trim().is_empty() => None,
        Err(_) => bodies::named(&app, &looking, &typed.name).await?,
    };
    let life = life(&app);
    let nobody = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name", text::e_person);
    let result = match (typed.act.as_str(), &who) {
        ("next", _) => life.next_speech(&by, id, now).await.map(|_| ()),
        ("come", Some(who)) => life.check_in(&by, id, who, now).await,
        ("leave", Some(who)) => life.leave(&by, id, who, now).await,
        ("ask", Some(who)) => life.ask_to_speak(&by, id, who, now).await,
        ("spoken", Some(who)) => life.end_speech(&by, id, who, now).await,
        ("hold", Some(who)) => {
            let member = typed.r#for.parse().map_err(|_| nobody())?;
            life.hold_seat(&by, id, who, &member, now).await
        }
        ("come" | "leave" | "ask" | "spoken" | "hold", None) => {
            if !super::runs(&app, &looking, &meeting).await? {
                return Err(Problem::NOT_FOUND);
            }
            let tried = Tried { at: "name", problem: nobody(), typed: Typed::Name(&typed.name) };
            return page(&app, &reader, &looking, &meeting, Some(tried)).await;
        }
        _ => return Err(Problem::NOT_FOUND),
    };
    let path = super::path(number);
    match result {
        Ok(()) if typed.from == "page" => Ok(Redirect::to(&path).into_response()),
        Ok(()) => {
            let part = if matches!(typed.act.as_str(), "next" | "spoken" | "ask") { "speaking" } else { "people" };
            Ok(Redirect::to(&format!("{path}/run#{part}")).into_response())
        }
        Err(error) => {
            let problem = words::refusal(error)?;
            if !super::runs(&app, &looking, &meeting).await? {
                return Err(problem);
            }
            let tried = Tried { at: "people", problem, typed: Typed::Name(&typed.name) };
            page(&app, &reader, &looking, &meeting, Some(tried)).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Step {
    verb: String,
    reason: String,
    meeting: String,
    body: String,
    votes_for: String,
    against: String,
    abstained: String,
}

impl Step {
    /// The hands, if all three are numbers.
    fn hands(&self) -> Option<Hands> {
        let number = |text: &str| text.trim().parse::<u32>().ok().map(u64::from);
        Some(Hands {
            votes_for: number(&self.votes_for)?,
            against: number(&self.against)?,
            abstained: number(&self.abstained)?,
        })
    }
}

async fn item_step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(number): Path<u64>,
    Form(typed): Form<Step>,
) -> Result<Response, Problem> {
    let verb: Verb = typed.verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo_item(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let looking = Looking::of(&reader, Some(&someone))?;
    let item = life(&app).item_numbered(&looking.compound, number).await?.ok_or(Problem::NOT_FOUND)?;
    let meeting = match typed.meeting.parse() {
        Ok(number) => life(&app).meeting_numbered(&looking.compound, number).await?.map(|found| found.row.id),
        Err(_) => None,
    };
    let body = match typed.body.parse() {
        Ok(number) => life(&app).body_numbered(&looking.compound, number).await?.map(|found| found.id),
        Err(_) => None,
    };
    let act = ItemAct { meeting, body, reason: typed.reason.clone(), hands: typed.hands() };
    let by = by(&someone.0);
    let result = life(&app).item_step(&by, &item.id, verb, &act, app.now(), &mut app.fresh()?).await;
    let before = match (&item.meeting, item.state) {
        (Some(id), state) if state != ItemState::Proposed => life(&app).meeting(&looking.compound, id).await?,
        _ => None,
    };
    match (result, before) {
        (Ok(_), Some(meeting)) => {
            let path = format!("{}/run#item-{number}", super::path(meeting.row.number));
            Ok(Redirect::to(&path).into_response())
        }
        (Ok(_), None) => {
            let body = life(&app).body(&looking.compound, &item.body).await?.ok_or(Problem::NOT_FOUND)?;
            Ok(Redirect::to(&format!("/bodies/{}#inbox", body.number)).into_response())
        }
        (Err(error), before) => {
            let problem = words::refusal(error)?;
            match before {
                Some(meeting) if super::runs(&app, &looking, &meeting).await? => {
                    let tried = Tried { at: "agenda", problem, typed: Typed::Item(number, verb, &typed) };
                    page(&app, &reader, &looking, &meeting, Some(tried)).await
                }
                Some(_) => Err(problem),
                None => {
                    let body = life(&app).body(&looking.compound, &item.body).await?.ok_or(Problem::NOT_FOUND)?;
                    let tried = Tried { at: "inbox", problem, typed: Typed::Item(number, verb, &typed) };
                    bodies::page(&app, &reader, &looking, &body, Some(tried)).await
                }
            }
        }
    }
}
