//! What a spreadsheet does not say and officers record by hand: who speaks for co-owners, and
//! corrected phone numbers and mailboxes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Register, RegisterPerson};

/// Whose ballot, if any, counts for an exact set of owners, on all the units that are theirs.
///
/// Both are places in [`Register::persons`]. Source: docs/formats.md §3, `representative`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // named as in the roll
pub struct Representative {
    pub owners: BTreeSet<usize>,
    pub person: usize,
}

/// One change of a register that needs no file; people are named by what tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Correction {
    /// The owners of some units have agreed who speaks for them, or that nobody does any more.
    Representative {
        /// All of them, by identity.
        owners: BTreeSet<String>,
        /// One of them, by identity.
        person: Option<String>,
    },
    /// How somebody is reached.
    Contacts {
        /// By identity.
        person: String,
        /// Instead of those before, as typed.
        phones: Vec<String>,
        /// Instead of those before, as typed.
        emails: Vec<String>,
    },
}

/// Why a correction does not fit a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// Somebody named is not in the register.
    #[error("the register has nobody of this identity")]
    NoSuchPerson,
    /// No unit has exactly these owners, or there is only one.
    #[error("no unit is owned by exactly these people together")]
    NotCoOwned,
    /// Somebody else cannot speak for them.
    #[error("the representative is none of the owners")]
    NotAnOwner,
    /// It says what the register says already.
    #[error("the register says so already")]
    Unchanged,
}

impl Register {
    /// Who speaks for exactly these owners; nobody for who owns alone.
    pub fn representative_of(&self, owners: &BTreeSet<usize>) -> Option<usize> {
        if owners.len() < 2 {
            return None;
        }
        let found = self.representatives.iter().find(|one| one.owners == *owners)?;
        owners.contains(&found.person).then_some(found.person)
    }

    /// Records who speaks for exactly these owners, or that nobody does.
    pub fn set_representative(&mut self, owners: &BTreeSet<usize>, person: Option<usize>) {
        self.representatives.retain(|one| one.owners != *owners);
        let agreed = person.filter(|person| 1 < owners.len() && owners.contains(person));
        self.representatives.extend(agreed.map(|person| Representative { owners: owners.clone(), person }));
        self.representatives.sort_by(|one, other| one.owners.cmp(&other.owners));
    }

    /// Makes one change.
    ///
    /// # Errors
    /// It does not fit this register, or changes nothing.
    pub fn correct(&mut self, correction: &Correction) -> Result<(), CorrectionError> {
        let places = places(&self.persons);
        let find = |identity: &String| places.get(identity).copied().ok_or(CorrectionError::NoSuchPerson);
        match correction {
            Correction::Representative { owners, person } => {
                let owners: BTreeSet<usize> = owners.iter().map(find).collect::<Result<_, _>>()?;
                if owners.len() < 2 || !self.units.iter().any(|unit| unit.holders() == owners) {
                    return Err(CorrectionError::NotCoOwned);
                }
                let person = person.as_ref().map(find).transpose()?;
                if person.is_some_and(|person| !owners.contains(&person)) {
                    return Err(CorrectionError::NotAnOwner);
                }
                if self.representative_of(&owners) == person {
                    return Err(CorrectionError::Unchanged);
                }
                self.set_representative(&owners, person);
            }
            Correction::Contacts { person, phones, emails } => {
                let person = &mut self.persons[find(person)?];
                if person.phones == *phones && person.emails == *emails {
                    return Err(CorrectionError::Unchanged);
                }
                person.phones.clone_from(phones);
                person.emails.clone_from(emails);
            }
        }
        Ok(())
    }

    /// Takes over from the register before what a file does not say: mailboxes of people for whom it
    /// names none, and who speaks for owners who still own something together.
    pub fn keep_from(&mut self, before: &Self) {
        let places = places(&self.persons);
        let now = |place: &usize| places.get(&before.persons.get(*place)?.identity).copied();
        let sets: BTreeSet<_> = self.units.iter().map(super::RegisterUnit::holders).collect();
        let mut kept = Vec::new();
        for one in &before.representatives {
            let owners: Option<BTreeSet<usize>> = one.owners.iter().map(now).collect();
            let (Some(owners), Some(person)) = (owners, now(&one.person)) else { continue };
            if sets.contains(&owners) && self.representative_of(&owners).is_none() {
                kept.push((owners, person));
            }
        }
        for (owners, person) in kept {
            self.set_representative(&owners, Some(person));
        }
        for old in &before.persons {
            let Some(place) = places.get(&old.identity) else { continue };
            let person = &mut self.persons[*place];
            if person.emails.is_empty() {
                person.emails.clone_from(&old.emails);
            }
        }
    }
}

