//! Reminders: to whoever has not voted, all co-owners among them, and to nobody twice on one day.
//!
//! Whether somebody has voted is told here, as at the doors, and never how.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::OnConflict};
use serde_json::json;

use super::{
    Log, ReadError,
    contact::{Contact, first_contacts},
    estate::{Estate, find_compound},
    events::{Doing, write_event},
    fresh::Fresh,
    ids::{CompoundId, PersonId, Subject},
    outbox::{self, Notice},
    polls::{PollState, households},
    refusal::refusals,
    staff::{Role, StaffMember, still_holds},
    tables::{int, poll_person, reminder},
};
use crate::{
    id::{HolderNo, PollId},
    state::{AmendedRoll, Phase},
};

/// A day in seconds.
const DAY: u64 = 86_400;

/// Whom a reminder would reach now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reminding {
    /// People who have not voted and get a message.
    pub due: u64,
    /// People who have not voted and were reminded today.
    pub today: u64,
    /// People who have not voted and of whom neither phone nor mailbox is known.
    pub unreachable: u64,
}

refusals! {
    /// Why nobody is reminded.
    RemindError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NotOpen "not_open" "people are reminded while voting goes on",
        Nobody "nobody_due" "everybody has voted, was reminded today, or is not reached",
    }
}

impl From<ReadError> for RemindError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

/// Somebody who has not voted: for which homes, and where they are reached first.
struct Due {
    person: PersonId,
    units: Vec<String>,
    to: Contact,
}

/// Everybody who has not voted, by what can be done about it.
#[derive(Default)]
struct Missing {
    due: Vec<Due>,
    today: u64,
    unreachable: u64,
}

impl Estate {
    /// Whom a reminder would reach now.
    ///
    /// # Errors
    /// Not an officer, no such live poll, or voting does not go on.
    pub async fn reminding(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<Reminding, RemindError> {
        let (log, _) = self.remind_log(by, poll, now).await?;
        let missing = self.missing(self.reader(), &by.compound, (poll, &log), now).await?;
        Ok(Reminding { due: missing.due.len() as u64, today: missing.today, unreachable: missing.unreachable })
    }

    /// Reminds everybody who has not voted and was not reminded today; how many people.
    ///
    /// People who share a phone get one message. Two officers at once remind nobody twice.
    ///
    /// # Errors
    /// As [`Estate::reminding`], or nobody is due.
    pub async fn remind(
        &self,
        by: &StaffMember,
        poll: &PollId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<u64, RemindError> {
        let (log, title) = self.remind_log(by, poll, now).await?;
        let closes = log.read(|state, _| state.manifest().closes);
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(RemindError::NotOfficer)?;
        let due = self.missing(&tx, &by.compound, (poll, &log), now).await?.due;
        if due.is_empty() {
            return Err(RemindError::Nobody);
        }
        let day = self.day_of(&tx, &by.compound, now).await?;
        let mut letters: BTreeMap<Contact, BTreeSet<String>> = BTreeMap::new();
        for one in &due {
            let row = reminder::ActiveModel {
                poll: Set(poll.to_string()),
                person: Set(one.person.to_string()),
                day: Set(day),
            };
            // Nobody else writes one of this compound: its events are held.
            let once = OnConflict::columns([reminder::Column::Poll, reminder::Column::Person, reminder::Column::Day]);
            reminder::Entity::insert(row)
                .on_conflict(once.clone().do_nothing().to_owned())
                .exec_without_returning(&tx)
                .await?;
            letters.entry(one.to.clone()).or_default().extend(one.units.iter().cloned());
        }
        for (to, units) in &letters {
            let units = units.iter().cloned().collect();
            let notice = Notice::Reminder { units, title: title.clone(), closes };
            outbox::queue(&tx, &by.compound, to, "zh", &notice, now, fresh).await?;
        }
        let detail = json!({"people": due.len(), "messages": letters.len()});
        let doing = Doing { actor: &by.actor(), verb: "voters_reminded", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(due.len() as u64)
    }

    /// The log of a live poll in which voting goes on, and the poll's title, for an officer.
    async fn remind_log(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<(Log, String), RemindError> {
        if by.role != Role::Officer {
            return Err(RemindError::NotOfficer);
        }
        let row = self.poll(&by.compound, poll).await?.filter(|row| row.state == PollState::Live);
        let row = row.ok_or(RemindError::NoSuchPoll)?;
        let log = self.logs().log(poll).await?;
        match log.read(|state, _| state.phase(now)) {
            Phase::Open => Ok((log, row.title)),
            Phase::Before | Phase::Ended | Phase::Closed => Err(RemindError::NotOpen),
        }
    }

    /// The day of a time where the compound is, since the epoch.
    async fn day_of(&self, db: &impl ConnectionTrait, compound: &CompoundId, now: u64) -> Result<i64, DbErr> {
        let compound = find_compound(db, compound).await?;
        let offset = compound.map_or(0, |compound| compound.place.utc_offset());
        Ok(int((now + offset) / DAY))
    }

    async fn missing(
        &self,
        db: &impl ConnectionTrait,
        compound: &CompoundId,
        (poll, log): (&PollId, &Log),
        now: u64,
    ) -> Result<Missing, DbErr> {
        let holders: BTreeSet<HolderNo> = log.read(|state, turnout| {
            let all = state.roll().into_iter().flat_map(AmendedRoll::holders);
            all.filter(|holder| !turnout.has_voted(*holder)).collect()
        });
        let barred = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_person::COLUMN.barred_at.is_not_null())
            .all(db)
            .await?;
        let barred: BTreeSet<_> = barred.into_iter().map(|row| row.person).collect();
        let day = self.day_of(db, compound, now).await?;
        let reminded = reminder::Entity::find()
            .filter(reminder::COLUMN.poll.eq(poll.as_str()))
            .filter(reminder::COLUMN.day.eq(day))
            .all(db)
            .await?;
        let reminded: BTreeSet<_> = reminded.into_iter().map(|row| row.person).collect();
        let mut units: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
        for household in households(db, poll, &holders).await?.into_values() {
            for (_, person, _) in household.people {
                units.entry(person).or_default().extend(household.units.iter().cloned());
            }
        }
        let mut contacts = first_contacts(db, compound).await?;
        let mut missing = Missing::default();
        for (person, units) in units.into_iter().filter(|(person, _)| !barred.contains(person.as_str())) {
            if reminded.contains(person.as_str()) {
                missing.today += 1;
                continue;
            }
            match contacts.remove(&Subject::Person(person.clone()).to_string()) {
                Some(to) => missing.due.push(Due { person, units, to }),
                None => missing.unreachable += 1,
            }
        }
        Ok(missing)
    }
}
