//! What is talked over and what follows: posts, ties, grids, matters, motions, comments, notices, objections, action
//! items.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [people(), matters(), motions(), announcements(), tasks()].into_iter().flatten() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create().primary().to_owned();
    for column in columns {
        key.col(*column);
    }
    key
}

/// Who holds what office, who lives where, and which grid a building lies in. Nothing is deleted: it ends.
fn people() -> Vec<TableCreateStatement> {
    vec![
        // `scope` is `estate`, `grid:ID`, `building:NAME` or `body:ID`.
        table("post")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string("role"))
            .col(string("scope"))
            .col(big_integer("from_at"))
            .col(big_integer("until_at"))
            .col(string("appointed_by"))
            .to_owned(),
        table("tie")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("person"))
            .col(string("unit"))
            .col(string("kind"))
            .col(big_integer("from_at"))
            .col(big_integer("until_at"))
            .col(string("proof"))
            .col(string_null("verified_by"))
            .to_owned(),
        table("grid")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("name"))
            .col(string_null("parent"))
            .to_owned(),
        table("grid_building")
            .col(string("compound"))
            .col(string("building"))
            .col(big_integer("from_at"))
            .col(string("grid"))
            .col(big_integer_null("until_at"))
            .primary_key(&mut key(&["compound", "building", "from_at"]))
            .to_owned(),
        // The numbers a community sets for itself, as JSON.
        table("house_rule").col(string("compound").primary_key()).col(text("settings")).to_owned(),
        // The last number given of each kind of thing.
        table("number_of")
            .col(string("compound"))
            .col(string("kind"))
            .col(big_integer("last"))
            .primary_key(&mut key(&["compound", "kind"]))
            .to_owned(),
        // News for one person. `once` keeps anybody from being told one thing twice.
        table("news")
            .col(string("subject"))
            .col(string("once"))
            .col(string("compound"))
            .col(string("object"))
            .col(string("verb"))
            .col(big_integer("at"))
            .col(big_integer_null("read_at"))
            .primary_key(&mut key(&["subject", "once"]))
            .to_owned(),
    ]
}

fn matters() -> Vec<TableCreateStatement> {
    vec![
        // `wake_at` is the first second at which the clock could change its state.
        table("matter")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("source"))
            .col(string("title"))
            .col(text("body"))
            .col(string_null("building"))
            .col(string("state"))
            .col(boolean("is_open"))
            .col(big_integer("level"))
            .col(big_integer("since"))
            .col(big_integer_null("due"))
            .col(big_integer("left_over"))
            .col(big_integer("reopened"))
            .col(big_integer("open_children"))
            .col(boolean("is_emergency"))
            .col(big_integer_null("wake_at"))
            .col(string_null("responsible"))
            .col(big_integer_null("acknowledged_at"))
            .col(text("answer"))
            .col(string("answer_kind"))
            .col(big_integer_null("rating"))
            .col(string_null("merged_into"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .to_owned(),
        // `origin` is the matter by which they came; it stays when that is merged into another.
        table("submitter")
            .col(string("matter"))
            .col(string("subject"))
            .col(string("origin"))
            .col(big_integer_null("answered_at"))
            .primary_key(&mut key(&["matter", "subject", "origin"]))
            .to_owned(),
        table("descent")
            .col(string("matter"))
            .col(string("child_kind"))
            .col(string("child"))
            .col(boolean("has_ended"))
            .primary_key(&mut key(&["matter", "child_kind", "child"]))
            .to_owned(),
        // Comments of matters and motions; `target` is `kind:id`. Rows are never deleted.
        table("remark")
            .col(string("target"))
            .col(big_integer("number"))
            .col(string("compound"))
            .col(big_integer_null("parent"))
            .col(string("side"))
            .col(string("author"))
            .col(boolean("is_official"))
            .col(text("body"))
            .col(string("state"))
            .col(string("reason"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["target", "number"]))
            .to_owned(),
    ]
}

fn motions() -> Vec<TableCreateStatement> {
    vec![
        // `kind` is what the law calls it; `register` the version of the register that support is counted on.
        table("motion")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("kind"))
            .col(string("title"))
            .col(string("state"))
            .col(boolean("is_open"))
            .col(big_integer("since"))
            .col(big_integer_null("wake_at"))
            .col(string("proposer"))
            .col(big_integer("version"))
            .col(big_integer("register"))
            .col(big_integer("window_from"))
            .col(big_integer("window_until"))
            .col(string_null("poll"))
            .col(big_integer_null("vote_from"))
            .col(big_integer_null("vote_until"))
            .col(string("question"))
            .col(big_integer("repeats"))
            .col(big_integer("created_at"))
            .to_owned(),
        table("motion_version")
            .col(string("motion"))
            .col(big_integer("number"))
            .col(string("state"))
            .col(string("title"))
            .col(text("body"))
            .col(string("cost"))
            .col(text("attachments"))
            .col(string("hash"))
            .col(string("author"))
            .col(text("reason"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["motion", "number"]))
            .to_owned(),
        table("amendment")
            .col(string("motion"))
            .col(big_integer("number"))
            .col(big_integer("base"))
            .col(big_integer("from_paragraph"))
            .col(big_integer("to_paragraph"))
            .col(text("replacement"))
            .col(string("author"))
            .col(text("reason"))
            .col(string("state"))
            .col(text("decision"))
            .col(big_integer_null("result"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["motion", "number"]))
            .to_owned(),
        // Support is for one version and is never carried over to another.
        table("support")
            .col(string("motion"))
            .col(big_integer("version"))
            .col(string("person"))
            .col(big_integer("at"))
            .primary_key(&mut key(&["motion", "version", "person"]))
            .to_owned(),
    ]
}

