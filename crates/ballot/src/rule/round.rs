//! A round: quorum, what carries, what follows.

use std::{borrow::Cow, cmp::Ordering};

use super::{
    Ballots, Base, CandidateResult, Class, Condition, Conditions, Contest, Electorate, Gateway, GatewayResult, Need,
    Note, Outcome, Ratio, Report, Round, Rule, Silent, Step, Sums, Tie, Verdict, When, Who,
    count::count,
    measure::{Weighed, weigh},
};

/// What a round is decided on.
pub type Input<'a> = (Cow<'a, Electorate>, Cow<'a, Ballots>);

/// Decides a motion.
///
/// `contest` goes with a rule that elects. `second` gives what a second round is decided on, once its
/// gateway is open: the same again where the gateway has the same ballots, or nothing while no second
/// round was held.
///
/// Source: docs/rules.md, order of evaluation.
pub fn decide<'a>(
    rule: &Rule,
    electorate: &Electorate,
    ballots: &Ballots,
    contest: Option<&Contest>,
    second: impl FnOnce(&Gateway) -> Option<Input<'a>>,
) -> Report {
    let (mut first, table) = Table::lay(rule, 1, electorate, ballots, contest);
    let tried = rule.gateways.iter().filter(|gateway| gateway.when.is_after(first.outcome));
    let tried = tried.map(|gateway| (gateway, table.gateway(gateway)));
    // The first that is open; else the last tried is what the report shows.
    let (mut open, mut shown) = (None, None);
    for (gateway, result) in tried {
        let is_open = result.is_open;
        shown = Some(result);
        if is_open {
            open = Some(gateway);
            break;
        }
    }
    first.gateway = shown;
    let mut report = Report { first, second: None };
    if let Some(gateway) = open {
        match second(gateway) {
            None => report.first.outcome = Outcome::SecondRoundOpen,
            Some((electorate, ballots)) => {
                report.second = Some(Table::lay(&gateway.then, 2, &electorate, &ballots, contest).0);
            }
        }
    }
    report
}

/// Which of several motions that exclude each other stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prevailing {
    /// None passed.
    None,
    /// This one: it passed, and has more "for" in every measure than any other that did.
    One(usize),
    /// These passed, and the measures do not agree which is first: they are voted on again.
    Runoff(Vec<usize>),
}

/// Says which of several motions that exclude each other prevails: the one that passed with more "for"
/// in every measure; where the measures disagree, a run-off between those that none of them beats.
pub fn prevailing(reports: &[&Report]) -> Prevailing {
    let passed: Vec<usize> = (0..reports.len()).filter(|&place| reports[place].outcome().is_passed()).collect();
    let beats = |a: usize, b: usize| {
        let (ours, theirs) = (&reports[a].last().sums, &reports[b].last().sums);
        ours.len() == theirs.len()
            && ours
                .iter()
                .zip(theirs)
                .all(|(ours, theirs)| ours.measure_name == theirs.measure_name && theirs.for_ < ours.for_)
    };
    let unbeaten: Vec<usize> =
        passed.iter().copied().filter(|&one| !passed.iter().any(|&other| beats(other, one))).collect();
    match unbeaten[..] {
        [] => Prevailing::None,
        [one] => Prevailing::One(one),
        _ => Prevailing::Runoff(unbeaten),
    }
}

impl When {
    fn is_after(self, outcome: Outcome) -> bool {
        match self {
            Self::Lost => outcome == Outcome::Lost,
            Self::NoQuorum => outcome == Outcome::NoQuorum,
            Self::NoQuorumOrLost => outcome == Outcome::Lost || outcome == Outcome::NoQuorum,
        }
    }
}

/// A round's sums, on which conditions are judged.
struct Table<'a> {
    rule: &'a Rule,
    sums: Vec<Sums>,
    weighed: Vec<Weighed>,
}

