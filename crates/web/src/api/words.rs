//! Words of the domain as the document describes them: every code, with what it means.

use std::borrow::Cow;

use ballot::{rule::Outcome, state::Phase};
use deliberation::{
    discussion::{HideReason, Side},
    lifecycle::{
        Verb,
        tables::{
            AmendmentState, CommentState, ItemState, MatterState, MeetingState, MinutesState, MotionState, NoticeState,
            ObjectionState, StatementState, SurveyState, TaskState, VersionState,
        },
    },
    matter::{AnswerKind, Source},
    meeting::{ItemKind, Signer},
    notice::NoticeKind,
    objection::{Effect, Ground},
    survey::NeedAnswer,
};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

fn schema<'a>(what: &str, words: impl Iterator<Item = (&'a str, &'a str)>) -> RefOr<Schema> {
    let (codes, lines): (Vec<_>, Vec<_>) =
        words.map(|(code, meaning)| (code, format!("\n- `{code}`: {meaning}"))).unzip();
    let object = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
    object.description(Some(format!("{what}\n{}", lines.concat()))).into()
}

/// Schemas of enums of words, for members that hold the enum itself.
macro_rules! schemas {
    ($($name:ident of $word:ty: $what:literal;)+) => { $(
        #[doc = $what]
        pub(super) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema($what, <$word>::ALL.iter().map(|word| (word.code(), word.meaning())))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+ };
}

schemas! {
    MatterStateWord of MatterState: "Where a matter stands";
    SourceWord of Source: "Where a matter comes from";
    AnswerWord of AnswerKind: "What an answer comes to";
    VerbWord of Verb: "What was done";
    SideWord of Side: "What a comment is";
    CommentStateWord of CommentState: "What became of a comment";
    HideWord of HideReason: "Why something is hidden";
    StatementStateWord of StatementState: "What became of a statement";
    MotionStateWord of MotionState: "Where a motion stands";
    VersionStateWord of VersionState: "What became of a version";
    NoticeStateWord of NoticeState: "Where a notice stands";
    NoticeKindWord of NoticeKind: "What a notice is about";
    MeetingStateWord of MeetingState: "Where a meeting stands";
    ItemStateWord of ItemState: "What became of an item of an agenda";
    ItemKindWord of ItemKind: "What an item of an agenda is for";
    MinutesStateWord of MinutesState: "Where a version of minutes stands";
    SignerWord of Signer: "As what somebody signs minutes";
    TaskStateWord of TaskState: "Where something that is to be done stands";
    ObjectionStateWord of ObjectionState: "Where an objection stands";
    GroundWord of Ground: "What is objected to";
    EffectWord of Effect: "What an objection that is right brings about";
    AmendmentStateWord of AmendmentState: "Where an amendment stands";
    SurveyStateWord of SurveyState: "Where a survey stands";
    NeedAnswerWord of NeedAnswer: "What becomes of a need";
}

/// What a poll came to on a motion.
pub(super) struct OutcomeWord;

impl PartialSchema for OutcomeWord {
    fn schema() -> RefOr<Schema> {
        use ballot::rule::explain::{Language, outcome};
        let words = Outcome::ALL.into_iter().map(|word| (word.name(), outcome(word, Language::En)));
        schema("What a poll came to on a motion", words)
    }
}

impl ToSchema for OutcomeWord {
    fn name() -> Cow<'static, str> {
        "OutcomeWord".into()
    }
}

/// Where a poll stands.
#[derive(Serialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum PhaseWord {
    /// Voting has not begun.
    Before,
    /// Voting goes on.
    Open,
    /// The time is over.
    Closed,
}

impl From<Phase> for PhaseWord {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Before => Self::Before,
            Phase::Open => Self::Open,
            Phase::Ended | Phase::Closed => Self::Closed,
        }
    }
}

/// What somebody thinks of a statement.
#[derive(Serialize, Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reaction {
    /// They agree.
    Agree,
    /// They do not.
    Disagree,
    /// They pass.
    Pass,
}
