//! Voting on paper: the forms of a poll, what clerks entered and nobody counted yet, and the scans.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A poll whose papers may still be entered after its time; its log closes by itself no earlier.
        let desk = Table::create()
            .table("paper_desk")
            .col(string("poll").primary_key())
            .col(string("compound"))
            .col(big_integer("held_until"))
            .to_owned();
        manager.create_table(desk).await?;
        let form = Table::create()
            .table("paper_form")
            .col(string("poll"))
            .col(big_integer("number"))
            .col(big_integer("holder"))
            .col(string("state"))
            .col(big_integer("printed_at"))
            .col(big_integer_null("received"))
            .col(string_null("scan"))
            // What two clerks sign: it holds choices, and is emptied once it is in the log.
            .col(string("text"))
            .col(string("refused"))
            .col(string("code"))
            .col(big_integer_null("log_index"))
            .primary_key(Index::create().primary().col("poll").col("number"))
            .to_owned();
        manager.create_table(form).await?;
        let holder = Index::create().name("paper_form_holder").table("paper_form").col("poll").col("holder").to_owned();
        manager.create_index(holder).await?;
        // What a clerk entered: it holds choices, and is deleted once the paper is in the log.
        let entry = Table::create()
            .table("paper_entry")
            .col(string("poll"))
            .col(big_integer("number"))
            .col(string("staff"))
            .col(big_integer("place"))
            .col(string("entered"))
            .col(big_integer("at"))
            .col(boolean("signs"))
            .col(string("vkey"))
            .col(string("signature"))
            .primary_key(Index::create().primary().col("poll").col("number").col("staff"))
            .to_owned();
        manager.create_table(entry).await?;
        let scan = Table::create()
            .table("paper_scan")
            .col(string("compound"))
            .col(string("sha256"))
            .col(string("poll"))
            .col(big_integer("number"))
            .col(binary("content"))
            .col(string("added_by"))
            .col(big_integer("at"))
            .primary_key(Index::create().primary().col("compound").col("sha256"))
            .to_owned();
        manager.create_table(scan).await
    }
}
