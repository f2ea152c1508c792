//! A conference from the set-up of its body to minutes that are corrected, and what each guard refuses.

use std::collections::BTreeMap;

use super::*;
use crate::{
    lifecycle::{
        Need, Part, Refused, Verb, Window,
        tables::{ItemState, MeetingState, MinutesState},
    },
    meeting::{Body, BodyKind, CheckIn, Hands, HandsError, ItemKind},
    rights::Role,
    settings::DAY,
    store::{
        BodyId, By, ItemId, MeetingError, MeetingId, Target, UseError,
        tests::{NOW, World, wish},
    },
};

/// A conference of three parties, its members, and a meeting that is planned for `START`.
struct Hall {
    world: World,
    body: BodyId,
    meeting: MeetingId,
    /// Seats: chair and a member of the committee, secretary of the community, one of the property firm.
    chair: By,
    secretary: By,
    member: By,
    property: By,
    community: By,
}

const START: u64 = NOW + 5 * DAY;

fn rules() -> Body {
    let seats: BTreeMap<_, _> =
        [("委员会", 2), ("居委会", 1), ("物业", 1)].map(|(name, seats)| (name.to_owned(), seats)).into();
    Body { kind: BodyKind::Conference, seats, notice_days: 3, quorum_percent: 50, decides: true }
}

fn new_body() -> NewBody {
    NewBody { name: "三方联席会议".to_owned(), building: None, rules: rules() }
}

fn seat(by: &By, group: &str, part: Option<Part>) -> Seat {
    Seat { subject: by.subject.clone(), group: group.to_owned(), part }
}

impl Hall {
    async fn new() -> Self {
        let mut world = World::new().await;
        let chair = world.officers[0].clone();
        let secretary = world.appoint(3, Role::Secretary).await;
        let community = world.appoint(4, Role::Community).await;
        let property = world.appoint(5, Role::Property).await;
        let member = world.owners[0].clone();
        let body = world.life.add_body(&community, &new_body(), NOW, &mut world.fresh).await.unwrap();
        for seat in [
            seat(&chair, "委员会", Some(Part::Chair)),
            seat(&member, "委员会", None),
            seat(&secretary, "居委会", Some(Part::Secretary)),
            seat(&property, "物业", None),
        ] {
            world.life.seat(&community, &body, &seat, NOW).await.unwrap();
        }
        let new = planned(&body, START);
        let meeting = world.life.plan_meeting(&secretary, &new, NOW, &mut world.fresh).await.unwrap();
        Self { world, body, meeting, chair, secretary, member, property, community }
    }

    async fn propose(&mut self, kind: ItemKind, about: Option<Target>) -> ItemId {
        let new = NewItem {
            body: self.body.clone(),
            kind,
            title: "充电桩扩建方案".to_owned(),
            text: "三个方案选一个。".to_owned(),
            about,
        };
        let owner = self.world.owners[7].clone();
        self.world.life.propose_item(&owner, &new, NOW, &mut self.world.fresh).await.unwrap()
    }

    async fn item(&mut self, by: &By, id: &ItemId, verb: Verb, act: ItemAct, now: u64) -> Result<ItemState, UseError> {
        self.world.life.item_step(by, id, verb, &act, now, &mut self.world.fresh).await
    }

    async fn accept(&mut self, id: &ItemId, now: u64) -> Result<ItemState, UseError> {
        let act = ItemAct { meeting: Some(self.meeting.clone()), ..ItemAct::default() };
        let by = self.secretary.clone();
        self.item(&by, id, Verb::Accept, act, now).await
    }

    async fn step(&self, by: &By, verb: Verb, now: u64) -> Result<MeetingState, UseError> {
        self.world.life.meeting_step(by, &self.meeting, verb, "", now).await
    }

    async fn view(&self) -> MeetingView {
        self.world.life.meeting(&self.world.compound, &self.meeting).await.unwrap().unwrap()
    }

    async fn come(&self, by: &By, now: u64) {
        let code = self.view().await.code;
        self.world.life.check_in_by_code(by, &self.meeting, &code, now).await.unwrap();
    }

    async fn minutes(&self, by: &By, verb: Verb, text: &str, now: u64) -> Result<MinutesState, UseError> {
        let act = MinutesAct { text: text.to_owned(), reason: String::new() };
        self.world.life.minutes_step(by, &self.meeting, verb, &act, now).await
    }

