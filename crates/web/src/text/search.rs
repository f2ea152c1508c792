//! Looking things up.

use super::msgs;

msgs! {
    title = "搜索", "Search";
    label = "找事项、议案、公告、会议、问卷和大家说过的话", "Find matters, motions, notices, meetings, surveys and what was said";
    hint = "写几个字，都有的才会列出来。", "A few words; what has all of them is listed.";
    go = "搜索", "Search";
    none(asked: &str) = "没有找到“{asked}”。换几个字试试。", "Nothing has “{asked}” in it. Try other words.";
    more = "更早的", "Older ones";
    matter(n: u64) = "事项 {n}", "Matter {n}";
    motion(n: u64) = "议案 {n}", "Motion {n}";
    notice(n: u64) = "公告 {n}", "Notice {n}";
    meeting(n: u64) = "会议 {n}", "Meeting {n}";
    survey(n: u64) = "问卷 {n}", "Survey {n}";
    remark(below: &str) = "发言，在“{below}”下面", "Said below “{below}”";
}
