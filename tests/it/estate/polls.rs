//! A poll's way from draft to result, and what people see of it.

use ballot::{
    hash::Hash,
    id::{CredentialNo, HolderNo, Seq},
    statement::{AmendmentReason, Choice, StrikeReason},
    store::{SubmitError, acts::ActState, polls::PollState},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, fresh, register},
};
use sea_orm::ConnectionTrait as _;

use crate::log::on_both;

on_both! {
    async fn owners_vote_and_officers_sign_the_result(database) {
        let mut estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let (mut zhang, _) = estate.enrol(&letters["张伟明"], TestDevice::new()).await.unwrap();
        let (mut li, _) = estate.enrol(&letters["李秀英"], TestDevice::new()).await.unwrap();
        let (mut wang, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
        let poll = estate.publish().await;
        estate.sign_officers_in().await;
        let log = estate.estate.logs().log(&poll).await.unwrap();
        assert_eq!(log.head().size, 5, "the manifest, and a credential for each person and holder");

        let viewer = estate.sign_in(&mut zhang).await;
        let holders = estate.estate.my_poll(&viewer, &poll).await.unwrap();
        let mut seen: Vec<_> = holders.iter().map(|holder| (holder.units.len(), holder.area, holder.people.len())).collect();
        seen.sort_unstable();
        assert_eq!(seen, [(1, 8953, 1), (1, 8953, 2)], "alone, and with another: two holders");
        for holder in &holders {
            assert!(holder.credential.as_ref().unwrap().is_this_device);
            estate.cast(&poll, &zhang, holder, Choice::For).await.unwrap();
        }
        let viewer = estate.sign_in(&mut li).await;
        let shared = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
        let voted: Vec<_> = shared.people.iter().map(|person| (person.name.as_str(), person.has_voted)).collect();
        assert_eq!(voted, [("张伟明", true), ("李秀英", false)], "that he has voted, and nothing of how");
        let viewer = estate.sign_in(&mut wang).await;
        let hers = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
        assert_eq!((hers.units.len(), hers.area), (2, 2 * 8953), "two units, one holder");
        estate.cast(&poll, &wang, &hers, Choice::Against).await.unwrap();

        let by = estate.officer(0).await;
        let early = estate.estate.propose_result(&by, &poll, estate.now(), &mut fresh()).await.err();
        assert_eq!(early.map(|err| err.code()), Some("not_closed"));
        estate.clock.set(NOW + 31 * DAY);
        estate.sign_officers_in().await;
        let by = estate.officer(0).await;
        let act = estate.estate.propose_result(&by, &poll, estate.now(), &mut fresh()).await.unwrap();
        estate.carry(&act).await;
        let (index, sheet) = log.read(|state, _| state.result().map(|(index, sheet)| (index, sheet.clone()))).unwrap();
        assert_eq!((index, sheet.close_index), (9, 8), "credentials, ballots, close, result");
        let names = estate.estate.inspect_holder(&by, &poll, hers.holder, estate.now()).await.unwrap();
        assert_eq!(names.people[0].2, "王芳");
        assert_eq!(names.credentials.len(), 1);
        let evidence = names.credentials[0].evidence;
        let evidence = estate.estate.inspect_evidence(&by, &poll, &evidence, estate.now()).await.unwrap();
        assert!(evidence.is_sound && evidence.record.contains(poll.as_str()), "{}", evidence.record);
        let events = estate.estate.events(&estate.compound, None, 2).await.unwrap();
        let verbs: Vec<_> = events.iter().map(|event| event.verb.as_str()).collect();
        assert_eq!(verbs, ["evidence_inspected", "holder_inspected"], "each look is recorded");
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
    }

    async fn a_lost_phone_is_replaced_in_every_running_poll(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let (mut before, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
        let poll = estate.publish().await;
        let viewer = estate.sign_in(&mut before).await;
        let holder = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
        estate.cast(&poll, &before, &holder, Choice::For).await.unwrap();

        let (mut after, enrolled) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
        assert!(enrolled.is_again);
        let log = estate.estate.logs().log(&poll).await.unwrap();
        let [old, new] = [1, 2].map(|number| CredentialNo::try_from(number).unwrap());
        log.read(|state, turnout| {
            assert!(state.credential(old).unwrap().is_revoked);
            assert_eq!(state.credential(old).unwrap().last_seq, Some(Seq::FIRST), "the old ballot stands");
            assert!(!state.credential(new).unwrap().is_revoked);
            assert!(turnout.has_voted(holder.holder));
        });
        let refused = estate.cast(&poll, &before, &holder, Choice::Against).await.err();
        assert!(matches!(refused, Some(SubmitError::Refused(_))), "the old device casts nothing: {refused:?}");
        let viewer = estate.sign_in(&mut after).await;
        let holder = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
        let credential = holder.credential.as_ref().unwrap();
        assert_eq!((credential.number, credential.last_seq, credential.is_this_device), (new, 0, true));
        estate.cast(&poll, &after, &holder, Choice::Against).await.unwrap();

        // Settling again changes nothing.
        let size = log.head().size;
        estate.estate.settle_all(estate.now(), &mut fresh()).await.unwrap();
        assert_eq!(log.head().size, size);
    }
}

#[tokio::test]
async fn whoever_enrols_while_a_poll_runs_gets_a_credential_then() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let poll = estate.publish().await;
    let log = estate.estate.logs().log(&poll).await.unwrap();
    assert_eq!(log.head().size, 1, "nobody has enrolled yet");
    let (mut wang, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    assert_eq!(log.head().size, 2);
    let viewer = estate.sign_in(&mut wang).await;
    let holder = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
    estate.cast(&poll, &wang, &holder, Choice::For).await.unwrap();
    // The device revokes itself: no credential is left, and none is issued.
    let device = viewer.device.clone().unwrap();
    estate.estate.revoke_device(&viewer, &device, estate.now(), &mut fresh()).await.unwrap();
    assert_eq!(log.read(|state, _| state.credentials().filter(|(_, now)| !now.is_revoked).count()), 0);
    assert!(estate.viewer(&wang.token, estate.now()).await.is_none());
}

#[tokio::test]
async fn a_stock_of_keys_is_used_up_and_filled_again() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let (mut wang, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    let by = estate.officer(0).await;
    let mut polls = Vec::new();
    for _ in 0..5 {
        let id = estate.estate.create_draft(&by, &estate.draft(), NOW, &mut fresh()).await.unwrap();
        let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
        estate.carry(&act).await;
        polls.push(id);
    }
    let last = estate.estate.logs().log(&polls[4]).await.unwrap();
    assert_eq!(last.head().size, 1, "four keys were enough for four polls");
    let viewer = estate.viewer(&wang.token, NOW).await.unwrap();
    let keys = wang.device.more_keys(3);
    let spare = estate.estate.add_voting_keys(&viewer, &keys, NOW, &mut fresh()).await.unwrap();
    assert_eq!(spare, 3);
    assert_eq!(last.head().size, 2, "the fifth has its credential now");
    let many = TestDevice::new().more_keys(60);
    let refused = estate.estate.add_voting_keys(&viewer, &many, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("stock_full"));
    let (challenge, code) =
        heyi_tests::estate::start_by_code(&estate.estate, &estate.compound, "10000000103", NOW).await;
    let by_code = estate.estate.finish_sign_in(&challenge, &code, None, NOW, &mut fresh()).await.unwrap();
    let viewer = estate.viewer(&heyi_tests::estate::signed_in(by_code), NOW).await.unwrap();
    let refused = estate.estate.add_voting_keys(&viewer, &keys, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("no_device"), "a code alone never gives a key");
}

#[tokio::test]
async fn every_owner_can_prove_the_own_lines_of_the_roll() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let (mut wang, _) = estate.enrol(&estate.letters().await["王芳"], TestDevice::new()).await.unwrap();
    let poll = estate.publish().await;
    let viewer = estate.sign_in(&mut wang).await;
    let proofs = estate.estate.my_proofs(&viewer, &poll).await.unwrap();
    assert_eq!(proofs.len(), 2);
    let log = estate.estate.logs().log(&poll).await.unwrap();
    let root = log.read(|state, _| state.manifest().roll.root);
    for proof in proofs {
        assert_eq!(proof.root, root);
        assert_eq!(proof.verify().expect("it holds").record.owners, ["王芳"]);
        assert!(!proof.line.contains("王芳"), "the public line names nobody");
    }
}

#[tokio::test]
async fn a_poll_that_is_not_signed_is_a_draft_again_and_its_pseudonyms_are_gone() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let by = estate.officer(0).await;
    let id = estate.estate.create_draft(&by, &estate.draft(), NOW, &mut fresh()).await.unwrap();
    let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
    let edit = estate.estate.save_draft(&by, &id, &estate.draft(), NOW).await.err();
    assert_eq!(edit.map(|err| err.code()), Some("not_draft"), "nothing is edited while it waits");
    let again = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.err();
    assert_eq!(again.map(|err| err.code()), Some("not_draft"));
    let two = estate.officer(1).await;
    estate.estate.refuse_act(&two, &act, "时间太紧", NOW).await.unwrap();
    let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
    assert_eq!(row.state, PollState::Draft);
    estate.estate.save_draft(&by, &id, &estate.draft(), NOW).await.unwrap();
    let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
    estate.carry(&act).await;
    let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
    assert_eq!(row.state, PollState::Live);
    let delete = estate.estate.delete_draft(&by, &id, NOW).await.err();
    assert_eq!(delete.map(|err| err.code()), Some("not_draft"));
}

