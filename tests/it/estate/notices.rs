//! What owners are told, and how they are reached.

use std::collections::BTreeSet;

use ballot::{
    log::CheckCode,
    statement::Choice,
    store::{
        outbox::{Message, Notice},
        register::CorrectError,
        session::{IDLE_SECONDS, SESSION_SECONDS, token_hash},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{NOW, TestDevice, TestEstate, fresh, last_code, register, signed_in, start_by_code},
};

use crate::log::on_both;

const ZHANG: &str = "10000000101";
const LI: &str = "10000000102";

async fn estate(database: &TestDatabase) -> TestEstate {
    let estate = TestEstate::new(database).await;
    estate.apply(register()).await;
    estate
}

/// The messages of a kind that wait, by the units that they are about and whom they go to; taken away.
async fn take(estate: &TestEstate, kind: impl Fn(&Notice) -> Option<String>) -> BTreeSet<(String, String)> {
    let waiting: Vec<Message> = estate.estate.queued_messages(&estate.compound, 1000).await.unwrap();
    let mut taken = BTreeSet::new();
    for message in waiting {
        if let Some(about) = kind(&message.notice) {
            assert!(taken.insert((about, message.address.clone())), "told twice: {message:?}");
            estate.estate.message_sent(&message.id).await.unwrap();
        }
    }
    taken
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    pairs.iter().map(|(about, to)| ((*about).to_owned(), (*to).to_owned())).collect()
}

on_both! {
    async fn all_co_owners_are_told_of_every_credential_and_of_every_ballot_once(database) {
        let estate = estate(&database).await;
        let letters = estate.letters().await;
        let (mut zhang, _) = estate.enrol(&letters["张伟明"], TestDevice::new()).await.unwrap();
        let poll = estate.publish().await;
        let tell = async || estate.estate.tell_of_entries(estate.now(), &mut fresh()).await.unwrap();
        assert_eq!(tell().await, 3, "his own unit's to him, the shared one's to both");
        let issued = take(&estate, |notice| match notice {
            Notice::Issued { name, units, title, .. } => {
                assert_eq!((name.as_str(), title.as_str()), ("张伟明", "更换 3 号楼电梯"));
                Some(units.join(" "))
            }
            _ => None,
        });
        assert_eq!(issued.await, pairs(&[("|1|1|101", ZHANG), ("|1|1|102", ZHANG), ("|1|1|102", LI)]));
        assert_eq!(tell().await, 0, "nothing is told twice");

        let viewer = estate.sign_in(&mut zhang).await;
        let holders = estate.estate.my_poll(&viewer, &poll).await.unwrap();
        let shared = holders.iter().find(|holder| holder.people.len() == 2).unwrap();
        let stored = estate.cast(&poll, &zhang, shared, Choice::Against).await.unwrap();
        let log = estate.estate.logs().log(&poll).await.unwrap();
        assert_eq!(log.stored_at(stored.index).await.unwrap(), Some(estate.now()), "when it came in");
        assert_eq!(log.stored_at(stored.index + 1).await.unwrap(), None);
        // Two processes that tell at once tell once.
        let (one, other) = tokio::join!(tell(), tell());
        assert_eq!(one + other, 2);
        let code: CheckCode = stored.receipt.check_code();
        let told = take(&estate, |notice| match notice {
            Notice::Stored { code, at, is_paper: false, .. } => {
                let said = serde_json::to_string(notice).unwrap();
                assert!(!said.contains("against") && !said.contains("for\""), "never what it says: {said}");
                assert_eq!(*at, estate.now());
                Some(code.clone())
            }
            _ => None,
        });
        let code = code.to_string();
        assert_eq!(told.await, pairs(&[(&code, ZHANG), (&code, LI)]));
    }

    async fn a_mailbox_in_the_register_takes_codes_and_notices(database) {
        let estate = estate(&database).await;
        let shared = estate.estate.co_owned(&estate.compound, "|1|1|102").await.unwrap().unwrap();
        let (li, _) = &shared.owners[1];
        let propose = async |phones: &[&str], emails: &[&str]| {
            let [phones, emails] = [phones, emails].map(|list| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
            let by = estate.officer(0).await;
            estate.estate.propose_contacts(&by, li, (&phones, &emails), estate.now(), &mut fresh()).await
        };
        for (phones, emails, code) in [
            (&["12"][..], &[][..], "bad_contact"),
            (&[LI], &["li@example"], "bad_contact"),
            (&["li@example.cn"], &[], "bad_contact"),
            (&["10001", "10002", "10003", "10004", "10005", "10006"], &[], "bad_contact"),
            (&[LI], &[], "unchanged"),
        ] {
            let refused: Option<CorrectError> = propose(phones, emails).await.err();
            assert_eq!(refused.map(|err| err.code()), Some(code), "{phones:?} {emails:?}");
        }
        let act = propose(&["10000000999"], &["Li@Example.cn"]).await.expect("it is put up");
        estate.carry(&act).await;
        let told = take(&estate, |notice| match notice {
            Notice::ContactsChanged { name, .. } => Some(name.clone()),
            _ => None,
        });
        let expected = pairs(&[("李秀英", LI), ("李秀英", "10000000999"), ("李秀英", "li@example.cn")]);
        assert_eq!(told.await, expected, "the old number first of all");
        let sent = estate.estate.start_sign_in(&estate.compound, "li@example.cn", "zh", NOW, &mut fresh()).await.unwrap();
        let code = last_code(&estate.estate, &estate.compound, Some("li@example.cn")).await;
        let answer = estate.estate.finish_sign_in(&sent, &code, None, NOW, &mut fresh()).await.expect("it is right");
        assert!(estate.viewer(&signed_in(answer), NOW).await.is_some());
        let letter = estate.letters().await.remove("李秀英").unwrap();
        let invited = estate.estate.read_letter(&estate.compound, &letter).await.unwrap();
        assert_eq!(invited.contacts, ["100****0999", "l***@example.cn"], "and the letter's code goes there as well");
        // A new spreadsheet without mailboxes leaves hers as it is.
        estate.apply(register()).await;
        let now = estate.estate.reached(&estate.compound, li).await.unwrap().unwrap();
        assert_eq!((now.phones, now.emails), (vec![LI.to_owned()], vec!["li@example.cn".to_owned()]));
    }

    async fn no_session_is_lost_within_half_an_hour_of_whatever_came_last(database) {
        let estate = estate(&database).await;
        let (challenge, code) = start_by_code(&estate.estate, &estate.compound, ZHANG, NOW).await;
        let answer = estate.estate.finish_sign_in(&challenge, &code, None, NOW, &mut fresh()).await.unwrap();
        let token = signed_in(answer);
        let hash = token_hash(&token.reveal()).unwrap();
        let keep = async |now| estate.estate.keep_session(&hash, now).await.unwrap();
        assert_eq!(keep(NOW).await, Some(NOW + IDLE_SECONDS));
        // Not every request is written down, and none is forgotten by that.
        assert!(estate.viewer(&token, NOW + 59).await.is_some());
        assert!(estate.viewer(&token, NOW + 59 + IDLE_SECONDS - 1).await.is_some());
        let mut now = NOW + 59 + IDLE_SECONDS - 1;
        while now + IDLE_SECONDS < NOW + SESSION_SECONDS {
            now += IDLE_SECONDS - 1;
            assert_eq!(keep(now).await, Some((now + IDLE_SECONDS).min(NOW + SESSION_SECONDS)));
        }
        assert_eq!(keep(NOW + SESSION_SECONDS).await, None, "twelve hours are the most");

        let (challenge, code) = start_by_code(&estate.estate, &estate.compound, LI, NOW).await;
        let answer = estate.estate.finish_sign_in(&challenge, &code, None, NOW, &mut fresh()).await.unwrap();
        let token = signed_in(answer);
        let hash = token_hash(&token.reveal()).unwrap();
        assert_eq!(estate.estate.keep_session(&hash, NOW + IDLE_SECONDS + 60).await.unwrap(), None, "idle too long");
        assert!(estate.viewer(&token, NOW + IDLE_SECONDS + 60).await.is_none());
    }
}
