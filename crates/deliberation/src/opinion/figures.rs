//! What the statements, the groups and everybody together say. The names are those of docs/opinion.md.

use serde::Serialize;

use super::reactions::{Id, Moderation, Reactions, Tally};

/// What is more than chance: nine in ten, one-sided.
const Z: f64 = 1.2816;
/// How long the lists of representative statements and of consensus are at most.
const LIST_MAX: usize = 5;
/// How urgently a statement about the talk itself is shown.
const META_PRIORITY: f64 = 49.0;

/// What everybody says of a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // named as the reactions are
pub struct StatementFigures {
    pub statement: Id,
    pub agree: u32,
    pub disagree: u32,
    pub pass: u32,
    pub seen: u32,
    /// From −1, all disagree, to 1; zero for a statement that does not count.
    pub mean: f64,
    /// What agreement adds to somebody's place along the first and the second component.
    pub components: [f64; 2],
    /// How far out somebody would stand who agreed to this alone.
    pub extremity: f64,
    /// The product of all groups' `pa`: near one only where every group agrees.
    pub consensus: f64,
    /// How urgently it should be shown to those who have not seen it.
    pub priority: f64,
}

/// What a group says of a statement, beside what the other groups say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupStatement {
    /// Which one.
    pub statement: Id,
    /// How many of the group agree.
    pub na: u32,
    /// How many of the group disagree.
    pub nd: u32,
    /// How many of the group saw it.
    pub ns: u32,
    /// The share that agrees, drawn towards a half while few saw it.
    pub pa: f64,
    /// The share that disagrees, likewise.
    pub pd: f64,
    /// How sure it is that more than half agree: a z-score.
    pub pat: f64,
    /// How sure it is that more than half disagree.
    pub pdt: f64,
    /// How many times as much the group agrees as the others do.
    pub ra: f64,
    /// How many times as much the group disagrees as the others do.
    pub rd: f64,
    /// How sure it is that the group agrees more than the others: a z-score.
    pub rat: f64,
    /// How sure it is that the group disagrees more than the others.
    pub rdt: f64,
}

/// The side on which a group stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // they are what they are called
pub enum Side {
    Agree,
    Disagree,
}

/// A statement that shows what a group is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Representative {
    /// Which one.
    pub statement: Id,
    /// The side on which the group differs more from the others. A `best_agree` may have it on the
    /// side of disagreeing, where the others agree even more.
    pub side: Side,
    /// Whether it is here as what the group agrees on most.
    #[serde(skip)]
    pub best_agree: bool,
}

/// What people agree on, whatever their group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Consensus {
    /// Statements most agree to, the clearest first.
    pub agree: Vec<Id>,
    /// Statements most reject, the clearest first.
    pub disagree: Vec<Id>,
}

/// The mean of what was said of a statement; zero if it does not count or nobody saw it.
pub(super) fn mean(moderation: Moderation, total: Tally) -> f64 {
    if moderation.counts() && 0 < total.seen() {
        (f64::from(total.agree) - f64::from(total.disagree)) / f64::from(total.seen())
    } else {
        0.0
    }
}

/// Everybody's figures, and how urgent each statement is for those in `tallies`, which are by group.
pub(super) fn statements(
    reactions: &Reactions,
    totals: &[Tally],
    means: &[f64],
    components: &[Vec<f64>; 2],
    voted: u32,
    tallies: &[Vec<Tally>],
) -> Vec<StatementFigures> {
    reactions
        .statements()
        .zip(reactions.moderations())
        .enumerate()
        .map(|(at, (id, moderation))| {
            let total = totals[at];
            let components = components.each_ref().map(|component| component[at]);
            // Somebody who has agreed to this alone, placed as everybody is.
            let [x, y] = components.map(|part| f64::from(voted).sqrt() * (1.0 - means[at]) * part);
            let extremity = x.hypot(y);
            let grouped = tallies.iter().fold(Tally::default(), |sum, tallies| sum.plus(tallies[at]));
            StatementFigures {
                statement: id.clone(),
                agree: total.agree,
                disagree: total.disagree,
                pass: total.pass,
                seen: total.seen(),
                mean: means[at],
                components,
                extremity,
                consensus: if tallies.is_empty() {
                    0.0
                } else {
                    tallies.iter().map(|tallies| share(tallies[at].agree, tallies[at].seen())).product()
                },
                priority: if moderation.is_meta { META_PRIORITY } else { priority(grouped, extremity) },
            }
        })
        .collect()
}

/// A statement is urgent while few saw it, if people take sides on it, agree, and differ by it.
fn priority(grouped: Tally, extremity: f64) -> f64 {
    let taken = 1.0 - share(grouped.pass, grouped.seen());
    let new = 1.0 + 8.0 * (-f64::from(grouped.seen()) / 5.0).exp2();
    (taken * (extremity + 1.0) * share(grouped.agree, grouped.seen()) * new).powi(2)
}

/// The figures of the group at a place; `tallies` are by group.
pub(super) fn group(reactions: &Reactions, tallies: &[Vec<Tally>], at: usize) -> Vec<GroupStatement> {
    reactions
        .statements()
        .enumerate()
        .map(|(statement, id)| {
            let own = tallies[at][statement];
            let others = (0..tallies.len())
                .filter(|group| *group != at)
                .fold(Tally::default(), |sum, group| sum.plus(tallies[group][statement]));
            let (seen, others_seen) = (own.seen(), others.seen());
            let (pa, pd) = (share(own.agree, seen), share(own.disagree, seen));
            GroupStatement {
                statement: id.clone(),
                na: own.agree,
                nd: own.disagree,
                ns: seen,
                pa,
                pd,
                pat: beyond_half(own.agree, seen),
                pdt: beyond_half(own.disagree, seen),
                ra: pa / share(others.agree, others_seen),
                rd: pd / share(others.disagree, others_seen),
                rat: beyond_others((own.agree, seen), (others.agree, others_seen)),
                rdt: beyond_others((own.disagree, seen), (others.disagree, others_seen)),
            }
        })
        .collect()
}

