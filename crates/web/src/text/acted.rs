//! Who has voted for one's homes.

use super::msgs;

msgs! {
    title = "谁替我家投了票", "Who has voted for my home";
    lead = "这里写谁在什么时候、怎样投的。选了什么，截止以前谁也看不到。", "Who voted, when and how. What was chosen nobody sees before the end.";
    none = "还没有您可以投票的表决。", "There is no vote that you may take part in yet.";
    nobody = "还没有人投。", "Nobody has voted yet.";
    you(name: &str) = "{name}（您）", "{name} (you)";
    co_owner(name: &str) = "{name}（共有人）", "{name} (co-owner)";
    agent(name: &str) = "{name}（代理人）", "{name} (agent)";
    some_agent = "代理人", "an agent";
    by_phone = "手机投票", "by phone";
    on_paper = "纸质票", "on paper";
    object_now = "不是您同意的？截止以前您自己可以再投；请马上打下面的电话或者到服务点，查实了可以作废。", "Not as you wanted it? You may vote yourself until the end. Please call the number below or come to the service point at once: what proves wrong can be struck.";
    object_later = "不是您同意的？结果公示期间可以提出异议。", "Not as you wanted it? You may object while the result is posted.";
    object = "对这张票提出异议", "Object to this ballot";
    to_result = "看结果，怎样提出异议", "See the result, and how to object";
}
