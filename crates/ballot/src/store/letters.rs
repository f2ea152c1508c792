//! Invitation letters: a code on paper for every unit and owner, the first of the two proofs of enrolment.
//!
//! A code has 60 random bits; only its SHA-256 is stored, so a letter printed again is a new one
//! and the old one is void.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};
use serde_json::json;

use super::{
    contact::read_subject,
    estate::Estate,
    events::{Doing, write_event},
    fresh::Fresh,
    ids::{CompoundId, PersonId, Subject},
    refusal::refusals,
    staff::{Role, StaffMember, still_holds},
    tables::{device, int, invitation, ownership, person, unit},
};
use crate::hash::Hash;

/// One letter to be printed. The code exists nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Letter {
    pub person: PersonId,
    pub name: String,
    pub phase: String,
    pub building: String,
    pub entrance: String,
    pub number: String,
    /// `7K4P-9QXM-2RTD`
    pub code: String,
}

/// For whom letters are printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LettersFor {
    /// Every owner without a device in these buildings; none for all.
    Missing(BTreeSet<String>),
    /// Every owner in these buildings; none for all.
    Everybody(BTreeSet<String>),
    /// One owner again, all units.
    Person(PersonId),
}

refusals! {
    /// Why no letters are printed.
    LetterError {
        NotStaff "not_staff" "only officers and clerks of the compound print letters, clerks for their buildings",
        Nobody "nobody" "nobody here wants a letter",
    }
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Writes 60 bits in Crockford's base 32.
pub(crate) fn write_code(bits: u64) -> String {
    let mut code = String::with_capacity(14);
    for place in (0..12).rev() {
        let digit = bits >> (5 * place) & 31;
        code.push(char::from(ALPHABET[usize::try_from(digit).expect("below 32")]));
        if place % 4 == 0 && place != 0 {
            code.push('-');
        }
    }
    code
}

/// What is stored of a code, however it was typed: case, blanks, hyphens, full width, O and I do not matter.
pub(crate) fn code_hash(typed: &str) -> Option<Hash> {
    let mut plain = String::with_capacity(12);
    for character in typed.chars() {
        let character = match u32::from(character) {
            code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0)?,
            _ => character,
        };
        let character = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => continue,
            other if other.is_whitespace() => continue,
            other => other,
        };
        plain.push(character);
    }
    let is_code = plain.len() == 12 && plain.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| Hash::of(format!("heyi letter v1\n{plain}").as_bytes()))
}

/// Stores a new code for somebody.
pub(crate) async fn issue(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    subject: &Subject,
    label: &str,
    now: u64,
    fresh: &mut Fresh,
) -> Result<String, DbErr> {
    let code = fresh.letter_code();
    invitation::Entity::insert(row(compound, subject, label, &code, now)).exec_without_returning(tx).await?;
    Ok(code)
}

fn row(compound: &CompoundId, subject: &Subject, label: &str, code: &str, now: u64) -> invitation::ActiveModel {
    invitation::ActiveModel {
        code_sha256: Set(code_hash(code).expect("a code that was just written").to_string()),
        compound: Set(compound.to_string()),
        subject: Set(subject.to_string()),
        label: Set(label.to_owned()),
        created_at: Set(int(now)),
        revoked_at: Set(None),
    }
}

/// Makes letters of somebody void: all, or that of one unit.
pub(crate) async fn revoke(
    tx: &DatabaseTransaction,
    subject: &Subject,
    label: Option<&str>,
    now: u64,
) -> Result<(), DbErr> {
    let mut query = invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(int(now)))
        .filter(invitation::COLUMN.subject.eq(subject.to_string()))
        .filter(invitation::COLUMN.revoked_at.is_null());
    if let Some(label) = label {
        query = query.filter(invitation::COLUMN.label.eq(label));
    }
    query.exec(tx).await?;
    Ok(())
}

/// Whose letter has this code, with the unit's label; nobody's if it is void.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    code_sha256: &str,
) -> Result<Option<(Subject, String)>, DbErr> {
    let row = invitation::Entity::find_by_id(code_sha256.to_owned())
        .filter(invitation::COLUMN.compound.eq(compound.as_str()))
        .filter(invitation::COLUMN.revoked_at.is_null())
        .one(db)
        .await?;
    row.map(|row| Ok((read_subject(&row.subject)?, row.label))).transpose()
}

