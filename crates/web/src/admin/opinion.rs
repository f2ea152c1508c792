//! `heyi admin opinion`: the opinion map of a file of votes, as JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, BufWriter, Cursor, Write as _},
    path::Path,
    process::ExitCode,
};

use csv::{ByteRecord, Reader, ReaderBuilder};
use deliberation::opinion::{self, Grouping, Id, Moderation, Reactions, Standing, Vote};

use crate::text::{Lang, opinion as text};

/// Prints the map of `votes`; exits with 2 if a file cannot be read or says something impossible.
pub(super) fn run(votes: &Path, statements: Option<&Path>, groups: Option<&Path>, lang: Lang) -> ExitCode {
    let map = match compute(votes, statements, groups, lang) {
        Ok(map) => map,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer(&mut out, &map).map_err(io::Error::from);
    match written.and_then(|()| writeln!(out)).and_then(|()| out.flush()) {
        Ok(()) => {}
        // Whoever reads the output may have seen enough.
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => {}
        Err(err) => {
            eprintln!("{err}");
            return ExitCode::from(2);
        }
    }
    if let Some(withheld) = map.withheld {
        eprintln!("{}", text::not_shown(lang, &text::why(lang, withheld)));
    }
    ExitCode::SUCCESS
}

fn compute(votes: &Path, statements: Option<&Path>, groups: Option<&Path>, lang: Lang) -> Result<opinion::Map, String> {
    let reactions = read_votes(Table::open(votes, lang)?)?;
    let reactions = match statements {
        Some(file) => reactions.with_statements(&read_statements(file, lang)?),
        None => reactions,
    };
    Ok(match groups {
        Some(file) => opinion::map(&reactions, Grouping::Given(&read_groups(file, &reactions, lang)?)),
        None => opinion::map(&reactions, Grouping::Found(&Standing::default())),
    })
}

/// The reactions in a table of votes: who, which statement, and what was said of it.
///
/// # Errors
/// For people: what is wrong, in which line, and what would be right.
pub fn parse_votes(bytes: Vec<u8>) -> Result<Reactions, String> {
    read_votes(Table::read(Path::new("votes.csv"), bytes, Lang::Zh)?)
}

fn read_votes(mut table: Table<'_>) -> Result<Reactions, String> {
    let columns = "participant,statement,vote";
    let person = table.column(&["participant", "participant_id"], columns)?;
    let statement = table.column(&["statement", "statement_id"], columns)?;
    let vote = table.column(&["vote", "reaction"], columns)?;
    let rows = std::iter::from_fn(|| match table.next_line() {
        Ok(true) => Some(reaction(&table, person, statement, vote)),
        Ok(false) => None,
        Err(message) => Some(Err(message)),
    });
    rows.collect()
}

/// The reaction of one line, whose parts are in these columns.
fn reaction(table: &Table<'_>, person: usize, statement: usize, vote: usize) -> Result<(Id, Id, Vote), String> {
    let said = match table.field(vote)? {
        "1" | "agree" => Vote::Agree,
        "0" | "pass" => Vote::Pass,
        "-1" | "disagree" => Vote::Disagree,
        other => return Err(table.wrong(&text::vote_wrong(table.lang, other))),
    };
    Ok((table.id(person)?, table.id(statement)?, said))
}

fn read_statements(file: &Path, lang: Lang) -> Result<BTreeMap<Id, Moderation>, String> {
    let mut table = Table::open(file, lang)?;
    let columns = "statement,moderated,is_meta";
    let statement = table.column(&["statement", "statement_id"], columns)?;
    let moderated = table.column(&["moderated"], columns)?;
    let meta = table.column(&["is_meta"], columns)?;
    let mut known = Lines::default();
    while table.next_line()? {
        let is_out = match table.field(moderated)? {
            "-1" => true,
            "0" | "1" => false,
            other => return Err(table.wrong(&text::moderated_wrong(lang, other))),
        };
        let is_meta = match table.field(meta)?.to_ascii_lowercase().as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            other => return Err(table.wrong(&text::is_meta_wrong(lang, other))),
        };
        known.insert(&table, table.id(statement)?, Moderation { is_out, is_meta })?;
    }
    Ok(known.into_values())
}

