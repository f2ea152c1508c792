//! The values that guards are functions of.

use std::collections::BTreeSet;

use crate::words::words;

words! {
    /// What an act brings with it, each checked by its own type before it comes here.
    Given {
        Text "text" "a text",
        Reason "reason" "a reason",
        Consent "consent" "the consent of whom it is done for",
        Responsible "responsible" "somebody responsible, with a role that may answer",
        AnswerKind "answer_kind" "whether it is done, agreed, refused with a reason, or not ours",
        Survivor "survivor" "an open matter into which it is merged",
        Child "child" "what it gives rise to",
        MotionKind "motion_kind" "the kind of motion, which settles the rule",
        Cost "cost" "what it costs, or that it costs nothing",
        Defects "defects" "the list of formal defects",
        FinalHash "final_hash" "a vote or an agenda item with the hash of the final text",
        Outcome "outcome" "the evaluation of the rule over the record",
        Meeting "meeting" "the meeting to which it goes",
        Body "body" "the body to which it goes",
        Replacement "replacement" "the notice that takes its place",
        Evidence "evidence" "evidence",
        Percent "percent" "a percentage",
        Effect "effect" "the effect: recount, corrected roll, or repeated vote",
        Original "original" "the statement that says the same",
        Decision "decision" "the decision that says so",
        Where "where" "where it was referred to",
        Session "session" "the time and room of a session",
        FitMediator "fit_mediator" "a mediator who says that nothing ties them to a party, and whom nobody has turned down",
        Questions "questions" "questions",
        Ground "ground" "a ground",
    }

    /// A condition of a transition.
    Need {
        Text "text" "a text",
        Reason "reason" "a reason, which is told",
        ConsentIfOnBehalf "consent_if_on_behalf" "the consent of whom it is done for",
        InReplyTime "in_reply_time" "to be within the reply time; after it the matter goes up a level",
        Responsible "responsible" "somebody responsible, with a role that may answer",
        Due "due" "a due date that lies ahead",
        Emergency "emergency" "to be marked as an emergency",
        AnswerKind "answer_kind" "the kind of answer: done, agreed, refused with a reason, or not ours",
        NoOpenChild "no_open_child" "everything it gave rise to has ended",
        CloseTimeOver "close_time_over" "the days after the answer are over",
        NotReopenedYet "not_reopened_yet" "that it was never reopened; a second time it is appealed",
        ReopenedOnce "reopened_once" "that it was reopened once already",
        Overdue "overdue" "that its time is over",
        HigherLevel "higher_level" "a level above",
        Survivor "survivor" "an open matter into which it is merged",
        Child "child" "what it gives rise to",
        PauseOver "pause_over" "that the pause is over",
        MotionKind "motion_kind" "the kind of motion, which settles the rule",
        Cost "cost" "what it costs, or that it costs nothing",
        Defects "defects" "the list of formal defects",
        EnoughSupport "enough_support" "the support of enough owners by heads and by area",
        AdmitTimeOver "admit_time_over" "that the days for admission are over",
        LongEnough "long_enough" "a window of at least the days that are set",
        WindowOpen "window_open" "to be within the window",
        WindowOver "window_over" "that the window is over",
        AmendmentsDecided "amendments_decided" "a decision on every amendment",
        FinalHash "final_hash" "a vote or agenda item with the hash of the final text",
        VoteBegun "vote_begun" "that the vote's opening has come",
        VoteOver "vote_over" "that the vote's close has come",
        Outcome "outcome" "the evaluation of the rule over the record",
        NoObjectionOpen "no_objection_open" "a decision on every objection, none of them upheld",
        ObjectionUpheld "objection_upheld" "an objection that was upheld",
        RepeatsLeft "repeats_left" "a repetition that is still allowed",
        Tasks "tasks" "action items",
        TasksVerified "tasks_verified" "that every action item is verified",
        TaskCancelled "task_cancelled" "an action item that was cancelled with the others ended",
        TermOver "term_over" "that the term of its body is over",
        NoVoteYet "no_vote_yet" "that no vote is about this text",
        VoteRefers "vote_refers" "a vote about this text",
        BaseCurrent "base_current" "that it amends the current version",
        BaseUntouched "base_untouched" "that its paragraphs are what they were",
        BaseReplaced "base_replaced" "that its paragraphs have changed since",
        CouncilFor "council_for" "a decision of the council for it",
        CouncilAgainst "council_against" "a decision of the council against it",
        NoReactions "no_reactions" "that nobody has reacted to it",
        Original "original" "the statement that says the same",
        Questions "questions" "at least one question",
        Coded "coded" "every open answer coded by two people",
        DoubleEntry "double_entry" "the sample of papers entered a second time",
        EveryNeedAnswered "every_need_answered" "an answer to every need",
        NoticeTime "notice_time" "notice as many days ahead as the body wants",
        Quorum "quorum" "a quorum, or an agenda that only informs and discusses",
        QuorumThere "quorum_there" "a quorum at this moment",
        MeetingOpen "meeting_open" "an open meeting",
        ItemsEnded "items_ended" "an end for every item of the agenda",
        Decides "decides" "an item that is there to be decided",
        DecidesNot "decides_not" "an item that only informs or discusses",
        Meeting "meeting" "the meeting to which it goes",
        Body "body" "the body to which it goes",
        MinutesPublished "minutes_published" "published minutes",
        CommentTimeOver "comment_time_over" "that the days for comments are over",
        ThreeSignatures "three_signatures" "the signatures of chair, secretary and one who attended, three people",
        PeriodLong "period_long" "a period as long as the place's rule wants",
        AllBoards "all_boards" "a photo of the board of every building in scope",
        Longer "longer" "an end that is later than the one posted",
        Replacement "replacement" "the notice that takes its place",
        Identity "identity" "a verified identity",
        Ground "ground" "a ground, with what supports it",
        NotTarget "not_target" "somebody else than whom it is directed against",
        Effect "effect" "the effect: recount, corrected roll, or repeated vote",
        EffectiveNow "effective_now" "that the day on which it takes effect has come",
        Decision "decision" "the decision that says so",
        Evidence "evidence" "evidence",
        Percent "percent" "a percentage from 0 to 100, not below the last",
        NotResponsible "not_responsible" "somebody else than who is responsible",
        NotAuthor "not_author" "somebody else than who wrote it",
        ChangesLeft "changes_left" "a due date that was changed less often than is allowed",
        AllConsent "all_consent" "the consent of every party",
        AllSigned "all_signed" "the signature of every party",
        Session "session" "the time and room of a session",
        Where "where" "where it is referred to",
        Mediator "mediator" "a mediator",
        NoMediator "no_mediator" "that nobody mediates it yet",
        FitMediator "fit_mediator" "a mediator who is no party and no kin of one, and has not been turned down or stepped aside",
    }
}

