//! Telling owners what was stored for them: every credential, every ballot, at once and wherever they are reached.
//!
//! Whoever votes in somebody else's name is found out by this. It follows the log, so that taking a
//! ballot in costs nothing more and nothing is told twice, wherever the server stops in between.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr};

use super::{PollState, read_poll_id};
use crate::{
    id::{HolderNo, PersonNo, PollId},
    statement::Method,
    store::{
        News, NewsOf,
        contact::{Contact, contacts_of},
        estate::Estate,
        fresh::Fresh,
        ids::{CompoundId, PersonId, Subject},
        outbox::{self, Notice},
        tables::{int, person, poll, poll_person, poll_unit, uint},
    },
};

/// How many entries are told of in one transaction.
const PAGE: u64 = 256;

/// A holder's people with their names, and its units' labels.
#[derive(Default)]
pub(in crate::store) struct Household {
    pub(in crate::store) people: Vec<(PersonNo, PersonId, String)>,
    pub(in crate::store) units: Vec<String>,
}

impl Estate {
    /// Tells the people of every holder what was stored for them since it was last done; how many messages wait now.
    ///
    /// # Errors
    /// The database; what was told before stays so.
    pub async fn tell_of_entries(&self, now: u64, fresh: &mut Fresh) -> Result<u64, DbErr> {
        let sizes = self.logs().sizes().await?;
        let live = poll::Entity::find().filter(poll::COLUMN.state.eq(PollState::Live.as_str()));
        let mut queued = 0;
        for row in live.order_by_asc(poll::COLUMN.id).all(self.reader()).await? {
            let (id, compound) = (read_poll_id(&row.id)?, CompoundId(row.compound));
            let mut told = uint(row.told);
            while told < sizes.get(&id).copied().unwrap_or_default() {
                match self.tell(&id, &compound, &row.title, told, now, fresh).await? {
                    Some((next, messages)) => {
                        told = next;
                        queued += messages;
                    }
                    None => break,
                }
            }
        }
        Ok(queued)
    }

    /// Tells of one page from `told` on: up to where, and by how many messages. Nothing if another process does it.
    async fn tell(
        &self,
        id: &PollId,
        compound: &CompoundId,
        title: &str,
        told: u64,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<Option<(u64, u64)>, DbErr> {
        // A log that does not open now is told of later.
        let Ok(log) = self.logs().log(id).await else { return Ok(None) };
        let (news, next) = log.news(told, PAGE).await?;
        if next == told {
            return Ok(None);
        }
        let tx = self.begin_any().await?;
        let moved = poll::Entity::update_many()
            .col_expr(poll::Column::Told, Expr::value(int(next)))
            .filter(poll::COLUMN.id.eq(id.as_str()))
            .filter(poll::COLUMN.told.eq(int(told)))
            .exec(&tx)
            .await?;
        if moved.rows_affected != 1 {
            tx.rollback().await?;
            return Ok(None);
        }
        let holders: BTreeSet<_> = news.iter().map(|one| one.holder).collect();
        let households = households(&tx, id, &holders).await?;
        let mut contacts: BTreeMap<PersonId, Vec<Contact>> = BTreeMap::new();
        let mut messages = 0;
        for one in &news {
            let Some(household) = households.get(&one.holder) else { continue };
            let notice = notice(one, household, title);
            for (_, person, _) in &household.people {
                if !contacts.contains_key(person) {
                    contacts.insert(person.clone(), contacts_of(&tx, &Subject::Person(person.clone())).await?);
                }
                for to in contacts.get(person).into_iter().flatten() {
                    outbox::queue(&tx, compound, to, "zh", &notice, now, fresh).await?;
                    messages += 1;
                }
            }
        }
        tx.commit().await?;
        Ok(Some((next, messages)))
    }
}

fn notice(news: &News, household: &Household, title: &str) -> Notice {
    let (units, title) = (household.units.clone(), title.to_owned());
    match news.of {
        NewsOf::Credential { person, method, at } => {
            let named = household.people.iter().find(|(number, ..)| Some(*number) == person);
            let name = named.map_or_else(String::new, |(_, _, name)| name.clone());
            match method {
                Method::InPerson => Notice::Seated { name, units, title, at },
                Method::Sms | Method::Letter | Method::Oidc => Notice::Issued { name, units, title, at },
            }
        }
        NewsOf::Ballot { code, at } => Notice::Stored { code: code.to_string(), units, title, at, is_paper: false },
        NewsOf::Paper { code, at } => Notice::Stored { code: code.to_string(), units, title, at, is_paper: true },
    }
}

/// Who these holders of a poll are.
pub(in crate::store) async fn households(
    db: &impl ConnectionTrait,
    id: &PollId,
    holders: &BTreeSet<HolderNo>,
) -> Result<BTreeMap<HolderNo, Household>, DbErr> {
    let numbers: Vec<_> = holders.iter().map(|holder| int(holder.get())).collect();
    let people = poll_person::Entity::find()
        .filter(poll_person::COLUMN.poll.eq(id.as_str()))
        .filter(poll_person::COLUMN.holder.is_in(numbers.clone()))
        .order_by_asc(poll_person::COLUMN.person_no)
        .all(db)
        .await?;
    let names = person::Entity::find()
        .filter(person::COLUMN.id.is_in(people.iter().map(|row| row.person.clone())))
        .all(db)
        .await?;
    let names: BTreeMap<_, _> = names.into_iter().map(|row| (row.id, row.name)).collect();
    let units = poll_unit::Entity::find()
        .filter(poll_unit::COLUMN.poll.eq(id.as_str()))
        .filter(poll_unit::COLUMN.holder.is_in(numbers))
        .order_by_asc(poll_unit::COLUMN.label)
        .all(db)
        .await?;
    let broken = |_| DbErr::Type("a number of a roll".to_owned());
    let mut households: BTreeMap<HolderNo, Household> = BTreeMap::new();
    for row in people {
        let holder = HolderNo::try_from(uint(row.holder)).map_err(broken)?;
        let number = PersonNo::try_from(uint(row.person_no)).map_err(broken)?;
        let name = names.get(&row.person).cloned().unwrap_or_default();
        households.entry(holder).or_default().people.push((number, PersonId(row.person), name));
    }
    for row in units {
        let holder = HolderNo::try_from(uint(row.holder)).map_err(broken)?;
        households.entry(holder).or_default().units.push(row.label);
    }
    Ok(households)
}
