//! From a case's names to the engine's numbers, under one rule.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Case, CaseError,
    read::{CaseBallot, CaseContent, CaseUnit},
};
use crate::rule::{
    Ballots, CandidateMark, Content, Contest, Electorate, Exclusion, Field, Rule, Signer, Unit, Vote, Weight,
    explain::{Dropped, Names, WhyDropped},
};

/// What a round is decided on.
pub(super) struct CaseInput {
    pub electorate: Electorate,
    pub ballots: Ballots,
    pub names: Names,
}

/// Lays a case out as the rule sees it: only units in scope, undelivered ones with their developer
/// where the rule says so.
pub(super) fn build(case: &Case, rule: &Rule, ballots: &[CaseBallot]) -> Result<CaseInput, CaseError> {
    if rule.election.is_some() && case.contest.is_none() {
        let wanted = format!("is missing: {} elects, so the motion has seats and candidates", rule.name);
        return Err(CaseError::new("motion.seats", wanted));
    }
    let excluded: BTreeSet<&str> = case.exclude_units.iter().map(String::as_str).collect();
    let is_in_scope = |unit: &&CaseUnit| {
        let is_there = |scope: &Vec<String>| unit.building.as_ref().is_some_and(|building| scope.contains(building));
        case.scope.as_ref().is_none_or(is_there) && !excluded.contains(unit.id.as_str())
    };
    let units: Vec<&CaseUnit> = case.units.iter().filter(is_in_scope).collect();
    let denominators = denominators(&units)?;
    check_weights(rule, &units)?;
    let mut builder = Builder { case, rule, places: HashMap::new(), people: Vec::new(), holders: BTreeMap::new() };
    let mut electorate = Electorate { units: Vec::with_capacity(units.len()), developers: Vec::new(), denominators };
    let mut kinds: BTreeMap<&str, Arc<str>> = BTreeMap::new();
    for (place, unit) in units.iter().enumerate() {
        let kind = kinds.entry(&unit.kind).or_insert_with(|| unit.kind.as_str().into()).clone();
        electorate.units.push(builder.unit(place, unit, kind, &denominators)?);
    }
    electorate.developers = builder.developers(&units, &electorate.units);
    let mut names = builder.names();
    let ballots = builder.cast(ballots, &mut names)?;
    Ok(CaseInput { electorate, ballots, names })
}

struct Builder<'a> {
    case: &'a Case,
    rule: &'a Rule,
    /// Where each id stands among the units in scope.
    places: HashMap<&'a str, usize>,
    /// Each unit's people, in the order in which a conflict asks them, and who signs by default.
    people: Vec<(Vec<&'a str>, &'a str)>,
    holders: BTreeMap<BTreeSet<String>, usize>,
}

impl<'a> Builder<'a> {
    /// Who the developer is where a cap asks: the one the roll names, else who holds what is undelivered.
    fn developers(&self, units: &[&CaseUnit], held: &[Unit]) -> Vec<usize> {
        let holders: BTreeSet<usize> = match &self.case.developer {
            Some(name) => self.holders.get(&BTreeSet::from([name.clone()])).copied().into_iter().collect(),
            None => {
                units.iter().zip(held).filter(|(unit, _)| !unit.is_delivered).map(|(_, unit)| unit.holder).collect()
            }
        };
        holders.into_iter().collect()
    }

    fn names(&self) -> Names {
        let mut units = vec![String::new(); self.places.len()];
        for (id, place) in &self.places {
            (*id).clone_into(&mut units[*place]);
        }
        let mut holders = vec![String::new(); self.holders.len()];
        for (people, holder) in &self.holders {
            holders[*holder] = people.iter().cloned().collect::<Vec<_>>().join("+");
        }
        Names { units, holders, ..Names::default() }
    }

    /// Every ballot's word for every unit; what is left out goes to the names' list.
    fn cast(&self, ballots: &[CaseBallot], names: &mut Names) -> Result<Ballots, CaseError> {
        let mut all = Ballots::default();
        let mut proxies: BTreeMap<&str, usize> = BTreeMap::new();
        for ballot in ballots {
            let content = self.content(ballot)?;
            let proxy = ballot.proxy.as_deref().map(|name| {
                *proxies.entry(name).or_insert_with(|| {
                    all.proxies.push(self.holders.get(&BTreeSet::from([name.to_owned()])).copied());
                    names.proxies.push(name.to_owned());
                    all.proxies.len() - 1
                })
            });
            for id in &ballot.units {
                match self.vote(ballot, id, proxy, &content) {
                    Ok(vote) => all.votes.push(vote),
                    Err(why) => names.dropped.push(Dropped { unit: id.clone(), why }),
                }
            }
        }
        let places = |ids: &[String]| ids.iter().filter_map(|id| self.places.get(id.as_str()).copied()).collect();
        all.attended = places(&self.case.attended);
        all.undelivered = places(&self.case.undelivered);
        all.objections = self.case.objections.as_deref().map(places);
        Ok(all)
    }

