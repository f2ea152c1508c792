//! Doing what was signed.

use std::sync::Arc;

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;

use super::{ActState, Deed, deed, end, find, note};
use crate::store::{
    Outage, Submission, SubmitError, Writes,
    estate::{Estate, find_compound},
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{ActId, CompoundId},
    polls,
    register::{self, Applying},
    staff::{self, Role, StaffMember, StaffState, active, find_staff},
    tables::act,
};

/// Does what is done in the private tables, in the transaction of the last signature; what belongs
/// into a log is marked as ready for it.
pub(super) async fn with_the_last_signature(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &ActId,
    deed: &Deed,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ActState, DbErr> {
    let failure = match deed {
        Deed::ApplyRegister { base, file_name, file_sha256, register } => {
            let (source, file_sha256) = ("import", file_sha256.to_string());
            let applying = Applying { compound, act: id, base: *base, source, file_name, file_sha256, register };
            failed_unless(register::apply(tx, &applying, now, fresh).await?, "register_changed")
        }
        Deed::UndoRegister { base, to } => undo(tx, compound, id, (*base, *to), now, fresh).await?,
        Deed::CorrectRegister { base, correction } => {
            register::correct(tx, compound, id, (*base, correction), now, fresh).await?
        }
        Deed::Appoint { staff } => appoint(tx, compound, staff, now, fresh).await?,
        Deed::EndRole { staff } => match find_staff(tx, compound, staff).await? {
            Some(member) => end_role(tx, &member, now).await?,
            None => Some("no_such_staff"),
        },
        Deed::RenewKey { staff } => match find_staff(tx, compound, staff).await? {
            Some(member) if member.state != StaffState::Ended => {
                staff::renew_key(tx, &member, now).await?;
                None
            }
            _ => Some("no_such_staff"),
        },
        Deed::Bar { poll, holder, person } => {
            failed_unless(polls::bar(tx, poll, *holder, *person, now).await?, "not_on_roll")
        }
        Deed::PublishPoll { poll, .. } => {
            let row = find(tx, compound, id).await?;
            let row = row.ok_or_else(|| DbErr::RecordNotFound("an act that is signed".to_owned()))?;
            let manifest = note(tx, &row).await?;
            let failure = polls::too_late(tx, compound, poll, manifest.as_bytes(), now).await?;
            if failure.is_some() {
                polls::thaw(tx, poll).await?;
            }
            if failure.is_none() {
                return ready(tx, compound, id, now).await;
            }
            failure
        }
        // The report is the act itself with its signatures.
        Deed::Lot { .. } | Deed::Official { .. } => None,
        // Deliberation has tables of its own: both halves of an erasure go in one transaction, which is begun there.
        Deed::Amend { .. } | Deed::Strike { .. } | Deed::Result { .. } | Deed::Erase { .. } => {
            return ready(tx, compound, id, now).await;
        }
    };
    finish(tx, compound, id, failure, now).await
}

fn failed_unless(is_done: bool, reason: &'static str) -> Option<&'static str> {
    if is_done { None } else { Some(reason) }
}

async fn ready(tx: &DatabaseTransaction, compound: &CompoundId, id: &ActId, now: u64) -> Result<ActState, DbErr> {
    act::Entity::update_many()
        .col_expr(act::Column::State, Expr::value(ActState::Ready.as_str()))
        .filter(act::COLUMN.id.eq(id.as_str()))
        .filter(act::COLUMN.state.eq(ActState::Open.as_str()))
        .exec(tx)
        .await?;
    let doing = Doing { actor: &Actor::Server, verb: "act_ready", object: id.as_str(), detail: json!({}) };
    write_event(tx, compound, now, doing).await?;
    Ok(ActState::Ready)
}

/// Ends an act as done, or as failed for a reason; nothing happens if it has ended.
pub(crate) async fn finish(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &ActId,
    failure: Option<&'static str>,
    now: u64,
) -> Result<ActState, DbErr> {
    let state = if failure.is_none() { ActState::Done } else { ActState::Failed };
    if !end(tx, id, state, failure.unwrap_or_default(), now).await? {
        return Ok(state);
    }
    let verb = if failure.is_none() { "act_done" } else { "act_failed" };
    let detail = json!({"reason": failure.unwrap_or_default()});
    write_event(tx, compound, now, Doing { actor: &Actor::Server, verb, object: id.as_str(), detail }).await?;
    Ok(state)
}

async fn undo(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    act: &ActId,
    (base, to): (u64, u64),
    now: u64,
    fresh: &mut Fresh,
) -> Result<Option<&'static str>, DbErr> {
    let Some(register) = register::version(tx, compound, to).await? else { return Ok(Some("no_such_version")) };
    let (source, file_name, file_sha256) = ("undo", "", String::new());
    let applying = Applying { compound, act, base, source, file_name, file_sha256, register: &register };
    Ok(failed_unless(register::apply(tx, &applying, now, fresh).await?, "register_changed"))
}

async fn appoint(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    new: &staff::NewStaff,
    now: u64,
    fresh: &mut Fresh,
) -> Result<Option<&'static str>, DbErr> {
    if new.term_ends <= now {
        return Ok(Some("term_over"));
    }
    staff::appoint(tx, compound, new, now, fresh).await?;
    Ok(None)
}

