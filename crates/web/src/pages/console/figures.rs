//! Figures of the record as people read them, in whole numbers throughout.

/// A part in hundredths of a percent, rounded down: nothing is called reached that is not.
pub(super) fn hundredths(part: u64, whole: u64) -> u32 {
    let share = (u128::from(part) * 10_000).checked_div(u128::from(whole)).unwrap_or(0);
    u32::try_from(share).unwrap_or(u32::MAX)
}

/// `61.25%`
pub(super) fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A reduced fraction of the record, such as `2/3` or `17`.
pub(super) fn fraction(text: &str) -> Option<(u128, u128)> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    Some((above.parse().ok()?, below.parse().ok().filter(|below| *below != 0)?))
}

/// An area of the record, a fraction in square metres, in hundredths of them.
pub(super) fn area_of(text: &str) -> Option<u64> {
    let (above, below) = fraction(text)?;
    u64::try_from(above.checked_mul(100)? / below).ok()
}

/// A fraction as hundredths of a percent, rounded down.
pub(super) fn share_of(text: &str) -> Option<u32> {
    let (above, below) = fraction(text)?;
    u32::try_from(above.checked_mul(10_000)? / below).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_just_below_a_half_is_not_rounded_up_to_it() {
        assert_eq!(percent(hundredths(499_999, 1_000_000)), "49.99%");
        assert_eq!(percent(hundredths(1, 2)), "50.00%");
        assert_eq!(hundredths(3, 0), 0);
    }

    #[test]
    fn fractions_of_the_record_are_read_exactly() {
        assert_eq!(area_of("3577/2"), Some(178_850));
        assert_eq!(area_of("17"), Some(1700));
        assert_eq!(share_of("2/3"), Some(6666));
        for wrong in ["", "1/0", "x", "-1", "1/2/3"] {
            assert_eq!(fraction(wrong), None, "{wrong}");
        }
    }
}
