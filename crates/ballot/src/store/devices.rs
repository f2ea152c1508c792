//! Enrolment: letter and one-time code together give a device its keys; again, and it replaces the one before.
//!
//! A device has a key to sign in with, an office key if its owner holds an office, and a stock of
//! voting keys of which every poll's credential takes one.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, SqlErr, sea_query::Expr,
};
use serde_json::json;

use super::{
    codes::{self, CodeError, NewCode, Purpose},
    contact::{self, Channel, Contact},
    estate::Estate,
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{ChallengeId, CompoundId, DeviceId, PersonId, Subject},
    letters,
    outbox::{self, Notice},
    refusal::refusals,
    session::{self, SignedIn, Viewer, find_owner, sound_key},
    staff::{Role, StaffMember, StaffState, find_staff, still_holds},
    tables::{device, int, ownership, staff, uint, voting_key},
};

/// How many unused voting keys a device may have registered.
pub const STOCK_MOST: u64 = 64;

/// The public keys of a device, each 32 bytes in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DeviceKeys {
    pub sign_in: String,
    /// Officers and clerks.
    pub office: Option<String>,
    /// Owners: keys that no credential was issued for yet.
    pub voting: Vec<String>,
}

/// A letter that was shown, and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Invited {
    pub subject: Subject,
    pub name: String,
    /// The office, if it is for one.
    pub role: Option<Role>,
    /// Where a code can be sent, masked; choose one by its place.
    pub contacts: Vec<String>,
}

/// A device that is enrolled now, and signed in.
#[derive(Clone)]
#[allow(missing_docs)]
pub struct Enrolled {
    pub signed_in: SignedIn,
    pub device: DeviceId,
    /// Whether another device was replaced.
    pub is_again: bool,
}

/// A device of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Device {
    pub id: DeviceId,
    pub enrolled_at: u64,
    pub revoked_at: Option<u64>,
    /// Voting keys that no credential was issued for yet.
    pub spare_keys: u64,
}

refusals! {
    /// Why a letter leads to no code.
    InvitationError {
        Unknown "unknown_letter" "no letter that is good has this code: take the newest letter, or ask for one",
        NoContact "no_contact" "no phone number or address of this person is registered: enrol at the service point",
    }
}

refusals! {
    /// Why a device is not enrolled.
    EnrolError {
        Wrong "wrong_code" "the code is not the one that was sent",
        Dead "dead_code" "the code was used, replaced, tried too often or is older than five minutes: ask for a new one",
        Letter "unknown_letter" "the letter was replaced by a newer one in between",
        WeakKey "weak_key" "a public key is 32 bytes in base64, a sound point that is not weak",
        KeyInUse "key_in_use" "a key was registered before, or stands twice",
        Stock "bad_stock" "an owner's device brings 1 to 64 voting keys, an officer's or clerk's an office key",
    }
}

refusals! {
    /// Why keys are not added.
    StockError {
        NoDevice "no_device" "only a device that signed in with its own key adds voting keys",
        WeakKey "weak_key" "a public key is 32 bytes in base64, a sound point that is not weak",
        KeyInUse "key_in_use" "a key was registered before, or stands twice",
        Full "stock_full" "a device has at most 64 unused voting keys",
    }
}

refusals! {
    /// Why a device is not revoked.
    RevokeError {
        NoSuchDevice "no_such_device" "no such device of yours is enrolled",
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
    }
}

impl From<CodeError> for EnrolError {
    fn from(err: CodeError) -> Self {
        match err {
            CodeError::Wrong => Self::Wrong,
            CodeError::Dead => Self::Dead,
            CodeError::Database(err) => Self::Database(err),
        }
    }
}

