//! Groups of people who stand close to each other on the map.

use super::{GROUP_MIN, reactions::count};

/// At most so many groups.
const GROUPS_MAX: usize = 5;
/// One more group may be tried for every so many places where somebody stands.
const PLACES_PER_GROUP: usize = 12;
/// So many places count at most; beyond, the published method counts hundreds of people as one.
const PLACES_MAX: usize = 100;
/// How many seeded starts k-means has, beside the one from the first places.
const STARTS: u64 = 50;
/// How often a start is bettered before the starts are compared.
const ROUNDS: usize = 20;
/// How often the best one is bettered; far more than any needs.
const ROUNDS_MAX: usize = 1000;
/// How often in a row another number of groups must be better before it is taken.
const WINS: u32 = 4;

/// People put to the nearest of some centres.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clustering {
    /// Each point's centre, by its place in `centres`.
    pub(super) labels: Vec<usize>,
    /// Each the mean of its points.
    pub(super) centres: Vec<[f64; 2]>,
    /// The sum of squared distances.
    pub(super) inertia: f64,
}

/// K-means from given centres until nobody moves. Of equally near centres the first has the point.
pub(super) fn k_means(points: &[[f64; 2]], centres: Vec<[f64; 2]>) -> Clustering {
    rounds(points, centres, ROUNDS_MAX)
}

fn rounds(points: &[[f64; 2]], mut centres: Vec<[f64; 2]>, most: usize) -> Clustering {
    let mut labels = vec![usize::MAX; points.len()];
    for _ in 0..most {
        let mut has_moved = false;
        let mut sums = vec![([0.0, 0.0], 0.0); centres.len()];
        for (point, label) in points.iter().zip(&mut labels) {
            let (nearest, _) = nearest(*point, &centres);
            has_moved |= *label != nearest;
            *label = nearest;
            let (sum, size) = &mut sums[nearest];
            *sum = [sum[0] + point[0], sum[1] + point[1]];
            *size += 1.0;
        }
        if !has_moved {
            break;
        }
        for (centre, (sum, size)) in centres.iter_mut().zip(sums) {
            // A centre that nobody is near stays where it is.
            if 0.0 < size {
                *centre = [sum[0] / size, sum[1] / size];
            }
        }
    }
    let inertia = points.iter().zip(&labels).map(|(point, label)| squared(*point, centres[*label])).sum();
    Clustering { labels, centres, inertia }
}

/// The groups of some points, numbered by who comes first, and which number of groups is waiting.
///
/// The number is the one whose groups stand apart best; among those with no group too small to be
/// shown, if there are any. One that was `shown` before is held until another has been better
/// [`WINS`] times in a row.
pub(super) fn group(
    points: &[[f64; 2]],
    shown: usize,
    challenger: Option<(usize, u32)>,
) -> (Vec<usize>, Option<(usize, u32)>) {
    let mut tried = candidates(points);
    if tried.iter().any(|(clustering, _)| is_showable(clustering)) {
        tried.retain(|(clustering, _)| is_showable(clustering));
    }
    // The first of equals: fewer groups.
    let best = (0..tried.len()).rev().max_by(|one, other| tried[*one].1.total_cmp(&tried[*other].1));
    let Some(best) = best else {
        return (vec![0; points.len()], None);
    };
    let groups = |at: usize| tried[at].0.centres.len();
    let held = (0..tried.len()).find(|at| groups(*at) == shown);
    let (chosen, waiting) = match held {
        None => (best, None),
        Some(held) if held == best => (best, None),
        Some(held) => {
            let wins = 1 + challenger.map_or(0, |(number, wins)| if number == groups(best) { wins } else { 0 });
            if WINS <= wins { (best, None) } else { (held, Some((groups(best), wins))) }
        }
    };
    (by_first_member(&tried[chosen].0.labels), waiting)
}

/// The best clustering for each number of groups, and how well its groups stand apart.
fn candidates(points: &[[f64; 2]]) -> Vec<(Clustering, f64)> {
    let mut places = Vec::new();
    for point in points {
        if places.len() < PLACES_MAX && !places.contains(point) {
            places.push(*point);
        }
    }
    let most = GROUPS_MAX.min(2 + places.len() / PLACES_PER_GROUP).min(places.len());
    let found: Vec<Clustering> = (2..=most).filter_map(|groups| best_of_starts(points, &places[..groups])).collect();
    let labels: Vec<&[usize]> = found.iter().map(|clustering| clustering.labels.as_slice()).collect();
    let apart = silhouettes(points, &labels);
    found.into_iter().zip(apart).collect()
}

/// The clustering of least inertia: from the `first` places, or from the best of the seeded starts.
fn best_of_starts(points: &[[f64; 2]], first: &[[f64; 2]]) -> Option<Clustering> {
    // The first of equals, here as below.
    let least = |one: &Clustering, other: &Clustering| one.inertia.total_cmp(&other.inertia);
    let seeded = (1..=STARTS).map(|seed| rounds(points, spread(points, first.len(), seed), ROUNDS)).min_by(least)?;
    [k_means(points, first.to_vec()), k_means(points, seeded.centres)]
        .into_iter()
        .filter(|clustering| !sizes(clustering).contains(&0))
        .min_by(least)
}

