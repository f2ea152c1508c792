//! Where deliberation is kept: use cases over the estate's database.
//!
//! Each is one transaction that holds the head of the compound's event chain, decides with the pure modules, writes,
//! and appends its event. Whoever acts is read afresh inside it, with the posts held at that time.

mod attachments;
mod chain;
mod decisions;
mod desk;
mod electorate;
mod erasures;
mod grids;
mod ids;
mod matters;
mod mediations;
mod meetings;
mod motions;
mod notices;
mod numbers;
mod objections;
mod own;
mod people;
mod promises;
mod record;
mod remarks;
mod rules;
mod search;
mod statements;
mod steps;
mod surveys;

mod tables;
mod tasks;
#[cfg(test)]
mod tests;
mod ties;

use ballot::store::{
    estate::Estate,
    events::Actor,
    ids::{CompoundId, Subject},
};
use sea_orm::{DatabaseTransaction, DbErr};

pub use attachments::{FILE_MOST, FILES_MOST, FILES_UNUSED, File, FileKind};
pub use chain::{EventProof, event_proof, events_checkpoint, verify_event};
pub use decisions::{DecisionFilter, DecisionSource, DecisionView, Verdict};
pub use desk::{InVote, Named, Voice};
pub use grids::{GridView, Keeper, Places};
pub use ids::{BodyId, ItemId, MatterId, MediationId, MeetingId, MotionId, NoticeId, ObjectionId, SurveyId, TaskId};
pub use matters::{MatterAct, MatterFilter, MatterRow, MatterView, NewMatter};
pub use mediations::{
    CaseAct, MessageView, NewCase, NewParty, PartyView, RoomRow, RoomView, SessionView, TextView, VisitView, WaitingRow,
};
pub use meetings::{
    BodyView, ItemAct, ItemView, Line, MeetingRow, MeetingView, MinutesAct, MinutesNote, MinutesView, NewBody, NewItem,
    NewMeeting, Seat, SpeechView,
};
pub use motions::{AmendmentView, MotionAct, MotionRow, MotionView, NewAmendment, NewMotion, Outcome, VersionView};
pub use notices::{NewNotice, NoticeAct, NoticeView};
pub use objections::{NewObjection, ObjectionAct, ObjectionView};
pub use people::PostView;
pub use promises::Promises;
pub use record::News;
pub use remarks::{NewRemark, RemarkView, Target};
pub use rules::{RuleChange, Rules, RulesOf, Ruling};
pub use search::{Found, FoundPage};
pub use statements::{Conversation, NewStatement, OpinionView, StatementAct, StatementView, weighs_needs};
pub use steps::StepView;
pub use surveys::{
    Agreement, Asked, Choice, Coding, Coverage, CoverageRow, Difference, Earlier, Entry, Home, NeedView, NewEntry,
    NewPlan, NewSurvey, Paper, PlanView, QuestionResult, QuestionView, SurveyAct, SurveyRow, SurveyView,
};
pub use tasks::{NewTask, TaskInput, TaskView};
pub use ties::{NewTie, TieView, TiedHome};

use crate::{
    discussion::CommentError,
    lifecycle::{Kind, Refused},
    mediation::MediationFault,
    meeting::HandsError,
    motion::{AmendError, TextError},
    rights::{Conflict, Denied},
    settings::SettingError,
    survey::{SurveyError, SurveyFault},
    words::words,
};

/// The use cases of deliberation over an estate. Cheap to clone.
#[derive(Clone)]
pub struct Deliberation {
    estate: Estate,
}

/// Who acts, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// The compound.
    pub compound: CompoundId,
    /// The person or office.
    pub subject: Subject,
}

words! {
    /// A field of a form that holds what it must not.
    Field {
        Title "title" "a title has 1 to 100 characters that may stand in the record",
        Text "text" "a text has 1 to 4000 characters that may stand in the record",
        Reason "reason" "a reason has 1 to 1000 characters that may stand in the record",
        Building "building" "a building has 1 to 50 characters",
        Rating "rating" "a rating is from 1 to 5",
        Scope "scope" "a scope is the estate, a grid, a building or a body that is there",
        Name "name" "a name has 1 to 100 characters that may stand in the record",
        Contact "contact" "a phone number of 5 to 15 digits or an e-mail address",
        Version "version" "the version is the current one",
        Poll "poll" "the poll is of this compound, and one of its texts is the final version",
        Home "home" "the home is in the register",
        Tie "tie" "somebody rents, is of the family or speaks for a firm, until a day that lies ahead",
        Proof "proof" "the proof is said in 1 to 200 characters",
        Evidence "evidence" "evidence is at least one file that was stored",
    }
}

words! {
    /// Why a statement of the opinion map, or a reaction to one, is not taken.
    StatementError {
        Length "statement_length" "a statement has 1 to 140 characters, in one line",
        Over "statement_over" "statements are taken of a matter from when it is acknowledged until it is closed, and of a motion while it is talked over",
        Full "statement_full" "there are at most 500 statements of one thing",
        Gone "statement_gone" "a reaction is to a statement that is shown",
        Person "statement_person" "people react for themselves, and offices do not",
    }
}

