//! Asking witnesses: every published checkpoint goes to each of them, and what they sign comes back into the record.
//!
//! One task for each witness, so that a slow one holds up no other, and one for the anchors. Ballots wait for none of it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use ballot::{
    id::PollId,
    key::VerifierKey,
    store::{Contradiction, Log, SubmitError},
    witness::{NamedWitness, Policy, Request, monitoring_path},
};
use reqwest::{Client, StatusCode, redirect};
use tokio::time::{Instant, sleep};

use crate::app::App;

/// How often it is looked whether there is something to send.
const PAUSE: Duration = Duration::from_secs(1);
/// Of one request.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest wait after failures.
const MOST: Duration = Duration::from_mins(5);
/// What stands still is cosigned again after a day: it says that the witness still sees it so.
const STALE: u64 = 86_400;
/// Bytes of an answer.
const ANSWER: usize = 64 * 1024;

/// Sends checkpoints to the witnesses that have an address, and puts anchors in, for as long as the server runs.
///
/// # Errors
/// There is no client for HTTP.
pub fn start(app: &App, policy: &Policy) -> Result<Vec<tokio::task::JoinHandle<()>>, reqwest::Error> {
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(PATIENCE).build()?;
    let mut tasks = vec![tokio::spawn(anchors(app.clone()))];
    for NamedWitness { key, url, .. } in &policy.witnesses {
        if let Some(url) = url.clone() {
            let asking = Asking { app: app.clone(), client: client.clone(), key: key.clone(), url };
            tasks.push(tokio::spawn(asking.run()));
        } else {
            tracing::warn!(witness = key.name(), "a witness without an address is asked for nothing");
        }
    }
    Ok(tasks)
}

/// Looks every second whether an anchor is due.
async fn anchors(app: App) {
    let mut waits = Waits::default();
    loop {
        sleep(PAUSE).await;
        for log in app.estate().logs().opened() {
            let (poll, (witnesses, _)) = (log.read(|state, _| state.manifest().poll.clone()), log.witnesses());
            if witnesses.is_empty() || waits.is_waiting(&poll) {
                continue;
            }
            // The end comes by itself, and with it the last anchor: nobody has to look at the page.
            let done = match log.ensure_closed(app.now()).await {
                Ok(_) | Err(SubmitError::Refused(_)) => log.anchor(app.now()).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(_) => waits.forget(&poll),
                Err(error) => {
                    tracing::warn!(%poll, error = &error as &dyn std::error::Error, "an anchor is left for later");
                    waits.failed(&poll);
                }
            }
        }
    }
}

/// Asking one witness.
struct Asking {
    app: App,
    client: Client,
    key: VerifierKey,
    url: String,
}

/// Why a witness gave nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// It does not answer: it is left alone for a while.
    #[error("it does not answer: {0}")]
    Silent(#[from] reqwest::Error),
    /// It answers for this log with what helps nobody: the log waits.
    #[error("{0}")]
    Answer(String),
    /// What it holds contradicts the log.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
}

impl Asking {
    async fn run(self) {
        let (mut waits, mut foreign) = (Waits::default(), HashSet::new());
        let mut silences = 0;
        loop {
            sleep(if silences == 0 { PAUSE } else { wait(silences) }).await;
            match self.round(&mut waits, &mut foreign).await {
                Ok(()) => silences = 0,
                Err(error) => {
                    silences += 1;
                    // The error's words may hold the address, which is no secret of ours.
                    tracing::warn!(witness = self.key.name(), silences, error = %error, "a witness does not answer");
                }
            }
        }
    }

