//! The list of who came: prepared by one clerk, signed by two, and then in the record.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};
use serde_json::json;

use super::{HallError, how, is_open};
use crate::{
    hash::Hash,
    id::{HolderNo, PollId},
    key::VerifierKey,
    note::SignatureLine,
    state::Attending,
    statement::{Attendance, Statement},
    store::{
        Submission, SubmitError, Writes,
        estate::Estate,
        events::{Actor, Doing, write_event},
        fresh::Fresh,
        ids::{CompoundId, StaffId},
        paper::{SCAN_MOST, Signed, holder_no},
        staff::StaffMember,
        tables::{hall_arrival, hall_list, hall_signature, int, uint},
    },
};

/// A list that waits for signatures, or is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct HallListNow {
    pub id: String,
    /// What is signed, whole.
    pub text: String,
    /// How many it names, present and represented.
    pub named: (u64, u64),
    /// In Unix seconds.
    pub at: u64,
    pub signed_by: Vec<StaffId>,
    /// Where it stands in the log, once it does.
    pub index: Option<u64>,
}

impl Estate {
    /// Makes a list of everybody who was ticked since the last one; the id under which it waits for two signatures.
    ///
    /// - `scan`: a picture of the signed list, made anew.
    ///
    /// # Errors
    /// Not a clerk of the poll, not while voting goes on, nobody is new, or there is no picture.
    pub async fn prepare_hall_list(
        &self,
        by: &StaffMember,
        poll: &PollId,
        scan: &[u8],
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, HallError> {
        let log = self.paper_log(by, poll).await?;
        if scan.is_empty() || SCAN_MOST < scan.len() {
            return Err(HallError::Scan);
        }
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        is_open(&desk, now)?;
        let id = fresh.uuid();
        let rows = hall_arrival::Entity::find()
            .filter(hall_arrival::COLUMN.poll.eq(poll.as_str()))
            .filter(hall_arrival::COLUMN.list.is_null())
            .order_by_asc(hall_arrival::COLUMN.holder)
            .all(&tx)
            .await?;
        if rows.is_empty() {
            return Err(HallError::Nobody);
        }
        let named = |wanted: Attending| -> Result<Option<Vec<HolderNo>>, DbErr> {
            let named = rows.iter().filter(|row| how(row) == wanted).map(|row| holder_no(row.holder));
            let named = named.collect::<Result<Vec<_>, _>>()?;
            Ok((!named.is_empty()).then_some(named))
        };
        let statement = Attendance {
            at: now,
            manifest: desk.log.read(|state, _| state.manifest_hash()),
            poll: poll.clone(),
            present: named(Attending::Present)?,
            represented: named(Attending::Represented)?,
            scan_sha256: Hash::of(scan),
        };
        let row = hall_list::ActiveModel {
            id: Set(id.clone()),
            compound: Set(by.compound.to_string()),
            poll: Set(poll.to_string()),
            text: Set(Statement::Attendance(statement).text()),
            scan: Set(scan.to_vec()),
            at: Set(int(now)),
            log_index: Set(None),
        };
        hall_list::Entity::insert(row).exec_without_returning(&tx).await?;
        set_list(&tx, poll, None, Some(&id)).await?;
        let detail = json!({"named": rows.len()});
        let doing = Doing { actor: &desk.by.actor(), verb: "hall_list_prepared", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The lists of a poll, the newest first.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn hall_lists(&self, by: &StaffMember, poll: &PollId) -> Result<Vec<HallListNow>, HallError> {
        self.hall_log(by, poll).await?;
        let rows = hall_list::Entity::find()
            .filter(hall_list::COLUMN.poll.eq(poll.as_str()))
            .order_by_desc(hall_list::COLUMN.at)
            .all(self.reader())
            .await?;
        let mut lists = Vec::with_capacity(rows.len());
        for row in rows {
            lists.push(list_now(self.reader(), row).await?);
        }
        Ok(lists)
    }

    /// One list.
    ///
    /// # Errors
    /// An auditor, no such live poll, or no such list.
    pub async fn hall_list(&self, by: &StaffMember, poll: &PollId, id: &str) -> Result<HallListNow, HallError> {
        self.hall_log(by, poll).await?;
        Ok(list_now(self.reader(), find(self.reader(), poll, id).await?).await?)
    }

    /// The picture of a signed list.
    ///
    /// # Errors
    /// An auditor, no such live poll, or no such list.
    pub async fn hall_scan(&self, by: &StaffMember, poll: &PollId, id: &str) -> Result<Vec<u8>, HallError> {
        self.hall_log(by, poll).await?;
        Ok(find(self.reader(), poll, id).await?.scan)
    }

    /// Takes a clerk's signature, and with the second one puts the list into the log. The same again changes nothing.
    ///
    /// - `signature`: 64 bytes in base64, by the office key.
    ///
    /// # Errors
    /// Not a clerk of the poll, no such list, or the signature does not hold.
    pub async fn sign_hall_list(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        signature: &str,
        now: u64,
    ) -> Result<Signed, HallError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let row = find(&tx, poll, id).await?;
        if row.log_index.is_some() {
            return Ok(Signed::Counted);
        }
        let key: VerifierKey = desk.vkey.parse().map_err(|_| HallError::Signature)?;
        let bytes = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        if !bytes.is_some_and(|bytes| key.is_signed(row.text.as_bytes(), &bytes)) {
            return Err(HallError::Signature);
        }
        let before = signatures(&tx, id).await?;
        let is_own = |one: &hall_signature::Model| one.staff == desk.by.id.as_str();
        if !before.iter().any(is_own) {
            if before.len() == 2 {
                return Err(HallError::Signed);
            }
            let line = hall_signature::ActiveModel {
                list: Set(id.to_owned()),
                staff: Set(desk.by.id.to_string()),
                vkey: Set(desk.vkey.clone()),
                signature: Set(signature.to_owned()),
            };
            hall_signature::Entity::insert(line).exec_without_returning(&tx).await?;
            let (actor, verb) = (desk.by.actor(), "hall_list_signed");
            write_event(
                &tx,
                &by.compound,
                now,
                Doing { actor: &actor, verb, object: poll.as_str(), detail: json!({}) },
            )
            .await?;
        }
        tx.commit().await?;
        Ok(self.carry_hall_list(row, now).await?)
    }

    /// Forgets a list that two have not signed; whoever it named is ticked as before.
    ///
    /// # Errors
    /// Not a clerk of the poll, no such list, or two have signed it and the log may have it.
    pub async fn discard_hall_list(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        now: u64,
    ) -> Result<(), HallError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let row = find(&tx, poll, id).await?;
        if row.log_index.is_some() || signatures(&tx, id).await?.len() == 2 {
            return Err(HallError::Signed);
        }
        forget(&tx, poll, id).await?;
        let (actor, verb) = (desk.by.actor(), "hall_list_discarded");
        write_event(&tx, &by.compound, now, Doing { actor: &actor, verb, object: poll.as_str(), detail: json!({}) })
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts lists that two have signed, and the log did not take then, into the log. Called at start and every minute.
    pub(crate) async fn resume_hall_lists(&self, now: u64) -> Result<(), DbErr> {
        let waiting =
            hall_list::Entity::find().filter(hall_list::COLUMN.log_index.is_null()).all(self.reader()).await?;
        for row in waiting {
            self.carry_hall_list(row, now).await?;
        }
        Ok(())
    }

    /// Puts a list that two have signed into the log, once. One that the log refuses for good is forgotten.
    async fn carry_hall_list(&self, row: hall_list::Model, now: u64) -> Result<Signed, DbErr> {
        let lines = signatures(self.reader(), &row.id).await?;
        if lines.len() < 2 {
            return Ok(Signed::Waits);
        }
        let poll: PollId = row.poll.parse().map_err(|_| DbErr::Type("a poll's id".to_owned()))?;
        let bytes = note(&row.text, &lines)?.into_bytes();
        let (compound, id) = (CompoundId(row.compound), row.id);
        let writes = recorded(compound.clone(), poll.clone(), id.clone(), now);
        match self.logs().submit(&poll, Submission::ready_and(bytes, writes)).await {
            Ok(_) => Ok(Signed::Counted),
            Err(SubmitError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "the log refused a list that two clerks signed");
                let tx = self.begin(&compound).await?;
                forget(&tx, &poll, &id).await?;
                let detail = json!({"reason": refusal.code()});
                let doing = Doing { actor: &Actor::Server, verb: "hall_list_refused", object: poll.as_str(), detail };
                write_event(&tx, &compound, now, doing).await?;
                tx.commit().await?;
                Ok(Signed::Refused)
            }
            // It stays signed: it is carried out when the server starts, or a minute later.
            Err(SubmitError::Busy { .. } | SubmitError::Unavailable(_) | SubmitError::Unknown) => Ok(Signed::Ready),
        }
    }
}

async fn find(db: &impl ConnectionTrait, poll: &PollId, id: &str) -> Result<hall_list::Model, HallError> {
    let row = hall_list::Entity::find_by_id(id.to_owned()).one(db).await?;
    row.filter(|row| row.poll == poll.as_str()).ok_or(HallError::NoSuchList)
}

async fn signatures(db: &impl ConnectionTrait, id: &str) -> Result<Vec<hall_signature::Model>, DbErr> {
    hall_signature::Entity::find().filter(hall_signature::COLUMN.list.eq(id)).all(db).await
}

async fn list_now(db: &impl ConnectionTrait, row: hall_list::Model) -> Result<HallListNow, DbErr> {
    let statement: Attendance = serde_json::from_str(row.text.lines().nth(1).unwrap_or_default())
        .map_err(|_| DbErr::Type("the text of a list".to_owned()))?;
    let count = |holders: &Option<Vec<HolderNo>>| holders.as_ref().map_or(0, |holders| holders.len() as u64);
    Ok(HallListNow {
        named: (count(&statement.present), count(&statement.represented)),
        signed_by: signatures(db, &row.id).await?.into_iter().map(|one| StaffId(one.staff)).collect(),
        id: row.id,
        text: row.text,
        at: uint(row.at),
        index: row.log_index.map(uint),
    })
}

/// Says which list names whoever is on the list `from`.
async fn set_list(tx: &DatabaseTransaction, poll: &PollId, from: Option<&str>, to: Option<&str>) -> Result<(), DbErr> {
    let on = match from {
        Some(id) => hall_arrival::COLUMN.list.eq(id),
        None => hall_arrival::COLUMN.list.is_null(),
    };
    hall_arrival::Entity::update_many()
        .col_expr(hall_arrival::Column::List, Expr::value(to.map(str::to_owned)))
        .filter(hall_arrival::COLUMN.poll.eq(poll.as_str()))
        .filter(on)
        .exec(tx)
        .await?;
    Ok(())
}

async fn forget(tx: &DatabaseTransaction, poll: &PollId, id: &str) -> Result<(), DbErr> {
    set_list(tx, poll, Some(id), None).await?;
    hall_signature::Entity::delete_many().filter(hall_signature::COLUMN.list.eq(id)).exec(tx).await?;
    hall_list::Entity::delete_by_id(id.to_owned()).exec(tx).await?;
    Ok(())
}

/// The statement with its lines, always the same bytes.
fn note(text: &str, signing: &[hall_signature::Model]) -> Result<String, DbErr> {
    let broken = || DbErr::Type("a signature of a list".to_owned());
    let keys = signing.iter().map(|one| one.vkey.parse::<VerifierKey>().map_err(|_| broken()));
    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
    let mut lines = Vec::with_capacity(signing.len());
    for (one, key) in signing.iter().zip(&keys) {
        let signature = BASE64.decode(&one.signature).map_err(|_| broken())?;
        lines.push(SignatureLine { name: key.name(), id: key.id(), signature });
    }
    Ok(crate::note::compose(text, &lines))
}

/// What is written with the leaf: where it stands.
fn recorded(compound: CompoundId, poll: PollId, id: String, now: u64) -> Writes {
    Box::new(move |tx, index| {
        Box::pin(async move {
            let done = hall_list::Entity::update_many()
                .col_expr(hall_list::Column::LogIndex, Expr::value(int(index)))
                .filter(hall_list::COLUMN.id.eq(&id))
                .filter(hall_list::COLUMN.log_index.is_null())
                .exec(tx)
                .await?;
            if done.rows_affected == 1 {
                let detail = json!({"index": index});
                let doing = Doing { actor: &Actor::Server, verb: "hall_list_recorded", object: poll.as_str(), detail };
                write_event(tx, &compound, now, doing).await?;
            }
            Ok(())
        })
    })
}
