//! The discussion below a matter: arguments side by side, questions with their answers, and moderation with reasons.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use ballot::store::ids::Subject;
use deliberation::{
    discussion::{HideReason, Shown, Side, sides},
    lifecycle::{Verb, tables::CommentState},
    rights::Action,
    store::{By, NewRemark, RemarkView, Target, UseError, Voice},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Looking, by, life, one, refusal, words};
use crate::{
    app::App,
    problem::{Form, Path, Problem},
    session::Someone,
    text::{Lang, matter as text, when},
    view::{Reader, Tone, empty, error_summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/matters/{id}/say", post(speak)).route("/matters/{id}/remarks/{number}/{verb}", post(moderate))
}

/// How many comments a page shows.
const PAGE: u64 = 50;

/// What of the discussion a page shows.
#[derive(Default)]
pub(in crate::pages) struct Talk<'a> {
    /// The comment that is replied to.
    pub(in crate::pages) reply: Option<u64>,
    /// The comment after which it goes on.
    pub(in crate::pages) after: u64,
    /// What was typed and not taken, with why.
    pub(in crate::pages) typed: &'a str,
    pub(in crate::pages) side: Option<Side>,
    pub(in crate::pages) refused: Option<Problem>,
}

/// What somebody looking at a discussion may do.
struct Rights {
    own: Option<Subject>,
    may_say: bool,
    may_hide: bool,
    hears_appeals: bool,
}

/// The discussion below what stands at `path`.
pub(in crate::pages) async fn section(
    app: &App,
    lang: Lang,
    looking: &Looking,
    (target, path): (&Target, &str),
    talk: Talk<'_>,
) -> Result<Markup, Problem> {
    let remarks = life(app).remarks(&looking.compound, target, talk.after, PAGE).await?;
    let authors: BTreeSet<Subject> = remarks.iter().map(|remark| remark.comment.author.clone()).collect();
    let voices = life(app).voices(&looking.compound, &authors, app.now()).await?;
    let rights = rights(app, looking).await?;
    let next = remarks.last().filter(|_| remarks.len() as u64 == PAGE).map(|remark| remark.comment.number);
    let comments: Vec<_> = remarks.iter().map(|remark| remark.comment.clone()).collect();
    let sorted = sides(&comments);
    let open: BTreeSet<u64> =
        sorted.questions.iter().filter(|(_, is)| !is).map(|(question, _)| question.number).collect();
    let short = |list: &[&deliberation::discussion::Comment<Subject>]| {
        html! {
            @if list.is_empty() { p .muted { (text::nothing_said(lang)) } }
            ul { @for comment in list { li { a .inline href={ "#r" (comment.number) } { (first_line(&comment.text)) } } } }
        }
    };
    Ok(html! {
        h2 #discussion { (text::discussion(lang)) }
        p .muted { (text::discussion_lead(lang)) }
        @if remarks.is_empty() { (empty(text::no_remarks(lang))) }
        @if !sorted.arguments_for.is_empty() || !sorted.arguments_against.is_empty() {
            div .sides {
                section { h3 { (text::arguments_for(lang)) } (short(&sorted.arguments_for)) }
                section { h3 { (text::arguments_against(lang)) } (short(&sorted.arguments_against)) }
            }
        }
        @for remark in &remarks { (one_remark(lang, path, remark, &voices, &rights, open.contains(&remark.comment.number))) }
        @if let Some(next) = next { p { a .btn.second href={ (path) "?after=" (next) "#discussion" } { (text::older(lang)) } } }
        @if rights.may_say { (form(lang, path, &talk)) }
        details { summary { (text::policy(lang)) } p { (text::policy_text(lang)) } }
    })
}

/// The beginning of what was said, as a line that leads to it.
pub(in crate::pages) fn first_line(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    let short: String = line.chars().take(60).collect();
    if short.len() < line.len() { format!("{short}……") } else { short }
}