/// A stretch of time: from the first second on, before the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// The first second.
    pub from: u64,
    /// The second after the last.
    pub until: u64,
}

impl Window {
    /// Whether a time lies in it.
    pub fn holds(self, now: u64) -> bool {
        self.from <= now && now < self.until
    }

    /// How long it is, in seconds.
    pub fn length(self) -> u64 {
        self.until.saturating_sub(self.from)
    }

    /// The window with a later end.
    ///
    /// A window that has opened never shrinks: an earlier end, or another beginning, gives none.
    pub fn extended(self, until: u64) -> Option<Self> {
        (self.until < until).then_some(Self { until, ..self })
    }
}

/// Everything that a guard may look at, as values. What does not apply is left at its default, under which conditions
/// are not met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "a plain table of values")]
pub struct Facts {
    /// Unix seconds.
    pub now: u64,
    pub given: BTreeSet<Given>,
    pub is_on_behalf: bool,
    /// When the thing came into its state.
    pub since: u64,
    /// The next reply or action; none if no clock runs.
    pub due: Option<u64>,
    /// The due date that the act names.
    pub new_due: Option<u64>,
    pub is_emergency: bool,
    /// 1 to 4.
    pub level: u8,
    pub reopened: u64,
    pub open_children: u64,
    /// Seconds of whatever period the step waits for: close, pause, admission, comment.
    pub period: u64,
    pub has_enough_support: bool,
    /// The window that runs, or that the act opens.
    pub window: Window,
    /// Seconds that a window, notice or period must last.
    pub wanted: u64,
    pub amendments_open: u64,
    /// When the vote opens and closes.
    pub vote: Option<Window>,
    pub objections_open: u64,
    pub objections_upheld: u64,
    pub repeats: u64,
    pub repeats_allowed: u64,
    pub tasks: u64,
    pub tasks_verified: u64,
    pub tasks_cancelled: u64,
    /// When the term of the body ends.
    pub term_ends: Option<u64>,
    pub is_voted_on: bool,
    pub is_base_current: bool,
    pub is_base_untouched: bool,
    /// The council's decision, if there is one: for or against.
    pub council: Option<bool>,
    pub reactions: u64,
    pub uncoded: u64,
    pub papers: u64,
    pub papers_twice: u64,
    /// How many of them must be.
    pub papers_wanted: u64,
    pub needs_unanswered: u64,
    pub present: u64,
    pub quorum: u64,
    /// Whether an item of the agenda is there to be decided.
    pub decides: bool,
    pub is_meeting_open: bool,
    pub items_open: u64,
    pub minutes_published: bool,
    /// How many different people of chair, secretary and attendants have signed.
    pub signatures: u64,
    pub boards: u64,
    pub boards_photographed: u64,
    /// The new end of a notice.
    pub new_until: u64,
    pub is_identified: bool,
    pub is_target: bool,
    pub effective: Option<u64>,
    pub is_responsible: bool,
    pub is_author: bool,
    pub percent: u64,
    pub new_percent: u64,
    pub due_changes: u64,
    pub due_changes_allowed: u64,
    pub parties: u64,
    pub parties_consented: u64,
    pub parties_signed: u64,
    pub has_mediator: bool,
}

