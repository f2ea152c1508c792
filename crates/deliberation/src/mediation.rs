//! Mediation (调解室): sealed rooms. The public sees category, duration and outcome, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    lifecycle::tables::MediationState,
    settings::DAY,
    survey::figures::{Cell, SMALLEST, cells},
    words::words,
};

words! {
    /// What a dispute is about.
    Category {
        Noise "noise" "noise",
        Leak "leak" "water from above",
        Parking "parking" "parking and charging",
        Animals "animals" "animals",
        Fees "fees" "fees and service",
        CommonParts "common_parts" "use of common parts",
        Family "family" "family and neighbours",
        Other "other" "something else",
    }

    /// Where a dispute goes that was not settled.
    Forum {
        PeoplesMediation "peoples_mediation" "the people's mediation committee",
        Court "court" "the court",
        Motion "motion" "the owners, as a motion",
    }

    /// On which side of a dispute somebody is.
    Side {
        Applicant "applicant" "who asks for mediation",
        Other "other" "who is asked to take part",
    }

    /// What a visit afterwards found.
    Kept {
        Yes "yes" "everything is kept",
        Partly "partly" "a part is kept",
        No "no" "it is not kept",
    }

    /// Why something about a mediation is not taken.
    MediationFault {
        Others "others" "a request names one to five others, each by a name of 1 to 50 characters",
        Many "many_requests" "at most five requests of one person are open at a time",
        Behalf "behalf" "grid workers, mediators and the street office ask for others; everybody else for themselves",
        Party "party" "a party of the case that has not consented or signed yet",
        Declared "declared" "whoever mediates says that nothing ties them to a party",
        Candidate "candidate" "a mediator is somebody whose post lets them mediate",
        Nobody "nobody" "exactly one person of the estate has this name",
        Session "session_time" "a session is within 90 days to come, at a place of 1 to 100 characters",
        Version "agreement_version" "the agreement that is signed is the one that stands now",
        Visit "visit" "a visit was on a day that has come, and found something",
        Linked "link" "a matter or motion of this estate that everybody may see",
    }
}

/// The most that are named on the other side.
pub const OTHERS_MOST: usize = 5;
/// The most requests of one person that are open at a time.
pub const REQUESTS_MOST: u64 = 5;
/// How far ahead a session is arranged, in seconds.
pub const SESSION_AHEAD: u64 = 90 * DAY;
/// How long a mediation takes as a rule, from the consent of all on, in seconds: "as a rule within one month".
///
/// Nothing ends when it is over. Source: 人民调解工作若干规定 (2002), art. 33.
pub const USUAL: u64 = 30 * DAY;
/// How long the parties together can ask the court to confirm an agreement, from the day on which it takes effect, in
/// seconds. Source: 人民调解法, art. 33.
pub const CONFIRM: u64 = 30 * DAY;
/// After how long an agreement is looked after as a rule, in seconds.
pub const FOLLOW_UP: u64 = 30 * DAY;

/// A case, as only its room sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case<P> {
    /// What it is about.
    pub category: Category,
    /// Its state.
    pub state: MediationState,
    /// When it was asked for, in Unix seconds.
    pub opened: u64,
    /// When it came to an end.
    pub ended: Option<u64>,
    /// Who disputes.
    pub parties: BTreeSet<P>,
    /// Who mediates.
    pub mediator: Option<P>,
    /// The lawyer who was assigned.
    pub lawyer: Option<P>,
    /// What is said in the room: claims, notes of sessions, the agreement.
    pub sealed: Vec<String>,
}

/// What everybody may know of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicCase {
    /// What it is about.
    pub category: Category,
    /// How many days it has taken or took, the first begun one counted.
    pub days: u64,
    /// How it ended; none while it runs.
    pub outcome: Option<Outcome>,
}

words! {
    /// How a case ended, as the public sees it.
    Outcome {
        Settled "settled" "settled",
        Referred "referred" "referred elsewhere",
        Withdrawn "withdrawn" "withdrawn",
    }
}

/// What a motion takes from a case: its category, and no private fact. The type has no room for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// What it is about.
    pub category: Category,
}

impl<P: Ord> Case<P> {
    /// Whether somebody may enter the room: parties, mediator, the assigned lawyer, and nobody else whatever their role.
    pub fn is_open_to(&self, person: &P) -> bool {
        self.parties.contains(person) || self.mediator.as_ref() == Some(person) || self.lawyer.as_ref() == Some(person)
    }

    /// What is said in the room, for somebody who may enter it.
    pub fn room(&self, person: &P) -> Option<&[String]> {
        self.is_open_to(person).then_some(self.sealed.as_slice())
    }

    /// What everybody may know.
    pub fn public(&self, now: u64) -> PublicCase {
        let until = self.ended.unwrap_or(now);
        PublicCase {
            category: self.category,
            days: until.saturating_sub(self.opened) / DAY + 1,
            outcome: outcome(self.state),
        }
    }

    /// What a motion may take from it.
    pub fn seed(&self) -> Seed {
        Seed { category: self.category }
    }
}

fn outcome(state: MediationState) -> Option<Outcome> {
    match state {
        MediationState::Closed | MediationState::Performed => Some(Outcome::Settled),
        MediationState::Referred | MediationState::NoAgreement => Some(Outcome::Referred),
        MediationState::Withdrawn => Some(Outcome::Withdrawn),
        MediationState::Requested
        | MediationState::Consented
        | MediationState::Scheduled
        | MediationState::InSession
        | MediationState::Agreed
        | MediationState::Signed
        | MediationState::Breached => None,
    }
}

