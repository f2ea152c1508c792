//! What residents of the demo's estate have raised, what became of it, and what neighbours say of it.

use ballot::store::ids::{CompoundId, Subject};
use deliberation::{
    discussion::Side,
    lifecycle::Verb,
    matter::{AnswerKind, Source},
    rights::{Post, Role, Scope},
    store::{By, Deliberation, MatterAct, MatterId, NewMatter, NewRemark, Target},
};

use super::{Time, fresh, opinion};

const DAY: u64 = 86_400;
const HOUR: u64 = 3600;

/// How far a matter has come.
#[derive(Clone, Copy)]
enum Fate {
    /// Raised some hours ago.
    New,
    /// Returned, with the reason.
    Returned(&'static str),
    /// Acknowledged, and nobody is responsible yet.
    Heard,
    /// Somebody has it, until so many days from now.
    Assigned(u64),
    /// They have begun.
    Begun(u64),
    /// Answered lately.
    Answered(AnswerKind, &'static str),
    /// Answered and closed by who raised it, with so many points.
    Closed(&'static str, u64),
    /// Nobody acknowledged it in time, and it went up a level.
    Forgotten,
    /// Not settled the first time.
    Reopened(&'static str, &'static str),
    /// The same as the one before it.
    Same,
}

use Fate::{Answered, Assigned, Begun, Closed, Forgotten, Heard, New, Reopened, Returned, Same};

/// Where it comes from, where it is, the title, the text, and what became of it.
type Line = (Source, &'static str, &'static str, &'static str, Fate);

const REFUSED: AnswerKind = AnswerKind::Refused;
const AGREED: AnswerKind = AnswerKind::Agreed;
const NOT_OURS: AnswerKind = AnswerKind::NotOurs;

/// The oldest first.
const MATTERS: [Line; 52] = [
    (Source::Visit, "", "地下车库充电桩不够", "登记的电动车两百多辆，慢充桩只有八个，晚上要排队到十点。", Begun(20)),
    (
        Source::Round,
        "2",
        "防火门关不严",
        "二号楼三层、九层、十五层的楼道防火门闭门器坏了，风一吹就开。",
        Closed("三扇门的闭门器已换好，物业逐层试过，并把全部楼道门查了一遍。", 5),
    ),
    (
        Source::Hotline,
        "",
        "人工湖夏天有味道",
        "湖水发绿，傍晚有味道，住在湖边的不敢开窗。",
        Answered(AGREED, "清淤方案和费用已报业主委员会，十二月公示，春节后动工。"),
    ),
    (Source::Visit, "7", "七号楼电梯常停", "两部电梯用了十五年，这个月停了六次，老人下不了楼。", Begun(12)),
    (
        Source::GroupChat,
        "",
        "东门道闸半夜响",
        "凌晨进出的车一多，道闸“嘀”个不停，一层住户睡不着。",
        Reopened("已把提示音调低。", "只管了两天，又响回原来那样了。"),
    ),
    (
        Source::Meeting,
        "",
        "要不要放自助售货机",
        "会上有人提议在北门放两台肉菜和饮料自助售货机，收入归公共收益。",
        Heard,
    ),
    (Source::Visit, "", "地面停车没有规矩", "消防通道上停着车，救护车进不来，请定个管理办法。", Assigned(9)),
    (
        Source::Hotline,
        "",
        "枫林路想恢复双向通行",
        "枫林路改单行以后，出小区要绕一公里多。",
        Answered(NOT_OURS, "道路归区交通部门管。居委会已经汇总三百一十二户的意见书面转交，答复会在这里公布。"),
    ),
    (Source::Survey, "", "物业合同明年到期", "问卷里一半以上的人希望比一比几家物业再定。", Assigned(30)),
    (Source::Meeting, "", "业委会换届怎么准备", "本届业委会任期明年二月到期，请把换届的时间安排公布出来。", Begun(15)),
    (Source::Meeting, "", "维修资金快用完了", "三栋高层的维修资金余额不足首期的三成，要不要续筹？", Heard),
    (Source::Visit, "", "管理规约该改了", "规约还是交房时的，没有写养犬和充电，请提出修改稿。", Forgotten),
    (Source::Wish, "3", "楼下添一张长椅", "希望三号楼下面添一张长椅，接孩子时可以坐一坐。", Assigned(14)),
    (
        Source::Wish,
        "",
        "滑梯地垫裂了",
        "儿童滑梯的地垫裂了一条缝，孩子容易绊倒。",
        Closed("地垫整块换新，费用一千二百元，从公共收益里出。", 5),
    ),
    (
        Source::Wish,
        "",
        "快递柜晚上没有灯",
        "快递柜晚上没有灯，看不清编号。",
        Closed("装了一盏感应灯，天黑有人走近就亮。", 4),
    ),
    (Source::Wish, "5", "单元门口装扶手", "希望每个单元门口的坡道装一个扶手，老人上下方便。", Assigned(25)),
    (
        Source::Wish,
        "6",
        "电梯里放折叠座椅",
        "电梯里能不能装一个可以折起来的座椅？",
        Answered(REFUSED, "检验机构说，轿厢里加装座椅要重新检验，而且占用担架的位置，所以不装。大堂里会添两把椅子。"),
    ),
    (
        Source::Wish,
        "",
        "租客也想收到停水通知",
        "租客也想知道停水停电，请发到楼栋公告。",
        Closed("停水停电通知现在同时贴在每栋大堂，并发给全部已登记的住户。", 5),
    ),
    (Source::Wish, "", "分类点开到晚上十点", "合租的人多，下班晚，建议垃圾分类点延长到十点。", Begun(5)),
    (Source::Wish, "", "厨余桶旁边装水池", "厨余桶旁边装一个洗手池。", Assigned(18)),
    (
        Source::Wish,
        "1",
        "商铺雨棚漏水",
        "商铺门前的雨棚漏水，顾客进店会淋湿。",
        Closed("漏水的两处接缝已重新打胶，下雨天看过，不漏了。", 4),
    ),
    (
        Source::Wish,
        "",
        "周末摆便民摊",
        "希望允许商铺周末在门前摆一小时便民摊。",
        Answered(REFUSED, "门前是消防登高面，消防部门不同意摆放。可以用北广场，周六上午，先向物业登记。"),
    ),
    (
        Source::Wish,
        "",
        "中心花园路灯晚点关",
        "夜跑的人多，中心花园的路灯希望晚半小时关。",
        Closed("关灯时间改为二十三点，一个月后看电费和住户意见再定。", 5),
    ),
    (Source::Wish, "4", "水压太低", "十八层以上洗衣机进水慢，请检查一下。", Begun(3)),
    (Source::Wish, "", "地下二层没有信号", "地下车库二层手机没有信号，出了事没法叫人。", Assigned(28)),
    (
        Source::Wish,
        "",
        "车库口反光镜歪了",
        "车库入口的反光镜歪了，看不到上来的车。",
        Closed("当天扶正，并加了一颗固定螺栓。", 5),
    ),
    (Source::Wish, "", "东墙边积水", "东侧围墙边的路一下雨就积水，要绕路走。", Begun(10)),
    (
        Source::Wish,
        "8",
        "楼道堆纸箱",
        "八号楼楼道里常年堆着纸箱，请定期清理。",
        Reopened("已清走一次。", "才过一个星期又堆起来了，请找到人说清楚。"),
    ),
    (
        Source::Wish,
        "",
        "办一次邻居见面会",
        "能不能办一次租客和业主的见面会？大家住了两年还不认识。",
        Answered(AGREED, "定在下月第二个星期六下午，北广场，楼长会上门通知。"),
    ),
    (Source::Wish, "", "可以预约的议事室", "希望有一间可以预约的议事室。", Assigned(21)),
    (
        Source::Wish,
        "",
        "老年食堂送餐到楼下",
        "老年食堂能不能送餐到楼下？",
        Closed("每天中午十一点半送到各楼大堂，头一天晚上八点前登记。", 5),
    ),
    (
        Source::Wish,
        "9",
        "请楼长常敲敲门",
        "父母独居，希望楼长每周敲一次门。",
        Closed("楼长和两位志愿者排了班，每周三上午上门。", 5),
    ),
    (Source::Wish, "", "放学后没人看孩子", "孩子放学到家长下班有两个小时没人看，盼有托管。", Assigned(40)),
    (Source::Wish, "", "暑假办托管班", "暑假能不能办一个托管班？", Same),
    (
        Source::Wish,
        "2",
        "早高峰电梯太挤",
        "早高峰电梯太挤，建议分单双层停。",
        Answered(REFUSED, "试了一周，单层住户等得更久。改为早上七点半到八点半有人在一层引导。"),
    ),
    (
        Source::Wish,
        "",
        "公告只贴大堂看不到",
        "公告只贴在大堂，晚归的人看不到，能不能发到手机？",
        Closed("从这个月起，公告贴出的同时发到手机。", 5),
    ),
    (Source::Wish, "", "会议纪要要大字版", "业委会的会议纪要请做一份大字版。", Begun(6)),
    (
        Source::Wish,
        "",
        "公共收益花在哪里",
        "请公布公共收益花在哪里。",
        Answered(AGREED, "每季度第一个月公布上一季度的收支，本季度的已经贴在公告栏。"),
    ),
    (
        Source::Wish,
        "10",
        "租客能不能直接报修",
        "房东不回消息，楼道灯坏了，我们租客能不能直接报修？",
        Closed("能。公共部位谁看见都可以报，不必经过房东。", 5),
    ),
    (Source::Wish, "11", "空置房掉瓷砖", "空置房的阳台掉瓷砖，请联系业主处理，怕砸到人。", Begun(2)),
    (
        Source::Wish,
        "",
        "北门关得太重",
        "北门的人行门关得太重，老人推不动。",
        Closed("闭门器调松了一档，老人试过能推开。", 4),
    ),
    (Source::Wish, "", "充电棚加遮雨板", "请在电动自行车充电棚加装遮雨侧板。", Heard),
    (Source::Wish, "", "图书角周日也开", "希望图书角周日也开。", Heard),
    (Source::Wish, "", "球场九点半关灯", "篮球场晚上九点半以后请关灯，住在旁边的要休息。", Assigned(4)),
    (
        Source::Wish,
        "12",
        "装修请提前贴通知",
        "我上夜班，白天装修声音大，能不能提前三天贴通知？",
        Returned("请写一下是哪一层在装修，方便我们上门核对登记。"),
    ),
    (Source::Wish, "", "给流浪猫做绝育", "建议给流浪猫做绝育，不要直接赶走。", Heard),
    (Source::Wish, "", "狗便袋箱空了", "遛狗的便袋箱空了很久。", New),
    (Source::Wish, "", "电线太低", "西侧小路上方的电线太低，搬家的车过不去。", New),
    (Source::Wish, "", "水沟盖板缺两块", "西侧小路的水沟盖板缺了两块，晚上容易踩空。", New),
    (Source::Wish, "", "停车时间表", "希望有一份商户和住户共用的停车时间表。", New),
    (Source::Wish, "13", "没地方热饭", "在写字楼上班的中午没有地方热饭。", New),
    (Source::Wish, "", "每季度讲一次消防", "希望楼里每季度讲一次消防，带大家走一遍楼梯。", New),
];

/// What is said below the first matter, by owner 0, 1, … of those who take part; the third is answered by the committee.
const TALK: [(Side, usize, &str, Option<u64>); 6] = [
    (Side::For, 3, "电动车会越来越多，早装比晚装便宜。", None),
    (Side::Against, 4, "我家在一层，卧室下面就是车位，担心起火。", None),
    (Side::Question, 5, "变压器够不够？装二十个要不要增容？", None),
    (
        Side::Remark,
        0,
        "按去年夏天的最高负荷还有一百四十多千瓦的余量，夜间更多。二十个慢充错开时段够用，不用增容。",
        Some(3),
    ),
    (Side::For, 6, "先解决消防，再扩容，我就赞成。", None),
    (Side::Remark, 7, "请把离卧室最近的几个车位空出来。", Some(2)),
];

/// Who tells the story: an officer, and owners with the phones they enrolled.
pub(super) struct Players<'a> {
    pub(super) compound: &'a CompoundId,
    pub(super) officer: &'a Subject,
    pub(super) owners: &'a [Subject],
}

/// Raises everything and does what became of it.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(life: &Deliberation, time: &Time, today: u64, players: &Players<'_>) -> anyhow::Result<()> {
    let by = |subject: &Subject| By { compound: players.compound.clone(), subject: subject.clone() };
    anyhow::ensure!(15 < players.owners.len(), "too few owners take part in the demo");
    let officer = by(players.officer);
    let (grid, moderator) = (by(&players.owners[1]), by(&players.owners[2]));
    time.set(today - 40 * DAY);
    for (who, role) in [(&grid, Role::GridWorker), (&moderator, Role::Moderator)] {
        let post = Post { role, scope: Scope::Estate, from: time.now(), until: time.now() + 3 * 365 * DAY };
        life.appoint(&officer, &who.subject, &post, time.tick(), &mut fresh()?).await?;
    }
    let mut teller = Teller { life, time, today, officer, grid, moderator, before: None };
    for (place, line) in MATTERS.iter().enumerate() {
        let author = by(&players.owners[3 + place % (players.owners.len() - 3)]);
        let id = teller.matter(place as u64, &author, *line).await?;
        if place == 0 {
            teller.talk(&id, players, by).await?;
            let people: Vec<By> = players.owners.iter().map(by).collect();
            let on = (&Target::Matter(id.clone()).into(), &opinion::CHARGING);
            opinion::tell(life, time, on, &teller.moderator, &people).await?;
        }
    }
    time.set(today - 1);
    life.tend_matters(players.compound, time.now()).await?;
    Ok(())
}

struct Teller<'a> {
    life: &'a Deliberation,
    time: &'a Time,
    today: u64,
    officer: By,
    grid: By,
    moderator: By,
    before: Option<MatterId>,
}

impl Teller<'_> {
    async fn matter(&mut self, place: u64, author: &By, line: Line) -> anyhow::Result<MatterId> {
        let (source, building, title, text, fate) = line;
        self.time.set(self.began(fate, place));
        let new = NewMatter {
            source,
            title: title.to_owned(),
            text: text.to_owned(),
            building: Some(building.to_owned()).filter(|name| !name.is_empty()),
            is_emergency: false,
            on_behalf_of: None,
        };
        let (id, _) = self.life.post_matter(author, &new, self.time.tick(), &mut fresh()?).await?;
        self.go_on(&id, author, fate).await?;
        self.before = Some(id.clone());
        Ok(id)
    }

