//! What is done in a room.

use std::collections::BTreeSet;

use ballot::{hash::Hash, store::ids::Subject};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, sea_query::OnConflict,
};

use super::{
    Changed, Inside, NONE, NewParty, agreement::signatures, facts_of, fault, ground, hash_list, inside, numbered,
    people_in, record, since,
};
use crate::{
    lifecycle::{self, Facts, Given, Kind, Verb, tables::MediationState},
    mediation::{CONFIRM, FOLLOW_UP, Forum, Kept, MediationFault, OTHERS_MOST, SESSION_AHEAD, Side},
    store::{
        By, Deliberation, Field, Target, UseError, attachments, check_text, meetings,
        tables::{
            int, mediation, mediation_barred, mediation_link, mediation_message, mediation_party, mediation_session,
            mediation_visit, uint, word,
        },
    },
};

/// What somebody brings to a step in a room; what the step does not want is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct CaseAct {
    /// A message, a note, an agreement: 1 to 4000 characters.
    pub text: String,
    /// 1 to 1000 characters.
    pub reason: String,
    /// The number of the party that it is about; 0 is none, or a new one.
    pub party: u64,
    /// A name to be found: a party put right, or a lawyer.
    pub named: NewParty,
    /// When a session is or a visit was, in Unix seconds.
    pub at: u64,
    pub place: String,
    /// Who was there: up to 500 characters.
    pub present: String,
    pub files: Vec<Hash>,
    /// The agreement that whoever signs has before them.
    pub hash: Option<Hash>,
    pub forum: Option<Forum>,
    pub kept: Option<Kept>,
    /// When the next visit is due; none if none is.
    pub next: Option<u64>,
    /// Whether the parties consent.
    pub has_consent: bool,
    /// What the case gave rise to.
    pub object: Option<Target>,
}

/// What a step wrote below its case, and what the chronicle says of it.
#[derive(Default)]
pub(super) struct Below {
    digests: Vec<Hash>,
    said: String,
}

impl Below {
    pub(super) fn of(digest: Hash) -> Self {
        Self { digests: vec![digest], said: String::new() }
    }

    pub(super) fn saying(self, said: impl Into<String>) -> Self {
        Self { said: said.into(), ..self }
    }
}

impl Deliberation {
    /// Does one step in a room.
    ///
    /// # Errors
    /// No such case for whoever is not in its room; otherwise what the table refuses, or a field.
    pub async fn mediation_step(
        &self,
        by: &By,
        number: u64,
        verb: Verb,
        act: &CaseAct,
        now: u64,
    ) -> Result<MediationState, UseError> {
        let found = match verb {
            Verb::Edit => self.find_party(&by.compound, &act.named.checked()?, now).await?,
            Verb::Invite => match self.named(&by.compound, &act.named.name).await?.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        };
        let tx = self.estate.begin(&by.compound).await?;
        let result = one_step(&tx, by, number, verb, (act, found), now).await;
        self.end_sealed(tx, by, verb, now, result).await
    }
}

/// A step with everything that it is decided by.
pub(super) struct Doing<'a> {
    pub(super) tx: &'a DatabaseTransaction,
    pub(super) by: &'a By,
    pub(super) row: &'a mediation::Model,
    inside: &'a Inside,
    pub(super) act: &'a CaseAct,
    found: Option<Subject>,
    pub(super) text: String,
    reason: String,
    pub(super) now: u64,
}

async fn one_step(
    tx: &DatabaseTransaction,
    by: &By,
    number: u64,
    verb: Verb,
    (act, found): (&CaseAct, Option<Subject>),
    now: u64,
) -> Result<MediationState, UseError> {
    let row = numbered(tx, &by.compound, number).await?.ok_or(NONE)?;
    let inside = inside(tx, by, &row, now).await?.ok_or(NONE)?;
    let (mut text, mut reason) = (String::new(), String::new());
    if !act.text.trim().is_empty() {
        text = check_text(&act.text, 4000, Field::Text)?;
    }
    if !act.reason.trim().is_empty() {
        reason = check_text(&act.reason, 1000, Field::Reason)?;
    }
    let facts = facts(tx, &row, &inside, (verb, act, &text, &reason), now).await?;
    let (site, bearing) = ground(&inside.who, &row, now);
    let state: MediationState = word(&row.state)?;
    let step = lifecycle::step(Some(state), verb, inside.who.doer(&inside.parts, &site, bearing), &facts)?;
    let mut after = row.clone();
    since(&mut after, &step, now);
    let doing = Doing { tx, by, row: &row, inside: &inside, act, found, text, reason, now };
    let below = doing.perform(verb, &mut after).await?;
    if !act.files.is_empty() {
        attachments::take(tx, by, (Kind::Mediation, &row.id), &act.files).await?;
    }
    if after != row {
        after.clone().into_active_model().reset_all().update(tx).await?;
    }
    let told: BTreeSet<String> =
        people_in(&row, &inside.parties).into_iter().chain(people_in(&after, &inside.parties)).collect();
    let change = Changed { verb, before: Some(&row), after: &after, below: below.digests, said: below.said, told };
    record(tx, by, &step, change, now).await?;
    Ok(step.to)
}

