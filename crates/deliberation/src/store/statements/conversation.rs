//! What people think of: a matter, a motion, or the needs that a survey has found.

use ballot::store::ids::CompoundId;
use sea_orm::DatabaseTransaction;

use crate::{
    lifecycle::{Kind, tables::SurveyState},
    motion::takes_statements,
    store::{
        StatementError, SurveyId, Target, UseError, matters,
        motions::{self, state_of},
        rules::rules,
        surveys,
    },
};

/// What statements stand below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conversation {
    /// A matter or a motion, which are talked over besides.
    Of(Target),
    /// What people need, as a survey has found.
    Needs(SurveyId),
}

impl From<Target> for Conversation {
    fn from(target: Target) -> Self {
        Self::Of(target)
    }
}

impl Conversation {
    pub(super) fn key(&self) -> String {
        match self {
            Self::Of(target) => target.key(),
            Self::Needs(id) => format!("{}:{id}", Kind::Survey),
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        match key.split_once(':')? {
            ("survey", id) => Some(Self::Needs(SurveyId(id.to_owned()))),
            _ => Target::from_key(key).map(Self::Of),
        }
    }

    /// The building of what takes statements and reactions, if it lies in one: a matter that is acknowledged and not
    /// closed, a motion that is being talked over, or needs that are sorted and not all answered.
    ///
    /// # Errors
    /// There is none, or it takes none now.
    pub(super) async fn building(
        &self,
        tx: &DatabaseTransaction,
        compound: &CompoundId,
        now: u64,
    ) -> Result<Option<String>, UseError> {
        let (is_taken, building) = match self {
            Self::Of(Target::Matter(id)) => {
                let row = matters::find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Matter))?;
                let row = matters::read_row(row, &rules(tx, compound).await?, now)?;
                (row.is_acknowledged && row.standing.is_open(), row.building)
            }
            Self::Of(Target::Motion(id)) => {
                let row = motions::find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Motion))?;
                (takes_statements(state_of(&row)?), None)
            }
            Self::Needs(id) => {
                let row = surveys::find(tx, compound, id).await?.ok_or(UseError::NoSuch(Kind::Survey))?;
                (weighs_needs(surveys::state_of(&row, now)?), None)
            }
        };
        if is_taken { Ok(building) } else { Err(UseError::Statement(StatementError::Over)) }
    }
}

/// Whether people say in this state which of a survey's needs matter to them: once they are sorted, until all are answered.
pub fn weighs_needs(state: SurveyState) -> bool {
    matches!(state, SurveyState::Coded | SurveyState::Reported)
}
