//! What the public pages show of a closed poll: counted again from its log, and checked as an auditor would.
//!
//! Nothing here is kept but in memory: it is made anew for every size of the log.

pub(crate) mod corrections;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::Arc,
};

use ballot::{
    alternatives::{self, GroupResult},
    audit::{self, Report},
    bundle::Bundle,
    hash::Hash,
    id::{HolderNo, Id, PollId},
    log::CheckCode,
    roll::Roll,
    rule::{
        Need, Outcome, Ratio, Rule, RuleBook, Silent, Step, Verdict,
        explain::{self, Language, Names},
    },
    state::State,
    statement::{Entry, Motion, MotionResult, Signer, Statement},
    store::Log,
    tally::{self, Counted, MotionCount, MotionFigures},
    what_if,
};
use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::Mutex};

use self::corrections::Corrected;
use crate::problem::Problem;

/// Records by poll, each of the newest size that somebody looked at.
#[derive(Default)]
pub(crate) struct Records(Mutex<BTreeMap<PollId, Arc<Record>>>);

/// A closed poll, counted and checked.
pub(crate) struct Record {
    /// Entries in the log.
    pub size: u64,
    /// Unix seconds of the check.
    pub checked_at: u64,
    pub report: Report,
    /// SHA-256 and bytes of the bundle.
    pub archive: (Hash, u64),
    /// Every file of the bundle that is no tile, with its hash.
    pub files: Vec<(String, Hash)>,
    /// How many tiles the bundle has.
    pub tiles: usize,
    pub motions: Vec<MotionRecord>,
    /// Which motion of each group of alternatives prevails.
    pub alternatives: Vec<GroupResult>,
    pub ballots: Vec<BallotRow>,
    pub corrected: Corrected,
    /// Whether the last result was signed before something was put right, so that it is counted again.
    pub is_outdated: bool,
}

/// A motion, counted anew.
pub(crate) struct MotionRecord {
    pub motion: Motion,
    pub outcome: Outcome,
    pub result: MotionResult,
    pub figures: MotionFigures,
    /// Conditions of taking part, then of agreement.
    pub bars: [Vec<Bar>; 2],
    /// How it was reckoned, line by line, in Chinese and in English.
    pub explanation: [Vec<String>; 2],
    pub is_contested: bool,
    /// What it comes to if owners who said nothing count as absent, where the rule counts them.
    pub without_silence: Option<Outcome>,
}

/// A condition as a bar: a sentence for each language, and how far it reaches.
pub(crate) struct Bar {
    pub sentence: [String; 2],
    pub need: [String; 2],
    /// Hundredths of a percent, rounded down.
    pub done: u32,
    /// The same of what is demanded, if that is a share.
    pub wanted: Option<u32>,
}

/// What became of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Counted,
    /// The same voter's later one counts.
    Replaced,
    /// The rule sets it aside.
    SetAside,
    Struck,
}

/// A ballot or paper of the log.
pub(crate) struct BallotRow {
    pub index: u64,
    pub code: String,
    pub is_paper: bool,
    pub standing: Standing,
    /// For those who may read entries only.
    pub holder: HolderNo,
    /// Hundredths of a square metre that the holder votes with; for those who may read entries only.
    pub area: u64,
    /// What it says to each motion, as in the record; for those who may read entries only.
    pub answers: BTreeMap<Id, Value>,
}

