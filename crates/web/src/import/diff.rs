//! What a re-import changes: units added, removed and changed, with what they said before.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    register::{AreaSource, Register, RegisterUnit, UnitLabel},
    roll::UnitKind,
};
use serde::{Deserialize, Serialize};

use super::{
    cell,
    figures::{Figures, kind_name, status_name},
    natural,
};

/// The difference between two registers of one compound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The file or state that it is compared with.
    pub against: String,
    /// Units of which nothing changed.
    pub unchanged_units: usize,
    /// How many of which.
    pub counts: Counts,
    /// New totals less old ones.
    pub totals_delta: TotalsDelta,
    /// Units that were not there.
    pub added: Vec<Added>,
    /// Units that are gone.
    pub removed: Vec<Removed>,
    /// Units that say something else.
    pub changed: Vec<Changed>,
}

/// How many units differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Diff
pub struct Counts {
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
}

/// New totals less old ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Totals
pub struct TotalsDelta {
    pub units: i64,
    pub holders: i64,
    pub heads: i64,
    pub area_centi: i64,
    pub persons: i64,
}

/// What a unit says, as a difference shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as the import format names them
pub struct UnitFacts {
    pub area_centi: u64,
    pub owners: Vec<String>,
    pub tails: Vec<String>,
    pub status: String,
    pub source: Option<AreaSource>,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shares: Option<u64>,
}

/// A unit that was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the unit is phase/building/entrance/number
pub struct Added {
    pub unit: String,
    pub after: UnitFacts,
}

/// A unit that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Added
pub struct Removed {
    pub unit: String,
    pub before: UnitFacts,
}

/// A unit that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in Added
pub struct Changed {
    pub unit: String,
    /// `area`, `owners`, `status`, `source`, `kind`, `shares`
    pub fields: Vec<String>,
    pub before: UnitFacts,
    pub after: UnitFacts,
}

/// Compares two registers. Owners are compared by who they are: a name spaced differently is no change, nor is another
/// order of the rows.
pub fn diff(before: &Register, after: &Register, against: &str) -> Diff {
    let [olds, news] = [before, after].map(by_key);
    let mut diff = Diff {
        against: against.to_owned(),
        unchanged_units: 0,
        counts: Counts { added: 0, removed: 0, changed: 0 },
        totals_delta: totals_delta(&Figures::of(before), &Figures::of(after)),
        added: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
    };
    for unit in in_order(after) {
        let (name, now) = (path(&unit.label), facts(after, unit));
        match olds.get(&key(&unit.label)) {
            None => diff.added.push(Added { unit: name, after: now }),
            Some(old) => {
                let fields = changed_fields((before, old), (after, unit));
                if fields.is_empty() {
                    diff.unchanged_units += 1;
                } else {
                    diff.changed.push(Changed { unit: name, fields, before: facts(before, old), after: now });
                }
            }
        }
    }
    for unit in in_order(before).into_iter().filter(|unit| !news.contains_key(&key(&unit.label))) {
        diff.removed.push(Removed { unit: path(&unit.label), before: facts(before, unit) });
    }
    diff.counts = Counts { added: diff.added.len(), removed: diff.removed.len(), changed: diff.changed.len() };
    diff
}

fn by_key(register: &Register) -> BTreeMap<[String; 4], &RegisterUnit> {
    register.units.iter().map(|unit| (key(&unit.label), unit)).collect()
}

/// A label as it is compared: the phase may be spelt in another way.
fn key(label: &UnitLabel) -> [String; 4] {
    [cell::phase_key(&label.phase), label.building.clone(), label.entrance.clone(), label.number.clone()]
}

/// A unit as a difference names it.
fn path(label: &UnitLabel) -> String {
    [&*label.phase, &*label.building, &*label.entrance, &*label.number].join("/")
}

/// Homes first, as a roll lists them.
fn in_order(register: &Register) -> Vec<&RegisterUnit> {
    let rank = |kind: UnitKind| match kind {
        UnitKind::Home => 0,
        UnitKind::Shop => 1,
        UnitKind::Office => 2,
        UnitKind::Storage => 3,
        UnitKind::Parking => 4,
        UnitKind::Other => 5,
    };
    let mut units: Vec<&RegisterUnit> = register.units.iter().collect();
    units.sort_by(|a, b| rank(a.kind).cmp(&rank(b.kind)).then_with(|| natural::compare(&a.label, &b.label)));
    units
}

fn facts(register: &Register, unit: &RegisterUnit) -> UnitFacts {
    let owners = || unit.owners.iter().map(|&owner| &register.persons[owner]);
    UnitFacts {
        area_centi: unit.area,
        owners: owners().map(|person| person.name.clone()).collect(),
        tails: owners().map(|person| person.tail.clone()).collect(),
        status: status_name(unit.status).to_owned(),
        source: Some(unit.source).filter(|source| *source != AreaSource::Unstated),
        kind: kind_name(unit.kind).to_owned(),
        shares: unit.shares,
    }
}

fn changed_fields((before, old): (&Register, &RegisterUnit), (after, new): (&Register, &RegisterUnit)) -> Vec<String> {
    let who = |register: &Register, unit: &RegisterUnit| -> BTreeSet<String> {
        unit.owners.iter().map(|&owner| register.persons[owner].identity.clone()).collect()
    };
    let fields = [
        ("area", old.area != new.area),
        ("owners", who(before, old) != who(after, new)),
        ("status", old.status != new.status),
        ("source", old.source != new.source),
        ("kind", old.kind != new.kind),
        ("shares", old.shares != new.shares),
    ];
    fields.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field.to_owned()).collect()
}

fn totals_delta(before: &Figures, after: &Figures) -> TotalsDelta {
    let delta = |old: u64, new: u64| new.cast_signed() - old.cast_signed();
    let (old, new) = (&before.totals, &after.totals);
    TotalsDelta {
        units: delta(old.units, new.units),
        holders: delta(old.holders, new.holders),
        heads: delta(old.heads, new.heads),
        area_centi: delta(old.area_centi, new.area_centi),
        persons: delta(old.persons, new.persons),
    }
}
