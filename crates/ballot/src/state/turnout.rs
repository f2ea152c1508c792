//! Who has voted, by building, and nothing of how.

use std::collections::{BTreeMap, HashMap};

use super::State;
use crate::{
    id::HolderNo,
    statement::{Attendance, Entry, Statement},
};

/// For how many holders and units of a building a ballot or paper stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuildingTurnout {
    /// Units on the roll.
    pub units: u64,
    /// Units for which a ballot or paper stands.
    pub units_voted: u64,
    /// Their area, in hundredths of a square metre.
    pub area: u64,
    /// The area of the units for which a ballot or paper stands.
    pub area_voted: u64,
}

/// How a holder is at an assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attending {
    /// One of its people came.
    Present,
    /// Its agent came.
    Represented,
}

/// For which holders a ballot or paper stands, and which are at an assembly.
///
/// Memory grows with the ballots: a strike must find whose ballot it takes away. Only the server
/// keeps this beside its [`State`].
#[derive(Debug, Clone, Default)]
pub struct Turnout {
    standing: HashMap<HolderNo, u64>,
    cast: HashMap<u64, HolderNo>,
    /// By the index of an attendance that stands.
    hall: BTreeMap<u64, BTreeMap<HolderNo, Attending>>,
}

impl Turnout {
    /// Takes in an entry that is about to be applied to `state`.
    pub fn see(&mut self, state: &State, entry: &Entry<'_>) {
        let voted = match &entry.statement {
            Statement::Ballot(ballot) => ballot.voted_holder(),
            Statement::Paper(paper) => paper.voted_holder(),
            Statement::Strike(strike) => return self.strike(strike.index),
            Statement::Attendance(attendance) => return self.attend(state.size(), attendance),
            Statement::Manifest(_)
            | Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Proxy(_)
            | Statement::Delivery(_)
            | Statement::Amendment(_)
            | Statement::Anchor(_)
            | Statement::Close(_)
            | Statement::ResultSheet(_) => None,
        };
        let Some(holder) = voted.filter(|_| state.closed().is_none()) else { return };
        *self.standing.entry(holder).or_default() += 1;
        self.cast.insert(state.size(), holder);
    }

    /// Whether a ballot or paper stands for the holder.
    pub fn has_voted(&self, holder: HolderNo) -> bool {
        self.standing.contains_key(&holder)
    }

    /// How a holder is at the assembly, as the attendances that stand say so far.
    pub fn attending(&self, holder: HolderNo) -> Option<Attending> {
        self.hall.values().filter_map(|named| named.get(&holder)).min().copied()
    }

    /// Everybody whom an attendance that stands names so far. Who came and was represented before is present.
    pub fn hall(&self) -> BTreeMap<HolderNo, Attending> {
        let mut all: BTreeMap<HolderNo, Attending> = BTreeMap::new();
        for (holder, how) in self.hall.values().flatten() {
            let known = all.entry(*holder).or_insert(*how);
            *known = (*known).min(*how);
        }
        all
    }

    fn attend(&mut self, index: u64, attendance: &Attendance) {
        let named = |holders: &Option<Vec<HolderNo>>, how| {
            holders.iter().flatten().map(|holder| (*holder, how)).collect::<Vec<_>>()
        };
        let mut all: BTreeMap<_, _> = named(&attendance.represented, Attending::Represented).into_iter().collect();
        all.extend(named(&attendance.present, Attending::Present));
        self.hall.insert(index, all);
    }

    /// The indexes of the ballots and papers that stand for the holder, in order.
    pub fn standing(&self, holder: HolderNo) -> Vec<u64> {
        let own = self.cast.iter().filter(|(_, voted)| **voted == holder);
        let mut indexes: Vec<_> = own.map(|(index, _)| *index).collect();
        indexes.sort_unstable();
        indexes
    }

    /// How many holders have voted.
    pub fn holders(&self) -> usize {
        self.standing.len()
    }

    /// The figures of each building, on the roll as amended so far.
    pub fn by_building<'a>(&self, state: &'a State) -> BTreeMap<&'a str, BuildingTurnout> {
        let mut buildings: BTreeMap<&str, BuildingTurnout> = BTreeMap::new();
        for line in state.roll().map_or(&[][..], |roll| roll.lines()) {
            let building = buildings.entry(&line.building).or_default();
            building.units += 1;
            building.area += line.area;
            if self.has_voted(line.holder) {
                building.units_voted += 1;
                building.area_voted += line.area;
            }
        }
        buildings
    }

    fn strike(&mut self, index: u64) {
        self.hall.remove(&index);
        let Some(holder) = self.cast.remove(&index) else { return };
        let left = self.standing.get_mut(&holder).map(|count| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            self.standing.remove(&holder);
        }
    }
}
