//! Identifiers and numbers of the record, each its own type.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A text that is no identifier of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Of a poll.
    #[error("a poll's id is a random UUID in lower case with hyphens")]
    Poll,
    /// Of a motion or candidate.
    #[error("an id has 1 to 32 characters of a-z, 0-9 and _")]
    Id,
    /// Of a rule.
    #[error("a rule's name has 1 to 64 letters, digits, dots and hyphens, and begins with a letter or digit")]
    Rule,
    /// Of a number that starts at 1.
    #[error("numbers start at 1")]
    Zero,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $error:expr, $is_valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

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

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                let is_valid: fn(&str) -> bool = $is_valid;
                if is_valid(&text) { Ok(Self(text)) } else { Err($error) }
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_id!(
    /// A poll: a random UUID (version 4), lower case, with hyphens.
    PollId,
    IdError::Poll,
    |text| {
        let is_fit = |(place, byte): (usize, u8)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        };
        text.len() == 36 && text.bytes().enumerate().all(is_fit)
    }
);

text_id!(
    /// A motion or candidate of a poll: `[a-z0-9_]{1,32}`.
    Id,
    IdError::Id,
    |text| {
        let is_fit = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        (1..=32).contains(&text.len()) && text.bytes().all(is_fit)
    }
);

text_id!(
    /// A decision rule: `[A-Za-z0-9][A-Za-z0-9.-]{0,63}`.
    RuleName,
    IdError::Rule,
    |text| {
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        (1..=64).contains(&text.len())
            && text.bytes().all(is_fit)
            && text.as_bytes()[0].is_ascii_alphanumeric()
    }
);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Starts at 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $name(u64);

        impl $name {
            /// The first number.
            pub const FIRST: Self = Self(1);

            /// The number as it is written.
            pub fn get(self) -> u64 {
                self.0
            }

            /// The number after this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl TryFrom<u64> for $name {
            type Error = IdError;

            fn try_from(number: u64) -> Result<Self, IdError> {
                if number == 0 { Err(IdError::Zero) } else { Ok(Self(number)) }
            }
        }

        impl From<$name> for u64 {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

number!(
    /// A unit's place in the roll of a poll.
    UnitNo
);
number!(
    /// An exact set of owners, under a pseudonym drawn anew for every poll.
    HolderNo
);
number!(
    /// One of a holder's people; 1 is the first named.
    PersonNo
);
number!(
    /// Somebody who is no holder and votes for holders.
    AgentNo
);
number!(
    /// A credential of a poll.
    CredentialNo
);
number!(
    /// The place of a statement among those of one signer: 1, 2, …
    Seq
);
number!(
    /// The number printed on a paper ballot.
    FormNo
);
