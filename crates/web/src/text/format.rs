//! Dates, numbers and areas as people write them.

use jiff::{Timestamp, civil::DateTime, tz::Offset};

use super::{Lang, privacy, site};

/// China has one time, without summer time since 1991: no table of time zones is needed.
const BEIJING: Offset = Offset::constant(8);

const WEEKDAYS: [(&str, &str); 7] =
    [("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"), ("日", "Sun")];

/// A day and time in Beijing: `2026 年 12 月 6 日（星期日）18:00`.
pub(crate) fn when(lang: Lang, at: u64) -> String {
    let at = in_beijing(at);
    let (day, hour, minute) = (date(lang, at), at.hour(), at.minute());
    lang.pick(format!("{day}{hour:02}:{minute:02}"), format!("{day}, {hour:02}:{minute:02} Beijing time"))
}

/// A day in Beijing: `2026 年 12 月 6 日（星期日）`.
fn day(lang: Lang, at: u64) -> String {
    date(lang, in_beijing(at))
}

/// The last day of what ends at this time, as people say it: a term until midnight ends the day before.
pub(crate) fn last_day(lang: Lang, ends: u64) -> String {
    day(lang, ends.saturating_sub(1))
}

fn in_beijing(at: u64) -> DateTime {
    let at = i64::try_from(at).ok().and_then(|at| Timestamp::from_second(at).ok());
    // Times of the record end before the year 10000; anything later is shown as the last there is.
    BEIJING.to_datetime(at.unwrap_or(Timestamp::MAX))
}

fn date(lang: Lang, at: DateTime) -> String {
    let (zh, en) = usize::try_from(at.weekday().to_monday_zero_offset()).map_or(("", ""), |day| WEEKDAYS[day]);
    let (year, month, day) = (at.year(), at.month(), at.day());
    match lang {
        Lang::Zh => format!("{year} 年 {month} 月 {day} 日（星期{zh}）"),
        Lang::En => format!("{en} {day} {} {year}", at.strftime("%b")),
    }
}

/// A whole number in groups of three from 10,000 on, with narrow blanks that do not break.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if 0 < place && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// An area from hundredths of a square metre, always with two decimals: `89.53 平方米`.
pub(crate) fn area(lang: Lang, hundredths: u64) -> String {
    let (whole, decimals) = (number(hundredths / 100), hundredths % 100);
    lang.pick(format!("{whole}.{decimals:02} 平方米"), format!("{whole}.{decimals:02} m²"))
}

/// A home as people say it, from its label of four parts: `|3|2|501` is 3 号楼 2 单元 501 室.
pub(crate) fn home(lang: Lang, label: &str) -> String {
    if label.is_empty() {
        return privacy::erased(lang).to_owned();
    }
    let mut parts = label.split('|');
    let mut next = || parts.next().unwrap_or_default();
    let (phase, building, entrance, number) = (next(), next(), next(), next());
    let building = building_label(lang, phase, building);
    if entrance.is_empty() {
        site::no_entrance(lang, &building, number)
    } else {
        site::entrance(lang, &building, entrance, number)
    }
}

/// A building as people say it, with its phase where there are several: `3 号楼`.
pub(crate) fn building_label(lang: Lang, phase: &str, name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric());
    let building = if is_plain { site::building(lang, name) } else { name.to_owned() };
    if phase.is_empty() { building } else { site::phased(lang, phase, &building) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_called_as_people_call_it() {
        for (label, zh) in [
            ("|3|2|501", "3 号楼 2 单元 501 室"),
            ("二期|3|2|501", "二期 3 号楼 2 单元 501 室"),
            ("|观澜苑||S02", "观澜苑 S02 室"),
        ] {
            assert_eq!(home(Lang::Zh, label), zh);
        }
        assert_eq!(home(Lang::En, "|3|2|501"), "Building 3, entrance 2, no. 501");
    }

    #[test]
    fn a_time_names_the_weekday_and_is_of_beijing() {
        // 2026-12-06 10:00 UTC, a Sunday.
        assert_eq!(when(Lang::Zh, 1_796_551_200), "2026 年 12 月 6 日（星期日）18:00");
        assert_eq!(when(Lang::En, 1_796_551_200), "Sun 6 Dec 2026, 18:00 Beijing time");
    }

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        assert_eq!(day(Lang::Zh, 1_796_572_799), "2026 年 12 月 6 日（星期日）");
        assert_eq!(day(Lang::Zh, 1_796_572_800), "2026 年 12 月 7 日（星期一）");
    }

    #[test]
    fn no_time_is_too_late_to_be_shown() {
        assert!(when(Lang::Zh, u64::MAX).starts_with("9999"));
    }

    #[test]
    fn areas_have_two_decimals_and_large_ones_are_grouped() {
        for (hundredths, shown) in
            [(8953, "89.53"), (5, "0.05"), (100, "1.00"), (297_880_000, "2\u{202f}978\u{202f}800.00")]
        {
            assert_eq!(area(Lang::Zh, hundredths), format!("{shown} 平方米"));
        }
    }
}
