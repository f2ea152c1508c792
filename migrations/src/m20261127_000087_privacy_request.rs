//! What people have asked of their own data: to correct it, to erase it; and what they were answered.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let request = Table::create()
            .table("privacy_request")
            // The rows go with the person.
            .col(string("person"))
            .col(string("wish"))
            .col(string("compound"))
            // What is wrong, where something is to be corrected.
            .col(text("body"))
            .col(big_integer("asked_at"))
            // What an officer says to it, once one has.
            .col(text("answer"))
            .col(big_integer_null("answered_at"))
            .primary_key(Index::create().primary().col("person").col("wish"))
            .to_owned();
        manager.create_table(request).await?;
        let mut list = Index::create();
        list.name("privacy_request_list").table("privacy_request").col("compound").col("asked_at");
        manager.create_index(list).await
    }
}
