//! What people ask of their own data, to correct or to erase it, and what officers answer.
//!
//! Source: 中华人民共和国个人信息保护法 (PIPL), articles 46 (correction), 47 (erasure) and 50 (a refusal is explained).

use sea_orm::{
    ActiveValue::Set,
    DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use super::{
    estate::Estate,
    events::{Doing, write_event},
    ids::{CompoundId, PersonId, Subject},
    refusal::refusals,
    session::Viewer,
    staff::{Role, StaffMember, still_holds},
    tables::{
        int,
        privacy_request::{self, Column},
        uint,
    },
};

/// How many characters say what is wrong, or what is answered, at most.
pub const TEXT_MOST: usize = 500;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// That something wrong is put right.
    Correct,
    /// That everything is erased.
    Erase,
}

impl Wish {
    /// The word in columns and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Erase => "erase",
        }
    }

    /// The one of this word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Correct, Self::Erase].into_iter().find(|wish| wish.as_str() == word)
    }
}

/// That somebody has asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Asked {
    pub person: PersonId,
    pub wish: Wish,
    /// What is wrong; empty where nothing is to be said.
    pub body: String,
    pub at: u64,
    /// What was answered, and when. They may ask again then.
    pub answer: Option<(String, u64)>,
}

refusals! {
    /// Why nothing is asked.
    AskError {
        NotPerson "not_person" "people ask for themselves, and offices do not",
        Text "bad_text" "1 to 500 characters say what is wrong",
    }
}

refusals! {
    /// Why nothing is answered.
    AnswerError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchRequest "no_such_request" "nobody of this id has asked and waits for an answer",
        Text "bad_text" "an answer of 1 to 500 characters is wanted",
    }
}

impl Asked {
    fn read(row: privacy_request::Model) -> Result<Self, DbErr> {
        Ok(Self {
            person: row.person.parse().map_err(|_| DbErr::Type("the person of a request".to_owned()))?,
            wish: Wish::read(&row.wish).ok_or_else(|| DbErr::Type(format!("wish {}", row.wish)))?,
            body: row.body,
            at: uint(row.asked_at),
            answer: row.answered_at.map(|at| (row.answer, uint(at))),
        })
    }
}

fn is_text(text: &str) -> bool {
    (1..=TEXT_MOST).contains(&text.chars().count())
}

impl Estate {
    /// Asks officers for something on behalf of whoever is signed in. Who has asked before asks anew.
    ///
    /// # Errors
    /// Somebody in office, or it is not said what is wrong.
    pub async fn ask(&self, viewer: &Viewer, wish: Wish, body: &str, now: u64) -> Result<(), AskError> {
        let Subject::Person(person) = viewer.subject() else { return Err(AskError::NotPerson) };
        let body = body.trim();
        if wish == Wish::Correct && !is_text(body) {
            return Err(AskError::Text);
        }
        let tx = self.begin(&viewer.compound).await?;
        let row = privacy_request::ActiveModel {
            person: Set(person.to_string()),
            wish: Set(wish.as_str().to_owned()),
            compound: Set(viewer.compound.to_string()),
            body: Set(body.to_owned()),
            asked_at: Set(int(now)),
            answer: Set(String::new()),
            answered_at: Set(None),
        };
        let again = OnConflict::columns([Column::Person, Column::Wish])
            .update_columns([Column::Body, Column::AskedAt, Column::Answer, Column::AnsweredAt])
            .to_owned();
        privacy_request::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
        let detail = json!({"wish": wish.as_str()});
        let doing = Doing { actor: &viewer.actor(), verb: "privacy_asked", object: person.as_str(), detail };
        write_event(&tx, &viewer.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What somebody has asked for, and what became of it.
    pub async fn asked_by(&self, person: &PersonId) -> Result<Vec<Asked>, DbErr> {
        let rows = privacy_request::Entity::find()
            .filter(privacy_request::COLUMN.person.eq(person.as_str()))
            .order_by_asc(privacy_request::COLUMN.wish)
            .all(self.reader())
            .await?;
        rows.into_iter().map(Asked::read).collect()
    }

    /// What waits for an answer, longest first.
    pub async fn asked(&self, compound: &CompoundId) -> Result<Vec<Asked>, DbErr> {
        let rows = privacy_request::Entity::find()
            .filter(privacy_request::COLUMN.compound.eq(compound.as_str()))
            .filter(privacy_request::COLUMN.answered_at.is_null())
            .order_by_asc(privacy_request::COLUMN.asked_at)
            .all(self.reader())
            .await?;
        rows.into_iter().map(Asked::read).collect()
    }

    /// Says what became of a request, or why nothing does; they read it on their own page.
    ///
    /// # Errors
    /// Not an officer, nothing that waits, or no answer.
    pub async fn answer(
        &self,
        by: &StaffMember,
        (person, wish): (&PersonId, Wish),
        answer: &str,
        now: u64,
    ) -> Result<(), AnswerError> {
        let answer = answer.trim();
        if !is_text(answer) {
            return Err(AnswerError::Text);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(AnswerError::NotOfficer)?;
        let answered = privacy_request::Entity::update_many()
            .col_expr(Column::Answer, Expr::value(answer))
            .col_expr(Column::AnsweredAt, Expr::value(int(now)))
            .filter(privacy_request::COLUMN.person.eq(person.as_str()))
            .filter(privacy_request::COLUMN.wish.eq(wish.as_str()))
            .filter(privacy_request::COLUMN.compound.eq(by.compound.as_str()))
            .filter(privacy_request::COLUMN.answered_at.is_null())
            .exec(&tx)
            .await?;
        if answered.rows_affected != 1 {
            return Err(AnswerError::NoSuchRequest);
        }
        let detail = json!({"wish": wish.as_str()});
        let doing = Doing { actor: &by.actor(), verb: "privacy_answered", object: person.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }
}
