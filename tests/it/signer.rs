//! The signer: one history of each log, whoever asks, and whatever fails.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ballot::{
    hash::Hash,
    id::PollId,
    key::VerifierKey,
    log::{Checkpoint, Tree, leaf_hash},
    note::{Note, cosign},
    signer::{Answer, Extension, First, Question, Refusal},
    statement::{Anchor, Close, Statement},
    store::{
        Clock, Database, Fault, Faults, Logs, Point, Submission, SubmitError,
        signer::{
            Signer,
            server::{self, SignerFiles, SignerFilesError},
        },
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use heyi_tests::{
    databases::{Kind, TestDatabase, until},
    poll::{CLOSES, OPENS, TestClock, TestPoll, poll_id},
};
use tempfile::TempDir;

use crate::log::{
    on_both,
    sound::{History, check},
};

const HOST: &str = "vote.example";

/// A signer's folder and clock.
struct Place {
    folder: TempDir,
    time: Arc<AtomicU64>,
    faults: Faults,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        Self { folder, time: Arc::new(AtomicU64::new(OPENS)), faults: Faults::default() }
    }

    fn open(&self) -> Result<SignerFiles, SignerFilesError> {
        let time = Arc::clone(&self.time);
        SignerFiles::open(
            &self.folder.path().join("keys"),
            Arc::new(move || time.load(Ordering::SeqCst)),
            self.faults.clone(),
        )
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("signer.sock")
    }

    /// Begins to answer; the guard ends it, as a kill would.
    async fn serve(&self) -> Serving {
        let mut opened = None;
        until("the folder is free", async || {
            opened = self.open().ok();
            opened.is_some()
        })
        .await;
        let (signer, socket) = (Arc::new(opened.unwrap()), self.socket());
        let listener = server::listen(&socket).unwrap();
        assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
        let stopping = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stop = Arc::clone(&stopping);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let _ = server::converse(&signer, &stream.unwrap());
            }
        });
        Serving { socket, stopping, thread: Some(thread) }
    }

    async fn logs(&self, database: &Database, test: &TestDatabase, clock: &TestClock) -> Logs {
        let signer = Some(Signer::at(self.socket()));
        Logs::open_with(database.clone(), &test.keys(), clock.clock(), signer).await.unwrap()
    }
}

struct Serving {
    socket: PathBuf,
    stopping: Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Serving {
    fn kill(mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes it from its wait.
        let _ = std::os::unix::net::UnixStream::connect(&self.socket);
        self.thread.take().unwrap().join().unwrap();
        fs::remove_file(&self.socket).unwrap();
    }
}

/// A log's tree and manifest, to ask a signer about.
struct Asking {
    poll: TestPoll,
    manifest: Vec<u8>,
    key: VerifierKey,
}

impl Asking {
    fn new(signer: &SignerFiles, number: u8) -> Self {
        let id = poll_id(number);
        let Answer::Key { key, .. } = signer.answer(&Question::Key { host: HOST.to_owned(), poll: id.clone() }) else {
            panic!("a key")
        };
        let key: VerifierKey = key.parse().unwrap();
        let poll = TestPoll::of(id, key.clone(), number, 1, OPENS, CLOSES);
        Self { manifest: poll.new_poll().manifest, poll, key }
    }

    fn tree(&self, size: u64, flavour: u8) -> Tree {
        let mut tree = Tree::default();
        tree.append(leaf_hash(&self.manifest));
        (1..size).for_each(|entry| tree.append(leaf_hash(&[flavour, u8::try_from(entry).unwrap()])));
        tree
    }

