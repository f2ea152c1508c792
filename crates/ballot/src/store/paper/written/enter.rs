//! What the two clerks enter: the first all of it, the second what the scan says.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, SqlErr, sea_query::Expr,
};
use serde_json::json;

use super::{
    PaperError, SCAN_MOST, WrittenRow, WrittenStage,
    agents::{self, NewOutsider, OutsideAgent},
    find_row, party_of, serves,
    sign::still_fits,
};
use crate::{
    hash::Hash,
    id::{HolderNo, PollId, Seq},
    rule::Rule,
    state::{AgentLimits, State},
    statement::{Party, Proxy, ProxyState, Statement},
    store::{
        Log,
        estate::Estate,
        events::{Doing, write_event},
        fresh::Fresh,
        home::is_name,
        paper::deliver::not_ended,
        polls::ViewError,
        proxies::{self, NamedHolder},
        staff::StaffMember,
        tables::{int, uint, written_proxy},
    },
};

/// A sheet as the first clerk enters it.
#[derive(Debug, Clone)]
pub struct NewWritten {
    /// A home of the principal, and the name of one of its owners.
    pub home: String,
    /// See `home`.
    pub name: String,
    /// What the sheet wants.
    pub wish: WrittenWish,
    /// Whether it is newer than the proxy that stands, and takes its place.
    pub replaces: bool,
    /// A picture of it, made anew; a delegate's is at hand already.
    pub scan: Option<Vec<u8>>,
}

/// What a sheet wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenWish {
    /// That somebody votes for the principal.
    Give(WrittenAgent),
    /// That the standing agent no longer does.
    TakeBack,
}

/// Whom a sheet names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum WrittenAgent {
    /// Another owner, by home and name.
    Owner { home: String, name: String },
    /// An outside person who is known in this poll, by id.
    Known(String),
    /// An outside person. `is_another`: not the one of the same name who is known.
    Outside { name: String, note: String, is_another: bool },
    /// The delegate of a company, by id.
    Delegate(String),
}

/// What the second clerk reads on the scan.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct SecondReading {
    pub home: String,
    pub name: String,
    /// Whether it takes a proxy back, or whom it names.
    pub agent: AgentAsRead,
}

/// Whom the second clerk reads on the scan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AgentAsRead {
    /// Nobody: it takes a proxy back.
    #[default]
    TakenBack,
    /// Somebody of this name.
    Named(String),
}

/// Whom a proxy goes to, found before the transaction.
enum Found {
    Owner(NamedHolder),
    Known(OutsideAgent),
    New {
        name: String,
        note: String,
    },
    /// The one who stands: it is taken back.
    Standing,
}

impl From<ViewError> for PaperError {
    fn from(err: ViewError) -> Self {
        match err {
            ViewError::NoSuchPoll | ViewError::NotOnRoll | ViewError::NotInspector => Self::NoSuchPoll,
            ViewError::Database(err) => Self::Database(err),
        }
    }
}

