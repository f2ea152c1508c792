//! A poll's page for everybody.

use super::msgs;

msgs! {
    read_aloud = "读给我听", "Read it to me";
    stop_reading = "停下", "Stop reading";
    before = "还没有开始", "Not open yet";
    open = "正在表决", "Voting is open";
    closed = "表决已截止", "Voting has ended";
    rehearsal = "演练，结果不算数", "A rehearsal: the result does not count";
    vote = "去投票", "Vote now";
    to_result = "看结果", "See the result";
    opens = "开始表决", "Voting opens";
    closes = "表决截止", "Voting ends";
    after_close = "截止以后", "After the end";
    result_signed = "公布结果", "The result is published";
    answers_public = "这是公开记名表决：截止以后，谁都能看到每张票的选择，看不到姓名。",
        "Open vote: after the end everybody can see what each ballot says, without names.";
    answers_owners = "这是记名表决：截止以后，本小区业主、业委会和街道能看到每张票的选择，外人看不到。",
        "Named vote: after the end the owners, the committee and the subdistrict can see what each ballot says, others cannot.";
    answers_inspectors = "这是记名表决：投完后，业委会和街道能看到您的选择，邻居看不到。",
        "Named vote: the committee and the subdistrict can see your choice, neighbours cannot.";
    seats(n: u64) = "选 {n} 人", n "{n} seat" "{n} seats";
    document(n: u64) = "附件 {n}", "Document {n}";
    fingerprint(short: String) = "指纹 {short}…", "fingerprint {short}…";
    thresholds = "怎样才算通过", "What it takes to pass";
    to_take_part = "参与表决的，要达到", "Taking part, at least";
    to_agree = "参与的人里，同意的要达到", "Of those taking part, in favour";
    turnout = "到现在有多少人投了票", "How many have voted so far";
    heads_voted(voted: String, all: String) = "{voted} 位业主投了票，共 {all} 位", "{voted} of {all} owners have voted";
    area_voted(voted: String, all: String) = "{voted}，共 {all}", "{voted} of {all}";
    units_voted(voted: String, all: String) = "{voted} 户，共 {all} 户", "{voted} of {all} units";
    nothing_else_yet = "截止以前，谁都看不到同意和反对的数目，管理员也看不到。",
        "Until voting ends nobody can see how many are for or against, administrators included.";
    by_building = "各楼栋的参与情况", "Turnout by building";
    building(name: &str) = "{name} 号楼", "Building {name}";
    building_head = "楼栋", "Building";
    voted_head = "已投票", "Voted";
    to_poll = "看方案", "See the proposal";
    more = "还可以看", "More";
    to_notice = "表决公告（可以打印）", "The notice, to print";
    to_audit = "自己核对", "Check it yourself";
    no_phone = "不会用手机？打下面的电话，或者到服务点投纸质票。",
        "No smartphone? Call the number below, or vote on paper at the service point.";
}
