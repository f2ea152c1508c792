//! How many answered where, and what they said: never who, and never so few that one could tell.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    register::UnitLabel,
    store::{ids::CompoundId, register::current},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _};

use super::{QuestionView, find, questions, responses};
use crate::{
    people::TieKind,
    rights::Action,
    store::{
        By, Deliberation, SurveyId,
        people::standing,
        tables::{int, survey_home, tie, word},
    },
    survey::{
        Channel, Tenure,
        figures::{Cell, SMALLEST, Tally, cells, tally},
        is_within_points,
    },
};

/// Points by which the tenants' share of the answers may differ from their share of the people.
const POINTS: u64 = 10;

/// One part of the estate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CoverageRow {
    /// The building as a roll names it, or the code of a tenure or channel; empty where it was not said.
    pub part: String,
    pub answered: Cell,
    /// How many homes or people there are, where that is known.
    pub of: Option<u64>,
}

/// Who has been reached.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Coverage {
    /// Answered sheets.
    pub answered: u64,
    /// By building: sheets of its homes.
    pub buildings: Vec<CoverageRow>,
    /// Owners, tenants and others: sheets of people.
    pub tenures: Vec<CoverageRow>,
    pub channels: Vec<CoverageRow>,
    /// Whether the tenants' share of the answers lies within ten points of their share of the people; nothing while too
    /// few have answered.
    pub are_tenants_heard: Option<bool>,
}

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct QuestionResult {
    pub asked: QuestionView,
    pub tally: Tally,
}

/// A home from which nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Home {
    pub key: String,
    pub label: UnitLabel,
}

impl Deliberation {
    /// How many have answered, by building, tenure and channel.
    pub async fn coverage(&self, compound: &CompoundId, id: &SurveyId, now: u64) -> Result<Coverage, DbErr> {
        let db = self.estate.reader();
        let (_, register) = current(db, compound).await?;
        let mut homes: BTreeMap<String, u64> = BTreeMap::new();
        let mut owners = BTreeSet::new();
        for unit in &register.units {
            *homes.entry(unit.label.roll_building()).or_default() += 1;
            owners.extend(unit.owners.iter().copied());
        }
        let people = people(db, compound, owners.len() as u64, now).await?;
        let responses = responses(db, id.as_str()).await?;
        let mut by_building: BTreeMap<String, u64> = homes.keys().map(|building| (building.clone(), 0)).collect();
        let (mut by_tenure, mut by_channel) = (BTreeMap::<String, u64>::new(), BTreeMap::<String, u64>::new());
        for response in &responses {
            *by_building.entry(response.building.clone()).or_default() += 1;
            *by_tenure.entry(response.tenure.clone()).or_default() += 1;
            *by_channel.entry(response.channel.code().to_owned()).or_default() += 1;
        }
        let tenures = Tenure::ALL.iter().map(|tenure| tenure.code().to_owned());
        let tenures = tenures.map(|code| (by_tenure.get(&code).copied().unwrap_or_default(), code));
        let tenures: Vec<_> = tenures.filter(|(count, code)| 0 < *count || people.contains_key(code)).collect();
        let channels = Channel::ALL.iter().map(|channel| channel.code().to_owned());
        let channels: Vec<_> = channels.filter_map(|code| Some((*by_channel.get(&code)?, code))).collect();
        let (all, everybody) = (responses.len() as u64, people.values().sum());
        let tenants = by_tenure.get(Tenure::Tenant.code()).copied().unwrap_or_default();
        let there = people.get(Tenure::Tenant.code()).copied().unwrap_or_default();
        Ok(Coverage {
            answered: all,
            buildings: rows(by_building.into_iter().map(|(part, count)| (count, part)).collect(), &homes),
            tenures: rows(tenures, &people),
            channels: rows(channels, &BTreeMap::new()),
            are_tenants_heard: (4 * SMALLEST <= all)
                .then(|| is_within_points((tenants, all), (there, everybody), POINTS)),
        })
    }

