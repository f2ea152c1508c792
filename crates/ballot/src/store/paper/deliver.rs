//! Papers brought to people: to whom, how, and the proof that one clerk signs.
//!
//! A delivery is prepared first and signed afterwards, over the text that the clerk has read. The log has numbers and a
//! commitment; the proof behind it (who took the paper, the number of the letter, a photograph) stays here.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;

use super::{AtDesk, PaperError, SCAN_MOST, Signed, holder_no, serves};
use crate::{
    hash::Hash,
    id::{HolderNo, PollId},
    json,
    key::VerifierKey,
    note::SignatureLine,
    register::commit,
    state::Phase,
    statement::{Delivery, DeliveryMethod, Statement},
    store::{
        Log, Submission, SubmitError, Writes,
        estate::Estate,
        events::{Actor, Doing, write_event},
        fresh::Fresh,
        ids::{CompoundId, StaffId},
        polls::{households, put_evidence},
        staff::{Role, StaffMember},
        tables::{delivery, delivery_holder, int, uint},
    },
};

/// The longest proof in words, in characters.
pub const PROOF_MOST: usize = 200;

/// How far a building is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryProgress {
    /// Holders with a unit in the building; one with units in several is counted in each.
    pub holders: u64,
    /// Those of them whom a delivery in the log names.
    pub delivered: u64,
}

/// Somebody on the roll, for whoever goes from door to door.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct AtDoor {
    pub holder: HolderNo,
    pub names: Vec<String>,
    /// The labels of all the holder's units.
    pub homes: Vec<String>,
    pub is_delivered: bool,
    pub has_voted: bool,
}

/// A delivery as a clerk notes it.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// To whom.
    pub holders: BTreeSet<HolderNo>,
    /// How.
    pub method: DeliveryMethod,
    /// The proof in words, [`PROOF_MOST`] characters at most: who took it, the letter's number, where it was posted.
    pub proof: String,
    /// A picture, made anew: what is posted wants one.
    pub photo: Option<Vec<u8>>,
}

/// A delivery that is prepared or in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DeliveryNow {
    pub id: String,
    pub by: StaffId,
    pub method: DeliveryMethod,
    pub proof: String,
    pub has_photo: bool,
    /// What is signed, whole.
    pub text: String,
    /// In Unix seconds.
    pub at: u64,
    /// The labels of the homes it names.
    pub homes: Vec<String>,
    /// Where it stands in the log, once it does.
    pub index: Option<u64>,
}

/// What the evidence of a delivery commits to. It names homes and proof, and is never public.
#[derive(Serialize)]
struct EvidenceRecord<'a> {
    homes: &'a [String],
    method: DeliveryMethod,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo_sha256: Option<Hash>,
    poll: &'a PollId,
    proof: &'a str,
}

