//! Reports beside the record: a lot that was drawn, the official result of the city's own system.
//!
//! They are acts like others: a text that officers sign with the keys that the manifest names. Nothing is
//! written into the log; the signed note is made of the act and its signatures whenever it is asked for.

use std::collections::BTreeSet;

use sea_orm::{DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;

use super::{PollState, find};
use crate::{
    beside::{self, Beside, Lot, Official, OfficialFile, OfficialFileError, OwnCount, Tie, Witness},
    bundle::Bundle,
    id::{Id, PollId},
    json,
    store::{
        Log, ReadError,
        acts::{self, ActKind, ActState, Deed, Proposal},
        estate::Estate,
        fresh::Fresh,
        ids::{ActId, CompoundId},
        staff::{Role, StaffMember, still_holds},
        tables::{act, uint},
    },
    what_if::{Recount, WhatIfError},
};

/// Why no report is put up for signing.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Only an officer whose term runs does this.
    #[error("only an officer of the compound whose term runs may do this")]
    NotOfficer,
    /// There is none in this compound.
    #[error("there is no such live poll in this compound")]
    NoSuchPoll,
    /// It comes after the result.
    #[error("the result is not signed yet")]
    NoResult,
    /// There is no tie that a lot decides.
    #[error("the motion is not tied so that a lot decides")]
    NoTie,
    /// What is wrong with what was typed.
    #[error("{0}")]
    Lot(String),
    /// The file.
    #[error(transparent)]
    File(#[from] OfficialFileError),
    /// A name or text that the report cannot hold.
    #[error("names have 1 to 80 characters, the method 1 to 500, such as may stand in the record")]
    Text,
    /// The record cannot be counted.
    #[error("the log could not be counted")]
    Count,
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl ReportError {
    /// The stable code in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOfficer => "not_officer",
            Self::NoSuchPoll => "no_such_poll",
            Self::NoResult => "no_result",
            Self::NoTie => "no_tie",
            Self::Lot(_) => "bad_lot",
            Self::File(_) => "bad_file",
            Self::Text => "bad_text",
            Self::Count => "count_failed",
            Self::Database(_) => "internal",
        }
    }
}

impl From<ReadError> for ReportError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::NotClosed => Self::NoResult,
            ReadError::Database(err) => Self::Database(err),
            _ => Self::Count,
        }
    }
}

impl From<WhatIfError> for ReportError {
    fn from(_: WhatIfError) -> Self {
        Self::Count
    }
}

/// A draw as officers write it down.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Draw {
    pub motion: Id,
    /// In the order in which they were drawn.
    pub drawn: Vec<Id>,
    /// Unix seconds.
    pub drawn_at: u64,
    pub method: String,
    pub witnesses: Vec<Witness>,
}

/// A report that enough officers have signed.
#[derive(Debug, Clone)]
pub struct SignedReport {
    /// The act that it is.
    pub act: ActId,
    /// What it says.
    pub report: Beside,
    /// The signed note, as it is downloaded and checked.
    pub note: String,
    /// When the last signature came, Unix seconds.
    pub signed_at: u64,
}

