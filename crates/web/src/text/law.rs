//! What the law of a place asks, and what officers and auditors reckon beside the record.

use super::msgs;

msgs! {
    place_title = "本地规定", "The rules of this place";
    place_lead = "这个系统按下面的规定检查每次表决。规定会变，也可能读错：请以主管部门的解释为准。",
        "Every poll is checked against these rules. Rules change, and a reading may be wrong: the authority has the last word.";
    whose(name: &str) = "按{name}的规定。", "By the rules of {name}.";
    whose_link = "看本地规定", "See the rules of this place";
    rests_on = "依据", "Source";
    certainty = "把握程度", "Certainty";
    channel = "投票方式", "How votes are cast";
    channel_open = "可以用这个系统投票，也可以用纸质票", "With this system, or on paper";
    channel_first = "优先用官方系统；确认可以不用官方系统以后，再用这个系统",
        "The official system goes first; use this one once it is sure that another may be used";
    channel_only = "网上投票只能用官方系统。在这里：纸质投票，导入官方结果，逐项核对",
        "Online in the official system only. Here: paper, import of the official result, and the check of it";
    paper_always = "纸质票在哪里都可以要。", "Paper may be asked for everywhere.";
    paper_parallel = "不能上网的业主一律发纸质票，两种票一并计算", "Owners who are not online get paper; both are counted together";
    notice = "公告", "Notice";
    notice_days(days: u64) = "投票开始前 {days} 天，张贴当天不算", "{days} days before voting, the day of posting not counted";
    notice_special(days: u64) = "临时会议 {days} 天", "{days} days for a special meeting";
    told = "还要告诉谁", "Who else is told";
    told_committee = "居民委员会：开会的同时告知，并听取它的建议（物业管理条例 14 条、20 条）",
        "The neighbourhood committee, at the same time; its advice is heard (Property Management Regulation, art. 14 and 20)";
    voting = "投票期", "Voting";
    voting_span(min: u64, max: u64) = "{min} 到 {max} 天", "{min} to {max} days";
    voting_free = "没有规定天数", "no number of days is set";
    candidates = "候选人", "Candidates";
    candidates_before(days: u64) = "投票开始前 {days} 天公布", "announced {days} days before voting";
    candidates_posted(days: u64) = "公示 {days} 天", "posted for {days} days";
    result = "结果", "Result";
    result_within(days: u64) = "{days} 天内公布", "posted within {days} days";
    result_told(days: u64) = "{days} 天内告知业主", "owners are told within {days} days";
    result_posted(days: u64) = "公示 {days} 天以上", "posted for {days} days or more";
    delivery = "送不到的", "Papers that cannot be delivered";
    delivery_posted(days: u64) = "在小区张贴 {days} 天以上", "posted in the estate for {days} days or more";
    filing = "备案", "Filing";
    filing_within(days: u64) = "选出后 {days} 天内，向街道或者房产部门备案", "within {days} days of an election, with the subdistrict or the housing authority";
    committee = "业主委员会", "The committee";
    seats_from(min: u64) = "{min} 人以上，单数", "{min} or more, odd";
    seats_between(min: u64, max: u64) = "{min} 到 {max} 人，单数", "{min} to {max}, odd";
    small_units(seats: u64, below: u64) = "不到 {below} 户的小区可以 {seats} 人", "{seats} in a compound of fewer than {below} units";
    small_metres(seats: u64, below: u64) = "不到 {below} 平方米的小区可以 {seats} 人", "{seats} in a compound of less than {below} square metres";
    proxies = "委托", "Proxies";
    proxy_staff = "物业公司的人不能当代理人", "the manager's staff may not be proxies";
    proxy_instructed = "委托书要写明怎么投", "a power of attorney says how to vote";
    matters = "每一类事项", "Kinds of matters";
    matter = "事项", "Matter";
    rule = "规则", "Rule";

    special_label = "这是业主提议召开的临时会议", "This is a special meeting that owners asked for";
    special_hint(days: u64) = "要有五分之一以上业主提议（物业管理条例 13 条）；公告 {days} 天",
        "A fifth of the owners must have asked (Property Management Regulation, art. 13); {days} days of notice";
    petition_title = "提议召开临时会议：够不够五分之一？", "A request for a special meeting: is it a fifth?";
    petition_lead = "填签了名的业主有几位、他们的面积合计多少，按现在的名册算。", "Enter how many owners signed and the area they hold; it is reckoned on the register as it is now.";
    petition_heads = "签名的业主（人数）", "Owners who signed";
    petition_heads_hint = "一个人有几套，只算一人", "somebody with several units is one";
    petition_area = "他们的专有面积（平方米）", "Their area in square metres";
    petition_area_hint = "例如 12345.67", "such as 12345.67";
    petition_go = "算一下", "Reckon";
    petition_heads_are(part: &str, have: &str, all: &str) = "人数：{have} / {all} = {part}", "Owners: {have} / {all} = {part}";
    petition_area_is(part: &str, have: &str, all: &str) = "面积：{have} / {all} = {part}", "Area: {have} / {all} = {part}";
    petition_enough = "够了：五分之一以上业主提议，应当召开（物业管理条例 13 条），面积也够五分之一（建房〔2009〕274号 21 条）。",
        "Enough: a fifth of the owners (Property Management Regulation, art. 13), who also hold a fifth of the area (guideline 274/2009, art. 21).";
    petition_heads_only = "人数够五分之一，按物业管理条例 13 条应当召开；面积不够五分之一，建房〔2009〕274号 21 条要求两项都够，请问主管部门。",
        "A fifth of the owners, which is enough by art. 13 of the Regulation; not a fifth of the area, which guideline 274/2009 art. 21 also wants: ask the authority.";
    petition_short = "不够：还没有五分之一的业主提议。", "Not enough: less than a fifth of the owners have asked.";
    petition_bad = "请填数字：人数是整数，面积最多两位小数，都不能比名册上的多",
        "Numbers please: whole owners, area with at most two decimals, neither more than on the register";
    petition_no_roll = "还没有名册。", "There is no register yet.";

    elsewhere_title = "网上投票请用官方系统", "Vote online in the official system";
    elsewhere(name: &str) = "{name}规定网上投票要用官方系统，所以这里不收网上的票。", "{name} requires the official system for voting online, so that no vote is taken here.";
    elsewhere_how = "请在官方系统里投票，或者领纸质票交到服务点。截止以后，官方结果和我们对纸质票的计数会一起公布，每一处差别都列出来。",
        "Vote there, or take a paper ballot to the service point. After the close the official result is published beside our own count of the papers, with every difference.";
}
