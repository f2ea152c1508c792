//! Writing a survey: its text, its window, and its questions one after the other.

use std::collections::BTreeMap;

use ballot::{
    hash::Hash,
    store::{fresh::Fresh, ids::CompoundId},
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use serde_json::json;

use super::{Below, again, allowed, facts_of, hashed, load, questions, to_json, write_below};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, tables::SurveyState},
    rights::{Bearing, Site},
    settings::DAY,
    store::{
        By, Deliberation, Field, MatterAct, MatterId, SurveyId, UseError, check_text, matters,
        people::Standing as Member,
        record::{self, Change},
        tables::{int, survey, survey_question},
    },
    survey::{PROMPT_MAX, QUESTIONS_MOST, Question, SurveyFault},
};

/// A survey as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSurvey {
    /// 1 to 100 characters.
    pub title: String,
    /// What it is for: 1 to 4000 characters.
    pub text: String,
    /// The second at which it closes.
    pub closes: u64,
    /// By when every need has its answer, in Unix seconds.
    pub promised: u64,
    /// The matter that gives rise to it.
    pub matter: Option<MatterId>,
    /// The survey that is over and whose questions it asks again.
    pub again: Option<SurveyId>,
}

/// A question with what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// 1 to 200 characters in one line.
    pub prompt: String,
    /// Its kind.
    pub question: Question,
}

/// The longest that a survey is open, and that its needs wait for an answer after that.
const LONGEST: u64 = 366 * DAY;

impl Deliberation {
    /// Begins a survey, with the questions of an earlier one if it asks them again. If a matter gives rise to it, the
    /// matter stays open until every need has its answer.
    ///
    /// # Errors
    /// No right, a field that holds what it must not, the matter cannot give rise to it, or the earlier one is not over.
    pub async fn draft_survey(
        &self,
        by: &By,
        new: &NewSurvey,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<SurveyId, UseError> {
        let texts = check(new, now)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = draft(&tx, &who, new, texts, now, fresh).await;
        self.end(tx, by, "survey_create", now, result).await
    }

    /// Words a draft anew. The matter stays what it was.
    ///
    /// # Errors
    /// No such survey, not its author, no longer a draft, or a field that holds what it must not.
    pub async fn revise_survey(&self, by: &By, id: &SurveyId, new: &NewSurvey, now: u64) -> Result<(), UseError> {
        let texts = check(new, now)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = revise(&tx, &who, id, (new, texts), now).await;
        self.end(tx, by, &format!("survey_edit {id}"), now, result).await
    }

    /// Adds a question to a draft, or puts another in the place of the one of a number.
    ///
    /// # Errors
    /// No such survey or question, not its author, no longer a draft, or the question cannot be asked.
    pub async fn ask(
        &self,
        by: &By,
        id: &SurveyId,
        place: Option<u64>,
        asked: &Asked,
        now: u64,
    ) -> Result<u64, UseError> {
        let prompt = asked.prompt.trim();
        let is_prompt = (1..=PROMPT_MAX).contains(&prompt.chars().count()) && ballot::json::is_record_text(prompt);
        if !is_prompt {
            return Err(UseError::Survey(SurveyFault::Questions));
        }
        asked.question.check().map_err(|error| UseError::Question(place.unwrap_or(0), error))?;
        let asked = Asked { prompt: prompt.to_owned(), question: asked.question.clone() };
        let (tx, who) = self.begin(by, now).await?;
        let result = ask(&tx, &who, id, place, &asked, now).await;
        self.end(tx, by, &format!("survey_edit {id}"), now, result).await
    }

    /// Takes a question out of a draft; those after it move up.
    ///
    /// # Errors
    /// No such survey or question, not its author, or no longer a draft.
    pub async fn unask(&self, by: &By, id: &SurveyId, number: u64, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = unask(&tx, &who, id, number, now).await;
        self.end(tx, by, &format!("survey_edit {id}"), now, result).await
    }
}

fn check(new: &NewSurvey, now: u64) -> Result<(String, String), UseError> {
    let (title, text) = (check_text(&new.title, 100, Field::Title)?, check_text(&new.text, 4000, Field::Text)?);
    if title.contains('\n') {
        return Err(UseError::Field(Field::Title));
    }
    let is_window = now < new.closes
        && new.closes <= now.saturating_add(LONGEST)
        && new.closes < new.promised
        && new.promised <= new.closes.saturating_add(LONGEST);
    if is_window { Ok((title, text)) } else { Err(UseError::Survey(SurveyFault::Window)) }
}

async fn draft(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewSurvey,
    (title, text): (String, String),
    now: u64,
    fresh: &mut Fresh,
) -> Result<SurveyId, UseError> {
    let compound: &CompoundId = &who.by.compound;
    let (parts, site) = ([Part::Author].into(), Site::default());
    let facts = Facts { now, given: [Given::Text].into(), ..Facts::default() };
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(None::<SurveyState>, Verb::Create, doer, &facts)?;
    let row = survey::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "survey").await?),
        title,
        body: text,
        state: step.to.code().to_owned(),
        since: int(now),
        author: who.by.subject.to_string(),
        matter: new.matter.as_ref().map(ToString::to_string),
        opened_at: None,
        closes_at: int(new.closes),
        promised_at: int(new.promised),
        note: String::new(),
        report: String::new(),
        salt: String::new(),
        coder_one: None,
        coder_two: None,
        created_at: int(now),
    };
    let (id, after, text) = (SurveyId(row.id.clone()), row.digest(), hashed(&row.body));
    survey::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Survey,
        id: id.as_str(),
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, text)]),
    };
    record::write(tx, compound, step.records, change, now).await?;
    if let Some(matter) = &new.matter {
        let act = MatterAct { child: Some((Kind::Survey, id.to_string())), ..MatterAct::default() };
        matters::one_step(tx, who, matter, Verb::Link, &act, now).await?;
    }
    if let Some(earlier) = &new.again {
        again::copy(tx, who, (&id, earlier), now).await?;
    }
    Ok(id)
}