async fn facts(
    db: &impl ConnectionTrait,
    row: &mediation::Model,
    inside: &Inside,
    (verb, act, text, reason): (Verb, &CaseAct, &str, &str),
    now: u64,
) -> Result<Facts, DbErr> {
    let signed = signatures(db, row).await?.iter().filter(|line| line.party != 0).count() as u64;
    let mut facts = facts_of(row, &inside.parties, signed, now);
    // A lawyer comes in only where the parties agree. Source: 人民调解法, art. 20.
    facts.is_on_behalf = verb == Verb::Invite;
    let kept = match verb {
        Verb::Perform => visits(db, &row.id).await?.iter().any(|visit| visit.kept == Kept::Yes.code()),
        _ => !act.files.is_empty(),
    };
    let is_session = now < act.at && act.at <= now.saturating_add(SESSION_AHEAD) && !act.place.trim().is_empty();
    facts.given.extend((!text.is_empty()).then_some(Given::Text));
    facts.given.extend((!reason.is_empty()).then_some(Given::Reason));
    facts.given.extend(kept.then_some(Given::Evidence));
    facts.given.extend(is_session.then_some(Given::Session));
    facts.given.extend(act.has_consent.then_some(Given::Consent));
    facts.given.extend(act.forum.map(|_| Given::Where));
    facts.given.extend(act.object.as_ref().map(|_| Given::Child));
    Ok(facts)
}

async fn visits(db: &impl ConnectionTrait, id: &str) -> Result<Vec<mediation_visit::Model>, DbErr> {
    mediation_visit::Entity::find().filter(mediation_visit::COLUMN.mediation.eq(id)).all(db).await
}

