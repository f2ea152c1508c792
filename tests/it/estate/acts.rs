//! What officers sign together.

use ballot::store::{
    acts::{ActKind, ActState},
    register::{RegisterError, UnitFilter},
    staff::{Role, StaffState},
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, fresh, new_register, new_staff, register, unit},
};

use crate::log::on_both;

on_both! {
    async fn a_register_is_applied_by_two_and_people_keep_their_ids(database) {
        let estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let by = estate.officer(0).await;
        let before = estate.estate.units(&by, &UnitFilter::default(), 0).await.unwrap();
        assert_eq!(before.total, 6);
        let order: Vec<_> = before.units.iter().map(|unit| unit.label.key()).collect();
        assert_eq!(order, ["|1|1|101", "|1|1|102", "|1|1|201", "|2|1|101", "|2|1|102", "|2|1|201"]);

        // 王芳 sells her home in building 1 to 张伟明, and a new home appears.
        let mut changed = register();
        changed.units[2].owners = vec![0];
        changed.units.push(unit("10", "101", &[1]));
        changed.persons[2].phones = vec!["10000000203".to_owned()];
        estate.apply(changed).await;
        let after = estate.estate.units(&by, &UnitFilter::default(), 0).await.unwrap();
        assert_eq!(after.total, 7);
        assert_eq!(after.units[0].owners[0].id, before.units[0].owners[0].id, "张伟明 is who he was");
        assert_eq!(after.units[2].owners[0].id, before.units[0].owners[0].id);
        assert_eq!(after.units[3].owners[0].phones, ["100****0203"]);
        assert_eq!(after.units[6].label.building, "10", "buildings stand in the order of their numbers");

        let undo = estate.estate.propose_undo(&by, 1, NOW, &mut fresh()).await.unwrap();
        estate.carry(&undo).await;
        let undone = estate.estate.units(&by, &UnitFilter::default(), 0).await.unwrap();
        assert_eq!(undone, before);
        let versions = estate.estate.register_versions(&estate.compound).await.unwrap();
        let sources: Vec<_> = versions.iter().map(|version| (version.number, version.source.as_str())).collect();
        assert_eq!(sources, [(3, "undo"), (2, "import"), (1, "import")]);
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
    }

    async fn two_last_signatures_at_once_do_an_act_once(database) {
        let estate = TestEstate::new(&database).await;
        let third = estate.appoint(Role::Officer, "10000000003").await;
        let third_now = estate.viewer(&third.token, NOW).await.unwrap().staff(Role::Officer).unwrap().clone();
        let (one, two) = (estate.officer(0).await, estate.officer(1).await);
        for round in 0..5 {
            let new = new_staff(Role::Auditor, &format!("1000000005{round}"));
            let act = estate.estate.propose_appointment(&one, &new, NOW, &mut fresh()).await.unwrap();
            estate.sign(0, &act).await;
            let text = estate.act_text(&act).await;
            let (second, last) = (estate.officers[1].device.sign(&text), third.device.sign(&text));
            let (mut a, mut b) = (fresh(), fresh());
            let (a, b) = tokio::join!(
                estate.estate.sign_act(&two, &act, &second, NOW, &mut a),
                estate.estate.sign_act(&third_now, &act, &last, NOW, &mut b),
            );
            let done = [&a, &b].iter().filter(|signed| matches!(signed, Ok(ActState::Done))).count();
            assert_eq!(done, 1, "{a:?}, {b:?}");
            let staff = estate.estate.staff(&estate.compound).await.unwrap();
            let named = staff.iter().filter(|member| member.phone == new.phone).count();
            assert_eq!(named, 1);
        }
    }
}

#[tokio::test]
async fn units_are_found_by_building_number_and_name_and_clerks_see_their_buildings() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let by = estate.officer(0).await;
    let find = async |by, building: Option<&str>, text: &str| {
        let filter = UnitFilter { building: building.map(str::to_owned), text: text.to_owned() };
        let page = estate.estate.units(by, &filter, 0).await.unwrap();
        page.units.iter().map(|unit| format!("{}-{}", unit.label.building, unit.label.number)).collect::<Vec<_>>()
    };
    assert_eq!(find(&by, Some("2"), "").await, ["2-101", "2-102", "2-201"]);
    assert_eq!(find(&by, None, "102").await, ["1-102", "2-102"]);
    assert_eq!(find(&by, None, "李秀").await, ["1-102"]);
    assert_eq!(find(&by, Some("1"), "王芳").await, ["1-201"]);
    assert_eq!(find(&by, None, "%").await, Vec::<String>::new(), "a sign of patterns is a sign like others");
    let mut clerk = by.clone();
    clerk.role = Role::Clerk;
    clerk.scope = ["2".to_owned()].into();
    assert_eq!(find(&clerk, None, "101").await, ["2-101"]);
    let totals = estate.estate.buildings(&estate.compound).await.unwrap();
    let totals: Vec<_> = totals.iter().map(|of| (of.building.as_str(), of.units, of.owners, of.enrolled)).collect();
    assert_eq!(totals, [("1", 3, 3, 0), ("2", 3, 2, 0)]);
}

