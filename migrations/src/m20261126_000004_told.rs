//! When entries were stored, and up to which of them owners were told.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The server's clock; no signature covers it.
        let at = Table::alter().table("log_checkpoint").add_column(big_integer_null("at")).to_owned();
        manager.alter_table(at).await?;
        // Owners were told of the entries below this index.
        let told = Table::alter().table("poll").add_column(big_integer("told").default(0)).to_owned();
        manager.alter_table(told).await
    }
}
