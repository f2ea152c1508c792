//! What went wrong, and what to do now.

use super::msgs;

msgs! {
    title = "没有办成", "That did not work";
    title_not_found = "没有这一页", "No such page";
    title_ours = "我们这边出了问题", "Something is wrong on our side";
    not_found = "地址可能打错了，也可能这一页不是给您看的。", "The address may be mistyped, or the page is not for you.";
    signed_out = "请先登录。过一段时间不用，会自动退出。", "Please sign in. After a while without use you are signed out.";
    malformed = "收到的内容不完整，请返回上一页再试一次。", "What arrived is incomplete. Please go back and try again.";
    too_large = "内容太大，没有收下。", "That is too large and was not taken.";
    cross_site = "这个请求是从别的网站发来的，没有照办。请从本站的页面上再操作一次。",
        "This came from another website and was not carried out. Please do it again from a page of this site.";
    internal = "没有办成，已经记录下来。请过一会儿再试，不行就打下面的电话。",
        "It did not work and has been recorded. Please try again in a while, or call the number below.";
    busy = "现在人多，请过几秒再试一次。", "Many people are here right now. Please try again in a few seconds.";
    too_many = "试得太快了，请等一会儿再来。", "That was too often. Please wait a little.";
    method_not_allowed = "这个地址不能这样用。", "This address cannot be used like that.";
    to_start = "回首页", "To the first page";
    number(id: String) = "打电话时请说这个号：{id}", "When you call, say this number: {id}";
}
