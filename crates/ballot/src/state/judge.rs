//! What may follow what was said so far.

use std::collections::BTreeMap;

use super::{Check, Fault, KeyRef, Reason, State, credential_key_name, manifest::is_number, manifest_faults};
use crate::{
    hash::Hash,
    id::{CredentialNo, HolderNo, Id, PollId, Seq},
    key::KeyKind,
    note::SignatureLine,
    statement::{
        Amendment, AmendmentReason, Answer, Attendance, Ballot, Close, Credential, Entry, Motion, Paper, PaperAnswer,
        Party, Proxy, ProxyState, ResultSheet, Revocation, Signer, Statement, Strike,
    },
};

/// Where a poll stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Voting has not begun.
    Before,
    /// Voting goes on.
    Open,
    /// The time is over, the close is not yet in the log.
    Ended,
    /// The close is in the log.
    Closed,
}

/// Why the server does not take an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Voting has not begun.
    #[error("voting begins at {0}")]
    NotOpen(u64),
    /// Voting is over.
    #[error("voting ended at {0}")]
    Ended(u64),
    /// A close before its time.
    #[error("voting does not end before {0}")]
    NotEnded(u64),
    /// The record does not allow it.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The key that each signature line must hold under, in the order of the lines.
///
/// None where the key is not known: a credential that has not been issued, which checks A09 and A11
/// report, or a line that has been reported as a fault.
pub type Lines = Vec<Option<KeyRef>>;

/// Who may sign a statement, and how many.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Registrar,
    Officer,
    Clerk,
    Credential,
    Log,
}

impl State {
    /// Where the poll stands at a time.
    pub fn phase(&self, now: u64) -> Phase {
        if self.closed.is_some() {
            Phase::Closed
        } else if now < self.manifest.opens {
            Phase::Before
        } else if now < self.manifest.closes {
            Phase::Open
        } else {
            Phase::Ended
        }
    }

