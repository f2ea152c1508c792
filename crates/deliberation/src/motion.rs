//! Motions (议案): versions that never change, amendments against paragraphs, and the support that admits a motion.

mod diff;

use std::collections::BTreeSet;

use ballot::{hash::Hash, id::HolderNo, json, roll::Roll};
use serde::{Deserialize, Serialize};

pub use diff::{Change, diff};

use crate::lifecycle::{Window, tables::MotionState};

/// The longest question in bytes: what a poll takes as the text of a motion.
pub const QUESTION_MAX: usize = 8192;
/// The most paragraphs of a motion's text.
pub const PARAGRAPHS_MAX: usize = 400;

/// What a motion costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cost", rename_all = "snake_case")]
pub enum Cost {
    /// Nothing.
    Nothing,
    /// An amount in 分, hundredths of a yuan.
    Fixed {
        /// How much.
        cents: u64,
    },
    /// Between two amounts in 分.
    Range {
        /// At least.
        least: u64,
        /// At most.
        most: u64,
    },
}

/// One version of a motion's text.
///
/// Invariant: the text is in its canonical form (see [`canonical`]); nothing changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u64,
    title: String,
    text: String,
    cost: Cost,
    attachments: BTreeSet<Hash>,
}

/// Why a text is none that can be voted on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing in it.
    #[error("a text has at least one character")]
    Empty,
    /// Too much in it.
    #[error(
        "a text with its title, cost and attachments has at most {QUESTION_MAX} bytes, in at most {PARAGRAPHS_MAX} paragraphs"
    )]
    Long,
    /// What the record cannot hold.
    #[error("a text has no invisible or control characters but line ends; line {0} has one")]
    Character(usize),
    /// The title.
    #[error("a title has 1 to 100 characters in one line")]
    Title,
    /// The cost.
    #[error("a cost lies between its least and its most, below 100 billion yuan")]
    Cost,
}

