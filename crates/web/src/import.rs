//! Import of a roll: from a property firm's spreadsheet to a register, or to what is wrong with it.
//!
//! A file is read whole and judged whole: [`Preview::may_apply`] is false as soon as one row is wrong. Foreign bytes are
//! read in a child process under limits ([`check_in_child`]); nothing in them is ever evaluated.

use std::process::ExitCode;

use ballot::register::{Register, RegisterPerson, Representative};
use serde::{Deserialize, Serialize};

use crate::text::{Lang, roll as text};

mod assemble;
mod cell;
mod child;
mod contact;
mod csv;
mod diff;
mod export;
mod figures;
mod finding;
mod header;
mod name;
mod natural;
mod number;
mod report;
mod rows;
mod simplified;
mod table;
mod unit;
mod xlsx;

pub use child::{check_in_child, this_program};
pub use diff::{Added, Changed, Counts, Diff, Removed, TotalsDelta, UnitFacts, diff};
pub(crate) use export::guarded;
pub use export::{to_csv, to_xlsx};
pub use figures::{BuildingShare, Figures, Share, Totals, Variant, Variants};
pub use finding::{Issue, Severity};
pub use natural::compare as compare_labels;
pub use report::Report;
pub use rows::{Ignored, Why};

/// The hidden subcommand of the child process that reads foreign files.
pub const CHILD: &str = "read-roll";

/// Bytes that a file may have.
pub const MAX_FILE: usize = 2 << 20;

/// Which program reads foreign files, where it is not the one that runs: an extension of requests, for tests.
#[derive(Debug, Clone)]
pub struct ReaderProgram(pub std::path::PathBuf);

/// Why a file could not be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Over a limit of bytes, entries, rows or columns.
    #[error("the file is over a limit")]
    TooBig,
    /// Neither CSV nor XLSX by its content.
    #[error("the file is neither CSV nor XLSX")]
    Kind,
    /// Text in no encoding that we know.
    #[error("the encoding of the file is unknown")]
    Encoding,
    /// An XLSX file that is not whole.
    #[error("the file is damaged")]
    Damaged,
    /// No sheet says what its columns mean.
    #[error("the file has no header")]
    NoHeader,
    /// The child ran into its time limit.
    #[error("the file takes too long to read")]
    TooSlow,
    /// The child could not be started or answered nothing.
    #[error("the process that reads files failed")]
    Failed,
}

impl Refusal {
    /// For machines: the code of a problem document.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooBig => "too_big",
            Self::Kind => "unknown_kind",
            Self::Encoding => "unknown_encoding",
            Self::Damaged => "damaged",
            Self::NoHeader => "no_header",
            Self::TooSlow => "too_slow",
            Self::Failed => "failed",
        }
    }

    /// For people: what is wrong and what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::TooBig => text::too_big(lang),
            Self::Kind => text::kind_of_file(lang),
            Self::Encoding => text::encoding(lang),
            Self::Damaged => text::damaged(lang),
            Self::NoHeader => text::no_header(lang),
            Self::TooSlow => text::too_slow(lang),
            Self::Failed => text::cannot_run(lang),
        }
    }
}

/// What the votes of a roll are weighed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// 专有面积
    Area,
    /// 份数
    Shares,
}

/// A row that was read as a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The sheet; CSV files have none.
    pub sheet: Option<String>,
    /// Its number.
    pub row: u32,
    /// The unit: phase, building, entrance and number.
    pub label: [String; 4],
    /// Hundredths of a square metre, if it could be read.
    pub area: Option<u64>,
    /// Its owners as typed.
    pub owners: Vec<String>,
    /// Whether it is in the register that the file gives.
    pub is_taken: bool,
}

/// What a file would give, before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The file's name.
    pub file: String,
    /// What its votes are weighed by.
    pub basis: Basis,
    /// The encoding of a CSV file that is not UTF-8.
    pub encoding: Option<String>,
    /// Rows that were read as units.
    pub rows: Vec<PreviewRow>,
    /// Rows that are no units.
    pub ignored: Vec<Ignored>,
    /// What stands over columns that nothing was read from, such as 公摊面积.
    pub unread: Vec<String>,
    /// What is wrong or doubtful, by sheet and row.
    pub issues: Vec<Issue>,
    /// The figures of the accepted rows.
    pub figures: Figures,
    /// The register of the accepted rows.
    pub register: Register,
}

impl Preview {
    /// Whether the file may be applied: all of it is right.
    pub fn may_apply(&self) -> bool {
        self.errors() == 0
    }