    /// Convened, with three of four there, and open.
    async fn opened(&self) {
        self.step(&self.secretary, Verb::Convene, NOW).await.unwrap();
        for by in [&self.chair, &self.secretary, &self.member] {
            self.come(by, START).await;
        }
        self.step(&self.chair, Verb::Open, START).await.unwrap();
    }
}

fn planned(body: &BodyId, from: u64) -> NewMeeting {
    NewMeeting {
        body: body.clone(),
        title: "十一月联席会议".to_owned(),
        place: "党群服务中心二楼".to_owned(),
        window: Window { from, until: from + 7200 },
    }
}

fn hands(votes_for: u64, against: u64, abstained: u64) -> ItemAct {
    ItemAct { hands: Some(Hands { votes_for, against, abstained }), ..ItemAct::default() }
}

fn unmet(result: Result<impl std::fmt::Debug, UseError>) -> Vec<Need> {
    match result {
        Err(UseError::Refused(Refused::Unmet { needs })) => needs,
        other => panic!("{other:?}"),
    }
}

fn refused(result: Result<impl std::fmt::Debug, UseError>) -> MeetingError {
    match result {
        Err(UseError::Meeting(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_conference_runs_from_its_notice_to_minutes_that_three_signed() {
    let mut hall = Hall::new().await;
    let wish_by = hall.world.owners[8].clone();
    let matter =
        hall.world.life.post_matter(&wish_by, &wish("充电桩不够用"), NOW, &mut hall.world.fresh).await.unwrap().0;
    let new = NewItem {
        body: hall.body.clone(),
        kind: ItemKind::Decide,
        title: "充电桩".to_owned(),
        text: "请议一议。".to_owned(),
        about: Some(Target::Matter(matter.clone())),
    };
    let early = hall.world.life.propose_item(&wish_by, &new, NOW, &mut hall.world.fresh).await;
    assert_eq!(refused(early), MeetingError::Linked, "it is not acknowledged: an agenda tells nothing of it");
    let worker = hall.world.appoint(6, Role::GridWorker).await;
    hall.world.step(&worker, &matter, Verb::Acknowledge, crate::store::MatterAct::default(), NOW).await.unwrap();
    let about = Target::Matter(matter.clone());
    let decide = hall.propose(ItemKind::Decide, Some(about.clone())).await;
    let inform = hall.propose(ItemKind::Inform, None).await;
    hall.accept(&decide, NOW).await.unwrap();
    hall.accept(&inform, NOW).await.unwrap();
    hall.opened().await;
    let chair = hall.chair.clone();
    hall.item(&chair, &decide, Verb::Open, ItemAct::default(), START + 60).await.unwrap();
    let other = hall.item(&chair, &inform, Verb::Open, ItemAct::default(), START + 60).await;
    assert_eq!(refused(other), MeetingError::Other);
    let many = hall.item(&chair, &decide, Verb::Decide, hands(3, 1, 0), START + 90).await;
    assert!(matches!(many, Err(UseError::Hands(HandsError::TooMany { cast: 4, present: 3 }))), "{many:?}");
    assert_eq!(unmet(hall.item(&chair, &decide, Verb::Decide, ItemAct::default(), START).await), [Need::Outcome]);
    hall.item(&chair, &decide, Verb::Decide, hands(2, 1, 0), START + 120).await.unwrap();
    let early = hall.step(&chair, Verb::Close, START + 130).await;
    assert_eq!(unmet(early), [Need::ItemsEnded]);
    hall.item(&chair, &inform, Verb::Open, ItemAct::default(), START + 140).await.unwrap();
    let wrong = hall.item(&chair, &inform, Verb::Decide, hands(2, 1, 0), START + 150).await;
    assert_eq!(unmet(wrong), [Need::Decides]);
    hall.item(&chair, &inform, Verb::Note, ItemAct::default(), START + 160).await.unwrap();
    hall.step(&chair, Verb::Close, START + 200).await.unwrap();

    let view = hall.view().await;
    assert!(view.attendance.iter().all(|line| line.until == Some(START + 200)), "the end sees everybody off");
    let skeleton = &view.minutes[0].minutes.skeleton;
    assert_eq!(skeleton.items[0].carried, Some(true));
    assert_eq!(skeleton.items[0].there.as_ref().map(|there| (there.present, there.quorum)), Some((3, 3)));
    assert_eq!((skeleton.attended.len(), skeleton.seats), (3, 4));
    let told: Vec<_> = hall.world.life.news(&wish_by.subject, None, 20).await.unwrap();
    assert!(told.iter().any(|news| news.object.starts_with("agenda_item:") && news.verb == Verb::Decide));
    let linked = hall.world.life.items_about(&hall.world.compound, &about).await.unwrap();
    assert_eq!((linked[0].state, linked[0].carried()), (ItemState::Decided, Some(true)));

    let secretary = hall.secretary.clone();
    let (written, sent) = (START + DAY, START + 2 * DAY);
    assert!(hall.minutes(&chair, Verb::Draft, "会议讨论了充电桩。", written).await.is_err(), "the secretary writes");
    hall.minutes(&secretary, Verb::Draft, "会议讨论了充电桩。", written).await.unwrap();
    hall.minutes(&secretary, Verb::Circulate, "", sent).await.unwrap();
    assert!(hall.minutes(&hall.property, Verb::Note, "我不在场。", sent).await.is_err(), "who was not there");
    hall.minutes(&hall.member, Verb::Note, "方案二的价钱没写。", sent).await.unwrap();
    hall.minutes(&chair, Verb::Undersign, "", sent).await.unwrap();
    hall.minutes(&secretary, Verb::Undersign, "", sent).await.unwrap();
    let needs = unmet(hall.minutes(&chair, Verb::Approve, "", sent + 3 * DAY - 1).await);
    assert_eq!(needs, [Need::CommentTimeOver, Need::ThreeSignatures]);
    let act = MinutesAct { text: String::new(), reason: "补写价钱".to_owned() };
    hall.world.life.minutes_step(&secretary, &hall.meeting, Verb::Return, &act, sent).await.unwrap();
    assert_eq!(hall.view().await.minutes[0].minutes.signers(), 0, "what they signed is not what it will be");
    hall.minutes(&secretary, Verb::Edit, "会议讨论了充电桩，方案二 8 万元。", sent).await.unwrap();
    hall.minutes(&secretary, Verb::Circulate, "", sent).await.unwrap();
    for by in [&chair, &secretary, &hall.member] {
        hall.minutes(by, Verb::Undersign, "", sent + DAY).await.unwrap();
    }
    hall.minutes(&chair, Verb::Approve, "", sent + 3 * DAY).await.unwrap();
    hall.minutes(&secretary, Verb::Publish, "", sent + 3 * DAY).await.unwrap();
    let view = hall.view().await;
    assert_eq!(view.row.state, MeetingState::Minuted);
    let hash = view.published().expect("published").hash;
    assert_eq!(hash, view.minutes[0].minutes.hash());

    let now = sent + 4 * DAY;
    let act = |reason: &str| MinutesAct { text: String::new(), reason: reason.to_owned() };
    assert!(hall.world.life.minutes_step(&secretary, &hall.meeting, Verb::Create, &act(""), now).await.is_err());
    hall.world.life.minutes_step(&secretary, &hall.meeting, Verb::Create, &act("漏记一人"), now).await.unwrap();
    let again = hall.world.life.minutes_step(&secretary, &hall.meeting, Verb::Create, &act("再改"), now).await;
    assert_eq!(refused(again), MeetingError::Version);
    hall.minutes(&secretary, Verb::Draft, "更正后的纪要。", now).await.unwrap();
    let view = hall.view().await;
    assert_eq!(view.minutes.len(), 2);
    assert_eq!(
        view.published().map(|minutes| (minutes.minutes.number, minutes.hash)),
        Some((1, hash)),
        "until it is published"
    );
    hall.step(&secretary, Verb::Archive, now).await.unwrap();
    assert_eq!(hall.world.estate.verify_events(&hall.world.compound).await.map(|_| ()).ok(), Some(()));
}

#[tokio::test]
async fn a_body_has_seats_and_rules_that_hold() {
    let mut hall = Hall::new().await;
    let owner = hall.world.owners[9].clone();
    let mine = hall.world.life.add_body(&owner, &new_body(), NOW, &mut hall.world.fresh).await;
    assert!(matches!(mine, Err(UseError::Denied(_))), "who may convene nothing");
    let group = |name: &str, seats| BTreeMap::from([(name.to_owned(), seats)]);
    for (why, rules, expected) in [
        ("no seat", Body { seats: BTreeMap::new(), ..rules() }, MeetingError::Seats),
        ("none in a group", Body { seats: group("a", 0), ..rules() }, MeetingError::Seats),
        ("a hundred", Body { seats: group("a", 100), ..rules() }, MeetingError::Seats),
        ("no name", Body { seats: group("", 1), ..rules() }, MeetingError::Seats),
        ("two months", Body { notice_days: 61, ..rules() }, MeetingError::Rules),
        ("more than all", Body { quorum_percent: 100, ..rules() }, MeetingError::Rules),
    ] {
        let new = NewBody { rules, ..new_body() };
        let made = hall.world.life.add_body(&hall.community, &new, NOW, &mut hall.world.fresh).await;
        assert_eq!(refused(made), expected, "{why}");
    }
    let full = hall.world.life.seat(&hall.community, &hall.body, &seat(&owner, "物业", None), NOW).await;
    assert_eq!(refused(full), MeetingError::Full);
    let nobody = hall.world.life.seat(&hall.community, &hall.body, &seat(&owner, "街道", None), NOW).await;
    assert_eq!(refused(nobody), MeetingError::Seats);
    hall.world.life.unseat(&hall.community, &hall.body, &hall.property.subject, NOW).await.unwrap();
    let second = hall.world.life.seat(&hall.community, &hall.body, &seat(&owner, "物业", Some(Part::Chair)), NOW).await;
    assert_eq!(refused(second), MeetingError::Part, "one chair");
    hall.world.life.seat(&hall.community, &hall.body, &seat(&owner, "物业", None), NOW).await.unwrap();
    let lead = hall.world.life.unseat(&owner, &hall.body, &hall.member.subject, NOW).await;
    assert!(matches!(lead, Err(UseError::Denied(_))));
    hall.world.life.unseat(&hall.community, &hall.body, &hall.secretary.subject, NOW).await.unwrap();
    let writer = seat(&hall.community, "居委会", Some(Part::Secretary));
    let unfit = hall.world.life.seat(&hall.community, &hall.body, &writer, NOW).await;
    assert_eq!(refused(unfit), MeetingError::Part, "who writes minutes holds the post for it");
    hall.world.life.close_body(&hall.community, &hall.body, NOW).await.unwrap();
    let new = planned(&hall.body, START);
    let closed = hall.world.life.plan_meeting(&hall.community, &new, NOW, &mut hall.world.fresh).await;
    assert_eq!(refused(closed), MeetingError::Closed);
}

#[tokio::test]
async fn a_meeting_is_called_in_time_and_opens_with_a_quorum() {
    let mut hall = Hall::new().await;
    let late = hall.step(&hall.secretary, Verb::Convene, START - 3 * DAY + 1).await;
    assert_eq!(unmet(late), [Need::NoticeTime]);
    for window in [(NOW, NOW + 60), (START, START), (START, START + 3 * DAY + 1)] {
        let new = NewMeeting { window: Window { from: window.0, until: window.1 }, ..planned(&hall.body, START) };
        let changed = hall.world.life.change_meeting(&hall.secretary, &hall.meeting, &new, NOW).await;
        assert_eq!(refused(changed), MeetingError::Times, "{window:?}");
    }
    let moved = NewMeeting { place: "篮球场".to_owned(), ..planned(&hall.body, START) };
    hall.world.life.change_meeting(&hall.secretary, &hall.meeting, &moved, NOW).await.unwrap();
    let item = hall.propose(ItemKind::Decide, None).await;
    hall.accept(&item, NOW).await.unwrap();
    hall.step(&hall.secretary, Verb::Convene, START - 3 * DAY).await.unwrap();
    let news = hall.world.life.news(&hall.member.subject, None, 5).await.unwrap();
    assert!(news[0].object.starts_with("meeting:") && news[0].verb == Verb::Convene, "members are told");
    assert!(
        hall.world.life.change_meeting(&hall.secretary, &hall.meeting, &moved, NOW).await.is_err(),
        "it is announced"
    );
    let second = hall.propose(ItemKind::Decide, None).await;
    assert_eq!(refused(hall.accept(&second, START - DAY).await), MeetingError::Late);
    let spoken = hall.propose(ItemKind::Discuss, None).await;
    hall.accept(&spoken, START - DAY).await.unwrap();
    for by in [&hall.chair, &hall.secretary] {
        hall.come(by, START - 3600).await;
    }
    let early = hall.step(&hall.chair, Verb::Open, START - 1).await;
    assert_eq!(unmet(early), [Need::WindowOpen, Need::Quorum]);
    assert_eq!(unmet(hall.step(&hall.chair, Verb::Open, START).await), [Need::Quorum], "two of four");
    hall.come(&hall.member, START).await;
    assert!(hall.step(&hall.member, Verb::Open, START).await.is_err(), "the chair or the secretary opens");
    hall.step(&hall.chair, Verb::Open, START).await.unwrap();
    let chair = hall.chair.clone();
    hall.item(&chair, &item, Verb::Open, ItemAct::default(), START).await.unwrap();
    hall.world.life.leave(&hall.member, &hall.meeting, &hall.member.subject, START + 60).await.unwrap();
    let without = hall.item(&chair, &item, Verb::Decide, hands(2, 0, 0), START + 60).await;
    assert_eq!(unmet(without), [Need::QuorumThere], "who left is not counted");
    hall.step(&chair, Verb::Adjourn, START + 70).await.unwrap();
    assert_eq!(unmet(hall.step(&chair, Verb::Resume, START + 80).await), [Need::Quorum]);
    hall.come(&hall.member, START + 90).await;
    hall.step(&chair, Verb::Resume, START + 90).await.unwrap();
    let act = ItemAct { body: Some(hall.body.clone()), ..ItemAct::default() };
    assert_eq!(unmet(hall.item(&chair, &item, Verb::Refer, act, START + 95).await), [Need::Body], "not to itself");
    let new = planned(&hall.body, START + 9 * DAY);
    let next = hall.world.life.plan_meeting(&hall.secretary, &new, NOW, &mut hall.world.fresh).await.unwrap();
    let act = ItemAct { meeting: Some(next.clone()), ..ItemAct::default() };
    hall.item(&chair, &item, Verb::Defer, act, START + 99).await.unwrap();
    let inbox = hall.world.life.inbox(&hall.world.compound, &hall.body).await.unwrap();
    assert!(inbox.iter().any(|item| item.meeting == Some(next.clone())), "it waits for the next meeting");
    let cancelled = hall.world.life.meeting_step(&hall.secretary, &next, Verb::Cancel, "", START).await;
    assert_eq!(unmet(cancelled), [Need::Reason]);
    hall.world.life.meeting_step(&hall.secretary, &next, Verb::Cancel, "撞上春节", START).await.unwrap();
}

#[tokio::test]
async fn an_item_is_declined_with_a_reason_that_is_told() {
    let mut hall = Hall::new().await;
    let item = hall.propose(ItemKind::Discuss, None).await;
    let (author, secretary) = (hall.world.owners[7].clone(), hall.secretary.clone());
    let own = hall.item(&author, &item, Verb::Decline, ItemAct::default(), NOW).await;
    assert!(matches!(own, Err(UseError::Refused(Refused::NotYours { .. }))));
    assert_eq!(unmet(hall.item(&secretary, &item, Verb::Decline, ItemAct::default(), NOW).await), [Need::Reason]);
    assert_eq!(unmet(hall.item(&secretary, &item, Verb::Accept, ItemAct::default(), NOW).await), [Need::Meeting]);
    let act = ItemAct { reason: "由物业直接答复".to_owned(), ..ItemAct::default() };
    hall.item(&secretary, &item, Verb::Decline, act, NOW).await.unwrap();
    let news = hall.world.life.news(&author.subject, None, 5).await.unwrap();
    assert_eq!(news[0].object, format!("agenda_item:{item}"));
    assert_eq!(hall.world.life.inbox(&hall.world.compound, &hall.body).await.unwrap(), [], "it is answered");
}

#[tokio::test]
async fn people_check_in_by_the_code_of_the_hall_and_each_seat_counts_once() {
    let hall = Hall::new().await;
    let (life, id) = (&hall.world.life, &hall.meeting);
    let guest = hall.world.owners[9].clone();
    let code = hall.view().await.code;
    let soon = life.check_in_by_code(&guest, id, &code, START - 60).await;
    assert_eq!(refused(soon), MeetingError::NotNow, "it is not convened");
    hall.step(&hall.secretary, Verb::Convene, NOW).await.unwrap();
    let soon = life.check_in_by_code(&guest, id, &code, START - 7201).await;
    assert_eq!(refused(soon), MeetingError::NotNow);
    assert_eq!(refused(life.check_in_by_code(&guest, id, "2222222222", START).await), MeetingError::Code);
    for _ in 0..2 {
        life.check_in_by_code(&guest, id, &code, START - 7200).await.unwrap();
    }
    let view = hall.view().await;
    assert_eq!((view.attendance.len(), view.snapshot(START).present), (1, 0), "a guest holds no seat");
    assert!(life.check_in(&guest, id, &hall.member.subject, START).await.is_err(), "guests keep no list");
    life.check_in(&hall.community, id, &hall.chair.subject, START).await.unwrap();
    assert_eq!(hall.view().await.attendance[1].how, CheckIn::Paper);
    let (holder, absent) = (&guest.subject, &hall.property.subject);
    let there = life.hold_seat(&hall.community, id, holder, &hall.chair.subject, START).await;
    assert_eq!(refused(there), MeetingError::Proxy, "who is there speaks for themselves");
    life.hold_seat(&hall.community, id, holder, absent, START).await.unwrap();
    let twice = life.hold_seat(&hall.community, id, holder, &hall.member.subject, START).await;
    assert_eq!(refused(twice), MeetingError::Proxy, "nobody holds two");
    assert_eq!(hall.view().await.snapshot(START).present, 2);
    hall.come(&hall.property, START + 10).await;
    let view = hall.view().await;
    assert_eq!(view.snapshot(START + 10).present, 2, "who comes takes the seat back");
    assert!(view.line_of(holder).is_some_and(|line| line.proxy_for.is_none()));
    let gone = life.leave(&hall.member, id, &hall.member.subject, START).await;
    assert_eq!(refused(gone), MeetingError::NotThere);
}

#[tokio::test]
async fn whoever_spoke_less_is_heard_first() {
    let hall = Hall::new().await;
    hall.opened().await;
    let (life, id) = (&hall.world.life, &hall.meeting);
    let absent = life.ask_to_speak(&hall.property, id, &hall.property.subject, START).await;
    assert_eq!(refused(absent), MeetingError::NotThere);
    life.ask_to_speak(&hall.chair, id, &hall.chair.subject, START + 1).await.unwrap();
    let again = life.ask_to_speak(&hall.chair, id, &hall.chair.subject, START + 2).await;
    assert_eq!(refused(again), MeetingError::Asked);
    assert!(life.next_speech(&hall.member, id, START).await.is_err(), "members wait");
    assert_eq!(life.next_speech(&hall.chair, id, START + 10).await.unwrap(), Some(hall.chair.subject.clone()));
    life.end_speech(&hall.chair, id, &hall.chair.subject, START + 70).await.unwrap();
    life.ask_to_speak(&hall.chair, id, &hall.chair.subject, START + 71).await.unwrap();
    life.ask_to_speak(&hall.secretary, id, &hall.member.subject, START + 80).await.unwrap();
    let queue: Vec<_> = hall.view().await.queue().iter().map(|speech| speech.subject.clone()).collect();
    assert_eq!(queue, [hall.member.subject.clone(), hall.chair.subject.clone()], "later, and heard less");
    assert_eq!(life.next_speech(&hall.chair, id, START + 90).await.unwrap(), Some(hall.member.subject.clone()));
    assert_eq!(life.next_speech(&hall.chair, id, START + 95).await.unwrap(), Some(hall.chair.subject.clone()));
    assert_eq!(life.next_speech(&hall.chair, id, START + 99).await.unwrap(), None);
    assert_eq!(hall.view().await.spoken()[&hall.chair.subject], 64);
}

#[tokio::test]
async fn another_estate_sees_and_touches_nothing() {
    let mut hall = Hall::new().await;
    let elsewhere = By { compound: hall.world.fresh.uuid().parse().unwrap(), ..hall.secretary.clone() };
    assert!(hall.world.life.meeting(&elsewhere.compound, &hall.meeting).await.unwrap().is_none());
    assert!(hall.world.life.body(&elsewhere.compound, &hall.body).await.unwrap().is_none());
    assert_eq!(hall.world.life.meetings(&elsewhere.compound, None, None, 9).await.unwrap(), []);
}
