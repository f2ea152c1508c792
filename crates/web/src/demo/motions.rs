//! What is for all owners of the demo's estate to decide, and how far each of it has come.

use std::collections::BTreeSet;

use ballot::{
    id::PollId,
    store::{
        estate::Estate,
        ids::{CompoundId, Subject},
        place::Matter,
        polls::DraftMotion,
    },
};
use deliberation::{
    discussion::Side,
    lifecycle::{Verb, Window},
    motion::Cost,
    objection::Ground,
    rights::{Post, Role, Scope},
    store::{
        By, DecisionSource, Deliberation, File, FileKind, MotionAct, MotionId, NewAmendment, NewMotion, NewObjection,
        NewRemark, NewTask, ObjectionAct, Target, TaskInput,
    },
};

use super::{Time, fresh, opinion};
use crate::pages::conclude_motions;

const DAY: u64 = 86_400;
/// Talked over and amended for so long, each.
const WINDOW: u64 = 8 * DAY;

/// One motion as it is handed in. Yuan.
pub(super) struct Agenda {
    kind: Matter,
    title: &'static str,
    text: &'static str,
    least: u64,
    most: u64,
}

/// How far a motion has come.
#[derive(Clone, Copy)]
enum Stage {
    /// Handed in, with so many who support it.
    Submitted(usize),
    Returned(&'static str),
    Admitted,
    Deliberating,
    /// With what is filed: the paragraph from 1, what it should say, why, and what became of it.
    Amending(&'static [(usize, &'static str, &'static str, Fate)]),
    Finalised,
    Withdrawn,
}

/// What became of an amendment.
#[derive(Clone, Copy)]
enum Fate {
    Open,
    TakenIn,
    Refused(&'static str),
}

use Stage::{Admitted, Amending, Deliberating, Finalised, Returned, Submitted, Withdrawn};

/// The lift that was voted on.
pub(super) const LIFT: Agenda = Agenda {
    kind: Matter::UseFund,
    title: "是否同意使用维修资金更换 3 号楼电梯？",
    text: LIFT_TEXT,
    least: 550_000,
    most: 550_000,
};

/// What is being voted on.
pub(super) const RUNNING: [Agenda; 2] = [
    Agenda {
        kind: Matter::CommonParts,
        title: "是否同意在地面停车场东侧安装 40 个充电桩？",
        text: CHARGING_TEXT,
        least: 0,
        most: 0,
    },
    Agenda {
        kind: Matter::Other, title: "是否同意把南门改为人车分流？", text: GATE_TEXT, least: 42_000, most: 42_000
    },
];

/// Of the others, the one that people talk about.
const LAKE: usize = 1;

/// The others, the oldest first, each with its proposer: none is the committee, a number one of the owners who take part.
const OTHERS: [(Option<usize>, Agenda, Stage); 11] = [
    (
        None,
        Agenda {
            kind: Matter::UseFund,
            title: "是否同意更换失效的楼道防火门？",
            text: "消防检测机构八月逐扇检查了全部 412 扇楼道防火门：100 扇合格，144 扇换闭门器和密封条后可以使用，168 扇要整扇更换。\n\n\
                   更换 168 扇，每扇 1850 元；维修 144 扇，每扇 260 元。都含拆旧和一次联动测试，质保五年。\n\n\
                   费用从维修资金列支，按各户专有面积分摊，每户金额列在表决票背面。",
            least: 348_240,
            most: 348_240,
        },
        Amending(&[
            (
                2,
                "更换 168 扇，每扇 1850 元；维修 144 扇，每扇 260 元。都含拆旧和两次联动测试，质保八年。",
                "五年质保太短，闭门器是最先坏的。",
                Fate::Open,
            ),
            (
                3,
                "费用由物业公司承担。",
                "门坏是因为没有保养。",
                Fate::Refused("防火门属于共有设施，更换依法从维修资金列支；保养不到位另案追究。"),
            ),
        ]),
    ),
    (
        Some(4),
        Agenda {
            kind: Matter::Other,
            title: "是否同意从公共收益支出治理人工湖？",
            text: "中心人工湖水面约 2600 平方米，平均水深 0.8 米，循环泵自前年停用。七月至九月收到异味反映 61 件。\n\n\
                   抽干清淤 5.8 万元，更换两台循环泵 4.6 万元，种植沉水植物并设生态浮床 3.9 万元。\n\n\
                   先清淤并换泵，一年后看水质再定是否种植。填湖改草坪涉及规划变更，不在这次之内。",
            least: 104_000,
            most: 143_000,
        },
        Deliberating,
    ),
    (
        Some(5),
        Agenda {
            kind: Matter::UseFund,
            title: "是否同意使用维修资金更换 7 号楼两部电梯？",
            text: "7 号楼两部电梯使用已满十五年，去年困人 11 次，停梯累计 312 小时。检验机构建议曳引机、控制系统和门机整体更换。\n\n\
                   只涉及 7 号楼，由 7 号楼业主表决并分摊，平均每平方米 32.76 元。\n\n\
                   两部先后施工，各需约三十五天，施工期间另一部照常运行。",
            least: 534_000,
            most: 534_000,
        },
        Finalised,
    ),
    (
        Some(6),
        Agenda {
            kind: Matter::Other,
            title: "是否同意夜间关闭东门道闸播报？",
            text: "东门道闸离 1 号楼卧室外墙约 14 米，居委会九月连续三夜测量，播报时最高 67 分贝。\n\n\
                   夜间关闭播报并降低落杆速度，更换橡胶减速带。",
            least: 11_600,
            most: 11_600,
        },
        Returned("不必全体业主表决：请先由三方联席会议协商试行，不行再提。"),
    ),
    (
        Some(7),
        Agenda {
            kind: Matter::CommonParts,
            title: "是否同意在快递柜旁设饮料零食售货机四台？",
            text: "供应商提出放 4 台饮料零食柜，每台占地 1.1 平方米，试用一年，每月场地费归全体业主。\n\n\
                   机器不放在楼栋大堂和疏散通道，夜里十点后调低照明。",
            least: 0,
            most: 0,
        },
        Deliberating,
    ),
    (
        None,
        Agenda {
            kind: Matter::CommonParts,
            title: "是否同意《地面停车管理办法》？",
            text: "占用业主共有道路和场地的地面车位 236 个，夜间高峰地面停车平均 318 辆，其中约 80 辆占了消防通道或绿地。\n\n\
                   地面车位优先供没有产权车位的住户使用，每户一辆，第二辆起加价。\n\n\
                   访客两小时内免费。收入扣除管理成本后归全体业主，逐月公布。",
            least: 0,
            most: 0,
        },
        Amending(&[(
            3,
            "访客四小时内免费，看护老人的家属凭登记全天免费。收入扣除管理成本后归全体业主，逐月公布。",
            "子女回来看老人，两小时不够吃一顿饭。",
            Fate::TakenIn,
        )]),
    ),
    (
        Some(8),
        Agenda {
            kind: Matter::Other,
            title: "是否同意以全体业主名义建议枫林路恢复双向通行？",
            text: "枫林路三年前改为由东向西单行，早高峰驶出平均多绕 1.3 公里。路边有小学一所，放学时段行人约 700 人。\n\n\
                   建议上下学时段以外双向通行。道路是否调整由交通管理部门决定，这里只决定是否提出书面建议。",
            least: 0,
            most: 0,
        },
        Submitted(24),
    ),
    (
        None,
        Agenda {
            kind: Matter::Manager,
            title: "是否同意续聘现物业服务企业三年？",
            text: "现物业服务合同将于明年 3 月 31 日到期。公开邀请后收到三份响应文件，全文可以查阅。\n\n\
                   现服务企业报价每平方米每月 1.95 元，包干制，每年约 6,577,686 元，是三家里最低的。",
            least: 6_577_686,
            most: 6_577_686,
        },
        Admitted,
    ),
    (
        None,
        Agenda {
            kind: Matter::RaiseFund,
            title: "是否同意续筹住宅专项维修资金？",
            text: "小区交付十五年，维修资金账面余额 612 万元，近三年平均每年使用 198 万元。未来五年屋面、外墙、电梯和消防改造约需 1460 万元。\n\n\
                   每平方米 15 元一次交清，公共收益每年补 60 万元。余额不足首期筹集额三成的楼栋有 9 栋。",
            least: 0,
            most: 0,
        },
        Submitted(6),
    ),
    (
        None,
        Agenda {
            kind: Matter::Covenant,
            title: "是否同意《富枫新苑管理规约（修订稿）》？",
            text: "现行管理规约是交付时的临时文本。修订稿共七章五十二条，主要改动有五处。\n\n\
                   养宠牵绳与活动区；装修时段；禁止改变房间结构分隔出租；高空抛物的劝阻、取证与报告；租户入住时签收规约。\n\n\
                   规约不设罚款，也不以停水停电催缴费用。",
            least: 0,
            most: 0,
        },
        Deliberating,
    ),
    (
        Some(9),
        Agenda {
            kind: Matter::Other,
            title: "是否同意把篮球场改为停车位？",
            text: "篮球场东半边可以划 22 个车位。",
            least: 15_000,
            most: 30_000,
        },
        Withdrawn,
    ),
];

/// What is said below the motion on the lake, by owners of those who take part.
const TALK: [(Side, usize, &str, Option<u64>); 4] = [
    (Side::For, 10, "湖臭了两个夏天，清淤是最起码的。", None),
    (Side::Against, 11, "泵换了没人管，三年后又停。先说清谁来养护。", None),
    (Side::Question, 12, "清出来的淤泥运到哪里？会不会堆在小区里？", None),
    (Side::Remark, 0, "淤泥当天由有资质的单位运走，不在小区过夜，合同里会写。", Some(3)),
];

/// Who tells the story: an officer, and owners with the phones they enrolled.
pub(super) struct Motions<'a> {
    pub(super) estate: &'a Estate,
    pub(super) time: &'a Time,
    pub(super) compound: &'a CompoundId,
    pub(super) officer: Subject,
    /// The committee's secretary, who admits motions.
    pub(super) secretary: Subject,
    pub(super) owners: &'a [Subject],
}

impl Motions<'_> {
    fn life(&self) -> Deliberation {
        Deliberation::new(self.estate.clone())
    }

    fn by(&self, subject: &Subject) -> By {
        By { compound: self.compound.clone(), subject: subject.clone() }
    }

    async fn step(&self, by: &By, id: &MotionId, verb: Verb, act: MotionAct) -> anyhow::Result<()> {
        self.life().motion_step(by, id, verb, &act, self.time.tick()).await?;
        Ok(())
    }

    async fn open(&self, id: &MotionId, verb: Verb) -> anyhow::Result<()> {
        // The step is done a second from now.
        let from = self.time.now() + 1;
        let window = Some(Window { from, until: from + WINDOW });
        self.step(&self.by(&self.officer), id, verb, MotionAct { window, ..MotionAct::default() }).await
    }

    /// Makes the secretary one.
    ///
    /// # Errors
    /// As [`finalise`](Self::finalise).
    pub(super) async fn appoint(&self) -> anyhow::Result<()> {
        let from = self.time.tick();
        let post = Post { role: Role::Secretary, scope: Scope::Estate, from, until: from + 3 * 365 * DAY };
        self.life().appoint(&self.by(&self.officer), &self.secretary, &post, from, &mut fresh()?).await?;
        Ok(())
    }

    /// Handed in.
    async fn submit(&self, by: &By, agenda: &Agenda) -> anyhow::Result<MotionId> {
        let cents = |yuan: u64| yuan * 100;
        let cost = match (agenda.least, agenda.most) {
            (0, 0) => Cost::Nothing,
            (least, most) if least == most => Cost::Fixed { cents: cents(least) },
            (least, most) => Cost::Range { least: cents(least), most: cents(most) },
        };
        let new = NewMotion {
            kind: agenda.kind,
            title: agenda.title.to_owned(),
            text: agenda.text.to_owned(),
            cost,
            attachments: BTreeSet::new(),
        };
        let id = self.life().draft_motion(by, &new, self.time.tick(), &mut fresh()?).await?;
        self.step(by, &id, Verb::Submit, MotionAct::default()).await?;
        Ok(id)
    }

    /// From its proposer to the final text, in eighteen days from now.
    ///
    /// # Errors
    /// A use case refuses what the story needs: a fault of ours.
    pub(super) async fn finalise(&self, agenda: &Agenda) -> anyhow::Result<MotionId> {
        let officer = self.by(&self.officer);
        let id = self.submit(&officer, agenda).await?;
        self.go_to_final(&id).await?;
        Ok(id)
    }

    async fn go_to_final(&self, id: &MotionId) -> anyhow::Result<()> {
        let (officer, secretary) = (self.by(&self.officer), self.by(&self.secretary));
        self.step(&secretary, id, Verb::Admit, MotionAct::default()).await?;
        for verb in [Verb::Deliberate, Verb::OpenAmendments] {
            self.open(id, verb).await?;
            self.time.set(self.time.now() + WINDOW + DAY);
        }
        self.step(&officer, id, Verb::Finalise, MotionAct::default()).await
    }

    /// A motion of a poll that asks a final text as it is.
    ///
    /// # Errors
    /// There is none: a fault of ours.
    pub(super) async fn asked(&self, id: &MotionId, place: &str) -> anyhow::Result<DraftMotion> {
        let motion = self.life().motion(self.compound, id, self.time.now()).await?;
        let motion = motion.ok_or_else(|| anyhow::anyhow!("a motion of the story is not there"))?;
        let last = motion.versions.last().ok_or_else(|| anyhow::anyhow!("a motion without text"))?;
        Ok(DraftMotion {
            id: place.parse()?,
            matter: motion.row.kind,
            title: last.version.title().to_owned(),
            text: last.version.question(),
            attachments: BTreeSet::new(),
            has_abstain: true,
            seats: None,
            candidates: Vec::new(),
            rule: None,
        })
    }

    /// Sets a vote that was published.
    ///
    /// # Errors
    /// As [`finalise`](Self::finalise).
    pub(super) async fn schedule(&self, id: &MotionId, poll: &PollId) -> anyhow::Result<()> {
        let act = MotionAct { poll: Some(poll.clone()), ..MotionAct::default() };
        self.step(&self.by(&self.officer), id, Verb::Schedule, act).await
    }

    /// What followed the vote on the lift: an objection that was dismissed, and the work that was given out.
    ///
    /// # Errors
    /// As [`finalise`](Self::finalise).
    pub(super) async fn after_lift(&self, id: &MotionId, today: u64) -> anyhow::Result<()> {
        anyhow::ensure!(30 <= self.owners.len(), "too few owners take part in the demo");
        let (life, officer, owner) = (self.life(), self.by(&self.officer), self.by(&self.owners[10]));
        let (street, property, community) =
            (self.by(&self.owners[27]), self.by(&self.owners[28]), self.by(&self.owners[29]));
        self.time.set(today - 12 * DAY);
        for (who, role) in [(&street, Role::Street), (&property, Role::Property), (&community, Role::Community)] {
            let from = self.time.tick();
            let post = Post { role, scope: Scope::Estate, from, until: from + 3 * 365 * DAY };
            life.appoint(&officer, &who.subject, &post, from, &mut fresh()?).await?;
        }
        let concluded = conclude_motions(&life, self.estate, self.compound, self.time.tick()).await;
        concluded.map_err(|problem| anyhow::anyhow!("the vote on the lift was not read: {}", problem.code))?;
        self.time.set(today - 10 * DAY);
        let new = NewObjection {
            motion: id.clone(),
            against: None,
            ground: Ground::Counting,
            text: "我家那天没有收到回执，怀疑票没有算进去。".to_owned(),
            evidence: Vec::new(),
        };
        let objection = life.object(&owner, &new, self.time.tick(), &mut fresh()?).await?;
        let act = ObjectionAct {
            text: "核对了记录：这一票在第 7 页，回执已经补印送到。".to_owned(),
            reason: "票在公开的记录里，计入了结果。".to_owned(),
            effect: None,
        };
        for (by, verb) in [(&street, Verb::Accept), (&officer, Verb::Answer), (&street, Verb::Dismiss)] {
            life.objection_step(by, &objection, verb, &act, self.time.tick()).await?;
        }
        self.time.set(today - 4 * DAY);
        life.tend_motions(self.compound, self.time.now()).await?;
        let source = DecisionSource::Motion(id.clone());
        let mut given = Vec::new();
        for (title, days) in [("与中标单位签合同，公示合同全文", 10), ("更换两部电梯，先 1 单元后 2 单元", 60)]
        {
            let (title, due) = (title.to_owned(), today + days * DAY);
            let new = NewTask { source: source.clone(), title, responsible: property.subject.clone(), due };
            given.push(life.give_task(&officer, &new, self.time.tick(), &mut fresh()?).await?);
        }
        let contract = File { kind: FileKind::Pdf, content: CONTRACT.as_bytes().to_vec() };
        let contract = life.attach(&property, &contract, self.time.tick()).await?;
        let steps = [
            (0, &property, Verb::Accept, 0),
            (0, &property, Verb::Progress, 50),
            (0, &property, Verb::Done, 100),
            (0, &community, Verb::Verify, 100),
            (1, &property, Verb::Accept, 0),
            (1, &property, Verb::Progress, 20),
        ];
        for (which, by, verb, percent) in steps {
            let input = TaskInput { percent, evidence: vec![contract], ..TaskInput::default() };
            life.task_step(by, &given[which], verb, &input, self.time.tick()).await?;
        }
        Ok(())
    }

    /// Every other motion, as far as it has come today.
    ///
    /// # Errors
    /// As [`finalise`](Self::finalise).
    pub(super) async fn others(&self, today: u64) -> anyhow::Result<()> {
        anyhow::ensure!(30 <= self.owners.len(), "too few owners take part in the demo");
        for (place, (proposer, agenda, stage)) in OTHERS.iter().enumerate() {
            let by = self.by(proposer.map_or(&self.officer, |owner| &self.owners[owner]));
            let since = match stage {
                Submitted(_) | Returned(_) | Withdrawn => 5 * DAY,
                Admitted => 3 * DAY,
                Deliberating => 2 * DAY,
                Amending(_) => 2 * DAY + WINDOW + DAY,
                Finalised => 2 * WINDOW + 3 * DAY,
            };
            self.time.set(today - since - 3600 * (place as u64 + 1));
            let id = self.submit(&by, agenda).await?;
            self.go_on(&id, &by, *stage).await?;
            if place == LAKE {
                self.talk(&id).await?;
                let people: Vec<By> = self.owners.iter().take(18).map(|owner| self.by(owner)).collect();
                let on = (&Target::Motion(id).into(), &opinion::LAKE);
                opinion::tell(&self.life(), self.time, on, &people[2], &people).await?;
            }
        }
        self.time.set(today - 1);
        self.life().tend_motions(self.compound, self.time.now()).await?;
        Ok(())
    }

    async fn go_on(&self, id: &MotionId, proposer: &By, stage: Stage) -> anyhow::Result<()> {
        let secretary = self.by(&self.secretary);
        match stage {
            Submitted(supporters) => {
                for supporter in self.owners.iter().filter(|owner| **owner != proposer.subject).take(supporters) {
                    self.life().support(&self.by(supporter), id, 1, self.time.tick()).await?;
                }
                Ok(())
            }
            Returned(reason) => {
                let act = MotionAct { reason: reason.to_owned(), ..MotionAct::default() };
                self.step(&secretary, id, Verb::Return, act).await
            }
            Withdrawn => self.step(proposer, id, Verb::Withdraw, MotionAct::default()).await,
            Admitted => self.step(&secretary, id, Verb::Admit, MotionAct::default()).await,
            Deliberating => {
                self.step(&secretary, id, Verb::Admit, MotionAct::default()).await?;
                self.open(id, Verb::Deliberate).await
            }
            Amending(filed) => {
                self.step(&secretary, id, Verb::Admit, MotionAct::default()).await?;
                self.open(id, Verb::Deliberate).await?;
                self.time.set(self.time.now() + WINDOW + DAY);
                self.open(id, Verb::OpenAmendments).await?;
                for (amendment, number) in filed.iter().zip(1_u64..) {
                    self.amend(id, proposer, (number, *amendment)).await?;
                }
                Ok(())
            }
            Finalised => self.go_to_final(id).await,
        }
    }

    async fn amend(
        &self,
        id: &MotionId,
        proposer: &By,
        (number, (paragraph, text, why, fate)): (u64, (usize, &str, &str, Fate)),
    ) -> anyhow::Result<()> {
        let new = NewAmendment {
            base: 1,
            from: paragraph - 1,
            to: paragraph,
            replacement: text.to_owned(),
            reason: why.to_owned(),
        };
        self.life().file_amendment(&self.by(&self.owners[20]), id, &new, self.time.tick()).await?;
        let steps: &[(Verb, Option<bool>, &str)] = match fate {
            Fate::Open => &[],
            Fate::TakenIn => &[(Verb::AdoptAsProposer, None, "")],
            Fate::Refused(reason) => &[(Verb::PutToCouncil, None, ""), (Verb::Reject, Some(false), reason)],
        };
        for (verb, council, reason) in steps {
            let by = if *verb == Verb::AdoptAsProposer { proposer.clone() } else { self.by(&self.officer) };
            let now = self.time.tick();
            self.life().amendment_step(&by, (id, number), *verb, *council, reason, now).await?;
        }
        Ok(())
    }

    async fn talk(&self, id: &MotionId) -> anyhow::Result<()> {
        for (side, who, text, parent) in TALK {
            let speaker = if who == 0 { self.by(&self.officer) } else { self.by(&self.owners[who]) };
            let new = NewRemark { side, text: text.to_owned(), parent };
            self.life().say(&speaker, &Target::Motion(id.clone()), &new, self.time.tick()).await?;
        }
        Ok(())
    }
}

const LIFT_TEXT: &str = "## 为什么\n\n3 号楼两部电梯已用 19 年，今年停梯 11 次，其中 2 次困人。检测单位建议更换。\n\n\
## 怎么做\n\n- 两部电梯依次更换，每部工期 25 天，期间另一部照常运行\n- 三家单位报价，取中间价\n\n\
## 花多少钱\n\n| 项目 | 金额 |\n|---|---|\n| 两部电梯 | 486,000 元 |\n| 拆除与土建 | 58,000 元 |\n| 检测验收 | 6,000 元 |\n\n\
合计 550,000 元，从 3 号楼维修资金中列支，余额 812,000 元。\n";

const CHARGING_TEXT: &str = "## 为什么\n\n小区新能源车已有 310 辆，现有充电桩 12 个，夜里排队。\n\n\
## 怎么做\n\n由中标单位投资安装 40 个 7 kW 充电桩，占用东侧地面车位 40 个，电费执行居民合表电价，服务费不超过每度 0.30 元。\n\n\
## 收益\n\n每年场地费 36,000 元，归全体业主，按季度公布。\n";

const GATE_TEXT: &str = "## 为什么\n\n南门人车混行，早上上学时最拥挤。\n\n\
## 怎么做\n\n东侧改为人行门，西侧为车行门，增设雨棚和无障碍坡道。费用 42,000 元，从公共收益中列支。\n";

/// A paper of one empty page.
const CONTRACT: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";