/// The one form of a text: line ends are LF, no blanks at the ends of lines, paragraphs apart by one empty line, one
/// line end at the end.
///
/// # Errors
/// It is empty, too long, or has characters that the record bars.
pub fn canonical(text: &str) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let mut lines: Vec<&str> = Vec::new();
    for (line, number) in text.split('\n').map(str::trim_end).zip(1..) {
        if !json::is_record_text(line) {
            return Err(TextError::Character(number));
        }
        let is_gap = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !is_gap {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    if lines.is_empty() {
        return Err(TextError::Empty);
    }
    let whole = lines.join("\n") + "\n";
    if QUESTION_MAX < whole.len() || PARAGRAPHS_MAX < paragraphs(&whole).len() {
        return Err(TextError::Long);
    }
    Ok(whole)
}

/// The paragraphs of a canonical text.
pub fn paragraphs(text: &str) -> Vec<&str> {
    text.trim_end().split("\n\n").collect()
}

impl Version {
    /// Makes a version of what was written.
    ///
    /// # Errors
    /// The text, the title or the cost are none.
    pub fn new(
        number: u64,
        title: &str,
        text: &str,
        cost: Cost,
        attachments: BTreeSet<Hash>,
    ) -> Result<Self, TextError> {
        let title = title.trim();
        if !(1..=100).contains(&title.chars().count()) || !json::is_record_text(title) {
            return Err(TextError::Title);
        }
        let is_cost = match cost {
            Cost::Nothing => true,
            Cost::Fixed { cents } => cents < 10_u64.pow(13),
            Cost::Range { least, most } => least <= most && most < 10_u64.pow(13),
        };
        if !is_cost {
            return Err(TextError::Cost);
        }
        let version = Self { number, title: title.to_owned(), text: canonical(text)?, cost, attachments };
        if version.question().len() <= QUESTION_MAX { Ok(version) } else { Err(TextError::Long) }
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The canonical text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it costs.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// The hashes of its attachments, in their order.
    pub fn attachments(&self) -> &BTreeSet<Hash> {
        &self.attachments
    }

    /// The bytes that a poll binds: title, text, cost and the hashes of what is attached. They are Markdown, so that
    /// what was voted on can be read as it is.
    pub fn question(&self) -> String {
        let yuan = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
        let cost = match self.cost {
            Cost::Nothing => "0".to_owned(),
            Cost::Fixed { cents } => yuan(cents),
            Cost::Range { least, most } => format!("{}–{}", yuan(least), yuan(most)),
        };
        let mut question = format!("# {}\n\n{}\n费用（元） Cost (CNY): {cost}\n", self.title, self.text);
        for hash in &self.attachments {
            question.push_str("\n附件 Attachment: ");
            question.push_str(&hash.to_string());
            question.push('\n');
        }
        question
    }

    /// SHA-256 of [`Self::question`]: what stands in the poll's manifest as the hash of the text.
    pub fn hash(&self) -> Hash {
        Hash::of(self.question().as_bytes())
    }
}

/// An amendment (修正案): paragraphs `from..to` of a base version, from 0, and what takes their place. An empty range
/// puts something before paragraph `from`; an empty replacement strikes the paragraphs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The hash of the version it amends.
    pub base: Hash,
    /// The first paragraph.
    pub from: usize,
    /// The one after the last.
    pub to: usize,
    /// Canonical, or empty.
    pub replacement: String,
}

/// Why an amendment cannot be made or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    /// It is against a text that is no longer, or never was, the motion's.
    #[error("the amendment is against another version")]
    Base,
    /// There are no such paragraphs.
    #[error("the text has {0} paragraphs")]
    Range(usize),
    /// It changes nothing.
    #[error("the amendment changes nothing")]
    Nothing,
    /// What it amends was changed meanwhile: the paragraphs of the base that are not there any more.
    #[error("its paragraphs have changed since: {0:?}")]
    Moot(Vec<usize>),
    /// The result is no text.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl Amendment {
    /// Makes an amendment of a version.
    ///
    /// # Errors
    /// There are no such paragraphs, or nothing would change.
    pub fn new(base: &Version, from: usize, to: usize, replacement: &str) -> Result<Self, AmendError> {
        let old = paragraphs(base.text());
        if to < from || old.len() < to {
            return Err(AmendError::Range(old.len()));
        }
        let replacement =
            if replacement.trim().is_empty() { String::new() } else { canonical(replacement)?.trim_end().to_owned() };
        if old[from..to].join("\n\n") == replacement {
            return Err(AmendError::Nothing);
        }
        Ok(Self { base: base.hash(), from, to, replacement })
    }

    /// Where its paragraphs stand in a later text, found through what both texts share.
    ///
    /// # Errors
    /// Some are not there any more, or something now stands between them: the amendment is moot.
    fn place(&self, base: &Version, current: &Version) -> Result<(usize, usize), AmendError> {
        let (old, new) = (paragraphs(base.text()), paragraphs(current.text()));
        let kept = diff::kept(&old, &new);
        let found = |place: usize| kept.iter().find(|(before, _)| *before == place).map(|(_, after)| *after);
        if self.from == self.to {
            // Between two neighbours, or at an end, as long as they are neighbours still.
            let before = self.from.checked_sub(1).map(|place| found(place).ok_or(place));
            let after = (self.from < old.len()).then(|| found(self.from).ok_or(self.from));
            return match (before.transpose(), after.transpose()) {
                (Ok(before), Ok(after)) => {
                    let from = before.map_or(0, |place| place + 1);
                    let end = after.unwrap_or(new.len());
                    if from == end { Ok((from, from)) } else { Err(AmendError::Moot(vec![self.from])) }
                }
                (before, after) => Err(AmendError::Moot([before.err(), after.err()].into_iter().flatten().collect())),
            };
        }
        let places: Vec<_> = (self.from..self.to).map(|place| (place, found(place))).collect();
        let gone: Vec<_> = places.iter().filter(|(_, now)| now.is_none()).map(|(place, _)| *place).collect();
        if !gone.is_empty() {
            return Err(AmendError::Moot(gone));
        }
        let now: Vec<usize> = places.into_iter().filter_map(|(_, now)| now).collect();
        let split: Vec<_> =
            (1..now.len()).filter(|&place| now[place] != now[place - 1] + 1).map(|place| self.from + place).collect();
        if !split.is_empty() {
            return Err(AmendError::Moot(split));
        }
        Ok((now[0], now[0] + now.len()))
    }

    /// The text of the current version with the amendment taken in. Title, cost and attachments stay.
    ///
    /// # Errors
    /// The base is another, the amendment is moot, or what comes out is no text.
    pub fn apply(&self, base: &Version, current: &Version) -> Result<Version, AmendError> {
        if base.hash() != self.base {
            return Err(AmendError::Base);
        }
        let (from, to) = self.place(base, current)?;
        let mut text = paragraphs(current.text());
        let replacement = (!self.replacement.is_empty()).then_some(self.replacement.as_str());
        text.splice(from..to, replacement);
        let text = text.join("\n\n");
        Ok(Version::new(current.number + 1, &current.title, &text, current.cost, current.attachments.clone())?)
    }

    /// The paragraphs of the base that keep it from being applied to the current version; none if it can be.
    ///
    /// # Errors
    /// The base is another, or what comes out is no text.
    pub fn conflicts(&self, base: &Version, current: &Version) -> Result<Vec<usize>, AmendError> {
        match self.apply(base, current) {
            Ok(_) => Ok(Vec::new()),
            Err(AmendError::Moot(places)) => Ok(places),
            Err(error) => Err(error),
        }
    }
}

