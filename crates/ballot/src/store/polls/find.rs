//! Finding somebody on the roll of a live poll, for officers.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    Condition, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LikeExpr},
};

use super::PollState;
use crate::{
    id::{HolderNo, PersonNo, PollId},
    store::{
        ReadError,
        erasure::BLANK,
        estate::Estate,
        home::is_home,
        register::escape_like,
        staff::StaffMember,
        tables::{int, person, poll, poll_person, poll_unit, uint},
    },
};

/// How many people are found at once.
pub const FOUND_MOST: u64 = 50;

/// Somebody on the roll of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RollPerson {
    pub holder: HolderNo,
    pub person: PersonNo,
    pub name: String,
    /// The holder's units, by label.
    pub units: Vec<String>,
    /// Whether officers have barred them.
    pub is_barred: bool,
}

impl Estate {
    /// People on the roll of a live poll by part of a name or of a unit's number, [`FOUND_MOST`] at most.
    ///
    /// Nobody for a poll of another compound, and for an empty text.
    pub async fn find_on_roll(&self, by: &StaffMember, id: &PollId, text: &str) -> Result<Vec<RollPerson>, DbErr> {
        let text = text.trim();
        let own = poll::Entity::find_by_id(id.as_str().to_owned())
            .filter(poll::COLUMN.compound.eq(by.compound.as_str()))
            .filter(poll::COLUMN.state.eq(PollState::Live.as_str()));
        if text.is_empty() || own.one(self.reader()).await?.is_none() {
            return Ok(Vec::new());
        }
        let in_name = LikeExpr::new(format!("%{}%", escape_like(text))).escape('\\');
        // A number stands after the last bar of a label.
        let number = LikeExpr::new(format!("%|%{}%", escape_like(text))).escape('\\');
        let holders: Vec<i64> = poll_unit::Entity::find()
            .filter(poll_unit::COLUMN.poll.eq(id.as_str()))
            .filter(Expr::col(poll_unit::Column::Label).like(number))
            .select_only()
            .column(poll_unit::Column::Holder)
            .distinct()
            .limit(FOUND_MOST)
            .into_tuple()
            .all(self.reader())
            .await?;
        let named: Vec<String> = person::Entity::find()
            .filter(person::COLUMN.compound.eq(by.compound.as_str()))
            .filter(Expr::col(person::Column::Name).like(in_name))
            .select_only()
            .column(person::Column::Id)
            .limit(FOUND_MOST)
            .into_tuple()
            .all(self.reader())
            .await?;
        let wanted = Condition::any()
            .add(poll_person::COLUMN.holder.is_in(holders))
            .add(poll_person::COLUMN.person.is_in(named));
        let rows = poll_person::Entity::find()
            .filter(poll_person::COLUMN.poll.eq(id.as_str()))
            .filter(wanted)
            .order_by_asc(poll_person::COLUMN.holder)
            .order_by_asc(poll_person::COLUMN.person_no)
            .limit(FOUND_MOST)
            .all(self.reader())
            .await?;
        self.named(id, rows).await
    }

    /// The holders of a home as people type it, on the roll as amended: an amendment may have given a unit to another.
    ///
    /// # Errors
    /// No such live poll.
    pub(in crate::store) async fn holders_at(&self, id: &PollId, home: &str) -> Result<BTreeSet<HolderNo>, ReadError> {
        let units = poll_unit::Entity::find().filter(poll_unit::COLUMN.poll.eq(id.as_str())).all(self.reader()).await?;
        let at_home: BTreeSet<_> =
            units.into_iter().filter(|unit| is_home(&unit.label, home)).map(|unit| uint(unit.unit)).collect();
        let log = self.logs().log(id).await?;
        Ok(log.read(|state, _| {
            let lines = state.roll().map_or(&[][..], |roll| roll.lines()).iter();
            lines.filter(|line| at_home.contains(&line.unit.get())).map(|line| line.holder).collect()
        }))
    }

    /// One person on the roll of a live poll, if there is one of these numbers.
    pub async fn on_roll(
        &self,
        by: &StaffMember,
        id: &PollId,
        (holder, person): (HolderNo, PersonNo),
    ) -> Result<Option<RollPerson>, DbErr> {
        let is_own = poll::Entity::find_by_id(id.as_str().to_owned())
            .filter(poll::COLUMN.compound.eq(by.compound.as_str()))
            .one(self.reader())
            .await?
            .is_some();
        let key = (id.to_string(), int(holder.get()), int(person.get()));
        let row = poll_person::Entity::find_by_id(key).one(self.reader()).await?;
        Ok(self.named(id, row.into_iter().filter(|_| is_own).collect()).await?.pop())
    }

    async fn named(&self, id: &PollId, rows: Vec<poll_person::Model>) -> Result<Vec<RollPerson>, DbErr> {
        let holders: BTreeSet<_> = rows.iter().map(|row| row.holder).collect();
        let units = poll_unit::Entity::find()
            .filter(poll_unit::COLUMN.poll.eq(id.as_str()))
            .filter(poll_unit::COLUMN.holder.is_in(holders))
            .order_by_asc(poll_unit::COLUMN.label)
            .all(self.reader())
            .await?;
        let names = person::Entity::find()
            .filter(person::COLUMN.id.is_in(rows.iter().map(|row| row.person.clone())))
            .all(self.reader())
            .await?;
        let names: BTreeMap<_, _> = names.into_iter().map(|row| (row.id, row.name)).collect();
        let broken = |_| DbErr::Type("a number of a roll".to_owned());
        let read = |row: poll_person::Model| {
            let own = units.iter().filter(|unit| unit.holder == row.holder);
            Ok(RollPerson {
                holder: HolderNo::try_from(uint(row.holder)).map_err(broken)?,
                person: PersonNo::try_from(uint(row.person_no)).map_err(broken)?,
                name: names.get(&row.person).map_or(BLANK, String::as_str).to_owned(),
                units: own.map(|unit| unit.label.clone()).collect(),
                is_barred: row.barred_at.is_some(),
            })
        };
        rows.into_iter().map(read).collect()
    }
}