impl Estate {
    /// Takes a written proxy from its first clerk; the id under which it waits for the second.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, voting has ended, no scan; nobody of this name at this home, oneself, the
    /// limit of the rule, a proxy that stands or is on its way, or a delegate whose authority ends before the vote does.
    pub async fn enter_written(
        &self,
        by: &StaffMember,
        poll: &PollId,
        new: &NewWritten,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<String, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let rules = proxies::rules(&log).await?;
        let principal = self.owner_at(poll, (&new.home, &new.name)).await?.ok_or(PaperError::NoSuchOwner)?;
        let known = self.outsiders(poll).await?;
        let (found, delegated) = self.found(by, (poll, &log), &principal, &new.wish, &known).await?;
        let scan = delegated.or_else(|| new.scan.clone()).filter(|scan| !scan.is_empty() && scan.len() <= SCAN_MOST);
        let scan = scan.ok_or(PaperError::Scan)?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        not_ended(&desk, now)?;
        if !serves(&tx, &desk.by, poll, int(principal.holder.get())).await? {
            return Err(PaperError::NotClerk);
        }
        let is_new_word = new.replaces;
        let (seq, party) = desk.log.read(|state, _| standing(state, &rules, principal.holder, &found, is_new_word))?;
        let (to_holder, mut outside) = columns(&found, party, &known)?;
        if let Found::New { name, note } = &found {
            let new = NewOutsider { name, note };
            outside = Some(agents::write_down(&tx, &desk.by, poll, &new, now, fresh).await?);
        }
        let state = if found.is_standing() { ProxyState::Revoked } else { ProxyState::Granted };
        let id = fresh.uuid();
        let row = written_proxy::ActiveModel {
            id: Set(id.clone()),
            compound: Set(by.compound.to_string()),
            poll: Set(poll.to_string()),
            holder: Set(int(principal.holder.get())),
            state: Set(state.as_str().to_owned()),
            to_holder: Set(to_holder),
            outside: Set(outside),
            scan_sha256: Set(Hash::of(&scan).to_string()),
            scan: Set(Some(scan)),
            seq: Set(int(seq.get())),
            text: Set(String::new()),
            staff: Set(desk.by.id.to_string()),
            signature: Set(String::new()),
            second: Set(None),
            second_signature: Set(String::new()),
            at: Set(int(now)),
            open: Set(Some(int(principal.holder.get()))),
            refused: Set(String::new()),
            log_index: Set(None),
        };
        insert(&tx, row).await?;
        let detail = json!({"holder": principal.holder.get(), "state": state.as_str()});
        let doing = Doing { actor: &desk.by.actor(), verb: "proxy_entered", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes what the second clerk reads on the scan. Where it is the same, both may sign.
    ///
    /// # Errors
    /// Not another clerk of the poll who serves there, they read it otherwise, or what stood against the first stands
    /// now.
    pub async fn confirm_written(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        reading: &SecondReading,
        now: u64,
    ) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let rules = proxies::rules(&log).await?;
        let read = self.owner_at(poll, (&reading.home, &reading.name)).await?;
        let outsiders = self.outsiders(poll).await?;
        let row = find_row(self.reader(), poll, id).await?.ok_or(PaperError::NoSuchProxy)?;
        let outsider = row.outside.as_ref().and_then(|id| outsiders.get(id));
        let names = self.names_of_agent(poll, &row, outsider).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        not_ended(&desk, now)?;
        let row = find_row(&tx, poll, id).await?.filter(|row| row.stage() == WrittenStage::Entered);
        let row = row.ok_or(PaperError::NoSuchProxy)?;
        if row.staff == desk.by.id.as_str() {
            return Err(PaperError::Twice);
        }
        if !serves(&tx, &desk.by, poll, row.holder).await? {
            return Err(PaperError::NotClerk);
        }
        let is_principal = read.is_some_and(|read| int(read.holder.get()) == row.holder);
        if !is_principal || !is_agent_read(row.state(), &names, &reading.agent) {
            return Err(PaperError::ReadOtherwise);
        }
        let text = desk.log.read(|state, _| {
            let (proxy, text) = text(state, &row, outsider)?;
            still_fits(state, &proxy, &rules).map(|()| text)
        })?;
        written_proxy::Entity::update_many()
            .col_expr(written_proxy::Column::Second, Expr::value(desk.by.id.as_str()))
            .col_expr(written_proxy::Column::Text, Expr::value(text))
            .filter(written_proxy::COLUMN.id.eq(id))
            .exec(&tx)
            .await?;
        let detail = json!({"holder": row.holder, "state": row.state});
        let doing = Doing { actor: &desk.by.actor(), verb: "proxy_confirmed", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets a written proxy that is not in the log and that not both have signed.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, or nothing of this id waits.
    pub async fn discard_written(&self, by: &StaffMember, poll: &PollId, id: &str, now: u64) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        let row = find_row(&tx, poll, id).await?.filter(|row| row.open.is_some() && row.signed_by().len() < 2);
        let row = row.ok_or(PaperError::NoSuchProxy)?;
        if !serves(&tx, &desk.by, poll, row.holder).await? {
            return Err(PaperError::NotClerk);
        }
        written_proxy::Entity::delete_by_id(row.id).exec(&tx).await?;
        if let Some(outside) = &row.outside {
            agents::forget_unnamed(&tx, outside).await?;
        }
        let detail = json!({"holder": row.holder});
        let doing = Doing { actor: &desk.by.actor(), verb: "proxy_discarded", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The scan of a written proxy that is on its way, for the poll's clerks who serve there. Every look is an event.
    ///
    /// # Errors
    /// None of these, or nothing of this id waits.
    pub async fn written_scan(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        now: u64,
    ) -> Result<Vec<u8>, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let by = self.clerk_of(&tx, by, (poll, log), now).await?.by;
        let row = written_proxy::Entity::find_by_id(id.to_owned()).one(&tx).await?;
        let row = row.filter(|row| row.poll == poll.as_str() && row.open.is_some()).ok_or(PaperError::NotInspector)?;
        if !serves(&tx, &by, poll, row.holder).await? {
            return Err(PaperError::NotInspector);
        }
        let detail = json!({"holder": row.holder});
        let doing = Doing { actor: &by.actor(), verb: "proxy_scan_seen", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        row.scan.ok_or(PaperError::NotInspector)
    }

    /// Whom a sheet names, and the scan of a delegate's authority.
    async fn found(
        &self,
        by: &StaffMember,
        (poll, log): (&PollId, &Log),
        principal: &NamedHolder,
        wish: &WrittenWish,
        known: &BTreeMap<String, OutsideAgent>,
    ) -> Result<(Found, Option<Vec<u8>>), PaperError> {
        let agent = match wish {
            WrittenWish::TakeBack => return Ok((Found::Standing, None)),
            WrittenWish::Give(agent) => agent,
        };
        match agent {
            WrittenAgent::Owner { home, name } => {
                let owner = self.owner_at(poll, (home, name)).await?.ok_or(PaperError::NoAgent)?;
                if owner.holder == principal.holder {
                    Err(PaperError::Yourself)
                } else {
                    Ok((Found::Owner(owner), None))
                }
            }
            WrittenAgent::Known(id) => {
                let one = known.get(id).filter(|one| !one.name.is_empty()).cloned().ok_or(PaperError::NoAgent)?;
                let found = not_oneself(principal, &one.name).map(|()| Found::Known(one))?;
                Ok((found, None))
            }
            WrittenAgent::Outside { name, note, is_another } => {
                if !(NewOutsider { name, note }).is_fit() {
                    return Err(PaperError::NoAgent);
                }
                not_oneself(principal, name)?;
                if !is_another && agents::namesake(known, name).is_some() {
                    return Err(PaperError::KnownAgent);
                }
                Ok((Found::New { name: name.clone(), note: note.clone() }, None))
            }
            WrittenAgent::Delegate(id) => {
                let closes = log.read(|state, _| state.manifest().closes);
                let (name, note, scan) = self.authorised(by, (poll, principal.holder), id, closes).await?;
                let same = known.values().find(|one| one.name == name && one.note == note).cloned();
                let found = same.map_or(Found::New { name, note }, Found::Known);
                Ok((found, Some(scan)))
            }
        }
    }

    /// The names under which the second clerk may name whom a row goes to.
    async fn names_of_agent(
        &self,
        poll: &PollId,
        row: &WrittenRow,
        outsider: Option<&OutsideAgent>,
    ) -> Result<Vec<String>, PaperError> {
        match row.to_holder {
            Some(holder) => Ok(self.named_holder(poll, super::holder_no(holder)?).await?.names),
            None => Ok(outsider.map(|one| one.name.clone()).into_iter().collect()),
        }
    }
}

/// Whether the second clerk reads what the first has entered.
///
/// - `names`: of the agent whom the row names.
fn is_agent_read(state: ProxyState, names: &[String], read: &AgentAsRead) -> bool {
    match (state, read) {
        (ProxyState::Revoked, AgentAsRead::TakenBack) => true,
        (ProxyState::Granted, AgentAsRead::Named(name)) => names.iter().any(|known| is_name(known, name)),
        (ProxyState::Revoked, AgentAsRead::Named(_)) | (ProxyState::Granted, AgentAsRead::TakenBack) => false,
    }
}

impl Found {
    fn is_standing(&self) -> bool {
        matches!(self, Self::Standing)
    }
}

/// The columns that say whom a row names; somebody new is written down first.
fn columns(
    found: &Found,
    party: Party,
    known: &BTreeMap<String, OutsideAgent>,
) -> Result<(Option<i64>, Option<String>), PaperError> {
    Ok(match (found, party) {
        (Found::Owner(owner), _) => (Some(int(owner.holder.get())), None),
        (Found::Known(one), _) => (None, Some(one.id.clone())),
        (Found::New { .. }, _) => (None, None),
        (Found::Standing, Party::Holder(holder)) => (Some(int(holder.get())), None),
        (Found::Standing, Party::Agent(number)) => {
            let one = known.values().find(|one| one.number == Some(number));
            (None, Some(one.map(|one| one.id.clone()).ok_or(PaperError::NoneStands)?))
        }
    })
}

/// Puts a row down, unless one of the same holder is on its way.
async fn insert(tx: &DatabaseTransaction, row: written_proxy::ActiveModel) -> Result<(), PaperError> {
    let inserted = written_proxy::Entity::insert(row).exec_without_returning(tx).await;
    inserted.map_err(|err| match err.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => PaperError::Underway,
        _ => err.into(),
    })?;
    Ok(())
}

/// Who owns the home needs no proxy for it.
fn not_oneself(principal: &NamedHolder, name: &str) -> Result<(), PaperError> {
    let is_owner = principal.names.iter().any(|known| is_name(known, name));
    if is_owner { Err(PaperError::Yourself) } else { Ok(()) }
}

/// The place among the principal's proxies that this one would take, and its party, if nothing stands against it.
///
/// - `is_new_word`: whether the sheet is newer than the proxy that stands.
fn standing(
    state: &State,
    rules: &[Rule],
    principal: HolderNo,
    found: &Found,
    is_new_word: bool,
) -> Result<(Seq, Party), PaperError> {
    let stands = state.standing_agent(principal);
    let party = match (found, stands) {
        (Found::Standing, None) => return Err(PaperError::NoneStands),
        (Found::Standing, Some(stands)) => return Ok((state.next_proxy_seq(principal), stands.party)),
        (_, Some(_)) if !is_new_word => return Err(PaperError::NewerStands),
        (Found::Owner(owner), _) => Party::Holder(owner.holder),
        (Found::Known(one), _) => Party::Agent(one.number.unwrap_or_else(|| state.next_agent())),
        (Found::New { .. }, _) => Party::Agent(state.next_agent()),
    };
    if AgentLimits::of(rules, state).allow(state, party, principal) {
        Ok((state.next_proxy_seq(principal), party))
    } else {
        Err(PaperError::OverLimit)
    }
}

/// The statement of a row as the log stands, and its text.
pub(super) fn text(
    state: &State,
    row: &WrittenRow,
    outsider: Option<&OutsideAgent>,
) -> Result<(Proxy, String), PaperError> {
    // Somebody whom the log does not know yet is its next agent.
    let party = party_of(row, outsider)?.unwrap_or_else(|| Party::Agent(state.next_agent()));
    let (to_holder, agent) = match party {
        Party::Holder(holder) => (Some(holder), None),
        Party::Agent(agent) => (None, Some(agent)),
    };
    let broken = || DbErr::Type("a written proxy".to_owned());
    let proxy = Proxy {
        agent,
        manifest: state.manifest_hash(),
        poll: state.manifest().poll.clone(),
        principal: row.principal()?,
        scan_sha256: Some(row.scan_sha256.parse().map_err(|_| broken())?),
        seq: Seq::try_from(uint(row.seq)).map_err(|_| broken())?,
        state: row.state(),
        to_holder,
    };
    let text = Statement::Proxy(proxy.clone()).text();
    Ok((proxy, text))
}

/// The scan of a written proxy of this poll that is in the log; that somebody looked is an event.
pub(in crate::store::paper) async fn look_at_written(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    poll: &PollId,
    sha256: &str,
    now: u64,
) -> Result<Vec<u8>, PaperError> {
    let row = written_proxy::Entity::find()
        .filter(written_proxy::COLUMN.poll.eq(poll.as_str()))
        .filter(written_proxy::COLUMN.scan_sha256.eq(sha256))
        .filter(written_proxy::COLUMN.log_index.is_not_null())
        .one(tx)
        .await?
        .ok_or(PaperError::NoSuchForm)?;
    let detail = json!({"holder": row.holder});
    let doing = Doing { actor: &by.actor(), verb: "proxy_scan_seen", object: poll.as_str(), detail };
    write_event(tx, &by.compound, now, doing).await?;
    row.scan.ok_or(PaperError::NoSuchForm)
}
