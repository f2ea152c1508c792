//! What the measurements share: rates that nothing can be faster than, a client that costs little, and figures.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use ballot::{log::leaf_hash, note::Note, store::Database};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::poll::TestPoll;

/// Rows in one commit of the raw group commit: as many as a log takes at once.
pub const ROWS: usize = 256;

/// Signatures of a ballot verified by all cores in a second.
///
/// # Panics
/// If the ballot is not signed.
pub fn verifying(poll: &TestPoll, length: Duration) -> u64 {
    let bytes = poll.ballot(1, 1);
    let key = poll.voter(1).public().clone();
    on_all_cores(length, move || {
        let note = Note::parse(&bytes).expect("a ballot is a note");
        assert!(note.lines[0].is_signed(&key, note.text));
    })
}

/// How often all cores do `work` in a second.
///
/// # Panics
/// If `work` does.
pub fn on_all_cores(length: Duration, work: impl Fn() + Clone + Send + 'static) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let threads: Vec<_> = (0..cores)
        .map(|_| {
            let work = work.clone();
            std::thread::spawn(move || {
                let mut count = 0;
                while start.elapsed() < length {
                    (0..64).for_each(|_| work());
                    count += 64;
                }
                count
            })
        })
        .collect();
    let count: u64 = threads.into_iter().map(|thread| thread.join().expect("the work does not panic")).sum();
    per_second(count, start.elapsed())
}

/// Rows with a unique hash, as large as a ballot's, committed in a second, [`ROWS`] at a time.
///
/// # Panics
/// If the database refuses any.
pub async fn committing(database: &Database, poll: &TestPoll, length: Duration) -> u64 {
    let table = "CREATE TABLE bench (idx bigint PRIMARY KEY, leaf $ UNIQUE, body $)";
    let blob = if database.backend() == DbBackend::Sqlite { "blob" } else { "bytea" };
    database.writer().execute_unprepared(&table.replace('$', blob)).await.expect("a table");
    let body = poll.ballot(1, 1);
    let start = Instant::now();
    let mut count: u64 = 0;
    while start.elapsed() < length {
        let places: Vec<String> =
            (0..ROWS).map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3)).collect();
        let mut values = Vec::with_capacity(ROWS * 3);
        for _ in 0..ROWS {
            values.push(i64::try_from(count).expect("few rows").into());
            values.push(leaf_hash(&count.to_be_bytes()).0.to_vec().into());
            values.push(body.clone().into());
            count += 1;
        }
        let sql = format!("INSERT INTO bench (idx, leaf, body) VALUES {}", places.join(", "));
        let transaction = database.begin().await.expect("a transaction");
        let insert = Statement::from_sql_and_values(database.backend(), sql, values);
        transaction.execute_raw(insert).await.expect("rows");
        transaction.commit().await.expect("a commit");
    }
    per_second(count, start.elapsed())
}

/// So many in such a time, as a rate.
///
/// # Panics
/// If the time is longer than the universe is old.
pub fn per_second(count: u64, time: Duration) -> u64 {
    let milliseconds = u64::try_from(time.as_millis()).expect("a short time");
    count * 1000 / milliseconds.max(1)
}

/// `a` of `b` with two decimals.
pub fn ratio(a: u64, b: u64) -> String {
    let hundredths = a * 100 / b.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The time under which so many of a hundred lie; of no times, none.
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times.get(times.len() * percent / 100).or(times.last()).copied().unwrap_or_default()
}

/// An HTTP/1.1 connection that is kept open, one request at a time.
///
/// It reads what is needed to know where an answer ends, and so costs its machine little beside the server it loads.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The lines before the empty one.
    pub head: String,
    /// What follows it.
    pub body: Vec<u8>,
}

impl Connection {
    /// A connection to a server.
    ///
    /// # Panics
    /// If nobody listens.
    pub async fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: Vec::with_capacity(4096) }
    }

    /// Sends a whole request and reads its whole answer, which must say how long it is.
    ///
    /// # Errors
    /// The connection ends before the answer does.
    pub async fn exchange(&mut self, request: &[u8]) -> std::io::Result<Answer> {
        self.stream.write_all(request).await?;
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let status = head.get(9..12).and_then(|code| code.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let whole = end + length.ok_or(std::io::ErrorKind::InvalidData)?;
        while self.buffer.len() < whole {
            self.fill().await?;
        }
        let body = self.buffer[end..whole].to_vec();
        self.buffer.drain(..whole);
        Ok(Answer { status, head, body })
    }

    async fn fill(&mut self) -> std::io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
