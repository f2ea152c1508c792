//! Exactly at a bound, one hundredth of a square metre below it and above it.

use ballot::rule::{
    Outcome::{Carried, Lost, NoQuorum},
    RuleBook,
};
use serde_json::{Value, json};

use super::{Row, check, decided};

/// Three units: one votes for, one against, one not at all; areas in hundredths.
fn three(areas: [u64; 3]) -> Value {
    let text = |area: u64| format!("{}.{:02}", area / 100, area % 100);
    json!({
        "roll": {"units": [
            {"id": "F", "owner": "f", "area": text(areas[0])},
            {"id": "A", "owner": "a", "area": text(areas[1])},
            {"id": "S", "owner": "s", "area": text(areas[2])},
        ]},
        "ballots": [{"units": "F", "choice": "for"}, {"units": "A", "choice": "against"}],
    })
}

#[test]
fn area_is_compared_to_the_hundredth() {
    let for_area = json!("/first_round/pass_steps/0/ok");
    let quorum = json!("/first_round/quorum_steps/0/ok");
    for (why, rule, areas, step, is_met) in [
        ("exactly two thirds take part", "cn.278.ordinary", [40_00, 20_00, 30_00], &quorum, true),
        ("a hundredth less takes part", "cn.278.ordinary", [39_99, 20_00, 30_00], &quorum, false),
        ("a hundredth more stays away", "cn.278.ordinary", [40_00, 20_00, 30_01], &quorum, false),
        ("a hundredth more takes part", "cn.278.ordinary", [40_01, 20_00, 30_00], &quorum, true),
        ("exactly half is not more than half", "cn.278.ordinary", [30_00, 30_00, 0], &for_area, false),
        ("a hundredth above half", "cn.278.ordinary", [30_01, 30_00, 0], &for_area, true),
        ("a hundredth below half", "cn.278.ordinary", [29_99, 30_00, 0], &for_area, false),
        ("exactly three quarters", "cn.278.special", [90_00, 30_00, 0], &for_area, true),
        ("a hundredth below three quarters", "cn.278.special", [89_99, 30_00, 0], &for_area, false),
        ("a hundredth more against", "cn.278.special", [90_00, 30_01, 0], &for_area, false),
        ("a hundredth above three quarters", "cn.278.special", [90_01, 30_00, 0], &for_area, true),
    ] {
        let result = decided(rule, three(areas)).to_json();
        let at = step.as_str().expect("a place");
        assert_eq!(result.pointer(at), Some(&json!(is_met)), "{why}: {result:#}");
    }
}

