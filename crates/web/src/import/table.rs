//! A foreign file as sheets of typed cells, whatever its format was.

use std::borrow::Cow;

use super::number::Decimal;

/// Rows that a file may have, over all its sheets.
pub(super) const MAX_ROWS: u32 = 20_000;
/// Columns that a sheet may have.
pub(super) const MAX_COLUMNS: usize = 60;

/// One sheet; a CSV file is one without a name.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub name: Option<String>,
    /// Hidden sheets are not read: their rows are left out.
    pub is_hidden: bool,
    pub rows: Vec<Row>,
}

/// A row that holds something.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its number in the sheet, or the record's in a CSV file; the first is 1.
    pub number: u32,
    /// From column A on; those that a merged cell covers repeat its first row.
    pub cells: Vec<Cell>,
    /// The columns whose cell comes from a merged one above.
    pub spread: Vec<usize>,
    /// Whether a cell of this row is merged over three columns or more.
    pub is_banner: bool,
}

/// What a cell holds, before anybody asks what it means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Cell {
    #[default]
    Empty,
    /// As typed. A formula without a stored result is the text after its `=`, with it; nothing is calculated.
    Text(String),
    /// A number, with how many digits its format shows at least.
    Number { value: Decimal, digits: usize },
    /// A day, as spreadsheets make one of `3-2`.
    Date { year: i16, month: i8, day: i8, has_day: bool },
}

impl Cell {
    /// Nothing, or nothing but blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => unquoted(text).trim().is_empty(),
            Self::Number { .. } | Self::Date { .. } => false,
        }
    }

    /// The text a reader of the sheet would copy: `="0101"` is 0101, a whole number has no decimals.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(unquoted(text)),
            Self::Number { value, digits } => Cow::Owned(format!("{:0>digits$}", value.to_string())),
            Self::Date { year, month, day, .. } => Cow::Owned(format!("{year}-{month}-{day}")),
        }
    }

    /// Whether it is a number that lost what was typed before it, such as zeros.
    pub fn is_bare_number(&self) -> bool {
        matches!(self, Self::Number { digits: 0, .. })
    }
}

/// `="0101"` is how spreadsheets write the text 0101; a leading tab keeps a number as text.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).filter(|text| !text.contains('"')).unwrap_or(text)
}

impl Row {
    /// The cell of a column; beyond the last there is nothing.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }

    /// The cells that were typed in this very row and hold something, with their columns.
    pub fn own(&self) -> impl Iterator<Item = (usize, &Cell)> {
        self.cells.iter().enumerate().filter(|(column, cell)| !cell.is_blank() && !self.spread.contains(column))
    }
}
