//! The cells of one sheet, with what merged ones cover.

use std::mem;

use quick_xml::events::{BytesStart, Event};

use super::{
    Budget, Part, attribute, attributes,
    format::{Format, iso_date},
    push_text, unescape,
};
use crate::import::{
    Refusal,
    table::{Cell, MAX_COLUMNS, MAX_ROWS, Row},
};

/// Merged areas of a sheet; more than rows there cannot usefully be.
const MAX_MERGES: usize = 20_000;

/// Reads the cells of one sheet.
pub(super) struct SheetReader<'a> {
    pub formats: &'a [Format],
    pub shared: &'a [String],
    pub is_1904: bool,
    pub budget: &'a mut Budget,
}

/// A cell while its element is read.
#[derive(Default)]
struct OpenCell {
    column: usize,
    kind: String,
    style: usize,
    value: String,
    inline: String,
    formula: String,
}

/// Where characters go.
#[derive(Clone, Copy, Default)]
enum Sink {
    #[default]
    Nowhere,
    Value,
    Inline,
    Formula,
}

/// What has been read of a sheet.
#[derive(Default)]
struct Progress {
    rows: Vec<Row>,
    merges: Vec<Area>,
    row: Row,
    cell: OpenCell,
    next_column: usize,
    sink: Sink,
    /// Inside the reading of a text, which is no part of it.
    is_in_reading: bool,
}

/// Columns and rows from and to, both included, counted from 0 and 1.
struct Area {
    columns: (usize, usize),
    rows: (u32, u32),
}

