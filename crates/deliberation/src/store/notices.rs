//! Notices with their boards, and objections to what they announce.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    rule::guard,
    store::{fresh::Fresh, ids::CompoundId},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::{
    By, Deliberation, Field, MotionId, NoticeId, UseError, attachments, check_text,
    numbers::{numbered, titles},
    people::{Standing as Member, standing},
    record::{self, Change},
    rules::{rules, settings},
    search,
    tables::{int, notice, notice_board, time, uint, word},
};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, Window, tables::NoticeState},
    notice::{Board, NoticeKind, PlaceClock, Posting},
    rights::{Action, Bearing, Site},
};

/// A notice as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// What it is about; it settles how long it hangs at least.
    pub kind: NoticeKind,
    /// 1 to 100 characters.
    pub title: String,
    /// 1 to 4000 characters of Markdown.
    pub text: String,
    /// The motion that it announces.
    pub motion: Option<MotionId>,
    /// Until when it hangs, in Unix seconds.
    pub until: u64,
    /// The buildings on whose boards it hangs, as a roll names them.
    pub boards: BTreeSet<String>,
}

/// What somebody brings to a step of a notice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeAct {
    /// A later end.
    pub until: Option<u64>,
    /// The notice that takes its place.
    pub replacement: Option<NoticeId>,
    /// Why it is withdrawn.
    pub reason: String,
}

/// A notice as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NoticeView {
    pub id: NoticeId,
    pub number: u64,
    pub kind: NoticeKind,
    pub title: String,
    pub text: String,
    pub motion: Option<MotionId>,
    /// As it stands now, whatever was written last.
    pub state: NoticeState,
    pub boards: Vec<Board>,
    pub online: Option<u64>,
    pub until: u64,
}

impl Deliberation {
    /// Writes down a notice.
    ///
    /// # Errors
    /// No right, or a field that holds what it must not.
    pub async fn draft_notice(
        &self,
        by: &By,
        new: &NewNotice,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<NoticeId, UseError> {
        let (title, text) = (check_text(&new.title, 100, Field::Title)?, check_text(&new.text, 4000, Field::Text)?);
        for building in &new.boards {
            check_text(building, 50, Field::Building)?;
        }
        let (tx, who) = self.begin(by, now).await?;
        let result = draft(&tx, &who, new, (title, text), now, fresh).await;
        self.end(tx, by, "notice_create", now, result).await
    }

    /// Records that a notice hangs on a building's board, with the photo that shows it.
    ///
    /// # Errors
    /// No right there, no such notice, or no such board of it.
    pub async fn hang(&self, by: &By, id: &NoticeId, building: &str, photo: &Hash, now: u64) -> Result<(), UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let site = who.site(Some(building), now);
        who.check(Action::PostNotice, &site, now).or_else(|_| who.check(Action::DoTask, &site, now))?;
        let row = find(&tx, &by.compound, id).await?.ok_or(UseError::NoSuch(Kind::Notice))?;
        let board = notice_board::Entity::find_by_id((row.id.clone(), building.to_owned())).one(&tx).await?;
        let before = board.ok_or(UseError::Field(Field::Building))?;
        attachments::take(&tx, by, (Kind::Notice, &row.id), &[*photo]).await?;
        let mut board = before.clone();
        board.posted_at = Some(int(now));
        board.photo = photo.to_string();
        board.posted_by = by.subject.to_string();
        board.clone().into_active_model().reset_all().update(&tx).await?;
        let change = Change {
            actor: who.actor(),
            on_behalf_of: None,
            kind: Kind::Notice,
            id: &row.id,
            verb: Verb::Progress,
            before: Some(before.digest()),
            after: board.digest(),
            records: BTreeMap::from([
                (Record::Evidence, json!([photo.to_string()])),
                (Record::Places, json!([building])),
            ]),
        };
        record::write(&tx, &by.compound, &[], change, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Does one step of a notice's table.
    ///
    /// # Errors
    /// No such notice, or the table refuses: too short a period, boards without a photo.
    pub async fn notice_step(
        &self,
        by: &By,
        id: &NoticeId,
        verb: Verb,
        act: &NoticeAct,
        now: u64,
    ) -> Result<NoticeState, UseError> {
        let clock = self.clock(&by.compound).await?;
        let (tx, who) = self.begin(by, now).await?;
        let result = notice_step(&tx, &who, (id, clock), verb, act, now).await;
        self.end(tx, by, &format!("notice_{verb} {id}"), now, result).await
    }

    async fn clock(&self, compound: &CompoundId) -> Result<PlaceClock, UseError> {
        let found = self.estate.compound(compound).await?.ok_or(UseError::NoSuch(Kind::Notice))?;
        Ok(PlaceClock {
            utc_offset: found.place.utc_offset(),
            notice_days: guard::notice_days(found.place.asks(), false),
        })
    }

    /// A notice of the compound.
    pub async fn notice(&self, compound: &CompoundId, id: &NoticeId, now: u64) -> Result<Option<NoticeView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(None) };
        let boards = notice_board::Entity::find().filter(notice_board::COLUMN.notice.eq(&row.id)).all(db).await?;
        view(row, &boards, now).map(Some)
    }

