//! Statements below a matter, and what people think of them.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statement = Table::create()
            .table("statement")
            .col(string("matter"))
            .col(big_integer("number"))
            .col(string("compound"))
            .col(string("body"))
            .col(string("author"))
            // Written by whoever moderates, to begin with.
            .col(boolean("is_seed"))
            .col(string("state"))
            .col(string("reason"))
            // The one that says the same, of a duplicate.
            .col(big_integer_null("original"))
            .col(big_integer("at"))
            .primary_key(Index::create().primary().col("matter").col("number"))
            .to_owned();
        manager.create_table(statement).await?;
        // Moderators ask for what waits.
        let waiting =
            Index::create().name("statement_state").table("statement").col("compound").col("state").to_owned();
        manager.create_index(waiting).await?;
        // -1 disagree, 0 pass, 1 agree. No event tells of it: who thinks what is nobody else's business.
        let reaction = Table::create()
            .table("reaction")
            .col(string("matter"))
            .col(string("person"))
            .col(big_integer("number"))
            .col(big_integer("value"))
            .primary_key(Index::create().primary().col("matter").col("person").col("number"))
            .to_owned();
        manager.create_table(reaction).await?;
        // How often the map of a matter has changed: whoever keeps one knows whether it is still right.
        let version =
            Table::create().table("opinion").col(string("matter").primary_key()).col(big_integer("changes")).to_owned();
        manager.create_table(version).await
    }
}
