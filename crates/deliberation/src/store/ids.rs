//! The ids of what is deliberated on.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub(super) String);

        impl $name {
            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ballot::id::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let uuid: ballot::id::PollId = text.parse()?;
                Ok(Self(uuid.into()))
            }
        }
    )+ };
}

ids! {
    /// The id of a matter: a random UUID.
    MatterId
    /// The id of a motion: a random UUID.
    MotionId
    /// The id of a notice: a random UUID.
    NoticeId
    /// The id of an objection: a random UUID.
    ObjectionId
    /// The id of a survey: a random UUID.
    SurveyId
    /// The id of a mediation: a random UUID.
    MediationId
    /// The id of an action item: a random UUID.
    TaskId
    /// The id of a body: a random UUID.
    BodyId
    /// The id of a meeting: a random UUID.
    MeetingId
    /// The id of an item of an agenda: a random UUID.
    ItemId
}
