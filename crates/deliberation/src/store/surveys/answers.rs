//! Answers: each person's own online, and those that staff enter from paper and talks.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::{
    events::Actor,
    ids::Subject,
    session::{Who, find_who},
};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};

use super::{Below, Response, allowed, facts_of, find, from_json, load, questions, responses, to_json, write_below};
use crate::{
    lifecycle::{Given, Verb},
    people::TieKind,
    store::{
        By, Deliberation, Field, SurveyId, UseError, check_text,
        people::Standing as Member,
        tables::{int, survey_home, survey_response, survey_voice, tie, uint, word},
    },
    survey::{Answers, Channel, Question, SurveyFault, Tenure, check_answers},
};

/// More answers than any estate has people.
const MOST: u64 = 20_000;

/// What staff enter from a paper or a talk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Any but online.
    pub channel: Channel,
    /// As a roll names it; empty if it was not said.
    pub building: String,
    /// What they are to their home.
    pub tenure: Tenure,
    /// The home's label as the register has it, if it was said: who need not be asked again.
    pub unit: Option<String>,
    /// By the number of the question.
    pub answers: Answers,
}

/// An answered sheet as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Entry {
    /// From 1, within the survey: what stands on the paper.
    pub number: u64,
    pub channel: Channel,
    pub answers: Answers,
}

impl Deliberation {
    /// Answers a survey online, or answers it anew: the last answers count, until it closes. The event does not say who.
    ///
    /// # Errors
    /// No right, an office rather than a person, not open, or answers that do not fit.
    pub async fn answer_survey(&self, by: &By, id: &SurveyId, answers: &Answers, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = answer(&tx, &who, id, answers, now).await;
        self.end(tx, by, &format!("survey_submit {id}"), now, result).await
    }

    /// What somebody has answered, while they can still change it.
    pub async fn own_answers(&self, by: &By, id: &SurveyId) -> Result<Option<Answers>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, &by.compound, id).await? else { return Ok(None) };
        let voice = survey_voice::Entity::find_by_id((row.id, by.subject.to_string())).one(db).await?;
        let Some((id, number)) = voice.and_then(|voice| Some((voice.survey, voice.response?))) else { return Ok(None) };
        let response = survey_response::Entity::find_by_id((id, number)).one(db).await?;
        response.map(|response| from_json(&response.answers)).transpose()
    }

    /// Whether somebody has answered.
    pub async fn has_answered(&self, by: &By, id: &SurveyId) -> Result<bool, DbErr> {
        let voice = survey_voice::Entity::find_by_id((id.to_string(), by.subject.to_string()));
        Ok(voice.one(self.estate.reader()).await?.is_some())
    }

    /// Enters what stands on a paper or was said in a talk; gives the number to write on the paper.
    ///
    /// # Errors
    /// No right, not open or entry has ended, no consent, a channel or place that is none, or answers that do not fit.
    pub async fn enter_answers(
        &self,
        by: &By,
        id: &SurveyId,
        new: &NewEntry,
        has_consent: bool,
        now: u64,
    ) -> Result<u64, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = enter(&tx, &who, id, (new, has_consent), now).await;
        self.end(tx, by, &format!("survey_enter_paper {id}"), now, result).await
    }

    /// The last papers that somebody has entered themselves, newest first.
    pub async fn own_entries(&self, by: &By, id: &SurveyId, limit: usize) -> Result<Vec<Entry>, DbErr> {
        let me = by.subject.to_string();
        let all = responses(self.estate.reader(), id.as_str()).await?;
        let own = all.into_iter().rev().filter(|response| response.row.recorder == me).take(limit);
        let entry = |response: Response| Entry {
            number: response.number,
            channel: response.channel,
            answers: response.answers,
        };
        Ok(own.map(entry).collect())
    }
}

/// What somebody is to the estate, and where: the building is their first home's.
struct Place {
    building: String,
    tenure: Tenure,
    units: BTreeSet<String>,
}

async fn place_of(tx: &DatabaseTransaction, who: &Member, now: u64) -> Result<Place, UseError> {
    let Subject::Person(person) = &who.by.subject else { return Err(UseError::Survey(SurveyFault::Person)) };
    let compound = &who.by.compound;
    if let Some(Who::Owner(owner)) = find_who(tx, compound, &who.by.subject, now).await?
        && let Some(first) = owner.units.first()
    {
        let building =
            if first.phase.is_empty() { first.building.clone() } else { format!("{}/{}", first.phase, first.building) };
        let units = owner.units.iter().map(|unit| unit.label.clone()).collect();
        return Ok(Place { building, tenure: Tenure::Owner, units });
    }
    let ties = tie::Entity::find()
        .filter(tie::COLUMN.compound.eq(compound.as_str()))
        .filter(tie::COLUMN.person.eq(person.as_str()))
        .filter(tie::COLUMN.until_at.gt(int(now)))
        .all(tx)
        .await?;
    let Some(first) = ties.iter().find(|row| row.verified_by.is_some()) else {
        return Ok(Place { building: String::new(), tenure: Tenure::Other, units: BTreeSet::new() });
    };
    let tenure = match word(&first.kind)? {
        TieKind::Tenant => Tenure::Tenant,
        TieKind::Delegate => Tenure::Firm,
        TieKind::Owner | TieKind::CoOwner => Tenure::Owner,
        TieKind::Family => Tenure::Other,
    };
    Ok(Place { building: building_of(&first.unit), tenure, units: [first.unit.clone()].into() })
}

/// The building of a unit's label, as a roll names it.
fn building_of(label: &str) -> String {
    match label.split('|').collect::<Vec<_>>().as_slice() {
        ["", building, ..] => (*building).to_owned(),
        [phase, building, ..] => format!("{phase}/{building}"),
        _ => String::new(),
    }
}