/// What everybody may know of all cases about one thing. Who lives here could tell a case among few: such numbers are not
/// shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What they are about; none for all kinds of which there are too few.
    pub category: Option<Category>,
    /// How many there are.
    pub cases: Cell,
    /// Of them, those that run, were settled, referred and withdrawn.
    pub outcomes: [Cell; 4],
    /// Of those that ended, those that took up to [`USUAL`], and longer.
    pub took: [Cell; 2],
}

/// Counts cases for everybody. A category is shown where at least [`SMALLEST`] of its cases have ended; all others
/// together make one line, which tells nothing while there are fewer. No sum of all is given, from which it could be
/// told.
pub fn figures(cases: &[PublicCase]) -> Vec<Line> {
    let mut by_kind: BTreeMap<Category, Vec<PublicCase>> = BTreeMap::new();
    for case in cases {
        by_kind.entry(case.category).or_default().push(*case);
    }
    let has_ended = |cases: &[PublicCase]| cases.iter().filter(|case| case.outcome.is_some()).count() as u64;
    let (shown, few): (Vec<_>, Vec<_>) = by_kind.into_iter().partition(|(_, cases)| SMALLEST <= has_ended(cases));
    let few: Vec<PublicCase> = few.into_iter().flat_map(|(_, cases)| cases).collect();
    let mut lines: Vec<Line> = shown.into_iter().map(|(category, cases)| line(Some(category), &cases)).collect();
    if SMALLEST <= has_ended(&few) {
        lines.push(line(None, &few));
    } else if !few.is_empty() {
        lines.push(Line { category: None, cases: Cell::Few, outcomes: [Cell::Few; 4], took: [Cell::Few; 2] });
    }
    lines
}

fn line(category: Option<Category>, cases: &[PublicCase]) -> Line {
    let count = |is_it: &dyn Fn(&PublicCase) -> bool| cases.iter().filter(|case| is_it(case)).count() as u64;
    let of = |outcome: Option<Outcome>| count(&|case| case.outcome == outcome);
    let outcomes =
        cells(&[of(None), of(Some(Outcome::Settled)), of(Some(Outcome::Referred)), of(Some(Outcome::Withdrawn))]);
    let quick = |case: &PublicCase| case.days <= USUAL / DAY;
    let took = cells(&[
        count(&|case| case.outcome.is_some() && quick(case)),
        count(&|case| case.outcome.is_some() && !quick(case)),
    ]);
    let [cell, took] = [outcomes, took].map(|row| move |place: usize| row.get(place).copied().unwrap_or(Cell::Few));
    Line {
        category,
        cases: Cell::Count(cases.len() as u64),
        outcomes: std::array::from_fn(cell),
        took: std::array::from_fn(took),
    }
}

/// Whether a case came back within 90 days of its end.
pub fn is_reopened(ended: u64, again: u64) -> bool {
    ended <= again && again - ended <= 90 * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_open_to_its_people_and_the_public_sees_three_things() {
        let case = Case {
            category: Category::Noise,
            state: MediationState::InSession,
            opened: 0,
            ended: None,
            parties: ["owner", "property"].into(),
            mediator: Some("quan"),
            lawyer: Some("lawyer"),
            sealed: vec!["道闸夜里太吵".to_owned()],
        };
        for inside in ["owner", "property", "quan", "lawyer"] {
            assert!(case.room(&inside).is_some(), "{inside}");
        }
        for outside in ["chair", "admin", "street"] {
            assert_eq!(case.room(&outside), None, "{outside}");
        }
        assert_eq!(case.public(DAY), PublicCase { category: Category::Noise, days: 2, outcome: None });
        assert!(!format!("{:?} {:?}", case.public(DAY), case.seed()).contains("道闸"));
        let ended = Case { state: MediationState::Closed, ended: Some(3 * DAY), ..case };
        assert_eq!(ended.public(90 * DAY).days, 4, "it took no longer than it took");
        assert_eq!(ended.public(90 * DAY).outcome, Some(Outcome::Settled));
    }

    #[test]
    fn of_few_cases_nothing_is_told() {
        let ended = |category, days, outcome| PublicCase { category, days, outcome: Some(outcome) };
        let noise = |days| ended(Category::Noise, days, Outcome::Settled);
        let leak = ended(Category::Leak, 9, Outcome::Withdrawn);
        assert_eq!(figures(&[]), []);
        let few = figures(&[noise(1), noise(2), noise(3), noise(4), leak]);
        assert_eq!((few.len(), few[0].category), (1, None), "five of all kinds together are shown together");
        assert_eq!(few[0].outcomes[1..], [Cell::Few, Cell::Count(0), Cell::Few], "{few:?}");
        let four = figures(&[noise(1), noise(2), noise(3), noise(4)]);
        assert_eq!((four[0].cases, four[0].outcomes), (Cell::Few, [Cell::Few; 4]), "four tell nothing");
        let runs = PublicCase { category: Category::Noise, days: 3, outcome: None };
        let running = figures(&[noise(1), noise(2), noise(3), noise(4), runs]);
        assert_eq!(running[0].cases, Cell::Few, "what runs does not make up for what has ended");
        let lines = figures(&[noise(1), noise(30), noise(3), noise(4), noise(31), leak]);
        assert_eq!(lines[0].category, Some(Category::Noise));
        assert_eq!((lines[0].cases, lines[0].outcomes[1]), (Cell::Count(5), Cell::Count(5)));
        assert_eq!(lines[0].took, [Cell::Few, Cell::Few], "one that took longer would be known");
        assert_eq!((lines[1].category, lines[1].cases), (None, Cell::Few));
    }

    #[test]
    fn a_case_is_reopened_within_ninety_days() {
        assert!(is_reopened(0, 90 * DAY) && !is_reopened(0, 90 * DAY + 1) && !is_reopened(5, 4));
    }
}
