//! A report in words, Chinese and English: what each step had, of what, what was demanded, and how far
//! off it was.

mod note;
mod words;

pub use note::{Dropped, Names, WhyDropped, note};
pub use words::*;

use super::{Gateway, Need, Ratio, Report, Round, Rule, Step, Verdict};

/// The language to explain in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文
    Zh,
    /// English.
    En,
}

impl Language {
    /// One of two texts.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// How far a step is from what it needs, on the base that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// So much more is needed.
    Short(Ratio),
    /// So much is too much.
    Excess(Ratio),
    /// Nothing can meet it: its base is empty.
    EmptyBase,
}

/// How far off a step was; `None` where it was met. Rounded to what the measure can have: whole owners,
/// hundredths of a square metre.
pub fn gap(rule: &Rule, step: &Step) -> Option<Gap> {
    if step.is_met {
        return None;
    }
    let total = step.base.as_ref().map(|(_, total)| total);
    if total.is_some_and(Ratio::is_zero) {
        return Some(Gap::EmptyBase);
    }
    let total = total.cloned().unwrap_or_else(Ratio::zero);
    let grain = Grain::of(rule, step);
    Some(match &step.need {
        Need::Count(count) => Gap::Short(grain.at_or_above(count).minus(&step.have)),
        Need::AllBut { number, .. } => Gap::Short(grain.at_or_above(&total.minus(number)).minus(&step.have)),
        Need::Share { comparison, share, or_count, .. } => {
            use super::Comparison::{AtLeast, AtMost, LessThan, MoreThan};
            let part = or_count.iter().fold(share.times(&total), |part, count| part.min(count.clone()));
            match comparison {
                AtLeast => Gap::Short(grain.at_or_above(&part).minus(&step.have)),
                MoreThan => Gap::Short(grain.above(&part).minus(&step.have)),
                AtMost => Gap::Excess(step.have.minus(&grain.at_or_below(&part))),
                LessThan => Gap::Excess(step.have.minus(&grain.below(&part))),
            }
        }
    })
}

/// The smallest amount that a measure can differ by.
struct Grain {
    parts: Ratio,
}

impl Grain {
    fn of(rule: &Rule, step: &Step) -> Self {
        let usual = if is_area(&rule.measures[step.measure]) { 100 } else { 1 };
        // Caps cut weights into other parts; then these are the grain.
        let parts = step.have.parts().map_or(usual, |(_, parts)| if usual % parts == 0 { usual } else { parts });
        Self { parts: parts.into() }
    }

    fn whole(&self, whole: &Ratio) -> Ratio {
        whole.over(&self.parts).unwrap_or_else(Ratio::zero)
    }

    fn at_or_below(&self, amount: &Ratio) -> Ratio {
        self.whole(&amount.times(&self.parts).floor())
    }

    fn above(&self, amount: &Ratio) -> Ratio {
        self.whole(&amount.times(&self.parts).floor().plus(&Ratio::one()))
    }

    fn at_or_above(&self, amount: &Ratio) -> Ratio {
        let below = self.at_or_below(amount);
        if below == *amount { below } else { self.above(amount) }
    }

    fn below(&self, amount: &Ratio) -> Ratio {
        let below = self.at_or_below(amount);
        if below == *amount { below.minus(&self.whole(&Ratio::one())) } else { below }
    }
}

/// How far off a step was, in words; empty where it was met.
pub fn gap_text(rule: &Rule, step: &Step, language: Language) -> String {
    let amount = |amount: &Ratio| figure_with_unit(&rule.measures[step.measure], amount, language);
    match gap(rule, step) {
        None => String::new(),
        Some(Gap::Short(short)) => {
            language.pick(format!("还差 {}", amount(&short)), format!("{} short", amount(&short)))
        }
        Some(Gap::Excess(excess)) => {
            language.pick(format!("超出 {}", amount(&excess)), format!("{} too much", amount(&excess)))
        }
        Some(Gap::EmptyBase) => language.pick(
            "基数为零，任何比例都不成立".to_owned(),
            "the base is empty, and no part of nothing is enough".to_owned(),
        ),
    }
}

/// A step as one line.
pub fn step(rule: &Rule, step: &Step, language: Language) -> String {
    let measure = &rule.measures[step.measure];
    let mark = if step.is_met { "✓" } else { "✗" };
    let what = format!("{}{}", who(step.who, language), measure_name(measure, language));
    let what = language.pick(what, format!("{}, {}", measure_name(measure, language), who(step.who, language)));
    let had = match (&step.base, step.ratio()) {
        (None, _) => figure_with_unit(measure, &step.have, language),
        (Some((of, total)), ratio) => {
            let (have, total) = (figure_of(measure, &step.have), figure_with_unit(measure, total, language));
            let ratio = ratio.map(|ratio| format!(" = {}", ratio_text(&ratio, language))).unwrap_or_default();
            language.pick(
                format!("{have}／{}{total}{ratio}", base(*of, language)),
                format!("{have} of {total} {}{ratio}", base(*of, language)),
            )
        }
    };
    let need = need(measure, &step.need, language);
    let verdict = if step.is_met { language.pick("达到", "met").to_owned() } else { gap_text(rule, step, language) };
    language.pick(
        format!("{mark} {what}：{had}；要求{need}；{verdict}"),
        format!("{mark} {what}: {had}; required {need}; {verdict}"),
    )
}