impl Estate {
    /// Whom a letter is for, and where a code could be sent.
    ///
    /// # Errors
    /// The letter is void or there is none, or nothing is registered to send a code to.
    pub async fn read_letter(&self, compound: &CompoundId, code: &str) -> Result<Invited, InvitationError> {
        let (subject, _) = self.find_letter(compound, code).await?;
        let (name, role) = match &subject {
            Subject::Person(id) => (find_owner(self.reader(), compound, id).await?.map(|owner| owner.name), None),
            Subject::Staff(id) => {
                let staff = find_staff(self.reader(), compound, id).await?;
                let staff = staff.filter(|staff| staff.state != StaffState::Ended);
                (staff.as_ref().map(|staff| staff.name.clone()), staff.map(|staff| staff.role))
            }
        };
        let name = name.ok_or(InvitationError::Unknown)?;
        let contacts = contact::contacts_of(self.reader(), &subject).await?;
        if contacts.is_empty() {
            return Err(InvitationError::NoContact);
        }
        Ok(Invited { subject, name, role, contacts: contacts.iter().map(Contact::masked).collect() })
    }

    /// Sends the code that belongs to a letter; `contact` is a place in [`Invited::contacts`].
    ///
    /// # Errors
    /// As [`Estate::read_letter`].
    pub async fn start_enrolment(
        &self,
        compound: &CompoundId,
        code: &str,
        contact: usize,
        language: &str,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ChallengeId, InvitationError> {
        let invited = self.read_letter(compound, code).await?;
        let (subject, code_sha256) = self.find_letter(compound, code).await?;
        let contacts = contact::contacts_of(self.reader(), &subject).await?;
        let to = contacts.get(contact).ok_or(InvitationError::NoContact)?;
        let tx = self.begin_any().await?;
        let subjects = [invited.subject];
        let new =
            NewCode { compound, purpose: Purpose::Enrol, subjects: &subjects, to, invitation: &code_sha256, language };
        let id = codes::send(&tx, &new, now, fresh).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn find_letter(&self, compound: &CompoundId, code: &str) -> Result<(Subject, String), InvitationError> {
        let code_sha256 = letters::code_hash(code).ok_or(InvitationError::Unknown)?.to_string();
        let found = letters::find(self.reader(), compound, &code_sha256).await?;
        let (subject, _) = found.ok_or(InvitationError::Unknown)?;
        Ok((subject, code_sha256))
    }

    /// Enrols a device by both proofs. The device before is revoked with its sessions; everybody who
    /// owns a unit with the person is told. In running polls a new credential replaces the old one.
    ///
    /// # Errors
    /// The code or a key is refused; nothing has changed but that the try is spent.
    pub async fn finish_enrolment(
        &self,
        challenge: &ChallengeId,
        code: &str,
        keys: &DeviceKeys,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Enrolled, EnrolError> {
        check_keys(keys)?;
        let tx = self.begin_any().await?;
        let right = match codes::take_try(&tx, challenge, Purpose::Enrol, code, now).await {
            Ok(right) => right,
            Err(CodeError::Database(err)) => return Err(err.into()),
            Err(refusal) => {
                tx.commit().await?;
                return Err(refusal.into());
            }
        };
        codes::end(&tx, challenge, now).await?;
        let enrolling = Enrolling { compound: &right.compound, channel: right.channel, keys, now };
        let enrolled = enrol(self.host(), &tx, &enrolling, &right.invitation, fresh).await?;
        tx.commit().await?;
        if let Subject::Person(person) = &enrolled.signed_in.subject {
            self.settle_person(person, now, fresh).await;
        }
        Ok(enrolled)
    }

    /// Registers more voting keys of the device that is signed in.
    ///
    /// # Errors
    /// The session is of no device, or a key is refused.
    pub async fn add_voting_keys(
        &self,
        viewer: &Viewer,
        keys: &[String],
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<u64, StockError> {
        let device = viewer.device.as_ref().ok_or(StockError::NoDevice)?;
        let owner = viewer.owner().ok_or(StockError::NoDevice)?;
        if keys.iter().any(|key| sound_key("device", key).is_none()) {
            return Err(StockError::WeakKey);
        }
        let tx = self.begin(&viewer.compound).await?;
        // A key of this device that is known already is no fault: the browser sends all its spares.
        let known = voting_key::Entity::find()
            .filter(voting_key::COLUMN.public_key.is_in(keys.iter().cloned()))
            .all(&tx)
            .await?;
        if known.iter().any(|key| key.device != device.as_str()) {
            return Err(StockError::KeyInUse);
        }
        let known: BTreeSet<_> = known.into_iter().map(|key| key.public_key).collect();
        let added: BTreeSet<_> = keys.iter().filter(|key| !known.contains(*key)).collect();
        let spare = spare_keys(&tx, device).await? + added.len() as u64;
        if STOCK_MOST < spare {
            return Err(StockError::Full);
        }
        insert_voting_keys(&tx, device, added.iter().copied()).await.map_err(|err| match err.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => StockError::KeyInUse,
            _ => err.into(),
        })?;
        let detail = json!({"keys": added.len()});
        let doing = Doing { actor: &viewer.actor(), verb: "voting_keys_added", object: device.as_str(), detail };
        write_event(&tx, &viewer.compound, now, doing).await?;
        tx.commit().await?;
        self.settle_person(&owner.id, now, fresh).await;
        Ok(spare)
    }

    /// The devices of whoever is signed in, newest first.
    pub async fn devices(&self, viewer: &Viewer) -> Result<Vec<Device>, DbErr> {
        let rows = device::Entity::find()
            .filter(device::COLUMN.subject.eq(viewer.subject().to_string()))
            .order_by_desc(device::COLUMN.created_at)
            .all(self.reader())
            .await?;
        let mut devices = Vec::with_capacity(rows.len());
        for row in rows {
            let id = DeviceId(row.id);
            devices.push(Device {
                spare_keys: spare_keys(self.reader(), &id).await?,
                enrolled_at: uint(row.created_at),
                revoked_at: row.revoked_at.map(uint),
                id,
            });
        }
        Ok(devices)
    }

    /// Revokes one's own device, if it is lost: its sessions end, its credentials are revoked in the log.
    ///
    /// # Errors
    /// There is no such device of one's own.
    pub async fn revoke_device(
        &self,
        viewer: &Viewer,
        id: &DeviceId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(), RevokeError> {
        let tx = self.begin(&viewer.compound).await?;
        let subject = viewer.subject();
        let is_own = device::Entity::find_by_id(id.as_str().to_owned())
            .filter(device::COLUMN.subject.eq(subject.to_string()))
            .filter(device::COLUMN.revoked_at.is_null())
            .one(&tx)
            .await?
            .is_some();
        if !is_own {
            return Err(RevokeError::NoSuchDevice);
        }
        revoke_all(&tx, &subject, "lost", now).await?;
        session::end_all(&tx, &subject, now).await?;
        let doing = Doing { actor: &viewer.actor(), verb: "device_revoked", object: id.as_str(), detail: json!({}) };
        write_event(&tx, &viewer.compound, now, doing).await?;
        tell(&tx, &viewer.compound, &subject, now, fresh, |name, at| Notice::DeviceRevoked { name, at }).await?;
        tx.commit().await?;
        if let Subject::Person(person) = &subject {
            self.settle_person(person, now, fresh).await;
        }
        Ok(())
    }

    /// Revokes the devices of a person who is at the desk or on the phone, their letter being void too.
    ///
    /// It only takes rights away, so one officer does.
    ///
    /// # Errors
    /// Not an officer, or there is no such person with a device.
    pub async fn revoke_devices_of(
        &self,
        by: &StaffMember,
        person: &PersonId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(), RevokeError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(RevokeError::NotOfficer)?;
        let owner = find_owner(&tx, &by.compound, person).await?.ok_or(RevokeError::NoSuchDevice)?;
        let subject = Subject::Person(owner.id);
        if revoke_all(&tx, &subject, "lost", now).await? == 0 {
            return Err(RevokeError::NoSuchDevice);
        }
        session::end_all(&tx, &subject, now).await?;
        letters::revoke(&tx, &subject, None, now).await?;
        let doing = Doing { actor: &by.actor(), verb: "devices_revoked", object: person.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tell(&tx, &by.compound, &subject, now, fresh, |name, at| Notice::DeviceRevoked { name, at }).await?;
        tx.commit().await?;
        self.settle_person(person, now, fresh).await;
        Ok(())
    }
}

fn check_keys(keys: &DeviceKeys) -> Result<(), EnrolError> {
    let all: Vec<_> = [&keys.sign_in].into_iter().chain(&keys.office).chain(&keys.voting).collect();
    if all.iter().any(|key| sound_key("device", key).is_none()) {
        return Err(EnrolError::WeakKey);
    }
    if all.iter().collect::<BTreeSet<_>>().len() != all.len() {
        return Err(EnrolError::KeyInUse);
    }
    if STOCK_MOST < keys.voting.len() as u64 {
        return Err(EnrolError::Stock);
    }
    Ok(())
}

struct Enrolling<'a> {
    compound: &'a CompoundId,
    channel: Channel,
    keys: &'a DeviceKeys,
    now: u64,
}

async fn enrol(
    host: &str,
    tx: &DatabaseTransaction,
    enrolling: &Enrolling<'_>,
    invitation: &str,
    fresh: &mut Fresh,
) -> Result<Enrolled, EnrolError> {
    let Enrolling { compound, keys, now, .. } = *enrolling;
    let (subject, label) = letters::find(tx, compound, invitation).await?.ok_or(EnrolError::Letter)?;
    let is_again = 0 < revoke_all(tx, &subject, "replaced", now).await?;
    session::end_all(tx, &subject, now).await?;
    let device = DeviceId(fresh.uuid());
    let row = device::ActiveModel {
        id: Set(device.to_string()),
        compound: Set(compound.to_string()),
        subject: Set(subject.to_string()),
        public_key: Set(keys.sign_in.clone()),
        method: Set(match enrolling.channel {
            Channel::Sms => "sms",
            Channel::Email => "letter",
        }
        .to_owned()),
        label: Set(label),
        created_at: Set(int(now)),
        revoked_at: Set(None),
        revoked_for: Set(None),
    };
    let in_use = |err: DbErr| match err.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => EnrolError::KeyInUse,
        _ => err.into(),
    };
    device::Entity::insert(row).exec_without_returning(tx).await.map_err(in_use)?;
    match &subject {
        Subject::Person(_) if keys.voting.is_empty() || keys.office.is_some() => return Err(EnrolError::Stock),
        Subject::Person(_) => insert_voting_keys(tx, &device, &keys.voting).await.map_err(in_use)?,
        Subject::Staff(id) => {
            let staff = find_staff(tx, compound, id).await?.filter(|staff| staff.state == StaffState::Invited);
            take_office(tx, host, &staff.ok_or(EnrolError::Letter)?, keys, now).await?;
        }
    }
    let detail = json!({"device": device.as_str(), "again": is_again});
    let actor = Actor::Subject(subject.clone());
    let doing = Doing { actor: &actor, verb: "device_enrolled", object: &subject.to_string(), detail };
    write_event(tx, compound, now, doing).await?;
    let units = labels_of(tx, &subject).await?;
    tell(tx, compound, &subject, now, fresh, |name, at| Notice::Enrolled { name, units: units.clone(), at }).await?;
    let signed_in = session::open(tx, compound, &subject, Some(&device), now, fresh).await?;
    Ok(Enrolled { signed_in, device, is_again })
}

/// Somebody appointed takes up the office: the office key is admitted, the letter is used up.
async fn take_office(
    tx: &DatabaseTransaction,
    host: &str,
    member: &StaffMember,
    keys: &DeviceKeys,
    now: u64,
) -> Result<(), EnrolError> {
    if keys.office.is_some() != member.role.has_key() || !keys.voting.is_empty() {
        return Err(EnrolError::Stock);
    }
    let name = member.key_name(host);
    let vkey = keys.office.as_ref().and_then(|key| sound_key(&name, key)).map(|key| key.to_string());
    staff::Entity::update_many()
        .col_expr(staff::Column::State, Expr::value(StaffState::Active.as_str()))
        .col_expr(staff::Column::Vkey, Expr::value(vkey))
        .filter(staff::COLUMN.id.eq(member.id.as_str()))
        .exec(tx)
        .await?;
    // A second device of an office is a change of keys, which officers sign for.
    letters::revoke(tx, &member.subject(), None, now).await?;
    Ok(())
}

async fn insert_voting_keys(
    tx: &DatabaseTransaction,
    device: &DeviceId,
    keys: impl IntoIterator<Item = &String>,
) -> Result<(), DbErr> {
    let rows = keys.into_iter().map(|key| voting_key::ActiveModel {
        public_key: Set(key.clone()),
        device: Set(device.to_string()),
        poll: Set(None),
        holder: Set(None),
        credential: Set(None),
    });
    voting_key::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

async fn spare_keys(db: &impl ConnectionTrait, device: &DeviceId) -> Result<u64, DbErr> {
    voting_key::Entity::find()
        .filter(voting_key::COLUMN.device.eq(device.as_str()))
        .filter(voting_key::COLUMN.poll.is_null())
        .count(db)
        .await
}

/// Revokes every device of somebody and says how many there were.
pub(crate) async fn revoke_all(
    tx: &DatabaseTransaction,
    subject: &Subject,
    reason: &str,
    now: u64,
) -> Result<u64, DbErr> {
    let revoked = device::Entity::update_many()
        .col_expr(device::Column::RevokedAt, Expr::value(int(now)))
        .col_expr(device::Column::RevokedFor, Expr::value(reason))
        .filter(device::COLUMN.subject.eq(subject.to_string()))
        .filter(device::COLUMN.revoked_at.is_null())
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected)
}

async fn labels_of(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<String>, DbErr> {
    let Subject::Person(person) = subject else { return Ok(Vec::new()) };
    let rows = ownership::Entity::find()
        .filter(ownership::COLUMN.person.eq(person.as_str()))
        .order_by_asc(ownership::COLUMN.label)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.label).collect())
}

/// Tells somebody, and everybody who owns a unit with them, what happened to their devices.
async fn tell(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    subject: &Subject,
    now: u64,
    fresh: &mut Fresh,
    notice: impl Fn(String, u64) -> Notice,
) -> Result<(), DbErr> {
    let mut readers = BTreeSet::from([subject.clone()]);
    let name = match subject {
        Subject::Person(id) => {
            let labels = labels_of(tx, subject).await?;
            let ties = ownership::Entity::find()
                .filter(ownership::COLUMN.compound.eq(compound.as_str()))
                .filter(ownership::COLUMN.label.is_in(labels))
                .all(tx)
                .await?;
            readers.extend(ties.into_iter().map(|row| Subject::Person(PersonId(row.person))));
            find_owner(tx, compound, id).await?.map(|owner| owner.name)
        }
        Subject::Staff(id) => find_staff(tx, compound, id).await?.map(|staff| staff.name),
    };
    tell_all(tx, compound, &readers, &notice(name.unwrap_or_default(), now), now, fresh).await
}

/// Tells people something, wherever they are reached.
pub(crate) async fn tell_all(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    readers: &BTreeSet<Subject>,
    notice: &Notice,
    now: u64,
    fresh: &mut Fresh,
) -> Result<(), DbErr> {
    for reader in readers {
        for to in contact::contacts_of(tx, reader).await? {
            outbox::queue(tx, compound, &to, "zh", notice, now, fresh).await?;
        }
    }
    Ok(())
}
