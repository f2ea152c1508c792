//! One-time codes: six digits to a registered phone or mailbox.
//!
//! Five tries, five minutes, one use, a new one ends the old, ten a day for one subject. Answers are
//! the same, and cost the same, whether somebody has the contact or not.

use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    sea_query::Expr,
};

use super::{
    contact::{Channel, Contact, read_subject},
    fresh::Fresh,
    ids::{ChallengeId, CompoundId, Subject},
    outbox::{self, Notice},
    refusal::refusals,
    tables::{int, one_time_code, uint},
};
use crate::hash::Hash;

/// How long a code is good, in seconds.
pub const CODE_SECONDS: u64 = 300;

/// How often a code may be tried.
pub const CODE_TRIES: u64 = 5;

/// How many codes one subject is sent within 24 hours.
pub const CODES_A_DAY: u64 = 10;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    SignIn,
    Enrol,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Enrol => "enrol",
        }
    }
}

refusals! {
    /// Why a code is not taken.
    CodeError {
        Wrong "wrong_code" "the code is not the one that was sent",
        Dead "dead_code" "the code was used, replaced, tried too often or is older than five minutes: ask for a new one",
    }
}

/// A code to be sent.
pub(crate) struct NewCode<'a> {
    pub(crate) compound: &'a CompoundId,
    pub(crate) purpose: Purpose,
    /// Whom it may sign in; nobody where the contact is unknown.
    pub(crate) subjects: &'a [Subject],
    pub(crate) to: &'a Contact,
    /// The SHA-256 of the letter's code that came before.
    pub(crate) invitation: &'a str,
    pub(crate) language: &'a str,
}

/// A code that was right.
#[derive(Debug)]
pub(crate) struct RightCode {
    pub(crate) compound: CompoundId,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) channel: Channel,
    pub(crate) invitation: String,
}

/// Makes a code and queues its message; both go to nobody where nobody has the contact or the day's codes are spent.
pub(crate) async fn send(
    tx: &DatabaseTransaction,
    new: &NewCode<'_>,
    now: u64,
    fresh: &mut Fresh,
) -> Result<ChallengeId, DbErr> {
    // For an unknown contact a subject that nobody is, so that the same statements run.
    let subject = new.subjects.first().map_or_else(|| format!("nobody:{}", fresh.uuid()), Subject::to_string);
    let sent_today = one_time_code::Entity::find()
        .filter(one_time_code::COLUMN.subject.eq(&subject))
        .filter(one_time_code::COLUMN.created_at.gt(int(now.saturating_sub(86_400))))
        .count(tx)
        .await?;
    let is_sent = !new.subjects.is_empty() && sent_today < CODES_A_DAY;
    one_time_code::Entity::update_many()
        .col_expr(one_time_code::Column::EndedAt, Expr::value(int(now)))
        .filter(one_time_code::COLUMN.subject.eq(&subject))
        .filter(one_time_code::COLUMN.purpose.eq(new.purpose.as_str()))
        .filter(one_time_code::COLUMN.ended_at.is_null())
        .exec(tx)
        .await?;
    let (id, code) = (ChallengeId(fresh.uuid()), fresh.digits());
    let subjects: Vec<_> = new.subjects.iter().map(Subject::to_string).collect();
    let row = one_time_code::ActiveModel {
        id: Set(id.to_string()),
        compound: Set(new.compound.to_string()),
        purpose: Set(new.purpose.as_str().to_owned()),
        subject: Set(subject),
        subjects: Set(subjects.join(" ")),
        channel: Set(new.to.channel().as_str().to_owned()),
        invitation: Set(new.invitation.to_owned()),
        // A code that is not sent is never right.
        code_sha256: Set(if is_sent { hash(&id, &code).to_string() } else { fresh.hex() }),
        tries: Set(0),
        created_at: Set(int(now)),
        ended_at: Set(None),
    };
    one_time_code::Entity::insert(row).exec_without_returning(tx).await?;
    let notice = Notice::Code { code, minutes: CODE_SECONDS / 60 };
    if is_sent {
        outbox::queue(tx, new.compound, new.to, new.language, &notice, now, fresh).await?;
    } else {
        outbox::queue_nothing(tx, new.compound, new.language, &notice, now, fresh).await?;
    }
    Ok(id)
}

/// Spends a try. The caller commits whatever the answer is, as a wrong try counts too.
pub(crate) async fn take_try(
    tx: &DatabaseTransaction,
    id: &ChallengeId,
    purpose: Purpose,
    code: &str,
    now: u64,
) -> Result<RightCode, CodeError> {
    let is_spent = one_time_code::Entity::update_many()
        .col_expr(one_time_code::Column::Tries, Expr::cust("tries + 1"))
        .filter(one_time_code::COLUMN.id.eq(id.as_str()))
        .filter(one_time_code::COLUMN.purpose.eq(purpose.as_str()))
        .filter(one_time_code::COLUMN.ended_at.is_null())
        .filter(one_time_code::COLUMN.tries.lt(int(CODE_TRIES)))
        .filter(one_time_code::COLUMN.created_at.gt(int(now.saturating_sub(CODE_SECONDS))))
        .exec(tx)
        .await?
        .rows_affected
        == 1;
    if !is_spent {
        return Err(CodeError::Dead);
    }
    let row = one_time_code::Entity::find_by_id(id.as_str().to_owned()).one(tx).await?.ok_or(CodeError::Dead)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    if hash(id, &digits).to_string() != row.code_sha256 {
        return Err(if uint(row.tries) < CODE_TRIES { CodeError::Wrong } else { CodeError::Dead });
    }
    let subjects = row.subjects.split(' ').filter(|text| !text.is_empty()).map(read_subject);
    Ok(RightCode {
        compound: CompoundId(row.compound),
        subjects: subjects.collect::<Result<_, _>>()?,
        channel: Channel::read(&row.channel)?,
        invitation: row.invitation,
    })
}

/// Ends a code that was right: it is never right again.
pub(crate) async fn end(tx: &DatabaseTransaction, id: &ChallengeId, now: u64) -> Result<(), CodeError> {
    let ended = one_time_code::Entity::update_many()
        .col_expr(one_time_code::Column::EndedAt, Expr::value(int(now)))
        .filter(one_time_code::COLUMN.id.eq(id.as_str()))
        .filter(one_time_code::COLUMN.ended_at.is_null())
        .exec(tx)
        .await?;
    if ended.rows_affected == 1 { Ok(()) } else { Err(CodeError::Dead) }
}

fn hash(id: &ChallengeId, code: &str) -> Hash {
    Hash::of(format!("heyi code v1\n{id}\n{code}").as_bytes())
}

fn narrow(character: char) -> char {
    match u32::from(character) {
        code @ 0xFF10..=0xFF19 => char::from_u32(code - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}
