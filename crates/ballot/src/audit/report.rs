//! What an audit found, for people and as JSON.

use std::fmt;

use serde_json::{Value, json};

use super::{Findings, Verdicts};
use crate::{
    hash::Hash,
    id::{Id, PollId, UnitNo},
    key::VerifierKey,
    state::Check,
    statement::{Figures, MotionResult, Party, RollTotals, TallySheet},
    tally::{MotionFigures, OverCap},
};

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not, and why: the first of what is wrong.
    Fails(String),
    /// An earlier failure left it without what it needs. That counts as failing.
    NotChecked,
}

/// A check and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Which.
    pub check: Check,
    /// What it came to.
    pub verdict: Verdict,
}

/// A unit whose proxy ballot a limit set aside, for a motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCapLine {
    /// The motion.
    pub motion: Id,
    /// The unit.
    pub unit: UnitNo,
    /// The proxy.
    pub party: Party,
}

impl OverCapLine {
    pub(super) fn new(motion: &Id, over: OverCap) -> Self {
        Self { motion: motion.clone(), unit: over.unit, party: over.party }
    }
}

/// What an auditor should look at although no check fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Credentials issued, or shown by an anchor to be issued, within a day of the close.
    pub late_credentials: Vec<u64>,
    /// Ballots that a limit on proxies set aside.
    pub over_cap: Vec<OverCapLine>,
    /// Indexes of what is struck.
    pub struck: Vec<u64>,
    /// Indexes of entries that no anchor covers in time.
    pub unanchored: Vec<u64>,
}

/// What an audit found.
#[derive(Debug, Clone)]
pub struct Report {
    /// The poll, as its manifest says.
    pub poll: Option<PollId>,
    /// Whether it is a rehearsal.
    pub test: Option<bool>,
    /// How many entries the checkpoint has.
    pub size: Option<u64>,
    /// The root over them.
    pub root: Option<Hash>,
    /// Every check, in order.
    pub checks: Vec<CheckReport>,
    /// The results of the last result sheet, once they have been recounted.
    pub results: Option<Vec<MotionResult>>,
    /// What to look at.
    pub listed: Listed,
    /// Figures beside the results, per motion.
    pub figures: Vec<(Id, MotionFigures)>,
}

impl Report {
    pub(super) fn new(log_key: &VerifierKey) -> Self {
        let poll = log_key.name().rsplit('/').next().and_then(|id| id.parse().ok());
        Self {
            poll,
            test: None,
            size: None,
            root: None,
            checks: Vec::new(),
            results: None,
            listed: Listed::default(),
            figures: Vec::new(),
        }
    }

    pub(super) fn finish(mut self, mut verdicts: Verdicts) -> Self {
        let verdict = |findings: Option<Findings>| match findings {
            None => Verdict::NotChecked,
            Some(Findings { first: None, .. }) => Verdict::Holds,
            Some(Findings { first: Some((_, reason)), count: 1 }) => Verdict::Fails(reason),
            Some(Findings { first: Some((_, reason)), count }) => {
                Verdict::Fails(format!("{reason} (and {} more)", count - 1))
            }
        };
        let checks = Check::ALL
            .iter()
            .map(|check| CheckReport { check: *check, verdict: verdict(verdicts.checks.remove(check)) });
        self.checks = checks.collect();
        self
    }

    /// Whether every check holds.
    pub fn is_ok(&self) -> bool {
        self.checks.iter().all(|check| check.verdict == Verdict::Holds)
    }

