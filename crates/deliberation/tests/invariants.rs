//! The ten claims that hold whatever people do, over random sequences of actions in a world in memory.

use std::collections::{BTreeMap, BTreeSet};

use ballot::hash::Hash;
use deliberation::{
    action::{self, Task, TaskAct},
    lifecycle::{
        self, Actor, Facts, Given, Lifecycle, Part, Step, Verb, Window,
        tables::{AmendmentState, ItemState, MatterState, MotionState, NoticeState, TaskState, VersionState},
    },
    matter::{self, Level, Standing, Submitter},
    meeting::{Body, BodyKind, Hands, Item, ItemKind, Snapshot, skeleton},
    motion::{self, Amendment, Cost, Version},
    people::{Assignment, grid_of, reassigned},
    rights::{Action, Bearing, Post, Role, Scope, Site, may, roles_for},
    settings::{DAY, Settings},
};
use proptest::prelude::*;

/// What somebody tries.
#[derive(Debug, Clone)]
struct Try {
    target: u8,
    index: usize,
    /// A row of the table for the state; out of it sometimes.
    pick: usize,
    /// Which of several things within the target.
    which: usize,
    is_wild: bool,
    person: u8,
    is_clock: bool,
    gives: bool,
    number: u64,
    later: u64,
}

prop_compose! {
    fn any_try()(
        target in 0_u8..7,
        index in 0_usize..8,
        // The first rows of a state lead on; the last ones end it.
        pick in prop_oneof![6 => 0_usize..3, 1 => 0_usize..64],
        which in 0_usize..8,
        is_wild in proptest::bool::weighted(0.1),
        person in 0_u8..15,
        is_clock in proptest::bool::weighted(0.1),
        gives in proptest::bool::weighted(0.9),
        number in 0_u64..12,
        later in prop_oneof![6 => Just(0), 4 => Just(3600), 3 => 0..3 * DAY, 1 => 0..20 * DAY],
    ) -> Try {
        Try { target, index, pick, which, is_wild, person, is_clock, gives, number, later }
    }
}

#[derive(Debug, Clone)]
struct Matter {
    number: u64,
    standing: Standing,
    responsible: Option<u8>,
    submitters: BTreeSet<Submitter<u8>>,
    told: BTreeSet<u8>,
    merged_into: Option<u64>,
}

#[derive(Debug, Clone)]
struct Motion {
    state: MotionState,
    since: u64,
    proposer: u8,
    versions: Vec<(Version, VersionState)>,
    amendments: Vec<(Amendment, u8, AmendmentState)>,
    window: Window,
    vote: Option<Window>,
    /// What every ballot carries.
    question: Option<Hash>,
    repeats: u64,
    tasks: Vec<Task<u8>>,
}

#[derive(Debug, Clone)]
struct Notice {
    state: NoticeState,
    window: Window,
}

#[derive(Debug, Clone)]
struct World {
    now: u64,
    matters: Vec<Matter>,
    motions: Vec<Motion>,
    notices: Vec<Notice>,
    items: Vec<Item>,
    grids: Vec<Assignment>,
    /// What grid a building was found in, and when.
    found: Vec<(String, u64, Option<String>)>,
    /// Every event with its hash, which covers the one before.
    chain: Vec<(String, Hash)>,
}

const START: u64 = 1_793_462_400;

fn body() -> Body {
    Body {
        kind: BodyKind::Council,
        seats: BTreeMap::from([("居民".to_owned(), 7)]),
        notice_days: 3,
        quorum_percent: 50,
        decides: true,
    }
}

fn posts(person: u8) -> Vec<Post> {
    let role = Role::ALL[usize::from(person) % Role::ALL.len()];
    let post = |role| Post { role, scope: Scope::Estate, from: 0, until: u64::MAX };
    // Whoever leads a building or sits in the committee owns a home there.
    let owns = matches!(role, Role::BuildingLead | Role::Committee);
    [Some(role), owns.then_some(Role::Owner)].into_iter().flatten().map(post).collect()
}

/// The verb that is tried: mostly one that the state allows, so that things get somewhere.
fn verb<S: Lifecycle>(state: Option<S>, attempt: &Try) -> Verb {
    let possible: Vec<_> = S::TABLE
        .iter()
        .filter(|row| state.map_or(row.from.is_empty(), |state| row.from.contains(&state)))
        .map(|row| row.verb)
        .collect();
    if attempt.is_wild || possible.is_empty() {
        return Verb::ALL[attempt.pick % Verb::ALL.len()];
    }
    let picked = possible[attempt.pick % possible.len()];
    let is_end = matches!(picked, Verb::Withdraw | Verb::Merge | Verb::Cancel);
    if is_end && attempt.which != 0 { possible[0] } else { picked }
}

