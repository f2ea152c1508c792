//! Proxies on paper: one clerk enters what a sheet says, another reads the scan anew, and both sign one statement.
//!
//! Who is entered, and by whom, is shown to the second clerk only once both have read the same. An owner's later word
//! wins: a proxy that was given elsewhere in between is never replaced by a sheet that was entered before it.

mod agents;
mod delegates;
mod enter;
mod sign;

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select,
};

pub use agents::{OutsideAgent, StandingAgent};
pub use delegates::{DELEGATE_SECONDS, Delegate, NewDelegate};
pub use enter::{AgentAsRead, NewWritten, SecondReading, WrittenAgent, WrittenWish};

pub(super) use enter::look_at_written;

use super::{PaperError, SCAN_MOST, holder_no, serves};
use crate::{
    id::{HolderNo, PollId},
    statement::{Party, ProxyState},
    store::{
        estate::Estate,
        ids::StaffId,
        proxies::NamedHolder,
        staff::StaffMember,
        tables::{int, uint, written_proxy},
    },
};

/// The longest name of an agent, and note of who they are, in characters.
pub const AGENT_MOST: usize = 100;

/// How far a written proxy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenStage {
    /// Entered by one clerk: another is wanted.
    Entered,
    /// Two read the same; it waits for their signatures, or for the log.
    Agreed,
    /// In the log, at this index.
    Recorded(u64),
    /// The log refused it, or the owner's later word stands: it is entered anew or not at all.
    Refused,
}

/// A written proxy, or that one is taken back on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WrittenNow {
    pub id: String,
    pub by: StaffId,
    pub second: Option<StaffId>,
    pub stage: WrittenStage,
    /// When it was entered, in Unix seconds.
    pub at: u64,
    /// The code of why it is refused.
    pub refused: String,
    /// Who has signed already.
    pub signed_by: Vec<StaffId>,
    /// What both sign, whole; nothing before they agree.
    pub text: String,
    /// What it says; nothing for a clerk who is to read it first.
    pub says: Option<WrittenSays>,
}

/// What a written proxy says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WrittenSays {
    pub state: ProxyState,
    pub principal: NamedHolder,
    /// The other owner; nothing for somebody who is none.
    pub owner: Option<NamedHolder>,
    /// The outside person, as they are written down.
    pub outsider: Option<OutsideAgent>,
}

impl WrittenNow {
    /// Whether this clerk is to do something: to read it, as the second, or to sign it.
    pub fn is_for(&self, clerk: &StaffId) -> bool {
        self.is_to_sign(clerk) || self.stage == WrittenStage::Entered && self.by != *clerk
    }

    /// Whether this clerk is one of the two and has not signed.
    pub fn is_to_sign(&self, clerk: &StaffId) -> bool {
        let is_one = self.by == *clerk || self.second.as_ref() == Some(clerk);
        self.stage == WrittenStage::Agreed && is_one && !self.signed_by.contains(clerk)
    }
}

/// A row without its scan, which may have megabytes.
#[derive(Debug, Clone, FromQueryResult)]
struct WrittenRow {
    id: String,
    holder: i64,
    state: String,
    to_holder: Option<i64>,
    outside: Option<String>,
    scan_sha256: String,
    seq: i64,
    text: String,
    staff: String,
    signature: String,
    second: Option<String>,
    second_signature: String,
    at: i64,
    open: Option<i64>,
    refused: String,
    log_index: Option<i64>,
}

fn without_scans(poll: &PollId) -> Select<written_proxy::Entity> {
    use written_proxy::Column::{
        At, Holder, Id, LogIndex, Open, Outside, Refused, ScanSha256, Second, SecondSignature, Seq, Signature, Staff,
        State, Text, ToHolder,
    };
    written_proxy::Entity::find()
        .select_only()
        .columns([
            Id,
            Holder,
            State,
            ToHolder,
            Outside,
            ScanSha256,
            Seq,
            Text,
            Staff,
            Signature,
            Second,
            SecondSignature,
            At,
            Open,
            Refused,
            LogIndex,
        ])
        .filter(written_proxy::COLUMN.poll.eq(poll.as_str()))
}

async fn find_row(db: &impl ConnectionTrait, poll: &PollId, id: &str) -> Result<Option<WrittenRow>, DbErr> {
    without_scans(poll).filter(written_proxy::COLUMN.id.eq(id)).into_model().one(db).await
}

