//! One's own page.

use super::msgs;

msgs! {
    title = "我的", "My page";
    homes = "我的房屋", "My homes";
    area = "面积", "Area";
    co_owners = "共有人", "Co-owners";
    alone = "没有", "None";
    represented(name: &str) = "登记的代表：{name}。{name}投了票，就只算{name}的。", "Recorded representative: {name}. If {name} votes, that ballot alone counts.";
    not_represented = "没有登记代表：共有人每位都可以投，选得一样才算，选得不一样就无效。", "No representative is recorded: each owner may vote; your ballots count if they agree and are invalid if they differ.";
    how_to_represent = "想登记、更换或取消代表的，请在表决公布之前，由全体共有人签一张书面说明交到服务点。登记以后，每位共有人都会收到通知。",
        "To record, change or end a representative, hand in a paper signed by all owners at the service point before a vote is published. All owners are told once it is recorded.";
    total = "合计", "Together";
    no_homes = "现在没有登记在您名下的房屋，可以看，不能投票。", "No home is registered in your name now: you may read, and not vote.";
    devices = "我的手机", "My phones";
    this_device = "正在用的这部", "the one in use";
    enrolled(when: &str) = "{when} 认证", "enrolled {when}";
    revoked(when: &str) = "{when} 停用", "ended {when}";
    revoke = "手机丢了，停用它", "It is lost: end it";
    revoke_title = "停用这部手机？", "End this phone?";
    revoke_lead = "停用以后，它马上不能登录，也不能投票。投过的票仍然有效。要用新手机，请拿邀请信重新认证。",
        "It can no longer sign in or vote. Ballots already cast stay valid. To use a new phone, enrol it with your letter.";
    revoke_yes = "停用", "End it";
    back = "返回", "Back";
    no_devices = "还没有认证过手机。", "No phone is enrolled yet.";
    enrol = "认证一部手机", "Enrol a phone";
    ballots = "我投过的票", "My ballots";
    no_ballots = "还没有投过票。", "No ballots yet.";
    receipts = "看这部手机里的查票凭证", "Receipts on this phone";
    size = "字的大小", "Size of the text";
    staff(role: &str, name: &str) = "{name}，{role}", "{name}, {role}";
    officer = "业委会", "committee";
    clerk = "工作人员", "service point";
    auditor = "监督", "auditor";
}
