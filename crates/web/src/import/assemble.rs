//! From the units that rows say to a register: which stand twice, whose the unsold ones are, who is one person.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    register::{Register, RegisterPerson, RegisterUnit, UnitLabel},
    roll::UnitStatus,
};

use super::{
    cell,
    finding::{At, Finding, Issue, Severity},
    name,
    rows::{Found, Reading, Subtotal},
    simplified::simplified,
    table::Sheet,
    unit::{Draft, DraftOwner},
};

/// What a file gives, with everything that was found in it.
pub(super) struct Assembled {
    pub register: Register,
    pub issues: Vec<Issue>,
    /// Whether each draft was taken.
    pub taken: Vec<bool>,
}

/// A unit's key: phase, building, entrance, number as they are compared.
type Key = (String, String, String, String);

struct Assembly<'a> {
    sheets: &'a [Sheet],
    drafts: &'a mut [Draft],
    found: Vec<Found>,
    taken: Vec<bool>,
}

/// Puts together what the sheets say.
pub(super) fn assemble(sheets: &[Sheet], reading: &mut Reading) -> Assembled {
    let found = std::mem::take(&mut reading.found);
    let drafts = &mut reading.drafts;
    let taken = drafts.iter().map(|draft| draft.is_sound).collect();
    let mut assembly = Assembly { sheets, drafts, found, taken };
    assembly.restore_zeros();
    assembly.settle_repetitions();
    let developers = assembly.find_developers();
    let people = assembly.find_people();
    assembly.check_subtotals(&reading.subtotals);
    let register = assembly.register(&developers, people);
    if register.units.is_empty() && !assembly.found.iter().any(|found| found.finding.severity() == Severity::Error) {
        let finding = Finding::NoUnits;
        assembly.found.push(Found { sheet: 0, row: None, column: None, column_text: None, finding });
    }
    Assembled { issues: assembly.issues(), register, taken: assembly.taken }
}

