//! The fields of every statement but the manifest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    hash::Hash,
    id::{AgentNo, CredentialNo, FormNo, HolderNo, Id, PersonNo, PollId, Seq, UnitNo},
    key::VerifierKey,
    roll::UnitLine,
};

/// Why fields that are all of the right type do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// Of two alternatives, both or neither.
    #[error("exactly one of {0} and {1} is wanted")]
    OneOf(&'static str, &'static str),
    /// A field that must, or must not, stand beside another.
    #[error("{0} goes with {1} and only with it")]
    Together(&'static str, &'static str),
    /// An array that must not be empty is.
    #[error("{0} is left out when it has nothing to say, and is not empty otherwise")]
    Empty(&'static str),
    /// An array that must ascend does not.
    #[error("{0} ascends, nothing in it twice")]
    Order(&'static str),
    /// A value out of its range.
    #[error("{0} is out of range")]
    Range(&'static str),
}

/// Who votes: a holder, or somebody who votes for holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A holder of the roll.
    Holder(HolderNo),
    /// An agent who is no holder.
    Agent(AgentNo),
}

/// Who signs: a holder's person, or an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signer {
    /// One of a holder's people.
    Person(HolderNo, PersonNo),
    /// An agent who is no holder.
    Agent(AgentNo),
}

impl Signer {
    /// The holder or agent.
    pub fn party(self) -> Party {
        match self {
            Self::Person(holder, _) => Party::Holder(holder),
            Self::Agent(agent) => Party::Agent(agent),
        }
    }
}

/// How somebody's identity was shown when a credential was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A code sent to the phone, beside the letter.
    Sms,
    /// The invitation letter's code.
    Letter,
    /// In person.
    InPerson,
    /// A sign-in service.
    Oidc,
}

/// That a key speaks for a person, from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Credential {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNo>,
    pub at: u64,
    pub credential: CredentialNo,
    pub evidence: Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderNo>,
    pub key: KeyText,
    pub manifest: Hash,
    pub method: Method,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonNo>,
    pub poll: PollId,
}

/// A verifier key as it is written. Whether it is sound is checked where it is admitted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyText(pub String);

impl KeyText {
    /// The key, if it is sound.
    pub fn key(&self) -> Result<VerifierKey, crate::key::KeyError> {
        self.0.parse()
    }
}

impl From<&VerifierKey> for KeyText {
    fn from(key: &VerifierKey) -> Self {
        Self(key.to_string())
    }
}

/// Why a credential is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The device is lost.
    Lost,
    /// Another key takes its place.
    Replaced,
    /// It should never have been issued.
    NotEntitled,
}

/// That a credential signs nothing more from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Revocation {
    pub at: u64,
    pub credential: CredentialNo,
    pub manifest: Hash,
    pub poll: PollId,
    pub reason: RevocationReason,
}

/// What a ballot says on a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// 同意
    For,
    /// 反对
    Against,
    /// 弃权
    Abstain,
}

/// What a ballot says of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 同意
    For,
    /// 反对
    Against,
}

/// A ballot's answer to one motion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// To a motion.
    Choice(Choice),
    /// In an election; a candidate left out is neither for nor against.
    Marks(BTreeMap<Id, Mark>),
    /// Nothing that any motion offers: a fault of the ballot (A09, A10), not of its shape.
    Other(OtherAnswer),
}

/// An answer of a ballot's shape that no motion can offer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OtherAnswer {
    /// Another word.
    Word(String),
    /// Other words for candidates.
    Words(BTreeMap<String, String>),
}

/// A paper's answer to one motion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PaperAnswer {
    /// The word `invalid`: unreadable for this motion alone.
    Invalid(InvalidAnswer),
    /// As a ballot's.
    Answer(Answer),
}

/// The word `invalid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidAnswer {
    /// 无效
    Invalid,
}

/// Where a ballot was cast, if not online or on paper at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In a meeting.
    Meeting,
}

