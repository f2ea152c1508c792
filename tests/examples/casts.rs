//! How fast the service takes ballots over HTTP, beside what nothing can be faster than, in one run.
//!
//!     cargo run --release -p heyi-tests --example casts [SECONDS [ROUNDS]]
//!
//! The service is `heyi serve`'s own, in a process of its own: every layer, sessions, and logs to a file. Beside it, on
//! the same machine and for the same requests, stand a bare HTTP server that reads a ballot and verifies its signature
//! strictly, and the same inside the service's layers. Measured in turn, so that what else the machine does falls on all.
//!
//! Every receipt is verified once the clock has stopped: proof, checkpoint, and that its entry is the ballot sent. Ballots
//! are signed before it starts, as voters sign on their own phones. No limit is in the way: ballots have none but their
//! poll's queue, and the requests of the comparison name many clients behind a trusted proxy, as an operator could.
//!
//! Rates depend on the machine and its disk: compare the ratios. docs/performance.md holds what was measured.

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    Router,
    body::Bytes,
    http::{StatusCode, header},
    routing::post,
};
use ballot::{key::VerifierKey, log::Receipt, statement::Entry};
use heyi::{
    app::App,
    config::Flags,
    listen::{self, Deadlines},
    notify::Outbox,
    serve,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, register},
    load::{Connection, ROWS, committing, per_second, percentile, ratio, verifying},
    poll::{TestPoll, poll_id},
};
use tokio::task::JoinSet;

/// The most clients, each a voter with a session.
const CLIENTS: u64 = 256;

const ORIGIN: &str = "https://vote.example";

/// Where the comparison is, under the service's layers and without them.
const BARE: &str = "/measure/verify";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, url, keys] = arguments.as_slice()
        && command == "serve"
    {
        return serving(url, Path::new(keys));
    }
    let number = |place: usize, default: u64| arguments.get(place).map_or(Ok(default), |text| text.parse());
    let (length, rounds) = (Duration::from_secs(number(0, 2)?), number(1, 3)?);
    println!("{} cores, shared by server, database and clients", thread::available_parallelism()?);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let (test, poll, sessions) = runtime.block_on(prepare(kind));
        println!("{kind:?}");
        println!("  verify_strict alone, all cores {:>8} /s", verifying(&poll, length));
        let commit = runtime.block_on(async { committing(&test.open().await, &poll, length).await });
        println!("  rows in commits of {ROWS} alone   {commit:>8} /s");
        runtime.shutdown_timeout(Duration::from_secs(5));
        let mut server = Server::start(&test)?;
        let mut clients = Clients::new(poll, &sessions);
        for count in [1, 16, CLIENTS] {
            measure(&server, &mut clients, count, length, rounds)?;
        }
        server.process.kill()?;
        server.process.wait()?;
    }
    Ok(())
}

/// A poll with its voters' credentials in the log, and a session for each client.
async fn prepare(kind: Kind) -> (TestDatabase, TestPoll, Vec<String>) {
    let test = TestDatabase::new(kind).await;
    let estate = TestEstate::new(&test).await;
    estate.apply(register()).await;
    let letter = estate.letters().await.remove("王芳").expect("a letter");
    let (mut owner, _) = estate.enrol(&letter, TestDevice::new()).await.expect("enrolled");
    let mut sessions = Vec::new();
    for _ in 0..CLIENTS {
        estate.sign_in(&mut owner).await;
        sessions.push(owner.token.reveal());
    }
    let logs = estate.estate.logs();
    let poll = TestPoll::prepare_between(logs, 1, CLIENTS, NOW, NOW + DAY);
    poll.begin(logs).await;
    logs.stop().await;
    (test, poll, sessions)
}

/// The process that is measured.
struct Server {
    process: Child,
    /// The service.
    service: SocketAddr,
    /// Reads and verifies, without the service's layers and with them.
    bare: [SocketAddr; 2],
}

impl Server {
    fn start(test: &TestDatabase) -> anyhow::Result<Self> {
        let log = std::fs::File::create(test.keys().with_file_name("log"))?;
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args([test.url().as_ref(), test.keys().as_path()])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("its output")?).lines();
        let mut address = || -> anyhow::Result<SocketAddr> {
            let line = lines.next().context("the server said no address; see its log")??;
            let word = line.split(' ').find_map(|word| word.parse().ok());
            word.with_context(|| line.clone())
        };
        let bare = [address()?, address()?];
        Ok(Self { service: address()?, bare, process })
    }
}

