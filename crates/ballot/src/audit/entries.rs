//! The second walk: entries are read and verified by all cores, and folded in their order.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use super::{
    AuditError, Opened, Verdicts,
    anchors::{Anchoring, Timeline},
    entry_tile,
};
use crate::{
    bundle::{Bundle, MAX_ENTRIES},
    hash::Hash,
    key::VerifierKey,
    log::{EntryBundle, TILE_WIDTH, leaf_hash},
    note::SignatureLine,
    state::{Check, KeyRef, Lines, Reason, State},
    statement::{Entry, Statement, StatementError},
    tally::Count,
};

/// How long before the close a credential still is in time.
const IN_TIME: u64 = 86_400;

/// What the walk lists.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub late_credentials: Vec<u64>,
    pub unanchored: Vec<u64>,
}

/// An entry that owns what it says, so that it can go from one thread to another.
struct Read {
    statement: Statement,
    text: String,
    lines: Vec<(String, [u8; 4], Vec<u8>)>,
    leaf: Hash,
}

impl Read {
    fn new(entry: Entry<'_>) -> Self {
        let lines = entry.lines.into_iter().map(|line| (line.name.to_owned(), line.id, line.signature)).collect();
        Self { statement: entry.statement, text: entry.text.to_owned(), lines, leaf: entry.leaf }
    }
}

/// A signature to verify.
struct Signed {
    index: u64,
    key: Arc<VerifierKey>,
    text: Arc<str>,
    signature: Vec<u8>,
}

/// What a worker does.
enum Job {
    /// Reads the entries of a tile.
    Read(u64, Vec<u8>),
    /// Verifies signatures.
    Verify(Vec<Signed>),
}

/// What a worker has done.
enum Done {
    Read(u64, Vec<Result<Read, (StatementError, Hash)>>),
    /// The indexes and signers of signatures that do not hold.
    Verified(Vec<(u64, String)>),
}

/// Folds every entry after the manifest into `state` and `count`, noting what is wrong.
pub(super) fn fold(
    bundle: &Bundle,
    opened: &Opened<'_>,
    threads: NonZeroUsize,
    state: &mut State,
    count: &mut Count,
    verdicts: &mut Verdicts,
) -> Result<Listed, AuditError> {
    let mut fold = Fold {
        first: opened.first,
        timeline: Timeline::new(opened.manifest, &opened.walked.anchors),
        struck: &opened.walked.struck,
        state,
        count,
        verdicts,
        listed: Listed::default(),
    };
    let size = opened.checkpoint.checkpoint.size;
    let (to_workers, jobs) = channel();
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        let (to_fold, done) = channel();
        for _ in 0..threads.get() {
            let to_fold = to_fold.clone();
            let jobs = &jobs;
            scope.spawn(move || work(jobs, &to_fold));
        }
        drop(to_fold);
        let outcome = fold.run(bundle, size, threads, &to_workers, &done);
        drop(to_workers);
        outcome
    })?;
    // The file may have changed since the first walk; then nothing of the above was about this log.
    if fold.state.tree().root() != opened.checkpoint.checkpoint.root {
        fold.verdicts.fail(Check::A04, "the entries changed while they were read");
    }
    Ok(fold.listed)
}

/// Answers for a worker that panics, so that nobody waits for it; the panic goes on from the scope.
struct Alarm<'a>(&'a Sender<Done>);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Done::Verified(Vec::new()));
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>, done: &Sender<Done>) {
    let _alarm = Alarm(done);
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let result = match job {
            Ok(Job::Read(number, bytes)) => Done::Read(number, read(&bytes)),
            Ok(Job::Verify(signed)) => Done::Verified(verify(&signed)),
            Err(_) => return,
        };
        if done.send(result).is_err() {
            return;
        }
    }
}

fn read(bytes: &[u8]) -> Vec<Result<Read, (StatementError, Hash)>> {
    // The first walk has seen that the bundle is whole.
    let entries = EntryBundle::new(bytes).filter_map(Result::ok);
    entries.map(|entry| Entry::parse(entry).map(Read::new).map_err(|err| (err, leaf_hash(entry)))).collect()
}

fn verify(signed: &[Signed]) -> Vec<(u64, String)> {
    let holds = |one: &&Signed| {
        let signature = one.signature.as_slice().try_into();
        signature.is_ok_and(|signature| one.key.is_signed(one.text.as_bytes(), signature))
    };
    signed.iter().filter(|one| !holds(one)).map(|one| (one.index, one.key.name().to_owned())).collect()
}

struct Fold<'a> {
    first: &'a Entry<'a>,
    timeline: Timeline<'a>,
    struck: &'a std::collections::BTreeSet<u64>,
    state: &'a mut State,
    count: &'a mut Count,
    verdicts: &'a mut Verdicts,
    listed: Listed,
}

