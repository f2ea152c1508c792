//! Meetings (议事会、三方联席会议、楼道会议): bodies with seats, who was there, who may speak next, and minutes made from
//! the record.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{hash::Hash, json};
use serde::{Deserialize, Serialize};

use crate::{
    lifecycle::{Facts, Window, tables::ItemState},
    words::words,
};

words! {
    /// What a body is.
    BodyKind {
        Assembly "assembly" "the owners' assembly (业主大会)",
        Committee "committee" "the owners' committee (业主委员会)",
        Council "council" "the residents' council (居民议事会)",
        RedCouncil "red_council" "the council led by the grid's party branch (红色议事会)",
        Conference "conference" "the three-party conference (三方联席会议)",
        FirmCouncil "firm_council" "the council of firms (楼事会)",
        Stairwell "stairwell" "the meeting of a stairwell (楼道会议)",
    }

    /// What an item of an agenda is for.
    ItemKind {
        Inform "inform" "to inform",
        Discuss "discuss" "to discuss",
        Decide "decide" "to decide",
        Elect "elect" "to elect",
    }

    /// How somebody was checked in.
    CheckIn {
        Code "code" "by a code that was scanned",
        Paper "paper" "on the paper list",
        Online "online" "online",
    }
}

impl ItemKind {
    /// Whether it wants a quorum.
    pub fn decides(self) -> bool {
        match self {
            Self::Decide | Self::Elect => true,
            Self::Inform | Self::Discuss => false,
        }
    }
}

/// A body with its seats and rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// How many seats each group has.
    pub seats: BTreeMap<String, u64>,
    /// Whole days between the notice and the meeting.
    pub notice_days: u64,
    /// More than this part of the seats must be there, in percent.
    pub quorum_percent: u64,
    /// Whether its decisions bind, or advise.
    pub decides: bool,
}

impl Body {
    /// All its seats.
    pub fn size(&self) -> u64 {
        self.seats.values().sum()
    }

    /// How many seats make a quorum: more than the percentage of all.
    pub fn quorum(&self) -> u64 {
        self.size() * self.quorum_percent / 100 + 1
    }
}

/// Somebody who was there, for a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance<P> {
    /// Who.
    pub person: P,
    /// The group whose seat they hold; none for guests.
    pub group: Option<String>,
    /// For whom they hold it, if for another.
    pub proxy_for: Option<P>,
    /// From when, in Unix seconds.
    pub from: u64,
    /// Until when; none while they are there.
    pub until: Option<u64>,
    /// How they were checked in.
    pub how: CheckIn,
}

/// Who was there at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When.
    pub at: u64,
    /// Seats that were taken, by group, none above what the group has.
    pub groups: BTreeMap<String, u64>,
    /// Seats that were taken.
    pub present: u64,
    /// How many make a quorum.
    pub quorum: u64,
}

impl Snapshot {
    /// Whether there was a quorum.
    pub fn is_quorate(&self) -> bool {
        self.quorum <= self.present
    }
}

/// Counts who is there at a moment. A seat counts once: for who holds it or for the proxy, and no group has more than
/// its seats.
pub fn snapshot<P: Ord + Clone>(body: &Body, attendance: &[Attendance<P>], at: u64) -> Snapshot {
    let mut taken: BTreeMap<&str, BTreeSet<&P>> = BTreeMap::new();
    for line in attendance.iter().filter(|line| line.from <= at && line.until.is_none_or(|until| at < until)) {
        if let Some(group) = &line.group {
            taken.entry(group).or_default().insert(line.proxy_for.as_ref().unwrap_or(&line.person));
        }
    }
    let groups: BTreeMap<String, u64> = body
        .seats
        .iter()
        .map(|(group, seats)| {
            let there = taken.get(group.as_str()).map_or(0, |people| people.len() as u64);
            (group.clone(), there.min(*seats))
        })
        .collect();
    Snapshot { at, present: groups.values().sum(), groups, quorum: body.quorum() }
}

/// A show of hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hands {
    /// For.
    pub votes_for: u64,
    /// Against.
    pub against: u64,
    /// Abstained.
    pub abstained: u64,
}

