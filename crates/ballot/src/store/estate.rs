//! What every use case works with, and the compounds that one service holds.

use std::sync::Arc;

use sea_orm::{
    ActiveValue::Set, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;

use super::{
    Database, Logs,
    events::{Actor, Doing, GENESIS, write_event},
    fresh::Fresh,
    ids::CompoundId,
    place::Place,
    refusal::refusals,
    staff::{NewStaff, Role, StaffLetter},
    tables::{compound, event_head, int, uint},
};
use crate::{key::SignerKey, witness::Policy};

/// Register, people, devices, acts and polls of every compound of this service.
///
/// Cheap to clone; use cases are its methods. What they change is one transaction with its event.
#[derive(Clone)]
pub struct Estate {
    db: Database,
    logs: Logs,
    host: Arc<str>,
    registrar: Arc<SignerKey>,
    watching: Arc<Watching>,
}

/// Who watches the logs of polls to come.
#[derive(Debug, Clone, Default)]
pub struct Watching {
    /// Witnesses, and how many must cosign.
    pub policy: Policy,
    /// Within so many seconds what was cast must be anchored; none if that is not demanded.
    pub anchor_seconds: Option<u64>,
}

/// An estate with its owners' assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Compound {
    pub id: CompoundId,
    pub name: String,
    /// The number on every page.
    pub phone: String,
    /// Where one finds help in person.
    pub service_point: String,
    /// Whose law decides.
    pub place: Place,
    /// How many officers sign a dangerous act.
    pub officers: u64,
}

/// A compound to be set up.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct NewCompound {
    pub name: String,
    pub phone: String,
    pub service_point: String,
    pub place: Place,
    /// The first officers, two at least; their role is [`Role::Officer`].
    pub officers: Vec<NewStaff>,
}

refusals! {
    /// Why no compound is set up.
    InitError {
        Name "bad_name" "a compound has a name of 1 to 100 characters that may stand in the record",
        Officers "two_officers" "two officers at least are wanted, each with a phone number or e-mail address",
    }
}

impl Estate {
    /// The use cases over a database whose schema is up to date.
    ///
    /// - `host`: as in key names; `registrar`: the server's key `<host>/registrar`.
    pub fn new(db: Database, logs: Logs, host: &str, registrar: SignerKey) -> Self {
        let watching = Arc::default();
        Self { db, logs, host: host.into(), registrar: Arc::new(registrar), watching }
    }

    /// The same, with witnesses for the polls that are put up for signing from now on.
    #[must_use]
    pub fn watched(self, watching: Watching) -> Self {
        Self { watching: Arc::new(watching), ..self }
    }

    /// Who watches the logs of polls to come.
    pub fn watching(&self) -> &Watching {
        &self.watching
    }

    /// The logs of all polls.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The host as in key names.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn registrar(&self) -> &Arc<SignerKey> {
        &self.registrar
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// For reading alone.
    pub fn reader(&self) -> &DatabaseConnection {
        self.db.reader()
    }

    /// A write transaction that belongs to no compound.
    pub(crate) async fn begin_any(&self) -> Result<DatabaseTransaction, DbErr> {
        self.db.begin().await
    }

    /// A write transaction that holds the head of the compound's events: one writer at a time.
    ///
    /// Nothing is submitted to a log while it is open, as the log's own transaction may wait for it.
    pub async fn begin(&self, compound: &CompoundId) -> Result<DatabaseTransaction, DbErr> {
        let tx = self.begin_any().await?;
        event_head::Entity::find_by_id(compound.as_str().to_owned()).lock_exclusive().one(&tx).await?;
        Ok(tx)
    }

    /// Sets up a compound with its first officers, invited, and gives their letters.
    ///
    /// # Errors
    /// The name cannot stand in the record, or officers are missing.
    pub async fn init(
        &self,
        new: &NewCompound,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(CompoundId, Vec<StaffLetter>), InitError> {
        let is_name = (1..=100).contains(&new.name.chars().count()) && crate::json::is_record_text(&new.name);
        if !is_name {
            return Err(InitError::Name);
        }
        let is_officer = |staff: &NewStaff| staff.role == Role::Officer && staff.check(now).is_ok();
        if new.officers.len() < 2 || !new.officers.iter().all(is_officer) {
            return Err(InitError::Officers);
        }
        let id = CompoundId(fresh.uuid());
        let tx = self.begin_any().await?;
        let row = compound::ActiveModel {
            id: Set(id.to_string()),
            name: Set(new.name.clone()),
            phone: Set(new.phone.clone()),
            service_point: Set(new.service_point.clone()),
            place: Set(new.place.code().to_owned()),
            officers: Set(2),
            created_at: Set(int(now)),
        };
        compound::Entity::insert(row).exec_without_returning(&tx).await?;
        let head =
            event_head::ActiveModel { compound: Set(id.to_string()), number: Set(0), hash: Set(GENESIS.to_string()) };
        event_head::Entity::insert(head).exec_without_returning(&tx).await?;
        let doing = Doing {
            actor: &Actor::Operator,
            verb: "compound_created",
            object: id.as_str(),
            detail: json!({"place": new.place.code()}),
        };
        write_event(&tx, &id, now, doing).await?;
        let mut letters = Vec::new();
        for officer in &new.officers {
            letters.push(super::staff::invite_first(&tx, &id, officer, now, fresh).await?);
        }
        tx.commit().await?;
        Ok((id, letters))
    }

    /// Does what a stop left undone and what time brings: acts that are signed and not carried out,
    /// credentials that do not fit devices, codes and sessions long over. Called at start and every minute.
    ///
    /// # Errors
    /// The database's; what was not done is done the next time.
    pub async fn tend(&self, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        self.resume_acts(now, fresh).await?;
        self.resume_papers(now).await?;
        self.resume_hall_lists(now).await?;
        self.settle_sittings(now, fresh).await?;
        self.resume_written_proxies(now).await?;
        self.settle_all(now, fresh).await?;
        self.sweep(now).await
    }

    /// Every compound of the service, by name.
    pub async fn compounds(&self) -> Result<Vec<Compound>, DbErr> {
        let rows = compound::Entity::find().order_by_asc(compound::COLUMN.name).all(self.reader()).await?;
        rows.into_iter().map(Compound::read).collect()
    }

    /// A compound, if there is one of this id.
    pub async fn compound(&self, id: &CompoundId) -> Result<Option<Compound>, DbErr> {
        find_compound(self.reader(), id).await
    }
}

pub(crate) async fn find_compound(
    db: &impl sea_orm::ConnectionTrait,
    id: &CompoundId,
) -> Result<Option<Compound>, DbErr> {
    let row = compound::Entity::find_by_id(id.as_str().to_owned()).one(db).await?;
    row.map(Compound::read).transpose()
}

impl Compound {
    fn read(row: compound::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: CompoundId(row.id),
            name: row.name,
            phone: row.phone,
            service_point: row.service_point,
            place: row.place.parse().map_err(|_| DbErr::Type(format!("place {}", row.place)))?,
            officers: uint(row.officers),
        })
    }
}
