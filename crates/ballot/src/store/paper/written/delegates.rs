//! Whom a company sends: recorded with the scan of the authority and its last day, and confirmed by somebody else.
//!
//! In each poll a delegate becomes the company's agent by a written proxy of two clerks, with the same scan.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, sea_query::Expr,
};
use serde_json::json;

use super::{PaperError, SCAN_MOST, agents::NewOutsider};
use crate::{
    id::{HolderNo, PollId},
    store::{
        estate::Estate,
        events::{Doing, write_event},
        fresh::Fresh,
        home::is_name,
        ids::{CompoundId, PersonId, StaffId},
        staff::{Role, StaffMember, still_holds},
        tables::{delegate, int, ownership, person, poll_person, uint, unit},
    },
};

/// For how long an authority may run at most, in seconds: six years.
pub const DELEGATE_SECONDS: u64 = 6 * 366 * 86_400;

/// Somebody whom a company sends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Delegate {
    pub id: String,
    pub company: PersonId,
    pub company_name: String,
    pub name: String,
    /// Who they are: a phone number, the last characters of a document.
    pub note: String,
    /// The first second, in Unix time, in which the authority no longer holds.
    pub valid_until: u64,
    pub by: StaffId,
    /// Who has confirmed it; nobody yet.
    pub second: Option<StaffId>,
    pub at: u64,
}

impl Delegate {
    /// Whether somebody has confirmed it and it holds at a time.
    pub fn holds(&self, at: u64) -> bool {
        self.second.is_some() && at < self.valid_until
    }
}

/// A delegate as a clerk writes them down.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct NewDelegate {
    /// The company's whole name, as the register has it.
    pub company: String,
    pub name: String,
    pub note: String,
    /// See [`Delegate::valid_until`].
    pub valid_until: Option<u64>,
    /// A picture of the authority, made anew.
    pub scan: Option<Vec<u8>>,
}

/// A row without its scan.
#[derive(FromQueryResult)]
struct DelegateRow {
    id: String,
    person: String,
    name: String,
    note: String,
    valid_until: i64,
    staff: String,
    second: Option<String>,
    at: i64,
}

/// Those that nobody has ended.
fn running(compound: &CompoundId) -> Select<delegate::Entity> {
    use delegate::Column::{At, Id, Name, Note, Person, Second, Staff, ValidUntil};
    delegate::Entity::find()
        .select_only()
        .columns([Id, Person, Name, Note, ValidUntil, Staff, Second, At])
        .filter(delegate::COLUMN.compound.eq(compound.as_str()))
        .filter(delegate::COLUMN.ended_at.is_null())
        .order_by_desc(delegate::COLUMN.at)
}

impl Estate {
    /// The delegates of the compound's companies that nobody has ended, those whose authority has run out among them.
    ///
    /// # Errors
    /// An auditor.
    pub async fn delegates(&self, by: &StaffMember) -> Result<Vec<Delegate>, PaperError> {
        if by.role == Role::Auditor {
            return Err(PaperError::NotClerk);
        }
        Ok(self.read_delegates(running(&by.compound)).await?)
    }

    /// The delegates of one company, for itself.
    pub async fn delegates_of(&self, compound: &CompoundId, company: &PersonId) -> Result<Vec<Delegate>, DbErr> {
        self.read_delegates(running(compound).filter(delegate::COLUMN.person.eq(company.as_str()))).await
    }

