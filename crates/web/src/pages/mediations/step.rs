//! What is done in a room: the forms, and what they bring.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use deliberation::{
    lifecycle::{Need, Refused, Verb, tables::MediationState},
    mediation::{Forum, Kept},
    store::{By, CaseAct, NewParty, PartyView, RoomView, Target, UseError},
};
use maud::{Markup, html};

use super::{building_field, path, room, words};
use crate::{
    app::App,
    files::{FORM_MOST, Sheet},
    pages::{
        files,
        matters::{by, end_of, life},
        meetings::time_of,
    },
    problem::{Path, Problem},
    session::Someone,
    text::{Lang, mediation as text},
    view::{Field, Reader, field, radio_card},
};

pub(super) fn routes() -> Router<App> {
    let limit = DefaultBodyLimit::max(FORM_MOST);
    Router::new().route("/mediations/{number}/{verb}", post(step).layer(limit))
}

/// A step that was refused, with everything that was typed for it.
pub(super) struct Tried {
    pub(super) verb: Verb,
    typed: BTreeMap<String, String>,
    pub(super) problem: Problem,
}

/// What one form shows: the step, what was typed for it, and what is wrong.
struct Form<'a> {
    lang: Lang,
    verb: Verb,
    tried: Option<&'a Tried>,
}

impl Form<'_> {
    fn value(&self, name: &str) -> &str {
        self.tried.and_then(|tried| tried.typed.get(name)).map_or("", String::as_str)
    }

    /// Names of fields are the same in all forms of a page; ids have the verb.
    fn lines(&self, name: &str, label: &str, (rows, most): (u64, u64)) -> Markup {
        let id = format!("{}-{name}", self.verb);
        html! {
            div .field {
                label for=(id) { (label) }
                textarea id=(id) name=(name) rows=(rows) maxlength=(most) { "\n" (self.value(name)) }
            }
        }
    }

    fn line(&self, name: &str, label: &str, kind: (&str, &str)) -> Markup {
        let id = format!("{}-{name}", self.verb);
        html! {
            div .field {
                label for=(id) { (label) }
                input id=(id) name=(name) type=(kind.0) inputmode=[(!kind.1.is_empty()).then_some(kind.1)]
                    value=(self.value(name)) autocomplete="off";
            }
        }
    }

    fn parties(&self, parties: &[&PartyView], none: Option<&str>) -> Markup {
        let id = format!("{}-party", self.verb);
        html! {
            div .field {
                label for=(id) { (text::which_party(self.lang)) }
                select id=(id) name="party" {
                    @if let Some(none) = none { option value="0" { (none) } }
                    @for party in parties {
                        @let number = party.number.to_string();
                        option value=(number) selected[self.value("party") == number] { (party.name) }
                    }
                }
            }
        }
    }

    fn tick(&self, name: &str, label: &str) -> Markup {
        html! {
            label .card {
                input type="checkbox" name=(name) value="yes" checked[self.value(name) == "yes"];
                span { strong { (label) } }
            }
        }
    }

    fn choices(&self, name: &str, legend: &str, rows: &[(&str, &str)]) -> Markup {
        html! {
            fieldset {
                legend { (legend) }
                @for (code, label) in rows { (radio_card(name, code, label, None, self.value(name) == *code)) }
            }
        }
    }
}

/// The steps that whoever looks can make now, in the order of their forms, with what each is called.
fn offered(lang: Lang, view: &RoomView) -> impl Iterator<Item = (Verb, &'static str)> {
    let possible = words::ORDER.iter().filter(|verb| view.offers.contains(verb) && is_possible(view, **verb));
    possible.filter_map(move |verb| Some((*verb, words::todo(lang, *verb)?)))
}

/// Whether there is a form at all, far below what was said so far.
pub(super) fn has_forms(lang: Lang, view: &RoomView) -> bool {
    offered(lang, view).next().is_some()
}

