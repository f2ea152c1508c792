//! Second rounds, vetoes, and motions that exclude each other.

use ballot::rule::{Prevailing, prevailing};
use serde_json::{Value, json};

use super::{Row, check, decided};

fn with(mut case: Value, key: &str, value: Value) -> Value {
    case[key] = value;
    case
}

#[test]
fn a_second_round_needs_its_gateway_and_new_ballots() {
    let fr = |votes_for: u64| {
        json!({
            "roll": {"groups": [{"prefix": "T", "count": 9, "tantiemes": "10"}]},
            "ballots": [{"units": format!("T1..T{votes_for}"), "choice": "for"}],
        })
    };
    let again = json!([{"units": "T1", "choice": "for"}, {"units": "T2..T3", "choice": "against"}]);
    let open = "/first_round/gateway/open";
    let rows: &[Row<'_>] = &[
        (
            "exactly a third opens it",
            "fr.1965.25",
            fr(3),
            &[
                (open, json!(true)),
                ("/outcome", json!("second_round_open")),
                ("/passed", json!(false)),
                ("/second_round", Value::Null),
            ],
        ),
        ("less does not", "fr.1965.25", fr(2), &[(open, json!(false)), ("/outcome", json!("lost"))]),
        (
            "carried needs none",
            "fr.1965.25",
            fr(5),
            &[("/first_round/gateway", Value::Null), ("/outcome", json!("carried"))],
        ),
        (
            "the second round decides on new ballots",
            "fr.1965.25",
            with(fr(3), "ballots2", again.clone()),
            &[
                ("/outcome", json!("lost")),
                ("/first_round/outcome", json!("lost")),
                ("/second_round/rule", json!("fr.1965.24")),
                ("/second_round/round", json!(2)),
                ("/second_round/pass_steps/0/have", json!("10")),
            ],
        ),
        (
            "new ballots do not open it",
            "fr.1965.25",
            with(fr(2), "ballots2", again),
            &[("/second_round", Value::Null), ("/outcome", json!("lost"))],
        ),
    ];
    check(rows);
}

#[test]
fn the_second_of_two_majorities_looks_at_members_present() {
    let fr = |votes_for: u64, against: u64, others: Value| {
        json!({
            "roll": {"groups": [{"prefix": "T", "count": 12, "tantiemes": "10"}]},
            "attended": others,
            "ballots": [
                {"units": format!("T1..T{votes_for}"), "choice": "for"},
                {"units": format!("T{}..T{}", votes_for + 1, votes_for + against), "choice": "against"},
            ],
        })
    };
    let open = "/first_round/gateway/open";
    let rows: &[Row<'_>] = &[
        ("half of those present, a third of all", "fr.1965.26", fr(4, 4, json!([])), &[(open, json!(true))]),
        ("one more is there and says nothing", "fr.1965.26", fr(4, 4, json!("T12")), &[(open, json!(false))]),
        ("half, but less than a third of all", "fr.1965.26", fr(3, 3, json!([])), &[(open, json!(false))]),
        (
            "then by article 25, without a third vote",
            "fr.1965.26",
            with(fr(4, 4, json!([])), "ballots2", json!([{"units": "T1..T5", "choice": "for"}])),
            &[
                ("/second_round/rule", json!("fr.1965.25-final")),
                ("/second_round/gateway", Value::Null),
                ("/outcome", json!("lost")),
            ],
        ),
    ];
    check(rows);
}

#[test]
fn a_meeting_called_again_stands_unless_enough_object() {
    let tw = json!({
        "roll": {"groups": [{"prefix": "U", "count": 8, "share": "1"}, {"prefix": "V", "count": 2, "share": "6", "owner": "v"}]},
        "ballots": [{"units": "U1", "choice": "for"}],
        "ballots2": [{"units": "U1..U4", "choice": "for"}],
    });
    let rule = "tw.cmca.31";
    let confirm = "/second_round/confirm_steps";
    let objected = |objections: Value| with(tw.clone(), "objections", objections);
    let rows: &[Row<'_>] = &[
        (
            "not known yet",
            rule,
            tw.clone(),
            &[("/outcome", json!("carried_subject_to_objection")), ("/passed", json!(true)), (confirm, Value::Null)],
        ),
        (
            "nobody objects",
            rule,
            objected(json!([])),
            &[("/outcome", json!("carried")), ("/second_round/confirm_steps/0/have", json!("0"))],
        ),
        (
            "half of both: it stands",
            rule,
            objected(json!(["U1..U4", "V1"])),
            &[
                ("/outcome", json!("carried")),
                ("/second_round/confirm_steps/0/have", json!("5")),
                ("/second_round/confirm_steps/1/have", json!("10")),
            ],
        ),
        (
            "more than half of the units only: one limb is enough",
            rule,
            objected(json!("U1..U8")),
            &[
                ("/outcome", json!("carried")),
                ("/second_round/confirm_steps/0/ok", json!(false)),
                ("/second_round/confirm_steps/1/ok", json!(true)),
            ],
        ),
        (
            "more than half of both, with the plain weights of a capped owner",
            rule,
            objected(json!(["U1..U4", "V1..V2"])),
            &[
                ("/outcome", json!("lost_on_objection")),
                ("/passed", json!(false)),
                ("/second_round/confirm_steps/1/have", json!("16")),
                ("/second_round/confirm_steps/1/total", json!("20")),
            ],
        ),
        (
            "the rounds before know no objections",
            rule,
            objected(json!([])),
            &[("/first_round/confirm_steps", Value::Null)],
        ),
    ];
    check(rows);
    let two = with(tw.clone(), "ballots2", json!([{"units": ["V1..V2", "U1"], "choice": "for"}]));
    let missed = [
        ("/outcome", json!("no_quorum")),
        ("/second_round/quorum_steps/0/have", json!("2")),
        ("/second_round/quorum_steps/0/need", json!(">= 3")),
    ];
    check(&[("two people are not three, however much they hold", rule, two, &missed)]);
    let three = with(tw, "ballots2", json!([{"units": ["V1..V2", "U1..U2"], "choice": "for"}]));
    check(&[(
        "three people are",
        rule,
        three,
        &[("/second_round/quorum_steps/0/ok", json!(true)), ("/second_round/quorum", json!(true))],
    )]);
}