/// A share with one hit and one miss put beside what was counted.
fn share(hits: u32, seen: u32) -> f64 {
    (f64::from(hits) + 1.0) / (f64::from(seen) + 2.0)
}

/// How far a share is beyond a half, in standard errors, with one hit more than was counted.
fn beyond_half(hits: u32, seen: u32) -> f64 {
    let seen = f64::from(seen) + 1.0;
    2.0 * seen.sqrt() * ((f64::from(hits) + 1.0) / seen - 0.5)
}

/// How far one share is beyond another, in standard errors of their difference; each is hits and
/// seen, with one hit more than was counted.
fn beyond_others(own: (u32, u32), others: (u32, u32)) -> f64 {
    if own.0 == own.1 && others.0 == others.1 {
        return 0.0;
    }
    let [hits, seen, other_hits, other_seen] =
        [own.0, own.1, others.0, others.1].map(|counted| f64::from(counted) + 1.0);
    let pooled = (hits + other_hits) / (seen + other_seen);
    (hits / seen - other_hits / other_seen) / (pooled * (1.0 - pooled) * (1.0 / seen + 1.0 / other_seen)).sqrt()
}

impl GroupStatement {
    fn side(&self) -> Side {
        if self.rdt < self.rat { Side::Agree } else { Side::Disagree }
    }

    /// Whether the group says something here, and says it more than the others do.
    fn sets_apart(&self) -> bool {
        (Z < self.rat && Z < self.pat) || (Z < self.rdt && Z < self.pdt)
    }

    /// How much the group agrees and stands out by it.
    fn agrees(&self) -> f64 {
        self.ra * self.rat * self.pa * self.pat
    }

    /// How much the group stands out on its side.
    fn stands_out(&self) -> f64 {
        match self.side() {
            Side::Agree => self.agrees(),
            Side::Disagree => self.rd * self.rdt * self.pd * self.pdt,
        }
    }
}

/// The statements that show what a group is about, of all its figures: agreement first.
pub(super) fn representative(reactions: &Reactions, figures: &[GroupStatement]) -> Vec<Representative> {
    let counting: Vec<&GroupStatement> = figures
        .iter()
        .zip(reactions.moderations())
        .filter(|(_, moderation)| moderation.counts())
        .map(|(f, _)| f)
        .collect();
    let best = best_agree(&counting);
    let mut listed: Vec<&GroupStatement> = counting.iter().copied().filter(|figures| figures.sets_apart()).collect();
    listed.sort_by(|one, other| other.stands_out().total_cmp(&one.stands_out()));
    if let Some(best) = best {
        listed.retain(|figures| figures.statement != best.statement);
        listed.insert(0, best);
    } else if listed.is_empty() {
        let larger = |figures: &GroupStatement| figures.rat.max(figures.rdt);
        // The first of equals, as everywhere.
        listed.extend(counting.iter().copied().rev().max_by(|one, other| larger(one).total_cmp(&larger(other))));
    }
    listed.truncate(LIST_MAX);
    listed.sort_by_key(|figures| figures.side() == Side::Disagree);
    let is_best = |figures: &GroupStatement| best.is_some_and(|best| best.statement == figures.statement);
    listed
        .into_iter()
        .map(|figures| Representative {
            statement: figures.statement.clone(),
            side: figures.side(),
            best_agree: is_best(figures),
        })
        .collect()
}

/// What a group agrees on most, if on anything.
///
/// Statements are taken in their order. The first to hold the place must be agreed to beyond chance,
/// or by most of the group and more than elsewhere. It passes to a later one that is agreed to more:
/// by what sets the group apart, too, once the holder is agreed to more here than elsewhere.
fn best_agree<'a>(figures: &[&'a GroupStatement]) -> Option<&'a GroupStatement> {
    figures.iter().copied().filter(|figures| 0 < figures.na + figures.nd).fold(None, |holder, next| {
        let is_better = match holder {
            None => Z < next.pat || (1.0 < next.ra && 0.5 < next.pa),
            Some(holder) if 1.0 < holder.ra => holder.agrees() < next.agrees(),
            Some(holder) => holder.pa * holder.pat < next.pa * next.pat,
        };
        if is_better { Some(next) } else { holder }
    })
}

/// What everybody together agrees to or rejects beyond chance.
pub(super) fn consensus(reactions: &Reactions, totals: &[Tally]) -> Consensus {
    let list = |hits: fn(&Tally) -> u32| {
        let mut clear: Vec<(f64, &Id)> = reactions
            .statements()
            .zip(reactions.moderations())
            .zip(totals)
            .filter(|((_, moderation), _)| moderation.counts())
            .map(|((id, _), total)| (id, share(hits(total), total.seen()), beyond_half(hits(total), total.seen())))
            .filter(|(_, share, beyond)| 0.5 < *share && Z < *beyond)
            .map(|(id, share, beyond)| (share * beyond, id))
            .collect();
        clear.sort_by(|one, other| other.0.total_cmp(&one.0));
        clear.truncate(LIST_MAX);
        clear.into_iter().map(|(_, id)| id.clone()).collect()
    };
    Consensus { agree: list(|total| total.agree), disagree: list(|total| total.disagree) }
}
