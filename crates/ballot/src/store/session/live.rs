//! Which of many sessions go on: one read, however many ask at once.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement};

use super::is_too_old;
use crate::{
    hash::Hash,
    store::{
        estate::Estate,
        tables::{int, uint},
    },
};

impl Estate {
    /// Of these sessions those that go on, by the same rules as [`Estate::session_of`]: neither ended nor idle nor too
    /// old, with device, person and office still there. Asking is not using: it keeps no session awake.
    pub async fn live_sessions(&self, tokens: &[Hash], now: u64) -> Result<BTreeSet<Hash>, DbErr> {
        let backend = self.reader().get_database_backend();
        let texts: Vec<_> = tokens.iter().map(Hash::to_string).collect();
        // One parameter for all, so that the statement is prepared once; a hash needs no quoting.
        let (among, list) = match backend {
            DbBackend::Postgres => ("= ANY(CAST(CAST($1 AS text) AS text[]))", format!("{{{}}}", texts.join(","))),
            _ => ("IN (SELECT value FROM json_each($1))", format!("[\"{}\"]", texts.join("\",\""))),
        };
        // A subject is `person:<id>` or `staff:<id>`.
        let sql = format!(
            "SELECT s.token_sha256 AS token, s.created_at, s.seen_at, t.term_ends FROM session s \
             LEFT JOIN person p ON p.compound = s.compound AND p.id = substr(s.subject, 8) \
             LEFT JOIN staff t ON t.compound = s.compound AND t.id = substr(s.subject, 7) AND t.state = 'active' \
             LEFT JOIN device d ON d.id = s.device AND d.revoked_at IS NULL \
             WHERE s.token_sha256 {among} AND s.ended_at IS NULL AND (s.device IS NULL OR d.id IS NOT NULL) \
             AND (p.id IS NOT NULL OR t.id IS NOT NULL)"
        );
        let rows = self.reader().query_all_raw(Statement::from_sql_and_values(backend, sql, [list.into()])).await?;
        let mut live = BTreeSet::new();
        for row in rows {
            let token: String = row.try_get_by("token")?;
            let (created, seen): (i64, i64) = (row.try_get_by("created_at")?, row.try_get_by("seen_at")?);
            let term_ends: Option<i64> = row.try_get_by("term_ends")?;
            if !is_too_old(uint(created), uint(seen), now) && term_ends.is_none_or(|end| int(now) < end) {
                live.insert(token.parse().map_err(|_| DbErr::Type("a session's token".to_owned()))?);
            }
        }
        Ok(live)
    }
}
