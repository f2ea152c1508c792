//! A rule as it is applied: its file merged with its parents, every key understood.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use super::{Day, Ratio};
use crate::id::{Id, RuleName};

/// A decision rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What the manifest calls it.
    pub name: RuleName,
    /// What people call it.
    pub title: String,
    /// Where it is law, such as `CN` or `AU-NSW`.
    pub jurisdiction: String,
    /// The articles it rests on.
    pub cite: Vec<String>,
    /// How sure the reading is: `text`, `secondary`, `memory`, `contested`, `bylaw-example`, or several joined by `+`.
    pub certainty: String,
    /// When it is law.
    pub in_force: InForce,
    /// What is weighed, in the order of the names.
    pub measures: Vec<Measure>,
    /// Who must take part.
    pub quorum: Conditions,
    /// What carries the motion, or elects a candidate; all must hold.
    pub pass: Vec<Condition>,
    /// What lets a carried motion stand against objections.
    pub confirm: Conditions,
    /// The ways to a second round, in the order in which they are tried.
    pub gateways: Vec<Gateway>,
    /// What becomes of those who are neither for nor against.
    pub treat: Treat,
    /// What counts where co-owners differ.
    pub conflict: Conflict,
    /// Which of several ballots counts.
    pub ballot: BallotPolicy,
    /// What the flags of units keep them from.
    pub exclude: BTreeMap<Id, Exclusion>,
    /// Limits on the weight of one, in the order in which they apply.
    pub caps: Vec<Cap>,
    /// How many one may vote for as a proxy.
    pub proxy: Option<ProxyLimit>,
    /// Set where candidates are elected.
    pub election: Option<ElectionRule>,
}

/// The days on which a rule is law, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InForce {
    /// The first day, if it is known.
    pub from: Option<Day>,
    /// The last day, if there is one.
    pub until: Option<Day>,
}

impl InForce {
    /// Whether the day is one of them.
    pub fn contains(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A number that every unit has on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Floor area.
    Area,
    /// Unit entitlement (New South Wales).
    Entitlement,
    /// Miteigentumsanteile (Germany).
    Mea,
    /// 區分所有權比例 (Taiwan).
    Share,
    /// Share value (Singapore).
    ShareValue,
    /// Undivided shares (Hong Kong).
    Shares,
    /// Tantièmes (France).
    Tantiemes,
    /// 議決権 (Japan).
    Votes,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Area,
        Self::Entitlement,
        Self::Mea,
        Self::Share,
        Self::ShareValue,
        Self::Shares,
        Self::Tantiemes,
        Self::Votes,
    ];

    /// The key on a roll's line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Entitlement => "entitlement",
            Self::Mea => "mea",
            Self::Share => "share",
            Self::ShareValue => "share_value",
            Self::Shares => "shares",
            Self::Tantiemes => "tantiemes",
            Self::Votes => "votes",
        }
    }

    /// The field of a key.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// What an entity of a measure weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Each the same.
    One,
    /// What the roll says of the unit; an owner has the sum over the own units.
    Field(Field),
}

/// What is weighed: each unit, or each owner with all units together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each unit by itself.
    Unit,
    /// An exact set of owners once.
    Owner,
}

/// One thing that a rule weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What conditions call it.
    pub name: String,
    /// How much.
    pub weight: Weight,
    /// Of what.
    pub per: Per,
    /// Kinds of units that are left out.
    pub exclude_kinds: Vec<String>,
    /// Whether units that are not delivered are their developer's.
    pub is_undelivered_developers: bool,
}

/// Whose weight a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words of docs/rules.md
pub enum Who {
    For,
    Against,
    Abstain,
    Participating,
    Present,
    Voting,
    VotingInPerson,
    Objecting,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::For,
        Self::Against,
        Self::Abstain,
        Self::Participating,
        Self::Present,
        Self::Voting,
        Self::VotingInPerson,
        Self::Objecting,
    ];

    /// The word of a rule file.
    pub fn name(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstain => "abstain",
            Self::Participating => "participating",
            Self::Present => "present",
            Self::Voting => "voting",
            Self::VotingInPerson => "voting_in_person",
            Self::Objecting => "objecting",
        }
    }
}

/// What a condition compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words of docs/rules.md
pub enum Base {
    All,
    Participating,
    Present,
    Voting,
}

impl Base {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Participating, Self::Present, Self::Voting];

    /// The word of a rule file.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Participating => "participating",
            Self::Present => "present",
            Self::Voting => "voting",
        }
    }
}

