//! What pages ask of matters for whoever looks at them: what they may do, who could be responsible, who speaks.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    id::PollId,
    store::{
        ids::{CompoundId, Subject},
        session::{Who, find_who},
        staff::StaffMember,
    },
};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, Statement, Value,
};

use super::{
    By, Deliberation, MatterId, MotionId,
    matters::{self, MatterView},
    motions::{self, AmendmentView},
    numbers::{numbered, titles},
    people::{posts_of, standing},
    rules::rules,
    tables::{descent, matter, motion, news, objection, uint},
};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Need, Part, Verb, tables::MotionState},
    rights::{Action, Bearing, Post, Role, Site, granted, may},
};

/// Somebody with the name that the register or their office gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Named {
    pub subject: Subject,
    pub name: String,
    /// Of an office; empty for a person of the register.
    pub organisation: String,
    /// The post of a person of the register, if they hold one.
    pub post: Option<Role>,
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
    /// A neighbour with a post.
    Post(Role),
}

/// A motion whose vote may be over and not recorded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InVote {
    /// The motion.
    pub id: MotionId,
    /// Its poll.
    pub poll: PollId,
    /// The index of the result that an upheld objection has suspended: a later one is wanted.
    pub counted: Option<u64>,
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
        let facts = standing.facts(&rules(db, &by.compound).await?.at(standing.since), now);
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

    /// The steps that somebody could make in a motion now.
    pub async fn motion_offers(&self, by: &By, id: &MotionId, now: u64) -> Result<Vec<Verb>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = motions::find(db, &by.compound, id).await? else { return Ok(Vec::new()) };
        let who = standing(db, by, now).await?;
        let (parts, site) = (motions::parts_of(&who, &row, now), Site::default());
        let mut facts = motions::facts(db, &row, &rules(db, &by.compound).await?, now).await?;
        // What is brought with a step is asked by its form.
        facts.given.extend([Given::FinalHash, Given::Defects, Given::Effect]);
        let mut state = motions::state_of(&row)?;
        if let Some(step) = lifecycle::due(state, &facts) {
            state = step.to;
        }
        let rows = lifecycle::offers(state, who.doer(&parts, &site, Bearing::default()), &facts);
        let is_open = |need: &Need| *need == Need::LongEnough || need.is_met(&facts);
        Ok(rows.into_iter().filter(|row| row.needs.iter().all(is_open)).map(|row| row.verb).collect())
    }

    /// The steps that somebody could make in an amendment now.
    pub async fn amendment_offers(
        &self,
        by: &By,
        id: &MotionId,
        amendment: &AmendmentView,
        now: u64,
    ) -> Result<Vec<Verb>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = motions::find(db, &by.compound, id).await? else { return Ok(Vec::new()) };
        let who = standing(db, by, now).await?;
        let (mut parts, site) = (motions::parts_of(&who, &row, now), Site::default());
        parts.extend((amendment.author == by.subject).then_some(Part::Author));
        let doer = who.doer(&parts, &site, Bearing::default());
        let rows = lifecycle::offers(amendment.state, doer, &Facts { now, ..Facts::default() });
        Ok(rows.into_iter().map(|row| row.verb).collect())
    }

    /// Whether there is such a motion in the compound.
    pub async fn has_motion(&self, compound: &CompoundId, id: &MotionId) -> Result<bool, DbErr> {
        Ok(motions::find(self.estate.reader(), compound, id).await?.is_some())
    }

    /// The motion of a number in the compound.
    pub async fn motion_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<MotionId>, DbErr> {
        let columns = [motion::Column::Compound, motion::Column::Number];
        let row = numbered::<motion::Entity>(self.estate.reader(), columns, compound, number).await?;
        Ok(row.map(|row| MotionId(row.id)))
    }

    /// The numbers and titles of motions by their ids.
    pub async fn motion_titles(
        &self,
        compound: &CompoundId,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, (u64, String)>, DbErr> {
        use motion::Column::{Compound, Id, Number, Title};
        titles::<motion::Entity>(self.estate.reader(), [Compound, Id, Number, Title], compound, ids).await
    }

    /// The matters that gave rise to a motion: their ids.
    pub async fn matters_behind(&self, id: &MotionId) -> Result<BTreeSet<String>, DbErr> {
        let rows = descent::Entity::find()
            .filter(descent::COLUMN.child_kind.eq(Kind::Motion.code()))
            .filter(descent::COLUMN.child.eq(id.as_str()))
            .all(self.estate.reader())
            .await?;
        Ok(rows.into_iter().map(|row| row.matter).collect())
    }

    /// The motions that objections are about, by `objection:ID`: their ids.
    pub async fn motions_behind(
        &self,
        compound: &CompoundId,
        objects: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, DbErr> {
        let ids = objects.iter().filter_map(|object| object.strip_prefix("objection:"));
        let rows = objection::Entity::find()
            .filter(objection::COLUMN.compound.eq(compound.as_str()))
            .filter(objection::COLUMN.id.is_in(ids))
            .all(self.estate.reader())
            .await?;
        let of_motion = |row: objection::Model| {
            Some((format!("objection:{}", row.id), row.target.strip_prefix("motion:")?.to_owned()))
        };
        Ok(rows.into_iter().filter_map(of_motion).collect())
    }

    /// The motions that a poll asks, by the hash of the question: ids and numbers.
    pub async fn motions_of_poll(&self, poll: &PollId) -> Result<BTreeMap<String, (MotionId, u64)>, DbErr> {
        let asked = motion::Entity::find().filter(motion::COLUMN.poll.eq(poll.as_str()));
        let rows = asked.all(self.estate.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.question, (MotionId(row.id), uint(row.number)))).collect())
    }

    /// Motions whose vote may be over and not recorded yet, and those that are to be counted again.
    pub async fn motions_in_vote(&self, compound: &CompoundId) -> Result<Vec<InVote>, DbErr> {
        let waiting = [MotionState::Scheduled, MotionState::Voting, MotionState::Suspended].map(MotionState::code);
        let rows = motion::Entity::find()
            .filter(motion::COLUMN.compound.eq(compound.as_str()))
            .filter(motion::COLUMN.is_open.eq(true))
            .filter(motion::COLUMN.state.is_in(waiting))
            .all(self.estate.reader())
            .await?;
        let mut found = Vec::new();
        for row in rows {
            let Some(poll) = row.poll.as_deref().and_then(|poll| poll.parse().ok()) else { continue };
            let is_suspended = row.state == MotionState::Suspended.code();
            let counted = if is_suspended { Some(self.counted(&row.id).await?) } else { None };
            found.push(InVote { id: MotionId(row.id), poll, counted });
        }
        Ok(found)
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

    /// The names of those among people who hold an office or a post: whoever acts for the estate is known to it.
    pub async fn in_office(
        &self,
        compound: &CompoundId,
        subjects: &BTreeSet<Subject>,
        now: u64,
    ) -> Result<BTreeMap<Subject, Named>, DbErr> {
        let mut names = self.names(compound, subjects, now).await?;
        names.retain(|subject, found| matches!(subject, Subject::Staff(_)) || found.post.is_some());
        Ok(names)
    }

    /// Whoever has exactly this name: people of the register and offices, a few at most.
    pub async fn named(&self, compound: &CompoundId, name: &str) -> Result<Vec<Subject>, DbErr> {
        let db = self.estate.reader();
        let backend = db.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT id FROM person WHERE compound = $1 AND name = $2 ORDER BY id LIMIT 3",
            _ => "SELECT id FROM person WHERE compound = ? AND name = ? ORDER BY id LIMIT 3",
        };
        let values: [Value; 2] = [compound.as_str().into(), name.trim().into()];
        let mut found = Vec::new();
        for row in db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await? {
            let id: String = row.try_get("", "id")?;
            found.push(matters::subject(&format!("person:{id}"))?);
        }
        let offices = self.estate.staff(compound).await?;
        found.extend(offices.iter().filter(|member| member.name == name.trim()).map(StaffMember::subject));
        Ok(found)
    }

    /// Whoever can be given something to do.
    pub async fn doers(&self, compound: &CompoundId, now: u64) -> Result<Vec<Named>, DbErr> {
        let db = self.estate.reader();
        let office = self.estate.staff(compound).await?.into_iter().map(|member| member.subject());
        let posts = self.all_posts(compound).await?.into_iter().map(|view| view.subject);
        let mut found = Vec::new();
        for subject in office.chain(posts).collect::<BTreeSet<_>>() {
            let posts = posts_of(db, compound, &subject, now).await?;
            if posts.iter().any(|post| post.is_held_at(now) && granted(post.role, Action::DoTask).is_some()) {
                found.extend(named(db, compound, &subject, now).await?);
            }
        }
        Ok(found)
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
                    match office_of(&posts, now) {
                        Some(role) => Voice::Post(role),
                        None if is_owner => Voice::Owner,
                        None => Voice::Resident,
                    }
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
        use matter::Column::{Compound, Id, Number, Title};
        titles::<matter::Entity>(self.estate.reader(), [Compound, Id, Number, Title], compound, ids).await
    }

    /// The matter of a number in the compound.
    pub async fn matter_numbered(&self, compound: &CompoundId, number: u64) -> Result<Option<MatterId>, DbErr> {
        let columns = [matter::Column::Compound, matter::Column::Number];
        let row = numbered::<matter::Entity>(self.estate.reader(), columns, compound, number).await?;
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

/// The first office among somebody's posts; ties are none.
fn office_of(posts: &[Post], now: u64) -> Option<Role> {
    let is_office = |role: Role| !matches!(role, Role::Public | Role::Resident | Role::Owner);
    posts.iter().find(|post| is_office(post.role) && post.is_held_at(now)).map(|post| post.role)
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
    let post = match subject {
        Subject::Person(_) => office_of(&posts_of(db, compound, subject, now).await?, now),
        Subject::Staff(_) => None,
    };
    Ok(Some(Named { subject: subject.clone(), name, organisation, post }))
}
