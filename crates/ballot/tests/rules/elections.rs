//! Seats, ranking, ties.

use serde_json::{Value, json};

use super::{Row, check};

/// Twelve homes; each line is how many of them vote so.
fn election(seats: u64, candidates: &[&str], lines: &[(u64, &[&str])]) -> Value {
    let mut ballots = Vec::new();
    let mut next = 1;
    for (count, chosen) in lines {
        let marks: Value = candidates
            .iter()
            .map(|one| ((*one).to_owned(), json!(if chosen.contains(one) { "for" } else { "against" })))
            .collect::<serde_json::Map<_, _>>()
            .into();
        ballots.push(json!({"units": format!("A{next}..A{}", next + count - 1), "marks": marks}));
        next += count;
    }
    json!({
        "roll": {"groups": [{"prefix": "A", "count": 12, "area": "100"}]},
        "motion": {"seats": seats, "candidates": candidates}, "ballots": ballots,
    })
}

const RULE: &str = "cn.election.committee";
const ELECTED: &str = "/first_round/elected";
const TIED: &str = "/first_round/tied";

#[test]
fn seats_go_to_the_highest_of_those_who_reach() {
    let rows: &[Row<'_>] = &[
        (
            "by votes, then by id",
            RULE,
            election(3, &["d", "c", "b", "a"], &[(8, &["a", "c", "d"]), (4, &["c"])]),
            &[
                (ELECTED, json!(["c", "a", "d"])),
                ("/outcome", json!("elected")),
                ("/first_round/candidates/0/candidate", json!("d")),
            ],
        ),
        (
            "who does not reach half is not elected, and a seat stays empty",
            RULE,
            election(3, &["a", "b", "c"], &[(7, &["a", "b"]), (5, &["c"])]),
            &[
                (ELECTED, json!(["a", "b"])),
                ("/outcome", json!("seats_unfilled")),
                ("/passed", json!(false)),
                (TIED, json!([])),
            ],
        ),
        (
            "exactly half is not more than half",
            RULE,
            election(1, &["a", "b"], &[(6, &["a"]), (6, &["b"])]),
            &[(ELECTED, json!([])), ("/outcome", json!("seats_unfilled"))],
        ),
        (
            "without a quorum nobody is",
            RULE,
            election(1, &["a", "b"], &[(7, &["a"])]),
            &[
                (ELECTED, json!([])),
                ("/outcome", json!("no_quorum")),
                ("/first_round/candidates/0/reaches", json!(false)),
                ("/first_round/candidates/0/steps/0/ok", json!(true)),
            ],
        ),
        (
            "as many as there are seats are no tie",
            RULE,
            election(2, &["a", "b"], &[(9, &["a", "b"])]),
            &[(ELECTED, json!(["a", "b"])), (TIED, json!([]))],
        ),
        (
            "one of three who tie below half does not make a seat",
            RULE,
            election(2, &["a", "b", "c", "d"], &[(5, &["a", "b"]), (5, &["c", "d"]), (2, &["a"])]),
            &[("/outcome", json!("seats_unfilled")), (ELECTED, json!(["a"]))],
        ),
    ];
    check(rows);
}

#[test]
fn a_tie_for_the_last_seat_is_reported_and_not_broken() {
    // Every second voter leaves one out: b, c and d have eight each, a all twelve.
    let even = [(4, &["a", "b", "c"][..]), (4, &["a", "c", "d"]), (4, &["a", "d", "b"])];
    let rows: &[Row<'_>] = &[(
        "one seat left, three equal",
        RULE,
        election(3, &["d", "a", "c", "b"], &even),
        &[("/outcome", json!("tie_lot")), (ELECTED, json!(["a"])), (TIED, json!(["b", "c", "d"]))],
    )];
    check(rows);
    check(&[(
        "marks for two where one is elected are void, so nobody takes part",
        RULE,
        election(1, &["x", "y"], &[(12, &["x", "y"])]),
        &[("/outcome", json!("no_quorum")), ("/first_round/overvoted/11", json!("A12"))],
    )]);
    let fl = |ballots: Value| json!({"roll": {"groups": [{"prefix": "H", "count": 10}]}, "motion": {"seats": 1, "candidates": ["x", "y", "z"]}, "ballots": ballots});
    let equal = json!([{"units": "H1", "marks": {"x": "for"}}, {"units": "H2", "marks": {"y": "for"}}]);
    let clear = json!([{"units": "H1..H2", "marks": {"y": "for"}}, {"units": "H3", "marks": {"z": "for"}}]);
    check(&[
        (
            "a run-off",
            "us.fl.718.election",
            fl(equal),
            &[("/outcome", json!("tie_runoff")), (TIED, json!(["x", "y"])), (ELECTED, json!([]))],
        ),
        ("most votes win", "us.fl.718.election", fl(clear), &[("/outcome", json!("elected")), (ELECTED, json!(["y"]))]),
    ]);
}

#[test]
fn heads_rank_before_area() {
    let case = |b_area: &str| {
        json!({
            "roll": {"units": [
                {"id": "A1", "owner": "1", "area": "10"}, {"id": "A2", "owner": "2", "area": b_area}, {"id": "A3", "owner": "3", "area": "10"},
            ]},
            "motion": {"seats": 1, "candidates": ["x", "y"]},
            "ballots": [
                {"units": "A1", "marks": {"x": "for"}}, {"units": "A2", "marks": {"y": "for"}}, {"units": "A3", "marks": {}},
            ],
        })
    };
    // A rule that elects by plurality, so that one of three is enough.
    let text = "rule = \"site.plural\"\nextends = \"cn.base\"\ntitle = \"t\"\ncite = []\npass = []\n[election]\nseats_from = \"motion\"\nrank = [\"for:heads\", \"for:area\"]\ntie = \"lot\"\n";
    let book = super::site_book("site.plural", text);
    for (why, area, elected, tied) in [
        ("equal heads, more area", "10.01", json!(["y"]), json!([])),
        ("equal in both", "10", json!([]), json!(["x", "y"])),
    ] {
        let mut case = case(area);
        case["id"] = json!(why);
        case["rule"] = json!("site.plural");
        let result = super::decide_in(&book, &case).to_json();
        assert_eq!((&result["first_round"]["elected"], &result["first_round"]["tied"]), (&elected, &tied), "{why}");
    }
}