    /// Whether the server takes an entry at this time. Signatures are not verified here: see
    /// [`State::lines`].
    ///
    /// # Errors
    /// It comes too early or too late, or the record does not allow it.
    pub fn accept(&self, entry: &Entry<'_>, now: u64) -> Result<(), Refusal> {
        let phase = self.phase(now);
        let is_over = || matches!(phase, Phase::Ended | Phase::Closed);
        match &entry.statement {
            Statement::Ballot(_) if phase == Phase::Before => Err(Refusal::NotOpen(self.manifest.opens)),
            Statement::Ballot(_) if is_over() => Err(Refusal::Ended(self.manifest.closes)),
            Statement::Proxy(proxy) if proxy.scan_sha256.is_none() && is_over() => {
                Err(Refusal::Ended(self.manifest.closes))
            }
            Statement::Close(_) if matches!(phase, Phase::Before | Phase::Open) => {
                Err(Refusal::NotEnded(self.manifest.closes))
            }
            _ => Ok(()),
        }?;
        let faults = self.lines(entry).map(|_| self.judge(entry))?;
        faults.into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// What is wrong with the manifest itself: its values, and how many officers signed it.
    pub fn opening_faults(&self, first: &Entry<'_>) -> Vec<Fault> {
        let mut faults = manifest_faults(&self.manifest, &self.keys.log);
        faults.extend(self.too_few_officers(first, Check::A05));
        faults
    }

    /// What the whole log lacks once nothing more follows.
    pub fn closing_faults(&self) -> Vec<Fault> {
        let fault = |reason| vec![Fault::new(Check::A13, reason)];
        let Some(closed) = self.closed else { return fault(Reason::NoClose) };
        let last = self.last_correction.map_or(closed.index, |index| index.max(closed.index));
        if self.result.as_ref().is_some_and(|(index, _)| last < *index) { Vec::new() } else { fault(Reason::NoResult) }
    }

    /// Whether the log is closed and has no result that comes after the last strike or amendment.
    pub fn awaits_result(&self) -> bool {
        self.closed.is_some() && !self.closing_faults().is_empty()
    }

    /// Whose key each line must be of.
    ///
    /// # Errors
    /// A line is of a key that the statement's row in docs/formats.md §2 does not allow.
    pub fn lines(&self, entry: &Entry<'_>) -> Result<Lines, Fault> {
        let fault = |reason| Fault::new(Check::A04, reason);
        let mut lines = Vec::with_capacity(entry.lines.len());
        let mut first_role = None;
        for line in &entry.lines {
            let refused = || fault(Reason::SignerNotAllowed(line.name.to_owned()));
            let (role, key) = self.role(&entry.statement, line).ok_or_else(refused)?;
            if *first_role.get_or_insert(role) != role {
                return Err(fault(Reason::MixedSigners));
            }
            lines.push(key);
        }
        let takes_many = match &entry.statement {
            Statement::Manifest(_)
            | Statement::Paper(_)
            | Statement::Attendance(_)
            | Statement::Proxy(_)
            | Statement::Amendment(_)
            | Statement::Strike(_)
            | Statement::Close(_)
            | Statement::ResultSheet(_) => true,
            Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Ballot(_)
            | Statement::Delivery(_)
            | Statement::Anchor(_) => false,
        };
        if takes_many || lines.len() == 1 { Ok(lines) } else { Err(fault(Reason::OneSigner(lines.len()))) }
    }

    /// The role in which a line signs, if the statement's row allows it, and the key to verify with.
    fn role(&self, statement: &Statement, line: &SignatureLine<'_>) -> Option<(Role, Option<KeyRef>)> {
        let named = self.keys.find(line);
        let of_manifest = |role| Some((role, named));
        match (statement, named) {
            (Statement::Credential(_) | Statement::Revocation(_), Some(KeyRef::Registrar)) => {
                of_manifest(Role::Registrar)
            }
            (
                Statement::Manifest(_)
                | Statement::Amendment(_)
                | Statement::Strike(_)
                | Statement::Close(_)
                | Statement::ResultSheet(_),
                Some(KeyRef::Officer(_)),
            ) => of_manifest(Role::Officer),
            (
                Statement::Paper(_) | Statement::Attendance(_) | Statement::Delivery(_) | Statement::Proxy(_),
                Some(KeyRef::Clerk(_)),
            ) => of_manifest(Role::Clerk),
            (Statement::Anchor(_) | Statement::Close(_), Some(KeyRef::Log)) => of_manifest(Role::Log),
            (Statement::Ballot(ballot), None) => self.credential_line(ballot.credential, line),
            (Statement::Proxy(_), None) => {
                let credential = self.named_credential(line.name)?;
                self.credential_line(credential, line)
            }
            _ => None,
        }
    }

    /// A line that must be of this credential. One not issued yet has no key to verify with.
    fn credential_line(&self, credential: CredentialNo, line: &SignatureLine<'_>) -> Option<(Role, Option<KeyRef>)> {
        let is_fit = match self.credential(credential) {
            // For a key that could not be admitted nothing holds.
            Some(now) => now.key.as_ref().is_some_and(|key| line.is_by(key)),
            None => self.named_credential(line.name) == Some(credential),
        };
        let key = self.credential(credential).map(|_| KeyRef::Credential(credential));
        is_fit.then_some((Role::Credential, key))
    }

    /// The credential that a key's name is of.
    fn named_credential(&self, name: &str) -> Option<CredentialNo> {
        let number = name
            .strip_prefix(self.keys.host.as_str())?
            .strip_prefix("/poll/")?
            .strip_prefix(self.manifest.poll.as_str())?
            .strip_prefix("/credential/")?;
        if is_number(number) { number.parse::<u64>().ok()?.try_into().ok() } else { None }
    }

    /// Everything that an entry breaks, signatures and anchors' checkpoints left aside.
    pub fn judge(&self, entry: &Entry<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let (poll, manifest) = entry.statement.poll();
        if *poll != self.manifest.poll {
            faults.push(Fault::new(Check::A04, Reason::OtherPoll));
        } else if manifest.is_some_and(|manifest| *manifest != self.manifest_hash) {
            faults.push(Fault::new(Check::A04, Reason::OtherManifest));
        }
        let (check, verdict) = match &entry.statement {
            Statement::Manifest(_) => (Check::A05, Err(Reason::SecondManifest)),
            Statement::Credential(credential) => (Check::A08, self.judge_credential(credential)),
            Statement::Revocation(revocation) => (Check::A08, self.judge_revocation(revocation)),
            Statement::Ballot(ballot) => {
                faults.extend(self.acts_for(ballot.for_holder, ballot.party()));
                (Check::A09, self.judge_ballot(ballot))
            }
            Statement::Paper(paper) => {
                faults.extend(self.acts_for(paper.for_holder, paper.signer().map(Signer::party)));
                (Check::A10, self.judge_paper(paper, entry))
            }
            Statement::Attendance(attendance) => {
                faults.extend(self.unrepresented(attendance));
                (Check::A10, self.judge_attendance(attendance, entry))
            }
            Statement::Proxy(proxy) => (Check::A11, self.judge_proxy(proxy, entry)),
            Statement::Delivery(delivery) => (Check::A06, self.all_on_roll(&delivery.holders)),
            Statement::Amendment(amendment) => {
                faults.extend(self.too_few_officers(entry, Check::A12));
                (Check::A12, self.judge_amendment(amendment))
            }
            Statement::Strike(strike) => {
                faults.extend(self.too_few_officers(entry, Check::A12));
                (Check::A12, self.judge_strike(strike))
            }
            // Whose checkpoint it is and how it is cosigned is judged with the tree.
            Statement::Anchor(_) => (Check::A03, Ok(())),
            Statement::Close(close) => (Check::A13, self.judge_close(close, entry)),
            Statement::ResultSheet(sheet) => {
                faults.extend(self.too_few_officers(entry, Check::A13));
                (Check::A13, self.judge_result(sheet))
            }
        };
        faults.extend(verdict.err().map(|reason| Fault::new(check, reason)));
        faults.extend(self.follows_close(&entry.statement).err().map(|reason| Fault::new(Check::A13, reason)));
        faults
    }

    fn follows_close(&self, statement: &Statement) -> Result<(), Reason> {
        let is_allowed = match statement {
            // A second close has a fault of its own.
            Statement::Strike(_) | Statement::Anchor(_) | Statement::ResultSheet(_) | Statement::Close(_) => true,
            Statement::Amendment(amendment) => amendment.reason == AmendmentReason::ObjectionUpheld,
            Statement::Manifest(_)
            | Statement::Credential(_)
            | Statement::Revocation(_)
            | Statement::Ballot(_)
            | Statement::Paper(_)
            | Statement::Attendance(_)
            | Statement::Proxy(_)
            | Statement::Delivery(_) => false,
        };
        if is_allowed || self.closed.is_none() { Ok(()) } else { Err(Reason::AfterClose(statement.kind())) }
    }

    fn too_few_officers(&self, entry: &Entry<'_>, check: Check) -> Option<Fault> {
        let wanted = self.manifest.policy.officers;
        let found = entry.lines.len();
        (((found as u64) < wanted) || found == 0).then(|| Fault::new(check, Reason::Signers { wanted, found }))
    }

    fn two_clerks(entry: &Entry<'_>) -> Result<(), Reason> {
        match entry.lines.len() {
            2 => Ok(()),
            found => Err(Reason::Signers { wanted: 2, found }),
        }
    }

    /// Without a usable roll nothing is known of holders, and check A06 has said so.
    fn on_roll(&self, holder: HolderNo) -> Result<(), Reason> {
        let is_fit = self.roll.as_ref().is_none_or(|roll| roll.has_holder(holder));
        if is_fit { Ok(()) } else { Err(Reason::HolderNotOnRoll(holder)) }
    }

    fn all_on_roll(&self, holders: &[HolderNo]) -> Result<(), Reason> {
        holders.iter().try_for_each(|holder| self.on_roll(*holder))
    }

    fn person_on_roll(&self, signer: Option<Signer>) -> Result<(), Reason> {
        let Some(Signer::Person(holder, person)) = signer else { return Ok(()) };
        self.on_roll(holder)?;
        let is_fit = self.roll.as_ref().is_none_or(|roll| roll.has_person(holder, person));
        if is_fit { Ok(()) } else { Err(Reason::PersonNotOnRoll(holder, person)) }
    }

    fn judge_credential(&self, credential: &Credential) -> Result<(), Reason> {
        let wanted = self.next_credential();
        if credential.credential != wanted {
            return Err(Reason::CredentialNumber { wanted, found: credential.credential });
        }
        let wanted = self.next_agent();
        if let Some(found) = credential.agent.filter(|agent| wanted < *agent) {
            return Err(Reason::AgentNumber { wanted, found });
        }
        self.person_on_roll(credential.signer())?;
        let name = credential_key_name(&self.keys.host, &self.manifest.poll, credential.credential);
        let key = credential.key.key().map_err(Reason::CredentialKey)?;
        if key.name() != name || key.kind() != KeyKind::Ed25519 {
            return Err(Reason::CredentialKeyName(name));
        }
        if self.used_keys.contains(&key.public()) {
            return Err(Reason::KeyUsed);
        }
        let live = credential.signer().and_then(|signer| self.live_credential(signer));
        live.map_or(Ok(()), |live| Err(Reason::SecondCredential(live)))
    }

    fn judge_revocation(&self, revocation: &Revocation) -> Result<(), Reason> {
        match self.credential(revocation.credential) {
            None => Err(Reason::NotIssued(revocation.credential)),
            Some(now) if now.is_revoked => Err(Reason::Revoked(revocation.credential)),
            Some(_) => Ok(()),
        }
    }

    fn judge_ballot(&self, ballot: &Ballot) -> Result<(), Reason> {
        let now = self.credential(ballot.credential).ok_or(Reason::NotIssued(ballot.credential))?;
        if now.is_revoked {
            return Err(Reason::Revoked(ballot.credential));
        }
        if ballot.party() != Some(now.signer.party()) {
            return Err(Reason::NotItsOwn(ballot.credential));
        }
        let wanted = now.last_seq.map_or(Seq::FIRST, Seq::next);
        if ballot.seq != wanted {
            return Err(Reason::SeqNotNext { wanted, found: ballot.seq });
        }
        self.judge_answers(ballot.answers.keys(), |motion| ballot.answers.get(&motion.id).map(|a| is_answer(motion, a)))
    }

    /// Every motion is answered, by one of its choices, and nothing else is.
    fn judge_answers<'a>(
        &self,
        answered: impl Iterator<Item = &'a Id>,
        is_choice: impl Fn(&Motion) -> Option<bool>,
    ) -> Result<(), Reason> {
        for id in answered {
            if self.manifest.motion(id).is_none() {
                return Err(Reason::NoSuchMotion(id.clone()));
            }
        }
        for motion in &self.manifest.motions {
            match is_choice(motion) {
                None => return Err(Reason::NotAnswered(motion.id.clone())),
                Some(false) => return Err(Reason::NoSuchChoice(motion.id.clone())),
                Some(true) => {}
            }
        }
        Ok(())
    }

