//! Notices of the demo's estate: one that hangs, one that is being hung.

use std::io::Cursor;

use ballot::store::ids::{CompoundId, Subject};
use deliberation::{
    lifecycle::Verb,
    notice::NoticeKind,
    store::{By, Deliberation, File, FileKind, NewNotice, NoticeAct},
};
use image::{ImageFormat, Rgb, RgbImage};

use super::{Time, fresh};

const DAY: u64 = 86_400;

/// Writes and hangs them.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(
    life: &Deliberation,
    time: &Time,
    today: u64,
    (compound, officer): (&CompoundId, &Subject),
) -> anyhow::Result<()> {
    let by = By { compound: compound.clone(), subject: officer.clone() };
    let new = |kind, title: &str, text: &str, building: &str, days: u64| NewNotice {
        kind,
        title: title.to_owned(),
        text: text.to_owned(),
        motion: None,
        until: today + days * DAY,
        boards: [building.to_owned()].into(),
    };
    let work = new(NoticeKind::General, "3 号楼电梯更换施工安排", WORK, "3", 12);
    let vote = new(NoticeKind::Meeting, "7 号楼业主表决公告：更换电梯", VOTE, "7", 40);
    for (notice, is_hung) in [(work, true), (vote, false)] {
        time.set(today - 3 * DAY);
        let id = life.draft_notice(&by, &notice, time.tick(), &mut fresh()?).await?;
        life.notice_step(&by, &id, Verb::Approve, &NoticeAct::default(), time.tick()).await?;
        if !is_hung {
            continue;
        }
        let photo = File { kind: FileKind::Jpeg, content: photo()? };
        let photo = life.attach(&by, &photo, time.tick()).await?;
        for building in &notice.boards {
            life.hang(&by, &id, building, &photo, time.tick()).await?;
        }
        life.notice_step(&by, &id, Verb::Post, &NoticeAct::default(), time.tick()).await?;
    }
    time.set(today - 1);
    Ok(())
}

/// A sheet of paper on a board, drawn.
fn photo() -> anyhow::Result<Vec<u8>> {
    let picture = RgbImage::from_fn(480, 640, |x, y| {
        let is_paper = (90..390).contains(&x) && (110..530).contains(&y);
        let is_line = is_paper && (130..350).contains(&x) && 170 < y && y % 30 < 6;
        match (is_line, is_paper) {
            (true, _) => Rgb([70, 70, 80]),
            (false, true) => Rgb([250, 250, 245]),
            (false, false) => Rgb([120, 145, 130]),
        }
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)?;
    Ok(bytes)
}

const WORK: &str = "1 单元电梯下月 1 日停用拆除，25 天后恢复；接着换 2 单元。\n\n\
施工期间请从另一单元经屋顶连廊上下，行动不便的住户请到服务点登记，志愿者上门帮忙提重物。\n\n\
每天施工时间：上午 8 点到 12 点，下午 2 点到 6 点。\n";

const VOTE: &str = "议题：是否同意使用维修资金更换 7 号楼两部电梯。\n\n方案、费用和每户分摊见议案页，扫码可看，服务点有纸质件。\n\n\
对名册上的面积、姓名有疑问的，请在公示期内到服务点核对。\n";
