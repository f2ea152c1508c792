//! Matters: posted, placed, answered, merged; and what the clock brings.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::{
        events::Actor,
        fresh::Fresh,
        ids::{CompoundId, Subject},
    },
};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict, Query},
};
use serde_json::{Value, json};

use super::{
    By, Deliberation, Field, MatterId, UseError, check_text,
    people::{Standing as Member, posts_of},
    promises,
    record::{self, Change},
    rules::{Timeline, rules},
    search,
    steps::{self, Said},
    tables::{descent, int, matter, submitter, uint, word},
};
use crate::{
    lifecycle::{self, Actor as Doer, Facts, Given, Kind, Part, Record, Step, Verb, tables::MatterState},
    matter::{AnswerKind, Level, Source, Standing},
    rights::{Action, Bearing, may},
};

/// A matter as somebody posts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatter {
    /// Where it comes from.
    pub source: Source,
    /// 1 to 100 characters.
    pub title: String,
    /// 1 to 4000 characters.
    pub text: String,
    /// The building as a roll names it.
    pub building: Option<String>,
    /// Whether somebody must come at once.
    pub is_emergency: bool,
    /// For whom it is posted, if for another who has consented.
    pub on_behalf_of: Option<Subject>,
}

/// What somebody brings to a step; what the step does not want is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MatterAct {
    pub text: String,
    pub reason: String,
    pub answer_kind: Option<AnswerKind>,
    pub responsible: Option<Subject>,
    /// In Unix seconds.
    pub due: Option<u64>,
    /// The matter into which it is merged.
    pub survivor: Option<MatterId>,
    /// A motion, a mediation or a survey that it gives rise to, by its id.
    pub child: Option<(Kind, String)>,
    /// From 1 to 5.
    pub rating: Option<u64>,
}

/// A matter in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MatterRow {
    pub id: MatterId,
    pub number: u64,
    pub title: String,
    pub source: Source,
    pub building: Option<String>,
    /// Where it stands now, whatever was written last.
    pub standing: Standing,
    pub responsible: Option<Subject>,
    /// Before that it is for its submitters and for whoever places matters to see.
    pub is_acknowledged: bool,
}

/// A matter with all that its page shows. Texts only: names are looked up by whoever may show them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MatterView {
    pub row: MatterRow,
    pub text: String,
    pub answer: Option<(AnswerKind, String)>,
    pub rating: Option<u64>,
    pub merged_into: Option<MatterId>,
    /// Everybody who is to be answered, each with the matter by which they came and whether they were.
    pub submitters: Vec<(Subject, MatterId, bool)>,
    pub children: Vec<(Kind, String, bool)>,
    pub created_by: Subject,
    pub created_at: u64,
}

/// Which matters a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatterFilter {
    /// All that were submitted.
    All,
    /// Those that are not closed or merged.
    Open,
    /// Those for which somebody is responsible.
    Of(Subject),
    /// Those that somebody submitted, merged ones included.
    By(Subject),
    /// Those of the wish wall.
    Wishes,
    /// Those that nobody has acknowledged.
    Silent,
    /// Those under way for which nobody is responsible, or by no day.
    Loose,
    /// Those of which somebody waits for the answer.
    Unanswered,
}

impl Deliberation {
    /// Posts a matter; its number and its reply date are fixed at once.
    ///
    /// # Errors
    /// No right, no consent where one is wanted, or a field that holds what it must not.
    pub async fn post_matter(
        &self,
        by: &By,
        new: &NewMatter,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<(MatterId, u64), UseError> {
        let (title, text) = (check_text(&new.title, 100, Field::Title)?, check_text(&new.text, 4000, Field::Text)?);
        if new.title.contains('\n') {
            return Err(UseError::Field(Field::Title));
        }
        let building = new.building.as_deref().map(|name| check_text(name, 50, Field::Building)).transpose()?;
        let (tx, who) = self.begin(by, now).await?;
        let result = post(&tx, &who, new, (title, text, building), now, fresh).await;
        self.end(tx, by, "matter_create", now, result).await
    }

    /// Does one step of a matter's table.
    ///
    /// # Errors
    /// No such matter, or the table refuses: the refusal says what would have been right and stands in the chain.
    pub async fn matter_step(
        &self,
        by: &By,
        id: &MatterId,
        verb: Verb,
        act: &MatterAct,
        now: u64,
    ) -> Result<MatterState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = one_step(&tx, &who, id, verb, act, now).await;
        self.end(tx, by, &format!("matter_{verb} {id}"), now, result).await
    }

