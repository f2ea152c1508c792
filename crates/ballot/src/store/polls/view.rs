//! What people see of a poll beside its public record: owners their own, inspectors who is who.

use std::collections::BTreeMap;

use sea_orm::{DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::{Document, Draft, PollRow, PollState, find};
use crate::{
    hash::Hash,
    id::{CredentialNo, HolderNo, PersonNo, PollId, UnitNo},
    json,
    log::{Tree, leaf_hash},
    roll::{Roll, RollProof},
    statement::{Answers, Motion, Signer},
    store::{
        ReadError,
        erasure::BLANK,
        estate::{Estate, find_compound},
        ids::{CompoundId, PersonId},
        place::Place,
        refusal::refusals,
        session::{Viewer, Who},
        tables::{int, person, poll, poll_person, poll_unit, uint, voting_key},
    },
};

/// A holder of a poll that somebody belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MyHolder {
    pub holder: HolderNo,
    /// Which of the holder's people it is.
    pub person: PersonNo,
    pub units: Vec<MyUnit>,
    /// Of all the units, in hundredths of a square metre.
    pub area: u64,
    /// Whose ballot, if any, counts for all of them, as the roll says.
    pub representative: Option<PersonNo>,
    /// All the holder's people, the viewer among them.
    pub people: Vec<HolderPerson>,
    /// The credential that counts now for the viewer, if there is one.
    pub credential: Option<MyCredential>,
    /// Whether officers have said that the viewer is not entitled: there is no credential any more.
    pub is_barred: bool,
}

/// A live poll on whose roll somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MyPollRow {
    pub poll: PollRow,
    /// How many holders somebody belongs to, and for how many of them a ballot or paper stands.
    pub holders: u64,
    pub voted: u64,
}

/// A unit of a roll that is somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MyUnit {
    pub unit: UnitNo,
    pub label: String,
    pub building: String,
    pub area: u64,
}

/// One of a holder's people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct HolderPerson {
    pub number: PersonNo,
    pub name: String,
    pub is_viewer: bool,
    /// Whether a ballot of theirs is in the log; never what it says.
    pub has_voted: bool,
}

/// A credential with the key it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MyCredential {
    pub number: CredentialNo,
    /// Base64: the browser finds its key by it.
    pub public_key: String,
    /// Whether the session's device is the one that has the key.
    pub is_this_device: bool,
    /// Of the last ballot; 0 before the first.
    pub last_seq: u64,
}

refusals! {
    /// Why nobody's part of a poll is shown.
    ViewError {
        NoSuchPoll "no_such_poll" "there is no such poll, document or evidence in this compound",
        NotOnRoll "not_on_roll" "this person is not on the roll of the poll",
        NotInspector "not_inspector" "only officers, clerks and auditors look up who a holder is, after the close",
    }
}

impl From<ReadError> for ViewError {
    fn from(err: ReadError) -> Self {
        match err {
            ReadError::NotFound => Self::NoSuchPoll,
            ReadError::Database(err) => Self::Database(err),
            other => Self::Database(DbErr::Custom(other.to_string())),
        }
    }
}

impl Estate {
    /// The place whose own system alone takes votes online in a poll; `None` if they are cast here.
    ///
    /// A rehearsal has no effect in law, so that it is held here everywhere.
    pub async fn official_place(&self, id: &PollId) -> Result<Option<Place>, DbErr> {
        let Some(row) = poll::Entity::find_by_id(id.as_str().to_owned()).one(self.reader()).await? else {
            return Ok(None);
        };
        let draft: Draft = serde_json::from_str(&row.draft).map_err(|err| DbErr::Json(err.to_string()))?;
        let compound = find_compound(self.reader(), &CompoundId(row.compound)).await?;
        Ok(compound.map(|compound| compound.place).filter(|place| place.is_official_only() && !draft.test))
    }

