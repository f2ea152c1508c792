//! Credentials follow devices: in every running poll, each person with a good device has one live
//! credential per holder, for a voting key of that device, and one of a device that was revoked is
//! revoked.
//!
//! What is wanted is read from the tables, what is there from the log; the difference is submitted.
//! Doing it again changes nothing, so that it is done after whatever might matter, and at start.

use std::{collections::HashMap, sync::Arc};

use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use serde::Serialize;

use super::read_poll_id;
use crate::{
    hash::Hash,
    id::{CredentialNo, HolderNo, PersonNo, PollId},
    json, note,
    register::commit,
    state::credential_key_name,
    statement::{Credential, KeyText, Method, Revocation, RevocationReason, Signer, Statement},
    store::{
        Log, Made, Moment, PAGE, Refusal, Submission, SubmitError, Writes,
        estate::Estate,
        fresh::Fresh,
        ids::{CompoundId, PersonId, Subject},
        session::sound_key,
        tables::{device, evidence, int, poll_person, sitting, uint, voting_key},
    },
};

/// What a credential's evidence commits to. It names the person by an id and holds nothing else of them.
#[derive(Serialize)]
struct EvidenceRecord<'a> {
    device: &'a str,
    enrolled_at: u64,
    person: &'a str,
    poll: &'a PollId,
}

/// Somebody on a poll's roll.
struct OnRoll {
    signer: Signer,
    person: PersonId,
    is_barred: bool,
}

/// What the tables say of some people's devices, read at once.
#[derive(Default)]
struct Devices {
    /// By whose they are: those that are good.
    live: HashMap<String, device::Model>,
    /// By device: keys that no credential was issued for.
    spare: HashMap<String, Vec<String>>,
    /// By credential of the poll: why it should be revoked, where its device was.
    revoked: HashMap<u64, RevocationReason>,
}

impl Estate {
    /// Settles the credentials of every running poll. Called at start, and now and then.
    pub async fn settle_all(&self, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        for poll in self.live_ids().await? {
            self.settle_poll(&poll, now, fresh).await;
        }
        Ok(())
    }

    /// Settles all credentials of a poll.
    pub(crate) async fn settle_poll(&self, poll: &PollId, now: u64, fresh: &mut Fresh) {
        self.settle(poll, None, now, fresh).await;
    }

    /// Settles the credentials of a person in every running poll.
    pub(crate) async fn settle_person(&self, person: &PersonId, now: u64, fresh: &mut Fresh) {
        match polls_of(self.reader(), person).await {
            Ok(polls) => {
                for poll in polls {
                    self.settle(&poll, Some(person), now, fresh).await;
                }
            }
            Err(err) => tracing::error!(error = &err as &dyn std::error::Error, "credentials are settled later"),
        }
    }

    async fn settle(&self, poll: &PollId, person: Option<&PersonId>, now: u64, fresh: &mut Fresh) {
        if let Err(err) = self.try_to_settle(poll, person, now, fresh).await {
            tracing::warn!(poll = poll.as_str(), code = err.code(), "credentials are settled later");
        }
    }