impl Estate {
    /// How far each building of a live poll is, by its name on the roll.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn delivery_progress(
        &self,
        by: &StaffMember,
        poll: &PollId,
    ) -> Result<BTreeMap<String, DeliveryProgress>, PaperError> {
        let log = self.desk_log(by, poll).await?;
        Ok(log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines());
            let once: BTreeSet<_> = lines.iter().map(|line| (&line.building, line.holder)).collect();
            let mut progress: BTreeMap<String, DeliveryProgress> = BTreeMap::new();
            for (building, holder) in once {
                let at = progress.entry(building.clone()).or_default();
                at.holders += 1;
                at.delivered += u64::from(state.is_delivered(holder));
            }
            progress
        }))
    }

    /// Who has a unit in a building, in the order of its labels: for whoever brings papers, or reminds people.
    ///
    /// Whether somebody has voted is told while the poll is live to those who go to the doors, never how.
    ///
    /// # Errors
    /// An auditor, no such live poll, or a clerk who does not serve there.
    pub async fn doors(&self, by: &StaffMember, poll: &PollId, building: &str) -> Result<Vec<AtDoor>, PaperError> {
        let log = self.desk_log(by, poll).await?;
        let holders: BTreeSet<HolderNo> = log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
            lines.filter(|line| line.building == building).map(|line| line.holder).collect()
        });
        let found = households(self.reader(), poll, &holders).await?;
        let mut doors = Vec::with_capacity(found.len());
        for (holder, household) in found {
            if by.role == Role::Clerk && !serves(self.reader(), by, poll, int(holder.get())).await? {
                continue;
            }
            let (is_delivered, has_voted) =
                log.read(|state, turnout| (state.is_delivered(holder), turnout.has_voted(holder)));
            let names = household.people.into_iter().map(|(_, _, name)| name).collect();
            doors.push(AtDoor { holder, names, homes: household.units, is_delivered, has_voted });
        }
        if doors.is_empty() && !holders.is_empty() {
            return Err(PaperError::NotClerk);
        }
        doors.sort_by(|one, other| one.homes.cmp(&other.homes));
        Ok(doors)
    }

    /// Whether this clerk may note deliveries of a poll now.
    ///
    /// # Errors
    /// Not a clerk whom the poll names, or voting has ended.
    pub async fn may_deliver(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        tx.rollback().await?;
        not_ended(&desk, now)
    }

    /// Notes a delivery that this clerk signs next; the id under which it waits.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, closed, nobody or somebody who has one already, no proof in words, or
    /// something posted without a picture.
    pub async fn prepare_delivery(
        &self,
        by: &StaffMember,
        poll: &PollId,
        new: &NewDelivery,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        let homes = check_new(&tx, &desk, poll, new, now).await?;
        let record = EvidenceRecord {
            homes: &homes,
            method: new.method,
            photo_sha256: new.photo.as_deref().map(Hash::of),
            poll,
            proof: new.proof.trim(),
        };
        let (salt, record) = (fresh.block(), json::write(&record));
        let statement = Delivery {
            at: now,
            evidence: commit(&salt, &record),
            holders: new.holders.iter().copied().collect(),
            manifest: desk.log.read(|state, _| state.manifest_hash()),
            method: new.method,
            poll: poll.clone(),
        };
        let id = fresh.uuid();
        let row = delivery::ActiveModel {
            id: Set(id.clone()),
            compound: Set(by.compound.to_string()),
            poll: Set(poll.to_string()),
            staff: Set(desk.by.id.to_string()),
            method: Set(new.method.as_str().to_owned()),
            proof: Set(new.proof.trim().to_owned()),
            photo: Set(new.photo.clone()),
            text: Set(Statement::Delivery(statement).text()),
            salt: Set(Hash(salt).to_string()),
            record: Set(record),
            at: Set(int(now)),
            log_index: Set(None),
        };
        delivery::Entity::insert(row).exec_without_returning(&tx).await?;
        let of = new.holders.iter().map(|holder| delivery_holder::ActiveModel {
            poll: Set(poll.to_string()),
            holder: Set(int(holder.get())),
            delivery: Set(id.clone()),
        });
        delivery_holder::Entity::insert_many(of).exec_without_returning(&tx).await?;
        let detail = json!({"holders": new.holders.len(), "method": new.method.as_str()});
        let doing = Doing { actor: &desk.by.actor(), verb: "delivery_prepared", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The deliveries of a live poll, those that wait for a signature first, then the newest.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn deliveries(&self, by: &StaffMember, poll: &PollId) -> Result<Vec<DeliveryNow>, PaperError> {
        self.desk_log(by, poll).await?;
        let rows = without_pictures(poll).order_by_desc(delivery::COLUMN.at).into_model();
        let rows: Vec<DeliveryRow> = rows.all(self.reader()).await?;
        let of = delivery_holder::Entity::find().filter(delivery_holder::COLUMN.poll.eq(poll.as_str()));
        let mut homes = homes(self.reader(), poll, of.all(self.reader()).await?).await?;
        let now = rows.into_iter().map(|row| row.now(&mut homes));
        let mut all = now.collect::<Result<Vec<_>, DbErr>>()?;
        all.sort_by_key(|one| one.index.is_some());
        Ok(all)
    }

    /// One delivery.
    ///
    /// # Errors
    /// An auditor, no such live poll, or no such delivery.
    pub async fn delivery(&self, by: &StaffMember, poll: &PollId, id: &str) -> Result<DeliveryNow, PaperError> {
        self.desk_log(by, poll).await?;
        let row = without_pictures(poll).filter(delivery::COLUMN.id.eq(id)).into_model::<DeliveryRow>();
        let row = row.one(self.reader()).await?.ok_or(PaperError::NoSuchDelivery)?;
        let of = delivery_holder::Entity::find().filter(delivery_holder::COLUMN.delivery.eq(id));
        let mut homes = homes(self.reader(), poll, of.all(self.reader()).await?).await?;
        Ok(row.now(&mut homes)?)
    }

    /// The picture of a delivery.
    ///
    /// # Errors
    /// An auditor, no such live poll, no such delivery, or one without a picture.
    pub async fn delivery_photo(&self, by: &StaffMember, poll: &PollId, id: &str) -> Result<Vec<u8>, PaperError> {
        self.desk_log(by, poll).await?;
        let row = find(self.reader(), poll, id).await?;
        row.and_then(|row| row.photo).ok_or(PaperError::NoSuchDelivery)
    }

    /// Forgets a delivery that is not in the log.
    ///
    /// # Errors
    /// Not the clerk who prepared it, or it is in the log.
    pub async fn discard_delivery(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        now: u64,
    ) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        own(&tx, &desk, poll, id).await?;
        delivery_holder::Entity::delete_many().filter(delivery_holder::COLUMN.delivery.eq(id)).exec(&tx).await?;
        delivery::Entity::delete_by_id(id.to_owned()).exec(&tx).await?;
        let doing =
            Doing { actor: &desk.by.actor(), verb: "delivery_discarded", object: poll.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the clerk's signature and puts the delivery into the log. The same again changes nothing.
    ///
    /// - `signature`: 64 bytes in base64, by the office key.
    ///
    /// # Errors
    /// Not the clerk who prepared it, the signature does not hold, or the text has waited too long: then there is a
    /// new one.
    pub async fn sign_delivery(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        signature: &str,
        now: u64,
    ) -> Result<Signed, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        let row = own(&tx, &desk, poll, id).await?;
        let key: VerifierKey = desk.vkey.parse().map_err(|_| PaperError::Signature)?;
        let bytes = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        let bytes = bytes.filter(|bytes| key.is_signed(row.text.as_bytes(), bytes)).ok_or(PaperError::Signature)?;
        // The record may want a witnessed time soon after what the text says.
        let patience = desk.log.read(|state, _| state.manifest().policy.anchor_seconds).map(|seconds| seconds / 2);
        if patience.is_some_and(|patience| uint(row.at).saturating_add(patience) < now) {
            state_anew(&tx, &row, now).await?;
            tx.commit().await?;
            return Err(PaperError::Stale);
        }
        tx.rollback().await?;
        let line = SignatureLine { name: key.name(), id: key.id(), signature: bytes.to_vec() };
        let note = crate::note::compose(&row.text, &[line]).into_bytes();
        let writes = writes(by.compound.clone(), poll.clone(), row, now);
        match self.logs().submit(poll, Submission::ready_and(note, writes)).await {
            Ok(_) => Ok(Signed::Counted),
            Err(SubmitError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "the log refused a delivery");
                Ok(Signed::Refused)
            }
            // It still waits, and is signed again.
            Err(SubmitError::Busy { .. } | SubmitError::Unavailable(_) | SubmitError::Unknown) => Ok(Signed::Waits),
        }
    }

    /// The log of a live poll, for officers and clerks of its compound.
    pub(super) async fn desk_log(&self, by: &StaffMember, poll: &PollId) -> Result<Log, PaperError> {
        if by.role == Role::Auditor { Err(PaperError::NotClerk) } else { self.paper_log(by, poll).await }
    }
}

