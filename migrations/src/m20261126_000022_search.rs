//! What texts are found by: the database's own index over terms that the program makes.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `object` is `matter:ID`, `motion:ID` or `notice:ID`; whatever was found by more lately has a larger `id`.
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Postgres => &[
                "CREATE TABLE search_entry (id bigserial PRIMARY KEY, object text NOT NULL UNIQUE, \
                 compound text NOT NULL, terms tsvector NOT NULL)",
                "CREATE INDEX search_entry_terms ON search_entry USING gin (terms)",
            ],
            _ => &[
                "CREATE TABLE search_entry (id integer PRIMARY KEY AUTOINCREMENT, object text NOT NULL UNIQUE, \
                 compound text NOT NULL)",
                "CREATE VIRTUAL TABLE search_term USING fts5(terms, tokenize = 'unicode61 remove_diacritics 0')",
            ],
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