    fn extension(&self, tree: &Tree, old: u64, size: u64) -> Extension {
        let manifest = String::from_utf8(self.manifest.clone()).unwrap();
        let proof = tree.inclusion_proof(0, size).unwrap();
        Extension {
            poll: self.poll.id.clone(),
            old,
            size,
            root: tree.root(size).unwrap(),
            proof: tree.consistency_proof(old, size).unwrap_or_default(),
            first: (old == 0).then_some(First { manifest, proof }),
        }
    }
}

fn refused(answer: &Answer) -> Option<&Refusal> {
    match answer {
        Answer::Refused(refusal) => Some(refusal),
        Answer::Key { .. } | Answer::Note(_) => None,
    }
}

#[test]
fn only_what_extends_the_last_checkpoint_is_signed() {
    let place = Place::new();
    let signer = place.open().unwrap();
    let log = Asking::new(&signer, 1);
    let (ours, other) = (log.tree(12, 1), log.tree(12, 2));
    let ask = |extension: Extension| signer.answer(&Question::Checkpoint(extension));
    let without = Extension { first: None, ..log.extension(&ours, 0, 5) };
    assert_eq!(refused(&ask(without)), Some(&Refusal::Manifest), "a log begins with its manifest");
    let mut foreign = log.extension(&ours, 0, 5);
    foreign.first = Asking::new(&signer, 2).extension(&ours, 0, 5).first;
    assert_eq!(refused(&ask(foreign)), Some(&Refusal::Manifest), "with its own");
    let Answer::Note(note) = ask(log.extension(&ours, 0, 5)) else { panic!("signed") };
    assert_eq!(Checkpoint::open(note.as_bytes(), &log.key).unwrap().checkpoint.size, 5);
    for (why, extension, refusal) in [
        ("another root of one size", log.extension(&other, 5, 5), Refusal::Fork),
        ("another history", log.extension(&other, 5, 9), Refusal::Fork),
        ("an older size", log.extension(&ours, 3, 4), Refusal::Last(5)),
        (
            "an older size from the right one",
            Extension { proof: Vec::new(), ..log.extension(&ours, 0, 4) },
            Refusal::Last(5),
        ),
        ("no proof", Extension { proof: Vec::new(), ..log.extension(&ours, 5, 9) }, Refusal::Fork),
        ("from another size", log.extension(&ours, 4, 9), Refusal::Last(5)),
        (
            "a poll that it knows nothing of",
            Extension { poll: poll_id(9), ..log.extension(&ours, 5, 9) },
            Refusal::NoKey,
        ),
    ] {
        assert_eq!(refused(&ask(extension)), Some(&refusal), "{why}");
    }
    assert_eq!(ask(log.extension(&ours, 5, 5)), Answer::Note(note), "the same again is the same, byte for byte");
    assert_eq!(refused(&ask(log.extension(&ours, 5, 9))), None);
}

#[test]
fn of_statements_it_signs_the_logs_anchors_and_in_its_time_its_close() {
    let place = Place::new();
    let signer = place.open().unwrap();
    let (log, other) = (Asking::new(&signer, 1), Asking::new(&signer, 2));
    let tree = log.tree(12, 1);
    let Answer::Note(checkpoint) = signer.answer(&Question::Checkpoint(log.extension(&tree, 0, 5))) else {
        panic!("signed")
    };
    let ask = |poll: &PollId, text: String| signer.answer(&Question::Statement { poll: poll.clone(), text });
    let (poll, manifest) = (log.poll.id.clone(), log.poll.manifest_hash());
    let anchor = |checkpoint: &str, manifest: Hash| {
        let checkpoint = STANDARD.encode(checkpoint);
        Statement::Anchor(Anchor { checkpoint, manifest, poll: poll.clone() }).text()
    };
    let close = |at: u64, size: u64, root: Hash| {
        Statement::Close(Close { at, manifest, poll: poll.clone(), root, size }).text()
    };
    assert_eq!(refused(&ask(&poll, anchor(&checkpoint, manifest))), None);
    let root = tree.root(5).unwrap();
    let forged = checkpoint.replacen("\n5\n", "\n4\n", 1);
    for (why, text, refusal) in [
        ("another poll's", anchor(&checkpoint, other.poll.manifest_hash()), Refusal::Statement),
        ("of a checkpoint that nobody signed", anchor(&forged, manifest), Refusal::Statement),
        ("a ballot", Statement::Ballot(log.poll.ballot_body(1, 1)).text(), Refusal::Statement),
        ("no statement", "hello\n".to_owned(), Refusal::Statement),
        ("two lines more", format!("{}x\n", anchor(&checkpoint, manifest)), Refusal::Statement),
        ("a close by the signer's clock too early", close(CLOSES, 5, root), Refusal::Early(CLOSES)),
    ] {
        assert_eq!(refused(&ask(&poll, text)), Some(&refusal), "{why}");
    }
    place.time.store(CLOSES, Ordering::SeqCst);
    for (why, text, refusal) in [
        ("a close that says so itself", close(CLOSES - 1, 5, root), Refusal::Early(CLOSES)),
        ("of another tree", close(CLOSES, 5, log.tree(5, 2).root(5).unwrap()), Refusal::Last(5)),
        ("of an older tree", close(CLOSES, 4, tree.root(4).unwrap()), Refusal::Last(5)),
    ] {
        assert_eq!(refused(&ask(&poll, text)), Some(&refusal), "{why}");
    }
    assert_eq!(refused(&ask(&poll, close(CLOSES, 5, root))), None);
    assert_eq!(refused(&ask(&other.poll.id, close(CLOSES, 5, root))), Some(&Refusal::Manifest), "not begun");
}

#[test]
fn a_signer_that_is_killed_at_any_step_signs_one_history() {
    for point in [Point::SignerMark, Point::SignerAnswer] {
        for fault in [Fault::Failed, Fault::FailedButPersisted] {
            let why = format!("{point:?} {fault:?}");
            let place = Place::new();
            let signer = place.open().unwrap();
            let log = Asking::new(&signer, 1);
            let (ours, other) = (log.tree(12, 1), log.tree(12, 2));
            let ask = |signer: &SignerFiles, tree, old, size| {
                signer.answer(&Question::Checkpoint(log.extension(tree, old, size)))
            };
            assert_eq!(refused(&ask(&signer, &ours, 0, 5)), None, "{why}");
            place.faults.arm(point, fault);
            assert_eq!(refused(&ask(&signer, &ours, 5, 9)), Some(&Refusal::Files), "{why}");
            drop(signer);
            let signer = place.open().unwrap();
            let is_kept = point == Point::SignerAnswer || fault == Fault::FailedButPersisted;
            let last = if is_kept { 9 } else { 5 };
            assert_eq!(refused(&ask(&signer, &ours, 0, 12)), Some(&Refusal::Last(last)), "{why}");
            // What nobody was given may be signed otherwise; what may have been given, never.
            assert!(refused(&ask(&signer, &other, last, 12)).is_some(), "{why}");
            assert_eq!(refused(&ask(&signer, &ours, last, 12)), None, "{why}");
        }
    }
}

#[test]
fn a_signers_folder_is_its_own() {
    let place = Place::new();
    let signer = place.open().unwrap();
    assert!(matches!(place.open(), Err(SignerFilesError::Locked(_))));
    drop(signer);
    let keys = place.folder.path().join("keys");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o750)).unwrap();
    assert!(matches!(place.open(), Err(SignerFilesError::Mode { mode: 0o750, .. })));
}

