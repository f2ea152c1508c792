//! What if: a finished poll under another rule, or with a ballot struck, and whether that changes what
//! it came to.
//!
//! Nothing is verified here: an audit comes first.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    alternatives::{self, GroupResult},
    bundle::{Bundle, BundleError, MAX_CHECKPOINT, MAX_ENTRIES, MAX_ROLL},
    id::RuleName,
    key::VerifierKey,
    log::{Checkpoint, EntryBundle, TILE_WIDTH, TileId, TileKind},
    roll::Roll,
    rule::{Rule, RuleBook, RuleError},
    state::State,
    statement::{Entry, Manifest, Motion, Statement},
    tally::{Count, Counted, MotionCount, MotionFigures},
};

/// Why nothing can be tried.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The bundle is not one that an audit accepts.
    #[error("the bundle does not hold together: {0}; run heyi-audit verify first")]
    Unsound(String),
    /// A rule of the bundle.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// What is to be struck is nothing that counts.
    #[error("entry {0} is no ballot, paper, attendance or proxy before the close")]
    NotStrikable(u64),
    /// The rule does not go with the motion.
    #[error("motion {motion} cannot be decided under {rule}: {reason}")]
    Unfit {
        /// The motion.
        motion: String,
        /// The rule.
        rule: RuleName,
        /// What would have been right.
        reason: String,
    },
}

/// A finished poll, counted again.
#[derive(Debug, Clone)]
pub struct Recount {
    manifest: Manifest,
    book: RuleBook,
    counted: Counted,
}

impl Recount {
    /// Counts a bundle as it is, but for what is struck besides.
    ///
    /// # Errors
    /// The bundle is unsound, or an index of `strike` is nothing that counts.
    pub fn new(bundle: &Bundle, log_key: &VerifierKey, strike: &BTreeSet<u64>) -> Result<Self, WhatIfError> {
        let unsound = |reason: &str| WhatIfError::Unsound(reason.to_owned());
        let checkpoint = bundle.read("checkpoint", MAX_CHECKPOINT)?.ok_or_else(|| unsound("there is no checkpoint"))?;
        let size = Checkpoint::open(&checkpoint, log_key).map_err(|err| unsound(&err.to_string()))?.checkpoint.size;
        let roll = bundle.read("roll.jsonl", MAX_ROLL)?.ok_or_else(|| unsound("there is no roll"))?;
        let roll = Roll::parse(&roll).map_err(|err| unsound(&err.to_string()))?;
        let mut struck = strike.clone();
        let (mut strikable, mut is_closed) = (BTreeSet::new(), false);
        each(bundle, size, |index, entry| {
            match &entry.statement {
                Statement::Strike(strike) => _ = struck.insert(strike.index),
                Statement::Close(_) => is_closed = true,
                Statement::Ballot(_) | Statement::Paper(_) | Statement::Attendance(_) | Statement::Proxy(_)
                    if !is_closed =>
                {
                    strikable.insert(index);
                }
                _ => {}
            }
            Ok(())
        })?;
        if let Some(index) = strike.iter().find(|index| !strikable.contains(index)) {
            return Err(WhatIfError::NotStrikable(*index));
        }
        let mut roll = Some(roll);
        let mut fold: Option<(State, Count)> = None;
        each(bundle, size, |_, entry| {
            if let Some((state, count)) = &mut fold {
                count.see(state, entry);
                state.apply(entry);
                return Ok(());
            }
            let state =
                State::open(entry, roll.take(), log_key).ok_or_else(|| unsound("the first entry is no manifest"))?;
            fold = Some((state, Count::new(std::mem::take(&mut struck))));
            Ok(())
        })?;
        let (state, count) = fold.ok_or_else(|| unsound("the log is empty"))?;
        let manifest = state.manifest().clone();
        let counted = count.finish(&state).ok_or_else(|| unsound("the roll cannot be used"))?;
        Ok(Self { manifest, book: rules_of(bundle)?, counted })
    }