    /// Sends what this witness has not cosigned. Ends at the first request without an answer.
    async fn round(&self, waits: &mut Waits, foreign: &mut HashSet<PollId>) -> Result<(), reqwest::Error> {
        let logs = self.app.estate().logs();
        let pending = match logs.uncosigned(&self.key, self.app.now().saturating_sub(STALE)).await {
            Ok(pending) => pending,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "what is cosigned cannot be read");
                return Ok(());
            }
        };
        for one in pending {
            if foreign.contains(&one.poll) || waits.is_waiting(&one.poll) {
                continue;
            }
            match logs.names_witness(&one.poll, &self.key).await {
                Ok(true) => {}
                Ok(false) => {
                    // A manifest never changes.
                    foreign.insert(one.poll);
                    continue;
                }
                Err(_) => continue,
            }
            let Ok(log) = logs.log(&one.poll).await else { continue };
            match self.send(&log, one.cosigned).await {
                Ok(()) => waits.forget(&one.poll),
                Err(Failure::Silent(error)) => return Err(error),
                Err(Failure::Answer(what)) => {
                    tracing::warn!(witness = self.key.name(), poll = %one.poll, what, "a witness does not cosign");
                    waits.failed(&one.poll);
                }
                Err(Failure::Contradiction(why)) => {
                    tracing::error!(witness = self.key.name(), poll = %one.poll, %why, "a witness holds another history");
                    log.halt(why).await;
                    waits.failed(&one.poll);
                }
            }
        }
        Ok(())
    }

    /// Sends the newest checkpoint, at first from the size that is on record, then from the one that the witness says.
    async fn send(&self, log: &Log, cosigned: u64) -> Result<(), Failure> {
        let mut old = cosigned;
        for _ in 0..3 {
            let Some(request) = log.ask(old) else {
                return self.doubt(log, format!("it cosigned {old} entries")).await;
            };
            let (status, body) = self.post(&request).await?;
            match status {
                StatusCode::OK => {
                    let taken = log.add_cosignature(&request.checkpoint, &body, &self.key).await;
                    return taken.map_err(|error| Failure::Answer(error.to_string()));
                }
                StatusCode::CONFLICT => match body.trim_end().parse() {
                    Ok(size) if size != old => old = size,
                    _ => return Err(Failure::Answer("409 without another size".to_owned())),
                },
                StatusCode::UNPROCESSABLE_ENTITY => return self.doubt(log, "it refuses the proof".to_owned()).await,
                other => return Err(Failure::Answer(format!("status {}", other.as_u16()))),
            }
        }
        Err(Failure::Answer("its size changes from answer to answer".to_owned()))
    }

    /// A witness's word alone stops no log; a checkpoint that our own key signed does.
    async fn doubt(&self, log: &Log, what: String) -> Result<(), Failure> {
        let address = format!("{}/{}", self.url, monitoring_path(log.key().name()));
        let (status, note) = read(self.client.get(address).send().await?).await?;
        match log.contradiction(&note).await {
            Some(why) if status == StatusCode::OK => Err(why.into()),
            _ => Err(Failure::Answer(what)),
        }
    }

    async fn post(&self, request: &Request) -> Result<(StatusCode, String), reqwest::Error> {
        let body = request.to_string();
        read(self.client.post(format!("{}/add-checkpoint", self.url)).body(body).send().await?).await
    }
}

/// An answer's status and text, cut where it becomes too long.
async fn read(mut response: reqwest::Response) -> Result<(StatusCode, String), reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if ANSWER < body.len() {
            body.truncate(ANSWER);
            break;
        }
    }
    Ok((response.status(), String::from_utf8_lossy(&body).into_owned()))
}

/// Logs that wait after failures: twice as long each time, up to five minutes.
#[derive(Default)]
struct Waits(HashMap<PollId, (u32, Instant)>);

impl Waits {
    fn is_waiting(&self, poll: &PollId) -> bool {
        self.0.get(poll).is_some_and(|(_, until)| Instant::now() < *until)
    }

    fn failed(&mut self, poll: &PollId) {
        let (times, until) = self.0.entry(poll.clone()).or_insert((0, Instant::now()));
        *times += 1;
        *until = Instant::now() + wait(*times);
    }

    fn forget(&mut self, poll: &PollId) {
        self.0.remove(poll);
    }
}

/// How long to wait after so many failures.
fn wait(failures: u32) -> Duration {
    PAUSE.saturating_mul(1 << failures.min(9)).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_has_an_end() {
        assert_eq!([1, 2, 3].map(wait).map(|wait| wait.as_secs()), [2, 4, 8]);
        assert_eq!(wait(u32::MAX), MOST);
    }
}