/// Whether whom papers reach may still vote.
pub(super) fn not_ended(desk: &AtDesk, now: u64) -> Result<(), PaperError> {
    let is_over = desk.log.read(|state, _| matches!(state.phase(now), Phase::Ended | Phase::Closed));
    if is_over { Err(PaperError::Closed) } else { Ok(()) }
}

/// The homes that a delivery names, if all is right with it.
async fn check_new(
    tx: &DatabaseTransaction,
    desk: &AtDesk,
    poll: &PollId,
    new: &NewDelivery,
    now: u64,
) -> Result<Vec<String>, PaperError> {
    not_ended(desk, now)?;
    let proof = new.proof.trim();
    let is_proved = !proof.is_empty() && proof.chars().count() <= PROOF_MOST;
    let is_shown = new.photo.as_ref().is_none_or(|photo| !photo.is_empty() && photo.len() <= SCAN_MOST);
    if new.holders.is_empty() || !is_proved {
        return Err(PaperError::NotDelivered);
    }
    if !is_shown || (new.method == DeliveryMethod::Posted && new.photo.is_none()) {
        return Err(PaperError::Scan);
    }
    let found = households(tx, poll, &new.holders).await?;
    let numbers = new.holders.iter().map(|holder| int(holder.get()));
    let waiting = delivery_holder::Entity::find()
        .filter(delivery_holder::COLUMN.poll.eq(poll.as_str()))
        .filter(delivery_holder::COLUMN.holder.is_in(numbers))
        .one(tx)
        .await?;
    let is_new = desk.log.read(|state, _| new.holders.iter().all(|holder| !state.is_delivered(*holder)));
    if found.len() != new.holders.len() || waiting.is_some() || !is_new {
        return Err(PaperError::NotDelivered);
    }
    for holder in &new.holders {
        if !serves(tx, &desk.by, poll, int(holder.get())).await? {
            return Err(PaperError::NotClerk);
        }
    }
    let mut homes: Vec<String> = found.into_values().flat_map(|household| household.units).collect();
    homes.sort();
    Ok(homes)
}

