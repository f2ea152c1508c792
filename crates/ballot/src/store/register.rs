//! The register of units and owners: every version kept whole, the last applied spread over tables.
//!
//! A version is applied by officers together. People keep their ids across versions by what tells
//! them apart, so that letters, devices and polls stay theirs.

mod apply;
mod correct;

use std::collections::{BTreeMap, BTreeSet};

pub use apply::add_resident;
pub(crate) use apply::{Applying, apply};
pub(crate) use correct::correct;
pub use correct::{CONTACTS_MOST, CoOwned, CorrectError, Reached};

use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, LikeExpr},
};
use serde_json::json;

use super::{
    acts::{self, Deed, Proposal},
    contact::Contact,
    estate::Estate,
    fresh::Fresh,
    ids::{ActId, CompoundId, PersonId, Subject},
    refusal::refusals,
    staff::{Role, StaffMember, still_holds},
    tables::{act, int, ownership, person, register_version, uint, unit},
};
use crate::{
    hash::Hash,
    register::{Register, UnitLabel},
};

/// A register read from a file, to be applied.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct NewRegister {
    pub register: Register,
    pub file_name: String,
    pub file_sha256: Hash,
    /// What changes, as `web` shows it to whoever signs: a JSON object.
    pub summary: serde_json::Value,
}

/// A version that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Version {
    pub number: u64,
    /// `import`, `correction` of one thing by hand, or `undo` of the versions since.
    pub source: String,
    pub file_name: String,
    pub file_sha256: String,
    pub act: ActId,
    pub applied_at: u64,
}

/// A building with what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct BuildingTotals {
    /// As a roll names it.
    pub building: String,
    pub units: u64,
    /// Hundredths of a square metre.
    pub area: u64,
    /// Owners who have a device, and all.
    pub enrolled: u64,
    pub owners: u64,
}

/// A unit with its owners, as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct UnitRow {
    pub label: UnitLabel,
    pub kind: String,
    pub area: u64,
    pub source: String,
    pub status: String,
    pub owners: Vec<OwnerRow>,
    pub developer: Option<String>,
    /// Which of the owners speaks for them, by name.
    pub representative: Option<String>,
}

/// An owner, as staff see one: no whole phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OwnerRow {
    pub id: PersonId,
    pub name: String,
    pub tail: String,
    /// Masked.
    pub phones: Vec<String>,
    pub is_enrolled: bool,
}

/// Which units a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct UnitFilter {
    /// As a roll names it.
    pub building: Option<String>,
    /// Part of a unit's number or of an owner's name.
    pub text: String,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct UnitPage {
    pub units: Vec<UnitRow>,
    /// Of all pages.
    pub total: u64,
}

refusals! {
    /// Why no register is put up for signing.
    RegisterError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        Empty "empty_register" "a register has at least one unit, and no label twice",
        Pending "register_pending" "another register waits for signatures: withdraw or sign it first",
        NoSuchVersion "no_such_version" "there is no earlier version of this number",
        Erased "version_erased" "somebody was erased from this version: it says no longer who owned what",
    }
}