impl Progress {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Refusal> {
        match element.local_name().as_ref() {
            "row" => {
                let number = attribute(element, "r")?.map(|r| r.parse::<u32>().map_err(|_| Refusal::Damaged));
                let number = number.transpose()?.unwrap_or(self.row.number.saturating_add(1));
                if number <= self.row.number {
                    return Err(Refusal::Damaged);
                }
                self.row = Row { number, ..Row::default() };
                self.next_column = 0;
            }
            "c" => {
                let [place, kind, style] = attributes(element, ["r", "t", "s"])?;
                let place = place.map(|place| column(&place).ok_or(Refusal::Damaged));
                self.cell = OpenCell {
                    column: place.transpose()?.unwrap_or(self.next_column),
                    kind: kind.unwrap_or_default(),
                    style: style.and_then(|style| style.parse().ok()).unwrap_or(0),
                    ..OpenCell::default()
                };
                self.next_column = self.cell.column.saturating_add(1);
            }
            "v" => self.sink = Sink::Value,
            "f" => self.sink = Sink::Formula,
            "rPh" => self.is_in_reading = true,
            "t" if !self.is_in_reading => self.sink = Sink::Inline,
            "mergeCell" => {
                let area = attribute(element, "ref")?.and_then(|area| parse_area(&area));
                self.merges.push(area.ok_or(Refusal::Damaged)?);
                if MAX_MERGES < self.merges.len() {
                    return Err(Refusal::TooBig);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn characters(&mut self, event: &Event<'_>) -> Result<(), Refusal> {
        match self.sink {
            Sink::Nowhere => Ok(()),
            Sink::Value => push_text(&mut self.cell.value, event),
            Sink::Inline => push_text(&mut self.cell.inline, event),
            Sink::Formula => push_text(&mut self.cell.formula, event),
        }
    }
}

impl SheetReader<'_> {
    /// The rows that hold something, with merged cells repeated down.
    pub fn rows(mut self, part: &mut Part<'_>) -> Result<Vec<Row>, Refusal> {
        let mut progress = Progress::default();
        while let Some(event) = part.next()? {
            match &event {
                Event::Start(element) => progress.start(element)?,
                Event::End(element) => self.end(element.local_name().as_ref(), &mut progress)?,
                event => progress.characters(event)?,
            }
        }
        let Progress { mut rows, merges, .. } = progress;
        self.spread(&mut rows, &merges)?;
        Ok(rows)
    }

    fn end(&mut self, element: &str, progress: &mut Progress) -> Result<(), Refusal> {
        match element {
            "v" | "f" | "t" => progress.sink = Sink::Nowhere,
            "rPh" => progress.is_in_reading = false,
            "c" => self.close(&mut progress.row, mem::take(&mut progress.cell))?,
            "row" if !progress.row.cells.is_empty() => {
                self.budget.rows = self.budget.rows.checked_sub(1).ok_or(Refusal::TooBig)?;
                let rest = Row { number: progress.row.number, ..Row::default() };
                progress.rows.push(mem::replace(&mut progress.row, rest));
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a cell that holds something; millions of empty ones with a style do no harm.
    fn close(&mut self, row: &mut Row, open: OpenCell) -> Result<(), Refusal> {
        let column = open.column;
        let cell = self.cell(open)?;
        if cell == Cell::Empty {
            return Ok(());
        }
        if MAX_COLUMNS <= column || MAX_ROWS < row.number {
            return Err(Refusal::TooBig);
        }
        if column < row.cells.len() {
            return Err(Refusal::Damaged);
        }
        row.cells.resize(column, Cell::Empty);
        row.cells.push(cell);
        Ok(())
    }

    fn cell(&mut self, open: OpenCell) -> Result<Cell, Refusal> {
        let text = match open.kind.as_str() {
            "s" => {
                let index: usize = open.value.trim().parse().map_err(|_| Refusal::Damaged)?;
                self.shared.get(index).ok_or(Refusal::Damaged)?.clone()
            }
            "inlineStr" => unescape(&open.inline),
            "str" | "e" => unescape(&open.value),
            "b" => if open.value == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "d" => {
                return Ok(iso_date(&open.value).unwrap_or(Cell::Text(open.value)));
            }
            _ if open.value.trim().is_empty() => String::new(),
            _ => {
                let format = self.formats.get(open.style).copied().unwrap_or(Format::Plain);
                return Ok(format.number(open.value.trim(), self.is_1904).unwrap_or(Cell::Text(open.value)));
            }
        };
        // A formula nobody calculated is its own text, which no name and no number begins like.
        let text = if text.is_empty() && !open.formula.is_empty() { format!("={}", open.formula) } else { text };
        self.budget.text = self.budget.text.checked_sub(text.len()).ok_or(Refusal::TooBig)?;
        Ok(if text.is_empty() { Cell::Empty } else { Cell::Text(text) })
    }

    /// Repeats merged cells down the rows that they cover, in their first column.
    fn spread(&mut self, rows: &mut [Row], merges: &[Area]) -> Result<(), Refusal> {
        for Area { columns: (first, last), rows: (top, bottom) } in merges {
            let at = |number: u32| rows.partition_point(|row| row.number < number);
            let (start, end) = (at(*top), at(bottom.saturating_add(1)));
            let covered = &mut rows[start..end.max(start)];
            let Some((head, below)) = covered.split_first_mut().filter(|(head, _)| head.number == *top) else {
                continue;
            };
            let cell = head.cell(*first).clone();
            head.is_banner |= !cell.is_blank() && 2 <= last.saturating_sub(*first);
            if cell.is_blank() || MAX_COLUMNS <= *first {
                continue;
            }
            for row in below {
                self.budget.text = self.budget.text.checked_sub(cell.text().len()).ok_or(Refusal::TooBig)?;
                if row.cells.len() <= *first {
                    row.cells.resize(first + 1, Cell::Empty);
                }
                if row.cells[*first].is_blank() {
                    row.cells[*first] = cell.clone();
                    row.spread.push(*first);
                }
            }
        }
        Ok(())
    }
}

/// `AB12` as the column 27.
fn column(place: &str) -> Option<usize> {
    split_place(place).map(|(column, _)| column)
}

fn split_place(place: &str) -> Option<(usize, u32)> {
    let digits = place.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = place.split_at(digits);
    if letters.is_empty() || 3 < letters.len() {
        return None;
    }
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        letter.is_ascii_uppercase().then(|| column * 26 + usize::from(letter - b'A') + 1)
    })?;
    Some((column - 1, digits.parse().ok()?))
}

fn parse_area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let ((first, top), (last, bottom)) = (split_place(from)?, split_place(to)?);
    (first <= last && top <= bottom).then_some(Area { columns: (first, last), rows: (top, bottom) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_letters() {
        assert_eq!(split_place("A1"), Some((0, 1)));
        assert_eq!(split_place("XFD1048576"), Some((16_383, 1_048_576)));
        for place in ["", "1", "A", "a1", "ABCD1", "A1B", "Ä1", "A99999999999"] {
            assert_eq!(split_place(place), None, "{place}");
        }
    }
}