    async fn try_to_settle(
        &self,
        poll: &PollId,
        person: Option<&PersonId>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(), SubmitError> {
        // A poll that has no log yet, or no longer runs, needs nothing.
        let Ok(log) = self.logs().log(poll).await else { return Ok(()) };
        if log.read(|state, _| state.closed().is_some() || state.manifest().closes <= now) {
            return Ok(());
        }
        // Without a credential nobody votes online: where that is the city's own system's, this is what bars it.
        if self.official_place(poll).await?.is_some() {
            return Ok(());
        }
        let people = on_roll(self.reader(), poll, person).await?;
        let mut devices = Devices::load(self.reader(), poll, &people).await?;
        let seated = seated(self.reader(), poll).await?;
        let mut waiting = Vec::new();
        for on_roll in people {
            let mut statements = Vec::new();
            if let Some(credential) = log.read(|state, _| state.live_credential(on_roll.signer)) {
                let reason = devices.revoked.get(&credential.get()).copied();
                match reason.or(on_roll.is_barred.then_some(RevocationReason::NotEntitled)) {
                    Some(reason) => statements.push(self.revocation(poll, credential, reason)),
                    None => continue,
                }
            }
            if !on_roll.is_barred && !devices.are_of(&on_roll.person, seated.get(&on_roll.signer)) {
                statements.extend(self.credential(poll, &on_roll, &mut devices, fresh));
            }
            if !statements.is_empty() {
                waiting.push(tokio::spawn(submit(log.clone(), statements)));
            }
            // Those of many people make one batch of the sequencer.
            if 128 <= waiting.len() {
                finish(&mut waiting).await?;
            }
        }
        finish(&mut waiting).await
    }

    /// That a credential is revoked, if nobody did so before.
    pub(in crate::store) fn revocation(
        &self,
        poll: &PollId,
        credential: CredentialNo,
        reason: RevocationReason,
    ) -> Submission {
        let (registrar, poll) = (Arc::clone(self.registrar()), poll.clone());
        Submission::made(move |moment: &Moment<'_>| {
            let is_live = moment.state.credential(credential).is_some_and(|now| !now.is_revoked);
            if !is_live {
                return Err(Refusal::Declined("revoked_already"));
            }
            let manifest = moment.state.manifest_hash();
            let revocation = Revocation { at: moment.now, credential, manifest, poll, reason };
            let text = Statement::Revocation(revocation).text();
            Ok(Made::new(note::sign(&text, &[&registrar]).into_bytes()))
        })
    }

    /// The statement that binds a spare key of the person's device to a place on the roll, if there is one.
    fn credential(
        &self,
        poll: &PollId,
        on_roll: &OnRoll,
        devices: &mut Devices,
        fresh: &mut Fresh,
    ) -> Option<Submission> {
        let Signer::Person(holder, person_no) = on_roll.signer else { return None };
        let person = &on_roll.person;
        let device = devices.live.get(&Subject::Person(person.clone()).to_string())?.clone();
        // Each holder of one person takes another key.
        let key = devices.spare.get_mut(&device.id)?.pop()?;
        let record =
            EvidenceRecord { device: &device.id, enrolled_at: uint(device.created_at), person: person.as_str(), poll };
        let (salt, record) = (fresh.block(), json::write(&record));
        let issuing = Issuing {
            poll: poll.clone(),
            host: self.host().to_owned(),
            holder,
            person_no,
            evidence: commit(&salt, &record),
            method: if device.method == "sms" { Method::Sms } else { Method::Letter },
            key,
        };
        let stock =
            Stock { compound: CompoundId(device.compound), device: device.id, salt: Hash(salt).to_string(), record };
        let registrar = Arc::clone(self.registrar());
        Some(Submission::made(move |moment: &Moment<'_>| {
            let (text, credential) = issuing.text(moment)?;
            Ok(Made::new(note::sign(&text, &[&registrar]).into_bytes()).and(stock.writes(issuing, credential)))
        }))
    }
}

/// A credential on its way.
pub(in crate::store) struct Issuing {
    pub(in crate::store) poll: PollId,
    pub(in crate::store) host: String,
    pub(in crate::store) holder: HolderNo,
    pub(in crate::store) person_no: PersonNo,
    pub(in crate::store) evidence: Hash,
    pub(in crate::store) method: Method,
    /// In base64.
    pub(in crate::store) key: String,
}

