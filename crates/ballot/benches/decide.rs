//! What a decision costs per unit, at growing sizes: it is the same, for the engine is linear.
//!
//! `cargo bench -p ballot --bench decide`; the figures per unit are the `item/s` column.

use std::sync::Arc;

use ballot::rule::{
    Ballots, CandidateMark, Channel, Content, Contest, Electorate, Field, Rule, RuleBook, Signer, Unit, Vote, decide,
};
use divan::{Bencher, counter::ItemsCount};

fn main() {
    divan::main();
}

const SIZES: [usize; 5] = [100, 1000, 9000, 10_000, 100_000];

fn rule(name: &str) -> Rule {
    RuleBook::embedded().resolve(&name.parse().expect("a name")).expect("a rule")
}

/// Units of which every tenth has the owner of the one before; everybody votes, one in seven twice.
fn electorate(units: usize) -> Electorate {
    let mut denominators = [1; Field::ALL.len()];
    denominators[Field::Area as usize] = 100;
    let kind: Arc<str> = "home".into();
    let unit = |place: usize| Unit {
        holder: if place % 10 == 9 { place - 1 } else { place },
        representative: None,
        kind: kind.clone(),
        flags: Vec::new(),
        weights: [4_000 + (place as u64 * 7919) % 11_000; Field::ALL.len()],
    };
    Electorate { units: (0..units).map(unit).collect(), developers: Vec::new(), denominators }
}

fn ballots(units: usize, content: impl Fn(usize) -> Content) -> Ballots {
    let vote = |at: usize| Vote {
        unit: at % units,
        signer: Signer::Person(0),
        proxy: None,
        channel: Channel::Electronic,
        at: at as u64,
        content: content(at),
    };
    Ballots { votes: (0..units + units / 7).map(vote).collect(), ..Ballots::default() }
}

#[divan::bench(args = SIZES)]
fn a_motion(bencher: Bencher, units: usize) {
    let (rule, electorate) = (rule("cn.278.special"), electorate(units));
    let ballots = ballots(units, |at| if at % 5 == 0 { Content::Against } else { Content::For });
    let bencher = bencher.counter(ItemsCount::new(units));
    bencher.bench(|| decide(&rule, &electorate, &ballots, None, |_| None));
}

#[divan::bench(args = SIZES)]
fn a_motion_with_caps(bencher: Bencher, units: usize) {
    let (rule, electorate) = (rule("tw.cmca.31"), electorate(units));
    let ballots = ballots(units, |at| if at % 5 == 0 { Content::Against } else { Content::For });
    let bencher = bencher.counter(ItemsCount::new(units));
    bencher.bench(|| decide(&rule, &electorate, &ballots, None, |_| None));
}

#[divan::bench(args = SIZES)]
fn an_election_of_seven_from_eleven(bencher: Bencher, units: usize) {
    let (rule, electorate) = (rule("cn.election.committee"), electorate(units));
    let contest = Contest { seats: 7, candidates: (0..11).map(|at| format!("c{at}")).collect() };
    let marks: Vec<Arc<[CandidateMark]>> = (0..11)
        .map(|shift| {
            let mark = |at: usize| if (at + shift) % 11 < 7 { CandidateMark::For } else { CandidateMark::Against };
            (0..11).map(mark).collect()
        })
        .collect();
    let ballots = ballots(units, |at| Content::Marks(marks[at % 11].clone()));
    let bencher = bencher.counter(ItemsCount::new(units));
    bencher.bench(|| decide(&rule, &electorate, &ballots, Some(&contest), |_| None));
}
