//! Sorting the answers in people's own words into needs: two do it apart, then what differs is settled.

use std::collections::{BTreeMap, BTreeSet};

use ballot::hash::Hash;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, sea_query::OnConflict,
};
use serde_json::json;

use super::{Below, Response, allowed, facts_of, find, hashed, load, responses, write_below};
use crate::{
    lifecycle::{Given, Record, Step, Verb, tables::SurveyState},
    store::{
        By, Deliberation, SurveyId, UseError,
        people::Standing as Member,
        tables::{int, survey, survey_coding, survey_need, uint},
    },
    survey::{Answer, SurveyFault, kappa, uncoded},
};

/// The place of what was settled, after those of the two who sort.
const SETTLED: i64 = 3;
/// Needs of one survey.
const NEEDS_MOST: usize = 100;
/// The longest name of a need, in characters.
const NEED_MAX: usize = 60;

/// An answer in somebody's own words: the number of the sheet and of the question.
type Key = (u64, u64);

/// How far the two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Answers that both have sorted.
    pub of: u64,
    /// Those that both have sorted into the same need.
    pub alike: u64,
    /// Cohen's kappa in thousandths; none where chance explains everything.
    pub kappa: Option<i128>,
}

/// An answer that the two have sorted into different needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Difference {
    pub response: u64,
    pub question: u64,
    pub text: String,
    /// What the one and the other took it for; 0 is no need.
    pub needs: (u64, u64),
}

/// What is left to sort, for one of the two who do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coding {
    /// How many answers there are.
    pub of: u64,
    /// How many whoever asks has sorted.
    pub own: u64,
    /// Whether whoever asks is one of the two, or can become it.
    pub is_coder: bool,
    /// The next that whoever asks has not sorted: the sheet, the question, the text.
    pub next: Option<(u64, u64, String)>,
    /// Whether both have sorted everything.
    pub is_done: bool,
    /// How far they agree, once both have sorted everything.
    pub agreement: Option<Agreement>,
    /// What is to be settled, once both have sorted everything.
    pub differences: Vec<Difference>,
}

impl Deliberation {
    /// Names a need that was found in the answers.
    ///
    /// # Errors
    /// No right, not closed, one of others sorts, or the name is none.
    pub async fn add_need(&self, by: &By, id: &SurveyId, title: &str, now: u64) -> Result<u64, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = add_need(&tx, &who, id, title.trim(), now).await;
        self.end(tx, by, &format!("survey_note {id}"), now, result).await
    }

    /// Sorts one answer into a need, 0 being none; again, as long as the other has not finished too. The first two who
    /// sort are the two of this survey.
    ///
    /// # Errors
    /// No right, not closed, two others sort already, or no such answer or need.
    pub async fn sort_answer(
        &self,
        by: &By,
        id: &SurveyId,
        (response, question): (u64, u64),
        need: u64,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = sort(&tx, &who, id, (response, question), need, now).await;
        self.end(tx, by, &format!("survey_sort {id}"), now, result).await
    }

    /// Settles what an answer is taken for that the two have sorted differently.
    ///
    /// # Errors
    /// Not one of the two, they have not both finished, or the answer is not one of those that differ.
    pub async fn settle_answer(
        &self,
        by: &By,
        id: &SurveyId,
        (response, question): (u64, u64),
        need: u64,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = settle(&tx, &who, id, (response, question), need, now).await;
        self.end(tx, by, &format!("survey_sort {id}"), now, result).await
    }

    /// What is left to sort for somebody. Neither sees what the other has done before both have finished.
    pub async fn coding(&self, by: &By, id: &SurveyId) -> Result<Coding, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, &by.compound, id).await? else { return Ok(Coding::default()) };
        let texts = texts(&responses(db, &row.id).await?);
        let [one, other, settled] = codings(db, &row.id).await?;
        let me = by.subject.to_string();
        let place = place(&row, &me);
        let empty = BTreeMap::new();
        let own = match place {
            Some(1) => &one,
            Some(2) => &other,
            Some(_) | None => &empty,
        };
        let is_done = is_done(&texts, &one, &other);
        let next = texts.iter().find(|(key, _)| !own.contains_key(*key));
        let mut differences = Vec::new();
        if is_done {
            for (key, text) in &texts {
                let needs = (one.get(key).copied().unwrap_or(0), other.get(key).copied().unwrap_or(0));
                if needs.0 != needs.1 && !settled.contains_key(key) {
                    differences.push(Difference { response: key.0, question: key.1, text: text.clone(), needs });
                }
            }
        }
        Ok(Coding {
            of: texts.len() as u64,
            own: texts.keys().filter(|key| own.contains_key(*key)).count() as u64,
            is_coder: place.is_some(),
            next: next.map(|((response, question), text)| (*response, *question, text.clone())),
            agreement: is_done.then(|| agree(&texts, &one, &other)),
            differences,
            is_done,
        })
    }

    /// How far the two agreed; nothing before both have finished.
    pub async fn survey_agreement(&self, id: &SurveyId) -> Result<Option<Agreement>, DbErr> {
        let db = self.estate.reader();
        let texts = texts(&responses(db, id.as_str()).await?);
        let [one, other, _] = codings(db, id.as_str()).await?;
        Ok((!texts.is_empty() && is_done(&texts, &one, &other)).then(|| agree(&texts, &one, &other)))
    }
}

