//! What is handed to the street office when a decision is filed.

use super::msgs;

msgs! {
    title = "备案材料", "Papers to file";
    lead = "交给街道办事处和房管部门备案的材料都在这里：可以打印出来签字盖章，也可以整包下载。里面没有任何人投了什么票。",
        "What the street office and the housing authority want for their files: print it to sign and seal, or download it whole. Nobody's choices are in it.";
    download = "下载整包（ZIP）", "Download all of it (ZIP)";
    in_archive = "包里有这些纸张（filing.html，可以打印）、议案全文和附件、结果和名册合计的表格、记录的指纹、每个文件的指纹（SHA256SUMS）。",
        "It holds these sheets (filing.html, to print), the motions in full with their attachments, tables of the result and the roll's totals, the record's fingerprint, and that of every file (SHA256SUMS).";
    back = "回到结果", "Back to the result";
    cover = "业主大会决定备案材料", "Filing of a decision of the owners' assembly";
    estate = "小区", "Estate";
    vote = "表决", "Vote";
    ran = "表决时间", "Voting ran";
    from_to(from: &str, until: &str) = "{from}至{until}", "from {from} to {until}";
    contents = "目录", "Contents";
    resolution = "业主大会决定", "Decision of the owners' assembly";
    committee = "业主委员会成员名单", "Members of the owners' committee";
    committee_lead = "各位成员的任期、联系方式由业主委员会另行填报。", "Terms and contacts of the members are given by the committee.";
    result = "表决结果公告", "Announcement of the result";
    roll = "业主名册合计", "Totals of the roll";
    publicity = "公示和异议", "Publicity and objections";
    minutes = "会议记录", "Minutes";
    within(day: &str) = "业主委员会应当自选举产生之日起三十日内备案，最迟{day}（《物业管理条例》第十六条）。",
        "An elected committee is filed within thirty days of the election, by {day} (Property Management Regulations, article 16).";
    fingerprint = "记录的指纹", "Fingerprint of the record";
    fingerprint_lead = "这次表决的每张票、每个数都在记录里。记录改动一个字节，下面的指纹就对不上。",
        "Every ballot and every figure of this vote is in the record. Change one byte of it, and the fingerprint below no longer fits.";
    bundle = "记录文件的 SHA-256", "SHA-256 of the record's file";
    bytes(bytes: String) = "（{bytes} 字节）", "({bytes} bytes)";
    entries = "记录条数", "Entries in the record";
    key = "记录的公钥", "Public key of the record";
    verify = "有权查阅记录的人可以这样核对：", "Whoever may read the record checks it like this:";
    text_of_motion = "议案全文", "The motion in full";
    fingerprint_of_text = "全文的指纹（SHA-256）：", "Fingerprint of the text (SHA-256):";
    signed = "签字：________________　________________　　日期：____________", "Signed: ________________  ________________  Date: ____________";
    sealed = "盖章：", "Seal:";
    units = "户数", "Units";
    heads = "业主人数", "Owners";
    area = "专有面积", "Area";
    all = "合计", "In all";
    one_in_two = "一位业主在几栋楼都有房的，每栋各列一次，合计只算一次。", "An owner with homes in several buildings stands with each, and once in the total.";
    root = "名册的指纹：", "Fingerprint of the roll:";
    posted = "公告和公示", "Notices";
    notice(n: u64) = "公告 {n}", "Notice {n}";
    notice_head = "公告", "Notice";
    kind = "种类", "Kind";
    online = "网上公布", "Online since";
    until = "公示到", "Until";
    boards_head = "楼栋公告栏", "Boards";
    boards(hung: u64, all: u64) = "{all} 处贴了 {hung} 处，有照片", "{hung} of {all}, with photos";
    objections = "异议", "Objections";
    number = "编号", "Number";
    ground = "理由", "Ground";
    state = "状态", "State";
    decision = "处理决定", "Decision";
}
