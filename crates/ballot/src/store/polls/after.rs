//! What officers say of a running or closed poll: amendments, strikes, the result.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{PollState, find, freeze::person_row};
use crate::{
    hash::Hash,
    id::{HolderNo, PersonNo, PollId, UnitNo},
    json,
    register::{commit, private_record},
    roll::{Roll, UnitLine},
    rule::Rule,
    state::State,
    statement::{Amendment, AmendmentReason, Entry, Motion, ResultSheet, Statement, Strike, StrikeReason},
    store::{
        Log, ReadError,
        acts::{self, Deed, Proposal},
        estate::Estate,
        fresh::Fresh,
        ids::{ActId, PersonId},
        refusal::refusals,
        register::{current, ids_by_identity},
        staff::{Role, StaffMember, still_holds},
        tables::{int, person as person_table, poll_person, poll_unit, uint},
    },
    tally,
};

refusals! {
    /// Why nothing is put up for signing on a live poll.
    AfterError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NotOpen "poll_closed" "a correction is made before the close, an upheld objection at any time",
        NoSuchUnit "no_such_unit" "the roll has no unit of this label, or the register no longer has it",
        NoSuchPerson "not_on_roll" "the roll has no such holder and person",
        NotAllowed "not_allowed_there" "the log does not allow this statement at this place",
        Reason "bad_reason" "a ground of 1 to 2000 characters that may stand in the record is wanted",
        NotClosed "not_closed" "the result is drawn up after the close",
        Count "count_failed" "the log could not be counted",
    }
}

impl From<ReadError> for AfterError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::NotClosed => Self::NotClosed,
            ReadError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

/// The private half of an amendment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AmendedUnit {
    unit: UnitNo,
    holder: HolderNo,
    people: Vec<PersonId>,
    salt: String,
    record: String,
}

/// What a strike's evidence commits to.
#[derive(Serialize)]
struct StrikeRecord<'a> {
    ground: &'a str,
    index: u64,
    poll: &'a PollId,
}

