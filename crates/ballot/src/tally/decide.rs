//! Deciding each motion on the ballots of the count.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Cast, CastTotals, Count, Voter, answer};
use crate::{
    id::{HolderNo, Id, UnitNo},
    roll::{UnitLine, UnitStatus},
    rule::{self, Ballots, CandidateMark, Class, Contest, Electorate, Field, Note, Report, Rule, Unit, Vote},
    state::{AmendedRoll, State},
    statement::{Answer, CandidateTally, Choice, Figures, Mark, Motion, MotionResult, Party, RoundSheet, TallySheet},
};

/// The count of a closed poll: who may vote, and the ballots that a rule takes its choice from.
#[derive(Debug, Clone)]
pub struct Counted {
    lines: Vec<UnitLine>,
    electorate: Electorate,
    casts: Vec<Cast>,
    /// Of each vote that the engine gets, the unit and the ballot it is of.
    votes: Vec<(usize, usize)>,
    proxies: Vec<Party>,
    attended: Vec<usize>,
    undelivered: Vec<usize>,
    holders: BTreeMap<HolderNo, usize>,
    totals: CastTotals,
}

/// What a motion came to, with what it came from.
#[derive(Debug, Clone)]
pub struct MotionCount {
    /// Which motion.
    pub motion: Id,
    /// Every step of the decision.
    pub report: Report,
    /// What the result sheet says.
    pub result: MotionResult,
    /// Ballots that a limit on proxies set aside.
    pub over_cap: Vec<OverCap>,
}

/// A unit for which a proxy's ballot does not count, because it acts for too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OverCap {
    /// The unit.
    pub unit: UnitNo,
    /// The proxy.
    pub party: Party,
}

/// A ballot that does not count for a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetAside {
    /// Its index in the log.
    pub index: u64,
    /// The holder whose units it is for.
    pub holder: HolderNo,
}

impl Count {
    /// The count on the roll with all amendments; `None` without a usable roll.
    pub fn finish(self, state: &State) -> Option<Counted> {
        let roll = state.roll()?;
        let mut casts: Vec<Cast> =
            self.casts.into_values().flat_map(|kept| [Some(kept.first), kept.last]).flatten().collect();
        casts.sort_by_key(|cast| cast.index);
        let holders: BTreeMap<_, _> = roll.holders().zip(0..).collect();
        let electorate = electorate(roll, &holders);
        let lines = roll.lines().to_vec();
        let place_of = |unit: &UnitNo| usize::try_from(unit.get() - 1).ok().filter(|place| *place < lines.len());
        let votes = casts
            .iter()
            .enumerate()
            .flat_map(|(cast, it)| roll.units(it.holder).iter().filter_map(place_of).map(move |unit| (unit, cast)))
            .collect();
        let agents: BTreeSet<_> = casts.iter().filter_map(|cast| cast.voter.proxy()).collect();
        let places = |is_fit: &dyn Fn(HolderNo) -> bool| {
            let fit = lines.iter().enumerate().filter(|(_, line)| is_fit(line.holder));
            fit.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let attended = places(&|holder| self.present.contains(&holder) || self.represented.contains(&holder));
        let undelivered = places(&|holder| !state.is_delivered(holder));
        Some(Counted {
            electorate,
            casts,
            votes,
            proxies: agents.into_iter().collect(),
            attended,
            undelivered,
            holders,
            totals: self.totals,
            lines,
        })
    }
}

impl Voter {
    /// The agent, if it is one.
    pub fn proxy(self) -> Option<Party> {
        match self {
            Self::Person(_) => None,
            Self::Proxy(party) => Some(party),
        }
    }
}

fn electorate(roll: &AmendedRoll, holders: &BTreeMap<HolderNo, usize>) -> Electorate {
    let mut denominators = [1; Field::ALL.len()];
    for (denominator, field) in denominators.iter_mut().zip(Field::ALL) {
        if field == Field::Area {
            *denominator = 100;
        }
    }
    let place = |holder: &HolderNo| holders.get(holder).copied().unwrap_or_default();
    let units = roll.lines().iter().map(|line| Unit {
        holder: place(&line.holder),
        representative: line.representative.and_then(|person| usize::try_from(person.get() - 1).ok()),
        kind: Arc::from(line.kind.name()),
        flags: line.flags.iter().flatten().filter_map(|flag| flag.parse().ok()).collect(),
        weights: Field::ALL.map(|field| weight(line, field)),
    });
    let undelivered = roll.lines().iter().filter(|line| line.status != UnitStatus::Delivered);
    let developers: BTreeSet<_> = undelivered.map(|line| place(&line.holder)).collect();
    Electorate { units: units.collect(), developers: developers.into_iter().collect(), denominators }
}

fn weight(line: &UnitLine, field: Field) -> u64 {
    if field == Field::Area {
        return line.area;
    }
    line.measures().find(|(name, _)| *name == field.name()).map_or(0, |(_, value)| value)
}

impl Counted {
    /// How many ballots were cast.
    pub fn totals(&self) -> CastTotals {
        self.totals
    }

