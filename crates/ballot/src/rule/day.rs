//! Days of the calendar.

use std::{fmt, str::FromStr};

/// Seconds of a day.
const DAY: u64 = 86_400;
/// Days of 400 years, after which the calendar repeats.
const ERA: u64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: u64 = 719_468;
/// The last day that four digits of a year can write.
const LAST: u64 = 2_932_896;

/// A day from 1970-01-01 to 9999-12-31; written `2026-04-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u64);

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day is written 2026-04-01, from 1970 on")]
pub struct DayError;

impl Day {
    /// The day in UTC of a Unix time; the last one, if it is beyond.
    pub fn of_unix(seconds: u64) -> Self {
        Self((seconds / DAY).min(LAST))
    }

    /// The day so many days later; the last one, if it is beyond.
    #[must_use]
    pub fn plus(self, days: u64) -> Self {
        Self(self.0.saturating_add(days).min(LAST))
    }

    /// How many days lie from the other to this one; 0 if it is not later.
    pub fn since(self, other: Self) -> u64 {
        self.0.saturating_sub(other.0)
    }

    /// Unix time at which the day begins in UTC.
    pub fn to_unix(self) -> u64 {
        self.0 * DAY
    }

    /// Year, month and day. Months are counted from March here, so that a leap day is a year's last.
    fn parts(self) -> (u64, u64, u64) {
        let days = self.0 + EPOCH;
        let day_of_era = days % ERA;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA - 1)) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let year = days / ERA * 400 + year_of_era;
        if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
    }

    fn of_parts(year: u64, month: u64, day: u64) -> Self {
        let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
        let year_of_era = year % 400;
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(year / 400 * ERA + day_of_era - EPOCH)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| DayError);
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(DayError);
        };
        let (year, month, day) = (number(year)?, number(month)?, number(day)?);
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(DayError);
        }
        let parsed = Self::of_parts(year, month, day);
        // A day that its month does not have, or another way to write it, comes out differently.
        if parsed.to_string() == text { Ok(parsed) } else { Err(DayError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-25", 20_782), ("9999-12-31", LAST)] {
            assert_eq!(text.parse(), Ok(Day(days)), "{text}");
            assert_eq!(Day(days).to_string(), text);
        }
        for text in
            ["2026-02-29", "2100-02-29", "2026-13-01", "2026-4-1", "1969-12-31", "2026-04-31", "2026-04-01-", ""]
        {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
    }

    #[test]
    fn every_day_is_read_as_it_is_written() {
        for days in (0..LAST).step_by(61) {
            assert_eq!(Day(days).to_string().parse(), Ok(Day(days)));
        }
    }
}
