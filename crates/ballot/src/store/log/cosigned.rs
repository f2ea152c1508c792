//! What witnesses say of a log: their cosignatures, kept and shown, and the anchors made of them.
//!
//! Nothing here holds up a ballot: checkpoints are shown as they are signed, and cosignatures join them as they come.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{ConnectionTrait, DbErr, Statement as Sql, Value};

use super::{Log, Logs, view::View};
use crate::{
    hash::Hash,
    id::PollId,
    key::VerifierKey,
    log::Checkpoint,
    note::Note,
    state::{Keyring, Phase},
    statement::{Anchor, Entry, Manifest, Statement},
    store::{
        Made, Refusal, Stored, Submission, SubmitError,
        sequencer::Job,
        tables::{int, uint},
    },
    witness::Request,
};

/// While a poll runs, what is not anchored yet is anchored so many seconds after the last anchor.
pub const HOURLY: u64 = 3600;

/// A witness's line over a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Cosignature {
    /// The witness's place in the manifest.
    witness: usize,
    /// Unix seconds.
    time: u64,
    /// The note's line, with its end.
    line: Arc<str>,
}

/// Which of a witness's lines over one checkpoint are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Lines {
    /// The earliest: they never change once they are in.
    Earliest,
    /// The latest: they say that the witness still sees this tree.
    Latest,
}

/// The cosignatures of a log by size.
#[derive(Debug, Default)]
pub(in crate::store) struct Cosignatures {
    by_size: BTreeMap<u64, Vec<Cosignature>>,
    /// How many of the database's rows these are, sound or not.
    rows: u64,
}

/// The last anchor of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct LastAnchor {
    /// How many entries its checkpoint has.
    pub(in crate::store) size: u64,
    /// Unix seconds of the n-th cosignature.
    pub(in crate::store) time: u64,
}

/// A log that a witness has not cosigned as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncosigned {
    /// The poll.
    pub poll: PollId,
    /// The largest size that the witness cosigned; 0 if none.
    pub cosigned: u64,
}

/// Why a cosignature is not taken.
#[derive(Debug, thiserror::Error)]
pub enum CosignatureError {
    /// No line of this witness, or it does not hold.
    #[error("the answer has no valid cosignature of this witness over the checkpoint")]
    Invalid,
    /// The database failed.
    #[error("the cosignature was not stored: {0}")]
    Database(#[from] DbErr),
}

/// What a checkpoint that the log's key signed, and that a witness holds, says against this log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// It has more entries than the database: it is an older copy, or other entries were signed.
    #[error("a witness holds a checkpoint of {0} entries that this log's key signed, and the database holds fewer")]
    Behind(u64),
    /// Of so many entries the database has another root.
    #[error("a witness holds a checkpoint of {0} entries that this log's key signed over another tree")]
    Forked(u64),
}

impl Cosignatures {
    /// Those of the rows that hold; what does not would spoil the record, and is passed over.
    pub(in crate::store) fn read(rows: Vec<Row>, view: &View, log: &VerifierKey) -> Self {
        let mut found = Self { rows: rows.len() as u64, ..Self::default() };
        for (size, witness, line) in rows {
            let known = view.state.keys().witnesses.iter().position(|key| key.to_string() == witness);
            let (Some(place), Some(root)) = (known, view.tree.root(size)) else { continue };
            let text = Checkpoint { origin: log.name().to_owned(), size, root }.text();
            let whole = format!("{text}\n{line}");
            let key = &view.state.keys().witnesses[place];
            let time = Note::parse(whole.as_bytes()).ok().and_then(|note| note.lines.first()?.cosigned_at(key, &text));
            if let Some(time) = time {
                found.add(size, Cosignature { witness: place, time, line: line.into() });
            } else {
                tracing::error!(log = log.name(), size, "a stored cosignature does not hold");
            }
        }
        found
    }

    /// Takes in a line; the same one twice is one.
    fn add(&mut self, size: u64, cosignature: Cosignature) {
        let lines = self.by_size.entry(size).or_default();
        if let Err(place) =
            lines.binary_search_by_key(&(cosignature.witness, cosignature.time), |one| (one.witness, one.time))
        {
            lines.insert(place, cosignature);
        }
    }

    /// One line of each witness that cosigned this size, in the manifest's order.
    fn lines(&self, size: u64, which: Lines) -> Vec<&Cosignature> {
        let all = self.by_size.get(&size).map_or(&[][..], Vec::as_slice);
        // They stand by witness, then by time.
        all.chunk_by(|a, b| a.witness == b.witness)
            .filter_map(|of_one| match which {
                Lines::Earliest => of_one.first(),
                Lines::Latest => of_one.last(),
            })
            .collect()
    }

