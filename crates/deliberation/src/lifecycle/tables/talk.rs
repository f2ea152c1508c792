//! What people say and where they meet: statements, comments, surveys, meetings with their items and minutes.

use super::lifecycle;
use crate::{
    lifecycle::{
        Part::{Attendant, Author, Chair, Secretary},
        Who::{Clock, Is, IsAndMay, May},
    },
    rights::Action,
};

lifecycle! {
    /// A statement of the opinion map. With reactions it cannot be edited.
    StatementState: Statement {
        Pending "pending" "waits for a moderator",
        Accepted "accepted" "shown",
        Rejected "rejected" "rejected with a reason",
        Duplicate "duplicate" "said already",
        Hidden "hidden" "hidden with a reason",
    }
    Create [] => Pending, [May(Action::React)], [Text], [Text];
    Edit [Pending, Accepted] => same, [Is(Author)], [Text, NoReactions], [Text];
    Accept [Pending] => Accepted, [May(Action::Hide)], [], [Told];
    Reject [Pending] => Rejected, [May(Action::Hide)], [Reason], [Reason, Told];
    MarkDuplicate [Pending] => Duplicate, [May(Action::Hide)], [Original], [Survivor, Told];
    Hide [Accepted] => Hidden, [May(Action::Hide)], [Reason], [Reason, Told];
    Unhide [Hidden] => Accepted, [May(Action::Unhide)], [Reason], [Reason, Told];
}

lifecycle! {
    /// A comment, an argument or a question (意见). It is never deleted.
    CommentState: Comment {
        Visible "visible" "shown",
        Hidden "hidden" "hidden with a reason",
        Withdrawn "withdrawn" "withdrawn: that it was there still shows",
    }
    Create [] => Visible, [May(Action::Comment)], [Text], [Text];
    Hide [Visible] => Hidden, [May(Action::Hide)], [Reason], [Reason, Told];
    Unhide [Hidden] => Visible, [May(Action::Unhide)], [Reason], [Reason, Told];
    Withdraw [Visible, Hidden] => Withdrawn, [Is(Author)], [], [];
}

lifecycle! {
    /// A survey (问卷).
    SurveyState: Survey {
        Draft "draft" "being written",
        Review "review" "being reviewed",
        Open "open" "open",
        Closed "closed" "closed",
        Coded "coded" "its answers are sorted into needs",
        Reported "reported" "reported",
        Answered "answered" "every need has an answer",
        Withdrawn "withdrawn" "withdrawn before it was opened",
    }
    Create [] => Draft, [May(Action::DraftSurvey)], [Text], [Text];
    Edit [Draft] => same, [Is(Author)], [Text], [Text];
    Review [Draft] => Review, [Is(Author)], [Questions], [];
    Return [Review] => Draft, [May(Action::DraftSurvey)], [Reason], [Reason, Told];
    Withdraw [Draft, Review] => Withdrawn, [Is(Author)], [], [];
    Open [Review] => Open, [May(Action::DraftSurvey)], [NotAuthor, WindowOpen], [Window, Text];
    Submit [Open] => same, [May(Action::AnswerSurvey)], [WindowOpen], [];
    Close [Open] => Closed, [Clock], [WindowOver], [];
    EnterPaper [Open, Closed] => same, [May(Action::EnterSurvey)], [ConsentIfOnBehalf], [];
    Draw [Closed] => same, [May(Action::EnterSurvey)], [], [Evidence];
    Verify [Closed] => same, [May(Action::EnterSurvey)], [], [];
    Note [Closed] => same, [May(Action::CodeSurvey)], [Text], [Text];
    Sort [Closed] => same, [May(Action::CodeSurvey)], [], [];
    Code [Closed] => Coded, [May(Action::DraftSurvey)], [Coded, DoubleEntry], [Agreement];
    Decide [Coded, Reported] => same, [May(Action::DraftSurvey)], [Text], [Text];
    Plan [Coded, Reported, Answered] => same, [May(Action::DraftSurvey)], [Text, Child], [Text, Child];
    Report [Coded] => Reported, [May(Action::DraftSurvey)], [Text], [Text, Told];
    Answer [Reported] => Answered, [May(Action::DraftSurvey)], [EveryNeedAnswered], [Told];
}

