//! The whole way of a decision, each step with its date and its page: the matter, the motion or the meeting, the notice,
//! the vote, the result, the decision, and what is done about it.

use std::collections::BTreeSet;

use deliberation::{
    lifecycle::Verb,
    store::{DecisionSource, DecisionView, ItemView, MotionId, StepView, Target, Verdict},
};
use maud::{Markup, html};

use super::tasks;
use crate::{
    app::App,
    pages::{
        matters::{Looking, life},
        motions,
    },
    problem::Problem,
    text::{Lang, after, decision as text, last_day, when},
};

/// One step of the way.
struct Link {
    label: String,
    href: String,
    title: String,
    when: String,
    /// How an action item stands.
    state: Markup,
}

impl Link {
    fn new(label: impl Into<String>, href: String, title: impl Into<String>, when: String) -> Self {
        Self { label: label.into(), href, title: title.into(), when, state: html! {} }
    }
}

pub(super) async fn section(
    app: &App,
    lang: Lang,
    looking: &Looking,
    decision: &DecisionView,
) -> Result<Markup, Problem> {
    let mut links = match (&decision.source, &decision.verdict) {
        (DecisionSource::Motion(id), _) => of_motion(app, lang, looking, id).await?,
        (DecisionSource::Item(_), Verdict::Item(item)) => of_item(app, lang, looking, item, decision.at).await?,
        (DecisionSource::Item(_), Verdict::Motion(_)) => Vec::new(),
    };
    links.extend(decision.tasks.iter().map(|view| {
        let due = text::c_by(lang, &last_day(lang, view.task.due));
        let link = Link::new(text::c_task(lang), format!("#task-{}", view.number), view.title.clone(), due);
        Link { state: tasks::state(lang, view), ..link }
    }));
    if let DecisionSource::Motion(id) = &decision.source {
        links.extend(ends(app, lang, looking, id).await?);
    }
    Ok(html! {
        h2 #chain { (text::chain(lang)) }
        p { (text::chain_lead(lang)) }
        ol .timeline {
            @for Link { label, href, title, when, state } in &links {
                li .past {
                    strong { (label) }
                    span { a .inline href=(href) { (title) } " " (state) }
                    span .muted { (when) }
                }
            }
        }
    })
}

/// The matters, each with the day on which it was raised.
async fn matters(app: &App, lang: Lang, looking: &Looking, ids: &BTreeSet<String>) -> Result<Vec<Link>, Problem> {
    let mut links = Vec::new();
    for (id, (number, title)) in life(app).matter_titles(&looking.compound, ids).await? {
        let parsed = id.parse().map_err(|_| Problem::NOT_FOUND)?;
        let steps = life(app).matter_steps(&looking.compound, &parsed).await?;
        let raised = steps.first().map(|step| when(lang, step.at)).unwrap_or_default();
        links.push(Link::new(text::c_matter(lang, number), format!("/matters/{id}"), title, raised));
    }
    Ok(links)
}

/// Where a matter or a motion was talked over in meetings, and what they decided of it.
async fn talks(app: &App, lang: Lang, looking: &Looking, about: &Target) -> Result<Vec<Link>, Problem> {
    let mut links = Vec::new();
    for item in life(app).items_about(&looking.compound, about).await? {
        let Some(id) = &item.meeting else { continue };
        let Some(meeting) = life(app).meeting(&looking.compound, id).await? else { continue };
        let href = format!("/meetings/{}#item-{}", meeting.row.number, item.number);
        links.push(Link::new(text::c_meeting(lang), href, meeting.row.title, when(lang, meeting.row.window.from)));
    }
    Ok(links)
}