impl Issuing {
    /// The statement for its place in the log, and the number it gets there.
    pub(in crate::store) fn text(&self, moment: &Moment<'_>) -> Result<(String, CredentialNo), Refusal> {
        let state = moment.state;
        if state.live_credential(Signer::Person(self.holder, self.person_no)).is_some() {
            return Err(Refusal::Declined("issued_already"));
        }
        let credential = state.next_credential();
        let name = credential_key_name(&self.host, &self.poll, credential);
        let key = sound_key(&name, &self.key).ok_or(Refusal::Declined("weak_key"))?;
        let statement = Credential {
            agent: None,
            at: moment.now,
            credential,
            evidence: self.evidence,
            holder: Some(self.holder),
            key: KeyText::from(&key),
            manifest: state.manifest_hash(),
            method: self.method,
            person: Some(self.person_no),
            poll: self.poll.clone(),
        };
        Ok((Statement::Credential(statement).text(), credential))
    }
}

/// What a credential for a key of a device's stock rests on.
struct Stock {
    compound: CompoundId,
    device: String,
    salt: String,
    record: String,
}

impl Stock {
    /// Binds the key and keeps the evidence, unless the device was revoked or the key taken meanwhile.
    fn writes(self, issuing: Issuing, credential: CredentialNo) -> Writes {
        Box::new(move |tx, _index| {
            Box::pin(async move {
                let device = device::Entity::find_by_id(self.device.clone()).one(tx).await?;
                if device.is_none_or(|device| device.revoked_at.is_some()) {
                    return Err(Refusal::Declined("device_revoked").into());
                }
                let bound = voting_key::Entity::update_many()
                    .col_expr(voting_key::Column::Poll, Expr::value(issuing.poll.as_str()))
                    .col_expr(voting_key::Column::Holder, Expr::value(int(issuing.holder.get())))
                    .col_expr(voting_key::Column::Credential, Expr::value(int(credential.get())))
                    .filter(voting_key::COLUMN.public_key.eq(&issuing.key))
                    .filter(voting_key::COLUMN.poll.is_null())
                    .exec(tx)
                    .await?;
                if bound.rows_affected != 1 {
                    return Err(Refusal::Declined("key_taken").into());
                }
                put_evidence(tx, &self.compound, &self.salt, &self.record).await?;
                Ok(())
            })
        })
    }
}

