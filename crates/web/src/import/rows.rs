//! Which rows of a sheet are units, and what each of them says.
//!
//! Nothing here looks beyond its sheet: who is one person, which unit stands twice and whose the unsold ones are is for
//! [`super::assemble`].

use ballot::{register::AreaSource, roll::UnitKind};
use serde::{Deserialize, Serialize};

use super::{
    cell,
    finding::{Finding, Severity},
    header::{self, Header, Role},
    table::{Cell, Row, Sheet},
    unit::{Draft, UnitReading},
};

/// Why a row is no unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Above the header, or a heading between the units.
    Title,
    /// 注：, 说明：
    Note,
    /// 小计, 合计
    Subtotal,
    /// The header once more.
    RepeatedHeader,
    /// Nothing but blanks.
    Blank,
}

/// A row that is no unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    /// The sheet; CSV files have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// Its number.
    pub row: u32,
    /// Why.
    pub why: Why,
}

/// A finding before it is known whether the row is taken.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub sheet: usize,
    pub row: Option<u32>,
    pub column: Option<usize>,
    pub column_text: Option<String>,
    pub finding: Finding,
}

/// A subtotal that states an area, over the drafts that stand before it.
#[derive(Debug, Clone)]
pub(super) struct Subtotal {
    pub sheet: usize,
    pub row: u32,
    pub column: (usize, Option<String>),
    pub stated: Option<u64>,
    /// 合计, 总计: of all rows of the sheet.
    pub is_total: bool,
    /// The building that it names, if any.
    pub building: String,
    /// Drafts before it, over all sheets.
    pub before: usize,
}

/// How many columns are named that nothing is read from, and how many characters of each.
const UNREAD_MOST: usize = 50;
const UNREAD_LENGTH: usize = 40;

/// What the sheets of a file say.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub drafts: Vec<Draft>,
    pub found: Vec<Found>,
    pub ignored: Vec<Ignored>,
    pub subtotals: Vec<Subtotal>,
    /// What stands over columns that nothing was read from, each once.
    pub unread: Vec<String>,
    /// Whether any sheet has a header.
    pub has_header: bool,
}

/// Reads all sheets, in their order.
pub(super) fn read(sheets: &[Sheet]) -> Reading {
    let mut reading = Reading::default();
    for (place, sheet) in sheets.iter().enumerate() {
        SheetReading { reading: &mut reading, sheet, place }.read();
    }
    reading
}

struct SheetReading<'a> {
    reading: &'a mut Reading,
    sheet: &'a Sheet,
    place: usize,
}

impl SheetReading<'_> {
    fn read(&mut self) {
        if self.sheet.is_hidden {
            self.find_in_sheet(Finding::HiddenSheet);
            return;
        }
        let rows = &self.sheet.rows;
        let Some((start, levels, mut header)) = Header::find(rows) else {
            self.without_header();
            return;
        };
        self.reading.has_header = true;
        self.pass_over(&header);
        for (place, row) in rows[..start].iter().enumerate() {
            // Groups over the header's columns are a part of it.
            if place + 1 < start || !is_group(row) {
                self.ignore(row, if is_blank(row) { Why::Blank } else { above(row) });
            }
        }
        let first = self.reading.drafts.len();
        let mut place = start + levels;
        while let Some(row) = rows.get(place) {
            match why(row, &header) {
                Some(Why::RepeatedHeader) => {
                    // The columns of the rows below may stand in another order.
                    let (levels, again) = Header::at(rows, place).unwrap_or((1, header));
                    header = again;
                    self.pass_over(&header);
                    for row in rows.iter().skip(place).take(levels) {
                        self.ignore(row, Why::RepeatedHeader);
                    }
                    place += levels;
                    continue;
                }
                Some(why) => {
                    if why == Why::Subtotal {
                        self.subtotal(row, &header);
                    }
                    self.ignore(row, why);
                }
                None => self.unit(row, &header),
            }
            place += 1;
        }
        let drafts = &self.reading.drafts[first..];
        let is_said = drafts.iter().any(|draft| draft.source != AreaSource::Unstated);
        let has_area = drafts.iter().any(|draft| draft.area.is_some());
        if has_area && !is_said {
            self.find_in_sheet(Finding::AreaSourceMissing);
        }
    }

    /// Notes which columns nothing is read from, so that whoever uploads the file can see it.
    fn pass_over(&mut self, header: &Header) {
        for text in header.unread() {
            let unread = &mut self.reading.unread;
            let name: String = text.chars().take(UNREAD_LENGTH).collect();
            if unread.len() < UNREAD_MOST && !unread.contains(&name) {
                unread.push(name);
            }
        }
    }

    /// A cover sheet may say anything; a table that we cannot read must not be passed over.
    fn without_header(&mut self) {
        let rows = &self.sheet.rows;
        if 3 <= rows.iter().filter(|row| 3 <= row.own().count()).count() {
            self.find_in_sheet(Finding::HeaderMissing);
            return;
        }
        for row in rows {
            self.ignore(row, if is_blank(row) { Why::Blank } else { above(row) });
        }
    }

    fn find_in_sheet(&mut self, finding: Finding) {
        self.reading.found.push(Found { sheet: self.place, row: None, column: None, column_text: None, finding });
    }

    fn ignore(&mut self, row: &Row, why: Why) {
        self.reading.ignored.push(Ignored { sheet: self.sheet.name.clone(), row: row.number, why });
    }

    fn subtotal(&mut self, row: &Row, header: &Header) {
        let Some(column) = header.column(Role::Area) else { return };
        let label: String = row.own().take(3).map(|(_, cell)| cell::compact(&cell.text())).collect();
        let building = label.split(['小', '合', '总', '共']).next().unwrap_or_default();
        let subtotal = Subtotal {
            sheet: self.place,
            row: row.number,
            column: (column, header.text(column).map(str::to_owned)),
            stated: cell::area(row.cell(column)).ok(),
            is_total: !label.contains("小计"),
            building: cell::building(building),
            before: self.reading.drafts.len(),
        };
        self.reading.subtotals.push(subtotal);
    }

    fn unit(&mut self, row: &Row, header: &Header) {
        let before = self.reading.found.len();
        let mut unit = UnitReading { row, header, sheet: self.place, found: &mut self.reading.found };
        if self.sheet.name.is_none() && row.cells.len() != header.width {
            let is_short = row.cells.len() < header.width;
            unit.find(None, if is_short { Finding::RowShort } else { Finding::RowLong });
            return;
        }
        let is_parking = self.sheet.name.as_ref().is_some_and(|name| name.contains("车位"));
        let mut draft = unit.read(if is_parking { UnitKind::Parking } else { UnitKind::Home });
        let is_error = |found: &Found| found.finding.severity() == Severity::Error;
        draft.is_sound = !self.reading.found[before..].iter().any(is_error);
        self.reading.drafts.push(draft);
    }
}

