//! XLSX, read as a stream and counted while it is inflated: what the file says of its own sizes is not believed.
//!
//! Only the sheets, their texts and their number formats are read. Numbers keep the decimal digits that stand in the
//! file, formulas their stored result; nothing is calculated.

use std::{
    cell::Cell as Counter,
    collections::BTreeMap,
    io::{self, BufReader, Cursor, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{
    Refusal,
    table::{MAX_ROWS, Sheet},
};

mod cells;
mod format;

use cells::SheetReader;
use format::Format;

/// Entries that an archive may have.
const MAX_ENTRIES: usize = 200;
/// Bytes that may come out of it.
const MAX_INFLATED: u64 = 50 << 20;
/// Bytes of text that its cells may hold, with shared texts counted wherever they stand.
const MAX_TEXT: usize = 16 << 20;
const MAX_SHEETS: usize = 100;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads all visible sheets.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    // An honest bomb says how large it is; a lying one is counted while it is inflated.
    let is_said_large = archive.decompressed_size().is_some_and(|size| u128::from(MAX_INFLATED) < size);
    if MAX_ENTRIES < archive.len() || is_said_large {
        return Err(Refusal::TooBig);
    }
    let meter = Meter { left: Counter::new(MAX_INFLATED) };
    let book = workbook(&mut archive, &meter)?;
    let formats = formats(&mut archive, &meter, &book)?;
    let shared = shared_texts(&mut archive, &meter, &book)?;
    let mut budget = Budget { rows: MAX_ROWS, text: MAX_TEXT };
    let mut sheets = Vec::new();
    for entry in &book.sheets {
        let mut sheet = Sheet { name: Some(entry.name.clone()), is_hidden: entry.is_hidden, rows: Vec::new() };
        if !entry.is_hidden {
            let Some(mut part) = part(&mut archive, &entry.path, &meter)? else { return Err(Refusal::Damaged) };
            let read = SheetReader { formats: &formats, shared: &shared, is_1904: book.is_1904, budget: &mut budget };
            sheet.rows = read.rows(&mut part)?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Counts what comes out of the archive.
struct Meter {
    left: Counter<u64>,
}

/// Rows and text that may still be read.
struct Budget {
    rows: u32,
    text: usize,
}

struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.meter.left.get();
        match left.checked_sub(read as u64) {
            Some(left) => self.meter.left.set(left),
            None => return Err(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
        Ok(read)
    }
}

/// One part of the archive as events of XML.
struct Part<'a> {
    reader: Reader<BufReader<Metered<'a, Box<dyn Read + 'a>>>>,
    buffer: Vec<u8>,
}

fn part<'a>(archive: &'a mut Archive<'_>, path: &str, meter: &'a Meter) -> Result<Option<Part<'a>>, Refusal> {
    let Some(index) = archive.index_for_name(path) else { return Ok(None) };
    let file = archive.by_index(index).map_err(|_| Refusal::Damaged)?;
    let inner: Box<dyn Read + 'a> = Box::new(file);
    let mut reader = Reader::from_reader(BufReader::new(Metered { inner, meter }));
    reader.config_mut().expand_empty_elements = true;
    Ok(Some(Part { reader, buffer: Vec::new() }))
}

impl Part<'_> {
    /// The next event, `None` at the end.
    fn next(&mut self) -> Result<Option<Event<'_>>, Refusal> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Ok(None),
            // Entities of one's own can grow without bound, and no spreadsheet program declares any.
            Ok(Event::DocType(_)) => Err(Refusal::TooBig),
            Ok(event) => Ok(Some(event)),
            Err(quick_xml::Error::Io(err)) if err.kind() == io::ErrorKind::FileTooLarge => Err(Refusal::TooBig),
            Err(_) => Err(Refusal::Damaged),
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refusal> {
    attributes(element, [name]).map(|[value]| value)
}

fn attributes<const N: usize>(element: &BytesStart<'_>, names: [&str; N]) -> Result<[Option<String>; N], Refusal> {
    let mut values = [const { None }; N];
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Refusal::Damaged)?;
        let key = attribute.key.local_name();
        if let Some(place) = names.iter().position(|name| *name == key.as_ref()) {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| Refusal::Damaged)?;
            values[place] = Some(value.into_owned());
        }
    }
    Ok(values)
}

/// The characters of an event, if it has any.
fn push_text(text: &mut String, event: &Event<'_>) -> Result<(), Refusal> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => text.push(match reference.as_ref() {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => reference.resolve_char_ref().ok().flatten().ok_or(Refusal::Damaged)?,
        }),
        _ => {}
    }
    Ok(())
}

/// What the workbook says of its sheets, in its order.
#[derive(Default)]
struct Workbook {
    sheets: Vec<SheetEntry>,
    is_1904: bool,
    styles: Option<String>,
    shared: Option<String>,
}

struct SheetEntry {
    name: String,
    is_hidden: bool,
    path: String,
}

struct Relation {
    kind: String,
    path: String,
}