impl WrittenRow {
    fn stage(&self) -> WrittenStage {
        match (self.log_index, self.open) {
            (Some(index), _) => WrittenStage::Recorded(uint(index)),
            (None, None) => WrittenStage::Refused,
            (None, Some(_)) if self.second.is_some() => WrittenStage::Agreed,
            (None, Some(_)) => WrittenStage::Entered,
        }
    }

    fn state(&self) -> ProxyState {
        if self.state == ProxyState::Revoked.as_str() { ProxyState::Revoked } else { ProxyState::Granted }
    }

    fn principal(&self) -> Result<HolderNo, DbErr> {
        holder_no(self.holder)
    }

    fn signed_by(&self) -> Vec<StaffId> {
        let first = (!self.signature.is_empty()).then(|| StaffId(self.staff.clone()));
        let second = self.second.clone().filter(|_| !self.second_signature.is_empty()).map(StaffId);
        first.into_iter().chain(second).collect()
    }
}

impl Estate {
    /// The written proxies of a live poll, those that wait first, then the newest. What one says that nobody has read a
    /// second time is told to the clerk who entered it alone.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn written_proxies(&self, by: &StaffMember, poll: &PollId) -> Result<Vec<WrittenNow>, PaperError> {
        self.desk_log(by, poll).await?;
        let rows = without_scans(poll).order_by_desc(written_proxy::COLUMN.at).into_model();
        let rows: Vec<WrittenRow> = rows.all(self.reader()).await?;
        let outsiders = self.outsiders(poll).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(self.written_now(by, poll, row, &outsiders).await?);
        }
        all.sort_by_key(|one| matches!(one.stage, WrittenStage::Recorded(_) | WrittenStage::Refused));
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// An auditor, no such live poll, a clerk who does not serve there, or no such proxy.
    pub async fn written_proxy(&self, by: &StaffMember, poll: &PollId, id: &str) -> Result<WrittenNow, PaperError> {
        self.desk_log(by, poll).await?;
        let row = find_row(self.reader(), poll, id).await?.ok_or(PaperError::NoSuchProxy)?;
        if !serves(self.reader(), by, poll, row.holder).await? {
            return Err(PaperError::NotClerk);
        }
        self.written_now(by, poll, row, &self.outsiders(poll).await?).await
    }

    async fn written_now(
        &self,
        by: &StaffMember,
        poll: &PollId,
        row: WrittenRow,
        outsiders: &BTreeMap<String, OutsideAgent>,
    ) -> Result<WrittenNow, PaperError> {
        let stage = row.stage();
        let is_shown = stage != WrittenStage::Entered || row.staff == by.id.as_str();
        let says = if is_shown { Some(self.says(poll, &row, outsiders).await?) } else { None };
        Ok(WrittenNow {
            signed_by: row.signed_by(),
            id: row.id,
            by: StaffId(row.staff),
            second: row.second.map(StaffId),
            stage,
            at: uint(row.at),
            refused: row.refused,
            text: row.text,
            says,
        })
    }

    async fn says(
        &self,
        poll: &PollId,
        row: &WrittenRow,
        outsiders: &BTreeMap<String, OutsideAgent>,
    ) -> Result<WrittenSays, PaperError> {
        let owner = match row.to_holder {
            Some(holder) => Some(self.named_holder(poll, holder_no(holder)?).await?),
            None => None,
        };
        Ok(WrittenSays {
            state: row.state(),
            principal: self.named_holder(poll, row.principal()?).await?,
            owner,
            outsider: row.outside.as_ref().and_then(|id| outsiders.get(id)).cloned(),
        })
    }

    /// Whether what stands in the log at this index was given on paper.
    pub(in crate::store) async fn is_written(&self, poll: &PollId, index: u64) -> Result<bool, DbErr> {
        let row = without_scans(poll).filter(written_proxy::COLUMN.log_index.eq(int(index)));
        Ok(row.into_model::<WrittenRow>().one(self.reader()).await?.is_some())
    }
}

/// The party that a row names, with the number of an outside person who has one.
fn party_of(row: &WrittenRow, outsider: Option<&OutsideAgent>) -> Result<Option<Party>, DbErr> {
    match row.to_holder {
        Some(holder) => Ok(Some(Party::Holder(holder_no(holder)?))),
        None => Ok(outsider.and_then(|one| one.number).map(Party::Agent)),
    }
}
