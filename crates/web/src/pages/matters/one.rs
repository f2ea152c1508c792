//! One matter: where it stands, what happened, what the reader can do, and the discussion.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::store::ids::Subject;
use deliberation::{
    lifecycle::{Kind, Verb},
    matter::AnswerKind,
    store::{By, MatterAct, MatterView, Named, StepView, Target},
};
use jiff::{civil::Date, tz::Offset};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Looking, by, life, refusal, remarks, words};
use crate::{
    app::App,
    pages::{mediations, surveys},
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, last_day, matter as text, when},
    view::{Field, Page, Reader, error_summary, field, radio_card, summary},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/{id}", get(show)).route("/matters/{id}/{verb}", post(step))
}

const DAY: u64 = 86_400;

/// What was typed for a step.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct Typed {
    text: String,
    reason: String,
    kind: String,
    who: String,
    due: String,
    into: String,
    motion: String,
    rating: String,
}

/// A step that was refused, with what was typed for it.
pub(super) struct Tried {
    verb: Verb,
    typed: Typed,
    problem: Problem,
}

#[derive(Deserialize)]
struct Asked {
    /// The comment that is replied to.
    reply: Option<u64>,
    /// The comment after which the discussion goes on.
    after: Option<u64>,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(id): Path<String>,
    Query(Asked { reply, after }): Query<Asked>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    let matter = looking.matter(&app, &id).await?;
    let talk = remarks::Talk { reply, after: after.unwrap_or(0), ..remarks::Talk::default() };
    page(&app, &reader, &looking, &matter, None, talk).await
}

/// The page; `tried` is a step that was refused, and `talk` what of the discussion is shown.
pub(super) async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    matter: &MatterView,
    tried: Option<Tried>,
    talk: remarks::Talk<'_>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let handles = looking.handles(app, matter.row.building.as_deref()).await?;
    let steps = life(app).matter_steps(&looking.compound, &matter.row.id).await?;
    let names = names(app, looking, matter, &steps, handles).await?;
    let others = others(app, looking, matter, &steps).await?;
    let (target, path) = (Target::Matter(matter.row.id.clone()), format!("/matters/{}", matter.row.id));
    let refused = tried.as_ref().map(|tried| tried.problem).or(talk.refused);
    let children = matter.children.iter().filter(|(kind, ..)| *kind == Kind::Motion).map(|(_, id, _)| id.clone());
    let motions = life(app).motion_titles(&looking.compound, &children.collect()).await?;
    let surveys = surveys::below(app, looking, matter).await?;
    let errors: Vec<_> = tried.iter().map(|tried| (tried.verb.code(), (tried.problem.say)(lang))).collect();
    let body = html! {
        h1 { (matter.row.title) }
        (error_summary(lang, &errors))
        p { (text::number(lang, matter.row.number)) " " (words::tags(lang, &matter.row.standing, app.now())) }
        @for line in matter.text.lines().filter(|line| !line.is_empty()) { p { (line) } }
        (answer(lang, matter))
        h2 { (text::about(lang)) }
        (summary(&about(lang, matter, &names, (&others, &motions, &surveys), handles)))
        @if let Some(by) = &looking.by {
            (offers(app, lang, by, matter, tried).await?)
            @if matter.submitters.iter().any(|(who, ..)| *who == by.subject) { (mediations::way(app, lang, by).await?) }
        }
        @if matter.row.is_acknowledged { p { a .btn.second href={ (path) "/opinion" } { (crate::text::statement::title(lang)) } } }
        h2 { (text::steps(lang)) }
        (timeline(lang, matter, &steps, &names, &others))
        @if matter.row.is_acknowledged { (crate::pages::meetings::before(app, lang, looking, &target).await?) }
        (remarks::section(app, lang, looking, (&target, &path), talk).await?)
        p { a .btn.second href="/matters" { (text::back(lang)) } }
    };
    let page = Page::new(reader, &matter.row.title).show(body);
    Ok(match refused {
        Some(problem) => problem.on(page),
        None => page,
    })
}

pub(crate) type Names = BTreeMap<Subject, Named>;
type Titles = BTreeMap<String, (u64, String)>;

