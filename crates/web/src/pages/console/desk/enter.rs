//! Entering a paper: the number, what is marked, the scan, and the next form at once.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use ballot::{
    id::{FormNo, PersonNo, PollId},
    statement::{Answer, Choice, InvalidAnswer, InvalidPaper, Mark, Motion, PaperAnswer, Party, Place as Channel},
    store::{
        paper::{Entered, FormNow, FormState, PaperEntry, PaperError, Reading, Says, StandingAgent},
        place::Place,
        staff::{Role, StaffMember},
    },
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Fault, about, number_form, path, read_number, sentence_of, show, sign_box};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        console::draft::{clock, read_time},
        poll::Live,
        vote::{choice_label, choice_word},
    },
    problem::{Path, Problem, Query},
    session::Clerk,
    text::{Lang, console as common, desk as text, written},
    view::{Page, Reader, Tone, notice, radio_card},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/desk/{poll}/paper", get(look).post(enter).layer(DefaultBodyLimit::max(FORM_MOST)))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    form: String,
    #[serde(default)]
    done: Option<u64>,
    #[serde(default)]
    became: String,
}

async fn look(
    State(app): State<App>,
    reader: Reader,
    super::Desk(staff): super::Desk,
    Path(poll): Path<PollId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    app.estate().desk_progress(&staff, &poll).await?;
    if asked.form.is_empty() {
        let became = asked.done.map(|done| became(lang, done, &asked.became));
        return next_page(&app, &reader, &staff, &poll, became.as_deref(), Fault::NONE, "").await;
    }
    let number = match read_number(lang, &asked.form) {
        Ok(number) => number,
        Err(fault) => {
            let page = next_page(&app, &reader, &staff, &poll, None, fault, &asked.form).await?;
            return Ok(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_number", text::e_number).on(page));
        }
    };
    match app.estate().form(&staff, &poll, number).await {
        Ok(form) => form_page(&app, &reader, &staff, &poll, &form, &Sheet::default(), Fault::NONE).await,
        Err(PaperError::Database(err)) => Err(err.into()),
        Err(err) => {
            let fault = Fault::at("form", sentence_of(&err)(lang));
            let page = next_page(&app, &reader, &staff, &poll, None, fault, &asked.form).await?;
            Ok(Problem::from(err).on(page))
        }
    }
}

/// What became of the form before, in a sentence.
fn became(lang: Lang, form: u64, became: &str) -> String {
    match became {
        "agreed" => text::now_agreed(lang, form),
        "differs" => text::now_differs(lang, form),
        "all_differ" => text::now_all_differ(lang, form),
        _ => text::now_once(lang, form),
    }
}

/// Ready for the next form.
async fn next_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    became: Option<&str>,
    fault: Fault,
    typed: &str,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let signing = sign_box(lang, app, staff, poll).await?;
    let body = html! {
        h1 { (text::enter_title(lang)) }
        (fault.summary(lang))
        @if let Some(became) = became { (notice(Tone::Ok, &html! { p role="status" { (became) } })) }
        (number_form(lang, poll, fault, typed))
        (signing)
        p { a .btn.second href=(path(poll)) { (common::back(lang)) } }
    };
    Ok(show(Page::new(reader, text::enter_title(lang)).script("pages/desk.js"), lang, &body))
}

/// A form: what is known of it, and the entry for who has not entered it.
async fn form_page(
    app: &App,
    reader: &Reader,
    staff: &StaffMember,
    poll: &PollId,
    form: &FormNow,
    typed: &Sheet,
    fault: Fault,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let live = Live::find(app, poll).await?;
    let motions = live.log.read(|state, _| state.manifest().motions.clone());
    let place = app.estate().compound(&staff.compound).await?.map_or_else(Place::china, |compound| compound.place);
    let is_open =
        matches!(form.state, FormState::Printed | FormState::Received | FormState::EnteredOnce | FormState::Differs);
    let is_mine = form.entered_by.contains(&staff.id);
    let now = app.now().min(live.row.closes);
    let body = html! {
        h1 { (text::form_title(lang, form.number.get())) }
        (fault.summary(lang))
        (about(lang, form))
        @if is_mine { (notice(Tone::Plain, &html! { p { (text::mine(lang)) } })) }
        @if staff.role == Role::Clerk && is_open && !is_mine {
            (entry(lang, poll, form, &motions, typed, fault, &clock(now, place)))
        }
        div .choices {
            @if !form.entered_by.is_empty() && form.state != FormState::Counted {
                form method="post" action={ (path(poll)) "/restart" } {
                    input type="hidden" name="form" value=(form.number);
                    button .btn.second { (text::restart(lang)) }
                }
            }
            @if matches!(form.state, FormState::Printed | FormState::Received) {
                form method="post" action={ (path(poll)) "/replace" } {
                    input type="hidden" name="form" value=(form.number);
                    button .btn.second { (text::replace(lang)) }
                }
            }
            a .btn.second href={ (path(poll)) "/paper" } { (text::next_form(lang)) }
        }
    };
    let title = text::form_title(lang, form.number.get());
    Ok(show(Page::new(reader, &title).script("pages/photos.js").script("pages/desk.js"), lang, &body))
}