impl Records {
    /// The record of a closed poll with a result.
    ///
    /// One is made at a time, so that many readers at once cost as much as one.
    pub(crate) async fn of(&self, log: &Log, now: u64) -> Result<Arc<Record>, Problem> {
        let (size, poll) = (log.head().size, log.read(|state, _| state.manifest().poll.clone()));
        let mut known = self.0.lock().await;
        if let Some(record) = known.get(&poll).filter(|record| record.size == size) {
            return Ok(Arc::clone(record));
        }
        let tar = log.export(Vec::new()).await.map_err(|err| Problem::internal(&err))?;
        let roll = log.roll().await.map_err(|err| Problem::internal(&err))?;
        let (counted, runtime) = (log.clone(), Handle::current());
        let making = tokio::task::spawn_blocking(move || make(&counted, tar, &roll, &runtime, now));
        let record = making.await.map_err(|err| Problem::internal(&err))?.map_err(|err| Problem::internal(&*err))?;
        let record = Arc::new(record);
        known.insert(poll, Arc::clone(&record));
        Ok(record)
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How many entries are read at once.
const PAGE: u64 = 4096;

fn make(log: &Log, tar: Vec<u8>, roll: &[u8], runtime: &Handle, now: u64) -> Result<Record, Failure> {
    let archive = (Hash::of(&tar), tar.len() as u64);
    let bundle = Bundle::from_tar(tar)?;
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let report = audit::audit(&bundle, log.key(), threads)?;
    let mut files = Vec::new();
    for path in bundle.paths().filter(|path| !path.starts_with("tile/")) {
        files.extend(bundle.hash(path)?.map(|hash| (path.to_owned(), hash)));
    }
    let tiles = bundle.paths().filter(|path| path.starts_with("tile/")).count();
    let size = report.size.unwrap_or_default();
    let (state, counted, rows, corrected) = fold(log, roll, size, runtime)?;
    let is_outdated = state.awaits_result();
    let mut motions = Vec::new();
    let mut counts = Vec::new();
    let book = what_if::rules_of(&bundle)?;
    for motion in &state.manifest().motions {
        let (record, count) = decide(motion, &book, &counted)?;
        motions.push(record);
        counts.push(count);
    }
    let ballots = judge(&state, &counted, &counts, rows);
    let alternatives = alternatives::results(&state.manifest().motions, &counts);
    Ok(Record {
        size,
        checked_at: now,
        report,
        archive,
        files,
        tiles,
        motions,
        alternatives,
        ballots,
        corrected,
        is_outdated,
    })
}

/// Goes over the entries as the auditor does, and keeps a row of each ballot and what was put right.
fn fold(
    log: &Log,
    roll: &[u8],
    size: u64,
    runtime: &Handle,
) -> Result<(State, Counted, Vec<Cast>, Corrected), Failure> {
    let roll = Roll::parse(roll)?;
    let mut count = tally::Count::new(log.read(|state, _| state.struck().clone()));
    let (mut folded, mut casts, mut from) = (None::<State>, Vec::new(), 0);
    let mut corrected = Corrected::default();
    while from < size {
        let page = runtime.block_on(log.entries(from, PAGE.min(size - from)))?;
        for (index, bytes) in (from..).zip(&page) {
            let entry = Entry::parse(bytes)?;
            match &mut folded {
                None => folded = State::open(&entry, Some(roll.clone()), log.key()),
                Some(state) => {
                    casts.extend(Cast::of(index, &entry, state));
                    corrected.see(index, &entry, state);
                    count.see(state, &entry);
                    state.apply(&entry);
                }
            }
        }
        from += page.len() as u64;
    }
    let state = folded.ok_or("the log has no manifest")?;
    let counted = count.finish(&state).ok_or("the roll cannot be used")?;
    Ok((state, counted, casts, corrected))
}

/// A ballot or paper on its way to a row: with who cast it, so that a later one can replace it.
struct Cast {
    index: u64,
    code: CheckCode,
    is_paper: bool,
    holder: HolderNo,
    signer: Option<Signer>,
    answers: BTreeMap<Id, Value>,
}

impl Cast {
    fn of(index: u64, entry: &Entry<'_>, state: &State) -> Option<Self> {
        if state.closed().is_some() {
            return None;
        }
        let code = CheckCode::of(&entry.leaf);
        match &entry.statement {
            Statement::Ballot(ballot) => Some(Self {
                index,
                code,
                is_paper: false,
                holder: ballot.voted_holder()?,
                signer: state.credential(ballot.credential).map(|now| now.signer),
                answers: ballot.answers.iter().map(|(id, answer)| (id.clone(), json!(answer))).collect(),
            }),
            Statement::Paper(paper) => Some(Self {
                index,
                code,
                is_paper: true,
                holder: paper.voted_holder()?,
                signer: paper.signer(),
                answers: paper.answers.iter().flatten().map(|(id, answer)| (id.clone(), json!(answer))).collect(),
            }),
            Statement::Manifest(_)
            | Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Attendance(_)
            | Statement::Proxy(_)
            | Statement::Delivery(_)
            | Statement::Amendment(_)
            | Statement::Strike(_)
            | Statement::Anchor(_)
            | Statement::Close(_)
            | Statement::ResultSheet(_) => None,
        }
    }
}

/// Says of each ballot what became of it.
fn judge(state: &State, counted: &Counted, counts: &[MotionCount], casts: Vec<Cast>) -> Vec<BallotRow> {
    let units = counts.iter().flat_map(|count| &count.report.first.units);
    let counting: BTreeSet<u64> = units.filter_map(|unit| counted.cast_of(unit.vote?)).map(|cast| cast.index).collect();
    let last: BTreeMap<_, _> =
        casts.iter().map(|cast| ((cast.holder, cast.signer, cast.is_paper), cast.index)).collect();
    let roll = state.roll();
    let area = |holder| {
        let units = roll.map_or(&[][..], |roll| roll.units(holder));
        units.iter().filter_map(|unit| roll?.line(*unit)).map(|line| line.area).sum()
    };
    let row = |cast: Cast| {
        let is_last = last.get(&(cast.holder, cast.signer, cast.is_paper)) == Some(&cast.index);
        let standing = match () {
            () if state.struck().contains(&cast.index) => Standing::Struck,
            () if counting.contains(&cast.index) => Standing::Counted,
            () if is_last => Standing::SetAside,
            () => Standing::Replaced,
        };
        BallotRow {
            index: cast.index,
            code: cast.code.to_string(),
            is_paper: cast.is_paper,
            standing,
            holder: cast.holder,
            area: area(cast.holder),
            answers: cast.answers,
        }
    };
    casts.into_iter().map(row).collect()
}

fn decide(motion: &Motion, book: &RuleBook, counted: &Counted) -> Result<(MotionRecord, MotionCount), Failure> {
    let rule = book.resolve(&motion.rule)?;
    let count = counted.decide(motion, &rule);
    let last = count.report.last();
    let rule_of_last =
        rule.gateways.iter().find(|gateway| gateway.then.name == last.rule).map_or(&rule, |one| &one.then);
    let pass_steps = match &last.verdict {
        Verdict::Motion { pass_steps, .. } => &pass_steps[..],
        Verdict::Election { .. } => &[],
    };
    let bars =
        [&last.quorum_steps[..], pass_steps].map(|steps| steps.iter().map(|step| bar(rule_of_last, step)).collect());
    let names = names(counted);
    let mut explanation = [Language::Zh, Language::En].map(|language| -> Vec<String> {
        explain::report(&rule, &count.report, [&names, &names], language).lines().map(str::to_owned).collect()
    });
    let strict = without_silence(motion, &rule, counted);
    if let Some((strict_rule, strict)) = &strict {
        for (lines, language) in explanation.iter_mut().zip([Language::Zh, Language::En]) {
            let [with, without] = [&count, strict].map(|count| explain::outcome(count.report.outcome(), language));
            lines.push(explain::silent_results(with, without, language));
            lines.extend(explain::round(strict_rule, &strict.report.first, &names, language));
        }
    }
    let record = MotionRecord {
        motion: motion.clone(),
        outcome: count.report.outcome(),
        result: count.result.clone(),
        figures: counted.figures(&count),
        bars,
        explanation,
        is_contested: rule.is_contested(),
        without_silence: strict.map(|(_, count)| count.report.outcome()),
    };
    Ok((record, count))
}

/// The motion as it comes out if owners who said nothing count as absent, where its rule counts them:
/// that is disputed, and whoever reads the result sees both.
fn without_silence(motion: &Motion, rule: &Rule, counted: &Counted) -> Option<(Rule, MotionCount)> {
    (rule.treat.silent_delivered != Silent::Absent).then(|| {
        let strict = rule.with_silent(Silent::Absent);
        let count = counted.decide(motion, &strict);
        (strict, count)
    })
}

/// Units and holders are shown by their numbers in the roll.
fn names(counted: &Counted) -> Names {
    let lines = counted.lines();
    let holders: BTreeSet<_> = lines.iter().map(|line| line.holder).collect();
    Names {
        units: lines.iter().map(|line| line.unit.to_string()).collect(),
        holders: holders.iter().map(ToString::to_string).collect(),
        ..Names::default()
    }
}

fn bar(rule: &Rule, step: &Step) -> Bar {
    let in_both = |text: &dyn Fn(Language) -> String| [Language::Zh, Language::En].map(text);
    let share = match &step.need {
        Need::Share { share, .. } => Some(share),
        Need::Count(_) | Need::AllBut { .. } => None,
    };
    Bar {
        sentence: in_both(&|language| explain::step(rule, step, language)),
        need: in_both(&|language| explain::need(&rule.measures[step.measure], &step.need, language)),
        done: step.ratio().as_ref().map_or(0, hundredths),
        wanted: share.map(hundredths),
    }
}

/// Hundredths of a percent, rounded down: what falls short never looks as if it did not.
fn hundredths(ratio: &Ratio) -> u32 {
    ratio.times(&Ratio::from(10_000)).floor().to_u128().and_then(|parts| u32::try_from(parts).ok()).unwrap_or(10_000)
}
