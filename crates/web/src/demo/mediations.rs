//! Two mediations of the demo's estate: one that ended with an agreement that was kept, and one that goes on.

use anyhow::Context as _;
use ballot::store::{
    ids::{CompoundId, Subject},
    letters::Letter,
};
use deliberation::{
    lifecycle::Verb,
    mediation::{Category, Kept},
    rights::{Post, Role, Scope},
    store::{By, CaseAct, Deliberation, NewCase, NewParty},
};

use super::{Time, fresh};

const DAY: u64 = 86_400;
const HOUR: u64 = 3600;

/// Who plays.
pub(super) struct Players<'a> {
    pub(super) compound: &'a CompoundId,
    pub(super) officer: &'a Subject,
    /// Those whom a visitor can sign in as: at least five owners.
    pub(super) played: &'a [&'a Letter],
    /// An owner who lets a home.
    pub(super) landlord: &'a Letter,
}

struct Teller<'a> {
    life: &'a Deliberation,
    time: &'a Time,
    mediator: By,
}

/// Tells both and gives the lines of the guide that say who may see them.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(
    life: &Deliberation,
    time: &Time,
    today: u64,
    players: &Players<'_>,
) -> anyhow::Result<String> {
    let [tenant, elder, below, neighbour, mediator, ..] = players.played else {
        anyhow::bail!("too few owners are played in the demo")
    };
    let by =
        |letter: &Letter| By { compound: players.compound.clone(), subject: Subject::Person(letter.person.clone()) };
    time.set(today - 61 * DAY);
    let officer = By { compound: players.compound.clone(), subject: players.officer.clone() };
    let until = time.now() + 3 * 365 * DAY;
    let post = Post { role: Role::Mediator, scope: Scope::Estate, from: time.now(), until };
    life.appoint(&officer, &by(mediator).subject, &post, time.tick(), &mut fresh()?).await?;
    let teller = Teller { life, time, mediator: by(mediator) };
    let leak = teller
        .leak(today, (&by(below), below), [(&by(tenant), *tenant), (&by(players.landlord), players.landlord)])
        .await?;
    let noise = teller.noise(today, (&by(elder), elder), (&by(neighbour), neighbour)).await?;
    time.set(today - 1);
    Ok(format!(
        "调解室 mediation rooms, closed to everybody else, officers included:\n    第 {leak} 号 case {leak}: {}、{}、{}\n    \
         第 {noise} 号 case {noise}: {}、{}、{}\n",
        below.name, tenant.name, mediator.name, elder.name, neighbour.name, mediator.name
    ))
}

/// A party as somebody names it.
fn party(letter: &Letter) -> NewParty {
    let building =
        if letter.phase.is_empty() { letter.building.clone() } else { format!("{}/{}", letter.phase, letter.building) };
    NewParty { name: letter.name.clone(), building, home: format!("{}-{}", letter.entrance, letter.number) }
}

fn text(text: &str) -> CaseAct {
    CaseAct { text: text.to_owned(), ..CaseAct::default() }
}

