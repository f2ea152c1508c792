//! Who the people of a case are: named as they are known, and found in the register once somebody mediates.

use std::collections::BTreeSet;

use ballot::store::ids::{CompoundId, Subject};
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, EntityTrait as _, QueryFilter as _, Statement, Value};

use super::{fault, subject};
use crate::{
    mediation::MediationFault,
    rights::{Role, Scope},
    store::{
        Deliberation, Named, UseError, check_text,
        tables::{int, tie},
    },
};

/// Somebody as whoever asks names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewParty {
    /// 1 to 50 characters.
    pub name: String,
    /// As a roll names it; empty for a firm or an office.
    pub building: String,
    /// Entrance and number as typed; empty for a firm or an office.
    pub home: String,
}

impl NewParty {
    /// The same, trimmed.
    ///
    /// # Errors
    /// The name or the home is none.
    pub(super) fn checked(&self) -> Result<Self, UseError> {
        let wrong = |_| fault(MediationFault::Others);
        let line = |text: &str| -> Result<String, UseError> {
            if text.trim().is_empty() {
                return Ok(String::new());
            }
            check_text(text, 50, crate::store::Field::Name).map_err(wrong)
        };
        let name = line(&self.name)?;
        let party = Self { name, building: line(&self.building)?, home: line(&self.home)? };
        let is_line = [&party.name, &party.building, &party.home].into_iter().all(|text| !text.contains('\n'));
        if party.name.is_empty() || !is_line { Err(fault(MediationFault::Others)) } else { Ok(party) }
    }
}

impl Deliberation {
    /// The one person of the estate that is meant: by name and home, or by name alone whoever holds an office or post.
    pub(super) async fn find_party(
        &self,
        compound: &CompoundId,
        party: &NewParty,
        now: u64,
    ) -> Result<Option<Subject>, DbErr> {
        let name = party.name.trim();
        if party.home.trim().is_empty() {
            let found = self.named(compound, name).await?.into_iter().collect();
            let offices = self.in_office(compound, &found, now).await?;
            return Ok(only(offices.into_keys()));
        }
        let Some(label) = self.home_of(compound, &party.building, &party.home).await? else { return Ok(None) };
        let there = self.people_at(compound, &label, now).await?;
        let names = self.names(compound, &there, now).await?;
        Ok(only(names.into_values().filter(|found| found.name.trim() == name).map(|found| found.subject)))
    }

    /// Whoever owns a home or has a verified tie to it.
    async fn people_at(&self, compound: &CompoundId, label: &str, now: u64) -> Result<BTreeSet<Subject>, DbErr> {
        let db = self.estate.reader();
        let backend = db.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT person FROM ownership WHERE compound = $1 AND label = $2",
            _ => "SELECT person FROM ownership WHERE compound = ? AND label = ?",
        };
        let values: [Value; 2] = [compound.as_str().into(), label.into()];
        let mut found = BTreeSet::new();
        for row in db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await? {
            let id: String = row.try_get("", "person")?;
            found.insert(subject(&format!("person:{id}"))?);
        }
        let ties = tie::Entity::find()
            .filter(tie::COLUMN.compound.eq(compound.as_str()))
            .filter(tie::COLUMN.unit.eq(label))
            .filter(tie::COLUMN.until_at.gt(int(now)))
            .filter(tie::COLUMN.verified_by.is_not_null())
            .all(db)
            .await?;
        for row in ties {
            found.insert(subject(&format!("person:{}", row.person))?);
        }
        Ok(found)
    }

    /// Whoever could be asked to mediate any case: their posts are public.
    pub async fn mediators(&self, compound: &CompoundId, now: u64) -> Result<Vec<Named>, DbErr> {
        let posts = self.all_posts(compound).await?;
        let mediates = |role: Role| matches!(role, Role::Mediator | Role::Street);
        let held = posts
            .into_iter()
            .filter(|view| mediates(view.post.role) && view.post.scope == Scope::Estate && view.post.is_held_at(now));
        let subjects: BTreeSet<Subject> = held.map(|view| view.subject).collect();
        Ok(self.names(compound, &subjects, now).await?.into_values().collect())
    }
}

/// The one that there is.
fn only(mut found: impl Iterator<Item = Subject>) -> Option<Subject> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
