//! Enums whose members are words: each with the code that is stored, and what it means.

/// Defines an enum of words. A code is what columns, events and forms hold; the meaning is its documentation and the
/// English sentence of a log.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident $code:literal $meaning:literal),* $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $meaning] #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every member, in the order in which they are declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as it is stored.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What it means, in English.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|word| word.code() == text);
                found.copied().ok_or_else(|| $crate::words::UnknownWord::new(text, Self::ALL.iter().map(|word| word.code())))
            }
        }
    )+ };
}

pub(crate) use words;

/// A text that is none of the words that are possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is none of: {}", .possible.join(", "))]
pub struct UnknownWord {
    /// What was found, its first forty characters.
    pub found: String,
    /// What would have been right.
    pub possible: Vec<&'static str>,
}

impl UnknownWord {
    pub(crate) fn new(found: &str, possible: impl Iterator<Item = &'static str>) -> Self {
        Self { found: found.chars().take(40).collect(), possible: possible.collect() }
    }
}