#[tokio::test]
async fn a_manifest_signed_too_late_for_its_notice_is_not_published() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let by = estate.officer(0).await;
    let id = estate.estate.create_draft(&by, &estate.draft(), NOW, &mut fresh()).await.unwrap();
    let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
    assert_eq!(estate.sign(0, &act).await, ActState::Open);
    estate.clock.set(NOW + 3 * DAY);
    estate.sign_officers_in().await;
    assert_eq!(estate.sign(1, &act).await, ActState::Failed);
    let act = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap();
    assert_eq!(act.reason, "notice_too_short");
    assert_eq!(estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap().state, PollState::Draft);
}

on_both! {
    async fn a_manifest_whose_rule_is_another_now_is_not_published_and_may_be_frozen_anew(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let by = estate.officer(0).await;
        let id = estate.estate.create_draft(&by, &estate.draft(), NOW, &mut fresh()).await.unwrap();
        let writer = database.open().await;
        for (why, key, other) in [
            ("the rule was changed", "rule_sha256", Hash([7; 32]).to_string()),
            ("the rule is gone", "rule", "cn.278.gone".to_owned()),
        ] {
            let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
            // A process has the same rules for as long as it runs: as if they had been others when the poll was frozen.
            let text = estate.act_text(&act).await;
            let bound = text.split_once(&format!("\"{key}\":\"")).and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
            let set = "UPDATE act SET text = replace(text, ";
            let sql = format!("{set}'\"{key}\":\"{bound}\"', '\"{key}\":\"{other}\"') WHERE id = '{act}'");
            writer.writer().execute_unprepared(&sql).await.unwrap();
            assert_eq!(estate.sign(0, &act).await, ActState::Open, "{why}");
            assert_eq!(estate.sign(1, &act).await, ActState::Failed, "{why}");
            let act = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap();
            assert_eq!(act.reason, "rule_changed", "{why}");
            let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
            assert_eq!(row.state, PollState::Draft, "{why}");
        }
        let act = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.unwrap();
        estate.carry(&act).await;
        let row = estate.estate.poll(&estate.compound, &id).await.unwrap().unwrap();
        assert_eq!(row.state, PollState::Live, "under the rules as they are now");
    }
}