pub(super) fn check(questions: &[Question], answers: &Answers) -> Result<(), UseError> {
    check_answers(questions, answers).map_err(|(number, error)| match number {
        0 => UseError::Survey(SurveyFault::Nothing),
        number => UseError::Question(number, error),
    })
}

pub(super) async fn kinds(db: &impl ConnectionTrait, survey: &str) -> Result<Vec<Question>, DbErr> {
    Ok(questions(db, survey).await?.into_iter().map(|asked| asked.question).collect())
}

async fn answer(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    answers: &Answers,
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let facts = facts_of(tx, &row, now).await?;
    let step = allowed(who, &row, Verb::Submit, &facts)?;
    let place = place_of(tx, who, now).await?;
    check(&kinds(tx, &row.id).await?, answers)?;
    let me = who.by.subject.to_string();
    let voice = survey_voice::Entity::find_by_id((row.id.clone(), me.clone())).one(tx).await?;
    let old = match voice.and_then(|voice| voice.response) {
        Some(number) => survey_response::Entity::find_by_id((row.id.clone(), number)).one(tx).await?,
        None => None,
    };
    let (number, before) = match &old {
        Some(old) => (uint(old.number), Some(old.digest())),
        None => (next(tx, &row.id).await?, None),
    };
    let new = survey_response::Model {
        survey: row.id.clone(),
        number: int(number),
        channel: Channel::Online.code().to_owned(),
        building: place.building,
        tenure: place.tenure.code().to_owned(),
        answers: to_json(answers)?,
        recorder: String::new(),
        answers_twice: String::new(),
        recorder_twice: String::new(),
        is_settled: false,
        at: int(now),
    };
    let after = new.digest();
    if old.is_some() {
        new.into_active_model().reset_all().update(tx).await?;
    } else {
        survey_response::Entity::insert(new.into_active_model()).exec_without_returning(tx).await?;
        let voice = survey_voice::ActiveModel {
            survey: Set(row.id.clone()),
            person: Set(me),
            response: Set(Some(int(number))),
        };
        survey_voice::Entity::insert(voice).exec_without_returning(tx).await?;
    }
    reached(tx, &row.id, &place.units).await?;
    let below = Below { what: &format!("response/{number}"), before, after, records: BTreeMap::new() };
    // That it was answered is for all to check; who answered what is nobody's business.
    Ok(write_below(tx, &who.by.compound, (Actor::Server, &row.id, &step), below, now).await?)
}

/// Notes homes from which somebody has answered.
async fn reached(tx: &DatabaseTransaction, survey: &str, units: &BTreeSet<String>) -> Result<(), DbErr> {
    for unit in units {
        let home = survey_home::ActiveModel { survey: Set(survey.to_owned()), unit: Set(unit.clone()) };
        let keys = [survey_home::Column::Survey, survey_home::Column::Unit];
        let once = OnConflict::columns(keys).do_nothing().to_owned();
        survey_home::Entity::insert(home).on_conflict(once).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn next(tx: &DatabaseTransaction, survey: &str) -> Result<u64, UseError> {
    use sea_orm::{QueryOrder as _, QuerySelect as _};
    let last: Option<i64> = survey_response::Entity::find()
        .select_only()
        .column(survey_response::Column::Number)
        .filter(survey_response::COLUMN.survey.eq(survey))
        .order_by_desc(survey_response::COLUMN.number)
        .into_tuple()
        .one(tx)
        .await?;
    let next = last.map_or(0, uint) + 1;
    if MOST < next { Err(UseError::Survey(SurveyFault::Full)) } else { Ok(next) }
}

async fn enter(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    (new, has_consent): (&NewEntry, bool),
    now: u64,
) -> Result<u64, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    // A paper is filled in by oneself; what somebody said at the door is written down for them.
    facts.is_on_behalf = new.channel == Channel::Interview;
    facts.given.extend(has_consent.then_some(Given::Consent));
    let step = allowed(who, &row, Verb::EnterPaper, &facts)?;
    if new.channel == Channel::Online {
        return Err(UseError::Survey(SurveyFault::Channel));
    }
    if !row.salt.is_empty() {
        return Err(UseError::Survey(SurveyFault::Drawn));
    }
    let unit = new.unit.as_deref().map(|unit| check_text(unit, 200, Field::Building)).transpose()?;
    let building = match &unit {
        Some(unit) => building_of(unit),
        None if new.building.is_empty() => String::new(),
        None => check_text(&new.building, 50, Field::Building)?,
    };
    check(&kinds(tx, &row.id).await?, &new.answers)?;
    let number = next(tx, &row.id).await?;
    let response = survey_response::Model {
        survey: row.id.clone(),
        number: int(number),
        channel: new.channel.code().to_owned(),
        building,
        tenure: new.tenure.code().to_owned(),
        answers: to_json(&new.answers)?,
        recorder: who.by.subject.to_string(),
        answers_twice: String::new(),
        recorder_twice: String::new(),
        is_settled: false,
        at: int(now),
    };
    let after = response.digest();
    survey_response::Entity::insert(response.into_active_model()).exec_without_returning(tx).await?;
    reached(tx, &row.id, &unit.into_iter().collect()).await?;
    let below = Below { what: &format!("response/{number}"), before: None, after, records: BTreeMap::new() };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(number)
}

/// From when nothing can be changed any more, nothing says who answered what either.
pub(super) async fn forget_who(tx: &DatabaseTransaction, survey: &str) -> Result<(), DbErr> {
    survey_voice::Entity::update_many()
        .col_expr(survey_voice::Column::Response, Expr::value(Option::<i64>::None))
        .filter(survey_voice::COLUMN.survey.eq(survey))
        .exec(tx)
        .await?;
    Ok(())
}
