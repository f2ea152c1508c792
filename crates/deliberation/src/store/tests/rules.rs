//! Rules: two people change them, what has begun keeps those that it began under, and every change stands in the chain.

use std::collections::BTreeMap;

use super::*;
use crate::{
    meeting::{Body, BodyKind},
    settings::{RuleState, SettingError, Settings},
    store::{NewBody, RuleError, Rules, RulesOf, Ruling, Seat},
};

fn refused<T: std::fmt::Debug>(result: Result<T, UseError>) -> RuleError {
    match result {
        Err(UseError::Rule(error)) => error,
        other => panic!("{other:?}"),
    }
}

impl World {
    async fn propose(&self, by: &By, rules: &Rules, now: u64) -> Result<u64, UseError> {
        self.life.propose_rules(by, rules, now).await
    }

    async fn rule(
        &self,
        by: &By,
        (of, number): (&RulesOf, u64),
        ruling: Ruling,
        now: u64,
    ) -> Result<RuleState, UseError> {
        self.life.decide_rules(by, (of, number), ruling, now).await
    }

    /// Sets the estate's numbers, as two officers do.
    async fn set(&self, settings: &Settings, now: u64) {
        let [one, other] = &self.officers;
        let number = self.propose(one, &Rules::Estate(settings.clone()), now).await.unwrap();
        self.rule(other, (&RulesOf::Estate, number), Ruling::Adopt, now).await.unwrap();
    }
}

#[tokio::test]
async fn two_people_change_the_numbers_of_an_estate() {
    let world = World::new().await;
    let ([one, other], of) = (world.officers.clone(), RulesOf::Estate);
    let slower = Settings { close_days: 14, ..Settings::default() };
    let new = Rules::Estate(slower.clone());
    let owner = world.propose(&world.owners[0], &new, NOW).await;
    assert!(matches!(owner, Err(UseError::Denied(_))), "numbers are the committee's");
    let wrong = Rules::Estate(Settings { pause_days: 6, ..Settings::default() });
    let wrong = world.propose(&one, &wrong, NOW).await;
    assert!(matches!(wrong, Err(UseError::Setting(SettingError { most: 5, .. }))));
    assert_eq!(refused(world.propose(&one, &Rules::Estate(Settings::default()), NOW).await), RuleError::Same);

    let number = world.propose(&one, &new, NOW).await.unwrap();
    assert_eq!(refused(world.propose(&other, &new, NOW).await), RuleError::Waits);
    assert_eq!(refused(world.rule(&one, (&of, number), Ruling::Adopt, NOW).await), RuleError::Own);
    assert_eq!(world.life.settings(&world.compound).await.unwrap(), Settings::default(), "one alone changes nothing");
    assert!(matches!(world.rule(&world.owners[0], (&of, number), Ruling::Adopt, NOW).await, Err(UseError::Denied(_))));
    assert_eq!(world.rule(&other, (&of, number), Ruling::Adopt, NOW + 9).await.unwrap(), RuleState::InForce);
    assert_eq!(world.life.settings(&world.compound).await.unwrap(), slower);
    assert_eq!(refused(world.rule(&other, (&of, number), Ruling::Drop, NOW + 9).await), RuleError::Gone);

    let again = Rules::Estate(Settings::default());
    for (by, becomes) in [(&one, RuleState::Withdrawn), (&other, RuleState::Refused)] {
        let number = world.propose(&one, &again, NOW + 20).await.unwrap();
        assert_eq!(world.rule(by, (&of, number), Ruling::Drop, NOW + 20).await.unwrap(), becomes);
    }
    assert_eq!(world.life.settings(&world.compound).await.unwrap(), slower, "what was dropped changes nothing");
    let changes = world.life.rule_changes(&world.compound, &of, 9).await.unwrap();
    let first = changes.last().expect("a change");
    assert_eq!((changes.len(), first.decided_at), (3, Some(NOW + 9)));
    assert_eq!((first.proposed_by.as_ref(), first.decided_by.as_ref()), (Some(&one.subject), Some(&other.subject)));
    let events = world.events().await;
    let adopted = events.iter().find(|event| event.verb == "rules_adopted").expect("an event");
    assert_eq!(adopted.object, "estate");
    assert!(adopted.detail.contains("\"close_days\":14"), "{}", adopted.detail);
}