fn decide<S: Lifecycle>(
    state: Option<S>,
    verb: Verb,
    attempt: &Try,
    parts: &BTreeSet<Part>,
    facts: &Facts,
) -> Option<Step<S>> {
    let (posts, site) = (posts(attempt.person), Site::default());
    let is_own = parts.contains(&Part::Responsible);
    let bearing = Bearing { has_consent: attempt.gives, is_own, ..Bearing::default() };
    let person = Actor::Person { posts: &posts, parts, site: &site, bearing };
    let actor = if attempt.is_clock { Actor::Clock } else { person };
    lifecycle::step(state, verb, actor, facts).ok()
}

impl World {
    fn new() -> Self {
        Self {
            now: START,
            matters: Vec::new(),
            motions: Vec::new(),
            notices: Vec::new(),
            items: Vec::new(),
            grids: Vec::new(),
            found: Vec::new(),
            chain: Vec::new(),
        }
    }

    fn given(attempt: &Try) -> BTreeSet<Given> {
        // What must fit the world is given where it does.
        let fitting = [Given::FinalHash, Given::Survivor, Given::Effect];
        let all = Given::ALL.iter().copied().filter(|given| !fitting.contains(given));
        if attempt.gives { all.collect() } else { BTreeSet::new() }
    }

    /// Everything but the chain.
    fn fingerprint(&self) -> Hash {
        let all = (&self.matters, &self.motions, &self.notices, &self.items, &self.grids);
        Hash::of(format!("{all:?}").as_bytes())
    }

    /// Writes the event of a change, as the same transaction would.
    fn record(&mut self, attempt: &Try, verb: Verb, before: Hash) {
        let actor = if attempt.is_clock { "clock".to_owned() } else { attempt.person.to_string() };
        let previous = self.chain.last().map_or(Hash([0; 32]), |(_, hash)| *hash);
        let event = format!("{actor} {verb} {before} {} {previous}", self.fingerprint());
        let hash = Hash::of(event.as_bytes());
        self.chain.push((event, hash));
    }

    fn act(&mut self, attempt: &Try) {
        self.now += attempt.later;
        self.tick();
        // Mostly somebody who may do it comes along in the end, or the clock.
        let before = self.fingerprint();
        let others = if attempt.is_wild { 1 } else { 15 };
        for shift in 0..=others {
            let person = (attempt.person + shift) % 15;
            let attempt = Try { person, is_clock: attempt.is_clock || 15 <= shift, ..attempt.clone() };
            let done = match attempt.target {
                0 | 1 => self.matter(&attempt),
                2 | 3 => self.motion(&attempt),
                4 => self.task(&attempt),
                5 => self.notice(&attempt),
                _ => self.place(&attempt),
            };
            if let Some(verb) = done {
                self.record(&attempt, verb, before);
                break;
            }
        }
    }

    /// What time has brought is written when somebody looks.
    fn tick(&mut self) {
        for place in 0..self.matters.len() {
            let (standing, steps) = self.matters[place].standing.at(&Settings::default(), self.now);
            for (verb, _) in steps {
                let before = self.fingerprint();
                self.matters[place].standing = standing.clone();
                let clock = Try {
                    target: 0,
                    index: place,
                    pick: 0,
                    which: 0,
                    is_wild: false,
                    person: 0,
                    is_clock: true,
                    gives: false,
                    number: 0,
                    later: 0,
                };
                self.record(&clock, verb, before);
            }
        }
    }