/// Where everybody stands, by what tells them apart.
fn places(persons: &[RegisterPerson]) -> BTreeMap<String, usize> {
    persons.iter().enumerate().map(|(place, person)| (person.identity.clone(), place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        register::{AreaSource, RegisterUnit, UnitLabel},
        roll::{UnitKind, UnitStatus},
    };

    fn person(name: &str) -> RegisterPerson {
        RegisterPerson {
            identity: format!("p:{name}"),
            name: name.to_owned(),
            tail: String::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            is_organisation: false,
        }
    }

    fn unit(number: &str, owners: &[usize]) -> RegisterUnit {
        RegisterUnit {
            label: UnitLabel {
                phase: String::new(),
                building: "1".to_owned(),
                entrance: "1".to_owned(),
                number: number.to_owned(),
            },
            kind: UnitKind::Home,
            area: 1,
            source: AreaSource::Register,
            status: UnitStatus::Delivered,
            owners: owners.to_vec(),
            developer: None,
            shares: None,
        }
    }

    /// 甲 and 乙 own 101 together, 乙 owns 102 alone.
    fn register() -> Register {
        Register {
            units: vec![unit("101", &[0, 1]), unit("102", &[1])],
            persons: ["甲", "乙"].map(person).to_vec(),
            representatives: Vec::new(),
        }
    }

    fn agreed(owners: &[&str], person: Option<&str>) -> Correction {
        let name = |name: &&str| format!("p:{name}");
        Correction::Representative {
            owners: owners.iter().map(name).collect(),
            person: person.map(|one| format!("p:{one}")),
        }
    }

    #[test]
    fn only_owners_of_one_unit_together_have_a_representative_and_it_is_one_of_them() {
        let mut register = register();
        for (correction, refused) in [
            (agreed(&["甲", "丙"], Some("甲")), CorrectionError::NoSuchPerson),
            (agreed(&["乙"], Some("乙")), CorrectionError::NotCoOwned),
            (agreed(&["甲", "乙"], Some("丙")), CorrectionError::NoSuchPerson),
            (agreed(&["甲", "乙"], None), CorrectionError::Unchanged),
        ] {
            assert_eq!(register.correct(&correction), Err(refused), "{correction:?}");
        }
        register.persons.push(person("丙"));
        assert_eq!(register.correct(&agreed(&["甲", "乙"], Some("丙"))), Err(CorrectionError::NotAnOwner));
        assert_eq!(register.correct(&agreed(&["甲", "丙"], Some("甲"))), Err(CorrectionError::NotCoOwned));
        assert_eq!(register.correct(&agreed(&["甲", "乙"], Some("乙"))), Ok(()));
        assert_eq!(register.representative_of(&BTreeSet::from([0, 1])), Some(1));
        assert_eq!(register.representative_of(&BTreeSet::from([1])), None);
        assert_eq!(register.correct(&agreed(&["甲", "乙"], None)), Ok(()));
        assert_eq!(register.representatives, []);
    }

    #[test]
    fn a_new_file_keeps_what_it_does_not_say_as_long_as_it_holds() {
        let mut before = register();
        before.set_representative(&BTreeSet::from([0, 1]), Some(0));
        before.persons[0].emails = vec!["jia@example.cn".to_owned()];
        before.persons[1].emails = vec!["yi@example.cn".to_owned()];
        let mut same = Register { persons: ["乙", "甲"].map(person).to_vec(), ..register() };
        same.persons[0].emails = vec!["new@example.cn".to_owned()];
        same.keep_from(&before);
        assert_eq!(same.representative_of(&BTreeSet::from([0, 1])), Some(1), "甲 stands second in the new file");
        let mailboxes: Vec<_> = same.persons.iter().flat_map(|person| person.emails.clone()).collect();
        assert_eq!(mailboxes, ["new@example.cn", "jia@example.cn"], "what the file says goes first");
        let mut sold = Register { units: vec![unit("101", &[0])], ..register() };
        sold.keep_from(&before);
        assert_eq!(sold.representatives, [], "they own nothing together any more");
    }
}