fn workbook(archive: &mut Archive<'_>, meter: &Meter) -> Result<Workbook, Refusal> {
    let roots = relations(archive, meter, "", "_rels/.rels")?;
    let path = roots.into_values().find(|relation| relation.kind == "officeDocument").map(|relation| relation.path);
    let path = path.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let (folder, file) = path.rsplit_once('/').map_or(("", path.as_str()), |(folder, file)| (folder, file));
    let relations = relations(archive, meter, folder, &format!("{folder}/_rels/{file}.rels"))?;
    let Some(mut part) = part(archive, &path, meter)? else { return Err(Refusal::Kind) };
    let target = |kind: &str| relations.values().find(|relation| relation.kind == kind).map(|r| r.path.clone());
    let mut book = Workbook { styles: target("styles"), shared: target("sharedStrings"), ..Workbook::default() };
    while let Some(event) = part.next()? {
        let Event::Start(element) = event else { continue };
        match element.local_name().as_ref() {
            "workbookPr" => {
                book.is_1904 = matches!(attribute(&element, "date1904")?.as_deref(), Some("1" | "true"));
            }
            "sheet" => {
                let id = attribute(&element, "id")?.ok_or(Refusal::Damaged)?;
                let name = attribute(&element, "name")?.ok_or(Refusal::Damaged)?;
                let relation = relations.get(&id).ok_or(Refusal::Damaged)?;
                // Sheets that are one chart have no cells.
                if relation.kind == "worksheet" {
                    let is_hidden = attribute(&element, "state")?.is_some_and(|state| state != "visible");
                    book.sheets.push(SheetEntry { name, is_hidden, path: relation.path.clone() });
                }
            }
            _ => {}
        }
    }
    if MAX_SHEETS < book.sheets.len() { Err(Refusal::TooBig) } else { Ok(book) }
}

fn relations(
    archive: &mut Archive<'_>,
    meter: &Meter,
    folder: &str,
    path: &str,
) -> Result<BTreeMap<String, Relation>, Refusal> {
    let mut relations = BTreeMap::new();
    let Some(mut part) = part(archive, path, meter)? else { return Ok(relations) };
    while let Some(event) = part.next()? {
        let Event::Start(element) = event else { continue };
        if element.local_name().as_ref() != "Relationship" {
            continue;
        }
        let [Some(id), Some(kind), Some(target)] = attributes(&element, ["Id", "Type", "Target"])? else {
            return Err(Refusal::Damaged);
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let path = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None if folder.is_empty() => target,
            None => format!("{folder}/{target}"),
        };
        relations.insert(id, Relation { kind, path });
    }
    Ok(relations)
}

/// The number formats of the styles that cells point to.
fn formats(archive: &mut Archive<'_>, meter: &Meter, book: &Workbook) -> Result<Vec<Format>, Refusal> {
    let mut codes: BTreeMap<u32, Format> = BTreeMap::new();
    let mut formats = Vec::new();
    let Some(path) = &book.styles else { return Ok(formats) };
    let Some(mut part) = part(archive, path, meter)? else { return Ok(formats) };
    let mut is_in_cells = false;
    while let Some(event) = part.next()? {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok());
                    let code = attribute(&element, "formatCode")?;
                    if let (Some(id), Some(code)) = (id, code) {
                        codes.insert(id, Format::from_code(&code));
                    }
                }
                "cellXfs" => is_in_cells = true,
                "xf" if is_in_cells => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                    formats.push(codes.get(&id).copied().unwrap_or_else(|| Format::built_in(id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_in_cells = false,
            _ => {}
        }
    }
    Ok(formats)
}

/// The texts that cells share, without the readings that stand above them.
fn shared_texts(archive: &mut Archive<'_>, meter: &Meter, book: &Workbook) -> Result<Vec<String>, Refusal> {
    let mut texts = Vec::new();
    let Some(path) = &book.shared else { return Ok(texts) };
    let Some(mut part) = part(archive, path, meter)? else { return Ok(texts) };
    let mut text = String::new();
    let mut is_in_text = false;
    let mut is_in_reading = false;
    while let Some(event) = part.next()? {
        match &event {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => text.clear(),
                "rPh" => is_in_reading = true,
                "t" => is_in_text = !is_in_reading,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "si" => texts.push(unescape(&text)),
                "rPh" => is_in_reading = false,
                "t" => is_in_text = false,
                _ => {}
            },
            event if is_in_text => push_text(&mut text, event)?,
            _ => {}
        }
    }
    Ok(texts)
}

/// Spreadsheets write a control character in a text as `_x0007_`.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, tail) = rest.split_at(start);
        let escaped = escaped(tail);
        plain.push_str(before);
        plain.push_str(escaped.map_or("_x", |_| ""));
        plain.extend(escaped);
        rest = &tail[if escaped.is_some() { 7 } else { 2 }..];
    }
    plain.push_str(rest);
    plain
}

fn escaped(tail: &str) -> Option<char> {
    let code = tail.get(2..6).filter(|_| tail.get(6..7) == Some("_"))?;
    char::from_u32(u32::from_str_radix(code, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_of_an_archive_is_counted_over_all_its_parts() {
        let meter = Meter { left: Counter::new(10) };
        let read = |bytes: &[u8]| Metered { inner: bytes, meter: &meter }.read_to_end(&mut Vec::new());
        assert_eq!(read(&[0; 6]).expect("within the limit"), 6);
        assert_eq!(read(&[0; 4]).expect("up to the limit"), 4);
        assert_eq!(read(&[0; 1]).map_err(|err| err.kind()), Err(io::ErrorKind::FileTooLarge));
    }

    #[test]
    fn control_characters_are_read_as_spreadsheets_write_them() {
        assert_eq!(unescape("a_x0007_b_x000D__x005F_x"), "a\u{7}b\r_x");
        assert_eq!(unescape("_x_xZZZZ_ _x12"), "_x_xZZZZ_ _x12");
    }
}
