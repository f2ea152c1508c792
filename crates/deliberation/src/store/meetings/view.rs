//! Meetings as pages show them.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::ids::{CompoundId, Subject};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{
    bodies::{self, BodyView},
    minutes::{self, MinutesView},
};
use crate::{
    lifecycle::{
        Window,
        tables::{ItemState, MeetingState},
    },
    meeting::{self, Attendance, Body, Hands, Item, ItemKind, Request, Snapshot},
    store::{
        BodyId, Deliberation, ItemId, MatterId, MeetingId, MotionId, Target,
        matters::subject,
        numbers::{numbered, titles},
        tables::{agenda_item, attendance, int, meeting as table, speech, uint, word},
    },
};

/// How many items a list holds, and how many lines of attendance: far more than come.
pub(super) const MOST: u64 = 500;

/// A meeting as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MeetingRow {
    pub id: MeetingId,
    pub number: u64,
    pub body: BodyId,
    pub title: String,
    pub place: String,
    /// When it is announced for.
    pub window: Window,
    pub state: MeetingState,
}

/// An item of an agenda, or of the inbox of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ItemView {
    pub id: ItemId,
    pub number: u64,
    pub body: BodyId,
    pub meeting: Option<MeetingId>,
    pub kind: ItemKind,
    pub title: String,
    pub text: String,
    /// What it is about.
    pub about: Option<Target>,
    pub state: ItemState,
    pub note: String,
    pub author: Subject,
    pub at: u64,
    pub there: Option<Snapshot>,
    pub hands: Option<Hands>,
}

impl ItemView {
    /// Whether it was carried; none where nobody voted.
    pub fn carried(&self) -> Option<bool> {
        self.hands?.decide(self.there.as_ref()?).ok()
    }

    /// As the pure rules take it.
    pub fn plain(&self) -> Item {
        Item {
            title: self.title.clone(),
            kind: self.kind,
            state: self.state,
            there: self.there.clone(),
            hands: self.hands,
            note: self.note.clone(),
        }
    }
}

/// Somebody's attendance.
pub type Line = Attendance<Subject>;

/// Somebody who asked to speak.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SpeechView {
    pub number: u64,
    pub subject: Subject,
    pub asked: u64,
    /// None while they wait.
    pub from: Option<u64>,
    pub until: Option<u64>,
}

/// A meeting with everything of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MeetingView {
    pub row: MeetingRow,
    /// The body, with the rules by which the meeting was convened.
    pub body: BodyView,
    pub reason: String,
    /// What hangs in the hall; for those alone who run the meeting.
    pub code: String,
    pub opened: Option<u64>,
    pub closed: Option<u64>,
    pub items: Vec<ItemView>,
    pub attendance: Vec<Line>,
    pub speeches: Vec<SpeechView>,
    pub minutes: Vec<MinutesView>,
}

impl MeetingView {
    /// Who is there at a moment.
    pub fn snapshot(&self, at: u64) -> Snapshot {
        meeting::snapshot(&self.body.rules, &self.attendance, at)
    }

    /// The line of somebody who is there, for themselves or for another.
    pub fn line_of(&self, subject: &Subject) -> Option<&Line> {
        self.attendance.iter().find(|line| line.until.is_none() && line.person == *subject)
    }

    /// Whoever holds the seat of a member who is not there.
    pub fn proxy_of(&self, subject: &Subject) -> Option<&Line> {
        self.attendance.iter().find(|line| line.until.is_none() && line.proxy_for.as_ref() == Some(subject))
    }

    /// Whether somebody was there at some time.
    pub fn attended(&self, subject: &Subject) -> bool {
        self.attendance.iter().any(|line| line.person == *subject)
    }

    /// The item that is being dealt with.
    pub fn current(&self) -> Option<&ItemView> {
        self.items.iter().find(|item| item.state == ItemState::Open)
    }

    /// Whoever speaks.
    pub fn speaker(&self) -> Option<&SpeechView> {
        self.speeches.iter().find(|speech| speech.from.is_some() && speech.until.is_none())
    }

    /// How many seconds each has spoken.
    pub fn spoken(&self) -> BTreeMap<Subject, u64> {
        let turns = self.speeches.iter().filter_map(|turn| Some((turn.subject.clone(), turn.from?, turn.until?)));
        meeting::spoken(&turns.collect::<Vec<_>>())
    }

