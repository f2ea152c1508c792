//! Whether a question is plain: hints for who writes it, which nothing depends on.

use crate::words::words;

words! {
    /// What makes a question hard to answer.
    Unclear {
        Long "long" "it is longer than 40 characters, or 25 words",
        Two "two" "it may ask two things at once",
        Negative "negative" "it denies twice",
        Leading "leading" "it suggests its answer",
        Jargon "jargon" "it has words of an office that people do not use",
    }
}

const TWO: [&str; 4] = ["以及是否", "并且是否", "和是否", "，是否还"];
const NEGATIVE: [&str; 5] = ["不得不", "不是不", "没有不", "非…不", "不无"];
const LEADING: [&str; 5] = ["难道", "大家都认为", "应当不会", "您一定", "毫无疑问"];
const JARGON: [&str; 9] = ["赋能", "抓手", "闭环", "网格化", "业态", "诉求", "痛点", "提质增效", "长效机制"];

/// What could be plainer in a question.
pub fn unclear(prompt: &str) -> Vec<Unclear> {
    let has = |words: &[&str]| words.iter().any(|word| prompt.contains(word));
    let is_chinese = !prompt.is_ascii();
    let is_long = if is_chinese { 40 < prompt.chars().count() } else { 25 < prompt.split_whitespace().count() };
    let asks_twice = 1 < prompt.matches(['？', '?']).count();
    let found = [
        (Unclear::Long, is_long),
        (Unclear::Two, asks_twice || has(&TWO)),
        (Unclear::Negative, has(&NEGATIVE)),
        (Unclear::Leading, has(&LEADING)),
        (Unclear::Jargon, has(&JARGON)),
    ];
    found.into_iter().filter(|(_, is_so)| *is_so).map(|(what, _)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hard_to_answer_is_said() {
        for (prompt, expected) in [
            ("您家最需要什么？", vec![]),
            ("您常去活动室吗？那里够亮吗？", vec![Unclear::Two]),
            ("您不得不承认难道不好吗？", vec![Unclear::Negative, Unclear::Leading]),
            ("您对网格化有什么诉求？", vec![Unclear::Jargon]),
            (&"字".repeat(41), vec![Unclear::Long]),
            ("What do you need most?", vec![]),
        ] {
            assert_eq!(unclear(prompt), expected, "{prompt}");
        }
    }
}
