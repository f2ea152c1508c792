//! Who is who in a closed poll, for those who may inspect. Every look is an event.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{MyUnit, ViewError, after::ENTRIES, find};
use crate::{
    hash::Hash,
    id::{CredentialNo, HolderNo, PersonNo, PollId},
    register::commit,
    state::State,
    statement::{Entry, Method, Statement, StrikeReason},
    store::{
        Log,
        estate::Estate,
        events::{Doing, write_event},
        ids::PersonId,
        staff::{Role, StaffMember, still_holds},
        tables::evidence,
    },
};

/// Who a holder is, for those who may inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct HolderNames {
    pub holder: HolderNo,
    pub people: Vec<(PersonNo, PersonId, String)>,
    /// Whose ballot, if any, counts for all.
    pub representative: Option<PersonNo>,
    pub units: Vec<MyUnit>,
    /// Earliest first.
    pub credentials: Vec<IssuedCredential>,
    /// The holder's papers: where they stand, and the scan beside each.
    pub papers: Vec<(u64, Hash)>,
    /// The proxies that the holder gave on paper or took back: where they stand, and the scan beside each.
    pub proxies: Vec<(u64, Hash)>,
    /// Of the holder's ballots, papers and proxies.
    pub strikes: Vec<StruckEntry>,
}

/// A credential of a holder's people, as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct IssuedCredential {
    pub number: CredentialNo,
    /// One of the holder's people, or nobody: then it is an agent's.
    pub person: Option<PersonNo>,
    pub method: Method,
    pub at: u64,
    /// What it commits to is kept under this hash.
    pub evidence: Hash,
    pub is_revoked: bool,
}

/// A ballot, paper or proxy that officers struck.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StruckEntry {
    pub index: u64,
    pub reason: StrikeReason,
    pub at: u64,
    pub evidence: Hash,
}

/// The private half of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Evidence {
    /// 32 bytes in hexadecimal.
    pub salt: String,
    /// The canonical JSON after the salt.
    pub record: String,
    /// Whether both are what the hash commits to.
    pub is_sound: bool,
}

impl Evidence {
    /// Whether it went with somebody whom it named.
    pub fn is_erased(&self) -> bool {
        self.salt.is_empty()
    }
}

/// Who inspects.
const INSPECTORS: [Role; 3] = [Role::Officer, Role::Clerk, Role::Auditor];

impl Estate {
    /// The private half of a commitment in a closed poll's log, for those who may inspect. Every look is an event.
    ///
    /// # Errors
    /// Not an officer, clerk or auditor, not closed yet, or nothing is kept under this hash.
    pub async fn inspect_evidence(
        &self,
        by: &StaffMember,
        id: &PollId,
        sha256: &Hash,
        now: u64,
    ) -> Result<Evidence, ViewError> {
        self.closed_log(by, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &INSPECTORS, now).await?.ok_or(ViewError::NotInspector)?;
        let row = evidence::Entity::find_by_id(sha256.to_string())
            .filter(evidence::COLUMN.compound.eq(by.compound.as_str()))
            .one(&tx)
            .await?
            .ok_or(ViewError::NoSuchPoll)?;
        let object = sha256.to_string();
        let detail = json!({"poll": id.as_str()});
        let doing = Doing { actor: &by.actor(), verb: "evidence_inspected", object: &object, detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        let salt: Result<Hash, _> = row.salt.parse();
        let is_sound = salt.is_ok_and(|salt| commit(&salt.0, &row.record) == *sha256);
        Ok(Evidence { salt: row.salt, record: row.record, is_sound })
    }

    /// Who a holder of a closed poll is, with the credentials issued for it. Every look is an event.
    ///
    /// # Errors
    /// Not an officer, clerk or auditor, not closed yet, or no such poll or holder.
    pub async fn inspect_holder(
        &self,
        by: &StaffMember,
        id: &PollId,
        holder: HolderNo,
        now: u64,
    ) -> Result<HolderNames, ViewError> {
        let log = self.closed_log(by, id).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &INSPECTORS, now).await?.ok_or(ViewError::NotInspector)?;
        let detail = json!({"holder": holder.get()});
        let doing = Doing { actor: &by.actor(), verb: "holder_inspected", object: id.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        let people = self.people_of(id, holder).await?;
        if people.is_empty() {
            return Err(ViewError::NotOnRoll);
        }
        let mut names = HolderNames {
            holder,
            people,
            representative: log.read(|state, _| state.roll().and_then(|roll| roll.people(holder))?.representative),
            units: self.units_of(id, holder).await?,
            credentials: Vec::new(),
            papers: Vec::new(),
            proxies: Vec::new(),
            strikes: Vec::new(),
        };
        names.read(&log).await?;
        Ok(names)
    }

    async fn closed_log(&self, by: &StaffMember, id: &PollId) -> Result<Log, ViewError> {
        find(self.reader(), &by.compound, id).await?.ok_or(ViewError::NoSuchPoll)?;
        let log = self.logs().log(id).await?;
        if log.read(|state, _| state.closed().is_none()) {
            return Err(ViewError::NotInspector);
        }
        Ok(log)
    }
}

impl HolderNames {
    /// Collects from a closed log what was issued for the holder, and which of its entries were struck.
    async fn read(&mut self, log: &Log) -> Result<(), ViewError> {
        let (size, mut from) = (log.head().size, 0);
        let mut own = BTreeSet::new();
        while from < size {
            let page = log.entries(from, ENTRIES.min(size - from)).await?;
            if page.is_empty() {
                break;
            }
            for (bytes, index) in page.iter().zip(from..) {
                let Ok(entry) = Entry::parse(bytes) else { continue };
                match entry.statement {
                    Statement::Credential(one) if one.holder == Some(self.holder) => {
                        let now = |state: &State| state.credential(one.credential).map(|now| now.is_revoked);
                        self.credentials.push(IssuedCredential {
                            number: one.credential,
                            person: one.person,
                            method: one.method,
                            at: one.at,
                            evidence: one.evidence,
                            is_revoked: log.read(|state, _| now(state)).unwrap_or(false),
                        });
                    }
                    Statement::Ballot(ballot) if ballot.for_holder.or(ballot.holder) == Some(self.holder) => {
                        own.insert(index);
                    }
                    Statement::Paper(paper) if paper.for_holder.or(paper.holder) == Some(self.holder) => {
                        self.papers.push((index, paper.scan_sha256));
                        own.insert(index);
                    }
                    Statement::Proxy(proxy) if proxy.principal == self.holder => {
                        self.proxies.extend(proxy.scan_sha256.map(|scan| (index, scan)));
                        own.insert(index);
                    }
                    Statement::Strike(strike) if own.contains(&strike.index) => self.strikes.push(StruckEntry {
                        index: strike.index,
                        reason: strike.reason,
                        at: strike.at,
                        evidence: strike.evidence,
                    }),
                    _ => {}
                }
            }
            from += page.len() as u64;
        }
        Ok(())
    }
}
