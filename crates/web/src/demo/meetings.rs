//! Meetings of the demo's estate: a conference about charging piles that was held and minuted, and one to come with what
//! waits in its inbox.

use std::collections::BTreeMap;

use anyhow::Context as _;
use ballot::store::ids::{CompoundId, Subject};
use deliberation::{
    lifecycle::{Part, Verb, Window},
    meeting::{Body, BodyKind, Hands, ItemKind},
    rights::{Post, Role, Scope},
    store::{
        BodyId, By, Deliberation, ItemAct, ItemId, MeetingId, MinutesAct, NewBody, NewItem, NewMeeting, Seat, Target,
    },
};

use super::{Time, fresh};

const DAY: u64 = 86_400;
const HOUR: u64 = 3600;
/// The matter about charging piles, which was raised first.
const CHARGING: u64 = 1;

/// Who tells the story: two officers, and owners with the phones they enrolled.
pub(super) struct Players<'a> {
    pub(super) compound: &'a CompoundId,
    pub(super) chair: &'a Subject,
    pub(super) secretary: &'a Subject,
    pub(super) owners: &'a [Subject],
}

struct Teller<'a> {
    life: &'a Deliberation,
    time: &'a Time,
    body: BodyId,
    chair: By,
    secretary: By,
    /// Of the community, the property firm, and two of the neighbours' association.
    community: By,
    property: By,
    neighbours: [By; 2],
    /// Comes to listen, and holds a seat for somebody.
    guest: By,
    charging: Target,
}

/// Sets the body up, holds the one meeting and calls the other.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(life: &Deliberation, time: &Time, today: u64, players: &Players<'_>) -> anyhow::Result<()> {
    anyhow::ensure!(15 < players.owners.len(), "too few owners take part in the demo");
    let by = |subject: &Subject| By { compound: players.compound.clone(), subject: subject.clone() };
    let owner = |place: usize| by(&players.owners[place]);
    let (chair, community, property) = (by(players.chair), owner(9), owner(10));
    time.set(today - 20 * DAY);
    for (who, role) in [(&community, Role::Community), (&property, Role::Property)] {
        let post = Post { role, scope: Scope::Estate, from: time.now(), until: time.now() + 3 * 365 * DAY };
        life.appoint(&chair, &who.subject, &post, time.tick(), &mut fresh()?).await?;
    }
    let groups = [("业委会", 2), ("居委会", 1), ("街坊会", 2), ("物业", 1)];
    let seats: BTreeMap<_, _> = groups.map(|(name, seats)| (name.to_owned(), seats)).into();
    let rules = Body { kind: BodyKind::Conference, seats, notice_days: 3, quorum_percent: 50, decides: false };
    let new = NewBody { name: "富枫新苑三方联席会议".to_owned(), building: None, rules };
    let body = life.add_body(&community, &new, time.tick(), &mut fresh()?).await?;
    let matter = life.matter_numbered(players.compound, CHARGING).await?.context("the matter of charging piles")?;
    let teller = Teller {
        life,
        time,
        body,
        chair,
        secretary: by(players.secretary),
        community,
        property,
        neighbours: [owner(11), owner(12)],
        guest: owner(13),
        charging: Target::Matter(matter),
    };
    teller.seat().await?;
    teller.held(evening(today, 12)).await?;
    time.set(today - DAY);
    teller.coming(evening(today, 0) + 8 * DAY).await?;
    time.set(today - 1);
    Ok(())
}

/// Seven in the evening in Beijing, so many days ago.
fn evening(today: u64, days: u64) -> u64 {
    (today + 8 * HOUR) / DAY * DAY - 8 * HOUR + 19 * HOUR - days * DAY
}

