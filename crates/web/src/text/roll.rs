//! What an import says of a roll.

use super::msgs;

msgs! {
    at(row: u32) = "第 {row} 行", "row {row}";
    at_sheet(sheet: &str, row: u32) = "工作表“{sheet}”第 {row} 行", "row {row} of the sheet \"{sheet}\"";

    unit_duplicate(at: &str) =
        "与{at}是同一房号，但内容不同；以先出现的为准，本行未采用。请核对后只留一行",
        "this is the same unit as {at}, with different content; the first one is kept and this one is not taken. Please keep one row";
    unit_repeated(at: &str) =
        "与{at}完全相同，只计一次",
        "this repeats {at} exactly; it is counted once";
    number_missing = "缺少房号", "the unit number is missing";
    building_missing = "缺少楼栋", "the building is missing";
    room_is_date(suggest: &str) =
        "房号被表格软件改成了日期，原来可能是“{suggest}”。请把该列设为文本格式后重新填写",
        "the unit number was turned into a date; it was probably \"{suggest}\". Please format the column as text and enter it again";
    leading_zero_lost(suggest: &str) =
        "同列房号都有前导零，本行的数字房号可能丢失了前导零，按“{suggest}”理解，请核对",
        "other numbers of this column begin with zeros, which this one seems to have lost; it is read as \"{suggest}\"";
    area_missing = "缺少面积", "the area is missing";
    area_zero = "面积为零", "the area is zero";
    area_negative = "面积为负数", "the area is negative";
    area_precision =
        "面积超过两位小数，请按登记簿填写，例如 89.37",
        "the area has more than two decimals; please write it as the register does, such as 89.37";
    area_not_number =
        "面积不是数字，应写成 89.37 这样",
        "the area is not a number; it should be written like 89.37";
    area_approximate =
        "面积是估计值，应以登记、测绘或合同所载的为准",
        "the area is an estimate; it has to be the registered, surveyed or contractual one";
    area_implausible(area: &str) =
        "面积 {area} 平方米与住宅不相称，请核对小数点",
        "{area} m² is implausible for a home; please check the decimal point";
    area_source_missing =
        "本表没有注明面积来源（登记、测绘或合同）",
        "the sheet does not say where the areas come from (register, survey or contract)";
    kind_unknown =
        "类型无法识别，应为住宅、商铺、办公、车位、储藏室或其他",
        "the kind of unit is unknown; it should be 住宅, 商铺, 办公, 车位, 储藏室 or 其他";
    status_unknown =
        "交付状态无法识别，应为已交付、未出售或已售未交付",
        "the delivery status is unknown; it should be 已交付, 未出售 or 已售未交付";
    owner_missing =
        "缺少产权人；只有未出售的房屋可以不填，且表中须能看出建设单位",
        "the owner is missing; only unsold units may lack one, and then the sheet has to name the developer";
    name_formula =
        "姓名以公式符号开头，不作为姓名采用，也绝不运算",
        "the name begins like a formula; it is not taken, and never evaluated";
    name_too_long = "姓名超过 200 字", "the name is longer than 200 characters";
    name_control =
        "姓名含有控制字符或文字方向控制符，请重新输入",
        "the name holds control or direction characters; please type it again";
    name_unassigned =
        "姓名含有公开记录不能保存的字符（不在 Unicode 15.0 之内），请改用通行的写法",
        "the name holds a character that the public record cannot hold, being newer than Unicode 15.0; please write it in the usual way";
    label_too_long =
        "分期、楼栋、单元或房号超过 40 字",
        "the phase, building, entrance or number is longer than 40 characters";
    name_invisible =
        "姓名含有看不见的字符，已去除",
        "the name held invisible characters, which were removed";
    name_unusual(text: &str) =
        "姓名含有表情或图形符号“{text}”，原样保留，请核对",
        "the name holds the symbol \"{text}\"; it is kept as typed, please check";
    name_private_use =
        "姓名含有造字区的字，别的电脑和手机可能显示不出，请核对",
        "the name holds a private-use character, which other devices may not show; please check";
    name_variant(at: &str) =
        "与{at}的姓名只有繁简之别，且证件尾号相同，可能是同一人；未自动合并",
        "this differs from {at} only in traditional and simplified form, with the same ID tail; they may be one person and are not merged";
    identity_unclear =
        "另有同名的人，而本行没有证件尾号、电话也对不上，无法区分；未合并，请补上证件尾号",
        "there is a namesake, and this row has neither an ID tail nor a phone to tell them apart; they are not merged. Please add the tail";
    tail_count_mismatch =
        "证件尾号的个数与产权人的个数不一致，尾号未采用",
        "the number of ID tails differs from the number of owners; the tails are not used";
    co_owner_repeated =
        "同一产权人在本行出现两次，只计一次",
        "the same owner is named twice in this row and counted once";
    separator_unclear =
        "空格两侧可能是两个人，暂按一人处理；若是两人，请用顿号分开",
        "the space may separate two people; it is taken as one name. If they are two, please put 、 between them";
    phone_lost =
        "电话被表格软件改成了科学计数，号码已丢失，请重新填写",
        "the phone number was turned into scientific notation and is lost; please enter it again";
    phone_invalid = "电话不是 11 位数字，未采用", "the phone number does not have 11 digits and is not used";
    email_invalid = "邮箱地址不对，未采用", "the e-mail address is not a good one and is not used";
    row_short =
        "本行的列数比表头少",
        "this row has fewer fields than the header";
    row_long =
        "本行的列数比表头多，可能有未加引号的逗号",
        "this row has more fields than the header, perhaps for a comma without quotes";
    subtotal_mismatch(stated: &str, actual: &str) =
        "小计或合计与明细相加不一致：表内 {stated}，实为 {actual}",
        "a subtotal differs from the sum of its rows: {stated} in the sheet, {actual} in fact";
    hidden_sheet = "隐藏的工作表没有读取", "a hidden sheet was not read";
    header_missing =
        "本表没有找到表头：须有房号、面积、产权人等列",
        "no header was found in this sheet: there have to be columns such as 房号, 面积 and 产权人";
    no_units = "表中没有一户", "there is no unit in the file";

    too_big =
        "文件过大：最多 2 MB、解压后 50 MB、20000 行、60 列。可另存为 CSV，或删去无关的内容后重试",
        "the file is too big: at most 2 MB, 50 MB when unpacked, 20,000 rows and 60 columns. Save it as CSV, or remove what does not belong to the roll";
    kind_of_file =
        "这不是 CSV 或 XLSX 文件。旧版 XLS 和加密的文件，请先在表格软件里另存为 XLSX 或 CSV",
        "this is neither a CSV nor an XLSX file. Please save old XLS files and encrypted ones as XLSX or CSV first";
    encoding =
        "文件的文字编码无法识别，请另存为 UTF-8 的 CSV",
        "the encoding of the file is unknown; please save it as CSV in UTF-8";
    damaged = "文件已损坏，无法读取；请在表格软件里重新保存", "the file is damaged; please save it again in a spreadsheet program";
    no_header =
        "没有找到表头：须有房号、面积、产权人等列",
        "no header was found: there have to be columns such as 房号, 面积 and 产权人";
    too_slow = "文件太复杂，10 秒内没有读完", "the file is too complex to be read within 10 seconds";
    cannot_run = "读取文件的进程没有正常结束", "the process that reads files did not end as it should";

    may_apply = "可以导入", "may be applied";
    needs_confirmation(n: usize) = "可以导入，但有 {n} 处疑点须确认", n "may be applied once {n} doubt is confirmed" "may be applied once {n} doubts are confirmed";
    has_errors(n: usize) = "不能导入：有 {n} 处错误，一处也没有时才会写入", n "cannot be applied: there is {n} error, and all has to be right or nothing is written" "cannot be applied: there are {n} errors, and all has to be right or nothing is written";
    totals(units: u64, area: &str, holders: u64, heads: u64, persons: u64) =
        "{units} 户，{area} 平方米；业主 {holders} 组，计 {heads} 人（户）；产权人 {persons} 名",
        "{units} units, {area} m²; {holders} sets of owners, counted as {heads} heads; {persons} persons";
    building(name: &str, units: u64, area: &str) = "{name}：{units} 户，{area} 平方米", "{name}: {units} units, {area} m²";
    unread(columns: &str) = "这些列没有读：{columns}", "Columns that are not read: {columns}";
    ignored(n: usize) = "另有 {n} 行是标题、说明、小计或空行，没有读作房屋", n "{n} more row is a title, note, subtotal or blank, and no unit" "{n} more rows are titles, notes, subtotals or blank, and no units";
    error = "错误", "error";
    warning = "疑点", "doubt";
    diff(against: &str, added: usize, removed: usize, changed: usize, unchanged: usize) =
        "与 {against} 相比：新增 {added} 户，减少 {removed} 户，变动 {changed} 户，{unchanged} 户不变",
        "compared with {against}: {added} units added, {removed} removed, {changed} changed, {unchanged} unchanged";
}
