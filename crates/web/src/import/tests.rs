//! Files as firms make them, one peculiarity at a time; whole ones are in `tests/import.rs`.

use std::io::{Cursor, Write};

use ballot::{
    register::Register,
    roll::{UnitKind, UnitStatus},
};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const HEADER: &str = "楼栋,单元,房号,类型,专有面积,面积来源,交付状态,产权人,证件尾号,联系电话";

fn csv(text: &str) -> Preview {
    read("roll.csv", text.as_bytes()).expect("a roll")
}

/// Codes by row.
fn codes(preview: &Preview) -> Vec<(Option<u32>, &str)> {
    preview.issues.iter().map(|issue| (issue.row, issue.code.as_str())).collect()
}

fn ignored(preview: &Preview) -> Vec<(u32, Why)> {
    preview.ignored.iter().map(|ignored| (ignored.row, ignored.why)).collect()
}

fn numbers(preview: &Preview) -> Vec<&str> {
    preview.register.units.iter().map(|unit| unit.label.number.as_str()).collect()
}

fn xlsx(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Preview {
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name("业主").expect("a name")).expect("a sheet");
    let bytes = book.save_to_buffer().expect("a workbook");
    read("roll.xlsx", &bytes).expect("a roll")
}

/// Fills rows of a sheet with texts, from a row on.
fn texts(sheet: &mut Worksheet, from: u32, rows: &[&str]) -> Result<(), XlsxError> {
    for (row, line) in (from..).zip(rows) {
        for (column, text) in (0..).zip(line.split(',')) {
            if !text.is_empty() {
                sheet.write_string(row, column, text)?;
            }
        }
    }
    Ok(())
}

#[test]
fn a_number_is_read_as_its_format_shows_it() {
    let preview = xlsx(|sheet| {
        texts(
            sheet,
            0,
            &[
                "楼栋,房号,面积,业主,尾号,面积来源",
                "1,0101,90,甲甲,,登记",
                "1,,90,乙乙",
                "1,,90,丙丙",
                "1,,90,丁丁",
                "2,,90,戊戊",
            ],
        )?;
        sheet.write_number_with_format(2, 1, 102, &Format::new().set_num_format("0000"))?;
        sheet.write_number(3, 1, 103)?;
        sheet.write_number_with_format(4, 1, 46083, &Format::new().set_num_format("m\"月\"d\"日\""))?;
        sheet.write_number(5, 1, 201)?;
        Ok(())
    });
    assert_eq!(
        codes(&preview),
        [(Some(4), "leading_zero_lost"), (Some(5), "room_is_date"), (Some(6), "leading_zero_lost")]
    );
    assert_eq!(preview.issues[1].suggest.as_deref(), Some("3-2"));
    assert_eq!(preview.issues[0].suggest.as_deref(), Some("0103"));
    assert_eq!(numbers(&preview), ["0101", "0102", "0103", "0201"]);
}

#[test]
fn numbers_without_zeros_beside_them_lost_none() {
    let preview = xlsx(|sheet| {
        texts(sheet, 0, &["楼栋,房号,面积,业主,面积来源", "1,1001,90,甲,登记", "1,,90,乙"])?;
        sheet.write_number(2, 1, 101)?;
        Ok(())
    });
    assert_eq!((codes(&preview), numbers(&preview)), (vec![], vec!["101", "1001"]));
}

#[test]
fn merged_cells_spread_down() {
    let preview = xlsx(|sheet| {
        texts(sheet, 0, &["楼栋,单元,房号,面积,面积来源,业主", "", ",,102,80,登记,乙", "小计,,,150.5"])?;
        sheet.merge_range(1, 0, 2, 0, "三栋", &Format::new())?;
        sheet.merge_range(1, 1, 2, 1, "一单元", &Format::new())?;
        texts(sheet, 1, &[",,101,70.5,登记,甲"])
    });
    assert_eq!(codes(&preview), []);
    let labels: Vec<String> = preview.register.units.iter().map(|unit| unit.label.key()).collect();
    assert_eq!(labels, ["|3|1|101", "|3|1|102"]);
    assert_eq!(ignored(&preview), [(4, Why::Subtotal)]);
}

