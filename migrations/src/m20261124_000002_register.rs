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
        for table in estate().into_iter().chain(people()).chain(acts()).chain(polls()) {
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

fn pair(first: &'static str, second: &'static str) -> IndexCreateStatement {
    Index::create().primary().col(first).col(second).to_owned()
}

/// Compounds, and the register of units and owners that was last applied.
fn estate() -> [TableCreateStatement; 5] {
    [
        table("compound")
            .col(string("id").primary_key())
            .col(string("name"))
            .col(string("phone"))
            .col(string("service_point"))
            .col(string("place"))
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
            .primary_key(&mut pair("compound", "number"))
            .to_owned(),
        // `identity` is what tells people apart across imports: name with ID tail, or with phone.
        table("person")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("identity"))
            .col(string("name"))
            .col(string("tail"))
            .col(text("phones"))
            .col(string("email"))
            .col(boolean("is_organisation"))
            .to_owned(),
        // `label` is phase, building, entrance and number, each after a bar but the first.
        table("unit")
            .col(string("compound"))
            .col(string("label"))
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
            .primary_key(&mut pair("compound", "label"))
            .to_owned(),
        table("ownership")
            .col(string("compound"))
            .col(string("label"))
            .col(big_integer("place"))
            .col(string("person"))
            .primary_key(Index::create().primary().col("compound").col("label").col("place"))
            .to_owned(),
    ]
}

/// Staff, invitations, devices with their keys, and the private half of every commitment.
fn people() -> [TableCreateStatement; 5] {
    [
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
            .col(string_null("vkey"))
            .col(string("state"))
            .col(big_integer("term_ends"))
            .col(big_integer("created_at"))
            .to_owned(),
        // `subject` is a person's or a staff member's id; `label` the unit whose letter it is.
        table("invitation")
            .col(string("code_sha256").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string("subject_kind"))
            .col(string("label"))
            .col(big_integer("created_at"))
            .col(big_integer_null("revoked_at"))
            .to_owned(),
        table("device")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("subject"))
            .col(string("subject_kind"))
            .col(string("public_key"))
            .col(string("method"))
            .col(string("evidence"))
            .col(big_integer("created_at"))
            .col(big_integer_null("revoked_at"))
            .to_owned(),
        // A stock of keys of a device, one for each poll, so that polls cannot be linked by key.
        table("voting_key")
            .col(string("public_key").primary_key())
            .col(string("device"))
            .col(string_null("poll"))
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

/// What officers sign, and the chain of what was done.
fn acts() -> [TableCreateStatement; 3] {
    [
        table("act")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("kind"))
            .col(string("object"))
            .col(text("text"))
            .col(text("payload"))
            .col(big_integer("needed"))
            .col(string("state"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .col(big_integer_null("ended_at"))
            .to_owned(),
        table("act_signature")
            .col(string("act"))
            .col(string("staff"))
            .col(string("key_name"))
            .col(text("signature"))
            .col(big_integer("signed_at"))
            .primary_key(&mut pair("act", "staff"))
            .to_owned(),
        table("event")
            .col(big_integer("number").primary_key())
            .col(string("compound"))
            .col(big_integer("at"))
            .col(string("actor"))
            .col(string("verb"))
            .col(string("object"))
            .col(string("detail_sha256"))
            .col(string("previous"))
            .col(string("hash"))
            .to_owned(),
    ]
}

/// Polls from draft on; what is voted on stands in the log, who is who stands here.
fn polls() -> [TableCreateStatement; 3] {
    [
        table("poll")
            .col(string("id").primary_key())
            .col(string("compound"))
            .col(string("state"))
            .col(string("title"))
            .col(text("draft"))
            .col(text("manifest"))
            .col(big_integer("opens"))
            .col(big_integer("closes"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .to_owned(),
        // The private half of the roll: which unit, and the salt and record of its commitment.
        table("poll_unit")
            .col(string("poll"))
            .col(big_integer("unit"))
            .col(big_integer("holder"))
            .col(string("label"))
            .col(string("building"))
            .col(string("salt"))
            .col(text("record"))
            .primary_key(&mut pair("poll", "unit"))
            .to_owned(),
        table("poll_person")
            .col(string("poll"))
            .col(big_integer("holder"))
            .col(big_integer("person_no"))
            .col(string("person"))
            .primary_key(Index::create().primary().col("poll").col("holder").col("person_no"))
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
        index("ownership", &["person"]),
        index("staff", &["role", "number"]).unique().to_owned(),
        index("invitation", &["subject"]),
        index("device", &["subject"]),
        index("device", &["public_key"]).unique().to_owned(),
        index("voting_key", &["device"]),
        index("voting_key", &["poll", "credential"]).unique().to_owned(),
        index("act", &["compound", "state"]),
        index("event", &["compound", "object"]),
        index("poll", &["compound", "state"]),
        index("poll_unit", &["poll", "holder"]),
        index("poll_person", &["person"]),
    ]
}
