//! The two directions along which people differ most.
//!
//! The matrix of people and statements, less each statement's mean, is never written down: what
//! nobody said is the mean, so it is zero there, and only the reactions themselves are walked.

use super::reactions::Reactions;

/// When the error of a direction is small enough, as a part of its weight.
const PRECISION: f64 = 1e-14;
/// How many directions are searched at a time; more only ever matters where two weigh almost the same.
const STEPS_MAX: usize = 160;
/// How often a search goes on from where the last one ended; then the two directions weigh so much the
/// same that either would do.
const SEARCHES_MAX: usize = 4;
/// Below this part of the first component's weight, the second is rounding.
const NOISE: f64 = 1e-12;

/// The reactions less the mean of their statement.
pub(super) struct Centred<'a> {
    reactions: &'a Reactions,
    /// By cell; zero for statements that do not count.
    values: Vec<f64>,
}

impl<'a> Centred<'a> {
    pub(super) fn new(reactions: &'a Reactions, means: &[f64]) -> Self {
        let counts: Vec<bool> = reactions.moderations().map(super::Moderation::counts).collect();
        let values =
            reactions.of_cells(|statement, vote| if counts[statement] { vote.value() - means[statement] } else { 0.0 });
        Self { reactions, values }
    }

    /// The first two principal components, by statement. One that does not exist is zero.
    ///
    /// A sign is nobody's choice; here the entry that weighs most is positive.
    pub(super) fn components(&self) -> [Vec<f64>; 2] {
        let nothing = vec![0.0; self.values.len() / 3];
        let Some((weight, first)) = self.leading(&[]) else {
            return [nothing.clone(), nothing];
        };
        let second = self.leading(std::slice::from_ref(&first)).filter(|(second, _)| NOISE * weight < *second);
        [turned(first), second.map_or(nothing, |(_, second)| turned(second))]
    }

    /// What each cell adds to somebody's place along a direction.
    pub(super) fn weighed(&self, direction: &[f64]) -> Vec<f64> {
        self.values
            .chunks(3)
            .zip(direction)
            .flat_map(|(votes, part)| votes.iter().map(move |vote| vote * part))
            .collect()
    }

    /// The matrix's transpose times the matrix times a direction, in one walk over the reactions.
    fn times(&self, direction: &[f64]) -> Vec<f64> {
        let weights = self.weighed(direction);
        let mut sums = vec![0.0; weights.len()];
        for person in 0..self.reactions.people().len() {
            let cells = self.reactions.row(person);
            let place: f64 = cells.iter().map(|cell| weights[*cell as usize]).sum();
            for cell in cells {
                sums[*cell as usize] += place;
            }
        }
        self.values.chunks(3).zip(sums.chunks(3)).map(|(votes, sums)| dot(votes, sums)).collect()
    }

    /// The direction of most weight at right angles to those `known`, and its weight.
    ///
    /// Lanczos' method with every direction kept at right angles to all others, so that rounding does
    /// not bring one back. Asking anew for the second component finds it even if it weighs the same as
    /// the first.
    fn leading(&self, known: &[Vec<f64>]) -> Option<(f64, Vec<f64>)> {
        // Another start each time: where both weigh the same, the first is where its search began.
        // Multiplied once, so that statements which do not count stay at exactly zero.
        let mut start = self.times(&scattered(self.values.len() / 3, known.len()));
        let before = norm(&start);
        straighten(&mut start, &[known]);
        if norm(&start) <= NOISE * before {
            return None;
        }
        scale(&mut start);
        let (mut weight, mut direction, mut is_found) = self.search(start, known);
        for _ in 1..SEARCHES_MAX {
            if !is_found {
                (weight, direction, is_found) = self.search(direction, known);
            }
        }
        Some((weight, direction))
    }

