//! Who said what: the one large value of the map, four bytes for each reaction.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

/// What names a person, a statement or a group: a number, or any other text.
///
/// Numbers come first, in their order; `7` and `07` are different ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Id {
    /// Written as a number is.
    Number(u64),
    /// Anything else.
    Text(String),
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        let is_written_so = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        match text.parse() {
            Ok(number) if is_written_so => Self::Number(number),
            Ok(_) | Err(_) => Self::Text(text.to_owned()),
        }
    }
}

impl From<usize> for Id {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// A reaction to a statement. Not to have seen it is none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote {
    /// −1
    Disagree,
    /// 0
    Pass,
    /// 1
    Agree,
}

impl Vote {
    const ALL: [Self; 3] = [Self::Disagree, Self::Pass, Self::Agree];

    fn place(self) -> u32 {
        match self {
            Self::Disagree => 0,
            Self::Pass => 1,
            Self::Agree => 2,
        }
    }

    pub(super) fn value(self) -> f64 {
        match self {
            Self::Disagree => -1.0,
            Self::Pass => 0.0,
            Self::Agree => 1.0,
        }
    }
}

/// What moderators said of a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moderation {
    /// Taken out after people had reacted: it moves nobody on the map and represents nobody.
    pub is_out: bool,
    /// About the people or the talk rather than the matter: as `is_out`, but shown first.
    pub is_meta: bool,
}

impl Moderation {
    /// Whether the statement may move people on the map and speak for them.
    pub fn counts(self) -> bool {
        !self.is_out && !self.is_meta
    }
}

/// How many reacted to a statement in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)] // named as the reactions are
pub struct Tally {
    pub agree: u32,
    pub disagree: u32,
    pub pass: u32,
}

impl Tally {
    /// How many saw the statement.
    pub fn seen(self) -> u32 {
        self.agree + self.disagree + self.pass
    }

    fn add(&mut self, vote: Vote) {
        match vote {
            Vote::Agree => self.agree += 1,
            Vote::Disagree => self.disagree += 1,
            Vote::Pass => self.pass += 1,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { agree: self.agree + other.agree, disagree: self.disagree + other.disagree, pass: self.pass + other.pass }
    }
}

/// The reactions by person, each with the last thing they said of each statement.
///
/// Collected from `(person, statement, vote)`; only for a pair that comes twice the order matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions {
    /// Ascending.
    people: Vec<Id>,
    /// Ascending.
    statements: Vec<(Id, Moderation)>,
    /// Where each person's cells begin, and where the last one's end.
    starts: Vec<usize>,
    /// A reaction is three times the statement's place plus the vote's; ascending for each person.
    cells: Vec<u32>,
}

impl Reactions {
    /// Takes in what is known of statements, also of those that nobody has reacted to yet.
    #[must_use]
    pub fn with_statements(mut self, moderations: &BTreeMap<Id, Moderation>) -> Self {
        let known: BTreeMap<&Id, Moderation> = self
            .statements
            .iter()
            .map(|(id, moderation)| (id, *moderation))
            .chain(moderations.iter().map(|(id, moderation)| (id, *moderation)))
            .collect();
        let statements: Vec<(Id, Moderation)> =
            known.into_iter().map(|(id, moderation)| (id.clone(), moderation)).collect();
        let places: Vec<u32> =
            self.statements.iter().map(|(id, _)| count(statements.partition_point(|(other, _)| other < id))).collect();
        for cell in &mut self.cells {
            *cell = 3 * places[(*cell / 3) as usize] + *cell % 3;
        }
        self.statements = statements;
        self
    }

    /// Everybody and how many statements they reacted to, by id.
    pub fn people(&self) -> impl ExactSizeIterator<Item = (&Id, u32)> {
        self.people.iter().zip(self.starts.windows(2)).map(|(id, range)| (id, count(range[1] - range[0])))
    }

    /// Everything that was said: who, of which statement, what.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, &Id, Vote)> {
        self.people.iter().enumerate().flat_map(move |(person, id)| {
            self.row(person).iter().map(move |cell| (id, &self.statements[place_of(*cell)].0, vote_of(*cell)))
        })
    }

    pub(super) fn statements(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.statements.iter().map(|(id, _)| id)
    }

    pub(super) fn moderations(&self) -> impl ExactSizeIterator<Item = Moderation> {
        self.statements.iter().map(|(_, moderation)| *moderation)
    }

    /// The cells of the person at a place: each is an index into [`Reactions::of_cells`].
    pub(super) fn row(&self, person: usize) -> &[u32] {
        &self.cells[self.starts[person]..self.starts[person + 1]]
    }

    /// One value for each vote on each statement, in the order of cells.
    pub(super) fn of_cells(&self, value: impl Fn(usize, Vote) -> f64) -> Vec<f64> {
        (0..self.statements.len())
            .flat_map(|statement| Vote::ALL.map(|vote| (statement, vote)))
            .map(|(statement, vote)| value(statement, vote))
            .collect()
    }

    /// What everybody said, by statement.
    pub(super) fn totals(&self) -> Vec<Tally> {
        let mut totals = vec![Tally::default(); self.statements.len()];
        for cell in &self.cells {
            totals[place_of(*cell)].add(vote_of(*cell));
        }
        totals
    }

    /// What the people of each group said, by group and statement; people without a group not at all.
    pub(super) fn tallies(&self, group_of: &[Option<usize>], groups: usize) -> Vec<Vec<Tally>> {
        let mut tallies = vec![vec![Tally::default(); self.statements.len()]; groups];
        for (person, group) in group_of.iter().enumerate() {
            let Some(group) = group else { continue };
            for cell in self.row(person) {
                tallies[*group][place_of(*cell)].add(vote_of(*cell));
            }
        }
        tallies
    }
}

