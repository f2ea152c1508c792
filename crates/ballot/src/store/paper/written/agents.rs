//! People who vote for owners and are none: known to the desk by name, to the log by a number.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use super::{AGENT_MOST, PaperError};
use crate::{
    hash::Hash,
    id::{AgentNo, HolderNo, PersonNo, PollId},
    json,
    register::commit,
    statement::Party,
    store::{
        estate::Estate,
        fresh::Fresh,
        home::is_name,
        ids::{CompoundId, StaffId},
        staff::StaffMember,
        tables::{int, outside_agent, uint},
    },
};

/// Somebody who is no owner and votes for owners in one poll.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OutsideAgent {
    pub id: String,
    /// Who has written them down.
    pub by: StaffId,
    /// As the log first names them; nothing before.
    pub number: Option<AgentNo>,
    pub name: String,
    /// Who they are: a phone number, the last characters of a document.
    pub note: String,
}

/// Who may vote for a holder now, as the desk knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingAgent {
    /// Under which number.
    pub party: Party,
    /// The owner's people, or the one outside person.
    pub people: Vec<(PersonNo, String)>,
}

/// What the chain of events commits to. It names somebody, and is never public.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgentRecord {
    name: String,
    note: String,
    poll: PollId,
}

/// An outside person as a clerk writes them down.
pub(super) struct NewOutsider<'a> {
    pub(super) name: &'a str,
    pub(super) note: &'a str,
}

impl NewOutsider<'_> {
    /// Whether both are there and not too long.
    pub(super) fn is_fit(&self) -> bool {
        [self.name, self.note].iter().all(|text| {
            let length = text.trim().chars().count();
            0 < length && length <= AGENT_MOST && json::is_record_text(text.trim())
        })
    }
}

impl Estate {
    /// The outside people of a live poll, for the desk, by name: those whom the log knows, and whom this clerk has written
    /// down. Whom a sheet names that another is to read is not told before.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn outside_agents(&self, by: &StaffMember, poll: &PollId) -> Result<Vec<OutsideAgent>, PaperError> {
        self.desk_log(by, poll).await?;
        let mut all: Vec<_> = self.outsiders(poll).await?.into_values().collect();
        all.retain(|one| !one.name.is_empty() && (one.number.is_some() || one.by == by.id));
        all.sort_by(|one, other| (&one.name, &one.note).cmp(&(&other.name, &other.note)));
        Ok(all)
    }

    /// Who may vote for a holder now, for the desk.
    pub(in crate::store) async fn agent_of(
        &self,
        poll: &PollId,
        holder: HolderNo,
    ) -> Result<Option<StandingAgent>, PaperError> {
        let log = self.logs().log(poll).await?;
        let Some(standing) = log.read(|state, _| state.standing_agent(holder)) else { return Ok(None) };
        let people = match standing.party {
            Party::Holder(owner) => self.people_on(poll, owner).await?,
            Party::Agent(number) => {
                vec![(PersonNo::FIRST, self.outsider_name(poll, number).await?.unwrap_or_default())]
            }
        };
        Ok(Some(StandingAgent { party: standing.party, people }))
    }

    /// What the outside person of a number is called, if the desk knows.
    pub(in crate::store) async fn outsider_name(
        &self,
        poll: &PollId,
        number: AgentNo,
    ) -> Result<Option<String>, DbErr> {
        let known = self.outsiders(poll).await?.into_values().find(|one| one.number == Some(number));
        Ok(known.map(|one| one.name).filter(|name| !name.is_empty()))
    }

    /// By their ids.
    pub(super) async fn outsiders(&self, poll: &PollId) -> Result<BTreeMap<String, OutsideAgent>, DbErr> {
        let rows = outside_agent::Entity::find()
            .filter(outside_agent::COLUMN.poll.eq(poll.as_str()))
            .order_by_asc(outside_agent::COLUMN.at)
            .all(self.reader())
            .await?;
        rows.into_iter().map(|row| Ok((row.id.clone(), read(row)?))).collect()
    }
}

fn read(row: outside_agent::Model) -> Result<OutsideAgent, DbErr> {
    // What was erased says nothing any more.
    let (name, note) = match row.record.as_str() {
        "" => Default::default(),
        record => {
            let record: AgentRecord = serde_json::from_str(record).map_err(|err| DbErr::Json(err.to_string()))?;
            (record.name, record.note)
        }
    };
    let number = row.number.map(|number| AgentNo::try_from(uint(number))).transpose();
    Ok(OutsideAgent {
        id: row.id,
        by: StaffId(row.staff),
        number: number.map_err(|_| DbErr::Type("an agent's number".to_owned()))?,
        name,
        note,
    })
}

/// Those of this name who are known already.
pub(super) fn namesake<'a>(known: &'a BTreeMap<String, OutsideAgent>, name: &str) -> Option<&'a OutsideAgent> {
    known.values().find(|one| is_name(&one.name, name))
}

/// Writes somebody down; the id.
pub(super) async fn write_down(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    poll: &PollId,
    new: &NewOutsider<'_>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<String, DbErr> {
    let record = AgentRecord { name: new.name.trim().to_owned(), note: new.note.trim().to_owned(), poll: poll.clone() };
    let id = fresh.uuid();
    let row = outside_agent::ActiveModel {
        id: Set(id.clone()),
        compound: Set(by.compound.to_string()),
        poll: Set(poll.to_string()),
        number: Set(None),
        salt: Set(Hash(fresh.block()).to_string()),
        record: Set(json::write(&record)),
        staff: Set(by.id.to_string()),
        at: Set(int(now)),
    };
    outside_agent::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

/// Notes the number that the log has given to somebody; what the chain of events then commits to, the first time.
pub(super) async fn number(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &str,
    number: AgentNo,
) -> Result<Option<Hash>, DbErr> {
    let done = outside_agent::Entity::update_many()
        .col_expr(outside_agent::Column::Number, Expr::value(int(number.get())))
        .filter(outside_agent::COLUMN.id.eq(id))
        .filter(outside_agent::COLUMN.compound.eq(compound.as_str()))
        .filter(outside_agent::COLUMN.number.is_null())
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Ok(None);
    }
    let row = outside_agent::Entity::find_by_id(id.to_owned()).one(tx).await?;
    Ok(row.and_then(|row| Some(commit(&row.salt.parse::<Hash>().ok()?.0, &row.record))))
}

/// Forgets somebody whom no proxy names any more and the log never did.
pub(super) async fn forget_unnamed(tx: &DatabaseTransaction, id: &str) -> Result<(), DbErr> {
    use crate::store::tables::written_proxy;
    let named = written_proxy::Entity::find().filter(written_proxy::COLUMN.outside.eq(id)).one(tx).await?;
    if named.is_none() {
        outside_agent::Entity::delete_many()
            .filter(outside_agent::COLUMN.id.eq(id))
            .filter(outside_agent::COLUMN.number.is_null())
            .exec(tx)
            .await?;
    }
    Ok(())
}
