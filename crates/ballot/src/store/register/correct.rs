//! Corrections of the register without a file: who speaks for co-owners, and how somebody is reached.
//!
//! Two officers sign them as they sign a whole register, and those concerned are told.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{DatabaseTransaction, DbErr};
use serde_json::json;

use super::{Applying, apply, current, ids_by_identity, last_number, nothing_pending, version};
use crate::{
    register::{Correction, CorrectionError, Register},
    store::{
        acts::{self, Deed, Proposal},
        contact::{Channel, Contact},
        devices,
        estate::Estate,
        fresh::Fresh,
        ids::{ActId, CompoundId, PersonId, Subject},
        outbox::{self, Notice},
        refusal::refusals,
        staff::{Role, StaffMember, still_holds},
    },
};

/// How many phones, and how many mailboxes, one person has at most.
pub const CONTACTS_MOST: usize = 5;

/// Units that the same people own together, and who speaks for them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CoOwned {
    /// All of theirs, by label, in the register's order.
    pub labels: Vec<String>,
    /// First named first.
    pub owners: Vec<(PersonId, String)>,
    pub representative: Option<PersonId>,
}

/// Somebody of the register with how they are reached, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Reached {
    pub name: String,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

refusals! {
    /// Why a correction is not put up for signing.
    CorrectError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        Pending "register_pending" "another change of the register waits for signatures: withdraw or sign it first",
        NoSuchUnit "no_such_unit" "the register has no unit of this label",
        NoSuchPerson "no_such_person" "the register has no such person",
        NotCoOwned "not_co_owned" "the unit has one owner, who needs no representative",
        NotAnOwner "not_an_owner" "the representative is one of the owners",
        Contact "bad_contact" "at most five phone numbers and five e-mail addresses, each a good one, are wanted",
        Unchanged "unchanged" "the register says so already",
    }
}

impl From<CorrectionError> for CorrectError {
    fn from(err: CorrectionError) -> Self {
        match err {
            CorrectionError::NoSuchPerson => Self::NoSuchPerson,
            CorrectionError::NotCoOwned => Self::NotCoOwned,
            CorrectionError::NotAnOwner => Self::NotAnOwner,
            CorrectionError::Unchanged => Self::Unchanged,
        }
    }
}

impl Estate {
    /// The owners of a unit with all they own together; nothing if there is no such unit.
    pub async fn co_owned(&self, compound: &CompoundId, label: &str) -> Result<Option<CoOwned>, DbErr> {
        let (_, register) = current(self.reader(), compound).await?;
        let ids = ids_by_identity(self.reader(), compound).await?;
        let Some(unit) = register.units.iter().find(|unit| unit.label.key() == label) else { return Ok(None) };
        let holders = unit.holders();
        let id_of = |place: usize| ids.get(&register.persons[place].identity).cloned();
        let named = unit.owners.iter().copied().filter(|place| holders.contains(place));
        let owners = named.filter_map(|place| Some((id_of(place)?, register.persons[place].name.clone())));
        Ok(Some(CoOwned {
            owners: owners.collect(),
            representative: register.representative_of(&holders).and_then(id_of),
            labels: labels_of(&register, &holders),
        }))
    }

    /// How a person of the register is reached; nothing if there is no such person.
    pub async fn reached(&self, compound: &CompoundId, person: &PersonId) -> Result<Option<Reached>, DbErr> {
        let (_, register) = current(self.reader(), compound).await?;
        let ids = ids_by_identity(self.reader(), compound).await?;
        let found = register.persons.into_iter().find(|one| ids.get(&one.identity) == Some(person));
        Ok(found.map(|one| Reached { name: one.name, phones: one.phones, emails: one.emails }))
    }

