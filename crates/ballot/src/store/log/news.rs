//! That something was stored for somebody, when, and under which code: never what it says.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::{Log, Logs, rows};
use crate::{
    id::{HolderNo, PersonNo, PollId},
    log::CheckCode,
    statement::{Entry, Method, Statement},
};

/// Something that was stored for a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) holder: HolderNo,
    pub(crate) of: NewsOf,
}

/// What it is; times are Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewsOf {
    /// One of the holder's people may vote now, or an agent where none is named.
    Credential { person: Option<PersonNo>, method: Method, at: u64 },
    /// An electronic ballot.
    Ballot { code: CheckCode, at: u64 },
    /// A paper that was entered.
    Paper { code: CheckCode, at: u64 },
}

impl Logs {
    /// How many entries each log has.
    pub(crate) async fn sizes(&self) -> Result<BTreeMap<PollId, u64>, DbErr> {
        let logs = rows::logs(self.0.database.reader()).await?;
        Ok(logs.into_iter().map(|(poll, size, _)| (poll, size)).collect())
    }
}

impl Log {
    /// When the entry of this index was first stored, by the server's clock; nothing if it is not there or was stored
    /// before that was noted.
    pub async fn stored_at(&self, index: u64) -> Result<Option<u64>, DbErr> {
        rows::published_at(self.inner.database.reader(), &self.inner.poll, index).await
    }

    /// What was stored for holders from entry `from` on, at most `count` entries, and where to go on.
    pub(crate) async fn news(&self, from: u64, count: u64) -> Result<(Vec<News>, u64), DbErr> {
        let count = count.min(self.head().size.saturating_sub(from));
        let rows = rows::entries(self.inner.database.reader(), &self.inner.poll, from, count).await?;
        let next = from + rows.len() as u64;
        let mut news = Vec::new();
        for (row, index) in rows.iter().zip(from..) {
            let Ok(entry) = Entry::parse(&row.body) else { continue };
            let code = CheckCode::of(&entry.leaf);
            let found = match entry.statement {
                Statement::Credential(one) => one
                    .holder
                    .map(|holder| (holder, NewsOf::Credential { person: one.person, method: one.method, at: one.at })),
                Statement::Ballot(ballot) => match ballot.for_holder.or(ballot.holder) {
                    Some(holder) => {
                        let at = self.stored_at(index).await?.unwrap_or_default();
                        Some((holder, NewsOf::Ballot { code, at }))
                    }
                    None => None,
                },
                Statement::Paper(paper) => {
                    paper.for_holder.or(paper.holder).map(|holder| (holder, NewsOf::Paper { code, at: paper.at }))
                }
                _ => None,
            };
            news.extend(found.map(|(holder, of)| News { holder, of }));
        }
        Ok((news, next))
    }
}
