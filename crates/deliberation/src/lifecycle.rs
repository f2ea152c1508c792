//! One engine for everything that has states: what may follow what, who may do it, on what condition, and what is
//! recorded of it.
//!
//! The tables are data ([`tables`]); what they do not list is refused, with what would have been right. A step decides
//! and changes nothing: whoever calls stores the state and the audit event together.

mod facts;
pub mod tables;

use std::collections::BTreeSet;

pub use facts::{Facts, Given, Need, Window};

use crate::{
    rights::{self, Action, Bearing, Denied, Post, Role, Site},
    words::words,
};

words! {
    /// What has states.
    Kind {
        Matter "matter" "a matter (事项)",
        Motion "motion" "a motion (议案)",
        Version "version" "a version of a motion's text",
        Amendment "amendment" "an amendment (修正案)",
        Statement "statement" "a statement of the opinion map",
        Comment "comment" "a comment (意见)",
        Survey "survey" "a survey (问卷)",
        Body "body" "a body that meets (议事机构)",
        Meeting "meeting" "a meeting (会议)",
        AgendaItem "agenda_item" "an item of an agenda (议题)",
        Minutes "minutes" "minutes (纪要)",
        Notice "notice" "a notice (公告、公示)",
        Objection "objection" "an objection (异议)",
        Decision "decision" "a decision (决定)",
        Task "task" "an action item (督办)",
        Mediation "mediation" "a mediation (调解)",
    }

    /// What is done to it.
    Verb {
        Create "create" "begin it",
        Submit "submit" "hand it in",
        Acknowledge "acknowledge" "acknowledge it",
        Return "return" "return it for more detail",
        Resume "resume" "go on with it",
        Assign "assign" "name who is responsible, and by when",
        Dispatch "dispatch" "send whoever is on call",
        Start "start" "begin work on it",
        Answer "answer" "answer it",
        Close "close" "close it",
        Settle "settle" "close it, as nobody objected in time",
        Reopen "reopen" "reopen it",
        Escalate "escalate" "take it to the next level",
        Overrun "overrun" "take it to the next level, as its time is over",
        Appeal "appeal" "appeal to the next level",
        Merge "merge" "merge it into another",
        Link "link" "let it give rise to something else",
        Admit "admit" "admit it",
        AdmitBySupport "admit_by_support" "admit it, as enough support it",
        List "list" "list it, as nobody has decided in time",
        Deliberate "deliberate" "open it to discussion",
        OpenAmendments "open_amendments" "open it to amendments",
        Finalise "finalise" "make the text final",
        Schedule "schedule" "put it to a vote",
        OpenVote "open_vote" "open the vote",
        Carry "carry" "record that it is carried",
        Lose "lose" "record that it is lost",
        MissQuorum "miss_quorum" "record that there was no quorum",
        Decide "decide" "record the decision",
        Suspend "suspend" "suspend it for an objection",
        Repeat "repeat" "repeat the vote",
        Execute "execute" "carry it out",
        Complete "complete" "record that it is done",
        Fail "fail" "record that it failed",
        Withdraw "withdraw" "withdraw it",
        Lapse "lapse" "let it lapse with the term of its body",
        Adopt "adopt" "adopt it",
        Supersede "supersede" "put another in its place",
        Freeze "freeze" "freeze it, as a vote is about it",
        File "file" "file it",
        AdoptAsProposer "adopt_as_proposer" "take it into one's own motion",
        PutToCouncil "put_to_council" "put it to the council",
        Reject "reject" "reject it",
        Moot "moot" "set it aside, as its paragraph has changed",
        Accept "accept" "accept it",
        MarkDuplicate "mark_duplicate" "mark it as said already",
        Hide "hide" "hide it",
        Unhide "unhide" "show it again",
        Edit "edit" "change its text",
        Review "review" "put it up for review",
        Open "open" "open it",
        EnterPaper "enter_paper" "enter a paper",
        Draw "draw" "draw the papers that a second person enters",
        Sort "sort" "sort one answer into a need",
        Plan "plan" "put something into the plan",
        Code "code" "sort the answers into needs",
        Report "report" "report on it",
        Convene "convene" "convene it",
        Adjourn "adjourn" "suspend the session",
        Minute "minute" "write its minutes",
        Archive "archive" "file it away",
        Cancel "cancel" "cancel it",
        Defer "defer" "defer it to another meeting",
        Refer "refer" "refer it elsewhere",
        Note "note" "take note of it",
        Decline "decline" "decline it",
        Draft "draft" "write it out",
        Circulate "circulate" "circulate it",
        Approve "approve" "approve it",
        Publish "publish" "publish it",
        Post "post" "post it",
        Extend "extend" "post it for longer",
        Expire "expire" "end its time",
        Dismiss "dismiss" "dismiss it",
        Uphold "uphold" "uphold it",
        TakeEffect "take_effect" "give effect to it",
        Confirm "confirm" "confirm it as final",
        Annul "annul" "annul it",
        Revoke "revoke" "revoke it by a later decision",
        Progress "progress" "report progress",
        Done "done" "report it done",
        Verify "verify" "verify that it is done",
        SendBack "send_back" "send it back as not done",
        Block "block" "report what stands in the way",
        Consent "consent" "record that all consent",
        Meet "meet" "hold a session",
        Agree "agree" "record the agreement",
        Sign "sign" "record that all have signed",
        Undersign "undersign" "sign it",
        StepAside "step_aside" "step aside as its mediator",
        AskAnother "ask_another" "ask for another mediator",
        Join "join" "consent to take part",
        Invite "invite" "have a lawyer come in",
        Say "say" "write to the others in the room",
        Visit "visit" "record a visit afterwards",
        Perform "perform" "record that it was kept",
        Breach "breach" "record that it was broken",
        NoAgreement "no_agreement" "record that there is no agreement",
    }

    /// What an actor is to the thing.
    Part {
        Submitter "submitter" "who submitted it",
        Author "author" "who wrote it",
        Proposer "proposer" "who proposes it",
        Responsible "responsible" "who is responsible for it",
        Chair "chair" "who chairs the body",
        Secretary "secretary" "the secretary of the body",
        Attendant "attendant" "who attended",
        Party "party" "a party to it",
        Mediator "mediator" "the mediator of the case",
        Lawyer "lawyer" "the lawyer of the case",
        Coder "coder" "who codes the answers",
        Target "target" "whom it is directed against",
    }

    /// What the event of a transition holds beside actor, verb, object and hashes.
    Record {
        Number "number" "its number",
        Due "due" "when the reply is due",
        Responsible "responsible" "who is responsible",
        Reason "reason" "the reason, told to whoever it concerns",
        Text "text" "the hash of the text",
        Level "level" "the level",
        Survivor "survivor" "what it was merged into",
        Told "told" "who is told",
        Child "child" "what it gave rise to",
        Window "window" "from when until when",
        TextHash "text_hash" "the hash of the final version",
        Vote "vote" "the poll or meeting",
        Outcome "outcome" "the rule's evaluation",
        Supports "supports" "the support, by heads and by area",
        Difference "difference" "the difference from the version before",
        Quorum "quorum" "who was there",
        Signatures "signatures" "who signed",
        Places "places" "where it hangs",
        Effect "effect" "the effect",
        Evidence "evidence" "the hashes of the evidence",
        Rating "rating" "the rating",
        Percent "percent" "how far it is",
        Agreement "agreement" "how far two coders agree",
    }
}

