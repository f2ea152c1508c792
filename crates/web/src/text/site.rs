//! What stands on every page, or on many.

use super::msgs;

msgs! {
    skip = "跳到正文", "Skip to the content";
    elder_size = "长辈版（大字）", "Large print";
    large_size = "大字", "Larger";
    standard_size = "标准字号", "Standard size";
    need_help = "需要帮忙？", "Need help?";
    call = "打电话：", "Call:";
    come = "到服务点：", "Come to:";
    on_the_board = "楼道公告栏上也写着电话、地点和纸质投票的办法。",
        "The notice board in your stairwell has the number, the place and how to vote on paper.";
    more = "更多", "More";
    help = "怎么投票", "How to vote";
    check = "查我的票", "Check my ballot";
    trust = "为什么可以放心", "Why you can trust it";
    me = "我的", "My page";
    privacy = "个人信息", "Privacy";
    sign_in = "登录", "Sign in";
    sign_out = "退出登录", "Sign out";
    step(at: usize, of: usize) = "第 {at} 步，共 {of} 步", "Step {at} of {of}";
    building(name: &str) = "{name} 号楼", "Building {name}";
    phased(phase: &str, building: &str) = "{phase} {building}", "{phase}, {building}";
    entrance(building: &str, entrance: &str, number: &str) = "{building} {entrance} 单元 {number} 室", "{building}, entrance {entrance}, no. {number}";
    no_entrance(building: &str, number: &str) = "{building} {number} 室", "{building}, no. {number}";
    session_until(when: &str) = "您已经登录，这次登录到 {when} 为止；再打开一页，就从那时起再算 30 分钟。", "You are signed in until {when}; opening another page adds 30 minutes from then.";
    session_soon = "登录快到时间了。您填的内容还在，点一下可以继续用。", "Your sign-in is about to end. What you typed is still here; press to go on.";
    session_keep = "继续使用", "Stay signed in";
    session_kept = "好了，可以继续用。", "Done, you can go on.";
    session_ended = "登录已经到时间。您填的内容还在这一页：请在新打开的页面登录，再回到这里提交。", "Your sign-in has ended. What you typed is still on this page: sign in on the page that opens, then come back and submit.";
    session_failed = "没有连上，请再点一次。", "No connection; please press once more.";
    errors = "有地方要改", "Please correct this";
}