lifecycle! {
    /// A meeting (会议).
    MeetingState: Meeting {
        Planned "planned" "planned",
        Convened "convened" "convened",
        Open "open" "in session",
        Suspended "suspended" "interrupted",
        Closed "closed" "over",
        Minuted "minuted" "its minutes are published",
        Archived "archived" "filed away",
        Cancelled "cancelled" "cancelled with a reason",
    }
    Create [] => Planned, [May(Action::Convene)], [], [];
    Edit [Planned] => same, [May(Action::Convene)], [], [];
    Convene [Planned] => Convened, [May(Action::Convene)], [NoticeTime], [Window, Places, Told];
    Open [Convened] => Open, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [WindowOpen, Quorum], [Quorum];
    Adjourn [Open] => Suspended, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [], [];
    Resume [Suspended] => Open, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [Quorum], [Quorum];
    Close [Open, Suspended] => Closed, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [ItemsEnded], [];
    Minute [Closed] => Minuted, [May(Action::WriteMinutes)], [MinutesPublished], [];
    Archive [Minuted] => Archived, [May(Action::WriteMinutes)], [], [];
    Cancel [Planned, Convened] => Cancelled, [May(Action::Convene)], [Reason], [Reason, Told];
}

lifecycle! {
    /// An item of an agenda (议题).
    ItemState: AgendaItem {
        Proposed "proposed" "proposed",
        Accepted "accepted" "on the agenda",
        Open "open" "being dealt with",
        Decided "decided" "decided",
        Deferred "deferred" "goes to another meeting",
        Referred "referred" "goes to another body",
        Noted "noted" "taken note of",
        Declined "declined" "declined with a reason",
    }
    Create [] => Proposed, [May(Action::Propose), May(Action::Convene)], [Text], [];
    Accept [Proposed] => Accepted, [May(Action::Convene)], [Meeting], [Vote, Told];
    Decline [Proposed] => Declined, [May(Action::Convene)], [Reason], [Reason, Told];
    Open [Accepted] => Open, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [MeetingOpen], [];
    Decide [Open] => Decided, [Is(Chair), IsAndMay(Secretary, Action::Convene)],
        [MeetingOpen, Decides, QuorumThere, Outcome], [Quorum, Outcome, Told];
    Note [Open] => Noted, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [MeetingOpen, DecidesNot], [Told];
    Defer [Accepted, Open] => Deferred, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [Meeting], [Vote, Told];
    Refer [Accepted, Open] => Referred, [Is(Chair), IsAndMay(Secretary, Action::Convene)], [Body], [Child, Told];
}

lifecycle! {
    /// Minutes (纪要). A correction is a new numbered version; the old one stays readable.
    MinutesState: Minutes {
        Generated "generated" "made from the record",
        Draft "draft" "being written out",
        Circulated "circulated" "with those who attended",
        Approved "approved" "approved",
        Published "published" "published",
    }
    Create [] => Generated, [Clock, May(Action::WriteMinutes)], [], [Text];
    Draft [Generated] => Draft, [IsAndMay(Secretary, Action::WriteMinutes)], [Text], [Text];
    Edit [Draft] => same, [IsAndMay(Secretary, Action::WriteMinutes)], [Text], [Text];
    Circulate [Draft] => Circulated, [IsAndMay(Secretary, Action::WriteMinutes)], [], [Told];
    Note [Circulated] => same, [Is(Attendant)], [Text], [Text];
    Undersign [Circulated] => same, [Is(Chair), Is(Secretary), Is(Attendant)], [], [Signatures, Text];
    Return [Circulated] => Draft, [IsAndMay(Secretary, Action::WriteMinutes)], [Reason], [Reason];
    Approve [Circulated] => Approved, [Is(Chair), Is(Secretary)], [CommentTimeOver, ThreeSignatures], [Signatures, Text];
    Publish [Approved] => Published, [IsAndMay(Secretary, Action::WriteMinutes)], [], [Told];
}
