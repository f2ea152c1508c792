//! The log's tables, and every statement of SQL over them.
//!
//! The texts are the same for both databases but for locking, the clock, and how one parameter becomes many rows.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};

use crate::{hash::Hash, id::PollId, log::Frontier};

/// The head of a log as it is stored.
#[derive(Debug, Clone)]
pub(in crate::store) struct HeadRow {
    /// The tree's right edge, with its size.
    pub(in crate::store) frontier: Frontier,
    /// Counts take-overs: a process that knows another number writes no more.
    pub(in crate::store) epoch: i64,
    /// The database's clock in Unix seconds, where it has one.
    pub(in crate::store) now: Option<u64>,
}

/// An entry as it is stored.
#[derive(Debug)]
pub(in crate::store) struct EntryRow {
    pub(in crate::store) leaf: Hash,
    pub(in crate::store) body: Vec<u8>,
}

/// Locks the head until the transaction ends, then reads it and the clock.
pub(in crate::store) async fn lock_head(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
) -> Result<Option<HeadRow>, DbErr> {
    // The clock is read outside the part that waits for the lock. On SQLite the transaction holds it already.
    let sql = match transaction.get_database_backend() {
        DbBackend::Postgres => {
            "WITH head AS MATERIALIZED \
             (SELECT size, root, frontier, epoch FROM log_head WHERE poll = $1 FOR UPDATE) \
             SELECT size, root, frontier, epoch, \
             CAST(floor(extract(epoch FROM clock_timestamp())) AS bigint) AS now FROM head"
        }
        _ => "SELECT size, root, frontier, epoch, NULL AS now FROM log_head WHERE poll = $1",
    };
    let row = transaction.query_one_raw(sql_with(transaction, sql, [text(poll)])).await?;
    row.as_ref().map(head_of).transpose()
}

/// Reads the head as it is committed.
pub(in crate::store) async fn read_head(
    connection: &impl ConnectionTrait,
    poll: &PollId,
) -> Result<Option<HeadRow>, DbErr> {
    let sql = "SELECT size, root, frontier, epoch, NULL AS now FROM log_head WHERE poll = $1";
    let row = connection.query_one_raw(sql_with(connection, sql, [text(poll)])).await?;
    row.as_ref().map(head_of).transpose()
}

fn head_of(row: &QueryResult) -> Result<HeadRow, DbErr> {
    let size = unsigned(row.try_get_by("size")?)?;
    let peaks: Vec<u8> = row.try_get_by("frontier")?;
    let root: Vec<u8> = row.try_get_by("root")?;
    let peaks = peaks.chunks(32).map(hash).collect::<Result<_, _>>()?;
    let frontier = Frontier::from_parts(size, peaks).filter(|frontier| root == frontier.root().0);
    Ok(HeadRow {
        frontier: frontier.ok_or_else(|| DbErr::Type("a log's size, root and frontier do not fit".to_owned()))?,
        epoch: row.try_get_by("epoch")?,
        now: row.try_get_by::<Option<i64>, _>("now")?.map(unsigned).transpose()?,
    })
}

/// Every log and its size; the second says whether it is closed.
pub(in crate::store) async fn logs(connection: &impl ConnectionTrait) -> Result<Vec<(PollId, u64, bool)>, DbErr> {
    let sql = "SELECT poll, size, close_index FROM log_head ORDER BY poll";
    let rows = connection.query_all_raw(sql_with(connection, sql, [])).await?;
    rows.iter()
        .map(|row| {
            let poll: String = row.try_get_by("poll")?;
            let poll = poll.parse().map_err(|_| DbErr::Type("a log's poll is no id".to_owned()))?;
            let is_closed = row.try_get_by::<Option<i64>, _>("close_index")?.is_some();
            Ok((poll, unsigned(row.try_get_by("size")?)?, is_closed))
        })
        .collect()
}

