//! The two signatures, and the way into the log.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};
use serde_json::json;

use super::{
    FormState, PaperError, Reading,
    enter::{forget_scan, put_text, statement},
    entries, find_form, form_no,
    forms::{forget_entries, set_form},
};
use crate::{
    id::{FormNo, PollId},
    key::VerifierKey,
    log::{CheckCode, leaf_hash},
    note::SignatureLine,
    store::{
        Submission, SubmitError, Writes,
        estate::Estate,
        events::{Actor, Doing, write_event},
        ids::CompoundId,
        staff::StaffMember,
        tables::{int, paper_desk, paper_entry, paper_form},
    },
};

/// How many texts are given at once to be signed.
pub const SIGN_MOST: u64 = 20;

/// A paper that waits for a clerk's signature: one that the clerk has entered so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ToSign {
    pub form: FormNo,
    /// What is signed, whole.
    pub text: String,
}

/// What came of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The other clerk's is wanted.
    Waits,
    /// The paper is in the log.
    Counted,
    /// Both have signed; it goes into the log as soon as that takes something.
    Ready,
    /// The log refused it, for good: the form is begun anew.
    Refused,
}

impl Estate {
    /// What waits for this clerk's signature, [`SIGN_MOST`] at most: what others entered is not among it.
    ///
    /// # Errors
    /// Not a clerk of the poll, or the poll is closed.
    pub async fn papers_to_sign(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<Vec<ToSign>, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        tx.rollback().await?;
        let own = paper_entry::Entity::find()
            .filter(paper_entry::COLUMN.poll.eq(poll.as_str()))
            .filter(paper_entry::COLUMN.staff.eq(desk.by.id.as_str()))
            .filter(paper_entry::COLUMN.signs.eq(true))
            .filter(paper_entry::COLUMN.signature.eq(""))
            .limit(SIGN_MOST)
            .all(self.reader())
            .await?;
        let mut texts = Vec::with_capacity(own.len());
        for entry in own {
            let form = form_no(entry.number)?;
            let row = find_form(self.reader(), poll, form).await?;
            let row = row.filter(|row| row.state == FormState::Agreed.as_str());
            texts.extend(row.map(|row| ToSign { form, text: row.text }));
        }
        Ok(texts)
    }

    /// Takes a clerk's signature over a paper that the clerk has entered, and puts it into the log with the second one.
    ///
    /// - `signature`: 64 bytes in base64, by the office key.
    ///
    /// # Errors
    /// Nothing of this number waits for it, it does not hold, or the text has waited too long: then there is a new one.
    pub async fn sign_paper(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        signature: &str,
        now: u64,
    ) -> Result<Signed, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let patience = log.read(|state, _| state.manifest().policy.anchor_seconds).map(|seconds| seconds / 2);
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let row = find_form(&tx, poll, form).await?.ok_or(PaperError::NoSuchForm)?;
        let rows = entries(&tx, poll, form).await?;
        let own = rows.iter().find(|one| one.staff == desk.by.id.as_str() && one.signs);
        let own = own.filter(|_| row.state == FormState::Agreed.as_str()).ok_or(PaperError::NothingToSign)?;
        if own.signature.is_empty() {
            let key: VerifierKey = desk.vkey.parse().map_err(|_| PaperError::Signature)?;
            let bytes = BASE64.decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
            if !bytes.is_some_and(|bytes| key.is_signed(row.text.as_bytes(), &bytes)) {
                return Err(PaperError::Signature);
            }
            // The record may want a witnessed time soon after what the text says.
            if patience.is_some_and(|patience| written_at(&row.text).saturating_add(patience) < now) {
                let reading: Reading =
                    serde_json::from_str(&own.entered).map_err(|err| DbErr::Json(err.to_string()))?;
                let manifest = desk.log.read(|state, _| state.manifest_hash());
                put_text(&tx, poll, form, &statement(poll, manifest, &row, &reading, now)?).await?;
                set_signature(&tx, poll, form, None, ("", "")).await?;
                tx.commit().await?;
                return Err(PaperError::Stale);
            }
            set_signature(&tx, poll, form, Some(&own.staff), (&desk.vkey, signature)).await?;
            let detail = json!({"form": form.get()});
            let doing = Doing { actor: &desk.by.actor(), verb: "paper_signed", object: poll.as_str(), detail };
            write_event(&tx, &desk.by.compound, now, doing).await?;
        }
        let is_whole = is_signed(&entries(&tx, poll, form).await?);
        tx.commit().await?;
        if is_whole { Ok(self.carry_paper(&by.compound, poll, form, now).await?) } else { Ok(Signed::Waits) }
    }

    /// Puts whatever both clerks have signed, and the log did not take then, into the log. Called at start and every
    /// minute.
    ///
    /// # Errors
    /// The database's; what was not done is done the next time.
    pub async fn resume_papers(&self, now: u64) -> Result<(), DbErr> {
        let agreed = paper_form::Entity::find()
            .filter(paper_form::COLUMN.state.eq(FormState::Agreed.as_str()))
            .all(self.reader())
            .await?;
        for row in agreed {
            let poll: PollId = row.poll.parse().map_err(|_| DbErr::Type("a poll's id".to_owned()))?;
            let form = form_no(row.number)?;
            let desk = paper_desk::Entity::find_by_id(row.poll.clone()).one(self.reader()).await?;
            if let Some(desk) = desk.filter(|_| !row.text.is_empty())
                && is_signed(&entries(self.reader(), &poll, form).await?)
            {
                self.carry_paper(&CompoundId(desk.compound), &poll, form, now).await?;
            }
        }
        Ok(())
    }

    /// Puts a paper that both have signed into the log, once.
    async fn carry_paper(&self, compound: &CompoundId, poll: &PollId, form: FormNo, now: u64) -> Result<Signed, DbErr> {
        let row = find_form(self.reader(), poll, form).await?;
        let Some(row) = row.filter(|row| row.state == FormState::Agreed.as_str()) else { return Ok(Signed::Counted) };
        let bytes = note(&row.text, &entries(self.reader(), poll, form).await?)?.into_bytes();
        let code = CheckCode::of(&leaf_hash(&bytes)).to_string();
        let writes = writes(compound.clone(), poll.clone(), (form, code.clone()), now);
        match self.logs().submit(poll, Submission::ready_and(bytes, writes)).await {
            Ok(stored) => {
                // Written with the leaf already, unless the very same statement was in the log before.
                let tx = self.begin(compound).await?;
                count(&tx, compound, poll, (form, &code), stored.index, now).await?;
                tx.commit().await?;
                Ok(Signed::Counted)
            }
            Err(SubmitError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "the log refused what two clerks signed");
                let tx = self.begin(compound).await?;
                forget_entries(&tx, poll, form).await?;
                forget_scan(&tx, poll, form).await?;
                set_form(&tx, poll, form, FormState::Received).await?;
                set_refused(&tx, poll, form, refusal.code()).await?;
                let detail = json!({"form": form.get(), "reason": refusal.code()});
                let doing = Doing { actor: &Actor::Server, verb: "paper_refused", object: poll.as_str(), detail };
                write_event(&tx, compound, now, doing).await?;
                tx.commit().await?;
                Ok(Signed::Refused)
            }
            // It stays agreed and signed: it is carried out when the server starts, or a minute later.
            Err(SubmitError::Busy { .. } | SubmitError::Unavailable(_) | SubmitError::Unknown) => Ok(Signed::Ready),
        }
    }
}

