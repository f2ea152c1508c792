//! One motion: its text, its versions, its support, and the whole way to a decision.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use ballot::{id::PollId, store::ids::Subject};
use deliberation::{
    lifecycle::{
        Verb, Window,
        tables::{MotionState, VersionState},
    },
    motion::{Change, diff},
    rights::Action,
    store::{By, DecisionSource, MotionAct, MotionView, VersionView},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{amend, objections, vote, words};
use crate::{
    app::App,
    markdown,
    pages::{
        decisions::{self, Offices},
        matters::{Looking, by, day_of, end_of, life, remarks},
    },
    problem::{Form, Path, Problem, Query},
    session::Someone,
    text::{Lang, last_day, motion as text, when},
    view::{Page, Reader, Tone, error_summary, meter, radio_card, summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/motions/{id}", get(show))
        .route("/motions/{id}/support", post(support))
        .route("/motions/{id}/say", post(speak))
        .route("/motions/{id}/remarks/{number}/{verb}", post(moderate))
        .route("/motions/{id}/{verb}", post(step))
}

const DAY: u64 = 86_400;

#[derive(Deserialize)]
struct Asked {
    reply: Option<u64>,
    after: Option<u64>,
    /// What somebody who comes from elsewhere wants to object to.
    ground: Option<String>,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    someone: Option<Someone>,
    Path(id): Path<String>,
    Query(Asked { reply, after, ground }): Query<Asked>,
) -> Result<Response, Problem> {
    let looking = Looking::of(&reader, someone.as_ref())?;
    super::conclude(life(&app), app.estate(), &looking.compound, app.now()).await?;
    let motion = super::find(&app, &looking, &id).await?;
    let talk = remarks::Talk { reply, after: after.unwrap_or(0), ..remarks::Talk::default() };
    let begun = ground.map(|ground| Tried::begun("object", BTreeMap::from([("ground".to_owned(), ground)])));
    page(&app, &reader, &looking, &motion, &begun.unwrap_or_default(), talk).await
}

/// What was refused: the id of the form, why, and what was typed in it, so that nothing is lost. Or a form that a link
/// has begun to fill in.
#[derive(Default)]
pub(in crate::pages) struct Tried {
    begun: Option<&'static str>,
    refused: Option<(&'static str, Problem)>,
    typed: BTreeMap<String, String>,
}

impl Tried {
    pub(in crate::pages) fn new(at: &'static str, problem: Problem) -> Self {
        Self { refused: Some((at, problem)), ..Self::default() }
    }

    /// A form that nobody has sent yet, unfolded with this in it.
    fn begun(at: &'static str, typed: BTreeMap<String, String>) -> Self {
        Self { begun: Some(at), typed, ..Self::default() }
    }

    pub(in crate::pages) fn with(self, typed: BTreeMap<String, String>) -> Self {
        Self { typed, ..self }
    }

    /// What was typed in a field of a form that was refused.
    pub(in crate::pages) fn typed(&self, at: &str, name: &str) -> &str {
        self.typed.get(name).filter(|_| self.is_at(at)).map_or("", String::as_str)
    }

    /// The form that was refused, and what would have been right.
    pub(in crate::pages) fn errors(&self, lang: Lang) -> Vec<(&'static str, &'static str)> {
        self.refused.iter().map(|(at, problem)| (*at, (problem.say)(lang))).collect()
    }

    pub(in crate::pages) fn problem(&self) -> Option<Problem> {
        self.refused.map(|(_, problem)| problem)
    }

    /// Whether a form was refused or begun: it is shown unfolded.
    pub(in crate::pages) fn is_at(&self, at: &str) -> bool {
        self.begun == Some(at) || self.refused.is_some_and(|(refused, _)| refused == at)
    }
}

pub(super) async fn page(
    app: &App,
    reader: &Reader,
    looking: &Looking,
    motion: &MotionView,
    tried: &Tried,
    talk: remarks::Talk<'_>,
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let refused = tried.problem().or(talk.refused);
    let current = motion.versions.last().ok_or(Problem::NOT_FOUND)?;
    let (target, path) = (super::target(&motion.row.id), super::path(&motion.row.id));
    let offers = if let Some(by) = &looking.by {
        offers(app, lang, looking, by, motion).await?
    } else {
        html! {}
    };
    let body = html! {
        h1 { (current.version.title()) }
        (error_summary(lang, &tried.errors(lang)))
        p { (text::number(lang, motion.row.number)) " " (words::state_tag(lang, motion.row.state)) }
        div .text { (markdown::show(current.version.text()).await?) }
        h2 { (text::about(lang)) }
        (summary(&about(app, lang, looking, motion, current).await?))
        (supporting(app, lang, looking, motion).await?)
        (offers)
        @if super::was_talked_over(motion) {
            p { a .btn.second href={ (path) "/opinion" } { (crate::text::statement::title(lang)) } }
        }
        (amend::section(app, lang, looking, motion, tried).await?)
        (objections::section(app, lang, looking, motion, tried).await?)
        (decisions::brief(app, lang, looking, &DecisionSource::Motion(motion.row.id.clone())).await?)
        @if motion.row.is_public { (crate::pages::meetings::before(app, lang, looking, &target).await?) }
        (versions(lang, motion))
        h2 { (text::steps(lang)) }
        (timeline(app, lang, looking, motion).await?)
        @if motion.row.state != MotionState::Draft { (remarks::section(app, lang, looking, (&target, &path), talk).await?) }
        p { a .btn.second href="/motions" { (text::back(lang)) } }
    };
    let page = Page::new(reader, current.version.title()).script("pages/photos.js").show(body);
    Ok(match refused {
        Some(problem) => problem.on(page),
        None => page,
    })
}

async fn about(
    app: &App,
    lang: Lang,
    looking: &Looking,
    motion: &MotionView,
    current: &VersionView,
) -> Result<Vec<(&'static str, Markup)>, Problem> {
    let proposer = who(app, lang, looking, motion, &motion.proposer).await?;
    let mut rows = vec![
        (text::kind(lang), html! { (words::kind(lang, motion.row.kind)) }),
        (text::cost(lang), html! { (words::cost(lang, current.version.cost())) }),
        (text::proposer(lang), html! { (proposer) }),
    ];
    if 0 < motion.support.heads && !takes_support(motion.row.state) {
        let (heads, area) = shares(motion);
        rows.push((text::support(lang), html! { (text::supported(lang, &heads.0, &area.0)) }));
    }
    let has_window =
        matches!(motion.row.state, MotionState::Deliberating | MotionState::Amending | MotionState::Carried);
    if has_window {
        rows.push((text::window(lang), html! { (last_day(lang, motion.window.until)) }));
    }
    if let (Some(poll), Some(vote)) = (&motion.poll, motion.vote) {
        let times = text::vote_from(lang, &when(lang, vote.from), &when(lang, vote.until));
        rows.push((
            text::the_vote(lang),
            html! { (times) br; a .inline href={ "/polls/" (poll) } { (text::see_vote(lang)) } },
        ));
    }
    let behind = life(app).matters_behind(&motion.row.id).await?;
    let titles = life(app).matter_titles(&looking.compound, &behind).await?;
    if !titles.is_empty() {
        rows.push((
            text::from_matters(lang),
            html! {
                @for (id, (number, title)) in &titles {
                    a .inline href={ "/matters/" (id) } { (crate::text::matter::number(lang, *number)) " " (title) } br;
                }
            },
        ));
    }
    Ok(rows)
}

/// The same; whoever proposed a motion as a neighbour is not named for the post that they hold besides.
async fn who(
    app: &App,
    lang: Lang,
    looking: &Looking,
    motion: &MotionView,
    subject: &Subject,
) -> Result<String, Problem> {
    if *subject == motion.proposer && matches!(subject, Subject::Person(_)) {
        return Ok(text::an_owner(lang).to_owned());
    }
    name(app, lang, looking, subject).await
}

/// The name of an office or of whoever holds a post; a neighbour's is not said.
pub(super) async fn name(app: &App, lang: Lang, looking: &Looking, subject: &Subject) -> Result<String, Problem> {
    let offices = Offices::of(app, looking, BTreeSet::from([subject.clone()])).await?;
    Ok(offices.say(lang, subject))
}

/// Whether support can still admit it.
fn takes_support(state: MotionState) -> bool {
    matches!(state, MotionState::Submitted | MotionState::Returned)
}

/// How many support it, and the button for whoever may.
async fn supporting(app: &App, lang: Lang, looking: &Looking, motion: &MotionView) -> Result<Markup, Problem> {
    if !takes_support(motion.row.state) {
        return Ok(html! {});
    }
    let wanted = life(app).settings_at(&looking.compound, motion.row.since).await?.support_percent;
    let may = match &looking.by {
        Some(by) if matches!(by.subject, Subject::Person(_)) => {
            life(app).may(by, Action::SupportMotion, app.now()).await?
        }
        Some(_) | None => false,
    };
    let (heads, area) = shares(motion);
    let tick = u32::try_from(wanted * 100).ok();
    Ok(html! {
        h2 { (text::support(lang)) }
        (meter(&text::support_heads(lang, &heads.0, wanted), "", heads.1, tick))
        (meter(&text::support_area(lang, &area.0, wanted), "", area.1, tick))
        @if may {
            form method="post" action={ (super::path(&motion.row.id)) "/support" } {
                input type="hidden" name="version" value=(motion.versions.len());
                p .hint { (text::support_hint(lang)) }
                button .btn #support { (text::support_it(lang)) }
            }
        }
    })
}

/// How much of the heads and of the area supports it, as people read it and in hundredths of a percent.
fn shares(motion: &MotionView) -> ((String, u32), (String, u32)) {
    let share = |part: u64, of: u64| {
        let hundredths = (u128::from(part) * 10_000).checked_div(u128::from(of)).unwrap_or(0);
        let hundredths = u32::try_from(hundredths).unwrap_or(10_000);
        (percent(hundredths), hundredths)
    };
    let support = &motion.support;
    (share(support.heads, support.heads_of), share(support.area, support.area_of))
}

/// Hundredths of a percent as people read them.
fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// Every version, the newest first, each with what changed by paragraph.
fn versions(lang: Lang, motion: &MotionView) -> Markup {
    let pairs: Vec<_> = motion.versions.windows(2).rev().collect();
    html! {
        h2 { (text::versions(lang)) }
        @for pair in &pairs {
            @if let [before, after] = pair {
                details .panel {
                    summary {
                        (text::version(lang, after.version.number)) " · " (when(lang, after.at))
                        (mark(lang, motion, after))
                    }
                    p { (why(lang, &after.reason)) }
                    h3 { (text::changes(lang)) }
                    @for change in diff(before.version.text(), after.version.text()) {
                        @match change {
                            Change::Added(said) => { p { strong { (text::added(lang)) } ins { (said) } } }
                            Change::Removed(said) => { p { strong { (text::removed(lang)) } del { (said) } } }
                            Change::Kept(said) => { p .muted { (text::kept(lang)) (said) } }
                        }
                    }
                }
            }
        }
        @if let Some(first) = motion.versions.first() {
            p {
                (text::version(lang, 1)) " · " (when(lang, first.at))
                (mark(lang, motion, first))
            }
        }
    }
}

/// Whether a version is the present one, or what is voted on.
fn mark(lang: Lang, motion: &MotionView, version: &VersionView) -> Markup {
    let is_last = version.version.number == motion.versions.len() as u64;
    html! {
        @if version.state == VersionState::Voted { " " (tag(Tone::Ok, text::voted(lang))) }
        @else if is_last { " " (tag(Tone::Ok, text::current(lang))) }
    }
}

/// The reason of a version; one that came of an amendment says which.
fn why(lang: Lang, reason: &str) -> String {
    match reason.strip_prefix("amendment ").filter(|number| number.parse::<u64>().is_ok()) {
        Some(number) => text::by_amendment(lang, number),
        None => text::reason(lang, reason),
    }
}

async fn timeline(app: &App, lang: Lang, looking: &Looking, motion: &MotionView) -> Result<Markup, Problem> {
    let mut rows = Vec::new();
    for step in life(app).motion_steps(&looking.compound, &motion.row.id).await? {
        // What the clock or the record of a vote brought about is a sentence by itself.
        let by = match &step.by {
            None => String::new(),
            Some(subject) => who(app, lang, looking, motion, subject).await? + lang.pick("", " "),
        };
        rows.push((by, step));
    }
    Ok(html! {
        ol .timeline {
            @for (by, step) in &rows {
                li .past {
                    strong { (by) (words::done(lang, step.verb)) }
                    span { (when(lang, step.at)) }
                    @if step.verb == Verb::Adopt {
                        span { (why(lang, &step.text)) }
                    } @else {
                        @for line in step.text.lines() { span { (line) } }
                    }
                    @if let Some(poll) = step.other.strip_prefix("poll:") {
                        span { a .inline href={ "/polls/" (poll) } { (text::see_vote(lang)) } }
                    }
                }
            }
        }
    })
}

/// Everything that the reader can do now, each with its form.
async fn offers(app: &App, lang: Lang, looking: &Looking, by: &By, motion: &MotionView) -> Result<Markup, Problem> {
    let verbs = life(app).motion_offers(by, &motion.row.id, app.now()).await?;
    let verbs: Vec<_> = verbs.into_iter().filter_map(|verb| Some((verb, words::todo(lang, verb)?))).collect();
    let may_revise = motion.proposer == by.subject && is_changeable(motion.row.state);
    let path = super::path(&motion.row.id);
    let votes = verbs.iter().any(|(verb, _)| matches!(verb, Verb::Schedule | Verb::Repeat));
    let polls = if votes { vote::asking(app, looking, motion).await? } else { Vec::new() };
    let settings = life(app).settings(&by.compound).await?;
    Ok(html! {
        @if !verbs.is_empty() || may_revise { h2 #next { (text::what_next(lang)) } }
        @if may_revise { p { a .btn.second href={ (path) "/revise" } { (text::revise(lang)) } } }
        @for (verb, label) in verbs {
            @let action = format!("{path}/{verb}");
            @match verb {
                Verb::Submit | Verb::Admit | Verb::Finalise => {
                    form method="post" action=(action) { button .btn #(verb.code()) { (label) } }
                }
                Verb::Withdraw => {
                    form method="post" action=(action) { button .btn.danger #(verb.code()) { (label) } }
                }
                Verb::Schedule | Verb::Repeat => {
                    p { (text::poll_lead(lang)) }
                    form method="post" action={ (path) "/poll" } { button .btn.second #poll { (text::poll_make(lang)) } }
                    @if polls.is_empty() { p .muted { (text::poll_none(lang)) } }
                    @else { (choose_poll(lang, verb, label, &action, &polls)) }
                }
                Verb::Deliberate => { (until(lang, (verb, label), &action, settings.deliberate_days, app.now())) }
                Verb::OpenAmendments => { (until(lang, (verb, label), &action, settings.amend_days, app.now())) }
                _ => {
                    details .panel {
                        summary #(verb.code()) { (label) }
                        form method="post" action=(action) {
                            div .field {
                                label for="reason" { (crate::text::matter::reason_field(lang)) }
                                textarea #reason name="reason" rows="4" maxlength="1000" {}
                            }
                            button .btn { (label) }
                        }
                    }
                }
            }
        }
    })
}

fn is_changeable(state: MotionState) -> bool {
    matches!(
        state,
        MotionState::Draft
            | MotionState::Submitted
            | MotionState::Returned
            | MotionState::Admitted
            | MotionState::Deliberating
            | MotionState::Amending
    )
}

fn choose_poll(lang: Lang, verb: Verb, label: &str, action: &str, polls: &[(PollId, String)]) -> Markup {
    html! {
        form method="post" action=(action) {
            fieldset #(verb.code()) {
                legend { (text::poll_choose(lang)) }
                @for (poll, title) in polls { (radio_card("poll", poll.as_str(), title, None, polls.len() == 1)) }
            }
            button .btn { (label) }
        }
    }
}

fn until(lang: Lang, (verb, label): (Verb, &str), action: &str, days: u64, now: u64) -> Markup {
    let id = format!("{verb}-until");
    html! {
        form .panel method="post" action=(action) {
            div .field {
                label for=(id) { (label) "：" (text::last_day(lang)) }
                p .hint id={ (id) "-hint" } { (text::last_day_hint(lang, days)) }
                input id=(id) name="until" type="date" value=(day_of(now + days * DAY)) aria-describedby={ (id) "-hint" };
            }
            button .btn #(verb.code()) { (label) }
        }
    }
}

#[derive(Deserialize)]
struct Supported {
    version: u64,
}

async fn support(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    Form(Supported { version }): Form<Supported>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    match life(&app).support(&by, &motion.row.id, version, app.now()).await {
        Ok(_) => Ok(Redirect::to(&super::path(&motion.row.id)).into_response()),
        Err(error) => {
            let tried = Tried::new("support", words::refusal(error)?);
            page(&app, &reader, &looking, &motion, &tried, remarks::Talk::default()).await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    reason: String,
    until: String,
    poll: String,
}

async fn step(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, verb)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let verb: Verb = verb.parse().map_err(|_| Problem::NOT_FOUND)?;
    words::todo(reader.lang, verb).ok_or(Problem::NOT_FOUND)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    let now = app.now();
    let act = act(&app, &looking, &motion, verb, &typed, now).await?;
    match life(&app).motion_step(&by, &motion.row.id, verb, &act, now).await {
        Ok(_) => Ok(Redirect::to(&super::path(&motion.row.id)).into_response()),
        Err(error) => {
            let problem = match verb {
                Verb::Deliberate | Verb::OpenAmendments if error.code() == "unmet" => window_problem(),
                Verb::Schedule | Verb::Repeat if error.code() == "unmet" => words::refusal(no_poll())?,
                _ => words::refusal(error)?,
            };
            let motion = super::find(&app, &looking, &id).await?;
            let tried = Tried::new("next", problem);
            page(&app, &reader, &looking, &motion, &tried, remarks::Talk::default()).await
        }
    }
}

fn no_poll() -> deliberation::store::UseError {
    deliberation::store::UseError::Field(deliberation::store::Field::Poll)
}

fn window_problem() -> Problem {
    Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "window", text::e_window)
}

async fn act(
    app: &App,
    looking: &Looking,
    motion: &MotionView,
    verb: Verb,
    typed: &Typed,
    now: u64,
) -> Result<MotionAct, Problem> {
    let until = end_of(&typed.until).filter(|until| now < *until && *until < now + 3660 * DAY);
    let poll = if matches!(verb, Verb::Schedule | Verb::Repeat) {
        // One that is still written could be changed after this.
        let polls = vote::asking(app, looking, motion).await?;
        polls.into_iter().map(|(poll, _)| poll).find(|poll| poll.as_str() == typed.poll)
    } else {
        None
    };
    Ok(MotionAct { reason: typed.reason.clone(), window: until.map(|until| Window { from: now, until }), poll })
}

async fn speak(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    Form(said): Form<remarks::Said>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    match said.say(&app, &by, &super::target(&motion.row.id), &super::path(&motion.row.id)).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) => {
            page(&app, &reader, &looking, &motion, &Tried::default(), said.again(words::refusal(error)?)).await
        }
    }
}

async fn moderate(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, number, verb)): Path<(String, u64, String)>,
    Form(why): Form<remarks::Why>,
) -> Result<Response, Problem> {
    let verb = remarks::verb_of(&verb)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let motion = super::find(&app, &looking, &id).await?;
    match why.moderate(&app, &by, &super::target(&motion.row.id), (number, verb)).await {
        Ok(_) => Ok(Redirect::to(&format!("{}#r{number}", super::path(&motion.row.id))).into_response()),
        Err(error) => {
            let talk = remarks::Talk { refused: Some(words::refusal(error)?), ..remarks::Talk::default() };
            page(&app, &reader, &looking, &motion, &Tried::default(), talk).await
        }
    }
}
