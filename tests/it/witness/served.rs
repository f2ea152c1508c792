//! A server with witnesses: what it sends them, what comes back into receipts and bundle, and what stops it.

use std::{
    fs,
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use ballot::{
    audit,
    bundle::Bundle,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{Checkpoint, Tree, leaf_hash},
    note::Note,
    state::Check,
    statement::Entry,
    store::{
        Contradiction, Fault, Faults, KeyFile, Logs, Point, Submission,
        estate::{Estate, Watching},
        witness::Witness,
    },
    witness::{self, NamedWitness, Policy},
};
use heyi::{app::App, config::Flags, cosign, notify::Outbox};
use heyi_tests::{
    databases::{Kind, TestDatabase, until},
    poll::{CLOSES, OPENS, TestClock, TestPoll, open_logs},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinHandle};
use tower::ServiceExt as _;

use crate::log::on_both;

/// A witness that answers over HTTP on a port of its own.
struct Served {
    folder: TempDir,
    key: SignerKey,
    url: String,
    faults: Faults,
    /// Its own, so that it can be killed with its connections.
    runtime: Mutex<Option<Runtime>>,
    time: Arc<AtomicU64>,
}

impl Served {
    fn new(seed: u8) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let name = format!("witness.example/{seed}");
        let served = Self {
            folder: tempfile::tempdir().unwrap(),
            key: SignerKey::from_seed(&name, KeyKind::Cosignature, &[seed; 32]).unwrap(),
            url,
            faults: Faults::default(),
            runtime: Mutex::default(),
            time: Arc::new(AtomicU64::new(OPENS)),
        };
        fs::write(served.folder.path().join("logs"), "").unwrap();
        served.serve(listener);
        served
    }

    fn list(&self, log: &VerifierKey) {
        fs::write(self.folder.path().join("logs"), log.to_string()).unwrap();
    }

    fn serve(&self, listener: TcpListener) {
        let folder = self.folder.path();
        let opened = Witness::open(&folder.join("state"), &folder.join("logs"), self.key.clone(), self.faults.clone());
        let time = Arc::clone(&self.time);
        let router = heyi::witness::router(Arc::new(opened.unwrap()), Arc::new(move || time.load(Ordering::SeqCst)));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        listener.set_nonblocking(true).unwrap();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        *self.runtime.lock().unwrap() = Some(runtime);
    }

    /// Kills it: connections break, its files stay.
    fn kill(&self) {
        if let Some(runtime) = self.runtime.lock().unwrap().take() {
            runtime.shutdown_background();
        }
    }

    async fn start_again(&self) {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut listener = None;
        until("the port is free again", async || {
            listener = TcpListener::bind(address).ok();
            listener.is_some()
        })
        .await;
        // What the one before still does holds its files for a moment.
        let folder = self.folder.path();
        until("the folder is free again", async || {
            Witness::open(&folder.join("state"), &folder.join("logs"), self.key.clone(), Faults::default()).is_ok()
        })
        .await;
        self.serve(listener.unwrap());
    }

    fn named(&self) -> NamedWitness {
        NamedWitness {
            name: self.key.public().name().to_owned(),
            key: self.key.public().clone(),
            url: Some(self.url.clone()),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A server's tasks that ask the witnesses, over a poll of two of them.
struct Site {
    logs: Logs,
    poll: TestPoll,
    clock: TestClock,
    witnesses: [Served; 2],
    app: App,
    tasks: Vec<JoinHandle<()>>,
}

impl Site {
    async fn new(test: &TestDatabase, quorum: u64) -> Self {
        let witnesses = [Served::new(1), Served::new(2)];
        let clock = TestClock::at(OPENS);
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &clock).await;
        let keys: Vec<_> = witnesses.iter().map(|witness| witness.key.public().clone()).collect();
        let poll = TestPoll::prepare(&logs, 1, 3).watched(&keys, quorum);
        for witness in &witnesses {
            witness.list(&poll.log_key);
        }
        poll.begin(&logs).await;
        let (app, tasks) = ask(test, &logs, &clock, &witnesses).await;
        let site = Self { logs, poll, clock, witnesses, app, tasks };
        let log = site.logs.log(&site.poll.id).await.unwrap();
        until("the first anchor is in", async || log.read(|state, _| state.anchored() != 0)).await;
        site.until_cosigned(2).await;
        site
    }

    async fn cast(&self, voter: u64, seq: u64) -> u64 {
        let ballot = Submission::ready(self.poll.ballot(voter, seq));
        self.logs.submit(&self.poll.id, ballot).await.unwrap().index
    }

    /// What a phone is answered: the status, and the JSON if it is 200.
    async fn json(&self, path: &str) -> (StatusCode, Value) {
        let address = format!("/polls/{}/{path}", self.poll.id);
        let request = Request::builder().uri(address).body(Body::empty()).unwrap();
        let response = self.app.clone().router().oneshot(request).await.unwrap();
        let (status, body) = (response.status(), to_bytes(response.into_body(), 1 << 20).await.unwrap());
        (status, if status == 200 { serde_json::from_slice(&body).unwrap() } else { Value::Null })
    }

    /// How many witnesses' lines the published checkpoint has.
    async fn cosigned(&self) -> usize {
        let log = self.logs.log(&self.poll.id).await.unwrap();
        cosigners(&log.checkpoint(), &self.poll.log_key, &self.witnesses)
    }

    async fn until_cosigned(&self, count: usize) {
        until("the newest checkpoint is cosigned", async || self.cosigned().await == count).await;
    }

    async fn stop(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
        self.logs.stop().await;
    }
}

async fn ask(
    test: &TestDatabase,
    logs: &Logs,
    clock: &TestClock,
    witnesses: &[Served; 2],
) -> (App, Vec<JoinHandle<()>>) {
    let policy = Policy { witnesses: witnesses.iter().map(Served::named).collect(), quorum: 2 };
    let registrar = SignerKey::from_seed("vote.example/registrar", KeyKind::Ed25519, &[5; 32]).unwrap();
    let watching = Watching { policy: policy.clone(), anchor_seconds: None };
    let estate = Estate::new(test.open().await, logs.clone(), "vote.example", registrar).watched(watching);
    let config = Flags::given([]).load(|_| None).unwrap();
    let time = clock.clone();
    let app = App::new(config, estate, Arc::new(move || time.now()), Outbox::Shown);
    let tasks = cosign::start(&app, &policy).unwrap();
    (app, tasks)
}

fn cosigners(note: &str, log: &VerifierKey, witnesses: &[Served]) -> usize {
    let opened = Checkpoint::open(note.as_bytes(), log).unwrap();
    let has_signed = |key: &VerifierKey| opened.lines.iter().any(|line| line.cosigned_at(key, opened.text).is_some());
    witnesses.iter().filter(|witness| has_signed(witness.key.public())).count()
}

async fn audited(logs: &Logs, poll: &TestPoll) -> audit::Report {
    let log = logs.log(&poll.id).await.unwrap();
    let tar = log.export(Vec::new()).await.unwrap();
    audit::audit(&Bundle::from_tar(tar).unwrap(), &poll.log_key, std::num::NonZeroUsize::MIN).unwrap()
}

/// Whether check A03 holds.
fn is_witnessed(report: &audit::Report) -> bool {
    report.checks.iter().any(|report| report.check == Check::A03 && report.verdict == audit::Verdict::Holds)
}

on_both! {
    async fn receipts_become_witnessed_and_the_audit_counts_the_cosignatures(test) {
        let site = Site::new(&test, 2).await;
        let index = site.cast(1, 1).await;
        site.until_cosigned(2).await;
        let stored = site.logs.submit(&site.poll.id, Submission::ready(site.poll.ballot(1, 1))).await.unwrap();
        assert_eq!(stored.index, index);
        stored.receipt.verify(&site.poll.log_key).unwrap();
        let count = |note: &str| cosigners(note, &site.poll.log_key, &site.witnesses);
        assert_eq!(count(&stored.receipt.checkpoint), 2, "a witnessed receipt");
        let log = site.logs.log(&site.poll.id).await.unwrap();
        let (note, _) = log.witnessed(index).unwrap();
        assert_eq!(note, stored.receipt.checkpoint, "what a phone fetches is the same");
        let (status, proven) = site.json(&format!("inclusion/{index}")).await;
        assert_eq!((status.as_u16(), proven["checkpoint"].as_str()), (200, Some(note.as_str())));
        assert_eq!(proven["proof"].as_array().map(Vec::len), Some(stored.receipt.proof.len()));
        assert_eq!(site.json("inclusion/999").await.0, 404);
        // A day later, from a size of then: what it takes to see that nothing was changed, and who else saw it.
        let (status, later) = site.json("consistency/3").await;
        assert_eq!((status.as_u16(), later["quorum"].as_u64()), (200, Some(2)));
        assert_eq!(later["logKey"].as_str(), Some(site.poll.log_key.to_string().as_str()));
        assert_eq!(later["witnesses"].as_array().map(Vec::len), Some(2));
        assert_eq!(count(later["witnessed"]["checkpoint"].as_str().unwrap()), 2);
        assert_eq!(site.json("consistency/999").await.0, 404);
        // It ends: closed, anchored and cosigned with nobody looking.
        site.clock.set(CLOSES + 5);
        site.witnesses.iter().for_each(|witness| witness.time.store(CLOSES + 7, Ordering::SeqCst));
        until("it is closed", async || log.read(|state, _| state.closed().is_some())).await;
        until("the end is anchored", async || {
            log.read(|state, _| state.closed().is_some_and(|closed| closed.index < state.anchored()))
        })
        .await;
        site.until_cosigned(2).await;
        let entries = log.entries(0, 100).await.unwrap();
        let kinds: Vec<_> = entries.iter().map(|bytes| Entry::parse(bytes).unwrap().statement.kind()).collect();
        let anchors = kinds.iter().filter(|kind| **kind == "anchor").count();
        assert!((2..=3).contains(&anchors), "one while it runs, one when it has ended: {kinds:?}");
        assert!(is_witnessed(&audited(&site.logs, &site.poll).await));
        site.stop().await;
        // All of it is read back.
        let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(CLOSES + 9)).await;
        let log = logs.log(&site_id()).await.unwrap();
        assert_eq!(log.witnessed(index).unwrap().0, note);
        logs.stop().await;
    }

    async fn a_witness_that_is_gone_holds_up_no_ballot_and_is_asked_again(test) {
        let site = Site::new(&test, 2).await;
        site.witnesses[1].kill();
        for seq in 1..=3 {
            site.cast(1, seq).await;
        }
        site.until_cosigned(1).await;
        let log = site.logs.log(&site.poll.id).await.unwrap();
        assert_eq!(log.witnessed(log.head().size - 1), None, "one of two is not enough");
        site.witnesses[1].start_again().await;
        site.until_cosigned(2).await;
        site.stop().await;
    }

    async fn a_witness_that_fails_at_any_step_never_ends_in_two_histories(test) {
        let site = Site::new(&test, 2).await;
        let mut seq = 1;
        for point in [Point::WitnessWrite, Point::WitnessRename, Point::WitnessSync] {
            for fault in [Fault::Failed, Fault::FailedButPersisted] {
                site.witnesses[0].faults.arm(point, fault);
                site.cast(2, seq).await;
                site.until_cosigned(2).await;
                seq += 1;
            }
        }
        let folder = site.witnesses[0].folder.path().join("state");
        let refused = fs::read_dir(folder).unwrap().filter(|entry| {
            entry.as_ref().is_ok_and(|entry| entry.path().join("refused").exists())
        });
        assert_eq!(refused.count(), 0, "the log gave no cause");
        site.stop().await;
    }

    async fn a_database_from_before_what_a_witness_saw_signs_nothing_more(test) {
        let site = Site::new(&test, 2).await;
        site.cast(1, 1).await;
        site.until_cosigned(2).await;
        // The log's key signs, elsewhere, what this database does not have: a restored copy with its watermark would.
        let log = site.logs.log(&site.poll.id).await.unwrap();
        let path = test.keys().join(format!("{}.key", site.poll.id));
        let key = KeyFile::read(&path, site.poll.log_key.name()).unwrap();
        let mut tree = Tree::default();
        for hash in hashes(&log).await {
            tree.append(hash);
        }
        let count = tree.size();
        tree.append(leaf_hash(b"elsewhere"));
        let root = tree.root(count + 1).unwrap();
        let checkpoint = Checkpoint { origin: key.public().name().to_owned(), size: count + 1, root }.sign(&key);
        let proof = tree.consistency_proof(count, count + 1).unwrap();
        let request = witness::Request { old: count, proof, checkpoint: checkpoint.clone() };
        let client = reqwest::Client::new();
        let address = format!("{}/add-checkpoint", site.witnesses[0].url);
        assert_eq!(client.post(address).body(request.to_string()).send().await.unwrap().status(), 200);
        // Whoever votes next learns nothing of it; then the witness says no, and shows what it has.
        let _ = site.logs.submit(&site.poll.id, Submission::ready(site.poll.ballot(1, 2))).await;
        until("the log stops", async || {
            let answer = site.logs.submit(&site.poll.id, Submission::ready(site.poll.ballot(1, 9))).await;
            answer.is_err_and(|error| error.code() == "log_stopped")
        })
        .await;
        assert_eq!(log.contradiction(&checkpoint).await, Some(Contradiction::Forked(count + 1)));
        site.stop().await;
    }
}

fn site_id() -> ballot::id::PollId {
    heyi_tests::poll::poll_id(1)
}

/// The leaf hashes of a log, from its tiles.
async fn hashes(log: &ballot::store::Log) -> Vec<ballot::hash::Hash> {
    let size = log.head().size;
    let id = ballot::log::TileId::parse(&format!("tile/0/000.p/{size}")).unwrap();
    let bytes = log.tile(id).await.unwrap().bytes;
    bytes.chunks(32).map(|hash| ballot::hash::Hash(hash.try_into().unwrap())).collect()
}

#[tokio::test]
async fn a_word_without_a_signature_of_ours_stops_nothing() {
    let test = TestDatabase::new(Kind::Sqlite).await;
    let site = Site::new(&test, 1).await;
    let log = site.logs.log(&site.poll.id).await.unwrap();
    let thief = SignerKey::from_seed(site.poll.log_key.name(), KeyKind::Ed25519, &[77; 32]).unwrap();
    let forged = Checkpoint { origin: thief.public().name().to_owned(), size: 99, root: leaf_hash(b"x") }.sign(&thief);
    assert_eq!(log.contradiction(&forged).await, None);
    assert_eq!(log.contradiction(&log.checkpoint()).await, None, "nor does our own");
    site.cast(1, 1).await;
    site.stop().await;
}

#[tokio::test]
async fn what_is_no_cosignature_is_not_taken() {
    let test = TestDatabase::new(Kind::Sqlite).await;
    let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
    let witness = SignerKey::from_seed("witness.example/1", KeyKind::Cosignature, &[1; 32]).unwrap();
    let stranger = SignerKey::from_seed("witness.example/9", KeyKind::Cosignature, &[9; 32]).unwrap();
    let poll = TestPoll::prepare(&logs, 1, 1).watched(&[witness.public().clone()], 1);
    poll.begin(&logs).await;
    let log = logs.log(&poll.id).await.unwrap();
    let checkpoint = log.checkpoint();
    let said = Note::parse(checkpoint.as_bytes()).unwrap().text;
    let other = said.replacen("\n2\n", "\n1\n", 1);
    for (why, answer, key) in [
        ("nothing", String::new(), &witness),
        ("a web page", "<html>\n".to_owned(), &witness),
        ("another checkpoint's", ballot::note::cosign(&other, &witness, OPENS), &witness),
        ("a stranger's", ballot::note::cosign(said, &stranger, OPENS), &stranger),
        ("a stranger's for the witness's", ballot::note::cosign(said, &stranger, OPENS), &witness),
    ] {
        assert!(log.add_cosignature(&checkpoint, &answer, key.public()).await.is_err(), "{why}");
    }
    assert_eq!(log.last_witnessed(), None);
    let line = ballot::note::cosign(said, &witness, OPENS);
    log.add_cosignature(&checkpoint, &line, witness.public()).await.unwrap();
    log.add_cosignature(&checkpoint, &line, witness.public()).await.unwrap();
    assert_eq!(log.last_witnessed().unwrap(), format!("{checkpoint}{line}"));
    // Cosigned anew a day later: shown so, and the receipt keeps the first.
    let later = ballot::note::cosign(said, &witness, OPENS + 86_400);
    log.add_cosignature(&checkpoint, &later, witness.public()).await.unwrap();
    assert_eq!(*log.checkpoint(), format!("{checkpoint}{later}"));
    assert_eq!(log.last_witnessed().unwrap(), format!("{checkpoint}{line}"));
    let stale = async |time| logs.uncosigned(witness.public(), time).await.unwrap().len();
    assert_eq!((stale(OPENS + 86_400).await, stale(OPENS + 86_401).await), (0, 1), "what stands still is asked daily");
    let twin = open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
    assert_eq!(twin.log(&poll.id).await.unwrap().checkpoint(), log.checkpoint(), "another process reads them");
}