#[test]
fn the_same_ballots_count_again_unless_there_are_new_ones() {
    let ca = json!({
        "roll": {"groups": [{"prefix": "H", "count": 10}]}, "motion": {"seats": 1, "candidates": ["x", "y"]},
        "ballots": [{"units": "H1..H2", "marks": {"x": "for"}}],
    });
    let rows: &[Row<'_>] = &[
        ("again", "us.ca.5115", ca.clone(), &[("/outcome", json!("elected")), ("/second_round/elected", json!(["x"]))]),
        (
            "new ones",
            "us.ca.5115",
            with(ca.clone(), "ballots2", json!([{"units": "H1..H3", "marks": {"y": "for"}}])),
            &[("/second_round/elected", json!(["y"]))],
        ),
        (
            "too few again",
            "us.ca.5115",
            with(ca, "ballots", json!([{"units": "H1", "marks": {"x": "for"}}])),
            &[("/outcome", json!("no_quorum")), ("/second_round/elected", json!([]))],
        ),
    ];
    check(rows);
}

#[test]
fn of_motions_that_exclude_each_other_the_one_ahead_in_every_measure_prevails() {
    let motion = |large: bool, small: u64| {
        let mut ballots = vec![json!({"units": format!("A1..A{small}"), "choice": "for"})];
        ballots.push(json!({"units": format!("A{}..A9", small + 1), "choice": "against"}));
        ballots.push(json!({"units": "K1..K9", "choice": if large { "for" } else { "abstain" }}));
        let roll = json!({"groups": [{"prefix": "A", "count": 9, "area": "100"}, {"prefix": "K", "count": 9, "area": "10", "owner": "k"}]});
        decided("cn.278.ordinary", json!({"roll": roll, "ballots": ballots})).report
    };
    let (lost, small, middle, large) = (motion(false, 2), motion(false, 6), motion(false, 7), motion(true, 6));
    let (widest, even) = (motion(true, 7), motion(false, 7));
    let one_more = |area: &str, heads: u64| {
        // `heads` owners for, of whom the first holds `area`.
        let roll = json!({"units": [{"id": "B", "owner": "b", "area": area}], "groups": [{"prefix": "A", "count": 10, "area": "1"}]});
        let ballots = json!([{"units": ["B".to_owned(), format!("A1..A{}", heads - 1)], "choice": "for"},
            {"units": format!("A{heads}..A10"), "choice": "against"}]);
        decided("cn.278.ordinary", json!({"roll": roll, "ballots": ballots})).report
    };
    let (by_area, by_heads) = (one_more("90", 7), one_more("20", 9));
    let unless_objected = decided(
        "tw.cmca.31",
        json!({
            "roll": {"groups": [{"prefix": "U", "count": 8, "share": "1"}, {"prefix": "V", "count": 2, "share": "6", "owner": "v"}]},
            "ballots": [{"units": "U1", "choice": "for"}], "ballots2": [{"units": "U1..U4", "choice": "for"}],
        }),
    )
    .report;
    for (why, reports, wanted) in [
        ("none passed", vec![&lost], Prevailing::None),
        ("one passed", vec![&lost, &small], Prevailing::One(1)),
        ("one passed unless enough object", vec![&lost, &unless_objected], Prevailing::One(1)),
        ("ahead in both", vec![&small, &widest, &middle], Prevailing::One(1)),
        ("equal in both", vec![&middle, &even], Prevailing::Runoff(vec![0, 1])),
        ("more area, as many heads", vec![&middle, &large], Prevailing::Runoff(vec![0, 1])),
        ("the measures disagree", vec![&by_area, &by_heads], Prevailing::Runoff(vec![0, 1])),
        ("who is beaten by one is out", vec![&by_area, &by_heads, &one_more("20", 8)], Prevailing::Runoff(vec![0, 1])),
    ] {
        assert_eq!(prevailing(&reports), wanted, "{why}");
    }
}

#[test]
fn objections_are_compared_with_plain_weights() {
    let text = r#"
rule = "site.objected"
extends = "base.meeting"
jurisdiction = "XX"
title = "t"
cite = []
certainty = "text"
pass = [ { who = "for", measure = "share", more_than = "1/2", of = "voting" } ]
confirm = [ { who = "objecting", measure = "share", at_most = "1/2", of = "all" } ]
measures = { share = { weight = "share", per = "unit" } }
cap = [ { by = "owner", measures = ["share"], mode = "reduce_to_others", above = "1/2" } ]
"#;
    let case = json!({
        "id": "c", "rule": "site.objected",
        "roll": {"groups": [{"prefix": "M", "count": 1, "share": "60", "owner": "m"}, {"prefix": "T", "count": 4, "share": "10"}]},
        "ballots": [{"units": "T1", "choice": "for"}], "objections": "M1",
    });
    let result = super::decide_in(&super::site_book("site.objected", text), &case).to_json();
    let step = &result["first_round"]["confirm_steps"][0];
    assert_eq!((&step["have"], &step["total"]), (&json!("60"), &json!("100")), "though the vote counts 40 of 80");
    assert_eq!(result["outcome"], json!("lost_on_objection"));
}
