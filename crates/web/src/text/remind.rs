//! Reminding whoever has not voted.

use super::msgs;

msgs! {
    title = "提醒还没投票的业主", "Remind who has not voted";
    lead = "只发给还没有投票的业主，共有人都会收到。同一个人一天最多一条，同一个号码只收一条。短信里不写选了什么，也没有人看得到。",
        "Only those who have not voted get it, every co-owner among them. Nobody gets two in one day, and one number gets one message. Nobody sees how anybody voted.";
    due = "现在会收到的", "Would get it now";
    today = "今天已经提醒过的", "Were reminded today";
    unreachable = "没有登记电话和邮箱的", "Have neither phone nor mailbox on record";
    people(n: u64) = "{n} 位", n "{n} person" "{n} people";
    send(n: u64) = "提醒这 {n} 位业主", n "Remind this person" "Remind these {n} people";
    sent(n: u64) = "已经提醒 {n} 位业主。", n "{n} person was reminded." "{n} people were reminded.";
    e_nobody = "没有要提醒的业主：都投了票、今天提醒过，或者没有登记电话。", "Nobody is to be reminded: they have voted, were reminded today, or are not reached.";
    e_not_open = "投票期间才能提醒。", "People are reminded while voting goes on.";
    e_not_officer = "只有任期内的业委会成员可以办理。", "Only an officer in office may do this.";
}