/// The answers in people's own words.
fn texts(responses: &[Response]) -> BTreeMap<Key, String> {
    let mut texts = BTreeMap::new();
    for response in responses {
        for (question, answer) in &response.answers {
            if let Answer::Text(text) = answer {
                texts.insert((response.number, *question), text.clone());
            }
        }
    }
    texts
}

/// What the one, the other and both together have sorted.
async fn codings(db: &impl ConnectionTrait, survey: &str) -> Result<[BTreeMap<Key, u64>; 3], DbErr> {
    let rows = survey_coding::Entity::find().filter(survey_coding::COLUMN.survey.eq(survey)).all(db).await?;
    let mut all: [BTreeMap<Key, u64>; 3] = Default::default();
    for row in rows {
        let place = usize::try_from(row.place - 1).ok().and_then(|place| all.get_mut(place));
        if let Some(place) = place {
            place.insert((uint(row.response), uint(row.question)), uint(row.need));
        }
    }
    Ok(all)
}

fn is_done(texts: &BTreeMap<Key, String>, one: &BTreeMap<Key, u64>, other: &BTreeMap<Key, u64>) -> bool {
    texts.keys().all(|key| one.contains_key(key) && other.contains_key(key))
}

/// Answers numbered in their order, as the reckoning takes them.
fn numbered(texts: &BTreeMap<Key, String>, coded: &BTreeMap<Key, u64>) -> BTreeMap<u64, u64> {
    (0..).zip(texts.keys()).filter_map(|(number, key)| Some((number, *coded.get(key)?))).collect()
}

fn agree(texts: &BTreeMap<Key, String>, one: &BTreeMap<Key, u64>, other: &BTreeMap<Key, u64>) -> Agreement {
    let (one, other) = (numbered(texts, one), numbered(texts, other));
    let both = one.iter().filter_map(|(number, need)| Some((need, other.get(number)?)));
    let (mut of, mut alike) = (0, 0);
    for (first, second) in both {
        of += 1;
        alike += u64::from(first == second);
    }
    Agreement { of, alike, kappa: kappa(&one, &other).map(crate::survey::Kappa::thousandths) }
}

pub(super) async fn agreement(db: &impl ConnectionTrait, row: &survey::Model) -> Result<Agreement, DbErr> {
    let texts = texts(&responses(db, &row.id).await?);
    let [one, other, _] = codings(db, &row.id).await?;
    Ok(agree(&texts, &one, &other))
}

/// The answers that lack one of two codings, or that differ and are not settled.
pub(super) async fn unsettled(
    db: &impl ConnectionTrait,
    row: &survey::Model,
    responses: &[Response],
) -> Result<u64, DbErr> {
    let texts = texts(responses);
    let [one, other, settled] = codings(db, &row.id).await?;
    let open: BTreeSet<u64> = (0..texts.len() as u64).collect();
    let differ = texts.keys().filter(|key| {
        let needs = one.get(*key).zip(other.get(*key));
        needs.is_some_and(|(first, second)| first != second) && !settled.contains_key(*key)
    });
    let differ = differ.count() as u64;
    Ok(uncoded(&open, &numbered(&texts, &one), &numbered(&texts, &other)) + differ)
}

/// How many answers were taken for each need in the end.
pub(in crate::store) async fn found(db: &impl ConnectionTrait, survey: &str) -> Result<BTreeMap<u64, u64>, DbErr> {
    let texts = texts(&responses(db, survey).await?);
    let [one, other, settled] = codings(db, survey).await?;
    let mut found = BTreeMap::new();
    for key in texts.keys() {
        let alike = one.get(key).filter(|need| other.get(key) == Some(*need));
        if let Some(need) = settled.get(key).or(alike) {
            *found.entry(*need).or_insert(0) += 1;
        }
    }
    Ok(found)
}

/// As which of the two somebody sorts, or would.
fn place(row: &survey::Model, me: &str) -> Option<i64> {
    let is = |coder: &Option<String>| coder.as_deref() == Some(me);
    if is(&row.coder_one) {
        return Some(1);
    }
    if is(&row.coder_two) {
        return Some(2);
    }
    match (&row.coder_one, &row.coder_two) {
        (None, _) => Some(1),
        (Some(_), None) => Some(2),
        (Some(_), Some(_)) => None,
    }
}

