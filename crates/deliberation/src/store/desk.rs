//! What pages ask of matters for whoever looks at them: what they may do, who could be responsible, who speaks.

use std::collections::{BTreeMap, BTreeSet};

use ballot::store::{
    ids::{CompoundId, Subject},
    session::{Who, find_who},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _};

use super::{
    By, Deliberation,
    matters::{MatterId, MatterView},
    people::{posts_of, settings, standing},
    tables::{matter, news, uint},
};
use crate::{
    lifecycle::{self, Facts, Need, Part, Verb},
    rights::{Action, Bearing, Role, may},
};

/// Somebody with the name that the register or their office gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Named {
    pub subject: Subject,
    pub name: String,
    /// Of an office; empty for a person of the register.
    pub organisation: String,
}

/// As whom somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// Owns a unit.
    Owner,
    /// Lives here and owns nothing.
    Resident,
    /// Holds an office.
    Office,
}

impl Deliberation {
    /// The steps that somebody could make in a matter now; what has to be brought with them is for the form to ask.
    pub async fn matter_offers(&self, by: &By, matter: &MatterView, now: u64) -> Result<Vec<Verb>, DbErr> {
        let db = self.estate.reader();
        let who = standing(db, by, now).await?;
        let mut parts = BTreeSet::new();
        let is_submitter = matter.submitters.iter().any(|(subject, ..)| *subject == by.subject);
        parts.extend(is_submitter.then_some(Part::Submitter));
        parts.extend((matter.row.responsible.as_ref() == Some(&by.subject)).then_some(Part::Responsible));
        let standing = &matter.row.standing;
        let facts = standing.facts(&settings(db, &by.compound).await?, now);
        let site = who.site(matter.row.building.as_deref(), now);
        let bearing = Bearing { is_small: standing.level.number() == 1, ..Bearing::default() };
        let rows = lifecycle::offers(standing.state, who.doer(&parts, &site, bearing), &facts);
        let mut verbs = Vec::new();
        for row in rows.into_iter().filter(|row| row.needs.iter().all(|need| is_met(*need, &facts))) {
            if !verbs.contains(&row.verb) {
                verbs.push(row.verb);
            }
        }
        Ok(verbs)
    }

    /// Whether somebody places or answers matters of a building: who sees what is not acknowledged, and names.
    pub async fn may_handle(&self, by: &By, building: Option<&str>, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        let site = who.site(building, now);
        let can = |action| may(&who.posts, action, &site, Bearing::default(), now).is_ok();
        Ok(can(Action::PlaceMatter) || can(Action::AnswerMatter))
    }

    /// Whether somebody has a right everywhere in the estate.
    pub async fn may(&self, by: &By, action: Action, now: u64) -> Result<bool, DbErr> {
        let who = standing(self.estate.reader(), by, now).await?;
        Ok(may(&who.posts, action, &who.site(None, now), Bearing::default(), now).is_ok())
    }

    /// Whoever could be made responsible for a matter of a building.
    pub async fn responsibles(
        &self,
        compound: &CompoundId,
        building: Option<&str>,
        now: u64,
    ) -> Result<Vec<Named>, DbErr> {
        let db = self.estate.reader();
        let office = self.estate.staff(compound).await?.into_iter().map(|member| member.subject());
        let posts = self.all_posts(compound).await?.into_iter().map(|view| view.subject);
        let mut found = Vec::new();
        for subject in office.chain(posts).collect::<BTreeSet<_>>() {
            let by = By { compound: compound.clone(), subject };
            let who = standing(db, &by, now).await?;
            let site = who.site(building, now);
            if may(&who.posts, Action::AnswerMatter, &site, Bearing::default(), now).is_ok() {
                found.extend(named(db, compound, &by.subject, now).await?);
            }
        }
        Ok(found)
    }

    /// The names of people, for whoever may see them.
    pub async fn names(
        &self,
        compound: &CompoundId,
        subjects: &BTreeSet<Subject>,
        now: u64,
    ) -> Result<BTreeMap<Subject, Named>, DbErr> {
        let mut names = BTreeMap::new();
        for subject in subjects {
            if let Some(found) = named(self.estate.reader(), compound, subject, now).await? {
                names.insert(subject.clone(), found);
            }
        }
        Ok(names)
    }

    /// As whom people speak, for pages that show owners' and tenants' voices apart without naming anybody.
    pub async fn voices(
        &self,
        compound: &CompoundId,
        subjects: &BTreeSet<Subject>,
        now: u64,
    ) -> Result<BTreeMap<Subject, Voice>, DbErr> {
        let mut voices = BTreeMap::new();
        for subject in subjects {
            let voice = match subject {
                Subject::Staff(_) => Voice::Office,
                Subject::Person(_) => {
                    let posts = posts_of(self.estate.reader(), compound, subject, now).await?;
                    let is_owner = posts.iter().any(|post| post.role == Role::Owner && post.is_held_at(now));
                    if is_owner { Voice::Owner } else { Voice::Resident }
                }
            };
            voices.insert(subject.clone(), voice);
        }
        Ok(voices)
    }

    /// The numbers and titles of matters by their ids.
    pub async fn matter_titles(
        &self,
        compound: &CompoundId,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
        let rows: Vec<(String, i64, String)> = matter::Entity::find()
            .select_only()
            .columns([matter::Column::Id, matter::Column::Number, matter::Column::Title])
            .filter(matter::COLUMN.compound.eq(compound.as_str()))
            .filter(matter::COLUMN.id.is_in(ids.iter().map(String::as_str)))
            .into_tuple()
            .all(self.estate.reader())
            .await?;
        Ok(rows.into_iter().map(|(id, number, title)| (id, (uint(number), title))).collect())
    }

    /// The matter of a number in the compound.
    pub async fn matter_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<MatterId>, DbErr> {
        let Ok(number) = i64::try_from(number) else { return Ok(None) };
        let row = matter::Entity::find()
            .filter(matter::COLUMN.compound.eq(compound.as_str()))
            .filter(matter::COLUMN.number.eq(number))
            .one(self.estate.reader())
            .await?;
        Ok(row.map(|row| MatterId(row.id)))
    }

    /// How many news somebody has not read.
    pub async fn unread(&self, subject: &Subject) -> Result<u64, DbErr> {
        let unread = news::Entity::find()
            .filter(news::COLUMN.subject.eq(subject.to_string()))
            .filter(news::COLUMN.read_at.is_null());
        unread.count(self.estate.reader()).await
    }
}

/// Whether a condition that no form can bring is met; those that one brings are taken as met.
fn is_met(need: Need, facts: &Facts) -> bool {
    let is_of_the_matter = matches!(
        need,
        Need::InReplyTime
            | Need::Emergency
            | Need::NoOpenChild
            | Need::NotReopenedYet
            | Need::ReopenedOnce
            | Need::HigherLevel
    );
    !is_of_the_matter || need.is_met(facts)
}

async fn named(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    subject: &Subject,
    now: u64,
) -> Result<Option<Named>, DbErr> {
    let (name, organisation) = match find_who(db, compound, subject, now).await? {
        None => return Ok(None),
        Some(Who::Owner(owner)) => (owner.name, String::new()),
        Some(Who::Staff(staff)) => (staff.name, staff.organisation),
    };
    Ok(Some(Named { subject: subject.clone(), name, organisation }))
}
