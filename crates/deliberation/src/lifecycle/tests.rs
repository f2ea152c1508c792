//! Every row of every table is allowed when its conditions are met, and nothing else is.

use std::fmt::Debug;

use super::{tables::*, *};
use crate::rights::Scope;

const NOW: u64 = 1_793_462_400;
const DAY: u64 = 86_400;

/// Somebody with every role everywhere, who is everything to the thing.
struct Everybody {
    posts: Vec<Post>,
    parts: BTreeSet<Part>,
    site: Site,
}

impl Everybody {
    fn new() -> Self {
        let post = |role: &Role| Post { role: *role, scope: Scope::Estate, from: 0, until: u64::MAX };
        Self {
            posts: Role::ALL.iter().map(post).collect(),
            parts: Part::ALL.iter().copied().collect(),
            site: Site::default(),
        }
    }

    fn actor(&self) -> Actor<'_> {
        let bearing = Bearing { has_consent: true, is_by_two: true, is_small: true, ..Bearing::default() };
        Actor::Person { posts: &self.posts, parts: &self.parts, site: &self.site, bearing }
    }
}

/// Facts under which one condition is met, on top of what is there.
#[allow(clippy::too_many_lines, reason = "a line for each condition")]
fn meet(need: Need, facts: &mut Facts) {
    match need {
        Need::Text => give(facts, Given::Text),
        Need::Reason => give(facts, Given::Reason),
        Need::ConsentIfOnBehalf => give(facts, Given::Consent),
        Need::Responsible => give(facts, Given::Responsible),
        Need::AnswerKind => give(facts, Given::AnswerKind),
        Need::Survivor => give(facts, Given::Survivor),
        Need::Child => give(facts, Given::Child),
        Need::MotionKind => give(facts, Given::MotionKind),
        Need::Cost => give(facts, Given::Cost),
        Need::Defects => give(facts, Given::Defects),
        Need::FinalHash => give(facts, Given::FinalHash),
        Need::Outcome => give(facts, Given::Outcome),
        Need::Original => give(facts, Given::Original),
        Need::Questions => give(facts, Given::Questions),
        Need::Meeting => give(facts, Given::Meeting),
        Need::Body => give(facts, Given::Body),
        Need::Replacement => give(facts, Given::Replacement),
        Need::Ground => give(facts, Given::Ground),
        Need::Effect => give(facts, Given::Effect),
        Need::Decision => give(facts, Given::Decision),
        Need::Evidence => give(facts, Given::Evidence),
        Need::Session => give(facts, Given::Session),
        Need::Where => give(facts, Given::Where),
        Need::FitMediator => give(facts, Given::FitMediator),
        Need::InReplyTime => facts.due = Some(facts.now),
        Need::Due => facts.new_due = Some(facts.now + 1),
        Need::Emergency => facts.is_emergency = true,
        Need::NoOpenChild => facts.open_children = 0,
        Need::CloseTimeOver | Need::PauseOver | Need::AdmitTimeOver | Need::CommentTimeOver => {
            (facts.since, facts.period) = (facts.now - DAY, DAY);
        }
        Need::NotReopenedYet => facts.reopened = 0,
        Need::ReopenedOnce => facts.reopened = 1,
        Need::Overdue => facts.due = Some(facts.now - 1),
        Need::HigherLevel => facts.level = 3,
        Need::EnoughSupport => facts.has_enough_support = true,
        Need::LongEnough | Need::NoticeTime => {
            (facts.wanted, facts.window) = (DAY, Window { from: facts.now + DAY, until: facts.now + 2 * DAY });
        }
        Need::PeriodLong => (facts.wanted, facts.window) = (DAY, Window { from: facts.now, until: facts.now + DAY }),
        Need::WindowOpen => facts.window = Window { from: facts.now, until: facts.now + 1 },
        Need::WindowOver => facts.window = Window { from: facts.now - 1, until: facts.now },
        Need::AmendmentsDecided => facts.amendments_open = 0,
        Need::VoteBegun => facts.vote = Some(Window { from: facts.now, until: facts.now + 1 }),
        Need::VoteOver => facts.vote = Some(Window { from: facts.now - 1, until: facts.now }),
        Need::NoObjectionOpen => (facts.objections_open, facts.objections_upheld) = (0, 0),
        Need::ObjectionUpheld => facts.objections_upheld = 1,
        Need::RepeatsLeft => facts.repeats_allowed = facts.repeats + 1,
        Need::Tasks => facts.tasks = 1,
        Need::TasksVerified => (facts.tasks, facts.tasks_verified) = (1, 1),
        Need::TaskCancelled => (facts.tasks, facts.tasks_cancelled) = (1, 1),
        Need::TermOver => facts.term_ends = Some(facts.now),
        Need::NoVoteYet => facts.is_voted_on = false,
        Need::VoteRefers => facts.is_voted_on = true,
        Need::BaseCurrent => facts.is_base_current = true,
        Need::BaseUntouched => facts.is_base_untouched = true,
        Need::BaseReplaced => facts.is_base_untouched = false,
        Need::CouncilFor => facts.council = Some(true),
        Need::CouncilAgainst => facts.council = Some(false),
        Need::NoReactions => facts.reactions = 0,
        Need::Coded => facts.uncoded = 0,
        Need::DoubleEntry => (facts.papers_wanted, facts.papers_twice) = (1, 1),
        Need::EveryNeedAnswered => facts.needs_unanswered = 0,
        Need::Quorum | Need::QuorumThere => (facts.quorum, facts.present) = (3, 3),
        Need::MeetingOpen => facts.is_meeting_open = true,
        Need::ItemsEnded => facts.items_open = 0,
        Need::Decides => facts.decides = true,
        Need::DecidesNot => facts.decides = false,
        Need::MinutesPublished => facts.minutes_published = true,
        Need::ThreeSignatures => facts.signatures = 3,
        Need::AllBoards => (facts.boards, facts.boards_photographed) = (2, 2),
        Need::Longer => facts.new_until = facts.window.until + 1,
        Need::Identity => facts.is_identified = true,
        Need::NotTarget => facts.is_target = false,
        Need::EffectiveNow => facts.effective = Some(facts.now),
        Need::Percent => (facts.percent, facts.new_percent) = (40, 40),
        Need::NotResponsible => facts.is_responsible = false,
        Need::NotAuthor => facts.is_author = false,
        Need::ChangesLeft => facts.due_changes_allowed = facts.due_changes + 1,
        Need::AllConsent => (facts.parties, facts.parties_consented) = (2, 2),
        Need::AllSigned => (facts.parties, facts.parties_signed) = (2, 2),
        Need::Mediator => facts.has_mediator = true,
        Need::NoMediator => facts.has_mediator = false,
    }
}