/// Why a row below the header is no unit; `None` if it is one.
fn why(row: &Row, header: &Header) -> Option<Why> {
    if is_blank(row) {
        return Some(Why::Blank);
    }
    if header.is_repeated_by(row) || header::is_header(row) {
        return Some(Why::RepeatedHeader);
    }
    if is_subtotal(row, header) {
        return Some(Why::Subtotal);
    }
    let mut own = row.own();
    let (column, cell) = own.next()?;
    let text = cell.text();
    // 制表人：…, 审核人：… stand below the table, in whatever columns.
    let is_labelled =
        |(_, cell): (usize, &Cell)| cell.text().contains(['：', ':']) && !cell.text().starts_with(['=', '＝']);
    if is_note(&text) || row.own().all(is_labelled) {
        return Some(Why::Note);
    }
    // One text over the width of the table, or far from what a building is called.
    let is_alone = own.next().is_none() && row.spread.is_empty();
    let is_fact = FACTS.iter().any(|role| header.columns(*role).contains(&column));
    (is_alone && (row.is_banner || !is_fact && 6 < text.chars().count())).then_some(Why::Title)
}

/// Columns in which a lone text is what is left of a unit.
const FACTS: [Role; 8] =
    [Role::Number, Role::Area, Role::Shares, Role::Owners, Role::MoreOwners, Role::Tails, Role::Phones, Role::Kind];

fn is_blank(row: &Row) -> bool {
    row.own().next().is_none()
}

/// Above the header, what is not a note is a title.
fn above(row: &Row) -> Why {
    let is_first_note = row.own().next().is_some_and(|(_, cell)| is_note(&cell.text()));
    if is_first_note { Why::Note } else { Why::Title }
}

/// 注：…, 说明：… and what else begins like a note.
fn is_note(text: &str) -> bool {
    let text = cell::compact(text);
    ["注", "说明", "备注", "注意", "附注", "填表说明", "提示"].iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
                .starts_with([':', '.', '、'])
        })
    })
}

/// Groups of columns, such as 房屋信息 beside 业主信息: several short words and nothing that is filled in.
fn is_group(row: &Row) -> bool {
    let is_word = |cell: &Cell| {
        let text = cell.text();
        text.chars().count() <= 8 && !text.contains(['：', ':']) && !text.chars().any(|c| c.is_ascii_digit())
    };
    2 <= row.own().count() && row.own().all(|(_, cell)| is_word(cell))
}

/// Whether a row sums others: it says so before any unit number.
fn is_subtotal(row: &Row, header: &Header) -> bool {
    let is_sum = |cell: &Cell| {
        let text = cell::compact(&cell.text());
        text.chars().count() <= 20
            && ["小计", "合计", "总计", "共计", "累计", "总合计"].iter().any(|word| text.contains(word))
    };
    let label = [Role::Phase, Role::Building, Role::Entrance, Role::Number, Role::Address];
    let columns = label.iter().filter_map(|role| header.column(*role));
    row.own().next().is_some_and(|(_, cell)| is_sum(cell))
        || columns.filter(|column| !row.spread.contains(column)).any(|column| is_sum(row.cell(column)))
}
