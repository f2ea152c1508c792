//! Spreading a register over the tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};

use super::last_number;
use crate::{
    register::{Register, RegisterPerson, RegisterUnit, UnitLabel},
    roll::{UnitKind, UnitStatus},
    store::{
        PAGE,
        contact::{self, Contact},
        fresh::Fresh,
        ids::{ActId, CompoundId, PersonId, Subject},
        tables::{contact as contact_table, int, ownership, person, register_version, unit},
    },
};

/// How a register is applied: what of it stands beside the units in the version's row.
pub(crate) struct Applying<'a> {
    pub(crate) compound: &'a CompoundId,
    pub(crate) act: &'a ActId,
    pub(crate) base: u64,
    pub(crate) source: &'static str,
    pub(crate) file_name: &'a str,
    pub(crate) file_sha256: String,
    pub(crate) register: &'a Register,
}

/// Makes a register the one that holds. Nothing happens, and the answer is false, if another one
/// was applied since it was put up.
pub(crate) async fn apply(
    tx: &DatabaseTransaction,
    applying: &Applying<'_>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<bool, DbErr> {
    let Applying { compound, register, .. } = *applying;
    if last_number(tx, compound).await? != applying.base {
        return Ok(false);
    }
    let row = register_version::ActiveModel {
        compound: Set(compound.to_string()),
        number: Set(int(applying.base + 1)),
        source: Set(applying.source.to_owned()),
        file_name: Set(applying.file_name.to_owned()),
        file_sha256: Set(applying.file_sha256.clone()),
        register: Set(serde_json::to_string(register).expect("a register is JSON")),
        act: Set(applying.act.to_string()),
        applied_at: Set(int(now)),
    };
    register_version::Entity::insert(row).exec_without_returning(tx).await?;
    let ids = put_people(tx, compound, &register.persons, fresh).await?;
    ownership::Entity::delete_many().filter(ownership::COLUMN.compound.eq(compound.as_str())).exec(tx).await?;
    unit::Entity::delete_many().filter(unit::COLUMN.compound.eq(compound.as_str())).exec(tx).await?;
    for page in register.units.chunks(PAGE) {
        let rows = page.iter().map(|unit| unit_row(compound, register, unit, &ids));
        unit::Entity::insert_many(rows).exec_without_returning(tx).await?;
        let ties = page.iter().flat_map(|unit| {
            let label = unit.label.key();
            unit.owners.iter().zip(0..).map(move |(owner, place)| (label.clone(), place, *owner))
        });
        let ties: Vec<_> = ties
            .map(|(label, place, owner)| ownership::ActiveModel {
                compound: Set(compound.to_string()),
                label: Set(label),
                place: Set(place),
                person: Set(ids[owner].to_string()),
            })
            .collect();
        for ties in ties.chunks(PAGE) {
            ownership::Entity::insert_many(ties.to_vec()).exec_without_returning(tx).await?;
        }
    }
    Ok(true)
}

/// What the identity of somebody begins with who is in no register: a tenant, or family.
const RESIDENT: &str = "resident:";

/// Writes down somebody who lives here and owns nothing, reached by a phone number or e-mail address, who may then sign
/// in like an owner and has no unit. No register that is applied later takes them away.
///
/// # Panics
/// Never: a list of texts is JSON.
pub async fn add_resident(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    name: &str,
    reached: &Contact,
    fresh: &mut Fresh,
) -> Result<PersonId, DbErr> {
    let id = PersonId(fresh.uuid());
    let phones = [reached.address()];
    let row = person::Model {
        id: id.to_string(),
        compound: compound.to_string(),
        identity: format!("{RESIDENT}{id}"),
        name: name.to_owned(),
        tail: String::new(),
        phones: serde_json::to_string(&phones).expect("a list of texts is JSON"),
        is_organisation: false,
    };
    person::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    contact::replace(tx, compound, &Subject::Person(id.clone()), std::slice::from_ref(reached)).await?;
    Ok(id)
}

