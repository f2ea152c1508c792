//! Needs with what becomes of each, and the plan that cites them.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;

use super::{Below, allowed, coding, facts_of, from_json, hashed, load, to_json, write_below};
use crate::{
    lifecycle::{Given, Kind, Record, Verb},
    store::{
        By, Deliberation, Field, SurveyId, UseError, check_text,
        people::Standing as Member,
        tables::{int, survey_need, survey_plan, uint, word},
    },
    survey::{
        NeedAnswer, SurveyFault,
        figures::{Cell, cells},
    },
};

/// Items of one plan.
const PLAN_MOST: usize = 100;

/// A need with what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NeedView {
    /// From 1.
    pub number: u64,
    pub title: String,
    /// How many answers name it.
    pub found: Cell,
    /// What becomes of it, in what words, and when that was said.
    pub answer: Option<(NeedAnswer, String, u64)>,
}

/// An item of the plan as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// What will be done: 1 to 100 characters.
    pub title: String,
    /// The needs that it is for; at least one.
    pub needs: BTreeSet<u64>,
    /// By when, in Unix seconds.
    pub due: Option<u64>,
}

/// An item of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PlanView {
    /// From 1.
    pub number: u64,
    pub title: String,
    pub needs: BTreeSet<u64>,
    pub due: Option<u64>,
}

impl Deliberation {
    /// Answers a need: adopted, in part, or not; always with words.
    ///
    /// # Errors
    /// No right, not sorted yet or all is answered, no such need, or no words.
    pub async fn answer_need(
        &self,
        by: &By,
        (id, number): (&SurveyId, u64),
        answer: NeedAnswer,
        reason: &str,
        now: u64,
    ) -> Result<(), UseError> {
        let reason = check_text(reason, 1000, Field::Reason)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = answer_need(&tx, &who, (id, number), (answer, reason), now).await;
        self.end(tx, by, &format!("survey_decide {id}"), now, result).await
    }

    /// Puts something into the plan that follows from needs.
    ///
    /// # Errors
    /// No right, not sorted yet, a title that is none, or no need that it cites.
    pub async fn plan_for(&self, by: &By, id: &SurveyId, new: &NewPlan, now: u64) -> Result<u64, UseError> {
        let title = check_text(&new.title, 100, Field::Title)?;
        if title.contains('\n') {
            return Err(UseError::Field(Field::Title));
        }
        let (tx, who) = self.begin(by, now).await?;
        let result = plan(&tx, &who, id, (new, title), now).await;
        self.end(tx, by, &format!("survey_plan {id}"), now, result).await
    }

    /// The needs of a survey, in the order in which they were named.
    pub async fn needs(&self, id: &SurveyId) -> Result<Vec<NeedView>, DbErr> {
        let db = self.estate.reader();
        let rows = survey_need::Entity::find()
            .filter(survey_need::COLUMN.survey.eq(id.as_str()))
            .order_by_asc(survey_need::COLUMN.number)
            .all(db)
            .await?;
        let found = coding::found(db, id.as_str()).await?;
        let counts: Vec<u64> =
            rows.iter().map(|row| found.get(&uint(row.number)).copied().unwrap_or_default()).collect();
        let read = |(row, found): (survey_need::Model, Cell)| {
            let answer = match row.answered_at {
                Some(at) => Some((word(&row.answer)?, row.reason, uint(at))),
                None => None,
            };
            Ok(NeedView { number: uint(row.number), title: row.title, found, answer })
        };
        rows.into_iter().zip(cells(&counts)).map(read).collect()
    }

    /// What is planned after a survey.
    pub async fn survey_plan(&self, id: &SurveyId) -> Result<Vec<PlanView>, DbErr> {
        let rows = survey_plan::Entity::find()
            .filter(survey_plan::COLUMN.survey.eq(id.as_str()))
            .order_by_asc(survey_plan::COLUMN.number)
            .all(self.estate.reader())
            .await?;
        let read = |row: survey_plan::Model| {
            Ok(PlanView {
                number: uint(row.number),
                needs: from_json(&row.needs)?,
                due: row.due.map(uint),
                title: row.title,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

async fn answer_need(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, number): (&SurveyId, u64),
    (answer, reason): (NeedAnswer, String),
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.insert(Given::Text);
    let step = allowed(who, &row, Verb::Decide, &facts)?;
    let place = i64::try_from(number).unwrap_or(i64::MAX);
    let need = survey_need::Entity::find_by_id((row.id.clone(), place)).one(tx).await?;
    let need = need.ok_or(UseError::NoSuch(Kind::Survey))?;
    let changed =
        survey_need::Model { answer: answer.code().to_owned(), reason, answered_at: Some(int(now)), ..need.clone() };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let below = Below {
        what: &format!("need/{number}"),
        before: Some(need.digest()),
        after: changed.digest(),
        records: BTreeMap::from([(Record::Text, hashed(&changed.reason)), (Record::Outcome, json!(answer.code()))]),
    };
    Ok(write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?)
}

async fn plan(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    (new, title): (&NewPlan, String),
    now: u64,
) -> Result<u64, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.extend([Given::Text, Given::Child]);
    let step = allowed(who, &row, Verb::Plan, &facts)?;
    let needs = survey_need::Entity::find().filter(survey_need::COLUMN.survey.eq(&row.id)).all(tx).await?;
    let all: BTreeSet<u64> = needs.iter().map(|need| uint(need.number)).collect();
    if new.needs.is_empty() || !new.needs.is_subset(&all) {
        return Err(UseError::Survey(SurveyFault::Cites));
    }
    let items = survey_plan::Entity::find().filter(survey_plan::COLUMN.survey.eq(&row.id)).all(tx).await?;
    if PLAN_MOST <= items.len() {
        return Err(UseError::Survey(SurveyFault::Plan));
    }
    let number = items.len() as u64 + 1;
    let item = survey_plan::Model {
        survey: row.id.clone(),
        number: int(number),
        title,
        needs: to_json(&new.needs)?,
        due: new.due.map(int),
    };
    let (after, text) = (item.digest(), hashed(&item.title));
    survey_plan::Entity::insert(item.into_active_model()).exec_without_returning(tx).await?;
    let below = Below {
        what: &format!("plan/{number}"),
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, text), (Record::Child, json!({"needs": new.needs}))]),
    };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(number)
}
