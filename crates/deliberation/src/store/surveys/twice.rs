//! Papers that a second person enters: a sample drawn by chance once entry has ended.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{hash::Hash, store::fresh::Fresh};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, DbErr, IntoActiveModel as _};
use serde_json::json;

use super::{
    Below, Response, allowed,
    answers::{check, kinds},
    facts_of, find, from_json, load, percent, responses, to_json, write_below,
};
use crate::{
    lifecycle::{Record, Verb},
    rights::check_second_person,
    store::{
        By, Deliberation, SurveyId, UseError,
        people::Standing as Member,
        tables::{survey, survey_response},
    },
    survey::{Answers, Channel, SurveyFault, sample},
};

/// A paper that was drawn to be entered by a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Paper {
    pub number: u64,
    pub channel: Channel,
    /// Whether whoever asks entered it first, and so does not do it again.
    pub is_own: bool,
    /// Both entries, once there are two.
    pub both: Option<(Answers, Answers)>,
    /// Whether they are the same, or one was chosen.
    pub is_settled: bool,
}

/// Which of two entries stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Deliberation {
    /// Ends the entering of papers and draws those that a second person enters: so many percent as the community has
    /// set, by a salt that nobody knew before.
    ///
    /// # Errors
    /// No right, not closed, or it was done already.
    pub async fn draw_papers(&self, by: &By, id: &SurveyId, now: u64, fresh: &mut Fresh) -> Result<u64, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = draw(&tx, &who, id, now, fresh).await;
        self.end(tx, by, &format!("survey_draw {id}"), now, result).await
    }

    /// Enters a drawn paper a second time; gives whether both entries are the same.
    ///
    /// # Errors
    /// No right, entered first by the same person, not a paper that waits, or answers that do not fit.
    pub async fn enter_twice(
        &self,
        by: &By,
        (id, number): (&SurveyId, u64),
        answers: &Answers,
        now: u64,
    ) -> Result<bool, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = enter_twice(&tx, &who, (id, number), answers, now).await;
        self.end(tx, by, &format!("survey_verify {id}"), now, result).await
    }

    /// Chooses the first or the second of two entries that differ, by what stands on the paper.
    ///
    /// # Errors
    /// No right, or no two entries that differ.
    pub async fn settle_paper(
        &self,
        by: &By,
        (id, number): (&SurveyId, u64),
        second: Choice,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = settle(&tx, &who, (id, number), second, now).await;
        self.end(tx, by, &format!("survey_verify {id}"), now, result).await
    }

    /// The papers that were drawn.
    pub async fn drawn_papers(&self, by: &By, id: &SurveyId) -> Result<Vec<Paper>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, &by.compound, id).await? else { return Ok(Vec::new()) };
        let responses = responses(db, &row.id).await?;
        let drawn = drawn(&row, &responses, percent(db, &row).await?)?;
        let me = by.subject.to_string();
        let papers = responses.into_iter().filter(|response| drawn.contains(&response.number)).map(|response| {
            let both = if response.row.recorder_twice.is_empty() {
                None
            } else {
                Some((response.answers.clone(), from_json(&response.row.answers_twice)?))
            };
            Ok(Paper {
                number: response.number,
                channel: response.channel,
                is_own: response.row.recorder == me,
                both,
                is_settled: response.row.is_settled,
            })
        });
        papers.collect()
    }
}

/// The numbers of the papers that were drawn; none before.
fn drawn(row: &survey::Model, responses: &[Response], percent: u64) -> Result<BTreeSet<u64>, DbErr> {
    if row.salt.is_empty() {
        return Ok(BTreeSet::new());
    }
    let salt: Hash = row.salt.parse().map_err(|_| DbErr::Type("the salt of a survey".to_owned()))?;
    let papers = responses.iter().filter(|response| response.channel != Channel::Online);
    let numbers: Vec<String> = papers.map(|paper| paper.number.to_string()).collect();
    let chosen = sample(numbers.iter().map(String::as_str), percent, &salt);
    Ok(chosen.into_iter().filter_map(|number| number.parse().ok()).collect())
}

async fn draw(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    now: u64,
    fresh: &mut Fresh,
) -> Result<u64, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let step = allowed(who, &row, Verb::Draw, &facts_of(tx, &row, now).await?)?;
    if !row.salt.is_empty() {
        return Err(UseError::Survey(SurveyFault::Drawn));
    }
    let changed = survey::Model { salt: Hash::of(&fresh.block()).to_string(), ..row.clone() };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let papers = drawn(&changed, &responses(tx, &row.id).await?, percent(tx, &row).await?)?;
    let below = Below {
        what: "sample",
        before: Some(row.digest()),
        after: changed.digest(),
        records: BTreeMap::from([(Record::Evidence, json!(changed.salt))]),
    };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(papers.len() as u64)
}

/// A paper that was drawn.
async fn drawn_paper(
    tx: &DatabaseTransaction,
    row: &survey::Model,
    number: u64,
) -> Result<survey_response::Model, UseError> {
    let all = responses(tx, &row.id).await?;
    let is_drawn = drawn(row, &all, percent(tx, row).await?)?.contains(&number);
    let paper = all.into_iter().find(|response| response.number == number && is_drawn);
    Ok(paper.ok_or(UseError::Survey(SurveyFault::Paper))?.row)
}

async fn enter_twice(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, number): (&SurveyId, u64),
    answers: &Answers,
    now: u64,
) -> Result<bool, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let step = allowed(who, &row, Verb::Verify, &facts_of(tx, &row, now).await?)?;
    let paper = drawn_paper(tx, &row, number).await?;
    if !paper.recorder_twice.is_empty() {
        return Err(UseError::Survey(SurveyFault::Paper));
    }
    let me = who.by.subject.to_string();
    check_second_person(&paper.recorder, &me).map_err(UseError::Conflict)?;
    check(&kinds(tx, &row.id).await?, answers)?;
    let is_same = from_json::<Answers>(&paper.answers)? == *answers;
    let changed = survey_response::Model {
        answers_twice: to_json(answers)?,
        recorder_twice: me,
        is_settled: is_same,
        ..paper.clone()
    };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let below = Below {
        what: &format!("response/{number}"),
        before: Some(paper.digest()),
        after: changed.digest(),
        records: BTreeMap::new(),
    };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(is_same)
}

async fn settle(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, number): (&SurveyId, u64),
    choice: Choice,
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let step = allowed(who, &row, Verb::Verify, &facts_of(tx, &row, now).await?)?;
    let paper = drawn_paper(tx, &row, number).await?;
    if paper.recorder_twice.is_empty() || paper.is_settled {
        return Err(UseError::Survey(SurveyFault::Settled));
    }
    let answers = match choice {
        Choice::First => paper.answers.clone(),
        Choice::Second => paper.answers_twice.clone(),
    };
    let changed = survey_response::Model { answers, is_settled: true, ..paper.clone() };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let below = Below {
        what: &format!("response/{number}"),
        before: Some(paper.digest()),
        after: changed.digest(),
        records: BTreeMap::new(),
    };
    Ok(write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?)
}
