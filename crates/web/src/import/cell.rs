//! What the cells of a unit mean: labels, areas, kinds, tails and phone numbers.

use ballot::{
    json,
    register::AreaSource,
    roll::{UnitKind, UnitStatus},
};
use unicode_normalization::UnicodeNormalization;

use super::{number::Decimal, table::Cell};

/// Largest area or share, in hundredths or whole: 10^13 of them fit a roll many times over.
const MAX_MEASURE: u64 = 1_000_000_000_000;

/// What stands between owners, tails and phone numbers in one cell.
pub(super) const SEPARATORS: [char; 10] = ['、', '/', '／', '，', ',', '；', ';', '\n', '\r', '﹑'];

/// Characters that take no room and that nobody typed on purpose.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Whether NFKC surely changes nothing: most cells are ASCII or common Han characters.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c == ' ' || c.is_ascii_graphic() || matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// A text without width, blanks and what the record cannot hold, as labels and numbers are compared.
pub(super) fn compact(text: &str) -> String {
    if is_plain(text) {
        return text.chars().filter(|c| *c != ' ').collect();
    }
    text.nfkc().filter(|c| !c.is_whitespace() && json::is_allowed(*c)).collect()
}

/// Why an area is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AreaFault {
    Missing,
    Zero,
    Negative,
    Precision,
    NotNumber,
    Approximate,
}

/// An area in hundredths of a square metre.
pub(super) fn area(cell: &Cell) -> Result<u64, AreaFault> {
    let hundredths = match cell {
        Cell::Empty => return Err(AreaFault::Missing),
        Cell::Date { .. } => return Err(AreaFault::NotNumber),
        Cell::Number { value, .. } if value.is_negative() => return Err(AreaFault::Negative),
        Cell::Number { value, .. } => value.to_hundredths().map_err(|_| AreaFault::Precision)?,
        Cell::Text(_) => written_area(&compact(&cell.text()))?,
    };
    match hundredths {
        0 => Err(AreaFault::Zero),
        hundredths if MAX_MEASURE < hundredths => Err(AreaFault::NotNumber),
        hundredths => Ok(hundredths),
    }
}

