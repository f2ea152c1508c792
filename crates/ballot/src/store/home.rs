//! Homes and names as people type them, against those that the register has.

/// What people say around the numbers of a home.
const AROUND: [&str; 14] =
    ["号楼", "单元", "楼", "栋", "幢", "座", "室", "房", "号", "building", "entrance", "flat", "unit", "room"];

/// Whether somebody who types this means the home of a label, `phase|building|entrance|number`.
///
/// The words around the numbers, blanks, dashes and the width of the characters do not matter; the entrance may be left
/// out, everything else must be there.
pub(super) fn is_home(label: &str, typed: &str) -> bool {
    let parts: Vec<_> = label.split('|').collect();
    let [phase, building, entrance, number] = parts[..] else { return false };
    let typed = words(typed);
    let means = |parts: &[&str]| words(&parts.join(" ")) == typed;
    !typed.is_empty() && (means(&[phase, building, entrance, number]) || means(&[phase, building, number]))
}

/// Whether a name is typed as the register has it; blanks do not matter.
pub(super) fn is_name(known: &str, typed: &str) -> bool {
    let plain = |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    !plain(typed).is_empty() && plain(known) == plain(typed)
}

/// The numbers and names in a home.
fn words(text: &str) -> Vec<String> {
    let mut plain: String = text.chars().map(half_width).flat_map(char::to_lowercase).collect();
    for around in AROUND {
        plain = plain.replace(around, " ");
    }
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in plain.chars() {
        let kind = c.is_alphanumeric().then_some(c.is_ascii());
        match (kind, words.last_mut()) {
            (Some(_), Some(word)) if kind == last => word.push(c),
            (Some(_), _) => words.push(c.to_string()),
            (None, _) => {}
        }
        last = kind;
    }
    words
}

/// The usual form of a full-width character.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_known_however_it_is_said() {
        for (why, label, typed, expected) in [
            ("as it is shown", "|3|2|501", "3 号楼 2 单元 501 室", true),
            ("with dashes", "|3|2|501", "3-2-501", true),
            ("in wide digits", "|3|2|501", "３－２－５０１", true),
            ("without the entrance", "|3|2|501", "3-501", true),
            ("in English", "|3|2|501", "Building 3, entrance 2, flat 501", true),
            ("without blanks, in a phase", "西区|3A|1|201", "西区3a栋1单元201", true),
            ("another entrance", "|3|2|501", "3-1-501", false),
            ("another cut of the same digits", "|1|1|201", "11-201", false),
            ("the number alone", "|3|2|501", "501", false),
            ("the phase left out", "西区|3|1|201", "3-1-201", false),
            ("nothing", "|||", "", false),
        ] {
            assert_eq!(is_home(label, typed), expected, "{why}");
        }
    }

    #[test]
    fn a_name_is_typed_whole() {
        for (typed, expected) in [("王芳", true), (" 王 芳 ", true), ("王", false), ("王芳芳", false), ("", false)]
        {
            assert_eq!(is_name("王芳", typed), expected, "{typed}");
        }
    }
}
