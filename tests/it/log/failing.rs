//! Putting statements into a log when a step fails: once not done, and once done though it says it failed.

use ballot::store::{Fault, Logs, Point, Submission, SubmitError};
use heyi_tests::{
    databases::{Kind, TestDatabase, until},
    poll::{OPENS, TestClock, TestPoll, open_logs},
};
use sea_orm::{ConnectionTrait as _, Statement};

use super::sound::{History, check};

const POINTS: [Point; 7] =
    [Point::Begin, Point::Lock, Point::Insert, Point::Move, Point::Commit, Point::Watermark, Point::Publish];

/// Whether the entry is durable after the step failed so.
fn is_durable(point: Point, fault: Fault) -> bool {
    match point {
        Point::Begin | Point::Lock | Point::Insert | Point::Move => false,
        Point::Commit => fault == Fault::FailedButPersisted,
        Point::Watermark | Point::Publish => true,
        Point::WitnessWrite | Point::WitnessRename | Point::WitnessSync => unreachable!("steps of a witness"),
        Point::SignerMark | Point::SignerAnswer => unreachable!("steps of a signer"),
    }
}

on_both! {
    async fn a_step_that_fails_loses_nothing_and_forks_nothing(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 2);
        poll.begin(&logs).await;
        let log = logs.log(&poll.id).await.unwrap();
        let history = History::default();
        let mut index = 3;
        for (seq, (point, fault)) in (1..).zip(faults()) {
            let why = format!("{point:?} {fault:?}");
            let bytes = poll.ballot(1, seq);
            let before = log.head();
            database.faults().arm(point, fault);
            let error = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap_err();
            match point {
                Point::Commit | Point::Watermark | Point::Publish => {
                    assert!(matches!(error, SubmitError::Unknown), "{why}: {error}");
                }
                _ => assert!(matches!(error, SubmitError::Unavailable(_)), "{why}: {error}"),
            }
            assert_eq!(log.head(), before, "{why}: nothing is shown that was not published");
            assert_eq!(log.find(&bytes), None, "{why}");

            let stored = logs.submit(&poll.id, Submission::ready(bytes.clone())).await;
            let stored = stored.unwrap_or_else(|error| panic!("{why}: sent again: {error}"));
            assert_eq!(stored.index, index, "{why}: it stands once, in its place");
            history.receipt(&stored, &bytes, &poll.log_key);
            index += 1;
            assert_eq!(check(&database, &log, &history).await.len() as u64, index, "{why}");
        }
    }

    async fn a_process_that_dies_at_a_step_leaves_a_sound_log_behind(test) {
        let database = test.open().await;
        let clock = TestClock::at(OPENS);
        let mut logs = open_logs(&database, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&logs, 1, 2);
        poll.begin(&logs).await;
        let history = History::default();
        let mut seq = 1;
        for (point, fault) in faults() {
            let why = format!("{point:?} {fault:?}");
            let bytes = poll.ballot(1, seq);
            database.faults().arm(point, fault);
            logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap_err();
            logs = open_logs(&database, &test.keys(), &clock).await;
            let log = logs.log(&poll.id).await.unwrap();
            assert_eq!(log.find(&bytes).is_some(), is_durable(point, fault), "{why}");
            check(&database, &log, &history).await;
            if is_durable(point, fault) {
                seq += 1;
            }
        }
    }

    async fn a_failed_batch_does_not_judge_the_ballots_after_it(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        database.faults().arm(Point::Insert, Fault::Failed);
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap_err();
        let later = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 2))).await.unwrap_err();
        assert_eq!(later.code(), "seq", "the first one is not in the log");
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
    }

    async fn a_log_stops_when_the_database_goes_back_under_it(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        let run = async |sql: &str| database.writer().execute_unprepared(sql).await.unwrap();
        run("CREATE TABLE old AS SELECT * FROM log_head").await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
        let log = logs.log(&poll.id).await.unwrap();
        let shown = log.checkpoint();
        run("CREATE TABLE kept AS SELECT * FROM log_head").await;
        run("DELETE FROM log_head").await;
        run("INSERT INTO log_head SELECT * FROM old").await;
        assert_stopped(&logs, &poll).await;
        assert_eq!(log.checkpoint(), shown, "readers are served what was published");
        run("DELETE FROM log_head").await;
        run("INSERT INTO log_head SELECT * FROM kept").await;
        assert_stopped(&logs, &poll).await;
    }

    async fn a_process_whose_log_was_taken_over_writes_no_more(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        database.writer().execute_unprepared("UPDATE log_head SET epoch = epoch + 1").await.unwrap();
        assert_stopped(&logs, &poll).await;
        let logs = open_logs(&test.open().await, &test.keys(), &TestClock::at(OPENS)).await;
        logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
    }

    async fn two_processes_on_one_database_make_one_tree(test) {
        let clock = TestClock::at(OPENS);
        let (one, other) = (test.open().await, test.open().await);
        let first = open_logs(&one, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&first, 1, 200);
        poll.begin(&first).await;
        let second = open_logs(&other, &test.keys(), &clock).await;
        let history = History::default();
        let casts: Vec<_> = (1..=200)
            .map(|number| {
                let logs = if number % 2 == 0 { first.clone() } else { second.clone() };
                let (id, bytes) = (poll.id.clone(), poll.ballot(number, 1));
                tokio::spawn(async move { (logs.submit(&id, Submission::ready(bytes.clone())).await.unwrap(), bytes) })
            })
            .collect();
        for cast in casts {
            let (stored, bytes) = cast.await.unwrap();
            history.receipt(&stored, &bytes, &poll.log_key);
        }
        let (log, twin) = (first.log(&poll.id).await.unwrap(), second.log(&poll.id).await.unwrap());
        until("both show the same checkpoint", async || log.checkpoint() == twin.checkpoint()).await;
        let entries = check(&one, &log, &history).await;
        assert_eq!(entries.len(), 401);
        assert_eq!(entries, check(&other, &twin, &history).await);
        for number in 1..=200 {
            let bytes = poll.ballot(number, 1);
            assert_eq!(log.find(&bytes), twin.find(&bytes), "one receipt, whichever process gives it");
        }
    }

    async fn a_ballot_under_a_credential_that_another_process_issued_is_taken(test) {
        let clock = TestClock::at(OPENS);
        let (one, other) = (test.open().await, test.open().await);
        let first = open_logs(&one, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&first, 1, 2);
        first.create(poll.new_poll(), None).await.unwrap();
        let second = open_logs(&other, &test.keys(), &clock).await;
        first.submit(&poll.id, Submission::ready(poll.credential(1))).await.unwrap();
        second.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
        second.submit(&poll.id, Submission::ready(poll.credential(2))).await.unwrap();
        let mut forged = poll.ballot(2, 1);
        let end = forged.len() - 10;
        forged[end] = if forged[end] == b'A' { b'B' } else { b'A' };
        let refused = first.submit(&poll.id, Submission::ready(forged)).await.unwrap_err();
        assert_eq!(refused.code(), "sig", "verified all the same");
        first.submit(&poll.id, Submission::ready(poll.ballot(2, 1))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_a_poll_is_open_is_a_matter_of_postgresqls_clock() {
    let test = TestDatabase::new(Kind::Postgres).await;
    let database = test.open().await;
    let logs = Logs::open(database.clone(), &test.keys(), ballot::store::Clock::Database).await.unwrap();
    let sql = "SELECT CAST(floor(extract(epoch FROM clock_timestamp())) AS bigint)";
    let row = database.reader().query_one_raw(Statement::from_string(database.backend(), sql)).await.unwrap().unwrap();
    let now = u64::try_from(row.try_get_by_index::<i64>(0).unwrap()).unwrap();
    for (number, opens, closes, expected) in [
        (1, now + 3600, now + 7200, "not_open"),
        (2, now - 60, now + 3600, "stored"),
        (3, now - 3600, now - 60, "closed"),
    ] {
        let poll = TestPoll::prepare_between(&logs, number, 1, opens, closes);
        poll.begin(&logs).await;
        let answer = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await;
        let code = answer.as_ref().map_or_else(SubmitError::code, |_| "stored");
        assert_eq!(code, expected);
    }
}

fn faults() -> impl Iterator<Item = (Point, Fault)> {
    POINTS.into_iter().flat_map(|point| [Fault::Failed, Fault::FailedButPersisted].map(|fault| (point, fault)))
}

async fn assert_stopped(logs: &Logs, poll: &TestPoll) {
    let error = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 9))).await.unwrap_err();
    assert_eq!(error.code(), "log_stopped");
}