async fn rights(app: &App, looking: &Looking) -> Result<Rights, Problem> {
    let Some(by) = &looking.by else {
        return Ok(Rights { own: None, may_say: false, may_hide: false, hears_appeals: false });
    };
    let can = async |action| life(app).may(by, action, app.now()).await;
    Ok(Rights {
        own: Some(by.subject.clone()),
        may_say: can(Action::Comment).await?,
        may_hide: can(Action::Hide).await?,
        hears_appeals: can(Action::Unhide).await?,
    })
}

fn one_remark(
    lang: Lang,
    path: &str,
    remark: &RemarkView,
    voices: &BTreeMap<Subject, Voice>,
    rights: &Rights,
    is_open: bool,
) -> Markup {
    let comment = &remark.comment;
    let is_own = rights.own.as_ref() == Some(&comment.author);
    let voice = voices.get(&comment.author).copied().unwrap_or(Voice::Resident);
    let is_visible = comment.state == CommentState::Visible;
    let may_unhide = comment.state == CommentState::Hidden && rights.hears_appeals;
    let act = |verb: Verb| format!("{path}/remarks/{}/{verb}", comment.number);
    html! {
        article .panel.reply[comment.parent.is_some()] id={ "r" (comment.number) } {
            p {
                strong { (comment.number) } " · " (words::side(lang, comment.side)) " · " (words::voice(lang, voice))
                @if comment.is_official { " " (tag(Tone::Ok, text::official(lang))) }
                @if is_open { " " (tag(Tone::Warn, text::unanswered(lang))) }
                @if is_own { " " (tag(Tone::Plain, text::own(lang))) }
                " " span .muted { (when(lang, remark.at)) }
            }
            @if let Some(parent) = comment.parent { p { a .inline href={ "#r" (parent) } { (text::reply_to(lang, parent)) } } }
            @match comment.shown(rights.own.as_ref(), rights.hears_appeals) {
                Shown::Text(said) => { @for line in said.lines().filter(|line| !line.is_empty()) { p { (line) } } }
                Shown::Hidden(why) => { p .muted { (text::hidden(lang, words::why_hidden(lang, why))) } }
                Shown::OwnHidden(said, why) => {
                    p .muted { (text::own_hidden(lang, words::why_hidden(lang, why))) }
                    @for line in said.lines().filter(|line| !line.is_empty()) { p { (line) } }
                }
                Shown::Withdrawn => { p .muted { (text::withdrawn(lang)) } }
            }
            @if is_visible && rights.may_say {
                p { a .inline href={ (path) "?reply=" (comment.number) "#say" } { (text::reply(lang)) } }
            }
            @if is_own && comment.state != CommentState::Withdrawn {
                form method="post" action=(act(Verb::Withdraw)) { button .btn.second { (text::withdraw(lang)) } }
            }
            @if may_unhide { form method="post" action=(act(Verb::Unhide)) { button .btn.second { (text::unhide(lang)) } } }
            @if is_visible && rights.may_hide {
                details {
                    summary { (text::hide(lang)) }
                    form method="post" action=(act(Verb::Hide)) {
                        div .field {
                            label for={ "why" (comment.number) } { (text::hide_why(lang)) }
                            select id={ "why" (comment.number) } name="reason" {
                                @for reason in HideReason::ALL { option value=(reason.code()) { (words::why_hidden(lang, *reason)) } }
                            }
                        }
                        button .btn.danger { (text::hide(lang)) }
                    }
                }
            }
        }
    }
}

fn form(lang: Lang, path: &str, talk: &Talk<'_>) -> Markup {
    let errors: Vec<_> = talk.refused.map(|problem| ("say", (problem.say)(lang))).into_iter().collect();
    html! {
        (error_summary(lang, &errors))
        form method="post" action={ (path) "/say" } {
            @if let Some(reply) = talk.reply {
                p { (text::reply_to(lang, reply)) }
                input type="hidden" name="parent" value=(reply);
            }
            div .field {
                label for="side" { (text::side_field(lang)) }
                select #side name="side" {
                    @for side in [Side::Remark, Side::For, Side::Against, Side::Question] {
                        option value=(side.code()) selected[talk.side == Some(side)] { (words::side(lang, side)) }
                    }
                }
            }
            div .field {
                label for="say" { (text::say_field(lang)) }
                p .hint #say-hint { (text::say_hint(lang)) }
                textarea #say name="text" rows="4" maxlength="2000" aria-describedby="say-hint"
                    aria-invalid=[talk.refused.map(|_| "true")] { "\n" (talk.typed) }
            }
            button .btn { (text::say(lang)) }
        }
    }
}

