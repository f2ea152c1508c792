//! Names: how they are split, checked, kept and compared.

use ballot::json;
use unicode_normalization::UnicodeNormalization;

use super::cell::{SEPARATORS, is_invisible, is_none, is_plain};

/// Characters that a name may have.
const MAX_LENGTH: usize = 200;

/// What begins a formula, also in full width.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Words that organisations' names end with.
const ORGANISATIONS: [&str; 10] = ["公司", "厂", "合作社", "事务所", "中心", "委员会", "学校", "医院", "廠", "學校"];

/// A name that stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// As typed, trimmed, in normal form C.
    pub typed: String,
    /// As it is compared.
    pub key: String,
}

/// Why a cell holds no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameFault {
    Formula,
    TooLong,
    Control,
    /// Characters that the public record cannot hold.
    Unassigned,
}

/// What is doubtful about a name that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameDoubt {
    Invisible,
    Unusual(char),
    PrivateUse(char),
    Separator,
}

/// The names of one cell, with what is doubtful about them, each doubt once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub names: Vec<Name>,
    pub doubts: Vec<NameDoubt>,
}

/// Splits a cell into names.
///
/// A blank never separates two people: 张 伟明 is one. Nothing is taken from a cell that a spreadsheet could run.
pub(super) fn split(text: &str) -> Result<Names, NameFault> {
    let mut names = Names::default();
    let text = text.trim();
    if is_none(text) {
        return Ok(names);
    }
    // Of the whole cell first: a formula may hold what separates names.
    if is_formula(text) {
        return Err(NameFault::Formula);
    }
    // In normal form C, as the record holds it; to people the same characters.
    let text: String = text.replace("\r\n", "\n").nfc().collect();
    if text.chars().any(is_control) {
        return Err(NameFault::Control);
    }
    for part in text.split(SEPARATORS) {
        let visible: String = part.chars().filter(|c| !is_invisible(*c)).collect();
        let typed = visible.trim();
        if typed.is_empty() {
            continue;
        }
        if is_formula(typed) {
            return Err(NameFault::Formula);
        }
        if MAX_LENGTH < typed.chars().count() {
            return Err(NameFault::TooLong);
        }
        if !typed.chars().all(json::is_allowed) {
            return Err(NameFault::Unassigned);
        }
        let mut doubts = Vec::new();
        if visible.len() < part.len() {
            doubts.push(NameDoubt::Invisible);
        }
        doubts.extend(typed.chars().find(|c| is_pictograph(*c)).map(NameDoubt::Unusual));
        doubts.extend(typed.chars().find(|c| is_private(*c)).map(NameDoubt::PrivateUse));
        if may_be_two(typed) {
            doubts.push(NameDoubt::Separator);
        }
        let is_new = |doubt: &NameDoubt, known: &[NameDoubt]| {
            !known.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(doubt))
        };
        for doubt in doubts {
            if is_new(&doubt, &names.doubts) {
                names.doubts.push(doubt);
            }
        }
        names.names.push(Name { typed: typed.to_owned(), key: key(typed) });
    }
    Ok(names)
}

/// A name as it is compared: after NFKC, without blanks, and with every middle dot alike.
pub(super) fn key(name: &str) -> String {
    if is_plain(name) {
        return name.chars().filter(|c| !c.is_whitespace()).collect();
    }
    let plain = |c: char| if matches!(c, '•' | '・' | '‧') { '·' } else { c };
    name.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).map(plain).collect()
}

/// Whether a name, as it is compared, is an organisation's.
pub(super) fn is_organisation(key: &str) -> bool {
    ORGANISATIONS.iter().any(|word| key.ends_with(word))
}

/// Whether a text begins like a formula, perhaps after the apostrophe that keeps it from being one.
fn is_formula(text: &str) -> bool {
    let begins = |text: &str| {
        text.nfkc().find(|c| !c.is_whitespace() && !is_invisible(*c)).is_some_and(|c| FORMULA.contains(&c))
    };
    begins(text) || text.strip_prefix('\'').is_some_and(begins)
}

