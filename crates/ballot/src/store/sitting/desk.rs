//! Sittings as clerks open and end them.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;

use super::{EvidenceRecord, Identity, SITTING_SECONDS, SittingError, SittingState, WITNESS_MOST, is_over, state};
use crate::{
    hash::Hash,
    id::{HolderNo, PersonNo, PollId},
    json,
    register::commit,
    state::Phase,
    store::{
        Log,
        estate::Estate,
        events::{Doing, write_event},
        fresh::Fresh,
        home::is_name,
        ids::SittingId,
        letters,
        paper::serves,
        polls::{PollState, RollPerson, put_evidence},
        staff::{Role, StaffMember, still_holds},
        tables::{evidence, int, poll_person, sitting, uint},
    },
};

/// How many sittings a page shows.
const SHOWN: u64 = 50;

/// Somebody who is to vote at the service point.
#[derive(Debug, Clone)]
pub struct NewSitting {
    /// On the poll's roll.
    pub holder: HolderNo,
    /// Which of the holder's people.
    pub person: PersonNo,
    /// By name; one may be the clerk.
    pub witnesses: [String; 2],
    /// How the clerk knows who it is.
    pub identity: Identity,
}

/// A sitting that waits for its tablet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct OpenedSitting {
    pub id: SittingId,
    /// `7K4P-9QXM-2RTD`; it exists nowhere else.
    pub code: String,
}

/// A sitting as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SittingNow {
    pub id: SittingId,
    pub voter: RollPerson,
    pub state: SittingState,
    /// When it was opened, and when it ends or ended; in Unix seconds.
    pub opened_at: u64,
    pub until: u64,
    /// None where none was cast or the person was erased.
    pub witnesses: Vec<String>,
    /// Once the ballot is in the log.
    pub check_code: Option<String>,
}

impl Estate {
    /// Whoever is on the roll of a poll with this home as people type it, for a clerk who serves there.
    ///
    /// # Errors
    /// Not a clerk, no such live poll, or nobody who is served has this home.
    pub async fn people_at(
        &self,
        by: &StaffMember,
        poll: &PollId,
        home: &str,
    ) -> Result<Vec<RollPerson>, SittingError> {
        self.sitting_log(by, poll).await?;
        let mut people = Vec::new();
        for holder in self.holders_at(poll, home).await? {
            if !serves(self.reader(), by, poll, int(holder.get())).await? {
                continue;
            }
            for (number, ..) in self.people_of(poll, holder).await? {
                people.extend(self.on_roll(by, poll, (holder, number)).await?);
            }
        }
        if people.is_empty() { Err(SittingError::NotOnRoll) } else { Ok(people) }
    }