/// A number of things that the ids' numbering has let in.
pub(super) fn count(things: usize) -> u32 {
    u32::try_from(things).expect("ids are numbered in 32 bits")
}

/// The place of the statement that a cell is about.
pub(super) fn place_of(cell: u32) -> usize {
    (cell / 3) as usize
}

fn vote_of(cell: u32) -> Vote {
    Vote::ALL[(cell % 3) as usize]
}

impl FromIterator<(Id, Id, Vote)> for Reactions {
    fn from_iter<I: IntoIterator<Item = (Id, Id, Vote)>>(rows: I) -> Self {
        let mut people = Numbers::default();
        let mut statements = Numbers::default();
        // Rows of one person mostly come together.
        let mut last: Option<(Id, u32)> = None;
        let rows: Vec<(u32, u32)> = rows
            .into_iter()
            .map(|(person, statement, vote)| {
                let number = match &last {
                    Some((id, number)) if *id == person => *number,
                    Some(_) | None => people.of(person.clone()),
                };
                last = Some((person, number));
                (number, 3 * statements.of(statement) + vote.place())
            })
            .collect();
        let (people, person_places) = people.in_order();
        let (statements, statement_places) = statements.in_order();

        // Sorted by person without a comparison; rows of one person stay in their order.
        let mut starts = vec![0; people.len() + 1];
        for (person, _) in &rows {
            starts[person_places[*person as usize] as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut cells = vec![0; rows.len()];
        for (person, cell) in &rows {
            let slot = &mut next[person_places[*person as usize] as usize];
            cells[*slot] = 3 * statement_places[place_of(*cell)] + cell % 3;
            *slot += 1;
        }
        drop(rows);

        let (starts, cells) = keep_last(&starts, cells);
        Self {
            people,
            statements: statements.into_iter().map(|id| (id, Moderation::default())).collect(),
            starts,
            cells,
        }
    }
}

/// Keeps of every person the last cell of each statement, in the order of statements.
fn keep_last(starts: &[usize], mut cells: Vec<u32>) -> (Vec<usize>, Vec<u32>) {
    let mut kept_starts = vec![0];
    let mut kept = 0;
    for range in starts.windows(2) {
        // A stable sort: what was said last of a statement stays last.
        cells[range[0]..range[1]].sort_by_key(|cell| cell / 3);
        for at in range[0]..range[1] {
            let is_last = at + 1 == range[1] || cells[at] / 3 != cells[at + 1] / 3;
            if is_last {
                cells[kept] = cells[at];
                kept += 1;
            }
        }
        kept_starts.push(kept);
    }
    cells.truncate(kept);
    cells.shrink_to_fit();
    (kept_starts, cells)
}

/// Ids numbered as they come.
#[derive(Default)]
struct Numbers {
    by_id: HashMap<Id, u32>,
}

impl Numbers {
    fn of(&mut self, id: Id) -> u32 {
        let next = u32::try_from(self.by_id.len()).ok().filter(|next| *next < u32::MAX / 3);
        *self.by_id.entry(id).or_insert_with(|| next.expect("a billion ids do not fit in memory"))
    }

    /// The ids, ascending, and the place of each number among them.
    fn in_order(self) -> (Vec<Id>, Vec<u32>) {
        let mut ids: Vec<(Id, u32)> = self.by_id.into_iter().collect();
        ids.sort_unstable();
        let mut places = vec![0; ids.len()];
        for (place, (_, number)) in (0..).zip(&ids) {
            places[*number as usize] = place;
        }
        (ids.into_iter().map(|(id, _)| id).collect(), places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_only_as_a_number_is_written() {
        for (text, expected) in
            [("0", Some(0)), ("42", Some(42)), ("042", None), ("+4", None), ("-1", None), ("", None)]
        {
            let expected = expected.map_or_else(|| Id::Text(text.to_owned()), Id::Number);
            assert_eq!(Id::from(text), expected);
        }
        assert_eq!(Id::from("99999999999999999999"), Id::Text("99999999999999999999".to_owned()));
        assert!(Id::from("9") < Id::from("10") && Id::from("10") < Id::from("A01-01"));
    }

    #[test]
    fn the_last_row_of_a_pair_counts() {
        let row = |person: usize, statement: usize, vote| (Id::from(person), Id::from(statement), vote);
        let reactions: Reactions =
            [row(1, 5, Vote::Agree), row(0, 5, Vote::Pass), row(1, 3, Vote::Agree), row(1, 5, Vote::Disagree)]
                .into_iter()
                .collect();
        let kept: Vec<_> =
            reactions.iter().map(|(person, statement, vote)| (person.clone(), statement.clone(), vote)).collect();
        assert_eq!(kept, [row(0, 5, Vote::Pass), row(1, 3, Vote::Agree), row(1, 5, Vote::Disagree)]);
    }

    #[test]
    fn statements_that_nobody_saw_are_known_too() {
        let moderations = BTreeMap::from([
            (Id::from(2), Moderation::default()),
            (Id::from(5), Moderation { is_out: true, is_meta: false }),
        ]);
        let reactions: Reactions = [(Id::from(0), Id::from(5), Vote::Agree)].into_iter().collect();
        let reactions = reactions.with_statements(&moderations);
        assert_eq!(reactions.statements().cloned().collect::<Vec<_>>(), [Id::from(2), Id::from(5)]);
        assert_eq!(reactions.totals().iter().map(|total| total.seen()).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(reactions.moderations().filter(|moderation| moderation.counts()).count(), 1);
    }
}