fn give(facts: &mut Facts, given: Given) {
    facts.given.insert(given);
}

/// The same, with this one condition not met.
#[allow(clippy::too_many_lines, reason = "a line for each condition")]
fn spoil(need: Need, facts: &mut Facts) {
    let given: BTreeSet<_> = facts.given.iter().copied().filter(|given| given.code() != need.code()).collect();
    facts.given = given;
    match need {
        Need::ConsentIfOnBehalf => {
            facts.given.remove(&Given::Consent);
            facts.is_on_behalf = true;
        }
        Need::InReplyTime => (facts.due, facts.level) = (Some(facts.now - 1), 1),
        Need::Due => facts.new_due = Some(facts.now),
        Need::Emergency => facts.is_emergency = false,
        Need::NoOpenChild => facts.open_children = 1,
        Need::CloseTimeOver | Need::PauseOver | Need::AdmitTimeOver | Need::CommentTimeOver => facts.since += 1,
        Need::NotReopenedYet => facts.reopened = 1,
        Need::ReopenedOnce => facts.reopened = 0,
        Need::Overdue => facts.due = Some(facts.now),
        Need::HigherLevel => facts.level = 4,
        Need::EnoughSupport => facts.has_enough_support = false,
        Need::LongEnough | Need::PeriodLong => facts.window.until -= 1,
        Need::NoticeTime => facts.window.from -= 1,
        Need::WindowOpen => facts.window.until = facts.now,
        Need::WindowOver => facts.window.until = facts.now + 1,
        Need::AmendmentsDecided => facts.amendments_open = 1,
        Need::VoteBegun => facts.vote = Some(Window { from: facts.now + 1, until: facts.now + 2 }),
        Need::VoteOver => facts.vote = Some(Window { from: facts.now, until: facts.now + 1 }),
        Need::NoObjectionOpen => facts.objections_open = 1,
        Need::ObjectionUpheld => facts.objections_upheld = 0,
        Need::RepeatsLeft => facts.repeats_allowed = facts.repeats,
        Need::Tasks => facts.tasks = 0,
        Need::TasksVerified => facts.tasks_verified = 0,
        Need::TaskCancelled => facts.tasks_cancelled = 0,
        Need::TermOver => facts.term_ends = Some(facts.now + 1),
        Need::NoVoteYet => facts.is_voted_on = true,
        Need::VoteRefers => facts.is_voted_on = false,
        Need::BaseCurrent => facts.is_base_current = false,
        Need::BaseUntouched => facts.is_base_untouched = false,
        Need::BaseReplaced => facts.is_base_untouched = true,
        Need::CouncilFor | Need::CouncilAgainst => facts.council = None,
        Need::NoReactions => facts.reactions = 1,
        Need::Coded => facts.uncoded = 1,
        Need::DoubleEntry => facts.papers_twice = 0,
        Need::EveryNeedAnswered => facts.needs_unanswered = 1,
        Need::Quorum => (facts.present, facts.decides) = (2, true),
        Need::QuorumThere => facts.present = 2,
        Need::MeetingOpen => facts.is_meeting_open = false,
        Need::ItemsEnded => facts.items_open = 1,
        Need::Decides => facts.decides = false,
        Need::DecidesNot => facts.decides = true,
        Need::MinutesPublished => facts.minutes_published = false,
        Need::ThreeSignatures => facts.signatures = 2,
        Need::AllBoards => facts.boards_photographed = 1,
        Need::Longer => facts.new_until = facts.window.until,
        Need::Identity => facts.is_identified = false,
        Need::NotTarget => facts.is_target = true,
        Need::EffectiveNow => facts.effective = Some(facts.now + 1),
        Need::Percent => facts.new_percent = facts.percent - 1,
        Need::NotResponsible => facts.is_responsible = true,
        Need::NotAuthor => facts.is_author = true,
        Need::ChangesLeft => facts.due_changes_allowed = facts.due_changes,
        Need::AllConsent => facts.parties_consented = 1,
        Need::AllSigned => facts.parties_signed = 1,
        Need::Mediator => facts.has_mediator = false,
        Need::NoMediator => facts.has_mediator = true,
        // What is given was taken away above.
        Need::Text
        | Need::Reason
        | Need::Responsible
        | Need::AnswerKind
        | Need::Survivor
        | Need::Child
        | Need::MotionKind
        | Need::Cost
        | Need::Defects
        | Need::FinalHash
        | Need::Outcome
        | Need::Original
        | Need::Questions
        | Need::Meeting
        | Need::Body
        | Need::Replacement
        | Need::Ground
        | Need::Effect
        | Need::Decision
        | Need::Evidence
        | Need::Session
        | Need::FitMediator
        | Need::Where => {}
    }
}