    /// The roll's lines with all amendments, unit 1 first.
    pub fn lines(&self) -> &[UnitLine] {
        &self.lines
    }

    /// The ballots from which the rule takes those that count, in the order of the log.
    pub fn casts(&self) -> &[Cast] {
        &self.casts
    }

    /// The ballot behind a vote of a [`Report`].
    pub fn cast_of(&self, vote: usize) -> Option<&Cast> {
        self.votes.get(vote).and_then(|(_, cast)| self.casts.get(*cast))
    }

    /// Decides a motion under its rule, parents merged.
    pub fn decide(&self, motion: &Motion, rule: &Rule) -> MotionCount {
        let ballots = self.ballots(motion);
        let contest = motion.candidates.as_ref().map(|candidates| Contest {
            seats: motion.seats.unwrap_or(1),
            candidates: candidates.iter().map(|candidate| candidate.id.to_string()).collect(),
        });
        // A second round with new ballots is another poll.
        let report = rule::decide(rule, &self.electorate, &ballots, contest.as_ref(), |gateway| {
            gateway.has_same_ballots.then_some((Cow::Borrowed(&self.electorate), Cow::Borrowed(&ballots)))
        });
        let last = report.last();
        let result = MotionResult {
            motion: motion.id.clone(),
            outcome: report.outcome().name().to_owned(),
            passed: report.outcome().is_passed(),
            quorum: last.has_quorum,
            rounds: rounds(&report),
            tally: self.sheet(motion, &report),
        };
        let over_cap = self.over_cap(&report);
        MotionCount { motion: motion.id.clone(), report, result, over_cap }
    }

    /// Ballots that were kept and that no unit counts, over those that a re-vote replaced.
    pub fn uncounted(&self, count: &MotionCount) -> Vec<SetAside> {
        let counted: BTreeSet<_> = count
            .report
            .first
            .units
            .iter()
            .filter_map(|unit| self.cast_of(unit.vote?))
            .map(|cast| cast.index)
            .collect();
        let idle = self.casts.iter().filter(|cast| !counted.contains(&cast.index));
        idle.map(|cast| SetAside { index: cast.index, holder: cast.holder }).collect()
    }

    fn ballots(&self, motion: &Motion) -> Ballots {
        let contents: Vec<_> = self.casts.iter().map(|cast| content(motion, cast)).collect();
        let votes = self.votes.iter().map(|&(unit, cast)| {
            let Cast { index, voter, channel, .. } = &self.casts[cast];
            let proxy = voter.proxy().and_then(|party| self.proxies.binary_search(&party).ok());
            let signer = match voter {
                Voter::Person(person) => rule::Signer::Person(usize::try_from(person.get() - 1).unwrap_or(usize::MAX)),
                Voter::Proxy(_) => rule::Signer::Proxy(0),
            };
            Vote { unit, signer, proxy, channel: *channel, at: *index, content: contents[cast].clone() }
        });
        let own = |party: &Party| match party {
            Party::Holder(holder) => self.holders.get(holder).copied(),
            Party::Agent(_) => None,
        };
        Ballots {
            votes: votes.collect(),
            proxies: self.proxies.iter().map(own).collect(),
            attended: self.attended.clone(),
            undelivered: self.undelivered.clone(),
            objections: None,
        }
    }