/// Support for one version on a frozen roll, by owners and by their area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Support {
    /// Holders who support it.
    pub heads: u64,
    /// Holders on the roll.
    pub heads_of: u64,
    /// Their area in hundredths of a square metre.
    pub area: u64,
    /// The roll's.
    pub area_of: u64,
}

impl Support {
    /// Counts supporters on a roll; who is not on it does not count.
    pub fn count(roll: &Roll, supporters: &BTreeSet<HolderNo>) -> Self {
        let (mut heads, mut all, mut area, mut area_of) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
        for line in roll.lines() {
            all.insert(line.holder);
            area_of += line.area;
            if supporters.contains(&line.holder) {
                heads.insert(line.holder);
                area += line.area;
            }
        }
        Self { heads: heads.len() as u64, heads_of: all.len() as u64, area, area_of }
    }

    /// Whether it reaches a percentage of both, exactly that percentage included.
    ///
    /// Source: 物业管理条例 13条 (20%以上的业主提议); 民法典 1259条 (以上 includes the number).
    pub fn reaches(&self, percent: u64) -> bool {
        let is_reached =
            |part: u64, whole: u64| 0 < part && u128::from(percent) * u128::from(whole) <= u128::from(part) * 100;
        is_reached(self.heads, self.heads_of) && is_reached(self.area, self.area_of)
    }
}

/// Whether votes are taken now: a function of the clock, whatever job has run or not.
pub fn is_vote_open(state: MotionState, vote: Option<Window>, now: u64) -> bool {
    matches!(state, MotionState::Scheduled | MotionState::Voting) && vote.is_some_and(|vote| vote.holds(now))
}

/// Whether statements of a motion, and reactions to them, are taken: while it is talked over, until its text is final.
pub fn takes_statements(state: MotionState) -> bool {
    matches!(state, MotionState::Deliberating | MotionState::Amending)
}

/// Whether a version may still be replaced in place by its proposer: nobody has supported it yet, and no vote is about
/// it. After the first support the text is frozen: only a new version can follow, and support starts anew.
pub fn is_editable(supports: u64, is_voted_on: bool) -> bool {
    supports == 0 && !is_voted_on
}

#[cfg(test)]
mod tests;