/// The forms of everything that whoever looks can do now.
pub(super) async fn forms(
    app: &App,
    reader: &Reader,
    view: &RoomView,
    tried: Option<&Tried>,
) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let mut forms = Vec::new();
    for (verb, label) in offered(lang, view) {
        let form = Form { lang, verb, tried: tried.filter(|tried| tried.verb == verb) };
        let fields = match verb {
            Verb::Edit => Some(edit(app, reader, view, &form).await?),
            _ => fields(&form, view),
        };
        let action = format!("{}/{verb}", path(view.row.number));
        let ends = matches!(verb, Verb::Decline | Verb::Withdraw);
        forms.push(match fields {
            None => html! {
                form method="post" enctype="multipart/form-data" action=(action) {
                    (signs(view, verb))
                    button .btn #(verb.code()) { (label) }
                }
            },
            Some(fields) => html! {
                details .panel open[form.tried.is_some()] {
                    summary #(verb.code()) { (label) }
                    form method="post" enctype="multipart/form-data" action=(action) {
                        (fields)
                        button .btn .second[ends] { (label) }
                    }
                }
            },
        });
    }
    Ok(html! {
        @if !forms.is_empty() { h2 #next { (text::what_next(lang)) } }
        @for form in forms { (form) }
    })
}

/// Whether what the table lets somebody try can lead to something for them now.
fn is_possible(view: &RoomView, verb: Verb) -> bool {
    let own = || view.parties.iter().find(|party| Some(party.number) == view.own);
    match verb {
        Verb::Join => own().is_some_and(|party| party.consented.is_none()),
        Verb::Undersign => own().is_some_and(|party| party.signed.is_none()),
        Verb::Consent => view.parties.iter().all(|party| party.consented.is_some()),
        Verb::Sign => view.parties.iter().all(|party| party.signed.is_some()),
        Verb::EnterPaper => {
            view.row.state != MediationState::Requested || view.parties.iter().any(|party| party.consented.is_none())
        }
        Verb::AskAnother => view.mediator.is_some(),
        Verb::Perform => view.visits.iter().any(|visit| visit.kept == Kept::Yes),
        _ => true,
    }
}

/// The agreement that whoever signs has before them.
fn signs(view: &RoomView, verb: Verb) -> Markup {
    html! {
        @if let Some(text) = view.texts.last() && matches!(verb, Verb::Undersign | Verb::Sign) {
            input type="hidden" name="hash" value=(text.hash);
        }
    }
}

/// What a step takes; none for those that are one button.
fn fields(form: &Form<'_>, view: &RoomView) -> Option<Markup> {
    let lang = form.lang;
    let reason = |label: &str| form.lines("reason", label, (3, 1000));
    Some(match form.verb {
        Verb::AskAnother | Verb::StepAside | Verb::Breach => reason(text::why(lang)),
        Verb::Decline | Verb::Withdraw => reason(text::why_optional(lang)),
        Verb::EnterPaper => paper(form, view),
        Verb::Invite => html! {
            (form.line("name", text::lawyer_name(lang), ("text", "")))
            (form.tick("consent", text::lawyer_consent(lang)))
        },
        Verb::Schedule => html! {
            (form.line("at", text::when_field(lang), ("datetime-local", "")))
            (form.line("place", text::place_field(lang), ("text", "")))
        },
        Verb::Minute => html! {
            (form.line("present", text::present_field(lang), ("text", "")))
            (form.lines("text", text::note_field(lang), (6, 4000)))
        },
        Verb::Say => html! {
            (form.lines("text", text::message_field(lang), (4, 4000)))
            (files::field(lang, "say-files", None))
        },
        Verb::Agree => form.lines("text", text::agreement_field(lang), (10, 4000)),
        Verb::Visit => html! {
            (form.line("day", text::day_field(lang), ("date", "")))
            (form.choices("kept", text::kept_field(lang), &Kept::ALL.iter().map(|kept| (kept.code(), words::kept(lang, *kept))).collect::<Vec<_>>()))
            (form.lines("text", text::visit_note(lang), (4, 4000)))
            (form.line("next", text::next_field(lang), ("date", "")))
        },
        Verb::Refer => html! {
            p .muted { (text::forum_hint(lang)) }
            (form.choices("forum", text::forum_field(lang), &Forum::ALL.iter().map(|forum| (forum.code(), words::forum(lang, *forum))).collect::<Vec<_>>()))
        },
        Verb::Link => html! {
            p .muted { (text::links_lead(lang)) }
            (form.choices("kind", text::object_field(lang), &[("matter", text::object_matter(lang)), ("motion", text::object_motion(lang))]))
            (form.line("object", text::object_number(lang), ("text", "numeric")))
        },
        _ => return None,
    })
}

