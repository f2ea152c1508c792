//! An assembly in the hall: who comes, how far its quorum is, and the lists that two clerks sign.
//!
//! Clerks tick who comes. Before each vote what was ticked since the last time becomes one `attendance`, with a picture of
//! the signed list; both clerks sign it in their browsers. Whoever comes later is in one more.
//!
//! Source: docs/formats.md §2, §7.

mod list;

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::OnConflict,
};
use serde_json::json;

pub use list::*;

use super::{
    Log, ReadError,
    estate::Estate,
    events::{Doing, write_event},
    ids::Subject,
    letters,
    paper::{AtDesk, PaperError, holder_no, serves},
    polls::households,
    refusal::refusals,
    staff::{Role, StaffMember},
    tables::{hall_arrival, int, poll_person, uint},
};
use crate::{
    id::{HolderNo, PollId},
    state::{Attending, Phase},
};

/// Owners and their area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// Holders, each counted once.
    pub holders: u64,
    /// Of their units, in hundredths of a square metre.
    pub area: u64,
}

/// How far a poll's quorum is: what was ticked and what the record says already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HallFigures {
    /// On the roll.
    pub all: Weight,
    /// Who came.
    pub present: Weight,
    /// Whose agent came.
    pub represented: Weight,
    /// Who is not there, and has voted.
    pub voted: Weight,
}

impl HallFigures {
    /// Who takes part in one way or another.
    pub fn taking_part(&self) -> Weight {
        let parts = [self.present, self.represented, self.voted];
        parts.iter().fold(Weight::default(), |sum, part| Weight {
            holders: sum.holders + part.holders,
            area: sum.area + part.area,
        })
    }
}

/// Somebody who was ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Arrival {
    pub holder: HolderNo,
    pub names: Vec<String>,
    /// The labels of all the holder's units.
    pub homes: Vec<String>,
    pub how: Attending,
    /// In Unix seconds.
    pub at: u64,
    /// Whether a list names them: then they stay ticked.
    pub is_listed: bool,
}

refusals! {
    /// Why the hall's desk does not do something.
    HallError {
        NotClerk "not_clerk" "only a clerk whose term runs may do this, in the buildings served",
        NotNamed "key_not_in_poll" "the poll does not name this clerk's key: who took up office later signs nothing",
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NotOpen "not_open" "an assembly counts from the opening of the poll on",
        Closed "closed" "voting has ended: nobody comes any more",
        NotOnRoll "not_on_roll" "nobody on the roll is known by this home, letter or code",
        Several "several_homes" "several homes are called so: the entrance is wanted too",
        NoAgent "no_agent" "nobody has this owner's proxy",
        Listed "arrival_listed" "a list names this owner already",
        Nobody "nobody_new" "everybody who was ticked is on a list",
        Scan "no_scan" "a picture of the signed list is wanted, of 4 MB at most",
        NoSuchList "no_such_list" "there is no such list",
        Signature "sig" "the signature is not this clerk's over the text",
        Signed "list_signed" "two clerks have signed the list",
    }
}

