//! Forms: printed for whoever is on the roll, looked up by number, replaced, received.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ActiveValue::Set,
    DatabaseTransaction, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;

use super::{
    ENTRY_SECONDS, FormState, PaperError, StandingAgent, entries, find_form, form_no, holder_no, number::with_check,
    serves,
};
use crate::{
    id::{FormNo, HolderNo, PersonNo, PollId},
    state::State,
    store::{
        PAGE,
        estate::Estate,
        events::{Doing, write_event},
        fresh::Fresh,
        ids::StaffId,
        polls::MyUnit,
        staff::{Role, StaffMember, still_holds},
        tables::{int, paper_desk, paper_entry, paper_form, person, poll_person, poll_unit, uint},
    },
};

/// The most forms of a poll: beyond, numbers would be hard to draw.
const FORMS_MOST: usize = 60_000;

/// A form to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PrintedForm {
    pub number: FormNo,
    /// The holder's people, first named first.
    pub names: Vec<String>,
    /// The holder's units.
    pub units: Vec<MyUnit>,
    /// Who may vote for them, by a proxy that stands.
    pub agent: Option<StandingAgent>,
}

/// What is known of a form without what is marked on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FormNow {
    pub number: FormNo,
    pub holder: HolderNo,
    pub state: FormState,
    pub people: Vec<(PersonNo, String)>,
    pub units: Vec<MyUnit>,
    /// Who may vote for the holder, by a proxy that stands.
    pub agent: Option<StandingAgent>,
    /// When it came in, in Unix seconds.
    pub received: Option<u64>,
    /// The scan, once there is one.
    pub scan: Option<String>,
    /// Who has entered it, first to last; never what.
    pub entered_by: Vec<StaffId>,
    /// Why the log did not take it, if it did not.
    pub refused: String,
    /// The check code, once it is in the log.
    pub code: Option<String>,
    /// Whether a ballot or another paper stands for the holder: the rule decides which counts.
    pub has_voted: bool,
    /// Whether the record says that the holder is at an assembly: only then a paper counts as cast there.
    pub is_in_hall: bool,
}

/// How far the papers of a building are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DeskProgress {
    pub printed: u64,
    pub received: u64,
    pub entered_once: u64,
    pub differs: u64,
    pub agreed: u64,
    pub counted: u64,
}

impl DeskProgress {
    /// Papers that came in and are not in the log yet.
    pub fn waiting(&self) -> u64 {
        self.received + self.entered_once + self.differs + self.agreed
    }

    fn add(&mut self, state: FormState) {
        let place = match state {
            FormState::Printed => &mut self.printed,
            FormState::Received => &mut self.received,
            FormState::EnteredOnce => &mut self.entered_once,
            FormState::Differs | FormState::AllDiffer => &mut self.differs,
            FormState::Agreed => &mut self.agreed,
            FormState::Counted => &mut self.counted,
            FormState::Void => return,
        };
        *place += 1;
    }
}

/// A paper in the public list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CountedPaper {
    pub form: FormNo,
    pub code: String,
}

