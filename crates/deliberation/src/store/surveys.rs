//! Surveys: written by one and opened by another, answered online and on paper, sorted into needs by two, and each need
//! answered.

mod again;
mod answers;
pub(super) mod coding;
mod draft;
mod figures;
mod needs;
mod twice;

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{
        events::Actor,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::{Value, json};

pub use again::Earlier;
pub use answers::{Entry, NewEntry};
pub use coding::{Agreement, Coding, Difference};
pub use draft::{Asked, NewSurvey};
pub use figures::{Coverage, CoverageRow, Home, QuestionResult};
pub use needs::{NeedView, NewPlan, PlanView};
pub use twice::{Choice, Paper};

use super::{
    By, Deliberation, Field, MatterId, SurveyId, UseError, check_text, matters,
    matters::subject,
    numbers::{numbered, titles},
    people::{Standing as Member, standing},
    record::{self, Change},
    rules::rules,
    search,
    tables::{int, survey, survey_need, survey_question, survey_response, survey_voice, uint, word},
};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Part, Record, Step, Verb, Window, tables::SurveyState},
    rights::{Bearing, Site},
    survey::{Answers, Channel, Question, sample_size},
};

/// What somebody brings to a step of a survey; what the step does not want is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SurveyAct {
    /// The report: 1 to 4000 characters.
    pub text: String,
    /// Why it is sent back: 1 to 1000 characters.
    pub reason: String,
}

/// A survey in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SurveyRow {
    pub id: SurveyId,
    pub number: u64,
    pub title: String,
    /// As it stands now, whatever was written last.
    pub state: SurveyState,
    /// The second at which it closes, or closed.
    pub closes: u64,
}

/// One question of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct QuestionView {
    /// From 1.
    pub number: u64,
    pub prompt: String,
    pub question: Question,
}

/// A survey as pages show it. Who wrote it is for the pages of those who do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SurveyView {
    pub row: SurveyRow,
    pub text: String,
    pub author: Subject,
    pub matter: Option<MatterId>,
    pub opened: Option<u64>,
    /// By when every need has its answer, in Unix seconds.
    pub promised: u64,
    /// Why the review sent it back; empty otherwise.
    pub note: String,
    pub report: String,
    pub questions: Vec<QuestionView>,
    /// Whether the papers that a second person enters are drawn, so that no more are entered.
    pub is_drawn: bool,
    /// The two who sort its answers, as far as they have begun.
    pub coders: Vec<Subject>,
}

impl SurveyRow {
    /// Whether it is shown to everybody.
    pub fn is_public(&self) -> bool {
        is_public(self.state)
    }
}

impl SurveyView {
    /// Whether nobody answers it any more, so that it could be asked again.
    pub fn is_repeatable(&self) -> bool {
        again::is_repeatable(self.row.state)
    }

    /// The questions without their texts, in their order.
    pub fn kinds(&self) -> Vec<Question> {
        self.questions.iter().map(|asked| asked.question.clone()).collect()
    }
}

pub(super) fn is_public(state: SurveyState) -> bool {
    !matches!(state, SurveyState::Draft | SurveyState::Review | SurveyState::Withdrawn)
}