async fn find(db: &impl ConnectionTrait, poll: &PollId, id: &str) -> Result<Option<delivery::Model>, DbErr> {
    let row = delivery::Entity::find_by_id(id.to_owned()).one(db).await?;
    Ok(row.filter(|row| row.poll == poll.as_str()))
}

/// A delivery that this clerk prepared and nobody has signed.
async fn own(tx: &DatabaseTransaction, desk: &AtDesk, poll: &PollId, id: &str) -> Result<delivery::Model, PaperError> {
    let row = find(tx, poll, id).await?;
    let row = row.filter(|row| row.staff == desk.by.id.as_str() && row.log_index.is_none());
    row.ok_or(PaperError::NoSuchDelivery)
}

/// A delivery's row without its picture, which may have megabytes.
#[derive(FromQueryResult)]
struct DeliveryRow {
    id: String,
    staff: String,
    method: String,
    proof: String,
    has_photo: bool,
    text: String,
    at: i64,
    log_index: Option<i64>,
}

fn without_pictures(poll: &PollId) -> Select<delivery::Entity> {
    use delivery::Column::{At, Id, LogIndex, Method, Proof, Staff, Text};
    delivery::Entity::find()
        .select_only()
        .columns([Id, Staff, Method, Proof, Text, At, LogIndex])
        .column_as(delivery::COLUMN.photo.is_not_null(), "has_photo")
        .filter(delivery::COLUMN.poll.eq(poll.as_str()))
}

impl DeliveryRow {
    /// With its homes, which are taken out of those of all.
    fn now(self, homes: &mut BTreeMap<String, Vec<String>>) -> Result<DeliveryNow, DbErr> {
        let method = DeliveryMethod::read(&self.method);
        Ok(DeliveryNow {
            homes: homes.remove(&self.id).unwrap_or_default(),
            id: self.id,
            by: StaffId(self.staff),
            method: method.ok_or_else(|| DbErr::Type(format!("delivery method {}", self.method)))?,
            proof: self.proof,
            has_photo: self.has_photo,
            text: self.text,
            at: uint(self.at),
            index: self.log_index.map(uint),
        })
    }
}

/// The labels of the homes of each delivery, by its id, in order.
async fn homes(
    db: &impl ConnectionTrait,
    poll: &PollId,
    of: Vec<delivery_holder::Model>,
) -> Result<BTreeMap<String, Vec<String>>, DbErr> {
    let holders: BTreeSet<_> = of.iter().map(|one| holder_no(one.holder)).collect::<Result<_, _>>()?;
    let households = households(db, poll, &holders).await?;
    let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in of {
        let units = households.get(&holder_no(one.holder)?).map(|household| household.units.clone());
        homes.entry(one.delivery).or_default().extend(units.unwrap_or_default());
    }
    for labels in homes.values_mut() {
        labels.sort();
    }
    Ok(homes)
}

/// The same statement, made now.
async fn state_anew(tx: &DatabaseTransaction, row: &delivery::Model, now: u64) -> Result<(), DbErr> {
    let mut statement: Delivery = serde_json::from_str(row.text.lines().nth(1).unwrap_or_default())
        .map_err(|_| DbErr::Type("a delivery's text".to_owned()))?;
    statement.at = now;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Text, Expr::value(Statement::Delivery(statement).text()))
        .col_expr(delivery::Column::At, Expr::value(int(now)))
        .filter(delivery::COLUMN.id.eq(&row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is written with the leaf: where it stands, and its evidence.
fn writes(compound: CompoundId, poll: PollId, row: delivery::Model, now: u64) -> Writes {
    Box::new(move |tx, index| {
        Box::pin(async move {
            let done = delivery::Entity::update_many()
                .col_expr(delivery::Column::LogIndex, Expr::value(int(index)))
                .col_expr(delivery::Column::Salt, Expr::value(""))
                .col_expr(delivery::Column::Record, Expr::value(""))
                .filter(delivery::COLUMN.id.eq(&row.id))
                .filter(delivery::COLUMN.log_index.is_null())
                .exec(tx)
                .await?;
            if done.rows_affected != 1 {
                return Ok(());
            }
            put_evidence(tx, &compound, &row.salt, &row.record).await?;
            let detail = json!({"index": index, "method": row.method});
            let doing = Doing { actor: &Actor::Server, verb: "delivery_recorded", object: poll.as_str(), detail };
            write_event(tx, &compound, now, doing).await?;
            Ok(())
        })
    })
}
