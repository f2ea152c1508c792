//! Minutes: made from the record, written out, commented on, signed by three, published, and never changed.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{events::Actor as Doer, ids::Subject},
};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::{bodies, session, view::MeetingView};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, Window, tables::MinutesState},
    meeting::{Attendance, Item, Minutes, Signer, Skeleton, is_minutes_text, skeleton},
    rights::Bearing,
    settings::DAY,
    store::{
        By, Deliberation, Field, MeetingError, MeetingId, UseError, check_text,
        matters::subject,
        people::{Standing as Member, standing},
        record::{self, Change},
        rules::rules,
        search,
        tables::{int, minutes as table, minutes_note, uint, word},
    },
};

/// Comments on one version at most.
const NOTES_MOST: u64 = 500;

/// What somebody brings to a step of minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MinutesAct {
    /// The words, or the comment.
    pub text: String,
    /// Why they go back, or are corrected.
    pub reason: String,
}

/// What somebody who attended says of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MinutesNote {
    pub author: Subject,
    pub text: String,
    pub at: u64,
}

/// A version of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MinutesView {
    pub state: MinutesState,
    pub since: u64,
    pub minutes: Minutes<String>,
    /// What is signed.
    pub hash: Hash,
    pub notes: Vec<MinutesNote>,
}

impl MinutesView {
    /// Whether everybody may read it.
    pub fn is_published(&self) -> bool {
        self.state == MinutesState::Published
    }

    /// Whoever has signed, and as what.
    pub fn signers(&self) -> Vec<(Subject, Signer)> {
        let read = |(who, signer): (&String, &Signer)| Some((subject(who).ok()?, *signer));
        self.minutes.signatures.iter().filter_map(read).collect()
    }
}

impl Deliberation {
    /// Does one step of the latest version's table. [`Verb::Create`] begins the next version, which corrects it.
    ///
    /// # Errors
    /// No such meeting or minutes, a text that is none, or the table refuses: too early, too few signatures.
    pub async fn minutes_step(
        &self,
        by: &By,
        id: &MeetingId,
        verb: Verb,
        act: &MinutesAct,
        now: u64,
    ) -> Result<MinutesState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = match verb {
            Verb::Create => correct(&tx, &who, id, act, now).await,
            _ => one_step(&tx, &who, (id, verb), act, now).await,
        };
        self.end(tx, by, &format!("minutes_{verb} {id}"), now, result).await
    }

    /// The steps that somebody could make in the latest version now; corrections are [`Verb::Create`].
    pub async fn minutes_offers(&self, by: &By, meeting: &MeetingView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let Some(latest) = meeting.minutes.last() else { return Ok(Vec::new()) };
        let db = self.estate.reader();
        let who = standing(db, by, now).await?;
        let parts = parts_of(meeting, &by.subject);
        let site = bodies::site(&who, &meeting.body, now);
        let doer = who.doer(&parts, &site, Bearing::default());
        let facts = facts(latest, rules(db, &by.compound).await?.at(latest.since).minutes_days, now);
        let has_signed = latest.minutes.signatures.contains_key(&by.subject.to_string());
        let is_open = |row: &&lifecycle::Transition<MinutesState>| {
            let waits = [lifecycle::Need::CommentTimeOver, lifecycle::Need::ThreeSignatures];
            !(row.verb == Verb::Undersign && has_signed)
                && row.needs.iter().filter(|need| waits.contains(need)).all(|need| need.is_met(&facts))
        };
        let mut verbs: Vec<_> =
            lifecycle::offers(latest.state, doer, &facts).into_iter().filter(is_open).map(|row| row.verb).collect();
        let begins = lifecycle::step(None::<MinutesState>, Verb::Create, doer, &facts).is_ok();
        verbs.extend((latest.is_published() && begins).then_some(Verb::Create));
        Ok(verbs)
    }
}

fn parts_of(meeting: &MeetingView, subject: &Subject) -> BTreeSet<Part> {
    let mut parts = meeting.body.parts_of(subject);
    parts.extend(meeting.attended(subject).then_some(Part::Attendant));
    parts
}

fn facts(latest: &MinutesView, days: u64, now: u64) -> Facts {
    Facts { now, since: latest.since, period: days * DAY, signatures: latest.minutes.signers(), ..Facts::default() }
}

/// All versions, the first first.
pub(super) async fn of(db: &impl ConnectionTrait, meeting: &str) -> Result<Vec<MinutesView>, DbErr> {
    let rows = table::Entity::find()
        .filter(table::COLUMN.meeting.eq(meeting))
        .order_by_asc(table::COLUMN.number)
        .all(db)
        .await?;
    let notes = minutes_note::Entity::find()
        .filter(minutes_note::COLUMN.meeting.eq(meeting))
        .order_by_asc(minutes_note::COLUMN.version)
        .order_by_asc(minutes_note::COLUMN.number)
        .all(db)
        .await?;
    rows.into_iter().map(|row| read(row, &notes)).collect()
}

