//! The rules that a community and its bodies set for themselves: one person proposes them, another puts them into force.
//!
//! What has begun goes by the rules that held then: a change shortens no clock that runs and no window that is open, and
//! a meeting that was convened keeps the seats and the quorum of that day.

use ballot::store::{
    events::{Doing, write_event},
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::{
    BodyId, By, Deliberation, RuleError, UseError,
    matters::subject,
    meetings,
    people::{Standing as Member, standing},
    record,
    tables::{int, rule_change, uint, word},
};
use crate::{
    lifecycle::Kind,
    meeting::Body,
    rights::{Action, Site},
    settings::{RuleState, Settings},
};

/// What rules are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesOf {
    /// The estate: its numbers.
    Estate,
    /// A body: its seats and how it is convened.
    Body(BodyId),
}

impl RulesOf {
    fn key(&self) -> String {
        match self {
            Self::Estate => "estate".to_owned(),
            Self::Body(id) => format!("{}:{id}", Kind::Body),
        }
    }
}

/// All rules of something, those that stay as they are among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rules {
    /// The estate's numbers.
    Estate(Settings),
    /// A body's seats and how it is convened.
    Body(BodyId, Body),
}

impl Rules {
    /// What they are of.
    pub fn of(&self) -> RulesOf {
        match self {
            Self::Estate(_) => RulesOf::Estate,
            Self::Body(id, _) => RulesOf::Body(id.clone()),
        }
    }

    fn check(&self) -> Result<(), UseError> {
        match self {
            Self::Estate(settings) => Ok(settings.check()?),
            Self::Body(_, body) => meetings::check_rules(body),
        }
    }

    fn text(&self) -> Result<String, DbErr> {
        let text = match self {
            Self::Estate(settings) => serde_json::to_string(settings),
            Self::Body(_, body) => serde_json::to_string(body),
        };
        text.map_err(|err| DbErr::Json(err.to_string()))
    }
}

/// A change of rules, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// From 1 in the order of proposing, for all rules of the community.
    pub number: u64,
    /// All rules as they would be, or were from then on.
    pub rules: Rules,
    /// What became of it.
    pub state: RuleState,
    /// Who proposed it; nobody knows of changes from before there were proposals.
    pub proposed_by: Option<Subject>,
    /// When, in Unix seconds.
    pub proposed_at: u64,
    /// Who put it into force, refused it or withdrew it, once somebody did.
    pub decided_by: Option<Subject>,
    /// When, in Unix seconds.
    pub decided_at: Option<u64>,
}

impl RuleChange {
    /// Whether it waits, and somebody else proposed it.
    pub fn is_waiting_for(&self, subject: &Subject) -> bool {
        self.state == RuleState::Proposed && self.proposed_by.as_ref() != Some(subject)
    }
}

/// What somebody makes of a change that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// It is put into force; never by whoever proposed it.
    Adopt,
    /// It is dropped: withdrawn by whoever proposed it, refused by others.
    Drop,
}

/// The estate's numbers over time.
pub(super) struct Timeline {
    /// From when each held, the newest first; the last holds from the beginning.
    settings: Vec<(u64, Settings)>,
}

impl Timeline {
    /// Those that held at a time: what began then goes by them.
    pub(super) fn at(&self, time: u64) -> Settings {
        let held = self.settings.iter().find(|(from, _)| *from <= time);
        held.map(|(_, settings)| settings.clone()).unwrap_or_default()
    }
}

