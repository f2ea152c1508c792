//! Who holds an office: officers, clerks and auditors, appointed by officers and for a term.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    acts::{self, Deed, Proposal},
    contact::{self, Contact},
    estate::{Estate, find_compound},
    events::{Actor, Doing, write_event},
    fresh::Fresh,
    ids::{ActId, CompoundId, StaffId, Subject},
    letters,
    refusal::refusals,
    tables::{int, staff, uint},
};
use crate::json;

/// What somebody may do for a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Prepares polls, and signs dangerous acts with others.
    Officer,
    /// Enters papers, prints letters, helps people.
    Clerk,
    /// Reads what may be inspected.
    Auditor,
}

impl Role {
    /// The word in key names and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Clerk => "clerk",
            Self::Auditor => "auditor",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        [Self::Officer, Self::Clerk, Self::Auditor]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| DbErr::Type(format!("role {text}")))
    }

    /// Whether the role signs with a key of its own.
    pub fn has_key(self) -> bool {
        match self {
            Self::Officer | Self::Clerk => true,
            Self::Auditor => false,
        }
    }
}

/// How far somebody is in taking up an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffState {
    /// Appointed, without a device yet.
    Invited,
    /// At work.
    Active,
    /// No longer.
    Ended,
}

impl StaffState {
    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Ended => "ended",
        }
    }

    fn read(text: &str) -> Result<Self, DbErr> {
        [Self::Invited, Self::Active, Self::Ended]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| DbErr::Type(format!("state {text}")))
    }
}

/// Somebody to be appointed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct NewStaff {
    pub role: Role,
    pub name: String,
    pub organisation: String,
    /// Empty where there is an e-mail address.
    pub phone: String,
    pub email: String,
    /// The buildings that a clerk serves; none for all.
    pub scope: BTreeSet<String>,
    /// When the term ends, in Unix seconds.
    pub term_ends: u64,
}

/// Somebody who holds, or held, an office.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StaffMember {
    pub id: StaffId,
    pub compound: CompoundId,
    pub role: Role,
    /// As in the key's name, from 1 per role and host.
    pub number: u64,
    pub name: String,
    pub organisation: String,
    pub phone: String,
    pub email: String,
    pub scope: BTreeSet<String>,
    /// The office key, once there is one.
    pub vkey: Option<String>,
    pub state: StaffState,
    pub term_ends: u64,
}

/// The letter that invites somebody to an office. The code exists nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StaffLetter {
    pub staff: StaffMember,
    pub code: String,
}

refusals! {
    /// Why nobody is appointed, dismissed or given a letter.
    StaffError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        Name "bad_name" "a name has 1 to 100 characters that may stand in the record",
        Contact "bad_contact" "a phone number of 11 digits or an e-mail address is wanted",
        Term "bad_term" "a term ends after today and within six years",
        NoSuchStaff "no_such_staff" "nobody of this id holds an office in this compound",
        NotInvited "not_invited" "a letter is for somebody who is appointed and has no device yet",
        TooFewOfficers "too_few_officers" "fewer officers would be left than must sign an act",
    }
}

impl NewStaff {
    /// Whether somebody can be appointed so.
    pub fn check(&self, now: u64) -> Result<(), StaffError> {
        let is_text = |text: &str, least| {
            (least..=100).contains(&text.chars().count()) && json::is_record_text(text) && text.trim() == text
        };
        if !is_text(&self.name, 1) || !is_text(&self.organisation, 0) {
            return Err(StaffError::Name);
        }
        let is_contact = |text: &str| text.is_empty() || Contact::parse(text).is_some();
        let has_one = !self.phone.is_empty() || !self.email.is_empty();
        if !has_one || !is_contact(&self.phone) || !is_contact(&self.email) {
            return Err(StaffError::Contact);
        }
        let longest = 6 * 366 * 86_400;
        if self.term_ends <= now || now + longest < self.term_ends {
            return Err(StaffError::Term);
        }
        Ok(())
    }
}

impl StaffMember {
    pub(crate) fn read(row: staff::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: StaffId(row.id),
            compound: CompoundId(row.compound),
            role: Role::read(&row.role)?,
            number: uint(row.number),
            name: row.name,
            organisation: row.organisation,
            phone: row.phone,
            email: row.email,
            scope: serde_json::from_str(&row.scope).map_err(|err| DbErr::Json(err.to_string()))?,
            vkey: row.vkey,
            state: StaffState::read(&row.state)?,
            term_ends: uint(row.term_ends),
        })
    }

    /// Whether the office is held at this time.
    pub fn is_active(&self, now: u64) -> bool {
        self.state == StaffState::Active && now < self.term_ends
    }

    /// Who this is in events and sessions.
    pub fn subject(&self) -> Subject {
        Subject::Staff(self.id.clone())
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Subject(self.subject())
    }

    /// The name of the office key under a host.
    pub fn key_name(&self, host: &str) -> String {
        format!("{host}/{}/{}", self.role.as_str(), self.number)
    }
}

