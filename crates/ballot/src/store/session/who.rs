//! Who somebody is, as the tables say at this moment.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{
    hash::Hash,
    store::{
        events::Actor,
        ids::{CompoundId, DeviceId, PersonId, Subject},
        staff::{Role, StaffMember, find_staff},
        tables::{ownership, person, uint, unit},
    },
};

/// Who asks, as the tables say at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Viewer {
    pub compound: CompoundId,
    /// The session, by the hash of its token.
    pub session: Hash,
    pub who: Who,
    /// The device whose key signed in; none after a one-time code alone.
    pub device: Option<DeviceId>,
    pub signed_in_at: u64,
    /// When the device's key last signed for this session.
    pub stepped_up_at: Option<u64>,
}

/// An owner, or somebody who holds an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A person of the register.
    Owner(Owner),
    /// Somebody whose office runs.
    Staff(StaffMember),
}

/// A person of the register with the units owned now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Owner {
    pub id: PersonId,
    pub name: String,
    pub is_organisation: bool,
    /// None once everything is sold: such a person may read and not vote.
    pub units: Vec<OwnedUnit>,
}

/// A unit that somebody owns, alone or with others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OwnedUnit {
    pub label: String,
    pub phase: String,
    pub building: String,
    pub entrance: String,
    pub number: String,
    /// Hundredths of a square metre.
    pub area: u64,
    /// The names of the others, first named first.
    pub co_owners: Vec<String>,
    /// Which of them all speaks for them, by name.
    pub representative: Option<String>,
}

impl Viewer {
    /// The owner, if it is one.
    pub fn owner(&self) -> Option<&Owner> {
        match &self.who {
            Who::Owner(owner) => Some(owner),
            Who::Staff(_) => None,
        }
    }

    /// Whoever holds this office.
    pub fn staff(&self, role: Role) -> Option<&StaffMember> {
        match &self.who {
            Who::Staff(staff) if staff.role == role => Some(staff),
            Who::Staff(_) | Who::Owner(_) => None,
        }
    }

    /// Who this is in events.
    pub fn subject(&self) -> Subject {
        match &self.who {
            Who::Owner(owner) => Subject::Person(owner.id.clone()),
            Who::Staff(staff) => staff.subject(),
        }
    }

    /// Who this is in events.
    pub fn actor(&self) -> Actor {
        Actor::Subject(self.subject())
    }
}

/// Who somebody is now: an owner with units, or an office that runs.
pub async fn find_who(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    subject: &Subject,
    now: u64,
) -> Result<Option<Who>, DbErr> {
    match subject {
        Subject::Staff(id) => {
            let staff = find_staff(db, compound, id).await?;
            Ok(staff.filter(|staff| staff.is_active(now)).map(Who::Staff))
        }
        Subject::Person(id) => Ok(find_owner(db, compound, id).await?.map(Who::Owner)),
    }
}

/// A person with the units owned now.
pub(crate) async fn find_owner(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &PersonId,
) -> Result<Option<Owner>, DbErr> {
    let found = person::Entity::find_by_id(id.as_str().to_owned())
        .filter(person::COLUMN.compound.eq(compound.as_str()))
        .one(db)
        .await?;
    let Some(found) = found else { return Ok(None) };
    let owned = ownership::Entity::find().filter(ownership::COLUMN.person.eq(id.as_str())).all(db).await?;
    let labels: Vec<_> = owned.into_iter().map(|row| row.label).collect();
    let units = unit::Entity::find()
        .filter(unit::COLUMN.compound.eq(compound.as_str()))
        .filter(unit::COLUMN.label.is_in(labels.clone()))
        .order_by_asc(unit::COLUMN.sort)
        .all(db)
        .await?;
    let mut others: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let ties = ownership::Entity::find()
        .filter(ownership::COLUMN.compound.eq(compound.as_str()))
        .filter(ownership::COLUMN.label.is_in(labels))
        .filter(ownership::COLUMN.person.ne(id.as_str()))
        .order_by_asc(ownership::COLUMN.place)
        .all(db)
        .await?;
    let ids: Vec<_> = ties.iter().map(|row| row.person.clone()).collect();
    let names = person::Entity::find().filter(person::COLUMN.id.is_in(ids)).all(db).await?;
    let names: BTreeMap<_, _> = names.into_iter().map(|person| (person.id, person.name)).collect();
    for row in ties {
        if let Some(name) = names.get(&row.person) {
            others.entry(row.label).or_default().push(name.clone());
        }
    }
    let units = units.into_iter().map(|unit| OwnedUnit {
        co_owners: others.remove(&unit.label).unwrap_or_default(),
        representative: unit.representative.as_ref().and_then(|person| {
            if person == id.as_str() { Some(found.name.clone()) } else { names.get(person).cloned() }
        }),
        label: unit.label,
        phase: unit.phase,
        building: unit.building,
        entrance: unit.entrance,
        number: unit.number,
        area: uint(unit.area),
    });
    let units = units.collect();
    Ok(Some(Owner { id: id.clone(), name: found.name, is_organisation: found.is_organisation, units }))
}
