//! What is handed to a log, and what comes back.

use std::{fmt, pin::Pin, sync::Arc};

use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    hash::Hash,
    log::Receipt,
    state::{self, Fault, Reason, State},
    statement::StatementError,
    store::database::outage,
};

/// Further SQL in the transaction that stores an entry; it is given the entry's index.
///
/// Runs inside a savepoint: what it did is undone if it fails, or if the entry is refused after all.
pub type Writes = Box<
    dyn for<'a> FnOnce(
            &'a DatabaseTransaction,
            u64,
        ) -> Pin<Box<dyn Future<Output = Result<(), SubmitError>> + Send + 'a>>
        + Send,
>;

/// What a use case wants to hold at the place where signed bytes will stand, beyond what the record allows.
pub(in crate::store) type Wanted = Box<dyn FnOnce(&State) -> Result<(), Refusal> + Send>;

pub(in crate::store) type Make = Box<dyn FnOnce(&Moment<'_>) -> Result<Made, Refusal> + Send>;

/// What is known at the place in the log where a statement will stand.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The database's clock, in Unix seconds.
    pub now: u64,
    /// How many entries stand before: the index that the statement gets.
    pub size: u64,
    /// The root over these.
    pub root: Hash,
    /// What these came to.
    pub state: &'a State,
}

/// A statement made for its place, and what is written with it.
pub struct Made {
    pub(in crate::store) bytes: Vec<u8>,
    pub(in crate::store) writes: Option<Writes>,
}

impl Made {
    /// A statement's full bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, writes: None }
    }

    /// With further SQL in the same transaction.
    #[must_use]
    pub fn and(self, writes: Writes) -> Self {
        Self { writes: Some(writes), ..self }
    }
}

/// A statement to be put into a log.
pub struct Submission {
    pub(in crate::store) source: Source,
}

pub(in crate::store) enum Source {
    /// Bytes that somebody signed, and what is wanted beside.
    Ready(Made, Option<Wanted>),
    /// Bytes that depend on what stands before them.
    Made(Make),
}

impl Submission {
    /// The full bytes of a statement as it was signed. Sent again, they get the answer they had.
    pub fn ready(bytes: Vec<u8>) -> Self {
        Self { source: Source::Ready(Made::new(bytes), None) }
    }

    /// Ready bytes with further SQL in the same transaction. It does not run if the bytes are in the log already: then it
    /// ran with them.
    pub fn ready_and(bytes: Vec<u8>, writes: Writes) -> Self {
        Self { source: Source::Ready(Made::new(bytes).and(writes), None) }
    }

    /// Ready bytes that are taken only if `wanted` finds nothing against them in what stands before. Bytes that are in
    /// the log already are not judged again.
    pub fn ready_if(bytes: Vec<u8>, wanted: impl FnOnce(&State) -> Result<(), Refusal> + Send + 'static) -> Self {
        Self { source: Source::Ready(Made::new(bytes), Some(Box::new(wanted))) }
    }

    /// Both: what is wanted at the place where the bytes will stand, and further SQL in the same transaction.
    pub fn ready_if_and(
        bytes: Vec<u8>,
        wanted: impl FnOnce(&State) -> Result<(), Refusal> + Send + 'static,
        writes: Writes,
    ) -> Self {
        Self { source: Source::Ready(Made::new(bytes).and(writes), Some(Box::new(wanted))) }
    }

    /// A statement that the server makes and signs, with numbers that follow on from what is in the log.
    ///
    /// `make` runs inside the transaction, after everything before it in the batch, and may refuse.
    pub fn made(make: impl FnOnce(&Moment<'_>) -> Result<Made, Refusal> + Send + 'static) -> Self {
        Self { source: Source::Made(Box::new(make)) }
    }
}

/// A statement that is in the log, durably, under a published checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its index in the log.
    pub index: u64,
    /// The same for the same bytes whenever it is asked for.
    pub receipt: Receipt,
}

/// Why a statement is not in the log, or is not known to be.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// Final, and surely not stored.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Surely not stored; too much is waiting. To be sent again after so many seconds.
    #[error("too many statements are waiting")]
    Busy {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Surely not stored; to be sent again when the cause is gone.
    #[error("the log takes no statements now: {0}")]
    Unavailable(Outage),
    /// It may be stored: the same bytes are to be sent again, and get the place they have.
    #[error("whether the statement is stored is not known")]
    Unknown,
}

impl SubmitError {
    /// The code for readers of problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Busy { .. } => "busy",
            Self::Unavailable(outage) => outage.code(),
            Self::Unknown => "unknown",
        }
    }
}

/// Why a log takes nothing for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// The disk is full or failing.
    #[error("the storage is full or failing")]
    Storage,
    /// The database does not answer.
    #[error("the database does not answer")]
    Database,
    /// The log and the database contradict each other; it waits for a person.
    #[error("the log has stopped for a person to look at")]
    Stopped,
    /// The signer does not sign what is stored.
    #[error("the signer does not answer")]
    Signer,
    /// The server is going down.
    #[error("the server is stopping")]
    Closing,
}

