//! The first page.

use super::msgs;

msgs! {
    title = "业主大会表决", "The owners' votes";
    lead = "在这里看方案、投票、查自己的票。谁都可以核对结果。",
        "Read the proposals, vote, and check your own ballot here. Anyone can check the result.";
    nothing_open = "现在没有等您投的表决。", "No vote waits for you now.";
    not_yet_cast = "还没有投", "Not cast yet";
    cast = "已经投过", "You have voted";
    vote = "去投票", "Vote";
    closes(when: &str) = "截止：{when}", "Closes: {when}";
    staff_desk = "工作台", "Console";
    all_votes = "所有表决", "All votes";
    going_on = "进行中", "Open";
    coming = "公示期", "Notice period";
    ended = "已截止", "Closed";
    no_votes = "还没有表决。", "No votes yet.";
    without_phone = "不会用手机？", "No smartphone?";
    paper = "可以投纸质票，也可以请工作人员上门。打下面的电话，或者到服务点。",
        "You can vote on paper, or ask us to come to you. Call the number below, or come to the service point.";
}