impl Estate {
    /// Puts up what a lot decided.
    ///
    /// # Errors
    /// Not an officer, no result yet, no such tie, or somebody drawn who was not tied.
    pub async fn propose_lot(
        &self,
        by: &StaffMember,
        id: &PollId,
        draw: Draw,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, ReportError> {
        let is_text = |text: &str, most: usize| {
            (1..=most).contains(&text.chars().count()) && text.trim() == text && json::is_record_text(text)
        };
        let is_person = |witness: &Witness| is_text(&witness.name, 80) && is_text(&witness.role, 80);
        if !is_text(&draw.method, 500) || 20 < draw.witnesses.len() || !draw.witnesses.iter().all(is_person) {
            return Err(ReportError::Text);
        }
        let log = self.counted_log(by, id).await?;
        let (closes, manifest) = log.read(|state, _| (state.manifest().closes, state.manifest_hash()));
        if draw.drawn_at < closes || now < draw.drawn_at {
            return Err(ReportError::Lot("a lot is drawn after the close, and not in the future".to_owned()));
        }
        let motion = draw.motion.clone();
        let tie = self.on_count(&log, move |recount| {
            let motion = recount.motions().iter().find(|known| known.id == motion).ok_or(ReportError::NoTie)?.clone();
            Tie::of(&recount.decide(&motion)?.1).ok_or(ReportError::NoTie)
        });
        let tie = tie.await?;
        let lot = Lot {
            at: now,
            drawn: draw.drawn,
            drawn_at: draw.drawn_at,
            manifest,
            method: draw.method,
            motion: draw.motion,
            poll: id.clone(),
            tied: tie.tied.clone(),
            witnesses: draw.witnesses,
        };
        lot.check_against(&tie).map_err(|err| ReportError::Lot(err.to_string()))?;
        self.propose_report(by, &log, Beside::Lot(lot), now, fresh).await
    }

    /// Imports what the city's own system says, compares it with our own count, and puts the report up.
    /// The file is kept under its hash.
    ///
    /// # Errors
    /// Not an officer, no result yet, or the file is unsound.
    pub async fn propose_official(
        &self,
        by: &StaffMember,
        id: &PollId,
        (system, name): (&str, &str),
        bytes: Vec<u8>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, ReportError> {
        if !(1..=80).contains(&system.chars().count()) || system.trim() != system || !json::is_record_text(system) {
            return Err(ReportError::Text);
        }
        let log = self.counted_log(by, id).await?;
        let (manifest, motions) = log.read(|state, _| (state.manifest_hash(), state.manifest().motions.clone()));
        let head = log.head();
        let file = OfficialFile::parse(&bytes, &motions)?;
        let compared = file.clone();
        let differences = self.on_count(&log, move |recount| {
            let own = OwnCount::of(recount).map_err(|_| ReportError::Count)?;
            Ok(beside::compare(&compared, &own))
        });
        let differences = differences.await?;
        let kind = if bytes.trim_ascii_start().starts_with(b"{") { "application/json" } else { "text/csv" };
        let stored = self.store_document(by, name, kind, bytes, now).await;
        let file_sha256 = stored.map_err(|err| match err {
            super::DocumentError::NotOfficer => ReportError::NotOfficer,
            super::DocumentError::Name | super::DocumentError::TooMany => ReportError::Text,
            super::DocumentError::Database(err) => ReportError::Database(err),
        })?;
        let official = Official {
            at: now,
            differences,
            figures: file.figures,
            file_sha256,
            manifest,
            outcomes: file.outcomes,
            poll: id.clone(),
            root: head.root,
            size: head.size,
            system: system.to_owned(),
        };
        self.propose_report(by, &log, Beside::Official(official), now, fresh).await
    }

    async fn propose_report(
        &self,
        by: &StaffMember,
        log: &Log,
        report: Beside,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, ReportError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(ReportError::NotOfficer)?;
        let officers = log.read(|state, _| state.manifest().keys.officers.iter().map(|key| key.0.clone()).collect());
        let poll = report.poll().0.clone();
        let deed = match &report {
            Beside::Lot(_) => Deed::Lot { poll: poll.clone(), officers },
            Beside::Official(_) => Deed::Official { poll: poll.clone(), officers },
        };
        let proposal = Proposal { deed: &deed, object: poll.as_str(), summary: json!({}) };
        let act = acts::propose_statement(&tx, &by, proposal, report.text(), now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// The log of a live poll of the compound that has a result.
    async fn counted_log(&self, by: &StaffMember, id: &PollId) -> Result<Log, ReportError> {
        let row = find(self.reader(), &by.compound, id).await?.ok_or(ReportError::NoSuchPoll)?;
        if row.state != PollState::Live.as_str() {
            return Err(ReportError::NoSuchPoll);
        }
        let log = self.logs().log(id).await?;
        if log.read(|state, _| state.result().is_none()) {
            return Err(ReportError::NoResult);
        }
        Ok(log)
    }

    /// Counts the record and asks something of the count, off the threads that answer requests.
    async fn on_count<T: Send + 'static>(
        &self,
        log: &Log,
        ask: impl FnOnce(&Recount) -> Result<T, ReportError> + Send + 'static,
    ) -> Result<T, ReportError> {
        let tar = log.export(Vec::new()).await?;
        let key = log.key().clone();
        let counting = tokio::task::spawn_blocking(move || {
            let bundle = Bundle::from_tar(tar).map_err(|_| ReportError::Count)?;
            ask(&Recount::new(&bundle, &key, &BTreeSet::new())?)
        });
        counting.await.map_err(|_| ReportError::Count)?
    }

    /// The signed reports beside a poll's record, the newest first. They are public, as the result is.
    pub async fn reports_beside(&self, compound: &CompoundId, id: &PollId) -> Result<Vec<SignedReport>, DbErr> {
        let rows = act::Entity::find()
            .filter(act::COLUMN.compound.eq(compound.as_str()))
            .filter(act::COLUMN.object.eq(id.as_str()))
            .filter(act::COLUMN.kind.is_in([ActKind::Lot.as_str(), ActKind::Official.as_str()]))
            .filter(act::COLUMN.state.eq(ActState::Done.as_str()))
            .order_by_desc(act::COLUMN.ended_at)
            .all(self.reader())
            .await?;
        let mut reports = Vec::with_capacity(rows.len());
        for row in rows {
            let note = acts::note(self.reader(), &row).await?;
            let report = Beside::parse_text(&row.text).map_err(|err| DbErr::Type(err.to_string()))?;
            let signed_at = row.ended_at.map_or(0, uint);
            reports.push(SignedReport { act: ActId(row.id), report, note, signed_at });
        }
        Ok(reports)
    }
}
