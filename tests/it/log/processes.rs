//! Processes that are killed, lose their power, or find the disk full, while ballots come in.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use ballot::store::{Database, Logs, StartError};
use heyi_tests::{
    databases::{Kind, TestDatabase, shim},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};

use super::sound::{History, check};

const VOTERS: u64 = 16;

/// A process that casts, and what it has said.
struct Caster {
    process: Child,
    /// Closing it ends the process in good order.
    input: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
    said: Vec<String>,
}

impl Caster {
    fn start(test: &TestDatabase, voters: (u64, u64), environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_caster"))
            .arg(test.url())
            .arg(test.keys())
            .args(["1", &voters.0.to_string(), &voters.1.to_string()])
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let input = process.stdin.take();
        Self { process, input, lines, said: Vec::new() }
    }

    /// Waits until the process has said so many lines with this word.
    fn wait_for(&mut self, word: &str, count: usize) {
        let mut found = 0;
        while found < count {
            let line = self.lines.recv_timeout(Duration::from_mins(2)).unwrap_or_else(|_| {
                let mut error = String::new();
                self.process.kill().unwrap();
                self.process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
                panic!("no more {word} after {found}; last {:?}; {error}", self.said.last())
            });
            found += usize::from(line.starts_with(word));
            self.said.push(line);
            assert!(self.said.len() < 20_000, "too few {word}; last {:?}", self.said.last());
        }
    }

    /// What was acknowledged by the end: index by voter and number.
    fn end(mut self) -> BTreeMap<(u64, u64), u64> {
        drop(self.input.take());
        self.process.wait().unwrap();
        self.said.extend(self.lines.iter());
        let stored = self.said.iter().filter_map(|line| line.strip_prefix("stored "));
        stored
            .map(|line| {
                let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
                ((numbers[0], numbers[1]), numbers[2])
            })
            .collect()
    }

    fn kill(mut self) -> BTreeMap<(u64, u64), u64> {
        self.process.kill().unwrap();
        self.end()
    }
}

async fn begun(test: &TestDatabase) -> TestPoll {
    let database = test.open().await;
    let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
    let poll = TestPoll::prepare(&logs, 1, VOTERS);
    poll.begin(&logs).await;
    logs.stop().await;
    database.close().await.unwrap();
    poll
}

/// Opens the logs as after a crash, and checks that everything acknowledged is in its place.
pub(super) async fn assert_kept(
    test: &TestDatabase,
    poll: &TestPoll,
    acknowledged: &BTreeMap<(u64, u64), u64>,
) -> usize {
    let database = test.open().await;
    let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
    let log = logs.log(&poll.id).await.unwrap();
    let entries = check(&database, &log, &History::default()).await;
    for ((voter, seq), index) in acknowledged {
        let bytes = poll.ballot(*voter, *seq);
        let found = log.find(&bytes).unwrap_or_else(|| panic!("ballot {seq} of voter {voter} is lost"));
        assert_eq!(found.index, *index);
        found.receipt.verify(&poll.log_key).unwrap();
    }
    logs.stop().await;
    database.close().await.unwrap();
    entries.len()
}

on_both! {
    async fn a_process_that_is_killed_under_load_loses_no_acknowledged_ballot(test) {
        let poll = begun(&test).await;
        let mut acknowledged = BTreeMap::new();
        for round in 0..5 {
            let mut caster = Caster::start(&test, (1, VOTERS), &[]);
            caster.wait_for("stored", 150 + 37 * round);
            acknowledged.append(&mut caster.kill());
            let size = assert_kept(&test, &poll, &acknowledged).await;
            assert!(acknowledged.len() + 17 <= size, "round {round}");
        }
    }

    async fn two_processes_cast_into_one_tree_until_both_are_told_to_stop(test) {
        let poll = begun(&test).await;
        // The second starts while the first casts without rest: what is published goes on meanwhile.
        let mut first = Caster::start(&test, (1, 8), &[]);
        first.wait_for("stored", 200);
        let mut second = Caster::start(&test, (9, VOTERS), &[]);
        second.wait_for("stored", 200);
        let mut acknowledged = BTreeMap::new();
        for caster in [first, second] {
            acknowledged.append(&mut caster.end());
        }
        assert!(400 <= acknowledged.len());
        assert_eq!(assert_kept(&test, &poll, &acknowledged).await, acknowledged.len() + 17, "all were answered");
    }
}

