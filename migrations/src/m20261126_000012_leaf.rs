//! Entries are no longer looked up by their hash in the database: the index cost more than all the rest of a row.
//!
//! That nothing stands in a log twice is what the head's lock is for: whoever holds it knows every leaf before.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("log_entry_leaf").table("log_entry").to_owned()).await
    }
}
