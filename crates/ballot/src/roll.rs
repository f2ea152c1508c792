//! The roll: who is entitled to vote in one poll, under pseudonyms.
//!
//! Source: docs/formats.md §3.

mod proof;

use std::collections::BTreeMap;

pub use proof::*;

use serde::{Deserialize, Serialize};

use crate::{
    hash::Hash,
    id::{HolderNo, PersonNo, UnitNo},
    json::{self, JsonError},
    log::{Frontier, leaf_hash},
    statement::RollTotals,
};

/// What a unit is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 住宅
    Home,
    /// 商铺
    Shop,
    /// 办公
    Office,
    /// 车位
    Parking,
    /// 储藏室
    Storage,
    /// 其他
    Other,
}

impl UnitKind {
    /// The word of the roll.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Shop => "shop",
            Self::Office => "office",
            Self::Parking => "parking",
            Self::Storage => "storage",
            Self::Other => "other",
        }
    }
}

/// Whether a unit is with its owner or still with the developer, who then votes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    /// 已交付
    Delivered,
    /// 已售未交付
    SoldUndelivered,
    /// 未出售
    Unsold,
}

/// One line of the roll. Areas are hundredths of a square metre; every other measure is a whole
/// number under its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §3's
pub struct UnitLine {
    pub area: u64,
    pub building: String,
    pub commit: Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entitlement: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<Vec<String>>,
    pub holder: HolderNo,
    pub kind: UnitKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mea: Option<u64>,
    pub persons: PersonNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<PersonNo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_value: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    pub status: UnitStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tantiemes: Option<u64>,
    pub unit: UnitNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<u64>,
}

impl UnitLine {
    /// The measures besides `area` that the line has, by their keys.
    pub fn measures(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("entitlement", self.entitlement),
            ("mea", self.mea),
            ("share", self.share),
            ("share_value", self.share_value),
            ("shares", self.shares),
            ("tantiemes", self.tantiemes),
            ("votes", self.votes),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// What is wrong with a roll.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollError {
    /// The bytes are not lines, each ended by a line feed.
    #[error("a roll is UTF-8 lines, each ended by a line feed")]
    Lines,
    /// A line is not canonical or not of the fields.
    #[error("line {0}: {1}")]
    Line(u64, JsonError),
    /// A line of another unit than its place says.
    #[error("line {0} must be unit {0}")]
    Number(u64),
    /// Flags that are empty or out of order.
    #[error("line {0}: flags are ids in ascending order, left out where there are none")]
    Flags(u64),
    /// Other measures than the first line has.
    #[error("line {0} has other measures than line 1")]
    Measures(u64),
    /// Lines of one holder that say different things of it.
    #[error("line {0} says otherwise than an earlier line of holder {1} how many people it is and who represents it")]
    Holder(u64, HolderNo),
    /// A representative who is none of the holder's people.
    #[error("line {0}: the representative is none of the holder's people")]
    Representative(u64),
    /// A holder number left out.
    #[error("holder {0} has no unit; holders are numbered from 1 without gaps")]
    Gap(u64),
    /// The sum of the areas is beyond what the record holds.
    #[error("the areas add up to more than 2^53 - 1")]
    Sum,
}

/// A roll: its lines, unit 1 first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roll {
    lines: Vec<UnitLine>,
}

impl Roll {
    /// The roll of these lines.
    ///
    /// # Errors
    /// The lines are no roll of a manifest: see [`RollError`].
    pub fn new(lines: Vec<UnitLine>) -> Result<Self, RollError> {
        let roll = Self { lines };
        for (line, number) in roll.lines.iter().zip(1..) {
            if line.unit.get() != number {
                return Err(RollError::Number(number));
            }
        }
        roll.check()?;
        let holders = roll.holders();
        for (number, holder) in (1..).zip(holders.keys()) {
            if holder.get() != number {
                return Err(RollError::Gap(number));
            }
        }
        Ok(roll)
    }

    /// Reads `roll.jsonl`.
    pub fn parse(bytes: &[u8]) -> Result<Self, RollError> {
        let text = str::from_utf8(bytes).map_err(|_| RollError::Lines)?;
        let text = text.strip_suffix('\n').ok_or(RollError::Lines)?;
        let lines = text
            .split('\n')
            .zip(1..)
            .map(|(line, number)| json::read(line).map_err(|err| RollError::Line(number, err)));
        Self::new(lines.collect::<Result<_, _>>()?)
    }

