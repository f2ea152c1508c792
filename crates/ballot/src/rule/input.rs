//! What a rule is applied to: who may vote, and what they cast.
//!
//! Units, holders and proxies are places in lists, counted from 0, so that a poll's log (numbers) and a
//! case (names) are decided by the same code. Names stay outside.

use std::sync::Arc;

use super::{Channel, Field};
use crate::id::Id;

/// Who may vote, as the roll has it at the close, in the roll's order.
///
/// A unit's weight in a field is its number over the field's denominator: areas in hundredths of a
/// square metre have the denominator 100.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Electorate {
    /// The units that the motion concerns.
    pub units: Vec<Unit>,
    /// Holders of units that are not delivered or sold.
    pub developers: Vec<usize>,
    /// What a field's numbers are parts of, in the order of [`Field::ALL`]; 0 stands for 1.
    pub denominators: [u64; Field::ALL.len()],
}

/// What carries weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Who holds it: an exact set of owners has one place, however many units it has.
    pub holder: usize,
    /// The place, among its people, of the one whose ballot counts for all.
    pub representative: Option<usize>,
    /// What it is used as.
    pub kind: Arc<str>,
    /// What a rule's `exclude` may know.
    pub flags: Vec<Id>,
    /// Its numbers, in the order of [`Field::ALL`].
    pub weights: [u64; Field::ALL.len()],
}

/// Who signed a ballot for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signer {
    /// One of the unit's people, by place in the roll's order.
    Person(usize),
    /// A proxy. In a log all proxies of one principal are one signer, 0.
    Proxy(usize),
}

/// What a ballot says of one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateMark {
    /// No mark: it counts for neither side.
    None,
    /// A vote for the candidate; as many at most as there are seats.
    For,
    /// A vote against the candidate.
    Against,
}

/// What a ballot says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// 同意
    For,
    /// 反对
    Against,
    /// 弃权
    Abstain,
    /// Not to be counted as any of these.
    Invalid,
    /// In an election: a mark for each candidate, in the motion's order.
    Marks(Arc<[CandidateMark]>),
}

/// A ballot's word for one unit: a ballot for several units is several of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Place in [`Electorate::units`].
    pub unit: usize,
    /// Who signed it. Forged ballots and those of wrong signers are left out before.
    pub signer: Signer,
    /// The proxy who cast it for the holder: a place in [`Ballots::proxies`].
    pub proxy: Option<usize>,
    /// Where it was cast.
    pub channel: Channel,
    /// When; of two at one time the later in the list is the later.
    pub at: u64,
    /// What it says.
    pub content: Content,
}

/// What was cast, and what is known of those who cast nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ballots {
    /// Every vote that is genuine, in the order listed.
    pub votes: Vec<Vote>,
    /// Each proxy's own holder in the electorate, if the proxy is an owner.
    pub proxies: Vec<Option<usize>>,
    /// Units whose holder was at the meeting, or was represented there.
    pub attended: Vec<usize>,
    /// Units whose holder was sent nothing.
    pub undelivered: Vec<usize>,
    /// Units whose holder objected after the vote; `None` while that is not known.
    pub objections: Option<Vec<usize>>,
}

/// Seats and who stands for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contest {
    /// How many are elected.
    pub seats: u64,
    /// Their ids, in the motion's order.
    pub candidates: Vec<String>,
}