fn announcements() -> Vec<TableCreateStatement> {
    vec![
        table("notice")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("kind"))
            .col(string("title"))
            .col(text("body"))
            .col(string("object"))
            .col(string("state"))
            .col(big_integer("since"))
            .col(big_integer_null("online_at"))
            .col(big_integer("until_at"))
            .col(string_null("replaced_by"))
            .col(string("created_by"))
            .to_owned(),
        // The board of one building; `photo` is the hash of the picture that shows the notice there.
        table("notice_board")
            .col(string("notice"))
            .col(string("building"))
            .col(big_integer_null("posted_at"))
            .col(string("photo"))
            .col(string("posted_by"))
            .primary_key(&mut key(&["notice", "building"]))
            .to_owned(),
        table("objection")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("target"))
            .col(string("against"))
            .col(string("ground"))
            .col(text("body"))
            .col(text("evidence"))
            .col(string("author"))
            .col(string("state"))
            .col(big_integer("since"))
            .col(text("answer"))
            .col(text("decision"))
            .col(string("effect"))
            .col(boolean("is_settled"))
            .to_owned(),
    ]
}

fn tasks() -> Vec<TableCreateStatement> {
    vec![
        // `source` is the decision or matter that it follows from, as `kind:id`.
        table("task")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("source"))
            .col(string("title"))
            .col(string("state"))
            .col(boolean("is_open"))
            .col(big_integer("since"))
            .col(string("responsible"))
            .col(big_integer("due"))
            .col(big_integer("due_changes"))
            .col(big_integer("percent"))
            .col(text("evidence"))
            .col(text("note"))
            .col(string_null("verified_by"))
            .to_owned(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(format!("{table}_{}", columns.join("_"))).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        index("post", &["compound", "subject"]),
        index("tie", &["compound", "person"]),
        index("grid", &["compound"]),
        index("news", &["subject", "at"]),
        index("matter", &["compound", "number"]),
        index("matter", &["compound", "is_open", "number"]),
        index("matter", &["compound", "responsible", "number"]),
        index("matter", &["compound", "wake_at"]),
        index("submitter", &["subject", "matter"]),
        index("descent", &["child_kind", "child"]),
        index("motion", &["compound", "number"]),
        index("motion", &["compound", "is_open", "number"]),
        index("motion", &["compound", "wake_at"]),
        index("notice", &["compound", "number"]),
        index("objection", &["target", "number"]),
        index("task", &["source", "number"]),
        index("task", &["compound", "is_open", "number"]),
    ]
}
