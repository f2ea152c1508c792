//! Asking for mediation, and who takes it on.

use std::collections::BTreeSet;

use ballot::{
    hash::Hash,
    store::{
        fresh::Fresh,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

use super::{
    Changed, NONE, NewParty, cases_of, facts_of, fault, ground, may_mediate, numbered, parties_of, people_in, record,
    since, subject,
};
use crate::{
    lifecycle::{self, Facts, Given, Step, Verb, tables::MediationState},
    mediation::{Category, MediationFault, OTHERS_MOST, REQUESTS_MOST, Side},
    rights::{Action, Bearing, Role, Site, may},
    store::{
        By, Deliberation, Field, UseError, check_text,
        people::{Standing as Member, standing},
        record::next_number,
        tables::{int, mediation, mediation_barred, mediation_party, uint, word},
    },
};

/// A request as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// What it is about.
    pub category: Category,
    /// What happened and what is wished for: 1 to 4000 characters.
    pub text: String,
    /// The building that it is about, as a roll names it.
    pub building: Option<String>,
    /// Whether the building's lead may try first: only of a building.
    pub is_small: bool,
    /// With whom: one to five.
    pub others: Vec<NewParty>,
    /// For whom somebody of the grid asks; none for oneself.
    pub on_behalf_of: Option<NewParty>,
    /// Whether they consent to it.
    pub has_consent: bool,
}

/// A case for which a mediator is wanted, as those see it who could mediate or find one: without names and contents.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WaitingRow {
    pub number: u64,
    pub category: Category,
    pub opened: u64,
    /// Whom the community has asked.
    pub offered: Option<Subject>,
    /// Whether whoever looks can take it on.
    pub may_take: bool,
}