/// Names of offices and posts for everybody, and of neighbours for whoever handles the matter.
pub(crate) async fn names(
    app: &App,
    looking: &Looking,
    matter: &MatterView,
    steps: &[StepView],
    handles: bool,
) -> Result<Names, Problem> {
    let raised = matter.submitters.iter().map(|(subject, ..)| subject);
    let acted = steps.iter().flat_map(|step| step.by.iter().chain(&step.responsible));
    let all: BTreeSet<Subject> = raised.chain(acted).chain(&matter.row.responsible).cloned().collect();
    if handles {
        return Ok(life(app).names(&looking.compound, &all, app.now()).await?);
    }
    // Whoever raised it is not named for the post that they hold besides.
    let is_raiser = |subject: &Subject| matter.submitters.iter().any(|(raiser, ..)| raiser == subject);
    let shown = all.iter().filter(|subject| !is_raiser(subject)).cloned().collect();
    Ok(life(app).in_office(&looking.compound, &shown, app.now()).await?)
}

/// The matters that this one and its steps name.
async fn others(app: &App, looking: &Looking, matter: &MatterView, steps: &[StepView]) -> Result<Titles, Problem> {
    let prefix = format!("{}:", Kind::Matter);
    let named = steps.iter().filter_map(|step| step.other.strip_prefix(&prefix)).map(str::to_owned);
    let ids = named.chain(matter.merged_into.iter().map(ToString::to_string)).collect();
    Ok(life(app).matter_titles(&looking.compound, &ids).await?)
}

fn answer(lang: Lang, matter: &MatterView) -> Markup {
    html! {
        @if let Some((kind, said)) = &matter.answer {
            section .panel {
                h2 { (text::the_answer(lang)) }
                p { strong { (words::answer_kind(lang, *kind)) } }
                @for line in said.lines().filter(|line| !line.is_empty()) { p { (line) } }
                @if let Some(rating) = matter.rating { p { (text::rating(lang, rating)) } }
            }
        }
    }
}

fn about(
    lang: Lang,
    matter: &MatterView,
    names: &Names,
    (others, motions, surveys): (&Titles, &Titles, &[(u64, String)]),
    handles: bool,
) -> Vec<(&'static str, Markup)> {
    let (row, standing) = (&matter.row, &matter.row.standing);
    let raised: BTreeSet<_> = matter.submitters.iter().map(|(subject, ..)| subject).collect();
    let place = row.building.as_deref().map_or(text::whole_estate(lang).to_owned(), |name| words::building(lang, name));
    let mut rows = vec![
        (text::from(lang), html! { (words::source(lang, row.source)) }),
        (text::where_is(lang), html! { (place) }),
        (text::since(lang), html! { (when(lang, matter.created_at)) }),
        (
            text::raised_by(lang),
            html! {
                (text::people(lang, raised.len() as u64))
                @if handles { @for subject in &raised { @if let Some(name) = names.get(subject) { br; (words::name(lang, name)) } } }
            },
        ),
        (
            text::responsible(lang),
            html! {
                @match &row.responsible {
                    Some(subject) => { (who(lang, subject, names)) }
                    None => { (text::nobody(lang)) }
                }
                br; span .muted { (words::level(lang, standing.level)) }
            },
        ),
        (
            text::due(lang),
            html! { @match standing.due { Some(due) => { (last_day(lang, due)) } None => { (text::no_due(lang)) } } },
        ),
    ];
    if !motions.is_empty() {
        rows.push((
            crate::text::motion::title(lang),
            html! {
                @for (id, (number, title)) in motions {
                    a .inline href={ "/motions/" (id) } { (crate::text::motion::number(lang, *number)) " " (title) } br;
                }
            },
        ));
    }
    if !surveys.is_empty() {
        rows.push((
            crate::text::survey::title(lang),
            html! {
                @for (number, title) in surveys {
                    a .inline href={ "/surveys/" (number) } { (crate::text::survey::number(lang, *number)) " " (title) } br;
                }
            },
        ));
    }
    if let Some(into) = &matter.merged_into {
        rows.push((text::merged_into(lang), link(lang, others, into.as_str())));
    }
    rows
}

/// A person by the name of their office, or as a neighbour.
fn who(lang: Lang, subject: &Subject, names: &Names) -> String {
    names.get(subject).map_or_else(|| text::neighbour(lang).to_owned(), |named| words::name(lang, named))
}

fn link(lang: Lang, others: &Titles, id: &str) -> Markup {
    html! {
        @if let Some((number, title)) = others.get(id) {
            a .inline href={ "/matters/" (id) } { (text::number(lang, *number)) " " (title) }
        }
    }
}

