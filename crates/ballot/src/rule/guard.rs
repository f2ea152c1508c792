//! What has to be right before a vote begins: the rule for the matter, the notice, the petition, the
//! seats and candidates, the channel; and how an official result compares with our own count.

mod words;

use super::{
    Day, Ratio, Report, RuleBook, Who,
    place::{Place, Policy},
};
use crate::id::RuleName;

/// What owners decide together (民法典 278(1)), and what only those concerned may allow (279).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// (1) 制定和修改业主大会议事规则
    AssemblyRules,
    /// (2) 制定和修改管理规约
    Covenant,
    /// (3) 选举业主委员会或者更换业主委员会成员
    Committee,
    /// (4) 选聘和解聘物业服务企业或者其他管理人
    Manager,
    /// (5) 使用建筑物及其附属设施的维修资金
    UseFund,
    /// (6) 筹集建筑物及其附属设施的维修资金
    RaiseFund,
    /// (7) 改建、重建建筑物及其附属设施
    Rebuild,
    /// (8) 改变共有部分的用途或者利用共有部分从事经营活动
    CommonParts,
    /// (9) 有关共有和共同管理权利的其他重大事项
    Other,
    /// 民法典 279 将住宅改变为经营性用房
    HomeIntoBusiness,
}

impl Matter {
    /// All of them, in the order of the law.
    pub const ALL: [Self; 10] = [
        Self::AssemblyRules,
        Self::Covenant,
        Self::Committee,
        Self::Manager,
        Self::UseFund,
        Self::RaiseFund,
        Self::Rebuild,
        Self::CommonParts,
        Self::Other,
        Self::HomeIntoBusiness,
    ];

    /// The number in 278(1); none for what is in 279.
    pub fn number(self) -> Option<u8> {
        match self {
            Self::AssemblyRules => Some(1),
            Self::Covenant => Some(2),
            Self::Committee => Some(3),
            Self::Manager => Some(4),
            Self::UseFund => Some(5),
            Self::RaiseFund => Some(6),
            Self::Rebuild => Some(7),
            Self::CommonParts => Some(8),
            Self::Other => Some(9),
            Self::HomeIntoBusiness => None,
        }
    }

    /// The rule that a matter is decided under in a place. A motion to recall or to replace somebody
    /// elects nobody: it is decided as an ordinary matter, under [`super::place::PlaceRules::ordinary`].
    pub fn rule(self, place: &Place) -> &RuleName {
        match self {
            Self::AssemblyRules | Self::Covenant | Self::Manager | Self::UseFund | Self::Other => &place.rules.ordinary,
            Self::RaiseFund | Self::Rebuild | Self::CommonParts => &place.rules.special,
            Self::Committee => &place.rules.election,
            Self::HomeIntoBusiness => &place.rules.change_of_use,
        }
    }
}

/// Something that would let a court revoke the decision, or that people should look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// The text speaks of raising the fund, but the matter is (5), using it: more than half, not three quarters.
    ReadsAsRaising,
    /// The text speaks of using the fund, but the matter is (6), raising it: three quarters, not more than half.
    ReadsAsUsing,
    /// The rule is not the place's for this matter.
    OtherRule {
        /// What the place has.
        usual: RuleName,
    },
    /// What the rule says is contested, or a by-law's.
    Contested,
    /// The rule is not law on the day voting opens.
    NotInForce,
    /// Votes cast online here do not count; paper, and the import of the official result.
    OfficialOnly,
    /// The city's own system goes first.
    OfficialFirst,
    /// The notice is not posted.
    NotPosted,
    /// Voting opens too early after the notice.
    NoticeTooShort {
        /// Days that must lie between.
        days: u64,
        /// The first day on which voting may open.
        earliest: Day,
    },
    /// Voting opens too early after the candidates are announced.
    CandidatesTooLate {
        /// Days that must lie between.
        days: u64,
        /// The first day on which voting may open.
        earliest: Day,
    },
    /// Voting is too short.
    VotingTooShort {
        /// Days at least.
        days: u64,
    },
    /// Voting is too long.
    VotingTooLong {
        /// Days at most.
        days: u64,
    },
    /// Too few seats.
    TooFewSeats {
        /// At least.
        min: u64,
    },
    /// Too many seats.
    TooManySeats {
        /// At most.
        max: u64,
    },
    /// An even number of seats.
    EvenSeats,
    /// Fewer candidates than seats.
    TooFewCandidates,
    /// A candidate twice.
    CandidateTwice {
        /// The id.
        candidate: String,
    },
}