async fn end_role(tx: &DatabaseTransaction, member: &StaffMember, now: u64) -> Result<Option<&'static str>, DbErr> {
    if member.role == Role::Officer && member.is_active(now) {
        let left = active(tx, &member.compound, Role::Officer, now).await?.len() as u64 - 1;
        let needed = find_compound(tx, &member.compound).await?.map_or(0, |compound| compound.officers);
        if left < needed {
            return Ok(Some("too_few_officers"));
        }
    }
    staff::end(tx, member, now).await?;
    Ok(None)
}

impl Estate {
    /// Puts a signed act into its log. Whatever happens in between, the statement is there once, and
    /// the act's end is written in the transaction that stores it.
    pub(super) async fn carry_out(&self, id: &ActId, now: u64, fresh: &mut Fresh) -> Result<ActState, DbErr> {
        let row = act::Entity::find_by_id(id.as_str().to_owned()).one(self.reader()).await?;
        let Some(row) = row.filter(|row| row.state == ActState::Ready.as_str()) else { return Ok(ActState::Done) };
        let compound = CompoundId(row.compound.clone());
        let bytes = note(self.reader(), &row).await?.into_bytes();
        let deed = Arc::new(deed(&row)?);
        let writes = writes(compound.clone(), id.clone(), Arc::clone(&deed), now);
        let outcome = match &*deed {
            Deed::PublishPoll { poll, .. } => {
                if let Some(reason) = polls::rule_changed(&bytes) {
                    return self.give_up(&compound, id, &deed, reason, now).await;
                }
                let new = polls::new_log(self.reader(), &compound, poll, bytes).await?;
                self.logs().create(new, Some(writes)).await
            }
            Deed::Amend { poll, .. } | Deed::Strike { poll, .. } | Deed::Result { poll, .. } => {
                self.logs().submit(poll, Submission::ready_and(bytes, writes)).await
            }
            Deed::ApplyRegister { .. }
            | Deed::UndoRegister { .. }
            | Deed::CorrectRegister { .. }
            | Deed::Appoint { .. }
            | Deed::EndRole { .. }
            | Deed::RenewKey { .. }
            | Deed::Bar { .. }
            | Deed::Lot { .. }
            | Deed::Official { .. } => return Ok(ActState::Done),
            Deed::Erase { .. } => return Ok(ActState::Ready),
        };
        match outcome {
            Ok(_) => {
                // Written with the leaf already, unless the very same statement was in the log before.
                let tx = self.begin(&compound).await?;
                finish(&tx, &compound, id, None, now).await?;
                tx.commit().await?;
                if let Deed::PublishPoll { poll, .. } | Deed::Amend { poll, .. } = &*deed {
                    self.settle_poll(poll, now, fresh).await;
                }
                Ok(ActState::Done)
            }
            Err(SubmitError::Refused(refusal)) => {
                tracing::warn!(act = id.as_str(), code = refusal.code(), "the log refused what officers signed");
                self.give_up(&compound, id, &deed, "refused_by_log", now).await
            }
            // It stays ready: it is carried out when the server starts, or when the poll is next looked at.
            Err(SubmitError::Busy { .. } | SubmitError::Unavailable(_) | SubmitError::Unknown) => Ok(ActState::Ready),
        }
    }

    /// Ends a signed act that its log does not take; a poll that was to be published is a draft again.
    async fn give_up(
        &self,
        compound: &CompoundId,
        id: &ActId,
        deed: &Deed,
        reason: &'static str,
        now: u64,
    ) -> Result<ActState, DbErr> {
        let tx = self.begin(compound).await?;
        if let Deed::PublishPoll { poll, .. } = deed {
            polls::thaw(&tx, poll).await?;
        }
        let state = finish(&tx, compound, id, Some(reason), now).await?;
        tx.commit().await?;
        Ok(state)
    }
}

/// What is written with the leaf: the private half of the statement, and that the act is done.
fn writes(compound: CompoundId, id: ActId, deed: Arc<Deed>, now: u64) -> Writes {
    Box::new(move |tx, _index| {
        Box::pin(async move {
            match &*deed {
                Deed::PublishPoll { poll, .. } => polls::go_live(tx, poll).await?,
                Deed::Amend { poll, line, .. } => polls::amend_tables(tx, poll, line).await?,
                Deed::Strike { salt, record, .. } => polls::put_evidence(tx, &compound, salt, record).await?,
                Deed::Result { .. } => {}
                Deed::ApplyRegister { .. }
                | Deed::UndoRegister { .. }
                | Deed::CorrectRegister { .. }
                | Deed::Appoint { .. }
                | Deed::EndRole { .. }
                | Deed::RenewKey { .. }
                | Deed::Bar { .. }
                | Deed::Lot { .. }
                | Deed::Official { .. }
                | Deed::Erase { .. } => return Err(SubmitError::Unavailable(Outage::Stopped)),
            }
            finish(tx, &compound, &id, None, now).await?;
            Ok(())
        })
    })
}