    /// One search from a `start` of length one: a weight, its direction, and whether that is exact.
    fn search(&self, start: Vec<f64>, known: &[Vec<f64>]) -> (f64, Vec<f64>, bool) {
        let mut basis = vec![start];
        let mut diagonal = Vec::new();
        let mut beside: Vec<f64> = Vec::new();
        loop {
            let last = &basis[basis.len() - 1];
            let mut next = self.times(last);
            diagonal.push(dot(&next, last));
            straighten(&mut next, &[&basis, known]);
            let length = norm(&next);
            let (weight, parts) = top(&diagonal, &beside);
            let error = length * parts[parts.len() - 1].abs();
            // Without length, there is nowhere left to search.
            let is_found = error <= PRECISION * weight || length <= PRECISION * weight;
            if is_found || basis.len() == STEPS_MAX {
                let mut direction = vec![0.0; next.len()];
                for (part, other) in parts.iter().zip(&basis) {
                    for (entry, other) in direction.iter_mut().zip(other) {
                        *entry += part * other;
                    }
                }
                straighten(&mut direction, &[known]);
                scale(&mut direction);
                return (weight, direction, is_found);
            }
            scale(&mut next);
            beside.push(length);
            basis.push(next);
        }
    }
}

/// The largest eigenvalue of a symmetric tridiagonal matrix and its eigenvector of length one.
///
/// The entries `beside` the diagonal are positive, so that all entries of the vector are, too: a start
/// with ones cannot miss it.
fn top(diagonal: &[f64], beside: &[f64]) -> (f64, Vec<f64>) {
    let size = diagonal.len();
    let left = |at: usize| if at == 0 { 0.0 } else { beside[at - 1] };
    let right = |at: usize| beside.get(at).copied().unwrap_or(0.0);
    let mut low = diagonal.iter().copied().fold(f64::MIN, f64::max);
    let mut high = (0..size).map(|at| diagonal[at] + left(at) + right(at)).fold(low, f64::max);
    high += f64::EPSILON * high.abs() + f64::MIN_POSITIVE;
    // The pivots of the matrix less a multiple of one: all negative exactly above its largest eigenvalue.
    let pivots = |less: f64| {
        let mut pivots: Vec<f64> = Vec::with_capacity(size);
        for (at, entry) in diagonal.iter().enumerate() {
            let carried = pivots.last().map_or(0.0, |pivot| left(at) * left(at) / pivot);
            let pivot = entry - less - carried;
            if 0.0 <= pivot {
                return None;
            }
            pivots.push(pivot);
        }
        Some(pivots)
    };
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || high <= middle {
            break;
        }
        if pivots(middle).is_some() { high = middle } else { low = middle }
    }
    let mut vector = vec![1.0; size];
    if let Some(pivots) = pivots(high) {
        for _ in 0..3 {
            for at in 1..size {
                vector[at] -= left(at) / pivots[at - 1] * vector[at - 1];
            }
            for at in (0..size).rev() {
                let after = vector.get(at + 1).copied().unwrap_or(0.0);
                vector[at] = (vector[at] - right(at) * after) / pivots[at];
            }
            scale(&mut vector);
        }
    }
    (high, vector)
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

/// Brings a vector to length one; one of length zero stays.
fn scale(vector: &mut [f64]) {
    // By the largest entry first: squares of very large or very small ones do not fit.
    for by in [vector.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs())), 0.0] {
        let by = if by == 0.0 { norm(vector) } else { by };
        if 0.0 < by {
            for entry in vector.iter_mut() {
                *entry /= by;
            }
        }
    }
}

/// Takes from a vector what points along others, the last ones last: what is right to them stays right.
/// Twice, since the first time leaves rounding.
fn straighten(vector: &mut [f64], others: &[&[Vec<f64>]]) {
    for _ in 0..2 {
        for other in others.iter().copied().flatten() {
            let along = dot(vector, other);
            for (entry, other) in vector.iter_mut().zip(other) {
                *entry -= along * other;
            }
        }
    }
}

/// A start that no data is likely to be at right angles to.
fn scattered(size: usize, seed: usize) -> Vec<f64> {
    let mut chance = super::cluster::Chance::new(seed as u64);
    (0..size).map(|_| chance.part() + 0.5).collect()
}