#[tokio::test]
async fn one_register_waits_at_a_time_and_what_is_none_is_refused() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let by = estate.officer(0).await;
    let mut twice = register();
    twice.units.push(unit("1", "101", &[0]));
    for (why, wrong) in [("empty", ballot::register::Register::default()), ("a unit twice", twice)] {
        let refused = estate.estate.propose_register(&by, new_register(wrong), NOW, &mut fresh()).await.err();
        assert!(matches!(refused, Some(RegisterError::Empty)), "{why}");
    }
    let undo = estate.estate.propose_undo(&by, 1, NOW, &mut fresh()).await.err();
    assert!(matches!(undo, Some(RegisterError::NoSuchVersion)));
    let act = estate.estate.propose_register(&by, new_register(register()), NOW, &mut fresh()).await.unwrap();
    let second = estate.estate.propose_register(&by, new_register(register()), NOW, &mut fresh()).await.err();
    assert!(matches!(second, Some(RegisterError::Pending)));
    estate.estate.withdraw_act(&by, &act, "录错了", NOW).await.unwrap();
    assert!(estate.estate.propose_register(&by, new_register(register()), NOW, &mut fresh()).await.is_ok());
}

#[tokio::test]
async fn an_act_wants_two_different_officers_over_its_very_text() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let (one, two) = (estate.officer(0).await, estate.officer(1).await);
    let clerk = estate.appoint(Role::Clerk, "10000000031").await;
    let clerk_now = estate.viewer(&clerk.token, NOW).await.unwrap().staff(Role::Clerk).unwrap().clone();
    let new = new_staff(Role::Auditor, "10000000041");
    let act = estate.estate.propose_appointment(&one, &new, NOW, &mut fresh()).await.unwrap();
    let text = estate.act_text(&act).await;
    let mine = estate.officers[0].device.sign(&text);
    let sign = async |by, act, signature: &str| {
        estate.estate.sign_act(by, act, signature, NOW, &mut fresh()).await.map_err(|err| err.code())
    };
    for (why, by, signature, code) in [
        ("another text", &one, estate.officers[0].device.sign(&text.replace("auditor", "officer")), "sig"),
        ("another's signature", &two, mine.clone(), "sig"),
        ("the sign-in key's", &one, estate.officers[0].device.answer(&text), "sig"),
        ("a device that nobody knows", &one, TestDevice::new().sign(&text), "sig"),
        ("no base64", &one, "signature".to_owned(), "sig"),
        ("a clerk's", &clerk_now, clerk.device.sign(&text), "not_officer"),
    ] {
        assert_eq!(sign(by, &act, &signature).await, Err(code), "{why}");
    }
    assert_eq!(sign(&one, &act, &mine).await, Ok(ActState::Open));
    assert_eq!(sign(&one, &act, &mine).await, Err("already_signed"));
    let open = estate.estate.open_acts(&estate.compound).await.unwrap();
    assert_eq!(open.iter().map(|act| (act.kind, act.signed_by.len())).collect::<Vec<_>>(), [(ActKind::Appoint, 1)]);
    let theirs = estate.officers[1].device.sign(&text);
    assert_eq!(sign(&two, &act, &theirs).await, Ok(ActState::Done));
    assert_eq!(sign(&two, &act, &theirs).await, Err("act_ended"));
    let staff = estate.estate.staff(&estate.compound).await.unwrap();
    let auditors: Vec<_> = staff.iter().filter(|member| member.role == Role::Auditor).collect();
    assert_eq!(auditors.len(), 1);
    assert_eq!((auditors[0].state, auditors[0].number), (StaffState::Invited, 1));
}

