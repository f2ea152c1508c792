//! What is deleted by itself, and when: one table, which the sweep goes by and the page on privacy prints.
//!
//! Source: 中华人民共和国个人信息保护法 (PIPL), article 19: no longer than what it is for needs.

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};

use super::{
    erasure::CONTEST,
    estate::Estate,
    tables::{
        challenge, delegate, int, invitation, one_time_code, outbox, outside_agent, poll, privacy_request, session,
        written_proxy,
    },
};

/// A day in seconds.
const DAY: u64 = 86_400;

/// Something that is kept for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// One-time codes, since they were sent.
    Codes,
    /// Challenges to devices, since they were made.
    Challenges,
    /// Sessions, since somebody signed in.
    Sessions,
    /// Messages that were sent or given up, since they were written. What they say and to whom goes at once.
    Messages,
    /// Letters that open nothing any more, since they were replaced or used up.
    Letters,
    /// What people asked of their own data and were answered, since the answer.
    Requests,
    /// Who voted for owners and is none, with the sheets that say so, since the close of the poll.
    Agents,
    /// Whom companies sent, since their authority ran out.
    Delegates,
}

/// For how many seconds each is kept.
pub const RETENTION: [(Kept, u64); 8] = [
    (Kept::Codes, 2 * DAY),
    (Kept::Challenges, 2 * DAY),
    (Kept::Sessions, 2 * DAY),
    (Kept::Messages, 2 * DAY),
    (Kept::Letters, 30 * DAY),
    // As long as one may go to court over it.
    (Kept::Requests, CONTEST),
    (Kept::Agents, CONTEST),
    (Kept::Delegates, CONTEST),
];

impl Kept {
    /// Deletes what is older.
    ///
    /// - `before`: Unix seconds.
    async fn delete(self, tx: &DatabaseTransaction, before: u64) -> Result<(), DbErr> {
        let before = int(before);
        match self {
            Self::Codes => {
                one_time_code::Entity::delete_many().filter(one_time_code::COLUMN.created_at.lt(before)).exec(tx).await
            }
            Self::Challenges => {
                challenge::Entity::delete_many().filter(challenge::COLUMN.created_at.lt(before)).exec(tx).await
            }
            Self::Sessions => {
                session::Entity::delete_many().filter(session::COLUMN.created_at.lt(before)).exec(tx).await
            }
            Self::Messages => {
                outbox::Entity::delete_many()
                    .filter(outbox::COLUMN.state.ne("queued"))
                    .filter(outbox::COLUMN.created_at.lt(before))
                    .exec(tx)
                    .await
            }
            Self::Letters => {
                invitation::Entity::delete_many().filter(invitation::COLUMN.revoked_at.lt(before)).exec(tx).await
            }
            Self::Requests => {
                privacy_request::Entity::delete_many()
                    .filter(privacy_request::COLUMN.answered_at.lt(before))
                    .exec(tx)
                    .await
            }
            Self::Agents => return forget_agents(tx, before).await,
            Self::Delegates => {
                delegate::Entity::delete_many().filter(delegate::COLUMN.valid_until.lt(before)).exec(tx).await
            }
        }?;
        Ok(())
    }
}

/// The number stays, and nothing says any more whose it is.
async fn forget_agents(tx: &DatabaseTransaction, before: i64) -> Result<(), DbErr> {
    let over = poll::Entity::find().filter(poll::COLUMN.closes.lt(before)).select_only().column(poll::Column::Id);
    let polls: Vec<String> = over.into_tuple().all(tx).await?;
    outside_agent::Entity::update_many()
        .col_expr(outside_agent::Column::Salt, Expr::value(""))
        .col_expr(outside_agent::Column::Record, Expr::value(""))
        .filter(outside_agent::COLUMN.poll.is_in(polls.iter().map(String::as_str)))
        .filter(outside_agent::COLUMN.record.ne(""))
        .exec(tx)
        .await?;
    written_proxy::Entity::update_many()
        .col_expr(written_proxy::Column::Scan, Expr::value(None::<Vec<u8>>))
        .filter(written_proxy::COLUMN.poll.is_in(polls.iter().map(String::as_str)))
        .filter(written_proxy::COLUMN.outside.is_not_null())
        .filter(written_proxy::COLUMN.scan.is_not_null())
        .exec(tx)
        .await?;
    Ok(())
}

impl Estate {
    /// Deletes whatever [`RETENTION`] says is kept no longer. Called now and then.
    pub async fn sweep(&self, now: u64) -> Result<(), DbErr> {
        let tx = self.begin_any().await?;
        for (kept, seconds) in RETENTION {
            kept.delete(&tx, now.saturating_sub(seconds)).await?;
        }
        tx.commit().await
    }
}
