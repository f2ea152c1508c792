//! `heyi-audit show`: what a file of the record says, in words. Nothing is checked.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use ballot::{
    bundle::{Bundle, MAX_CHECKPOINT, MAX_ENTRIES, MAX_ROLL},
    log::{CheckCode, Checkpoint, EntryBundle, Receipt},
    note::Note,
    roll::Roll,
    rule::Day,
    statement::{Entry, Statement},
};
use serde_json::Value;

use crate::{read, words::Language};

/// Puts a statement, receipt, checkpoint or bundle into words.
pub fn run(path: &Path, language: Language) -> Result<String> {
    let unchecked = language.pick("（以下内容未经核对）\n", "(nothing here has been checked)\n");
    let metadata = fs::metadata(path).with_context(|| path.display().to_string())?;
    if metadata.is_dir() || path.extension().is_some_and(|extension| extension == "tar") {
        let bundle = Bundle::open(path).with_context(|| path.display().to_string())?;
        return Ok(unchecked.to_owned() + &self::bundle(&bundle, language)?);
    }
    let bytes = read(path)?;
    if let Ok(entry) = Entry::parse(&bytes) {
        return Ok(unchecked.to_owned() + &self::entry(&entry, language));
    }
    let text = str::from_utf8(&bytes).with_context(|| path.display().to_string())?;
    if let Ok(receipt) = Receipt::parse(text) {
        return Ok(unchecked.to_owned() + &self::receipt(&receipt, language));
    }
    match checkpoint(&bytes, language) {
        Some(text) => Ok(unchecked.to_owned() + &text),
        None => bail!("{} is no statement, receipt, checkpoint or bundle", path.display()),
    }
}

fn entry(entry: &Entry<'_>, language: Language) -> String {
    let kind = entry.statement.kind();
    let mut text = format!("{} ({kind})\n", language.word(kind));
    let body = entry.text.lines().nth(1).and_then(|body| serde_json::from_str(body).ok());
    write(&mut text, &body.unwrap_or(Value::Null), 1, language);
    for line in &entry.lines {
        let _ = writeln!(text, "{} {}", language.pick("签名：", "signed by"), line.name);
    }
    let _ = writeln!(text, "{} {}", language.pick("查验码：", "check code"), CheckCode::of(&entry.leaf));
    text
}

fn receipt(receipt: &Receipt, language: Language) -> String {
    let mut text = format!(
        "{}\n{} {}\n{} {}\n",
        language.pick("回执", "receipt"),
        language.pick("查验码：", "check code"),
        receipt.check_code(),
        language.pick("序号：", "entry"),
        receipt.index,
    );
    if let Ok(entry) = Entry::parse(&receipt.entry) {
        text += &self::entry(&entry, language);
    }
    text + &checkpoint(receipt.checkpoint.as_bytes(), language).unwrap_or_default()
}

fn checkpoint(bytes: &[u8], language: Language) -> Option<String> {
    let note = Note::parse(bytes).ok()?;
    let checkpoint = Checkpoint::parse_text(note.text).ok()?;
    let mut text = format!(
        "{} {}\n{} {}\n{} {}\n",
        language.pick("检查点：", "checkpoint of"),
        checkpoint.origin,
        language.pick("条目数：", "entries"),
        checkpoint.size,
        language.pick("根哈希：", "root"),
        checkpoint.root,
    );
    for line in &note.lines {
        let _ = writeln!(text, "{} {}", language.pick("签名：", "signed by"), line.name);
    }
    Some(text)
}

/// The manifest, the roll's totals, how many entries of each type there are, and the last result.
fn bundle(bundle: &Bundle, language: Language) -> Result<String> {
    let mut text = String::new();
    if let Some(bytes) = bundle.read("checkpoint", MAX_CHECKPOINT)? {
        text += &checkpoint(&bytes, language).unwrap_or_default();
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut last = String::new();
    let mut tiles: Vec<_> = bundle.paths().filter(|path| path.starts_with("tile/entries/")).collect();
    tiles.sort_by_key(|path| ballot::log::TileId::parse(path).map(|tile| tile.number));
    for path in tiles {
        let bytes = bundle.read(path, MAX_ENTRIES)?.unwrap_or_default();
        for bytes in EntryBundle::new(&bytes) {
            let Ok(entry) = Entry::parse(bytes.with_context(|| path.to_owned())?) else {
                *counts.entry("?").or_default() += 1;
                continue;
            };
            *counts.entry(entry.statement.kind()).or_default() += 1;
            match entry.statement {
                Statement::Manifest(_) => text += &self::entry(&entry, language),
                Statement::ResultSheet(_) => last = self::entry(&entry, language),
                _ => {}
            }
        }
    }
    if let Some(roll) = bundle.read("roll.jsonl", MAX_ROLL)?.and_then(|bytes| Roll::parse(&bytes).ok()) {
        let totals = serde_json::to_value(roll.totals())?;
        let _ = writeln!(text, "{}", language.word("roll"));
        write(&mut text, &totals, 1, language);
    }
    let _ = writeln!(text, "{}", language.pick("条目", "entries"));
    for (kind, count) in counts {
        let _ = writeln!(text, "  {}: {count}", language.word(kind));
    }
    Ok(text + &last)
}

/// Writes a value's fields, one a line, each level further in.
fn write(text: &mut String, value: &Value, depth: usize, language: Language) {
    let margin = "  ".repeat(depth);
    let mut item = |head: String, name: &str, value: &Value| {
        if let Some(value) = scalar(name, value, language) {
            let _ = writeln!(text, "{margin}{head} {value}");
        } else {
            let _ = writeln!(text, "{margin}{head}");
            write(text, value, depth + 1, language);
        }
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            item(format!("{}:", language.word(name)), name, value);
        }),
        Value::Array(items) => items.iter().for_each(|value| item("-".to_owned(), "", value)),
        other => item("-".to_owned(), "", other),
    }
}

/// A value on one line: times as dates, areas in square metres, codes as words.
fn scalar(name: &str, value: &Value, language: Language) -> Option<String> {
    match (name, value) {
        ("at" | "opens" | "closes" | "received", Value::Number(number)) => Some(time(number.as_u64()?)),
        ("area", Value::Number(number)) => {
            let area = number.as_u64()?;
            Some(format!("{}.{:02} m²", area / 100, area % 100))
        }
        (_, Value::Number(number)) => Some(number.to_string()),
        (_, Value::Bool(flag)) => Some(language.word(if *flag { "true" } else { "false" }).to_owned()),
        // Titles and names are people's own words.
        ("title" | "name" | "compound" | "building", Value::String(words)) => Some(words.clone()),
        (_, Value::String(code)) => Some(language.word(code).to_owned()),
        (_, Value::Null | Value::Array(_) | Value::Object(_)) => None,
    }
}

/// A time as `2026-11-25 22:47:09 UTC`.
fn time(seconds: u64) -> String {
    let of_day = seconds % 86_400;
    format!("{} {:02}:{:02}:{:02} UTC", Day::of_unix(seconds), of_day / 3600, of_day / 60 % 60, of_day % 60)
}
