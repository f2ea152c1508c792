//! What officers sign together: every act that could do harm is a text, signed in the browsers of k
//! distinct officers with their office keys, and carried out when the k-th signature is in.
//!
//! The text of an act on private tables is `heyi/act/v1` with the digest of what will be done; the
//! text of one on the record is the statement itself. An act on tables is carried out in the
//! transaction of its last signature; one on the record in the transaction that stores its leaf. So
//! each happens once, whenever the server stops in between.

mod perform;

pub(crate) use perform::finish;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, SqlErr, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    contact,
    estate::{Estate, find_compound},
    events::{Doing, write_event},
    fresh::Fresh,
    ids::{ActId, CompoundId, PersonId, StaffId},
    outbox::{self, Notice},
    polls,
    refusal::refusals,
    staff::{NewStaff, Role, StaffMember, active, still_holds},
    tables::{act, act_signature, int, uint},
};
use crate::{
    hash::Hash,
    id::{HolderNo, PersonNo, PollId},
    json,
    key::VerifierKey,
    note::SignatureLine,
    register::{Correction, Register},
};

/// What is done once enough officers have signed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Deed {
    ApplyRegister { base: u64, file_name: String, file_sha256: Hash, register: Register },
    UndoRegister { base: u64, to: u64 },
    CorrectRegister { base: u64, correction: Correction },
    Appoint { staff: NewStaff },
    EndRole { staff: StaffId },
    RenewKey { staff: StaffId },
    PublishPoll { poll: PollId, officers: Vec<String> },
    Amend { poll: PollId, officers: Vec<String>, line: polls::AmendedUnit },
    Strike { poll: PollId, officers: Vec<String>, salt: String, record: String },
    Result { poll: PollId, officers: Vec<String> },
    Bar { poll: PollId, holder: HolderNo, person: PersonNo },
    Lot { poll: PollId, officers: Vec<String> },
    Official { poll: PollId, officers: Vec<String> },
    Erase { person: PersonId },
}

impl Deed {
    fn kind(&self) -> ActKind {
        match self {
            Self::ApplyRegister { .. } => ActKind::ApplyRegister,
            Self::UndoRegister { .. } => ActKind::UndoRegister,
            Self::CorrectRegister { .. } => ActKind::CorrectRegister,
            Self::Appoint { .. } => ActKind::Appoint,
            Self::EndRole { .. } => ActKind::EndRole,
            Self::RenewKey { .. } => ActKind::RenewKey,
            Self::PublishPoll { .. } => ActKind::PublishPoll,
            Self::Amend { .. } => ActKind::Amend,
            Self::Strike { .. } => ActKind::Strike,
            Self::Result { .. } => ActKind::Result,
            Self::Bar { .. } => ActKind::Bar,
            Self::Lot { .. } => ActKind::Lot,
            Self::Official { .. } => ActKind::Official,
            Self::Erase { .. } => ActKind::Erase,
        }
    }

    /// The keys that may sign, where the record itself names them.
    fn officers(&self) -> Option<&[String]> {
        match self {
            Self::PublishPoll { officers, .. }
            | Self::Amend { officers, .. }
            | Self::Strike { officers, .. }
            | Self::Result { officers, .. }
            | Self::Lot { officers, .. }
            | Self::Official { officers, .. } => Some(officers),
            Self::ApplyRegister { .. }
            | Self::UndoRegister { .. }
            | Self::CorrectRegister { .. }
            | Self::Appoint { .. }
            | Self::EndRole { .. }
            | Self::RenewKey { .. }
            | Self::Bar { .. }
            | Self::Erase { .. } => None,
        }
    }
}

/// What kind of act it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ActKind {
    ApplyRegister,
    UndoRegister,
    CorrectRegister,
    Appoint,
    EndRole,
    RenewKey,
    PublishPoll,
    Amend,
    Strike,
    Result,
    Bar,
    Lot,
    Official,
    Erase,
}

