//! Who is there, by the code of the hall or by the list, and who speaks next.

use std::collections::BTreeMap;

use ballot::store::{
    events::{Doing, write_event},
    ids::Subject,
};
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{
    bodies, session,
    view::{MeetingView, SpeechView},
};
use crate::{
    lifecycle::{Part, tables::MeetingState},
    meeting::CheckIn,
    rights::Action,
    store::{
        By, Deliberation, Field, MeetingError, MeetingId, UseError,
        people::{Standing as Member, posts_of, standing},
        tables::{attendance, int, speech},
    },
};

/// How long before the beginning people check in, in seconds.
const EARLY: u64 = 2 * 3600;

impl Deliberation {
    /// Somebody says by the code of the hall that they are there. Saying it twice changes nothing.
    ///
    /// # Errors
    /// Nobody of the estate, not the time, or not the code.
    pub async fn check_in_by_code(&self, by: &By, id: &MeetingId, code: &str, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = by_code(&tx, &who, id, code, now).await;
        self.end(tx, by, &format!("meeting_check_in {id}"), now, result).await
    }

    /// Enters somebody from the paper list.
    ///
    /// # Errors
    /// No right, nobody of the estate, or not the time.
    pub async fn check_in(&self, by: &By, id: &MeetingId, whom: &Subject, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = by_list(&tx, &who, id, whom, now).await;
        self.end(tx, by, &format!("meeting_check_in {id}"), now, result).await
    }

    /// Somebody who is there and holds no seat takes that of a member who is not.
    ///
    /// # Errors
    /// No right, not the time, or a seat that cannot be held for another now.
    pub async fn hold_seat(
        &self,
        by: &By,
        id: &MeetingId,
        holder: &Subject,
        member: &Subject,
        now: u64,
    ) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = hold(&tx, &who, id, (holder, member), now).await;
        self.end(tx, by, &format!("meeting_hold_seat {id}"), now, result).await
    }

    /// Somebody leaves: oneself, or as whoever keeps the list sees it.
    ///
    /// # Errors
    /// No right to do it for another, or they are not there.
    pub async fn leave(&self, by: &By, id: &MeetingId, whom: &Subject, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = leave(&tx, &who, id, whom, now).await;
        self.end(tx, by, &format!("meeting_leave {id}"), now, result).await
    }

    /// Somebody asks to speak, for themselves or through whoever runs the meeting.
    ///
    /// # Errors
    /// They are not there, wait already, or it is for another and not theirs to do.
    pub async fn ask_to_speak(&self, by: &By, id: &MeetingId, whom: &Subject, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = ask(&tx, &who, id, whom, now).await;
        self.end(tx, by, &format!("meeting_ask {id}"), now, result).await
    }

    /// Whoever speaks has spoken, and of those who wait it is the turn of who spoke least.
    ///
    /// # Errors
    /// Not theirs to do, or the meeting is not open.
    pub async fn next_speech(&self, by: &By, id: &MeetingId, now: u64) -> Result<Option<Subject>, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = next(&tx, &who, id, now).await;
        self.end(tx, by, &format!("meeting_speak {id}"), now, result).await
    }

    /// Somebody has spoken, or no longer waits.
    ///
    /// # Errors
    /// They neither speak nor wait, or it is for another and not theirs to do.
    pub async fn end_speech(&self, by: &By, id: &MeetingId, whom: &Subject, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = end_of(&tx, &who, id, whom, now).await;
        self.end(tx, by, &format!("meeting_end_speech {id}"), now, result).await
    }

    /// Whether somebody runs a meeting: its chair, its secretary, or who checks in.
    pub async fn runs_meeting(&self, by: &By, view: &MeetingView, now: u64) -> Result<bool, UseError> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(check_runs(&who, view, now).is_ok())
    }
}

/// The chair and the secretary run a meeting, and whoever may check in keeps its list.
fn check_runs(who: &Member, found: &MeetingView, now: u64) -> Result<(), UseError> {
    let parts = found.body.parts_of(&who.by.subject);
    if parts.contains(&Part::Chair) || parts.contains(&Part::Secretary) {
        return Ok(());
    }
    who.check(Action::CheckIn, &bodies::site(who, &found.body, now), now)
}

