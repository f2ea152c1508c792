//! Surveys: what is asked, what was answered, the needs found in it, and what becomes of each.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [survey(), question(), response(), voice(), home(), need(), coding(), plan()] {
            manager.create_table(table).await?;
        }
        let numbered =
            Index::create().name("survey_number").table("survey").col("compound").col("number").unique().to_owned();
        manager.create_index(numbered).await
    }
}

fn survey() -> TableCreateStatement {
    Table::create()
        .table("survey")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(big_integer("number"))
        .col(string("title"))
        .col(text("body"))
        .col(string("state"))
        .col(big_integer("since"))
        .col(string("author"))
        // The matter that gave rise to it.
        .col(string_null("matter"))
        .col(big_integer_null("opened_at"))
        .col(big_integer("closes_at"))
        // By when every need has its answer.
        .col(big_integer("promised_at"))
        // What the review sent back, or what the report says.
        .col(text("note"))
        .col(text("report"))
        // Draws the papers that a second person enters; empty until entry has ended.
        .col(string("salt"))
        .col(string_null("coder_one"))
        .col(string_null("coder_two"))
        .col(big_integer("created_at"))
        .to_owned()
}

fn question() -> TableCreateStatement {
    Table::create()
        .table("survey_question")
        .col(string("survey"))
        .col(big_integer("number"))
        .col(string("prompt"))
        // The kind with its options and bounds, as JSON.
        .col(text("question"))
        .primary_key(Index::create().primary().col("survey").col("number"))
        .to_owned()
}

fn response() -> TableCreateStatement {
    Table::create()
        .table("survey_response")
        .col(string("survey"))
        .col(big_integer("number"))
        .col(string("channel"))
        .col(string("building"))
        .col(string("tenure"))
        // By the number of the question, as JSON.
        .col(text("answers"))
        // Who entered it; empty online.
        .col(string("recorder"))
        // The second entry of a paper that was drawn.
        .col(text("answers_twice"))
        .col(string("recorder_twice"))
        .col(boolean("is_settled"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("survey").col("number"))
        .to_owned()
}

/// Who has answered online. Which answer is theirs is known only as long as they can change it.
fn voice() -> TableCreateStatement {
    Table::create()
        .table("survey_voice")
        .col(string("survey"))
        .col(string("person"))
        .col(big_integer_null("response"))
        .primary_key(Index::create().primary().col("survey").col("person"))
        .to_owned()
}

/// Homes from which somebody has answered, without what they said.
fn home() -> TableCreateStatement {
    Table::create()
        .table("survey_home")
        .col(string("survey"))
        .col(string("unit"))
        .primary_key(Index::create().primary().col("survey").col("unit"))
        .to_owned()
}

fn need() -> TableCreateStatement {
    Table::create()
        .table("survey_need")
        .col(string("survey"))
        .col(big_integer("number"))
        .col(string("title"))
        .col(string("answer"))
        .col(text("reason"))
        .col(big_integer_null("answered_at"))
        .primary_key(Index::create().primary().col("survey").col("number"))
        .to_owned()
}

/// Into which need an open answer was sorted; need 0 is none. Places 1 and 2 are the coders', 3 is what was settled.
fn coding() -> TableCreateStatement {
    Table::create()
        .table("survey_coding")
        .col(string("survey"))
        .col(big_integer("response"))
        .col(big_integer("question"))
        .col(big_integer("place"))
        .col(big_integer("need"))
        .primary_key(Index::create().primary().col("survey").col("response").col("question").col("place"))
        .to_owned()
}

fn plan() -> TableCreateStatement {
    Table::create()
        .table("survey_plan")
        .col(string("survey"))
        .col(big_integer("number"))
        .col(string("title"))
        // The numbers of the needs that it cites, as JSON.
        .col(text("needs"))
        .col(big_integer_null("due"))
        .primary_key(Index::create().primary().col("survey").col("number"))
        .to_owned()
}