impl ActKind {
    const ALL: [Self; 14] = [
        Self::ApplyRegister,
        Self::UndoRegister,
        Self::CorrectRegister,
        Self::Appoint,
        Self::EndRole,
        Self::RenewKey,
        Self::PublishPoll,
        Self::Amend,
        Self::Strike,
        Self::Result,
        Self::Bar,
        Self::Lot,
        Self::Official,
        Self::Erase,
    ];

    /// The word in texts and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApplyRegister => "apply_register",
            Self::UndoRegister => "undo_register",
            Self::CorrectRegister => "correct_register",
            Self::Appoint => "appoint",
            Self::EndRole => "end_role",
            Self::RenewKey => "renew_key",
            Self::PublishPoll => "publish_poll",
            Self::Amend => "amend",
            Self::Strike => "strike",
            Self::Result => "result",
            Self::Bar => "bar",
            Self::Lot => "lot",
            Self::Official => "official",
            Self::Erase => "erase",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| DbErr::Type(format!("act {text}")))
    }
}

/// How far an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActState {
    /// Waits for signatures.
    Open,
    /// Signed; on its way into the log.
    Ready,
    /// Done.
    Done,
    /// An officer said no.
    Refused,
    /// Taken back by who proposed it.
    Withdrawn,
    /// Signed, and could not be done any more: the reason says why.
    Failed,
}

impl ActState {
    const ALL: [Self; 6] = [Self::Open, Self::Ready, Self::Done, Self::Refused, Self::Withdrawn, Self::Failed];

    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ready => "ready",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| DbErr::Type(format!("state {text}")))
    }
}

/// An act as officers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Act {
    pub id: ActId,
    pub compound: CompoundId,
    pub kind: ActKind,
    /// What it is about: a poll, a person in office, the number of a version.
    pub object: String,
    /// What is signed, whole.
    pub text: String,
    /// What `web` shows of it, a JSON object made when it was proposed.
    pub summary: serde_json::Value,
    pub needed: u64,
    pub signed_by: Vec<StaffId>,
    pub state: ActState,
    /// Why it was refused, withdrawn, or could not be done.
    pub reason: String,
    pub proposed_by: StaffId,
    pub proposed_at: u64,
    pub ended_at: Option<u64>,
}

refusals! {
    /// Why a signature is not taken.
    SignError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchAct "no_such_act" "there is no such act in this compound",
        Ended "act_ended" "the act waits for no signature any more",
        AlreadySigned "already_signed" "this officer has signed it; another one is wanted",
        KeyNotInPoll "key_not_in_poll" "the poll does not name this officer's key",
        Signature "sig" "the signature is not this officer's over the text of the act",
    }
}

refusals! {
    /// Why an act is not refused or withdrawn.
    EndActError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchAct "no_such_act" "there is no such act in this compound",
        NotYours "not_yours" "only who proposed an act withdraws it; others refuse it",
        Ended "act_ended" "the act waits for no signature any more",
        Reason "bad_reason" "a reason of 1 to 500 characters is wanted",
    }
}

/// An act to be put up for signing.
pub(crate) struct Proposal<'a> {
    pub(crate) deed: &'a Deed,
    pub(crate) object: &'a str,
    pub(crate) summary: serde_json::Value,
}

#[derive(Serialize)]
struct ActText<'a> {
    act: &'a str,
    at: u64,
    compound: &'a str,
    digest: Hash,
    host: &'a str,
    kind: &'a str,
    object: &'a str,
}

/// Puts an act on private tables up for signing.
pub(crate) async fn propose(
    tx: &DatabaseTransaction,
    host: &str,
    by: &StaffMember,
    proposal: Proposal<'_>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ActId, DbErr> {
    let id = ActId(fresh.uuid());
    let payload = serde_json::to_string(proposal.deed).expect("a deed is JSON");
    let text = ActText {
        act: id.as_str(),
        at: now,
        compound: by.compound.as_str(),
        digest: Hash::of(payload.as_bytes()),
        host,
        kind: proposal.deed.kind().as_str(),
        object: proposal.object,
    };
    let text = format!("heyi/act/v1\n{}\n", json::write(&text));
    insert(tx, by, &id, proposal, (payload, text), now, fresh).await?;
    Ok(id)
}

