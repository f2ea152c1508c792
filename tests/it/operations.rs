//! What operators do at the machine: copies and their way back, keys, looking after it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ballot::store::{KeyFile, Logs, Submission, backup::Sizes};
use heyi::{
    admin::{
        backup::{copy, put_back},
        doctor::{Grade, examine},
        events::chains,
    },
    config::{Config, Flags},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{TestEstate, register},
    poll::{CLOSES, OPENS, TestClock, TestPoll, open_logs},
};
use sea_orm::ConnectionTrait as _;

use crate::log::on_both;

const HOST: &str = "vote.example";

/// The settings of a server on a database and a folder of keys.
fn settings(test: &TestDatabase, keys: &Path) -> Config {
    let given = [
        ("public-url", format!("https://{HOST}")),
        ("database", test.url().to_owned()),
        ("keys", keys.display().to_string()),
    ];
    Flags::given(given).load(|_| None).unwrap()
}

/// A poll with two ballots in it, taken by logs that go on working.
async fn at_work(test: &TestDatabase) -> (TestPoll, Logs) {
    let database = test.open().await;
    let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
    let poll = TestPoll::prepare(&logs, 1, 3);
    poll.begin(&logs).await;
    for number in 1..=2 {
        logs.submit(&poll.id, Submission::ready(poll.ballot(number, 1))).await.unwrap();
    }
    (poll, logs)
}

async fn copy_of(test: &TestDatabase, folder: &Path, now: u64) -> PathBuf {
    copy(&settings(test, &test.keys()), folder, now).await.unwrap()
}

/// Whether there is nothing where a copy was to be put.
async fn is_untouched(test: &TestDatabase) -> bool {
    match test.kind() {
        Kind::Sqlite => fs::read_dir(test.file().parent().unwrap()).unwrap().next().is_none(),
        Kind::Postgres => test.open().await.is_empty().await.unwrap(),
    }
}

