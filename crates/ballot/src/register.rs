//! The estate as its register has it: units, who owns them, and the roll that a poll freezes.
//!
//! Personal data stays here and in its tables; a roll holds pseudonyms drawn anew for every poll.

mod agreed;

use std::collections::{BTreeMap, BTreeSet};

pub use agreed::{Correction, CorrectionError, Representative};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    hash::Hash,
    id::{HolderNo, PersonNo, UnitNo},
    json,
    roll::{Roll, RollError, UnitKind, UnitLine, UnitStatus},
};

/// Where an area comes from, in falling order of authority (法释〔2020〕17号 8条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaSource {
    /// 登记
    Register,
    /// 测绘
    Survey,
    /// 合同
    Contract,
    /// Not said.
    Unstated,
}

/// What tells a unit from every other of its compound. Empty parts are there but unnamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitLabel {
    /// 分期
    pub phase: String,
    /// 楼栋
    pub building: String,
    /// 单元
    pub entrance: String,
    /// 房号
    pub number: String,
}

impl UnitLabel {
    /// One text for the four parts; parts never hold a bar.
    pub fn key(&self) -> String {
        [&self.phase, &self.building, &self.entrance, &self.number].map(|part| part.replace('|', "/")).join("|")
    }

    /// The building as a roll names it: with its phase where there are several.
    pub fn roll_building(&self) -> String {
        if self.phase.is_empty() { self.building.clone() } else { format!("{}/{}", self.phase, self.building) }
    }
}

/// A unit of the register. `owners` and `developer` are places in [`Register::persons`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // named as the import format names its columns
pub struct RegisterUnit {
    pub label: UnitLabel,
    pub kind: UnitKind,
    /// Hundredths of a square metre.
    pub area: u64,
    pub source: AreaSource,
    pub status: UnitStatus,
    pub owners: Vec<usize>,
    pub developer: Option<usize>,
    pub shares: Option<u64>,
}

/// A person or organisation of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterPerson {
    /// What tells people apart across imports.
    pub identity: String,
    /// The name as typed.
    pub name: String,
    /// The last four characters of the ID, or empty.
    pub tail: String,
    /// Phone numbers as given.
    pub phones: Vec<String>,
    /// Mailboxes as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Whether it is a company, school or the like.
    pub is_organisation: bool,
}

/// All units and owners of a compound at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// The units, in the order of their labels.
    pub units: Vec<RegisterUnit>,
    /// The people that units point to.
    pub persons: Vec<RegisterPerson>,
    /// What owners have agreed on who speaks for them; at most one for each set of owners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<Representative>,
}

/// What the identity of somebody begins with who was erased from versions of the register.
pub const ERASED: &str = "erased:";

impl Register {
    /// Takes out who somebody was. What they owned stays theirs, under an identity that says nothing.
    ///
    /// - `stand_in`: the identity instead, which begins with [`ERASED`].
    pub fn erase(&mut self, identity: &str, stand_in: &str) {
        for person in self.persons.iter_mut().filter(|person| person.identity == identity) {
            *person = RegisterPerson {
                identity: stand_in.to_owned(),
                name: String::new(),
                tail: String::new(),
                phones: Vec::new(),
                emails: Vec::new(),
                is_organisation: person.is_organisation,
            };
        }
    }

    /// Whether somebody was erased from it: it says no longer who owned what, and is no version to return to.
    pub fn has_erased(&self) -> bool {
        self.persons.iter().any(|person| person.identity.starts_with(ERASED))
    }
}

impl RegisterUnit {
    /// The exact set of owners who vote for the unit: until delivery, its developer.
    ///
    /// Source: 法释〔2020〕17号 9条; the import format says who the developer is.
    pub fn holders(&self) -> BTreeSet<usize> {
        match (self.status, self.developer) {
            (UnitStatus::SoldUndelivered | UnitStatus::Unsold, Some(developer)) => BTreeSet::from([developer]),
            _ => self.owners.iter().copied().collect(),
        }
    }
}

