//! Bodies: who sits where, and by which rules they meet.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::{
    events::{Doing, write_event},
    fresh::Fresh,
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, sea_query::OnConflict,
};
use serde_json::json;

use crate::{
    lifecycle::{Kind, Part},
    meeting::{Body, BodyKind},
    rights::{Action, Role, Scope, Site},
    store::{
        BodyId, By, Deliberation, Field, MeetingError, RuleError, UseError, check_text,
        matters::subject as read_subject,
        numbers::numbered,
        people::{Standing as Member, posts_of, standing},
        record,
        tables::{body, body_seat, int, uint, word},
    },
};

/// The longest notice, in whole days.
const NOTICE_MOST: u64 = 60;
/// Groups of a body at most, and seats of a group.
const GROUPS_MOST: usize = 20;
const SEATS_MOST: u64 = 99;

/// A body as it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBody {
    /// 1 to 100 characters.
    pub name: String,
    /// The building whose stairwell it is; none for the whole estate.
    pub building: Option<String>,
    /// Its seats and rules.
    pub rules: Body,
}

/// Somebody's seat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Seat {
    pub subject: Subject,
    pub group: String,
    /// The chair or the secretary, if they are.
    pub part: Option<Part>,
}

/// A body as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct BodyView {
    pub id: BodyId,
    pub number: u64,
    pub name: String,
    pub building: Option<String>,
    pub rules: Body,
    /// Whoever sits there now.
    pub seats: Vec<Seat>,
    pub is_closed: bool,
}

impl BodyView {
    /// The seat that somebody holds.
    pub fn seat_of(&self, subject: &Subject) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.subject == *subject)
    }

    /// What somebody is to the body.
    pub(super) fn parts_of(&self, subject: &Subject) -> BTreeSet<Part> {
        self.seat_of(subject).and_then(|seat| seat.part).into_iter().collect()
    }
}

impl Deliberation {
    /// Sets up a body.
    ///
    /// # Errors
    /// No right to convene it, or a name, seats or rules that are none.
    pub async fn add_body(&self, by: &By, new: &NewBody, now: u64, fresh: &mut Fresh) -> Result<BodyId, UseError> {
        let name = check_text(&new.name, 100, Field::Name)?;
        check_rules(&new.rules)?;
        if let Some(building) = &new.building {
            check_text(building, 50, Field::Building)?;
        }
        let (tx, who) = self.begin(by, now).await?;
        let result = add(&tx, &who, new, name, now, fresh).await;
        self.end(tx, by, "body_create", now, result).await
    }

    /// Ends a body: it keeps its record and meets no more.
    ///
    /// # Errors
    /// No right to convene it, or no such body that still meets.
    pub async fn close_body(&self, by: &By, id: &BodyId, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = close(&tx, &who, id, now).await;
        self.end(tx, by, &format!("body_close {id}"), now, result).await
    }

    /// Gives somebody a seat, or another one.
    ///
    /// # Errors
    /// No right, nobody of the estate, no such group, no seat left, or a chair or secretary beside another.
    pub async fn seat(&self, by: &By, id: &BodyId, new: &Seat, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = seat(&tx, &who, id, new, now).await;
        self.end(tx, by, &format!("body_seat {id}"), now, result).await
    }

    /// Takes somebody's seat away.
    ///
    /// # Errors
    /// No right, or they have none.
    pub async fn unseat(&self, by: &By, id: &BodyId, subject: &Subject, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = unseat(&tx, &who, id, subject, now).await;
        self.end(tx, by, &format!("body_unseat {id}"), now, result).await
    }

