//! What the row of a unit says: its label, its measures, and its owners with what tells them apart.

use ballot::{
    json,
    register::AreaSource,
    roll::{UnitKind, UnitStatus},
};
use unicode_normalization::UnicodeNormalization;

use super::{
    cell::{self, AreaFault},
    contact::{self, Email, Phone},
    finding::Finding,
    header::{Header, Role},
    name::{self, Name, NameDoubt, NameFault},
    rows::Found,
    table::{Cell, Row},
};

/// Characters that a part of a label may have.
const MAX_LABEL: usize = 40;

/// An owner as a row names him.
#[derive(Debug, Clone)]
pub(super) struct DraftOwner {
    pub name: Name,
    pub tail: String,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    /// The column that names him, with what stands over it.
    pub column: (usize, Option<String>),
}

/// A unit as its row says it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub sheet: usize,
    pub row: u32,
    pub phase: String,
    pub building: String,
    pub entrance: String,
    pub number: String,
    pub number_column: (usize, Option<String>),
    /// How the number was typed, for those that lost their zeros.
    pub number_is_bare: bool,
    pub kind: UnitKind,
    pub area: Option<u64>,
    pub shares: Option<u64>,
    pub source: AreaSource,
    pub status: UnitStatus,
    pub owners: Vec<DraftOwner>,
    pub owner_column: (usize, Option<String>),
    pub developer: Option<Name>,
    /// No error so far.
    pub is_sound: bool,
}

/// Reads one row as a unit.
pub(super) struct UnitReading<'a> {
    pub row: &'a Row,
    pub header: &'a Header,
    pub sheet: usize,
    pub found: &'a mut Vec<Found>,
}

