//! Ties of people to homes beside owning them: written down at the door, verified by another, ended.
//!
//! Owners come from the register alone. A tie gives no right until somebody who did not write it down has looked at its
//! proof, and none after it has ended.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    register::{Register, RegisterUnit, UnitLabel},
    store::{
        contact::Contact,
        events::{Doing, write_event},
        fresh::Fresh,
        ids::{CompoundId, PersonId, Subject},
        register::{add_resident, current},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, UseError, check_text,
    people::{Standing, standing},
    tables::{int, tie, time, uint, word},
};
use crate::{
    people::TieKind,
    rights::{Action, Denied, Grant, Site},
};

/// How many ties a page shows.
const MOST: u64 = 200;

/// Somebody who lives in a unit and owns none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTie {
    /// The name as typed.
    pub name: String,
    /// A phone number or e-mail address.
    pub contact: String,
    /// The unit's label.
    pub unit: String,
    /// What they are to it; owners come from the register alone.
    pub kind: TieKind,
    /// When it ends, in Unix seconds.
    pub until: u64,
    /// What was shown as proof, in words.
    pub proof: String,
}

/// A tie as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TieView {
    pub id: String,
    pub person: PersonId,
    pub name: String,
    pub unit: String,
    pub kind: TieKind,
    pub from: u64,
    pub until: u64,
    pub proof: String,
    pub is_verified: bool,
    /// Whether whoever looks wrote it down: then another verifies it.
    pub is_own: bool,
}

/// A home with everybody who belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiedHome {
    /// Where it is.
    pub label: UnitLabel,
    /// The names of its owners, from the register.
    pub owners: Vec<String>,
    /// Ties beside owning, the newest first; those that have ended too.
    pub ties: Vec<TieView>,
}

impl Deliberation {
    /// Whether somebody writes down ties anywhere.
    pub async fn writes_ties(&self, by: &By, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let may = |action: &Action| who.check(*action, &Site::default(), now).is_ok();
        Ok([Action::CollectTies, Action::ImportRoll].iter().any(may))
    }