    /// Writes a company's delegate down; the id under which it waits for somebody else to confirm it.
    ///
    /// # Errors
    /// Not a clerk, no company of this name owns anything here, no name or note, no scan, or no day to come.
    pub async fn enter_delegate(
        &self,
        by: &StaffMember,
        new: &NewDelegate,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, PaperError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let company = company(&tx, &by.compound, &new.company).await?.ok_or(PaperError::NoCompany)?;
        if !(NewOutsider { name: &new.name, note: &new.note }).is_fit() {
            return Err(PaperError::NoAgent);
        }
        let valid_until = new.valid_until.filter(|until| now < *until && *until <= now + DELEGATE_SECONDS);
        let valid_until = valid_until.ok_or(PaperError::ValidUntil)?;
        let scan = new.scan.as_ref().filter(|scan| !scan.is_empty() && scan.len() <= SCAN_MOST);
        let id = fresh.uuid();
        let row = delegate::ActiveModel {
            id: Set(id.clone()),
            compound: Set(by.compound.to_string()),
            person: Set(company.id.clone()),
            name: Set(new.name.trim().to_owned()),
            note: Set(new.note.trim().to_owned()),
            scan: Set(Some(scan.cloned().ok_or(PaperError::Scan)?)),
            valid_until: Set(int(valid_until)),
            staff: Set(by.id.to_string()),
            second: Set(None),
            at: Set(int(now)),
            ended_at: Set(None),
        };
        delegate::Entity::insert(row).exec_without_returning(&tx).await?;
        let detail = json!({"delegate": id, "valid_until": valid_until});
        let doing = Doing { actor: &by.actor(), verb: "delegate_entered", object: &company.id, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Says that the scan is what was written down: somebody else's word, without which a delegate is none.
    ///
    /// # Errors
    /// Neither officer nor clerk, whoever wrote it down, or nothing of this id waits.
    pub async fn confirm_delegate(&self, by: &StaffMember, id: &str, now: u64) -> Result<(), PaperError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let row = find(&tx, &by.compound, id).await?.filter(|row| row.second.is_none());
        let row = row.ok_or(PaperError::NoSuchDelegate)?;
        if row.staff == by.id.as_str() {
            return Err(PaperError::Twice);
        }
        delegate::Entity::update_many()
            .col_expr(delegate::Column::Second, Expr::value(by.id.as_str()))
            .filter(delegate::COLUMN.id.eq(id))
            .exec(&tx)
            .await?;
        let detail = json!({"delegate": id});
        let doing = Doing { actor: &by.actor(), verb: "delegate_confirmed", object: &row.person, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends a delegate, as the company wants it: what stands in a running poll is taken back there.
    ///
    /// # Errors
    /// Neither officer nor clerk, or no such delegate.
    pub async fn end_delegate(&self, by: &StaffMember, id: &str, now: u64) -> Result<(), PaperError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(PaperError::NoSuchDelegate)?;
        delegate::Entity::update_many()
            .col_expr(delegate::Column::EndedAt, Expr::value(int(now)))
            .filter(delegate::COLUMN.id.eq(id))
            .exec(&tx)
            .await?;
        let detail = json!({"delegate": id});
        let doing = Doing { actor: &by.actor(), verb: "delegate_ended", object: &row.person, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The scan of an authority, for officers and clerks. Every look is an event.
    ///
    /// # Errors
    /// Neither, or no such delegate.
    pub async fn delegate_scan(&self, by: &StaffMember, id: &str, now: u64) -> Result<Vec<u8>, PaperError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotInspector)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(PaperError::NotInspector)?;
        let detail = json!({"delegate": id});
        let doing = Doing { actor: &by.actor(), verb: "delegate_scan_seen", object: &row.person, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        row.scan.ok_or(PaperError::NotInspector)
    }

    /// Name, note and scan of a confirmed delegate of one of a holder's companies, whose authority holds up to a time.
    pub(super) async fn authorised(
        &self,
        by: &StaffMember,
        (poll, holder): (&PollId, HolderNo),
        id: &str,
        until: u64,
    ) -> Result<(String, String, Vec<u8>), PaperError> {
        let db = self.reader();
        let row = find(db, &by.compound, id).await?.filter(|row| row.second.is_some());
        let row = row.ok_or(PaperError::NoSuchDelegate)?;
        let seat = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_person::COLUMN.holder.eq(int(holder.get())))
            .filter(poll_person::COLUMN.person.eq(&row.person))
            .one(db)
            .await?;
        match (seat, row.scan) {
            (None, _) | (_, None) => Err(PaperError::NoSuchDelegate),
            (Some(_), Some(_)) if uint(row.valid_until) <= until => Err(PaperError::Expired),
            (Some(_), Some(scan)) => Ok((row.name, row.note, scan)),
        }
    }

    async fn read_delegates(&self, which: Select<delegate::Entity>) -> Result<Vec<Delegate>, DbErr> {
        let rows: Vec<DelegateRow> = which.into_model().all(self.reader()).await?;
        let ids = rows.iter().map(|row| row.person.clone());
        let companies = person::Entity::find().filter(person::COLUMN.id.is_in(ids)).all(self.reader()).await?;
        let name = |id: &str| companies.iter().find(|one| one.id == id).map(|one| one.name.clone());
        let read = |row: DelegateRow| Delegate {
            company_name: name(&row.person).unwrap_or_default(),
            id: row.id,
            company: PersonId(row.person),
            name: row.name,
            note: row.note,
            valid_until: uint(row.valid_until),
            by: StaffId(row.staff),
            second: row.second.map(StaffId),
            at: uint(row.at),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &str) -> Result<Option<delegate::Model>, DbErr> {
    let row = delegate::Entity::find_by_id(id.to_owned()).one(db).await?;
    Ok(row.filter(|row| row.compound == compound.as_str() && row.ended_at.is_none()))
}

/// The one company of this name that has homes in the compound now.
async fn company(db: &impl ConnectionTrait, compound: &CompoundId, name: &str) -> Result<Option<person::Model>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::COLUMN.compound.eq(compound.as_str()))
        .filter(person::COLUMN.is_organisation.eq(true))
        .all(db)
        .await?;
    let mut found = None;
    for row in rows.into_iter().filter(|row| is_name(&row.name, name)) {
        if has_homes(db, compound, &row.id).await? && found.replace(row).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Whether a company owns something, or votes for what it has not handed over yet.
async fn has_homes(db: &impl ConnectionTrait, compound: &CompoundId, company: &str) -> Result<bool, DbErr> {
    let owned = ownership::Entity::find()
        .filter(ownership::COLUMN.compound.eq(compound.as_str()))
        .filter(ownership::COLUMN.person.eq(company))
        .one(db)
        .await?;
    if owned.is_some() {
        return Ok(true);
    }
    let built = unit::Entity::find()
        .filter(unit::COLUMN.compound.eq(compound.as_str()))
        .filter(unit::COLUMN.developer.eq(company))
        .one(db)
        .await?;
    Ok(built.is_some())
}