words! {
    /// Why something about a body or its meetings is not taken.
    MeetingError {
        Seats "seats" "a body has 1 to 20 groups, each with a name of 1 to 50 characters and 1 to 99 seats",
        Rules "rules" "from 0 to 60 days of notice, and a quorum of more than 1 to 99 percent",
        Full "seats_full" "every seat of this group is taken",
        Part "part_taken" "a body has one chair and one secretary, and its secretary holds the post of a secretary",
        Closed "body_closed" "the body no longer meets",
        Times "times" "a meeting begins later than now and ends within three days of beginning",
        Place "place" "a place has 1 to 100 characters that may stand in the record",
        Late "item_late" "what is to be decided is on the agenda before the meeting is convened",
        Other "other_item" "another item is being dealt with",
        Linked "link" "the matter or motion is of this estate and everybody may see it",
        NotNow "not_now" "people check in from two hours before the beginning until the end",
        Code "wrong_code" "the code is the one that hangs in the hall",
        NotThere "not_there" "only somebody who is there",
        Proxy "proxy" "a seat is held for a member who is not there, by somebody who is there and holds none",
        Asked "asked" "who has asked to speak waits, or speaks",
        Minutes "minutes_text" "minutes have 1 to 20,000 characters that may stand in the record",
        Version "minutes_version" "minutes are corrected once they are published",
    }
}

words! {
    /// Why a change of rules is not taken.
    RuleError {
        Same "rules_same" "at least one rule is another",
        Waits "rules_wait" "one proposal after another: the one that waits is put into force or dropped first",
        Gone "rules_gone" "a proposal that waits",
        Own "rules_own" "somebody else than who proposed it puts it into force",
        Seated "rules_seated" "no group has fewer seats than are taken",
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// Nothing of this id is in the compound.
    #[error("there is no such {0} in this estate")]
    NoSuch(Kind),
    /// The table refuses the step.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// They have no right to it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// They may not be both.
    #[error("{}", .0.meaning())]
    Conflict(Conflict),
    /// A field of the form.
    #[error("{}", .0.meaning())]
    Field(Field),
    /// A motion's text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A comment.
    #[error(transparent)]
    Comment(#[from] CommentError),
    /// A statement of the opinion map, or a reaction to one.
    #[error("{}", .0.meaning())]
    Statement(StatementError),
    /// A body or its meetings.
    #[error("{}", .0.meaning())]
    Meeting(MeetingError),
    /// A mediation.
    #[error("{}", .0.meaning())]
    Mediation(MediationFault),
    /// A show of hands.
    #[error(transparent)]
    Hands(#[from] HandsError),
    /// A survey.
    #[error("{}", .0.meaning())]
    Survey(SurveyFault),
    /// A question of a survey, or the answer to one, by its number.
    #[error("question {0}: {1}")]
    Question(u64, SurveyError),
    /// An amendment.
    #[error(transparent)]
    Amend(#[from] AmendError),
    /// A number of the community's rules.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A change of rules.
    #[error("{}", .0.meaning())]
    Rule(RuleError),
    /// The database failed: ours, logged once, never shown.
    #[error("the database failed")]
    Database(#[from] DbErr),
}

impl UseError {
    /// The stable code in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuch(_) => "no_such",
            Self::Refused(refused) => refused.code(),
            Self::Denied(_) => "denied",
            Self::Conflict(conflict) => conflict.code(),
            Self::Field(field) => field.code(),
            Self::Text(_) => "bad_text",
            Self::Comment(_) => "bad_comment",
            Self::Statement(error) => error.code(),
            Self::Meeting(error) => error.code(),
            Self::Mediation(fault) => fault.code(),
            Self::Hands(_) => "bad_hands",
            Self::Survey(fault) => fault.code(),
            Self::Question(..) => "bad_answer",
            Self::Amend(_) => "bad_amendment",
            Self::Setting(_) => "bad_setting",
            Self::Rule(error) => error.code(),
            Self::Database(_) => "internal",
        }
    }
}

impl Deliberation {
    /// The use cases over an estate whose schema is up to date.
    pub fn new(estate: Estate) -> Self {
        Self { estate }
    }

    /// Notes in the chain that somebody tried what the tables refuse, and gives the refusal on.
    async fn noted<T>(&self, by: &By, what: &str, now: u64, result: Result<T, UseError>) -> Result<T, UseError> {
        if let Err(UseError::Refused(_) | UseError::Denied(_) | UseError::Conflict(_)) = &result {
            let actor = Actor::Subject(by.subject.clone());
            self.estate.note_attempt(&by.compound, &actor, what, now).await?;
        }
        result
    }

    /// Begins a use case: who acts is read inside its transaction, with the posts held at that time.
    async fn begin(&self, by: &By, now: u64) -> Result<(DatabaseTransaction, people::Standing), UseError> {
        let tx = self.estate.begin(&by.compound).await?;
        let who = people::standing(&tx, by, now).await?;
        Ok((tx, who))
    }

    /// Ends a transaction as its use case ended, and notes what was refused.
    async fn end<T>(
        &self,
        tx: DatabaseTransaction,
        by: &By,
        what: &str,
        now: u64,
        result: Result<T, UseError>,
    ) -> Result<T, UseError> {
        if result.is_ok() {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        self.noted(by, what, now, result).await
    }
}

/// Whether a text may be stored: some characters, not more than so many, none that the record bars.
fn check_text(text: &str, most: usize, field: Field) -> Result<String, UseError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let is_text = (1..=most).contains(&text.chars().count()) && text.split('\n').all(ballot::json::is_record_text);
    if is_text { Ok(text.to_owned()) } else { Err(UseError::Field(field)) }
}
