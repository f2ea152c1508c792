//! What the map promises by itself.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;
use serde_json::Value;

use super::{
    Drawing, Grouping, Id, Map, Moderation, PEOPLE_MIN, Reactions, STATEMENTS_MIN, Standing, Vote, Withheld,
    cluster::{self, Chance},
    draw, map,
};

type Row = (Id, Id, Vote);

fn found(rows: &[Row]) -> Map {
    map(&rows.iter().cloned().collect(), Grouping::Found(&Standing::default()))
}

fn row(person: usize, statement: usize, vote: Vote) -> Row {
    (Id::from(person), Id::from(statement), vote)
}

fn text(map: &Map) -> String {
    serde_json::to_string(map).expect("plain data")
}

/// Numbers that are not finite become null in JSON.
fn assert_finite(map: &Map) {
    let mut value = serde_json::to_value(map).expect("plain data");
    for field in ["silhouette", "withheld"] {
        value[field] = Value::Bool(true);
    }
    for person in value["participants"].as_array_mut().expect("a list") {
        person["group"] = Value::Bool(true);
    }
    assert!(!value.to_string().contains("null"), "{value}");
}

/// People of several groups that mostly say what their group says, and do not see everything.
fn estate(seed: u64, people: usize, statements: usize, groups: usize) -> Vec<Row> {
    let mut chance = Chance::new(seed);
    let says: Vec<Vec<bool>> = (0..groups).map(|_| (0..statements).map(|_| chance.part() < 0.5).collect()).collect();
    let mut rows = Vec::new();
    for person in 0..people {
        for statement in 0..statements {
            if chance.part() < 0.3 {
                continue;
            }
            let says = says[person % groups][statement] != (chance.part() < 0.15);
            let vote = match (chance.part() < 0.1, says) {
                (true, _) => Vote::Pass,
                (false, true) => Vote::Agree,
                (false, false) => Vote::Disagree,
            };
            rows.push(row(person, statement, vote));
        }
    }
    rows
}

fn shuffled(mut rows: Vec<Row>, seed: u64) -> Vec<Row> {
    let mut chance = Chance::new(seed);
    rows.sort_by_cached_key(|_| chance.part().to_bits());
    rows
}

fn positions(map: &Map) -> Vec<[f64; 2]> {
    map.participants.iter().filter(|person| person.group.is_some()).map(|person| [person.x, person.y]).collect()
}

/// The sum of squared distances to the middles of the map's groups.
fn inertia(map: &Map) -> f64 {
    let middles = map.groups.iter().map(|group| {
        let own = || map.participants.iter().filter(|person| person.group.as_ref() == Some(&group.group));
        let sum = own().fold([0.0, 0.0], |sum, person| [sum[0] + person.x, sum[1] + person.y]);
        sum.map(|sum| sum / f64::from(group.size))
    });
    cluster::k_means(&positions(map), middles.collect()).inertia
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn om12_any_order_of_rows_gives_the_same_bytes(seed: u64, people in 1..60_usize, statements in 1..20_usize) {
        let rows = estate(seed, people, statements, 3);
        let expected = text(&found(&rows));
        prop_assert_eq!(&text(&found(&shuffled(rows.clone(), seed))), &expected);
        prop_assert_eq!(&text(&found(&rows.into_iter().rev().collect::<Vec<_>>())), &expected);
    }

    #[test]
    fn om12_groups_are_never_looser_than_from_the_first_places(seed: u64, groups in 1..5_usize) {
        let map = found(&estate(seed, 60, 12, groups));
        let points = positions(&map);
        let mut first: Vec<[f64; 2]> = Vec::new();
        for point in &points {
            if first.len() < map.groups.len() && !first.contains(point) {
                first.push(*point);
            }
        }
        prop_assert!(inertia(&map) <= cluster::k_means(&points, first).inertia + 1e-9);
    }

    #[test]
    fn no_reactions_give_a_number_that_is_none(seed: u64, people in 0..20_usize, statements in 1..10_usize, groups in 1..4_usize) {
        let rows = estate(seed, people, statements, groups);
        let map = found(&rows);
        assert_finite(&map);
        prop_assert_eq!(map.participants.len() < PEOPLE_MIN as usize, matches!(map.withheld, Some(Withheld::FewPeople(_))));
    }
}

