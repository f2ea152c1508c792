//! Every step of a matter in the words of whoever made it: events hold hashes, and people want to read.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `actor` is `person:ID`, `staff:ID` or `server`; `other` the matter or child that a step names, as `kind:id`.
        let table = Table::create()
            .table("matter_step")
            .col(string("matter"))
            .col(big_integer("number"))
            .col(big_integer("at"))
            .col(string("verb"))
            .col(string("actor"))
            .col(string("state"))
            .col(big_integer("level"))
            .col(string_null("responsible"))
            .col(big_integer_null("due"))
            .col(text("body"))
            .col(string("other"))
            .primary_key(Index::create().primary().col("matter").col("number"))
            .to_owned();
        manager.create_table(table).await
    }
}
