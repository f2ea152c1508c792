//! Erasing a person: who may be, what still stands against it, and the act that two officers sign.
//!
//! What names the person goes, and with it the salts of what the record commits to: each log stays whole and can be
//! audited as before, and nothing leads from its numbers to the person any more.
//!
//! Source: 中华人民共和国个人信息保护法 (PIPL), articles 19 (no longer than needed), 44, and 47 (erasure).

mod redact;
mod traces;
mod wipe;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, LikeExpr},
};
use serde_json::json;

pub use redact::BLANK;

use self::traces::Traces;
use super::{
    acts::{self, ActState, Deed, Proposal},
    contact::Contact,
    estate::Estate,
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{ActId, CompoundId, PersonId},
    refusal::refusals,
    register::{current, escape_like},
    staff::{Role, StaffMember, StaffState, still_holds},
    tables::{act, person, poll, staff, uint},
};

/// For so many seconds after its close what names people in a poll is kept: a year, in which an owner may ask a court to
/// revoke what was decided, and a day for the last one to be heard of.
///
/// Source: 民法典 280条; 法释〔2009〕7号 (2020年修正) 12条.
pub const CONTEST: u64 = 366 * 86_400;

/// How many people a search gives at most.
const FOUND_MOST: u64 = 20;

/// What still stands against erasing somebody.
///
/// What deliberation keeps it finds itself; it is told here, so that whoever asks gets one list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    /// The register names them: whoever owns a home must be in it.
    Owner,
    /// A company or an office is no natural person, and what the law says of personal data is not said of it.
    Organisation,
    /// They are named in a poll that can be contested until this time, in Unix seconds.
    Poll {
        /// The poll's title.
        title: String,
        /// The first second in which it no longer stands against it.
        until: u64,
    },
    /// Something that waits for signatures names them, or may.
    Act,
    /// They hold an office or a post, or sit in a body.
    Office,
    /// They have something open to see to.
    Task,
    /// A motion of theirs is open.
    Motion,
    /// An objection of theirs, or against them, is open.
    Objection,
    /// They are a party of a mediation that has not ended.
    Mediation,
}

impl Hindrance {
    /// The stable code in snake case, which an act that failed keeps.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Owner => "still_owner",
            Self::Organisation => "organisation",
            Self::Poll { .. } => "poll_contestable",
            Self::Act => "act_open",
            Self::Office => "holds_office",
            Self::Task => "open_task",
            Self::Motion => "open_motion",
            Self::Objection => "open_objection",
            Self::Mediation => "open_mediation",
        }
    }
}

/// Somebody as officers find them, in the register or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct KnownPerson {
    pub id: PersonId,
    pub name: String,
    /// The last characters of the document.
    pub tail: String,
    /// Masked.
    pub phones: Vec<String>,
}

/// Somebody who may be erased, with what will go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Erasable {
    pub person: KnownPerson,
    /// Versions of the register that name them.
    pub versions: u64,
    /// Polls that name them, by title.
    pub polls: Vec<String>,
    /// Homes whose lines in these polls others own with them: their salts go too.
    pub shared: Vec<String>,
    pub hindrances: Vec<Hindrance>,
}

refusals! {
    /// Why nobody's erasure is put up for signing.
    EraseError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchPerson "no_such_person" "there is no such person in this compound",
        Hindered "hindered" "something still stands against it",
    }
}

/// An erasure that was signed and waits to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DueErasure {
    pub compound: CompoundId,
    pub act: ActId,
    pub person: PersonId,
}

