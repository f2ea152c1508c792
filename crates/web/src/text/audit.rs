//! The auditor's page.

use super::msgs;

msgs! {
    title = "自己核对", "Check it yourself";
    lead = "每次表决都有一份公开的记录：谁可以投、投了多少、怎么算，都在里面，不含姓名和房号。",
        "Every poll has a public record: who may vote, what was cast, how it was counted. It holds no names and no flat numbers.";
    none = "还没有表决。", "There is no poll yet.";
    still_open = "表决还在进行。截止以后，这里可以下载全部记录。现在能看的只有日志的指纹。",
        "Voting goes on. After it ends the whole record can be downloaded here. Until then there is only the fingerprint of the log.";
    not_signed = "表决已截止，结果等业委会签字。签字以后，这里给出完整的核对。",
        "Voting has ended; the result waits for the officers' signatures. The full check appears here after that.";
    holds(when: &str) = "服务器自己核对过了，全部通过（{when}）。", "The server's own check passed in full ({when}).";
    fails(when: &str) = "服务器自己的核对没有通过（{when}）。", "The server's own check failed ({when}).";
    do_not_trust = "不要相信这一页，自己算", "Do not trust this page, compute it yourself";
    commands = "在您自己的电脑上，依次运行：", "On your own computer, run in turn:";
    key_from_notice = "公钥请从楼道公告上抄，不要从这一页抄。",
        "Take the key from the printed notice, not from this page.";
    barred = "这次表决的记录只给可以查阅的人。请先登录。",
        "The record of this poll is for those who may inspect it. Please sign in first.";
    checks = "逐项核对", "Check by check";
    check_head = "编号", "No.";
    what_head = "核对什么", "What is checked";
    verdict_head = "结论", "Verdict";
    ok = "通过", "holds";
    failed(reason: &str) = "不通过：{reason}", "fails: {reason}";
    not_checked = "没有核对", "not checked";
    a01 = "检查点由公告上的公钥签名", "The checkpoint is signed by the key on the notice";
    a02 = "全部记录与指纹一致", "Entries and fingerprint agree";
    a03 = "见证人的签名", "Witnesses' signatures and anchors";
    a04 = "每条记录格式正确、签名有效", "Every statement is well formed and signed";
    a05 = "表决方案由规定人数的委员签名", "Enough officers signed the manifest";
    a06 = "业主名册与公布的总数一致", "The roll agrees with the published totals";
    a07 = "方案原文和计票规则与公布的一致", "Texts and rules are those published";
    a08 = "投票资格的发放", "Credentials";
    a09 = "每张电子票", "Ballots";
    a10 = "纸质票和签到", "Papers and attendance";
    a11 = "委托", "Proxies";
    a12 = "剔除和更正", "Strikes and amendments";
    a13 = "截止", "The close";
    a14 = "票数重新清点", "The tally, counted again";
    a15 = "结论重新计算", "The outcome, decided again";
    archive = "记录包里有什么", "What the archive holds";
    file_head = "文件", "File";
    hash_head = "指纹（SHA-256）", "SHA-256";
    tiles(n: usize) = "另有 {n} 个日志文件（tile/…），由检查点的指纹覆盖。",
        "And {n} files of the log (tile/…), covered by the checkpoint's root.";
    head = "日志", "The log";
    key = "公钥", "Public key";
    size = "条数", "Entries";
    root = "指纹", "Root";
    checkpoint = "检查点", "Checkpoint";
    opening = "名册总数", "Totals of the roll";
    roll_units = "房屋", "Units";
    roll_holders = "业主（按人数规则）", "Holders";
    roll_area = "专有面积", "Area";
    roll_root = "名册的指纹", "Root of the roll";
    scripts = "网页程序", "Browser code";
    scripts_lead = "这个网站发给浏览器的每个文件和它的指纹：", "Every file that this site sends to browsers, with its hash:";
    late = "截止前一天内发放的资格", "Credentials issued in the last day";
    late_none = "没有。", "None.";
    late_some(list: String) = "编号 {list}。建议抽查这些业主。", "Numbers {list}. These owners are worth ringing up.";
    over_cap = "超过委托上限的房屋", "Units beyond the limit on proxies";
    ballots = "全部选票", "All ballots";
    ballots_lead = "查票码和状态谁都能看。", "Check codes and status are for everybody.";
    ballots_barred = "选择和面积只给可以查阅的人看。", "Choices and areas are shown to those who may inspect.";
    inspect_lead = "点业主编号，看这位是谁、凭据是什么。每看一次都有记录。", "Follow a holder's number to see who it is and the evidence. Every look is recorded.";
    number_head = "序号", "Index";
    code_head = "查票码", "Check code";
    channel_head = "方式", "Way";
    status_head = "状态", "Status";
    holder_head = "业主编号", "Holder";
    area_head = "面积", "Area";
    answers_head = "选择", "Answers";
    phone = "手机", "phone";
    paper = "纸质", "paper";
    counted = "计入", "counts";
    marked(what: &str, how: &str) = "{what}：{how}", "{what}: {how}";
    replaced = "已被后来的票替换", "replaced by a later one";
    set_aside = "按规则不计", "set aside by the rule";
    struck = "已剔除", "struck";
    as_csv = "下载 CSV", "Download as CSV";
    as_json = "下载 JSON", "Download as JSON";
    page(at: usize, of: usize) = "第 {at} 页，共 {of} 页", "Page {at} of {of}";
    next = "下一页", "Next page";
    previous = "上一页", "Previous page";
}
