//! The key that a tablet makes, and the one ballot that it signs.

use std::sync::Arc;

use sea_orm::{DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use super::{SittingError, by_token, is_over, poll_of, signer};
use crate::{
    hash::Hash,
    id::{CredentialNo, PollId},
    log::{CheckCode, leaf_hash},
    note,
    state::Phase,
    statement::{Entry, Method, RevocationReason, Signer, Statement},
    store::{
        Made, Moment, Refusal, Stored, Submission, SubmitError, Writes,
        estate::Estate,
        fresh::Fresh,
        ids::{PersonId, Subject},
        polls::Issuing,
        session::sound_key,
        tables::{device, int, sitting, uint},
    },
};

impl Estate {
    /// Gives the tablet's key the credential of this sitting; what the person had before is revoked first. The same key
    /// again gets the same answer.
    ///
    /// - `public_key`: 32 bytes in base64.
    ///
    /// # Errors
    /// The sitting has ended or has a key, voting does not go on, the key is weak, or the log takes nothing now.
    pub async fn take_seat_key(
        &self,
        token: &Hash,
        public_key: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<CredentialNo, SittingError> {
        let row = by_token(self.reader(), token).await?.filter(|row| !is_over(row, now));
        let row = row.ok_or(SittingError::Over)?;
        if sound_key("device", public_key).is_none() {
            return Err(SittingError::WeakKey);
        }
        let poll = poll_of(&row)?;
        match self.logs().log(&poll).await?.read(|state, _| state.phase(now)) {
            Phase::Before => return Err(SittingError::NotOpen),
            Phase::Ended | Phase::Closed => return Err(SittingError::Closed),
            Phase::Open => {}
        }
        self.bind_key(&row, public_key).await?;
        let issued = self.issue_at_seat(&row, &poll, public_key).await;
        if issued.is_err() {
            // The phone may have lost its credential to a sitting that ended meanwhile.
            self.settle_person(&PersonId(row.person), now, fresh).await;
        }
        issued
    }

    /// Notes the one key of a sitting, and the phone that votes no more: from here on nothing is issued to it.
    async fn bind_key(&self, row: &sitting::Model, public_key: &str) -> Result<(), SittingError> {
        let tx = self.begin_any().await?;
        let subject = Subject::Person(PersonId(row.person.clone())).to_string();
        let phone = device::Entity::find()
            .filter(device::COLUMN.subject.eq(subject))
            .filter(device::COLUMN.revoked_at.is_null())
            .one(&tx)
            .await?;
        sitting::Entity::update_many()
            .col_expr(sitting::Column::PublicKey, Expr::value(public_key))
            .col_expr(sitting::Column::Device, Expr::value(phone.map(|phone| phone.id)))
            .filter(sitting::COLUMN.id.eq(&row.id))
            .filter(sitting::COLUMN.public_key.is_null())
            .filter(sitting::COLUMN.ended_at.is_null())
            .exec(&tx)
            .await?;
        let bound = sitting::Entity::find_by_id(row.id.clone()).one(&tx).await?;
        tx.commit().await?;
        let is_its_own = bound.is_some_and(|row| row.public_key.as_deref() == Some(public_key));
        if is_its_own { Ok(()) } else { Err(SittingError::Over) }
    }

    async fn issue_at_seat(
        &self,
        row: &sitting::Model,
        poll: &PollId,
        public_key: &str,
    ) -> Result<CredentialNo, SittingError> {
        let Signer::Person(holder, person_no) = signer(row)? else { return Err(SittingError::NotOnRoll) };
        let log = self.logs().log(poll).await?;
        if let Some(live) = log.read(|state, _| state.live_credential(Signer::Person(holder, person_no))) {
            let now = sitting::Entity::find_by_id(row.id.clone()).one(self.reader()).await?;
            if now.and_then(|now| now.credential).map(uint) == Some(live.get()) {
                return Ok(live);
            }
            done(log.submit(self.revocation(poll, live, RevocationReason::Replaced)).await)?;
        }
        let issuing = Issuing {
            poll: poll.clone(),
            host: self.host().to_owned(),
            holder,
            person_no,
            evidence: row.evidence.parse().map_err(|_| DbErr::Type("the hash of evidence".to_owned()))?,
            method: Method::InPerson,
            key: public_key.to_owned(),
        };
        let (registrar, id) = (Arc::clone(self.registrar()), row.id.clone());
        let submission = Submission::made(move |moment: &Moment<'_>| {
            let (text, credential) = issuing.text(moment)?;
            Ok(Made::new(note::sign(&text, &[&registrar]).into_bytes()).and(issued(id, credential)))
        });
        done(log.submit(submission).await)?;
        let now = sitting::Entity::find_by_id(row.id.clone()).one(self.reader()).await?;
        let number = now.and_then(|now| now.credential).ok_or(SittingError::Over)?;
        Ok(uint(number).try_into().map_err(|_| DbErr::Type("a credential's number".to_owned()))?)
    }

    /// Takes the ballot of a sitting, which ends by it. The same bytes again get the same receipt.
    ///
    /// # Errors
    /// It is no ballot of this sitting's credential, the sitting has ended, or as any ballot is refused.
    pub async fn cast_at_seat(
        &self,
        token: &Hash,
        bytes: Vec<u8>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Stored, SubmitError> {
        let over = || SubmitError::Refused(Refusal::Declined("sitting_over"));
        let row = by_token(self.reader(), token).await?.ok_or_else(over)?;
        if row.check_code.is_none() && is_over(&row, now) {
            return Err(over());
        }
        let Ok(Statement::Ballot(ballot)) = Entry::parse(&bytes).map(|entry| entry.statement) else {
            return Err(Refusal::Declined("format").into());
        };
        if Some(ballot.credential.get()) != row.credential.map(uint) || ballot.for_holder.is_some() {
            return Err(Refusal::Declined("not_eligible").into());
        }
        let poll = poll_of(&row)?;
        let code = CheckCode::of(&leaf_hash(&bytes)).to_string();
        let submission = Submission::ready_and(bytes, voted(row.id.clone(), code, now));
        let stored = self.logs().submit(&poll, submission).await?;
        if let Err(err) = self.end_and_settle(row, now, fresh).await {
            // The ballot is in: what is left is done within a minute.
            tracing::warn!(error = &err as &dyn std::error::Error, "a sitting is settled later");
        }
        Ok(stored)
    }
}

/// What came of a statement of ours: somebody else may have said the same before.
fn done(answer: Result<Stored, SubmitError>) -> Result<(), SittingError> {
    match answer {
        Ok(_) | Err(SubmitError::Refused(Refusal::Declined(_))) => Ok(()),
        Err(SubmitError::Refused(Refusal::Fault(_) | Refusal::Closed(_))) => Err(SittingError::Closed),
        Err(err) => {
            tracing::warn!(code = err.code(), "the log did not take the credential of a sitting");
            Err(SittingError::Busy)
        }
    }
}

/// Written with the credential, unless the sitting ended meanwhile.
fn issued(id: String, credential: CredentialNo) -> Writes {
    Box::new(move |tx, _index| {
        Box::pin(async move {
            let bound = sitting::Entity::update_many()
                .col_expr(sitting::Column::Credential, Expr::value(int(credential.get())))
                .filter(sitting::COLUMN.id.eq(&id))
                .filter(sitting::COLUMN.credential.is_null())
                .filter(sitting::COLUMN.ended_at.is_null())
                .exec(tx)
                .await?;
            if bound.rows_affected == 1 { Ok(()) } else { Err(Refusal::Declined("sitting_over").into()) }
        })
    })
}

/// Written with the ballot, unless the sitting ended meanwhile.
fn voted(id: String, code: String, now: u64) -> Writes {
    Box::new(move |tx, _index| {
        Box::pin(async move {
            let ended = sitting::Entity::update_many()
                .col_expr(sitting::Column::CheckCode, Expr::value(code))
                .col_expr(sitting::Column::EndedAt, Expr::value(int(now)))
                .filter(sitting::COLUMN.id.eq(&id))
                .filter(sitting::COLUMN.ended_at.is_null())
                .exec(tx)
                .await?;
            if ended.rows_affected == 1 { Ok(()) } else { Err(Refusal::Declined("sitting_over").into()) }
        })
    })
}