impl Estate {
    /// People by part of their name, those included whom the register no longer names; nobody for an empty text.
    pub async fn find_people(&self, compound: &CompoundId, text: &str) -> Result<Vec<KnownPerson>, DbErr> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let like = LikeExpr::new(format!("%{}%", escape_like(text.trim()))).escape('\\');
        let rows = person::Entity::find()
            .filter(person::COLUMN.compound.eq(compound.as_str()))
            .filter(Expr::col(person::Column::Name).like(like))
            .order_by_asc(person::COLUMN.name)
            .order_by_asc(person::COLUMN.id)
            .limit(FOUND_MOST)
            .all(self.reader())
            .await?;
        rows.into_iter().map(KnownPerson::read).collect()
    }

    /// What erasing somebody would take, and what of this estate's register, polls and offices stands against it.
    pub async fn erasable(&self, compound: &CompoundId, id: &PersonId, now: u64) -> Result<Option<Erasable>, DbErr> {
        let db = self.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(None) };
        let traces = Traces::of(db, &row).await?;
        let titles = polls(db, &traces).await?.into_iter().map(|poll| poll.title);
        Ok(Some(Erasable {
            versions: traces.versions.len() as u64,
            polls: titles.collect(),
            shared: traces.shared(db).await?,
            hindrances: hindrances(db, &row, &traces, None, now).await?,
            person: KnownPerson::read(row)?,
        }))
    }

    /// Puts somebody's erasure up for signing.
    ///
    /// # Errors
    /// Not an officer, no such person, or something stands against it.
    pub async fn propose_erasure(
        &self,
        by: &StaffMember,
        id: &PersonId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, EraseError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(EraseError::NotOfficer)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(EraseError::NoSuchPerson)?;
        let traces = Traces::of(&tx, &row).await?;
        if !hindrances(&tx, &row, &traces, None, now).await?.is_empty() {
            return Err(EraseError::Hindered);
        }
        let deed = Deed::Erase { person: id.clone() };
        // It names nobody: it outlives what it does.
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary: json!({}) };
        let act = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// The erasures that were signed and are not carried out, oldest first.
    pub async fn due_erasures(&self) -> Result<Vec<DueErasure>, DbErr> {
        let rows = act::Entity::find()
            .filter(act::COLUMN.kind.eq("erase"))
            .filter(act::COLUMN.state.eq(ActState::Ready.as_str()))
            .order_by_asc(act::COLUMN.created_at)
            .all(self.reader())
            .await?;
        let due = |row: act::Model| {
            let person = row.object.parse().map_err(|_| DbErr::Type("the person of an act".to_owned()))?;
            Ok(DueErasure { compound: CompoundId(row.compound), act: ActId(row.id), person })
        };
        rows.into_iter().map(due).collect()
    }

    /// Empties the file that an SQLite database writes ahead, in which what was erased would stand until it is written
    /// over. While somebody reads it stays as it is, for the next time.
    pub async fn scrub(&self) -> Result<(), DbErr> {
        self.database().scrub().await
    }
}

impl DueErasure {
    /// What stands against it at this moment.
    pub async fn hindrances(&self, tx: &DatabaseTransaction, now: u64) -> Result<Vec<Hindrance>, DbErr> {
        let Some(row) = find(tx, &self.compound, &self.person).await? else { return Ok(Vec::new()) };
        let traces = Traces::of(tx, &row).await?;
        hindrances(tx, &row, &traces, Some(&self.act), now).await
    }

    /// Erases the person from the estate's own tables, unless there is a hindrance, and ends the act.
    pub async fn end(&self, tx: &DatabaseTransaction, hindrance: Option<&Hindrance>, now: u64) -> Result<(), DbErr> {
        let row = find(tx, &self.compound, &self.person).await?;
        if let (Some(row), None) = (row, hindrance) {
            let traces = Traces::of(tx, &row).await?;
            traces.wipe(tx).await?;
            let (actor, object) = (Actor::Server, self.person.as_str());
            let detail = json!({"act": self.act.as_str()});
            write_event(tx, &self.compound, now, Doing { actor: &actor, verb: "person_erased", object, detail })
                .await?;
        }
        acts::finish(tx, &self.compound, &self.act, hindrance.map(Hindrance::code), now).await?;
        Ok(())
    }
}