    fn judge_paper(&self, paper: &Paper, entry: &Entry<'_>) -> Result<(), Reason> {
        Self::two_clerks(entry)?;
        if self.forms.contains_key(&paper.form) {
            return Err(Reason::FormUsed(paper.form));
        }
        self.person_on_roll(paper.signer())?;
        if paper.received < self.manifest.opens || self.manifest.closes < paper.received {
            return Err(Reason::ReceivedOutside);
        }
        if paper.at < paper.received {
            return Err(Reason::EnteredBeforeReceived);
        }
        paper.answers.as_ref().map_or(Ok(()), |answers| self.judge_paper_answers(answers))
    }

    /// Whether a paper's answers are those that the manifest allows, one to every motion.
    ///
    /// # Errors
    /// A motion is not answered, is none of the manifest's, or has another choice.
    pub fn judge_paper_answers(&self, answers: &BTreeMap<Id, PaperAnswer>) -> Result<(), Reason> {
        self.judge_answers(answers.keys(), |motion| {
            answers.get(&motion.id).map(|answer| match answer {
                PaperAnswer::Invalid(_) => true,
                PaperAnswer::Answer(answer) => is_answer(motion, answer),
            })
        })
    }

    fn judge_attendance(&self, attendance: &Attendance, entry: &Entry<'_>) -> Result<(), Reason> {
        Self::two_clerks(entry)?;
        self.all_on_roll(attendance.present.as_deref().unwrap_or_default())?;
        self.all_on_roll(attendance.represented.as_deref().unwrap_or_default())?;
        let window = self.manifest.opens..=self.manifest.closes;
        if window.contains(&attendance.at) { Ok(()) } else { Err(Reason::AttendanceOutside) }
    }

