//! Rule files together: parents merged, every key checked, each rule's digest.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use toml::{Table, Value};

use super::{
    BallotPolicy, Base, Cap, CapBy, CapMode, Comparison, Condition, Conditions, ElectionRule, Field, Gateway, InForce,
    Measure, Need, ProxyLimit, Ratio, Rule, Treat, UnlessWeight, Weight, Who, embedded,
    file::{CapByFile, CapFile, CapModeFile, Combine, ConditionFile, RuleFile},
};
use crate::{hash::Hash, id::RuleName};

/// What a by-law overlay may change, beside the keys that say what it is.
const OVERLAY: [&str; 7] = [
    "treat.silent_delivered",
    "treat.majority_basis",
    "treat.invalid",
    "ballot.channels",
    "ballot.revote",
    "proxy",
    "election.tie",
];
/// The keys that say what a file is.
const HEAD: [&str; 6] = ["rule", "extends", "title", "cite", "certainty", "in_force"];

/// Why files are no rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A file that cannot be read as one of this form.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// Line, key and what would be right.
        reason: String,
    },
    /// A key that is wrong, or missing, once parents are merged.
    #[error("{rule}.toml: {key}: {reason}")]
    Key {
        /// The rule.
        rule: RuleName,
        /// The key, with the tables it stands in.
        key: String,
        /// What would be right.
        reason: String,
    },
    /// A rule that no file has.
    #[error("there is no rule {0}; its file would be {0}.toml")]
    Unknown(RuleName),
}

/// One file.
#[derive(Debug, Clone)]
struct Entry {
    text: String,
    table: Table,
    extends: Option<RuleName>,
    is_abstract: bool,
    gateways: Vec<RuleName>,
}

/// Rule files by their names, all of them sound.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    entries: BTreeMap<RuleName, Entry>,
}

static EMBEDDED: LazyLock<RuleBook> = LazyLock::new(|| {
    let files = embedded::RULES.iter().map(|&(file, text)| (file, text.as_bytes()));
    RuleBook::parse(files).expect("the files in rules/ are sound, as their tests show")
});