    /// The notice of a number in the compound.
    pub async fn notice_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<NoticeId>, DbErr> {
        let columns = [notice::Column::Compound, notice::Column::Number];
        let row = numbered::<notice::Entity>(self.estate.reader(), columns, compound, number).await?;
        Ok(row.map(|row| NoticeId(row.id)))
    }

    /// The numbers and titles of notices by their ids.
    pub async fn notice_titles(
        &self,
        compound: &CompoundId,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
        use notice::Column::{Compound, Id, Number, Title};
        titles::<notice::Entity>(self.estate.reader(), [Compound, Id, Number, Title], compound, ids).await
    }

    /// For how many whole days a notice of this kind hangs at least; nothing for an estate that is not there.
    pub async fn notice_days(&self, compound: &CompoundId, kind: NoticeKind) -> Result<Option<u64>, DbErr> {
        let Some(found) = self.estate.compound(compound).await? else { return Ok(None) };
        let settings = settings(self.estate.reader(), compound).await?;
        let clock = PlaceClock {
            utc_offset: found.place.utc_offset(),
            notice_days: guard::notice_days(found.place.asks(), false),
        };
        Ok(Some(clock.wanted_days(kind, &settings)))
    }

    /// The steps that somebody could make in a notice now.
    pub async fn notice_offers(&self, by: &By, view: &NoticeView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let (parts, site) = (BTreeSet::from([Part::Author]), Site::default());
        let rows = lifecycle::offers(view.state, who.doer(&parts, &site, Bearing::default()), &Facts::default());
        let hangs_everywhere = view.boards.iter().all(|board| board.posted.is_some());
        let verbs = rows.into_iter().map(|row| row.verb);
        Ok(verbs.filter(|verb| *verb != Verb::Post || hangs_everywhere).collect())
    }

    /// Whether somebody hangs notices on a building's board.
    pub async fn may_hang(&self, by: &By, building: &str, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let site = who.site(Some(building), now);
        let can = |action| who.check(action, &site, now).is_ok();
        Ok(can(Action::PostNotice) || can(Action::DoTask))
    }

    /// The notices that announce a motion, oldest first.
    pub async fn notices_of(
        &self,
        compound: &CompoundId,
        motion: &MotionId,
        now: u64,
    ) -> Result<Vec<NoticeView>, DbErr> {
        let rows = notice::Entity::find()
            .filter(notice::COLUMN.compound.eq(compound.as_str()))
            .filter(notice::COLUMN.object.eq(target(motion)))
            .order_by_asc(notice::COLUMN.number);
        self.with_boards(rows, now).await
    }

    async fn with_boards(&self, rows: sea_orm::Select<notice::Entity>, now: u64) -> Result<Vec<NoticeView>, DbErr> {
        let db = self.estate.reader();
        let rows = rows.all(db).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        let boards = notice_board::Entity::find().filter(notice_board::COLUMN.notice.is_in(ids)).all(db).await?;
        rows.into_iter().map(|row| view(row, &boards, now)).collect()
    }

    /// Notices from the newest on, below the number `before` where a page goes on.
    pub async fn notices(
        &self,
        compound: &CompoundId,
        before: Option<u64>,
        limit: u64,
        now: u64,
    ) -> Result<Vec<NoticeView>, DbErr> {
        self.with_boards(list_query(compound, before, limit), now).await
    }
}

pub(super) fn list_query(compound: &CompoundId, before: Option<u64>, limit: u64) -> sea_orm::Select<notice::Entity> {
    let mut query = notice::Entity::find().filter(notice::COLUMN.compound.eq(compound.as_str()));
    if let Some(before) = before {
        query = query.filter(notice::COLUMN.number.lt(int(before)));
    }
    query.order_by_desc(notice::COLUMN.number).limit(limit)
}

pub(super) fn target(motion: &MotionId) -> String {
    format!("{}:{motion}", Kind::Motion)
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &NoticeId) -> Result<Option<notice::Model>, DbErr> {
    notice::Entity::find_by_id(id.0.clone()).filter(notice::COLUMN.compound.eq(compound.as_str())).one(db).await
}

fn read_board(row: &notice_board::Model) -> Result<Board, DbErr> {
    let photo = || row.photo.parse().map_err(|_| DbErr::Type("the hash of a photo".to_owned()));
    let posted = row.posted_at.map(|at| Ok::<_, DbErr>((uint(at), photo()?))).transpose()?;
    Ok(Board { building: row.building.clone(), posted })
}

