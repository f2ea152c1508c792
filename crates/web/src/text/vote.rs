//! The vote: four screens, and what stands beside them.

use super::msgs;

msgs! {
    to_cast(n: usize) = "您有 {n} 项表决还没投", n "You have {n} vote to cast" "You have {n} votes to cast";
    cast_already = "您已经投过了", "You have voted";
    you_stand_for = "您代表：", "You vote for:";
    home_with_area(home: &str, area: &str) = "{home}，{area}", "{home}, {area}";
    together(area: &str) = "合计 {area}，人数算一人", "Together {area}, counted as one person";
    deadline(when: &str) = "截止：{when}", "Closes: {when}";
    opens_at(when: &str) = "还没开始，{when} 可以投票。", "Not open yet; voting begins {when}.";
    over(when: &str) = "投票已于 {when} 截止。", "Voting ended {when}.";
    start = "开始投票", "Start";
    vote_again = "重新投", "Vote again";
    one_minute = "大约 1 分钟", "about 1 minute";
    read_first = "看方案和讨论", "Read the proposal and discussion";
    named_inspectors = "这是记名表决：投完后，业委会和街道能看到您的选择，邻居看不到。",
        "Named vote: the committee and the subdistrict can see your choice, neighbours cannot.";
    named_owners = "这是记名表决：截止后，本小区的业主能看到每张票的选择。",
        "Named vote: after the close, the owners of this estate can see the choice on every ballot.";
    named_public = "这是记名表决：截止后，谁都能看到每张票的选择，票上是编号，不写姓名。",
        "Named vote: after the close, anyone can see the choice on every ballot; ballots bear numbers, not names.";
    co_owner_voted(name: &str, homes: &str) = "共有人{name}已为{homes}投票。您也可以投；选得不同、又没有登记代表的，这套房的票无效。",
        "Co-owner {name} has voted for {homes}. You may vote too; if you differ and no representative is recorded, the flat's ballot is invalid.";
    co_owner_voted_too(name: &str, homes: &str) = "共有人{name}已为{homes}投票。一套房只算一次。", "Co-owner {name} has voted for {homes}. The flat counts once.";
    co_owner_not_yet(name: &str, homes: &str) = "共有人{name}还没有为{homes}投票。一套房只算一次。", "Co-owner {name} has not voted for {homes} yet. The flat counts once.";
    nobody_represents(homes: &str) = "{homes}没有登记代表：共有人选得一样才算，选得不一样，这套房的票无效。",
        "Nobody is recorded as representing the owners of {homes}: your ballots count if they agree, and are invalid if they differ.";
    you_represent(homes: &str) = "您是{homes}登记的代表：您投了票，就只算您的，其他共有人投的不再算。",
        "You are recorded as representing the owners of {homes}: if you vote, your ballot alone counts, and those of the other owners do not.";
    represented_by(name: &str, homes: &str) = "{homes}登记的代表是{name}：{name}投了票，就只算{name}的。{name}没投的，其他共有人选得一样才算，选得不一样就无效。",
        "{name} is recorded as representing the owners of {homes}: if {name} votes, that ballot alone counts. If not, the other owners' ballots count where they agree, and are invalid where they differ.";
    test_poll = "这是演练，不算数。", "This is a rehearsal and does not count.";

    choose = "请选一项", "Choose one";
    choose_each = "每件事都请选一项", "Choose one for each";
    for_ = "同意", "For";
    for_hint = "支持这项方案", "you support this proposal";
    against = "反对", "Against";
    against_hint = "不支持这项方案", "you do not support it";
    abstain = "弃权", "Abstain";
    abstain_hint = "参加表决，但不表态", "you take part without taking a side";
    none = "不表态", "Neither";
    seats(n: u64) = "选 {n} 人。可以少选，多选的无效。", n "{n} seat. You may choose fewer; more are invalid." "{n} seats. You may choose fewer; more are invalid.";
    next = "下一步：核对选择", "Next: check";
    missing = "还差一步：请选择“同意”“反对”或“弃权”中的一项", "One thing missing: choose For, Against or Abstain";
    missing_two = "还差一步：请选择“同意”或“反对”中的一项", "One thing missing: choose For or Against";
    too_many_seats = "选的人太多了，请去掉几位", "Too many are chosen; please take some away";

    check = "请核对", "Please check";
    you_chose = "您选的是", "You chose";
    homes = "房屋", "Homes";
    not_cast = "现在还没有投出去", "Not cast yet";
    cast = "确认投票", "Cast my vote";
    change = "改一下", "Change";
    may_change = "投出后，截止前还可以改", "You can change it until closing";
    sending = "正在交票，请不要关闭…", "Sending…";
    slow = "网络有点慢，选票还在手机里，没有丢", "The network is slow; your ballot is safe on this phone";
    failed = "还没有投出去。请点“再试一次”。", "Not cast yet. Tap “Try again”.";
    failed_call(phone: &str) = "多次不行请打 {phone}", "If it keeps failing call {phone}";
    try_again = "再试一次", "Try again";
    other_tab = "另一个页面正在交票，请看那一页。", "Another page is sending a ballot; please look there.";
    bad_receipt = "服务器的回执对不上。请不要再点，马上打电话，把这一页给工作人员看。",
        "The server's receipt does not hold. Do not try again; call us at once and show this page.";
    refused_closed = "投票已经截止，这张票没有收下。", "Voting has ended; this ballot was not taken.";
    refused_not_open = "投票还没开始，这张票没有收下。", "Voting has not begun; this ballot was not taken.";
    refused_not_eligible = "这部手机的投票资格已经停用，这张票没有收下。换过手机的，请用新手机投。",
        "This phone may no longer vote; the ballot was not taken. If you have a new phone, use that.";
    refused_seq = "同时有另一张票，请再投一次。", "Another ballot came at the same time; please vote once more.";
    refused_other = "这张票没有收下。请打电话，说这个词：", "This ballot was not taken. Please call and say this word:";

    received = "已收到您的选票", "We have your ballot";
    code = "查票码", "Check code";
    place(n: &str) = "票箱里第 {n} 号", "Number {n} in the box";
    check_now = "现在核对一下", "Check it now";
    check_now_hint = "看一眼，就能发现选票有没有被换掉", "one look shows whether it was swapped";
    save = "存到手机", "Save";
    print = "打印", "Print";
    changed_mind = "想改？截止前可以重新投", "Changed your mind? Vote again before closing";

    no_key = "这部手机里没有您的签名钥匙（换手机或清理过数据）。不要紧，用邀请信上的码和短信再认证一次就行，以前投的票仍然有效。",
        "This phone no longer has your signing key. No problem: verify again with your letter's code and SMS; ballots already cast stay valid.";
    enrol = "再认证一次", "Verify again";
    old_browser = "这个浏览器太旧，不能安全投票。您可以：", "This browser is too old to vote safely. You can:";
    old_browser_own = "用手机自带浏览器打开", "open this page in your phone's own browser";
    old_browser_call = "打电话", "call us";
    old_browser_paper = "投纸质票", "vote on paper";
    on_paper = "想投纸质票？", "Rather on paper?";
    on_paper_how = "每套房都可以领一张纸质票，投进票箱或者交给上门的两位工作人员。纸质票和手机票选得不一样，一般两张都无效，请只投一种。",
        "There is a paper ballot for every home: put it into the box, or give it to the two collectors at your door. If paper and phone differ, usually both are invalid: use one of them.";
    not_on_roll = "您不在这次表决的名册上，可以看，不能投。如果不对，请打电话。",
        "You are not on the roll of this vote: you may read, and not vote. If that is wrong, please call.";

    witnessed(names: &str) = "见证人 {names} 也看到了这张票所在的票箱 ✓", "Witnessed by {names}: they have seen the box with your ballot ✓";
    not_witnessed_yet = "正在等见证人看到这张票，您可以先关掉这一页。", "Waiting for the witnesses to see it; you may close this page.";
}
