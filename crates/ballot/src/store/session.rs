//! Signing in, by a code or by a device's key, and who a session is of, read afresh each time.

mod live;
mod who;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
pub use who::*;

use super::{
    codes::{self, NewCode, Purpose},
    contact::{self, Contact, read_subject},
    estate::Estate,
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{ChallengeId, CompoundId, DeviceId, Subject},
    refusal::refusals,
    staff::Role,
    tables::{challenge, device, int, session, uint},
};
use crate::{
    hash::Hash,
    json,
    key::{KeyKind, VerifierKey},
};

/// A session lasts at least so many seconds from whatever came last.
pub const IDLE_SECONDS: u64 = 30 * 60;

/// How old what is written of that may be: once a minute is enough, and spares a write for each page.
const SEEN_EVERY: u64 = 60;

/// And at the latest so many seconds after signing in.
pub const SESSION_SECONDS: u64 = 12 * 3600;

/// How long a challenge to a device can be answered.
pub const CHALLENGE_SECONDS: u64 = 120;

pub use super::codes::{CODE_SECONDS, CODE_TRIES, CODES_A_DAY, CodeError};

/// A session's secret: what the cookie holds, once.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// A secret that nobody can foresee.
    pub(crate) fn new(fresh: &mut Fresh) -> Self {
        Self(fresh.block())
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> Hash {
        Hash::of(&self.0)
    }

    /// 64 hexadecimal characters for the cookie.
    pub fn reveal(&self) -> String {
        Hash(self.0).to_string()
    }
}

/// What is stored of a token that came in a cookie; nothing if it is no token.
pub fn token_hash(cookie: &str) -> Option<Hash> {
    cookie.parse::<Hash>().ok().map(|token| Hash::of(&token.0))
}

/// A session that has just begun.
#[derive(Clone)]
#[allow(missing_docs)]
pub struct SignedIn {
    /// For the cookie.
    pub token: Token,
    pub subject: Subject,
}

/// One of several people who share a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Candidate {
    pub subject: Subject,
    pub name: String,
    /// The office, if it is one.
    pub role: Option<Role>,
}

/// What a right code leads to.
pub enum CodeAnswer {
    /// A session.
    SignedIn(SignedIn),
    /// Several people have this contact: ask who it is, and send the same code again with the answer.
    Choose(Vec<Candidate>),
}

refusals! {
    /// Why no code is asked for.
    SignInError {
        Contact "bad_contact" "a phone number or an e-mail address is wanted",
        NoSuchCompound "no_such_compound" "there is no such compound",
    }
}

refusals! {
    /// Why a device's answer to a challenge is not taken.
    DeviceError {
        Dead "dead_challenge" "the challenge was answered before or is older than two minutes: ask for a new one",
        Unknown "unknown_device" "this device is not enrolled, or was revoked",
        Signature "sig" "the signature is not this device's over the challenge",
    }
}

/// What a device is asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DeviceChallenge {
    pub id: ChallengeId,
    /// The text to sign, whole.
    pub text: String,
}

/// Why a device is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeFor {
    /// To sign in.
    SignIn,
    /// To show, in a session, that the device is still in its owner's hands.
    StepUp,
}

impl ChallengeFor {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
        }
    }
}

#[derive(Serialize)]
struct ChallengeText<'a> {
    challenge: &'a str,
    host: &'a str,
}

/// The text of a challenge: type and version, host and challenge are signed.
fn challenge_text(host: &str, purpose: ChallengeFor, id: &ChallengeId) -> String {
    format!("heyi/{}/v1\n{}\n", purpose.as_str(), json::write(&ChallengeText { challenge: id.as_str(), host }))
}

