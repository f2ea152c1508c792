//! Casts ballots into a log until it is told to stop, or killed: the process that faults are tried on.
//!
//! `caster URL KEYS POLL FROM TO`: voters FROM to TO of test poll POLL cast one ballot after another, all at once, and
//! each acknowledged one is told as `stored VOTER SEQ INDEX` before the next is cast, other answers as `CODE VOTER SEQ`.
//! Ends when its input does.
//!
//! `CASTER_SYNCHRONOUS=NORMAL` weakens SQLite's setting behind the program's back: the control that must lose ballots.

use std::{io::Write as _, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use ballot::{
    key::VerifierKey,
    store::{Clock, Database, Log, Logs, Outage, Submission, SubmitError},
};
use heyi_tests::poll::{CLOSES, OPENS, TestPoll, poll_id};
use sea_orm::ConnectionTrait as _;
use tokio::task::JoinSet;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, keys, number, from, to] = arguments.as_slice() else {
        anyhow::bail!("usage: caster URL KEYS POLL FROM TO");
    };
    let (number, from, to): (u8, u64, u64) = (number.parse()?, from.parse()?, to.parse()?);
    let database = Database::open(url).await?;
    if let Ok(setting) = std::env::var("CASTER_SYNCHRONOUS") {
        database.writer().execute_unprepared(&format!("PRAGMA synchronous = {setting}")).await?;
    }
    let logs = Logs::open(database, Path::new(keys), Clock::Given(Arc::new(|| OPENS))).await?;
    let log = logs.log(&poll_id(number)).await?;
    let log_key: VerifierKey = log.key().clone();
    let voters = log.read(|state, _| state.roll().map_or(0, |roll| roll.lines().len())) as u64;
    let poll = Arc::new(TestPoll::of(poll_id(number), log_key, number, voters, OPENS, CLOSES));
    println!("ready");
    let mut casts: JoinSet<anyhow::Result<()>> =
        (from..=to).map(|voter| cast(log.clone(), Arc::clone(&poll), voter)).collect();
    let ended = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    tokio::select! {
        _ = ended => {}
        Some(done) = casts.join_next() => done??,
    }
    logs.stop().await;
    while let Some(done) = casts.join_next().await {
        done??;
    }
    // The thread that reads the input may wait for ever.
    std::process::exit(0)
}

/// Casts one ballot after another until the log is closing.
async fn cast(log: Log, poll: Arc<TestPoll>, voter: u64) -> anyhow::Result<()> {
    let number = voter.try_into()?;
    let mut seq = log.read(|state, _| state.next_seq(number)).context("no such voter")?.get();
    loop {
        let answer = log.submit(Submission::ready(poll.ballot(voter, seq))).await;
        // A line is one write, so that lines of a process that is killed are whole.
        let line = match &answer {
            Ok(stored) => format!("stored {voter} {seq} {}\n", stored.index),
            Err(error) => format!("{} {voter} {seq}\n", error.code()),
        };
        std::io::stdout().write_all(line.as_bytes())?;
        match answer {
            Ok(_) => seq += 1,
            Err(SubmitError::Unavailable(Outage::Closing)) => return Ok(()),
            Err(SubmitError::Unavailable(_) | SubmitError::Busy { .. } | SubmitError::Unknown) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(SubmitError::Refused(refusal)) => anyhow::bail!("voter {voter}, seq {seq}: {refusal}"),
        }
    }
}