/// Why a show of hands is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandsError {
    /// More than were there.
    #[error("{cast} hands, and {present} were there")]
    TooMany {
        /// Hands.
        cast: u64,
        /// Seats that were taken.
        present: u64,
    },
    /// Nothing can be decided.
    #[error("{present} are there, and {quorum} make a quorum")]
    NoQuorum {
        /// Seats that were taken.
        present: u64,
        /// How many make a quorum.
        quorum: u64,
    },
}

impl Hands {
    /// Whether it is carried: more than half of those who were there are for it.
    ///
    /// # Errors
    /// There was no quorum, or more hands than people.
    pub fn decide(self, there: &Snapshot) -> Result<bool, HandsError> {
        if !there.is_quorate() {
            return Err(HandsError::NoQuorum { present: there.present, quorum: there.quorum });
        }
        let cast = self.votes_for.saturating_add(self.against).saturating_add(self.abstained);
        if there.present < cast {
            return Err(HandsError::TooMany { cast, present: there.present });
        }
        Ok(there.present < 2 * self.votes_for)
    }
}

/// Somebody who asks to speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<P> {
    /// Who.
    pub person: P,
    /// When they asked, in Unix seconds.
    pub at: u64,
}

/// Who speaks next: of those who ask, whoever spoke least in this meeting; among equals whoever asked first.
pub fn next_speaker<'a, P: Ord>(requests: &'a [Request<P>], spoken: &BTreeMap<P, u64>) -> Option<&'a Request<P>> {
    requests
        .iter()
        .min_by_key(|request| (spoken.get(&request.person).copied().unwrap_or(0), request.at, &request.person))
}

/// How many seconds each spoke, from turns of (who, from, until).
pub fn spoken<P: Ord + Clone>(turns: &[(P, u64, u64)]) -> BTreeMap<P, u64> {
    let mut sums = BTreeMap::new();
    for (who, from, until) in turns {
        *sums.entry(who.clone()).or_insert(0) += until.saturating_sub(*from);
    }
    sums
}

/// An item as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its title.
    pub title: String,
    /// What it was for.
    pub kind: ItemKind,
    /// How it ended.
    pub state: ItemState,
    /// Who was there before the decision.
    pub there: Option<Snapshot>,
    /// The vote.
    pub hands: Option<Hands>,
    /// Where it went, or why it was declined.
    pub note: String,
}

/// An item in the minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as the item it is made from")]
pub struct MinutesItem {
    pub carried: Option<bool>,
    pub hands: Option<Hands>,
    pub kind: ItemKind,
    pub note: String,
    pub number: u64,
    pub state: String,
    pub there: Option<Snapshot>,
    pub title: String,
}

/// The skeleton of minutes. Numbers come from the record and from nowhere else; text is added beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as the meeting it is made from")]
pub struct Skeleton<P> {
    pub attended: Vec<Attendance<P>>,
    pub from: u64,
    pub items: Vec<MinutesItem>,
    pub seats: u64,
    pub until: u64,
}

/// Makes the skeleton of minutes from the record.
///
/// # Errors
/// A decided item has a vote that decides nothing: the record is wrong, and no minutes hide it.
pub fn skeleton<P: Clone>(
    body: &Body,
    session: Window,
    attended: &[Attendance<P>],
    items: &[Item],
) -> Result<Skeleton<P>, HandsError> {
    let items = items.iter().zip(1..).map(|(item, number)| {
        let carried = match (&item.hands, &item.there) {
            (Some(hands), Some(there)) => Some(hands.decide(there)?),
            _ => None,
        };
        Ok(MinutesItem {
            carried,
            hands: item.hands,
            kind: item.kind,
            note: item.note.clone(),
            number,
            state: item.state.to_string(),
            there: item.there.clone(),
            title: item.title.clone(),
        })
    });
    Ok(Skeleton {
        attended: attended.to_vec(),
        from: session.from,
        items: items.collect::<Result<_, _>>()?,
        seats: body.size(),
        until: session.until,
    })
}