fn read(row: table::Model, notes: &[minutes_note::Model]) -> Result<MinutesView, DbErr> {
    let json = |err: serde_json::Error| DbErr::Json(err.to_string());
    let notes = notes.iter().filter(|note| note.version == row.number).map(|note| {
        Ok::<_, DbErr>(MinutesNote { author: subject(&note.author)?, text: note.content.clone(), at: uint(note.at) })
    });
    Ok(MinutesView {
        notes: notes.collect::<Result<_, _>>()?,
        state: word(&row.state)?,
        since: uint(row.since),
        hash: row.hash.parse().map_err(|_| DbErr::Type("the hash of minutes".to_owned()))?,
        minutes: Minutes {
            number: uint(row.number),
            skeleton: serde_json::from_str(&row.skeleton).map_err(json)?,
            text: row.content,
            correction: row.correction,
            signatures: serde_json::from_str(&row.signatures).map_err(json)?,
        },
    })
}

fn write(meeting: &MeetingId, minutes: &Minutes<String>, state: MinutesState, since: u64) -> table::Model {
    table::Model {
        meeting: meeting.to_string(),
        number: int(minutes.number),
        state: state.code().to_owned(),
        since: int(since),
        skeleton: json!(minutes.skeleton).to_string(),
        content: minutes.text.clone(),
        correction: minutes.correction.clone(),
        hash: minutes.hash().to_string(),
        signatures: json!(minutes.signatures).to_string(),
    }
}

/// Makes the first version from the record at the end of a session.
pub(super) async fn generate(
    tx: &DatabaseTransaction,
    who: &Member,
    meeting: &MeetingView,
    session: Window,
    now: u64,
) -> Result<(), UseError> {
    let step = lifecycle::step(None::<MinutesState>, Verb::Create, session::CLOCK, &Facts { now, ..Facts::default() })?;
    let attended: Vec<_> = meeting.attendance.iter().map(written).collect();
    let items: Vec<Item> = meeting.items.iter().map(super::ItemView::plain).collect();
    let made: Skeleton<String> = skeleton(&meeting.body.rules, session, &attended, &items)?;
    let minutes = Minutes {
        number: 1,
        skeleton: made,
        text: String::new(),
        correction: String::new(),
        signatures: BTreeMap::new(),
    };
    let row = write(&meeting.row.id, &minutes, step.to, now);
    begin(tx, (&who.by.compound, Doer::Server), row, step.records, now).await
}

fn written(line: &Attendance<Subject>) -> Attendance<String> {
    Attendance {
        person: line.person.to_string(),
        group: line.group.clone(),
        proxy_for: line.proxy_for.as_ref().map(ToString::to_string),
        from: line.from,
        until: line.until,
        how: line.how,
    }
}

async fn begin(
    tx: &DatabaseTransaction,
    (compound, actor): (&ballot::store::ids::CompoundId, Doer),
    row: table::Model,
    wanted: &[Record],
    now: u64,
) -> Result<(), UseError> {
    let (id, after, hash) = (format!("{}/{}", row.meeting, row.number), row.digest(), row.hash.clone());
    let correction = Hash::of(row.correction.as_bytes()).to_string();
    table::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor,
        on_behalf_of: None,
        kind: Kind::Minutes,
        id: &id,
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, json!(hash)), (Record::Reason, json!(correction))]),
    };
    Ok(record::write(tx, compound, wanted, change, now).await?)
}

/// The words as they are stored.
fn check_words(text: &str) -> Result<String, UseError> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let is_text = !text.is_empty() && is_minutes_text(&text);
    if is_text { Ok(text) } else { Err(UseError::Meeting(MeetingError::Minutes)) }
}

/// Begins the next version with the words of the last.
async fn correct(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MeetingId,
    act: &MinutesAct,
    now: u64,
) -> Result<MinutesState, UseError> {
    let (_, meeting) = session::get(tx, &who.by.compound, id.as_str()).await?;
    let reason = check_text(&act.reason, 1000, Field::Reason)?;
    let (parts, site) = (parts_of(&meeting, &who.by.subject), bodies::site(who, &meeting.body, now));
    let doer = who.doer(&parts, &site, Bearing::default());
    let facts = Facts { now, ..Facts::default() };
    let step = lifecycle::step(None::<MinutesState>, Verb::Create, doer, &facts)?;
    let latest = meeting.minutes.last().filter(|latest| latest.is_published());
    let latest = latest.ok_or(UseError::Meeting(MeetingError::Version))?;
    let next = latest.minutes.corrected(&latest.minutes.text, &reason);
    let row = write(id, &next, step.to, now);
    begin(tx, (&who.by.compound, who.actor()), row, step.records, now).await?;
    Ok(step.to)
}

