//! From draft to log: the roll is frozen, the manifest written, officers sign, the log begins.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;

use super::{Draft, Finding, PollState, draft, find, set_state, time_warnings};
use crate::{
    hash::Hash,
    id::{HolderNo, PollId, RuleName},
    key::VerifierKey,
    register::{FreezeError, Frozen, Register, freeze},
    rule::{RuleBook, RuleError, guard::Warning},
    state::manifest_faults,
    statement::{Entry, KeyText, Manifest, Motion, Policy, PollKeys, Secrecy, Statement},
    store::{
        NewPoll, PAGE, StartError,
        acts::{self, Deed, Proposal},
        estate::{Compound, Estate, Watching, find_compound},
        fresh::Fresh,
        ids::{ActId, CompoundId, PersonId},
        place::Place,
        register::{current, ids_by_identity},
        staff::{Role, StaffMember, active, still_holds},
        tables::{document, int, poll, poll_person, poll_unit},
    },
};

/// Why a poll is not put up for signing.
#[derive(Debug, thiserror::Error)]
pub enum FreezePollError {
    /// Only an officer whose term runs does this.
    #[error("only an officer of the compound whose term runs may do this")]
    NotOfficer,
    /// There is none in this compound.
    #[error("there is no such poll in this compound")]
    NoSuchPoll,
    /// It waits for signatures, or is live.
    #[error("the poll is signed or about to be")]
    NotDraft,
    /// The draft has errors.
    #[error("the draft has errors")]
    Draft(Vec<Finding>),
    /// The register gives no roll.
    #[error(transparent)]
    Roll(#[from] FreezeError),
    /// Fewer officers have keys than must sign.
    #[error("fewer officers have enrolled than must sign")]
    TooFewOfficers,
    /// The manifest so made is none of the record: the fault is ours.
    #[error("the manifest is not one of the record: {0}")]
    Manifest(String),
    /// The log's key could not be made.
    #[error(transparent)]
    Key(#[from] StartError),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl FreezePollError {
    /// The stable code in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOfficer => "not_officer",
            Self::NoSuchPoll => "no_such_poll",
            Self::NotDraft => "not_draft",
            Self::Draft(_) => "draft_has_errors",
            Self::Roll(FreezeError::Empty) => "empty_scope",
            Self::Roll(FreezeError::Ownerless(_)) => "unit_without_owner",
            Self::Roll(FreezeError::Text(..)) => "text_not_allowed",
            Self::Roll(FreezeError::Roll(_)) => "bad_roll",
            Self::TooFewOfficers => "too_few_officers",
            Self::Manifest(_) | Self::Key(_) | Self::Database(_) => "internal",
        }
    }
}

impl From<RuleError> for FreezePollError {
    fn from(err: RuleError) -> Self {
        Self::Manifest(err.to_string())
    }
}

/// What a manifest is made of beside the draft.
struct Parts<'a> {
    id: &'a PollId,
    compound: &'a Compound,
    draft: &'a Draft,
    frozen: &'a Frozen,
    log: &'a VerifierKey,
    registrar: &'a VerifierKey,
    officers: Vec<KeyText>,
    clerks: Vec<KeyText>,
    watching: &'a Watching,
}

impl Estate {
    /// Freezes the roll, writes the manifest, and puts it up for the officers' signatures. From here on
    /// nothing of the poll is edited: it is signed, or becomes a draft again.
    ///
    /// # Errors
    /// Not an officer, not a draft or one with errors, or the register gives no roll.
    pub async fn propose_poll(
        &self,
        by: &StaffMember,
        id: &PollId,
        now: u64,
        fresh: &mut Fresh,
    ) -> Result<ActId, FreezePollError> {
        // Outside the transaction: it is a file. One of a poll that was put up before serves again.
        let log = self.logs().key(self.host(), id, &fresh.block()).await?;
        let tx = self.begin(&by.compound).await?;
        let by = still_holds(&tx, by, &[Role::Officer], now).await?.ok_or(FreezePollError::NotOfficer)?;
        let row = find(&tx, &by.compound, id).await?.ok_or(FreezePollError::NoSuchPoll)?;
        if !set_state(&tx, id, PollState::Draft, PollState::Frozen).await? {
            return Err(FreezePollError::NotDraft);
        }
        let compound = find_compound(&tx, &by.compound).await?.ok_or(FreezePollError::NoSuchPoll)?;
        let draft: Draft = serde_json::from_str(&row.draft).map_err(|err| DbErr::Json(err.to_string()))?;
        let errors = draft::check(self, &tx, &by.compound, &draft, now).await?;
        let errors: Vec<_> = errors.into_iter().filter(|finding| finding.is_error).collect();
        if !errors.is_empty() {
            return Err(FreezePollError::Draft(errors));
        }
        let (number, mut register) = current(&tx, &by.compound).await?;
        if let Some(applicant) = draft.applicant() {
            register.units.retain(|unit| unit.label.key() != applicant);
        }
        let scope = (!draft.scope.is_empty()).then_some(&draft.scope);
        let frozen = freeze(&register, scope, &fresh.block())?;
        let officers = office_keys(&tx, &by.compound, Role::Officer, now).await?;
        if (officers.len() as u64) < compound.officers {
            return Err(FreezePollError::TooFewOfficers);
        }
        let parts = Parts {
            id,
            compound: &compound,
            draft: &draft,
            frozen: &frozen,
            log: &log,
            registrar: self.registrar().public(),
            officers: officers.clone(),
            clerks: office_keys(&tx, &by.compound, Role::Clerk, now).await?,
            watching: self.watching(),
        };
        let manifest = manifest(&parts)?;
        if let Some(fault) = manifest_faults(&manifest, &log).first() {
            return Err(FreezePollError::Manifest(fault.to_string()));
        }
        put_texts(&tx, &by.compound, &draft, now).await?;
        put_roll(&tx, id, number, &register, &frozen, &ids_by_identity(&tx, &by.compound).await?).await?;
        let deed =
            Deed::PublishPoll { poll: id.clone(), officers: officers.into_iter().map(|KeyText(key)| key).collect() };
        let summary = json!({
            "title": draft.title, "opens": draft.opens, "closes": draft.closes, "units": manifest.roll.units,
            "holders": manifest.roll.holders, "area": manifest.roll.area, "test": draft.test,
        });
        let proposal = Proposal { deed: &deed, object: id.as_str(), summary };
        let text = Statement::Manifest(manifest).text();
        let act = acts::propose_statement(&tx, &by, proposal, text, now, fresh).await?;
        tx.commit().await?;
        Ok(act)
    }
}

