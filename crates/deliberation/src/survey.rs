//! Surveys (问卷、坝坝会、入户): questions, answers by several channels, and answers sorted into needs by two people.

pub mod figures;
pub mod plain;

use std::collections::{BTreeMap, BTreeSet};

use ballot::{hash::Hash, json};
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// How an answer came in.
    Channel {
        Online "online" "online",
        Paper "paper" "on paper",
        Interview "interview" "in an interview at the door",
        Yard "yard" "at a yard meeting (坝坝会)",
        Firm "firm" "from a firm (楼事会)",
    }
}

words! {
    /// What somebody who answers is to their home.
    Tenure {
        Owner "owner" "owns it",
        Tenant "tenant" "rents it",
        Other "other" "lives with who owns or rents it, or did not say",
        Firm "firm" "speaks for a firm",
    }

    /// Why something of a survey is not taken.
    SurveyFault {
        Questions "survey_questions" "a survey has 1 to 30 questions, each with a text of 1 to 200 characters in one line",
        Window "survey_window" "a survey closes after now and within a year, and needs are answered after that within a year",
        Nothing "survey_nothing" "at least one question is answered",
        Person "survey_person" "people answer for themselves online; whoever holds an office enters papers",
        Channel "survey_channel" "what is entered comes from paper, an interview, a yard meeting or a firm",
        Full "survey_full" "a survey takes at most 20000 answers",
        Drawn "survey_drawn" "papers are entered until the sample is drawn, and it is drawn once",
        Paper "survey_paper" "a second entry is of a paper that was drawn and has none yet",
        Settled "survey_settled" "one of two entries that differ is chosen, once",
        Coders "survey_coders" "two people sort the answers, and for this survey they are others",
        Coding "survey_coding" "an answer in somebody's own words of this survey, and one of its needs or none",
        Apart "survey_apart" "the two see each other's work once both have sorted everything",
        Need "survey_need" "a need has 1 to 60 characters in one line, and a survey at most 100 needs",
        Cites "survey_cites" "an item of the plan cites at least one need of the survey",
        Plan "survey_plan" "a plan has at most 100 items",
    }
}

/// How many questions a survey has at most, and how long each is in characters.
pub const QUESTIONS_MOST: usize = 30;
/// The longest question, in characters.
pub const PROMPT_MAX: usize = 200;

/// Answers by the number of the question, from 1.
pub type Answers = BTreeMap<u64, Answer>;

/// Whether answers fit a survey's questions: a question may be left out, but not all.
///
/// # Errors
/// The number of the first question whose answer does not fit, with what would have; 0 if nothing is answered.
pub fn check_answers(questions: &[Question], answers: &Answers) -> Result<(), (u64, SurveyError)> {
    if answers.is_empty() {
        return Err((0, SurveyError::Answer("to at least one question".to_owned())));
    }
    for (number, answer) in answers {
        let place = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
        let question = place.and_then(|place| questions.get(place));
        let Some(question) = question else {
            return Err((*number, SurveyError::Answer("to a question of this survey".to_owned())));
        };
        question.check_answer(answer).map_err(|error| (*number, error))?;
    }
    Ok(())
}

/// A kind of question with its bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// One of several options.
    Single {
        /// 2 to 12.
        options: Vec<String>,
    },
    /// Some of several options.
    Several {
        /// 2 to 12.
        options: Vec<String>,
        /// How many at most.
        most: usize,
    },
    /// A step of a scale from 1.
    Scale {
        /// 3 to 10.
        steps: u64,
    },
    /// A whole number.
    Number {
        /// At least.
        least: u64,
        /// At most.
        most: u64,
    },
    /// A text in one's own words.
    Open,
}

/// The longest answer in one's own words, in characters.
pub const OPEN_MAX: usize = 1000;

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The options that were chosen, from 0.
    Options(BTreeSet<usize>),
    /// A step or a number.
    Number(u64),
    /// A text.
    Text(String),
}