impl Outage {
    /// The code for readers of problem documents.
    pub fn code(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::Database => "database",
            Self::Stopped => "log_stopped",
            Self::Signer => "signer",
            Self::Closing => "closing",
        }
    }
}

impl From<DbErr> for SubmitError {
    /// For statements that fail before the commit: nothing is stored then.
    fn from(error: DbErr) -> Self {
        outage(&error)
    }
}

/// Why a statement is refused, surely not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such poll.
    #[error("there is no such poll")]
    NoPoll,
    /// The poll has a log already, with another manifest.
    #[error("the poll has a log already")]
    LogExists,
    /// What a log begins with does not fit its manifest.
    #[error("{0} is not what the manifest says")]
    NewPoll(&'static str),
    /// Not a statement of the record.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A signature line does not hold, or is of a key that is not known.
    #[error("a signature does not hold, or is of a key that the poll does not know")]
    Signature,
    /// Voting has not begun.
    #[error("voting begins at {0}")]
    NotOpen(u64),
    /// Voting is over.
    #[error("voting ended at {0}")]
    Closed(u64),
    /// The record does not allow it.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A use case's own reason, as a code in snake case.
    #[error("refused: {0}")]
    Declined(&'static str),
}

impl From<state::Refusal> for Refusal {
    fn from(refusal: state::Refusal) -> Self {
        match refusal {
            state::Refusal::NotOpen(opens) => Self::NotOpen(opens),
            state::Refusal::Ended(closes) => Self::Closed(closes),
            state::Refusal::NotEnded(_) => Self::Declined("not_ended"),
            state::Refusal::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Refusal {
    /// The code for readers of problem documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPoll => "no_such_poll",
            Self::LogExists => "log_exists",
            Self::NewPoll(_) => "new_poll",
            Self::Statement(_) => "format",
            Self::Signature => "sig",
            Self::NotOpen(_) => "not_open",
            Self::Closed(_) => "closed",
            Self::Fault(fault) => fault_code(fault),
            Self::Declined(code) => code,
        }
    }
}

/// A stable code for what a voter, or somebody who made the statement, can do something about.
fn fault_code(fault: &Fault) -> &'static str {
    match &fault.reason {
        Reason::OtherPoll | Reason::OtherManifest => "wrong_poll",
        Reason::NotIssued(_)
        | Reason::Revoked(_)
        | Reason::NotItsOwn(_)
        | Reason::NoProxy { .. }
        | Reason::HolderNotOnRoll(_)
        | Reason::PersonNotOnRoll(..) => "not_eligible",
        Reason::SignerNotAllowed(_) | Reason::MixedSigners | Reason::OneSigner(_) | Reason::Signers { .. } => "signers",
        Reason::Signature(_) => "sig",
        Reason::CredentialKey(_) | Reason::ManifestKey(..) => "weak_key",
        Reason::CredentialKeyName(_) => "key_name",
        Reason::KeyUsed => "key_used",
        Reason::SecondCredential(_) => "second_credential",
        Reason::SeqNotNext { .. } => "seq",
        Reason::CredentialNumber { .. } | Reason::AgentNumber { .. } => "number",
        Reason::NotAnswered(_) | Reason::NoSuchMotion(_) | Reason::NoSuchChoice(_) => "answers",
        Reason::AfterClose(_) | Reason::SecondClose => "closed",
        Reason::FormUsed(_) => "form_used",
        Reason::ReceivedOutside | Reason::EnteredBeforeReceived | Reason::AttendanceOutside => "time",
        Reason::ProxyToSelf | Reason::ProxyScan | Reason::NotTheAgent(_) | Reason::NotRepresented(_) => "proxy",
        Reason::NotStrikeable(_) | Reason::StruckAlready(_) => "strike",
        Reason::NoSuchUnit(_) | Reason::Amended(_) => "amendment",
        Reason::ClosedEarly(_) | Reason::ClosedTree(_) => "close",
        Reason::EarlyResult | Reason::ResultNames(_) | Reason::NoClose | Reason::NoResult => "result",
        Reason::SecondManifest | Reason::Manifest(_) => "manifest",
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Submission")
    }
}

/// Where a statement stands: its bytes, its index, and the checkpoint that it was published under, if it is at hand.
#[derive(Debug, Clone)]
pub(in crate::store) struct Placed {
    pub(in crate::store) entry: Arc<[u8]>,
    pub(in crate::store) index: u64,
    pub(in crate::store) published: Option<(u64, Arc<str>)>,
}

impl Placed {
    pub(in crate::store) fn known(entry: Arc<[u8]>, index: u64) -> Self {
        Self { entry, index, published: None }
    }

    /// With the checkpoint that was published last, of so many entries.
    pub(in crate::store) fn under(self, size: u64, note: &Arc<str>) -> Self {
        Self { published: Some((size, Arc::clone(note))), ..self }
    }
}