#[tokio::test]
async fn what_has_begun_goes_by_the_numbers_of_its_beginning() {
    let mut world = World::new().await;
    let owner = world.owners[0].clone();
    let motion = world.life.draft_motion(&owner, &charging("先做消防。"), NOW, &mut world.fresh).await.unwrap();
    world.motion_step(&owner, &motion, Verb::Submit, MotionAct::default(), NOW).await;
    world.set(&Settings { admit_days: 2, ..Settings::default() }, NOW + 1).await;
    let state = async |motion: &MotionId, now| {
        world.life.motion(&world.compound, motion, now).await.unwrap().expect("a motion").row.state
    };
    assert_eq!(state(&motion, NOW + 3 * DAY).await, MotionState::Submitted, "a shorter time is for the next one");
    world.life.tend_motions(&world.compound, NOW + 10 * DAY - 1).await.unwrap();
    assert_eq!(state(&motion, NOW + 10 * DAY - 1).await, MotionState::Submitted, "for the job too");
    assert_eq!(state(&motion, NOW + 10 * DAY).await, MotionState::Admitted);
    let mut fresh = Fresh::new([7; 32]);
    let next = world.life.draft_motion(&owner, &charging("后做车棚。"), NOW + DAY, &mut fresh).await.unwrap();
    world.motion_step(&owner, &next, Verb::Submit, MotionAct::default(), NOW + DAY).await;
    assert_eq!(state(&next, NOW + 3 * DAY).await, MotionState::Admitted, "and the next one has it");
}

fn council(seats: u64, quorum_percent: u64) -> Body {
    let seats = BTreeMap::from([("居民".to_owned(), seats)]);
    Body { kind: BodyKind::Council, seats, notice_days: 3, quorum_percent, decides: true }
}

#[tokio::test]
async fn a_body_changes_its_rules_for_the_meetings_to_come() {
    let mut world = World::new().await;
    let community = world.appoint(4, Role::Community).await;
    let new = NewBody { name: "居民议事会".to_owned(), building: None, rules: council(3, 50) };
    let body = world.life.add_body(&community, &new, NOW, &mut world.fresh).await.unwrap();
    for owner in &world.owners[..2] {
        let seat = Seat { subject: owner.subject.clone(), group: "居民".to_owned(), part: None };
        world.life.seat(&community, &body, &seat, NOW).await.unwrap();
    }
    let plan = |title: &str| NewMeeting {
        body: body.clone(),
        title: title.to_owned(),
        place: "同心阁".to_owned(),
        window: Window { from: NOW + 9 * DAY, until: NOW + 9 * DAY + 3600 },
    };
    let convened = world.life.plan_meeting(&community, &plan("本月"), NOW, &mut world.fresh).await.unwrap();
    let planned = world.life.plan_meeting(&community, &plan("下月"), NOW, &mut world.fresh).await.unwrap();
    world.life.meeting_step(&community, &convened, Verb::Convene, "", NOW).await.unwrap();

    let of = RulesOf::Body(body.clone());
    let fewer = world.propose(&community, &Rules::Body(body.clone(), council(1, 50)), NOW).await;
    assert_eq!(refused(fewer), RuleError::Seated, "two sit there");
    let owner = world.propose(&world.owners[0], &Rules::Body(body.clone(), council(5, 60)), NOW).await;
    assert!(matches!(owner, Err(UseError::Denied(_))), "who may convene nothing");
    let number = world.propose(&community, &Rules::Body(body.clone(), council(5, 60)), NOW).await.unwrap();
    assert_eq!(refused(world.rule(&community, (&of, number), Ruling::Adopt, NOW).await), RuleError::Own);
    let estate = world.rule(&world.officers[0], (&RulesOf::Estate, number), Ruling::Adopt, NOW).await;
    assert_eq!(refused(estate), RuleError::Gone, "a change is of what it was proposed for");
    world.rule(&world.officers[0], (&of, number), Ruling::Adopt, NOW).await.unwrap();
    let quorum = async |meeting: &MeetingId| {
        world.life.meeting(&world.compound, meeting).await.unwrap().expect("a meeting").body.rules.quorum()
    };
    assert_eq!(quorum(&convened).await, 2, "who was invited under the old rules meets by them");
    assert_eq!(quorum(&planned).await, 4);
    let view = world.life.body(&world.compound, &body).await.unwrap().expect("a body");
    assert_eq!((view.rules, view.seats.len()), (council(5, 60), 2));
}
