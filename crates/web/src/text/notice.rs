//! Notices: written, hung on the boards with photos, and kept.

use super::msgs;

msgs! {
    title = "公告和公示", "Notices";
    lead = "在手机上和每栋楼的公告栏同时公示：什么时候贴的、贴在哪里，都有照片。天数不够的发不出去。", "Notices hang here and on the board of each building, with photos of when and where. One whose period is too short cannot be posted.";
    none = "还没有公告。", "There are no notices yet.";
    new = "写一份公告", "Write a notice";
    back = "回到公告", "Back to notices";
    older = "更早的", "Older ones";
    number(n: u64) = "第 {n} 号公告", "Notice {n}";

    k_general = "通知", "General";
    k_meeting = "开会或表决", "A meeting or a vote";
    k_roll = "名册公示", "The roll, open to corrections";
    k_candidates = "候选人公示", "The candidates of an election";
    k_result = "结果公示", "The result of a vote";
    k_accounts = "账目和公共收益", "Accounts and income of common parts";
    days(n: u64) = "至少公示 {n} 天", "hangs for at least {n} days";

    s_draft = "草稿", "draft";
    s_approved = "已定，正在张贴", "approved, being hung";
    s_posted = "公示中", "posted";
    s_expired = "期满", "its period is over";
    s_archived = "已归档", "filed away";
    s_withdrawn = "已撤换", "replaced by another";

    kind_field = "是哪一种", "What kind";
    title_field = "题目", "Title";
    title_hint = "最多 100 个字。", "At most 100 characters.";
    text_field = "内容", "Text";
    text_hint = "最多 4000 个字，段和段之间空一行。", "At most 4,000 characters, with an empty line between paragraphs.";
    until_field = "公示到哪一天（含当天）", "The last day on which it hangs";
    until_hint = "从贴齐的第二天算起。", "Counted from the day after it hangs everywhere.";
    motion_field = "为哪个议案（可以不填）", "For which motion (may be left empty)";
    motion_hint = "只填数字。", "The number alone.";
    boards_field = "贴在哪几栋楼的公告栏", "On the boards of which buildings";
    save = "存成草稿", "Save the draft";

    about = "这份公告", "This notice";
    kind = "种类", "Kind";
    online = "网上公布", "Online since";
    until = "公示到", "Until";
    for_motion = "议案", "Motion";
    see_motion(n: u64) = "看第 {n} 号议案", "See motion {n}";
    boards = "张贴", "Boards";
    hangs(building: &str, when: &str) = "{building}：{when} 贴出", "{building}: hung {when}";
    not_yet(building: &str) = "{building}：还没有贴", "{building}: not yet";
    photo = "照片", "Photo";
    hang(building: &str) = "已经贴在{building}", "It hangs at {building}";
    hang_photo = "贴好以后的照片", "A photo of it on the board";
    hang_send = "记下来", "Record it";
    print = "打印 A4 公告", "Print on A4";
    print_title = "公告", "Notice";
    scan = "扫码看网上的这一份", "Scan to see it online";
    what_next = "现在可以做", "What can be done now";

    do_approve = "定稿", "Approve it";
    do_post = "正式公布", "Post it";
    do_extend = "延长", "Extend it";
    do_withdraw = "用另一份换下", "Replace it by another";
    do_archive = "归档", "File it away";
    approve_lead = "定稿以后不能再改：打印出来贴到每一栋，拍照，再正式公布。", "Once approved it cannot change: print it, hang it on every board with a photo, then post it.";
    extend_until = "延长到哪一天", "Until which day";
    replacement = "换成第几号公告", "The number of the notice that takes its place";
    why = "理由", "Why";

    e_kind = "请选是哪一种。", "Choose what kind it is.";
    e_title = "题目要有 1 到 100 个字，不能换行。", "A title has 1 to 100 characters on one line.";
    e_text = "请写内容，1 到 4000 个字。", "Write the text, of 1 to 4,000 characters.";
    e_until = "请写最后一天，要在今天以后。", "Give the last day, after today.";
    e_motion = "没有这个号的议案。", "There is no motion of this number.";
    e_boards = "请至少选一栋楼。", "Choose at least one building.";
    e_period = "天数不够：从贴齐的第二天算起，要满规定的天数。请写晚一些的日子。", "The period is too short: whole days count from the day after it hangs everywhere. Give a later day.";
    e_all_boards = "还有楼没有贴或者没有照片。", "It does not hang everywhere yet, or a photo is missing.";
    e_photo = "请选一张照片。", "Choose a photo.";
    e_longer = "只能延长，不能缩短。", "A period can only become longer.";
    e_replacement = "请写另一份已经公布的公告的号。", "Give the number of another notice that is posted.";
    e_why = "请写理由，最多 1000 个字。", "Say why, in at most 1,000 characters.";
}
