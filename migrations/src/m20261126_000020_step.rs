//! Every step of a matter or a motion in the words of whoever made it: events hold hashes, and people want to read.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `object` is `matter:ID` or `motion:ID`; `actor` `person:ID`, `staff:ID` or `server`; `other` what a step names,
        // as `kind:id`.
        let table = Table::create()
            .table("step")
            .col(string("object"))
            .col(big_integer("number"))
            .col(big_integer("at"))
            .col(string("verb"))
            .col(string("actor"))
            .col(string("state"))
            .col(big_integer_null("level"))
            .col(string_null("responsible"))
            .col(big_integer_null("due"))
            .col(text("body"))
            .col(string("other"))
            .primary_key(Index::create().primary().col("object").col("number"))
            .to_owned();
        manager.create_table(table).await?;
        // From a poll back to the motions that it asks.
        let index = Index::create().name("motion_poll").table("motion").col("poll").to_owned();
        manager.create_index(index).await
    }
}
