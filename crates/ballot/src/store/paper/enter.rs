//! What clerks enter, each alone, and the scan beside it.

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use super::{
    AtDesk, FormState, PaperError, Reading, SCAN_MOST, Says, entries, find_form,
    forms::{forget_entries, set_form},
    holder_no, look_at_written, serves,
};
use crate::{
    hash::Hash,
    id::{FormNo, PersonNo, PollId},
    statement::{Paper, Party, Statement},
    store::{
        estate::Estate,
        events::{Doing, write_event},
        staff::{Role, StaffMember, still_holds},
        tables::{int, paper_entry, paper_form, paper_scan, poll_person, uint},
    },
};

/// A paper as a clerk enters it.
#[derive(Debug, Clone)]
pub struct PaperEntry {
    /// What is marked on it.
    pub reading: Reading,
    /// When it came in, in Unix seconds: of a form that nobody noted as received.
    pub received: Option<u64>,
    /// A picture of it, made anew: with the first entry.
    pub scan: Option<Vec<u8>>,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// It is the first and waits for another clerk's.
    First,
    /// Another clerk has said the same: both sign.
    Agreed,
    /// The others say otherwise: a third clerk is wanted.
    Differs,
    /// No two of three say the same.
    AllDiffer,
}

impl Estate {
    /// Takes what a clerk reads on a paper. The same clerk's same entry again changes nothing.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, no such form or not open for entry, or what is entered is wrong.
    pub async fn enter_paper(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        entry: &PaperEntry,
        now: u64,
    ) -> Result<Entered, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let row = Self::form_of(&tx, &desk.by, poll, form).await?;
        let before = entries(&tx, poll, form).await?;
        let state = FormState::read(&row.state)?;
        let written = serde_json::to_string(&entry.reading).map_err(|err| DbErr::Json(err.to_string()))?;
        if let Some(own) = before.iter().find(|one| one.staff == desk.by.id.as_str()) {
            let is_again = own.entered == written;
            return if is_again { Ok(outcome(state)) } else { Err(PaperError::Twice) };
        }
        match state {
            FormState::Printed | FormState::Received | FormState::EnteredOnce | FormState::Differs => {}
            FormState::Void => return Err(PaperError::Void),
            FormState::Counted => return Err(PaperError::Counted),
            FormState::Agreed => return Err(PaperError::Agreed),
            FormState::AllDiffer => return Err(PaperError::AllDiffer),
        }
        check_reading(&tx, &desk, poll, &row, &entry.reading).await?;
        if before.is_empty() {
            begin(&tx, &desk, poll, &row, entry, now).await?;
        }
        let same = before.iter().find(|one| one.entered == written);
        let line = paper_entry::ActiveModel {
            poll: Set(poll.to_string()),
            number: Set(row.number),
            staff: Set(desk.by.id.to_string()),
            place: Set(int(before.len() as u64 + 1)),
            entered: Set(written),
            at: Set(int(now)),
            signs: Set(same.is_some()),
            vkey: Set(String::new()),
            signature: Set(String::new()),
        };
        paper_entry::Entity::insert(line).exec_without_returning(&tx).await?;
        let state = match (same, before.len()) {
            (Some(other), _) => {
                mark_signing(&tx, poll, form, &other.staff).await?;
                agree(&tx, &desk, poll, form, &entry.reading, now).await?;
                FormState::Agreed
            }
            (None, 0) => FormState::EnteredOnce,
            (None, 1) => FormState::Differs,
            (None, _) => FormState::AllDiffer,
        };
        set_form(&tx, poll, form, state).await?;
        let detail = json!({"form": form.get(), "entry": before.len() + 1, "state": state.as_str()});
        let doing = Doing { actor: &desk.by.actor(), verb: "paper_entered", object: poll.as_str(), detail };
        write_event(&tx, &desk.by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(outcome(state))
    }

