//! Statements below motions too, and rules that two people change: what is proposed, what holds since when, and by which
//! rules a meeting was convened.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What people think of is named as everywhere else, `matter:ID` or `motion:ID`; the rules of a community that were set
/// before there were proposals hold from the beginning; and a meeting that was convened goes by the rules of that day.
const BEFORE: [&str; 5] = [
    "UPDATE statement SET target = 'matter:' || target",
    "UPDATE reaction SET target = 'matter:' || target",
    "UPDATE opinion SET target = 'matter:' || target",
    "INSERT INTO rule_change (compound, number, object, rules, state, proposed_by, proposed_at, decided_by, decided_at)
     SELECT compound, 1, 'estate', settings, 'in_force', '', 0, '', 0 FROM house_rule",
    "UPDATE meeting SET rules = COALESCE((
         SELECT '{\"kind\":\"' || kind || '\",\"seats\":' || seats || ',\"notice_days\":' || notice_days
             || ',\"quorum_percent\":' || quorum_percent || ',\"decides\":'
             || CASE WHEN decides THEN 'true' ELSE 'false' END || '}'
         FROM body WHERE body.id = meeting.body), '')
     WHERE state NOT IN ('planned', 'cancelled')",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["statement", "reaction", "opinion"] {
            manager.alter_table(Table::alter().table(table).rename_column("matter", "target").to_owned()).await?;
        }
        let change = Table::create()
            .table("rule_change")
            .col(string("compound"))
            // From 1 in the order of proposing.
            .col(big_integer("number"))
            // `estate`, or `body:ID`.
            .col(string("object"))
            // All of its rules as they would be.
            .col(string("rules"))
            // `proposed`, `in_force` (then the newest of an object holds), `withdrawn` or `refused`.
            .col(string("state"))
            .col(string("proposed_by"))
            .col(big_integer("proposed_at"))
            .col(string("decided_by"))
            .col(big_integer_null("decided_at"))
            .primary_key(Index::create().primary().col("compound").col("number"))
            .to_owned();
        manager.create_table(change).await?;
        let mut of =
            Index::create().name("rule_change_object").table("rule_change").col("compound").col("object").to_owned();
        manager.create_index(of.col("number").unique().to_owned()).await?;
        let rules = Table::alter().table("meeting").add_column(string("rules").default("")).to_owned();
        manager.alter_table(rules).await?;
        for statement in BEFORE {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        manager.drop_table(Table::drop().table("house_rule").to_owned()).await
    }
}