fn entry(
    lang: Lang,
    poll: &PollId,
    form: &FormNow,
    motions: &[Motion],
    typed: &Sheet,
    fault: Fault,
    (day, hour): &(String, String),
) -> Markup {
    let given = |name: &str, or: &str| {
        if typed.fields().contains_key(name) { typed.get(name).to_owned() } else { or.to_owned() }
    };
    let is = |name: &str, value: &str, first: bool| {
        if typed.fields().contains_key(name) { typed.get(name) == value } else { first }
    };
    let whole = [
        ("valid", text::valid(lang)),
        ("blank", text::blank(lang)),
        ("spoiled", text::spoiled(lang)),
        ("unclear", text::unclear(lang)),
        ("unsigned", text::unsigned(lang)),
    ];
    html! {
        @if !form.entered_by.is_empty() {
            p { (text::blind(lang)) }
            @if form.scan.is_some() {
                details { summary { (text::see_scan(lang)) }
                    img .photo loading="lazy" src={ (path(poll)) "/scan/" (form.number) } alt=(text::scan_of(lang, form.number.get()));
                }
            }
        }
        p .muted { (text::keys(lang)) }
        form #paper-entry method="post" action={ (path(poll)) "/paper" } enctype="multipart/form-data"
            data-form=(form.number) data-poll=(poll) data-no-network=(text::no_network(lang)) data-busy=(text::sending(lang)) {
            input type="hidden" name="form" value=(form.number);
            fieldset #whole {
                legend { (text::whole(lang)) }
                @for ((value, label), key) in whole.iter().zip(1_u64..) {
                    (radio_card("whole", value, &text::keyed(lang, key, label), None, is("whole", value, *value == "valid")))
                }
            }
            div #answers {
                @if let Some(error) = fault.of("answers") { p .error id="answers-error" { (error) } }
                @for motion in motions { (question(lang, motion, &is)) }
            }
            @if let Some(agent) = &form.agent { (by_whom(lang, agent, &is)) }
            @if 1 < form.people.len() { (people(lang, ("person", text::who_signed(lang)), &form.people, &is)) }
            @if let Some(agent) = form.agent.as_ref().filter(|agent| 1 < agent.people.len()) {
                (people(lang, ("agent_person", written::which_of_agent(lang)), &agent.people, &is))
            }
            @if form.is_in_hall {
                label .card {
                    input type="checkbox" name="channel" value="meeting" checked[is("channel", "meeting", false)];
                    span { (text::in_hall(lang)) }
                }
            }
            @if form.received.is_none() {
                fieldset #received {
                    legend { (text::received_at(lang)) }
                    (fault.line("day", text::day(lang), None, &given("day", day), ("date", "text", "off")))
                    (fault.line("hour", text::hour(lang), None, &given("hour", hour), ("time", "text", "off")))
                }
            }
            @if form.entered_by.is_empty() {
                div .field {
                    label for="scan" { (text::scan(lang)) }
                    p .hint id="scan-hint" { (text::scan_hint(lang)) }
                    @if let Some(error) = fault.of("scan") { p .error id="scan-error" { (error) } }
                    input #scan name="scan" type="file" data-photos accept="image/jpeg,image/png" capture="environment"
                        aria-describedby="scan-hint";
                }
            }
            button .btn { (text::enter(lang)) }
            p role="alert" #entry-error {}
            p .muted { (text::will_sign(lang)) }
        }
    }
}

