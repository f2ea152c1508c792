//! Limits on the weight of one.

use serde_json::{Value, json};

use super::{Row, check, decide_in, site_book};

fn tw(groups: Value, ballots: Value) -> Value {
    json!({"roll": {"groups": groups}, "ballots": ballots})
}

#[test]
fn what_one_owner_has_beyond_a_fifth_does_not_count() {
    let groups = |vast: u64| json!([{"prefix": "U", "count": 10, "share": "1"}, {"prefix": "V", "count": vast, "share": "1", "owner": "vast"}]);
    let all_for = |vast: u64| json!([{"units": "U1..U10", "choice": "for"}, {"units": format!("V1..V{vast}"), "choice": "against"}]);
    let present = "/first_round/quorum_steps/0/have";
    let all = "/first_round/quorum_steps/0/total";
    let votes_for = "/first_round/pass_steps/0/have";
    let rows: &[Row<'_>] = &[
        (
            "exactly a fifth... is not beyond",
            "tw.cmca.31",
            tw(groups(2), all_for(2)),
            &[(present, json!("12")), (all, json!("12"))],
        ),
        (
            "beyond, in a fraction; the base stays",
            "tw.cmca.31",
            tw(groups(4), all_for(4)),
            &[(present, json!("64/5")), (all, json!("14")), (votes_for, json!("10"))],
        ),
        (
            "both ways: each side shrinks in proportion",
            "tw.cmca.31",
            tw(groups(10), json!([{"units": "V1..V4", "choice": "for"}, {"units": "V5..V10", "choice": "against"}])),
            &[(present, json!("4")), (votes_for, json!("8/5"))],
        ),
        (
            "silent units are the owner's, too",
            "tw.cmca.31",
            tw(groups(10), json!([{"units": "V1..V5", "choice": "for"}])),
            &[(present, json!("2")), (votes_for, json!("2"))],
        ),
    ];
    check(rows);
    // 2 of 10 is exactly a fifth.
    let exact = tw(
        json!([{"prefix": "U", "count": 8, "share": "1"}, {"prefix": "V", "count": 2, "share": "1", "owner": "vast"}]),
        json!([{"units": ["U1..U8", "V1..V2"], "choice": "for"}]),
    );
    check(&[("exactly a fifth", "tw.cmca.31", exact, &[(present, json!("10")), ("/first_round/notes", json!([]))])]);
}

#[test]
fn what_a_proxy_casts_beyond_a_fifth_does_not_count() {
    let groups = json!([{"prefix": "U", "count": 20, "share": "1"}]);
    let present = "/first_round/quorum_steps/0/have";
    let rows: &[Row<'_>] = &[
        (
            "eight for others count as four",
            "tw.cmca.31",
            tw(groups.clone(), json!([{"units": "U1..U8", "choice": "for", "proxy": "p"}])),
            &[(present, json!("4")), ("/first_round/notes/0", json!("persons: proxy p counted at 4, not 8"))],
        ),
        (
            "four for others do not exceed it",
            "tw.cmca.31",
            tw(groups.clone(), json!([{"units": "U1..U4", "choice": "for", "proxy": "p"}])),
            &[(present, json!("4")), ("/first_round/notes", json!([]))],
        ),
        (
            "own units are not cast for others",
            "tw.cmca.31",
            tw(
                groups.clone(),
                json!([{"units": "U1..U4", "choice": "for", "proxy": "U5:owner"}, {"units": "U5", "choice": "for"}]),
            ),
            &[(present, json!("5"))],
        ),
        (
            "units that voted themselves are not cast by the proxy",
            "tw.cmca.31",
            tw(
                groups,
                json!([{"units": "U1..U8", "choice": "for", "proxy": "p"}, {"units": "U1..U4", "choice": "for"}]),
            ),
            &[(present, json!("8"))],
        ),
    ];
    check(rows);
    let vast = tw(
        json!([{"prefix": "U", "count": 10, "share": "1"}, {"prefix": "V", "count": 10, "share": "1", "owner": "vast"}]),
        json!([{"units": ["V1..V10", "U1"], "choice": "for", "proxy": "p"}]),
    );
    check(&[(
        "the owner's cap first, then the proxy's on what is left: 4 + 1, then 4",
        "tw.cmca.31",
        vast,
        &[(present, json!("4")), ("/first_round/notes/1", json!("persons: proxy p counted at 4, not 5"))],
    )]);
}