/// What an owner casts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Ballot {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNo>,
    pub answers: BTreeMap<Id, Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Place>,
    pub credential: CredentialNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_holder: Option<HolderNo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderNo>,
    pub manifest: Hash,
    pub poll: PollId,
    pub seq: Seq,
}

/// Why a paper is invalid as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidPaper {
    /// Nothing on it.
    Blank,
    /// Spoiled.
    Spoiled,
    /// Unreadable.
    Unclear,
    /// Not signed.
    Unsigned,
}

/// A paper ballot as two clerks entered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Paper {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<BTreeMap<Id, PaperAnswer>>,
    pub at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_holder: Option<HolderNo>,
    pub form: FormNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderNo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<InvalidPaper>,
    pub manifest: Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonNo>,
    pub poll: PollId,
    pub received: u64,
    pub scan_sha256: Hash,
}

/// Who came to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Attendance {
    pub at: u64,
    pub manifest: Hash,
    pub poll: PollId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present: Option<Vec<HolderNo>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub represented: Option<Vec<HolderNo>>,
    pub scan_sha256: Hash,
}

/// Whether a proxy is given or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyState {
    /// Given.
    Granted,
    /// Taken back.
    Revoked,
}

impl ProxyState {
    /// The word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Revoked => "revoked",
        }
    }
}

/// That somebody may vote for a holder, or no longer may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Proxy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNo>,
    pub manifest: Hash,
    pub poll: PollId,
    pub principal: HolderNo,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_sha256: Option<Hash>,
    pub seq: Seq,
    pub state: ProxyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_holder: Option<HolderNo>,
}

/// How a ballot paper or notice reached somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMethod {
    /// In the app.
    App,
    /// By hand.
    Hand,
    /// By post.
    Mail,
    /// Posted up.
    Posted,
}

impl DeliveryMethod {
    /// Every method.
    pub const ALL: [Self; 4] = [Self::App, Self::Hand, Self::Mail, Self::Posted];

    /// The word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Hand => "hand",
            Self::Mail => "mail",
            Self::Posted => "posted",
        }
    }

    /// The method of a word.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == word)
    }
}

/// That papers reached holders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Delivery {
    pub at: u64,
    pub evidence: Hash,
    pub holders: Vec<HolderNo>,
    pub manifest: Hash,
    pub method: DeliveryMethod,
    pub poll: PollId,
}

/// Why a roll line is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentReason {
    /// A mistake.
    Correction,
    /// An objection was upheld.
    ObjectionUpheld,
}

/// That a line of the roll is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Amendment {
    pub at: u64,
    pub manifest: Hash,
    pub poll: PollId,
    pub reason: AmendmentReason,
    pub unit: UnitLine,
}

/// Why a statement is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrikeReason {
    /// The signature is not the owner's.
    Forged,
    /// Somebody signed who may not.
    WrongSigner,
    /// Too late.
    Late,
    /// An objection was upheld.
    ObjectionUpheld,
}

/// That an earlier statement does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Strike {
    pub at: u64,
    pub evidence: Hash,
    /// Index of the entry struck, from 0.
    pub index: u64,
    pub manifest: Hash,
    pub poll: PollId,
    pub reason: StrikeReason,
}

/// A cosigned checkpoint of this log at an earlier size, which bounds when that existed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Anchor {
    /// Base64 of the signed checkpoint.
    pub checkpoint: String,
    pub manifest: Hash,
    pub poll: PollId,
}

/// That voting has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the fields are docs/formats.md §2's
pub struct Close {
    pub at: u64,
    pub manifest: Hash,
    pub poll: PollId,
    pub root: Hash,
    pub size: u64,
}

pub(super) fn one_of<A, B>(
    a: Option<&A>,
    b: Option<&B>,
    names: (&'static str, &'static str),
) -> Result<(), ShapeError> {
    if a.is_some() == b.is_some() { Err(ShapeError::OneOf(names.0, names.1)) } else { Ok(()) }
}

