//! The opinion map of a large community: 10,000 people, 500 statements, one core.
//!
//! `cargo bench -p deliberation`. The share of statements that people have seen varies; "max alloc"
//! must grow with the reactions, and must stay far below 40 MB for few of them, which is what a matrix
//! of all people and statements would take.

use std::num::NonZeroU64;

use deliberation::opinion::{Grouping, Id, Reactions, Standing, Vote, map};
use divan::{AllocProfiler, Bencher, counter::ItemsCount};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const PEOPLE: usize = 10_000;
const STATEMENTS: usize = 500;

fn main() {
    divan::main();
}

/// A number from 0 to just under `below`, always the same for one `seed`.
fn chance(seed: usize, below: u64) -> u64 {
    let mixed = (seed as u64).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 32)) % NonZeroU64::new(below).expect("some choice")
}

/// Four groups of people who have seen `percent` of all statements and mostly say what their group says.
fn rows(percent: u64) -> impl Iterator<Item = (Id, Id, Vote)> {
    (0..PEOPLE * STATEMENTS).filter(move |pair| chance(*pair, 100) < percent).map(|pair| {
        let (person, statement) = (pair / STATEMENTS, pair % STATEMENTS);
        let says = chance(10_000_000 + STATEMENTS * (person % 4) + statement, 2) == 0;
        let vote = match chance(20_000_000 + pair, 10) {
            0 => Vote::Pass,
            1 | 2 if says => Vote::Disagree,
            1 | 2 => Vote::Agree,
            _ if says => Vote::Agree,
            _ => Vote::Disagree,
        };
        (Id::from(person), Id::from(statement), vote)
    })
}

/// From the reactions to every figure.
#[divan::bench(args = [2, 10, 50, 100], sample_count = 3, sample_size = 1)]
fn map_of_10_000_people_and_500_statements(bencher: Bencher, percent_seen: u64) {
    let reactions: Reactions = rows(percent_seen).collect();
    bencher
        .counter(ItemsCount::new(reactions.iter().count()))
        .bench_local(|| map(&reactions, Grouping::Found(&Standing::default())));
}

/// Taking the reactions in.
#[divan::bench(args = [2, 10, 50, 100], sample_count = 3, sample_size = 1)]
fn collecting_reactions(bencher: Bencher, percent_seen: u64) {
    let count = rows(percent_seen).count();
    bencher.counter(ItemsCount::new(count)).bench_local(|| rows(percent_seen).collect::<Reactions>());
}