/// Control characters, line breaks that no spreadsheet makes, and what turns the direction of text.
fn is_control(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\r')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x21FF | 0x25A0..=0x27BF | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF | 0xFFFD)
}

fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)
}

/// Two blocks of two characters or more with a blank between them: perhaps 孙丽萍 and 钱广仁.
fn may_be_two(name: &str) -> bool {
    let blocks: Vec<usize> = name.split_whitespace().map(|block| block.chars().count()).collect();
    // In other scripts a blank is how a name is written.
    !name.is_ascii() && blocks.windows(2).any(|pair| pair.iter().all(|length| 2 <= *length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Vec<String> {
        split(text).expect("names").names.into_iter().map(|name| name.typed).collect()
    }

    #[test]
    fn names_are_split_at_separators_and_never_at_blanks() {
        for text in [
            "邓新华、罗永强",
            "邓新华/罗永强",
            "邓新华，罗永强",
            "邓新华,罗永强",
            "邓新华；罗永强",
            "邓新华; 罗永强",
            "邓新华\n罗永强",
            "邓新华\r\n罗永强、",
        ] {
            assert_eq!(typed(text), ["邓新华", "罗永强"], "{text}");
        }
        assert_eq!(typed(" 张　伟　明 "), ["张　伟　明"]);
        assert!(typed(" 　").is_empty() && typed("无").is_empty());
    }

    #[test]
    fn what_a_spreadsheet_could_run_is_no_name() {
        for text in [
            "=HYPERLINK(\"http://x\",\"y\")",
            "+1",
            "-1",
            "@SUM(1)",
            "\t=1",
            "\r=1",
            "＝A1",
            "＋1",
            "－1",
            "＠A",
            "张伟、=1",
            "'=1",
            "\u{200b}=1",
        ] {
            assert_eq!(split(text), Err(NameFault::Formula), "{text}");
        }
        for text in ["付\u{7}芳", "\u{1b}[31m李", "\u{202e}明志王", "陈\0波", "陈\u{2028}波", "陈\t波"] {
            assert_eq!(split(text), Err(NameFault::Control), "{text}");
        }
        assert_eq!(split("王\u{2ebf0}"), Err(NameFault::Unassigned), "assigned in Unicode 15.1");
        assert_eq!(split(&"王".repeat(201)), Err(NameFault::TooLong));
        assert!(split(&"王".repeat(200)).is_ok());
    }

    #[test]
    fn doubts_are_said_once() {
        let doubts = |text| split(text).expect("names").doubts;
        assert_eq!(doubts("张\u{200b}伟明、李\u{200b}明"), [NameDoubt::Invisible]);
        assert_eq!(doubts("😀明"), [NameDoubt::Unusual('😀')]);
        assert_eq!(doubts("赵\u{e5e5}"), [NameDoubt::PrivateUse('\u{e5e5}')]);
        assert_eq!(doubts("孙丽萍 钱广仁"), [NameDoubt::Separator]);
        for text in ["张 伟明", "王𠮷", "𠅤小兰", "阿依古丽·买买提", "John Smith", "二〇一〇"] {
            assert!(doubts(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn names_are_compared_without_width_blanks_and_kinds_of_dots() {
        assert_eq!(key("阿依古丽•买买提"), key("阿依古丽・买买提"));
        assert_eq!(key("张　伟 明"), "张伟明");
        assert_ne!(key("陳國強"), key("陈国强"));
        assert!(is_organisation(&key("示例市富枫置业有限公司")) && !is_organisation("张伟明"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_name_taken_is_taken_again(text in ".*") {
            for name in split(&text).map(|names| names.names).unwrap_or_default() {
                prop_assert_eq!(split(&name.typed).map(|names| names.names), Ok(vec![name]));
            }
        }
    }
}
