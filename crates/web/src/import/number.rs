//! Decimal numbers, exactly: no float comes near an area.

use std::{fmt, str::FromStr};

/// A decimal number: `digits` × 10^-`scale`, with no zero at the end of its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    is_negative: bool,
    digits: u128,
    scale: u32,
}

/// What is not a number that we hold: it has a letter, or more digits than any measure needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoNumber;

/// More than two decimals, beyond the noise of binary fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooPrecise;

/// Digits of a number, and places of its scale, that a u128 surely holds.
const MAX_DIGITS: usize = 30;
const MAX_SCALE: i32 = 30;

impl FromStr for Decimal {
    type Err = NoNumber;

    /// `-12.50`, `1.25E+3`: what a spreadsheet stores for a number.
    fn from_str(text: &str) -> Result<Self, NoNumber> {
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i16>().map_err(|_| NoNumber)?),
            None => (text, 0),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
            return Err(NoNumber);
        }
        let written = format!("{whole}{decimals}");
        let digits = written.trim_start_matches('0');
        if MAX_DIGITS < digits.len() {
            return Err(NoNumber);
        }
        let digits: u128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| NoNumber)? };
        let scale = i32::try_from(decimals.len()).map_err(|_| NoNumber)? - i32::from(exponent);
        Self { is_negative, digits, scale: 0 }.scaled(scale)
    }
}

impl Decimal {
    /// A whole number.
    #[cfg(test)]
    pub fn whole(digits: u64) -> Self {
        Self { is_negative: false, digits: digits.into(), scale: 0 }
    }

    fn scaled(self, mut scale: i32) -> Result<Self, NoNumber> {
        let mut digits = self.digits;
        while scale < 0 {
            digits = digits.checked_mul(10).filter(|digits| *digits < 10_u128.pow(36)).ok_or(NoNumber)?;
            scale += 1;
        }
        // What lies below 10^-30 is far below the noise of any measure.
        while MAX_SCALE < scale && digits != 0 {
            digits /= 10;
            scale -= 1;
        }
        while 0 < scale && digits.is_multiple_of(10) {
            digits /= 10;
            scale -= if digits == 0 { scale } else { 1 };
        }
        let is_negative = self.is_negative && digits != 0;
        Ok(Self { is_negative, digits, scale: u32::try_from(scale).map_err(|_| NoNumber)? })
    }

    /// Less than zero.
    pub fn is_negative(self) -> bool {
        self.is_negative
    }

    /// The number if it is whole and not negative.
    pub fn to_whole(self) -> Option<u64> {
        if self.is_negative || self.scale != 0 { None } else { u64::try_from(self.digits).ok() }
    }

    /// In hundredths: of two decimals, or within 0.000001 of two decimals, as a binary fraction shows them.
    pub fn to_hundredths(self) -> Result<u64, TooPrecise> {
        let narrow = |digits: u128| u64::try_from(digits).map_err(|_| TooPrecise);
        let Some(excess) = self.scale.checked_sub(2) else {
            return narrow(self.digits * 10_u128.pow(2 - self.scale));
        };
        let unit = 10_u128.pow(excess);
        let (below, over) = (self.digits / unit, self.digits % unit);
        let (nearest, distance) = if over * 2 < unit { (below, over) } else { (below + 1, unit - over) };
        // distance × 10^-scale ≤ 10^-6, without fractions.
        let is_noise = match self.scale.checked_sub(6) {
            Some(more) => distance <= 10_u128.pow(more),
            None => distance == 0,
        };
        if is_noise { narrow(nearest) } else { Err(TooPrecise) }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.digits, width = scale + 1);
        let (whole, decimals) = digits.split_at(digits.len() - scale);
        let sign = if self.is_negative { "-" } else { "" };
        let point = if decimals.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hundredths(text: &str) -> Result<u64, TooPrecise> {
        text.parse::<Decimal>().expect("a number").to_hundredths()
    }

    #[test]
    fn the_noise_of_binary_fractions_is_no_third_decimal() {
        for (text, expected) in [
            ("129.0499999999995", Ok(12905)),
            ("8.380000000000001", Ok(838)),
            ("142.16", Ok(14216)),
            ("7", Ok(700)),
            ("1.2045E3", Ok(120_450)),
            ("89.375", Err(TooPrecise)),
            ("89.370001", Ok(8937)),
            ("89.370002", Err(TooPrecise)),
            ("89.3701", Err(TooPrecise)),
            ("0.000001", Ok(0)),
            ("1E-20", Ok(0)),
            ("0", Ok(0)),
        ] {
            assert_eq!(hundredths(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "1.2.3", "1e", "NaN", "inf", "0x1", "１", "1e99999", "1e40", &"9".repeat(31)] {
            assert_eq!(text.parse::<Decimal>(), Err(NoNumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_area_is_read_as_it_is_written(area in 0_u64..10_000_000_000) {
            let text = format!("{}.{:02}", area / 100, area % 100);
            prop_assert_eq!(hundredths(&text), Ok(area));
            // As a spreadsheet stores it: the nearest binary fraction, with 17 digits.
            let float: f64 = text.parse().expect("a number");
            prop_assert_eq!(hundredths(&format!("{float:.16e}")), Ok(area));
        }

        #[test]
        fn a_number_is_shown_as_it_was_read(whole in any::<u32>(), decimals in 1_u32..1000) {
            let text = format!("{whole}.{decimals:03}");
            let shown = text.parse::<Decimal>().expect("a number").to_string();
            prop_assert_eq!(shown, text.trim_end_matches('0'));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Decimal>().map(Decimal::to_hundredths);
        }
    }
}
