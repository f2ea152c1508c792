//! After a vote, and beside it: objections, decisions, action items, mediation.

use super::lifecycle;
use crate::{
    lifecycle::{
        Part::{Author, Lawyer, Mediator, Party, Responsible},
        Who::{Clock, Has, Is, IsAndMay, May},
    },
    rights::{Action, Role},
};

lifecycle! {
    /// An objection (异议). It is never decided by whom it is directed against.
    ObjectionState: Objection {
        Filed "filed" "filed",
        Accepted "accepted_for_review" "being looked into",
        Inadmissible "inadmissible" "not admissible",
        Answered "answered" "answered by whom it is directed against",
        Upheld "upheld" "upheld",
        Dismissed "dismissed" "dismissed",
        Withdrawn "withdrawn" "withdrawn",
    }
    Create [] => Filed, [May(Action::FileObjection)], [WindowOpen, Identity, Ground], [Number, Text, Evidence];
    Accept [Filed] => Accepted, [May(Action::DecideObjection)], [NotTarget], [Told];
    Dismiss [Filed] => Inadmissible, [May(Action::DecideObjection)], [NotTarget, Reason], [Reason, Told];
    Answer [Accepted] => Answered, [May(Action::PostNotice)], [Text], [Text, Told];
    Uphold [Answered] => Upheld, [May(Action::DecideObjection)], [NotTarget, Reason], [Reason, Told];
    Dismiss [Answered] => Dismissed, [May(Action::DecideObjection)], [NotTarget, Reason], [Reason, Told];
    Withdraw [Filed, Accepted, Answered] => Withdrawn, [Is(Author)], [], [];
    TakeEffect [Upheld] => same, [May(Action::DecideObjection)], [NotTarget, Effect], [Effect, Told];
}

lifecycle! {
    /// A decision (决定).
    DecisionState: Decision {
        Preliminary "preliminary" "preliminary",
        Published "published" "published, open to objections",
        Final "final" "final",
        InForce "in_force" "in force",
        Executed "executed" "carried out",
        Revoked "revoked" "revoked by a later decision",
        Annulled "annulled" "annulled, as an objection was upheld",
    }
    Create [] => Preliminary, [Clock], [Outcome], [Outcome, Text];
    Publish [Preliminary] => Published, [May(Action::PostNotice)], [LongEnough], [Window, Places];
    Annul [Preliminary, Published] => Annulled, [Clock], [ObjectionUpheld], [Reason];
    Confirm [Published] => Final, [Clock], [WindowOver, NoObjectionOpen], [];
    TakeEffect [Final] => InForce, [Clock], [EffectiveNow], [];
    Complete [InForce] => Executed, [Clock], [TasksVerified], [];
    Revoke [InForce, Executed] => Revoked, [Clock], [Decision], [Reason];
}

lifecycle! {
    /// An action item (督办). Whether it is overdue is computed from the clock, and is no state.
    TaskState: Task {
        Open "open" "waits to be accepted",
        Accepted "accepted" "accepted",
        InProgress "in_progress" "in progress",
        Blocked "blocked" "something stands in the way",
        Done "done" "reported done",
        Verified "verified" "verified",
        Cancelled "cancelled" "cancelled by a decision",
    }
    Create [] => Open, [Has(Role::Committee), Has(Role::Community), Has(Role::Street), Clock], [Responsible, Due],
        [Responsible, Due];
    Accept [Open] => Accepted, [IsAndMay(Responsible, Action::DoTask)], [], [];
    Progress [Accepted, InProgress] => InProgress, [IsAndMay(Responsible, Action::DoTask)], [Percent], [Percent];
    Done [InProgress] => Done, [IsAndMay(Responsible, Action::DoTask)], [Evidence], [Evidence, Told];
    Verify [Done] => Verified, [May(Action::VerifyTask)], [NotResponsible], [Told];
    // A verifier who finds it not done says why; otherwise it would hang for ever.
    SendBack [Done] => InProgress, [May(Action::VerifyTask)], [NotResponsible, Reason], [Reason, Told];
    Block [Accepted, InProgress] => Blocked, [IsAndMay(Responsible, Action::DoTask)], [Reason, Due, ChangesLeft],
        [Reason, Due];
    Resume [Blocked] => InProgress, [IsAndMay(Responsible, Action::DoTask)], [], [];
    Cancel [Open, Accepted, InProgress, Blocked] => Cancelled, [Has(Role::Committee), Has(Role::Street)],
        [Decision, Reason], [Reason, Told];
}

