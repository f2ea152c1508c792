//! Matters (事项): levels, deadlines, escalation by the clock, merging, and how far a promise is kept.
//!
//! Small things are settled in the grid, large ones in the community (小事不出网格，大事不出社区). Every matter is
//! acknowledged, every matter is placed, everybody is answered (件件有回音、事事有着落、人人有答复).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    lifecycle::{self, Facts, Step, Verb, tables::MatterState},
    settings::{DAY, Settings},
    words::words,
};

words! {
    /// Where a matter comes from.
    Source {
        Wish "wish" "the wish wall (心愿廊)",
        Round "round" "a round of a grid worker (巡查)",
        GroupChat "group_chat" "a group chat, brought into the record",
        Survey "survey" "a survey",
        Meeting "meeting" "a meeting",
        Hotline "hotline" "the hotline 12345",
        Visit "visit" "a visit at the door",
    }

    /// Who has to settle it.
    Level {
        Grid "grid" "the grid (L1)",
        Estate "estate" "the compound (L2)",
        Community "community" "the community (L3)",
        Street "street" "the street (L4)",
    }

    /// What an answer comes to.
    AnswerKind {
        Done "done" "done",
        Agreed "agreed" "agreed, and will be done",
        Refused "refused" "refused, with the reason in the text",
        NotOurs "not_ours" "not for us: the text says whose",
    }
}

impl Level {
    /// From 1 to 4.
    pub fn number(self) -> u8 {
        match self {
            Self::Grid => 1,
            Self::Estate => 2,
            Self::Community => 3,
            Self::Street => 4,
        }
    }

    /// The level of a number from 1 to 4.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.number() == number)
    }

    /// The next one up; the highest has none.
    pub fn above(self) -> Option<Self> {
        Self::of(self.number() + 1)
    }

    fn days(self, days: &[u64; 4]) -> u64 {
        days[usize::from(self.number() - 1)]
    }
}

/// Where a matter stands: all that its clock and its table need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: MatterState,
    /// Its level.
    pub level: Level,
    /// When it came into the state, in Unix seconds.
    pub since: u64,
    /// When what the state waits for is due.
    pub due: Option<u64>,
    /// The seconds that were left when its clock stopped, while it is returned.
    pub left: u64,
    /// How often it was reopened.
    pub reopened: u64,
    /// Motions, mediations and surveys that it gave rise to and that have not ended.
    pub open_children: u64,
    /// Whether it goes to whoever is on call.
    pub is_emergency: bool,
}

impl Standing {
    /// A matter that is being written.
    pub fn draft(level: Level, is_emergency: bool, now: u64) -> Self {
        Self {
            state: MatterState::Draft,
            level,
            since: now,
            due: None,
            left: 0,
            reopened: 0,
            open_children: 0,
            is_emergency,
        }
    }

