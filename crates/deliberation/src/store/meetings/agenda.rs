//! The inbox of a body and the agendas of its meetings.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::{fresh::Fresh, ids::CompoundId};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _,
};
use serde_json::json;

use super::{
    bodies::{self, BodyView},
    session,
    view::{self, ItemView, MeetingView},
};
use crate::{
    lifecycle::{
        self, Facts, Given, Kind, Record, Verb,
        tables::{ItemState, MeetingState},
    },
    meeting::{Hands, ItemKind, Snapshot},
    rights::Bearing,
    store::{
        BodyId, By, Deliberation, Field, ItemId, MeetingError, MeetingId, Target, UseError, check_text,
        decisions::{self, DecisionSource},
        people::{Standing as Member, standing},
        record::{self, Change},
        search,
        tables::{agenda_item, int, matter, motion, submitter},
    },
};

/// An item as somebody proposes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Before which body.
    pub body: BodyId,
    /// What for.
    pub kind: ItemKind,
    /// 1 to 100 characters.
    pub title: String,
    /// 1 to 4000 characters of Markdown.
    pub text: String,
    /// The matter or motion that it is about.
    pub about: Option<Target>,
}

/// What somebody brings to a step of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemAct {
    /// The meeting on whose agenda it comes, or to which it is deferred.
    pub meeting: Option<MeetingId>,
    /// The body to which it is referred.
    pub body: Option<BodyId>,
    /// Why it is declined, or what was said of it.
    pub reason: String,
    /// The show of hands.
    pub hands: Option<Hands>,
}

impl Deliberation {
    /// Proposes an item to a body.
    ///
    /// # Errors
    /// No right, no such body that still meets, a text that is none, or a matter or motion that nobody may see.
    pub async fn propose_item(&self, by: &By, new: &NewItem, now: u64, fresh: &mut Fresh) -> Result<ItemId, UseError> {
        let (title, text) = (check_text(&new.title, 100, Field::Title)?, check_text(&new.text, 4000, Field::Text)?);
        let (tx, who) = self.begin(by, now).await?;
        let result = propose(&tx, &who, new, (title, text), now, fresh).await;
        self.end(tx, by, "agenda_item_create", now, result).await
    }

    /// Does one step of an item's table. Before a decision the server counts who is there, and keeps the count with it.
    ///
    /// # Errors
    /// No such item, or the table refuses: no open meeting, no quorum, more hands than people.
    pub async fn item_step(
        &self,
        by: &By,
        id: &ItemId,
        verb: Verb,
        act: &ItemAct,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ItemState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, (id, verb), act, now, fresh).await;
        self.end(tx, by, &format!("agenda_item_{verb} {id}"), now, result).await
    }

    /// The steps that somebody could make in an item now; whether there is a quorum is said when it is tried.
    pub async fn item_offers(
        &self,
        by: &By,
        body: &BodyView,
        item: &ItemView,
        meeting: Option<&MeetingView>,
        now: u64,
    ) -> Result<Vec<Verb>, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let (parts, site) = (body.parts_of(&by.subject), bodies::site(&who, body, now));
        let facts = facts(item, meeting, now);
        let rows = lifecycle::offers(item.state, who.doer(&parts, &site, Bearing::default()), &facts);
        let fits = |verb: Verb| match verb {
            Verb::Open => facts.is_meeting_open && meeting.is_some_and(|meeting| meeting.current().is_none()),
            Verb::Decide => facts.is_meeting_open && facts.decides,
            Verb::Note => facts.is_meeting_open && !facts.decides,
            _ => true,
        };
        Ok(rows.into_iter().map(|row| row.verb).filter(|verb| fits(*verb)).collect())
    }
}

fn facts(item: &ItemView, meeting: Option<&MeetingView>, now: u64) -> Facts {
    let there = meeting.map(|meeting| meeting.snapshot(now));
    Facts {
        now,
        is_meeting_open: meeting.is_some_and(|meeting| meeting.row.state == MeetingState::Open),
        decides: item.kind.decides(),
        present: there.as_ref().map_or(0, |there| there.present),
        // Nobody is there where no meeting is.
        quorum: there.as_ref().map_or(1, |there| there.quorum),
        ..Facts::default()
    }
}

/// Whether everybody may see what an item is about: an agenda tells of nothing that is not out.
async fn check_about(tx: &DatabaseTransaction, who: &Member, about: &Target) -> Result<(), UseError> {
    if is_out(tx, &who.by.compound, about).await? { Ok(()) } else { Err(UseError::Meeting(MeetingError::Linked)) }
}

