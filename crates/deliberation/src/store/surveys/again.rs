//! Asking again what was asked before, so that the two can be read side by side.

use ballot::store::ids::CompoundId;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _};

use super::{Asked, NeedView, QuestionResult, SurveyRow, draft, find, questions, read_row, state_of};
use crate::{
    lifecycle::{Kind, tables::SurveyState},
    store::{
        Deliberation, SurveyId, UseError,
        people::Standing as Member,
        tables::{survey, survey_again},
    },
};

/// What an earlier survey asked and heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The survey.
    pub row: SurveyRow,
    /// What was answered to each of its questions.
    pub results: Vec<QuestionResult>,
    /// The needs that were found in it, with what became of them.
    pub needs: Vec<NeedView>,
}

impl Earlier {
    /// What was answered to the same question, worded alike.
    pub fn result(&self, now: &QuestionResult) -> Option<&QuestionResult> {
        let is_same =
            |then: &&QuestionResult| then.asked.prompt == now.asked.prompt && then.asked.question == now.asked.question;
        self.results.iter().find(is_same)
    }

    /// The need of the same title.
    pub fn need(&self, now: &NeedView) -> Option<&NeedView> {
        self.needs.iter().find(|then| then.title == now.title)
    }
}

impl Deliberation {
    /// The survey whose questions this one asks again.
    pub async fn earlier_survey(
        &self,
        compound: &CompoundId,
        id: &SurveyId,
        now: u64,
    ) -> Result<Option<Earlier>, DbErr> {
        let db = self.estate.reader();
        let Some(link) = survey_again::Entity::find_by_id(id.0.clone()).one(db).await? else { return Ok(None) };
        let earlier = SurveyId(link.earlier);
        let Some(row) = find(db, compound, &earlier).await? else { return Ok(None) };
        Ok(Some(Earlier {
            row: read_row(row, now)?,
            results: self.survey_results(compound, &earlier).await?,
            needs: self.needs(&earlier).await?,
        }))
    }

    /// The surveys that ask again what this one asked, oldest first. Those that are not public are there too.
    pub async fn later_surveys(&self, compound: &CompoundId, id: &SurveyId, now: u64) -> Result<Vec<SurveyRow>, DbErr> {
        let db = self.estate.reader();
        let links = survey_again::Entity::find().filter(survey_again::COLUMN.earlier.eq(id.as_str())).all(db).await?;
        let rows = survey::Entity::find()
            .filter(survey::COLUMN.compound.eq(compound.as_str()))
            .filter(survey::COLUMN.id.is_in(links.into_iter().map(|link| link.survey)));
        let mut rows: Vec<_> =
            rows.all(db).await?.into_iter().map(|row| read_row(row, now)).collect::<Result<_, _>>()?;
        rows.sort_by_key(|row| row.number);
        Ok(rows)
    }
}

/// Whether what a survey asked can be asked again: nobody answers it any more.
pub(super) fn is_repeatable(state: SurveyState) -> bool {
    matches!(state, SurveyState::Closed | SurveyState::Coded | SurveyState::Reported | SurveyState::Answered)
}

/// Takes the questions of an earlier survey into a draft.
///
/// # Errors
/// There is no such survey in the compound, or it is not over.
pub(super) async fn copy(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, earlier): (&SurveyId, &SurveyId),
    now: u64,
) -> Result<(), UseError> {
    let row = find(tx, &who.by.compound, earlier).await?.ok_or(UseError::NoSuch(Kind::Survey))?;
    if !is_repeatable(state_of(&row, now)?) {
        return Err(UseError::NoSuch(Kind::Survey));
    }
    link(tx, id, earlier).await?;
    for asked in questions(tx, &row.id).await? {
        let asked = Asked { prompt: asked.prompt, question: asked.question };
        draft::ask(tx, who, id, None, &asked, now).await?;
    }
    Ok(())
}

async fn link(tx: &impl ConnectionTrait, id: &SurveyId, earlier: &SurveyId) -> Result<(), DbErr> {
    let line = survey_again::Model { survey: id.0.clone(), earlier: earlier.0.clone() };
    survey_again::Entity::insert(sea_orm::IntoActiveModel::into_active_model(line)).exec_without_returning(tx).await?;
    Ok(())
}
