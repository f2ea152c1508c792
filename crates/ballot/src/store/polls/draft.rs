//! Drafts: what officers write before anything is signed, and what can be said of it at once.

use std::collections::BTreeSet;

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{DraftFacts, Finding, PollState, TEXT_MOST, check_draft, find, read_poll_id};
use crate::{
    hash::Hash,
    id::{Id, PollId, RuleName},
    json,
    rule::guard::Size,
    statement::{Answers, Candidate, Choice},
    store::{
        estate::Estate,
        events::{Doing, write_event},
        fresh::Fresh,
        home::is_home,
        ids::CompoundId,
        place::{Matter, Place},
        refusal::refusals,
        register::roll_building,
        staff::{Role, StaffMember, still_holds},
        tables::{document, int, poll, uint, unit},
    },
};

/// A poll as officers write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Draft {
    pub title: String,
    pub motions: Vec<DraftMotion>,
    /// Buildings as a roll names them; none for the whole estate.
    pub scope: BTreeSet<String>,
    /// Of a home that is to become business premises, its label in the register: its owner asks, and the others decide.
    #[serde(default)]
    pub left_out: String,
    /// When the notice is posted.
    pub posted: u64,
    pub opens: u64,
    pub closes: u64,
    pub answers: Answers,
    /// A meeting that a fifth of the owners asked for; some places want a shorter notice then.
    #[serde(default)]
    pub special: bool,
    /// A rehearsal, for ever.
    pub test: bool,
}

impl Draft {
    /// Whether it asks those concerned if a home may become business premises.
    pub fn is_change_of_use(&self) -> bool {
        self.motions.iter().any(|motion| motion.matter == Matter::HomeIntoBusiness)
    }

    /// The label of the home that its roll leaves out.
    ///
    /// Source: 民法典 279条; 法释〔2020〕17号 11条: the other owners of the building are those concerned.
    pub fn applicant(&self) -> Option<&str> {
        (self.is_change_of_use() && !self.left_out.is_empty()).then_some(&self.left_out)
    }
}

/// A motion as officers write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct DraftMotion {
    pub id: Id,
    pub matter: Matter,
    /// One question that is answered yes or no; of an election, what is elected.
    pub title: String,
    /// Markdown.
    pub text: String,
    /// Documents by their hashes.
    pub attachments: BTreeSet<Hash>,
    /// Whether 弃权 is a choice.
    pub has_abstain: bool,
    pub seats: Option<u64>,
    pub candidates: Vec<Candidate>,
    /// Another rule than the place's for the matter: a by-law's.
    pub rule: Option<RuleName>,
}

impl DraftMotion {
    /// The rule that decides it.
    pub fn rule(&self, place: Place) -> RuleName {
        self.rule.clone().unwrap_or_else(|| place.rule(self.matter, self.seats))
    }

    /// What owners can choose from; of an election, for each candidate.
    pub fn choices(&self) -> Vec<Choice> {
        let abstain = (self.has_abstain && self.seats.is_none()).then_some(Choice::Abstain);
        [Choice::For, Choice::Against].into_iter().chain(abstain).collect()
    }

    /// Who stands, if it is an election.
    pub fn standing(&self) -> Option<&[Candidate]> {
        self.seats.map(|_| self.candidates.as_slice())
    }
}

refusals! {
    /// Why a draft is not stored.
    DraftError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        NoSuchPoll "no_such_poll" "there is no such poll in this compound",
        NotDraft "not_draft" "the poll is signed or about to be: nothing of it can be changed any more",
        TooLarge "too_large" "a draft has at most 30 motions, of at most 8 KB of text each",
    }
}

refusals! {
    /// Why a document is not stored.
    DocumentError {
        NotOfficer "not_officer" "only an officer of the compound whose term runs may do this",
        Name "bad_name" "a document has a name of 1 to 200 characters",
        TooMany "too_many" "at most 500 documents are kept",
    }
}

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Document {
    pub sha256: Hash,
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// A document without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DocumentRow {
    pub sha256: Hash,
    pub name: String,
    pub media_type: String,
    pub size: u64,
}

