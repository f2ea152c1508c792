//! Mediation (调解室): sealed rooms. The public sees category, duration and outcome, and nothing else.

use std::collections::BTreeSet;

use crate::{lifecycle::tables::MediationState, settings::DAY, words::words};

words! {
    /// What a dispute is about.
    Category {
        Noise "noise" "noise",
        Leak "leak" "water from above",
        Parking "parking" "parking and charging",
        Animals "animals" "animals",
        Fees "fees" "fees and service",
        CommonParts "common_parts" "use of common parts",
        Family "family" "family and neighbours",
        Other "other" "something else",
    }

    /// Where a dispute goes that was not settled.
    Forum {
        PeoplesMediation "peoples_mediation" "the people's mediation committee",
        Court "court" "the court",
        Motion "motion" "the owners, as a motion",
    }
}

/// A case, as only its room sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case<P> {
    /// What it is about.
    pub category: Category,
    /// Its state.
    pub state: MediationState,
    /// When it was asked for, in Unix seconds.
    pub opened: u64,
    /// When it came to an end.
    pub ended: Option<u64>,
    /// Who disputes.
    pub parties: BTreeSet<P>,
    /// Who mediates.
    pub mediator: Option<P>,
    /// The lawyer who was assigned.
    pub lawyer: Option<P>,
    /// What is said in the room: claims, notes of sessions, the agreement.
    pub sealed: Vec<String>,
}

/// What everybody may know of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicCase {
    /// What it is about.
    pub category: Category,
    /// How many days it has taken or took, the first begun one counted.
    pub days: u64,
    /// How it ended; none while it runs.
    pub outcome: Option<Outcome>,
}

words! {
    /// How a case ended, as the public sees it.
    Outcome {
        Settled "settled" "settled",
        Referred "referred" "referred elsewhere",
        Withdrawn "withdrawn" "withdrawn",
    }
}

/// What a motion takes from a case: its category, and no private fact. The type has no room for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// What it is about.
    pub category: Category,
}

impl<P: Ord> Case<P> {
    /// Whether somebody may enter the room: parties, mediator, the assigned lawyer, and nobody else whatever their role.
    pub fn is_open_to(&self, person: &P) -> bool {
        self.parties.contains(person) || self.mediator.as_ref() == Some(person) || self.lawyer.as_ref() == Some(person)
    }

    /// What is said in the room, for somebody who may enter it.
    pub fn room(&self, person: &P) -> Option<&[String]> {
        self.is_open_to(person).then_some(self.sealed.as_slice())
    }

    /// What everybody may know.
    pub fn public(&self, now: u64) -> PublicCase {
        let until = self.ended.unwrap_or(now);
        PublicCase {
            category: self.category,
            days: until.saturating_sub(self.opened) / DAY + 1,
            outcome: outcome(self.state),
        }
    }

    /// What a motion may take from it.
    pub fn seed(&self) -> Seed {
        Seed { category: self.category }
    }
}

fn outcome(state: MediationState) -> Option<Outcome> {
    match state {
        MediationState::Closed | MediationState::Performed => Some(Outcome::Settled),
        MediationState::Referred | MediationState::NoAgreement => Some(Outcome::Referred),
        MediationState::Withdrawn => Some(Outcome::Withdrawn),
        MediationState::Requested
        | MediationState::Consented
        | MediationState::Scheduled
        | MediationState::InSession
        | MediationState::Agreed
        | MediationState::Signed
        | MediationState::Breached => None,
    }
}

/// Whether a case came back within 90 days of its end.
pub fn is_reopened(ended: u64, again: u64) -> bool {
    ended <= again && again - ended <= 90 * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_open_to_its_people_and_the_public_sees_three_things() {
        let case = Case {
            category: Category::Noise,
            state: MediationState::InSession,
            opened: 0,
            ended: None,
            parties: ["owner", "property"].into(),
            mediator: Some("quan"),
            lawyer: Some("lawyer"),
            sealed: vec!["道闸夜里太吵".to_owned()],
        };
        for inside in ["owner", "property", "quan", "lawyer"] {
            assert!(case.room(&inside).is_some(), "{inside}");
        }
        for outside in ["chair", "admin", "street"] {
            assert_eq!(case.room(&outside), None, "{outside}");
        }
        assert_eq!(case.public(DAY), PublicCase { category: Category::Noise, days: 2, outcome: None });
        assert!(!format!("{:?} {:?}", case.public(DAY), case.seed()).contains("道闸"));
        let ended = Case { state: MediationState::Closed, ended: Some(3 * DAY), ..case };
        assert_eq!(ended.public(90 * DAY).days, 4, "it took no longer than it took");
        assert_eq!(ended.public(90 * DAY).outcome, Some(Outcome::Settled));
    }

    #[test]
    fn a_case_is_reopened_within_ninety_days() {
        assert!(is_reopened(0, 90 * DAY) && !is_reopened(0, 90 * DAY + 1) && !is_reopened(5, 4));
    }
}
