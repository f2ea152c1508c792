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
    sign_in = "登录", "Sign in";
    sign_out = "退出登录", "Sign out";
    step(at: usize, of: usize) = "第 {at} 步，共 {of} 步", "Step {at} of {of}";
    building(name: &str) = "{name} 号楼", "Building {name}";
    phased(phase: &str, building: &str) = "{phase} {building}", "{phase}, {building}";
    entrance(building: &str, entrance: &str, number: &str) = "{building} {entrance} 单元 {number} 室", "{building}, entrance {entrance}, no. {number}";
    no_entrance(building: &str, number: &str) = "{building} {number} 室", "{building}, no. {number}";
    errors = "有地方要改", "Please correct this";
}