/// How two sums are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`: 达到, 以上.
    AtLeast,
    /// `>`: 过半数, 超过.
    MoreThan,
    /// `<=`: 以下, not more than.
    AtMost,
    /// `<`: 不足, less than.
    LessThan,
}

impl Comparison {
    /// Whether the left stands so to the right.
    pub fn holds(self, left: &Ratio, right: &Ratio) -> bool {
        match self {
            Self::AtLeast => right <= left,
            Self::MoreThan => right < left,
            Self::AtMost => left <= right,
            Self::LessThan => left < right,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::LessThan => "<",
        }
    }
}

/// What a condition demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A part of a base.
    Share {
        /// How to compare.
        comparison: Comparison,
        /// The part.
        share: Ratio,
        /// A number that is enough where the part is more (`or_count`).
        or_count: Option<Ratio>,
        /// What it is a part of.
        of: Base,
    },
    /// All of a base but so much.
    AllBut {
        /// So much.
        number: Ratio,
        /// What it is taken from.
        of: Base,
    },
    /// A number, whatever there is.
    Count(Ratio),
}

impl Need {
    /// The base, if it has one.
    pub fn base(&self) -> Option<Base> {
        match self {
            Self::Share { of, .. } | Self::AllBut { of, .. } => Some(*of),
            Self::Count(_) => None,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share { comparison, share, or_count, .. } => {
                write!(f, "{} {share}", comparison.sign())?;
                or_count.as_ref().map_or(Ok(()), |count| write!(f, " or {count}"))
            }
            Self::AllBut { number, .. } => write!(f, ">= all but {number}"),
            Self::Count(count) => write!(f, ">= {count}"),
        }
    }
}

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Whose weight.
    pub who: Who,
    /// Place in [`Rule::measures`].
    pub measure: usize,
    /// What is demanded of it.
    pub need: Need,
}

/// Conditions of which all must hold, or one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The conditions; where there are none, they hold.
    pub list: Vec<Condition>,
    /// Whether one of them is enough.
    pub is_any_enough: bool,
}

/// After which outcome a second round may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Enough took part, and the motion was lost.
    Lost,
    /// Too few took part.
    NoQuorum,
    /// Either of both.
    NoQuorumOrLost,
}

/// A way to a second round under another rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// After what.
    pub when: When,
    /// The rule of the second round. There is no third: its own gateways are left out.
    pub then: Box<Rule>,
    /// Whether the first round's ballots are counted again.
    pub has_same_ballots: bool,
    /// The article.
    pub cite: String,
    /// What the first round's sums must show.
    pub needs: Vec<Condition>,
    /// How many days must lie between the rounds.
    pub min_days: Option<u64>,
}

/// How abstentions are treated; they enter both sums either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Abstention {
    /// Who abstains takes part: counted in the quorum and among those who take part.
    Participates,
    /// Who abstains is present and takes no part in the vote.
    Present,
}

/// What an invalid ballot still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// Nothing.
    Absent,
    /// It takes part.
    Participates,
    /// It takes part and is present.
    Present,
}

/// What becomes of owners who got a ballot and cast none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silent {
    /// They are not there.
    Absent,
    /// They take part, for no side.
    Participates,
    /// They take part and follow the majority, if every measure has the same.
    Majority,
}

impl Silent {
    /// All of them, the law's default first.
    pub const ALL: [Self; 3] = [Self::Absent, Self::Participates, Self::Majority];

    /// The word of a rule file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Participates => "participates",
            Self::Majority => "majority",
        }
    }
}

/// What becomes of those who are neither for nor against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Treat {
    /// Who took part and chose neither (弃权).
    pub abstain: Abstention,
    /// Whose ballot does not count.
    pub invalid: Invalid,
    /// To whom it was proved delivered, and who said nothing.
    pub silent_delivered: Silent,
}

/// What counts where co-owners cast different things and none represents them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Nothing: the unit's ballot is invalid.
    Invalid,
    /// What the first of them in the roll's order cast.
    FirstNamed,
}

/// Which of one signer's ballots in one channel counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revote {
    /// The one cast last: people may change their minds.
    Last,
    /// The one cast first: what is cast is cast.
    First,
}

/// How a ballot reaches the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// 电子
    Electronic,
    /// 纸质
    Paper,
    /// 会议现场
    Meeting,
}

/// Which of one signer's ballots in several channels counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// None, if they differ.
    ConflictInvalid,
    /// The last.
    Last,
    /// The first.
    First,
    /// The electronic one, if there is one; else none, if they differ.
    Electronic,
    /// The paper one, if there is one; else none, if they differ.
    Paper,
}