    /// Whether it can still change.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, MatterState::Draft | MatterState::Closed | MatterState::Merged)
    }

    /// The values that the table's conditions look at; what an act gives is added by whoever acts.
    pub fn facts(&self, settings: &Settings, now: u64) -> Facts {
        let days = match self.state {
            MatterState::Returned => settings.pause_days,
            _ => settings.close_days,
        };
        Facts {
            now,
            since: self.since,
            due: self.due,
            is_emergency: self.is_emergency,
            level: self.level.number(),
            reopened: self.reopened,
            open_children: self.open_children,
            period: days * DAY,
            ..Facts::default()
        }
    }

    /// Where it stands after a step that was allowed; `named_due` is the due date that the act names.
    #[must_use]
    pub fn after(&self, step: &Step<MatterState>, named_due: Option<u64>, settings: &Settings, now: u64) -> Self {
        let mut next = self.clone();
        if step.to != self.state {
            (next.state, next.since) = (step.to, now);
        }
        let reply = |level: Level| Some(now + level.days(&settings.acknowledge_days) * DAY);
        match step.verb {
            Verb::Submit if self.state == MatterState::Draft => next.due = reply(self.level),
            Verb::Submit | Verb::Resume => (next.due, next.left) = (Some(now + self.left), 0),
            Verb::Return => {
                next.left = self.due.unwrap_or(now).saturating_sub(now);
                next.due = None;
            }
            // Whoever has acknowledged it has as long again to place it.
            Verb::Acknowledge => next.due = reply(self.level),
            Verb::Assign | Verb::Dispatch => next.due = named_due,
            Verb::Reopen => (next.reopened, next.due) = (self.reopened + 1, reply(self.level)),
            Verb::Escalate | Verb::Overrun | Verb::Appeal => {
                next.level = self.level.above().unwrap_or(self.level);
                next.due = reply(next.level);
            }
            Verb::Link => next.open_children += 1,
            Verb::Answer => next.due = Some(now + settings.close_days * DAY),
            Verb::Close | Verb::Settle | Verb::Merge => next.due = None,
            _ => {}
        }
        next
    }

    /// Where it stands once something that it gave rise to has ended. An answer then waits its days anew.
    #[must_use]
    pub fn after_child(&self, settings: &Settings, now: u64) -> Self {
        let mut next = Self { open_children: self.open_children.saturating_sub(1), ..self.clone() };
        if self.state == MatterState::Answered {
            (next.since, next.due) = (now, Some(now + settings.close_days * DAY));
        }
        next
    }

    /// Where it stands now, with every step that time has brought since, each with its time.
    ///
    /// A matter that nobody looked at for a month stands where it would if somebody had looked every second.
    pub fn at(&self, settings: &Settings, now: u64) -> (Self, Vec<(Verb, u64)>) {
        let (mut standing, mut steps) = (self.clone(), Vec::new());
        while let Some(at) = standing.next_change(settings).filter(|at| *at <= now) {
            let Some(step) = lifecycle::due(standing.state, &standing.facts(settings, at)) else { break };
            standing = standing.after(&step, None, settings, at);
            steps.push((step.verb, at));
        }
        (standing, steps)
    }

    /// The first second at which the clock could do something.
    pub fn next_change(&self, settings: &Settings) -> Option<u64> {
        match self.state {
            MatterState::Submitted | MatterState::Acknowledged | MatterState::Assigned | MatterState::InProgress => {
                self.due.filter(|_| self.level.above().is_some()).map(|due| due + 1)
            }
            MatterState::Returned => Some(self.since + settings.pause_days * DAY),
            MatterState::Answered => Some(self.since + settings.close_days * DAY),
            MatterState::Draft
            | MatterState::Reopened
            | MatterState::Escalated
            | MatterState::Closed
            | MatterState::Merged => None,
        }
    }

    /// Whether what it waits for is late.
    pub fn is_overdue(&self, now: u64) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < now)
    }

    /// The due date that is proposed to whoever assigns it.
    pub fn proposed_due(&self, settings: &Settings, now: u64) -> u64 {
        now + self.level.days(&settings.answer_days) * DAY
    }
}

/// Somebody who is to be answered, and by which matter they came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Submitter<P> {
    /// Who.
    pub who: P,
    /// The number of the matter that they submitted.
    pub origin: u64,
}

/// The submitters of a matter after another was merged into it: everybody of both, each once for each matter.
pub fn carried<P: Clone + Ord>(
    survivor: &BTreeSet<Submitter<P>>,
    merged: &BTreeSet<Submitter<P>>,
) -> BTreeSet<Submitter<P>> {
    survivor.union(merged).cloned().collect()
}

/// Whether a matter may be merged into another: both open, and not the same. As what was merged is not open, no chain
/// of merges closes.
pub fn is_merge(from: (u64, &Standing), into: (u64, &Standing)) -> bool {
    from.0 != into.0 && from.1.is_open() && into.1.is_open()
}

/// How far a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// How many it is kept for.
    pub kept: u64,
    /// Of how many.
    pub of: u64,
}

