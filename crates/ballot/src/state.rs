//! What a log says so far, and what may follow.
//!
//! The auditor and the server's sequencer fold the same entries with the same code: [`State::judge`]
//! names everything that an entry breaks, [`State::apply`] takes it in. The server refuses an entry
//! with a fault; the auditor notes the fault and goes on with what can be taken from the entry.
//!
//! Memory grows with the roll, the credentials and the papers; of other entries one bit is kept.
//! Source: docs/formats.md §2, §6.

mod agents;
mod fault;
mod judge;
mod manifest;
mod register;
mod turnout;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

pub use agents::AgentLimits;
pub use fault::{Check, Fault, Reason};
pub use judge::{Lines, Phase, Refusal};
pub use manifest::{KeyRef, Keyring, credential_key_name, manifest_faults};
pub use register::AmendedRoll;
pub use turnout::{Attending, BuildingTurnout, Turnout};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::{
    hash::Hash,
    id::{AgentNo, CredentialNo, FormNo, HolderNo, Seq},
    key::{KeyKind, VerifierKey},
    log::{Checkpoint, Frontier},
    note::{Note, SignatureLine},
    roll::Roll,
    statement::{
        Anchor, Credential, Entry, Manifest, Paper, Party, Proxy, ProxyState, ResultSheet, Revocation, Signer,
        Statement,
    },
};

/// A credential as the log has it so far.
#[derive(Debug, Clone)]
pub struct CredentialNow {
    /// Whose it is.
    pub signer: Signer,
    /// Its key; none if the one issued is unsound, which only an auditor meets.
    pub key: Option<Arc<VerifierKey>>,
    /// Whether it has been revoked.
    pub is_revoked: bool,
    /// The `seq` of its last ballot, for its own holder or as an agent.
    pub last_seq: Option<Seq>,
    /// Whether one of its ballots was for its own holder.
    pub has_voted: bool,
}

/// Somebody who may vote for a holder, and the entry that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub party: Party,
    /// The index of the proxy.
    pub index: u64,
}

#[derive(Debug, Clone, Default)]
struct Proxies {
    last_seq: Option<Seq>,
    standing: Option<Standing>,
}

/// The close of a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// The index of the statement, which is also the size of the tree before it.
    pub index: u64,
    /// When it says voting ended.
    pub at: u64,
}

/// What a log says after so many entries.
#[derive(Debug, Clone)]
pub struct State {
    manifest: Manifest,
    manifest_hash: Hash,
    keys: Keyring,
    roll: Option<AmendedRoll>,
    tree: Frontier,
    credentials: BTreeMap<CredentialNo, CredentialNow>,
    live: BTreeMap<Signer, CredentialNo>,
    used_keys: HashSet<[u8; 32]>,
    last_agent: Option<AgentNo>,
    proxies: BTreeMap<HolderNo, Proxies>,
    /// Standing proxies by index, so that a strike finds its principal.
    proxy_at: BTreeMap<u64, HolderNo>,
    /// Papers that stand, by form and by index.
    forms: BTreeMap<FormNo, u64>,
    form_at: BTreeMap<u64, FormNo>,
    strikeable: Bits,
    struck: BTreeSet<u64>,
    delivered: BTreeSet<HolderNo>,
    closed: Option<Closed>,
    last_correction: Option<u64>,
    result: Option<(u64, ResultSheet)>,
    anchored: u64,
}

/// What an anchor's checkpoint says its size is; whether it holds is judged with the tree.
fn claimed_size(anchor: &Anchor) -> u64 {
    let checkpoint = BASE64.decode(&anchor.checkpoint).ok();
    let size = checkpoint.and_then(|bytes| {
        let note = Note::parse(&bytes).ok()?;
        Checkpoint::parse_text(note.text).ok().map(|checkpoint| checkpoint.size)
    });
    size.unwrap_or_default()
}