fn met(needs: &[Need]) -> Facts {
    let mut facts = Facts { now: NOW, level: 1, ..Facts::default() };
    for need in needs {
        meet(*need, &mut facts);
    }
    facts
}

fn check_table<S: Lifecycle + Debug>() {
    let everybody = Everybody::new();
    for row in S::TABLE {
        let actor = if row.who.contains(&Who::Clock) { Actor::Clock } else { everybody.actor() };
        let starts: Vec<_> =
            if row.from.is_empty() { vec![None] } else { row.from.iter().copied().map(Some).collect() };
        for from in starts {
            let what = format!("{} {from:?} {}", S::KIND, row.verb);
            let facts = met(row.needs);
            let step = step(from, row.verb, actor, &facts).unwrap_or_else(|err| panic!("{what}: {err}"));
            let expected = match (row.to, from) {
                (To::State(state), _) | (To::Same, Some(state)) => state,
                (To::Same, None) => panic!("{what} begins nothing"),
            };
            assert_eq!((step.to, step.records), (expected, row.records), "{what}");
            for need in row.needs {
                let mut spoiled = facts.clone();
                spoil(*need, &mut spoiled);
                let refused = super::step(from, row.verb, actor, &spoiled);
                let is_named = matches!(&refused, Err(Refused::Unmet { needs }) if needs.contains(need));
                assert!(is_named, "{what} without {need}: {refused:?}");
            }
            // Nobody in particular, and the wrong one of clock and person.
            let nobody = (Vec::new(), BTreeSet::new());
            let nobody = Actor::Person {
                posts: &nobody.0,
                parts: &nobody.1,
                site: &everybody.site,
                bearing: Bearing::default(),
            };
            let refused = super::step(from, row.verb, nobody, &facts);
            assert!(matches!(refused, Err(Refused::NotYours { .. })), "{what} by nobody: {refused:?}");
            if !row.who.contains(&Who::Clock) {
                let refused = super::step(from, row.verb, Actor::Clock, &facts);
                assert!(matches!(refused, Err(Refused::NotYours { .. })), "{what} by the clock: {refused:?}");
            }
        }
    }
    check_unlisted::<S>(&everybody);
    check_reach::<S>();
}

