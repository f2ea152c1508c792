//! What is seen: of a room by those in it, and of all cases by everybody.

use std::collections::BTreeSet;

use ballot::{
    hash::Hash,
    store::ids::{CompoundId, Subject},
};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::Expr,
};

use super::{cases_of, facts_of, ground, hashes, inside, may_mediate, numbered, subject};
use crate::{
    lifecycle::{self, Kind, Part, Verb, tables::MediationState},
    mediation::{CONFIRM, Case, Category, Forum, Kept, Line, Side, USUAL, figures},
    store::{
        By, Deliberation, MediationId, StepView,
        people::standing,
        tables::{
            int, mediation, mediation_link, mediation_message, mediation_party, mediation_session, mediation_signature,
            mediation_text, mediation_visit, uint, word,
        },
    },
};

/// A room in the list of whoever is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RoomRow {
    pub id: MediationId,
    pub number: u64,
    pub category: Category,
    pub state: MediationState,
    pub since: u64,
}

/// A party of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PartyView {
    pub number: u64,
    pub side: Side,
    pub name: String,
    pub building: String,
    pub home: String,
    /// Found in the register; none if they are reached by hand.
    pub subject: Option<Subject>,
    pub consented: Option<u64>,
    /// The scan of the paper on which they consented.
    pub consent_scan: Option<Hash>,
    /// When they signed the agreement that stands.
    pub signed: Option<u64>,
    /// The scan of the paper that they signed.
    pub signed_scan: Option<Hash>,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SessionView {
    pub number: u64,
    pub at: u64,
    pub place: String,
    pub present: String,
    pub note: String,
    pub met: Option<u64>,
}

/// What somebody wrote to the others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MessageView {
    pub author: Subject,
    pub text: String,
    pub files: Vec<Hash>,
    pub at: u64,
}

/// A version of the agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TextView {
    pub version: u64,
    pub text: String,
    pub hash: Hash,
    /// Scans of the signed paper.
    pub scans: Vec<Hash>,
    pub at: u64,
    /// When the mediator signed it.
    pub signed: Option<u64>,
}

/// A visit afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct VisitView {
    pub at: u64,
    pub kept: Kept,
    pub note: String,
}

/// A room as those in it see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RoomView {
    pub row: RoomRow,
    pub text: String,
    pub building: Option<String>,
    pub opened: u64,
    pub ended: Option<u64>,
    pub mediator: Option<Subject>,
    pub lawyer: Option<Subject>,
    pub parties: Vec<PartyView>,
    pub sessions: Vec<SessionView>,
    /// The last of them, oldest first.
    pub messages: Vec<MessageView>,
    /// Every version of the agreement, the one that stands last.
    pub texts: Vec<TextView>,
    pub visits: Vec<VisitView>,
    pub visit_due: Option<u64>,
    pub steps: Vec<StepView>,
    /// What came of it, as `kind:id`.
    pub links: Vec<String>,
    pub forum: Option<Forum>,
    /// By when it is settled as a rule.
    pub usual_until: Option<u64>,
    /// Until when the parties can ask the court to confirm the agreement.
    pub confirm_until: Option<u64>,
    /// What whoever looks is in it.
    pub parts: BTreeSet<Part>,
    /// Their own number among the parties.
    pub own: Option<u64>,
    /// What they could do now.
    pub offers: Vec<Verb>,
}

/// How many messages a room shows.
const MESSAGES: u64 = 200;

