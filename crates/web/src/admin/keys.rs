//! `heyi admin rotate-key`: a new key for the registrar, between polls.
//!
//! The log of a poll has a key of its own, made with the poll and never changed; the registrar's signs for all.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, ensure};
use ballot::store::{Database, KeyFile, Logs};
use clap::Args;

use super::{signer, with_config};
use crate::config::{Config, Flags};

/// A new registrar's key.
#[derive(Args)]
pub struct Rotate {
    #[command(flatten)]
    settings: Flags,
}

pub(super) fn rotate(rotate: &Rotate) -> ExitCode {
    with_config(&rotate.settings, async |config| {
        let key = renew(config).await?;
        println!(
            "{key}\nThe old key lies beside it, retired. Start the server; polls published from now on name the new one."
        );
        Ok(())
    })
}

/// Retires the registrar's key and makes another; gives the public half of the new one.
///
/// # Errors
/// A poll that is not closed names the old key: its credentials could no longer be issued. Or a file cannot be written;
/// then the old key is where it was.
pub async fn renew(config: &Config) -> anyhow::Result<String> {
    let name = format!("{}/registrar", config.host);
    let path = config.keys.join("registrar.key");
    let old = KeyFile::read(&path, &name)?;
    let database = Database::open(&config.database).await?;
    let open = Logs::inspect(&database, &config.keys, signer(config).as_ref()).await?;
    let frozen = database.polls_that_wait().await?;
    database.close().await?;
    for (poll, inspected) in open {
        ensure!(
            inspected?.is_closed,
            "poll {poll} is not closed, and its voting keys are signed by this key: wait for its close"
        );
    }
    if let Some(poll) = frozen.first() {
        anyhow::bail!(
            "the manifest of poll {poll} waits for signatures and names this key: have it signed and closed, or taken back"
        );
    }
    let id = u32::from_be_bytes(old.public().id());
    let retired = config.keys.join(format!("registrar.{id:08x}.retired"));
    ensure!(!retired.exists(), "{} exists: this key was retired before", retired.display());
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("no randomness")?;
    fs::rename(&path, &retired).with_context(|| path.display().to_string())?;
    match KeyFile::create(&path, &name, &seed) {
        Ok(new) => Ok(new.public().to_string()),
        Err(error) => {
            fs::rename(&retired, &path)
                .with_context(|| format!("{error}; and the old key stays in {}", retired.display()))?;
            Err(error.into())
        }
    }
}