impl Estate {
    /// Sends a code to a registered phone or mailbox. The answer says nothing about whether it is registered.
    ///
    /// # Errors
    /// The text is neither number nor address, or there is no such compound.
    pub async fn start_sign_in(
        &self,
        compound: &CompoundId,
        contact: &str,
        language: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ChallengeId, SignInError> {
        let to = Contact::parse(contact).ok_or(SignInError::Contact)?;
        if self.compound(compound).await?.is_none() {
            return Err(SignInError::NoSuchCompound);
        }
        let tx = self.begin_any().await?;
        let subjects = contact::who_has(&tx, compound, &to).await?;
        let new =
            NewCode { compound, purpose: Purpose::SignIn, subjects: &subjects, to: &to, invitation: "", language };
        let id = codes::send(&tx, &new, now, fresh).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Opens a session for a right code. It cannot vote or sign by itself: that takes a device's keys.
    ///
    /// # Errors
    /// The code is wrong, or can no longer be right.
    pub async fn finish_sign_in(
        &self,
        challenge: &ChallengeId,
        code: &str,
        choice: Option<&Subject>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<CodeAnswer, CodeError> {
        let tx = self.begin_any().await?;
        let answer = finish_sign_in(&tx, challenge, code, choice, now, fresh).await;
        if let Err(CodeError::Database(_)) = answer {
            return answer;
        }
        tx.commit().await?;
        answer
    }

    /// A random challenge for a device of this host, good for one answer within two minutes.
    pub async fn challenge(
        &self,
        purpose: ChallengeFor,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<DeviceChallenge, DbErr> {
        let id = ChallengeId(fresh.uuid());
        let tx = self.begin_any().await?;
        let row = challenge::ActiveModel {
            id: Set(id.to_string()),
            purpose: Set(purpose.as_str().to_owned()),
            created_at: Set(int(now)),
            used_at: Set(None),
        };
        challenge::Entity::insert(row).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(DeviceChallenge { text: challenge_text(self.host(), purpose, &id), id })
    }

    /// Opens a session for a device that signed its challenge with its sign-in key.
    ///
    /// - `public_key`, `signature`: in base64.
    ///
    /// # Errors
    /// The challenge is spent, the device unknown or revoked, or the signature another's.
    pub async fn sign_in_by_device(
        &self,
        challenge: &ChallengeId,
        public_key: &str,
        signature: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<SignedIn, DeviceError> {
        self.take_challenge(challenge, ChallengeFor::SignIn, now).await?;
        let tx = self.begin_any().await?;
        let device = device::Entity::find()
            .filter(device::COLUMN.public_key.eq(public_key))
            .filter(device::COLUMN.revoked_at.is_null())
            .one(&tx)
            .await?
            .ok_or(DeviceError::Unknown)?;
        let text = challenge_text(self.host(), ChallengeFor::SignIn, challenge);
        if !is_signed(&device.public_key, &text, signature) {
            return Err(DeviceError::Signature);
        }
        let subject = read_subject(&device.subject)?;
        let compound = CompoundId(device.compound);
        let signed_in = open(&tx, &compound, &subject, Some(&DeviceId(device.id)), now, fresh).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Renews a session by its device's key: new token, old one dead.
    ///
    /// # Errors
    /// As signing in; also if the session is of another device, or of none.
    pub async fn step_up(
        &self,
        viewer: &Viewer,
        challenge: &ChallengeId,
        signature: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<SignedIn, DeviceError> {
        self.take_challenge(challenge, ChallengeFor::StepUp, now).await?;
        let id = viewer.device.as_ref().ok_or(DeviceError::Unknown)?;
        let tx = self.begin_any().await?;
        let device = device::Entity::find_by_id(id.as_str().to_owned())
            .filter(device::COLUMN.revoked_at.is_null())
            .one(&tx)
            .await?
            .ok_or(DeviceError::Unknown)?;
        let text = challenge_text(self.host(), ChallengeFor::StepUp, challenge);
        if !is_signed(&device.public_key, &text, signature) {
            return Err(DeviceError::Signature);
        }
        end_one(&tx, &viewer.session, now).await?;
        let token = Token::new(fresh);
        let row = session::ActiveModel {
            token_sha256: Set(token.hash().to_string()),
            compound: Set(viewer.compound.to_string()),
            subject: Set(viewer.subject().to_string()),
            device: Set(Some(id.to_string())),
            // The whole session is not made longer by renewing it.
            created_at: Set(int(viewer.signed_in_at)),
            seen_at: Set(int(now)),
            stepped_up_at: Set(Some(int(now))),
            ended_at: Set(None),
        };
        session::Entity::insert(row).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(SignedIn { token, subject: viewer.subject() })
    }

    /// Spends a challenge, in a transaction of its own: a wrong answer spends it too.
    async fn take_challenge(&self, id: &ChallengeId, purpose: ChallengeFor, now: u64) -> Result<(), DeviceError> {
        let tx = self.begin_any().await?;
        let taken = challenge::Entity::update_many()
            .col_expr(challenge::Column::UsedAt, Expr::value(int(now)))
            .filter(challenge::COLUMN.id.eq(id.as_str()))
            .filter(challenge::COLUMN.purpose.eq(purpose.as_str()))
            .filter(challenge::COLUMN.used_at.is_null())
            .filter(challenge::COLUMN.created_at.gt(int(now.saturating_sub(CHALLENGE_SECONDS))))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        if taken.rows_affected == 1 { Ok(()) } else { Err(DeviceError::Dead) }
    }

    /// Notes that somebody is there, and says until when their session lasts if nothing more comes; nothing if it has
    /// ended.
    pub async fn keep_session(&self, token: &Hash, now: u64) -> Result<Option<u64>, DbErr> {
        let row = session::Entity::find_by_id(token.to_string()).one(self.reader()).await?;
        let Some(row) = row.filter(|row| !is_over(row, now)) else { return Ok(None) };
        self.see(token, &row, now).await?;
        Ok(Some((now + IDLE_SECONDS).min(uint(row.created_at) + SESSION_SECONDS)))
    }

    async fn see(&self, token: &Hash, row: &session::Model, now: u64) -> Result<(), DbErr> {
        if now < uint(row.seen_at) + SEEN_EVERY {
            return Ok(());
        }
        let tx = self.begin_any().await?;
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(int(now)))
            .filter(session::COLUMN.token_sha256.eq(token.to_string()))
            .filter(session::COLUMN.seen_at.lt(int(now)))
            .exec(&tx)
            .await?;
        tx.commit().await
    }

    /// Who a session is of, as the tables say now; nobody once it ended, idled, or its device or
    /// office is gone.
    pub async fn session_of(&self, token: &Hash, now: u64) -> Result<Option<Viewer>, DbErr> {
        let Some(row) = session::Entity::find_by_id(token.to_string()).one(self.reader()).await? else {
            return Ok(None);
        };
        let created = uint(row.created_at);
        if is_over(&row, now) {
            return Ok(None);
        }
        if let Some(id) = &row.device {
            let device = device::Entity::find_by_id(id.clone()).one(self.reader()).await?;
            if device.is_none_or(|device| device.revoked_at.is_some()) {
                return Ok(None);
            }
        }
        let compound = CompoundId(row.compound.clone());
        let Some(who) = find_who(self.reader(), &compound, &read_subject(&row.subject)?, now).await? else {
            return Ok(None);
        };
        self.see(token, &row, now).await?;
        Ok(Some(Viewer {
            compound,
            session: *token,
            who,
            device: row.device.map(DeviceId),
            signed_in_at: created,
            stepped_up_at: row.stepped_up_at.map(uint),
        }))
    }

    /// Ends a session, on the server: its token opens nothing any more.
    pub async fn sign_out(&self, viewer: &Viewer, now: u64) -> Result<(), DbErr> {
        let tx = self.begin(&viewer.compound).await?;
        end_one(&tx, &viewer.session, now).await?;
        let doing =
            Doing { actor: &viewer.actor(), verb: "signed_out", object: viewer.compound.as_str(), detail: json!({}) };
        write_event(&tx, &viewer.compound, now, doing).await?;
        tx.commit().await
    }
}

async fn finish_sign_in(
    tx: &DatabaseTransaction,
    challenge: &ChallengeId,
    code: &str,
    choice: Option<&Subject>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<CodeAnswer, CodeError> {
    let right = codes::take_try(tx, challenge, Purpose::SignIn, code, now).await?;
    let mut candidates = Vec::new();
    for subject in right.subjects {
        let (name, role) = match find_who(tx, &right.compound, &subject, now).await? {
            Some(Who::Owner(owner)) => (owner.name, None),
            Some(Who::Staff(staff)) => (staff.name, Some(staff.role)),
            None => continue,
        };
        candidates.push(Candidate { subject, name, role });
    }
    let chosen = match (choice, candidates.as_slice()) {
        (_, []) => return Err(CodeError::Dead),
        (_, [only]) => only.subject.clone(),
        (Some(choice), several) => match several.iter().find(|candidate| candidate.subject == *choice) {
            Some(candidate) => candidate.subject.clone(),
            None => return Ok(CodeAnswer::Choose(candidates)),
        },
        (None, _) => return Ok(CodeAnswer::Choose(candidates)),
    };
    codes::end(tx, challenge, now).await?;
    Ok(CodeAnswer::SignedIn(open(tx, &right.compound, &chosen, None, now, fresh).await?))
}

/// Opens a session.
pub(crate) async fn open(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    subject: &Subject,
    device: Option<&DeviceId>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<SignedIn, DbErr> {
    let token = Token::new(fresh);
    let row = session::ActiveModel {
        token_sha256: Set(token.hash().to_string()),
        compound: Set(compound.to_string()),
        subject: Set(subject.to_string()),
        device: Set(device.map(DeviceId::to_string)),
        created_at: Set(int(now)),
        seen_at: Set(int(now)),
        stepped_up_at: Set(device.map(|_| int(now))),
        ended_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(tx).await?;
    let verb = if device.is_some() { "signed_in_by_device" } else { "signed_in_by_code" };
    let actor = Actor::Subject(subject.clone());
    let doing = Doing { actor: &actor, verb, object: device.map_or("", DeviceId::as_str), detail: json!({}) };
    write_event(tx, compound, now, doing).await?;
    Ok(SignedIn { token, subject: subject.clone() })
}

/// Whether a session has ended, idled too long, or lasted its whole time.
fn is_over(row: &session::Model, now: u64) -> bool {
    row.ended_at.is_some() || is_too_old(uint(row.created_at), uint(row.seen_at), now)
}

/// Whether a session that began and was last seen then has idled too long, or lasted its whole time.
fn is_too_old(created: u64, seen: u64, now: u64) -> bool {
    seen + IDLE_SECONDS + SEEN_EVERY <= now || created + SESSION_SECONDS <= now
}

async fn end_one(tx: &DatabaseTransaction, token: &Hash, now: u64) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(int(now)))
        .filter(session::COLUMN.token_sha256.eq(token.to_string()))
        .filter(session::COLUMN.ended_at.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends every session of somebody.
pub(crate) async fn end_all(tx: &DatabaseTransaction, subject: &Subject, now: u64) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(int(now)))
        .filter(session::COLUMN.subject.eq(subject.to_string()))
        .filter(session::COLUMN.ended_at.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether a base64 signature over a text is of a base64 key, under the record's rule.
pub(crate) fn is_signed(public_key: &str, text: &str, signature: &str) -> bool {
    let Some(key) = sound_key("device", public_key) else { return false };
    let signature = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    signature.is_some_and(|signature| key.is_signed(text.as_bytes(), &signature))
}

/// A base64 public key under a name, if it is a sound point written the one way.
pub(crate) fn sound_key(name: &str, public_key: &str) -> Option<VerifierKey> {
    let public = <[u8; 32]>::try_from(BASE64.decode(public_key).ok()?).ok()?;
    VerifierKey::new(name, KeyKind::Ed25519, &public).ok()
}