async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    (id, verb): (&MeetingId, Verb),
    act: &MinutesAct,
    now: u64,
) -> Result<MinutesState, UseError> {
    let compound = &who.by.compound;
    let (_, meeting) = session::get(tx, compound, id.as_str()).await?;
    let latest = meeting.minutes.last().ok_or(UseError::NoSuch(Kind::Minutes))?;
    let mut facts = facts(latest, rules(tx, compound).await?.at(latest.since).minutes_days, now);
    let words = match verb {
        Verb::Draft | Verb::Edit => Some(check_words(&act.text)?),
        Verb::Note => Some(check_text(&act.text, 4000, Field::Text)?),
        _ => None,
    };
    facts.given.extend(words.as_ref().map(|_| Given::Text));
    if !act.reason.trim().is_empty() {
        check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    let (parts, site) = (parts_of(&meeting, &who.by.subject), bodies::site(who, &meeting.body, now));
    let step = lifecycle::step(Some(latest.state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let mut next = latest.minutes.clone();
    match verb {
        Verb::Draft | Verb::Edit => next.text = words.clone().unwrap_or_default(),
        Verb::Undersign => next = next.signed(who.by.subject.to_string(), signer(&parts)),
        // What was signed is not what it will be.
        Verb::Return => next.signatures.clear(),
        Verb::Note => add_note(tx, who, &meeting, latest, words.clone().unwrap_or_default(), now).await?,
        _ => {}
    }
    let key = (id.to_string(), int(next.number));
    let before = table::Entity::find_by_id(key).one(tx).await?.ok_or(UseError::NoSuch(Kind::Minutes))?;
    let since = if step.to == latest.state { latest.since } else { now };
    let changed = write(id, &next, step.to, since);
    let (after, hash) = (changed.digest(), changed.hash.clone());
    changed.into_active_model().reset_all().update(tx).await?;
    let told = tell(tx, who, &meeting, verb, now).await?;
    let said = match (verb, &words) {
        (Verb::Note, Some(words)) => Hash::of(words.as_bytes()).to_string(),
        _ => hash,
    };
    let records = BTreeMap::from([
        (Record::Text, json!(said)),
        (Record::Told, json!(told)),
        (Record::Signatures, json!(next.signatures)),
        (Record::Reason, json!(Hash::of(act.reason.trim().as_bytes()).to_string())),
    ]);
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Minutes,
        id: &format!("{id}/{}", next.number),
        verb,
        before: Some(before.digest()),
        after,
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    if verb == Verb::Publish {
        search::put_meeting_of(tx, id.as_str()).await?;
        if next.number == 1 {
            session::minuted(tx, who, id, now).await?;
        }
    }
    Ok(step.to)
}

/// As what somebody signs: chair and secretary as such, others as who attended.
fn signer(parts: &BTreeSet<Part>) -> Signer {
    if parts.contains(&Part::Chair) {
        Signer::Chair
    } else if parts.contains(&Part::Secretary) {
        Signer::Secretary
    } else {
        Signer::Attendant
    }
}

async fn add_note(
    tx: &DatabaseTransaction,
    who: &Member,
    meeting: &MeetingView,
    latest: &MinutesView,
    text: String,
    now: u64,
) -> Result<(), UseError> {
    let version = int(latest.minutes.number);
    let before = minutes_note::Entity::find()
        .filter(minutes_note::COLUMN.meeting.eq(meeting.row.id.as_str()))
        .filter(minutes_note::COLUMN.version.eq(version))
        .count(tx)
        .await?;
    if NOTES_MOST <= before {
        return Err(UseError::Field(Field::Text));
    }
    let row = minutes_note::Model {
        meeting: meeting.row.id.to_string(),
        version,
        number: int(before + 1),
        author: who.by.subject.to_string(),
        content: text,
        at: int(now),
    };
    minutes_note::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Whoever attended reads what is circulated; members and whoever brought an item hear that it is published.
async fn tell(
    tx: &DatabaseTransaction,
    who: &Member,
    meeting: &MeetingView,
    verb: Verb,
    now: u64,
) -> Result<u64, UseError> {
    let attended = meeting.attendance.iter().map(|line| line.person.to_string());
    let told: BTreeSet<String> = match verb {
        Verb::Circulate => attended.collect(),
        Verb::Publish => {
            let members = meeting.body.seats.iter().map(|seat| seat.subject.to_string());
            let asked = meeting.items.iter().map(|item| item.author.to_string());
            attended.chain(members).chain(asked).collect()
        }
        _ => return Ok(0),
    };
    let id = meeting.row.id.as_str();
    let told = told.iter().map(String::as_str);
    Ok(record::tell(tx, &who.by.compound, told, (Kind::Minutes, id, verb), now).await?)
}