impl From<PaperError> for HallError {
    /// What a clerk of a poll may be refused before anything is looked at.
    fn from(err: PaperError) -> Self {
        match err {
            PaperError::NotClerk => Self::NotClerk,
            PaperError::NotNamed => Self::NotNamed,
            PaperError::NoSuchPoll => Self::NoSuchPoll,
            PaperError::NotOpen => Self::NotOpen,
            PaperError::Closed => Self::Closed,
            PaperError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

impl From<ReadError> for HallError {
    fn from(err: ReadError) -> Self {
        PaperError::from(err).into()
    }
}

impl Estate {
    /// How far the quorum is: who was ticked, who is in the record, and who has voted elsewhere.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn hall_figures(&self, by: &StaffMember, poll: &PollId) -> Result<HallFigures, HallError> {
        let log = self.hall_log(by, poll).await?;
        let mut there = log.read(|_, turnout| turnout.hall());
        for row in arrivals(self.reader(), poll).await? {
            there.entry(holder_no(row.holder)?).or_insert_with(|| how(&row));
        }
        Ok(log.read(|state, turnout| {
            let mut figures = HallFigures::default();
            let roll = state.roll();
            for holder in roll.iter().flat_map(|roll| roll.holders()) {
                let units = roll.map_or(&[][..], |roll| roll.units(holder)).iter();
                let area = units.filter_map(|unit| Some(roll?.line(*unit)?.area)).sum::<u64>();
                let part = match there.get(&holder) {
                    Some(Attending::Present) => Some(&mut figures.present),
                    Some(Attending::Represented) => Some(&mut figures.represented),
                    None if turnout.has_voted(holder) => Some(&mut figures.voted),
                    None => None,
                };
                for sum in part.into_iter().chain([&mut figures.all]) {
                    sum.holders += 1;
                    sum.area += area;
                }
            }
            figures
        }))
    }

    /// Everybody who was ticked, the latest first.
    ///
    /// # Errors
    /// An auditor, or no such live poll.
    pub async fn arrivals(&self, by: &StaffMember, poll: &PollId) -> Result<Vec<Arrival>, HallError> {
        self.hall_log(by, poll).await?;
        let rows = arrivals(self.reader(), poll).await?;
        let holders: BTreeSet<_> = rows.iter().map(|row| holder_no(row.holder)).collect::<Result<_, _>>()?;
        let mut known = households(self.reader(), poll, &holders).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let holder = holder_no(row.holder)?;
            let household = known.remove(&holder).unwrap_or_default();
            all.push(Arrival {
                holder,
                names: household.people.into_iter().map(|(_, _, name)| name).collect(),
                homes: household.units,
                how: how(&row),
                at: uint(row.at),
                is_listed: row.list.is_some(),
            });
        }
        Ok(all)
    }

    /// Ticks somebody who has come: by the home as people type it, the code of their letter, or that of the printed list.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, not while voting goes on, nobody or several are meant, nobody has their
    /// proxy, or a list names them.
    pub async fn arrive(
        &self,
        by: &StaffMember,
        poll: &PollId,
        typed: &str,
        how: Attending,
        now: u64,
    ) -> Result<HolderNo, HallError> {
        let log = self.paper_log(by, poll).await?;
        let holder = self.find_arrival(by, poll, typed).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        is_open(&desk, now)?;
        if !serves(&tx, &desk.by, poll, int(holder.get())).await? {
            return Err(HallError::NotClerk);
        }
        let has_agent = desk.log.read(|state, _| state.standing_agent(holder).is_some());
        if how == Attending::Represented && !has_agent {
            return Err(HallError::NoAgent);
        }
        let key = (poll.to_string(), int(holder.get()));
        let known = hall_arrival::Entity::find_by_id(key).one(&tx).await?;
        if known.is_some_and(|row| row.list.is_some()) {
            return Err(HallError::Listed);
        }
        let row = hall_arrival::ActiveModel {
            poll: Set(poll.to_string()),
            holder: Set(int(holder.get())),
            is_represented: Set(how == Attending::Represented),
            staff: Set(desk.by.id.to_string()),
            at: Set(int(now)),
            list: Set(None),
        };
        let again = OnConflict::columns([hall_arrival::Column::Poll, hall_arrival::Column::Holder])
            .update_columns([
                hall_arrival::Column::IsRepresented,
                hall_arrival::Column::Staff,
                hall_arrival::Column::At,
            ])
            .to_owned();
        hall_arrival::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
        let doing = Doing { actor: &desk.by.actor(), verb: "arrival_ticked", object: poll.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(holder)
    }

    /// Takes a tick back that was a mistake.
    ///
    /// # Errors
    /// Not a clerk of the poll, or a list names them.
    pub async fn not_arrived(
        &self,
        by: &StaffMember,
        poll: &PollId,
        holder: HolderNo,
        now: u64,
    ) -> Result<(), HallError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let gone = hall_arrival::Entity::delete_many()
            .filter(hall_arrival::COLUMN.poll.eq(poll.as_str()))
            .filter(hall_arrival::COLUMN.holder.eq(int(holder.get())))
            .filter(hall_arrival::COLUMN.list.is_null())
            .exec(&tx)
            .await?;
        if gone.rows_affected != 1 {
            return Err(HallError::Listed);
        }
        let (actor, verb) = (desk.by.actor(), "arrival_unticked");
        write_event(&tx, &by.compound, now, Doing { actor: &actor, verb, object: poll.as_str(), detail: json!({}) })
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Who is meant by what was typed or scanned.
    async fn find_arrival(&self, by: &StaffMember, poll: &PollId, typed: &str) -> Result<HolderNo, HallError> {
        let typed = typed.trim();
        let found: Vec<HolderNo> = if let Some((_, number)) = typed.rsplit_once("holder=") {
            let number = number.parse::<u64>().ok().and_then(|number| HolderNo::try_from(number).ok());
            number.into_iter().collect()
        } else if let Some(code) = letters::code_hash(typed.rsplit('#').next().unwrap_or_default()) {
            match letters::find(self.reader(), &by.compound, &code.to_string()).await? {
                Some((Subject::Person(person), label)) => self.holder_with(poll, person.as_str(), &label).await?,
                Some((Subject::Staff(_), _)) | None => Vec::new(),
            }
        } else {
            self.holders_at(poll, typed).await?.into_iter().collect()
        };
        match found.as_slice() {
            [] => Err(HallError::NotOnRoll),
            [only] => {
                let is_there = self
                    .logs()
                    .log(poll)
                    .await?
                    .read(|state, _| state.roll().is_some_and(|roll| roll.has_holder(*only)));
                if is_there { Ok(*only) } else { Err(HallError::NotOnRoll) }
            }
            _ => Err(HallError::Several),
        }
    }

    /// The holder to which somebody belongs with a unit of this label.
    async fn holder_with(&self, poll: &PollId, person: &str, label: &str) -> Result<Vec<HolderNo>, HallError> {
        let own = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_person::COLUMN.person.eq(person))
            .all(self.reader())
            .await?;
        let holders: BTreeSet<_> = own.iter().map(|row| holder_no(row.holder)).collect::<Result<_, _>>()?;
        let known = households(self.reader(), poll, &holders).await?;
        let own = known.into_iter().filter(|(_, household)| household.units.iter().any(|unit| unit == label));
        Ok(own.map(|(holder, _)| holder).collect())
    }

    /// The log of a live poll, for officers and clerks of its compound.
    async fn hall_log(&self, by: &StaffMember, poll: &PollId) -> Result<Log, HallError> {
        if by.role == Role::Auditor { Err(HallError::NotClerk) } else { Ok(self.paper_log(by, poll).await?) }
    }
}

/// Whether somebody who comes now may still vote.
fn is_open(desk: &AtDesk, now: u64) -> Result<(), HallError> {
    match desk.log.read(|state, _| state.phase(now)) {
        Phase::Before => Err(HallError::NotOpen),
        Phase::Open => Ok(()),
        Phase::Ended | Phase::Closed => Err(HallError::Closed),
    }
}

fn how(row: &hall_arrival::Model) -> Attending {
    if row.is_represented { Attending::Represented } else { Attending::Present }
}

async fn arrivals(db: &impl ConnectionTrait, poll: &PollId) -> Result<Vec<hall_arrival::Model>, DbErr> {
    hall_arrival::Entity::find()
        .filter(hall_arrival::COLUMN.poll.eq(poll.as_str()))
        .order_by_desc(hall_arrival::COLUMN.at)
        .order_by_asc(hall_arrival::COLUMN.holder)
        .all(db)
        .await
}
