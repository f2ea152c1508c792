//! The numbered checks of the audit, and what can be wrong with an entry.

use std::fmt;

use crate::{
    id::{AgentNo, CredentialNo, FormNo, HolderNo, Id, PersonNo, Seq, UnitNo},
    key::KeyError,
    statement::Party,
};

macro_rules! checks {
    ($($code:ident $name:literal),+ $(,)?) => {
        /// One of the numbered checks (docs/formats.md §6).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check {
            $(#[doc = $name] $code),+
        }

        impl Check {
            /// Every check of an open poll, in order.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The number, as `A04`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),+ }
            }

            /// What it is about.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name),+ }
            }
        }
    };
}

checks! {
    A01 "checkpoint",
    A02 "tree",
    A03 "witnesses, anchors",
    A04 "statements",
    A05 "manifest",
    A06 "roll",
    A07 "texts, rules",
    A08 "credentials",
    A09 "ballots",
    A10 "paper, attendance",
    A11 "proxies",
    A12 "strikes, amendments",
    A13 "close",
    A14 "tally",
    A15 "outcome",
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Something that the record does not allow, and the check that says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Fault {
    /// The check that fails.
    pub check: Check,
    /// What is wrong.
    pub reason: Reason,
}

impl Fault {
    /// A fault of this check.
    pub fn new(check: Check, reason: Reason) -> Self {
        Self { check, reason }
    }
}

/// What is wrong with an entry, seen from what was said before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum Reason {
    #[error("it is of another poll")]
    OtherPoll,
    #[error("it names another manifest")]
    OtherManifest,
    #[error("{0} may not sign this")]
    SignerNotAllowed(String),
    #[error("all lines are of one kind of key")]
    MixedSigners,
    #[error("one signature is wanted, not {0}")]
    OneSigner(usize),
    #[error("the signature of {0} does not hold")]
    Signature(String),
    #[error("{wanted} signatures are wanted, there are {found}")]
    Signers { wanted: u64, found: usize },
    #[error("a poll has one manifest, its first entry")]
    SecondManifest,
    #[error("{0}")]
    Manifest(&'static str),
    #[error("the key {0} is unsound: {1}")]
    ManifestKey(String, KeyError),
    #[error("holder {0} is not on the roll")]
    HolderNotOnRoll(HolderNo),
    #[error("holder {0} has no person {1}")]
    PersonNotOnRoll(HolderNo, PersonNo),
    #[error("credential {wanted} is next, not {found}")]
    CredentialNumber { wanted: CredentialNo, found: CredentialNo },
    #[error("agent {wanted} is next, not {found}")]
    AgentNumber { wanted: AgentNo, found: AgentNo },
    #[error("the credential's key is unsound: {0}")]
    CredentialKey(KeyError),
    #[error("the credential's key must be an Ed25519 key named {0}")]
    CredentialKeyName(String),
    #[error("the key is in use already")]
    KeyUsed,
    #[error("this person has a live credential, {0}")]
    SecondCredential(CredentialNo),
    #[error("credential {0} has not been issued")]
    NotIssued(CredentialNo),
    #[error("credential {0} is revoked")]
    Revoked(CredentialNo),
    #[error("credential {0} is somebody else's")]
    NotItsOwn(CredentialNo),
    #[error("seq {wanted} is next, not {found}")]
    SeqNotNext { wanted: Seq, found: Seq },
    #[error("motion {0} is not answered")]
    NotAnswered(Id),
    #[error("there is no motion {0}")]
    NoSuchMotion(Id),
    #[error("the answer to motion {0} is none of its choices")]
    NoSuchChoice(Id),
    #[error("a paper of form {0} stands")]
    FormUsed(FormNo),
    #[error("it was received before the poll opened or after it closed")]
    ReceivedOutside,
    #[error("it was entered before it was received")]
    EnteredBeforeReceived,
    #[error("attendance is taken while the poll is open")]
    AttendanceOutside,
    #[error("a proxy needs somebody else to act")]
    ProxyToSelf,
    #[error("clerks sign a proxy with its scan, a credential without")]
    ProxyScan,
    #[error("holder {0} has no agent to revoke, or another one")]
    NotTheAgent(HolderNo),
    #[error("{} may not vote for holder {holder}", show(*.party))]
    NoProxy { party: Party, holder: HolderNo },
    #[error("nobody represents holder {0}")]
    NotRepresented(HolderNo),
    #[error("entry {0} is not before it, or is no ballot, paper, attendance or proxy")]
    NotStrikeable(u64),
    #[error("entry {0} is struck already")]
    StruckAlready(u64),
    #[error("there is no unit {0}")]
    NoSuchUnit(UnitNo),
    #[error("so amended, the roll is none: {0}")]
    Amended(&'static str),
    #[error("there is a close already")]
    SecondClose,
    #[error("voting does not end before {0}")]
    ClosedEarly(u64),
    #[error("size and root must be those of the tree before it: {0} entries")]
    ClosedTree(u64),
    #[error("after the close there is no {0}")]
    AfterClose(&'static str),
    #[error("a result comes after the close")]
    EarlyResult,
    #[error("a result names the close, entry {0}")]
    ResultNames(u64),
    #[error("there is no close")]
    NoClose,
    #[error("a result must follow the close and the last strike or amendment")]
    NoResult,
}

fn show(party: Party) -> String {
    match party {
        Party::Holder(holder) => format!("holder {holder}"),
        Party::Agent(agent) => format!("agent {agent}"),
    }
}