    fn matter(&mut self, attempt: &Try) -> Option<Verb> {
        let settings = Settings::default();
        let place = (!self.matters.is_empty()).then(|| attempt.index % self.matters.len());
        if place.is_none() || (attempt.number == 0 && self.matters.len() < 6) {
            let facts = Facts { now: self.now, ..Facts::default() };
            let step = decide(None::<MatterState>, Verb::Create, attempt, &BTreeSet::new(), &facts)?;
            let number = self.matters.len() as u64 + 1;
            self.matters.push(Matter {
                number,
                standing: Standing::draft(Level::Grid, attempt.pick == 0, self.now),
                responsible: None,
                submitters: BTreeSet::from([Submitter { who: attempt.person, origin: number }]),
                told: BTreeSet::new(),
                merged_into: None,
            });
            return Some(step.verb);
        }
        let place = place?;
        let matter = self.matters[place].clone();
        let survivor = usize::try_from(attempt.number).ok()? % self.matters.len();
        let mut facts = matter.standing.facts(&settings, self.now);
        facts.given = Self::given(attempt);
        let is_merge =
            |other: &Matter| matter::is_merge((matter.number, &matter.standing), (other.number, &other.standing));
        if is_merge(&self.matters[survivor]) {
            facts.given.insert(Given::Survivor);
        }
        facts.new_due = Some(matter.standing.proposed_due(&settings, self.now));
        let mut parts = BTreeSet::new();
        if matter.submitters.iter().any(|submitter| submitter.who == attempt.person) {
            parts.insert(Part::Submitter);
        }
        if matter.responsible == Some(attempt.person) {
            parts.insert(Part::Responsible);
        }
        let verb = verb(Some(matter.standing.state), attempt);
        let step = decide(Some(matter.standing.state), verb, attempt, &parts, &facts)?;
        let changed = &mut self.matters[place];
        changed.standing = matter.standing.after(&step, facts.new_due, &settings, self.now);
        match verb {
            Verb::Assign | Verb::Dispatch => changed.responsible = Some(u8::try_from(attempt.number).ok()? + 3),
            Verb::Answer => changed.told.extend(matter.submitters.iter().map(|submitter| submitter.who)),
            Verb::Merge => {
                let number = self.matters[survivor].number;
                self.matters[place].merged_into = Some(number);
                let into = &mut self.matters[survivor];
                into.submitters = matter::carried(&into.submitters, &matter.submitters);
                if into.standing.state == MatterState::Answered {
                    into.told.extend(matter.submitters.iter().map(|submitter| submitter.who));
                }
            }
            _ => {}
        }
        Some(verb)
    }

    fn motion(&mut self, attempt: &Try) -> Option<Verb> {
        if self.motions.is_empty() || (attempt.number == 0 && self.motions.len() < 6) {
            let facts = Facts { now: self.now, ..Facts::default() };
            decide(None::<MotionState>, Verb::Create, attempt, &BTreeSet::new(), &facts)?;
            let version = Version::new(1, "充电桩", "一\n\n二\n\n三", Cost::Nothing, BTreeSet::new()).ok()?;
            self.motions.push(Motion {
                state: MotionState::Draft,
                since: self.now,
                proposer: attempt.person,
                versions: vec![(version, VersionState::Current)],
                amendments: Vec::new(),
                window: Window::default(),
                vote: None,
                question: None,
                repeats: 0,
                tasks: Vec::new(),
            });
            return Some(Verb::Create);
        }
        let place = attempt.index % self.motions.len();
        if self.motions[place].state == MotionState::Amending && !attempt.which.is_multiple_of(3) {
            return self.amend(place, attempt);
        }
        let motion = self.motions[place].clone();
        let text = &motion.versions.last()?.0;
        let span = Window { from: self.now, until: self.now + (attempt.number + 1) * DAY };
        let runs =
            matches!(motion.state, MotionState::Admitted | MotionState::Deliberating) && motion.window.until == 0;
        let proposed = if motion.state == MotionState::Admitted || runs { span } else { motion.window };
        let mut given = Self::given(attempt);
        // A vote on some hash: the right one, or that of another text.
        let other = Hash::of(b"another text");
        let question = if attempt.number.is_multiple_of(3) { other } else { text.hash() };
        if question == text.hash() && attempt.gives {
            given.insert(Given::FinalHash);
        }
        let open = |state: &AmendmentState| matches!(state, AmendmentState::Filed | AmendmentState::PutToCouncil);
        let facts = Facts {
            now: self.now,
            given,
            since: motion.since,
            period: Settings::default().admit_days * DAY,
            window: proposed,
            wanted: Settings::default().deliberate_days * DAY,
            amendments_open: motion.amendments.iter().filter(|(.., state)| open(state)).count() as u64,
            vote: motion.vote,
            repeats: motion.repeats,
            repeats_allowed: Settings::default().repeats,
            ..action::sums(&motion.tasks)
        };
        let mut parts = BTreeSet::new();
        if motion.proposer == attempt.person {
            parts.insert(Part::Proposer);
        }
        if attempt.person == 5 {
            parts.insert(Part::Chair);
        }
        let verb = verb(Some(motion.state), attempt);
        let step = decide(Some(motion.state), verb, attempt, &parts, &facts)?;
        let changed = &mut self.motions[place];
        (changed.state, changed.since) = (step.to, self.now);
        match verb {
            Verb::Deliberate | Verb::OpenAmendments => changed.window = span,
            Verb::Schedule | Verb::Repeat => {
                changed.vote = Some(Window { from: self.now + 15 * DAY, until: self.now + 25 * DAY });
                changed.question = Some(question);
                changed.repeats += u64::from(verb == Verb::Repeat);
                changed.versions.last_mut()?.1 = VersionState::Voted;
            }
            Verb::Carry => changed.window = Window { from: self.now, until: self.now + 7 * DAY },
            Verb::Decide => changed.tasks = vec![Task::new(7, self.now + 30 * DAY), Task::new(5, self.now + 9 * DAY)],
            _ => {}
        }
        Some(verb)
    }