/// Whether the owner or the standing agent has signed: both clerks must say the same.
fn by_whom(lang: Lang, agent: &StandingAgent, is: &impl Fn(&str, &str, bool) -> bool) -> Markup {
    let name = names(lang, agent);
    html! {
        fieldset #by {
            legend { (written::who_of(lang)) }
            p .hint { (written::stands_for(lang, &name)) }
            (radio_card("by", "", &text::keyed(lang, 1, written::by_owner(lang)), None, is("by", "", true)))
            (radio_card("by", &agent_word(agent.party), &text::keyed(lang, 2, &written::by_agent_who(lang, &name)), None,
                is("by", &agent_word(agent.party), false)))
        }
    }
}

/// All people of an agent in a row.
pub(super) fn names(lang: Lang, agent: &StandingAgent) -> String {
    let names: Vec<_> = agent.people.iter().map(|(_, name)| name.as_str()).collect();
    names.join(lang.pick("、", ", "))
}

/// An agent in a form's field, and as the script tells it.
fn agent_word(party: Party) -> String {
    match party {
        Party::Holder(holder) => format!("holder:{holder}"),
        Party::Agent(agent) => format!("agent:{agent}"),
    }
}

/// The agent of a form's field; nothing where it says that the owner signed.
fn read_agent(word: &str) -> Result<Option<Party>, PaperError> {
    let party = match word.split_once(':') {
        None if word.is_empty() => return Ok(None),
        Some(("holder", number)) => read_no(number).map(Party::Holder),
        Some(("agent", number)) => read_no(number).map(Party::Agent),
        _ => None,
    };
    party.map(Some).ok_or(PaperError::NotAgent)
}

fn read_no<T: TryFrom<u64>>(number: &str) -> Option<T> {
    number.parse::<u64>().ok()?.try_into().ok()
}

fn people(
    lang: Lang,
    (field, legend): (&str, &str),
    people: &[(PersonNo, String)],
    is: &impl Fn(&str, &str, bool) -> bool,
) -> Markup {
    html! {
        fieldset id=(field) {
            legend { (legend) }
            @for ((person, name), place) in people.iter().zip(0_u64..) {
                @let value = person.to_string();
                (radio_card(field, &value, &text::keyed(lang, place + 1, name), None, is(field, &value, place == 0)))
            }
        }
    }
}

fn question(lang: Lang, motion: &Motion, is: &impl Fn(&str, &str, bool) -> bool) -> Markup {
    let cards = |name: &str, first: &str| {
        html! {
            @for (choice, key) in motion.choices.iter().zip(1_u64..) {
                (radio_card(name, choice_word(*choice), &text::keyed(lang, key, choice_label(lang, *choice)), None,
                    is(name, choice_word(*choice), first == choice_word(*choice))))
            }
        }
    };
    let id = motion.id.as_str();
    match &motion.candidates {
        None => html! {
            fieldset {
                legend { (motion.title) }
                (cards(id, ""))
                (radio_card(id, "invalid", &text::keyed(lang, motion.choices.len() as u64 + 1, text::invalid_one(lang)), None, is(id, "invalid", false)))
            }
        },
        Some(candidates) => html! {
            fieldset {
                legend { (motion.title) }
                (radio_card(id, "marks", &text::keyed(lang, 1, text::marks(lang)), None, is(id, "marks", true)))
                (radio_card(id, "invalid", &text::keyed(lang, 2, text::invalid_one(lang)), None, is(id, "invalid", false)))
            }
            @for candidate in candidates {
                @let name = format!("{id}.{}", candidate.id);
                fieldset {
                    legend { (candidate.name) }
                    (cards(&name, ""))
                    (radio_card(&name, "", &text::keyed(lang, motion.choices.len() as u64 + 1, text::no_mark(lang)), None, is(&name, "", true)))
                }
            }
        },
    }
}

