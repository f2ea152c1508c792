//! Help, trust, and the page without a network.

use super::msgs;

msgs! {
    how_title = "用手机投票", "Voting on your phone";
    how_1 = "第一次要先认证：拿出邀请信，扫信上的二维码或者输入信上的码，再输入发给您的短信验证码。",
        "The first time, verify yourself: scan the code on your invitation letter or type it, then type the code sent to you.";
    how_2 = "打开表决，先看方案，再选同意、反对或弃权，核对以后确认。大约 1 分钟。",
        "Open the vote, read the proposal, choose for, against or abstain, check and confirm. It takes about a minute.";
    how_3 = "投完会给您一个查票码。拿它随时可以查到您的票在不在。",
        "You then get a check code. With it you can see at any time that your ballot is there.";
    change_title = "想改主意", "Changing your mind";
    change = "截止以前可以重新投，最后一次算数。", "Until the close you can vote again; the last one counts.";
    lost_title = "换了手机，丢了手机", "A new or lost phone";
    lost = "用邀请信上的码和短信再认证一次就行，两分钟。旧手机马上不能再投票，以前投的票仍然有效。",
        "Verify again with your letter's code and the code sent to you: two minutes. The old phone can no longer vote; ballots already cast stay valid.";
    paper_title = "不用手机", "Without a phone";
    paper = "每套房都可以领一张纸质票。填好以后投进票箱，或者交给上门的两位工作人员。",
        "There is a paper ballot for every home. Put it into the box, or give it to the two collectors who come to your door.";
    assisted = "看不清、写不了字，可以在服务点请人帮忙，有两位见证人在场。",
        "If you cannot read or write it, get help at the service point, with two witnesses present.";
    co_owner_title = "一套房有几位业主", "Several owners of one home";
    co_owner = "每位都可以投，一套房只算一次。选得不一样、又没有登记代表的，这套房的票无效。",
        "Each may vote, and the home counts once. If you differ and no representative is recorded, the home's ballot is invalid.";
    size_title = "字的大小", "Size of the text";
    trust_lead = "不用相信我们。票、名册和结果都可以自己核对。",
        "You need not believe us: ballots, roll and result can all be checked.";
    yours_title = "您自己的票", "Your own ballot";
    yours_1 = "投完以后，手机会当场核对票真的在票箱里，核对过了才告诉您“已收到”。",
        "Before it says “received”, your phone itself checks that the ballot really is in the box.";
    yours_2 = "查票码也印在楼道的名单上。网页、名单和电话三处对得上，票就没有被换过。",
        "The code is also on the list in your stairwell. If page, list and phone agree, nobody swapped your ballot.";
    all_title = "所有的票", "All ballots";
    all_1 = "截止以后，任何人都可以下载整个票箱的记录，用自己的电脑重新算一遍。",
        "After the close anyone may download the record of the whole box and count it again on their own computer.";
    all_2 = "记录只能往后加，改掉或抽走一张，所有人都看得出来。",
        "The record only grows: if one ballot were changed or taken away, everybody would see it.";
    nobody_title = "谁也做不到的事", "What nobody can do";
    nobody_1 = "截止以前，谁都看不到票数，包括业委会和管理员。只看得到有多少人投了。",
        "Before the close nobody sees how the votes stand, neither committee nor administrators; only how many have voted.";
    nobody_2 = "要紧的事都要两个人签字：导入名册、开始表决、宣布结果。",
        "Two people must sign whatever matters: the roll, the start of a vote, its result.";
    cannot_title = "它管不了的事", "What it cannot do";
    cannot = "它不能知道拿着手机的是不是您本人，也不能替您挡住旁边的人。有人拿您的手机投了，截止前您可以重新投，或者投纸质票。",
        "It cannot know that it is you who holds the phone, nor shield you from somebody beside you. If somebody voted with your phone, vote again before the close, or on paper.";
    programs_title = "给写程序的人", "For programs";
    programs = "页面上公开的内容，程序也可以读：JSON 格式，有 OpenAPI 文件说明。权限和页面上的一样。",
        "What the pages show, programs can read too: as JSON, described in an OpenAPI document. The rights are those of the pages.";
    programs_link = "OpenAPI 文件", "The OpenAPI document";
    offline_title = "现在没有网络", "No network";
    offline = "这一页要有网络才能打开。存在手机里的查票凭证还可以看。",
        "This page needs a network. Receipts kept on this phone can still be read.";
    offline_receipts = "看手机里的凭证", "Receipts on this phone";
}
