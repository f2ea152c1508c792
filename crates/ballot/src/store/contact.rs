//! How people are reached: phone numbers and e-mail addresses of register and staff.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::{
    ids::{CompoundId, Subject},
    tables::contact,
};

/// The way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// To a phone.
    Sms,
    /// To a mailbox.
    Email,
}

impl Channel {
    /// The word in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, DbErr> {
        match text {
            "sms" => Ok(Self::Sms),
            "email" => Ok(Self::Email),
            _ => Err(DbErr::Type(format!("channel {text}"))),
        }
    }
}

/// A phone number or e-mail address, in the one form in which it is stored and compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    channel: Channel,
    address: String,
}

impl Contact {
    /// Reads what somebody typed; forgives blanks, hyphens, full-width digits, a leading +86, case.
    ///
    /// A phone number has 5 to 15 digits, an e-mail address one `@` between two parts, at most 254 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
        if let Some((local, domain)) = text.split_once('@') {
            let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic() && c != '@');
            let is_address = is_part(local) && is_part(domain) && domain.contains('.') && text.len() <= 254;
            return is_address.then(|| Self { channel: Channel::Email, address: text.to_ascii_lowercase() });
        }
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | '(' | ')')).collect();
        let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix('+')).unwrap_or(&digits);
        let is_number = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self { channel: Channel::Sms, address: digits.to_owned() })
    }

    /// The way messages go to it.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// The number or address itself.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Enough of it for its owner to know it by: `138****5678`, `z***@example.cn`.
    pub fn masked(&self) -> String {
        match self.channel {
            Channel::Sms => {
                let shown = self.address.len().saturating_sub(8).min(3);
                let tail = self.address.len().saturating_sub(4);
                format!("{}****{}", &self.address[..shown], &self.address[tail.max(shown)..])
            }
            Channel::Email => {
                let (local, domain) = self.address.split_once('@').unwrap_or((&self.address, ""));
                format!("{}***@{domain}", local.get(..1).unwrap_or_default())
            }
        }
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

fn narrow(character: char) -> char {
    match u32::from(character) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

/// Makes these the contacts of somebody, whatever they were.
pub(crate) async fn replace(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    subject: &Subject,
    contacts: &[Contact],
) -> Result<(), DbErr> {
    contact::Entity::delete_many().filter(contact::COLUMN.subject.eq(subject.to_string())).exec(tx).await?;
    let contacts: BTreeSet<_> = contacts.iter().collect();
    let rows = contacts.into_iter().map(|contact| row(compound, subject, contact));
    contact::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) fn row(compound: &CompoundId, subject: &Subject, contact: &Contact) -> contact::ActiveModel {
    contact::ActiveModel {
        compound: Set(compound.to_string()),
        address: Set(contact.address.clone()),
        subject: Set(subject.to_string()),
    }
}

/// Who has this contact, always in the same order.
pub(crate) async fn who_has(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    contact: &Contact,
) -> Result<Vec<Subject>, DbErr> {
    let rows = contact::Entity::find()
        .filter(contact::COLUMN.compound.eq(compound.as_str()))
        .filter(contact::COLUMN.address.eq(contact.address()))
        .order_by_asc(contact::COLUMN.subject)
        .all(db)
        .await?;
    rows.into_iter().map(|row| read_subject(&row.subject)).collect()
}

/// The contacts of somebody, phones first.
pub(crate) async fn contacts_of(db: &impl ConnectionTrait, subject: &Subject) -> Result<Vec<Contact>, DbErr> {
    let rows = contact::Entity::find().filter(contact::COLUMN.subject.eq(subject.to_string())).all(db).await?;
    let mut contacts: Vec<_> = rows.into_iter().filter_map(|row| Contact::parse(&row.address)).collect();
    contacts.sort();
    Ok(contacts)
}

/// Where everybody of a compound is reached first, by their subjects: a phone before a mailbox.
pub(crate) async fn first_contacts(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
) -> Result<BTreeMap<String, Contact>, DbErr> {
    let rows = contact::Entity::find().filter(contact::COLUMN.compound.eq(compound.as_str())).all(db).await?;
    let parsed = rows.into_iter().filter_map(|row| Some((row.subject, Contact::parse(&row.address)?)));
    let mut all: Vec<_> = parsed.collect();
    // The first of somebody comes last, and so stays in the map.
    all.sort_by(|(_, one), (_, other)| other.cmp(one));
    Ok(all.into_iter().collect())
}

pub(crate) fn read_subject(text: &str) -> Result<Subject, DbErr> {
    text.parse().map_err(|_| DbErr::Type(format!("subject {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_read_as_people_type_them_and_shown_masked() {
        for (typed, stored, masked) in [
            ("10012345678", "10012345678", "100****5678"),
            ("+86 100-1234-5678", "10012345678", "100****5678"),
            ("１００１２３４５６７８", "10012345678", "100****5678"),
            ("12345", "12345", "****2345"),
            ("Zhang@Example.cn", "zhang@example.cn", "z***@example.cn"),
        ] {
            let contact = Contact::parse(typed).expect(typed);
            assert_eq!((contact.address(), contact.masked().as_str()), (stored, masked), "{typed}");
        }
        for wrong in ["", "12a45", "123", "@example.cn", "a@b", "a@b@c.cn", "1234567890123456", "张@例.cn"] {
            assert_eq!(Contact::parse(wrong), None, "{wrong}");
        }
    }
}
