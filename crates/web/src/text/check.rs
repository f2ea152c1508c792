//! Checking a ballot by its code, and receipts.

use super::msgs;

msgs! {
    title = "查我的票", "Check my ballot";
    lead = "输入查票码，看您的票在不在票箱里。谁都可以查，只知道在不在，看不到选了什么。",
        "Type the check code to see whether your ballot is in the box. It never shows what was chosen.";
    code = "查票码", "Check code";
    code_hint = "12 个字母和数字，大小写、空格、横线都没关系。", "12 letters and digits; case, spaces and dashes do not matter.";
    look = "查一下", "Look";
    bad_code = "这不是一个查票码：要 12 个字母和数字", "That is no check code: 12 letters and digits are wanted";
    found_title = "找到了", "Found";
    found(number: &str) = "您的选票在票箱里，第 {number} 号", "Your ballot is in the box, number {number}";
    found_at(number: &str, when: &str) = "您的选票在票箱里，第 {number} 号，{when} 收到", "Your ballot is in the box, number {number}, received {when}";
    in_poll(title: &str) = "表决：{title}", "Vote: {title}";
    not_found_title = "没有找到", "Not found";
    not_found = "票箱里没有这个码。请对照一下有没有抄错；刚投的票，请等几秒再查。",
        "This code is not in the box. Compare it once more; if you have only just voted, wait a few seconds.";
    same = "一样，谢谢", "The same, thank you";
    thanks = "好的。查票码请留着，截止以后还可以再核对。", "Good. Keep the code; you can check again after the close.";
    different = "不一样，或者不是我投的", "Different, or not mine";
    what_now = "请马上做两件事：", "Please do two things at once:";
    call_number = "打电话，号码请对照楼道公告，看是否相同，再说这张票的号：",
        "Call us. Compare the number with the notice in your stairwell first, then say the ballot's number:";
    revote = "截止以前，用您自己的手机重新投一次，或者投纸质票。最后一次算数。",
        "Before the close, vote again with your own phone, or on paper. The last one counts.";
    evidence = "下载证据（这张票的凭证）", "Download the evidence (this ballot's receipt)";
    verified = "已由本手机核对 ✓", "Checked by this phone ✓";
    verified_how = "本手机按票箱的记录重新算过：这张票在里面，记录从您投票以来只增不改。",
        "This phone computed it again from the box's record: the ballot is there, and since you voted the record has only grown.";
    verifying = "本手机正在核对…", "This phone is checking…";
    unverified = "这部手机里没有这张票的凭证，上面是服务器说的。用投票的那部手机打开，可以自己核对。",
        "This phone has no receipt of that ballot; the above is what the server says. Open it on the phone that voted to check for yourself.";
    broken = "核对不上！请不要删除这一页，马上打电话。", "It does not add up! Do not close this page; call us at once.";
    replaced = "这张票已被您后来的票替换", "This ballot was replaced by a later one of yours";
    more = "怎么核对的", "How it was checked";

    receipts_title = "手机里的查票凭证", "Receipts on this phone";
    receipts_lead = "没有网络也能看。", "They can be read without a network.";
    no_receipts = "这部手机里还没有凭证。", "There are no receipts on this phone yet.";
    receipts_need_script = "看凭证要开启 JavaScript。查票码在任何浏览器里都可以查。",
        "Receipts need JavaScript. A check code can be looked up in any browser.";
    number = "票箱里的号", "Number in the box";
    voted = "投票时间", "Voted";
    check_again = "联网再核对", "Check again online";
    save = "存成文件", "Save as a file";
    print = "打印", "Print";

    since = "从那天到现在，票箱没有被改动过 ✓", "From that day until now, the box has not been changed ✓";
    seen(names: &str, when: &str) = "见证人 {names} 在{when}看到的是同一个票箱 ✓", "On {when}, {names} saw the same box ✓";
    file_title = "用存下的凭证核对", "Check with a receipt that you saved";
    file_lead = "选一个您存下的凭证文件，本机自己核对，文件不会传出去，也不用登录。",
        "Choose a receipt's file. It is checked here, goes nowhere, and you need not sign in.";
    file = "凭证文件", "The receipt's file";
    file_kept = "核对好了：这张票在票箱里 ✓", "Checked: that ballot is in the box ✓";
    file_no_receipt = "这不是查票凭证。凭证文件的名字像 7K4P-9QXM-2RTD.txt。", "That is no receipt. A receipt's file is called something like 7K4P-9QXM-2RTD.txt.";
    file_no_answer = "现在没有核对成：连不上，或者这里没有这场表决。文件没有问题，请稍后再试。",
        "It could not be checked now: there is no connection, or this vote is not here. Your file is fine; try again later.";
    file_broken = "核对不上！请留好这个文件，马上打电话。", "It does not add up! Keep that file and call us at once.";
}