impl Estate {
    /// Forms for every holder with a unit in one of these buildings, those of the holders who have one already among
    /// them: printing again gives the same numbers.
    ///
    /// # Errors
    /// Neither an officer nor a clerk who serves there, no such live poll, closed, or it names fewer than two clerks.
    pub async fn issue_forms(
        &self,
        by: &StaffMember,
        poll: &PollId,
        buildings: &BTreeSet<String>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Vec<PrintedForm>, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let (clerks, is_closed, closes) = log.read(|state, _| {
            let manifest = state.manifest();
            (manifest.keys.clerks.len(), state.closed().is_some(), manifest.closes)
        });
        match () {
            () if clerks < 2 => return Err(PaperError::NoClerks),
            () if is_closed || closes <= now => return Err(PaperError::Closed),
            () => {}
        }
        let holders: BTreeSet<HolderNo> = log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
            lines.filter(|line| buildings.contains(&line.building)).map(|line| line.holder).collect()
        });
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let known = paper_form::Entity::find().filter(paper_form::COLUMN.poll.eq(poll.as_str())).all(&tx).await?;
        let mut used: BTreeSet<i64> = known.iter().map(|row| row.number).collect();
        let mut of: BTreeMap<i64, FormNo> = BTreeMap::new();
        for row in known.iter().filter(|row| row.state != FormState::Void.as_str()) {
            of.insert(row.holder, form_no(row.number)?);
        }
        let (mut rows, mut wanted) = (Vec::new(), Vec::new());
        for holder in holders {
            if by.role == Role::Clerk && !serves(&tx, &by, poll, int(holder.get())).await? {
                continue;
            }
            let number = if let Some(number) = of.get(&int(holder.get())) {
                *number
            } else {
                let row = new_form(poll, int(holder.get()), &mut used, now, fresh)?;
                let number = form_no(row.number)?;
                rows.push(paper_form::ActiveModel::from(row));
                number
            };
            wanted.push((number, holder));
        }
        let issued = rows.len();
        for page in rows.chunks(PAGE) {
            paper_form::Entity::insert_many(page.to_vec()).exec_without_returning(&tx).await?;
        }
        let desk = paper_desk::ActiveModel {
            poll: Set(poll.to_string()),
            compound: Set(by.compound.to_string()),
            held_until: Set(int(closes.saturating_add(ENTRY_SECONDS))),
        };
        let once = OnConflict::column(paper_desk::Column::Poll).do_nothing().to_owned();
        paper_desk::Entity::insert(desk).on_conflict(once).exec_without_returning(&tx).await?;
        let detail = json!({"issued": issued, "printed": wanted.len()});
        let doing = Doing { actor: &by.actor(), verb: "paper_forms_printed", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        self.printed(poll, wanted).await
    }

    /// A new form in place of one that was lost or spoiled; the old number counts for nothing from now on.
    ///
    /// # Errors
    /// Neither an officer nor a clerk who serves there, no such form, or somebody has entered it.
    pub async fn replace_form(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<PrintedForm, PaperError> {
        let log = self.paper_log(by, poll).await?;
        if log.read(|state, _| state.closed().is_some() || state.manifest().closes <= now) {
            return Err(PaperError::Closed);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let row = Self::form_of(&tx, &by, poll, form).await?;
        match FormState::read(&row.state)? {
            FormState::Printed | FormState::Received => {}
            FormState::Void => return Err(PaperError::Void),
            FormState::Counted => return Err(PaperError::Counted),
            FormState::EnteredOnce | FormState::Differs | FormState::AllDiffer | FormState::Agreed => {
                return Err(PaperError::Busy);
            }
        }
        let known = paper_form::Entity::find().filter(paper_form::COLUMN.poll.eq(poll.as_str())).all(&tx).await?;
        let mut used: BTreeSet<i64> = known.iter().map(|row| row.number).collect();
        let new = new_form(poll, row.holder, &mut used, now, fresh)?;
        let number = form_no(new.number)?;
        set_form(&tx, poll, form, FormState::Void).await?;
        paper_form::Entity::insert(paper_form::ActiveModel::from(new)).exec_without_returning(&tx).await?;
        let detail = json!({"form": form.get(), "by": number.get()});
        let doing = Doing { actor: &by.actor(), verb: "paper_form_replaced", object: poll.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        let mut printed = self.printed(poll, vec![(number, holder_no(row.holder)?)]).await?;
        printed.pop().ok_or(PaperError::NoSuchForm)
    }

    /// Notes that a form came in now, before anybody enters it.
    ///
    /// # Errors
    /// Not a clerk of the poll who serves there, no such form, or voting does not go on.
    pub async fn receive_form(
        &self,
        by: &StaffMember,
        poll: &PollId,
        form: FormNo,
        now: u64,
    ) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        let closes = log.read(|state, _| state.manifest().closes);
        let tx = self.begin(&by.compound).await?;
        let desk = self.at_desk(&tx, by, (poll, log), now).await?;
        let row = Self::form_of(&tx, &desk.by, poll, form).await?;
        match FormState::read(&row.state)? {
            FormState::Void => return Err(PaperError::Void),
            FormState::Counted => return Err(PaperError::Counted),
            FormState::Printed if closes < now => return Err(PaperError::Received),
            FormState::Printed => {}
            // Noted already.
            _ => return Ok(()),
        }
        paper_form::Entity::update_many()
            .col_expr(paper_form::Column::State, Expr::value(FormState::Received.as_str()))
            .col_expr(paper_form::Column::Received, Expr::value(int(now)))
            .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
            .filter(paper_form::COLUMN.number.eq(int(form.get())))
            .exec(&tx)
            .await?;
        let detail = json!({"form": form.get()});
        let doing = Doing { actor: &desk.by.actor(), verb: "paper_received", object: poll.as_str(), detail };
        write_event(&tx, &desk.by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What became of a form: whether it came in and who entered it, never what is marked on it.
    ///
    /// # Errors
    /// Neither an officer nor a clerk who serves there, or no such form.
    pub async fn form(&self, by: &StaffMember, poll: &PollId, form: FormNo) -> Result<FormNow, PaperError> {
        let log = self.paper_log(by, poll).await?;
        let row = find_form(self.reader(), poll, form).await?.ok_or(PaperError::NoSuchForm)?;
        let is_fit = match by.role {
            Role::Officer => true,
            Role::Clerk => serves(self.reader(), by, poll, row.holder).await?,
            Role::Auditor => false,
        };
        if !is_fit {
            return Err(PaperError::NotClerk);
        }
        let holder = holder_no(row.holder)?;
        let people = self.people_on(poll, holder).await?;
        let entered = entries(self.reader(), poll, form).await?;
        let (has_voted, is_in_hall) =
            log.read(|_, turnout| (turnout.has_voted(holder), turnout.attending(holder).is_some()));
        Ok(FormNow {
            number: form,
            holder,
            state: FormState::read(&row.state)?,
            people,
            units: self.units_on(poll, holder).await?,
            agent: self.agent_of(poll, holder).await?,
            received: row.received.map(uint),
            scan: row.scan,
            entered_by: entered.into_iter().map(|entry| StaffId(entry.staff)).collect(),
            refused: row.refused,
            code: (!row.code.is_empty()).then_some(row.code),
            has_voted,
            is_in_hall,
        })
    }

    /// How far the papers are, by building as the roll names it: numbers alone.
    ///
    /// # Errors
    /// Neither officer nor clerk, or no such live poll.
    pub async fn desk_progress(
        &self,
        by: &StaffMember,
        poll: &PollId,
    ) -> Result<BTreeMap<String, DeskProgress>, PaperError> {
        if by.role == Role::Auditor {
            return Err(PaperError::NotClerk);
        }
        let log = self.paper_log(by, poll).await?;
        let rows =
            paper_form::Entity::find().filter(paper_form::COLUMN.poll.eq(poll.as_str())).all(self.reader()).await?;
        let building_of: BTreeMap<i64, String> = log.read(|state: &State, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter().rev();
            lines.map(|line| (int(line.holder.get()), line.building.clone())).collect()
        });
        let mut progress: BTreeMap<String, DeskProgress> = BTreeMap::new();
        for row in rows {
            let building = building_of.get(&row.holder).cloned().unwrap_or_default();
            progress.entry(building).or_default().add(FormState::read(&row.state)?);
        }
        Ok(progress)
    }

    /// The papers of a poll that are in the log: the numbers on their stubs beside their check codes.
    pub async fn counted_papers(&self, poll: &PollId) -> Result<Vec<CountedPaper>, DbErr> {
        let rows = paper_form::Entity::find()
            .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
            .filter(paper_form::COLUMN.state.eq(FormState::Counted.as_str()))
            .order_by_asc(paper_form::COLUMN.number)
            .all(self.reader())
            .await?;
        rows.into_iter().map(|row| Ok(CountedPaper { form: form_no(row.number)?, code: row.code })).collect()
    }

    /// Says that every paper is entered: from now on the poll may close.
    ///
    /// # Errors
    /// Neither officer nor clerk, voting goes on, or papers that came in are not all entered.
    pub async fn end_desk(&self, by: &StaffMember, poll: &PollId, now: u64) -> Result<(), PaperError> {
        let log = self.paper_log(by, poll).await?;
        if now < log.read(|state, _| state.manifest().closes) {
            return Err(PaperError::NotEnded);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer, Role::Clerk], now).await?.ok_or(PaperError::NotClerk)?;
        let waiting = paper_form::Entity::find()
            .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
            .filter(Expr::col(paper_form::Column::State).is_in([
                FormState::Received.as_str(),
                FormState::EnteredOnce.as_str(),
                FormState::Differs.as_str(),
                FormState::AllDiffer.as_str(),
                FormState::Agreed.as_str(),
            ]))
            .one(&tx)
            .await?;
        if waiting.is_some() {
            return Err(PaperError::Waiting);
        }
        paper_desk::Entity::update_many()
            .col_expr(paper_desk::Column::HeldUntil, Expr::value(0_i64))
            .filter(paper_desk::COLUMN.poll.eq(poll.as_str()))
            .exec(&tx)
            .await?;
        let doing = Doing { actor: &by.actor(), verb: "paper_desk_ended", object: poll.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Until when a poll whose time is over waits for papers to be entered; nothing if it does not.
    pub async fn papers_until(&self, poll: &PollId, now: u64) -> Result<Option<u64>, DbErr> {
        let row = paper_desk::Entity::find_by_id(poll.as_str().to_owned()).one(self.reader()).await?;
        Ok(row.map(|row| uint(row.held_until)).filter(|until| now < *until))
    }

    async fn printed(&self, poll: &PollId, wanted: Vec<(FormNo, HolderNo)>) -> Result<Vec<PrintedForm>, PaperError> {
        let mut forms = Vec::with_capacity(wanted.len());
        for (number, holder) in wanted {
            let names = self.people_on(poll, holder).await?.into_iter().map(|(_, name)| name).collect();
            let agent = self.agent_of(poll, holder).await?;
            forms.push(PrintedForm { number, names, units: self.units_on(poll, holder).await?, agent });
        }
        forms.sort_by(|one, other| {
            let label = |form: &PrintedForm| form.units.first().map(|unit| unit.label.clone());
            label(one).cmp(&label(other))
        });
        Ok(forms)
    }

    pub(super) async fn people_on(&self, poll: &PollId, holder: HolderNo) -> Result<Vec<(PersonNo, String)>, DbErr> {
        let rows = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_person::COLUMN.holder.eq(int(holder.get())))
            .order_by_asc(poll_person::COLUMN.person_no)
            .all(self.reader())
            .await?;
        let ids = rows.iter().map(|row| row.person.clone());
        let names = person::Entity::find().filter(person::COLUMN.id.is_in(ids)).all(self.reader()).await?;
        let names: BTreeMap<_, _> = names.into_iter().map(|row| (row.id, row.name)).collect();
        let read = |row: poll_person::Model| {
            let number = PersonNo::try_from(uint(row.person_no));
            let number = number.map_err(|_| DbErr::Type("a number of a roll".to_owned()))?;
            Ok((number, names.get(&row.person).cloned().unwrap_or_default()))
        };
        rows.into_iter().map(read).collect()
    }

    async fn units_on(&self, poll: &PollId, holder: HolderNo) -> Result<Vec<MyUnit>, PaperError> {
        let log = self.logs().log(poll).await?;
        let lines: BTreeMap<_, _> = log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
            lines.filter(|line| line.holder == holder).map(|line| (int(line.unit.get()), line.clone())).collect()
        });
        let rows = poll_unit::Entity::find()
            .filter(poll_unit::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_unit::COLUMN.unit.is_in(lines.keys().copied()))
            .order_by_asc(poll_unit::COLUMN.label)
            .all(self.reader())
            .await?;
        let unit = |row: poll_unit::Model| {
            let line = lines.get(&row.unit)?;
            Some(MyUnit { unit: line.unit, label: row.label, building: line.building.clone(), area: line.area })
        };
        Ok(rows.into_iter().filter_map(unit).collect())
    }
}