/// The office keys of those at work, as a manifest lists them.
async fn office_keys(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    role: Role,
    now: u64,
) -> Result<Vec<KeyText>, DbErr> {
    let mut keys: Vec<_> =
        active(db, compound, role, now).await?.into_iter().filter_map(|member| member.vkey).map(KeyText).collect();
    keys.sort();
    Ok(keys)
}

fn manifest(parts: &Parts<'_>) -> Result<Manifest, FreezePollError> {
    let Parts { draft, compound, watching, .. } = parts;
    let motions = draft.motions.iter().map(|motion| {
        let rule = motion.rule(compound.place);
        let attachments: Vec<Hash> = motion.attachments.iter().copied().collect();
        Ok(Motion {
            attachments: (!attachments.is_empty()).then_some(attachments),
            candidates: motion.standing().map(<[_]>::to_vec),
            choices: motion.choices(),
            id: motion.id.clone(),
            rule_sha256: RuleBook::of_site().digest(&rule)?,
            rule,
            seats: motion.seats,
            text_sha256: Hash::of(motion.text.as_bytes()),
            title: motion.title.clone(),
        })
    });
    let mut witnesses: Vec<_> = watching.policy.witnesses.iter().map(|one| KeyText::from(&one.key)).collect();
    witnesses.sort();
    let quorum = watching.policy.quorum as u64;
    Ok(Manifest {
        closes: draft.closes,
        compound: compound.name.clone(),
        keys: PollKeys {
            clerks: parts.clerks.clone(),
            log: parts.log.into(),
            officers: parts.officers.clone(),
            registrar: parts.registrar.into(),
            witnesses,
        },
        motions: motions.collect::<Result<_, FreezePollError>>()?,
        opens: draft.opens,
        policy: Policy {
            anchor_seconds: watching.anchor_seconds.filter(|_| 0 < quorum),
            answers: draft.answers,
            officers: compound.officers,
            witnesses: quorum,
        },
        poll: parts.id.clone(),
        roll: parts.frozen.roll.totals(),
        secrecy: Secrecy::Open,
        test: draft.test,
        title: draft.title.clone(),
    })
}