/// Entries from index `from` on, at most `count`, in order.
pub(in crate::store) async fn entries(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    from: u64,
    count: u64,
) -> Result<Vec<EntryRow>, DbErr> {
    let sql = "SELECT idx, leaf, body FROM log_entry WHERE poll = $1 AND $2 <= idx AND idx < $3 ORDER BY idx";
    let values = [text(poll), number(from), number(from.saturating_add(count).min(MOST))];
    let rows = connection.query_all_raw(sql_with(connection, sql, values)).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for (row, index) in rows.iter().zip(from..) {
        if unsigned(row.try_get_by("idx")?)? != index {
            return Err(DbErr::Type("an entry of a log is missing".to_owned()));
        }
        let leaf: Vec<u8> = row.try_get_by("leaf")?;
        entries.push(EntryRow { leaf: hash(&leaf)?, body: row.try_get_by("body")? });
    }
    Ok(entries)
}

/// The sizes above `after` that were published, with their roots, smallest first.
pub(in crate::store) async fn checkpoints(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    after: u64,
) -> Result<Vec<(u64, Hash)>, DbErr> {
    let sql = "SELECT size, root FROM log_checkpoint WHERE poll = $1 AND $2 < size ORDER BY size";
    let rows = connection.query_all_raw(sql_with(connection, sql, [text(poll), number(after)])).await?;
    rows.iter()
        .map(|row| {
            let root: Vec<u8> = row.try_get_by("root")?;
            Ok((unsigned(row.try_get_by("size")?)?, hash(&root)?))
        })
        .collect()
}

/// Appends entries, of which the first gets the index `first`.
///
/// One statement with a fixed text whatever their number, so that it is prepared once: the bodies go as one string of
/// bytes with their offsets and lengths, which costs half of what a row of parameters for each entry does.
pub(in crate::store) async fn insert_entries(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
    first: u64,
    entries: &[(Hash, &[u8])],
) -> Result<(), DbErr> {
    let mut leaves = Vec::with_capacity(entries.len() * 32);
    let mut bodies = Vec::with_capacity(entries.iter().map(|(_, body)| body.len()).sum());
    // The offset in the upper bits, the length in the lower sixteen: it is at most 65,535.
    let mut places = Vec::with_capacity(entries.len());
    for (leaf, body) in entries {
        leaves.extend_from_slice(&leaf.0);
        places.push((bodies.len() << 16 | body.len()).to_string());
        bodies.extend_from_slice(body);
    }
    let places = places.join(",");
    let (sql, places) = match transaction.get_database_backend() {
        DbBackend::Postgres => (
            "INSERT INTO log_entry (poll, idx, leaf, body) \
             SELECT $1, $2 + n - 1, substr($3, CAST(n AS int) * 32 - 31, 32), \
             substr($4, CAST(place >> 16 AS int) + 1, CAST(place & 65535 AS int)) \
             FROM unnest(CAST(CAST($5 AS text) AS bigint[])) WITH ORDINALITY AS of (place, n)",
            format!("{{{places}}}"),
        ),
        _ => (
            "INSERT INTO log_entry (poll, idx, leaf, body) \
             SELECT $1, $2 + key, substr($3, key * 32 + 1, 32), substr($4, (value >> 16) + 1, value & 65535) \
             FROM json_each($5)",
            format!("[{places}]"),
        ),
    };
    let values = [text(poll), number(first), leaves.into(), bodies.into(), places.into()];
    let done = transaction.execute_raw(sql_with(transaction, sql, values)).await?;
    if done.rows_affected() == entries.len() as u64 { Ok(()) } else { Err(DbErr::RecordNotInserted) }
}

/// Notes that a size is published with its root, and when.
pub(in crate::store) async fn insert_checkpoint(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
    size: u64,
    root: &Hash,
    now: u64,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_checkpoint (poll, size, root, at) VALUES ($1, $2, $3, $4)";
    let values = [text(poll), number(size), bytes(root), number(now)];
    transaction.execute_raw(sql_with(transaction, sql, values)).await.map(|_| ())
}

