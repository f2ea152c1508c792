//! The two signatures under a written proxy, and its way into the log.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};
use serde_json::json;

use super::{PaperError, WrittenRow, WrittenStage, agents, enter::text, find_row};
use crate::{
    id::{AgentNo, PollId},
    json,
    key::VerifierKey,
    note::SignatureLine,
    rule::Rule,
    state::State,
    statement::{Proxy, ProxyState},
    store::{
        Refusal, Submission, SubmitError, Writes,
        estate::Estate,
        events::{Actor, Doing, write_event},
        ids::CompoundId,
        paper::Signed,
        proxies::{self, within_limits},
        staff::StaffMember,
        tables::{int, written_proxy},
    },
};

/// The code of a statement whose agent's number went to somebody else in between.
const NUMBER: &str = "number";

impl Estate {
    /// Takes the signature of one of the two clerks, and puts the proxy into the log with the other's.
    ///
    /// - `signature`: 64 bytes in base64, by the office key.
    ///
    /// # Errors
    /// Nothing of this id waits for it, it does not hold, the agent's number went to somebody else (there is a new text
    /// then), or what stands in the log now leaves no room for it: then it is refused for good.
    pub async fn sign_written(
        &self,
        by: &StaffMember,
        poll: &PollId,
        id: &str,
        signature: &str,
        now: u64,
    ) -> Result<Signed, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let rules = proxies::rules(&log).await?;
        let outsiders = self.outsiders(poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.clerk_of(&tx, by, (poll, log), now).await?;
        let row = find_row(&tx, poll, id).await?.filter(|row| row.stage() == WrittenStage::Agreed);
        let row = row.ok_or(PaperError::NothingToSign)?;
        let own = match () {
            () if row.staff == desk.by.id.as_str() => written_proxy::Column::Signature,
            () if row.second.as_deref() == Some(desk.by.id.as_str()) => written_proxy::Column::SecondSignature,
            () => return Err(PaperError::NothingToSign),
        };
        if !row.signed_by().contains(&desk.by.id) {
            let outsider = row.outside.as_ref().and_then(|id| outsiders.get(id));
            let (proxy, now_text) = desk.log.read(|state, _| text(state, &row, outsider))?;
            if let Err(why) = desk.log.read(|state, _| still_fits(state, &proxy, &rules)) {
                refuse(&tx, &row, why.code()).await?;
                tx.commit().await?;
                return Err(why);
            }
            if now_text != row.text {
                state_anew(&tx, &row, &now_text).await?;
                tx.commit().await?;
                return Err(PaperError::Stale);
            }
            let key: VerifierKey = desk.vkey.parse().map_err(|_| PaperError::Signature)?;
            let bytes = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
            if !bytes.is_some_and(|bytes| key.is_signed(row.text.as_bytes(), &bytes)) {
                return Err(PaperError::Signature);
            }
            written_proxy::Entity::update_many()
                .col_expr(own, Expr::value(signature))
                .filter(written_proxy::COLUMN.id.eq(&row.id))
                .exec(&tx)
                .await?;
            let detail = json!({"holder": row.holder, "state": row.state});
            let doing = Doing { actor: &desk.by.actor(), verb: "proxy_signed", object: poll.as_str(), detail };
            write_event(&tx, &by.compound, now, doing).await?;
        }
        let row = find_row(&tx, poll, id).await?.ok_or(PaperError::NoSuchProxy)?;
        tx.commit().await?;
        if row.signed_by().len() < 2 {
            return Ok(Signed::Waits);
        }
        Ok(self.carry_written(&by.compound, poll, row, now).await?)
    }

    /// Puts whatever both clerks have signed, and the log did not take then, into the log. Called at start and every
    /// minute.
    ///
    /// # Errors
    /// The database's; what was not done is done the next time.
    pub async fn resume_written_proxies(&self, now: u64) -> Result<(), DbErr> {
        let signed: Vec<(String, String, String)> = written_proxy::Entity::find()
            .select_only()
            .columns([written_proxy::Column::Id, written_proxy::Column::Poll, written_proxy::Column::Compound])
            .filter(written_proxy::COLUMN.open.is_not_null())
            .filter(written_proxy::COLUMN.signature.ne(""))
            .filter(written_proxy::COLUMN.second_signature.ne(""))
            .into_tuple()
            .all(self.reader())
            .await?;
        for (id, poll, compound) in signed {
            let poll: PollId = poll.parse().map_err(|_| DbErr::Type("a poll's id".to_owned()))?;
            if let Some(row) = find_row(self.reader(), &poll, &id).await? {
                self.carry_written(&CompoundId(compound), &poll, row, now).await?;
            }
        }
        Ok(())
    }

