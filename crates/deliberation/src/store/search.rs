//! Looking texts up: SQLite's FTS5 and PostgreSQL's text search, over terms that are made here for both.

use std::collections::BTreeSet;

use ballot::store::ids::CompoundId;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait as _, QueryFilter as _, Statement, Value,
};

use super::{
    Deliberation, MatterId, MotionId, NoticeId,
    tables::{matter, motion, motion_version, notice},
};
use crate::{
    lifecycle::{Kind, tables::NoticeState},
    search::{Term, asked, terms},
};

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Found {
    Matter(MatterId),
    Motion(MotionId),
    Notice(NoticeId),
}

/// What was found, the latest first, and where the next page goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FoundPage {
    pub found: Vec<Found>,
    pub next: Option<u64>,
}

impl Deliberation {
    /// Looks for what everybody may see: matters that were acknowledged, motions that were handed in, notices that were
    /// posted. `before` is where a page goes on.
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

    /// Makes the index anew where there is none, as after a restore from before there was one. Says how much is in it.
    pub async fn reindex(&self, compound: &CompoundId) -> Result<u64, DbErr> {
        let tx = self.estate.begin(compound).await?;
        let mut count = 0;
        for row in matter::Entity::find().filter(matter::COLUMN.compound.eq(compound.as_str())).all(&tx).await? {
            count += u64::from(put_matter(&tx, &row).await?);
        }
        for row in motion::Entity::find().filter(motion::COLUMN.compound.eq(compound.as_str())).all(&tx).await? {
            count += u64::from(put_motion(&tx, &row).await?);
        }
        for row in notice::Entity::find().filter(notice::COLUMN.compound.eq(compound.as_str())).all(&tx).await? {
            count += u64::from(put_notice(&tx, &row).await?);
        }
        tx.commit().await?;
        Ok(count)
    }

    /// Whether anything of a compound is in the index.
    pub async fn is_indexed(&self, compound: &CompoundId) -> Result<bool, DbErr> {
        let db = self.estate.reader();
        let sql = match db.get_database_backend() {
            DbBackend::Postgres => "SELECT id FROM search_entry WHERE compound = $1 LIMIT 1",
            _ => "SELECT id FROM search_entry WHERE compound = ? LIMIT 1",
        };
        let values: [Value; 1] = [compound.as_str().into()];
        Ok(db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?.is_some())
    }
}

fn read(object: &str) -> Option<Found> {
    let (kind, id) = object.split_once(':')?;
    Some(match kind {
        "matter" => Found::Matter(MatterId(id.to_owned())),
        "motion" => Found::Motion(MotionId(id.to_owned())),
        "notice" => Found::Notice(NoticeId(id.to_owned())),
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
    let all = all.into_iter().collect::<Vec<_>>().join(" ");
    if is_postgres {
        let sql = "INSERT INTO search_entry (object, compound, terms) \
                   VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' '))) \
                   ON CONFLICT (object) DO UPDATE SET terms = excluded.terms";
        tx.execute_raw(run(sql, sql, vec![object.into(), compound.into(), all.into()])).await?;
        return Ok(true);
    }
    let sql = "INSERT INTO search_entry (object, compound) VALUES (?, ?) \
               ON CONFLICT (object) DO UPDATE SET compound = excluded.compound RETURNING id";
    let row = tx.query_one_raw(run(sql, sql, vec![object.into(), compound.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
    let id: i64 = row.try_get("", "id")?;
    let gone = "DELETE FROM search_term WHERE rowid = ?";
    tx.execute_raw(run(gone, gone, vec![id.into()])).await?;
    let sql = "INSERT INTO search_term (rowid, terms) VALUES (?, ?)";
    tx.execute_raw(run(sql, sql, vec![id.into(), all.into()])).await?;
    Ok(true)
}
