//! Surveys of the demo's estate: one that is done, with its needs answered, and one that is open.

use ballot::store::ids::{CompoundId, Subject};
use deliberation::{
    lifecycle::Verb,
    rights::{Post, Role, Scope},
    store::{Asked, By, Choice, Coding, Deliberation, NewEntry, NewPlan, NewSurvey, SurveyAct, SurveyId},
    survey::{Answer, Answers, Channel, NeedAnswer, Question, Tenure},
};

use super::{Time, fresh};

const DAY: u64 = 86_400;
const HOUR: u64 = 3600;

/// What people write, and which need it names, from 1; 0 is none.
const SAID: [(&str, u64); 12] = [
    ("楼道灯晚上太暗，老人下楼看不清。", 1),
    ("单元门口台阶没有扶手。", 2),
    ("孩子放暑假没有人看。", 3),
    ("地下车库的灯坏了好几盏。", 1),
    ("轮椅上不去坡道。", 2),
    ("充电要排队到半夜。", 4),
    ("北门晚上没有灯。", 1),
    ("双职工家庭，暑假两个月不知道孩子放哪里。", 3),
    ("希望多几个充电桩。", 4),
    ("都挺好的，谢谢。", 0),
    ("电梯厅到大门有两级台阶，推车要抬。", 2),
    ("希望假期有个写作业的地方。", 3),
];

/// Needs with what becomes of each.
const NEEDS: [(&str, NeedAnswer, &str); 4] = [
    ("公共照明更亮", NeedAnswer::Adopted, "楼道和车库换感应灯，北门加两盏路灯，费用从公共收益出。"),
    ("门口台阶无障碍", NeedAnswer::Partly, "先改有坡度空间的四个单元，其余单元加扶手。"),
    ("假期有人看孩子", NeedAnswer::Adopted, "暑假在二楼活动室开托管班，先报名三十个。"),
    ("加装充电桩", NeedAnswer::No, "要等变压器余量公布以后由业主表决，见关于充电桩的事项。"),
];

const PLAN: [(&str, &[u64], u64); 3] =
    [("更换楼道和车库感应灯", &[1], 60), ("四个单元改坡道，其余装扶手", &[2], 120), ("开办暑期托管班", &[3], 210)];

fn asked() -> [(&'static str, Question); 6] {
    let options = |options: &[&str]| options.iter().map(|option| (*option).to_owned()).collect();
    [
        (
            "明年最该先办哪一件？",
            Question::Single { options: options(&["公共照明", "无障碍坡道", "暑期托管", "充电桩"]) },
        ),
        (
            "您家会用到哪些？",
            Question::Several {
                options: options(&["活动室", "图书角", "健身点", "便民维修", "老年食堂"]), most: 3
            },
        ),
        ("物业的日常服务，您打几分？", Question::Scale { steps: 5 }),
        ("您家有几位六十岁以上的老人？", Question::Number { least: 0, most: 9 }),
        ("您的年龄？", Question::Single { options: options(&["35 岁以下", "36 到 59 岁", "60 岁以上"]) }),
        ("小区里最不方便的是什么？", Question::Open),
    ]
}

/// What somebody answers: different people, different answers, always the same.
fn answers(who: usize) -> Answers {
    let chosen = |place: usize| Answer::Options([place].into());
    let scale = [4, 5, 3, 4, 2, 5, 4, 3][who % 8];
    let mut answers = Answers::from([
        (1, chosen([0, 1, 2, 0, 3, 1, 0][who % 7])),
        (2, Answer::Options([who % 5, (who / 2 + 1) % 5].into())),
        (3, Answer::Number(scale)),
        (4, Answer::Number([0, 2, 1, 0, 2][who % 5])),
        (5, chosen([0, 1, 2, 1, 2][who % 5])),
    ]);
    if !who.is_multiple_of(7) {
        answers.insert(6, Answer::Text(SAID[who % SAID.len()].0.to_owned()));
    }
    answers
}

struct Teller<'a> {
    life: &'a Deliberation,
    time: &'a Time,
    today: u64,
    officers: [By; 2],
    workers: [By; 2],
    people: Vec<By>,
    buildings: &'a [String],
}

/// Asks, answers, sorts and plans.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(
    life: &Deliberation,
    time: &Time,
    today: u64,
    (compound, officers, owners): (&CompoundId, [&Subject; 2], &[Subject]),
    buildings: &[String],
) -> anyhow::Result<()> {
    let by = |subject: &Subject| By { compound: compound.clone(), subject: subject.clone() };
    anyhow::ensure!(15 < owners.len() && !buildings.is_empty(), "too few owners take part in the demo");
    let officers = officers.map(by);
    // The first grid worker is there already; the second looks after the last building.
    let workers = [by(&owners[1]), by(&owners[owners.len() - 1])];
    time.set(today - 39 * DAY);
    let scope = Scope::Building(buildings[buildings.len() - 1].clone());
    let post = Post { role: Role::GridWorker, scope, from: time.now(), until: time.now() + 3 * 365 * DAY };
    life.appoint(&officers[0], &workers[1].subject, &post, time.tick(), &mut fresh()?).await?;
    let people = owners.iter().map(by).collect();
    let teller = Teller { life, time, today, officers, workers, people, buildings };
    teller.done().await?;
    teller.open().await?;
    time.set(today - 1);
    Ok(())
}

