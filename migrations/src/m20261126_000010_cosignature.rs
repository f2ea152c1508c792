//! Witnesses' cosignatures of the logs' checkpoints.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `line` is the note's line as the witness gave it, `witness` its verifier key, `time` what the line says.
        let table = Table::create()
            .table("log_cosignature")
            .col(string("poll"))
            .col(big_integer("size"))
            .col(string("witness"))
            .col(big_integer("time"))
            .col(text("line"))
            .primary_key(Index::create().primary().col("poll").col("size").col("witness").col("time"))
            .to_owned();
        manager.create_table(table).await
    }
}
