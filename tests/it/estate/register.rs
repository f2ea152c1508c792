//! Corrections of the register by hand: who speaks for co-owners, and how people are reached.

use std::collections::BTreeSet;

use ballot::{
    id::PersonNo,
    register::Register,
    statement::{AmendmentReason, Choice},
    store::{
        acts::ActState,
        ids::{ActId, PersonId},
        outbox::Notice,
        register::{CorrectError, RegisterError, UnitFilter},
    },
};
use heyi_tests::{
    databases::{Kind, TestDatabase},
    estate::{TestDevice, TestEstate, fresh, new_register, register, unit},
};

use crate::log::on_both;

/// The label of what 张伟明 and 李秀英 own together.
const SHARED: &str = "|1|1|102";
const LI: &str = "10000000102";

async fn estate(database: &TestDatabase) -> TestEstate {
    let estate = TestEstate::new(database).await;
    estate.apply(register()).await;
    estate
}

async fn owner(estate: &TestEstate, label: &str, name: &str) -> PersonId {
    let unit = estate.estate.co_owned(&estate.compound, label).await.unwrap().expect("there is such a unit");
    unit.owners.iter().find(|(_, known)| known == name).expect("an owner").0.clone()
}

async fn propose(estate: &TestEstate, label: &str, person: Option<&PersonId>) -> Result<ActId, CorrectError> {
    let by = estate.officer(0).await;
    estate.estate.propose_representative(&by, label, person, estate.now(), &mut fresh()).await
}

async fn record(estate: &TestEstate, name: &str) {
    let person = owner(estate, SHARED, name).await;
    let act = propose(estate, SHARED, Some(&person)).await.expect("it is put up");
    estate.carry(&act).await;
}

async fn representative(estate: &TestEstate) -> Option<String> {
    let unit = estate.estate.co_owned(&estate.compound, SHARED).await.unwrap().unwrap();
    let person = unit.representative?;
    unit.owners.into_iter().find(|(id, _)| *id == person).map(|(_, name)| name)
}

on_both! {
    async fn a_representative_holds_once_two_have_signed_and_all_co_owners_are_told(database) {
        let estate = estate(&database).await;
        let person = owner(&estate, SHARED, "李秀英").await;
        let act = propose(&estate, SHARED, Some(&person)).await.expect("it is put up");
        let other = propose(&estate, SHARED, None).await;
        assert!(matches!(other, Err(CorrectError::Unchanged)), "{other:?}");
        let by = estate.officer(0).await;
        let file = estate.estate.propose_register(&by, new_register(register()), estate.now(), &mut fresh()).await;
        assert!(matches!(file, Err(RegisterError::Pending)), "one change of the register at a time");
        assert_eq!(estate.sign(0, &act).await, ActState::Open);
        assert_eq!(representative(&estate).await, None, "one signature does nothing");
        assert_eq!(estate.sign(1, &act).await, ActState::Done);
        assert_eq!(representative(&estate).await.as_deref(), Some("李秀英"));
        let told = estate.estate.queued_messages(&estate.compound, 100).await.unwrap();
        let told: BTreeSet<_> = told
            .into_iter()
            .filter(|message| matches!(&message.notice, Notice::Represented { name, .. } if name == "李秀英"))
            .map(|message| message.address)
            .collect();
        assert_eq!(told, BTreeSet::from(["10000000101".to_owned(), LI.to_owned()]));
        let units = estate.estate.units(&by, &UnitFilter::default(), 0).await.unwrap().units;
        let named: Vec<_> = units.iter().filter_map(|unit| unit.representative.as_deref()).collect();
        assert_eq!(named, ["李秀英"], "on the one unit that they own together");
        assert_eq!(estate.estate.register_versions(&estate.compound).await.unwrap()[0].source, "correction");
        estate.estate.verify_events(&estate.compound).await.expect("the events' chain is whole");
    }

    async fn who_is_no_co_owner_represents_nobody(database) {
        let estate = estate(&database).await;
        let wang = owner(&estate, "|1|1|201", "王芳").await;
        for (label, person, code) in [
            (SHARED, &wang, "not_an_owner"),
            ("|1|1|201", &wang, "not_co_owned"),
            ("|9|1|101", &wang, "no_such_unit"),
        ] {
            let refused = propose(&estate, label, Some(person)).await.err().map(|err| err.code());
            assert_eq!(refused, Some(code), "{label}");
        }
    }

    async fn the_roll_of_a_poll_carries_the_representative_and_keeps_it(database) {
        let mut estate = estate(&database).await;
        record(&estate, "李秀英").await;
        let letters = estate.letters().await;
        let (mut li, _) = estate.enrol(&letters["李秀英"], TestDevice::new()).await.unwrap();
        let poll = estate.publish().await;
        estate.sign_officers_in().await;
        let viewer = estate.sign_in(&mut li).await;
        let holders = estate.estate.my_poll(&viewer, &poll).await.unwrap();
        assert_eq!(holders[0].representative.map(PersonNo::get), Some(2), "the unit names 张伟明 first");
        assert_eq!(holders[0].representative, Some(holders[0].person));
        estate.cast(&poll, &li, &holders[0], Choice::For).await.expect("a representative votes as everybody");
        // The register changes while the poll runs: its roll does not.
        let act = propose(&estate, SHARED, None).await.expect("it is put up");
        estate.carry(&act).await;
        let by = estate.officer(0).await;
        let reason = AmendmentReason::Correction;
        let act = estate.estate.propose_amendment(&by, &poll, SHARED, reason, estate.now(), &mut fresh()).await;
        estate.carry(&act.expect("it is put up")).await;
        let holders = estate.estate.my_poll(&viewer, &poll).await.unwrap();
        assert_eq!(holders[0].representative.map(PersonNo::get), Some(2), "agreed before the vote, and so it stays");
    }

    async fn an_amendment_brings_a_new_holder_with_its_representative(database) {
        let mut estate = estate(&database).await;
        let poll = estate.publish().await;
        estate.sign_officers_in().await;
        let mut sold = register();
        sold.units[0] = unit("1", "101", &[1, 2]);
        sold.set_representative(&BTreeSet::from([1, 2]), Some(2));
        estate.apply(sold).await;
        let by = estate.officer(0).await;
        let reason = AmendmentReason::Correction;
        let act = estate.estate.propose_amendment(&by, &poll, "|1|1|101", reason, estate.now(), &mut fresh()).await;
        estate.carry(&act.expect("it is put up")).await;
        let log = estate.estate.logs().log(&poll).await.unwrap();
        let amended: Vec<_> = log.read(|state, _| {
            let lines = state.roll().expect("a roll").lines().iter();
            lines.filter_map(|line| line.representative).map(PersonNo::get).collect()
        });
        assert_eq!(amended, [2], "王芳 is the second that the unit names");
    }

    async fn a_new_file_keeps_the_representative_and_undoing_takes_it_back(database) {
        let estate = estate(&database).await;
        record(&estate, "张伟明").await;
        estate.apply(register()).await;
        assert_eq!(representative(&estate).await.as_deref(), Some("张伟明"), "a file does not say who represents whom");
        let sold = Register { units: vec![unit("1", "102", &[1])], ..register() };
        estate.apply(sold).await;
        assert_eq!(representative(&estate).await, None, "李秀英 owns it alone");
        let by = estate.officer(0).await;
        let undone = estate.estate.propose_undo(&by, 2, estate.now(), &mut fresh()).await.expect("it is put up");
        estate.carry(&undone).await;
        assert_eq!(representative(&estate).await.as_deref(), Some("张伟明"));
    }
}
