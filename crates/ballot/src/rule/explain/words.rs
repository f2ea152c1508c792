//! The words for what rules speak of.

use super::Language;
use crate::rule::{Base, Comparison, Field, Measure, Need, Outcome, Per, Ratio, Weight, Who};

/// Whether a measure is floor area, written in square metres.
pub fn is_area(measure: &Measure) -> bool {
    measure.weight == Weight::Field(Field::Area)
}

/// What a measure counts.
pub fn measure_name(measure: &Measure, language: Language) -> &'static str {
    match (measure.weight, measure.per) {
        (Weight::One, Per::Owner) => language.pick("业主人数", "owners"),
        (Weight::One, Per::Unit) => language.pick("户数", "units"),
        (Weight::Field(Field::Area), _) => language.pick("专有部分面积", "floor area"),
        (Weight::Field(Field::Entitlement), _) => language.pick("单元权益", "unit entitlement"),
        (Weight::Field(Field::Mea), _) => language.pick("共有份额（MEA）", "co-ownership shares (MEA)"),
        (Weight::Field(Field::Share), _) => language.pick("区分所有权比例", "ownership ratio"),
        (Weight::Field(Field::ShareValue), _) => language.pick("份额值", "share value"),
        (Weight::Field(Field::Shares), _) => language.pick("不可分割份数", "undivided shares"),
        (Weight::Field(Field::Tantiemes), _) => {
            language.pick("共有份额（tantièmes）", "co-ownership shares (tantièmes)")
        }
        (Weight::Field(Field::Votes), _) => language.pick("表决权数", "voting rights"),
    }
}

/// An amount with its unit of measurement.
pub fn figure_with_unit(measure: &Measure, amount: &Ratio, language: Language) -> String {
    let amount_text = figure_of(measure, amount);
    if is_area(measure) {
        return language.pick(format!("{amount_text} 平方米"), format!("{amount_text} m²"));
    }
    let is_one = *amount == Ratio::one();
    match (measure.weight, measure.per) {
        (Weight::One, Per::Owner) => language
            .pick(format!("{amount_text} 人"), format!("{amount_text} {}", if is_one { "owner" } else { "owners" })),
        (Weight::One, Per::Unit) => language
            .pick(format!("{amount_text} 户"), format!("{amount_text} {}", if is_one { "unit" } else { "units" })),
        (Weight::Field(_), _) => language
            .pick(format!("{amount_text} 份"), format!("{amount_text} {}", if is_one { "share" } else { "shares" })),
    }
}

/// An amount as its measure writes it: areas with two decimals.
pub fn figure_of(measure: &Measure, amount: &Ratio) -> String {
    let area = is_area(measure).then(|| fixed(amount, 2)).flatten();
    area.unwrap_or_else(|| figure(amount))
}

/// An amount: as decimals where they end within four places, else as the fraction it is.
pub fn figure(amount: &Ratio) -> String {
    (0..=4).find_map(|places| fixed(amount, places)).unwrap_or_else(|| amount.to_string())
}

/// An amount with so many decimals, if these are all it has.
fn fixed(amount: &Ratio, places: u32) -> Option<String> {
    let scale = 10_u128.pow(places);
    let scaled = amount.times(&scale.into()).to_u128()?;
    let width = places as usize;
    Some(if places == 0 { scaled.to_string() } else { format!("{}.{:0width$}", scaled / scale, scaled % scale) })
}

/// A ratio with its percentage, cut off after two decimals and marked where it is.
pub fn ratio_text(ratio: &Ratio, language: Language) -> String {
    let hundredths = ratio.times(&10_000.into());
    let cut = hundredths.floor();
    let Some(shown) = cut.to_u128() else { return ratio.to_string() };
    let percent = format!("{}.{:02}%", shown / 100, shown % 100);
    if cut == hundredths {
        return language.pick(format!("{ratio}（{percent}）"), format!("{ratio} ({percent})"));
    }
    language.pick(format!("{ratio}（约 {percent}）"), format!("{ratio} (about {percent})"))
}

/// Whose weight.
pub fn who(who: Who, language: Language) -> &'static str {
    match who {
        Who::For => language.pick("同意的", "in favour"),
        Who::Against => language.pick("反对的", "against"),
        Who::Abstain => language.pick("弃权的", "abstaining"),
        Who::Participating => language.pick("参与表决的", "taking part"),
        Who::Present => language.pick("出席的", "present"),
        Who::Voting => language.pick("投同意或反对票的", "voting for or against"),
        Who::VotingInPerson => language.pick("亲自到场投票的", "voting in person"),
        Who::Objecting => language.pick("提出书面异议的", "objecting in writing"),
    }
}

