//! Putting statements into a log when nothing fails.

use std::{collections::BTreeMap, sync::Arc};

use ballot::{
    bundle::Bundle,
    key::{KeyKind, SignerKey},
    log::{EntryBundle, TILE_WIDTH, TileId, TileKind, leaf_hash, tiles_of},
    note,
    statement::{Entry, Statement},
    store::{Database, Made, NewPoll, Outage, ReadError, Refusal, Submission, SubmitError, Writes},
};
use heyi_tests::{
    databases::{Kind, TestDatabase, until},
    poll::{CLOSES, OPENS, TestClock, TestPoll, open_logs, poll_id},
};
use sea_orm::ConnectionTrait as _;
use tokio::task::JoinHandle;

use super::sound::{History, check};

on_both! {
    async fn a_ballot_gets_a_receipt_that_is_the_same_whenever_its_bytes_come_again(test) {
        let clock = TestClock::at(OPENS);
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&logs, 1, 3);
        poll.begin(&logs).await;
        let history = History::default();
        let first = poll.ballot(1, 1);
        let stored = logs.submit(&poll.id, Submission::ready(first.clone())).await.unwrap();
        assert_eq!(stored.index, 4, "after the manifest and three credentials");
        history.receipt(&stored, &first, &poll.log_key);
        for number in 1..=3 {
            let bytes = poll.ballot(number, if number == 1 { 2 } else { 1 });
            let stored = logs.submit(&poll.id, Submission::ready(bytes.clone())).await.unwrap();
            history.receipt(&stored, &bytes, &poll.log_key);
        }
        let again = |logs: ballot::store::Logs| {
            let (poll, first) = (poll.id.clone(), first.clone());
            async move { logs.submit(&poll, Submission::ready(first)).await.unwrap() }
        };
        assert_eq!(again(logs.clone()).await, stored, "after others");
        clock.set(CLOSES);
        assert!(logs.ensure_closed(&poll.id, CLOSES).await.unwrap());
        assert_eq!(again(logs.clone()).await, stored, "after the close");
        logs.stop().await;
        let logs = open_logs(&test.open().await, &test.keys(), &clock).await;
        assert_eq!(again(logs.clone()).await, stored, "after a restart");
        let log = logs.log(&poll.id).await.unwrap();
        assert_eq!(log.find_code(stored.receipt.check_code()), Some(stored.index));
        assert_eq!(check(&database, &log, &history).await.len(), 9);
    }

    async fn fifty_copies_of_a_ballot_at_once_are_one_leaf_with_one_receipt(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        let copies = (0..50).map(|_| {
            let (logs, id, bytes) = (logs.clone(), poll.id.clone(), poll.ballot(1, 1));
            tokio::spawn(async move { logs.submit(&id, Submission::ready(bytes)).await.unwrap() })
        });
        let copies: Vec<_> = copies.collect();
        let mut answers = Vec::new();
        for copy in copies {
            answers.push(copy.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let log = logs.log(&poll.id).await.unwrap();
        assert_eq!(check(&database, &log, &History::default()).await.len(), 3);
    }

    async fn many_ballots_at_once_are_in_a_tree_without_gaps_and_each_has_its_proof(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 300);
        poll.begin(&logs).await;
        let history = History::default();
        let casts: Vec<_> = (1..=300)
            .map(|number| {
                let (logs, id, bytes) = (logs.clone(), poll.id.clone(), poll.ballot(number, 1));
                tokio::spawn(async move {
                    let stored = logs.submit(&id, Submission::ready(bytes.clone())).await.unwrap();
                    (stored, bytes)
                })
            })
            .collect();
        for cast in casts {
            let (stored, bytes) = cast.await.unwrap();
            history.receipt(&stored, &bytes, &poll.log_key);
        }
        let log = logs.log(&poll.id).await.unwrap();
        let entries = check(&database, &log, &history).await;
        assert_eq!(entries.len(), 601);
        assert!(log.checkpoints().len() < 500, "ballots that waited together were published together");

        assert_eq!(log.read(|_, turnout| turnout.holders()), 300);
        let size = log.head().size;
        for id in tiles_of(size).into_iter().filter(|id| id.kind == TileKind::Hashes(0)) {
            let tile = log.tile(id).await.unwrap();
            let leaves: Vec<u8> = entries.iter().skip(usize::try_from(id.number * TILE_WIDTH).unwrap())
                .take(usize::try_from(id.width).unwrap()).flat_map(|entry| leaf_hash(entry).0).collect();
            assert_eq!(tile.bytes, leaves, "{id}");
            assert_eq!(tile.is_full, id.width == TILE_WIDTH);
        }
        let beyond = TileId { kind: TileKind::Hashes(0), number: 2, width: size % TILE_WIDTH + 1 };
        assert!(log.tile(beyond).await.is_err());
    }

    async fn what_is_in_a_log_is_neither_changed_nor_deleted(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        for sql in [
            "UPDATE log_entry SET idx = idx + 1",
            "DELETE FROM log_entry",
            "UPDATE log_checkpoint SET size = size + 1",
            "DELETE FROM log_checkpoint",
            "DELETE FROM log_file",
        ] {
            let error = database.writer().execute_unprepared(sql).await.unwrap_err().to_string();
            assert!(error.contains("a log is only appended to"), "{sql}: {error}");
        }
        let duplicate = "INSERT INTO log_entry (poll, idx, leaf, body) \
                         SELECT poll, 1, leaf, body FROM log_entry WHERE idx = 0";
        let error = database.writer().execute_unprepared(duplicate).await.unwrap_err();
        assert!(matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))), "{error}");
    }

    async fn a_statement_that_does_not_follow_is_refused_with_its_reason(test) {
        let clock = TestClock::at(OPENS - 1);
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &clock).await;
        let (poll, other) = (TestPoll::prepare(&logs, 1, 2), TestPoll::prepare(&logs, 2, 2));
        poll.begin(&logs).await;
        other.begin(&logs).await;
        let refused = async |bytes: Vec<u8>| match logs.submit(&poll.id, Submission::ready(bytes)).await {
            Err(SubmitError::Refused(refusal)) => refusal.code(),
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(poll.ballot(1, 1)).await, "not_open");
        clock.set(OPENS);
        assert_eq!(refused(poll.ballot(1, 2)).await, "seq");
        assert_eq!(refused(other.ballot(1, 1)).await, "wrong_poll");
        assert_eq!(refused(b"not a statement".to_vec()).await, "format");
        assert_eq!(refused(malleated(&poll.ballot(1, 1))).await, "sig");
        let by_other = Statement::Ballot(poll.ballot_body(1, 1));
        assert_eq!(refused(note::sign(&by_other.text(), &[poll.voter(2)]).into_bytes()).await, "signers");
        let mut stranger = poll.ballot_body(1, 1);
        stranger.credential = 9.try_into().unwrap();
        let name = poll.voter(1).public().name().replace("/credential/1", "/credential/9");
        let key = SignerKey::from_seed(&name, KeyKind::Ed25519, &[9; 32]).unwrap();
        let stranger = note::sign(&Statement::Ballot(stranger).text(), &[&key]).into_bytes();
        assert_eq!(refused(stranger).await, "not_eligible", "asked of the database, not of this process alone");
        assert_eq!(logs.log(&poll.id).await.unwrap().head().size, 3, "nothing of it is in the log");
        clock.set(CLOSES);
        assert_eq!(refused(poll.ballot(1, 1)).await, "closed");
        let unknown = logs.submit(&poll_id(9), Submission::ready(poll.ballot(1, 1))).await;
        assert!(matches!(unknown, Err(SubmitError::Refused(Refusal::NoPoll))));
    }

    async fn a_poll_is_closed_once_at_whatever_moment_it_is_looked_at(test) {
        let clock = TestClock::at(OPENS);
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&logs, 1, 2);
        poll.begin(&logs).await;
        let ballot = poll.ballot(1, 1);
        logs.submit(&poll.id, Submission::ready(ballot)).await.unwrap();
        let log = logs.log(&poll.id).await.unwrap();
        let entries = TileId { kind: TileKind::Entries, number: 0, width: 4 };
        assert!(matches!(log.tile(entries).await, Err(ReadError::NotClosed)), "nobody sees choices before the close");
        assert!(matches!(log.entries(0, 9).await, Err(ReadError::NotClosed)));
        assert!(matches!(log.export(Vec::new()).await, Err(ReadError::NotClosed)));
        assert!(!logs.ensure_closed(&poll.id, OPENS).await.unwrap());
        assert!(!logs.ensure_closed(&poll.id, CLOSES).await.unwrap(), "the database's clock decides");
        clock.set(CLOSES + 5);
        let looks: Vec<_> = (0..10)
            .map(|_| {
                let (logs, id) = (logs.clone(), poll.id.clone());
                tokio::spawn(async move { logs.ensure_closed(&id, CLOSES + 5).await.unwrap() })
            })
            .collect();
        for look in looks {
            assert!(look.await.unwrap());
        }
        let stored = check(&database, &log, &History::default()).await;
        assert_eq!(stored.len(), 5, "one close");
        let close = Entry::parse(&stored[4]).unwrap();
        let Statement::Close(body) = &close.statement else { panic!("{close:?}") };
        assert_eq!((body.size, body.at), (4, CLOSES + 5));
        assert_eq!(log.entries(0, 9).await.unwrap(), stored);

        let tar = log.export(Vec::new()).await.unwrap();
        assert_eq!(tar, log.export(Vec::new()).await.unwrap(), "the same poll, the same bytes");
        let bundle = Bundle::from_tar(tar).unwrap();
        assert_eq!(bundle.read("checkpoint", 4096).unwrap().unwrap(), log.checkpoint().as_bytes());
        assert_eq!(bundle.read("roll.jsonl", 1 << 20).unwrap().unwrap(), log.roll().await.unwrap());
        let bundled = bundle.read("tile/entries/000.p/5", 1 << 20).unwrap().unwrap();
        let bundled: Vec<_> = EntryBundle::new(&bundled).map(|entry| entry.unwrap().to_vec()).collect();
        assert_eq!(bundled, stored);
    }

    async fn a_log_begins_only_with_what_its_manifest_binds(test) {
        type Change = fn(&mut NewPoll);
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 3);
        let changes: [(&str, Change); 8] = [
            ("a rule's text is another", |new| new.rules.values_mut().for_each(|text| text.push_str("# another\n"))),
            ("a rule is missing", |new| _ = new.rules.pop_first()),
            ("no rules", |new| new.rules.clear()),
            ("a rule cannot be read", |new| new.rules.values_mut().for_each(|text| text.push('['))),
            ("the roll is another", |new| new.roll.extend_from_within(..)),
            ("no text", |new| new.texts.clear()),
            ("a text is another", |new| new.texts[0].push(b'!')),
            ("a text too many", |new| new.texts.push(b"more".to_vec())),
        ];
        for (why, change) in changes {
            let mut new = poll.new_poll();
            change(&mut new);
            let refused = logs.create(new, None).await.unwrap_err();
            assert_eq!(refused.code(), "new_poll", "{why}");
            assert!(logs.log(&poll.id).await.is_err(), "{why}: nothing began");
        }
        logs.create(poll.new_poll(), None).await.unwrap();
        assert_eq!(logs.log(&poll.id).await.unwrap().head().size, 1);
    }

    async fn numbers_that_follow_on_are_given_inside_the_transaction_with_its_other_writes(test) {
        let database = test.open().await;
        database.writer().execute_unprepared("CREATE TABLE note (idx bigint PRIMARY KEY)").await.unwrap();
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 30);
        logs.create(poll.new_poll(), None).await.unwrap();
        let poll = Arc::new(poll);
        let issued: Vec<_> = (1..=30)
            .map(|_| {
                let (logs, poll) = (logs.clone(), Arc::clone(&poll));
                tokio::spawn(async move {
                    let id = poll.id.clone();
                    let made = Submission::made(move |moment| {
                        let next = moment.state.next_credential().get();
                        Ok(Made::new(poll.credential(next)).and(note_index()))
                    });
                    logs.submit(&id, made).await.unwrap().index
                })
            })
            .collect();
        let mut indexes = Vec::new();
        for index in issued {
            indexes.push(index.await.unwrap());
        }
        indexes.sort_unstable();
        assert_eq!(indexes, (1..=30).collect::<Vec<_>>());
        assert_eq!(noted(&database).await, 30);

        // What fails beside an entry keeps it out, and undoes nothing of the others.
        let clash: Writes = Box::new(|transaction, _| {
            Box::pin(async move {
                transaction.execute_unprepared("INSERT INTO note VALUES (1)").await?;
                Ok(())
            })
        });
        let declined: Writes = Box::new(|transaction, _| {
            Box::pin(async move {
                transaction.execute_unprepared("INSERT INTO note VALUES (1000)").await?;
                Err(Refusal::Declined("not_this_one").into())
            })
        });
        let [clash, declined, fine] = [(1, clash), (2, declined), (3, note_index())].map(|(number, writes)| {
            let (logs, id, bytes) = (logs.clone(), poll.id.clone(), poll.ballot(number, 1));
            tokio::spawn(async move { logs.submit(&id, Submission::ready_and(bytes, writes)).await })
        });
        assert!(matches!(clash.await.unwrap(), Err(SubmitError::Unavailable(_))));
        assert_eq!(declined.await.unwrap().unwrap_err().code(), "not_this_one");
        assert_eq!(fine.await.unwrap().unwrap().index, 31);
        assert_eq!(noted(&database).await, 31);
        let log = logs.log(&poll.id).await.unwrap();
        assert_eq!(check(&database, &log, &History::default()).await.len(), 32);
    }

    async fn a_full_queue_sends_people_away_and_lets_readers_in(test) {
        let database = test.open().await;
        let logs = open_logs(&database, &test.keys(), &TestClock::at(OPENS)).await;
        let poll = TestPoll::prepare(&logs, 1, 1);
        poll.begin(&logs).await;
        let log = logs.log(&poll.id).await.unwrap();
        // Somebody else holds the head.
        let held = database.begin().await.unwrap();
        held.execute_unprepared("UPDATE log_head SET epoch = epoch").await.unwrap();
        let waiting: Vec<_> = (0..6000)
            .map(|_| {
                let log = log.clone();
                let refuse = Submission::made(|_| Err(Refusal::Declined("not_now")));
                tokio::spawn(async move { log.submit(refuse).await.unwrap_err().code() })
            })
            .collect();
        until("a full queue", async || waiting.iter().any(JoinHandle::is_finished)).await;
        assert_eq!(log.head().size, 2, "reads go on");
        assert!(log.tile(TileId { kind: TileKind::Hashes(0), number: 0, width: 2 }).await.is_ok());
        held.rollback().await.unwrap();
        let mut codes = BTreeMap::new();
        for answer in waiting {
            *codes.entry(answer.await.unwrap()).or_insert(0) += 1;
        }
        assert_eq!(codes.keys().copied().collect::<Vec<_>>(), ["busy", "not_now"], "{codes:?}");
        let stored = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 1))).await.unwrap();
        assert_eq!(stored.index, 2, "afterwards all is as before");
    }

    async fn what_is_under_way_when_the_server_stops_is_finished_or_refused(test) {
        let database = test.open().await;
        let clock = TestClock::at(OPENS);
        let logs = open_logs(&database, &test.keys(), &clock).await;
        let poll = TestPoll::prepare(&logs, 1, 100);
        poll.begin(&logs).await;
        let casts: Vec<_> = (1..=100)
            .map(|number| {
                let (logs, id, bytes) = (logs.clone(), poll.id.clone(), poll.ballot(number, 1));
                tokio::spawn(async move { (bytes.clone(), logs.submit(&id, Submission::ready(bytes)).await) })
            })
            .collect();
        tokio::task::yield_now().await;
        logs.stop().await;
        let late = logs.submit(&poll.id, Submission::ready(poll.ballot(1, 2))).await;
        assert!(matches!(late, Err(SubmitError::Unavailable(Outage::Closing))), "{late:?}");
        let read_on = logs.log(&poll.id).await.unwrap().checkpoint();
        let logs = open_logs(&test.open().await, &test.keys(), &clock).await;
        let log = logs.log(&poll.id).await.unwrap();
        assert_eq!(log.checkpoint(), read_on);
        for cast in casts {
            let (bytes, answer) = cast.await.unwrap();
            match answer {
                Ok(stored) => assert_eq!(log.find(&bytes), Some(stored)),
                Err(SubmitError::Unavailable(_)) => assert_eq!(log.find(&bytes), None),
                Err(other) => panic!("{other}"),
            }
        }
        check(&database, &log, &History::default()).await;
    }
}

/// Writes the entry's index to a table of the test.
fn note_index() -> Writes {
    Box::new(|transaction, index| {
        Box::pin(async move {
            transaction.execute_unprepared(&format!("INSERT INTO note VALUES ({index})")).await?;
            Ok(())
        })
    })
}

async fn noted(database: &Database) -> i64 {
    let sql = sea_orm::Statement::from_string(database.backend(), "SELECT count(*) FROM note");
    database.reader().query_one_raw(sql).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// The same statement with the order of the group added to the `s` of its signature.
fn malleated(bytes: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let note = note::Note::parse(bytes).unwrap();
    let mut line = note.lines[0].clone();
    let mut carry = 0;
    for (byte, order) in line.signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum & 0xFF).unwrap();
        carry = sum >> 8;
    }
    note::compose(note.text, &[line]).into_bytes()
}
