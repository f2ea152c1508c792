//! The server stops at every point of an act's last signature: it is done once all the same.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use ballot::{
    hash::Hash,
    id::PollId,
    statement::AmendmentReason,
    store::{acts::ActState, ids::ActId, polls::PollState, staff::Role},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{NOW, TestEstate, fresh, new_staff, open, register},
};
use sea_orm::ConnectionTrait as _;

/// Runs a future for so many steps and drops it there, as a process does that is killed; its answer,
/// if it came to one.
async fn stopped_after<T>(steps: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..steps {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(answer);
        }
        // Nobody wakes it: the database is given a moment for each step.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    None
}

/// Waits until the database has ended what it was doing when a step was cut off: a commit may be under way still.
async fn settle(estate: &TestEstate) {
    estate.estate.begin(&estate.compound).await.expect("begun").rollback().await.expect("ended");
}

/// Another process starts in place of the one that was killed.
async fn restart(estate: &mut TestEstate, database: &TestDatabase) {
    estate.estate.logs().stop().await;
    (estate.estate, estate.database) = open(database, &estate.clock).await;
}

/// Two officers publish a poll, and the process is killed so many steps into what the last signature sets off: the poll,
/// the act, and whether the signature was answered all the same.
async fn publish_stopped_after(steps: usize, estate: &TestEstate) -> (PollId, ActId, bool) {
    let (one, two) = (estate.officer(0).await, estate.officer(1).await);
    let id = estate.estate.create_draft(&one, &estate.draft(), NOW, &mut fresh()).await.unwrap();
    let act = estate.estate.propose_poll(&one, &id, NOW, &mut fresh()).await.unwrap();
    estate.sign(0, &act).await;
    let signature = estate.officers[1].device.sign(&estate.act_text(&act).await);
    let mut seed = fresh();
    let sign = estate.estate.sign_act(&two, &act, &signature, NOW, &mut seed);
    let answer = Box::pin(stopped_after(steps, sign)).await;
    (id, act, answer.is_some())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_appointment_whose_last_signature_was_cut_off_is_made_once_or_not_at_all() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let (one, two) = (estate.officer(0).await, estate.officer(1).await);
    let mut appointed = 0;
    for steps in (1..).step_by(2) {
        let new = new_staff(Role::Auditor, &format!("10000001{steps:03}"));
        let act = estate.estate.propose_appointment(&one, &new, NOW, &mut fresh()).await.unwrap();
        estate.sign(0, &act).await;
        let signature = estate.officers[1].device.sign(&estate.act_text(&act).await);
        let mut seed = fresh();
        let sign = estate.estate.sign_act(&two, &act, &signature, NOW, &mut seed);
        let answer = Box::pin(stopped_after(steps, sign)).await;
        settle(&estate).await;
        estate.estate.resume_acts(NOW, &mut fresh()).await.unwrap();
        let state = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap().state;
        if state == ActState::Open {
            assert!(answer.is_none(), "an answered signature is kept");
            assert_eq!(estate.sign(1, &act).await, ActState::Done, "{steps} steps: it can be signed again");
        } else {
            assert_eq!(state, ActState::Done, "{steps} steps");
        }
        appointed += 1;
        let staff = estate.estate.staff(&estate.compound).await.unwrap();
        assert_eq!(staff.iter().filter(|member| member.role == Role::Auditor).count(), appointed, "{steps} steps");
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
        if answer.is_some() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_whose_last_signature_was_cut_off_begins_one_log() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    for steps in (1..).step_by(5) {
        let (id, act, is_answered) = publish_stopped_after(steps, &estate).await;
        restart(&mut estate, &database).await;
        settle(&estate).await;
        for _ in 0..2 {
            estate.estate.resume_acts(NOW, &mut fresh()).await.unwrap();
        }
        let state = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap().state;
        if state == ActState::Open {
            assert_eq!(estate.sign(1, &act).await, ActState::Done, "{steps} steps: it can be signed again");
        } else {
            assert_eq!(state, ActState::Done, "{steps} steps");
        }
        let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
        assert_eq!(row.state, PollState::Live);
        assert_eq!(estate.estate.logs().log(&id).await.unwrap().head().size, 1);
        let events = estate.estate.events(&estate.compound, None, 1000).await.unwrap();
        let done = events.iter().filter(|event| event.verb == "act_done" && event.object == act.as_str()).count();
        assert_eq!(done, 1, "{steps} steps");
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
        if is_answered {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_was_cut_off_is_not_published_by_another_rule_after_the_restart() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    // The first step at which the last signature is there and nothing has been done for it.
    let mut steps = 0;
    let (id, act) = loop {
        steps += 1;
        let (id, act, is_answered) = publish_stopped_after(steps, &estate).await;
        settle(&estate).await;
        if estate.estate.act(&estate.compound, &act).await.unwrap().unwrap().state == ActState::Ready {
            break (id, act);
        }
        assert!(!is_answered, "it was never signed and not carried out");
    };
    // A process has the same rules for as long as it runs: as if the next one had others than those signed for.
    let bound = "substr(text, instr(text, '\"rule_sha256\":\"') + 15, 64)";
    let sql = format!("UPDATE act SET text = replace(text, {bound}, '{}') WHERE id = '{act}'", Hash([7; 32]));
    database.open().await.writer().execute_unprepared(&sql).await.unwrap();
    restart(&mut estate, &database).await;
    estate.estate.resume_acts(NOW, &mut fresh()).await.unwrap();
    let ended = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.reason.as_str()), (ActState::Failed, "rule_changed"));
    let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
    assert_eq!(row.state, PollState::Draft, "it can be frozen anew");
    assert!(estate.estate.logs().log(&id).await.is_err(), "no log began");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amendment_whose_last_signature_was_cut_off_stands_in_the_log_once() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let poll = estate.publish().await;
    estate.sign_officers_in().await;
    for (steps, entries) in (1..).step_by(3).zip(1..) {
        let (one, two) = (estate.officer(0).await, estate.officer(1).await);
        let (now, reason) = (estate.now(), AmendmentReason::Correction);
        let act = estate.estate.propose_amendment(&one, &poll, "|1|1|101", reason, now, &mut fresh()).await.unwrap();
        estate.sign(0, &act).await;
        let signature = estate.officers[1].device.sign(&estate.act_text(&act).await);
        let mut seed = fresh();
        let sign = estate.estate.sign_act(&two, &act, &signature, now, &mut seed);
        let answer = Box::pin(stopped_after(steps, sign)).await;

        restart(&mut estate, &database).await;
        settle(&estate).await;
        for _ in 0..2 {
            estate.estate.resume_acts(now, &mut fresh()).await.unwrap();
        }
        let state = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap().state;
        if state == ActState::Open {
            assert_eq!(estate.sign(1, &act).await, ActState::Done, "{steps} steps: it can be signed again");
        } else {
            assert_eq!(state, ActState::Done, "{steps} steps");
        }
        let size = estate.estate.logs().log(&poll).await.unwrap().head().size;
        assert_eq!(size, 1 + entries, "{steps} steps: the manifest, and each amendment once");
        if answer.is_some() {
            break;
        }
    }
}
