//! Owners who vote for others: whom one has asked, whom one may ask, and for whom one votes.
//!
//! A proxy is a statement of the principal's own credential, or of two clerks with its scan; nothing of it is kept beside
//! the log. What a rule limits is refused here before it is signed into the log, where the count would only leave it out.

use sea_orm::EntityTrait as _;

use super::{
    Log, ReadError, Refusal, Stored, Submission, SubmitError,
    estate::{Estate, find_compound},
    home,
    ids::CompoundId,
    polls::{MyHolder, MyUnit, ViewError},
    refusal::refusals,
    session::Viewer,
    tables::poll,
};
use crate::{
    id::{HolderNo, PollId},
    rule::Rule,
    state::{self, AgentLimits, State},
    statement::{Entry, Party, Proxy, ProxyState, Statement},
};

/// A holder as those see it who vote for it, or whom it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NamedHolder {
    pub holder: HolderNo,
    /// Of all its people.
    pub names: Vec<String>,
    pub units: Vec<MyUnit>,
}

/// A holder that somebody belongs to, and who votes for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyProxy {
    /// The holder.
    pub own: MyHolder,
    /// Who may vote for it now.
    pub agent: Option<Standing>,
    /// The number of its next proxy.
    pub next_seq: u64,
    /// Whether a ballot or paper stands for it, whoever cast it.
    pub has_ballot: bool,
}

/// An agent whose proxy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub party: Party,
    /// The owner, unless it is somebody who is none.
    pub owner: Option<NamedHolder>,
    /// What somebody who is no owner is called, as two clerks have written down.
    pub outsider: Option<String>,
    /// Whether it was given on paper, at the service point.
    pub is_written: bool,
}

/// A holder that somebody votes for as its agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Who is voted for.
    pub of: NamedHolder,
    /// The own holder to which the proxy was given, with the credential that casts.
    pub by: MyHolder,
    /// Whether a ballot or paper stands for the principal, whoever cast it.
    pub has_ballot: bool,
}

/// What is to be known before somebody is asked to vote for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyLaw {
    /// What the rules of the motions say.
    pub limits: AgentLimits,
    /// Whether the place keeps the manager's staff from it.
    pub is_staff_barred: bool,
    /// Whether the place wants the choices written into the proxy, which one given here does not hold.
    pub is_instructed: bool,
}

refusals! {
    /// Why nobody is found to vote for an owner.
    FindAgentError {
        NoSuchPoll "no_such_poll" "there is no such live poll in this compound",
        NotOnRoll "not_eligible" "this person is not on the roll of the poll, or does not stand for this holder",
        NoSuchOwner "no_such_owner" "nobody on the roll has this name at this home",
        Yourself "proxy_to_self" "a proxy needs somebody else to act",
        OverLimit "proxy_over_limit" "the agent votes for as many as the rule allows",
        Instructed "proxy_instructed" "the place wants the choices written into a proxy",
    }
}

impl From<ViewError> for FindAgentError {
    fn from(err: ViewError) -> Self {
        match err {
            ViewError::NoSuchPoll | ViewError::NotInspector => Self::NoSuchPoll,
            ViewError::NotOnRoll => Self::NotOnRoll,
            ViewError::Database(err) => Self::Database(err),
        }
    }
}

impl Estate {
    /// Who votes for each of somebody's own holders, as [`Estate::my_poll`] gives them.
    ///
    /// # Errors
    /// No such live poll.
    pub async fn my_proxies(&self, id: &PollId, own: &[MyHolder]) -> Result<Vec<MyProxy>, ViewError> {
        let log = self.logs().log(id).await?;
        let mut proxies = Vec::with_capacity(own.len());
        for own in own {
            let (standing, next_seq, has_ballot) = log.read(|state, turnout| {
                let next_seq = state.next_proxy_seq(own.holder).get();
                (state.standing_agent(own.holder), next_seq, turnout.has_voted(own.holder))
            });
            let agent = match standing {
                Some(standing) => Some(self.standing(id, standing).await?),
                None => None,
            };
            proxies.push(MyProxy { own: own.clone(), agent, next_seq, has_ballot });
        }
        Ok(proxies)
    }

    /// The holders for which somebody's own holders vote as agents.
    ///
    /// # Errors
    /// No such live poll.
    pub async fn my_principals(&self, id: &PollId, own: &[MyHolder]) -> Result<Vec<Principal>, ViewError> {
        let log = self.logs().log(id).await?;
        let mut principals = Vec::new();
        for by in own {
            let given: Vec<_> = log.read(|state, turnout| {
                let given = state.principals(Party::Holder(by.holder));
                given.map(|holder| (holder, turnout.has_voted(holder))).collect()
            });
            for (holder, has_ballot) in given {
                principals.push(Principal { of: self.named_holder(id, holder).await?, by: by.clone(), has_ballot });
            }
        }
        Ok(principals)
    }

    /// What the rules of a live poll and its place say of agents.
    ///
    /// # Errors
    /// No such live poll.
    pub async fn proxy_law(&self, id: &PollId) -> Result<ProxyLaw, ViewError> {
        let row = poll::Entity::find_by_id(id.as_str().to_owned()).one(self.reader()).await?;
        let row = row.ok_or(ViewError::NoSuchPoll)?;
        let compound = find_compound(self.reader(), &CompoundId(row.compound)).await?.ok_or(ViewError::NoSuchPoll)?;
        let duties = compound.place.asks().proxy;
        let log = self.logs().log(id).await?;
        let rules = rules(&log).await?;
        let limits = log.read(|state, _| AgentLimits::of(&rules, state));
        Ok(ProxyLaw { limits, is_staff_barred: duties.is_staff_barred, is_instructed: duties.is_instructed })
    }