impl RuleBook {
    /// The rules that come with the program.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Exactly these files, each by its name, such as `cn.base.toml`.
    ///
    /// # Errors
    /// The first file that is unsound, with key and what would be right.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, RuleError> {
        let mut book = Self::default();
        for (file, bytes) in files {
            book.add(file, bytes)?;
        }
        for name in book.entries.keys() {
            book.check(name)?;
        }
        Ok(book)
    }

    /// These rules and a site's own files. One that extends a rule which is not abstract is a by-law
    /// overlay: it changes only what by-laws may.
    ///
    /// # Errors
    /// The first file that is unsound, takes a name that is in use, or changes what by-laws may not.
    pub fn with_site<'a>(&self, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, RuleError> {
        let mut book = self.clone();
        let mut added = Vec::new();
        for (file, bytes) in files {
            added.push(book.add(file, bytes)?);
        }
        for name in &added {
            book.check(name)?;
            book.check_overlay(name)?;
        }
        Ok(book)
    }

    /// The names, in ascending order.
    pub fn names(&self) -> impl Iterator<Item = &RuleName> {
        self.entries.keys()
    }

    /// The names of rules that may be voted under: those that are not abstract.
    pub fn votable(&self) -> impl Iterator<Item = &RuleName> {
        self.entries.iter().filter(|(_, entry)| !entry.is_abstract).map(|(name, _)| name)
    }

    /// A file's text.
    pub fn text(&self, name: &RuleName) -> Option<&str> {
        self.entries.get(name).map(|entry| entry.text.as_str())
    }

    /// A rule with its parents merged.
    ///
    /// # Errors
    /// There is no such rule, or it is abstract.
    pub fn resolve(&self, name: &RuleName) -> Result<Rule, RuleError> {
        let mut rule = self.compile(name)?;
        for gateway in self.merged(name)?.1.gateway {
            let needs = conditions(name, "gateway.needs", &gateway.needs, &rule.measures)?;
            rule.gateways.push(Gateway {
                when: gateway.when,
                then: Box::new(self.compile(&gateway.then)?),
                has_same_ballots: gateway.same_ballots,
                cite: gateway.cite,
                needs,
                min_days: gateway.min_days,
            });
        }
        Ok(rule)
    }

    /// The rule and every rule that its gateways lead to, each resolved.
    ///
    /// # Errors
    /// One of them is missing or abstract.
    pub fn rounds(&self, name: &RuleName) -> Result<Vec<Rule>, RuleError> {
        let (mut rules, mut seen, mut waiting) = (Vec::new(), BTreeSet::new(), vec![name.clone()]);
        while let Some(name) = waiting.pop() {
            if seen.insert(name.clone()) {
                let rule = self.resolve(&name)?;
                waiting.extend(rule.gateways.iter().map(|gateway| gateway.then.name.clone()));
                rules.push(rule);
            }
        }
        Ok(rules)
    }

    /// The rule, its parents, and every rule that a gateway of one of these names, in the same way.
    ///
    /// # Errors
    /// One of them is missing.
    pub fn closure(&self, name: &RuleName) -> Result<BTreeSet<RuleName>, RuleError> {
        let (mut names, mut waiting) = (BTreeSet::new(), vec![name.clone()]);
        while let Some(name) = waiting.pop() {
            let entry = self.entry(&name)?;
            if names.insert(name) {
                waiting.extend(entry.gateways.iter().chain(&entry.extends).cloned());
            }
        }
        Ok(names)
    }

    /// Whether a rule and all that it extends are, byte for byte, those of a digest.
    pub fn has(&self, name: &RuleName, digest: &Hash) -> bool {
        self.digest(name).is_ok_and(|own| own == *digest)
    }

    /// What a manifest binds a motion's rule by (docs/formats.md §5).
    ///
    /// # Errors
    /// A file is missing.
    pub fn digest(&self, name: &RuleName) -> Result<Hash, RuleError> {
        let names = self.closure(name)?;
        let line = |name: &RuleName| Ok(format!("{}  {name}.toml\n", Hash::of(self.entry(name)?.text.as_bytes())));
        let lines = names.iter().map(line).collect::<Result<String, RuleError>>()?;
        Ok(Hash::of(lines.as_bytes()))
    }

    fn entry(&self, name: &RuleName) -> Result<&Entry, RuleError> {
        self.entries.get(name).ok_or_else(|| RuleError::Unknown(name.clone()))
    }

    fn add(&mut self, file: &str, bytes: &[u8]) -> Result<RuleName, RuleError> {
        let fault = |reason: String| RuleError::File { file: file.to_owned(), reason };
        let stem = file.strip_suffix(".toml").ok_or_else(|| fault("a rule file's name ends in .toml".to_owned()))?;
        let name: RuleName = stem.parse().map_err(|err: crate::id::IdError| fault(err.to_string()))?;
        let text = str::from_utf8(bytes).map_err(|_| fault("a rule file is UTF-8".to_owned()))?;
        let parsed: RuleFile = toml::from_str(text).map_err(|err| fault(syntax(text, &err)))?;
        let table: Table = toml::from_str(text).map_err(|err| fault(syntax(text, &err)))?;
        if parsed.rule.as_ref() != Some(&name) {
            return Err(fault(format!("rule: must be \"{name}\", as the file's name says")));
        }
        let entry = Entry {
            text: text.to_owned(),
            table,
            extends: parsed.extends,
            is_abstract: parsed.is_abstract,
            gateways: parsed.gateway.into_iter().map(|gateway| gateway.then).collect(),
        };
        if self.entries.insert(name.clone(), entry).is_some() {
            return Err(fault(format!("rule: another file has the name \"{name}\" already; each version has its own")));
        }
        Ok(name)
    }

    /// Whether the file stands on its own feet: parents are there, and what is not abstract resolves.
    fn check(&self, name: &RuleName) -> Result<(), RuleError> {
        self.ancestry(name)?;
        if self.entry(name)?.is_abstract { Ok(()) } else { self.resolve(name).map(|_| ()) }
    }

    /// The rule and its parents, the rule first.
    fn ancestry(&self, name: &RuleName) -> Result<Vec<&Entry>, RuleError> {
        let (mut ancestry, mut seen) = (vec![self.entry(name)?], BTreeSet::from([name]));
        let mut child = name;
        while let Some(parent) = &ancestry[ancestry.len() - 1].extends {
            let fault = |reason| key_error(child, "extends", reason);
            if !seen.insert(parent) {
                return Err(fault(format!("\"{parent}\" extends this rule in turn; parents must not go round")));
            }
            let entry = self.entries.get(parent);
            ancestry.push(entry.ok_or_else(|| fault(format!("there is no rule \"{parent}\" beside this file")))?);
            child = parent;
        }
        Ok(ancestry)
    }

    fn merged(&self, name: &RuleName) -> Result<(Table, RuleFile), RuleError> {
        let mut merged = Table::new();
        for entry in self.ancestry(name)?.into_iter().rev() {
            merge(&mut merged, &entry.table);
        }
        let parsed = Value::Table(merged.clone()).try_into();
        let parsed = parsed.map_err(|err: toml::de::Error| key_error(name, "extends", err.message().to_owned()))?;
        Ok((merged, parsed))
    }

    fn check_overlay(&self, name: &RuleName) -> Result<(), RuleError> {
        let entry = self.entry(name)?;
        let Some(parent) = &entry.extends else { return Ok(()) };
        if self.entry(parent)?.is_abstract {
            return Ok(());
        }
        let mut keys = Vec::new();
        for (key, value) in &entry.table {
            match value {
                Value::Table(table) if !HEAD.contains(&key.as_str()) && key != "proxy" => {
                    keys.extend(table.keys().map(|inner| format!("{key}.{inner}")));
                }
                _ => keys.push(key.clone()),
            }
        }
        match keys.into_iter().find(|key| !HEAD.contains(&key.as_str()) && !OVERLAY.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let allowed = OVERLAY.join(", ");
                let reason = format!("by-laws that extend \"{parent}\" may only change {allowed}");
                Err(key_error(name, &key, reason))
            }
        }
    }

    /// A rule without its gateways.
    fn compile(&self, name: &RuleName) -> Result<Rule, RuleError> {
        if self.entry(name)?.is_abstract {
            return Err(key_error(
                name,
                "abstract",
                "only serves as a parent; a motion needs one that is not".to_owned(),
            ));
        }
        Compiler { name, file: self.merged(name)?.1 }.rule()
    }
}

