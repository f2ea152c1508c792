//! Mediations (调解室): rooms that only those in them can see, from the request to the last visit.
//!
//! Nothing of a room leaves it. Events carry no actor and only hashes that are keyed with a secret of the room; what is
//! refused to somebody outside is refused as if there were no such case, and nothing is noted of it.

mod agreement;
mod ask;
mod people;
mod steps;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{
        events::Actor,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};

#[cfg(test)]
pub(super) use ask::waiting_query;
pub use ask::{NewCase, WaitingRow};
pub use people::NewParty;
pub use steps::CaseAct;
#[cfg(test)]
pub(super) use view::held_query;
pub use view::{MessageView, PartyView, RoomRow, RoomView, SessionView, TextView, VisitView};

use super::{
    By, Deliberation, UseError, numbers,
    people::{Standing as Member, standing},
    record::{self, Change},
    steps::{Said, of_mediation},
    tables::{int, mediation, mediation_party, uint, word},
};
use crate::{
    lifecycle::{Facts, Kind, Part, Record, Step, Verb, tables::MediationState},
    mediation::{Case, MediationFault},
    rights::{Action, Bearing, Site, may},
};

impl Deliberation {
    /// Ends a transaction of a room as its use case ended. Of what is refused the chain says that it was, and neither
    /// who tried nor in which room.
    async fn end_sealed<T>(
        &self,
        tx: DatabaseTransaction,
        by: &By,
        verb: Verb,
        now: u64,
        result: Result<T, UseError>,
    ) -> Result<T, UseError> {
        if result.is_ok() {
            tx.commit().await?;
            return result;
        }
        tx.rollback().await?;
        if let Err(UseError::Refused(_) | UseError::Denied(_)) = &result {
            let what = format!("{}_{verb}", Kind::Mediation);
            self.estate.note_attempt(&by.compound, &Actor::Server, &what, now).await?;
        }
        result
    }
}

fn fault(fault: MediationFault) -> UseError {
    UseError::Mediation(fault)
}

const NONE: UseError = UseError::NoSuch(Kind::Mediation);

async fn numbered(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    number: u64,
) -> Result<Option<mediation::Model>, DbErr> {
    let columns = [mediation::Column::Compound, mediation::Column::Number];
    numbers::numbered::<mediation::Entity>(db, columns, compound, number).await
}

async fn parties_of(db: &impl ConnectionTrait, id: &str) -> Result<Vec<mediation_party::Model>, DbErr> {
    mediation_party::Entity::find()
        .filter(mediation_party::COLUMN.mediation.eq(id))
        .order_by_asc(mediation_party::COLUMN.number)
        .all(db)
        .await
}

/// The cases to which somebody is a party.
async fn cases_of(db: &impl ConnectionTrait, by: &By) -> Result<BTreeSet<String>, DbErr> {
    let lines = mediation_party::Entity::find().filter(mediation_party::COLUMN.subject.eq(by.subject.to_string()));
    Ok(lines.all(db).await?.into_iter().map(|line| line.mediation).collect())
}

/// Somebody in a room, with what they are there.
struct Inside {
    who: Member,
    parts: BTreeSet<Part>,
    /// Their own number among the parties.
    own: Option<i64>,
    parties: Vec<mediation_party::Model>,
}

/// Who somebody is in a room; none for everybody who is not in it, whatever their office. A mediator whose post has
/// ended is no longer in it.
async fn inside(db: &impl ConnectionTrait, by: &By, row: &mediation::Model, now: u64) -> Result<Option<Inside>, DbErr> {
    let me = by.subject.to_string();
    let parties = parties_of(db, &row.id).await?;
    let who = standing(db, by, now).await?;
    let mediates = row.mediator.as_ref() == Some(&me) && may_mediate(&who, row, now);
    let case = Case {
        category: word(&row.category)?,
        state: word(&row.state)?,
        opened: uint(row.opened_at),
        ended: row.ended_at.map(uint),
        parties: parties.iter().filter_map(|party| party.subject.clone()).collect(),
        mediator: mediates.then(|| me.clone()),
        lawyer: row.lawyer.clone(),
        sealed: Vec::new(),
    };
    if !case.is_open_to(&me) {
        return Ok(None);
    }
    let own = parties.iter().find(|party| party.subject.as_ref() == Some(&me)).map(|party| party.number);
    let is_lawyer = row.lawyer.as_ref() == Some(&me);
    let parts = [own.map(|_| Part::Party), mediates.then_some(Part::Mediator), is_lawyer.then_some(Part::Lawyer)];
    Ok(Some(Inside { who, parts: parts.into_iter().flatten().collect(), own, parties }))
}

