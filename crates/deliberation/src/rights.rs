//! Who may do what: one table of roles and actions, and what a person may not be at the same time.
//!
//! A right comes from a post: a role over a part of the estate for a term. Residents and owners have theirs from their
//! ties to a unit for as long as these last. Whoever asks, the answer is computed from the posts that hold at the time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What somebody is in the estate.
    Role {
        Public "public" "anybody, signed in or not",
        Resident "resident" "who lives here: tenant, family, or an owner at home",
        Owner "owner" "who owns a unit",
        BuildingLead "building_lead" "the neighbour who speaks for a building (楼长)",
        GridWorker "grid_worker" "who looks after a grid (网格员)",
        Committee "committee" "a member of the owners' committee (业委会委员)",
        Secretary "secretary" "the secretary of a body",
        Property "property" "the property service firm (物业)",
        Community "community" "the residents' committee of the community (居委会)",
        Street "street" "the street office (街道)",
        Mediator "mediator" "who mediates (调解员)",
        Enterprise "enterprise" "the delegate of a firm",
        Auditor "auditor" "who watches votes and records (监票人)",
        Moderator "moderator" "who keeps discussions within the published policy",
        Admin "admin" "who runs the machine, and sees no content",
    }

    /// What can be done.
    Action {
        ReadPublic "read_public" "read public notices, results and lists of check codes",
        PostMatter "post_matter" "post a wish or a matter",
        PlaceMatter "place_matter" "acknowledge, return, assign or escalate a matter",
        AnswerMatter "answer_matter" "answer a matter",
        CloseMatter "close_matter" "close and rate one's own matter",
        SubmitMotion "submit_motion" "submit a motion",
        Propose "propose" "make an advisory proposal to a council",
        SupportMotion "support_motion" "support a motion",
        Comment "comment" "comment and argue",
        React "react" "react to statements of the opinion map",
        FileAmendment "file_amendment" "file an amendment",
        AdmitMotion "admit_motion" "admit or return a motion",
        ScheduleVote "schedule_vote" "finalise a version and schedule its vote",
        Vote "vote" "cast a binding vote",
        AssistBallot "assist_ballot" "assist with a ballot, enter a paper",
        WitnessBallot "witness_ballot" "witness an assisted ballot",
        GiveProxy "give_proxy" "give and revoke a proxy",
        SeeTurnout "see_turnout" "see the turnout while a vote runs",
        SeeChoices "see_choices" "see choices before the close",
        Convene "convene" "convene a meeting and set its agenda",
        CheckIn "check_in" "check in who attends",
        WriteMinutes "write_minutes" "write minutes",
        ApproveMinutes "approve_minutes" "approve minutes",
        PostNotice "post_notice" "post a notice",
        FileObjection "file_objection" "file an objection",
        DecideObjection "decide_objection" "decide an objection",
        AdviseObjection "advise_objection" "give an opinion on an objection",
        DoTask "do_task" "take an action item and report on it",
        VerifyTask "verify_task" "verify that an action item is done",
        RateTask "rate_task" "rate what was done",
        AskMediation "ask_mediation" "ask for mediation",
        Mediate "mediate" "open and run a mediation",
        AssignMediator "assign_mediator" "assign a mediator",
        DraftSurvey "draft_survey" "write, review and open a survey, and answer the needs that it finds",
        AnswerSurvey "answer_survey" "answer a survey",
        EnterSurvey "enter_survey" "enter answers of a survey from paper and talks",
        CodeSurvey "code_survey" "sort the answers of a survey into needs",
        Hide "hide" "hide content with a reason, and place what is said twice",
        Unhide "unhide" "undo a hide and hear an appeal",
        ImportRoll "import_roll" "import the roll and verify ties",
        CollectTies "collect_ties" "collect ties at the door",
        ProposeTies "propose_ties" "propose ties",
        ReadRoll "read_roll" "read the roll",
        ExportAudit "export_audit" "export the audit pack and verify the chain",
        ExportResult "export_result" "export the published result",
        ReadChoices "read_choices" "read entries with choices, after the close",
        Operate "operate" "change system settings and make backups",
    }

    /// How far a right goes.
    Grant {
        Yes "yes" "everywhere in the estate",
        InScope "in_scope" "within the scope of the post",
        OnBehalf "on_behalf" "on behalf of somebody who has consented",
        OnBehalfByTwo "on_behalf_by_two" "on behalf of somebody who has consented, two persons together",
        IfOwner "if_owner" "if also an owner",
        NotOwn "not_own" "of what others have done",
        SmallOnly "small_only" "within the scope of the post, at the lowest level",
        IfPublic "if_public" "if the poll's answers are public",
        IfOpened "if_opened" "if the poll's answers are public or open to its owners",
    }
}