fn timeline(lang: Lang, matter: &MatterView, steps: &[StepView], names: &Names, others: &Titles) -> Markup {
    let raised: BTreeSet<_> = matter.submitters.iter().map(|(subject, ..)| subject).collect();
    let actor = |step: &StepView| match &step.by {
        None => text::clock(lang).to_owned(),
        Some(subject) if raised.contains(subject) => text::submitter(lang).to_owned(),
        Some(subject) => who(lang, subject, names),
    };
    html! {
        ol .timeline {
            @for step in steps {
                li .past {
                    strong { (actor(step)) (lang.pick("", " ")) (words::done(lang, step.verb)) }
                    span { (when(lang, step.at)) }
                    @if matches!(step.verb, Verb::Assign | Verb::Dispatch) {
                        @if let Some(subject) = &step.responsible { span { (text::to_whom(lang, &who(lang, subject, names))) } }
                        @if let Some(due) = step.due { span { (text::until(lang, &last_day(lang, due))) } }
                    }
                    @if let Some((kind, id)) = step.other.split_once(':') {
                        @if kind == Kind::Matter.code() { span { (link(lang, others, id)) } }
                    }
                    @if step.verb != Verb::Submit { @for line in step.text.lines() { span { (line) } } }
                }
            }
        }
    }
}