    fn amend(&mut self, place: usize, attempt: &Try) -> Option<Verb> {
        let motion = self.motions[place].clone();
        let (current, version_state) = motion.versions.last()?.clone();
        if motion.amendments.is_empty() || attempt.which % 4 == 1 {
            let from = usize::try_from(attempt.number % 3).ok()?;
            let replacement = format!("改{}", attempt.number);
            let amendment = Amendment::new(&current, from, from + 1, &replacement).ok()?;
            let mut facts = Facts { now: self.now, window: motion.window, is_base_current: true, ..Facts::default() };
            facts.given = Self::given(attempt);
            decide(Some(AmendmentState::Draft), Verb::File, attempt, &BTreeSet::from([Part::Author]), &facts)?;
            self.motions[place].amendments.push((amendment, attempt.person, AmendmentState::Filed));
            return Some(Verb::File);
        }
        let which = attempt.index % motion.amendments.len();
        let (amendment, author, state) = motion.amendments[which].clone();
        let base =
            motion.versions.iter().map(|(version, _)| version).find(|version| version.hash() == amendment.base)?;
        let applied = amendment.apply(base, &current);
        let facts = Facts {
            now: self.now,
            given: Self::given(attempt),
            is_base_untouched: applied.is_ok(),
            is_voted_on: version_state == VersionState::Voted,
            council: Some(attempt.number.is_multiple_of(2)),
            ..Facts::default()
        };
        let parts = [(author, Part::Author), (motion.proposer, Part::Proposer), (5, Part::Chair)];
        let parts = parts.into_iter().filter(|(who, _)| *who == attempt.person).map(|(_, part)| part).collect();
        let verb = verb(Some(state), attempt);
        let step = decide(Some(state), verb, attempt, &parts, &facts)?;
        let changed = &mut self.motions[place];
        changed.amendments[which].2 = step.to;
        if matches!(step.to, AmendmentState::Adopted | AmendmentState::AdoptedByProposer) {
            changed.versions.last_mut()?.1 = VersionState::Superseded;
            changed.versions.push((applied.ok()?, VersionState::Current));
        }
        Some(verb)
    }

    fn task(&mut self, attempt: &Try) -> Option<Verb> {
        if self.motions.is_empty() {
            return None;
        }
        let place = attempt.index % self.motions.len();
        let tasks = self.motions[place].tasks.clone();
        let which = attempt.which.checked_rem(tasks.len())?;
        let task = &tasks[which];
        let act = TaskAct {
            by: attempt.person,
            due: Some(self.now + attempt.number * DAY),
            percent: attempt.number * 9,
            evidence: vec![Hash::of(b"photo")],
        };
        let mut facts = task.facts(&act, &Settings::default(), self.now);
        facts.given = Self::given(attempt);
        let parts = (task.responsible == attempt.person).then_some(Part::Responsible).into_iter().collect();
        let verb = verb(Some(task.state), attempt);
        let step = decide(Some(task.state), verb, attempt, &parts, &facts)?;
        self.motions[place].tasks[which] = task.after(&step, act);
        Some(verb)
    }

