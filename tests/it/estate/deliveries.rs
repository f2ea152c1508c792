//! Deliveries: what one clerk signs names those who count as reached, and nothing else does.

use std::num::NonZeroUsize;

use ballot::{
    audit::audit,
    bundle::Bundle,
    id::{HolderNo, PollId},
    statement::DeliveryMethod,
    store::{
        paper::{NewDelivery, PROOF_MOST, PaperError, Signed},
        staff::{Role, StaffMember},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{DAY, NOW, TestEstate, TestPerson, fresh, register},
};

use crate::log::on_both;

struct Desk {
    estate: TestEstate,
    clerks: Vec<TestPerson>,
    poll: PollId,
}

impl Desk {
    async fn new(database: &TestDatabase) -> Self {
        let estate = TestEstate::new(database).await;
        estate.apply(register()).await;
        let mut clerks = Vec::new();
        for phone in ["10000000901", "10000000902"] {
            clerks.push(estate.appoint(Role::Clerk, phone).await);
        }
        let poll = estate.publish().await;
        let mut desk = Self { estate, clerks, poll };
        desk.sign_in().await;
        desk
    }

    async fn sign_in(&mut self) {
        self.estate.sign_officers_in().await;
        for clerk in &mut self.clerks {
            self.estate.sign_in(clerk).await;
        }
    }

    async fn clerk(&self, place: usize) -> StaffMember {
        let viewer = self.estate.viewer(&self.clerks[place].token, self.estate.now()).await.expect("signed in");
        viewer.staff(Role::Clerk).expect("a clerk").clone()
    }

    async fn prepare(&self, holders: &[u64], method: DeliveryMethod, photo: bool) -> Result<String, PaperError> {
        self.prepare_as(holders, method, photo, "赵先生，业主的父亲").await
    }

    async fn prepare_as(
        &self,
        holders: &[u64],
        method: DeliveryMethod,
        photo: bool,
        proof: &str,
    ) -> Result<String, PaperError> {
        let (by, now) = (self.clerk(0).await, self.estate.now());
        let holders = holders.iter().map(|holder| HolderNo::try_from(*holder).unwrap()).collect();
        let new = NewDelivery { holders, method, proof: proof.to_owned(), photo: photo.then(|| vec![1; 9]) };
        self.estate.estate.prepare_delivery(&by, &self.poll, &new, now, &mut fresh()).await
    }

    async fn sign(&self, clerk: usize, id: &str) -> Result<Signed, PaperError> {
        let (by, now) = (self.clerk(clerk).await, self.estate.now());
        let delivery = self.estate.estate.delivery(&by, &self.poll, id).await?;
        let signature = self.clerks[clerk].device.sign(&delivery.text);
        self.estate.estate.sign_delivery(&by, &self.poll, id, &signature, now).await
    }

    /// Holders and those delivered to, over both buildings.
    async fn progress(&self) -> (u64, u64) {
        let progress = self.estate.estate.delivery_progress(&self.clerk(0).await, &self.poll).await.unwrap();
        progress.values().fold((0, 0), |(holders, done), at| (holders + at.holders, done + at.delivered))
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, PaperError>) -> &'static str {
    result.expect_err("it is refused").code()
}

on_both! {
    async fn whom_a_signed_delivery_names_counts_as_reached_and_nobody_else(database) {
        let mut desk = Desk::new(&database).await;
        let estate = desk.estate.estate.clone();
        let log = estate.logs().log(&desk.poll).await.unwrap();
        let (holders, none) = desk.progress().await;
        assert_eq!(none, 0);
        let first = desk.prepare(&[1], DeliveryMethod::Hand, false).await.unwrap();
        assert_eq!(desk.progress().await.1, 0, "what nobody has signed is not delivered");
        assert_eq!(code(desk.sign(1, &first).await), "no_such_delivery", "another clerk signs what is their own");
        let size = log.head().size;
        assert_eq!(desk.sign(0, &first).await.unwrap(), Signed::Counted);
        assert_eq!(log.head().size, size + 1);
        assert_eq!(code(desk.sign(0, &first).await), "no_such_delivery", "once");
        let posted = desk.prepare(&[2, 3], DeliveryMethod::Posted, true).await.unwrap();
        assert_eq!(desk.sign(0, &posted).await.unwrap(), Signed::Counted);
        let by = desk.clerk(0).await;
        let listed = estate.deliveries(&by, &desk.poll).await.unwrap();
        let shown: Vec<_> = listed.iter().map(|one| (one.id.as_str(), one.has_photo, one.homes.is_empty())).collect();
        assert!(shown.contains(&(posted.as_str(), true, false)) && shown.contains(&(first.as_str(), false, false)));
        assert_eq!(estate.delivery_photo(&by, &desk.poll, &posted).await.unwrap(), [1; 9]);
        assert_eq!(code(estate.delivery_photo(&by, &desk.poll, &first).await), "no_such_delivery", "it has none");
        let wrong = desk.prepare(&[4], DeliveryMethod::Mail, false).await.unwrap();
        estate.discard_delivery(&desk.clerk(0).await, &desk.poll, &wrong, desk.estate.now()).await.unwrap();
        let (all, done) = desk.progress().await;
        assert_eq!(all, holders);
        assert!(0 < done && done < all, "one is missing");

        desk.estate.clock.set(NOW + 30 * DAY + 60);
        desk.sign_in().await;
        assert_eq!(code(desk.prepare(&[4], DeliveryMethod::Hand, false).await), "closed");
        assert!(log.ensure_closed(desk.estate.now()).await.unwrap());
        let officer = desk.estate.officer(0).await;
        let act = estate.propose_result(&officer, &desk.poll, desk.estate.now(), &mut fresh()).await.unwrap();
        desk.estate.carry(&act).await;
        let bundle = Bundle::from_tar(log.export(Vec::new()).await.unwrap()).unwrap();
        let report = audit(&bundle, log.key(), NonZeroUsize::MIN).unwrap();
        assert!(report.is_ok(), "{:?}", report.checks);
        let tally = &report.results.expect("recounted")[0].tally;
        let (reached, all) = log.read(|state, _| {
            let lines = state.roll().expect("a roll").lines();
            (lines.iter().filter(|line| line.holder.get() <= 3).count() as u64, lines.len() as u64)
        });
        assert_eq!(tally.silent_delivered.units, reached, "nobody voted, and three were reached");
        assert_eq!(tally.silent_undelivered.units, all - reached, "the fourth was not");
        let kept = estate.inspect_evidence(&officer, &desk.poll, &evidence(&log_text(&desk, &posted).await), desk.estate.now()).await;
        let kept = kept.unwrap();
        assert!(kept.is_sound && kept.record.contains("photo_sha256"), "the proof stands behind the record");
        estate.verify_events(&desk.estate.compound).await.expect("the events' chain is whole");
    }

    async fn a_delivery_says_to_whom_and_how_it_is_proved(database) {
        let desk = Desk::new(&database).await;
        let by_hand = DeliveryMethod::Hand;
        assert_eq!(code(desk.prepare(&[], by_hand, false).await), "bad_delivery", "to nobody");
        assert_eq!(code(desk.prepare(&[99], by_hand, false).await), "bad_delivery", "not on the roll");
        assert_eq!(code(desk.prepare_as(&[1], by_hand, false, " ").await), "bad_delivery", "no proof");
        let long = "字".repeat(PROOF_MOST + 1);
        assert_eq!(code(desk.prepare_as(&[1], by_hand, false, &long).await), "bad_delivery", "a proof too long");
        assert_eq!(code(desk.prepare(&[1], DeliveryMethod::Posted, false).await), "no_scan", "posted without a picture");
        let first = desk.prepare(&[1], by_hand, false).await.unwrap();
        assert_eq!(code(desk.prepare(&[1, 2], by_hand, false).await), "bad_delivery", "one that waits names 1");
        let by = desk.clerk(0).await;
        let forged = desk.clerks[1].device.sign("something else");
        let signed = desk.estate.estate.sign_delivery(&by, &desk.poll, &first, &forged, desk.estate.now()).await;
        assert_eq!(code(signed), "sig");
        desk.sign(0, &first).await.unwrap();
        assert_eq!(code(desk.prepare(&[1], by_hand, false).await), "bad_delivery", "it has one");
        let gone = desk.estate.estate.discard_delivery(&by, &desk.poll, &first, desk.estate.now()).await;
        assert_eq!(code(gone), "no_such_delivery", "what is in the log stays there");
    }
}

/// The signed text of a delivery.
async fn log_text(desk: &Desk, id: &str) -> String {
    desk.estate.estate.delivery(&desk.clerk(0).await, &desk.poll, id).await.unwrap().text
}

/// What a delivery's text commits to.
fn evidence(text: &str) -> ballot::hash::Hash {
    let json: serde_json::Value = serde_json::from_str(text.lines().nth(1).expect("its JSON")).expect("JSON");
    json["evidence"].as_str().expect("a hash").parse().expect("a hash")
}
