//! Messages to people: written with the change that causes them, sent afterwards by `web`.

use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use super::{
    contact::{Channel, Contact},
    estate::Estate,
    fresh::Fresh,
    ids::{CompoundId, MessageId},
    tables::{int, outbox, uint},
};

/// What a message says; `web` finds the words in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Notice {
    /// A one-time code, for so many minutes.
    Code { code: String, minutes: u64 },
    /// Somebody has enrolled a device; told to them and to everyone who owns a unit with them.
    Enrolled { name: String, units: Vec<String>, at: u64 },
    /// Somebody can vote for these units from `at` on; told to all who own them together. Of an agent the name is empty.
    Issued { name: String, units: Vec<String>, title: String, at: u64 },
    /// Somebody votes for these units at the service point, with witnesses, and by no phone of before; told to all who
    /// own them together.
    Seated { name: String, units: Vec<String>, title: String, at: u64 },
    /// A ballot or paper was stored for these units; told to all who own them together.
    Stored { code: String, units: Vec<String>, title: String, at: u64, is_paper: bool },
    /// A device was revoked.
    DeviceRevoked { name: String, at: u64 },
    /// Who speaks for co-owners of these units from now on; nobody if the name is empty. Told to all of them.
    Represented { name: String, units: Vec<String>, at: u64 },
    /// How somebody is reached was changed; told to the old contacts and the new ones.
    ContactsChanged { name: String, at: u64 },
    /// These units have not voted yet, and voting ends at `closes`.
    Reminder { units: Vec<String>, title: String, closes: u64 },
    /// An act waits for an officer's signature.
    SignatureWanted { act_kind: String },
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Message {
    pub id: MessageId,
    pub compound: CompoundId,
    pub channel: Channel,
    pub address: String,
    /// `zh` or `en`, as the reader last chose.
    pub language: String,
    pub notice: Notice,
    /// How often it was tried in vain.
    pub tries: u64,
    pub created_at: u64,
}

/// How often a message that nobody can deliver is tried.
const GIVE_UP_AFTER: u64 = 8;

/// For so many seconds whoever took messages has them alone: by then each must be sent, or given up for now.
pub const TAKEN_SECONDS: u64 = 60;

/// Queues a message in the transaction of what it tells.
pub(crate) async fn queue(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    to: &Contact,
    language: &str,
    notice: &Notice,
    now: u64,
    fresh: &mut Fresh,
) -> Result<(), DbErr> {
    insert(tx, compound, Some(to), language, notice, now, fresh).await
}

/// Writes what [`queue`] would, to nobody: an unknown contact costs the same work as a known one.
pub(crate) async fn queue_nothing(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    language: &str,
    notice: &Notice,
    now: u64,
    fresh: &mut Fresh,
) -> Result<(), DbErr> {
    insert(tx, compound, None, language, notice, now, fresh).await
}