/// Reads somebody afresh, so that a right that ended a moment ago is gone.
pub(crate) async fn find_staff(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &StaffId,
) -> Result<Option<StaffMember>, DbErr> {
    let row = staff::Entity::find_by_id(id.as_str().to_owned())
        .filter(staff::COLUMN.compound.eq(compound.as_str()))
        .one(db)
        .await?;
    row.map(StaffMember::read).transpose()
}

/// The same person, if the office still is one of these roles.
pub(crate) async fn still_holds(
    tx: &DatabaseTransaction,
    by: &StaffMember,
    roles: &[Role],
    now: u64,
) -> Result<Option<StaffMember>, DbErr> {
    let found = find_staff(tx, &by.compound, &by.id).await?;
    Ok(found.filter(|staff| staff.is_active(now) && roles.contains(&staff.role)))
}

/// Officers at work, by number.
pub(crate) async fn active(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    role: Role,
    now: u64,
) -> Result<Vec<StaffMember>, DbErr> {
    let rows = staff::Entity::find()
        .filter(staff::COLUMN.compound.eq(compound.as_str()))
        .filter(staff::COLUMN.role.eq(role.as_str()))
        .filter(staff::COLUMN.state.eq(StaffState::Active.as_str()))
        .filter(staff::COLUMN.term_ends.gt(int(now)))
        .order_by_asc(staff::COLUMN.number)
        .all(db)
        .await?;
    rows.into_iter().map(StaffMember::read).collect()
}

/// Appoints somebody: from now on there is somebody to invite.
pub(crate) async fn appoint(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    new: &NewStaff,
    now: u64,
    fresh: &mut Fresh,
) -> Result<StaffMember, DbErr> {
    let last: Option<i64> = staff::Entity::find()
        .filter(staff::COLUMN.role.eq(new.role.as_str()))
        .select_only()
        .column_as(Expr::col("number").max(), "last")
        .into_tuple()
        .one(tx)
        .await?
        .flatten();
    let row = staff::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        role: new.role.as_str().to_owned(),
        // Two compounds at once may draw the same number: the index lets only one have it.
        number: last.unwrap_or(0) + 1,
        name: new.name.clone(),
        organisation: new.organisation.clone(),
        phone: new.phone.clone(),
        email: new.email.clone(),
        scope: serde_json::to_string(&new.scope).expect("a list of texts is JSON"),
        vkey: None,
        state: StaffState::Invited.as_str().to_owned(),
        term_ends: int(new.term_ends),
        created_at: int(now),
    };
    staff::Entity::insert(staff::ActiveModel::from(row.clone())).exec_without_returning(tx).await?;
    let member = StaffMember::read(row)?;
    let addresses = [&new.phone, &new.email].into_iter().filter_map(|text| Contact::parse(text)).collect::<Vec<_>>();
    contact::replace(tx, compound, &member.subject(), &addresses).await?;
    Ok(member)
}

/// Appoints a first officer, with the letter, where there is nobody yet who could sign for it.
pub(crate) async fn invite_first(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    new: &NewStaff,
    now: u64,
    fresh: &mut Fresh,
) -> Result<StaffLetter, DbErr> {
    let member = appoint(tx, compound, new, now, fresh).await?;
    let code = letters::issue(tx, compound, &member.subject(), "", now, fresh).await?;
    let detail = json!({"role": new.role.as_str()});
    let doing = Doing { actor: &Actor::Operator, verb: "staff_invited", object: member.id.as_str(), detail };
    write_event(tx, compound, now, doing).await?;
    Ok(StaffLetter { staff: member, code })
}

impl Estate {
    /// Everybody who holds or held an office in a compound, by role and number.
    pub async fn staff(&self, compound: &CompoundId) -> Result<Vec<StaffMember>, DbErr> {
        let rows = staff::Entity::find()
            .filter(staff::COLUMN.compound.eq(compound.as_str()))
            .order_by_asc(staff::COLUMN.role)
            .order_by_asc(staff::COLUMN.number)
            .all(self.reader())
            .await?;
        let mut members: Vec<_> = rows.into_iter().map(StaffMember::read).collect::<Result<_, _>>()?;
        members.sort_by_key(|member| (member.role, member.number));
        Ok(members)
    }

    /// Somebody who holds or held an office in this compound.
    pub async fn staff_member(&self, compound: &CompoundId, id: &StaffId) -> Result<Option<StaffMember>, DbErr> {
        find_staff(self.reader(), compound, id).await
    }

    /// The letter for somebody who is appointed and has no device yet; an earlier one is void.
    ///
    /// # Errors
    /// Only officers print it, and only until the office is taken up.
    pub async fn staff_letter(
        &self,
        by: &StaffMember,
        id: &StaffId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<StaffLetter, StaffError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(StaffError::NotOfficer)?;
        let letter = letter(&tx, &by.compound, id, &by.actor(), now, fresh).await?;
        tx.commit().await?;
        Ok(letter)
    }

