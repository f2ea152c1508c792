//! The register of what was decided: the results of votes on motions, and the decisions of meetings, in one row of
//! numbers; what they say stands with the motion or the item. And who wrote down a tie of a person to a home.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What was decided before there was a register, by the steps of motions and the events of items.
const BEFORE: [&str; 2] = [
    "INSERT INTO decision (compound, number, source, at)
     SELECT compound, ROW_NUMBER() OVER (PARTITION BY compound ORDER BY first_at, source), source, last_at FROM (
         SELECT motion.compound AS compound, step.object AS source, MIN(step.at) AS first_at, MAX(step.at) AS last_at
         FROM step JOIN motion ON step.object = 'motion:' || motion.id
         WHERE step.verb IN ('carry', 'lose', 'miss_quorum')
         GROUP BY motion.compound, step.object
         UNION ALL
         SELECT compound, 'agenda_item:' || object AS source, MIN(at) AS first_at, MAX(at) AS last_at
         FROM event WHERE verb = 'agenda_item_decide'
         GROUP BY compound, object
     ) AS decided",
    "INSERT INTO number_of (compound, kind, last)
     SELECT compound, 'decision', MAX(number) FROM decision GROUP BY compound",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let decision = Table::create()
            .table("decision")
            .col(string("compound"))
            .col(big_integer("number"))
            // `motion:ID` or `agenda_item:ID`.
            .col(string("source"))
            // When it was decided; of a vote that was repeated, the last time.
            .col(big_integer("at"))
            .primary_key(Index::create().primary().col("compound").col("number"))
            .to_owned();
        manager.create_table(decision).await?;
        let mut of = Index::create().name("decision_source").table("decision").col("compound").col("source").to_owned();
        manager.create_index(of.unique().to_owned()).await?;
        // Of ties from before nobody knows.
        let tie = Table::alter().table("tie").add_column(string_null("added_by")).to_owned();
        manager.alter_table(tie).await?;
        let home = Index::create().name("tie_unit").table("tie").col("compound").col("unit").to_owned();
        manager.create_index(home).await?;
        for statement in BEFORE {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
