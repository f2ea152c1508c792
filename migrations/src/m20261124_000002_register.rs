//! The estate, its people, their devices, what officers sign, and polls in preparation.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [estate(), people(), devices(), sign_in(), acts(), polls()];
        for table in tables.into_iter().flatten() {
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

/// Compounds, and the register of units and owners that was last applied.
fn estate() -> Vec<TableCreateStatement> {
    vec![
        // `officers` is how many of them sign a dangerous act.
        table("compound")
            .col(string("id").primary_key())
            .col(string("name"))
            .col(string("phone"))
            .col(string("service_point"))
            .col(string("place"))
            .col(big_integer("officers"))
            .col(big_integer("created_at"))
            .to_owned(),
        // Every register ever applied, whole, so that a change can be shown and undone.
        table("register_version")
            .col(string("compound"))
            .col(big_integer("number"))
            .col(string("source"))
            .col(string("file_name"))
            .col(string("file_sha256"))
            .col(text("register"))
            .col(string("act"))
            .col(big_integer("applied_at"))
            .primary_key(&mut key(&["compound", "number"]))
            .to_owned(),
        // `identity` is what tells people apart across imports: name with ID tail, or with phone.
        table("person")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("identity"))
            .col(string("name"))
            .col(string("tail"))
            .col(text("phones"))
            .col(boolean("is_organisation"))
            .to_owned(),
        // `label` is phase, building, entrance and number, each after a bar but the first; `sort`
        // the same with digits padded, so that building 2 stands before building 10.
        table("unit")
            .col(string("compound"))
            .col(string("label"))
            .col(string("sort"))
            .col(string("phase"))
            .col(string("building"))
            .col(string("entrance"))
            .col(string("number"))
            .col(string("kind"))
            .col(big_integer("area"))
            .col(string("source"))
            .col(string("status"))
            .col(string_null("developer"))
            .col(big_integer_null("shares"))
            .primary_key(&mut key(&["compound", "label"]))
            .to_owned(),
        table("ownership")
            .col(string("compound"))
            .col(string("label"))
            .col(big_integer("place"))
            .col(string("person"))
            .primary_key(&mut key(&["compound", "label", "place"]))
            .to_owned(),
    ]
}

/// Staff, and how people are reached. A `subject` is `person:<id>` or `staff:<id>`.
fn people() -> Vec<TableCreateStatement> {
    vec![
        // `number` is the key's: officers, clerks and auditors are each numbered from 1 per host.
        table("staff")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("role"))
            .col(big_integer("number"))
            .col(string("name"))
            .col(string("organisation"))
            .col(string("phone"))
            .col(string("email"))
            .col(text("scope"))
            .col(string_null("vkey"))
            .col(string("state"))
            .col(big_integer("term_ends"))
            .col(big_integer("created_at"))
            .to_owned(),
        table("contact")
            .col(string("compound"))
            .col(string("address"))
            .col(string("subject"))
            .primary_key(&mut key(&["compound", "address", "subject"]))
            .to_owned(),
        // `label` is the unit whose letter it is, empty for staff.
        table("invitation")
            .col(string("code_sha256").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string("label"))
            .col(big_integer("created_at"))
            .col(big_integer_null("revoked_at"))
            .to_owned(),
        // Messages to people; `params` is emptied once a message is sent or dropped.
        table("outbox")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("channel"))
            .col(string("address"))
            .col(string("language"))
            .col(string("template"))
            .col(text("params"))
            .col(string("state"))
            .col(big_integer("tries"))
            .col(big_integer("created_at"))
            .col(big_integer("due_at"))
            .to_owned(),
    ]
}

/// Devices with their keys, and the private half of every commitment.
fn devices() -> Vec<TableCreateStatement> {
    vec![
        table("device")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string("public_key"))
            .col(string("method"))
            .col(string("label"))
            .col(big_integer("created_at"))
            .col(big_integer_null("revoked_at"))
            .col(string_null("revoked_for"))
            .to_owned(),
        // A stock of keys of a device, one for each poll, so that polls cannot be linked by key.
        table("voting_key")
            .col(string("public_key").primary_key())
            .col(string("device"))
            .col(string_null("poll"))
            .col(big_integer_null("holder"))
            .col(big_integer_null("credential"))
            .to_owned(),
        table("evidence")
            .col(string("sha256").primary_key())
            .col(string("compound"))
            .col(string("salt"))
            .col(text("record"))
            .to_owned(),
    ]
}

