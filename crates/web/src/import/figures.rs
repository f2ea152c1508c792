//! The figures of a register: what an import shows before it is applied, and a page afterwards.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    register::{Register, RegisterUnit},
    roll::{UnitKind, UnitStatus},
};
use serde::{Deserialize, Serialize};

use super::natural;

/// What the law counts, over all units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Units.
    pub units: u64,
    /// Exact sets of owners: A alone and A with B are two.
    pub holders: u64,
    /// Those who count as one: each holder of delivered units, and each developer with all that it has not handed over.
    pub heads: u64,
    /// Hundredths of a square metre.
    pub area_centi: u64,
    /// People and organisations that own something.
    pub persons: u64,
    /// Undivided shares, in rolls that go by them.
    pub shares: Option<u64>,
}

/// The same over a part of the units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Totals
pub struct Variant {
    pub units: u64,
    pub holders: u64,
    pub heads: u64,
    pub area_centi: u64,
}

/// Local rules differ in whether parking and storage count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // their names say it
pub struct Variants {
    pub without_parking: Variant,
    pub without_parking_and_storage: Variant,
}

/// Units of one kind, status or building, and their area.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Totals
pub struct Share {
    pub units: u64,
    pub area_centi: u64,
}

/// Units of one building.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Totals
pub struct BuildingShare {
    pub phase: String,
    pub building: String,
    #[serde(flatten)]
    pub share: Share,
}

/// All figures of a register, in the order in which they are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Over all units.
    pub totals: Totals,
    /// Over a part of them.
    pub variants: Variants,
    /// By kind.
    pub by_kind: BTreeMap<String, Share>,
    /// By status.
    pub by_status: BTreeMap<String, Share>,
    /// By building, in the order of their names.
    pub by_building: Vec<BuildingShare>,
    /// People who hold one unit alone and another with others.
    pub persons_alone_and_with_others: u64,
    /// Units of several owners.
    pub co_owned_units: u64,
}

impl Figures {
    /// The figures of a register.
    pub fn of(register: &Register) -> Self {
        let units = &register.units;
        let everything = variant(units, |_| true);
        let owners = |unit: &RegisterUnit| unit.owners.iter().copied().collect::<BTreeSet<usize>>();
        let is_by_shares = units.iter().any(|unit| unit.shares.is_some());
        let mut persons = BTreeSet::new();
        let mut alone = BTreeSet::new();
        let mut with_others = BTreeSet::new();
        let mut figures = Self::default();
        for unit in units {
            let owners = owners(unit);
            persons.extend(owners.iter().copied());
            // Until it is handed over, a unit is held by its developer alone.
            let holders = unit.holders();
            if holders.len() == 1 { &mut alone } else { &mut with_others }.extend(holders);
            figures.co_owned_units += u64::from(1 < owners.len());
            for share in [
                figures.by_kind.entry(kind_name(unit.kind).to_owned()).or_default(),
                figures.by_status.entry(status_name(unit.status).to_owned()).or_default(),
            ] {
                share.units += 1;
                share.area_centi += unit.area;
            }
        }
        figures.persons_alone_and_with_others = alone.intersection(&with_others).count() as u64;
        figures.totals = Totals {
            units: everything.units,
            holders: everything.holders,
            heads: everything.heads,
            area_centi: everything.area_centi,
            persons: persons.len() as u64,
            shares: is_by_shares.then(|| units.iter().filter_map(|unit| unit.shares).sum()),
        };
        figures.variants = Variants {
            without_parking: variant(units, |kind| kind != UnitKind::Parking),
            without_parking_and_storage: variant(units, |kind| !matches!(kind, UnitKind::Parking | UnitKind::Storage)),
        };
        figures.by_building = by_building(units);
        figures
    }
}

fn variant(units: &[RegisterUnit], counts: impl Fn(UnitKind) -> bool) -> Variant {
    let units: Vec<&RegisterUnit> = units.iter().filter(|unit| counts(unit.kind)).collect();
    let holders: BTreeSet<BTreeSet<usize>> = units.iter().map(|unit| unit.owners.iter().copied().collect()).collect();
    let heads: BTreeSet<BTreeSet<usize>> = units.iter().map(|unit| unit.holders()).collect();
    Variant {
        units: units.len() as u64,
        holders: holders.len() as u64,
        heads: heads.len() as u64,
        area_centi: units.iter().map(|unit| unit.area).sum(),
    }
}

fn by_building(units: &[RegisterUnit]) -> Vec<BuildingShare> {
    let mut buildings: BTreeMap<(&str, &str), Share> = BTreeMap::new();
    for unit in units {
        let share = buildings.entry((&unit.label.phase, &unit.label.building)).or_default();
        share.units += 1;
        share.area_centi += unit.area;
    }
    let mut buildings: Vec<BuildingShare> = buildings
        .into_iter()
        .map(|((phase, building), share)| BuildingShare {
            phase: phase.to_owned(),
            building: building.to_owned(),
            share,
        })
        .collect();
    buildings.sort_by(|a, b| {
        natural::compare_text(&a.phase, &b.phase).then_with(|| natural::compare_text(&a.building, &b.building))
    });
    buildings
}

/// A kind as files and results name it.
pub(super) fn kind_name(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Home => "home",
        UnitKind::Shop => "shop",
        UnitKind::Office => "office",
        UnitKind::Parking => "parking",
        UnitKind::Storage => "storage",
        UnitKind::Other => "other",
    }
}

/// A status as files and results name it.
pub(super) fn status_name(status: UnitStatus) -> &'static str {
    match status {
        UnitStatus::Delivered => "delivered",
        UnitStatus::SoldUndelivered => "sold_undelivered",
        UnitStatus::Unsold => "unsold",
    }
}