impl UnitReading<'_> {
    pub fn find(&mut self, column: Option<usize>, finding: Finding) {
        let column_text = column.and_then(|column| self.header.text(column)).map(str::to_owned);
        self.found.push(Found { sheet: self.sheet, row: Some(self.row.number), column, column_text, finding });
    }

    fn cell(&self, role: Role) -> &Cell {
        self.header.column(role).map_or(&Cell::Empty, |column| self.row.cell(column))
    }

    fn with_text(&self, column: Option<usize>) -> (usize, Option<String>) {
        (column.unwrap_or(0), column.and_then(|column| self.header.text(column)).map(str::to_owned))
    }

    /// The unit, with every finding on the way; `usual` is its kind where no column says one.
    pub fn read(&mut self, usual: UnitKind) -> Draft {
        let (phase, building, entrance, number) = self.label();
        let kind = self.kind(usual);
        let (area, shares) = self.measures(kind);
        let source = cell::source(&self.cell(Role::Source).text());
        let status = self.status();
        let owners = self.owners(status);
        let number_column = self.header.column(Role::Number).or(self.header.column(Role::Address));
        Draft {
            sheet: self.sheet,
            row: self.row.number,
            phase,
            building,
            entrance,
            number,
            number_is_bare: self.cell(Role::Number).is_bare_number(),
            number_column: self.with_text(number_column),
            kind,
            area,
            shares,
            source,
            status,
            owners,
            owner_column: self.with_text(self.header.column(Role::Owners)),
            developer: name::split(&self.cell(Role::Developer).text())
                .ok()
                .and_then(|names| names.names.into_iter().next()),
            is_sound: false,
        }
    }

    fn label(&mut self) -> (String, String, String, String) {
        let address = cell::address(&self.cell(Role::Address).text()).unwrap_or_default();
        let (said_phase, said_building, said_entrance, said_number) = address;
        let phase = visible(&self.cell(Role::Phase).text());
        let building = cell::building(&self.cell(Role::Building).text());
        let entrance = cell::entrance(&self.cell(Role::Entrance).text());
        let number_cell = self.cell(Role::Number).clone();
        let number = cell::unit_number(&number_cell.text());
        let or = |text: String, said: String| if text.is_empty() { said } else { text };
        let label =
            (or(phase, said_phase), or(building, said_building), or(entrance, said_entrance), or(number, said_number));
        let column = self.header.column(Role::Number).or(self.header.column(Role::Address));
        if let Some(suggest) = cell::number_of_day(&number_cell) {
            self.find(column, Finding::RoomIsDate(suggest));
        } else if is_unsaid(&label.3) {
            self.find(column, Finding::NumberMissing);
        }
        if is_unsaid(&label.1) {
            self.find(self.header.column(Role::Building).or(column), Finding::BuildingMissing);
        }
        if [&label.0, &label.1, &label.2, &label.3].iter().any(|part| MAX_LABEL < part.chars().count()) {
            self.find(column, Finding::LabelTooLong);
        }
        label
    }

    fn kind(&mut self, usual: UnitKind) -> UnitKind {
        let Some(column) = self.header.column(Role::Kind) else { return usual };
        cell::kind(&self.row.cell(column).text()).unwrap_or_else(|| {
            self.find(Some(column), Finding::KindUnknown);
            usual
        })
    }

    fn measures(&mut self, kind: UnitKind) -> (Option<u64>, Option<u64>) {
        let by_shares = self
            .header
            .column(Role::Shares)
            .filter(|column| !self.row.cell(*column).is_blank() || self.header.column(Role::Area).is_none());
        let shares = by_shares.and_then(|column| self.measure(column, cell::shares));
        let column = self.header.column(Role::Area);
        let is_needed = by_shares.is_none();
        let column = column.filter(|column| is_needed || !self.row.cell(*column).is_blank());
        let area = column.and_then(|column| self.measure(column, cell::area));
        if column.is_none() && is_needed {
            self.find(None, Finding::AreaMissing);
        }
        let is_implausible = |area: u64| kind == UnitKind::Home && !(500..=100_000).contains(&area);
        if let Some(area) = area.filter(|area| is_implausible(*area)) {
            self.find(column, Finding::AreaImplausible(area));
        }
        (area, shares)
    }

    fn measure(&mut self, column: usize, read: fn(&Cell) -> Result<u64, AreaFault>) -> Option<u64> {
        let fault = match read(self.row.cell(column)) {
            Ok(measure) => return Some(measure),
            Err(AreaFault::Missing) => Finding::AreaMissing,
            Err(AreaFault::Zero) => Finding::AreaZero,
            Err(AreaFault::Negative) => Finding::AreaNegative,
            Err(AreaFault::Precision) => Finding::AreaPrecision,
            Err(AreaFault::NotNumber) => Finding::AreaNotNumber,
            Err(AreaFault::Approximate) => Finding::AreaApproximate,
        };
        self.find(Some(column), fault);
        None
    }

    fn status(&mut self) -> UnitStatus {
        let Some(column) = self.header.column(Role::Status) else { return UnitStatus::Delivered };
        cell::status(&self.row.cell(column).text()).unwrap_or_else(|| {
            self.find(Some(column), Finding::StatusUnknown);
            UnitStatus::Delivered
        })
    }

    fn owners(&mut self, status: UnitStatus) -> Vec<DraftOwner> {
        let mut names: Vec<(Name, usize)> = Vec::new();
        let mut is_named_well = true;
        let columns = [self.header.columns(Role::Owners), self.header.columns(Role::MoreOwners)].concat();
        for column in columns {
            let cell = self.row.cell(column);
            // A formula that looks at an empty cell shows 0.
            if matches!(cell, Cell::Number { value, .. } if value.to_whole() == Some(0)) {
                continue;
            }
            match name::split(&cell.text()) {
                Ok(split) => {
                    for doubt in split.doubts {
                        self.find(Some(column), doubtful(doubt));
                    }
                    names.extend(split.names.into_iter().map(|name| (name, column)));
                }
                Err(fault) => {
                    self.find(Some(column), faulty(fault));
                    is_named_well = false;
                }
            }
        }
        let phones = self.phones();
        let emails = self.emails();
        if !is_named_well {
            return Vec::new();
        }
        if names.is_empty() {
            // Unsold, a unit is its developer's, whom another row may name.
            if status != UnitStatus::Unsold {
                self.find(self.header.column(Role::Owners), Finding::OwnerMissing);
            }
            return Vec::new();
        }
        let tails = self.tails(names.len());
        let owners = self.with_contacts(names, &tails, &phones, &emails);
        self.without_repetitions(owners)
    }

    /// One tail for each owner, empty where it is not known.
    fn tails(&mut self, owners: usize) -> Vec<String> {
        let columns = self.header.columns(Role::Tails);
        let cells: Vec<&Cell> = columns.iter().map(|column| self.row.cell(*column)).collect();
        let is_given = cells.iter().any(|cell| !cell::is_none(&cell.text()));
        let mut tails: Vec<String> = cells.iter().flat_map(|cell| contact::tails(cell)).collect();
        // With a column for each owner, an empty one is a tail that is not known.
        if 1 < cells.len() && tails.len() != owners {
            let or_none = |cell: &&Cell| if cell.is_blank() { vec![String::new()] } else { contact::tails(cell) };
            tails = cells.iter().flat_map(or_none).collect();
            let last = tails.iter().rposition(|tail| !tail.is_empty()).map_or(0, |last| last + 1);
            tails.resize(owners.max(last), String::new());
        }
        if tails.len() == owners {
            return tails;
        }
        if is_given {
            let column = columns.first().copied();
            self.find(column, Finding::TailCountMismatch);
        }
        vec![String::new(); owners]
    }

    fn phones(&mut self) -> Vec<Phone> {
        let columns = self.header.columns(Role::Phones).to_vec();
        let mut phones = Vec::new();
        let mut is_lost = false;
        let mut is_invalid = false;
        for &column in &columns {
            let mut given = contact::phones(self.row.cell(column));
            // With a column for each owner, an empty one keeps its place.
            if given.is_empty() && 1 < columns.len() {
                given.push(Phone::None);
            }
            for phone in given {
                if phone == Phone::Lost && !is_lost {
                    is_lost = true;
                    self.find(Some(column), Finding::PhoneLost);
                }
                if phone == Phone::Invalid && !is_invalid {
                    is_invalid = true;
                    self.find(Some(column), Finding::PhoneInvalid);
                }
                phones.push(phone);
            }
        }
        phones
    }

    fn emails(&mut self) -> Vec<Email> {
        let columns = self.header.columns(Role::Emails).to_vec();
        let mut emails = Vec::new();
        let mut is_invalid = false;
        for &column in &columns {
            let mut given = contact::emails(self.row.cell(column));
            // With a column for each owner, an empty one keeps its place.
            if given.is_empty() && 1 < columns.len() {
                given.push(Email::None);
            }
            if given.contains(&Email::Invalid) && !is_invalid {
                is_invalid = true;
                self.find(Some(column), Finding::EmailInvalid);
            }
            emails.append(&mut given);
        }
        emails
    }

    /// Phones and mailboxes go to the owners in their order; a sole owner has them all.
    fn with_contacts(
        &self,
        names: Vec<(Name, usize)>,
        tails: &[String],
        phones: &[Phone],
        emails: &[Email],
    ) -> Vec<DraftOwner> {
        let number = |phone: &Phone| if let Phone::Number(number) = phone { Some(number.clone()) } else { None };
        let address = |email: &Email| if let Email::Address(address) = email { Some(address.clone()) } else { None };
        let is_sole = names.len() == 1;
        let owner = |(place, (name, column)): (usize, (Name, usize))| DraftOwner {
            name,
            tail: tails[place].clone(),
            phones: if is_sole {
                phones.iter().filter_map(number).collect()
            } else {
                phones.get(place).and_then(number).into_iter().collect()
            },
            emails: if is_sole {
                emails.iter().filter_map(address).collect()
            } else {
                emails.get(place).and_then(address).into_iter().collect()
            },
            column: self.with_text(Some(column)),
        };
        names.into_iter().enumerate().map(owner).collect()
    }

    /// A name with the same tail, or without one on either side, is the same person once more.
    fn without_repetitions(&mut self, owners: Vec<DraftOwner>) -> Vec<DraftOwner> {
        let mut kept: Vec<DraftOwner> = Vec::new();
        let mut repeated = None;
        for owner in owners {
            let is_same = |other: &&mut DraftOwner| {
                other.name.key == owner.name.key
                    && (other.tail == owner.tail
                        || other.tail.is_empty()
                        || owner.tail.is_empty()
                        || name::is_organisation(&owner.name.key))
            };
            match kept.iter_mut().find(is_same) {
                Some(same) => {
                    repeated = repeated.or(Some(owner.column.0));
                    same.phones.extend(owner.phones);
                    same.emails.extend(owner.emails);
                    if same.tail.is_empty() {
                        same.tail = owner.tail;
                    }
                }
                None => kept.push(owner),
            }
        }
        if repeated.is_some() {
            self.find(repeated, Finding::CoOwnerRepeated);
        }
        kept
    }
}

fn doubtful(doubt: NameDoubt) -> Finding {
    match doubt {
        NameDoubt::Invisible => Finding::NameInvisible,
        NameDoubt::Unusual(symbol) => Finding::NameUnusual(symbol),
        NameDoubt::PrivateUse(_) => Finding::NamePrivateUse,
        NameDoubt::Separator => Finding::SeparatorUnclear,
    }
}

fn faulty(fault: NameFault) -> Finding {
    match fault {
        NameFault::Formula => Finding::NameFormula,
        NameFault::TooLong => Finding::NameTooLong,
        NameFault::Control => Finding::NameControl,
        NameFault::Unassigned => Finding::NameUnassigned,
    }
}

/// A formula that nobody calculated says nothing.
fn is_unsaid(label: &str) -> bool {
    label.is_empty() || label.starts_with('=')
}

/// A text as typed, without what the record cannot hold.
fn visible(text: &str) -> String {
    text.nfc().filter(|c| json::is_allowed(*c)).collect::<String>().trim().to_owned()
}