/// One version of minutes; a correction is the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes<P> {
    /// From 1.
    pub number: u64,
    /// The numbers.
    pub skeleton: Skeleton<P>,
    /// What was added in words.
    pub text: String,
    /// Why this version corrects the one before; empty for the first.
    pub correction: String,
    /// Who signed, and as what.
    pub signatures: BTreeMap<P, Signer>,
}

words! {
    /// As what somebody signs minutes.
    Signer {
        Chair "chair" "the chair",
        Secretary "secretary" "the secretary",
        Attendant "attendant" "one who attended",
    }
}

impl<P: Clone + Ord + Serialize> Minutes<P> {
    /// What is signed: the hash of numbers and words together.
    pub fn hash(&self) -> Hash {
        let numbers = serde_json::to_string(&self.skeleton).unwrap_or_default();
        Hash::of(format!("{}\n{numbers}\n{}", self.number, self.text).as_bytes())
    }

    /// How many of the three who must sign have: chair, secretary, and one who attended, each another person.
    pub fn signers(&self) -> u64 {
        let has = |role| self.signatures.values().any(|signer| *signer == role);
        Signer::ALL.iter().filter(|role| has(**role)).count() as u64
    }

    /// Takes a signature; whoever has signed as one thing signs as nothing else.
    #[must_use]
    pub fn signed(&self, by: P, signer: Signer) -> Self {
        let mut next = self.clone();
        next.signatures.entry(by).or_insert(signer);
        next
    }

    /// The next version, with the reason for the correction and without signatures.
    #[must_use]
    pub fn corrected(&self, text: &str, correction: &str) -> Self {
        Self {
            number: self.number + 1,
            skeleton: self.skeleton.clone(),
            text: text.to_owned(),
            correction: correction.to_owned(),
            signatures: BTreeMap::new(),
        }
    }
}

/// Whether words may stand in minutes: up to 20,000 characters that the record takes.
pub fn is_minutes_text(text: &str) -> bool {
    text.chars().count() <= 20_000 && text.split('\n').all(json::is_record_text)
}

