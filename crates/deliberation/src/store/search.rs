//! Looking texts up: SQLite's FTS5 and PostgreSQL's text search, over terms that are made here for both.

use std::collections::BTreeSet;

use ballot::store::ids::CompoundId;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value,
};

use super::{
    Deliberation, MatterId, MeetingId, MotionId, NoticeId, SurveyId, Target, surveys,
    tables::{
        agenda_item, matter, meeting, minutes, motion, motion_version, notice, remark, survey, survey_question, word,
    },
};
use crate::{
    lifecycle::{
        Kind,
        tables::{CommentState, MinutesState, NoticeState},
    },
    search::{Term, asked, terms},
};

/// How many rows are read at once where all are.
const BATCH: u64 = 500;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Found {
    Matter(MatterId),
    Motion(MotionId),
    Notice(NoticeId),
    Meeting(MeetingId),
    Survey(SurveyId),
    /// What somebody said below a matter or a motion, by its number there.
    Remark(Target, u64),
}

/// What was found, the latest first, and where the next page goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FoundPage {
    pub found: Vec<Found>,
    pub next: Option<u64>,
}

impl Deliberation {
    /// Looks for what everybody may see: matters that were acknowledged, motions that were handed in, what is said below
    /// them, notices that were posted, meetings with their published minutes, surveys that were opened. `before` is where
    /// a page goes on.
    ///
    /// Something said is found wherever it stands: whether that is public is for [`Deliberation::remarks_at`] to say.
    pub async fn search(
        &self,
        compound: &CompoundId,
        question: &str,
        before: Option<u64>,
        limit: u64,
    ) -> Result<FoundPage, DbErr> {
        let terms = asked(question);
        if terms.is_empty() {
            return Ok(FoundPage::default());
        }
        let db = self.estate.reader();
        let before = i64::try_from(before.unwrap_or(u64::MAX)).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = match db.get_database_backend() {
            DbBackend::Postgres => {
                let sql = "SELECT id, object FROM search_entry WHERE terms @@ $1::tsquery AND compound = $2 AND id < $3 \
                           ORDER BY id DESC LIMIT $4";
                let values: [Value; 4] =
                    [postgres_question(&terms).into(), compound.as_str().into(), before.into(), limit.into()];
                db.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?
            }
            backend => {
                let sql = "SELECT entry.id AS id, entry.object AS object FROM search_term \
                           JOIN search_entry AS entry ON entry.id = search_term.rowid \
                           WHERE search_term MATCH ? AND search_term.rowid < ? ORDER BY search_term.rowid DESC LIMIT ?";
                let values: [Value; 3] = [sqlite_question(&terms, compound).into(), before.into(), limit.into()];
                db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?
            }
        };
        let mut page = FoundPage::default();
        let is_full = i64::try_from(rows.len()).unwrap_or(i64::MAX) == limit;
        for row in rows {
            let (id, object): (i64, String) = (row.try_get("", "id")?, row.try_get("", "object")?);
            page.next = u64::try_from(id).ok().filter(|_| is_full);
            page.found.extend(read(&object));
        }
        Ok(page)
    }