    /// Those of these buildings in which somebody writes down ties.
    pub async fn tied_buildings<'a>(
        &self,
        by: &By,
        buildings: impl Iterator<Item = &'a String>,
        now: u64,
    ) -> Result<BTreeSet<String>, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(buildings.filter(|name| check_ties(&who, name, now).is_ok()).cloned().collect())
    }

    /// Whether somebody looks at proofs and verifies ties.
    pub async fn verifies_ties(&self, by: &By, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(who.check(Action::ImportRoll, &Site::default(), now).is_ok())
    }

    /// The homes of a building, in their order, with everybody who belongs to each now.
    ///
    /// # Errors
    /// They do not write down ties there.
    pub async fn tied_homes(&self, by: &By, building: &str, now: u64) -> Result<Vec<TiedHome>, UseError> {
        let db = self.estate.reader();
        check_ties(&standing(db, by, now).await?, building, now)?;
        let (_, register) = current(db, &by.compound).await?;
        let units = register.units.iter().filter(|unit| unit.label.roll_building() == building);
        let units: Vec<_> = units.collect();
        let keys: Vec<_> = units.iter().map(|unit| unit.label.key()).collect();
        let rows = tie::Entity::find()
            .filter(tie::COLUMN.compound.eq(by.compound.as_str()))
            .filter(tie::COLUMN.unit.is_in(keys))
            .filter(tie::COLUMN.until_at.gt(int(now)))
            .order_by_desc(tie::COLUMN.from_at)
            .all(db)
            .await?;
        let mut ties = self.views(by, rows, now).await?.into_iter().fold(BTreeMap::new(), by_unit);
        let home = |unit: &RegisterUnit| {
            let ties = ties.remove(&unit.label.key()).unwrap_or_default();
            TiedHome { label: unit.label.clone(), owners: owners(&register, unit), ties }
        };
        Ok(units.into_iter().map(home).collect())
    }

    /// A home by its label's key, with everybody who belongs or belonged to it.
    ///
    /// # Errors
    /// No such home, or they do not write down ties there.
    pub async fn tied_home(&self, by: &By, unit: &str, now: u64) -> Result<TiedHome, UseError> {
        let db = self.estate.reader();
        let (_, register) = current(db, &by.compound).await?;
        let found = unit_of(&register, unit)?;
        check_ties(&standing(db, by, now).await?, &found.label.roll_building(), now)?;
        let rows = tie::Entity::find()
            .filter(tie::COLUMN.compound.eq(by.compound.as_str()))
            .filter(tie::COLUMN.unit.eq(unit))
            .order_by_desc(tie::COLUMN.from_at)
            .limit(MOST)
            .all(db)
            .await?;
        let ties = self.views(by, rows, now).await?;
        Ok(TiedHome { label: found.label.clone(), owners: owners(&register, found), ties })
    }

    /// Ties that wait to be verified, the oldest first: all for whoever verifies, their own for whoever collects.
    pub async fn waiting_ties(&self, by: &By, limit: u64, now: u64) -> Result<Vec<TieView>, DbErr> {
        let mut query = tie::Entity::find()
            .filter(tie::COLUMN.compound.eq(by.compound.as_str()))
            .filter(tie::COLUMN.verified_by.is_null())
            .filter(tie::COLUMN.until_at.gt(int(now)));
        if !self.verifies_ties(by, now).await? {
            query = query.filter(tie::COLUMN.added_by.eq(Some(by.subject.to_string())));
        }
        let rows = query.order_by_asc(tie::COLUMN.from_at).limit(limit).all(self.estate.reader()).await?;
        self.views(by, rows, now).await
    }

    async fn views(&self, by: &By, rows: Vec<tie::Model>, now: u64) -> Result<Vec<TieView>, DbErr> {
        let person = |row: &tie::Model| {
            let subject = format!("person:{}", row.person).parse();
            subject.map_err(|_| DbErr::Type(format!("person {}", row.person)))
        };
        let subjects = rows.iter().map(person).collect::<Result<BTreeSet<Subject>, DbErr>>()?;
        let names = self.names(&by.compound, &subjects, now).await?;
        let mut views = Vec::new();
        for row in rows {
            let Subject::Person(person) = person(&row)? else { continue };
            let known = names.get(&Subject::Person(person.clone()));
            views.push(TieView {
                name: known.map(|found| found.name.clone()).unwrap_or_default(),
                person,
                kind: word(&row.kind)?,
                from: uint(row.from_at),
                until: uint(row.until_at),
                is_verified: row.verified_by.is_some(),
                is_own: row.added_by.is_some_and(|added| added == by.subject.to_string()),
                id: row.id,
                unit: row.unit,
                proof: row.proof,
            });
        }
        Ok(views)
    }

    /// Writes down somebody who lives here and owns nothing: the tie's id and theirs. Until it is verified it gives no right.
    ///
    /// # Errors
    /// They do not write down ties there, no such home, or name, contact, kind, end or proof are none.
    pub async fn add_tie(
        &self,
        by: &By,
        new: &NewTie,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(String, PersonId), UseError> {
        let name = check_text(&new.name, 100, Field::Name)?;
        let contact = Contact::parse(&new.contact).ok_or(UseError::Field(Field::Contact))?;
        let is_tie = matches!(new.kind, TieKind::Tenant | TieKind::Family | TieKind::Delegate) && now < new.until;
        if !is_tie {
            return Err(UseError::Field(Field::Tie));
        }
        let proof = check_text(&new.proof, 200, Field::Proof)?;
        let (tx, who) = self.begin(by, now).await?;
        let (_, register) = current(&tx, &by.compound).await?;
        check_ties(&who, &unit_of(&register, &new.unit)?.label.roll_building(), now)?;
        let person = add_resident(&tx, &by.compound, &name, &contact, fresh).await?;
        let row = tie::Model {
            id: fresh.uuid(),
            compound: by.compound.to_string(),
            person: person.to_string(),
            unit: new.unit.clone(),
            kind: new.kind.code().to_owned(),
            from_at: int(now),
            until_at: time(new.until),
            proof,
            verified_by: None,
            added_by: Some(by.subject.to_string()),
        };
        let id = row.id.clone();
        let detail = json!({"after": row.digest().to_string(), "kind": new.kind.code()});
        tie::Entity::insert(row.into_active_model()).exec_without_returning(&tx).await?;
        let doing = Doing { actor: &who.actor(), verb: "tie_added", object: &id, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok((id, person))
    }

    /// Verifies a tie; whoever wrote it down does not verify it.
    ///
    /// # Errors
    /// No right to verify ties, no such tie, or it is verified already.
    pub async fn verify_tie(&self, by: &By, id: &str, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        who.check(Action::ImportRoll, &Site::default(), now)?;
        let row = find(&tx, &by.compound, id).await?;
        let waits = row.filter(|row| row.verified_by.is_none() && int(now) < row.until_at);
        let mut row = waits.ok_or(UseError::Field(Field::Scope))?;
        let is_own = row.added_by.as_ref() == Some(&by.subject.to_string());
        if is_own {
            return Err(Denied::Condition { action: Action::ImportRoll, only: vec![Grant::NotOwn] }.into());
        }
        let before = row.digest();
        row.verified_by = Some(by.subject.to_string());
        let detail = json!({"before": before.to_string(), "after": row.digest().to_string()});
        row.into_active_model().reset_all().update(&tx).await?;
        let doing = Doing { actor: &who.actor(), verb: "tie_verified", object: id, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a tie now, and the rights that came with it.
    ///
    /// # Errors
    /// They do not write down ties there, or no such tie runs.
    pub async fn end_tie(&self, by: &By, id: &str, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let row = find(&tx, &by.compound, id).await?.filter(|row| int(now) < row.until_at);
        let mut row = row.ok_or(UseError::Field(Field::Scope))?;
        let (_, register) = current(&tx, &by.compound).await?;
        // A home may have left the register since; whoever sees to the register ends what is left of it.
        match unit_of(&register, &row.unit) {
            Ok(unit) => check_ties(&who, &unit.label.roll_building(), now)?,
            Err(_) => who.check(Action::ImportRoll, &Site::default(), now)?,
        }
        let before = row.digest();
        row.until_at = int(now);
        let detail = json!({"before": before.to_string(), "after": row.digest().to_string()});
        row.into_active_model().reset_all().update(&tx).await?;
        let doing = Doing { actor: &who.actor(), verb: "tie_ended", object: id, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn by_unit(mut all: BTreeMap<String, Vec<TieView>>, tie: TieView) -> BTreeMap<String, Vec<TieView>> {
    all.entry(tie.unit.clone()).or_default().push(tie);
    all
}

fn owners(register: &Register, unit: &RegisterUnit) -> Vec<String> {
    let names = unit.owners.iter().filter_map(|place| register.persons.get(*place));
    names.map(|person| person.name.clone()).collect()
}

fn unit_of<'a>(register: &'a Register, key: &str) -> Result<&'a RegisterUnit, UseError> {
    register.units.iter().find(|unit| unit.label.key() == key).ok_or(UseError::Field(Field::Home))
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &str) -> Result<Option<tie::Model>, DbErr> {
    tie::Entity::find_by_id(id.to_owned()).filter(tie::COLUMN.compound.eq(compound.as_str())).one(db).await
}

/// Whoever sees to the roll does everywhere; a collector does where they place matters: a post over some buildings looks
/// after those alone.
fn check_ties(who: &Standing, building: &str, now: u64) -> Result<(), UseError> {
    let site = who.site(Some(building), now);
    let collects = || {
        who.check(Action::CollectTies, &site, now)?;
        who.check(Action::PlaceMatter, &site, now)
    };
    who.check(Action::ImportRoll, &site, now).or_else(|_| collects())
}