    /// The holder voted for has given its proxy to the signer, and it stands.
    fn acts_for(&self, holder: Option<HolderNo>, party: Option<Party>) -> Option<Fault> {
        let (holder, party) = (holder?, party?);
        let is_agent = self.standing_agent(holder).is_some_and(|standing| standing.party == party);
        (!is_agent).then(|| Fault::new(Check::A11, Reason::NoProxy { party, holder }))
    }

    fn unrepresented(&self, attendance: &Attendance) -> Option<Fault> {
        let represented = attendance.represented.as_deref().unwrap_or_default();
        let alone = represented.iter().find(|holder| self.standing_agent(**holder).is_none())?;
        Some(Fault::new(Check::A11, Reason::NotRepresented(*alone)))
    }

    fn judge_proxy(&self, proxy: &Proxy, entry: &Entry<'_>) -> Result<(), Reason> {
        let is_by_clerks = entry.lines.iter().any(|line| matches!(self.keys.find(line), Some(KeyRef::Clerk(_))));
        if is_by_clerks {
            Self::two_clerks(entry)?;
        } else {
            self.judge_proxy_signer(proxy, entry)?;
        }
        if proxy.scan_sha256.is_some() != is_by_clerks {
            return Err(Reason::ProxyScan);
        }
        self.on_roll(proxy.principal)?;
        if let Some(holder) = proxy.to_holder {
            self.on_roll(holder)?;
            if holder == proxy.principal {
                return Err(Reason::ProxyToSelf);
            }
        }
        let next = self.next_agent();
        // Clerks may name a new agent, a credential only one whom the log knows.
        if let Some(agent) = proxy.agent.filter(|agent| if is_by_clerks { next < *agent } else { next <= *agent }) {
            return Err(Reason::AgentNumber { wanted: next, found: agent });
        }
        let wanted = self.next_proxy_seq(proxy.principal);
        if proxy.seq != wanted {
            return Err(Reason::SeqNotNext { wanted, found: proxy.seq });
        }
        let standing = self.standing_agent(proxy.principal).map(|standing| standing.party);
        match proxy.state {
            ProxyState::Revoked if standing != proxy.party() => Err(Reason::NotTheAgent(proxy.principal)),
            ProxyState::Revoked | ProxyState::Granted => Ok(()),
        }
    }