fn check_time(found: &MeetingView, now: u64) -> Result<(), UseError> {
    let is_time = match found.row.state {
        MeetingState::Convened => found.row.window.from <= now.saturating_add(EARLY),
        MeetingState::Open | MeetingState::Suspended => true,
        MeetingState::Planned
        | MeetingState::Closed
        | MeetingState::Minuted
        | MeetingState::Archived
        | MeetingState::Cancelled => false,
    };
    if is_time { Ok(()) } else { Err(UseError::Meeting(MeetingError::NotNow)) }
}

async fn note(
    tx: &DatabaseTransaction,
    who: &Member,
    verb: &str,
    id: &MeetingId,
    detail: Value,
    now: u64,
) -> Result<(), UseError> {
    let doing = Doing { actor: &who.actor(), verb, object: id.as_str(), detail };
    Ok(write_event(tx, &who.by.compound, now, doing).await?)
}

async fn by_code(tx: &DatabaseTransaction, who: &Member, id: &MeetingId, code: &str, now: u64) -> Result<(), UseError> {
    let (row, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    check_time(&found, now)?;
    if code.trim() != row.code {
        return Err(UseError::Meeting(MeetingError::Code));
    }
    come(tx, who, &found, &who.by.subject, CheckIn::Code, now).await
}

async fn by_list(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    whom: &Subject,
    now: u64,
) -> Result<(), UseError> {
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    check_runs(who, &found, now)?;
    check_time(&found, now)?;
    come(tx, who, &found, whom, CheckIn::Paper, now).await
}

async fn come(
    tx: &DatabaseTransaction,
    who: &Member,
    found: &MeetingView,
    whom: &Subject,
    how: CheckIn,
    now: u64,
) -> Result<(), UseError> {
    if found.line_of(whom).is_some() {
        return Ok(());
    }
    if posts_of(tx, &who.by.compound, whom, now).await?.is_empty() {
        return Err(UseError::Field(Field::Name));
    }
    let group = found.body.seat_of(whom).map(|seat| seat.group.clone());
    // Who comes in person needs nobody to hold the seat.
    if let Some(proxy) = found.proxy_of(whom) {
        close_lines(tx, found, &proxy.person, now).await?;
        enter(tx, who, found, (&proxy.person, None, None), proxy.how, now).await?;
    }
    enter(tx, who, found, (whom, group, None), how, now).await
}

async fn enter(
    tx: &DatabaseTransaction,
    who: &Member,
    found: &MeetingView,
    (whom, group, proxy_for): (&Subject, Option<String>, Option<&Subject>),
    how: CheckIn,
    now: u64,
) -> Result<(), UseError> {
    let rows = attendance::Entity::find().filter(attendance::COLUMN.meeting.eq(found.row.id.as_str()));
    let number = rows.all(tx).await?.len() as u64 + 1;
    let row = attendance::Model {
        meeting: found.row.id.to_string(),
        number: int(number),
        subject: whom.to_string(),
        seats_of: group,
        proxy_for: proxy_for.map(ToString::to_string),
        from_at: int(now),
        until_at: None,
        how: how.code().to_owned(),
        noted_by: who.by.subject.to_string(),
    };
    let detail = json!({"after": row.digest().to_string(), "how": row.how, "number": number, "seat": row.seats_of});
    attendance::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    note(tx, who, "meeting_check_in", &found.row.id, detail, now).await
}

async fn close_lines(tx: &DatabaseTransaction, found: &MeetingView, whom: &Subject, now: u64) -> Result<u64, UseError> {
    let rows = attendance::Entity::find()
        .filter(attendance::COLUMN.meeting.eq(found.row.id.as_str()))
        .filter(attendance::COLUMN.subject.eq(whom.to_string()))
        .filter(attendance::COLUMN.until_at.is_null())
        .all(tx)
        .await?;
    let closed = rows.len() as u64;
    for row in rows {
        let changed = attendance::Model { until_at: Some(int(now)), ..row };
        changed.into_active_model().reset_all().update(tx).await?;
    }
    Ok(closed)
}

async fn hold(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    (holder, member): (&Subject, &Subject),
    now: u64,
) -> Result<(), UseError> {
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    check_runs(who, &found, now)?;
    check_time(&found, now)?;
    let seat = found.body.seat_of(member);
    let is_free = found.line_of(member).is_none() && found.proxy_of(member).is_none();
    let line = found.line_of(holder).filter(|line| line.group.is_none());
    let (Some(seat), Some(line), true) = (seat, line, is_free) else {
        return Err(UseError::Meeting(MeetingError::Proxy));
    };
    close_lines(tx, &found, holder, now).await?;
    enter(tx, who, &found, (holder, Some(seat.group.clone()), Some(member)), line.how, now).await
}

async fn leave(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    whom: &Subject,
    now: u64,
) -> Result<(), UseError> {
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    if *whom != who.by.subject {
        check_runs(who, &found, now)?;
    }
    if close_lines(tx, &found, whom, now).await? == 0 {
        return Err(UseError::Meeting(MeetingError::NotThere));
    }
    if let Some(turn) = turn_of(&found, whom) {
        end(tx, &found, turn, now).await?;
    }
    let numbers: Vec<_> = found.attendance.iter().zip(1_u64..).filter(|(line, _)| line.person == *whom).collect();
    let last = numbers.last().map_or(0, |(_, number)| *number);
    note(tx, who, "meeting_leave", id, json!({"number": last}), now).await
}

/// Their turn, or their place in the queue.
fn turn_of<'a>(found: &'a MeetingView, whom: &Subject) -> Option<&'a SpeechView> {
    found.speeches.iter().find(|speech| speech.until.is_none() && speech.subject == *whom)
}

