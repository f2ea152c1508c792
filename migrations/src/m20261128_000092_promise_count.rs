//! Promises are counted from indexes alone: whoever submitted a matter has its number, and whether they were carried on
//! to another when it was merged.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What was written before: the number and compound of the matter, and whether it was merged.
const FILL: &str = "UPDATE submitter SET \
                    compound = (SELECT matter.compound FROM matter WHERE matter.id = submitter.matter), \
                    number = (SELECT matter.number FROM matter WHERE matter.id = submitter.matter), \
                    is_carried = (SELECT matter.state = 'merged' FROM matter WHERE matter.id = submitter.matter) \
                    WHERE EXISTS (SELECT 1 FROM matter WHERE matter.id = submitter.matter)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        let columns = [
            string("compound").default("").to_owned(),
            big_integer("number").default(0).to_owned(),
            boolean("is_carried").default(false).to_owned(),
        ];
        for mut column in columns {
            manager.alter_table(Table::alter().table("submitter").add_column(&mut column).to_owned()).await?;
        }
        manager.get_connection().execute_unprepared(FILL).await?;
        // In the order in which they are asked for: what is wanted, the number that the list goes down by, and what the
        // row is looked at for besides.
        let indexes: [(&str, &str, &[&str]); 3] = [
            ("submitter_promise", "submitter", &["compound", "is_carried", "answered_at", "number"]),
            ("matter_silent", "matter", &["compound", "acknowledged_at", "number"]),
            ("matter_loose", "matter", &["compound", "is_open", "number", "state", "responsible", "due"]),
        ];
        for (name, table, columns) in indexes {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        // What the last of them begins with.
        manager.drop_index(Index::drop().name("matter_compound_is_open_number").table("matter").to_owned()).await
    }
}