impl Deliberation {
    /// A room, for somebody who is in it; none for everybody else, as if there were no such case.
    pub async fn mediation(&self, by: &By, number: u64, now: u64) -> Result<Option<RoomView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = numbered(db, &by.compound, number).await? else { return Ok(None) };
        let Some(inside) = inside(db, by, &row, now).await? else { return Ok(None) };
        let signatures = mediation_signature::Entity::find()
            .filter(mediation_signature::COLUMN.mediation.eq(&row.id))
            .all(db)
            .await?;
        let of = |party: i64| signatures.iter().find(move |line| line.version == row.version && line.party == party);
        let scan = |text: &str| -> Result<Option<Hash>, DbErr> {
            let read = |text: &str| text.parse().map_err(|_| DbErr::Type("a hash".to_owned()));
            if text.is_empty() { Ok(None) } else { read(text).map(Some) }
        };
        let party = |line: &mediation_party::Model| -> Result<PartyView, DbErr> {
            Ok(PartyView {
                number: uint(line.number),
                side: word(&line.side)?,
                name: line.name.clone(),
                building: line.building.clone(),
                home: line.home.clone(),
                subject: line.subject.as_deref().map(subject).transpose()?,
                consented: line.consented_at.map(uint),
                consent_scan: scan(&line.scan)?,
                signed: of(line.number).map(|line| uint(line.at)),
                signed_scan: of(line.number).map(|line| scan(&line.scan)).transpose()?.flatten(),
            })
        };
        let signed = signatures.iter().filter(|line| line.version == row.version && line.party != 0).count() as u64;
        let (site, bearing) = ground(&inside.who, &row, now);
        let facts = facts_of(&row, &inside.parties, signed, now);
        let state: MediationState = word(&row.state)?;
        let offers = lifecycle::offers(state, inside.who.doer(&inside.parts, &site, bearing), &facts).into_iter();
        let running = row.consented_at.filter(|_| row.ended_at.is_none() && row.signed_at.is_none());
        let forum = if row.forum.is_empty() { None } else { Some(word(&row.forum)?) };
        Ok(Some(RoomView {
            parties: inside.parties.iter().map(party).collect::<Result<_, _>>()?,
            sessions: sessions(db, &row.id).await?,
            messages: messages(db, &row.id).await?,
            texts: texts(db, &row.id, &signatures).await?,
            visits: visits(db, &row.id).await?,
            links: links(db, &row.id).await?,
            steps: self.steps_of(&format!("{}:{}", Kind::Mediation, row.id)).await?,
            mediator: row.mediator.as_deref().map(subject).transpose()?,
            lawyer: row.lawyer.as_deref().map(subject).transpose()?,
            usual_until: running.map(|at| uint(at) + USUAL),
            confirm_until: row.signed_at.map(|at| uint(at) + CONFIRM).filter(|until| now < *until),
            visit_due: row.visit_due.map(uint),
            opened: uint(row.opened_at),
            ended: row.ended_at.map(uint),
            forum,
            own: inside.own.map(uint),
            // Who mediates is settled outside the room.
            offers: offers.map(|row| row.verb).filter(|verb| !matches!(verb, Verb::Accept | Verb::Assign)).collect(),
            parts: inside.parts,
            text: row.body.clone(),
            building: row.building.clone(),
            row: read_row(row)?,
        }))
    }

    /// The rooms that somebody is in, newest first, below the number `before` where a page goes on.
    pub async fn mediations(&self, by: &By, before: Option<u64>, limit: u64, now: u64) -> Result<Vec<RoomRow>, DbErr> {
        let db = self.estate.reader();
        let (me, mut ids) = (by.subject.to_string(), cases_of(db, by).await?);
        // Each by its own index: most people are in no room, and ask on every first page.
        let mediated = held_query(&by.compound, mediation::COLUMN.mediator.eq(me.as_str())).all(db).await?;
        let advised = held_query(&by.compound, mediation::COLUMN.lawyer.eq(me.as_str())).all(db).await?;
        let who = standing(db, by, now).await?;
        // A mediator whose post has ended is in it no longer; a page holds as many as it can of the others.
        let mediated = mediated.into_iter().filter(|row| may_mediate(&who, row, now));
        ids.extend(mediated.chain(advised).map(|row| row.id));
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = mediation::Entity::find()
            .filter(mediation::COLUMN.compound.eq(by.compound.as_str()))
            .filter(mediation::COLUMN.id.is_in(ids.iter().map(String::as_str)));
        if let Some(before) = before {
            query = query.filter(mediation::COLUMN.number.lt(int(before)));
        }
        let rows = query.order_by_desc(mediation::COLUMN.number).limit(limit).all(db).await?;
        rows.into_iter().map(read_row).collect()
    }

    /// The room of an id, as a line, for somebody who is in it.
    pub async fn mediation_row(&self, by: &By, id: &str, now: u64) -> Result<Option<RoomRow>, DbErr> {
        let db = self.estate.reader();
        let row = mediation::Entity::find_by_id(id).filter(mediation::COLUMN.compound.eq(by.compound.as_str()));
        let Some(row) = row.one(db).await? else { return Ok(None) };
        if inside(db, by, &row, now).await?.is_none() {
            return Ok(None);
        }
        read_row(row).map(Some)
    }

    /// What everybody may know of all cases: what they are about, how they ended and how long they took, where there
    /// are enough.
    pub async fn mediation_figures(&self, compound: &CompoundId, now: u64) -> Result<Vec<Line>, DbErr> {
        let rows: Vec<(String, String, i64, Option<i64>)> = mediation::Entity::find()
            .select_only()
            .columns([
                mediation::Column::Category,
                mediation::Column::State,
                mediation::Column::OpenedAt,
                mediation::Column::EndedAt,
            ])
            .filter(mediation::COLUMN.compound.eq(compound.as_str()))
            .into_tuple()
            .all(self.estate.reader())
            .await?;
        let read = |(category, state, opened, ended): (String, String, i64, Option<i64>)| {
            let case: Case<String> = Case {
                category: word(&category)?,
                state: word(&state)?,
                opened: uint(opened),
                ended: ended.map(uint),
                parties: BTreeSet::new(),
                mediator: None,
                lawyer: None,
                sealed: Vec::new(),
            };
            Ok(case.public(now))
        };
        Ok(figures(&rows.into_iter().map(read).collect::<Result<Vec<_>, DbErr>>()?))
    }
}

