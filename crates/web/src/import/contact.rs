//! What tells namesakes apart and how people are reached: the tails of IDs, phone numbers, mailboxes.

use ballot::store::contact::{Channel, Contact};

use super::{
    cell::{SEPARATORS, compact, is_none},
    number::Decimal,
    table::Cell,
};

/// The last four characters of each ID, in order; an empty one is not known.
pub(super) fn tails(cell: &Cell) -> Vec<String> {
    let text = cell.text();
    if is_none(&text) {
        return Vec::new();
    }
    // A spreadsheet keeps 15 digits of a number: the end of a whole ID is lost.
    if matches!(cell, Cell::Number { .. }) && 15 < text.len() {
        return Vec::new();
    }
    text.replace("\r\n", "\n").split(SEPARATORS).map(tail).collect()
}

fn tail(text: &str) -> String {
    let compact = compact(text).to_uppercase();
    let shown = compact.rsplit('*').next().unwrap_or_default();
    let length = shown.chars().count();
    let shown: String = shown.chars().skip(length.saturating_sub(4)).collect();
    // Digits below four lost their zeros.
    if (1..4).contains(&length) && shown.bytes().all(|byte| byte.is_ascii_digit()) && !compact.contains('*') {
        return format!("{shown:0>4}");
    }
    if is_none(&shown) { String::new() } else { shown }
}

/// A phone number as its cell has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phone {
    /// Not given.
    None,
    /// Eleven digits.
    Number(String),
    /// In scientific notation: the digits are gone.
    Lost,
    /// Not eleven digits.
    Invalid,
}

/// A mailbox as its cell has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Email {
    /// Not given.
    None,
    /// An address in the form in which it is compared.
    Address(String),
    /// Not an address.
    Invalid,
}

/// Mailboxes, in the order of the owners.
pub(super) fn emails(cell: &Cell) -> Vec<Email> {
    let text = cell.text();
    if is_none(&text) {
        return Vec::new();
    }
    text.replace("\r\n", "\n").split(SEPARATORS).map(email).collect()
}

fn email(text: &str) -> Email {
    let compact = compact(text);
    if is_none(&compact) {
        return Email::None;
    }
    match Contact::parse(&compact) {
        Some(contact) if contact.channel() == Channel::Email => Email::Address(contact.address().to_owned()),
        _ => Email::Invalid,
    }
}

/// Phone numbers, in the order of the owners.
pub(super) fn phones(cell: &Cell) -> Vec<Phone> {
    let text = cell.text();
    if is_none(&text) {
        return Vec::new();
    }
    let parts = text.replace("\r\n", "\n");
    parts.split(SEPARATORS).flat_map(apart).map(phone).collect()
}

/// Whole numbers with a blank between them are several.
fn apart(text: &str) -> Vec<&str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_whole = |word: &&str| word.chars().filter(char::is_ascii_digit).count() == 11;
    if 1 < words.len() && words.iter().all(is_whole) { words } else { vec![text] }
}

fn phone(text: &str) -> Phone {
    let compact = compact(text).to_uppercase();
    if is_none(&compact) {
        return Phone::None;
    }
    if let Some((mantissa, exponent)) = compact.split_once('E') {
        let is_scientific =
            mantissa.parse::<Decimal>().is_ok() && exponent.trim_start_matches('+').parse::<u8>().is_ok();
        // With every digit before the exponent nothing is lost.
        let kept = compact.replace("E+", "E").parse::<Decimal>().ok().and_then(Decimal::to_whole);
        let digits = mantissa.chars().filter(char::is_ascii_digit).count();
        return match kept.map(|kept| kept.to_string()) {
            Some(kept) if kept.len() == 11 && 10 <= digits => Phone::Number(kept),
            _ if is_scientific => Phone::Lost,
            _ => Phone::Invalid,
        };
    }
    let digits: String = compact.chars().filter(|c| !"-()+.".contains(*c)).collect();
    let local = digits.strip_prefix("0086").or(digits.strip_prefix("86")).filter(|local| local.len() == 11);
    let digits = local.unwrap_or(&digits);
    if digits.len() == 11 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Phone::Number(digits.to_owned())
    } else {
        Phone::Invalid
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn of_an_id_only_the_tail_is_taken() {
        assert_eq!(tails(&typed("4501**********5480\n4501**********691x")), ["5480", "691X"]);
        assert_eq!(tails(&typed("００１７")), ["0017"]);
        assert_eq!(tails(&typed("6655、")), ["6655", ""]);
        assert_eq!(tails(&typed("450123199001011234")), ["1234"]);
        assert_eq!(tails(&Cell::Number { value: Decimal::whole(17), digits: 0 }), ["0017"]);
        assert!(tails(&Cell::Number { value: Decimal::whole(450_123_199_001_011_234), digits: 0 }).is_empty());
        assert!(tails(&typed(" 无 ")).is_empty());
    }

    #[test]
    fn phone_numbers_are_eleven_digits() {
        let number = |text: &str| vec![Phone::Number(text.to_owned())];
        for text in [
            "10036682018",
            "100-3668-2018",
            "100 3668 2018",
            "+86 10036682018",
            "１００３６６８２０１８",
            "1.0036682018E+10",
        ] {
            assert_eq!(phones(&typed(text)), number("10036682018"), "{text}");
        }
        assert_eq!(phones(&typed("10031057788/10030666971")).len(), 2);
        assert_eq!(phones(&typed("10031057788 10030666971")).len(), 2);
        assert_eq!(phones(&typed("1.00E+10")), [Phone::Lost]);
        assert_eq!(phones(&typed("1003292158")), [Phone::Invalid]);
        assert_eq!(phones(&typed("晚上打")), [Phone::Invalid]);
        assert_eq!(phones(&typed("、10036682018")), [Phone::None, Phone::Number("10036682018".to_owned())]);
        assert!(phones(&typed("无")).is_empty());
    }

    #[test]
    fn mailboxes_stand_in_the_order_of_the_owners() {
        let address = |text: &str| Email::Address(text.to_owned());
        assert_eq!(emails(&typed("Zhang@Example.cn")), [address("zhang@example.cn")]);
        assert_eq!(emails(&typed("ｚ＠ｅｘａｍｐｌｅ．ｃｎ")), [address("z@example.cn")]);
        assert_eq!(emails(&typed("、li@example.cn")), [Email::None, address("li@example.cn")]);
        assert_eq!(emails(&typed("10036682018")), [Email::Invalid], "a phone number is no mailbox");
        assert_eq!(emails(&typed("a@b")), [Email::Invalid]);
        assert!(emails(&typed("无")).is_empty());
    }

    proptest! {
        #[test]
        fn no_cell_panics(text in ".*") {
            let _ = (tails(&typed(&text)), phones(&typed(&text)), emails(&typed(&text)));
        }
    }
}