impl<'a> Table<'a> {
    fn lay(
        rule: &'a Rule,
        number: u8,
        electorate: &Electorate,
        ballots: &Ballots,
        contest: Option<&Contest>,
    ) -> (Round, Self) {
        let nobody = Contest { seats: 0, candidates: Vec::new() };
        let contest = contest.filter(|_| rule.election.is_some()).unwrap_or(&nobody);
        let mut count = count(rule, electorate, ballots, contest);
        let weighed: Vec<Weighed> = (0..rule.measures.len())
            .map(|place| weigh(rule, place, electorate, ballots, &mut count, contest.candidates.len()))
            .collect();
        let leader = leader(rule, &weighed, &mut count.notes);
        let named = rule.measures.iter().zip(&weighed);
        let sums = named.map(|(measure, weighed)| weighed.sums(rule, &measure.name, leader)).collect();
        let table = Self { rule, sums, weighed };
        let quorum_steps = table.steps(&rule.quorum.list, None);
        let has_quorum = rule.quorum.hold(&quorum_steps);
        let (outcome, verdict) = if rule.election.is_some() {
            table.elect(contest, has_quorum)
        } else {
            table.carry(has_quorum, ballots.objections.is_some())
        };
        let round = Round {
            rule: rule.name.clone(),
            number,
            has_quorum,
            quorum_steps,
            verdict,
            outcome,
            gateway: None,
            units: count.units,
            sums: table.sums.clone(),
            notes: count.notes,
        };
        (round, table)
    }

    fn steps(&self, conditions: &[Condition], candidate: Option<usize>) -> Vec<Step> {
        conditions.iter().map(|condition| self.step(condition, candidate)).collect()
    }

    fn step(&self, condition: &Condition, candidate: Option<usize>) -> Step {
        let (sums, weighed) = (&self.sums[condition.measure], &self.weighed[condition.measure]);
        let [votes_for, against] = candidate
            .map_or_else(|| [sums.for_.clone(), sums.against.clone()], |candidate| weighed.candidate(candidate));
        let voting = votes_for.plus(&against);
        let base = condition.need.base().map(|base| {
            let total = match base {
                // Objectors count with their plain weights, and so does what they are compared with.
                Base::All if condition.who == Who::Objecting => &weighed.plain,
                Base::All => &sums.all,
                Base::Participating => &sums.participating,
                Base::Present => &sums.present,
                Base::Voting => &voting,
            };
            (base, total.clone())
        });
        let have = match condition.who {
            Who::For => votes_for,
            Who::Against => against,
            Who::Abstain => sums.abstain.clone(),
            Who::Participating => sums.participating.clone(),
            Who::Present => sums.present.clone(),
            Who::Voting => voting,
            Who::VotingInPerson => sums.in_person.clone(),
            Who::Objecting => weighed.objecting.clone(),
        };
        let total = base.as_ref().map_or_else(Ratio::zero, |(_, total)| total.clone());
        Step {
            who: condition.who,
            measure: condition.measure,
            measure_name: sums.measure_name.clone(),
            is_met: condition.need.is_met(&have, &total),
            have,
            base,
            need: condition.need.clone(),
        }
    }

    fn gateway(&self, gateway: &Gateway) -> GatewayResult {
        let steps = self.steps(&gateway.needs, None);
        GatewayResult {
            then: gateway.then.name.clone(),
            cite: gateway.cite.clone(),
            is_open: steps.iter().all(|step| step.is_met),
            steps,
        }
    }

    fn carry(&self, has_quorum: bool, are_objections_known: bool) -> (Outcome, Verdict) {
        let pass_steps = self.steps(&self.rule.pass, None);
        let is_carried = pass_steps.iter().all(|step| step.is_met);
        let confirm = &self.rule.confirm;
        let mut confirm_steps = None;
        let outcome = match (has_quorum, is_carried) {
            (false, _) => Outcome::NoQuorum,
            (true, false) => Outcome::Lost,
            (true, true) if confirm.list.is_empty() => Outcome::Carried,
            (true, true) if !are_objections_known => Outcome::CarriedSubjectToObjection,
            (true, true) => {
                let steps = confirm_steps.insert(self.steps(&confirm.list, None));
                if confirm.hold(steps) { Outcome::Carried } else { Outcome::LostOnObjection }
            }
        };
        (outcome, Verdict::Motion { pass_steps, confirm_steps })
    }

