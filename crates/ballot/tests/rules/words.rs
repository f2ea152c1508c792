//! Explanations.

use ballot::rule::{
    Outcome, Who,
    explain::{self, Gap, Language, gap, gap_text},
};
use serde_json::{Value, json};

use super::decided;

fn homes(areas: &[&str], ballots: &Value) -> Value {
    let units: Vec<Value> = areas
        .iter()
        .enumerate()
        .map(|(at, area)| json!({"id": format!("A{}", at + 1), "owner": format!("o{at}"), "area": area}))
        .collect();
    json!({"roll": {"units": units}, "ballots": ballots})
}

#[test]
fn how_far_off_a_step_was_is_said_to_the_hundredth_and_the_head() {
    let one_for = json!([{"units": "A1", "choice": "for"}]);
    let apart = json!([{"units": "A1", "choice": "for"}, {"units": "A2", "choice": "against"}]);
    for (why, areas, ballots, step, zh, en) in [
        (
            "at least: 2/3 of 100.00 is 66.66…",
            vec!["54.27", "45.73"],
            &one_for,
            "quorum 0",
            "还差 12.40 平方米",
            "12.40 m² short",
        ),
        (
            "at least, exactly representable",
            vec!["50.00", "40.00"],
            &one_for,
            "quorum 0",
            "还差 10.00 平方米",
            "10.00 m² short",
        ),
        ("heads", vec!["50.00", "40.00"], &one_for, "quorum 1", "还差 1 人", "1 owner short"),
        (
            "more than half of 100: half is missing a hundredth",
            vec!["50.00", "50.00"],
            &apart,
            "pass 0",
            "还差 0.01 平方米",
            "0.01 m² short",
        ),
        ("more than half of an odd sum", vec!["50.00", "50.01"], &apart, "pass 0", "还差 0.01 平方米", "0.01 m² short"),
        (
            "nothing of nothing",
            vec!["50.00", "50.00"],
            &json!([]),
            "pass 0",
            "基数为零，任何比例都不成立",
            "the base is empty, and no part of nothing is enough",
        ),
    ] {
        let decided = decided("cn.278.ordinary", homes(&areas, ballots));
        let (kind, place) = step.split_once(' ').expect("kind and place");
        let place: usize = place.parse().expect("a place");
        let steps = match (&decided.report.first.verdict, kind) {
            (ballot::rule::Verdict::Motion { pass_steps, .. }, "pass") => pass_steps,
            _ => &decided.report.first.quorum_steps,
        };
        assert_eq!(gap_text(&decided.rule, &steps[place], Language::Zh), zh, "{why}");
        assert_eq!(gap_text(&decided.rule, &steps[place], Language::En), en, "{why}");
    }
}

#[test]
fn too_much_all_but_and_counts_have_their_gap_too() {
    let gaps = |rule: &str, case: Value| {
        let decided = decided(rule, case);
        let ballot::rule::Verdict::Motion { pass_steps, .. } = &decided.report.last().verdict else {
            panic!("a motion")
        };
        let last = decided.report.last();
        let rule = decided.rule.gateways.iter().find(|gateway| gateway.then.name == last.rule);
        let rule = rule.map_or(&decided.rule, |gateway| &*gateway.then);
        let steps = last.quorum_steps.iter().chain(pass_steps);
        steps.map(|step| gap(rule, step)).collect::<Vec<_>>()
    };
    let lots = |votes_for: u64, against: u64, field: &str| {
        let mut group = json!({"prefix": "L", "count": 12});
        group[field] = json!("1");
        json!({"roll": {"groups": [group]}, "ballots": [
            {"units": format!("L1..L{votes_for}"), "choice": "for", "via": "meeting"},
            {"units": format!("L{}..L{}", votes_for + 1, votes_for + against), "choice": "against", "via": "meeting"},
        ]})
    };
    let excess = |number: u128| Some(Gap::Excess(number.into()));
    let short = |number: u128| Some(Gap::Short(number.into()));
    assert_eq!(gaps("nsw.ssma.special", lots(7, 5, "entitlement"))[2], excess(2), "at most a quarter of 12");
    assert_eq!(gaps("nsw.ssma.sustainability", lots(5, 6, "entitlement"))[2], excess(1), "less than half of 11");
    assert_eq!(gaps("nsw.ssma.sustainability", lots(6, 6, "entitlement"))[2], excess(1), "less than half of 12");
    assert_eq!(gaps("uk.lta87.37-few", lots(9, 1, "area")), [short(2)], "all but one of 12");
    assert_eq!(
        gaps("hk.344.large-maintenance", {
            let mut case = lots(1, 1, "shares");
            case["ballots"][0]["via"] = json!("paper");
            case["ballots"][1]["via"] = json!("paper");
            case
        }),
        [None, short(1), short(1)],
        "one in person"
    );
    let again = json!({"roll": {"groups": [{"prefix": "U", "count": 10, "share": "1"}]}, "ballots": [],
        "ballots2": [{"units": "U1", "choice": "for"}]});
    assert_eq!(gaps("tw.cmca.31", again), [short(2), short(1), short(1), None, None], "three people, two of ten units");
}

#[test]
fn a_report_names_rule_source_certainty_and_result_in_both_languages() {
    let case = homes(
        &["54.27", "45.73"],
        &json!([{"units": "A1", "choice": "for"}, {"units": "A2", "choice": "for", "by": "x"}]),
    );
    let decided = decided("cn.278.ordinary", case);
    let text =
        |language| explain::report(&decided.rule, &decided.report, [&decided.names, &decided.second_names], language);
    for (language, wanted) in [
        (
            Language::Zh,
            [
                "民法典 278(2)",
                "读过条文原文",
                "还差 12.40 平方米",
                "✗ 参与表决的业主人数：1／全体 2 人 = 1/2（50.00%）；要求不少于 2/3；还差 1 人",
                "A2：由 x 签名，既不是业主也不是代理人，该票不计",
                "结果：参与不足，不成立",
            ],
        ),
        (
            Language::En,
            [
                "cn.278.ordinary",
                "the provision's text was read",
                "12.40 m² short",
                "✗ owners, taking part: 1 of 2 owners in all = 1/2 (50.00%); required at least 2/3; 1 owner short",
                "A2: signed by x, not an owner and no proxy, ballot ignored",
                "Result: no quorum",
            ],
        ),
    ] {
        for word in wanted {
            assert!(text(language).contains(word), "{word} is not in {}", text(language));
        }
    }
}

#[test]
fn every_word_is_said_in_both_languages() {
    for outcome in Outcome::ALL {
        assert_ne!(explain::outcome(outcome, Language::Zh), explain::outcome(outcome, Language::En));
    }
    for who in Who::ALL {
        assert_ne!(explain::who(who, Language::Zh), explain::who(who, Language::En));
    }
}

#[test]
fn amounts_are_decimals_where_they_end_and_fractions_where_they_do_not() {
    for (amount, wanted) in [
        ("5", "5"),
        ("1/2", "0.5"),
        ("387.42", "387.42"),
        ("64/5", "12.8"),
        ("2/3", "2/3"),
        ("1/32", "1/32"),
        ("0", "0"),
    ] {
        assert_eq!(explain::figure(&amount.parse().expect("a number")), wanted);
    }
    for (ratio, zh) in
        [("2/3", "2/3（约 66.66%）"), ("1", "1（100.00%）"), ("1/8", "1/8（12.50%）"), ("0", "0（0.00%）")]
    {
        assert_eq!(explain::ratio_text(&ratio.parse().expect("a number"), Language::Zh), zh);
    }
}