/// Every pair of state and verb that no row lists is refused, whoever asks and whatever is given.
fn check_unlisted<S: Lifecycle>(everybody: &Everybody) {
    let mut facts = met(Need::ALL);
    facts.given = Given::ALL.iter().copied().collect();
    let states = S::STATES.iter().copied().map(Some).chain([None]);
    for from in states {
        for verb in Verb::ALL {
            let rows = S::TABLE.iter().filter(|row| row.verb == *verb && starts(row, from)).count();
            assert!(rows <= 1, "{} {from:?} {verb} leads to two places", S::KIND);
            if rows == 1 {
                continue;
            }
            for actor in [everybody.actor(), Actor::Clock] {
                let refused = step(from, *verb, actor, &facts);
                let Err(Refused::NotListed { possible, states, .. }) = &refused else {
                    panic!("{} {from:?} {verb}: {refused:?}", S::KIND)
                };
                assert!(!possible.contains(verb), "{} {from:?} {verb}", S::KIND);
                let elsewhere = S::TABLE.iter().any(|row| row.verb == *verb && !row.from.is_empty());
                assert_eq!(!states.is_empty(), elsewhere, "{} {from:?} {verb} says where it can be done", S::KIND);
            }
        }
    }
}

/// Every state can be reached from the beginning.
fn check_reach<S: Lifecycle>() {
    let mut reached: BTreeSet<S> = BTreeSet::new();
    loop {
        let before = reached.len();
        for row in S::TABLE {
            let is_open = row.from.is_empty() || row.from.iter().any(|state| reached.contains(state));
            if let (true, To::State(state)) = (is_open, row.to) {
                reached.insert(state);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let all: BTreeSet<S> = S::STATES.iter().copied().collect();
    assert_eq!(reached, all, "{}", S::KIND);
    for state in S::STATES {
        assert_eq!(state.to_string().parse::<S>().ok(), Some(*state), "its word is read as it is written");
    }
}

#[test]
fn every_row_is_allowed_and_every_other_pair_refused() {
    check_table::<MatterState>();
    check_table::<MotionState>();
    check_table::<VersionState>();
    check_table::<AmendmentState>();
    check_table::<NoticeState>();
    check_table::<StatementState>();
    check_table::<CommentState>();
    check_table::<SurveyState>();
    check_table::<MeetingState>();
    check_table::<ItemState>();
    check_table::<MinutesState>();
    check_table::<ObjectionState>();
    check_table::<DecisionState>();
    check_table::<TaskState>();
    check_table::<MediationState>();
}

#[test]
fn a_refusal_says_what_would_have_been_right() {
    let everybody = Everybody::new();
    let facts = Facts { now: NOW, ..Facts::default() };
    let refused = step(Some(MatterState::Submitted), Verb::Answer, everybody.actor(), &facts).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "cannot answer a matter (事项) that is submitted; possible now: acknowledge, return, dispatch, escalate, \
         overrun, merge, link"
    );
    let Refused::NotListed { states, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(states, ["in_progress"]);
    let refused = step(Some(MatterState::Acknowledged), Verb::Assign, everybody.actor(), &facts).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "still wanted: somebody responsible, with a role that may answer; a due date that lies ahead"
    );
    assert_eq!(refused.code(), "unmet");
}

#[test]
fn the_clock_does_what_is_due_and_nothing_else() {
    let overdue = Facts { now: NOW, due: Some(NOW - 1), level: 2, ..Facts::default() };
    let step = due(MatterState::InProgress, &overdue).expect("it is due");
    assert_eq!((step.verb, step.to), (Verb::Overrun, MatterState::Escalated));
    assert_eq!(due(MatterState::InProgress, &Facts { due: Some(NOW), ..overdue.clone() }), None, "on the last second");
    assert_eq!(due(MatterState::Draft, &overdue), None);
    assert_eq!(due(MatterState::InProgress, &Facts { level: 4, ..overdue }), None, "there is no higher level");
}

#[test]
fn ends_are_ends() {
    let ends: Vec<_> = MatterState::STATES.iter().filter(|state| state.is_terminal()).collect();
    assert_eq!(ends, [&MatterState::Closed, &MatterState::Merged]);
    let ends: Vec<_> =
        MotionState::STATES.iter().filter(|state| state.is_terminal()).map(|state| state.code()).collect();
    assert_eq!(ends, ["lost", "executed", "failed", "withdrawn", "lapsed"]);
    assert!(ObjectionState::Upheld.is_terminal(), "giving effect to it changes no state");
}

/// One table in Markdown: a row for each transition.
#[allow(clippy::format_push_string, reason = "a document of a few pages")]
fn document<S: Lifecycle>(out: &mut String) {
    let row = |cells: [String; 6]| format!("| {} |\n", cells.join(" | "));
    let list = |words: Vec<&str>| if words.is_empty() { "–".to_owned() } else { words.join(", ") };
    out.push_str(&format!("\n## {}: {}\n\n", S::KIND, S::KIND.meaning()));
    out.push_str(&row(["verb", "from", "to", "who", "needs", "records"].map(str::to_owned)));
    out.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for transition in S::TABLE {
        let from: Vec<_> = transition.from.iter().map(ToString::to_string).collect();
        let who: Vec<_> = transition.who.iter().map(ToString::to_string).collect();
        out.push_str(&row([
            transition.verb.to_string(),
            list(from.iter().map(String::as_str).collect()),
            match transition.to {
                To::State(state) => state.to_string(),
                To::Same => "the same".to_owned(),
            },
            list(who.iter().map(String::as_str).collect()),
            list(transition.needs.iter().map(|need| need.code()).collect()),
            list(transition.records.iter().map(|record| record.code()).collect()),
        ]));
    }
}

/// The tables as docs/lifecycle.md has them.
#[allow(clippy::format_push_string, reason = "a document of a few pages")]
fn documents() -> String {
    let mut out = String::from(
        "# What may follow what, and who may do what\n\nMade from the tables in `crates/deliberation`; do not edit. \
         `HEYI_BLESS=1 cargo test -p deliberation --lib lifecycle::` writes it anew.\n\nWhat no row lists is refused.\n",
    );
    document::<MatterState>(&mut out);
    document::<MotionState>(&mut out);
    document::<VersionState>(&mut out);
    document::<AmendmentState>(&mut out);
    document::<NoticeState>(&mut out);
    document::<StatementState>(&mut out);
    document::<CommentState>(&mut out);
    document::<SurveyState>(&mut out);
    document::<MeetingState>(&mut out);
    document::<ItemState>(&mut out);
    document::<MinutesState>(&mut out);
    document::<ObjectionState>(&mut out);
    document::<DecisionState>(&mut out);
    document::<TaskState>(&mut out);
    document::<MediationState>(&mut out);
    out.push_str("\n## Conditions\n\n| needs | what is wanted |\n| --- | --- |\n");
    for need in Need::ALL {
        out.push_str(&format!("| {need} | {} |\n", need.meaning()));
    }
    out.push_str("\n## Rights\n\nA right holds for the term of a post and within its scope.\n\n| action |");
    for role in Role::ALL {
        out.push_str(&format!(" {role} |"));
    }
    out.push_str(&format!("\n|{}\n", " --- |".repeat(Role::ALL.len() + 1)));
    for action in Action::ALL {
        out.push_str(&format!("| {} |", action.meaning()));
        for role in Role::ALL {
            let grant = rights::granted(*role, *action).map_or("–", |grant| grant.code());
            out.push_str(&format!(" {grant} |"));
        }
        out.push('\n');
    }
    out
}

#[test]
fn the_document_says_what_the_tables_say() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lifecycle.md");
    let made = documents();
    if std::env::var_os("HEYI_BLESS").is_some() {
        std::fs::write(&path, &made).expect("the document is written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == made, "docs/lifecycle.md is old: HEYI_BLESS=1 cargo test -p deliberation --lib lifecycle::");
}