on_both! {
    async fn a_server_with_a_signer_takes_ballots_closes_and_anchors_without_a_key(test) {
        let place = Place::new();
        let serving = place.serve().await;
        let (database, clock) = (test.open().await, TestClock::at(OPENS));
        let logs = place.logs(&database, &test, &clock).await;
        let key = logs.key(HOST, &poll_id(1), &[0; 32]).await.unwrap();
        assert_eq!(logs.key(HOST, &poll_id(1), &[0; 32]).await.unwrap(), key, "asked again, the same");
        let witness = ballot::key::SignerKey::from_seed("witness.example/1", ballot::key::KeyKind::Cosignature, &[1; 32]);
        let witness = witness.unwrap();
        let poll = TestPoll::of(poll_id(1), key, 1, 3, OPENS, CLOSES).watched(&[witness.public().clone()], 1);
        poll.begin(&logs).await;
        let log = logs.log(&poll.id).await.unwrap();
        let history = History::default();
        let mut casts = Vec::new();
        for seq in 1..=6 {
            let bytes = poll.ballot(1, seq);
            let stored = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap();
            history.receipt(&stored, &bytes, &poll.log_key);
            casts.push((bytes, stored));
        }
        let bare = log.checkpoint();
        let line = cosign(Note::parse(bare.as_bytes()).unwrap().text, &witness, OPENS + 1);
        log.add_cosignature(&bare, &line, witness.public()).await.unwrap();
        assert!(log.anchor(OPENS + 2).await.unwrap().is_some());
        let keys: Vec<_> = fs::read_dir(test.keys()).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(keys.iter().all(|path| path.extension().is_some_and(|ending| ending == "mark")), "{keys:?}");
        clock.set(CLOSES);
        assert!(log.ensure_closed(CLOSES).await.is_err(), "the signer's own clock has not come to it");
        place.time.store(CLOSES, Ordering::SeqCst);
        assert!(log.ensure_closed(CLOSES).await.unwrap());
        check(&database, &log, &history).await;
        // Started again, even with the signer away, it gives the receipts that it gave.
        logs.stop().await;
        serving.kill();
        let logs = place.logs(&test.open().await, &test, &clock).await;
        let log = logs.log(&poll.id).await.unwrap();
        for (bytes, stored) in casts {
            let found = log.find(&bytes).unwrap();
            assert_eq!(found.index, stored.index);
            found.receipt.verify(&poll.log_key).unwrap();
        }
        check(&database, &log, &history).await;
    }

    async fn a_signer_that_is_away_loses_nothing_and_forks_nothing(test) {
        let place = Place::new();
        let serving = place.serve().await;
        let (database, clock) = (test.open().await, TestClock::at(OPENS));
        let logs = place.logs(&database, &test, &clock).await;
        let key = logs.key(HOST, &poll_id(1), &[0; 32]).await.unwrap();
        let poll = TestPoll::of(poll_id(1), key, 1, 3, OPENS, CLOSES);
        poll.begin(&logs).await;
        let log = logs.log(&poll.id).await.unwrap();
        let history = History::default();
        let shown = log.checkpoint();
        serving.kill();
        let first = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap_err();
        assert!(matches!(first, SubmitError::Unknown), "it is stored and not signed: {first}");
        let second = logs.submit(&poll.id, Submission::ready(poll.ballot(2, 1))).await.unwrap_err();
        assert_eq!(second.code(), "signer", "surely not stored");
        assert_eq!(log.checkpoint(), shown, "readers are served what was signed");
        let serving = place.serve().await;
        for voter in [1, 2] {
            let bytes = poll.ballot(voter, 1);
            let stored = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap();
            history.receipt(&stored, &bytes, &poll.log_key);
        }
        assert_eq!(check(&database, &log, &history).await.len(), 6);
        // At every step of its own, too.
        let mut seq = 2;
        for point in [Point::SignerMark, Point::SignerAnswer] {
            for fault in [Fault::Failed, Fault::FailedButPersisted] {
                place.faults.arm(point, fault);
                let bytes = poll.ballot(3, seq - 1);
                let error = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap_err();
                assert!(matches!(error, SubmitError::Unknown), "{point:?} {fault:?}: {error}");
                let stored = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap();
                history.receipt(&stored, &bytes, &poll.log_key);
                check(&database, &log, &history).await;
                seq += 1;
            }
        }
        serving.kill();
        logs.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signer_that_hangs_keeps_nobody_waiting_for_ever() {
    let place = Place::new();
    let socket = std::os::unix::net::UnixListener::bind(place.socket()).unwrap();
    let test = TestDatabase::new(Kind::Sqlite).await;
    let logs = Logs::open_with(test.open().await, &test.keys(), Clock::Database, Some(Signer::at(place.socket())))
        .await
        .unwrap();
    let asked = tokio::time::timeout(Duration::from_secs(20), logs.key(HOST, &poll_id(1), &[0; 32])).await;
    assert!(asked.unwrap().is_err());
    drop(socket);
}