#[test]
fn om12_one_more_voter_seldom_changes_the_number_of_groups() {
    let (mut trials, mut stable, mut held) = (0, 0, 0);
    for seed in 0..100 {
        let rows = estate(seed, 60, 15, 2 + usize::try_from(seed % 3).expect("small"));
        let before = found(&rows);
        let one = estate(seed + 1000, 1, 15, 1).into_iter().map(|(_, statement, vote)| (Id::from(60), statement, vote));
        let more: Reactions = rows.into_iter().chain(one).collect();
        let number = |standing: &Standing| map(&more, Grouping::Found(standing)).groups.len();
        trials += 1;
        stable += i32::from(number(&Standing::default()) == before.groups.len());
        held += i32::from(number(&before.standing) == before.groups.len());
    }
    println!("OM12: of {trials} trials, one more voter left the number of groups in {stable} computed afresh,");
    println!("      and in {held} computed from where the map stood, as a page does");
    assert!(95 * trials <= 100 * held, "{held} of {trials}");
}

#[test]
fn another_number_of_groups_must_be_better_four_times_in_a_row() {
    let reactions: Reactions = estate(7, 60, 15, 3).into_iter().collect();
    let best = map(&reactions, Grouping::Found(&Standing::default())).groups.len();
    assert_eq!(best, 3);
    let mut standing = Standing { groups: 2, ..Standing::default() };
    for expected in [2, 2, 2, 3, 3] {
        let next = map(&reactions, Grouping::Found(&standing));
        assert_eq!(next.groups.len(), expected);
        standing = next.standing;
    }
    // One that was better only now and then starts over.
    let other = Standing { groups: 2, challenger: Some((4, 3)), ..Standing::default() };
    let next = map(&reactions, Grouping::Found(&other));
    assert_eq!((next.groups.len(), next.standing.challenger), (2, Some((3, 1))));
}

#[test]
fn whoever_was_grouped_stays_grouped() {
    let mut rows = estate(3, 30, 12, 2);
    rows.retain(|(person, statement, _)| *person != Id::from(29) || *statement == Id::from(0));
    rows.push(row(29, 0, Vote::Agree));
    let reactions: Reactions = rows.into_iter().collect();
    let is_grouped = |standing: &Standing| map(&reactions, Grouping::Found(standing)).participants[29].group.is_some();
    assert!(!is_grouped(&Standing::default()));
    assert!(is_grouped(&Standing { people: [Id::from(29)].into(), ..Standing::default() }));
}

fn mini() -> (Vec<Row>, Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mini/mini.json");
    let expected: Value = serde_json::from_str(&fs::read_to_string(path).expect("readable")).expect("JSON");
    let mut rows = Vec::new();
    for (person, votes) in expected["matrix"].as_array().expect("rows").iter().enumerate() {
        for (statement, vote) in votes.as_array().expect("votes").iter().enumerate() {
            match vote.as_i64() {
                Some(1) => rows.push(row(person, statement, Vote::Agree)),
                Some(0) => rows.push(row(person, statement, Vote::Pass)),
                Some(_) => rows.push(row(person, statement, Vote::Disagree)),
                None => {}
            }
        }
    }
    (rows, expected)
}

/// The field of every entry of a list.
fn numbers(list: &Value, field: &str) -> Vec<f64> {
    list.as_array().expect("a list").iter().map(|entry| entry[field].as_f64().expect("a number")).collect()
}

fn assert_close(what: &str, found: impl IntoIterator<Item = f64>, expected: &[f64]) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-12, "{what}: {found} is not {expected}");
    }
}