#[test]
fn an_owner_of_more_than_half_is_reduced_to_the_others() {
    let fr = |major: &str, ballots: Value| {
        json!({
            "roll": {"groups": [{"prefix": "M", "count": 2, "tantiemes": major, "owner": "major"}, {"prefix": "T", "count": 4, "tantiemes": "100"}]},
            "ballots": ballots,
        })
    };
    let all = "/first_round/pass_steps/0/total";
    let votes_for = "/first_round/pass_steps/0/have";
    let rows: &[Row<'_>] = &[
        (
            "exactly half stays",
            "fr.1965.25-final",
            fr("200", json!([{"units": "M1..M2", "choice": "for"}])),
            &[(all, json!("800")), (votes_for, json!("400"))],
        ),
        (
            "more than half",
            "fr.1965.25-final",
            fr("201", json!([{"units": "M1..M2", "choice": "for"}])),
            &[(all, json!("800")), (votes_for, json!("400"))],
        ),
        (
            "both ways, in proportion",
            "fr.1965.25-final",
            fr("300", json!([{"units": "M1", "choice": "for"}, {"units": "M2", "choice": "against"}])),
            &[(all, json!("800")), (votes_for, json!("200"))],
        ),
        (
            "members are not reduced",
            "fr.1965.26",
            fr("300", json!([{"units": "M1..M2", "choice": "for"}])),
            &[(all, json!("5")), (votes_for, json!("1")), ("/first_round/pass_steps/1/total", json!("800"))],
        ),
    ];
    check(rows);
    let alone = json!({
        "roll": {"groups": [{"prefix": "M", "count": 2, "tantiemes": "5", "owner": "major"}]},
        "ballots": [{"units": "M1..M2", "choice": "for"}],
    });
    check(&[(
        "alone there are no others: nothing is left",
        "fr.1965.24",
        alone,
        &[("/outcome", json!("lost")), (votes_for, json!("0"))],
    )]);
}

#[test]
fn the_developers_votes_are_multiplied_and_nothing_else() {
    let nsw = |developer: u64, others: u64, choice: &str| {
        json!({
            "roll": {
                "groups": [
                    {"prefix": "L", "count": others, "entitlement": "10"},
                    {"prefix": "D", "count": developer, "entitlement": "10", "owner": "dev", "status": "unsold"},
                ],
                "developer": "dev",
            },
            "ballots": [
                {"units": format!("L1..L{others}"), "choice": "for", "via": "meeting"},
                {"units": format!("D1..D{developer}"), "choice": choice, "via": "meeting"},
            ],
        })
    };
    let present = "/first_round/quorum_steps/1/have";
    let against = "/first_round/pass_steps/0/have";
    let voting = "/first_round/pass_steps/0/total";
    let rule = "nsw.ssma.special";
    let rows: &[Row<'_>] = &[
        ("half", rule, nsw(3, 3, "against"), &[(present, json!("60")), (against, json!("10")), (voting, json!("40"))]),
        (
            "less than half",
            rule,
            nsw(3, 4, "against"),
            &[(present, json!("70")), (against, json!("30")), (voting, json!("70"))],
        ),
        ("for, too", rule, nsw(3, 3, "for"), &[(against, json!("0")), (voting, json!("40"))]),
        ("two lots in all", rule, nsw(1, 1, "against"), &[(against, json!("10")), (voting, json!("20"))]),
        ("three lots in all", rule, nsw(2, 1, "against"), &[(against, json!("20/3")), (voting, json!("50/3"))]),
        (
            "an abstention is present in full",
            rule,
            nsw(3, 3, "abstain"),
            &[(present, json!("60")), (voting, json!("30"))],
        ),
    ];
    check(rows);
    let mut other = nsw(3, 3, "against");
    other["roll"]["developer"] = json!("somebody");
    check(&[("another large owner is not touched", rule, other, &[(against, json!("30"))])]);
    let mut unnamed = nsw(3, 3, "against");
    unnamed["roll"].as_object_mut().expect("a roll").remove("developer");
    check(&[("unnamed, the developer is who holds what is undelivered", rule, unnamed, &[(against, json!("10"))])]);
}