impl Estate {
    /// Puts a register up for signing; it is applied when officers have signed.
    ///
    /// # Errors
    /// Not an officer, nothing in it, or another one is waiting.
    pub async fn propose_register(
        &self,
        by: &StaffMember,
        mut new: NewRegister,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, RegisterError> {
        let labels: BTreeSet<_> = new.register.units.iter().map(|unit| unit.label.key()).collect();
        if labels.is_empty() || labels.len() != new.register.units.len() {
            return Err(RegisterError::Empty);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(RegisterError::NotOfficer)?;
        nothing_pending(&tx, &by.compound).await?.then_some(()).ok_or(RegisterError::Pending)?;
        let (base, before) = current(&tx, &by.compound).await?;
        new.register.keep_from(&before);
        let object = (base + 1).to_string();
        let deed = Deed::ApplyRegister {
            base,
            file_name: new.file_name,
            file_sha256: new.file_sha256,
            register: new.register,
        };
        let proposal = Proposal { deed: &deed, object: &object, summary: new.summary };
        let id = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Puts the return to an earlier version up for signing.
    ///
    /// # Errors
    /// Not an officer, no such earlier version, or another register is waiting.
    pub async fn propose_undo(
        &self,
        by: &StaffMember,
        to: u64,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, RegisterError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(RegisterError::NotOfficer)?;
        nothing_pending(&tx, &by.compound).await?.then_some(()).ok_or(RegisterError::Pending)?;
        let base = last_number(&tx, &by.compound).await?;
        if to == 0 || base <= to {
            return Err(RegisterError::NoSuchVersion);
        }
        if version(&tx, &by.compound, to).await?.is_some_and(|register| register.has_erased()) {
            return Err(RegisterError::Erased);
        }
        let deed = Deed::UndoRegister { base, to };
        let proposal = Proposal { deed: &deed, object: &to.to_string(), summary: json!({"to": to, "from": base}) };
        let id = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Every version, newest first.
    pub async fn register_versions(&self, compound: &CompoundId) -> Result<Vec<Version>, DbErr> {
        let rows: Vec<(i64, String, String, String, String, i64)> = register_version::Entity::find()
            .filter(register_version::COLUMN.compound.eq(compound.as_str()))
            .order_by_desc(register_version::COLUMN.number)
            .select_only()
            .columns([
                register_version::Column::Number,
                register_version::Column::Source,
                register_version::Column::FileName,
                register_version::Column::FileSha256,
                register_version::Column::Act,
                register_version::Column::AppliedAt,
            ])
            .into_tuple()
            .all(self.reader())
            .await?;
        let version = |(number, source, file_name, file_sha256, act, applied_at)| Version {
            number: uint(number),
            source,
            file_name,
            file_sha256,
            act: ActId(act),
            applied_at: uint(applied_at),
        };
        Ok(rows.into_iter().map(version).collect())
    }

    /// The register as it is now with its version's number; an empty one, number 0, before the first.
    pub async fn register(&self, compound: &CompoundId) -> Result<(u64, Register), DbErr> {
        current(self.reader(), compound).await
    }

    /// The buildings in their order, with totals.
    pub async fn buildings(&self, compound: &CompoundId) -> Result<Vec<BuildingTotals>, DbErr> {
        let units = unit::Entity::find()
            .filter(unit::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(unit::COLUMN.sort)
            .all(self.reader())
            .await?;
        let owners = owners_by_label(self.reader(), compound, None).await?;
        let mut totals: Vec<BuildingTotals> = Vec::new();
        let mut people: BTreeMap<String, BTreeMap<PersonId, bool>> = BTreeMap::new();
        for unit in &units {
            let building = roll_building(unit);
            if totals.last().is_none_or(|last| last.building != building) {
                let (units, area, enrolled, owners) = (0, 0, 0, 0);
                totals.push(BuildingTotals { building: building.clone(), units, area, enrolled, owners });
            }
            if let Some(last) = totals.last_mut() {
                last.units += 1;
                last.area += uint(unit.area);
            }
            let owners = owners.get(&unit.label).into_iter().flatten();
            people.entry(building).or_default().extend(owners.map(|owner| (owner.id.clone(), owner.is_enrolled)));
        }
        for building in &mut totals {
            let people = people.remove(&building.building).unwrap_or_default();
            building.owners = people.len() as u64;
            building.enrolled = people.values().filter(|is_enrolled| **is_enrolled).count() as u64;
        }
        Ok(totals)
    }

    /// Units with their owners for staff; a clerk sees the own buildings alone.
    ///
    /// - `page`: from 0, of 50 units each.
    pub async fn units(&self, by: &StaffMember, filter: &UnitFilter, page: u64) -> Result<UnitPage, DbErr> {
        let compound = &by.compound;
        let mut query = unit::Entity::find().filter(unit::COLUMN.compound.eq(compound.as_str()));
        let text = filter.text.trim();
        if !text.is_empty() {
            let like = || LikeExpr::new(format!("%{}%", escape_like(text))).escape('\\');
            let named = person::Entity::find()
                .filter(person::COLUMN.compound.eq(compound.as_str()))
                .filter(Expr::col(person::Column::Name).like(like()))
                .select_only()
                .column(person::Column::Id)
                .into_query();
            let owned = ownership::Entity::find()
                .filter(ownership::COLUMN.compound.eq(compound.as_str()))
                .filter(Expr::col(ownership::Column::Person).in_subquery(named))
                .select_only()
                .column(ownership::Column::Label)
                .into_query();
            query = query.filter(
                Condition::any()
                    .add(Expr::col((unit::Entity, unit::Column::Number)).like(like()))
                    .add(Expr::col((unit::Entity, unit::Column::Label)).in_subquery(owned)),
            );
        }
        if let Some(building) = &filter.building {
            query = query.filter(in_building(building));
        }
        if by.role == Role::Clerk && !by.scope.is_empty() {
            let own = by.scope.iter().fold(Condition::any(), |any, building| any.add(in_building(building)));
            query = query.filter(own);
        }
        let query = query.order_by_asc(unit::COLUMN.sort).order_by_asc(unit::COLUMN.label);
        let pages = query.paginate(self.reader(), 50);
        let total = pages.num_items().await?;
        let rows = pages.fetch_page(page).await?;
        let labels = rows.iter().map(|row| row.label.clone()).collect();
        let mut owners = owners_by_label(self.reader(), compound, Some(labels)).await?;
        let developers: Vec<_> = rows.iter().filter_map(|row| row.developer.clone()).collect();
        let developers = person::Entity::find().filter(person::COLUMN.id.is_in(developers)).all(self.reader()).await?;
        let developers: BTreeMap<_, _> = developers.into_iter().map(|person| (person.id, person.name)).collect();
        let units = rows.into_iter().map(|row| {
            let owners = owners.remove(&row.label).unwrap_or_default();
            UnitRow {
                representative: owners
                    .iter()
                    .find(|one| Some(one.id.as_str()) == row.representative.as_deref())
                    .map(|one| one.name.clone()),
                owners,
                developer: row.developer.as_ref().and_then(|id| developers.get(id).cloned()),
                label: UnitLabel {
                    phase: row.phase,
                    building: row.building,
                    entrance: row.entrance,
                    number: row.number,
                },
                kind: row.kind,
                area: uint(row.area),
                source: row.source,
                status: row.status,
            }
        });
        Ok(UnitPage { units: units.collect(), total })
    }
}

/// A text that means itself in a pattern of LIKE, with a backslash as escape.
pub(crate) fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Units of the building that a roll calls so.
fn in_building(building: &str) -> Condition {
    let (phase, name) = building.split_once('/').unwrap_or(("", building));
    let exact = Condition::all().add(unit::COLUMN.phase.eq(phase)).add(unit::COLUMN.building.eq(name));
    // A building's own name may hold a slash where there are no phases.
    Condition::any()
        .add(exact)
        .add(Condition::all().add(unit::COLUMN.phase.eq("")).add(unit::COLUMN.building.eq(building)))
}

/// The building of a row as a roll names it.
pub(crate) fn roll_building(unit: &unit::Model) -> String {
    if unit.phase.is_empty() { unit.building.clone() } else { format!("{}/{}", unit.phase, unit.building) }
}

/// Whether no change of the register waits for signatures.
async fn nothing_pending(tx: &DatabaseTransaction, compound: &CompoundId) -> Result<bool, DbErr> {
    let pending = act::Entity::find()
        .filter(act::COLUMN.compound.eq(compound.as_str()))
        .filter(act::COLUMN.state.eq("open"))
        .filter(act::COLUMN.kind.is_in(["apply_register", "undo_register", "correct_register"]))
        .count(tx)
        .await?;
    Ok(pending == 0)
}

async fn last_number(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<u64, DbErr> {
    let last: Option<Option<i64>> = register_version::Entity::find()
        .filter(register_version::COLUMN.compound.eq(compound.as_str()))
        .select_only()
        .column_as(Expr::col("number").max(), "last")
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().map_or(0, uint))
}

/// The version of this number, if there is one.
pub async fn version(db: &impl ConnectionTrait, compound: &CompoundId, number: u64) -> Result<Option<Register>, DbErr> {
    let row = register_version::Entity::find_by_id((compound.to_string(), int(number))).one(db).await?;
    row.map(|row| serde_json::from_str(&row.register).map_err(|err| DbErr::Json(err.to_string()))).transpose()
}

/// The last version with its number.
pub async fn current(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<(u64, Register), DbErr> {
    let number = last_number(db, compound).await?;
    Ok((number, version(db, compound, number).await?.unwrap_or_default()))
}

/// The ids of people by what tells them apart.
pub async fn ids_by_identity(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
) -> Result<BTreeMap<String, PersonId>, DbErr> {
    let rows: Vec<(String, String)> = person::Entity::find()
        .filter(person::COLUMN.compound.eq(compound.as_str()))
        .select_only()
        .columns([person::Column::Identity, person::Column::Id])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(identity, id)| (identity, PersonId(id))).collect())
}

async fn owners_by_label(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    labels: Option<Vec<String>>,
) -> Result<BTreeMap<String, Vec<OwnerRow>>, DbErr> {
    use super::tables::device;
    let mut ties = ownership::Entity::find().filter(ownership::COLUMN.compound.eq(compound.as_str()));
    if let Some(labels) = &labels {
        ties = ties.filter(ownership::COLUMN.label.is_in(labels.clone()));
    }
    let ties = ties.order_by_asc(ownership::COLUMN.place).all(db).await?;
    let mut people = person::Entity::find().filter(person::COLUMN.compound.eq(compound.as_str()));
    let mut devices = device::Entity::find()
        .filter(device::COLUMN.compound.eq(compound.as_str()))
        .filter(device::COLUMN.revoked_at.is_null());
    if labels.is_some() {
        let ids: BTreeSet<_> = ties.iter().map(|tie| tie.person.clone()).collect();
        devices = devices.filter(device::COLUMN.subject.is_in(ids.iter().map(|id| format!("person:{id}"))));
        people = people.filter(person::COLUMN.id.is_in(ids));
    }
    let enrolled: BTreeSet<_> = devices.all(db).await?.into_iter().map(|device| device.subject).collect();
    let people: BTreeMap<_, _> = people.all(db).await?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut owners: BTreeMap<String, Vec<OwnerRow>> = BTreeMap::new();
    for tie in ties {
        let Some(person) = people.get(&tie.person) else { continue };
        let phones: Vec<String> = serde_json::from_str(&person.phones).map_err(|err| DbErr::Json(err.to_string()))?;
        let id = PersonId(person.id.clone());
        owners.entry(tie.label).or_default().push(OwnerRow {
            is_enrolled: enrolled.contains(&Subject::Person(id.clone()).to_string()),
            id,
            name: person.name.clone(),
            tail: person.tail.clone(),
            phones: phones.iter().filter_map(|phone| Contact::parse(phone)).map(|phone| phone.masked()).collect(),
        });
    }
    Ok(owners)
}
