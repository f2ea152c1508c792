//! Posts: who does what in the estate, from when until when.

use super::msgs;

msgs! {
    title = "职责", "Posts";
    lead = "谁负责哪一块：楼长、网格员、秘书、居委会、物业……每个职责都有期限，任免都记在公开的记录里。", "Who is in charge of what: building heads, grid workers, secretary, community, property firm. Every post has an end, and each is in the record of events.";
    none = "还没有人担任职责。", "Nobody holds a post yet.";
    new = "请人担任一个职责", "Give somebody a post";
    past = "已经结束的", "Ended";
    find = "先找人：业主按房号或姓名查，工作人员在下面选。", "Find the person first: owners by home or name, people in office below.";
    owners = "查到的业主", "Owners that were found";
    offices = "工作人员", "People in office";
    choose(name: &str) = "请{name}担任", "Give {name} a post";
    form_title(name: &str) = "{name}担任什么", "What {name} is to do";
    which = "职责", "Post";
    over = "管哪里", "Over what";
    over_all = "整个小区", "The whole estate";
    until = "最后一天", "Last day";
    until_hint = "最多六年。", "At most six years away.";
    give = "确定", "Give the post";
    end = "结束这个职责", "End this post";
    runs_until(day: &str) = "到 {day}", "until {day}";

    building_lead = "楼长", "Building head";
    grid_worker = "网格员", "Grid worker";
    secretary = "秘书", "Secretary";
    property = "物业", "Property firm";
    community = "居委会", "Residents' committee";
    street = "街道", "Street office";
    mediator = "调解员", "Mediator";
    enterprise = "单位代表", "Delegate of a firm";
    moderator = "讨论管理员", "Moderator";
    committee = "业委会", "Owners' committee";
    auditor = "监督员", "Auditor";
    other = "居民", "Resident";

    building_lead_hint = "受理、分派本楼的事项，挨户提醒", "Places matters of the building and reminds neighbours";
    grid_worker_hint = "受理、分派事项，替不用手机的人提", "Places matters, and raises them for those without a phone";
    secretary_hint = "受理议案、开会、写纪要", "Admits motions, convenes meetings, writes minutes";
    property_hint = "落实决定、答复事项、贴公告", "Carries decisions out, answers, posts notices";
    community_hint = "受理事项和议案、核实、指导", "Places matters, admits motions, verifies";
    street_hint = "决定异议、核实落实", "Decides objections, verifies what was done";
    mediator_hint = "主持调解", "Runs mediations";
    enterprise_hint = "代表小区里的单位发言", "Speaks for a firm in the estate";
    moderator_hint = "按公布的规则隐藏违规的话，写明理由", "Hides what breaks the published policy, with a reason";

    e_role = "请选一个职责。", "Choose a post.";
    e_scope = "请选整个小区或其中一栋楼。", "Choose the whole estate or one of its buildings.";
    e_until = "请写最后一天：今天以后，六年以内。", "Give the last day: after today, within six years.";
    e_moderator = "业委会委员不能同时管讨论：请另请一位。", "A member of the committee cannot moderate: choose somebody else.";
    e_auditor = "监督员不能同时担任别的职责：请另请一位。", "An auditor holds no other post: choose somebody else.";
    e_admin = "管机器的人不能担任看得到内容的职责。", "Whoever runs the machine holds no post that sees content.";
}
