//! What an estate had before a change of the schema is there after it, on both databases.

use deliberation::{
    meeting::{Body, BodyKind},
    settings::Settings,
};
use heyi_tests::databases::{Kind, TestDatabase};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, Statement};

/// An estate with numbers of its own, a statement that somebody reacted to, and two meetings of a body.
const BEFORE: [&str; 5] = [
    "INSERT INTO house_rule (compound, settings) VALUES ('c', '{\"repeats\":3}')",
    "INSERT INTO statement (matter, number, compound, body, author, is_seed, state, reason, at) \
     VALUES ('m', 1, 'c', 'Wider', 'person:p', false, 'accepted', '', 1)",
    "INSERT INTO reaction (matter, person, number, value) VALUES ('m', 'p', 1, 1)",
    "INSERT INTO body (id, compound, number, kind, name, seats, notice_days, quorum_percent, decides) \
     VALUES ('b', 'c', 1, 'council', 'Council', '{\"A\":2}', 3, 50, true)",
    "INSERT INTO meeting (id, compound, number, body, title, place, from_at, until_at, state, since, code, reason, \
     created_by) VALUES ('x', 'c', 1, 'b', 't', 'p', 1, 2, 'convened', 1, '', '', 'person:p'), \
     ('y', 'c', 2, 'b', 't', 'p', 1, 2, 'planned', 1, '', '', 'person:p')",
];

async fn rules_and_statements_are_kept(kind: Kind) {
    let database = TestDatabase::empty(kind).await;
    let open = database.open().await;
    let db = open.writer();
    let before = Migrator::migrations().iter().position(|one| one.name().contains("_000091_")).expect("it is there");
    Migrator::up(db, u32::try_from(before).ok()).await.expect("as it was");
    for sql in BEFORE {
        db.execute_unprepared(sql).await.expect(sql);
    }
    Migrator::up(db, None).await.expect("as it is");
    let read = async |sql: &str| -> Vec<String> {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect(sql);
        rows.iter().map(|row| row.try_get("", "found").expect("text")).collect()
    };
    assert_eq!(read("SELECT target AS found FROM statement").await, ["matter:m"]);
    assert_eq!(read("SELECT target AS found FROM reaction").await, ["matter:m"]);
    let held = read("SELECT rules AS found FROM rule_change WHERE object = 'estate' AND state = 'in_force'").await;
    let settings: Settings = serde_json::from_str(&held[0]).expect("settings");
    assert_eq!((held.len(), settings.repeats), (1, 3), "they hold from the beginning");
    let rules = read("SELECT rules AS found FROM meeting ORDER BY id").await;
    let convened: Body = serde_json::from_str(&rules[0]).expect("a body's rules");
    let seats = [("A".to_owned(), 2)].into();
    let expected = Body { kind: BodyKind::Council, seats, notice_days: 3, quorum_percent: 50, decides: true };
    assert_eq!((convened, rules[1].as_str()), (expected, ""), "what is only planned goes by the rules to come");
}

#[tokio::test]
async fn rules_and_statements_are_kept_on_sqlite() {
    rules_and_statements_are_kept(Kind::Sqlite).await;
}

#[tokio::test]
async fn rules_and_statements_are_kept_on_postgres() {
    rules_and_statements_are_kept(Kind::Postgres).await;
}