    fn notice(&mut self, attempt: &Try) -> Option<Verb> {
        if self.notices.is_empty() || (attempt.number == 0 && self.notices.len() < 3) {
            let facts = Facts { now: self.now, ..Facts::default() };
            decide(None::<NoticeState>, Verb::Create, attempt, &BTreeSet::new(), &facts)?;
            let window = Window { from: self.now, until: self.now + 16 * DAY };
            self.notices.push(Notice { state: NoticeState::Draft, window });
            return Some(Verb::Create);
        }
        let place = attempt.index % self.notices.len();
        let notice = self.notices[place].clone();
        let until = self.now + attempt.number * 3 * DAY;
        let facts = Facts {
            now: self.now,
            given: Self::given(attempt),
            window: notice.window,
            wanted: 15 * DAY,
            new_until: until,
            boards: 2,
            boards_photographed: 2,
            ..Facts::default()
        };
        let verb = verb(Some(notice.state), attempt);
        let step = decide(Some(notice.state), verb, attempt, &BTreeSet::new(), &facts)?;
        let changed = &mut self.notices[place];
        changed.state = step.to;
        match verb {
            Verb::Post => changed.window = Window { from: self.now, until: self.now + 16 * DAY },
            Verb::Extend => changed.window = notice.window.extended(until)?,
            _ => {}
        }
        Some(verb)
    }

    /// Moves a building to another grid, or decides something in a meeting.
    fn place(&mut self, attempt: &Try) -> Option<Verb> {
        if attempt.which.is_multiple_of(2) {
            let there =
                Snapshot { at: self.now, groups: BTreeMap::new(), present: attempt.number, quorum: body().quorum() };
            let hands = Hands { votes_for: attempt.number / 2, against: 1, abstained: u64::from(attempt.is_wild) };
            hands.decide(&there).ok()?;
            self.items.push(Item {
                title: format!("议题{}", attempt.index),
                kind: ItemKind::Decide,
                state: ItemState::Decided,
                there: Some(there),
                hands: Some(hands),
                note: String::new(),
            });
            return Some(Verb::Decide);
        }
        let building = (attempt.index % 3).to_string();
        let grid = format!("g{}", attempt.number % 3);
        let next = reassigned(&self.grids, &building, &grid, self.now);
        if next == self.grids {
            return None;
        }
        self.grids = next;
        self.found.push((building, self.now, Some(grid)));
        Some(Verb::Edit)
    }

    fn check(&self, before: &Self) -> Result<(), TestCaseError> {
        self.check_matters()?;
        self.check_motions(before)?;
        self.check_chain(before)?;
        // 5: a notice that hangs is only ever extended.
        for (now, then) in self.notices.iter().zip(&before.notices) {
            if then.state == NoticeState::Posted {
                prop_assert!(then.window.until <= now.window.until && then.window.from == now.window.from, "5");
            }
        }
        // 6: minutes have the counts of the record.
        let made = skeleton::<u8>(&body(), Window::default(), &[], &self.items).expect("the record is sound");
        for (item, line) in self.items.iter().zip(&made.items) {
            prop_assert_eq!((item.hands, &item.there), (line.hands, &line.there), "6");
        }
        // 7: where a building was stays what it was, except what was corrected within the same second.
        let latest: BTreeMap<_, _> = self.found.iter().map(|(building, at, grid)| ((building, at), grid)).collect();
        for ((building, at), grid) in latest {
            prop_assert_eq!(grid_of(&self.grids, building, *at), grid.as_deref(), "7");
        }
        Ok(())
    }

    fn check_matters(&self) -> Result<(), TestCaseError> {
        for matter in &self.matters {
            // 1: after it was assigned, an open matter has somebody responsible and a due date.
            if matter.responsible.is_some() && matter.standing.is_open() {
                prop_assert!(matter.standing.due.is_some(), "1: {matter:?}");
            }
            if matches!(matter.standing.state, MatterState::Assigned | MatterState::InProgress | MatterState::Answered)
            {
                prop_assert!(matter.responsible.is_some(), "1: {matter:?}");
            }
            // 2: whoever submitted what was merged, however often, has the survivor's answer.
            let mut survivor = matter;
            while let Some(next) = survivor.merged_into {
                survivor = self.matters.iter().find(|other| other.number == next).expect("what it was merged into");
            }
            if matches!(survivor.standing.state, MatterState::Answered | MatterState::Closed) {
                for submitter in &matter.submitters {
                    prop_assert!(survivor.told.contains(&submitter.who), "2: {matter:?} {survivor:?}");
                }
            }
            // 8: when one looks makes no difference.
            let (now, later) = (self.now + 3 * DAY, self.now + 50 * DAY);
            let settings = Settings::default();
            let in_steps = matter.standing.at(&settings, now).0.at(&settings, later).0;
            prop_assert_eq!(in_steps, matter.standing.at(&settings, later).0, "8");
        }
        Ok(())
    }