/// Every condition of every rule, with exactly what it needs and with one less or more.
#[test]
fn heads_are_compared_to_the_one() {
    let passes = |rule: &str, units: u64, votes_for: u64, against: u64| {
        let mut ballots = Vec::new();
        if 0 < votes_for {
            ballots.push(json!({"units": format!("U1..U{votes_for}"), "choice": "for", "via": "meeting"}));
        }
        if 0 < against {
            let range = format!("U{}..U{}", votes_for + 1, votes_for + against);
            ballots.push(json!({"units": range, "choice": "against", "via": "meeting"}));
        }
        let group = json!({
            "prefix": "U", "count": units, "area": "1", "share": "1", "shares": "1", "share_value": "1", "votes": "1",
            "entitlement": "1", "mea": "1", "tantiemes": "1",
        });
        let case = json!({"roll": {"groups": [group]}, "ballots": ballots});
        decided(rule, case).report.first.outcome
    };
    for (why, rule, [units, votes_for, against], wanted) in [
        ("CN: 2/3 of heads take part, more than half for", "cn.278.ordinary", [9, 4, 2], Carried),
        ("CN: one head short of 2/3", "cn.278.ordinary", [9, 5, 0], NoQuorum),
        ("CN: half is lost", "cn.278.ordinary", [9, 3, 3], Lost),
        ("CN special: 3/4", "cn.278.special", [12, 9, 3], Carried),
        ("CN special: one less", "cn.278.special", [12, 8, 4], Lost),
        ("CN 279: all", "cn.279.change-of-use", [9, 9, 0], Carried),
        ("CN 279: all but one", "cn.279.change-of-use", [9, 8, 0], Lost),
        ("HK: a tenth present", "hk.344.ordinary", [20, 2, 0], Carried),
        ("HK: less than a tenth", "hk.344.ordinary", [20, 1, 0], NoQuorum),
        ("HK: half of the votes", "hk.344.ordinary", [20, 2, 2], Lost),
        ("HK first committee: 30%", "hk.344.s3-appoint", [10, 3, 2], Carried),
        ("HK first committee: less than 30%", "hk.344.s3-appoint", [10, 2, 1], Lost),
        ("HK dissolving: a fifth present", "hk.344.s30-dissolve", [10, 2, 0], Carried),
        ("HK dissolving: less", "hk.344.s30-dissolve", [10, 1, 0], NoQuorum),
        ("HK maintenance: 5% in person", "hk.344.large-maintenance", [40, 4, 0], Carried),
        ("SG special: 3/4 of votes", "sg.bmsma.special", [10, 3, 1], Carried),
        ("SG special: less", "sg.bmsma.special", [10, 2, 1], Lost),
        ("SG special: 30% present", "sg.bmsma.special", [10, 3, 0], Carried),
        ("SG special: less present", "sg.bmsma.special", [10, 2, 0], NoQuorum),
        ("SG sale: 4/5 of all", "sg.ltsa.84A.over10", [10, 8, 2], Carried),
        ("SG sale: less", "sg.ltsa.84A.over10", [10, 7, 0], Lost),
        ("JP ordinary: more than half of those present", "jp.kubun.39", [10, 2, 1], Carried),
        ("JP ordinary: half", "jp.kubun.39", [10, 2, 2], Lost),
        ("JP change: more than half attend", "jp.kubun.17", [10, 5, 1], Carried),
        ("JP change: half attend", "jp.kubun.17", [10, 5, 0], NoQuorum),
        ("JP change: 3/4", "jp.kubun.17", [12, 6, 2], Carried),
        ("JP change: less", "jp.kubun.17", [12, 5, 2], Lost),
        ("JP defects: 2/3", "jp.kubun.17-5", [11, 4, 2], Carried),
        ("JP defects: less", "jp.kubun.17-5", [11, 3, 3], Lost),
        ("JP rebuilding: 4/5 of all", "jp.kubun.62", [10, 8, 0], Carried),
        ("JP rebuilding: less", "jp.kubun.62", [10, 7, 0], Lost),
        ("NSW: a quarter against", "nsw.ssma.special", [8, 3, 1], Carried),
        ("NSW: more than a quarter against", "nsw.ssma.special", [8, 5, 2], Lost),
        ("NSW: a quarter present", "nsw.ssma.special", [8, 2, 0], Carried),
        ("NSW: less present", "nsw.ssma.special", [8, 1, 0], NoQuorum),
        ("NSW sustainability: less than half against", "nsw.ssma.sustainability", [8, 3, 2], Carried),
        ("NSW sustainability: half against", "nsw.ssma.sustainability", [8, 2, 2], Lost),
        ("DE: more than half", "de.weg.25", [10, 2, 1], Carried),
        ("DE: half", "de.weg.25", [10, 1, 1], Lost),
        ("DE costs: more than 2/3 and more than half", "de.weg.21-2", [10, 6, 2], Carried),
        ("DE costs: exactly 2/3", "de.weg.21-2", [10, 6, 3], Lost),
        ("DE costs: exactly half of the shares", "de.weg.21-2", [10, 5, 0], Lost),
        ("DE circular: all", "de.weg.23-3", [5, 5, 0], Carried),
        ("DE circular: not all", "de.weg.23-3", [5, 4, 0], Lost),
        ("DE virtual: 3/4", "de.weg.23-1a", [10, 3, 1], Carried),
        ("DE virtual: less", "de.weg.23-1a", [10, 2, 1], Lost),
        ("FR 24: more than half of those voting", "fr.1965.24", [10, 2, 1], Carried),
        ("FR 24: half", "fr.1965.24", [10, 2, 2], Lost),
        ("FR 25: more than half of all", "fr.1965.25-final", [10, 6, 0], Carried),
        ("FR 25: half of all", "fr.1965.25-final", [10, 5, 0], Lost),
        ("FR 26: 2/3 of all", "fr.1965.26", [9, 6, 3], Carried),
        ("ENG many: 3/4 consent and 1/10 oppose", "uk.lta87.37-many", [20, 15, 2], Carried),
        ("ENG many: more than 1/10 oppose", "uk.lta87.37-many", [20, 15, 3], Lost),
        ("ENG many: less than 3/4", "uk.lta87.37-many", [20, 14, 0], Lost),
        ("ENG few: all but one", "uk.lta87.37-few", [7, 6, 1], Carried),
        ("ENG few: all but two", "uk.lta87.37-few", [7, 5, 0], Lost),
        ("ENG company: 3/4 of votes", "uk.ca2006.special", [10, 3, 1], Carried),
        ("ENG company: less", "uk.ca2006.special", [10, 2, 1], Lost),
        ("FL: 3/10 present", "us.fl.720", [10, 3, 0], Carried),
        ("FL: less present", "us.fl.720", [10, 2, 0], NoQuorum),
        ("FL: half", "us.fl.720", [10, 2, 2], Lost),
        ("FL amendment: 2/3 of all", "us.fl.720.amend", [9, 6, 0], Carried),
        ("FL amendment: less", "us.fl.720.amend", [9, 5, 0], Lost),
    ] {
        assert_eq!(passes(rule, units, votes_for, against), wanted, "{why}");
    }
}