/// By what somebody may do a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The server: time has passed, or another record says so.
    Clock,
    /// Whoever has this right here.
    May(Action),
    /// Whoever is this to the thing.
    Is(Part),
    /// Whoever is this to the thing and has this right here.
    IsAndMay(Part, Action),
    /// Whoever holds this role.
    Has(Role),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Clock => f.write_str("the clock"),
            Self::May(action) => write!(f, "whoever may {}", action.meaning()),
            Self::Is(part) => f.write_str(part.meaning()),
            Self::IsAndMay(part, action) => write!(f, "{} and may {}", part.meaning(), action.meaning()),
            Self::Has(role) => f.write_str(role.meaning()),
        }
    }
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<S> {
    /// To this state.
    State(S),
    /// Nowhere: something is recorded, and the state stays.
    Same,
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Transition<S: 'static> {
    /// What is done.
    pub verb: Verb,
    /// In which states it can be done; in none if it begins the thing.
    pub from: &'static [S],
    /// Where it leads.
    pub to: To<S>,
    /// By whom: any of these.
    pub who: &'static [Who],
    /// On what conditions: all of these.
    pub needs: &'static [Need],
    /// What the event holds.
    pub records: &'static [Record],
}

/// The states of one kind of thing, with its table.
pub trait Lifecycle: Copy + Eq + Ord + std::fmt::Debug + std::fmt::Display + std::str::FromStr + 'static {
    /// Whose states these are.
    const KIND: Kind;
    /// Every state, in the order of the table.
    const STATES: &'static [Self];
    /// Every transition.
    const TABLE: &'static [Transition<Self>];

    /// Whether nothing that changes the state can follow.
    fn is_terminal(self) -> bool {
        !Self::TABLE.iter().any(|row| row.from.contains(&self) && row.to != To::Same)
    }
}

/// Who does something.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// The server.
    Clock,
    /// A person with the posts held and what they are to the thing.
    Person {
        /// Posts, ties included.
        posts: &'a [Post],
        /// What they are to the thing.
        parts: &'a BTreeSet<Part>,
        /// Where the thing lies.
        site: &'a Site,
        /// What bears on their right.
        bearing: Bearing,
    },
}

/// A step that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<S: 'static> {
    /// What is done.
    pub verb: Verb,
    /// The state after it.
    pub to: S,
    /// What the event must hold.
    pub records: &'static [Record],
}

