//! The roll: what it holds, importing one, and what changes.

use super::msgs;

msgs! {
    title = "名册", "Roll";
    lead(version: u64, when: &str) = "现在是第 {version} 版，{when} 生效。", "Version {version}, in force since {when}.";
    none = "还没有名册。", "There is no roll yet.";
    upload = "导入新的名册", "Import a new roll";
    history = "历史", "History";
    list = "查房屋和业主", "Units and owners";
    totals = "合计", "Totals";
    by_building = "各楼", "By building";
    t_building = "楼", "Building";
    t_units = "套数", "Units";
    t_area = "专有面积", "Area";
    t_heads = "人数（计票）", "Heads";
    t_holders = "产权人组合", "Holders";
    t_persons = "人和单位", "People and bodies";
    home = "住宅", "home";
    shop = "商铺", "shop";
    office = "办公", "office";
    parking = "车位", "parking";
    storage = "储藏室", "storage";
    other = "其他", "other";
    delivered = "已交付", "delivered";
    unsold = "未出售", "unsold";
    sold_undelivered = "已售未交付", "sold, not delivered";
    from_register = "不动产登记", "land register";
    from_survey = "测绘", "survey";
    from_contract = "买卖合同", "sales contract";
    from_nowhere = "没有写明", "not stated";

    search = "房号或姓名", "Unit number or name";
    search_go = "查找", "Search";
    all_buildings = "全部楼", "All buildings";
    found(n: u64) = "共 {n} 套", n "{n} unit" "{n} units";
    nothing_found = "没有找到。", "Nothing found.";
    older = "下一页", "Next page";
    newer = "上一页", "Previous page";
    developer(name: &str) = "建设单位：{name}", "Developer: {name}";
    enrolled = "已认证", "enrolled";
    not_enrolled = "未认证", "not enrolled";
    tail(tail: &str) = "证件尾号 {tail}", "ID ends in {tail}";
    area_source = "面积来源", "Source of the area";
    reissue = "重新打印这位的邀请信", "Print this person's letter again";

    version_line(n: u64, when: &str) = "第 {n} 版，{when} 生效", "Version {n}, in force from {when}";
    source_import(file: &str) = "来自文件 {file}", "From the file {file}";
    source_undo = "退回以前的名册", "A return to an earlier roll";
    present = "现在用的", "In force";
    undo_to(n: u64) = "退回到第 {n} 版", "Return to version {n}";
    undo_title(n: u64) = "退回到第 {n} 版名册？", "Return to version {n} of the roll?";
    undo_lead = "要另一位成员也签字才生效。现在的名册留在历史里，以后还可以再退回来。",
        "Another officer has to sign as well. The present roll stays in the history and can be returned to.";
    undo_yes = "提出退回", "Propose it";
    see_act = "看签字的事", "See the act";

    upload_title = "导入名册", "Import a roll";
    upload_lead = "从物业的表格导入。先看预览，确认没有错，再由两位成员签字才生效。上传本身什么都不改。",
        "From the property firm's spreadsheet. You see a preview first; two officers sign before it holds. Uploading changes nothing.";
    upload_file = "名册文件", "The file";
    upload_hint = "XLSX 或 CSV，最大 2 MB。不要放完整的身份证号，只要最后四位。",
        "XLSX or CSV, at most 2 MB. No whole ID numbers: the last four characters only.";
    upload_columns = "表里要有这些列", "The columns";
    upload_columns_need = "必须有：楼栋、房号、类型、专有面积、产权人。", "Needed: 楼栋 building, 房号 unit, 类型 kind, 专有面积 area, 产权人 owners.";
    upload_columns_may = "最好有：单元、面积来源、交付状态、证件尾号、联系电话、电子邮箱、建设单位。",
        "Better with: 单元 entrance, 面积来源 source, 交付状态 status, 证件尾号 ID tails, 联系电话 phones, 电子邮箱 e-mail, 建设单位 developer.";
    upload_go = "上传，看预览", "Upload and preview";
    no_file = "请选择一个文件", "Choose a file";
    file_too_large = "文件太大，最大 2 MB。请删掉图片和多余的工作表，或者另存为 CSV。",
        "The file is over 2 MB. Remove pictures and spare sheets, or save it as CSV.";
    file_refused = "这个文件读不了：不是 XLSX 或 CSV，或者已经损坏。", "This file cannot be read: it is neither XLSX nor CSV, or is damaged.";
    preview_gone = "预览已经过期或者服务器重启过，请重新上传。", "The preview is too old, or the server was restarted. Please upload the file again.";

    preview_title = "预览：还没有生效", "Preview: nothing has changed yet";
    preview_of(file: &str) = "文件：{file}", "File: {file}";
    errors(n: usize) = "{n} 处错误，必须先改正", n "{n} error to be corrected first" "{n} errors to be corrected first";
    warnings(n: usize) = "{n} 处存疑，请逐条看过", n "{n} doubtful place; please look at it" "{n} doubtful places; please look at each";
    no_errors = "没有错误。", "No errors.";
    all_or_nothing = "有一处错误，整份名册都不能用：请在表格里改好，再上传一次。",
        "With a single error none of it is used: correct the spreadsheet and upload it again.";
    at_row(row: u64) = "第 {row} 行", "row {row}";
    at_sheet(sheet: &str, row: u64) = "工作表 {sheet} 第 {row} 行", "sheet {sheet}, row {row}";
    in_sheet(sheet: &str) = "工作表 {sheet}", "sheet {sheet}";
    whole_file = "整个文件", "the whole file";
    unread(columns: &str) = "这些列没有读：{columns}。里面要是有该读的，请把列名改成上传页上写的叫法，再传一次。",
        "Not read: the columns {columns}. If something in them is needed, give them a name that the upload page lists and upload again.";
    ignored(n: usize) = "跳过了 {n} 行（标题、小计、说明、空行）", n "{n} row skipped (titles, subtotals, notes, blanks)" "{n} rows skipped (titles, subtotals, notes, blanks)";

    law_title = "计票时怎么算", "How the law counts these";
    law_co_owned(n: u64) = "{n} 套是几个人共有的。", n "{n} unit has several owners." "{n} units have several owners.";
    law_co_owned_why = "一套房算一份：共有人每位都可以投，选择不一致又没有登记代表的，这套房的票无效。人数上，这几位合起来算一人（民法典 278 条，最高法解释 9 条）。",
        "Such a unit counts once: each of its owners may vote, and if they differ with no representative recorded, its ballot is invalid. Together they are one head (Civil Code art. 278, interpretation art. 9).";
    law_several(n: u64) = "{n} 位业主名下不止一套。", n "{n} owner has more than one unit." "{n} owners have more than one unit.";
    law_several_why = "面积相加，人数只算一人（最高法解释 9 条）。", "Areas are added, and the owner is one head (interpretation art. 9).";
    law_alone_and_with(n: u64) = "{n} 位既有自己单独的房，又有和别人共有的房。", n "{n} person owns a unit alone and another with others." "{n} people own a unit alone and another with others.";
    law_alone_and_with_why = "单独持有和共同持有是两个不同的产权人组合，各算一人。", "Alone, and together with others, are two different holders; each is one head.";
    law_developer(n: u64, area: &str) = "建设单位还有 {n} 套没有卖出或没有交付，面积 {area}。", n "{n} unit of the developer's is unsold or not delivered, area {area}." "{n} units of the developer's are unsold or not delivered, area {area}.";
    law_developer_why = "由建设单位投票；不管多少套，人数合起来只算一人（最高法解释 9 条）。",
        "The developer votes for them; however many they are, together they are one head (interpretation art. 9).";
    law_parking(n: u64, area: &str) = "{n} 个车位，面积 {area}。", n "{n} parking space, area {area}." "{n} parking spaces, area {area}.";
    law_parking_counted = "有产权、能登记的车位是专有部分，计入面积（最高法解释 2 条）。",
        "A space with a title that can be registered is an exclusive part and counts in the area (interpretation art. 2).";
    law_parking_left_out = "按本地条例，车位不计入面积。", "Under the local rules parking does not count in the area.";
    law_shops(n: u64, area: &str) = "{n} 间商铺和办公，面积 {area}。", n "{n} shop or office, area {area}." "{n} shops and offices, area {area}.";
    law_shops_why = "和住宅一样，按面积和人数参加表决；法律没有另立一类。", "They vote like homes, by area and heads; the law makes no other class of them.";
    law_storage(n: u64, area: &str) = "{n} 间储藏室，面积 {area}。", n "{n} storage room, area {area}." "{n} storage rooms, area {area}.";
    law_without_parking(area: &str) = "不算车位的总面积是 {area}。", "Without parking the total area is {area}.";

    diff_title = "和现在的名册比", "Compared with the present roll";
    diff_first = "这是第一份名册，没有可比的。", "This is the first roll; there is nothing to compare with.";
    diff_same = "没有任何变化。", "Nothing changes.";
    diff_added(n: usize) = "新增 {n} 套", n "{n} unit added" "{n} units added";
    diff_removed(n: usize) = "减少 {n} 套", n "{n} unit removed" "{n} units removed";
    diff_changed(n: usize) = "变更 {n} 套", n "{n} unit changed" "{n} units changed";
    diff_more(n: usize) = "另有 {n} 处没有列在这里。", n "{n} more is not listed here." "{n} more are not listed here.";
    from_to(field: &str, from: &str, to: &str) = "{field}：原来 {from}，现在 {to}", "{field}: was {from}, is {to}";
    f_kind = "类型", "kind";
    f_area = "面积", "area";
    f_source = "面积来源", "source";
    f_status = "交付状态", "status";
    f_owners = "产权人", "owners";
    f_shares = "份数", "shares";
    nothing_there = "（空）", "(empty)";

    confirm = "存疑的地方我都看过，确认就是这样", "I have looked at every doubtful place; it is as it says";
    confirm_first = "请先看过存疑的地方，再勾选确认", "Look at the doubtful places and tick the box first";
    propose = "提请签字", "Put up for signing";
    propose_lead = "提请以后，您自己先签，再由另一位成员核对、签字，名册才生效。",
        "You sign first, another officer compares and signs; only then does the roll hold.";
    discard = "不要了", "Discard";
    pending = "已经有一份名册在等签字。请先签完或撤回那一份。", "Another roll waits for signatures. Sign or withdraw that one first.";
    empty_register = "名册里没有房屋，或者有两行是同一套。", "The roll has no unit, or one unit twice.";
    no_such_version = "没有这一版。", "There is no such version.";
}