#[test]
fn the_lesser_of_a_share_and_a_number_is_enough() {
    let case = |units: u64, voters: u64| {
        json!({
            "roll": {"groups": [{"prefix": "F", "count": units, "shares": "1"}]},
            "attended": format!("F1..F{units}"),
            "ballots": [{"units": format!("F1..F{voters}"), "choice": "for", "via": "meeting"}],
        })
    };
    let step = "/first_round/pass_steps/1/ok";
    let rule = "hk.344.large-maintenance";
    let rows: &[Row<'_>] = &[
        ("5% of 1,980 is 99", rule, case(1980, 99), &[(step, json!(true))]),
        ("98 of 1,980 are less", rule, case(1980, 98), &[(step, json!(false))]),
        ("5% of 2,000 is 100", rule, case(2000, 100), &[(step, json!(true))]),
        ("100 of 3,000 are enough", rule, case(3000, 100), &[(step, json!(true))]),
        ("99 of 3,000 are not", rule, case(3000, 99), &[(step, json!(false))]),
    ];
    check(rows);
}

#[test]
fn over_an_empty_base_nothing_holds() {
    let nobody = json!({"roll": {"groups": []}, "ballots": []});
    for name in RuleBook::embedded().votable() {
        let mut case = nobody.clone();
        case["motion"] = json!({"seats": 5, "candidates": ["a", "b", "c", "d", "e"]});
        let decided = decided(name.as_str(), case);
        assert!(!decided.report.outcome().is_passed(), "{name} over no units: {:?}", decided.report);
    }
}

#[test]
fn a_measure_with_an_empty_base_fails_whatever_is_asked() {
    let silent = json!({"roll": {"groups": [{"prefix": "L", "count": 4, "entitlement": "1"}]},
        "attended": "L1..L4", "ballots": []});
    check(&[(
        "nobody votes: nothing against of nothing is not at most a quarter",
        "nsw.ssma.special",
        silent,
        &[
            ("/outcome", json!("lost")),
            ("/first_round/pass_steps/0/ratio", Value::Null),
            ("/first_round/pass_steps/0/total", json!("0")),
            ("/first_round/quorum_steps/0/have", json!("4")),
        ],
    )]);
}
