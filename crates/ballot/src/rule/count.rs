//! From ballots to one class per unit.
//!
//! The order is the law page's: what may not vote is dropped; a unit's own ballot displaces its
//! proxy's; proxies have their limit; then re-votes, channels, the representative, co-owners.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ballots, CandidateMark, Channel, Channels, Class, Conflict, Content, Contest, Electorate, Exclusion, Note, Revote,
    Rule, Signer, UnitResult, measure::Entities,
};

/// What every unit cast, and who is left out.
pub(super) struct Count {
    pub units: Vec<UnitResult>,
    /// Whether a vote for or against was cast at the meeting and not by a proxy.
    pub in_person: Vec<bool>,
    pub notes: Vec<Note>,
}

/// What one signer, or one unit, says in the end.
#[derive(Clone, Copy)]
enum Word {
    /// What this vote says.
    Vote(usize),
    /// Nothing: the ballots contradict each other.
    Contradiction,
}

impl Word {
    fn content(self, ballots: &Ballots) -> &Content {
        match self {
            Self::Vote(vote) => &ballots.votes[vote].content,
            Self::Contradiction => &Content::Invalid,
        }
    }
}

/// Gives every unit its class.
pub(super) fn count(rule: &Rule, electorate: &Electorate, ballots: &Ballots, contest: &Contest) -> Count {
    let is_flagged = |unit: usize, exclusion| {
        electorate.units[unit].flags.iter().any(|flag| rule.exclude.get(flag) == Some(&exclusion))
    };
    let removed: Vec<bool> = (0..electorate.units.len()).map(|unit| is_flagged(unit, Exclusion::All)).collect();
    let mut notes = Vec::new();
    let mut votes: Vec<usize> = (0..ballots.votes.len())
        .filter(|&vote| {
            let unit = ballots.votes[vote].unit;
            unit < removed.len() && !removed[unit] && !is_flagged(unit, Exclusion::Votes)
        })
        .collect();
    // Stable: of two at one time the later listed stays the later.
    votes.sort_by_key(|&vote| (ballots.votes[vote].unit, ballots.votes[vote].at));
    if rule.ballot.does_own_beat_proxy {
        votes = without_displaced(ballots, &votes, &mut notes);
    }
    let over = over_limit(rule, electorate, ballots, &removed, &votes, &mut notes);
    votes.retain(|vote| !over.contains(vote));

    let mut count =
        Count { units: absent(electorate, ballots, &removed), in_person: vec![false; removed.len()], notes };
    for votes in votes.chunk_by(|&a, &b| ballots.votes[a].unit == ballots.votes[b].unit) {
        let unit = ballots.votes[votes[0]].unit;
        let (word, in_person) = resolve(rule, electorate, ballots, votes, &mut count.notes);
        let class = class_of(rule, contest, word.content(ballots));
        let vote = match word {
            Word::Vote(vote) => Some(vote),
            Word::Contradiction => None,
        };
        count.units[unit] = UnitResult { class, vote, is_removed: false };
        count.in_person[unit] = in_person;
    }
    count
}

/// The classes of units for which nothing was cast.
fn absent(electorate: &Electorate, ballots: &Ballots, removed: &[bool]) -> Vec<UnitResult> {
    let mut units: Vec<UnitResult> = removed
        .iter()
        .map(|&is_removed| UnitResult { class: Class::SilentDelivered, vote: None, is_removed })
        .collect();
    for (places, class) in [(&ballots.undelivered, Class::SilentUndelivered), (&ballots.attended, Class::PresentOnly)] {
        for &unit in places.iter().filter(|&&unit| unit < electorate.units.len()) {
            units[unit].class = class;
        }
    }
    units
}

/// Leaves out proxies' votes for units that voted themselves, at whatever time.
fn without_displaced(ballots: &Ballots, votes: &[usize], notes: &mut Vec<Note>) -> Vec<usize> {
    let mut kept = Vec::with_capacity(votes.len());
    for votes in votes.chunk_by(|&a, &b| ballots.votes[a].unit == ballots.votes[b].unit) {
        let is_own = |vote: &usize| ballots.votes[*vote].proxy.is_none();
        if !votes.iter().any(is_own) {
            kept.extend(votes);
            continue;
        }
        for &vote in votes {
            match ballots.votes[vote].proxy {
                None => kept.push(vote),
                Some(proxy) => notes.push(Note::OwnBeatsProxy { unit: ballots.votes[vote].unit, proxy }),
            }
        }
    }
    kept
}