/// The survey with whoever acts as one of its two.
async fn as_coder(
    tx: &DatabaseTransaction,
    who: &Member,
    row: survey::Model,
) -> Result<(survey::Model, i64), UseError> {
    let me = who.by.subject.to_string();
    let place = place(&row, &me).ok_or(UseError::Survey(SurveyFault::Coders))?;
    let mut changed = row.clone();
    if place == 1 {
        changed.coder_one = Some(me);
    } else {
        changed.coder_two = Some(me);
    }
    if changed != row {
        changed.clone().into_active_model().reset_all().update(tx).await?;
    }
    Ok((changed, place))
}

async fn add_need(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    title: &str,
    now: u64,
) -> Result<u64, UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.given.insert(Given::Text);
    let step = allowed(who, &row, Verb::Note, &facts)?;
    if !(1..=NEED_MAX).contains(&title.chars().count()) || !ballot::json::is_record_text(title) {
        return Err(UseError::Survey(SurveyFault::Need));
    }
    let (row, _) = as_coder(tx, who, row).await?;
    let needs = survey_need::Entity::find().filter(survey_need::COLUMN.survey.eq(&row.id)).all(tx).await?;
    if let Some(same) = needs.iter().find(|need| need.title == title) {
        return Ok(uint(same.number));
    }
    if NEEDS_MOST <= needs.len() {
        return Err(UseError::Survey(SurveyFault::Need));
    }
    let number = needs.len() as u64 + 1;
    let need = survey_need::Model {
        survey: row.id.clone(),
        number: int(number),
        title: title.to_owned(),
        answer: String::new(),
        reason: String::new(),
        answered_at: None,
    };
    let after = need.digest();
    survey_need::Entity::insert(need.into_active_model()).exec_without_returning(tx).await?;
    let below = Below {
        what: &format!("need/{number}"),
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, hashed(title))]),
    };
    write_below(tx, &who.by.compound, (who.actor(), &row.id, &step), below, now).await?;
    Ok(number)
}

async fn sort(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    key: Key,
    need: u64,
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let step = allowed(who, &row, Verb::Sort, &facts_of(tx, &row, now).await?)?;
    let (row, place) = as_coder(tx, who, row).await?;
    let texts = texts(&responses(tx, &row.id).await?);
    let [one, other, _] = codings(tx, &row.id).await?;
    // What both have finished stands: how far they agree is not made afterwards.
    if !texts.is_empty() && is_done(&texts, &one, &other) {
        return Err(UseError::Survey(SurveyFault::Apart));
    }
    put(tx, (who, &row, &step), (&texts, key), (place, need), now).await
}

async fn settle(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    key: Key,
    need: u64,
    now: u64,
) -> Result<(), UseError> {
    let row = load(tx, &who.by.compound, id, now).await?;
    let step = allowed(who, &row, Verb::Sort, &facts_of(tx, &row, now).await?)?;
    let me = who.by.subject.to_string();
    if ![&row.coder_one, &row.coder_two].into_iter().flatten().any(|coder| *coder == me) {
        return Err(UseError::Survey(SurveyFault::Coders));
    }
    let texts = texts(&responses(tx, &row.id).await?);
    let [one, other, _] = codings(tx, &row.id).await?;
    if !is_done(&texts, &one, &other) {
        return Err(UseError::Survey(SurveyFault::Apart));
    }
    if one.get(&key) == other.get(&key) {
        return Err(UseError::Survey(SurveyFault::Coding));
    }
    put(tx, (who, &row, &step), (&texts, key), (SETTLED, need), now).await
}

async fn put(
    tx: &DatabaseTransaction,
    (who, row, step): (&Member, &survey::Model, &Step<SurveyState>),
    (texts, key): (&BTreeMap<Key, String>, Key),
    (place, need): (i64, u64),
    now: u64,
) -> Result<(), UseError> {
    let is_need = need == 0 || {
        let need = i64::try_from(need).unwrap_or(i64::MAX);
        survey_need::Entity::find_by_id((row.id.clone(), need)).one(tx).await?.is_some()
    };
    if !texts.contains_key(&key) || !is_need {
        return Err(UseError::Survey(SurveyFault::Coding));
    }
    let line = survey_coding::ActiveModel {
        survey: Set(row.id.clone()),
        response: Set(int(key.0)),
        question: Set(int(key.1)),
        place: Set(place),
        need: Set(int(need)),
    };
    let keys = [
        survey_coding::Column::Survey,
        survey_coding::Column::Response,
        survey_coding::Column::Question,
        survey_coding::Column::Place,
    ];
    let upsert = OnConflict::columns(keys).update_column(survey_coding::Column::Need).to_owned();
    survey_coding::Entity::insert(line).on_conflict(upsert).exec_without_returning(tx).await?;
    let said = json!([key.0, key.1, place, need]).to_string();
    let below = Below {
        what: &format!("response/{}/{}/{place}", key.0, key.1),
        before: None,
        after: Hash::of(said.as_bytes()),
        records: BTreeMap::new(),
    };
    Ok(write_below(tx, &who.by.compound, (who.actor(), &row.id, step), below, now).await?)
}