impl Deliberation {
    /// Does one step of a survey's table that changes its state.
    ///
    /// # Errors
    /// No such survey, or the table refuses: the refusal says what would have been right and stands in the chain.
    pub async fn survey_step(
        &self,
        by: &By,
        id: &SurveyId,
        verb: Verb,
        act: &SurveyAct,
        now: u64,
    ) -> Result<SurveyState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, id, verb, act, now).await;
        self.end(tx, by, &format!("survey_{verb} {id}"), now, result).await
    }

    /// A survey of the compound as it stands now.
    pub async fn survey(&self, compound: &CompoundId, id: &SurveyId, now: u64) -> Result<Option<SurveyView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(None) };
        let questions = questions(db, &row.id).await?;
        let coders = [&row.coder_one, &row.coder_two].into_iter().flatten().map(|text| subject(text));
        Ok(Some(SurveyView {
            text: row.body.clone(),
            author: subject(&row.author)?,
            matter: row.matter.clone().map(MatterId),
            opened: row.opened_at.map(uint),
            promised: uint(row.promised_at),
            note: row.note.clone(),
            report: row.report.clone(),
            is_drawn: !row.salt.is_empty(),
            coders: coders.collect::<Result<_, DbErr>>()?,
            questions,
            row: read_row(row, now)?,
        }))
    }

    /// The survey of a number in the compound.
    pub async fn survey_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<SurveyId>, DbErr> {
        let columns = [survey::Column::Compound, survey::Column::Number];
        let row = numbered::<survey::Entity>(self.estate.reader(), columns, compound, number).await?;
        Ok(row.map(|row| SurveyId(row.id)))
    }

    /// Surveys from the newest on, below the number `before` where a page goes on. Those that are not public are there
    /// too: a page shows them to whoever writes surveys.
    pub async fn surveys(
        &self,
        compound: &CompoundId,
        before: Option<u64>,
        limit: u64,
        now: u64,
    ) -> Result<Vec<SurveyRow>, DbErr> {
        let mut query = survey::Entity::find().filter(survey::COLUMN.compound.eq(compound.as_str()));
        if let Some(before) = before {
            query = query.filter(survey::COLUMN.number.lt(int(before)));
        }
        let rows = query.order_by_desc(survey::COLUMN.number).limit(limit).all(self.estate.reader()).await?;
        rows.into_iter().map(|row| read_row(row, now)).collect()
    }

    /// The numbers and titles of surveys by their ids.
    pub async fn survey_titles(
        &self,
        compound: &CompoundId,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
        use survey::Column::{Compound, Id, Number, Title};
        titles::<survey::Entity>(self.estate.reader(), [Compound, Id, Number, Title], compound, ids).await
    }

    /// The steps that somebody could make in a survey now, those that keep its state included.
    pub async fn survey_offers(&self, by: &By, view: &SurveyView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, &by.compound, &view.row.id).await? else { return Ok(Vec::new()) };
        let who = standing(db, by, now).await?;
        let (parts, site, mut facts) = (parts_of(&who, &row), Site::default(), facts_of(db, &row, now).await?);
        facts.is_author = row.author == by.subject.to_string();
        let rows = lifecycle::offers(view.row.state, who.doer(&parts, &site, Bearing::default()), &facts);
        let own = |verb: &Verb| *verb != Verb::Open || !facts.is_author;
        Ok(rows.into_iter().map(|row| row.verb).filter(own).collect())
    }
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &SurveyId,
) -> Result<Option<survey::Model>, DbErr> {
    survey::Entity::find_by_id(id.0.clone()).filter(survey::COLUMN.compound.eq(compound.as_str())).one(db).await
}

/// The survey as it stands: what time has brought is written first.
///
/// # Errors
/// There is none in the compound.
async fn load(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &SurveyId,
    now: u64,
) -> Result<survey::Model, UseError> {
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Survey))?;
    let state: SurveyState = word(&row.state)?;
    let Some(step) = lifecycle::due(state, &Facts { now, window: window(&row), ..Facts::default() }) else {
        return Ok(row);
    };
    let mut closed = row.clone();
    step.to.code().clone_into(&mut closed.state);
    closed.since = closed.closes_at;
    closed.clone().into_active_model().reset_all().update(tx).await?;
    let change = Change {
        actor: Actor::Server,
        on_behalf_of: None,
        kind: Kind::Survey,
        id: &closed.id,
        verb: step.verb,
        before: Some(row.digest()),
        after: closed.digest(),
        records: BTreeMap::new(),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(closed)
}

fn window(row: &survey::Model) -> Window {
    Window { from: row.opened_at.map_or(u64::MAX, uint), until: uint(row.closes_at) }
}

pub(super) fn state_of(row: &survey::Model, now: u64) -> Result<SurveyState, DbErr> {
    let state: SurveyState = word(&row.state)?;
    let facts = Facts { now, window: window(row), ..Facts::default() };
    Ok(lifecycle::due(state, &facts).map_or(state, |step| step.to))
}