impl Facts {
    /// Whether the period that the step waits for has passed since the thing came into its state.
    fn is_period_over(&self) -> bool {
        self.since.saturating_add(self.period) <= self.now
    }

    fn has(&self, given: Given) -> bool {
        self.given.contains(&given)
    }

    fn is_overdue(&self) -> bool {
        self.due.is_some_and(|due| due < self.now)
    }

    fn are_objections_settled(&self) -> bool {
        self.objections_open == 0 && self.objections_upheld == 0
    }
}

impl Need {
    /// Whether it is met: a function of the values alone.
    #[allow(clippy::too_many_lines, reason = "a line for each condition")]
    pub fn is_met(self, facts: &Facts) -> bool {
        match self {
            Self::Text => facts.has(Given::Text),
            Self::Reason => facts.has(Given::Reason),
            Self::ConsentIfOnBehalf => !facts.is_on_behalf || facts.has(Given::Consent),
            // At the highest level there is nowhere to go up to: late is better than never.
            Self::InReplyTime => !facts.is_overdue() || !Self::HigherLevel.is_met(facts),
            Self::Responsible => facts.has(Given::Responsible),
            Self::Due => facts.new_due.is_some_and(|due| facts.now < due),
            Self::Emergency => facts.is_emergency,
            Self::AnswerKind => facts.has(Given::AnswerKind),
            Self::NoOpenChild => facts.open_children == 0,
            Self::CloseTimeOver | Self::PauseOver | Self::AdmitTimeOver | Self::CommentTimeOver => {
                facts.is_period_over()
            }
            Self::NotReopenedYet => facts.reopened == 0,
            Self::ReopenedOnce => 0 < facts.reopened,
            Self::Overdue => facts.is_overdue(),
            Self::HigherLevel => facts.level < 4,
            Self::Survivor => facts.has(Given::Survivor),
            Self::Child => facts.has(Given::Child),
            Self::MotionKind => facts.has(Given::MotionKind),
            Self::Cost => facts.has(Given::Cost),
            Self::Defects => facts.has(Given::Defects),
            Self::EnoughSupport => facts.has_enough_support,
            Self::LongEnough => facts.wanted <= facts.window.length() && facts.now <= facts.window.from,
            Self::WindowOpen => facts.window.holds(facts.now),
            Self::WindowOver => 0 < facts.window.until && facts.window.until <= facts.now,
            Self::AmendmentsDecided => facts.amendments_open == 0,
            Self::FinalHash => facts.has(Given::FinalHash),
            Self::VoteBegun => facts.vote.is_some_and(|vote| vote.from <= facts.now),
            Self::VoteOver => facts.vote.is_some_and(|vote| vote.until <= facts.now),
            Self::Outcome => facts.has(Given::Outcome),
            Self::NoObjectionOpen => facts.are_objections_settled(),
            Self::ObjectionUpheld => 0 < facts.objections_upheld,
            Self::RepeatsLeft => facts.repeats < facts.repeats_allowed,
            Self::Tasks => 0 < facts.tasks,
            Self::TasksVerified => 0 < facts.tasks && facts.tasks_verified == facts.tasks,
            Self::TaskCancelled => {
                0 < facts.tasks_cancelled && facts.tasks_cancelled + facts.tasks_verified == facts.tasks
            }
            Self::TermOver => facts.term_ends.is_some_and(|ends| ends <= facts.now),
            Self::NoVoteYet => !facts.is_voted_on,
            Self::VoteRefers => facts.is_voted_on,
            Self::BaseCurrent => facts.is_base_current,
            Self::BaseUntouched => facts.is_base_untouched,
            Self::BaseReplaced => !facts.is_base_untouched,
            Self::CouncilFor => facts.council == Some(true),
            Self::CouncilAgainst => facts.council == Some(false),
            Self::NoReactions => facts.reactions == 0,
            Self::Original => facts.has(Given::Original),
            Self::Questions => facts.has(Given::Questions),
            Self::Coded => facts.uncoded == 0,
            Self::DoubleEntry => facts.papers_wanted <= facts.papers_twice,
            Self::EveryNeedAnswered => facts.needs_unanswered == 0,
            Self::NoticeTime => facts.now.saturating_add(facts.wanted) <= facts.window.from,
            Self::Quorum => facts.quorum <= facts.present || !facts.decides,
            Self::QuorumThere => facts.quorum <= facts.present,
            Self::MeetingOpen => facts.is_meeting_open,
            Self::ItemsEnded => facts.items_open == 0,
            Self::Decides => facts.decides,
            Self::DecidesNot => !facts.decides,
            Self::Meeting => facts.has(Given::Meeting),
            Self::Body => facts.has(Given::Body),
            Self::MinutesPublished => facts.minutes_published,
            Self::ThreeSignatures => 3 <= facts.signatures,
            Self::PeriodLong => facts.wanted <= facts.window.length(),
            Self::AllBoards => facts.boards <= facts.boards_photographed,
            Self::Longer => facts.window.until < facts.new_until,
            Self::Replacement => facts.has(Given::Replacement),
            Self::Identity => facts.is_identified,
            Self::Ground => facts.has(Given::Ground),
            Self::NotTarget => !facts.is_target,
            Self::Effect => facts.has(Given::Effect),
            Self::EffectiveNow => facts.effective.is_some_and(|effective| effective <= facts.now),
            Self::Decision => facts.has(Given::Decision),
            Self::Evidence => facts.has(Given::Evidence),
            Self::Percent => facts.percent <= facts.new_percent && facts.new_percent <= 100,
            Self::NotResponsible => !facts.is_responsible,
            Self::NotAuthor => !facts.is_author,
            Self::ChangesLeft => facts.due_changes < facts.due_changes_allowed,
            Self::AllConsent => 2 <= facts.parties && facts.parties_consented == facts.parties,
            Self::AllSigned => 2 <= facts.parties && facts.parties_signed == facts.parties,
            Self::Session => facts.has(Given::Session),
            Self::Where => facts.has(Given::Where),
            Self::Mediator => facts.has_mediator,
            Self::NoMediator => !facts.has_mediator,
            Self::FitMediator => facts.has(Given::FitMediator),
        }
    }
}
