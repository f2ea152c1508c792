//! Action items (督办): what a decision or a matter has somebody do, by when, shown by what.

use ballot::hash::Hash;

use crate::{
    lifecycle::{Facts, Step, Verb, tables::TaskState},
    settings::Settings,
};

/// Where an action item stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<P> {
    /// Its state.
    pub state: TaskState,
    /// Who has to do it.
    pub responsible: P,
    /// By when, in Unix seconds.
    pub due: u64,
    /// How often that was moved.
    pub due_changes: u64,
    /// How far it is, from 0 to 100.
    pub percent: u64,
    /// The hashes of what shows that it is done.
    pub evidence: Vec<Hash>,
    /// Who found it done.
    pub verified_by: Option<P>,
}

/// What an act brings to an action item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskAct<P> {
    /// Who acts.
    pub by: P,
    /// A new due date.
    pub due: Option<u64>,
    /// How far it is.
    pub percent: u64,
    /// What shows that it is done.
    pub evidence: Vec<Hash>,
}

impl<P: Clone + Eq> Task<P> {
    /// A new one.
    pub fn new(responsible: P, due: u64) -> Self {
        Self {
            state: TaskState::Open,
            responsible,
            due,
            due_changes: 0,
            percent: 0,
            evidence: Vec::new(),
            verified_by: None,
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, TaskState::Verified | TaskState::Cancelled)
    }

    /// Whether it is late: computed, never stored.
    pub fn is_overdue(&self, now: u64) -> bool {
        !self.has_ended() && self.state != TaskState::Done && self.due < now
    }

    /// The values for the table.
    pub fn facts(&self, act: &TaskAct<P>, settings: &Settings, now: u64) -> Facts {
        Facts {
            now,
            due: Some(self.due),
            new_due: act.due,
            percent: self.percent,
            new_percent: act.percent,
            due_changes: self.due_changes,
            due_changes_allowed: settings.due_changes,
            is_responsible: act.by == self.responsible,
            ..Facts::default()
        }
    }

    /// Where it stands after a step that was allowed.
    #[must_use]
    pub fn after(&self, step: &Step<TaskState>, act: TaskAct<P>) -> Self {
        let mut next = Self { state: step.to, ..self.clone() };
        match step.verb {
            Verb::Progress => next.percent = act.percent,
            Verb::Done => (next.percent, next.evidence) = (100, act.evidence),
            Verb::Verify => next.verified_by = Some(act.by),
            Verb::Block => {
                next.due = act.due.unwrap_or(self.due);
                next.due_changes += 1;
            }
            _ => {}
        }
        next
    }
}

/// What the execution of a motion looks at: all, verified, cancelled.
pub fn sums<P>(tasks: &[Task<P>]) -> Facts {
    let count = |state| tasks.iter().filter(|task| task.state == state).count() as u64;
    Facts {
        tasks: tasks.len() as u64,
        tasks_verified: count(TaskState::Verified),
        tasks_cancelled: count(TaskState::Cancelled),
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Need;

    fn act(by: &'static str) -> TaskAct<&'static str> {
        TaskAct { by, due: None, percent: 0, evidence: Vec::new() }
    }

    #[test]
    fn it_is_late_from_the_second_after_until_it_is_done() {
        let task = Task { state: TaskState::InProgress, ..Task::new("property", 100) };
        assert!(!task.is_overdue(100) && task.is_overdue(101));
        for state in [TaskState::Done, TaskState::Verified, TaskState::Cancelled] {
            assert!(!Task { state, ..task.clone() }.is_overdue(101), "{state}");
        }
    }

    #[test]
    fn whoever_is_responsible_does_not_verify_it() {
        let task = Task::new("property", 100);
        let is_met = |by| Need::NotResponsible.is_met(&task.facts(&act(by), &Settings::default(), 0));
        assert!(!is_met("property") && is_met("lead"));
    }

    #[test]
    fn the_due_date_moves_twice_at_most() {
        let mut task = Task { state: TaskState::Accepted, ..Task::new("property", 100) };
        let settings = Settings::default();
        let step = Step { verb: Verb::Block, to: TaskState::Blocked, records: &[] };
        for due in [200, 300] {
            assert!(Need::ChangesLeft.is_met(&task.facts(&act("property"), &settings, 0)));
            task = task.after(&step, TaskAct { due: Some(due), ..act("property") });
            assert_eq!(task.due, due);
        }
        assert!(!Need::ChangesLeft.is_met(&task.facts(&act("property"), &settings, 0)));
    }

    #[test]
    fn a_motion_is_executed_when_all_is_verified() {
        let task = |state| Task { state, ..Task::new("property", 100) };
        let facts = sums(&[task(TaskState::Verified), task(TaskState::Done)]);
        assert!(Need::Tasks.is_met(&facts) && !Need::TasksVerified.is_met(&facts));
        assert!(Need::TasksVerified.is_met(&sums(&[task(TaskState::Verified)])));
        assert!(!Need::TasksVerified.is_met(&sums::<&str>(&[])), "nothing to do is nothing done");
        assert!(Need::TaskCancelled.is_met(&sums(&[task(TaskState::Verified), task(TaskState::Cancelled)])));
    }
}