fn read_row(row: survey::Model, now: u64) -> Result<SurveyRow, DbErr> {
    Ok(SurveyRow {
        state: state_of(&row, now)?,
        id: SurveyId(row.id),
        number: uint(row.number),
        title: row.title,
        closes: uint(row.closes_at),
    })
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DbErr> {
    serde_json::from_str(text).map_err(|err| DbErr::Json(err.to_string()))
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|err| DbErr::Json(err.to_string()))
}

async fn questions(db: &impl ConnectionTrait, survey: &str) -> Result<Vec<QuestionView>, DbErr> {
    let rows = survey_question::Entity::find()
        .filter(survey_question::COLUMN.survey.eq(survey))
        .order_by_asc(survey_question::COLUMN.number)
        .all(db)
        .await?;
    let read = |row: survey_question::Model| {
        Ok(QuestionView { number: uint(row.number), question: from_json(&row.question)?, prompt: row.prompt })
    };
    rows.into_iter().map(read).collect()
}

/// One answered sheet, whoever it is from.
struct Response {
    number: u64,
    channel: Channel,
    building: String,
    tenure: String,
    answers: Answers,
    row: survey_response::Model,
}

async fn responses(db: &impl ConnectionTrait, survey: &str) -> Result<Vec<Response>, DbErr> {
    let rows = survey_response::Entity::find()
        .filter(survey_response::COLUMN.survey.eq(survey))
        .order_by_asc(survey_response::COLUMN.number)
        .all(db)
        .await?;
    let read = |row: survey_response::Model| {
        Ok(Response {
            number: uint(row.number),
            channel: word(&row.channel)?,
            building: row.building.clone(),
            tenure: row.tenure.clone(),
            answers: from_json(&row.answers)?,
            row,
        })
    };
    rows.into_iter().map(read).collect()
}

fn parts_of(who: &Member, row: &survey::Model) -> BTreeSet<Part> {
    (row.author == who.by.subject.to_string()).then_some(Part::Author).into_iter().collect()
}

/// The values that a survey's guards look at, without what an act brings.
async fn facts_of(db: &impl ConnectionTrait, row: &survey::Model, now: u64) -> Result<Facts, DbErr> {
    let state: SurveyState = word(&row.state)?;
    let mut facts = Facts { now, window: window(row), ..Facts::default() };
    if state == SurveyState::Closed {
        let responses = responses(db, &row.id).await?;
        let papers: Vec<_> = responses.iter().filter(|response| response.channel != Channel::Online).collect();
        let percent = percent(db, row).await?;
        facts.papers = papers.len() as u64;
        facts.papers_wanted = sample_size(facts.papers, percent);
        facts.papers_twice = papers.iter().filter(|paper| paper.row.is_settled).count() as u64;
        facts.uncoded = coding::unsettled(db, row, &responses).await?;
    }
    let needs = survey_need::Entity::find().filter(survey_need::COLUMN.survey.eq(&row.id)).all(db).await?;
    facts.needs_unanswered = needs.iter().filter(|need| need.answer.is_empty()).count() as u64;
    Ok(facts)
}

/// Percent of papers that a second person enters: by the rules of the day on which it closed.
async fn percent(db: &impl ConnectionTrait, row: &survey::Model) -> Result<u64, DbErr> {
    let compound = row.compound.parse().map_err(|_| DbErr::Type("the id of a compound".to_owned()))?;
    Ok(rules(db, &compound).await?.at(uint(row.closes_at)).double_entry_percent)
}

/// Whether somebody may do what a row of the table lists now.
fn allowed(who: &Member, row: &survey::Model, verb: Verb, facts: &Facts) -> Result<Step<SurveyState>, UseError> {
    let (parts, site) = (parts_of(who, row), Site::default());
    let bearing = Bearing { has_consent: facts.given.contains(&Given::Consent), ..Bearing::default() };
    let state: SurveyState = word(&row.state)?;
    Ok(lifecycle::step(Some(state), verb, who.doer(&parts, &site, bearing), facts)?)
}

/// What an event says of a change below a survey.
struct Below<'a> {
    /// What of it changed, such as `need/3`.
    what: &'a str,
    before: Option<Hash>,
    after: Hash,
    records: BTreeMap<Record, Value>,
}

