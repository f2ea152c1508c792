//! What the logs refuse to start with, and that they say what to do.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use ballot::store::{Clock, Database, Logs, OpenError, StartError, Submission};
use heyi_tests::{
    databases::{Kind, TestDatabase, administer},
    poll::{OPENS, TestClock, TestPoll, open_logs, poll_id},
};
use migrations::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;

/// Why the logs do not start.
async fn refusal(url: &str, keys: &Path) -> StartError {
    let database = Database::open(url).await.unwrap();
    Logs::open(database, keys, Clock::Database).await.expect_err("it must not start")
}

/// A poll with one ballot in it, and nobody at work.
async fn begun(test: &TestDatabase) -> TestPoll {
    let database = test.open().await;
    let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
    let poll = TestPoll::prepare(&logs, 1, 2);
    poll.begin(&logs).await;
    logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
    logs.stop().await;
    database.close().await.unwrap();
    poll
}

on_both! {
    async fn an_older_copy_of_the_database_is_refused(test) {
        let poll = begun(&test).await;
        let copy = copy_of(&test).await;
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 2))).await.unwrap();
        logs.submit(&poll.id, Submission::ready(poll.ballot(2, 1))).await.unwrap();
        logs.stop().await;
        let error = refusal(&copy, &test.keys()).await;
        assert!(matches!(error, StartError::Behind { stored: 4, published: 6, .. }), "{error}");
        let message = error.to_string();
        let mark = format!("{}.mark", poll.id);
        assert!(message.contains("older copy") && message.contains("restore") && message.contains(&mark), "{message}");
        // The newest one still does.
        open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
    }

    async fn a_database_with_another_history_is_refused(test) {
        let poll = begun(&test).await;
        let copy = copy_of(&test).await;
        let clock = TestClock::at(OPENS);
        let elsewhere = tempfile::tempdir().unwrap();
        for file in fs::read_dir(test.keys()).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), elsewhere.path().join(file.file_name())).unwrap();
        }
        let logs = open_logs(&test.open().await, &test.keys(), &clock).await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 2))).await.unwrap();
        logs.stop().await;
        let logs = open_logs(&Database::open(&copy).await.unwrap(), elsewhere.path(), &clock).await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(2, 1))).await.unwrap();
        logs.submit(&poll.id, Submission::ready(poll.ballot(2, 2))).await.unwrap();
        logs.stop().await;
        let error = refusal(&copy, &test.keys()).await;
        assert!(matches!(error, StartError::Forked { size: 5, .. }), "{error}");
    }

    async fn an_entry_that_was_tampered_with_is_found(test) {
        begun(&test).await;
        let database = test.open().await;
        let drop = match test.kind() {
            Kind::Sqlite => "DROP TRIGGER log_entry_no_update",
            Kind::Postgres => "DROP TRIGGER log_entry_append_only ON log_entry",
        };
        let run = async |sql: &str| database.writer().execute_unprepared(sql).await.unwrap();
        run(drop).await;
        run("UPDATE log_entry SET body = (SELECT body FROM log_entry WHERE idx = 1) WHERE idx = 2").await;
        let error = refusal(test.url(), &test.keys()).await.to_string();
        assert!(error.contains("damaged") && error.contains("entry 2"), "{error}");
    }

    async fn a_head_that_is_not_that_of_its_entries_is_found(test) {
        begun(&test).await;
        let database = test.open().await;
        let sql = "UPDATE log_head SET root = (SELECT leaf FROM log_entry WHERE idx = 0)";
        database.writer().execute_unprepared(sql).await.unwrap();
        let error = refusal(test.url(), &test.keys()).await.to_string();
        assert!(error.contains("damaged"), "{error}");
    }

    async fn keys_and_watermarks_must_be_there_sound_and_private(test) {
        let poll = begun(&test).await;
        let (key, mark) = (test.keys().join(format!("{}.key", poll.id)), test.keys().join(format!("{}.mark", poll.id)));
        let (good_key, good_mark) = (fs::read(&key).unwrap(), fs::read(&mark).unwrap());
        let refuse = async |what: &str, file: &Path| {
            let error = refusal(test.url(), &test.keys()).await.to_string();
            assert!(error.contains(file.to_str().unwrap()), "{what}: {error}");
            let secret = String::from_utf8(good_key.clone()).unwrap();
            // Base64 has a plus of its own.
            assert!(!error.contains(secret.trim().splitn(5, '+').nth(4).unwrap()), "{what}: {error}");
        };
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        refuse("a key that others can read", &key).await;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        for (what, bytes) in [("empty", &b""[..]), ("short", &good_key[..40]), ("garbage", b"\xFF\xFEgarbage")] {
            fs::write(&key, bytes).unwrap();
            refuse(what, &key).await;
        }
        fs::remove_file(&key).unwrap();
        refuse("no key", &key).await;
        fs::write(&key, &good_key).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&mark, b"").unwrap();
        refuse("an empty watermark", &mark).await;
        fs::remove_file(&mark).unwrap();
        refuse("no watermark", &mark).await;
        fs::write(&mark, &good_mark).unwrap();
        open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
    }

    async fn a_schema_that_is_newer_than_the_program_is_refused(test) {
        let known: Vec<String> = Migrator::migrations().iter().map(|change| change.name().to_owned()).collect();
        let database = test.open().await;
        database.check_schema(&known).await.unwrap();
        let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_future', 0)";
        database.writer().execute_unprepared(sql).await.unwrap();
        let error = database.check_schema(&known).await.unwrap_err();
        assert!(matches!(&error, OpenError::NewerSchema(version) if version.contains("future")), "{error}");
    }

    async fn a_log_key_is_made_once_and_whole(test) {
        let poll = begun(&test).await;
        let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
        let again = logs.create_key("vote.example", &poll.id, &[9; 32]);
        assert!(matches!(again, Err(StartError::Key(_))), "an origin and its key are never used again");
        fs::remove_file(test.keys().join(format!("{}.key", poll.id))).unwrap();
        let again = logs.create_key("vote.example", &poll.id, &[9; 32]);
        assert!(matches!(again, Err(StartError::Watermark(_))), "nor when the key is lost");

        // A crash before the key has its name leaves nothing that was ever used.
        let next = poll_id(2);
        let (key, mark) = (test.keys().join(format!("{next}.key")), test.keys().join(format!("{next}.mark")));
        logs.create_key("vote.example", &next, &[1; 32]).unwrap();
        fs::rename(&key, key.with_extension("key.new")).unwrap();
        let second = logs.create_key("vote.example", &next, &[2; 32]).unwrap();
        assert_eq!(logs.key("vote.example", &next, &[3; 32]).await.unwrap(), second);
        assert!(fs::read_to_string(mark).unwrap().contains(second.name()));
        assert!(!key.with_extension("key.new").exists());
    }
}