    /// The poll's motions.
    pub fn motions(&self) -> &[Motion] {
        &self.manifest.motions
    }

    /// What the poll is.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The figures of a motion that was decided on this count, by building and channel.
    pub fn figures(&self, count: &MotionCount) -> MotionFigures {
        self.counted.figures(count)
    }

    /// Which alternative of each group prevails, every motion decided under the rule that binds it.
    ///
    /// # Errors
    /// The bundle does not have a rule.
    pub fn prevailing(&self) -> Result<Vec<GroupResult>, WhatIfError> {
        let counts = self.manifest.motions.iter().map(|motion| Ok(self.decide(motion)?.1));
        Ok(alternatives::results(&self.manifest.motions, &counts.collect::<Result<Vec<_>, WhatIfError>>()?))
    }

    /// The rules that the bundle brings.
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// Decides a motion under the rule that its manifest binds.
    ///
    /// # Errors
    /// The bundle does not have the rule.
    pub fn decide(&self, motion: &Motion) -> Result<(Rule, MotionCount), WhatIfError> {
        let rule = self.book.resolve(&motion.rule)?;
        let count = self.counted.decide(motion, &rule);
        Ok((rule, count))
    }

    /// Decides a motion under another rule.
    ///
    /// # Errors
    /// The rule elects and the motion does not, or the other way round; or it weighs by what the roll
    /// does not have.
    pub fn decide_under(&self, motion: &Motion, rule: &Rule) -> Result<MotionCount, WhatIfError> {
        let unfit =
            |reason: String| Err(WhatIfError::Unfit { motion: motion.id.to_string(), rule: rule.name.clone(), reason });
        match (&rule.election, motion.seats) {
            (Some(_), None) => return unfit("the rule elects, and the motion has no candidates".to_owned()),
            (None, Some(_)) => return unfit("the motion elects, and the rule does not".to_owned()),
            (Some(_), Some(_)) | (None, None) => {}
        }
        let has = |name: &str| {
            let line = self.counted.lines().first();
            name == "area" || line.is_some_and(|line| line.measures().any(|(field, _)| field == name))
        };
        let then = rule.gateways.iter().map(|gateway| &*gateway.then);
        let mut fields = then.chain([rule]).flat_map(Rule::fields);
        if let Some(field) = fields.find(|field| !has(field.name())) {
            return unfit(format!("the roll has no {}", field.name()));
        }
        Ok(self.counted.decide(motion, rule))
    }
}

/// The rule files of a bundle.
///
/// # Errors
/// A file cannot be read, or is no rule.
pub fn rules_of(bundle: &Bundle) -> Result<RuleBook, WhatIfError> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for path in bundle.paths() {
        if let Some(name) = path.strip_prefix("rules/") {
            let bytes = bundle.read(path, MAX_ENTRIES)?;
            files.insert(name.to_owned(), bytes.unwrap_or_default());
        }
    }
    Ok(RuleBook::parse(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))?)
}

/// Goes over every entry of the log.
fn each(
    bundle: &Bundle,
    size: u64,
    mut see: impl FnMut(u64, &Entry<'_>) -> Result<(), WhatIfError>,
) -> Result<(), WhatIfError> {
    let unsound = |reason: String| WhatIfError::Unsound(reason);
    let mut index = 0;
    for number in 0..size.div_ceil(TILE_WIDTH) {
        let width = (size - number * TILE_WIDTH).min(TILE_WIDTH);
        let tile = TileId { kind: TileKind::Entries, number, width }.to_string();
        let bytes = bundle.read(&tile, MAX_ENTRIES)?.ok_or_else(|| unsound(format!("{tile} is missing")))?;
        for entry in EntryBundle::new(&bytes) {
            let bytes = entry.map_err(|err| unsound(format!("{tile}: {err}")))?;
            let entry = Entry::parse(bytes).map_err(|err| unsound(format!("entry {index}: {err}")))?;
            see(index, &entry)?;
            index += 1;
        }
    }
    Ok(())
}
