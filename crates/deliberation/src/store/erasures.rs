//! Erasing a person: what deliberation has against it, what of its own names them, and both halves in one transaction.
//!
//! What somebody said stays as it was said, of somebody unknown: matters, comments and supports know people by an id,
//! which nothing explains once the person is erased. A text that names people its moderators hide.

use ballot::store::{
    erasure::{BLANK, DueErasure, Erasable, EraseError, Hindrance},
    fresh::Fresh,
    ids::{ActId, CompoundId, PersonId, Subject},
    staff::StaffMember,
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QuerySelect as _, sea_query::Expr,
};

use super::{
    Deliberation,
    tables::{body_seat, int, mediation, mediation_party, motion, news, objection, post, step, task, tie},
};
use crate::lifecycle::Kind;

impl Deliberation {
    /// What erasing somebody would take, and all that stands against it; nothing if there is no such person.
    pub async fn erasable(
        &self,
        compound: &CompoundId,
        person: &PersonId,
        now: u64,
    ) -> Result<Option<Erasable>, DbErr> {
        let Some(mut erasable) = self.estate.erasable(compound, person, now).await? else { return Ok(None) };
        erasable.hindrances.extend(hindrances(self.estate.reader(), person, now).await?);
        erasable.hindrances.sort();
        erasable.hindrances.dedup();
        Ok(Some(erasable))
    }

    /// Puts somebody's erasure up for signing.
    ///
    /// # Errors
    /// Not an officer, no such person, or something stands against it.
    pub async fn propose_erasure(
        &self,
        by: &StaffMember,
        person: &PersonId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, EraseError> {
        if !hindrances(self.estate.reader(), person, now).await?.is_empty() {
            return Err(EraseError::Hindered);
        }
        self.estate.propose_erasure(by, person, now, fresh).await
    }

    /// Carries out the erasures that officers have signed, each whole or, if something has come up against it since, not
    /// at all. Called after a signature and every minute.
    ///
    /// # Errors
    /// The database's; what was not done is done the next time.
    pub async fn carry_out_erasures(&self, now: u64) -> Result<(), DbErr> {
        let due = self.estate.due_erasures().await?;
        for erasure in &due {
            let tx = self.estate.begin(&erasure.compound).await?;
            carry_out(&tx, erasure, now).await?;
            tx.commit().await?;
        }
        if due.is_empty() { Ok(()) } else { self.estate.scrub().await }
    }
}

async fn carry_out(tx: &DatabaseTransaction, erasure: &DueErasure, now: u64) -> Result<(), DbErr> {
    let mut found = erasure.hindrances(tx, now).await?;
    found.extend(hindrances(tx, &erasure.person, now).await?);
    if found.is_empty() {
        forget(tx, &erasure.person).await?;
    }
    erasure.end(tx, found.first(), now).await
}

/// What somebody has taken on and not ended.
async fn hindrances(db: &impl ConnectionTrait, person: &PersonId, now: u64) -> Result<Vec<Hindrance>, DbErr> {
    let subject = Subject::Person(person.clone()).to_string();
    let posts =
        post::Entity::find().filter(post::COLUMN.subject.eq(&subject)).filter(post::COLUMN.until_at.gt(int(now)));
    let seats = body_seat::Entity::find()
        .filter(body_seat::COLUMN.subject.eq(&subject))
        .filter(body_seat::COLUMN.until_at.is_null().or(body_seat::COLUMN.until_at.gt(int(now))));
    let tasks =
        task::Entity::find().filter(task::COLUMN.responsible.eq(&subject)).filter(task::COLUMN.is_open.eq(true));
    let motions =
        motion::Entity::find().filter(motion::COLUMN.proposer.eq(&subject)).filter(motion::COLUMN.is_open.eq(true));
    let objections = objection::Entity::find()
        .filter(objection::COLUMN.author.eq(&subject).or(objection::COLUMN.against.eq(&subject)))
        .filter(objection::COLUMN.is_settled.eq(false));
    let cases: Vec<String> = mediation_party::Entity::find()
        .filter(mediation_party::COLUMN.subject.eq(subject.as_str()))
        .select_only()
        .column(mediation_party::Column::Mediation)
        .into_tuple()
        .all(db)
        .await?;
    let cases = mediation::Entity::find()
        .filter(mediation::COLUMN.id.is_in(cases))
        .filter(mediation::COLUMN.ended_at.is_null());
    let found = [
        (Hindrance::Office, posts.count(db).await? + seats.count(db).await?),
        (Hindrance::Task, tasks.count(db).await?),
        (Hindrance::Motion, motions.count(db).await?),
        (Hindrance::Objection, objections.count(db).await?),
        (Hindrance::Mediation, cases.count(db).await?),
    ];
    Ok(found.into_iter().filter(|(_, count)| 0 < *count).map(|(hindrance, _)| hindrance).collect())
}

/// Deletes where somebody lived and what they were told, and their name from the files of cases that have ended.
async fn forget(tx: &DatabaseTransaction, person: &PersonId) -> Result<(), DbErr> {
    let subject = Subject::Person(person.clone()).to_string();
    tie::Entity::delete_many().filter(tie::COLUMN.person.eq(person.as_str())).exec(tx).await?;
    news::Entity::delete_many().filter(news::COLUMN.subject.eq(&subject)).exec(tx).await?;
    let parties = mediation_party::Entity::find().filter(mediation_party::COLUMN.subject.eq(subject.as_str())).all(tx);
    for party in parties.await? {
        forget_in_steps(tx, &party).await?;
    }
    mediation_party::Entity::update_many()
        .col_expr(mediation_party::Column::Name, Expr::value(""))
        .col_expr(mediation_party::Column::Building, Expr::value(""))
        .col_expr(mediation_party::Column::Home, Expr::value(""))
        .filter(mediation_party::COLUMN.subject.eq(subject.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The steps of a room say whom they concern by name.
async fn forget_in_steps(tx: &DatabaseTransaction, party: &mediation_party::Model) -> Result<(), DbErr> {
    if party.name.is_empty() {
        return Ok(());
    }
    let naming = step::Entity::find()
        .filter(step::COLUMN.object.eq(format!("{}:{}", Kind::Mediation, party.mediation)))
        .filter(step::COLUMN.body.contains(&party.name));
    for row in naming.all(tx).await? {
        step::Entity::update_many()
            .col_expr(step::Column::Body, Expr::value(row.body.replace(&party.name, BLANK)))
            .filter(step::COLUMN.object.eq(&row.object))
            .filter(step::COLUMN.number.eq(row.number))
            .exec(tx)
            .await?;
    }
    Ok(())
}
