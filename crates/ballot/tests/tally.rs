//! What a count gives beside the result, for the pages that show it.

mod common;

use std::{collections::BTreeSet, num::NonZeroUsize};

use ballot::{
    audit::audit,
    beside::OwnCount,
    bundle::Bundle,
    rule::{Channel, Class},
    tally::{MotionFigures, Reason},
    what_if::Recount,
};
use serde_json::json;

use common::poll::*;

/// The figures of the first motion.
fn figures(script: &Script) -> MotionFigures {
    let bundle = Bundle::from_tar(tar(&script.build())).expect("a bundle");
    let report = audit(&bundle, &log_key(), NonZeroUsize::MIN).expect("it runs");
    assert!(report.is_ok(), "{:#?}", report.checks);
    report.figures[0].1.clone()
}

#[test]
fn every_unit_stands_in_one_class_of_its_building_and_one_channel() {
    let figures = figures(&script());
    let class = |building: &str, class| figures.by_building[building].get(&class).map_or(0, |it| it.units);
    assert_eq!((class("1", Class::For), class("1", Class::Abstain)), (3, 1));
    assert_eq!(
        (class("2", Class::For), class("2", Class::PresentOnly), class("2", Class::SilentUndelivered)),
        (2, 1, 1)
    );
    let channel = |channel| figures.by_channel.get(&channel).map_or(0, |it| it.units);
    assert_eq!((channel(Channel::Electronic), channel(Channel::Meeting), channel(Channel::Paper)), (4, 1, 1));
    assert!(figures.invalid.is_empty());
    // One of holder 1's two people speaks for the unit, and holder 2 voted again.
    assert_eq!((figures.counted, figures.uncounted), (5, 2));
}

#[test]
fn an_invalid_ballot_says_why() {
    let mut script = script();
    script.body("b2").insert("answers".to_owned(), json!({ "m1": "against", "m2": {} }));
    script.body("p1").remove("answers");
    script.body("p1").insert("invalid".to_owned(), json!("spoiled"));
    let figures = figures(&script);
    let units = |reason| figures.invalid.get(&reason).map_or(0, |it| it.units);
    assert_eq!((units(Reason::CoOwners), units(Reason::Spoiled)), (1, 1));
    assert_eq!(figures.invalid.len(), 2);
}

#[test]
fn without_an_attendance_a_ballot_was_cast_at_home() {
    let mut script = script();
    let attendance = script.index("meeting");
    script.after("s1", strike("s2", attendance));
    let figures = figures(&script);
    assert_eq!(figures.by_channel.get(&Channel::Meeting), None, "the attendance is struck");
    assert_eq!(figures.by_building["2"].get(&Class::PresentOnly), None);
}

#[test]
fn who_is_there_or_has_sent_somebody_and_casts_nothing_is_present_only() {
    let mut script = script();
    // Holder 6 is there, and holder 5 has sent an agent, whose paper is struck.
    let paper = script.index("p1");
    script.after("s1", strike("s2", paper));
    assert_eq!(figures(&script).by_building["2"][&Class::PresentOnly].units, 2);
}

#[test]
fn marks_for_more_than_there_are_seats_are_nobodys() {
    let mut script = script();
    let all: serde_json::Map<_, _> = (1..=6).map(|number| (format!("c{number}"), json!("for"))).collect();
    let marks = |script: &Script| {
        let bundle = Bundle::from_tar(tar(&script.build())).expect("a bundle");
        let recount = Recount::new(&bundle, &log_key(), &BTreeSet::new()).expect("it counts");
        let tally = OwnCount::of(&recount).expect("counts").remove(1).count.result.tally;
        let first = &tally.candidates.expect("an election")[0];
        (first.for_.units, tally.overvoted.expect("an election").units)
    };
    let (before, none) = marks(&script);
    script.body("b4").insert("answers".to_owned(), json!({ "m1": "for", "m2": all }));
    // Holder 2 has two units.
    assert_eq!((marks(&script), none), ((before - 2, 2), 0), "the mark for the first goes with the other five");
}

#[test]
fn whoever_holds_what_is_not_handed_over_is_a_developer() {
    // Half of all and more, so that this place's law counts a developer's votes for a third.
    let votes_for = |status: &str| {
        let mut script = script();
        script.manifest["motions"][0]["rule"] = json!("nsw.ssma.special");
        for line in &mut script.roll {
            line["entitlement"] = json!(if line["holder"] == 2 { 30 } else { 1 });
            line["status"] = json!(if line["holder"] == 2 { status } else { "delivered" });
        }
        let bundle = Bundle::from_tar(tar(&script.build())).expect("a bundle");
        let recount = Recount::new(&bundle, &log_key(), &BTreeSet::new()).expect("it counts");
        let report = OwnCount::of(&recount).expect("counts").remove(0).count.report;
        let sums = report.last().sums.iter().find(|sums| sums.measure_name == "entitlement").expect("entitlements");
        sums.for_.clone()
    };
    let [delivered, sold, unsold] = ["delivered", "sold_undelivered", "unsold"].map(votes_for);
    assert_eq!(sold, unsold);
    assert_eq!(delivered.minus(&sold), 40.into(), "two thirds of 60");
}

#[test]
fn what_was_cast_under_a_struck_proxy_does_not_count() {
    let mut script = script();
    let grant = script.index("grant");
    script.after("s1", strike("s2", grant));
    let figures = figures(&script);
    assert_eq!(figures.by_building["1"].get(&Class::Abstain), None);
    assert_eq!(figures.by_building["1"][&Class::SilentDelivered].units, 1);
}

/// The two people of holder 1 choose differently; this one of them represents both, and of what they cast this counts.
fn of_two_people(representative: Option<u64>, voted: &[&str]) -> MotionFigures {
    let mut script = script();
    script.body("b2").insert("answers".to_owned(), json!({ "m1": "against", "m2": {} }));
    for (ballot, label) in [("b1", "s2"), ("b2", "s3")] {
        if !voted.contains(&ballot) {
            let index = script.index(ballot);
            script.after("s1", strike(label, index));
        }
    }
    if let Some(person) = representative {
        script.roll[0]["representative"] = person.into();
    }
    figures(&script)
}

#[test]
fn where_co_owners_differ_the_representative_counts_and_without_one_nobody() {
    let both = ["b1", "b2"];
    let silent = of_two_people(None, &[]).by_building["1"].clone();
    let of_unit = |figures: &MotionFigures, class| {
        let now = figures.by_building["1"].get(&class).map_or(0, |it| it.units);
        now - silent.get(&class).map_or(0, |it| it.units)
    };
    let differ = |figures: &MotionFigures| figures.invalid.get(&Reason::CoOwners).map_or(0, |it| it.units);
    let alone = of_two_people(None, &both);
    assert_eq!((differ(&alone), of_unit(&alone, Class::For)), (1, 0));
    for (person, class) in [(1, Class::For), (2, Class::Against)] {
        let figures = of_two_people(Some(person), &both);
        assert_eq!((differ(&figures), of_unit(&figures, class)), (0, 1), "person {person} represents both");
    }
    let silent_one = of_two_people(Some(2), &["b1"]);
    assert_eq!((differ(&silent_one), of_unit(&silent_one, Class::For)), (0, 1), "the representative has not voted");
}
