//! The needs that were named most, as statements to begin with.

use std::collections::BTreeSet;

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _};

use super::{Conversation, state};
use crate::{
    rights::Action,
    store::{
        By, Deliberation, SurveyId, UseError,
        people::Standing as Member,
        surveys::coding,
        tables::{statement, survey_need, uint},
    },
};

/// So many needs are put to everybody.
const NEEDS_MOST: usize = 10;

impl Deliberation {
    /// Puts the ten needs that were named most to everybody, each as a statement that waits for a moderator like any
    /// other. Those that stand there already are left out.
    ///
    /// # Errors
    /// No right, no such survey, or its needs are not sorted yet or all answered.
    pub async fn state_needs(&self, by: &By, id: &SurveyId, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = state_needs(&tx, &who, id, now).await;
        self.end(tx, by, &format!("survey_needs {id}"), now, result).await
    }
}

async fn state_needs(tx: &DatabaseTransaction, who: &Member, id: &SurveyId, now: u64) -> Result<(), UseError> {
    let conversation = Conversation::Needs(id.clone());
    conversation.building(tx, &who.by.compound, now).await?;
    who.check(Action::DraftSurvey, &who.site(None, now), now)?;
    let known = statement::Entity::find().filter(statement::COLUMN.target.eq(conversation.key())).all(tx).await?;
    let known: BTreeSet<String> = known.into_iter().map(|row| row.body).collect();
    for title in most_named(tx, id).await?.into_iter().filter(|title| !known.contains(title)) {
        state(tx, who, &conversation, title, now).await?;
    }
    Ok(())
}

/// The titles of the needs that most answers name, the most named first.
async fn most_named(tx: &DatabaseTransaction, id: &SurveyId) -> Result<Vec<String>, DbErr> {
    let found = coding::found(tx, id.as_str()).await?;
    let mut needs = survey_need::Entity::find().filter(survey_need::COLUMN.survey.eq(id.as_str())).all(tx).await?;
    let named = |need: &survey_need::Model| found.get(&uint(need.number)).copied().unwrap_or_default();
    needs.sort_by_key(|need| (std::cmp::Reverse(named(need)), need.number));
    Ok(needs.into_iter().take(NEEDS_MOST).map(|need| need.title).collect())
}