#[tokio::test]
async fn an_act_that_was_refused_or_withdrawn_is_never_done() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let (one, two) = (estate.officer(0).await, estate.officer(1).await);
    let new = new_staff(Role::Clerk, "10000000031");
    let propose = async || estate.estate.propose_appointment(&one, &new, NOW, &mut fresh()).await.unwrap();
    let refused = propose().await;
    estate.sign(0, &refused).await;
    let not_yours = estate.estate.withdraw_act(&two, &refused, "不行", NOW).await.err();
    assert_eq!(not_yours.map(|err| err.code()), Some("not_yours"));
    let no_reason = estate.estate.refuse_act(&two, &refused, "", NOW).await.err();
    assert_eq!(no_reason.map(|err| err.code()), Some("bad_reason"));
    estate.estate.refuse_act(&two, &refused, "人选不合适", NOW).await.unwrap();
    let withdrawn = propose().await;
    estate.estate.withdraw_act(&one, &withdrawn, "写错了", NOW).await.unwrap();
    for act in [refused, withdrawn] {
        let text = estate.act_text(&act).await;
        let signature = estate.officers[1].device.sign(&text);
        let late = estate.estate.sign_act(&two, &act, &signature, NOW, &mut fresh()).await.err();
        assert_eq!(late.map(|err| err.code()), Some("act_ended"));
    }
    assert_eq!(estate.estate.staff(&estate.compound).await.unwrap().len(), 2, "nobody was appointed");
    let ended = estate.estate.ended_acts(&estate.compound, 10).await.unwrap();
    assert_eq!(ended.len(), 2);
}

#[tokio::test]
async fn a_signature_counts_only_while_its_officer_holds_office_with_that_key() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let third = estate.appoint(Role::Officer, "10000000003").await;
    let third_now = estate.viewer(&third.token, NOW).await.unwrap().staff(Role::Officer).unwrap().clone();
    let one = estate.officer(0).await;
    let new = new_staff(Role::Clerk, "10000000031");
    let act = estate.estate.propose_appointment(&one, &new, NOW, &mut fresh()).await.unwrap();
    let text = estate.act_text(&act).await;
    let signature = third.device.sign(&text);
    let signed = estate.estate.sign_act(&third_now, &act, &signature, NOW, &mut fresh()).await;
    assert_eq!(signed.ok(), Some(ActState::Open));
    let renewal = estate.estate.propose_new_key(&one, &third_now.id, NOW, &mut fresh()).await.unwrap();
    estate.carry(&renewal).await;
    assert_eq!(estate.sign(0, &act).await, ActState::Open, "the third's key is no longer an officer's");
    assert_eq!(estate.sign(1, &act).await, ActState::Done);
}

#[tokio::test]
async fn as_many_officers_stay_as_must_sign() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    let (one, two) = (estate.officer(0).await, estate.officer(1).await);
    let refused = estate.estate.propose_end_of_role(&one, &two.id, NOW, &mut fresh()).await.err();
    assert_eq!(refused.map(|err| err.code()), Some("too_few_officers"));
    // The operator's way in, where a device is lost and nobody is left to sign for a new one.
    let letter = estate.estate.recover_staff(&estate.compound, &two.id, NOW, &mut fresh()).await.unwrap();
    assert_eq!(letter.staff.state, StaffState::Invited);
    assert!(estate.viewer(&estate.officers[1].token, NOW).await.is_none());
    let events = estate.estate.events(&estate.compound, None, 5).await.unwrap();
    assert!(events.iter().any(|event| event.actor == "operator"), "it stands in the events");
}

#[tokio::test]
async fn nobody_is_appointed_without_name_contact_and_term() {
    type Change = fn(&mut ballot::store::staff::NewStaff);
    let sound = new_staff(Role::Clerk, "10000000031");
    let cases: [(&str, Change); 6] = [
        ("bad_name", |new| new.name = String::new()),
        ("bad_name", |new| new.name = "王\u{200B}芳".to_owned()),
        ("bad_contact", |new| new.phone = String::new()),
        ("bad_contact", |new| new.email = "王芳".to_owned()),
        ("bad_term", |new| new.term_ends = NOW),
        ("bad_term", |new| new.term_ends = NOW + 7 * 366 * DAY),
    ];
    assert!(sound.check(NOW).is_ok());
    for (code, change) in cases {
        let mut changed = sound.clone();
        change(&mut changed);
        assert_eq!(changed.check(NOW).err().map(|err| err.code()), Some(code), "{changed:?}");
    }
}