async fn of_motion(app: &App, lang: Lang, looking: &Looking, id: &MotionId) -> Result<Vec<Link>, Problem> {
    let compound = &looking.compound;
    let Some(motion) = life(app).motion(compound, id, app.now()).await? else { return Ok(Vec::new()) };
    let behind = life(app).matters_behind(id).await?;
    let mut links = matters(app, lang, looking, &behind).await?;
    for matter in &behind {
        let matter = matter.parse().map_err(|_| Problem::NOT_FOUND)?;
        links.extend(talks(app, lang, looking, &Target::Matter(matter)).await?);
    }
    let steps = life(app).motion_steps(compound, id).await?;
    let page = format!("/motions/{id}");
    let at = |verb: Verb| steps.iter().rev().find(|step| step.verb == verb).map(|step| when(lang, step.at));
    let of = |label: &str, verb: Verb| {
        at(verb).map(|at| Link::new(label, page.clone(), crate::text::motion::number(lang, motion.row.number), at))
    };
    links.extend(of(text::c_motion(lang), Verb::Submit));
    links.extend(talks(app, lang, looking, &Target::Motion(id.clone())).await?);
    links.extend(of(text::c_final(lang), Verb::Finalise));
    for notice in life(app).notices_of(compound, id, app.now()).await? {
        let Some(online) = notice.online else { continue };
        links.push(Link::new(
            text::c_notice(lang),
            format!("/notices/{}", notice.id),
            notice.title,
            when(lang, online),
        ));
    }
    if let (Some(poll), Some(vote)) = (&motion.poll, motion.vote) {
        let until = text::c_then(lang, &when(lang, vote.until));
        let times = format!("{} · {until}", when(lang, vote.from));
        links.push(Link::new(text::c_vote(lang), format!("/polls/{poll}"), motion.row.title.clone(), times));
    }
    let result = motion.poll.as_ref().map_or_else(|| page.clone(), |poll| format!("/polls/{poll}/result"));
    links.extend(steps.iter().filter_map(|step| outcome(lang, step, &result, &page)));
    Ok(links)
}

/// A step that came of the vote; nothing for those before it.
fn outcome(lang: Lang, step: &StepView, result: &str, page: &str) -> Option<Link> {
    let (label, href) = match step.verb {
        Verb::Carry | Verb::Lose | Verb::MissQuorum => (text::c_result(lang), result),
        Verb::Decide | Verb::Suspend => (text::c_decision(lang), page),
        _ => return None,
    };
    Some(Link::new(label, href.to_owned(), motions::done(lang, step.verb), when(lang, step.at)))
}

/// What became of a motion once all that it led to had ended.
async fn ends(app: &App, lang: Lang, looking: &Looking, id: &MotionId) -> Result<Vec<Link>, Problem> {
    let steps = life(app).motion_steps(&looking.compound, id).await?;
    let last = steps.iter().filter(|step| matches!(step.verb, Verb::Complete | Verb::Fail));
    let link = |step: &StepView| {
        let said = motions::done(lang, step.verb);
        Link::new(after::tasks(lang), format!("/motions/{id}"), said, when(lang, step.at))
    };
    Ok(last.map(link).collect())
}

async fn of_item(
    app: &App,
    lang: Lang,
    looking: &Looking,
    item: &ItemView,
    decided: u64,
) -> Result<Vec<Link>, Problem> {
    let compound = &looking.compound;
    let mut links = match &item.about {
        Some(Target::Matter(id)) => matters(app, lang, looking, &BTreeSet::from([id.to_string()])).await?,
        Some(Target::Motion(id)) => {
            let mut links = matters(app, lang, looking, &life(app).matters_behind(id).await?).await?;
            let titles = life(app).motion_titles(compound, &BTreeSet::from([id.to_string()])).await?;
            let steps = life(app).motion_steps(compound, id).await?;
            let submitted = steps.iter().find(|step| step.verb == Verb::Submit).map(|step| when(lang, step.at));
            links.extend(titles.into_values().map(|(_, title)| {
                Link::new(text::c_motion(lang), format!("/motions/{id}"), title, submitted.clone().unwrap_or_default())
            }));
            links
        }
        None => Vec::new(),
    };
    let meeting = match &item.meeting {
        Some(id) => life(app).meeting(compound, id).await?,
        None => None,
    };
    let Some(meeting) = meeting else { return Ok(links) };
    let page = format!("/meetings/{}", meeting.row.number);
    let here = format!("{page}#item-{}", item.number);
    links.push(Link::new(text::c_item(lang), here.clone(), item.title.clone(), when(lang, item.at)));
    let times = when(lang, meeting.row.window.from);
    links.push(Link::new(text::c_meeting(lang), page.clone(), meeting.row.title.clone(), times));
    links.push(Link::new(text::c_decision(lang), here, item.title.clone(), when(lang, decided)));
    if let Some(minutes) = meeting.published() {
        let title = text::c_minutes(lang);
        links.push(Link::new(title, format!("{page}/minutes"), meeting.row.title.clone(), when(lang, minutes.since)));
    }
    Ok(links)
}
