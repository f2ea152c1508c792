//! The service as a process: what it refuses to start on, and how it stops.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use ballot::log::Receipt;
use heyi_tests::{
    databases::{Kind, TestDatabase, until},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};
use sea_orm::ConnectionTrait as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::processes::assert_kept;

const VOTERS: u64 = 50;

/// No test waits longer: whatever takes so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The service, to be started with these settings.
fn command(url: &str, keys: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .arg(OPENS.to_string())
        .env("HEYI_LISTEN", "127.0.0.1:0")
        .env("HEYI_PUBLIC_URL", "https://vote.example")
        .env("HEYI_DATABASE", url)
        .env("HEYI_KEYS", keys);
    command
}

/// The service in a process of its own.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start(test: &TestDatabase) -> Self {
        let log = fs::File::create(test.keys().with_file_name("log")).unwrap();
        let mut process = command(test.url(), &test.keys()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let line = BufReader::new(process.stdout.take().unwrap()).lines().next();
        let line = line.expect("it says where it listens").unwrap();
        let address = line.split(' ').find_map(|word| word.parse().ok()).expect("an address");
        Self { process, address }
    }

    /// Waits for its end.
    async fn end(mut self) -> ExitStatus {
        let ended = tokio::task::spawn_blocking(move || self.process.wait());
        timeout(PATIENCE, ended).await.expect("the service ends").unwrap().unwrap()
    }

    fn terminate(&self) {
        let done = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(done.success());
    }
}

/// A ballot whose head the service has read, and whose body it waits for.
struct InFlight {
    stream: TcpStream,
    voter: u64,
    ballot: Vec<u8>,
}

impl InFlight {
    async fn begin(to: SocketAddr, poll: &TestPoll, voter: u64) -> Self {
        let ballot = poll.ballot(voter, 1);
        let mut stream = TcpStream::connect(to).await.unwrap();
        let head = format!(
            "POST /polls/{}/ballots HTTP/1.1\r\nhost: vote.example\r\naccept: text/plain\r\nexpect: 100-continue\r\n\
             content-type: application/vnd.heyi.statement\r\ncontent-length: {}\r\n\r\n",
            poll.id,
            ballot.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; GO_ON.len()];
        timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("the body is asked for").unwrap();
        assert_eq!(answer, GO_ON);
        Self { stream, voter, ballot }
    }

    /// Sends the body and reads the answer to its end.
    async fn finish(mut self) -> (u64, String) {
        self.stream.write_all(&self.ballot).await.unwrap();
        (self.voter, rest(&mut self.stream).await)
    }
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A connection that is cut ends the answer too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the connection ends");
    String::from_utf8(answer).unwrap()
}

on_both! {
    async fn ballots_in_flight_when_the_service_is_told_to_stop_are_answered_and_kept(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, VOTERS + 1);
        poll.begin(&logs).await;
        logs.stop().await;
        database.close().await.unwrap();
        let mut server = Server::start(&test);
        let mut waiting = Vec::new();
        for voter in 1..=VOTERS {
            waiting.push(InFlight::begin(server.address, &poll, voter).await);
        }
        // One whose phone has lost the network: nobody waits for it for ever.
        let mut silent = InFlight::begin(server.address, &poll, VOTERS + 1).await;
        server.terminate();
        until("no connection is taken any more", async || TcpStream::connect(server.address).await.is_err()).await;
        assert!(server.process.try_wait().unwrap().is_none(), "it waits for those under way");

        let mut acknowledged = BTreeMap::new();
        for answer in futures_util::future::join_all(waiting.into_iter().map(InFlight::finish)).await {
            let (voter, answer) = answer;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("voter {voter}: {answer}"));
            if head.starts_with("HTTP/1.1 200 ") {
                let receipt = Receipt::parse(body).unwrap();
                receipt.verify(&poll.log_key).unwrap();
                assert_eq!(receipt.entry, poll.ballot(voter, 1));
                acknowledged.insert((voter, 1), receipt.index);
            } else {
                assert!(head.starts_with("HTTP/1.1 503 "), "voter {voter}: {answer}");
            }
        }
        assert_eq!(acknowledged.len() as u64, VOTERS, "nothing was in the way of any");
        let answer = rest(&mut silent.stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 503 "), "{answer}");
        let ended = server.end().await;
        assert!(ended.success(), "{ended}");
        let entries = assert_kept(&test, &poll, &acknowledged).await as u64;
        assert_eq!(entries, 1 + (VOTERS + 1) + VOTERS, "what is in the tree was acknowledged");
    }
}

/// What the service says when it does not start; it has not listened then.
fn refusal(url: &str, keys: &Path, more: &[(&str, &str)]) -> String {
    let done = command(url, keys).envs(more.iter().copied()).output().unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "", "{said}");
    said
}

on_both! {
    async fn a_key_that_others_can_read_or_that_is_none_is_named_and_not_shown(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        logs.stop().await;
        database.close().await.unwrap();
        let server = Server::start(&test);
        server.terminate();
        assert!(server.end().await.success(), "with good keys it starts");
        for name in [format!("{}.key", poll.id), "registrar.key".to_owned()] {
            let file = test.keys().join(name);
            let good = fs::read(&file).unwrap();
            let secret = String::from_utf8(good.clone()).unwrap();
            // Base64 has a plus of its own.
            let secret = secret.trim().splitn(5, '+').nth(4).unwrap();
            assert!(32 < secret.len());
            for (what, bytes, mode) in [
                ("open to all", &good[..], 0o644),
                ("open to the group", &good, 0o640),
                ("empty", b"", 0o600),
                ("short", &good[..40], 0o600),
                ("garbage", b"\xFF\xFEgarbage", 0o600),
            ] {
                fs::write(&file, bytes).unwrap();
                fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
                let said = refusal(test.url(), &test.keys(), &[]);
                assert!(said.contains(file.to_str().unwrap()), "{what}: {said}");
                assert!(!said.contains(secret), "{what}: {said}");
            }
            fs::write(&file, &good).unwrap();
        }
    }

    async fn a_newer_schema_is_refused(test) {
        let database = test.open().await;
        let future = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_future', 0)";
        database.writer().execute_unprepared(future).await.unwrap();
        database.close().await.unwrap();
        let said = refusal(test.url(), &test.keys(), &[]);
        assert!(said.contains("m20991231_000001_future"), "{said}");
    }
}

#[test]
fn an_address_or_a_setting_that_is_none_is_refused() {
    let keys = tempfile::tempdir().unwrap();
    for (url, setting, said) in [
        ("postgres://heyi@127.0.0.1:1/none", ("HEYI_LOG", "off"), "database"),
        ("sqlite:/nowhere/at/all.db", ("HEYI_LOG", "off"), "database"),
        ("mysql://x", ("HEYI_LOG", "off"), "sqlite:FILE or postgres://"),
        ("sqlite:heyi.db", ("HEYI_LISTEN", "nowhere"), "listen"),
        ("sqlite:heyi.db", ("HEYI_PUBLIC_URL", "vote.example"), "public-url"),
    ] {
        let found = refusal(url, keys.path(), &[setting]);
        assert!(found.contains(said), "{url} {setting:?}: {found}");
    }
}