fn view(row: notice::Model, boards: &[notice_board::Model], now: u64) -> Result<NoticeView, DbErr> {
    let boards = boards.iter().filter(|board| board.notice == row.id).map(read_board);
    let mut state: NoticeState = word(&row.state)?;
    let window = Window { from: row.online_at.map_or(0, uint), until: uint(row.until_at) };
    if let Some(step) = lifecycle::due(state, &Facts { now, window, ..Facts::default() }) {
        state = step.to;
    }
    let motion = row.object.strip_prefix("motion:").map(|id| MotionId(id.to_owned()));
    Ok(NoticeView {
        boards: boards.collect::<Result<_, _>>()?,
        state,
        motion,
        id: NoticeId(row.id),
        number: uint(row.number),
        kind: word(&row.kind)?,
        title: row.title,
        text: row.body,
        online: row.online_at.map(uint),
        until: uint(row.until_at),
    })
}

async fn draft(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewNotice,
    (title, text): (String, String),
    now: u64,
    fresh: &mut Fresh,
) -> Result<NoticeId, UseError> {
    let compound = &who.by.compound;
    let (parts, site) = (BTreeSet::from([Part::Author]), Site::default());
    let facts = Facts { now, ..Facts::default() };
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(None::<NoticeState>, Verb::Create, doer, &facts)?;
    let row = notice::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(record::next_number(tx, compound, "notice").await?),
        kind: new.kind.code().to_owned(),
        title,
        body: text,
        object: new.motion.as_ref().map(target).unwrap_or_default(),
        state: step.to.code().to_owned(),
        since: int(now),
        online_at: None,
        until_at: time(new.until),
        replaced_by: None,
        created_by: who.by.subject.to_string(),
    };
    let (id, after) = (NoticeId(row.id.clone()), row.digest());
    notice::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let boards = new.boards.iter().map(|building| notice_board::ActiveModel {
        notice: Set(id.0.clone()),
        building: Set(building.clone()),
        posted_at: Set(None),
        photo: Set(String::new()),
        posted_by: Set(String::new()),
    });
    notice_board::Entity::insert_many(boards).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Notice,
        id: &id.0,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Places, json!(new.boards))]),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(id)
}

async fn notice_step(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, clock): (&NoticeId, PlaceClock),
    verb: Verb,
    act: &NoticeAct,
    now: u64,
) -> Result<NoticeState, UseError> {
    let compound = &who.by.compound;
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Notice))?;
    let settings = rules(tx, compound).await?.at(uint(row.since));
    let kind: NoticeKind = word(&row.kind)?;
    let rows = notice_board::Entity::find().filter(notice_board::COLUMN.notice.eq(&row.id)).all(tx).await?;
    let boards = rows.iter().map(read_board).collect::<Result<Vec<_>, _>>()?;
    let posting = Posting { online: row.online_at.map_or(now, uint), boards };
    let mut facts = posting.facts(kind, uint(row.until_at), clock, &settings, now);
    facts.given.insert(Given::Text);
    facts.new_until = act.until.unwrap_or(0);
    if let Some(replacement) = &act.replacement {
        let other = find(tx, compound, replacement).await?;
        let is_posted = other.is_some_and(|other| other.id != row.id && other.state == NoticeState::Posted.code());
        facts.given.extend(is_posted.then_some(Given::Replacement));
    }
    if !act.reason.trim().is_empty() {
        check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    let (parts, site) = (BTreeSet::from([Part::Author]), Site::default());
    let state = {
        let stored: NoticeState = word(&row.state)?;
        lifecycle::due(stored, &facts).map_or(stored, |step| step.to)
    };
    let step = lifecycle::step(Some(state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut changed = row.clone();
    step.to.code().clone_into(&mut changed.state);
    changed.since = int(now);
    match verb {
        Verb::Post => changed.online_at = Some(int(now)),
        Verb::Extend => changed.until_at = time(facts.new_until),
        Verb::Withdraw => changed.replaced_by = act.replacement.as_ref().map(ToString::to_string),
        _ => {}
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    search::put_notice(tx, &changed).await?;
    let places: Vec<_> = posting.boards.iter().map(|board| board.building.as_str()).collect();
    let records = BTreeMap::from([
        (Record::Text, json!(Hash::of(row.body.as_bytes()).to_string())),
        (Record::Window, json!({"from": facts.window.from, "until": uint(changed.until_at)})),
        (Record::Places, json!(places)),
        (Record::Reason, json!(Hash::of(act.reason.trim().as_bytes()).to_string())),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Notice,
        id: &row.id,
        verb,
        before: Some(row.digest()),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}