    /// A body of the compound.
    pub async fn body(&self, compound: &CompoundId, id: &BodyId) -> Result<Option<BodyView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id.as_str()).await? else { return Ok(None) };
        view(db, row).await.map(Some)
    }

    /// The body of a number in the compound.
    pub async fn body_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<BodyView>, DbErr> {
        let db = self.estate.reader();
        let columns = [body::Column::Compound, body::Column::Number];
        let row = numbered::<body::Entity>(db, columns, compound, number).await?;
        match row {
            Some(row) => view(db, row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every body of the compound in order; there are a few.
    pub async fn bodies(&self, compound: &CompoundId) -> Result<Vec<BodyView>, DbErr> {
        let db = self.estate.reader();
        let rows = body::Entity::find()
            .filter(body::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(body::COLUMN.number)
            .all(db)
            .await?;
        let mut bodies = Vec::new();
        for row in rows {
            bodies.push(view(db, row).await?);
        }
        Ok(bodies)
    }

    /// Whether somebody has a right over a body.
    pub async fn may_in_body(&self, by: &By, body: &BodyView, action: Action, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(who.check(action, &site(&who, body, now), now).is_ok())
    }

    /// Whether somebody sets up bodies for the whole estate, or for one of their buildings.
    pub async fn may_add_body(&self, by: &By, building: Option<&str>, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(who.check(Action::Convene, &who.site(building, now), now).is_ok())
    }
}

pub(in crate::store) fn check_rules(rules: &Body) -> Result<(), UseError> {
    let is_group = |(name, seats): (&String, &u64)| {
        (1..=SEATS_MOST).contains(seats) && check_text(name, 50, Field::Name).is_ok_and(|text| text == *name)
    };
    if !(1..=GROUPS_MOST).contains(&rules.seats.len()) || !rules.seats.iter().all(is_group) {
        return Err(UseError::Meeting(MeetingError::Seats));
    }
    let is_rule = rules.notice_days <= NOTICE_MOST && (1..=99).contains(&rules.quorum_percent);
    if is_rule { Ok(()) } else { Err(UseError::Meeting(MeetingError::Rules)) }
}

/// Whether everybody who sits there still would.
///
/// # Errors
/// A group would have fewer seats than are taken.
pub(in crate::store) fn check_seated(body: &BodyView, rules: &Body) -> Result<(), UseError> {
    let taken = |group: &String| body.seats.iter().filter(|seat| seat.group == *group).count() as u64;
    let has_seats = |seat: &Seat| taken(&seat.group) <= rules.seats.get(&seat.group).copied().unwrap_or(0);
    if body.seats.iter().all(has_seats) { Ok(()) } else { Err(UseError::Rule(RuleError::Seated)) }
}

/// Where a body lies.
pub(super) fn site(who: &Member, body: &BodyView, now: u64) -> Site {
    Site { body: Some(body.id.to_string()), ..who.site(body.building.as_deref(), now) }
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &str,
) -> Result<Option<body::Model>, DbErr> {
    body::Entity::find_by_id(id.to_owned()).filter(body::COLUMN.compound.eq(compound.as_str())).one(db).await
}

/// A body that is there.
pub(super) async fn get(db: &impl ConnectionTrait, compound: &CompoundId, id: &str) -> Result<BodyView, UseError> {
    let row = find(db, compound, id).await?.ok_or(UseError::NoSuch(Kind::Body))?;
    Ok(view(db, row).await?)
}

pub(super) async fn view(db: &impl ConnectionTrait, row: body::Model) -> Result<BodyView, DbErr> {
    let seats = body_seat::Entity::find()
        .filter(body_seat::COLUMN.body.eq(&row.id))
        .filter(body_seat::COLUMN.until_at.is_null())
        .order_by_asc(body_seat::COLUMN.from_at)
        .order_by_asc(body_seat::COLUMN.subject)
        .all(db)
        .await?;
    let groups: BTreeMap<String, u64> = serde_json::from_str(&row.seats).map_err(|err| DbErr::Json(err.to_string()))?;
    let kind: BodyKind = word(&row.kind)?;
    Ok(BodyView {
        rules: Body {
            kind,
            seats: groups,
            notice_days: uint(row.notice_days),
            quorum_percent: uint(row.quorum_percent),
            decides: row.decides,
        },
        id: BodyId(row.id),
        number: uint(row.number),
        name: row.name,
        building: row.building,
        seats: seats.into_iter().map(read_seat).collect::<Result<_, _>>()?,
        is_closed: row.closed_at.is_some(),
    })
}

fn read_seat(row: body_seat::Model) -> Result<Seat, DbErr> {
    let part = if row.part.is_empty() { None } else { Some(word(&row.part)?) };
    Ok(Seat { subject: read_subject(&row.subject)?, group: row.seats_of, part })
}

async fn add(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewBody,
    name: String,
    now: u64,
    fresh: &mut Fresh,
) -> Result<BodyId, UseError> {
    let compound = &who.by.compound;
    who.check(Action::Convene, &who.site(new.building.as_deref(), now), now)?;
    let row = body::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "body").await?),
        kind: new.rules.kind.code().to_owned(),
        name,
        building: new.building.clone(),
        seats: json!(new.rules.seats).to_string(),
        notice_days: int(new.rules.notice_days),
        quorum_percent: int(new.rules.quorum_percent),
        decides: new.rules.decides,
        closed_at: None,
    };
    let (id, after) = (BodyId(row.id.clone()), row.digest());
    body::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    note(tx, who, "body_create", &id.0, json!({"after": after.to_string(), "seats": new.rules.seats}), now).await?;
    Ok(id)
}

async fn note(
    tx: &DatabaseTransaction,
    who: &Member,
    verb: &str,
    object: &str,
    detail: serde_json::Value,
    now: u64,
) -> Result<(), UseError> {
    let doing = Doing { actor: &who.actor(), verb, object, detail };
    Ok(write_event(tx, &who.by.compound, now, doing).await?)
}

