//! What a poll's roll says of an owner, and the proof to keep.

use super::msgs;

msgs! {
    title = "名册里的我", "What the roll says of me";
    lead(title: &str) = "这次表决“{title}”的名册在公布时就定下来了。里面写着您的这些：", "The roll of the vote “{title}” was fixed when it was published. This is what it says of you:";
    one_head = "人数：算一人", "Heads: counted as one";
    several = "您在名册里有几份：自己单独的和跟别人共有的分开算，各算一人。", "You stand on the roll more than once: what you own alone and what you own with others are counted apart, one head each.";
    people = "共有人", "Owners";
    alone = "只有您", "you alone";
    you(name: &str) = "{name}（您）", "{name} (you)";
    representative = "登记的代表", "Recorded representative";
    nobody = "没有", "nobody";
    homes = "房屋", "Homes";
    area = "面积合计", "Area together";
    numbers = "名册里的编号", "Numbers in the roll";
    number_holder(n: u64) = "业主 {n} 号", "holder {n}";
    number_unit(n: u64) = "房屋 {n} 号", "unit {n}";
    numbers_hint = "名册公开的部分只写编号，不写姓名。", "The public part of the roll has numbers and no names.";
    amended = "表决公布以后更正过，这里是更正后的。", "Corrected since the vote was published; this is what holds now.";
    wrong = "有不对的，请在截止前打电话或者到服务点，更正要两位成员签字，谁都看得到有过更正。",
        "If anything is wrong, call or come before the close. A correction takes two officers' signatures, and everybody sees that there was one.";

    save_title = "存一份凭证", "Keep a proof";
    save_why = "有了它，谁也不能说您本来不在名册上，或者您的面积不是这么多。", "With it nobody can claim later that you were not on the roll, or with another area.";
    save = "存到手机", "Save it";
    save_how = "想自己核对，或者请人核对：", "To check it, or have it checked:";
    save_private = "凭证里有您的姓名和房号，不要给不相干的人。", "It holds your name and home: do not give it to strangers.";
    link = "看名册里怎么写我", "See what the roll says of me";
}