#[tokio::test]
async fn a_draft_with_errors_or_a_register_without_a_roll_is_not_put_up() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let by = estate.officer(0).await;
    let id = estate.estate.create_draft(&by, &estate.draft(), NOW, &mut fresh()).await.unwrap();
    let refused = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("empty_scope"), "no register yet");
    let mut ownerless = register();
    ownerless.units[0].owners.clear();
    estate.apply(ownerless).await;
    let refused = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("unit_without_owner"));
    let mut wrong = estate.draft();
    wrong.title = String::new();
    estate.estate.save_draft(&by, &id, &wrong, NOW).await.unwrap();
    let refused = estate.estate.propose_poll(&by, &id, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("draft_has_errors"));
}

#[tokio::test]
async fn an_amendment_gives_a_sold_unit_to_its_new_owners_and_a_strike_takes_a_ballot_away() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let (mut wang, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    let (mut li, _) = estate.enrol(&letters["李秀英"], TestDevice::new()).await.unwrap();
    let poll = estate.publish().await;
    estate.sign_officers_in().await;
    let viewer = estate.sign_in(&mut wang).await;
    let holder = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
    let cast = estate.cast(&poll, &wang, &holder, Choice::For).await.unwrap();

    // 2-1-101 was 李秀英's alone all along: nobody on the roll is exactly her.
    let mut corrected = register();
    corrected.units[3].owners = vec![1];
    estate.apply(corrected).await;
    let by = estate.officer(0).await;
    let correct = async |label: &str| {
        let reason = AmendmentReason::Correction;
        estate.estate.propose_amendment(&by, &poll, label, reason, estate.now(), &mut fresh()).await
    };
    assert_eq!(correct("|9|1|101").await.err().map(|err| err.code()), Some("no_such_unit"));
    estate.carry(&correct("|2|1|101").await.unwrap()).await;
    let viewer = estate.sign_in(&mut li).await;
    let mut units: Vec<_> = estate.estate.my_poll(&viewer, &poll).await.unwrap();
    units.sort_by_key(|holder| holder.people.len());
    assert_eq!(units[0].units[0].label, "|2|1|101");
    assert_eq!(units[0].people.len(), 1, "a new holder, with a credential of its own");
    assert!(units[0].credential.is_some());
    let proofs = estate.estate.my_proofs(&viewer, &poll).await.unwrap();
    let amended = proofs.iter().find(|proof| proof.amended.is_some()).unwrap();
    assert!(amended.verify().is_ok_and(|unit| unit.amended.is_some()), "the new line commits to the new record");
    let viewer = estate.sign_in(&mut wang).await;
    assert_eq!(estate.estate.my_poll(&viewer, &poll).await.unwrap()[0].units.len(), 1);

    let strike = async |index, ground: &str| {
        let why = (StrikeReason::WrongSigner, ground);
        estate.estate.propose_strike(&by, &poll, index, why, estate.now(), &mut fresh()).await
    };
    assert_eq!(strike(999, "无此票").await.err().map(|err| err.code()), Some("not_allowed_there"));
    assert_eq!(strike(cast.index, "").await.err().map(|err| err.code()), Some("bad_reason"));
    estate.carry(&strike(cast.index, "本人书面声明未投此票").await.unwrap()).await;
    let log = estate.estate.logs().log(&poll).await.unwrap();
    log.read(|state, turnout| {
        assert!(state.struck().contains(&cast.index));
        assert!(!turnout.has_voted(holder.holder));
    });
}

