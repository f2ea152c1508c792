//! The roll as amended so far.

use std::collections::BTreeMap;

use super::Reason;
use crate::{
    id::{HolderNo, PersonNo, UnitNo},
    json::MAX_INT,
    roll::{HolderPeople, Roll, UnitLine},
};

/// The roll as the amendments so far leave it. An amendment costs no walk over the lines.
#[derive(Debug, Clone)]
pub struct AmendedRoll {
    lines: Vec<UnitLine>,
    holders: BTreeMap<HolderNo, Holding>,
    area: u64,
}

#[derive(Debug, Clone)]
struct Holding {
    people: HolderPeople,
    units: Vec<UnitNo>,
}

impl AmendedRoll {
    pub(super) fn new(roll: Roll) -> Self {
        let lines = roll.into_lines();
        let mut holders: BTreeMap<HolderNo, Holding> = BTreeMap::new();
        for line in &lines {
            let holding =
                holders.entry(line.holder).or_insert_with(|| Holding { people: line.people(), units: Vec::new() });
            holding.units.push(line.unit);
        }
        // No overflow: the roll was checked when it was read.
        let area = lines.iter().map(|line| line.area).sum();
        Self { lines, holders, area }
    }

    /// The lines, unit 1 first.
    pub fn lines(&self) -> &[UnitLine] {
        &self.lines
    }

    /// A unit's line.
    pub fn line(&self, unit: UnitNo) -> Option<&UnitLine> {
        self.place(unit).map(|place| &self.lines[place])
    }

    /// Whether the holder has a unit.
    pub fn has_holder(&self, holder: HolderNo) -> bool {
        self.holders.contains_key(&holder)
    }

    /// How many people the holder is and who represents it, if it has a unit.
    pub fn people(&self, holder: HolderNo) -> Option<HolderPeople> {
        self.holders.get(&holder).map(|holding| holding.people)
    }

    /// The holder's units in ascending order; none if it is not on the roll.
    pub fn units(&self, holder: HolderNo) -> &[UnitNo] {
        self.holders.get(&holder).map_or(&[], |holding| &holding.units)
    }

    /// The holders that have a unit, in ascending order.
    pub fn holders(&self) -> impl Iterator<Item = HolderNo> {
        self.holders.keys().copied()
    }

    pub(super) fn has_person(&self, holder: HolderNo, person: PersonNo) -> bool {
        self.people(holder).is_some_and(|people| person <= people.persons)
    }

    fn place(&self, unit: UnitNo) -> Option<usize> {
        usize::try_from(unit.get() - 1).ok().filter(|place| *place < self.lines.len())
    }

    /// What is wrong with replacing the line of this number.
    pub(super) fn judge(&self, line: &UnitLine) -> Result<(), Reason> {
        let old = self.line(line.unit).ok_or(Reason::NoSuchUnit(line.unit))?;
        line.check().map_err(Reason::Amended)?;
        let other = self.lines.iter().find(|other| other.unit != line.unit);
        if other.is_some_and(|other| !other.has_measures_of(line)) {
            return Err(Reason::Amended("its measures are not those of the other lines"));
        }
        let stays_with = self.holders.get(&line.holder).filter(|holding| {
            // A holder of this unit alone says anew how many people it is.
            line.holder != old.holder || 1 < holding.units.len()
        });
        if stays_with.is_some_and(|holding| holding.people != line.people()) {
            return Err(Reason::Amended("other lines of the holder say otherwise how many people it is"));
        }
        let sum = (self.area - old.area).checked_add(line.area);
        if sum.is_none_or(|sum| MAX_INT < sum) {
            return Err(Reason::Amended("the areas add up to more than 2^53 - 1"));
        }
        Ok(())
    }

    /// Replaces a line that was judged sound.
    pub(super) fn amend(&mut self, line: &UnitLine) {
        let Some(place) = self.place(line.unit) else { return };
        let old = std::mem::replace(&mut self.lines[place], line.clone());
        self.area = self.area - old.area + line.area;
        if let Some(holding) = self.holders.get_mut(&old.holder) {
            holding.units.retain(|unit| *unit != line.unit);
            if holding.units.is_empty() {
                self.holders.remove(&old.holder);
            }
        }
        let holding =
            self.holders.entry(line.holder).or_insert_with(|| Holding { people: line.people(), units: Vec::new() });
        let place = holding.units.partition_point(|unit| *unit < line.unit);
        holding.units.insert(place, line.unit);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        hash::Hash,
        roll::{UnitKind, UnitStatus},
    };

    fn line(unit: u64, holder: u64, persons: u64, representative: Option<u64>, share: Option<u64>) -> UnitLine {
        UnitLine {
            area: 100 * unit,
            building: "1".to_owned(),
            commit: Hash::of(&unit.to_be_bytes()),
            entitlement: None,
            flags: None,
            holder: holder.try_into().expect("from 1"),
            kind: UnitKind::Home,
            mea: None,
            persons: persons.try_into().expect("from 1"),
            representative: representative.map(|person| person.try_into().expect("from 1")),
            share,
            share_value: None,
            shares: None,
            status: UnitStatus::Delivered,
            tantiemes: None,
            unit: unit.try_into().expect("from 1"),
            votes: None,
        }
    }

    prop_compose! {
        fn any_line()(
            unit in 1..=6_u64,
            holder in 1..=6_u64,
            persons in 1..=2_u64,
            representative in proptest::option::weighted(0.2, 1..=2_u64),
            share in proptest::option::weighted(0.9, Just(1)),
        ) -> UnitLine {
            line(unit, holder, persons, representative, share)
        }
    }

    proptest! {
        /// Amending line by line judges and leaves what reading the whole roll anew would.
        #[test]
        fn an_amended_roll_is_the_roll_that_reads_so(amendments in proptest::collection::vec(any_line(), 0..24)) {
            let lines = (1..=5).map(|unit| line(unit, unit.min(4), 1, None, Some(1))).collect();
            let mut whole = Roll::new(lines).expect("a roll");
            let mut amended = AmendedRoll::new(whole.clone());
            for amendment in amendments {
                let verdict = amended.judge(&amendment);
                match whole.amended(amendment.clone()) {
                    Ok(next) => {
                        prop_assert_eq!(verdict, Ok(()));
                        amended.amend(&amendment);
                        whole = next;
                    }
                    Err(err) => prop_assert!(verdict.is_err(), "{}", err),
                }
                prop_assert_eq!(amended.lines(), whole.lines());
                prop_assert!(amended.holders().eq(whole.holders().into_keys()));
                for (holder, people) in whole.holders() {
                    prop_assert_eq!(amended.people(holder), Some(people));
                    let units: Vec<_> =
                        whole.lines().iter().filter(|line| line.holder == holder).map(|line| line.unit).collect();
                    prop_assert_eq!(amended.units(holder), units.as_slice());
                }
            }
        }
    }
}
