//! What a decision came to, with every step.

use serde_json::{Map, Value, json};

use super::{Base, Need, Ratio, Who};
use crate::id::RuleName;

/// What a motion came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the words of docs/rules.md
pub enum Outcome {
    Carried,
    Lost,
    NoQuorum,
    SecondRoundOpen,
    CarriedSubjectToObjection,
    LostOnObjection,
    Elected,
    SeatsUnfilled,
    TieLot,
    TieRunoff,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Carried,
        Self::Lost,
        Self::NoQuorum,
        Self::SecondRoundOpen,
        Self::CarriedSubjectToObjection,
        Self::LostOnObjection,
        Self::Elected,
        Self::SeatsUnfilled,
        Self::TieLot,
        Self::TieRunoff,
    ];

    /// The word of the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Lost => "lost",
            Self::NoQuorum => "no_quorum",
            Self::SecondRoundOpen => "second_round_open",
            Self::CarriedSubjectToObjection => "carried_subject_to_objection",
            Self::LostOnObjection => "lost_on_objection",
            Self::Elected => "elected",
            Self::SeatsUnfilled => "seats_unfilled",
            Self::TieLot => "tie_lot",
            Self::TieRunoff => "tie_runoff",
        }
    }

    /// Whether the motion is decided in favour.
    pub fn is_passed(self) -> bool {
        match self {
            Self::Carried | Self::CarriedSubjectToObjection | Self::Elected => true,
            Self::Lost
            | Self::NoQuorum
            | Self::SecondRoundOpen
            | Self::LostOnObjection
            | Self::SeatsUnfilled
            | Self::TieLot
            | Self::TieRunoff => false,
        }
    }
}

/// What a unit's ballots came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 同意
    For,
    /// 反对
    Against,
    /// 弃权
    Abstain,
    /// A valid ballot in an election.
    Marks,
    /// A ballot for more candidates than there are seats.
    Overvoted,
    /// A ballot that says nothing valid, or ballots that contradict each other.
    Invalid,
    /// No ballot, but the holder was at the meeting.
    PresentOnly,
    /// No ballot, though the papers arrived.
    SilentDelivered,
    /// No ballot, and no proof that papers arrived.
    SilentUndelivered,
}

/// A unit in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitResult {
    /// What its ballots came to.
    pub class: Class,
    /// The vote that counts for it: a place in [`super::Ballots::votes`].
    pub vote: Option<usize>,
    /// Whether the rule leaves it out of every sum (`exclude` all).
    pub is_removed: bool,
}

/// A condition and whether it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Whose weight.
    pub who: Who,
    /// Place in [`super::Rule::measures`].
    pub measure: usize,
    /// The measure's name.
    pub measure_name: String,
    /// The weight.
    pub have: Ratio,
    /// What it was compared with, and how much that is.
    pub base: Option<(Base, Ratio)>,
    /// What was demanded.
    pub need: Need,
    /// Whether it held.
    pub is_met: bool,
}

impl Step {
    /// The part of the base; `None` without a base or over an empty one.
    pub fn ratio(&self) -> Option<Ratio> {
        self.base.as_ref().and_then(|(_, total)| self.have.over(total))
    }
}

/// The weights of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // the words of docs/rules.md
pub struct Sums {
    pub measure_name: String,
    pub all: Ratio,
    pub for_: Ratio,
    pub against: Ratio,
    pub abstain: Ratio,
    pub participating: Ratio,
    pub present: Ratio,
    pub in_person: Ratio,
}

impl Sums {
    /// The weight of some; objectors are not among the sums.
    pub fn of(&self, who: Who) -> Option<Ratio> {
        Some(match who {
            Who::For => self.for_.clone(),
            Who::Against => self.against.clone(),
            Who::Abstain => self.abstain.clone(),
            Who::Participating => self.participating.clone(),
            Who::Present => self.present.clone(),
            Who::Voting => self.for_.plus(&self.against),
            Who::VotingInPerson => self.in_person.clone(),
            Who::Objecting => return None,
        })
    }
}

/// How a candidate did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateResult {
    /// The candidate's id.
    pub candidate: String,
    /// The weight for, in the order of [`super::Rule::measures`].
    pub votes_for: Vec<Ratio>,
    /// The conditions.
    pub steps: Vec<Step>,
    /// Whether all of them hold, and the quorum.
    pub reaches: bool,
}

/// What a round decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// On a motion.
    Motion {
        /// What carries it.
        pass_steps: Vec<Step>,
        /// What lets it stand against objections, once these are known.
        confirm_steps: Option<Vec<Step>>,
    },
    /// In an election.
    Election {
        /// How each did, in the motion's order.
        candidates: Vec<CandidateResult>,
        /// Places in `candidates` of those elected, the highest first.
        elected: Vec<usize>,
        /// Places of those equal at the last seat, none of them elected.
        tied: Vec<usize>,
        /// How many seats there are.
        seats: u64,
    },
}

/// A way to a second round that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayResult {
    /// The rule of the second round.
    pub then: RuleName,
    /// The article.
    pub cite: String,
    /// What the first round had to show.
    pub steps: Vec<Step>,
    /// Whether it did.
    pub is_open: bool,
}