/// The private half of one roll line: what its commitment commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenUnit {
    /// The unit's place in the register.
    pub place: usize,
    /// Its number in the roll.
    pub unit: UnitNo,
    /// Its holder's number.
    pub holder: HolderNo,
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// The canonical JSON that was committed to.
    pub record: String,
}

/// A roll with what ties it to the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The public roll.
    pub roll: Roll,
    /// One for each line, unit 1 first.
    pub units: Vec<FrozenUnit>,
    /// Each holder's people, as places in [`Register::persons`]; person 1 first.
    pub holders: BTreeMap<HolderNo, Vec<usize>>,
}

/// Why no roll can be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreezeError {
    /// Nothing to vote with.
    #[error("the register has no unit in this scope")]
    Empty,
    /// Nobody to vote for it.
    #[error("unit {0} has no owner, and no developer to vote for it")]
    Ownerless(String),
    /// A text of the register cannot stand in the record.
    #[error("unit {0} has a text that the public record cannot hold: {1}")]
    Text(String, String),
    /// The lines are no roll.
    #[error(transparent)]
    Roll(#[from] RollError),
}

/// What a commitment of a roll line holds: salt and record go to the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // docs/formats.md §3
pub struct PrivateRecord {
    pub label: String,
    pub owners: Vec<String>,
    pub source: AreaSource,
}

/// SHA-256 of a 32-byte salt followed by canonical JSON (docs/formats.md §3).
pub fn commit(salt: &[u8; 32], record: &str) -> Hash {
    Hash(Sha256::new().chain_update(salt).chain_update(record).finalize().into())
}

/// Freezes the roll of a poll from the units whose building is in scope (`None`: all).
///
/// Unit and holder numbers and salts are drawn from `seed`, 32 random bytes that the caller forgets:
/// the same seed gives the same roll.
///
/// # Errors
/// The scope is empty, a unit has nobody to vote for it, or a text cannot stand in the record.
pub fn freeze(register: &Register, scope: Option<&BTreeSet<String>>, seed: &[u8; 32]) -> Result<Frozen, FreezeError> {
    let mut draw = Draw { seed, counter: 0 };
    let is_in_scope =
        |unit: &RegisterUnit| scope.is_none_or(|buildings| buildings.contains(&unit.label.roll_building()));
    let mut places: Vec<usize> =
        (0..register.units.len()).filter(|&place| is_in_scope(&register.units[place])).collect();
    if places.is_empty() {
        return Err(FreezeError::Empty);
    }
    shuffle(&mut places, &mut draw);
    let holders = number_holders(register, &places, &mut draw)?;
    let mut units = Vec::with_capacity(places.len());
    let mut lines = Vec::with_capacity(places.len());
    let mut number = UnitNo::FIRST;
    for &place in &places {
        let unit = &register.units[place];
        let (holder, people) = holders[&unit.holders()];
        let representative = person_no(register, &unit.holders());
        let salt = draw.block();
        let record = private_record(register, unit)?;
        lines.push(line(unit, number, holder, people, representative, commit(&salt, &record)));
        units.push(FrozenUnit { place, unit: number, holder, salt, record });
        number = number.next();
    }
    let people = holders.iter().map(|(set, (holder, _))| (*holder, ordered(register, set))).collect();
    Ok(Frozen { roll: Roll::new(lines)?, units, holders: people })
}

fn line(
    unit: &RegisterUnit,
    number: UnitNo,
    holder: HolderNo,
    persons: PersonNo,
    representative: Option<PersonNo>,
    commit: Hash,
) -> UnitLine {
    UnitLine {
        area: unit.area,
        building: unit.label.roll_building(),
        commit,
        entitlement: None,
        flags: None,
        holder,
        kind: unit.kind,
        mea: None,
        persons,
        representative,
        share: None,
        share_value: None,
        shares: unit.shares,
        status: unit.status,
        tantiemes: None,
        unit: number,
        votes: None,
    }
}