    /// Makes the index anew where there is none of this version, as after an upgrade. Says how much is in it.
    pub async fn reindex(&self, compound: &CompoundId) -> Result<u64, DbErr> {
        let tx = self.estate.begin(compound).await?;
        let mut count = 0;
        macro_rules! put_each {
            ($table:ident, $put:ident) => {
                let mut last = String::new();
                loop {
                    let rows = $table::Entity::find()
                        .filter($table::COLUMN.compound.eq(compound.as_str()))
                        .filter($table::COLUMN.id.gt(last))
                        .order_by_asc($table::COLUMN.id)
                        .limit(BATCH)
                        .all(&tx)
                        .await?;
                    for row in &rows {
                        count += u64::from($put(&tx, row).await?);
                    }
                    let Some(row) = rows.last() else { break };
                    last = row.id.clone();
                }
            };
        }
        put_each!(matter, put_matter);
        put_each!(motion, put_motion);
        put_each!(notice, put_notice);
        put_each!(meeting, put_meeting);
        put_each!(survey, put_survey);
        let said = remark::Entity::find().filter(remark::COLUMN.compound.eq(compound.as_str()));
        let mut cursor = said.cursor_by((remark::Column::Target, remark::Column::Number));
        loop {
            let rows = cursor.first(BATCH).all(&tx).await?;
            for row in &rows {
                count += u64::from(put_remark(&tx, row).await?);
            }
            let Some(row) = rows.last() else { break };
            cursor.after((row.target.clone(), row.number));
        }
        put_terms(&tx, &mark_of(compound), compound.as_str(), &BTreeSet::new()).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Whether all that there was of a compound has gone into an index of this version.
    pub async fn is_indexed(&self, compound: &CompoundId) -> Result<bool, DbErr> {
        let db = self.estate.reader();
        let sql = match db.get_database_backend() {
            DbBackend::Postgres => "SELECT id FROM search_entry WHERE object = $1",
            _ => "SELECT id FROM search_entry WHERE object = ?",
        };
        let values: [Value; 1] = [mark_of(compound).into()];
        Ok(db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?.is_some())
    }
}

/// What says that a compound is in an index of this version. It is counted up when more becomes findable: then the next
/// start makes the index anew.
fn mark_of(compound: &CompoundId) -> String {
    format!("index/2:{compound}")
}

fn read(object: &str) -> Option<Found> {
    let (kind, id) = object.split_once(':')?;
    Some(match kind {
        "matter" => Found::Matter(MatterId(id.to_owned())),
        "motion" => Found::Motion(MotionId(id.to_owned())),
        "notice" => Found::Notice(NoticeId(id.to_owned())),
        "meeting" => Found::Meeting(MeetingId(id.to_owned())),
        "survey" => Found::Survey(SurveyId(id.to_owned())),
        "comment" => {
            let (target, number) = id.rsplit_once('/')?;
            Found::Remark(Target::from_key(target)?, number.parse().ok()?)
        }
        _ => return None,
    })
}

/// A term that only texts of one compound have.
fn of_compound(compound: &str) -> String {
    format!("c{}", compound.replace('-', ""))
}

/// Terms hold letters and digits alone: nothing in them has to be escaped.
fn sqlite_question(terms: &BTreeSet<Term>, compound: &CompoundId) -> String {
    let asked = terms.iter().map(|term| match term {
        Term::Whole(term) => format!(" \"{term}\""),
        Term::Beginning(start) => format!(" \"{start}\"*"),
    });
    format!("\"{}\"", of_compound(compound.as_str())) + &asked.collect::<String>()
}

fn postgres_question(terms: &BTreeSet<Term>) -> String {
    let asked = terms.iter().map(|term| match term {
        Term::Whole(term) => format!("'{term}'"),
        Term::Beginning(start) => format!("'{start}':*"),
    });
    asked.collect::<Vec<_>>().join(" & ")
}

/// A matter is found once it is public. Says whether it is.
pub(super) async fn put_matter(tx: &DatabaseTransaction, row: &matter::Model) -> Result<bool, DbErr> {
    let object = (Kind::Matter, row.id.as_str(), row.compound.as_str());
    put(tx, object, row.acknowledged_at.is_some(), &[&row.title, &row.body]).await
}

pub(super) async fn put_motion(tx: &DatabaseTransaction, row: &motion::Model) -> Result<bool, DbErr> {
    // What is counted on is settled when it is handed in: before, it is its proposer's alone.
    let is_public = row.register != 0;
    let key = (row.id.clone(), row.version);
    let version = motion_version::Entity::find_by_id(key).one(tx).await?;
    let text = version.map(|version| version.body).unwrap_or_default();
    put(tx, (Kind::Motion, &row.id, &row.compound), is_public, &[&row.title, &text]).await
}

pub(super) async fn put_notice(tx: &DatabaseTransaction, row: &notice::Model) -> Result<bool, DbErr> {
    let is_public = ![NoticeState::Draft, NoticeState::Approved].map(NoticeState::code).contains(&row.state.as_str());
    put(tx, (Kind::Notice, &row.id, &row.compound), is_public, &[&row.title, &row.body]).await
}

/// A meeting is found by its title, its place, its agenda and its published minutes.
pub(super) async fn put_meeting(tx: &DatabaseTransaction, row: &meeting::Model) -> Result<bool, DbErr> {
    let agenda: Vec<String> = agenda_item::Entity::find()
        .select_only()
        .column(agenda_item::Column::Title)
        .filter(agenda_item::COLUMN.meeting.eq(row.id.clone()))
        .into_tuple()
        .all(tx)
        .await?;
    let published = minutes::Entity::find()
        .filter(minutes::COLUMN.meeting.eq(&row.id))
        .filter(minutes::COLUMN.state.eq(MinutesState::Published.code()))
        .order_by_desc(minutes::COLUMN.number)
        .one(tx)
        .await?;
    let mut texts = vec![row.title.as_str(), &row.place];
    texts.extend(agenda.iter().map(String::as_str));
    texts.extend(published.iter().map(|minutes| minutes.content.as_str()));
    put(tx, (Kind::Meeting, &row.id, &row.compound), true, &texts).await
}

/// The meeting of this id, again.
pub(super) async fn put_meeting_of(tx: &DatabaseTransaction, id: &str) -> Result<(), DbErr> {
    if let Some(row) = meeting::Entity::find_by_id(id).one(tx).await? {
        put_meeting(tx, &row).await?;
    }
    Ok(())
}

/// A survey is found once it is open, by its questions too.
pub(super) async fn put_survey(tx: &DatabaseTransaction, row: &survey::Model) -> Result<bool, DbErr> {
    let is_public = surveys::is_public(word(&row.state)?);
    let questions: Vec<String> = survey_question::Entity::find()
        .select_only()
        .column(survey_question::Column::Prompt)
        .filter(survey_question::COLUMN.survey.eq(&row.id))
        .into_tuple()
        .all(tx)
        .await?;
    let mut texts = vec![row.title.as_str(), &row.body, &row.report];
    texts.extend(questions.iter().map(String::as_str));
    put(tx, (Kind::Survey, &row.id, &row.compound), is_public, &texts).await
}

/// What is hidden or withdrawn is not found.
pub(super) async fn put_remark(tx: &DatabaseTransaction, row: &remark::Model) -> Result<bool, DbErr> {
    let is_visible = row.state == CommentState::Visible.code();
    let id = format!("{}/{}", row.target, row.number);
    put(tx, (Kind::Comment, &id, &row.compound), is_visible, &[&row.body]).await
}

/// Puts a text in, in place of what was there of the same object, or takes it out.
async fn put(
    tx: &DatabaseTransaction,
    (kind, id, compound): (Kind, &str, &str),
    is_public: bool,
    texts: &[&str],
) -> Result<bool, DbErr> {
    let object = format!("{kind}:{id}");
    let is_postgres = tx.get_database_backend() == DbBackend::Postgres;
    let run = |sqlite: &str, postgres: &str, values: Vec<Value>| {
        let sql = if is_postgres { postgres } else { sqlite };
        Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
    };
    if !is_public {
        if !is_postgres {
            let sql = "DELETE FROM search_term WHERE rowid IN (SELECT id FROM search_entry WHERE object = ?)";
            tx.execute_raw(run(sql, sql, vec![object.as_str().into()])).await?;
        }
        let values = vec![object.into()];
        let gone = "DELETE FROM search_entry WHERE object = ";
        tx.execute_raw(run(&format!("{gone}?"), &format!("{gone}$1"), values)).await?;
        return Ok(false);
    }
    let mut all: BTreeSet<String> = texts.iter().flat_map(|text| terms(text)).collect();
    all.insert(of_compound(compound));
    put_terms(tx, &object, compound, &all).await?;
    Ok(true)
}

async fn put_terms(
    tx: &DatabaseTransaction,
    object: &str,
    compound: &str,
    terms: &BTreeSet<String>,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let run = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(backend, sql, values);
    let all = terms.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    if backend == DbBackend::Postgres {
        let sql = "INSERT INTO search_entry (object, compound, terms) \
                   VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' '))) \
                   ON CONFLICT (object) DO UPDATE SET terms = excluded.terms";
        tx.execute_raw(run(sql, vec![object.into(), compound.into(), all.into()])).await?;
        return Ok(());
    }
    let sql = "INSERT INTO search_entry (object, compound) VALUES (?, ?) \
               ON CONFLICT (object) DO UPDATE SET compound = excluded.compound RETURNING id";
    let row = tx.query_one_raw(run(sql, vec![object.into(), compound.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
    let id: i64 = row.try_get("", "id")?;
    let gone = "DELETE FROM search_term WHERE rowid = ?";
    tx.execute_raw(run(gone, vec![id.into()])).await?;
    if terms.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO search_term (rowid, terms) VALUES (?, ?)";
    tx.execute_raw(run(sql, vec![id.into(), all.into()])).await?;
    Ok(())
}
