//! What the parties agree on: its versions, who signed them on the screen and by hand, and the scans of the paper.

use ballot::{hash::Hash, store::ids::Subject};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};

use super::{
    fault, hash_list, hashes,
    steps::{Below, Doing},
};
use crate::{
    lifecycle::tables::MediationState,
    mediation::MediationFault,
    store::{
        UseError,
        tables::{int, mediation, mediation_signature, mediation_text, uint, word},
    },
};

/// Who has signed the version that stands.
pub(super) async fn signatures(
    db: &impl ConnectionTrait,
    row: &mediation::Model,
) -> Result<Vec<mediation_signature::Model>, DbErr> {
    mediation_signature::Entity::find()
        .filter(mediation_signature::COLUMN.mediation.eq(&row.id))
        .filter(mediation_signature::COLUMN.version.eq(row.version))
        .all(db)
        .await
}

impl Doing<'_> {
    /// What was signed by hand: the consent of a party, the agreement by a party, or the whole agreement.
    pub(super) async fn enter_paper(&self, after: &mediation::Model) -> Result<Below, UseError> {
        let scan = self.act.files.first().map(ToString::to_string).unwrap_or_default();
        let number = int(self.act.party);
        match word::<MediationState>(&after.state)? {
            MediationState::Requested => self.consent(number, &scan).await,
            MediationState::Agreed if number != 0 => {
                let name = self.party(number)?.name.clone();
                Ok(self.put_signature(number, None, &scan).await?.saying(name))
            }
            _ => self.bind_scans().await,
        }
    }

    /// Binds scans of the signed paper to the agreement that stands.
    async fn bind_scans(&self) -> Result<Below, UseError> {
        let text = self.agreement().await?;
        let mut scans = hashes(&text.scans)?;
        scans.extend(self.act.files.iter().copied().filter(|hash| !scans.contains(hash)).collect::<Vec<_>>());
        let line = mediation_text::Model { scans: hash_list(&scans), ..text };
        line.clone().into_active_model().reset_all().update(self.tx).await?;
        Ok(Below::of(line.digest()))
    }

    /// The agreement that stands.
    async fn agreement(&self) -> Result<mediation_text::Model, UseError> {
        let text = mediation_text::Entity::find_by_id((self.row.id.clone(), self.row.version)).one(self.tx).await?;
        text.ok_or(fault(MediationFault::Version))
    }

    /// Signs on the screen what whoever signs has before them.
    pub(super) async fn sign(&self, number: i64, scan: &str) -> Result<Below, UseError> {
        let text = self.agreement().await?;
        if self.act.hash.map(|hash| hash.to_string()) != Some(text.hash) {
            return Err(fault(MediationFault::Version));
        }
        self.put_signature(number, Some(&self.by.subject), scan).await
    }

    async fn put_signature(&self, number: i64, subject: Option<&Subject>, scan: &str) -> Result<Below, UseError> {
        let text = self.agreement().await?;
        let has_signed = signatures(self.tx, self.row).await?.iter().any(|line| line.party == number);
        if has_signed {
            return Err(fault(MediationFault::Party));
        }
        let line = mediation_signature::Model {
            mediation: self.row.id.clone(),
            version: self.row.version,
            party: number,
            subject: subject.map(ToString::to_string),
            hash: text.hash,
            scan: scan.to_owned(),
            at: int(self.now),
        };
        let digest = line.digest();
        mediation_signature::Entity::insert(line.into_active_model()).exec_without_returning(self.tx).await?;
        Ok(Below::of(digest))
    }

    /// Writes down what the parties agree on: a new version, under which nobody has signed yet.
    pub(super) async fn agree(&self, after: &mut mediation::Model) -> Result<Below, UseError> {
        after.version += 1;
        let hash = agreement_hash(&self.row.id, uint(after.version), &self.text);
        let line = mediation_text::Model {
            mediation: self.row.id.clone(),
            number: after.version,
            body: self.text.clone(),
            hash: hash.to_string(),
            scans: hash_list(&[]),
            at: int(self.now),
        };
        let digest = line.digest();
        mediation_text::Entity::insert(line.into_active_model()).exec_without_returning(self.tx).await?;
        Ok(Below::of(digest))
    }
}

/// What stands on screen and paper of an agreement: SHA-256 over its case, its version and its text, a line each.
fn agreement_hash(id: &str, version: u64, text: &str) -> Hash {
    Hash::of(format!("{id}\n{version}\n{text}").as_bytes())
}