/// When the first size that holds this index was published.
pub(in crate::store) async fn published_at(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    index: u64,
) -> Result<Option<u64>, DbErr> {
    let sql = "SELECT at FROM log_checkpoint WHERE poll = $1 AND $2 < size ORDER BY size LIMIT 1";
    let row = connection.query_one_raw(sql_with(connection, sql, [text(poll), number(index)])).await?;
    let at = row.map(|row| row.try_get_by::<Option<i64>, _>("at")).transpose()?;
    at.flatten().map(unsigned).transpose()
}

/// Moves the head from `old` of this epoch to `new`; `false` if it was not at `old` any more.
pub(in crate::store) async fn move_head(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
    old: (u64, i64),
    new: &Frontier,
    close_index: Option<u64>,
) -> Result<bool, DbErr> {
    let sql = "UPDATE log_head SET size = $1, root = $2, frontier = $3, close_index = $4 \
               WHERE poll = $5 AND size = $6 AND epoch = $7";
    let values = [
        number(new.size()),
        bytes(&new.root()),
        peaks(new),
        Value::BigInt(close_index.map(signed)),
        text(poll),
        number(old.0),
        Value::BigInt(Some(old.1)),
    ];
    let done = transaction.execute_raw(sql_with(transaction, sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// Writes the head of a log that begins.
pub(in crate::store) async fn insert_head(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
    frontier: &Frontier,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_head (poll, size, root, frontier, epoch, close_index) VALUES ($1, $2, $3, $4, 1, NULL)";
    let values = [text(poll), number(frontier.size()), bytes(&frontier.root()), peaks(frontier)];
    transaction.execute_raw(sql_with(transaction, sql, values)).await.map(|_| ())
}

/// Keeps a file of the poll's bundle.
pub(in crate::store) async fn insert_file(
    transaction: &impl ConnectionTrait,
    poll: &PollId,
    path: &str,
    body: &[u8],
) -> Result<(), DbErr> {
    let sql = "INSERT INTO log_file (poll, path, body) VALUES ($1, $2, $3)";
    let values = [text(poll), path.into(), body.to_vec().into()];
    transaction.execute_raw(sql_with(transaction, sql, values)).await.map(|_| ())
}

/// A file of the poll's bundle.
pub(in crate::store) async fn file(
    connection: &impl ConnectionTrait,
    poll: &PollId,
    path: &str,
) -> Result<Option<Vec<u8>>, DbErr> {
    let sql = "SELECT body FROM log_file WHERE poll = $1 AND path = $2";
    let row = connection.query_one_raw(sql_with(connection, sql, [text(poll), path.into()])).await?;
    row.map(|row| row.try_get_by("body")).transpose()
}

/// The paths of the files of the poll's bundle.
pub(in crate::store) async fn file_paths(
    connection: &impl ConnectionTrait,
    poll: &PollId,
) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT path FROM log_file WHERE poll = $1 ORDER BY path";
    let rows = connection.query_all_raw(sql_with(connection, sql, [text(poll)])).await?;
    rows.iter().map(|row| row.try_get_by("path")).collect()
}

/// The largest index or size that both databases can hold.
const MOST: u64 = i64::MAX as u64;

fn sql_with(connection: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

fn text(poll: &PollId) -> Value {
    poll.as_str().into()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).expect("no log has 2^63 entries")
}

fn number(number: u64) -> Value {
    signed(number).into()
}

fn bytes(hash: &Hash) -> Value {
    hash.0.to_vec().into()
}

fn peaks(frontier: &Frontier) -> Value {
    frontier.peaks().iter().flat_map(|peak| peak.0).collect::<Vec<u8>>().into()
}

fn unsigned(number: i64) -> Result<u64, DbErr> {
    u64::try_from(number).map_err(|_| DbErr::Type("a number of a log is negative".to_owned()))
}

fn hash(bytes: &[u8]) -> Result<Hash, DbErr> {
    bytes.try_into().map(Hash).map_err(|_| DbErr::Type("a hash of a log has not 32 bytes".to_owned()))
}