    /// The owner of this name at this home, whom one of somebody's holders may ask. Both are typed as the neighbour
    /// says them: there is no list to choose from.
    ///
    /// # Errors
    /// Nobody has this name there, it is oneself, or the rule or the place does not allow it.
    pub async fn find_agent(
        &self,
        viewer: &Viewer,
        id: &PollId,
        principal: HolderNo,
        (home, name): (&str, &str),
    ) -> Result<NamedHolder, FindAgentError> {
        let own = self.my_poll(viewer, id).await?;
        if !own.iter().any(|own| own.holder == principal) {
            return Err(FindAgentError::NotOnRoll);
        }
        let law = self.proxy_law(id).await?;
        if law.is_instructed {
            return Err(FindAgentError::Instructed);
        }
        let log = self.logs().log(id).await.map_err(ViewError::from)?;
        let agent = self.owner_at(id, (home, name)).await?.ok_or(FindAgentError::NoSuchOwner)?;
        if own.iter().any(|own| own.holder == agent.holder) {
            return Err(FindAgentError::Yourself);
        }
        let is_allowed = log.read(|state, _| law.limits.allow(state, Party::Holder(agent.holder), principal));
        if is_allowed { Ok(agent) } else { Err(FindAgentError::OverLimit) }
    }

    /// Who an agent is, and how it came to be one.
    async fn standing(
        &self,
        id: &PollId,
        state::Standing { party, index }: state::Standing,
    ) -> Result<Standing, ViewError> {
        let (owner, outsider) = match party {
            Party::Holder(holder) => (Some(self.named_holder(id, holder).await?), None),
            Party::Agent(agent) => (None, self.outsider_name(id, agent).await?),
        };
        let is_written = self.is_written(id, index).await?;
        Ok(Standing { party, owner, outsider, is_written })
    }

    /// The one holder with a home that is meant, and one of whose people has this name, on the roll as amended.
    pub(super) async fn owner_at(
        &self,
        id: &PollId,
        (home, name): (&str, &str),
    ) -> Result<Option<NamedHolder>, ViewError> {
        let holders = self.holders_at(id, home).await?;
        let mut found = Vec::new();
        for holder in holders {
            let named = self.named_holder(id, holder).await?;
            found.extend(named.names.iter().any(|known| home::is_name(known, name)).then_some(named));
        }
        Ok(found.pop().filter(|_| found.is_empty()))
    }

    /// Puts a proxy that a principal's phone has signed into the log; the same bytes again get the same answer.
    ///
    /// # Errors
    /// The record, a rule of the poll or its place does not allow it, or the log takes nothing now.
    pub async fn give_proxy(&self, id: &PollId, bytes: Vec<u8>) -> Result<Stored, SubmitError> {
        let Ok(Statement::Proxy(proxy)) = Entry::parse(&bytes).map(|entry| entry.statement) else {
            return Err(Refusal::Declined("format").into());
        };
        let rules = rules(&self.logs().log(id).await?).await?;
        let law = self.proxy_law(id).await.map_err(|err| match err {
            ViewError::Database(err) => err.into(),
            ViewError::NoSuchPoll | ViewError::NotOnRoll | ViewError::NotInspector => {
                SubmitError::Refused(Refusal::NoPoll)
            }
        })?;
        let submission = Submission::ready_if(bytes, move |state| wanted(state, &proxy, &rules, law.is_instructed));
        self.logs().submit(id, submission).await
    }

    pub(super) async fn named_holder(&self, id: &PollId, holder: HolderNo) -> Result<NamedHolder, ViewError> {
        let people = self.people_of(id, holder).await?;
        let names = people.into_iter().map(|(_, _, name)| name).collect();
        Ok(NamedHolder { holder, names, units: self.units_of(id, holder).await? })
    }
}

/// What is against a proxy of a phone beside the record. Nothing keeps anybody from taking one back.
fn wanted(state: &State, proxy: &Proxy, rules: &[Rule], is_instructed: bool) -> Result<(), Refusal> {
    if is_instructed && proxy.state == ProxyState::Granted {
        return Err(Refusal::Declined("proxy_instructed"));
    }
    within_limits(state, proxy, rules)
}

/// Whether the agent may vote for one more under the rules of the poll.
pub(super) fn within_limits(state: &State, proxy: &Proxy, rules: &[Rule]) -> Result<(), Refusal> {
    let Some(party) = proxy.party().filter(|_| proxy.state == ProxyState::Granted) else { return Ok(()) };
    let is_allowed = AgentLimits::of(rules, state).allow(state, party, proxy.principal);
    if is_allowed { Ok(()) } else { Err(Refusal::Declined("proxy_over_limit")) }
}

/// The rule of each motion, as the record has it.
pub(super) async fn rules(log: &Log) -> Result<Vec<Rule>, ReadError> {
    let book = log.rule_book().await?;
    let motions = log.read(|state, _| state.manifest().motions.clone());
    Ok(motions.iter().map(|motion| book.resolve(&motion.rule)).collect::<Result<_, _>>()?)
}
