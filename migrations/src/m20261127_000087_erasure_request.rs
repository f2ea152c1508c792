//! Who has asked to be erased, and what they were answered.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let request = Table::create()
            .table("erasure_request")
            // The row goes with the person.
            .col(string("person").primary_key())
            .col(string("compound"))
            .col(big_integer("asked_at"))
            // Why not, once an officer has said so.
            .col(text("answer"))
            .col(big_integer_null("answered_at"))
            .to_owned();
        manager.create_table(request).await?;
        let mut list = Index::create();
        list.name("erasure_request_list").table("erasure_request").col("compound").col("asked_at");
        manager.create_index(list).await
    }
}
