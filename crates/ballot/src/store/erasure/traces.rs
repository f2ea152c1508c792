//! What is known of somebody to be erased, and where it stands.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    Condition, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::phones;
use crate::{
    register::Register,
    store::{
        contact::Contact,
        ids::{PersonId, Subject},
        tables::{contact, person, poll, poll_person, poll_unit, register_version},
    },
};

/// What tells somebody from others, with the versions of the register and the polls that name them.
pub(super) struct Traces {
    pub(super) id: PersonId,
    pub(super) compound: String,
    pub(super) name: String,
    pub(super) identity: String,
    /// Phone numbers and addresses of any time, as typed and as compared, that nobody else is reached under.
    pub(super) addresses: BTreeSet<String>,
    /// By number.
    pub(super) versions: BTreeMap<i64, Register>,
    /// Polls and holders that they vote or voted for.
    pub(super) seats: Vec<(String, i64)>,
    /// Lines of rolls whose private record names them.
    pub(super) lines: Vec<poll_unit::Model>,
}

impl Traces {
    /// Reads them all.
    pub(super) async fn of(db: &impl ConnectionTrait, row: &person::Model) -> Result<Self, DbErr> {
        let versions = versions(db, row).await?;
        let seats: Vec<_> = poll_person::Entity::find()
            .filter(poll_person::COLUMN.person.eq(&row.id))
            .all(db)
            .await?
            .into_iter()
            .map(|seat| (seat.poll, seat.holder))
            .collect();
        Ok(Self {
            id: PersonId(row.id.clone()),
            compound: row.compound.clone(),
            name: row.name.clone(),
            identity: row.identity.clone(),
            addresses: addresses(db, row, &versions).await?,
            lines: lines(db, row, &versions, &seats).await?,
            versions,
            seats,
        })
    }

    /// The polls that name them.
    pub(super) fn polls(&self) -> BTreeSet<&str> {
        let on_roll = self.seats.iter().map(|(poll, _)| poll.as_str());
        on_roll.chain(self.lines.iter().map(|line| line.poll.as_str())).collect()
    }

    /// The texts to be taken out of what stays, longest first. Where a namesake stands in what officers once signed, that
    /// name goes too: better one too many than theirs left.
    pub(super) fn needles(&self) -> Vec<String> {
        let mut needles: Vec<_> = self.addresses.iter().cloned().collect();
        needles.extend([self.identity.clone(), self.name.clone()]);
        needles.retain(|needle| !needle.is_empty());
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        needles
    }

    /// Whether they were reached under this.
    pub(super) fn reaches(&self, contact: &Contact) -> bool {
        self.addresses.contains(contact.address())
    }

    /// Whether a holder has other people whom the estate still knows.
    pub(super) async fn has_others(&self, db: &impl ConnectionTrait, poll: &str, holder: i64) -> Result<bool, DbErr> {
        let others = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll))
            .filter(poll_person::COLUMN.holder.eq(holder))
            .filter(poll_person::COLUMN.person.ne(self.id.as_str()))
            .all(db)
            .await?;
        let others = others.into_iter().map(|other| other.person);
        Ok(0 < person::Entity::find().filter(person::COLUMN.id.is_in(others)).count(db).await?)
    }

    /// The homes, by label, on whose lines of rolls somebody else still depends.
    pub(super) async fn shared(&self, db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
        let mut shared = BTreeSet::new();
        for line in &self.lines {
            if self.has_others(db, &line.poll, line.holder).await? {
                shared.insert(line.label.clone());
            }
        }
        Ok(shared.into_iter().collect())
    }
}

async fn versions(db: &impl ConnectionTrait, row: &person::Model) -> Result<BTreeMap<i64, Register>, DbErr> {
    let rows = register_version::Entity::find()
        .filter(register_version::COLUMN.compound.eq(&row.compound))
        .order_by_asc(register_version::COLUMN.number)
        .all(db)
        .await?;
    let mut versions = BTreeMap::new();
    for version in rows {
        let register: Register = serde_json::from_str(&version.register).map_err(|err| DbErr::Json(err.to_string()))?;
        if register.persons.iter().any(|one| one.identity == row.identity) {
            versions.insert(version.number, register);
        }
    }
    Ok(versions)
}

async fn addresses(
    db: &impl ConnectionTrait,
    row: &person::Model,
    versions: &BTreeMap<i64, Register>,
) -> Result<BTreeSet<String>, DbErr> {
    let subject = Subject::Person(PersonId(row.id.clone())).to_string();
    let reached = contact::Entity::find().filter(contact::COLUMN.compound.eq(&row.compound)).all(db).await?;
    let (own, others): (Vec<_>, Vec<_>) = reached.into_iter().partition(|contact| contact.subject == subject);
    let mut typed = phones(row)?;
    typed.extend(own.into_iter().map(|contact| contact.address));
    let persons = versions.values().flat_map(|register| &register.persons).filter(|one| one.identity == row.identity);
    typed.extend(persons.flat_map(|one| one.phones.iter().chain(&one.emails)).cloned());
    let others: BTreeSet<_> = others.into_iter().map(|contact| contact.address).collect();
    let mut addresses = BTreeSet::new();
    for text in typed {
        let Some(contact) = Contact::parse(&text) else { continue };
        if !others.contains(contact.address()) {
            addresses.extend([contact.address().to_owned(), text]);
        }
    }
    Ok(addresses)
}

/// A namesake's lines are told apart by the home: one that they own or owned, or whose holder they are.
async fn lines(
    db: &impl ConnectionTrait,
    row: &person::Model,
    versions: &BTreeMap<i64, Register>,
    seats: &[(String, i64)],
) -> Result<Vec<poll_unit::Model>, DbErr> {
    let mut homes = BTreeSet::new();
    for register in versions.values() {
        let is_own = |owner: &usize| register.persons.get(*owner).is_some_and(|one| one.identity == row.identity);
        let own = register.units.iter().filter(|unit| unit.owners.iter().any(is_own));
        homes.extend(own.map(|unit| unit.label.key()));
    }
    let polls = poll::Entity::find().filter(poll::COLUMN.compound.eq(&row.compound)).all(db).await?;
    let named = serde_json::to_string(&row.name).expect("a text is JSON");
    let own = seats.iter().fold(Condition::any().add(poll_unit::COLUMN.label.is_in(homes)), |any, (poll, holder)| {
        any.add(Condition::all().add(poll_unit::COLUMN.poll.eq(poll)).add(poll_unit::COLUMN.holder.eq(*holder)))
    });
    poll_unit::Entity::find()
        .filter(poll_unit::COLUMN.poll.is_in(polls.into_iter().map(|poll| poll.id)))
        .filter(poll_unit::COLUMN.record.contains(&named))
        .filter(own)
        .all(db)
        .await
}
