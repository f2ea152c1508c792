//! Words of the console for what the register and the law call by code.

use std::cmp::Ordering;

use ballot::{
    rule::{Base, Comparison, Condition, Need, Ratio, Rule, Weight, Who},
    statement::Answers,
    store::{place::Matter, staff::Role},
};

use crate::text::{Lang, building_label, console_people as people, console_poll as poll, console_roll as roll};

/// `3 号楼`, with its phase where there are several: a building as a roll names it.
pub(super) fn building(lang: Lang, name: &str) -> String {
    let (phase, building) = name.split_once('/').unwrap_or(("", name));
    building_label(lang, phase, building)
}

/// Numbers in names count as numbers: 2 stands before 10.
pub(super) fn by_number(one: &str, other: &str) -> Ordering {
    let key = |name: &str| {
        let mut parts: Vec<(bool, u64, String)> = Vec::new();
        for part in name.split_inclusive(|c: char| !c.is_ascii_digit()) {
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            let rest: String = part.chars().filter(|c| !c.is_ascii_digit()).collect();
            parts.push((digits.is_empty(), digits.parse().unwrap_or(u64::MAX), rest));
        }
        parts
    };
    key(one).cmp(&key(other)).then_with(|| one.cmp(other))
}

pub(super) fn role(lang: Lang, role: Role) -> &'static str {
    match role {
        Role::Officer => people::officer(lang),
        Role::Clerk => people::clerk(lang),
        Role::Auditor => people::auditor(lang),
    }
}

/// The kind of a unit by the word in tables and files.
pub(super) fn kind(lang: Lang, word: &str) -> String {
    match word {
        "home" => roll::home(lang).to_owned(),
        "shop" => roll::shop(lang).to_owned(),
        "office" => roll::office(lang).to_owned(),
        "parking" => roll::parking(lang).to_owned(),
        "storage" => roll::storage(lang).to_owned(),
        "other" => roll::other(lang).to_owned(),
        unknown => unknown.to_owned(),
    }
}

/// The state of delivery by the word in tables and files.
pub(super) fn status(lang: Lang, word: &str) -> String {
    match word {
        "delivered" => roll::delivered(lang).to_owned(),
        "unsold" => roll::unsold(lang).to_owned(),
        "sold_undelivered" => roll::sold_undelivered(lang).to_owned(),
        unknown => unknown.to_owned(),
    }
}

/// Where an area comes from by the word in tables and files.
pub(super) fn source(lang: Lang, word: &str) -> String {
    match word {
        "register" => roll::from_register(lang).to_owned(),
        "survey" => roll::from_survey(lang).to_owned(),
        "contract" => roll::from_contract(lang).to_owned(),
        _ => roll::from_nowhere(lang).to_owned(),
    }
}

/// What owners decide, and the hint that keeps matters apart.
pub(crate) fn matter(lang: Lang, matter: Matter) -> (&'static str, &'static str) {
    match matter {
        Matter::AssemblyRules => (poll::assembly_rules(lang), poll::assembly_rules_hint(lang)),
        Matter::Covenant => (poll::covenant(lang), poll::covenant_hint(lang)),
        Matter::Election => (poll::election(lang), poll::election_hint(lang)),
        Matter::ReplaceMember => (poll::replace_member(lang), poll::replace_member_hint(lang)),
        Matter::Manager => (poll::manager(lang), poll::manager_hint(lang)),
        Matter::UseFund => (poll::use_fund(lang), poll::use_fund_hint(lang)),
        Matter::RaiseFund => (poll::raise_fund(lang), poll::raise_fund_hint(lang)),
        Matter::Rebuild => (poll::rebuild(lang), poll::rebuild_hint(lang)),
        Matter::CommonParts => (poll::common_parts(lang), poll::common_parts_hint(lang)),
        Matter::Other => (poll::other(lang), poll::other_hint(lang)),
        Matter::HomeIntoBusiness => (poll::business(lang), poll::business_hint(lang)),
    }
}