impl Deliberation {
    /// Asks for mediation. Gives the number if whoever asks is in the room, and none if they asked for another.
    ///
    /// # Errors
    /// No right, no consent of whom it is for, too many requests, or a field that holds what it must not.
    pub async fn ask_mediation(
        &self,
        by: &By,
        new: &NewCase,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Option<u64>, UseError> {
        let text = check_text(&new.text, 4000, Field::Text)?;
        let others = new.others.iter().map(NewParty::checked).collect::<Result<Vec<_>, _>>()?;
        if others.is_empty() || OTHERS_MOST < others.len() {
            return Err(fault(MediationFault::Others));
        }
        let building = new.building.as_deref().map(|name| check_text(name, 50, Field::Building)).transpose()?;
        if new.is_small && building.is_none() {
            return Err(UseError::Field(Field::Building));
        }
        let applicant = match &new.on_behalf_of {
            None => {
                let me = [by.subject.clone()].into();
                let name = self.names(&by.compound, &me, now).await?.into_values().next().map(|found| found.name);
                let own = NewParty { name: name.unwrap_or_default(), ..NewParty::default() };
                (own, Some(by.subject.clone()))
            }
            Some(party) => {
                let party = party.checked()?;
                let found = self.find_party(&by.compound, &party, now).await?;
                (party, found)
            }
        };
        let asked = Asked { new, text, building, applicant, others };
        let tx = self.estate.begin(&by.compound).await?;
        let result = ask(&tx, by, asked, now, fresh).await;
        self.end_sealed(tx, by, Verb::Create, now, result).await
    }

    /// The cases for which a mediator is wanted, oldest first, for those who could mediate them or find somebody who
    /// does; nothing for everybody else.
    pub async fn waiting_mediations(&self, by: &By, now: u64) -> Result<Vec<WaitingRow>, DbErr> {
        let db = self.estate.reader();
        let who = standing(db, by, now).await?;
        let assigns = may_assign(&who, now);
        if !assigns && who.posts.is_empty() {
            return Ok(Vec::new());
        }
        let mut shown = Vec::new();
        let rows = waiting_query(&by.compound).all(db).await?;
        let free = takeable(db, &who, &rows, now).await?;
        for row in rows {
            let may_take = free.contains(&row.id);
            if assigns || may_take {
                shown.push(WaitingRow {
                    number: uint(row.number),
                    category: word(&row.category)?,
                    opened: uint(row.opened_at),
                    offered: row.offered.as_deref().map(subject).transpose()?.filter(|_| assigns),
                    may_take,
                });
            }
        }
        Ok(shown)
    }

    /// Whether somebody can find mediators for cases that wait.
    pub async fn may_assign_mediators(&self, by: &By, now: u64) -> Result<bool, DbErr> {
        Ok(may_assign(&standing(self.estate.reader(), by, now).await?, now))
    }

    /// Asks somebody to mediate a case that waits. They see nothing of it before they take it on.
    ///
    /// # Errors
    /// No such case waits for whoever asks, or it is nobody who mediates.
    pub async fn offer_mediation(&self, by: &By, number: u64, to: &Subject, now: u64) -> Result<(), UseError> {
        if !self.mediators(&by.compound, now).await?.iter().any(|named| named.subject == *to) {
            return Err(fault(MediationFault::Candidate));
        }
        let tx = self.estate.begin(&by.compound).await?;
        let result = offer(&tx, by, number, to, now).await;
        self.end_sealed(tx, by, Verb::Assign, now, result).await
    }

    /// Takes a case on. The others are found in the register and told, each in their own inbox.
    ///
    /// # Errors
    /// No such case waits for whoever asks, they do not say that nothing ties them to a party, or they are one.
    pub async fn take_mediation(&self, by: &By, number: u64, is_free: bool, now: u64) -> Result<(), UseError> {
        let row = numbered(self.estate.reader(), &by.compound, number).await?.ok_or(NONE)?;
        let mut found = Vec::new();
        for party in parties_of(self.estate.reader(), &row.id).await? {
            if party.subject.is_none() {
                let named = NewParty { name: party.name, building: party.building, home: party.home };
                found.extend(self.find_party(&by.compound, &named, now).await?.map(|who| (party.number, who)));
            }
        }
        let tx = self.estate.begin(&by.compound).await?;
        let result = take(&tx, by, number, (is_free, found), now).await;
        self.end_sealed(tx, by, Verb::Accept, now, result).await
    }
}

/// A request whose fields are checked.
struct Asked<'a> {
    new: &'a NewCase,
    text: String,
    building: Option<String>,
    applicant: (NewParty, Option<Subject>),
    others: Vec<NewParty>,
}

async fn ask(
    tx: &DatabaseTransaction,
    by: &By,
    asked: Asked<'_>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<Option<u64>, UseError> {
    let step = admitted(tx, by, &asked, now).await?;
    let number = next_number(tx, &by.compound, "mediation").await?;
    let row = mediation::Model {
        id: fresh.uuid(),
        compound: by.compound.to_string(),
        number: int(number),
        category: asked.new.category.code().to_owned(),
        state: step.to.code().to_owned(),
        since: int(now),
        seal: format!("{}{}", fresh.uuid(), fresh.uuid()),
        body: asked.text,
        building: asked.building,
        is_small: asked.new.is_small,
        asked_by: by.subject.to_string(),
        opened_at: int(now),
        consented_at: None,
        signed_at: None,
        ended_at: None,
        mediator: None,
        offered: None,
        lawyer: None,
        version: 0,
        visit_due: None,
        forum: String::new(),
        reopened: 0,
    };
    mediation::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
    let is_inside = asked.applicant.1.as_ref() == Some(&by.subject);
    let below = put_parties(tx, &row.id, asked.applicant, asked.others, now).await?;
    let told = people_in(&row, &parties_of(tx, &row.id).await?);
    let change = Changed { verb: Verb::Create, before: None, after: &row, below, said: String::new(), told };
    record(tx, by, &step, change, now).await?;
    Ok(is_inside.then_some(number))
}