fn written_area(text: &str) -> Result<u64, AreaFault> {
    if text.is_empty() {
        return Err(AreaFault::Missing);
    }
    let lower = text.to_lowercase();
    let units = ["平方米", "平米", "平方", "m2", "m^2", "m²"];
    let plain = units.iter().find_map(|unit| lower.strip_suffix(unit)).unwrap_or(&lower);
    let guesses = ["约", "左右", "大概", "上下", "估", "近", "~", "≈", "±"];
    if guesses.iter().any(|guess| plain.contains(guess)) {
        return Err(AreaFault::Approximate);
    }
    let (is_negative, plain) = plain.strip_prefix(['-', '−']).map_or((false, plain), |plain| (true, plain));
    let (whole, decimals) = plain.split_once('.').map_or((plain, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut is_grouped = true;
    let mut digits = first.to_owned();
    for group in groups {
        is_grouped &= group.len() == 3 && is_digits(group) && first.len() <= 3;
        digits.push_str(group);
    }
    let decimals_fit = decimals.is_none_or(is_digits);
    if !is_digits(first) || !is_grouped || !decimals_fit {
        return Err(AreaFault::NotNumber);
    }
    if is_negative {
        return Err(AreaFault::Negative);
    }
    let decimals = decimals.unwrap_or_default();
    if 2 < decimals.len() {
        return Err(AreaFault::Precision);
    }
    let value: Decimal = format!("{digits}.{decimals:0<2}").parse().map_err(|_| AreaFault::NotNumber)?;
    value.to_hundredths().map_err(|_| AreaFault::NotNumber)
}

/// Undivided shares: a whole number.
pub(super) fn shares(cell: &Cell) -> Result<u64, AreaFault> {
    let hundredths = area(cell)?;
    if hundredths.is_multiple_of(100) { Ok(hundredths / 100) } else { Err(AreaFault::Precision) }
}

/// `3`, `3栋`, `3#`, `3幢`, `3号楼` and `三栋` are building 3; a name without a number stays one.
pub(super) fn building(text: &str) -> String {
    part(text, &["号楼", "栋楼", "幢楼", "#楼", "栋", "幢", "座", "#", "号", "楼"])
}

/// `1`, `1单元` and `一单元` are entrance 1.
pub(super) fn entrance(text: &str) -> String {
    part(text, &["号单元", "单元"])
}

/// A phase as it is compared: `1`, `一期` and `第1期` are one.
pub(super) fn phase_key(text: &str) -> String {
    part(text, &["期"])
}

fn part(text: &str, suffixes: &[&str]) -> String {
    let compact = compact(text);
    let bare = compact.strip_prefix('第').unwrap_or(&compact);
    let bare = suffixes.iter().find_map(|suffix| bare.strip_suffix(suffix)).unwrap_or(bare);
    match whole(bare) {
        Some(number) => number.to_string(),
        None if !bare.is_empty() && bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            bare.to_ascii_uppercase()
        }
        // A name, such as 地下车库 or 甲座, keeps what may be part of it.
        None => compact.to_uppercase(),
    }
}

/// A whole number in digits or in Chinese, below 1000.
fn whole(text: &str) -> Option<u32> {
    if !text.is_empty() && text.len() < 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| {
        "〇一二三四五六七八九".chars().position(|d| d == c).or((c == '两').then_some(2)).or((c == '零').then_some(0))
    };
    let digit = |c: char| digit(c).and_then(|digit| u32::try_from(digit).ok());
    if text.is_empty() || 6 < text.chars().count() {
        return None;
    }
    // 一〇二 is said digit by digit.
    if 1 < text.chars().count() && text.chars().all(|c| digit(c).is_some()) {
        return text.chars().try_fold(0, |number, c| Some(number * 10 + digit(c)?)).filter(|number| *number < 1000);
    }
    let (mut total, mut last) = (0, None);
    for c in text.chars() {
        match (c, digit(c)) {
            (_, Some(0)) => last = None,
            (_, Some(value)) if last.is_none() => last = Some(value),
            ('十', _) => total += last.take().unwrap_or(1) * 10,
            ('百', _) => total += last.take()? * 100,
            _ => return None,
        }
    }
    Some(total + last.unwrap_or(0)).filter(|number| 0 < *number && *number < 1000)
}

/// A unit number: text whose zeros count, without a final 室, 房 or 号 and without case.
pub(super) fn unit_number(text: &str) -> String {
    let compact = compact(text).to_uppercase().replace(['–', '—', '−', '‐', '‑'], "-");
    // A guard of ours against formulas, from an export.
    let mut number =
        compact.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@'])).unwrap_or(&compact);
    while let Some(shorter) = number.strip_suffix(['室', '房', '号']).filter(|shorter| !shorter.is_empty()) {
        number = shorter;
    }
    number.to_owned()
}

/// What a unit number was before a spreadsheet took it for a day: `3-2`.
pub(super) fn number_of_day(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Date { year, month, has_day: false, .. } => Some(format!("{month}-{year}")),
        Cell::Date { month, day, .. } => Some(format!("{month}-{day}")),
        Cell::Text(_) => written_day(&compact(&cell.text()).to_lowercase()),
        Cell::Empty | Cell::Number { .. } => None,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month_of(name: &str) -> Option<u16> {
    u16::try_from(MONTHS.iter().position(|month| *month == name)? + 1).ok()
}

fn written_day(text: &str) -> Option<String> {
    let number = |text: &str, last: u16| text.parse::<u16>().ok().filter(|number| 0 < *number && *number <= last);
    let day = |month: u16, day: u16| Some(format!("{month}-{day}"));
    // 3月2日, 2026年3月2日
    if let Some((month, of_month)) = text.strip_suffix('日').and_then(|rest| rest.split_once('月')) {
        let month = month.rsplit_once('年').map_or(month, |(_, month)| month);
        return day(number(month, 12)?, number(of_month, 31)?);
    }
    // 2026-03-02, 2026/3/2, with midnight after it
    let date =
        ["00:00:00", "0:00:00", "0:00", "t00:00:00"].iter().find_map(|time| text.strip_suffix(time)).unwrap_or(text);
    let parts: Vec<&str> = date.split(['-', '/']).collect();
    match parts[..] {
        [year, month, of_month] if year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) => {
            day(number(month, 12)?, number(of_month, 31)?)
        }
        // Mar-02
        [month, number_of] if MONTHS.contains(&month) && number_of.len() == 2 => {
            let (month, number_of) = (month_of(month)?, number(number_of, 99)?);
            day(month, number_of)
        }
        // 2-Mar
        [of_month, month] if MONTHS.contains(&month) => day(month_of(month)?, number(of_month, 31)?),
        _ => None,
    }
}

/// What a full address says: `富枫花园3号楼2单元1201室` is building 3, entrance 2, number 1201.
pub(super) fn address(text: &str) -> Option<(String, String, String, String)> {
    let compact = compact(text);
    let marker = ["号楼", "栋", "幢", "座", "#"].iter().filter_map(|m| Some((compact.find(m)?, m.len()))).min();
    let Some((at, length)) = marker else { return unmarked_address(&compact) };
    let (before, after) = (&compact[..at], &compact[at + length..]);
    let after = after.strip_prefix('楼').unwrap_or(after);
    let is_label = |c: char| c.is_ascii_alphanumeric() || "〇零一二三四五六七八九十百甲乙丙丁".contains(c);
    let start = before.char_indices().rev().take_while(|(_, c)| is_label(*c)).last().map(|(start, _)| start)?;
    let (before, name) = before.split_at(start);
    let phase = before.strip_suffix('期').and_then(|before| {
        let start = before.char_indices().rev().take_while(|(_, c)| is_label(*c)).last().map(|(start, _)| start)?;
        Some(before[start..].to_owned())
    });
    let after = after.trim_start_matches('-');
    let (entrance_text, number) = match after.split_once("单元") {
        Some((entrance, number)) => (entrance.to_owned(), number),
        // 3#-2-1002
        None => match after.split_once('-') {
            Some((entrance, number)) if whole(entrance).is_some() && !number.contains('-') => {
                (entrance.to_owned(), number)
            }
            _ => (String::new(), after),
        },
    };
    let number = number.trim_start_matches('-');
    let number = ["商铺", "店铺", "铺", "住宅", "车位", "储藏室", "储藏间"]
        .iter()
        .find_map(|kind| number.strip_prefix(kind))
        .unwrap_or(number);
    let number = unit_number(number);
    (!number.is_empty()).then(|| (phase.unwrap_or_default(), building(name), entrance(&entrance_text), number))
}

/// An address with no building in it: `地下车库B1-017`.
fn unmarked_address(compact: &str) -> Option<(String, String, String, String)> {
    let start = compact.find(|c: char| c.is_ascii_alphanumeric())?;
    let (name, number) = compact.split_at(start);
    let name = name.trim_end_matches(['-', '车', '位']);
    let name = if name.is_empty() { compact[..start].trim_end_matches('-') } else { name };
    (!name.is_empty()).then(|| (String::new(), building(name), String::new(), unit_number(number)))
}

/// A kind of unit by any of its names.
pub(super) fn kind(text: &str) -> Option<UnitKind> {
    Some(match compact(text).to_lowercase().as_str() {
        "住宅" | "成套住宅" | "非成套住宅" | "住宅用房" | "home" => UnitKind::Home,
        "商铺" | "商业服务" | "商业" | "商业用房" | "商服" | "店铺" | "店面" | "门面" | "商业服务业" | "shop" => {
            UnitKind::Shop
        }
        "办公" | "办公用房" | "写字楼" | "office" => UnitKind::Office,
        "车位" | "停车位" | "地下车位" | "机动车位" | "停车" | "车库" | "parking" => UnitKind::Parking,
        "储藏室" | "储藏间" | "储物间" | "杂物间" | "仓储" | "storage" => UnitKind::Storage,
        "其他" | "其它" | "other" => UnitKind::Other,
        _ => return None,
    })
}

/// A status by any of its names; nothing said is delivered.
pub(super) fn status(text: &str) -> Option<UnitStatus> {
    Some(match compact(text).to_lowercase().as_str() {
        "" | "已交付" | "已收楼" | "已入住" | "已交房" | "已收房" | "已交楼" | "已售已交付" | "delivered" => {
            UnitStatus::Delivered
        }
        "未出售" | "未售" | "未售出" | "待售" | "unsold" => UnitStatus::Unsold,
        "已售未交付" | "已售未收楼" | "已售未交房" | "已售未交楼" | "已售未收房" | "sold_undelivered" => {
            UnitStatus::SoldUndelivered
        }
        _ => return None,
    })
}

/// Where an area comes from, by any of its names.
pub(super) fn source(text: &str) -> AreaSource {
    match compact(text).to_lowercase().as_str() {
        "登记" | "登记簿" | "不动产登记" | "不动产登记簿" | "产权登记" | "产权证" | "房产证" | "不动产权证"
        | "register" => AreaSource::Register,
        "测绘" | "实测" | "测绘报告" | "测绘成果" | "survey" => AreaSource::Survey,
        "合同" | "买卖合同" | "购房合同" | "预售合同" | "商品房买卖合同" | "contract" => {
            AreaSource::Contract
        }
        _ => AreaSource::Unstated,
    }
}

/// Whether a cell says that there is nothing: 无, / or a dash.
pub(super) fn is_none(text: &str) -> bool {
    matches!(
        compact(text).as_str(),
        "" | "无" | "-" | "--" | "—" | "——" | "/" | "空" | "没有" | "暂无" | "#N/A" | "#REF!"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn areas_are_read_as_people_write_them() {
        for (text, expected) in [
            ("89.37", Ok(8937)),
            ("124.33㎡", Ok(12433)),
            ("８９．３７ M2", Ok(8937)),
            ("118.47平方米", Ok(11847)),
            ("　78.1 ", Ok(7810)),
            ("1,204.50", Ok(120_450)),
            ("=\"90\"", Ok(9000)),
            ("", Err(AreaFault::Missing)),
            (" 　", Err(AreaFault::Missing)),
            ("0", Err(AreaFault::Zero)),
            ("0.00㎡", Err(AreaFault::Zero)),
            ("-89.37", Err(AreaFault::Negative)),
            ("－89.37", Err(AreaFault::Negative)),
            ("89.375", Err(AreaFault::Precision)),
            ("89,37", Err(AreaFault::NotNumber)),
            ("1e2", Err(AreaFault::NotNumber)),
            ("NaN", Err(AreaFault::NotNumber)),
            ("八十九", Err(AreaFault::NotNumber)),
            ("89.", Err(AreaFault::NotNumber)),
            ("=SUM(A1)", Err(AreaFault::NotNumber)),
            ("99999999999999999999", Err(AreaFault::NotNumber)),
            ("约90", Err(AreaFault::Approximate)),
            ("90左右", Err(AreaFault::Approximate)),
        ] {
            assert_eq!(area(&typed(text)), expected, "{text}");
        }
        assert_eq!(shares(&typed("120")), Ok(120));
        assert_eq!(shares(&typed("1.5")), Err(AreaFault::Precision));
    }

    #[test]
    fn buildings_and_entrances_are_one_however_they_are_written() {
        for text in ["3", "3栋", "3#", "3＃", "3幢", "3号楼", "三栋", "３栋", "第3栋", "3座", " 3 栋", "03栋", "3号"]
        {
            assert_eq!(building(text), "3", "{text}");
        }
        for (text, expected) in [
            ("十二栋", "12"),
            ("二十幢", "20"),
            ("一百零三栋", "103"),
            ("a座", "A"),
            ("3A栋", "3A"),
            ("地下车库", "地下车库"),
            ("甲座", "甲座"),
            ("商业楼", "商业楼"),
            ("", ""),
        ] {
            assert_eq!(building(text), expected, "{text}");
        }
        for text in ["1", "1单元", "一单元", "１ 单元"] {
            assert_eq!(entrance(text), "1", "{text}");
        }
        assert_eq!(entrance("b1"), "B1");
        assert_eq!(phase_key("二期"), phase_key("2"));
    }

    #[test]
    fn the_zeros_of_a_unit_number_count() {
        for (text, expected) in [
            ("0101", "0101"),
            ("101室", "101"),
            ("202房", "202"),
            ("１０３", "103"),
            ("b1-001", "B1-001"),
            ("101号房", "101"),
            ("901–902", "901-902"),
            ("室", "室"),
        ] {
            assert_eq!(unit_number(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_became_a_day_is_known() {
        for text in ["3月2日", "2026/3/2", "2026-03-02 00:00:00", "2026年3月2日", "2-Mar", "Mar-02"] {
            assert_eq!(number_of_day(&typed(text)).as_deref(), Some("3-2"), "{text}");
        }
        for text in ["3-2", "1-101", "B1-001", "2-1-301", "901-902", "0101", "月日", "13月2日", ""] {
            assert_eq!(number_of_day(&typed(text)), None, "{text}");
        }
    }

    #[test]
    fn an_address_says_building_entrance_and_number() {
        for (text, expected) in [
            ("富枫花园1栋商铺S01", ("", "1", "", "S01")),
            ("富枫花园1号楼商铺S02", ("", "1", "", "S02")),
            ("富枫花园1#商铺S03", ("", "1", "", "S03")),
            ("富枫花园二栋商铺S03", ("", "2", "", "S03")),
            ("示例市示例路12号富枫花园3号楼2单元1201室", ("", "3", "2", "1201")),
            ("富枫花园二期十一幢一单元0101", ("二", "11", "1", "0101")),
            ("3#-2-1002", ("", "3", "2", "1002")),
            ("地下车库B1-017", ("", "地下车库", "", "B1-017")),
        ] {
            let (phase, building, entrance, number) = expected;
            let expected = (phase.to_owned(), building.to_owned(), entrance.to_owned(), number.to_owned());
            assert_eq!(address(text), Some(expected), "{text}");
        }
        assert_eq!(address("富枫花园"), None);
    }

    proptest! {
        #[test]
        fn no_cell_panics(text in ".*") {
            let cell = typed(&text);
            let _ = (area(&cell), shares(&cell), building(&text), entrance(&text), unit_number(&text));
            let _ = (number_of_day(&cell), address(&text), kind(&text), status(&text));
        }
    }
}