/// Why a question or an answer is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurveyError {
    /// Options.
    #[error("a question has 2 to 12 different options of 1 to 100 characters")]
    Options,
    /// Bounds.
    #[error("the smallest is below the largest, a scale has 3 to 10 steps, and at least one option may be chosen")]
    Bounds,
    /// The answer is of another kind or out of bounds.
    #[error("the answer must be {0}")]
    Answer(String),
}

impl Question {
    /// Whether it can be asked.
    ///
    /// # Errors
    /// Options or bounds make no sense.
    pub fn check(&self) -> Result<(), SurveyError> {
        let are_options = |options: &[String]| {
            let is_text = |text: &String| (1..=100).contains(&text.chars().count()) && json::is_record_text(text);
            let different: BTreeSet<_> = options.iter().collect();
            (2..=12).contains(&options.len()) && different.len() == options.len() && options.iter().all(is_text)
        };
        match self {
            Self::Single { options } | Self::Several { options, .. } if !are_options(options) => {
                Err(SurveyError::Options)
            }
            Self::Several { options, most } if *most == 0 || options.len() < *most => Err(SurveyError::Bounds),
            Self::Scale { steps } if !(3..=10).contains(steps) => Err(SurveyError::Bounds),
            Self::Number { least, most } if most <= least => Err(SurveyError::Bounds),
            Self::Single { .. } | Self::Several { .. } | Self::Scale { .. } | Self::Number { .. } | Self::Open => {
                Ok(())
            }
        }
    }

    /// Whether an answer fits it.
    ///
    /// # Errors
    /// What would have fitted.
    pub fn check_answer(&self, answer: &Answer) -> Result<(), SurveyError> {
        let chosen = |options: &[String], set: &BTreeSet<usize>, most| {
            (1..=most).contains(&set.len()) && set.iter().all(|place| *place < options.len())
        };
        let is_fit = match (self, answer) {
            (Self::Single { options }, Answer::Options(set)) => chosen(options, set, 1),
            (Self::Several { options, most }, Answer::Options(set)) => chosen(options, set, *most),
            (Self::Scale { steps }, Answer::Number(number)) => (1..=*steps).contains(number),
            (Self::Number { least, most }, Answer::Number(number)) => (*least..=*most).contains(number),
            (Self::Open, Answer::Text(text)) => {
                let is_text = text.split('\n').all(json::is_record_text) && !text.trim().is_empty();
                is_text && text.chars().count() <= OPEN_MAX
            }
            (_, Answer::Options(_) | Answer::Number(_) | Answer::Text(_)) => false,
        };
        if is_fit { Ok(()) } else { Err(SurveyError::Answer(self.wanted())) }
    }

    fn wanted(&self) -> String {
        match self {
            Self::Single { options } => format!("one of {} options", options.len()),
            Self::Several { options, most } => format!("1 to {most} of {} options", options.len()),
            Self::Scale { steps } => format!("a step from 1 to {steps}"),
            Self::Number { least, most } => format!("a whole number from {least} to {most}"),
            Self::Open => format!("a text of 1 to {OPEN_MAX} characters"),
        }
    }
}

/// How many answers a second person enters again: the percentage, rounded up.
pub fn sample_size(papers: u64, percent: u64) -> u64 {
    (papers * percent).div_ceil(100)
}

/// Which papers are entered again: those with the smallest hashes of a salt, drawn when entry ends, and their id. So
/// nobody who enters them knows beforehand.
pub fn sample<'a>(papers: impl IntoIterator<Item = &'a str>, percent: u64, salt: &Hash) -> Vec<&'a str> {
    let mut drawn: Vec<_> = papers.into_iter().map(|id| (Hash::of(format!("{salt}\n{id}").as_bytes()), id)).collect();
    drawn.sort();
    drawn.dedup();
    let size = usize::try_from(sample_size(drawn.len() as u64, percent)).unwrap_or(usize::MAX);
    drawn.into_iter().take(size).map(|(_, id)| id).collect()
}

