//! `heyi admin verify-events`: whether the chain of every estate's events is what was written.

use std::process::ExitCode;

use ballot::store::{Database, events::ChainError};
use clap::Args;

use crate::config::{Config, Flags};

/// The chains of events.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    settings: Flags,
}

/// Prints a line for each estate. Exits with 0 if every chain is whole, with 1 if one is not, and with 2 if it could not
/// look.
pub(super) fn verify(verify: &Verify) -> ExitCode {
    let looked = verify.settings.load(|name| std::env::var_os(name)).map_err(anyhow::Error::from).and_then(|config| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(chains(&config))
    });
    let chains = match looked {
        Ok(chains) => chains,
        Err(error) => {
            eprintln!("heyi admin: {error:#}");
            return ExitCode::from(2);
        }
    };
    for (name, chain) in &chains {
        match chain {
            Ok(count) => println!("ok      {name}: {count} events, an unbroken chain"),
            Err(error) => println!("ERROR   {name}: {error}"),
        }
    }
    if chains.iter().all(|(_, chain)| chain.is_ok()) { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Every estate by name, and how many events its chain has, recomputed from the first to the last. Changes nothing; a
/// server may be at work meanwhile.
///
/// # Errors
/// The database cannot be opened or read. What is wrong with one chain stands in its place.
pub async fn chains(config: &Config) -> anyhow::Result<Vec<(String, Result<u64, ChainError>)>> {
    let database = Database::open(&config.database).await?;
    let chains = database.survey_events().await;
    database.close().await?;
    Ok(chains?)
}