    /// The lines, unit 1 first.
    pub fn lines(&self) -> &[UnitLine] {
        &self.lines
    }

    /// The lines, unit 1 first.
    pub fn into_lines(self) -> Vec<UnitLine> {
        self.lines
    }

    /// A unit's line.
    pub fn line(&self, unit: UnitNo) -> Option<&UnitLine> {
        usize::try_from(unit.get()).ok().and_then(|unit| self.lines.get(unit - 1))
    }

    /// What `roll.jsonl` holds.
    pub fn to_jsonl(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + &json::write(line) + "\n")
    }

    /// Each holder with how many people it is and who represents it.
    pub fn holders(&self) -> BTreeMap<HolderNo, HolderPeople> {
        self.lines.iter().map(|line| (line.holder, line.people())).collect()
    }

    /// The totals that a manifest states, the root over the lines among them.
    pub fn totals(&self) -> RollTotals {
        let mut tree = Frontier::default();
        for line in &self.lines {
            tree.append(leaf_hash(json::write(line).as_bytes()), |_, _, _| ());
        }
        RollTotals {
            area: self.lines.iter().map(|line| line.area).sum(),
            holders: self.holders().len() as u64,
            root: tree.root(),
            units: self.lines.len() as u64,
        }
    }

    /// The roll with one line replaced (docs/formats.md §2, `amendment`). A holder may be left
    /// without a unit, and a new one may have any number.
    ///
    /// # Errors
    /// There is no such unit, or the roll so amended is none.
    pub fn amended(&self, line: UnitLine) -> Result<Self, RollError> {
        let mut amended = self.clone();
        let number = line.unit.get();
        let place = usize::try_from(number).ok().and_then(|unit| amended.lines.get_mut(unit - 1));
        *place.ok_or(RollError::Number(number))? = line;
        amended.check()?;
        Ok(amended)
    }

    /// What holds for a manifest's roll and an amended one alike.
    fn check(&self) -> Result<(), RollError> {
        let mut people: BTreeMap<HolderNo, HolderPeople> = BTreeMap::new();
        let mut sum: u64 = 0;
        for (line, number) in self.lines.iter().zip(1..) {
            if !line.has_sound_flags() {
                return Err(RollError::Flags(number));
            }
            if !line.has_measures_of(&self.lines[0]) {
                return Err(RollError::Measures(number));
            }
            if !line.has_sound_representative() {
                return Err(RollError::Representative(number));
            }
            if *people.entry(line.holder).or_insert(line.people()) != line.people() {
                return Err(RollError::Holder(number, line.holder));
            }
            sum = sum.checked_add(line.area).filter(|sum| *sum <= json::MAX_INT).ok_or(RollError::Sum)?;
        }
        Ok(())
    }
}

/// A holder's people: how many, and the one whose ballot counts for them, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HolderPeople {
    /// How many people the holder is.
    pub persons: PersonNo,
    /// The person whose ballot, if any, counts for all.
    pub representative: Option<PersonNo>,
}

impl UnitLine {
    /// What the line says of its holder.
    pub fn people(&self) -> HolderPeople {
        HolderPeople { persons: self.persons, representative: self.representative }
    }

    /// Whether both lines have the same measures.
    pub fn has_measures_of(&self, other: &Self) -> bool {
        self.measures().map(|(name, _)| name).eq(other.measures().map(|(name, _)| name))
    }

    /// What is wrong with the line alone, whatever the others say.
    pub fn check(&self) -> Result<(), &'static str> {
        if !self.has_sound_flags() {
            return Err("flags are ids in ascending order, left out where there are none");
        }
        if !self.has_sound_representative() {
            return Err("the representative is none of the holder's people");
        }
        Ok(())
    }

    fn has_sound_flags(&self) -> bool {
        self.flags.as_ref().is_none_or(|flags| are_flags(flags))
    }

    fn has_sound_representative(&self) -> bool {
        self.representative.is_none_or(|person| person <= self.persons)
    }
}

fn are_flags(flags: &[String]) -> bool {
    let is_flag = |flag: &String| flag.parse::<crate::id::Id>().is_ok();
    !flags.is_empty() && flags.iter().all(is_flag) && flags.is_sorted_by(|a, b| a < b)
}