#[test]
fn a_base_that_is_not_full_shrinks_with_the_cap() {
    let text = r#"
rule = "site.capped"
extends = "base.meeting"
jurisdiction = "XX"
title = "t"
cite = []
certainty = "text"
pass = [ { who = "for", measure = "units", more_than = "1/2", of = "all" } ]
measures = { units = { weight = "one", per = "unit" } }
[[cap]]
by = "owner"
measures = ["units"]
max = "1/4"
mode = "excess_not_counted"
"#;
    let case = json!({
        "id": "c", "rule": "site.capped",
        "roll": {"groups": [{"prefix": "U", "count": 10}, {"prefix": "V", "count": 10, "owner": "vast"}]},
        "ballots": [{"units": "V1..V10", "choice": "for"}],
    });
    let result = decide_in(&site_book("site.capped", text), &case).to_json();
    assert_eq!(result["first_round"]["pass_steps"][0]["have"], json!("5"));
    assert_eq!(result["first_round"]["pass_steps"][0]["total"], json!("15"));
}

/// Fractions of fractions: 90 owners, each capped and voting both ways, so that the sums' denominator
/// has hundreds of digits. Nothing overflows, and the sides add up to what is present.
#[test]
fn caps_of_many_owners_stay_exact() {
    let text = r#"
rule = "site.fine"
extends = "base.meeting"
jurisdiction = "XX"
title = "t"
cite = []
certainty = "text"
pass = [
  { who = "for", measure = "area", more_than = "1/2", of = "present" },
  { who = "against", measure = "area", more_than = "1/2", of = "present" },
]
measures = { area = { weight = "area", per = "unit" } }
cap = [ { by = "owner", measures = ["area"], max = "1/100", mode = "excess_not_counted" } ]
"#;
    let mut units = Vec::new();
    for owner in 0..90_u64 {
        for (side, area) in
            [("f", 9_000_000_000_000_000 + owner * 7919), ("a", 8_000_000_000_000_003 + owner * 104_729)]
        {
            units.push(json!({"id": format!("{side}{owner}"), "owner": format!("o{owner}"), "area": area.to_string()}));
        }
    }
    let ids = |side: &str| (0..90).map(|owner| format!("{side}{owner}")).collect::<Vec<_>>();
    let case = json!({
        "id": "fine", "rule": "site.fine", "roll": {"units": units},
        "ballots": [{"units": ids("f"), "choice": "for"}, {"units": ids("a"), "choice": "against"}],
    });
    let decided = decide_in(&site_book("site.fine", text), &case);
    let sums = &decided.report.first.sums[0];
    assert_eq!(sums.for_.plus(&sums.against), sums.present);
    assert!(1000 < sums.for_.to_string().len(), "{}", sums.for_);
}

/// A rule of three conditions on shares, with these caps.
fn capped(caps: &str) -> String {
    format!(
        "rule = \"site.c\"\nextends = \"base.meeting\"\njurisdiction = \"XX\"\ntitle = \"t\"\ncite = []\ncertainty = \"text\"\n\
         measures = {{ share = {{ weight = \"share\", per = \"unit\" }} }}\n\
         pass = [ {{ who = \"for\", measure = \"share\", more_than = \"1/2\", of = \"all\" }} ]\n{caps}\n"
    )
}

#[test]
fn exactly_at_the_bound_nothing_is_reduced_and_a_full_base_is_the_rolls() {
    let case = |units: Value| json!({"id": "c", "rule": "site.c", "roll": {"units": units}, "ballots": [{"units": ["A", "B", "C"], "choice": "for"}]});
    let units = |a: &str, b: &str, c: &str| json!([{"id": "A", "owner": "a", "share": a}, {"id": "B", "owner": "b", "share": b}, {"id": "C", "owner": "c", "share": c}]);
    let reduce = r#"{ by = "owner", measures = ["share"], mode = "reduce_to_others", above = "3/5" }"#;
    let excess =
        r#"{ by = "owner", measures = ["share"], mode = "excess_not_counted", max = "1/4", denominator = "full" }"#;
    for (why, caps, units, have, total) in [
        ("three fifths are not above three fifths", vec![reduce], units("60", "20", "20"), "100", "100"),
        ("above them, down to the others", vec![reduce], units("61", "20", "19"), "78", "78"),
        // After the first cap 80 are left in all, and a quarter of the roll is still 29.75 of 119.
        ("a full base stays the roll's", vec![reduce, excess], units("79", "20", "20"), "279/4", "80"),
    ] {
        let text = capped(&format!("cap = [ {} ]", caps.join(", ")));
        let result = decide_in(&site_book("site.c", &text), &case(units)).to_json();
        let step = &result["first_round"]["pass_steps"][0];
        assert_eq!((&step["have"], &step["total"]), (&json!(have), &json!(total)), "{why}");
    }
}