/// A body that whoever acts may convene, while it still meets.
pub(in crate::store) async fn own(
    db: &impl ConnectionTrait,
    who: &Member,
    id: &BodyId,
    now: u64,
) -> Result<BodyView, UseError> {
    let found = get(db, &who.by.compound, id.as_str()).await?;
    who.check(Action::Convene, &site(who, &found, now), now)?;
    if found.is_closed { Err(UseError::Meeting(MeetingError::Closed)) } else { Ok(found) }
}

/// Puts other rules into force, for meetings that are convened from now on.
pub(in crate::store) async fn set_rules(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &BodyId,
    rules: &Body,
    now: u64,
) -> Result<(), UseError> {
    check_seated(&own(tx, who, id, now).await?, rules)?;
    let row = find(tx, &who.by.compound, id.as_str()).await?.ok_or(UseError::NoSuch(Kind::Body))?;
    let before = row.digest();
    let changed = body::Model {
        seats: json!(rules.seats).to_string(),
        notice_days: int(rules.notice_days),
        quorum_percent: int(rules.quorum_percent),
        decides: rules.decides,
        ..row
    };
    let detail = json!({"before": before.to_string(), "after": changed.digest().to_string()});
    changed.into_active_model().reset_all().update(tx).await?;
    note(tx, who, "body_rules", id.as_str(), detail, now).await
}

async fn close(tx: &DatabaseTransaction, who: &Member, id: &BodyId, now: u64) -> Result<(), UseError> {
    own(tx, who, id, now).await?;
    let row = find(tx, &who.by.compound, id.as_str()).await?.ok_or(UseError::NoSuch(Kind::Body))?;
    let before = row.digest();
    let changed = body::Model { closed_at: Some(int(now)), ..row };
    let detail = json!({"before": before.to_string(), "after": changed.digest().to_string()});
    changed.into_active_model().reset_all().update(tx).await?;
    note(tx, who, "body_close", id.as_str(), detail, now).await
}

async fn seat(tx: &DatabaseTransaction, who: &Member, id: &BodyId, new: &Seat, now: u64) -> Result<(), UseError> {
    let found = own(tx, who, id, now).await?;
    let seats = *found.rules.seats.get(&new.group).ok_or(UseError::Meeting(MeetingError::Seats))?;
    let posts = posts_of(tx, &who.by.compound, &new.subject, now).await?;
    // Posts come from the register, from verified ties and from appointments: whoever has none is nobody here.
    if posts.is_empty() {
        return Err(UseError::Field(Field::Name));
    }
    let others: Vec<_> = found.seats.iter().filter(|seat| seat.subject != new.subject).collect();
    let taken = others.iter().filter(|seat| seat.group == new.group).count() as u64;
    if seats <= taken {
        return Err(UseError::Meeting(MeetingError::Full));
    }
    if let Some(part) = new.part {
        let writes = |role: Role, scope: &Scope| {
            role == Role::Secretary && matches!(scope, Scope::Estate | Scope::Body(_) | Scope::Building(_))
        };
        let is_fit = match part {
            Part::Chair => true,
            Part::Secretary => posts.iter().any(|post| writes(post.role, &post.scope) && post.is_held_at(now)),
            _ => false,
        };
        if !is_fit || others.iter().any(|seat| seat.part == Some(part)) {
            return Err(UseError::Meeting(MeetingError::Part));
        }
    }
    let row = body_seat::Model {
        body: id.to_string(),
        subject: new.subject.to_string(),
        seats_of: new.group.clone(),
        part: new.part.map(Part::code).unwrap_or_default().to_owned(),
        from_at: int(now),
        until_at: None,
    };
    let object = row.subject.clone();
    let detail = json!({"body": id.as_str(), "group": new.group, "part": row.part, "after": row.digest().to_string()});
    let keys = [body_seat::Column::Body, body_seat::Column::Subject];
    let columns =
        [body_seat::Column::SeatsOf, body_seat::Column::Part, body_seat::Column::FromAt, body_seat::Column::UntilAt];
    let upsert = OnConflict::columns(keys).update_columns(columns).to_owned();
    body_seat::Entity::insert(row.into_active_model()).on_conflict(upsert).exec_without_returning(tx).await?;
    note(tx, who, "body_seat", &object, detail, now).await
}

async fn unseat(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &BodyId,
    subject: &Subject,
    now: u64,
) -> Result<(), UseError> {
    let found = own(tx, who, id, now).await?;
    found.seat_of(subject).ok_or(UseError::Field(Field::Name))?;
    let key = (id.to_string(), subject.to_string());
    let row = body_seat::Entity::find_by_id(key).one(tx).await?.ok_or(UseError::Field(Field::Name))?;
    let changed = body_seat::Model { until_at: Some(int(now)), ..row };
    let detail = json!({"body": id.as_str(), "after": changed.digest().to_string()});
    changed.into_active_model().reset_all().update(tx).await?;
    note(tx, who, "body_unseat", &subject.to_string(), detail, now).await
}