/// Whether everybody may see a matter or a motion.
pub(in crate::store) async fn is_out(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    about: &Target,
) -> Result<bool, DbErr> {
    let compound = compound.as_str();
    Ok(match about {
        Target::Matter(id) => {
            let row = matter::Entity::find_by_id(id.to_string()).filter(matter::COLUMN.compound.eq(compound));
            row.one(db).await?.is_some_and(|row| row.acknowledged_at.is_some())
        }
        Target::Motion(id) => {
            let row = motion::Entity::find_by_id(id.to_string()).filter(motion::COLUMN.compound.eq(compound));
            // Whatever was handed in stands in the register.
            row.one(db).await?.is_some_and(|row| row.register != 0)
        }
    })
}

async fn propose(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewItem,
    (title, text): (String, String),
    now: u64,
    fresh: &mut Fresh,
) -> Result<ItemId, UseError> {
    let body = bodies::get(tx, &who.by.compound, new.body.as_str()).await?;
    if body.is_closed {
        return Err(UseError::Meeting(MeetingError::Closed));
    }
    if let Some(about) = &new.about {
        check_about(tx, who, about).await?;
    }
    let row = agenda_item::Model {
        id: fresh.uuid(),
        compound: who.by.compound.to_string(),
        number: 0,
        body: body.id.to_string(),
        meeting: None,
        place: 0,
        kind: new.kind.code().to_owned(),
        title,
        content: text,
        object: new.about.as_ref().map(Target::key).unwrap_or_default(),
        state: String::new(),
        note: String::new(),
        author: who.by.subject.to_string(),
        at: int(now),
        there: String::new(),
        hands: String::new(),
    };
    let site = bodies::site(who, &body, now);
    let parts = body.parts_of(&who.by.subject);
    let given = BTreeSet::from([Given::Text]);
    let facts = Facts { now, given, ..Facts::default() };
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(None::<ItemState>, Verb::Create, doer, &facts)?;
    insert(tx, who, agenda_item::Model { state: step.to.code().to_owned(), ..row }, now).await
}

async fn insert(tx: &DatabaseTransaction, who: &Member, row: agenda_item::Model, now: u64) -> Result<ItemId, UseError> {
    let number = record::next_number(tx, &who.by.compound, "agenda_item").await?;
    let row = agenda_item::Model { number: int(number), ..row };
    let (id, after) = (ItemId(row.id.clone()), row.digest());
    agenda_item::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::AgendaItem,
        id: &id.0,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Number, json!(number))]),
    };
    record::write(tx, &who.by.compound, &[], change, now).await?;
    Ok(id)
}