async fn end(tx: &DatabaseTransaction, found: &MeetingView, turn: &SpeechView, now: u64) -> Result<(), UseError> {
    let key = (found.row.id.to_string(), int(turn.number));
    if let Some(row) = speech::Entity::find_by_id(key).one(tx).await? {
        let changed = speech::Model { until_at: Some(int(now)), ..row };
        changed.into_active_model().reset_all().update(tx).await?;
    }
    Ok(())
}

async fn open(tx: &DatabaseTransaction, who: &Member, id: &MeetingId) -> Result<MeetingView, UseError> {
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    let is_open = found.row.state == MeetingState::Open;
    if is_open { Ok(found) } else { Err(UseError::Meeting(MeetingError::NotNow)) }
}

async fn ask(tx: &DatabaseTransaction, who: &Member, id: &MeetingId, whom: &Subject, now: u64) -> Result<(), UseError> {
    let found = open(tx, who, id).await?;
    if *whom != who.by.subject {
        check_runs(who, &found, now)?;
    }
    found.line_of(whom).ok_or(UseError::Meeting(MeetingError::NotThere))?;
    if turn_of(&found, whom).is_some() {
        return Err(UseError::Meeting(MeetingError::Asked));
    }
    let number = found.speeches.last().map_or(0, |speech| speech.number) + 1;
    let row = speech::Model {
        meeting: id.to_string(),
        number: int(number),
        subject: whom.to_string(),
        asked_at: int(now),
        from_at: None,
        until_at: None,
    };
    speech::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    note(tx, who, "meeting_ask", id, json!({"number": number}), now).await
}

async fn next(tx: &DatabaseTransaction, who: &Member, id: &MeetingId, now: u64) -> Result<Option<Subject>, UseError> {
    let found = open(tx, who, id).await?;
    check_runs(who, &found, now)?;
    if let Some(turn) = found.speaker() {
        end(tx, &found, turn, now).await?;
    }
    // What was just said counts.
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    let Some(turn) = found.queue().first().copied() else { return Ok(None) };
    let key = (id.to_string(), int(turn.number));
    if let Some(row) = speech::Entity::find_by_id(key).one(tx).await? {
        let changed = speech::Model { from_at: Some(int(now)), ..row };
        changed.into_active_model().reset_all().update(tx).await?;
    }
    let spoken: BTreeMap<_, _> = found.spoken();
    let detail = json!({"number": turn.number, "spoken": spoken.get(&turn.subject).copied().unwrap_or(0)});
    note(tx, who, "meeting_speak", id, detail, now).await?;
    Ok(Some(turn.subject.clone()))
}

async fn end_of(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    whom: &Subject,
    now: u64,
) -> Result<(), UseError> {
    let (_, found) = session::get(tx, &who.by.compound, id.as_str()).await?;
    if *whom != who.by.subject {
        check_runs(who, &found, now)?;
    }
    let turn = turn_of(&found, whom).ok_or(UseError::Meeting(MeetingError::Asked))?;
    end(tx, &found, turn, now).await?;
    note(tx, who, "meeting_end_speech", id, json!({"number": turn.number}), now).await
}
