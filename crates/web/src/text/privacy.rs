//! What is kept about people, what they may ask for, and erasing one of them.

use super::msgs;

msgs! {
    title = "个人信息怎么处理", "What is kept about you";
    lead = "这里说清楚：系统留了什么、为什么留、谁能看、留多久，您可以要求什么。", "Here is what is kept, what for, who sees it, for how long, and what you may ask for.";
    rights = "您可以要求什么", "What you may ask for";
    right_see_title = "查看和带走", "See it and take it away";
    right_see = "登录以后，在“系统里关于我的记录”里看，也可以全部下载。", "Once you are signed in: the page “What is stored about me” shows it, and lets you download all of it.";
    to_own = "看关于我的记录", "See what is stored about me";
    right_mend_title = "改正", "Correct it";
    right_mend = "登录以后，在“系统里关于我的记录”里写哪里不对，或者带上证件到服务点。一个人改，另一个人核对，改完会通知您。", "Say what is wrong on the page “What is stored about me”, or come to the service point with a document. One person changes it, another checks it, and you are told.";
    right_erase_title = "删除", "Have it erased";
    right_erase = "不再是业主或者住户的，可以要求删除：登录以后在“系统里关于我的记录”里申请，登录不了的到服务点。两位业委会成员签字以后，几分钟内删除。",
        "Who is no longer an owner or resident may ask to be erased: on the page “What is stored about me”, or at the service point if you can no longer sign in. Once two officers have signed it takes minutes.";
    right_refused_title = "如果不同意", "If you are told no";
    right_refused = "会告诉您原因。您可以向网信部门投诉，也可以起诉（个人信息保护法第五十条、第六十五条）。", "You are told why. You may complain to the cyberspace administration, or go to court (PIPL, articles 50 and 65).";
    cannot = "删不掉的，和为什么", "What cannot be erased, and why";
    cannot_record = "每次表决的公开记录是一条改不了的链。里面只有编号，没有姓名和房号。删除的是能认出编号是谁的那一半，记录本身仍然可以核对。",
        "The public record of a vote is a chain that cannot be changed. It has numbers, no names and no homes. What is erased is the half that tells whose a number is; the record can still be checked.";
    cannot_owner = "还是业主的，名册上必须有您：法律按业主人数和面积算票（民法典第二百七十八条）。", "While you own a home the roll must have you: the law counts owners and area (Civil Code, article 278).";
    cannot_poll = "表决截止以后一年内，业主可以请法院撤销决定，这一年里名册和凭据要留着（民法典第二百八十条）。", "For a year after the close an owner may ask a court to revoke a decision; until then roll and evidence are kept (Civil Code, article 280).";
    cannot_candidate = "做过候选人的，选票上的姓名是公开记录的一部分，改不了。", "Who stood for election is named in the public record of it, which cannot be changed.";
    cannot_text = "别人写的话里提到您的名字，系统认不出来：告诉我们是哪一条，负责内容的人会把它隐藏。", "If your name stands in what others wrote, we cannot find it by ourselves: tell us where, and a moderator hides it.";
    cannot_agreement = "签过的调解协议正文和同意书要给协议双方留着，只有调解室里的人能看。", "The text of a mediation that was signed, and papers of consent, are kept for those who signed; only those in the room see them.";
    cannot_backup = "备份是过去某一刻的原样。删除以后做的备份里没有您；以前的备份到期就销毁。", "A backup is as things were at its moment. Those made after the erasure do not have you; older ones are destroyed when their time is up.";
    retention = "到期自动删除", "Deleted by itself";
    r_what = "什么", "What";
    r_long = "多久以后", "After";
    r_days(days: u64) = "{days} 天", days "{days} day" "{days} days";
    r_codes = "短信验证码", "One-time codes";
    r_challenges = "登录时的一次性题目", "Challenges for signing in";
    r_sessions = "登录记录", "Sessions";
    r_messages = "发出的短信和邮件：内容和号码发完就删，其余", "Messages that were sent: what they say and to whom at once, the rest";
    r_letters = "作废的邀请信", "Letters that open nothing any more";
    r_agents = "不是业主的代理人的姓名和委托书照片（投票截止以后）", "Names of agents who are no owners, with their sheets, after the end of the vote";
    r_delegates = "公司委托代表的姓名和授权书照片（授权到期以后）", "Delegates of companies, with the scan, after their authority has run out";
    r_requests = "答复过的改正和删除申请", "Requests that were answered";
    r_files = "上传了没有用的照片和文件", "Photos and files that were sent and not used";
    r_polls = "表决的名册、凭据、纸质票扫描件：截止以后，可以要求删除", "Roll, evidence and scans of a vote: after its close, on request";

    erased = "〔已删除〕", "(erased)";
    correct_title = "改正关于我的记录", "Have something corrected";
    correct_label = "哪里不对，应该是什么", "What is wrong, and what would be right";
    correct_hint = "比如：电话换成了 138……；面积应该是 89.53 平方米。业委会看到以后会和您核对。", "Such as: my number is now 138…; the area should be 89.53 m². The committee sees it and checks with you.";
    correct = "送给业委会", "Send it to the committee";
    correct_again = "再说一处", "Say something else";
    correct_asked(when: &str, body: &str) = "您在 {when} 说：{body}。等业委会办理。", "On {when} you said: {body}. The committee will see to it.";
    answered(when: &str, answer: &str) = "业委会在 {when} 答复：{answer}", "The committee answered on {when}: {answer}";
    bad_text = "请写清楚，1 到 500 个字。", "Please say it in 1 to 500 characters.";
    ask_title = "删除关于我的记录", "Have me erased";
    ask_hint = "申请以后由两位业委会成员签字。删了就找不回来，也不能再登录。", "Two officers sign it. What is erased cannot be brought back, and you can no longer sign in.";
    ask = "申请删除", "Ask to be erased";
    asked(when: &str) = "您在 {when} 申请了删除，等业委会办理。", "You asked on {when}; the committee will see to it.";
    declined(when: &str, reason: &str) = "业委会在 {when} 答复：现在不能删除。原因：{reason}", "The committee answered on {when}: not now. Why: {reason}";
    ask_again = "再申请一次", "Ask again";
    stands = "现在还不能删除，因为：", "It cannot be done yet, because:";
    request = "改正和删除的申请", "What you asked to have corrected or erased";

    h_owner = "名册上还有这位业主。", "The roll names them as an owner.";
    h_organisation = "这是单位，不是个人。", "This is an organisation, not a person.";
    h_poll(title: &str, day: &str) = "表决“{title}”里有这位，到 {day} 为止业主还可以请法院撤销。", "They are named in the vote “{title}”, which can be contested until {day}.";
    h_act = "有一件等签字的事和这位有关，或者名册正在更换。", "Something that waits for signatures concerns them, or the roll is being changed.";
    h_office = "这位现在有职务或者席位。", "They hold an office, a post or a seat.";
    h_task = "这位还有没办完的事。", "They have an open task.";
    h_motion = "这位提的议案还没有结束。", "A motion of theirs is open.";
    h_objection = "有一个和这位有关的异议还没有处理完。", "An objection by or against them is open.";
    h_mediation = "这位参加的调解还没有结束。", "A mediation that they are a party of has not ended.";

    c_nav = "个人信息", "Personal data";
    c_title = "个人信息的申请", "What people ask of their own data";
    c_lead = "这里是要求改正和删除的人。删除要两位业委会成员签字，不能撤回。", "Who asks to have something corrected, or to be erased. Erasing takes two officers and cannot be undone.";
    c_waiting(n: usize) = "有 {n} 个人对自己的信息提出了要求，等答复。", n "{n} person asks something of their own data and waits." "{n} people ask something of their own data and wait.";
    c_person = "删除个人信息", "Erase a person";
    c_correct = "要求改正", "To be corrected";
    c_erase = "要求删除", "To be erased";
    c_to_contacts = "改电话和邮箱", "Correct how they are reached";
    c_answer_label = "怎么办的，或者为什么不能办", "What was done, or why it cannot be";
    c_answer_hint = "本人会看到。", "They will read it.";
    c_send = "送出答复", "Send the answer";
    c_requests = "等答复的申请", "Requests that wait";
    c_no_requests = "没有人在等。", "Nobody waits.";
    c_find = "按姓名查（名册上没有了的也能查到）", "By name, those included whom the roll no longer names";
    c_go = "查找", "Find";
    c_nothing = "没有查到。", "Nobody was found.";
    c_asked(when: &str) = "{when} 要求删除", "asked on {when} to be erased";
    c_said(when: &str) = "{when} 说", "said on {when}";
    c_tail(tail: &str) = "证件尾号 {tail}", "document ends in {tail}";
    c_goes = "会删除", "What goes";
    c_goes_who = "姓名、证件尾号、电话、邮箱，邀请信，手机的登录", "Name, document number, phones, mailboxes, letters, and how they sign in";
    c_goes_versions(n: u64) = "{n} 个版本的名册里的这一位；那些版本以后不能再恢复", n "Them in {n} version of the roll, to which one can then no longer return" "Them in {n} versions of the roll, to which one can then no longer return";
    c_goes_poll(title: &str) = "表决“{title}”里能认出这位的一半：随机数、原文、凭据、纸质票扫描件、送达凭证", "What tells them in the vote “{title}”: salt, record, evidence, scans of papers, proofs of delivery";
    c_goes_shared(homes: &str) = "{homes}：共有人的同一份证明也一起删除，因为上面写着两个人的名字", "{homes}: the same proof goes for the co-owners, as it names them all";
    c_stays = "会留下", "What stays";
    c_stays_record = "公开记录里的编号和票，谁也认不出是谁的", "Numbers and ballots in the public record, which nobody can tell whose they are";
    c_stays_said = "说过的话，不再有姓名", "What they said, without a name";
    c_stays_text = "别人写的话里提到的名字：请负责内容的人隐藏", "Their name in what others wrote: ask a moderator to hide it";
    c_stays_agreement = "签过的调解协议正文", "The text of agreements that were signed in mediation";
    c_propose = "提请签字", "Put it up for signing";
    c_decline = "答复不能删除", "Answer that it cannot be done";
    c_reason_hint = "写清楚是什么原因、什么时候可以。本人会看到。", "Say why, and when it can be. They will read it.";
    c_no_request = "这位没有在等答复的申请。", "They have no request that waits.";
    c_hindered = "现在还不能删除：原因在下面。", "It cannot be done yet: see why below.";
    c_gone = "已经没有这位的资料了。", "Nothing is stored about them any more.";
    c_version_erased = "这个版本里有人已经被删除，不能再恢复成这个版本。", "Somebody was erased from this version: one cannot return to it.";

    kind_erase = "删除一个人的信息", "Erase a person";
    after_erase = "签够以后，这位的姓名、电话、证件尾号从所有地方删除，不能撤回。", "Once enough have signed, name, phone and document number are erased everywhere. It cannot be undone.";
    done_erase = "已删除。", "Erased.";
    to_console = "看删除申请", "See the requests";
    evidence_erased = "这份凭据因为删除个人信息已经销毁，记录本身仍然完整。", "This evidence was destroyed when a person was erased. The record itself is whole.";
}