async fn revise(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    (new, (title, text)): (&NewSurvey, (String, String)),
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.insert(Given::Text);
    let step = allowed(who, &row, Verb::Edit, &facts)?;
    let changed =
        survey::Model { title, body: text, closes_at: int(new.closes), promised_at: int(new.promised), ..row.clone() };
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Survey,
        id: &row.id,
        verb: Verb::Edit,
        before: Some(row.digest()),
        after: changed.digest(),
        records: BTreeMap::from([(Record::Text, hashed(&changed.body))]),
    };
    Ok(record::write(tx, &who.by.compound, step.records, change, now).await?)
}

pub(super) async fn ask(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    place: Option<u64>,
    asked: &Asked,
    now: u64,
) -> Result<u64, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.insert(Given::Text);
    let step = allowed(who, &row, Verb::Edit, &facts)?;
    let count = questions(tx, &row.id).await?.len();
    let number = match place {
        Some(number) if (1..=count as u64).contains(&number) => number,
        Some(_) => return Err(UseError::NoSuch(Kind::Survey)),
        None if QUESTIONS_MOST <= count => return Err(UseError::Survey(SurveyFault::Questions)),
        None => count as u64 + 1,
    };
    let new = survey_question::Model {
        survey: row.id.clone(),
        number: int(number),
        prompt: asked.prompt.clone(),
        question: to_json(&asked.question)?,
    };
    let old = survey_question::Entity::find_by_id((row.id.clone(), int(number))).one(tx).await?;
    if old.is_some() {
        new.clone().into_active_model().reset_all().update(tx).await?;
    } else {
        survey_question::Entity::insert(new.clone().into_active_model()).exec_without_returning(tx).await?;
    }
    let below = Below {
        what: &format!("question/{number}"),
        before: old.map(|old| old.digest()),
        after: new.digest(),
        records: BTreeMap::from([(Record::Text, hashed(&new.prompt))]),
    };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(number)
}

async fn unask(tx: &DatabaseTransaction, who: &Member, id: &SurveyId, number: u64, now: u64) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.insert(Given::Text);
    let step = allowed(who, &row, Verb::Edit, &facts)?;
    let mut rows = survey_question::Entity::find().filter(survey_question::COLUMN.survey.eq(&row.id)).all(tx).await?;
    rows.sort_by_key(|question| question.number);
    let place = rows.iter().position(|question| question.number == int(number));
    let gone = rows.remove(place.ok_or(UseError::NoSuch(Kind::Survey))?);
    survey_question::Entity::delete_many().filter(survey_question::COLUMN.survey.eq(&row.id)).exec(tx).await?;
    for (question, number) in rows.iter_mut().zip(1..) {
        question.number = number;
        survey_question::Entity::insert(question.clone().into_active_model()).exec_without_returning(tx).await?;
    }
    let below = Below {
        what: &format!("question/{number}"),
        before: Some(gone.digest()),
        after: digest(tx, &row).await?,
        records: BTreeMap::from([(Record::Text, json!(""))]),
    };
    Ok(write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?)
}

/// SHA-256 over what a survey asks: its row and all its questions.
pub(super) async fn digest(db: &impl ConnectionTrait, row: &survey::Model) -> Result<Hash, DbErr> {
    let asked: Vec<_> = questions(db, &row.id).await?.into_iter().map(|asked| (asked.prompt, asked.question)).collect();
    Ok(Hash::of(to_json(&(&row.title, &row.body, &asked))?.as_bytes()))
}