    fn check_motions(&self, before: &Self) -> Result<(), TestCaseError> {
        for (motion, then) in self.motions.iter().zip(&before.motions) {
            // 3: ballots carry the hash of the final version, and it stays the last.
            if let Some(question) = motion.question {
                let (last, state) = motion.versions.last().expect("there is one");
                prop_assert_eq!((question, *state), (last.hash(), VersionState::Voted), "3");
            }
            // 5: a window that has opened does not shrink while its stage lasts.
            if then.state == motion.state && then.window.holds(before.now) {
                prop_assert!(then.window.until <= motion.window.until, "5");
            }
            // 8: after the close nobody can vote, whether or not anything was written.
            for at in [self.now, self.now + 20 * DAY, self.now + 90 * DAY] {
                let is_over = motion.vote.is_some_and(|vote| vote.until <= at);
                prop_assert!(!(is_over && motion::is_vote_open(motion.state, motion.vote, at)), "8");
            }
            for task in &motion.tasks {
                // 9: nobody verifies their own action.
                prop_assert_ne!(task.verified_by, Some(task.responsible), "9");
                prop_assert_eq!(task.state == TaskState::Verified, task.verified_by.is_some(), "9");
            }
        }
        Ok(())
    }

    /// 4: nothing changes without an event, and the chain verifies.
    fn check_chain(&self, before: &Self) -> Result<(), TestCaseError> {
        if self.fingerprint() != before.fingerprint() {
            prop_assert!(before.chain.len() < self.chain.len(), "4: a change without an event");
            let last = &self.chain.last().expect("an event").0;
            prop_assert!(last.contains(&self.fingerprint().to_string()), "4: the event holds what is there after it");
        }
        let mut previous = Hash([0; 32]);
        for (event, hash) in &self.chain {
            prop_assert!(event.ends_with(&previous.to_string()) && Hash::of(event.as_bytes()) == *hash, "4");
            previous = *hash;
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Claims 1 to 9.
    #[test]
    fn whatever_people_do_the_claims_hold(tries in proptest::collection::vec(any_try(), 1..240)) {
        let mut world = World::new();
        for attempt in &tries {
            let before = world.clone();
            world.act(attempt);
            world.check(&before)?;
        }
    }

    /// Claim 10: nobody sees choices before the close, and after it only who has a right to, unless they are public.
    #[test]
    fn without_a_right_nobody_sees_a_name_beside_a_choice(roles in proptest::collection::vec(0_usize..15, 0..4)) {
        let posts: Vec<_> = roles.iter().map(|role| Role::ALL[*role]).collect();
        let held: Vec<_> =
            posts.iter().map(|role| Post { role: *role, scope: Scope::Estate, from: 0, until: u64::MAX }).collect();
        let ask = |action, bearing| may(&held, action, &Site::default(), bearing, START).is_ok();
        let any = Bearing { has_consent: true, is_by_two: true, is_small: true, is_public: true, is_opened: true, is_own: false };
        prop_assert!(!ask(Action::SeeChoices, any));
        let inspectors = [Role::Committee, Role::Secretary, Role::Community, Role::Street, Role::Auditor];
        let is_inspector = posts.iter().any(|role| inspectors.contains(role));
        prop_assert_eq!(ask(Action::ReadChoices, Bearing::default()), is_inspector);
        prop_assert!(!roles_for(Action::ReadChoices).contains(&Role::Admin));
    }
}

/// The random worlds get somewhere: a claim about what never happens would be worth nothing.
#[test]
fn random_worlds_reach_what_the_claims_are_about() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let strategy = proptest::collection::vec(any_try(), 400..401);
    let (mut merged, mut answered, mut voted, mut adopted, mut verified) = (0, 0, 0, 0, 0);
    for _ in 0..20 {
        let mut world = World::new();
        for attempt in strategy.new_tree(&mut runner).expect("tries").current() {
            world.act(&attempt);
        }
        merged += world.matters.iter().filter(|matter| matter.merged_into.is_some()).count();
        answered += world.matters.iter().filter(|matter| !matter.told.is_empty()).count();
        voted += world.motions.iter().filter(|motion| motion.question.is_some()).count();
        adopted += world.motions.iter().filter(|motion| 1 < motion.versions.len()).count();
        let tasks = world.motions.iter().flat_map(|motion| &motion.tasks);
        verified += tasks.filter(|task| task.state == TaskState::Verified).count();
    }
    let reached = [merged, answered, voted, adopted, verified];
    assert!(reached.iter().all(|count| 0 < *count), "merged, answered, voted, adopted, verified: {reached:?}");
}