/// Whether both who agree have signed.
pub(super) fn is_signed(entries: &[paper_entry::Model]) -> bool {
    entries.iter().filter(|one| one.signs && !one.signature.is_empty()).count() == 2
}

/// The time that a text states; the distant past of one that states none, which then counts as old.
fn written_at(text: &str) -> u64 {
    let json = text.lines().nth(1).and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    json.and_then(|json| json.get("at")?.as_u64()).unwrap_or_default()
}

/// The statement with its lines, always the same bytes.
fn note(text: &str, entries: &[paper_entry::Model]) -> Result<String, DbErr> {
    let broken = || DbErr::Type("a signature of a paper".to_owned());
    let signing: Vec<_> = entries.iter().filter(|one| one.signs).collect();
    let keys = signing.iter().map(|one| one.vkey.parse::<VerifierKey>().map_err(|_| broken()));
    let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
    let mut lines = Vec::with_capacity(signing.len());
    for (one, key) in signing.iter().zip(&keys) {
        let signature = BASE64.decode(&one.signature).map_err(|_| broken())?;
        lines.push(SignatureLine { name: key.name(), id: key.id(), signature });
    }
    Ok(crate::note::compose(text, &lines))
}

async fn set_signature(
    tx: &DatabaseTransaction,
    poll: &PollId,
    form: FormNo,
    staff: Option<&str>,
    (vkey, signature): (&str, &str),
) -> Result<(), DbErr> {
    let mut update = paper_entry::Entity::update_many()
        .col_expr(paper_entry::Column::Vkey, Expr::value(vkey))
        .col_expr(paper_entry::Column::Signature, Expr::value(signature))
        .filter(paper_entry::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_entry::COLUMN.number.eq(int(form.get())));
    if let Some(staff) = staff {
        update = update.filter(paper_entry::COLUMN.staff.eq(staff));
    }
    update.exec(tx).await?;
    Ok(())
}

async fn set_refused(tx: &DatabaseTransaction, poll: &PollId, form: FormNo, code: &str) -> Result<(), DbErr> {
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::Refused, Expr::value(code))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is written with the leaf.
fn writes(compound: CompoundId, poll: PollId, (form, code): (FormNo, String), now: u64) -> Writes {
    Box::new(move |tx, index| {
        Box::pin(async move {
            count(tx, &compound, &poll, (form, &code), index, now).await?;
            Ok(())
        })
    })
}

/// Notes that a paper is in the log, once, and forgets what was entered of it.
async fn count(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    poll: &PollId,
    (form, code): (FormNo, &str),
    index: u64,
    now: u64,
) -> Result<(), DbErr> {
    let done = paper_form::Entity::update_many()
        .col_expr(paper_form::Column::State, Expr::value(FormState::Counted.as_str()))
        .col_expr(paper_form::Column::Code, Expr::value(code))
        .col_expr(paper_form::Column::LogIndex, Expr::value(int(index)))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .filter(paper_form::COLUMN.state.eq(FormState::Agreed.as_str()))
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Ok(());
    }
    forget_entries(tx, poll, form).await?;
    let detail = json!({"form": form.get(), "index": index});
    let doing = Doing { actor: &Actor::Server, verb: "paper_counted", object: poll.as_str(), detail };
    write_event(tx, compound, now, doing).await
}
