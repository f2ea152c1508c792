//! People and places: grids that part the buildings, ties of people to units, and the posts that follow from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    rights::{Post, Role, Scope, Site},
    words::words,
};

words! {
    /// What somebody is to a unit.
    TieKind {
        Owner "owner" "owns it",
        CoOwner "co_owner" "owns it with others",
        Tenant "tenant" "rents it",
        Family "family" "lives with who owns or rents it",
        Delegate "delegate" "speaks for the firm in it",
    }
}

impl TieKind {
    /// The roles that come with it.
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Owner | Self::CoOwner => &[Role::Owner, Role::Resident],
            Self::Tenant | Self::Family => &[Role::Resident],
            Self::Delegate => &[Role::Enterprise],
        }
    }
}

/// A tie of a person to a unit, with its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie<P> {
    /// Who.
    pub person: P,
    /// The unit's building as a roll names it.
    pub building: String,
    /// What they are to the unit.
    pub kind: TieKind,
    /// From when, in Unix seconds.
    pub from: u64,
    /// Until when; ties of owners end with the register.
    pub until: Option<u64>,
    /// Whether somebody with the right has looked at the proof.
    pub is_verified: bool,
}

/// The posts that somebody has by verified ties.
pub fn posts_of<P: Eq>(ties: &[Tie<P>], person: &P) -> Vec<Post> {
    let held = ties.iter().filter(|tie| tie.is_verified && tie.person == *person);
    let posts = held.flat_map(|tie| {
        let post = |role: &Role| Post {
            role: *role,
            scope: Scope::Estate,
            from: tie.from,
            until: tie.until.unwrap_or(u64::MAX),
        };
        tie.kind.roles().iter().map(post)
    });
    let mut posts: Vec<_> = posts.collect();
    posts.sort();
    posts.dedup();
    posts
}

/// A grid (网格), or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Its id.
    pub id: String,
    /// The grid it is a part of.
    pub parent: Option<String>,
}

/// Which grid a building lies in, from when until when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// The building as a roll names it.
    pub building: String,
    /// The grid.
    pub grid: String,
    /// From when, in Unix seconds.
    pub from: u64,
    /// Until when; none for the present.
    pub until: Option<u64>,
}

impl Assignment {
    fn holds_at(&self, at: u64) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// Puts a building into another grid from a time on. What was before stays in the history.
///
/// Precondition: `at` is not before the last change of the building.
#[must_use]
pub fn reassigned(history: &[Assignment], building: &str, grid: &str, at: u64) -> Vec<Assignment> {
    let mut next = history.to_vec();
    if grid_of(history, building, at) == Some(grid) {
        return next;
    }
    for line in next.iter_mut().filter(|line| line.building == building && line.until.is_none()) {
        line.until = Some(at);
    }
    // What began at the same second never held.
    next.retain(|line| line.until != Some(line.from));
    next.push(Assignment { building: building.to_owned(), grid: grid.to_owned(), from: at, until: None });
    next
}

/// The grid that a building lay in at a time.
pub fn grid_of<'a>(history: &'a [Assignment], building: &str, at: u64) -> Option<&'a str> {
    history.iter().find(|line| line.building == building && line.holds_at(at)).map(|line| line.grid.as_str())
}

/// A building's site: with its grid at that time and all above it.
pub fn site_of(grids: &[Grid], history: &[Assignment], building: &str, at: u64) -> Site {
    let parents: BTreeMap<&str, Option<&str>> =
        grids.iter().map(|grid| (grid.id.as_str(), grid.parent.as_deref())).collect();
    let mut chain = BTreeSet::new();
    let mut next = grid_of(history, building, at);
    // A circle of parents ends where it began.
    while let Some(grid) = next.filter(|grid| chain.insert((*grid).to_owned())) {
        next = parents.get(grid).copied().flatten();
    }
    Site { building: Some(building.to_owned()), grids: chain, body: None }
}

/// Buildings without a grid, and grids at the bottom without a worker: what coverage lacks.
pub fn uncovered<'a>(
    buildings: &'a BTreeSet<String>,
    history: &'a [Assignment],
    posts: &[Post],
    now: u64,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut without_grid, mut without_worker) = (Vec::new(), BTreeSet::new());
    for building in buildings {
        match grid_of(history, building, now) {
            None => without_grid.push(building.as_str()),
            Some(grid) => {
                let scope = Scope::Grid(grid.to_owned());
                let has_worker = posts
                    .iter()
                    .any(|post| post.role == Role::GridWorker && post.scope == scope && post.is_held_at(now));
                if !has_worker {
                    without_worker.insert(grid);
                }
            }
        }
    }
    (without_grid, without_worker.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_building_keeps_what_was() {
        let first = reassigned(&[], "3", "g1", 100);
        let second = reassigned(&first, "3", "g2", 200);
        assert_eq!(grid_of(&second, "3", 99), None);
        assert_eq!(grid_of(&second, "3", 199), Some("g1"));
        assert_eq!(grid_of(&second, "3", 200), Some("g2"));
        assert_eq!(reassigned(&second, "3", "g2", 300), second, "nothing changes");
        assert_eq!(reassigned(&second, "3", "g3", 200).len(), 2, "corrected within the second");
    }

    #[test]
    fn a_site_lies_in_its_grid_and_all_above() {
        let grid = |id: &str, parent: Option<&str>| Grid { id: id.to_owned(), parent: parent.map(str::to_owned) };
        let grids = [grid("g1", None), grid("g1.2", Some("g1")), grid("a", Some("b")), grid("b", Some("a"))];
        let history = reassigned(&reassigned(&[], "3", "g1.2", 0), "4", "a", 0);
        assert_eq!(site_of(&grids, &history, "3", 5).grids, ["g1", "g1.2"].map(str::to_owned).into());
        assert_eq!(site_of(&grids, &history, "4", 5).grids.len(), 2, "a circle ends");
        assert_eq!(site_of(&grids, &history, "5", 5).grids, BTreeSet::new());
    }

    #[test]
    fn coverage_names_what_lacks() {
        let buildings = ["3", "4", "5"].map(str::to_owned).into();
        let history = reassigned(&reassigned(&[], "3", "g1", 0), "4", "g2", 0);
        let worker = Post { role: Role::GridWorker, scope: Scope::Grid("g1".to_owned()), from: 0, until: 10 };
        assert_eq!(uncovered(&buildings, &history, std::slice::from_ref(&worker), 9), (vec!["5"], vec!["g2"]));
        assert_eq!(uncovered(&buildings, &history, &[worker], 10), (vec!["5"], vec!["g1", "g2"]), "the term is over");
    }

    #[test]
    fn only_verified_ties_give_rights() {
        let tie = |kind, is_verified| Tie {
            person: 1,
            building: "3".to_owned(),
            kind,
            from: 0,
            until: Some(10),
            is_verified,
        };
        assert_eq!(posts_of(&[tie(TieKind::Tenant, false)], &1), []);
        let roles: Vec<_> = posts_of(&[tie(TieKind::Tenant, true), tie(TieKind::CoOwner, true)], &1)
            .iter()
            .map(|post| post.role)
            .collect();
        assert_eq!(roles, [Role::Resident, Role::Owner]);
        assert_eq!(posts_of(&[tie(TieKind::Tenant, true)], &2), []);
    }
}