lifecycle! {
    /// A mediation (调解). The public sees category, duration and outcome only.
    MediationState: Mediation {
        Requested "requested" "asked for",
        Consented "consented" "all consent",
        Scheduled "scheduled" "a session is arranged",
        InSession "in_session" "in session",
        Agreed "agreed" "agreed",
        Signed "signed" "signed",
        Performed "performed" "kept",
        Closed "closed" "closed",
        NoAgreement "no_agreement" "no agreement",
        Referred "referred" "referred elsewhere",
        Withdrawn "withdrawn" "withdrawn",
        Breached "breached" "broken",
    }
    Create [] => Requested, [May(Action::AskMediation), May(Action::Mediate)], [Text, ConsentIfOnBehalf], [Number, Text];
    Assign [Requested, Consented, Scheduled, InSession, Agreed, Signed, Performed, NoAgreement, Breached] => same,
        [May(Action::AssignMediator)], [NoMediator], [];
    Accept [Requested, Consented, Scheduled, InSession, Agreed, Signed, Performed, NoAgreement, Breached] => same,
        [May(Action::Mediate)], [NoMediator, FitMediator], [];
    StepAside [Requested, Consented, Scheduled, InSession, Agreed, Signed, Performed, NoAgreement, Breached] => same,
        [Is(Mediator)], [Reason], [Reason];
    AskAnother [Requested, Consented, Scheduled, InSession, Agreed, NoAgreement, Breached] => same,
        [Is(Party)], [Reason, Mediator], [Reason];
    Edit [Requested] => same, [Is(Mediator)], [], [];
    Join [Requested] => same, [Is(Party)], [], [];
    EnterPaper [Requested, Agreed, Signed, Performed] => same, [Is(Mediator)], [Evidence], [Evidence];
    Invite [Requested, Consented, Scheduled, InSession, Agreed, Breached] => same, [Is(Mediator)], [ConsentIfOnBehalf], [];
    Consent [Requested] => Consented, [Is(Mediator)], [AllConsent], [];
    Decline [Requested] => Withdrawn, [Is(Party), Is(Mediator)], [], [];
    Schedule [Consented, Scheduled, InSession, Breached] => Scheduled, [Is(Mediator)], [Session], [Window];
    Meet [Scheduled, Breached] => InSession, [Is(Mediator)], [], [];
    Minute [InSession, Agreed, NoAgreement] => same, [Is(Mediator)], [Text], [Text];
    Say [Requested, Consented, Scheduled, InSession, Agreed, Signed, Performed, NoAgreement, Breached] => same,
        [Is(Party), Is(Mediator), Is(Lawyer)], [Text], [Text];
    Agree [InSession] => Agreed, [Is(Mediator)], [Text], [Text];
    Resume [Agreed] => InSession, [Is(Mediator)], [], [];
    Undersign [Agreed] => same, [Is(Party)], [], [Signatures];
    Sign [Agreed] => Signed, [Is(Mediator)], [AllSigned], [Signatures];
    Visit [Signed, Performed, Breached] => same, [Is(Mediator)], [Text], [Text];
    Perform [Signed] => Performed, [Is(Mediator)], [Evidence], [];
    Close [Performed] => Closed, [Is(Mediator)], [], [];
    Breach [Signed, Performed] => Breached, [Is(Mediator), Is(Party)], [Reason], [Reason];
    NoAgreement [Scheduled, InSession, Breached] => NoAgreement, [Is(Mediator)], [], [];
    Refer [NoAgreement] => Referred, [Is(Mediator)], [Where], [];
    Link [Consented, Scheduled, InSession, Agreed, Signed, Performed, NoAgreement, Breached] => same,
        [Is(Mediator), Is(Party)], [Child], [];
    Withdraw [Requested, Consented, Scheduled, InSession, Agreed, NoAgreement, Breached] => Withdrawn, [Is(Party)], [], [];
}
