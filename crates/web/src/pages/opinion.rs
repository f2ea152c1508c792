//! What people think of a matter, a motion or a survey's needs: statements to react to, the map of who thinks alike, and all figures as
//! text.

mod act;
mod map;
mod topic;

use std::collections::BTreeMap;

use axum::{Router, extract::State, response::Response, routing::get};
use ballot::store::ids::Subject;
use deliberation::{
    discussion::HideReason,
    lifecycle::{Verb, tables::StatementState},
    opinion::{Id, StatementFigures, Vote},
    rights::Action,
    store::{Conversation, OpinionView, StatementView, Target},
};
use maud::{Markup, html};
use serde::Deserialize;

pub(crate) use topic::Topic;

use super::matters::{life, words};
use crate::{
    app::App,
    problem::{Problem, Query},
    text::{Lang, matter, statement as text, survey},
    view::{Page, Reader, Tone, empty, error_summary, tag},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/matters/{id}/opinion", get(show))
        .route("/motions/{id}/opinion", get(show))
        .route("/surveys/{number}/opinion", get(show))
        .merge(act::routes())
}

#[derive(Deserialize)]
struct Asked {
    /// The statement that is thought of again.
    s: Option<u64>,
}

/// What was typed and not taken.
#[derive(Default)]
struct Tried<'a> {
    text: &'a str,
    refused: Option<(&'static str, Problem)>,
}

/// What the reader may do, and has said.
struct Rights {
    own: Option<Subject>,
    may_state: bool,
    may_judge: bool,
    hears_appeals: bool,
    reactions: BTreeMap<u64, Vote>,
}

impl Rights {
    /// Offices write statements, and people react.
    fn may_react(&self) -> bool {
        self.may_state && matches!(self.own, Some(Subject::Person(_)))
    }
}

/// All that the page shows.
struct Sight<'a> {
    lang: Lang,
    path: String,
    topic: &'a Topic,
    statements: Vec<StatementView>,
    figures: BTreeMap<u64, &'a StatementFigures>,
    rights: Rights,
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    topic: Topic,
    Query(Asked { s }): Query<Asked>,
) -> Result<Response, Problem> {
    page(&app, &reader, &topic, (s, Tried::default())).await
}