    /// Whether somebody has to confirm what is doubtful.
    pub fn needs_confirmation(&self) -> bool {
        0 < self.warnings()
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many doubts there are.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.issues.iter().filter(|issue| issue.severity == severity).count()
    }
}

/// Reads a file in this very process. Foreign files go through [`check_in_child`] instead.
///
/// What a file is, its content says and not its name.
///
/// # Errors
/// It is no table that could be read at all, or it is over a limit. What is wrong with single rows is in the preview.
pub fn read(file: &str, bytes: &[u8]) -> Result<Preview, Refusal> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0";
    if MAX_FILE < bytes.len() {
        return Err(Refusal::TooBig);
    }
    let (sheets, encoding) = if bytes.starts_with(ZIP) {
        (xlsx::read(bytes)?, None)
    } else if [OLE, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK", b"<?xml", b"<html"]
        .iter()
        .any(|magic| bytes.starts_with(magic))
    {
        return Err(Refusal::Kind);
    } else {
        let csv = csv::read(bytes)?;
        let encoding = Some(csv.encoding).filter(|encoding| *encoding != encoding_rs::UTF_8);
        (vec![csv.sheet], encoding.map(|encoding| encoding.name().to_lowercase()))
    };
    let mut reading = rows::read(&sheets);
    if !reading.has_header {
        return Err(Refusal::NoHeader);
    }
    let assembled = assemble::assemble(&sheets, &mut reading);
    let figures = Figures::of(&assembled.register);
    let row = |(draft, is_taken): (unit::Draft, bool)| PreviewRow {
        sheet: sheets[draft.sheet].name.clone(),
        row: draft.row,
        label: [draft.phase, draft.building, draft.entrance, draft.number],
        area: draft.area,
        owners: draft.owners.into_iter().map(|owner| owner.name.typed).collect(),
        is_taken,
    };
    Ok(Preview {
        file: file.to_owned(),
        basis: if figures.totals.shares.is_some() { Basis::Shares } else { Basis::Area },
        encoding,
        rows: reading.drafts.into_iter().zip(assembled.taken).map(row).collect(),
        ignored: reading.ignored,
        unread: reading.unread,
        issues: assembled.issues,
        figures,
        register: assembled.register,
    })
}

/// A person of the register, with the identity that an import would give to this name and tail.
///
/// Organisations are told apart by name; people without a tail by their first phone.
pub fn person(name: &str, tail: &str, phones: Vec<String>) -> RegisterPerson {
    let key = name::key(name);
    let identity = assemble::identity(&key, tail, phones.first().map(String::as_str));
    let (name, tail) = (name.trim().to_owned(), tail.to_owned());
    RegisterPerson { identity, name, tail, phones, emails: Vec::new(), is_organisation: name::is_organisation(&key) }
}

/// A register in the order that every import leaves it in: units by label, people as the units name them.
///
/// # Panics
/// If a unit names a person who is not there.
pub fn in_order(mut register: Register) -> Register {
    register.units.sort_by(|a, b| compare_labels(&a.label, &b.label));
    // Owners first; a developer who owns nothing comes after them.
    let owners = register.units.iter().flat_map(|unit| &unit.owners);
    let developers = register.units.iter().filter_map(|unit| unit.developer.as_ref());
    let mut order: Vec<usize> = Vec::with_capacity(register.persons.len());
    let mut places = vec![None; register.persons.len()];
    for &person in owners.chain(developers) {
        places[person].get_or_insert_with(|| {
            order.push(person);
            order.len() - 1
        });
    }
    for person in register.units.iter_mut().flat_map(|unit| unit.owners.iter_mut().chain(unit.developer.iter_mut())) {
        *person = places[*person].expect("whom a unit names is in the order");
    }
    let persons = order.into_iter().map(|person| register.persons[person].clone()).collect();
    // Whom no unit names owns nothing together with anybody.
    let place = |person: &usize| places.get(*person).copied().flatten();
    let moved = |one: &Representative| {
        Some(Representative {
            owners: one.owners.iter().map(place).collect::<Option<_>>()?,
            person: place(&one.person)?,
        })
    };
    let representatives = register.representatives.iter().filter_map(moved).collect();
    Register { units: register.units, persons, representatives }
}

/// The child process: reads standard input under limits, writes the preview to standard output.
pub fn child() -> ExitCode {
    child::run()
}

#[cfg(test)]
mod tests;