impl Estate {
    /// A new draft.
    ///
    /// # Errors
    /// Not an officer, or larger than a poll can be.
    pub async fn create_draft(
        &self,
        by: &StaffMember,
        draft: &Draft,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<PollId, DraftError> {
        check_size(draft)?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(DraftError::NotOfficer)?;
        let id = fresh.poll_id();
        let row = poll::ActiveModel {
            id: Set(id.to_string()),
            compound: Set(by.compound.to_string()),
            state: Set(PollState::Draft.as_str().to_owned()),
            title: Set(draft.title.clone()),
            draft: Set(write(draft)),
            roll: Set(String::new()),
            register: Set(0),
            opens: Set(column_time(draft.opens)),
            closes: Set(column_time(draft.closes)),
            created_by: Set(by.id.to_string()),
            created_at: Set(int(now)),
            told: Set(0),
        };
        poll::Entity::insert(row).exec_without_returning(&tx).await?;
        let doing = Doing { actor: &by.actor(), verb: "draft_created", object: id.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Replaces a draft. Nothing edits a poll that waits for signatures or is live.
    ///
    /// # Errors
    /// Not an officer, no such draft, or larger than a poll can be.
    pub async fn save_draft(&self, by: &StaffMember, id: &PollId, draft: &Draft, now: u64) -> Result<(), DraftError> {
        check_size(draft)?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(DraftError::NotOfficer)?;
        find(&tx, &by.compound, id).await?.ok_or(DraftError::NoSuchPoll)?;
        let text = write(draft);
        let saved = poll::Entity::update_many()
            .col_expr(poll::Column::Draft, Expr::value(text.as_str()))
            .col_expr(poll::Column::Title, Expr::value(draft.title.as_str()))
            .col_expr(poll::Column::Opens, Expr::value(column_time(draft.opens)))
            .col_expr(poll::Column::Closes, Expr::value(column_time(draft.closes)))
            .filter(poll::COLUMN.id.eq(id.as_str()))
            .filter(poll::COLUMN.state.eq(PollState::Draft.as_str()))
            .exec(&tx)
            .await?;
        if saved.rows_affected != 1 {
            return Err(DraftError::NotDraft);
        }
        let detail = json!({"sha256": Hash::of(text.as_bytes()).to_string()});
        write_event(
            &tx,
            &by.compound,
            now,
            Doing { actor: &by.actor(), verb: "draft_saved", object: id.as_str(), detail },
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a draft that was never signed.
    ///
    /// # Errors
    /// Not an officer, or no such draft.
    pub async fn delete_draft(&self, by: &StaffMember, id: &PollId, now: u64) -> Result<(), DraftError> {
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(DraftError::NotOfficer)?;
        find(&tx, &by.compound, id).await?.ok_or(DraftError::NoSuchPoll)?;
        let deleted = poll::Entity::delete_many()
            .filter(poll::COLUMN.id.eq(id.as_str()))
            .filter(poll::COLUMN.state.eq(PollState::Draft.as_str()))
            .exec(&tx)
            .await?;
        if deleted.rows_affected != 1 {
            return Err(DraftError::NotDraft);
        }
        let doing = Doing { actor: &by.actor(), verb: "draft_deleted", object: id.as_str(), detail: json!({}) };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What officers wrote of a poll, also after it was signed.
    pub async fn draft(&self, compound: &CompoundId, id: &PollId) -> Result<Option<Draft>, DbErr> {
        let row = find(self.reader(), compound, id).await?;
        row.map(|row| serde_json::from_str(&row.draft).map_err(|err| DbErr::Json(err.to_string()))).transpose()
    }

    /// Checks a draft against the compound as it is.
    pub async fn check_draft(&self, compound: &CompoundId, draft: &Draft, now: u64) -> Result<Vec<Finding>, DbErr> {
        check(self, self.reader(), compound, draft, now).await
    }

    /// Keeps a document under its hash. `web` has checked its size and type.
    ///
    /// # Errors
    /// Not an officer, a bad name, or too many are kept.
    pub async fn store_document(
        &self,
        by: &StaffMember,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
        now: u64,
    ) -> Result<Hash, DocumentError> {
        if !(1..=200).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(DocumentError::Name);
        }
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(DocumentError::NotOfficer)?;
        let known = hashes(&tx, &by.compound).await?;
        let sha256 = Hash::of(&content);
        if known.contains(&sha256) {
            return Ok(sha256);
        }
        if 500 <= known.len() {
            return Err(DocumentError::TooMany);
        }
        let row = document::ActiveModel {
            compound: Set(by.compound.to_string()),
            sha256: Set(sha256.to_string()),
            name: Set(name.to_owned()),
            media_type: Set(media_type.to_owned()),
            size: Set(int(content.len() as u64)),
            content: Set(content),
            created_at: Set(int(now)),
        };
        document::Entity::insert(row).exec_without_returning(&tx).await?;
        let detail = json!({"sha256": sha256.to_string()});
        let doing = Doing { actor: &by.actor(), verb: "document_stored", object: by.compound.as_str(), detail };
        write_event(&tx, &by.compound, now, doing).await?;
        tx.commit().await?;
        Ok(sha256)
    }

    /// A document of a compound by its hash.
    pub async fn document(&self, compound: &CompoundId, sha256: &Hash) -> Result<Option<Document>, DbErr> {
        let key = (compound.to_string(), sha256.to_string());
        let row = document::Entity::find_by_id(key).one(self.reader()).await?;
        Ok(row.map(|row| Document {
            sha256: *sha256,
            name: row.name,
            media_type: row.media_type,
            content: row.content,
        }))
    }

    /// The documents of a compound.
    pub async fn documents(&self, compound: &CompoundId) -> Result<Vec<DocumentRow>, DbErr> {
        let rows: Vec<(String, String, String, i64)> = document::Entity::find()
            .filter(document::COLUMN.compound.eq(compound.as_str()))
            .select_only()
            .columns([
                document::Column::Sha256,
                document::Column::Name,
                document::Column::MediaType,
                document::Column::Size,
            ])
            .into_tuple()
            .all(self.reader())
            .await?;
        let document = |(sha256, name, media_type, size): (String, _, _, i64)| {
            let sha256 = sha256.parse().map_err(|_| DbErr::Type("a document's hash".to_owned()))?;
            Ok(DocumentRow { sha256, name, media_type, size: uint(size) })
        };
        rows.into_iter().map(document).collect()
    }
}

fn check_size(draft: &Draft) -> Result<(), DraftError> {
    let is_small = |motion: &DraftMotion| motion.text.len() <= TEXT_MOST && motion.candidates.len() <= 200;
    let is_fit = draft.motions.len() <= 30 && draft.title.len() <= 1000 && draft.motions.iter().all(is_small);
    if is_fit { Ok(()) } else { Err(DraftError::TooLarge) }
}

fn write(draft: &Draft) -> String {
    serde_json::to_string(draft).expect("a draft is JSON")
}

/// A time as typed may be any number; a column holds those of the record.
fn column_time(time: u64) -> i64 {
    int(time.min(json::MAX_INT))
}

pub(super) async fn hashes(db: &impl sea_orm::ConnectionTrait, compound: &CompoundId) -> Result<BTreeSet<Hash>, DbErr> {
    let rows: Vec<String> = document::Entity::find()
        .filter(document::COLUMN.compound.eq(compound.as_str()))
        .select_only()
        .column(document::Column::Sha256)
        .into_tuple()
        .all(db)
        .await?;
    rows.iter().map(|hash| hash.parse().map_err(|_| DbErr::Type("a document's hash".to_owned()))).collect()
}

pub(super) async fn check(
    estate: &Estate,
    db: &impl sea_orm::ConnectionTrait,
    compound: &CompoundId,
    draft: &Draft,
    now: u64,
) -> Result<Vec<Finding>, DbErr> {
    let place = estate.compound(compound).await?.map_or_else(Place::china, |compound| compound.place);
    let (buildings, size) = buildings(db, compound).await?;
    let documents = hashes(db, compound).await?;
    let applicant = match draft.applicant() {
        Some(label) => unit::Entity::find_by_id((compound.to_string(), label.to_owned())).one(db).await?,
        None => None,
    };
    let is_applicant_in_scope = applicant.is_some_and(|unit| draft.scope.contains(&roll_building(&unit)));
    let facts = DraftFacts { place, buildings: &buildings, documents: &documents, is_applicant_in_scope, size, now };
    Ok(check_draft(draft, &facts))
}

/// The buildings of the register as a roll names them, and how large it is.
async fn buildings(
    db: &impl sea_orm::ConnectionTrait,
    compound: &CompoundId,
) -> Result<(BTreeSet<String>, Size), DbErr> {
    let rows: Vec<(String, String, i64)> = unit::Entity::find()
        .filter(unit::COLUMN.compound.eq(compound.as_str()))
        .select_only()
        .columns([unit::Column::Phase, unit::Column::Building, unit::Column::Area])
        .into_tuple()
        .all(db)
        .await?;
    let (mut names, mut size) = (BTreeSet::new(), Size { units: 0, area: 0 });
    for (phase, building, area) in rows {
        size.units += 1;
        size.area += uint(area);
        names.insert(if phase.is_empty() { building } else { format!("{phase}/{building}") });
    }
    Ok((names, size))
}

impl Estate {
    /// The labels of the homes in the register that somebody who types this may mean.
    pub async fn homes_like(&self, compound: &CompoundId, typed: &str) -> Result<Vec<String>, DbErr> {
        let labels: Vec<String> = unit::Entity::find()
            .filter(unit::COLUMN.compound.eq(compound.as_str()))
            .select_only()
            .column(unit::Column::Label)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(labels.into_iter().filter(|label| is_home(label, typed)).collect())
    }

    /// How large a compound is by its register as it is now.
    pub async fn size(&self, compound: &CompoundId) -> Result<Size, DbErr> {
        Ok(buildings(self.reader(), compound).await?.1)
    }
}

impl Estate {
    /// The ids of all polls whose logs have begun.
    pub(crate) async fn live_ids(&self) -> Result<Vec<PollId>, DbErr> {
        let rows: Vec<String> = poll::Entity::find()
            .filter(poll::COLUMN.state.eq(PollState::Live.as_str()))
            .select_only()
            .column(poll::Column::Id)
            .into_tuple()
            .all(self.reader())
            .await?;
        rows.iter().map(|id| read_poll_id(id)).collect()
    }
}
