//! The count: from a log to the ballots that the rule engine decides on.
//!
//! A [`Count`] goes over the entries once, beside a [`State`], and keeps of each signer the first and
//! the last ballot in each channel: whichever of these a rule takes, the others never count. So memory
//! grows with the roll and not with how often people vote again. What is struck, also later in the
//! log, must be known before. Source: docs/formats.md §7, docs/rules.md.

mod decide;
mod figures;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

pub use decide::{Counted, MotionCount, OverCap, SetAside};
pub use figures::{Figure, MotionFigures, Reason};

use crate::{
    id::{HolderNo, Id, PersonNo},
    rule::Channel,
    state::State,
    statement::{Answer, Entry, InvalidPaper, PaperAnswer, Party, Place, Signer, Statement},
};

/// Who acts for a holder: one of its people, or somebody with its proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voter {
    /// One of the holder's people.
    Person(PersonNo),
    /// Its agent at the time.
    Proxy(Party),
}

/// What a ballot or paper says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answers {
    /// To each motion.
    Given(BTreeMap<Id, PaperAnswer>),
    /// A paper that is invalid as a whole.
    Invalid(InvalidPaper),
}

/// A ballot or paper that is not struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// Its index in the log, which is its time.
    pub index: u64,
    /// The holder whose units it votes for.
    pub holder: HolderNo,
    /// Who signed it.
    pub voter: Voter,
    /// Where it was cast.
    pub channel: Channel,
    /// What it says.
    pub answers: Rc<Answers>,
}

/// A signer's ballots for one holder in one channel.
#[derive(Debug, Clone)]
struct Kept {
    first: Cast,
    last: Option<Cast>,
}

/// How many ballots were cast in all, so that a page can say what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CastTotals {
    /// Electronic ballots, those cast in a meeting among them.
    pub ballots: u64,
    /// Papers.
    pub papers: u64,
    /// Ballots and papers that are struck, or were cast under a proxy that is struck.
    pub struck: u64,
}

/// The ballots of a log, being collected.
#[derive(Debug, Clone)]
pub struct Count {
    struck: BTreeSet<u64>,
    casts: BTreeMap<(HolderNo, Voter, Channel), Kept>,
    totals: CastTotals,
    /// Holders whom an attendance that is not struck names so far.
    present: BTreeSet<HolderNo>,
    represented: BTreeSet<HolderNo>,
    /// Like answers are kept once.
    known: BTreeSet<Rc<Answers>>,
}

impl Count {
    /// An empty count of a log in which these entries are struck, sooner or later.
    pub fn new(struck: BTreeSet<u64>) -> Self {
        Self {
            struck,
            casts: BTreeMap::new(),
            totals: CastTotals::default(),
            present: BTreeSet::new(),
            represented: BTreeSet::new(),
            known: BTreeSet::new(),
        }
    }

    /// How many ballots were cast.
    pub fn totals(&self) -> CastTotals {
        self.totals
    }

    /// Takes in an entry that is about to be applied to `state`.
    pub fn see(&mut self, state: &State, entry: &Entry<'_>) {
        if state.closed().is_some() {
            return;
        }
        match &entry.statement {
            Statement::Ballot(ballot) => {
                self.totals.ballots += 1;
                let signer = state.credential(ballot.credential).map(|now| now.signer);
                let answers =
                    ballot.answers.iter().map(|(id, answer)| (id.clone(), PaperAnswer::Answer(answer.clone())));
                self.cast(state, signer, ballot.for_holder, ballot.channel, Channel::Electronic, || {
                    Answers::Given(answers.collect())
                });
            }
            Statement::Paper(paper) => {
                self.totals.papers += 1;
                self.cast(state, paper.signer(), paper.for_holder, paper.channel, Channel::Paper, || {
                    let given = paper.answers.clone().unwrap_or_default();
                    paper.invalid.map_or(Answers::Given(given), Answers::Invalid)
                });
            }
            Statement::Attendance(attendance) if !self.struck.contains(&state.size()) => {
                self.present.extend(attendance.present.iter().flatten());
                let stands = |holder: &&HolderNo| {
                    state.standing_agent(**holder).is_some_and(|standing| !self.struck.contains(&standing.index))
                };
                let represented: Vec<_> = attendance.represented.iter().flatten().filter(stands).copied().collect();
                self.represented.extend(represented);
            }
            Statement::Attendance(_)
            | Statement::Manifest(_)
            | Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Proxy(_)
            | Statement::Delivery(_)
            | Statement::Amendment(_)
            | Statement::Strike(_)
            | Statement::Anchor(_)
            | Statement::Close(_)
            | Statement::ResultSheet(_) => {}
        }
    }

    fn cast(
        &mut self,
        state: &State,
        signer: Option<Signer>,
        for_holder: Option<HolderNo>,
        place: Option<Place>,
        otherwise: Channel,
        answers: impl FnOnce() -> Answers,
    ) {
        let index = state.size();
        let Some(signer) = signer else { return };
        let (holder, voter) = match (signer, for_holder) {
            (Signer::Person(holder, person), None) => (holder, Voter::Person(person)),
            (_, Some(holder)) => (holder, Voter::Proxy(signer.party())),
            (Signer::Agent(_), None) => return,
        };
        let under = for_holder.and_then(|principal| state.standing_agent(principal));
        if self.struck.contains(&index) || under.is_some_and(|standing| self.struck.contains(&standing.index)) {
            self.totals.struck += 1;
            return;
        }
        let named = if for_holder.is_some() { &self.represented } else { &self.present };
        let channel = match place {
            Some(Place::Meeting) if named.contains(&holder) => Channel::Meeting,
            Some(Place::Meeting) | None => otherwise,
        };
        let cast = Cast { index, holder, voter, channel, answers: self.shared(answers()) };
        self.casts
            .entry((holder, voter, channel))
            .and_modify(|kept| kept.last = Some(cast.clone()))
            .or_insert(Kept { first: cast, last: None });
    }

    fn shared(&mut self, answers: Answers) -> Rc<Answers> {
        if let Some(known) = self.known.get(&answers) {
            return Rc::clone(known);
        }
        let shared = Rc::new(answers);
        // A poll has few different ballots, unless somebody makes them so: then they are kept apart.
        if self.known.len() < 4096 {
            self.known.insert(Rc::clone(&shared));
        }
        shared
    }
}

/// What a ballot says on one motion.
pub(super) fn answer<'a>(answers: &'a Answers, motion: &Id) -> Option<&'a Answer> {
    match answers {
        Answers::Invalid(_) => None,
        Answers::Given(given) => match given.get(motion)? {
            PaperAnswer::Answer(answer) => Some(answer),
            PaperAnswer::Invalid(_) => None,
        },
    }
}
