//! Proxies on paper, and whom companies send.

use super::msgs;

msgs! {
    title = "书面委托", "Proxies on paper";
    lead = "业主签了纸质委托书，请别人代他投票，在这里登记：一位工作人员录入并附扫描件，另一位看扫描件再录一遍，两位都签名，写进公开记录。公开记录里只有编号，没有姓名。",
        "An owner who asks somebody to vote on a signed sheet is entered here: one clerk enters it with a scan, another reads the scan and enters it again, and both sign. The record has numbers and no names.";
    waits_for_you(n: u64) = "有 {n} 份委托书等您核对或者签名。", n "{n} proxy on paper waits for you to read or sign it." "{n} proxies on paper wait for you to read or sign them.";
    new = "登记一份委托书", "Enter a sheet";
    waiting = "正在办的", "On their way";
    recorded = "已写进记录或者没有收的", "In the record, or not taken";
    none = "还没有登记过书面委托。", "No proxy on paper has been entered yet.";
    over = "投票已经截止，不能再登记委托。", "Voting has ended; no proxy is entered any more.";
    entered_by_you(when: &str) = "{when} 您录入，等另一位核对", "{when}: you entered it; another clerk is wanted";
    entered_by_other(when: &str) = "{when} 另一位录入，等您核对", "{when}: another clerk entered it; please read it too";
    agreed(when: &str) = "{when} 录入，两位一致，等签名", "{when}: both read the same; it waits for signatures";
    in_record(when: &str, index: &str) = "{when} 录入，已是记录第 {index} 条", "{when}: it is entry {index} of the record";
    not_taken(when: &str) = "{when} 录入，没有收", "{when}: it was not taken";

    new_title = "登记一份委托书", "Enter a sheet";
    principal = "谁委托的（或者谁撤回）", "Who gives it, or takes it back";
    home = "委托人的房号", "The owner's home";
    home_hint = "例如 3 号楼 2 单元 501，或者 3-2-501", "for example building 3, entrance 2, flat 501, or 3-2-501";
    name = "委托人的姓名", "The owner's name";
    name_hint = "跟名册上一样；共有的写其中一位", "as on the roll; of co-owners, one";
    wish = "委托书写的是", "What the sheet says";
    to_owner = "委托另一位业主", "Another owner is to vote";
    to_owner_hint = "在下面写那位业主的房号和姓名", "write that owner's home and name below";
    to_outside = "委托不是业主的人", "Somebody who is no owner is to vote";
    to_outside_hint = "例如家人。在下面写姓名，再写怎样认出这个人", "a relative, for example. Write the name below, and how to tell the person";
    to_known(name: &str) = "委托 {name}", "{name} is to vote";
    known_hint(note: &str) = "这次表决里已经代别人投票：{note}", "known in this vote already: {note}";
    to_delegate(name: &str, company: &str) = "{company}的代表 {name}", "{name}, whom {company} sends";
    delegate_until(day: &str) = "授权到 {day}；用授权委托书的扫描件，不用再附", "authorised until {day}; its scan is used, none is wanted here";
    take_back = "撤回委托", "The proxy is taken back";
    take_back_hint = "现在的代理人不能再投；已经投的票不变", "the agent votes no more; what was cast stays";
    agent_home = "代理人的房号（业主）", "The other owner's home";
    agent_name = "代理人的姓名（业主）", "The other owner's name";
    outside_name = "代理人的姓名（不是业主）", "Name of who is no owner";
    outside_note = "怎样认出这个人", "How to tell the person";
    outside_note_hint = "手机号、证件后四位，或者和业主的关系。只有服务点看得到，不写进公开记录。", "A phone number, the last four characters of a document, or what they are to the owner. Seen by the service point alone, never in the record.";
    is_another = "是另一个同名的人", "It is another person of the same name";
    replaces = "现在已经有委托。这一份的日期更晚，代替它", "A proxy stands already. This one is dated later and takes its place";
    scan = "委托书的照片", "Picture of the sheet";
    scan_hint = "JPEG 或 PNG，拍整张，签名要看得清。", "JPEG or PNG of the whole sheet, the signature legible.";
    enter = "录入，等另一位核对", "Enter it; another clerk reads it next";
    law_title = "规则怎么说", "What the rule says";

    one_title = "一份书面委托", "A proxy on paper";
    says = "内容", "What it says";
    grants = "委托", "A proxy is given";
    takes_back = "撤回委托", "A proxy is taken back";
    who_gives = "委托人", "Given by";
    who_acts = "代理人", "Who votes";
    outsider(name: &str, note: &str) = "{name}（不是业主；{note}）", "{name} (no owner; {note})";
    entered_at = "录入时间", "Entered";
    mine = "这一份是您录的，要由另一位工作人员看扫描件核对。", "You entered this one; another clerk must read the scan.";
    read_scan = "请照扫描件录入。别人录的内容不会显示。", "Enter what the scan says. What the other entered is not shown.";
    scan_of = "委托书的扫描件", "Scan of the sheet";
    read_state = "委托书写的是", "What the sheet says";
    read_grants = "委托某人投票", "Somebody is to vote";
    read_agent = "代理人的姓名", "Name of who is to vote";
    read_agent_hint = "撤回的不用写", "nothing where a proxy is taken back";
    confirm = "我看到的就是这样", "This is what I read";
    discard = "不要了", "Discard";
    text_title = "要签名的原文", "What is signed";
    text_lead = "两位都签名以后写进公开记录，不能删除。", "Once both have signed it is in the record and stays there.";
    sign = "签名", "Sign";
    signed_waits = "您已经签名，等另一位签名。", "You have signed; the other clerk's signature is wanted.";
    not_yours = "等核对的两位工作人员签名。", "It waits for the two clerks who entered it.";
    done(index: &str) = "已经写进公开记录，第 {index} 条。", "It is in the record, as entry {index}.";
    refused(why: &str) = "没有收：{why}", "Not taken: {why}";
    refused_other = "记录没有接受。请重新登记，或者告诉业主。", "The record did not take it. Please enter it anew, or tell the owner.";
    must_wait = "记录暂时写不进去，会自己再试。", "The record takes nothing at the moment; it is tried again by itself.";

    over_limit_holders(n: u64) = "按这次表决的规则，一个人最多代 {n} 位业主。这位代理人已经到上限，没有收下。请业主委托别人，或者自己投。",
        n "Under the rule of this vote one person votes for at most {n} owner, and this agent does. It was not taken: the owner asks somebody else, or votes." "Under the rule of this vote one person votes for at most {n} owners, and this agent does. It was not taken: the owner asks somebody else, or votes.";
    over_limit_units(n: u64) = "按这次表决的规则，一个人最多代 {n} 套房。再加这一份就超过了，没有收下。请业主委托别人，或者自己投。",
        n "Under the rule of this vote one person votes for at most {n} home, and this would be more. It was not taken: the owner asks somebody else, or votes." "Under the rule of this vote one person votes for at most {n} homes, and this would be more. It was not taken: the owner asks somebody else, or votes.";
    expired_on(name: &str, day: &str) = "{name} 的授权到 {day} 为止，不到这次表决截止。请公司换一份新的授权委托书。", "The authority of {name} ends on {day}, before this vote does. The company must give a new one.";
    staff_barred = "本地规定：物业公司的人不能当代理人，不要登记。", "Here the manager's staff may not be agents: do not enter them.";
    instructed = "本地规定委托书要写明怎么投。没有写明的，请退回业主补上。", "Here a proxy must say how to vote. Give back a sheet that does not.";

    e_no_owner = "这次表决的名册里，这个房号没有这个姓名的业主。请再看看房号和姓名。", "On this roll no owner of this name stands at this home. Please look at home and name again.";
    e_yourself = "代理人就是这套房的业主，不用委托。请写另外的人。", "The agent owns this home and needs no proxy. Somebody else is wanted.";
    e_over_limit = "这位代理人代的户数已经到规则的上限。", "This agent votes for as many as the rule allows.";
    e_newer = "这位业主已经有委托，也许是在手机上给的。确定这一份日期更晚的，请勾选“代替它”，重新录入。", "A proxy of this owner stands, given on the phone perhaps. If this sheet is dated later, tick that it takes its place, and enter it anew.";
    e_none_stands = "这位业主现在没有委托，没有可以撤回的。", "No proxy of this owner stands: there is nothing to take back.";
    e_underway = "这位业主有另一份委托正在办，请先办完或者取消。", "Another sheet of this owner is on its way: finish or discard it first.";
    e_agent = "请写代理人：业主写房号和姓名，都要对；不是业主的写姓名和怎样认出这个人，各不超过 100 字。", "Say who votes: of an owner home and name, both right; of somebody else a name and how to tell them, 100 characters at most each.";
    e_known = "这次表决里已经有同名的代理人。是同一个人，请在上面选（上面没有，是那一份还没办完，请等一等）；不是，请勾选“另一个同名的人”。", "Somebody of this name votes for others in this vote. Choose them above (if they are not there, that sheet is still on its way: please wait), or tick that it is another person of the same name.";
    e_read_otherwise = "您读的和第一位录的不一样。请再看扫描件；仍然不一样，请两位一起看，点“不要了”重新录。", "You read it otherwise than the first clerk. Please look again; if it stays so, look together, discard it, and enter it anew.";
    e_no_proxy = "没有这一份委托，或者已经办完。", "There is no such sheet, or it is done with.";
    e_twice = "这一份是您录的，要由另一位工作人员核对。", "You entered this one; another clerk is wanted.";
    e_not_agent = "这个人现在不是这户的代理人。委托可能刚刚变过，请重新打开这张票。", "This person is not the agent of this home now. The proxy may have changed; please open the form again.";
    e_stale = "编号变了，请看新的原文再签一次。", "The numbers have changed; please read the new text and sign again.";

    delegates = "公司的代表", "Delegates of companies";
    delegates_lead = "公司名下的房屋，由公司出授权委托书，指定一个人投票。一位工作人员登记，另一位核对以后才算；到期就不能用。每次表决还要在“书面委托”里为它登记，两位签名。",
        "A company that owns a home names one person to vote, on a signed authority. One clerk enters it and somebody else confirms it; it ends with its last day. In each vote two clerks enter it among the proxies on paper.";
    delegates_none = "还没有登记过公司的代表。", "No delegate of a company has been entered yet.";
    delegate_new = "登记一位代表", "Enter a delegate";
    company = "公司名称", "The company";
    company_hint = "跟名册上一样，写全称", "its whole name, as on the roll";
    delegate_name = "代表的姓名", "The delegate's name";
    valid_until = "授权到哪一天", "Last day of the authority";
    valid_until_hint = "委托书上写的最后一天，最长六年", "as the authority says, six years at most";
    authority = "授权委托书的照片", "Picture of the authority";
    authority_hint = "JPEG 或 PNG，公章和签名要看得清。只有服务点和业委会看得到。", "JPEG or PNG, with seal and signature legible. Seen by the service point and the committee alone.";
    delegate_enter = "登记，等另一位核对", "Enter; somebody else confirms it";
    delegate_title = "一位公司代表", "A delegate";
    until = "授权到", "Authorised until";
    expired(day: &str) = "已到期（{day}）", "ended on {day}";
    unconfirmed = "等另一位核对", "to be confirmed by somebody else";
    confirmed = "已核对", "confirmed";
    delegate_yours = "这是您登记的，要由另一位工作人员或业委会成员核对。", "You entered this one; another clerk or an officer confirms it.";
    delegate_confirm = "和委托书一样，确认", "It is what the authority says";
    delegate_end = "停止这位代表", "End this delegate";
    authority_of = "授权委托书的扫描件", "Scan of the authority";
    e_company = "名册里没有这个名称的公司业主。请写全称。", "No company of this name owns anything here. Please write its whole name.";
    e_no_delegate = "没有这位代表，或者还没有人核对。", "There is no such delegate, or nobody has confirmed it.";
    e_expired = "这位代表的授权不到这次表决截止就到期了。", "This delegate's authority ends before the vote does.";
    e_valid_until = "请写今天以后的一天，最长六年。", "A day to come is wanted, within six years.";
    e_agent_name = "请写姓名，再写怎样认出这个人，各不超过 100 字。", "Write the name, and how to tell the person, 100 characters at most each.";

    by_agent_who(name: &str) = "代理人 {name} 签的", "{name} signed, as agent";
    by_owner = "业主自己签的", "The owner signed";
    who_of = "谁的签名", "Whose signature";
    which_of_agent = "代理人里谁签的", "Which of the agents signed";
    stands_for(name: &str) = "这户已经委托 {name} 投票。", "{name} may vote for this home.";
    agent_line(agent: &str, names: &str) = "代理人 {agent}，代 {names} 投票，代理人签名", "{agent}, voting for {names}, agent's signature";

    scans = "委托书", "Proxies on paper";
    own_delegate(name: &str, day: &str) = "{name}，授权到 {day}", "{name}, until {day}";
    own_delegates = "我们公司的代表", "Our delegate";
    own_no_delegate = "还没有登记代表。请带授权委托书到服务点登记。", "No delegate is recorded. Please bring a signed authority to the service point.";
}
