//! The map of what people think, computed anew when something has changed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ballot::store::ids::CompoundId;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QuerySelect as _, sea_query::OnConflict,
};

use super::vote_of;
use crate::{
    lifecycle::tables::StatementState,
    opinion::{self as mathematics, Grouping, Id, Map, Moderation, Reactions, Standing, Tie, Voices},
    people::TieKind,
    store::{
        Conversation, Deliberation,
        tables::{int, opinion, reaction, statement, tie, uint, word},
    },
};

/// Everything that the reactions to the statements below one thing say.
#[derive(Debug, Clone, PartialEq)]
pub struct OpinionView {
    /// Of [`Id::Number`]s of statements; people are there by their ids, which no page shows.
    pub map: Map,
    /// What owners and tenants say, where there are enough of both.
    pub voices: Vec<Voices>,
}

/// A map that was computed, and how often opinions of it had changed then.
type Kept = (Conversation, u64, Arc<OpinionView>);

/// A map is computed when something has changed. The last few are kept with what they leave to the next computation,
/// so that groups do not jump.
static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
const KEPT_MOST: usize = 32;

impl Deliberation {
    /// The map of a matter or a motion as things stand.
    pub async fn opinion(
        &self,
        compound: &CompoundId,
        target: &Conversation,
        now: u64,
    ) -> Result<Arc<OpinionView>, DbErr> {
        let db = self.estate.reader();
        let row = opinion::Entity::find_by_id(target.key()).one(db).await?;
        let changes = row.map_or(0, |row| uint(row.changes));
        let last = KEPT.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|(of, ..)| of == target).cloned();
        let last = match last {
            Some((_, then, view)) if then == changes => return Ok(view),
            last => last.map(|(_, _, view)| view.map.standing.clone()).unwrap_or_default(),
        };
        let reactions = reactions(db, target).await?;
        let ties = ties(db, compound, now).await?;
        let view = tokio::task::spawn_blocking(move || Arc::new(compute(&reactions, &last, &ties)))
            .await
            .map_err(|err| DbErr::Custom(format!("the map was not computed: {err}")))?;
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, ..)| of != target);
        if KEPT_MOST <= kept.len() {
            kept.remove(0);
        }
        kept.push((target.clone(), changes, Arc::clone(&view)));
        Ok(view)
    }
}

/// Says that a map that was computed is no longer right. The transaction holds the head of the chain, so that no change
/// is lost.
pub(super) async fn count_change(tx: &DatabaseTransaction, target: &Conversation) -> Result<(), DbErr> {
    let row = opinion::Entity::find_by_id(target.key()).one(tx).await?;
    let changes = row.map_or(0, |row| row.changes) + 1;
    let row = opinion::ActiveModel { target: Set(target.key()), changes: Set(changes) };
    let upsert = OnConflict::column(opinion::Column::Target).update_column(opinion::Column::Changes).to_owned();
    opinion::Entity::insert(row).on_conflict(upsert).exec_without_returning(tx).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Line {
    person: String,
    number: i64,
    value: i64,
}

/// Who reacted how, with what moderators said of each statement since.
async fn reactions(db: &impl ConnectionTrait, target: &Conversation) -> Result<Reactions, DbErr> {
    let lines: Vec<Line> = reaction::Entity::find()
        .select_only()
        .columns([reaction::Column::Person, reaction::Column::Number, reaction::Column::Value])
        .filter(reaction::COLUMN.target.eq(target.key()))
        .into_model()
        .all(db)
        .await?;
    let said = |line: Line| Ok((Id::Text(line.person), Id::Number(uint(line.number)), vote_of(line.value)?));
    let reactions = lines.into_iter().map(said).collect::<Result<Reactions, DbErr>>()?;
    let rows = statement::Entity::find().filter(statement::COLUMN.target.eq(target.key())).all(db).await?;
    let shown = [StatementState::Accepted, StatementState::Hidden].map(StatementState::code);
    let moderations: BTreeMap<Id, Moderation> = rows
        .into_iter()
        .filter(|row| shown.contains(&row.state.as_str()))
        .map(|row| {
            let is_out = row.state == StatementState::Hidden.code();
            (Id::Number(uint(row.number)), Moderation { is_out, is_meta: false })
        })
        .collect();
    Ok(reactions.with_statements(&moderations))
}

/// Whoever is tied to the estate by something else than owning: tenants, and all others, whom neither side counts.
async fn ties(db: &impl ConnectionTrait, compound: &CompoundId, now: u64) -> Result<BTreeMap<Id, Option<Tie>>, DbErr> {
    let rows = tie::Entity::find()
        .filter(tie::COLUMN.compound.eq(compound.as_str()))
        .filter(tie::COLUMN.until_at.gt(int(now)))
        .all(db)
        .await?;
    let read = |row: tie::Model| {
        let kind: TieKind = word(&row.kind)?;
        Ok((Id::Text(row.person), (kind == TieKind::Tenant).then_some(Tie::Tenant)))
    };
    rows.into_iter().map(read).collect()
}

fn compute(reactions: &Reactions, last: &Standing, ties: &BTreeMap<Id, Option<Tie>>) -> OpinionView {
    // Who may react and has no tie owns something.
    let tie = |person: &Id| ties.get(person).copied().unwrap_or(Some(Tie::Owner));
    OpinionView { map: mathematics::map(reactions, Grouping::Found(last)), voices: mathematics::voices(reactions, tie) }
}
