//! What shows something: photos and papers, kept by their hashes, each with what it belongs to.

use std::collections::BTreeSet;

use ballot::{
    hash::Hash,
    store::ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _,
    sea_query::{OnConflict, Query},
};

use super::{
    By, Deliberation, Field, UseError, mediations,
    people::standing,
    tables::{attachment, attachment_use, int, objection, word},
};
use crate::{lifecycle::Kind, rights::Role, settings::DAY, words::words};

words! {
    /// What a stored file is. Pictures are made anew before they are stored.
    FileKind {
        Jpeg "jpeg" "a picture",
        Pdf "pdf" "a paper",
    }
}

/// A file as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct File {
    pub kind: FileKind,
    pub content: Vec<u8>,
}

/// For so many seconds a file is kept that nothing names.
pub const FILES_UNUSED: u64 = DAY;

/// The largest file, in bytes.
pub const FILE_MOST: usize = 4 << 20;
/// How many files one step can bring.
pub const FILES_MOST: usize = 4;
/// How many files somebody can add in a day.
const DAILY_MOST: u64 = 60;

impl Deliberation {
    /// Stores a file for a step that names it. One that no step names within a day is forgotten.
    ///
    /// # Errors
    /// Nobody who takes part, too large a file, or too many in a day.
    pub async fn attach(&self, by: &By, file: &File, now: u64) -> Result<Hash, UseError> {
        if file.content.is_empty() || FILE_MOST < file.content.len() {
            return Err(UseError::Field(Field::Evidence));
        }
        let (tx, who) = self.begin(by, now).await?;
        if who.posts.is_empty() {
            return Err(UseError::Field(Field::Evidence));
        }
        let added = attachment::Entity::find()
            .filter(attachment::COLUMN.compound.eq(by.compound.as_str()))
            .filter(attachment::COLUMN.added_by.eq(by.subject.to_string()))
            .filter(attachment::COLUMN.at.gt(int(now.saturating_sub(FILES_UNUSED))))
            .count(&tx)
            .await?;
        if DAILY_MOST <= added {
            return Err(UseError::Field(Field::Evidence));
        }
        let sha256 = Hash::of(&file.content);
        let row = attachment::ActiveModel {
            compound: Set(by.compound.to_string()),
            sha256: Set(sha256.to_string()),
            kind: Set(file.kind.code().to_owned()),
            size: Set(int(file.content.len() as u64)),
            content: Set(file.content.clone()),
            added_by: Set(by.subject.to_string()),
            at: Set(int(now)),
        };
        let once = OnConflict::columns([attachment::Column::Compound, attachment::Column::Sha256])
            .update_columns([attachment::Column::AddedBy, attachment::Column::At])
            .to_owned();
        attachment::Entity::insert(row).on_conflict(once).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(sha256)
    }

    /// A stored file, for whoever may see what it belongs to: what shows that a task was done or a notice hangs is
    /// public, what an objection is founded on is for its author and those who deal with it,
    /// and what belongs to a mediation is for those in its room.
    pub async fn file(
        &self,
        compound: &CompoundId,
        sha256: &Hash,
        looking: Option<&By>,
        now: u64,
    ) -> Result<Option<File>, DbErr> {
        let db = self.estate.reader();
        let uses = attachment_use::Entity::find()
            .filter(attachment_use::COLUMN.compound.eq(compound.as_str()))
            .filter(attachment_use::COLUMN.sha256.eq(sha256.to_string()))
            .all(db)
            .await?;
        let mut is_seen = false;
        for of in uses {
            is_seen |= match of.object.split_once(':') {
                Some(("task" | "notice", _)) => true,
                Some(("objection", id)) => match looking {
                    Some(by) => may_see_objection(db, by, id, now).await?,
                    None => false,
                },
                Some(("mediation", id)) => match looking {
                    Some(by) => mediations::may_enter(db, by, id, now).await?,
                    None => false,
                },
                _ => false,
            };
        }
        if !is_seen {
            return Ok(None);
        }
        let key = (compound.to_string(), sha256.to_string());
        let row = attachment::Entity::find_by_id(key).one(db).await?;
        row.map(|row| Ok(File { kind: word(&row.kind)?, content: row.content })).transpose()
    }

    /// Forgets files that no step has named within [`FILES_UNUSED`].
    pub async fn forget_files(&self, compound: &CompoundId, now: u64) -> Result<u64, DbErr> {
        let tx = self.estate.begin(compound).await?;
        let used = Query::select()
            .column(attachment_use::Column::Sha256)
            .from(attachment_use::Entity)
            .and_where(attachment_use::COLUMN.compound.eq(compound.as_str()))
            .to_owned();
        let gone = attachment::Entity::delete_many()
            .filter(attachment::COLUMN.compound.eq(compound.as_str()))
            .filter(attachment::COLUMN.at.lt(int(now.saturating_sub(FILES_UNUSED))))
            .filter(attachment::COLUMN.sha256.not_in_subquery(used))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(gone.rows_affected)
    }
}

/// Whether somebody filed an objection, sits in the committee it is directed against, or deals with it.
pub(super) async fn may_see_objection(db: &impl ConnectionTrait, by: &By, id: &str, now: u64) -> Result<bool, DbErr> {
    let found = objection::Entity::find_by_id(id).filter(objection::COLUMN.compound.eq(by.compound.as_str())).one(db);
    let Some(row) = found.await? else { return Ok(false) };
    if row.author == by.subject.to_string() {
        return Ok(true);
    }
    let who = standing(db, by, now).await?;
    let deals = |role: Role| matches!(role, Role::Committee | Role::Street | Role::Auditor);
    Ok(who.posts.iter().any(|post| deals(post.role) && post.is_held_at(now)))
}

/// Binds files to what they belong to.
///
/// # Errors
/// One was not stored, or by somebody else; or there are too many.
pub(super) async fn take(
    tx: &DatabaseTransaction,
    by: &By,
    (kind, id): (Kind, &str),
    files: &[Hash],
) -> Result<(), UseError> {
    let wanted: BTreeSet<String> = files.iter().map(ToString::to_string).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let subject: &Subject = &by.subject;
    let stored: Vec<String> = attachment::Entity::find()
        .filter(attachment::COLUMN.compound.eq(by.compound.as_str()))
        .filter(attachment::COLUMN.added_by.eq(subject.to_string()))
        .filter(attachment::COLUMN.sha256.is_in(wanted.iter().map(String::as_str)))
        .select_only()
        .column(attachment::Column::Sha256)
        .into_tuple()
        .all(tx)
        .await?;
    if stored.len() != wanted.len() || FILES_MOST < wanted.len() {
        return Err(UseError::Field(Field::Evidence));
    }
    let rows = wanted.into_iter().map(|sha256| attachment_use::ActiveModel {
        compound: Set(by.compound.to_string()),
        sha256: Set(sha256),
        object: Set(format!("{kind}:{id}")),
    });
    let keys = [attachment_use::Column::Compound, attachment_use::Column::Sha256, attachment_use::Column::Object];
    let once = OnConflict::columns(keys).do_nothing().to_owned();
    attachment_use::Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}