#[tokio::test]
async fn whoever_is_not_entitled_loses_the_credential_and_gets_no_other() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letters = estate.letters().await;
    let (mut wang, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    let poll = estate.publish().await;
    estate.sign_officers_in().await;
    let viewer = estate.sign_in(&mut wang).await;
    let holder = estate.estate.my_poll(&viewer, &poll).await.unwrap().remove(0);
    let by = estate.officer(0).await;
    let bar = async |whom| estate.estate.propose_bar(&by, &poll, whom, "房屋已过户", estate.now(), &mut fresh()).await;
    let nobody = bar((HolderNo::try_from(99).unwrap(), holder.person)).await.err();
    assert_eq!(nobody.map(|err| err.code()), Some("not_on_roll"));
    let act = bar((holder.holder, holder.person)).await.unwrap();
    let put_up = estate.estate.act(&estate.compound, &act).await.unwrap().unwrap();
    assert_eq!(put_up.summary["name"], "王芳", "who signs sees whom it is about");
    estate.carry(&act).await;
    let refused = estate.cast(&poll, &wang, &holder, Choice::For).await.err();
    assert!(matches!(refused, Some(SubmitError::Refused(_))), "at once, whatever the session: {refused:?}");
    let _ = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    let log = estate.estate.logs().log(&poll).await.unwrap();
    assert_eq!(log.read(|state, _| state.credentials().filter(|(_, now)| !now.is_revoked).count()), 0);
}

#[tokio::test]
async fn a_result_signed_a_second_time_over_the_same_count_is_done_too() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let poll = estate.publish().await;
    let closes = estate.estate.poll(&estate.compound, &poll).await.unwrap().unwrap().closes;
    estate.clock.set(closes);
    estate.sign_officers_in().await;
    let by = estate.officer(0).await;
    for _ in 0..2 {
        let act = estate.estate.propose_result(&by, &poll, estate.now(), &mut fresh()).await.unwrap();
        estate.carry(&act).await;
    }
    let log = estate.estate.logs().log(&poll).await.unwrap();
    assert_eq!(log.head().size, 3, "manifest, close, and one result");
}

#[tokio::test]
async fn nobody_looks_up_a_holder_before_the_close_and_entries_are_for_those_whom_the_manifest_names() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let mut estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let (mut wang, _) = estate.enrol(&estate.letters().await["王芳"], TestDevice::new()).await.unwrap();
    let poll = estate.publish().await;
    estate.sign_officers_in().await;
    let by = estate.officer(0).await;
    let early = estate.estate.inspect_holder(&by, &poll, HolderNo::FIRST, estate.now()).await.err();
    assert_eq!(early.map(|err| err.code()), Some("not_inspector"));
    let early = estate.estate.inspect_evidence(&by, &poll, &Hash([0; 32]), estate.now()).await.err();
    assert_eq!(early.map(|err| err.code()), Some("not_inspector"));
    let viewer = estate.sign_in(&mut wang).await;
    assert!(!estate.estate.may_read_entries(None, &poll).await.unwrap());
    assert!(!estate.estate.may_read_entries(Some(&viewer), &poll).await.unwrap(), "inspectors only");
    let officer = estate.viewer(&estate.officers[0].token, estate.now()).await.unwrap();
    assert!(estate.estate.may_read_entries(Some(&officer), &poll).await.unwrap());
}