    /// When a matter was raised: those that have come further, earlier.
    fn began(&self, fate: Fate, place: u64) -> u64 {
        let ago = match fate {
            New => (60 - place) * HOUR / 4 + HOUR,
            Returned(_) | Heard => 20 * HOUR,
            Forgotten => 3 * DAY,
            Answered(..) | Same => 5 * DAY,
            Assigned(_) | Begun(_) => 8 * DAY,
            Closed(..) | Reopened(..) => 14 * DAY,
        };
        self.today - ago - place
    }

    async fn step(&self, by: &By, id: &MatterId, verb: Verb, act: MatterAct) -> anyhow::Result<()> {
        let now = self.time.now() + 2 * HOUR;
        // Nothing of the story lies ahead.
        self.time.set(now.min(self.today - 60));
        self.life.matter_step(by, id, verb, &act, self.time.tick()).await?;
        Ok(())
    }

    /// Acknowledged, given to the committee, and begun as far as asked.
    async fn place(&self, id: &MatterId, due: u64, is_begun: bool) -> anyhow::Result<()> {
        self.step(&self.grid, id, Verb::Acknowledge, MatterAct::default()).await?;
        let to = MatterAct { responsible: Some(self.officer.subject.clone()), due: Some(due), ..MatterAct::default() };
        self.step(&self.grid, id, Verb::Assign, to).await?;
        if is_begun {
            self.step(&self.officer, id, Verb::Start, MatterAct::default()).await?;
        }
        Ok(())
    }