/// The canonical JSON that the roll line of a unit commits to.
///
/// # Errors
/// A text cannot stand in the record.
pub fn private_record(register: &Register, unit: &RegisterUnit) -> Result<String, FreezeError> {
    let record = PrivateRecord {
        label: unit.label.key(),
        owners: unit.owners.iter().map(|&owner| register.persons[owner].name.clone()).collect(),
        source: unit.source,
    };
    let building = unit.label.roll_building();
    for text in record.owners.iter().chain([&record.label, &building]) {
        if !json::is_record_text(text) {
            return Err(FreezeError::Text(unit.label.key(), text.clone()));
        }
    }
    Ok(json::write(&record))
}

/// Gives every set of owners a number, in an order drawn by lot.
fn number_holders(
    register: &Register,
    places: &[usize],
    draw: &mut Draw<'_>,
) -> Result<BTreeMap<BTreeSet<usize>, (HolderNo, PersonNo)>, FreezeError> {
    let mut sets = BTreeSet::new();
    for &place in places {
        let unit = &register.units[place];
        if unit.holders().is_empty() {
            return Err(FreezeError::Ownerless(unit.label.key()));
        }
        sets.insert(unit.holders());
    }
    let mut sets: Vec<_> = sets.into_iter().collect();
    shuffle(&mut sets, draw);
    let mut number = HolderNo::FIRST;
    let mut numbered = BTreeMap::new();
    for set in sets {
        let people = PersonNo::try_from(set.len() as u64).expect("no set is empty");
        numbered.insert(set, (number, people));
        number = number.next();
    }
    Ok(numbered)
}

/// A holder's people in the order in which the first of their units names them.
fn ordered(register: &Register, set: &BTreeSet<usize>) -> Vec<usize> {
    let named = register.units.iter().find(|unit| unit.holders() == *set).map(|unit| &unit.owners);
    let mut people: Vec<usize> = named.into_iter().flatten().copied().filter(|owner| set.contains(owner)).collect();
    let missing: Vec<usize> = set.iter().copied().filter(|owner| !people.contains(owner)).collect();
    people.extend(missing);
    people
}

/// The number that the representative of a set of owners has among the holder's people.
fn person_no(register: &Register, set: &BTreeSet<usize>) -> Option<PersonNo> {
    let person = register.representative_of(set)?;
    let place = ordered(register, set).into_iter().position(|one| one == person)?;
    PersonNo::try_from(place as u64 + 1).ok()
}

/// Random numbers from a seed: SHA-256 over seed and counter.
struct Draw<'a> {
    seed: &'a [u8; 32],
    counter: u64,
}