/// Something to know that is no step.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each says what happened to which unit, holder or proxy
pub enum Note {
    OwnBeatsProxy { unit: usize, proxy: usize },
    OverProxyLimit { unit: usize, proxy: usize, limit: u64 },
    ChannelsContradict { unit: usize },
    CoOwnersContradict { unit: usize },
    OwnerSplit { measure: usize, holder: usize },
    OwnerCapped { measure: usize, holder: usize, from: Ratio, to: Ratio },
    OwnerReduced { measure: usize, holder: usize, from: Ratio, to: Ratio },
    ProxyCapped { measure: usize, proxy: usize, from: Ratio, to: Ratio },
    ProxyReduced { measure: usize, proxy: usize, from: Ratio, to: Ratio },
    OwnerMultiplied { measure: usize, holder: usize, held: Ratio, all: Ratio, factor: Ratio },
    ProxyMultiplied { measure: usize, proxy: usize, held: Ratio, all: Ratio, factor: Ratio },
    SilentFollow,
    SilentWithoutSide,
}

/// One round of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The rule applied.
    pub rule: RuleName,
    /// 1 or 2.
    pub number: u8,
    /// Whether enough took part.
    pub has_quorum: bool,
    /// Why.
    pub quorum_steps: Vec<Step>,
    /// What was decided.
    pub verdict: Verdict,
    /// What it came to.
    pub outcome: Outcome,
    /// The way to a second round, if one was tried.
    pub gateway: Option<GatewayResult>,
    /// Every unit, in the order of the electorate.
    pub units: Vec<UnitResult>,
    /// The weights, in the order of [`super::Rule::measures`].
    pub sums: Vec<Sums>,
    /// What else happened.
    pub notes: Vec<Note>,
}

/// What a motion came to, over one or two rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The first round.
    pub first: Round,
    /// The second, if it was held.
    pub second: Option<Round>,
}

impl Report {
    /// The round that decides.
    pub fn last(&self) -> &Round {
        self.second.as_ref().unwrap_or(&self.first)
    }

    /// What the motion came to.
    pub fn outcome(&self) -> Outcome {
        self.last().outcome
    }

    /// The rounds as a result sheet has them (docs/formats.md §7).
    pub fn to_record(&self) -> Vec<Value> {
        [Some(&self.first), self.second.as_ref()].into_iter().flatten().map(Round::to_record).collect()
    }
}

impl Round {
    /// The round as a result sheet has it: no notes, and no ratio over an empty base.
    pub fn to_record(&self) -> Value {
        Value::Object(self.to_json(EmptyRatio::Omitted))
    }

    /// The round's figures. Keys that a case has besides are added by [`super::case`].
    pub(super) fn to_json(&self, empty: EmptyRatio) -> Map<String, Value> {
        let steps = |steps: &[Step]| steps.iter().map(|step| step.to_json(empty)).collect::<Vec<_>>();
        let mut round = Map::new();
        let mut put = |key: &str, value: Value| round.insert(key.to_owned(), value);
        put("rule", json!(self.rule));
        put("round", json!(self.number));
        put("quorum", json!(self.has_quorum));
        put("quorum_steps", json!(steps(&self.quorum_steps)));
        put("passed", json!(self.outcome.is_passed()));
        put("outcome", json!(self.outcome.name()));
        match &self.verdict {
            Verdict::Motion { pass_steps, confirm_steps } => {
                put("pass_steps", json!(steps(pass_steps)));
                if let Some(confirm_steps) = confirm_steps {
                    put("confirm_steps", json!(steps(confirm_steps)));
                }
            }
            Verdict::Election { candidates, elected, tied, seats } => {
                let ids = |places: &[usize]| places.iter().map(|&at| &candidates[at].candidate).collect::<Vec<_>>();
                put("elected", json!(ids(elected)));
                put("tied", json!(ids(tied)));
                put("seats", json!(seats));
                put("candidates", candidates.iter().map(|one| self.candidate_json(one, empty)).collect());
            }
        }
        if let Some(gateway) = &self.gateway {
            put(
                "gateway",
                json!({
                    "then": gateway.then, "cite": gateway.cite, "steps": steps(&gateway.steps), "open": gateway.is_open,
                }),
            );
        }
        round
    }

    fn candidate_json(&self, one: &CandidateResult, empty: EmptyRatio) -> Value {
        let votes_for: Map<_, _> = self
            .sums
            .iter()
            .zip(&one.votes_for)
            .map(|(sums, weight)| (sums.measure_name.clone(), json!(weight.to_string())))
            .collect();
        let steps: Vec<_> = one.steps.iter().map(|step| step.to_json(empty)).collect();
        json!({ "candidate": one.candidate, "for": votes_for, "steps": steps, "reaches": one.reaches })
    }
}

/// How the ratio over an empty base is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EmptyRatio {
    /// As `null`, in cases.
    Null,
    /// Not at all, in the record.
    Omitted,
}

impl Step {
    fn to_json(&self, empty: EmptyRatio) -> Value {
        let mut step = Map::new();
        let mut put = |key: &str, value: Value| step.insert(key.to_owned(), value);
        put("who", json!(self.who.name()));
        put("measure", json!(self.measure_name));
        put("have", json!(self.have.to_string()));
        put("need", json!(self.need.to_string()));
        put("ok", json!(self.is_met));
        if let Some((base, total)) = &self.base {
            put("of", json!(base.name()));
            put("total", json!(total.to_string()));
            match (self.have.over(total), empty) {
                (Some(ratio), _) => put("ratio", json!(ratio.to_string())),
                (None, EmptyRatio::Null) => put("ratio", Value::Null),
                (None, EmptyRatio::Omitted) => None,
            };
        }
        Value::Object(step)
    }
}
