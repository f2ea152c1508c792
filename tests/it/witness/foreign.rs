//! What a witness cosigned, read with other people's libraries.

use std::{fs, path::Path, process::Command};

use ballot::{
    key::{KeyKind, SignerKey},
    log::Checkpoint,
    note::{Note, cosign},
    store::Submission,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};

/// Runs a foreign verifier over a folder; what it said, if it said no.
fn run(program: &str, arguments: &[&Path]) -> Result<(), String> {
    let home = tempfile::tempdir().unwrap();
    let done = Command::new(program)
        .args(arguments)
        // Go finds the packages that Debian installed, and asks no network.
        .envs([("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", "")])
        .env("GOCACHE", home.path())
        .output()
        .unwrap();
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

#[tokio::test]
async fn a_cosigned_checkpoint_and_receipt_hold_for_foreign_verifiers() {
    let test = TestDatabase::new(Kind::Sqlite).await;
    let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
    let witness = SignerKey::from_seed("witness.example/1", KeyKind::Cosignature, &[1; 32]).unwrap();
    let poll = TestPoll::prepare(&logs, 1, 5).watched(&[witness.public().clone()], 1);
    poll.begin(&logs).await;
    let log = logs.log(&poll.id).await.unwrap();
    let old = log.checkpoint();
    let ballot = poll.ballot(3, 1);
    log.submit(Submission::ready(ballot.clone())).await.unwrap();
    let bare = log.checkpoint();
    let line = cosign(Note::parse(bare.as_bytes()).unwrap().text, &witness, OPENS + 7);
    log.add_cosignature(&bare, &line, witness.public()).await.unwrap();
    let size = |note: &str| Checkpoint::open(note.as_bytes(), log.key()).unwrap().checkpoint.size;
    let proof = log.consistency_proof(size(&old), size(&bare)).unwrap();
    let proof: Vec<_> = proof.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect();

    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("vkey", log.key().to_string().as_bytes());
    put("witness.vkey", witness.public().to_string().as_bytes());
    put("checkpoint", log.checkpoint().as_bytes());
    put("checkpoint.old", old.as_bytes());
    put("consistency", proof.concat().as_bytes());
    put("receipt.tlog-proof", log.find(&ballot).unwrap().receipt.to_string().as_bytes());
    put("leaf", &ballot);
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = tests.join("pyverify/verify.py");
    let go = folder.path().join("goverify");
    run("go", &[Path::new("build"), Path::new("-o"), &go, &tests.join("goverify/main.go")]).unwrap();
    let go = go.to_str().unwrap();
    run("/usr/bin/python3", &[&python, folder.path()]).unwrap();
    run(go, &[folder.path()]).unwrap();

    // Without the witness's line, and with one over something else, neither says yes.
    for (why, note) in [("left out", bare.to_string()), ("forged", format!("{bare}{}", cosign("x\n", &witness, OPENS)))]
    {
        put("checkpoint", note.as_bytes());
        run("/usr/bin/python3", &[&python, folder.path()]).expect_err(why);
        run(go, &[folder.path()]).expect_err(why);
    }
}