/// Keeps the motions' texts by their hashes, as attachments are kept.
async fn put_texts(tx: &DatabaseTransaction, compound: &CompoundId, draft: &Draft, now: u64) -> Result<(), DbErr> {
    let known = draft::hashes(tx, compound).await?;
    let texts: BTreeMap<_, _> = draft.motions.iter().map(|motion| (Hash::of(motion.text.as_bytes()), motion)).collect();
    let rows = texts.into_iter().filter(|(hash, _)| !known.contains(hash)).map(|(hash, motion)| document::Model {
        compound: compound.to_string(),
        sha256: hash.to_string(),
        name: format!("{}.md", motion.id),
        media_type: "text/markdown".to_owned(),
        size: int(motion.text.len() as u64),
        content: motion.text.clone().into_bytes(),
        created_at: int(now),
    });
    document::Entity::insert_many(rows.map(document::ActiveModel::from)).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes the private half of a roll.
async fn put_roll(
    tx: &DatabaseTransaction,
    id: &PollId,
    number: u64,
    register: &Register,
    frozen: &Frozen,
    ids: &BTreeMap<String, PersonId>,
) -> Result<(), DbErr> {
    poll::Entity::update_many()
        .col_expr(poll::Column::Roll, Expr::value(frozen.roll.to_jsonl()))
        .col_expr(poll::Column::Register, Expr::value(int(number)))
        .filter(poll::COLUMN.id.eq(id.as_str()))
        .exec(tx)
        .await?;
    let units: Vec<_> = frozen
        .units
        .iter()
        .map(|unit| {
            poll_unit::ActiveModel::from(poll_unit::Model {
                poll: id.to_string(),
                unit: int(unit.unit.get()),
                holder: int(unit.holder.get()),
                label: register.units[unit.place].label.key(),
                salt: Hash(unit.salt).to_string(),
                record: unit.record.clone(),
            })
        })
        .collect();
    for page in units.chunks(PAGE) {
        poll_unit::Entity::insert_many(page.to_vec()).exec_without_returning(tx).await?;
    }
    let mut people = Vec::new();
    for (holder, persons) in &frozen.holders {
        for (place, number) in persons.iter().zip(1..) {
            let person = ids.get(&register.persons[*place].identity);
            let person = person.ok_or_else(|| DbErr::RecordNotFound("a person of the register".to_owned()))?;
            people.push(person_row(id, *holder, number, person));
        }
    }
    for page in people.chunks(PAGE) {
        poll_person::Entity::insert_many(page.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) fn person_row(id: &PollId, holder: HolderNo, number: i64, person: &PersonId) -> poll_person::ActiveModel {
    poll_person::ActiveModel::from(poll_person::Model {
        poll: id.to_string(),
        holder: int(holder.get()),
        person_no: number,
        person: person.to_string(),
        barred_at: None,
    })
}

/// Whether a site's rules are, byte for byte, still those that a signed manifest binds by their hashes.
fn has_its_rules(manifest: &[u8], book: &RuleBook) -> bool {
    let is_bound = |motion: &Motion| book.has(&motion.rule, &motion.rule_sha256);
    let entry = Entry::parse(manifest).map(|entry| entry.statement);
    matches!(entry, Ok(Statement::Manifest(manifest)) if manifest.motions.iter().all(is_bound))
}

/// Why a log cannot begin with this manifest, though its officers signed it: since the poll was frozen a rule of the
/// site was changed or is gone, and the poll would be decided by another text than the one that was signed.
pub(crate) fn rule_changed(manifest: &[u8]) -> Option<&'static str> {
    (!has_its_rules(manifest, RuleBook::of_site())).then_some("rule_changed")
}

/// Why a manifest can no longer be published, now that it is signed: its rules are others now, or its
/// notice could not hang for its days any more.
///
/// - `manifest`: the signed statement, as it would stand in the log.
pub(crate) async fn too_late(
    tx: &DatabaseTransaction,
    compound: &CompoundId,
    id: &PollId,
    manifest: &[u8],
    now: u64,
) -> Result<Option<&'static str>, DbErr> {
    if let Some(reason) = rule_changed(manifest) {
        return Ok(Some(reason));
    }
    let Some(row) = find(tx, compound, id).await? else { return Ok(Some("no_such_poll")) };
    let draft: Draft = serde_json::from_str(&row.draft).map_err(|err| DbErr::Json(err.to_string()))?;
    let place = find_compound(tx, compound).await?.map_or_else(Place::china, |compound| compound.place);
    if draft.opens <= now {
        return Ok(Some("opens_in_the_past"));
    }
    let is_short =
        |warning: &Warning| matches!(warning, Warning::NoticeTooShort { .. } | Warning::CandidatesTooLate { .. });
    Ok(time_warnings(place, &draft, now).iter().any(is_short).then_some("notice_too_short"))
}

/// Everything a log begins with.
pub(crate) async fn new_log(
    db: &impl ConnectionTrait,
    compound: &CompoundId,
    id: &PollId,
    manifest: Vec<u8>,
) -> Result<NewPoll, DbErr> {
    let missing = || DbErr::RecordNotFound("a poll that was signed".to_owned());
    let row = find(db, compound, id).await?.ok_or_else(missing)?;
    let draft: Draft = serde_json::from_str(&row.draft).map_err(|err| DbErr::Json(err.to_string()))?;
    let place = find_compound(db, compound).await?.ok_or_else(missing)?.place;
    let mut hashes = BTreeSet::new();
    let mut names: BTreeSet<RuleName> = BTreeSet::new();
    let broken = |err: RuleError| DbErr::Custom(err.to_string());
    for motion in &draft.motions {
        hashes.insert(Hash::of(motion.text.as_bytes()));
        hashes.extend(motion.attachments.iter().copied());
        names.extend(RuleBook::of_site().closure(&motion.rule(place)).map_err(broken)?);
    }
    let texts = document::Entity::find()
        .filter(document::COLUMN.compound.eq(compound.as_str()))
        .filter(document::COLUMN.sha256.is_in(hashes.iter().map(Hash::to_string)))
        .all(db)
        .await?;
    let rules = names.into_iter().filter_map(|name| {
        let text = RuleBook::of_site().text(&name)?.to_owned();
        Some((name, text))
    });
    Ok(NewPoll {
        manifest,
        roll: row.roll.into_bytes(),
        texts: texts.into_iter().map(|row| row.content).collect(),
        rules: rules.collect(),
    })
}