    fn elect(&self, contest: &Contest, has_quorum: bool) -> (Outcome, Verdict) {
        let candidates: Vec<CandidateResult> = (contest.candidates.iter().enumerate())
            .map(|(place, candidate)| {
                let steps = self.steps(&self.rule.pass, Some(place));
                CandidateResult {
                    candidate: candidate.clone(),
                    votes_for: self.weighed.iter().map(|weighed| weighed.candidate(place)[0].clone()).collect(),
                    reaches: has_quorum && steps.iter().all(|step| step.is_met),
                    steps,
                }
            })
            .collect();
        let (elected, tied) = self.seat(&candidates, contest.seats);
        let tie = self.rule.election.as_ref().map(|election| election.tie);
        let outcome = match (has_quorum, tied.is_empty(), tie) {
            (false, _, _) => Outcome::NoQuorum,
            (true, true, _) if (elected.len() as u64) < contest.seats => Outcome::SeatsUnfilled,
            (true, true, _) => Outcome::Elected,
            (true, false, Some(Tie::Runoff)) => Outcome::TieRunoff,
            (true, false, Some(Tie::Lot) | None) => Outcome::TieLot,
        };
        (outcome, Verdict::Election { candidates, elected, tied, seats: contest.seats })
    }

    /// Who takes the seats, the highest first, and who is equal at the last one.
    fn seat(&self, candidates: &[CandidateResult], seats: u64) -> (Vec<usize>, Vec<usize>) {
        let keys = self.rule.election.as_ref().map_or(&[][..], |election| &election.rank);
        let rank = |a: usize, b: usize| {
            let (a, b) = (&candidates[a], &candidates[b]);
            keys.iter().fold(Ordering::Equal, |order, &key| order.then_with(|| b.votes_for[key].cmp(&a.votes_for[key])))
        };
        let mut elected: Vec<usize> = (0..candidates.len()).filter(|&place| candidates[place].reaches).collect();
        elected.sort_by(|&a, &b| rank(a, b).then_with(|| candidates[a].candidate.cmp(&candidates[b].candidate)));
        let seats = usize::try_from(seats).unwrap_or(usize::MAX);
        let (Some(&last), Some(&next)) = (seats.checked_sub(1).and_then(|last| elected.get(last)), elected.get(seats))
        else {
            elected.truncate(seats);
            return (elected, Vec::new());
        };
        if rank(last, next) != Ordering::Equal {
            elected.truncate(seats);
            return (elected, Vec::new());
        }
        let tied = elected.iter().copied().filter(|&one| rank(one, last) == Ordering::Equal).collect();
        elected.retain(|&one| rank(one, last) == Ordering::Less);
        (elected, tied)
    }
}

/// Whom silent owners follow: the side that leads in every measure.
fn leader(rule: &Rule, weighed: &[Weighed], notes: &mut Vec<Note>) -> Option<Class> {
    if rule.treat.silent_delivered != Silent::Majority || !weighed.iter().any(Weighed::has_silent) {
        return None;
    }
    let mut leaders = weighed.iter().map(Weighed::leader);
    let first = leaders.next().flatten();
    let leader = first.filter(|_| leaders.all(|leader| leader == first));
    notes.push(if leader.is_some() { Note::SilentFollow } else { Note::SilentWithoutSide });
    leader
}

impl Conditions {
    fn hold(&self, steps: &[Step]) -> bool {
        if self.is_any_enough && !steps.is_empty() {
            return steps.iter().any(|step| step.is_met);
        }
        steps.iter().all(|step| step.is_met)
    }
}

impl Need {
    /// Whether a weight meets it; over an empty base nothing does.
    fn is_met(&self, have: &Ratio, total: &Ratio) -> bool {
        match self {
            Self::Share { comparison, share, or_count, .. } => {
                let part = share.times(total);
                let wanted = or_count.iter().fold(part, |part, count| part.min(count.clone()));
                !total.is_zero() && comparison.holds(have, &wanted)
            }
            Self::AllBut { number, .. } => !total.is_zero() && *total <= have.plus(number),
            Self::Count(count) => count <= have,
        }
    }
}