    fn sheet(&self, motion: &Motion, report: &Report) -> TallySheet {
        let mut sums: BTreeMap<Class, Figures> = BTreeMap::new();
        for (line, unit) in self.lines.iter().zip(&report.first.units) {
            add(sums.entry(unit.class).or_default(), line);
        }
        let of = |class| sums.get(&class).copied().unwrap_or_default();
        let offers = |choice, class| motion.choices.contains(&choice).then(|| of(class));
        let mut sheet = TallySheet {
            invalid: of(Class::Invalid),
            present_only: of(Class::PresentOnly),
            silent_delivered: of(Class::SilentDelivered),
            silent_undelivered: of(Class::SilentUndelivered),
            ..TallySheet::default()
        };
        if let Some(candidates) = &motion.candidates {
            sheet.marks = Some(of(Class::Marks));
            sheet.overvoted = Some(of(Class::Overvoted));
            sheet.candidates = Some(candidates.iter().map(|one| self.candidate(motion, &one.id, report)).collect());
        } else {
            sheet.for_ = offers(Choice::For, Class::For);
            sheet.against = offers(Choice::Against, Class::Against);
            sheet.abstain = offers(Choice::Abstain, Class::Abstain);
        }
        sheet
    }

    fn candidate(&self, motion: &Motion, candidate: &Id, report: &Report) -> CandidateTally {
        let mut tally =
            CandidateTally { against: Figures::default(), candidate: candidate.clone(), for_: Figures::default() };
        for (line, unit) in self.lines.iter().zip(&report.first.units) {
            let cast = unit.vote.filter(|_| unit.class == Class::Marks).and_then(|vote| self.cast_of(vote));
            let Some(Answer::Marks(marks)) = cast.and_then(|cast| answer(&cast.answers, &motion.id)) else { continue };
            match marks.get(candidate) {
                Some(Mark::For) => add(&mut tally.for_, line),
                Some(Mark::Against) => add(&mut tally.against, line),
                None => {}
            }
        }
        tally
    }

    fn over_cap(&self, report: &Report) -> Vec<OverCap> {
        let rounds = [Some(&report.first), report.second.as_ref()];
        let notes = rounds.into_iter().flatten().flat_map(|round| &round.notes);
        let over: BTreeSet<_> = notes
            .filter_map(|note| match note {
                Note::OverProxyLimit { unit, proxy, .. } => {
                    Some(OverCap { unit: self.lines.get(*unit)?.unit, party: *self.proxies.get(*proxy)? })
                }
                _ => None,
            })
            .collect();
        over.into_iter().collect()
    }
}

fn add(figures: &mut Figures, line: &UnitLine) {
    figures.units += 1;
    figures.area += line.area;
}

/// The engine's rounds in the record's types: the same keys, so that what is written can be read.
fn rounds(report: &Report) -> Vec<RoundSheet> {
    let rounds = report.to_record().into_iter().map(serde_json::from_value::<RoundSheet>);
    rounds.collect::<Result<_, _>>().expect("the engine writes the record's rounds, as its tests show")
}

fn content(motion: &Motion, cast: &Cast) -> rule::Content {
    match (answer(&cast.answers, &motion.id), &motion.candidates) {
        (Some(Answer::Choice(choice)), None) => match choice {
            Choice::For => rule::Content::For,
            Choice::Against => rule::Content::Against,
            Choice::Abstain => rule::Content::Abstain,
        },
        (Some(Answer::Marks(marks)), Some(candidates)) => {
            let mark = |id: &Id| match marks.get(id) {
                Some(Mark::For) => CandidateMark::For,
                Some(Mark::Against) => CandidateMark::Against,
                None => CandidateMark::None,
            };
            rule::Content::Marks(candidates.iter().map(|candidate| mark(&candidate.id)).collect())
        }
        _ => rule::Content::Invalid,
    }
}
