//! Statements below a matter or a motion, reactions to them, and the map of who thinks alike.

use super::msgs;

msgs! {
    title = "大家怎么看", "What people think";
    lead =
        "下面每句话，请说同意、不同意，或者说不好。不记名；一位居民算一个声音，不看面积，也不代替表决。",
        "Say of each sentence whether you agree, disagree or cannot say. No names are shown; each resident is one voice, whatever their area, and it replaces no vote.";
    to_matter = "回到事项", "Back to the matter";
    to_motion = "回到议案", "Back to the motion";
    next = "这句话您怎么看？", "What do you think of this?";
    agree = "同意", "Agree";
    disagree = "不同意", "Disagree";
    pass = "说不好", "Cannot say";
    progress(done: usize, of: usize) = "您已表态 {done} 条，共 {of} 条。", "You have reacted to {done} of {of}.";
    all_done = "每一条您都表过态了。想改主意，可以在下面逐条重新选。", "You have reacted to all of them. Below you can think again about each.";
    sign_in = "登录以后可以表态。", "Sign in to react.";
    sign_in_link = "登录", "Sign in";
    closed = "这件事已经办结，不再收集看法。", "This matter is closed; no more reactions are taken.";
    closed_needs = "这些需求都有了答复，不再收集看法。", "These needs have their answers; no more reactions are taken.";
    closed_motion = "这个议案的讨论已经结束，不再收集看法。", "This motion is no longer talked over; no more reactions are taken.";
    nothing = "还没有人写下看法。", "Nobody has written a statement yet.";
    add = "写一句新的看法", "Write a statement of your own";
    add_field = "您的看法", "Your statement";
    add_hint =
        "一句话，最多 140 个字，只说一个意思，不写名字和房号。讨论管理员看过以后大家才能看到。",
        "One sentence of at most 140 characters that says one thing, without names or homes. Others see it when a moderator has looked at it.";
    add_do = "提交", "Hand in";
    own_waiting = "您写的，等讨论管理员看", "Yours, waiting for the moderator";
    own_rejected(why: &str) = "您写的没有采用：{why}", "Yours was not taken: {why}";
    own_duplicate(n: u64) = "您写的与第 {n} 条意思相同", "Yours says the same as number {n}";
    own_hidden(why: &str) = "您写的已隐藏：{why}", "Yours is hidden: {why}";
    reword = "改一改", "Word it anew";
    reword_do = "保存", "Save";
    waiting = "有新写的看法等您看", "Statements wait for you";
    waiting_at(title: &str, n: u64) = "{title}（{n} 条）", "{title} ({n})";
    pending = "等您看的", "Waiting for you";
    accept = "采用", "Accept";
    reject = "不采用", "Do not take";
    reject_why = "原因（会告诉作者）", "Why (its author is told)";
    duplicate = "与另一条相同", "Says the same as another";
    duplicate_field = "另一条的编号", "The number of the other";
    hide = "隐藏", "Hide";
    unhide = "恢复", "Show again";
    hidden(why: &str) = "已隐藏：{why}", "Hidden: {why}";
    seed = "起头的话", "To begin with";
    map = "意见地图", "The map";
    map_lead =
        "每个点是一位居民，看法相近的站得近。分组的是居民，不是观点。",
        "Each dot is a resident; those who think alike stand close. People are grouped, not statements.";
    map_alt(people: u32, groups: usize) = "{people} 位居民分成 {groups} 组；下面的文字说的是同样的内容。", "{people} residents in {groups} groups; the text below says the same.";
    not_yet(why: &str) = "地图现在还不能显示：{why}。", "There is no map yet: {why}.";
    agreed = "大家都同意的", "What all agree on";
    disagreed = "大家都不同意的", "What all disagree with";
    none = "还没有。", "None so far.";
    group(name: &str, people: u32) = "{name} 组，{people} 人", "Group {name}, {people} people";
    group_lead = "与别组最不一样的看法：", "What sets it apart:";
    says_agree(percent: u32) = "{percent}% 同意", "{percent}% agree";
    says_disagree(percent: u32) = "{percent}% 不同意", "{percent}% disagree";
    sides = "业主和租客", "Owners and tenants";
    sides_lead = "只列两边都有十个人以上表态的。", "Only what ten or more of each reacted to.";
    statement = "看法", "Statement";
    owners = "业主同意", "Owners who agree";
    tenants = "租客同意", "Tenants who agree";
    all = "全部看法", "All statements";
    of(count: u32, percent: u32) = "{count} 人（{percent}%）", "{count} ({percent}%)";
    yours(what: &str) = "您：{what}", "You: {what}";
    again = "重新选", "Think again";
    news = "看法", "statement";
    e_length = "请写一句话，1 到 140 个字，不分行。", "Please write one sentence of 1 to 140 characters, in one line.";
    e_over = "事项受理以后、办结以前，议案正在讨论的时候，才收集看法。", "Statements and reactions are taken of a matter from when it is acknowledged until it is closed, and of a motion while it is talked over.";
    e_full = "这里已经有 500 条看法，不再收新的。", "There are 500 statements here already; no more are taken.";
    e_reacted = "已经有人表态，不能再改；可以另写一句。", "Somebody has reacted to it, so it stays as it is; you can write another.";
    e_gone = "这一条现在没有显示，请换一条。", "This statement is not shown now; please take another.";
    e_person = "表态是居民自己的事，请用居民的身份登录。", "People react for themselves; please sign in as a resident.";
    e_original = "请写另一条已经采用的看法的编号。", "Please give the number of another statement that is shown.";
}
