//! A witness by itself: its answers over HTTP, its files, and faults at every step.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::{Body, to_bytes},
    http::{Request as HttpRequest, StatusCode},
};
use ballot::{
    hash::Hash,
    key::{KeyKind, SignerKey, VerifierKey},
    log::{Checkpoint, Tree, leaf_hash},
    note::Note,
    store::{
        Fault, Faults, Point,
        witness::{CosignError, Witness, WitnessError},
    },
    witness::{Refusal, Request, monitoring_path},
};
use tempfile::TempDir;
use tower::ServiceExt as _;

const LOG: &str = "vote.example/poll/1";
const NOW: u64 = 1_800_000_000;

/// A witness's folder with its key, and a log that it knows.
struct Place {
    folder: TempDir,
    log: SignerKey,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            log: SignerKey::from_seed(LOG, KeyKind::Ed25519, &[1; 32]).unwrap(),
        };
        fs::write(place.list(), format!("# logs\n\n{}\n", place.log.public())).unwrap();
        place
    }

    fn list(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn of_log(&self) -> PathBuf {
        self.state().join(Hash::of(LOG.as_bytes()).to_string())
    }

    fn open(&self, faults: &Faults) -> Result<Witness, WitnessError> {
        let key = SignerKey::from_seed("witness.example/1", KeyKind::Cosignature, &[2; 32]).unwrap();
        Witness::open(&self.state(), &self.list(), key, faults.clone())
    }

    fn request(&self, tree: &Tree, old: u64, size: u64) -> String {
        let proof = if old == 0 { Vec::new() } else { tree.consistency_proof(old, size).unwrap_or_default() };
        let checkpoint = Checkpoint { origin: LOG.to_owned(), size, root: tree.root(size).unwrap() };
        Request { old, proof, checkpoint: checkpoint.sign(&self.log) }.to_string()
    }

    fn refused(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.of_log().join("refused")) else { return Vec::new() };
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A tree of so many entries; trees of two flavours have nothing in common.
fn tree(entries: u64, flavour: u8) -> Tree {
    let mut tree = Tree::default();
    (0..entries).for_each(|entry| tree.append(leaf_hash(&[flavour, u8::try_from(entry).unwrap()])));
    tree
}

/// Whether a line is the witness's over the checkpoint of a request, and when.
fn cosigned(line: &str, request: &str, key: &VerifierKey) -> Option<u64> {
    let checkpoint = Request::parse(request.as_bytes()).unwrap().checkpoint;
    let whole = format!("{checkpoint}{line}");
    let note = Note::parse(whole.as_bytes()).unwrap();
    note.lines.iter().find_map(|line| line.cosigned_at(key, note.text))
}

#[test]
fn a_fault_at_any_step_never_ends_in_two_histories() {
    for point in [Point::WitnessWrite, Point::WitnessRename, Point::WitnessSync] {
        for fault in [Fault::Failed, Fault::FailedButPersisted] {
            for is_restarted in [false, true] {
                let why = format!("{point:?} {fault:?}, restarted: {is_restarted}");
                let (place, faults) = (Place::new(), Faults::default());
                let (ours, other) = (tree(12, 1), tree(12, 2));
                let mut witness = place.open(&faults).unwrap();
                witness.add_checkpoint(place.request(&ours, 0, 5).as_bytes(), NOW).unwrap();
                faults.arm(point, fault);
                let failed = witness.add_checkpoint(place.request(&ours, 5, 9).as_bytes(), NOW).unwrap_err();
                assert!(matches!(failed, CosignError::Io(_)), "{why}: no cosignature is given: {failed}");
                if is_restarted {
                    drop(witness);
                    witness = place.open(&faults).unwrap();
                }
                // It stands at one of the two, whole.
                let note = witness.checkpoint(&Hash::of(LOG.as_bytes()).to_string()).unwrap().unwrap();
                let last = Checkpoint::open(note.as_bytes(), place.log.public()).unwrap().checkpoint;
                assert!([5, 9].contains(&last.size) && ours.root(last.size) == Some(last.root), "{why}: {last:?}");
                for old in [0, 5, 9] {
                    let forked = witness.add_checkpoint(place.request(&other, old, 9).as_bytes(), NOW);
                    assert!(matches!(forked, Err(CosignError::Refused(_))), "{why}: another history from {old}");
                }
                witness.add_checkpoint(place.request(&ours, last.size, 12).as_bytes(), NOW).unwrap();
            }
        }
    }
}

#[test]
fn what_a_log_should_not_have_signed_is_kept_once() {
    let place = Place::new();
    let witness = place.open(&Faults::default()).unwrap();
    let (ours, other) = (tree(12, 1), tree(12, 2));
    let add = |request: String| witness.add_checkpoint(request.as_bytes(), NOW).map(|_| ());
    add(place.request(&ours, 0, 9)).unwrap();
    assert!(place.refused().is_empty());
    for _ in 0..2 {
        for (request, refusal) in [
            (place.request(&other, 9, 9), Refusal::Proof),
            (place.request(&other, 0, 9), Refusal::Conflict(9)),
            (place.request(&ours, 0, 4), Refusal::Conflict(9)),
            (place.request(&other, 9, 12), Refusal::Proof),
        ] {
            assert!(matches!(add(request), Err(CosignError::Refused(found)) if found == refusal), "{refusal}");
        }
    }
    let names = place.refused();
    let words: Vec<_> = names.iter().map(|name| name.split('-').next().unwrap()).collect();
    assert_eq!(words, ["fork", "older", "unproven"]);
    let kept = fs::read_to_string(place.of_log().join("refused").join(&names[0])).unwrap();
    let evidence = kept.strip_prefix(&format!("received {NOW}\n")).unwrap();
    let checkpoint = Request::parse(evidence.as_bytes()).unwrap().checkpoint;
    let fork = Checkpoint::open(checkpoint.as_bytes(), place.log.public()).unwrap().checkpoint;
    assert_eq!((fork.size, Some(fork.root)), (9, other.root(9)), "the log's own signature over another history");
    // What the log did not sign leaves no trace.
    let forged = place.request(&other, 9, 9).replacen("\n9\n", "\n10\n", 1);
    assert!(matches!(add(forged), Err(CosignError::Refused(Refusal::Signature))));
    assert_eq!(place.refused(), names);
}

#[test]
fn requests_at_once_are_taken_one_after_the_other() {
    let place = Place::new();
    let witness = Arc::new(place.open(&Faults::default()).unwrap());
    let ours = tree(64, 1);
    let threads: Vec<_> = (1..=64)
        .map(|size| {
            let (witness, request) = (Arc::clone(&witness), place.request(&ours, 0, size));
            std::thread::spawn(move || witness.add_checkpoint(request.as_bytes(), NOW).is_ok())
        })
        .collect();
    let given = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|given| *given).count();
    assert_eq!(given, 1, "of 64 first checkpoints one is the first");
}