    /// Whoever waits to speak, in the order in which they will.
    pub fn queue(&self) -> Vec<&SpeechView> {
        let mut waiting: Vec<_> =
            self.speeches.iter().filter(|speech| speech.from.is_none() && speech.until.is_none()).collect();
        let spoken = self.spoken();
        let mut queue = Vec::new();
        while !waiting.is_empty() {
            let requests: Vec<_> =
                waiting.iter().map(|speech| Request { person: speech.subject.clone(), at: speech.asked }).collect();
            let Some(next) = meeting::next_speaker(&requests, &spoken) else { break };
            let Some(place) = waiting.iter().position(|speech| speech.subject == next.person) else { break };
            queue.push(waiting.remove(place));
        }
        queue
    }

    /// The version of the minutes that holds: the last that was published.
    pub fn published(&self) -> Option<&MinutesView> {
        self.minutes.iter().rev().find(|minutes| minutes.is_published())
    }

    /// The first moment for which a meeting of this body can be convened now.
    pub fn earliest(body: &Body, now: u64) -> u64 {
        now.saturating_add(body.notice_days * crate::settings::DAY)
    }
}

impl Deliberation {
    /// A meeting of the compound with everything of it.
    pub async fn meeting(&self, compound: &CompoundId, id: &MeetingId) -> Result<Option<MeetingView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id.as_str()).await? else { return Ok(None) };
        view(db, compound, row).await
    }

    /// The meeting of a number in the compound.
    pub async fn meeting_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<MeetingView>, DbErr> {
        let db = self.estate.reader();
        let columns = [table::Column::Compound, table::Column::Number];
        let row = numbered::<table::Entity>(db, columns, compound, number).await?;
        match row {
            Some(row) => view(db, compound, row).await,
            None => Ok(None),
        }
    }

    /// Meetings from the newest on, below the number `before` where a page goes on; of one body, if it is named.
    pub async fn meetings(
        &self,
        compound: &CompoundId,
        of: Option<&BodyId>,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<MeetingRow>, DbErr> {
        let mut query = list_query(compound, before, limit);
        if let Some(of) = of {
            query = query.filter(table::COLUMN.body.eq(of.as_str()));
        }
        query.all(self.estate.reader()).await?.into_iter().map(read_row).collect()
    }

    /// What waits for an answer in the inbox of a body, oldest first.
    pub async fn inbox(&self, compound: &CompoundId, body: &BodyId) -> Result<Vec<ItemView>, DbErr> {
        let rows = agenda_item::Entity::find()
            .filter(agenda_item::COLUMN.compound.eq(compound.as_str()))
            .filter(agenda_item::COLUMN.body.eq(body.as_str()))
            .filter(agenda_item::COLUMN.state.eq(ItemState::Proposed.code()))
            .order_by_asc(agenda_item::COLUMN.number)
            .limit(MOST)
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(read_item).collect()
    }

    /// The items that are about a matter or a motion, oldest first.
    pub async fn items_about(&self, compound: &CompoundId, target: &Target) -> Result<Vec<ItemView>, DbErr> {
        let rows = agenda_item::Entity::find()
            .filter(agenda_item::COLUMN.compound.eq(compound.as_str()))
            .filter(agenda_item::COLUMN.object.eq(target.key()))
            .order_by_asc(agenda_item::COLUMN.number)
            .limit(MOST)
            .all(self.estate.reader())
            .await?;
        rows.into_iter().map(read_item).collect()
    }

    /// The numbers and titles of meetings by their ids.
    pub async fn meeting_titles(
        &self,
        compound: &CompoundId,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
        use table::Column::{Compound, Id, Number, Title};
        titles::<table::Entity>(self.estate.reader(), [Compound, Id, Number, Title], compound, ids).await
    }

    /// An item by its id.
    pub async fn item(&self, compound: &CompoundId, id: &str) -> Result<Option<ItemView>, DbErr> {
        find_item(self.estate.reader(), compound, id).await?.map(read_item).transpose()
    }

    /// The item of a number in the compound.
    pub async fn item_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<ItemView>, DbErr> {
        let columns = [agenda_item::Column::Compound, agenda_item::Column::Number];
        let row = numbered::<agenda_item::Entity>(self.estate.reader(), columns, compound, number).await?;
        row.map(read_item).transpose()
    }
}

pub(in crate::store) fn list_query(
    compound: &CompoundId,
    before: Option<u64>,
    limit: u64,
) -> sea_orm::Select<table::Entity> {
    let mut query = table::Entity::find().filter(table::COLUMN.compound.eq(compound.as_str()));
    if let Some(before) = before.and_then(|before| i64::try_from(before).ok()) {
        query = query.filter(table::COLUMN.number.lt(before));
    }
    query.order_by_desc(table::COLUMN.number).limit(limit)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &str,
) -> Result<Option<table::Model>, DbErr> {
    table::Entity::find_by_id(id.to_owned()).filter(table::COLUMN.compound.eq(compound.as_str())).one(db).await
}