    /// Opens a sitting for one person of one holder; what it commits to is kept with all evidence.
    ///
    /// # Errors
    /// Not a clerk who serves there, voting does not go on, the person may not vote or sits already, or the witnesses are
    /// not two others.
    pub async fn open_sitting(
        &self,
        by: &StaffMember,
        poll: &PollId,
        new: &NewSitting,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<OpenedSitting, SittingError> {
        let log = self.sitting_log(by, poll).await?;
        may_vote(&log, now)?;
        if self.official_place(poll).await?.is_some() {
            return Err(SittingError::Elsewhere);
        }
        let voter = self.on_roll(by, poll, (new.holder, new.person)).await?.ok_or(SittingError::NotOnRoll)?;
        let witnesses = witnesses(&new.witnesses, &voter.name)?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Clerk], now).await?.ok_or(SittingError::NotClerk)?;
        if !serves(&tx, &by, poll, int(new.holder.get())).await? {
            return Err(SittingError::NotClerk);
        }
        let key = (poll.to_string(), int(new.holder.get()), int(new.person.get()));
        let place = poll_person::Entity::find_by_id(key).one(&tx).await?.ok_or(SittingError::NotOnRoll)?;
        if place.barred_at.is_some() {
            return Err(SittingError::Barred);
        }
        if is_seated(&tx, &place, now).await? {
            return Err(SittingError::Running);
        }
        let id = SittingId(fresh.uuid());
        let record = json::write(&EvidenceRecord {
            clerk: by.id.to_string(),
            identity: new.identity,
            person: place.person.clone(),
            poll: poll.clone(),
            sitting: id.to_string(),
            witnesses,
        });
        let (salt, code) = (fresh.block(), fresh.letter_code());
        put_evidence(&tx, &by.compound, &Hash(salt).to_string(), &record).await?;
        let row = new_row(&by, &id, place, (&commit(&salt, &record), &code), now);
        sitting::Entity::insert(row).exec_without_returning(&tx).await?;
        event(&tx, &by, poll, ("sitting_opened", &id), now).await?;
        tx.commit().await?;
        Ok(OpenedSitting { id, code })
    }

    /// The newest sittings of a poll that this clerk serves.
    ///
    /// # Errors
    /// Not a clerk, or no such live poll.
    pub async fn sittings(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<Vec<SittingNow>, SittingError> {
        self.sitting_log(by, poll).await?;
        let rows = sitting::Entity::find()
            .filter(sitting::COLUMN.poll.eq(poll.as_str()))
            .order_by_desc(sitting::COLUMN.created_at)
            .limit(SHOWN)
            .all(self.reader())
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if serves(self.reader(), by, poll, row.holder).await? {
                found.extend(self.sitting_now(by, poll, row, now).await?);
            }
        }
        Ok(found)
    }

    /// One sitting, for a clerk who serves there.
    ///
    /// # Errors
    /// Not such a clerk, or no such sitting.
    pub async fn sitting(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &SittingId,
        now: u64,
    ) -> Result<SittingNow, SittingError> {
        let row = self.served_sitting(by, poll, id).await?;
        self.sitting_now(by, poll, row, now).await?.ok_or(SittingError::NoSuchSitting)
    }

    /// Ends a sitting from the desk, whatever the tablet shows. One that has ended stays as it is.
    ///
    /// # Errors
    /// Not a clerk who serves there, or no such sitting.
    pub async fn end_sitting(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &SittingId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(), SittingError> {
        let row = self.served_sitting(by, poll, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Clerk], now).await?.ok_or(SittingError::NotClerk)?;
        if !is_over(&row, now) {
            event(&tx, &by, poll, ("sitting_ended", id), now).await?;
        }
        tx.commit().await?;
        Ok(self.end_and_settle(row, now, fresh).await?)
    }

    async fn served_sitting(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &SittingId,
    ) -> Result<sitting::Model, SittingError> {
        self.sitting_log(by, poll).await?;
        let row = sitting::Entity::find_by_id(id.to_string()).one(self.reader()).await?;
        let row = row.filter(|row| row.poll == poll.as_str()).ok_or(SittingError::NoSuchSitting)?;
        if serves(self.reader(), by, poll, row.holder).await? { Ok(row) } else { Err(SittingError::NotClerk) }
    }

    /// The live poll's log, for clerks of its compound.
    async fn sitting_log(&self, by: &StaffMember, poll: &PollId) -> Result<Log, SittingError> {
        if by.role != Role::Clerk {
            return Err(SittingError::NotClerk);
        }
        let row = self.poll(&by.compound, poll).await?.filter(|row| row.state == PollState::Live);
        row.ok_or(SittingError::NoSuchPoll)?;
        Ok(self.logs().log(poll).await?)
    }

    async fn sitting_now(
        &self,
        by: &StaffMember,
        poll: &PollId,
        row: sitting::Model,
        now: u64,
    ) -> Result<Option<SittingNow>, DbErr> {
        let broken = |_| DbErr::Type("a number of a roll".to_owned());
        let holder = HolderNo::try_from(uint(row.holder)).map_err(broken)?;
        let person = PersonNo::try_from(uint(row.person_no)).map_err(broken)?;
        let Some(voter) = self.on_roll(by, poll, (holder, person)).await? else { return Ok(None) };
        let kept = evidence::Entity::find_by_id(row.evidence.clone()).one(self.reader()).await?;
        let record = kept.and_then(|kept| serde_json::from_str::<EvidenceRecord>(&kept.record).ok());
        let opened_at = uint(row.created_at);
        Ok(Some(SittingNow {
            state: state(&row, now),
            voter,
            opened_at,
            until: row.ended_at.map_or(opened_at + SITTING_SECONDS, uint),
            witnesses: record.map(|record| record.witnesses.to_vec()).unwrap_or_default(),
            check_code: row.check_code,
            id: SittingId(row.id),
        }))
    }
}