    /// The report of docs/formats.md §6.
    pub fn to_json(&self) -> Value {
        let checks = self.checks.iter().map(|one| {
            let (ok, reason) = match &one.verdict {
                Verdict::Holds => (true, ""),
                Verdict::Fails(reason) => (false, reason.as_str()),
                Verdict::NotChecked => (false, "not checked"),
            };
            json!({ "check": one.check.code(), "name": one.check.name(), "ok": ok, "reason": reason })
        });
        let over_cap = self.listed.over_cap.iter().map(|over| match over.party {
            Party::Holder(holder) => json!({ "motion": over.motion, "unit": over.unit, "to_holder": holder }),
            Party::Agent(agent) => json!({ "motion": over.motion, "unit": over.unit, "agent": agent }),
        });
        json!({
            "ok": self.is_ok(),
            "poll": self.poll,
            "test": self.test,
            "size": self.size,
            "root": self.root,
            "checks": checks.collect::<Vec<_>>(),
            "results": self.results,
            "listed": {
                "late_credentials": self.listed.late_credentials,
                "over_cap": over_cap.collect::<Vec<_>>(),
                "struck": self.listed.struck,
                "unanchored": self.listed.unanchored,
            },
        })
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Verdict::Holds => write!(f, "{} ok", self.check),
            // A reason may quote what somebody wrote: one line stays one line.
            Verdict::Fails(reason) => write!(f, "{} FAIL {}", self.check, reason.replace(char::is_control, " ")),
            Verdict::NotChecked => write!(f, "{} FAIL not checked", self.check),
        }
    }
}

/// The first figure in which two tallies differ, with both numbers.
pub(super) fn tally_difference(found: &TallySheet, counted: &TallySheet) -> Option<String> {
    if found == counted {
        return None;
    }
    let show = |figures: &Option<Figures>| {
        figures.map_or_else(|| "nothing".to_owned(), |it| format!("{} units of area {}", it.units, it.area))
    };
    let classes = |sheet: &TallySheet| {
        [
            ("for", sheet.for_),
            ("against", sheet.against),
            ("abstain", sheet.abstain),
            ("marks", sheet.marks),
            ("overvoted", sheet.overvoted),
            ("invalid", Some(sheet.invalid)),
            ("present_only", Some(sheet.present_only)),
            ("silent_delivered", Some(sheet.silent_delivered)),
            ("silent_undelivered", Some(sheet.silent_undelivered)),
        ]
    };
    let pairs = classes(found).into_iter().zip(classes(counted));
    let differing = pairs.into_iter().find(|((_, found), (_, counted))| found != counted);
    Some(differing.map_or_else(
        || "the candidates' figures are not those of the ballots".to_owned(),
        |((class, found), (_, counted))| {
            format!("{class}: the result says {}, the ballots {}", show(&found), show(&counted))
        },
    ))
}

/// The first field besides the tally in which two results differ.
pub(super) fn outcome_difference(found: &MotionResult, decided: &MotionResult) -> Option<String> {
    let differ = |name: &str, found: &dyn fmt::Display, decided: &dyn fmt::Display| {
        Some(format!("{name}: the result says {found}, the rule {decided}"))
    };
    if found.motion != decided.motion {
        return differ("motion", &found.motion, &decided.motion);
    }
    if found.outcome != decided.outcome {
        return differ("outcome", &found.outcome, &decided.outcome);
    }
    if found.passed != decided.passed {
        return differ("passed", &found.passed, &decided.passed);
    }
    if found.quorum != decided.quorum {
        return differ("quorum", &found.quorum, &decided.quorum);
    }
    (found.rounds != decided.rounds).then(|| "the steps are not those of the rule".to_owned())
}

/// The first total in which a manifest and a roll differ.
pub(super) fn totals_difference(stated: &RollTotals, found: &RollTotals) -> String {
    let numbers = [
        ("units", stated.units, found.units),
        ("holders", stated.holders, found.holders),
        ("area", stated.area, found.area),
    ];
    let differing = numbers.into_iter().find(|(_, stated, found)| stated != found);
    differing.map_or_else(
        || format!("the manifest says root {}, the roll has {}", stated.root, found.root),
        |(name, stated, found)| format!("{name}: the manifest says {stated}, the roll has {found}"),
    )
}
