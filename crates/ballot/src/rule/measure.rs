//! From classes to weights: what each measure counts, what caps take away, and the sums.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use super::{
    Abstention, Ballots, CandidateMark, Cap, CapBy, CapMode, Class, Content, Electorate, Field, Invalid, Measure, Note,
    Per, Ratio, Rule, Silent, Sums, UnitResult, Weight, count::Count,
};

/// What a measure counts: each unit, or each owner.
pub(super) struct Entities {
    /// Each unit's entity; none where the measure leaves the unit out.
    of_unit: Vec<Option<usize>>,
    /// What each weighs, in parts of the denominator.
    weights: Vec<u128>,
    denominator: u64,
}

impl Entities {
    pub(super) fn new(measure: &Measure, electorate: &Electorate, removed: &[bool]) -> Self {
        let (field, denominator) = match measure.weight {
            Weight::One => (None, 1),
            Weight::Field(field) => (Some(field as usize), electorate.denominators[field as usize].max(1)),
        };
        debug_assert!(Field::ALL.iter().enumerate().all(|(place, field)| *field as usize == place));
        let mut entities = Self { of_unit: Vec::with_capacity(removed.len()), weights: Vec::new(), denominator };
        let mut owners: HashMap<usize, usize> = HashMap::new();
        for (unit, is_removed) in electorate.units.iter().zip(removed) {
            if *is_removed || measure.exclude_kinds.iter().any(|kind| **kind == *unit.kind) {
                entities.of_unit.push(None);
                continue;
            }
            let next = entities.weights.len();
            let entity = match measure.per {
                Per::Unit => next,
                Per::Owner => *owners.entry(unit.holder).or_insert(next),
            };
            if entity == next {
                entities.weights.push(0);
            }
            match field {
                Some(field) => entities.weights[entity] += u128::from(unit.weights[field]),
                None => entities.weights[entity] = 1,
            }
            entities.of_unit.push(Some(entity));
        }
        entities
    }

    /// The sum over all, in parts of the denominator.
    pub(super) fn whole(&self) -> u128 {
        self.weights.iter().sum()
    }

    /// The weight of some units, and of all units of an owner, each entity once.
    pub(super) fn weight_of(&self, electorate: &Electorate, units: &BTreeSet<usize>, owner: Option<usize>) -> u128 {
        let own = electorate.units.iter().zip(&self.of_unit).filter(|(unit, _)| Some(unit.holder) == owner);
        let own = own.filter_map(|(_, entity)| *entity);
        let entities: BTreeSet<usize> = units.iter().filter_map(|&unit| self.of_unit[unit]).chain(own).collect();
        entities.iter().map(|&entity| self.weights[entity]).sum()
    }
}

/// What an entity did, and what its weight is multiplied by.
struct Voter<'a> {
    class: Class,
    is_in_person: bool,
    holder: usize,
    /// The proxy who cast all that it cast.
    proxy: Option<usize>,
    /// In an election: for and against whom all its valid ballots are.
    marks: Option<Cow<'a, [CandidateMark]>>,
    /// Place in the list of factors.
    factor: usize,
}

/// What caps make of a weight: in the base, among those taking part, among votes for and against.
#[derive(Clone)]
struct Factor {
    all: Ratio,
    weight: Ratio,
    votes: Ratio,
}

/// The classes, and after them the votes in person.
const CLASSES: usize = Class::SilentUndelivered as usize + 1;
const IN_PERSON: usize = CLASSES;

/// A measure's weights by class and factor, before silent owners are placed.
pub(super) struct Weighed {
    denominator: u64,
    factors: Vec<Factor>,
    /// By factor, then class.
    classes: Vec<[u128; CLASSES + 1]>,
    /// By candidate, then factor: for and against.
    candidates: Vec<Vec<[u128; 2]>>,
    /// The whole as on the roll, before caps.
    pub plain: Ratio,
    /// What objectors' units weigh, before caps.
    pub objecting: Ratio,
}

