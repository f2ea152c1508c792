//! Papers brought to people, and the list for the doors.

use super::msgs;

msgs! {
    title = "送达登记", "Deliveries";
    lead = "每位业主都要收到表决材料。谁送的、怎么送的、有什么凭证，在这里登记，由登记人签名后写进公开记录。公开记录里只有编号，没有姓名。", "Every owner is to get the papers of a vote. Who brought them, how, and the proof are noted here, and enter the record once the clerk has signed. The record has numbers and no names.";
    by_building = "各楼的送达情况", "Deliveries by building";
    building = "楼栋", "Building";
    to_all = "业主", "Owners";
    done = "已送达", "Delivered";
    missing = "还没送达", "Missing";
    open = "登记、打印上门名单", "Note, or print the list for the doors";
    holders_note = "几个人共有的房屋算一位业主。在几栋楼都有房屋的，每栋楼都列出。", "Co-owners of a home are one owner here. Who has homes in several buildings is in each of them.";
    waiting = "等你签名的", "Waiting for your signature";
    recorded = "登记过的", "Noted so far";
    none_yet = "还没有登记过送达。", "No delivery has been noted yet.";
    homes_of(n: &str) = "{n} 套", "{n} homes";

    at(building: &str) = "送达登记：{building}", "Deliveries: {building}";
    all_done = "这栋楼的业主都已经送达。", "Every owner of this building has been reached.";
    choose = "送给了哪些业主（可以多选）", "To whom (choose one or more)";
    method = "怎样送的", "How";
    app = "线上送达（本人在手机上确认收到）", "Online (they have confirmed it on their phone)";
    hand = "当面送达", "By hand";
    mail = "邮寄", "By post";
    posted = "在楼内公告（确实送不到时）", "Posted up in the building (where nothing else reaches them)";
    proof = "凭证说明", "Proof";
    proof_hint = "当面：谁收的，和业主是什么关系。邮寄：挂号信编号。公告：贴在哪里，从哪天到哪天。最多 200 字。", "By hand: who took it, and what they are to the owner. By post: the number of the letter. Posted: where, and from when to when. 200 characters at most.";
    photo = "照片", "Photograph";
    photo_hint = "签收单或公告的照片。公告必须有照片。", "Of the signed list or the notice. What is posted needs one.";
    prepare = "下一步：核对并签名", "Next: check and sign";

    review = "核对送达登记", "Check the delivery";
    homes = "房屋", "Homes";
    noted_at = "登记时间", "Noted";
    photo_of = "凭证照片", "The photograph";
    text_title = "要签名的原文", "What is signed";
    text_lead = "签名以后写进公开记录，不能删除。有错请先点“不要了”，重新登记。", "Once signed it is in the record and stays there. If something is wrong, discard it and note it anew.";
    sign = "签名，写进记录", "Sign it into the record";
    need_script = "签名要用您登记过的手机或电脑，并打开浏览器的脚本功能。", "Signing needs the device you enrolled, with scripts switched on.";
    discard = "不要了", "Discard";
    signed_now(index: &str) = "已经写进公开记录，第 {index} 条。", "It is in the record, as entry {index}.";
    not_yours = "这条登记等另一位登记人签名。", "It waits for another clerk's signature.";
    must_wait = "记录暂时写不进去，请过一会儿再签一次。", "The record takes nothing at the moment; please sign again in a while.";
    log_refused = "记录没有接受这条登记。请点“不要了”，重新登记。", "The record did not take it. Please discard it and note it anew.";

    doors = "上门名单", "List for the doors";
    doors_title(building: &str) = "上门名单：{building}", "List for the doors: {building}";
    doors_lead = "只列出还没有投票的业主。请不要问别人投什么，不要代别人填。用完请销毁。", "Only who has not voted. Please ask nobody how they vote, fill in nothing for them, and destroy the list afterwards.";
    all_voted = "这栋楼的业主都已经投票。", "Every owner of this building has voted.";
    owners = "业主", "Owners";
    at_door = "上门情况", "At the door";
    ticks = "材料已送□　不在家□　不收□", "Brought □  Not at home □  Refused □";
    has_papers = "已送达", "has the papers";
    print_hint = "用浏览器的打印功能打印这一页。", "Print this page from the browser.";

    e_not_delivered = "请选业主，并写明凭证（最多 200 字）；已经登记过的业主不能再选。", "Please choose owners who have not been noted before, and say how it is proved, in at most 200 characters.";
    e_photo = "请附照片，最大 4 MB；公告必须有照片。", "A photograph is wanted, of 4 MB at most; what is posted needs one.";
    e_no_delivery = "没有这条送达登记。", "There is no such delivery.";
}
