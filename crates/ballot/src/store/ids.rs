//! Identifiers of the private tables, each its own type, and who a record is about.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::{IdError, PollId};

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $($(#[$doc])*
        ///
        /// A random UUID, so that nobody finds another's by counting.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) String);

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

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let uuid: PollId = text.parse()?;
                Ok(Self(uuid.into()))
            }
        })+
    };
}

uuid_id! {
    /// An estate with its owners' assembly: the wall that no query crosses.
    CompoundId
    /// A person or organisation of a register, the same across its versions.
    PersonId
    /// Somebody who holds an office.
    StaffId
    /// A phone or computer with its keys.
    DeviceId
    /// Something that officers sign.
    ActId
    /// A one-time code that was sent, or a challenge to a device.
    ChallengeId
    /// A message to somebody.
    MessageId
    /// Somebody's vote at the service point.
    SittingId
}

/// Who signs in: an owner, or somebody who holds an office. One who is both is two subjects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A person of the register.
    Person(PersonId),
    /// Somebody who holds an office.
    Staff(StaffId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Staff(id) => write!(f, "staff:{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(id.parse()?)),
            Some(("staff", id)) => Ok(Self::Staff(id.parse()?)),
            _ => Err(IdError::Id),
        }
    }
}