#[test]
fn a_witness_starts_with_nothing_but_its_own() {
    let place = Place::new();
    let faults = Faults::default();
    let first = place.open(&faults).unwrap();
    assert_eq!(fs::metadata(place.state()).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(matches!(place.open(&faults), Err(WitnessError::Locked(_))), "one process at a time");
    first.add_checkpoint(place.request(&tree(5, 1), 0, 5).as_bytes(), NOW).unwrap();
    drop(first);
    let note = place.of_log().join("checkpoint");
    let sound = fs::read_to_string(&note).unwrap();
    fs::write(&note, sound.replacen("\n5\n", "\n4\n", 1)).unwrap();
    assert!(matches!(place.open(&faults), Err(WitnessError::Damaged(path)) if path == note), "changed");
    fs::write(&note, sound).unwrap();
    place.open(&faults).unwrap();
    let other = SignerKey::from_seed(LOG, KeyKind::Ed25519, &[9; 32]).unwrap();
    for (why, list) in [
        ("not a key", "vote.example".to_owned()),
        ("a witness's key", SignerKey::from_seed("w", KeyKind::Cosignature, &[1; 32]).unwrap().public().to_string()),
        ("one name twice", format!("{}\n{}", place.log.public(), other.public())),
    ] {
        fs::write(place.list(), list).unwrap();
        assert!(matches!(place.open(&faults), Err(WitnessError::List { .. })), "{why}");
    }
    fs::write(place.list(), other.public().to_string()).unwrap();
    assert!(matches!(place.open(&faults), Err(WitnessError::Damaged(_))), "a log does not change its key");
    let key = SignerKey::from_seed("witness.example/1", KeyKind::Ed25519, &[2; 32]).unwrap();
    assert!(matches!(Witness::open(&place.state(), &place.list(), key, faults), Err(WitnessError::Kind)));
}

struct Answer {
    status: StatusCode,
    kind: String,
    body: String,
}

async fn ask(witness: &Arc<Witness>, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    let router = heyi::witness::router(Arc::clone(witness), Arc::new(|| NOW));
    let request = HttpRequest::builder().method(method).uri(path).body(body.into()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Answer { status, kind: kind.unwrap_or_default(), body: String::from_utf8(body.to_vec()).unwrap() }
}

#[tokio::test]
async fn every_answer_is_the_specifications() {
    let place = Place::new();
    let witness = Arc::new(place.open(&Faults::default()).unwrap());
    let (ours, other) = (tree(12, 1), tree(12, 2));
    let add = async |request: &str| ask(&witness, "POST", "/add-checkpoint", request.to_owned()).await;
    let path = format!("/{}", monitoring_path(LOG));
    assert_eq!(ask(&witness, "GET", &path, "").await.status, 404, "nothing is cosigned yet");
    for (request, why) in [
        (place.request(&ours, 0, 5), "the first"),
        (place.request(&ours, 5, 9), "it grows"),
        (place.request(&ours, 9, 9), "the same again"),
    ] {
        let answer = add(&request).await;
        assert_eq!(answer.status, 200, "{why}: {}", answer.body);
        assert_eq!(cosigned(&answer.body, &request, witness.key()), Some(NOW), "{why}");
    }
    let foreign = SignerKey::from_seed("other.example/log", KeyKind::Ed25519, &[3; 32]).unwrap();
    let unknown = Checkpoint { origin: "other.example/log".to_owned(), size: 0, root: Hash::of(b"") }.sign(&foreign);
    for (why, request, status) in [
        ("not a request", "hello".to_owned(), 400),
        ("an old size above", place.request(&ours, 9, 5), 400),
        ("not signed", place.request(&ours, 9, 12).replacen("\n12\n", "\n11\n", 1), 403),
        ("unknown", format!("old 0\n\n{unknown}"), 404),
        ("another old size", place.request(&ours, 5, 12), 409),
        ("an older one", place.request(&ours, 0, 5), 409),
        ("another history", place.request(&other, 9, 12), 422),
        ("another root", place.request(&other, 9, 9), 422),
        ("too long", "x".repeat(40_000), 413),
    ] {
        let answer = add(&request).await;
        assert_eq!(answer.status.as_u16(), status, "{why}: {}", answer.body);
        if status == 409 {
            assert_eq!((answer.kind.as_str(), answer.body.as_str()), ("text/x.tlog.size", "9\n"), "{why}");
        }
    }
    let seen = ask(&witness, "GET", &path, "").await;
    let opened = Checkpoint::open(seen.body.as_bytes(), place.log.public()).unwrap();
    assert_eq!(opened.checkpoint.size, 9);
    assert_eq!(opened.lines.iter().filter_map(|line| line.cosigned_at(witness.key(), opened.text)).count(), 1);
    for bad in ["/nothing/checkpoint", "/..%2Flogs/checkpoint", &format!("/{}/checkpoint", "A".repeat(64))] {
        assert_eq!(ask(&witness, "GET", bad, "").await.status, 404, "{bad}");
    }
    assert_eq!(ask(&witness, "GET", "/add-checkpoint", "").await.status, 405);
}

#[tokio::test]
async fn a_log_that_is_listed_later_is_known_without_a_new_start() {
    let place = Place::new();
    let only = fs::read_to_string(place.list()).unwrap();
    fs::write(place.list(), "").unwrap();
    let old = fs::metadata(place.list()).unwrap().modified().unwrap() - std::time::Duration::from_mins(1);
    set_written(&place.list(), old);
    let witness = Arc::new(place.open(&Faults::default()).unwrap());
    let request = place.request(&tree(5, 1), 0, 5);
    assert_eq!(ask(&witness, "POST", "/add-checkpoint", request.clone()).await.status, 404);
    fs::write(place.list(), only).unwrap();
    assert_eq!(ask(&witness, "POST", "/add-checkpoint", request).await.status, 200);
}

fn set_written(path: &Path, time: std::time::SystemTime) {
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}