/// Keeps the private half of a commitment.
pub(crate) async fn put_evidence(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    salt: &str,
    record: &str,
) -> Result<(), DbErr> {
    let bytes: Hash = salt.parse().map_err(|_| DbErr::Type("a salt".to_owned()))?;
    let row = evidence::ActiveModel {
        sha256: Set(commit(&bytes.0, record).to_string()),
        compound: Set(compound.to_string()),
        salt: Set(salt.to_owned()),
        record: Set(record.to_owned()),
    };
    evidence::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// One after the other: a revocation stays ahead of what replaces the credential.
async fn submit(log: Log, statements: Vec<Submission>) -> Result<(), SubmitError> {
    for statement in statements {
        match log.submit(statement).await {
            // Somebody else settled the same in between.
            Ok(_) | Err(SubmitError::Refused(Refusal::Declined(_))) => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

async fn finish(waiting: &mut Vec<tokio::task::JoinHandle<Result<(), SubmitError>>>) -> Result<(), SubmitError> {
    let mut outcome = Ok(());
    for task in waiting.drain(..) {
        // A task that was cancelled left nothing behind that the next settling would not find.
        outcome = task.await.unwrap_or(Err(SubmitError::Unknown)).and(outcome);
    }
    outcome
}

async fn polls_of(db: &impl ConnectionTrait, person: &PersonId) -> Result<Vec<PollId>, DbErr> {
    let rows: Vec<String> = poll_person::Entity::find()
        .filter(poll_person::COLUMN.person.eq(person.as_str()))
        .select_only()
        .column(poll_person::Column::Poll)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    rows.iter().map(|id| read_poll_id(id)).collect()
}

async fn on_roll(db: &impl ConnectionTrait, poll: &PollId, person: Option<&PersonId>) -> Result<Vec<OnRoll>, DbErr> {
    let mut query = poll_person::Entity::find().filter(poll_person::COLUMN.poll.eq(poll.as_str()));
    if let Some(person) = person {
        query = query.filter(poll_person::COLUMN.person.eq(person.as_str()));
    }
    let mut people = Vec::new();
    for row in query.all(db).await? {
        people.push(OnRoll {
            signer: read_signer(row.holder, row.person_no)?,
            person: PersonId(row.person),
            is_barred: row.barred_at.is_some(),
        });
    }
    Ok(people)
}

/// Whoever votes at the service point or has, and the phone they had then: it votes for them no more, while one that is
/// enrolled afterwards does.
async fn seated(db: &impl ConnectionTrait, poll: &PollId) -> Result<HashMap<Signer, Option<String>>, DbErr> {
    let at_work =
        Condition::any().add(sitting::COLUMN.check_code.is_not_null()).add(sitting::COLUMN.ended_at.is_null());
    let rows = sitting::Entity::find()
        .filter(sitting::COLUMN.poll.eq(poll.as_str()))
        .filter(sitting::COLUMN.public_key.is_not_null())
        .filter(at_work)
        .order_by_asc(sitting::COLUMN.created_at)
        .all(db)
        .await?;
    let mut seated = HashMap::new();
    for row in rows {
        seated.insert(read_signer(row.holder, row.person_no)?, row.device);
    }
    Ok(seated)
}

/// A place on a roll as a row has it.
pub(in crate::store) fn read_signer(holder: i64, person: i64) -> Result<Signer, DbErr> {
    let broken = |_| DbErr::Type("a number of a roll".to_owned());
    let holder = HolderNo::try_from(uint(holder)).map_err(broken)?;
    Ok(Signer::Person(holder, PersonNo::try_from(uint(person)).map_err(broken)?))
}

impl Devices {
    /// Whether somebody has the very device that a sitting found.
    fn are_of(&self, person: &PersonId, found: Option<&Option<String>>) -> bool {
        let live = self.live.get(&Subject::Person(person.clone()).to_string());
        found.is_some_and(|found| found.as_deref() == live.map(|device| device.id.as_str()))
    }

    async fn load(db: &impl ConnectionTrait, poll: &PollId, people: &[OnRoll]) -> Result<Self, DbErr> {
        let mut found = Self::default();
        let subjects: Vec<_> =
            people.iter().map(|on_roll| Subject::Person(on_roll.person.clone()).to_string()).collect();
        for page in subjects.chunks(PAGE) {
            let devices = device::Entity::find().filter(device::COLUMN.subject.is_in(page)).all(db).await?;
            let keys = voting_key::Entity::find()
                .filter(voting_key::COLUMN.device.is_in(devices.iter().map(|device| device.id.clone())))
                .filter(
                    Condition::any()
                        .add(voting_key::COLUMN.poll.is_null())
                        .add(voting_key::COLUMN.poll.eq(poll.as_str())),
                )
                .all(db)
                .await?;
            let by_id: HashMap<_, _> = devices.iter().map(|device| (device.id.as_str(), device)).collect();
            for key in keys {
                let Some(device) = by_id.get(key.device.as_str()) else { continue };
                match (key.credential, device.revoked_at) {
                    (None, None) => found.spare.entry(key.device).or_default().push(key.public_key),
                    (Some(credential), Some(_)) => {
                        found.revoked.insert(uint(credential), reason(device));
                    }
                    (None, Some(_)) | (Some(_), None) => {}
                }
            }
            let live = devices.into_iter().filter(|device| device.revoked_at.is_none());
            found.live.extend(live.map(|device| (device.subject.clone(), device)));
        }
        Ok(found)
    }
}

fn reason(device: &device::Model) -> RevocationReason {
    match device.revoked_for.as_deref() {
        Some("replaced") => RevocationReason::Replaced,
        _ => RevocationReason::Lost,
    }
}