/// Weighs one measure.
pub(super) fn weigh(
    rule: &Rule,
    place: usize,
    electorate: &Electorate,
    ballots: &Ballots,
    count: &mut Count,
    candidates: usize,
) -> Weighed {
    let measure = &rule.measures[place];
    let removed: Vec<bool> = count.units.iter().map(|unit| unit.is_removed).collect();
    let entities = Entities::new(measure, electorate, &removed);
    let mut voters = voters(&entities, place, electorate, ballots, count);
    let one = Factor { all: Ratio::one(), weight: Ratio::one(), votes: Ratio::one() };
    let mut factors = Factors { list: vec![one], plain: Ratio::new(entities.whole(), entities.denominator.into()) };
    let units = removed.iter().filter(|is_removed| !**is_removed).count() as u64;
    for cap in rule.caps.iter().filter(|cap| cap.measures.contains(&place)) {
        let scene = Scene { cap, place, units, developers: &electorate.developers };
        factors.apply(&scene, &entities, &mut voters, &mut count.notes);
    }
    let mut weighed = Weighed {
        denominator: entities.denominator,
        classes: vec![[0; CLASSES + 1]; factors.list.len()],
        candidates: vec![vec![[0; 2]; factors.list.len()]; candidates],
        objecting: objecting(&entities, ballots),
        plain: factors.plain,
        factors: factors.list,
    };
    for (voter, weight) in voters.iter().zip(&entities.weights) {
        let classes = &mut weighed.classes[voter.factor];
        classes[voter.class as usize] += weight;
        if voter.is_in_person {
            classes[IN_PERSON] += weight;
        }
        for (mark, sums) in voter.marks.iter().flat_map(|marks| marks.iter()).zip(&mut weighed.candidates) {
            match mark {
                CandidateMark::None => {}
                CandidateMark::For => sums[voter.factor][0] += weight,
                CandidateMark::Against => sums[voter.factor][1] += weight,
            }
        }
    }
    weighed
}

fn objecting(entities: &Entities, ballots: &Ballots) -> Ratio {
    let units = ballots.objections.iter().flatten();
    let objectors: BTreeSet<usize> = units.filter_map(|&unit| entities.of_unit.get(unit).copied().flatten()).collect();
    let weight = objectors.iter().map(|&entity| entities.weights[entity]).sum();
    Ratio::new(weight, entities.denominator.into())
}

/// Each entity's class and marks, from those of its units.
fn voters<'a>(
    entities: &Entities,
    place: usize,
    electorate: &Electorate,
    ballots: &'a Ballots,
    count: &mut Count,
) -> Vec<Voter<'a>> {
    let mut voters: Vec<Option<Voter<'a>>> = entities.weights.iter().map(|_| None).collect();
    let mut split: BTreeSet<usize> = BTreeSet::new();
    for (unit, entity) in entities.of_unit.iter().enumerate() {
        let Some(entity) = *entity else { continue };
        let next = voter(unit, electorate, ballots, count);
        match &mut voters[entity] {
            None => voters[entity] = Some(next),
            Some(voter) => {
                if join(voter, next) {
                    split.insert(entity);
                }
            }
        }
    }
    let mut voters: Vec<Voter<'a>> = voters.into_iter().flatten().collect();
    for entity in split {
        voters[entity].class = Class::Abstain;
        voters[entity].is_in_person = false;
        count.notes.push(Note::OwnerSplit { measure: place, holder: voters[entity].holder });
    }
    voters
}

fn voter<'a>(unit: usize, electorate: &Electorate, ballots: &'a Ballots, count: &Count) -> Voter<'a> {
    let UnitResult { class, vote, .. } = count.units[unit];
    let vote = vote.map(|vote| &ballots.votes[vote]);
    let marks = match vote.map(|vote| &vote.content) {
        Some(Content::Marks(marks)) if class == Class::Marks => Some(Cow::Borrowed(&**marks)),
        _ => None,
    };
    Voter {
        class,
        is_in_person: count.in_person[unit] && is_for_or_against(class),
        holder: electorate.units[unit].holder,
        proxy: vote.and_then(|vote| vote.proxy),
        marks,
        factor: 0,
    }
}