pub(super) fn answers(lang: Lang, answers: Answers) -> (&'static str, &'static str) {
    match answers {
        Answers::Public => (poll::answers_public(lang), poll::answers_public_hint(lang)),
        Answers::Owners => (poll::answers_owners(lang), poll::answers_owners_hint(lang)),
        Answers::Inspectors => (poll::answers_inspectors(lang), poll::answers_inspectors_hint(lang)),
    }
}

/// What a rule wants, one sentence for each condition.
pub(super) fn thresholds(lang: Lang, rule: &Rule) -> Vec<String> {
    let say = |condition: &Condition| sentence(lang, rule, condition);
    rule.quorum.list.iter().chain(&rule.pass).map(say).collect()
}

fn sentence(lang: Lang, rule: &Rule, condition: &Condition) -> String {
    let who = match condition.who {
        Who::For => poll::who_for(lang),
        Who::Against => poll::who_against(lang),
        Who::Abstain => poll::who_abstain(lang),
        Who::Participating => poll::who_participating(lang),
        Who::Present => poll::who_present(lang),
        Who::Voting => poll::who_voting(lang),
        Who::VotingInPerson => poll::who_in_person(lang),
        Who::Objecting => poll::who_objecting(lang),
    };
    let weight = rule.measures.get(condition.measure).map(|measure| measure.weight);
    let measure = match weight {
        Some(Weight::Field(_)) => poll::by_area(lang),
        Some(Weight::One) | None => poll::by_heads(lang),
    };
    let need = match &condition.need {
        Need::Share { comparison: Comparison::AtLeast, share, of, or_count: None } if *share == Ratio::one() => {
            poll::everybody(lang, base(lang, *of))
        }
        Need::Share { comparison, share, of, .. } => {
            let base = base(lang, *of);
            let share = share.to_string();
            match comparison {
                Comparison::AtLeast => poll::at_least(lang, base, &share),
                Comparison::MoreThan => poll::more_than(lang, base, &share),
                Comparison::AtMost => poll::at_most(lang, base, &share),
                Comparison::LessThan => poll::less_than(lang, base, &share),
            }
        }
        Need::AllBut { number, of } => poll::all_but(lang, base(lang, *of), &number.to_string()),
        Need::Count(count) => poll::at_least_number(lang, &count.to_string()),
    };
    poll::condition(lang, who, measure, &need)
}

fn base(lang: Lang, base: Base) -> &'static str {
    match base {
        Base::All => poll::of_all(lang),
        Base::Participating => poll::of_participating(lang),
        Base::Present => poll::of_present(lang),
        Base::Voting => poll::of_voting(lang),
    }
}

/// The same of a step that was counted, by the words of the record.
pub(super) fn step(lang: Lang, who: &str, measure: &str) -> String {
    let who = match who {
        "for" => poll::who_for(lang),
        "against" => poll::who_against(lang),
        "abstain" => poll::who_abstain(lang),
        "participating" => poll::who_participating(lang),
        "present" => poll::who_present(lang),
        "voting" => poll::who_voting(lang),
        "voting_in_person" => poll::who_in_person(lang),
        "objecting" => poll::who_objecting(lang),
        other => other,
    };
    let measure = if measure == "area" { poll::by_area(lang) } else { poll::by_heads(lang) };
    poll::step(lang, who, measure)
}

/// What a motion came to, by the word of the record.
pub(super) fn outcome(lang: Lang, word: &str) -> String {
    match word {
        "carried" => poll::carried(lang),
        "lost" => poll::lost(lang),
        "no_quorum" => poll::no_quorum(lang),
        "second_round_open" => poll::second_round_open(lang),
        "carried_subject_to_objection" => poll::carried_subject_to_objection(lang),
        "lost_on_objection" => poll::lost_on_objection(lang),
        "elected" => poll::elected(lang),
        "seats_unfilled" => poll::seats_unfilled(lang),
        "tie_lot" => poll::tie_lot(lang),
        "tie_runoff" => poll::tie_runoff(lang),
        other => return other.to_owned(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buildings_are_listed_as_people_count_them() {
        let mut names = ["10", "2", "二期/1", "1", "A", "2B"];
        names.sort_by(|one, other| by_number(one, other));
        let place = |name: &str| names.iter().position(|found| *found == name);
        assert!(place("1") < place("2") && place("2") < place("10"), "{names:?}");
    }
}
