//! What has to be right before a vote begins.

use ballot::rule::{
    Day, Ratio, RuleBook, Who,
    explain::Language,
    guard::{
        Matter, OfficialDifference, OfficialResult, Size, Warning, check_channel, check_election, check_notice,
        check_rule, check_voting, check_words, differences, petition,
    },
    place::{Place, places},
};
use serde_json::json;

fn place(id: &str) -> &'static Place {
    &places()[&id.parse().expect("an id")]
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

#[test]
fn the_matter_picks_the_rule() {
    let rules = |id: &str| Matter::ALL.map(|matter| matter.rule(place(id)).to_string());
    let [rules_1, covenant, committee, manager, using, raising, rebuilding, common, other, business] = rules("cn");
    for ordinary in [rules_1, covenant, manager, using, other] {
        assert_eq!(ordinary, "cn.278.ordinary");
    }
    for special in [raising, rebuilding, common] {
        assert_eq!(special, "cn.278.special");
    }
    assert_eq!((committee.as_str(), business.as_str()), ("cn.election.committee", "cn.279.change-of-use"));
    assert_eq!(Matter::UseFund.rule(place("ningbo")).as_str(), "cn.ningbo.ordinary");
    assert_eq!(Matter::RaiseFund.rule(place("weifang")).as_str(), "cn.weifang.special");
    assert_eq!(
        Matter::ALL.map(Matter::number),
        [Some(1), Some(2), Some(3), Some(4), Some(5), Some(6), Some(7), Some(8), Some(9), None]
    );
}

#[test]
fn using_the_fund_is_not_raising_it() {
    for (matter, text, wanted) in [
        (Matter::UseFund, "使用维修资金更换3号楼电梯", None),
        (Matter::RaiseFund, "使用维修资金更换3号楼电梯", Some(Warning::ReadsAsUsing)),
        (Matter::RaiseFund, "续筹专项维修资金，每平方米30元", None),
        (Matter::UseFund, "续筹专项维修资金，每平方米30元", Some(Warning::ReadsAsRaising)),
        (Matter::UseFund, "补交维修资金后使用维修资金", None),
        (Matter::UseFund, "更换门禁系统", None),
        (Matter::Other, "筹集维修资金", None),
    ] {
        assert_eq!(check_words(matter, text), wanted, "{text}");
    }
}

#[test]
fn the_rule_must_be_the_places_own_or_by_laws_that_extend_it() {
    let book = RuleBook::embedded();
    let check = |id: &str, matter, rule: &str, on: &str| {
        check_rule(place(id), matter, &rule.parse().expect("a name"), book, day(on)).expect("a rule")
    };
    let usual = |rule: &str| Warning::OtherRule { usual: rule.parse().expect("a name") };
    assert_eq!(check("cn", Matter::UseFund, "cn.278.ordinary", "2026-01-01"), []);
    assert_eq!(check("cn", Matter::UseFund, "cn.278.ordinary.paper-first", "2026-01-01"), []);
    assert_eq!(check("cn", Matter::UseFund, "cn.278.ordinary.silent-majority", "2026-01-01"), [Warning::Contested]);
    assert_eq!(check("cn", Matter::RaiseFund, "cn.278.ordinary", "2026-01-01"), [usual("cn.278.special")]);
    assert_eq!(check("cn", Matter::UseFund, "cn.278.special", "2026-01-01"), [usual("cn.278.ordinary")]);
    assert_eq!(check("ningbo", Matter::UseFund, "cn.278.ordinary", "2026-01-01"), [usual("cn.ningbo.ordinary")]);
    assert_eq!(check("cn", Matter::UseFund, "cn.278.ordinary", "2020-12-31"), [Warning::NotInForce]);
    assert_eq!(check("beijing", Matter::Committee, "cn.election.committee.small", "2026-01-01"), []);
}

#[test]
fn the_day_of_posting_does_not_count_and_the_last_board_does() {
    let boards = [day("2026-03-01"), day("2026-03-03"), day("2026-03-02")];
    let earliest = day("2026-03-19");
    let short = Some(Warning::NoticeTooShort { days: 15, earliest });
    for (opens, wanted) in [("2026-03-19", None), ("2026-03-18", short.clone()), ("2026-03-01", short)] {
        assert_eq!(check_notice(place("beijing"), false, &boards, day(opens)), wanted, "{opens}");
    }
    assert_eq!(check_notice(place("beijing"), false, &[], earliest), Some(Warning::NotPosted));
    assert_eq!(check_notice(place("hangzhou"), true, &boards, day("2026-03-11")), None, "seven days where special");
    assert!(check_notice(place("hangzhou"), true, &boards, day("2026-03-10")).is_some());
    assert!(check_notice(place("hangzhou"), false, &boards, day("2026-03-11")).is_some());
    assert!(check_notice(place("beijing"), true, &boards, day("2026-03-11")).is_some(), "no other days where special");
}

#[test]
fn voting_lasts_as_long_as_the_place_says() {
    let hangzhou = place("hangzhou");
    for (closes, wanted) in [
        ("2026-03-04", Some(Warning::VotingTooShort { days: 5 })),
        ("2026-03-05", None),
        ("2026-04-29", None),
        ("2026-04-30", Some(Warning::VotingTooLong { days: 60 })),
    ] {
        assert_eq!(check_voting(hangzhou, day("2026-03-01"), day(closes)), wanted, "{closes}");
    }
    assert_eq!(check_voting(place("cn"), day("2026-03-01"), day("2026-03-01")), None);
}

