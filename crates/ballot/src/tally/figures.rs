//! Figures of a count for people: by building, by channel, and why ballots are invalid.

use std::collections::BTreeMap;

use super::{Answers, Counted, MotionCount};
use crate::{
    rule::{Channel, Class, Note},
    statement::{Figures, InvalidPaper},
};

/// Why a unit's ballot is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The paper is blank.
    Blank,
    /// The paper is spoiled.
    Spoiled,
    /// The paper cannot be read.
    Unclear,
    /// The paper is not signed.
    Unsigned,
    /// The paper's answer to this motion cannot be read.
    Answer,
    /// One signer says different things in two channels.
    Channels,
    /// Co-owners say different things, and nobody represents them.
    CoOwners,
    /// More candidates are marked than there are seats.
    Overvoted,
}

/// Units and area of one thing.
pub type Figure = Figures;

/// A motion's figures beside its result. All are of the first round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MotionFigures {
    /// Units of each class, by building.
    pub by_building: BTreeMap<String, BTreeMap<Class, Figures>>,
    /// Units whose ballot counts, invalid ones among them, by channel.
    pub by_channel: BTreeMap<Channel, Figures>,
    /// Units whose ballot is invalid, by reason.
    pub invalid: BTreeMap<Reason, Figures>,
    /// How many ballots and papers count for a unit.
    pub counted: u64,
    /// How many are not struck and count for none: replaced, displaced or beyond a limit.
    pub uncounted: u64,
}

impl Counted {
    /// The figures of a motion that was decided on this count.
    pub fn figures(&self, count: &MotionCount) -> MotionFigures {
        let first = &count.report.first;
        let mut figures = MotionFigures::default();
        let mut conflicts: BTreeMap<usize, Reason> = BTreeMap::new();
        for note in &first.notes {
            match note {
                Note::ChannelsContradict { unit } => conflicts.insert(*unit, Reason::Channels),
                Note::CoOwnersContradict { unit } => conflicts.insert(*unit, Reason::CoOwners),
                _ => None,
            };
        }
        let mut counted = std::collections::BTreeSet::new();
        for (place, (line, unit)) in self.lines().iter().zip(&first.units).enumerate() {
            let building = figures.by_building.entry(line.building.clone()).or_default();
            let add = |figures: &mut Figures| {
                figures.units += 1;
                figures.area += line.area;
            };
            add(building.entry(unit.class).or_default());
            let cast = unit.vote.and_then(|vote| self.cast_of(vote));
            if let Some(cast) = cast {
                counted.insert(cast.index);
                add(figures.by_channel.entry(cast.channel).or_default());
            }
            let reason = match unit.class {
                Class::Overvoted => Reason::Overvoted,
                Class::Invalid => conflicts.get(&place).copied().unwrap_or_else(|| {
                    cast.map_or(Reason::Answer, |cast| match *cast.answers {
                        Answers::Given(_) => Reason::Answer,
                        Answers::Invalid(InvalidPaper::Blank) => Reason::Blank,
                        Answers::Invalid(InvalidPaper::Spoiled) => Reason::Spoiled,
                        Answers::Invalid(InvalidPaper::Unclear) => Reason::Unclear,
                        Answers::Invalid(InvalidPaper::Unsigned) => Reason::Unsigned,
                    })
                }),
                _ => continue,
            };
            add(figures.invalid.entry(reason).or_default());
        }
        figures.counted = counted.len() as u64;
        let totals = self.totals();
        figures.uncounted = totals.ballots + totals.papers - totals.struck - figures.counted;
        figures
    }
}