impl Teller<'_> {
    async fn step(&self, by: &By, id: &SurveyId, verb: Verb, text: &str) -> anyhow::Result<()> {
        let act = SurveyAct { text: text.to_owned(), reason: String::new() };
        self.life.survey_step(by, id, verb, &act, self.time.tick()).await?;
        Ok(())
    }

    async fn begin(&self, title: &str, text: &str, closes: u64, promised: u64) -> anyhow::Result<SurveyId> {
        let new =
            NewSurvey { title: title.to_owned(), text: text.to_owned(), closes, promised, matter: None, again: None };
        let id = self.life.draft_survey(&self.officers[0], &new, self.time.tick(), &mut fresh()?).await?;
        for (prompt, question) in asked() {
            let asked = Asked { prompt: prompt.to_owned(), question };
            self.life.ask(&self.officers[0], &id, None, &asked, self.time.tick()).await?;
        }
        self.step(&self.officers[0], &id, Verb::Review, "").await?;
        self.step(&self.officers[1], &id, Verb::Open, "").await?;
        Ok(id)
    }

    /// Those from the third on: whoever tries the demo as the first has something left to answer.
    async fn answer(&self, id: &SurveyId) -> anyhow::Result<()> {
        for (who, person) in self.people.iter().enumerate().skip(3) {
            self.life.answer_survey(person, id, &answers(who), self.time.tick()).await?;
        }
        Ok(())
    }

    async fn enter(&self, id: &SurveyId, papers: usize) -> anyhow::Result<()> {
        for who in 0..papers {
            let channel = [Channel::Paper, Channel::Yard, Channel::Interview, Channel::Paper, Channel::Firm][who % 5];
            let new = NewEntry {
                channel,
                building: self.buildings[who % self.buildings.len().min(4)].clone(),
                tenure: if channel == Channel::Firm { Tenure::Firm } else { Tenure::Tenant },
                unit: None,
                answers: answers(who),
            };
            self.life.enter_answers(&self.workers[0], id, &new, true, self.time.tick()).await?;
        }
        Ok(())
    }

    /// Closed some weeks ago, entered twice, sorted, answered.
    async fn done(&self) -> anyhow::Result<()> {
        let closes = self.today - 25 * DAY;
        self.time.set(closes - 10 * DAY);
        let id = self.begin("明年小区先做什么", DONE, closes, self.today + 5 * DAY).await?;
        self.answer(&id).await?;
        self.enter(&id, 40).await?;
        self.time.set(closes + HOUR);
        self.twice(&id).await?;
        self.sort(&id).await?;
        self.step(&self.officers[0], &id, Verb::Code, "").await?;
        for (number, (_, answer, reason)) in (1..).zip(NEEDS) {
            let now = self.time.tick();
            self.life.answer_need(&self.officers[0], (&id, number), answer, reason, now).await?;
        }
        for (title, needs, days) in PLAN {
            let due = Some(self.today + days * DAY);
            let new = NewPlan { title: title.to_owned(), needs: needs.iter().copied().collect(), due };
            self.life.plan_for(&self.officers[0], &id, &new, self.time.tick()).await?;
        }
        self.step(&self.officers[0], &id, Verb::Report, REPORT).await?;
        self.step(&self.officers[1], &id, Verb::Answer, "").await
    }

    /// The second worker enters what was drawn; in the first a digit is misread and put right.
    async fn twice(&self, id: &SurveyId) -> anyhow::Result<()> {
        self.life.draw_papers(&self.workers[0], id, self.time.tick(), &mut fresh()?).await?;
        let online = self.people.len() - 3;
        for (place, paper) in self.life.drawn_papers(&self.workers[1], id).await?.into_iter().enumerate() {
            let who = usize::try_from(paper.number)? - online - 1;
            let mut second = answers(who);
            if place == 0 {
                second.insert(4, Answer::Number(7));
            }
            let key = (id, paper.number);
            if !self.life.enter_twice(&self.workers[1], key, &second, self.time.tick()).await? {
                self.life.settle_paper(&self.workers[1], key, Choice::First, self.time.tick()).await?;
            }
        }
        Ok(())
    }

    async fn sort(&self, id: &SurveyId) -> anyhow::Result<()> {
        for (title, ..) in NEEDS {
            self.life.add_need(&self.workers[0], id, title, self.time.tick()).await?;
        }
        for (coder, by) in [&self.workers[0], &self.officers[1]].into_iter().enumerate() {
            while let Coding { next: Some((response, question, text)), is_done: false, .. } =
                self.life.coding(by, id).await?
            {
                let need = SAID.iter().find(|(said, _)| *said == text).map_or(0, |(_, need)| *need);
                // The second takes some answers of one kind for another.
                let need = if coder == 1 && response % 11 == 0 { need % 4 + 1 } else { need };
                self.life.sort_answer(by, id, (response, question), need, self.time.tick()).await?;
            }
        }
        for differs in self.life.coding(&self.officers[1], id).await?.differences {
            let key = (differs.response, differs.question);
            self.life.settle_answer(&self.officers[1], id, key, differs.needs.0, self.time.tick()).await?;
        }
        Ok(())
    }

    async fn open(&self) -> anyhow::Result<()> {
        self.time.set(self.today - 3 * DAY);
        let id = self.begin("物业服务怎么样，还缺什么", OPEN, self.today + 11 * DAY, self.today + 40 * DAY).await?;
        self.answer(&id).await?;
        self.enter(&id, 12).await
    }
}

const DONE: &str = "业委会和居委会一起列明年的计划，先听大家的。\n\n\
手机上、纸上、坝坝会上都能答，走不动的老人网格员上门问。每一条需求都会答复：做，做一部分，还是不做，为什么。\n";

const OPEN: &str = "物业合同明年到期，续聘还是另选，先听听大家对服务的看法。\n\n租户和业主都请答。\n";

const REPORT: &str = "收到的回答归纳成四条需求：照明、台阶、假期托管和充电桩。前三件列入明年计划；\
充电桩要先公布变压器余量，再由业主表决。\n";
