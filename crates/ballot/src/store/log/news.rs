//! That something was stored for somebody, when, and under which code: never what it says.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::{Log, Logs, rows};
use crate::{
    id::{HolderNo, PersonNo, PollId},
    log::CheckCode,
    statement::{Entry, Method, Signer, Statement},
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

/// Who cast a ballot or paper, and how; never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CastNews {
    /// Nobody if the credential is not known, which only a foreign log has.
    pub(crate) signer: Option<Signer>,
    pub(crate) is_for_another: bool,
    /// When a paper came in; nothing for an electronic ballot.
    pub(crate) received: Option<u64>,
    /// When it was stored, as far as that was noted.
    pub(crate) at: Option<u64>,
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

    /// Who cast what stands at this index; nothing if it is neither ballot nor paper.
    pub(crate) async fn cast(&self, index: u64) -> Result<Option<CastNews>, DbErr> {
        let rows = rows::entries(self.inner.database.reader(), &self.inner.poll, index, 1).await?;
        let Some(Ok(entry)) = rows.first().map(|row| Entry::parse(&row.body)) else { return Ok(None) };
        let (signer, is_for_another, received) = match &entry.statement {
            Statement::Ballot(ballot) => {
                let signer = self.read(|state, _| state.credential(ballot.credential).map(|now| now.signer));
                (signer, ballot.for_holder.is_some(), None)
            }
            Statement::Paper(paper) => (paper.signer(), paper.for_holder.is_some(), Some(paper.received)),
            _ => return Ok(None),
        };
        Ok(Some(CastNews { signer, is_for_another, received, at: self.stored_at(index).await? }))
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