impl Estate {
    /// Prints letters, sorted by building, entrance and number. Earlier ones of the same unit and
    /// owner are void from now on.
    ///
    /// # Errors
    /// Not staff, or nobody wants one.
    pub async fn print_letters(
        &self,
        by: &StaffMember,
        whom: &LettersFor,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Vec<Letter>, LetterError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(LetterError::NotStaff)?;
        let wanted = wanted(&tx, &by, whom).await?;
        if wanted.is_empty() {
            return Err(LetterError::Nobody);
        }
        let mut letters = Vec::with_capacity(wanted.len());
        let mut rows = Vec::with_capacity(wanted.len());
        for (unit, person) in wanted {
            let subject = Subject::Person(PersonId(person.id.clone()));
            let code = fresh.letter_code();
            revoke(&tx, &subject, Some(&unit.label), now).await?;
            rows.push(row(&by.compound, &subject, &unit.label, &code, now));
            letters.push(Letter {
                person: PersonId(person.id),
                name: person.name,
                phase: unit.phase,
                building: unit.building,
                entrance: unit.entrance,
                number: unit.number,
                code,
            });
        }
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let page: Vec<_> = rows.by_ref().take(super::PAGE).collect();
            invitation::Entity::insert_many(page).exec_without_returning(&tx).await?;
        }
        let doing = Doing {
            actor: &by.actor(),
            verb: "letters_printed",
            object: by.compound.as_str(),
            detail: json!({"letters": letters.len()}),
        };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(letters)
    }
}

/// The units and owners that are due a letter, in the order of the building.
async fn wanted(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    whom: &LettersFor,
) -> Result<Vec<(unit::Model, person::Model)>, DbErr> {
    let compound = by.compound.as_str();
    let units = unit::Entity::find()
        .filter(unit::COLUMN.compound.eq(compound))
        .order_by_asc(unit::COLUMN.sort)
        .order_by_asc(unit::COLUMN.label)
        .all(tx)
        .await?;
    let owners = ownership::Entity::find()
        .filter(ownership::COLUMN.compound.eq(compound))
        .order_by_asc(ownership::COLUMN.place)
        .all(tx)
        .await?;
    let people = person::Entity::find().filter(person::COLUMN.compound.eq(compound)).all(tx).await?;
    let people: BTreeMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
    let enrolled = device::Entity::find()
        .filter(device::COLUMN.compound.eq(compound))
        .filter(device::COLUMN.revoked_at.is_null())
        .all(tx)
        .await?;
    let enrolled: BTreeSet<_> = enrolled.into_iter().map(|device| device.subject).collect();
    let mut by_unit: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in owners {
        by_unit.entry(row.label).or_default().push(row.person);
    }
    let is_in = |set: &BTreeSet<String>, building: &str| set.is_empty() || set.contains(building);
    let mut wanted = Vec::new();
    for unit in units {
        let building = super::register::roll_building(&unit);
        if by.role == Role::Clerk && !is_in(&by.scope, &building) {
            continue;
        }
        for id in by_unit.get(&unit.label).into_iter().flatten() {
            let Some(person) = people.get(id) else { continue };
            let is_wanted = match whom {
                LettersFor::Everybody(buildings) => is_in(buildings, &building),
                LettersFor::Person(wanted) => wanted.as_str() == id,
                LettersFor::Missing(buildings) => {
                    is_in(buildings, &building) && !enrolled.contains(&format!("person:{id}"))
                }
            };
            if is_wanted {
                wanted.push((unit.clone(), person.clone()));
            }
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_again_however_it_is_typed() {
        let code = write_code(0x0123_4567_89AB_CDEF);
        assert_eq!(code.len(), 14);
        let hash = code_hash(&code).expect("a code");
        let wide: String = code
            .chars()
            .map(|c| if c == '-' { '－' } else { char::from_u32(u32::from(c) + 0xFEE0).expect("full width") })
            .collect();
        for typed in [
            code.to_lowercase(),
            code.replace('-', " "),
            code.replace('-', ""),
            wide,
            code.replace('0', "O").replace('1', "l"),
        ] {
            assert_eq!(code_hash(&typed), Some(hash), "{typed}");
        }
        for wrong in ["", "7K4P-9QXM-2RT", "7K4P-9QXM-2RTDD", "7K4P-9QXM-2RTU"] {
            assert_eq!(code_hash(wrong), None, "{wrong}");
        }
    }
}
