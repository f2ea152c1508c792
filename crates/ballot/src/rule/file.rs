//! A rule file as it is written: every key known, every number exact.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::{Abstention, Channels, Conflict, Day, Exclusion, Invalid, Per, Ratio, Revote, Silent, Tie, When};
use crate::id::{Id, RuleName};

/// The keys of a file; those that it leaves out come from its parents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub rule: Option<RuleName>,
    pub extends: Option<RuleName>,
    #[serde(default, rename = "abstract")]
    pub is_abstract: bool,
    pub jurisdiction: Option<String>,
    pub title: Option<String>,
    pub cite: Option<Vec<String>>,
    pub certainty: Option<String>,
    pub in_force: Option<InForceFile>,
    pub measures: Option<BTreeMap<String, MeasureFile>>,
    pub quorum: Option<Vec<ConditionFile>>,
    pub combine_quorum: Option<Combine>,
    pub pass: Option<Vec<ConditionFile>>,
    pub confirm: Option<Vec<ConditionFile>>,
    pub combine_confirm: Option<Combine>,
    #[serde(default)]
    pub gateway: Vec<GatewayFile>,
    pub treat: Option<TreatFile>,
    pub co_owner: Option<CoOwnerFile>,
    pub ballot: Option<BallotFile>,
    pub exclude: Option<BTreeMap<Id, Exclusion>>,
    #[serde(default)]
    pub cap: Vec<CapFile>,
    pub proxy: Option<ProxyFile>,
    pub election: Option<ElectionFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InForceFile {
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Day>,
    #[serde(default, deserialize_with = "day")]
    pub until: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFile {
    pub weight: Option<String>,
    pub per: Option<Per>,
    #[serde(default)]
    pub exclude_kinds: Vec<String>,
    pub undelivered: Option<Undelivered>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Undelivered {
    Developer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionFile {
    pub who: String,
    pub measure: String,
    pub of: Option<String>,
    pub at_least: Option<Ratio>,
    pub more_than: Option<Ratio>,
    pub at_most: Option<Ratio>,
    pub less_than: Option<Ratio>,
    pub all_but: Option<Ratio>,
    pub count: Option<Ratio>,
    pub or_count: Option<Ratio>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Combine {
    All,
    Any,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GatewayFile {
    pub when: When,
    pub then: RuleName,
    pub same_ballots: bool,
    pub cite: String,
    pub needs: Vec<ConditionFile>,
    pub min_days: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TreatFile {
    pub abstain: Option<Abstention>,
    pub invalid: Option<Invalid>,
    pub silent_delivered: Option<Silent>,
    #[serde(rename = "owner_split")]
    _owner_split: Option<OwnerSplit>,
    #[serde(rename = "majority_basis")]
    _majority_basis: Option<MajorityBasis>,
}

/// What becomes of an owner who votes both ways; there is one answer.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OwnerSplit {
    Abstain,
}

/// When there is a majority to follow; there is one answer.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MajorityBasis {
    AllMeasuresAgree,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoOwnerFile {
    pub conflict: Option<Conflict>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BallotFile {
    pub revote: Option<Revote>,
    pub channels: Option<Channels>,
    pub own_beats_proxy: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CapByFile {
    Owner,
    ProxyHolder,
    Developer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CapModeFile {
    ReduceToOthers,
    ExcessNotCounted,
    MultiplyVotes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DenominatorFile {
    Full,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapFile {
    pub by: CapByFile,
    pub measures: Vec<String>,
    pub mode: CapModeFile,
    pub above: Option<Ratio>,
    pub max: Option<Ratio>,
    pub denominator: Option<DenominatorFile>,
    pub factor: Option<Ratio>,
    pub when_share_at_least: Option<Ratio>,
    pub when_units_more_than: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Over {
    Excess,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProxyFile {
    pub max_principals: Option<u64>,
    pub max_units_fraction: Option<Ratio>,
    pub min_allowed: Option<u64>,
    pub over: Option<Over>,
    pub unless_weight: Option<UnlessWeightFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnlessWeightFile {
    pub measure: String,
    pub max: Ratio,
    #[serde(default)]
    pub including_own: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeatsFrom {
    Motion,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MaxMarks {
    Seats,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElectionFile {
    #[serde(rename = "seats_from")]
    pub seats: Option<SeatsFrom>,
    #[serde(default)]
    pub odd_seats: bool,
    pub min_seats: Option<u64>,
    #[serde(default)]
    pub rank: Vec<String>,
    pub tie: Option<Tie>,
    pub max_marks: Option<MaxMarks>,
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InQuotes;

        impl Visitor<'_> for InQuotes {
            type Value = Ratio;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an exact number in quotes, such as \"2/3\", \"89.37\" or \"5\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Ratio, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(InQuotes)
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}