/// Of what.
pub fn base(base: Base, language: Language) -> &'static str {
    match base {
        Base::All => language.pick("全体 ", "in all"),
        Base::Participating => language.pick("参与表决 ", "taking part"),
        Base::Present => language.pick("出席 ", "present"),
        Base::Voting => language.pick("同意与反对合计 ", "voting for or against"),
    }
}

/// What a condition demands.
pub fn need(measure: &Measure, need: &Need, language: Language) -> String {
    match need {
        Need::Share { comparison: Comparison::AtLeast, share, or_count: None, .. } if *share == Ratio::one() => {
            language.pick("全部（100%）", "all of it (100%)").to_owned()
        }
        Need::Share { comparison, share, or_count, .. } => {
            let words = match comparison {
                Comparison::AtLeast => language.pick("不少于", "at least"),
                Comparison::MoreThan => language.pick("超过", "more than"),
                Comparison::AtMost => language.pick("不超过", "at most"),
                Comparison::LessThan => language.pick("少于", "less than"),
            };
            let or = or_count.as_ref().map(|count| {
                let count = figure_with_unit(measure, count, language);
                language.pick(format!("，或者 {count} 即可"), format!(", or {count} if that is less"))
            });
            format!("{words} {share}{}", or.unwrap_or_default())
        }
        Need::AllBut { number, .. } => {
            let number = figure_with_unit(measure, number, language);
            language.pick(format!("除 {number} 外全体"), format!("all but {number}"))
        }
        Need::Count(count) => {
            let count = figure_with_unit(measure, count, language);
            language.pick(format!("不少于 {count}"), format!("at least {count}"))
        }
    }
}

/// What a motion came to.
pub fn outcome(outcome: Outcome, language: Language) -> &'static str {
    match outcome {
        Outcome::Carried => language.pick("通过", "carried"),
        Outcome::Lost => language.pick("未通过", "lost"),
        Outcome::NoQuorum => language.pick("参与不足，不成立", "no quorum"),
        Outcome::SecondRoundOpen => {
            language.pick("未通过，可以进行第二轮表决", "not carried; a second round may be held")
        }
        Outcome::CarriedSubjectToObjection => {
            language.pick("通过，书面异议期满后生效", "carried, unless enough owners object in time")
        }
        Outcome::LostOnObjection => language.pick("因书面异议不成立", "set aside by objections"),
        Outcome::Elected => language.pick("选举完成", "elected"),
        Outcome::SeatsUnfilled => language.pick("有席位未选满", "not all seats are filled"),
        Outcome::TieLot => language.pick("最后席位票数相同，抽签决定", "a tie for the last seat, to be settled by lot"),
        Outcome::TieRunoff => {
            language.pick("最后席位票数相同，再次投票决定", "a tie for the last seat, to be settled by a run-off")
        }
    }
}

/// How sure the reading of a rule is.
pub fn certainty(mark: &str, language: Language) -> String {
    match mark {
        "text" => language.pick("读过条文原文", "the provision's text was read"),
        "secondary" => language.pick("依据二手资料", "from a secondary source"),
        "memory" => language.pick("凭记忆写成，使用前须由律师核对", "from memory; a lawyer must check it before use"),
        "contested" => language.pick("有争议，各地法院和主管部门看法不一", "contested: courts and authorities differ"),
        "bylaw-example" => language.pick("议事规则示例条款", "an example of a by-law clause"),
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleBook;

    #[test]
    fn who_must_be_everybody_is_called_so() {
        for (name, zh, en) in [
            ("cn.279.change-of-use", "全部（100%）", "all of it (100%)"),
            ("cn.278.ordinary", "超过 1/2", "more than 1/2"),
        ] {
            let rule = RuleBook::embedded().resolve(&name.parse().expect("a name")).expect("a rule");
            let condition = &rule.pass[0];
            let words = |language| need(&rule.measures[condition.measure], &condition.need, language);
            assert_eq!((words(Language::Zh).as_str(), words(Language::En).as_str()), (zh, en), "{name}");
        }
    }
}
