//! What the number format of a cell makes of its number.

use jiff::{ToSpan, civil::Date};

use crate::import::{number::Decimal, table::Cell};

/// How numbers of a style are shown, as far as a roll cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// As a number.
    Plain,
    /// As a day, or as a month and year only.
    Date { has_day: bool },
    /// With zeros in front, up to so many digits.
    Zeros(usize),
}

impl Format {
    /// The formats that files name by number alone (ECMA-376 part 1, 18.8.30).
    pub(super) fn built_in(id: u32) -> Self {
        match id {
            17 | 27 | 36 | 50 | 52 | 55 | 57 => Self::Date { has_day: false },
            14..=16 | 22 | 28..=31 | 51 | 53 | 54 | 56 | 58 => Self::Date { has_day: true },
            _ => Self::Plain,
        }
    }

    /// A format that the file spells out, such as `yyyy"年"m"月"d"日"` or `0000`.
    pub(super) fn from_code(code: &str) -> Self {
        let positive = code.split(';').next().unwrap_or_default();
        let mut plain = String::new();
        let mut chars = positive.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => drop(chars.by_ref().take_while(|c| *c != '"').count()),
                '[' => drop(chars.by_ref().take_while(|c| *c != ']').count()),
                '\\' | '_' | '*' => drop(chars.next()),
                c => plain.extend(c.to_lowercase()),
            }
        }
        let has_day = plain.contains(['d', '日']);
        if has_day || plain.contains(['y', '年', '月']) {
            return Self::Date { has_day };
        }
        let digits = plain.trim();
        if 2 <= digits.len() && digits.len() <= 20 && digits.bytes().all(|byte| byte == b'0') {
            return Self::Zeros(digits.len());
        }
        Self::Plain
    }

    /// The number of a cell of this format; `None` if the text is none.
    pub(super) fn number(self, text: &str, is_1904: bool) -> Option<Cell> {
        let value: Decimal = text.parse().ok()?;
        Some(match self {
            Self::Plain => Cell::Number { value, digits: 0 },
            Self::Zeros(digits) => Cell::Number { value, digits },
            Self::Date { has_day } => {
                let shown = value.to_string();
                let days = shown.split('.').next().and_then(|days| days.parse::<i32>().ok());
                let epoch = if is_1904 { Date::constant(1904, 1, 1) } else { Date::constant(1899, 12, 30) };
                match days.filter(|days| (0..2_958_466).contains(days)).and_then(|d| epoch.checked_add(d.days()).ok()) {
                    Some(date) => Cell::Date { year: date.year(), month: date.month(), day: date.day(), has_day },
                    None => Cell::Number { value, digits: 0 },
                }
            }
        })
    }
}

/// `2026-03-02` or `2026-03-02T00:00:00`.
pub(super) fn iso_date(text: &str) -> Option<Cell> {
    let date: Date = text.get(..10)?.parse().ok()?;
    Some(Cell::Date { year: date.year(), month: date.month(), day: date.day(), has_day: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (code, expected) in [
            ("General", Format::Plain),
            ("0.00", Format::Plain),
            ("0", Format::Plain),
            ("0000", Format::Zeros(4)),
            ("m\"月\"d\"日\"", Format::Date { has_day: true }),
            ("[$-804]yyyy\\-mm\\-dd", Format::Date { has_day: true }),
            ("mmm-yy", Format::Date { has_day: false }),
            ("0.00\"day\"", Format::Plain),
            ("#,##0.00_ ;[Red]-#,##0.00", Format::Plain),
        ] {
            assert_eq!(Format::from_code(code), expected, "{code}");
        }
    }

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        let date = |text, is_1904| Format::Date { has_day: true }.number(text, is_1904);
        assert_eq!(date("46083", false), Some(Cell::Date { year: 2026, month: 3, day: 2, has_day: true }));
        assert_eq!(date("44621.5", true), Some(Cell::Date { year: 2026, month: 3, day: 2, has_day: true }));
        assert_eq!(date("99999999", false), Some(Cell::Number { value: Decimal::whole(99_999_999), digits: 0 }));
    }
}
