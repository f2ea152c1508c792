//! What was cast for somebody's homes: by whom, when and how, for each of their owners to see; never what it says.

use super::{MyHolder, ViewError};
use crate::{id::PollId, statement::Signer, store::estate::Estate};

/// How many of the last are told of.
const CAST_MOST: usize = 10;

/// A ballot or paper that stands for a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastVote {
    /// Where it stands in the log.
    pub index: u64,
    /// When it was stored, in Unix seconds; of a paper, when it came in.
    pub at: Option<u64>,
    /// Whether it is a paper.
    pub is_paper: bool,
    /// Who signed it.
    pub by: CastBy,
}

/// Who signed a ballot or paper.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CastBy {
    /// One of the holder's own people.
    Person { name: String, is_viewer: bool },
    /// Its agent, by name where it is known.
    Agent { name: Option<String> },
}

impl Estate {
    /// The last ballots and papers that stand for one of somebody's holders, as [`Estate::my_poll`] gives it, oldest
    /// first.
    ///
    /// # Errors
    /// No such live poll.
    pub async fn votes_cast(&self, id: &PollId, own: &MyHolder) -> Result<Vec<CastVote>, ViewError> {
        let log = self.logs().log(id).await?;
        let standing = log.read(|_, turnout| turnout.standing(own.holder));
        let mut votes = Vec::new();
        for index in &standing[standing.len().saturating_sub(CAST_MOST)..] {
            let Some(cast) = log.cast(*index).await? else { continue };
            let Some(signer) = cast.signer else { continue };
            let by = if cast.is_for_another { self.agent(id, signer).await? } else { own_person(own, signer) };
            let (at, is_paper) = (cast.received.or(cast.at), cast.received.is_some());
            votes.push(CastVote { index: *index, at, is_paper, by });
        }
        Ok(votes)
    }

    async fn agent(&self, id: &PollId, signer: Signer) -> Result<CastBy, ViewError> {
        let name = match signer {
            Signer::Agent(number) => self.outsider_name(id, number).await?,
            Signer::Person(holder, person) => {
                let people = self.people_of(id, holder).await?;
                people.into_iter().find(|(number, ..)| *number == person).map(|(_, _, name)| name)
            }
        };
        Ok(CastBy::Agent { name })
    }
}

fn own_person(own: &MyHolder, signer: Signer) -> CastBy {
    let person =
        own.people.iter().find(|person| matches!(signer, Signer::Person(_, number) if number == person.number));
    person.map_or(CastBy::Agent { name: None }, |person| CastBy::Person {
        name: person.name.clone(),
        is_viewer: person.is_viewer,
    })
}
