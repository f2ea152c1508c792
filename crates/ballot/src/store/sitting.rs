//! Assisted voting: somebody votes on the tablet of the service point, before two witnesses.
//!
//! A clerk opens a sitting for one person of one holder. Its code opens the ballot on a tablet and nothing else, once, and
//! for [`SITTING_SECONDS`]. The tablet makes a key when the ballot is cast and not before: whoever goes away without having
//! voted keeps what they had. The key gets an `in_person` credential, whose evidence names the witnesses and who shows it;
//! once the ballot is in the log it is revoked, so that nobody votes with it again. A phone that was enrolled before votes
//! for this holder no more in this poll; one that is enrolled afterwards does.
//!
//! Source: docs/formats.md §2.

mod cast;
mod desk;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::{Deserialize, Serialize};

pub use desk::*;

use super::{
    ReadError,
    estate::Estate,
    fresh::Fresh,
    ids::{CompoundId, PersonId, SittingId},
    polls::{MyHolder, ViewError, read_signer},
    refusal::refusals,
    session::Token,
    tables::{evidence, int, poll_person, sitting, uint},
};
use crate::{
    hash::Hash,
    id::PollId,
    state::Attending,
    statement::{RevocationReason, Signer},
};

/// For how long a sitting lasts, in seconds from when the clerk opened it.
pub const SITTING_SECONDS: u64 = 15 * 60;

/// The longest name of a witness, in characters.
pub const WITNESS_MOST: usize = 40;

/// How a clerk knew who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// An identity card or another document with a picture.
    Document,
    /// The invitation letter and the name on it.
    Letter,
    /// Both witnesses know the person.
    Known,
}

impl Identity {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Document, Self::Letter, Self::Known];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Letter => "letter",
            Self::Known => "known",
        }
    }
}

/// How far a sitting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SittingState {
    /// Nobody has used its code.
    Waiting,
    /// It is on a tablet.
    Open,
    /// The ballot is in the log.
    Voted,
    /// It ended without a ballot.
    Over,
}

/// The tablet at which somebody sits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Seat {
    pub id: SittingId,
    pub compound: CompoundId,
    pub poll: PollId,
    /// What is voted with, without a credential.
    pub holder: MyHolder,
    /// When it ends, in Unix seconds.
    pub until: u64,
    /// Whether the person has a phone that can vote, and then can no more.
    pub has_credential: bool,
    /// Whether the record says that they came to an assembly: the ballot is cast there.
    pub is_in_hall: bool,
}

/// What the evidence of an `in_person` credential commits to. It is never public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceRecord {
    clerk: String,
    identity: Identity,
    person: String,
    poll: PollId,
    sitting: String,
    witnesses: [String; 2],
}

refusals! {
    /// Why there is no sitting, or nothing more is done in one.
    SittingError {
        NotClerk "not_clerk" "only a clerk whose term runs may do this, in the buildings served",
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NoSuchSitting "no_such_sitting" "there is no such sitting",
        NotOpen "not_open" "voting has not begun",
        Closed "closed" "voting has ended",
        Elsewhere "cast_elsewhere" "by the law of this place nobody votes online here",
        NotOnRoll "not_on_roll" "nobody of this name at this home is on the roll of the poll",
        Barred "barred" "officers have said that this person is not entitled",
        Witnesses "bad_witnesses" "two different people are wanted, each by name, and not the voter",
        Running "sitting_runs" "this person sits at a tablet already",
        Over "sitting_over" "the sitting has ended, or its code was used",
        WeakKey "weak_key" "a public key is 32 bytes in base64, a sound point that is not weak",
        Busy "busy" "the log takes nothing at the moment: ask again",
    }
}

impl From<ReadError> for SittingError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

impl From<ViewError> for SittingError {
    fn from(err: ViewError) -> Self {
        match err {
            ViewError::NoSuchPoll | ViewError::NotInspector => Self::NoSuchPoll,
            ViewError::NotOnRoll => Self::NotOnRoll,
            ViewError::Database(err) => Self::Database(err),
        }
    }
}

/// Whether a sitting has ended, or lasted its whole time.
fn is_over(row: &sitting::Model, now: u64) -> bool {
    row.ended_at.is_some() || uint(row.created_at) + SITTING_SECONDS <= now
}

fn state(row: &sitting::Model, now: u64) -> SittingState {
    match () {
        () if row.check_code.is_some() => SittingState::Voted,
        () if is_over(row, now) => SittingState::Over,
        () if row.token_sha256.is_some() => SittingState::Open,
        () => SittingState::Waiting,
    }
}

fn signer(row: &sitting::Model) -> Result<Signer, DbErr> {
    read_signer(row.holder, row.person_no)
}

fn poll_of(row: &sitting::Model) -> Result<PollId, DbErr> {
    row.poll.parse().map_err(|_| DbErr::Type("a poll's id".to_owned()))
}

async fn by_token(db: &impl ConnectionTrait, token: &Hash) -> Result<Option<sitting::Model>, DbErr> {
    sitting::Entity::find().filter(sitting::COLUMN.token_sha256.eq(token.to_string())).one(db).await
}