#[test]
fn seats_are_odd_within_bounds_and_have_candidates() {
    let names = |count: usize| (0..count).map(|at| format!("c{at}")).collect::<Vec<_>>();
    let large = Size { units: 100, area: 1_000_000 };
    let small = Size { units: 99, area: 999_999 };
    for (why, id, size, seats, candidates, wanted) in [
        ("five of seven", "cn", large, 5, names(7), vec![]),
        ("as many as seats", "cn", large, 5, names(5), vec![]),
        ("one candidate short", "cn", large, 5, names(4), vec![Warning::TooFewCandidates]),
        ("even", "cn", large, 6, names(6), vec![Warning::EvenSeats]),
        ("three", "cn", small, 3, names(3), vec![Warning::TooFewSeats { min: 5 }]),
        ("eleven", "cn", large, 11, names(11), vec![]),
        ("thirteen", "cn", large, 13, names(13), vec![Warning::TooManySeats { max: 11 }]),
        ("Beijing, 99 units", "beijing", small, 3, names(3), vec![]),
        (
            "Beijing, 100 units",
            "beijing",
            Size { area: 0, ..large },
            3,
            names(3),
            vec![Warning::TooFewSeats { min: 5 }],
        ),
        ("Shanghai, a hundredth below 10,000 m²", "shanghai", Size { units: 500, ..small }, 3, names(3), vec![]),
        (
            "Shanghai, 10,000 m²",
            "shanghai",
            Size { units: 5, ..large },
            3,
            names(3),
            vec![Warning::TooFewSeats { min: 5 }],
        ),
    ] {
        assert_eq!(check_election(place(id), size, seats, &candidates), wanted, "{why}");
    }
    let twice = ["a", "b", "c", "d", "e", "b"].map(str::to_owned);
    assert_eq!(check_election(place("cn"), large, 5, &twice), [Warning::CandidateTwice { candidate: "b".to_owned() }]);
}

#[test]
fn where_the_city_demands_its_own_system_ours_is_no_channel() {
    for (id, wanted) in [
        ("beijing", Some(Warning::OfficialOnly)),
        ("weifang", Some(Warning::OfficialOnly)),
        ("qingyuan", Some(Warning::OfficialOnly)),
        ("hangzhou", Some(Warning::OfficialFirst)),
        ("guangzhou", Some(Warning::OfficialFirst)),
        ("shanghai", None),
        ("cn", None),
    ] {
        assert_eq!(check_channel(place(id)), wanted, "{id}");
    }
    assert!(Warning::OfficialOnly.is_bar() && !Warning::OfficialFirst.is_bar());
    let beijing = place("beijing");
    assert!(Warning::OfficialOnly.text(beijing, Language::Zh).contains("北京市物业管理条例 35条"));
    assert!(Warning::OfficialOnly.text(beijing, Language::En).contains("official system"));
}

#[test]
fn a_fifth_of_the_owners_may_demand_a_meeting() {
    for (heads, area, is_enough, is_enough_by_guideline) in [
        ([20, 100], [2000, 10_000], true, true),
        ([19, 100], [9000, 10_000], false, false),
        ([20, 100], [1999, 10_000], true, false),
        ([0, 0], [0, 0], false, false),
    ] {
        let petition = petition(heads, area);
        assert_eq!(
            (petition.is_enough, petition.is_enough_by_guideline),
            (is_enough, is_enough_by_guideline),
            "{heads:?}"
        );
    }
}

#[test]
fn an_official_result_is_compared_figure_by_figure() {
    let case = json!({
        "roll": {"groups": [{"prefix": "A", "count": 6, "area": "90.00"}]}, "ballots": [{"units": "A1..A5", "choice": "for"}],
    });
    let report = super::decided("cn.278.ordinary", case).report;
    let figure =
        |measure: &str, who, number: &str| (measure.to_owned(), who, number.parse::<Ratio>().expect("a number"));
    let mut official = OfficialResult {
        has_passed: true,
        figures: vec![
            figure("area", Who::For, "450.00"),
            figure("heads", Who::For, "5"),
            figure("heads", Who::Participating, "5"),
        ],
    };
    assert_eq!(differences(&official, &report), []);
    official.has_passed = false;
    official.figures[0] = figure("area", Who::For, "449.99");
    official.figures.push(figure("rooms", Who::For, "5"));
    assert_eq!(
        differences(&official, &report),
        [
            OfficialDifference::Outcome { official: false, ours: true },
            OfficialDifference::Figure {
                measure: "area".to_owned(),
                who: Who::For,
                official: Ratio::new(44_999, 100),
                ours: Ratio::from(450),
            },
            OfficialDifference::Unknown { measure: "rooms".to_owned(), who: Who::For },
        ]
    );
}

#[test]
fn every_warning_and_matter_is_said_in_both_languages() {
    for matter in Matter::ALL {
        assert_ne!(matter.text(Language::Zh), matter.text(Language::En));
    }
    let opens = day("2026-03-01");
    let warnings = [
        Warning::ReadsAsRaising,
        Warning::ReadsAsUsing,
        Warning::OtherRule { usual: "cn.278.special".parse().expect("a name") },
        Warning::Contested,
        Warning::NotInForce,
        Warning::OfficialOnly,
        Warning::OfficialFirst,
        Warning::NotPosted,
        Warning::NoticeTooShort { days: 15, earliest: opens },
        Warning::VotingTooShort { days: 5 },
        Warning::VotingTooLong { days: 60 },
        Warning::TooFewSeats { min: 5 },
        Warning::TooManySeats { max: 11 },
        Warning::EvenSeats,
        Warning::TooFewCandidates,
        Warning::CandidateTwice { candidate: "c1".to_owned() },
    ];
    for warning in warnings {
        let (zh, en) = (warning.text(place("beijing"), Language::Zh), warning.text(place("beijing"), Language::En));
        assert!(!zh.is_ascii() && zh != en, "{zh} / {en}");
    }
}