/// The columns of [`RIGHTS`] in their order.
const ROLES: [Role; 15] = [
    Role::Public,
    Role::Resident,
    Role::Owner,
    Role::BuildingLead,
    Role::GridWorker,
    Role::Committee,
    Role::Secretary,
    Role::Property,
    Role::Community,
    Role::Street,
    Role::Mediator,
    Role::Enterprise,
    Role::Auditor,
    Role::Moderator,
    Role::Admin,
];

/// One cell: `-` none, `Y` yes, `S` in scope, `b` on behalf, `2` on behalf by two, `w` if owner, `n` not own, `1` small
/// only, `p` if public, `o` if opened.
const fn grant(cell: u8) -> Option<Grant> {
    Some(match cell {
        b'Y' => Grant::Yes,
        b'S' => Grant::InScope,
        b'b' => Grant::OnBehalf,
        b'2' => Grant::OnBehalfByTwo,
        b'w' => Grant::IfOwner,
        b'n' => Grant::NotOwn,
        b'1' => Grant::SmallOnly,
        b'p' => Grant::IfPublic,
        b'o' => Grant::IfOpened,
        _ => return None,
    })
}

/// Role by action. Columns: public, resident, owner, building lead, grid worker | committee, secretary, property,
/// community, street | mediator, enterprise, auditor, moderator, admin.
const RIGHTS: [(Action, &[u8; 15]); 47] = [
    (Action::ReadPublic, b"YYYYYYYYYYYYYYY"),
    (Action::PostMatter, b"-YYYbYYYY--Y---"),
    (Action::PlaceMatter, b"---SS--SYY-----"),
    (Action::AnswerMatter, b"---SSY-SYY-----"),
    (Action::CloseMatter, b"-YYYbY-----Y---"),
    (Action::SubmitMotion, b"--YY-Y--YY-----"),
    (Action::Propose, b"-YYYYY-YY--Y---"),
    (Action::SupportMotion, b"--YS-Y---------"),
    (Action::Comment, b"-YYYYY-YY--Y---"),
    (Action::React, b"-YYY-Y-----S---"),
    (Action::FileAmendment, b"--Y--Y--Y------"),
    (Action::AdmitMotion, b"------Y-SS-----"),
    (Action::ScheduleVote, b"-----YY--S-----"),
    (Action::Vote, b"--Yw-ww----w---"),
    (Action::AssistBallot, b"----2---2------"),
    (Action::WitnessBallot, b"------------Y--"),
    (Action::GiveProxy, b"--Y--------w---"),
    (Action::SeeTurnout, b"--YYSYY-YY--Y--"),
    (Action::SeeChoices, b"---------------"),
    (Action::Convene, b"---SSYY-YY-S---"),
    (Action::CheckIn, b"---SS-Y-Y---Y--"),
    (Action::WriteMinutes, b"------Y--------"),
    (Action::ApproveMinutes, b"-----Y---------"),
    (Action::PostNotice, b"-----YYSYY-----"),
    (Action::FileObjection, b"-SYY-Y--Y---Y--"),
    (Action::DecideObjection, b"---------Y-----"),
    (Action::AdviseObjection, b"------------Y--"),
    (Action::DoTask, b"---SSY-YYY-S---"),
    (Action::VerifyTask, b"---Y-n--nY--Y--"),
    (Action::RateTask, b"-YY------------"),
    (Action::AskMediation, b"-YY-Y--Y---Y---"),
    (Action::Mediate, b"---1-----YY----"),
    (Action::AssignMediator, b"--------Y------"),
    (Action::DraftSurvey, b"-----Y--YY-----"),
    (Action::AnswerSurvey, b"-YYY-Y-----Y---"),
    (Action::EnterSurvey, b"----Y---Y------"),
    (Action::CodeSurvey, b"----YY--Y------"),
    (Action::Hide, b"-------------Y-"),
    (Action::Unhide, b"--------YY-----"),
    (Action::ImportRoll, b"--------YY-----"),
    (Action::CollectTies, b"----Y----------"),
    (Action::ProposeTies, b"------Y--------"),
    (Action::ReadRoll, b"------------Y--"),
    (Action::ExportAudit, b"-----YY-YY--Y--"),
    (Action::ExportResult, b"YYY------------"),
    (Action::ReadChoices, b"ppo--YY-YY--Y--"),
    (Action::Operate, b"--------------Y"),
];

