//! Reminders: to whoever has not voted, once a day, and to nobody else.

use std::collections::BTreeSet;

use ballot::{
    statement::Choice,
    store::{
        outbox::Notice,
        remind::{RemindError, Reminding},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestDevice, TestEstate, fresh, register},
};

use crate::log::on_both;

/// The reminders that wait, by whom they go to; taken away.
async fn take(estate: &TestEstate) -> BTreeSet<(String, String)> {
    let mut taken = BTreeSet::new();
    for message in estate.estate.queued_messages(&estate.compound, 1000).await.expect("messages") {
        if let Notice::Reminder { units, .. } = &message.notice {
            assert!(taken.insert((message.address.clone(), units.join(" "))), "told twice: {message:?}");
            estate.estate.message_sent(&message.id).await.expect("it is marked");
        }
    }
    taken
}

fn code<T: std::fmt::Debug>(result: Result<T, RemindError>) -> &'static str {
    result.expect_err("it is refused").code()
}

on_both! {
    async fn who_has_not_voted_is_reminded_once_a_day_with_all_co_owners(database) {
        let mut estate = TestEstate::new(&database).await;
        estate.apply(register()).await;
        let letters = estate.letters().await;
        let (mut owner, _) = estate.enrol(&letters["王芳"], TestDevice::new()).await.expect("enrolled");
        let poll = estate.publish().await;
        estate.sign_officers_in().await;
        let viewer = estate.sign_in(&mut owner).await;
        let holder = estate.estate.my_poll(&viewer, &poll).await.expect("on the roll").remove(0);
        estate.cast(&poll, &owner, &holder, Choice::For).await.expect("stored");

        let by = estate.officer(0).await;
        let asked = estate.estate.reminding(&by, &poll, estate.now()).await.expect("figures");
        assert_eq!(asked, Reminding { due: 3, today: 0, unreachable: 0 });
        assert_eq!(estate.estate.remind(&by, &poll, estate.now(), &mut fresh()).await.expect("sent"), 3);
        let sent = take(&estate).await;
        let expected = [
            ("10000000101", "|1|1|101 |1|1|102"),
            ("10000000102", "|1|1|102"),
            ("10000000104", "|2|1|102 |2|1|201"),
        ];
        let expected = expected.map(|(to, units)| (to.to_owned(), units.to_owned()));
        assert_eq!(sent, expected.into(), "both owners of the shared home, and not whoever has voted");

        // Not again on the same day, whoever asks.
        let other = estate.officer(1).await;
        assert_eq!(code(estate.estate.remind(&other, &poll, estate.now(), &mut fresh()).await), "nobody_due");
        let asked = estate.estate.reminding(&by, &poll, estate.now()).await.expect("figures");
        assert_eq!(asked, Reminding { due: 0, today: 3, unreachable: 0 });
        assert!(take(&estate).await.is_empty());
        estate.clock.set(estate.now() + DAY);
        estate.sign_officers_in().await;
        assert_eq!(estate.estate.remind(&by, &poll, estate.now(), &mut fresh()).await.expect("sent"), 3, "the next day");

        estate.clock.set(NOW + 30 * DAY + 60);
        estate.sign_officers_in().await;
        assert_eq!(code(estate.estate.remind(&by, &poll, estate.now(), &mut fresh()).await), "not_open");
    }
}