/// A whole report. `names`: those behind the numbers of the first round and of the second.
pub fn report(rule: &Rule, report: &Report, names: [&Names; 2], language: Language) -> String {
    let mut lines = head(rule, language);
    lines.extend(round(rule, &report.first, names[0], language));
    if let Some(second) = &report.second {
        let then = rule.gateways.iter().find(|gateway| gateway.then.name == second.rule);
        if let Some(Gateway { then, .. }) = then {
            lines.push(String::new());
            lines.extend(head(then, language));
            lines.extend(round(then, second, names[1], language));
        }
    }
    let outcome = outcome(report.outcome(), language);
    lines.push(language.pick(format!("结果：{outcome}"), format!("Result: {outcome}")));
    lines.join("\n") + "\n"
}

/// What a rule is, what it rests on and how sure that is.
pub fn head(rule: &Rule, language: Language) -> Vec<String> {
    let mut lines = vec![format!("{}（{}）", rule.title, rule.name)];
    if language == Language::En {
        lines = vec![format!("{} ({})", rule.title, rule.name)];
    }
    let cite = rule.cite.join(language.pick("；", "; "));
    lines.push(language.pick(format!("依据：{cite}"), format!("Source: {cite}")));
    let marks: Vec<_> = rule.certainty.split('+').map(|mark| certainty(mark, language)).collect();
    let marks = marks.join(language.pick("；", "; "));
    lines.push(language.pick(format!("把握程度：{marks}"), format!("Certainty: {marks}")));
    lines
}

/// A round's steps and notes.
pub fn round(rule: &Rule, round: &Round, names: &Names, language: Language) -> Vec<String> {
    let indented =
        |steps: &[Step]| steps.iter().map(|one| format!("  {}", step(rule, one, language))).collect::<Vec<_>>();
    let number = if round.number == 1 {
        language.pick("第一轮", "First round")
    } else {
        language.pick("第二轮", "Second round")
    };
    let quorum = match (round.quorum_steps.is_empty(), round.has_quorum) {
        (true, _) => language.pick("没有参与要求", "no quorum is demanded"),
        (false, true) => language.pick("参与达到要求", "quorum reached"),
        (false, false) => language.pick("参与没有达到要求", "quorum missed"),
    };
    let mut lines = vec![language.pick(format!("{number}：{quorum}"), format!("{number}: {quorum}"))];
    lines.extend(indented(&round.quorum_steps));
    match &round.verdict {
        Verdict::Motion { pass_steps, confirm_steps } => {
            lines.push(language.pick("同意", "In favour").to_owned());
            lines.extend(indented(pass_steps));
            if let Some(steps) = confirm_steps {
                lines.push(language.pick("书面异议", "Objections in writing").to_owned());
                lines.extend(indented(steps));
            }
        }
        Verdict::Election { candidates, elected, tied, seats } => {
            for one in candidates {
                let reaches = if one.reaches { "✓" } else { "✗" };
                lines.push(format!("{reaches} {}", one.candidate));
                lines.extend(indented(&one.steps));
            }
            let list = |places: &[usize]| {
                let names: Vec<_> = places.iter().map(|&place| candidates[place].candidate.as_str()).collect();
                names.join(language.pick("、", ", "))
            };
            let chosen = list(elected);
            lines.push(language.pick(
                format!("应选 {seats} 名，当选 {} 名：{chosen}", elected.len()),
                format!("{} of {seats} seats are filled: {chosen}", elected.len()),
            ));
            if !tied.is_empty() {
                let tied = list(tied);
                let tie = language.pick("在最后席位上票数相同：", "Equal at the last seat: ");
                lines.push(format!("{tie}{tied}"));
            }
        }
    }
    if let Some(gateway) = &round.gateway {
        let is_open =
            if gateway.is_open { language.pick("可以", "open") } else { language.pick("不可以", "not open") };
        let (then, cite) = (&gateway.then, &gateway.cite);
        lines.push(language.pick(
            format!("能否按 {then} 再次表决（{cite}）：{is_open}"),
            format!("Second round under {then} ({cite}): {is_open}"),
        ));
        lines.extend(indented(&gateway.steps));
    }
    lines.extend(names.dropped(language));
    lines.extend(round.notes.iter().map(|one| format!("· {}", note(rule, one, names, language))));
    lines
}

/// Both results where a rule counts silent owners: under the clause, and without it.
pub fn silent_results(with: &str, without: &str, language: Language) -> String {
    language.pick(
        format!("沉默业主的计法有争议，两种结果都列出：按本条款：{with}；不计沉默业主：{without}。不计时："),
        format!("Whether silent owners count is contested; both results: under this clause: {with}; without it: {without}. Without it:"),
    )
}
