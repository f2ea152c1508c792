//! The opinion map: residents react to short statements, and the map shows who thinks alike.
//!
//! It shows groups, what each says that the others do not, and what all agree on. One resident, one
//! voice: nothing here knows an area, and nothing here decides anything. The formulas and their names
//! (`pa`, `rat` and so on) are those of docs/opinion.md, so that anyone can compare.
//!
//! The result is a function of the reactions alone: people and statements are taken in the order of
//! their ids, sums run in that order, and chance comes from fixed seeds.
#![allow(clippy::float_arithmetic, reason = "a picture of opinions, which no count and no decision is taken from")]

mod cluster;
mod components;
mod drawing;
mod figures;
mod reactions;
mod voices;

#[cfg(test)]
mod parity;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Serialize, Serializer};

pub use drawing::{Dot, Drawing, Outline, draw};
pub use figures::{Consensus, GroupStatement, Representative, Side, StatementFigures};
pub use reactions::{Id, Moderation, Reactions, Tally, Vote};
pub use voices::{Tie, VOICES_MIN, Voices, voices};

use components::Centred;
use reactions::count;

/// How many statements somebody must have reacted to before the grouping counts them.
pub const ACTIVE_MIN: u32 = 7;
/// The smallest number of people that a map is shown for.
pub const PEOPLE_MIN: u32 = 15;
/// The smallest number of statements that a map is shown for.
pub const STATEMENTS_MIN: u32 = 7;
/// The smallest group that is shown.
pub const GROUP_MIN: u32 = 5;

/// Everything the map says. Its JSON form is that of docs/opinion.md.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// Every statement, by id.
    pub statements: Vec<StatementFigures>,
    /// Everybody who reacted, by id.
    pub participants: Vec<Participant>,
    /// The groups, by their name.
    pub groups: Vec<Group>,
    /// What people agree on, whatever their group.
    pub consensus: Consensus,
    /// How well the groups stand apart, from −1 to 1; none for fewer than two groups.
    pub silhouette: Option<f64>,
    /// Why the map must not be shown; the figures are there all the same.
    pub withheld: Option<Withheld>,
    /// What the next computation must be told.
    #[serde(skip)]
    pub standing: Standing,
}

/// Where somebody stands on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Participant {
    /// Who it is: never shown on a page.
    pub participant: Id,
    /// How many statements they reacted to.
    pub seen: u32,
    /// Along the first component.
    pub x: f64,
    /// Along the second component.
    pub y: f64,
    /// Their group, if the grouping counts them.
    pub group: Option<Id>,
}

/// People who react alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// A number from 0 on, or the name that was given.
    pub group: Id,
    /// How many people.
    pub size: u32,
    /// What they say, statement by statement.
    pub statements: Vec<GroupStatement>,
    /// What sets them apart: at most five.
    pub representative: Vec<Representative>,
}

/// Where the groups come from.
#[derive(Debug, Clone, Copy)]
pub enum Grouping<'a> {
    /// They are found, holding on to what the last computation had.
    Found(&'a Standing),
    /// They are taken as given: who is in which.
    Given(&'a BTreeMap<Id, Id>),
}

/// What one computation leaves to the next, so that a map does not jump with every reaction.
///
/// The default is a map that was never computed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Who was grouped: once in, always in.
    pub people: BTreeSet<Id>,
    /// How many groups were shown; 0 before the first time.
    pub groups: usize,
    /// Another number of groups that has been better since, and how many times in a row.
    pub challenger: Option<(usize, u32)>,
}

/// Why a map is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// Fewer than [`PEOPLE_MIN`] people are grouped.
    FewPeople(u32),
    /// Fewer than [`STATEMENTS_MIN`] statements tell people apart.
    FewStatements(u32),
    /// There are no two groups.
    OneGroup,
    /// A group has fewer than [`GROUP_MIN`] people.
    SmallGroup(u32),
}

impl fmt::Display for Withheld {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewPeople(have) => write!(out, "a map takes at least {PEOPLE_MIN} people; there are {have}"),
            Self::FewStatements(have) => {
                write!(
                    out,
                    "a map takes at least {STATEMENTS_MIN} statements that count and were reacted to; there are {have}"
                )
            }
            Self::OneGroup => write!(out, "people react too much alike to be grouped"),
            Self::SmallGroup(size) => {
                write!(out, "a group is shown from {GROUP_MIN} people on; the smallest here has {size}")
            }
        }
    }
}

