//! What was brought to owners before a vote, by whom and how it is proved.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let delivery = Table::create()
            .table("delivery")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("poll"))
            .col(string("staff"))
            .col(string("method"))
            .col(text("proof"))
            .col(binary_null("photo"))
            // What the clerk signs.
            .col(text("text"))
            // The private half of its evidence, until it is in the log: then it is kept with all other evidence.
            .col(string("salt"))
            .col(text("record"))
            .col(big_integer("at"))
            .col(big_integer_null("log_index"))
            .to_owned();
        manager.create_table(delivery).await?;
        let poll = Index::create().name("delivery_poll").table("delivery").col("poll").col("log_index").to_owned();
        manager.create_index(poll).await?;
        let holder = Table::create()
            .table("delivery_holder")
            .col(string("poll"))
            .col(big_integer("holder"))
            .col(string("delivery"))
            .primary_key(Index::create().primary().col("poll").col("holder").col("delivery"))
            .to_owned();
        manager.create_table(holder).await?;
        let of = Index::create().name("delivery_holder_of").table("delivery_holder").col("delivery").to_owned();
        manager.create_index(of).await
    }
}