/// Why a step is refused, and what would have been right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The table has no such row.
    #[error("cannot {verb} {} that is {state}; possible now: {}", .kind.meaning(), words_of(.possible))]
    NotListed {
        /// Of what.
        kind: Kind,
        /// Its state, or `nothing` before it is there.
        state: String,
        /// What was tried.
        verb: Verb,
        /// What could be done in this state.
        possible: Vec<Verb>,
        /// In which states the verb could be done.
        states: Vec<String>,
    },
    /// It is for others to do.
    #[error("this is for {} to do", .who.iter().map(ToString::to_string).collect::<Vec<_>>().join(", or "))]
    NotYours {
        /// Any of these may.
        who: &'static [Who],
        /// What the table of rights says, where a right was missing.
        denied: Option<Denied>,
    },
    /// Conditions are not met.
    #[error("still wanted: {}", .needs.iter().map(|need| need.meaning()).collect::<Vec<_>>().join("; "))]
    Unmet {
        /// All that are not.
        needs: Vec<Need>,
    },
}

fn words_of(verbs: &[Verb]) -> String {
    if verbs.is_empty() {
        return "nothing".to_owned();
    }
    verbs.iter().map(|verb| verb.code()).collect::<Vec<_>>().join(", ")
}

impl Refused {
    /// The stable code, which `web` turns into a sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotListed { .. } => "not_listed",
            Self::NotYours { .. } => "not_yours",
            Self::Unmet { .. } => "unmet",
        }
    }
}

/// Decides a step from a state; `None` begins the thing.
///
/// # Errors
/// The table does not list it, it is for others to do, or conditions are not met; in this order.
pub fn step<S: Lifecycle>(from: Option<S>, verb: Verb, actor: Actor<'_>, facts: &Facts) -> Result<Step<S>, Refused> {
    let row = find(from, verb)?;
    check_who(row.who, actor, facts)?;
    let needs: Vec<_> = row.needs.iter().copied().filter(|need| !need.is_met(facts)).collect();
    if !needs.is_empty() {
        return Err(Refused::Unmet { needs });
    }
    let to = match (row.to, from) {
        (To::State(state), _) | (To::Same, Some(state)) => state,
        (To::Same, None) => return Err(not_listed(from, verb)),
    };
    Ok(Step { verb, to, records: row.records })
}

/// Everything that this actor could do now if the conditions were met, for pages to offer.
pub fn offers<S: Lifecycle>(from: S, actor: Actor<'_>, facts: &Facts) -> Vec<&'static Transition<S>> {
    S::TABLE.iter().filter(|row| row.from.contains(&from) && check_who(row.who, actor, facts).is_ok()).collect()
}

/// What time alone has brought: the first step of the clock that is due, if any.
///
/// Asked on every read, so that a state never depends on a job that ran.
pub fn due<S: Lifecycle>(from: S, facts: &Facts) -> Option<Step<S>> {
    let mut rows = S::TABLE.iter().filter(|row| row.from.contains(&from) && row.who.contains(&Who::Clock));
    rows.find_map(|row| step(Some(from), row.verb, Actor::Clock, facts).ok())
}

fn starts<S: Lifecycle>(row: &Transition<S>, from: Option<S>) -> bool {
    from.map_or(row.from.is_empty(), |state| row.from.contains(&state))
}

fn find<S: Lifecycle>(from: Option<S>, verb: Verb) -> Result<&'static Transition<S>, Refused> {
    S::TABLE.iter().find(|row| row.verb == verb && starts(row, from)).ok_or_else(|| not_listed(from, verb))
}

fn not_listed<S: Lifecycle>(from: Option<S>, verb: Verb) -> Refused {
    let possible = S::TABLE.iter().filter(|row| starts(row, from)).map(|row| row.verb).collect();
    let states: BTreeSet<S> =
        S::TABLE.iter().filter(|row| row.verb == verb).flat_map(|row| row.from.iter().copied()).collect();
    Refused::NotListed {
        kind: S::KIND,
        state: from.map_or_else(|| "nothing".to_owned(), |state| state.to_string()),
        verb,
        possible,
        states: states.into_iter().map(|state| state.to_string()).collect(),
    }
}

fn check_who(who: &'static [Who], actor: Actor<'_>, facts: &Facts) -> Result<(), Refused> {
    let mut denied = None;
    for way in who {
        let is_open = match (way, actor) {
            (Who::Clock, Actor::Clock) => true,
            (Who::Clock, Actor::Person { .. }) | (_, Actor::Clock) => false,
            (Who::Is(part), Actor::Person { parts, .. }) => parts.contains(part),
            (Who::Has(role), Actor::Person { posts, .. }) => {
                posts.iter().any(|post| post.role == *role && post.is_held_at(facts.now))
            }
            (Who::May(action), Actor::Person { posts, site, bearing, .. }) => {
                let answer = rights::may(posts, *action, site, bearing, facts.now);
                denied = answer.as_ref().err().cloned().or(denied);
                answer.is_ok()
            }
            (Who::IsAndMay(part, action), Actor::Person { posts, parts, site, bearing }) => {
                let answer = rights::may(posts, *action, site, bearing, facts.now);
                denied = answer.as_ref().err().cloned().or(denied);
                answer.is_ok() && parts.contains(part)
            }
        };
        if is_open {
            return Ok(());
        }
    }
    Err(Refused::NotYours { who, denied })
}

#[cfg(test)]
mod tests;
