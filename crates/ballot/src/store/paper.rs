//! Voting on paper: forms with numbers, and two clerks who enter what comes back.
//!
//! The first clerk's entry waits; another enters the same paper without seeing it. Where both say the same, that and
//! nothing else becomes the statement, which both sign in their browsers; where they do not, a third decides whom it
//! agrees with. What was entered is kept until it is in the log and is shown to nobody in between but to whoever has
//! entered it and is to sign it.

mod deliver;
mod enter;
mod forms;
mod number;
mod sign;
mod written;

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

pub use deliver::*;
pub use enter::*;
pub use forms::*;
pub use number::{NumberError, form_number};
pub use sign::*;
pub use written::*;

use written::look_at_written;

use super::{
    Log, ReadError,
    estate::Estate,
    polls::PollState,
    refusal::refusals,
    register::roll_building,
    staff::{Role, StaffMember, still_holds},
    tables::{int, paper_entry, paper_form, poll_unit, unit},
};
use crate::{
    id::{FormNo, HolderNo, Id, PersonNo, PollId},
    statement::{InvalidPaper, PaperAnswer, Party, Place},
};

/// How long after the end of voting a poll stays open for papers that came in before, at most, in seconds.
pub const ENTRY_SECONDS: u64 = 3 * 86_400;

/// The largest scan, in bytes.
pub const SCAN_MOST: usize = 4 << 20;

/// How far a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormState {
    /// Printed, and not come back.
    Printed,
    /// Come back, and entered by nobody.
    Received,
    /// Entered by one clerk.
    EnteredOnce,
    /// Entered by two who do not say the same: a third is wanted.
    Differs,
    /// Entered by three of whom no two say the same: it is begun anew.
    AllDiffer,
    /// Two say the same; it waits for their signatures, or for the log.
    Agreed,
    /// In the log.
    Counted,
    /// Replaced by another: this number counts for nothing.
    Void,
}

impl FormState {
    const ALL: [Self; 8] = [
        Self::Printed,
        Self::Received,
        Self::EnteredOnce,
        Self::Differs,
        Self::AllDiffer,
        Self::Agreed,
        Self::Counted,
        Self::Void,
    ];

    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Received => "received",
            Self::EnteredOnce => "entered_once",
            Self::Differs => "differs",
            Self::AllDiffer => "all_differ",
            Self::Agreed => "agreed",
            Self::Counted => "counted",
            Self::Void => "void",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| DbErr::Type(format!("form state {text}")))
    }
}

/// What a paper says, as a clerk reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The standing agent, if it was the agent who signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Party>,
    /// Which of the holder's people signed it, or of the agent's; the first where nobody did.
    pub person: PersonNo,
    /// Where it was cast, if that was in an assembly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Place>,
    /// What is marked on it.
    pub says: Says,
}

/// What is marked on a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// An answer to every motion.
    Answers(BTreeMap<Id, PaperAnswer>),
    /// Nothing that counts.
    Invalid(InvalidPaper),
}

refusals! {
    /// Why the paper desk does not do something.
    PaperError {
        NotClerk "not_clerk" "only a clerk whose term runs may do this, in the buildings served",
        NotNamed "key_not_in_poll" "the poll does not name this clerk's key: who took up office later enters nothing",
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NoSuchForm "no_such_form" "this poll has no form of this number",
        NoClerks "too_few_clerks" "a poll that names fewer than two clerks takes no papers",
        TooManyForms "too_many_forms" "a poll has at most 60,000 forms",
        Void "form_void" "the form was replaced: another number counts",
        Counted "form_counted" "the paper is entered and in the log",
        Twice "entered_by_you" "one clerk enters a paper once; another one is wanted",
        Agreed "form_agreed" "two clerks have entered the paper alike",
        AllDiffer "all_differ" "three clerks read it in three ways: it is begun anew",
        Busy "form_begun" "a paper that somebody has entered is not replaced",
        NotOpen "not_open" "papers are entered from the opening of the poll on",
        Closed "closed" "the poll is closed: nothing more is entered",
        Received "bad_received" "a paper is received while the poll is open, and not later than now",
        Answers "bad_answers" "every motion is answered by one of its choices, or the whole paper is invalid",
        Person "not_on_roll" "the holder has no such person",
        ScanUsed "scan_used" "this picture is kept as another form's scan",
        Scan "no_scan" "a scan is wanted, of 4 MB at most",
        NothingToSign "nothing_to_sign" "nothing waits for this clerk's signature under this number",
        NotDelivered "bad_delivery" "a delivery is to somebody on the roll who is not in another one, and says how it is proved",
        NoSuchDelivery "no_such_delivery" "no delivery of this clerk waits under this id",
        NoSuchOwner "no_such_owner" "nobody on the roll has this name at this home",
        Yourself "proxy_to_self" "a proxy needs somebody else to act",
        OverLimit "proxy_over_limit" "the agent votes for as many as the rule allows",
        NewerStands "newer_proxy" "another proxy stands for this holder, or came in between",
        NoneStands "no_proxy" "nobody stands for this holder as agent",
        Underway "proxy_underway" "a written proxy of this holder waits for the clerks",
        NoAgent "bad_agent" "an agent is an owner on the roll, or somebody with a name and a note who they are",
        KnownAgent "known_agent" "somebody of this name votes for others in this poll already",
        ReadOtherwise "read_otherwise" "the second clerk reads it otherwise",
        NoSuchProxy "no_such_written_proxy" "no written proxy waits under this id",
        NotAgent "not_the_agent" "the holder's proxy does not stand, or is another's",
        NoCompany "no_such_company" "the register has no company of this name",
        NoSuchDelegate "no_such_delegate" "no such delegate, or one whom nobody has confirmed",
        Expired "delegate_expired" "the delegate's authority has ended",
        ValidUntil "bad_valid_until" "a delegate's authority ends on a day to come, within six years",
        Signature "sig" "the signature is not this clerk's over the text",
        Stale "stale" "it waited too long for its second signature and is to be signed anew",
        Waiting "papers_wait" "papers that came in are not all entered",
        NotEnded "not_ended" "voting goes on",
        NotInspector "not_inspector" "a scan is for whoever enters the paper, and after the close for those who may inspect",
    }
}