    /// Puts up who speaks for the owners of a unit on all they own together, or that nobody does.
    ///
    /// # Errors
    /// Not an officer, no such unit with several owners, not one of them, or nothing new.
    pub async fn propose_representative(
        &self,
        by: &StaffMember,
        label: &str,
        person: Option<&PersonId>,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, CorrectError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(CorrectError::NotOfficer)?;
        let (base, register) = current(&tx, &by.compound).await?;
        let identities = identities(&ids_by_identity(&tx, &by.compound).await?);
        let unit = register.units.iter().find(|unit| unit.label.key() == label).ok_or(CorrectError::NoSuchUnit)?;
        let holders = unit.holders();
        let person = match person {
            Some(id) => Some(identities.get(id).cloned().ok_or(CorrectError::NotAnOwner)?),
            None => None,
        };
        let name_of = |identity: &String| register.persons.iter().find(|one| one.identity == *identity);
        let summary = json!({
            "of": "representative",
            "units": labels_of(&register, &holders),
            "owners": holders.iter().map(|place| register.persons[*place].name.as_str()).collect::<Vec<_>>(),
            "from": register.representative_of(&holders).map(|place| register.persons[place].name.as_str()),
            "to": person.as_ref().and_then(name_of).map(|one| one.name.as_str()),
        });
        let owners = holders.iter().map(|place| register.persons[*place].identity.clone()).collect();
        let correction = Correction::Representative { owners, person };
        let act = put_up(self.host(), &tx, &by, (base, &register), correction, summary, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// Puts up how a person is reached from now on, instead of how they were before.
    ///
    /// # Errors
    /// Not an officer, no such person, something that is no number or address, or nothing new.
    pub async fn propose_contacts(
        &self,
        by: &StaffMember,
        person: &PersonId,
        (phones, emails): (&[String], &[String]),
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, CorrectError> {
        let phones = parse(phones, Channel::Sms).ok_or(CorrectError::Contact)?;
        let emails = parse(emails, Channel::Email).ok_or(CorrectError::Contact)?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(CorrectError::NotOfficer)?;
        let (base, register) = current(&tx, &by.compound).await?;
        let identity = identities(&ids_by_identity(&tx, &by.compound).await?).remove(person);
        let found = register.persons.iter().find(|one| Some(&one.identity) == identity.as_ref());
        let found = found.ok_or(CorrectError::NoSuchPerson)?;
        let before: Vec<_> = found.phones.iter().chain(&found.emails).collect();
        let summary = json!({
            "of": "contacts", "name": found.name, "from": before,
            "to": phones.iter().chain(&emails).collect::<Vec<_>>(),
        });
        let correction = Correction::Contacts { person: found.identity.clone(), phones, emails };
        let act = put_up(self.host(), &tx, &by, (base, &register), correction, summary, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }
}

#[allow(clippy::too_many_arguments)] // a transaction's, an act's, and what is signed
async fn put_up(
    host: &str,
    tx: &DatabaseTransaction,
    by: &StaffMember,
    (base, register): (u64, &Register),
    correction: Correction,
    summary: serde_json::Value,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ActId, CorrectError> {
    register.clone().correct(&correction)?;
    nothing_pending(tx, &by.compound).await?.then_some(()).ok_or(CorrectError::Pending)?;
    let deed = Deed::CorrectRegister { base, correction };
    let object = (base + 1).to_string();
    Ok(acts::propose(tx, host, by, Proposal { deed: &deed, object: &object, summary }, now, fresh).await?)
}

/// Applies a correction that was signed, and tells those concerned; the answer is why it could not be.
pub(crate) async fn correct(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    act: &ActId,
    (base, correction): (u64, &Correction),
    now: u64,
    fresh: &mut Fresh,
) -> Result<Option<&'static str>, DbErr> {
    const CHANGED: Option<&str> = Some("register_changed");
    if last_number(tx, compound).await? != base {
        return Ok(CHANGED);
    }
    let Some(mut register) = version(tx, compound, base).await? else { return Ok(CHANGED) };
    if register.correct(correction).is_err() {
        return Ok(CHANGED);
    }
    let ids = ids_by_identity(tx, compound).await?;
    let name_of = |identity: &str| register.persons.iter().find(|one| one.identity == identity).map(|one| &one.name);
    let (notice, readers) = match correction {
        Correction::Representative { owners, person } => {
            let places: BTreeMap<_, _> = register.persons.iter().map(|one| one.identity.as_str()).zip(0..).collect();
            let holders = owners.iter().filter_map(|owner| places.get(owner.as_str()).copied()).collect();
            let name = person.as_deref().and_then(name_of).cloned().unwrap_or_default();
            (Notice::Represented { name, units: labels_of(&register, &holders), at: now }, owners.clone())
        }
        Correction::Contacts { person, .. } => {
            let name = name_of(person).cloned().unwrap_or_default();
            (Notice::ContactsChanged { name, at: now }, BTreeSet::from([person.clone()]))
        }
    };
    let readers: BTreeSet<_> = readers.iter().filter_map(|one| ids.get(one).cloned().map(Subject::Person)).collect();
    // Before the old numbers are forgotten: whoever has them may be the one who did not want this.
    devices::tell_all(tx, compound, &readers, &notice, now, fresh).await?;
    let (source, file_name, file_sha256) = ("correction", "", String::new());
    let applying = Applying { compound, act, base, source, file_name, file_sha256, register: &register };
    apply(tx, &applying, now, fresh).await?;
    if let Correction::Contacts { phones, emails, .. } = correction {
        for to in phones.iter().chain(emails).filter_map(|text| Contact::parse(text)) {
            outbox::queue(tx, compound, &to, "zh", &notice, now, fresh).await?;
        }
    }
    Ok(None)
}

/// Numbers or addresses in the form in which they are compared; nothing if one is neither, or of the other kind.
fn parse(typed: &[String], channel: Channel) -> Option<Vec<String>> {
    let mut parsed: Vec<String> = Vec::new();
    for text in typed.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let contact = Contact::parse(text).filter(|contact| contact.channel() == channel)?;
        if !parsed.iter().any(|known| known == contact.address()) {
            parsed.push(contact.address().to_owned());
        }
    }
    (parsed.len() <= CONTACTS_MOST).then_some(parsed)
}

fn labels_of(register: &Register, holders: &BTreeSet<usize>) -> Vec<String> {
    register.units.iter().filter(|unit| unit.holders() == *holders).map(|unit| unit.label.key()).collect()
}

fn identities(ids: &BTreeMap<String, PersonId>) -> BTreeMap<PersonId, String> {
    ids.iter().map(|(identity, id)| (id.clone(), identity.clone())).collect()
}