/// Everything that the reader can do now, each with its form.
async fn offers(app: &App, lang: Lang, by: &By, matter: &MatterView, tried: Option<Tried>) -> Result<Markup, Problem> {
    let verbs = life(app).matter_offers(by, matter, app.now()).await?;
    let verbs: Vec<_> = verbs.into_iter().filter_map(|verb| Some((verb, words::todo(lang, verb)?))).collect();
    if verbs.is_empty() {
        return Ok(html! {});
    }
    let assigns = verbs.iter().any(|(verb, _)| matches!(verb, Verb::Assign | Verb::Dispatch));
    let hands = if assigns {
        life(app).responsibles(&by.compound, matter.row.building.as_deref(), app.now()).await?
    } else {
        Vec::new()
    };
    let settings = life(app).settings(&by.compound).await?;
    let due = day_of(matter.row.standing.proposed_due(&settings, app.now()));
    Ok(html! {
        h2 { (text::what_next(lang)) }
        @for (verb, label) in verbs {
            @let typed = tried.as_ref().filter(|tried| tried.verb == verb).map(|tried| &tried.typed);
            @let action = format!("/matters/{}/{verb}", matter.row.id);
            @if matches!(verb, Verb::Acknowledge | Verb::Start) {
                form method="post" action=(action) { button .btn #(verb.code()) { (label) } }
            } @else {
                details .panel open[typed.is_some()] {
                    summary #(verb.code()) { (label) }
                    form method="post" action=(action) {
                        (fields(lang, verb, typed.unwrap_or(&Typed::default()), &hands, &due))
                        button .btn { (label) }
                    }
                    @if verb == Verb::Link {
                        p { a .btn.second href={ "/surveys/new?matter=" (matter.row.id) } { (crate::text::survey::new(lang)) } }
                    }
                }
            }
        }
    })
}

/// What a step takes. Names of fields are those of [`Typed`]; ids have the verb, as a page has several forms.
fn fields(lang: Lang, verb: Verb, typed: &Typed, hands: &[Named], due: &str) -> Markup {
    let lines = |name: &str, label: &str, hint: &str, value: &str, most: u64| {
        let id = format!("{verb}-{name}");
        html! {
            div .field {
                label for=(id) { (label) }
                p .hint id={ (id) "-hint" } { (hint) }
                textarea #(id) name=(name) rows="4" maxlength=(most) aria-describedby={ (id) "-hint" } { "\n" (value) }
            }
        }
    };
    match verb {
        Verb::Submit => lines("text", text::text_field(lang), text::text_hint(lang), &typed.text, 4000),
        Verb::Answer => html! {
            fieldset {
                legend { (text::answer_kind(lang)) }
                @for kind in AnswerKind::ALL {
                    (radio_card("kind", kind.code(), words::answer_kind(lang, *kind), None, typed.kind == kind.code()))
                }
            }
            (lines("text", text::answer_field(lang), text::answer_hint(lang), &typed.text, 4000))
        },
        Verb::Assign | Verb::Dispatch => html! {
            fieldset {
                legend { (text::who_field(lang)) }
                @for hand in hands {
                    @let subject = hand.subject.to_string();
                    (radio_card("who", &subject, &words::name(lang, hand), None, typed.who == subject))
                }
            }
            div .field {
                label for={ (verb) "-due" } { (text::due_field(lang)) }
                p .hint id={ (verb) "-due-hint" } { (text::due_hint(lang)) }
                input id={ (verb) "-due" } name="due" type="date" aria-describedby={ (verb) "-due-hint" }
                    value=(if typed.due.is_empty() { due } else { &typed.due });
            }
        },
        Verb::Close => html! {
            fieldset {
                legend { (text::rate_field(lang)) }
                @for points in (1..=5_u64).rev() {
                    (radio_card("rating", &points.to_string(), &text::points(lang, points), None, points == 5))
                }
            }
        },
        Verb::Link => field(&Field {
            name: "motion",
            label: crate::text::motion::link_field(lang),
            hint: Some(crate::text::motion::link_hint(lang)),
            value: &typed.motion,
            error: None,
            kind: ("text", "numeric", "off"),
        }),
        Verb::Merge => field(&Field {
            name: "into",
            label: text::into_field(lang),
            hint: Some(text::into_hint(lang)),
            value: &typed.into,
            error: None,
            kind: ("text", "numeric", "off"),
        }),
        _ => lines("reason", text::reason_field(lang), text::reason_hint(lang), &typed.reason, 1000),
    }
}

const BEIJING: Offset = Offset::constant(8);

/// The day of a time in Beijing, as a form has it.
pub(in crate::pages) fn day_of(at: u64) -> String {
    let at = i64::try_from(at).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
    at.map(|at| BEIJING.to_datetime(at).date().to_string()).unwrap_or_default()
}

/// The first second after a day in Beijing.
pub(in crate::pages) fn end_of(day: &str) -> Option<u64> {
    let next: Date = day.trim().parse::<Date>().ok()?.tomorrow().ok()?;
    let midnight = BEIJING.to_timestamp(next.at(0, 0, 0, 0)).ok()?;
    u64::try_from(midnight.as_second()).ok()
}

/// Makes a step; what is refused is said on the matter's page, with everything that was typed.
async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, verb)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let matter = looking.matter(&app, &id).await?;
    // Without a form there is no such page.
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let act = act(&app, &by, &typed).await?;
    match life(&app).matter_step(&by, &matter.row.id, verb, &act, app.now()).await {
        Ok(_) => {
            let is_gone = verb == Verb::Return && !looking.handles(&app, matter.row.building.as_deref()).await?;
            let to = if is_gone { "/matters".to_owned() } else { format!("/matters/{}", matter.row.id) };
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let problem = refusal(error)?;
            // It may have changed meanwhile.
            let matter = looking.matter(&app, &id).await?;
            let tried = Tried { verb, typed, problem };
            page(&app, &reader, &looking, &matter, Some(tried), remarks::Talk::default()).await
        }
    }
}

async fn act(app: &App, by: &By, typed: &Typed) -> Result<MatterAct, Problem> {
    let into = typed.into.trim().parse().ok();
    let survivor = match into {
        Some(number) => life(app).matter_numbered(&by.compound, number).await?,
        None => None,
    };
    let motion = match typed.motion.trim().parse().ok() {
        Some(number) => life(app).motion_numbered(&by.compound, number).await?,
        None => None,
    };
    let child = motion.map(|motion| (Kind::Motion, motion.to_string()));
    Ok(MatterAct {
        text: typed.text.clone(),
        reason: typed.reason.clone(),
        answer_kind: typed.kind.parse().ok(),
        responsible: typed.who.parse().ok(),
        due: end_of(&typed.due).filter(|due| *due < app.now() + 3660 * DAY),
        survivor,
        child,
        rating: typed.rating.trim().parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_day_ends_with_its_midnight_in_beijing() {
        let ends = end_of("2026-12-15").expect("a day");
        assert_eq!(day_of(ends - 1), "2026-12-15");
        assert_eq!(day_of(ends), "2026-12-16");
        for wrong in ["", "15.12.2026", "2026-02-30", "9999-12-31x"] {
            assert_eq!(end_of(wrong), None, "{wrong}");
        }
    }
}
