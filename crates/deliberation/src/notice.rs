//! Notices (公告、公示): periods by the clocks of the place, and where they hang.

use ballot::hash::Hash;
use serde::{Deserialize, Serialize};

use crate::{
    lifecycle::{Facts, Window},
    settings::{DAY, Settings},
    words::words,
};

words! {
    /// What a notice is about.
    NoticeKind {
        General "general" "anything else",
        Meeting "meeting" "a meeting or a vote that is coming",
        Roll "roll" "the roll, open to corrections",
        Candidates "candidates" "the candidates of an election",
        Result "result" "the result of a vote, open to objections",
        Accounts "accounts" "accounts and income of common parts",
    }
}

/// The clock of a place: how far it is ahead of UTC, and how long a vote is announced there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceClock {
    /// Seconds, all year round.
    pub utc_offset: u64,
    /// Calendar days for which a vote is announced before it opens.
    pub notice_days: u64,
}

impl PlaceClock {
    fn day(self, time: u64) -> u64 {
        (time + self.utc_offset) / DAY
    }

    /// The first second of a day there.
    fn start(self, day: u64) -> u64 {
        (day * DAY).saturating_sub(self.utc_offset)
    }

    /// So many whole calendar days from a time on. The day itself is not counted; the last day is whole.
    ///
    /// Source: 民法典 201条 (the first day is not counted), 203条 (the last day ends at midnight).
    pub fn period(self, from: u64, days: u64) -> Window {
        Window { from, until: self.start(self.day(from) + 1 + days) }
    }

    /// How many whole calendar days a window holds, by the same rule.
    pub fn whole_days(self, window: Window) -> u64 {
        // The end is the second after the last: a window that ends at midnight holds the whole day before.
        self.day(window.until).saturating_sub(self.day(window.from) + 1)
    }

    /// For how many whole days a notice of this kind hangs at least.
    pub fn wanted_days(self, kind: NoticeKind, settings: &Settings) -> u64 {
        match kind {
            NoticeKind::General | NoticeKind::Accounts => 1,
            NoticeKind::Meeting | NoticeKind::Candidates => self.notice_days,
            NoticeKind::Roll | NoticeKind::Result => settings.objection_days,
        }
    }
}

/// A building's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The building as a roll names it.
    pub building: String,
    /// When it was posted there, with the hash of the photo that shows it.
    pub posted: Option<(u64, Hash)>,
}

/// Where a notice hangs: online from a time on, and on boards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// When it was online.
    pub online: u64,
    /// Every board in scope.
    pub boards: Vec<Board>,
}

impl Posting {
    /// Since when it hangs everywhere; none while a board is missing.
    pub fn everywhere_since(&self) -> Option<u64> {
        let mut boards = self.boards.iter().map(|board| board.posted.as_ref().map(|(at, _)| *at));
        boards.try_fold(self.online, |latest, at| Some(latest.max(at?)))
    }

    /// The buildings whose board has no photo.
    pub fn missing(&self) -> Vec<&str> {
        self.boards.iter().filter(|board| board.posted.is_none()).map(|board| board.building.as_str()).collect()
    }

    /// The values for the table: whether the period is long enough, counted from when it hung everywhere.
    pub fn facts(&self, kind: NoticeKind, until: u64, clock: PlaceClock, settings: &Settings, now: u64) -> Facts {
        let from = self.everywhere_since().unwrap_or(now);
        let window = Window { from, until };
        let wanted = clock.period(from, clock.wanted_days(kind, settings)).length();
        Facts {
            now,
            window,
            wanted,
            boards: self.boards.len() as u64,
            boards_photographed: (self.boards.len() - self.missing().len()) as u64,
            ..Facts::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Need;

    const CHINA: PlaceClock = PlaceClock { utc_offset: 8 * 3600, notice_days: 15 };
    /// 2026-11-01 00:00 in Beijing.
    const MIDNIGHT: u64 = 1_793_462_400;

    #[test]
    fn the_first_day_is_not_counted_and_the_last_is_whole() {
        for (why, from, until) in [
            ("at midnight", MIDNIGHT, MIDNIGHT + 16 * DAY),
            ("at noon", MIDNIGHT + DAY / 2, MIDNIGHT + 16 * DAY),
            ("a second before midnight", MIDNIGHT + DAY - 1, MIDNIGHT + 16 * DAY),
            ("a second later", MIDNIGHT + DAY, MIDNIGHT + 17 * DAY),
        ] {
            assert_eq!(CHINA.period(from, 15).until, until, "{why}");
            assert_eq!(CHINA.whole_days(Window { from, until }), 15, "{why}");
            assert_eq!(CHINA.whole_days(Window { from, until: until - 1 }), 14, "{why}, a second short");
        }
    }

    #[test]
    fn a_period_counts_from_the_last_board() {
        let photo = Hash::of(b"photo");
        let board = |building: &str, posted| Board { building: building.to_owned(), posted };
        let mut posting =
            Posting { online: MIDNIGHT, boards: vec![board("1", Some((MIDNIGHT + DAY, photo))), board("2", None)] };
        assert_eq!((posting.everywhere_since(), posting.missing()), (None, vec!["2"]));
        let facts = |posting: &Posting, until| {
            posting.facts(NoticeKind::Meeting, until, CHINA, &Settings::default(), MIDNIGHT + 3 * DAY)
        };
        assert!(!Need::AllBoards.is_met(&facts(&posting, MIDNIGHT + 30 * DAY)));
        posting.boards[1].posted = Some((MIDNIGHT + 2 * DAY, photo));
        assert_eq!(posting.everywhere_since(), Some(MIDNIGHT + 2 * DAY));
        let enough = facts(&posting, MIDNIGHT + 18 * DAY);
        assert!(Need::AllBoards.is_met(&enough) && Need::PeriodLong.is_met(&enough));
        assert!(!Need::PeriodLong.is_met(&facts(&posting, MIDNIGHT + 18 * DAY - 1)));
    }
}
