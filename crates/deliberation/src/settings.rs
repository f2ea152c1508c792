//! The numbers that a community sets for itself, shown on its page of rules.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What became of a change of rules.
    RuleState {
        Proposed "proposed" "waits for another person",
        InForce "in_force" "in force from then on",
        Refused "refused" "refused by another person",
        Withdrawn "withdrawn" "withdrawn by whoever proposed it",
    }
}

words! {
    /// One of the numbers, as forms and refusals call it.
    Number {
        AcknowledgeGrid "acknowledge_grid" "days to acknowledge a matter of the grid",
        AcknowledgeEstate "acknowledge_estate" "days to acknowledge a matter of the estate",
        AcknowledgeCommunity "acknowledge_community" "days to acknowledge a matter of the community",
        AcknowledgeStreet "acknowledge_street" "days to acknowledge a matter of the street",
        AnswerGrid "answer_grid" "days to answer a matter of the grid",
        AnswerEstate "answer_estate" "days to answer a matter of the estate",
        AnswerCommunity "answer_community" "days to answer a matter of the community",
        AnswerStreet "answer_street" "days to answer a matter of the street",
        CloseDays "close_days" "days after which an answered matter closes by itself",
        PauseDays "pause_days" "days at most for which a returned matter's clock stands still",
        SupportPercent "support_percent" "percent of owners, and of their area, whose support admits a motion",
        AdmitDays "admit_days" "days after which a motion is listed by itself",
        DeliberateDays "deliberate_days" "days at least for which a motion is talked over",
        AmendDays "amend_days" "days at least for which amendments may be filed",
        Repeats "repeats" "how often a vote without quorum is repeated at most",
        ObjectionDays "objection_days" "calendar days for which a result is open to objections",
        DueChanges "due_changes" "how often the day of an action item is moved at most",
        MinutesDays "minutes_days" "days for which those who attended may comment on minutes",
        MeetingQuorumPercent "meeting_quorum_percent" "percent of the seats that a new body's quorum is more than",
        DoubleEntryPercent "double_entry_percent" "percent of paper responses that a second person enters again",
    }
}

/// A day in seconds.
pub const DAY: u64 = 86_400;

/// How often, how long, how many: everything in the tables of transitions that has no value there.
///
/// Days are of 24 hours unless a field says calendar days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Days to acknowledge a matter, for levels 1 to 4.
    pub acknowledge_days: [u64; 4],
    /// Days to answer a matter once it is assigned, for levels 1 to 4.
    pub answer_days: [u64; 4],
    /// Days after which an answered matter closes by itself.
    pub close_days: u64,
    /// Days at most for which a returned matter's clock stands still.
    pub pause_days: u64,
    /// Days within which a motion is admitted or returned; after them it is listed by itself.
    pub admit_days: u64,
    /// Days at least for which a motion is talked over.
    pub deliberate_days: u64,
    /// Days at least for which amendments may be filed.
    pub amend_days: u64,
    /// How often a vote without quorum is repeated at most.
    pub repeats: u64,
    /// Percent of owners, and of their area, whose support admits a motion.
    pub support_percent: u64,
    /// Days for which those who attended may comment on minutes.
    pub minutes_days: u64,
    /// Calendar days for which the result of a vote is open to objections.
    pub objection_days: u64,
    /// Percent of paper responses that a second person enters again.
    pub double_entry_percent: u64,
    /// How often the due date of an action item is moved at most.
    pub due_changes: u64,
    /// Attendants at least, in percent of the seats, where a body's own rule says nothing.
    pub meeting_quorum_percent: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            acknowledge_days: [1, 1, 2, 3],
            answer_days: [3, 7, 15, 30],
            close_days: 7,
            pause_days: 5,
            admit_days: 10,
            deliberate_days: 7,
            amend_days: 5,
            repeats: 1,
            support_percent: 20,
            minutes_days: 3,
            objection_days: 7,
            double_entry_percent: 5,
            due_changes: 2,
            meeting_quorum_percent: 50,
        }
    }
}

/// A number that makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{number} must be from {least} to {most}")]
pub struct SettingError {
    /// Which.
    pub number: Number,
    /// The smallest that is right.
    pub least: u64,
    /// The largest that is right.
    pub most: u64,
}

