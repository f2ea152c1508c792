//! Posts, ties and grids; and who somebody is at this moment.

use std::collections::BTreeSet;

use ballot::store::{
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{CompoundId, Subject},
    session::{Who, find_who},
    staff::Role as OfficeRole,
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, UseError,
    tables::{grid, grid_building, int, post, tie, time, uint, word},
};
use crate::{
    lifecycle::{Actor as Doer, Part},
    people::{self, Assignment, Grid},
    rights::{self, Action, Bearing, Post, Role, Scope, Site, check_appointment, may},
};

/// A post as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PostView {
    pub id: String,
    pub subject: Subject,
    pub post: Post,
}

/// Who acts, with everything that their rights follow from, read in the transaction.
pub(super) struct Standing {
    pub(super) by: By,
    pub(super) posts: Vec<Post>,
    pub(super) grids: Vec<Grid>,
    pub(super) history: Vec<Assignment>,
}

impl Standing {
    pub(super) fn actor(&self) -> Actor {
        Actor::Subject(self.by.subject.clone())
    }

    pub(super) fn site(&self, building: Option<&str>, now: u64) -> Site {
        building.map_or_else(Site::default, |building| people::site_of(&self.grids, &self.history, building, now))
    }

    pub(super) fn doer<'a>(&'a self, parts: &'a BTreeSet<Part>, site: &'a Site, bearing: Bearing) -> Doer<'a> {
        Doer::Person { posts: &self.posts, parts, site, bearing }
    }

    pub(super) fn check(&self, action: Action, site: &Site, now: u64) -> Result<(), UseError> {
        may(&self.posts, action, site, Bearing::default(), now)?;
        Ok(())
    }
}

/// Reads who acts afresh, so that a right that ended a moment ago is gone.
pub(super) async fn standing(db: &impl ConnectionTrait, by: &By, now: u64) -> Result<Standing, DbErr> {
    let posts = posts_of(db, &by.compound, &by.subject, now).await?;
    let rows = grid::Entity::find().filter(grid::COLUMN.compound.eq(by.compound.as_str())).all(db).await?;
    let grids = rows.into_iter().map(|row| Grid { id: row.id, parent: row.parent }).collect();
    Ok(Standing { by: by.clone(), posts, grids, history: history(db, &by.compound).await? })
}

/// The posts that somebody has now: by office, by owning, by ties, by appointment.
pub(super) async fn posts_of(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    subject: &Subject,
    now: u64,
) -> Result<Vec<Post>, DbErr> {
    let mut posts = Vec::new();
    let over = |role, scope, until| Post { role, scope, from: 0, until };
    match find_who(db, compound, subject, now).await? {
        None => return Ok(posts),
        Some(Who::Owner(owner)) => {
            if !owner.units.is_empty() {
                posts.extend([Role::Owner, Role::Resident].map(|role| over(role, Scope::Estate, u64::MAX)));
            }
        }
        Some(Who::Staff(staff)) => match staff.role {
            OfficeRole::Officer => posts.push(over(Role::Committee, Scope::Estate, staff.term_ends)),
            OfficeRole::Auditor => posts.push(over(Role::Auditor, Scope::Estate, staff.term_ends)),
            OfficeRole::Clerk if staff.scope.is_empty() => {
                posts.push(over(Role::GridWorker, Scope::Estate, staff.term_ends));
            }
            OfficeRole::Clerk => {
                let scopes = staff.scope.iter().cloned().map(Scope::Building);
                posts.extend(scopes.map(|scope| over(Role::GridWorker, scope, staff.term_ends)));
            }
        },
    }
    let rows = post::Entity::find()
        .filter(post::COLUMN.compound.eq(compound.as_str()))
        .filter(post::COLUMN.subject.eq(subject.to_string()))
        .all(db)
        .await?;
    for row in rows {
        posts.push(read_post(&row)?);
    }
    if let Subject::Person(person) = subject {
        let rows = tie::Entity::find()
            .filter(tie::COLUMN.compound.eq(compound.as_str()))
            .filter(tie::COLUMN.person.eq(person.as_str()))
            .all(db)
            .await?;
        let ties = rows.into_iter().map(|row| {
            Ok(people::Tie {
                person: person.clone(),
                building: String::new(),
                kind: word(&row.kind)?,
                from: uint(row.from_at),
                until: Some(uint(row.until_at)),
                is_verified: row.verified_by.is_some(),
            })
        });
        posts.extend(people::posts_of(&ties.collect::<Result<Vec<_>, DbErr>>()?, person));
    }
    Ok(posts)
}

fn read_post(row: &post::Model) -> Result<Post, DbErr> {
    let scope = read_scope(&row.scope).ok_or_else(|| DbErr::Type(format!("scope {}", row.scope)))?;
    Ok(Post { role: word(&row.role)?, scope, from: uint(row.from_at), until: uint(row.until_at) })
}