    fn is_witnessed(&self, size: u64, quorum: usize) -> bool {
        quorum <= self.lines(size, Lines::Earliest).len()
    }
}

impl View {
    /// How many witnesses must cosign.
    fn quorum(&self) -> usize {
        usize::try_from(self.state.manifest().policy.witnesses).unwrap_or(usize::MAX)
    }

    /// A published checkpoint with the witnesses' lines below it.
    pub(in crate::store) fn cosigned_note(&self, bare: &str, size: u64, which: Lines) -> String {
        let mut note = bare.to_owned();
        self.cosigned.lines(size, which).iter().for_each(|one| note.push_str(&one.line));
        note
    }

    /// The first published size that holds this entry and is witnessed, where the poll has witnesses.
    pub(in crate::store) fn witnessed_size(&self, index: u64) -> Option<u64> {
        let quorum = self.quorum();
        if quorum == 0 {
            return None;
        }
        let after = self.cosigned.by_size.range(index.checked_add(1)?..);
        after.map(|(size, _)| *size).find(|size| self.cosigned.is_witnessed(*size, quorum))
    }

    /// The largest size that is witnessed, with the time at which it was.
    pub(in crate::store) fn last_witnessed(&self) -> Option<(u64, u64)> {
        let quorum = self.quorum();
        let place = quorum.checked_sub(1)?;
        self.cosigned.by_size.keys().rev().find_map(|size| {
            let mut times: Vec<_> =
                self.cosigned.lines(*size, Lines::Earliest).iter().map(|cosignature| cosignature.time).collect();
            times.sort_unstable();
            Some((*size, *times.get(place)?))
        })
    }
}

impl LastAnchor {
    /// Reads an anchor that stands in the log.
    pub(in crate::store) fn read(anchor: &Anchor, index: u64, manifest: &Manifest, keys: &Keyring) -> Option<Self> {
        let (size, time) = crate::audit::anchored(anchor, index, manifest, keys)?;
        Some(Self { size, time })
    }
}

/// Whether an anchor is to be put in now, of a checkpoint of `witnessed` entries.
///
/// - `dated`: up to where entries stand that want a time.
/// - `last`: the last anchor.
///
/// While a poll runs: an hour after the last one, if there is something new. When it has ended: as soon as everything
/// that wants a time is witnessed.
fn is_due(phase: Phase, now: u64, dated: u64, witnessed: u64, last: Option<LastAnchor>) -> bool {
    let anchored = last.map_or(0, |last| last.size);
    if witnessed <= anchored || dated <= anchored {
        return false;
    }
    match phase {
        Phase::Before | Phase::Open => last.is_none_or(|last| last.time.saturating_add(HOURLY) <= now),
        Phase::Ended | Phase::Closed => dated <= witnessed,
    }
}

impl Log {
    /// The witnesses that the manifest names, and how many of them must cosign.
    pub fn witnesses(&self) -> (Vec<VerifierKey>, usize) {
        let view = self.inner.view();
        (view.state.keys().witnesses.iter().map(|key| (**key).clone()).collect(), view.quorum())
    }

    /// What a witness is asked that cosigned `old` entries last: the published checkpoint, and the proof. None if it
    /// cosigned more than is published.
    pub fn ask(&self, old: u64) -> Option<Request> {
        let view = self.inner.view();
        let size = view.size();
        if size < old {
            return None;
        }
        let proof = if old == 0 || old == size { Vec::new() } else { view.tree.consistency_proof(old, size)? };
        Some(Request { old, proof, checkpoint: view.note.to_string() })
    }

    /// Takes a witness's answer over a published checkpoint: verified, stored, shown.
    ///
    /// # Errors
    /// It is not this witness's, or the database fails.
    pub async fn add_cosignature(
        &self,
        checkpoint: &str,
        answer: &str,
        witness: &VerifierKey,
    ) -> Result<(), CosignatureError> {
        let signed = format!("{checkpoint}{answer}");
        let (size, time, line) = verified(signed.as_bytes(), self.key(), witness).ok_or(CosignatureError::Invalid)?;
        let place = self.inner.view().state.keys().witnesses.iter().position(|key| **key == *witness);
        let place = place.ok_or(CosignatureError::Invalid)?;
        insert(self.inner.database.writer(), &self.inner.poll, size, witness, time, &line).await?;
        let mut view = self.inner.view_mut();
        view.cosigned.add(size, Cosignature { witness: place, time, line: line.into() });
        view.cosigned.rows += 1;
        Ok(())
    }

