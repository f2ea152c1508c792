//! The place of a compound: whose law decides there. What a place asks stands in its file (docs/rules.md §7);
//! here is the handle that the register keeps of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::RuleName,
    rule::{
        Day, guard,
        place::{self as law, Policy},
    },
};

/// A place whose law and custom a compound follows: one of [`law::places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(&'static law::Place);

/// What owners decide together (民法典 278条, 1款).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// (1) 业主大会议事规则
    AssemblyRules,
    /// (2) 管理规约
    Covenant,
    /// (3) 选举业主委员会
    Election,
    /// (3) 更换业主委员会成员
    ReplaceMember,
    /// (4) 选聘和解聘物业服务企业
    Manager,
    /// (5) 使用维修资金
    UseFund,
    /// (6) 筹集维修资金
    RaiseFund,
    /// (7) 改建、重建
    Rebuild,
    /// (8) 改变共有部分的用途或者利用共有部分从事经营活动
    CommonParts,
    /// (9) 其他重大事项
    Other,
    /// 279条: 住宅改变为经营性用房
    HomeIntoBusiness,
}

impl Matter {
    /// Every matter in the order of the article.
    pub const ALL: [Self; 11] = [
        Self::AssemblyRules,
        Self::Covenant,
        Self::Election,
        Self::ReplaceMember,
        Self::Manager,
        Self::UseFund,
        Self::RaiseFund,
        Self::Rebuild,
        Self::CommonParts,
        Self::Other,
        Self::HomeIntoBusiness,
    ];

    /// Whether people are elected, rather than a motion carried.
    pub fn is_election(self) -> bool {
        self == Self::Election
    }

    /// The item of the law that it falls under; (3) has two kinds here, as only one of them elects.
    pub fn law(self) -> guard::Matter {
        match self {
            Self::AssemblyRules => guard::Matter::AssemblyRules,
            Self::Covenant => guard::Matter::Covenant,
            Self::Election | Self::ReplaceMember => guard::Matter::Committee,
            Self::Manager => guard::Matter::Manager,
            Self::UseFund => guard::Matter::UseFund,
            Self::RaiseFund => guard::Matter::RaiseFund,
            Self::Rebuild => guard::Matter::Rebuild,
            Self::CommonParts => guard::Matter::CommonParts,
            Self::Other => guard::Matter::Other,
            Self::HomeIntoBusiness => guard::Matter::HomeIntoBusiness,
        }
    }
}

/// A code of no place that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no place {0}; there are: {all}", all = codes())]
pub struct PlaceError(String);

fn codes() -> String {
    Place::all().map(Place::code).collect::<Vec<_>>().join(", ")
}

impl Place {
    /// Where there is no local rule.
    ///
    /// # Panics
    /// Never: the program brings this place.
    pub fn china() -> Self {
        let id = "cn".parse().expect("an id");
        Self(law::places().get(&id).expect("rules/places/cn.toml comes with the program"))
    }

    /// Every place that is known, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        law::places().values().map(Self)
    }

    /// The code as it is stored and configured: the name of the place's file.
    pub fn code(self) -> &'static str {
        self.0.place.as_str()
    }

    /// What the place asks.
    pub fn asks(self) -> &'static law::Place {
        self.0
    }

    /// The rule that decides a matter here.
    ///
    /// - `seats`: of an election; one of fewer than a committee usually has goes by the rule for small ones.
    ///
    /// Source: 民法典 278条, 2款: three quarters for (6) to (8), more than half for all others; 279条: everybody concerned.
    pub fn rule(self, matter: Matter, seats: Option<u64>) -> RuleName {
        let rules = &self.0.rules;
        let is_small = seats.is_some_and(|seats| seats < self.0.committee.min_seats);
        match matter {
            Matter::ReplaceMember => &rules.ordinary,
            Matter::Election if is_small => &rules.small_election,
            Matter::AssemblyRules
            | Matter::Covenant
            | Matter::Election
            | Matter::Manager
            | Matter::UseFund
            | Matter::RaiseFund
            | Matter::Rebuild
            | Matter::CommonParts
            | Matter::Other
            | Matter::HomeIntoBusiness => matter.law().rule(self.0),
        }
        .clone()
    }

    /// Whether votes online count in the city's own system alone: then nobody votes online here.
    pub fn is_official_only(self) -> bool {
        self.0.channel.policy == Policy::OfficialOnly
    }

    /// Seconds by which clocks here are ahead of UTC, all year round: every place is in China.
    pub fn utc_offset(self) -> u64 {
        8 * 3600
    }

    /// The calendar day of a time on the clocks here.
    pub fn day(self, time: u64) -> Day {
        Day::of_unix(time.saturating_add(self.utc_offset()))
    }

    /// The time at which a day begins here.
    pub fn begin(self, day: Day) -> u64 {
        day.to_unix().saturating_sub(self.utc_offset())
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        Self::all().find(|place| place.code() == text).ok_or_else(|| PlaceError(text.to_owned()))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_file_is_a_place_and_no_other_code_is() {
        assert_eq!(Place::all().count(), law::places().len());
        for place in Place::all() {
            assert_eq!(place.code().parse(), Ok(place));
        }
        let err = "nowhere".parse::<Place>().expect_err("no such place");
        let said = err.to_string();
        assert!(said.contains("nowhere") && said.contains("beijing, ") && said.contains("zhoushan"), "{said}");
        assert!("cn.ningbo".parse::<Place>().is_err(), "a rule's prefix is no place");
    }

    #[test]
    fn the_rule_is_the_places_own() {
        let rule = |place: &str, matter, seats| {
            place.parse::<Place>().expect("a place").rule(matter, seats).as_str().to_owned()
        };
        for (place, matter, seats, expected) in [
            ("cn", Matter::UseFund, None, "cn.278.ordinary"),
            ("cn", Matter::RaiseFund, None, "cn.278.special"),
            ("cn", Matter::ReplaceMember, None, "cn.278.ordinary"),
            ("cn", Matter::Election, Some(5), "cn.election.committee"),
            ("beijing", Matter::Election, Some(3), "cn.election.committee.small"),
            ("qingdao", Matter::Election, Some(3), "cn.election.committee.small"),
            ("ningbo", Matter::RaiseFund, None, "cn.ningbo.special"),
            ("weifang", Matter::Election, Some(7), "cn.weifang.election.committee"),
        ] {
            assert_eq!(rule(place, matter, seats), expected, "{place} {matter:?} {seats:?}");
        }
    }

    #[test]
    fn a_day_begins_on_the_clocks_of_the_place() {
        let place = Place::china();
        // 2026-11-01 00:00 in Beijing.
        let midnight = 1_793_462_400;
        assert_eq!(place.day(midnight).to_string(), "2026-11-01");
        assert_eq!(place.day(midnight - 1).to_string(), "2026-10-31");
        assert_eq!(place.begin(place.day(midnight + 3600)), midnight);
    }
}
