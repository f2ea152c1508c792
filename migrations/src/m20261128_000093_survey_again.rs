//! Which survey asks again what an earlier one asked.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let again =
            Table::create().table("survey_again").col(string("survey").primary_key()).col(string("earlier")).to_owned();
        manager.create_table(again).await?;
        let index = Index::create().name("survey_again_earlier").table("survey_again").col("earlier").to_owned();
        manager.create_index(index).await
    }
}
