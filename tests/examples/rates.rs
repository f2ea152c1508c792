//! How fast ballots go into a log, beside what nothing can be faster than, in one run.
//!
//!     cargo run --release -p heyi-tests --example rates [SECONDS]
//!
//! Prints casts per second at 1, 16 and 256 clients on SQLite and PostgreSQL, every receipt verified by the client, beside
//! `verify_strict` alone and rows in a group commit alone. Rates depend on the machine and its disk: compare the ratios.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ballot::store::{Log, Submission};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    load::{ROWS, committing, on_all_cores, per_second, percentile, verifying},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};
use tokio::task::JoinSet;

/// The most clients, each a voter.
const CLIENTS: u64 = 256;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(3);
    let length = Duration::from_secs(seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            measure(kind, length).await;
        }
    });
}

async fn measure(kind: Kind, length: Duration) {
    println!("{kind:?}");
    let test = TestDatabase::new(kind).await;
    let database = test.open().await;
    let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
    let poll = Arc::new(TestPoll::prepare(&logs, 1, CLIENTS));
    poll.begin(&logs).await;
    let log = logs.log(&poll.id).await.expect("the log is open");

    let verify = verifying(&poll, length);
    println!("  verify_strict alone, all cores        {verify:>8} /s");
    let commit = committing(&test.open().await, &poll, length).await;
    println!("  rows in commits of {ROWS} alone          {commit:>8} /s");
    // Ballots are signed and receipts verified by the same cores, as by a load generator beside the server.
    let both = reciprocal_sum(&[verify, verify, verify, signing(&poll, length), commit]);
    for clients in [1, 16, CLIENTS] {
        let (rate, half, most) = casting(&log, &poll, clients, length).await;
        println!(
            "  {clients:>3} clients: {rate:>8} /s  p50 {:>6} us  p99 {:>6} us  {:>3} % of the parts alone",
            half.as_micros(),
            most.as_micros(),
            rate * 100 / both.max(1)
        );
    }
    logs.stop().await;
}

/// What comes out if every cast needs one of each: of rates in turn on the same cores.
fn reciprocal_sum(rates: &[u64]) -> u64 {
    let nanoseconds: u64 = rates.iter().map(|rate| 1_000_000_000 / rate.max(&1)).sum();
    1_000_000_000 / nanoseconds.max(1)
}

/// Ballots made and signed by all cores in a second.
fn signing(poll: &Arc<TestPoll>, length: Duration) -> u64 {
    let poll = Arc::clone(poll);
    on_all_cores(length, move || {
        std::hint::black_box(poll.ballot(1, 1));
    })
}

/// Casts in a second by so many clients, each sending its next ballot once it has verified the receipt; and the times
/// under which half of the answers came, and 99 of a hundred.
async fn casting(log: &Log, poll: &Arc<TestPoll>, clients: u64, length: Duration) -> (u64, Duration, Duration) {
    let start = Instant::now();
    let mut casts: JoinSet<Vec<Duration>> = (1..=clients)
        .map(|voter| {
            let (log, poll) = (log.clone(), Arc::clone(poll));
            async move {
                let number = voter.try_into().expect("voters start at 1");
                let mut seq = log.read(|state, _| state.next_seq(number)).expect("a credential").get();
                let mut times = Vec::new();
                while start.elapsed() < length {
                    let ballot = poll.ballot(voter, seq);
                    let sent = Instant::now();
                    let stored = log.submit(Submission::ready(ballot)).await.expect("the ballot is stored");
                    times.push(sent.elapsed());
                    stored.receipt.verify(&poll.log_key).expect("the receipt verifies");
                    seq += 1;
                }
                times
            }
        })
        .collect();
    let mut times = Vec::new();
    while let Some(done) = casts.join_next().await {
        times.append(&mut done.expect("no client panics"));
    }
    let rate = per_second(times.len() as u64, start.elapsed());
    (rate, percentile(&mut times, 50), percentile(&mut times, 99))
}
