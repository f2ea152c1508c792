//! A meeting from the plan to the archive.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::{
    fresh::Fresh,
    ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::Expr,
};
use serde_json::json;

use super::{
    bodies::{self, BodyView},
    minutes,
    view::{self, MeetingView},
};
use crate::{
    lifecycle::{
        self, Actor, Facts, Given, Kind, Record, Step, Verb, Window,
        tables::{ItemState, MeetingState},
    },
    meeting::{self, Item},
    rights::Bearing,
    settings::DAY,
    store::{
        BodyId, By, Deliberation, Field, MeetingError, MeetingId, UseError, check_text,
        people::{Standing as Member, standing},
        record::{self, Change},
        search,
        tables::{attendance, int, meeting as table, speech, time, uint},
    },
};

/// The letters of a hall's code: none that is read as another.
const LETTERS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz2";
const CODE: usize = 10;

/// A meeting as it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    /// The body that meets.
    pub body: BodyId,
    /// 1 to 100 characters.
    pub title: String,
    /// 1 to 100 characters.
    pub place: String,
    /// From when until when, within three days.
    pub window: Window,
}

impl Deliberation {
    /// Plans a meeting.
    ///
    /// # Errors
    /// No right to convene the body, or a title, place or time that is none.
    pub async fn plan_meeting(
        &self,
        by: &By,
        new: &NewMeeting,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<MeetingId, UseError> {
        let words = check(new, now)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = plan(&tx, &who, new, words, now, fresh).await;
        self.end(tx, by, "meeting_create", now, result).await
    }

    /// Changes what is planned and not convened; the body stays.
    ///
    /// # Errors
    /// As planning, or it is convened already.
    pub async fn change_meeting(&self, by: &By, id: &MeetingId, new: &NewMeeting, now: u64) -> Result<(), UseError> {
        let (title, place) = check(new, now)?;
        let (tx, who) = self.begin(by, now).await?;
        let change = |row: &mut table::Model| {
            (row.title, row.place) = (title, place);
            (row.from_at, row.until_at) = (time(new.window.from), time(new.window.until));
        };
        let result = one_step(&tx, &who, (id, Verb::Edit), "", change, now).await;
        self.end(tx, by, &format!("meeting_edit {id}"), now, result).await?;
        Ok(())
    }

    /// Does one step of a meeting's table. With the end of the session everybody has left, and the minutes are made
    /// from the record.
    ///
    /// # Errors
    /// No such meeting, or the table refuses: too short a notice, no quorum, items without an end.
    pub async fn meeting_step(
        &self,
        by: &By,
        id: &MeetingId,
        verb: Verb,
        reason: &str,
        now: u64,
    ) -> Result<MeetingState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = match verb {
            // Its words come with it, and the minutes bring it about.
            Verb::Edit | Verb::Minute => Err(UseError::NoSuch(Kind::Meeting)),
            _ => one_step(&tx, &who, (id, verb), reason, |_| {}, now).await,
        };
        self.end(tx, by, &format!("meeting_{verb} {id}"), now, result).await
    }

    /// The steps that somebody could make in a meeting now, whether or not what they wait for has come.
    pub async fn meeting_offers(&self, by: &By, view: &MeetingView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let (parts, site) = (view.body.parts_of(&by.subject), bodies::site(&who, &view.body, now));
        let facts = Facts { now, ..Facts::default() };
        let rows = lifecycle::offers(view.row.state, who.doer(&parts, &site, Bearing::default()), &facts);
        Ok(rows.into_iter().map(|row| row.verb).filter(|verb| *verb != Verb::Minute).collect())
    }
}

fn check(new: &NewMeeting, now: u64) -> Result<(String, String), UseError> {
    let title = check_text(&new.title, 100, Field::Title)?;
    let place = check_text(&new.place, 100, Field::Title).map_err(|_| UseError::Meeting(MeetingError::Place))?;
    let is_window = now < new.window.from && (1..=3 * DAY).contains(&new.window.length());
    if is_window { Ok((title, place)) } else { Err(UseError::Meeting(MeetingError::Times)) }
}

async fn plan(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewMeeting,
    (title, place): (String, String),
    now: u64,
    fresh: &mut Fresh,
) -> Result<MeetingId, UseError> {
    let compound = &who.by.compound;
    let body = bodies::get(tx, compound, new.body.as_str()).await?;
    if body.is_closed {
        return Err(UseError::Meeting(MeetingError::Closed));
    }
    let (parts, site) = (body.parts_of(&who.by.subject), bodies::site(who, &body, now));
    let doer = who.doer(&parts, &site, Bearing::default());
    let facts = Facts { now, ..Facts::default() };
    let step = lifecycle::step(None::<MeetingState>, Verb::Create, doer, &facts)?;
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let row = table::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "meeting").await?),
        body: new.body.to_string(),
        title,
        place,
        from_at: time(new.window.from),
        until_at: time(new.window.until),
        state: step.to.code().to_owned(),
        since: int(now),
        code: fresh.block().iter().take(CODE).map(letter).collect(),
        reason: String::new(),
        opened_at: None,
        closed_at: None,
        created_by: who.by.subject.to_string(),
        rules: String::new(),
    };
    let (id, after) = (MeetingId(row.id.clone()), digest(&row));
    search::put_meeting(tx, &row).await?;
    table::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Meeting,
        id: &id.0,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::new(),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(id)
}

/// What events hold of a meeting: all of it but the code of the hall.
fn digest(row: &table::Model) -> ballot::hash::Hash {
    table::Model { code: String::new(), ..row.clone() }.digest()
}

