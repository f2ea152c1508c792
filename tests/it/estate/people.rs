//! Letters, codes, devices and sessions.

use std::sync::Arc;

use ballot::store::{
    devices::{DeviceKeys, EnrolError, InvitationError},
    letters::LettersFor,
    outbox::Notice,
    session::{ChallengeFor, CodeAnswer, CodeError, DeviceError},
    staff::Role,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{
        DAY, NOW, TestDevice, TestEstate, TestPerson, codes, fresh, last_code, register, signed_in, start_by_code,
    },
};

use crate::log::on_both;

const ZHANG: &str = "10000000101";

async fn estate(database: &TestDatabase) -> TestEstate {
    let estate = TestEstate::new(database).await;
    estate.apply(register()).await;
    estate
}

on_both! {
    async fn fifty_uses_of_one_code_at_once_open_one_session(database) {
        let estate = estate(&database).await;
        let (challenge, code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
        let uses: Vec<_> = (0..50)
            .map(|_| {
                let (estate, challenge, code) = (estate.estate.clone(), challenge.clone(), code.clone());
                tokio::spawn(async move { estate.finish_sign_in(&challenge, &code, None, NOW, &mut fresh()).await })
            })
            .collect();
        let mut opened = 0;
        for used in uses {
            match used.await.unwrap() {
                Ok(CodeAnswer::SignedIn(_)) => opened += 1,
                Err(CodeError::Dead) => {}
                Ok(CodeAnswer::Choose(_)) | Err(_) => panic!("one session, and nothing else"),
            }
        }
        assert_eq!(opened, 1);
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
    }

    async fn fifty_enrolments_with_one_code_at_once_give_one_device(database) {
        let estate = Arc::new(estate(&database).await);
        let letter = estate.letters().await.remove("王芳").unwrap();
        let start = estate.estate.start_enrolment(&estate.compound, &letter, 0, "zh", NOW, &mut fresh()).await;
        let (challenge, code) = (start.unwrap(), last_code(&estate.estate, &estate.compound, None).await);
        let uses: Vec<_> = (0..50)
            .map(|_| {
                let (estate, challenge, code) = (Arc::clone(&estate), challenge.clone(), code.clone());
                tokio::spawn(async move {
                    let keys = TestDevice::new().owner_keys();
                    estate.estate.finish_enrolment(&challenge, &code, &keys, NOW, &mut fresh()).await.is_ok()
                })
            })
            .collect();
        let mut enrolled = 0;
        for used in uses {
            enrolled += usize::from(used.await.unwrap());
        }
        assert_eq!(enrolled, 1);
    }

    async fn a_code_dies_of_five_tries_and_of_its_age_and_of_the_next(database) {
        let estate = estate(&database).await;
        let finish = async |challenge, code: &str, now| {
            estate.estate.finish_sign_in(challenge, code, None, now, &mut fresh()).await.map(signed_in)
        };
        let (challenge, code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for place in 1..=6 {
            let refused = finish(&challenge, wrong, NOW).await.err();
            let is_as_said = match place {
                1..=4 => matches!(refused, Some(CodeError::Wrong)),
                _ => matches!(refused, Some(CodeError::Dead)),
            };
            assert!(is_as_said, "try {place}: {refused:?}");
        }
        assert!(matches!(finish(&challenge, &code, NOW).await.err(), Some(CodeError::Dead)), "the right one, too late");

        let (old, old_code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
        let (new, new_code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
        assert!(matches!(finish(&old, &old_code, NOW).await.err(), Some(CodeError::Dead)), "a newer one was sent");
        assert!(matches!(finish(&new, &new_code, NOW + 300).await.err(), Some(CodeError::Dead)), "five minutes old");
        assert!(finish(&new, &new_code, NOW + 299).await.is_ok());
        assert!(matches!(finish(&new, &new_code, NOW + 299).await.err(), Some(CodeError::Dead)), "used");
    }
}

#[tokio::test]
async fn ten_codes_a_day_are_sent_and_the_eleventh_answer_is_the_same() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let send = async |now| {
        let sent = estate.estate.start_sign_in(&estate.compound, ZHANG, "zh", now, &mut fresh()).await;
        sent.expect("the answer never says whether a code was sent");
        codes(&estate.estate, &estate.compound, Some(ZHANG)).await.len()
    };
    for _ in 0..10 {
        assert_eq!(send(NOW).await, 1);
    }
    assert_eq!(send(NOW).await, 0);
    assert_eq!(send(NOW + DAY - 1).await, 0);
    assert_eq!(send(NOW + DAY).await, 1);
}

#[tokio::test]
async fn answers_are_the_same_whether_a_contact_is_known_or_not() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    for contact in [ZHANG, "10000009999", "nobody@example.cn"] {
        let challenge = estate.estate.start_sign_in(&estate.compound, contact, "zh", NOW, &mut fresh()).await.unwrap();
        let mut answers = Vec::new();
        for _ in 0..6 {
            let refused = estate.estate.finish_sign_in(&challenge, "no code", None, NOW, &mut fresh()).await.err();
            answers.push(refused.unwrap().code());
        }
        let expected = ["wrong_code", "wrong_code", "wrong_code", "wrong_code", "dead_code", "dead_code"];
        assert_eq!(answers, expected, "{contact}");
    }
}

#[tokio::test]
async fn people_who_share_a_phone_say_who_they_are_and_the_code_stays_good_for_it() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let mut shared = register();
    shared.persons[1].phones = shared.persons[0].phones.clone();
    estate.apply(shared).await;
    let (challenge, code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
    let answer = estate.estate.finish_sign_in(&challenge, &code, None, NOW, &mut fresh()).await.unwrap();
    let CodeAnswer::Choose(candidates) = answer else { panic!("two people have this phone") };
    let names: Vec<_> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
    assert_eq!(names.len(), 2);
    let li = candidates.iter().find(|candidate| candidate.name == "李秀英").unwrap();
    let chosen = estate.estate.finish_sign_in(&challenge, &code, Some(&li.subject), NOW, &mut fresh()).await;
    let viewer = estate.viewer(&signed_in(chosen.unwrap()), NOW).await.unwrap();
    assert_eq!(viewer.owner().unwrap().name, "李秀英");
    assert_eq!(viewer.device, None, "a code alone is of no device");
}

#[tokio::test]
async fn a_letter_and_a_code_enrol_and_everybody_who_shares_a_unit_is_told() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let letters = estate.letters().await;
    let invited = estate.estate.read_letter(&estate.compound, &letters["张伟明"].to_lowercase()).await.unwrap();
    assert_eq!((invited.name.as_str(), invited.contacts), ("张伟明", vec!["100****0101".to_owned()]));
    let (person, enrolled) = estate.enrol(&letters["张伟明"], TestDevice::new()).await.unwrap();
    assert!(!enrolled.is_again);
    let viewer = estate.viewer(&person.token, NOW).await.unwrap();
    let owner = viewer.owner().unwrap();
    let units: Vec<_> = owner.units.iter().map(|unit| (unit.number.as_str(), unit.co_owners.len())).collect();
    assert_eq!(units, [("101", 0), ("102", 1)]);
    let messages = estate.estate.queued_messages(&estate.compound, 100).await.unwrap();
    let told =
        messages.iter().filter(|message| matches!(&message.notice, Notice::Enrolled { name, .. } if name == "张伟明"));
    let mut told: Vec<_> = told.map(|message| message.address.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["10000000101", "10000000102"], "the person and the co-owner");
}

#[tokio::test]
async fn enrolling_again_by_the_same_two_proofs_ends_the_device_before_with_its_sessions() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let letters = estate.letters().await;
    let (before, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    let (after, enrolled) = estate.enrol(&letters["王芳"], TestDevice::new()).await.unwrap();
    assert!(enrolled.is_again);
    assert_eq!(estate.viewer(&before.token, NOW).await, None, "the old session opens nothing");
    let challenge = estate.estate.challenge(ChallengeFor::SignIn, NOW, &mut fresh()).await.unwrap();
    let answer = before.device.answer(&challenge.text);
    let key = before.device.public_key();
    let refused = estate.estate.sign_in_by_device(&challenge.id, &key, &answer, NOW, &mut fresh()).await.err();
    assert!(matches!(refused, Some(DeviceError::Unknown)), "{refused:?}");
    let devices = estate.estate.devices(&estate.viewer(&after.token, NOW).await.unwrap()).await.unwrap();
    let live = devices.iter().filter(|device| device.revoked_at.is_none()).count();
    assert_eq!((devices.len(), live), (2, 1));
}

#[tokio::test]
async fn a_letter_printed_again_makes_the_one_before_void() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let (old, new) = (estate.letters().await, estate.letters().await);
    let refused = estate.estate.read_letter(&estate.compound, &old["王芳"]).await.err();
    assert!(matches!(refused, Some(InvitationError::Unknown)));
    assert!(estate.estate.read_letter(&estate.compound, &new["王芳"]).await.is_ok());
    let by = estate.officer(0).await;
    let _ = estate.enrol(&new["王芳"], TestDevice::new()).await.unwrap();
    let missing = LettersFor::Missing(["2".to_owned()].into());
    let letters = estate.estate.print_letters(&by, &missing, NOW, &mut fresh()).await.unwrap();
    let names: Vec<_> = letters.iter().map(|letter| letter.name.as_str()).collect();
    assert_eq!(names, ["示例市富枫置业有限公司"], "whoever has a device wants none");
    for (what, code) in [("none", "0000-0000-0000"), ("no code", "张伟明"), ("nothing", "")] {
        let refused = estate.estate.read_letter(&estate.compound, code).await.err();
        assert!(matches!(refused, Some(InvitationError::Unknown)), "{what}");
    }
}