fn paper(form: &Form<'_>, view: &RoomView) -> Markup {
    let lang = form.lang;
    let (waiting, none): (Vec<_>, _) = match view.row.state {
        MediationState::Requested => (view.parties.iter().filter(|party| party.consented.is_none()).collect(), None),
        MediationState::Agreed => {
            let left = view.parties.iter().filter(|party| party.signed.is_none()).collect();
            (left, Some(text::whole_sheet(lang)))
        }
        _ => (Vec::new(), Some(text::whole_sheet(lang))),
    };
    html! { (form.parties(&waiting, none)) (files::field(lang, "enter_paper-files", None)) }
}

async fn edit(app: &App, reader: &Reader, view: &RoomView, form: &Form<'_>) -> Result<Markup, Problem> {
    let lang = reader.lang;
    let open: Vec<_> =
        view.parties.iter().filter(|party| party.subject.is_none() && party.consented.is_none()).collect();
    Ok(html! {
        (form.parties(&open, Some(text::a_new_party(lang))))
        (form.line("name", text::name_field(lang), ("text", "")))
        (building_field(app, reader, ("building", text::building_field(lang), text::building_none(lang)), form.value("building"), None).await?)
        (field(&Field { name: "home", label: text::home_field(lang), hint: Some(text::home_hint(lang)), value: form.value("home"), error: None, kind: ("text", "text", "off") }))
    })
}

/// What a form brings. A word or number that is none is nothing, which the store refuses where it is wanted.
async fn act_of(app: &App, by: &By, verb: Verb, sheet: &Sheet) -> Result<CaseAct, Problem> {
    let get = |name: &str| sheet.get(name).trim();
    let number = || get("object").parse().unwrap_or(0);
    let object = match get("kind") {
        "matter" => life(app).matter_numbered(&by.compound, number()).await?.map(Target::Matter),
        "motion" => life(app).motion_numbered(&by.compound, number()).await?.map(Target::Motion),
        _ => None,
    };
    let at = match verb {
        // The day is over or it is today: a visit was before now.
        Verb::Visit => end_of(get("day")).map(|end| if app.now() < end { end.saturating_sub(86_400) } else { end - 1 }),
        _ => time_of(get("at")),
    };
    Ok(CaseAct {
        text: sheet.get("text").to_owned(),
        reason: sheet.get("reason").to_owned(),
        party: get("party").parse().unwrap_or(0),
        named: NewParty {
            name: get("name").to_owned(),
            building: get("building").to_owned(),
            home: get("home").to_owned(),
        },
        at: at.unwrap_or(0),
        place: get("place").to_owned(),
        present: get("present").to_owned(),
        files: Vec::new(),
        hash: get("hash").parse().ok(),
        forum: get("forum").parse().ok(),
        kept: get("kept").parse().ok(),
        next: end_of(get("next")),
        has_consent: get("consent") == "yes",
        object,
    })
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((number, verb)): Path<(u64, String)>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let view = super::find(&app, &by, number).await?;
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let again = async |typed: BTreeMap<String, String>, problem: Problem| {
        room::page(&app, &reader, &by, &view, Some(&Tried { verb, typed, problem })).await
    };
    let sheet = match Sheet::read(form).await {
        Ok(sheet) => sheet,
        Err(problem) => return again(BTreeMap::new(), problem).await,
    };
    let typed = sheet.fields().clone();
    let mut act = act_of(&app, &by, verb, &sheet).await?;
    // Only whoever may make the step has files stored for it.
    if matches!(verb, Verb::Say | Verb::EnterPaper) && view.offers.contains(&verb) {
        act.files = match sheet.attach(&app, &by).await {
            Ok(files) => files,
            Err(problem) => return again(typed, problem).await,
        };
    }
    match life(&app).mediation_step(&by, number, verb, &act, app.now()).await {
        Ok(_) => Ok(Redirect::to(&path(number)).into_response()),
        Err(error) => again(typed, wrong(verb, error)?).await,
    }
}

/// What is wrong, in the words of the step.
fn wrong(verb: Verb, error: UseError) -> Result<Problem, Problem> {
    let lacks = matches!(&error, UseError::Refused(Refused::Unmet { needs }) if needs.contains(&Need::Evidence));
    if verb == Verb::Perform && lacks {
        return Ok(Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, error.code(), text::e_kept));
    }
    words::refusal(error)
}