/// What the table grants a role for an action.
pub fn granted(role: Role, action: Action) -> Option<Grant> {
    let row = RIGHTS.iter().find(|(row, _)| *row == action).map(|(_, cells)| cells);
    let column = ROLES.iter().position(|column| *column == role);
    grant(row?[column?])
}

/// The part of the estate that a post is over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "over", content = "id", rename_all = "snake_case")]
pub enum Scope {
    /// All of it.
    Estate,
    /// A grid with what lies below it.
    Grid(String),
    /// A building as a roll names it.
    Building(String),
    /// A committee, council or assembly.
    Body(String),
}

/// A role that somebody has, for a term. There is none without an end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Post {
    /// Which.
    pub role: Role,
    /// Over what.
    pub scope: Scope,
    /// From when, in Unix seconds.
    pub from: u64,
    /// The second at which it ends.
    pub until: u64,
}

impl Post {
    /// Whether it is held at a time.
    pub fn is_held_at(&self, now: u64) -> bool {
        self.from <= now && now < self.until
    }
}

/// Where a thing lies, and what bears on the right to touch it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Its building, if it has one.
    pub building: Option<String>,
    /// Its grid and all above it.
    pub grids: BTreeSet<String>,
    /// The body it is before.
    pub body: Option<String>,
}

impl Site {
    /// Whether it lies in the part of the estate that a post is over.
    pub fn lies_in(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Estate => true,
            Scope::Grid(id) => self.grids.contains(id),
            Scope::Building(name) => self.building.as_ref() == Some(name),
            Scope::Body(id) => self.body.as_ref() == Some(id),
        }
    }
}

/// What the conditions of a grant are held against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a condition of its own")]
pub struct Bearing {
    /// Somebody has consented to this being done on their behalf.
    pub has_consent: bool,
    /// A second person does it too.
    pub is_by_two: bool,
    /// It is the actor's own work.
    pub is_own: bool,
    /// It is a matter of the lowest level.
    pub is_small: bool,
    /// The poll's answers are public.
    pub is_public: bool,
    /// The poll's answers are open to its owners.
    pub is_opened: bool,
}

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// No role of theirs has the right at all.
    #[error("only these may {}: {}", .action.meaning(), list(.roles))]
    Role {
        /// What was tried.
        action: Action,
        /// Who may.
        roles: Vec<Role>,
    },
    /// They have the right, under a condition that does not hold here.
    #[error("may {} only {}", .action.meaning(), .only.iter().map(|grant| grant.meaning()).collect::<Vec<_>>().join(", or "))]
    Condition {
        /// What was tried.
        action: Action,
        /// The conditions, any of which would do.
        only: Vec<Grant>,
    },
}

fn list(roles: &[Role]) -> String {
    roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(", ")
}

/// Who may do an action, under whatever condition.
pub fn roles_for(action: Action) -> Vec<Role> {
    ROLES.iter().copied().filter(|role| granted(*role, action).is_some()).collect()
}