/// Starting centres, each drawn from the points with a chance that grows with its squared distance
/// to those drawn before.
fn spread(points: &[[f64; 2]], number: usize, seed: u64) -> Vec<[f64; 2]> {
    let mut chance = Chance::new(seed);
    let mut far = vec![1.0; points.len()];
    let mut centres: Vec<[f64; 2]> = Vec::with_capacity(number);
    while centres.len() < number {
        let mut left = chance.part() * far.iter().sum::<f64>();
        let drawn = far.iter().position(|weight| {
            left -= weight;
            left < 0.0 && 0.0 < *weight
        });
        // Rounding may leave a little at the end.
        let Some(drawn) = drawn.or_else(|| far.iter().rposition(|weight| 0.0 < *weight)) else { break };
        let centre = points[drawn];
        let is_first = centres.is_empty();
        for (weight, point) in far.iter_mut().zip(points) {
            let distance = squared(*point, centre);
            *weight = if is_first { distance } else { weight.min(distance) };
        }
        centres.push(centre);
    }
    centres
}

fn sizes(clustering: &Clustering) -> Vec<u32> {
    let of = |label: usize| count(clustering.labels.iter().filter(|other| **other == label).count());
    (0..clustering.centres.len()).map(of).collect()
}

fn is_showable(clustering: &Clustering) -> bool {
    sizes(clustering).iter().all(|size| GROUP_MIN <= *size)
}

/// Renames labels so that they count up in the order in which they come.
fn by_first_member(labels: &[usize]) -> Vec<usize> {
    let mut names: Vec<usize> = Vec::new();
    let name = |label: &usize| {
        names.iter().position(|known| known == label).unwrap_or_else(|| {
            names.push(*label);
            names.len() - 1
        })
    };
    labels.iter().map(name).collect()
}

/// The mean silhouette of a clustering: how much nearer people are to their own group than to the
/// next one. Whoever is alone in a group counts as zero; none for fewer than two groups.
pub(super) fn silhouette(points: &[[f64; 2]], labels: &[usize]) -> Option<f64> {
    let is_split = labels.windows(2).any(|pair| pair[0] != pair[1]);
    if is_split { silhouettes(points, &[labels]).pop() } else { None }
}

/// The silhouettes of several clusterings of the same points, for which every distance is computed
/// once: people who share their group in all of them stand together in memory.
fn silhouettes(points: &[[f64; 2]], clusterings: &[&[usize]]) -> Vec<f64> {
    let labels_of = |point: usize| clusterings.iter().map(move |labels| labels[point]);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|one, other| labels_of(*one).cmp(labels_of(*other)));
    let blocks: Vec<&[usize]> = order.chunk_by(|one, other| labels_of(*one).eq(labels_of(*other))).collect();
    let spots: Vec<(Vec<f64>, Vec<f64>)> =
        blocks.iter().map(|block| block.iter().map(|at| (points[*at][0], points[*at][1])).unzip()).collect();
    let sizes: Vec<Vec<f64>> = clusterings
        .iter()
        .map(|labels| {
            let mut sizes = vec![0.0; labels.iter().max().map_or(0, |last| last + 1)];
            labels.iter().for_each(|label| sizes[*label] += 1.0);
            sizes
        })
        .collect();

    let mut totals = vec![0.0; clusterings.len()];
    for (at, point) in points.iter().enumerate() {
        let mut sums: Vec<Vec<f64>> = sizes.iter().map(|sizes| vec![0.0; sizes.len()]).collect();
        for (block, (across, along)) in blocks.iter().zip(&spots) {
            let distance: f64 = distances(*point, across, along);
            for (labels, sums) in clusterings.iter().zip(&mut sums) {
                sums[labels[block[0]]] += distance;
            }
        }
        for (clustering, total) in totals.iter_mut().enumerate() {
            *total += one_silhouette(clusterings[clustering][at], &sums[clustering], &sizes[clustering]);
        }
    }
    let all = f64::from(count(points.len()));
    totals.into_iter().map(|total| total / all).collect()
}

/// The sum of the distances from a point to others, in four sums that run beside each other.
fn distances(from: [f64; 2], across: &[f64], along: &[f64]) -> f64 {
    let distance = |(x, y): (&f64, &f64)| {
        let (x, y) = (x - from[0], y - from[1]);
        (x * x + y * y).sqrt()
    };
    let (across, along) = (across.chunks_exact(4), along.chunks_exact(4));
    let rest: f64 = across.remainder().iter().zip(along.remainder()).map(distance).sum();
    let mut sums = [0.0; 4];
    for (across, along) in across.zip(along) {
        for (sum, spot) in sums.iter_mut().zip(across.iter().zip(along)) {
            *sum += distance(spot);
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// One person's silhouette from the sums of their distances to the people of each group.
fn one_silhouette(own: usize, sums: &[f64], sizes: &[f64]) -> f64 {
    if sizes[own] <= 1.0 {
        return 0.0;
    }
    let within = sums[own] / (sizes[own] - 1.0);
    let next = (0..sums.len())
        .filter(|group| *group != own && 0.0 < sizes[*group])
        .map(|group| sums[group] / sizes[group])
        .fold(f64::INFINITY, f64::min);
    let larger = within.max(next);
    if larger == 0.0 || larger.is_infinite() { 0.0 } else { (next - within) / larger }
}

fn nearest(point: [f64; 2], centres: &[[f64; 2]]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (at, centre) in centres.iter().enumerate() {
        let distance = squared(point, *centre);
        if distance < best.1 {
            best = (at, distance);
        }
    }
    best
}

fn squared(one: [f64; 2], other: [f64; 2]) -> f64 {
    let (x, y) = (one[0] - other[0], one[1] - other[1]);
    x * x + y * y
}

/// Chance from a fixed seed (splitmix64), the same on every machine and in every release.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// A number from 0 to just under 1.
    pub(super) fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let high = (mixed ^ (mixed >> 31)) >> 32;
        f64::from(u32::try_from(high).expect("32 bits are left")) / 4_294_967_296.0
    }
}
