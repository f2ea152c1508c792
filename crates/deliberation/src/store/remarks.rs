//! Comments, arguments and questions below matters and motions.

use std::collections::{BTreeMap, BTreeSet};

use ballot::{
    hash::Hash,
    store::ids::{CompoundId, Subject},
};
use sea_orm::{
    ActiveModelTrait as _, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::ExprTrait,
};
use serde_json::json;

use super::{
    By, Deliberation, MatterId, MotionId, UseError,
    people::Standing as Member,
    record::{self, Change},
    search,
    tables::{int, matter, motion, remark, uint, word},
};
use crate::{
    discussion::{Comment, CommentError, HideReason, Side, check_parent, read_text},
    lifecycle::{self, Facts, Given, Kind, Part, Record, Verb, tables::CommentState},
    rights::{Action, Bearing, Site, may},
};

/// What is talked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A matter.
    Matter(MatterId),
    /// A motion.
    Motion(MotionId),
}

impl Target {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Matter(id) => format!("{}:{id}", Kind::Matter),
            Self::Motion(id) => format!("{}:{id}", Kind::Motion),
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        let (kind, id) = key.split_once(':')?;
        match kind {
            "matter" => Some(Self::Matter(MatterId(id.to_owned()))),
            "motion" => Some(Self::Motion(MotionId(id.to_owned()))),
            _ => None,
        }
    }
}

/// A comment as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRemark {
    /// What it is.
    pub side: Side,
    /// 1 to 2000 characters of Markdown.
    pub text: String,
    /// The comment it answers.
    pub parent: Option<u64>,
}

/// A comment with when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RemarkView {
    pub comment: Comment<Subject>,
    pub at: u64,
}

impl Deliberation {
    /// Says something below a matter or a motion. Answers of the committee, the community and the property firm are
    /// marked as such.
    ///
    /// # Errors
    /// No right, no such matter or motion, or a text that is none.
    pub async fn say(&self, by: &By, target: &Target, new: &NewRemark, now: u64) -> Result<u64, UseError> {
        let text = read_text(&new.text)?;
        let (tx, who) = self.begin(by, now).await?;
        let result = say(&tx, &who, target, new, text, now).await;
        self.end(tx, by, "comment_create", now, result).await
    }

    /// Hides a comment, shows it again, or withdraws one's own. The author is told.
    ///
    /// # Errors
    /// No such comment, or the table refuses.
    pub async fn moderate(
        &self,
        by: &By,
        target: &Target,
        number: u64,
        verb: Verb,
        reason: Option<HideReason>,
        now: u64,
    ) -> Result<CommentState, UseError> {
        let (tx, who) = self.begin(by, now).await?;
        let result = moderate(&tx, &who, &target.key(), number, (verb, reason), now).await;
        self.end(tx, by, &format!("comment_{verb}"), now, result).await
    }

    /// Comments in the order of writing, above the number `after` where a page goes on. What of each is shown to whom
    /// is [`Comment::shown`]'s to say.
    pub async fn remarks(
        &self,
        compound: &CompoundId,
        target: &Target,
        after: u64,
        limit: u64,
    ) -> Result<Vec<RemarkView>, DbErr> {
        let rows = list_query(compound, &target.key(), after, limit).all(self.estate.reader()).await?;
        rows.into_iter().map(read).collect()
    }

    /// What was said at these places, without what is hidden or stands below something that is not public.
    pub async fn remarks_at(
        &self,
        compound: &CompoundId,
        places: &[(Target, u64)],
    ) -> Result<Vec<(Target, RemarkView)>, DbErr> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.estate.reader();
        let mut any = Condition::any();
        for (target, number) in places {
            let at = ExprTrait::and(remark::COLUMN.target.eq(target.key()), remark::COLUMN.number.eq(int(*number)));
            any = any.add(at);
        }
        let rows = remark::Entity::find()
            .filter(remark::COLUMN.compound.eq(compound.as_str()))
            .filter(remark::COLUMN.state.eq(CommentState::Visible.code()))
            .filter(any)
            .all(db)
            .await?;
        let public = public_targets(db, &rows).await?;
        let shown = rows.into_iter().filter(|row| public.contains(&row.target));
        shown.filter_map(|row| Target::from_key(&row.target).map(|target| Ok((target, read(row)?)))).collect()
    }
}