    /// A matter of a compound as it stands now.
    pub async fn matter(&self, compound: &CompoundId, id: &MatterId, now: u64) -> Result<Option<MatterView>, DbErr> {
        let db = self.estate.reader();
        let Some(row) = find(db, compound, id).await? else { return Ok(None) };
        let rules = rules(db, compound).await?;
        let people = submitter::Entity::find()
            .filter(submitter::COLUMN.matter.eq(id.as_str()))
            .order_by_asc(submitter::COLUMN.origin)
            .order_by_asc(submitter::COLUMN.subject)
            .all(db)
            .await?;
        let children = descent::Entity::find().filter(descent::COLUMN.matter.eq(id.as_str())).all(db).await?;
        let submitters = people
            .into_iter()
            .map(|line| Ok((subject(&line.subject)?, MatterId(line.origin), line.answered_at.is_some())));
        let children = children.into_iter().map(|line| Ok((word(&line.child_kind)?, line.child, line.has_ended)));
        let answer =
            if row.answer_kind.is_empty() { None } else { Some((word(&row.answer_kind)?, row.answer.clone())) };
        Ok(Some(MatterView {
            text: row.body.clone(),
            answer,
            rating: row.rating.map(uint),
            merged_into: row.merged_into.clone().map(MatterId),
            submitters: submitters.collect::<Result<_, DbErr>>()?,
            children: children.collect::<Result<_, DbErr>>()?,
            created_by: subject(&row.created_by)?,
            created_at: uint(row.created_at),
            row: read_row(row, &rules, now)?,
        }))
    }

    /// Matters from the newest on, below the number `before` where a page goes on.
    pub async fn matters(
        &self,
        compound: &CompoundId,
        filter: &MatterFilter,
        before: Option<u64>,
        limit: u64,
        now: u64,
    ) -> Result<Vec<MatterRow>, DbErr> {
        let db = self.estate.reader();
        let rules = rules(db, compound).await?;
        let rows = list_query(compound, filter, before, limit).all(db).await?;
        rows.into_iter().map(|row| read_row(row, &rules, now)).collect()
    }

    /// Writes what time has brought to matters whose clock has run out. A page shows it whether or not this ran.
    ///
    /// # Errors
    /// The database's; what was not written is written the next time.
    pub async fn tend_matters(&self, compound: &CompoundId, now: u64) -> Result<u64, DbErr> {
        let due = due_query(compound, now).all(self.estate.reader()).await?;
        let mut written = 0;
        for row in due {
            let tx = self.estate.begin(compound).await?;
            let rules = rules(&tx, compound).await?;
            if let Some(row) = find(&tx, compound, &MatterId(row.id)).await? {
                let before = row.digest();
                let row = catch_up(&tx, compound, row, &rules, now).await?;
                written += u64::from(row.digest() != before);
            }
            tx.commit().await?;
        }
        Ok(written)
    }
}

pub(super) fn list_query(
    compound: &CompoundId,
    filter: &MatterFilter,
    before: Option<u64>,
    limit: u64,
) -> sea_orm::Select<matter::Entity> {
    let mut query = matter::Entity::find().filter(matter::COLUMN.compound.eq(compound.as_str()));
    query = match filter {
        MatterFilter::All => query,
        MatterFilter::Open => query.filter(matter::COLUMN.is_open.eq(true)),
        MatterFilter::Of(subject) => query.filter(matter::COLUMN.responsible.eq(subject.to_string())),
        MatterFilter::By(subject) => {
            let theirs = Query::select()
                .column(submitter::Column::Matter)
                .from(submitter::Entity)
                .and_where(submitter::COLUMN.subject.eq(subject.to_string()))
                .to_owned();
            query.filter(matter::Column::Id.in_subquery(theirs))
        }
        MatterFilter::Wishes => query.filter(matter::COLUMN.source.eq(Source::Wish.code())),
        MatterFilter::Silent => query.filter(promises::silent()),
        MatterFilter::Loose => query.filter(promises::loose()),
        MatterFilter::Unanswered => {
            query.filter(matter::Column::Number.in_subquery(promises::unanswered(compound, before, limit)))
        }
    };
    if let Some(before) = before {
        query = query.filter(matter::COLUMN.number.lt(int(before)));
    }
    query.order_by_desc(matter::COLUMN.number).limit(limit)
}

