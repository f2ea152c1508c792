//! Motions that exclude each other: alternatives, of which one prevails.
//!
//! The record has no field for a group, and needs none: ids are signed with the manifest, and an id
//! `alt<n>_<k>` says that the motion is alternative k of group n. Each is voted on and decided by
//! itself; which one prevails follows from their results. Source: docs/rules.md §8.

use crate::{
    id::Id,
    rule::{Outcome, Prevailing, Ratio, prevailing},
    statement::Motion,
    tally::MotionCount,
};

/// A group of motions of which one prevails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number, from 1.
    pub number: u64,
    /// Places of its motions, in the manifest's order; two at least.
    pub motions: Vec<usize>,
}

/// The id of an alternative; both numbers are from 1 to 9999.
///
/// # Panics
/// Never: what it writes is an id.
pub fn id(group: u64, alternative: u64) -> Id {
    format!("alt{}_{}", group.min(9999), alternative.min(9999)).parse().expect("letters and digits are an id")
}

/// Group and alternative of an id, if it is one of an alternative: `alt1_2` gives 1 and 2.
pub fn place(id: &Id) -> Option<(u64, u64)> {
    let (group, alternative) = id.as_str().strip_prefix("alt")?.split_once('_')?;
    let number = |digits: &str| {
        let is_plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u64>().ok().filter(|_| is_plain && !digits.starts_with('0'))
    };
    Some((number(group)?, number(alternative)?))
}

/// The groups among motions, in the order of their first motion. What stands alone in a group, and
/// what elects somebody, excludes nothing.
pub fn groups(motions: &[Motion]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, motion) in motions.iter().enumerate() {
        let Some((number, _)) = place(&motion.id).filter(|_| motion.seats.is_none()) else { continue };
        match groups.iter_mut().find(|group| group.number == number) {
            Some(group) => group.motions.push(at),
            None => groups.push(Group { number, motions: vec![at] }),
        }
    }
    groups.retain(|group| 1 < group.motions.len());
    groups
}

/// What a group came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupResult {
    /// The group.
    pub group: Group,
    /// Which motion prevails; places are those of the poll's motions.
    pub prevailing: Prevailing,
    /// Each of its motions: whether it passed, and its weight for by measure.
    pub rows: Vec<AlternativeResult>,
}

/// What one alternative came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternativeResult {
    /// The motion.
    pub motion: Id,
    /// What it came to by itself.
    pub outcome: Outcome,
    /// The weight for, each with the measure's name.
    pub votes_for: Vec<(String, Ratio)>,
}

/// Which motion of each group prevails. `counts`: one for each motion of the poll, in its order.
pub fn results(motions: &[Motion], counts: &[MotionCount]) -> Vec<GroupResult> {
    let result = |group: Group| {
        let own: Vec<&MotionCount> = group.motions.iter().filter_map(|&at| counts.get(at)).collect();
        let reports: Vec<_> = own.iter().map(|count| &count.report).collect();
        let rows = own.iter().map(|count| AlternativeResult {
            motion: count.motion.clone(),
            outcome: count.report.outcome(),
            votes_for: count
                .report
                .last()
                .sums
                .iter()
                .map(|sums| (sums.measure_name.clone(), sums.for_.clone()))
                .collect(),
        });
        let rows = rows.collect();
        let prevailing = match prevailing(&reports) {
            Prevailing::None => Prevailing::None,
            Prevailing::One(at) => Prevailing::One(group.motions[at]),
            Prevailing::Runoff(places) => Prevailing::Runoff(places.into_iter().map(|at| group.motions[at]).collect()),
        };
        GroupResult { group, prevailing, rows }
    };
    groups(motions).into_iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hash::Hash, statement::Choice};

    fn motion(id: &str, seats: Option<u64>) -> Motion {
        Motion {
            attachments: None,
            candidates: None,
            choices: vec![Choice::For, Choice::Against],
            id: id.parse().expect("an id"),
            rule: "cn.278.ordinary".parse().expect("a rule"),
            rule_sha256: Hash([0; 32]),
            seats,
            text_sha256: Hash([0; 32]),
            title: id.to_owned(),
        }
    }

    #[test]
    fn an_id_says_group_and_alternative_in_one_way_only() {
        assert_eq!(place(&id(1, 2)), Some((1, 2)));
        assert_eq!(place(&id(u64::MAX, u64::MAX)), Some((9999, 9999)));
        for other in
            ["alt1", "alt1_", "alt_1", "alt01_1", "alt1_0", "alt1_2_3", "alternative1_2", "m1", "alt1_a", "alt12345_1"]
        {
            assert_eq!(place(&other.parse().expect("an id")), None, "{other}");
        }
    }

    #[test]
    fn a_group_has_two_motions_at_least_and_no_election() {
        let motions = [
            motion("alt1_1", None),
            motion("m1", None),
            motion("alt2_1", None),
            motion("alt1_2", None),
            motion("alt2_2", Some(5)),
            motion("alt1_3", None),
        ];
        assert_eq!(groups(&motions), [Group { number: 1, motions: vec![0, 3, 5] }]);
        assert_eq!(groups(&motions[..3]), []);
    }
}
