//! The officers' console: its first page, what is signed together, and what an act does.

use super::msgs;

msgs! {
    title = "业委会工作台", "Committee's console";
    nav = "工作台的各页", "Pages of the console";
    nav_home = "工作台", "Console";
    nav_acts = "签字", "Signing";
    nav_polls = "表决", "Polls";
    nav_roll = "名册", "Roll";
    nav_people = "人员", "People";
    nav_letters = "邀请信", "Letters";
    back = "返回", "Back";

    now_title = "等您办的事", "What needs you now";
    nothing = "现在没有等您办的事。", "Nothing needs you right now.";
    wait_sign(n: usize) = "{n} 件事等您签字", n "{n} act waits for your signature" "{n} acts wait for your signature";
    wait_others(n: usize) = "{n} 件事您签过了，还等别人", n "{n} act you have signed waits for somebody else" "{n} acts you have signed wait for somebody else";
    drafts_title = "还没写完的表决", "Polls being prepared";
    running_title = "正在进行的表决", "Polls that are open";
    announced_title = "公示中的表决", "Polls that are announced";
    ended_title = "已经截止的表决", "Polls that have closed";
    result_due = "结果还没有宣布：请计票并签字", "The result is not announced yet: count and sign";
    opens(when: &str) = "{when} 开始", "Opens {when}";
    closes(when: &str) = "{when} 截止", "Closes {when}";
    closed(when: &str) = "{when} 已截止", "Closed {when}";
    term_ends(when: &str) = "您的任期到 {when} 为止，请提前安排接任的人。", "Your term ends on {when}: arrange for a successor in time.";
    no_roll = "还没有名册。第一件事是导入名册。", "There is no roll yet. Importing one comes first.";
    import_roll = "导入名册", "Import a roll";
    new_poll = "准备一次新的表决", "Prepare a new poll";
    open_draft(title: &str) = "继续写：{title}", "Go on with: {title}";
    untitled = "（还没有题目）", "(no title yet)";
    turnout_title = "参与情况", "Turnout";
    turnout_by_building = "各楼", "By building";
    turnout_line(building: &str, voted: u64, units: u64) = "{building}：{voted} / {units} 套已投", "{building}: {voted} of {units} units have voted";
    turnout_all(voted: &str, area: &str, percent: &str) = "全部：{voted} 套已投，面积 {area}，占 {percent}",
        "All: {voted} units have voted, area {area}, which is {percent}";
    turnout_only = "截止以前，谁都看不到赞成和反对各有多少，这里也没有。",
        "Before the close nobody sees how many are for or against; there is no such figure here either.";

    acts_title = "需要一起签字的事", "What is signed together";
    acts_lead = "要紧的事都要几位业委会成员各自用自己的钥匙签字，签够了才办。",
        "Whatever matters is signed by several officers, each with their own key, and done when enough have signed.";
    acts_mine = "等您签字", "Wait for your signature";
    acts_others = "等别人签字", "Wait for others";
    acts_ended = "办过的", "Past";
    acts_none = "没有。", "None.";
    act_line(kind: &str, by: &str, when: &str) = "{kind}（{by} 于 {when} 提出）", "{kind} (proposed by {by}, {when})";

    kind_apply_register = "采用新名册", "Apply a new roll";
    kind_undo_register = "退回以前的名册", "Return to an earlier roll";
    kind_appoint = "任命", "Appoint somebody";
    kind_end_role = "免去职务", "End an office";
    kind_renew_key = "更换签名钥匙", "Renew somebody's key";
    kind_publish_poll = "公布表决", "Publish a poll";
    kind_amend = "更正名册的一行", "Amend one line of a roll";
    kind_strike = "作废一张票", "Strike a ballot";
    kind_bar = "取消一位的投票资格", "Bar somebody from voting";
    kind_correct_register = "更正名册", "Correct the roll";
    kind_result = "宣布表决结果", "Announce a result";

    state_open(signed: usize, needed: u64) = "已签 {signed} 人，共需 {needed} 人", "{signed} of {needed} have signed";
    state_ready = "签够了，正在写入记录", "Signed; being written into the record";
    state_done = "已办好", "Done";
    state_refused = "已否决", "Refused";
    state_withdrawn = "已撤回", "Withdrawn";
    state_failed = "签够了，但没有办成", "Signed, but could not be done";

    what_title = "这件事是什么", "What this is";
    proposed_by = "提出人", "Proposed by";
    proposed_at = "提出时间", "Proposed";
    signed_by = "已签字", "Signed by";
    nobody_yet = "还没有人签", "Nobody yet";
    ended_at = "结束时间", "Ended";
    reason = "原因", "Reason";
    text_title = "您要签的原文", "Exactly what you sign";
    text_lead = "签字只对下面这几行字有效，一个字都不能变。", "The signature covers these very lines, not one character more or less.";
    digest_note = "原文里的 digest 是上面全部内容的指纹：内容变一点，指纹就不同，签字就作废。",
        "The digest in the text stands for everything above: change anything, and the signature is void.";

    sign_title = "签字", "Sign";
    sign_lead = "请先看清上面的内容。签字后不能收回。", "Read the above first. A signature cannot be taken back.";
    sign_button(kind: &str) = "我已看清，签字：{kind}", "I have read it; sign: {kind}";
    signing = "正在签字，请不要关闭…", "Signing, please do not close this page…";
    sign_need_script = "签字要用这个浏览器里的签名钥匙，需要开启 JavaScript。", "Signing uses the key in this browser and needs JavaScript.";
    sign_no_key = "这个浏览器里没有您的签名钥匙。请换到认证过的那台手机或电脑上签，或者用邀请信重新认证。",
        "Your signing key is not in this browser. Sign on the phone or computer you enrolled, or enrol again with a letter.";
    sign_failed = "没有签成。", "Not signed.";
    sign_no_network = "没有连上，还没有签。请看看网络，再试一次。", "No connection; nothing was signed. Check the network and try again.";
    to_enrol = "重新认证", "Enrol again";
    you_signed = "您已经签过字了。还要等另一位签字。", "You have signed. Somebody else has to sign as well.";
    after_apply_register = "签够以后，新名册马上生效。正在进行的表决不受影响，它们用的是各自公布时的名册。",
        "Once enough have signed, the new roll holds at once. Polls that run are not touched: each keeps the roll it was published with.";
    after_undo_register = "签够以后，以前的名册重新生效。现在的名册仍然保留在历史里。",
        "Once enough have signed, the earlier roll holds again. The present one stays in the history.";
    after_correct_register = "签够以后，更正马上生效，有关的业主都会收到通知。正在进行的表决不受影响，它们用的是各自公布时的名册。",
        "Once enough have signed, the correction holds at once and the owners concerned are told. Polls that run are not touched: each keeps the roll it was published with.";
    after_appoint = "签够以后，到“人员”页给这位打印邀请信，凭信认证后才算就任。",
        "Once enough have signed, print a letter for this person on the page People; the office is taken up by enrolling with it.";
    after_end_role = "签够以后，这位马上不能再登录、签字，手里的钥匙作废。",
        "Once enough have signed, this person can no longer sign in or sign; their key is void.";
    after_renew_key = "签够以后，旧钥匙马上作废。到“人员”页打印新的邀请信。",
        "Once enough have signed, the old key is void. Print a new letter on the page People.";
    after_publish_poll = "签够以后，表决马上公布，题目、方案、名册、时间都不能再改；到时间自动开始，到时间自动截止。",
        "Once enough have signed, the poll is published at once. Nothing of it can be changed any more; it opens and closes by the clock.";
    after_amend = "签够以后，更正写入这次表决的公开记录，任何人都看得到有过更正。",
        "Once enough have signed, the amendment stands in the poll's public record for everybody to see.";
    after_strike = "签够以后，这张票不再计算，公开记录里会写明有一张票被作废和作废的种类。",
        "Once enough have signed, the ballot no longer counts; the public record says that one was struck and for which kind of reason.";
    after_bar = "签够以后，这位在这次表决里不能再投票，以前投的票要另外作废。",
        "Once enough have signed, this person can no longer vote in this poll; ballots cast before are struck separately.";
    after_result = "签够以后，结果写入公开记录，结果页和公告马上可以看、可以打印。",
        "Once enough have signed, the result stands in the public record; the result page and the announcement can be read and printed at once.";

    refuse = "否决", "Refuse";
    withdraw = "撤回", "Withdraw";
    refuse_title(kind: &str) = "否决：{kind}", "Refuse: {kind}";
    withdraw_title(kind: &str) = "撤回：{kind}", "Withdraw: {kind}";
    refuse_lead = "否决以后，这件事不办了，已经签的字也作废。可以改好再提。",
        "Once refused, this is not done, whoever has signed it. It can be proposed again, corrected.";
    withdraw_lead = "撤回以后，这件事不办了。可以改好再提。", "Once withdrawn, this is not done. It can be proposed again, corrected.";
    reason_label = "为什么？", "Why?";
    reason_hint = "一两句话，其他成员看得到。", "A sentence or two; the other officers see it.";
    bad_reason = "请写明原因，1 到 500 个字", "Give a reason of 1 to 500 characters";
    refuse_yes = "确认否决", "Refuse it";
    withdraw_yes = "确认撤回", "Withdraw it";

    done_register = "新名册已生效。", "The roll holds now.";
    done_people = "已生效。需要邀请信的，到“人员”页打印。", "Done. If a letter is due, print it on the page People.";
    done_poll = "表决已公布。", "The poll is published.";
    done_result = "结果已公布。", "The result is published.";
    to_roll = "看名册", "See the roll";
    to_people = "看人员", "See the people";
    to_poll = "看这次表决", "See the poll";
    to_result = "看结果", "See the result";
    to_announcement = "打印公告", "Print the announcement";

    fail_register_changed = "这期间名册已经换过，这份不能再用。请重新导入核对。",
        "The roll was changed in between, so this one cannot be applied. Import and compare again.";
    fail_notice_too_short = "签得太晚，公示期不够了。请把开始时间往后改，再提一次。",
        "It was signed too late for the notice to hang its days. Move the opening and propose it again.";
    fail_rule_changed = "冻结名册以后，本站的规则文件改过或者删掉了，和签的不是同一份，所以没有公布。请核对规则，再提一次。",
        "A rule file of this site was changed or removed after the roll was frozen. It is not the one that was signed, so nothing was published. Check the rule and propose the poll again.";
    fail_opens_in_the_past = "签得太晚，已经过了开始时间。请改时间，再提一次。", "It was signed after the opening. Change the times and propose it again.";
    fail_too_few_officers = "免去以后，剩下的成员不够签字的人数。请先任命接任的人。",
        "Fewer officers would be left than must sign. Appoint a successor first.";
    fail_no_such_staff = "这位已经不在职。", "This person no longer holds the office.";
    fail_other(code: &str) = "系统没有接受（{code}）。请联系技术支持。", "It was not accepted ({code}). Please ask for technical help.";

    not_officer = "只有任期内的业委会成员可以办这件事。", "Only an officer whose term runs may do this.";
    no_such_act = "没有这件事。", "There is no such act.";
    act_ended = "这件事已经结束，不能再签。", "This has ended and waits for no signature any more.";
    already_signed = "您已经签过了，要等另一位签。", "You have signed it; somebody else has to.";
    key_not_in_poll = "这次表决公布时没有列入您的钥匙，请由公布时在任的成员签。",
        "Your key is not among those that the poll names; an officer it names has to sign.";
    bad_signature = "签字对不上。请在您认证过的那台手机或电脑上签。", "The signature is not yours. Sign on the phone or computer you enrolled.";
    not_yours = "只有提出人可以撤回，其他成员可以否决。", "Only who proposed it withdraws it; others refuse it.";

    f_file = "文件", "File";
    f_fingerprint = "文件指纹（SHA-256）", "The file's SHA-256";
    f_version = "版本", "Version";
    f_back_to(n: u64) = "退回到第 {n} 版", "Back to version {n}";
    f_name = "姓名", "Name";
    f_role = "职务", "Office";
    f_organisation = "单位", "Organisation";
    f_contact = "联系方式", "Contact";
    f_scope = "负责的楼", "Buildings";
    f_scope_all = "全部", "all";
    f_term = "任期到", "Term ends";
    f_unit = "房屋", "Unit";
    f_before = "更正前", "Before";
    f_after = "更正后", "After";
    f_index = "记录里的第几条", "Entry in the record";
    f_holder = "产权人组合的编号", "Holder's number";
    f_person = "其中第几位", "Which of its people";
    f_ground = "理由", "Ground";
    line_amended(area: &str, persons: u64) = "{area}，{persons} 位产权人", "{area}, {persons} owners";
}