impl Warning {
    /// The stable code in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ReadsAsRaising => "reads_as_raising",
            Self::ReadsAsUsing => "reads_as_using",
            Self::OtherRule { .. } => "other_rule",
            Self::Contested => "contested_rule",
            Self::NotInForce => "rule_not_in_force",
            Self::OfficialOnly => "official_only",
            Self::OfficialFirst => "official_first",
            Self::NotPosted => "not_posted",
            Self::NoticeTooShort { .. } => "notice_too_short",
            Self::CandidatesTooLate { .. } => "candidates_too_late",
            Self::VotingTooShort { .. } => "voting_too_short",
            Self::VotingTooLong { .. } => "voting_too_long",
            Self::TooFewSeats { .. } => "too_few_seats",
            Self::TooManySeats { .. } => "too_many_seats",
            Self::EvenSeats => "even_seats",
            Self::TooFewCandidates => "fewer_candidates_than_seats",
            Self::CandidateTwice { .. } => "candidate_twice",
        }
    }

    /// Whether the vote must not begin like this. The others want a person to confirm.
    pub fn is_bar(&self) -> bool {
        match self {
            Self::ReadsAsRaising
            | Self::ReadsAsUsing
            | Self::OtherRule { .. }
            | Self::Contested
            | Self::OfficialFirst => false,
            Self::NotInForce
            | Self::OfficialOnly
            | Self::NotPosted
            | Self::NoticeTooShort { .. }
            | Self::CandidatesTooLate { .. }
            | Self::VotingTooShort { .. }
            | Self::VotingTooLong { .. }
            | Self::TooFewSeats { .. }
            | Self::TooManySeats { .. }
            | Self::EvenSeats
            | Self::TooFewCandidates
            | Self::CandidateTwice { .. } => true,
        }
    }
}

const FUND: [&str; 3] = ["维修资金", "维修基金", "专项资金"];
const RAISING: [&str; 9] = ["筹集", "续筹", "补筹", "归集", "补缴", "补交", "追缴", "续交", "续缴"];
const USING: [&str; 6] = ["使用", "动用", "支取", "列支", "支付", "开支"];

/// Looks at a motion's words: using the repair fund is (5), raising it is (6), and the two are mixed up
/// more than any others.
pub fn check_words(matter: Matter, text: &str) -> Option<Warning> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !has(&FUND) {
        return None;
    }
    match matter {
        Matter::UseFund if has(&RAISING) && !has(&USING) => Some(Warning::ReadsAsRaising),
        Matter::RaiseFund if has(&USING) && !has(&RAISING) => Some(Warning::ReadsAsUsing),
        _ => None,
    }
}

/// Looks at the rule chosen for a matter.
///
/// # Errors
/// The book has no such rule.
pub fn check_rule(
    place: &Place,
    matter: Matter,
    rule: &RuleName,
    book: &RuleBook,
    opens: Day,
) -> Result<Vec<Warning>, super::RuleError> {
    check_rule_against(matter.rule(place), rule, book, opens)
}

/// Whether a rule is the usual one, or by-laws on it. These extend it and leave its thresholds alone: with
/// others it is another rule, as the three quarters of 278(2) are for a matter that wants more than half.
///
/// # Errors
/// The book has no such rule.
pub fn is_variant(usual: &RuleName, rule: &RuleName, book: &RuleBook) -> Result<bool, super::RuleError> {
    let [chosen, own] = [book.resolve(rule)?, book.resolve(usual)?];
    Ok(book.closure(rule)?.contains(usual) && chosen.quorum == own.quorum && chosen.pass == own.pass)
}

/// Looks at the rule chosen where another one is usual.
///
/// # Errors
/// The book has no such rule.
pub fn check_rule_against(
    usual: &RuleName,
    rule: &RuleName,
    book: &RuleBook,
    opens: Day,
) -> Result<Vec<Warning>, super::RuleError> {
    let mut warnings = Vec::new();
    if !is_variant(usual, rule, book)? {
        warnings.push(Warning::OtherRule { usual: usual.clone() });
    }
    let rules = book.rounds(rule)?;
    if rules.iter().any(super::Rule::is_contested) {
        warnings.push(Warning::Contested);
    }
    if !rules.iter().all(|rule| rule.in_force.contains(opens)) {
        warnings.push(Warning::NotInForce);
    }
    Ok(warnings)
}

/// Looks at how votes are to be cast.
pub fn check_channel(place: &Place) -> Option<Warning> {
    match place.channel.policy {
        Policy::Open => None,
        Policy::OfficialFirst => Some(Warning::OfficialFirst),
        Policy::OfficialOnly => Some(Warning::OfficialOnly),
    }
}

/// The first day on which voting may open after a notice: the day of posting does not count, and
/// the days of the notice have passed in full (民法典 201; our choice is the stricter reading).
pub fn earliest_opening(posted: Day, days: u64) -> Day {
    posted.plus(days).plus(1)
}

/// How many days before voting a notice is posted.
pub fn notice_days(place: &Place, is_special: bool) -> u64 {
    place.notice.special_days.filter(|_| is_special).unwrap_or(place.notice.days)
}

/// Looks at the notice. `posted` holds the day on each board; the last one counts.
pub fn check_notice(place: &Place, is_special: bool, posted: &[Day], opens: Day) -> Option<Warning> {
    let days = notice_days(place, is_special);
    let Some(last) = posted.iter().max() else { return Some(Warning::NotPosted) };
    let earliest = earliest_opening(*last, days);
    (opens < earliest).then_some(Warning::NoticeTooShort { days, earliest })
}