/// The estate's numbers over time; the defaults until it sets some.
pub(super) async fn rules(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<Timeline, DbErr> {
    let rows = of_query(compound, &RulesOf::Estate)
        .filter(rule_change::COLUMN.state.eq(RuleState::InForce.code()))
        .all(db)
        .await?;
    let read = |row: rule_change::Model| {
        let settings = serde_json::from_str(&row.rules).map_err(|err| DbErr::Json(err.to_string()))?;
        Ok((row.decided_at.map_or(0, uint), settings))
    };
    Ok(Timeline { settings: rows.into_iter().map(read).collect::<Result<_, DbErr>>()? })
}

/// The estate's numbers as they are for what begins now.
pub(super) async fn settings(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<Settings, DbErr> {
    Ok(rules(db, compound).await?.at(u64::MAX))
}

pub(super) fn of_query(compound: &CompoundId, of: &RulesOf) -> sea_orm::Select<rule_change::Entity> {
    rule_change::Entity::find()
        .filter(rule_change::COLUMN.compound.eq(compound.as_str()))
        .filter(rule_change::COLUMN.object.eq(of.key()))
        .order_by_desc(rule_change::COLUMN.number)
}

impl Deliberation {
    /// The numbers of the estate as they are for what begins now.
    pub async fn settings(&self, compound: &CompoundId) -> Result<Settings, DbErr> {
        settings(self.estate.reader(), compound).await
    }

    /// The numbers of the estate as they were at a time, by which whatever began then goes.
    pub async fn settings_at(&self, compound: &CompoundId, time: u64) -> Result<Settings, DbErr> {
        Ok(rules(self.estate.reader(), compound).await?.at(time))
    }

    /// Changes of the rules of something, the newest first, at most so many.
    pub async fn rule_changes(
        &self,
        compound: &CompoundId,
        of: &RulesOf,
        limit: u64,
    ) -> Result<Vec<RuleChange>, DbErr> {
        let rows = of_query(compound, of).limit(limit).all(self.estate.reader()).await?;
        rows.iter().map(|row| read(of, row)).collect()
    }

    /// Whether somebody proposes and decides changes of rules.
    ///
    /// # Errors
    /// The database's, or there is no such body.
    pub async fn may_rule(&self, by: &By, of: &RulesOf, now: u64) -> Result<bool, UseError> {
        let db = self.estate.reader();
        match check(db, &standing(db, by, now).await?, of, now).await {
            Ok(()) => Ok(true),
            Err(UseError::Denied(_) | UseError::Meeting(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Proposes rules; they hold once another person has put them into force.
    ///
    /// # Errors
    /// No right, a number or a rule that makes no sense, nothing that changes, or another proposal waits.
    pub async fn propose_rules(&self, by: &By, new: &Rules, now: u64) -> Result<u64, UseError> {
        new.check()?;
        let (tx, who) = self.begin(by, now).await?;
        let result = propose(&tx, &who, new, now).await;
        self.end(tx, by, "rules_propose", now, result).await
    }

    /// Puts a proposal into force, or drops it.
    ///
    /// # Errors
    /// No right, nothing that waits under this number, one's own proposal, or a seat that somebody holds would go.
    pub async fn decide_rules(
        &self,
        by: &By,
        (of, number): (&RulesOf, u64),
        ruling: Ruling,
        now: u64,
    ) -> Result<RuleState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = decide(&tx, &who, (of, number), ruling, now).await;
        self.end(tx, by, "rules_decide", now, result).await
    }
}

fn read(of: &RulesOf, row: &rule_change::Model) -> Result<RuleChange, DbErr> {
    let broken = |err: serde_json::Error| DbErr::Json(err.to_string());
    let named = |text: &str| if text.is_empty() { Ok(None) } else { subject(text).map(Some) };
    Ok(RuleChange {
        rules: match of {
            RulesOf::Estate => Rules::Estate(serde_json::from_str(&row.rules).map_err(broken)?),
            RulesOf::Body(id) => Rules::Body(id.clone(), serde_json::from_str(&row.rules).map_err(broken)?),
        },
        state: word(&row.state)?,
        proposed_by: named(&row.proposed_by)?,
        decided_by: named(&row.decided_by)?,
        number: uint(row.number),
        proposed_at: uint(row.proposed_at),
        decided_at: row.decided_at.map(uint),
    })
}

/// The estate's numbers are the committee's; a body's rules are those people's who convene it.
async fn check(db: &impl ConnectionTrait, who: &Member, of: &RulesOf, now: u64) -> Result<(), UseError> {
    match of {
        RulesOf::Estate => who.check(Action::ScheduleVote, &Site::default(), now),
        RulesOf::Body(id) => meetings::own(db, who, id, now).await.map(|_| ()),
    }
}

async fn propose(tx: &DatabaseTransaction, who: &Member, new: &Rules, now: u64) -> Result<u64, UseError> {
    let (compound, of) = (&who.by.compound, new.of());
    check(tx, who, &of, now).await?;
    let same = match new {
        Rules::Estate(new) => *new == settings(tx, compound).await?,
        Rules::Body(id, new) => {
            let body = meetings::own(tx, who, id, now).await?;
            meetings::check_seated(&body, new)?;
            *new == body.rules
        }
    };
    if same {
        return Err(UseError::Rule(RuleError::Same));
    }
    let waiting = of_query(compound, &of).filter(rule_change::COLUMN.state.eq(RuleState::Proposed.code()));
    if waiting.one(tx).await?.is_some() {
        return Err(UseError::Rule(RuleError::Waits));
    }
    let number = record::next_number(tx, compound, "rule_change").await?;
    let row = rule_change::Model {
        compound: compound.to_string(),
        number: int(number),
        object: of.key(),
        rules: new.text()?,
        state: RuleState::Proposed.code().to_owned(),
        proposed_by: who.by.subject.to_string(),
        proposed_at: int(now),
        decided_by: String::new(),
        decided_at: None,
    };
    note(tx, who, "rules_proposed", &row, now).await?;
    rule_change::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(number)
}

async fn decide(
    tx: &DatabaseTransaction,
    who: &Member,
    (of, number): (&RulesOf, u64),
    ruling: Ruling,
    now: u64,
) -> Result<RuleState, UseError> {
    let compound = &who.by.compound;
    check(tx, who, of, now).await?;
    let found = rule_change::Entity::find_by_id((compound.to_string(), int(number))).one(tx).await?;
    let row = found
        .filter(|row| row.object == of.key() && row.state == RuleState::Proposed.code())
        .ok_or(UseError::Rule(RuleError::Gone))?;
    let is_own = row.proposed_by == who.by.subject.to_string();
    let (to, verb) = match ruling {
        Ruling::Adopt if is_own => return Err(UseError::Rule(RuleError::Own)),
        Ruling::Adopt => (RuleState::InForce, "rules_adopted"),
        Ruling::Drop if is_own => (RuleState::Withdrawn, "rules_withdrawn"),
        Ruling::Drop => (RuleState::Refused, "rules_refused"),
    };
    if let (RuleState::InForce, Rules::Body(id, body)) = (to, read(of, &row)?.rules) {
        meetings::set_rules(tx, who, &id, &body, now).await?;
    }
    let changed = rule_change::Model {
        state: to.code().to_owned(),
        decided_by: who.by.subject.to_string(),
        decided_at: Some(int(now)),
        ..row
    };
    note(tx, who, verb, &changed, now).await?;
    changed.into_active_model().reset_all().update(tx).await?;
    Ok(to)
}

/// The event of a change: which rules, in full, and under which number they were proposed.
async fn note(
    tx: &DatabaseTransaction,
    who: &Member,
    verb: &str,
    row: &rule_change::Model,
    now: u64,
) -> Result<(), UseError> {
    let rules: serde_json::Value = serde_json::from_str(&row.rules).map_err(|err| DbErr::Json(err.to_string()))?;
    let detail = json!({"number": row.number, "rules": rules, "after": row.digest().to_string()});
    let doing = Doing { actor: &who.actor(), verb, object: &row.object, detail };
    Ok(write_event(tx, &who.by.compound, now, doing).await?)
}
