//! Whom somebody may vote for as an agent, under all the rules of a poll together.
//!
//! The record takes a proxy beyond a limit, and the count leaves out what is cast under it. A server says so before.

use std::collections::BTreeSet;

use super::State;
use crate::{
    id::{HolderNo, Id},
    rule::{Exclusion, Rule},
    statement::Party,
};

/// What the rules of a poll's motions say of agents: of each limit the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentLimits {
    /// For at most so many holders.
    pub holders: Option<u64>,
    /// For at most so many units.
    pub units: Option<u64>,
    /// Whether some limit ends below a weight: only the count can tell then who is beyond it.
    pub is_by_weight: bool,
    /// Whether an owner's own ballot displaces the agent's in every motion, whichever comes first.
    pub does_own_displace: bool,
}

impl AgentLimits {
    /// What these rules allow on the roll as it stands.
    pub fn of(rules: &[Rule], state: &State) -> Self {
        let mut limits = Self {
            holders: None,
            units: None,
            is_by_weight: false,
            does_own_displace: rules.iter().all(|rule| rule.ballot.does_own_beat_proxy),
        };
        for (rule, limit) in rules.iter().filter_map(|rule| Some((rule, rule.proxy.as_ref()?))) {
            if limit.unless_weight.is_some() {
                limits.is_by_weight = true;
                continue;
            }
            limits.holders = least(limits.holders, limit.max_principals);
            limits.units = least(limits.units, limit.units_of(in_scope(rule, state)));
        }
        limits
    }

    /// Whether a party may vote for one more holder, beside those whose proxies stand.
    pub fn allow(&self, state: &State, party: Party, principal: HolderNo) -> bool {
        let holders: BTreeSet<_> = state.principals(party).chain([principal]).collect();
        let lines = state.roll().map_or(&[][..], |roll| roll.lines());
        let units = lines.iter().filter(|line| holders.contains(&line.holder)).count();
        let is_within = |count: usize, most: Option<u64>| most.is_none_or(|most| count as u64 <= most);
        is_within(holders.len(), self.holders) && is_within(units, self.units)
    }
}

fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    a.into_iter().chain(b).min()
}

/// How many units a rule does not leave out.
fn in_scope(rule: &Rule, state: &State) -> u64 {
    let lines = state.roll().map_or(&[][..], |roll| roll.lines());
    let is_removed =
        |flag: &String| flag.parse::<Id>().is_ok_and(|flag| rule.exclude.get(&flag) == Some(&Exclusion::All));
    lines.iter().filter(|line| !line.flags.iter().flatten().any(is_removed)).count() as u64
}
