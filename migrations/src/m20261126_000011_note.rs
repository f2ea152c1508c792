//! Signed checkpoints of logs whose key is a signer's: the server cannot make them again.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("log_note")
            .col(string("poll"))
            .col(big_integer("size"))
            .col(text("note"))
            .primary_key(Index::create().primary().col("poll").col("size"))
            .to_owned();
        manager.create_table(table).await
    }
}