    /// What was answered to each question. Whoever calls shows it once the survey is closed.
    pub async fn survey_results(&self, compound: &CompoundId, id: &SurveyId) -> Result<Vec<QuestionResult>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(Vec::new()) };
        let responses = responses(db, &row.id).await?;
        let result = |asked: QuestionView| {
            let answers = responses.iter().filter_map(|response| response.answers.get(&asked.number));
            QuestionResult { tally: tally(&asked.question, answers), asked }
        };
        Ok(questions(db, &row.id).await?.into_iter().map(result).collect())
    }

    /// The homes of a building from which nobody has answered, for whoever enters answers there; others see none.
    pub async fn homes_to_visit(&self, by: &By, id: &SurveyId, building: &str, now: u64) -> Result<Vec<Home>, DbErr> {
        let db = self.estate.reader();
        let who = standing(db, by, now).await?;
        let site = who.site(Some(building), now);
        // A post over some buildings looks after those alone.
        let is_theirs =
            who.check(Action::EnterSurvey, &site, now).is_ok() && who.check(Action::PlaceMatter, &site, now).is_ok();
        if !is_theirs {
            return Ok(Vec::new());
        }
        let (_, register) = current(db, &by.compound).await?;
        let reached = survey_home::Entity::find().filter(survey_home::COLUMN.survey.eq(id.as_str())).all(db).await?;
        let reached: BTreeSet<String> = reached.into_iter().map(|home| home.unit).collect();
        let all = register.units.into_iter().map(|unit| unit.label);
        let homes = all.filter(|label| label.roll_building() == building && !reached.contains(&label.key()));
        let mut homes: Vec<_> = homes.map(|label| Home { key: label.key(), label }).collect();
        homes.sort_by_key(|home| (home.label.entrance.clone(), home.label.number.len(), home.label.number.clone()));
        Ok(homes)
    }

    /// The label of a home as the register has it, by its building, entrance and number as typed.
    pub async fn home_of(&self, compound: &CompoundId, building: &str, typed: &str) -> Result<Option<String>, DbErr> {
        let parts: Vec<&str> = typed.split(['-', ' ', '－']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let (_, register) = current(self.estate.reader(), compound).await?;
        let is_it = |label: &UnitLabel| {
            let number = match parts.as_slice() {
                [number] => label.number == *number,
                [entrance, number] => label.entrance == *entrance && label.number == *number,
                _ => false,
            };
            number && label.roll_building() == building
        };
        let found: Vec<_> = register.units.iter().map(|unit| &unit.label).filter(|label| is_it(label)).collect();
        // A number that several entrances have names none of them.
        Ok(if let [only] = found.as_slice() { Some(only.key()) } else { None })
    }
}

/// How many people there are by what they are to their home.
async fn people(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    owners: u64,
    now: u64,
) -> Result<BTreeMap<String, u64>, DbErr> {
    let ties = tie::Entity::find()
        .filter(tie::COLUMN.compound.eq(compound.as_str()))
        .filter(tie::COLUMN.until_at.gt(int(now)))
        .filter(tie::COLUMN.verified_by.is_not_null())
        .all(db)
        .await?;
    let mut people = BTreeMap::from([(Tenure::Owner.code().to_owned(), owners)]);
    for row in ties {
        let tenure = match word(&row.kind)? {
            TieKind::Tenant => Tenure::Tenant,
            TieKind::Family => Tenure::Other,
            TieKind::Delegate => Tenure::Firm,
            // They are in the register already.
            TieKind::Owner | TieKind::CoOwner => continue,
        };
        *people.entry(tenure.code().to_owned()).or_default() += 1;
    }
    Ok(people)
}

fn rows(counts: Vec<(u64, String)>, of: &BTreeMap<String, u64>) -> Vec<CoverageRow> {
    let shown = cells(&counts.iter().map(|(count, _)| *count).collect::<Vec<_>>());
    let row = |((_, part), answered): ((u64, String), Cell)| CoverageRow { of: of.get(&part).copied(), part, answered };
    counts.into_iter().zip(shown).map(row).collect()
}