impl Fold<'_> {
    fn run(
        &mut self,
        bundle: &Bundle,
        size: u64,
        threads: NonZeroUsize,
        to_workers: &Sender<Job>,
        done: &Receiver<Done>,
    ) -> Result<(), AuditError> {
        // Enough to keep every core busy, and few enough that memory stays small.
        let most = 3 * threads.get() + 2;
        let tiles = size.div_ceil(TILE_WIDTH);
        let (mut sent, mut folded, mut under_way) = (0, 0, 0);
        let mut waiting = std::collections::BTreeMap::new();
        loop {
            while under_way + waiting.len() < most && sent < tiles {
                let tile = entry_tile(size, sent).map(|tile| tile.to_string()).unwrap_or_default();
                let bytes = bundle.read(&tile, MAX_ENTRIES)?.unwrap_or_default();
                let job = Job::Read(sent, bytes);
                sent += 1;
                under_way += 1;
                if to_workers.send(job).is_err() {
                    return Ok(());
                }
            }
            if under_way == 0 {
                return Ok(());
            }
            let Ok(result) = done.recv() else { return Ok(()) };
            under_way -= 1;
            match result {
                Done::Read(number, entries) => {
                    waiting.insert(number, entries);
                }
                Done::Verified(faults) => {
                    for (index, name) in faults {
                        self.verdicts.fail_at(Check::A04, index, Reason::Signature(name));
                    }
                }
            }
            while let Some(entries) = waiting.remove(&folded) {
                let signed = self.tile(folded == 0, entries);
                folded += 1;
                under_way += 1;
                if to_workers.send(Job::Verify(signed)).is_err() {
                    return Ok(());
                }
            }
        }
    }

    fn tile(&mut self, is_first: bool, entries: Vec<Result<Read, (StatementError, Hash)>>) -> Vec<Signed> {
        let mut signed = Vec::with_capacity(entries.len());
        // Leaf 0 is in the state already; its signatures are still to be verified.
        if is_first {
            self.lines(0, self.first, &mut signed);
        }
        for read in entries.into_iter().skip(usize::from(is_first)) {
            let index = self.state.size();
            match read {
                Ok(read) => self.entry(index, read, &mut signed),
                Err((err, leaf)) => {
                    self.verdicts.fail_at(Check::A04, index, err);
                    self.state.skip(leaf);
                }
            }
        }
        signed
    }

    fn lines(&mut self, index: u64, entry: &Entry<'_>, signed: &mut Vec<Signed>) -> Lines {
        match self.state.lines(entry) {
            Ok(lines) => {
                let text: Arc<str> = Arc::from(entry.text);
                for (line, key) in entry.lines.iter().zip(&lines) {
                    if let Some(key) = key.and_then(|key| self.state.key(key)) {
                        let (key, text) = (Arc::clone(key), Arc::clone(&text));
                        signed.push(Signed { index, key, text, signature: line.signature.clone() });
                    }
                }
                lines
            }
            Err(fault) => {
                self.verdicts.fail_at(fault.check, index, fault.reason);
                Lines::new()
            }
        }
    }

    fn entry(&mut self, index: u64, read: Read, signed: &mut Vec<Signed>) {
        with_entry(read, |entry| {
            let lines = self.lines(index, entry, signed);
            for fault in self.state.judge(entry) {
                self.verdicts.fail_at(fault.check, index, fault.reason);
            }
            self.time(index, &entry.statement, lines.iter().any(|key| matches!(key, Some(KeyRef::Clerk(_)))));
            self.count.see(self.state, entry);
            self.state.apply(entry);
        });
    }

    /// What anchors say of the entry's time.
    fn time(&mut self, index: u64, statement: &Statement, is_by_clerks: bool) {
        let latest = self.timeline.latest_before(index);
        if let Statement::Credential(credential) = statement
            && self.state.manifest().closes < credential.at.max(latest).saturating_add(IN_TIME)
        {
            self.listed.late_credentials.push(credential.credential.get());
        }
        if self.struck.contains(&index) {
            return;
        }
        match self.timeline.anchoring(index, statement, is_by_clerks) {
            Anchoring::Fine => return,
            Anchoring::Open => {}
            Anchoring::Missing => {
                self.verdicts.fail_at(Check::A03, index, "no anchor shows in time that it existed");
            }
        }
        self.listed.unanchored.push(index);
    }
}

/// Lends an entry as the fold wants it.
fn with_entry<T>(read: Read, fold: impl FnOnce(&Entry<'_>) -> T) -> T {
    let Read { statement, text, lines, leaf } = read;
    let lines = lines.iter().map(|(name, id, signature)| SignatureLine { name, id: *id, signature: signature.clone() });
    fold(&Entry { statement, text: &text, lines: lines.collect(), leaf })
}