/// The process that is measured: the service, and what it is compared with.
fn serving(url: &str, keys: &Path) -> anyhow::Result<()> {
    serve::prepare_process("info")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let flags = Flags::given([
            ("listen", "127.0.0.1:0".to_owned()),
            ("public-url", ORIGIN.to_owned()),
            ("database", url.to_owned()),
            ("keys", keys.display().to_string()),
            ("proxies", "1".to_owned()),
        ]);
        let config = flags.load(|_| None)?;
        let clock: heyi::app::Clock = Arc::new(|| NOW);
        let estate = serve::open(&config, Some(Arc::clone(&clock))).await?;
        let log = estate.logs().log(&poll_id(1)).await?;
        let poll = TestPoll::of(poll_id(1), log.key().clone(), 1, CLIENTS, NOW, NOW + DAY);
        let keys: Arc<Vec<VerifierKey>> = Arc::new((1..=CLIENTS).map(|n| poll.voter(n).public().clone()).collect());
        // As long as a receipt.
        let answer: Arc<str> = "a".repeat(1400).into();
        let handler = move |bytes: Bytes| {
            // Receipts are not packed either.
            let answer = ([(header::CACHE_CONTROL, "no-store, no-transform")], answer.to_string());
            let done = is_signed(&bytes, &keys).then_some(answer).ok_or(StatusCode::UNPROCESSABLE_ENTITY);
            async { done }
        };
        let app = App::new(config.clone(), estate.clone(), Arc::clone(&clock), Outbox::Shown);
        let bare = Router::new().route(BARE, post(handler.clone()));
        let layered = app.router_with(Router::new().route(BARE, post(handler)));
        for router in [bare, layered] {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            println!("{}", listener.local_addr()?);
            tokio::spawn(listen::serve(listener, router, 4096, Deadlines::default(), std::future::pending()));
        }
        serve::serve(config, estate, clock, Outbox::Shown, std::future::pending()).await
    })
}

/// Reads a ballot and verifies its signature under the key of the credential it names.
fn is_signed(bytes: &[u8], keys: &[VerifierKey]) -> bool {
    let Ok(entry) = Entry::parse(bytes) else { return false };
    let [line] = entry.lines.as_slice() else { return false };
    let number = line.name.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
    number.and_then(|number| keys.get(number.checked_sub(1)?)).is_some_and(|key| line.is_signed(key, entry.text))
}

/// The voters, each with the number of the next ballot.
struct Clients {
    poll: Arc<TestPoll>,
    sessions: Vec<String>,
    next: Vec<u64>,
}

/// What came of one measurement.
#[derive(Default)]
struct Measured {
    count: u64,
    took: Duration,
    times: Vec<Duration>,
}

impl Measured {
    fn add(&mut self, mut other: Self) {
        self.count += other.count;
        self.took += other.took;
        self.times.append(&mut other.times);
    }

    fn rate(&self) -> u64 {
        per_second(self.count, self.took)
    }
}

fn measure(server: &Server, clients: &mut Clients, count: u64, length: Duration, rounds: u64) -> anyhow::Result<()> {
    let (mut casts, mut bare) = (Measured::default(), [Measured::default(), Measured::default()]);
    for _ in 0..rounds {
        for (address, measured) in server.bare.iter().zip(&mut bare) {
            measured.add(clients.load(*address, Some(BARE), count, length)?);
        }
        casts.add(clients.load(server.service, None, count, length)?);
    }
    let [bare, mut layered] = bare;
    println!("  {count:>3} clients");
    let line = |name: &str, measured: &mut Measured| {
        let (half, most) = (percentile(&mut measured.times, 50), percentile(&mut measured.times, 99));
        println!(
            "    {name:<28} {:>8} /s  p50 {:>6} us  p99 {:>6} us  {} of bare",
            measured.rate(),
            half.as_micros(),
            most.as_micros(),
            ratio(measured.rate(), bare.rate()),
        );
    };
    line("HTTP + read + verify, layers", &mut layered);
    line("casts", &mut casts);
    let mut bare = bare;
    let (half, most) = (percentile(&mut bare.times, 50), percentile(&mut bare.times, 99));
    println!(
        "    {:<28} {:>8} /s  p50 {:>6} us  p99 {:>6} us",
        "HTTP + read + verify, bare",
        bare.rate(),
        half.as_micros(),
        most.as_micros()
    );
    Ok(())
}

impl Clients {
    fn new(poll: TestPoll, sessions: &[String]) -> Self {
        let next = vec![1; sessions.len()];
        Self { poll: Arc::new(poll), sessions: sessions.to_vec(), next }
    }

