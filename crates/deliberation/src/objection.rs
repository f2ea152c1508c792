//! Objections (异议) to a notice or a result, and what an upheld one brings about.

use crate::{
    lifecycle::{Facts, tables::ObjectionState},
    words::words,
};

words! {
    /// What is objected to.
    Ground {
        Roll "roll" "the roll: somebody or some area is wrong",
        Counting "counting" "the count",
        Ballot "ballot" "a ballot: it was not cast by whom it says",
        Notice "notice" "the notice: too short, or not where it must hang",
        Procedure "procedure" "the procedure",
        Other "other" "something else",
    }

    /// What an upheld objection brings about.
    Effect {
        None "none" "nothing that could change the outcome",
        Strike "strike" "entries are struck",
        AmendRoll "amend_roll" "the roll is amended",
        Recount "recount" "counted again",
        Repeat "repeat" "voted on again",
    }
}

impl Effect {
    /// Whether the outcome must be computed again.
    pub fn asks_for_count(self) -> bool {
        match self {
            Self::Strike | Self::AmendRoll | Self::Recount => true,
            Self::None | Self::Repeat => false,
        }
    }
}

/// An objection as its effect on a motion is computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Its state.
    pub state: ObjectionState,
    /// The effect, once there is one.
    pub effect: Option<Effect>,
    /// Whether that effect has been given: counted again, or put to a vote again.
    pub is_settled: bool,
}

impl Objection {
    /// Whether nobody has decided it yet.
    pub fn is_open(&self) -> bool {
        match self.state {
            ObjectionState::Filed | ObjectionState::Accepted | ObjectionState::Answered => true,
            ObjectionState::Inadmissible
            | ObjectionState::Upheld
            | ObjectionState::Dismissed
            | ObjectionState::Withdrawn => false,
        }
    }

    /// Whether it was upheld and keeps a decision from being final.
    pub fn is_sustained(&self) -> bool {
        self.state == ObjectionState::Upheld && !self.is_settled && self.effect != Some(Effect::None)
    }
}

/// What objections mean to a decision.
pub fn sums(objections: &[Objection]) -> Facts {
    Facts {
        objections_open: objections.iter().filter(|objection| objection.is_open()).count() as u64,
        objections_upheld: objections.iter().filter(|objection| objection.is_sustained()).count() as u64,
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Need;

    #[test]
    fn a_decision_waits_for_every_objection_and_for_the_effect_of_an_upheld_one() {
        let objection = |state, effect, is_settled| Objection { state, effect, is_settled };
        for (why, objection, is_free, is_suspended) in [
            ("filed", objection(ObjectionState::Filed, None, false), false, false),
            ("answered", objection(ObjectionState::Answered, None, false), false, false),
            ("dismissed", objection(ObjectionState::Dismissed, None, false), true, false),
            ("upheld, effect not known", objection(ObjectionState::Upheld, None, false), false, true),
            ("upheld, to be recounted", objection(ObjectionState::Upheld, Some(Effect::Recount), false), false, true),
            ("recounted", objection(ObjectionState::Upheld, Some(Effect::Recount), true), true, false),
            ("upheld without effect", objection(ObjectionState::Upheld, Some(Effect::None), false), true, false),
        ] {
            let facts = sums(&[objection]);
            assert_eq!(Need::NoObjectionOpen.is_met(&facts), is_free, "{why}");
            assert_eq!(Need::ObjectionUpheld.is_met(&facts), is_suspended, "{why}");
        }
    }
}
