//! What was put right in a poll's log: amendments of its roll, struck entries, and the results signed before and after.

use ballot::{
    id::UnitNo,
    roll::UnitLine,
    state::State,
    statement::{AmendmentReason, Entry, ResultSheet, Statement, StrikeReason},
};

/// A statement by which officers put something right.
pub(crate) struct Correction {
    /// Of the entry, from 0.
    pub index: u64,
    pub what: What,
}

/// What a correction changes.
pub(crate) enum What {
    /// A unit of the roll.
    Unit {
        unit: UnitNo,
        /// Its area before and after, in hundredths of a square metre; nothing where the area stays.
        areas: Option<[u64; 2]>,
        /// Whether anything else of it changes: its owner, its kind, its status.
        is_more: bool,
        reason: AmendmentReason,
    },
    /// An entry that does not count.
    Struck { index: u64, reason: StrikeReason },
}

/// Corrections and results in the order of the log.
#[derive(Default)]
pub(crate) struct Corrected {
    pub corrections: Vec<Correction>,
    /// Every result with its index; the last one stands.
    pub results: Vec<(u64, ResultSheet)>,
}

impl Corrected {
    /// Takes in an entry; `state` is what all entries before it come to.
    pub(super) fn see(&mut self, index: u64, entry: &Entry<'_>, state: &State) {
        let what = match &entry.statement {
            Statement::Amendment(amendment) => {
                let before = state.roll().and_then(|roll| roll.line(amendment.unit.unit));
                unit(before, &amendment.unit, amendment.reason)
            }
            Statement::Strike(strike) => What::Struck { index: strike.index, reason: strike.reason },
            Statement::ResultSheet(sheet) => return self.results.push((index, sheet.clone())),
            _ => return,
        };
        self.corrections.push(Correction { index, what });
    }

    /// The results that no longer stand, oldest first.
    pub(crate) fn earlier(&self) -> &[(u64, ResultSheet)] {
        self.results.split_last().map_or(&[], |(_, earlier)| earlier)
    }
}

fn unit(before: Option<&UnitLine>, after: &UnitLine, reason: AmendmentReason) -> What {
    let areas = before.map(|before| [before.area, after.area]).filter(|[then, now]| then != now);
    // The private record behind the commitment is made anew with every amendment.
    let is_more =
        before.is_none_or(|before| UnitLine { area: after.area, commit: after.commit, ..before.clone() } != *after);
    What::Unit { unit: after.unit, areas, is_more, reason }
}