#[tokio::test]
async fn keys_that_are_weak_or_known_or_too_few_enrol_nothing() {
    type Change<'a> = Box<dyn Fn(&mut DeviceKeys) + 'a>;
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let letter = estate.letters().await.remove("王芳").unwrap();
    let sound = TestDevice::new().owner_keys();
    let used = estate.enrol(&estate.letters().await["张伟明"], TestDevice::new()).await.unwrap().0.device.owner_keys();
    let identity = heyi_tests::estate::base64(&{
        let mut point = [0; 32];
        point[0] = 1;
        point
    });
    let office = TestDevice::new().public_key();
    let cases: [(&str, &str, Change<'_>); 7] = [
        ("the identity", "weak_key", Box::new(|keys| keys.sign_in = identity.clone())),
        ("no base64", "weak_key", Box::new(|keys| keys.voting[0] = "key".to_owned())),
        ("a voting key twice", "key_in_use", Box::new(|keys| keys.voting[0] = keys.voting[1].clone())),
        ("another's sign-in key", "key_in_use", Box::new(|keys| keys.sign_in = used.sign_in.clone())),
        ("another's voting key", "key_in_use", Box::new(|keys| keys.voting[0] = used.voting[0].clone())),
        ("no voting keys", "bad_stock", Box::new(|keys| keys.voting.clear())),
        ("an office key", "bad_stock", Box::new(|keys| keys.office = Some(office.clone()))),
    ];
    let letter_now = estate.letters().await.remove("王芳").unwrap();
    assert_ne!(letter, letter_now);
    for (why, code, change) in cases {
        let start = estate.estate.start_enrolment(&estate.compound, &letter_now, 0, "zh", NOW, &mut fresh()).await;
        let (challenge, digits) = (start.unwrap(), last_code(&estate.estate, &estate.compound, None).await);
        let mut keys = sound.clone();
        change(&mut keys);
        let refused = estate.estate.finish_enrolment(&challenge, &digits, &keys, NOW, &mut fresh()).await.err();
        assert_eq!(refused.as_ref().map(EnrolError::code), Some(code), "{why}: {refused:?}");
    }
}

#[tokio::test]
async fn a_challenge_is_answered_once_within_two_minutes_by_the_device_itself() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let (person, _) = estate.enrol(&estate.letters().await["王芳"], TestDevice::new()).await.unwrap();
    let (key, other) = (person.device.public_key(), TestDevice::new());
    let cases = [
        ("another's signature", "sig", NOW, key.clone(), false, ChallengeFor::SignIn),
        ("another's key", "unknown_device", NOW, other.public_key(), true, ChallengeFor::SignIn),
        ("too late", "dead_challenge", NOW + 120, key.clone(), true, ChallengeFor::SignIn),
        ("a challenge for something else", "dead_challenge", NOW, key.clone(), true, ChallengeFor::StepUp),
    ];
    for (why, code, now, public_key, is_own, purpose) in cases {
        let challenge = estate.estate.challenge(purpose, NOW, &mut fresh()).await.unwrap();
        let device = if is_own { &person.device } else { &other };
        let answer = device.answer(&challenge.text);
        let send = || async {
            estate.estate.sign_in_by_device(&challenge.id, &public_key, &answer, now, &mut fresh()).await.err()
        };
        assert_eq!(send().await.map(|err| err.code()), Some(code), "{why}");
        assert_eq!(send().await.map(|err| err.code()), Some("dead_challenge"), "{why}, sent again");
    }
    let challenge = estate.estate.challenge(ChallengeFor::SignIn, NOW, &mut fresh()).await.unwrap();
    assert!(challenge.text.starts_with("heyi/sign_in/v1\n") && challenge.text.contains("vote.example"));
    let answer = person.device.answer(&challenge.text);
    let signed = estate.estate.sign_in_by_device(&challenge.id, &key, &answer, NOW + 119, &mut fresh()).await.unwrap();
    let viewer = estate.viewer(&signed.token, NOW + 119).await.unwrap();
    assert!(viewer.device.is_some());
    assert_eq!(viewer.stepped_up_at, Some(NOW + 119));
}

