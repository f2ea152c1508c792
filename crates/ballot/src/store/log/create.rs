//! Beginning a log.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use sea_orm::DatabaseTransaction;

use super::{
    Clock,
    load::{StartError, key_path, mark_path},
    rows,
    view::Read,
    watermark::Watermark,
};
use crate::{
    hash::Hash,
    id::{PollId, RuleName},
    key::VerifierKey,
    log::{Checkpoint, Frontier},
    roll::Roll,
    rule::RuleBook,
    state::State,
    statement::{Entry, Statement},
    store::{
        Database, KeyFile, KeyFileError, Refusal, SubmitError, WriteError, Writes, database::outage,
        key_file::sync_folder, sequencer::verify, signer::Signer,
    },
};

/// What a log is made of.
#[derive(Debug, Clone)]
pub struct NewPoll {
    /// The signed manifest: leaf 0.
    pub manifest: Vec<u8>,
    /// `roll.jsonl`.
    pub roll: Vec<u8>,
    /// Motions and attachments.
    pub texts: Vec<Vec<u8>>,
    /// Every rule file that the manifest's rules need.
    pub rules: BTreeMap<RuleName, String>,
}

/// Makes a log's key and watermark. Both are there before the key has its name, so that no crash leaves one alone.
pub(in crate::store) fn create_key(
    folder: &Path,
    host: &str,
    poll: &PollId,
    seed: &[u8; 32],
) -> Result<VerifierKey, StartError> {
    let (path, mark) = (key_path(folder, poll), mark_path(folder, poll));
    let fresh = path.with_extension("key.new");
    let io = |source| KeyFileError::Io { path: path.clone(), source };
    if path.exists() {
        return Err(io(io::ErrorKind::AlreadyExists.into()).into());
    }
    if fresh.exists() {
        // An attempt that did not come to its end: nothing was ever signed with its key.
        remove(&mark).and_then(|()| remove(&fresh)).map_err(io)?;
    }
    let key = KeyFile::create(&fresh, &format!("{host}/poll/{poll}"), seed)?;
    Watermark::create(&mark, &key)?;
    // A link, unlike a new name, never takes the place of a file that is there.
    fs::hard_link(&fresh, &path).and_then(|()| remove(&fresh)).and_then(|()| sync_folder(&path)).map_err(io)?;
    Ok(key.public().clone())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The key of a new poll's log at a signer, with the watermark that this server keeps beside it.
pub(super) async fn key_apart(
    folder: &Path,
    signer: &Signer,
    host: &str,
    poll: &PollId,
) -> Result<VerifierKey, StartError> {
    let asked = signer.key(host, poll).await;
    let (key, last) = asked.map_err(|source| StartError::Signer { poll: poll.clone(), source })?;
    let mark = mark_path(folder, poll);
    if !mark.exists() {
        let size = Checkpoint::open(last.as_bytes(), &key).map_or(0, |opened| opened.checkpoint.size);
        if size != 0 {
            return Err(StartError::MarkGone { poll: poll.clone(), size, path: mark });
        }
        Watermark::create_of(&mark, &last)?;
    }
    Ok(key)
}

/// A manifest that stands in the database.
pub(super) struct Created {
    pub(super) poll: PollId,
    pub(super) bytes: Vec<u8>,
}

/// Checks a new poll and stores it; a poll that is stored already is left as it is.
pub(super) async fn create(
    database: &Database,
    folder: &Path,
    signer: Option<&Signer>,
    clock: &Clock,
    new: NewPoll,
    writes: Option<Writes>,
) -> Result<Created, SubmitError> {
    let read = Read::parse(new.manifest.clone()).map_err(Refusal::from)?;
    let leaf = read.leaf;
    let (read, named) = read.open(named_key);
    let (name, named) = named?;
    let key = match signer.filter(|_| !key_path(folder, &name).exists()) {
        None => KeyFile::read(&key_path(folder, &name), named.name())
            .inspect_err(|error| tracing::error!(error = error as &dyn std::error::Error, "a log's key cannot be used"))
            .map(|key| key.public().clone())
            .ok(),
        Some(signer) => {
            let host = named.name().split('/').next().unwrap_or_default();
            signer.key(host, &name).await.map(|(key, _)| key).ok()
        }
    };
    let key = key.filter(|key| *key == named).ok_or(SubmitError::Refused(Refusal::NewPoll("the log's key")))?;
    let (read, poll) = read.open(|first| check(first, &new, &key));
    let poll = poll?;
    let mut frontier = Frontier::default();
    frontier.append(leaf, |_, _, _| ());
    database
        .write(async |transaction: &DatabaseTransaction| {
            if rows::lock_head(transaction, &poll).await?.is_some() {
                return Ok(());
            }
            rows::insert_head(transaction, &poll, &frontier).await?;
            rows::insert_entries(transaction, &poll, 0, &[(leaf, &read.bytes)]).await?;
            rows::insert_checkpoint(transaction, &poll, 1, &frontier.root(), clock.now(None)).await?;
            rows::insert_file(transaction, &poll, "roll.jsonl", &new.roll).await?;
            for text in &new.texts {
                rows::insert_file(transaction, &poll, &format!("texts/{}", Hash::of(text)), text).await?;
            }
            for (name, rule) in &new.rules {
                rows::insert_file(transaction, &poll, &format!("rules/{name}.toml"), rule.as_bytes()).await?;
            }
            match writes {
                Some(writes) => writes(transaction, 0).await,
                None => Ok(()),
            }
        })
        .await?;
    Ok(Created { poll, bytes: new.manifest })
}

impl From<WriteError> for SubmitError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Nothing(error) => outage(&error),
            WriteError::Unknown(_) => Self::Unknown,
        }
    }
}