/// The values for the table of meetings.
pub fn facts(body: &Body, there: &Snapshot, items: &[Item], session: Window, now: u64) -> Facts {
    let is_open = |item: &&Item| matches!(item.state, ItemState::Proposed | ItemState::Accepted | ItemState::Open);
    Facts {
        now,
        window: session,
        wanted: body.notice_days * crate::settings::DAY,
        present: there.present,
        quorum: there.quorum,
        decides: items.iter().any(|item| item.kind.decides() && item.state != ItemState::Declined),
        items_open: items.iter().filter(is_open).count() as u64,
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Need;

    fn conference() -> Body {
        let seats = [("委员会", 3), ("居委会", 2), ("物业", 2)].map(|(group, seats)| (group.to_owned(), seats));
        Body { kind: BodyKind::Conference, seats: seats.into(), notice_days: 3, quorum_percent: 50, decides: true }
    }

    fn came(person: &'static str, group: &str, from: u64, until: Option<u64>) -> Attendance<&'static str> {
        Attendance { person, group: Some(group.to_owned()), proxy_for: None, from, until, how: CheckIn::Code }
    }

    #[test]
    fn presence_is_counted_at_the_moment_and_no_seat_twice() {
        let body = conference();
        assert_eq!((body.size(), body.quorum()), (7, 4));
        let mut attendance = vec![
            came("a", "委员会", 0, Some(50)),
            came("b", "委员会", 0, None),
            came("c", "居委会", 10, None),
            came("d", "物业", 0, None),
        ];
        assert_eq!(snapshot(&body, &attendance, 9).present, 3);
        assert!(snapshot(&body, &attendance, 10).is_quorate(), "exactly four of seven");
        assert!(!snapshot(&body, &attendance, 50).is_quorate(), "one has left");
        attendance.push(Attendance { proxy_for: Some("b"), ..came("x", "委员会", 0, None) });
        assert_eq!(snapshot(&body, &attendance, 10).present, 4, "b is there and represented: one seat");
        attendance.extend(["e", "f", "g"].map(|person| came(person, "物业", 0, None)));
        assert_eq!(snapshot(&body, &attendance, 10).groups["物业"], 2, "a group has no more than its seats");
    }

    #[test]
    fn hands_are_held_against_who_was_there() {
        let there = |present| Snapshot { at: 0, groups: BTreeMap::new(), present, quorum: 4 };
        let hands = |votes_for, against, abstained| Hands { votes_for, against, abstained };
        assert_eq!(hands(3, 1, 0).decide(&there(4)), Ok(true));
        assert_eq!(hands(2, 0, 2).decide(&there(4)), Ok(false), "half is not more than half");
        assert_eq!(hands(3, 1, 1).decide(&there(4)), Err(HandsError::TooMany { cast: 5, present: 4 }));
        assert_eq!(hands(3, 0, 0).decide(&there(3)), Err(HandsError::NoQuorum { present: 3, quorum: 4 }));
    }

    #[test]
    fn whoever_spoke_least_speaks_next() {
        let requests = [("a", 10), ("b", 11), ("c", 12)].map(|(person, at)| Request { person, at });
        let spoken = spoken(&[("a", 0, 60), ("b", 60, 90), ("a", 90, 95)]);
        assert_eq!(spoken, [("a", 65), ("b", 30)].into());
        assert_eq!(next_speaker(&requests, &spoken).map(|request| request.person), Some("c"));
        assert_eq!(next_speaker(&requests[..2], &spoken).map(|request| request.person), Some("b"));
        assert_eq!(next_speaker(&requests, &BTreeMap::new()).map(|request| request.person), Some("a"));
        assert_eq!(next_speaker::<&str>(&[], &spoken), None);
    }

    #[test]
    fn a_meeting_opens_without_quorum_only_to_inform_and_discuss() {
        let body = conference();
        let there = snapshot::<&str>(&body, &[], 0);
        let item =
            |kind, state| Item {
                title: "停车".to_owned(), kind, state, there: None, hands: None, note: String::new()
            };
        let is_open = |items: &[Item]| Need::Quorum.is_met(&facts(&body, &there, items, Window::default(), 0));
        assert!(is_open(&[item(ItemKind::Inform, ItemState::Accepted), item(ItemKind::Discuss, ItemState::Accepted)]));
        assert!(!is_open(&[item(ItemKind::Inform, ItemState::Accepted), item(ItemKind::Decide, ItemState::Accepted)]));
        assert!(is_open(&[item(ItemKind::Decide, ItemState::Declined)]), "what was declined is not dealt with");
    }

    #[test]
    fn minutes_have_the_numbers_of_the_record_and_three_different_signers() {
        let body = conference();
        let there = Snapshot { at: 5, groups: BTreeMap::new(), present: 5, quorum: 4 };
        let item = Item {
            title: "停车".to_owned(),
            kind: ItemKind::Decide,
            state: ItemState::Decided,
            there: Some(there.clone()),
            hands: Some(Hands { votes_for: 3, against: 2, abstained: 0 }),
            note: String::new(),
        };
        let session = Window { from: 0, until: 100 };
        let made =
            skeleton(&body, session, &[came("a", "委员会", 0, None)], std::slice::from_ref(&item)).expect("sound");
        assert_eq!(
            (made.items[0].carried, made.items[0].hands, &made.items[0].there),
            (Some(true), item.hands, &item.there)
        );
        let wrong = Item { hands: Some(Hands { votes_for: 6, against: 0, abstained: 0 }), ..item };
        let refused = skeleton::<&str>(&body, session, &[], &[wrong]);
        assert_eq!(refused, Err(HandsError::TooMany { cast: 6, present: 5 }), "what cannot be is not written down");
        let minutes = Minutes {
            number: 1,
            skeleton: made,
            text: "讨论停车。".to_owned(),
            correction: String::new(),
            signatures: BTreeMap::new(),
        };
        let signed = minutes.signed("a", Signer::Chair).signed("a", Signer::Secretary).signed("b", Signer::Secretary);
        assert_eq!(signed.signers(), 2, "nobody signs as two");
        assert_eq!(signed.signed("c", Signer::Attendant).signers(), 3);
        let corrected = signed.corrected("讨论停车和绿化。", "漏记一项");
        assert_eq!((corrected.number, corrected.signers()), (2, 0));
        assert_ne!(corrected.hash(), minutes.hash());
    }
}
