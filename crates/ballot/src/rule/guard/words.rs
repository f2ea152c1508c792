//! The guards' words, Chinese and English.

use super::{Matter, Warning};
use crate::rule::{explain::Language, place::Place};

impl Matter {
    /// What the matter is, with its number.
    pub fn text(self, language: Language) -> &'static str {
        match self {
            Self::AssemblyRules => language
                .pick("（一）制定和修改业主大会议事规则", "(1) adopting or changing the rules of the owners' assembly"),
            Self::Covenant => language.pick("（二）制定和修改管理规约", "(2) adopting or changing the covenant"),
            Self::Committee => language.pick(
                "（三）选举业主委员会或者更换业主委员会成员",
                "(3) electing the owners' committee or replacing its members",
            ),
            Self::Manager => language
                .pick("（四）选聘和解聘物业服务企业或者其他管理人", "(4) hiring or dismissing the property manager"),
            Self::UseFund => language.pick("（五）使用建筑物及其附属设施的维修资金", "(5) using the repair fund"),
            Self::RaiseFund => language.pick("（六）筹集建筑物及其附属设施的维修资金", "(6) raising the repair fund"),
            Self::Rebuild => language.pick(
                "（七）改建、重建建筑物及其附属设施",
                "(7) altering or rebuilding buildings and their installations",
            ),
            Self::CommonParts => language.pick(
                "（八）改变共有部分的用途或者利用共有部分从事经营活动",
                "(8) changing the use of common parts, or trading on them",
            ),
            Self::Other => language.pick(
                "（九）有关共有和共同管理权利的其他重大事项",
                "(9) other major matters of common ownership and management",
            ),
            Self::HomeIntoBusiness => language.pick(
                "将住宅改变为经营性用房（民法典第二百七十九条）",
                "turning a home into business premises (Civil Code, art. 279)",
            ),
        }
    }
}

impl Warning {
    /// What is wrong and what would be right. `place`: the place that asks it.
    pub fn text(&self, place: &Place, language: Language) -> String {
        let name = language.pick(&place.zh, &place.en);
        let cite = &place.channel.cite;
        match self {
            Self::ReadsAsRaising => language.pick(
                "议题文字像是筹集维修资金，那是第（六）项，须四分之三以上同意；所选的第（五）项是使用维修资金，过半数同意即可。请核对".to_owned(),
                "the text reads like raising the repair fund, which is (6) and needs three quarters; (5), as chosen, is using it and needs more than half: check which is meant".to_owned(),
            ),
            Self::ReadsAsUsing => language.pick(
                "议题文字像是使用维修资金，那是第（五）项，过半数同意即可；所选的第（六）项是筹集维修资金，须四分之三以上同意。请核对".to_owned(),
                "the text reads like using the repair fund, which is (5) and needs more than half; (6), as chosen, is raising it and needs three quarters: check which is meant".to_owned(),
            ),
            Self::OtherRule { usual } => language.pick(
                format!("{name}的这类事项通常按 {usual} 表决，所选的是另一条规则"),
                format!("in {name} such matters are decided under {usual}; another rule is chosen"),
            ),
            Self::Contested => language.pick(
                "所选规则有争议：须附议事规则条款，送达须有凭证，选票上须写明不投票的后果；结果将同时列出两种计法".to_owned(),
                "the rule is contested: attach the by-law clause, keep proof of delivery, and say on the ballot what silence does; the report shows both results".to_owned(),
            ),
            Self::NotInForce => language.pick(
                "投票开始之日该规则不在施行期内，请选用当日有效的版本".to_owned(),
                "the rule is not in force on the day voting opens; choose the version that is".to_owned(),
            ),
            Self::OfficialOnly => language.pick(
                format!("{name}要求网上投票使用官方系统（{cite}）。这里只能办理纸质投票、导入官方结果并核对"),
                format!("{name} requires the official system for voting online ({cite}); here the poll runs on paper, with the official result imported and checked"),
            ),
            Self::OfficialFirst => language.pick(
                format!("{name}优先使用官方投票系统（{cite}）。请先确认可以不用官方系统"),
                format!("{name} gives its own voting system priority ({cite}); make sure that another may be used"),
            ),
            Self::NotPosted => language.pick(
                "公告还没有张贴；请登记每个公告栏的张贴日期".to_owned(),
                "the notice is not posted yet; enter the day on which each board got it".to_owned(),
            ),
            Self::NoticeTooShort { days, earliest } => language.pick(
                format!("公告须满 {days} 日，张贴当日不算；最早可于 {earliest} 开始投票"),
                format!("the notice must have hung for {days} full days, the day of posting not counted; voting may open on {earliest} at the earliest"),
            ),
            Self::CandidatesTooLate { days, earliest } => language.pick(
                format!("候选人名单须公示满 {days} 日，公布当日不算；最早可于 {earliest} 开始投票"),
                format!("candidates must have been announced for {days} full days, the day of posting not counted; voting may open on {earliest} at the earliest"),
            ),
            Self::VotingTooShort { days } => language.pick(
                format!("投票期至少 {days} 日"),
                format!("voting lasts at least {days} days"),
            ),
            Self::VotingTooLong { days } => language.pick(
                format!("投票期最多 {days} 日"),
                format!("voting lasts at most {days} days"),
            ),
            Self::TooFewSeats { min } => language.pick(
                format!("业主委员会至少 {min} 人"),
                format!("a committee has at least {min} members"),
            ),
            Self::TooManySeats { max } => language.pick(
                format!("业主委员会最多 {max} 人"),
                format!("a committee has at most {max} members"),
            ),
            Self::EvenSeats => {
                language.pick("席位须为单数", "the number of seats is odd").to_owned()
            }
            Self::TooFewCandidates => language.pick(
                "候选人少于席位".to_owned(),
                "there are fewer candidates than seats".to_owned(),
            ),
            Self::CandidateTwice { candidate } => language.pick(
                format!("候选人 {candidate} 列了两次"),
                format!("candidate {candidate} is listed twice"),
            ),
        }
    }
}