impl KnownPerson {
    fn read(row: person::Model) -> Result<Self, DbErr> {
        let phones = phones(&row)?;
        let masked = phones.iter().filter_map(|phone| Contact::parse(phone)).map(|phone| phone.masked());
        Ok(Self { id: PersonId(row.id), name: row.name, tail: row.tail, phones: masked.collect() })
    }
}

fn phones(row: &person::Model) -> Result<Vec<String>, DbErr> {
    serde_json::from_str(&row.phones).map_err(|err| DbErr::Json(err.to_string()))
}

async fn find(db: &impl ConnectionTrait, compound: &CompoundId, id: &PersonId) -> Result<Option<person::Model>, DbErr> {
    person::Entity::find_by_id(id.as_str().to_owned())
        .filter(person::COLUMN.compound.eq(compound.as_str()))
        .one(db)
        .await
}

/// The polls that name somebody, in the order of their closing.
async fn polls(db: &impl ConnectionTrait, traces: &Traces) -> Result<Vec<poll::Model>, DbErr> {
    poll::Entity::find().filter(poll::COLUMN.id.is_in(traces.polls())).order_by_asc(poll::COLUMN.closes).all(db).await
}

/// - `own`: the act that erases them, which does not stand against itself.
async fn hindrances(
    db: &impl ConnectionTrait,
    row: &person::Model,
    traces: &Traces,
    own: Option<&ActId>,
    now: u64,
) -> Result<Vec<Hindrance>, DbErr> {
    let mut found = Vec::new();
    if row.is_organisation {
        found.push(Hindrance::Organisation);
    }
    let (_, register) = current(db, &CompoundId(row.compound.clone())).await?;
    if register.persons.iter().any(|one| one.identity == row.identity) {
        found.push(Hindrance::Owner);
    }
    let contestable = polls(db, traces).await?.into_iter().map(|poll| (poll.title, uint(poll.closes) + CONTEST));
    let contestable = contestable.filter(|(_, until)| now < *until);
    found.extend(contestable.map(|(title, until)| Hindrance::Poll { title, until }));
    if is_in_open_act(db, row, own).await? {
        found.push(Hindrance::Act);
    }
    if holds_office(db, row, traces).await? {
        found.push(Hindrance::Office);
    }
    Ok(found)
}

/// Whether something that waits for signatures names them. A register to come does, as far as one can tell.
async fn is_in_open_act(db: &impl ConnectionTrait, row: &person::Model, own: Option<&ActId>) -> Result<bool, DbErr> {
    let names = act::COLUMN
        .payload
        .contains(&row.id)
        .or(act::COLUMN.payload.contains(&row.identity))
        .or(act::COLUMN.payload.contains(&row.name))
        .or(act::COLUMN.kind.is_in(["apply_register", "undo_register", "correct_register"]));
    let open = act::Entity::find()
        .filter(act::COLUMN.compound.eq(&row.compound))
        .filter(act::COLUMN.state.is_in([ActState::Open.as_str(), ActState::Ready.as_str()]))
        .filter(act::COLUMN.id.ne(own.map_or("", ActId::as_str)))
        .filter(names);
    Ok(0 < open.count(db).await?)
}

/// Whether somebody in office has their name and a phone number or address of theirs: the same human being.
async fn holds_office(db: &impl ConnectionTrait, row: &person::Model, traces: &Traces) -> Result<bool, DbErr> {
    let namesakes = staff::Entity::find()
        .filter(staff::COLUMN.compound.eq(&row.compound))
        .filter(staff::COLUMN.name.eq(&row.name))
        .filter(staff::COLUMN.state.ne(StaffState::Ended.as_str()))
        .all(db)
        .await?;
    let is_same = |member: &staff::Model| {
        [&member.phone, &member.email]
            .into_iter()
            .filter_map(|text| Contact::parse(text))
            .any(|one| traces.reaches(&one))
    };
    Ok(namesakes.iter().any(is_same))
}
