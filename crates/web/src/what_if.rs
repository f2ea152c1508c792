//! Calculations on closed polls: another rule, or entries struck. They change nothing and are kept in
//! memory only, the few that were asked last.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ballot::{
    bundle::Bundle,
    id::{Id, PollId, RuleName},
    key::VerifierKey,
    rule::{
        Outcome, Rule, RuleBook, Verdict,
        explain::{self, Language, Names},
    },
    statement::Motion,
    store::Log,
    tally::MotionCount,
    what_if::{Recount, WhatIfError},
};
use tokio::sync::Mutex;

use crate::problem::Problem;

/// The most bytes of a by-law file.
pub(crate) const OVERLAY: usize = 8 * 1024;
/// How many calculations are kept.
const KEPT: usize = 64;

/// What is tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Question {
    pub motion: Id,
    /// Another rule than the poll's.
    pub rule: Option<RuleName>,
    /// By-laws as they were typed; empty for none.
    pub overlay: String,
    pub strike: BTreeSet<u64>,
}

/// What it came to.
pub(crate) struct Answer {
    pub was: Side,
    pub now: Side,
    /// Whether outcome or elected are others.
    pub changes: bool,
}

/// One of the two counts.
pub(crate) struct Side {
    /// Its title and its name.
    pub rule: String,
    pub outcome: Outcome,
    /// The names of those elected.
    pub elected: Vec<String>,
    /// Every step, in Chinese and in English.
    pub steps: [Vec<String>; 2],
}

type Key = (PollId, u64, Question);

/// Who calculates waits for whoever did before: one at a time, so that many cost as much as one.
#[derive(Default)]
pub(crate) struct Calculations(Mutex<BTreeMap<Key, Result<Arc<Answer>, String>>>);

impl Calculations {
    /// Answers a question on a closed poll; the inner error is what is wrong with rule, by-laws or strikes.
    pub(crate) async fn of(&self, log: &Log, question: Question) -> Result<Result<Arc<Answer>, String>, Problem> {
        let poll = log.read(|state, _| state.manifest().poll.clone());
        let key = (poll, log.head().size, question);
        let mut known = self.0.lock().await;
        if let Some(answer) = known.get(&key) {
            return Ok(answer.clone());
        }
        let tar = log.export(Vec::new()).await.map_err(|err| Problem::internal(&err))?;
        let (log_key, question) = (log.key().clone(), key.2.clone());
        let answering = tokio::task::spawn_blocking(move || answer(tar, &log_key, &question));
        let answer = answering.await.map_err(|err| Problem::internal(&err))?;
        if KEPT <= known.len() {
            known.clear();
        }
        known.insert(key, answer.clone());
        Ok(answer)
    }
}

fn answer(tar: Vec<u8>, log_key: &VerifierKey, question: &Question) -> Result<Arc<Answer>, String> {
    let bundle = Bundle::from_tar(tar).map_err(|err| err.to_string())?;
    let say = |err: WhatIfError| err.to_string();
    let recorded = Recount::new(&bundle, log_key, &BTreeSet::new()).map_err(say)?;
    let struck = Recount::new(&bundle, log_key, &question.strike).map_err(say)?;
    let motion = recorded.motions().iter().find(|motion| motion.id == question.motion);
    let motion = motion.ok_or_else(|| format!("there is no motion {}", question.motion))?;
    let (own, was) = recorded.decide(motion).map_err(say)?;
    let rule = other_rule(&recorded, question)?.unwrap_or_else(|| own.clone());
    let now = struck.decide_under(motion, &rule).map_err(say)?;
    let (was, now) = (side(motion, &own, &was), side(motion, &rule, &now));
    let changes = was.outcome != now.outcome || was.elected != now.elected;
    Ok(Arc::new(Answer { was, now, changes }))
}

/// The by-laws that were typed, or else the rule that was chosen.
fn other_rule(recorded: &Recount, question: &Question) -> Result<Option<Rule>, String> {
    let embedded = RuleBook::of_site();
    let overlay = question.overlay.trim();
    if !overlay.is_empty() {
        // The file is named after its rule, wherever in it that line stands.
        let name = overlay.lines().find_map(|line| {
            let value = line.trim().strip_prefix("rule")?.trim_start().strip_prefix('=')?.trim();
            value.trim_matches('"').parse::<RuleName>().ok()
        });
        let name = name.ok_or("a by-law file has a line rule = \"a.name.of.its.own\"")?;
        let file = format!("{name}.toml");
        let book = embedded.with_site([(file.as_str(), overlay.as_bytes())]).map_err(|err| err.to_string())?;
        return book.resolve(&name).map(Some).map_err(|err| err.to_string());
    }
    let Some(name) = &question.rule else { return Ok(None) };
    let found = recorded.book().resolve(name).or_else(|_| embedded.resolve(name));
    found.map(Some).map_err(|err| err.to_string())
}

fn side(motion: &Motion, rule: &Rule, count: &MotionCount) -> Side {
    let standing = motion.candidates.as_deref().unwrap_or_default();
    let name = |id: &String| standing.iter().find(|one| one.id.as_str() == id).map_or(id, |one| &one.name).clone();
    let elected = match &count.report.last().verdict {
        Verdict::Motion { .. } => Vec::new(),
        Verdict::Election { candidates, elected, .. } => {
            elected.iter().map(|&at| name(&candidates[at].candidate)).collect()
        }
    };
    let names = Names::default();
    let steps = [Language::Zh, Language::En].map(|language| {
        explain::report(rule, &count.report, [&names, &names], language).lines().map(str::to_owned).collect()
    });
    Side { rule: format!("{} ({})", rule.title, rule.name), outcome: count.report.outcome(), elected, steps }
}