/// Checks what a log begins with against its manifest, and the manifest by the record's rules.
fn check(first: &Entry<'_>, new: &NewPoll, key: &VerifierKey) -> Result<PollId, SubmitError> {
    let refused = |what| SubmitError::Refused(Refusal::NewPoll(what));
    let Statement::Manifest(manifest) = &first.statement else { return Err(refused("the first entry")) };
    let roll = Roll::parse(&new.roll).map_err(|_| refused("the roll"))?;
    if roll.totals() != manifest.roll {
        return Err(refused("the roll"));
    }
    let state = State::open(first, Some(roll), key).ok_or_else(|| refused("the first entry"))?;
    if let Some(fault) = state.opening_faults(first).into_iter().next() {
        return Err(Refusal::from(fault).into());
    }
    verify(first, &state)?;
    let named: BTreeSet<Hash> = manifest
        .motions
        .iter()
        .flat_map(|motion| motion.attachments.iter().flatten().chain([&motion.text_sha256]).copied())
        .collect();
    let given: BTreeSet<Hash> = new.texts.iter().map(|text| Hash::of(text)).collect();
    if named != given || given.len() != new.texts.len() {
        return Err(refused("a text or attachment"));
    }
    let files: Vec<_> = new.rules.iter().map(|(name, text)| (format!("{name}.toml"), text.as_bytes())).collect();
    let book =
        RuleBook::parse(files.iter().map(|(file, text)| (file.as_str(), *text))).map_err(|_| refused("a rule"))?;
    if !manifest.motions.iter().all(|motion| book.has(&motion.rule, &motion.rule_sha256)) {
        return Err(refused("a rule"));
    }
    Ok(manifest.poll.clone())
}

/// The poll of a manifest, and the log's key that it names.
fn named_key(first: &Entry<'_>) -> Result<(PollId, VerifierKey), SubmitError> {
    let refused = |what| SubmitError::Refused(Refusal::NewPoll(what));
    let Statement::Manifest(manifest) = &first.statement else { return Err(refused("the first entry")) };
    let key = manifest.keys.log.key().map_err(|_| refused("the log's key"))?;
    Ok((manifest.poll.clone(), key))
}
