//! Grids, buildings and homes: who looks after what, and who lives where beside the owners.

use super::msgs;

msgs! {
    title = "网格和楼栋", "Grids and buildings";
    lead = "小区分成哪些网格，每个网格有哪几栋楼，楼长和网格员是谁。", "The grids of the estate, the buildings in each, and who looks after them.";
    whole = "整个小区", "The whole estate";
    part_of(name: &str) = "属于{name}", "part of {name}";
    lacks_worker = "还没有网格员", "no grid worker yet";
    without_grid = "还没有编进网格的楼", "Buildings that lie in no grid";
    no_buildings = "还没有楼编进来。", "No building lies in it yet.";
    nobody = "还没有专人负责。", "Nobody looks after it in particular.";
    no_register = "名册里还没有楼。", "The register holds no building yet.";
    new_grid = "新设一个网格", "Add a grid";
    grid_name = "网格的名字", "What it is called";
    grid_name_hint = "例如：第一网格。最多 100 个字。", "Such as: first grid. At most 100 characters.";
    grid_parent = "属于哪个网格", "Part of which grid";
    no_parent = "不属于别的网格", "None: it is one by itself";
    add = "新设", "Add it";
    move_building = "把一栋楼编进网格", "Put a building into a grid";
    which_building = "哪栋楼", "Which building";
    which_grid = "哪个网格", "Which grid";
    move_hint = "从现在起算；以前在哪个网格，记录里还在。", "It holds from now on; where it lay before stays in the record.";
    move_it = "编进去", "Put it there";
    homes = "各户住户", "Homes and who lives there";
    open_matters(n: u64) = "没办完的事项 {n} 件", n "{n} open matter" "{n} open matters";
    keepers = "谁负责这栋楼", "Who looks after it";
    back = "回到网格和楼栋", "Back to grids and buildings";

    home_lead = "业主从名册来，这里改不了；租户、家人和单位代表在这里登记，要看过证明，再由另一个人核实才有效。", "Owners come from the register and are not changed here. Tenants, family and delegates of firms are written down here; it holds once another person has looked at the proof.";
    owners = "业主（名册）", "Owners (of the register)";
    no_owners = "名册里没有业主。", "The register names no owner.";
    ties = "其他住户", "Others who belong to it";
    no_ties = "还没有登记别的住户。", "Nobody else is written down.";
    past = "已经结束的", "Ended";
    tenant = "租户", "Tenant";
    family = "家人", "Family";
    delegate = "单位代表", "Delegate of the firm";
    owner = "业主", "Owner";
    co_owner = "共有人", "Co-owner";
    tenant_hint = "租住这一户", "Rents it";
    family_hint = "和业主或租户同住", "Lives with who owns or rents it";
    delegate_hint = "代表开在这里的单位", "Speaks for the firm in it";
    runs(from: &str, until: &str) = "{from} 起，到 {until}", "from {from} until {until}";
    proof(what: &str) = "看过的证明：{what}", "Proof: {what}";
    verified = "已核实", "verified";
    waits = "等待核实", "to be verified";
    ended = "已结束", "ended";
    by_you = "是您登记的，要由别人核实。", "You wrote it down; another verifies it.";
    verify = "证明没有问题，核实", "The proof holds: verify it";
    end = "结束", "End it";
    end_lead = "搬走了，或者登记错了：从现在起结束，这个人在这里的权利也一起结束。记录保留。", "They moved out, or it was a mistake: it ends now, with the rights that came with it. The record stays.";
    end_yes = "确定结束", "End it now";
    new = "登记一位住户", "Write somebody down";
    name = "姓名", "Name";
    contact = "手机号或邮箱", "Phone number or e-mail address";
    contact_hint = "用来登录，不公开。", "They sign in with it; it is not shown.";
    kind = "和这一户是什么关系", "What they are to the home";
    what_proof = "看了什么证明", "What was shown as proof";
    proof_hint = "例如：租赁合同原件，2026 年 3 月签。不要写身份证号码。最多 200 个字。", "Such as: the lease itself, of March 2026. No ID numbers. At most 200 characters.";
    until = "到哪一天为止", "Until which day";
    until_hint = "租户写合同到期那天。", "For a tenant, the day on which the lease ends.";
    send = "登记", "Write it down";
    waiting = "等待核实的住户", "To be verified";
    waiting_only(n: u64) = "这里是最早的 {n} 位。", "These are the {n} oldest.";

    e_name = "请写姓名，1 到 100 个字。", "Give the name, 1 to 100 characters.";
    e_grid_name = "请写网格的名字，1 到 100 个字。", "Give the grid a name of 1 to 100 characters.";
    e_contact = "请写 5 到 15 位的手机号，或者一个邮箱。", "Give a phone number of 5 to 15 digits, or an e-mail address.";
    e_kind = "请选一种关系。", "Choose what they are to the home.";
    e_until = "请写一个今天以后的日期。", "Give a day that lies ahead.";
    e_proof = "请写看了什么证明，1 到 200 个字。", "Say what was shown as proof, in 1 to 200 characters.";
    e_where = "请从名册里选一栋楼，再选一个网格。", "Choose a building of the register, and a grid.";
    e_parent = "请选一个已有的网格。", "Choose a grid that is there.";
}
