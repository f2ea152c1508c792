//! CSV in the encodings that spreadsheets save it in.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{
    Refusal,
    table::{Cell, MAX_COLUMNS, MAX_ROWS, Row, Sheet},
};

/// A CSV file as one sheet, with the encoding it turned out to have.
#[derive(Debug)]
pub(super) struct Csv {
    pub sheet: Sheet,
    pub encoding: &'static Encoding,
}

/// Reads a CSV file: what its byte order mark says, or else UTF-8, or else GB18030.
pub(super) fn read(bytes: &[u8]) -> Result<Csv, Refusal> {
    let (encoding, skip) = Encoding::for_bom(bytes).unwrap_or_else(|| {
        let encoding = if str::from_utf8(bytes).is_ok() { UTF_8 } else { GB18030 };
        (encoding, 0)
    });
    if ![UTF_8, GB18030, UTF_16LE, UTF_16BE].contains(&encoding) {
        return Err(Refusal::Encoding);
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[skip..]);
    let text = text.ok_or(Refusal::Encoding)?;
    let mut rows = Vec::new();
    for (fields, number) in records(&text, separator(&text)).zip(1..) {
        if MAX_ROWS < number || MAX_COLUMNS < fields.len() {
            return Err(Refusal::TooBig);
        }
        let cells = fields.into_iter().map(Cell::Text).collect();
        rows.push(Row { number, cells, ..Row::default() });
    }
    Ok(Csv { sheet: Sheet { rows, ..Sheet::default() }, encoding })
}

/// What stands between fields: the first of these in the first line that has any.
fn separator(text: &str) -> char {
    let is_separator = |c: &char| matches!(c, ',' | '\t' | ';');
    let line = text.lines().find(|line| line.contains([',', '\t', ';'])).unwrap_or_default();
    if line.contains(',') { ',' } else { line.chars().find(is_separator).unwrap_or(',') }
}

/// Records of RFC 4180, an empty line being one without fields; quotes that a strict reader would refuse are text.
fn records(text: &str, separator: char) -> impl Iterator<Item = Vec<String>> {
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        rest.peek()?;
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut is_quoted = false;
        let mut was_quoted = false;
        while let Some(c) = rest.next() {
            if is_quoted {
                match c {
                    '"' if rest.peek() == Some(&'"') => field.extend(rest.next()),
                    '"' => is_quoted = false,
                    c => field.push(c),
                }
                continue;
            }
            match c {
                '"' if field.is_empty() && !was_quoted => (is_quoted, was_quoted) = (true, true),
                '\r' if rest.peek() == Some(&'\n') => {}
                '\n' | '\r' => {
                    if !fields.is_empty() || !field.is_empty() || was_quoted {
                        fields.push(field);
                    }
                    return Some(fields);
                }
                c if c == separator => {
                    fields.push(std::mem::take(&mut field));
                    was_quoted = false;
                }
                c => field.push(c),
            }
        }
        if !fields.is_empty() || !field.is_empty() || was_quoted {
            fields.push(field);
        }
        Some(fields)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<Vec<String>> {
        records(text, separator(text)).collect()
    }

    #[test]
    fn records_end_at_line_breaks_outside_of_quotes() {
        assert_eq!(fields("a,b\r\n\"c\r\nd\",\"e\"\"f\"\n"), [["a", "b"], ["c\r\nd", "e\"f"]]);
        assert_eq!(fields("a,\n\n,b"), [vec!["a", ""], vec![], vec!["", "b"]]);
        assert_eq!(fields("a\tb\r1\t2"), [["a", "b"], ["1", "2"]]);
        assert_eq!(fields("a;b;\n"), [["a", "b", ""]]);
        assert_eq!(fields("x\"y\",\"\"\n\"\""), [vec!["x\"y\"", ""], vec![""]]);
        assert!(fields("").is_empty());
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "房号,业主\n101,王𠮷祥";
        let (gb, _, _) = GB18030.encode(text);
        let utf16: Vec<u8> = "\u{FEFF}房号\t业主\n101\t王𠮷祥".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bom = format!("\u{FEFF}{text}");
        for (bytes, encoding) in
            [(text.as_bytes(), UTF_8), (bom.as_bytes(), UTF_8), (&*gb, GB18030), (&*utf16, UTF_16LE)]
        {
            let csv = read(bytes).expect("a CSV file");
            assert_eq!(csv.encoding, encoding);
            assert_eq!(csv.sheet.rows[1].cell(1).text(), "王𠮷祥");
        }
        assert_eq!(read(b"\xff\xfe\x00").map(|_| ()), Err(Refusal::Encoding));
        assert_eq!(read(b"a,\xff\xff").map(|_| ()), Err(Refusal::Encoding));
    }

    #[test]
    fn a_file_of_too_many_rows_or_columns_is_refused() {
        assert_eq!(read("\n".repeat(20_001).as_bytes()).map(|_| ()), Err(Refusal::TooBig));
        assert_eq!(read(",".repeat(60).as_bytes()).map(|_| ()), Err(Refusal::TooBig));
        assert!(read(",".repeat(59).as_bytes()).is_ok());
    }
}
