//! What can be said of a draft at once: errors that bar it, and hints. What a place asks is asked by
//! [`crate::rule::guard`].

use std::collections::BTreeSet;

use super::{Draft, DraftMotion};
use crate::{
    hash::Hash,
    id::Id,
    json,
    rule::{
        Day, RuleBook, Silent,
        guard::{self, Size, Warning},
    },
    store::place::{Matter, Place},
};

/// Something about a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// In snake case; `web` has the sentence.
    pub code: &'static str,
    /// Whether the poll cannot be published so.
    pub is_error: bool,
    /// The motion, if it is about one.
    pub motion: Option<Id>,
    /// What the law of the place has to say, in words of its own.
    pub warning: Option<Warning>,
}

impl Finding {
    /// What a guard says; in a poll on paper it is right that nobody votes online.
    fn of(warning: Warning, motion: Option<&Id>) -> Self {
        let is_error = warning.is_bar() && warning != Warning::OfficialOnly;
        Self { code: warning.code(), is_error, motion: motion.cloned(), warning: Some(warning) }
    }
}

/// What a draft is checked against.
#[derive(Debug, Clone)]
pub struct DraftFacts<'a> {
    /// Whose law decides.
    pub place: Place,
    /// The buildings there are, as a roll names them.
    pub buildings: &'a BTreeSet<String>,
    /// Documents that are stored.
    pub documents: &'a BTreeSet<Hash>,
    /// Whether the home that is left out is one of a building that votes.
    pub is_applicant_in_scope: bool,
    /// How large the compound is.
    pub size: Size,
    /// Unix seconds.
    pub now: u64,
}

/// The longest title, in characters: it stands on a ballot.
pub const TITLE_MOST: usize = 80;

/// The longest text of a motion, in bytes (as for whatever is rendered from Markdown).
pub const TEXT_MOST: usize = 8192;

/// All there is to say about a draft: errors that bar it, and hints.
///
/// Rehearsals need no notice period, and nothing else that a place asks.
pub fn check_draft(draft: &Draft, facts: &DraftFacts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut error = |holds: bool, code: &'static str, motion: Option<&Id>| {
        if !holds {
            findings.push(Finding { code, is_error: true, motion: motion.cloned(), warning: None });
        }
    };
    error(is_title(&draft.title), "bad_title", None);
    error(!draft.motions.is_empty(), "no_motion", None);
    error(draft.motions.len() <= 30, "too_many_motions", None);
    error(draft.scope.is_subset(facts.buildings), "unknown_building", None);
    if draft.is_change_of_use() {
        let is_alone = draft.motions.iter().all(|motion| motion.matter == Matter::HomeIntoBusiness);
        error(is_alone, "change_of_use_alone", None);
        error(draft.scope.len() == 1, "change_of_use_one_building", None);
        error(facts.is_applicant_in_scope, "applicant_missing", None);
    }
    error(facts.now < draft.opens, "opens_in_the_past", None);
    error(draft.opens < draft.closes, "closes_before_it_opens", None);
    error(draft.closes < 253_402_300_800, "closes_too_late", None);
    let mut ids = BTreeSet::new();
    for motion in &draft.motions {
        error(ids.insert(&motion.id), "motion_twice", Some(&motion.id));
        check_motion(motion, draft, facts, &mut error);
    }
    findings.extend(time_warnings(facts.place, draft, facts.now).into_iter().map(|warning| Finding::of(warning, None)));
    if !draft.test {
        findings.extend(guard::check_channel(facts.place.asks()).map(|warning| Finding::of(warning, None)));
    }
    for motion in &draft.motions {
        let warnings = motion_warnings(motion, draft, facts);
        findings.extend(warnings.into_iter().map(|warning| Finding::of(warning, Some(&motion.id))));
    }
    for motion in draft.motions.iter().filter(|motion| !motion.matter.is_election()) {
        findings.extend(title_hints(motion));
    }
    if draft.closes.saturating_sub(draft.opens) < 3 * 86_400 && !draft.test {
        findings.push(Finding { code: "short_window", is_error: false, motion: None, warning: None });
    }
    findings
}

