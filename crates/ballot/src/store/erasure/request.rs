//! Asking to be erased, and what officers answer.

use sea_orm::{
    ActiveValue::Set,
    DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use crate::store::{
    estate::Estate,
    events::{Doing, write_event},
    ids::{CompoundId, PersonId, Subject},
    refusal::refusals,
    session::Viewer,
    staff::{Role, StaffMember, still_holds},
    tables::{erasure_request, int, uint},
};

/// That somebody has asked to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Request {
    pub person: PersonId,
    pub asked_at: u64,
    /// Why not, and since when that is said; they may ask again.
    pub declined: Option<(String, u64)>,
}

refusals! {
    /// Why a request is not answered.
    DeclineError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchRequest "no_such_request" "nobody of this id has asked and waits for an answer",
        Reason "bad_reason" "a reason of 1 to 500 characters is wanted",
    }
}

impl Request {
    fn read(row: erasure_request::Model) -> Result<Self, DbErr> {
        let person = row.person.parse().map_err(|_| DbErr::Type("the person of a request".to_owned()))?;
        let declined = row.answered_at.map(|at| (row.answer, uint(at)));
        Ok(Self { person, asked_at: uint(row.asked_at), declined })
    }
}

impl Estate {
    /// Asks officers to erase whoever is signed in. Who has asked before and was answered asks anew; people in office,
    /// who have no such right over what they did, ask for nothing.
    pub async fn ask_erasure(&self, viewer: &Viewer, now: u64) -> Result<(), DbErr> {
        let Subject::Person(person) = viewer.subject() else { return Ok(()) };
        let tx = self.begin(&viewer.compound).await?;
        let row = erasure_request::ActiveModel {
            person: Set(person.to_string()),
            compound: Set(viewer.compound.to_string()),
            asked_at: Set(int(now)),
            answer: Set(String::new()),
            answered_at: Set(None),
        };
        use erasure_request::Column::{Answer, AnsweredAt, AskedAt, Person};
        let again = OnConflict::column(Person).update_columns([AskedAt, Answer, AnsweredAt]).to_owned();
        erasure_request::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
        let (actor, object, detail) = (viewer.actor(), person.as_str(), json!({}));
        write_event(&tx, &viewer.compound, now, Doing { actor: &actor, verb: "erasure_asked", object, detail }).await?;
        tx.commit().await
    }

    /// What became of somebody's asking; nothing if they have not asked.
    pub async fn erasure_request(&self, person: &PersonId) -> Result<Option<Request>, DbErr> {
        let row = erasure_request::Entity::find_by_id(person.to_string()).one(self.reader()).await?;
        row.map(Request::read).transpose()
    }

    /// Who waits for an answer, longest first.
    pub async fn erasure_requests(&self, compound: &CompoundId) -> Result<Vec<Request>, DbErr> {
        let rows = erasure_request::Entity::find()
            .filter(erasure_request::COLUMN.compound.eq(compound.as_str()))
            .filter(erasure_request::COLUMN.answered_at.is_null())
            .order_by_asc(erasure_request::COLUMN.asked_at)
            .all(self.reader())
            .await?;
        rows.into_iter().map(Request::read).collect()
    }

    /// Says why somebody who has asked is not erased now; they read it on their own page.
    ///
    /// # Errors
    /// Not an officer, nobody who waits, or no reason.
    pub async fn decline_erasure(
        &self,
        by: &StaffMember,
        person: &PersonId,
        reason: &str,
        now: u64,
    ) -> Result<(), DeclineError> {
        let reason = reason.trim();
        if !(1..=500).contains(&reason.chars().count()) {
            return Err(DeclineError::Reason);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(DeclineError::NotOfficer)?;
        let answered = erasure_request::Entity::update_many()
            .col_expr(erasure_request::Column::Answer, Expr::value(reason))
            .col_expr(erasure_request::Column::AnsweredAt, Expr::value(int(now)))
            .filter(erasure_request::COLUMN.person.eq(person.as_str()))
            .filter(erasure_request::COLUMN.compound.eq(by.compound.as_str()))
            .filter(erasure_request::COLUMN.answered_at.is_null())
            .exec(&tx)
            .await?;
        if answered.rows_affected != 1 {
            return Err(DeclineError::NoSuchRequest);
        }
        let (actor, object, detail) = (by.actor(), person.as_str(), json!({}));
        write_event(&tx, &by.compound, now, Doing { actor: &actor, verb: "erasure_declined", object, detail }).await?;
        tx.commit().await?;
        Ok(())
    }
}
