//! What pages find by a number of its own in each compound, and call by its title.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::ids::CompoundId;
use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait, QueryFilter as _, QuerySelect as _};

use super::tables::uint;

/// The row of a number in the compound; `columns` are those of the compound and the number.
pub(super) async fn numbered<E: EntityTrait>(
    db: &impl ConnectionTrait,
    columns: [E::Column; 2],
    compound: &CompoundId,
    number: u64,
) -> Result<Option<E::Model>, DbErr> {
    // A number that no row can have is nobody's.
    let Ok(number) = i64::try_from(number) else { return Ok(None) };
    let [of, numbers] = columns;
    E::find().filter(of.eq(compound.as_str())).filter(numbers.eq(number)).one(db).await
}

/// The numbers and titles of those with these ids; `columns` are those of the compound, id, number and title.
pub(super) async fn titles<E: EntityTrait>(
    db: &impl ConnectionTrait,
    columns: [E::Column; 4],
    compound: &CompoundId,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
    let [of, id, number, title] = columns;
    let rows: Vec<(String, i64, String)> = E::find()
        .select_only()
        .columns([id, number, title])
        .filter(of.eq(compound.as_str()))
        .filter(id.is_in(ids.iter().map(String::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, number, title)| (id, (uint(number), title))).collect())
}
