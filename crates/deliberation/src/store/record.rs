//! What every use case writes beside its own rows: the event, numbers, and news for people.

use std::collections::BTreeMap;

use ballot::{
    hash::Hash,
    store::{
        events::{Actor, Doing, write_event},
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveValue::Set,
    DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Map, Value};

use super::{
    Deliberation,
    tables::{int, news, number_of, uint},
};
use crate::lifecycle::{Kind, Record, Verb};

/// What an event says of one change.
pub(super) struct Change<'a> {
    pub(super) actor: Actor,
    pub(super) on_behalf_of: Option<&'a Subject>,
    pub(super) kind: Kind,
    pub(super) id: &'a str,
    pub(super) verb: Verb,
    /// The digest of the row before it; none where it begins.
    pub(super) before: Option<Hash>,
    /// The digest of the row after it.
    pub(super) after: Hash,
    pub(super) records: BTreeMap<Record, Value>,
}

/// Appends the event of a change.
///
/// # Errors
/// The database's, or that the event lacks something that the table wants recorded: a mistake of ours, and the change
/// is not made.
pub(super) async fn write(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    wanted: &[Record],
    change: Change<'_>,
    now: u64,
) -> Result<(), DbErr> {
    if let Some(missing) = wanted.iter().find(|record| !change.records.contains_key(*record)) {
        return Err(DbErr::Custom(format!("the event of {} lacks {missing}", change.verb)));
    }
    let mut detail = Map::new();
    detail.insert("after".to_owned(), change.after.to_string().into());
    if let Some(before) = change.before {
        detail.insert("before".to_owned(), before.to_string().into());
    }
    if let Some(principal) = change.on_behalf_of {
        detail.insert("on_behalf_of".to_owned(), principal.to_string().into());
    }
    for (record, value) in change.records {
        detail.insert(record.code().to_owned(), value);
    }
    let verb = format!("{}_{}", change.kind, change.verb);
    let doing = Doing { actor: &change.actor, verb: &verb, object: change.id, detail: Value::Object(detail) };
    write_event(tx, compound, now, doing).await
}

/// The next number of a kind of thing in a compound, from 1. The transaction holds the head of the chain, so no other
/// draws one meanwhile.
pub(super) async fn next_number(tx: &DatabaseTransaction, compound: &CompoundId, kind: &str) -> Result<u64, DbErr> {
    let row = number_of::Entity::find_by_id((compound.to_string(), kind.to_owned())).one(tx).await?;
    let next = row.map_or(0, |row| row.last) + 1;
    let row =
        number_of::ActiveModel { compound: Set(compound.to_string()), kind: Set(kind.to_owned()), last: Set(next) };
    let keys = [number_of::Column::Compound, number_of::Column::Kind];
    let upsert = OnConflict::columns(keys).update_column(number_of::Column::Last).to_owned();
    number_of::Entity::insert(row).on_conflict(upsert).exec_without_returning(tx).await?;
    Ok(uint(next))
}

/// Tells somebody of a change, once: a second telling of the same thing is dropped.
pub(super) async fn tell<'a>(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    subjects: impl IntoIterator<Item = &'a str>,
    (kind, id, verb): (Kind, &str, Verb),
    now: u64,
) -> Result<u64, DbErr> {
    let mut told = 0;
    let rows = subjects.into_iter().map(|subject| news::ActiveModel {
        subject: Set(subject.to_owned()),
        once: Set(format!("{kind}:{id}:{verb}:{now}")),
        compound: Set(compound.to_string()),
        object: Set(format!("{kind}:{id}")),
        verb: Set(verb.code().to_owned()),
        at: Set(int(now)),
        read_at: Set(None),
    });
    let rows: Vec<_> = rows.collect();
    for page in rows.chunks(200) {
        told += page.len() as u64;
        let keys = [news::Column::Subject, news::Column::Once];
        let once = OnConflict::columns(keys).do_nothing().to_owned();
        news::Entity::insert_many(page.to_vec()).on_conflict(once).exec_without_returning(tx).await?;
    }
    Ok(told)
}

/// Something that happened to what somebody has to do with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What it happened to, as `kind:id`.
    pub object: String,
    /// What happened.
    pub verb: Verb,
    /// When, in Unix seconds.
    pub at: u64,
    /// Whether they have read it.
    pub is_read: bool,
}

impl Deliberation {
    /// The newest news of somebody, below `before` where a page goes on.
    pub async fn news(&self, subject: &Subject, before: Option<u64>, limit: u64) -> Result<Vec<News>, DbErr> {
        let rows = news_query(subject, before, limit).all(self.estate.reader()).await?;
        let read = |row: news::Model| {
            let verb = super::tables::word(&row.verb)?;
            Ok(News { object: row.object, verb, at: uint(row.at), is_read: row.read_at.is_some() })
        };
        rows.into_iter().map(read).collect()
    }

    /// Marks all news of somebody as read.
    pub async fn read_news(&self, compound: &CompoundId, subject: &Subject, now: u64) -> Result<(), DbErr> {
        let tx = self.estate.begin(compound).await?;
        news::Entity::update_many()
            .col_expr(news::Column::ReadAt, Expr::value(int(now)))
            .filter(news::COLUMN.subject.eq(subject.to_string()))
            .filter(news::COLUMN.read_at.is_null())
            .exec(&tx)
            .await?;
        tx.commit().await
    }
}

pub(super) fn news_query(subject: &Subject, before: Option<u64>, limit: u64) -> sea_orm::Select<news::Entity> {
    let mut query = news::Entity::find().filter(news::COLUMN.subject.eq(subject.to_string()));
    if let Some(before) = before {
        query = query.filter(news::COLUMN.at.lt(int(before)));
    }
    query.order_by_desc(news::COLUMN.at).limit(limit)
}
