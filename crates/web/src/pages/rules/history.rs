//! Changes of rules: the one that waits, and those that were decided.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::ids::Subject;
use deliberation::{
    settings::{RuleState, Settings},
    store::{RuleChange, Rules},
};
use maud::{Markup, html};

use super::{Ruled, fields};
use crate::{
    app::App,
    pages::{decisions::Offices, matters::life},
    problem::Problem,
    text::{Lang, rule as text, when},
    view::empty,
};

/// So many changes are shown.
const MOST: u64 = 50;

/// The changes of something's rules, the newest first, with the names that are said.
pub(super) struct Changes {
    all: Vec<RuleChange>,
    names: Offices,
    path: String,
    now: Rules,
    me: Option<Subject>,
}

impl Changes {
    pub(super) async fn of(app: &App, ruled: &Ruled) -> Result<Self, Problem> {
        let all = life(app).rule_changes(&ruled.looking.compound, &ruled.of(), MOST).await?;
        let people = all.iter().flat_map(|change| [&change.proposed_by, &change.decided_by]).flatten().cloned();
        let people: BTreeSet<Subject> = people.collect();
        Ok(Self {
            names: Offices::of(app, &ruled.looking, people).await?,
            path: ruled.path(),
            now: ruled.rules.clone(),
            me: ruled.looking.by.as_ref().map(|by| by.subject.clone()),
            all,
        })
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.all.iter().any(|change| change.state == RuleState::Proposed)
    }

    /// The one that waits, with what whoever looks can do about it.
    pub(super) fn waiting(&self, lang: Lang, may: bool) -> Markup {
        let place = self.all.iter().position(|change| change.state == RuleState::Proposed);
        let Some((place, change)) = place.and_then(|place| Some((place, self.all.get(place)?))) else {
            return html! {};
        };
        let is_own = change.proposed_by == self.me;
        let action = |act: &str| format!("{}/{}/{act}", self.path, change.number);
        html! {
            section .panel #waiting {
                h2 { (text::waits(lang)) }
                (self.what(lang, place))
                @if may {
                    @if is_own { p { (text::own_waits(lang)) } }
                    @else { form method="post" action=(action("adopt")) { button .btn #adopt { (text::adopt(lang)) } } }
                    form method="post" action=(action("drop")) {
                        button .btn.second { (if is_own { text::drop_own(lang) } else { text::drop(lang) }) }
                    }
                }
            }
        }
    }

    /// Those that were decided.
    pub(super) fn past(&self, lang: Lang) -> Markup {
        let past: Vec<usize> =
            (0..self.all.len()).filter(|place| self.all[*place].state != RuleState::Proposed).collect();
        html! {
            h2 #history { (text::history(lang)) }
            @if past.is_empty() { (empty(text::history_none(lang))) }
            @for place in past { section .panel { (self.what(lang, place)) } }
        }
    }

    /// One change: what it changes, who proposed it, and what became of it.
    fn what(&self, lang: Lang, place: usize) -> Markup {
        let change = &self.all[place];
        html! {
            h3 { (text::number(lang, change.number)) }
            ul { @for line in self.difference(lang, place) { li { (line) } } }
            p .muted { (text::proposed(lang, &self.name(lang, change.proposed_by.as_ref()), &when(lang, change.proposed_at))) }
            @if let Some(line) = self.fate(lang, change) { p .muted { (line) } }
        }
    }

    fn fate(&self, lang: Lang, change: &RuleChange) -> Option<String> {
        let (who, at) = (self.name(lang, change.decided_by.as_ref()), when(lang, change.decided_at?));
        match change.state {
            RuleState::Proposed => None,
            RuleState::InForce => Some(text::adopted(lang, &who, &at)),
            RuleState::Refused => Some(text::refused(lang, &who, &at)),
            RuleState::Withdrawn => Some(text::withdrawn(lang, &who, &at)),
        }
    }

    fn name(&self, lang: Lang, subject: Option<&Subject>) -> String {
        subject.map_or_else(|| text::somebody(lang).to_owned(), |subject| self.names.say(lang, subject))
    }

    /// The rules that a change was made to; nothing where nobody wrote them down: a body's first ones.
    fn before(&self, place: usize) -> Option<Rules> {
        let is_held = |change: &&RuleChange| change.state == RuleState::InForce;
        if let Some(older) = self.all[place + 1..].iter().find(is_held) {
            return Some(older.rules.clone());
        }
        match &self.now {
            Rules::Estate(_) => Some(Rules::Estate(Settings::default())),
            Rules::Body(..) => self.all.iter().all(|change| !is_held(&change)).then(|| self.now.clone()),
        }
    }

    fn difference(&self, lang: Lang, place: usize) -> Vec<String> {
        let after = fields::rows(lang, &self.all[place].rules);
        let Some(before) = self.before(place) else {
            return after.iter().map(|(what, value)| text::is(lang, what, value)).collect();
        };
        let before: BTreeMap<_, _> = fields::rows(lang, &before).into_iter().collect();
        let gone = before.keys().filter(|what| !after.iter().any(|(other, _)| other == *what));
        let gone = gone.map(|what| text::was(lang, what, &before[what], text::gone(lang)));
        let changed = after.iter().filter(|(what, value)| before.get(what) != Some(value)).map(|(what, value)| {
            match before.get(what) {
                Some(old) => text::was(lang, what, old, value),
                None => text::is(lang, what, value),
            }
        });
        changed.chain(gone).collect()
    }
}