pub(super) fn due_query(compound: &CompoundId, now: u64) -> sea_orm::Select<matter::Entity> {
    matter::Entity::find()
        .filter(matter::COLUMN.compound.eq(compound.as_str()))
        .filter(matter::COLUMN.wake_at.lte(int(now)))
        .order_by_asc(matter::COLUMN.wake_at)
        .limit(500)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &MatterId,
) -> Result<Option<matter::Model>, DbErr> {
    let query = matter::Entity::find_by_id(id.0.clone()).filter(matter::COLUMN.compound.eq(compound.as_str()));
    query.one(db).await
}

pub(in crate::store) fn subject(text: &str) -> Result<Subject, DbErr> {
    text.parse().map_err(|_| DbErr::Type(format!("subject {text}")))
}

fn stored(row: &matter::Model) -> Result<Standing, DbErr> {
    let level = u8::try_from(row.level).ok().and_then(Level::of);
    Ok(Standing {
        state: word(&row.state)?,
        level: level.ok_or_else(|| DbErr::Type(format!("level {}", row.level)))?,
        since: uint(row.since),
        due: row.due.map(uint),
        left: uint(row.left_over),
        reopened: uint(row.reopened),
        open_children: uint(row.open_children),
        is_emergency: row.is_emergency,
    })
}

fn put(row: &mut matter::Model, standing: &Standing, rules: &Timeline) {
    standing.state.code().clone_into(&mut row.state);
    row.is_open = standing.is_open();
    row.level = i64::from(standing.level.number());
    row.since = int(standing.since);
    row.due = standing.due.map(int);
    row.left_over = int(standing.left);
    row.reopened = int(standing.reopened);
    row.open_children = int(standing.open_children);
    row.wake_at = standing.next_change(&rules.at(standing.since)).map(int);
}

pub(super) fn read_row(row: matter::Model, rules: &Timeline, now: u64) -> Result<MatterRow, DbErr> {
    let standing = stored(&row)?;
    Ok(MatterRow {
        standing: standing.at(&rules.at(standing.since), now).0,
        responsible: row.responsible.as_deref().map(subject).transpose()?,
        is_acknowledged: row.acknowledged_at.is_some(),
        id: MatterId(row.id),
        number: uint(row.number),
        title: row.title,
        source: word(&row.source)?,
        building: row.building,
    })
}

async fn post(
    tx: &DatabaseTransaction,
    who: &Member,
    new: &NewMatter,
    (title, text, building): (String, String, Option<String>),
    now: u64,
    fresh: &mut Fresh,
) -> Result<(MatterId, u64), UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let principal = new.on_behalf_of.as_ref();
    if let Some(principal) = principal
        && posts_of(tx, compound, principal, now).await?.is_empty()
    {
        return Err(UseError::Field(Field::Name));
    }
    let site = who.site(building.as_deref(), now);
    let parts = BTreeSet::from([Part::Submitter]);
    let bearing = Bearing { has_consent: principal.is_some(), ..Bearing::default() };
    let doer = who.doer(&parts, &site, bearing);
    let mut given = BTreeSet::from([Given::Text]);
    given.extend(principal.map(|_| Given::Consent));
    let facts = Facts { now, given, is_on_behalf: principal.is_some(), ..Facts::default() };
    lifecycle::step(None::<MatterState>, Verb::Create, doer, &facts)?;
    let draft = Standing::draft(Level::Grid, new.is_emergency, now);
    let step = lifecycle::step(Some(draft.state), Verb::Submit, doer, &facts)?;
    let submitted = draft.after(&step, None, &rules.at(now), now);
    let number = record::next_number(tx, compound, "matter").await?;
    let author = principal.unwrap_or(&who.by.subject);
    let mut row = matter::Model {
        id: fresh.uuid(),
        compound: compound.to_string(),
        number: int(number),
        source: new.source.code().to_owned(),
        title,
        body: text,
        building,
        state: String::new(),
        is_open: true,
        level: 1,
        since: 0,
        due: None,
        left_over: 0,
        reopened: 0,
        open_children: 0,
        is_emergency: new.is_emergency,
        wake_at: None,
        responsible: None,
        acknowledged_at: None,
        answer: String::new(),
        answer_kind: String::new(),
        rating: None,
        merged_into: None,
        created_by: who.by.subject.to_string(),
        created_at: int(now),
    };
    put(&mut row, &submitted, &rules);
    let (id, after) = (MatterId(row.id.clone()), row.digest());
    let text = Hash::of(row.body.as_bytes()).to_string();
    let due = submitted.due.unwrap_or(now);
    steps::of_matter(tx, &row, Verb::Submit, &who.actor(), Said::default(), now).await?;
    matter::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let line = submitter::ActiveModel {
        matter: Set(id.0.clone()),
        subject: Set(author.to_string()),
        origin: Set(id.0.clone()),
        answered_at: Set(None),
        compound: Set(compound.to_string()),
        number: Set(int(number)),
        is_carried: Set(false),
    };
    submitter::Entity::insert(line).exec_without_returning(tx).await?;
    let records = [(Record::Number, json!(number)), (Record::Due, json!(due)), (Record::Text, json!(text))];
    let change = Change {
        actor: who.actor(),
        on_behalf_of: principal,
        kind: Kind::Matter,
        id: id.as_str(),
        verb: Verb::Submit,
        before: None,
        after,
        records: BTreeMap::from(records),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok((id, number))
}

