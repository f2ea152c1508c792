//! Messages to phones and mailboxes.

use super::msgs;

msgs! {
    subject(estate: &str) = "{estate}业主大会", "{estate}: owners' assembly";
    sign(estate: &str) = "【{estate}】", "[{estate}] ";
    code(code: &str, minutes: u64) = "验证码 {code}，{minutes} 分钟内有效，只用于登录和认证。不要告诉任何人，工作人员也不会问您。",
        "Your code is {code}, good for {minutes} minutes. Tell it to nobody; we never ask for it.";
    enrolled(name: &str, units: &str, when: &str) = "{name} 于 {when} 为 {units} 认证了一部手机，可以用它投票。不是本人办的，请马上打公告上的电话。",
        "{name} enrolled a phone for {units} on {when} and can vote with it. If that was somebody else, call the number on the notice board at once.";
    revoked(name: &str, when: &str) = "{name} 的手机已于 {when} 停用，不能再用它投票。投过的票仍然有效。",
        "The phone of {name} was ended on {when} and can no longer vote. Ballots already cast stay valid.";
    signature_wanted = "有一件事等您签字，请登录查看。", "Something waits for your signature. Please sign in.";
    outbox = "发出的消息（演示）", "Messages sent (demo)";
    outbox_lead = "演示里不真的发短信和邮件，都写在这里。最新的在最上面。",
        "The demo sends no real messages; they all stand here, the newest first.";
    outbox_empty = "还没有消息。", "No messages yet.";
}
