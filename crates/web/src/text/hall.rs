//! An assembly in the hall: arrivals, the quorum as it comes in, and the lists.

use super::msgs;

msgs! {
    title = "业主大会现场", "Assembly in the hall";
    lead = "业主到会时在这里签到。每次表决以前，把新签到的做成一份到会名单，附签到表的照片，两位工作人员签名后写进公开记录。公开记录里只有编号，没有姓名。",
        "Owners are ticked here as they come. Before each vote, whoever is new goes onto an attendance list with a picture of the signed sheet; once two clerks have signed it, it is in the record. The record has numbers and no names.";
    quorum = "参加的人数和面积", "Who takes part so far";
    what = "方式", "How";
    owners = "业主", "Owners";
    area = "面积", "Area";
    present = "本人到会", "Present";
    represented = "受托人到会", "Represented";
    voted = "没到会，已经投票", "Not there, have voted";
    taking_part = "合计", "Together";
    all = "名册上的全部", "On the roll";
    share(heads: &str, area: &str) = "占人数 {heads}，占面积 {area}", "{heads} of the owners, {area} of the area";
    needed = "规则要求参与表决的", "The rule wants taking part";
    reload = "刷新", "Refresh";
    tick = "签到", "Tick an arrival";
    who = "房号，或者扫码", "Home, or a scanned code";
    who_hint = "比如“3-2-501”。也可以用扫码枪扫邀请信或签到表上的二维码。", "Such as “3-2-501”; or scan the code of the letter or of the printed sheet.";
    how = "怎样到会", "How they come";
    ticked(home: &str) = "已签到：{home}", "Ticked: {home}";
    arrivals = "已经签到的", "Who has come";
    none_yet = "还没有人签到。", "Nobody has come yet.";
    untick = "签错了，取消", "Mistake: take it back";
    listed = "已在名单上", "on a list";
    print = "打印签到表", "Print the sheets";
    print_lead = "一栋楼一张，每户有一个码：打开一栋，再用浏览器打印。", "One for each building, with a code for each home: open one, and print it with the browser.";
    sheet_title(building: &str) = "业主大会签到表：{building}", "Attendance sheet: {building}";
    sheet_lead = "本人到会的自己签名；受托人到会的由受托人签名，并注明“代”。", "Whoever comes signs; an agent signs with the word “for”.";
    homes = "房屋", "Home";
    names = "业主", "Owner";
    signature = "签名", "Signature";
    code = "扫码签到", "Code";
    qr_label(home: &str) = "{home} 的签到码", "Code of {home}";
    to_list = "做到会名单", "Make the list";
    to_list_lead(n: u64) = "新签到 {n} 位，还没有在名单上。", n "{n} owner is new and on no list yet." "{n} owners are new and on no list yet.";
    scan = "签到表的照片", "Picture of the signed sheet";
    scan_hint = "JPEG 或 PNG，最大 4 MB。几张表请拼在一张照片里。", "JPEG or PNG, 4 MB at most; several sheets in one picture.";
    prepare = "下一步：核对并签名", "Next: check and sign";
    lists = "到会名单", "Attendance lists";
    no_lists = "还没有名单。", "No list yet.";
    list_of(present: u64, represented: u64) = "本人 {present} 位，受托 {represented} 位", "{present} present, {represented} represented";
    waits(n: usize) = "等签名（已签 {n} 位）", "waits for signatures ({n} so far)";
    recorded(index: &str) = "已写进公开记录，第 {index} 条", "in the record, as entry {index}";
    review = "核对到会名单", "Check the list";
    at = "时间", "Time";
    named = "人数", "Named";
    state = "状态", "Status";
    photo = "签到表照片", "The signed sheet";
    text_title = "要签名的原文", "What is signed";
    text_lead = "两位工作人员都签名以后写进公开记录，不能删除。", "Once two clerks have signed it is in the record and stays there.";
    sign = "签名", "Sign";
    you_signed = "您已经签过，等另一位工作人员。", "You have signed; another clerk is wanted.";
    discard = "不要了，重新做", "Discard and make it anew";
    in_hall(present: &str, represented: &str, area: &str) = "业主大会现场：本人到会 {present} 位，受托人到会 {represented} 位，面积 {area}", "In the hall: {present} present, {represented} represented, {area}";
    am_here = "我在会场，在会场投", "I am in the hall and vote here";
    cast_in_hall = "您已经签到，这张票记作在业主大会会场投的。", "You are on the attendance list: this ballot is noted as cast in the assembly.";

    e_who = "名册上没有这个房号，或者这个码不对。", "No such home is on the roll, or the code is none of ours.";
    e_several = "有几套房这样称呼，请把单元也写上。", "Several homes are called so: please add the entrance.";
    e_no_agent = "公开记录里没有这位业主的委托，受托人不能签到。请先登记委托。", "The record has no proxy of this owner, so nobody can come for them. Please record the proxy first.";
    e_listed = "这位业主已经在到会名单上。", "A list names this owner already.";
    e_nobody = "没有新签到的业主。", "Nobody new was ticked.";
    e_scan = "请附签到表的照片，JPEG 或 PNG，最大 4 MB。", "Add a picture of the signed sheet: JPEG or PNG, 4 MB at most.";
    e_no_list = "没有这份名单。", "There is no such list.";
    e_signed = "两位工作人员已经签过，不能改。", "Two clerks have signed it: it stays.";
    e_signature = "签名不对。", "The signature does not hold.";
    e_not_clerk = "只有负责这栋楼、任期内的工作人员可以办理。", "Only a clerk in office who serves this building may do this.";
    e_not_named = "这次表决公布以后才任职的工作人员，不能办理这次的签到。", "Whoever took up office after the vote was published cannot do this for it.";
    e_not_open = "表决开始以后才能签到。", "Arrivals count from the opening of the vote on.";
    e_closed = "表决已经截止。", "Voting has ended.";
    refused = "公开记录没有接受这份名单，请重新做。", "The record did not take this list; please make it anew.";
}