#[test]
fn a_formula_is_its_stored_result_and_without_one_nothing() {
    let cell = |place: &str, content: &str| format!(r#"<c r="{place}" t="str">{content}</c>"#);
    let text = |place: &str, text: &str| cell(place, &format!("<v>{text}</v>"));
    let header: String = ["楼栋", "房号", "面积", "面积来源", "业主"]
        .iter()
        .zip('A'..)
        .map(|(word, column)| text(&format!("{column}1"), word))
        .collect();
    let row = |row: u32, number: &str, area: &str, owner: &str| {
        let fixed = [text(&format!("A{row}"), "1"), text(&format!("D{row}"), "登记")];
        let [first, source] = fixed;
        let [number, area, owner] = [("B", number), ("C", area), ("E", owner)]
            .map(|(column, content)| cell(&format!("{column}{row}"), content));
        format!(r#"<row r="{row}">{first}{number}{area}{source}{owner}</row>"#)
    };
    let rows = [
        format!(r#"<row r="1">{header}</row>"#),
        row(2, "<v>101</v>", "<f>45*2</f><v>90</v>", "<f>G2</f><v>甲</v>"),
        row(3, "<v>102</v>", "<f>45*2</f>", "<v>乙</v>"),
        row(4, "<v>103</v>", "<v>90</v>", r#"<f>HYPERLINK("http://x","丙")</f>"#),
        row(5, "<f>A1</f>", "<v>90</v>", "<v>丁</v>"),
    ];
    let preview = read("roll.xlsx", &archive(&sheet(&rows.concat()), None, 0)).expect("a roll");
    assert_eq!(codes(&preview), [(Some(3), "area_not_number"), (Some(4), "name_formula"), (Some(5), "number_missing")]);
    assert_eq!(preview.register.units[0].area, 9000);
}

#[test]
fn subtotals_are_checked_at_every_level() {
    let rows = [
        "楼栋,单元,房号,面积,面积来源,业主",
        "1,1,101,70,登记,甲",
        "1,1,102,80,登记,乙",
        ",1单元小计,,150",
        "1,2,101,60,登记,丙",
        ",2单元小计,,60",
        "1栋小计,,,210",
        "2,1,101,50,登记,丁",
        "2栋小计,,,50.5",
        "合 计,,,260",
        "总计,4户",
    ];
    let preview = xlsx(|sheet| texts(sheet, 0, &rows));
    assert_eq!(codes(&preview), [(Some(9), "subtotal_mismatch")]);
    assert!(preview.issues[0].message_en.contains("50.50") && preview.issues[0].message_en.contains("50.00"));
    assert_eq!(preview.ignored.len(), 6);
}

#[test]
fn rows_that_are_no_units_are_told_apart() {
    let rows = [
        "示例花园业主名册",
        "制表单位：示例物业,,,日期：9月",
        "楼栋,单元,房号,面积,面积来源,业主",
        "1,1,101,70,登记,甲",
        "注：以下为二期",
        "楼栋,单元,房号,面积,面积来源,业主",
        "2,1,101,70,登记,乙",
        " ",
        "二、商铺部分（另附明细）",
        "2,,S1,70,登记,丙",
        "制表人：某某,,审核人：某某",
        ",,,,,示例市晨禾商贸有限公司",
    ];
    let preview = xlsx(|sheet| texts(sheet, 0, &rows));
    // A lone owner is what is left of a unit, and nothing to pass over.
    assert_eq!(
        codes(&preview),
        [(Some(12), "building_missing"), (Some(12), "number_missing"), (Some(12), "area_missing")]
    );
    let why = [
        (1, Why::Title),
        (2, Why::Title),
        (5, Why::Note),
        (6, Why::RepeatedHeader),
        (8, Why::Blank),
        (9, Why::Title),
        (11, Why::Note),
    ];
    assert_eq!(ignored(&preview), why);
}

#[test]
fn columns_may_stand_in_another_order_further_down() {
    let preview =
        csv("楼栋,房号,面积,业主,面积来源\n1,101,70,甲,登记\n房号,楼栋,业主,面积,面积来源\n201,1,乙,80,登记\n");
    assert_eq!((codes(&preview), numbers(&preview)), (vec![], vec!["101", "201"]));
    assert_eq!(preview.figures.totals.area_centi, 15_000);
}

#[test]
fn co_owners_may_stand_in_columns_of_their_own() {
    let rows = [
        "楼栋,房号,面积,面积来源,产权人1,证件尾号1,电话1,产权人2,证件尾号2,电话2",
        "1,101,70,登记,甲甲,1111,10000000001,乙乙,2222,10000000002",
        "1,102,70,登记,丙丙,3333,10000000003,,,",
        "1,103,70,登记,乙乙,2222,,丁丁,,10000000004",
        "1,104,70,登记,甲甲,1111,,甲甲,1111,",
    ];
    let preview = csv(&rows.join("\n"));
    assert_eq!(codes(&preview), [(Some(5), "co_owner_repeated")]);
    let totals = &preview.figures.totals;
    assert_eq!((totals.persons, totals.holders, preview.figures.co_owned_units), (4, 4, 2));
    let person = |name: &str| preview.register.persons.iter().find(|person| person.name == name).expect("there");
    assert_eq!(person("乙乙").phones, ["10000000002"]);
    assert_eq!((person("丁丁").tail.as_str(), &*person("丁丁").phones), ("", &["10000000004".to_owned()][..]));
}

#[test]
fn each_developer_is_one_head_with_all_it_has_not_handed_over() {
    let rows = [
        "分期,楼栋,房号,面积,面积来源,交付状态,产权人,证件尾号,建设单位",
        "一期,1,101,70,登记,未出售,,,甲地产有限公司",
        "一期,1,102,70,登记,已售未交付,买家,1111,甲地产有限公司",
        "二期,1,101,70,登记,未出售,乙地产有限公司,,",
        "2期,1,102,70,登记,已售未交付,买家,1111,",
        "二期,1,103,70,登记,已交付,乙地产有限公司,,",
        "二期,1,104,70,登记,已交付,买家,1111,",
    ];
    let preview = csv(&rows.join("\n"));
    assert_eq!(codes(&preview), []);
    assert_eq!(preview.figures.totals.heads, 3, "two developers and the buyer of what is handed over");
    assert_eq!(preview.figures.totals.holders, 3);
    let phases: Vec<&str> = preview.figures.by_building.iter().map(|building| building.phase.as_str()).collect();
    assert_eq!(phases, ["一期", "二期"], "spelt as it first stands");
    let unnamed = csv(&format!("{HEADER}\n1,1,101,住宅,90,登记,未出售,,,\n"));
    assert_eq!(codes(&unnamed), [(Some(2), "owner_missing")], "nobody says who the developer is");
}

#[test]
fn a_roll_may_go_by_undivided_shares() {
    let preview = csv("楼栋,房号,份数,业主,尾号\n1,101,12,甲,\n1,102,8,乙,\n1,103,1.5,丙,\n1,104,,丁,\n");
    assert_eq!(codes(&preview), [(Some(4), "area_precision"), (Some(5), "area_missing")]);
    assert_eq!((preview.basis, preview.figures.totals.shares), (Basis::Shares, Some(20)));
}

#[test]
fn people_without_a_tail_join_a_namesake_only_by_the_same_phone() {
    let rows = [
        HEADER,
        "1,1,101,住宅,90,登记,,张伟,1111,10000000001",
        "1,1,102,住宅,90,登记,,张伟,2222,10000000002",
        "1,1,103,住宅,90,登记,,张 伟,,10000000002",
        "1,1,104,住宅,90,登记,,张伟,,",
        "1,1,105,住宅,90,登记,,李敏,,10000000005",
        "1,1,106,住宅,90,登记,,李敏,,10000000005",
        "1,1,107,住宅,90,登记,,王静,,",
        "1,1,108,住宅,90,登记,,孙磊,,",
        "1,1,109,住宅,90,登记,,孙磊,,",
    ];
    let preview = csv(&rows.join("\n"));
    let unclear = |row| (Some(row), "identity_unclear");
    assert_eq!(codes(&preview), [unclear(5), unclear(9), unclear(10)]);
    assert_eq!(preview.figures.totals.persons, 7);
}

#[test]
fn an_importer_of_csv_reports_every_row_and_takes_all_or_nothing() {
    let rows = format!(
        "\u{FEFF}{HEADER}\r\n1,1,101,住宅,90,登记,,甲,,\r\n1,1,101,住宅,91,登记,,甲,,\r\n\r\n1,1,102,住宅,90,登记,,乙\r\n\r\n"
    );
    let preview = csv(&rows);
    assert_eq!(codes(&preview), [(Some(3), "unit_duplicate"), (Some(5), "row_short")]);
    assert_eq!(ignored(&preview), [(4, Why::Blank), (6, Why::Blank)]);
    assert!(!preview.may_apply());
    let (gb, _, _) = encoding_rs::GB18030.encode(&rows);
    let same = read("roll.csv", &gb).expect("a roll");
    assert_eq!((same.issues, same.register), (preview.issues, preview.register));
    assert_eq!(codes(&csv(HEADER)), [(None, "no_units")]);
}

#[test]
fn a_table_that_cannot_be_read_is_never_passed_over() {
    let mut book = Workbook::new();
    texts(book.add_worksheet(), 0, &["楼栋,房号,面积,面积来源,业主", "1,101,90,登记,甲"]).expect("a sheet");
    texts(book.add_worksheet(), 0, &["封面", "示例花园"]).expect("a sheet");
    texts(book.add_worksheet(), 0, &["a,b,c", "1,2,3", "4,5,6"]).expect("a sheet");
    let preview = read("roll.xlsx", &book.save_to_buffer().expect("a workbook")).expect("a roll");
    assert_eq!(codes(&preview), [(None, "header_missing")]);
    assert_eq!(preview.issues[0].sheet.as_deref(), Some("Sheet3"));
    assert_eq!(ignored(&preview), [(1, Why::Title), (2, Why::Title)]);
}

#[test]
fn a_file_is_what_its_content_says() {
    for (bytes, expected) in [
        (&b""[..], Refusal::NoHeader),
        (b"hello", Refusal::NoHeader),
        (b"PK\x03\x04 is no archive", Refusal::Damaged),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Refusal::Kind),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal::Kind),
        (b"%PDF-1.7", Refusal::Kind),
        (&vec![0; MAX_FILE + 1], Refusal::TooBig),
    ] {
        assert_eq!(read("roll.xlsx", bytes), Err(expected), "{:?}", &bytes[..bytes.len().min(20)]);
    }
}

/// An archive with one sheet, and perhaps shared texts.
fn archive(sheet: &str, shared: Option<&str>, more: usize) -> Vec<u8> {
    const HEAD: &str = r#"<?xml version="1.0"?>"#;
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
    };
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!("{HEAD}<Relationships>{}</Relationships>", relation("rId1", "officeDocument", "xl/workbook.xml")),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"{HEAD}<workbook xmlns:r="{OFFICE}"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "{HEAD}<Relationships>{}{}</Relationships>",
                relation("rId1", "worksheet", "worksheets/sheet1.xml"),
                relation("rId2", "sharedStrings", "sharedStrings.xml")
            ),
        ),
        ("xl/worksheets/sheet1.xml".to_owned(), format!("{HEAD}{sheet}")),
    ];
    parts.extend(shared.map(|shared| ("xl/sharedStrings.xml".to_owned(), format!("{HEAD}<sst>{shared}</sst>"))));
    parts.extend((0..more).map(|nth| (format!("spare/{nth}"), String::new())));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content.as_bytes()).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

