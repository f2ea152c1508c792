//! What a poll came to.

use super::msgs;

msgs! {
    title = "表决结果", "The result";
    not_yet(when: &str) = "表决还在进行，{when} 截止。截止以前，谁都看不到同意和反对的数目。",
        "Voting goes on until {when}. Until then nobody can see how many are for or against.";
    not_signed = "表决已截止，票已封存，谁都改不了。业委会两位委员签字以后，结果就公布在这里。",
        "Voting has ended and the ballots are sealed; nobody can change them. The result is published here once two officers have signed it.";
    does_not_hold = "核对没有通过：请不要采用这个结果，打下面的电话。",
        "The check failed: please do not rely on this result, and call the number below.";
    counted_again = "名册或选票在签字以后更正过，正在重新计票。下面是按更正后的记录算出来的，等两位委员重新签字才算数。",
        "Something was put right after the result was signed, and it is being counted again. The figures below are computed from the corrected record; they stand once two officers have signed.";
    corrected = "更正", "What was put right";
    corrected_lead = "每一条更正都由委员签字，记在同一份记录里，原来的也都还在。",
        "Every correction was signed by officers and stands in the same record; nothing was taken out of it.";
    unit_amended(unit: u64, what: &str, why: &str) = "名册第 {unit} 行：{what}。理由：{why}。", "Line {unit} of the roll: {what}. Reason: {why}.";
    area_became(then: String, now: String) = "面积由 {then} 改为 {now}", "area {then}, now {now}";
    more_became = "登记的其他内容有更正", "other particulars changed";
    source_became = "登记依据有更正", "the source of the entry changed";
    entry_struck(index: u64, why: &str) = "记录第 {index} 条作废。理由：{why}。", "Entry {index} is struck. Reason: {why}.";
    at_entry(index: u64) = "（记录第 {index} 条）", "(entry {index})";
    earlier_result(index: u64) = "更正以前签字的结果（记录第 {index} 条）", "The result signed before (entry {index})";
    earlier_lead = "这个结果已经不作数，列在这里对照。", "This result no longer stands; it is here to compare.";
    was = "原来", "Then";
    is_now = "现在", "Now";
    both_results(with: &str, without: &str) = "送到了没有投票的业主怎么算，有争议，两种结果都列出。按议事规则算上他们：{with}。不算他们：{without}。",
        "Whether owners who got a ballot and cast none count is disputed, so both results stand here. Counted as the by-laws say: {with}. Without them: {without}.";
    contested = "这条规则有争议，各地做法不同，请结合下面的说明来看。",
        "This rule is contested and places differ; please read it with the explanation below.";
    taking_part = "参与", "Taking part";
    agreeing = "同意", "In favour";
    line(need: &str) = "要求：{need}", "Required: {need}";
    all_units = "全部房屋的去向", "Where every unit stands";
    class = "情况", "Standing";
    units = "户数", "Units";
    area = "面积", "Area";
    votes_for = "同意", "For";
    votes_against = "反对", "Against";
    abstentions = "弃权", "Abstained";
    marks = "有效选票", "Valid ballots";
    overvoted = "选的人多于席位", "More marks than seats";
    invalid = "无效票", "Invalid";
    present_only = "到会没有投票", "Present without voting";
    silent_delivered = "已送达没有投票", "Delivered, not voted";
    silent_undelivered = "没有投票", "Not voted";
    turnout_by_building = "各楼栋的参与情况", "Turnout by building";
    channels = "怎么投的", "How they voted";
    channel = "方式", "Way";
    counted = "计入的房屋", "Units counted";
    by_phone = "手机或电脑", "Phone or computer";
    on_paper = "纸质票", "Paper";
    in_meeting = "会场", "In the meeting";
    units_and_area(units: String, area: String) = "{units} 户，{area}", "{units} units, {area}";
    ballots_counted(n: u64) = "计入 {n} 张票。", n "{n} ballot counts." "{n} ballots count.";
    ballots_uncounted(n: u64) = "另有 {n} 张不计：后来改投了，或者按规则不算。",
        n "{n} more does not: it was replaced later, or the rule sets it aside."
        "{n} more do not: they were replaced later, or the rule sets them aside.";
    invalid_why = "无效的原因", "Why ballots are invalid";
    reason = "原因", "Reason";
    blank = "空白", "Blank";
    spoiled = "毁坏", "Spoiled";
    unclear = "看不清", "Unreadable";
    unsigned = "没有签名", "Not signed";
    answer_unclear = "这一项看不清", "Unreadable on this motion";
    channels_differ = "同一人手机票和纸质票不一致", "One person's phone and paper ballots differ";
    co_owners_differ = "共有人选择不同，又没有登记代表", "Co-owners differ and nobody represents them";
    candidate = "候选人", "Candidate";
    candidates = "候选人得票", "Candidates";
    outcome = "结果", "Outcome";
    is_elected = "当选", "Elected";
    is_tied = "票数相同，待抽签", "Tied, a lot decides";
    is_not_elected = "未当选", "Not elected";
    how = "怎么算出来的", "How it was reckoned";
    recompute = "不相信？自己算一遍", "Not convinced? Compute it yourself";
    check_it = "核对", "Check it";
    check_lead = "每张票、每个数都可以自己算一遍，不用相信这个网站。",
        "Every ballot and every figure can be computed again, without trusting this website.";
    to_announcement = "结果公告（可以打印）", "The announcement, to print";
    to_audit = "下载全部记录，自己核对", "Download the whole record and check it";
    to_check = "查我的票", "Check my ballot";
    entries = "记录条数", "Entries in the record";
    root = "记录的指纹", "Fingerprint of the record";
    announcement = "业主大会表决结果公告", "Announcement of the owners' vote";
    vote_ran(opens: &str, closes: &str) = "表决时间：{opens}至{closes}", "Voting ran from {opens} to {closes}";
    roll(units: String, holders: String, area: String) = "有表决权的房屋 {units} 户，业主 {holders} 位（户），专有面积合计 {area}。",
        "{units} units with a vote, {holders} owners, {area} in all.";
    objections = "对结果有异议的，请到服务点提出。权利受到侵害的业主，可以在知道之日起一年内请求人民法院撤销。",
        "Objections are taken at the service point. An owner whose rights are infringed may ask the court to revoke the decision within one year of knowing of it.";
    checkpoint = "记录的检查点（条数和指纹）。几处公告上的应当一样，也和任何人从网站下载的一样：",
        "Checkpoint of the record (its size and fingerprint). It is the same on every board, and in what anyone downloads:";
    scan = "扫码看结果", "Scan for the result";
    key = "记录的公钥：", "Public key of the record:";
    signed = "签字：________________　________________　　日期：____________", "Signed: ________________  ________________  Date: ____________";
    how_to_print = "用浏览器的“打印”就可以打印这一页。", "Print this page with your browser's print command.";
}