/// Whether somebody may hand a request in: for themselves by their right to ask, for others by their post.
async fn admitted(
    tx: &DatabaseTransaction,
    by: &By,
    asked: &Asked<'_>,
    now: u64,
) -> Result<Step<MediationState>, UseError> {
    let who = standing(tx, by, now).await?;
    let is_on_behalf = asked.new.on_behalf_of.is_some();
    let mut given = BTreeSet::from([Given::Text]);
    given.extend(asked.new.has_consent.then_some(Given::Consent));
    let facts = Facts { now, given, is_on_behalf, ..Facts::default() };
    let bearing = Bearing { is_small: asked.new.is_small, ..Bearing::default() };
    let (parts, site) = (BTreeSet::new(), who.site(asked.building.as_deref(), now));
    let step = lifecycle::step(None::<MediationState>, Verb::Create, who.doer(&parts, &site, bearing), &facts)?;
    let for_others = |role: Role| matches!(role, Role::GridWorker | Role::Mediator | Role::Street);
    let may_ask = if is_on_behalf {
        who.posts.iter().any(|post| for_others(post.role) && post.is_held_at(now))
    } else {
        may(&who.posts, Action::AskMediation, &site, bearing, now).is_ok()
    };
    if !may_ask {
        return Err(fault(MediationFault::Behalf));
    }
    let mine = mediation::Entity::find()
        .filter(mediation::COLUMN.compound.eq(by.compound.as_str()))
        .filter(mediation::COLUMN.asked_by.eq(by.subject.to_string()))
        .filter(mediation::COLUMN.ended_at.is_null());
    if !is_on_behalf && REQUESTS_MOST <= mine.count(tx).await? {
        return Err(fault(MediationFault::Many));
    }
    Ok(step)
}

/// Writes the parties down: whoever asks first, then the others, who are found once somebody mediates.
async fn put_parties(
    tx: &DatabaseTransaction,
    id: &str,
    (applicant, found): (NewParty, Option<Subject>),
    others: Vec<NewParty>,
    now: u64,
) -> Result<Vec<Hash>, DbErr> {
    let first = (Side::Applicant, applicant, found);
    let others = others.into_iter().map(|party| (Side::Other, party, None));
    let mut below = Vec::new();
    for (place, (side, party, found)) in (1..).zip(std::iter::once(first).chain(others)) {
        let line = mediation_party::Model {
            mediation: id.to_owned(),
            number: place,
            side: side.code().to_owned(),
            name: party.name,
            building: party.building,
            home: party.home,
            subject: found.map(|found| found.to_string()),
            // Whoever asks consents by asking.
            consented_at: (side == Side::Applicant).then_some(int(now)),
            scan: String::new(),
        };
        below.push(line.digest());
        mediation_party::Entity::insert(line.into_active_model()).exec_without_returning(tx).await?;
    }
    Ok(below)
}

fn may_assign(who: &Member, now: u64) -> bool {
    may(&who.posts, Action::AssignMediator, &Site::default(), Bearing::default(), now).is_ok()
}

/// Which cases somebody could take on, by their ids: their post lets them, they are in none of them, and nobody has turned
/// them down.
async fn takeable(
    db: &impl ConnectionTrait,
    who: &Member,
    rows: &[mediation::Model],
    now: u64,
) -> Result<BTreeSet<String>, DbErr> {
    let me = who.by.subject.to_string();
    let is_free = |row: &&mediation::Model| may_mediate(who, row, now) && row.lawyer.as_ref() != Some(&me);
    let mut free: BTreeSet<String> = rows.iter().filter(is_free).map(|row| row.id.clone()).collect();
    if free.is_empty() {
        return Ok(free);
    }
    let own = cases_of(db, &who.by).await?;
    let barred = mediation_barred::Entity::find()
        .filter(mediation_barred::COLUMN.mediation.is_in(free.iter().map(String::as_str)))
        .filter(mediation_barred::COLUMN.subject.eq(me))
        .all(db)
        .await?;
    free.retain(|id| !own.contains(id) && !barred.iter().any(|line| line.mediation == *id));
    Ok(free)
}

