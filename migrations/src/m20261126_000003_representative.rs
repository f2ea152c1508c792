//! Who speaks for the owners of a unit, as they have agreed beforehand.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One of the unit's owners; the same on every unit of the same owners.
        let change = Table::alter().table("unit").add_column(string_null("representative")).to_owned();
        manager.alter_table(change).await
    }
}
