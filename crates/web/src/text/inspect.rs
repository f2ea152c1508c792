//! Who is who in a closed poll, for those who may inspect.

use super::msgs;

msgs! {
    title(n: u64) = "业主 {n} 号", "Holder {n}";
    lead = "您这次查看已经记入操作记录：谁看的、什么时候、看了哪一位。", "This look was written into the record of what is done: who looked, when, and at whom.";
    people = "姓名", "Names";
    person(n: u64, name: &str) = "{n}. {name}", "{n}. {name}";
    representative(name: &str) = "登记的代表：{name}", "Recorded representative: {name}";
    homes = "房屋", "Homes";
    weight = "面积（人数算一人）", "Area (and one head)";
    ballots = "这位业主的选票", "Ballots of this holder";
    no_ballots = "没有选票。", "No ballots.";
    not_counted = "结果还没有签字，选票清单要等签字以后才有。", "The result is not signed yet; ballots are listed once it is.";
    credentials = "投票资格", "Credentials";
    no_credentials = "没有发放过投票资格。", "No credential was issued.";
    number = "编号", "Number";
    who = "给谁", "For whom";
    agent = "受托人", "an agent";
    how = "怎么核实的", "How they were identified";
    at = "时间", "Time";
    state = "状态", "Status";
    live = "有效", "good";
    revoked = "已撤销", "revoked";
    evidence = "凭据", "Evidence";
    to_evidence = "看凭据", "See the evidence";
    papers = "纸质票的扫描件", "Scans of the papers";
    scan_of(n: u64) = "第 {n} 号纸质票的扫描件：请和上面录入的对照", "Scan of the paper, number {n}: compare it with what was entered above";
    strikes = "作废的选票", "Struck ballots";
    struck(n: u64) = "第 {n} 号", "number {n}";
    sms = "邀请信加短信", "letter and text message";
    letter = "邀请信加邮件", "letter and e-mail";
    in_person = "当面", "in person";
    oidc = "实名登录", "sign-in service";

    e_title = "记录背后的凭据", "Evidence behind the record";
    e_lead = "公开记录里只有凭据的指纹，原件在这里。您这次查看已经记入操作记录。", "The public record has the evidence's hash alone; the original is here. This look was written into the record of what is done.";
    e_hash = "记录里的指纹", "Hash in the record";
    e_salt = "随机数", "Salt";
    e_record = "内容", "Record";
    e_sound = "指纹对得上：内容没有改动过。", "The hash fits: the record is unaltered.";
    e_broken = "指纹对不上：内容和记录里的不是同一份。", "The hash does not fit: this is not what the record commits to.";
    e_how = "自己核对：把随机数的 32 个字节和内容接在一起，算 SHA-256。", "To check: SHA-256 of the salt's 32 bytes followed by the record.";
    back = "返回核对页", "Back to the auditor's page";
}