async fn page(
    app: &App,
    reader: &Reader,
    topic: &Topic,
    (asked, tried): (Option<u64>, Tried<'_>),
) -> Result<Response, Problem> {
    let lang = reader.lang;
    let view = life(app).opinion(&topic.looking.compound, &topic.conversation, app.now()).await?;
    let sight = Sight {
        lang,
        path: topic.path(),
        topic,
        statements: life(app).statements(&topic.conversation).await?,
        figures: figures(&view),
        rights: rights(app, topic).await?,
    };
    let errors: Vec<_> = tried.refused.iter().map(|(field, problem)| (*field, (problem.say)(lang))).collect();
    let title = text::title(lang);
    let body = html! {
        h1 { (title) }
        p { a .inline href=(topic.home) { (topic.title) } }
        p .muted { (text::lead(lang)) }
        (error_summary(lang, &errors))
        (sight.question(asked))
        (sight.add(tried.text, !errors.is_empty()))
        (sight.own_others())
        (sight.pending())
        (map::section(lang, &view, &sight.texts()))
        (sight.all())
        p { a .btn.second href=(topic.home) { (back(lang, &topic.conversation)) } }
    };
    let page = Page::new(reader, title).show(body);
    Ok(match tried.refused {
        Some((_, problem)) => problem.on(page),
        None => page,
    })
}

fn figures(view: &OpinionView) -> BTreeMap<u64, &StatementFigures> {
    let number = |figures: &&StatementFigures| match figures.statement {
        Id::Number(number) => Some(number),
        Id::Text(_) => None,
    };
    view.map.statements.iter().filter_map(|figures| Some((number(&figures)?, figures))).collect()
}

async fn rights(app: &App, topic: &Topic) -> Result<Rights, Problem> {
    let Some(by) = &topic.looking.by else {
        return Ok(Rights {
            own: None,
            may_state: false,
            may_judge: false,
            hears_appeals: false,
            reactions: BTreeMap::new(),
        });
    };
    let may_state = topic.is_open && life(app).may(by, Action::React, app.now()).await?;
    Ok(Rights {
        own: Some(by.subject.clone()),
        may_state,
        may_judge: life(app).may(by, Action::Hide, app.now()).await?,
        hears_appeals: life(app).may(by, Action::Unhide, app.now()).await?,
        reactions: life(app).own_reactions(&topic.conversation, &by.subject).await?,
    })
}

impl Sight<'_> {
    fn shown(&self) -> impl Iterator<Item = &StatementView> {
        self.statements.iter().filter(|statement| statement.state == StatementState::Accepted)
    }

    /// The texts of what is shown, by number.
    fn texts(&self) -> BTreeMap<u64, &str> {
        self.shown().map(|statement| (statement.number, statement.text.as_str())).collect()
    }

    fn is_own(&self, statement: &StatementView) -> bool {
        self.rights.own.as_ref() == Some(&statement.author)
    }

    /// The one that is asked for; otherwise, of those not reacted to, the one that would tell most.
    fn next(&self, asked: Option<u64>) -> Option<&StatementView> {
        if let Some(asked) = asked {
            return self.shown().find(|statement| statement.number == asked);
        }
        let priority = |statement: &StatementView| {
            self.figures.get(&statement.number).map_or(f64::INFINITY, |figures| figures.priority)
        };
        let open = self.shown().filter(|statement| !self.rights.reactions.contains_key(&statement.number));
        open.max_by(|one, two| priority(one).total_cmp(&priority(two)).then(two.number.cmp(&one.number)))
    }

    fn question(&self, asked: Option<u64>) -> Markup {
        let lang = self.lang;
        let of = self.shown().count();
        let done = self.shown().filter(|statement| self.rights.reactions.contains_key(&statement.number)).count();
        html! {
            @if !self.topic.is_open {
                p { strong { (closed(lang, &self.topic.conversation)) } }
            } @else if self.rights.own.is_none() {
                p { (text::sign_in(lang)) " " a .inline href={ "/login?next=" (self.path) } { (text::sign_in_link(lang)) } }
            }
            @if of == 0 { (empty(text::nothing(lang))) }
            @if self.rights.may_react() && 0 < of {
                @match self.next(asked) {
                    Some(statement) => {
                        section .panel {
                            h2 { (text::next(lang)) }
                            p .said { (statement.text) }
                            // None of the three is made more of than the others.
                            form .choices method="post" action={ (self.path) "/" (statement.number) "/agree" } {
                                button .btn.second { (text::agree(lang)) }
                                button .btn.second formaction={ (self.path) "/" (statement.number) "/disagree" } { (text::disagree(lang)) }
                                button .btn.second formaction={ (self.path) "/" (statement.number) "/pass" } { (text::pass(lang)) }
                            }
                        }
                    }
                    None => { p { strong { (text::all_done(lang)) } } }
                }
                p .muted { (text::progress(lang, done, of)) }
            }
        }
    }

    fn add(&self, typed: &str, is_refused: bool) -> Markup {
        let lang = self.lang;
        html! {
            @if self.rights.may_state {
                details .panel open[!typed.is_empty()] {
                    summary { (text::add(lang)) }
                    form method="post" action={ (self.path) "/say" } {
                        div .field {
                            label for="statement" { (text::add_field(lang)) }
                            p .hint #statement-hint { (text::add_hint(lang)) }
                            textarea #statement name="text" rows="3" maxlength="140" aria-describedby="statement-hint"
                                aria-invalid=[(is_refused && !typed.is_empty()).then_some("true")] { "\n" (typed) }
                        }
                        button .btn.second { (text::add_do(lang)) }
                    }
                }
            }
        }
    }

    /// What became of those that the reader wrote and that are not shown.
    fn own_others(&self) -> Markup {
        let lang = self.lang;
        let why = |statement: &StatementView| statement.reason.map_or("", |reason| words::why_hidden(lang, reason));
        let fate = |statement: &StatementView| match statement.state {
            StatementState::Accepted => None,
            StatementState::Pending => Some(text::own_waiting(lang).to_owned()),
            StatementState::Rejected => Some(text::own_rejected(lang, why(statement))),
            StatementState::Duplicate => Some(text::own_duplicate(lang, statement.original.unwrap_or_default())),
            StatementState::Hidden => Some(text::own_hidden(lang, why(statement))),
        };
        let own = self.statements.iter().filter(|statement| self.is_own(statement));
        let fates: Vec<_> = own.filter_map(|statement| Some((statement, fate(statement)?))).collect();
        html! {
            @if !fates.is_empty() {
                ul {
                    @for (statement, fate) in fates {
                        li {
                            (statement.text) " " span .muted { (fate) }
                            @if statement.state == StatementState::Pending { (self.reword(statement)) }
                        }
                    }
                }
            }
        }
    }

    /// The form in which an author words a statement anew, before anybody has reacted to it.
    fn reword(&self, statement: &StatementView) -> Markup {
        let lang = self.lang;
        let id = format!("reword{}", statement.number);
        html! {
            @if self.rights.may_state {
                details {
                    summary { (text::reword(lang)) }
                    form method="post" action={ (self.path) "/" (statement.number) } {
                        div .field {
                            label for=(id) { (text::add_field(lang)) }
                            textarea id=(id) name="text" rows="3" maxlength="140" { "\n" (statement.text) }
                        }
                        button .btn.second { (text::reword_do(lang)) }
                    }
                }
            }
        }
    }

    fn pending(&self) -> Markup {
        let lang = self.lang;
        let waiting: Vec<_> =
            self.statements.iter().filter(|statement| statement.state == StatementState::Pending).collect();
        html! {
            @if self.rights.may_judge && !waiting.is_empty() {
                h2 #pending { (text::pending(lang)) }
                @for statement in waiting {
                    @let act = |verb: Verb| format!("{}/{}/{verb}", self.path, statement.number);
                    article .panel {
                        p { strong { (statement.number) } " · " (statement.text) }
                        form method="post" action=(act(Verb::Accept)) { button .btn.second { (text::accept(lang)) } }
                        details {
                            summary { (text::reject(lang)) }
                            (self.reasons(&act(Verb::Reject), statement.number, text::reject(lang)))
                        }
                        details {
                            summary { (text::duplicate(lang)) }
                            form method="post" action=(act(Verb::MarkDuplicate)) {
                                div .field {
                                    label for={ "original" (statement.number) } { (text::duplicate_field(lang)) }
                                    input id={ "original" (statement.number) } name="original" type="text" inputmode="numeric" autocomplete="off";
                                }
                                button .btn.second { (text::duplicate(lang)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn reasons(&self, action: &str, number: u64, label: &str) -> Markup {
        html! {
            form method="post" action=(action) {
                div .field {
                    label for={ "why" (number) } { (text::reject_why(self.lang)) }
                    select id={ "why" (number) } name="reason" {
                        @for reason in HideReason::ALL { option value=(reason.code()) { (words::why_hidden(self.lang, *reason)) } }
                    }
                }
                button .btn.danger { (label) }
            }
        }
    }

    /// All that was ever shown, each with its figures in numbers.
    fn all(&self) -> Markup {
        let lang = self.lang;
        let listed =
            |statement: &&StatementView| matches!(statement.state, StatementState::Accepted | StatementState::Hidden);
        html! {
            @if self.statements.iter().any(|statement| listed(&statement)) {
                h2 #all { (text::all(lang)) }
                ul .links {
                    @for statement in self.statements.iter().filter(listed) {
                        li id={ "s" (statement.number) } { strong { (statement.number) } " · " (self.line(statement)) }
                    }
                }
            }
        }
    }

    fn line(&self, statement: &StatementView) -> Markup {
        let lang = self.lang;
        let number = statement.number;
        if statement.state == StatementState::Hidden {
            let reason = statement.reason.map_or("", |reason| words::why_hidden(lang, reason));
            return html! {
                span .muted { (text::hidden(lang, reason)) }
                @if self.rights.hears_appeals {
                    " " (statement.text)
                    form method="post" action={ (self.path) "/" (number) "/" (Verb::Unhide) } { button .btn.second { (text::unhide(lang)) } }
                }
            };
        }
        let figures = self.figures.get(&number);
        html! {
            (statement.text)
            @if statement.is_seed { " " (tag(Tone::Plain, text::seed(lang))) }
            @if self.is_own(statement) { " " (tag(Tone::Plain, matter::own(lang))) }
            @if let Some(figures) = figures.filter(|figures| 0 < figures.agree + figures.disagree + figures.pass) {
                br; span .muted { (map::numbers(lang, figures)) }
            }
            @if let Some(vote) = self.rights.reactions.get(&number) {
                br; (text::yours(lang, word(lang, *vote)))
                @if self.rights.may_react() { " " a .inline href={ (self.path) "?s=" (number) } { (text::again(lang)) } }
            }
            @if self.is_own(statement) && figures.is_none_or(|figures| figures.agree + figures.disagree + figures.pass == 0) {
                (self.reword(statement))
            }
            @if self.rights.may_judge {
                details {
                    summary { (text::hide(lang)) }
                    (self.reasons(&format!("{}/{number}/{}", self.path, Verb::Hide), number, text::hide(lang)))
                }
            }
        }
    }
}

fn back(lang: Lang, conversation: &Conversation) -> &'static str {
    match conversation {
        Conversation::Of(Target::Matter(_)) => text::to_matter(lang),
        Conversation::Of(Target::Motion(_)) => text::to_motion(lang),
        Conversation::Needs(_) => survey::to_survey(lang),
    }
}

fn closed(lang: Lang, conversation: &Conversation) -> &'static str {
    match conversation {
        Conversation::Of(Target::Matter(_)) => text::closed(lang),
        Conversation::Of(Target::Motion(_)) => text::closed_motion(lang),
        Conversation::Needs(_) => text::closed_needs(lang),
    }
}

fn word(lang: Lang, vote: Vote) -> &'static str {
    match vote {
        Vote::Agree => text::agree(lang),
        Vote::Disagree => text::disagree(lang),
        Vote::Pass => text::pass(lang),
    }
}
