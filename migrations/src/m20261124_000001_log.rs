//! The logs of polls: heads, entries, checkpoints, and the files that a bundle needs beside them.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is written once and never changed or deleted.
const APPEND_ONLY: [&str; 3] = ["log_entry", "log_checkpoint", "log_file"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for mut table in tables() {
            if backend == DbBackend::Sqlite {
                // Rows lie in the order of the key: one tree to append to instead of two.
                table.extra("WITHOUT ROWID");
            }
            manager.create_table(table).await?;
        }
        let leaf =
            Index::create().name("log_entry_leaf").table("log_entry").col("poll").col("leaf").unique().to_owned();
        manager.create_index(leaf).await?;
        let connection = manager.get_connection();
        for statement in triggers(backend) {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 4] {
    let pair = |second: &'static str| Index::create().primary().col("poll").col(second).to_owned();
    [
        // `frontier` is the tree's peaks, largest first; `close_index` where the close stands. Whoever moves the head
        // names the size and the epoch that it had.
        Table::create()
            .table("log_head")
            .col(string("poll").primary_key())
            .col(big_integer("size"))
            .col(blob("root"))
            .col(blob("frontier"))
            .col(big_integer("epoch"))
            .col(big_integer_null("close_index"))
            .to_owned(),
        Table::create()
            .table("log_entry")
            .col(string("poll"))
            .col(big_integer("idx"))
            .col(blob("leaf"))
            .col(blob("body"))
            .primary_key(&mut pair("idx"))
            .to_owned(),
        // Every size that was published with its root; the signed note follows from these.
        Table::create()
            .table("log_checkpoint")
            .col(string("poll"))
            .col(big_integer("size"))
            .col(blob("root"))
            .primary_key(&mut pair("size"))
            .to_owned(),
        // `roll.jsonl`, `texts/…` and `rules/…` as the bundle names them.
        Table::create()
            .table("log_file")
            .col(string("poll"))
            .col(string("path"))
            .col(blob("body"))
            .primary_key(&mut pair("path"))
            .to_owned(),
    ]
}

fn triggers(backend: DbBackend) -> Vec<String> {
    if backend == DbBackend::Sqlite {
        let refuse = |table: &str, verb: &str| {
            format!(
                "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN \
                 SELECT RAISE(ABORT, 'a log is only appended to'); END"
            )
        };
        return APPEND_ONLY.iter().flat_map(|table| ["update", "delete"].map(|verb| refuse(table, verb))).collect();
    }
    let function = "CREATE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                    RAISE EXCEPTION 'a log is only appended to'; END $$"
        .to_owned();
    let refuse = |table: &&str| {
        format!(
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION log_append_only()"
        )
    };
    std::iter::once(function).chain(APPEND_ONLY.iter().map(refuse)).collect()
}