impl Assembly<'_> {
    fn find(&mut self, place: usize, column: (usize, Option<String>), finding: Finding) {
        if finding.severity() == Severity::Error {
            self.taken[place] = false;
        }
        let draft = &self.drafts[place];
        let (column, column_text) = column;
        let (sheet, row) = (draft.sheet, Some(draft.row));
        self.found.push(Found { sheet, row, column: Some(column), column_text, finding });
    }

    /// The place of another draft, as seen from one.
    fn at(&self, other: usize, from: usize) -> At {
        let (other, from) = (&self.drafts[other], &self.drafts[from]);
        let is_elsewhere = other.sheet != from.sheet;
        At { sheet: self.sheets[other.sheet].name.clone().filter(|_| is_elsewhere), row: other.row }
    }

    fn key(&self, place: usize) -> Key {
        let draft = &self.drafts[place];
        (cell::phase_key(&draft.phase), draft.building.clone(), draft.entrance.clone(), draft.number.clone())
    }

    /// Numbers that a spreadsheet took for numbers, where the others of their building or column begin with zeros.
    fn restore_zeros(&mut self) {
        let mut by_building: BTreeMap<(usize, String), Written> = BTreeMap::new();
        let mut by_sheet: BTreeMap<usize, Written> = BTreeMap::new();
        for draft in self.drafts.iter().filter(|draft| !draft.number_is_bare && is_digits(&draft.number)) {
            by_building.entry((draft.sheet, draft.building.clone())).or_default().add(&draft.number);
            by_sheet.entry(draft.sheet).or_default().add(&draft.number);
        }
        for place in 0..self.drafts.len() {
            let draft = &self.drafts[place];
            // CSV does not tell numbers from text: those that lost their zeros must be few.
            let is_csv = self.sheets[draft.sheet].name.is_none();
            let digits = &draft.number;
            if !(draft.number_is_bare || is_csv) || !is_digits(digits) || digits.starts_with('0') {
                continue;
            }
            let of_building = by_building.get(&(draft.sheet, draft.building.clone()));
            let width = |written: Option<&Written>| written.and_then(|written| written.width(is_csv));
            let width = width(of_building).or_else(|| width(by_sheet.get(&draft.sheet)));
            let Some(width) = width.filter(|width| digits.len() < *width) else { continue };
            let restored = format!("{digits:0>width$}");
            let column = draft.number_column.clone();
            self.find(place, column, Finding::LeadingZeroLost(restored.clone()));
            self.drafts[place].number = restored;
        }
    }

    /// The first row of a unit stays; the same once more is counted once, and anything else is an error.
    fn settle_repetitions(&mut self) {
        let mut first: BTreeMap<Key, usize> = BTreeMap::new();
        for place in 0..self.drafts.len() {
            if !self.taken[place] {
                continue;
            }
            let key = self.key(place);
            let Some(&earlier) = first.get(&key) else {
                first.insert(key, place);
                continue;
            };
            let at = self.at(earlier, place);
            let is_same = says_the_same(&self.drafts[earlier], &self.drafts[place]);
            let finding = if is_same { Finding::UnitRepeated(at) } else { Finding::UnitDuplicate(at) };
            let column = self.drafts[place].number_column.clone();
            self.find(place, column, finding);
            self.taken[place] = false;
        }
    }

    /// The developer of each draft that has one: named in its row, or whoever owns what is unsold.
    fn find_developers(&mut self) -> Vec<Option<String>> {
        let unsold = |draft: &Draft| draft.status == UnitStatus::Unsold;
        let mut all = BTreeSet::new();
        let mut by_phase: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (place, draft) in self.drafts.iter().enumerate().filter(|(place, _)| self.taken[*place]) {
            let named = draft.developer.iter().map(|name| &name.key);
            let owner = draft.owners.iter().filter(|_| unsold(draft)).map(|owner| &owner.name.key);
            // With a column for it, owners of unsold units say nothing more.
            if let Some(key) = named.chain(owner).next().cloned() {
                by_phase.entry(self.key(place).0).or_default().insert(key.clone());
                all.insert(key);
            }
        }
        let sole = |keys: &BTreeSet<String>| keys.first().filter(|_| keys.len() == 1).cloned();
        let mut developers = vec![None; self.drafts.len()];
        for (place, developer) in developers.iter_mut().enumerate() {
            let draft = &self.drafts[place];
            if !self.taken[place] || draft.status == UnitStatus::Delivered {
                continue;
            }
            let owner = draft.owners.first().filter(|_| unsold(draft) && draft.owners.len() == 1);
            let named = draft.developer.as_ref().or(owner.map(|owner| &owner.name)).map(|name| name.key.clone());
            let of_phase = || by_phase.get(&self.key(place).0).and_then(sole);
            *developer = named.or_else(|| sole(&all)).or_else(of_phase);
            if developer.is_none() && draft.owners.is_empty() {
                let column = draft.owner_column.clone();
                self.find(place, column, Finding::OwnerMissing);
            }
        }
        developers
    }

    /// Who is one person: organisations by name, people by name and tail, or by name and phone.
    fn find_people(&mut self) -> People {
        let mut people = People::default();
        let taken: Vec<usize> = (0..self.drafts.len()).filter(|place| self.taken[*place]).collect();
        // Those with a tail first: the others join them if they can.
        for &place in &taken {
            for owner in &self.drafts[place].owners {
                if let Some(identity) = plain_identity(owner) {
                    for phone in &owner.phones {
                        let known = people.by_phone.entry((owner.name.key.clone(), phone.clone())).or_default();
                        known.insert(identity.clone());
                    }
                    people.namesakes.entry(owner.name.key.clone()).or_default().insert(identity);
                }
            }
        }
        let mut apart = Vec::new();
        for &place in &taken {
            for (nth, owner) in self.drafts[place].owners.iter().enumerate() {
                let identity = plain_identity(owner).unwrap_or_else(|| {
                    let (identity, is_joined) = people.by_contact(owner, &self.key(place));
                    if !is_joined {
                        apart.push((place, nth));
                    }
                    people.namesakes.entry(owner.name.key.clone()).or_default().insert(identity.clone());
                    identity
                });
                people.identities.insert((place, nth), identity);
            }
        }
        for (place, nth) in apart {
            let owner = &self.drafts[place].owners[nth];
            if 1 < people.namesakes[&owner.name.key].len() {
                let column = owner.column.clone();
                self.find(place, column, Finding::IdentityUnclear);
            }
        }
        self.compare_forms(&taken);
        people
    }

    /// Reports names that differ only in traditional and simplified form, with the same tail.
    fn compare_forms(&mut self, taken: &[usize]) {
        let mut forms: BTreeMap<(String, String), (usize, BTreeSet<String>)> = BTreeMap::new();
        let mut variants = Vec::new();
        for &place in taken {
            for owner in self.drafts[place].owners.iter().filter(|owner| !owner.tail.is_empty()) {
                let form = (simplified(&owner.name.key), owner.tail.clone());
                let (first, keys) = forms.entry(form).or_insert_with(|| (place, BTreeSet::new()));
                if keys.insert(owner.name.key.clone()) && 1 < keys.len() {
                    variants.push((place, *first, owner.column.clone()));
                }
            }
        }
        for (place, first, column) in variants {
            let at = self.at(first, place);
            self.find(place, column, Finding::NameVariant(at));
        }
    }

    /// Compares what subtotals state with the rows before them: those since any earlier subtotal, or of their building.
    fn check_subtotals(&mut self, subtotals: &[Subtotal]) {
        let sums = [Sums::of(self.drafts, |place| self.taken[place]), Sums::of(self.drafts, |_| true)];
        for (which, subtotal) in subtotals.iter().enumerate() {
            let Some(stated) = subtotal.stated else { continue };
            let (sheet, end) = (subtotal.sheet, subtotal.before);
            let first = self.drafts.partition_point(|draft| draft.sheet < sheet);
            let earlier = subtotals[..which].iter().rev().take_while(|other| other.sheet == sheet);
            let starts: Vec<usize> = earlier.map(|other| other.before).chain([first]).collect();
            // A firm may have summed what we do not take, such as a row that stands twice.
            let agrees = sums.iter().any(|sums| {
                let of_building = sums.of_building(sheet, &subtotal.building, end);
                starts.iter().chain([&0]).any(|start| sums.between(*start, end) == stated) || of_building == stated
            });
            if agrees {
                continue;
            }
            let nearest = starts.iter().find(|start| **start < end).copied().unwrap_or(first);
            let actual = sums[0].between(if subtotal.is_total { first } else { nearest }, end);
            let (column, column_text) = subtotal.column.clone();
            let finding = Finding::SubtotalMismatch { stated, actual };
            self.found.push(Found { sheet, row: Some(subtotal.row), column: Some(column), column_text, finding });
        }
    }

    fn register(&self, developers: &[Option<String>], mut people: People) -> Register {
        let mut register = Register::default();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        // The spelling of a phase that stands first is everybody's.
        let mut phases: BTreeMap<String, String> = BTreeMap::new();
        let mut waiting = Vec::new();
        for (place, draft) in self.drafts.iter().enumerate().filter(|(place, _)| self.taken[*place]) {
            let mut owners = Vec::with_capacity(draft.owners.len());
            for (nth, owner) in draft.owners.iter().enumerate() {
                let identity = people.identities.remove(&(place, nth)).expect("every owner of a unit taken has one");
                let person = *places.entry(identity.clone()).or_insert_with(|| {
                    register.persons.push(person(identity, owner));
                    register.persons.len() - 1
                });
                learn(&mut register.persons[person], owner);
                if !owners.contains(&person) {
                    owners.push(person);
                }
            }
            let phase = phases.entry(cell::phase_key(&draft.phase)).or_insert_with(|| draft.phase.clone()).clone();
            let (building, entrance, number) = (draft.building.clone(), draft.entrance.clone(), draft.number.clone());
            waiting.push(developers[place].clone().map(|key| (register.units.len(), key, draft.developer.clone())));
            register.units.push(RegisterUnit {
                label: UnitLabel { phase, building, entrance, number },
                kind: draft.kind,
                area: draft.area.unwrap_or(0),
                source: draft.source,
                status: draft.status,
                owners,
                developer: None,
                shares: draft.shares,
            });
        }
        // Developers last: one who owns something is already there, perhaps with a tail.
        for (unit, key, typed) in waiting.into_iter().flatten() {
            let known = people.namesakes.get(&key).and_then(|identities| identities.first()).cloned();
            let identity = known.unwrap_or_else(|| identity(&key, "", None));
            let developer = *places.entry(identity.clone()).or_insert_with(|| {
                let name = typed.map_or_else(|| key.clone(), |name| name.typed);
                let is_organisation = name::is_organisation(&key);
                register.persons.push(RegisterPerson {
                    identity,
                    name,
                    tail: String::new(),
                    phones: Vec::new(),
                    emails: Vec::new(),
                    is_organisation,
                });
                register.persons.len() - 1
            });
            let unit = &mut register.units[unit];
            unit.developer = Some(developer);
            if unit.owners.is_empty() {
                unit.owners.push(developer);
            }
        }
        super::in_order(register)
    }

    fn issues(&mut self) -> Vec<Issue> {
        let sheets = self.sheets;
        self.found.sort_by(|a, b| {
            let name = |found: &Found| sheets.get(found.sheet).and_then(|sheet| sheet.name.as_deref());
            (name(a), a.sheet, a.row, a.column).cmp(&(name(b), b.sheet, b.row, b.column))
        });
        let issue = |found: &Found| {
            let sheet = sheets.get(found.sheet).and_then(|sheet| sheet.name.clone());
            found.finding.issue(sheet, found.row, found.column_text.clone())
        };
        self.found.iter().map(issue).collect()
    }
}

