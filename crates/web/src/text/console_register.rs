//! Correcting the register by hand: who speaks for co-owners, and how people are reached.

use super::msgs;

msgs! {
    title = "更正名册", "Correct the roll";
    lead = "先找到房屋或业主。这里能登记共有人的代表，也能改电话和邮箱；面积、产权人有变动的，请重新导入名册。",
        "Find the unit or the owner first. A representative of co-owners is recorded here, and phone numbers and e-mail addresses are corrected; if areas or owners have changed, import the roll anew.";
    search = "房号或姓名", "Unit number or name";
    go = "查找", "Find";
    nothing_found = "没有找到。换一个房号或姓名再试。", "Nothing found. Try another unit number or name.";
    only_first(n: u64) = "找到 {n} 套，这里只列前 50 套。请写得再具体一些。", n "{n} unit found." "{n} units found; the first 50 are listed. Please be more exact.";

    representative = "代表", "Representative";
    to_representative = "登记或更换代表", "Record or change the representative";
    to_contacts(name: &str) = "改{name}的电话、邮箱", "Change how {name} is reached";

    r_title = "共有人的代表", "The co-owners' representative";
    r_lead = "共有人可以在表决公布之前商定一位代表。代表投了票，就只算代表的；代表没投的，其他共有人选得一致才算，选得不一样就无效。",
        "Before a vote is published, co-owners may agree on one of them to represent them. If that person votes, that ballot alone counts; if not, the others' ballots count where they agree, and are invalid where they differ.";
    r_papers = "要有全体共有人签名的书面说明，留在服务点备查。签够以后，全体共有人都会收到通知。",
        "There must be a paper signed by all co-owners, kept at the service point. Once officers have signed, all co-owners are told.";
    r_running = "已经公布的表决不受影响，它们用的是公布时的名册。", "Polls already published are not touched: each keeps the roll it was published with.";
    r_all_units = "这几位共同拥有的房屋都由这位代表", "It holds for everything these people own together";
    r_who = "谁是代表？", "Who represents them?";
    r_nobody = "没有代表", "Nobody";
    r_nobody_hint = "每位都可以投，选得不一样就无效", "each may vote; if they differ the ballot is invalid";
    r_present = "现在登记的", "recorded now";
    r_choose = "请选一位，或者选“没有代表”", "Choose one of them, or “Nobody”";
    r_unchanged = "名册里已经是这样", "The roll says so already";
    r_alone = "这套房只有一位产权人，不需要代表。", "This unit has one owner, who needs no representative.";

    c_title(name: &str) = "{name}的电话和邮箱", "How {name} is reached";
    c_lead = "验证码和通知发到这里。签够以后，原来的和新的号码、邮箱都会收到通知。",
        "Codes and notices go there. Once officers have signed, the old and the new numbers and addresses are told.";
    c_phones = "电话", "Phone numbers";
    c_emails = "电子邮箱", "E-mail addresses";
    c_hint = "几个的，中间空一格；最多 5 个", "if several, with a blank between them; at most 5";
    c_bad = "有一个不是电话或邮箱，或者多于 5 个", "One of them is no phone number or e-mail address, or there are more than 5";
    c_unchanged = "名册里已经是这样", "The roll says so already";

    propose = "提请签字", "Put up for signing";
    propose_lead = "提请以后，您自己先签，再由另一位成员核对、签字，才生效。", "You sign first, another officer compares and signs; only then does it hold.";
    pending = "名册的另一处变动还在等签字。请先签完或撤回那一件。", "Another change of the roll waits for signatures. Sign or withdraw that one first.";
    no_such = "名册里没有这套房屋或这个人。", "The roll has no such unit or person.";

    f_what = "更正", "Correction";
    f_units = "房屋", "Units";
    f_owners = "全体共有人", "All co-owners";
    f_name = "姓名", "Name";
    f_before = "原来", "Before";
    f_after = "改成", "After";
    nothing = "（空）", "(empty)";
    source_correction = "手工更正", "corrected by hand";
}
