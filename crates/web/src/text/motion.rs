//! Motions: from a draft through versions, support and amendments to a vote.

use super::msgs;

msgs! {
    title = "议案", "Motions";
    lead = "大家要一起决定的事，从这里走到表决：谁提的、改过几次、谁支持、怎么表决，都能查到。", "What is for all to decide goes from here to a vote: who proposed it, how it changed, who supports it and how it was decided.";
    new = "提一个议案", "Propose a motion";
    revise = "改议案", "Change the motion";
    none = "还没有议案。", "There are no motions yet.";
    number(n: u64) = "第 {n} 号议案", "Motion {n}";
    back = "回到议案", "Back to motions";
    older = "更早的", "Older ones";
    open = "没有结果的", "Not ended";

    kind_field = "是哪一类事", "What kind of matter";
    title_field = "一句话的题目", "The question in one line";
    title_hint = "最多 100 个字，写成可以回答“同意”或“不同意”的一句话。", "At most 100 characters, so that it can be answered with for or against.";
    text_field = "方案", "The plan";
    text_hint = "一段一段写，段和段之间空一行：别人可以对某一段提修改。", "Write it in paragraphs with an empty line between: others can amend a paragraph.";
    cost_least = "费用至少多少元", "It costs at least (yuan)";
    cost_most = "费用最多多少元", "and at most (yuan)";
    cost_hint = "没有费用填 0。", "0 if it costs nothing.";
    why_field = "为什么改", "Why it changes";
    why_hint = "支持过的人会收到通知。改了以后，支持要重新数。", "Whoever supported it is told, and support is counted anew.";
    save = "保存", "Save";

    about = "这个议案", "This motion";
    kind = "类别", "Kind";
    cost = "费用", "Cost";
    cost_none = "没有", "nothing";
    cost_fixed(yuan: &str) = "{yuan} 元", "{yuan} yuan";
    cost_range(least: &str, most: &str) = "{least} 到 {most} 元", "{least} to {most} yuan";
    proposer = "提出人", "Proposed by";
    an_owner = "一位业主", "an owner";
    window = "这一步到", "This step lasts until";
    the_vote = "表决", "The vote";
    vote_from(from: &str, until: &str) = "{from} 到 {until}", "{from} to {until}";
    see_vote = "看表决", "See the vote";
    behind(n: u64) = "第 {n} 号议案：怎么提出来、怎么改的", "Motion {n}: how it came about and how it changed";
    from_matters = "从哪件事来", "Where it comes from";
    what_next = "现在可以做", "What can be done now";
    steps = "经过", "What happened";

    support = "支持", "Support";
    support_heads(percent: &str, wanted: u64) = "支持的业主占人数 {percent}，要到 {wanted}% 就直接受理", "{percent} of owners support it; with {wanted} % it is admitted";
    support_area(percent: &str, wanted: u64) = "支持的业主占面积 {percent}，要到 {wanted}%", "{percent} of the area supports it; {wanted} % is wanted";
    supported(heads: &str, area: &str) = "人数 {heads}，面积 {area}", "{heads} of heads, {area} of area";
    support_it = "支持这一版", "Support this version";
    support_hint = "只是同意把它拿出来讨论和表决，不是投票。", "It says that it should be talked over and voted on; it is no vote.";

    versions = "版本", "Versions";
    version(n: u64) = "第 {n} 版", "Version {n}";
    current = "现在的", "current";
    voted = "表决用的", "put to the vote";
    changes = "和上一版比", "What changed";
    added = "新增：", "Added: ";
    removed = "删去：", "Removed: ";
    kept = "没有变：", "Unchanged: ";
    by_amendment(n: &str) = "采纳了第 {n} 条修改", "amendment {n} was taken in";

    amendments = "修改意见", "Amendments";
    no_amendments = "还没有修改意见。", "There are no amendments yet.";
    amend = "提修改", "Amend a paragraph";
    amend_which = "改哪一段", "Which paragraph";
    paragraph(n: u64, start: &str) = "第 {n} 段：{start}", "Paragraph {n}: {start}";
    amend_text = "改成", "It should say";
    amend_hint = "空着就是删去这一段。", "Leave it empty to strike the paragraph.";
    amend_why = "理由", "Why";
    amend_send = "提出", "File it";
    amendment(n: u64) = "第 {n} 条修改", "Amendment {n}";
    amends(from: u64, base: u64) = "对第 {base} 版第 {from} 段", "of paragraph {from} of version {base}";
    strikes = "删去这一段", "strikes the paragraph";
    reason(why: &str) = "理由：{why}", "Why: {why}";
    decided(why: &str) = "处理：{why}", "Decided: {why}";
    became(n: u64) = "成为第 {n} 版", "it became version {n}";

    a_filed = "等待处理", "to be decided";
    a_adopted_by_proposer = "提出人已采纳", "taken in by the proposer";
    a_put_to_council = "交议事会", "before the council";
    a_adopted = "已采纳", "adopted";
    a_rejected = "未采纳", "rejected";
    a_withdrawn = "已撤回", "withdrawn";
    a_moot = "原文已改，不再适用", "moot: its paragraph has changed";
    do_adopt_as_proposer = "采纳", "Take it in";
    do_put_to_council = "交议事会决定", "Put it to the council";
    do_adopt = "议事会同意，采纳", "The council is for it: adopt it";
    do_reject = "议事会不同意", "The council is against it";
    do_withdraw_amendment = "撤回", "Withdraw it";

    s_draft = "草稿", "draft";
    s_submitted = "已提交", "handed in";
    s_returned = "退回修改", "returned";
    s_admitted = "已受理", "admitted";
    s_deliberating = "讨论中", "being talked over";
    s_amending = "征求修改", "open to amendments";
    s_finalised = "已定稿", "final";
    s_scheduled = "等待表决", "vote scheduled";
    s_voting = "表决中", "being voted on";
    s_carried = "表决通过，公示中", "carried; open to objections";
    s_lost = "未通过", "lost";
    s_inquorate = "人数不够", "no quorum";
    s_suspended = "因异议暂停", "suspended for an objection";
    s_decided = "已决定", "decided";
    s_executing = "正在落实", "being carried out";
    s_executed = "已落实", "carried out";
    s_failed = "没有落实", "failed";
    s_withdrawn = "已撤回", "withdrawn";
    s_lapsed = "已失效", "lapsed";

    do_submit = "提交", "Hand it in";
    do_return = "退回修改", "Return it";
    do_admit = "受理", "Admit it";
    do_deliberate = "开始讨论", "Open it to discussion";
    do_open_amendments = "征求修改", "Open it to amendments";
    do_finalise = "定稿", "Make the text final";
    do_schedule = "定下表决", "Set the vote";
    do_repeat = "再表决一次", "Repeat the vote";
    do_withdraw = "撤回议案", "Withdraw it";

    did_create = "写了草稿", "wrote the draft";
    did_submit = "提交", "handed it in";
    did_return = "退回修改", "returned it";
    did_admit = "受理", "admitted it";
    did_by_support = "支持的人够了，直接受理", "admitted, as enough support it";
    did_list = "到期没有人处理，自动受理", "listed, as nobody had decided in time";
    did_deliberate = "开始讨论", "opened it to discussion";
    did_open_amendments = "开始征求修改", "opened it to amendments";
    did_finalise = "定稿", "made the text final";
    did_schedule = "定下表决", "set the vote";
    did_open_vote = "表决开始", "the vote began";
    did_carry = "表决通过", "it was carried";
    did_lose = "表决未通过", "it was lost";
    did_miss_quorum = "参加的人不够", "there was no quorum";
    did_decide = "公示期满，正式决定", "decided, as nobody objected in time";
    did_withdraw = "撤回", "withdrew it";
    did_suspend = "有异议成立，暂停", "suspended, as an objection was upheld";
    did_execute = "开始落实", "its carrying out began";
    did_complete = "全部落实，并经核实", "everything was carried out and verified";
    did_fail = "没有落实", "it was not carried out";
    did_lapse = "任期结束，失效", "it lapsed with the term of its body";
    did_adopt = "换成新的一版", "a new version took its place";

    last_day = "到哪一天", "Until which day";
    last_day_hint(days: u64) = "至少 {days} 天", "at least {days} days";
    poll_lead = "先按定稿准备表决：下面的按钮把题目和方案原样放进表决草稿，您再填范围和时间，由另一位委员一起签名公布。", "First prepare the vote: the button puts title and plan as they are into a draft; you set scope and times, and a second officer signs it with you.";
    poll_make = "按定稿准备表决", "Prepare the vote of this text";
    poll_choose = "用哪一次表决", "Which vote";
    poll_none = "还没有公布过用这个定稿的表决。", "No vote of this text has been published yet.";
    link_field = "议案号", "The motion's number";
    link_hint = "只填数字。议案有了结果，这件事才能答复。", "The number alone. The matter can be answered once the motion has ended.";
    link = "转为议案", "Let it become a motion";

    e_title = "题目要有 1 到 100 个字，不能换行。", "A title has 1 to 100 characters on one line.";
    e_text = "请写方案；连题目和费用一共不超过 8192 字节（约 2700 个汉字）。", "Write the plan; with title and cost it has at most 8,192 bytes.";
    e_cost = "费用要写数字，最少的不能比最多的多。", "The cost is a number, and the least is not more than the most.";
    e_why = "请写为什么改，最多 1000 个字。", "Say why it changes, in at most 1,000 characters.";
    e_kind = "请选是哪一类事。", "Choose what kind of matter it is.";
    e_same = "和现在的一样，没有改动。", "It is the same as the present text.";
    e_amend = "请选一段，并写改成什么。", "Choose a paragraph and say what it should be.";
    e_version = "议案刚改过，请看新的一版。", "The motion has just changed: see the new version.";
    e_window = "请写日期，要够规定的天数。", "Give a day that is as far away as the rules want.";
    e_poll = "请选一次已经公布、用这个定稿的表决。", "Choose a vote of this text that has been published.";
    e_link = "没有这个号的议案。", "There is no motion of this number.";
}
