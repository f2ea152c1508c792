//! What is said of a file of reactions, and why an opinion map is not shown.

use deliberation::opinion::{GROUP_MIN, PEOPLE_MIN, STATEMENTS_MIN, Withheld};

use super::{Lang, msgs};

msgs! {
    at(file: &str, line: u64) = "{file} 第 {line} 行", "{file}, line {line}";
    unreadable(why: &str) = "无法读取：{why}", "it cannot be read: {why}";
    not_text = "文字不是 UTF-8 编码；请另存为 UTF-8 的 CSV", "the text is not UTF-8; please save the file as CSV in UTF-8";
    column_missing(name: &str, columns: &str) =
        "没有“{name}”列；第一行应写列名 {columns}",
        "there is no column \"{name}\"; the first line must name the columns {columns}";
    column_twice(name: &str) = "有两列都是“{name}”，只能有一列", "two columns are \"{name}\"; there must be one";
    fields(found: usize, expected: usize) =
        "本行有 {found} 个字段，应与第一行一样是 {expected} 个",
        "the line has {found} fields; like the first line, it must have {expected}";
    id_missing(column: &str) = "“{column}”是空的，应填编号", "\"{column}\" is empty; it must be an id";
    vote_wrong(found: &str) =
        "“{found}”不是表态；应为 1（同意）、-1（不同意）或 0（略过）",
        "\"{found}\" is no vote; it must be 1 (agree), -1 (disagree) or 0 (pass)";
    moderated_wrong(found: &str) =
        "“{found}”不是审核结果；应为 -1（撤下）、0（未审）或 1（通过）",
        "\"{found}\" does not say how the statement was moderated; it must be -1 (out), 0 (not yet) or 1 (accepted)";
    is_meta_wrong(found: &str) =
        "“{found}”不是 is_meta 的值；应为 true 或 false",
        "\"{found}\" does not say whether the statement is meta; it must be true or false";
    id_twice(id: &str, line: u64) =
        "编号 {id} 在第 {line} 行已写过别的内容；同一编号只能有一种",
        "line {line} says otherwise of {id}; there must be one line for each id";
    stranger(id: &str) =
        "参与者 {id} 没有表过态；只能给表过态的人分组",
        "participant {id} has not voted; only those who have voted can be in a group";
    not_shown(why: &str) = "此图不公开：{why}", "the map must not be shown: {why}";
    few_people(have: u32, least: u32) =
        "至少要有 {least} 人，现在只有 {have} 人", "it takes at least {least} people; there are {have}";
    few_statements(have: u32, least: u32) =
        "至少要有 {least} 条有人表态的有效观点，现在只有 {have} 条",
        "it takes at least {least} statements that count and were reacted to; there are {have}";
    one_group =
        "大家的表态太相近，分不出群组", "people react too much alike to be grouped";
    small_group(size: u32, least: u32) =
        "群组满 {least} 人才显示，最小的一组只有 {size} 人",
        "a group is shown from {least} people on; the smallest has {size}";
}

/// Why a map is not shown.
pub(crate) fn why(lang: Lang, withheld: Withheld) -> String {
    match withheld {
        Withheld::FewPeople(have) => few_people(lang, have, PEOPLE_MIN),
        Withheld::FewStatements(have) => few_statements(lang, have, STATEMENTS_MIN),
        Withheld::OneGroup => one_group(lang).to_owned(),
        Withheld::SmallGroup(size) => small_group(lang, size, GROUP_MIN),
    }
}