/// Cases that have no mediator and have not ended.
pub(in crate::store) fn waiting_query(compound: &CompoundId) -> Select<mediation::Entity> {
    /// More than ever wait at a time.
    const MOST: u64 = 200;
    mediation::Entity::find()
        .filter(mediation::COLUMN.compound.eq(compound.as_str()))
        .filter(mediation::COLUMN.mediator.is_null())
        .filter(mediation::COLUMN.ended_at.is_null())
        .order_by_asc(mediation::COLUMN.number)
        .limit(MOST)
}

async fn offer(tx: &DatabaseTransaction, by: &By, number: u64, to: &Subject, now: u64) -> Result<(), UseError> {
    let who = standing(tx, by, now).await?;
    let row = numbered(tx, &by.compound, number).await?.ok_or(NONE)?;
    if !may_assign(&who, now) || row.mediator.is_some() {
        return Err(NONE);
    }
    let (site, bearing) = ground(&who, &row, now);
    let (parts, facts) = (BTreeSet::new(), facts_of(&row, &[], 0, now));
    let state: MediationState = word(&row.state)?;
    let step = lifecycle::step(Some(state), Verb::Assign, who.doer(&parts, &site, bearing), &facts)?;
    let after = mediation::Model { offered: Some(to.to_string()), ..row.clone() };
    after.clone().into_active_model().reset_all().update(tx).await?;
    let told = BTreeSet::from([to.to_string()]);
    let change =
        Changed { verb: Verb::Assign, before: Some(&row), after: &after, below: Vec::new(), said: String::new(), told };
    Ok(record(tx, by, &step, change, now).await?)
}

async fn take(
    tx: &DatabaseTransaction,
    by: &By,
    number: u64,
    (is_free, found): (bool, Vec<(i64, Subject)>),
    now: u64,
) -> Result<(), UseError> {
    let who = standing(tx, by, now).await?;
    let row = numbered(tx, &by.compound, number).await?.ok_or(NONE)?;
    let is_waiting = row.mediator.is_none() && row.ended_at.is_none();
    if !is_waiting || takeable(tx, &who, std::slice::from_ref(&row), now).await?.is_empty() {
        return Err(NONE);
    }
    if !is_free {
        return Err(fault(MediationFault::Declared));
    }
    let mut facts = facts_of(&row, &[], 0, now);
    let is_party = found.iter().any(|(_, subject)| *subject == by.subject);
    facts.given.extend((!is_party).then_some(Given::FitMediator));
    let (site, bearing) = ground(&who, &row, now);
    let state: MediationState = word(&row.state)?;
    let step = lifecycle::step(Some(state), Verb::Accept, who.doer(&BTreeSet::new(), &site, bearing), &facts)?;
    let mut after = mediation::Model { mediator: Some(by.subject.to_string()), offered: None, ..row.clone() };
    since(&mut after, &step, now);
    after.clone().into_active_model().reset_all().update(tx).await?;
    let mut below = Vec::new();
    for (place, subject) in found {
        let parties = parties_of(tx, &row.id).await?;
        let is_there = parties.iter().any(|party| party.subject.as_ref() == Some(&subject.to_string()));
        let Some(party) = parties.into_iter().find(|party| party.number == place && party.subject.is_none()) else {
            continue;
        };
        // Who is on both sides is not found twice: the mediator puts it right.
        if !is_there {
            let party = mediation_party::Model { subject: Some(subject.to_string()), ..party };
            below.push(party.digest());
            party.into_active_model().reset_all().update(tx).await?;
        }
    }
    let told = people_in(&after, &parties_of(tx, &row.id).await?);
    let change = Changed { verb: Verb::Accept, before: Some(&row), after: &after, below, said: String::new(), told };
    Ok(record(tx, by, &step, change, now).await?)
}
