//! Bodies with their seats, meetings with their agendas, who was there, who spoke, and minutes.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        bodies(manager).await?;
        meetings(manager).await?;
        records(manager).await
    }
}

async fn bodies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let body = Table::create()
        .table("body")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(big_integer("number"))
        .col(string("kind"))
        .col(string("name"))
        // The building whose stairwell it is; none for the whole estate.
        .col(string_null("building"))
        // Seats by group, as JSON.
        .col(text("seats"))
        .col(big_integer("notice_days"))
        .col(big_integer("quorum_percent"))
        .col(boolean("decides"))
        .col(big_integer_null("closed_at"))
        .to_owned();
    manager.create_table(body).await?;
    index(manager, "body_number", "body", &["compound", "number"], true).await?;
    let seat = Table::create()
        .table("body_seat")
        .col(string("body"))
        .col(string("subject"))
        .col(string("seats_of"))
        // `chair`, `secretary`, or empty.
        .col(string("part"))
        .col(big_integer("from_at"))
        .col(big_integer_null("until_at"))
        .primary_key(Index::create().primary().col("body").col("subject"))
        .to_owned();
    manager.create_table(seat).await
}

async fn meetings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let meeting = Table::create()
        .table("meeting")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(big_integer("number"))
        .col(string("body"))
        .col(string("title"))
        .col(string("place"))
        .col(big_integer("from_at"))
        .col(big_integer("until_at"))
        .col(string("state"))
        .col(big_integer("since"))
        // What hangs in the hall for people to check in by.
        .col(string("code"))
        .col(text("reason"))
        // When the session began and ended.
        .col(big_integer_null("opened_at"))
        .col(big_integer_null("closed_at"))
        .col(string("created_by"))
        .to_owned();
    manager.create_table(meeting).await?;
    index(manager, "meeting_number", "meeting", &["compound", "number"], true).await?;
    let item = Table::create()
        .table("agenda_item")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(big_integer("number"))
        .col(string("body"))
        // The meeting on whose agenda it is; none while it waits.
        .col(string_null("meeting"))
        // Its place on the agenda.
        .col(big_integer("place"))
        .col(string("kind"))
        .col(string("title"))
        .col(text("content"))
        // The matter or motion it is about, as `kind:id`, or empty.
        .col(string("object"))
        .col(string("state"))
        // The reason of a refusal, or where it went.
        .col(text("note"))
        .col(string("author"))
        .col(big_integer("at"))
        // Who was there before the decision, and the hands, as JSON; empty before.
        .col(text("there"))
        .col(text("hands"))
        .to_owned();
    manager.create_table(item).await?;
    index(manager, "agenda_item_meeting", "agenda_item", &["meeting", "place"], false).await?;
    index(manager, "agenda_item_body", "agenda_item", &["body", "state", "number"], false).await?;
    index(manager, "agenda_item_object", "agenda_item", &["compound", "object"], false).await
}

async fn records(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let attendance = Table::create()
        .table("attendance")
        .col(string("meeting"))
        .col(big_integer("number"))
        .col(string("subject"))
        .col(string_null("seats_of"))
        .col(string_null("proxy_for"))
        .col(big_integer("from_at"))
        .col(big_integer_null("until_at"))
        .col(string("how"))
        .col(string("noted_by"))
        .primary_key(Index::create().primary().col("meeting").col("number"))
        .to_owned();
    manager.create_table(attendance).await?;
    let speech = Table::create()
        .table("speech")
        .col(string("meeting"))
        .col(big_integer("number"))
        .col(string("subject"))
        .col(big_integer("asked_at"))
        // None while they wait.
        .col(big_integer_null("from_at"))
        .col(big_integer_null("until_at"))
        .primary_key(Index::create().primary().col("meeting").col("number"))
        .to_owned();
    manager.create_table(speech).await?;
    let minutes = Table::create()
        .table("minutes")
        .col(string("meeting"))
        .col(big_integer("number"))
        .col(string("state"))
        .col(big_integer("since"))
        // The numbers of the record, as JSON.
        .col(text("skeleton"))
        .col(text("content"))
        .col(text("correction"))
        .col(string("hash"))
        // Who signed as what, as JSON.
        .col(text("signatures"))
        .primary_key(Index::create().primary().col("meeting").col("number"))
        .to_owned();
    manager.create_table(minutes).await?;
    let note = Table::create()
        .table("minutes_note")
        .col(string("meeting"))
        .col(big_integer("version"))
        .col(big_integer("number"))
        .col(string("author"))
        .col(text("content"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("meeting").col("version").col("number"))
        .to_owned();
    manager.create_table(note).await
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
    is_unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    if is_unique {
        index.unique();
    }
    manager.create_index(index).await
}