impl From<ReadError> for PaperError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

/// A clerk at work on a poll.
pub(in crate::store) struct AtDesk {
    pub(in crate::store) by: StaffMember,
    pub(in crate::store) log: Log,
    pub(in crate::store) vkey: String,
}

/// Whether the poll's log must not close by itself yet: papers that came in before its end may still be entered.
pub(crate) async fn is_held(db: &impl ConnectionTrait, poll: &PollId, now: u64) -> Result<bool, DbErr> {
    let row = super::tables::paper_desk::Entity::find_by_id(poll.as_str().to_owned()).one(db).await?;
    Ok(row.is_some_and(|row| now < super::tables::uint(row.held_until)))
}

async fn find_form(db: &impl ConnectionTrait, poll: &PollId, form: FormNo) -> Result<Option<paper_form::Model>, DbErr> {
    paper_form::Entity::find_by_id((poll.to_string(), int(form.get()))).one(db).await
}

async fn entries(db: &impl ConnectionTrait, poll: &PollId, form: FormNo) -> Result<Vec<paper_entry::Model>, DbErr> {
    let mut rows = paper_entry::Entity::find()
        .filter(paper_entry::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_entry::COLUMN.number.eq(int(form.get())))
        .all(db)
        .await?;
    rows.sort_by_key(|row| row.place);
    Ok(rows)
}

/// Whether a clerk serves a holder: one who serves some buildings alone, those with a unit there.
pub(in crate::store) async fn serves(
    db: &impl ConnectionTrait,
    by: &StaffMember,
    poll: &PollId,
    holder: i64,
) -> Result<bool, DbErr> {
    if by.scope.is_empty() {
        return Ok(true);
    }
    let units = poll_unit::Entity::find()
        .filter(poll_unit::COLUMN.poll.eq(poll.as_str()))
        .filter(poll_unit::COLUMN.holder.eq(holder))
        .all(db)
        .await?;
    let labels = units.into_iter().map(|row| row.label);
    let known = unit::Entity::find()
        .filter(unit::COLUMN.compound.eq(by.compound.as_str()))
        .filter(unit::COLUMN.label.is_in(labels))
        .all(db)
        .await?;
    Ok(known.iter().any(|unit| by.scope.contains(&unit.building) || by.scope.contains(&roll_building(unit))))
}

pub(in crate::store) fn holder_no(number: i64) -> Result<HolderNo, DbErr> {
    HolderNo::try_from(super::tables::uint(number)).map_err(|_| DbErr::Type("a holder of a form".to_owned()))
}

fn form_no(number: i64) -> Result<FormNo, DbErr> {
    FormNo::try_from(super::tables::uint(number)).map_err(|_| DbErr::Type("a form's number".to_owned()))
}

impl Estate {
    /// The live poll's log, for somebody of its compound.
    pub(in crate::store) async fn paper_log(&self, by: &StaffMember, poll: &PollId) -> Result<Log, PaperError> {
        let row = self.poll(&by.compound, poll).await?.ok_or(PaperError::NoSuchPoll)?;
        if row.state != PollState::Live {
            return Err(PaperError::NoSuchPoll);
        }
        Ok(self.logs().log(poll).await?)
    }

    /// A clerk whom the poll names, from its opening to the close.
    pub(in crate::store) async fn at_desk(
        &self,
        tx: &DatabaseTransaction,
        by: &StaffMember,
        (poll, log): (&PollId, Log),
        now: u64,
    ) -> Result<AtDesk, PaperError> {
        let desk = self.clerk_of(tx, by, (poll, log), now).await?;
        let opens = desk.log.read(|state, _| state.manifest().opens);
        if now < opens { Err(PaperError::NotOpen) } else { Ok(desk) }
    }

    /// A clerk whom the poll names, before the close.
    async fn clerk_of(
        &self,
        tx: &DatabaseTransaction,
        by: &StaffMember,
        (poll, log): (&PollId, Log),
        now: u64,
    ) -> Result<AtDesk, PaperError> {
        let by = still_holds(tx, by, &[Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let vkey = by.vkey.clone().ok_or(PaperError::NotNamed)?;
        let (is_named, is_closed) = log.read(|state, _| {
            let manifest = state.manifest();
            let is_named = manifest.keys.clerks.iter().any(|key| key.0 == vkey);
            (is_named && manifest.poll == *poll, state.closed().is_some())
        });
        match () {
            () if !is_named => Err(PaperError::NotNamed),
            () if is_closed => Err(PaperError::Closed),
            () => Ok(AtDesk { by, log, vkey }),
        }
    }

    /// The form with this number, if the clerk serves its holder.
    async fn form_of(
        tx: &DatabaseTransaction,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
    ) -> Result<paper_form::Model, PaperError> {
        let row = find_form(tx, poll, form).await?.ok_or(PaperError::NoSuchForm)?;
        if !serves(tx, by, poll, row.holder).await? {
            return Err(PaperError::NotClerk);
        }
        Ok(row)
    }
}