/// Puts an act on the record up for signing: its text is the statement's.
pub(crate) async fn propose_statement(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    proposal: Proposal<'_>,
    text: String,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ActId, DbErr> {
    let id = ActId(fresh.uuid());
    let payload = serde_json::to_string(proposal.deed).expect("a deed is JSON");
    insert(tx, by, &id, proposal, (payload, text), now, fresh).await?;
    Ok(id)
}

async fn insert(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    id: &ActId,
    proposal: Proposal<'_>,
    (payload, text): (String, String),
    now: u64,
    fresh: &mut Fresh,
) -> Result<(), DbErr> {
    let compound = find_compound(tx, &by.compound).await?;
    let needed = compound.map_or(2, |compound| compound.officers);
    let kind = proposal.deed.kind();
    let row = act::ActiveModel {
        id: Set(id.to_string()),
        compound: Set(by.compound.to_string()),
        kind: Set(kind.as_str().to_owned()),
        object: Set(proposal.object.to_owned()),
        text: Set(text),
        payload: Set(payload),
        summary: Set(proposal.summary.to_string()),
        needed: Set(int(needed)),
        state: Set(ActState::Open.as_str().to_owned()),
        reason: Set(String::new()),
        created_by: Set(by.id.to_string()),
        created_at: Set(int(now)),
        ended_at: Set(None),
    };
    act::Entity::insert(row).exec_without_returning(tx).await?;
    let detail = json!({"kind": kind.as_str(), "object": proposal.object});
    let doing = Doing { actor: &by.actor(), verb: "act_proposed", object: id.as_str(), detail };
    write_event(tx, &by.compound, now, doing).await?;
    let notice = Notice::SignatureWanted { act_kind: kind.as_str().to_owned() };
    for officer in active(tx, &by.compound, Role::Officer, now).await? {
        for to in contact::contacts_of(tx, &officer.subject()).await?.iter().filter(|_| officer.id != by.id).take(1) {
            outbox::queue(tx, &by.compound, to, "zh", &notice, now, fresh).await?;
        }
    }
    Ok(())
}

impl Estate {
    /// Acts of a compound that wait for signatures, oldest first: with [`Act::signed_by`] what needs an officer now.
    pub async fn open_acts(&self, compound: &CompoundId) -> Result<Vec<Act>, DbErr> {
        let rows = act::Entity::find()
            .filter(act::COLUMN.compound.eq(compound.as_str()))
            .filter(act::COLUMN.state.is_in([ActState::Open.as_str(), ActState::Ready.as_str()]))
            .order_by_asc(act::COLUMN.created_at)
            .all(self.reader())
            .await?;
        self.read_acts(rows).await
    }

    /// Acts of a compound that ended, newest first.
    pub async fn ended_acts(&self, compound: &CompoundId, limit: u64) -> Result<Vec<Act>, DbErr> {
        let rows = act::Entity::find()
            .filter(act::COLUMN.compound.eq(compound.as_str()))
            .filter(act::COLUMN.ended_at.is_not_null())
            .order_by_desc(act::COLUMN.ended_at)
            .limit(limit)
            .all(self.reader())
            .await?;
        self.read_acts(rows).await
    }

    /// One act of a compound.
    pub async fn act(&self, compound: &CompoundId, id: &ActId) -> Result<Option<Act>, DbErr> {
        let row = find(self.reader(), compound, id).await?;
        Ok(self.read_acts(row.into_iter().collect()).await?.pop())
    }

    async fn read_acts(&self, rows: Vec<act::Model>) -> Result<Vec<Act>, DbErr> {
        let mut acts = Vec::with_capacity(rows.len());
        for row in rows {
            let signed_by = signatures(self.reader(), &row.id).await?.into_iter().map(|line| StaffId(line.staff));
            acts.push(Act {
                signed_by: signed_by.collect(),
                kind: ActKind::read(&row.kind)?,
                state: ActState::read(&row.state)?,
                summary: serde_json::from_str(&row.summary).map_err(|err| DbErr::Json(err.to_string()))?,
                id: ActId(row.id),
                compound: CompoundId(row.compound),
                object: row.object,
                text: row.text,
                needed: uint(row.needed),
                reason: row.reason,
                proposed_by: StaffId(row.created_by),
                proposed_at: uint(row.created_at),
                ended_at: row.ended_at.map(uint),
            });
        }
        Ok(acts)
    }

    /// Takes an officer's signature over the text of an act, and carries the act out with the last one.
    ///
    /// - `signature`: 64 bytes in base64, by the office key.
    ///
    /// # Errors
    /// Not an officer, no open act, signed before, or not this officer's signature.
    pub async fn sign_act(
        &self,
        by: &StaffMember,
        id: &ActId,
        signature: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActState, SignError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(SignError::NotOfficer)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(SignError::NoSuchAct)?;
        if row.state != ActState::Open.as_str() {
            return Err(SignError::Ended);
        }
        let deed = deed(&row)?;
        let vkey = check_signature(&by, &row, &deed, signature)?;
        let line = act_signature::ActiveModel {
            act: Set(id.to_string()),
            staff: Set(by.id.to_string()),
            vkey: Set(vkey),
            signature: Set(signature.to_owned()),
            signed_at: Set(int(now)),
        };
        act_signature::Entity::insert(line).exec_without_returning(&tx).await.map_err(|err| match err.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => SignError::AlreadySigned,
            _ => err.into(),
        })?;
        let doing = Doing { actor: &by.actor(), verb: "act_signed", object: id.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        let state = if good_lines(&tx, &by.compound, id, now).await?.len() as u64 >= uint(row.needed) {
            perform::with_the_last_signature(&tx, &by.compound, id, &deed, now, fresh).await?
        } else {
            ActState::Open
        };
        tx.commit().await?;
        match (state, &deed) {
            (ActState::Ready, _) => Ok(self.carry_out(id, now, fresh).await?),
            (ActState::Done, Deed::Bar { poll, .. }) => {
                self.settle_poll(poll, now, fresh).await;
                Ok(state)
            }
            _ => Ok(state),
        }
    }

    /// Refuses an act with a reason; it is not done whoever has signed it.
    ///
    /// # Errors
    /// Not an officer, no open act, or no reason.
    pub async fn refuse_act(&self, by: &StaffMember, id: &ActId, reason: &str, now: u64) -> Result<(), EndActError> {
        self.end_act(by, id, reason, ActState::Refused, now).await
    }

    /// Takes back an act that one has proposed.
    ///
    /// # Errors
    /// Not who proposed it, no open act, or no reason.
    pub async fn withdraw_act(&self, by: &StaffMember, id: &ActId, reason: &str, now: u64) -> Result<(), EndActError> {
        self.end_act(by, id, reason, ActState::Withdrawn, now).await
    }

    async fn end_act(
        &self,
        by: &StaffMember,
        id: &ActId,
        reason: &str,
        state: ActState,
        now: u64,
    ) -> Result<(), EndActError> {
        if !(1..=500).contains(&reason.chars().count()) {
            return Err(EndActError::Reason);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(EndActError::NotOfficer)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(EndActError::NoSuchAct)?;
        if row.state != ActState::Open.as_str() {
            return Err(EndActError::Ended);
        }
        if state == ActState::Withdrawn && row.created_by != by.id.as_str() {
            return Err(EndActError::NotYours);
        }
        if let Deed::PublishPoll { poll, .. } = deed(&row)? {
            polls::thaw(&tx, &poll).await?;
        }
        end(&tx, id, state, reason, now).await?;
        let verb = if state == ActState::Withdrawn { "act_withdrawn" } else { "act_refused" };
        let doing = Doing { actor: &by.actor(), verb, object: id.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Carries out whatever was signed and not done when the server stopped. Called at start.
    pub async fn resume_acts(&self, now: u64, fresh: &mut Fresh) -> Result<(), DbErr> {
        let rows = act::Entity::find()
            .filter(act::COLUMN.state.eq(ActState::Ready.as_str()))
            .order_by_asc(act::COLUMN.created_at)
            .all(self.reader())
            .await?;
        for row in rows {
            self.carry_out(&ActId(row.id), now, fresh).await?;
        }
        Ok(())
    }
}

fn check_signature(by: &StaffMember, row: &act::Model, deed: &Deed, signature: &str) -> Result<String, SignError> {
    let vkey = by.vkey.clone().ok_or(SignError::NotOfficer)?;
    if deed.officers().is_some_and(|officers| !officers.contains(&vkey)) {
        return Err(SignError::KeyNotInPoll);
    }
    let key: VerifierKey = vkey.parse().map_err(|_| SignError::Signature)?;
    let bytes = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    let is_signed = bytes.is_some_and(|bytes| key.is_signed(row.text.as_bytes(), &bytes));
    if is_signed { Ok(vkey) } else { Err(SignError::Signature) }
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &ActId) -> Result<Option<act::Model>, DbErr> {
    act::Entity::find_by_id(id.as_str().to_owned()).filter(act::COLUMN.compound.eq(compound.as_str())).one(db).await
}

fn deed(row: &act::Model) -> Result<Deed, DbErr> {
    serde_json::from_str(&row.payload).map_err(|err| DbErr::Json(err.to_string()))
}

async fn signatures(db: &impl ConnectionTrait, act: &str) -> Result<Vec<act_signature::Model>, DbErr> {
    act_signature::Entity::find()
        .filter(act_signature::COLUMN.act.eq(act))
        .order_by_asc(act_signature::COLUMN.signed_at)
        .all(db)
        .await
}

/// The signatures of those who are officers still, under the keys they still have.
async fn good_lines(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &ActId,
    now: u64,
) -> Result<Vec<act_signature::Model>, DbErr> {
    let officers = active(db, compound, Role::Officer, now).await?;
    let is_good = |line: &act_signature::Model| {
        officers.iter().any(|officer| officer.id.as_str() == line.staff && officer.vkey.as_ref() == Some(&line.vkey))
    };
    Ok(signatures(db, id.as_str()).await?.into_iter().filter(is_good).collect())
}

/// The statement of an act with its signature lines, as it stands in the log: always the same bytes.
pub(crate) async fn note(db: &impl ConnectionTrait, row: &act::Model) -> Result<String, DbErr> {
    let lines = signatures(db, &row.id).await?;
    let broken = || DbErr::Type("a signature of an act".to_owned());
    let keys = lines.iter().map(|line| line.vkey.parse::<VerifierKey>().map_err(|_| broken()));
    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
    let mut signed = Vec::with_capacity(lines.len());
    for (line, key) in lines.iter().zip(&keys) {
        let signature = BASE64.decode(&line.signature).map_err(|_| broken())?;
        signed.push(SignatureLine { name: key.name(), id: key.id(), signature });
    }
    Ok(crate::note::compose(&row.text, &signed))
}

/// Moves an act from one state to its end, once.
async fn end(tx: &DatabaseTransaction, id: &ActId, state: ActState, reason: &str, now: u64) -> Result<bool, DbErr> {
    let ended = act::Entity::update_many()
        .col_expr(act::Column::State, Expr::value(state.as_str()))
        .col_expr(act::Column::Reason, Expr::value(reason))
        .col_expr(act::Column::EndedAt, Expr::value(int(now)))
        .filter(act::COLUMN.id.eq(id.as_str()))
        .filter(act::COLUMN.state.is_in([ActState::Open.as_str(), ActState::Ready.as_str()]))
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}
