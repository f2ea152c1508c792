//! Grids, the buildings that lie in them, and who looks after each.

use std::collections::BTreeSet;

use ballot::store::{
    events::{Doing, write_event},
    fresh::Fresh,
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveValue::Set, DbErr, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, UseError, check_text,
    people::{check_may_appoint, history, posts_of, standing},
    tables::{grid, grid_building, int, matter},
};
use crate::{
    people::{self, Grid},
    rights::{Post, Role, Scope, Site},
};

/// Somebody who looks after a part of the estate.
pub type Keeper = (Subject, Role);

/// A grid as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct GridView {
    pub id: String,
    pub name: String,
    pub parent: Option<String>,
    /// The buildings that lie in it now, and in no part of it.
    pub buildings: Vec<String>,
    /// Whoever looks after it as a whole.
    pub keepers: Vec<Keeper>,
    /// Whether buildings lie in it and no grid worker looks after it.
    pub lacks_worker: bool,
}

/// The estate in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// By name.
    pub grids: Vec<GridView>,
    /// Buildings in the order of the register, each with whoever looks after it alone.
    pub buildings: Vec<(String, Vec<Keeper>)>,
    /// Buildings that lie in no grid.
    pub without_grid: Vec<String>,
    /// Whoever looks after all of it.
    pub keepers: Vec<Keeper>,
}

