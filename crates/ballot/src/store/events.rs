//! What was done, by whom and when: a hash chain for each compound.
//!
//! Every change writes its event in the same transaction. An event names people by their ids and
//! never holds a name, a phone number, a code or a choice.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde::Serialize;

use super::{
    estate::Estate,
    ids::{CompoundId, Subject},
    tables::{event, event_head, int, uint},
};
use crate::{hash::Hash, json};

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An owner or somebody who holds an office.
    Subject(Subject),
    /// Whoever runs the server, at its command line.
    Operator,
    /// The server by itself: the clock, or what officers have signed.
    Server,
    /// Somebody who has not signed in.
    Nobody,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Subject(subject) => write!(f, "{subject}"),
            Self::Operator => f.write_str("operator"),
            Self::Server => f.write_str("server"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // `detail` is a canonical JSON object; `hash` is of all the other fields
pub struct Event {
    pub actor: String,
    pub at: u64,
    pub compound: String,
    pub detail: String,
    pub number: u64,
    pub object: String,
    pub previous: Hash,
    pub verb: String,
}

impl Event {
    /// SHA-256 of the canonical JSON of all the event says, the hash of the one before included.
    pub fn hash(&self) -> Hash {
        Hash::of(json::write(self).as_bytes())
    }
}

/// The hash before the first event.
pub const GENESIS: Hash = Hash([0; 32]);

/// An event to be written: everything but its place in the chain.
///
/// It names people by their ids alone; whoever writes it sees to that.
pub struct Doing<'a> {
    /// Who does it.
    pub actor: &'a Actor,
    /// What is done, in snake case.
    pub verb: &'a str,
    /// To what: its id.
    pub object: &'a str,
    /// A JSON object without nulls.
    pub detail: serde_json::Value,
}

/// Appends to the chain of a compound, holding its head to the end of the transaction.
pub async fn write_event(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    now: u64,
    doing: Doing<'_>,
) -> Result<(), DbErr> {
    let head = event_head::Entity::find_by_id(compound.as_str().to_owned())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("the head of a compound's events".to_owned()))?;
    let event = Event {
        actor: doing.actor.to_string(),
        at: now,
        compound: compound.to_string(),
        detail: doing.detail.to_string(),
        number: uint(head.number) + 1,
        object: doing.object.to_owned(),
        previous: head.hash.parse().map_err(|_| DbErr::Type("a hash of the event chain".to_owned()))?,
        verb: doing.verb.to_owned(),
    };
    let hash = event.hash();
    let row = event::ActiveModel {
        compound: Set(event.compound),
        number: Set(int(event.number)),
        at: Set(int(event.at)),
        actor: Set(event.actor),
        verb: Set(event.verb),
        object: Set(event.object),
        detail: Set(event.detail),
        previous: Set(event.previous.to_string()),
        hash: Set(hash.to_string()),
    };
    event::Entity::insert(row).exec_without_returning(tx).await?;
    let moved = event_head::ActiveModel {
        compound: Set(compound.to_string()),
        number: Set(head.number + 1),
        hash: Set(hash.to_string()),
    };
    event_head::Entity::update(moved).exec(tx).await?;
    Ok(())
}

/// What is wrong with a chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The event of this number is missing, altered, or does not follow the one before.
    #[error("event {0} is missing, altered, or does not follow the one before it")]
    Broken(u64),
    /// The chain is shorter than its head says.
    #[error("the chain ends before its head says")]
    Short,
    /// Ours.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl Estate {
    /// Events from the newest on, below `before` where a page goes on.
    pub async fn events(&self, compound: &CompoundId, before: Option<u64>, limit: u64) -> Result<Vec<Event>, DbErr> {
        let mut query = event::Entity::find().filter(event::COLUMN.compound.eq(compound.as_str()));
        if let Some(before) = before {
            query = query.filter(event::COLUMN.number.lt(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        let rows = query.order_by_desc(event::COLUMN.number).limit(limit).all(self.reader()).await?;
        rows.into_iter().map(|row| read(row).map(|(event, _)| event)).collect()
    }

    /// Recomputes the whole chain of a compound and gives the number of its events.
    ///
    /// # Errors
    /// Some event is not what it was when it was written.
    pub async fn verify_events(&self, compound: &CompoundId) -> Result<u64, ChainError> {
        verify(self.reader(), compound).await
    }

    /// Notes that somebody tried what they have no right to.
    pub async fn note_attempt(&self, compound: &CompoundId, actor: &Actor, what: &str, now: u64) -> Result<(), DbErr> {
        let tx = self.begin(compound).await?;
        let what: String = what.chars().filter(|&c| json::is_allowed(c)).take(80).collect();
        let doing = Doing { actor, verb: "refused", object: &what, detail: serde_json::json!({}) };
        write_event(&tx, compound, now, doing).await?;
        tx.commit().await
    }
}

pub(crate) async fn verify(db: &impl ConnectionTrait, compound: &CompoundId) -> Result<u64, ChainError> {
    let (mut number, mut previous) = (0, GENESIS);
    loop {
        let page = event::Entity::find()
            .filter(event::COLUMN.compound.eq(compound.as_str()))
            .filter(event::COLUMN.number.gt(int(number)))
            .order_by_asc(event::COLUMN.number)
            .limit(1000)
            .all(db)
            .await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            number += 1;
            let (event, hash) = read(row).map_err(|_| ChainError::Broken(number))?;
            if event.number != number || event.previous != previous || event.hash() != hash {
                return Err(ChainError::Broken(number));
            }
            previous = hash;
        }
    }
    let head = event_head::Entity::find_by_id(compound.as_str().to_owned()).one(db).await?;
    let is_whole = head.is_some_and(|head| uint(head.number) == number && head.hash == previous.to_string());
    if is_whole { Ok(number) } else { Err(ChainError::Short) }
}

fn read(row: event::Model) -> Result<(Event, Hash), DbErr> {
    let hash = |text: &str| text.parse().map_err(|_| DbErr::Type("a hash of the event chain".to_owned()));
    let (previous, own) = (hash(&row.previous)?, hash(&row.hash)?);
    let event = Event {
        actor: row.actor,
        at: uint(row.at),
        compound: row.compound,
        detail: row.detail,
        number: uint(row.number),
        object: row.object,
        previous,
        verb: row.verb,
    };
    Ok((event, own))
}