    /// One live credential of the principal has signed.
    fn judge_proxy_signer(&self, proxy: &Proxy, entry: &Entry<'_>) -> Result<(), Reason> {
        let [line] = entry.lines.as_slice() else {
            return Err(Reason::OneSigner(entry.lines.len()));
        };
        let unnamed = || Reason::SignerNotAllowed(line.name.to_owned());
        let credential = self.named_credential(line.name).ok_or_else(unnamed)?;
        let now = self.credential(credential).ok_or(Reason::NotIssued(credential))?;
        if now.is_revoked {
            return Err(Reason::Revoked(credential));
        }
        if now.signer.party() == Party::Holder(proxy.principal) { Ok(()) } else { Err(Reason::NotItsOwn(credential)) }
    }

    fn judge_amendment(&self, amendment: &Amendment) -> Result<(), Reason> {
        self.roll.as_ref().map_or(Ok(()), |roll| roll.judge(&amendment.unit))
    }

    fn judge_strike(&self, strike: &Strike) -> Result<(), Reason> {
        if !self.strikeable.is_set(strike.index) {
            return Err(Reason::NotStrikeable(strike.index));
        }
        if self.struck.contains(&strike.index) { Err(Reason::StruckAlready(strike.index)) } else { Ok(()) }
    }

    fn judge_close(&self, close: &Close, entry: &Entry<'_>) -> Result<(), Reason> {
        if self.closed.is_some() {
            return Err(Reason::SecondClose);
        }
        let is_by_log = entry.lines.iter().any(|line| self.keys.find(line) == Some(KeyRef::Log));
        if let Some(Fault { reason, .. }) = self.too_few_officers(entry, Check::A13).filter(|_| !is_by_log) {
            return Err(reason);
        }
        if close.at < self.manifest.closes {
            return Err(Reason::ClosedEarly(self.manifest.closes));
        }
        let is_tree = close.size == self.size() && close.root == self.tree.root();
        if is_tree { Ok(()) } else { Err(Reason::ClosedTree(self.size())) }
    }

    fn judge_result(&self, sheet: &ResultSheet) -> Result<(), Reason> {
        let closed = self.closed.ok_or(Reason::EarlyResult)?;
        if sheet.close_index == closed.index { Ok(()) } else { Err(Reason::ResultNames(closed.index)) }
    }

    /// SHA-256 of the manifest's text, which a new statement must name.
    pub fn names(&self) -> (&PollId, Hash) {
        (&self.manifest.poll, self.manifest_hash)
    }
}

/// Whether an answer is one of the motion's choices, or marks its candidates.
fn is_answer(motion: &Motion, answer: &Answer) -> bool {
    match (answer, &motion.candidates) {
        (Answer::Choice(choice), None) => motion.choices.contains(choice),
        (Answer::Marks(marks), Some(candidates)) => {
            marks.keys().all(|id| candidates.iter().any(|candidate| candidate.id == *id))
        }
        (Answer::Choice(_), Some(_)) | (Answer::Marks(_), None) | (Answer::Other(_), _) => false,
    }
}
