//! The header of a sheet: which column means what.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::table::Row;

/// What a column means. Those that may stand several times are read from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Phase,
    Building,
    Entrance,
    Number,
    /// Building, entrance and number in one.
    Address,
    Kind,
    Area,
    Source,
    Status,
    Owners,
    MoreOwners,
    Tails,
    Phones,
    Emails,
    Developer,
    Shares,
    Remark,
    /// A header that we know and do not read, such as 公摊面积.
    Unread,
}

/// Header texts by what they mean, after [`plain`]. Of several areas the one named first here counts.
const NAMES: &[(Role, &[&str])] = &[
    (Role::Phase, &["分期", "期数", "期别", "期区", "phase"]),
    (
        Role::Building,
        &["楼栋", "楼号", "栋号", "幢号", "区域", "楼栋号", "楼幢", "楼幢号", "座号", "栋", "幢", "楼宇", "building"],
    ),
    (Role::Entrance, &["单元", "单元号", "entrance"]),
    (
        Role::Number,
        &[
            "房号",
            "室号",
            "户号",
            "车位号",
            "房间号",
            "房屋号",
            "房室号",
            "商铺号",
            "铺位号",
            "储藏室号",
            "车位编号",
            "unitnumber",
            "unit",
        ],
    ),
    (Role::Address, &["房屋坐落", "坐落", "房屋座落", "座落", "房屋地址", "房产坐落", "不动产坐落", "address"]),
    (Role::Kind, &["类型", "用途", "规划用途", "房屋用途", "房屋类型", "物业类型", "房屋性质", "kind"]),
    (
        Role::Area,
        &[
            "专有面积",
            "专有部分面积",
            "专有部分建筑面积",
            "产权面积",
            "产权建筑面积",
            "登记面积",
            "建筑面积",
            "房屋建筑面积",
            "房屋面积",
            "面积",
            "area",
        ],
    ),
    (Role::Source, &["面积来源", "面积依据", "source"]),
    (
        Role::Status,
        &["交付状态", "收楼情况", "交付情况", "收楼状态", "交房情况", "交房状态", "交楼情况", "销售状态", "status"],
    ),
    (
        Role::Owners,
        &[
            "产权人",
            "业主姓名",
            "业主",
            "权利人",
            "产权人姓名",
            "业主名称",
            "权利人姓名",
            "所有权人",
            "姓名",
            "owners",
            "owner",
        ],
    ),
    (Role::MoreOwners, &["共有人", "共有人姓名", "其他共有人", "共有权人", "其他产权人", "其他业主", "co-owners"]),
    (
        Role::Tails,
        &[
            "证件尾号",
            "证件号",
            "证件号码",
            "证件后四位",
            "证件号后四位",
            "证件号码后四位",
            "证件末四位",
            "身份证号",
            "身份证号码",
            "身份证后四位",
            "身份证尾号",
            "身份证号后四位",
            "idtails",
            "idtail",
        ],
    ),
    (
        Role::Phones,
        &[
            "联系电话",
            "电话",
            "手机",
            "手机号",
            "手机号码",
            "电话号码",
            "联系方式",
            "联系手机",
            "业主电话",
            "phones",
            "phone",
        ],
    ),
    (
        Role::Emails,
        &[
            "邮箱",
            "电子邮箱",
            "电子邮件",
            "邮箱地址",
            "电子邮箱地址",
            "邮件地址",
            "业主邮箱",
            "emails",
            "email",
            "e-mail",
            "mail",
        ],
    ),
    (Role::Developer, &["建设单位", "开发商", "开发单位", "开发建设单位", "建设单位名称", "developer"]),
    (Role::Shares, &["份数", "业权份数", "不可分割份数", "shares"]),
    (Role::Remark, &["备注", "说明", "remark"]),
    (
        Role::Unread,
        &["套内面积", "套内建筑面积", "公摊面积", "分摊面积", "公摊建筑面积", "使用面积", "序号", "对应房号"],
    ),
];

/// A header cell as it is compared: without width, blanks, remarks in brackets, units of measure and running numbers.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for c in text.nfkc() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if 0 < depth || c.is_whitespace() || matches!(c, '*' | ':' | '_' | '\u{200b}' | '\u{feff}') => {}
            c => plain.extend(c.to_lowercase()),
        }
    }
    let plain = plain.as_str();
    let plain =
        ["平方米", "平米", "m2", "/"].iter().fold(plain, |plain, unit| plain.strip_suffix(unit).unwrap_or(plain));
    plain.trim_end_matches(|c: char| c.is_ascii_digit() || "一二三四五".contains(c)).to_owned()
}