fn new_form(
    poll: &PollId,
    holder: i64,
    used: &mut BTreeSet<i64>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<paper_form::Model, PaperError> {
    if FORMS_MOST <= used.len() {
        return Err(PaperError::TooManyForms);
    }
    let number = loop {
        let draw = u64::from(u32::from_be_bytes(*fresh.block().first_chunk().expect("32 bytes")));
        // Some numbers come up a little more often, which helps nobody.
        let number = int(with_check(10_000 + draw % 90_000).get());
        if used.insert(number) {
            break number;
        }
    };
    Ok(paper_form::Model {
        poll: poll.to_string(),
        number,
        holder,
        state: FormState::Printed.as_str().to_owned(),
        printed_at: int(now),
        received: None,
        scan: None,
        text: String::new(),
        refused: String::new(),
        code: String::new(),
        log_index: None,
    })
}

/// Moves a form to a state.
pub(super) async fn set_form(
    tx: &DatabaseTransaction,
    poll: &PollId,
    form: FormNo,
    state: FormState,
) -> Result<(), DbErr> {
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::State, Expr::value(state.as_str()))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets what was entered of a form.
pub(super) async fn forget_entries(tx: &DatabaseTransaction, poll: &PollId, form: FormNo) -> Result<(), DbErr> {
    paper_entry::Entity::delete_many()
        .filter(paper_entry::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_entry::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    paper_form::Entity::update_many()
        .col_expr(paper_form::Column::Text, Expr::value(""))
        .filter(paper_form::COLUMN.poll.eq(poll.as_str()))
        .filter(paper_form::COLUMN.number.eq(int(form.get())))
        .exec(tx)
        .await?;
    Ok(())
}
