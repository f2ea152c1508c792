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

use ballot::{
    log::leaf_hash,
    store::{Database, Log, Submission},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};
use sea_orm::{ConnectionTrait as _, Statement};
use tokio::task::JoinSet;

/// The most clients, each a voter.
const CLIENTS: u64 = 256;

/// Rows in one commit of the raw group commit.
const ROWS: usize = 256;

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

/// Signatures verified by all cores in a second.
fn verifying(poll: &TestPoll, length: Duration) -> u64 {
    let bytes = poll.ballot(1, 1);
    let key = poll.voter(1).public().clone();
    on_all_cores(length, move || {
        let note = ballot::note::Note::parse(&bytes).expect("a ballot is a note");
        assert!(note.lines[0].is_signed(&key, note.text));
    })
}

/// Ballots made and signed by all cores in a second.
fn signing(poll: &Arc<TestPoll>, length: Duration) -> u64 {
    let poll = Arc::clone(poll);
    on_all_cores(length, move || {
        std::hint::black_box(poll.ballot(1, 1));
    })
}

fn on_all_cores(length: Duration, work: impl Fn() + Clone + Send + 'static) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            let work = work.clone();
            std::thread::spawn(move || {
                let mut count = 0;
                while start.elapsed() < length {
                    (0..64).for_each(|_| work());
                    count += 64;
                }
                count
            })
        })
        .collect();
    let count: u64 = threads.into_iter().map(|thread| thread.join().expect("the work does not panic")).sum();
    per_second(count, start.elapsed())
}

/// Rows with a unique hash committed in a second, [`ROWS`] at a time.
async fn committing(database: &Database, poll: &TestPoll, length: Duration) -> u64 {
    let table = "CREATE TABLE bench (idx bigint PRIMARY KEY, leaf $ UNIQUE, body $)";
    let blob = if database.backend() == sea_orm::DbBackend::Sqlite { "blob" } else { "bytea" };
    database.writer().execute_unprepared(&table.replace('$', blob)).await.expect("a table");
    let body = poll.ballot(1, 1);
    let start = Instant::now();
    let mut count: u64 = 0;
    while start.elapsed() < length {
        let places: Vec<String> =
            (0..ROWS).map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3)).collect();
        let mut values = Vec::with_capacity(ROWS * 3);
        for _ in 0..ROWS {
            values.push(i64::try_from(count).expect("few rows").into());
            values.push(leaf_hash(&count.to_be_bytes()).0.to_vec().into());
            values.push(body.clone().into());
            count += 1;
        }
        let sql = format!("INSERT INTO bench (idx, leaf, body) VALUES {}", places.join(", "));
        let transaction = database.begin().await.expect("a transaction");
        let insert = Statement::from_sql_and_values(database.backend(), sql, values);
        transaction.execute_raw(insert).await.expect("rows");
        transaction.commit().await.expect("a commit");
    }
    per_second(count, start.elapsed())
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
    times.sort_unstable();
    (rate, times[times.len() / 2], times[times.len() * 99 / 100])
}

fn per_second(count: u64, time: Duration) -> u64 {
    let milliseconds = u64::try_from(time.as_millis()).expect("a short time");
    count * 1000 / milliseconds.max(1)
}