impl Draw<'_> {
    fn block(&mut self) -> [u8; 32] {
        self.counter += 1;
        let counter = self.counter.to_be_bytes();
        Sha256::new().chain_update("heyi freeze v1\n").chain_update(self.seed).chain_update(counter).finalize().into()
    }

    /// A number below `bound`; the bias is below 2^-40 for every roll there is.
    fn below(&mut self, bound: usize) -> usize {
        let block = self.block();
        let wide = u64::from_be_bytes(*block.first_chunk().expect("32 bytes"));
        usize::try_from(wide % bound as u64).expect("below a usize")
    }
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T], draw: &mut Draw<'_>) {
    for last in (1..items.len()).rev() {
        items.swap(last, draw.below(last + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(number: &str, status: UnitStatus, owners: &[usize], developer: Option<usize>) -> RegisterUnit {
        let label = UnitLabel {
            phase: String::new(),
            building: "1".to_owned(),
            entrance: "1".to_owned(),
            number: number.to_owned(),
        };
        RegisterUnit {
            label,
            kind: UnitKind::Home,
            area: 8953,
            source: AreaSource::Register,
            status,
            owners: owners.to_vec(),
            developer,
            shares: None,
        }
    }

    fn register() -> Register {
        let person = |name: &str| RegisterPerson {
            identity: format!("p:{name}"),
            name: name.to_owned(),
            tail: "0017".to_owned(),
            phones: Vec::new(),
            emails: Vec::new(),
            is_organisation: false,
        };
        Register {
            units: vec![
                unit("101", UnitStatus::Delivered, &[0], None),
                unit("102", UnitStatus::Delivered, &[1, 0], None),
                unit("103", UnitStatus::Delivered, &[0, 1], None),
                unit("104", UnitStatus::Unsold, &[2], Some(2)),
                unit("105", UnitStatus::SoldUndelivered, &[1], Some(2)),
                unit("106", UnitStatus::Delivered, &[2], None),
            ],
            persons: ["张伟明", "李秀英", "示例市富枫置业有限公司"].map(person).to_vec(),
            representatives: Vec::new(),
        }
    }

    #[test]
    fn a_holder_is_an_exact_set_of_owners_and_undelivered_units_are_the_developers() {
        let frozen = freeze(&register(), None, &[7; 32]).expect("a roll");
        let holder_of = |place| frozen.units.iter().find(|unit| unit.place == place).expect("frozen").holder;
        assert_ne!(holder_of(0), holder_of(1), "A alone and A with B are two holders");
        assert_eq!(holder_of(1), holder_of(2), "whoever is named first");
        assert_eq!(holder_of(3), holder_of(4), "unsold, and sold but not delivered");
        assert_eq!(holder_of(3), holder_of(5), "with what the developer owns alone");
        assert_eq!(frozen.roll.totals().holders, 3);
        assert_eq!(frozen.holders[&holder_of(1)], [1, 0], "the first named is person 1");
    }

    #[test]
    fn every_line_commits_to_its_private_record() {
        let frozen = freeze(&register(), None, &[7; 32]).expect("a roll");
        for (line, unit) in frozen.roll.lines().iter().zip(&frozen.units) {
            assert_eq!(line.commit, commit(&unit.salt, &unit.record));
        }
    }

    #[test]
    fn another_seed_gives_other_pseudonyms_over_the_same_totals() {
        let freeze = |seed| freeze(&register(), None, &[seed; 32]).expect("a roll");
        let (one, other) = (freeze(1), freeze(2));
        assert_ne!(one.roll, other.roll);
        let sums = |frozen: &Frozen| {
            let totals = frozen.roll.totals();
            (totals.area, totals.units, totals.holders)
        };
        assert_eq!(sums(&one), sums(&other));
        assert_eq!(freeze(1), one, "the same seed gives the same roll");
    }

    #[test]
    fn a_representative_stands_on_every_line_of_the_holder_by_number() {
        let mut register = register();
        register.set_representative(&BTreeSet::from([0, 1]), Some(0));
        let frozen = freeze(&register, None, &[7; 32]).expect("a roll");
        let line_of = |place| {
            let unit = frozen.units.iter().find(|unit| unit.place == place).expect("frozen").unit;
            frozen.roll.line(unit).expect("a line").representative.map(PersonNo::get)
        };
        // The units name 李秀英 first, so that 张伟明 is person 2 of this holder.
        assert_eq!([1, 2].map(line_of), [Some(2), Some(2)]);
        assert_eq!([0, 3, 4].map(line_of), [None; 3], "who owns alone needs none");
    }

    #[test]
    fn what_the_record_cannot_hold_is_refused_with_the_unit_named() {
        let mut register = register();
        register.persons[0].name = "张\u{200B}伟".to_owned();
        let refused = freeze(&register, None, &[7; 32]).map(|_| ());
        assert!(matches!(refused, Err(FreezeError::Text(..))), "{refused:?}");
        register.units[3].developer = None;
        register.units[3].owners.clear();
        register.persons[0].name = "张伟".to_owned();
        assert_eq!(freeze(&register, None, &[7; 32]).map(|_| ()), Err(FreezeError::Ownerless("|1|1|104".to_owned())));
        let nowhere = BTreeSet::from(["9".to_owned()]);
        assert_eq!(freeze(&register, Some(&nowhere), &[7; 32]).map(|_| ()), Err(FreezeError::Empty));
    }
}