#[test]
fn an_owner_is_for_a_candidate_if_all_valid_marked_ballots_are() {
    let case = |ballots: Value| {
        json!({
            "roll": {"groups": [{"prefix": "K", "count": 3, "area": "10", "owner": "k"}]},
            "motion": {"seats": 1, "candidates": ["x", "y"]}, "ballots": ballots,
        })
    };
    let x = "/first_round/candidates/0/for/heads";
    let area = "/first_round/candidates/0/for/area";
    let rows: &[Row<'_>] = &[
        (
            "one ballot, other units silent",
            RULE,
            case(json!([{"units": "K1", "marks": {"x": "for"}}])),
            &[(x, json!("1")), (area, json!("10"))],
        ),
        (
            "two ballots that agree on x",
            RULE,
            case(
                json!([{"units": "K1", "marks": {"x": "for"}}, {"units": "K2", "marks": {"x": "for", "y": "against"}}]),
            ),
            &[(x, json!("1")), (area, json!("20"))],
        ),
        (
            "one leaves x out",
            RULE,
            case(json!([{"units": "K1", "marks": {"x": "for"}}, {"units": "K2", "marks": {}}])),
            &[(x, json!("0")), (area, json!("10"))],
        ),
        (
            "a void one does not count",
            RULE,
            case(json!([{"units": "K1", "marks": {"x": "for"}}, {"units": "K2", "marks": {"x": "for", "y": "for"}}])),
            &[(x, json!("1")), ("/first_round/overvoted", json!(["K2"]))],
        ),
        (
            "nor does an invalid one",
            RULE,
            case(json!([{"units": "K1", "marks": {"x": "for"}}, {"units": "K2", "choice": "invalid"}])),
            &[(x, json!("1"))],
        ),
        (
            "an empty ballot takes part",
            RULE,
            case(json!([{"units": "K1..K3", "marks": {}}])),
            &[("/first_round/quorum_steps/1/have", json!("1")), (x, json!("0"))],
        ),
    ];
    check(rows);
}

#[test]
fn co_owners_with_different_marks_cast_nothing_valid() {
    let case = json!({
        "roll": {"units": [{"id": "A1", "area": "10", "owner": "a", "co_owners": ["a", "b"]}, {"id": "A2", "area": "10", "owner": "c"}]},
        "motion": {"seats": 1, "candidates": ["x", "y"]},
        "ballots": [
            {"units": "A1", "marks": {"x": "for"}, "by": "a"}, {"units": "A1", "marks": {"x": "for", "y": "against"}, "by": "b"},
            {"units": "A2", "marks": {"x": "for"}},
        ],
    });
    check(&[(
        "against y is not the same as nothing about y",
        RULE,
        case,
        &[("/first_round/quorum_steps/1/have", json!("1")), ("/first_round/overvoted", json!([]))],
    )]);
}

#[test]
fn caps_reduce_votes_for_candidates() {
    let text = r#"
rule = "site.capped.election"
extends = "base.meeting"
jurisdiction = "XX"
title = "t"
cite = []
certainty = "text"
pass = []
measures = { units = { weight = "one", per = "unit" } }
cap = [ { by = "owner", measures = ["units"], max = "1/5", mode = "excess_not_counted", denominator = "full" } ]
election = { seats_from = "motion", rank = ["for:units"], tie = "lot" }
"#;
    let case = json!({
        "id": "c", "rule": "site.capped.election",
        "roll": {"groups": [{"prefix": "U", "count": 5}, {"prefix": "V", "count": 5, "owner": "vast"}]},
        "motion": {"seats": 1, "candidates": ["x", "y"]},
        "ballots": [{"units": "U1..U3", "marks": {"x": "for"}}, {"units": "V1..V5", "marks": {"y": "for"}}],
    });
    let result = super::decide_in(&super::site_book("site.capped.election", text), &case).to_json();
    assert_eq!(result["first_round"]["candidates"][1]["for"]["units"], json!("2"));
    assert_eq!(result["first_round"]["elected"], json!(["x"]));
}

#[test]
fn seats_must_fit_the_rule() {
    let fits = |rule: &str, seats| {
        let rule = ballot::rule::RuleBook::embedded().resolve(&rule.parse().expect("a name")).expect("a rule");
        rule.is_fit_for(seats)
    };
    for (why, rule, seats, wanted) in [
        ("the fewest", RULE, Some(5), true),
        ("fewer", RULE, Some(3), false),
        ("even", RULE, Some(6), false),
        ("odd", RULE, Some(7), true),
        ("a small compound", "cn.election.committee.small", Some(3), true),
        ("one of a small compound", "cn.election.committee.small", Some(1), false),
        ("any number", "us.ca.5115", Some(2), true),
        ("none", "us.ca.5115", Some(0), false),
        ("an election without seats", RULE, None, false),
        ("a motion with seats", "cn.278.ordinary", Some(5), false),
        ("a motion", "cn.278.ordinary", None, true),
    ] {
        assert_eq!(fits(rule, seats), wanted, "{why}");
    }
}