/// Codes, challenges and sessions: what is short-lived.
fn sign_in() -> Vec<TableCreateStatement> {
    vec![
        // `subjects` is whom the code may sign in, by their contact; empty where nobody has it.
        table("one_time_code")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("purpose"))
            .col(string("subject"))
            .col(text("subjects"))
            .col(string("channel"))
            .col(string("invitation"))
            .col(string("code_sha256"))
            .col(big_integer("tries"))
            .col(big_integer("created_at"))
            .col(big_integer_null("ended_at"))
            .to_owned(),
        table("challenge")
            .col(string("id").primary_key())
            .col(string("purpose"))
            .col(big_integer("created_at"))
            .col(big_integer_null("used_at"))
            .to_owned(),
        table("session")
            .col(string("token_sha256").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string_null("device"))
            .col(big_integer("created_at"))
            .col(big_integer("seen_at"))
            .col(big_integer_null("stepped_up_at"))
            .col(big_integer_null("ended_at"))
            .to_owned(),
    ]
}

/// What officers sign, and the chain of what was done.
fn acts() -> Vec<TableCreateStatement> {
    vec![
        // `text` is what is signed, `payload` what is done; its digest stands in the text.
        table("act")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("kind"))
            .col(string("object"))
            .col(text("text"))
            .col(text("payload"))
            .col(text("summary"))
            .col(big_integer("needed"))
            .col(string("state"))
            .col(string("reason"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .col(big_integer_null("ended_at"))
            .to_owned(),
        table("act_signature")
            .col(string("act"))
            .col(string("staff"))
            .col(string("vkey"))
            .col(string("signature"))
            .col(big_integer("signed_at"))
            .primary_key(&mut key(&["act", "staff"]))
            .to_owned(),
        // The head of a compound's chain; whoever changes anything in the compound holds its row.
        table("event_head")
            .col(string("compound").primary_key())
            .col(big_integer("number"))
            .col(string("hash"))
            .to_owned(),
        table("event")
            .col(string("compound"))
            .col(big_integer("number"))
            .col(big_integer("at"))
            .col(string("actor"))
            .col(string("verb"))
            .col(string("object"))
            .col(text("detail"))
            .col(string("previous"))
            .col(string("hash"))
            .primary_key(&mut key(&["compound", "number"]))
            .to_owned(),
    ]
}

/// Polls from draft on; what is voted on stands in the log, who is who stands here.
fn polls() -> Vec<TableCreateStatement> {
    vec![
        table("poll")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("state"))
            .col(string("title"))
            .col(text("draft"))
            .col(text("roll"))
            .col(big_integer("register"))
            .col(big_integer("opens"))
            .col(big_integer("closes"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .to_owned(),
        // Texts and attachments by their hash; each compound has its own copy.
        table("document")
            .col(string("compound"))
            .col(string("sha256"))
            .col(string("name"))
            .col(string("media_type"))
            .col(big_integer("size"))
            .col(blob("content"))
            .col(big_integer("created_at"))
            .primary_key(&mut key(&["compound", "sha256"]))
            .to_owned(),
        // The private half of the roll: which unit, and the salt and record of its commitment.
        table("poll_unit")
            .col(string("poll"))
            .col(big_integer("unit"))
            .col(big_integer("holder"))
            .col(string("label"))
            .col(string("salt"))
            .col(text("record"))
            .primary_key(&mut key(&["poll", "unit"]))
            .to_owned(),
        // Whoever is barred was on the roll and is not entitled: no credential is issued any more.
        table("poll_person")
            .col(string("poll"))
            .col(big_integer("holder"))
            .col(big_integer("person_no"))
            .col(string("person"))
            .col(big_integer_null("barred_at"))
            .primary_key(&mut key(&["poll", "holder", "person_no"]))
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
        index("person", &["compound", "identity"]).unique().to_owned(),
        index("unit", &["compound", "sort"]),
        index("ownership", &["person"]),
        index("staff", &["role", "number"]).unique().to_owned(),
        index("staff", &["compound"]),
        index("contact", &["subject"]),
        index("invitation", &["subject"]),
        index("outbox", &["state", "due_at"]),
        index("device", &["subject"]),
        index("device", &["public_key"]).unique().to_owned(),
        index("voting_key", &["device"]),
        index("voting_key", &["poll", "credential"]).unique().to_owned(),
        index("one_time_code", &["subject", "created_at"]),
        index("session", &["subject"]),
        index("act", &["compound", "state"]),
        index("event", &["compound", "object"]),
        index("poll", &["compound", "state"]),
        index("poll_unit", &["poll", "holder"]),
        index("poll_person", &["person"]),
    ]
}