pub(super) async fn find_item(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &str,
) -> Result<Option<agenda_item::Model>, DbErr> {
    let query = agenda_item::Entity::find_by_id(id.to_owned());
    query.filter(agenda_item::COLUMN.compound.eq(compound.as_str())).one(db).await
}

pub(super) fn read_row(row: table::Model) -> Result<MeetingRow, DbErr> {
    Ok(MeetingRow {
        state: word(&row.state)?,
        window: Window { from: uint(row.from_at), until: uint(row.until_at) },
        id: MeetingId(row.id),
        number: uint(row.number),
        body: BodyId(row.body),
        title: row.title,
        place: row.place,
    })
}

/// Everything of a meeting, read in the caller's transaction or not.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    row: table::Model,
) -> Result<Option<MeetingView>, DbErr> {
    let Some(body) = bodies::find(db, compound, &row.body).await? else { return Ok(None) };
    let mut body = bodies::view(db, body).await?;
    if !row.rules.is_empty() {
        body.rules = serde_json::from_str(&row.rules).map_err(|err| DbErr::Json(err.to_string()))?;
    }
    let items = agenda_item::Entity::find()
        .filter(agenda_item::COLUMN.meeting.eq(Some(row.id.clone())))
        .filter(agenda_item::COLUMN.state.ne(ItemState::Proposed.code()))
        .order_by_asc(agenda_item::COLUMN.place)
        .limit(MOST)
        .all(db)
        .await?;
    let speeches = speech::Entity::find()
        .filter(speech::COLUMN.meeting.eq(&row.id))
        .order_by_asc(speech::COLUMN.number)
        .all(db)
        .await?;
    let speeches = speeches.into_iter().map(|row| {
        Ok::<_, DbErr>(SpeechView {
            number: uint(row.number),
            subject: subject(&row.subject)?,
            asked: uint(row.asked_at),
            from: row.from_at.map(uint),
            until: row.until_at.map(uint),
        })
    });
    Ok(Some(MeetingView {
        reason: row.reason.clone(),
        code: row.code.clone(),
        opened: row.opened_at.map(uint),
        closed: row.closed_at.map(uint),
        items: items.into_iter().map(read_item).collect::<Result<_, _>>()?,
        attendance: lines(db, &row.id).await?,
        speeches: speeches.collect::<Result<_, _>>()?,
        minutes: minutes::of(db, &row.id).await?,
        row: read_row(row)?,
        body,
    }))
}

pub(super) async fn lines(db: &impl ConnectionTrait, meeting: &str) -> Result<Vec<Line>, DbErr> {
    let rows = attendance::Entity::find()
        .filter(attendance::COLUMN.meeting.eq(meeting))
        .order_by_asc(attendance::COLUMN.number)
        .all(db)
        .await?;
    let read = |row: attendance::Model| {
        Ok(Line {
            person: subject(&row.subject)?,
            group: row.seats_of,
            proxy_for: row.proxy_for.as_deref().map(subject).transpose()?,
            from: uint(row.from_at),
            until: row.until_at.map(uint),
            how: word(&row.how)?,
        })
    };
    rows.into_iter().map(read).collect()
}

pub(in crate::store) fn read_item(row: agenda_item::Model) -> Result<ItemView, DbErr> {
    let json = |err: serde_json::Error| DbErr::Json(err.to_string());
    let about = match row.object.split_once(':') {
        Some(("matter", id)) => Some(Target::Matter(MatterId(id.to_owned()))),
        Some(("motion", id)) => Some(Target::Motion(MotionId(id.to_owned()))),
        _ => None,
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(ItemView {
        about,
        kind: word(&row.kind)?,
        state: word(&row.state)?,
        author: subject(&row.author)?,
        there: some(&row.there).map(|text| serde_json::from_str(&text)).transpose().map_err(json)?,
        hands: some(&row.hands).map(|text| serde_json::from_str(&text)).transpose().map_err(json)?,
        id: ItemId(row.id),
        number: uint(row.number),
        body: BodyId(row.body),
        meeting: row.meeting.map(MeetingId),
        title: row.title,
        text: row.content,
        note: row.note,
        at: uint(row.at),
    })
}

/// The next place on a meeting's agenda.
pub(super) async fn next_place(db: &impl ConnectionTrait, meeting: &str) -> Result<i64, DbErr> {
    let last = agenda_item::Entity::find()
        .filter(agenda_item::COLUMN.meeting.eq(Some(meeting.to_owned())))
        .order_by_desc(agenda_item::COLUMN.place)
        .one(db)
        .await?;
    Ok(last.map_or(0, |row| row.place) + int(1))
}