    /// Begins a form anew: what was entered of it, and its scan, are forgotten.
    ///
    /// # Errors
    /// Neither an officer nor a clerk who serves there, no such form, or it is in the log.
    pub async fn restart_form(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        now: u64,
    ) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let (is_struck, is_closed) = log.read(|state, _| (state.paper_of(form).is_none(), state.closed().is_some()));
        if is_closed {
            return Err(PaperError::Closed);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let row = Self::form_of(&tx, &by, poll, form).await?;
        match FormState::read(&row.state)? {
            // Once it is struck its number may be entered again.
            FormState::Counted if is_struck => {}
            FormState::Counted => return Err(PaperError::Counted),
            FormState::Void => return Err(PaperError::Void),
            FormState::Printed | FormState::Received => return Ok(()),
            // Once both have signed it may be in the log: it is carried there, and not begun anew.
            FormState::Agreed if super::sign::is_signed(&entries(&tx, poll, form).await?) => {
                return Err(PaperError::Agreed);
            }
            FormState::EnteredOnce | FormState::Differs | FormState::AllDiffer | FormState::Agreed => {}
        }
        forget_entries(&tx, poll, form).await?;
        // What is struck stays in the record, and its scan beside it.
        if row.state != FormState::Counted.as_str() {
            forget_scan(&tx, poll, form).await?;
        }
        set_form(&tx, poll, form, FormState::Received).await?;
        let detail = json!({"form": form.get()});
        let doing = Doing { actor: &by.actor(), verb: "paper_begun_anew", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The scan of a paper that is being entered, for the poll's clerks who serve there. Every look is an event.
    ///
    /// # Errors
    /// None of these, not being entered, or no such form.
    pub async fn paper_scan(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        now: u64,
    ) -> Result<Vec<u8>, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let tx = self.begin(&by.compound).await?;
        let row = find_form(&tx, poll, form).await?.ok_or(PaperError::NoSuchForm)?;
        let by = self.at_desk(&tx, by, (poll, log), now).await?.by;
        let state = FormState::read(&row.state)?;
        let is_at_work = matches!(state, FormState::EnteredOnce | FormState::Differs);
        if !is_at_work || !serves(&tx, &by, poll, row.holder).await? {
            return Err(PaperError::NotInspector);
        }
        let sha256 = row.scan.ok_or(PaperError::NoSuchForm)?;
        let content = look_at(&tx, &by, poll, &sha256, now).await?;
        tx.commit().await?;
        Ok(content)
    }

    /// A scan that the record of a closed poll names, for those who may inspect. Every look is an event.
    ///
    /// # Errors
    /// Not an officer, clerk or auditor, not closed yet, or no such scan.
    pub async fn inspect_scan(
        &self,
        by: &StaffMember,
        poll: &PollId,
        sha256: &Hash,
        now: u64,
    ) -> Result<Vec<u8>, PaperError> {
        let log = self.paper_log(by, poll).await?;
        if log.read(|state, _| state.closed().is_none()) {
            return Err(PaperError::NotInspector);
        }
        let tx = self.begin(&by.compound).await?;
        let roles = [Role::Officer, Role::Clerk, Role::Auditor];
        let by = still_holds(&tx, by, &roles, now).await?.ok_or(PaperError::NotInspector)?;
        let content = look_at(&tx, &by, poll, &sha256.to_string(), now).await?;
        tx.commit().await?;
        Ok(content)
    }
}

/// A scan of this poll; that somebody looked is an event.
async fn look_at(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    poll: &PollId,
    sha256: &str,
    now: u64,
) -> Result<Vec<u8>, PaperError> {
    let scan = paper_scan::Entity::find_by_id((by.compound.to_string(), sha256.to_owned())).one(tx).await?;
    let Some(scan) = scan.filter(|scan| scan.poll == poll.as_str()) else {
        return look_at_written(tx, by, poll, sha256, now).await;
    };
    let detail = json!({"form": scan.number});
    let doing = Doing { actor: &by.actor(), verb: "paper_scan_seen", object: poll.as_str(), detail };
    write_event(tx, &by.compound, now, doing).await?;
    Ok(scan.content)
}

fn outcome(state: FormState) -> Entered {
    match state {
        FormState::Agreed | FormState::Counted => Entered::Agreed,
        FormState::Differs => Entered::Differs,
        FormState::AllDiffer => Entered::AllDiffer,
        FormState::Printed | FormState::Received | FormState::EnteredOnce | FormState::Void => Entered::First,
    }
}

async fn check_reading(
    tx: &DatabaseTransaction,
    desk: &AtDesk,
    poll: &PollId,
    row: &paper_form::Model,
    reading: &Reading,
) -> Result<(), PaperError> {
    if let Says::Answers(answers) = &reading.says {
        let verdict = desk.log.read(|state, _| state.judge_paper_answers(answers));
        verdict.map_err(|_| PaperError::Answers)?;
    }
    let signs_for = match reading.agent {
        None => row.holder,
        Some(agent) => {
            let principal = holder_no(row.holder)?;
            let stands = desk.log.read(|state, _| state.standing_agent(principal).map(|standing| standing.party));
            match agent {
                agent if stands != Some(agent) => return Err(PaperError::NotAgent),
                Party::Holder(owner) => int(owner.get()),
                // An outside person is one.
                Party::Agent(_) if reading.person == PersonNo::FIRST => return Ok(()),
                Party::Agent(_) => return Err(PaperError::Person),
            }
        }
    };
    let key = (poll.to_string(), signs_for, int(reading.person.get()));
    let found = poll_person::Entity::find_by_id(key).one(tx).await?;
    if found.is_some() { Ok(()) } else { Err(PaperError::Person) }
}

/// What the first entry brings beside its reading: when the paper came in, and the scan.
async fn begin(
    tx: &DatabaseTransaction,
    desk: &AtDesk,
    poll: &PollId,
    row: &paper_form::Model,
    entry: &PaperEntry,
    now: u64,
) -> Result<(), PaperError> {
    let received = row.received.map(uint).or(entry.received).ok_or(PaperError::Received)?;
    let is_in_time = desk.log.read(|state, _| {
        let manifest = state.manifest();
        (manifest.opens..=manifest.closes).contains(&received)
    });
    if !is_in_time || now < received {
        return Err(PaperError::Received);
    }
    let content = entry.scan.as_ref().filter(|scan| !scan.is_empty() && scan.len() <= SCAN_MOST);
    let content = content.ok_or(PaperError::Scan)?;
    let sha256 = Hash::of(content).to_string();
    let key = (desk.by.compound.to_string(), sha256.clone());
    let kept = paper_scan::Entity::find_by_id(key).one(tx).await?;
    if kept.is_some_and(|kept| kept.poll != poll.as_str() || kept.number != row.number) {
        return Err(PaperError::ScanUsed);
    }
    let scan = paper_scan::ActiveModel {
        compound: Set(desk.by.compound.to_string()),
        sha256: Set(sha256.clone()),
        poll: Set(poll.to_string()),
        number: Set(row.number),
        content: Set(content.clone()),
        added_by: Set(desk.by.id.to_string()),
        at: Set(int(now)),
    };
    let once = OnConflict::columns([paper_scan::Column::Compound, paper_scan::Column::Sha256]).do_nothing().to_owned();
    paper_scan::Entity::insert(scan).on_conflict(once).exec_without_returning(tx).await?;
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::Received, Expr::value(int(received)))
        .col_expr(paper_form::Column::Scan, Expr::value(sha256))
        .col_expr(paper_form::Column::Refused, Expr::value(""))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(row.number))
        .exec(tx)
        .await?;
    Ok(())
}

