//! Between compounds there is a wall, and the chain of events shows every change.

use ballot::store::{
    events::{Actor, ChainError},
    letters::LettersFor,
    register::UnitFilter,
    staff::Role,
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{NOW, TestDevice, TestEstate, fresh, new_staff, register},
};
use sea_orm::ConnectionTrait as _;

#[tokio::test]
async fn an_officer_of_one_compound_finds_nothing_of_another() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let here = TestEstate::new(&database).await;
    here.apply(register()).await;
    let letters = here.letters().await;
    let (there, officers) = TestEstate::compound(&here.estate, "别处小区", "1000000001").await;
    let viewer = here.viewer(&officers[0].token, NOW).await.unwrap();
    let stranger = viewer.staff(Role::Officer).unwrap().clone();
    let by = here.officer(0).await;
    let member = here.estate.staff(&here.compound).await.unwrap().remove(0);
    let new = new_staff(Role::Clerk, "10000000031");
    let act = here.estate.propose_appointment(&by, &new, NOW, &mut fresh()).await.unwrap();
    let poll = here.estate.create_draft(&by, &here.draft(), NOW, &mut fresh()).await.unwrap();
    let signature = officers[0].device.sign(&here.act_text(&act).await);
    let estate = &here.estate;
    let found = [
        ("sign", estate.sign_act(&stranger, &act, &signature, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("refuse", estate.refuse_act(&stranger, &act, "不行", NOW).await.err().map(|e| e.code())),
        ("withdraw", estate.withdraw_act(&stranger, &act, "不行", NOW).await.err().map(|e| e.code())),
        ("save", estate.save_draft(&stranger, &poll, &here.draft(), NOW).await.err().map(|e| e.code())),
        ("delete", estate.delete_draft(&stranger, &poll, NOW).await.err().map(|e| e.code())),
        ("freeze", estate.propose_poll(&stranger, &poll, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("result", estate.propose_result(&stranger, &poll, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("letter", estate.staff_letter(&stranger, &member.id, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("end", estate.propose_end_of_role(&stranger, &member.id, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("key", estate.propose_new_key(&stranger, &member.id, NOW, &mut fresh()).await.err().map(|e| e.code())),
        ("read", estate.read_letter(&there, &letters["王芳"]).await.err().map(|e| e.code())),
    ];
    for (what, code) in found {
        let is_nothing = matches!(code, Some("no_such_act" | "no_such_poll" | "no_such_staff" | "unknown_letter"));
        assert!(is_nothing, "{what}: {code:?}");
    }
    assert_eq!(estate.units(&stranger, &UnitFilter::default(), 0).await.unwrap().total, 0);
    assert_eq!(estate.act(&there, &act).await.unwrap(), None);
    assert_eq!(estate.poll(&there, &poll).await.unwrap(), None);
    assert_eq!(estate.draft(&there, &poll).await.unwrap(), None);
    assert_eq!(estate.staff_member(&there, &member.id).await.unwrap(), None);
    let nobody = estate.print_letters(&stranger, &LettersFor::Everybody([].into()), NOW, &mut fresh()).await;
    assert_eq!(nobody.err().map(|err| err.code()), Some("nobody"));
    // A phone of one compound is unknown in the other, with the same answer.
    assert!(estate.start_sign_in(&there, "10000000101", "zh", NOW, &mut fresh()).await.is_ok());
    assert_eq!(heyi_tests::estate::codes(estate, &there, Some("10000000101")).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_change_is_an_event_and_an_altered_event_shows() {
    let database = TestDatabase::new(Kind::Sqlite).await;
    let estate = TestEstate::new(&database).await;
    estate.apply(register()).await;
    let letter = estate.letters().await.remove("王芳").unwrap();
    let _ = estate.enrol(&letter, TestDevice::new()).await.unwrap();
    estate.estate.note_attempt(&estate.compound, &Actor::Nobody, "POST /c/m/new", NOW).await.unwrap();
    let events = estate.estate.events(&estate.compound, None, 100).await.unwrap();
    let verbs: Vec<_> = events.iter().rev().map(|event| event.verb.as_str()).collect();
    let enrolled = ["device_enrolled", "signed_in_by_device"];
    let mut expected = vec!["compound_created", "staff_invited", "staff_invited"];
    expected.extend(enrolled.iter().chain(&enrolled));
    expected.extend(["act_proposed", "act_signed", "act_signed", "act_done", "letters_printed"]);
    expected.extend(enrolled);
    expected.push("refused");
    assert_eq!(verbs, expected);
    let whole = format!("{events:?}");
    for personal in ["王芳", "10000000103", "工作人员", &letter] {
        assert!(!whole.contains(personal), "an event names nobody: {personal}");
    }
    let number = estate.estate.verify_events(&estate.compound).await.unwrap();
    assert_eq!(number, events.len() as u64);
    let tamper = async |sql: &str| estate.database.writer().execute_unprepared(sql).await.unwrap();
    tamper("UPDATE event SET at = at + 1 WHERE number = 4").await;
    let broken = estate.estate.verify_events(&estate.compound).await;
    assert!(matches!(broken, Err(ChainError::Broken(4))), "{broken:?}");
    tamper("UPDATE event SET at = at - 1 WHERE number = 4").await;
    tamper(&format!("DELETE FROM event WHERE number = {number}")).await;
    let short = estate.estate.verify_events(&estate.compound).await;
    assert!(matches!(short, Err(ChainError::Short)), "{short:?}");
}
