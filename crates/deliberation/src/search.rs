//! What texts are found by: words, and of Chinese every two characters that stand beside each other.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

/// The longest word that is looked for, in characters.
const WORD_MOST: usize = 40;
/// How many terms a question has at most; what is beyond them is not looked for.
const ASKED_MOST: usize = 24;

/// Something that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A term as it is.
    Whole(String),
    /// Every term that begins with it.
    Beginning(String),
}

/// Whether a character is written without blanks between words.
fn is_dense(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// A stretch of a text: a word, or characters without blanks.
enum Run {
    Word(String),
    Dense(Vec<char>),
}

/// The stretches of a text in order. Full-width letters are narrow ones, and capitals small.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_new = true;
    for character in text.nfkc().flat_map(char::to_lowercase) {
        if is_dense(character) {
            match runs.last_mut() {
                Some(Run::Dense(run)) if !is_new => run.push(character),
                _ => runs.push(Run::Dense(vec![character])),
            }
            is_new = false;
        } else if character.is_alphanumeric() {
            match runs.last_mut() {
                Some(Run::Word(word)) if !is_new => word.push(character),
                _ => runs.push(Run::Word(character.to_string())),
            }
            is_new = false;
        } else {
            is_new = true;
        }
    }
    runs
}

fn cut(word: &str) -> String {
    word.chars().take(WORD_MOST).collect()
}

/// The terms by which a text is found: its words, its dense characters, and every two of them side by side.
pub fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => {
                terms.insert(cut(&word));
            }
            Run::Dense(characters) => {
                terms.extend(characters.iter().map(ToString::to_string));
                terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
        }
    }
    terms
}

/// What a question looks for: all of it has to be there. Words of three letters and more find longer ones too.
pub fn asked(question: &str) -> BTreeSet<Term> {
    let mut asked = BTreeSet::new();
    for run in runs(question) {
        match run {
            Run::Word(word) if 3 <= word.chars().count() => {
                asked.insert(Term::Beginning(cut(&word)));
            }
            Run::Word(word) => {
                asked.insert(Term::Whole(word));
            }
            Run::Dense(characters) if characters.len() == 1 => {
                asked.insert(Term::Whole(characters[0].to_string()));
            }
            Run::Dense(characters) => {
                asked.extend(characters.windows(2).map(|pair| Term::Whole(pair.iter().collect())));
            }
        }
    }
    asked.into_iter().take(ASKED_MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether everything that is asked for is among the terms of a text.
    fn finds(question: &str, text: &str) -> bool {
        let (asked, terms) = (asked(question), terms(text));
        !asked.is_empty()
            && asked.iter().all(|term| match term {
                Term::Whole(term) => terms.contains(term),
                Term::Beginning(start) => terms.iter().any(|term| term.starts_with(start)),
            })
    }

    #[test]
    fn a_text_is_found_by_what_stands_in_it() {
        let text = "更换3号楼电梯，用ＬＥＤ灯。Replace the Lifts of building 3";
        for (question, expected) in [
            ("电梯", true),
            ("梯", true),
            ("换电", false),
            ("更换 电梯", true),
            ("电梯 更换", true),
            ("楼电梯", true),
            ("电灯", false),
            ("led", true),
            ("LED灯", true),
            ("3", true),
            ("lift", true),
            ("LIFTS", true),
            ("li", false),
            ("ift", false),
            ("building 4", false),
            ("", false),
            ("，。！", false),
        ] {
            assert_eq!(finds(question, text), expected, "{question}");
        }
    }

    #[test]
    fn a_text_is_found_by_itself_however_long() {
        let text = "充电桩".repeat(500) + " " + &"a".repeat(3000);
        assert!(finds(&text, &text));
        assert!(asked(&text).len() <= ASKED_MOST);
        assert!(terms(&text).iter().all(|term| term.chars().count() <= WORD_MOST));
    }
}