/// Appends the event of something below a survey that leaves the survey itself as it is.
async fn write_below(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    (actor, survey, step): (Actor, &str, &Step<SurveyState>),
    below: Below<'_>,
    now: u64,
) -> Result<(), DbErr> {
    let id = format!("{survey}/{}", below.what);
    let change = Change {
        actor,
        on_behalf_of: None,
        kind: Kind::Survey,
        id: &id,
        verb: step.verb,
        before: below.before,
        after: below.after,
        records: below.records,
    };
    record::write(tx, compound, step.records, change, now).await
}

fn hashed(text: &str) -> Value {
    json!(Hash::of(text.as_bytes()).to_string())
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &SurveyId,
    verb: Verb,
    act: &SurveyAct,
    now: u64,
) -> Result<SurveyState, UseError> {
    let compound = &who.by.compound;
    let row = load(tx, compound, id, now).await?;
    let mut facts = facts_of(tx, &row, now).await?;
    facts.is_author = row.author == who.by.subject.to_string();
    facts.given.extend((!questions(tx, &row.id).await?.is_empty()).then_some(Given::Questions));
    let (mut text, mut reason) = (String::new(), String::new());
    if !act.text.trim().is_empty() {
        text = check_text(&act.text, 4000, Field::Text)?;
        facts.given.insert(Given::Text);
    }
    if !act.reason.trim().is_empty() {
        reason = check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    if verb == Verb::Open {
        facts.window = Window { from: now, until: uint(row.closes_at) };
    }
    let step = allowed(who, &row, verb, &facts)?;
    let mut changed = row.clone();
    step.to.code().clone_into(&mut changed.state);
    changed.since = int(now);
    let mut records = BTreeMap::new();
    let mut told = BTreeSet::new();
    match verb {
        Verb::Review => changed.note.clear(),
        Verb::Return => {
            records.insert(Record::Reason, hashed(&reason));
            changed.note = reason;
            told.insert(row.author.clone());
        }
        Verb::Open => {
            changed.opened_at = Some(int(now));
            records.insert(Record::Window, json!({"from": now, "until": uint(row.closes_at)}));
            records.insert(Record::Text, json!(draft::digest(tx, &changed).await?.to_string()));
        }
        Verb::Code => {
            let agreed = coding::agreement(tx, &row).await?;
            let thousandths = agreed.kappa.map(i64::try_from).transpose().unwrap_or_default();
            records.insert(Record::Agreement, json!({"of": agreed.of, "alike": agreed.alike, "kappa": thousandths}));
            answers::forget_who(tx, &row.id).await?;
        }
        Verb::Report => {
            records.insert(Record::Text, hashed(&text));
            changed.report = text;
            told = voices(tx, &row.id).await?;
        }
        Verb::Answer => told = voices(tx, &row.id).await?,
        // What only changes something below a survey has a use case of its own.
        _ if step.to == word::<SurveyState>(&row.state)? => return Err(not_here(&row, verb)?),
        _ => {}
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    search::put_survey(tx, &changed).await?;
    let count = record::tell(tx, compound, told.iter().map(String::as_str), (Kind::Survey, &row.id, verb), now).await?;
    records.insert(Record::Told, json!(count));
    if matches!(verb, Verb::Answer | Verb::Withdraw) {
        matters::end_child(tx, compound, Kind::Survey, &row.id, now).await?;
    }
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Survey,
        id: &row.id,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}

/// A verb that has a use case of its own is no step by itself.
fn not_here(row: &survey::Model, verb: Verb) -> Result<UseError, DbErr> {
    let refused = lifecycle::Refused::NotListed {
        kind: Kind::Survey,
        state: word::<SurveyState>(&row.state)?.to_string(),
        verb,
        possible: Vec::new(),
        states: Vec::new(),
    };
    Ok(refused.into())
}

/// Everybody who has answered online.
async fn voices(db: &impl ConnectionTrait, survey: &str) -> Result<BTreeSet<String>, DbErr> {
    let rows = survey_voice::Entity::find().filter(survey_voice::COLUMN.survey.eq(survey)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.person).collect())
}