/// What a header text means, with its rank among those of the same meaning.
fn meaning(text: &str) -> Option<(Role, usize)> {
    let plain = plain(text);
    let named = |plain: &str| {
        NAMES.iter().find_map(|(role, names)| Some((*role, names.iter().position(|name| *name == plain)?)))
    };
    // 业主/产权人 says one thing twice.
    named(&plain).or_else(|| plain.split(['/', '、', '或']).find_map(named))
}

/// The columns of a sheet by what they mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Header {
    columns: BTreeMap<Role, Vec<usize>>,
    /// What stands over each column, trimmed; the lower level where there are two.
    texts: Vec<String>,
    /// What stood in the rows of the header, by column, as they are compared.
    levels: Vec<Vec<String>>,
    /// Fields of the header's last row.
    pub width: usize,
}

impl Header {
    /// Finds the header among the rows: its place, how many rows it has, and what it says.
    pub fn find(rows: &[Row]) -> Option<(usize, usize, Self)> {
        (0..rows.len()).find_map(|place| Self::at(rows, place).map(|(levels, header)| (place, levels, header)))
    }

    /// The header that begins at a row, with how many rows it has.
    pub fn at(rows: &[Row], place: usize) -> Option<(usize, Self)> {
        let upper = &rows[place];
        let lower = rows.get(place + 1);
        let single = Self::of(&[upper]);
        if single.is_complete() {
            return Some(match lower {
                Some(lower) if is_lower_level(&single, lower) => (2, Self::of(&[upper, lower])),
                _ => (1, single),
            });
        }
        let lower = lower?;
        // Where the lower row says everything by itself, what stands above it are titles.
        if Self::of(&[lower]).is_complete() || upper.own().count() < 2 {
            return None;
        }
        let double = Self::of(&[upper, lower]);
        double.is_complete().then_some((2, double))
    }

    fn of(levels: &[&Row]) -> Self {
        let mut header = Self::default();
        let width = levels.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut ranks: BTreeMap<Role, usize> = BTreeMap::new();
        for column in 0..width {
            let own = |row: &&Row| !row.cell(column).is_blank() && !row.spread.contains(&column);
            let text = levels.iter().rev().find(|row| own(row)).map(|row| row.cell(column).text());
            let text = text.as_deref().unwrap_or_default().trim().to_owned();
            if let Some((role, rank)) = meaning(&text) {
                // Among areas, the one that the law counts; where other things stand twice, both.
                let best = ranks.entry(role).or_insert(rank);
                let columns = header.columns.entry(role).or_default();
                if role == Role::Area && !columns.is_empty() {
                    if rank < *best {
                        (*best, *columns) = (rank, vec![column]);
                    }
                } else {
                    columns.push(column);
                }
            }
            header.texts.push(text);
        }
        header.levels =
            levels.iter().map(|row| (0..width).map(|column| plain(&row.cell(column).text())).collect()).collect();
        header.width = levels.last().map_or(0, |row| row.cells.len());
        header
    }

    /// Whether units can be read by it: which one, whose, and how much it counts.
    fn is_complete(&self) -> bool {
        let has = |role| self.columns.contains_key(&role);
        let known = self.columns.iter().filter(|(role, _)| **role != Role::Unread).count();
        3 <= known
            && (has(Role::Number) || has(Role::Address))
            && (has(Role::Area) || has(Role::Shares) || has(Role::Owners))
    }

