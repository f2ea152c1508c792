//! Check A07: texts, attachments and rules are those of the manifest, and nothing more is there.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdicts;
use crate::{
    bundle::{Bundle, BundleError, BundlePath, MAX_RULE},
    hash::Hash,
    id::RuleName,
    roll::Roll,
    rule::{Day, Field, Rule, RuleBook},
    state::Check,
    statement::{Manifest, Motion},
};

/// Runs the check and gives the motions' rules, as far as there are any.
pub(super) fn check(
    bundle: &Bundle,
    manifest: &Manifest,
    roll: Option<&Roll>,
    verdicts: &mut Verdicts,
) -> Result<BTreeMap<RuleName, Rule>, BundleError> {
    let mut files = Vec::new();
    let mut texts = BTreeSet::new();
    for path in bundle.paths().filter(|path| !path.starts_with("tile/")) {
        match BundlePath::parse(path) {
            Some(BundlePath::Rule(name)) => match bundle.read(path, MAX_RULE)? {
                Some(bytes) => files.push((name, bytes)),
                None => verdicts.fail(Check::A07, format_args!("{path} is far too long")),
            },
            Some(BundlePath::Text(hash)) => {
                texts.insert(hash);
            }
            Some(BundlePath::Checkpoint | BundlePath::Roll | BundlePath::Readme | BundlePath::Tile(_)) => {}
            None => verdicts.fail(Check::A07, format_args!("{path} does not belong in a bundle")),
        }
    }
    let named: BTreeSet<Hash> = manifest.motions.iter().flat_map(Motion::hashes).collect();
    for hash in &named {
        if bundle.hash(&BundlePath::Text(*hash).to_string())? != Some(*hash) {
            verdicts.fail(Check::A07, format_args!("texts/{hash} is missing or has another hash"));
        }
    }
    if let Some(hash) = texts.difference(&named).next() {
        verdicts.fail(Check::A07, format_args!("texts/{hash} is not named by the manifest"));
    }
    let files_of_book = files.iter().map(|(name, bytes)| (format!("{name}.toml"), bytes.as_slice()));
    let files_of_book: Vec<_> = files_of_book.collect();
    let book = match RuleBook::parse(files_of_book.iter().map(|(file, bytes)| (file.as_str(), *bytes))) {
        Ok(book) => book,
        Err(err) => {
            verdicts.fail(Check::A07, err);
            return Ok(BTreeMap::new());
        }
    };
    let mut rules = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for motion in &manifest.motions {
        match rule_of(motion, manifest, &book, roll) {
            Ok(rule) => {
                wanted.extend(book.closure(&motion.rule).unwrap_or_default());
                rules.insert(motion.rule.clone(), rule);
            }
            Err(reason) => verdicts.fail(Check::A07, format_args!("motion {}: {reason}", motion.id)),
        }
    }
    if verdicts.holds(Check::A07)
        && let Some(name) = book.names().find(|name| !wanted.contains(name))
    {
        verdicts.fail(Check::A07, format_args!("rules/{name}.toml is no motion's"));
    }
    Ok(rules)
}

/// A motion's rule, if the manifest may name it.
fn rule_of(motion: &Motion, manifest: &Manifest, book: &RuleBook, roll: Option<&Roll>) -> Result<Rule, String> {
    let digest = book.digest(&motion.rule).map_err(|err| err.to_string())?;
    if digest != motion.rule_sha256 {
        return Err(format!("the files of rule {} are not those that the manifest names", motion.rule));
    }
    let day = Day::of_unix(manifest.opens);
    let rounds = book.rounds(&motion.rule).map_err(|err| err.to_string())?;
    for rule in &rounds {
        if !rule.in_force.contains(day) {
            return Err(format!("rule {} is not in force on the day of opening", rule.name));
        }
        let lacks = roll.and_then(|roll| rule.fields().find(|field| !has_measure(roll, *field)));
        if let Some(field) = lacks {
            return Err(format!("rule {} weighs by {}, which the roll does not have", rule.name, field.name()));
        }
    }
    let rule = book.resolve(&motion.rule).map_err(|err| err.to_string())?;
    if !rule.is_fit_for(motion.seats) {
        return Err(format!("rule {} does not fit the motion's seats", motion.rule));
    }
    Ok(rule)
}

fn has_measure(roll: &Roll, field: Field) -> bool {
    let first = roll.lines().first();
    field == Field::Area || first.is_some_and(|line| line.measures().any(|(name, _)| name == field.name()))
}