/// Which of several ballots for one unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BallotPolicy {
    /// Among those of one channel.
    pub revote: Revote,
    /// Among those of several channels.
    pub channels: Channels,
    /// Whether what an owner casts replaces what an agent cast for the same unit.
    pub does_own_beat_proxy: bool,
}

/// What a flag keeps a unit from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// It is left out as if it were not on the roll.
    All,
    /// It cannot vote, and stays in the base.
    Votes,
}

/// Whose sum is capped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapBy {
    /// One owner's.
    Owner,
    /// What one proxy casts for others.
    ProxyHolder,
    /// The developer's.
    Developer,
}

/// How a sum is capped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapMode {
    /// Above this part of the base it shrinks to the sum of the others, and so does the base.
    ReduceToOthers {
        /// This part.
        above: Ratio,
    },
    /// What is above this part of the base does not count.
    ExcessNotCounted {
        /// This part.
        max: Ratio,
        /// Whether the base stays as on the roll.
        is_base_full: bool,
    },
    /// Votes for and against are multiplied; the base and who is present are not.
    MultiplyVotes {
        /// By this.
        factor: Ratio,
        /// From this part of the base on.
        when_share_at_least: Ratio,
        /// If there are more units than these in all.
        when_units_more_than: u64,
    },
}

/// A limit on the weight of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// Whose.
    pub by: CapBy,
    /// Places in [`Rule::measures`].
    pub measures: Vec<usize>,
    /// How.
    pub mode: CapMode,
}

/// How many one may vote for as a proxy; the latest beyond do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyLimit {
    /// At most so many holders.
    pub max_principals: Option<u64>,
    /// At most this part of the units, and the number that is allowed in any case.
    pub max_units: Option<(Ratio, u64)>,
    /// The weight up to which there is no limit.
    pub unless_weight: Option<UnlessWeight>,
}

impl ProxyLimit {
    /// The most units that one may vote for as a proxy, of so many in scope.
    pub fn units_of(&self, in_scope: u64) -> Option<u64> {
        let (part, min) = self.max_units.as_ref()?;
        let units = part.times(&u128::from(in_scope).into()).floor().to_u128().unwrap_or(u128::MAX);
        Some(u64::try_from(units).unwrap_or(u64::MAX).max(*min))
    }
}

/// The weight up to which a proxy has no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlessWeight {
    /// Place in [`Rule::measures`].
    pub measure: usize,
    /// The part of the measure's whole.
    pub max: Ratio,
    /// Whether the proxy's own units are added.
    pub is_own_included: bool,
}

/// How a tie for the last seat is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// By lot, which people draw before witnesses.
    Lot,
    /// By voting again.
    Runoff,
}

/// How candidates are elected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectionRule {
    /// Whether the number of seats must be odd.
    pub is_odd: bool,
    /// The fewest seats.
    pub min_seats: u64,
    /// Places in [`Rule::measures`]: more "for" in the first ranks higher, then in the next.
    pub rank: Vec<usize>,
    /// How a tie is broken.
    pub tie: Tie,
    /// Whether a ballot may be for no more candidates than there are seats.
    pub is_limited_to_seats: bool,
}

impl Rule {
    /// The numbers of a roll that the rule weighs by.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.measures.iter().filter_map(|measure| match measure.weight {
            Weight::Field(field) => Some(field),
            Weight::One => None,
        })
    }

    /// The place of a measure.
    pub fn measure(&self, name: &str) -> Option<usize> {
        self.measures.iter().position(|measure| measure.name == name)
    }

    /// Whether the rule counts units that are not delivered as their developer's.
    pub fn is_undelivered_developers(&self) -> bool {
        self.measures.iter().any(|measure| measure.is_undelivered_developers)
    }

    /// Whether so many seats may be filled under it (docs/formats.md §5); `None`: the motion elects nobody.
    pub fn is_fit_for(&self, seats: Option<u64>) -> bool {
        match (&self.election, seats) {
            (None, None) => true,
            (Some(election), Some(seats)) => {
                election.min_seats <= seats && 1 <= seats && (!election.is_odd || seats % 2 == 1)
            }
            _ => false,
        }
    }

    /// Whether what it says is contested, or only some by-laws'.
    pub fn is_contested(&self) -> bool {
        self.certainty.split('+').any(|mark| mark == "contested")
    }

    /// The same rule with another treatment of silent owners, here and in second rounds.
    #[must_use]
    pub fn with_silent(&self, silent: Silent) -> Self {
        let mut rule = self.clone();
        rule.treat.silent_delivered = silent;
        for gateway in &mut rule.gateways {
            *gateway.then = gateway.then.with_silent(silent);
        }
        rule
    }
}