    /// The columns of a meaning, from left to right.
    pub fn columns(&self, role: Role) -> &[usize] {
        self.columns.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The first column of a meaning.
    pub fn column(&self, role: Role) -> Option<usize> {
        self.columns(role).first().copied()
    }

    /// What stands over a column.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.texts.get(column).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// What stands over the columns that nothing is read from, from left to right: unknown, known and not needed, or
    /// an area beside the one that counts.
    pub fn unread(&self) -> impl Iterator<Item = &str> {
        let is_read = |column: &usize| {
            let is_read = |role| !matches!(role, Role::Remark | Role::Unread);
            self.columns.iter().any(|(role, columns)| is_read(*role) && columns.contains(column))
        };
        (0..self.texts.len()).filter(move |column| !is_read(column)).filter_map(|column| self.text(column))
    }

    /// Whether a row says the header once more.
    pub fn is_repeated_by(&self, row: &Row) -> bool {
        let filled = row.own().count();
        self.levels.iter().any(|level| {
            let same = |(column, cell): &(usize, &super::table::Cell)| {
                level.get(*column).is_some_and(|text| !text.is_empty() && *text == plain(&cell.text()))
            };
            let same = row.own().filter(same).count();
            2 <= same && filled < same * 2
        })
    }
}

/// Whether a row is a header by itself: nothing but words that headers have.
pub(super) fn is_header(row: &Row) -> bool {
    3 <= row.own().count()
        && row.own().all(|(_, cell)| meaning(&cell.text()).is_some())
        && Header::of(&[row]).is_complete()
}

/// Whether a row under a header is its second level: nothing but headers, and none of a unit's own columns.
fn is_lower_level(upper: &Header, row: &Row) -> bool {
    let number = upper.column(Role::Number).or(upper.column(Role::Address));
    let is_header = |(_, cell): (usize, &super::table::Cell)| meaning(&cell.text()).is_some();
    let is_unit = number.is_some_and(|number| row.own().any(|(column, _)| column == number));
    !is_unit && 0 < row.own().count() && row.own().all(is_header) && !upper.is_repeated_by(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::table::Cell;

    fn row(number: u32, cells: &[&str]) -> Row {
        let cells = cells.iter().map(|text| Cell::Text((*text).to_owned())).collect();
        Row { number, cells, ..Row::default() }
    }

    #[test]
    fn headers_are_found_under_titles_and_known_by_their_synonyms() {
        let rows = [
            row(1, &["富枫花园业主信息一览表"]),
            row(2, &["制表单位：示例物业", "", "日期"]),
            row(
                4,
                &[
                    "楼栋",
                    "室 号",
                    "建筑面积（㎡）",
                    "套内面积(㎡)",
                    "产权人",
                    "共有人1",
                    "共有人2",
                    "证件号码（隐去中段）",
                ],
            ),
            row(5, &["1#", "101", "90", "80", "甲", "乙", "丙", ""]),
        ];
        let (place, levels, header) = Header::find(&rows).expect("a header");
        assert_eq!((place, levels), (2, 1));
        assert_eq!(header.column(Role::Area), Some(2));
        assert_eq!(header.columns(Role::MoreOwners), [5, 6]);
        assert_eq!(header.column(Role::Tails), Some(7));
        assert!(header.is_repeated_by(&rows[2]) && !header.is_repeated_by(&rows[3]));
    }

    #[test]
    fn a_second_level_says_which_area_counts() {
        let rows = [
            row(2, &["楼号", "单元号", "室号", "面积", "", "产权人"]),
            row(3, &["", "", "", "公摊面积", "产权面积", ""]),
            row(4, &["4幢", "1单元", "101", "26.11", "124.33", "甲"]),
        ];
        let (place, levels, header) = Header::find(&rows).expect("a header");
        assert_eq!((place, levels, header.column(Role::Area)), (0, 2, Some(4)));
        assert_eq!(header.text(4), Some("产权面积"));
        let grouped = [
            row(1, &["房屋信息", "", "", "业主信息", ""]),
            row(2, &["楼栋", "房号", "面积", "姓名", "电话"]),
            row(3, &["1", "101", "90", "甲", ""]),
        ];
        assert_eq!(Header::find(&grouped).map(|(place, levels, _)| (place, levels)), Some((1, 1)));
    }

    #[test]
    fn the_area_that_the_law_counts_is_taken_wherever_it_stands() {
        let rows = [row(1, &["房号", "建筑面积", "专有面积/m²", "面积", "业主/产权人", "对应房号"])];
        let (_, _, header) = Header::find(&rows).expect("a header");
        assert_eq!((header.columns(Role::Area), header.columns(Role::Number)), (&[2][..], &[0][..]));
        assert_eq!(header.column(Role::Owners), Some(4));
    }

    #[test]
    fn a_sheet_without_a_header_has_none() {
        assert!(Header::find(&[row(1, &["房号"]), row(2, &["1", "2", "3"])]).is_none());
        assert!(Header::find(&[]).is_none());
    }
}
