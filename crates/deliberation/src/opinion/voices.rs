//! Owners' and tenants' voices side by side.

use std::collections::BTreeMap;

use super::reactions::{Id, Reactions, Tally, Vote};

/// So many of each side must have reacted to a statement before the two are told apart.
pub const VOICES_MIN: u32 = 10;

/// What ties somebody to the estate, as far as the map tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // they are what they are called
pub enum Tie {
    Owner,
    Tenant,
}

/// What both sides say of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // named as the sides are
pub struct Voices {
    pub statement: Id,
    pub owners: Tally,
    pub tenants: Tally,
}

/// The statements of which both sides may be shown, by id.
///
/// A statement that fewer than [`VOICES_MIN`] of either side reacted to is left out: whoever knows
/// the neighbours could tell who said what.
pub fn voices(reactions: &Reactions, tie: impl Fn(&Id) -> Option<Tie>) -> Vec<Voices> {
    let mut sides: BTreeMap<&Id, (Tally, Tally)> = BTreeMap::new();
    for (person, statement, vote) in reactions.iter() {
        let Some(tie) = tie(person) else { continue };
        let (owners, tenants) = sides.entry(statement).or_default();
        let tally = match tie {
            Tie::Owner => owners,
            Tie::Tenant => tenants,
        };
        match vote {
            Vote::Agree => tally.agree += 1,
            Vote::Disagree => tally.disagree += 1,
            Vote::Pass => tally.pass += 1,
        }
    }
    sides
        .into_iter()
        .filter(|(_, (owners, tenants))| VOICES_MIN <= owners.seen() && VOICES_MIN <= tenants.seen())
        .map(|(statement, (owners, tenants))| Voices { statement: statement.clone(), owners, tenants })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_told_apart_from_ten_people_each() {
        // Statement 0 was seen by ten owners and ten tenants, statement 1 by one tenant fewer.
        let rows = (0..20).flat_map(|person| {
            let seen = if person == 19 { 1 } else { 2 };
            (0..seen).map(move |statement| (Id::from(person), Id::from(statement), Vote::Agree))
        });
        let reactions: Reactions = rows.collect();
        let tie = |person: &Id| Some(if *person < Id::from(10) { Tie::Owner } else { Tie::Tenant });
        let ten = Tally { agree: 10, ..Tally::default() };
        assert_eq!(voices(&reactions, tie), [Voices { statement: Id::from(0), owners: ten, tenants: ten }]);
        assert_eq!(voices(&reactions, |_| None), []);
    }
}