impl Serialize for Withheld {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Computes the map.
pub fn map(reactions: &Reactions, grouping: Grouping<'_>) -> Map {
    let totals = reactions.totals();
    let means: Vec<f64> =
        reactions.moderations().zip(&totals).map(|(moderation, total)| figures::mean(moderation, *total)).collect();
    let centred = Centred::new(reactions, &means);
    let components = centred.components();
    let voted = count(totals.iter().filter(|total| 0 < total.seen()).count());
    let positions = positions(reactions, &centred, &components, &totals);

    let (groups, standing) = match grouping {
        Grouping::Given(given) => (given_groups(reactions, given), Standing::default()),
        Grouping::Found(last) => found_groups(reactions, &positions, voted, last),
    };
    let silhouette = silhouette_of(&positions, &groups);
    let tallies = reactions.tallies(&groups.of, groups.names.len());
    let statements = figures::statements(reactions, &totals, &means, &components, voted, &tallies);
    let sizes = groups.sizes();
    let telling = reactions
        .moderations()
        .zip(&totals)
        .filter(|(moderation, total)| moderation.counts() && 0 < total.seen())
        .count();
    Map {
        statements,
        consensus: figures::consensus(reactions, &totals),
        silhouette,
        withheld: withheld(&sizes, count(telling)),
        participants: reactions
            .people()
            .zip(&positions)
            .zip(&groups.of)
            .map(|(((participant, seen), [x, y]), group)| Participant {
                participant: participant.clone(),
                seen,
                x: *x,
                y: *y,
                group: group.map(|group| groups.names[group].clone()),
            })
            .collect(),
        groups: groups
            .names
            .iter()
            .zip(&sizes)
            .enumerate()
            .map(|(at, (name, size))| {
                let statements = figures::group(reactions, &tallies, at);
                let representative = figures::representative(reactions, &statements);
                Group { group: name.clone(), size: *size, statements, representative }
            })
            .collect(),
        standing,
    }
}

/// Why a map of groups of these `sizes` over so many `statements` is not shown.
fn withheld(sizes: &[u32], statements: u32) -> Option<Withheld> {
    let people: u32 = sizes.iter().sum();
    let smallest = sizes.iter().copied().min().unwrap_or(0);
    if people < PEOPLE_MIN {
        Some(Withheld::FewPeople(people))
    } else if statements < STATEMENTS_MIN {
        Some(Withheld::FewStatements(statements))
    } else if sizes.len() < 2 {
        Some(Withheld::OneGroup)
    } else if smallest < GROUP_MIN {
        Some(Withheld::SmallGroup(smallest))
    } else {
        None
    }
}

/// Where everybody stands: the sum of what they said, weighed by the components, and stretched for
/// those who reacted to little.
///
/// A statement that does not count is as if everybody had passed on it, whether they saw it or not.
fn positions(
    reactions: &Reactions,
    centred: &Centred<'_>,
    components: &[Vec<f64>; 2],
    totals: &[Tally],
) -> Vec<[f64; 2]> {
    let weights = components.each_ref().map(|component| centred.weighed(component));
    let voted = count(totals.iter().filter(|total| 0 < total.seen()).count());
    let counts: Vec<bool> = reactions.moderations().map(Moderation::counts).collect();
    let passed = counts.iter().zip(totals).filter(|(counts, total)| !**counts && 0 < total.seen()).count();
    (0..reactions.people().len())
        .map(|person| {
            let cells = reactions.row(person);
            let said = cells.iter().filter(|cell| counts[reactions::place_of(**cell)]).count();
            let stretch = (f64::from(voted) / f64::from(count(said + passed).max(1))).sqrt();
            weights.each_ref().map(|weights| {
                let sum: f64 = cells.iter().map(|cell| weights[*cell as usize]).sum();
                // Minus zero is printed otherwise than zero.
                sum * stretch + 0.0
            })
        })
        .collect()
}

/// Who is in which group, by place; a group's place is its rank by name.
struct Groups {
    names: Vec<Id>,
    of: Vec<Option<usize>>,
}

impl Groups {
    fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.names.len()];
        for group in self.of.iter().flatten() {
            sizes[*group] += 1;
        }
        sizes
    }
}

fn given_groups(reactions: &Reactions, given: &BTreeMap<Id, Id>) -> Groups {
    let of: Vec<Option<&Id>> = reactions.people().map(|(person, _)| given.get(person)).collect();
    let names: BTreeSet<&Id> = of.iter().copied().flatten().collect();
    let names: Vec<Id> = names.into_iter().cloned().collect();
    let of = of.into_iter().map(|group| names.binary_search(group?).ok()).collect();
    Groups { names, of }
}

/// Groups everybody who reacted to enough; the most active where they are fewer than a map takes.
fn found_groups(reactions: &Reactions, positions: &[[f64; 2]], voted: u32, last: &Standing) -> (Groups, Standing) {
    let enough = ACTIVE_MIN.min(voted);
    let mut is_in: Vec<bool> =
        reactions.people().map(|(person, seen)| enough <= seen || last.people.contains(person)).collect();
    let missing = PEOPLE_MIN.saturating_sub(count(is_in.iter().filter(|is_in| **is_in).count()));
    let mut others: Vec<(u32, usize)> = reactions
        .people()
        .enumerate()
        .filter(|(at, (_, seen))| !is_in[*at] && 0 < *seen)
        .map(|(at, (_, seen))| (seen, at))
        .collect();
    others.sort_by_key(|(seen, at)| (std::cmp::Reverse(*seen), *at));
    for (_, at) in others.into_iter().take(missing as usize) {
        is_in[at] = true;
    }

    let grouped: Vec<usize> = (0..is_in.len()).filter(|at| is_in[*at]).collect();
    let points: Vec<[f64; 2]> = grouped.iter().map(|at| positions[*at]).collect();
    let (labels, challenger) = cluster::group(&points, last.groups, last.challenger);
    let found = labels.iter().max().map_or(0, |last| last + 1);
    let mut of = vec![None; is_in.len()];
    for (at, label) in grouped.iter().zip(labels) {
        of[*at] = Some(label);
    }
    let people = reactions.people().zip(is_in).filter(|(_, is_in)| *is_in).map(|((person, _), _)| person.clone());
    let standing = Standing { people: people.collect(), groups: found, challenger };
    (Groups { names: (0..found).map(Id::from).collect(), of }, standing)
}

fn silhouette_of(positions: &[[f64; 2]], groups: &Groups) -> Option<f64> {
    let (points, labels): (Vec<[f64; 2]>, Vec<usize>) =
        positions.iter().zip(&groups.of).filter_map(|(point, group)| Some((*point, (*group)?))).unzip();
    cluster::silhouette(&points, &labels)
}
