//! What a place asks of a vote beside the decision rule: channels, notice, publicity, committee.
//!
//! A file per place, from docs/rules.md. What a file leaves out the place does not say.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{RuleBook, embedded};
use crate::id::{Id, IdError, RuleName};

/// A place and what it asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its id, which is its file's name.
    pub place: Id,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The texts it rests on.
    pub cite: Vec<String>,
    /// How sure the reading is, as in a rule.
    pub certainty: String,
    /// How votes may be cast.
    pub channel: ChannelPolicy,
    /// How early a vote is announced.
    pub notice: Notice,
    /// How long voting lasts.
    #[serde(default)]
    pub voting: Voting,
    /// How the result is made known.
    #[serde(default)]
    pub result: ResultDuties,
    /// What is posted where papers cannot be delivered.
    #[serde(default)]
    pub delivery: DeliveryDuties,
    /// How candidates are announced.
    #[serde(default)]
    pub candidates: CandidateDuties,
    /// What is filed with the authority.
    #[serde(default)]
    pub filing: Filing,
    /// How large a committee is.
    pub committee: Committee,
    /// Who may be a proxy.
    #[serde(default)]
    pub proxy: ProxyDuties,
    /// The rules of this place.
    #[serde(default)]
    pub rules: PlaceRules,
}

/// Whether votes cast in this system count in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// They do.
    Open,
    /// They do, but the city's own system goes first.
    OfficialFirst,
    /// They do not: votes online are cast in the city's system. Here there is paper, the import of the
    /// official result, and the check of it.
    OfficialOnly,
}

/// How votes may be cast. Paper on request must exist everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelPolicy {
    /// Whether votes cast here count.
    pub policy: Policy,
    /// Whether paper goes to everybody who is not online, not only on request.
    #[serde(default)]
    pub is_paper_parallel: bool,
    /// The article.
    pub cite: String,
    /// How sure that is.
    pub certainty: String,
}

/// How many days before it begins a vote is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Days.
    pub days: u64,
    /// Days for a special meeting, where they differ.
    pub special_days: Option<u64>,
}

/// How long voting lasts, in days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voting {
    /// At least.
    pub min_days: Option<u64>,
    /// At most.
    pub max_days: Option<u64>,
}

/// How the result is made known, in days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultDuties {
    /// Posted within so many.
    pub post_within_days: Option<u64>,
    /// Told to every owner within so many.
    pub tell_owners_within_days: Option<u64>,
    /// Posted for so many.
    pub posted_days: Option<u64>,
}

/// What is posted where papers cannot be delivered, in days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryDuties {
    /// Posted for so many.
    pub posted_days: Option<u64>,
}

/// How candidates are announced, in days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateDuties {
    /// So many before the vote.
    pub announced_days_before: Option<u64>,
    /// For so many.
    pub posted_days: Option<u64>,
}

/// What is filed with the authority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// Within so many days of an election.
    pub within_days: Option<u64>,
}

/// How large a committee is; always odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    /// At least.
    pub min_seats: u64,
    /// At most.
    pub max_seats: Option<u64>,
    /// In a small compound.
    pub small: Option<SmallCompound>,
}

/// What is enough in a small compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallCompound {
    /// So many seats.
    pub seats: u64,
    /// Below so many units.
    pub below_units: Option<u64>,
    /// Below so many square metres.
    pub below_square_metres: Option<u64>,
}

/// Who may be a proxy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyDuties {
    /// Whether the manager's staff may not.
    #[serde(default)]
    pub is_staff_barred: bool,
    /// Whether a power of attorney says how to vote.
    #[serde(default)]
    pub is_instructed: bool,
}

/// The rules of a place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceRules {
    /// For matters (1), (2), (4), (5), (9).
    pub ordinary: RuleName,
    /// For matters (6) to (8).
    pub special: RuleName,
    /// For electing the committee.
    pub election: RuleName,
    /// For electing a small committee.
    pub small_election: RuleName,
    /// For turning a home into business premises.
    pub change_of_use: RuleName,
}

impl Default for PlaceRules {
    fn default() -> Self {
        let name = |name: &str| name.parse().expect("these are rule names");
        Self {
            ordinary: name("cn.278.ordinary"),
            special: name("cn.278.special"),
            election: name("cn.election.committee"),
            small_election: name("cn.election.committee.small"),
            change_of_use: name("cn.279.change-of-use"),
        }
    }
}

/// Why a file is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct PlaceError {
    /// The file.
    pub file: String,
    /// Line, key and what would be right.
    pub reason: String,
}

static EMBEDDED: LazyLock<BTreeMap<Id, Place>> = LazyLock::new(|| {
    let files = embedded::PLACES.iter().map(|&(file, text)| (file, text.as_bytes()));
    parse_places(files, RuleBook::embedded()).expect("the files in rules/places/ are sound, as their tests show")
});

/// The places that come with the program, by id. `cn` is for where there is no local rule.
pub fn places() -> &'static BTreeMap<Id, Place> {
    &EMBEDDED
}

/// Reads place files, each by its name, such as `beijing.toml`.
///
/// # Errors
/// The first file that is unsound, or names a rule that the book does not have.
pub fn parse_places<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    book: &RuleBook,
) -> Result<BTreeMap<Id, Place>, PlaceError> {
    let mut places = BTreeMap::new();
    for (file, bytes) in files {
        let fault = |reason: String| PlaceError { file: file.to_owned(), reason };
        let stem = file.strip_suffix(".toml").ok_or_else(|| fault("a place file's name ends in .toml".to_owned()))?;
        let name: Id = stem.parse().map_err(|err: IdError| fault(err.to_string()))?;
        let text = str::from_utf8(bytes).map_err(|_| fault("a place file is UTF-8".to_owned()))?;
        let place: Place = toml::from_str(text).map_err(|err| fault(super::book::syntax(text, &err)))?;
        if place.place != name {
            return Err(fault(format!("place: must be \"{name}\", as the file's name says")));
        }
        for rule in place.rules.each() {
            book.resolve(rule).map_err(|err| fault(format!("rules: {err}")))?;
        }
        if place.committee.max_seats.is_some_and(|max| max < place.committee.min_seats) {
            return Err(fault("committee.max_seats: must not be below min_seats".to_owned()));
        }
        if places.insert(name.clone(), place).is_some() {
            return Err(fault(format!("place: another file has the name \"{name}\" already")));
        }
    }
    Ok(places)
}

impl PlaceRules {
    /// All of them.
    pub fn each(&self) -> [&RuleName; 5] {
        [&self.ordinary, &self.special, &self.election, &self.small_election, &self.change_of_use]
    }
}