/// Whether somebody's post lets them mediate a case: a building lead only a small one of the building.
fn may_mediate(who: &Member, row: &mediation::Model, now: u64) -> bool {
    let (site, bearing) = ground(who, row, now);
    may(&who.posts, Action::Mediate, &site, bearing, now).is_ok()
}

/// What rights in a case are held against.
fn ground(who: &Member, row: &mediation::Model, now: u64) -> (Site, Bearing) {
    (who.site(row.building.as_deref(), now), Bearing { is_small: row.is_small, ..Bearing::default() })
}

/// Whether somebody may see what belongs to a room, such as its files.
pub(super) async fn may_enter(db: &impl ConnectionTrait, by: &By, id: &str, now: u64) -> Result<bool, DbErr> {
    let row = mediation::Entity::find_by_id(id).filter(mediation::COLUMN.compound.eq(by.compound.as_str()));
    match row.one(db).await? {
        Some(row) => Ok(inside(db, by, &row, now).await?.is_some()),
        None => Ok(false),
    }
}

/// A hash that tells nothing to whoever guesses what was hashed.
fn sealed(row: &mediation::Model, what: &[&str]) -> Hash {
    Hash::of(json!([row.seal, what]).to_string().as_bytes())
}

/// What has changed in a room.
struct Changed<'a> {
    verb: Verb,
    before: Option<&'a mediation::Model>,
    after: &'a mediation::Model,
    /// The digests of what changed below the case.
    below: Vec<Hash>,
    /// What the room's own chronicle says beside.
    said: String,
    /// Who is told.
    told: BTreeSet<String>,
}

/// Writes what a step leaves behind: the event, the line in the room's chronicle, and the news.
async fn record(
    tx: &DatabaseTransaction,
    by: &By,
    step: &Step<MediationState>,
    change: Changed<'_>,
    now: u64,
) -> Result<(), DbErr> {
    let row = change.after;
    let hashes: Vec<String> = change.below.iter().map(ToString::to_string).collect();
    let below: Vec<&str> = hashes.iter().map(String::as_str).collect();
    let value = |record: &Record| -> (Record, Value) {
        match record {
            Record::Number => (*record, json!(uint(row.number))),
            _ => (*record, json!(sealed(row, &below).to_string())),
        }
    };
    let digest = row.digest().to_string();
    let event = Change {
        actor: Actor::Server,
        on_behalf_of: None,
        kind: Kind::Mediation,
        id: &row.id,
        verb: change.verb,
        before: change.before.map(|before| sealed(before, &[&before.digest().to_string()])),
        after: sealed(row, &[&[digest.as_str()], below.as_slice()].concat()),
        records: step.records.iter().map(value).collect::<BTreeMap<_, _>>(),
    };
    record::write(tx, &by.compound, step.records, event, now).await?;
    let me = by.subject.to_string();
    let told = change.told.iter().filter(|subject| **subject != me).map(String::as_str);
    record::tell(tx, &by.compound, told, (Kind::Mediation, &row.id, change.verb), now).await?;
    if change.verb != Verb::Say {
        let said = Said { text: &change.said, other: "" };
        of_mediation(tx, (&row.id, &row.state), change.verb, &by.subject, said, now).await?;
    }
    Ok(())
}

/// Everybody who is in a room.
fn people_in(row: &mediation::Model, parties: &[mediation_party::Model]) -> BTreeSet<String> {
    let parties = parties.iter().filter_map(|party| party.subject.clone());
    parties.chain(row.mediator.clone()).chain(row.lawyer.clone()).collect()
}

/// The values of a case that guards look at, without what an act brings.
fn facts_of(row: &mediation::Model, parties: &[mediation_party::Model], signed: u64, now: u64) -> Facts {
    Facts {
        now,
        parties: parties.len() as u64,
        parties_consented: parties.iter().filter(|party| party.consented_at.is_some()).count() as u64,
        parties_signed: signed,
        has_mediator: row.mediator.is_some(),
        ..Facts::default()
    }
}

fn hashes(text: &str) -> Result<Vec<Hash>, DbErr> {
    let read: Vec<String> = serde_json::from_str(text).map_err(|err| DbErr::Json(err.to_string()))?;
    read.iter().map(|hash| hash.parse().map_err(|_| DbErr::Type("a hash".to_owned()))).collect()
}

fn hash_list(hashes: &[Hash]) -> String {
    json!(hashes.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string()
}

fn subject(text: &str) -> Result<Subject, DbErr> {
    super::matters::subject(text)
}

fn since(row: &mut mediation::Model, step: &Step<MediationState>, now: u64) {
    if row.state != step.to.code() {
        step.to.code().clone_into(&mut row.state);
        row.since = int(now);
    }
}