pub(super) fn ascending<T: Ord>(items: &[T], name: &'static str) -> Result<(), ShapeError> {
    if items.is_empty() {
        return Err(ShapeError::Empty(name));
    }
    if items.is_sorted_by(|a, b| a < b) { Ok(()) } else { Err(ShapeError::Order(name)) }
}

impl Credential {
    /// Whose key it is.
    pub fn signer(&self) -> Option<Signer> {
        signer(self.holder, self.person, self.agent)
    }

    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        one_of(self.holder.as_ref(), self.agent.as_ref(), ("holder", "agent"))?;
        together(self.person.is_some(), self.holder.is_some(), ("person", "holder"))
    }
}

impl Ballot {
    /// Who casts it.
    pub fn party(&self) -> Option<Party> {
        self.holder.map(Party::Holder).or(self.agent.map(Party::Agent))
    }

    /// The holder whose units it votes for.
    pub fn voted_holder(&self) -> Option<HolderNo> {
        self.for_holder.or(self.holder)
    }

    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        one_of(self.holder.as_ref(), self.agent.as_ref(), ("holder", "agent"))?;
        if self.agent.is_some() && self.for_holder.is_none() {
            return Err(ShapeError::Together("for_holder", "agent"));
        }
        Ok(())
    }
}

impl Paper {
    /// Who signed it.
    pub fn signer(&self) -> Option<Signer> {
        signer(self.holder, self.person, self.agent)
    }

    /// The holder whose units it votes for.
    pub fn voted_holder(&self) -> Option<HolderNo> {
        self.for_holder.or(self.holder)
    }

    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        one_of(self.holder.as_ref(), self.agent.as_ref(), ("holder", "agent"))?;
        together(self.person.is_some(), self.holder.is_some(), ("person", "holder"))?;
        if self.agent.is_some() && self.for_holder.is_none() {
            return Err(ShapeError::Together("for_holder", "agent"));
        }
        one_of(self.answers.as_ref(), self.invalid.as_ref(), ("answers", "invalid"))
    }
}

impl Attendance {
    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        if self.present.is_none() && self.represented.is_none() {
            return Err(ShapeError::Empty("present"));
        }
        self.present.as_deref().map_or(Ok(()), |list| ascending(list, "present"))?;
        self.represented.as_deref().map_or(Ok(()), |list| ascending(list, "represented"))
    }
}

impl Proxy {
    /// Who may vote for the principal.
    pub fn party(&self) -> Option<Party> {
        self.to_holder.map(Party::Holder).or(self.agent.map(Party::Agent))
    }

    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        one_of(self.to_holder.as_ref(), self.agent.as_ref(), ("to_holder", "agent"))
    }
}

impl Delivery {
    pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
        ascending(&self.holders, "holders")
    }
}

macro_rules! any_shape {
    ($($name:ident)+) => {
        $(impl $name {
            /// Every value of the right types is a statement of this kind.
            #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // one form for all kinds
            pub(super) fn check_shape(&self) -> Result<(), ShapeError> {
                Ok(())
            }
        })+
    };
}

any_shape!(Revocation Amendment Strike Anchor Close);

fn signer(holder: Option<HolderNo>, person: Option<PersonNo>, agent: Option<AgentNo>) -> Option<Signer> {
    match (holder, person, agent) {
        (Some(holder), Some(person), None) => Some(Signer::Person(holder, person)),
        (None, None, Some(agent)) => Some(Signer::Agent(agent)),
        _ => None,
    }
}

fn together(is_there: bool, is_wanted: bool, names: (&'static str, &'static str)) -> Result<(), ShapeError> {
    if is_there == is_wanted { Ok(()) } else { Err(ShapeError::Together(names.0, names.1)) }
}

/// A unit's number in an amendment.
impl Amendment {
    /// The unit whose line is replaced.
    pub fn unit_no(&self) -> UnitNo {
        self.unit.unit
    }
}
