//! The numbers that a community sets for itself, shown on its page of rules.

use serde::{Deserialize, Serialize};

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
#[error("{field} must be from {least} to {most}")]
pub struct SettingError {
    /// Which.
    pub field: &'static str,
    /// The smallest that is right.
    pub least: u64,
    /// The largest that is right.
    pub most: u64,
}

impl Settings {
    /// Whether every number makes sense.
    ///
    /// # Errors
    /// The first that does not, with what would.
    pub fn check(&self) -> Result<(), SettingError> {
        let by_level = |field, days: [u64; 4]| days.map(|days| (field, days, 1, 90));
        let rows = [
            ("close_days", self.close_days, 1, 30),
            // The law of the record: at most five days.
            ("pause_days", self.pause_days, 1, 5),
            ("admit_days", self.admit_days, 1, 60),
            ("deliberate_days", self.deliberate_days, 1, 365),
            ("amend_days", self.amend_days, 1, 90),
            ("repeats", self.repeats, 0, 5),
            ("support_percent", self.support_percent, 1, 100),
            ("minutes_days", self.minutes_days, 1, 30),
            ("objection_days", self.objection_days, 1, 60),
            ("double_entry_percent", self.double_entry_percent, 1, 100),
            ("due_changes", self.due_changes, 0, 2),
            ("meeting_quorum_percent", self.meeting_quorum_percent, 1, 100),
        ];
        let levels = by_level("acknowledge_days", self.acknowledge_days)
            .into_iter()
            .chain(by_level("answer_days", self.answer_days));
        for (field, value, least, most) in rows.into_iter().chain(levels) {
            if value < least || most < value {
                return Err(SettingError { field, least, most });
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
        assert_eq!(wrong.check(), Err(SettingError { field: "pause_days", least: 1, most: 5 }));
        let wrong = Settings { answer_days: [3, 0, 15, 30], ..Settings::default() };
        assert_eq!(wrong.check(), Err(SettingError { field: "answer_days", least: 1, most: 90 }));
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let settings: Settings = serde_json::from_str(r#"{"repeats":3}"#).expect("settings");
        assert_eq!(settings, Settings { repeats: 3, ..Settings::default() });
        assert!(serde_json::from_str::<Settings>(r#"{"repeat":3}"#).is_err(), "a field that is not there");
    }
}