/// Turned so that the entry that weighs most is positive; of almost equal ones, the first.
fn turned(mut vector: Vec<f64>) -> Vec<f64> {
    let largest = vector.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
    let leads = vector.iter().find(|entry| (1.0 - 1e-9) * largest <= entry.abs()).copied().unwrap_or(0.0);
    // Adding zero makes minus zero zero.
    let sign = if leads < 0.0 { -1.0 } else { 1.0 };
    for entry in &mut vector {
        *entry = *entry * sign + 0.0;
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opinion::{
        cluster::Chance,
        figures::mean,
        reactions::{Id, Moderation, Vote},
    };

    fn centred(rows: impl Iterator<Item = (usize, usize, Vote)>) -> (Reactions, Vec<f64>) {
        let reactions: Reactions =
            rows.map(|(person, statement, vote)| (Id::from(person), Id::from(statement), vote)).collect();
        let totals = reactions.totals();
        let means = totals.iter().map(|total| mean(Moderation::default(), *total)).collect();
        (reactions, means)
    }

    /// The weight of a direction and what is wrong with it.
    fn weigh(matrix: &Centred<'_>, direction: &[f64]) -> (f64, f64) {
        let mut times = matrix.times(direction);
        let weight = dot(&times, direction);
        for (entry, part) in times.iter_mut().zip(direction) {
            *entry -= weight * part;
        }
        (weight, norm(&times) / weight)
    }

    #[test]
    fn both_components_are_found_where_people_react_at_random() {
        let mut chance = Chance::new(5);
        let votes = [Vote::Agree, Vote::Pass, Vote::Disagree];
        let rows = (0..600 * 80).map(|pair| {
            let drawn = chance.part();
            (pair / 80, pair % 80, if drawn < 0.4 { votes[0] } else { votes[if drawn < 0.5 { 1 } else { 2 }] })
        });
        let (reactions, means) = centred(rows);
        let matrix = Centred::new(&reactions, &means);
        let [first, second] = matrix.components();
        assert!(dot(&first, &second).abs() < 1e-14);
        let (largest, error) = weigh(&matrix, &first);
        assert!(error < 1e-12, "{error}");
        let (next, error) = weigh(&matrix, &second);
        assert!(error < 1e-12, "{error}");
        assert!(next < largest);
    }

    #[test]
    fn a_second_component_of_the_same_weight_is_found() {
        // Four people: two statements cut them in halves that have nothing to do with each other.
        let sides = [Vote::Agree, Vote::Disagree];
        let rows = (0..8).map(|pair| (pair / 2, pair % 2, sides[(pair / 2) >> (pair % 2) & 1]));
        let (reactions, means) = centred(rows);
        let matrix = Centred::new(&reactions, &means);
        for component in &matrix.components() {
            let (weight, error) = weigh(&matrix, component);
            assert!((weight - 4.0).abs() < 1e-14 && error < 1e-14, "{weight} {error}");
        }
    }

    #[test]
    fn the_top_of_a_small_matrix_is_known() {
        for (diagonal, beside, weight) in [
            (vec![3.0], vec![], 3.0),
            (vec![2.0, 2.0], vec![1.0], 3.0),
            (vec![2.0; 3], vec![1.0; 2], 2.0 + 2f64.sqrt()),
        ] {
            let (found, vector) = top(&diagonal, &beside);
            assert!((found - weight).abs() < 1e-14, "{found} for {weight}");
            assert!((norm(&vector) - 1.0).abs() < 1e-15);
            for at in 0..diagonal.len() {
                let left = if at == 0 { 0.0 } else { beside[at - 1] * vector[at - 1] };
                let right = beside.get(at).map_or(0.0, |beside| beside * vector[at + 1]);
                assert!((left + diagonal[at] * vector[at] + right - weight * vector[at]).abs() < 1e-13);
            }
        }
    }
}
