//! The map against the numbers that another implementation published for real conversations.
//!
//! The conversations lie beside the checkout and are not part of the project; where they are missing,
//! the tests say so and compare nothing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{Grouping, Id, Map, Moderation, Reactions, Vote, cluster, map};

type Row = BTreeMap<String, String>;

/// A conversation with what was published of it.
struct Conversation {
    folder: PathBuf,
    map: Map,
}

/// Every conversation that is there, with the groups that were published.
fn conversations() -> Vec<Conversation> {
    ["25ptpt-3gp-no-strict-with-meta", "below-100-ptpts"]
        .into_iter()
        .filter_map(|name| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/opinion").join(name);
            if !folder.is_dir() {
                println!("skipped: {} is not there to compare with", folder.display());
                return None;
            }
            let groups = table(&folder, "polis_participants.csv")
                .iter()
                .map(|row| (id(row, "participant_id"), id(row, "group")))
                .collect();
            let map = map(&reactions(&folder), Grouping::Given(&groups));
            Some(Conversation { folder, map })
        })
        .collect()
}

fn reactions(folder: &Path) -> Reactions {
    let moderations = table(folder, "statements_in.csv")
        .iter()
        .map(|row| {
            let moderation = Moderation { is_out: row["moderated"] == "-1", is_meta: row["is_meta"] == "True" };
            (id(row, "statement_id"), moderation)
        })
        .collect();
    let votes: Reactions = table(folder, "votes.csv")
        .iter()
        .map(|row| {
            let vote = match row["vote"].as_str() {
                "1" => Vote::Agree,
                "0" => Vote::Pass,
                "-1" => Vote::Disagree,
                other => panic!("{other} is no vote"),
            };
            (id(row, "participant_id"), id(row, "statement_id"), vote)
        })
        .collect();
    votes.with_statements(&moderations)
}

fn table(folder: &Path, name: &str) -> Vec<Row> {
    let text = read(folder, name);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().expect("a header").collect();
    lines.map(|line| header.iter().cloned().zip(line).collect()).collect()
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&read(folder, name)).expect("JSON")
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|err| panic!("{name}: {err}"))
}

fn id(row: &Row, column: &str) -> Id {
    Id::from(row[column].as_str())
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|err| panic!("{column} {}: {err}", row[column]))
}

fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
}

/// Which way published components point, compared with ours.
fn signs(conversation: &Conversation) -> [f64; 2] {
    let rows = table(&conversation.folder, "polis_statements.csv");
    [(0, "pc1"), (1, "pc2")].map(|(axis, name)| {
        let product: f64 = conversation
            .map
            .statements
            .iter()
            .zip(&rows)
            .map(|(statement, row)| statement.components[axis] * number(row, name))
            .sum();
        product.signum()
    })
}

/// Our statements beside the published ones.
fn statements(conversation: &Conversation) -> Vec<(&super::StatementFigures, Row)> {
    let rows = table(&conversation.folder, "polis_statements.csv");
    assert_eq!(rows.len(), conversation.map.statements.len());
    let pairs: Vec<_> = conversation.map.statements.iter().zip(rows).collect();
    assert!(pairs.iter().all(|(statement, row)| statement.statement == id(row, "statement_id")));
    pairs
}

/// Our figures of each group beside the published ones.
fn group_rows(conversation: &Conversation) -> Vec<(&super::GroupStatement, Row)> {
    let rows = table(&conversation.folder, "reddwarf_group_stats.csv");
    let ours = conversation.map.groups.iter().flat_map(|group| {
        group.statements.iter().map(|statement| ((group.group.clone(), statement.statement.clone()), statement))
    });
    let mut ours: BTreeMap<(Id, Id), &super::GroupStatement> = ours.collect();
    assert_eq!(rows.len(), ours.len());
    rows.into_iter()
        .map(|row| {
            (ours.remove(&(id(&row, "group_id"), id(&row, "statement_id"))).expect("a statement of a group"), row)
        })
        .collect()
}

#[test]
fn om1_counts_are_the_published_ones() {
    for conversation in conversations() {
        for (ours, row) in group_rows(&conversation) {
            for (count, column) in [(ours.na, "na"), (ours.nd, "nd"), (ours.ns, "ns")] {
                assert_eq!(count.to_string(), row[column], "{column} of {row:?}");
            }
        }
        // The published totals are of those in groups.
        for (at, row) in table(&conversation.folder, "reddwarf_statements.csv").iter().enumerate() {
            let sum = |count: fn(&super::GroupStatement) -> u32| -> u32 {
                conversation.map.groups.iter().map(|group| count(&group.statements[at])).sum()
            };
            let (agree, disagree, seen) = (sum(|own| own.na), sum(|own| own.nd), sum(|own| own.ns));
            let expected =
                ["n_agree", "n_disagree", "n_total"].map(|column| row[column].parse::<u32>().expect("a count"));
            assert_eq!([agree, disagree, seen], expected, "{row:?}");
            assert_eq!(seen - agree - disagree, expected[2] - expected[0] - expected[1], "passes of {row:?}");
        }
    }
}

#[test]
fn om2_means_are_the_published_ones() {
    for conversation in conversations() {
        for (ours, row) in statements(&conversation) {
            close("mean", ours.mean, number(&row, "mean"), 1e-12);
        }
    }
}

#[test]
fn om3_components_are_the_published_ones() {
    for conversation in conversations() {
        let signs = signs(&conversation);
        for (ours, row) in statements(&conversation) {
            close("pc1", signs[0] * ours.components[0], number(&row, "pc1"), 1e-9);
            close("pc2", signs[1] * ours.components[1], number(&row, "pc2"), 1e-9);
        }
    }
}