impl Estate {
    /// Opens a sitting on a tablet by its code, once; the secret for the tablet's cookie.
    ///
    /// # Errors
    /// No sitting waits under this code.
    pub async fn enter_sitting(&self, code: &str, now: u64, fresh: &mut Fresh) -> Result<Token, SittingError> {
        let code = super::letters::code_hash(code).ok_or(SittingError::Over)?.to_string();
        let token = Token::new(fresh);
        let tx = self.begin_any().await?;
        let entered = sitting::Entity::update_many()
            .col_expr(sitting::Column::TokenSha256, Expr::value(token.hash().to_string()))
            .filter(sitting::COLUMN.code_sha256.eq(code))
            .filter(sitting::COLUMN.token_sha256.is_null())
            .filter(sitting::COLUMN.ended_at.is_null())
            .filter(sitting::COLUMN.created_at.gt(int(now.saturating_sub(SITTING_SECONDS))))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        if entered.rows_affected == 1 { Ok(token) } else { Err(SittingError::Over) }
    }

    /// What somebody votes with at a tablet; nothing once the sitting has ended.
    ///
    /// # Errors
    /// The poll is gone.
    pub async fn seat(&self, token: &Hash, now: u64) -> Result<Option<Seat>, SittingError> {
        let Some(row) = by_token(self.reader(), token).await?.filter(|row| !is_over(row, now)) else {
            return Ok(None);
        };
        let poll = poll_of(&row)?;
        let place = poll_person::Entity::find_by_id((row.poll.clone(), row.holder, row.person_no));
        let place = place.one(self.reader()).await?.ok_or(SittingError::NotOnRoll)?;
        let signer = signer(&row)?;
        let log = self.logs().log(&poll).await?;
        let holder = self.holder_of(&poll, &place).await?;
        let (has_credential, is_in_hall) = log.read(|state, turnout| {
            let is_present = turnout.attending(holder.holder) == Some(Attending::Present);
            (state.live_credential(signer).is_some(), is_present)
        });
        Ok(Some(Seat {
            holder,
            until: uint(row.created_at) + SITTING_SECONDS,
            has_credential,
            is_in_hall,
            id: SittingId(row.id),
            compound: CompoundId(row.compound),
            poll,
        }))
    }

    /// Ends the sitting of a tablet: whoever sits there has done, or does not want to vote.
    pub async fn leave_sitting(&self, token: &Hash, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        match by_token(self.reader(), token).await? {
            Some(row) => self.end_and_settle(row, now, fresh).await,
            None => Ok(()),
        }
    }

    /// Ends what lasted its time and takes away the right to vote of keys that are to vote no more. Called at start and
    /// every minute.
    pub(crate) async fn settle_sittings(&self, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        let open = sitting::Entity::find().filter(sitting::COLUMN.is_settled.eq(false)).all(self.reader()).await?;
        for row in open.into_iter().filter(|row| is_over(row, now)) {
            self.end_and_settle(row, now, fresh).await?;
        }
        Ok(())
    }

    /// Ends a sitting and does what is left to do then. What the log does not take now is done the next time.
    async fn end_and_settle(&self, row: sitting::Model, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        let tx = self.begin_any().await?;
        sitting::Entity::update_many()
            .col_expr(sitting::Column::EndedAt, Expr::value(int(now)))
            .filter(sitting::COLUMN.id.eq(&row.id))
            .filter(sitting::COLUMN.ended_at.is_null())
            .exec(&tx)
            .await?;
        // From here on no credential is issued in it.
        let ended = sitting::Entity::find_by_id(row.id.clone()).one(&tx).await?;
        let Some(ended) = ended.filter(|row| !row.is_settled) else { return tx.commit().await };
        if ended.credential.is_none() {
            evidence::Entity::delete_by_id(ended.evidence.clone()).exec(&tx).await?;
        }
        tx.commit().await?;
        if !self.forget_key(&ended).await? {
            return Ok(());
        }
        let tx = self.begin_any().await?;
        sitting::Entity::update_many()
            .col_expr(sitting::Column::IsSettled, Expr::value(true))
            .filter(sitting::COLUMN.id.eq(&row.id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        // Whoever has not voted here has a phone that may.
        if ended.public_key.is_some() {
            self.settle_person(&PersonId(ended.person), now, fresh).await;
        }
        Ok(())
    }

    /// Revokes the credential of a sitting that ended, if one was issued; whether that is done.
    async fn forget_key(&self, row: &sitting::Model) -> Result<bool, DbErr> {
        let Some(credential) = row.credential else { return Ok(true) };
        let number = uint(credential).try_into().map_err(|_| DbErr::Type("a credential's number".to_owned()))?;
        let poll = poll_of(row)?;
        let revocation = self.revocation(&poll, number, RevocationReason::Lost);
        Ok(match self.logs().submit(&poll, revocation).await {
            // Revoked before, or the poll is closed and takes no ballot any more.
            Ok(_) | Err(super::SubmitError::Refused(_)) => true,
            Err(err) => {
                tracing::warn!(code = err.code(), "the key of a sitting is revoked later");
                false
            }
        })
    }
}