fn check_motion(
    motion: &DraftMotion,
    draft: &Draft,
    facts: &DraftFacts<'_>,
    error: &mut impl FnMut(bool, &'static str, Option<&Id>),
) {
    let id = Some(&motion.id);
    error(is_title(&motion.title), "bad_motion_title", id);
    let is_text = !motion.text.trim().is_empty() && motion.text.len() <= TEXT_MOST;
    error(is_text, "bad_motion_text", id);
    error(motion.attachments.is_subset(facts.documents), "unknown_attachment", id);
    error(motion.seats.is_some() == motion.matter.is_election(), "seats_of_elections_only", id);
    error(motion.candidates.is_empty() != motion.matter.is_election(), "candidates_of_elections_only", id);
    let rule = RuleBook::of_site().resolve(&motion.rule(facts.place));
    error(rule.is_ok(), "unknown_rule", id);
    let Ok(rule) = rule else { return };
    // The record wants the rule to be law on the day of opening in UTC, of a rehearsal too.
    error(rule.in_force.contains(Day::of_unix(draft.opens)), "rule_not_in_force", id);
    error(rule.is_fit_for(motion.seats), "bad_seats", id);
    // Whoever counts silence has to show the clause that says so.
    let is_silence_counted = rule.treat.silent_delivered != Silent::Absent && !draft.test;
    error(!is_silence_counted || !motion.attachments.is_empty(), "clause_missing", id);
    error(motion.candidates.iter().all(|candidate| is_title(&candidate.name)), "bad_candidate", id);
    let candidates: BTreeSet<_> = motion.candidates.iter().map(|candidate| &candidate.id).collect();
    error(candidates.len() == motion.candidates.len(), "candidate_twice", id);
    error(motion.seats.unwrap_or(0) <= motion.candidates.len() as u64, "fewer_candidates_than_seats", id);
}

/// What the law of the place has against a motion: its words, its rule, its seats.
fn motion_warnings(motion: &DraftMotion, draft: &Draft, facts: &DraftFacts<'_>) -> Vec<Warning> {
    let place = facts.place.asks();
    let text = format!("{}\n{}", motion.title, motion.text);
    let mut warnings: Vec<_> = guard::check_words(motion.matter.law(), &text).into_iter().collect();
    let usual = facts.place.rule(motion.matter, motion.seats);
    let opens = Day::of_unix(draft.opens);
    // A rule that there is not is an error of its own.
    let of_rule = guard::check_rule_against(&usual, &motion.rule(facts.place), RuleBook::of_site(), opens);
    warnings.extend(of_rule.into_iter().flatten());
    if let Some(seats) = motion.seats.filter(|_| !draft.test) {
        let ids: Vec<_> = motion.candidates.iter().map(|candidate| candidate.id.to_string()).collect();
        warnings.extend(guard::check_election(place, facts.size, seats, &ids));
    }
    // These are errors of every draft, also of a rehearsal.
    let is_said = |warning: &Warning| {
        matches!(warning, Warning::NotInForce | Warning::TooFewCandidates | Warning::CandidateTwice { .. })
    };
    warnings.retain(|warning| !is_said(warning));
    warnings
}

/// What the place has against the times: a notice, candidates announced or a vote for too few days, or
/// for too many. `now`: the earliest time at which the notice can still be posted.
pub fn time_warnings(place: Place, draft: &Draft, now: u64) -> Vec<Warning> {
    if draft.test || draft.opens == 0 {
        return Vec::new();
    }
    let (law, posted) = (place.asks(), place.day(draft.posted.max(now)));
    let (opens, closes) = (place.day(draft.opens), place.day(draft.closes));
    let is_election = draft.motions.iter().any(|motion| motion.matter.is_election());
    let mut warnings: Vec<_> = guard::check_notice(law, draft.special, &[posted], opens).into_iter().collect();
    if is_election && warnings.is_empty() {
        warnings.extend(guard::check_candidates(law, posted, opens));
    }
    warnings.extend(guard::check_voting(law, opens, closes));
    warnings
}

/// The first second at which voting may open if the notice is posted at this time.
///
/// The day of posting does not count, the day of opening does not either: with 15 days, a notice of
/// the 1st allows voting from the 17th.
pub fn earliest_opening(place: Place, draft: &Draft, posted: u64) -> u64 {
    let law = place.asks();
    let days = guard::notice_days(law, draft.special);
    let is_election = draft.motions.iter().any(|motion| motion.matter.is_election());
    let candidates = law.candidates.announced_days_before.max(law.candidates.posted_days).filter(|_| is_election);
    place.begin(guard::earliest_opening(place.day(posted), days.max(candidates.unwrap_or(0))))
}

fn is_title(text: &str) -> bool {
    let is_long = (1..=TITLE_MOST).contains(&text.chars().count());
    is_long && text.trim() == text && json::is_record_text(text)
}

/// What makes a question hard to answer with yes or no, or leans to one side.
fn title_hints(motion: &DraftMotion) -> Vec<Finding> {
    let title = &motion.title;
    let hint = |code| Finding { code, is_error: false, motion: Some(motion.id.clone()), warning: None };
    let is_question = title.contains("是否") || title.ends_with(['？', '?', '吗']) || title.starts_with("同意");
    let is_double = 1 < title.matches("是否").count() || 1 < title.matches(['？', '?']).count();
    let leans = ["应当", "必须", "合理", "迫切", "理应", "众所周知", "不得不", "obviously", "must"];
    let mut hints = Vec::new();
    if !is_question {
        hints.push(hint("title_is_no_question"));
    }
    if is_double {
        hints.push(hint("title_asks_twice"));
    }
    if leans.iter().any(|word| title.to_lowercase().contains(word)) {
        hints.push(hint("title_leans"));
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{Answers, Candidate};

    const DAY: u64 = 86_400;
    /// 2026-11-01 00:00 in Beijing.
    const FIRST: u64 = 1_793_462_400;

    fn motion() -> DraftMotion {
        DraftMotion {
            id: "m1".parse().expect("an id"),
            matter: Matter::UseFund,
            title: "是否同意使用维修资金更换 3 号楼电梯？".to_owned(),
            text: "两部电梯，报价见附件。".to_owned(),
            attachments: BTreeSet::new(),
            has_abstain: true,
            seats: None,
            candidates: Vec::new(),
            rule: None,
        }
    }

    fn draft() -> Draft {
        Draft {
            title: "更换 3 号楼电梯".to_owned(),
            motions: vec![motion()],
            scope: BTreeSet::new(),
            left_out: String::new(),
            posted: FIRST + 3600,
            opens: FIRST + 16 * DAY,
            closes: FIRST + 30 * DAY,
            answers: Answers::Inspectors,
            special: false,
            test: false,
        }
    }

    fn codes(draft: &Draft) -> Vec<&'static str> {
        codes_in("cn", draft)
    }

    fn codes_in(place: &str, draft: &Draft) -> Vec<&'static str> {
        let buildings = BTreeSet::from(["3".to_owned()]);
        let facts = DraftFacts {
            place: place.parse().expect("a place"),
            buildings: &buildings,
            documents: &BTreeSet::new(),
            is_applicant_in_scope: false,
            size: Size { units: 300, area: 3_000_000 },
            now: FIRST,
        };
        check_draft(draft, &facts).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_sound_draft_has_nothing_said_against_it() {
        assert_eq!(codes(&draft()), Vec::<&str>::new());
    }

    #[test]
    fn every_fault_of_a_draft_is_named() {
        type Change = fn(&mut Draft);
        let cases: [(&str, Change); 23] = [
            ("bad_title", |draft| draft.title = String::new()),
            ("no_motion", |draft| draft.motions.clear()),
            ("unknown_building", |draft| draft.scope = BTreeSet::from(["9".to_owned()])),
            ("applicant_missing", |draft| draft.motions[0].matter = Matter::HomeIntoBusiness),
            ("change_of_use_one_building", |draft| draft.motions[0].matter = Matter::HomeIntoBusiness),
            ("change_of_use_alone", |draft| {
                draft.motions.push(DraftMotion { matter: Matter::HomeIntoBusiness, ..motion() });
            }),
            ("opens_in_the_past", |draft| draft.opens = FIRST),
            ("closes_before_it_opens", |draft| draft.closes = draft.opens),
            ("notice_too_short", |draft| draft.opens -= 1),
            ("motion_twice", |draft| draft.motions.push(motion())),
            ("bad_motion_title", |draft| draft.motions[0].title = "是否\u{200B}同意？".to_owned()),
            ("bad_motion_text", |draft| draft.motions[0].text = " ".to_owned()),
            ("unknown_attachment", |draft| draft.motions[0].attachments = BTreeSet::from([Hash([7; 32])])),
            ("seats_of_elections_only", |draft| draft.motions[0].seats = Some(5)),
            ("candidates_of_elections_only", |draft| draft.motions[0].matter = Matter::Election),
            ("unknown_rule", |draft| draft.motions[0].rule = "cn.nowhere".parse().ok()),
            ("title_is_no_question", |draft| draft.motions[0].title = "更换电梯".to_owned()),
            ("title_asks_twice", |draft| draft.motions[0].title = "是否更换电梯，是否涨价？".to_owned()),
            ("title_leans", |draft| draft.motions[0].title = "是否同意必须更换的电梯？".to_owned()),
            ("short_window", |draft| draft.closes = draft.opens + DAY),
            ("reads_as_raising", |draft| draft.motions[0].title = "是否同意续筹维修资金？".to_owned()),
            ("reads_as_using", |draft| draft.motions[0].matter = Matter::RaiseFund),
            ("other_rule", |draft| draft.motions[0].rule = "cn.278.special".parse().ok()),
        ];
        for (code, change) in cases {
            let mut changed = draft();
            change(&mut changed);
            assert!(codes(&changed).contains(&code), "{code}: {:?}", codes(&changed));
        }
    }

    #[test]
    fn an_election_has_odd_seats_and_enough_candidates() {
        let candidate =
            |n: u64| Candidate { id: format!("c{n}").parse().expect("an id"), name: format!("候选人{n}") };
        for (seats, candidates, expected) in [
            (5, 6, vec![]),
            (4, 6, vec!["bad_seats", "too_few_seats", "even_seats"]),
            (3, 6, vec!["too_few_seats"]),
            (13, 15, vec!["too_many_seats"]),
            (7, 6, vec!["fewer_candidates_than_seats"]),
        ] {
            let mut election = draft();
            election.motions[0].matter = Matter::Election;
            election.motions[0].seats = Some(seats);
            election.motions[0].candidates = (1..=candidates).map(candidate).collect();
            assert_eq!(codes(&election), expected, "{seats} seats, {candidates} candidates");
        }
    }

    #[test]
    fn a_notice_hangs_for_the_whole_days_that_the_place_wants() {
        let place = Place::china();
        for (why, posted, opens, is_short) in [
            ("posted on the 1st, voting from the 17th", FIRST, FIRST + 16 * DAY, false),
            ("at any hour of the 1st", FIRST + DAY - 1, FIRST + 16 * DAY, false),
            ("a second before midnight is a day short", FIRST, FIRST + 16 * DAY - 1, true),
            ("posted after it opened", FIRST + 20 * DAY, FIRST + DAY, true),
        ] {
            let draft = Draft { posted, opens, closes: FIRST + 30 * DAY, ..draft() };
            let found: Vec<_> = time_warnings(place, &draft, posted).iter().map(Warning::code).collect();
            assert_eq!(found, if is_short { vec!["notice_too_short"] } else { Vec::new() }, "{why}");
        }
        assert_eq!(earliest_opening(place, &draft(), FIRST + 3600), FIRST + 16 * DAY);
    }

    #[test]
    fn each_place_asks_what_its_file_says() {
        let hangzhou = |days: u64, lasts: u64| Draft {
            posted: FIRST,
            opens: FIRST + days * DAY,
            closes: FIRST + (days + lasts) * DAY - 1,
            ..draft()
        };
        let official = vec!["official_first"];
        for (why, draft, expected) in [
            ("five days are enough", hangzhou(16, 5), official.clone()),
            ("four are not", hangzhou(16, 4), vec!["voting_too_short", "official_first"]),
            ("sixty are", hangzhou(16, 60), official.clone()),
            ("sixty-one are too many", hangzhou(16, 61), vec!["voting_too_long", "official_first"]),
            ("a special meeting waits for seven days", Draft { special: true, ..hangzhou(8, 10) }, official.clone()),
            ("and no fewer", Draft { special: true, ..hangzhou(7, 10) }, vec!["notice_too_short", "official_first"]),
            ("a rehearsal is free", Draft { test: true, ..hangzhou(1, 4) }, vec![]),
        ] {
            assert_eq!(codes_in("hangzhou", &draft), expected, "{why}");
        }
        let mut election = Draft { special: true, ..hangzhou(8, 10) };
        election.motions[0].matter = Matter::Election;
        election.motions[0].seats = Some(5);
        let candidate =
            |n: u64| Candidate { id: format!("c{n}").parse().expect("an id"), name: format!("候选人{n}") };
        election.motions[0].candidates = (1..=5).map(candidate).collect();
        assert_eq!(codes_in("hangzhou", &election), ["candidates_too_late", "official_first"]);
        assert_eq!(earliest_opening("hangzhou".parse().expect("a place"), &election, FIRST), FIRST + 16 * DAY);
        assert_eq!(codes_in("beijing", &draft()), ["official_only"]);
    }

    #[test]
    fn what_the_citys_system_alone_may_do_bars_no_poll_on_paper() {
        let findings = Finding::of(Warning::OfficialOnly, None);
        assert!(!findings.is_error && Finding::of(Warning::EvenSeats, None).is_error);
    }
}