async fn event(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    poll: &PollId,
    (verb, id): (&'static str, &SittingId),
    now: u64,
) -> Result<(), DbErr> {
    let detail = json!({"poll": poll.as_str()});
    write_event(tx, &by.compound, now, Doing { actor: &by.actor(), verb, object: id.as_str(), detail }).await
}

fn may_vote(log: &Log, now: u64) -> Result<(), SittingError> {
    match log.read(|state, _| state.phase(now)) {
        Phase::Before => Err(SittingError::NotOpen),
        Phase::Open => Ok(()),
        Phase::Ended | Phase::Closed => Err(SittingError::Closed),
    }
}

/// A sitting that waits for its tablet.
fn new_row(
    by: &StaffMember,
    id: &SittingId,
    place: poll_person::Model,
    (evidence, code): (&Hash, &str),
    now: u64,
) -> sitting::ActiveModel {
    sitting::ActiveModel {
        id: Set(id.to_string()),
        compound: Set(by.compound.to_string()),
        poll: Set(place.poll),
        holder: Set(place.holder),
        person_no: Set(place.person_no),
        person: Set(place.person),
        clerk: Set(by.id.to_string()),
        evidence: Set(evidence.to_string()),
        code_sha256: Set(letters::code_hash(code).expect("a code that was just written").to_string()),
        created_at: Set(int(now)),
        token_sha256: Set(None),
        public_key: Set(None),
        device: Set(None),
        credential: Set(None),
        check_code: Set(None),
        ended_at: Set(None),
        is_settled: Set(false),
    }
}

/// Whether somebody sits at a tablet for this place on the roll.
async fn is_seated(db: &impl ConnectionTrait, place: &poll_person::Model, now: u64) -> Result<bool, DbErr> {
    let rows = sitting::Entity::find()
        .filter(sitting::COLUMN.poll.eq(&place.poll))
        .filter(sitting::COLUMN.holder.eq(place.holder))
        .filter(sitting::COLUMN.person_no.eq(place.person_no))
        .all(db)
        .await?;
    Ok(rows.iter().any(|row| !is_over(row, now)))
}

/// Two people by name, neither of them the voter. At most one is the clerk, then.
fn witnesses(typed: &[String; 2], voter: &str) -> Result<[String; 2], SittingError> {
    let [one, other] = [typed[0].trim(), typed[1].trim()];
    let is_named = |name: &str| {
        (1..=WITNESS_MOST).contains(&name.chars().count()) && json::is_record_text(name) && !is_name(voter, name)
    };
    if is_named(one) && is_named(other) && !is_name(one, other) {
        Ok([one.to_owned(), other.to_owned()])
    } else {
        Err(SittingError::Witnesses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_others_are_witnesses() {
        let long = "王".repeat(WITNESS_MOST + 1);
        for (why, one, other, expected) in [
            ("two people", "张三", " 李四 ", true),
            ("the same twice", "张三", "张三", false),
            ("the same with a blank", "张三", "张 三", false),
            ("the voter", "王芳", "李四", false),
            ("the voter with a blank", "张三", "王 芳", false),
            ("nobody", "张三", " ", false),
            ("a name that is none", "张三", &long, false),
        ] {
            assert_eq!(witnesses(&[one.to_owned(), other.to_owned()], "王芳").is_ok(), expected, "{why}");
        }
    }
}