/// Cases that somebody mediates, or is the lawyer of.
pub(in crate::store) fn held_query(compound: &CompoundId, held: Expr) -> Select<mediation::Entity> {
    mediation::Entity::find().filter(mediation::COLUMN.compound.eq(compound.as_str())).filter(held)
}

fn read_row(row: mediation::Model) -> Result<RoomRow, DbErr> {
    Ok(RoomRow {
        id: MediationId(row.id),
        number: uint(row.number),
        category: word(&row.category)?,
        state: word(&row.state)?,
        since: uint(row.since),
    })
}

async fn sessions(db: &impl ConnectionTrait, id: &str) -> Result<Vec<SessionView>, DbErr> {
    let query = mediation_session::Entity::find().filter(mediation_session::COLUMN.mediation.eq(id));
    let rows = query.order_by_asc(mediation_session::COLUMN.number).all(db).await?;
    let read = |row: mediation_session::Model| SessionView {
        number: uint(row.number),
        at: uint(row.at),
        place: row.place,
        present: row.present,
        note: row.note,
        met: row.met_at.map(uint),
    };
    Ok(rows.into_iter().map(read).collect())
}

async fn messages(db: &impl ConnectionTrait, id: &str) -> Result<Vec<MessageView>, DbErr> {
    let query = mediation_message::Entity::find().filter(mediation_message::COLUMN.mediation.eq(id));
    let rows = query.order_by_desc(mediation_message::COLUMN.number).limit(MESSAGES).all(db).await?;
    let read = |row: mediation_message::Model| {
        Ok(MessageView { author: subject(&row.author)?, text: row.body, files: hashes(&row.files)?, at: uint(row.at) })
    };
    rows.into_iter().rev().map(read).collect()
}

async fn texts(
    db: &impl ConnectionTrait,
    id: &str,
    signatures: &[mediation_signature::Model],
) -> Result<Vec<TextView>, DbErr> {
    let query = mediation_text::Entity::find().filter(mediation_text::COLUMN.mediation.eq(id));
    let rows = query.order_by_asc(mediation_text::COLUMN.number).all(db).await?;
    let read = |row: mediation_text::Model| {
        let signed = signatures.iter().find(|line| line.version == row.number && line.party == 0);
        Ok(TextView {
            version: uint(row.number),
            text: row.body,
            hash: row.hash.parse().map_err(|_| DbErr::Type("a hash".to_owned()))?,
            scans: hashes(&row.scans)?,
            at: uint(row.at),
            signed: signed.map(|line| uint(line.at)),
        })
    };
    rows.into_iter().map(read).collect()
}

async fn visits(db: &impl ConnectionTrait, id: &str) -> Result<Vec<VisitView>, DbErr> {
    let query = mediation_visit::Entity::find().filter(mediation_visit::COLUMN.mediation.eq(id));
    let rows = query.order_by_asc(mediation_visit::COLUMN.number).all(db).await?;
    let read = |row: mediation_visit::Model| Ok(VisitView { at: uint(row.at), kept: word(&row.kept)?, note: row.note });
    rows.into_iter().map(read).collect()
}

async fn links(db: &impl ConnectionTrait, id: &str) -> Result<Vec<String>, DbErr> {
    let query = mediation_link::Entity::find().filter(mediation_link::COLUMN.mediation.eq(id));
    let rows = query.order_by_asc(mediation_link::COLUMN.at).all(db).await?;
    Ok(rows.into_iter().map(|row| row.object).collect())
}
