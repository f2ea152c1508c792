//! Voting at the service point with witnesses, who came to an assembly, and who was reminded.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> [TableCreateStatement; 5] {
    [
        Table::create()
            .table("sitting")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("poll"))
            .col(big_integer("holder"))
            .col(big_integer("person_no"))
            .col(string("person"))
            .col(string("clerk"))
            // What the credential commits to: it names the witnesses, and is kept with all other evidence.
            .col(string("evidence"))
            .col(string("code_sha256").unique_key())
            .col(big_integer("created_at"))
            // Of the tablet's cookie, once the code was used.
            .col(string_null("token_sha256").unique_key())
            // From the moment the ballot is signed: the key, and the phone that counts for this poll no more.
            .col(string_null("public_key"))
            .col(string_null("device"))
            .col(big_integer_null("credential"))
            // The check code, once the ballot is in the log.
            .col(string_null("check_code"))
            .col(big_integer_null("ended_at"))
            // Once nothing of it is left to do.
            .col(boolean("is_settled"))
            .to_owned(),
        Table::create()
            .table("hall_arrival")
            .col(string("poll"))
            .col(big_integer("holder"))
            .col(boolean("is_represented"))
            .col(string("staff"))
            .col(big_integer("at"))
            // The list that names it.
            .col(string_null("list"))
            .primary_key(Index::create().primary().col("poll").col("holder"))
            .to_owned(),
        Table::create()
            .table("hall_list")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("poll"))
            // What both clerks sign.
            .col(text("text"))
            .col(binary("scan"))
            .col(big_integer("at"))
            .col(big_integer_null("log_index"))
            .to_owned(),
        Table::create()
            .table("hall_signature")
            .col(string("list"))
            .col(string("staff"))
            .col(string("vkey"))
            .col(string("signature"))
            .primary_key(Index::create().primary().col("list").col("staff"))
            .to_owned(),
        Table::create()
            .table("reminder")
            .col(string("poll"))
            .col(string("person"))
            // Since the epoch, in the estate's time.
            .col(big_integer("day"))
            .primary_key(Index::create().primary().col("poll").col("person").col("day"))
            .to_owned(),
    ]
}

fn indexes() -> [IndexCreateStatement; 3] {
    [
        Index::create().name("sitting_poll").table("sitting").col("poll").col("holder").to_owned(),
        Index::create().name("sitting_settled").table("sitting").col("is_settled").to_owned(),
        Index::create().name("hall_list_poll").table("hall_list").col("poll").to_owned(),
    ]
}