fn is_for_or_against(class: Class) -> bool {
    matches!(class, Class::For | Class::Against)
}

/// Joins an owner's next unit; says whether the owner now has two different sides.
fn join<'a>(voter: &mut Voter<'a>, next: Voter<'a>) -> bool {
    let has_side = |class| is_for_or_against(class) || class == Class::Abstain;
    let is_split = has_side(voter.class) && has_side(next.class) && voter.class != next.class;
    let has_cast = |class| class <= Class::Invalid;
    match (has_cast(voter.class), has_cast(next.class)) {
        (true, true) => voter.proxy = voter.proxy.filter(|proxy| next.proxy == Some(*proxy)),
        (false, true) => voter.proxy = next.proxy,
        (_, false) => {}
    }
    voter.marks = match (voter.marks.take(), next.marks) {
        (Some(mut marks), Some(next)) => {
            for (place, mark) in marks.to_mut().iter_mut().enumerate() {
                if next.get(place) != Some(mark) {
                    *mark = CandidateMark::None;
                }
            }
            Some(marks)
        }
        (marks, next) => marks.or(next),
    };
    // The order of the classes is the order in which one stands for the owner.
    voter.is_in_person |= next.is_in_person;
    voter.class = voter.class.min(next.class);
    is_split
}

/// The factors in use, and the base that caps are measured by.
struct Factors {
    list: Vec<Factor>,
    plain: Ratio,
}

/// A cap and what it is applied to.
struct Scene<'a> {
    cap: &'a Cap,
    /// The measure's place.
    place: usize,
    /// How many units there are in all.
    units: u64,
    developers: &'a [usize],
}