impl Estate {
    /// Puts up a correction of one unit's roll line, from the register as it is now.
    ///
    /// # Errors
    /// Not an officer, no such live poll or unit, or the log does not allow it.
    pub async fn propose_amendment(
        &self,
        by: &StaffMember,
        id: &PollId,
        label: &str,
        reason: AmendmentReason,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, AfterError> {
        let log = self.live_log(by, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(AfterError::NotOfficer)?;
        let row = poll_unit::Entity::find()
            .filter(poll_unit::COLUMN.poll.eq(id.as_str()))
            .filter(poll_unit::COLUMN.label.eq(label))
            .one(&tx)
            .await?
            .ok_or(AfterError::NoSuchUnit)?;
        let unit = UnitNo::try_from(uint(row.unit)).map_err(|_| AfterError::NoSuchUnit)?;
        let old = log.read(|state, _| state.roll().and_then(|roll| roll.line(unit).cloned()));
        let old = old.ok_or(AfterError::NoSuchUnit)?;
        let (line, amended) = amended(&tx, &by, &log, id, &old, label, fresh).await?;
        let (manifest, is_closed) = log.read(|state, _| (state.manifest_hash(), state.closed().is_some()));
        if is_closed && reason == AmendmentReason::Correction {
            return Err(AfterError::NotOpen);
        }
        let statement = Amendment { at: now, manifest, poll: id.clone(), reason, unit: line };
        let summary = json!({"unit": unit.get(), "label": label, "from": old, "to": statement.unit});
        let deed = Deed::Amend { poll: id.clone(), officers: officers(&log), line: amended };
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let text = Statement::Amendment(statement).text();
        let act = acts::propose_statement(&tx, &by, proposal, text, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// Puts up the strike of a ballot, paper, attendance or proxy, with the ground kept privately.
    ///
    /// # Errors
    /// Not an officer, no such live poll, or no ground.
    pub async fn propose_strike(
        &self,
        by: &StaffMember,
        id: &PollId,
        index: u64,
        (reason, ground): (StrikeReason, &str),
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, AfterError> {
        if !(1..=2000).contains(&ground.chars().count()) || !json::is_record_text(ground) {
            return Err(AfterError::Reason);
        }
        let log = self.live_log(by, id).await?;
        let (manifest, size, is_struck) =
            log.read(|state, _| (state.manifest_hash(), state.size(), state.struck().contains(&index)));
        if size <= index || is_struck {
            return Err(AfterError::NotAllowed);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(AfterError::NotOfficer)?;
        let (salt, record) = (fresh.block(), json::write(&StrikeRecord { ground, index, poll: id }));
        let evidence = commit(&salt, &record);
        let statement = Strike { at: now, evidence, index, manifest, poll: id.clone(), reason };
        let deed = Deed::Strike { poll: id.clone(), officers: officers(&log), salt: Hash(salt).to_string(), record };
        let summary = json!({"index": index, "reason": reason, "ground": ground});
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let text = Statement::Strike(statement).text();
        let act = acts::propose_statement(&tx, &by, proposal, text, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// Puts up that somebody on the roll is not entitled: credentials are revoked, and none is issued any more.
    ///
    /// # Errors
    /// Not an officer, no such live poll, nobody there, or no ground.
    pub async fn propose_bar(
        &self,
        by: &StaffMember,
        id: &PollId,
        (holder, person): (HolderNo, PersonNo),
        ground: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, AfterError> {
        if !(1..=2000).contains(&ground.chars().count()) {
            return Err(AfterError::Reason);
        }
        self.live_log(by, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(AfterError::NotOfficer)?;
        let key = (id.to_string(), int(holder.get()), int(person.get()));
        let row = poll_person::Entity::find_by_id(key).one(&tx).await?.ok_or(AfterError::NoSuchPerson)?;
        let known = person_table::Entity::find_by_id(row.person).one(&tx).await?;
        let deed = Deed::Bar { poll: id.clone(), holder, person };
        // Who signs has to see who it is; the name stays with the act, the record has the numbers.
        let name = known.map(|known| known.name);
        let summary = json!({"name": name, "holder": holder, "person": person, "ground": ground});
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let act = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// Counts a closed poll and puts its result up for signing.
    ///
    /// # Errors
    /// Not an officer, no such poll, or not closed yet.
    pub async fn propose_result(
        &self,
        by: &StaffMember,
        id: &PollId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, AfterError> {
        let sheet = self.count(by, id, now).await?;
        let log = self.live_log(by, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(AfterError::NotOfficer)?;
        let deed = Deed::Result { poll: id.clone(), officers: officers(&log) };
        let results = sheet.results.iter().map(|result| {
            json!({"motion": result.motion, "outcome": result.outcome, "passed": result.passed, "quorum": result.quorum})
        });
        let summary = json!({"results": results.collect::<Vec<_>>()});
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let text = Statement::ResultSheet(sheet).text();
        let act = acts::propose_statement(&tx, &by, proposal, text, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    async fn live_log(&self, by: &StaffMember, id: &PollId) -> Result<Log, AfterError> {
        let row = find(self.reader(), &by.compound, id).await?.ok_or(AfterError::NoSuchPoll)?;
        if row.state != PollState::Live.as_str() {
            return Err(AfterError::NoSuchPoll);
        }
        Ok(self.logs().log(id).await?)
    }
}

impl Estate {
    /// Counts a poll, closing it first if its time is over and nobody has looked since.
    async fn count(&self, by: &StaffMember, id: &PollId, now: u64) -> Result<ResultSheet, AfterError> {
        let log = self.live_log(by, id).await?;
        if !self.logs().ensure_closed(id, now).await.map_err(|_| AfterError::NotClosed)? {
            return Err(AfterError::NotClosed);
        }
        let roll = log.roll().await?;
        let handle = tokio::runtime::Handle::current();
        // A big count takes a while, and its pages of entries are read as it goes.
        let counting = tokio::task::spawn_blocking(move || count(&log, &roll, &handle));
        counting.await.map_err(|_| AfterError::Count)?
    }
}

/// How many entries are read at once.
pub(super) const ENTRIES: u64 = 4096;

fn count(log: &Log, roll: &[u8], handle: &tokio::runtime::Handle) -> Result<ResultSheet, AfterError> {
    let roll = Roll::parse(roll).map_err(|_| AfterError::Count)?;
    let mut counting = tally::Count::new(log.read(|state, _| state.struck().clone()));
    let (size, mut folded, mut from) = (log.head().size, None::<State>, 0);
    while from < size {
        let page = handle.block_on(log.entries(from, ENTRIES.min(size - from)))?;
        if page.is_empty() {
            return Err(AfterError::Count);
        }
        from += page.len() as u64;
        for bytes in &page {
            let entry = Entry::parse(bytes).map_err(|_| AfterError::Count)?;
            match &mut folded {
                None => folded = State::open(&entry, Some(roll.clone()), log.key()),
                Some(state) => {
                    counting.see(state, &entry);
                    state.apply(&entry);
                }
            }
        }
    }
    let state = folded.ok_or(AfterError::Count)?;
    let closed = state.closed().ok_or(AfterError::NotClosed)?;
    let counted = counting.finish(&state).ok_or(AfterError::Count)?;
    let results = state.manifest().motions.iter().map(|motion| {
        let rule = handle.block_on(bound_rule(log, motion))?;
        Ok(counted.decide(motion, &rule).result)
    });
    let results = results.collect::<Result<Vec<_>, AfterError>>()?;
    let (manifest, poll) = (state.manifest_hash(), state.manifest().poll.clone());
    Ok(ResultSheet { close_index: closed.index, manifest, poll, results })
}

/// The rule of a motion, from the files that the log was begun with.
async fn bound_rule(log: &Log, motion: &Motion) -> Result<Rule, AfterError> {
    let book = log.rule_book().await?;
    let is_bound = book.has(&motion.rule, &motion.rule_sha256);
    book.resolve(&motion.rule).ok().filter(|_| is_bound).ok_or(AfterError::Count)
}

/// The keys that may sign on a poll: those of its manifest.
fn officers(log: &Log) -> Vec<String> {
    log.read(|state, _| state.manifest().keys.officers.iter().map(|key| key.0.clone()).collect())
}

/// The roll line of a unit from the register as it is now, with its private half.
async fn amended(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    log: &Log,
    id: &PollId,
    old: &UnitLine,
    label: &str,
    fresh: &mut Fresh,
) -> Result<(UnitLine, AmendedUnit), AfterError> {
    let (_, register) = current(tx, &by.compound).await?;
    let unit = register.units.iter().find(|unit| unit.label.key() == label).ok_or(AfterError::NoSuchUnit)?;
    let (salt, record) = (fresh.block(), private_record(&register, unit).map_err(|_| AfterError::NotAllowed)?);
    let ids = ids_by_identity(tx, &by.compound).await?;
    // The order of the owners says who person 1 is.
    let named: Vec<_> = unit.owners.iter().copied().filter(|owner| unit.holders().contains(owner)).collect();
    let order = if named.is_empty() { unit.holders().into_iter().collect() } else { named };
    let people: Option<Vec<_>> =
        order.iter().map(|place| ids.get(&register.persons[*place].identity).cloned()).collect();
    let people = people.filter(|people| !people.is_empty()).ok_or(AfterError::NoSuchUnit)?;
    let agreed = register.representative_of(&unit.holders());
    let agreed = agreed.and_then(|place| ids.get(&register.persons[place].identity));
    let (holder, people) = holder_of(tx, id, people).await?;
    // Who speaks for a holder is agreed before the vote: what the roll says of it stays.
    let known = log.read(|state, _| state.roll().and_then(|roll| roll.people(holder)));
    let representative = match known {
        Some(known) => known.representative,
        None => people
            .iter()
            .position(|person| Some(person) == agreed)
            .and_then(|place| PersonNo::try_from(place as u64 + 1).ok()),
    };
    let persons = PersonNo::try_from(people.len() as u64).map_err(|_| AfterError::NoSuchUnit)?;
    let line = UnitLine {
        area: unit.area,
        building: unit.label.roll_building(),
        commit: commit(&salt, &record),
        holder,
        kind: unit.kind,
        persons,
        representative,
        shares: unit.shares,
        status: unit.status,
        ..old.clone()
    };
    let salt = Hash(salt).to_string();
    Ok((line, AmendedUnit { unit: old.unit, holder, people, salt, record }))
}

/// The holder of a poll that is exactly these people, in its order, or a new one.
async fn holder_of(
    db: &impl ConnectionTrait,
    id: &PollId,
    people: Vec<PersonId>,
) -> Result<(HolderNo, Vec<PersonId>), AfterError> {
    let rows = poll_person::Entity::find()
        .filter(poll_person::COLUMN.poll.eq(id.as_str()))
        .order_by_asc(poll_person::COLUMN.holder)
        .order_by_asc(poll_person::COLUMN.person_no)
        .all(db)
        .await?;
    let mut holders: BTreeMap<i64, Vec<PersonId>> = BTreeMap::new();
    for row in rows {
        holders.entry(row.holder).or_default().push(PersonId(row.person));
    }
    let wanted: BTreeSet<_> = people.iter().collect();
    let found = holders.iter().find(|(_, known)| known.iter().collect::<BTreeSet<_>>() == wanted);
    let (number, people) = match found {
        Some((number, known)) => (*number, known.clone()),
        None => (holders.keys().last().map_or(1, |last| last + 1), people),
    };
    Ok((HolderNo::try_from(uint(number)).map_err(|_| AfterError::NotAllowed)?, people))
}

/// Writes the private half of an amendment, with its leaf.
pub(crate) async fn amend_tables(tx: &DatabaseTransaction, id: &PollId, line: &AmendedUnit) -> Result<(), DbErr> {
    let number = int(line.holder.get());
    poll_unit::Entity::update_many()
        .col_expr(poll_unit::Column::Holder, Expr::value(number))
        .col_expr(poll_unit::Column::Salt, Expr::value(line.salt.as_str()))
        .col_expr(poll_unit::Column::Record, Expr::value(line.record.as_str()))
        .filter(poll_unit::COLUMN.poll.eq(id.as_str()))
        .filter(poll_unit::COLUMN.unit.eq(int(line.unit.get())))
        .exec(tx)
        .await?;
    let known = poll_person::Entity::find()
        .filter(poll_person::COLUMN.poll.eq(id.as_str()))
        .filter(poll_person::COLUMN.holder.eq(number))
        .count(tx)
        .await?;
    if known == 0 {
        let rows = line.people.iter().zip(1..).map(|(person, place)| person_row(id, line.holder, place, person));
        poll_person::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Notes that somebody on the roll is not entitled; false if nobody there is so numbered.
pub(crate) async fn bar(
    tx: &DatabaseTransaction,
    id: &PollId,
    holder: HolderNo,
    person: PersonNo,
    now: u64,
) -> Result<bool, DbErr> {
    let barred = poll_person::Entity::update_many()
        .col_expr(poll_person::Column::BarredAt, Expr::value(int(now)))
        .filter(poll_person::COLUMN.poll.eq(id.as_str()))
        .filter(poll_person::COLUMN.holder.eq(int(holder.get())))
        .filter(poll_person::COLUMN.person_no.eq(int(person.get())))
        .exec(tx)
        .await?;
    Ok(barred.rows_affected == 1)
}