impl Deliberation {
    /// The parts of the estate, and who looks after each now.
    pub async fn places(&self, compound: &CompoundId, now: u64) -> Result<Places, DbErr> {
        let db = self.estate.reader();
        let rows = grid::Entity::find()
            .filter(grid::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(grid::COLUMN.name)
            .all(db)
            .await?;
        let history = history(db, compound).await?;
        let names: Vec<_> = self.estate.buildings(compound).await?.into_iter().map(|row| row.building).collect();
        let held = self.held_posts(compound, now).await?;
        let over = |scope: &Scope| {
            let keepers = held.iter().filter(|(_, post)| post.scope == *scope);
            let keepers: BTreeSet<Keeper> = keepers.map(|(who, post)| (who.clone(), post.role)).collect();
            keepers.into_iter().collect::<Vec<_>>()
        };
        let posts: Vec<_> = held.iter().map(|(_, post)| post.clone()).collect();
        let all = names.iter().cloned().collect();
        let (without_grid, without_worker) = people::uncovered(&all, &history, &posts, now);
        let everywhere = held.iter().any(|(_, post)| post.role == Role::GridWorker && post.scope == Scope::Estate);
        let grids = rows.into_iter().map(|row| {
            let lies_here = |name: &&String| people::grid_of(&history, name, now) == Some(row.id.as_str());
            GridView {
                buildings: names.iter().filter(lies_here).cloned().collect(),
                keepers: over(&Scope::Grid(row.id.clone())),
                lacks_worker: !everywhere && without_worker.contains(&row.id.as_str()),
                id: row.id,
                name: row.name,
                parent: row.parent,
            }
        });
        Ok(Places {
            grids: grids.collect(),
            without_grid: names.iter().filter(|name| without_grid.contains(&name.as_str())).cloned().collect(),
            keepers: over(&Scope::Estate),
            buildings: names.iter().map(|name| (name.clone(), over(&Scope::Building(name.clone())))).collect(),
        })
    }

    /// Whoever looks after a building now: of it alone, of its grid and all above it, of the estate.
    pub async fn keepers(&self, compound: &CompoundId, building: &str, now: u64) -> Result<Vec<Keeper>, DbErr> {
        let db = self.estate.reader();
        let rows = grid::Entity::find().filter(grid::COLUMN.compound.eq(compound.as_str())).all(db).await?;
        let grids: Vec<_> = rows.into_iter().map(|row| Grid { id: row.id, parent: row.parent }).collect();
        let site: Site = people::site_of(&grids, &history(db, compound).await?, building, now);
        let held = self.held_posts(compound, now).await?;
        let keepers = held.into_iter().filter(|(_, post)| site.lies_in(&post.scope));
        let keepers: BTreeSet<Keeper> = keepers.map(|(who, post)| (who, post.role)).collect();
        Ok(keepers.into_iter().collect())
    }

    /// The posts of building heads and grid workers that are held now, by office or by appointment.
    async fn held_posts(&self, compound: &CompoundId, now: u64) -> Result<Vec<(Subject, Post)>, DbErr> {
        let office = self.estate.staff(compound).await?.into_iter().map(|member| member.subject());
        let named = self.all_posts(compound).await?.into_iter().map(|view| view.subject);
        let mut held = Vec::new();
        for subject in office.chain(named).collect::<BTreeSet<_>>() {
            let posts = posts_of(self.estate.reader(), compound, &subject, now).await?;
            let posts = posts
                .into_iter()
                .filter(|post| post.is_held_at(now) && matches!(post.role, Role::BuildingLead | Role::GridWorker));
            held.extend(posts.map(|post| (subject.clone(), post)));
        }
        Ok(held)
    }

    /// How many matters of each building are open.
    pub async fn open_matters(&self, compound: &CompoundId, building: &str) -> Result<u64, DbErr> {
        let query = matter::Entity::find()
            .filter(matter::COLUMN.compound.eq(compound.as_str()))
            .filter(matter::COLUMN.is_open.eq(true))
            .filter(matter::COLUMN.building.eq(Some(building.to_owned())));
        query.count(self.estate.reader()).await
    }

    /// Whether somebody makes grids and says who looks after what.
    pub async fn may_set_grids(&self, by: &By, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(check_may_appoint(&who, now).is_ok())
    }

    /// Makes a grid, or a part of one.
    ///
    /// # Errors
    /// No right, no such parent, or the name is none.
    pub async fn add_grid(
        &self,
        by: &By,
        name: &str,
        parent: Option<&str>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, UseError> {
        let name = check_text(name, 100, Field::Name)?;
        let (tx, who) = self.begin(by, now).await?;
        check_may_appoint(&who, now)?;
        if parent.is_some_and(|parent| !who.grids.iter().any(|grid| grid.id == parent)) {
            return Err(UseError::Field(Field::Scope));
        }
        let id = fresh.uuid();
        let row =
            grid::Model { id: id.clone(), compound: by.compound.to_string(), name, parent: parent.map(str::to_owned) };
        let detail = json!({"after": row.digest().to_string()});
        grid::Entity::insert(row.into_active_model()).exec_without_returning(&tx).await?;
        let doing = Doing { actor: &who.actor(), verb: "grid_added", object: &id, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Puts a building into a grid from now on; where it was stays in the history.
    ///
    /// # Errors
    /// No right, or no such grid or building name.
    pub async fn assign_building(&self, by: &By, building: &str, to: &str, now: u64) -> Result<(), UseError> {
        let building = check_text(building, 50, Field::Building)?;
        let (tx, who) = self.begin(by, now).await?;
        check_may_appoint(&who, now)?;
        if !who.grids.iter().any(|grid| grid.id == to) {
            return Err(UseError::Field(Field::Scope));
        }
        let next = people::reassigned(&who.history, &building, to, now);
        grid_building::Entity::delete_many()
            .filter(grid_building::COLUMN.compound.eq(by.compound.as_str()))
            .filter(grid_building::COLUMN.building.eq(&building))
            .exec(&tx)
            .await?;
        let lines = next.iter().filter(|line| line.building == building).map(|line| grid_building::ActiveModel {
            compound: Set(by.compound.to_string()),
            building: Set(line.building.clone()),
            from_at: Set(int(line.from)),
            grid: Set(line.grid.clone()),
            until_at: Set(line.until.map(int)),
        });
        grid_building::Entity::insert_many(lines).exec_without_returning(&tx).await?;
        let detail = json!({"building": building});
        let doing = Doing { actor: &who.actor(), verb: "building_assigned", object: to, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Which grid a building lay in at a time.
    pub async fn grid_of(&self, compound: &CompoundId, building: &str, at: u64) -> Result<Option<String>, DbErr> {
        let history = history(self.estate.reader(), compound).await?;
        Ok(people::grid_of(&history, building, at).map(str::to_owned))
    }
}