#[test]
fn om13_the_small_example_comes_out_in_every_figure() {
    let (rows, expected) = mini();
    let map = found(&rows);
    let labels: Vec<_> = map.participants.iter().map(|person| person.group.clone()).collect();
    assert_eq!(labels, [0, 0, 0, 0, 1, 1, 1, 1].map(|group| Some(Id::from(group))));

    // Signs are nobody's choice: ours are turned the way the example has them.
    let statements = &expected["statements"];
    let signs = [0, 1].map(|axis| {
        let theirs = numbers(statements, ["pc1", "pc2"][axis]);
        let product: f64 = map.statements.iter().zip(theirs).map(|(ours, other)| ours.components[axis] * other).sum();
        product.signum()
    });
    for (axis, name) in ["pc1", "pc2"].into_iter().enumerate() {
        let ours = map.statements.iter().map(|statement| signs[axis] * statement.components[axis]);
        assert_close(name, ours, &numbers(statements, name));
    }
    let participants = &expected["participants"];
    assert_close("x", map.participants.iter().map(|person| signs[0] * person.x), &numbers(participants, "x"));
    assert_close("y", map.participants.iter().map(|person| signs[1] * person.y), &numbers(participants, "y"));
    let ours = &map.statements;
    assert_close("mean", ours.iter().map(|statement| statement.mean), &numbers(statements, "mean"));
    assert_close("extremity", ours.iter().map(|statement| statement.extremity), &numbers(statements, "extremity"));
    assert_close("priority", ours.iter().map(|statement| statement.priority), &numbers(statements, "priority"));
    let consensus = numbers(statements, "group-aware-consensus");
    assert_close("consensus", ours.iter().map(|statement| statement.consensus), &consensus);
    assert_close("agree", ours.iter().map(|statement| f64::from(statement.agree)), &numbers(statements, "n_agree"));
    assert_close("seen", ours.iter().map(|statement| f64::from(statement.seen)), &numbers(statements, "n_total"));

    let stats = &expected["group_stats"];
    let ours = serde_json::to_value(&map.groups).expect("plain data");
    for field in ["na", "nd", "ns", "pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt"] {
        let ours: Vec<f64> =
            [0, 1].iter().flat_map(|group: &usize| numbers(&ours[*group]["statements"], field)).collect();
        assert_close(field, ours, &numbers(stats, field));
    }
    for (group, ours) in ["0", "1"].into_iter().zip(&map.groups) {
        let list = expected["repness"][group].as_array().expect("a list");
        let theirs: Vec<(u64, &str)> = list
            .iter()
            .map(|entry| (entry["tid"].as_u64().expect("an id"), entry["repful-for"].as_str().expect("a side")))
            .collect();
        let ours = serde_json::to_value(&ours.representative).expect("plain data");
        let ours: Vec<(u64, &str)> = ours
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| (entry["statement"].as_u64().expect("an id"), entry["side"].as_str().expect("a side")))
            .collect();
        assert_eq!(ours, theirs);
    }
    assert_eq!((map.consensus.agree, map.consensus.disagree), (vec![Id::from(4)], vec![]));
    assert_eq!(map.withheld, Some(Withheld::FewPeople(8)));
}

#[test]
fn om13_the_small_example_comes_out_as_by_hand() {
    let map = found(&mini().0);
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-15;
    assert!(near(map.groups[0].statements[0].pa, 5.0 / 6.0));
    assert!(near(map.groups[1].statements[0].pa, 1.0 / 5.0));
    assert!(near(map.statements[0].consensus, 1.0 / 6.0));
    // Six of six agree to statement 4.
    let everybody: BTreeMap<Id, Id> = (0..8).map(|person| (Id::from(person), Id::from(0))).collect();
    let together = super::map(&mini().0.into_iter().collect(), Grouping::Given(&everybody));
    assert!(near(together.groups[0].statements[4].pa, 0.875));
    assert!(near(together.groups[0].statements[4].pat, 7f64.sqrt()));
}

fn all(people: usize, statements: usize, vote: impl Fn(usize, usize) -> Vote) -> Vec<Row> {
    let pairs = (0..people).flat_map(|person| (0..statements).map(move |statement| (person, statement)));
    pairs.map(|(person, statement)| row(person, statement, vote(person, statement))).collect()
}

/// Every other person the other way.
fn sides(person: usize, statement: usize) -> Vote {
    if (person + statement).is_multiple_of(2) { Vote::Agree } else { Vote::Disagree }
}

#[test]
fn om14_reactions_that_give_no_map_say_why_and_keep_their_figures() {
    for (why, rows, withheld) in [
        ("nobody", vec![], Withheld::FewPeople(0)),
        ("one person", all(1, 9, sides), Withheld::FewPeople(1)),
        ("one person, one statement", all(1, 1, sides), Withheld::FewPeople(1)),
        ("one statement", all(20, 1, sides), Withheld::FewStatements(1)),
        ("all pass", all(20, 9, |_, _| Vote::Pass), Withheld::OneGroup),
        ("all equal", all(20, 9, |_, _| Vote::Agree), Withheld::OneGroup),
        ("all the same, statement by statement", all(20, 9, |_, statement| sides(0, statement)), Withheld::OneGroup),
        ("fewer than fifteen", all(14, 9, sides), Withheld::FewPeople(14)),
        ("six statements", all(20, 6, sides), Withheld::FewStatements(6)),
        (
            "a group of four",
            all(20, 9, |person, statement| sides(usize::from(person < 4), statement)),
            Withheld::SmallGroup(4),
        ),
    ] {
        let map = found(&rows);
        assert_eq!(map.withheld, Some(withheld), "{why}");
        assert_finite(&map);
        assert_eq!(draw(&map, 1000), Err(withheld), "{why}");
        let reacted: u32 = map.statements.iter().map(|statement| statement.seen).sum();
        assert_eq!(reacted as usize, rows.len(), "{why}");
        let sentence = serde_json::to_value(&map).expect("plain data")["withheld"].clone();
        assert!(sentence.as_str().is_some_and(|sentence| sentence.contains(' ')), "{why}: {sentence}");
    }
}