/// The same archive, saying of every entry that it is one byte long.
fn understated(mut bytes: Vec<u8>) -> Vec<u8> {
    for at in 0..bytes.len() - 28 {
        for (magic, size) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
            if bytes[at..].starts_with(magic) {
                bytes[at + size..at + size + 4].copy_from_slice(&1_u32.to_le_bytes());
            }
        }
    }
    bytes
}

fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn bombs_are_refused_before_they_burst() {
    let far = |cell: &str, row: u32| {
        sheet(&format!(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{cell}"><v>1</v></c></row>"#))
    };
    let shared = format!("<si><t>{}</t></si>", "A".repeat(60 << 20));
    let often = |row: u32| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#);
    let row = |row: u32| format!(r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#);
    let entity = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>"#;
    let merges = r#"<mergeCell ref="A1:B2"/>"#.repeat(20_001);
    for (why, bytes) in [
        ("two cells in far corners", archive(&far("XFD1048576", 1_048_576), None, 0)),
        ("two cells somewhat apart", archive(&far("ALL100000", 100_000), None, 0)),
        ("a text beyond the limit", archive(&sheet(&often(1)), Some(&shared), 0)),
        (
            "a long text shared by many",
            archive(
                &sheet(&(1..2000).map(often).collect::<String>()),
                Some(&format!("<si><t>{}</t></si>", "A".repeat(1 << 20))),
                0,
            ),
        ),
        ("more rows than a roll has", archive(&sheet(&(1..=20_001).map(row).collect::<String>()), None, 0)),
        (
            "entities that grow",
            archive(
                &format!("{entity}{}", sheet(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>"#)),
                None,
                0,
            ),
        ),
        ("a sheet beyond the limit", archive(&sheet(&" ".repeat(51 << 20)), None, 0)),
        ("more entries than a workbook has", archive(&sheet(""), None, 200)),
        (
            "merged areas without end",
            archive(&format!("<worksheet><mergeCells>{merges}</mergeCells></worksheet>"), None, 0),
        ),
    ] {
        assert!(bytes.len() < MAX_FILE, "{why} must pass the first limit to test the others");
        assert_eq!(read("bomb.xlsx", &bytes), Err(Refusal::TooBig), "{why}");
    }
}

#[test]
fn a_bomb_that_lies_of_its_size_is_refused_as_well() {
    let row = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let shared = format!("<si><t>{}</t></si>", "A".repeat(60 << 20));
    let refused = read("bomb.xlsx", &understated(archive(&sheet(row), Some(&shared), 0)));
    assert!(matches!(refused, Err(Refusal::TooBig | Refusal::Damaged)), "{:?}", refused.map(|preview| preview.issues));
}

#[test]
fn what_contradicts_itself_is_damaged() {
    for (why, bytes) in [
        ("rows that go back", archive(&sheet(r#"<row r="2"/><row r="1"/>"#), None, 0)),
        (
            "cells that go back",
            archive(&sheet(r#"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#), None, 0),
        ),
        (
            "a shared text that is not there",
            archive(&sheet(r#"<row r="1"><c r="A1" t="s"><v>9</v></c></row>"#), None, 0),
        ),
        ("an unknown entity", archive(&sheet(r#"<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>"#), None, 0)),
        ("tags that do not match", archive("<worksheet><sheetData></worksheet>", None, 0)),
    ] {
        assert_eq!(read("roll.xlsx", &bytes), Err(Refusal::Damaged), "{why}");
    }
}

/// A register of one home, whatever its owner is called.
fn register_of(name: &str) -> Register {
    let mut preview = csv(&format!("{HEADER}\n1,1,0101,住宅,90,登记,已交付,甲甲,0017,10000000001\n"));
    name.clone_into(&mut preview.register.persons[0].name);
    preview.register
}

#[test]
fn no_cell_of_an_export_is_run_by_a_spreadsheet() {
    for name in
        ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠1"]
    {
        let register = register_of(name);
        let text = String::from_utf8(to_csv(&register)).expect("UTF-8");
        let guarded = format!("\"'{}\"", name.replace('"', "\"\""));
        assert!(text.contains(&guarded), "{name}: {text}");
        let book = to_xlsx(&register).expect("a workbook");
        let mut archive = zip::ZipArchive::new(Cursor::new(book)).expect("an archive");
        let mut sheet = String::new();
        std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").expect("a sheet"), &mut sheet)
            .expect("text");
        assert!(!sheet.contains("<f") && !sheet.contains("<hyperlink"), "{name}");
        // Nor does an import take it back.
        let issues = read("roll.csv", text.as_bytes()).expect("a roll").issues;
        assert_eq!(issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>(), ["name_formula"], "{name}");
    }
}

#[test]
fn a_register_comes_back_from_its_export() {
    let rows = [
        "分期,楼栋,单元,房号,类型,面积,面积来源,交付状态,产权人,证件尾号,联系电话,建设单位",
        "一期,1,1,0101,住宅,90.05,登记,已交付,阿依古丽·买买提、王𠮷,1111、222X,10000000001、10000000002,",
        "一期,1,1,0102,住宅,90,测绘,未出售,,,,甲地产有限公司",
        "一期,1,1,0103,住宅,90,合同,已售未交付,王𠮷,222X,10000000002,甲地产有限公司",
        "二期,2,,S01,商铺,90,,已交付,刘䶮、何𪚥,、3333,10000000003,",
        "二期,2,,-1,储藏室,9,,已交付,陈𬎆,,10000000004/10000000005,",
        "二期,地下车库,B1,001,车位,12.72,,已交付,甲地产有限公司,,,",
    ];
    let preview = csv(&rows.join("\n"));
    assert_eq!(codes(&preview), []);
    for bytes in [to_csv(&preview.register), to_xlsx(&preview.register).expect("a workbook")] {
        let again = read("roll", &bytes).expect("a roll");
        assert_eq!(codes(&again), []);
        assert_eq!(again.register, preview.register);
    }
}

#[test]
fn another_order_and_spacing_is_no_change() {
    let line = |number: &str, owner: &str, status: &str| format!("1,1,{number},住宅,90,登记,{status},{owner}\n");
    let before = csv(&[
        HEADER,
        "\n",
        &line("101", "张伟,1111,", ""),
        &line("102", "李敏、王静,2222、3333,", ""),
        &line("103", "孙磊,4444,", ""),
    ]
    .concat());
    let after = csv(&[
        HEADER,
        "\n",
        &line("104", "周杰,5555,", ""),
        &line("102", "王 静、李敏,3333、2222,", ""),
        &line("101", "张　伟,1111,", "未出售"),
    ]
    .concat());
    let diff = diff(&before.register, &after.register, "roll.csv");
    assert_eq!((diff.unchanged_units, diff.counts.added, diff.counts.removed, diff.counts.changed), (1, 1, 1, 1));
    assert_eq!((diff.changed[0].unit.as_str(), &*diff.changed[0].fields), ("/1/1/101", &["status".to_owned()][..]));
    assert_eq!(diff.added[0].unit, "/1/1/104");
    assert_eq!(diff.removed[0].before.owners, ["孙磊"]);
}

#[test]
fn a_preview_survives_the_way_from_the_child() {
    let preview = csv(&format!(
        "{HEADER}\n1,1,101,住宅,90,登记,已交付,甲甲,0017,10000000001\n1,1,102,住宅,0,登记,已交付,😀,0017,\n"
    ));
    let json = serde_json::to_vec(&preview).expect("JSON");
    assert_eq!(serde_json::from_slice::<Preview>(&json).expect("a preview"), preview);
}

/// Cells that rolls have, right and wrong.
fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[1-3]",
        "[1-3](栋|#|号楼|单元)",
        "0?[1-9]0[1-4]室?",
        "(住宅|商铺|车位|未出售|已售未交付|登记|小计|合计|注：)",
        "[1-9][0-9]{1,2}(\\.[0-9]{1,3})?㎡?",
        "[王李张𠮷陈][ 伟敏静𪚥]{0,2}(、[王李张][伟敏静])?",
        "[0-9]{3}[0-9X](、[0-9]{4})?",
        "100[0-9]{8}",
        ".{0,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read("roll", &bytes);
        let _ = read("roll", &[b"PK\x03\x04", &*bytes].concat());
        let _ = read("roll", &[HEADER.as_bytes(), b"\n", &*bytes].concat());
    }

    #[test]
    fn no_flipped_byte_of_a_workbook_panics(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = include_bytes!("../../../../tests/rolls/property-export-messy.xlsx").to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = read("roll", &bytes);
    }

    /// What an importer of any table claims: a register that is whole in itself, and figures that are its own.
    #[test]
    fn whatever_is_taken_is_whole(rows in proptest::collection::vec(proptest::collection::vec(any_cell(), 10), 0..12)) {
        let rows: Vec<String> = rows.iter().map(|row| row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",")).collect();
        let preview = csv(&format!("{HEADER}\n{}\n", rows.join("\n")));
        let register = &preview.register;
        prop_assert_eq!(&preview.figures, &Figures::of(register));
        prop_assert_eq!(preview.rows.iter().filter(|row| row.is_taken).count(), register.units.len());
        prop_assert!(!register.units.is_empty() || !preview.may_apply());
        for unit in &register.units {
            prop_assert!(!unit.owners.is_empty() && unit.owners.iter().all(|owner| *owner < register.persons.len()));
            prop_assert!(0 < unit.area);
        }
        let identities: std::collections::BTreeSet<&String> = register.persons.iter().map(|person| &person.identity).collect();
        prop_assert_eq!(identities.len(), register.persons.len());
        if !register.units.is_empty() {
            prop_assert!(ballot::register::freeze(register, None, &[7; 32]).is_ok(), "what is taken can be put to a vote");
        }
    }

    /// A name that an import takes comes back from an export, character for character.
    #[test]
    fn names_survive_export_and_import(name in "[\\PC\u{20000}-\u{2A6DF}\u{2B820}-\u{2CEA1}]{1,12}") {
        let taken = name::split(&name).map(|names| names.names).unwrap_or_default();
        if let [name] = &taken[..] {
            let register = register_of(&name.typed);
            for bytes in [to_csv(&register), to_xlsx(&register).expect("a workbook")] {
                let again = read("roll", &bytes).expect("a roll");
                prop_assert_eq!(&again.register.persons[0].name, &name.typed);
            }
        }
    }
}

#[test]
fn kinds_and_statuses_have_the_words_of_the_format() {
    let rows = [
        HEADER,
        "1,1,101,成套住宅,90,登记,已收楼,甲,,",
        "1,,S1,商业服务,90,登记,未售,丙丙有限公司,,",
        "1,,1,储藏室,9,登记,已售未收楼,丁,,",
    ];
    let preview = csv(&rows.join("\n"));
    assert_eq!(codes(&preview), []);
    let said: Vec<(UnitKind, UnitStatus)> =
        preview.register.units.iter().map(|unit| (unit.kind, unit.status)).collect();
    let expected = [
        (UnitKind::Storage, UnitStatus::SoldUndelivered),
        (UnitKind::Shop, UnitStatus::Unsold),
        (UnitKind::Home, UnitStatus::Delivered),
    ];
    assert_eq!(said, expected);
}

#[test]
fn columns_that_nothing_is_read_from_are_named() {
    let preview = csv(
        "楼栋,单元,房号,专有面积,面积来源,产权人,状态,公摊面积,建筑面积,,备注\n1,1,101,80.00,登记,张三,正常,12.5,92.5,x,\n",
    );
    assert_eq!(
        preview.unread,
        ["状态", "公摊面积", "建筑面积", "备注"],
        "unknown, not needed, and beside the area that counts"
    );
    assert_eq!(csv(&format!("{HEADER}\n1,1,101,住宅,80.00,登记,已交付,张三,1234,\n")).unread, [""; 0]);
    let twice = csv(
        "楼栋,房号,专有面积,产权人,朝向\n1,101,80,张三,南\n楼栋,房号,专有面积,产权人,朝向,层高\n1,102,80,张四,南,3\n",
    );
    assert_eq!(twice.unread, ["朝向", "层高"], "each once, of every header");
    let again = |n| format!("楼栋,房号,专有面积,产权人,第{n}次\n1,{n},80,张三,\n");
    let many = csv(&(100..160).map(again).collect::<String>());
    assert_eq!(many.unread.len(), 50, "no file makes the list endless");
}