/// A meeting that is there, with everything of it, read in the transaction.
pub(super) async fn get(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &str,
) -> Result<(table::Model, MeetingView), UseError> {
    let row = view::find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Meeting))?;
    let found = view::view(tx, compound, row.clone()).await?.ok_or(UseError::NoSuch(Kind::Meeting))?;
    Ok((row, found))
}

/// Whoever is told of a meeting: its members, and whoever brought an item of its agenda.
fn concerned(found: &MeetingView) -> BTreeSet<String> {
    let members = found.body.seats.iter().map(|seat| &seat.subject);
    let asked = found.items.iter().filter(|item| item.state == ItemState::Accepted).map(|item| &item.author);
    members.chain(asked).map(Subject::to_string).collect()
}

fn facts(found: &MeetingView, verb: Verb, reason: &str, now: u64) -> Facts {
    let items: Vec<Item> = found.items.iter().map(super::ItemView::plain).collect();
    let mut facts = meeting::facts(&found.body.rules, &found.snapshot(now), &items, found.row.window, now);
    // What ended in an earlier session, or elsewhere, asks for no quorum.
    facts.decides =
        items.iter().any(|item| item.kind.decides() && matches!(item.state, ItemState::Accepted | ItemState::Open));
    facts.minutes_published = verb == Verb::Minute;
    facts.given.extend((!reason.trim().is_empty()).then_some(Given::Reason));
    facts
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, verb): (&MeetingId, Verb),
    reason: &str,
    change: impl FnOnce(&mut table::Model),
    now: u64,
) -> Result<MeetingState, UseError> {
    let compound = &who.by.compound;
    let (row, found) = get(tx, compound, id.as_str()).await?;
    if !reason.trim().is_empty() {
        check_text(reason, 1000, Field::Reason)?;
    }
    let facts = facts(&found, verb, reason, now);
    let (parts, site) = (found.body.parts_of(&who.by.subject), bodies::site(who, &found.body, now));
    let step = lifecycle::step(Some(found.row.state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    change(&mut changed);
    let told = match verb {
        Verb::Convene | Verb::Cancel => {
            let who = concerned(&found);
            record::tell(tx, compound, who.iter().map(String::as_str), (Kind::Meeting, id.as_str(), verb), now).await?
        }
        _ => 0,
    };
    match verb {
        // Whatever becomes of the rules of its body: it meets by those by which it was convened.
        Verb::Convene => changed.rules = json!(found.body.rules).to_string(),
        Verb::Open => changed.opened_at = Some(int(now)),
        Verb::Close => {
            changed.closed_at = Some(int(now));
            let started = uint(changed.opened_at.unwrap_or(changed.from_at));
            end_session(tx, id, now).await?;
            let (_, ended) = get(tx, compound, id.as_str()).await?;
            minutes::generate(tx, who, &ended, Window { from: started, until: now }, now).await?;
        }
        Verb::Cancel => reason.trim().clone_into(&mut changed.reason),
        _ => {}
    }
    store(tx, who, &row, changed, &step, &found.body, told, now).await?;
    Ok(step.to)
}

/// Records that the minutes are published, in the transaction that publishes them.
pub(super) async fn minuted(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    now: u64,
) -> Result<MeetingState, UseError> {
    Box::pin(one_step(tx, who, (id, Verb::Minute), "", |_| {}, now)).await
}

#[allow(clippy::too_many_arguments, reason = "one change and what its event holds")]
async fn store(
    tx: &DatabaseTransaction,
    who: &Member,
    row: &table::Model,
    mut changed: table::Model,
    step: &Step<MeetingState>,
    body: &BodyView,
    told: u64,
    now: u64,
) -> Result<(), UseError> {
    let compound = &who.by.compound;
    step.to.code().clone_into(&mut changed.state);
    changed.since = int(now);
    changed.clone().into_active_model().reset_all().update(tx).await?;
    search::put_meeting(tx, &changed).await?;
    let there = meeting::snapshot(&body.rules, &view::lines(tx, &row.id).await?, now);
    let records = BTreeMap::from([
        (Record::Told, json!(told)),
        (Record::Window, json!({"from": changed.from_at, "until": changed.until_at})),
        (Record::Places, json!([changed.place])),
        (Record::Quorum, json!(there)),
        (Record::Reason, json!(ballot::hash::Hash::of(changed.reason.as_bytes()).to_string())),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Meeting,
        id: &row.id,
        verb: step.verb,
        before: Some(digest(row)),
        after: digest(&changed),
        records,
    };
    Ok(record::write(tx, compound, step.records, change, now).await?)
}

/// Whoever is there leaves with the end, and whoever speaks has spoken.
async fn end_session(tx: &DatabaseTransaction, id: &MeetingId, now: u64) -> Result<(), DbErr> {
    attendance::Entity::update_many()
        .col_expr(attendance::Column::UntilAt, Expr::value(int(now)))
        .filter(attendance::COLUMN.meeting.eq(id.as_str()))
        .filter(attendance::COLUMN.until_at.is_null())
        .exec(tx)
        .await?;
    speech::Entity::update_many()
        .col_expr(speech::Column::UntilAt, Expr::value(int(now)))
        .filter(speech::COLUMN.meeting.eq(id.as_str()))
        .filter(speech::COLUMN.until_at.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// The server as the actor of what it makes of the record.
pub(super) const CLOCK: Actor<'static> = Actor::Clock;
