//! Cases: a roll, ballots and a rule on one line of JSON, with what they must come to.
//!
//! The form is docs/rules.md's. Figures are exact fractions in text; a reader says what would have
//! been right and where.

mod compare;
mod input;
mod read;

use std::borrow::Cow;

pub use compare::{Difference, first_difference};
use serde_json::{Map, Value, json};

use super::{
    Contest, Report, Round, Rule, RuleBook,
    report::{Class, EmptyRatio, Verdict},
};
use crate::{
    id::RuleName,
    rule::explain::{self, Language, Names},
};

/// The most units that a case may have.
const MAX_UNITS: usize = 1_000_000;

/// What is wrong with a case, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {wanted}")]
pub struct CaseError {
    /// The key, with what it stands in: `ballots[3].via`.
    pub at: String,
    /// What is wanted there.
    pub wanted: String,
}

impl CaseError {
    fn new(at: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self { at: at.into(), wanted: wanted.into() }
    }
}

/// A case as it is read: names, no numbers yet.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called.
    pub id: String,
    /// The rule it is decided under.
    pub rule: RuleName,
    /// What it must come to, if it says so.
    pub expected: Option<Value>,
    units: Vec<read::CaseUnit>,
    developer: Option<String>,
    scope: Option<Vec<String>>,
    exclude_units: Vec<String>,
    contest: Option<Contest>,
    ballots: Vec<read::CaseBallot>,
    second_ballots: Option<Vec<read::CaseBallot>>,
    attended: Vec<String>,
    undelivered: Vec<String>,
    objections: Option<Vec<String>>,
}

/// A case decided.
#[derive(Debug, Clone)]
pub struct Decided {
    /// What the case is called.
    pub id: String,
    /// The rule of the first round.
    pub rule: Rule,
    /// Every step.
    pub report: Report,
    /// The names behind the first round's numbers.
    pub names: Names,
    /// The names behind the second round's, if there was one.
    pub second_names: Names,
}

/// What is wrong with a line of a file of cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// It cannot be read or decided.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// It comes to something else than it says.
    #[error("{id}: {difference}")]
    Differs {
        /// The case.
        id: String,
        /// The first figure.
        difference: Box<Difference>,
    },
    /// It says nothing of what it must come to.
    #[error("{0}: expected is missing: what the case must come to")]
    NothingExpected(String),
}

/// Decides every line of a file of cases, and names each that does not come to what it must, by its
/// number from 1.
pub fn check_lines(text: &str, book: &RuleBook) -> Vec<(usize, LineFault)> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    lines.filter_map(|(line, number)| Some((number, check_line(line, book).err()?))).collect()
}

fn check_line(line: &str, book: &RuleBook) -> Result<(), LineFault> {
    let case = Case::parse(line)?;
    let decided = case.decide(book)?;
    let Some(expected) = &case.expected else { return Err(LineFault::NothingExpected(case.id)) };
    match first_difference(expected, &decided.to_json()) {
        None => Ok(()),
        Some(difference) => Err(LineFault::Differs { id: case.id, difference: Box::new(difference) }),
    }
}

impl Case {
    /// Reads one line.
    ///
    /// # Errors
    /// It is no JSON object, or a key is missing or not as it should be.
    pub fn parse(line: &str) -> Result<Self, CaseError> {
        read::case(line)
    }

    /// Decides it.
    ///
    /// # Errors
    /// The rule is not in the book, or the case does not say what the rule needs.
    pub fn decide(&self, book: &RuleBook) -> Result<Decided, CaseError> {
        let rule = book.resolve(&self.rule).map_err(|err| CaseError::new("rule", err.to_string()))?;
        self.decide_under(rule)
    }

    /// Decides it under a rule that may be another than the one it names.
    ///
    /// # Errors
    /// The case does not say what the rule needs.
    pub fn decide_under(&self, rule: Rule) -> Result<Decided, CaseError> {
        let first = input::build(self, &rule, &self.ballots)?;
        let mut second_names = Names::default();
        let mut failed = None;
        let report = super::decide(&rule, &first.electorate, &first.ballots, self.contest.as_ref(), |gateway| {
            let same = gateway.has_same_ballots.then_some(&self.ballots);
            let ballots = self.second_ballots.as_ref().or(same)?;
            match input::build(self, &gateway.then, ballots) {
                Ok(second) => {
                    second_names = second.names;
                    Some((Cow::Owned(second.electorate), Cow::Owned(second.ballots)))
                }
                Err(err) => {
                    failed = Some(err);
                    None
                }
            }
        });
        match failed {
            Some(err) => Err(err),
            None => Ok(Decided { id: self.id.clone(), rule, report, names: first.names, second_names }),
        }
    }
}

impl Decided {
    /// The case's id and what it came to, as `expected` has it.
    pub fn to_json(&self) -> Value {
        let last = self.report.last();
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
        put("id", json!(self.id));
        put("quorum", json!(last.has_quorum));
        put("passed", json!(last.outcome.is_passed()));
        put("outcome", json!(last.outcome.name()));
        put("first_round", self.round_json(&self.report.first, &self.names));
        if let Some(round) = &self.report.second {
            put("second_round", self.round_json(round, &self.second_names));
        }
        Value::Object(object)
    }

    fn round_json(&self, round: &Round, names: &Names) -> Value {
        let mut object = round.to_json(EmptyRatio::Null);
        let then = self.rule.gateways.iter().map(|gateway| &*gateway.then).find(|then| then.name == round.rule);
        let rule = then.filter(|_| round.number == 2).unwrap_or(&self.rule);
        let dropped = names.dropped.iter().map(|dropped| dropped.text(Language::En));
        let notes = round.notes.iter().map(|note| explain::note(rule, note, names, Language::En));
        object.insert("notes".to_owned(), dropped.chain(notes).collect());
        if let Verdict::Election { .. } = round.verdict {
            let is_overvoted = |place: &usize| round.units[*place].class == Class::Overvoted;
            let overvoted: Vec<_> = (0..round.units.len()).filter(is_overvoted).map(|at| names.unit(at)).collect();
            object.insert("overvoted".to_owned(), json!(overvoted));
        }
        Value::Object(object)
    }
}