impl Number {
    /// The smallest and the largest that make sense.
    pub fn bounds(self) -> (u64, u64) {
        match self {
            Self::AcknowledgeGrid
            | Self::AcknowledgeEstate
            | Self::AcknowledgeCommunity
            | Self::AcknowledgeStreet
            | Self::AnswerGrid
            | Self::AnswerEstate
            | Self::AnswerCommunity
            | Self::AnswerStreet
            | Self::AmendDays => (1, 90),
            Self::CloseDays | Self::MinutesDays => (1, 30),
            // The law of the record: at most five days.
            Self::PauseDays => (1, 5),
            Self::AdmitDays | Self::ObjectionDays => (1, 60),
            Self::DeliberateDays => (1, 365),
            Self::Repeats => (0, 5),
            Self::SupportPercent | Self::DoubleEntryPercent | Self::MeetingQuorumPercent => (1, 100),
            Self::DueChanges => (0, 2),
        }
    }
}

impl Settings {
    /// One of the numbers.
    pub fn get(&self, number: Number) -> u64 {
        *self.clone().slot(number)
    }

    /// The same, with another value for one of the numbers.
    #[must_use]
    pub fn with(mut self, number: Number, value: u64) -> Self {
        *self.slot(number) = value;
        self
    }

    fn slot(&mut self, number: Number) -> &mut u64 {
        match number {
            Number::AcknowledgeGrid => &mut self.acknowledge_days[0],
            Number::AcknowledgeEstate => &mut self.acknowledge_days[1],
            Number::AcknowledgeCommunity => &mut self.acknowledge_days[2],
            Number::AcknowledgeStreet => &mut self.acknowledge_days[3],
            Number::AnswerGrid => &mut self.answer_days[0],
            Number::AnswerEstate => &mut self.answer_days[1],
            Number::AnswerCommunity => &mut self.answer_days[2],
            Number::AnswerStreet => &mut self.answer_days[3],
            Number::CloseDays => &mut self.close_days,
            Number::PauseDays => &mut self.pause_days,
            Number::AdmitDays => &mut self.admit_days,
            Number::DeliberateDays => &mut self.deliberate_days,
            Number::AmendDays => &mut self.amend_days,
            Number::Repeats => &mut self.repeats,
            Number::SupportPercent => &mut self.support_percent,
            Number::MinutesDays => &mut self.minutes_days,
            Number::ObjectionDays => &mut self.objection_days,
            Number::DoubleEntryPercent => &mut self.double_entry_percent,
            Number::DueChanges => &mut self.due_changes,
            Number::MeetingQuorumPercent => &mut self.meeting_quorum_percent,
        }
    }

    /// Whether every number makes sense.
    ///
    /// # Errors
    /// The first that does not, with what would.
    pub fn check(&self) -> Result<(), SettingError> {
        for number in Number::ALL {
            let ((least, most), value) = (number.bounds(), self.get(*number));
            if value < least || most < value {
                return Err(SettingError { number: *number, least, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_make_sense_and_nonsense_is_named() {
        assert_eq!(Settings::default().check(), Ok(()));
        let wrong = Settings { pause_days: 6, ..Settings::default() };
        assert_eq!(wrong.check(), Err(SettingError { number: Number::PauseDays, least: 1, most: 5 }));
        let wrong = Settings { answer_days: [3, 0, 15, 30], ..Settings::default() };
        assert_eq!(wrong.check(), Err(SettingError { number: Number::AnswerEstate, least: 1, most: 90 }));
    }

    #[test]
    fn every_number_is_held_to_its_own_bounds() {
        for number in Number::ALL {
            let (least, most) = number.bounds();
            for (value, is_right) in [(least, true), (most, true), (most + 1, false)] {
                let settings = Settings::default().with(*number, value);
                assert_eq!((settings.get(*number), settings.check().is_ok()), (value, is_right), "{number} {value}");
                let others = Number::ALL.iter().filter(|other| *other != number);
                let changed = others.filter(|other| settings.get(**other) != Settings::default().get(**other));
                assert_eq!(changed.count(), 0, "{number} alone");
            }
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let settings: Settings = serde_json::from_str(r#"{"repeats":3}"#).expect("settings");
        assert_eq!(settings, Settings { repeats: 3, ..Settings::default() });
        assert!(serde_json::from_str::<Settings>(r#"{"repeat":3}"#).is_err(), "a field that is not there");
    }
}
