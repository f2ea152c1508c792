//! The database schema, one file per change.
//!
//! A migration imports no entity: it says what the schema was on its day. Times are Unix seconds,
//! areas hundredths of a square metre, ids random UUIDs as text.

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261124_000001_log;
mod m20261124_000002_register;
mod m20261126_000003_representative;
mod m20261126_000004_told;
mod m20261126_000005_deliberation;
mod m20261126_000010_cosignature;
mod m20261126_000011_note;
mod m20261126_000012_leaf;
mod m20261126_000020_step;
mod m20261126_000021_attachment;
mod m20261126_000022_search;
mod m20261126_000030_statement;
mod m20261127_000031_meeting;
mod m20261127_000032_survey;
mod m20261127_000040_paper;
mod m20261127_000070_mediation;
mod m20261127_000086_delivery;
mod m20261127_000087_privacy_request;
mod m20261127_000088_decision_tie;
mod m20261128_000089_written_proxy;
mod m20261128_000090_hall;
mod m20261128_000091_house_rules;
mod m20261128_000092_promise_count;
mod m20261128_000093_survey_again;

/// Every change of the schema, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261124_000001_log::Migration),
            Box::new(m20261124_000002_register::Migration),
            Box::new(m20261126_000003_representative::Migration),
            Box::new(m20261126_000004_told::Migration),
            Box::new(m20261126_000005_deliberation::Migration),
            Box::new(m20261126_000010_cosignature::Migration),
            Box::new(m20261126_000011_note::Migration),
            Box::new(m20261126_000012_leaf::Migration),
            Box::new(m20261126_000020_step::Migration),
            Box::new(m20261126_000021_attachment::Migration),
            Box::new(m20261126_000022_search::Migration),
            Box::new(m20261126_000030_statement::Migration),
            Box::new(m20261127_000031_meeting::Migration),
            Box::new(m20261127_000032_survey::Migration),
            Box::new(m20261127_000040_paper::Migration),
            Box::new(m20261127_000070_mediation::Migration),
            Box::new(m20261127_000086_delivery::Migration),
            Box::new(m20261127_000087_privacy_request::Migration),
            Box::new(m20261127_000088_decision_tie::Migration),
            Box::new(m20261128_000089_written_proxy::Migration),
            Box::new(m20261128_000090_hall::Migration),
            Box::new(m20261128_000091_house_rules::Migration),
            Box::new(m20261128_000092_promise_count::Migration),
            Box::new(m20261128_000093_survey_again::Migration),
        ]
    }
}
