//! Which ballot counts, in the order of the law page.

use serde_json::{Value, json};

use super::{Row, check, decide_in, decided, site_book};

/// Four homes of 100 m² each, these ballots.
fn homes(ballots: &Value) -> Value {
    json!({"roll": {"groups": [{"prefix": "A", "count": 4, "area": "100"}]}, "ballots": ballots})
}

const TAKES_PART: &str = "/first_round/quorum_steps/1/have";
const FOR: &str = "/first_round/pass_steps/1/have";

fn heads(participating: &str, votes_for: &str) -> [(&'static str, Value); 2] {
    [(TAKES_PART, json!(participating)), (FOR, json!(votes_for))]
}

#[test]
fn what_is_cast_again_replaces_or_not_as_the_rule_says() {
    let twice = homes(&json!([
        {"units": "A1", "choice": "for", "at": 5}, {"units": "A1", "choice": "against", "at": 9},
        {"units": "A1", "choice": "abstain", "at": 1},
    ]));
    let at_once = homes(&json!([
        {"units": "A1", "choice": "for", "at": 3}, {"units": "A1", "choice": "against", "at": 3},
    ]));
    let listed = homes(&json!([{"units": "A1", "choice": "for"}, {"units": "A1", "choice": "against"}]));
    let before_zero = homes(&json!([
        {"units": "A1", "choice": "for", "at": 0}, {"units": "A1", "choice": "against", "at": -4},
    ]));
    let rows: &[Row<'_>] = &[
        ("the last by time counts", "cn.278.ordinary", twice.clone(), &heads("1", "0")),
        ("the first by time counts", "cn.278.ordinary.first-final", twice, &heads("1", "0")),
        ("at one time the later listed is the last", "cn.278.ordinary", at_once.clone(), &heads("1", "0")),
        ("at one time the earlier listed is the first", "cn.278.ordinary.first-final", at_once, &heads("1", "1")),
        ("times are positions unless said", "cn.278.ordinary", listed.clone(), &heads("1", "0")),
        ("and for the first, too", "cn.278.ordinary.first-final", listed, &heads("1", "1")),
        ("a time below 0 is earlier", "cn.278.ordinary", before_zero, &heads("1", "1")),
    ];
    check(rows);
}

#[test]
fn channels_of_one_signer_follow_the_rule() {
    let ballots = |list: &[(&str, &str, u64)]| {
        let ballots: Vec<Value> = list
            .iter()
            .map(|(via, choice, at)| json!({"units": "A1", "via": via, "choice": choice, "at": at}))
            .collect();
        homes(&json!(ballots))
    };
    let apart = ballots(&[("electronic", "for", 1), ("paper", "against", 2)]);
    let paper_early = ballots(&[("paper", "against", 1), ("electronic", "for", 2)]);
    let alike = ballots(&[("electronic", "for", 1), ("paper", "for", 2), ("meeting", "for", 3)]);
    let hall_apart = ballots(&[("electronic", "for", 1), ("meeting", "against", 2)]);
    let hall_alike = ballots(&[("electronic", "for", 1), ("meeting", "for", 2), ("paper", "against", 3)]);
    let revised = ballots(&[("electronic", "against", 1), ("electronic", "for", 2), ("paper", "for", 3)]);
    let spoiled = ballots(&[("electronic", "for", 1), ("paper", "invalid", 2)]);
    let electronic = "treat.test";
    let text =
        "rule = \"treat.test\"\nextends = \"cn.278.ordinary\"\ntitle = \"t\"\n[ballot]\nchannels = \"electronic\"\n";
    let book = site_book(electronic, text);
    let rows: &[Row<'_>] = &[
        ("different contents are invalid", "cn.278.ordinary", apart.clone(), &heads("0", "0")),
        ("the first of several", "cn.278.ordinary.first-final", apart.clone(), &heads("1", "1")),
        ("paper first: against", "cn.278.ordinary.paper-first", apart.clone(), &heads("1", "0")),
        (
            "paper first, though electronic is later",
            "cn.278.ordinary.paper-first",
            paper_early.clone(),
            &heads("1", "0"),
        ),
        ("equal contents never conflict", "cn.278.ordinary", alike.clone(), &heads("1", "1")),
        ("without paper the rest must agree", "cn.278.ordinary.paper-first", hall_apart.clone(), &heads("0", "0")),
        (
            "paper alone counts even if the rest agree",
            "cn.278.ordinary.paper-first",
            hall_alike.clone(),
            &heads("1", "0"),
        ),
        ("re-votes come before channels", "cn.278.ordinary", revised, &heads("1", "1")),
        ("a spoiled paper contradicts a valid ballot", "cn.278.ordinary", spoiled, &heads("0", "0")),
    ];
    check(rows);
    for (why, mut case, votes_for) in [
        ("electronic first", apart, "1"),
        ("electronic first, though earlier", paper_early, "1"),
        ("agreed", alike, "1"),
    ] {
        case["id"] = json!(why);
        case["rule"] = json!(electronic);
        let result = decide_in(&book, &case).to_json();
        assert_eq!(result.pointer(FOR), Some(&json!(votes_for)), "{why}");
    }
}

#[test]
fn a_meeting_counts_the_last_channel() {
    let case =
        |ballots: Value| json!({"roll": {"groups": [{"prefix": "W", "count": 3, "mea": "1"}]}, "ballots": ballots});
    let voting = "/first_round/pass_steps/0/total";
    let votes_for = "/first_round/pass_steps/0/have";
    check(&[(
        "paper, then in the hall",
        "de.weg.25",
        case(json!([
            {"units": "W1", "choice": "for", "via": "paper", "at": 1},
            {"units": "W1", "choice": "against", "via": "meeting", "at": 2},
        ])),
        &[(voting, json!("1")), (votes_for, json!("0"))],
    )]);
}

#[test]
fn forged_ballots_wrong_signers_and_foreign_units_are_dropped() {
    let rows: &[Row<'_>] = &[
        (
            "forged",
            "cn.278.ordinary",
            homes(&json!([{"units": "A1", "choice": "for", "forged": true}])),
            &heads("0", "0"),
        ),
        (
            "a forged re-vote leaves the genuine ballot",
            "cn.278.ordinary",
            homes(&json!([{"units": "A1", "choice": "for"}, {"units": "A1", "choice": "against", "forged": true}])),
            &heads("1", "1"),
        ),
        (
            "a neighbour signs",
            "cn.278.ordinary",
            homes(&json!([{"units": "A1", "choice": "for", "by": "A2:owner"}])),
            &heads("0", "0"),
        ),
        (
            "somebody signs in the proxy's place",
            "cn.278.ordinary",
            homes(&json!([{"units": "A1", "choice": "for", "by": "x", "proxy": "p"}])),
            &heads("0", "0"),
        ),
        (
            "the proxy signs",
            "cn.278.ordinary",
            homes(&json!([{"units": "A1", "choice": "for", "by": "p", "proxy": "p"}])),
            &heads("1", "1"),
        ),
        (
            "a unit that is not on the roll",
            "cn.278.ordinary",
            homes(&json!([{"units": ["A1", "B7"], "choice": "for"}])),
            &heads("1", "1"),
        ),
        (
            "a stranger's ballot does not displace the proxy's",
            "cn.278.ordinary",
            homes(
                &json!([{"units": "A1", "choice": "for", "proxy": "p"}, {"units": "A1", "choice": "against", "by": "x"}]),
            ),
            &heads("1", "1"),
        ),
    ];
    check(rows);
}

#[test]
fn an_own_ballot_displaces_the_proxys_whenever_it_was_cast() {
    for (why, own, proxy) in [("own later", 9, 1), ("own earlier", 1, 9), ("at one time", 4, 4)] {
        let case = homes(&json!([
            {"units": "A1", "choice": "against", "proxy": "p", "at": proxy}, {"units": "A1", "choice": "for", "at": own},
        ]));
        check(&[(why, "cn.278.ordinary", case, &heads("1", "1"))]);
    }
    let spoiled = homes(&json!([
        {"units": "A1", "choice": "for", "proxy": "p"}, {"units": "A1", "choice": "invalid", "via": "paper"},
    ]));
    check(&[("an invalid own ballot does so, too", "cn.278.ordinary", spoiled, &heads("0", "0"))]);
    let co_owned = json!({
        "roll": {"units": [{"id": "A1", "area": "1", "owner": "a", "co_owners": ["a", "b"]}]},
        "ballots": [{"units": "A1", "choice": "against", "proxy": "p"}, {"units": "A1", "choice": "for", "by": "b"}],
    });
    check(&[("a co-owner's is the unit's own", "cn.278.ordinary", co_owned, &heads("1", "1"))]);
    let part = json!({
        "roll": {"groups": [{"prefix": "K", "count": 2, "area": "10", "owner": "k"}, {"prefix": "A", "count": 1, "area": "10"}]},
        "ballots": [{"units": "K1..K2", "choice": "for", "proxy": "p"}, {"units": "K1", "choice": "for"}],
    });
    let area = [("/first_round/pass_steps/0/have", json!("20"))];
    check(&[("only that unit's", "cn.278.ordinary", part, &area)]);
}

#[test]
fn proxies_have_their_limit() {
    let weifang = |units: u64, ballots: Value| {
        json!({"roll": {"groups": [{"prefix": "A", "count": units, "area": "100"},
            {"prefix": "K", "count": 3, "area": "10", "owner": "k"}]}, "ballots": ballots})
    };
    let area = "/first_round/pass_steps/0/have";
    let rows: &[Row<'_>] = &[
        (
            "three, earliest first",
            "cn.weifang.ordinary",
            weifang(
                5,
                json!([
                    {"units": "A1", "choice": "for", "proxy": "p", "at": 9},
                    {"units": "A2..A4", "choice": "for", "proxy": "p", "at": 1},
                ]),
            ),
            &[(area, json!("300")), ("/first_round/notes/0", json!("A1: proxy p over the limit of 3, ballot ignored"))],
        ),
        (
            "at one time as listed",
            "cn.weifang.ordinary",
            weifang(5, json!([{"units": ["A5", "A4", "A3", "A2"], "choice": "for", "proxy": "p"}])),
            &[("/first_round/notes/0", json!("A2: proxy p over the limit of 3, ballot ignored"))],
        ),
        (
            "an owner of three units is one",
            "cn.weifang.ordinary",
            weifang(
                5,
                json!([{"units": "K1..K3", "choice": "for", "proxy": "p"}, {"units": "A1..A3", "choice": "for", "proxy": "p"}]),
            ),
            &[(area, json!("230")), (FOR, json!("3"))],
        ),
        (
            "voting again for one of the three is no fourth",
            "cn.weifang.ordinary",
            weifang(
                5,
                json!([
                    {"units": "A1..A3", "choice": "against", "proxy": "p"}, {"units": "A1..A3", "choice": "for", "proxy": "p"},
                ]),
            ),
            &[(FOR, json!("3"))],
        ),
        (
            "each proxy has an own limit",
            "cn.weifang.ordinary",
            weifang(
                6,
                json!([{"units": "A1..A3", "choice": "for", "proxy": "p"}, {"units": "A4..A6", "choice": "for", "proxy": "q"}]),
            ),
            &[(FOR, json!("6"))],
        ),
        (
            "whoever votes with an own ballot leaves room for another",
            "cn.weifang.ordinary",
            weifang(
                5,
                json!([
                    {"units": "A1..A4", "choice": "for", "proxy": "p", "at": 1}, {"units": "A1", "choice": "for", "at": 0},
                ]),
            ),
            &[(FOR, json!("4"))],
        ),
        (
            "own units are no proxy's",
            "cn.weifang.ordinary",
            weifang(
                5,
                json!([
                    {"units": "A1..A3", "choice": "for", "proxy": "A4:owner"}, {"units": "A4", "choice": "for", "proxy": "A4:owner"},
                ]),
            ),
            &[(FOR, json!("4"))],
        ),
    ];
    check(rows);
}

#[test]
fn a_part_of_the_units_limits_proxies_rounded_down_and_never_below_what_is_allowed() {
    let nsw = |units: u64, arrears: u64, proxies: u64| {
        json!({
            "roll": {"groups": [
                {"prefix": "L", "count": units, "entitlement": "1"},
                {"prefix": "X", "count": arrears, "entitlement": "1", "flags": ["arrears"]},
            ]},
            "ballots": [{"units": format!("L1..L{proxies}"), "choice": "for", "via": "meeting", "proxy": "p"}],
        })
    };
    let present = "/first_round/quorum_steps/0/have";
    let rows: &[Row<'_>] = &[
        ("one where 5% is less", "nsw.ssma.special", nsw(19, 0, 3), &[(present, json!("1"))]),
        ("5% of 39 is one", "nsw.ssma.special", nsw(39, 0, 3), &[(present, json!("1"))]),
        ("5% of 40 is two", "nsw.ssma.special", nsw(40, 0, 3), &[(present, json!("2"))]),
        ("5% of 40 of whom one may not vote is one", "nsw.ssma.special", nsw(39, 1, 3), &[(present, json!("1"))]),
        ("5% of 60 is three", "nsw.ssma.special", nsw(60, 0, 3), &[(present, json!("3"))]),
    ];
    check(rows);
    let sg = |units: u64| {
        json!({
            "roll": {"groups": [{"prefix": "L", "count": units, "share_value": "1"}]},
            "ballots": [{"units": "L1..L9", "choice": "for", "via": "meeting", "proxy": "p"}],
        })
    };
    let rows: &[Row<'_>] = &[
        ("two where 2% is less", "sg.bmsma.special", sg(99), &[("/first_round/quorum_steps/0/have", json!("2"))]),
        ("2% of 199 is three", "sg.bmsma.special", sg(199), &[("/first_round/quorum_steps/0/have", json!("3"))]),
    ];
    check(rows);
}

#[test]
fn a_small_weight_lifts_the_limit() {
    let fr = |proxied: u64, own: u64| {
        let mut ballots = vec![json!({"units": format!("T1..T{proxied}"), "choice": "for", "proxy": "m"})];
        if 0 < own {
            ballots.push(json!({"units": format!("M1..M{own}"), "choice": "for"}));
        }
        json!({
            "roll": {"groups": [
                {"prefix": "T", "count": 100 - own, "tantiemes": "10"},
                {"prefix": "M", "count": own, "tantiemes": "10", "owner": "m"},
            ]},
            "ballots": ballots,
        })
    };
    let votes_for = "/first_round/pass_steps/0/have";
    let rows: &[Row<'_>] = &[
        ("ten lots of a hundred, none of them own", "fr.1965.24", fr(10, 0), &[(votes_for, json!("100"))]),
        ("eleven are more than a tenth: three stay", "fr.1965.24", fr(11, 0), &[(votes_for, json!("30"))]),
        ("eight, and two own", "fr.1965.24", fr(8, 2), &[(votes_for, json!("100"))]),
        ("nine, and two own, are more than a tenth", "fr.1965.24", fr(9, 2), &[(votes_for, json!("50"))]),
        ("three are within the limit whatever they weigh", "fr.1965.24", fr(3, 20), &[(votes_for, json!("230"))]),
    ];
    check(rows);
}

#[test]
fn a_representative_alone_counts_and_else_co_owners_must_agree() {
    let co_owned = |representative: Value, ballots: Value| {
        let mut unit = json!({"id": "A1", "area": "100", "owner": "a", "co_owners": ["a", "b", "c"]});
        if representative.is_string() {
            unit["representative"] = representative;
        }
        json!({"roll": {"units": [unit]}, "ballots": ballots})
    };
    let apart = json!([
        {"units": "A1", "choice": "for", "by": "a"}, {"units": "A1", "choice": "against", "by": "b"},
    ]);
    let again = json!([
        {"units": "A1", "choice": "for", "by": "a"}, {"units": "A1", "choice": "against", "by": "b"},
        {"units": "A1", "choice": "for", "by": "b"},
    ]);
    let torn = json!([
        {"units": "A1", "choice": "for", "by": "a", "via": "paper"}, {"units": "A1", "choice": "against", "by": "a"},
        {"units": "A1", "choice": "for", "by": "b"},
    ]);
    let spoiled = json!([
        {"units": "A1", "choice": "invalid", "by": "a", "via": "paper"}, {"units": "A1", "choice": "for", "by": "b"},
    ]);
    let unnamed = json!([{"units": "A1", "choice": "for"}, {"units": "A1", "choice": "against", "by": "a"}]);
    let rows: &[Row<'_>] = &[
        ("they differ", "cn.278.ordinary", co_owned(Value::Null, apart.clone()), &heads("0", "0")),
        ("b represents them", "cn.278.ordinary", co_owned(json!("b"), apart.clone()), &heads("1", "0")),
        (
            "the representative cast none: they must agree",
            "cn.278.ordinary",
            co_owned(json!("c"), apart),
            &heads("0", "0"),
        ),
        ("b came round", "cn.278.ordinary", co_owned(Value::Null, again), &heads("1", "1")),
        (
            "a contradicts the own paper, so they differ",
            "cn.278.ordinary",
            co_owned(Value::Null, torn.clone()),
            &heads("0", "0"),
        ),
        ("b represents them, whatever a did", "cn.278.ordinary", co_owned(json!("b"), torn), &heads("1", "1")),
        ("a spoiled paper is not the same as for", "cn.278.ordinary", co_owned(Value::Null, spoiled), &heads("0", "0")),
        ("who signs is the one listed as owner", "cn.278.ordinary", co_owned(Value::Null, unnamed), &heads("1", "0")),
        (
            "a representative who owns nothing may sign",
            "cn.278.ordinary",
            co_owned(
                json!("guardian"),
                json!([
                    {"units": "A1", "choice": "for", "by": "guardian"}, {"units": "A1", "choice": "against", "by": "a"},
                ]),
            ),
            &heads("1", "1"),
        ),
    ];
    check(rows);
}

#[test]
fn the_first_named_counts_where_the_law_says_so() {
    let case = |ballots: Value| {
        json!({
            "roll": {"units": [{"id": "F1", "shares": "10", "owner": "b", "co_owners": ["b", "a", "c"]}]},
            "ballots": ballots,
        })
    };
    let votes_for = "/first_round/pass_steps/0/have";
    let rows: &[Row<'_>] = &[
        (
            "the roll's order, not the alphabet's",
            "hk.344.ordinary",
            case(json!([
                {"units": "F1", "choice": "against", "by": "a", "via": "meeting"},
                {"units": "F1", "choice": "for", "by": "b", "via": "meeting"},
            ])),
            &[(votes_for, json!("10"))],
        ),
        (
            "the first of those who cast one",
            "hk.344.ordinary",
            case(json!([
                {"units": "F1", "choice": "against", "by": "c", "via": "meeting"},
                {"units": "F1", "choice": "for", "by": "a", "via": "meeting"},
            ])),
            &[(votes_for, json!("10"))],
        ),
    ];
    check(rows);
}

#[test]
fn a_flag_keeps_a_unit_from_voting_or_from_the_roll() {
    let case = |flag: &str, rule_field: &str| {
        let mut flagged = json!({"prefix": "X", "count": 2, "flags": [flag]});
        flagged[rule_field] = json!("1");
        let mut plain = json!({"prefix": "U", "count": 4});
        plain[rule_field] = json!("1");
        json!({
            "roll": {"groups": [plain, flagged]},
            "attended": "X2",
            "ballots": [{"units": "U1..U3", "choice": "for", "via": "meeting"}, {"units": "X1", "choice": "against", "via": "meeting"}],
        })
    };
    let rows: &[Row<'_>] = &[
        (
            "barred from voting, still in the base",
            "de.weg.21-2",
            case("conflicted", "mea"),
            &[
                ("/first_round/pass_steps/0/total", json!("3")),
                ("/first_round/pass_steps/1/total", json!("6")),
                ("/first_round/pass_steps/1/have", json!("3")),
            ],
        ),
        (
            "left out altogether",
            "nsw.ssma.special",
            case("arrears", "entitlement"),
            &[("/first_round/quorum_steps/1/total", json!("4")), ("/first_round/quorum_steps/0/have", json!("3"))],
        ),
        (
            "another rule's flag does nothing",
            "nsw.ssma.special",
            case("conflicted", "entitlement"),
            &[("/first_round/quorum_steps/1/total", json!("6")), ("/first_round/quorum_steps/0/have", json!("5"))],
        ),
    ];
    check(rows);
}

#[test]
fn undelivered_parts_are_one_person_the_developer() {
    let rule = "cn.278.ordinary";
    let case = |ballots: Value| {
        json!({
            "roll": {
                "groups": [
                    {"prefix": "A", "count": 2, "area": "10"},
                    {"prefix": "S", "count": 2, "area": "10", "status": "sold_undelivered"},
                    {"prefix": "D", "count": 2, "area": "10", "status": "unsold", "owner": "dev"},
                    {"prefix": "E", "count": 1, "area": "10", "owner": "dev"},
                ],
                "developer": "dev",
            },
            "ballots": ballots,
        })
    };
    let rows: &[Row<'_>] = &[
        (
            "all of the developer's parts, delivered or not, are one head",
            rule,
            case(json!([{"units": ["S1..S2", "D1..D2", "E1"], "choice": "for"}])),
            &[
                (TAKES_PART, json!("1")),
                ("/first_round/quorum_steps/1/total", json!("3")),
                ("/first_round/pass_steps/0/have", json!("50")),
            ],
        ),
        (
            "the buyer has no vote yet",
            rule,
            case(json!([{"units": "S1", "choice": "for", "by": "S1:owner"}])),
            &heads("0", "0"),
        ),
        ("the developer has", rule, case(json!([{"units": "S1", "choice": "for", "by": "dev"}])), &heads("1", "1")),
    ];
    check(rows);
    let elsewhere = json!({
        "roll": {"groups": [{"prefix": "S", "count": 2, "votes": "1", "status": "sold_undelivered"}], "developer": "dev"},
        "ballots": [{"units": "S1", "choice": "for", "by": "S1:owner"}],
    });
    let two = [("/first_round/pass_steps/0/have", json!("1")), ("/first_round/pass_steps/0/total", json!("1"))];
    check(&[("where the rule does not say so, buyers vote", "jp.kubun.39", elsewhere, &two)]);
}

#[test]
fn a_holder_is_an_exact_set_of_owners() {
    let case = json!({
        "roll": {"units": [
            {"id": "A1", "area": "10", "owner": "a"},
            {"id": "A2", "area": "10", "owner": "a", "co_owners": ["a", "b"]},
            {"id": "A3", "area": "10", "owner": "b", "co_owners": ["b", "a"]},
        ]},
        "ballots": [{"units": ["A1", "A2"], "choice": "for", "by": "a"}, {"units": "A3", "choice": "for", "by": "b"}],
    });
    check(&[(
        "a alone, and a with b however listed",
        "cn.278.ordinary",
        case,
        &[("/first_round/quorum_steps/1/total", json!("2")), (TAKES_PART, json!("2"))],
    )]);
}

#[test]
fn an_owner_of_several_units_has_one_class() {
    let kai = |ballots: Value| {
        json!({
            "roll": {"groups": [{"prefix": "K", "count": 4, "area": "10", "owner": "kai"}, {"prefix": "A", "count": 1, "area": "10"}]},
            "ballots": ballots,
        })
    };
    let rows: &[Row<'_>] = &[
        ("some units silent", "cn.278.ordinary", kai(json!([{"units": "K3", "choice": "for"}])), &heads("1", "1")),
        (
            "some invalid",
            "cn.278.ordinary",
            kai(json!([{"units": "K1", "choice": "invalid"}, {"units": "K2", "choice": "for"}])),
            &heads("1", "1"),
        ),
        ("all invalid", "cn.278.ordinary", kai(json!([{"units": "K1..K4", "choice": "invalid"}])), &heads("0", "0")),
        (
            "for and abstaining are two different sides",
            "cn.278.ordinary",
            kai(json!([{"units": "K1", "choice": "for"}, {"units": "K2", "choice": "abstain"}])),
            &heads("1", "0"),
        ),
        (
            "both ways, and again for",
            "cn.278.ordinary",
            kai(json!([{"units": "K1", "choice": "against"}, {"units": "K2..K3", "choice": "for"}])),
            &heads("1", "0"),
        ),
    ];
    check(rows);
}

#[test]
fn silent_and_invalid_enter_the_sums_that_the_rule_names() {
    let base = |ballots: Value| {
        json!({
            "roll": {"groups": [{"prefix": "A", "count": 10, "area": "10"}]}, "undelivered": "A10", "attended": "A9",
            "ballots": ballots,
        })
    };
    let five = json!([{"units": "A1..A5", "choice": "for"}, {"units": "A6", "choice": "invalid"}]);
    let tie = json!([{"units": "A1..A2", "choice": "for"}, {"units": "A3..A4", "choice": "against"}]);
    let lost = json!([{"units": "A1", "choice": "for"}, {"units": "A2..A3", "choice": "against"}]);
    let rows: &[Row<'_>] = &[
        ("silent and invalid are absent", "cn.278.ordinary", base(five.clone()), &heads("5", "5")),
        ("invalid takes part", "cn.278.ordinary.invalid-participates", base(five.clone()), &heads("6", "5")),
        (
            "silent takes part, not invalid, undelivered or present",
            "cn.278.ordinary.silent-participates",
            base(five.clone()),
            &heads("7", "5"),
        ),
        ("silent follows", "cn.278.ordinary.silent-majority", base(five), &heads("7", "7")),
        ("silent has nobody to follow in a tie", "cn.278.ordinary.silent-majority", base(tie), &heads("8", "2")),
        ("silent follows against", "cn.278.ordinary.silent-majority", base(lost), &heads("8", "1")),
        (
            "silent has nobody to follow where nobody voted",
            "cn.278.ordinary.silent-majority",
            base(json!([])),
            &heads("8", "0"),
        ),
    ];
    check(rows);
    let text = r#"
rule = "site.one-measure"
extends = "base.meeting"
jurisdiction = "XX"
title = "t"
cite = []
certainty = "text"
pass = [ { who = "for", measure = "heads", more_than = "1/2", of = "all" } ]
measures = { heads = { weight = "one", per = "owner" } }
treat = { silent_delivered = "majority" }
"#;
    let mut case = base(json!([{"units": "A1..A2", "choice": "for"}]));
    (case["id"], case["rule"]) = (json!("c"), json!("site.one-measure"));
    case["roll"] = json!({"groups": [{"prefix": "A", "count": 10}]});
    let result = super::decide_in(&super::site_book("site.one-measure", text), &case).to_json();
    let step = &result["first_round"]["pass_steps"][0];
    assert_eq!(step["have"], json!("8"), "one measure agrees with itself: {result}");
    let present = |rule: &str, field: &str| {
        let mut group = json!({"prefix": "U", "count": 10});
        group[field] = json!("1");
        let case = json!({
            "roll": {"groups": [group]}, "attended": "U7..U8",
            "ballots": [{"units": "U1..U4", "choice": "for"}, {"units": "U5", "choice": "invalid"}, {"units": "U6", "choice": "abstain"}],
        });
        decided(rule, case).to_json()
    };
    let result = present("jp.kubun.39", "votes");
    assert_eq!(result.pointer("/first_round/pass_steps/0/total"), Some(&json!("8")), "all but silent are present");
    assert_eq!(result.pointer("/first_round/pass_steps/0/have"), Some(&json!("4")));
}

#[test]
fn in_person_is_in_the_hall_for_or_against_and_by_oneself() {
    let case = json!({
        "roll": {"groups": [{"prefix": "F", "count": 10, "shares": "1"}, {"prefix": "K", "count": 2, "shares": "1", "owner": "k"}]},
        "ballots": [
            {"units": "F1", "choice": "for", "via": "meeting"},
            {"units": "F2", "choice": "against", "via": "meeting"},
            {"units": "F3", "choice": "abstain", "via": "meeting"},
            {"units": "F4", "choice": "for", "via": "meeting", "proxy": "p"},
            {"units": "F5", "choice": "for", "via": "paper"},
            {"units": "F6", "choice": "for"},
            {"units": "K1", "choice": "for"},
            {"units": "K2", "choice": "for", "via": "meeting"},
        ],
    });
    let mut both_ways = case.clone();
    both_ways["ballots"][6] = json!({"units": "K1", "choice": "against", "via": "meeting"});
    let have = |owners: &str| [("/first_round/pass_steps/1/have", json!(owners))];
    check(&[
        ("F1, F2 and k", "hk.344.large-maintenance", case, &have("3")),
        ("F1 and F2: k is on no side", "hk.344.large-maintenance", both_ways, &have("2")),
    ]);
}

#[test]
fn scope_and_left_out_units_are_not_in_the_base() {
    let case = |motion: Value| {
        json!({
            "roll": {"groups": [
                {"prefix": "A", "count": 3, "area": "10", "building": "1"},
                {"prefix": "B", "count": 3, "area": "10", "building": "2"},
                {"prefix": "C", "count": 3, "area": "10"},
            ]},
            "motion": motion,
            "ballots": [{"units": "A1..A3", "choice": "for"}, {"units": "B1..B2", "choice": "against"}],
        })
    };
    let all = "/first_round/quorum_steps/1/total";
    let rows: &[Row<'_>] = &[
        ("everybody", "cn.278.ordinary", case(json!({})), &[(all, json!("9")), (TAKES_PART, json!("5"))]),
        (
            "one building",
            "cn.278.ordinary",
            case(json!({"scope": ["1"]})),
            &[(all, json!("3")), (TAKES_PART, json!("3"))],
        ),
        (
            "two buildings",
            "cn.278.ordinary",
            case(json!({"scope": ["1", "2"]})),
            &[(all, json!("6")), (TAKES_PART, json!("5"))],
        ),
        (
            "without some units",
            "cn.278.ordinary",
            case(json!({"exclude_units": ["A1", "B2..B3"]})),
            &[(all, json!("6")), (TAKES_PART, json!("3"))],
        ),
        (
            "a building without the applicant",
            "cn.279.change-of-use",
            case(json!({"scope": ["1"], "exclude_units": "A3"})),
            &[("/outcome", json!("carried")), ("/first_round/pass_steps/0/total", json!("2"))],
        ),
    ];
    check(rows);
}

#[test]
fn kinds_are_left_out_of_a_measure_and_of_its_owners() {
    let case = json!({
        "roll": {"groups": [{"prefix": "R", "count": 3, "area": "10", "owner": "k"}, {"prefix": "P", "count": 2, "kind": "parking", "owner": "k"},
            {"prefix": "S", "count": 1, "area": "10"}]},
        "ballots": [{"units": "R1", "choice": "for"}, {"units": "P1..P2", "choice": "against"}, {"units": "S1", "choice": "for"}],
    });
    check(&[(
        "a parking space has no say, so k does not vote both ways",
        "cn.ningbo.ordinary",
        case,
        &[(FOR, json!("2")), ("/first_round/quorum_steps/0/total", json!("40"))],
    )]);
}

#[test]
fn who_came_without_getting_papers_is_present_and_silent_owners_are_not() {
    let text = "rule = \"site.s\"\nextends = \"base.meeting\"\njurisdiction = \"XX\"\ntitle = \"t\"\ncite = []\ncertainty = \"text\"\n\
        measures = { units = { weight = \"one\", per = \"unit\" } }\n\
        pass = [\n{ who = \"for\", measure = \"units\", more_than = \"1/2\", of = \"present\" },\n\
        { who = \"for\", measure = \"units\", more_than = \"1/2\", of = \"participating\" },\n]\n\
        [treat]\nsilent_delivered = \"participates\"\n";
    let case = json!({
        "id": "c", "rule": "site.s", "roll": {"groups": [{"prefix": "U", "count": 6}]},
        "attended": "U2", "undelivered": "U2..U3", "ballots": [{"units": "U1", "choice": "for"}],
    });
    let result = decide_in(&site_book("site.s", text), &case).to_json();
    assert_eq!(result["first_round"]["pass_steps"][0]["total"], json!("2"), "U1 and U2 are present");
    assert_eq!(result["first_round"]["pass_steps"][1]["total"], json!("4"), "U1 and the silent U4 to U6 take part");
}
