//! The grids of the demo's estate, who looks after them, and a tenant whose lease waits to be looked at.

use anyhow::Context as _;
use ballot::store::ids::{CompoundId, Subject};
use deliberation::{
    people::TieKind,
    rights::{Post, Role, Scope},
    store::{By, Deliberation, NewTie},
};

use super::{Time, fresh};

const DAY: u64 = 86_400;

/// Who plays.
pub(super) struct Players<'a> {
    pub(super) compound: &'a CompoundId,
    pub(super) officer: &'a Subject,
    /// One looks after the first grid, another after a building of the second.
    pub(super) owners: &'a [Subject],
    /// As the register names them, in its order.
    pub(super) buildings: &'a [String],
    /// The key of a home in the first of them.
    pub(super) home: &'a str,
}

/// Parts the estate in two; the second grid has no worker yet.
///
/// # Errors
/// A use case refuses what the story needs: a fault of ours.
pub(super) async fn tell(life: &Deliberation, time: &Time, today: u64, players: &Players<'_>) -> anyhow::Result<()> {
    let (Some([worker, lead]), Some(last)) = (players.owners.first_chunk(), players.buildings.last()) else {
        anyhow::bail!("too few owners take part in the demo")
    };
    let by = |subject: &Subject| By { compound: players.compound.clone(), subject: subject.clone() };
    let officer = by(players.officer);
    time.set(today - 50 * DAY);
    let mut grids = Vec::new();
    for name in ["第一网格", "第二网格"] {
        grids.push(life.add_grid(&officer, name, None, time.tick(), &mut fresh()?).await?);
    }
    let (first, second) = players.buildings.split_at(players.buildings.len().div_ceil(2));
    for (grid, buildings) in grids.iter().zip([first, second]) {
        for building in buildings {
            life.assign_building(&officer, building, grid, time.tick()).await?;
        }
    }
    let grid = grids.first().context("the first grid")?;
    for (whom, role, scope) in [
        (worker, Role::GridWorker, Scope::Grid(grid.clone())),
        (lead, Role::BuildingLead, Scope::Building(last.clone())),
    ] {
        let from = time.tick();
        let post = Post { role, scope, from, until: from + 2 * 365 * DAY };
        life.appoint(&officer, whom, &post, from, &mut fresh()?).await?;
    }
    time.set(today - 3 * DAY);
    let tenant = NewTie {
        name: "田小雨".to_owned(),
        contact: "10000008888".to_owned(),
        unit: players.home.to_owned(),
        kind: TieKind::Tenant,
        until: today + 300 * DAY,
        proof: "租赁合同原件".to_owned(),
    };
    life.add_tie(&by(worker), &tenant, time.tick(), &mut fresh()?).await?;
    Ok(())
}
