//! Places: which rule decides which matter there, and how long a notice hangs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::RuleName;

/// A place whose law and custom a compound follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 民法典, where no local rule says otherwise.
    China,
    /// 宁波市住宅小区物业管理条例
    Ningbo,
    /// 潍坊
    Weifang,
}

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
}

impl Matter {
    /// Every matter in the order of the article.
    pub const ALL: [Self; 10] = [
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
    ];

    /// Whether people are elected, rather than a motion carried.
    pub fn is_election(self) -> bool {
        self == Self::Election
    }
}

/// A code of no place that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("places are cn, cn.ningbo and cn.weifang")]
pub struct PlaceError;

impl Place {
    /// Every place that is known.
    pub const ALL: [Self; 3] = [Self::China, Self::Ningbo, Self::Weifang];

    /// The code as it is stored and configured.
    pub fn code(self) -> &'static str {
        match self {
            Self::China => "cn",
            Self::Ningbo => "cn.ningbo",
            Self::Weifang => "cn.weifang",
        }
    }

    /// The rule that decides a matter here.
    ///
    /// Source: 民法典 278条, 2款: three quarters for (6) to (8), more than half for all others.
    ///
    /// # Panics
    /// Never: the names are rules' names.
    pub fn rule(self, matter: Matter) -> RuleName {
        let name = match matter {
            Matter::RaiseFund | Matter::Rebuild | Matter::CommonParts => "cn.278.special",
            Matter::Election => "cn.election.committee",
            Matter::AssemblyRules
            | Matter::Covenant
            | Matter::ReplaceMember
            | Matter::Manager
            | Matter::UseFund
            | Matter::Other => match self {
                Self::China => "cn.278.ordinary",
                Self::Ningbo => "cn.ningbo.ordinary",
                Self::Weifang => "cn.weifang.ordinary",
            },
        };
        name.parse().expect("rules are named as the record wants")
    }

    /// For how many whole days the notice hangs before voting opens.
    ///
    /// Source: 物业管理条例 14条: 15 days before the meeting.
    pub fn notice_days(self) -> u64 {
        match self {
            Self::China | Self::Ningbo | Self::Weifang => 15,
        }
    }

    /// Seconds by which clocks here are ahead of UTC, all year round.
    pub fn utc_offset(self) -> u64 {
        match self {
            Self::China | Self::Ningbo | Self::Weifang => 8 * 3600,
        }
    }

    /// The calendar day of a time, counted from 1 January 1970 on the clocks here.
    pub fn day(self, time: u64) -> u64 {
        (time + self.utc_offset()) / 86_400
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        Self::ALL.into_iter().find(|place| place.code() == text).ok_or(PlaceError)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