#[test]
fn om4_people_stand_where_they_were_published() {
    for conversation in conversations() {
        let signs = signs(&conversation);
        let ours: BTreeMap<&Id, _> =
            conversation.map.participants.iter().map(|person| (&person.participant, person)).collect();
        for row in table(&conversation.folder, "polis_participants.csv") {
            let person = ours[&id(&row, "participant_id")];
            close("x", signs[0] * person.x, number(&row, "x"), 1e-9);
            close("y", signs[1] * person.y, number(&row, "y"), 1e-9);
        }
        // Also those whom no group has.
        for row in table(&conversation.folder, "reddwarf_participants.csv") {
            let person = ours[&id(&row, "participant_id")];
            close("x", signs[0] * person.x, number(&row, "x"), 1e-9);
            close("y", signs[1] * person.y, number(&row, "y"), 1e-9);
        }
    }
}

#[test]
fn om5_extremities_are_the_published_ones() {
    for conversation in conversations() {
        for (ours, row) in statements(&conversation) {
            close("extremity", ours.extremity, number(&row, "extremity"), 1e-9);
        }
    }
}

#[test]
fn om6_the_published_centres_give_the_published_groups() {
    for conversation in conversations() {
        let signs = signs(&conversation);
        let config = json(&conversation.folder, "config.json");
        let centres: Vec<[f64; 2]> = config["kmeans_init"]
            .as_array()
            .expect("centres")
            .iter()
            .map(|centre| [0, 1].map(|axis| signs[axis] * centre[axis].as_f64().expect("a number")))
            .collect();
        let grouped: Vec<_> = conversation.map.participants.iter().filter(|person| person.group.is_some()).collect();
        let points: Vec<[f64; 2]> = grouped.iter().map(|person| [person.x, person.y]).collect();
        let found = cluster::k_means(&points, centres);
        let mut names = BTreeMap::new();
        for (person, label) in grouped.iter().zip(&found.labels) {
            assert_eq!(names.entry(label).or_insert(&person.group), &&person.group, "{person:?}");
        }
        assert_eq!(names.len(), conversation.map.groups.len());
    }
}

#[test]
fn om7_the_silhouette_is_the_published_one() {
    for conversation in conversations() {
        let published = json(&conversation.folder, "reddwarf_result.json")["silhouette"].as_f64().expect("a number");
        close("silhouette", conversation.map.silhouette.expect("several groups"), published, 1e-9);
    }
}

#[test]
fn om8_group_figures_are_the_published_ones() {
    for conversation in conversations() {
        for (ours, row) in group_rows(&conversation) {
            for (figure, column) in [
                (ours.pa, "pa"),
                (ours.pd, "pd"),
                (ours.pat, "pat"),
                (ours.pdt, "pdt"),
                (ours.ra, "ra"),
                (ours.rd, "rd"),
                (ours.rat, "rat"),
                (ours.rdt, "rdt"),
            ] {
                close(column, figure, number(&row, column), 1e-12);
            }
        }
        let published = json(&conversation.folder, "polis_repness.json");
        for group in &conversation.map.groups {
            for entry in published["repness"][name(&group.group)].as_array().expect("a list") {
                let ours = &group.statements[statement_at(&group.statements, entry)];
                let [p, p_test, r, r_test] = if entry["repful-for"] == "agree" {
                    [ours.pa, ours.pat, ours.ra, ours.rat]
                } else {
                    [ours.pd, ours.pdt, ours.rd, ours.rdt]
                };
                for (figure, field) in [(p, "p-success"), (p_test, "p-test"), (r, "repness"), (r_test, "repness-test")]
                {
                    close(field, figure, entry[field].as_f64().expect("a number"), 1e-6);
                }
            }
        }
    }
}

fn name(group: &Id) -> String {
    match group {
        Id::Number(number) => number.to_string(),
        Id::Text(text) => text.clone(),
    }
}

fn statement_at(statements: &[super::GroupStatement], entry: &Value) -> usize {
    let wanted = Id::Number(entry["tid"].as_u64().expect("a number"));
    statements.iter().position(|statement| statement.statement == wanted).expect("a statement of the group")
}

#[test]
fn om9_consensus_of_groups_and_priority_are_the_published_ones() {
    for conversation in conversations() {
        for (ours, row) in statements(&conversation) {
            close("consensus", ours.consensus, number(&row, "gac"), 1e-12);
            let priority = number(&row, "priority");
            close("priority", ours.priority, priority, 1e-9 * priority);
        }
    }
}

#[test]
fn om10_lists_are_the_published_ones_in_their_order() {
    for conversation in conversations() {
        let published = json(&conversation.folder, "polis_repness.json");
        let ids = |list: &Value| -> Vec<Id> {
            let list = list.as_array().expect("a list");
            list.iter().map(|entry| Id::Number(entry["tid"].as_u64().expect("a number"))).collect()
        };
        for group in &conversation.map.groups {
            let list = &published["repness"][name(&group.group)];
            let ours: Vec<Id> = group.representative.iter().map(|entry| entry.statement.clone()).collect();
            assert_eq!(ours, ids(list), "{:?}", group.group);
            for (entry, expected) in group.representative.iter().zip(list.as_array().expect("a list")) {
                assert_eq!(serde_json::to_value(entry.side).expect("a word"), expected["repful-for"]);
                assert_eq!(entry.best_agree, expected["best-agree"] == true);
            }
        }
        assert_eq!(conversation.map.consensus.agree, ids(&published["consensus"]["agree"]));
        assert_eq!(conversation.map.consensus.disagree, ids(&published["consensus"]["disagree"]));
    }
}