#[test]
fn om14_an_empty_column_changes_nothing_else() {
    let rows = estate(5, 40, 9, 2);
    let expected = found(&rows);
    let unseen = BTreeMap::from([(Id::from(4000), Moderation::default())]);
    let reactions = rows.into_iter().collect::<Reactions>().with_statements(&unseen);
    let mut map = map(&reactions, Grouping::Found(&Standing::default()));
    assert_finite(&map);
    let last = map.statements.pop().expect("the unseen one");
    assert_eq!((last.seen, last.components, last.extremity, last.consensus), (0, [0.0; 2], 0.0, 0.25));
    for group in &mut map.groups {
        group.statements.pop();
    }
    assert_eq!(map, expected);
    assert_eq!(map.withheld, None);
}

#[test]
fn a_statement_taken_out_moves_nobody_and_speaks_for_nobody() {
    let rows = estate(11, 40, 10, 2);
    let without: Vec<Row> = rows.iter().filter(|(_, statement, _)| *statement != Id::from(3)).cloned().collect();
    for moderation in [Moderation { is_out: true, is_meta: false }, Moderation { is_out: false, is_meta: true }] {
        let out = BTreeMap::from([(Id::from(3), moderation)]);
        let reactions = rows.iter().cloned().collect::<Reactions>().with_statements(&out);
        let map = map(&reactions, Grouping::Found(&Standing::default()));
        let statement = &map.statements[3];
        assert_eq!((statement.mean, statement.components, statement.extremity), (0.0, [0.0; 2], 0.0));
        assert!(0 < statement.seen && 0 < map.groups[0].statements[3].ns);
        assert_eq!(moderation.is_meta, (statement.priority - 49.0).abs() < f64::EPSILON);
        assert!(map.groups.iter().all(|group| group.representative.iter().all(|entry| entry.statement != Id::from(3))));
        assert!(!map.consensus.agree.contains(&Id::from(3)) && !map.consensus.disagree.contains(&Id::from(3)));
        // Directions are those of the other statements; only the stretch still counts it as reacted to.
        let other = found(&without);
        let ours = map.statements.iter().filter(|statement| statement.statement != Id::from(3));
        for (ours, other) in ours.zip(&other.statements) {
            assert_close("components", ours.components, &other.components);
        }
    }
}

#[test]
fn groups_can_be_taken_as_given() {
    let rows = estate(2, 30, 10, 2);
    let reactions: Reactions = rows.into_iter().collect();
    // Person 29 is in none; the names are the giver's.
    let given = (0..29).map(|person| (Id::from(person), Id::from(["东", "西"][person % 2]))).collect();
    let map = map(&reactions, Grouping::Given(&given));
    assert_eq!(
        map.groups.iter().map(|group| (group.group.clone(), group.size)).collect::<Vec<_>>(),
        [(Id::from("东"), 15), (Id::from("西"), 14)]
    );
    assert_eq!(map.participants[29].group, None);
    assert_eq!(map.withheld, None);
}

#[test]
fn a_drawing_holds_everybody_who_is_grouped_within_the_square() {
    let map = found(&estate(13, 80, 12, 3));
    let drawing: Drawing = draw(&map, 1000).expect("a map to show");
    let people: u32 = drawing.dots.iter().map(|dot| dot.people).sum();
    assert_eq!(people, map.groups.iter().map(|group| group.size).sum::<u32>());
    let is_inside = |value: i32| (50..=950).contains(&value);
    assert!(drawing.dots.iter().all(|dot| is_inside(dot.x) && is_inside(dot.y)));
    for (at, outline) in drawing.outlines.iter().enumerate() {
        assert_eq!(outline.people, map.groups[at].size);
        assert!(2 < outline.corners.len());
        let dots: Vec<_> = drawing.dots.iter().filter(|dot| dot.group == at).map(|dot| (dot.x, dot.y)).collect();
        assert!(outline.corners.iter().all(|corner| dots.contains(corner)), "corners are people");
    }
    assert_eq!(STATEMENTS_MIN, 7);
}