/// The proxies' votes that are beyond the limit: the latest.
fn over_limit(
    rule: &Rule,
    electorate: &Electorate,
    ballots: &Ballots,
    removed: &[bool],
    votes: &[usize],
    notes: &mut Vec<Note>,
) -> BTreeSet<usize> {
    let mut over = BTreeSet::new();
    let Some(limit) = &rule.proxy else { return over };
    let max_units = limit.units_of(removed.iter().filter(|is_removed| !**is_removed).count() as u64);
    let mut by_proxy: Vec<(usize, u64, usize)> =
        votes.iter().filter_map(|&vote| Some((ballots.votes[vote].proxy?, ballots.votes[vote].at, vote))).collect();
    by_proxy.sort_unstable();
    let entities =
        limit.unless_weight.as_ref().map(|unless| Entities::new(&rule.measures[unless.measure], electorate, removed));
    for votes in by_proxy.chunk_by(|a, b| a.0 == b.0) {
        let proxy = votes[0].0;
        if let (Some(unless), Some(entities)) = (&limit.unless_weight, &entities) {
            let own = ballots.proxies.get(proxy).copied().flatten().filter(|_| unless.is_own_included);
            let acted: BTreeSet<usize> = votes.iter().map(|&(_, _, vote)| ballots.votes[vote].unit).collect();
            let weight = entities.weight_of(electorate, &acted, own);
            if super::Ratio::from(weight) <= unless.max.times(&entities.whole().into()) {
                continue;
            }
        }
        let (mut principals, mut units) = (BTreeSet::new(), BTreeSet::new());
        for &(_, _, vote) in votes {
            let unit = ballots.votes[vote].unit;
            let holder = electorate.units[unit].holder;
            let is_full = |set: &BTreeSet<usize>, one, max: Option<u64>| {
                !set.contains(&one) && max.is_some_and(|max| max <= set.len() as u64)
            };
            if is_full(&principals, holder, limit.max_principals) || is_full(&units, unit, max_units) {
                let limit = max_units.into_iter().chain(limit.max_principals).min().unwrap_or_default();
                notes.push(Note::OverProxyLimit { unit, proxy, limit });
                over.insert(vote);
            } else {
                principals.insert(holder);
                units.insert(unit);
            }
        }
    }
    over
}

/// What a unit's votes, earliest first, come to, and whether that was said in person.
fn resolve(
    rule: &Rule,
    electorate: &Electorate,
    ballots: &Ballots,
    votes: &[usize],
    notes: &mut Vec<Note>,
) -> (Word, bool) {
    let is_in_person =
        |vote: usize| ballots.votes[vote].channel == Channel::Meeting && ballots.votes[vote].proxy.is_none();
    if let [vote] = votes {
        return (Word::Vote(*vote), is_in_person(*vote));
    }
    // Per signer and channel the place among the votes, so that places compare as times do.
    let mut signers: BTreeMap<Signer, BTreeMap<Channel, usize>> = BTreeMap::new();
    for (place, &vote) in votes.iter().enumerate() {
        let channels = signers.entry(ballots.votes[vote].signer).or_default();
        match rule.ballot.revote {
            Revote::Last => _ = channels.insert(ballots.votes[vote].channel, place),
            Revote::First => _ = channels.entry(ballots.votes[vote].channel).or_insert(place),
        }
    }
    let unit = ballots.votes[votes[0]].unit;
    let words: BTreeMap<Signer, Word> =
        signers.iter().map(|(signer, channels)| (*signer, one_signer(rule, ballots, votes, channels))).collect();
    let representative = electorate.units[unit].representative.map(Signer::Person);
    if let Some(word) = representative.and_then(|signer| words.get(&signer)) {
        note_contradiction(*word, unit, notes);
        return match *word {
            Word::Vote(vote) => (*word, is_in_person(vote)),
            Word::Contradiction => (*word, false),
        };
    }
    let mut said = words.values().copied();
    let first = said.next().unwrap_or(Word::Contradiction);
    let is_agreed = said.all(|word| word.content(ballots) == first.content(ballots));
    if is_agreed {
        note_contradiction(first, unit, notes);
        let in_person = words.values().any(|word| matches!(word, Word::Vote(vote) if is_in_person(*vote)));
        return (first, in_person);
    }
    // Of two proxies neither is named before the other.
    let is_named = matches!(words.keys().next(), Some(Signer::Person(_)));
    match (rule.conflict, first) {
        (Conflict::FirstNamed, Word::Vote(vote)) if is_named => (first, is_in_person(vote)),
        (Conflict::FirstNamed, Word::Contradiction) if is_named => {
            note_contradiction(first, unit, notes);
            (first, false)
        }
        (Conflict::Invalid | Conflict::FirstNamed, _) => {
            notes.push(Note::CoOwnersContradict { unit });
            (Word::Contradiction, false)
        }
    }
}

fn note_contradiction(word: Word, unit: usize, notes: &mut Vec<Note>) {
    if matches!(word, Word::Contradiction) {
        notes.push(Note::ChannelsContradict { unit });
    }
}

/// What one signer says over all channels.
fn one_signer(rule: &Rule, ballots: &Ballots, votes: &[usize], channels: &BTreeMap<Channel, usize>) -> Word {
    let latest = channels.values().copied().max().unwrap_or_default();
    let content = |place: usize| &ballots.votes[votes[place]].content;
    let agreed = || {
        let is_agreed = channels.values().all(|&place| content(place) == content(latest));
        if is_agreed { Word::Vote(votes[latest]) } else { Word::Contradiction }
    };
    let only = |channel| channels.get(&channel).map_or_else(agreed, |&place| Word::Vote(votes[place]));
    match rule.ballot.channels {
        Channels::Last => Word::Vote(votes[latest]),
        Channels::First => Word::Vote(votes[channels.values().copied().min().unwrap_or_default()]),
        Channels::ConflictInvalid => agreed(),
        Channels::Electronic => only(Channel::Electronic),
        Channels::Paper => only(Channel::Paper),
    }
}

fn class_of(rule: &Rule, contest: &Contest, said: &Content) -> Class {
    match (said, &rule.election) {
        (Content::For, _) => Class::For,
        (Content::Against, _) => Class::Against,
        (Content::Abstain, _) => Class::Abstain,
        (Content::Invalid, _) | (Content::Marks(_), None) => Class::Invalid,
        (Content::Marks(marks), Some(election)) => {
            let chosen = marks.iter().filter(|mark| **mark == CandidateMark::For).count() as u64;
            if election.is_limited_to_seats && contest.seats < chosen { Class::Overvoted } else { Class::Marks }
        }
    }
}
