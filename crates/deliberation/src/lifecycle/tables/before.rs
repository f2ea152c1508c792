//! Before a vote: matters, motions, their versions and amendments, notices.

use super::lifecycle;
use crate::{
    lifecycle::{
        Part::{Author, Chair, Proposer, Responsible, Submitter},
        Who::{Clock, Has, Is, IsAndMay, May},
    },
    rights::{Action, Role},
};

lifecycle! {
    /// A matter (事项), from a wish to an answer.
    MatterState: Matter {
        Draft "draft" "not handed in yet",
        Submitted "submitted" "waits to be acknowledged",
        Returned "returned" "waits for more detail from who submitted it",
        Acknowledged "acknowledged" "waits for somebody responsible",
        Assigned "assigned" "somebody is responsible",
        InProgress "in_progress" "is worked on",
        Answered "answered" "has an answer",
        Reopened "reopened" "the answer was not accepted",
        Escalated "escalated" "waits at the next level",
        Closed "closed" "closed",
        Merged "merged" "goes on as part of another",
    }
    Create [] => Draft, [May(Action::PostMatter)], [], [];
    Submit [Draft] => Submitted, [IsAndMay(Submitter, Action::PostMatter)], [Text, ConsentIfOnBehalf], [Number, Due];
    Submit [Returned] => Submitted, [Is(Submitter)], [Text], [Text, Due];
    Acknowledge [Submitted] => Acknowledged, [May(Action::PlaceMatter)], [InReplyTime], [Told];
    Return [Submitted] => Returned, [May(Action::PlaceMatter)], [Reason], [Reason, Told];
    Resume [Returned] => Submitted, [Clock], [PauseOver], [Due];
    Assign [Acknowledged, Reopened, Escalated] => Assigned, [May(Action::PlaceMatter)], [Responsible, Due],
        [Responsible, Due, Level];
    Dispatch [Submitted] => Assigned, [May(Action::PlaceMatter)], [Emergency, Responsible, Due], [Responsible, Due];
    Start [Assigned] => InProgress, [Is(Responsible)], [], [];
    Answer [InProgress] => Answered, [Is(Responsible)], [Text, AnswerKind, NoOpenChild], [Text, Told];
    Close [Answered] => Closed, [IsAndMay(Submitter, Action::CloseMatter)], [NoOpenChild], [Rating];
    Settle [Answered] => Closed, [Clock], [CloseTimeOver, NoOpenChild], [];
    Reopen [Answered] => Reopened, [IsAndMay(Submitter, Action::CloseMatter)], [Reason, NotReopenedYet], [Reason];
    Appeal [Answered] => Escalated, [IsAndMay(Submitter, Action::CloseMatter)], [Reason, ReopenedOnce, HigherLevel],
        [Reason, Level];
    Escalate [Submitted, Acknowledged, Assigned, InProgress] => Escalated, [May(Action::PlaceMatter)],
        [Reason, HigherLevel], [Reason, Level];
    Overrun [Submitted, Acknowledged, Assigned, InProgress] => Escalated, [Clock], [Overdue, HigherLevel], [Level];
    Merge [Submitted, Returned, Acknowledged, Assigned, InProgress, Answered, Reopened, Escalated] => Merged,
        [May(Action::Hide)], [Survivor], [Survivor, Told];
    Link [Submitted, Returned, Acknowledged, Assigned, InProgress, Answered, Reopened, Escalated] => same,
        [Has(Role::Committee), Has(Role::Mediator)], [Child], [Child, Told];
}

