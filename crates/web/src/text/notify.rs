//! Messages to phones and mailboxes.

use super::msgs;

msgs! {
    subject(estate: &str) = "{estate}业主大会", "{estate}: owners' assembly";
    sign(estate: &str) = "【{estate}】", "[{estate}] ";
    code(code: &str, minutes: u64) = "验证码 {code}，{minutes} 分钟内有效，只用于登录和认证。不要告诉任何人，工作人员也不会问您。",
        "Your code is {code}, good for {minutes} minutes. Tell it to nobody; we never ask for it.";
    enrolled(name: &str, units: &str, when: &str) = "{name} 于 {when} 为 {units} 认证了一部手机，可以用它投票。不是本人办的，请马上打公告上的电话。",
        "{name} enrolled a phone for {units} on {when} and can vote with it. If that was somebody else, call the number on the notice board at once.";
    agent = "受托人", "an agent";
    issued(name: &str, units: &str, title: &str, when: &str) = "{name} 于 {when} 得到表决“{title}”的投票资格，可以为 {units} 投票。没有这回事的，请马上打公告上的电话；截止以前用邀请信重新认证，就由您自己来投。",
        "On {when} {name} was given the right to vote for {units} in “{title}”. If that is not as it should be, call the number on the notice board at once; before the close you can enrol again with your letter and vote yourself.";
    seated(name: &str, units: &str, title: &str, when: &str) = "{name} 于 {when} 在服务点的平板上为 {units} 投表决“{title}”，有两位见证人在场；以前认证的手机不能再投这次表决。不是本人到场的，请马上打公告上的电话。想再用手机投的，用邀请信重新认证。",
        "On {when} {name} voted for {units} in “{title}” on the tablet of the service point, before two witnesses; a phone enrolled before can vote in this poll no more. If that was somebody else, call the number on the notice board at once. To vote by phone again, enrol anew with the letter.";
    stored(units: &str, title: &str, when: &str, code: &str) = "{units} 在表决“{title}”里有一张选票于 {when} 投进了票箱，查票码 {code}。不是您家里人投的，请马上打公告上的电话；截止以前可以重新投，最后一次算数。",
        "On {when} a ballot for {units} was stored in the vote “{title}”, check code {code}. If nobody of your home cast it, call the number on the notice board at once; you can vote again before the close, and the last ballot counts.";
    stored_paper(units: &str, title: &str, when: &str, code: &str) = "{units} 在表决“{title}”里的纸质票于 {when} 登记进了票箱，查票码 {code}。您家没有交过纸质票的，请马上打公告上的电话。",
        "On {when} a paper ballot for {units} was entered in the vote “{title}”, check code {code}. If nobody of your home handed one in, call the number on the notice board at once.";
    revoked(name: &str, when: &str) = "{name} 的手机已于 {when} 停用，不能再用它投票。投过的票仍然有效。",
        "The phone of {name} was ended on {when} and can no longer vote. Ballots already cast stay valid.";
    represented(name: &str, units: &str, when: &str) = "{units} 的共有人登记了 {name} 为代表（{when}）：{name} 投了票，就只算 {name} 的。没有这回事的，请马上打公告上的电话。",
        "The owners of {units} are recorded as represented by {name} since {when}: if {name} votes, that ballot alone counts. If you did not agree to this, call the number on the notice board at once.";
    represented_no_more(units: &str, when: &str) = "{units} 从 {when} 起没有登记代表：共有人每位都可以投，选得不一样，这套房的票无效。没有这回事的，请马上打公告上的电话。",
        "Since {when} nobody is recorded as representing the owners of {units}: each may vote, and if they differ the ballot is invalid. If you did not agree to this, call the number on the notice board at once.";
    contacts_changed(name: &str, when: &str) = "{name} 登记的电话和邮箱已于 {when} 更改。不是本人办的，请马上打公告上的电话。",
        "The phone numbers and e-mail addresses of {name} were changed on {when}. If that was not your wish, call the number on the notice board at once.";
    reminder(units: &str, title: &str, when: &str) = "{units} 还没有投表决“{title}”，{when} 截止。可以用手机投，也可以投纸质票或到服务点投。已经投了的，不用理会这条。",
        "Nobody has voted yet for {units} in “{title}”, which closes {when}. You can vote by phone, on paper, or at the service point. If you have just voted, ignore this.";
    signature_wanted = "有一件事等您签字，请登录查看。", "Something waits for your signature. Please sign in.";
    outbox = "发出的消息（演示）", "Messages sent (demo)";
    outbox_lead = "演示里不真的发短信和邮件，都写在这里。最新的在最上面。",
        "The demo sends no real messages; they all stand here, the newest first.";
    outbox_empty = "还没有消息。", "No messages yet.";
}