async fn insert(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    to: Option<&Contact>,
    language: &str,
    notice: &Notice,
    now: u64,
    fresh: &mut Fresh,
) -> Result<(), DbErr> {
    let params = serde_json::to_value(notice).expect("a notice is JSON");
    let template = params["kind"].as_str().unwrap_or_default().to_owned();
    let row = outbox::ActiveModel {
        id: Set(fresh.uuid()),
        compound: Set(compound.to_string()),
        channel: Set(to.map_or(Channel::Sms, Contact::channel).as_str().to_owned()),
        address: Set(to.map_or(String::new(), |to| to.address().to_owned())),
        language: Set(if language == "en" { "en" } else { "zh" }.to_owned()),
        template: Set(template),
        params: Set(if to.is_some() { params.to_string() } else { String::new() }),
        state: Set(if to.is_some() { "queued" } else { "dropped" }.to_owned()),
        tries: Set(0),
        created_at: Set(int(now)),
        due_at: Set(int(now)),
    };
    outbox::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

impl Estate {
    /// Messages that are due, oldest first, taken so that nobody else sends them for [`TAKEN_SECONDS`].
    pub async fn take_messages(&self, limit: u64, now: u64) -> Result<Vec<Message>, DbErr> {
        let tx = self.begin_any().await?;
        let rows = outbox::Entity::find()
            .filter(outbox::COLUMN.state.eq("queued"))
            .filter(outbox::COLUMN.due_at.lte(int(now)))
            .order_by_asc(outbox::COLUMN.created_at)
            .limit(limit)
            .all(&tx)
            .await?;
        let mut taken = Vec::new();
        for row in rows {
            let is_mine = outbox::Entity::update_many()
                .col_expr(outbox::Column::DueAt, Expr::value(int(now + TAKEN_SECONDS)))
                .col_expr(outbox::Column::Tries, Expr::value(row.tries + 1))
                .filter(outbox::COLUMN.id.eq(&row.id))
                .filter(outbox::COLUMN.tries.eq(row.tries))
                .exec(&tx)
                .await?
                .rows_affected
                == 1;
            if is_mine {
                taken.push(Message::read(row)?);
            }
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// A message was delivered: what it said, and to whom, is wiped.
    pub async fn message_sent(&self, id: &MessageId) -> Result<(), DbErr> {
        self.end_message(id, "sent").await
    }

    /// A message could not be delivered: it is tried again later and later, and at last dropped.
    pub async fn message_failed(&self, message: &Message, now: u64) -> Result<(), DbErr> {
        if GIVE_UP_AFTER <= message.tries + 1 {
            return self.message_dropped(&message.id).await;
        }
        let tx = self.begin_any().await?;
        let wait = 30 << message.tries;
        outbox::Entity::update_many()
            .col_expr(outbox::Column::DueAt, Expr::value(int(now + wait)))
            .filter(outbox::COLUMN.id.eq(message.id.as_str()))
            .exec(&tx)
            .await?;
        tx.commit().await
    }

    /// A message will never be delivered, or is of no use any more: it is dropped, and what it said
    /// and to whom is wiped.
    pub async fn message_dropped(&self, id: &MessageId) -> Result<(), DbErr> {
        self.end_message(id, "dropped").await
    }

    async fn end_message(&self, id: &MessageId, state: &str) -> Result<(), DbErr> {
        let tx = self.begin_any().await?;
        outbox::Entity::update_many()
            .col_expr(outbox::Column::State, Expr::value(state))
            .col_expr(outbox::Column::Params, Expr::value(""))
            .col_expr(outbox::Column::Address, Expr::value(""))
            .filter(outbox::COLUMN.id.eq(id.as_str()))
            .exec(&tx)
            .await?;
        tx.commit().await
    }

    /// The newest messages that were not sent, for the demo's visible outbox.
    pub async fn queued_messages(&self, compound: &CompoundId, limit: u64) -> Result<Vec<Message>, DbErr> {
        let rows = outbox::Entity::find()
            .filter(outbox::COLUMN.compound.eq(compound.as_str()))
            .filter(outbox::COLUMN.state.eq("queued"))
            .order_by_desc(outbox::COLUMN.created_at)
            .limit(limit)
            .all(self.reader())
            .await?;
        rows.into_iter().map(Message::read).collect()
    }
}

impl Message {
    /// Whether it says nothing any more that is of use: a code that is too old, a reminder when voting is over.
    pub fn is_over(&self, now: u64) -> bool {
        match self.notice {
            Notice::Code { minutes, .. } => self.created_at + minutes * 60 <= now,
            Notice::Reminder { closes, .. } => closes <= now,
            // What was done is worth knowing later too.
            _ => false,
        }
    }

    fn read(row: outbox::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: MessageId(row.id),
            compound: CompoundId(row.compound),
            channel: Channel::read(&row.channel)?,
            address: row.address,
            language: row.language,
            notice: serde_json::from_str(&row.params).map_err(|err| DbErr::Json(err.to_string()))?,
            tries: uint(row.tries),
            created_at: uint(row.created_at),
        })
    }
}