fn read_scope(text: &str) -> Option<Scope> {
    match text.split_once(':') {
        None if text == "estate" => Some(Scope::Estate),
        Some(("grid", id)) => Some(Scope::Grid(id.to_owned())),
        Some(("building", name)) => Some(Scope::Building(name.to_owned())),
        Some(("body", id)) => Some(Scope::Body(id.to_owned())),
        _ => None,
    }
}

fn write_scope(scope: &Scope) -> String {
    match scope {
        Scope::Estate => "estate".to_owned(),
        Scope::Grid(id) => format!("grid:{id}"),
        Scope::Building(name) => format!("building:{name}"),
        Scope::Body(id) => format!("body:{id}"),
    }
}

pub(super) async fn history(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<Vec<Assignment>, DbErr> {
    let rows = grid_building::Entity::find()
        .filter(grid_building::COLUMN.compound.eq(compound.as_str()))
        .order_by_asc(grid_building::COLUMN.from_at)
        .all(db)
        .await?;
    let read = |row: grid_building::Model| Assignment {
        building: row.building,
        grid: row.grid,
        from: uint(row.from_at),
        until: row.until_at.map(uint),
    };
    Ok(rows.into_iter().map(read).collect())
}

impl Deliberation {
    /// The posts that somebody holds now, for pages that offer what they may do.
    pub async fn posts(&self, by: &By, now: u64) -> Result<Vec<Post>, DbErr> {
        posts_of(self.estate.reader(), &by.compound, &by.subject, now).await
    }

    /// Everybody who holds or held a post.
    pub async fn all_posts(&self, compound: &CompoundId) -> Result<Vec<PostView>, DbErr> {
        let rows = post::Entity::find()
            .filter(post::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(post::COLUMN.subject)
            .all(self.estate.reader())
            .await?;
        let read = |row: post::Model| {
            let subject = row.subject.parse().map_err(|_| DbErr::Type(format!("subject {}", row.subject)))?;
            Ok(PostView { post: read_post(&row)?, id: row.id, subject })
        };
        rows.into_iter().map(read).collect()
    }

    /// Gives somebody a post.
    ///
    /// # Errors
    /// No right to appoint, no such person, no such scope, or a post that must be apart from those held.
    pub async fn appoint(
        &self,
        by: &By,
        subject: &Subject,
        new: &Post,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = appoint(&tx, &who, subject, new, now, fresh).await;
        self.end(tx, by, "appoint", now, result).await
    }

    /// Ends a post now.
    ///
    /// # Errors
    /// No right to appoint, or no such post that runs.
    pub async fn end_post(&self, by: &By, id: &str, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        check_may_appoint(&who, now)?;
        let ended = post::Entity::update_many()
            .col_expr(post::Column::UntilAt, Expr::value(int(now)))
            .filter(post::COLUMN.id.eq(id))
            .filter(post::COLUMN.compound.eq(by.compound.as_str()))
            .filter(post::COLUMN.until_at.gt(int(now)))
            .exec(&tx)
            .await?;
        if ended.rows_affected != 1 {
            return Err(UseError::Field(Field::Scope));
        }
        let doing = Doing { actor: &who.actor(), verb: "post_ended", object: id, detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whoever sees to roll and ties appoints; in an estate that has nobody so far, the committee does.
pub(super) fn check_may_appoint(who: &Standing, now: u64) -> Result<(), UseError> {
    let site = Site::default();
    who.check(Action::ImportRoll, &site, now).or_else(|_| who.check(Action::ScheduleVote, &site, now))
}

async fn appoint(
    tx: &DatabaseTransaction,
    who: &Standing,
    subject: &Subject,
    new: &Post,
    now: u64,
    fresh: &mut Fresh,
) -> Result<String, UseError> {
    check_may_appoint(who, now)?;
    let compound = &who.by.compound;
    let is_tie = matches!(new.role, Role::Public | Role::Resident | Role::Owner);
    let is_scope = match &new.scope {
        Scope::Estate | Scope::Body(_) => true,
        Scope::Building(name) => !name.is_empty() && name.chars().count() <= 50,
        Scope::Grid(id) => who.grids.iter().any(|grid| grid.id == *id),
    };
    if is_tie || !is_scope || find_who(tx, compound, subject, now).await?.is_none() {
        return Err(UseError::Field(Field::Scope));
    }
    let held = posts_of(tx, compound, subject, now).await?;
    check_appointment(&held, new).map_err(UseError::Conflict)?;
    if rights::LONGEST_TERM < new.until.saturating_sub(now) {
        return Err(UseError::Conflict(rights::Conflict::NoEnd));
    }
    let row = post::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        subject: subject.to_string(),
        role: new.role.code().to_owned(),
        scope: write_scope(&new.scope),
        from_at: int(new.from),
        until_at: time(new.until),
        appointed_by: who.by.subject.to_string(),
    };
    let id = row.id.clone();
    let detail = json!({"after": row.digest().to_string(), "role": row.role, "scope": row.scope});
    post::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let object = subject.to_string();
    let doing = Doing { actor: &who.actor(), verb: "post_given", object: &object, detail };
    write_event(tx, compound, now, doing).await?;
    Ok(id)
}
