//! The rules that an estate and its bodies set for themselves.

use super::msgs;

msgs! {
    title = "本小区的规定", "The rules of this estate";
    lead = "办事要几天、附议要多少人、会议怎么开，这些数字由本小区自己定。一个人提出，另一个人同意，才算数；谁改的、什么时候改的，都记在下面。", "How many days things take, how many have to support a motion, how meetings are held: this estate sets these numbers itself. One person proposes, another agrees, and then it holds; who changed what and when is said below.";
    lead_body = "席位、通知的天数和法定人数。一个人提出改动，另一个人同意，才算数。", "Seats, days of notice and quorum. One person proposes a change, another agrees, and then it holds.";
    from_now = "改动只管以后的事：已经开始计的日子、已经通知的会，还按原来的规定。", "A change is for what is to come: days that are being counted and meetings that were convened keep the rules they began under.";
    of_body(name: &str) = "{name}的规则", "Rules of: {name}";
    to_body = "回到这个机构", "Back to this body";
    now = "现在的规定", "The rules now";
    bodies = "议事机构的规则", "Rules of bodies that meet";
    law = "法律和本地规定的天数不在这里，改不了。", "What the law and the rules of the place say is not here, and cannot be changed.";

    g_matters = "事项", "Matters";
    g_motions = "议案", "Motions";
    g_meetings = "会议和问卷", "Meetings and surveys";
    n_acknowledge_grid = "网格的事，几天内受理", "A matter of the grid is acknowledged within";
    n_acknowledge_estate = "小区的事，几天内受理", "A matter of the estate is acknowledged within";
    n_acknowledge_community = "社区的事，几天内受理", "A matter of the community is acknowledged within";
    n_acknowledge_street = "街道的事，几天内受理", "A matter of the street is acknowledged within";
    n_answer_grid = "网格的事，几天内答复", "A matter of the grid is answered within";
    n_answer_estate = "小区的事，几天内答复", "A matter of the estate is answered within";
    n_answer_community = "社区的事，几天内答复", "A matter of the community is answered within";
    n_answer_street = "街道的事，几天内答复", "A matter of the street is answered within";
    n_close_days = "答复以后，几天没有异议就办结", "An answered matter is closed after";
    n_pause_days = "退回补充，最多停几天", "A matter that was sent back waits at most";
    n_support_percent = "附议的人数和面积达到多少，议案直接受理", "A motion is admitted with the support of";
    n_admit_days = "议案几天没有审查，自动列入", "A motion that nobody looked at is listed after";
    n_deliberate_days = "议案至少讨论几天", "A motion is talked over for at least";
    n_amend_days = "至少几天可以提修改意见", "Amendments may be filed for at least";
    n_repeats = "人数不够，最多再投几次", "A vote without quorum is repeated at most";
    n_objection_days = "表决结果公示几天，接受异议", "A result is open to objections for";
    n_due_changes = "督办的期限最多改几次", "The day of an action item is moved at most";
    n_minutes_days = "纪要征求意见几天", "Those who attended comment on minutes for";
    n_meeting_quorum_percent = "新设机构的法定人数：超过席位的多少", "A new body's quorum is more than";
    n_double_entry_percent = "纸质问卷由第二个人再录一遍的比例", "Paper responses that a second person enters again";
    days(n: u64) = "{n} 天", n "{n} day" "{n} days";
    percent(n: u64) = "{n}%", "{n}%";
    times(n: u64) = "{n} 次", n "{n} time" "{n} times";
    seats(n: u64) = "{n} 席", n "{n} seat" "{n} seats";
    group(name: &str) = "席位：{name}", "Seats: {name}";
    notice_days = "提前几天通知", "Days of notice";
    quorum = "到会超过席位的多少才能开", "It opens with more than";
    decides = "议定的事", "Its decisions";
    gone = "取消", "none any more";

    change = "提出改动", "Propose a change";
    change_lead = "只改要改的，其他的不动。提出以后，等另一个人同意。", "Change what is to be changed and leave the rest. Another person has to agree.";
    bounds(least: u64, most: u64) = "{least} 到 {most}", "From {least} to {most}";
    propose = "提出", "Propose";
    waits = "等另一个人同意的改动", "A change waits for another person";
    adopt = "同意，从现在起算", "Agree: it holds from now on";
    drop_own = "收回", "Take it back";
    drop = "不同意", "Do not agree";
    own_waits = "这是您提出的，要由另一个人同意。", "You proposed it; another person has to agree.";
    history = "改动的记录", "What was changed";
    history_none = "还没有改过，都是原来的数字。", "Nothing was changed; these are the numbers to begin with.";
    number(n: u64) = "第 {n} 号改动", "Change {n}";
    was(what: &str, before: &str, after: &str) = "{what}：{before} → {after}", "{what}: {before} → {after}";
    is(what: &str, value: &str) = "{what}：{value}", "{what}: {value}";
    proposed(who: &str, when: &str) = "{who}提出，{when}", "Proposed by {who}, {when}";
    adopted(who: &str, when: &str) = "{who}同意，{when}起算", "Agreed to by {who}; it holds from {when}";
    refused(who: &str, when: &str) = "{who}没有同意，{when}", "{who} did not agree, {when}";
    withdrawn(who: &str, when: &str) = "{who}收回，{when}", "Taken back by {who}, {when}";
    somebody = "以前的人", "somebody before";
    c_waits = "有一项规定的改动等另一个人同意。", "A change of the rules waits for another person.";

    e_number = "请填范围里的整数。", "Please give a whole number within the bounds.";
    e_same = "没有改动，请至少改一项。", "Nothing is changed; please change at least one.";
    e_waits = "已经有一项改动在等，请先处理那一项。", "A change waits already; please see to that first.";
    e_gone = "这项改动已经处理过了。", "This change has been dealt with.";
    e_own = "自己提出的改动，要由另一个人同意。", "Another person has to agree to a change than who proposed it.";
    e_seated = "有人坐着的席位不能取消，请先请他让出席位。", "A seat that somebody holds cannot go; please take it from them first.";
}