/// The unit numbers of a column that were written as text.
#[derive(Default)]
struct Written {
    count: usize,
    /// How many have how many digits.
    lengths: BTreeMap<usize, usize>,
    /// Digits of the longest that begins with a zero.
    zeroed: usize,
}

impl Written {
    fn add(&mut self, number: &str) {
        self.count += 1;
        *self.lengths.entry(number.len()).or_default() += 1;
        if number.starts_with('0') {
            self.zeroed = self.zeroed.max(number.len());
        }
    }

    /// How many digits they all have, if some begin with a zero.
    fn width(&self, is_csv: bool) -> Option<usize> {
        let is_longest = self.lengths.last_key_value().is_some_and(|(length, _)| *length == self.zeroed);
        let shorter: usize = self.lengths.range(..self.zeroed).map(|(_, count)| count).sum();
        let is_uniform = if is_csv { shorter * 4 <= self.count } else { shorter == 0 };
        (is_longest && is_uniform).then_some(self.zeroed)
    }
}

/// Sums of areas over runs of drafts.
struct Sums {
    /// Up to each draft.
    total: Vec<u64>,
    /// Up to each draft of a sheet's building.
    buildings: BTreeMap<(usize, String), Vec<(usize, u64)>>,
}

impl Sums {
    fn of(drafts: &[Draft], counts: impl Fn(usize) -> bool) -> Self {
        let mut sums = Self { total: vec![0], buildings: BTreeMap::new() };
        let mut total = 0;
        for (place, draft) in drafts.iter().enumerate() {
            let area = draft.area.filter(|_| counts(place)).unwrap_or(0);
            total += area;
            sums.total.push(total);
            let building = sums.buildings.entry((draft.sheet, draft.building.clone())).or_default();
            let before = building.last().map_or(0, |(_, sum)| *sum);
            building.push((place, before + area));
        }
        sums
    }