on_both! {
    async fn an_event_that_was_altered_taken_away_or_moved_is_named(test) {
        let estate = TestEstate::new(&test).await;
        estate.apply(register()).await;
        let verdict = async || {
            let mut found = chains(&settings(&test, &test.keys())).await.unwrap();
            assert_eq!(found.len(), 1, "one estate");
            found.remove(0).1.map_err(|error| error.to_string())
        };
        let whole = verdict().await.unwrap();
        assert!(6 < whole, "there are events: {whole}");
        let swap = "UPDATE event SET number = CASE number WHEN 4 THEN 1005 ELSE 1004 END WHERE number IN (4, 5)";
        // Each is further to the front than the one before.
        for (first, tampering) in [
            (4, [swap, "UPDATE event SET number = number - 1000 WHERE 1000 < number"].as_slice()),
            (3, &["UPDATE event SET actor = 'nobody' WHERE number = 3"]),
            (2, &["DELETE FROM event WHERE number = 2"]),
        ] {
            let database = test.open().await;
            for sql in tampering {
                database.writer().execute_unprepared(sql).await.unwrap();
            }
            let found = verdict().await.unwrap_err();
            assert!(found.contains(&format!("event {first} ")), "{found}");
        }
    }

    async fn a_copy_made_at_work_is_gone_on_with(test) {
        let (poll, logs) = at_work(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let made = copy_of(&test, folder.path(), OPENS).await;
        logs.stop().await;

        let elsewhere = TestDatabase::empty(test.kind()).await;
        let sizes = put_back(&settings(&elsewhere, &test.keys()), &made).await.unwrap();
        assert_eq!(sizes, Sizes::from([(poll.id.clone(), 6)]));
        let logs = open_logs(&elsewhere.open().await, &test.keys(), &TestClock::at(OPENS)).await;
        let stored = logs.submit(&poll.id, Submission::ready(poll.ballot(3, 1))).await.unwrap();
        assert_eq!(stored.index, 6);
        // What was acknowledged before the copy has the answer that it had.
        let again = logs.submit(&poll.id, Submission::ready(poll.ballot(2, 1))).await.unwrap();
        assert_eq!(again.index, 5);
    }

    async fn a_copy_that_lacks_what_was_published_is_refused_with_the_reason(test) {
        let (poll, logs) = at_work(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let made = copy_of(&test, folder.path(), OPENS).await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(3, 1))).await.unwrap();
        let newest = copy_of(&test, folder.path(), OPENS + 1).await;
        logs.stop().await;

        let elsewhere = TestDatabase::empty(test.kind()).await;
        let settings = settings(&elsewhere, &test.keys());
        let refused = put_back(&settings, &made).await.unwrap_err().to_string();
        assert!(refused.contains("too old") && refused.contains("6 entries, and 7 were published"), "{refused}");
        assert!(is_untouched(&elsewhere).await);
        put_back(&settings, &newest).await.unwrap();
        let refused = put_back(&settings, &newest).await.unwrap_err().to_string();
        assert!(refused.contains("nothing is written over"), "{refused}");
    }

    async fn a_copy_that_was_changed_is_refused(test) {
        let (_, logs) = at_work(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let made = copy_of(&test, folder.path(), OPENS).await;
        logs.stop().await;
        let file = made.join(if test.kind() == Kind::Sqlite { "heyi.db" } else { "heyi.pgdump" });
        let sound = fs::read(&file).unwrap();
        let elsewhere = TestDatabase::empty(test.kind()).await;
        let settings = settings(&elsewhere, &test.keys());
        let mut bent = sound.clone();
        bent[sound.len() / 2] ^= 1;
        for (why, bytes) in [("a bit", &bent[..]), ("the end", &sound[..sound.len() - 1]), ("all", &[])] {
            fs::write(&file, bytes).unwrap();
            let refused = put_back(&settings, &made).await.unwrap_err().to_string();
            assert!(refused.contains("is not what backup.json says"), "{why}: {refused}");
        }
        fs::write(&file, &sound).unwrap();
        fs::remove_file(made.join("backup.json")).unwrap();
        let refused = put_back(&settings, &made).await.unwrap_err().to_string();
        assert!(refused.contains("a copy that was finished"), "{refused}");
        assert!(is_untouched(&elsewhere).await);
    }

    async fn a_copy_is_not_for_other_eyes_and_holds_nothing_that_was_deleted(test) {
        use std::os::unix::fs::PermissionsExt as _;
        let database = test.open().await;
        let secret = "SECRET-".repeat(50);
        database.writer().execute_unprepared("CREATE TABLE gone (word text)").await.unwrap();
        database.writer().execute_unprepared(&format!("INSERT INTO gone VALUES ('{secret}')")).await.unwrap();
        database.writer().execute_unprepared("DELETE FROM gone").await.unwrap();
        open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let folder = tempfile::tempdir().unwrap();
        let made = copy_of(&test, folder.path(), OPENS).await;
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700);
        for file in fs::read_dir(&made).unwrap() {
            let path = file.unwrap().path();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"SECRET-"), "{}", path.display());
        }
    }

    async fn the_registrar_gets_a_new_key_between_polls(test) {
        let (poll, logs) = at_work(&test).await;
        let settings = settings(&test, &test.keys());
        let path = test.keys().join("registrar.key");
        let old = KeyFile::create(&path, &format!("{HOST}/registrar"), &[9; 32]).unwrap();
        let refused = heyi::admin::keys::renew(&settings).await.unwrap_err().to_string();
        assert!(refused.contains("is not closed"), "{refused}");
        logs.stop().await;
        let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(CLOSES + 1)).await;
        assert!(logs.ensure_closed(&poll.id, CLOSES + 1).await.unwrap());
        logs.stop().await;
        let key = heyi::admin::keys::renew(&settings).await.unwrap();
        let new = KeyFile::read(&path, &format!("{HOST}/registrar")).unwrap();
        assert_eq!(new.public().to_string(), key);
        assert_ne!(new.public().to_string(), old.public().to_string());
        let retired = fs::read_dir(test.keys()).unwrap().map(|file| file.unwrap().path());
        let retired: Vec<_> = retired.filter(|path| path.extension().is_some_and(|end| end == "retired")).collect();
        assert_eq!(KeyFile::read(&retired[0], &format!("{HOST}/registrar")).unwrap().public(), old.public());
    }

    async fn an_event_that_was_changed_is_found(test) {
        let estate = TestEstate::new(&test).await;
        estate.apply(register()).await;
        let settings = settings(&test, &test.keys());
        let errors = async || {
            let found = examine(&settings).await;
            let bad = found.into_iter().filter(|finding| finding.grade == Grade::Error);
            // The harness holds the registrar's key in memory.
            bad.map(|finding| finding.about).filter(|about| *about != "keys").collect::<Vec<_>>()
        };
        assert_eq!(errors().await, Vec::<&str>::new());
        let database = test.open().await;
        for change in [
            "UPDATE event SET actor = 'staff:somebody' WHERE number = 2",
            "UPDATE event SET at = at + 1 WHERE number = 3",
            "DELETE FROM event WHERE number = (SELECT max(number) FROM event)",
        ] {
            database.writer().execute_unprepared(change).await.unwrap();
            assert_eq!(errors().await, ["events"], "{change}");
        }
    }
}