lifecycle! {
    /// A motion (议案), from a draft to its execution.
    MotionState: Motion {
        Draft "draft" "being written",
        Submitted "submitted" "waits to be admitted",
        Returned "returned" "has formal defects",
        Admitted "admitted" "admitted",
        Deliberating "deliberating" "being talked over",
        Amending "amending" "open to amendments",
        Finalised "finalised" "its text is final",
        Scheduled "scheduled" "will be voted on",
        Voting "voting" "is voted on",
        Carried "carried" "carried, not yet final",
        Lost "lost" "lost",
        Inquorate "inquorate" "too few took part",
        Suspended "suspended" "an objection was upheld",
        Decided "decided" "decided",
        Executing "executing" "being carried out",
        Executed "executed" "carried out",
        Failed "failed" "not carried out",
        Withdrawn "withdrawn" "withdrawn",
        Lapsed "lapsed" "lapsed with the term of its body",
    }
    Create [] => Draft, [May(Action::SubmitMotion)], [], [];
    Submit [Draft, Returned] => Submitted, [IsAndMay(Proposer, Action::SubmitMotion)], [Text, MotionKind, Cost],
        [Number, TextHash];
    Return [Submitted] => Returned, [May(Action::AdmitMotion)], [Defects], [Reason, Told];
    Admit [Submitted] => Admitted, [May(Action::AdmitMotion)], [], [Told];
    AdmitBySupport [Submitted] => Admitted, [Clock], [EnoughSupport], [Supports];
    List [Submitted] => Admitted, [Clock], [AdmitTimeOver], [Told];
    Deliberate [Admitted] => Deliberating, [Is(Chair)], [LongEnough], [Window];
    OpenAmendments [Deliberating] => Amending, [Is(Chair)], [WindowOver], [Window];
    Finalise [Amending] => Finalised, [Is(Chair)], [WindowOver, AmendmentsDecided], [TextHash];
    Schedule [Finalised] => Scheduled, [May(Action::ScheduleVote)], [FinalHash], [Vote, TextHash];
    OpenVote [Scheduled] => Voting, [Clock], [VoteBegun], [Vote];
    Carry [Voting] => Carried, [Clock], [VoteOver, Outcome], [Outcome];
    Lose [Voting] => Lost, [Clock], [VoteOver, Outcome], [Outcome];
    MissQuorum [Voting] => Inquorate, [Clock], [VoteOver, Outcome], [Outcome];
    Decide [Carried] => Decided, [Clock], [WindowOver, NoObjectionOpen], [];
    Suspend [Carried] => Suspended, [Clock], [ObjectionUpheld], [Reason];
    // What an upheld objection brings about: counted again, or voted on again.
    Carry [Suspended] => Carried, [Clock], [Outcome, Effect], [Outcome, Effect];
    Lose [Suspended] => Lost, [Clock], [Outcome, Effect], [Outcome, Effect];
    Repeat [Suspended] => Scheduled, [May(Action::ScheduleVote)], [Effect, FinalHash], [Vote, Effect];
    Repeat [Inquorate] => Scheduled, [May(Action::ScheduleVote)], [RepeatsLeft, FinalHash], [Vote];
    Withdraw [Draft, Submitted, Returned, Admitted, Deliberating, Amending, Finalised] => Withdrawn, [Is(Proposer)], [],
        [Told];
    Execute [Decided] => Executing, [Clock], [Tasks], [];
    Complete [Executing] => Executed, [Clock], [TasksVerified], [];
    Fail [Executing] => Failed, [Clock], [TaskCancelled], [Reason];
    Lapse [Draft, Submitted, Returned, Admitted, Deliberating, Amending, Finalised, Scheduled, Inquorate, Suspended]
        => Lapsed, [Clock], [TermOver], [];
}

lifecycle! {
    /// A version of a motion's text. Its text never changes.
    VersionState: Version {
        Proposed "proposed" "proposed",
        Current "current" "the motion's text",
        Superseded "superseded" "replaced by a later one",
        Voted "voted" "frozen, as a vote is about it",
    }
    Create [] => Proposed, [Is(Proposer), Is(Chair)], [Text, NoVoteYet], [TextHash];
    Adopt [Proposed] => Current, [Is(Proposer), Is(Chair)], [NoVoteYet], [TextHash, Difference, Told];
    Supersede [Current] => Superseded, [Clock], [NoVoteYet], [];
    Freeze [Current] => Voted, [Clock], [VoteRefers], [TextHash, Vote];
}

lifecycle! {
    /// An amendment (修正案). Its text never changes.
    AmendmentState: Amendment {
        Draft "draft" "being written",
        Filed "filed" "filed",
        AdoptedByProposer "adopted_by_proposer" "taken into the motion by its proposer",
        PutToCouncil "put_to_council" "before the council",
        Adopted "adopted" "adopted by the council",
        Rejected "rejected" "rejected by the council",
        Withdrawn "withdrawn" "withdrawn",
        Moot "moot" "set aside, as its paragraph has changed",
    }
    Create [] => Draft, [May(Action::FileAmendment)], [], [];
    File [Draft] => Filed, [IsAndMay(Author, Action::FileAmendment)], [Text, WindowOpen, BaseCurrent], [Text];
    AdoptAsProposer [Filed] => AdoptedByProposer, [Is(Proposer)], [BaseUntouched, NoVoteYet], [Difference, Told];
    PutToCouncil [Filed] => PutToCouncil, [Is(Chair)], [], [Told];
    Adopt [PutToCouncil] => Adopted, [Is(Chair)], [CouncilFor, BaseUntouched, NoVoteYet], [Difference, Told];
    Reject [PutToCouncil] => Rejected, [Is(Chair)], [CouncilAgainst, Reason], [Reason, Told];
    Withdraw [Filed, PutToCouncil] => Withdrawn, [Is(Author)], [], [];
    Moot [Filed, PutToCouncil] => Moot, [Clock], [BaseReplaced], [Difference, Told];
}

lifecycle! {
    /// A notice (公告、公示).
    NoticeState: Notice {
        Draft "draft" "being written",
        Approved "approved" "approved",
        Posted "posted" "posted",
        Expired "expired" "its period is over",
        Archived "archived" "filed away",
        Withdrawn "withdrawn" "replaced by another",
    }
    Create [] => Draft, [May(Action::PostNotice)], [], [];
    Approve [Draft] => Approved, [May(Action::PostNotice)], [Text, PeriodLong], [Text, Window];
    Post [Approved] => Posted, [May(Action::PostNotice)], [PeriodLong, AllBoards], [Places, Window];
    Extend [Posted] => same, [May(Action::PostNotice)], [Longer], [Window];
    Withdraw [Posted] => Withdrawn, [May(Action::PostNotice)], [Replacement, Reason], [Reason];
    Expire [Posted] => Expired, [Clock], [WindowOver], [];
    Archive [Expired] => Archived, [May(Action::PostNotice)], [], [];
}
