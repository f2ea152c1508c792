//! The register of decisions, and the way from a wish to what was done.

use super::msgs;

msgs! {
    title = "决定与督办", "Decisions and what is done about them";
    lead = "表决和会议定下来的事都在这里：谁负责、哪一天以前、做到哪一步、谁核实的。", "All that votes and meetings have decided: who is in charge, by when, how far it is, and who verified it.";
    all = "全部", "All";
    open = "还没做完的", "Still to be done";
    late = "有超期的", "Overdue";
    done = "都做完的", "All done";
    shown = "看哪些", "Which ones";
    none = "这里还没有决定。", "There are no decisions here yet.";
    older = "更早的", "Older ones";
    number(n: u64) = "第 {n} 号决定", "Decision {n}";
    at(when: &str) = "{when} 决定", "decided {when}";
    by_vote = "业主表决", "by a vote of the owners";
    by_meeting = "会议决定", "by a meeting";
    verified(done: u64, all: u64) = "{all} 项里核实了 {done} 项", "{done} of {all} items verified";
    nothing_given = "没有布置要做的事。", "Nothing has been given out.";
    what = "决定了什么", "What was decided";
    read_motion = "看议案全文", "Read the motion";
    read_meeting = "看会议", "See the meeting";
    carried_out = "看落实情况", "See what is done about it";
    chain = "来龙去脉", "The whole way";
    chain_lead = "从有人提出，到做完，每一步都有日期，点开能看。", "From whoever raised it to its being done: every step has its date and leads to its page.";
    back = "回到决定与督办", "Back to decisions";
    c_matter(n: u64) = "第 {n} 号事项", "Matter {n}";
    c_meeting = "会议", "Meeting";
    c_item = "提出议题", "Put on the agenda";
    c_motion = "提交议案", "Motion handed in";
    c_final = "定稿", "Final text";
    c_notice = "公示", "Notice";
    c_vote = "表决", "Vote";
    c_result = "表决结果", "Result";
    c_decision = "决定", "Decision";
    c_minutes = "会议纪要", "Minutes";
    c_task = "督办", "Action item";
    c_then(when: &str) = "{when} 止", "until {when}";
    c_by(day: &str) = "{day} 以前", "by {day}";
}
