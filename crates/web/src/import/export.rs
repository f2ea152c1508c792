//! Export of a register in the format that an import reads, safe to open in a spreadsheet.
//!
//! Source: OWASP ASVS 1.2.10. A cell that a spreadsheet would run gets an apostrophe before it in CSV; in XLSX every
//! cell is a text by its type.

use ballot::{
    register::{AreaSource, Register, RegisterPerson, RegisterUnit},
    roll::{UnitKind, UnitStatus},
};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::finding::hundredths;

const COLUMNS: [&str; 14] = [
    "分期",
    "楼栋",
    "单元",
    "房号",
    "类型",
    "专有面积",
    "面积来源",
    "交付状态",
    "产权人",
    "证件尾号",
    "联系电话",
    "电子邮箱",
    "建设单位",
    "份数",
];

/// The register as CSV in UTF-8, every field in quotes.
pub fn to_csv(register: &Register) -> Vec<u8> {
    let quoted = |field: &String| format!("\"{}\"", guarded(field).replace('"', "\"\""));
    let line = |record: &Vec<String>| record.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
    // Spreadsheets know UTF-8 by its byte order mark only.
    let lines: String = records(register).iter().map(line).collect();
    format!("\u{FEFF}{lines}").into_bytes()
}

/// The register as XLSX, with one sheet of texts.
///
/// # Errors
/// A text is longer than a cell may be.
pub fn to_xlsx(register: &Register) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("业主名册")?;
    for (row, record) in (0..).zip(records(register)) {
        for (column, field) in (0..).zip(record) {
            // Never `write`, which would make formulas and links of texts.
            sheet.write_string(row, column, field)?;
        }
    }
    book.save_to_buffer()
}

/// A field that no spreadsheet runs.
pub(crate) fn guarded(field: &str) -> String {
    let first = field.chars().find(|c| *c != ' ' && *c != '\u{3000}');
    let is_live = first.is_some_and(|c| "=+-@＝＋－＠\t\r\n".contains(c));
    if is_live { format!("'{field}") } else { field.to_owned() }
}

/// Header and units; columns that nobody uses are left out.
fn records(register: &Register) -> Vec<Vec<String>> {
    let mut records = vec![COLUMNS.map(str::to_owned).to_vec()];
    records.extend(register.units.iter().map(|unit| record(register, unit)));
    let is_used = |column: usize| records[1..].iter().any(|record| !record[column].is_empty());
    // Votes go by shares or by areas: a column of the other would make every unit of it an error.
    let optional = [0, 5, 11, 12, 13].map(|column| (column, is_used(column)));
    let is_kept = |column: usize| optional.iter().all(|(other, is_used)| *other != column || *is_used);
    let kept =
        |record: Vec<String>| record.into_iter().enumerate().filter(|(c, _)| is_kept(*c)).map(|(_, f)| f).collect();
    records.into_iter().map(kept).collect()
}

fn record(register: &Register, unit: &RegisterUnit) -> Vec<String> {
    let owners = || unit.owners.iter().map(|&owner| &register.persons[owner]);
    let join = |fields: Vec<&str>| {
        if fields.iter().all(|field| field.is_empty()) { String::new() } else { fields.join("、") }
    };
    // A sole owner has all of a cell, several have one each.
    let contacts = |of: fn(&RegisterPerson) -> &Vec<String>| -> Vec<&str> {
        match unit.owners[..] {
            [sole] => of(&register.persons[sole]).iter().map(String::as_str).collect(),
            _ => owners().map(|person| of(person).first().map_or("", String::as_str)).collect(),
        }
    };
    let developer = unit.developer.filter(|_| unit.status != UnitStatus::Delivered);
    let label = &unit.label;
    vec![
        label.phase.clone(),
        label.building.clone(),
        label.entrance.clone(),
        label.number.clone(),
        kind(unit.kind).to_owned(),
        if unit.area == 0 { String::new() } else { hundredths(unit.area) },
        source(unit.source).to_owned(),
        status(unit.status).to_owned(),
        owners().map(|person| person.name.as_str()).collect::<Vec<_>>().join("、"),
        join(owners().map(|person| person.tail.as_str()).collect()),
        join(contacts(|person| &person.phones)),
        join(contacts(|person| &person.emails)),
        developer.map_or_else(String::new, |developer| register.persons[developer].name.clone()),
        unit.shares.map_or_else(String::new, |shares| shares.to_string()),
    ]
}

fn kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Home => "住宅",
        UnitKind::Shop => "商铺",
        UnitKind::Office => "办公",
        UnitKind::Parking => "车位",
        UnitKind::Storage => "储藏室",
        UnitKind::Other => "其他",
    }
}

fn status(status: UnitStatus) -> &'static str {
    match status {
        UnitStatus::Delivered => "已交付",
        UnitStatus::SoldUndelivered => "已售未交付",
        UnitStatus::Unsold => "未出售",
    }
}

fn source(source: AreaSource) -> &'static str {
    match source {
        AreaSource::Register => "登记",
        AreaSource::Survey => "测绘",
        AreaSource::Contract => "合同",
        AreaSource::Unstated => "",
    }
}