/// Looks at how long the candidates are known: announced on `posted`, so many days before the vote.
pub fn check_candidates(place: &Place, posted: Day, opens: Day) -> Option<Warning> {
    let duties = &place.candidates;
    let days = duties.announced_days_before.max(duties.posted_days)?;
    let earliest = earliest_opening(posted, days);
    (opens < earliest).then_some(Warning::CandidatesTooLate { days, earliest })
}

/// Looks at how long voting lasts: from the day it opens to the day it closes, both counted.
pub fn check_voting(place: &Place, opens: Day, closes: Day) -> Option<Warning> {
    let lasts = closes.since(opens) + 1;
    match (place.voting.min_days, place.voting.max_days) {
        (Some(days), _) if lasts < days => Some(Warning::VotingTooShort { days }),
        (_, Some(days)) if days < lasts => Some(Warning::VotingTooLong { days }),
        _ => None,
    }
}

/// How large a compound is; area in hundredths of a square metre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Units.
    pub units: u64,
    /// Area.
    pub area: u64,
}

/// Looks at seats and candidates.
pub fn check_election(place: &Place, size: Size, seats: u64, candidates: &[String]) -> Vec<Warning> {
    let committee = &place.committee;
    let is_small = committee.small.is_some_and(|small| {
        small.below_units.is_some_and(|units| size.units < units)
            || small.below_square_metres.is_some_and(|metres| size.area < metres.saturating_mul(100))
    });
    let min = committee.small.filter(|_| is_small).map_or(committee.min_seats, |small| small.seats);
    let mut warnings = Vec::new();
    if seats < min {
        warnings.push(Warning::TooFewSeats { min });
    }
    if let Some(max) = committee.max_seats.filter(|max| *max < seats) {
        warnings.push(Warning::TooManySeats { max });
    }
    if seats.is_multiple_of(2) {
        warnings.push(Warning::EvenSeats);
    }
    if (candidates.len() as u64) < seats {
        warnings.push(Warning::TooFewCandidates);
    }
    for (place, candidate) in candidates.iter().enumerate() {
        if candidates[..place].contains(candidate) {
            warnings.push(Warning::CandidateTwice { candidate: candidate.clone() });
        }
    }
    warnings
}

/// How far a request for a special meeting has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Petition {
    /// The part of the owners that signed.
    pub heads: Ratio,
    /// The part of the area that they hold.
    pub area: Ratio,
    /// Whether a fifth of the owners signed (物业管理条例 13).
    pub is_enough: bool,
    /// Whether they also hold a fifth of the area (建房〔2009〕274号 21, the stricter wording).
    pub is_enough_by_guideline: bool,
}

/// Counts a request for a special meeting on the roll: `[signed, all]` of owners and of area.
pub fn petition(heads: [u64; 2], area: [u64; 2]) -> Petition {
    let part = |[signed, all]: [u64; 2]| {
        Ratio::from(u128::from(signed)).over(&u128::from(all).into()).unwrap_or_else(Ratio::zero)
    };
    let (heads, area, fifth) = (part(heads), part(area), Ratio::new(1, 5));
    let is_enough = fifth <= heads;
    Petition { is_enough, is_enough_by_guideline: is_enough && fifth <= area, heads, area }
}

/// What the city's system says a motion came to: figures by measure and whose weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialResult {
    /// Whether it passed.
    pub has_passed: bool,
    /// Weights, each by the measure's name.
    pub figures: Vec<(String, Who, Ratio)>,
}

/// Where an official result differs from our own count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficialDifference {
    /// It passed in one and not in the other.
    Outcome {
        /// Whether it passed officially.
        official: bool,
        /// Whether it did here.
        ours: bool,
    },
    /// Another figure.
    Figure {
        /// The measure.
        measure: String,
        /// Whose weight.
        who: Who,
        /// Officially.
        official: Ratio,
        /// Here.
        ours: Ratio,
    },
    /// A figure that our rule does not have.
    Unknown {
        /// The measure.
        measure: String,
        /// Whose weight.
        who: Who,
    },
}

/// Every difference between an official result and our own count of a motion.
pub fn differences(official: &OfficialResult, report: &Report) -> Vec<OfficialDifference> {
    let last = report.last();
    let ours = last.outcome.is_passed();
    let mut differences = Vec::new();
    if official.has_passed != ours {
        differences.push(OfficialDifference::Outcome { official: official.has_passed, ours });
    }
    for (measure, who, figure) in &official.figures {
        let sums = last.sums.iter().find(|sums| sums.measure_name == *measure);
        match sums.and_then(|sums| sums.of(*who)) {
            None => differences.push(OfficialDifference::Unknown { measure: measure.clone(), who: *who }),
            Some(ours) if ours == *figure => {}
            Some(ours) => differences.push(OfficialDifference::Figure {
                measure: measure.clone(),
                who: *who,
                official: figure.clone(),
                ours,
            }),
        }
    }
    differences
}
