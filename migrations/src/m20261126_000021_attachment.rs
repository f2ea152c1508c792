//! Photos and papers that show something: kept by their hashes, with what they show.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let file = Table::create()
            .table("attachment")
            .col(string("compound"))
            .col(string("sha256"))
            .col(string("kind"))
            .col(binary("content"))
            .col(big_integer("size"))
            // `person:ID` or `staff:ID`.
            .col(string("added_by"))
            .col(big_integer("at"))
            .primary_key(Index::create().primary().col("compound").col("sha256"))
            .to_owned();
        manager.create_table(file).await?;
        // `object` is `task:ID`, `objection:ID` or `notice:ID`.
        let of = Table::create()
            .table("attachment_use")
            .col(string("compound"))
            .col(string("sha256"))
            .col(string("object"))
            .primary_key(Index::create().primary().col("compound").col("sha256").col("object"))
            .to_owned();
        manager.create_table(of).await
    }
}