    fn between(&self, start: usize, end: usize) -> u64 {
        self.total[end] - self.total[start]
    }

    fn of_building(&self, sheet: usize, building: &str, end: usize) -> u64 {
        let sums = self.buildings.get(&(sheet, building.to_owned())).map_or(&[][..], Vec::as_slice);
        sums[..sums.partition_point(|(place, _)| *place < end)].last().map_or(0, |(_, sum)| *sum)
    }
}

/// Identities of the owners of the drafts that are taken.
#[derive(Default)]
struct People {
    identities: BTreeMap<(usize, usize), String>,
    /// Identities by name.
    namesakes: BTreeMap<String, BTreeSet<String>>,
    /// Identities by name and phone.
    by_phone: BTreeMap<(String, String), BTreeSet<String>>,
}

impl People {
    /// The identity of an owner without a tail, and whether a phone joined him to somebody.
    fn by_contact(&mut self, owner: &DraftOwner, key: &Key) -> (String, bool) {
        let name = &owner.name.key;
        let with_phone = |phone: &String| self.by_phone.get(&(name.clone(), phone.clone()));
        let known: BTreeSet<&String> = owner.phones.iter().filter_map(with_phone).flatten().collect();
        if known.len() == 1 {
            let known = known.first().map_or_else(String::new, |known| (*known).clone());
            let is_joined = !known.starts_with("person-by-phone:");
            return (known, is_joined);
        }
        let Some(phone) = owner.phones.first() else {
            let (phase, building, entrance, number) = key;
            return (format!("person-by-unit:{name}:{phase}/{building}/{entrance}/{number}"), false);
        };
        let identity = identity(name, "", Some(phone));
        for phone in &owner.phones {
            self.by_phone.entry((name.clone(), phone.clone())).or_default().insert(identity.clone());
        }
        (identity, false)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two rows of one unit say the same of it.
fn says_the_same(one: &Draft, other: &Draft) -> bool {
    let facts = |draft: &Draft| (draft.area, draft.shares, draft.kind, draft.status, draft.owners.len());
    let is_named = |owner: &DraftOwner, others: &[DraftOwner]| {
        let is_same = |other: &DraftOwner| {
            let is_body = name::is_organisation(&owner.name.key);
            let tails_agree = owner.tail == other.tail || owner.tail.is_empty() || other.tail.is_empty();
            owner.name.key == other.name.key && (is_body || tails_agree)
        };
        others.iter().any(is_same)
    };
    facts(one) == facts(other)
        && one.owners.iter().all(|owner| is_named(owner, &other.owners))
        && other.owners.iter().all(|owner| is_named(owner, &one.owners))
}

/// The identity that needs no other row: an organisation's, or that of a person with a tail.
fn plain_identity(owner: &DraftOwner) -> Option<String> {
    identity_of(&owner.name.key, &owner.tail)
}

fn identity_of(key: &str, tail: &str) -> Option<String> {
    if name::is_organisation(key) {
        return Some(format!("organisation:{key}"));
    }
    (!tail.is_empty()).then(|| format!("person:{key}:{tail}"))
}

/// The identity of a name, as it is compared, with whatever tells its bearer from namesakes.
pub(super) fn identity(key: &str, tail: &str, phone: Option<&str>) -> String {
    identity_of(key, tail).unwrap_or_else(|| match phone {
        Some(phone) => format!("person-by-phone:{key}:{phone}"),
        None => format!("person:{key}:"),
    })
}

fn person(identity: String, owner: &DraftOwner) -> RegisterPerson {
    RegisterPerson {
        identity,
        name: owner.name.typed.clone(),
        tail: owner.tail.clone(),
        phones: Vec::new(),
        emails: Vec::new(),
        is_organisation: name::is_organisation(&owner.name.key),
    }
}

/// What another row says of a person: further phones, a missing tail, and the name without blanks or odd dots.
fn learn(person: &mut RegisterPerson, owner: &DraftOwner) {
    for phone in &owner.phones {
        if !person.phones.contains(phone) {
            person.phones.push(phone.clone());
        }
    }
    for email in &owner.emails {
        if !person.emails.contains(email) {
            person.emails.push(email.clone());
        }
    }
    if person.tail.is_empty() {
        person.tail.clone_from(&owner.tail);
    }
    if person.name != owner.name.key && owner.name.typed == owner.name.key {
        person.name.clone_from(&owner.name.typed);
    }
}