/// What the parent says, unless the child says otherwise: tables are merged, all else is replaced.
fn merge(parent: &mut Table, child: &Table) {
    for (key, value) in child {
        match (parent.get_mut(key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            _ => {
                parent.insert(key.clone(), value.clone());
            }
        }
    }
}

/// One line on what is wrong in a file, with the line it is wrong in.
pub(super) fn syntax(text: &str, err: &toml::de::Error) -> String {
    let message = err.message().trim_end();
    let Some(span) = err.span() else { return message.to_owned() };
    let before = text.get(..span.start).unwrap_or(text);
    let number = before.matches('\n').count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or("").trim();
    format!("line {number}, `{line}`: {message}")
}

fn key_error(rule: &RuleName, key: &str, reason: String) -> RuleError {
    RuleError::Key { rule: rule.clone(), key: key.to_owned(), reason }
}

/// Turns a merged file into a rule.
struct Compiler<'a> {
    name: &'a RuleName,
    file: RuleFile,
}

impl Compiler<'_> {
    fn fault(&self, key: &str, reason: impl Into<String>) -> RuleError {
        key_error(self.name, key, reason.into())
    }

    fn wanted<T>(&self, value: Option<T>, key: &str) -> Result<T, RuleError> {
        value.ok_or_else(|| self.fault(key, "is missing, here and in all parents"))
    }

    fn rule(&self) -> Result<Rule, RuleError> {
        let measures = self.measures()?;
        let list = |key, list: &Option<Vec<ConditionFile>>| {
            list.as_ref().map_or(Ok(Vec::new()), |list| conditions(self.name, key, list, &measures))
        };
        let (quorum, pass) = (list("quorum", &self.file.quorum)?, list("pass", &self.file.pass)?);
        let confirm = list("confirm", &self.file.confirm)?;
        for (key, list) in [("quorum", &quorum), ("pass", &pass)] {
            if list.iter().any(|condition| condition.who == Who::Objecting) {
                return Err(self.fault(key, "who = \"objecting\" stands in confirm only"));
            }
        }
        if pass.is_empty() && self.file.election.is_none() {
            return Err(self.fault("pass", "a rule that is not abstract needs conditions that carry a motion"));
        }
        Ok(Rule {
            name: self.name.clone(),
            title: self.wanted(self.file.title.clone(), "title")?,
            jurisdiction: self.wanted(self.file.jurisdiction.clone(), "jurisdiction")?,
            cite: self.wanted(self.file.cite.clone(), "cite")?,
            certainty: self.wanted(self.file.certainty.clone(), "certainty")?,
            in_force: self.in_force()?,
            quorum: Conditions { list: quorum, is_any_enough: is_any(self.file.combine_quorum) },
            pass,
            confirm: Conditions { list: confirm, is_any_enough: is_any(self.file.combine_confirm) },
            gateways: Vec::new(),
            treat: self.treat()?,
            conflict: self.wanted(self.file.co_owner.as_ref().and_then(|table| table.conflict), "co_owner.conflict")?,
            ballot: self.ballot()?,
            exclude: self.file.exclude.clone().unwrap_or_default(),
            caps: self.file.cap.iter().map(|cap| self.cap(cap, &measures)).collect::<Result<_, _>>()?,
            proxy: self.proxy(&measures)?,
            election: self.election(&measures)?,
            measures,
        })
    }

    fn in_force(&self) -> Result<InForce, RuleError> {
        let Some(table) = &self.file.in_force else { return Ok(InForce::default()) };
        if let (Some(from), Some(until)) = (table.from, table.until)
            && until < from
        {
            return Err(self.fault("in_force.until", format!("must not be before from, which is {from}")));
        }
        Ok(InForce { from: table.from, until: table.until })
    }

    fn measures(&self) -> Result<Vec<Measure>, RuleError> {
        let tables = self.wanted(self.file.measures.as_ref(), "measures")?;
        let mut measures = Vec::new();
        for (name, table) in tables {
            let key = format!("measures.{name}");
            let weight = self.wanted(table.weight.as_deref(), &format!("{key}.weight"))?;
            let fields = Field::ALL.map(Field::name).join(", ");
            let weight = match (weight, Field::of_name(weight)) {
                ("one", _) => Weight::One,
                (_, Some(field)) => Weight::Field(field),
                (unknown, None) => {
                    let reason =
                        format!("\"{unknown}\" is no weight; a weight is one or a field of the roll: {fields}");
                    return Err(self.fault(&format!("{key}.weight"), reason));
                }
            };
            measures.push(Measure {
                name: name.clone(),
                weight,
                per: self.wanted(table.per, &format!("{key}.per"))?,
                exclude_kinds: table.exclude_kinds.clone(),
                is_undelivered_developers: table.undelivered.is_some(),
            });
        }
        Ok(measures)
    }

    fn treat(&self) -> Result<Treat, RuleError> {
        let table = self.wanted(self.file.treat.as_ref(), "treat")?;
        Ok(Treat {
            abstain: self.wanted(table.abstain, "treat.abstain")?,
            invalid: self.wanted(table.invalid, "treat.invalid")?,
            silent_delivered: table.silent_delivered.unwrap_or(super::Silent::Absent),
        })
    }

    fn ballot(&self) -> Result<BallotPolicy, RuleError> {
        let table = self.wanted(self.file.ballot.as_ref(), "ballot")?;
        Ok(BallotPolicy {
            revote: self.wanted(table.revote, "ballot.revote")?,
            channels: self.wanted(table.channels, "ballot.channels")?,
            does_own_beat_proxy: self.wanted(table.own_beats_proxy, "ballot.own_beats_proxy")?,
        })
    }

    fn places(&self, key: &str, names: &[String], measures: &[Measure]) -> Result<Vec<usize>, RuleError> {
        names.iter().map(|name| place(self.name, key, name, measures)).collect()
    }

    fn cap(&self, cap: &CapFile, measures: &[Measure]) -> Result<Cap, RuleError> {
        let stray = |keys: &[(&str, bool)]| match keys.iter().find(|(_, is_there)| *is_there) {
            Some((key, _)) => Err(self.fault(&format!("cap.{key}"), "belongs to another mode of cap")),
            None => Ok(()),
        };
        let multiplies = [("factor", cap.factor.is_some()), ("when_share_at_least", cap.when_share_at_least.is_some())];
        let mode = match cap.mode {
            CapModeFile::ReduceToOthers => {
                stray(&multiplies)?;
                stray(&[("max", cap.max.is_some()), ("denominator", cap.denominator.is_some())])?;
                stray(&[("when_units_more_than", cap.when_units_more_than.is_some())])?;
                CapMode::ReduceToOthers { above: self.part(cap.above.as_ref(), "cap.above")? }
            }
            CapModeFile::ExcessNotCounted => {
                stray(&multiplies)?;
                stray(&[("above", cap.above.is_some())])?;
                stray(&[("when_units_more_than", cap.when_units_more_than.is_some())])?;
                let max = self.part(cap.max.as_ref(), "cap.max")?;
                if max < Ratio::new(1, 100) {
                    return Err(self.fault("cap.max", "must be at least \"1/100\""));
                }
                CapMode::ExcessNotCounted { max, is_base_full: cap.denominator.is_some() }
            }
            CapModeFile::MultiplyVotes => {
                stray(&[("above", cap.above.is_some()), ("max", cap.max.is_some())])?;
                stray(&[("denominator", cap.denominator.is_some())])?;
                CapMode::MultiplyVotes {
                    factor: self.part(cap.factor.as_ref(), "cap.factor")?,
                    when_share_at_least: self.part(cap.when_share_at_least.as_ref(), "cap.when_share_at_least")?,
                    when_units_more_than: cap.when_units_more_than.unwrap_or(0),
                }
            }
        };
        let by = match cap.by {
            CapByFile::Owner => CapBy::Owner,
            CapByFile::ProxyHolder => CapBy::ProxyHolder,
            CapByFile::Developer => CapBy::Developer,
        };
        Ok(Cap { by, measures: self.places("cap.measures", &cap.measures, measures)?, mode })
    }

    /// A part of a whole: wanted, and not above 1.
    fn part(&self, part: Option<&Ratio>, key: &str) -> Result<Ratio, RuleError> {
        let part = self.wanted(part, key)?;
        if Ratio::one() < *part {
            Err(self.fault(key, "is a part of the whole, at most \"1\""))
        } else {
            Ok(part.clone())
        }
    }

    fn proxy(&self, measures: &[Measure]) -> Result<Option<ProxyLimit>, RuleError> {
        let Some(table) = &self.file.proxy else { return Ok(None) };
        self.wanted(table.over, "proxy.over")?;
        let max_units = match (&table.max_units_fraction, table.min_allowed) {
            (Some(part), min) => Some((self.part(Some(part), "proxy.max_units_fraction")?, min.unwrap_or(0))),
            (None, Some(_)) => return Err(self.fault("proxy.min_allowed", "goes with max_units_fraction")),
            (None, None) => None,
        };
        if max_units.is_none() && table.max_principals.is_none() {
            return Err(self.fault("proxy", "limits nothing; it needs max_principals or max_units_fraction"));
        }
        let unless_weight = match &table.unless_weight {
            None => None,
            Some(unless) => Some(UnlessWeight {
                measure: place(self.name, "proxy.unless_weight.measure", &unless.measure, measures)?,
                max: self.part(Some(&unless.max), "proxy.unless_weight.max")?,
                is_own_included: unless.including_own,
            }),
        };
        Ok(Some(ProxyLimit { max_principals: table.max_principals, max_units, unless_weight }))
    }

    fn election(&self, measures: &[Measure]) -> Result<Option<ElectionRule>, RuleError> {
        let Some(table) = &self.file.election else { return Ok(None) };
        self.wanted(table.seats, "election.seats_from")?;
        let mut rank = Vec::new();
        for key in &table.rank {
            let measure = key.strip_prefix("for:");
            let reason = || format!("\"{key}\" is no rank; a rank is for: and a measure, such as \"for:heads\"");
            let measure = measure.ok_or_else(|| self.fault("election.rank", reason()))?;
            rank.push(place(self.name, "election.rank", measure, measures)?);
        }
        if rank.is_empty() {
            return Err(self.fault("election.rank", "must name a measure to rank candidates by, such as \"for:heads\""));
        }
        Ok(Some(ElectionRule {
            is_odd: table.odd_seats,
            min_seats: table.min_seats.unwrap_or(1),
            rank,
            tie: self.wanted(table.tie, "election.tie")?,
            is_limited_to_seats: table.max_marks.is_some(),
        }))
    }
}