fn read_groups(file: &Path, reactions: &Reactions, lang: Lang) -> Result<BTreeMap<Id, Id>, String> {
    let people: BTreeSet<&Id> = reactions.people().map(|(person, _)| person).collect();
    let mut table = Table::open(file, lang)?;
    let columns = "participant,group";
    let person = table.column(&["participant", "participant_id"], columns)?;
    let group = table.column(&["group", "group_id"], columns)?;
    let mut known = Lines::default();
    while table.next_line()? {
        let id = table.id(person)?;
        if !people.contains(&id) {
            return Err(table.wrong(&text::stranger(lang, table.field(person)?)));
        }
        known.insert(&table, id, table.id(group)?)?;
    }
    Ok(known.into_values())
}

/// What was said of each id, and in which line.
struct Lines<T>(BTreeMap<Id, (T, u64)>);

impl<T> Default for Lines<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: PartialEq> Lines<T> {
    fn insert(&mut self, table: &Table<'_>, id: Id, value: T) -> Result<(), String> {
        match self.0.get(&id) {
            Some((known, line)) if *known != value => {
                let name = match &id {
                    Id::Number(number) => number.to_string(),
                    Id::Text(name) => name.clone(),
                };
                Err(table.wrong(&text::id_twice(table.lang, &name, *line)))
            }
            Some(_) => Ok(()),
            None => {
                self.0.insert(id, (value, table.line()));
                Ok(())
            }
        }
    }

    fn into_values(self) -> BTreeMap<Id, T> {
        self.0.into_iter().map(|(id, (value, _))| (id, value)).collect()
    }
}

fn unreadable(file: &Path, lang: Lang, why: &dyn std::error::Error) -> String {
    format!("{}: {}", file.display(), text::unreadable(lang, &why.to_string()))
}

/// A CSV file with named columns, read line by line; errors are what people read.
struct Table<'a> {
    file: &'a Path,
    lang: Lang,
    reader: Reader<Cursor<Vec<u8>>>,
    header: Vec<String>,
    record: ByteRecord,
}

impl<'a> Table<'a> {
    fn open(file: &'a Path, lang: Lang) -> Result<Self, String> {
        let bytes = fs::read(file);
        Self::read(file, bytes.map_err(|err| unreadable(file, lang, &err))?, lang)
    }

    fn read(file: &'a Path, bytes: Vec<u8>, lang: Lang) -> Result<Self, String> {
        let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(Cursor::new(bytes));
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|err| unreadable(file, lang, &err))?;
        // Spreadsheets put a mark before UTF-8.
        let header = record
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_ascii_lowercase())
            .collect();
        Ok(Self { file, lang, reader, header, record })
    }

    /// The place of the one column that has one of these names; all `columns` for whoever must mend it.
    fn column(&self, names: &[&str], columns: &str) -> Result<usize, String> {
        let mut places = (0..self.header.len()).filter(|at| names.contains(&self.header[*at].as_str()));
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(self.wrong(&text::column_twice(self.lang, names[0]))),
            (None, _) => Err(self.wrong(&text::column_missing(self.lang, names[0], columns))),
        }
    }

    /// Goes to the next line that is not empty, if there is one.
    fn next_line(&mut self) -> Result<bool, String> {
        let is_there = self.reader.read_byte_record(&mut self.record);
        let is_there = is_there.map_err(|err| unreadable(self.file, self.lang, &err))?;
        if is_there && self.record.len() != self.header.len() {
            return Err(self.wrong(&text::fields(self.lang, self.record.len(), self.header.len())));
        }
        Ok(is_there)
    }

    fn field(&self, column: usize) -> Result<&str, String> {
        let field = self.record.get(column).unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|_| self.wrong(text::not_text(self.lang)))
    }

    fn id(&self, column: usize) -> Result<Id, String> {
        let text = self.field(column)?;
        if text.is_empty() {
            return Err(self.wrong(&text::id_missing(self.lang, &self.header[column])));
        }
        Ok(Id::from(text))
    }

    /// The line that the last record began in; the header's is 1.
    fn line(&self) -> u64 {
        let Some(start) = self.record.position() else { return 1 };
        // The reader counts empty lines before a record, and the second half of a line's end, to it.
        let bytes = usize::try_from(start.byte()).ok().and_then(|start| self.reader.get_ref().get_ref().get(start..));
        let before = bytes.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        start.line() + before.filter(|byte| **byte == b'\n').count() as u64
    }

    fn wrong(&self, what: &str) -> String {
        format!("{}: {what}", text::at(self.lang, &self.file.display().to_string(), self.line()))
    }
}