#[tokio::test]
async fn a_weaker_setting_of_the_database_is_refused() {
    let test = TestDatabase::new(Kind::Postgres).await;
    let name = test.url().rsplit('/').next().unwrap().to_owned();
    administer(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
    let error = Database::open(test.url()).await.unwrap_err().to_string();
    assert!(error.contains("synchronous_commit is off") && error.contains("must be on"), "{error}");

    let error = Database::open("sqlite::memory:").await.unwrap_err().to_string();
    assert!(error.contains("journal_mode is memory") && error.contains("must be WAL"), "{error}");
    assert!(matches!(Database::open("mysql://x").await, Err(OpenError::Address)));
    assert!(matches!(Database::open("postgres://heyi@127.0.0.1:1/none").await, Err(OpenError::Database(_))));
    assert!(matches!(Database::open("sqlite:/nowhere/at/all.db").await, Err(OpenError::Database(_))));
}

/// A copy of the database as it is now, which nobody is using; its address.
async fn copy_of(test: &TestDatabase) -> String {
    match test.kind() {
        Kind::Sqlite => {
            let copy = test.file().with_extension("copy.db");
            let database = test.open().await;
            database.writer().execute_unprepared(&format!("VACUUM INTO '{}'", copy.display())).await.unwrap();
            database.close().await.unwrap();
            format!("sqlite:{}", copy.display())
        }
        Kind::Postgres => {
            let (server, name) = test.url().rsplit_once('/').unwrap();
            administer(&format!("CREATE DATABASE {name}_copy TEMPLATE {name}")).await;
            format!("{server}/{name}_copy")
        }
    }
}
