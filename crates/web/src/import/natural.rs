//! The order of labels that people expect: building 2 before building 10, and names after numbers.

use std::cmp::Ordering;

use ballot::register::UnitLabel;

/// Compares two labels part by part.
pub fn compare(a: &UnitLabel, b: &UnitLabel) -> Ordering {
    let parts = |label: &UnitLabel| [&label.phase, &label.building, &label.entrance, &label.number].map(String::clone);
    let pairs = parts(a).into_iter().zip(parts(b));
    pairs.map(|(a, b)| compare_text(&a, &b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Compares two texts with their runs of digits as numbers.
pub(super) fn compare_text(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.chars().next(), right.chars().next()) {
            // What differs in zeros only is still not the same.
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(l), Some(r)) if l.is_ascii_digit() && r.is_ascii_digit() => {
                let ((l, rest_l), (r, rest_r)) = (digits(left), digits(right));
                let order = l.len().cmp(&r.len()).then_with(|| l.cmp(r));
                if order.is_ne() {
                    return order;
                }
                (left, right) = (rest_l, rest_r);
            }
            (Some(l), Some(r)) => {
                if l != r {
                    return l.cmp(&r);
                }
                (left, right) = (&left[l.len_utf8()..], &right[r.len_utf8()..]);
            }
        }
    }
}

/// The digits that a text begins with, without zeros in front, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_what_they_are_worth() {
        let mut texts = ["地下车库", "10", "2", "S10", "S9", "1", "B1-010", "B1-9", "", "101", "0101"];
        texts.sort_by(|a, b| compare_text(a, b));
        assert_eq!(texts, ["", "1", "2", "10", "0101", "101", "B1-9", "B1-010", "S9", "S10", "地下车库"]);
    }
}