/// Whether somebody with these posts may do something at this site now.
///
/// Everybody has [`Role::Public`] besides their posts.
///
/// # Errors
/// None of the posts gives the right here: who has it, or what condition is not met.
pub fn may(posts: &[Post], action: Action, site: &Site, bearing: Bearing, now: u64) -> Result<Grant, Denied> {
    let held = || posts.iter().filter(|post| post.is_held_at(now));
    let is_owner = held().any(|post| post.role == Role::Owner);
    let mut only = BTreeSet::new();
    let everybody = Post { role: Role::Public, scope: Scope::Estate, from: 0, until: u64::MAX };
    for post in held().chain([&everybody]) {
        let Some(grant) = granted(post.role, action) else { continue };
        let is_met = match grant {
            Grant::Yes => true,
            Grant::InScope => site.lies_in(&post.scope),
            Grant::OnBehalf => bearing.has_consent,
            Grant::OnBehalfByTwo => bearing.has_consent && bearing.is_by_two,
            Grant::IfOwner => is_owner,
            Grant::NotOwn => !bearing.is_own,
            Grant::SmallOnly => bearing.is_small && site.lies_in(&post.scope),
            Grant::IfPublic => bearing.is_public,
            Grant::IfOpened => bearing.is_public || bearing.is_opened,
        };
        if is_met {
            return Ok(grant);
        }
        only.insert(grant);
    }
    if only.is_empty() {
        Err(Denied::Role { action, roles: roles_for(action) })
    } else {
        Err(Denied::Condition { action, only: only.into_iter().collect() })
    }
}

words! {
    /// What one person may not be or do at once.
    Conflict {
        ModeratorInCommittee "moderator_in_committee" "a moderator is no member of the committee of the same estate",
        AuditorElsewhere "auditor_elsewhere" "an auditor holds no other office in the same vote",
        OfficerAndClerk "officer_and_clerk" "nobody is officer and clerk of the same vote",
        SamePerson "same_person" "who enters a paper is not who confirms it",
        AdminWithContent "admin_with_content" "who runs the machine holds no office that sees content",
        NoEnd "no_end" "a post ends after it begins, and within six years",
    }
}

/// The longest term of a post: six years, in seconds.
pub const LONGEST_TERM: u64 = 6 * 366 * 86_400;

/// Whether somebody who has `held` posts can be given one more.
///
/// Only what overlaps in time conflicts. Ties (resident, owner) are no offices.
///
/// # Errors
/// What speaks against it.
pub fn check_appointment(held: &[Post], new: &Post) -> Result<(), Conflict> {
    if new.until <= new.from || LONGEST_TERM < new.until - new.from {
        return Err(Conflict::NoEnd);
    }
    let is_office = |role: Role| !matches!(role, Role::Public | Role::Resident | Role::Owner);
    for post in held.iter().filter(|post| post.from < new.until && new.from < post.until) {
        let is_pair = |one, other| (post.role == one && new.role == other) || (post.role == other && new.role == one);
        if is_pair(Role::Moderator, Role::Committee) {
            return Err(Conflict::ModeratorInCommittee);
        }
        if !is_office(post.role) || !is_office(new.role) || post.role == new.role {
            continue;
        }
        if post.role == Role::Auditor || new.role == Role::Auditor {
            return Err(Conflict::AuditorElsewhere);
        }
        if post.role == Role::Admin || new.role == Role::Admin {
            return Err(Conflict::AdminWithContent);
        }
    }
    Ok(())
}

/// Whether these may be the officers and clerks of one vote, by the ids of the people.
///
/// # Errors
/// Somebody is both.
pub fn check_vote_offices<P: Ord>(officers: &BTreeSet<P>, clerks: &BTreeSet<P>) -> Result<(), Conflict> {
    if officers.is_disjoint(clerks) { Ok(()) } else { Err(Conflict::OfficerAndClerk) }
}

/// Whether a paper that one person entered may be confirmed by another.
///
/// # Errors
/// They are the same person.
pub fn check_second_person<P: Eq>(entered: &P, confirms: &P) -> Result<(), Conflict> {
    if entered == confirms { Err(Conflict::SamePerson) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
