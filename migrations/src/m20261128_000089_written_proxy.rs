//! Proxies on paper, people who vote for owners and are none, and whom companies send.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(written_proxy()).await?;
        manager.create_table(outside_agent()).await?;
        manager.create_table(delegate()).await?;
        // A holder has one written proxy on its way at a time: `open` is the holder while it is, and nothing then.
        let mut open = index("written_proxy_open", "written_proxy", &["poll", "open"]);
        manager.create_index(open.unique().to_owned()).await?;
        manager.create_index(index("written_proxy_holder", "written_proxy", &["poll", "holder"])).await?;
        // No number is two people's.
        let mut number = index("outside_agent_number", "outside_agent", &["poll", "number"]);
        manager.create_index(number.unique().to_owned()).await?;
        manager.create_index(index("delegate_person", "delegate", &["person"])).await
    }
}

fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

fn written_proxy() -> TableCreateStatement {
    Table::create()
        .table("written_proxy")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(string("poll"))
        // The principal.
        .col(big_integer("holder"))
        .col(string("state"))
        // One of the two: another owner, or somebody who is none.
        .col(big_integer_null("to_holder"))
        .col(string_null("outside"))
        .col(binary_null("scan"))
        .col(string("scan_sha256"))
        // The place among the principal's proxies that it was entered for.
        .col(big_integer("seq"))
        // What both clerks sign, once the second has read the same.
        .col(text("text"))
        .col(string("staff"))
        .col(string("signature"))
        .col(string_null("second"))
        .col(string("second_signature"))
        .col(big_integer("at"))
        .col(big_integer_null("open"))
        .col(string("refused"))
        .col(big_integer_null("log_index"))
        .to_owned()
}

fn outside_agent() -> TableCreateStatement {
    Table::create()
        .table("outside_agent")
        .col(string("id").primary_key())
        .col(string("compound"))
        .col(string("poll"))
        // As the log first names them; nothing before.
        .col(big_integer_null("number"))
        // Name and note, with the salt under which the chain of events commits to them.
        .col(string("salt"))
        .col(text("record"))
        .col(string("staff"))
        .col(big_integer("at"))
        .to_owned()
}

fn delegate() -> TableCreateStatement {
    Table::create()
        .table("delegate")
        .col(string("id").primary_key())
        .col(string("compound"))
        // The company.
        .col(string("person"))
        .col(string("name"))
        .col(text("note"))
        .col(binary_null("scan"))
        .col(big_integer("valid_until"))
        .col(string("staff"))
        .col(string_null("second"))
        .col(big_integer("at"))
        .col(big_integer_null("ended_at"))
        .to_owned()
}