impl Promise {
    /// Whole percent, rounded down: 100 only if nothing is missing. Nothing to keep is kept.
    pub fn percent(self) -> u64 {
        (self.kept * 100).checked_div(self.of).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_793_462_400;

    fn submitted() -> Standing {
        let draft = Standing::draft(Level::Grid, false, NOW);
        let step = Step { verb: Verb::Submit, to: MatterState::Submitted, records: &[] };
        draft.after(&step, None, &Settings::default(), NOW)
    }

    #[test]
    fn what_nobody_answers_goes_up_a_level_on_the_second_after_it_is_due() {
        let settings = Settings::default();
        let standing = submitted();
        assert_eq!(standing.due, Some(NOW + DAY));
        assert_eq!(standing.at(&settings, NOW + DAY), (standing.clone(), Vec::new()), "on the last second");
        let (later, steps) = standing.at(&settings, NOW + DAY + 1);
        assert_eq!(steps, [(Verb::Overrun, NOW + DAY + 1)]);
        assert_eq!((later.state, later.level), (MatterState::Escalated, Level::Estate));
        let (much_later, _) = standing.at(&settings, NOW + 400 * DAY);
        assert_eq!(much_later, later, "when one looks does not matter");
    }

    #[test]
    fn a_returned_matter_rests_for_five_days_at_most_and_has_the_time_it_had_left() {
        let settings = Settings::default();
        let step = Step { verb: Verb::Return, to: MatterState::Returned, records: &[] };
        let returned = submitted().after(&step, None, &settings, NOW + DAY / 2);
        assert_eq!((returned.due, returned.left), (None, DAY / 2));
        let back = NOW + DAY / 2 + 5 * DAY;
        let (resumed, steps) = returned.at(&settings, back);
        assert_eq!(steps, [(Verb::Resume, back)]);
        assert_eq!((resumed.state, resumed.due), (MatterState::Submitted, Some(back + DAY / 2)));
        let (escalated, steps) = returned.at(&settings, back + DAY);
        assert_eq!(steps.len(), 2, "and then it is late like any other");
        assert_eq!(escalated.state, MatterState::Escalated);
    }

    #[test]
    fn an_answer_that_nobody_contests_closes_after_seven_days() {
        let settings = Settings::default();
        let answered = Standing { state: MatterState::Answered, since: NOW, ..submitted() };
        assert_eq!(answered.at(&settings, NOW + 7 * DAY - 1).0.state, MatterState::Answered);
        assert_eq!(answered.at(&settings, NOW + 7 * DAY).0.state, MatterState::Closed);
        let waiting = Standing { open_children: 1, ..answered };
        assert_eq!(waiting.at(&settings, NOW + 70 * DAY).0.state, MatterState::Answered, "its motion has not ended");
        let free = waiting.after_child(&settings, NOW + 70 * DAY);
        assert_eq!(
            free.at(&settings, NOW + 77 * DAY),
            (
                Standing { state: MatterState::Closed, since: NOW + 77 * DAY, due: None, ..free.clone() },
                vec![(Verb::Settle, NOW + 77 * DAY)]
            )
        );
    }

    #[test]
    fn there_is_nothing_above_the_street() {
        assert_eq!(
            Level::ALL.iter().map(|level| level.above()).collect::<Vec<_>>(),
            [Some(Level::Estate), Some(Level::Community), Some(Level::Street), None]
        );
        let street = Standing { level: Level::Street, ..submitted() };
        let (later, steps) = street.at(&Settings::default(), NOW + 30 * DAY);
        assert_eq!((later.state, steps), (MatterState::Submitted, Vec::new()));
        assert!(later.is_overdue(NOW + 30 * DAY));
    }

    #[test]
    fn a_promise_is_whole_only_if_nothing_is_missing() {
        let percent = |kept, of| Promise { kept, of }.percent();
        assert_eq!([percent(3, 4), percent(999, 1000), percent(7, 7), percent(0, 0)], [75, 99, 100, 100]);
    }

    #[test]
    fn merging_carries_everybody_and_never_closes_a_circle() {
        let submitter = |who, origin| Submitter { who, origin };
        let one = BTreeSet::from([submitter("li", 1)]);
        let two = BTreeSet::from([submitter("wang", 2), submitter("li", 2)]);
        assert_eq!(carried(&one, &two).len(), 3);
        let open = submitted();
        let merged = Standing { state: MatterState::Merged, ..open.clone() };
        assert!(is_merge((1, &open), (2, &open)));
        assert!(!is_merge((1, &open), (1, &open)) && !is_merge((1, &open), (2, &merged)));
    }
}