async fn mark_signing(tx: &DatabaseTransaction, poll: &PollId, form: FormNo, staff: &str) -> Result<(), DbErr> {
    paper_entry::Entity::update_many()
        .col_expr(paper_entry::Column::Signs, Expr::value(true))
        .filter(paper_entry::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_entry::COLUMN.number.eq(int(form.get())))
        .filter(paper_entry::COLUMN.staff.eq(staff))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes the statement that two clerks agree on.
async fn agree(
    tx: &DatabaseTransaction,
    desk: &AtDesk,
    poll: &PollId,
    form: FormNo,
    reading: &Reading,
    now: u64,
) -> Result<(), PaperError> {
    let row = find_form(tx, poll, form).await?.ok_or(PaperError::NoSuchForm)?;
    let manifest = desk.log.read(|state, _| state.manifest_hash());
    let text = statement(poll, manifest, &row, reading, now)?;
    put_text(tx, poll, form, &text).await?;
    Ok(())
}

/// The text that both clerks sign, of a form that was received and scanned.
pub(super) fn statement(
    poll: &PollId,
    manifest: Hash,
    row: &paper_form::Model,
    reading: &Reading,
    at: u64,
) -> Result<String, DbErr> {
    let missing = || DbErr::Type("a form without its scan".to_owned());
    let (answers, invalid) = match &reading.says {
        Says::Answers(answers) => (Some(answers.clone()), None),
        Says::Invalid(reason) => (None, Some(*reason)),
    };
    let principal = holder_no(row.holder)?;
    let (holder, agent, for_holder) = match reading.agent {
        None => (Some(principal), None, None),
        Some(Party::Holder(owner)) => (Some(owner), None, Some(principal)),
        Some(Party::Agent(agent)) => (None, Some(agent), Some(principal)),
    };
    let paper = Paper {
        agent,
        answers,
        at,
        channel: reading.channel,
        for_holder,
        form: super::form_no(row.number)?,
        holder,
        invalid,
        manifest,
        person: holder.map(|_| reading.person),
        poll: poll.clone(),
        received: row.received.map(uint).ok_or_else(missing)?,
        scan_sha256: row.scan.as_deref().and_then(|scan| scan.parse().ok()).ok_or_else(missing)?,
    };
    Ok(Statement::Paper(paper).text())
}

pub(super) async fn put_text(tx: &DatabaseTransaction, poll: &PollId, form: FormNo, text: &str) -> Result<(), DbErr> {
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::Text, Expr::value(text))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the scan of a form that is begun anew.
pub(super) async fn forget_scan(tx: &impl ConnectionTrait, poll: &PollId, form: FormNo) -> Result<(), DbErr> {
    paper_scan::Entity::delete_many()
        .filter(paper_scan::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_scan::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::Scan, Expr::value(None::<String>))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    Ok(())
}