    async fn answer(&self, id: &MatterId, kind: AnswerKind, text: &str) -> anyhow::Result<()> {
        self.place(id, self.today + 7 * DAY, true).await?;
        let act = MatterAct { text: text.to_owned(), answer_kind: Some(kind), ..MatterAct::default() };
        self.step(&self.officer, id, Verb::Answer, act).await
    }

    async fn go_on(&self, id: &MatterId, author: &By, fate: Fate) -> anyhow::Result<()> {
        let because = |reason: &str| MatterAct { reason: reason.to_owned(), ..MatterAct::default() };
        match fate {
            New | Forgotten => Ok(()),
            Returned(reason) => self.step(&self.grid, id, Verb::Return, because(reason)).await,
            Heard => self.step(&self.grid, id, Verb::Acknowledge, MatterAct::default()).await,
            Assigned(days) => self.place(id, self.today + days * DAY, false).await,
            Begun(days) => self.place(id, self.today + days * DAY, true).await,
            Answered(kind, text) => self.answer(id, kind, text).await,
            Closed(text, points) => {
                self.answer(id, AnswerKind::Done, text).await?;
                let act = MatterAct { rating: Some(points), ..MatterAct::default() };
                self.step(author, id, Verb::Close, act).await
            }
            Reopened(text, reason) => {
                self.answer(id, AnswerKind::Done, text).await?;
                self.step(author, id, Verb::Reopen, because(reason)).await
            }
            Same => {
                let act = MatterAct { survivor: self.before.clone(), ..MatterAct::default() };
                self.step(&self.moderator, id, Verb::Merge, act).await
            }
        }
    }

    async fn talk(&self, id: &MatterId, players: &Players<'_>, by: impl Fn(&Subject) -> By) -> anyhow::Result<()> {
        for (side, who, text, parent) in TALK {
            let speaker = if who == 0 { self.officer.clone() } else { by(&players.owners[who]) };
            let new = NewRemark { side, text: text.to_owned(), parent };
            self.life.say(&speaker, &Target::Matter(id.clone()), &new, self.time.tick()).await?;
        }
        Ok(())
    }
}