impl Teller<'_> {
    async fn step(&self, by: &By, number: u64, verb: Verb, act: CaseAct) -> anyhow::Result<()> {
        self.life.mediation_step(by, number, verb, &act, self.time.tick()).await.with_context(|| format!("{verb}"))?;
        Ok(())
    }

    /// Asked for, taken on, and consented to by all.
    async fn begin(
        &self,
        (by, claim): (&By, &str),
        category: Category,
        others: &[(&By, &Letter)],
    ) -> anyhow::Result<u64> {
        let new = NewCase {
            category,
            text: claim.to_owned(),
            building: None,
            is_small: false,
            others: others.iter().map(|(_, letter)| party(letter)).collect(),
            on_behalf_of: None,
            has_consent: false,
        };
        let number =
            self.life.ask_mediation(by, &new, self.time.tick(), &mut fresh()?).await?.context("one's own case")?;
        self.time.set(self.time.now() + 2 * DAY);
        self.life.take_mediation(&self.mediator, number, true, self.time.tick()).await?;
        for (by, _) in others {
            self.step(by, number, Verb::Join, CaseAct::default()).await?;
        }
        self.step(&self.mediator, number, Verb::Consent, CaseAct::default()).await?;
        Ok(number)
    }

    /// One session, some days from now, with its notes.
    async fn meet(&self, number: u64, days: u64, (present, note): (&str, &str)) -> anyhow::Result<()> {
        let at = self.time.now() + days * DAY;
        let act = CaseAct { at, place: PLACE.to_owned(), ..CaseAct::default() };
        self.step(&self.mediator, number, Verb::Schedule, act).await?;
        self.time.set(at);
        self.step(&self.mediator, number, Verb::Meet, CaseAct::default()).await?;
        let note = CaseAct { present: present.to_owned(), ..text(note) };
        self.step(&self.mediator, number, Verb::Minute, note).await
    }

    /// Water from above: agreed, signed, kept and closed.
    async fn leak(&self, today: u64, below: (&By, &Letter), others: [(&By, &Letter); 2]) -> anyhow::Result<u64> {
        self.time.set(today - 60 * DAY);
        let number = self.begin((below.0, LEAK), Category::Leak, &others).await?;
        self.meet(
            number,
            3,
            ("三方都到了，物业维修人员在场", "做了闭水试验，三方看过：渗漏来自楼上地漏四周，防水层老了。"),
        )
        .await?;
        self.meet(number, 3, ("三方都到了", "怎么修没有异议，顶棚粉刷的钱有分歧。")).await?;
        self.meet(number, 4, ("三方都到了", "谈成了，写进协议。")).await?;
        self.step(&self.mediator, number, Verb::Agree, text(AGREEMENT)).await?;
        let room = self.life.mediation(&self.mediator, number, self.time.now()).await?.context("their room")?;
        let signs = CaseAct { hash: room.texts.last().map(|text| text.hash), ..CaseAct::default() };
        for by in [below.0, others[0].0, others[1].0] {
            self.step(by, number, Verb::Undersign, signs.clone()).await?;
        }
        self.step(&self.mediator, number, Verb::Sign, signs).await?;
        self.time.set(today - 15 * DAY);
        let seen =
            CaseAct {
                at: self.time.now(), kept: Some(Kept::Yes), ..text("防水重做了，顶棚刷好了，一个月没有再渗。")
            };
        self.step(&self.mediator, number, Verb::Visit, seen).await?;
        self.step(&self.mediator, number, Verb::Perform, CaseAct::default()).await?;
        self.step(&self.mediator, number, Verb::Close, CaseAct::default()).await?;
        Ok(number)
    }

    /// Noise and dripping of an outdoor unit: tried for a month, and still open.
    async fn noise(&self, today: u64, elder: (&By, &Letter), neighbour: (&By, &Letter)) -> anyhow::Result<u64> {
        self.time.set(today - 45 * DAY);
        let number = self.begin((elder.0, NOISE), Category::Noise, &[neighbour]).await?;
        self.meet(number, 4, ("双方、楼长", "现场看过，夜间室内测得 38 分贝。各说各的，没有谈成。")).await?;
        self.meet(number, 7, ("双方", "加减振垫、接排水管，先试一个月，再看。")).await?;
        self.time.set(today - 3 * DAY);
        self.step(neighbour.0, number, Verb::Say, text("减振垫和排水管都装好了，请再听听。")).await?;
        self.time.set(today - 3 * DAY + 5 * HOUR);
        self.step(
            elder.0,
            number,
            Verb::Say,
            text("声音小多了，31 分贝。滴水没有了。夜里还是听得见，想请他移个位置。"),
        )
        .await?;
        let at = today + 4 * DAY;
        let next = CaseAct { at, place: PLACE.to_owned(), ..CaseAct::default() };
        self.step(&self.mediator, number, Verb::Schedule, next).await?;
        Ok(number)
    }
}

const PLACE: &str = "居委会一楼调解室";

const LEAK: &str = "六月起卫生间顶棚渗水。楼上的租户说告诉过房东，一直没有修，在楼道里吵过两次。\n希望查清哪里漏，早点修好，顶棚刷回原样。\n";

const AGREEMENT: &str = "一、楼上业主十日内重做防水，费用由其承担；\n二、楼下顶棚粉刷费 1200 元由楼上业主支付；\n\
三、施工三天内租户配合开门，楼上业主减收三天租金；\n四、一年内再渗漏的，由楼上业主负责修复。\n";

const NOISE: &str =
    "邻居在两户之间的外墙加装空调外机，夜里的声音传进卧室，冷凝水滴在雨棚上，睡不好。\n希望移到别处。\n";
