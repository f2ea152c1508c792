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

    rule_title = "按哪条规则计票", "The rule that decides";
    rule_lead = "这类事项按法律有自己的规则。本小区的议事规则另有约定的，可以选下面的一条：它只改变计票的细节，不改变法律要的比例。",
        "The law has a rule for this kind of matter. Where your assembly's rules say more, choose that below: it changes details of the count and never the shares that the law wants.";
    rule_only = "这类事项没有别的规则可选。", "There is no other rule for this kind of matter.";
    rule_bylaws = "只有业主大会通过的议事规则里写明了，才能选。算上没有投票的业主的，要把这一条的原文放进附件，并且要有送达的证明；选票上会写明不投票怎么算。",
        "Choose one only if it stands in rules that the owners' assembly has passed. One that counts owners who cast nothing needs the clause itself among the attachments, and proof of delivery; the ballot says how silence counts.";
    rule_unknown = "请从列出的规则里选一条", "Please choose one of the rules listed";
    changes_invalid = "无效票怎么算", "How invalid ballots count";
    changes_revote = "投出以后能不能改", "Whether a ballot can be changed once it is cast";
    changes_channels = "网上和纸质都投了，以哪个为准", "Which counts where somebody voted online and on paper";
    changes_proxy = "一个人最多代几位业主投票", "How many owners one person may vote for";
    changes_tie = "得票相同怎么办", "What happens in a tie";
    silent_participates = "选票送到了、没有投票的业主，算参加了表决，但不算同意也不算反对。",
        "Owners who got a ballot and cast none count as taking part, neither for nor against.";
    silent_majority = "选票送到了、没有投票的业主，算参加了表决，并且算在多数一方。",
        "Owners who got a ballot and cast none count as taking part, and with the majority.";
    silent_warning(how: &str) = "请注意：按议事规则，{how}", "Please note: by the assembly's rules, {how}";

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

    alternatives_title = "备选方案", "Alternatives";
    alternatives_vote(names: &str) = "这几项是备选方案，最多采用一个：{names}。每一项单独表决：可以同意几项，也可以一项都不同意。",
        "These are alternatives, of which one at most is adopted: {names}. Each is voted on by itself: you may be for several, or for none.";
    alternatives_rule = "几项都通过的，面积和人数同意得都更多的一项有效；面积和人数不一致的，再投一次。",
        "If several pass, the one with more for it by area and by heads prevails; if area and heads disagree, there is a run-off.";
    alternative_add = "再加一个备选方案", "Add an alternative to this";
    prevails(title: &str) = "有效的是：{title}", "What prevails: {title}";
    prevails_none = "没有一项通过，都不采用。", "None passed; none is adopted.";
    prevails_runoff(titles: &str) = "几项都通过，但面积和人数不一致，要在这几项之间再投一次：{titles}",
        "Several passed, and area and heads disagree: a run-off between {titles}";
    prevails_why = "通过的各项，同意的比较", "Weight for those that passed";
    prevails_only = "只有这一项通过。", "It alone passed.";
    alternative = "方案", "Alternative";
    by_itself = "单独的结果", "By itself";
    for_area = "同意的面积", "Area for";
    for_heads = "同意的人数", "Heads for";

    what_if = "换个算法试算", "What if";
    what_if_title = "试算：换一条规则，或者去掉一张票", "What if: another rule, or a ballot struck";
    what_if_changes_nothing = "这里只是试算，什么都不改变：公布的结果和公开的记录不受影响。", "This is a calculation and changes nothing: result and record stay as they are.";
    what_if_motion = "哪一项", "Motion";
    what_if_rule = "用哪条规则", "Rule";
    what_if_own = "这次表决用的规则", "the rule of this poll";
    what_if_strike = "去掉哪些票", "Ballots to strike";
    what_if_strike_hint = "查票码或者记录里的编号，几个用空格隔开", "Check codes or entry numbers, with blanks between";
    what_if_list = "从全部选票里挑：点编号", "Pick from the list of ballots by its number";
    what_if_from_list = "点编号，可以试算没有这张票的结果。", "Follow a number to see the result without that ballot.";
    what_if_overlay = "自己写的议事规则条款（TOML）", "By-laws of your own (TOML)";
    what_if_overlay_hint = "文件要有 rule、extends、title、cite、certainty；只能改议事规则可以改的地方。留空就不用。",
        "A file with rule, extends, title, cite, certainty; it changes only what by-laws may. Leave it empty otherwise.";
    what_if_go = "试算", "Calculate";
    what_if_same = "结果不变", "The outcome stays";
    what_if_differs = "结果会改变", "The outcome would change";
    what_if_was = "公布的结果", "As announced";
    what_if_now = "这样计算", "Counted like this";
    what_if_bad_strike(what: &str) = "“{what}”不是这次表决里可以去掉的票", "\"{what}\" is no ballot of this poll that can be struck";
    what_if_bad_rule(reason: &str) = "规则用不了：{reason}", "The rule cannot be used: {reason}";
    what_if_no_motion = "没有这一项", "There is no such motion";

    lot_title = "登记抽签", "Record a draw";
    lot_due(seats: u64, names: &str) = "票数相同，还剩 {seats} 个席位，在这几位里抽签决定：{names}",
        "A tie: {seats} seats are left, to be decided by lot among {names}";
    lot_lead = "当着见证人的面抽签，再在这里登记，由委员签字后公布在结果旁边。记录本身不变。",
        "Draw the lot before witnesses, enter it here, and sign it: it is published beside the result. The record itself stays.";
    lot_drawn = "抽中的（按抽出的先后，一行一位，写候选人的编号）", "Who was drawn (in order, one a line, by the candidate's number)";
    lot_drawn_hint(known: &str) = "可以写：{known}", "One of: {known}";
    lot_method = "怎么抽的", "How";
    lot_method_hint = "例如：写名字的纸条放进空箱，由一名业主抽取", "Such as: names on slips in an empty box, drawn by an owner";
    lot_when = "抽签时间（北京时间）", "When (Beijing time)";
    lot_when_hint = "例如 2026-12-07 10:00", "Such as 2026-12-07 10:00";
    lot_witnesses = "见证人（一行一位：姓名，身份；至少两位）", "Witnesses (one a line: name, role; two at least)";
    lot_witnesses_hint = "例如：王芳，业主。会公布，请先征得本人同意。", "Such as: 王芳，业主. They are published: ask them first.";
    lot_bad = "这里面有记录里写不了的字，或者写得太长。请改成普通的文字，名字和身份各 80 字以内。",
        "Something here cannot stand in the record, or is too long. Use plain text; names and roles have 80 characters at most.";
    lot_bad_drawn = "请一行写一个编号：只能写票数相同的人，每人写一次，写的人数要等于剩下的席位。",
        "One number a line: only those who are tied, each once, as many as seats are left.";
    lot_bad_method = "请写明是怎么抽的，500 字以内。", "Say how it was drawn, in 500 characters at most.";
    lot_bad_when = "请写成 2026-12-07 10:00 这样，在截止以后，不能晚于现在。", "Write it like 2026-12-07 10:00: after the close, and not after now.";
    lot_bad_witnesses = "见证人至少两位，最多 20 位。一行一位，姓名和身份都要写，中间用逗号隔开。",
        "Two witnesses at least and 20 at most: one a line, name and role, with a comma between.";
    lot_result(names: &str) = "抽签结果，当选：{names}", "Decided by lot, elected: {names}";
    lot_how(when: &str, method: &str) = "{when}抽签，{method}", "Drawn {when}: {method}";
    lot_seen_by(names: &str) = "见证人：{names}", "Witnesses: {names}";
    kind_lot = "登记抽签结果", "Record a draw";

    official_title = "导入官方结果", "Import the official result";
    official_lead = "把官方系统公布的数字整理成下面的格式贴进来。系统逐项和我们自己的计数核对，列出每一处差别，由委员签字后公布在结果旁边。",
        "Paste the figures of the official system in the form below. Each is compared with our own count; every difference is listed, signed by officers, and published beside the result.";
    official_form = "CSV，列名：motion（表决项编号）、building（楼，合计留空）、class（for、against、abstain、participating、passed、not_passed）、heads（人数）、units（套数）、area（平方米）。也可以用同样字段的 JSON。",
        "CSV with the columns motion (id), building (empty: in all), class (for, against, abstain, participating, passed, not_passed), heads, units, area (square metres); or JSON with the same fields.";
    official_system = "官方系统的名称", "What the official system is called";
    official_system_hint = "例如：北京业主", "Such as 北京业主";
    official_content = "官方结果", "The official result";
    official_motions(ids: &str) = "表决项编号：{ids}", "Ids of the motions: {ids}";
    official_go = "核对，提请签字", "Compare, and put up for signing";
    official_file_title = "或者上传文件", "Or upload the file";
    official_file_lead = "CSV 或 JSON 文件（UTF-8，1 MB 以内），格式和上面一样。文件原样保存，报告里写明它的指纹。",
        "A CSV or JSON file (UTF-8, up to 1 MB) of the form above. It is kept as it is, and the report names its fingerprint.";
    official_file_label = "官方结果的文件", "File of the official result";
    official_bad(reason: &str) = "文件有问题：{reason}", "The file is unsound: {reason}";
    official_bad_text = "官方系统的名称要有 1 到 80 个字", "The system's name has 1 to 80 characters";
    kind_official = "官方结果核对报告", "Report on the official result";
    official_result(system: &str) = "官方结果（{system}）与我们的计数", "The official result ({system}) and our own count";
    official_equal = "逐项核对，没有差别。", "Compared figure by figure: no difference.";
    official_differs(n: usize) = "有 {n} 处差别：", n "{n} difference:" "{n} differences:";
    official_compared(n: usize) = "核对了 {n} 个数字。", n "{n} figure compared." "{n} figures compared.";
    official_which = "哪一项", "Which";
    official_theirs = "官方", "Official";
    official_ours = "我们的计数", "Our count";
    official_no_such = "没有这个数", "no such figure";
    official_passed = "通过", "passed";
    official_not_passed = "未通过", "not passed";
    official_outcome = "结果", "outcome";
    official_file = "导入文件的指纹", "Fingerprint of the file";
    measure_area = "面积", "area";
    measure_heads = "人数", "heads";
    measure_units = "套数", "units";
    building_of(name: &str) = "{name} 号楼", "building {name}";
    after_report = "签够以后，马上公布在结果旁边。公开的记录不变。", "Published beside the result once enough have signed; the record itself stays.";
    beside_signed(when: &str) = "委员签字的时间：{when}", "Signed by officers, {when}";
    beside_download = "下载签字原文", "Download the signed text";
    beside_no_result = "结果还没有签字公布。", "The result is not signed yet.";
    beside_no_tie = "这一项不用抽签。", "No lot decides this.";
}