/// Writes the steps that time has brought, each with the event of the time at which it happened.
async fn catch_up(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    mut row: matter::Model,
    rules: &Timeline,
    now: u64,
) -> Result<matter::Model, DbErr> {
    // All of it by the numbers that held when it came to where it stands, as whoever only looks reckons.
    let settings = rules.at(uint(row.since));
    let (_, steps) = stored(&row)?.at(&settings, now);
    for (verb, at) in steps {
        let before = row.digest();
        let standing = stored(&row)?.at(&settings, at).0;
        put(&mut row, &standing, rules);
        row.clone().into_active_model().reset_all().update(tx).await?;
        steps::of_matter(tx, &row, verb, &Actor::Server, Said::default(), at).await?;
        let mut records = BTreeMap::from([(Record::Level, json!(standing.level.number()))]);
        records.extend(standing.due.map(|due| (Record::Due, json!(due))));
        let change = Change {
            actor: Actor::Server,
            on_behalf_of: None,
            kind: Kind::Matter,
            id: &row.id,
            verb,
            before: Some(before),
            after: row.digest(),
            records,
        };
        record::write(tx, compound, &[], change, now).await?;
        let people: Vec<String> = submitters(tx, &row.id).await?.into_iter().map(|line| line.subject).collect();
        record::tell(tx, compound, people.iter().map(String::as_str), (Kind::Matter, &row.id, verb), at).await?;
    }
    Ok(row)
}

async fn submitters(db: &impl ConnectionTrait, matter: &str) -> Result<Vec<submitter::Model>, DbErr> {
    submitter::Entity::find().filter(submitter::COLUMN.matter.eq(matter)).all(db).await
}

/// What an act gives, checked, with the values that it needs from the tables.
async fn facts_of(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    row: &matter::Model,
    act: &MatterAct,
    (rules, now): (&Timeline, u64),
    who: &Member,
) -> Result<(Facts, Option<matter::Model>), UseError> {
    let mut facts = stored(row)?.facts(&rules.at(uint(row.since)), now);
    if !act.text.trim().is_empty() {
        check_text(&act.text, 4000, Field::Text)?;
        facts.given.insert(Given::Text);
    }
    if !act.reason.trim().is_empty() {
        check_text(&act.reason, 1000, Field::Reason)?;
        facts.given.insert(Given::Reason);
    }
    if act.rating.is_some_and(|rating| !(1..=5).contains(&rating)) {
        return Err(UseError::Field(Field::Rating));
    }
    facts.given.extend(act.answer_kind.map(|_| Given::AnswerKind));
    facts.given.extend(act.child.as_ref().map(|_| Given::Child));
    facts.new_due = act.due;
    if let Some(responsible) = &act.responsible {
        let posts = posts_of(tx, compound, responsible, now).await?;
        let site = who.site(row.building.as_deref(), now);
        if may(&posts, Action::AnswerMatter, &site, Bearing::default(), now).is_ok() {
            facts.given.insert(Given::Responsible);
        }
    }
    let mut survivor = None;
    if let Some(into) = &act.survivor
        && into.0 != row.id
        && let Some(other) = find(tx, compound, into).await?
    {
        let other = catch_up(tx, compound, other, rules, now).await?;
        if other.is_open {
            facts.given.insert(Given::Survivor);
            survivor = Some(other);
        }
    }
    Ok((facts, survivor))
}