fn is_any(combine: Option<Combine>) -> bool {
    match combine {
        Some(Combine::Any) => true,
        Some(Combine::All) | None => false,
    }
}

fn place(rule: &RuleName, key: &str, name: &str, measures: &[Measure]) -> Result<usize, RuleError> {
    let found = measures.iter().position(|measure| measure.name == name);
    found.ok_or_else(|| {
        let known: Vec<_> = measures.iter().map(|measure| measure.name.as_str()).collect();
        key_error(rule, key, format!("there is no measure \"{name}\"; the rule has {}", known.join(", ")))
    })
}

fn conditions(
    rule: &RuleName,
    key: &str,
    files: &[ConditionFile],
    measures: &[Measure],
) -> Result<Vec<Condition>, RuleError> {
    let one = |(at, file): (usize, &ConditionFile)| condition(rule, &format!("{key}[{at}]"), file, measures);
    files.iter().enumerate().map(one).collect()
}

fn condition(rule: &RuleName, key: &str, file: &ConditionFile, measures: &[Measure]) -> Result<Condition, RuleError> {
    let fault = |inner: &str, reason: String| key_error(rule, &format!("{key}.{inner}"), reason);
    let who = Who::ALL.into_iter().find(|who| who.name() == file.who);
    let words = Who::ALL.map(Who::name).join(", ");
    let who = who.ok_or_else(|| fault("who", format!("\"{}\" is not one of {words}", file.who)))?;
    let bases = Base::ALL.map(Base::name).join(", ");
    let of = match &file.of {
        None => None,
        Some(word) => {
            let base = Base::ALL.into_iter().find(|base| base.name() == word);
            Some(base.ok_or_else(|| fault("of", format!("\"{word}\" is not one of {bases}")))?)
        }
    };
    let base = || of.ok_or_else(|| fault("of", format!("is missing; it is one of {bases}")));
    let shares = [
        (Comparison::AtLeast, &file.at_least),
        (Comparison::MoreThan, &file.more_than),
        (Comparison::AtMost, &file.at_most),
        (Comparison::LessThan, &file.less_than),
    ];
    let mut needs = Vec::new();
    for (comparison, share) in shares {
        if let Some(share) = share {
            let or_count = file.or_count.clone();
            needs.push(Need::Share { comparison, share: share.clone(), or_count, of: base()? });
        }
    }
    if let Some(number) = &file.all_but {
        needs.push(Need::AllBut { number: number.clone(), of: base()? });
    }
    if let Some(count) = &file.count {
        if of.is_some() {
            return Err(fault("of", "a count is of nothing; leave it out".to_owned()));
        }
        needs.push(Need::Count(count.clone()));
    }
    let only = needs.pop().filter(|_| needs.is_empty());
    let words = "exactly one of at_least, more_than, at_most, less_than, all_but and count is wanted";
    let need = only.ok_or_else(|| key_error(rule, key, words.to_owned()))?;
    if file.or_count.is_some() && file.at_least.is_none() && file.more_than.is_none() {
        return Err(fault("or_count", "goes with at_least or more_than".to_owned()));
    }
    Ok(Condition { who, measure: place(rule, &format!("{key}.measure"), &file.measure, measures)?, need })
}