/// The keys of those targets that everybody may see.
async fn public_targets(db: &impl ConnectionTrait, rows: &[remark::Model]) -> Result<BTreeSet<String>, DbErr> {
    let targets: BTreeSet<_> = rows.iter().filter_map(|row| row.target.split_once(':')).collect();
    let of = |kind: Kind| targets.iter().filter(move |(of, _)| *of == kind.code()).map(|(_, id)| *id);
    let matters: Vec<String> = matter::Entity::find()
        .select_only()
        .column(matter::Column::Id)
        .filter(matter::COLUMN.id.is_in(of(Kind::Matter)))
        .filter(matter::COLUMN.acknowledged_at.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    let motions: Vec<String> = motion::Entity::find()
        .select_only()
        .column(motion::Column::Id)
        .filter(motion::COLUMN.id.is_in(of(Kind::Motion)))
        .filter(motion::COLUMN.register.ne(0))
        .into_tuple()
        .all(db)
        .await?;
    let matters = matters.into_iter().map(|id| Target::Matter(MatterId(id)).key());
    Ok(matters.chain(motions.into_iter().map(|id| Target::Motion(MotionId(id)).key())).collect())
}

pub(super) fn list_query(
    compound: &CompoundId,
    target: &str,
    after: u64,
    limit: u64,
) -> sea_orm::Select<remark::Entity> {
    remark::Entity::find()
        .filter(remark::COLUMN.target.eq(target))
        .filter(remark::COLUMN.number.gt(int(after)))
        .filter(remark::COLUMN.compound.eq(compound.as_str()))
        .order_by_asc(remark::COLUMN.number)
        .limit(limit)
}

fn read(row: remark::Model) -> Result<RemarkView, DbErr> {
    let author = row.author.parse().map_err(|_| DbErr::Type(format!("subject {}", row.author)))?;
    Ok(RemarkView {
        comment: Comment {
            number: uint(row.number),
            parent: row.parent.map(uint),
            side: word(&row.side)?,
            author,
            is_official: row.is_official,
            text: row.body,
            state: word(&row.state)?,
            reason: if row.reason.is_empty() { None } else { Some(word(&row.reason)?) },
        },
        at: uint(row.at),
    })
}

/// The building of what is talked about; none if it is not of this compound.
async fn building_of(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    target: &Target,
) -> Result<Option<Option<String>>, DbErr> {
    match target {
        Target::Matter(id) => {
            let query = matter::Entity::find_by_id(id.to_string());
            let row = query.filter(matter::COLUMN.compound.eq(compound.as_str())).one(db).await?;
            Ok(row.map(|row| row.building))
        }
        Target::Motion(id) => {
            let query = motion::Entity::find_by_id(id.to_string());
            let row = query.filter(motion::COLUMN.compound.eq(compound.as_str())).one(db).await?;
            Ok(row.map(|_| None))
        }
    }
}

async fn say(
    tx: &DatabaseTransaction,
    who: &Member,
    target: &Target,
    new: &NewRemark,
    text: String,
    now: u64,
) -> Result<u64, UseError> {
    let compound = &who.by.compound;
    let kind = match target {
        Target::Matter(_) => Kind::Matter,
        Target::Motion(_) => Kind::Motion,
    };
    let building = building_of(tx, compound, target).await?.ok_or(UseError::NoSuch(kind))?;
    let site = who.site(building.as_deref(), now);
    let parts = BTreeSet::from([Part::Author]);
    let facts = Facts { now, given: BTreeSet::from([Given::Text]), ..Facts::default() };
    let doer = who.doer(&parts, &site, Bearing::default());
    let step = lifecycle::step(None::<CommentState>, Verb::Create, doer, &facts)?;
    let key = target.key();
    if let Some(parent) = new.parent {
        check_chain(tx, &key, parent).await?;
    }
    let last: Option<remark::Model> = remark::Entity::find()
        .filter(remark::COLUMN.target.eq(&key))
        .order_by_desc(remark::COLUMN.number)
        .one(tx)
        .await?;
    let number = last.map_or(0, |row| uint(row.number)) + 1;
    // An answer counts as official from whoever answers matters here.
    let is_official = may(&who.posts, Action::AnswerMatter, &site, Bearing::default(), now).is_ok();
    let row = remark::Model {
        target: key.clone(),
        number: int(number),
        compound: compound.to_string(),
        parent: new.parent.map(int),
        side: new.side.code().to_owned(),
        author: who.by.subject.to_string(),
        is_official,
        body: text,
        state: step.to.code().to_owned(),
        reason: String::new(),
        at: int(now),
    };
    let (after, text) = (row.digest(), Hash::of(row.body.as_bytes()).to_string());
    search::put_remark(tx, &row).await?;
    remark::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Comment,
        id: &format!("{key}/{number}"),
        verb: Verb::Create,
        before: None,
        after,
        records: BTreeMap::from([(Record::Text, json!(text))]),
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(number)
}

/// Reads the chain of what a comment answers, which is short, and checks that something can stand below it.
async fn check_chain(tx: &DatabaseTransaction, key: &str, parent: u64) -> Result<(), UseError> {
    let (mut chain, mut next) = (Vec::new(), Some(parent));
    while let Some(number) = next.filter(|_| chain.len() < 8) {
        let row = remark::Entity::find_by_id((key.to_owned(), int(number))).one(tx).await?;
        let Some(row) = row else { return Err(CommentError::Parent.into()) };
        let comment = read(row)?.comment;
        next = comment.parent;
        chain.push(comment);
    }
    Ok(check_parent(&chain, parent)?)
}

async fn moderate(
    tx: &DatabaseTransaction,
    who: &Member,
    key: &str,
    number: u64,
    (verb, reason): (Verb, Option<HideReason>),
    now: u64,
) -> Result<CommentState, UseError> {
    let compound = &who.by.compound;
    let row = remark::Entity::find_by_id((key.to_owned(), int(number)))
        .filter(remark::COLUMN.compound.eq(compound.as_str()))
        .one(tx)
        .await?
        .ok_or(UseError::NoSuch(Kind::Comment))?;
    let mut parts = BTreeSet::new();
    parts.extend((row.author == who.by.subject.to_string()).then_some(Part::Author));
    let facts = Facts { now, given: reason.map(|_| Given::Reason).into_iter().collect(), ..Facts::default() };
    let site = Site::default();
    let state: CommentState = word(&row.state)?;
    let step = lifecycle::step(Some(state), verb, who.doer(&parts, &site, Bearing::default()), &facts)?;
    let before = row.digest();
    let mut changed = row;
    step.to.code().clone_into(&mut changed.state);
    changed.reason = reason.filter(|_| verb == Verb::Hide).map_or_else(String::new, |reason| reason.code().to_owned());
    changed.clone().into_active_model().reset_all().update(tx).await?;
    search::put_remark(tx, &changed).await?;
    let id = format!("{key}/{number}");
    let told = record::tell(tx, compound, [changed.author.as_str()], (Kind::Comment, &id, verb), now).await?;
    let mut records = BTreeMap::from([(Record::Told, json!(told))]);
    records.extend(reason.map(|reason| (Record::Reason, json!(reason.code()))));
    let change = Change {
        actor: who.actor(),
        on_behalf_of: None,
        kind: Kind::Comment,
        id: &id,
        verb,
        before: Some(before),
        after: changed.digest(),
        records,
    };
    record::write(tx, compound, step.records, change, now).await?;
    Ok(step.to)
}