async fn enter(
    State(app): State<App>,
    reader: Reader,
    Clerk { staff, .. }: Clerk,
    Path(poll): Path<PollId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let sheet = Sheet::read(form).await?;
    let number = read_number(reader.lang, sheet.get("form")).map_err(|_| Problem::NOT_FOUND)?;
    let entered = take(&app, &staff, &poll, number, &sheet).await;
    let (fault, problem) = match entered {
        Ok(entered) => {
            let became = match entered {
                Entered::First => "once",
                Entered::Agreed => "agreed",
                Entered::Differs => "differs",
                Entered::AllDiffer => "all_differ",
            };
            let next = format!("{}/paper?done={number}&became={became}", path(&poll));
            return Ok(Redirect::to(&next).into_response());
        }
        Err(Refused::Problem(problem)) => (Fault::at("scan", text::e_scan(reader.lang)), problem),
        Err(Refused::Paper(PaperError::Database(err))) => return Err(err.into()),
        Err(Refused::Paper(err)) => {
            let field = match &err {
                PaperError::Received => "day",
                PaperError::Scan | PaperError::ScanUsed => "scan",
                PaperError::Person => "person",
                PaperError::NotAgent => "by",
                _ => "answers",
            };
            (Fault::at(field, sentence_of(&err)(reader.lang)), Problem::from(err))
        }
    };
    let Ok(now) = app.estate().form(&staff, &poll, number).await else { return Err(problem) };
    let page = form_page(&app, &reader, &staff, &poll, &now, &sheet, fault).await?;
    Ok(problem.on(page))
}

/// Why an entry is not taken.
enum Refused {
    Paper(PaperError),
    /// Of the picture.
    Problem(Problem),
}

impl From<PaperError> for Refused {
    fn from(err: PaperError) -> Self {
        Self::Paper(err)
    }
}

async fn take(
    app: &App,
    staff: &StaffMember,
    poll: &PollId,
    number: FormNo,
    sheet: &Sheet,
) -> Result<Entered, Refused> {
    let live = Live::find(app, poll).await.map_err(Refused::Problem)?;
    let motions = live.log.read(|state, _| state.manifest().motions.clone());
    let place = app.estate().compound(&staff.compound).await.map_err(PaperError::from)?;
    let place = place.map_or_else(Place::china, |compound| compound.place);
    let says = read_says(&motions, sheet).ok_or(PaperError::Answers)?;
    let agent = read_agent(sheet.get("by"))?;
    let person = match sheet.get(if agent.is_some() { "agent_person" } else { "person" }) {
        "" => PersonNo::FIRST,
        typed => read_no(typed).ok_or(PaperError::Person)?,
    };
    let channel = (sheet.get("channel") == "meeting").then_some(Channel::Meeting);
    // What was written down to the minute came in no later than now.
    let received = read_time(sheet.get("day"), sheet.get("hour"), place);
    let scan = sheet.picture().await.map_err(Refused::Problem)?;
    let entry = PaperEntry { reading: Reading { agent, channel, person, says }, received, scan };
    Ok(app.estate().enter_paper(staff, poll, number, &entry, app.now()).await?)
}

/// What was chosen; nothing if a motion is left out.
fn read_says(motions: &[Motion], sheet: &Sheet) -> Option<Says> {
    let invalid = match sheet.get("whole") {
        "blank" => Some(InvalidPaper::Blank),
        "spoiled" => Some(InvalidPaper::Spoiled),
        "unclear" => Some(InvalidPaper::Unclear),
        "unsigned" => Some(InvalidPaper::Unsigned),
        "valid" => None,
        _ => return None,
    };
    if let Some(reason) = invalid {
        return Some(Says::Invalid(reason));
    }
    let mut answers = BTreeMap::new();
    for motion in motions {
        let given = sheet.get(motion.id.as_str());
        let answer = match (given, &motion.candidates) {
            ("invalid", _) => PaperAnswer::Invalid(InvalidAnswer::Invalid),
            ("for", None) => PaperAnswer::Answer(Answer::Choice(Choice::For)),
            ("against", None) => PaperAnswer::Answer(Answer::Choice(Choice::Against)),
            ("abstain", None) => PaperAnswer::Answer(Answer::Choice(Choice::Abstain)),
            ("marks", Some(candidates)) => {
                let mut marks = BTreeMap::new();
                for candidate in candidates {
                    match sheet.get(&format!("{}.{}", motion.id, candidate.id)) {
                        "for" => drop(marks.insert(candidate.id.clone(), Mark::For)),
                        "against" => drop(marks.insert(candidate.id.clone(), Mark::Against)),
                        "" => {}
                        _ => return None,
                    }
                }
                PaperAnswer::Answer(Answer::Marks(marks))
            }
            _ => return None,
        };
        answers.insert(motion.id.clone(), answer);
    }
    Some(Says::Answers(answers))
}