/// Cuts the power of a process at its `after`-th write; whether an acknowledged ballot is gone.
async fn cut(mode: &str, after: u64, synchronous: Option<&str>) -> bool {
    let test = TestDatabase::new(Kind::Sqlite).await;
    let poll = begun(&test).await;
    let (after, seed) = (after.to_string(), (after * 7).to_string());
    let folder = test.file().parent().unwrap().to_str().unwrap().to_owned();
    let library = shim("powercut");
    let mut environment = vec![
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("POWERCUT_MATCH", folder.as_str()),
        ("POWERCUT_AFTER", after.as_str()),
        ("POWERCUT_MODE", mode),
        ("POWERCUT_SEED", seed.as_str()),
    ];
    environment.extend(synchronous.map(|setting| ("CASTER_SYNCHRONOUS", setting)));
    let mut caster = Caster::start(&test, (1, VOTERS), &environment);
    let input = caster.input.take();
    assert_eq!(caster.process.wait().unwrap().code(), Some(137), "the power was cut");
    drop(input);
    let acknowledged = caster.end();
    // The index in shared memory does not outlive a boot.
    fs::remove_file(test.file().with_extension("db-shm")).unwrap();
    if synchronous.is_none() {
        assert_kept(&test, &poll, &acknowledged).await;
        return false;
    }
    let database = Database::open(test.url()).await.unwrap();
    match Logs::open(database, &test.keys(), TestClock::at(OPENS).clock()).await {
        Err(StartError::Behind { .. }) => true,
        Err(other) => panic!("{other}"),
        Ok(logs) => {
            let log = logs.log(&poll.id).await.unwrap();
            acknowledged.keys().any(|(voter, seq)| log.find(&poll.ballot(*voter, *seq)).is_none())
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_loses_no_acknowledged_ballot() {
    for (mode, after) in [("all", 60), ("torn", 95), ("all", 210), ("torn", 333), ("all", 540)] {
        cut(mode, after, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_cut_is_real_as_a_weaker_setting_loses_ballots_and_is_noticed() {
    let mut lost = 0;
    for after in [60, 210, 540] {
        lost += usize::from(cut("all", after, Some("NORMAL")).await);
    }
    assert!(0 < lost, "the control must lose some");
}

/// Makes something fail while a file is there; casting goes on without a restart once it is gone.
async fn trouble(variable: &str, codes: &[&str]) {
    let test = TestDatabase::new(Kind::Sqlite).await;
    let poll = begun(&test).await;
    let flag = tempfile::tempdir().unwrap();
    let flag = flag.path().join("trouble");
    let database_file = test.file().to_str().unwrap().to_owned();
    let library = shim("powercut");
    let environment = [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("POWERCUT_MATCH", database_file.as_str()),
        (variable, flag.to_str().unwrap()),
    ];
    let mut caster = Caster::start(&test, (1, VOTERS), &environment);
    caster.wait_for("stored", 50);
    fs::write(&flag, "").unwrap();
    wait_for_any(&mut caster, codes, 40);
    fs::remove_file(&flag).unwrap();
    caster.wait_for("stored", 100);
    let acknowledged = caster.end();
    assert_kept(&test, &poll, &acknowledged).await;
}

/// Waits for answers with one of these codes, and lets no other failure pass.
fn wait_for_any(caster: &mut Caster, codes: &[&str], count: usize) {
    let mut found = 0;
    while found < count {
        let line = caster.lines.recv_timeout(Duration::from_mins(2)).expect("the process goes on answering");
        let code = line.split(' ').next().unwrap();
        assert!(code == "stored" || code == "ready" || codes.contains(&code), "{line}");
        found += usize::from(codes.contains(&code));
        caster.said.push(line);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_to_be_one_and_casting_goes_on_once_there_is_room() {
    trouble("POWERCUT_FULL", &["storage"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_acknowledges_nothing_and_casting_goes_on_once_it_works() {
    trouble("POWERCUT_BROKEN", &["storage", "unknown"]).await;
}
