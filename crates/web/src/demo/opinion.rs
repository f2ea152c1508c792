//! What the demo's neighbours think of more charging piles: those who drive, and families on the ground floor.

use deliberation::{
    lifecycle::Verb,
    opinion::Vote,
    store::{By, Deliberation, MatterId, NewStatement, StatementAct},
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

/// Nobody has looked at these yet.
const WAITING: [(&str, usize); 2] = [("每栋楼下都要有遮雨的充电棚。", 14), ("电动自行车上楼充电的问题更急。", 15)];

/// Writes the statements, and lets everybody react to most of them.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(
    life: &Deliberation,
    time: &Time,
    matter: &MatterId,
    moderator: &By,
    people: &[By],
) -> anyhow::Result<()> {
    for (text, author, ..) in STATEMENTS {
        let author = if author == 2 { moderator } else { &people[author] };
        let new = NewStatement { text: text.to_owned() };
        let number = life.state(author, matter, &new, time.tick()).await?;
        life.statement_step(moderator, (matter, number), Verb::Accept, &StatementAct::default(), time.tick()).await?;
    }
    for (text, author) in WAITING {
        life.state(&people[author], matter, &NewStatement { text: text.to_owned() }, time.tick()).await?;
    }
    // Whoever tries the demo as the first owners has something left to react to.
    for (who, person) in people.iter().enumerate().skip(2) {
        for (place, (_, _, drivers, families)) in STATEMENTS.iter().enumerate() {
            let lean = if who % 5 < 3 { drivers } else { families };
            if let Some(vote) = says(*lean, who, place) {
                life.react(person, (matter, place as u64 + 1), vote, time.now()).await?;
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