    /// Puts a proxy that both have signed into the log, once.
    async fn carry_written(
        &self,
        compound: &CompoundId,
        poll: &PollId,
        row: WrittenRow,
        now: u64,
    ) -> Result<Signed, DbErr> {
        // A log that does not open now takes it later.
        let Ok(log) = self.logs().log(poll).await else { return Ok(Signed::Ready) };
        let Ok(rules) = proxies::rules(&log).await else { return Ok(Signed::Ready) };
        let proxy = proxy_of(&row)?;
        let bytes = log.read(|state, _| note(state, &row))?.into_bytes();
        let outsiders = self.outsiders(poll).await?;
        let outsider = row.outside.as_ref().and_then(|id| outsiders.get(id));
        let known = outsider.and_then(|one| one.number);
        let newly = proxy.agent.filter(|_| known.is_none());
        let is_theirs = known.is_none_or(|number| proxy.agent == Some(number));
        let wanted = move |state: &State| {
            // A number that the log gave to somebody else in between would make this one them.
            if !is_theirs || newly.is_some_and(|number| number != state.next_agent()) {
                return Err(Refusal::Declined(NUMBER));
            }
            within_limits(state, &proxy, &rules)
        };
        let writes = writes(compound.clone(), poll.clone(), row.clone(), newly, now);
        let stored = self.logs().submit(poll, Submission::ready_if_and(bytes, wanted, writes)).await;
        let refusal = match stored {
            Ok(_) => return Ok(Signed::Counted),
            // It stays signed: it is carried out when the server starts, or a minute later.
            Err(SubmitError::Busy { .. } | SubmitError::Unavailable(_) | SubmitError::Unknown) => {
                return Ok(Signed::Ready);
            }
            Err(SubmitError::Refused(refusal)) => refusal,
        };
        tracing::warn!(code = refusal.code(), "the log refused a proxy that two clerks signed");
        let outsiders = self.outsiders(poll).await?;
        let tx = self.begin(compound).await?;
        if refusal.code() == NUMBER {
            let outsider = row.outside.as_ref().and_then(|id| outsiders.get(id));
            let text = log.read(|state, _| text(state, &row, outsider)).map(|(_, text)| text);
            state_anew(&tx, &row, &text.map_err(|_| DbErr::Type("a written proxy".to_owned()))?).await?;
        } else {
            refuse(&tx, &row, refusal.code()).await?;
        }
        let detail = json!({"holder": row.holder, "reason": refusal.code()});
        let doing = Doing { actor: &Actor::Server, verb: "proxy_refused", object: poll.as_str(), detail };
        write_event(&tx, compound, now, doing).await?;
        tx.commit().await?;
        Ok(Signed::Refused)
    }
}

/// Whether the log as it stands would take a proxy, and the rules let it count.
pub(super) fn still_fits(state: &State, proxy: &Proxy, rules: &[Rule]) -> Result<(), PaperError> {
    if state.next_proxy_seq(proxy.principal) != proxy.seq {
        return Err(PaperError::NewerStands);
    }
    let stands = state.standing_agent(proxy.principal).map(|standing| standing.party);
    if proxy.state == ProxyState::Revoked && stands != proxy.party() {
        return Err(PaperError::NoneStands);
    }
    within_limits(state, proxy, rules).map_err(|_| PaperError::OverLimit)
}

fn proxy_of(row: &WrittenRow) -> Result<Proxy, DbErr> {
    let broken = |_| DbErr::Type("a written proxy's text".to_owned());
    json::read(row.text.lines().nth(1).unwrap_or_default()).map_err(broken)
}

/// The statement with its lines, always the same bytes: each under the clerk's key that the poll names.
fn note(state: &State, row: &WrittenRow) -> Result<String, DbErr> {
    let broken = || DbErr::Type("a signature of a written proxy".to_owned());
    let mut signed = Vec::with_capacity(2);
    for signature in [&row.signature, &row.second_signature] {
        let bytes = BASE64.decode(signature).map_err(|_| broken())?;
        let fixed = <[u8; 64]>::try_from(bytes.as_slice()).map_err(|_| broken())?;
        let key = state.keys().clerks.iter().find(|key| key.is_signed(row.text.as_bytes(), &fixed));
        signed.push((key.ok_or_else(broken)?, bytes));
    }
    let signed = signed.into_iter();
    let lines: Vec<_> =
        signed.map(|(key, signature)| SignatureLine { name: key.name(), id: key.id(), signature }).collect();
    Ok(crate::note::compose(&row.text, &lines))
}

/// The same statement with the numbers that hold now; both sign anew.
async fn state_anew(tx: &DatabaseTransaction, row: &WrittenRow, text: &str) -> Result<(), DbErr> {
    written_proxy::Entity::update_many()
        .col_expr(written_proxy::Column::Text, Expr::value(text))
        .col_expr(written_proxy::Column::Signature, Expr::value(""))
        .col_expr(written_proxy::Column::SecondSignature, Expr::value(""))
        .filter(written_proxy::COLUMN.id.eq(&row.id))
        .filter(written_proxy::COLUMN.log_index.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// It is not taken, for good, and the holder is free for another.
async fn refuse(tx: &DatabaseTransaction, row: &WrittenRow, code: &str) -> Result<(), DbErr> {
    written_proxy::Entity::update_many()
        .col_expr(written_proxy::Column::Refused, Expr::value(code))
        .col_expr(written_proxy::Column::Open, Expr::value(None::<i64>))
        .filter(written_proxy::COLUMN.id.eq(&row.id))
        .filter(written_proxy::COLUMN.log_index.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// What is written with the leaf: where it stands, and the number of somebody whom it names first.
fn writes(compound: CompoundId, poll: PollId, row: WrittenRow, newly: Option<AgentNo>, now: u64) -> Writes {
    Box::new(move |tx, index| {
        Box::pin(async move {
            written_proxy::Entity::update_many()
                .col_expr(written_proxy::Column::LogIndex, Expr::value(int(index)))
                .col_expr(written_proxy::Column::Open, Expr::value(None::<i64>))
                .filter(written_proxy::COLUMN.id.eq(&row.id))
                .exec(tx)
                .await?;
            let mut detail = json!({"index": index, "state": row.state});
            if let (Some(number), Some(outside)) = (newly, &row.outside) {
                let record = agents::number(tx, &compound, outside, number).await?;
                detail["agent"] = number.get().into();
                detail["record"] = record.map(|record| record.to_string()).into();
            }
            let doing = Doing { actor: &Actor::Server, verb: "proxy_recorded", object: poll.as_str(), detail };
            write_event(tx, &compound, now, doing).await?;
            Ok(())
        })
    })
}