/// How far two people agree beyond chance: a fraction of whole numbers, at most 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kappa {
    /// Above the line; may be below zero.
    pub numerator: i128,
    /// Below the line; above zero.
    pub denominator: i128,
}

impl Kappa {
    /// In thousandths, rounded towards minus infinity.
    pub fn thousandths(self) -> i128 {
        (self.numerator * 1000).div_euclid(self.denominator)
    }
}

/// Cohen's kappa of two people who sorted the same answers, by the answer's number.
///
/// With n answers of both, a of them sorted alike, and r and c how often each need was given by the one and the other:
/// κ = (n·a − Σ r·c) / (n² − Σ r·c). None if both used one and the same need throughout, as chance explains all then,
/// or if they share no answer.
///
/// Source: J. Cohen, A coefficient of agreement for nominal scales, 1960.
pub fn kappa<N: Ord>(one: &BTreeMap<u64, N>, other: &BTreeMap<u64, N>) -> Option<Kappa> {
    let (mut rows, mut columns): (BTreeMap<&N, i128>, BTreeMap<&N, i128>) = (BTreeMap::new(), BTreeMap::new());
    let (mut count, mut alike) = (0_i128, 0_i128);
    for (answer, first) in one {
        let Some(second) = other.get(answer) else { continue };
        count += 1;
        alike += i128::from(first == second);
        *rows.entry(first).or_insert(0) += 1;
        *columns.entry(second).or_insert(0) += 1;
    }
    let chance: i128 = rows.iter().map(|(need, row)| row * columns.get(need).copied().unwrap_or(0)).sum();
    let denominator = count * count - chance;
    (0 < denominator).then(|| Kappa { numerator: count * alike - chance, denominator })
}

/// The answers that still lack one of two codings: what keeps a survey from being coded.
pub fn uncoded<N>(open: &BTreeSet<u64>, one: &BTreeMap<u64, N>, other: &BTreeMap<u64, N>) -> u64 {
    open.iter().filter(|answer| !one.contains_key(answer) || !other.contains_key(answer)).count() as u64
}

words! {
    /// What becomes of a need.
    NeedAnswer {
        Adopted "adopted" "adopted",
        Partly "partly" "adopted in part",
        No "no" "not adopted, with the reason",
    }
}

/// The needs without an answer, of those that an open answer names.
pub fn unanswered<'a, N: Ord>(needs: &'a BTreeSet<N>, answers: &BTreeMap<N, NeedAnswer>) -> Vec<&'a N> {
    needs.iter().filter(|need| !answers.contains_key(need)).collect()
}

/// How many answered in one part of the people, never by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The building, the age band or the tenure.
    pub part: String,
    /// How many answered.
    pub answered: u64,
    /// How many there are.
    pub people: u64,
}