    fn unit(
        &mut self,
        place: usize,
        unit: &'a CaseUnit,
        kind: Arc<str>,
        denominators: &[u64; Field::ALL.len()],
    ) -> Result<Unit, CaseError> {
        let developer = self.case.developer.as_deref();
        let developer = developer.filter(|_| !unit.is_delivered && self.rule.is_undelivered_developers());
        let mut people: Vec<&str> = match developer {
            Some(developer) => vec![developer],
            None => unit.people.iter().map(String::as_str).collect(),
        };
        let next = self.holders.len();
        let set = people.iter().map(|&person| person.to_owned()).collect();
        let holder = *self.holders.entry(set).or_insert(next);
        // A representative need not be one of the owners, such as the guardian of one.
        let representative = unit.representative.as_deref().filter(|_| developer.is_none()).map(|name| {
            people.iter().position(|person| *person == name).unwrap_or_else(|| {
                people.push(name);
                people.len() - 1
            })
        });
        let mut weights = [0; Field::ALL.len()];
        for ((weight, value), (denominator, field)) in
            weights.iter_mut().zip(&unit.weights).zip(denominators.iter().zip(Field::ALL))
        {
            let scaled = value.as_ref().map(|value| value.times(&u128::from(*denominator).into()));
            *weight = match scaled {
                None => 0,
                Some(scaled) => scaled.to_u128().and_then(|scaled| scaled.try_into().ok()).ok_or_else(|| {
                    CaseError::new(format!("roll, unit {}, {}", unit.id, field.name()), "is too large, or too fine")
                })?,
            };
        }
        self.places.insert(&unit.id, place);
        self.people.push((people, developer.unwrap_or(&unit.owner)));
        Ok(Unit { holder, representative, kind, flags: unit.flags.clone(), weights })
    }

    fn content(&self, ballot: &CaseBallot) -> Result<Content, CaseError> {
        let contest: Option<&Contest> = self.case.contest.as_ref().filter(|_| self.rule.election.is_some());
        Ok(match (&ballot.content, contest) {
            (CaseContent::For, _) => Content::For,
            (CaseContent::Against, _) => Content::Against,
            (CaseContent::Abstain, _) => Content::Abstain,
            (CaseContent::Invalid, _) => Content::Invalid,
            (CaseContent::Marks(_), None) => {
                let wanted =
                    format!("belongs to an election, and {} elects nobody; a choice is wanted", self.rule.name);
                return Err(CaseError::new(format!("{}.marks", ballot.place), wanted));
            }
            (CaseContent::Marks(marks), Some(contest)) => {
                let mut list = vec![CandidateMark::None; contest.candidates.len()];
                for (name, is_for) in marks {
                    let place = contest.candidates.iter().position(|candidate| candidate == name);
                    let place = place.ok_or_else(|| {
                        CaseError::new(format!("{}.marks.{name}", ballot.place), "stands nowhere in motion.candidates")
                    })?;
                    list[place] = if *is_for { CandidateMark::For } else { CandidateMark::Against };
                }
                Content::Marks(list.into())
            }
        })
    }

    /// A ballot's word for one unit, or why it has none.
    fn vote(&self, ballot: &CaseBallot, id: &str, proxy: Option<usize>, content: &Content) -> Result<Vote, WhyDropped> {
        let unit = *self.places.get(id).ok_or(WhyDropped::NotOnRoll)?;
        if ballot.is_forged {
            return Err(WhyDropped::Forged);
        }
        let (people, entitled) = &self.people[unit];
        let signer = ballot.by.as_deref().or(ballot.proxy.as_deref()).unwrap_or(entitled);
        let person = people.iter().position(|person| *person == signer);
        // Whoever owns the unit votes for it by right, even where named as a proxy.
        let (signer, proxy) = match (person, proxy) {
            (Some(person), _) => (Signer::Person(person), None),
            (None, Some(proxy)) if ballot.proxy.as_deref() == Some(signer) => (Signer::Proxy(proxy), Some(proxy)),
            (None, _) => return Err(WhyDropped::WrongSigner(signer.to_owned())),
        };
        Ok(Vote { unit, signer, proxy, channel: ballot.channel, at: ballot.at, content: content.clone() })
    }
}

/// What each field's numbers are parts of: the least common denominator.
fn denominators(units: &[&CaseUnit]) -> Result<[u64; Field::ALL.len()], CaseError> {
    let mut denominators = [1_u64; Field::ALL.len()];
    for unit in units {
        for ((denominator, weight), field) in denominators.iter_mut().zip(&unit.weights).zip(Field::ALL) {
            let Some(weight) = weight else { continue };
            let common = weight.parts().and_then(|(_, parts)| {
                let gcd = gcd(u128::from(*denominator), parts);
                u64::try_from(u128::from(*denominator).checked_mul(parts / gcd)?).ok()
            });
            *denominator = common.ok_or_else(|| {
                let wanted = "has no common denominator with the other units' below 2^64";
                CaseError::new(format!("roll, unit {}, {}", unit.id, field.name()), wanted)
            })?;
        }
    }
    Ok(denominators)
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Every unit that a condition weighs must have the number it is weighed by.
fn check_weights(rule: &Rule, units: &[&CaseUnit]) -> Result<(), CaseError> {
    let conditions = rule.quorum.list.iter().chain(&rule.pass).chain(&rule.confirm.list);
    let mut used: BTreeSet<usize> = conditions.map(|condition| condition.measure).collect();
    used.extend(rule.gateways.iter().flat_map(|gateway| &gateway.needs).map(|need| need.measure));
    used.extend(rule.election.iter().flat_map(|election| &election.rank));
    used.extend(rule.proxy.iter().filter_map(|proxy| proxy.unless_weight.as_ref()).map(|unless| unless.measure));
    for place in used {
        let measure = &rule.measures[place];
        let Weight::Field(field) = measure.weight else { continue };
        let counts = |unit: &&&CaseUnit| {
            !measure.exclude_kinds.contains(&unit.kind)
                && !unit.flags.iter().any(|flag| rule.exclude.get(flag) == Some(&Exclusion::All))
        };
        let lacks = |unit: &&&CaseUnit| unit.weights[field as usize].is_none();
        if let Some(unit) = units.iter().filter(counts).find(lacks) {
            let wanted = format!("is missing; {} weighs units by it, as \"10\" or \"89.37\"", rule.name);
            return Err(CaseError::new(format!("roll, unit {}, {}", unit.id, field.name()), wanted));
        }
    }
    Ok(())
}
