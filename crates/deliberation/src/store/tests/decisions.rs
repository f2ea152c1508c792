//! The register of decisions: what was decided before there was one, and what follows from what.

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::*;

#[tokio::test]
async fn what_was_decided_before_the_register_is_entered_in_its_order() {
    let database = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
    let before = Migrator::migrations().iter().position(|one| one.name().contains("_000088_")).unwrap();
    Migrator::up(&database, u32::try_from(before).ok()).await.unwrap();
    let motion = |id: &str, compound: &str| {
        format!(
            "INSERT INTO motion VALUES ('{id}', '{compound}', 1, 'x', 'x', 'lost', 0, 1, NULL, 'x', 1, 1, 0, 0, NULL, NULL, NULL, '', 0, 1)"
        )
    };
    let step = |motion: &str, number: u64, at: u64, verb: &str| {
        format!(
            "INSERT INTO step VALUES ('motion:{motion}', {number}, {at}, '{verb}', 'server', 'x', NULL, NULL, NULL, '', '')"
        )
    };
    let event = |number: u64, at: u64, verb: &str, object: &str| {
        format!("INSERT INTO event VALUES ('one', {number}, {at}, 'server', '{verb}', '{object}', '', '', '')")
    };
    for statement in [
        motion("a", "one"),
        motion("b", "two"),
        motion("c", "one"),
        step("a", 1, 10, "miss_quorum"),
        step("a", 2, 50, "carry"),
        step("b", 1, 20, "lose"),
        step("c", 1, 30, "submit"),
        event(1, 5, "agenda_item_decide", "i"),
        event(2, 6, "agenda_item_note", "j"),
    ] {
        database.execute_unprepared(&statement).await.unwrap();
    }
    Migrator::up(&database, None).await.unwrap();
    let read = async |sql: &str| {
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "line").unwrap()).collect::<Vec<_>>()
    };
    let rows = read("SELECT compound || number || ' ' || source || ' ' || at AS line FROM decision ORDER BY 1").await;
    assert_eq!(rows, ["one1 agenda_item:i 5", "one2 motion:a 50", "two1 motion:b 20"]);
    let numbers = read("SELECT compound || last AS line FROM number_of WHERE kind = 'decision' ORDER BY 1").await;
    assert_eq!(numbers, ["one2", "two1"]);
}