impl State {
    /// The state after leaf 0, which must be the manifest.
    ///
    /// `log_key` is pinned from outside. Without a usable roll, what needs one is not judged. The
    /// manifest's own faults are [`State::opening_faults`].
    pub fn open(first: &Entry<'_>, roll: Option<Roll>, log_key: &VerifierKey) -> Option<Self> {
        let Statement::Manifest(manifest) = &first.statement else { return None };
        let keys = Keyring::new(manifest, log_key);
        let named = keys.officers.iter().chain(&keys.clerks).chain(&keys.registrar).chain(&keys.witnesses);
        let used_keys = named.chain([&keys.log]).map(|key| key.public()).collect();
        let mut state = Self {
            manifest: manifest.clone(),
            manifest_hash: Hash::of(first.text.as_bytes()),
            keys,
            roll: roll.map(AmendedRoll::new),
            tree: Frontier::default(),
            credentials: BTreeMap::new(),
            live: BTreeMap::new(),
            used_keys,
            last_agent: None,
            proxies: BTreeMap::new(),
            proxy_at: BTreeMap::new(),
            forms: BTreeMap::new(),
            form_at: BTreeMap::new(),
            strikeable: Bits::default(),
            struck: BTreeSet::new(),
            delivered: BTreeSet::new(),
            closed: None,
            last_correction: None,
            result: None,
            anchored: 0,
        };
        state.append(first.leaf, false);
        Some(state)
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest's text, by which later statements name it.
    pub fn manifest_hash(&self) -> Hash {
        self.manifest_hash
    }

    /// The keys that the manifest names.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The tree over all entries so far.
    pub fn tree(&self) -> &Frontier {
        &self.tree
    }

    /// How many entries there are, which is the index of the next.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The roll as amended so far, if one is usable.
    pub fn roll(&self) -> Option<&AmendedRoll> {
        self.roll.as_ref()
    }

    /// A credential by its number.
    pub fn credential(&self, credential: CredentialNo) -> Option<&CredentialNow> {
        self.credentials.get(&credential)
    }

    /// Every credential so far: a copy of the keys is what checks signatures outside the sequencer.
    pub fn credentials(&self) -> impl Iterator<Item = (CredentialNo, &CredentialNow)> {
        self.credentials.iter().map(|(credential, now)| (*credential, now))
    }

    /// The one credential of a person or agent that is not revoked.
    pub fn live_credential(&self, signer: Signer) -> Option<CredentialNo> {
        self.live.get(&signer).copied()
    }

    /// The number of the next credential.
    pub fn next_credential(&self) -> CredentialNo {
        self.credentials.last_key_value().map_or(CredentialNo::FIRST, |(last, _)| last.next())
    }

    /// The number of the next agent.
    pub fn next_agent(&self) -> AgentNo {
        self.last_agent.map_or(AgentNo::FIRST, AgentNo::next)
    }

    /// The `seq` that the credential's next ballot must have.
    pub fn next_seq(&self, credential: CredentialNo) -> Option<Seq> {
        self.credential(credential).map(|now| now.last_seq.map_or(Seq::FIRST, Seq::next))
    }

    /// The `seq` that the principal's next proxy must have.
    pub fn next_proxy_seq(&self, principal: HolderNo) -> Seq {
        self.proxies.get(&principal).and_then(|proxies| proxies.last_seq).map_or(Seq::FIRST, Seq::next)
    }

    /// Who may vote for a holder now.
    pub fn standing_agent(&self, principal: HolderNo) -> Option<Standing> {
        self.proxies.get(&principal).and_then(|proxies| proxies.standing)
    }

    /// Those whom a party may vote for now.
    pub fn principals(&self, party: Party) -> impl Iterator<Item = HolderNo> {
        let stands = move |proxies: &Proxies| proxies.standing.is_some_and(|standing| standing.party == party);
        self.proxies.iter().filter(move |(_, proxies)| stands(proxies)).map(|(principal, _)| *principal)
    }

    /// The index of the paper that stands with this form.
    pub fn paper_of(&self, form: FormNo) -> Option<u64> {
        self.forms.get(&form).copied()
    }

    /// The indexes of what is struck.
    pub fn struck(&self) -> &BTreeSet<u64> {
        &self.struck
    }

    /// Whether a delivery names the holder.
    pub fn is_delivered(&self, holder: HolderNo) -> bool {
        self.delivered.contains(&holder)
    }

    /// The close, once there is one.
    pub fn closed(&self) -> Option<Closed> {
        self.closed
    }

    /// The last result and its index.
    pub fn result(&self) -> Option<(u64, &ResultSheet)> {
        self.result.as_ref().map(|(index, sheet)| (*index, sheet))
    }

    /// The key behind a line's reference; none for an unsound or unissued credential's.
    pub fn key(&self, key: KeyRef) -> Option<&Arc<VerifierKey>> {
        match key {
            KeyRef::Log => Some(&self.keys.log),
            KeyRef::Registrar => self.keys.registrar.as_ref(),
            KeyRef::Officer(place) => self.keys.officers.get(place),
            KeyRef::Clerk(place) => self.keys.clerks.get(place),
            KeyRef::Credential(credential) => self.credential(credential)?.key.as_ref(),
        }
    }

    /// The largest size of which an anchor is in the log, as it says itself; 0 if there is none.
    pub fn anchored(&self) -> u64 {
        self.anchored
    }

    /// Takes in an entry, also a faulty one as far as it makes sense.
    pub fn apply(&mut self, entry: &Entry<'_>) {
        let index = self.size();
        let mut is_strikeable = false;
        match &entry.statement {
            Statement::Manifest(_) => {}
            Statement::Anchor(anchor) => self.anchored = self.anchored.max(claimed_size(anchor)),
            Statement::Credential(credential) => self.issue(credential),
            Statement::Revocation(revocation) => self.revoke(revocation),
            Statement::Ballot(ballot) => {
                is_strikeable = true;
                if let Some(now) = self.credentials.get_mut(&ballot.credential) {
                    now.last_seq = Some(ballot.seq);
                    now.has_voted |= ballot.for_holder.is_none();
                }
            }
            Statement::Paper(paper) => {
                is_strikeable = true;
                self.enter(paper, index);
            }
            Statement::Attendance(_) => is_strikeable = true,
            Statement::Proxy(proxy) => {
                is_strikeable = true;
                self.appoint(proxy, index, &entry.lines);
            }
            Statement::Delivery(delivery) => self.delivered.extend(&delivery.holders),
            Statement::Amendment(amendment) => {
                self.last_correction = Some(index);
                if let Some(roll) = self.roll.as_mut().filter(|roll| roll.judge(&amendment.unit).is_ok()) {
                    roll.amend(&amendment.unit);
                }
            }
            Statement::Strike(strike) => {
                self.last_correction = Some(index);
                self.strike(strike.index);
            }
            Statement::Close(close) => {
                self.closed = self.closed.or(Some(Closed { index, at: close.at }));
            }
            Statement::ResultSheet(sheet) => self.result = Some((index, sheet.clone())),
        }
        self.append(entry.leaf, is_strikeable);
    }

    /// Counts an entry that cannot be read; only an auditor meets one.
    pub fn skip(&mut self, leaf: Hash) {
        self.append(leaf, false);
    }

    fn append(&mut self, leaf: Hash, is_strikeable: bool) {
        self.tree.append(leaf, |_, _, _| ());
        self.strikeable.push(is_strikeable);
    }

    fn issue(&mut self, credential: &Credential) {
        let Some(signer) = credential.signer() else { return };
        let key = credential.key.key().ok().filter(|key| key.kind() == KeyKind::Ed25519);
        self.used_keys.extend(key.as_ref().map(VerifierKey::public));
        self.name_agent(credential.agent);
        let now = CredentialNow { signer, key: key.map(Arc::new), is_revoked: false, last_seq: None, has_voted: false };
        self.credentials.entry(credential.credential).or_insert(now);
        self.live.insert(signer, credential.credential);
    }

    fn revoke(&mut self, revocation: &Revocation) {
        let Some(now) = self.credentials.get_mut(&revocation.credential) else { return };
        now.is_revoked = true;
        let signer = now.signer;
        if self.live_credential(signer) == Some(revocation.credential) {
            self.live.remove(&signer);
        }
    }

    fn enter(&mut self, paper: &Paper, index: u64) {
        if let Some(replaced) = self.forms.insert(paper.form, index) {
            self.form_at.remove(&replaced);
        }
        self.form_at.insert(index, paper.form);
    }

    fn appoint(&mut self, proxy: &Proxy, index: u64, lines: &[SignatureLine<'_>]) {
        let is_by_clerks = lines.iter().any(|line| matches!(self.keys.find(line), Some(KeyRef::Clerk(_))));
        if is_by_clerks {
            self.name_agent(proxy.agent);
        }
        let Some(party) = proxy.party() else { return };
        let proxies = self.proxies.entry(proxy.principal).or_default();
        proxies.last_seq = Some(proxy.seq);
        let standing = match proxy.state {
            ProxyState::Granted => Some(Standing { party, index }),
            ProxyState::Revoked => None,
        };
        if let Some(replaced) = std::mem::replace(&mut proxies.standing, standing) {
            self.proxy_at.remove(&replaced.index);
        }
        if standing.is_some() {
            self.proxy_at.insert(index, proxy.principal);
        }
    }

    fn name_agent(&mut self, agent: Option<AgentNo>) {
        self.last_agent = self.last_agent.max(agent);
    }

    fn strike(&mut self, index: u64) {
        if !self.strikeable.is_set(index) || !self.struck.insert(index) {
            return;
        }
        if let Some(form) = self.form_at.remove(&index) {
            self.forms.remove(&form);
        }
        if let Some(proxies) = self.proxy_at.remove(&index).and_then(|principal| self.proxies.get_mut(&principal)) {
            proxies.standing = None;
        }
    }
}

/// One bit for each entry.
#[derive(Debug, Clone, Default)]
struct Bits {
    words: Vec<u64>,
    len: u64,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << (self.len % 64);
        }
        self.len += 1;
    }

    fn is_set(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|word| self.words.get(word));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}