impl Teller<'_> {
    async fn seat(&self) -> anyhow::Result<()> {
        for (who, group, part) in [
            (&self.chair, "业委会", Some(Part::Chair)),
            (&self.secretary, "业委会", Some(Part::Secretary)),
            (&self.community, "居委会", None),
            (&self.neighbours[0], "街坊会", None),
            (&self.neighbours[1], "街坊会", None),
            (&self.property, "物业", None),
        ] {
            let new = Seat { subject: who.subject.clone(), group: group.to_owned(), part };
            self.life.seat(&self.community, &self.body, &new, self.time.tick()).await?;
        }
        Ok(())
    }

    async fn plan(&self, title: &str, from: u64) -> anyhow::Result<MeetingId> {
        let new = NewMeeting {
            body: self.body.clone(),
            title: title.to_owned(),
            place: "1 号楼一层同心阁".to_owned(),
            window: Window { from, until: from + 2 * HOUR },
        };
        Ok(self.life.plan_meeting(&self.secretary, &new, self.time.tick(), &mut fresh()?).await?)
    }

    async fn propose(
        &self,
        by: &By,
        kind: ItemKind,
        (title, text): (&str, &str),
        about: Option<Target>,
    ) -> anyhow::Result<ItemId> {
        let new = NewItem { body: self.body.clone(), kind, title: title.to_owned(), text: text.to_owned(), about };
        Ok(self.life.propose_item(by, &new, self.time.tick(), &mut fresh()?).await?)
    }

    async fn item(&self, id: &ItemId, verb: Verb, act: ItemAct) -> anyhow::Result<()> {
        self.life.item_step(&self.secretary, id, verb, &act, self.time.tick(), &mut fresh()?).await?;
        Ok(())
    }

    async fn accept(&self, id: &ItemId, meeting: &MeetingId) -> anyhow::Result<()> {
        self.item(id, Verb::Accept, ItemAct { meeting: Some(meeting.clone()), ..ItemAct::default() }).await
    }

    async fn step(&self, id: &MeetingId, verb: Verb) -> anyhow::Result<()> {
        self.life.meeting_step(&self.secretary, id, verb, "", self.time.tick()).await?;
        Ok(())
    }

    /// The conference that chose among three ways to more charging piles.
    async fn held(&self, start: u64) -> anyhow::Result<()> {
        self.time.set(start - 5 * DAY);
        let meeting = self.plan("三方联席会议：充电桩怎么扩", start).await?;
        let about = Some(self.charging.clone());
        let piles = self.propose(&self.neighbours[0], ItemKind::Decide, ("充电桩扩建用哪个方案", PILES), about).await?;
        let meters = self.propose(&self.property, ItemKind::Inform, ("车库用电情况通报", METERS), None).await?;
        self.accept(&meters, &meeting).await?;
        self.accept(&piles, &meeting).await?;
        self.step(&meeting, Verb::Convene).await?;
        self.arrive(&meeting, start).await?;
        self.step(&meeting, Verb::Open).await?;
        self.item(&meters, Verb::Open, ItemAct::default()).await?;
        self.time.set(start + 10 * 60);
        let said =
            ItemAct { reason: "物业把近三个月的读数贴在车库入口。".to_owned(), ..ItemAct::default() };
        self.item(&meters, Verb::Note, said).await?;
        self.item(&piles, Verb::Open, ItemAct::default()).await?;
        self.speak(&meeting).await?;
        let hands = Some(Hands { votes_for: 5, against: 0, abstained: 1 });
        let reason =
            "建议采用方案二：先改消防，再装二十个慢充桩，离一层卧室十米以内不装。请业委会写成议案交全体业主表决。";
        self.item(&piles, Verb::Decide, ItemAct { hands, reason: reason.to_owned(), ..ItemAct::default() }).await?;
        self.step(&meeting, Verb::Close).await?;
        self.minutes(&meeting, start).await
    }

    /// Three by the code, two on paper, and a guest who holds a seat with a mandate.
    async fn arrive(&self, meeting: &MeetingId, start: u64) -> anyhow::Result<()> {
        self.time.set(start - 15 * 60);
        let found = self.life.meeting(&self.chair.compound, meeting).await?.context("the meeting was planned")?;
        for who in [&self.chair, &self.community, &self.neighbours[0], &self.guest] {
            self.life.check_in_by_code(who, meeting, &found.code, self.time.tick()).await?;
        }
        for who in [&self.secretary, &self.property] {
            self.life.check_in(&self.secretary, meeting, &who.subject, self.time.tick()).await?;
        }
        let (guest, absent) = (&self.guest.subject, &self.neighbours[1].subject);
        self.life.hold_seat(&self.secretary, meeting, guest, absent, self.time.tick()).await?;
        self.time.set(start);
        Ok(())
    }

    async fn speak(&self, meeting: &MeetingId) -> anyhow::Result<()> {
        for who in [&self.property, &self.neighbours[0], &self.community] {
            self.life.ask_to_speak(who, meeting, &who.subject, self.time.tick()).await?;
        }
        for minutes in [6, 4, 3] {
            self.life.next_speech(&self.secretary, meeting, self.time.tick()).await?;
            self.time.set(self.time.now() + minutes * 60);
        }
        Ok(())
    }

    async fn minutes(&self, meeting: &MeetingId, start: u64) -> anyhow::Result<()> {
        let step = async |by: &By, verb: Verb, text: &str| -> anyhow::Result<()> {
            let act = MinutesAct { text: text.to_owned(), reason: String::new() };
            self.life.minutes_step(by, meeting, verb, &act, self.time.tick()).await?;
            Ok(())
        };
        self.time.set(start + DAY);
        step(&self.secretary, Verb::Draft, SAID).await?;
        step(&self.secretary, Verb::Circulate, "").await?;
        step(&self.property, Verb::Note, "余量是按去年夏天的最高负荷算的，请写明。").await?;
        self.time.set(start + 2 * DAY);
        for who in [&self.chair, &self.secretary, &self.neighbours[0]] {
            step(who, Verb::Undersign, "").await?;
        }
        self.time.set(start + 5 * DAY);
        step(&self.chair, Verb::Approve, "").await?;
        step(&self.secretary, Verb::Publish, "").await
    }

    /// The one to come: called, with what is on its agenda and what waits.
    async fn coming(&self, start: u64) -> anyhow::Result<()> {
        let meeting = self.plan("三方联席会议：年底总结和明年的事", start).await?;
        let report = self.propose(&self.chair, ItemKind::Discuss, ("今年提的事办成了几件", REPORT), None).await?;
        let parking =
            self.propose(&self.community, ItemKind::Decide, ("地面停车管理办法征求意见稿", PARKING), None).await?;
        self.accept(&report, &meeting).await?;
        self.accept(&parking, &meeting).await?;
        self.step(&meeting, Verb::Convene).await?;
        self.propose(&self.neighbours[1], ItemKind::Discuss, ("同心阁周末能不能借给孩子写作业", ROOM), None).await?;
        self.propose(&self.guest, ItemKind::Inform, ("请物业讲讲除冰雪的安排", SNOW), None).await?;
        Ok(())
    }
}

const PILES: &str = "三个方案：\n\n方案一：在地下车库原地加二十个慢充桩，约 6 万元。\n\n\
方案二：先改喷淋和隔断，再装二十个慢充桩，约 14 万元，社会资本出 8 万元。\n\n\
方案三：地面东侧建充电棚，约 11 万元。\n\n请议一个方案，再由业委会写成议案。\n";

const METERS: &str = "近三个月车库配电的最高负荷和夜间余量。\n";

const SAID: &str = "物业介绍了三个方案和用电余量：余量按去年夏天的最高负荷计算。\n\n\
街坊会提出一层住户最担心起火，桩位要离开卧室。居委会说明消防改造可以申请补助。\n\n\
会议建议先改消防再装桩，由业委会写成议案，交全体业主表决。\n";

const REPORT: &str = "逐件对照：提了什么、答应了什么、办成了什么，没有办成的说明原因。\n";

const PARKING: &str = "草稿已经贴在公告栏两周，请会上逐条议一议，定一个交业主表决的稿子。\n";

const ROOM: &str = "同心阁星期六、星期日白天空着，附近几户孩子没有安静的地方写作业。\n";

const SNOW: &str = "去年大雪那天北门坡道结冰，有老人摔倒，今年打算怎么做？\n";