/// Writes people under the ids they have, or new ones; gives the ids in the register's order.
async fn put_people(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    people: &[RegisterPerson],
    fresh: &mut Fresh,
) -> Result<Vec<PersonId>, DbErr> {
    let known = person::Entity::find().filter(person::COLUMN.compound.eq(compound.as_str())).all(tx).await?;
    let mut known: BTreeMap<_, _> = known.into_iter().map(|row| (row.identity.clone(), row)).collect();
    let (mut ids, mut added) = (Vec::with_capacity(people.len()), Vec::new());
    // Whoever is no longer in the register is no longer reached under a number that may be another's now.
    let prefix = "person:%";
    contact_table::Entity::delete_many()
        .filter(contact_table::COLUMN.compound.eq(compound.as_str()))
        .filter(contact_table::COLUMN.subject.like(prefix))
        .exec(tx)
        .await?;
    let mut contacts = Vec::new();
    for person in people {
        let before = known.remove(&person.identity);
        let row = person::Model {
            id: before.as_ref().map_or_else(|| fresh.uuid(), |row| row.id.clone()),
            compound: compound.to_string(),
            identity: person.identity.clone(),
            name: person.name.clone(),
            tail: person.tail.clone(),
            phones: serde_json::to_string(&person.phones).expect("a list of texts is JSON"),
            is_organisation: person.is_organisation,
        };
        let id = PersonId(row.id.clone());
        let subject = Subject::Person(id.clone());
        let reached: BTreeSet<_> =
            person.phones.iter().chain(&person.emails).filter_map(|text| Contact::parse(text)).collect();
        contacts.extend(reached.iter().map(|contact| contact::row(compound, &subject, contact)));
        match before {
            None => added.push(row.into_active_model()),
            Some(before) if before != row => {
                person::Entity::update(row.into_active_model().reset_all()).exec(tx).await?;
            }
            Some(_) => {}
        }
        ids.push(id);
    }
    // Whoever was never in a register is not gone because this one does not name them.
    for row in known.into_values().filter(|row| row.identity.starts_with(RESIDENT)) {
        let phones: Vec<String> = serde_json::from_str(&row.phones).map_err(|err| DbErr::Json(err.to_string()))?;
        let subject = Subject::Person(PersonId(row.id));
        contacts.extend(
            phones
                .iter()
                .filter_map(|phone| Contact::parse(phone))
                .map(|phone| contact::row(compound, &subject, &phone)),
        );
    }
    for page in added.chunks(PAGE) {
        person::Entity::insert_many(page.to_vec()).exec_without_returning(tx).await?;
    }
    for page in contacts.chunks(PAGE) {
        contact_table::Entity::insert_many(page.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(ids)
}

fn unit_row(compound: &CompoundId, register: &Register, unit: &RegisterUnit, ids: &[PersonId]) -> unit::ActiveModel {
    unit::ActiveModel {
        compound: Set(compound.to_string()),
        label: Set(unit.label.key()),
        sort: Set(sort_key(&unit.label)),
        phase: Set(unit.label.phase.clone()),
        building: Set(unit.label.building.clone()),
        entrance: Set(unit.label.entrance.clone()),
        number: Set(unit.label.number.clone()),
        kind: Set(kind_word(unit.kind).to_owned()),
        area: Set(int(unit.area)),
        source: Set(word(&unit.source)),
        status: Set(status_word(unit.status).to_owned()),
        developer: Set(unit.developer.map(|place| ids[place].to_string())),
        shares: Set(unit.shares.map(int)),
        representative: Set(register.representative_of(&unit.holders()).map(|place| ids[place].to_string())),
    }
}

/// Digits padded, so that texts sort as numbers do: building 2 before building 10.
fn sort_key(label: &UnitLabel) -> String {
    let mut key = String::new();
    for part in [&label.phase, &label.building, &label.entrance, &label.number] {
        let mut digits = String::new();
        for character in part.chars().chain(['\u{1}']) {
            if character.is_ascii_digit() {
                digits.push(character);
                continue;
            }
            if !digits.is_empty() {
                write!(key, "{digits:0>8}").expect("a String takes any text");
                digits.clear();
            }
            key.push(if character == '\u{1}' { '|' } else { character });
        }
    }
    key
}

fn kind_word(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Home => "home",
        UnitKind::Shop => "shop",
        UnitKind::Office => "office",
        UnitKind::Parking => "parking",
        UnitKind::Storage => "storage",
        UnitKind::Other => "other",
    }
}

fn status_word(status: UnitStatus) -> &'static str {
    match status {
        UnitStatus::Delivered => "delivered",
        UnitStatus::SoldUndelivered => "sold_undelivered",
        UnitStatus::Unsold => "unsold",
    }
}

/// The word that a unit-only enum is in JSON.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_sort_as_people_count() {
        let label = |building: &str, number: &str| UnitLabel {
            phase: String::new(),
            building: building.to_owned(),
            entrance: "1".to_owned(),
            number: number.to_owned(),
        };
        let mut labels =
            [label("10", "101"), label("2", "1001"), label("2", "201"), label("2", "B12"), label("2", "B2")];
        labels.sort_by_key(sort_key);
        let order: Vec<_> = labels.iter().map(|label| format!("{} {}", label.building, label.number)).collect();
        assert_eq!(order, ["2 201", "2 1001", "2 B2", "2 B12", "10 101"]);
    }
}