impl Doing<'_> {
    /// Writes what a step that is allowed brings, into the case and below it.
    async fn perform(&self, verb: Verb, after: &mut mediation::Model) -> Result<Below, UseError> {
        let now = Some(int(self.now));
        match verb {
            Verb::Edit => self.put_right().await,
            Verb::Join => {
                let number = self.inside.own.unwrap_or_default();
                self.consent(number, "").await
            }
            Verb::EnterPaper => self.enter_paper(after).await,
            Verb::StepAside | Verb::AskAnother => self.turn_down(after).await,
            Verb::Invite => self.invite(after),
            Verb::Consent => {
                after.consented_at = now;
                Ok(Below::default())
            }
            Verb::Schedule => self.schedule().await,
            Verb::Meet => self.meet().await,
            Verb::Minute => self.minute().await,
            Verb::Say => self.say().await,
            Verb::Agree => self.agree(after).await,
            Verb::Undersign => {
                let number = self.inside.own.unwrap_or_default();
                self.sign(number, "").await
            }
            Verb::Sign => {
                (after.signed_at, after.visit_due) = (now, Some(int(self.now + FOLLOW_UP)));
                self.sign(0, "").await
            }
            Verb::Visit => self.visit(after).await,
            Verb::Breach => {
                after.reopened += 1;
                Ok(Below::default().saying(&self.reason))
            }
            Verb::Refer => {
                after.ended_at = now;
                after.forum = self.act.forum.map(|forum| forum.code().to_owned()).unwrap_or_default();
                Ok(Below::default())
            }
            Verb::Decline | Verb::Withdraw | Verb::Close => {
                after.ended_at = now;
                after.visit_due = None;
                Ok(Below::default().saying(&self.reason))
            }
            Verb::Link => self.link().await,
            Verb::Resume | Verb::Perform | Verb::NoAgreement => Ok(Below::default().saying(&self.reason)),
            // Everything else is no step of a room.
            _ => Err(NONE),
        }
    }

    pub(super) fn party(&self, number: i64) -> Result<&mediation_party::Model, UseError> {
        let found = self.inside.parties.iter().find(|party| party.number == number);
        found.ok_or(fault(MediationFault::Party))
    }

    /// Names a party that is not found in the register as it stands there, or one more.
    async fn put_right(&self) -> Result<Below, UseError> {
        let named = self.act.named.checked()?;
        let found = self.found.as_ref().map(ToString::to_string);
        // Nobody is two parties, and a mediator is none.
        let is_there = self.inside.parties.iter().any(|party| found.is_some() && party.subject == found);
        if is_there || (found.is_some() && found == self.row.mediator) {
            return Err(fault(MediationFault::Party));
        }
        let number = int(self.act.party);
        let line = mediation_party::Model {
            name: named.name.clone(),
            building: named.building,
            home: named.home,
            subject: found,
            ..if number == 0 { self.one_more()? } else { self.party(number)?.clone() }
        };
        if number == 0 {
            mediation_party::Entity::insert(line.clone().into_active_model()).exec_without_returning(self.tx).await?;
        } else if self.party(number)?.subject.is_some() || self.party(number)?.consented_at.is_some() {
            return Err(fault(MediationFault::Party));
        } else {
            line.clone().into_active_model().reset_all().update(self.tx).await?;
        }
        Ok(Below::of(line.digest()).saying(named.name))
    }

    fn one_more(&self) -> Result<mediation_party::Model, UseError> {
        let number = self.inside.parties.last().map_or(0, |party| party.number) + 1;
        if OTHERS_MOST < self.inside.parties.len() {
            return Err(fault(MediationFault::Others));
        }
        Ok(mediation_party::Model {
            mediation: self.row.id.clone(),
            number,
            side: Side::Other.code().to_owned(),
            name: String::new(),
            building: String::new(),
            home: String::new(),
            subject: None,
            consented_at: None,
            scan: String::new(),
        })
    }

    pub(super) async fn consent(&self, number: i64, scan: &str) -> Result<Below, UseError> {
        let party = self.party(number)?;
        if party.consented_at.is_some() {
            return Err(fault(MediationFault::Party));
        }
        let line = mediation_party::Model { consented_at: Some(int(self.now)), scan: scan.to_owned(), ..party.clone() };
        line.clone().into_active_model().reset_all().update(self.tx).await?;
        Ok(Below::of(line.digest()).saying(&party.name))
    }

    /// The mediator goes, and does not come back to this case.
    async fn turn_down(&self, after: &mut mediation::Model) -> Result<Below, UseError> {
        let Some(mediator) = after.mediator.take() else { return Err(NONE) };
        let line = mediation_barred::Model { mediation: self.row.id.clone(), subject: mediator, at: int(self.now) };
        let digest = line.digest();
        mediation_barred::Entity::insert(line.into_active_model()).exec_without_returning(self.tx).await?;
        Ok(Below::of(digest).saying(&self.reason))
    }

    fn invite(&self, after: &mut mediation::Model) -> Result<Below, UseError> {
        let found = self.found.as_ref().map(ToString::to_string).ok_or(fault(MediationFault::Nobody))?;
        let is_in = people_in(self.row, &self.inside.parties).contains(&found);
        if is_in {
            return Err(fault(MediationFault::Nobody));
        }
        after.lawyer = Some(found);
        Ok(Below::default().saying(self.act.named.name.trim()))
    }

    async fn sessions(&self) -> Result<Vec<mediation_session::Model>, DbErr> {
        mediation_session::Entity::find()
            .filter(mediation_session::COLUMN.mediation.eq(&self.row.id))
            .order_by_asc(mediation_session::COLUMN.number)
            .all(self.tx)
            .await
    }

    async fn put_session(&self, line: mediation_session::Model, is_new: bool) -> Result<Below, UseError> {
        let below = Below::of(line.digest());
        let line = line.into_active_model();
        if is_new {
            mediation_session::Entity::insert(line).exec_without_returning(self.tx).await?;
        } else {
            line.reset_all().update(self.tx).await?;
        }
        Ok(below)
    }

    fn session(&self, number: i64, place: String) -> mediation_session::Model {
        mediation_session::Model {
            mediation: self.row.id.clone(),
            number,
            at: int(self.act.at),
            place,
            present: String::new(),
            note: String::new(),
            met_at: None,
        }
    }

    /// Arranges the next session, or another time for the one that is arranged.
    async fn schedule(&self) -> Result<Below, UseError> {
        let place = check_text(&self.act.place, 100, Field::Text).map_err(|_| fault(MediationFault::Session))?;
        let sessions = self.sessions().await?;
        let arranged = sessions.last().filter(|session| session.met_at.is_none());
        let number = arranged.map_or(int(sessions.len() as u64) + 1, |session| session.number);
        Ok(self.put_session(self.session(number, place.clone()), arranged.is_none()).await?.saying(place))
    }

    /// Opens the session that was arranged, or one that was not.
    async fn meet(&self) -> Result<Below, UseError> {
        let sessions = self.sessions().await?;
        let arranged = sessions.last().filter(|session| session.met_at.is_none());
        let line = match arranged {
            Some(session) => session.clone(),
            None => mediation_session::Model {
                at: int(self.now),
                ..self.session(int(sessions.len() as u64) + 1, String::new())
            },
        };
        self.put_session(mediation_session::Model { met_at: Some(int(self.now)), ..line }, arranged.is_none()).await
    }

    /// Notes of the last session, with who was there.
    async fn minute(&self) -> Result<Below, UseError> {
        let sessions = self.sessions().await?;
        let Some(last) = sessions.iter().rev().find(|session| session.met_at.is_some()) else { return Err(NONE) };
        let present = match self.act.present.trim() {
            "" => last.present.clone(),
            present => check_text(present, 500, Field::Text)?,
        };
        let line = mediation_session::Model { present, note: self.text.clone(), ..last.clone() };
        self.put_session(line, false).await
    }

    async fn say(&self) -> Result<Below, UseError> {
        let before = mediation_message::Entity::find()
            .filter(mediation_message::COLUMN.mediation.eq(&self.row.id))
            .count(self.tx)
            .await?;
        let line = mediation_message::Model {
            mediation: self.row.id.clone(),
            number: int(before + 1),
            author: self.by.subject.to_string(),
            body: self.text.clone(),
            files: hash_list(&self.act.files),
            at: int(self.now),
        };
        let digest = line.digest();
        mediation_message::Entity::insert(line.into_active_model()).exec_without_returning(self.tx).await?;
        Ok(Below::of(digest))
    }

    async fn visit(&self, after: &mut mediation::Model) -> Result<Below, UseError> {
        let is_past = self.row.signed_at.is_some_and(|signed| uint(signed) < self.act.at.saturating_add(86_400));
        let is_next = self.act.next.is_none_or(|next| self.now < next && next <= self.now + 12 * CONFIRM);
        let Some(kept) = self.act.kept.filter(|_| is_past && is_next && self.act.at <= self.now) else {
            return Err(fault(MediationFault::Visit));
        };
        let line = mediation_visit::Model {
            mediation: self.row.id.clone(),
            number: int(visits(self.tx, &self.row.id).await?.len() as u64) + 1,
            at: int(self.act.at),
            kept: kept.code().to_owned(),
            note: self.text.clone(),
        };
        let digest = line.digest();
        mediation_visit::Entity::insert(line.into_active_model()).exec_without_returning(self.tx).await?;
        after.visit_due = self.act.next.map(int);
        Ok(Below::of(digest))
    }

    /// Notes what everybody may see and came of the case; there nothing leads back.
    async fn link(&self) -> Result<Below, UseError> {
        let Some(object) = &self.act.object else { return Err(fault(MediationFault::Linked)) };
        if !meetings::is_out(self.tx, &self.by.compound, object).await? {
            return Err(fault(MediationFault::Linked));
        }
        let line = mediation_link::Model { mediation: self.row.id.clone(), object: object.key(), at: int(self.now) };
        let digest = line.digest();
        let keys = [mediation_link::Column::Mediation, mediation_link::Column::Object];
        mediation_link::Entity::insert(line.into_active_model())
            .on_conflict(OnConflict::columns(keys).do_nothing().to_owned())
            .exec_without_returning(self.tx)
            .await?;
        Ok(Below::of(digest))
    }
}