pub(super) async fn one_step(
    tx: &DatabaseTransaction,
    who: &Member,
    id: &MatterId,
    verb: Verb,
    act: &MatterAct,
    now: u64,
) -> Result<MatterState, UseError> {
    let compound = &who.by.compound;
    let rules = rules(tx, compound).await?;
    let row = find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Matter))?;
    let row = catch_up(tx, compound, row, &rules, now).await?;
    let before = row.digest();
    let me = who.by.subject.to_string();
    let people = submitters(tx, &row.id).await?;
    let mut parts = BTreeSet::new();
    parts.extend(people.iter().any(|line| line.subject == me).then_some(Part::Submitter));
    parts.extend((row.responsible.as_ref() == Some(&me)).then_some(Part::Responsible));
    let (facts, survivor) = facts_of(tx, compound, &row, act, (&rules, now), who).await?;
    let site = who.site(row.building.as_deref(), now);
    let doer: Doer<'_> = who.doer(&parts, &site, Bearing { is_small: row.level == 1, ..Bearing::default() });
    let standing = stored(&row)?;
    let step: Step<MatterState> = lifecycle::step(Some(standing.state), verb, doer, &facts)?;
    let next = standing.after(&step, act.due, &rules.at(now), now);
    let mut changed = row;
    put(&mut changed, &next, &rules);
    let mut records = BTreeMap::new();
    apply(&mut changed, verb, act, now, &mut records);
    records.insert(Record::Level, json!(next.level.number()));
    records.extend(next.due.map(|due| (Record::Due, json!(due))));
    if let Some(survivor) = &survivor {
        changed.merged_into = (verb == Verb::Merge).then(|| survivor.id.clone());
        records.insert(Record::Survivor, json!(survivor.id));
    }
    if let Some((kind, child)) = act.child.as_ref().filter(|_| verb == Verb::Link) {
        let line = descent::ActiveModel {
            matter: Set(id.0.clone()),
            child_kind: Set(kind.code().to_owned()),
            child: Set(child.clone()),
            has_ended: Set(false),
        };
        descent::Entity::insert(line).exec_without_returning(tx).await?;
        records.insert(Record::Child, json!(format!("{kind}:{child}")));
    }
    changed.clone().into_active_model().reset_all().update(tx).await?;
    search::put_matter(tx, &changed).await?;
    let other = match verb {
        Verb::Merge => survivor.as_ref().map(|survivor| format!("{}:{}", Kind::Matter, survivor.id)),
        Verb::Link => act.child.as_ref().map(|(kind, child)| format!("{kind}:{child}")),
        _ => None,
    };
    // What is answered or handed in again is its text; every other step has a reason, if anything.
    let is_text = matches!(verb, Verb::Answer | Verb::Submit);
    let text = if is_text { act.text.trim() } else { act.reason.trim() };
    let said = Said { text, other: other.as_deref().unwrap_or_default() };
    steps::of_matter(tx, &changed, verb, &who.actor(), said, now).await?;
    let told = spread(tx, compound, &changed, survivor.as_ref(), &people, verb, now).await?;
    records.insert(Record::Told, json!(told));
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Matter,
        id: id.as_str(),
        verb,
        before: Some(before),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}

/// What the act itself puts into the row, and into the event.
fn apply(row: &mut matter::Model, verb: Verb, act: &MatterAct, now: u64, records: &mut BTreeMap<Record, Value>) {
    let hashed = |text: &str| json!(Hash::of(text.trim().as_bytes()).to_string());
    match verb {
        Verb::Acknowledge => row.acknowledged_at = Some(int(now)),
        Verb::Assign | Verb::Dispatch => {
            row.responsible = act.responsible.as_ref().map(ToString::to_string);
            // Whoever sends somebody has heard of it.
            row.acknowledged_at = row.acknowledged_at.or(Some(int(now)));
            records.extend(row.responsible.clone().map(|who| (Record::Responsible, json!(who))));
        }
        Verb::Answer => {
            act.text.trim().clone_into(&mut row.answer);
            act.answer_kind.map(AnswerKind::code).unwrap_or_default().clone_into(&mut row.answer_kind);
            records.insert(Record::Text, hashed(&act.text));
        }
        Verb::Submit => {
            act.text.trim().clone_into(&mut row.body);
            records.insert(Record::Text, hashed(&act.text));
        }
        Verb::Close => {
            row.rating = act.rating.map(int);
            records.insert(Record::Rating, json!(act.rating.unwrap_or(0)));
        }
        // A merge is the answer that it is not forgotten.
        Verb::Merge => row.acknowledged_at = row.acknowledged_at.or(Some(int(now))),
        _ => {}
    }
    if !act.reason.trim().is_empty() {
        records.insert(Record::Reason, hashed(&act.reason));
    }
}

