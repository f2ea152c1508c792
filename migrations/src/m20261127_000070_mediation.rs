//! Mediations: sealed rooms with their parties, sessions, messages, agreements, signatures and visits.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [mediation(), party(), barred(), session(), message(), agreement(), signature(), visit(), link()] {
            manager.create_table(table).await?;
        }
        let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(*column);
            }
            index
        };
        let mut numbered = index("mediation_number", "mediation", &["compound", "number"]);
        manager.create_index(numbered.unique().to_owned()).await?;
        for index in [
            index("mediation_mediator", "mediation", &["compound", "mediator", "number"]),
            index("mediation_lawyer", "mediation", &["compound", "lawyer", "number"]),
            index("mediation_asked_by", "mediation", &["compound", "asked_by", "number"]),
            index("mediation_party_subject", "mediation_party", &["subject", "mediation"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn mediation() -> TableCreateStatement {
    Table::create()
        .table("mediation")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(big_integer("number"))
        .col(string("category"))
        .col(string("state"))
        .col(big_integer("since"))
        // Random: with it hashes in the record of events tell nothing to whoever guesses what was hashed.
        .col(string("seal"))
        .col(text("body"))
        .col(string_null("building"))
        .col(boolean("is_small"))
        .col(string("asked_by"))
        .col(big_integer("opened_at"))
        .col(big_integer_null("consented_at"))
        .col(big_integer_null("signed_at"))
        .col(big_integer_null("ended_at"))
        .col(string_null("mediator"))
        // Whom the community has asked to mediate; they see nothing before they accept.
        .col(string_null("offered"))
        .col(string_null("lawyer"))
        // The agreement that stands; 0 is none.
        .col(big_integer("version"))
        .col(big_integer_null("visit_due"))
        .col(string("forum"))
        .col(big_integer("reopened"))
        .to_owned()
}

fn party() -> TableCreateStatement {
    Table::create()
        .table("mediation_party")
        .col(string("mediation"))
        .col(big_integer("number"))
        .col(string("side"))
        .col(string("name"))
        .col(string("building"))
        .col(string("home"))
        // Found in the register once somebody mediates.
        .col(string_null("subject"))
        .col(big_integer_null("consented_at"))
        // The hash of the paper on which they consented; empty on the screen.
        .col(string("scan"))
        .primary_key(Index::create().primary().col("mediation").col("number"))
        .to_owned()
}

/// Who does not mediate a case: whoever stepped aside, or was turned down by a party.
fn barred() -> TableCreateStatement {
    Table::create()
        .table("mediation_barred")
        .col(string("mediation"))
        .col(string("subject"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("mediation").col("subject"))
        .to_owned()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("mediation_session")
        .col(string("mediation"))
        .col(big_integer("number"))
        .col(big_integer("at"))
        .col(string("place"))
        .col(text("present"))
        .col(text("note"))
        .col(big_integer_null("met_at"))
        .primary_key(Index::create().primary().col("mediation").col("number"))
        .to_owned()
}

fn message() -> TableCreateStatement {
    Table::create()
        .table("mediation_message")
        .col(string("mediation"))
        .col(big_integer("number"))
        .col(string("author"))
        .col(text("body"))
        // Hashes, as JSON.
        .col(text("files"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("mediation").col("number"))
        .to_owned()
}

fn agreement() -> TableCreateStatement {
    Table::create()
        .table("mediation_text")
        .col(string("mediation"))
        .col(big_integer("number"))
        .col(text("body"))
        .col(string("hash"))
        // Hashes of the scans of the signed paper, as JSON.
        .col(text("scans"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("mediation").col("number"))
        .to_owned()
}

/// Party 0 is the mediator.
fn signature() -> TableCreateStatement {
    Table::create()
        .table("mediation_signature")
        .col(string("mediation"))
        .col(big_integer("version"))
        .col(big_integer("party"))
        .col(string_null("subject"))
        .col(string("hash"))
        .col(string("scan"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("mediation").col("version").col("party"))
        .to_owned()
}

fn visit() -> TableCreateStatement {
    Table::create()
        .table("mediation_visit")
        .col(string("mediation"))
        .col(big_integer("number"))
        .col(big_integer("at"))
        .col(string("kept"))
        .col(text("note"))
        .primary_key(Index::create().primary().col("mediation").col("number"))
        .to_owned()
}

/// What everybody may see and the case gave rise to, as `kind:id`. It does not link back.
fn link() -> TableCreateStatement {
    Table::create()
        .table("mediation_link")
        .col(string("mediation"))
        .col(string("object"))
        .col(big_integer("at"))
        .primary_key(Index::create().primary().col("mediation").col("object"))
        .to_owned()
}