/// Whether a share of answers lies within so many points of the share of people.
///
/// `part` of `all` answered, and the part is `people` of `all_people`:
/// `|part/all − people/all_people| ≤ points/100`.
pub fn is_within_points((part, all): (u64, u64), (people, all_people): (u64, u64), points: u64) -> bool {
    let [part, all, people, all_people, points] = [part, all, people, all_people, points].map(u128::from);
    if all == 0 || all_people == 0 {
        return false;
    }
    (part * all_people).abs_diff(people * all) * 100 <= points * all * all_people
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("选项{number}")).collect()
    }

    #[test]
    fn questions_and_answers_have_bounds() {
        assert_eq!(Question::Single { options: options(1) }.check(), Err(SurveyError::Options));
        assert_eq!(Question::Single { options: vec!["一".to_owned(); 2] }.check(), Err(SurveyError::Options));
        assert_eq!(Question::Several { options: options(3), most: 4 }.check(), Err(SurveyError::Bounds));
        assert_eq!(Question::Number { least: 3, most: 3 }.check(), Err(SurveyError::Bounds));
        let several = Question::Several { options: options(3), most: 2 };
        assert_eq!(several.check(), Ok(()));
        let chosen = |places: &[usize]| Answer::Options(places.iter().copied().collect());
        assert_eq!(several.check_answer(&chosen(&[0, 2])), Ok(()));
        for wrong in [chosen(&[]), chosen(&[0, 1, 2]), chosen(&[3]), Answer::Number(1)] {
            let refused = several.check_answer(&wrong);
            assert_eq!(refused, Err(SurveyError::Answer("1 to 2 of 3 options".to_owned())), "{wrong:?}");
        }
        let scale = Question::Scale { steps: 5 };
        let is_step = |number| scale.check_answer(&Answer::Number(number)).is_ok();
        assert!(!is_step(0) && is_step(1) && is_step(5) && !is_step(6));
        assert!(Question::Open.check_answer(&Answer::Text("路灯".to_owned())).is_ok());
        assert!(Question::Open.check_answer(&Answer::Text("字".repeat(OPEN_MAX + 1))).is_err());
    }

    #[test]
    fn kappa_is_exact() {
        // 50 answers: 20 both yes, 15 both no, 5 and 10 apart. κ = 0.4.
        let mut one = BTreeMap::new();
        let mut other = BTreeMap::new();
        for number in 0..50_u64 {
            one.insert(number, number < 25);
            other.insert(number, number < 20 || (25..35).contains(&number));
        }
        let kappa = super::kappa(&one, &other).expect("a kappa");
        assert_eq!((kappa.numerator, kappa.denominator, kappa.thousandths()), (500, 1250, 400));
        assert_eq!(super::kappa(&one, &one).map(Kappa::thousandths), Some(1000));
        let opposite: BTreeMap<_, _> = one.iter().map(|(number, need)| (*number, !need)).collect();
        assert_eq!(super::kappa(&one, &opposite).map(Kappa::thousandths), Some(-1000));
        let same: BTreeMap<u64, bool> = (0..5).map(|number| (number, true)).collect();
        assert_eq!(super::kappa(&same, &same), None, "chance explains it all");
        assert_eq!(super::kappa::<bool>(&BTreeMap::new(), &same), None);
    }

    #[test]
    fn the_sample_is_five_percent_rounded_up_and_known_to_nobody_before() {
        assert_eq!([0, 1, 20, 21].map(|papers| sample_size(papers, 5)), [0, 1, 1, 2]);
        let papers: Vec<String> = (0..100).map(|number| format!("p{number}")).collect();
        let draw = |salt: &[u8]| sample(papers.iter().map(String::as_str), 5, &Hash::of(salt));
        assert_eq!(draw(b"a").len(), 5);
        assert_eq!(draw(b"a"), draw(b"a"));
        assert_ne!(draw(b"a"), draw(b"b"));
    }

    #[test]
    fn a_share_is_held_against_the_share_of_people() {
        // Tenants are 76 of 100 people.
        assert!(is_within_points((66, 100), (76, 100), 10), "exactly ten points");
        assert!(!is_within_points((65, 100), (76, 100), 10));
        assert!(is_within_points((86, 100), (76, 100), 10));
        assert!(!is_within_points((0, 0), (76, 100), 10), "nobody answered");
    }

    #[test]
    fn what_lacks_a_coding_or_an_answer_is_counted() {
        let open = BTreeSet::from([1, 2, 3]);
        let one = BTreeMap::from([(1, "灯"), (2, "路")]);
        let other = BTreeMap::from([(1, "灯"), (3, "路")]);
        assert_eq!(uncoded(&open, &one, &other), 2);
        let needs = BTreeSet::from(["灯", "路"]);
        assert_eq!(unanswered(&needs, &BTreeMap::from([("灯", NeedAnswer::Adopted)])), [&"路"]);
    }
}