impl Factors {
    fn apply(&mut self, scene: &Scene<'_>, entities: &Entities, voters: &mut [Voter<'_>], notes: &mut Vec<Note>) {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (entity, voter) in voters.iter().enumerate() {
            let key = match scene.cap.by {
                CapBy::Owner => Some(voter.holder),
                CapBy::ProxyHolder => voter.proxy,
                CapBy::Developer => Some(voter.holder).filter(|holder| scene.developers.contains(holder)),
            };
            if let Some(key) = key {
                groups.entry(key).or_default().push(entity);
            }
        }
        let all = self.all(entities, voters);
        let base = match scene.cap.mode {
            CapMode::ExcessNotCounted { is_base_full: true, .. } => self.plain.clone(),
            CapMode::ExcessNotCounted { .. } | CapMode::ReduceToOthers { .. } | CapMode::MultiplyVotes { .. } => all,
        };
        // No cap touches less than this part, and factors are at most 1: most groups need no fraction.
        let from = match &scene.cap.mode {
            CapMode::ReduceToOthers { above } => above,
            CapMode::ExcessNotCounted { max, .. } => max,
            CapMode::MultiplyVotes { when_share_at_least, .. } => when_share_at_least,
        };
        let floor = from.times(&base).times(&u128::from(entities.denominator).into()).floor().to_u128();
        for (key, group) in groups {
            let plain: u128 = group.iter().map(|&entity| entities.weights[entity]).sum();
            if floor.is_none_or(|floor| floor <= plain) {
                self.apply_to(scene, key, &group, &base, entities, voters, notes);
            }
        }
    }

    /// The base as caps before left it.
    fn all(&self, entities: &Entities, voters: &[Voter<'_>]) -> Ratio {
        let mut sums = vec![0; self.list.len()];
        for (voter, weight) in voters.iter().zip(&entities.weights) {
            sums[voter.factor] += weight;
        }
        let parts = sums.into_iter().zip(&self.list);
        Ratio::sum(parts.map(|(sum, factor)| Ratio::new(sum, entities.denominator.into()).times(&factor.all)))
    }

    #[allow(clippy::too_many_arguments)] // one group of one cap, seen from everywhere
    fn apply_to(
        &mut self,
        scene: &Scene<'_>,
        key: usize,
        group: &[usize],
        base: &Ratio,
        entities: &Entities,
        voters: &mut [Voter<'_>],
        notes: &mut Vec<Note>,
    ) {
        let mut sums: BTreeMap<usize, u128> = BTreeMap::new();
        for &entity in group {
            *sums.entry(voters[entity].factor).or_default() += entities.weights[entity];
        }
        let held = Ratio::sum(
            sums.iter()
                .map(|(&factor, &sum)| Ratio::new(sum, entities.denominator.into()).times(&self.list[factor].weight)),
        );
        let Some(change) = Change::of(scene, &held, base) else { return };
        notes.push(change.note(scene, key, &held, base));
        let changed: BTreeMap<usize, usize> = sums
            .into_keys()
            .map(|old| {
                self.list.push(change.applied(&self.list[old]));
                (old, self.list.len() - 1)
            })
            .collect();
        for &entity in group {
            voters[entity].factor = changed[&voters[entity].factor];
        }
    }
}

/// What a cap does to one that it touches.
struct Change {
    all: Ratio,
    weight: Ratio,
    votes: Ratio,
}

impl Change {
    fn of(scene: &Scene<'_>, held: &Ratio, base: &Ratio) -> Option<Self> {
        let one = Ratio::one;
        match &scene.cap.mode {
            CapMode::ReduceToOthers { above } => {
                let others = base.minus(held);
                let is_above = above.times(base) < *held && others < *held;
                let scale = others.over(held).filter(|_| is_above)?;
                Some(Self { all: scale.clone(), weight: scale, votes: one() })
            }
            CapMode::ExcessNotCounted { max, is_base_full } => {
                let limit = max.times(base);
                let scale = limit.over(held).filter(|_| limit < *held)?;
                Some(Self { all: if *is_base_full { one() } else { scale.clone() }, weight: scale, votes: one() })
            }
            CapMode::MultiplyVotes { factor, when_share_at_least, when_units_more_than } => {
                let has_share = !base.is_zero() && when_share_at_least.times(base) <= *held;
                let is_touched = has_share && *when_units_more_than < scene.units;
                is_touched.then(|| Self { all: one(), weight: one(), votes: factor.clone() })
            }
        }
    }

    fn applied(&self, old: &Factor) -> Factor {
        Factor {
            all: old.all.times(&self.all),
            weight: old.weight.times(&self.weight),
            votes: old.votes.times(&self.votes),
        }
    }

    fn note(&self, scene: &Scene<'_>, key: usize, held: &Ratio, base: &Ratio) -> Note {
        let (measure, from, to) = (scene.place, held.clone(), held.times(&self.weight));
        match (&scene.cap.mode, scene.cap.by) {
            (CapMode::ReduceToOthers { .. }, CapBy::ProxyHolder) => {
                Note::ProxyReduced { measure, proxy: key, from, to }
            }
            (CapMode::ReduceToOthers { .. }, _) => Note::OwnerReduced { measure, holder: key, from, to },
            (CapMode::ExcessNotCounted { .. }, CapBy::ProxyHolder) => {
                Note::ProxyCapped { measure, proxy: key, from, to }
            }
            (CapMode::ExcessNotCounted { .. }, _) => Note::OwnerCapped { measure, holder: key, from, to },
            (CapMode::MultiplyVotes { factor, .. }, by) => {
                let (held, all, factor) = (from, base.clone(), factor.clone());
                match by {
                    CapBy::ProxyHolder => Note::ProxyMultiplied { measure, proxy: key, held, all, factor },
                    CapBy::Owner | CapBy::Developer => {
                        Note::OwnerMultiplied { measure, holder: key, held, all, factor }
                    }
                }
            }
        }
    }
}

impl Weighed {
    fn sum(&self, classes: &[usize], of: impl Fn(&Factor) -> Ratio) -> Ratio {
        let parts = self.classes.iter().zip(&self.factors).filter_map(|(sums, factor)| {
            let sum: u128 = classes.iter().map(|&class| sums[class]).sum();
            (sum != 0).then(|| Ratio::new(sum, self.denominator.into()).times(&of(factor)))
        });
        Ratio::sum(parts)
    }

    fn votes(&self, class: Class) -> Ratio {
        self.sum(&[class as usize], |factor| factor.weight.times(&factor.votes))
    }

    /// The side that has more, if one has.
    pub(super) fn leader(&self) -> Option<Class> {
        match self.votes(Class::For).cmp(&self.votes(Class::Against)) {
            std::cmp::Ordering::Greater => Some(Class::For),
            std::cmp::Ordering::Less => Some(Class::Against),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// Whether there is somebody who got a ballot and cast none.
    pub(super) fn has_silent(&self) -> bool {
        self.classes.iter().any(|sums| sums[Class::SilentDelivered as usize] != 0)
    }

    /// For and against a candidate.
    pub(super) fn candidate(&self, place: usize) -> [Ratio; 2] {
        [0, 1].map(|side| {
            let parts = self.candidates[place].iter().zip(&self.factors).filter(|(sums, _)| sums[side] != 0);
            Ratio::sum(parts.map(|(sums, factor)| {
                Ratio::new(sums[side], self.denominator.into()).times(&factor.weight).times(&factor.votes)
            }))
        })
    }

    /// The sums, with silent owners placed as the rule says; `leader`: whom they follow.
    pub(super) fn sums(&self, rule: &Rule, name: &str, leader: Option<Class>) -> Sums {
        let weight = |classes: &[Class]| {
            let places: Vec<_> = classes.iter().map(|class| *class as usize).collect();
            self.sum(&places, |factor| factor.weight.clone())
        };
        let everybody: Vec<usize> = (0..CLASSES).collect();
        let invalid = weight(&[Class::Invalid, Class::Overvoted]);
        let silent = weight(&[Class::SilentDelivered]);
        // Abstentions enter both sums, whichever of the two a rule names.
        let (Abstention::Participates | Abstention::Present) = rule.treat.abstain;
        let cast = weight(&[Class::For, Class::Against, Class::Abstain, Class::Marks]);
        let mut sums = Sums {
            measure_name: name.to_owned(),
            all: self.sum(&everybody, |factor| factor.all.clone()),
            for_: self.votes(Class::For),
            against: self.votes(Class::Against),
            abstain: weight(&[Class::Abstain]),
            present: cast.plus(&weight(&[Class::PresentOnly])),
            participating: cast,
            in_person: self.sum(&[IN_PERSON], |factor| factor.weight.times(&factor.votes)),
        };
        match rule.treat.invalid {
            Invalid::Absent => {}
            Invalid::Participates => sums.participating = sums.participating.plus(&invalid),
            Invalid::Present => {
                sums.participating = sums.participating.plus(&invalid);
                sums.present = sums.present.plus(&invalid);
            }
        }
        match rule.treat.silent_delivered {
            Silent::Absent => {}
            Silent::Participates => sums.participating = sums.participating.plus(&silent),
            Silent::Majority => {
                sums.participating = sums.participating.plus(&silent);
                let votes = self.votes(Class::SilentDelivered);
                match leader {
                    Some(Class::For) => sums.for_ = sums.for_.plus(&votes),
                    Some(_) => sums.against = sums.against.plus(&votes),
                    None => {}
                }
                if leader.is_some() {
                    sums.present = sums.present.plus(&silent);
                }
            }
        }
        sums
    }
}