    /// What somebody votes with in a live poll: own holders with units, people and credential.
    ///
    /// # Errors
    /// No such live poll, or not on its roll.
    pub async fn my_poll(&self, viewer: &Viewer, id: &PollId) -> Result<Vec<MyHolder>, ViewError> {
        let owner = viewer.owner().ok_or(ViewError::NotOnRoll)?;
        let row = find(self.reader(), &viewer.compound, id).await?.ok_or(ViewError::NoSuchPoll)?;
        if row.state != PollState::Live.as_str() {
            return Err(ViewError::NoSuchPoll);
        }
        let own = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(id.as_str()))
            .filter(poll_person::COLUMN.person.eq(owner.id.as_str()))
            .order_by_asc(poll_person::COLUMN.holder)
            .all(self.reader())
            .await?;
        if own.is_empty() {
            return Err(ViewError::NotOnRoll);
        }
        let mut holders = Vec::with_capacity(own.len());
        for row in own {
            holders.push(self.my_holder(viewer, id, &row).await?);
        }
        // A holder may be left without a unit by an amendment; there is nothing to vote with then.
        holders.retain(|holder| !holder.units.is_empty());
        Ok(holders)
    }

    /// The live polls on whose roll somebody is, the one that closes last first.
    ///
    /// # Errors
    /// The database, or a log that does not open.
    pub async fn my_polls(&self, viewer: &Viewer) -> Result<Vec<MyPollRow>, ViewError> {
        let Some(owner) = viewer.owner() else { return Ok(Vec::new()) };
        let rows = poll_person::Entity::find()
            .filter(poll_person::COLUMN.person.eq(owner.id.as_str()))
            .all(self.reader())
            .await?;
        let mut holders: BTreeMap<String, Vec<HolderNo>> = BTreeMap::new();
        for row in rows {
            holders.entry(row.poll).or_default().push(number(HolderNo::try_from(uint(row.holder)))?);
        }
        let mut mine = Vec::new();
        for poll in self.polls(&viewer.compound).await? {
            let Some(holders) = holders.get(poll.id.as_str()).filter(|_| poll.state == PollState::Live) else {
                continue;
            };
            let log = self.logs().log(&poll.id).await?;
            let voted = log.read(|_, turnout| holders.iter().filter(|holder| turnout.has_voted(**holder)).count());
            mine.push(MyPollRow { poll, holders: holders.len() as u64, voted: voted as u64 });
        }
        Ok(mine)
    }

    /// A text or attachment that a live poll's manifest names, for everybody.
    ///
    /// # Errors
    /// The poll is not live, or names no such document.
    pub async fn poll_document(&self, id: &PollId, sha256: &Hash) -> Result<Document, ViewError> {
        let poll = self.live_poll(id).await?.ok_or(ViewError::NoSuchPoll)?;
        let is_named = self.logs().log(id).await?.read(|state, _| {
            let named = |motion: &Motion| {
                motion.text_sha256 == *sha256 || motion.attachments.iter().flatten().any(|hash| hash == sha256)
            };
            state.manifest().motions.iter().any(named)
        });
        let document = self.document(&poll.compound, sha256).await?;
        document.filter(|_| is_named).ok_or(ViewError::NoSuchPoll)
    }

    async fn my_holder(&self, viewer: &Viewer, poll: &PollId, row: &poll_person::Model) -> Result<MyHolder, ViewError> {
        let mut holder = self.holder_of(poll, row).await?;
        let log = self.logs().log(poll).await?;
        let live = log.read(|state, _| {
            let credential = state.live_credential(Signer::Person(holder.holder, holder.person))?;
            let last_seq = state.credential(credential)?.last_seq.map_or(0, crate::id::Seq::get);
            Some((credential, last_seq))
        });
        if let Some((number, last_seq)) = live {
            holder.credential = self.my_credential(viewer, poll, number, last_seq).await?;
        }
        Ok(holder)
    }

    /// A holder as one of its people sees it, whatever they vote with.
    pub(in crate::store) async fn holder_of(
        &self,
        poll: &PollId,
        row: &poll_person::Model,
    ) -> Result<MyHolder, ViewError> {
        let log = self.logs().log(poll).await?;
        let (holder, person) =
            (number(HolderNo::try_from(uint(row.holder)))?, number(PersonNo::try_from(uint(row.person_no)))?);
        let units = self.units_of(poll, holder).await?;
        let names = self.people_of(poll, holder).await?;
        let people = names.into_iter().map(|(number, id, name)| {
            let signer = Signer::Person(holder, number);
            let has_voted =
                log.read(|state, _| state.credentials().any(|(_, now)| now.signer == signer && now.has_voted));
            HolderPerson { number, name, is_viewer: id.as_str() == row.person, has_voted }
        });
        Ok(MyHolder {
            holder,
            person,
            area: units.iter().map(|unit| unit.area).sum(),
            representative: log.read(|state, _| state.roll().and_then(|roll| roll.people(holder))?.representative),
            people: people.collect(),
            units,
            credential: None,
            is_barred: row.barred_at.is_some(),
        })
    }

    async fn my_credential(
        &self,
        viewer: &Viewer,
        poll: &PollId,
        number: CredentialNo,
        last_seq: u64,
    ) -> Result<Option<MyCredential>, DbErr> {
        let key = voting_key::Entity::find()
            .filter(voting_key::COLUMN.poll.eq(poll.as_str()))
            .filter(voting_key::COLUMN.credential.eq(int(number.get())))
            .one(self.reader())
            .await?;
        let is_this = |device: &str| viewer.device.as_ref().is_some_and(|own| own.as_str() == device);
        Ok(key.map(|key| MyCredential {
            is_this_device: is_this(&key.device),
            number,
            public_key: key.public_key,
            last_seq,
        }))
    }

    /// The units of a holder as the log has them now, with the labels that only the tables know.
    pub(in crate::store) async fn units_of(&self, poll: &PollId, holder: HolderNo) -> Result<Vec<MyUnit>, ViewError> {
        let log = self.logs().log(poll).await?;
        let lines: BTreeMap<_, _> = log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
            lines.filter(|line| line.holder == holder).map(|line| (line.unit.get(), line.clone())).collect()
        });
        let rows = poll_unit::Entity::find()
            .filter(poll_unit::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_unit::COLUMN.unit.is_in(lines.keys().copied().map(int)))
            .order_by_asc(poll_unit::COLUMN.label)
            .all(self.reader())
            .await?;
        let unit = |row: poll_unit::Model| {
            let line = lines.get(&uint(row.unit))?;
            Some(MyUnit { unit: line.unit, label: row.label, building: line.building.clone(), area: line.area })
        };
        Ok(rows.into_iter().filter_map(unit).collect())
    }

    pub(in crate::store) async fn people_of(
        &self,
        poll: &PollId,
        holder: HolderNo,
    ) -> Result<Vec<(PersonNo, PersonId, String)>, ViewError> {
        let rows = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(poll.as_str()))
            .filter(poll_person::COLUMN.holder.eq(int(holder.get())))
            .order_by_asc(poll_person::COLUMN.person_no)
            .all(self.reader())
            .await?;
        let ids: Vec<_> = rows.iter().map(|row| row.person.clone()).collect();
        let names = person::Entity::find().filter(person::COLUMN.id.is_in(ids)).all(self.reader()).await?;
        let names: BTreeMap<_, _> = names.into_iter().map(|person| (person.id, person.name)).collect();
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let name = names.get(&row.person).map_or(BLANK, String::as_str).to_owned();
            people.push((number(PersonNo::try_from(uint(row.person_no)))?, PersonId(row.person), name));
        }
        Ok(people)
    }

    /// The proofs that somebody's own units stand in the frozen roll, with what their lines commit to.
    ///
    /// # Errors
    /// No such live poll, or not on its roll.
    pub async fn my_proofs(&self, viewer: &Viewer, id: &PollId) -> Result<Vec<RollProof>, ViewError> {
        let holders = self.my_poll(viewer, id).await?;
        let log = self.logs().log(id).await?;
        let roll = Roll::parse(&log.roll().await?).map_err(|err| DbErr::Custom(err.to_string()))?;
        let lines: Vec<_> = roll.lines().iter().map(json::write).collect();
        let mut tree = Tree::default();
        for line in &lines {
            tree.append(leaf_hash(line.as_bytes()));
        }
        let size = lines.len() as u64;
        let mut proofs = Vec::new();
        for unit in holders.iter().flat_map(|holder| &holder.units).map(|unit| unit.unit) {
            let row = poll_unit::Entity::find_by_id((id.to_string(), int(unit.get()))).one(self.reader()).await?;
            let index = unit.get() - 1;
            let line = usize::try_from(index).ok().and_then(|index| lines.get(index)).cloned();
            let now = log.read(|state, _| state.roll().and_then(|roll| roll.line(unit).map(json::write)));
            let (root, proof) = (tree.root(size), tree.inclusion_proof(index, size));
            let (Some(row), Some(line), Some(root), Some(proof)) = (row, line, root, proof) else { continue };
            // Once a co-owner was erased nothing proves any more what the line commits to.
            if row.salt.is_empty() {
                continue;
            }
            let amended = now.filter(|now| *now != line);
            let salt = row.salt.parse().map_err(|_| DbErr::Type("a salt".to_owned()))?;
            proofs.push(RollProof { amended, line, proof, record: row.record, root, salt, size, unit });
        }
        Ok(proofs)
    }

    /// Whether somebody may read the entries of a closed poll: whom its manifest names.
    ///
    /// # Errors
    /// There is no such poll.
    pub async fn may_read_entries(&self, viewer: Option<&Viewer>, id: &PollId) -> Result<bool, ViewError> {
        let answers = self.logs().log(id).await?.read(|state, _| state.manifest().policy.answers);
        if answers == Answers::Public {
            return Ok(true);
        }
        let Some(viewer) = viewer else { return Ok(false) };
        if find(self.reader(), &viewer.compound, id).await?.is_none() {
            return Ok(false);
        }
        Ok(match (&viewer.who, answers) {
            (Who::Staff(_), _) => true,
            (Who::Owner(owner), Answers::Owners) => poll_person::Entity::find()
                .filter(poll_person::COLUMN.poll.eq(id.as_str()))
                .filter(poll_person::COLUMN.person.eq(owner.id.as_str()))
                .one(self.reader())
                .await?
                .is_some(),
            (Who::Owner(_), Answers::Public | Answers::Inspectors) => false,
        })
    }
}

fn number<T, E>(number: Result<T, E>) -> Result<T, DbErr> {
    number.map_err(|_| DbErr::Type("a number of a roll".to_owned()))
}