    /// The first witnessed checkpoint that holds the entry at `index`, with the entry's proof.
    pub fn witnessed(&self, index: u64) -> Option<(String, Vec<Hash>)> {
        let view = self.inner.view();
        let size = view.witnessed_size(index)?;
        let bare = self.inner.key.published(&view, size)?;
        Some((view.cosigned_note(&bare, size, Lines::Earliest), view.tree.inclusion_proof(index, size)?))
    }

    /// What a checkpoint that a witness holds says against this log, once what others appended is taken in.
    pub async fn contradiction(&self, note: &str) -> Option<Contradiction> {
        let Checkpoint { size, root, .. } = Checkpoint::open(note.as_bytes(), self.key()).ok()?.checkpoint;
        self.catch_up().await;
        let view = self.inner.view();
        if view.size() < size {
            return Some(Contradiction::Behind(size));
        }
        (view.tree.root(size) != Some(root)).then_some(Contradiction::Forked(size))
    }

    /// Stops the log for a person to look at: nothing more is signed.
    pub async fn halt(&self, why: Contradiction) {
        // The task that has gone signs nothing any more.
        let _ = self.queue.send(Job::Halt(why)).await;
    }

    /// Puts an anchor into the log if one is due at `now`; the anchor's index if so.
    ///
    /// # Errors
    /// As of any statement; a refusal is that somebody else was quicker.
    pub async fn anchor(&self, now: u64) -> Result<Option<u64>, SubmitError> {
        let (text, poll, size) = {
            let view = self.inner.view();
            let Some((size, _)) = view.last_witnessed() else { return Ok(None) };
            if !is_due(view.state.phase(now), now, view.dated, size, view.anchored) {
                return Ok(None);
            }
            let Some(bare) = self.inner.key.published(&view, size) else { return Ok(None) };
            let note = view.cosigned_note(&bare, size, Lines::Earliest);
            let (poll, manifest) = view.state.names();
            let anchor = Statement::Anchor(Anchor { checkpoint: BASE64.encode(note), manifest, poll: poll.clone() });
            (anchor.text(), poll.clone(), size)
        };
        let bytes = self.inner.key.statement(&poll, text).await?;
        let made = Submission::made(move |moment| {
            // Another process may have been quicker.
            if size <= moment.state.anchored() { Err(Refusal::Declined("anchored")) } else { Ok(Made::new(bytes)) }
        });
        match self.submit(made).await {
            Ok(Stored { index, .. }) => Ok(Some(index)),
            Err(SubmitError::Refused(Refusal::Declined("anchored"))) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes in the cosignatures that other processes stored.
    async fn refresh(&self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        let rows = rows(connection, &self.inner.poll).await?;
        let mut view = self.inner.view_mut();
        view.cosigned = Cosignatures::read(rows, &view, self.key());
        Ok(())
    }
}

impl Logs {
    /// The logs that a witness has not cosigned as they stand, or for the last time before `stale`.
    ///
    /// # Errors
    /// The database's.
    pub async fn uncosigned(&self, witness: &VerifierKey, stale: u64) -> Result<Vec<Uncosigned>, DbErr> {
        pending(self.0.database.reader(), witness, stale).await
    }

    /// Takes in what other processes heard from witnesses, for the logs that are open here.
    pub(super) async fn refresh_cosignatures(&self) -> Result<(), DbErr> {
        let connection = self.0.database.reader();
        for (poll, rows) in counts(connection).await? {
            let log = super::lock(&self.0.open).get(&poll).and_then(|slot| slot.get()).cloned();
            if let Some(log) = log.filter(|log| log.inner.view().cosigned.rows != rows) {
                log.refresh(connection).await?;
            }
        }
        Ok(())
    }

    /// Whether the manifest of a poll names this witness; the log is not opened for it.
    ///
    /// # Errors
    /// The database's.
    pub async fn names_witness(&self, poll: &PollId, witness: &VerifierKey) -> Result<bool, DbErr> {
        let first = super::rows::entries(self.0.database.reader(), poll, 0, 1).await?;
        let entry = first.first().and_then(|row| Entry::parse(&row.body).ok());
        let Some(Statement::Manifest(manifest)) = entry.map(|entry| entry.statement) else { return Ok(false) };
        Ok(manifest.keys.witnesses.iter().any(|key| key.0 == witness.to_string()))
    }

    /// The logs that are open here.
    pub fn opened(&self) -> Vec<Log> {
        super::lock(&self.0.open).values().filter_map(|slot| slot.get().cloned()).collect()
    }
}

/// Size, time and line of a witness's cosignature below a checkpoint, if all of it holds.
fn verified(signed: &[u8], log: &VerifierKey, witness: &VerifierKey) -> Option<(u64, u64, String)> {
    let opened = Checkpoint::open(signed, log).ok()?;
    let whole = str::from_utf8(signed).ok()?;
    let below = whole.split('\n').filter(|line| line.starts_with('\u{2014}'));
    let times = opened.lines.iter().map(|line| line.cosigned_at(witness, opened.text));
    let (line, time) = below.zip(times).find_map(|(line, time)| Some((line, time?)))?;
    Some((opened.checkpoint.size, time, format!("{line}\n")))
}

/// A cosignature as it is stored: size, witness, line.
type Row = (u64, String, String);

/// Reads the cosignatures of a log as they are stored.
pub(in crate::store) async fn rows(connection: &impl ConnectionTrait, poll: &PollId) -> Result<Vec<Row>, DbErr> {
    let sql = "SELECT size, witness, line FROM log_cosignature WHERE poll = $1 ORDER BY size, witness, time";
    let rows = connection.query_all_raw(sql_with(connection, sql, [poll.as_str().into()])).await?;
    rows.iter()
        .map(|row| Ok((uint(row.try_get_by("size")?), row.try_get_by("witness")?, row.try_get_by("line")?)))
        .collect()
}

async fn insert(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    size: u64,
    witness: &VerifierKey,
    time: u64,
    line: &str,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_cosignature (poll, size, witness, time, line) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    let time = i64::try_from(time).map_err(|_| DbErr::Type("a cosignature's time is beyond all times".to_owned()))?;
    let values =
        [poll.as_str().into(), int(size).into(), witness.to_string().into(), time.into(), line.to_owned().into()];
    connection.execute_raw(sql_with(connection, sql, values)).await.map(|_| ())
}

async fn counts(connection: &impl ConnectionTrait) -> Result<Vec<(PollId, u64)>, DbErr> {
    let sql = "SELECT poll, count(*) AS n FROM log_cosignature GROUP BY poll";
    let rows = connection.query_all_raw(sql_with(connection, sql, [])).await?;
    rows.iter().map(|row| Ok((id(&row.try_get_by::<String, _>("poll")?)?, uint(row.try_get_by("n")?)))).collect()
}

async fn pending(
    connection: &impl ConnectionTrait,
    witness: &VerifierKey,
    stale: u64,
) -> Result<Vec<Uncosigned>, DbErr> {
    let sql = "SELECT head.poll AS poll, coalesce(max(c.size), 0) AS cosigned FROM log_head head \
               LEFT JOIN log_cosignature c ON c.poll = head.poll AND c.witness = $1 \
               GROUP BY head.poll, head.size \
               HAVING coalesce(max(c.size), 0) < head.size OR max(c.time) < $2 ORDER BY head.poll";
    let values = [witness.to_string().into(), int(stale).into()];
    let rows = connection.query_all_raw(sql_with(connection, sql, values)).await?;
    rows.iter()
        .map(|row| {
            Ok(Uncosigned {
                poll: id(&row.try_get_by::<String, _>("poll")?)?,
                cosigned: uint(row.try_get_by("cosigned")?),
            })
        })
        .collect()
}

fn id(poll: &str) -> Result<PollId, DbErr> {
    poll.parse().map_err(|_| DbErr::Type("a log's poll is no id".to_owned()))
}

fn sql_with(connection: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Sql {
    Sql::from_sql_and_values(connection.get_database_backend(), sql, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_due_hourly_while_a_poll_runs_and_once_when_it_has_ended() {
        let last = |size, time| Some(LastAnchor { size, time });
        for (why, phase, now, dated, witnessed, anchor, expected) in [
            ("nothing is witnessed", Phase::Open, 9_000, 10, 0, None, false),
            ("the first", Phase::Open, 9_000, 10, 10, None, true),
            ("within the hour", Phase::Open, 9_000, 20, 20, last(10, 8_000), false),
            ("an hour later", Phase::Open, 11_600, 20, 20, last(10, 8_000), true),
            ("a second before", Phase::Open, 11_599, 20, 20, last(10, 8_000), false),
            ("nothing new but the anchor itself", Phase::Open, 99_000, 10, 11, last(10, 8_000), false),
            ("new, and not witnessed", Phase::Open, 99_000, 20, 10, last(10, 8_000), false),
            ("ended: at once", Phase::Ended, 8_001, 20, 20, last(10, 8_000), true),
            ("ended, and not all of it witnessed", Phase::Closed, 8_001, 20, 19, last(10, 8_000), false),
            ("all anchored", Phase::Closed, 99_000, 20, 22, last(20, 8_000), false),
            ("credentials before it opens", Phase::Before, 9_000, 4, 4, None, true),
        ] {
            assert_eq!(is_due(phase, now, dated, witnessed, anchor), expected, "{why}");
        }
    }
}
