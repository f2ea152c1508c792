//! Polls from the first line written to the result: the wizard, the preview, the notice.

use super::msgs;

msgs! {
    list_title = "表决", "Polls";
    list_none = "还没有表决。", "There are no polls yet.";
    state_draft = "草稿", "draft";
    state_frozen = "等签字", "waits for signatures";
    state_announced = "公示中", "announced";
    state_running = "进行中", "open";
    state_closed = "已截止", "closed";
    state_announced_result = "结果已宣布", "result announced";
    window(opens: &str, closes: &str) = "{opens} 至 {closes}", "{opens} to {closes}";

    new_title = "表决什么事？", "What is to be decided?";
    new_lead = "事项的类别决定法律要求多少人参加、多少人同意。先选类别。",
        "The kind of matter decides how many must take part and agree by law. Choose it first.";
    matter_title = "事项的类别", "Kind of matter";
    no_matter = "请选一个类别", "Choose a kind";
    thresholds_title = "通过的条件", "What it takes to pass";
    rule_from = "依据", "Source";
    assembly_rules = "业主大会议事规则", "Rules of the owners' assembly";
    assembly_rules_hint = "制定或修改（民法典 278 条第 1 项）", "making or changing them (Civil Code art. 278 item 1)";
    covenant = "管理规约", "Management covenant";
    covenant_hint = "制定或修改（第 2 项）", "making or changing it (item 2)";
    election = "选举业主委员会", "Electing the committee";
    election_hint = "按候选人投票（第 3 项）", "voting on candidates (item 3)";
    replace_member = "更换业委会成员", "Replacing members of the committee";
    replace_member_hint = "罢免或更换，一人一项（第 3 项）", "removing or replacing, a motion for each (item 3)";
    manager = "选聘、解聘物业公司", "Hiring or dismissing the manager";
    manager_hint = "（第 4 项）", "(item 4)";
    use_fund = "使用维修资金", "Using the repair fund";
    use_fund_hint = "花已经有的钱修东西：参加表决的过半数同意（第 5 项）", "spending money that is there: more than half of those taking part (item 5)";
    raise_fund = "筹集维修资金", "Raising the repair fund";
    raise_fund_hint = "向业主再收钱：参加表决的四分之三以上同意（第 6 项）", "collecting money from owners: at least three quarters of those taking part (item 6)";
    rebuild = "改建、重建", "Altering or rebuilding";
    rebuild_hint = "建筑物及附属设施，例如加装电梯（第 7 项）", "buildings and what belongs to them, such as a new lift (item 7)";
    common_parts = "改变共有部分用途，或者用来经营", "Changing or trading on common parts";
    common_parts_hint = "例如绿地改车位、电梯广告（第 8 项）", "such as parking on a lawn, or advertisements (item 8)";
    other = "其他重大事项", "Other major matters";
    other_hint = "共有和共同管理的其他事（第 9 项）", "anything else about what is held and managed together (item 9)";
    business = "住宅改成经营用房", "Turning a home into business premises";
    business_hint = "例如开店、办民宿：本栋其他业主都要同意（民法典第 279 条）", "such as a shop or guest rooms: every other owner of the building has to agree (Civil Code 279)";
    business_warning = "要本栋其他业主都同意：没有投票的，就是没有同意。范围只选这一栋楼，并填申请人的房屋；申请人自己不投票。", "Every other owner of the building has to agree: who does not vote has not agreed. Choose this one building and name the applicant's home; the applicant does not vote.";
    fund_warning_use = "这里是“使用”维修资金：过半数就够。如果还要业主再交钱，那是“筹集”，要四分之三，请另列一项。",
        "This is using the fund: more than half is enough. If owners are to pay more in, that is raising it, which takes three quarters: make it a motion of its own.";
    fund_warning_raise = "这里是“筹集”维修资金：要四分之三。只是花账上已有的钱，那是“使用”，过半数就够，请改选。",
        "This is raising the fund: three quarters. If only money that is there is spent, that is using it, and more than half is enough: choose the other one.";
    who_for = "同意", "For";
    who_against = "反对", "Against";
    who_abstain = "弃权", "Abstain";
    who_participating = "参加表决的", "Those who take part";
    who_present = "到会的", "Those present";
    who_voting = "投票的", "Those who vote";
    who_in_person = "亲自投票的", "Those who vote in person";
    who_objecting = "提出异议的", "Those who object";
    by_area = "面积", "by area";
    by_heads = "人数", "by heads";
    of_all = "全体", "of all";
    of_participating = "参加表决的", "of those who take part";
    of_present = "到会的", "of those present";
    of_voting = "投票的", "of those who vote";
    at_least(base: &str, share: &str) = "至少占{base} {share}", "at least {share} {base}";
    everybody(base: &str) = "{base} 100%，一个不少", "100% {base}, every one";
    more_than(base: &str, share: &str) = "超过{base} {share}", "more than {share} {base}";
    at_most(base: &str, share: &str) = "至多占{base} {share}", "at most {share} {base}";
    less_than(base: &str, share: &str) = "少于{base} {share}", "less than {share} {base}";
    all_but(base: &str, number: &str) = "{base}除 {number} 以外全部", "all but {number} {base}";
    at_least_number(number: &str) = "至少 {number}", "at least {number}";
    condition(who: &str, measure: &str, need: &str) = "{who}{measure}：{need}", "{who}, {measure}: {need}";
    step(who: &str, measure: &str) = "{who}{measure}：", "{who}, {measure}:";
    needed(need: &str) = "（要求 {need}）", "(needs {need})";
    met = "已过线", "reached";
    not_met = "没有过线", "not reached";

    draft_title = "准备表决", "Preparing a poll";
    draft_lead = "一页写一件事，随时可以停下，下次接着写。公布以后就不能再改。",
        "One thing per page; stop and go on whenever you like. Once it is published nothing can be changed.";
    save_next = "保存，下一步", "Save and go on";
    save_overview = "保存，回到总览", "Save and go to the overview";
    overview = "总览", "Overview";
    previous = "上一步", "Back a step";
    s_poll_title = "这次表决的名称", "Name of the poll";
    s_poll_title_hint = "公告和选票的标题，最多 80 个字", "Stands on notice and ballot; at most 80 characters";
    s_motion(n: usize) = "第 {n} 项", "Motion {n}";
    s_matter = "类别", "Kind";
    s_title = "题目", "Question";
    s_text = "方案与费用", "Proposal and cost";
    s_files = "附件", "Attachments";
    s_candidates = "候选人", "Candidates";
    s_scope = "表决范围", "Who votes";
    s_answers = "谁看得到各人的选择", "Who sees the choices";
    s_times = "时间", "Times";
    s_preview = "预览", "Preview";
    s_sign = "提请签字", "Put up for signing";
    s_missing = "还没写", "missing";
    s_change = "修改", "Change";
    add_motion = "再加一项", "Add a motion";
    remove_motion = "删掉这一项", "Remove this motion";
    remove_title(title: &str) = "删掉“{title}”？", "Remove \"{title}\"?";
    remove_lead = "题目、方案、候选人一起删掉，附件文件仍保留。", "Question, proposal and candidates go; attached files are kept.";
    remove_yes = "删掉", "Remove";
    delete = "删除这份草稿", "Delete this draft";
    delete_title(title: &str) = "删除草稿“{title}”？", "Delete the draft \"{title}\"?";
    delete_lead = "删除后找不回来。已经公布的表决删不掉。", "It cannot be brought back. A published poll cannot be deleted.";
    delete_yes = "删除", "Delete";

    title_label = "题目", "Question";
    title_hint = "写成一句可以回答“同意”或“反对”的话，例如：是否同意使用维修资金更换 3 号楼电梯？最多 80 个字。",
        "One question answered with for or against, such as: 是否同意使用维修资金更换 3 号楼电梯？ At most 80 characters.";
    title_election_hint = "例如：选举第三届业主委员会", "For example: 选举第三届业主委员会";
    text_label = "方案", "Proposal";
    text_hint = "为什么、怎么做、谁来做、多长时间。可以用 Markdown：**重点**、- 列表、## 小标题。最多 8000 字节，大约 2600 个字。",
        "Why, how, by whom, until when. Markdown works: **bold**, - lists, ## headings. At most 8,000 bytes, about 2,600 Chinese characters.";
    cost_label = "费用和来源", "Cost and where it comes from";
    cost_hint = "总额、每户大约多少、从哪里出。没有费用就写“无”。", "The sum, about how much for a home, and from which money. Write 无 if there is none.";
    cost_missing = "请写明费用；没有费用就写“无”", "Say what it costs; write 无 if it costs nothing";
    text_preview = "预览（保存以后）", "Preview (as saved)";
    text_too_deep = "引用或列表套得太深，最多 10 层", "Quotes and lists are too deep inside each other: 10 at most";
    text_too_long = "方案太长，最多 8000 字节，大约 2600 个字。长的内容请放到附件。",
        "The proposal is too long: at most 8,000 bytes. Put long documents into attachments.";
    abstain = "选票上有“弃权”", "The ballot has \"abstain\"";
    abstain_hint = "弃权算参加表决，但不算同意", "who abstains takes part, and is not for it";

    files_lead = "报价、图纸、合同。PDF、JPEG 或 PNG，一个最大 4 MB。公布以后任何人都可以看，文件的指纹写进签字的原文。",
        "Offers, plans, contracts: PDF, JPEG or PNG, at most 4 MB each. After publishing anyone can read them, and their hash is in what is signed.";
    files_personal = "不要上传有身份证号、电话的文件。", "Nothing with ID or phone numbers, please.";
    file_label = "选择文件", "Choose a file";
    file_add = "加上这个文件", "Add this file";
    file_remove = "去掉", "Remove";
    file_size(kb: u64) = "{kb} KB", "{kb} KB";
    files_none = "没有附件。", "No attachments.";
    files_next = "下一步", "Go on";
    no_file = "请选择一个文件", "Choose a file";
    file_kind = "只收 PDF、JPEG 和 PNG 文件（看的是内容，不是文件名）", "PDF, JPEG and PNG only (by content, not by name)";
    file_large = "文件太大，一个最大 4 MB", "Over 4 MB";
    file_many = "附件太多，请先清理", "Too many documents are kept";
    files_most = "一项最多 20 个附件", "At most 20 attachments for a motion";

    seats_label = "选几位？", "How many seats?";
    candidates_label = "候选人", "Candidates";
    candidates_hint = "一行一位，按选票上的顺序。至少和席位一样多。", "One a line, in the ballot's order; at least as many as seats.";
    bad_seats = "席位请写一个数字，例如 5", "Seats are a number, such as 5";
    bad_candidate = "候选人姓名 1 到 80 个字，不能重复", "A candidate's name has 1 to 80 characters, none twice";

    scope_lead = "谁的事谁表决：只影响几栋楼的，可以只由这几栋楼的业主表决。", "Who is concerned decides: what concerns a few buildings may be put to these alone.";
    scope_all = "整个小区", "The whole estate";
    scope_some = "只有这几栋楼", "These buildings only";
    scope_none = "请选择范围；选“只有这几栋楼”时至少勾一栋", "Choose; tick at least one building for \"these buildings only\"";
    applicant = "申请人的房屋", "The applicant's home";
    applicant_hint = "例如 3-2-501。这套房屋不列入这次表决的名册。", "Such as 3-2-501. It is left out of the roll of this vote.";
    applicant_unknown = "名册里没有这套房屋，或者不止一套像它：请写楼、单元、房号", "No home or more than one is like this: please give building, entrance and number";
    scope_without(scope: &str, home: &str) = "{scope}（不含申请人的房屋 {home}）", "{scope} (without the applicant's home {home})";
    scope_total(units: u64, area: &str) = "共 {units} 套，面积 {area}", "{units} units, area {area}";

    answers_lead = "这是记名表决：记录里用编号，不写姓名和房号。截止以后，谁可以看到各编号选了什么？投票前会告诉每位业主，公布后不能改。",
        "Ballots are recorded under numbers, without names or flats. Who may see, after the close, what each number chose? Every owner is told before voting, and it cannot be changed later.";
    answers_public = "所有人", "Everybody";
    answers_public_hint = "任何人都可以下载记录重算", "anyone may download the record and count again";
    answers_owners = "名册上的业主", "Owners on the roll";
    answers_owners_hint = "业主登录后可以看", "owners see it once signed in";
    answers_inspectors = "业委会、工作人员、监督员和主管部门", "Officers, clerks, auditors and the authority";
    answers_inspectors_hint = "邻居看不到，可以查的人看得到", "not the neighbours; only those who may inspect";
    no_answers = "请选一个", "Choose one";

    times_lead(days: u64) = "公告要先贴满 {days} 天，投票才能开始。张贴当天和开始当天都不算。",
        "The notice has to hang for {days} whole days before voting opens; neither the day of posting nor the day of opening counts.";
    times_earliest(when: &str) = "今天公布的话，最早 {when} 可以开始。", "If published today, voting may open {when} at the earliest.";
    times_signing = "公示期从最后一位签字那天算起，请给签字留出时间。", "The days count from the last signature: leave time for signing.";
    opens_label = "开始投票", "Voting opens";
    closes_label = "截止", "Voting closes";
    day_of(what: &str) = "{what}：日期", "{what}: day";
    hour_of(what: &str) = "{what}：几点（北京时间）", "{what}: hour (Beijing time)";
    bad_time = "请填日期和时间，例如 2026-12-06 和 18:00", "Give day and hour, such as 2026-12-06 and 18:00";
    order_time = "截止要在开始以后", "The close comes after the opening";
    past_time = "开始时间已经过了", "The opening is in the past";
    computed = "按这个时间", "With these times";
    computed_notice(days: u64) = "公示 {days} 整天", days "{days} whole day of notice" "{days} whole days of notice";
    computed_window(days: u64) = "投票 {days} 天", days "voting for {days} day" "voting for {days} days";
    test_label = "这是一次演练", "This is a rehearsal";
    test_hint = "不受公示期限制；选票和结果上永远写着“演练”，没有效力", "no notice period; ballots and result say rehearsal for ever and have no effect";
    rehearsal = "演练，没有效力", "Rehearsal, without effect";

    check_title = "还要改的地方", "To be put right";
    hints_title = "提醒", "Hints";
    check_ok = "都写好了，可以提请签字。", "All is there; it can be put up for signing.";
    c_bad_title = "表决的名称没有写，或者太长、有特殊字符", "The poll has no name, or one that is too long or has special characters";
    c_no_motion = "至少要有一项", "There has to be at least one motion";
    c_too_many_motions = "最多 30 项", "At most 30 motions";
    c_unknown_building = "选的楼不在名册里", "A building is not on the roll";
    c_change_of_use_alone = "住宅改成经营用房要单独表决，不能和别的事项一起", "Turning a home into business premises is a vote of its own, with no other matters";
    c_change_of_use_one_building = "住宅改成经营用房，范围要选申请人所在的那一栋楼", "For turning a home into business premises choose the one building that the home is in";
    c_applicant_missing = "请在“表决范围”里填申请人的房屋，要在所选的楼里", "Name the applicant's home on the page about who votes; it has to be in the building chosen";
    c_opens_in_the_past = "开始时间已经过了", "The opening is in the past";
    c_closes_before_it_opens = "截止时间要在开始以后", "The close has to come after the opening";
    c_closes_too_late = "截止时间太远", "The close is too far away";
    c_motion_twice = "有两项编号相同", "Two motions have one number";
    c_bad_motion_title = "题目没有写，或者太长、有特殊字符", "The question is missing, too long or has special characters";
    c_bad_motion_text = "方案没有写，或者太长", "The proposal is missing or too long";
    c_unknown_attachment = "有附件找不到", "An attachment is not stored";
    c_seats_of_elections_only = "只有选举才有席位", "Seats are for elections, and elections have them";
    c_candidates_of_elections_only = "选举要有候选人，其他事项没有", "Candidates are for elections, and elections have them";
    c_clause_missing = "这条规则算上没有投票的业主：请把议事规则里写明这一点的条款放进附件",
        "The rule counts owners who cast nothing: please attach the clause of the assembly's rules that says so";
    c_unknown_rule = "没有这条规则", "There is no such rule";
    c_rule_not_in_force = "这条规则在开始那天还没生效或已失效", "The rule is not in force on the day of opening";
    c_bad_seats = "席位数不合规定", "The number of seats is not allowed";
    c_candidate_twice = "候选人重复", "A candidate stands twice";
    c_bad_candidate = "候选人姓名有问题", "A candidate's name cannot stand in the record";
    c_fewer_candidates_than_seats = "候选人比席位少", "There are fewer candidates than seats";
    c_title_is_no_question = "题目不像能回答“同意”或“反对”的话", "The question does not read like one answered for or against";
    c_title_asks_twice = "题目里好像有两个问题，请分成两项", "The question seems to ask two things; make two motions";
    c_title_leans = "题目里有带倾向的字眼，请写得中立一些", "The question leans to one side; word it neutrally";
    c_short_window = "投票时间不到三天，有的业主来不及", "Voting lasts less than three days; some owners will miss it";
    c_other(code: &str) = "要检查：{code}", "To be checked: {code}";
    in_motion(n: usize, what: &str) = "第 {n} 项：{what}", "Motion {n}: {what}";

    preview_title = "预览", "Preview";
    preview_lead = "每一种都看一遍，和业主看到的一样。", "Look at each, as owners will see it.";
    preview_as(size: &str, language: &str) = "{size}，{language}", "{size}, {language}";
    preview_paper = "纸质票", "Paper ballot";
    preview_notice = "公告（A4）", "Notice (A4)";
    preview_sms = "短信", "Text message";
    preview_sms_text(estate: &str, title: &str, when: &str) = "【{estate}业主大会】{title}的表决已开始，{when}截止。不会用手机？请看楼道公告。",
        "{estate}: voting on {title} is open until {when}. No smartphone? See the notice in your stairwell.";
    preview_banner = "预览：投不了票，也没有公布", "Preview: no vote is taken, nothing is published";
    ballot_each(n: u64) = "每位候选人选“同意”或“反对”，同意的最多 {n} 位", "For each candidate, for or against; for at most {n}";
    paper_title = "纸质表决票", "Paper ballot";
    paper_how = "在一个方框里打勾。一项只勾一个，勾多了这一项作废。", "Tick one box of each motion; more than one makes it invalid.";
    paper_name = "业主姓名", "Owner's name";
    paper_unit = "房屋", "Unit";
    paper_signature = "签名和日期", "Signature and date";
    paper_stub = "存根：请撕下保存，凭编号查票", "Stub: tear off and keep; the number finds your ballot";
    sample = "样张", "Sample";

    freeze_title = "提请签字", "Put up for signing";
    freeze_lead = "名册按现在的样子定下来，写进要签的原文。之后要改，只能先撤回。",
        "The roll is frozen as it is now and goes into what is signed. To change anything, withdraw it first.";
    freeze_next = "您和另一位成员都签字后，马上公布。", "It is published as soon as you and another officer have signed.";
    freeze_yes = "定稿，提请签字", "Freeze and put up for signing";
    not_draft = "这次表决已经公布或者在等签字，不能再改。要改，请先撤回，或者重新发起一次。",
        "This poll is published or waits for signatures and cannot be edited. Withdraw it first, or prepare a new one.";
    no_such_poll = "没有这次表决。", "There is no such poll.";
    too_large = "内容太多：最多 30 项，每项方案最多 8 KB。", "Too much: at most 30 motions of 8 KB of text each.";
    has_errors = "还有地方要改，请看总览。", "Something has to be put right first; see the overview.";
    empty_scope = "这个范围里没有房屋。", "There is no unit in this scope.";
    unit_without_owner(unit: &str) = "{unit} 没有产权人，也没有建设单位，请先改名册。", "{unit} has neither owner nor developer; correct the roll first.";
    text_not_allowed(unit: &str) = "{unit} 的资料里有不能写进公开记录的字符，请先改名册。", "{unit} has a text that the public record cannot hold; correct the roll first.";
    roll_unfit = "名册还不能用于表决：有房屋没有产权人，或者有特殊字符。请先改名册。",
        "The roll cannot be used: a unit has no owner, or a text that the record cannot hold. Correct the roll first.";
    few_officers = "认证过的业委会成员不够签字的人数。", "Fewer officers have enrolled than must sign.";

    frozen_lead = "已定稿，等签字。", "Frozen; waits for signatures.";
    to_act = "去签字", "To the signatures";
    live_lead = "已公布，什么都不能再改。", "Published; nothing of it can be changed.";
    see_public = "看公开的表决页", "The public page";
    see_notice = "打印公告（A4）", "Print the notice (A4)";
    count_title = "宣布结果", "Announce the result";
    count_lead = "现在计票，把全部数字放进要签的原文，给您和另一位成员核对、签字。签够以前不公布。",
        "This counts the ballots and puts every figure into what you and another officer check and sign. Nothing is published before.";
    count_yes = "计票，提请签字", "Count, and put up for signing";
    result_waits = "结果在等签字。", "The result waits for signatures.";
    result_done = "结果已宣布。", "The result is announced.";
    not_closed = "还没有截止。", "It is not closed yet.";
    count_failed = "没有数成，请联系技术支持。", "The count did not come to an end. Please ask for technical help.";
    after_refused = "现在不能这样做。", "That cannot be done now.";

    more = "公开的页面", "Public pages";
    count_anew = "重新计票", "Count again";
    count_anew_lead = "异议成立、需要重新计票的，从这里开始。两位委员签字以后，新的结果和原来的一起公布。",
        "For an upheld objection that asks for a new count. Once two officers have signed, the new result stands beside the old one.";
    corrections = "更正", "Corrections";
    upheld = "异议成立", "an objection was upheld";
    amend_title = "更正这次表决的名册", "Amend this poll's roll";
    amend_lead = "先在“名册”里改好，再来这里，把一套房按现在的名册写进这次表决。有错的更正要在截止以前；异议成立的，截止以后也可以。",
        "Correct the register first; then put one unit, as the register has it now, into this poll. Mistakes are corrected before the close, upheld objections also after it.";
    amend_correction = "名册有错", "the roll was wrong";
    strike_title = "作废一张票", "Strike a ballot";
    strike_lead = "作废要有理由，两位成员签字，写进公开记录。票本身仍在记录里，只是不计算。",
        "It takes a ground and two signatures, and stands in the public record. The ballot stays in the record and is not counted.";
    strike_index = "记录里的第几条", "Entry in the record";
    strike_index_hint = "查票页和监督页上写着的编号，从 0 数起", "The number on the check page and the auditor's page, counted from 0";
    strike_forged = "签名不是业主本人的", "the signature is not the owner's";
    strike_wrong_signer = "签名的人无权投票", "who signed may not vote";
    strike_late = "太晚", "too late";
    strike_ground = "理由和依据", "Ground and evidence";
    strike_ground_hint = "只有可以查的人看得到，公开记录里只有指纹。最多 2000 个字。", "Read by those who may inspect; the public record has its hash alone. At most 2,000 characters.";
    bar_title = "取消一位的投票资格", "Bar somebody from voting";
    bar_lead = "名册上的人其实没有投票资格的，比如房子已经卖掉。要有理由，两位成员签字。",
        "For somebody on the roll who is not entitled, having sold the home, say. It takes a ground and two signatures.";
    bar_choose(name: &str) = "选{name}", "Choose {name}";
    bar_other = "找另一位", "Find somebody else";
    bar_already = "已经取消", "barred already";
    bar_homes = "房屋", "Homes";
    strike_bad_index = "这一条不能作废：没有这个编号，或者已经作废", "This entry cannot be struck: there is none of this number, or it is struck already";
    strike_bad_ground = "请写明理由，1 到 2000 个字", "Give a ground of 1 to 2,000 characters";

    f_title = "表决", "Poll";
    f_opens = "开始", "Opens";
    f_closes = "截止", "Closes";
    f_units = "名册：套数", "Roll: units";
    f_holders = "名册：产权人组合", "Roll: holders";
    f_area = "名册：总面积", "Roll: area";
    f_answers = "谁看得到各人的选择", "Who sees the choices";
    f_keys = "签名钥匙", "Keys";
    f_log_key = "记录的钥匙：", "The log's key:";
    motion_number(n: usize) = "第 {n} 项", "Motion {n}:";
    seats_of(n: u64) = "选 {n} 位", n "{n} seat" "{n} seats";
    attachments_count(n: usize) = "{n} 个附件", n "{n} attachment" "{n} attachments";
    elected_are(names: &str) = "当选：{names}", "Elected: {names}";
    tied_are(names: &str) = "最后的席位票数相同：{names}", "Tied for what is left: {names}";
    carried = "通过", "Carried";
    lost = "未通过", "Lost";
    no_quorum = "参与不足，无效", "Inquorate";
    second_round_open = "可以进行第二轮", "A second round may follow";
    carried_subject_to_objection = "通过，异议期内可以反对", "Carried, unless enough object";
    lost_on_objection = "因异议未通过", "Lost on objections";
    elected = "全部选出", "Elected";
    seats_unfilled = "部分席位没有选出", "Some seats are not filled";
    tie_lot = "票数相同，抽签决定", "A tie, decided by lot";
    tie_runoff = "票数相同，需要再选", "A tie: a run-off is needed";
    tally = "计票", "Tally";
    c_class = "类别", "Class";
    c_units = "套数", "Units";
    c_area = "面积", "Area";
    c_marks = "有效选票", "Valid marks";
    c_overvoted = "选多了", "Overvoted";
    c_invalid = "无效", "Invalid";
    c_silent_delivered = "送达没投", "Delivered, not cast";
    c_silent_undelivered = "没有投", "Not cast";

    n_title = "业主大会表决公告", "Notice of an owners' vote";
    n_when = "投票时间", "Voting";
    n_motions = "表决事项", "Motions";
    n_roll = "名册", "Roll";
    n_roll_is(units: &str, area: &str, holders: &str) = "共 {units} 套，专有面积 {area}，{holders} 个产权人组合。",
        "{units} units, area {area}, {holders} holders.";
    n_how = "怎么投票", "How to vote";
    n_how_phone = "手机扫二维码，或者打开", "Scan the code with a phone, or open";
    n_how_paper = "不用手机：领纸质票，或者请工作人员上门。", "Without a phone: take a paper ballot, or ask us to come.";
    n_change = "截止以前可以重新投，最后一次算数。", "Until the close you may vote again; the last one counts.";
    n_qr = "表决页的二维码", "QR code of the poll's page";
    n_key = "核对用的钥匙", "Key to check with";
    n_key_why = "请拍照留存。截止以后，任何人都可以用它核对整个票箱的记录。", "Keep a picture of it: after the close anyone can check the whole record with it.";
    n_compound = "小区", "Estate";
    n_print = "请用浏览器的“打印”打印这一页（A4）。", "Print this page with your browser (A4).";
}