/// The meeting that a step leads to: one of the same body that still takes items.
async fn destination(
    tx: &DatabaseTransaction,
    who: &Member,
    item: &ItemView,
    verb: Verb,
    to: &MeetingId,
) -> Result<MeetingId, UseError> {
    let (_, meeting) = session::get(tx, &who.by.compound, to.as_str()).await?;
    if meeting.row.body != item.body || item.meeting.as_ref() == Some(to) && verb == Verb::Defer {
        return Err(UseError::NoSuch(Kind::Meeting));
    }
    match meeting.row.state {
        MeetingState::Planned => Ok(meeting.row.id),
        // Members come on the strength of what they were told.
        MeetingState::Convened | MeetingState::Open | MeetingState::Suspended => {
            let is_late = verb == Verb::Accept && item.kind.decides();
            if is_late { Err(UseError::Meeting(MeetingError::Late)) } else { Ok(meeting.row.id) }
        }
        MeetingState::Closed | MeetingState::Minuted | MeetingState::Archived | MeetingState::Cancelled => {
            Err(UseError::NoSuch(Kind::Meeting))
        }
    }
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, verb): (&ItemId, Verb),
    act: &ItemAct,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ItemState, UseError> {
    let compound = &who.by.compound;
    let row = view::find_item(tx, compound, id.as_str()).await?.ok_or(UseError::NoSuch(Kind::AgendaItem))?;
    let item = view::read_item(row.clone())?;
    let body = bodies::get(tx, compound, item.body.as_str()).await?;
    let meeting = match (&item.meeting, item.state) {
        (None, _) | (_, ItemState::Proposed) => None,
        (Some(meeting), _) => Some(session::get(tx, compound, meeting.as_str()).await?.1),
    };
    let mut facts = facts(&item, meeting.as_ref(), now);
    if !act.reason.trim().is_empty() {
        check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    facts.given.extend(act.hands.map(|_| Given::Outcome));
    facts.given.extend(act.meeting.as_ref().map(|_| Given::Meeting));
    facts.given.extend(act.body.as_ref().filter(|other| **other != body.id).map(|_| Given::Body));
    let (parts, site) = (body.parts_of(&who.by.subject), bodies::site(who, &body, now));
    let step = lifecycle::step(Some(item.state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    step.to.code().clone_into(&mut changed.state);
    act.reason.trim().clone_into(&mut changed.note);
    let mut records =
        BTreeMap::from([(Record::Reason, json!(ballot::hash::Hash::of(act.reason.trim().as_bytes()).to_string()))]);
    match verb {
        Verb::Accept | Verb::Defer => {
            let to = act.meeting.as_ref().ok_or(UseError::NoSuch(Kind::Meeting))?;
            let to = destination(tx, who, &item, verb, to).await?;
            records.insert(Record::Vote, json!(to.as_str()));
            if verb == Verb::Accept {
                changed.place = view::next_place(tx, to.as_str()).await?;
                changed.meeting = Some(to.to_string());
            } else {
                follow_up(tx, who, &row, (body.id.as_str(), Some(&to)), now, fresh).await?;
            }
        }
        Verb::Refer => {
            let to = act.body.as_ref().ok_or(UseError::NoSuch(Kind::Body))?;
            let to = bodies::get(tx, compound, to.as_str()).await?;
            if to.is_closed {
                return Err(UseError::Meeting(MeetingError::Closed));
            }
            let child = follow_up(tx, who, &row, (to.id.as_str(), None), now, fresh).await?;
            records.insert(Record::Child, json!(child.as_str()));
        }
        Verb::Open if meeting.as_ref().is_some_and(|meeting| meeting.current().is_some()) => {
            return Err(UseError::Meeting(MeetingError::Other));
        }
        Verb::Decide => {
            let there = meeting.as_ref().map(|meeting| meeting.snapshot(now));
            let (Some(there), Some(hands)) = (there, act.hands) else {
                return Err(UseError::NoSuch(Kind::Meeting));
            };
            decide(&mut changed, &mut records, &there, hands)?;
            decisions::register(tx, compound, &DecisionSource::Item(id.clone()), now).await?;
        }
        _ => {}
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    let meetings: BTreeSet<_> = [&row.meeting, &changed.meeting].into_iter().flatten().collect();
    for id in meetings {
        search::put_meeting_of(tx, id).await?;
    }
    let told = told(tx, &row).await?;
    let told = match verb {
        Verb::Open => 0,
        _ => {
            record::tell(tx, compound, told.iter().map(String::as_str), (Kind::AgendaItem, &row.id, verb), now).await?
        }
    };
    records.insert(Record::Told, json!(told));
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::AgendaItem,
        id: &row.id,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}

/// Holds the hands against who is there at this moment, and keeps both.
fn decide(
    changed: &mut agenda_item::Model,
    records: &mut BTreeMap<Record, serde_json::Value>,
    there: &Snapshot,
    hands: Hands,
) -> Result<(), UseError> {
    let is_carried = hands.decide(there)?;
    changed.there = json!(there).to_string();
    changed.hands = json!(hands).to_string();
    records.insert(Record::Quorum, json!(there));
    records.insert(Record::Outcome, json!({"carried": is_carried, "hands": hands}));
    Ok(())
}

/// The same item before another meeting or body, where it waits to be accepted.
async fn follow_up(
    tx: &DatabaseTransaction,
    who: &Member,
    row: &agenda_item::Model,
    (body, meeting): (&str, Option<&MeetingId>),
    now: u64,
    fresh: &mut Fresh,
) -> Result<ItemId, UseError> {
    let next = agenda_item::Model {
        id: fresh.uuid(),
        body: body.to_owned(),
        meeting: meeting.map(ToString::to_string),
        place: 0,
        state: ItemState::Proposed.code().to_owned(),
        note: String::new(),
        at: int(now),
        there: String::new(),
        hands: String::new(),
        ..row.clone()
    };
    insert(tx, who, next, now).await
}

/// Whoever proposed it, and whoever raised the matter or proposed the motion that it is about.
async fn told(tx: &DatabaseTransaction, row: &agenda_item::Model) -> Result<BTreeSet<String>, DbErr> {
    let mut told = BTreeSet::from([row.author.clone()]);
    match row.object.split_once(':') {
        Some(("matter", id)) => {
            let rows = submitter::Entity::find().filter(submitter::COLUMN.matter.eq(id)).all(tx).await?;
            told.extend(rows.into_iter().map(|row| row.subject));
        }
        Some(("motion", id)) => {
            let row = motion::Entity::find_by_id(id.to_owned()).one(tx).await?;
            told.extend(row.map(|row| row.proposer));
        }
        _ => {}
    }
    Ok(told)
}