    /// Posts ballots of so many clients, each its next once it has the answer to the last; `path` is not the poll's own
    /// where answers are no receipts.
    fn load(&mut self, to: SocketAddr, path: Option<&str>, count: u64, length: Duration) -> anyhow::Result<Measured> {
        let each = 36_000 * length.as_secs() / count;
        let requests: Vec<VecDeque<Request>> = in_parallel(&(1..=count).collect::<Vec<_>>(), |voter| {
            let first = self.next[usize::try_from(*voter - 1).expect("few voters")];
            // What is compared may be asked the same again.
            let each = if path.is_some() { each.min(100) } else { each };
            (first..first + each).map(|seq| self.request(path, *voter, seq)).collect()
        });
        // One thread is enough to load two cores, and gives the server the rest.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let is_again = path.is_some();
        let (took, done) = runtime.block_on(async {
            let start = Instant::now();
            let mut tasks: JoinSet<anyhow::Result<(Vec<Duration>, Vec<Cast>)>> = requests
                .into_iter()
                .map(|requests| async move { client(to, requests, is_again, start, length).await })
                .collect();
            let mut done = Vec::new();
            while let Some(task) = tasks.join_next().await {
                done.push(task??);
            }
            Ok::<_, anyhow::Error>((start.elapsed(), done))
        })?;
        let mut measured = Measured { took, ..Measured::default() };
        let mut casts = Vec::new();
        for (times, mut sent) in done {
            measured.count += times.len() as u64;
            measured.times.extend(times);
            casts.append(&mut sent);
        }
        if !is_again {
            anyhow::ensure!(casts.len() as u64 == measured.count, "every answer is kept");
            let voters = in_parallel(&casts, |cast| cast.verify(&self.poll.log_key));
            for voter in voters {
                self.next[usize::try_from(voter? - 1)?] += 1;
            }
        }
        Ok(measured)
    }

    fn request(&self, path: Option<&str>, voter: u64, seq: u64) -> Request {
        let ballot = self.poll.ballot(voter, seq);
        let own = format!("/polls/{}/ballots", self.poll.id);
        let session = &self.sessions[usize::try_from(voter - 1).expect("few voters")];
        // As a browser behind a proxy sends it.
        let mut bytes = format!(
            "POST {} HTTP/1.1\r\nhost: vote.example\r\ncontent-type: application/vnd.heyi.statement\r\n\
             content-length: {}\r\naccept: text/plain, application/problem+json\r\naccept-encoding: gzip, deflate, br\r\n\
             accept-language: zh-CN,zh;q=0.9\r\norigin: {ORIGIN}\r\nsec-fetch-site: same-origin\r\n\
             sec-fetch-mode: cors\r\ncookie: lang=zh; __Host-id={session}\r\nx-forwarded-for: 10.{}.{}.{}\r\n\r\n",
            path.unwrap_or(&own),
            ballot.len(),
            voter % 200,
            seq / 250 % 250,
            seq % 250,
        )
        .into_bytes();
        bytes.extend_from_slice(&ballot);
        Request { voter, seq, bytes, ballot }
    }
}

struct Request {
    voter: u64,
    seq: u64,
    bytes: Vec<u8>,
    ballot: Vec<u8>,
}

/// A ballot with the answer to it.
struct Cast {
    voter: u64,
    seq: u64,
    ballot: Vec<u8>,
    receipt: Vec<u8>,
}

impl Cast {
    fn verify(&self, log: &VerifierKey) -> anyhow::Result<u64> {
        let (voter, seq) = (self.voter, self.seq);
        let receipt = Receipt::parse(str::from_utf8(&self.receipt)?)
            .with_context(|| format!("voter {voter}, ballot {seq}: no receipt"))?;
        receipt.verify(log).with_context(|| format!("voter {voter}, ballot {seq}: the receipt does not hold"))?;
        anyhow::ensure!(receipt.entry == self.ballot, "voter {voter}, ballot {seq}: the receipt is of another entry");
        Ok(voter)
    }
}

async fn client(
    to: SocketAddr,
    mut requests: VecDeque<Request>,
    is_again: bool,
    start: Instant,
    length: Duration,
) -> anyhow::Result<(Vec<Duration>, Vec<Cast>)> {
    let mut connection = Connection::open(to).await;
    let (mut times, mut casts) = (Vec::new(), Vec::new());
    while start.elapsed() < length {
        let request = requests.pop_front().context("too few ballots were signed for so fast a machine")?;
        let sent = Instant::now();
        let answer = connection.exchange(&request.bytes).await?;
        times.push(sent.elapsed());
        anyhow::ensure!(answer.status == 200, "{}{}", answer.head, String::from_utf8_lossy(&answer.body));
        if is_again {
            requests.push_back(request);
        } else {
            let Request { voter, seq, ballot, .. } = request;
            casts.push(Cast { voter, seq, ballot, receipt: answer.body });
        }
    }
    Ok((times, casts))
}

/// Does something with each item on all cores, in order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(items.len().div_ceil(cores).max(1))
            .map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("the work does not panic")).collect()
    })
}