/// What somebody says.
#[derive(Deserialize)]
pub(in crate::pages) struct Said {
    #[serde(default)]
    text: String,
    #[serde(default)]
    side: String,
    parent: Option<u64>,
}

/// Where a comment below what stands at `path` is read.
pub(in crate::pages) fn address(path: &str, number: u64) -> String {
    format!("{path}?after={}#r{number}", number.saturating_sub(PAGE))
}

impl Said {
    /// Says it below what stands at `path`; gives where to read it.
    pub(in crate::pages) async fn say(
        &self,
        app: &App,
        by: &By,
        target: &Target,
        path: &str,
    ) -> Result<String, UseError> {
        let new = NewRemark { side: self.side(), text: self.text.clone(), parent: self.parent };
        let number = life(app).say(by, target, &new, app.now()).await?;
        Ok(address(path, number))
    }

    fn side(&self) -> Side {
        self.side.parse().unwrap_or(Side::Remark)
    }

    /// What was typed, for the page that is shown again.
    pub(in crate::pages) fn again(&self, refused: Problem) -> Talk<'_> {
        Talk { reply: self.parent, after: 0, typed: &self.text, side: Some(self.side()), refused: Some(refused) }
    }
}

/// Why something is hidden.
#[derive(Deserialize)]
pub(in crate::pages) struct Why {
    reason: Option<HideReason>,
}

impl Why {
    /// Hides, shows again, or withdraws.
    pub(in crate::pages) async fn moderate(
        &self,
        app: &App,
        by: &By,
        target: &Target,
        (number, verb): (u64, Verb),
    ) -> Result<CommentState, UseError> {
        // Whoever hears an appeal has the policy for a reason.
        let reason = self.reason.or((verb == Verb::Unhide).then_some(HideReason::OffTopic));
        life(app).moderate(by, target, number, verb, reason, app.now()).await
    }
}

/// The verb of an address, if comments have it.
pub(in crate::pages) fn verb_of(word: &str) -> Result<Verb, Problem> {
    let verb = word.parse().ok().filter(|verb| matches!(verb, Verb::Hide | Verb::Unhide | Verb::Withdraw));
    verb.ok_or(Problem::NOT_FOUND)
}

async fn speak(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path(id): Path<String>,
    Form(said): Form<Said>,
) -> Result<Response, Problem> {
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let matter = looking.matter(&app, &id).await?;
    let (target, path) = (Target::Matter(matter.row.id.clone()), format!("/matters/{}", matter.row.id));
    match said.say(&app, &by, &target, &path).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) => one::page(&app, &reader, &looking, &matter, None, said.again(refusal(error)?)).await,
    }
}

async fn moderate(
    State(app): State<App>,
    reader: Reader,
    someone: Someone,
    Path((id, number, verb)): Path<(String, u64, String)>,
    Form(why): Form<Why>,
) -> Result<Response, Problem> {
    let verb = verb_of(&verb)?;
    let by = by(&someone.0);
    let looking = Looking::of(&reader, Some(&someone))?;
    let matter = looking.matter(&app, &id).await?;
    match why.moderate(&app, &by, &Target::Matter(matter.row.id.clone()), (number, verb)).await {
        Ok(_) => Ok(Redirect::to(&format!("/matters/{}#r{number}", matter.row.id)).into_response()),
        Err(error) => {
            let talk = Talk { refused: Some(refusal(error)?), ..Talk::default() };
            one::page(&app, &reader, &looking, &matter, None, talk).await
        }
    }
}
