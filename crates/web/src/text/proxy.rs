//! Voting for others: giving it into somebody's hands, and doing it.

use super::msgs;

msgs! {
    link = "委托别的业主投票", "Let another owner vote for you";
    title = "委托别的业主投票", "Let another owner vote for you";
    lead(title: &str) = "您可以请本小区的另一位业主替您投“{title}”这次表决。", "You may ask another owner of this estate to vote for you in “{title}”.";
    own_homes(homes: &str) = "您的房屋：{homes}", "Your home: {homes}";
    nobody_yet = "现在没有委托别人。", "You have not asked anybody.";
    stands_owner(homes: &str, agent: &str) = "{homes}已经委托{agent}投票。", "{agent} may vote for {homes}.";
    no_owner = "不是业主", "no owner";
    numbered(number: u64) = "第 {number} 号代理人", "agent {number}";
    on_paper = "这是服务点登记的书面委托。", " It was given on paper at the service point.";
    in_app = "这是在手机上给的。", " It was given on a phone.";
    may_take_back = "想自己投，可以随时撤回。", "You may take this back at any time.";
    has_ballot = "已经有一张票了", "a ballot is in already";
    cast_stays = "代理人已经投的票，撤回以后仍然算，除非您自己再投一次。", "What the agent has cast still counts after you take the proxy back, unless you vote yourself.";

    law_title = "先看清楚", "Before you do";
    own_wins = "您自己也投了票的，只算您自己的，代理人投的不算，先后都一样。", "If you vote yourself, your own ballot alone counts and the agent's does not, whichever came first.";
    own_does_not_win = "您自己又投了票，不会自动作废代理人投的票。想自己投，请先撤回委托。", "Voting yourself does not undo what the agent cast. To vote yourself, take the proxy back first.";
    one_at_a_time = "一套房同时只能委托一个人。再委托别人，前一个就停止了。", "One agent at a time: asking somebody else ends the one before.";
    limit_holders(n: u64) = "按这次表决的规则，一个人最多代 {n} 位业主投票。", n "Under the rule of this vote one person votes for at most {n} other owner." "Under the rule of this vote one person votes for at most {n} other owners.";
    limit_units(n: u64) = "按这次表决的规则，一个人最多代 {n} 套房投票。", n "Under the rule of this vote one person votes for at most {n} home of others." "Under the rule of this vote one person votes for at most {n} homes of others.";
    limit_weight = "这次表决的规则还按份额限制代理人，超出的票计票时不算。", "The rule of this vote also limits agents by weight; what is beyond does not count.";
    no_limit = "这次表决的规则没有限制一个人代几位业主。", "The rule of this vote sets no limit on how many owners one person votes for.";
    staff_barred = "本地规定：物业公司的人不能当代理人。请不要委托他们。", "Here the manager's staff may not be agents. Do not ask them.";
    instructed = "本地规定委托书要写明怎么投，手机上的委托写不了，所以不能用。请您自己投票。", "Here a proxy must say how to vote. One given on a phone does not, so please vote yourself.";
    agent_sees = "您委托的人会看到您的姓名和房号；他怎么投，由他决定。委托记在票箱里，公开的只有编号。",
        "Whom you ask sees your name and home, and decides how to vote. The proxy is recorded in the box, in public by numbers only.";

    find_title = "委托谁？", "Whom?";
    find_hint = "请写那位业主的房号和姓名，两样都要写对。这里不列邻居的名单。", "Write that owner's home and name; both must be right. There is no list of neighbours.";
    home = "对方的房号", "Their home";
    home_hint = "例如 3 号楼 2 单元 501，或者 3-2-501", "for example building 3, entrance 2, flat 501, or 3-2-501";
    name = "对方的姓名", "Their name";
    name_hint = "跟房产证上一样", "as on the title deed";
    find = "下一步", "Next";
    no_such_owner = "这次表决的名册里，这个房号没有这个姓名的业主。请再看看房号和姓名。", "On this roll no owner of this name stands at this home. Please look at home and name again.";
    yourself = "不能委托自己。请写另一位业主。", "You cannot ask yourself. Please write another owner.";
    over_limit = "这位业主代的户数已经到上限了，再委托就不算。请委托别人，或者自己投。", "This owner votes for as many others as the rule allows. Please ask somebody else, or vote yourself.";
    over = "投票已经截止，不能再委托。", "Voting has ended; nobody can be asked any more.";

    confirm_title = "请核对", "Please check";
    confirm_agent = "委托的人", "Who votes for you";
    confirm_homes = "对方的房屋", "Their homes";
    confirm_own = "替您投的房屋", "For your homes";
    replaces = "这会代替您现在的委托。", "This replaces the proxy that stands now.";
    give = "签名委托", "Sign and give it";
    take_back = "撤回委托", "Take it back";
    other = "换一个人", "Somebody else";
    sending = "正在送出，请不要关闭…", "Sending…";
    failed = "还没有送到。请再点一次。", "Not sent yet. Please tap again.";
    refused_seq = "委托刚刚变过。请回到委托页再看一眼。", "The proxy has just changed. Please open the page again.";
    refused_other = "没有收下。请打电话，说这个词：", "It was not taken. Please call and say this word:";

    given = "委托已经记下", "The proxy is recorded";
    taken_back = "委托已经撤回", "The proxy is taken back";
    back = "看现在的委托", "See what stands now";

    vote_for(names: &str) = "代 {names} 投票", "Vote for {names}";
    vote_for_at(names: &str, homes: &str) = "代 {names}（{homes}）投票", "Vote for {names} ({homes})";
    on_behalf(names: &str, homes: &str) = "代 {names} 投票：{homes}", "On behalf of {names}: {homes}";
    title_for(names: &str, title: &str) = "代 {names} · {title}", "For {names} · {title}";
}