    /// Puts somebody's appointment up for signing.
    ///
    /// # Errors
    /// Not an officer, or nobody can be appointed so.
    pub async fn propose_appointment(
        &self,
        by: &StaffMember,
        new: &NewStaff,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, StaffError> {
        new.check(now)?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(StaffError::NotOfficer)?;
        let summary = json!({"role": new.role, "name": new.name, "organisation": new.organisation,
            "scope": new.scope, "term_ends": new.term_ends});
        let deed = Deed::Appoint { staff: new.clone() };
        let proposal = Proposal { deed: &deed, object: new.role.as_str(), summary };
        let id = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Puts the end of somebody's office up for signing.
    ///
    /// # Errors
    /// Not an officer, nobody in office has this id, or too few officers would be left.
    pub async fn propose_end_of_role(
        &self,
        by: &StaffMember,
        id: &StaffId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, StaffError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(StaffError::NotOfficer)?;
        let member = in_office(&tx, &by.compound, id).await?;
        if member.role == Role::Officer && member.is_active(now) {
            let left = active(&tx, &by.compound, Role::Officer, now).await?.len() as u64 - 1;
            let needed = find_compound(&tx, &by.compound).await?.map_or(0, |compound| compound.officers);
            if left < needed {
                return Err(StaffError::TooFewOfficers);
            }
        }
        let deed = Deed::EndRole { staff: member.id.clone() };
        let summary = json!({"role": member.role, "name": member.name});
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let act = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// Puts the change of somebody's key up for signing: the device is lost or replaced. When it is
    /// signed, the office has no device until a new letter is used.
    ///
    /// # Errors
    /// Not an officer, or nobody in office has this id.
    pub async fn propose_new_key(
        &self,
        by: &StaffMember,
        id: &StaffId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, StaffError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(StaffError::NotOfficer)?;
        let member = in_office(&tx, &by.compound, id).await?;
        let deed = Deed::RenewKey { staff: member.id.clone() };
        let summary = json!({"role": member.role, "name": member.name});
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let act = acts::propose(&tx, self.host(), &by, proposal, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }

    /// The operator's way in where officers have lost their devices and too few are left to sign:
    /// revokes what the person had and gives a new letter. It stands in the events.
    pub async fn recover_staff(
        &self,
        compound: &CompoundId,
        id: &StaffId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<StaffLetter, StaffError> {
        let tx = self.begin(compound).await?;
        let member = find_staff(&tx, compound, id).await?.ok_or(StaffError::NoSuchStaff)?;
        if member.state == StaffState::Ended {
            return Err(StaffError::NotInvited);
        }
        renew_key(&tx, &member, now).await?;
        let letter = letter(&tx, compound, id, &Actor::Operator, now, fresh).await?;
        tx.commit().await?;
        Ok(letter)
    }
}

/// Somebody whose office has not ended.
async fn in_office(tx: &DatabaseTransaction, compound: &CompoundId, id: &StaffId) -> Result<StaffMember, StaffError> {
    let member = find_staff(tx, compound, id).await?;
    member.filter(|member| member.state != StaffState::Ended).ok_or(StaffError::NoSuchStaff)
}

async fn letter(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &StaffId,
    actor: &Actor,
    now: u64,
    fresh: &mut Fresh,
) -> Result<StaffLetter, StaffError> {
    let staff = find_staff(tx, compound, id).await?.ok_or(StaffError::NoSuchStaff)?;
    if staff.state != StaffState::Invited {
        return Err(StaffError::NotInvited);
    }
    letters::revoke(tx, &staff.subject(), None, now).await?;
    let code = letters::issue(tx, compound, &staff.subject(), "", now, fresh).await?;
    let doing = Doing { actor, verb: "staff_letter_printed", object: id.as_str(), detail: json!({}) };
    write_event(tx, compound, now, doing).await?;
    Ok(StaffLetter { staff, code })
}

/// Ends an office with all that it could be held with.
pub(crate) async fn end(tx: &DatabaseTransaction, member: &StaffMember, now: u64) -> Result<(), DbErr> {
    set_state(tx, member, StaffState::Ended).await?;
    strip(tx, member, "role_ended", now).await?;
    contact::replace(tx, &member.compound, &member.subject(), &[]).await
}

/// Takes key, devices and sessions from somebody, who may then be invited again.
pub(crate) async fn renew_key(tx: &DatabaseTransaction, member: &StaffMember, now: u64) -> Result<(), DbErr> {
    set_state(tx, member, StaffState::Invited).await?;
    strip(tx, member, "key_renewed", now).await
}

async fn strip(tx: &DatabaseTransaction, member: &StaffMember, reason: &str, now: u64) -> Result<(), DbErr> {
    let subject = member.subject();
    super::devices::revoke_all(tx, &subject, reason, now).await?;
    super::session::end_all(tx, &subject, now).await?;
    letters::revoke(tx, &subject, None, now).await
}

async fn set_state(tx: &DatabaseTransaction, member: &StaffMember, state: StaffState) -> Result<(), DbErr> {
    staff::Entity::update_many()
        .col_expr(staff::Column::State, Expr::value(state.as_str()))
        .col_expr(staff::Column::Vkey, Expr::value(Option::<String>::None))
        .filter(staff::COLUMN.id.eq(member.id.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}