#[tokio::test]
async fn sessions_end_by_idling_by_age_by_hand_and_by_renewal() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let mut person: TestPerson = estate.enrol(&estate.letters().await["王芳"], TestDevice::new()).await.unwrap().0;
    assert!(estate.viewer(&person.token, NOW + 30 * 60 - 1).await.is_some());
    assert!(estate.viewer(&person.token, NOW + 61 * 60).await.is_none(), "idle since half an hour, and a minute");
    let mut now = NOW;
    estate.clock.set(now);
    estate.sign_in(&mut person).await;
    while now < NOW + 12 * 3600 - 1200 {
        now += 1200;
        assert!(estate.viewer(&person.token, now).await.is_some(), "in use");
    }
    assert!(estate.viewer(&person.token, NOW + 12 * 3600).await.is_none(), "twelve hours are over");

    estate.clock.set(now);
    let viewer = estate.sign_in(&mut person).await;
    let challenge = estate.estate.challenge(ChallengeFor::StepUp, now, &mut fresh()).await.unwrap();
    let answer = person.device.answer(&challenge.text);
    let renewed = estate.estate.step_up(&viewer, &challenge.id, &answer, now, &mut fresh()).await.unwrap();
    assert!(estate.viewer(&person.token, now).await.is_none(), "the old token is dead");
    let viewer = estate.viewer(&renewed.token, now).await.unwrap();
    estate.estate.sign_out(&viewer, now).await.unwrap();
    assert!(estate.viewer(&renewed.token, now).await.is_none(), "signed out");
}

#[tokio::test]
async fn an_office_that_ended_a_moment_ago_opens_nothing() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = estate(&database).await;
    let clerk = estate.appoint(Role::Clerk, "10000000031").await;
    let viewer = estate.viewer(&clerk.token, NOW).await.unwrap();
    let member = viewer.staff(Role::Clerk).unwrap().clone();
    let by = estate.officer(0).await;
    let act = estate.estate.propose_end_of_role(&by, &member.id, NOW, &mut fresh()).await.unwrap();
    estate.carry(&act).await;
    assert!(estate.viewer(&clerk.token, NOW).await.is_none());
    let stale = estate.estate.print_letters(&member, &LettersFor::Everybody([].into()), NOW, &mut fresh()).await;
    assert_eq!(stale.err().map(|err| err.code()), Some("not_staff"), "rights are read in the transaction itself");
    let by_term = estate.viewer(&estate.officers[0].token, NOW).await.unwrap();
    assert!(by_term.staff(Role::Officer).unwrap().is_active(NOW + 365 * DAY - 1));
    assert!(!by_term.staff(Role::Officer).unwrap().is_active(NOW + 365 * DAY), "a term ends by the clock");
}