/// Carries submitters over, marks them as answered, and tells everybody whom it concerns.
async fn spread(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    row: &matter::Model,
    survivor: Option<&matter::Model>,
    people: &[submitter::Model],
    verb: Verb,
    now: u64,
) -> Result<u64, DbErr> {
    if let (Verb::Merge, Some(survivor)) = (verb, survivor) {
        // Whoever comes to a matter that is answered already has its answer with the news of the merge.
        let answered_at = (survivor.state == MatterState::Answered.code()).then(|| int(now));
        let lines = people.iter().map(|line| submitter::ActiveModel {
            matter: Set(survivor.id.clone()),
            subject: Set(line.subject.clone()),
            origin: Set(line.origin.clone()),
            answered_at: Set(answered_at),
            compound: Set(survivor.compound.clone()),
            number: Set(survivor.number),
            is_carried: Set(false),
        });
        let keys = [submitter::Column::Matter, submitter::Column::Subject, submitter::Column::Origin];
        let once = OnConflict::columns(keys).do_nothing().to_owned();
        submitter::Entity::insert_many(lines).on_conflict(once).exec_without_returning(tx).await?;
        submitter::Entity::update_many()
            .col_expr(submitter::Column::IsCarried, Expr::value(true))
            .filter(submitter::COLUMN.matter.eq(&row.id))
            .exec(tx)
            .await?;
    }
    if verb == Verb::Answer {
        submitter::Entity::update_many()
            .col_expr(submitter::Column::AnsweredAt, Expr::value(int(now)))
            .filter(submitter::COLUMN.matter.eq(&row.id))
            .exec(tx)
            .await?;
    }
    if verb == Verb::Reopen || verb == Verb::Appeal {
        submitter::Entity::update_many()
            .col_expr(submitter::Column::AnsweredAt, Expr::value(Option::<i64>::None))
            .filter(submitter::COLUMN.matter.eq(&row.id))
            .exec(tx)
            .await?;
    }
    let mut told: BTreeSet<&str> = people.iter().map(|line| line.subject.as_str()).collect();
    told.extend(row.responsible.as_deref());
    record::tell(tx, compound, told, (Kind::Matter, &row.id, verb), now).await
}

/// What ends lets the matters that gave rise to it go on.
pub(super) async fn end_child(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    kind: Kind,
    child: &str,
    now: u64,
) -> Result<(), DbErr> {
    let lines = descent::Entity::find()
        .filter(descent::COLUMN.child_kind.eq(kind.code()))
        .filter(descent::COLUMN.child.eq(child))
        .filter(descent::COLUMN.has_ended.eq(false))
        .all(tx)
        .await?;
    let rules = rules(tx, compound).await?;
    for line in lines {
        let mut ended = line.clone().into_active_model();
        ended.has_ended = Set(true);
        ended.update(tx).await?;
        let Some(mut row) = find(tx, compound, &MatterId(line.matter)).await? else { continue };
        let before = row.digest();
        let standing = stored(&row)?.after_child(&rules.at(now), now);
        put(&mut row, &standing, &rules);
        row.clone().into_active_model().reset_all().update(tx).await?;
        let ended = format!("{kind}:{child}");
        let said = Said { text: "", other: &ended };
        steps::of_matter(tx, &row, Verb::Resume, &Actor::Server, said, now).await?;
        let change = Change {
            actor: Actor::Server,
            on_behalf_of: None,
            kind: Kind::Matter,
            id: &row.id,
            verb: Verb::Resume,
            before: Some(before),
            after: row.digest(),
            records: BTreeMap::from([(Record::Child, json!(format!("{kind}:{child}")))]),
        };
        record::write(tx, compound, &[], change, now).await?;
    }
    Ok(())
}
