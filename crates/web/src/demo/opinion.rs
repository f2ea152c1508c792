//! What the demo's neighbours think of more charging piles: those who drive, and families on the ground floor. And what
//! they have begun to think of the lake.

use deliberation::{
    lifecycle::Verb,
    opinion::Vote,
    store::{By, Conversation, Deliberation, NewStatement, StatementAct},
};

use super::Time;

/// What most of a group say: for, against, or nothing in particular.
#[derive(Clone, Copy)]
enum Lean {
    For,
    Against,
    Open,
}

use Lean::{Against, For, Open};

/// A statement, who wrote it, and how drivers and families lean.
type Line = (&'static str, usize, Lean, Lean);

/// What is thought of one thing.
pub(super) struct Thoughts {
    /// Those of author 2 are the moderator's.
    statements: &'static [Line],
    /// Nobody has looked at these yet.
    waiting: &'static [(&'static str, usize)],
}

/// What is thought of charging piles.
pub(super) const CHARGING: Thoughts = Thoughts { statements: &STATEMENTS, waiting: &WAITING };
/// What is thought of the lake: too little for a map so far.
pub(super) const LAKE: Thoughts = Thoughts { statements: &LAKE_STATEMENTS, waiting: &[("湖边要装路灯。", 16)] };

const LAKE_STATEMENTS: [Line; 4] = [
    ("先清淤，看一年水质再决定要不要种植物。", 2, For, For),
    ("循环泵的电费应当列出来。", 2, For, Open),
    ("湖边有小孩玩，护栏比种草要紧。", 4, Open, For),
    ("填了改草坪，以后省心。", 9, Against, Open),
];

/// The first five are the moderator's.
const STATEMENTS: [Line; 16] = [
    ("扩建以前，应当先把变压器的余量测清楚并公布数据。", 2, For, For),
    ("充电区必须和人员出入口隔开，并装烟感和喷淋。", 2, For, For),
    ("现在只有八个充电位，晚上经常要排到十点以后。", 2, For, Open),
    ("由运营公司投资、小区分成的办法可以接受。", 2, For, Against),
    ("没有电动车的人不应该为扩建出钱。", 2, Open, For),
    ("先装后装都要装，早装比晚装便宜。", 3, For, Against),
    ("卧室正下方的车位不应该装充电桩。", 4, Open, For),
    ("夜里十一点以后用电价格低，我愿意那时充。", 5, For, Open),
    ("充满以后两小时不挪车，应当收占位费。", 6, For, For),
    ("快充桩应当放在地面，不放地下。", 7, Against, For),
    ("占用公共车位充电，会让普通车更难停。", 8, Against, For),
    ("现有的桩经常坏，先把维修做好。", 9, Open, Open),
    ("充电收益要单独记账，每季度公布。", 10, For, For),
    ("车位是自己的，装自己的桩，合乎安全规定就应当允许。", 11, For, Against),
    ("先试行一年，再决定要不要加。", 12, Against, For),
    ("运营合同不超过五年，到期重新比价。", 13, For, Open),
];

const WAITING: [(&str, usize); 2] = [("每栋楼下都要有遮雨的充电棚。", 14), ("电动自行车上楼充电的问题更急。", 15)];

/// Writes the statements, and lets everybody react to most of them.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(
    life: &Deliberation,
    time: &Time,
    (target, thoughts): (&Conversation, &Thoughts),
    moderator: &By,
    people: &[By],
) -> anyhow::Result<()> {
    for (text, author, ..) in thoughts.statements {
        let author = if *author == 2 { moderator } else { &people[*author] };
        let new = NewStatement { text: (*text).to_owned() };
        let number = life.state(author, target, &new, time.tick()).await?;
        life.statement_step(moderator, (target, number), Verb::Accept, &StatementAct::default(), time.tick()).await?;
    }
    for (text, author) in thoughts.waiting {
        life.state(&people[*author], target, &NewStatement { text: (*text).to_owned() }, time.tick()).await?;
    }
    // Whoever tries the demo as the first owners has something left to react to.
    for (who, person) in people.iter().enumerate().skip(2) {
        for (place, (_, _, drivers, families)) in thoughts.statements.iter().enumerate() {
            let lean = if who % 5 < 3 { drivers } else { families };
            if let Some(vote) = says(*lean, who, place) {
                life.react(person, (target, place as u64 + 1), vote, time.now()).await?;
            }
        }
    }
    Ok(())
}

/// One in seven thinks otherwise than their group, and one in eight has not come to it.
fn says(lean: Lean, who: usize, place: usize) -> Option<Vote> {
    let draw = who * 31 + place * 17;
    if draw % 8 == 7 {
        return None;
    }
    Some(match (lean, draw % 7) {
        (For, 0) | (Against, 1..) => Vote::Disagree,
        (For, 1..) | (Against, 0) => Vote::Agree,
        (Open, which) => [Vote::Agree, Vote::Disagree, Vote::Pass][which % 3],
    })
}
